"""The functions of WeasyPrint's block and inline layout that make fragments of composed lines."""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block
from weasyprint.layout.float import avoid_collisions
from weasyprint.layout.percent import percentage

from publish.render.adapter.fragments import Fragment, make_fragment
from publish.render.adapter.notes import leaves_heading, linebox_layout
from publish.render.adapter.pages_boxes import resolve_percentages
from publish.render.adapter.setting import Setting
from publish.typeset.lines import Line

#: Values of white-space that keep line feeds, of which a listing is made.
_AS_TYPED = ("pre", "pre-wrap", "break-spaces")


class Layout:
    """The layout functions that stand in for WeasyPrint's; one for a document."""

    def __init__(self, settings: Any, stock: Any) -> None:
        self.settings, self.stock = settings, stock
        self._line_by_line: Any = None

    def _setting(self, context: Any, linebox: Any, box: Any, letter: Any, line: Any) -> Any:
        if letter is not None or line is not None or box.style["block_ellipsis"] != "none":
            self.settings.refuse(linebox, "first line, first letter or ellipsis")
            return None
        return self.settings.setting(context, linebox, box)

    def iter_line_boxes(
        self,
        context: Any,
        box: Any,
        position_y: float,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        absolute_boxes: Any,
        fixed_boxes: Any,
        first_letter_style: Any,
        first_line_style: Any,
    ) -> Any:
        """Line after line, for paragraphs with calls of notes and beside floats."""
        setting = self._setting(
            context, box, containing_block, first_letter_style, first_line_style
        )
        if setting is None:
            yield from self.stock("weasyprint.layout.inline", "iter_line_boxes")(
                context,
                box,
                position_y,
                bottom_space,
                skip_stack,
                containing_block,
                absolute_boxes,
                fixed_boxes,
                first_letter_style,
                first_line_style,
            )
            return
        resolve_percentages(box, containing_block)
        start = 0 if skip_stack is None else setting.offset(skip_stack)
        indent = 0.0
        if not start:
            indent = percentage(box.style["text_indent"], box.style, containing_block.width)
        length = len(setting.flow.paragraph.text)
        x, width = containing_block.content_box_x(), containing_block.width
        while True:
            if context.excluded_shapes:
                box.position_y = position_y
                box.width, box.height = setting.widths()[0], setting.flow.line_height
                x, position_y, width = avoid_collisions(context, box, containing_block, outer=False)
            lines = setting.lines(width, indent, start)
            end = lines[0].end
            resume_at = setting.skip_stack(end) if end < length else None
            fragment = make_fragment(setting, box, lines[:1], x, position_y, width, resume_at)
            position_y += fragment.height
            yield fragment, resume_at
            if resume_at is None:
                return
            start, indent = end, 0.0

    def linebox_layout(
        self,
        context: Any,
        box: Any,
        index: int,
        child: Any,
        new_children: Any,
        page_is_empty: bool,
        absolute_boxes: Any,
        fixed_boxes: Any,
        adjoining_margins: Any,
        bottom_space: float,
        position_y: float,
        skip_stack: Any,
        first_letter_style: Any,
        first_line_style: Any,
        draw_bottom_decoration: bool,
        max_lines: Any,
    ) -> Any:
        """All lines of a page at once: where none of them calls a note and no float is near."""
        setting = None
        if (
            max_lines is None
            and not new_children
            and not context.excluded_shapes
            and not context.in_column
            and type(box) is not boxes.InlineBlockBox
        ):
            setting = self._setting(context, child, box, first_letter_style, first_line_style)
        if setting is not None and not (setting.flow.calls and context.footnotes):
            y = position_y
            if adjoining_margins:
                y += block.collapse_margin(adjoining_margins)
            start, indent = 0, 0.0
            if skip_stack is None:
                indent = percentage(child.style["text_indent"], child.style, box.width)
            else:
                start = setting.offset(skip_stack)
            lines = setting.lines(box.width, indent, start)
            fit = self._fit(
                context, box, setting, lines, y, bottom_space, page_is_empty, draw_bottom_decoration
            )
            if fit == 0:
                return True, False, None, y, [], max_lines
            if fit is not None:
                stack = None
                if fit < len(lines):
                    stack = setting.skip_stack(lines[fit].begin)
                fragment = make_fragment(
                    setting, child, lines[:fit], box.content_box_x(), y, box.width, stack
                )
                new_children.append(fragment)
                stop = fit < len(lines)
                return False, stop, {index: stack}, y + fragment.height, [], max_lines
        if self._line_by_line is None:
            self._line_by_line = linebox_layout()
        result = self._line_by_line(
            context,
            box,
            index,
            child,
            new_children,
            page_is_empty,
            absolute_boxes,
            fixed_boxes,
            adjoining_margins,
            bottom_space,
            position_y,
            skip_stack,
            first_letter_style,
            first_line_style,
            draw_bottom_decoration,
            max_lines,
        )
        if result[1] and not result[0] and box.style["white_space"] in _AS_TYPED:
            return (*result[:2], *_unsplit(context, box, index, child, new_children, result))
        return result

    def in_flow_layout(
        self,
        context: Any,
        box: Any,
        index: int,
        child: Any,
        new_children: Any,
        page_is_empty: bool,
        absolute_boxes: Any,
        fixed_boxes: Any,
        adjoining_margins: Any,
        bottom_space: float,
        position_y: float,
        skip_stack: Any,
        first_letter_style: Any,
        first_line_style: Any,
        discard: bool,
        next_page: Any,
        max_lines: Any,
    ) -> Any:
        """A bare paragraph that fits on the page whole, after another block: most of a book.

        What the stock functions would do for it comes to its margins and its height.
        """
        if (
            new_children
            and skip_stack is first_letter_style is first_line_style is max_lines is None
            and not (discard or context.excluded_shapes or context.in_column)
            and is_bare(child)
            and new_children[-1].__dict__.get("clearance", 0) is None
        ):
            placed = self._place(context, box, child, adjoining_margins, bottom_space, position_y)
            if placed is not None:
                placed.index = index
                new_children.append(placed)
                bottom = placed.children[0].position_y + placed.height
                page = {"break": "any", "page": child.style["page"]}
                margins = [placed.margin_bottom]
                return False, False, None, bottom, margins, page, new_children, max_lines
        place, margins = (child.position_x, child.position_y), list(adjoining_margins)

        def layout() -> Any:
            child.position_x, child.position_y = place
            # What is added to it is the block's that has it, too.
            adjoining_margins[:] = margins
            return self.stock("weasyprint.layout.block", "_in_flow_layout")(
                context, box, index, child, new_children, page_is_empty, absolute_boxes,
                fixed_boxes, adjoining_margins, bottom_space, position_y, skip_stack,
                first_letter_style, first_line_style, discard, next_page, max_lines,
            )  # fmt: skip

        result = layout()
        if leaves_heading(context, result, index, child, page_is_empty):
            context.publish_heading = True
            try:
                return layout()
            finally:
                context.publish_heading = False
        return result

    def _place(
        self,
        context: Any,
        box: Any,
        child: Any,
        adjoining_margins: Any,
        bottom_space: float,
        position_y: float,
    ) -> Any:
        """A bare paragraph laid out below what is there, or None if it does not fit whole."""
        linebox = child.children[0]
        resolve_percentages(child, box)
        width = box.width - child.margin_left - child.margin_right
        child.width = width
        setting = self._setting(context, linebox, child, None, None)
        if setting is None or setting.flow.objects or (setting.flow.calls and context.footnotes):
            return None
        indent = percentage(linebox.style["text_indent"], linebox.style, width)
        lines = setting.lines(width, indent, 0)
        y = position_y + block.collapse_margin([*adjoining_margins, child.margin_top])
        height = sum(step for step, _ in setting.heights(lines))
        room = bottom_space
        if not box.bottom_margin_collapses():
            room += child.margin_bottom
        if y + height > (context.page_bottom - room) * (1 + 1e-9):
            return None
        new = child.copy()
        new.clearance, new.position_y, new.height = None, y - child.margin_top, height
        new.remove_decoration_sides = set()
        x = child.position_x + child.margin_left
        new.children = [make_fragment(setting, linebox, lines, x, y, width, None)]
        return new

    def _fit(
        self,
        context: Any,
        box: Any,
        setting: Setting,
        lines: tuple[Line, ...],
        y: float,
        bottom_space: float,
        page_is_empty: bool,
        draw_bottom_decoration: bool,
    ) -> int | None:
        """How many lines the page takes: all, some that leave orphans and widows whole, 0 to
        move the paragraph, None where WeasyPrint has to weigh it."""
        below = box.border_bottom_width + box.padding_bottom
        limit = (context.page_bottom - bottom_space) * (1 + 1e-9)
        count = len(lines)
        heights = [height for height, _ in setting.heights(lines)]
        if y + sum(heights) + below <= limit:
            return count
        fit, bottom = 0, y + (below if draw_bottom_decoration else 0)
        while fit < count and bottom + heights[fit] <= limit:
            bottom += heights[fit]
            fit += 1
        # Only the padding under the last line stands over.
        fit = min(fit, count - 1)
        orphans, widows = box.style["orphans"], box.style["widows"]
        needed = max(0, widows - (count - fit))
        if page_is_empty and (fit < max(1, orphans) or needed > fit - orphans):
            return None
        if fit < orphans or needed > fit - orphans:
            return 0
        return int(fit - needed)

    def find_earlier_page_break(
        self, context: Any, children: Any, absolute_boxes: Any, fixed_boxes: Any
    ) -> Any:
        """A fragment is broken between its lines, as line boxes are between each other."""
        if len(children) == 1 and type(children[0]) is Fragment and len(children[0].lines) > 1:
            fragment: Any = children[0]
            keep = len(fragment.lines) - fragment.style["widows"]
            if keep < fragment.style["orphans"]:
                return None
            setting = fragment.setting
            stack = setting.skip_stack(fragment.lines[keep].begin)
            new = make_fragment(
                setting,
                fragment.linebox,
                fragment.lines[:keep],
                fragment.position_x,
                fragment.position_y,
                fragment.width,
                stack,
            )
            return [new], {0: stack}
        return self.stock("weasyprint.layout.block", "find_earlier_page_break")(
            context, children, absolute_boxes, fixed_boxes
        )

    def inline_line_widths(
        self,
        context: Any,
        box: Any,
        outer: bool,
        is_line_start: bool,
        minimum: bool,
        skip_stack: Any = None,
        first_line: bool = False,
    ) -> Any:
        """The widths shrink-to-fit asks for, as the composer will set them."""
        setting = None
        if isinstance(box, boxes.LineBox) and skip_stack is None:
            setting = self.settings.setting(context, box, None)
        if setting is None or box.style["text_indent"].unit == "%":
            yield from self.stock("weasyprint.layout.preferred", "inline_line_widths")(
                context, box, outer, is_line_start, minimum, skip_stack, first_line
            )
            return
        least, most = setting.widths()
        indent = box.style["text_indent"].value
        yield (least if minimum else most) + indent


def is_bare(box: Any) -> bool:
    """Whether a block is one paragraph without anything around it but margins."""
    if type(box) is not boxes.BlockBox or len(box.children) != 1:
        return False
    if type(box.children[0]) is not boxes.LineBox or box.is_table_wrapper or box.is_flex_item:
        return False
    if box.first_letter_style is not None or box.first_line_style is not None or box.is_column:
        return False
    classes = getattr(box.element, "get", lambda _: "")("class") or ""
    return "step" not in classes and _is_bare(box.style)


def _is_bare(style: Any) -> bool:
    known = style.__dict__.get("_bare")
    if known is None:
        sides = ("top", "right", "bottom", "left")
        known = style._bare = (
            all(getattr(style[f"margin_{side}"], "unit", None) == "px" for side in sides)
            and all(getattr(style[f"padding_{side}"], "value", 1) == 0 for side in sides)
            and not any(style[f"border_{side}_width"] for side in sides)
            and style["width"] == style["height"] == "auto"
            and style["min_width"] == style["min_height"] == "auto"
            and style["max_width"].value == style["max_height"].value == inf
            and style["position"] == "static"
            and style["float"] == style["clear"] == "none"
            and style["overflow"] == "visible"
            and style["column_width"] == style["column_count"] == "auto"
            and style["break_before"] == style["break_after"] == style["break_inside"] == "auto"
            and style["continue"] == "auto"
            and style["max_lines"] == "none"
            and style["direction"] == "ltr"
            and style["display"] == ("block", "flow")
        )
    return bool(known)


def _unsplit(
    context: Any, box: Any, index: int, linebox: Any, lines: Any, result: Any
) -> tuple[Any, ...]:
    """Where a listing goes on, and the rest of the stock function's answer: a line as it was typed
    that fills several goes to the next page whole, if the orphans are there without it."""
    keep = len(lines)
    while keep > box.style["orphans"] and _before(linebox, lines[keep - 1].resume_at) != "\n":
        keep -= 1
    if keep == len(lines) or _before(linebox, lines[keep - 1].resume_at) != "\n":
        return tuple(result[2:])
    block.remove_placeholders(context, lines[keep:], [], [])
    del lines[keep:]
    last = lines[-1]
    return {index: last.resume_at}, last.position_y + last.height, *result[4:]


def _before(box: Any, stack: Any) -> str:
    """The character before a place to resume at, nothing where a box begins there."""
    ((index, stack),) = stack.items()
    if isinstance(box, boxes.TextBox):
        # The engine counts bytes.
        return str(box.text.encode()[:index].decode(errors="ignore")[-1:])
    inside = "" if stack is None else _before(box.children[index], stack)
    if inside or not index:
        return inside
    texts = [
        part.text
        for part in (box.children[index - 1], *box.children[index - 1].descendants())
        if isinstance(part, boxes.TextBox)
    ]
    return "".join(texts)[-1:]
