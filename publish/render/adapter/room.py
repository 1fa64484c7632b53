"""What finds no room on the rest of its page, among vertical lines: a picture is set smaller, or the
text that follows it goes first.

A page has few columns, and a picture or a table takes many of them: each that went to the next page
left a third of its page white, or more.  First a picture is made as small as the room asks, which
moves nothing.  Where that would be too small, paragraphs behind it, as many as the template says it
may wait for (publish/model/waiting.py), change places with it until the page is full.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, inf
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.layout.block import remove_placeholders

from publish.render.adapter.layouts import is_bare

#: The least size of a picture, of the size that it has on a page of its own.
LEAST = 0.55
#: So few columns may stay white; it is as much as a heading and two columns of text take.
_WHITE = 3
#: Sums of floats differ by less, in lines.
_SLIP = 1e-3

Layout = Callable[..., Any]


class Room:
    """The functions around those that lay blocks out; one for a document."""

    def __init__(self, line: float, block: Layout, in_flow: Layout) -> None:
        """``line`` is the pitch of columns in px; ``block`` and ``in_flow`` stand in for
        WeasyPrint's block_level_layout_switch and _in_flow_layout."""
        self.line, self._block, self._in_flow = line, block, in_flow
        #: How many paragraphs went before a block, by its element.
        self._gone: dict[Any, int] = {}

    def block_level_layout_switch(self, context: Any, box: Any, *args: Any) -> Any:
        """Lay a block out; a figure that has not the room, with its picture smaller."""
        picture = _picture(box)
        if picture is None or args[1] is not None or args[3] or context.in_column:
            return self._block(context, box, *args)
        bottom_space, margins = args[0], args[6]
        place, before = (box.position_x, box.position_y), list(margins or ())

        def layout(space: float, absolute: Any, fixed: Any) -> Any:
            box.position_x, box.position_y = place
            if margins is not None:
                # What is added to it is the block's around it, too.
                margins[:] = before
            return self._block(context, box, space, *args[1:4], absolute, fixed, *args[6:])

        result = layout(bottom_space, args[4], args[5])
        if result[0] is not None and not self._is_over(context, result[0], bottom_space):
            return result
        if result[0] is not None:
            remove_placeholders(context, [result[0]], args[4], args[5])
        # On a page without an end it tells how large it is.
        told = layout(-inf, [], [])[0]
        remove_placeholders(context, [told], [], [])
        limits = self._limits(context, told, bottom_space)
        if limits is None:
            return layout(bottom_space, args[4], args[5])
        # The style is that of all pictures, which have their own size again behind this one.
        style, names = picture.style, ("max_width", "max_height")
        kept = {name: style[name] for name in names}
        try:
            for name, limit in zip(names, limits, strict=True):
                style[name] = Dimension(limit, "px")
            return layout(bottom_space, args[4], args[5])
        finally:
            for name, value in kept.items():
                style[name] = value

    def _is_over(self, context: Any, box: Any, bottom_space: float) -> bool:
        end = box.border_box_y() + box.border_height()
        return bool(context.overflows_page(bottom_space, end))

    def _limits(self, context: Any, told: Any, bottom_space: float) -> tuple[float, float] | None:
        """How large the picture of a figure may be, in px, to stand on the rest of its page; None
        where it would be too small."""
        picture = next(box for box in told.children if _is_picture(box))
        room = context.page_bottom - bottom_space - told.border_box_y()
        whole = floor(room / self.line + _SLIP) * self.line
        beside = told.border_height() - told.padding_top - told.padding_bottom - picture.height
        share = (whole - beside) / picture.height
        if not LEAST <= share < 1:
            return None
        return picture.width * share, picture.height * share

    def in_flow_layout(self, context: Any, box: Any, index: int, child: Any, *args: Any) -> Any:
        """Lay a block out among its siblings; the next one in its place where it waits."""
        turned = box.children[index]
        if turned is not child:
            # It changed places with the one before, which the caller does not know.
            turned.position_x, turned.position_y = child.position_x, child.position_y
            child = turned
        margins = args[4]
        before = list(margins)
        result = self._in_flow(context, box, index, child, *args)
        if not _is_for_next_page(result, index) or not self._may_wait(context, box, index, args):
            return result
        passed, gone = child.element, self._gone.get(child.element, 0)
        place = child.position_x, child.position_y
        self._change(box, index)
        self._gone[passed] = gone + 1
        margins[:] = before
        box.children[index].position_x, box.children[index].position_y = place
        instead = self.in_flow_layout(context, box, index, box.children[index], *args)
        if not instead[0] and instead[2] != {index: None}:
            return instead
        # Nothing of it finds room either.
        self._change(box, index)
        self._gone[passed] = gone
        return result

    def _may_wait(self, context: Any, box: Any, index: int, args: tuple[Any, ...]) -> bool:
        child, following = box.children[index], box.children[index + 1 : index + 2]
        if not following or context.in_column or context.excluded_shapes:
            return False
        if not is_bare(following[0]) or self._gone.get(child.element, 0) >= _waits(child):
            return False
        room = context.page_bottom - args[5] - args[6]
        return bool(room >= _WHITE * self.line)

    @staticmethod
    def _change(box: Any, index: int) -> None:
        children = list(box.children)
        children[index : index + 2] = children[index + 1], children[index]
        box.children = children


def _is_for_next_page(result: Any, index: int) -> bool:
    """Whether the answer of _in_flow_layout is that the block begins the next page."""
    abort, stop, resume_at = result[:3]
    return bool(not abort and stop and resume_at == {index: None})


def _waits(box: Any) -> int:
    """How many paragraphs a block may let go first."""
    return int(_attribute(box, "data-waits") or 0)


def _picture(box: Any) -> Any:
    """The picture of a figure; None for any other block."""
    if type(box) is not boxes.BlockBox or box.element_tag != "figure":
        return None
    return next((child for child in box.children if _is_picture(child)), None)


def _is_picture(box: Any) -> bool:
    return "picture" in _attribute(box, "class").split()


def _attribute(box: Any, name: str) -> str:
    get = getattr(box.element, "get", None)
    return (get(name) if get else None) or ""
