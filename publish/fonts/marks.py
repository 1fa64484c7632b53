"""Chinese marks that a face draws in the wrong space."""

from __future__ import annotations

from typing import Any

MIDDLE_DOT = 0xB7


def space_interpunct(font: Any, space: float) -> None:
    """Give U+00B7 an advance of ``space`` em with its ink in the middle, horizontally.

    ``font`` is a fontTools font, changed in place; one without the character stays as it is.
    clreq, #indication_punctuation_marks: half a character in mainland China, a whole one in
    Taiwan and Hong Kong.
    """
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.transformPen import TransformPen

    name = font.getBestCmap().get(MIDDLE_DOT)
    if name is None:
        return
    glyphs = font.getGlyphSet()
    bounds = BoundsPen(glyphs)
    glyphs[name].draw(bounds)
    if bounds.bounds is None:
        return
    advance = round(space * font["head"].unitsPerEm)
    left, _, right, _ = bounds.bounds
    shift = round((advance - (right - left)) / 2 - left)
    moved = (1, 0, 0, 1, shift, 0)
    if "CFF " in font:
        from fontTools.pens.t2CharStringPen import T2CharStringPen

        old = font["CFF "].cff[0].CharStrings[name]
        nominal = getattr(old.private, "nominalWidthX", 0)
        standard = getattr(old.private, "defaultWidthX", 0)
        width = None if advance == standard else advance - nominal
        outline = T2CharStringPen(width, glyphs)
        glyphs[name].draw(TransformPen(outline, moved))
        new = outline.getCharString(private=old.private, globalSubrs=old.globalSubrs)
        old.setProgram(new.program)
    else:
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        contours = TTGlyphPen(glyphs)
        glyphs[name].draw(TransformPen(contours, moved))
        glyph = contours.glyph()
        glyph.recalcBounds(font["glyf"])
        font["glyf"][name] = glyph
    font["hmtx"][name] = (advance, round(left + shift))
