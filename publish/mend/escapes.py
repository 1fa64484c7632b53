r"""Backslashes that escape nothing.

What: ``\.`` ``\_`` ``\#`` and the like, where the character would mean itself anyway.
Why: exporters escape every character that is markup somewhere (pandoc, vnote); the reader
of the manuscript sees the backslashes.  A backslash goes only where the text, read again
without it, gives the same tree.
Before: ``第3\.2节说，snake\_case……``  After: ``第3.2节说，snake_case……``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import PUNCTUATION, may_be_markup
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "S-ESC"

_ESCAPE = re.compile(r"\\(.)")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the backslash."""
    text = source.text
    here = places(source, book)
    for found in _ESCAPE.finditer(text):
        if found[1] not in PUNCTUATION or here.text_around(*found.span()) is None:
            continue
        line_start = text.rfind("\n", 0, found.start()) + 1
        line_end = text.find("\n", found.end())
        after = text[found.end() : line_end if line_end >= 0 else len(text)]
        line = text[line_start : found.start()] + found[1]
        if not may_be_markup(line, len(line) - 1, after):
            yield Edit(Span(source, found.start(), found.start() + 1), "", CODE)
