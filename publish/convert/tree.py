"""The text of a book as runs: every paragraph one string, however its inlines cut it.

A run holds the pieces of one line of inlines (a paragraph, a heading, a cell, a verse
line), or a single string such as an alternative text.  :func:`gather` lists the runs in
the order of the book, :func:`rebuild` puts other text of the same shape in their place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from publish.model.book import (
    Book,
    Chapter,
    Code,
    CodeSpan,
    Emphasis,
    Formula,
    Image,
    Inline,
    LineBreak,
    Link,
    Marked,
    Math,
    Node,
    NoteRef,
    Number,
    Part,
    Ruby,
    Strong,
    Text,
)
from publish.model.tree import NODE_FIELDS, plain_text
from publish.records import dataclass
from publish.text.characters import has_han

#: Stands in a run for what is not text: U+FFFC OBJECT REPLACEMENT CHARACTER.
OBJECT = "\ufffc"


@dataclass(frozen=True, slots=True)
class Run:
    """``pieces`` are the strings as they lie in the run; ``fixed`` tells which of them are only
    looked at.  ``flows`` is true for text that follows on from the run before, ``counts`` for text
    whose numbers are those of the edition: also the label of a chapter."""

    pieces: tuple[str, ...]
    fixed: tuple[bool, ...]
    flows: bool = True
    counts: bool = True


def _is_run(value: object) -> bool:
    # A tuple has inlines, or nothing of them.
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Inline)


def _is_foreign(node: Inline) -> bool:
    """Whether the inline is in another language, or shows an address: its text stays."""
    if isinstance(node, Marked):
        return node.lang not in ("", "zh")
    return isinstance(node, Link) and plain_text(node.children) == node.target


def _pieces(inlines: tuple[Inline, ...]) -> Iterator[tuple[str, bool]]:
    """The pieces of a run, and whether each is fixed."""
    for node in inlines:
        match node:
            case Text(text):
                yield text, False
            case Number(spelling=spelling):
                yield spelling, False
            case Ruby(pairs):
                for base, _ in pairs:
                    yield base, False
            case LineBreak():
                yield "\n", True
            case NoteRef():
                yield "", True
            case CodeSpan() | Math() | Image():
                yield OBJECT, True
            case _ if _is_foreign(node):
                yield plain_text((node,)) or OBJECT, True
            case Emphasis(inner) | Strong(inner) | Link(inner) | Marked(inner):
                yield from _pieces(inner)
            case _:
                yield OBJECT, True


def _strings(inlines: tuple[Inline, ...]) -> Iterator[str]:
    """Strings of a run that are read apart from it: alternative texts, titles, Han readings."""
    for node in inlines:
        match node:
            case Image(alt=alt, title=title):
                yield from (alt, title)
            case Link(inner, title=title):
                yield title
                yield from () if _is_foreign(node) else _strings(inner)
            case Ruby(pairs):
                yield from (reading for _, reading in pairs if has_han(reading))
            case _ if _is_foreign(node):
                pass
            case Emphasis(inner) | Strong(inner) | Marked(inner):
                yield from _strings(inner)


def _single(text: str, counts: bool = False) -> Run:
    return Run((text,), (False,), False, counts)


def _runs_of(inlines: tuple[Inline, ...]) -> Iterator[Run]:
    if len(inlines) == 1 and isinstance(inlines[0], Text):
        # Most paragraphs.
        yield Run((inlines[0].text,), (False,))
        return
    pieces = list(_pieces(inlines))
    yield Run(tuple(text for text, _ in pieces), tuple(fixed for _, fixed in pieces))
    yield from map(_single, _strings(inlines))


def _collect(value: object, found: list[Run]) -> None:
    """Add the runs of a node, or of a tuple of nodes or runs."""
    if _is_run(value):
        found += _runs_of(value)  # type: ignore[arg-type]
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif isinstance(value, Image):
        found += map(_single, (value.alt, value.title))
    elif isinstance(value, Number):
        found.append(_single(value.spelling))
    elif isinstance(value, Node) and not isinstance(value, Code | Formula):
        if isinstance(value, Chapter | Part):
            found.append(_single(value.label, counts=True))
        for name in NODE_FIELDS[type(value)]:
            below = getattr(value, name)
            if below:
                _collect(below, found)


def gather(book: Book) -> list[Run]:
    """Every run of the book's text, in the order of the book."""
    found: list[Run] = []
    for part in (book.heading, book.front, book.body, book.back):
        _collect(part, found)
    return found


class _Rebuilder:
    """Puts new text into the tree, in the order in which :func:`gather` lists it."""

    def __init__(self, runs: Sequence[Sequence[str]]) -> None:
        self._runs = iter(runs)

    def value(self, value: Any) -> Any:
        if _is_run(value):
            return self._inlines(value)
        if isinstance(value, tuple):
            return tuple(self.value(item) for item in value)
        if isinstance(value, Image):
            return dataclasses.replace(value, alt=self._string(), title=self._string())
        if isinstance(value, Number):
            return dataclasses.replace(value, spelling=self._string())
        if isinstance(value, Node) and not isinstance(value, Code | Formula):
            changes: dict[str, Any] = {}
            if isinstance(value, Chapter | Part):
                changes["label"] = self._string()
            for name in NODE_FIELDS[type(value)]:
                changes[name] = self.value(getattr(value, name))
            return dataclasses.replace(value, **changes)
        return value

    def _string(self) -> str:
        return next(self._runs)[0]

    def _inlines(self, inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        pieces = iter(next(self._runs))
        strings = (self._string() for _ in _strings(inlines))
        return self._fill(inlines, pieces, strings)

    def _fill(
        self, inlines: tuple[Inline, ...], pieces: Iterator[str], strings: Iterator[str]
    ) -> tuple[Inline, ...]:
        return tuple(self._fill_one(node, pieces, strings) for node in inlines)

    def _fill_one(self, node: Inline, pieces: Iterator[str], strings: Iterator[str]) -> Inline:
        match node:
            case Text():
                return dataclasses.replace(node, text=next(pieces))
            case Number():
                return dataclasses.replace(node, spelling=next(pieces))
            case Ruby(pairs):
                return dataclasses.replace(
                    node,
                    pairs=tuple(
                        (next(pieces), next(strings) if has_han(reading) else reading)
                        for _, reading in pairs
                    ),
                )
            case Image():
                next(pieces)
                return dataclasses.replace(node, alt=next(strings), title=next(strings))
            case Link() if _is_foreign(node):
                next(pieces)
                return dataclasses.replace(node, title=next(strings))
            case Link(inner):
                title = next(strings)
                return dataclasses.replace(
                    node, title=title, children=self._fill(inner, pieces, strings)
                )
            case _ if _is_foreign(node):
                next(pieces)
                return node
            case Emphasis(inner) | Strong(inner) | Marked(inner):
                return dataclasses.replace(node, children=self._fill(inner, pieces, strings))
            case _:
                next(pieces)
                return node


def rebuild(book: Book, runs: Sequence[Sequence[str]]) -> Book:
    """The book with the pieces of every run replaced; ``runs`` are as :func:`gather` lists them."""
    rebuilder = _Rebuilder(runs)
    parts = {
        name: rebuilder.value(getattr(book, name)) for name in ("heading", "front", "body", "back")
    }
    return dataclasses.replace(book, **parts)
