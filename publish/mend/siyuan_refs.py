"""Block references and super blocks of SiYuan.

What: ``((20240101010101-abcdefg "文字"))`` becomes its words, ``{{{row`` and ``}}}`` alone on
their lines go away.
Why: they are links within SiYuan and fences of its layout, and no text of the book.  They are
text to Markdown, so that it is declared: ``rules = { "R-SIYUAN-REF" = "on" }``.  A reference
without words stays, since what it shows stands elsewhere; R-REMAINS asks about it.
Before: ``见((20240101010101-abcdefg "上文"))。``  After: ``见上文。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-SIYUAN-REF"

_REFERENCE = re.compile(
    r"\(\(\d{14}-[0-9a-z]{7}\s+(?:\"(?P<double>[^\"\n]+)\"|'(?P<single>[^'\n]+)')\)\)"
)
_FENCE = re.compile(r"^[ \t]*(?:\{\{\{(?:row|col)|\}\}\})[ \t]*(?:\n|\Z)", re.MULTILINE)


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace the references, delete the fences."""
    text = source.text
    here = places(source, book)
    if "((" in text:
        for found in _REFERENCE.finditer(text):
            if here.text_around(*found.span()) is not None:
                words = found["double"] or found["single"]
                yield Edit(Span(source, *found.span()), words, CODE, "declared")
    if "{{{" in text:
        for found in _FENCE.finditer(text):
            if not here.is_closed(*found.span()):
                yield Edit(Span(source, *found.span()), "", CODE, "declared")
