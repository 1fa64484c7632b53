"""Pango as the oracle of the composer: one question for a character or a word, answered once.

Font fallback, unicode-range and the forms of a language are WeasyPrint's own this way, and a font
is registered in the page as WeasyPrint registers it, so subsets and ToUnicode stay its work.
"""

from __future__ import annotations

from copy import copy
from hashlib import md5
from typing import Any

from weasyprint.pdf.fonts import Font as PdfFont
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, harfbuzz, pango
from weasyprint.text.fonts import get_pango_font_hb_face, get_pango_font_key
from weasyprint.text.line_break import create_layout

from publish.typeset.classes import Region
from publish.typeset.faces import Face, Glyph, Piece

#: Properties of a style that make its face (WeasyPrint's names).
FACE_PROPERTIES = (
    *("font_family", "font_size", "font_weight", "font_style", "font_stretch", "lang"),
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps"),
    *("font_variant_numeric", "font_variant_alternates", "font_variant_east_asian"),
    *("font_feature_settings", "font_language_override", "font_variation_settings"),
)
_UNKNOWN_GLYPH = 0xFFFF
#: How many glyphs are looked at for a blank, and its least and greatest width in thousandths of an
#: em: the gap of .125 to .333 em must not differ from it by more than readers notice.
_LOOKED_AT = 2000
_BLANK = (200, 300)


#: By font, for it and each of its twins: the text of each glyph.
Texts = dict[bytes, list[dict[int, str]]]


class Font:
    """A Pango font in one size, as PDF text shows it.

    ``shared`` keeps, for each font of the PDF, which is of any size, the text of the glyphs of it
    and of its twins: fonts that are the same but for the text their glyphs stand for.  ``twin``
    is the number of this one.
    """

    def __init__(self, pango_font: Any, shared: Texts, twin: int = 0) -> None:
        self.pango_font, self.twin, self._shared = pango_font, twin, shared
        _, description, self.size = get_pango_font_key(pango_font)
        text = ffi.string(pango.pango_font_description_to_string(description))
        self._texts = shared.setdefault(text, [{}])
        self._twins = {twin: self}
        if twin:
            text += b" %d" % twin
        # The name WeasyPrint gives it in a page's resources (pdf/fonts.py, Font.hash).
        digest = md5(text, usedforsecurity=False).digest()[:6]
        self.name = "".join(chr(65 + letter % 26) for letter in digest)
        self.operator = f"/{self.name} {self.size:.6g} Tf"
        self.coloured = is_coloured(get_pango_font_hb_face(pango_font))
        self._widths: dict[int, int] = {}
        self._blank: int | None = None
        self._ink = ffi.new("PangoRectangle *")
        self._logical = ffi.new("PangoRectangle *")

    def width(self, number: int) -> int:
        """The advance of a glyph in thousandths of an em, as the PDF will have it."""
        width = self._widths.get(number)
        if width is None:
            self.box(number)
            width = round(self._logical.width * 1000 * FROM_UNITS / self.size)
            self._widths[number] = width
        return width

    def settle(self, numbers: tuple[tuple[int, str], ...]) -> Font:
        """The twin in which these glyphs stand for these texts."""
        known: list[dict[int, str]] = [*self._texts, {}]
        place = next(
            place
            for place, texts in enumerate(known)
            if all(texts.get(number, text) == text for number, text in numbers)
        )
        if place == len(self._texts):
            self._texts.append({})
        self._texts[place].update(numbers)
        if place not in self._twins:
            self._twins[place] = Font(self.pango_font, self._shared, place)
            self._twins[place]._twins = self._twins
        return self._twins[place]

    def blank(self) -> int:
        """A glyph without ink, a quarter em wide or nearly; 0 if there is none near the start.

        Of two, the second: the first is the space, which text needs for itself.
        """
        if self._blank is None:
            self._blank = 0
            for number in range(1, _LOOKED_AT):
                left, _, ink, _ = self.box(number)
                if ink == left == 0 and _BLANK[0] < self.width(number) < _BLANK[1]:
                    first = not self._blank
                    self._blank = number
                    if not first:
                        break
        return self._blank

    def ink(self, number: int) -> tuple[float, float]:
        """Left and right end of a glyph's ink from its origin, in px."""
        left, _, width, _ = self.box(number)
        return left, left + width

    def box(self, number: int) -> tuple[float, float, float, float]:
        """The ink of a glyph: left, top (negative above the baseline), width, height, in px."""
        pango.pango_font_get_glyph_extents(self.pango_font, number, self._ink, self._logical)
        ink, unit = self._ink, FROM_UNITS
        return ink.x * unit, ink.y * unit, ink.width * unit, ink.height * unit


def is_coloured(hb_face: Any) -> bool:
    """Whether a font has glyphs that are pictures: those WeasyPrint paints itself."""
    return bool(
        harfbuzz.hb_ot_color_has_png(hb_face)
        or harfbuzz.hb_ot_color_has_svg(hb_face)
        or (
            harfbuzz.hb_version_atleast(7, 0, 0)
            and (
                harfbuzz.hb_ot_color_has_paint(hb_face) or harfbuzz.hb_ot_color_has_layers(hb_face)
            )
        )
    )


class PangoShaper:
    """The faces of one style."""

    def __init__(self, style: Any, fonts: dict[Any, Font], shared: Texts) -> None:
        # A face is shared by styles that differ in these: they are no part of it.
        self._style = style.copy()
        self._style["letter_spacing"], self._style["word_spacing"] = "normal", 0
        self._fonts, self._shared = fonts, shared
        self.size = float(style["font_size"])
        #: Pango layouts whose fonts are in use: they must live as long as the document.
        self._kept: list[Any] = []

    def shape(self, text: str) -> tuple[Glyph, ...] | None:
        """The glyphs of a text, or None where there is no glyph, a picture or a raised mark."""
        layout = create_layout(text, self._style, None, None, 0)
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        line, _ = layout.get_first_line()
        index_of, position = {}, 0
        for index, character in enumerate(text):
            index_of[position] = index
            position += len(character.encode())
        found: list[Glyph] = []
        run = line.runs
        while run != ffi.NULL:
            item, glyphs = run.data.item, run.data.glyphs
            run = run.next
            if item.analysis.level % 2:
                return None
            pango_font = item.analysis.font
            font = self._fonts.get(pango_font)
            if font is None:
                font = self._fonts[pango_font] = Font(pango_font, self._shared)
                self._kept.append(layout)
            if font.coloured or abs(font.size - self.size) > 1e-3:
                return None
            for i in range(glyphs.num_glyphs):
                glyph = glyphs.glyphs[i]
                number, geometry = glyph.glyph, glyph.geometry
                if number >= _UNKNOWN_GLYPH or geometry.y_offset:
                    return None
                found.append(
                    Glyph(
                        font,
                        number,
                        geometry.width * FROM_UNITS,
                        geometry.x_offset * FROM_UNITS,
                        index_of[item.offset + glyphs.log_clusters[i]],
                    )
                )
        return tuple(found)

    def ink(self, glyph: Glyph) -> tuple[float, float]:
        """Where the ink of a glyph begins and ends, in px from its origin."""
        font: Any = glyph.font
        begin, end = font.ink(glyph.number)
        return float(begin), float(end)

    def settle(self, font: object, numbers: tuple[tuple[int, str], ...]) -> object:
        """The font, or its twin, in which these glyphs stand for these texts."""
        assert isinstance(font, Font)
        return font.settle(numbers)

    def blank(self, font: object) -> tuple[int, float] | None:
        """A blank glyph of the font, and its advance in px."""
        assert isinstance(font, Font)
        number = font.blank()
        return (number, font.width(number) * self.size / 1000) if number else None

    def width(self, glyph: Glyph) -> float:
        """The advance the PDF gives the glyph, in px."""
        font: Any = glyph.font
        return float(font.width(glyph.number)) * self.size / 1000


class Faces:
    """The faces of one font configuration, shared by all styles that look the same."""

    def __init__(self) -> None:
        self._faces: dict[str, Face] = {}
        self._fonts: dict[Any, Font] = {}
        self._texts: Texts = {}
        self._struts: dict[tuple[int, str], tuple[float, float]] = {}

    def face(self, style: Any, region: Region) -> Face:
        """The face of a style."""
        kept = style.__dict__.get("_face")
        if kept is None:
            key = f"{region}{[style[name] for name in FACE_PROPERTIES]!r}"
            kept = self._faces.get(key)
            if kept is None:
                shaper = PangoShaper(style, self._fonts, self._texts)
                kept = self._faces[key] = Face(shaper, region)
            style._face = kept
        return kept  # type: ignore[no-any-return]

    def strut(self, style: Any, face: Face) -> tuple[float, float]:
        """Height of a line of a style, and its baseline in it, in px; ``face`` is that of the
        style."""
        key = (id(face), str(style["line_height"]))
        found = self._struts.get(key)
        if found is None:
            found = self._struts[key] = line_break.strut(style)
        return found


class Register:
    """Tells a document's fonts which glyphs are used and what text they stand for."""

    def __init__(self, stream: Any) -> None:
        self.fonts = stream._fonts
        self._known: dict[int, dict[int, str]] = {}
        self._han: dict[int, set[str]] = {}
        self._used: dict[int, Any] = {}
        self._bases: dict[Any, Any] = {}
        #: Paragraphs whose Han is registered.
        self.flows: dict[int, Any] = {}
        # By identity, and kept, so that no other piece gets the same.
        self._done: dict[int, Piece] = {}

    def font(self, font: Font) -> Any:
        """WeasyPrint's own font object of this document."""
        used = self._used.get(id(font))
        if used is None:
            used = self._make(font)
            self._used[id(font)] = used
        return used

    def _make(self, font: Font) -> Any:
        """A font of the document, apart from what the stock engine paints with.

        Twins share its file, not its ToUnicode; what they are copies of stays out of the document:
        a font without glyphs would be kept whole.
        """
        key, description, size = get_pango_font_key(font.pango_font)
        used = self.fonts.get((key, font.twin))
        if used is None:
            if key not in self._bases:
                self._bases[key] = PdfFont(font.pango_font, description, size)
            used = copy(self._bases[key])
            used.widths, used.to_unicode, used.missing = {}, {}, {}
            used.name = used.name.replace(used.hash.encode(), font.name.encode(), 1)
            used.hash = font.name
            self.fonts[key, font.twin] = used
        return used

    def han(self, face: Face, text: str) -> None:
        """The Han of a text, set in the first font of a face."""
        done = self._han.setdefault(id(face), set())
        if done.issuperset(text) or face.font is None:
            return
        new = set(text) - done
        done |= new
        font: Any = face.font
        used = self.font(font)
        for character in sorted(new):
            shown = face.shown.get(ord(character))
            if shown is not None:
                number = int(shown, 16)
                used.to_unicode.setdefault(number, character)
                used.widths[number] = font.width(number)

    def piece(self, piece: Piece) -> None:
        """A mark or a word."""
        if id(piece) in self._done:
            return
        self._done[id(piece)] = piece
        font: Any = piece.font
        used = self.font(font)
        for number, text in piece.numbers:
            used.to_unicode[number] = text
            used.widths.setdefault(number, font.width(number))


def rename(font: Any) -> None:
    """Give a font of the document another name in its pages: that of ours is taken."""
    if not hasattr(font, "renamed"):
        font.renamed = True
        first = font.hash
        digest = md5(f"{first} stock".encode(), usedforsecurity=False).digest()[:6]
        font.hash = "".join(chr(65 + letter % 26) for letter in digest)
        font.name = font.name.replace(first.encode(), font.hash.encode(), 1)
