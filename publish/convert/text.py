"""Conversion of the text of one paragraph: what is kept out of it, and how the result is
shared out among the runs it was cut into."""

from __future__ import annotations

import bisect
import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Sequence

from publish.text.addresses import ADDRESS
from publish.text.characters import HAN_CLASS

#: U+0000 ends a text for OpenCC.
_NOT_TEXT = rf"{ADDRESS.pattern}|\x00+"

#: Above this many code points the parts of an uneven result are found by proportion.
_ALIGN_LIMIT = 2000

_OTHER = re.compile(rf"[^{HAN_CLASS}]+")


def kept(protected: Iterable[str]) -> re.Pattern[str]:
    """What is not converted: addresses, protected strings, and what OpenCC cannot hold."""
    words = sorted({word for word in protected if word}, key=lambda word: (-len(word), word))
    return re.compile("|".join([*map(re.escape, words), _NOT_TEXT]))


def keeping(convert: Callable[[str], str], protected: Iterable[str]) -> Callable[[str], str]:
    """A conversion that leaves addresses and the protected strings exactly as they are."""
    pattern = kept(protected)

    def convert_rest(text: str) -> str:
        if pattern.search(text) is None:
            return convert(text)
        parts: list[str] = []
        position = 0
        for found in pattern.finditer(text):
            if found.start() > position:
                parts.append(convert(text[position : found.start()]))
            parts.append(found.group())
            position = found.end()
        parts.append(convert(text[position:]))
        return "".join(parts)

    return convert_rest


def naming(
    convert: Callable[[str], str],
    find: Callable[[str], Iterable[tuple[int, str]]],
    spell: Callable[[str], str],
    declared: Iterable[str],
) -> Callable[[str], str]:
    """A conversion that spells the names that ``find`` tells (where each begins, and the name)
    by ``spell``, unless one lies over a declared word."""
    words = sorted(filter(None, declared), key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, words)) or "(?!)")

    def convert_named(text: str) -> str:
        parts: list[str] = []
        position = 0
        for start, name in find(text):
            end = start + len(name)
            if any(found.end() > start for found in pattern.finditer(text, 0, end)):
                continue
            if start > position:
                parts.append(convert(text[position:start]))
            parts.append(spell(name))
            position = end
        if not parts:
            return convert(text)
        if position < len(text):
            parts.append(convert(text[position:]))
        return "".join(parts)

    return convert_named


def share_out(before: str, after: str, lengths: Sequence[int]) -> list[str]:
    """Cut the converted text where the text was cut into runs of these lengths (code points).

    Nearly always both are of one length.  Where a declared word is longer or shorter than
    its phrase, the cuts are found by what both texts have in common.
    """
    cuts = [0, *itertools.accumulate(lengths)]
    if len(before) != len(after) and len(lengths) > 1:
        places = _places(before, after, cuts)
    elif len(before) != len(after):
        places = [0, len(after)]
    else:
        places = cuts
    return [after[start:end] for start, end in itertools.pairwise(places)]


def _places(before: str, after: str, cuts: Sequence[int]) -> list[int]:
    """The offset in the converted text of each offset in the text; never descending."""
    anchors = _anchors(before, after)
    offsets = [anchor[0] for anchor in anchors]
    places: list[int] = []
    for cut in cuts:
        start = anchors[max(0, bisect.bisect_right(offsets, cut) - 1)]
        end = anchors[min(len(anchors) - 1, bisect.bisect_left(offsets, cut))]
        width = end[0] - start[0]
        inside = 0 if width <= 0 else round((end[1] - start[1]) * (cut - start[0]) / width)
        places.append(start[1] + inside)
    places[0], places[-1] = 0, len(after)
    return list(itertools.accumulate(places, max))


def _anchors(before: str, after: str) -> list[tuple[int, int]]:
    """Pairs of offsets that stand for the same place, ascending, ends included."""
    anchors = [(0, 0), (len(before), len(after))]
    ours = list(_OTHER.finditer(before))
    theirs = list(_OTHER.finditer(after))
    if [found.group() for found in ours] == [found.group() for found in theirs]:
        # Punctuation and Latin are not converted: between them lie words of few characters.
        for one, other in zip(ours, theirs, strict=True):
            anchors += [(one.start(), other.start()), (one.end(), other.end())]
    if len(before) <= _ALIGN_LIMIT:
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for block in matcher.get_matching_blocks():
            anchors += [
                (block.a, block.b),
                (block.a + block.size, block.b + block.size),
            ]
    ascending: list[tuple[int, int]] = []
    for anchor in sorted(set(anchors)):
        if not ascending or anchor[1] >= ascending[-1][1]:
            ascending.append(anchor)
    return ascending
