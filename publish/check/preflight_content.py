"""What a page paints: its content stream gone through as a RIP does, without painting.

The page becomes a list of :class:`Mark`: texts, fills, strokes and pictures in their order, each
with its box on the page in pt, its colour and the size that printers ask about.  Forms, patterns
and Type 3 glyphs are gone through where they are used.  Nothing of the file is believed: depth,
number of operators and of marks are bounded.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from publish.check.preflight_colour import (
    BLACK,
    GRAY,
    RGB,
    Paint,
    Space,
    read_space,
    shading_paints,
)
from publish.check.preflight_fonts import Font
from publish.check.preflight_geometry import (
    NO_BAR,
    NOTHING,
    Box,
    Path,
    bounds,
    common,
    matrix_of,
    own_matrix,
    scale_of,
)
from publish.check.preflight_images import Picture, inline_picture
from publish.check.preflight_library import Library
from publish.check.preflight_stream import operations
from publish.check.preflight_unpack import TooLarge, decoded, is_stream
from publish.model.matrix import IDENTITY, Matrix
from publish.records import dataclass, field

#: Forms, patterns and glyphs within each other.
DEPTH_LIMIT = 24
#: States that are kept by q; ISO 32000-1, annex C, promises 28.
_STATES_LIMIT = 512
#: Operators of one page, forms as often as they are drawn.
_PAGE_LIMIT = 2_000_000
#: A form drawn takes as long as so many operators.
_FORM_COSTS = 100
_MARKS_LIMIT = 500_000
#: What a clip leaves where it leaves all, in pt.
_EVERYWHERE: Box = (-1e6, -1e6, 1e6, 1e6)


@dataclass(slots=True)
class Mark:
    """Something painted.  ``box`` is in pt on the page; ``size`` is that of type or the width of a
    stroke in pt, the least side of a fill's straight parts in pt, the resolution of a picture in
    pixels an inch; ``text`` what is written, or the name of a picture in its page."""

    kind: Literal["text", "fill", "stroke", "image"]
    box: Box
    paint: Paint
    size: float
    overprint: bool = False
    text: str = ""
    font: str = ""
    missing: bool = False
    picture: Picture | None = None


@dataclass(slots=True)
class Drawing:
    """All that a page paints, and what was noticed on the way."""

    marks: list[Mark] = field(default_factory=list)
    #: Kinds of transparency in use.
    transparency: set[str] = field(default_factory=set)
    #: Groups that are blended in RGB.
    blended_in_rgb: bool = False
    damage: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    """The graphics state (ISO 32000-1, 8.4), as far as it matters here."""

    ctm: Matrix = IDENTITY
    clip: Box = _EVERYWHERE
    fill: Paint = BLACK
    stroke: Paint = BLACK
    fill_space: Space = GRAY
    stroke_space: Space = GRAY
    line: float = 1.0
    fill_over: bool = False
    stroke_over: bool = False
    nonzero: bool = False
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0


class Painter:
    """Goes through the content of one page: states, colours, paths, forms and pictures."""

    #: What each operator does; text is added in preflight_text.
    acts: ClassVar[Mapping[bytes, Any]] = {}

    def __init__(self, library: Library) -> None:
        self.library = library
        self.drawing = Drawing()
        self.state = _State()
        self._saved: list[_State] = []
        self._resources: Any = {}
        self._path = Path()
        self._clipping = False
        self._text: Matrix = IDENTITY
        self._line: Matrix = IDENTITY
        self._within: list[tuple[int, int]] = []
        self._left = _PAGE_LIMIT
        #: Whether colours are those of who draws (uncoloured patterns, d1 glyphs).
        self._colourless = False
        self._spaces: dict[str, Space] = {}

    def page(self, page: Any) -> Drawing:
        """What a page (a pikepdf page object) paints."""
        self._group(page.obj.get("/Group"))
        contents = page.obj.get("/Contents")
        if contents is None:
            return self.drawing
        self._left = min(_PAGE_LIMIT, self.library.operations_left)
        streams = (contents,) if is_stream(contents) else contents
        data = b"\n".join(decoded(stream) for stream in streams)
        begun = self._left
        try:
            self._run(operations(data), page.obj.get("/Resources", {}))
        finally:
            self.library.operations_left -= begun - self._left
        return self.drawing

    def _run(self, content: Any, resources: Any) -> None:
        """Go through operators with these resources; the state is as before when it is done."""
        outer = self._resources, self._saved, self.state, self._path, self._spaces
        text = self._text, self._line
        self._resources, self._saved, self._spaces = resources, [], {}
        self.state, self._path = copy.copy(self.state), Path()
        colourless = self._colourless
        for operator, operands in content:
            self._left -= 1
            if self._left < 0 or len(self.drawing.marks) > _MARKS_LIMIT:
                raise TooLarge
            act = self.acts.get(operator)
            if act is not None:
                try:
                    act(self, operands)
                except (IndexError, ValueError, TypeError, KeyError, AttributeError) as error:
                    self._note(f"operator {operator.decode('latin-1')}: {type(error).__name__}")
        self._resources, self._saved, self.state, self._path, self._spaces = outer
        self._text, self._line = text
        self._colourless = colourless

    def cost(self, count: int) -> None:
        """What takes as long as so many operators."""
        self._left -= count
        if self._left < 0:
            raise TooLarge

    def _note(self, what: str) -> None:
        if len(self.drawing.damage) < 10:
            self.drawing.damage.append(what)

    def _resource(self, kind: str, name: str) -> Any:
        found: Any = self._resources.get(kind, {}).get(name)
        if found is None:
            raise KeyError(name)
        return found

    # --- state ---------------------------------------------------------------------------

    def save(self, _: list[Any]) -> None:
        """Operator q."""
        if len(self._saved) >= _STATES_LIMIT:
            raise TooLarge
        self._saved.append(copy.copy(self.state))

    def restore(self, _: list[Any]) -> None:
        """Operator Q."""
        if self._saved:
            self.state = self._saved.pop()

    def concat(self, operands: list[Any]) -> None:
        """Operator cm."""
        self.state.ctm = matrix_of(operands).then(self.state.ctm)

    def line_width(self, operands: list[Any]) -> None:
        """Operator w."""
        self.state.line = float(operands[0])

    def graphics(self, operands: list[Any]) -> None:
        """Operator gs."""
        values = self._resource("/ExtGState", operands[0])
        self.cost(len(values))
        state = self.state
        for key, value in values.items():
            if key == "/LW":
                state.line = float(value)
            elif key == "/OP":
                state.stroke_over = bool(value)
                if "/op" not in values:
                    state.fill_over = bool(value)
            elif key == "/op":
                state.fill_over = bool(value)
            elif key == "/OPM":
                state.nonzero = int(value) == 1
            elif key in ("/ca", "/CA") and float(value) < 1:
                self.drawing.transparency.add("opacity")
            elif key == "/BM" and str(value) not in ("/Normal", "/Compatible"):
                self.drawing.transparency.add("blend mode")
            elif key == "/SMask" and str(value) != "/None":
                self.drawing.transparency.add("soft mask")
                self._form(value["/G"])
            elif key == "/Font":
                state.font, state.size = self.library.font(value[0]), float(value[1])

    # --- colour --------------------------------------------------------------------------

    def colour(self, space: Space, operands: list[Any], stroke: bool) -> None:
        """A colour is set, by whatever operator."""
        if self._colourless:
            return
        paint = space.paint(operands)
        if space.family == "pattern":
            # What a pattern without colours of its own is painted in comes before its name.
            under = space.under.paint(operands).inks if space.under else (0.0, 0.0, 0.0, 0.0)
            paint = Paint("pattern", under, str(operands[-1]))
        if stroke:
            self.state.stroke, self.state.stroke_space = paint, space
        else:
            self.state.fill, self.state.fill_space = paint, space

    def space(self, operands: list[Any], stroke: bool) -> None:
        """Operators cs and CS: the colour is the first of the space (ISO 32000-1, 8.6.5.1)."""
        name = operands[0]
        space = self._spaces.get(name)
        if space is None:
            self.cost(_FORM_COSTS)
            space = read_space(name, self._resources.get("/ColorSpace", {}))
            self._spaces[name] = space
        first = {"cmyk": [0.0, 0.0, 0.0, 1.0], "spot": [1.0] * space.components}
        if space.family == "pattern":
            self.state.fill_space = space if not stroke else self.state.fill_space
            self.state.stroke_space = space if stroke else self.state.stroke_space
        else:
            self.colour(space, first.get(space.family, [0.0]), stroke)

    # --- paths ---------------------------------------------------------------------------

    def rectangle(self, operands: list[Any]) -> None:
        """Operator re."""
        x, y, width, height = map(float, operands[:4])
        self._path.rectangle(x, y, width, height, self.state.ctm)

    def points(self, operands: list[Any], kind: str) -> None:
        """Operators m, l, c, v and y."""
        self._path.points(kind, operands, self.state.ctm)

    def paint(self, fill: bool, stroke: bool, even_odd: bool = False) -> None:
        """A path is painted, or not, and perhaps clips."""
        state, path = self.state, self._path
        path.finish()
        box = path.box
        if box is not None:
            if fill:
                least = min(path.least, path.ring) if even_odd else path.least
                if even_odd and least < NOTHING and path.ring < NO_BAR:
                    # The border of an empty box: the rectangle inside the frame has no area.
                    least = path.ring
                self._paint_area(box, state.fill, least)
            if stroke:
                width = state.line * scale_of(state.ctm)
                half = width / 2
                reach = (box[0] - half, box[1] - half, box[2] + half, box[3] + half)
                over = state.stroke_over and self._spares(state.stroke)
                self._add("stroke", common(reach, state.clip), state.stroke, width, over)
                if state.stroke.pattern:
                    self._pattern(state.stroke, common(reach, state.clip))
            if self._clipping:
                state.clip = common(box, state.clip) or (0.0, 0.0, 0.0, 0.0)
        self._clipping = False
        self._path = Path()

    def clip(self, _: list[Any]) -> None:
        """Operators W and W*."""
        self._clipping = True

    def _paint_area(self, whole: Box, paint: Paint, least: float) -> None:
        box = common(whole, self.state.clip)
        if box is None:
            return
        if least < NO_BAR and box != whole:
            # What a clip leaves may be a bar, or nothing.
            left = min(box[2] - box[0], box[3] - box[1])
            if left < NOTHING < least:
                return
            least = min(least, left)
        over = self.state.fill_over and self._spares(paint)
        self._add("fill", box, paint, least, over)
        if paint.pattern:
            self._pattern(paint, box)

    def _spares(self, paint: Paint) -> bool:
        """Whether overprinting leaves inks alone: DeviceCMYK paints all four, and 0 as 0, but in
        mode 1 (ISO 32000-1, 8.6.7).  White counts always: it vanishes or does nothing."""
        return self.state.nonzero or paint.family != "cmyk" or paint.white

    def _add(
        self, kind: Any, box: Box | None, paint: Paint, size: float, overprint: bool = False
    ) -> None:
        if box is not None and paint.family != "none":
            self.drawing.marks.append(Mark(kind, box, paint, size, overprint))

    def shade(self, operands: list[Any]) -> None:
        """Operator sh."""
        shading = self._resource("/Shading", operands[0])
        self.cost(_FORM_COSTS)
        for paint in shading_paints(shading, self._resources.get("/ColorSpace", {})):
            self._add("fill", self.state.clip, paint, 1e6)

    def _pattern(self, paint: Paint, box: Box | None) -> None:
        """What a pattern paints counts as painted all over the box."""
        pattern = self._resource("/Pattern", paint.pattern)
        if box is None:
            return
        if int(pattern.get("/PatternType", 1)) == 2:
            shading = pattern["/Shading"]
            self.cost(_FORM_COSTS)
            for colour in shading_paints(shading, self._resources.get("/ColorSpace", {})):
                self._add("fill", box, colour, 1e6)
            return
        outer, first = self.state, len(self.drawing.marks)
        self.state = _State(ctm=own_matrix(pattern))
        if int(pattern.get("/PaintType", 1)) == 2:
            self._colourless = True
            self.state.fill = self.state.stroke = Paint("cmyk", paint.inks)
        self._inside(pattern, pattern.get("/Resources", {}))
        self._colourless = False
        self.state = outer
        for mark in self.drawing.marks[first:]:
            mark.box = box

    # --- forms and pictures --------------------------------------------------------------

    def draw(self, operands: list[Any]) -> None:
        """Operator Do."""
        source = self._resource("/XObject", operands[0])
        if str(source.get("/Subtype")) == "/Form":
            self._form(source)
            return
        picture = self.library.picture(source, self._resources.get("/ColorSpace", {}))
        self._picture(picture, operands[0])

    def inline(self, operands: list[Any]) -> None:
        """An inline image."""
        spaces = self._resources.get("/ColorSpace", {})
        self._picture(inline_picture(operands[0], spaces))

    def _picture(self, picture: Picture, name: str = "") -> None:
        state = self.state
        a, b, c, d = state.ctm[:4]
        across, down = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
        box = common(bounds(state.ctm, 0, 0, 1, 1), state.clip)
        if box is None or not across or not down:
            return
        dpi = 72 * min(picture.width / across, picture.height / down)
        paint = state.fill if picture.stencil else picture.paint
        if picture.soft:
            self.drawing.transparency.add("soft mask")
        self.drawing.marks.append(Mark("image", box, paint, dpi, text=name, picture=picture))

    def _form(self, form: Any) -> None:
        outer = copy.copy(self.state)
        self.state.ctm = own_matrix(form).then(self.state.ctm)
        box = form.get("/BBox")
        if box is not None:
            x0, y0, x1, y1 = (float(number) for number in box)
            within = common(bounds(self.state.ctm, x0, y0, x1, y1), self.state.clip)
            self.state.clip = within or (0.0, 0.0, 0.0, 0.0)
        self._group(form.get("/Group"))
        self._inside(form, form.get("/Resources", self._resources))
        self.state = outer

    def _inside(self, stream: Any, resources: Any) -> None:
        """Go through a form, pattern or glyph, unless it is within itself."""
        if stream.objgen in self._within:
            self._note("a form, pattern or glyph draws itself")
            return
        if len(self._within) >= DEPTH_LIMIT:
            raise TooLarge
        self.cost(_FORM_COSTS)
        self._within.append(stream.objgen)
        try:
            self._run(self.library.operations(stream), resources)
        finally:
            self._within.pop()

    def _group(self, group: Any) -> None:
        if group is None or str(group.get("/S")) != "/Transparency":
            return
        space = group.get("/CS")
        named = self._resources.get("/ColorSpace", {})
        if space is not None and read_space(space, named) is RGB:
            self.drawing.blended_in_rgb = True
