"""Runs of blank lines.

What: two or more blank lines become one; blank lines at the head of a file go away, and
those at its end, but for the last line end; a line of ideographic or no-break spaces alone
becomes an empty one.  Code is not touched.
Why: Markdown gives them no meaning; exporters write an empty paragraph as three of them.
Before: ``第一段。⏎⏎⏎⏎第二段。``  After: ``第一段。⏎⏎第二段。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "S-BLANK"

#: Blanks that are none to Markdown, alone on their line.
_HAS_WIDE = re.compile("[\u3000\u00a0]")
_WIDE = re.compile(r"^[ \t]*[\u3000\u00a0][ \t\u3000\u00a0]*$", re.MULTILINE)
#: Blank lines at the head; a line end, two or more blank lines; blank lines at the end.
_RUN = re.compile(r"\A(?:[ \t]*\n)+|\n(?:[ \t]*\n){2,}|\n(?:[ \t]*\n)+\Z")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete all blank lines of a run but the first, and the blanks that fill a line."""
    here = places(source, book)
    size = len(source.text)
    for found in _WIDE.finditer(source.text) if _HAS_WIDE.search(source.text) else ():
        if not here.is_closed(*found.span()):
            yield Edit(Span(source, *found.span()), "", CODE)
    for found in _RUN.finditer(source.text):
        start, end = found.span()
        if start > 0:
            start += 1  # the line end of the line before
            if end < size:
                end -= 1  # and one blank line
        if start < end and not here.is_closed(start, end):
            yield Edit(Span(source, start, end), "", CODE)
