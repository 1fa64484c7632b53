"""The text of a book as passages: what queries read, each place known in the manuscript.

A passage is the text of one paragraph, heading, cell or poem, however its inlines cut it.
Code, mathematics, images and calls of notes stand in it as U+FFFC; so does text in another
language.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import Literal

from publish.diagnostics import Span
from publish.model.book import (
    Book,
    Chapter,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    Marked,
    Node,
    Number,
    Part,
    Ruby,
    Section,
    Strong,
    Text,
    Verse,
)
from publish.model.tree import NODE_FIELDS, plain_text
from publish.records import dataclass

#: Stands for what is not text: U+FFFC OBJECT REPLACEMENT CHARACTER.
OBJECT = "\ufffc"

PassageKind = Literal["text", "title", "verse"]

#: A piece of a passage: its text, and the span it was read from.
Piece = tuple[str, Span | None]


@dataclass(frozen=True, slots=True)
class Passage:
    """``starts`` is where in ``text`` each piece begins (code points), ``spans`` what each was
    read from.  ``chapter`` counts the chapters of the book in reading order; ``node`` is what
    holds the text (None for the title of the book)."""

    text: str
    starts: tuple[int, ...]
    spans: tuple[Span | None, ...]
    kind: PassageKind
    chapter: int
    node: Node | None = None

    def span(self, start: int, end: int) -> Span | None:
        """The place in the manuscript of a part of the text; None if it comes from nowhere.

        Exact within one piece, escapes in it allowed for; a part that runs over several
        pieces is told by its beginning.
        """
        index = bisect.bisect_right(self.starts, start) - 1
        if index < 0:
            return None
        span, begin = self.spans[index], self.starts[index]
        if span is None:
            return None
        after = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        words = self.text[begin:after]
        raw = span.text
        low, high = start - begin, min(end, after) - begin
        if raw == words:
            return Span(span.source, span.start + low, span.start + high)
        places = _aligned(words, raw)
        if places is None:
            return span
        return Span(
            span.source, span.start + places[low], span.start + places[max(low, high - 1)] + 1
        )

    def around(self, start: int, end: int) -> Span | None:
        """The place of a part of the text with the character before and after it, which make
        it a name for ``ignore``; only without what is no text."""
        before = self.text[start - 1 : start]
        after = self.text[end : end + 1]
        return self.span(start - (before not in _NO_NAME), end + (after not in _NO_NAME))


#: What no name of a place begins or ends with; nothing at all is one of them.
_NO_NAME = ("", "\n", OBJECT)


def _aligned(words: str, raw: str) -> list[int] | None:
    """Where each character of a text stands in the Markdown it was read from; None if unknown.

    Markup in between (backslashes, marks of emphasis, line ends) is passed over.
    """
    places: list[int] = []
    position = 0
    for character in words:
        position = raw.find(character, position)
        if position < 0:
            return None
        places.append(position)
        position += 1
    return places


def passages(book: Book) -> tuple[Passage, ...]:
    """Every passage of the book, in reading order; those of the last book asked for are kept."""
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, tuple(_passages(book)))]
    return _LAST[0][1]


#: Every query of one book asks for the same passages.
_LAST: list[tuple[Book, tuple[Passage, ...]]] = []


def _passages(book: Book) -> Iterator[Passage]:
    chapter = 0
    found: list[_Run] = []
    for part in (book.heading, book.front, book.body, book.back):
        _collect(None, part, found)
    for node, pieces in found:
        if isinstance(node, Chapter) and pieces is None:
            chapter += 1
        elif pieces:
            yield _passage(pieces, node, chapter)


def _kind(node: Node | None) -> PassageKind:
    if isinstance(node, Verse):
        return "verse"
    return "title" if isinstance(node, Heading | Section | Chapter | Part | None) else "text"


def _passage(pieces: list[Piece], node: Node | None, chapter: int) -> Passage:
    starts: list[int] = []
    length = 0
    for text, _ in pieces:
        starts.append(length)
        length += len(text)
    text = "".join(text for text, _ in pieces)
    spans = tuple(span for _, span in pieces)
    return Passage(text, tuple(starts), spans, _kind(node), chapter, node)


#: A run of inlines in pieces, and the node that holds it.
_Run = tuple[Node | None, list[Piece] | None]


def _collect(node: Node | None, value: object, found: list[_Run]) -> None:
    """Add the runs of inlines below; a chapter is told (with no pieces) before what is in it."""
    if isinstance(value, Verse):
        _collect(value, value.title, found)
        for stanza in value.stanzas:
            lines = [piece for line in stanza for piece in (*_pieces(line), ("\n", None))]
            found.append((value, lines))
        _collect(value, value.source, found)
    elif isinstance(value, tuple):
        if value and all(isinstance(item, Inline) for item in value):
            found.append((node, list(_pieces(value))))
        else:
            for item in value:
                _collect(node, item, found)
    elif isinstance(value, Node):
        if isinstance(value, Chapter):
            found.append((value, None))
        for name in NODE_FIELDS[type(value)]:
            below = getattr(value, name)
            if below:
                _collect(value, below, found)


def _pieces(inlines: tuple[Inline, ...]) -> Iterator[Piece]:
    for node in inlines:
        match node:
            case Text(text):
                yield text, node.span
            case Number(spelling=spelling):
                yield spelling, node.span
            case Ruby(pairs):
                for base, _ in pairs:
                    yield base, node.span
            case LineBreak():
                yield "\n", None
            case Marked(lang=lang) if lang not in ("", "zh"):
                yield OBJECT, None
            case Link(inner, target=target) if plain_text(inner) == target:
                yield OBJECT, None
            case Emphasis(inner) | Strong(inner) | Link(inner) | Marked(inner):
                yield from _pieces(inner)
            case _:
                yield OBJECT, None
