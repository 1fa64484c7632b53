"""What the segmenter says of a place in the text: the words that stand there."""

from __future__ import annotations

from publish.records import dataclass
from publish.text.segmenter import frequency, tagged

#: Characters on each side of a place that the segmenter is shown; names and words are found by
#: what stands next to them, and a whole paragraph takes ten times as long.
WINDOW = 20

#: A word that the dictionary's corpus has less often than this may be a slip in it.
_KNOWN = 3

#: A word that nobody doubts, wherever it stands; a character that is a word of its own.
_FREQUENT, _ALONE = 200, 3000


@dataclass(frozen=True, slots=True)
class Word:
    """A word that has a part in a place: ``start`` and ``end`` are from the start of the place,
    in code points (``start`` may be negative), ``tag`` is jieba's part of speech."""

    text: str
    tag: str
    start: int
    end: int


def words_at(text: str, start: int, end: int) -> list[Word]:
    """The words that have a part in start to end of the text, in order."""
    before = max(0, start - WINDOW)
    found: list[Word] = []
    position = before - start
    for word, tag in tagged(text[before : end + WINDOW]):
        after = position + len(word)
        if after > 0:
            if position >= end - start:
                break
            found.append(Word(word, tag, position, after))
        position = after
    return found


def is_known(word: str, least: int = _KNOWN) -> bool:
    """Whether the dictionary has the word, and not once or twice by accident."""
    return len(word) > 1 and frequency(word) >= least


def crossing(text: str, start: int, end: int, at: int | None = None) -> list[Word]:
    """The words of the dictionary that have a part in the place and reach out of it: with one
    the place is no word (目的的: 的的 is crossed by 目的).

    ``at`` is the character, from the start of the place, that matters: a word without it counts
    where it is a frequent one, and that character may well be a word of its own (王是杰出的: 杰出).
    """
    size = end - start
    found = []
    for word in words_at(text, start, end):
        if word.start >= 0 and word.end <= size:
            continue
        if at is None or word.start <= at < word.end:
            if is_known(word.text):
                found.append(word)
        elif is_known(word.text, _FREQUENT) and frequency(text[start + at]) >= _ALONE:
            found.append(word)
    return found
