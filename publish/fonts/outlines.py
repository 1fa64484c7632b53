"""Glyphs as paths: text that is to be a drawing, and no text."""

from __future__ import annotations

from functools import cache
from typing import Any

#: An operator of PDF (m, l, c) and its points, in units of the face.
Step = tuple[str, tuple[float, ...]]


class Glyphs:
    """The outlines of a font file; each is asked once."""

    def __init__(self, file: bytes, index: int = 0) -> None:
        """``index`` is the number of the face in a collection."""
        import uharfbuzz

        face = uharfbuzz.Face(uharfbuzz.Blob(file), index)
        self._font: Any = uharfbuzz.Font(face)
        #: Units of an em.
        self.units = int(face.upem)
        self._known: dict[int, tuple[Step, ...]] = {}

    def path(self, glyph: int) -> tuple[Step, ...]:
        """The contours of a glyph, y upwards; each closes by itself when it is filled."""
        found = self._known.get(glyph)
        if found is None:
            steps: list[Step] = []
            self._font.draw_glyph(glyph, _functions(), steps)
            found = self._known[glyph] = tuple(steps)
        return found


@cache
def _functions() -> Any:
    """The steps of an outline as HarfBuzz tells them.  Quadratic curves come as cubic ones."""
    import uharfbuzz

    functions = uharfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, steps: steps.append(("m", (x, y))))
    functions.set_line_to_func(lambda x, y, steps: steps.append(("l", (x, y))))
    functions.set_cubic_to_func(lambda *values: values[-1].append(("c", values[:-1])))
    functions.set_close_path_func(lambda steps: steps.append(("h", ())))
    return functions
