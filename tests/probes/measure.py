"""Lines taken apart: what each joint gives or takes against the natural widths.

The natural place of a character is its own width after the one before it, .25 em more where Han
and Latin meet, and for two marks that meet what the same setting gives them where nothing is
adjusted.  What remains is the line's adjustment, told by the steps of clreq
(#procedures_for_inter-character_spacing_reduction and …_space_expansion).  All lengths in em.
"""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass, field

from probes import marks
from probes.marks import (
    CONNECTORS,
    DASHES,
    ELLIPSES,
    INTERPUNCTS,
    SOLIDI,
    SQUARE,
    Region,
    is_han,
    is_latin,
)
from probes.reading import Cell, Found, Line, Setting

GAP = 0.25
LEAST_GAP = 0.125
MOST_GAP = 1 / 3
LEAST_SPACE = 0.25
MOST_SPACE = 0.5


def natural(cell: Cell, region: Region) -> float:
    """The natural width of a cell; for Latin what the file says of its glyph, for a unit that one
    glyph paints all of it at the first cell."""
    width = marks.width(cell.char, region)
    if width == 1 and cell.char in DASHES + ELLIPSES:
        return 2.0 if cell.glyph.advance > 1.5 else 0.0 if not cell.glyph.advance else 1.0
    return cell.glyph.advance if width is None else width


def shift(cell: Cell, region: Region) -> float:
    """How far right of its cell's start a glyph has its origin, where the cell is wider or
    narrower than the glyph and the sign stands in the middle of it."""
    advance = cell.glyph.advance
    if cell.char not in "·‧・–—⸺/／" or not advance:
        return 0.0
    return (natural(cell, region) - advance) / 2


def takes_gap(one: str, other: str) -> bool:
    """Whether Han meets Latin here (no gap at marks: clreq
    #handling_western_text_in_chinese_text_using_proportional_western_fonts)."""
    return (is_han(one) and is_latin(other)) or (is_latin(one) and is_han(other))


@dataclass(slots=True)
class Joint:
    """Between ``cells[at]`` and the next: ``slack`` is what is added to the natural place."""

    at: int
    kind: str
    slack: float


@dataclass(slots=True)
class Item:
    """Something that may shrink: the step of clreq's order, how much it did, how much it may."""

    step: int
    amount: float
    most: float
    char: str


@dataclass(slots=True)
class Taken:
    """A line taken apart."""

    line: Line
    joints: list[Joint] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def slacks(self, *kinds: str) -> list[float]:
        return [joint.slack for joint in self.joints if joint.kind in kinds]

    @property
    def stretch(self) -> float:
        """The median of what Han and Han are set apart."""
        found = self.slacks("han")
        return statistics.median(found) if found else 0.0

    @property
    def shrunk(self) -> float:
        return sum(item.amount for item in self.items if item.amount > 0.01)


#: Of two marks that meet: what the joint before them, between them and behind them has against
#: full squares where nothing is adjusted.
Pairs = dict[str, tuple[float, float, float]]


def pair_slacks(setting: Setting) -> Pairs:
    """The pairs of a setting, from its own lines that are not adjusted."""
    found: Pairs = {}
    for probe in setting.found.values():
        plain = all(isinstance(part, str) for part in probe.probe.parts)
        if "PW-02" in probe.probe.tags and plain and len(probe.lines) == 1:
            cells = probe.cells
            for at in range(1, len(cells) - 2):
                before, one, other, after = cells[at - 1 : at + 3]
                alone = before.char not in SQUARE and after.char not in SQUARE
                if alone and one.char in SQUARE and other.char in SQUARE:
                    found[one.char + other.char] = (
                        one.x - before.x - 1,
                        other.x - one.x - 1,
                        after.x - other.x - 1,
                    )
    return found


def base_slack(chars: str, at: int, pairs: Pairs) -> float:
    """The blank that belongs between ``chars[at]`` and the next before any adjustment."""
    one, other = chars[at], chars[at + 1]
    if takes_gap(one, other):
        return GAP
    if one in SQUARE and other in SQUARE:
        return pairs.get(one + other, (0.0, -0.5, 0.0))[1]
    slack = 0.0
    if chars[at + 2 : at + 3] in SQUARE:  # the joint before a pair
        slack += pairs.get(chars[at + 1 : at + 3], (0.0, 0.0, 0.0))[0]
    if at and chars[at - 1] in SQUARE:  # the joint behind one
        slack += pairs.get(chars[at - 1 : at + 1], (0.0, 0.0, 0.0))[2]
    return slack


def kind(one: str, other: str) -> str:
    """What a joint is, for the rules about stretching."""
    if one == other and one in DASHES + ELLIPSES:
        return "unit"
    if (one in CONNECTORS and one not in "—-") or (other in CONNECTORS and other not in "—-"):
        return "connector"
    if one in SOLIDI or other in SOLIDI:
        return "connector"
    if is_latin(one) and is_latin(other):
        return "latin"
    if takes_gap(one, other):
        return "gap"
    if is_han(one) and is_han(other):
        return "han"
    if one in SQUARE and other in SQUARE:
        return "pair"
    if _known(one) and _known(other):
        return "mark"
    return "other"  # beside a Latin letter, or a sign such as % that goes with one


def _known(char: str) -> bool:
    return is_han(char) or char in SQUARE + INTERPUNCTS + CONNECTORS + DASHES + ELLIPSES


def taken(line: Line, setting: Setting, pairs: Pairs) -> Taken:
    """The line with each joint's slack and each thing that may shrink."""
    region = setting.region
    result = Taken(line)
    cells = [cell for cell in line.cells if not cell.char.isspace()]
    chars = "".join(cell.char for cell in cells)
    for at, (one, other) in enumerate(itertools.pairwise(cells)):
        spaced = _spaced(one, other)
        start = one.x - shift(one, region)
        slack = other.x - shift(other, region) - start - natural(one, region)
        if spaced and is_latin(one.char) and is_latin(other.char):
            result.joints.append(Joint(at, "space", slack))
            result.items.append(Item(2, GAP - slack, 0.0, " "))
            continue
        slack -= base_slack(chars, at, pairs)
        found = "beside" if beside(line, one, other) else kind(one.char, other.char)
        result.joints.append(Joint(at, found, slack))
        if found == "gap":
            result.items.append(Item(6, -slack, GAP - LEAST_GAP, one.char + other.char))
    _marks(result, cells, region)
    return result


def beside(line: Line, one: Cell, other: Cell) -> bool:
    """Whether a note's mark or a zhuyin reading stands between two characters, or a reading is
    over one of them."""
    return any(one.x - 0.5 < glyph.x < other.x + 1 for glyph in line.extras)


def _spaced(one: Cell, other: Cell) -> bool:
    """Whether a blank stands between two letters."""
    if other.place - one.place > 1:
        return True
    # A blank that is no glyph in the file: two letters too far apart for one word.
    return (
        is_latin(one.char) and is_latin(other.char) and other.x - one.x - one.glyph.advance > 0.15
    )


def _marks(result: Taken, cells: list[Cell], region: Region) -> None:
    """The marks within the line; a side that faces another mark has nothing left to give."""
    for at, cell in enumerate(cells[:-1]):
        step = marks.step(cell.char, region)
        left, right = marks.sides(cell.char, region)
        if not step or not at:
            continue
        paired = cells[at - 1].char in SQUARE or cells[at + 1].char in SQUARE
        if paired and marks.centred(cell.char, region):
            continue  # what a centred mark gives up for its neighbour is the pair's affair
        amount = most = 0.0
        if left and cells[at - 1].char not in SQUARE:
            amount -= result.joints[at - 1].slack
            most += left
        if right and cells[at + 1].char not in SQUARE:
            amount -= result.joints[at].slack
            most += right
        if most:
            result.items.append(Item(step, amount, most, cell.char))


def most_added(line: Line) -> float:
    """How much wider a line may be made: spaces to .5 em, gaps to .333 em, all other joints by
    .25 em (JU-05); a line that has less than it lacks is left short."""
    total = 0.0
    for one, other in itertools.pairwise(line.cells):
        if _spaced(one, other):
            total += MOST_SPACE - GAP
        else:
            found = kind(one.char, other.char)
            total += {"gap": MOST_GAP - GAP, "han": 0.25, "mark": 0.25, "pair": 0.25}.get(found, 0)
    return total


def right_edge(line: Line, region: Region) -> float:
    """Where the full square of the line's last character ends."""
    if line.hyphen is not None:
        return line.hyphen.x + line.hyphen.advance
    cell = line.cells[-1]
    if not cell.glyph.advance and len(line.cells) > 1:
        cell = line.cells[-2]  # one glyph paints both signs of a unit
    if cell.char == "/" and len(line.cells) > 1 and line.cells[-2].char.isascii():
        return cell.x + cell.glyph.advance  # of an address
    return cell.x - shift(cell, region) + natural(cell, region)


def may_break(one: str, other: str) -> bool:
    """Whether strict kinsoku lets a line end between two characters."""
    if other in marks.NO_START + DASHES + ELLIPSES or one in marks.NO_END + SOLIDI:
        return False
    sign = "￥$％%℃§−,.:"
    return not (
        (is_latin(one) or one in sign) and (is_latin(other) or other in sign) and one != " "
    )


def pulled(found: Found, number: int, setting: Setting, pairs: Pairs) -> tuple[float, float] | None:
    """How much blank the line would have to give up to hold its next piece, and how much it
    could, full stops left whole (steps 1 to 6), in em.

    None: there is nothing to say (last line, or the paragraph might then end with a single
    character).
    """
    region = setting.region
    line = found.lines[number]
    if line.last or number + 1 >= len(found.lines) or line.hyphen:
        return None
    after = [cell for cell in found.lines[number + 1].cells if not cell.char.isspace()]
    length = next(
        (n for n in range(1, len(after)) if may_break(after[n - 1].char, after[n].char)), None
    )
    if length is None:
        return None
    end = next(each for each in found.lines[number + 1 :] if each.last)
    if len(end.cells) - length < 3:
        return None  # the paragraph's last line might be left with one character
    cells = [cell for cell in line.cells if not cell.char.isspace()]
    if not (may_break(cells[-1].char, after[0].char)):
        return None
    # A typed blank between two words is not seen here: such lines end where a word begins.
    if is_latin(cells[-1].char) and is_latin(after[0].char):
        return None
    extended = cells + after[:length]
    chars = "".join(cell.char for cell in extended)
    start = cells[0].x - shift(cells[0], region)
    total, room = start, 0.0
    for at, cell in enumerate(extended):
        last = at == len(extended) - 1
        before = extended[at - 1].char if at else ""
        following = "" if last else extended[at + 1].char
        total += _natural_run(cell, following, extended, at, region)
        if following:
            total += base_slack(chars, at, pairs)
            if takes_gap(cell.char, following):
                room += GAP - LEAST_GAP
        left, right = marks.sides(cell.char, region)
        if last and cell.char in marks.CLOSING + marks.PAUSES:
            if region == "cn":
                total -= 0.5
            else:
                room += 0.5
            continue
        if not 3 <= marks.step(cell.char, region) <= 6:
            continue
        if marks.centred(cell.char, region) and (before in SQUARE or following in SQUARE):
            continue
        if at and before not in SQUARE:
            room += left
        if following and following not in SQUARE:
            room += right
    return total - setting.measure, room


def _natural_run(cell: Cell, following: str, cells: list[Cell], at: int, region: Region) -> float:
    """The cell's width; a Latin letter's with its kerning, and the blank after a word."""
    if following and is_latin(cell.char) and is_latin(following):
        apart = cells[at + 1].x - cell.x
        if cells[at + 1].line == cell.line:
            return cell.glyph.advance + GAP if _spaced(cell, cells[at + 1]) else apart
    return natural(cell, region)
