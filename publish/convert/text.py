"""Conversion of the text of one paragraph: what is kept out of it, and how the result is
shared out among the runs it was cut into."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from publish.convert.engine import Converter
from publish.text.addresses import ADDRESS
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

#: U+0000 ends a text for OpenCC.
_NOT_TEXT = rf"{ADDRESS.pattern}|\x00+"

#: Above this many code points the parts of an uneven result are found by proportion.
_ALIGN_LIMIT = 2000

#: A part of a text, and its spelling; None for one that is to be converted.
Part = tuple[str, str | None]

_OTHER = late(rf"[^{HAN_CLASS}]+")


def kept(protected: Iterable[str]) -> re.Pattern[str]:
    """What is not converted: addresses, protected strings, and what OpenCC cannot hold."""
    words = sorted({word for word in protected if word}, key=lambda word: (-len(word), word))
    return re.compile("|".join([*map(re.escape, words), _NOT_TEXT]))


def keeping(convert: Converter, protected: Iterable[str]) -> Converter:
    """A conversion that leaves addresses and the protected strings exactly as they are."""
    pattern = kept(protected)
    return lambda text: convert_parts(convert, [without(text, pattern)])[0]


def without(text: str, pattern: re.Pattern[str]) -> list[Part]:
    """The parts of a text, those that match the pattern spelt as they are."""
    parts: list[Part] = []
    position = 0
    for found in pattern.finditer(text):
        parts.append((text[position : found.start()], None))
        parts.append((found.group(), found.group()))
        position = found.end()
    parts.append((text[position:], None))
    return parts


class Naming:
    """Cuts declared words and names out of a text, which are spelt by themselves.

    ``find`` tells where each name begins, and the name, in the order of the text; ``words`` are
    declared phrases and their spellings.  Of two words at one place the longer one counts, and a
    name that lies over a declared word is none.
    """

    def __init__(
        self,
        find: Callable[[str], Iterable[tuple[int, str]]],
        spell: Callable[[str], str],
        words: Mapping[str, str],
    ) -> None:
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        self._declared = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._words = words
        self._find = find
        self._spell = spell

    def names(self, text: str) -> list[tuple[int, str]]:
        """Where each name of the text begins, and the name."""
        taken = bytearray(len(text))
        for found in self._declared.finditer(text):
            start, end = found.span()
            taken[start:end] = b"\1" * (end - start)
        return [
            (start, name)
            for start, name in self._find(text)
            if taken.find(1, start, start + len(name)) < 0
        ]

    def parts(self, text: str) -> list[Part]:
        """The parts of a text, its declared words and its names with their spelling."""
        spelled = [
            (found.start(), found.group(), self._words[found.group()])
            for found in self._declared.finditer(text)
        ]
        spelled += [(start, name, self._spell(name)) for start, name in self.names(text)]
        parts: list[Part] = []
        position = 0
        for start, part, spelling in sorted(spelled):
            parts += [(text[position:start], None), (part, spelling)]
            position = start + len(part)
        parts.append((text[position:], None))
        return parts


def convert_parts(convert: Converter, texts: Sequence[Sequence[Part]]) -> list[str]:
    """Each text, its parts spelt as they say or converted, in one call for all.

    A line end is a boundary to the conversion, and stays one: a call costs more than a line.
    """
    wanted = [part for parts in texts for part, spelling in parts if spelling is None]
    lines = iter(convert("\n".join(wanted)).split("\n"))
    return [
        "".join(
            "\n".join(itertools.islice(lines, part.count("\n") + 1))
            if spelling is None
            else spelling
            for part, spelling in parts
        )
        for parts in texts
    ]


def share_out(before: str, after: str, lengths: Sequence[int]) -> list[str]:
    """Cut the converted text where the text was cut into runs of these lengths (code points).

    Nearly always both are of one length.  Where a declared word is longer or shorter than
    its phrase, the cuts are found by what both texts have in common.  Raises :class:`ValueError` if
    the lengths are not those of the text: some of it would be lost.
    """
    cuts = [0, *itertools.accumulate(lengths)]
    if cuts[-1] != len(before):
        raise ValueError(f"runs of {cuts[-1]} characters for a text of {len(before)}")
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
        import difflib

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
