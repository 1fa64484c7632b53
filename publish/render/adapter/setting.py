"""Lines for WeasyPrint's layout: a paragraph of a line box, composed for the widths it gets.

A paragraph becomes as many :class:`Fragment` boxes as pages (or, where notes are called or floats
stand beside it, as lines); where it is broken, the resume points are WeasyPrint's own skip stacks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from math import ceil
from operator import attrgetter
from typing import Any

from weasyprint.css.functions import check_math
from weasyprint.formatting_structure import boxes
from weasyprint.layout.inline import atomic_box
from weasyprint.layout.percent import percentage
from weasyprint.text.line_break import character_ratio

from publish.render.adapter.flow import Collector, Flow
from publish.render.adapter.looks import is_turned, region_of
from publish.render.adapter.pages_boxes import resolve_percentages
from publish.render.adapter.shaper import Faces
from publish.text.characters import has_han
from publish.typeset.classes import Region
from publish.typeset.lines import Line, compose, widths
from publish.typeset.paragraph import Unsuitable
from publish.typeset.prepared import Prepared
from publish.typeset.rules import Rules, in_lines

#: What may stand out of its line, above and below, before the line grows, in em: the space between
#: lines takes it (.7 em at the pitch of a book).
_TOLERATED = 0.3
#: Ascent and descent of Chinese faces, in em (publish/fonts levels them).
ASCENT, DESCENT = 0.88, 0.12

#: From this size on, in px (16 pt), type is display type, whose gaps are smaller.
_DISPLAY = 21.0

_begin = attrgetter("begin")

ALIGNED = {"justify": 0.0, "start": 0.0, "left": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}


class Setting:
    """A line box ready to be composed, kept on it from pass to pass."""

    def __init__(self, flow: Flow, align: str) -> None:
        self.flow = flow
        #: Where it stands: see ``Settings._stand``.
        self.context: Any = None
        self.containing: Any = None
        self.align = ALIGNED[align]
        self.justify = align == "justify"
        self._plans: dict[tuple[float, float, int], tuple[Line, ...]] = {}
        self._resumes: dict[str, int] = {}
        self._widths: tuple[float, float] | None = None
        # Needed until the lines are made, and large: not kept.
        self._prepared: Prepared | None = Prepared(flow.paragraph)
        #: Where its runs begin.
        self.begins = [begin for begin, _ in flow.paths]
        #: Whether nothing in it is taller than a line.
        self._even = not flow.objects and not self._large()
        self.texts = _texts(flow)

    def lines(self, width: float, indent: float, start: int) -> tuple[Line, ...]:
        """The lines from an offset on; a plan goes on over pages of the same width."""
        # What remains beside a float is a difference of sums.
        width = round(width, 6)
        if start:
            indent = 0.0
            for (known, _, _), plan in self._plans.items():
                number = bisect_left(plan, start, key=_begin) if known == width else len(plan)
                if number < len(plan) and plan[number].begin == start:
                    return plan[number:]
        key = (width, indent, start)
        plan = self._plans.get(key, ())
        if not plan:
            paragraph, prepared = self.flow.paragraph, self._prepared
            self._prepared = None
            plan = compose(paragraph, width, indent, start, self.justify, prepared)
            self._plans[key] = plan
        return plan

    def widths(self) -> tuple[float, float]:
        """Min-content and max-content width in px."""
        if self._widths is None:
            self._widths = widths(self._prepared or Prepared(self.flow.paragraph))
        return self._widths

    def skip_stack(self, offset: int) -> dict[int, Any] | None:
        """Where WeasyPrint resumes at a character."""
        paths = self.flow.paths
        place = bisect_right(self.begins, offset) - 1
        begin, path = paths[place]
        inside = len(self.flow.paragraph.text[begin:offset].encode())
        stack: dict[int, Any] | None = {inside: None} if inside else None
        for index in reversed(path):
            stack = {index: stack}
        self._resumes[repr(stack)] = offset
        return stack

    def offset(self, stack: Any) -> int:
        """The character at which a skip stack resumes; raises Unsuitable for a strange one."""
        known = self._resumes.get(repr(stack))
        if known is not None:
            return known
        steps: list[int] = []
        while stack is not None:
            ((index, stack),) = stack.items()
            steps.append(index)
        for number, (begin, path) in enumerate(self.flow.paths):
            if tuple(steps) == path[: len(steps)]:
                return begin
            if tuple(steps[:-1]) == path:
                text = self.flow.paragraph.runs[number].text.encode()[: steps[-1]]
                return begin + len(text.decode(errors="ignore"))
        raise Unsuitable("resume point")

    def heights(self, lines: tuple[Line, ...]) -> list[tuple[float, float]]:
        """For each line, its height and where its baseline is in it, in px.

        The pitch is constant; only what is much taller than a line makes it grow, by whole lines.
        """
        flow = self.flow
        step, baseline = flow.line_height, flow.baseline
        result = [(step, baseline)] * len(lines)
        if self._even:
            return result
        for number, line in enumerate(lines):
            above, below = self._extent(line)
            over = max(0.0, above - baseline)
            under = max(0.0, below - (step - baseline))
            spare = _TOLERATED * flow.paragraph.em
            if step > 0 and (over > spare or under > spare):
                extra = ceil((over + under) / step - 1e-3) * step
                rest = extra - over - under
                result[number] = (step + extra, baseline + over + rest / 2)
        return result

    def _large(self) -> bool:
        flow = self.flow
        limit = flow.paragraph.em * 1.2
        return any(run.face.em > limit or abs(run.rise) > limit / 2 for run in flow.paragraph.runs)

    def _extent(self, line: Line) -> tuple[float, float]:
        flow = self.flow
        above = below = 0.0
        for (begin, _), run in zip(flow.paths, flow.paragraph.runs, strict=True):
            if begin < line.end and begin + len(run.text) > line.begin and run.face.em:
                above = max(above, ASCENT * run.face.em + run.rise)
                below = max(below, DESCENT * run.face.em - run.rise)
        for index, box in flow.objects.items():
            if line.begin <= index < line.end:
                laid_out = sized(self.context, box, self.containing)
                top = self.top_of(laid_out)
                above = max(above, -top)
                below = max(below, top + laid_out.margin_height())
        return above, below

    def measure(self, box: Any) -> Any:
        """A box in the line, laid out anew."""
        return measure(self.context, box, self.containing)

    def top_of(self, box: Any) -> float:
        """The top of a laid out box in the line from the baseline, downwards, in px (the values
        of vertical-align as WeasyPrint's inline_box_verticality has them)."""
        flow = self.flow
        em = flow.paragraph.em
        value = box.style["vertical_align"]
        height = box.margin_height()
        if value == "baseline":
            return float(-box.baseline)
        if value == "middle":
            ex = em * character_ratio(self.containing.style, "ex")
            return float(-(ex + height) / 2)
        if value == "text-top":
            return -ASCENT * em
        if value == "text-bottom":
            return float(DESCENT * em - height)
        if value == "top":
            return -flow.baseline
        if value == "bottom":
            return float(flow.line_height - flow.baseline - height)
        raised = percentage(value, box.style, flow.line_height) if check_math(value) else value
        return float(-box.baseline - raised)


def _texts(flow: Flow) -> tuple[str, ...]:
    return tuple([run.text for run in flow.paragraph.runs])


def _is_aligned(align: str, last: str) -> bool:
    """Whether the composer sets lines, and the last line, so."""
    if align == "justify":
        return last in ("auto", "start", "left")
    return align in ALIGNED and last in ("auto", align)


class _Unmeasured(Exception):
    """A box in the line cannot be measured before the block around it has a width."""


def measure(context: Any, box: Any, containing: Any) -> Any:
    """Lay out a box that stands in a line; raises Unsuitable if it has positioned content."""
    if containing is None:
        raise _Unmeasured
    positioned: list[Any] = []
    resolve_percentages(box, containing)
    for side in ("top", "right", "bottom", "left"):
        if getattr(box, f"margin_{side}") == "auto":
            setattr(box, f"margin_{side}", 0)
    laid_out = atomic_box(context, box, 0, None, containing, positioned, positioned)
    if positioned:
        raise Unsuitable("positioned content")
    laid_out.position_x = getattr(laid_out, "position_x", 0)
    laid_out.position_y = getattr(laid_out, "position_y", 0)
    return laid_out


def sized(context: Any, box: Any, containing: Any) -> Any:
    """A box in the line as :func:`measure` lays it out, to be asked for its size alone: it is kept
    for as long as the block around it has the same width."""
    width = getattr(containing, "width", None)
    kept = box.__dict__.get("_sized")
    if kept is None or kept[0] != width:
        kept = box._sized = (width, measure(context, box, containing))
    return kept[1]


def _displayed(rules: dict[Region, Rules]) -> dict[Region, Rules]:
    """The rules of display type."""
    return {
        region: replace(own, gap=0.15, gap_least=0.1, gap_most=0.25)
        for region, own in rules.items()
    }


class Settings:
    """Finds or makes the setting of a line box; one for a document."""

    def __init__(self, rules: dict[Region, Rules]) -> None:
        self.rules = rules
        self._display = _displayed(rules)
        #: Of what stands upright among vertical lines.
        self._lines = {region: in_lines(own) for region, own in rules.items()}
        self._display_lines = _displayed(self._lines)
        self.faces = Faces()
        #: The text of the paragraphs that the stock engine sets, with the reason.
        self.refused: dict[str, str] = {}
        self._standing: list[Setting] = []

    def setting(self, context: Any, linebox: Any, containing: Any) -> Setting | None:
        """The setting of a line box, or None if WeasyPrint has to lay it out.

        ``containing`` is the block around it, None while that has no width yet.
        """
        kept = linebox.__dict__.get("_setting", 0)
        if kept != 0 and (kept is None or not kept.flow.generated):
            if kept is not None and containing is not None:
                self._stand(kept, context, containing)
            return kept  # type: ignore[no-any-return]
        try:
            setting = self._make(context, linebox, containing, kept or None)
        except _Unmeasured:
            return None
        linebox._setting = setting
        return setting

    def _stand(self, setting: Setting, context: Any, containing: Any) -> None:
        """Tell a setting where it stands, if it has boxes in its lines to lay out there.

        Block, line box, setting and block again are a cycle; a paragraph of text alone goes as
        soon as nobody has it, without the collector.
        """
        if setting.flow.objects or setting.flow.spans:
            if setting.context is None:
                self._standing.append(setting)
            setting.context, setting.containing = context, containing

    def close(self) -> None:
        """Break the cycles of a document that has been written."""
        for setting in self._standing:
            setting.context = setting.containing = None
        self._standing.clear()

    def refuse(self, linebox: Any, reason: str) -> None:
        """Note a paragraph that the stock engine sets, if it is Chinese."""
        text = "".join(box.text for box in linebox.descendants() if isinstance(box, boxes.TextBox))
        if has_han(text):
            self.refused[text] = reason

    def _make(
        self, context: Any, linebox: Any, containing: Any, kept: Setting | None
    ) -> Setting | None:
        """A new setting, or the one kept from an earlier pass with the boxes of this one."""
        style = linebox.style
        region = region_of(style["lang"])
        if region is None:
            return None
        align, last = style["text_align_all"], style["text_align_last"]
        rules, display = self.rules, self._display
        if rules[region].vertical and not is_turned(style):
            rules, display = self._lines, self._display_lines
        chosen = (display if style["font_size"] >= _DISPLAY else rules)[region]
        collector = Collector(self.faces, chosen, lambda box: sized(context, box, containing))
        try:
            if not _is_aligned(align, last):
                raise Unsuitable("alignment")
            if linebox.text_overflow != "clip" or style["direction"] != "ltr":
                raise Unsuitable("direction or overflow")
            flow = collector.collect(linebox)
            if flow.objects and flow.line_height <= 0:
                return None  # A line that its boxes hold: it has no text of its own.
            if kept is not None and kept.texts == _texts(flow):
                # Generated text that did not change keeps its lines; its boxes are the new ones.
                kept.flow = flow
                self._stand(kept, context, containing or kept.containing)
                return kept
            setting = Setting(flow, align)
        except Unsuitable as reason:
            self.refuse(linebox, str(reason))
            return None
        self._stand(setting, context, containing)
        return setting
