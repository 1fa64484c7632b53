"""Sheets of paper as data, and what lies where on one: pages, boxes, marks.  Knows no PDF library.

Lengths of a :class:`Sheet` are in mm, all others in pt from the lower left corner of the sheet as
it is laid: its fold upright in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from publish.diagnostics import Failure, fail
from publish.model import styles
from publish.records import dataclass

PT_PER_MM = 72 / 25.4

#: What a spread may be too large by, in pt: boxes are written in thousandths of a point, and two
#: A4 pages are exactly an A3 sheet.
TOLERANCE = 0.3

#: Between bleed and marks, and between marks and the edge of the sheet, in mm.
GAP = 0.5
#: Room outside the bleed for the marks of single pages and covers, in mm.
ROOM = 7.0
#: Width of the lines of marks, in pt: what offset printing holds.
LINE = 0.3
#: Dashes of the fold mark, in pt.
DASH = 2
#: Height of the label and of a unit of its letters (:data:`LETTERS`), in mm.
LABEL_HEIGHT, LABEL_UNIT = 1.8, 0.3
#: From the crop mark to the label, in mm.
LABEL_INDENT = 4

#: The letters of labels as lines between points of a grid of 4 x 6: in each pair x, then y; strokes
#: are parted by blanks.  Drawn, since type would need a font of its own in the file.
LETTERS = {
    "0": "103041453616050110", "1": "152620 1030", "2": "05163645440040",
    "3": "0516364544334241301001 1333", "4": "30360242", "5": "4606033342413010",
    "6": "4536160501103041423303", "7": "064610", "8": "13040516364544331302011030414233",
    "9": "0110304145361605041343", "A": "0004264440 0242", "B": "00063645443303 3342413000",
    "C": "4536160501103041", "E": "40000646 0333", "F": "000646 0333",
    "G": "45361605011030414323", "H": "0006 4046 0343", "I": "1030 2026 1636",
    "K": "0006 4602 1340", "N": "00064046", "O": "103041453616050110",
    "R": "00063645443303 2340", "S": "453616050413334241301001", "T": "2026 0646",
}  # fmt: skip


class Point(NamedTuple):
    """A place on the sheet, in pt."""

    x: float
    y: float


class Rectangle(NamedTuple):
    """In the order of a PDF rectangle (PDF 1.7, 7.9.5), in pt."""

    left: float
    foot: float
    right: float
    head: float

    def grown(self, by: float) -> Rectangle:
        """Larger on all sides."""
        return Rectangle(self.left - by, self.foot - by, self.right + by, self.head + by)


class Stroke(NamedTuple):
    """Joined lines of :data:`LINE` pt."""

    points: tuple[Point, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of styles/sheets.toml, upright, in mm; ``marks`` is their room outside the bleed."""

    name: str
    width: float
    height: float
    bleed: float = 0.0
    marks: float = 0.0


def sheet(name: str) -> Sheet:
    """The sheet of this name in styles/sheets.toml."""
    return Sheet(name, **styles.table("sheets")[name])


def sheets() -> tuple[Sheet, ...]:
    """All of them."""
    return tuple(sheet(name) for name in styles.table("sheets"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How two pages of ``page_width`` x ``page_height`` (pt, trimmed, after scaling by ``scale``)
    lie on a sheet of ``width`` x ``height`` (pt).  ``bleed`` is in pt and scaled with them."""

    sheet: Sheet
    width: float
    height: float
    page_width: float
    page_height: float
    scale: float
    bleed: float

    @property
    def fold(self) -> float:
        """Where the sheet is folded."""
        return self.width / 2

    @property
    def turns_on_short_edge(self) -> bool:
        """Whether the edge about which the sheet is turned over, that beside the fold, is a short
        one.  So it is unless pages are more than twice as high as wide."""
        return self.width > self.height

    def page(self, on_right: bool, creep: float) -> Rectangle:
        """The trimmed page on one half, moved by ``creep`` (pt) towards the spine."""
        foot = (self.height - self.page_height) / 2
        left = self.fold - creep if on_right else self.fold + creep - self.page_width
        return Rectangle(left, foot, left + self.page_width, foot + self.page_height)

    def window(self, on_right: bool, creep: float) -> Rectangle:
        """What may be seen of a page: as far as the bleed, and not over the spine."""
        seen = self.page(on_right, creep).grown(self.bleed)
        return seen._replace(left=self.fold) if on_right else seen._replace(right=self.fold)

    def trim(self, creep: float) -> Rectangle:
        """Both pages together, as far as the knife."""
        left, right = self.page(False, creep), self.page(True, creep)
        return Rectangle(left.left, left.foot, right.right, right.head)

    def marks(self, creep: float) -> Iterator[Stroke]:
        """Crop marks at the corners and fold marks at head and foot, outside the bleed."""
        if self.sheet.marks:
            trim = self.trim(creep)
            yield from marks_around(trim, trim.grown(self.bleed), self.sheet.marks, (self.fold,))

    def label(self, words: str, creep: float) -> Iterator[Stroke]:
        """The words below the left page, outside the bleed; capitals of :data:`LETTERS` alone."""
        if not self.sheet.marks:
            return
        trim, unit = self.trim(creep), LABEL_UNIT * PT_PER_MM
        x = trim.left + LABEL_INDENT * PT_PER_MM
        y = trim.foot - self.bleed - (GAP + LABEL_HEIGHT) * PT_PER_MM
        for letter in words:
            for stroke in LETTERS.get(letter, "").split():
                pairs = zip(stroke[::2], stroke[1::2], strict=True)
                yield Stroke(tuple(Point(x + int(a) * unit, y + int(b) * unit) for a, b in pairs))
            x += 6 * unit


def marks_around(
    trim: Rectangle, bleed: Rectangle, room: float = ROOM, folds: tuple[float, ...] = ()
) -> Iterator[Stroke]:
    """Crop marks at the corners of a trimmed page and fold marks, dashed, at head and foot of each
    fold (pt from the left), outside the bleed and within ``room`` mm around it."""
    near, far = GAP * PT_PER_MM, (room - GAP) * PT_PER_MM
    for y, outward in ((bleed.foot, -1), (bleed.head, 1)):
        for x in (trim.left, *folds, trim.right):
            ends = Point(x, y + outward * near), Point(x, y + outward * far)
            yield Stroke(ends, dashed=x in folds)
    for x, outward in ((bleed.left, -1), (bleed.right, 1)):
        for y in (trim.foot, trim.head):
            yield Stroke((Point(x + outward * near, y), Point(x + outward * far, y)))


def operators(strokes: Iterable[Stroke], black: str) -> Iterator[str]:
    """Operators that draw strokes in the colour that the operator ``black`` sets."""
    drawn = [_drawn(stroke) for stroke in strokes]
    if drawn:
        yield from (f"q {black} {numbers(LINE)} w 0 J 1 j", *drawn, "Q")


def _drawn(stroke: Stroke) -> str:
    first, *others = (numbers(*point) for point in stroke.points)
    path = f"{first} m {' '.join(f'{point} l' for point in others)} S"
    return f"q [{DASH}] 0 d {path} Q" if stroke.dashed else path


def numbers(*values: float) -> str:
    """Numbers as PDF writes them, without exponents and needless digits (PDF 1.7, 7.3.3)."""
    return " ".join(f"{round(value, 5) + 0.0:.5f}".rstrip("0").rstrip(".") for value in values)


def lay(width: float, height: float, sheet: Sheet, *, scale_down: bool = False) -> Layout:
    """Pages of ``width`` x ``height`` pt (trimmed) two abreast on the sheet, turned as they need.

    Raises :class:`Failure` (``P-SHEET``) where they do not and may not be scaled down.
    """
    if (scale := _scale(width, height, sheet, across=True)) >= 1:
        return _layout(width, height, sheet, 1, across=True)
    upright = _scale(width, height, sheet, across=False)
    if upright >= 1:
        return _layout(width, height, sheet, 1, across=False)
    if not scale_down:
        raise _too_large(width, height, sheet)
    return _layout(width, height, sheet, max(scale, upright), across=scale >= upright)


def _scale(width: float, height: float, sheet: Sheet, *, across: bool) -> float:
    """By what the pages may be multiplied to fill the sheet, laid across or upright."""
    sheet_width, sheet_height = _laid(sheet, across=across)
    around = 2 * (sheet.bleed + sheet.marks) * PT_PER_MM
    wide, high = sheet_width - around, sheet_height - around
    if 2 * width <= wide + TOLERANCE and height <= high + TOLERANCE:
        return max(1.0, min(wide / (2 * width), high / height))
    return min(wide / (2 * width), high / height)


def _layout(width: float, height: float, sheet: Sheet, scale: float, *, across: bool) -> Layout:
    sheet_width, sheet_height = _laid(sheet, across=across)
    bleed = sheet.bleed * PT_PER_MM * scale
    return Layout(sheet, sheet_width, sheet_height, width * scale, height * scale, scale, bleed)


def _laid(sheet: Sheet, *, across: bool) -> tuple[float, float]:
    """Width and height in pt of the sheet, its longer side across or upright."""
    short, long = sorted((sheet.width * PT_PER_MM, sheet.height * PT_PER_MM))
    return (long, short) if across else (short, long)


def _too_large(width: float, height: float, sheet: Sheet) -> Failure:
    size = f"{_mm(width)} x {_mm(height)} mm"
    around = f" with {sheet.bleed:g} mm bleed and marks" if sheet.marks else ""
    hints = []
    if other := smallest(width, height, marks=bool(sheet.marks)):
        hints.append(
            f'the smallest sheet that would do is {other.name}: [print] sheet = "{other.name}"'
        )
    else:
        hints.append("no sheet of styles/sheets.toml is large enough for two such pages")
    return fail(
        "P-SHEET",
        f"two pages of {size}{around} do not fit on a sheet of {sheet.name} "
        f"({sheet.width:g} x {sheet.height:g} mm)",
        hints=tuple(hints),
    )


def smallest(width: float, height: float, *, marks: bool) -> Sheet | None:
    """The smallest sheet on which two pages (pt, trimmed) fit unscaled, with or without marks."""
    fitting = [
        sheet
        for sheet in sheets()
        if bool(sheet.marks) == marks
        and any(_scale(width, height, sheet, across=across) >= 1 for across in (True, False))
    ]
    return min(fitting, key=lambda sheet: sheet.width * sheet.height, default=None)


def _mm(points: float) -> str:
    return f"{round(points / PT_PER_MM, 1):g}"
