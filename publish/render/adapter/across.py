"""Blocks that stand upright among vertical lines: tables of numbers, code.

Pages of columns are laid out lying and turned afterwards; such a block is laid out as on a page of
horizontal lines and turned the other way, so that it stands in the end.  In the HTML it is
``<div class="horizontal"><div class="turned">…</div></div>``; the inner element is an inline block
with the transform and, as its ``max-width``, how broad it may be.  What is higher than a column is
long goes on at its left, and on the next page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.block import block_container_layout, collapse_margin
from weasyprint.layout.inline import atomic_box
from weasyprint.layout.percent import resolve_percentages

from publish.render.adapter.parted import place

#: The classes of such a block, outside and inside.
_OUTER, _INNER = "horizontal", "turned"
#: Sums of floats differ by less, in px.
_SLIP = 1e-3


class Across:
    """Lays such blocks out; one for a document."""

    def __init__(self, line: float) -> None:
        """``line`` is the pitch of columns in px: the white between two pieces of a block."""
        self.line = line
        #: The styles of what was turned: see :func:`settle`.
        self.styles: list[Any] = []

    def layout(
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
    ) -> Any:
        """What WeasyPrint's block_level_layout_switch answers for such a block; None for any other.

        The block itself has no margins, borders or padding.
        """
        inner = _inner(box)
        if inner is None:
            return None
        self.styles.append(inner.style)
        box.width = containing_block.width
        box.position_y += collapse_margin(adjoining_margins)
        room = context.page_bottom - bottom_space - box.position_y
        whole = self._measured(context, inner, box)
        pieces: Iterable[tuple[Any, Any]] = ((whole, None),)
        notes: list[Any] = []
        if skip_stack is not None or whole.margin_height() > box.width + _SLIP:
            resume = skip_stack[0] if skip_stack else None
            pieces = self._pieces(context, inner, box, resume, absolute_boxes, fixed_boxes)
        else:
            # They take of the room of the block that calls them.
            notes = [child.footnote for child in whole.descendants() if child.footnote]
            notes = [note for note in notes if note in context.footnotes]
            place(context, notes)
            room = context.page_bottom - bottom_space - box.position_y
        placed: list[Any] = []
        used, resume_at = 0.0, skip_stack
        for piece, resume in pieces:
            gap = self.line if placed else 0.0
            if used + gap + piece.margin_width() > room + _SLIP and (placed or not page_is_empty):
                break
            piece.translate(
                box.content_box_x() - piece.position_x,
                box.position_y + used + gap - piece.position_y,
            )
            placed.append(piece)
            used += gap + piece.margin_width()
            resume_at = None if resume is None else {0: resume}
        else:
            resume_at = None
        next_page = {"break": "any", "page": None}
        if not placed:
            for note in notes:
                context.unlayout_footnote(note)
            return None, None, next_page, [], False, None
        line = box.children[0].copy_with_children(placed)
        resolve_percentages(line, box)
        line.position_x, line.position_y = box.content_box_x(), box.position_y
        line.width, line.height, line.baseline = box.width, used, used
        new = box.copy_with_children([line])
        new.height = used
        return new, resume_at, next_page, [], False, None

    @staticmethod
    def _measured(context: Any, inner: Any, box: Any) -> Any:
        """The block in one piece, as broad as it needs to be; its notes are not placed yet."""
        before = list(context.current_page_footnotes)
        whole = atomic_box(context, inner, 0, None, box, [], [])
        for note in context.current_page_footnotes[len(before) :]:
            context.unlayout_footnote(note)
        return whole

    @staticmethod
    def _pieces(
        context: Any, inner: Any, box: Any, resume: Any, absolute_boxes: Any, fixed_boxes: Any
    ) -> Iterator[tuple[Any, Any]]:
        """Piece after piece, none higher than a column is long, and where the next begins."""
        bottom_space = context.page_bottom - box.position_y - box.width
        while True:
            inner.position_x, inner.position_y = box.content_box_x(), box.position_y
            piece, resume, *_ = block_container_layout(
                context, inner, bottom_space, resume, True, absolute_boxes, fixed_boxes, [],
                None, None, False, None,
            )  # fmt: skip
            yield piece, resume
            if resume is None:
                return


def settle(styles: Iterable[Any]) -> None:
    """Paint what is turned where it stands in the text, once a document is laid out.

    Its boxes know their matrix then; with a transform in its style each would be a stacking context
    and be painted behind all else on its page, which is the order that readers take text in.
    """
    for style in styles:
        style["transform"] = ()


def _inner(box: Any) -> Any:
    """What is turned in a block of this kind; None for any other."""
    if type(box) is not boxes.BlockBox or _OUTER not in _classes(box) or len(box.children) != 1:
        return None
    (line,) = box.children
    if not isinstance(line, boxes.LineBox):
        return None
    return next((child for child in line.children if _INNER in _classes(child)), None)


def _classes(box: Any) -> list[str]:
    get = getattr(box.element, "get", None)
    return ((get("class") if get else None) or "").split()
