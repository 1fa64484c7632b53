"""The spine: title and names as a column, the title from the height of the front's, the names at
the foot.

They are set in turned faces (fonts/turned.py), as lines that are turned a quarter to the right:
marks have the forms and places of columns, dashes join, Latin words lie whole, numbers of two and
three digits share a square.  Places are in mm, sizes of type in pt.
"""

from __future__ import annotations

import math
from functools import partial

from markupsafe import Markup, escape

from publish.model.edition import Geometry
from publish.records import dataclass
from publish.render import cover
from publish.render.columns import pieces
from publish.render.title import fewest_lines, width

#: The largest and smallest title on a spine, in pt: it takes half the spine (look.md section 6:
#: 13 pt on 9.2 mm), all that is clear on a thin one.
_LARGEST, _SMALLEST = 24.0, 7.0
_SHARE = 0.5
#: Names are this part of the title, and no larger; between them stands one em.
_NAMES, _LARGEST_NAMES = 0.65, 12.0
#: Least white between title and names, in em of the names.
_APART = 2.0
#: Sides of characters reach over their square by so much of it: accents, faces not our own.
_OVERHANG = 1.08
#: From one line of a title in several to the next, in em.
_LEADING = 1.3
#: Lengths are estimated; what is short of the room by so much finds place in any face.
_CERTAIN = 0.96


@dataclass(frozen=True, slots=True)
class Column:
    """A line on the spine: ``text`` as HTML, ``size`` in pt, ``middle`` in mm from the middle of
    the spine to the right; ``top`` and ``height`` in mm; whether it is the title."""

    text: Markup
    size: float
    middle: float
    top: float
    height: float
    heading: bool


@dataclass(frozen=True, slots=True)
class Spine:
    """What stands on the spine: the lines of the title, and the names."""

    title: tuple[str, ...] = ()
    size: float = 0.0
    names: tuple[str, ...] = ()
    names_size: float = 0.0

    def said(self) -> str:
        """All its text, without blanks between parts."""
        return "".join((*self.title, *self.names))

    def columns(self, design: cover.CoverDesign) -> tuple[Column, ...]:
        """Its lines and where they stand; the first of several is the right one."""
        room = design.height - design.top - design.foot
        step = self.size * _LEADING / Geometry.PT_PER_MM
        first = step * (len(self.title) - 1) / 2
        found = [
            Column(
                _markup(line, digits=design.digits),
                round(self.size, 2),
                round(first - number * step, 3),
                round(design.top, 3),
                round(room, 3),
                heading=True,
            )
            for number, line in enumerate(self.title)
        ]
        if self.names:
            # Blanks do not tell names apart where a name has some itself.
            text = Markup("").join(
                Markup('<span class="wrap-name">{}</span>').format(
                    _markup(name, digits=design.digits)
                )
                for name in self.names
            )
            size = round(self.names_size, 2)
            found.append(Column(text, size, 0.0, round(design.top, 3), round(room, 3), False))
        return tuple(found)


def spine(design: cover.CoverDesign, broad: float, clear: float) -> Spine:
    """Title and names on a spine ``broad`` mm wide, of which ``clear`` mm stay free at each fold.

    Where both do not find room in one line the title alone has it; one that is longer stands in
    several lines, with the names if it can.  Empty where it finds no room at all.
    """
    across = max(0.0, broad - 2 * clear) * Geometry.PT_PER_MM / _OVERHANG
    along = (design.height - design.top - design.foot) * Geometry.PT_PER_MM * _CERTAIN
    largest = min(_LARGEST, max(13.0, broad * Geometry.PT_PER_MM * _SHARE), across)
    if largest < _SMALLEST or not design.title:
        return Spine()
    length = partial(width, digits=design.digits)
    needed = length(design.title)
    names, taken = tuple(name for name in design.authors if name), 0.0
    if names:
        small = min(_LARGEST_NAMES, max(_SMALLEST, largest * _NAMES))
        for size in (small, _SMALLEST):
            taken = (sum(map(length, names)) + len(names) - 1 + _APART) * size
            title = min(largest, (along - taken) / needed)
            if title >= max(_SMALLEST, size):
                return Spine((design.title,), title, names, size)
    title = min(largest, along / needed)
    if title >= _SMALLEST:
        return Spine((design.title,), title)
    lines, size = _in_lines(design, across, along - taken)
    if lines:
        return Spine(lines, size, names, _SMALLEST if names else 0)
    return Spine(*_in_lines(design, across, along))


def _in_lines(
    design: cover.CoverDesign, across: float, along: float
) -> tuple[tuple[str, ...], float]:
    """The title in as few lines as it needs, each as long as the spine, and its size; in pt.
    No lines where the spine is too narrow for them."""
    most = math.floor((across / _SMALLEST - 1) / _LEADING + 1)
    for count in range(2, most + 1):
        size = min(_LARGEST, across / (1 + (count - 1) * _LEADING))
        while size >= _SMALLEST:
            lines = fewest_lines(design.title, along / size, count, digits=design.digits)
            if len(lines) <= count:
                return lines, size
            size -= 0.5
    return (), 0.0


def _markup(text: str, *, digits: bool) -> Markup:
    """A line as HTML: short numbers and letters upright, a gap between Han and Latin that lies."""
    found = Markup("")
    for piece in pieces(text, digits=digits):
        kind = piece.upright or ("cover-gap" if piece.gap else "")
        shown = escape(piece.text)
        found += Markup('<span class="{}">{}</span>').format(kind, shown) if kind else shown
    return found
