"""Room for pictures and tables among vertical lines: a page has few columns, and they take many.

Each that went to the next page left a third of its own white, or more.  First a picture is made as
small as the rest of the page asks, which moves nothing.  Where that would be too small, paragraphs
behind it, as many as the template says it may wait for (publish/model/waiting.py), change places
with it until the page is full.  One that takes the heads of its columns alone has the text that
follows below it, in columns as long as what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, inf
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.layout.block import remove_placeholders

from publish.render.adapter.layouts import is_bare

#: The least size of a picture, of the size that it has on a page of its own.
LEAST = 0.55
#: The least part of a column that text below a picture or a table takes, and the least white
#: between them, in em.
_BELOW, _APART = 0.4, 1.5
#: A caption up to so many ems is not broken.
_CAPTION = 14
#: So few columns may stay white; it is as much as a heading and two columns of text take.
_WHITE = 3
#: Sums of floats differ by less, in lines.
_SLIP = 1e-3

Layout = Callable[..., Any]


class Room:
    """The functions around those that lay blocks out; one for a book."""

    def __init__(self, line: float, block: Layout, in_flow: Layout) -> None:
        """``line`` is the pitch of columns in px; ``block`` and ``in_flow`` stand in for
        WeasyPrint's block_level_layout_switch and _in_flow_layout."""
        self.line, self._block, self._in_flow = line, block, in_flow
        #: How many paragraphs went before a block, by its element.
        self._gone: dict[Any, int] = {}
        #: How far the picture of a figure that found no room reaches down its columns, in px.
        self._lengths: dict[Any, float] = {}

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
        self._lengths[box.element] = _length(told)
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
        args = self._below(context, box, child, args)
        margins, before = args[4], list(args[4])
        place = child.position_x, child.position_y
        result = self._in_flow(context, box, index, child, *args)
        if not _moves(child) or context.in_column or context.excluded_shapes:
            return result
        if not _is_for_next_page(result, index):
            return self._with_text_below(context, box, index, (place, before), args, result)
        if not self._may_wait(context, box, index, args):
            return result
        passed, gone = child.element, self._gone.get(child.element, 0)
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

    @staticmethod
    def _below(context: Any, box: Any, child: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a block is laid out with: below what stands beside its place, unless it is a plain
        paragraph."""
        shapes = context.excluded_shapes
        shape = next((one for one in shapes if type(one) is Shape), None)
        if shape is None or shape.among is not box.element:
            # A note is laid out while the paragraph is that calls it.
            return args
        end = shape.position_y + shape.margin_height()
        if args[6] < end - _SLIP and is_bare(child):
            return args
        shapes.remove(shape)
        if args[6] >= end - _SLIP:
            return args
        child.position_y = end
        return (*args[:4], [], args[5], end, *args[7:])

    def _with_text_below(
        self,
        context: Any,
        box: Any,
        index: int,
        place: tuple[tuple[float, float], list[float]],
        args: tuple[Any, ...],
        result: Any,
    ) -> Any:
        """The answer for a picture or a table that is laid out, or, where it leaves enough of its
        columns to the paragraph that follows, one that has that begin at its side."""
        child, placed = box.children[index], result[6]
        following = box.children[index + 1 : index + 2]
        if any(result[:3]) or not following or not is_bare(following[0]):
            return result
        if "chapter" not in _attribute(box, "class").split():
            return result
        # Lines below have whole ems, and those that a picture leaves over part them from it.
        length, em = _length(placed[-1]), child.style["font_size"]
        below = floor((box.width - length) / em - _APART + _SLIP) * em
        if not length or below < box.width * _BELOW:
            return result
        if _picture(child) is not None:
            kept, style = list(placed), child.style
            del placed[-1]
            (child.position_x, child.position_y), args[4][:] = place
            child.style = style.copy()
            child.style["width"] = Dimension(length, "px")
            try:
                narrow = self._in_flow(context, box, index, child, *args)
            finally:
                child.style = style
            if any(narrow[:3]):
                return (*result[:6], kept, *result[7:])
            result = narrow
        else:
            # Its ground does not go on behind the text below.
            placed[-1].width -= below
        new = result[6][-1]
        end = new.border_box_y() + new.border_height() + new.margin_bottom
        start = args[6] if len(result[6]) > 1 else new.border_box_y()
        # Where it ends at the end of the page nothing finds place behind it.
        end = min(end, context.page_bottom - args[5])
        context.excluded_shapes.append(
            Shape(box.element, box.content_box_x(), start, box.width - below, end - start)
        )
        return (*result[:3], start, place[1] if len(result[6]) > 1 else [], *result[5:])

    def _may_wait(self, context: Any, box: Any, index: int, args: tuple[Any, ...]) -> bool:
        child, following = box.children[index], box.children[index + 1 : index + 2]
        if not following or context.in_column or context.excluded_shapes:
            return False
        # One that leaves room for text below it keeps the last paragraph for that.
        most = _waits(child) - (self._lengths.get(child.element, 0) <= box.width * (1 - _BELOW))
        if not is_bare(following[0]) or self._gone.get(child.element, 0) >= most:
            return False
        room = context.page_bottom - args[5] - args[6]
        return bool(room >= _WHITE * self.line)

    @staticmethod
    def _change(box: Any, index: int) -> None:
        children = list(box.children)
        children[index : index + 2] = children[index + 1], children[index]
        box.children = children


class Shape:
    """What lines keep away from, as the engine asks floats, among the children of an element."""

    style: Mapping[str, str] = {"float": "left"}

    def __init__(self, among: Any, x: float, y: float, width: float, height: float) -> None:
        self.among = among
        self.position_x, self.position_y, self.width, self.height = x, y, width, height

    def margin_width(self) -> float:
        """How far it reaches along lines, in px."""
        return self.width

    def margin_height(self) -> float:
        """How far it reaches across lines, in px."""
        return self.height


def _length(box: Any) -> float:
    """How far a picture or a table that stands reaches down its columns, in px; 0 for others."""
    picture = next((child for child in box.children if _is_picture(child)), None)
    if picture is not None:
        # A short caption beside a low picture is not broken.
        captions = [child for child in box.children if child.element_tag == "figcaption"]
        words = "".join("".join(child.element.itertext()) for child in captions)
        em = max((child.style["font_size"] for child in captions), default=0.0)
        return float(max(picture.width, min(len(words) + 1, _CAPTION) * em))
    inner = next(
        (child for child in box.children if "horizontal" in _attribute(child, "class")), None
    )
    if inner is None:
        return 0.0
    (line,) = inner.children
    return float(max(piece.margin_height() for piece in line.children))


def _is_for_next_page(result: Any, index: int) -> bool:
    """Whether the answer of _in_flow_layout is that the block begins the next page."""
    abort, stop, resume_at = result[:3]
    return bool(not abort and stop and resume_at == {index: None})


def _moves(box: Any) -> bool:
    """Whether the template knows of paragraphs that a picture or a table may stand with."""
    return bool(_attribute(box, "data-waits"))


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
