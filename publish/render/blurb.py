"""The blurb on the back of a cover: the sizes it is tried in, and the room it has.

In vertical lines it stands in columns from the head, as the front does.  Lengths are in mm, sizes
and leading of type in pt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from publish.diagnostics import fail
from publish.model.edition import Geometry
from publish.records import dataclass

#: Type goes down by half a point, and to 9 pt at most: below it lie notes, not what is to be read.
_SMALLEST, _STEP = 9.0, 0.5
#: Lines of one size are measured to this many points.
_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True)
class Blurb:
    """How a blurb is set: type and leading in pt, ``measure`` in mm, the length of a line, a whole
    number of characters; ``room`` is how many lines find place on the back."""

    size: float
    leading: float
    measure: float
    room: int


def blurbs(geometry: Geometry, height: float) -> Iterator[Blurb]:
    """The ways to set a blurb, the best first, in a room ``height`` mm high: the body's own size,
    and smaller ones in proportion.

    Columns are no longer than lines are on the back of a book in horizontal ones; as long as the
    room where it is too narrow for them."""
    breadth, height = geometry.breadth, height * Geometry.PT_PER_MM
    if not geometry.vertical:
        yield from _sizes(geometry, (breadth,), height)
        return
    yield from _sizes(geometry, (min(breadth, height), height), breadth)


def _sizes(geometry: Geometry, lengths: tuple[float, ...], extent: float) -> Iterator[Blurb]:
    """Size by size, lines of these lengths in a room of this extent; all in pt."""
    size = geometry.em
    while True:
        leading = round(geometry.line * size / geometry.em * 4) / 4
        lines = max(0, math.floor(extent / leading + 1e-9))
        for length in dict.fromkeys(lengths):
            measure = math.floor(length / size + 1e-9) * size
            yield Blurb(size, leading, measure / Geometry.PT_PER_MM, lines)
        if size <= _SMALLEST:
            return
        size = max(_SMALLEST, size - _STEP)


def fitting(tried: Iterator[Blurb], height: Callable[[Blurb], float]) -> Blurb:
    """The first that finds room; ``height`` lays one out and tells how high it came out, in pt.

    Raises :class:`~publish.diagnostics.Failure` R-BLURB where none does.
    """
    lines, blurb = 0, None
    for blurb in tried:
        lines = math.ceil((height(blurb) - _TOLERANCE) / blurb.leading)
        if lines <= blurb.room:
            return blurb
    room = blurb.room if blurb else 0
    size = blurb.size if blurb else _SMALLEST
    raise fail(
        "R-BLURB",
        f"the description takes {lines} lines of {size:g} pt, the back has room for {room}",
        hints=("shorten description in book.toml",),
    )
