"""Chinese marks that a face draws in the wrong space."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from publish.fonts.cff import OutlinePen
from publish.records import dataclass

MIDDLE_DOT = 0xB7


@dataclass(frozen=True, slots=True)
class Moved:
    """A glyph with its ink moved: the outline packed as CFF has it, advance and left side bearing
    in units of the face."""

    glyph: int
    outline: bytes
    advance: int
    left: int


def interpunct(face: Any, space: float, widths: Callable[[int], tuple[int, int]]) -> Moved | None:
    """U+00B7 with an advance of ``space`` em and its ink in the middle, horizontally.

    ``face`` is a HarfBuzz face with CFF outlines, ``widths`` gives the default and the nominal
    width of a glyph.  None where the face has not the character, or has it without ink.
    clreq, #indication_punctuation_marks: half a character in mainland China, a whole one in
    Taiwan and Hong Kong.
    """
    import uharfbuzz

    font = uharfbuzz.Font(face)
    glyph = font.get_nominal_glyph(MIDDLE_DOT)
    ink = font.get_glyph_extents(glyph) if glyph is not None else None
    if ink is None or not ink.width:
        return None
    advance = round(space * face.upem)
    left, shift = _centred(ink.x_bearing, ink.x_bearing + ink.width, advance)
    default, nominal = widths(glyph)
    pen = OutlinePen(shift, None if advance == default else advance - nominal)
    drawing = uharfbuzz.DrawFuncs()
    drawing.set_move_to_func(lambda x, y, _: pen.move(x, y))
    drawing.set_line_to_func(lambda x, y, _: pen.line(x, y))
    drawing.set_cubic_to_func(lambda *points: pen.curve(*points[:6]))
    font.draw_glyph(glyph, drawing)
    return Moved(glyph, pen.outline(), advance, left)


def space_truetype_interpunct(data: bytes, space: float) -> bytes:
    """The same for a font file with TrueType outlines; one without the character stays as it is."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    name = font.getBestCmap().get(MIDDLE_DOT)
    if name is None:
        return data
    glyphs = font.getGlyphSet()
    bounds = BoundsPen(glyphs)
    glyphs[name].draw(bounds)
    if bounds.bounds is None:
        return data
    advance = round(space * font["head"].unitsPerEm)
    left, shift = _centred(bounds.bounds[0], bounds.bounds[2], advance)
    contours = TTGlyphPen(glyphs)
    glyphs[name].draw(TransformPen(contours, (1, 0, 0, 1, shift, 0)))
    glyph = contours.glyph()
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (advance, left)
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def _centred(left: float, right: float, advance: int) -> tuple[int, int]:
    """The left side bearing of ink in the middle of an advance, and how far it is moved."""
    shift = round((advance - (right - left)) / 2 - left)
    return round(left + shift), shift
