"""Quotation marks without a partner.

What: a mark that nothing closes in its paragraph, or that closes nothing, is asked about;
nothing is changed.  A quotation of several paragraphs that opens again at the start of each
is right, and so are apostrophes and the marks of feet and inches.
Why: a missing mark changes who is speaking; only an editor knows where it belongs.
Before: ``他说：“我们只看能力。``  After: the same, and a query at the mark
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publish.diagnostics import Diagnostic, Source, Span
from publish.model.book import (
    Book,
    Chapter,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    Marked,
    Paragraph,
    Part,
    Section,
    Strong,
    Text,
    Verse,
)
from publish.model.manifest import Manifest
from publish.model.tree import walk
from publish.text.pairs import pair_quotes

CODE = "X-PAIR"

#: Marks of one paragraph that are asked about one by one; of more only their number is told.
ASKED = 5

Pieces = list[tuple[str, Span | None]]


def _pieces(inlines: Iterable[Inline]) -> Iterator[tuple[str, Span | None]]:
    for node in inlines:
        match node:
            case Text(text):
                yield text, node.span
            case LineBreak():
                yield "\n", None
            case Emphasis(inner) | Strong(inner) | Link(inner) | Marked(inner):
                yield from _pieces(inner)
            case _:
                yield "\ufffc", None


def _flow(book: Book) -> Iterator[Pieces]:
    """The text of each paragraph, heading and poem, in the order of the book."""
    for node in walk(book):
        match node:
            case Paragraph(children) | Heading(children=children):
                yield list(_pieces(children))
            case Section(title=title) | Chapter(title=title) | Part(title=title) if title:
                yield list(_pieces(title))
            case Verse(stanzas):
                lines = [line for stanza in stanzas for line in stanza]
                yield [piece for line in lines for piece in (*_pieces(line), ("\n", None))]


def _place(pieces: Pieces, offset: int) -> Span | None:
    """Where in its source the character at the offset is, escapes before it allowed for."""
    for text, span in pieces:
        if offset < len(text):
            if span is None:
                return None
            wanted = text[: offset + 1].count(text[offset])
            position = -1
            for _ in range(wanted):
                position = span.text.find(text[offset], position + 1)
                if position < 0:
                    return span
            return Span(span.source, span.start + position, span.start + position + 1)
        offset -= len(text)
    return None


def _queries(book: Book) -> tuple[Diagnostic, ...]:
    """A query for each mark without a partner, in the order of the book."""
    flow = list(_flow(book))
    marked = pair_quotes(["".join(text for text, _ in pieces) for pieces in flow])
    found: list[Diagnostic] = []
    for pieces, marks in zip(flow, marked, strict=True):
        alone = [mark for mark in marks if mark.partner is None and not mark.reopens]
        for mark in alone[:ASKED]:
            fault = "is not closed in its paragraph" if mark.opening else "closes nothing"
            hint = "a quotation of several paragraphs opens again at the start of each"
            found.append(
                Diagnostic(
                    CODE,
                    "query",
                    f"the quotation mark {mark.character} {fault}",
                    _place(pieces, mark.offset),
                    (hint,) if mark.opening else (),
                )
            )
        if len(alone) > ASKED:
            more = len(alone) - ASKED
            signs = "quotation mark" if more == 1 else "quotation marks"
            message = f"{more} more {signs} without a partner in this paragraph"
            place = _place(pieces, alone[ASKED].offset)
            found.append(Diagnostic(CODE, "query", message, place))
    return tuple(found)


_LAST: list[tuple[Book, tuple[Diagnostic, ...]]] = []


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """The queries about marks in this source; those of the last book are kept for its others."""
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, _queries(book))]
    return (
        query for query in _LAST[0][1] if query.span is not None and query.span.source is source
    )
