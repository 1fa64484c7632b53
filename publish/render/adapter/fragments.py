"""Fragments: composed lines as boxes of WeasyPrint's flow.

A fragment is a line box of several lines.  What has a box of its own inside a paragraph (a link, an
anchor, the call of a note, an image) is a child of the fragment, one a line, so that WeasyPrint
finds links, anchors, bookmarks, notes and tags where it looks for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import _adjust_line_height

from publish.render.adapter.flow import Reading
from publish.render.adapter.pages_boxes import resolve_percentages
from publish.render.adapter.setting import Setting
from publish.typeset.lines import Line
from publish.typeset.operators import LEADER, PLACE, Segment


class Placed(NamedTuple):
    """A segment with the place of its line: origin of the line and its baseline, in px."""

    segment: Segment
    line: Line
    x: float
    y: float


class _Bare:
    """What all boxes made here have in common: nothing around them, nothing behind them."""

    margin_left = margin_right = margin_top = margin_bottom = 0
    padding_left = padding_right = padding_top = padding_bottom = 0
    border_left_width = border_right_width = border_top_width = border_bottom_width = 0
    remove_decoration_sides: frozenset[str] = frozenset()
    first_letter_style = first_line_style = background = None


class Fragment(_Bare, boxes.LineBox):  # type: ignore[misc]
    """Lines of one paragraph that stand together on one page.

    ``script`` is what to paint, in order: (a text box that marks it, segments), (None, a leader),
    (an index among the boxes in the line, None); ``readings`` come after it: (a text box that
    marks one, the reading, its line, and the place of that).  Places are those at the time of
    layout, ``origin`` tells where the fragment was then.
    """

    text_overflow, block_ellipsis, text_indent = "clip", "none", 0

    def __init__(self) -> None:
        """An empty one; :func:`make_fragment` fills it."""
        self.children: Any = ()
        self.script: list[tuple[Any, Any]] = []
        self.readings: list[tuple[Any, Reading, Line, float, float]] = []


class _Marker(_Bare, boxes.TextBox):  # type: ignore[misc]
    """Stands for text of a fragment where the engine looks for marked content."""

    children, text = (), ""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """One whose place is that of its fragment."""
        self.__dict__.update(data)


def make_fragment(
    setting: Setting,
    linebox: Any,
    lines: tuple[Line, ...],
    x: float,
    y: float,
    width: float,
    resume_at: Any,
) -> Fragment:
    """A fragment of lines at a place of the page; ``width`` is the measure, in px."""
    flow = setting.flow
    heights = setting.heights(lines)
    common = {
        "element_tag": linebox.element_tag,
        "element": linebox.element,
        "style": linebox.style,
        "position_x": x,
        "position_y": y,
        "width": width,
        "height": sum([height for height, _ in heights]),
        "baseline": heights[0][1] if heights else flow.baseline,
    }
    fragment = Fragment()
    data = fragment.__dict__
    data.update(common)
    builder = _Builder(setting, common)
    top = y
    for line, (height, baseline) in zip(lines, heights, strict=True):
        offset = (width - line.indent - line.width) * setting.align
        builder.line(line, x + max(0.0, offset), top + baseline)
        top += height
    data.update(
        children=tuple(builder.children),
        script=builder.script,
        readings=builder.readings,
        setting=setting,
        lines=lines,
        places=builder.places,
        heights=heights,
        linebox=linebox,
        origin=(x, y),
        resume_at=resume_at,
    )
    return fragment


class _Builder:
    """Makes the children and the script of a fragment."""

    def __init__(self, setting: Setting, common: dict[str, Any]) -> None:
        self.setting, self.common = setting, common
        self.children: list[Any] = []
        self.script: list[tuple[Any, Any]] = []
        self.places: list[tuple[Line, float, float]] = []
        self.readings: list[tuple[Any, Reading, Line, float, float]] = []
        self.told = {reading.span: reading for reading in setting.flow.readings}
        self.atoms = 0
        # Open spans of this line, outermost first, and where the text goes.
        self.open: list[tuple[int, Any, list[Any]]] = []
        self.marker: Any = None

    def line(self, line: Line, x: float, y: float) -> None:
        """Add a line whose box begins at ``x`` and whose baseline is at ``y``."""
        flow = self.setting.flow
        self.places.append((line, x, y))
        if not flow.spans and not flow.objects and not flow.leaders:
            self._text([Placed(segment, line, x, y) for segment in line.segments])
            return
        for segment in line.segments:
            look: Any = flow.paragraph.runs[segment.run].style
            self._enter(look.span, line, x, y)
            if segment.kind == PLACE:
                self._atom(segment, x, y)
            elif segment.kind == LEADER:
                self.marker = None
                self.script.append((None, Placed(segment, line, x, y)))
            else:
                self._text([Placed(segment, line, x, y)])
        self._enter(-1, line, x, y)

    def _text(self, placed: list[Placed]) -> None:
        if not placed:
            return
        if self.marker is None:
            marker = _Marker(self.common)
            self._target().append(marker)
            self.marker = marker
            self.script.append((marker, []))
        self.script[-1][1].extend(placed)

    def _target(self) -> list[Any]:
        return self.open[-1][2] if self.open else self.children

    def _enter(self, span: int, line: Line, x: float, y: float) -> None:
        """Close and open boxes until ``span`` is the innermost one."""
        spans = self.setting.flow.spans
        path: list[int] = []
        while span >= 0:
            path.insert(0, span)
            span = spans[span].parent
        kept = 0
        while kept < len(path) and kept < len(self.open) and self.open[kept][0] == path[kept]:
            kept += 1
        if kept == len(path) == len(self.open):
            return
        self.marker = None
        while len(self.open) > kept:
            number, box, children = self.open.pop()
            told = self.told.get(number)
            if told is not None and line.begin <= told.begin < line.end:
                marker = _Marker(self.common)
                children.append(marker)
                self.readings.append((marker, told, line, x, y))
            box.children = tuple(children)
        for number in path[kept:]:
            box = self._slice(number, line, x, y)
            self._target().append(box)
            self.open.append((number, box, []))

    def _slice(self, number: int, line: Line, x: float, y: float) -> Any:
        """The box of a span on one line."""
        setting = self.setting
        span = setting.flow.spans[number]
        box = span.box.copy()
        box.remove_decoration_sides = set()
        resolve_percentages(box, setting.containing)
        for side in ("left", "right"):
            if getattr(box, f"margin_{side}") == "auto":
                setattr(box, f"margin_{side}", 0)
        first = max(span.begin, line.begin)
        last = min(span.end, line.end) - 1
        box.remove_decoration(start=span.begin < first, end=span.end - 1 > last)
        shown = [index for index in range(first, last + 1) if index in line.positions]
        left = line.positions[shown[0]][0] if shown else line.x
        right = line.positions[shown[-1]][1] if shown else left
        _adjust_line_height(box)
        before = box.margin_left + box.padding_left + box.border_left_width
        box.position_x = x + left - before
        box.width = max(0.0, right - left)
        run = _run_at(setting, first)
        box.position_y = y - setting.flow.rises[run] - box.baseline
        return box

    def _atom(self, segment: Segment, x: float, y: float) -> None:
        setting = self.setting
        box = setting.measure(setting.flow.objects[segment.place])
        top = y + setting.top_of(box)
        box.translate(x + segment.x - box.position_x, top - box.position_y)
        self.marker = None
        box.atom = self.atoms
        self._target().append(box)
        self.script.append((self.atoms, None))
        self.atoms += 1


def _run_at(setting: Setting, index: int) -> int:
    return bisect_right(setting.begins, index) - 1
