"""Words that conversion reads otherwise in their sentence than by themselves.

What: where a segmenter sees a word, and OpenCC, which takes the longest phrase from the left,
spells it otherwise in its sentence than alone, both spellings are shown; nothing is changed.
A word of one character is asked about only where half of a longer word beside it made the
difference (``报废|后`` as 报·废后).  The lines to declare hold what made the difference as well,
so that either changes this place and others like it, and nothing else.  A traditional text has
its words from its simplified form.
Why: a phrase may have swallowed half a word (``因此系统`` as 因·此系·统), or the segmenter may
be wrong; only a reader knows.  What is known of such cuts is mended without asking.
Before: ``任命的确系铁案``  After: ``任命的確係鐵案``, and a query at ``的确``
Measured: 5 queries in 100,000 characters of a newspaper and of Lu Xun, 1 in technical books;
of the first 100 four in five were faults of OpenCC.  Words of one character add 2 in 100,000
of Lu Xun and 1 of the newspaper; of those 37 more than half were faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from publish.convert.engine import to_traditional
from publish.convert.inquiry import Inquiry, Passage, words_line
from publish.diagnostics import Diagnostic

CODE = "C-RISK"

#: How many characters beside a word are tried for what made the difference.
_REACH = 8

#: Rarer words of the segmenter's dictionary are often none.
_LEAST_FREQUENCY = 20


class _Word(NamedTuple):
    """A word of the segmenter in simplified characters, its first code point in the text, and its
    part of speech."""

    start: int
    text: str
    tag: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_known(self) -> bool:
        from publish.text.segmenter import frequency

        return frequency(self.text) >= _LEAST_FREQUENCY


def find(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """A query for each such word with what is around it, at its first place."""
    asked: set[str] = set()
    forward = to_traditional(inquiry.how.route)
    for passage in inquiry.passages:
        text = passage.text
        whole = inquiry.plain(text)
        if len(whole) != len(text):
            continue
        settled = inquiry.settled(text)
        words = [_Word(0, "", ""), *_words(text if forward else whole), _Word(len(text), "", "")]
        for index, word in enumerate(words[1:-1], start=1):
            printed, alone = whole[word.start : word.end], inquiry.word(text[word.start : word.end])
            if (
                alone == printed
                or len(alone) != len(printed)
                or settled.find(1, word.start, word.end) >= 0
            ):
                continue
            around = words[index - 1 : index + 2]
            if not (word.is_known if len(word.text) > 1 else _is_swallowed(inquiry, text, around)):
                continue
            begin, end = _extent(inquiry, text, words, index)
            phrase = text[begin:end]
            if phrase not in asked:
                asked.add(phrase)
                yield _query(passage, (begin, end), word, whole, alone)


def _words(text: str) -> Iterator[_Word]:
    from publish.text.segmenter import tagged

    start = 0
    for word, tag in tagged(text):
        yield _Word(start, word, tag)
        start += len(word)


def _is_swallowed(inquiry: Inquiry, text: str, around: list[_Word]) -> bool:
    """Whether half of a longer word beside a word of one character, the second of these three,
    made its spelling.  A number may take a measure word: 三百|只."""
    before, word, after = around
    printed = inquiry.plain(text)[word.start : word.end]
    if (
        len(before.text) > 1
        and before.tag != "m"
        and before.is_known
        and inquiry.word(text[word.start - 1 : word.end]).endswith(printed)
    ):
        return True
    return (
        len(after.text) > 1
        and after.is_known
        and inquiry.word(text[word.start : word.end + 1]).startswith(printed)
    )


def _extent(inquiry: Inquiry, text: str, words: list[_Word], index: int) -> tuple[int, int]:
    """Where a phrase begins and ends that is to be declared for the word of this index.

    It has what made the spelling of the word, ends where words end, and leaves the spelling of
    what is before and after it as it was.
    """
    word, whole, convert = words[index], inquiry.plain(text), inquiry.how.convert
    first, last = _piece(inquiry, text, word)
    begin, end = _maker(inquiry, text, word, first, last)
    starts = sorted({max(first, other.start) for other in words if other.start <= begin})
    ends = sorted({min(last, other.end) for other in words if other.end >= end}, reverse=True)
    begin, end = starts.pop(), ends.pop()
    while starts and convert(text[first:begin]) != whole[first:begin]:
        begin = starts.pop()
    while ends and convert(text[end:last]) != whole[end:last]:
        end = ends.pop()
    return begin, end


def _piece(inquiry: Inquiry, text: str, word: _Word) -> tuple[int, int]:
    """Where the part of the text that is converted as one, and has the word, begins and ends."""
    position = 0
    for part, _ in inquiry.how.parts(text):
        if word.end <= position + len(part):
            break
        position += len(part)
    return position, position + len(part)


def _maker(inquiry: Inquiry, text: str, word: _Word, first: int, last: int) -> tuple[int, int]:
    """Where the shortest string around the word begins and ends in which it is spelt as it is in
    the text."""
    printed, convert = inquiry.plain(text)[word.start : word.end], inquiry.how.convert
    for reach in range(1, _REACH + 1):
        for left in range(reach + 1):
            begin, end = word.start - left, word.end + reach - left
            if first <= begin and end <= last:
                shown = convert(text[begin:end])
                if shown[left : left + len(word.text)] == printed:
                    return begin, end
    return max(first, word.start - _REACH), min(last, word.end + _REACH)


def _query(
    passage: Passage, place: tuple[int, int], word: _Word, whole: str, alone: str
) -> Diagnostic:
    """``place`` is where the phrase to declare begins and ends."""
    begin, end = place
    phrase, printed = passage.text[begin:end], whole[begin:end]
    other = whole[begin : word.start] + alone + whole[word.end : end]
    own = passage.text[word.start : word.end]
    return Diagnostic(
        CODE,
        "query",
        f"{own} is printed {whole[word.start : word.end]} here, and {alone} by itself",
        passage.span(word.start, word.end),
        settle=(words_line(phrase, other), words_line(phrase, printed)),
    )
