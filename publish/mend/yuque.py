"""Residue of Yuque: tags of colour, and anchors that nothing leads to.

What: ``<font …>`` and ``<span …>`` that say only how text looks go away, and so does an empty
``<a name="…"></a>`` unless a link of the manuscript leads to it.  WeChat and Feishu leave the
same ``<span>``.
Why: Yuque (语雀) exports every colour, and every heading's anchor; reading drops the tags, but
they hide the text from the person who edits it.
Before: ``<font style="color:#DF2A3F;">重点</font>``  After: ``重点``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import would_open_block
from publish.mend.tags import Tag, pairs, tags, whole_line
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-YUQUE"

#: Attributes that say how text looks, or that only the exporting program knows.
_LOOKS = frozenset(("style", "color", "size", "face", "leaf", "textstyle"))
#: Classes of Yuque's two editors, and of Safari.
_CLASSES = re.compile(r"(?:\s*(?:ne|lake|Apple)-[\w-]+)*\s*")


def _only_looks(tag: Tag) -> bool:
    return all(
        name in _LOOKS
        or name.startswith("data-")
        or (name == "class" and _CLASSES.fullmatch(value) is not None)
        for name, value in tag.attributes.items()
    )


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the tags; what they hold stays."""
    found = tags(source, book)
    if not found:
        return
    text = source.text
    for name in ("font", "span"):
        for opening, closing in pairs(found, name):
            if _only_looks(opening) and not would_open_block(text, opening.start, opening.end):
                yield Edit(Span(source, opening.start, opening.end), "", CODE)
                yield Edit(Span(source, closing.start, closing.end), "", CODE)
    for opening, closing in pairs(found, "a"):
        anchor = opening.attributes.get("name") or opening.attributes.get("id", "")
        if (
            anchor
            and opening.end == closing.start
            and opening.attributes.keys() <= {"name", "id"}
            and f"(#{anchor})" not in text
            and not would_open_block(text, opening.start, closing.end)
        ):
            start, end = whole_line(text, opening.start, closing.end)
            yield Edit(Span(source, start, end), "", CODE)
