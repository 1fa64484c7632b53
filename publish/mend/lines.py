"""Lines that are paragraphs.

What: each line of a paragraph becomes a paragraph of its own; a line that ends with a line
break stays with the next one.
Why: many authors end a paragraph with one line end, as the editor shows it; Markdown joins
such lines.  Only an editor knows whether the lines were broken by hand to a width, so that it
is declared: ``rules = { "S-LINES" = "on" }``; it is proposed where nearly every line of a file
ends a sentence.
Before: ``第一段。⏎第二段。``  After: ``第一段。⏎⏎第二段。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, LineBreak, Paragraph, Text
from publish.model.manifest import Manifest
from publish.text.sentences import ends_sentence

CODE = "S-LINES"

_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)*")
#: Share of the lines of a file that must end a sentence, and how many lines there must be.
_SURE, _LEAST = 0.9, 5


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Put a blank line behind each line."""
    text = source.text
    for end in _line_ends(source, book):
        quoted = _quoted(text, end)
        yield Edit(Span(source, end, end + 1), f"\n{quoted.rstrip()}\n", CODE, "declared")


def proposed(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """The same, where nearly every line ends a sentence."""
    ends = list(_line_ends(source, book))
    text = source.text
    closed = sum(ends_sentence(text[text.rfind("\n", 0, end) + 1 : end]) for end in ends)
    if len(ends) >= _LEAST and closed >= _SURE * len(ends):
        yield from find(source, book, manifest)


def _line_ends(source: Source, book: Book) -> Iterator[int]:
    """The line ends that part two lines of one paragraph and stand in no inline of it."""
    for paragraph in places(source, book).paragraphs:
        span = paragraph.span
        if span is not None and source.text.find("\n", span.start, span.end) >= 0:
            yield from _within(source, paragraph, span)


def _within(source: Source, paragraph: Paragraph, span: Span) -> Iterator[int]:
    text = source.text
    end = text.find("\n", span.start, span.end)
    taken = [
        node.span
        for node in paragraph.children
        if node.span is not None and not (isinstance(node, Text) and node.text == " ")
    ]
    breaks = {
        node.span.end for node in paragraph.children if isinstance(node, LineBreak) and node.span
    }
    index = 0
    while end >= 0:
        while index < len(taken) and taken[index].end <= end:
            index += 1
        inside = index < len(taken) and taken[index].start <= end
        broken = end in breaks or end + 1 in breaks
        in_quote = ">" in _quoted(text, text.rfind("\n", 0, end))
        lazy = in_quote and ">" not in _quoted(text, end)
        if not inside and not broken and not lazy:
            yield end
        end = text.find("\n", end + 1, span.end)


def _quoted(text: str, end: int) -> str:
    """The marks of quotation that open the line behind a line end."""
    found = _QUOTED.match(text, end + 1)
    return found[0] if found else ""
