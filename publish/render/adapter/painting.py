"""Fragments painted straight into the page stream, with the marks beside their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes

from publish.records import dataclass
from publish.render.adapter import marks, readings
from publish.render.adapter.flow import Look
from publish.render.adapter.fragments import Fragment, Placed
from publish.render.adapter.order import Order, head
from publish.render.adapter.shaper import Register, rename
from publish.typeset.lines import Line

#: A leader is this far from what stands before and after it, in em.
_LEADER_GAP = 0.25
#: Radius of the dots of a leader, how far they are apart and above the baseline, in em.
_LEADER_DOT, _LEADER_PITCH, _LEADER_HEIGHT = 0.045, 0.7, 0.33


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line that did not come out well: how (publish.typeset.lines), the page of its document,
    what each joint was opened by in em, and text[begin:end] of its paragraph."""

    state: int
    page: int
    stretch: float
    text: str
    begin: int
    end: int


class Painter:
    """The function that stands in for WeasyPrint's draw_inline_level; one for a document."""

    def __init__(
        self, stock: Callable[[str, str], Any], flaws: list[Flaw], language: str = ""
    ) -> None:
        """``flaws`` collects the lines that did not come out well; ``language`` is the document's
        (BCP 47)."""
        self.stock, self.flaws, self.language = stock, flaws, language
        self._registers: dict[int, Register] = {}
        self._order = Order()

    def add_font(self, stream: Any, pango_font: Any) -> Any:
        """A font of the document, as the stock engine asks for it.

        One glyph stands for one text in a font, and the stock engine keeps no books of that: what
        it paints has fonts of its own.
        """
        font, size = self.stock("weasyprint.pdf.stream.Stream", "add_font")(stream, pango_font)
        rename(font)
        return font, size

    def draw_inline_level(
        self,
        stream: Any,
        page: Any,
        box: Any,
        offset_x: float = 0,
        text_overflow: str = "clip",
        block_ellipsis: str = "none",
    ) -> None:
        """Draw a fragment; anything else WeasyPrint draws."""
        if type(box) is not Fragment:
            if type(box).__name__ == "LineBox" and self._order.columns:
                self._order.stock(stream, self._register(stream), box.position_x, box.position_y)
            self.stock("weasyprint.draw", "draw_inline_level")(
                stream, page, box, offset_x, text_overflow, block_ellipsis
            )
            return
        flow: Any = box.setting.flow
        if flow.spans:
            self._decorations(stream, box)
        register = self._register(stream)
        if id(flow) not in register.flows:
            register.flows[id(flow)] = flow
            for run in flow.paragraph.runs:
                register.han(run.face, run.text)
        dx, dy = box.position_x - box.origin[0], box.position_y - box.origin[1]
        atoms = dict(_atoms(box)) if flow.objects else {}
        if box.places and (flow.paragraph.rules.vertical or self._order.columns):
            line, left, base = box.places[0]
            place, face = (left + dx + line.x, base + dy), flow.paragraph.runs[0].face
            if flow.paragraph.rules.vertical:
                first = flow.paragraph.text[line.begin]
                self._order.begin(stream, register, *place, face, first)
                self._order.turns(line, place[1])
            else:
                self._order.across(stream, register, *place, face)
        tagged = stream._tags is not None
        for what, payload in box.script:
            if isinstance(what, int):
                # One that is a stacking context of its own is drawn by the page.
                if what in atoms:
                    self._atom(stream, page, atoms[what])
            elif what is None:
                self._leader(stream, register, flow, payload, dx, dy)
            elif tagged:
                with stream.marked(what, "Span"):
                    self._text(stream, register, flow, payload, dx, dy)
            else:
                self._text(stream, register, flow, payload, dx, dy)
        if box.readings:
            self._readings(stream, register, box, dx, dy)
        marks.paint(stream, box, dx, dy)
        self.flaws.extend(
            Flaw(line.state, page.page_type.index + 1, line.stretch, text, line.begin, line.end)
            for line, _, _ in box.places
            if line.state
            for text in (flow.paragraph.text,)
        )

    def _register(self, stream: Any) -> Register:
        """The register of the document that a stream is of."""
        register = self._registers.get(id(stream._fonts))
        if register is None or register.fonts is not stream._fonts:
            register = self._registers[id(stream._fonts)] = Register(stream)
        return register

    def _text(
        self,
        stream: Any,
        register: Register,
        flow: Any,
        placed: list[Placed],
        dx: float,
        dy: float,
    ) -> None:
        """Segments that follow each other, as one text object."""
        stream.begin_text()
        out = stream.stream
        before: Line | None = None
        at: tuple[float, float] | None = None
        tagged, spoken = stream._tags is not None, self.language
        columns, text = flow.paragraph.rules.vertical, flow.paragraph.text
        for segment, line, x, y in ((i.segment, i.line, i.x, i.y) for i in placed):
            run = flow.paragraph.runs[segment.run]
            look: Look = run.style
            if tagged:
                # What is declared to be of another language is that.
                language = "en" if segment.apart and run.language == self.language else run.language
                if language != spoken:
                    spoken = self._speaks(out, spoken, language)
            stream.set_color(look.color)
            for piece in segment.pieces:
                register.piece(piece)
            operators = segment.operators
            start = x + dx + segment.x
            left = round(start, 4)
            base = round(y + dy - flow.rises[segment.run] - segment.rise, 4)
            if columns:
                if before is not line:
                    trimmed = line.x < line.indent - 0.1 * run.face.em
                    operators = head(operators, trimmed or text[line.begin].isspace())
                if self._order.turns(line, base) and self._order.begin(
                    stream, register, left, base, run.face, text[segment.place], within=True
                ):
                    at = None
            if segment.joined and before is line:
                out.append(operators.encode())
            else:
                if at is None:
                    moved = f"1 0 0 -1 {left:.10g} {base:.10g} Tm"
                else:
                    # From line to line it is the same again and again.
                    right, down = round(left - at[0], 4), round(at[1] - base, 4)
                    moved = f"{right + 0:.10g} {down + 0:.10g} Td"
                out.append(f"{moved} {operators}".encode())
                at = left, base
            before = line
            if columns:
                self._order.ended(stream, len(out) - 1, start, run.face, text[line.end - 1])
        if spoken != self.language:
            out.append("EMC")
        # What was set is not what the stream remembers.
        stream._current_font = None
        stream.end_text()

    def _readings(
        self, stream: Any, register: Register, fragment: Fragment, dx: float, dy: float
    ) -> None:
        """The readings of a fragment, behind all its lines."""
        flow: Any = fragment.setting.flow
        face, columns = flow.paragraph.runs[0].face, flow.paragraph.rules.vertical
        before: Line | None = None
        for marker, told, line, x, y in fragment.readings:
            row = list(readings.shown(told, line, x + dx, y + dy, flow.paragraph.em, columns))
            if row and before is not line:
                self._order.aside(stream, register, (row[0].x, row[0].y), columns, face)
                before = line
            with stream.marked(marker, "Span"):
                for piece in row:
                    readings.paint(stream, register, told, piece)

    def _speaks(self, out: list[Any], before: str, language: str) -> str:
        """Text in another language than the document's is marked for voices (PDF 1.7, 14.9.2.3)."""
        if before != self.language:
            out.append("EMC")
        if language == self.language or not language:
            return self.language
        out.append(b"/Span <</Lang " + pydyf.String(language).data + b">> BDC")
        return language

    def _atom(self, stream: Any, page: Any, box: Any) -> None:
        self.stock("weasyprint.draw", "draw_inline_level")(stream, page, box)

    def _decorations(self, stream: Any, box: Any) -> None:
        """Backgrounds and borders of the inline boxes of a fragment, below its text."""
        draw_background = self.stock("weasyprint.draw", "draw_background")
        draw_border = self.stock("weasyprint.draw.border", "draw_border")
        for child in box.children:
            if type(child).__name__ == "InlineBox":
                draw_background(stream, child.background)
                draw_border(stream, child)
                self._decorations(stream, child)

    def _leader(
        self, stream: Any, register: Register, flow: Any, placed: Placed, dx: float, dy: float
    ) -> None:
        """The pattern of a leader, repeated; the patterns of all lines stand under each other."""
        segment = placed.segment
        text, face, color = flow.leaders[segment.place]
        if set(text.split()) == {"·"}:
            self._dots(stream, placed, dx, dy, face.em, color)
            return
        word = face.word(text)
        if word is None:
            return
        unit = sum(word.advances)
        left = placed.x + dx + segment.x + _LEADER_GAP * face.em
        right = placed.x + dx + segment.end - _LEADER_GAP * face.em
        # Counted from the right end of the measure, so that all leaders share one rhythm.
        count = int((right - left) // unit) if unit > 0 else 0
        if count <= 0:
            return
        edge = placed.x + dx + segment.end
        start = edge - ceil((edge - right) / unit + count - 1e-6) * unit
        while start < left - 1e-6:
            start += unit
            count -= 1
        if count <= 0:
            return
        with stream.artifact():
            stream.begin_text()
            stream.set_color(color)
            shown = ""
            for piece in word.pieces:
                register.piece(piece)
                font: Any = piece.font
                shown += f"{font.operator} [<{piece.shown * count}>] TJ "
            y = placed.y + dy
            matrix = f"1 0 0 -1 {start:.4f} {y:.4f} Tm "
            stream.stream.append((matrix + shown.replace("<>", " ")).encode())
            stream._current_font = None
            stream.end_text()

    def _dots(
        self, stream: Any, placed: Placed, dx: float, dy: float, em: float, color: Any
    ) -> None:
        """A leader of dots, as shapes: no text, the same in every face, under each other."""
        left = placed.x + dx + placed.segment.x + _LEADER_GAP * em
        right = placed.x + dx + placed.segment.end - _LEADER_GAP * em
        height = placed.y + dy - _LEADER_HEIGHT * em
        # On a grid of the page, so that the dots of all lines stand under each other.
        pitch = _LEADER_PITCH * em
        last = int((right - _LEADER_DOT * em) // pitch)
        first = ceil((left + _LEADER_DOT * em) / pitch)
        if last >= first:
            with stream.artifact(), stream.stacked():
                stream.set_color(color)
                middles = (number * pitch for number in range(last, first - 1, -1))
                marks.dots(stream, middles, height, _LEADER_DOT * em)


def _atoms(box: Any) -> Iterator[tuple[int, Any]]:
    """The boxes in the lines of a fragment, by number."""
    for child in box.children:
        if isinstance(child, boxes.InlineBox):
            yield from _atoms(child)
        elif not isinstance(child, boxes.TextBox):
            yield getattr(child, "box", child).atom, child
