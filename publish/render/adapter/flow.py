"""A line box of WeasyPrint as text for the composer: runs, boxes in the line, marks, spans.

What cannot be set here (right to left, floats inside the line, positioned elements) raises
:class:`publish.typeset.paragraph.Unsuitable`, and WeasyPrint lays that paragraph out itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes

from publish.records import dataclass, field
from publish.render.adapter import looks
from publish.render.adapter.shaper import Faces
from publish.text.characters import is_zhuyin
from publish.text.english import english
from publish.typeset.classes import (
    LEADER_CHARACTER,
    OBJECT_CHARACTER,
    SOFT,
    ZERO,
    class_of,
)
from publish.typeset.faces import Face
from publish.typeset.jiazhu import with_annotations
from publish.typeset.lines import compose
from publish.typeset.paragraph import Object, Paragraph, Run, Unsuitable
from publish.typeset.rules import Rules

#: Marks beside a line by the class of their element (look.md section 8: the class vocabulary).
DOTS, NAME, WORK, UNDER, OVER, THROUGH, READING, DOTS_OVER = range(8)
_MARKED = {"dots": DOTS, "name": NAME, "work": WORK}
_DECORATIONS = {"underline": UNDER, "overline": OVER, "line-through": THROUGH}

#: Space between the readings of neighbouring characters, in em of the text
#: (clreq, #h-basic-requirements of ruby), and what a reading may hang over a neighbour without.
_READING_GAP = _OVERHANG = 0.25
#: Width of the column of zhuyin beside its character, and the size of its symbols, in em of the
#: text (clreq, #positioning_of_zhuyin).
ZHUYIN_COLUMN, ZHUYIN_SIZE = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """What a run is painted with: its colour, and the innermost span around it (-1: none)."""

    color: Any
    span: int


@dataclass(frozen=True, slots=True)
class Span:
    """An inline element that needs a box of its own on each line: a link, an anchor, a call."""

    box: Any
    begin: int
    end: int
    parent: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark beside text[begin:end]; ``em`` is the size of that text in px, ``thickness`` what its
    line has at least."""

    kind: int
    begin: int
    end: int
    color: Any
    em: float
    thickness: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of text[begin:end], with the span of its element."""

    begin: int
    end: int
    text: str
    face: Face
    color: Any
    width: float
    zhuyin: bool
    span: int


@dataclass(slots=True)
class Flow:
    """A paragraph with what has to be painted and linked around its text."""

    paragraph: Paragraph
    line_height: float
    baseline: float
    paths: list[tuple[int, tuple[int, ...]]]
    objects: dict[int, Any] = field(default_factory=dict)
    leaders: dict[int, tuple[str, Face, Any]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    rises: list[float] = field(default_factory=list)
    calls: bool = False
    generated: bool = False
    _lined: frozenset[int] | None = None

    def lined(self) -> frozenset[int]:
        """The characters that have a line below them: dots go below that."""
        if self._lined is None:
            found: set[int] = set()
            for mark in self.marks:
                if mark.kind in (NAME, WORK, UNDER):
                    found.update(range(mark.begin, mark.end))
            self._lined = frozenset(found)
        return self._lined


class Collector:
    """Walks the inline tree of a line box once."""

    def __init__(self, faces: Faces, rules: Rules, measure: Callable[[Any], Any]) -> None:
        self.faces, self.rules, self.measure = faces, rules, measure
        self.runs: list[Run] = []
        self.length = 0
        self.pads: dict[int, tuple[float, float]] = {}
        self.glued: set[int] = set()
        self.shut: set[int] = set()
        self.shed: dict[int, float] = {}
        self.atoms: dict[int, Object] = {}
        self.flow = Flow(Paragraph((), 0.0, rules), 0.0, 0.0, [])
        self.pending = 0.0
        self.stuck = False
        self.annotations: set[int] = set()
        self.code: list[tuple[int, int]] = []

    def collect(self, linebox: Any) -> Flow:
        """The text of a line box; raises Unsuitable."""
        style = linebox.style
        if style["white_space"] not in ("normal", "nowrap", "pre-line"):
            raise Unsuitable("white-space")
        self._children(linebox, (), 0.0, -1)
        if not self.runs:
            raise Unsuitable("no text")
        flow = self.flow
        face = self.faces.face(style, self.rules.region)
        flow.line_height, flow.baseline = self.faces.strut(style, face)
        wanted: set[int] = set(self.atoms)
        for span in flow.spans:
            wanted.update(range(span.begin, span.end))
        for mark in flow.marks:
            wanted.update(range(mark.begin, mark.end))
        for reading in flow.readings:
            wanted.update(range(reading.begin, reading.end))
        self._space_readings()
        if style["white_space"] == "nowrap":
            self.glued.update(range(self.length - 1))
        # What is before a generated number (a leader, a note call) stays with it.
        glued, shut = (
            frozenset(index for index in found if 0 <= index < self.length - 1)
            for found in (self.glued, self.shut)
        )
        flow.paragraph = Paragraph(
            tuple(self.runs),
            float(style["font_size"]),
            self.rules,
            self.pads,
            self.shed,
            self.atoms,
            glued,
            shut,
            frozenset(wanted),
            frozenset(self.annotations),
            self._english(),
        )
        if self.annotations:
            flow.paragraph = with_annotations(flow.paragraph, compose)
        return flow

    def _english(self) -> tuple[tuple[int, int], ...]:
        """What of the text is English and not code, as voices are told of it."""
        text = "".join([run.text for run in self.runs])
        for begin, end in self.code:
            text = f"{text[:begin]}{OBJECT_CHARACTER * (end - begin)}{text[end:]}"
        return english(text)

    # ------------------------------------------------------------ boxes

    def _children(self, parent: Any, path: tuple[int, ...], rise: float, span: int) -> None:
        for index, child in enumerate(parent.children):
            kind = type(child)
            if kind is boxes.TextBox:
                self._text(child, (*path, index), rise, span)
            elif kind is boxes.InlineBox:
                self._inline(child, (*path, index), parent, rise, span)
            elif kind in (boxes.InlineReplacedBox, boxes.InlineBlockBox):
                self._atom(child, (*path, index), span)
            else:
                raise Unsuitable(kind.__name__)

    def _text(self, box: Any, path: tuple[int, ...], rise: float, span: int) -> None:
        style, text = box.style, box.text
        if not text:
            return
        if not looks.text_suits(style):
            raise Unsuitable("style")
        if style["white_space"] in ("normal", "nowrap"):
            # The stock engine leaves the line feeds of notes as they were written.
            text = text.replace("\n", " ").replace("\t", " ")
        elif "\t" in text or ("\n" in text and style["white_space"] != "pre-line"):
            text = self._broken(box)
        face = self.faces.face(style, self.rules.region)
        look = Look(style["color"], span)
        self._run(text, face, look, rise, style["lang"] or "", path)
        begin = self.length - len(text)
        if box.element_tag == "code":
            self.code.append((begin, self.length))
        if style["white_space"] in ("nowrap", "pre"):
            self.glued.update(range(begin, self.length - 1))
        spacing = style["letter_spacing"]
        if spacing != "normal" and spacing:
            self._track(text, begin, float(spacing))
        lines = style["text_decoration_line"]
        if lines != "none":
            self._decorate(style, set(lines), begin)

    def _broken(self, box: Any) -> str:
        """The text of a forced break: ``<br>`` is a preserved line feed of its own style."""
        if set(box.text) == {"\n"}:
            return str(box.text)
        raise Unsuitable("preserved space")

    def _run(
        self, text: str, face: Face, look: Look, rise: float, language: str, path: tuple[int, ...]
    ) -> None:
        begin = self.length
        if self.stuck and begin:
            self.shut.add(begin - 1)
        self.stuck = False
        if self.pending:
            before, after = self.pads.get(begin, (0.0, 0.0))
            self.pads[begin] = (before + self.pending, after)
            self.pending = 0.0
        self.runs.append(Run(text, face, look, rise, language))
        self.flow.rises.append(rise)
        self.flow.paths.append((begin, path))
        self.length += len(text)

    def _track(self, text: str, begin: int, spacing: float) -> None:
        """Letter-spacing, in px: after every character that has a width."""
        for index, character in enumerate(text, begin):
            if class_of(character) not in (SOFT, ZERO):
                before, after = self.pads.get(index, (0.0, 0.0))
                self.pads[index] = (before, after + spacing)

    def _decorate(self, style: Any, lines: set[str], begin: int) -> None:
        em = float(style["font_size"])
        width = looks.thickness(style, em / 20)
        color = get_color(style, "text_decoration_color")
        for name in sorted(lines & set(_DECORATIONS)):
            kind = _DECORATIONS[name]
            self.flow.marks.append(Mark(kind, begin, self.length, color, em, width))

    def _inline(self, box: Any, path: tuple[int, ...], parent: Any, rise: float, span: int) -> None:
        style = box.style
        if not looks.inline_suits(style):
            raise Unsuitable("inline style")
        if "::" in (box.element_tag or "") and not box.element_tag.startswith("br"):
            self.flow.generated = True
        if box.is_leader:
            self._leader(box, path, span)
            return
        tag = box.element_tag
        if tag == "ruby":
            self._ruby(box, path, rise, span)
            return
        rise += looks.rise(style, parent.style)
        spaced = looks.edges(style)
        own = span
        told = box.bookmark_label or (box.string_set and box.string_set != "none")
        if spaced[2] or box.link or box.footnote or box.missing_link or style["anchor"] or told:
            own = self._open_span(box, span)
        if box.footnote:
            # A call stays with the word it follows.
            self.flow.calls = True
            self.stuck = True
        if box.element is not None and "note-again" in looks.classes(box):
            self.stuck = True
        begin = self.length
        self.pending += spaced[0]
        if "adjoining" in looks.classes(box):
            self.shed[begin] = spaced[0]
        runs = len(self.runs)
        self._children(box, path, rise, own)
        if "jiazhu" in looks.classes(box) and len(self.runs) == runs + 1:
            # With more than text it stays small type in the line.
            self.annotations.add(runs)
        if spaced[1] and self.length > begin:
            last = self.length - 1
            before, after = self.pads.get(last, (0.0, 0.0))
            self.pads[last] = (before, after + spaced[1])
        if self.length == begin:
            self.pending += spaced[1]
            if style["anchor"] or told:
                raise Unsuitable("a place without text")
        if own != span:
            self.flow.spans[own] = Span(box, begin, self.length, span)
        if self.length > begin and "::" not in (tag or ""):
            self._marks_of(box, begin)

    def _open_span(self, box: Any, parent: int) -> int:
        self.flow.spans.append(Span(box, self.length, self.length, parent))
        return len(self.flow.spans) - 1

    def _marks_of(self, box: Any, begin: int) -> None:
        for name in looks.classes(box):
            kind = _MARKED.get(name)
            if kind == DOTS and self.rules.vertical:
                kind = DOTS_OVER
            if kind is not None:
                style = box.style
                em = float(style["font_size"])
                width = looks.thickness(style, 0.0)
                self.flow.marks.append(Mark(kind, begin, self.length, style["color"], em, width))

    def _atom(self, box: Any, path: tuple[int, ...], span: int) -> None:
        style = box.style
        if style["position"] != "static" or style["float"] != "none":
            raise Unsuitable("positioned box")
        laid_out = self.measure(box)
        index = self.length
        western = "math" in looks.classes(box)
        self.atoms[index] = Object(float(laid_out.margin_width()), western)
        self.flow.objects[index] = box
        face = self.faces.face(style, self.rules.region)
        self._run(OBJECT_CHARACTER, face, Look(style["color"], span), 0.0, "", path)
        if not index or laid_out.margin_width() <= 0:
            # A marker before the text hangs with it.
            self.stuck = True

    def _leader(self, box: Any, path: tuple[int, ...], span: int) -> None:
        (text,) = box.children
        face = self.faces.face(text.style, self.rules.region)
        index = self.length
        color = text.style["color"]
        self.flow.leaders[index] = (text.text, face, color)
        self._run(LEADER_CHARACTER, face, Look(color, span), 0.0, "", path)
        self.stuck = True

    # ------------------------------------------------------------ ruby

    def _ruby(self, box: Any, path: tuple[int, ...], rise: float, span: int) -> None:
        """A ruby element: its bases in the line, its readings beside them."""
        begin, own = self.length, -1
        for index, child in enumerate(box.children):
            tag = child.element_tag
            if tag == "rt":
                self._reading(child, begin, own)
                begin, own = self.length, -1
            elif isinstance(child, boxes.TextBox):
                if own < 0:
                    own = self._open_span(box, span)
                self._text(child, (*path, index), rise, own)
                self.glued.update(range(begin, self.length - 1))
                self.flow.spans[own] = Span(box, begin, self.length, span)
            elif tag != "rp":
                raise Unsuitable("ruby")

    def _reading(self, box: Any, begin: int, span: int) -> None:
        text = "".join(
            child.text for child in box.descendants() if isinstance(child, boxes.TextBox)
        )
        text = text.strip()
        if not text or begin == self.length:
            return
        style = box.style
        zhuyin = is_zhuyin(text)
        base = sum(len(run.text) for run in self.runs[-1:])
        em = self.runs[-1].face.em
        if zhuyin:
            style = style.copy()
            style["font_size"] = ZHUYIN_SIZE * em
        face = self.faces.face(style, self.rules.region)
        words = [face.word(part) for part in (text if zhuyin else [text])]
        if any(word is None for word in words) or not base:
            raise Unsuitable(text)
        width = sum(sum(word.advances) for word in words if word is not None)
        reading = Reading(begin, self.length, text, face, style["color"], width, zhuyin, span)
        self.flow.readings.append(reading)

    def _space_readings(self) -> None:
        """Room for readings wider than what they stand over, and for columns of zhuyin."""
        readings = self.flow.readings
        ends = {reading.end: reading for reading in readings}
        starts = {reading.begin: reading for reading in readings}
        begins = [start for start, _ in self.flow.paths]
        for reading in readings:
            em = self.runs[bisect_right(begins, reading.begin) - 1].face.em
            count = reading.end - reading.begin
            if reading.zhuyin and not self.rules.vertical:
                before, after = self.pads.get(reading.end - 1, (0.0, 0.0))
                self.pads[reading.end - 1] = (before, after + ZHUYIN_COLUMN * em)
                continue
            gap = 0.0 if reading.zhuyin else _READING_GAP
            missing = reading.width + gap * em - count * em
            if missing <= 0:
                continue
            left = right = missing / 2
            if reading.begin not in ends:
                left = max(0.0, left - _OVERHANG * em)
            if reading.end not in starts:
                right = max(0.0, right - _OVERHANG * em)
            before, after = self.pads.get(reading.begin, (0.0, 0.0))
            self.pads[reading.begin] = (before + left, after)
            # No neighbour to keep from.
            self.shed[reading.begin] = min(left, _READING_GAP / 2 * em)
            before, after = self.pads.get(reading.end - 1, (0.0, 0.0))
            self.pads[reading.end - 1] = (before, after + right)
