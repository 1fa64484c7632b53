"""Strong emphasis with blanks inside its asterisks, empty, or in pieces.

What: a blank between ``**`` and the words it holds goes away, where Chinese is inside or
beside it; ``****`` between two runs of Chinese in strong emphasis goes, and so does an empty
one after the last sentence of a paragraph.  Nothing is done in a paragraph whose ``**`` do
not come in pairs, or may be a power or Python's ``**kwargs``.
Why: web editors put the blank into the bold run, and Markdown then prints the asterisks; a
run whose colour changes is exported as several bold ones without anything between them.
Before: ``**重点 **后文``, ``**一****二**``  After: ``**重点**后文``, ``**一二**``
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import Places, places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass
from publish.text.characters import has_han, is_chinese, is_latin

CODE = "S-STRONG"

_RUN = re.compile(r"(?<!\\)\*+")
_ENDS = frozenset("。！？…”」』）")


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two ``**`` hold, and the characters outside them; offsets in the source."""

    start: int
    end: int
    before: str
    inner: str
    after: str

    @property
    def is_padded(self) -> bool:
        """Whether a blank keeps one of the ``**`` from its words."""
        return self.inner != self.inner.strip(" \t")

    @property
    def is_doubtful(self) -> bool:
        """Whether the two may be no marks of emphasis."""
        left, right = self.inner[:1] in " \t", self.inner[-1:] in " \t"
        beside = (left and is_chinese(self.before)) or (right and is_chinese(self.after))
        return (
            not self.inner.strip()
            or (left and (self.before in " \t" or is_latin(self.before)))
            or (right and self.after != "" and is_latin(self.after))
            or (left and right and self.after in " \t")
            or ((left or right) and not beside and not has_han(self.inner))
        )


def find(source: Source, book: Book, manifest: Manifest) -> Iterator[Edit]:
    """Delete the blanks, join what is in pieces."""
    text = source.text
    if "**" not in text:
        return
    here = places(source, book)
    for paragraph in here.paragraphs:
        span = paragraph.span
        if span is not None and text.find("**", span.start, span.end) >= 0:
            yield from _paragraph(source, here, span)


def _paragraph(source: Source, here: Places, span: Span) -> Iterator[Edit]:
    text = source.text
    runs = [
        found.span()
        for found in _RUN.finditer(text, span.start, span.end)
        if not here.is_closed(*found.span())
    ]
    marks = [run for run in runs if run[1] - run[0] == 2]
    seams = [run for run in runs if run[1] - run[0] == 4]
    if len(marks) + len(seams) != len(runs) or len(marks) % 2:
        return
    for start, end in seams:
        is_inside = bisect.bisect_left(marks, (start, end)) % 2 == 1
        joins = is_inside and is_chinese(text[start - 1]) and is_chinese(text[end : end + 1])
        ends = len(runs) == 1 and end == span.end and text[start - 1] in _ENDS
        if joins or ends:
            yield Edit(Span(source, start, end), "", CODE)
    pairs = [
        _Pair(
            opening[1],
            closing[0],
            text[opening[0] - 1 : opening[0]] if opening[0] > span.start else "\n",
            text[opening[1] : closing[0]],
            text[closing[1] : min(closing[1] + 1, span.end)],
        )
        for opening, closing in zip(marks[::2], marks[1::2], strict=True)
    ]
    if any(pair.is_padded for pair in pairs) and not any(pair.is_doubtful for pair in pairs):
        for pair in pairs:
            yield from _trimmed(source, pair)


def _trimmed(source: Source, pair: _Pair) -> Iterator[Edit]:
    """The edits that delete the blanks of one pair."""
    left = len(pair.inner) - len(pair.inner.lstrip(" \t"))
    right = len(pair.inner) - len(pair.inner.rstrip(" \t"))
    if left:
        yield Edit(Span(source, pair.start, pair.start + left), "", CODE)
    if right:
        yield Edit(Span(source, pair.end - right, pair.end), "", CODE)
