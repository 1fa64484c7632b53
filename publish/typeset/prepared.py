"""A paragraph prepared for composition: everything that does not depend on the width of its lines.

Lists of numbers, one entry a character.  Lengths are in the back end's unit.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from publish.typeset import joints
from publish.typeset.classes import (
    BREAK,
    CLOSE,
    DASH,
    ENDING,
    EXCLAIM,
    FIXED,
    HAN,
    OPEN,
    PAUSE,
    SOFT,
    SPACE,
    SQUEEZED,
    STOP,
    ZERO,
)
from publish.typeset.faces import Face, Piece, Sign
from publish.typeset.paragraph import Paragraph, Unsuitable
from publish.typeset.pieces import ADDRESS, ANYWHERE, FORCED, HYPHEN, MARK, NO, WORD, YES, Pieces
from publish.typeset.rules import Rules

#: A length that is none.
_NOTHING = 1e-6
_LETTERS = re.compile(r"[a-zA-Zμ°]+")
_SPECIAL = re.compile(f"[{SPACE}{SOFT}{BREAK}{ZERO}]")


class _Slot(NamedTuple):
    """The space of a mark: see :class:`Prepared` for what each length is."""

    advance: float
    shift: float
    rest: float
    shrink: tuple[int, float, float] | None
    start_trim: float
    end_trim: float
    end_shift: float
    end_room: float
    end_blank: float


def _slot(rules: Rules, sign: Sign, character: str, cut: tuple[float, float], alone: bool) -> _Slot:
    kind, em = sign.kind, sign.em
    cut_before, cut_after = cut
    if rules.halved(kind) and sign.rule.adjustable and character not in rules.keep_square:
        cut_before, cut_after = sign.before, sign.after
    advance = sign.advance - cut_before - cut_after
    shift = sign.shift - cut_before
    rest = sign.advance - sign.shift - cut_after - sign.width
    before, after = sign.before - cut_before, sign.after - cut_after
    adjustable = sign.rule.adjustable and character not in rules.keep_square
    ending = adjustable and kind in (CLOSE, PAUSE, STOP, EXCLAIM)
    # Points hang, one at a time (clreq, #hanging_punctuation_marks_at_line_end).
    hangs = rules.line_end == "hang" and kind in (PAUSE, STOP, EXCLAIM) and alone
    end_trim = end_shift = end_room = end_blank = 0.0
    if ending and rules.line_end == "full":
        end_room = before + after if before + after > _NOTHING else 0.0
    elif ending:
        end_trim = advance if hangs else before + after
        end_shift = 0.0 if hangs else before
    if ending and not hangs:
        end_blank = max(0.0, sign.blank - sign.after - rules.edge * em)
    return _Slot(
        advance,
        shift if abs(shift) > _NOTHING else 0.0,
        rest if abs(rest) > _NOTHING else 0.0,
        (sign.rule.order, before, after) if adjustable and before + after > _NOTHING else None,
        before if kind == OPEN and rules.line_start else 0.0,
        end_trim,
        end_shift,
        end_room,
        end_blank,
    )


class Prepared(Pieces):
    """The lists of a paragraph.

    ``total`` is the running sum of advances, squeezed pairs and gaps included; ``place_sums`` that
    of the joints that may open; ``room_sums`` that of the blanks that may shrink; ``gap_sums`` and
    ``space_sums`` those of gaps and of blanks between words.  ``shrinks`` has the blanks a mark may
    lose: (order, before it, after it).  ``start_trim`` is what an opening mark loses at the start
    of a line, ``end_trim`` what a character loses at its end, ``end_shift`` what of that is before
    it, ``end_room`` what it may lose there, ``end_blank`` what it may lose at the very last.
    """

    def __init__(self, paragraph: Paragraph, hyphenate: bool = False) -> None:
        """Prepare; raises :class:`Unsuitable` for a text that cannot be set here."""
        self.gaps: dict[int, float] = {}
        self.spaces: dict[int, float] = {}
        self.shrinks: dict[int, tuple[int, float, float]] = {}
        self.start_trim: dict[int, float] = {}
        self.end_trim: dict[int, float] = {}
        self.end_shift: dict[int, float] = {}
        self.end_room: dict[int, float] = {}
        self.end_blank: dict[int, float] = {}
        super().__init__(paragraph, hyphenate)
        self._joints()
        self._sum()
        index = self.breaks.find(ADDRESS)
        while index >= 0:
            self._unkern(index)
            index = self.breaks.find(ADDRESS, index + 1)

    def _joints(self) -> None:
        """Marks get their slots and what they may still lose; joints between pieces get breaks,
        gaps and room to open."""
        cls, text, rules = self.cls, self.text, self.rules
        breaks, places, level = self.breaks, self.places, rules.kinsoku
        final = self.length - 1
        for start, kind, payload in zip(self.starts, self.kinds, self.payloads, strict=True):
            if kind == MARK:
                self._slot(start, payload)
            if not start:
                continue
            i = start - 1
            kinds = cls[i : i + 2]
            before = "一" if kinds[0] == HAN else text[i]
            after = "一" if kinds[1] == HAN else text[start]
            can_break, can_open, gap = joints.joint(before, after, kinds, level)
            if not can_break:
                breaks[i] = NO
            if not can_open:
                places[i] = 0
            if kinds[0] == ZERO and i:
                # What has no width changes nothing but where a line may end.
                kinds = cls[i - 1] + kinds[1]
                _, can_open, gap = joints.joint(text[i - 1], after, kinds, level)
                places[i] = can_open
            if gap:
                square = max(i - 1, 0) if kinds[0] in "Hq" else start
                self._gap(i, rules.gap * self._square_em(square))
        for number, start in enumerate(self.run_starts[1:], start=1):
            # A joint between sizes, as before a raised number, is not opened.
            left, right = self.runs[number - 1], self.runs[number]
            if left.face.em != right.face.em or left.rise != right.rise:
                self.places[start - 1] = 0
        for match in _SPECIAL.finditer(cls):
            index = match.start()
            if cls[index] == BREAK:
                breaks[index] = FORCED
                continue
            if 0 < index < final and self._held(index):
                breaks[index] = NO
            elif cls[index] == SOFT:
                breaks[index] = HYPHEN
                word = self._face_at(index).word("-")
                self.hyphen[index] = word.advances[0] if word else 0.0
            if cls[index] == SPACE:
                self._typed_blank(index)
        for index in self.paragraph.glued:
            if breaks[index] != FORCED:
                breaks[index] = NO
        for index in self.paragraph.shut:
            if breaks[index] != FORCED:
                breaks[index] = NO
            places[index] = 0
        for index, (before_pad, after_pad) in self.paragraph.pads.items():
            if after_pad and self._is_inside(index):
                after_pad = 0.0
            self.advances[index] += before_pad + after_pad
            if before_pad:
                shed = min(before_pad, self.paragraph.shed.get(index, 0.0))
                if shed:
                    self.start_trim[index] = self.start_trim.get(index, 0.0) + shed
                self.shift[index] = self.shift.get(index, 0.0) + before_pad
            if after_pad:
                self.after[index] = self.after.get(index, 0.0) + after_pad
        # The displacement before a glyph belongs to the joint before it.
        for index, shift in self.shift.items():
            if index:
                self.after[index - 1] = self.after.get(index - 1, 0.0) + shift
        self.breaks[final] = max(YES, self.breaks[final])
        self.places[final] = 0

    def _unkern(self, index: int) -> None:
        """What ends a line inside a word is not kerned with what begins the next."""
        place = bisect_right(self.starts, index) - 1
        if self.kinds[place] != WORD:
            return
        start = index
        while start > self.starts[place] and self._is_inside(start - 1):
            start -= 1
        alone = self._face_at(index).word(self.text[start : index + 1])
        if alone is not None:
            width = self.total[index + 1] - self.total[start]
            self.end_trim[index] = width - sum(alone.advances)

    def _is_inside(self, index: int) -> bool:
        """Whether a character shares its glyphs with the next: there is no space between."""
        place = bisect_right(self.starts, index) - 1
        if self.kinds[place] != WORD:
            return False
        breakable = self.payloads[place].breakable
        offset = index - self.starts[place]
        return not breakable[offset]

    def _held(self, index: int) -> bool:
        """Whether what stands on both sides of a blank may not be parted by it."""
        before, after = self.text[index - 1], self.text[index + 1 : index + 2]
        return (
            self.cls[index - 1] == OPEN
            or self.cls[index + 1 : index + 2] in ENDING
            or joints.is_number(before, after)
        )

    def _face_at(self, index: int) -> Face:
        return self.runs[bisect_right(self.run_starts, index) - 1].face

    def _square_em(self, index: int) -> float:
        """The em of the face at a character."""
        return self.runs[0].face.em if len(self.runs) == 1 else self._face_at(index).em

    def _gap(self, index: int, width: float) -> None:
        self.gaps[index] = width
        self.after[index] = self.after.get(index, 0.0) + width
        self.end_trim[index] = self.end_trim.get(index, 0.0) + width

    def _typed_blank(self, index: int) -> None:
        """A blank the author typed between Han and Western is the gap, not one more."""
        cls = self.cls
        if cls[index - 1 : index] == SPACE:
            # The stock engine leaves the blanks of notes as they were written: one of them counts.
            self._void(index)
        elif 0 < index < self.length - 1 and joints.has_gap(cls[index - 1] + cls[index + 1]):
            width = self.rules.gap * self._square_em(index - 1)
            self.gaps[index] = width
            self.after[index] = self.after.get(index, 0.0) + width - self.advances[index]
            self.advances[index] = 0.0
        elif {cls[index - 1 : index], cls[index + 1 : index + 2]} & SQUEEZED:
            # Beside a mark, which has white of its own, a typed blank adds none (clreq,
            # #handling_western_text_in_chinese_text_using_proportional_western_fonts).
            self._void(index)
        else:
            self.spaces[index] = self.advances[index]
        unit = _LETTERS.match(self.text, index + 1)
        if (
            self.text[index - 1 : index].isdecimal()
            and unit is not None
            and joints.UNITS.fullmatch(unit.group())
        ):
            self.breaks[index] = NO

    def _void(self, index: int) -> None:
        """A blank that takes no room."""
        self.after[index] = self.after.get(index, 0.0) - self.advances[index]
        self.advances[index] = 0.0

    def _slot(self, index: int, sign: Sign) -> None:
        """What a mark takes, what it may lose in a line, and at its ends."""
        alone = not index or self.cls[index - 1] not in SQUEEZED
        cut = self.cuts.get(index, (0.0, 0.0))
        # The same for every such mark of a face.
        face = self.runs[0].face if len(self.runs) == 1 else self._face_at(index)
        key = (self.text[index], cut, alone, self.rules)
        slot = face.slots.get(key)
        if slot is None:
            slot = face.slots[key] = _slot(self.rules, sign, self.text[index], cut, alone)
        assert isinstance(slot, _Slot)
        self.advances[index] = slot.advance
        if slot.shift:
            self.shift[index] = slot.shift
        if slot.rest:
            self.after[index] = self.after.get(index, 0.0) + slot.rest
        if slot.shrink is not None:
            self.shrinks[index] = slot.shrink
        if slot.start_trim:
            self.start_trim[index] = slot.start_trim
        if slot.end_trim:
            self.end_trim[index] = self.end_trim.get(index, 0.0) + slot.end_trim
        if slot.end_shift:
            self.end_shift[index] = slot.end_shift
        if slot.end_room:
            self.end_room[index] = slot.end_room
        if slot.end_blank:
            self.end_blank[index] = slot.end_blank

    def _sum(self) -> None:
        for index, gap in self.gaps.items():
            self.advances[index] += gap
        self.total = [0.0, *accumulate(self.advances)]
        # Ascending, so that a line finds its own.
        self.shrink_places = sorted(self.shrinks)
        self.space_places, self.gap_places = sorted(self.spaces), sorted(self.gaps)
        self.wanted_places = sorted(self.paragraph.wanted)
        #: What is painted apart, from piece to piece.
        self.apart = [
            (self.starts[bisect_right(self.starts, begin) - 1], self._piece_after(end))
            for begin, end in self.paragraph.apart
        ]
        self.place_sums = [0, *accumulate(self.places)]
        rules, em = self.rules, self.em
        room: dict[int, float] = {}
        for index, (_, before, after) in self.shrinks.items():
            room[index] = before + after
        for index, gap in self.gaps.items():
            room[index] = room.get(index, 0.0) + gap * rules.gap_shrink
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

    def _piece_after(self, index: int) -> int:
        """Where the first piece begins that is at or behind a character."""
        place = bisect_left(self.starts, index)
        return self.starts[place] if place < len(self.starts) else self.length

    def is_apart(self, index: int) -> bool:
        """Whether a character is painted apart from what is around it."""
        place = bisect_right(self.apart, (index, self.length)) - 1
        return place >= 0 and index < self.apart[place][1]

    def wanted_between(self, first: int, last: int) -> list[int]:
        """The characters of a line whose places the back end wants to know, in order."""
        return list(between(self.wanted_places, first, last))

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

    def relented(self, width: float, first: float, start: int) -> bytearray:
        """The breaks with those inside units that are longer than a line, ``width`` long, the
        first ``first``, which begins at ``start``: better broken anywhere than out of the page
        (clreq, #handling_western_text_in_chinese_text_using_proportional_western_fonts)."""
        breaks = bytearray(self.breaks)
        begin = 0
        for end in range(1, self.length + 1):
            if self.breaks[end - 1] == NO and end < self.length:
                continue
            most = first if begin == start else width
            room = self.room_sums[end - 1] - self.room_sums[begin]
            if self.total[end] - self.total[begin] - room > most:
                for index in range(begin, end - 1):
                    if breaks[index] == NO and self._may_part(index):
                        breaks[index] = ANYWHERE
                        self._unkern(index)
            begin = end
        return breaks

    def _may_part(self, index: int) -> bool:
        """Whether glyphs end after a character: not inside a ligature, dashes in twos."""
        if index in self.paragraph.glued or index in self.paragraph.shut:
            return False
        if self._is_inside(index) or FIXED in self.cls[index : index + 2]:
            return False
        begin = self.starts[bisect_right(self.starts, index) - 1]
        same = self.cls[index : index + 2] == DASH * 2
        return not same or (index - begin) % 2 == 1

    def is_runt(self, begin: int, first: int, last: int) -> bool:
        """Whether text[first:last] is too little for a last line that begins at ``begin`` (clreq,
        #adjustments_of_orphans_and_widows); what a forced break leaves alone is meant so."""
        if not begin or self.breaks[begin - 1] == FORCED:
            return False
        cls = self.cls[first:last]
        if "l" in cls or "x" in cls or "b" in cls or "r" in cls:
            return self.total[last] - self.total[first] < self.em
        return sum(letter not in ENDING for letter in cls) < self.rules.last_line

    def last_resort(self, first: int, at: int) -> float:
        """What text[first:at + 1] can still give when all blanks are taken."""
        joints_given = self.place_sums[at] - self.place_sums[first]
        return self.end_blank.get(at, 0.0) + joints_given * self.rules.tighten * self.em


def between(places: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Of ascending places, those from ``first`` up to ``last``, which is not among them."""
    return places[bisect_left(places, first) : bisect_left(places, last)]


_NO_SUMS: list[float] = [0.0] * 4096


def _zeros(length: int) -> Sequence[float]:
    """A list of at least so many zeros, shared while it is long enough."""
    if length > len(_NO_SUMS):
        _NO_SUMS.extend([0.0] * length)
    return _NO_SUMS
