"""Notes at the foot of the page of their marks.

A line whose note finds no room goes to the next page with it (``footnote-policy: line`` of GCPM).
The stock function keeps to that for the line it is at, but makes room for a line without a note by
sending the notes of earlier lines to the next page, where a paragraph would have to move whole.
Those that are too long for that are parted (parted.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block

from publish.render.adapter import guard
from publish.render.adapter.fragments import Fragment
from publish.render.adapter.parted import begin_here, others_wait, parted
from publish.typeset.operators import exchanged


def linebox_layout() -> Any:
    """The stock function that lays out a paragraph line by line, which leaves notes where they are
    called: the paragraph moves instead, and orphans are one line where it begins the page.

    A note too long for any page with the lines that call it is parted, or goes to the next page
    alone: their moving there would leave a page white, and mend nothing.
    """
    return guard.rewritten(
        "weasyprint.layout.block",
        "_linebox_layout",
        (
            (
                "report = not context.in_column and can_break_now and not could_break_before",
                "report = False",
            ),
            (
                "                    context.report_footnote(footnote)\n"
                "                    # If we",
                "                    bottom = context.page_bottom\n"
                "                    context.report_footnote(footnote)\n"
                "                    long = is_too_long(\n"
                "                        context, box, line, len(new_children),\n"
                "                        context.page_bottom - bottom)\n"
                "                    if long:\n"
                "                        begin_here(\n"
                "                            context, footnote, box, line, len(new_children),\n"
                "                            bottom_space, new_position_y + offset_y)\n"
                "                    # If we",
            ),
            (
                "                    context.reported_footnotes or\n",
                "                    others_wait(context, footnote) or\n",
            ),
            (
                "if new_children or not page_is_empty:\n                        if footnote",
                "if not long and (new_children or not page_is_empty):\n"
                "                        if footnote",
            ),
        ),
        {"is_too_long": is_too_long, "begin_here": begin_here, "others_wait": others_wait},
    )


def table_layout() -> Any:
    """The stock function that lays out a table, which keeps its head where the first row has to
    stand below it whatever becomes of the row's note: the stock function drops the head then."""
    return guard.rewritten(
        "weasyprint.layout.table",
        "table_layout",
        (
            (
                "                # We could not fit any content, drop the header.\n",
                "                new_table_children, resume_at, next_page, end_position_y = (\n"
                "                    body_groups_layout(\n"
                "                        skip_stack, position_y + header_height, bottom_space,\n"
                "                        page_is_empty=True))\n"
                "                if new_table_children and not context.overflows_page(\n"
                "                        bottom_space, end_position_y):\n"
                "                    return (\n"
                "                        header, new_table_children, None, end_position_y,\n"
                "                        resume_at, next_page)\n"
                "                discard(context, new_table_children or ())\n",
            ),
        ),
        {"discard": lambda context, rows: block.remove_placeholders(context, rows, [], [])},
    )


def is_too_long(context: Any, box: Any, line: Any, before: int, height: float) -> bool:
    """Whether a note of a height in px goes to the next page without the line that calls it, which
    has so many ``before`` it: no page has room for both, with the white and the rule above the
    note, or a heading would be left alone."""
    orphans = box.style["orphans"]
    if parted(context) is not None:
        # The page is full of the note before this one.
        return True
    if before < orphans and context.__dict__.get("publish_heading"):
        return True
    area = context.current_footnote_area
    around = area.margin_top + area.padding_top + area.border_top_width
    return bool(height + around + orphans * line.height > area.page.height)


def leaves_heading(context: Any, result: Any, index: int, child: Any, page_is_empty: bool) -> bool:
    """Whether a page ends where that is to be avoided, with the heading that begins it, before a
    block that may have moved for the sake of its notes."""
    abort, stop, resume_at, *_, children, _ = result
    return bool(
        stop
        and not abort
        and page_is_empty
        and context.footnotes
        and resume_at == {index: None}
        and children
        and block.block_level_page_break(children[-1], child) == "avoid"
    )


def elsewhere(pages: Any) -> Iterator[tuple[int, str]]:
    """The notes that do not stand on the page of their marks, nor all of them on the sheet: the
    number of the page, from 1 on, and the text of the note.  ``pages`` are laid-out page boxes."""
    found = [
        [box for box in page.children if isinstance(box, boxes.FootnoteAreaBox)] for page in pages
    ]
    if not any(found):
        return
    told: set[int] = set()
    # The head of a table stands again on later pages, with the calls in it.
    there: set[int] = set()
    for number, (page, areas) in enumerate(zip(pages, found, strict=True), 1):
        root = page.children[0]
        there |= {id(note.element) for area in areas for note in area.children}
        strayed = [
            box.footnote
            for box in root.descendants()
            if box.footnote and id(box.footnote.element) not in there
        ]
        for area in areas:
            if area.position_y < page.content_box_y():
                strayed.extend(area.children)
        for note in strayed:
            if id(note.element) not in told:
                told.add(id(note.element))
                yield number, "".join(note.element.itertext()).strip()


def number_by_page(pages: Iterable[Any], sign_of: Callable[[int], str]) -> None:
    """Count the notes of laid-out pages anew on each, in the order of their calls; ``sign_of``
    says what a number is printed as: ① and on.

    All signs are as wide as each other, so that lines stay what they are: in calls and before
    notes one glyph takes the place of another.  A note that stands on a later page keeps the sign
    of its call, and so does a call in the head of a table that stands there again.
    """
    signs: dict[int, str] = {}
    for page in pages:
        found = list(page.descendants())
        called = 0
        for box in found:
            if box.footnote and id(box.footnote.element) not in signs:
                called += 1
                signs[id(box.footnote.element)] = sign_of(called)
        for box in found:
            if type(box) is Fragment:
                _renumber(box, signs)
            elif type(box) is boxes.TextBox and (sign := _sign(box, signs)):
                box.text = box.pango_layout.text = sign


def _sign(box: Any, signs: Mapping[int, str]) -> str:
    """The sign of the note that a box calls, or stands before; empty for any other box."""
    tag = str(box.element_tag)
    numbers = tag.endswith(("::footnote-call", "::footnote-marker"))
    return signs.get(id(box.element), "") if numbers else ""


def _renumber(fragment: Fragment, signs: Mapping[int, str]) -> None:
    """Change the signs of notes in composed lines."""
    flow, own = fragment.setting.flow, _sign(fragment, signs)
    if not (own or flow.calls):
        return
    for _, placed in fragment.script:
        for index, one in enumerate(placed if isinstance(placed, list) else ()):
            run = flow.paragraph.runs[one.segment.run]
            span = run.style.span
            sign = _sign(flow.spans[span].box, signs) if span >= 0 else own
            if sign and sign != run.text:
                shown = exchanged(one.segment, run.face, run.text, sign)
                placed[index] = one._replace(segment=shown)


def report_footnotes(context: Any, height: float) -> None:
    """Send the notes of columns to the next page that find no room on theirs, in their order.

    The stock function asks for another when none is left: its area has margins even then.
    """
    reported: list[Any] = []
    while context.current_page_footnotes and context.current_footnote_area.margin_height() > height:
        reported.insert(0, context.current_page_footnotes[-1])
        context.report_footnote(reported[0])
    if reported:
        context.reported_footnotes[-len(reported) :] = reported


def uncalled(context: Any) -> Callable[[Any], None]:
    """What takes notes back that columns have placed for lines which went to the next page: the
    stock function leaves them, and they would stand there as well.  It is asked before the columns
    are laid out, and told what came of them."""
    before = {*map(id, context.current_page_footnotes), *map(id, context.reported_footnotes)}

    def take_back(columns: Any) -> None:
        boxes_there = columns.descendants() if columns is not None else ()
        there = {id(box.footnote) for box in boxes_there if box.footnote}
        for note in (*context.current_page_footnotes, *context.reported_footnotes):
            # The rest of a note goes with its beginning.
            if id(note) not in before | there and "publish_skip" not in note.__dict__:
                context.unlayout_footnote(note)

    return take_back
