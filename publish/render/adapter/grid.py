"""Blocks of whole lines: ``block-step-size`` of CSS Rhythmic Sizing, which WeasyPrint has not.

A block whose class list holds ``step`` is padded below to a whole number of lines, one with
``step-centre`` half above and half below (look.md section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from weasyprint.formatting_structure import boxes

from publish.render.adapter.across import Across
from publish.render.adapter.notes import uncalled

#: Less than this much of a line is no new line: sums of floats differ by less, in lines.
_SLIP = 1e-3


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
        called = uncalled(context) if box.style["column_count"] != "auto" else None
        result = self.stock("weasyprint.layout.block", "block_level_layout_switch")(
            context, box, *args
        )
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
