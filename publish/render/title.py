"""A title in lines: where it may break, and the size it can have.

Pure, and without a font: widths are those of Chinese type (a Han character is one em) with an
estimate for Latin.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import accumulate

from publish.records import dataclass
from publish.text.characters import WORD_CLASS, is_han, is_latin
from publish.text.upright import SQUARE, upright_runs

#: Breaks are best after these; a title often is two sentences.
_STRONG_ENDS = "：:—–，,、；;。！？!?…|｜ 　"

#: After these a break parts no word, at least.
_GOOD_ENDS = frozenset(_STRONG_ENDS + "的）」』》〉】”’")

#: Not at the start of a line: closing marks (clreq, line start prohibition) and particles that
#: belong to the word before.
_NOT_FIRST = frozenset("，。、；：！？…—·）」』》〉】〕”’％%,.;:!?)]}|｜的了着们吗呢吧么")

#: Not at the end of a line: opening marks (clreq, line end prohibition).
_NOT_LAST = frozenset("（「『《〈【〔“‘([{")

#: Latin and digit runs are never broken; a number keeps the measure word after it (60条).
_UNIT = re.compile(
    rf"[0-9][0-9.,:/%-]*(?![0-9A-Za-z])(?: ?\w)?|"
    rf"[{WORD_CLASS}]+(?:['’.&+/-]+[{WORD_CLASS}]+)*|.",
    re.DOTALL,
)

#: More pieces than this are not balanced, only filled: no title is so long.
_MANY = 120

#: Estimated widths of Latin letters and marks in em (a serif text face, semibold).
_NARROW = frozenset("ijltfrI.,:;'!|()[]-’ ")
_WIDE = frozenset("mwMWQOGD@%&—…")

#: Between Han and Latin, in hundredths of an em.
_GAP = 25

#: A break that no mark invites costs as much as lines this far from equal (share of their mean).
_PLAIN_BREAK = 0.6


@dataclass(frozen=True, slots=True)
class Size:
    """Type size and leading in pt."""

    size: float
    leading: float


#: Sizes of a title on a cover, the largest first.  look.md section 6 has the first four (44/58
#: and its proportion); the others keep a very long title whole.
SIZES = (
    Size(44, 58),
    Size(36, 48),
    Size(30, 40),
    Size(24, 32),
    Size(20, 27),
    Size(16, 22),
    Size(12, 18),
)

#: Subtitle and authors: the body size.
SMALL = Size(10.5, 18)


def width(text: str, *, digits: bool = False) -> float:
    """The length of a line in em, the quarter em between Han and Latin included.

    With ``digits``, here and below, the line is a column in which numbers stand upright, each digit
    of longer ones in a square of its own (publish/text/upright.py)."""
    return _Ruler(text, digits=digits).whole() / 100


class _Ruler:
    """The widths of all runs of a text as lines, measured once; in hundredths of an em."""

    def __init__(self, text: str, *, digits: bool = False) -> None:
        #: The width up to each place, the gap before its character included.
        self.ends = [0]
        #: The gap before each character, which a line that begins there has not.
        self.gaps: list[int] = []
        #: For each place, the first character that is no blank from there on, and the place
        #: behind the last one before it.
        self.firsts = [len(text)] * (len(text) + 1)
        self.lasts = [0]
        squares = _squares(text) if digits else {}
        before = ""
        for place, character in enumerate(text):
            if place in squares:
                self.gaps.append(0)
                self.ends.append(self.ends[-1] + squares[place])
                self.lasts.append(place + 1)
                # A square is a character among the others: no gap follows it.
                before = ""
                continue
            mixed = before and (
                (is_han(before) and is_latin(character)) or (is_latin(before) and is_han(character))
            )
            self.gaps.append(_GAP if mixed else 0)
            self.ends.append(self.ends[-1] + self.gaps[-1] + _advance(character))
            self.lasts.append(self.lasts[-1] if character.isspace() else place + 1)
            before = character
        for place in range(len(text) - 1, -1, -1):
            self.firsts[place] = self.firsts[place + 1] if text[place].isspace() else place

    def whole(self) -> int:
        """The width of all of the text, blanks at its ends included."""
        return self.ends[-1]

    def line(self, start: int, end: int) -> int:
        """The width of the line from start to end, without blanks at its ends."""
        start, end = self.firsts[start], self.lasts[end]
        return self.ends[end] - self.ends[start] - self.gaps[start] if start < end else 0


def _squares(text: str) -> dict[int, int]:
    """The width of each character that stands upright in a column, in hundredths of an em: that of
    a square for the first of those that share one."""
    found: dict[int, int] = {}
    for start, end in upright_runs("", text, "", digits=True):
        shared = end - start <= SQUARE
        found |= {place: 0 if shared and place > start else 100 for place in range(start, end)}
    return found


def _advance(character: str) -> int:
    """The width of one character in hundredths of an em."""
    if character in _WIDE and ord(character) < 0x250:
        return 85
    if character in _NARROW:
        return 34
    if ord(character) < 0x250:
        return 68 if character.isupper() else 53
    return 100


def units(title: str) -> tuple[str, ...]:
    """The pieces of a title between which it may break; joined, they are the title."""
    pieces: list[list[str]] = []
    for piece in _UNIT.findall(title):
        if pieces and (
            piece[0] in _NOT_FIRST or piece.isspace() or pieces[-1][-1][-1] in _NOT_LAST
        ):
            pieces[-1].append(piece)
        else:
            pieces.append([piece])
    return tuple(map("".join, pieces))


def spaced_runs(line: str) -> Iterator[tuple[str, bool]]:
    """The line cut where Han touches a Latin letter or digit, and whether there is a gap before."""
    start = 0
    for index in range(1, len(line)):
        before, after = line[index - 1], line[index]
        if (is_han(before) and is_latin(after)) or (is_latin(before) and is_han(after)):
            yield line[start:index], start > 0
            start = index
    if line:
        yield line[start:], start > 0


def balanced(
    title: str, count: int, limit: float = math.inf, *, digits: bool = False
) -> tuple[str, ...]:
    """The title in ``count`` lines as nearly equal as may be, broken after marks if they invite it.

    Fewer lines where there are fewer places to break; none where no line may be longer than
    ``limit`` em and that cannot be done.
    """
    pieces = units(title)
    if not title.strip():
        return ()
    ruler = _Ruler(title, digits=digits)
    places = [0, *accumulate(map(len, pieces))]
    count = min(count, len(pieces))
    mean = ruler.whole() / count / 100
    plain = (_PLAIN_BREAK * mean) ** 2
    # One row a line: least cost of the first so many pieces, and where their last line begins.
    rows: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number in range(1, count + 1):
        row: dict[int, tuple[float, int]] = {}
        ends = [len(pieces)] if number == count else range(number, len(pieces))
        for end in ends:
            last = end == len(pieces) or pieces[end - 1][-1] in _STRONG_ENDS
            choices = [
                (cost + (length - mean) ** 2 + (0 if last else plain), start)
                for start, (cost, _) in rows[-1].items()
                if start < end and (length := ruler.line(places[start], places[end]) / 100) <= limit
            ]
            if choices:
                row[end] = min(choices)
        rows.append(row)
    lines: list[str] = []
    end = len(pieces)
    for row in reversed(rows[1:]):
        if end not in row:
            return ()
        start = row[end][1]
        lines.append("".join(pieces[start:end]).strip())
        end = start
    return tuple(reversed(lines))


def fit_lines(
    title: str, declared: tuple[str, ...], measure: float, room: float, *, digits: bool = False
) -> tuple[Size, tuple[str, ...]]:
    """The largest size at which the title stands in the room, and its lines.

    ``measure`` is the longest line and ``room`` the height, in pt.  Declared lines are kept:
    the size is then the largest at which the longest fits.  A title that stands at no size is
    set in the smallest, over as many lines as it needs.
    """
    if declared:
        longest = max(width(line, digits=digits) for line in declared)
        for size in SIZES:
            if longest * size.size <= measure and len(declared) * size.leading <= max(
                room, size.leading
            ):
                return size, declared
    total = width(title, digits=digits)
    for size in SIZES if len(units(title)) <= _MANY else ():
        limit = measure / size.size
        most = int(room // size.leading)
        for count in range(max(1, int(total / limit)), most + 1):
            if lines := _parted(title, count, limit, most, digits=digits):
                return size, lines
    return SIZES[-1], _filled(title, measure / SIZES[-1].size, digits=digits)


def fewest_lines(
    text: str, limit: float, most: float = math.inf, *, digits: bool = False
) -> tuple[str, ...]:
    """A text in as few lines of at most ``limit`` em as it needs, as nearly equal as may be; in one
    more where they would be parted at no good place, and that one mends it."""
    pieces = len(units(text))
    if pieces <= _MANY:
        for count in range(max(1, int(width(text, digits=digits) / limit)), pieces + 1):
            if lines := _parted(text, count, limit, most, digits=digits):
                return lines
    return _filled(text, limit, digits=digits)


def _parted(
    title: str, count: int, limit: float, most: float, *, digits: bool = False
) -> tuple[str, ...]:
    """The title in ``count`` balanced lines; in one more, if there are to be so many, where only
    then one of them ends with a mark that invites it."""
    lines = balanced(title, count, limit, digits=digits)
    if len(lines) < 2 or count >= most or any(line[-1] in _GOOD_ENDS for line in lines[:-1]):
        return lines
    more = balanced(title, count + 1, limit, digits=digits)
    return more if any(line[-1] in _STRONG_ENDS for line in more[:-1]) else lines


def _filled(title: str, limit: float, *, digits: bool = False) -> tuple[str, ...]:
    """Lines filled one after the other; a piece longer than a line is cut."""
    lines: list[str] = [""]
    for piece in units(title):
        if width((lines[-1] + piece).strip(), digits=digits) <= limit:
            lines[-1] += piece
            continue
        lines.append("")
        for character in piece:
            if width((lines[-1] + character).strip(), digits=digits) > limit:
                lines.append("")
            lines[-1] += character
    return tuple(line.strip() for line in lines if line.strip())
