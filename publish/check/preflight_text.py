"""What a page writes: the text operators, on top of those that paint (ISO 32000-1, 9)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from publish.check.preflight_colour import CMYK, GRAY, RGB, Space
from publish.check.preflight_content import Mark, Painter
from publish.check.preflight_fonts import UNKNOWN, Font
from publish.check.preflight_geometry import Box, bounds, common, matrix_of, scale_of
from publish.model.matrix import IDENTITY, Matrix, moved

#: How far type reaches over and under its baseline, in em (the square of a Chinese character).
ASCENT, DESCENT = 0.88, 0.12
#: Modes of text that leave no ink: nothing, or nothing but a clip.
_INVISIBLE = (3, 7)
#: So many bytes of a text take as long as one operator.
_BYTES_PER_COST = 8

Act = Callable[["Interpreter", list[Any]], None]


class Interpreter(Painter):
    """Goes through the content of a page, its text included."""

    acts: ClassVar[Mapping[bytes, Any]]

    def begin_text(self, _: list[Any]) -> None:
        """Operator BT."""
        self._text = self._line = IDENTITY

    def text_state(self, operands: list[Any], name: str, scale: float) -> None:
        """Operators Tc, Tw, Tz, TL and Ts: a number of the state."""
        setattr(self.state, name, float(operands[0]) * scale)

    def render_mode(self, operands: list[Any]) -> None:
        """Operator Tr."""
        self.state.render = int(operands[0])

    def text_font(self, operands: list[Any]) -> None:
        """Operator Tf."""
        self.state.size = float(operands[1])
        self.state.font = None
        self.state.font = self.library.font(self._resource("/Font", operands[0]))

    def text_matrix(self, operands: list[Any]) -> None:
        """Operator Tm."""
        self._text = self._line = matrix_of(operands)

    def move_text(self, operands: list[Any], leading: bool = False) -> None:
        """Operators Td and TD."""
        right, up = float(operands[0]), float(operands[1])
        if leading:
            self.state.leading = -up
        self._line = moved(right, up).then(self._line)
        self._text = self._line

    def next_line(self, _: list[Any]) -> None:
        """Operator T*."""
        self.move_text([0.0, -self.state.leading])

    def quote(self, operands: list[Any]) -> None:
        """Operators ' and ": a line further down, perhaps with other spaces."""
        if len(operands) == 3:
            self.state.word, self.state.spacing = float(operands[0]), float(operands[1])
        self.next_line([])
        self.show_text(operands[-1:])

    def show_text(self, operands: list[Any]) -> None:
        """Operators Tj and TJ."""
        state, font = self.state, self.state.font
        if font is None:
            return
        font.used = True
        strings = operands[0] if isinstance(operands[0], list) else operands
        size, vertical = state.size, font.vertical
        # The pen, and where ink begins and ends, along the line in text space.
        pen, begin, end = 0.0, None, 0.0
        said: list[str] = []
        missing = False
        for item in strings:
            if isinstance(item, float):
                pen -= item / 1000 * size
            elif isinstance(item, bytes):
                self.cost(len(item) // _BYTES_PER_COST)
                for code, glyph in font.glyphs(item):
                    start = pen
                    advance = -1.0 if vertical else glyph.advance
                    pen += advance * size + state.spacing * (-1 if vertical else 1)
                    if code == 32 and not font.wide:
                        pen += state.word
                    if glyph.ink:
                        begin = start if begin is None else begin
                        end = start + advance * size
                    missing = missing or glyph.missing
                    said.append(glyph.text)
        if begin is not None:
            self._written(font, begin, end, "".join(said), missing)
        step = (0.0, pen) if vertical else (pen * state.stretch, 0.0)
        self._text = moved(*step).then(self._text)

    def _written(self, font: Font, begin: float, end: float, text: str, missing: bool) -> None:
        """A run of text is on the page."""
        state = self.state
        if state.render in _INVISIBLE:
            return
        size = state.size
        whole = self._text.then(state.ctm)
        if font.vertical:
            box = bounds(whole, -size / 2, end, size / 2, begin)
        else:
            low, high = state.rise - DESCENT * size, state.rise + ASCENT * size
            box = bounds(whole, begin * state.stretch, low, end * state.stretch, high)
        seen = common(box, state.clip)
        if seen is None:
            return
        kept = text.replace(UNKNOWN, "")
        points = abs(size) * scale_of(whole)
        stroked = state.render in (1, 5)
        paint = state.stroke if stroked else state.fill
        over = (state.stroke_over if stroked else state.fill_over) and self._spares(paint)
        mark = Mark("text", seen, paint, points, over, kept, font.name, missing)
        self.drawing.marks.append(mark)
        if state.render in (1, 2, 5, 6):
            width = state.line * scale_of(state.ctm)
            self.drawing.marks.append(Mark("stroke", seen, state.stroke, width))
        if font.drawings:
            self._drawn_glyphs(font, seen)

    def _drawn_glyphs(self, font: Font, box: Box) -> None:
        """What the glyphs of a Type 3 font paint counts as painted over the box of the text."""
        drawings, font.drawings = font.drawings, ()
        outer, first = self.state, len(self.drawing.marks)
        self.save([])
        try:
            glyph = Matrix(self.state.size, 0, 0, self.state.size, 0, 0).then(self._text)
            self.state.ctm = matrix_of(font.matrix).then(glyph.then(outer.ctm))
            self.state.clip = (-1e9, -1e9, 1e9, 1e9)
            for drawing in drawings:
                self._inside(drawing, font.resources or self._resources)
        finally:
            self.restore([])
            self.state = outer
        for mark in self.drawing.marks[first:]:
            mark.box = box

    def uncoloured(self, _: list[Any]) -> None:
        """Operator d1: what follows has the colour of the text."""
        self._colourless = True


def _device(space: Space, stroke: bool) -> Act:
    return lambda painter, operands: painter.colour(space, operands, stroke)


def _own(stroke: bool) -> Act:
    def act(painter: Interpreter, operands: list[Any]) -> None:
        state = painter.state
        painter.colour(state.stroke_space if stroke else state.fill_space, operands, stroke)

    return act


def _points(kind: str) -> Act:
    return lambda painter, operands: painter.points(operands, kind)


def _paint(fill: bool, stroke: bool, even_odd: bool = False) -> Act:
    return lambda painter, _: painter.paint(fill, stroke, even_odd)


def _number(name: str, scale: float = 1.0) -> Act:
    return lambda painter, operands: painter.text_state(operands, name, scale)


_I = Interpreter
Interpreter.acts = {
    b"q": _I.save, b"Q": _I.restore, b"cm": _I.concat, b"w": _I.line_width, b"gs": _I.graphics,
    b"g": _device(GRAY, False), b"G": _device(GRAY, True),
    b"rg": _device(RGB, False), b"RG": _device(RGB, True),
    b"k": _device(CMYK, False), b"K": _device(CMYK, True),
    b"cs": functools.partial(_I.space, stroke=False),
    b"CS": functools.partial(_I.space, stroke=True),
    b"sc": _own(False), b"scn": _own(False), b"SC": _own(True), b"SCN": _own(True),
    b"re": _I.rectangle, b"m": _points("m"), b"l": _points("l"),
    b"c": _points("c"), b"v": _points("c"), b"y": _points("c"),
    b"f": _paint(True, False), b"F": _paint(True, False), b"f*": _paint(True, False, True),
    b"S": _paint(False, True), b"s": _paint(False, True), b"n": _paint(False, False),
    b"B": _paint(True, True), b"B*": _paint(True, True, True),
    b"b": _paint(True, True), b"b*": _paint(True, True, True),
    b"W": _I.clip, b"W*": _I.clip, b"sh": _I.shade, b"Do": _I.draw, b"BI": _I.inline,
    b"BT": _I.begin_text, b"Tc": _number("spacing"), b"Tw": _number("word"),
    b"Tz": _number("stretch", 0.01), b"TL": _number("leading"), b"Ts": _number("rise"),
    b"Tr": _I.render_mode, b"Tf": _I.text_font, b"Tm": _I.text_matrix,
    b"Td": _I.move_text, b"TD": functools.partial(_I.move_text, leading=True),
    b"T*": _I.next_line, b"Tj": _I.show_text, b"TJ": _I.show_text,
    b"'": _I.quote, b'"': _I.quote, b"d1": _I.uncoloured,
}  # fmt: skip
