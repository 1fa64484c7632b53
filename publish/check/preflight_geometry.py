"""Matrices, boxes and paths of a page, in pt; x goes right and y goes up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Any

from publish.model.matrix import IDENTITY, Matrix

#: Left, bottom, right, top.
Box = tuple[float, float, float, float]

PT_PER_MM = 72 / 25.4
#: Parts of a path that are looked at one by one.
_PARTS_LIMIT = 2000
#: The least side of what is curved or not known: no bar.
NO_BAR = 1e6
#: What is shorter, in pt, is no bar but part of a letter or a sign: rectangles, and what is drawn
#: point by point, as glyphs are (a minus of 10.5 pt is 6.3 long, a bar beside a fraction 23).
SHORT, SIGN = 6.0, 30.0
#: Less than this is nothing, in pt.
NOTHING = 1e-4


def matrix_of(numbers: Sequence[Any]) -> Matrix:
    """Six numbers of a file as a matrix."""
    return Matrix(*(float(number) for number in numbers[:6]))


def own_matrix(source: Any) -> Matrix:
    """The matrix of a form or a pattern of the file."""
    return matrix_of(tuple(islice(source.get("/Matrix", IDENTITY), 6)))


def scale_of(matrix: Matrix) -> float:
    """How far a matrix stretches in the direction in which it stretches least."""
    a, b, c, d = matrix[:4]
    # The smaller singular value of the 2 × 2 part.
    total = a * a + b * b + c * c + d * d
    area = a * d - b * c
    root = math.sqrt(max(0.0, total * total - 4 * area * area))
    return math.sqrt(max(0.0, (total - root) / 2))


def bounds(matrix: Matrix, x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box round a rectangle after a matrix."""
    a, b, c, d, e, f = matrix
    if b == 0 == c:
        left, right, low, high = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
        return min(left, right), min(low, high), max(left, right), max(low, high)
    corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def common(one: Box, other: Box) -> Box | None:
    """What two boxes share; None where they do not touch."""
    box = (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
    return box if box[0] <= box[2] and box[1] <= box[3] else None


def grown(box: Box, by: float) -> Box:
    """A box that is larger on all sides."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def inside(inner: Box, outer: Box, slack: float = 0.0) -> bool:
    """Whether a box lies in another, which may be larger by ``slack``."""
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


class Path:
    """A path as far as it matters: the box round it, and how thin its straight parts are."""

    __slots__ = ("_count", "_curved", "_last", "_part", "box", "least", "ring")

    def __init__(self) -> None:
        self.box: Box | None = None
        #: The least side of a part that has no curves, in pt.
        self.least = NO_BAR
        #: How thin a frame of two rectangles is, if the inner one is left out, in pt.
        self.ring = NO_BAR
        self._last: Box | None = None
        self._count = 0
        self._curved = False
        self._part: list[float] | None = None

    def rectangle(self, x: float, y: float, width: float, height: float, ctm: Matrix) -> None:
        """A rectangle is added."""
        self._close()
        box = bounds(ctm, x, y, x + width, y + height)
        self.box = box if self.box is None else _around(self.box, box)
        if self._last is not None and (inside(box, self._last) or inside(self._last, box)):
            gaps = [abs(one - other) for one, other in zip(box, self._last, strict=True)]
            self.ring = min((gap for gap in gaps if gap > NOTHING), default=NO_BAR)
        self._last = box
        across = abs(width) * math.hypot(ctm[0], ctm[1])
        down = abs(height) * math.hypot(ctm[2], ctm[3])
        if max(across, down) >= SHORT:
            self.least = min(self.least, across, down)

    def points(self, kind: str, numbers: Sequence[Any], ctm: Matrix) -> None:
        """A part begins (``m``) or goes on, straight (``l``) or curved."""
        if kind == "m":
            self._close()
        elif kind != "l":
            self._curved = True
        a, b, c, d, e, f = ctm
        for at in range(0, len(numbers) - 1, 2):
            x, y = numbers[at], numbers[at + 1]
            right, up = a * x + c * y + e, b * x + d * y + f
            part = self._part
            if part is None:
                self._part = [right, up, right, up]
            else:
                part[0], part[1] = min(part[0], right), min(part[1], up)
                part[2], part[3] = max(part[2], right), max(part[3], up)
        self._count += 1
        if self._count > _PARTS_LIMIT:
            self._curved = True
        part = self._part
        if part is not None:
            box = (part[0], part[1], part[2], part[3])
            self.box = box if self.box is None else _around(self.box, box)

    def _close(self) -> None:
        """A part ends: straight ones tell how thin they are."""
        part = self._part
        if part is not None and not self._curved:
            across, down = part[2] - part[0], part[3] - part[1]
            if max(across, down) >= SIGN:
                self.least = min(self.least, across, down)
        self._part, self._curved = None, False

    def finish(self) -> None:
        """The path is whole."""
        self._close()


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
