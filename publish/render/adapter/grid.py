"""Blocks of whole lines: ``block-step-size`` of CSS Rhythmic Sizing, which WeasyPrint has not.

A block whose class list holds ``step`` is padded below to a whole number of lines, one with
``step-centre`` half above and half below (look.md section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.block import remove_placeholders

from publish.render.adapter.across import Across
from publish.render.adapter.notes import uncalled
from publish.render.adapter.parted import part_layout

#: Less than this much of a line is no new line: sums of floats differ by less, in lines.
_SLIP = 1e-3

#: Classes of what stays together if it can, beside code.
_TOGETHER = frozenset(("poem", "table"))
#: A block stays together that takes no more of a page than the first share; one that takes no more
#: than a page, if what is left white is no more than the second.
_SHORT, _WHITE = 1 / 3, 1 / 6


class Grid:
    """The function that stands in for WeasyPrint's block_level_layout_switch."""

    def __init__(
        self, line: float, stock: Callable[[str, str], Any], across: Across | None = None
    ) -> None:
        """``line`` is the pitch of the grid in px; ``across`` lays out what stands upright among
        vertical lines."""
        self.line, self.stock, self.across = line, stock, across

    def block_level_layout_switch(self, context: Any, box: Any, *args: Any) -> Any:
        """Lay a block out and pad it to whole lines if its class asks for it."""
        if self.across is not None:
            standing = self.across.layout(context, box, *args[:7])
            if standing is not None:
                return standing
        parted = part_layout(context, box, self._layout, args)
        if parted is not None:
            return parted
        called = uncalled(context) if box.style["column_count"] != "auto" else None
        result = self._layout(context, box, *args)
        if called is not None:
            called(result[0])
        new, resume_at = result[0], result[1]
        if new is None or resume_at is not None or box.element is None:
            return result
        if "::" in (box.element_tag or "") or isinstance(box, boxes.TableBox):
            return result
        get = getattr(box.element, "get", None)
        names = ((get("class") if get else None) or "").split()
        if "step" not in names and "step-centre" not in names:
            return result
        height = new.border_height()
        missing = ceil(height / self.line - _SLIP) * self.line - height
        if missing > 1e-6:
            if "step-centre" in names:
                for child in new.children:
                    child.translate(dy=missing / 2)
                new.padding_top += missing / 2
                new.padding_bottom += missing / 2
            else:
                new.padding_bottom += missing
        return result

    def _layout(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool,
        absolute_boxes: Any,
        fixed_boxes: Any,
        adjoining_margins: Any,
        *rest: Any,
    ) -> Any:
        """A block as WeasyPrint lays it out, on the next page if it stays together."""
        stock = self.stock("weasyprint.layout.block", "block_level_layout_switch")
        if skip_stack is not None or page_is_empty or not _stays_together(box):
            return stock(
                context, box, bottom_space, skip_stack, containing_block, page_is_empty,
                absolute_boxes, fixed_boxes, adjoining_margins, *rest,
            )  # fmt: skip
        place = box.position_x, box.position_y
        if adjoining_margins is None:
            adjoining_margins = []
        margins = list(adjoining_margins)

        def layout(space: float, absolute: Any, fixed: Any) -> Any:
            box.position_x, box.position_y = place
            # What is added to it is the block's around it, too.
            adjoining_margins[:] = margins
            return stock(
                context, box, space, None, containing_block, False, absolute, fixed,
                adjoining_margins, *rest,
            )  # fmt: skip

        result = layout(bottom_space, absolute_boxes, fixed_boxes)
        if result[0] is None or result[1] is None:
            return result
        remove_placeholders(context, [result[0]], absolute_boxes, fixed_boxes)
        page = context.current_footnote_area.page.height
        white = context.page_bottom - bottom_space - result[0].position_y
        kept = context.in_column
        if not kept and white <= page * _SHORT:
            # On a page without an end it tells its height.
            told = layout(-inf, [], [])[0]
            remove_placeholders(context, [told], [], [])
            whole = told.border_height()
            kept = whole <= page * (1 if white <= page * _WHITE else _SHORT)
        if kept:
            return None, None, {"break": "any", "page": None}, [], False, rest[-1]
        return layout(bottom_space, absolute_boxes, fixed_boxes)


def _stays_together(box: Any) -> bool:
    if type(box) is not boxes.BlockBox or box.element is None or "::" in (box.element_tag or ""):
        return False
    get = getattr(box.element, "get", None)
    names = ((get("class") if get else None) or "").split()
    return box.element_tag == "pre" or not _TOGETHER.isdisjoint(names)
