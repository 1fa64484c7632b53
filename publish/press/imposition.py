"""Which page stands where: folded sheets, saddle stitched or in signatures.  Arithmetic alone.

A sheet carries four pages, two on each side, and is folded once in the middle.  Sheets laid into
one another are a signature; a booklet stitched through the fold (骑马订) is one signature, a sewn
book (锁线订) has several, one after the other.  A side is described as it lies before the eye, its
pages upright; the back is what is seen after the sheet is turned over about its fold.
"""

from __future__ import annotations

from typing import Literal

from publish.records import dataclass

#: The side of the closed book on which the spine is, its front before the eye.
Binding = Literal["left", "right"]

#: Pages that a sheet folded once carries.
PAGES_OF_SHEET = 4

#: Office paper, for books that declare none: 80 g/m² of 1.25 cm³/g.
OFFICE_GSM, OFFICE_BULK = 80.0, 1.25


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: numbers of its pages, counted from one; None is blank."""

    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Folded:
    """One sheet.  ``signature`` counts from 0, ``depth`` is its place in it, 0 the outermost."""

    signature: int
    depth: int
    front: Side
    back: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Front and back, in the order they are printed."""
        return self.front, self.back


@dataclass(frozen=True, slots=True)
class Plan:
    """Sheets in the order they are printed; ``pages`` of the book, ``blanks`` added to them."""

    pages: int
    blanks: int
    binding: Binding
    sheets: tuple[Folded, ...]

    @property
    def signatures(self) -> tuple[int, ...]:
        """How many sheets each signature has."""
        last = self.sheets[-1].signature + 1 if self.sheets else 0
        counts = [0] * last
        for sheet in self.sheets:
            counts[sheet.signature] += 1
        return tuple(counts)


def plan_of(
    pages: int, *, signature: int = 0, binding: Binding = "left", blanks_before: int = 0
) -> Plan:
    """Where ``pages`` pages stand on signatures of ``signature`` sheets; 0 makes one of all.

    Blanks that fill the last sheet stand at the end, or before the last ``blanks_before`` pages
    (1 where the last page must stay on the outside, as an imprint or the back of a cover must).
    The last signature has only the sheets it needs.
    """
    sheets = -(-pages // PAGES_OF_SHEET)
    blanks = sheets * PAGES_OF_SHEET - pages
    numbers: list[int | None] = list(range(1, pages + 1))
    place = max(0, pages - blanks_before)
    numbers[place:place] = [None] * blanks
    folded: list[Folded] = []
    step = signature or max(1, sheets)
    for number, first in enumerate(range(0, sheets, step)):
        part = numbers[first * PAGES_OF_SHEET : (first + step) * PAGES_OF_SHEET]
        folded += _signature(part, number, binding)
    return Plan(pages, blanks, binding, tuple(folded))


def _signature(numbers: list[int | None], signature: int, binding: Binding) -> list[Folded]:
    """The sheets of one signature, outermost first.

    Every sheet takes the two outermost pages left at either end: outside the first and the last,
    inside their neighbours.
    """
    folded = []
    for depth in range(len(numbers) // PAGES_OF_SHEET):
        first, second = numbers[2 * depth : 2 * depth + 2]
        end = len(numbers) - 2 * depth
        last_but_one, last = numbers[end - 2 : end]
        front, back = Side(last, first), Side(second, last_but_one)
        if binding == "right":
            front, back = Side(front.right, front.left), Side(back.right, back.left)
        folded.append(Folded(signature, depth, front, back))
    return folded


def leaf_caliper(
    caliper: float | None = None, gsm: float | None = None, bulk: float | None = None
) -> float:
    """Thickness of a leaf in mm: as declared, else from g/m² and cm³/g (whose product is in µm)."""
    if caliper is not None:
        return caliper
    return (gsm or OFFICE_GSM) * (bulk or OFFICE_BULK) / 1000


def creep(sheet: Folded, caliper: float) -> float:
    """How far the pages of a sheet move towards the spine, in mm; ``caliper`` is a leaf's, in mm.

    Around every sheet that lies outside it the fold of a sheet is pushed out by a thickness, and
    the knife, which cuts all leaves in one plane, takes as much off its outer margin.
    """
    return sheet.depth * caliper
