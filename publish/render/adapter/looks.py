"""What the adapter asks of WeasyPrint's styles and elements."""

from __future__ import annotations

from typing import Any

from weasyprint.css.functions import check_math
from weasyprint.layout.percent import percentage
from weasyprint.text import line_break

from publish.fonts.orientation import TURNED
from publish.typeset.classes import Region
from publish.typeset.paragraph import Unsuitable


def region_of(language: str) -> Region | None:
    """Whose rules a language tag asks for; None for what is not Chinese."""
    tag = (language or "").lower()
    if not tag.startswith("zh"):
        return None
    if "hk" in tag or "mo" in tag.split("-"):
        return "hk"
    return "tw" if "hant" in tag or "tw" in tag else "cn"


def is_turned(style: Any) -> bool:
    """Whether text of a style is set for columns, in a face that is turned."""
    return bool(style["font_family"][0].startswith(TURNED))


def classes(box: Any) -> list[str]:
    """The class list of a box's element."""
    if box.element is None or not hasattr(box.element, "get"):
        return []
    return (box.element.get("class") or "").split()


def text_suits(style: Any) -> bool:
    """Whether text of a style can be composed."""
    suits = style.__dict__.get("_text_suits")
    if suits is None:
        suits = style._text_suits = (
            style["direction"] == "ltr"
            and style["white_space"] in ("normal", "nowrap", "pre-line", "pre")
            and not style["word_spacing"]
            and style["visibility"] == "visible"
            and style["font_size"] > 0.1
        )
    return bool(suits)


def inline_suits(style: Any) -> bool:
    """Whether an inline box of a style can be part of composed lines."""
    suits = style.__dict__.get("_inline_suits")
    if suits is None:
        suits = style._inline_suits = (
            style["position"] == "static"
            and style["float"] == "none"
            and style["opacity"] == 1
            and not style["transform"]
            and style["overflow"] == "visible"
            and style["display"] == ("inline", "flow")
            and style["box_decoration_break"] == "slice"
            and (
                not isinstance(style["vertical_align"], str)
                or style["vertical_align"] == "baseline"
            )
        )
    return bool(suits)


def rise(style: Any, parent_style: Any) -> float:
    """How far vertical-align lifts an inline box, in px."""
    value = style["vertical_align"]
    if value == "baseline":
        return 0.0
    if check_math(value):
        height, _ = line_break.strut(parent_style)
        return float(percentage(value, style, height))
    return float(value)


def edges(style: Any) -> tuple[float, float, bool]:
    """Space at the start and the end of an inline box in px, and whether anything is painted."""
    known = style.__dict__.get("_inline_edges")
    if known is None:
        sides = []
        for side in ("left", "right"):
            values = [style[f"margin_{side}"], style[f"padding_{side}"]]
            space = float(style[f"border_{side}_width"])
            for value in values:
                if getattr(value, "unit", None) == "px":
                    space += value.value
                elif value != "auto":
                    raise Unsuitable("percentage")
            sides.append(space)
        painted = (
            style["background_color"].alpha > 0
            or any(kind != "none" for kind, _ in style["background_image"])
            or bool(style["box_shadow"])
            or style["outline_width"] > 0
            or any(style[f"border_{side}_width"] for side in ("left", "right", "top", "bottom"))
        )
        known = style._inline_edges = (sides[0], sides[1], bool(painted))
    return known  # type: ignore[no-any-return]


def thickness(style: Any, usual: float) -> float:
    """How thick the line of a text is to be, in px; ``usual`` where its style leaves that open."""
    thickness = style["text_decoration_thickness"]
    if isinstance(thickness, str):
        return usual
    return float(percentage(thickness, style, style["font_size"]))
