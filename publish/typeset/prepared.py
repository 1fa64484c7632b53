"""A paragraph prepared for composition: everything that does not depend on the width of its lines.

Lists of numbers, one entry a character.  Lengths are in the back end's unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

from publish.typeset import joints
from publish.typeset.classes import (
    BREAK,
    CLOSE,
    EXCLAIM,
    OPEN,
    PAUSE,
    SHRINK_GAP,
    SHRINK_SPACE,
    SOFT,
    SPACE,
    SQUEEZED,
    STOP,
)
from publish.typeset.faces import Piece, Sign
from publish.typeset.paragraph import Paragraph, Unsuitable
from publish.typeset.pieces import FORCED, HYPHEN, MARK, NO, YES, Pieces

_LETTERS = re.compile(r"[^\W\d_]+")
_SPECIAL = re.compile(f"[{SPACE}{SOFT}{BREAK}]")


class Prepared(Pieces):
    """The lists of a paragraph.

    ``total`` is the running sum of advances, squeezed pairs and gaps included; ``place_sums`` that
    of the joints that may open; ``room_sums`` that of the blanks that may shrink; ``gap_sums`` and
    ``space_sums`` those of gaps and of blanks between words.  ``shrinks`` has the blanks a mark may
    lose: (order, before it, after it).  ``start_trim`` is what an opening mark loses at the start
    of a line, ``end_trim`` what a character loses at its end, ``end_shift`` what of that is before
    it, ``end_room`` what it may lose there, ``end_blank`` what it may lose at the very last.
    """

    def __init__(self, paragraph: Paragraph) -> None:
        """Prepare; raises :class:`Unsuitable` for a text that cannot be set here."""
        self.gaps: dict[int, float] = {}
        self.spaces: dict[int, float] = {}
        self.shrinks: dict[int, tuple[int, float, float]] = {}
        self.start_trim: dict[int, float] = {}
        self.end_trim: dict[int, float] = {}
        self.end_shift: dict[int, float] = {}
        self.end_room: dict[int, float] = {}
        self.end_blank: dict[int, float] = {}
        super().__init__(paragraph)
        self._joints()
        self._sum()

    def _joints(self) -> None:
        """Marks get their slots and what they may still lose; joints between pieces get breaks,
        gaps and room to open."""
        cls, text, rules = self.cls, self.text, self.rules
        starts, final = self.starts, self.length - 1
        for place, (start, kind) in enumerate(zip(starts, self.kinds, strict=True)):
            if kind == MARK:
                self._slot(start, self.payloads[place])  # type: ignore[arg-type]
            if start:
                i = start - 1
                kinds = cls[i : i + 2]
                before, after = text[i], text[start]
                if not joints.may_break(before, after, kinds, rules.kinsoku):
                    self.breaks[i] = NO
                if not joints.may_open(before, after, kinds):
                    self.places[i] = 0
                if joints.has_gap(kinds):
                    self._gap(i, rules.gap * self._square_em(i if kinds[0] in "Hq" else start))
        for number, start in enumerate(self.run_starts[1:], start=1):
            # A joint between sizes, as before a raised number, is not opened.
            left, right = self.runs[number - 1], self.runs[number]
            if left.face.em != right.face.em or left.rise != right.rise:
                self.places[start - 1] = 0
        for match in _SPECIAL.finditer(cls):
            index = match.start()
            if cls[index] == SPACE:
                self._typed_blank(index)
            else:
                self.breaks[index] = HYPHEN if cls[index] == SOFT else FORCED
        for index in self.paragraph.glued:
            self.breaks[index] = NO
            self.places[index] = 0
        for index, (before_pad, after_pad) in self.paragraph.pads.items():
            self.advances[index] += before_pad + after_pad
            if before_pad:
                if index in self.paragraph.shed:
                    self.start_trim[index] = self.start_trim.get(index, 0.0) + before_pad
                self.shift[index] = self.shift.get(index, 0.0) + before_pad
            if after_pad:
                self.after[index] = self.after.get(index, 0.0) + after_pad
        # The displacement before a glyph belongs to the joint before it.
        for index, shift in self.shift.items():
            if index:
                self.after[index - 1] = self.after.get(index - 1, 0.0) + shift
        self.breaks[final] = max(YES, self.breaks[final])
        self.places[final] = 0

    def _square_em(self, index: int) -> float:
        """The em of the face at a character."""
        for number in range(len(self.run_starts) - 1, -1, -1):
            if self.run_starts[number] <= index:
                return self.runs[number].face.em
        return self.em

    def _gap(self, index: int, width: float) -> None:
        self.gaps[index] = width
        self.after[index] = self.after.get(index, 0.0) + width
        self.end_trim[index] = self.end_trim.get(index, 0.0) + width

    def _typed_blank(self, index: int) -> None:
        """A blank the author typed between Han and Western is the gap, not one more."""
        cls = self.cls
        if 0 < index < self.length - 1 and joints.has_gap(cls[index - 1] + cls[index + 1]):
            width = self.rules.gap * self._square_em(index - 1)
            self.gaps[index] = width
            self.after[index] = self.after.get(index, 0.0) + width - self.advances[index]
            self.advances[index] = 0.0
        else:
            self.spaces[index] = self.advances[index]
        unit = _LETTERS.match(self.text, index + 1)
        if (
            self.text[index - 1 : index].isdecimal()
            and unit is not None
            and joints.UNITS.fullmatch(unit.group())
        ):
            self.breaks[index] = NO

    def _slot(self, index: int, sign: Sign) -> None:
        """What a mark takes, what it may lose in a line, and at its ends."""
        rules, kind = self.rules, sign.kind
        before, after = sign.before, sign.after
        cut_before, cut_after = self.cuts.get(index, (0.0, 0.0))
        if rules.halved(kind) and sign.rule.adjustable:
            cut_before, cut_after = before, after
        self.advances[index] = sign.advance - cut_before - cut_after
        shift = sign.shift - cut_before
        if abs(shift) > 1e-6:
            self.shift[index] = shift
        rest = sign.advance - sign.shift - cut_after - sign.width
        if abs(rest) > 1e-6:
            self.after[index] = self.after.get(index, 0.0) + rest
        before, after = before - cut_before, after - cut_after
        adjustable = sign.rule.adjustable and self.text[index] not in rules.keep_square
        if kind in (CLOSE, PAUSE, STOP) and adjustable and rules.line_end != "hang":
            blank = sign.blank - sign.after - rules.edge * self.em
            self.end_blank[index] = max(0.0, blank)
        if adjustable and before + after > 1e-6:
            self.shrinks[index] = (sign.rule.order, before, after)
        if kind == OPEN and rules.line_start and before > 0:
            self.start_trim[index] = before
        if kind in (CLOSE, PAUSE, STOP, EXCLAIM) and adjustable:
            if rules.line_end == "hang" and self._hangs(index, sign):
                self.end_trim[index] = self.end_trim.get(index, 0.0) + self.advances[index]
            elif rules.line_end == "full":
                if before + after > 1e-6:
                    self.end_room[index] = before + after
            else:
                self.end_trim[index] = self.end_trim.get(index, 0.0) + before + after
                if before:
                    self.end_shift[index] = before

    def _hangs(self, index: int, sign: Sign) -> bool:
        """Points hang, one at a time (clreq, #hanging_punctuation_marks_at_line_end)."""
        hanging = sign.kind in (PAUSE, STOP, EXCLAIM)
        alone = not index or self.cls[index - 1] not in SQUEEZED
        return hanging and alone

    def _sum(self) -> None:
        for index, gap in self.gaps.items():
            self.advances[index] += gap
        self.total = [0.0, *accumulate(self.advances)]
        self.place_sums = [0, *accumulate(self.places)]
        rules, em = self.rules, self.em
        room: dict[int, float] = {}
        for index, (_, before, after) in self.shrinks.items():
            room[index] = before + after
        for index, gap in self.gaps.items():
            room[index] = room.get(index, 0.0) + gap * (1 - rules.gap_least / rules.gap)
        for index, space in self.spaces.items():
            room[index] = max(0.0, space - rules.space_least * em)
        self.room_sums = self._running(room)
        self.gap_sums = self._running(self.gaps)
        self.space_sums = self._running(dict.fromkeys(self.spaces, 1.0))

    def _running(self, values: Mapping[int, float]) -> Sequence[float]:
        if not values:
            return _zeros(self.length + 1)
        flat = [0.0] * (self.length + 1)
        for index, value in values.items():
            flat[index + 1] = value
        return list(accumulate(flat))

    def wanted_between(self, first: int, last: int) -> list[int]:
        """The characters of a line whose places the back end wants to know, in order."""
        wanted = self.paragraph.wanted
        return sorted(i for i in wanted if first <= i < last) if wanted else []

    def extent(self, index: int, slot: float) -> tuple[float, float]:
        """Left and right end of a character whose slot begins at ``slot``, without gap and pads."""
        before, after = self.paragraph.pads.get(index, (0.0, 0.0))
        width = self.total[index + 1] - self.total[index] - self.gaps.get(index, 0.0)
        return slot + before, slot + width - after

    def part(self, begin: int, end: int, number: int) -> tuple[Piece, ...]:
        """The glyphs of a part of a word, where it is broken."""
        word = self.runs[number].face.word(self.text[begin:end])
        if word is None:
            raise Unsuitable(self.text[begin:end])
        return word.pieces

    def last_resort(self, first: int, at: int) -> float:
        """What text[first:at + 1] can still give when all blanks are taken."""
        joints_given = self.place_sums[at] - self.place_sums[first]
        return self.end_blank.get(at, 0.0) + joints_given * self.rules.tighten * self.em

    @property
    def shrink_order(self) -> Mapping[int, int]:
        """The step at which each blank that is no mark's shrinks."""
        return {
            **dict.fromkeys(self.spaces, SHRINK_SPACE),
            **dict.fromkeys(self.gaps, SHRINK_GAP),
        }


_NO_SUMS: list[float] = [0.0] * 4096


def _zeros(length: int) -> Sequence[float]:
    """A list of at least so many zeros, shared while it is long enough."""
    if length > len(_NO_SUMS):
        _NO_SUMS.extend([0.0] * length)
    return _NO_SUMS
