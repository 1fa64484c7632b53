"""Gradients in drawings as shadings that every reader of PDF paints (PDF 1.7, 8.7.4).

The stock engine makes a cell of one unit, with a group in it, that is to be tiled: some readers
leave it blank, others show seams.  Here a gradient is a pattern of its own kind; only where it lets
through more at one place than at another it stands in one cell, as large as the shape, behind a
mask.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, hypot, sqrt
from typing import Any, NamedTuple

import pydyf
from weasyprint.matrix import Matrix
from weasyprint.svg.bounding_box import is_valid_bounding_box
from weasyprint.svg.utils import alpha_value, color, size, transform

#: How often a gradient is repeated on either side, at the most: more is finer than a printed dot.
_REPEATS = 200
#: Shadings of PDF: along a line, between circles.
_AXIAL, _RADIAL = 2, 3


class Stop(NamedTuple):
    """A colour at a place of a gradient, 0 to 1: sRGB and how much it covers, 0 to 1."""

    place: float
    rgb: tuple[float, ...]
    alpha: float


def draw_gradient(
    svg: Any, node: Any, gradient: Any, font_size: float, opacity: float, stroke: bool
) -> bool:
    """Make a gradient the colour of fills or strokes, as SVG 2, section 14.2, has it; whether there
    is anything to paint.  Stands in for WeasyPrint's function."""
    stops = _stops(gradient, font_size, opacity)
    if stroke:
        # The engine does so for plain colours alone.
        svg.stream.set_line_width(svg.length(node.get("stroke-width", "1px"), font_size))
    box = svg.calculate_bounding_box(node, font_size, stroke=False)
    if not is_valid_bounding_box(box):
        box = None
    of_box = gradient.get("gradientUnits") != "userSpaceOnUse"
    if not stops:
        return False
    if len(stops) == 1 or (of_box and box is None and node.text):
        # Letters whose place is not known yet are painted in the colour in the middle.
        _plain(svg.stream, stops[len(stops) // 2], stroke)
        return True
    if of_box and (box is None or not (box[2] and box[3])):
        return False
    matrix = Matrix(a=box[2], d=box[3], e=box[0], f=box[1]) if of_box else Matrix()
    if said := gradient.get("gradientTransform"):
        matrix = transform(said, "0 0", font_size, svg.normalized_diagonal) @ matrix
    if not matrix.determinant:
        return False
    reference = (1.0, 1.0) if of_box else (svg.inner_width, svg.inner_height)
    linear = gradient.tag == "linearGradient"
    ends = (_line if linear else _circles)(gradient, font_size, reference)
    if ends is None:
        # No length, or no radius: the last colour all over (14.2.2, 14.2.3).
        _plain(svg.stream, stops[-1], stroke)
        return True
    area = _area(svg, box)
    first, last = _span(gradient, ends, area, matrix)
    stops = _spread(stops, gradient.get("spreadMethod", "pad"), first, last)
    _paint(svg.stream, stops, _stretched(ends, first, last), matrix, area, stroke)
    return True


def _stops(gradient: Any, font_size: float, opacity: float) -> list[Stop]:
    """The stops in order, from 0 to 1."""
    found: list[Stop] = []
    for child in gradient:
        if child.tag != "stop":
            continue
        place = min(1.0, max(0.0, size(child.get("offset"), font_size, 1)))
        place = max(place, found[-1].place if found else 0.0)
        colour = color(child.get("stop-color", "black"))
        alpha = colour.alpha * alpha_value(child.get("stop-opacity", 1)) * opacity
        rgb = tuple(min(1.0, max(0.0, value)) for value in colour.to("srgb").coordinates)
        found.append(Stop(place, rgb, alpha))
    if len(found) > 1:
        if found[0].place > 0:
            found.insert(0, found[0]._replace(place=0.0))
        if found[-1].place < 1:
            found.append(found[-1]._replace(place=1.0))
    return found


def _plain(stream: Any, stop: Stop, stroke: bool) -> None:
    stream.set_alpha(stop.alpha, stroke=stroke)
    stream.set_color_rgb(*stop.rgb, stroke=stroke)
    # What the stream remembers is not what it has now.
    stream._current_color = stream._current_color_stroke = None


def _line(
    gradient: Any, font_size: float, reference: tuple[float, float]
) -> tuple[float, ...] | None:
    """From where to where a linear gradient goes."""
    width, height = reference
    x1 = size(gradient.get("x1", 0), font_size, width)
    y1 = size(gradient.get("y1", 0), font_size, height)
    x2 = size(gradient.get("x2", "100%"), font_size, width)
    y2 = size(gradient.get("y2", 0), font_size, height)
    return (x1, y1, x2, y2) if hypot(x2 - x1, y2 - y1) > 1e-9 else None


def _circles(
    gradient: Any, font_size: float, reference: tuple[float, float]
) -> tuple[float, ...] | None:
    """From which circle to which a radial gradient goes; the focus is kept within the outer one."""
    width, height = reference
    # Of what is neither width nor height (SVG 2, section 8.9).
    diagonal = hypot(width, height) / sqrt(2)
    cx = size(gradient.get("cx", "50%"), font_size, width)
    cy = size(gradient.get("cy", "50%"), font_size, height)
    r = size(gradient.get("r", "50%"), font_size, diagonal)
    fx = size(gradient.get("fx", cx), font_size, width)
    fy = size(gradient.get("fy", cy), font_size, height)
    fr = min(size(gradient.get("fr", 0), font_size, diagonal), 0.999 * r)
    away, most = hypot(fx - cx, fy - cy), 0.999 * (r - fr)
    if away > most:
        fx, fy = cx + (fx - cx) * most / away, cy + (fy - cy) * most / away
    return (fx, fy, fr, cx, cy, r) if r > 1e-9 else None


def _area(svg: Any, box: Any) -> tuple[float, float, float, float]:
    """Where the gradient may show, in user space: the shape with room for its strokes."""
    if box is None:
        return 0.0, 0.0, svg.inner_width, svg.inner_height
    x, y, width, height = box
    room = 0.1 * max(width, height) + 20
    return x - room, y - room, width + 2 * room, height + 2 * room


def _span(
    gradient: Any, ends: tuple[float, ...], area: tuple[float, ...], matrix: Any
) -> tuple[int, int]:
    """How many lengths of the gradient the area begins before it, and ends behind it."""
    if gradient.get("spreadMethod", "pad") not in ("repeat", "reflect"):
        return 0, 1
    x, y, width, height = area
    back = matrix.invert
    corners = [back.transform_point(x + a * width, y + b * height) for a in (0, 1) for b in (0, 1)]
    if len(ends) == 4:
        x1, y1, x2, y2 = ends
        along = [
            ((a - x1) * (x2 - x1) + (b - y1) * (y2 - y1)) / hypot(x2 - x1, y2 - y1) ** 2
            for a, b in corners
        ]
        return max(-_REPEATS, min(0, floor(min(along)))), min(_REPEATS, max(1, ceil(max(along))))
    fx, fy, fr, cx, cy, r = ends
    # On its slowest side a circle grows by this much with each length.
    growth = r - fr - hypot(fx - cx, fy - cy)
    far = max(hypot(a - fx, b - fy) for a, b in corners)
    last = min(_REPEATS, max(1, ceil((far - fr) / max(growth, 1e-9))))
    return max(-_REPEATS, -floor(fr / (r - fr))), last


def _spread(stops: list[Stop], spread: str, first: int, last: int) -> list[Stop]:
    """The stops of all lengths from ``first`` to ``last``."""
    found = []
    for turn in range(first, last):
        back = spread == "reflect" and turn % 2
        for stop in reversed(stops) if back else stops:
            found.append(stop._replace(place=turn + (1 - stop.place if back else stop.place)))
    return found


def _stretched(ends: tuple[float, ...], first: int, last: int) -> tuple[float, ...]:
    """The ends of so many lengths."""
    half = len(ends) // 2
    begin, end = ends[:half], ends[half:]
    return tuple(
        a + turn * (b - a) for turn in (first, last) for a, b in zip(begin, end, strict=True)
    )


def _paint(
    stream: Any,
    stops: list[Stop],
    ends: tuple[float, ...],
    matrix: Any,
    area: tuple[float, float, float, float],
    stroke: bool,
) -> None:
    alphas = {stop.alpha for stop in stops}
    if len(alphas) == 1:
        pattern = pydyf.Dictionary({
            "Type": "/Pattern",
            "PatternType": 2,
            "Shading": _shading(stream, stops, ends, covers=False),
            "Matrix": pydyf.Array((matrix @ stream.ctm).values),
        })  # fmt: skip
        # The engine asks every pattern what it holds, as if it were a stream.
        pattern.extra = {}
        name = f"p{len(stream._resources['Pattern'])}"
        stream._resources["Pattern"][name] = pattern
        stream.set_alpha(alphas.pop(), stroke=stroke)
    else:
        x, y, width, height = area
        cell = stream.add_pattern(x, y, width, height, width, height, stream.ctm)
        cover = cell.set_alpha_state(x, y, width, height)
        for place, covers in ((cover, True), (cell, False)):
            shading = _shading(place, stops, ends, covers=covers)
            label = f"s{len(place._resources['Shading'])}"
            place._resources["Shading"][label] = shading
            place.transform(*matrix.values)
            place.paint_shading(label)
        name = cell.id
        stream.set_alpha(1, stroke=stroke)
    stream.set_color_space("Pattern", stroke=stroke)
    stream.set_color_special(name, stroke=stroke)
    stream._current_color = stream._current_color_stroke = None


def _shading(stream: Any, stops: list[Stop], ends: tuple[float, ...], *, covers: bool) -> Any:
    """A shading of the colours, or in grey of how much they cover."""
    parts: list[Any] = []
    bounds: list[float] = []
    for one, other in pairwise(stops):
        if other.place - one.place <= 1e-9:
            continue
        if parts:
            bounds.append(one.place)
        before, after = ((s.alpha,) if covers else s.rgb for s in (one, other))
        parts.append(stream.create_interpolation_function((0, 1), before, after, 1))
    domain = stops[0].place, stops[-1].place
    function = stream.create_stitching_function(domain, (0, 1) * len(parts), bounds, parts)
    return pydyf.Dictionary({
        "ShadingType": _AXIAL if len(ends) == 4 else _RADIAL,
        "ColorSpace": "/DeviceGray" if covers else stream._default_color_space,
        "Domain": pydyf.Array(domain),
        "Coords": pydyf.Array(ends),
        "Function": function,
        "Extend": pydyf.Array((b"true", b"true")),
    })  # fmt: skip
