"""The table of contents for readers of EPUB 2 (NCX; DAISY Z39.86-2005 section 8, OPF 2.0.1)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from publish.model.package import TocItem
from publish.render.opf import clean

NAMESPACE = "http://www.daisy.org/z3986/2005/ncx/"


def depth(items: tuple[TocItem, ...]) -> int:
    """Levels of the contents: 0 when there is none."""
    return 1 + max(depth(item.children) for item in items) if items else 0


def ncx(toc: tuple[TocItem, ...], *, identifier: str, title: str, language: str) -> bytes:
    """The file, from the same items as the navigation document.

    Items with one target share their ``playOrder``, as Z39.86 wants it; ids count the items.
    """
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<ncx xmlns="{NAMESPACE}" version="2005-1" xml:lang={quoteattr(language)}>',
        "<head>",
        f'<meta name="dtb:uid" content={quoteattr(identifier)}/>',
        f'<meta name="dtb:depth" content="{depth(toc)}"/>',
        '<meta name="dtb:totalPageCount" content="0"/>',
        '<meta name="dtb:maxPageNumber" content="0"/>',
        "</head>",
        f"<docTitle><text>{escape(clean(title))}</text></docTitle>",
        "<navMap>",
        *_points(toc, {}, [0]),
        "</navMap>",
        "</ncx>",
        "",
    ]
    return "\n".join(lines).encode()


def _points(items: tuple[TocItem, ...], orders: dict[str, int], count: list[int]) -> Iterator[str]:
    for item in items:
        count[0] += 1
        order = orders.setdefault(item.target, len(orders) + 1)
        yield f'<navPoint id="nav-{count[0]}" playOrder="{order}">'
        yield f"<navLabel><text>{escape(clean(item.label))}</text></navLabel>"
        yield f"<content src={quoteattr(item.target)}/>"
        yield from _points(item.children, orders, count)
        yield "</navPoint>"
