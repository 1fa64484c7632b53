"""What the engine works out for every box again and again, worked out once per style.

A style is one object for all boxes of the elements that match the same rules, and nothing changes
it after the box tree is built, except for items of flex and grid containers (which get a style of
their own in the middle of the layout and are left alone here) and the counters of pages.
"""

from __future__ import annotations

from typing import Any

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from publish.render.adapter import guard

#: What resolve_percentages sets from the style.
_LENGTHS = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_RESOLVED = (*_LENGTHS, *(f"border_{side}_width" for side in ("top", "right", "bottom", "left")))

#: Boxes that take every used value from their style.  Cells and tables have borders from elsewhere.
_PLAIN = frozenset(
    (
        *(boxes.BlockBox, boxes.LineBox, boxes.TextBox, boxes.InlineBox, boxes.InlineBlockBox),
        *(boxes.MarginBox, boxes.FootnoteAreaBox),
    )
)

_CORNERS = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)

_stock_percentages = guard.stock("weasyprint.layout.percent", "resolve_percentages")
_stock_strut = guard.stock("weasyprint.text.line_break", "strut")
_stock_backgrounds = guard.stock("weasyprint.layout.background", "layout_box_backgrounds")


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Used lengths of a box, in CSS pixels: always the same for a style without percentages."""
    style = box.style
    plan = style.__dict__.get("publish_lengths")
    if plan and type(box) in _PLAIN and not (box.is_flex_item or box.is_grid_item):
        box.__dict__.update(plan)
        return
    _stock_percentages(box, containing_block)
    if plan is None and type(box) in _PLAIN and not (box.is_flex_item or box.is_grid_item):
        fixed = style["border_collapse"] != "collapse" and all(
            _is_fixed(style[name]) for name in _LENGTHS
        )
        style.publish_lengths = {name: getattr(box, name) for name in _RESOLVED} if fixed else False


def _is_fixed(value: Any) -> bool:
    return value == "auto" or getattr(value, "unit", None) == "px"


def is_in_normal_flow(self: Any) -> bool:
    """Whether a box is in normal flow: five questions of the engine asked as one."""
    style = self.style
    position = style["position"]
    return (
        style["float"] not in ("left", "right", "inline-start", "inline-end", "footnote")
        and position not in ("absolute", "fixed")
        and position[0] not in ("running()", "note()")
    )


def establishes_formatting_context(self: Any) -> bool:
    """Whether a box begins a block formatting context, asked several times for every box."""
    style = self.style
    return (
        style["float"] in ("left", "right", "inline-start", "inline-end")
        or style["position"] in ("absolute", "fixed")
        or self.is_column
        or (
            style["overflow"] != "visible"
            if isinstance(self, boxes.BlockBox)
            else isinstance(self, boxes.BlockContainerBox)
        )
        or "flow-root" in style["display"]
    )


def collapse_margin(adjoining_margins: Any) -> Any:
    """The largest of adjoining margins and the most negative one, added, in CSS pixels."""
    most = least = 0
    for margin in adjoining_margins:
        if margin > most:
            most = margin
        elif margin < least:
            least = margin
    return most + least


def strut(style: Any) -> tuple[float, float]:
    """Height and baseline of an empty line; the engine keeps them by a key of sixteen values."""
    known: tuple[float, float] | None = style.__dict__.get("publish_strut")
    if known is None:
        known = style.publish_strut = _stock_strut(style)
    return known


def layout_box_backgrounds(
    page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
) -> None:
    """Backgrounds, border images and radii; nothing but «none» for the many boxes without any."""
    if style is not None or box is page:
        _stock_backgrounds(page, box, get_image, layout_children, style)
        return
    if type(box) is AbsolutePlaceholder:
        # It stands for its box in every respect but __dict__.
        box = box._box
    own = box.style
    bare = own.__dict__.get("publish_bare")
    if bare is None:
        bare = own.publish_bare = _is_bare(own)
    if not bare:
        _stock_backgrounds(page, box, get_image, layout_children)
        return
    values = box.__dict__
    values["background"] = None
    for corner in _CORNERS:
        values[corner] = (0, 0)
    if layout_children:
        for child in box.all_children():
            layout_box_backgrounds(page, child, get_image)


def _is_bare(style: Any) -> bool:
    """Whether the engine would find nothing to paint behind a box of this style, nor an image."""
    return bool(
        all((0, "px") in style[corner] for corner in _CORNERS)
        and style["border_image_source"][0] == "none"
        and style["mask_border_source"][0] == "none"
        and not style["box_shadow"]
        and all(kind == "none" for kind, _ in style["background_image"])
        and get_color(style, "background_color").alpha == 0
    )
