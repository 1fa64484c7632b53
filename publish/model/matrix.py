"""Affine maps of the plane, as glyphs and the content of PDF pages are put in their places."""

from __future__ import annotations

from typing import NamedTuple


class Matrix(NamedTuple):
    """A point (x, y) goes to (a·x + c·y + e, b·x + d·y + f) (ISO 32000-1, 8.3.3)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, other: Matrix) -> Matrix:
        """This one first, the other after it."""
        a, b, c, d, e, f = self
        g, h, i, j, k, m = other
        return Matrix(
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + m,
        )


IDENTITY = Matrix(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def moved(x: float, y: float) -> Matrix:
    """To the right by x and up by y."""
    return Matrix(1.0, 0.0, 0.0, 1.0, x, y)
