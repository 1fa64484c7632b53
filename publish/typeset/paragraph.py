"""A paragraph prepared for composition: everything that does not depend on the width of its lines.

The work is done on strings and lists of numbers, one entry a character: Han needs none of it, so
regular expressions find the tenth of a text that does.  Lengths are in the back end's unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from publish.typeset import joints
from publish.typeset.classes import (
    BREAK,
    CLOSE,
    EXCLAIM,
    FIXED,
    LATIN,
    LEADER,
    OBJECT,
    OPEN,
    PAUSE,
    SHRINK_GAP,
    SHRINK_SPACE,
    SOFT,
    SOLIDUS,
    SPACE,
    SQUEEZED,
    STOP,
    UNKNOWN,
    ZERO,
)
from publish.typeset.faces import Face, Piece, Sign, Word
from publish.typeset.hyphens import address_breaks, hyphenation
from publish.typeset.rules import Rules

_PIECES = re.compile("Hk+|qk*|(?:[lx]k*)+|d+|[^Hlxqd]k*")
_DASHES = re.compile("—{2,}")
#: A solidus with no Western character beside it is a Chinese mark.
_CHINESE_SOLIDUS = re.compile("(?<![lx ])x(?![lx ])")

# What may happen after a character: no break, a break, one that shows a hyphen, one inside an
# address, a forced one.
NO, YES, HYPHEN, ADDRESS, FORCED = range(5)

# What a piece is.
RUN, MARK, WORD, NOTHING, BOX, FILL = range(6)

_LETTERS = re.compile(r"[^\W\d_]+")
_SPECIAL = re.compile(f"[{SPACE}{SOFT}{BREAK}]")
_BLANKS = (SPACE, FIXED)


class Unsuitable(Exception):
    """The text has something that this composer does not set: the back end has to."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one face.  ``style`` is the back end's and comes back with what is to be painted;
    ``rise`` lifts it above the baseline, in its unit."""

    text: str
    face: Face
    style: object = None
    rise: float = 0.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Object:
    """A box in the line: its advance, and whether it counts as Western beside Han."""

    advance: float
    western: bool = False


@dataclass(slots=True, eq=False)
class Paragraph:
    """Text as runs, with what the back end knows about places in it.

    ``pads`` is extra space before and after a character (margins, ruby), ``glued`` the characters
    after which no line may end, ``objects`` the boxes, ``places`` the characters whose positions
    the back end wants to know (marks below, links, boxes), ``dense`` the sizes: ``em`` is the
    paragraph's own.
    """

    runs: tuple[Run, ...]
    em: float
    rules: Rules
    pads: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    objects: Mapping[int, Object] = field(default_factory=dict)
    glued: frozenset[int] = frozenset()
    wanted: frozenset[int] = frozenset()
    text: str = ""

    def __post_init__(self) -> None:
        self.text = "".join([run.text for run in self.runs])


class Prepared:
    """The lists of a paragraph, by character unless told otherwise.

    ``total`` is the running sum of advances, squeezed pairs and gaps included; ``places`` that of
    the joints that may open; ``room`` that of the blanks that may shrink; ``gap_room`` that of
    the gaps.  ``after`` is the displacement between the end of a glyph and the origin of the next,
    ``shift`` that of a glyph from the start of its slot.  ``shrinks`` has the blanks a mark may
    lose: (order, before it, after it).
    """

    def __init__(self, paragraph: Paragraph) -> None:
        """Prepare; raises :class:`Unsuitable` for a text that cannot be set here."""
        self.paragraph = paragraph
        self.rules, self.em, self.text = paragraph.rules, paragraph.em, paragraph.text
        self.runs = paragraph.runs
        self.length = n = len(self.text)
        self.cls = self._classes()
        self.starts: list[int] = []
        self.kinds: list[int] = []
        self.payloads: list[object] = []
        self.run_of: list[int] = []
        self.after: dict[int, float] = {}
        self.shift: dict[int, float] = {}
        self.gaps: dict[int, float] = {}
        self.spaces: dict[int, float] = {}
        self.shrinks: dict[int, tuple[int, float, float]] = {}
        self.start_trim: dict[int, float] = {}
        self.end_trim: dict[int, float] = {}
        self.end_shift: dict[int, float] = {}
        self.end_room: dict[int, float] = {}
        self.end_blank: dict[int, float] = {}
        self.hyphen: dict[int, float] = {}
        self.breaks = bytearray([YES]) * n
        self.places = bytearray([1]) * n
        advances: list[float] = []
        for run in self.runs:
            advances += [run.face.em] * len(run.text)
        self._pieces(advances)
        self._joints(advances)
        self._sum(advances)

    def _classes(self) -> str:
        parts: list[str] = []
        self.run_starts = []
        start = 0
        for run in self.runs:
            if not run.face.known.issuperset(run.text):
                run.face.learn(run.text)
            parts.append(run.text.translate(run.face.letters))
            self.run_starts.append(start)
            start += len(run.text)
        cls = "".join(parts)
        if UNKNOWN in cls:
            raise Unsuitable(self.text[cls.index(UNKNOWN)])
        if "——" in self.text:
            for found in _DASHES.finditer(self.text):
                cls = cls[: found.start()] + "d" * len(found.group()) + cls[found.end() :]
        if "/" in self.text:
            for found in _CHINESE_SOLIDUS.finditer(cls):
                if self.text[found.start()] == "/":
                    cls = cls[: found.start()] + SOLIDUS + cls[found.end() :]
        return cls

    # ------------------------------------------------------------ pieces

    def _pieces(self, advances: list[float]) -> None:
        """Cut the text into Han runs, marks, words, blanks and boxes, and measure them."""
        pads = self.paragraph.pads
        previous: tuple[int, Sign] | None = None
        paired = -1
        for number, run in enumerate(self.runs):
            begin = self.run_starts[number]
            end = begin + len(run.text)
            position = begin
            for match in _PIECES.finditer(self.cls, begin, end):
                first, last = match.span()
                if first > position:
                    self._han(position, first, number, pads)
                position = last
                letter = self.cls[first]
                if letter in SQUEEZED or letter in "jmv":
                    sign = run.face.sign(self.text[first])
                    if sign is None:
                        raise Unsuitable(self.text[first])
                    self._add(first, MARK, sign, number)
                    if previous is not None and previous[0] == first - 1:
                        paired = self._squeeze(previous, (first, sign), paired)
                    previous = (first, sign)
                    advances[first] = sign.advance
                    continue
                self._other(letter, first, last, number, run, advances)
            if end > position:
                self._han(position, end, number, pads)

    def _add(self, start: int, kind: int, payload: object, run: int) -> None:
        self.starts.append(start)
        self.kinds.append(kind)
        self.payloads.append(payload)
        self.run_of.append(run)

    def _han(self, begin: int, end: int, run: int, pads: Mapping[int, tuple[float, float]]) -> None:
        """A run of Han, cut where a character has space of its own."""
        self._add(begin, RUN, None, run)
        if pads:
            for index in range(begin, end):
                if index in pads:
                    if index > begin and self.starts[-1] != index:
                        self._add(index, RUN, None, run)
                    if index + 1 < end:
                        self._add(index + 1, RUN, None, run)

    def _other(
        self, letter: str, first: int, last: int, number: int, run: Run, advances: list[float]
    ) -> None:
        """Anything but Han and lone marks."""
        if letter in _BLANKS:
            self._blank(first, number, run, advances)
        elif letter in (ZERO, SOFT, BREAK):
            self._add(first, NOTHING, None, number)
            advances[first] = 0.0
            self.places[first] = 0
        elif letter == OBJECT:
            box = self.paragraph.objects[first]
            self._add(first, BOX, box, number)
            advances[first] = box.advance
            if box.western:
                self.cls = self.cls[:first] + LATIN + self.cls[first + 1 :]
        elif letter == LEADER:
            self._add(first, FILL, None, number)
            advances[first] = 0.0
        else:
            self._word(first, last, number, run, advances)

    def _blank(self, index: int, number: int, run: Run, advances: list[float]) -> None:
        character = self.text[index]
        word = None if character in "\u2060\ufeff" else run.face.word(character)
        if word is None:
            self._add(index, NOTHING, None, number)
            advances[index] = 0.0
        else:
            self._add(index, WORD, word, number)
            advances[index] = word.advances[0]
        self.places[index] = 0

    def _word(self, first: int, last: int, number: int, run: Run, advances: list[float]) -> None:
        text = self.text[first:last]
        word = run.face.word(text)
        if word is None:
            raise Unsuitable(text)
        self._add(first, WORD, word, number)
        advances[first:last] = word.advances
        dashes = self.cls[first] == "d"
        if dashes:
            self._space_dashes(first, last, run.face.em, word, advances)
        length = last - first - 1
        if not length:
            return
        self.breaks[first : last - 1] = bytes(length)
        self.places[first : last - 1] = bytes(length)
        if dashes:
            return
        address = address_breaks(text)
        for place in address:
            self._may_part(first, place, word, ADDRESS)
        if address:
            return
        for place in range(1, length + 1):
            if text[place - 1] == "-" and text[place].isalpha() and text[:place][-2:-1].isalpha():
                self._may_part(first, place, word, ADDRESS)
        if self.rules.hyphenate and length >= 4:
            places = hyphenation(text, run.language)
            hyphen = run.face.word("-") if places else None
            for place in places if hyphen is not None else ():
                if self._may_part(first, place, word, HYPHEN) and hyphen is not None:
                    self.hyphen[first + place - 1] = hyphen.advances[0]

    def _may_part(self, first: int, place: int, word: Word, kind: int) -> bool:
        if not word.breakable[place - 1]:
            return False
        self.breaks[first + place - 1] = kind
        return True

    def _space_dashes(
        self, first: int, last: int, em: float, word: Word, advances: list[float]
    ) -> None:
        """A dash or an ellipsis is as many squares as it has characters, whatever the face draws
        (clreq, #h-unbreakable_marks_punctuation)."""
        squares = 2 if self.text[first] == "⸺" else 1
        wanted = squares * em * (last - first)
        missing = wanted - sum(word.advances)
        if abs(missing) > 1e-3 * em:
            advances[first] += missing / 2
            advances[last - 1] += missing / 2
            self.shift[first] = missing / 2
            self.after[last - 1] = missing / 2

    def _squeeze(self, previous: tuple[int, Sign], this: tuple[int, Sign], paired: int) -> int:
        """Take the blank between two neighbouring marks (clreq,
        #h-adjustment_of_adjacent_punctuation_marks): half a square in all, one square for two
        of ！？.  Blanks taken are kept in ``shrinks`` until the sums are made, as negative room."""
        (i, left), (j, right) = previous, this
        if left.kind not in SQUEEZED or right.kind not in SQUEEZED:
            return paired
        if left.kind == EXCLAIM and right.kind == EXCLAIM:
            if paired == i:
                return -1
            self._cut(i, left.before if left.before < left.after * 1.5 else 0.0, left.after)
            self._cut(j, right.before, right.after)
            return j
        if left.kind == OPEN:
            self._cut(j, right.before, 0.0)
        elif left.after > 0.3 * self.em or (paired == i and left.kind == EXCLAIM):
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
        _, old_before, old_after = self.shrinks.get(index, (0, 0.0, 0.0))
        self.shrinks[index] = (0, max(before, old_before), max(after, old_after))

    # ------------------------------------------------------------ joints

    def _joints(self, advances: list[float]) -> None:
        """Marks get their slots and what they may still lose; joints between pieces get breaks,
        gaps and room to open."""
        cls, text, rules = self.cls, self.text, self.rules
        starts, final = self.starts, self.length - 1
        for place, (start, kind) in enumerate(zip(starts, self.kinds, strict=True)):
            if kind == MARK:
                self._slot(start, self.payloads[place], advances)  # type: ignore[arg-type]
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
        for match in _SPECIAL.finditer(cls):
            index = match.start()
            if cls[index] == SPACE:
                self._typed_blank(index, advances)
            else:
                self.breaks[index] = HYPHEN if cls[index] == SOFT else FORCED
        for index in self.paragraph.glued:
            self.breaks[index] = NO
            self.places[index] = 0
        for index, (before_pad, after_pad) in self.paragraph.pads.items():
            advances[index] += before_pad + after_pad
            if before_pad:
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

    def _typed_blank(self, index: int, advances: list[float]) -> None:
        """A blank the author typed between Han and Western is the gap, not one more."""
        cls = self.cls
        if 0 < index < self.length - 1 and joints.has_gap(cls[index - 1] + cls[index + 1]):
            width = self.rules.gap * self._square_em(index - 1)
            self.gaps[index] = width
            self.after[index] = self.after.get(index, 0.0) + width - advances[index]
            advances[index] = 0.0
        else:
            self.spaces[index] = advances[index]
        unit = _LETTERS.match(self.text, index + 1)
        if (
            self.text[index - 1 : index].isdecimal()
            and unit is not None
            and joints.UNITS.fullmatch(unit.group())
        ):
            self.breaks[index] = NO

    def _slot(self, index: int, sign: Sign, advances: list[float]) -> None:
        """What a mark takes, what it may lose in a line, and at its ends."""
        rules, kind = self.rules, sign.kind
        before, after = sign.before, sign.after
        _, cut_before, cut_after = self.shrinks.pop(index, (0, 0.0, 0.0))
        if rules.halved(kind) and sign.rule.adjustable:
            cut_before, cut_after = before, after
        advances[index] = sign.advance - cut_before - cut_after
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
                self.end_trim[index] = self.end_trim.get(index, 0.0) + advances[index]
            elif rules.line_end == "full":
                self.end_room[index] = before + after
            else:
                self.end_trim[index] = self.end_trim.get(index, 0.0) + before + after
                if before:
                    self.end_shift[index] = before

    def _hangs(self, index: int, sign: Sign) -> bool:
        """Points hang, one at a time (clreq, #hanging_punctuation_marks_at_line_end): all of them
        in mainland China, 、，。 elsewhere."""
        hanging = (
            sign.kind in (PAUSE, STOP)
            if self.rules.region == "cn"
            else (self.text[index] in "、，。")
        )
        alone = not index or self.cls[index - 1] not in SQUEEZED
        return hanging and alone

    # ------------------------------------------------------------ sums

    def _sum(self, advances: list[float]) -> None:
        for index, gap in self.gaps.items():
            advances[index] += gap
        self.total = [0.0, *accumulate(advances)]
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
