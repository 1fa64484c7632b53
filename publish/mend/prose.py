"""The text of a source as passages that a rule may edit: raw Markdown, every place exact.

Where :mod:`publish.mend.passages` is what a reader reads, this is what stands in the file.
What is no plain text stands as U+FFFC, as often as it is long: addresses, escapes and
references, captions that an image holds, labels of links, text in another language.  Such a
place is never edited, and a rule sees that something stands there.
"""

from __future__ import annotations

import bisect
import re
from typing import Literal

from publish.diagnostics import Edit, Source, Span
from publish.mend.passages import OBJECT, Passage, passages
from publish.mend.places import Places, places
from publish.model.book import Book
from publish.records import dataclass
from publish.text.addresses import ADDRESS
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

#: Marks that only Chinese (and Japanese) text has: those that are also Latin (quotation
#: marks, the dash, the ellipsis, the middle dot) are not among them, nor is U+3000.
WIDE_CLASS = "\u3001-\u3006\u3008-\u3020\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"

#: What tells that Chinese is being written, as the inside of a character class.
CHINESE_CLASS = HAN_CLASS + WIDE_CLASS


_NOT_PLAIN = late(r"\\[!-/:-@\[-`{-~]|&(?:#[xX]?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")


Severity = Literal["safe", "declared"]


@dataclass(frozen=True, slots=True)
class Prose:
    """One passage of a source.

    ``starts`` is where in ``text`` each piece begins, ``places`` where the piece begins in the
    source, or -1 for one that is not to be edited; code points.  ``here`` is what the source
    holds.
    """

    source: Source
    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    here: Places

    def edit(
        self, start: int, end: int, text: str, rule: str, severity: Severity = "declared"
    ) -> Edit | None:
        """An edit of a part of the text; None where that is not one run of the source, or
        is part of the name of a file."""
        low, high = self.run(start)
        place = self.places[bisect.bisect_right(self.starts, start) - 1]
        if place < 0 or end > high or OBJECT in self.text[start:end]:
            return None
        begin = place + start - low
        if self.here.is_file(begin, begin + end - start):
            return None
        return Edit(Span(self.source, begin, begin + end - start), text, rule, severity)

    def run(self, offset: int) -> tuple[int, int]:
        """The start and the end of the piece that holds a place of the text."""
        index = bisect.bisect_right(self.starts, offset) - 1
        after = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.starts[index], after

    def with_blanks(self, start: int, end: int) -> tuple[int, int]:
        """A part of the text with the blanks around it, as far as they are of the same piece."""
        low, high = self.run(start)
        while start > low and self.text[start - 1] in " \t":
            start -= 1
        while end < high and self.text[end] in " \t":
            end += 1
        return start, end


def prose(source: Source, book: Book) -> tuple[Prose, ...]:
    """The passages of a source in the book that was read from it; those of the last book asked
    for are kept, since every rule of a round asks for the same ones."""
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, _by_source(book))]
    return _LAST[0][1].get(id(source), ())


_LAST: list[tuple[Book, dict[int, tuple[Prose, ...]]]] = []


def _by_source(book: Book) -> dict[int, tuple[Prose, ...]]:
    """The passages of every source, by its identity; a passage lies in one source."""
    found: dict[int, tuple[Source, list[Passage]]] = {}
    for passage in passages(book):
        source = next((span.source for span in passage.spans if span is not None), None)
        if source is not None:
            found.setdefault(id(source), (source, []))[1].append(passage)
    result: dict[int, tuple[Prose, ...]] = {}
    for key, (source, flow) in found.items():
        here = places(source, book)
        texts = frozenset(here.texts)
        result[key] = tuple(_prose(source, passage, texts, here) for passage in flow)
    return result


def _prose(
    source: Source, passage: Passage, texts: frozenset[tuple[int, int]], here: Places
) -> Prose:
    parts: list[str] = []
    starts: list[int] = []
    found: list[int] = []
    length = 0
    ends = (*passage.starts[1:], len(passage.text))
    for span, start, end in zip(passage.spans, passage.starts, ends, strict=True):
        if span is not None and span.source is source and (span.start, span.end) in texts:
            part, place = _plain(span, here), span.start
        else:
            part, place = passage.text[start:end], -1
        parts.append(part)
        starts.append(length)
        found.append(place)
        length += len(part)
    return Prose(source, "".join(parts), tuple(starts), tuple(found), here)


def _plain(span: Span, here: Places) -> str:
    """The raw text of a run, with U+FFFC for what is not plain."""
    raw = span.text
    if "\\" in raw or "&" in raw:
        raw = _NOT_PLAIN.sub(_objects, raw)
    for start, end in (
        *here.closed_within(span.start, span.end),
        *here.labels_within(span.start, span.end),
    ):
        raw = raw[: start - span.start] + OBJECT * (end - start) + raw[end - span.start :]
    return raw


def _objects(found: re.Match[str]) -> str:
    return OBJECT * len(found[0])


def without_addresses(text: str) -> str:
    """A text with U+FFFC for each character of the addresses in it."""
    return ADDRESS.sub(_objects, text) if "://" in text or "www." in text else text
