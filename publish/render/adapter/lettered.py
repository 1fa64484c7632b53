"""Text within drawings, painted as shapes.

The engine paints it as text: readers and voices would find it between the paragraphs, and a press
file would have type in whatever colour and overprint a drawing asks for.  What stands for a picture
in words is its alternative text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_hb_object_data, get_pango_font_hb_face

from publish.fonts.outlines import Glyphs
from publish.render.adapter.shaper import is_coloured

#: Where the engine's text boxes of drawings are made.
_DRAWINGS = "weasyprint.svg.text"
#: The operator that paints a path, by what the engine has asked of text (PDF 1.7, 9.3.6).
_PAINT = {b"0 Tr": b"f", b"1 Tr": b"S", b"2 Tr": b"B", b"3 Tr": b"n"}
_UNKNOWN_GLYPH = 0xFFFF


def painter(stock: Callable[[str, str], Any]) -> Callable[..., Any]:
    """The function that stands in for the engine's draw_first_line; ``stock`` finds that one."""
    faces: dict[Any, Glyphs] = {}

    def draw_first_line(
        stream: Any, textbox: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any
    ) -> Any:
        paint = stream.stream[-1] if stream.stream else b""
        if type(textbox).__module__ != _DRAWINGS or paint not in _PAINT:
            return stock("weasyprint.draw.text", "draw_first_line")(
                stream, textbox, text_overflow, block_ellipsis, matrix
            )
        if textbox.text.strip() and textbox.style["font_size"] >= 1e-6:
            # The engine is within a text object, which holds no paths (PDF 1.7, 8.2).
            del stream.stream[-1]
            if stream.stream and stream.stream[-1] == b"BT":
                del stream.stream[-1]
            else:
                stream.end_text()
            with stream.stacked():
                stream.transform(*matrix.values)
                _outlines(stream, textbox, faces)
                stream.stream.append(_PAINT[paint])
            stream.begin_text()
        return []

    return draw_first_line


def _outlines(stream: Any, textbox: Any, faces: dict[Any, Glyphs]) -> None:
    """The path of a line that begins at the origin, y upwards."""
    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _ = textbox.pango_layout.get_first_line()
    size, at = float(textbox.style["font_size"]), 0.0
    run = line.runs
    while run != ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        run = run.next
        hb_face = get_pango_font_hb_face(item.analysis.font)
        face = faces.get(hb_face)
        if face is None:
            face = faces[hb_face] = Glyphs(get_hb_object_data(hb_face))
        scale = size / face.units
        for info in glyphs.glyphs[0 : glyphs.num_glyphs]:
            geometry = info.geometry
            if info.glyph < _UNKNOWN_GLYPH and not is_coloured(hb_face):
                x = at + geometry.x_offset * FROM_UNITS
                y = -geometry.y_offset * FROM_UNITS
                for operator, points in face.path(info.glyph):
                    values = [
                        f"{value * scale + (y if place % 2 else x):.4f}".rstrip("0").rstrip(".")
                        for place, value in enumerate(points)
                    ]
                    stream.stream.append(" ".join([*values, operator]).encode())
            at += geometry.width * FROM_UNITS
