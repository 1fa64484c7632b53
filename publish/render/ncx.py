"""The table of contents for readers of EPUB 2 (NCX; DAISY Z39.86-2005 section 8, OPF 2.0.1)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from html import escape

from publish.model.package import PageTarget, TocItem
from publish.render.opf import clean

NAMESPACE = "http://www.daisy.org/z3986/2005/ncx/"


def depth(items: tuple[TocItem, ...]) -> int:
    """Levels of the contents: 0 when there is none."""
    return 1 + max(depth(item.children) for item in items) if items else 0


def ncx(
    toc: tuple[TocItem, ...],
    pages: tuple[PageTarget, ...] = (),
    *,
    identifier: str,
    title: str,
    language: str,
) -> bytes:
    """The file, from the same items and pages as the navigation document.

    ``playOrder`` is left out: contents and pages would have to share one count over the whole
    text (Z39.86 section 8.4.3), and EPUB 3.3 does not ask for it.  Ids count the items.
    """
    numbers = [int(page.label) for page in pages if page.label.isdecimal()]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<ncx xmlns="{NAMESPACE}" version="2005-1" xml:lang="{escape(language)}">',
        "<head>",
        f'<meta name="dtb:uid" content="{escape(identifier)}"/>',
        f'<meta name="dtb:depth" content="{depth(toc)}"/>',
        f'<meta name="dtb:totalPageCount" content="{len(pages)}"/>',
        f'<meta name="dtb:maxPageNumber" content="{max(numbers, default=0)}"/>',
        "</head>",
        f"<docTitle><text>{escape(clean(title), quote=False)}</text></docTitle>",
        "<navMap>",
        *_points(toc, itertools.count(1)),
        "</navMap>",
        *_pages(pages),
        "</ncx>",
        "",
    ]
    return "\n".join(lines).encode()


def _points(items: tuple[TocItem, ...], count: Iterator[int]) -> Iterator[str]:
    for item in items:
        yield f'<navPoint id="nav-{next(count)}">'
        yield _label(item.label)
        yield f'<content src="{escape(item.target)}"/>'
        yield from _points(item.children, count)
        yield "</navPoint>"


def _pages(pages: tuple[PageTarget, ...]) -> Iterator[str]:
    if not pages:
        return
    yield "<pageList>"
    for page in pages:
        kind = f'type="normal" value="{page.label}"' if page.label.isdecimal() else 'type="front"'
        yield f'<pageTarget id="page-{escape(page.label)}" {kind}>'
        yield _label(page.label)
        yield f'<content src="{escape(page.target)}"/>'
        yield "</pageTarget>"
    yield "</pageList>"


def _label(text: str) -> str:
    return f"<navLabel><text>{escape(clean(text), quote=False)}</text></navLabel>"
