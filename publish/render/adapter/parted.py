"""Notes that have no room: one that has none with its line on any page begins where it is called
and goes on at the foot of the next page, and so does one of many that wait for a page.

What waits where a chapter ends stands on pages without text.  Lengths are in px.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from publish.render.adapter import guard

#: How much of a page its notes may take where there are more of them than it has room for: some
#: lines are left for text, and the head of a chapter and what follows it where one begins there.
_MOST, _MOST_BELOW_HEAD = 0.8, 0.5
#: The same for a page that begins with what needs more room, one after the other.
_LESS = (0.5, 0.0)
#: Sums of floats differ by less.
_SLIP = 1e-3


class _Part:
    """What stands of a note on a page: ``height`` is how high it may be, ``whole`` how high it is,
    ``resume_at`` where the rest begins."""

    __slots__ = ("height", "resume_at", "whole")

    def __init__(self) -> None:
        """All of it, at first."""
        self.height: float | None = None
        self.whole: float | None = None
        self.resume_at: Any = None


def part_layout(context: Any, box: Any, layout: Callable[..., Any], args: Any) -> Any:
    """What block_level_layout_switch answers for a note, or for the rest of one, of which a part
    may stand on the page; None for any other block."""
    part: _Part | None = box.__dict__.get("publish_part")
    skip = box.__dict__.get("publish_skip")
    if part is None and skip is None:
        return None
    space, _, *rest = args
    place = box.position_x, box.position_y
    if part is None or part.height is None:
        result = layout(context, box, space, skip, *rest)
        if part is not None and result[0] is not None:
            part.whole = result[0].margin_height()
        return result
    space = context.page_bottom - (box.position_y + part.height)
    result = layout(context, box, space, skip, *rest)
    part.resume_at = result[1] if result[0] is not None else None
    if part.resume_at is None:
        box.position_x, box.position_y = place
        result = layout(context, box, args[0], skip, *rest)
    return result[0], None, *result[2:]


def _height(context: Any) -> float:
    """How high the notes of a page are, with what is above them."""
    area = context.current_footnote_area
    return 0.0 if area.height == "auto" else float(area.margin_height())


def parted(context: Any) -> tuple[Any, Any] | None:
    """The note that has begun on this page and does not end there, and its rest."""
    found: tuple[Any, Any] | None = context.__dict__.get("publish_parted")
    return found


def _join(context: Any, note: Any) -> None:
    """The note is whole again, for as long as it is not placed."""
    note.__dict__.pop("publish_part", None)
    now = parted(context)
    if now is not None and now[0] is note:
        context.publish_parted = None
        if now[1] in context.reported_footnotes:
            context.reported_footnotes.remove(now[1])


def _begin(context: Any, note: Any, room: float) -> bool:
    """Place the beginning of a waiting note so that all notes of the page are not higher than
    ``room``; its rest is the first of those that wait for the next page.  Whether that can be: not
    where there is no room for two lines of it, or where it is one picture."""
    if parted(context) is not None:
        return False
    _join(context, note)
    part = note.publish_part = _Part()
    guard.stock("weasyprint.layout.LayoutContext", "layout_footnote")(context, note)
    if part.whole is not None:
        part.height = room - (_height(context) - part.whole)
        if part.height > 0:
            context._update_footnote_area()
    if part.resume_at is None or _height(context) > room + _SLIP:
        context.unlayout_footnote(note)
        return False
    rest = note.copy()
    del rest.publish_part
    rest.publish_skip = part.resume_at
    context.publish_parted = note, rest
    context.reported_footnotes.insert(0, rest)
    return True


def begin_here(
    context: Any, note: Any, box: Any, line: Any, before: int, bottom_space: float, bottom: float
) -> None:
    """Begin a note that was sent to the next page on the page of the line that calls it, which ends
    at ``bottom`` and has so many lines of its paragraph ``before`` it, if there is room."""
    if context.in_column or context.reported_footnotes != [note]:
        return
    # The lines that have to stand with this one, or it moves to the next page.
    kept = max(0, box.style["orphans"] + box.style["widows"] - 2 - before)
    room = context.page_bottom - bottom_space - bottom - kept * line.height
    context.unlayout_footnote(note)
    if not _begin(context, note, room + _height(context)):
        context.footnotes.remove(note)
        context.reported_footnotes.append(note)


def others_wait(context: Any, note: Any) -> bool:
    """Whether notes other than this one, or its rest, wait for the next page."""
    now = parted(context)
    rest = now[1] if now is not None and now[0] is note else None
    return any(other is not rest for other in context.reported_footnotes)


def _limit(context: Any) -> float:
    """How high the notes of a page may be that have to wait, or are called in columns."""
    most = context.__dict__.get("publish_most")
    if most is None:
        most = _MOST_BELOW_HEAD if context.forced_break else _MOST
    return float(context.current_footnote_area.page.height * most)


def place(context: Any, notes: Iterable[Any]) -> None:
    """Place waiting notes at the foot of a page, in their order, as many as leave room for text,
    and the beginning of the next one; the others wait for the next page.  One at least is placed,
    or begun, where there is none yet."""
    limit = _limit(context)
    notes = list(notes)
    for number, note in enumerate(notes):
        context.layout_footnote(note)
        if _height(context) <= limit + _SLIP:
            continue
        context.unlayout_footnote(note)
        if not _begin(context, note, limit):
            if context.current_page_footnotes or not limit:
                context.footnotes.remove(note)
                context.reported_footnotes.append(note)
            else:
                context.layout_footnote(note)
        later = notes[number + 1 :]
        context.footnotes = _without(context.footnotes, later)
        context.reported_footnotes.extend(later)
        return


def _without(notes: list[Any], others: list[Any]) -> list[Any]:
    there = set(map(id, others))
    return [note for note in notes if id(note) not in there]


def place_reported(context: Any, notes: list[Any], blank: bool) -> None:
    """A page begins, with text or ``blank``: the notes that earlier pages sent to it come first."""
    context.publish_parted = None
    if blank:
        context.publish_most = 1.0
    if "publish_order" not in context.__dict__:
        # Before the first page none is placed.
        order = {id(note.element): number for number, note in enumerate(context.footnotes)}
        context.publish_order = order
    notes = sorted(notes, key=_order(context))
    # Where pages are made again all notes are there from the first one on.
    context.footnotes = [*_without(context.footnotes, notes), *notes]
    place(context, notes)


def make_all_pages() -> Any:
    """The stock function that makes pages, and makes those again whose content has changed: it
    knows the notes that wait for a page no more where the page before it is not made again."""
    return guard.rewritten(
        "weasyprint.layout.page",
        "make_all_pages",
        (
            (
                "                remake_state['pages_wanted']):\n",
                "                remake_state['pages_wanted'] or\n"
                "                notes_moved(context, i)):\n",
            ),
            (
                "            page, resume_at = remake_page(i, context, root_box, html)\n"
                "            reported_footnotes = context.reported_footnotes\n",
                "            context.publish_moved = None\n"
                "            footnotes = context.footnotes\n"
                "            for context.publish_most in (None, *less):\n"
                "                context.footnotes = list(footnotes)\n"
                "                context.reported_footnotes = list(waiting(context).get(i, ()))\n"
                "                page, resume_at = remake_page(i, context, root_box, html)\n"
                "                if not waiting(context).get(i) or not overlaid(page):\n"
                "                    break\n"
                "            reported_footnotes = keep_waiting(context, i + 1)\n",
            ),
            (
                "            reported_footnotes = None\n            yield pages[i]\n",
                "            reported_footnotes = waiting(context).get(i + 1)\n"
                "            yield pages[i]\n",
            ),
        ),
        {
            "waiting": waiting,
            "keep_waiting": keep_waiting,
            "notes_moved": notes_moved,
            "overlaid": overlaid,
            "less": _LESS,
        },
    )


def overlaid(page: Any) -> bool:
    """Whether text of a page lies over its notes: a picture, say, that begins it and is higher than
    what they leave."""
    root, area, _ = page.children
    if not area.children or not root.children:
        return False
    blocks = [box for body in root.children for box in getattr(body, "children", ())]
    bottoms = [
        box.border_box_y() + box.border_height() for box in blocks if box.is_in_normal_flow()
    ]
    return bool(max(bottoms, default=0) > area.position_y + 1)


def waiting(context: Any) -> dict[int, Any]:
    """The notes that wait for each page, counted from 0."""
    found: dict[int, Any] = context.__dict__.setdefault("publish_waiting", {})
    return found


def keep_waiting(context: Any, page: int) -> list[Any]:
    """Remember which notes wait for a page now."""
    known = waiting(context)
    new = list(context.reported_footnotes)
    if page in known and _named(known[page]) != _named(new):
        context.publish_moved = page
    known[page] = new
    return new


def notes_moved(context: Any, page: int) -> bool:
    """Whether other notes wait for a page than when it was made."""
    return bool(context.__dict__.get("publish_moved") == page)


def _named(notes: list[Any]) -> list[tuple[int, str]]:
    return [(id(note.element), repr(note.__dict__.get("publish_skip"))) for note in notes]


def _order(context: Any) -> Callable[[Any], int]:
    """Where a note stands in the document; columns place and report them in any order."""
    order: dict[int, int] = context.__dict__.get("publish_order", {})
    return lambda note: order.get(id(note.element), len(order))


def layout_footnote(context: Any, note: Any) -> Any:
    """Place a note; in columns, whose engine looks at the height of notes when it is too late, not
    more of it than leaves room for text."""
    _join(context, note)
    overflow = guard.stock("weasyprint.layout.LayoutContext", "layout_footnote")(context, note)
    context.current_page_footnotes.sort(key=_order(context))
    limit = _limit(context)
    if context.in_column and _height(context) > limit + _SLIP:
        context.unlayout_footnote(note)
        if not _begin(context, note, limit):
            guard.stock("weasyprint.layout.LayoutContext", "layout_footnote")(context, note)
            return True
    return overflow


def unlayout_footnote(context: Any, note: Any) -> None:
    """Take a note back, with its rest."""
    _join(context, note)
    guard.stock("weasyprint.layout.LayoutContext", "unlayout_footnote")(context, note)


def report_footnote(context: Any, note: Any) -> None:
    """Send a note to the next page, whole."""
    _join(context, note)
    guard.stock("weasyprint.layout.LayoutContext", "report_footnote")(context, note)
