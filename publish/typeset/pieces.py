"""A paragraph cut into pieces: runs of Han, marks, words, blanks, boxes; pairs of marks squeezed.

Han needs no work of its own, so regular expressions find the tenth of a text that does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from publish.typeset.classes import (
    BREAK,
    CLOSE,
    DASH,
    EXCLAIM,
    FIXED,
    LATIN,
    LEADER,
    OBJECT,
    OPEN,
    OTHER,
    SOFT,
    SOLIDUS,
    SPACE,
    SQUEEZED,
    UNKNOWN,
    ZERO,
)
from publish.typeset.faces import Sign, Unlearned, Word
from publish.typeset.hyphens import address_breaks, hyphenation
from publish.typeset.paragraph import Paragraph, Run, Unsuitable

_PIECES = re.compile("Hk+|qk*|(?:[lx]k*)+|d+|[^Hlxqd]k*")
#: The same for a text without combining marks: a set comes first, which is looked for in C.
_PLAIN_PIECES = re.compile("[^H](?:(?<=[lx])[lx]+|(?<=d)d+)?")
#: A closing mark between two letters is an apostrophe, and part of the word.
_APOSTROPHE = re.compile("(?<=[A-Za-zÀ-ɏ])’(?=[A-Za-zÀ-ɏ])")
_DASHES = re.compile("—{2,}")
#: A solidus with no Western character beside it is a Chinese mark.
_CHINESE_SOLIDUS = re.compile("(?<![lx ])x(?![lx ])")

# What may happen after a character: no break, a break, one that shows a hyphen, one inside an
# address, a forced one, one inside a word that is longer than a line.
NO, YES, HYPHEN, ADDRESS, FORCED, ANYWHERE = range(6)

# What a piece is.
RUN, MARK, WORD, NOTHING, BOX, FILL = range(6)

#: What shares a square of a column, if the face has it so (clreq, #exclamatory_question_marks).
_TOGETHER = re.compile("[！？]{2}(?=[！？]{2})|[！？]{2,3}")

_BLANKS = (SPACE, FIXED)
#: A shorter word fits on any line, in characters.
_LONG = 6
#: After the hyphen of a compound.
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")


class Pieces:
    """The text of a paragraph cut into pieces, and what each character takes.

    ``starts``, ``kinds``, ``payloads`` and ``run_of`` are the pieces: the first character, what it
    is, its mark or word, the number of its run.  ``advances`` has a length a character; ``after``
    is the displacement between the end of a glyph and the origin of the next, ``shift`` that of a
    glyph from the start of its slot; ``breaks`` and ``places`` say what may happen after each
    character.  ``cuts`` are the blanks that neighbouring marks take from a mark (before, after).
    """

    def __init__(self, paragraph: Paragraph, hyphenate: bool) -> None:
        """Cut and measure; raises :class:`Unsuitable` for a text that cannot be set here."""
        self.paragraph, self.hyphenate = paragraph, hyphenate
        self.rules, self.em, self.text = paragraph.rules, paragraph.em, paragraph.text
        self.runs = paragraph.runs
        self.length = n = len(self.text)
        self.cls = self._classes()
        self._rows: list[tuple[int, int, object, int]] = []
        #: What the longest word takes.
        self.longest_word = 0.0
        self.after: dict[int, float] = {}
        self.shift: dict[int, float] = {}
        self.hyphen: dict[int, float] = {}
        self.breaks = bytearray([YES]) * n
        self.places = bytearray([1]) * n
        self.cuts: dict[int, tuple[float, float]] = {}
        self.advances: list[float] = []
        for run in self.runs:
            self.advances += [run.face.em] * len(run.text)
        self._cut_pieces()
        self.starts: tuple[int, ...]
        self.kinds: tuple[int, ...]
        self.payloads: tuple[Any, ...]
        self.run_of: tuple[int, ...]
        columns: Any = zip(*self._rows, strict=True) if self._rows else ((),) * 4
        self.starts, self.kinds, self.payloads, self.run_of = columns

    def _classes(self) -> str:
        parts: list[str] = []
        self.run_starts = []
        start = 0
        for run in self.runs:
            try:
                parts.append(run.text.translate(run.face.letters))
            except Unlearned:
                run.face.learn(run.text)
                parts.append(run.text.translate(run.face.letters))
            self.run_starts.append(start)
            start += len(run.text)
        cls = "".join(parts)
        if UNKNOWN in cls:
            raise Unsuitable(self.text[cls.index(UNKNOWN)])
        if "——" in self.text:
            cls = _changed(cls, self.text, _DASHES, DASH)
        if "’" in self.text:
            cls = _changed(cls, self.text, _APOSTROPHE, OTHER)
        if "/" in self.text:
            letters = list(cls)
            for found in _CHINESE_SOLIDUS.finditer(cls):
                if self.text[found.start()] == "/":
                    letters[found.start()] = SOLIDUS
            cls = "".join(letters)
        return cls

    # ------------------------------------------------------------ pieces

    def _cut_pieces(self) -> None:
        """Cut the text into Han runs, marks, words, blanks and boxes, and measure them."""
        pads = self.paragraph.pads
        previous: tuple[int, Sign] | None = None
        paired = -1
        pattern = _PIECES if "k" in self.cls else _PLAIN_PIECES
        for number, run in enumerate(self.runs):
            begin = self.run_starts[number]
            end = begin + len(run.text)
            position = begin
            for match in pattern.finditer(self.cls, begin, end):
                first, last = match.span()
                if first < position:
                    continue  # in the square of the marks before it
                if first > position:
                    self._han(position, first, number, pads)
                position = last
                letter = self.cls[first]
                if letter == EXCLAIM and self.rules.vertical:
                    shared = self._shared(first, end, run)
                    if shared > last:
                        self._word(first, shared, number, run)
                        last = position = shared
                        signs = [run.face.sign(self.text[at]) for at in (first, last - 1)]
                        if previous is not None and previous[0] == first - 1 and signs[0]:
                            self._squeeze(previous, (first, signs[0]), -1)
                        previous = (last - 1, signs[1]) if signs[1] else None
                        continue
                if (letter in SQUEEZED or letter in "jmv") and last - first == 1:
                    sign = run.face.sign(self.text[first])
                    if sign is None:
                        raise Unsuitable(self.text[first])
                    self._add(first, MARK, sign, number)
                    if previous is not None and previous[0] == first - 1:
                        paired = self._squeeze(previous, (first, sign), paired)
                    previous = (first, sign)
                    self.advances[first] = sign.advance
                    continue
                if letter == DASH:
                    # Dashes and ellipses of one kind are a unit, of two kinds two.
                    for _, unit in groupby(range(first, last), self.text.__getitem__):
                        places = list(unit)
                        self._word(places[0], places[-1] + 1, number, run)
                    continue
                self._other(letter, first, last, number, run)
            if end > position:
                self._han(position, end, number, pads)
            following = self.runs[number + 1 : number + 2]
            raised = bool(following) and following[0].rise > run.rise
            if previous is not None and previous[0] == end - 1 and raised:
                # The call of a note comes up to the mark it follows.
                self._cut(previous[0], 0.0, previous[1].after)

    def _shared(self, first: int, end: int, run: Run) -> int:
        """Where the marks end that share the square of the one at ``first``, before ``end``."""
        found = _TOGETHER.match(self.text, first, end)
        if found is None or any(at in self.paragraph.pads for at in range(first, found.end())):
            return first
        word = run.face.word(found[0])
        one = word is not None and abs(sum(word.advances) - run.face.em) < 1e-3 * run.face.em
        return found.end() if one else first

    def _add(self, start: int, kind: int, payload: object, run: int) -> None:
        self._rows.append((start, kind, payload, run))

    def _han(self, begin: int, end: int, run: int, pads: Mapping[int, tuple[float, float]]) -> None:
        """A run of Han, cut where a character has space of its own."""
        self._add(begin, RUN, None, run)
        if pads:
            for index in range(begin, end):
                if index in pads:
                    if index > begin and self._rows[-1][0] != index:
                        self._add(index, RUN, None, run)
                    if index + 1 < end:
                        self._add(index + 1, RUN, None, run)

    def _other(self, letter: str, first: int, last: int, number: int, run: Run) -> None:
        """Anything but Han and lone marks."""
        if letter in _BLANKS:
            self._blank(first, number, run)
        elif letter in (ZERO, SOFT, BREAK):
            self._add(first, NOTHING, None, number)
            self.advances[first] = 0.0
            self.places[first] = 0
        elif letter == OBJECT:
            box = self.paragraph.objects[first]
            self._add(first, BOX, box, number)
            self.advances[first] = box.advance
            if box.western:
                self.cls = self.cls[:first] + LATIN + self.cls[first + 1 :]
        elif letter == LEADER:
            self._add(first, FILL, None, number)
            self.advances[first] = 0.0
        else:
            self._word(first, last, number, run)

    def _blank(self, index: int, number: int, run: Run) -> None:
        character = self.text[index]
        word = None if character in "\u2060\ufeff" else run.face.word(character)
        if word is None:
            self._add(index, NOTHING, None, number)
            self.advances[index] = 0.0
        else:
            self._add(index, WORD, word, number)
            self.advances[index] = word.advances[0]
        self.places[index] = 0

    def _word(self, first: int, last: int, number: int, run: Run) -> None:
        pads = self.paragraph.pads
        text = self.text[first:last]
        word = run.face.word(text)
        if word is None:
            raise Unsuitable(text)
        if pads and last > first + 1 and self._is_spaced(first, last):
            # Letters with space of their own are set one by one.
            begin = first
            for index, free in enumerate(word.breakable, first):
                if free or index == last - 1:
                    if begin == first and index == last - 1:
                        break
                    self._word(begin, index + 1, number, run)
                    begin = index + 1
            else:
                return
        self._add(first, WORD, word, number)
        self.advances[first:last] = word.advances
        dashes = self.cls[first] == DASH
        if dashes:
            self._space_dashes(first, last, run.face.em, word)
        length = last - first - 1
        if not length:
            return
        if length >= _LONG and not dashes:
            self.longest_word = max(self.longest_word, sum(word.advances))
        self.places[first : last - 1] = bytes(length)
        if dashes:
            self.breaks[first : last - 1] = bytes(length)
            return
        key = (text, run.language, self.hyphenate)
        parting = run.face.partings.get(key)
        if parting is None:
            parting = run.face.partings[key] = _parting(word, *key)
        self.breaks[first : last - 1] = parting[0]
        if parting[1]:
            hyphen = run.face.word("-")
            width = hyphen.advances[0] if hyphen else 0.0
            for place in parting[1]:
                self.hyphen[first + place - 1] = width

    def _is_spaced(self, first: int, last: int) -> bool:
        """Whether there is space inside text[first:last]."""
        pads = self.paragraph.pads
        inside = any(index in pads for index in range(first + 1, last - 1))
        return inside or pads.get(first, (0, 0))[1] > 0 or pads.get(last - 1, (0, 0))[0] > 0

    def _space_dashes(self, first: int, last: int, em: float, word: Word) -> None:
        """A dash or an ellipsis is as many squares as it has characters, whatever the face draws
        (clreq, #h-unbreakable_marks_punctuation)."""
        squares = 2 if self.text[first] == "⸺" else 1
        wanted = squares * em * (last - first)
        missing = wanted - sum(word.advances)
        if abs(missing) > 1e-3 * em:
            self.advances[first] += missing / 2
            self.advances[last - 1] += missing / 2
            self.shift[first] = missing / 2
            self.after[last - 1] = missing / 2

    def _squeeze(self, previous: tuple[int, Sign], this: tuple[int, Sign], paired: int) -> int:
        """Take the blank between two neighbouring marks (clreq,
        #h-adjustment_of_adjacent_punctuation_marks): half a square in all, one square for two
        of ！？."""
        (i, left), (j, right) = previous, this
        if left.kind not in SQUEEZED or right.kind not in SQUEEZED:
            return paired
        kept = self.rules.keep_square
        if self.text[i] in kept or self.text[j] in kept:
            # What stands in the middle of its square gives nothing; its neighbour may.
            if self.text[i] not in kept and left.kind != OPEN:
                self._cut(i, 0.0, left.after)
            elif self.text[j] not in kept and right.kind == OPEN:
                self._cut(j, right.before, 0.0)
            return paired
        if left.kind == EXCLAIM and right.kind == EXCLAIM:
            if paired == i:
                return -1
            self._cut(i, left.before if left.before < left.after * 1.5 else 0.0, left.after)
            self._cut(j, right.before, right.after)
            return j
        if left.kind == OPEN:
            self._cut(j, right.before, 0.0)
        elif left.after > 0.3 * left.em or (paired == i and left.kind == EXCLAIM):
            self._cut(i, 0.0, left.after)
        elif right.kind == OPEN:
            self._cut(j, right.before, 0.0)
        elif right.kind == CLOSE:
            self._cut(i, left.before, left.after)
        else:
            self._cut(i, 0.0, left.after)
            self._cut(j, right.before, 0.0)
        return paired

    def _cut(self, index: int, before: float, after: float) -> None:
        old_before, old_after = self.cuts.get(index, (0.0, 0.0))
        self.cuts[index] = (max(before, old_before), max(after, old_after))


def _changed(cls: str, text: str, pattern: re.Pattern[str], letter: str) -> str:
    """The classes with one letter where a pattern is found in the text."""
    letters = list(cls)
    for found in pattern.finditer(text):
        letters[found.start() : found.end()] = letter * (found.end() - found.start())
    return "".join(letters)


def _parting(
    word: Word, text: str, language: str, hyphenate: bool
) -> tuple[bytes, tuple[int, ...]]:
    """What may happen after each character of a word but the last, and where a hyphen shows."""
    breaks = bytearray(len(text) - 1)
    hyphens: tuple[int, ...] = ()
    signs = address_breaks(text)
    if not signs:
        signs = tuple(match.end() for match in _HYPHENATED.finditer(text))
        if hyphenate and len(text) > 4:
            hyphens = tuple(p for p in hyphenation(text, language) if word.breakable[p - 1])
    for place in signs:
        if word.breakable[place - 1]:
            breaks[place - 1] = ADDRESS
    for place in hyphens:
        breaks[place - 1] = HYPHEN
    return bytes(breaks), hyphens
