r"""A hard line break at the end of a paragraph.

What: a single ``\`` after the last word of a paragraph, or ``<br>`` there.
Why: a hard break with nothing after it is none; CommonMark prints the backslash, and an
exporter wrote it, not the author.  A backslash that belongs to its word (``C:\``, ``a\b\``)
stays, and so does an escaped one (``\\``).
Before: ``……得到满足。\``  After: ``……得到满足。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, LineBreak, Paragraph, Text
from publish.model.manifest import Manifest

CODE = "S-BREAK-TRAIL"

#: The blanks and the one backslash that end a run of raw text.
_BACKSLASH = re.compile(r"(?<!\\)[ \t]*\\$")
#: A last word that has a backslash or a drive of its own.
_PATH = re.compile(r"(?:[A-Za-z]:|\\[^\\\s]*)\\$")


def _tail(paragraph: Paragraph) -> tuple[int, int] | None:
    """Start and end of what is to go."""
    last = paragraph.children[-1] if paragraph.children else None
    if isinstance(last, LineBreak) and last.span is not None:
        for node in reversed(paragraph.children[:-1]):
            if not isinstance(node, LineBreak) and node.span is not None:
                return node.span.end, last.span.end
    if isinstance(last, Text) and last.span is not None and last.text.endswith("\\"):
        raw = last.span.text
        found = _BACKSLASH.search(raw)
        if found and not _PATH.search(raw.split()[-1]):
            return last.span.start + found.start(), last.span.end
    return None


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the break, and the blanks before it."""
    for paragraph in places(source, book).paragraphs:
        tail = _tail(paragraph)
        if tail is not None and tail[0] < tail[1]:
            yield Edit(Span(source, *tail), "", CODE)
