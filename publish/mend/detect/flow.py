"""The text of a book in one string, so that one search goes through all of it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from publish.diagnostics import Span
from publish.mend.passages import Passage, passages
from publish.model.book import Book
from publish.records import dataclass
from publish.text.script import folded


@dataclass(frozen=True, slots=True)
class Flow:
    """``text`` is every passage on a line of its own, in reading order (a poem has its own line
    ends besides); ``starts`` is where each begins, in code points."""

    text: str
    starts: tuple[int, ...]
    passages: tuple[Passage, ...]
    #: The text with traditional characters folded, if the book is traditional: for words.
    words: str

    def index(self, offset: int) -> int:
        """Which passage holds a place of the text."""
        return bisect.bisect_right(self.starts, offset) - 1

    def passage(self, offset: int) -> tuple[Passage, int]:
        """The passage that holds a place of the text, and where in it that is."""
        index = self.index(offset)
        return self.passages[index], offset - self.starts[index]

    def span(self, start: int, end: int) -> Span | None:
        """The place in the manuscript of a part of the text, if it has one."""
        passage, offset = self.passage(start)
        return passage.span(offset, offset + end - start)

    def lines(self) -> Iterator[tuple[Passage, int]]:
        """Each passage and where it begins."""
        return zip(self.passages, self.starts, strict=True)


#: Every detector asks for the same book.
_LAST: list[tuple[Book, Flow]] = []


def flow(book: Book) -> Flow:
    """The flow of a book; that of the last book asked for is kept."""
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, _flow(book))]
    return _LAST[0][1]


def _flow(book: Book) -> Flow:
    found = passages(book)
    starts: list[int] = []
    length = 0
    for passage in found:
        starts.append(length)
        length += len(passage.text) + 1
    text = "\n".join(passage.text for passage in found)
    words = folded(text) if book.script == "hant" else text
    return Flow(text, tuple(starts), found, words)
