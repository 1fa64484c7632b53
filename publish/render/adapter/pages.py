"""Pages without work that grows with the square of their number, or that is thrown away.

What the engine does for every page of a book: it computes the style of the page and of its sixteen
margin boxes, lays sixteen boxes out of which one or two hold something, and walks over all earlier
pages for anchors and fixed boxes.  Each is replaced by the same result for less; what is drawn is
the same to the byte (tests/test_page_speed.py).
"""

from __future__ import annotations

import copy
from typing import Any

from publish.render.adapter import guard

# --- anchors and fixed boxes of other pages ----------------------------------------------------


def earlier(context: Any, page_maker: Any, number: int) -> tuple[set[Any], set[Any]]:
    """Anchors and counter look-ups that the first ``number`` pages have settled.

    Pages are made in ascending order within a pass, so the sets of the last call grow; a number
    that is not greater begins a new pass, and the sets anew.
    """
    reached, anchors, lookups = context.__dict__.get("publish_earlier", (0, set(), set()))
    if number <= reached:
        reached, anchors, lookups = 0, set(), set()
    for *_, state in page_maker[reached:number]:
        anchors.update(state["anchors"])
        lookups.update(state["content_lookups"])
    context.publish_earlier = number, anchors, lookups
    return anchors, lookups


_MAKE_PAGE = (
    (
        "    cached_anchors = []\n"
        "    cached_lookups = []\n"
        "    for (_, _, _, _, x_remake_state) in page_maker[:page_number - 1]:\n"
        "        cached_anchors.extend(x_remake_state.get('anchors', []))\n"
        "        cached_lookups.extend(x_remake_state.get('content_lookups', []))\n",
        "    cached_anchors, cached_lookups = earlier(context, page_maker, page_number - 1)\n",
    ),
    # More notes than the page has room for.
    (
        "    for i, reported_footnote in enumerate(reported_footnotes):\n"
        "        context.footnotes.append(reported_footnote)\n"
        "        overflow = context.layout_footnote(reported_footnote)\n"
        "        if overflow and i != 0:\n"
        "            context.report_footnote(reported_footnote)\n"
        "            context.reported_footnotes = reported_footnotes[i:]\n"
        "            break\n",
        "    place_reported(context, reported_footnotes, page_type.blank)\n",
    ),
    ("cached_anchors.append(anchor)", "cached_anchors.add(anchor)"),
    ("cached_lookups.append(counter_lookup_id)", "cached_lookups.add(counter_lookup_id)"),
    # Page and area of notes are a cycle, which keeps every page until the collector comes.
    (
        "    footnote_area.translate(dy=-footnote_area.margin_height())\n",
        "    footnote_area.translate(dy=-footnote_area.margin_height())\n"
        "    del footnote_area.page\n",
    ),
)

_LAYOUT_DOCUMENT = (
    ("    watch_elements = []\n", "    watch_elements = set()\n"),
    ("    watch_elements_before = []\n", "    watch_elements_before = set()\n"),
    ("    watch_elements_after = []\n", "    watch_elements_after = set()\n"),
    ("checklist.append(child.element)", "checklist.add(child.element)"),
    (
        "                for (box, css_token), item in (\n"
        "                        context.target_collector.counter_lookup_items.items()):\n",
        "                for box, css_token in lookups_of(context, child.missing_link):\n"
        "                    item = (\n"
        "                        context.target_collector.counter_lookup_items[box, css_token])\n",
    ),
    (
        "    # Add margin boxes\n",
        "    with_fixed = [(n, page) for n, page in enumerate(pages) if page.fixed_boxes]\n",
    ),
    ("context, pages[:i], page)", "context, [p for n, p in with_fixed if n < i], page)"),
    ("context, pages[i + 1:], page)", "context, [p for n, p in with_fixed if n > i], page)"),
)


def lookups_of(context: Any, box: Any) -> list[tuple[Any, str]]:
    """The counter look-ups of one box, as keys (box, CSS property) in their order."""
    items = context.target_collector.counter_lookup_items
    known = context.__dict__.get("publish_lookups")
    if known is None or known[0] != len(items):
        by_box: dict[Any, list[tuple[Any, str]]] = {}
        for key in items:
            by_box.setdefault(key[0], []).append(key)
        known = context.publish_lookups = len(items), by_box
    found: list[tuple[Any, str]] = known[1].get(box, [])
    return found


def targeting(collector: Any, anchor: str) -> list[tuple[Any, Any]]:
    """The counter look-ups that ask for the page of an anchor, in their order."""
    items = collector.counter_lookup_items
    known = collector.__dict__.get("publish_targeting")
    if known is None or known[0] != len(items):
        by_anchor: dict[str, list[tuple[Any, Any]]] = {}
        for entry in items.items():
            for name in entry[1].missing_target_counters:
                by_anchor.setdefault(name, []).append(entry)
        known = collector.publish_targeting = len(items), by_anchor
    found: list[tuple[Any, Any]] = known[1].get(anchor, [])
    return found


_CACHE_TARGET = (
    (
        "for (_, css_token), item in self.counter_lookup_items.items():",
        "for (_, css_token), item in targeting(self, anchor_name):",
    ),
)


# --- margin boxes ------------------------------------------------------------------------------


class Absent:
    """A margin box that is not generated, but whose neighbours ask for its size: zero all over."""

    is_generated = False
    width = height = 0
    margin_top = margin_right = margin_bottom = margin_left = 0
    padding_top = padding_right = padding_bottom = padding_left = 0
    border_top_width = border_right_width = border_bottom_width = border_left_width = 0


def is_absent(context: Any, page: Any, keyword: str) -> bool:
    """Whether a page's margin box, such as ``@top-left``, is not generated."""
    known = page.style.__dict__.setdefault("publish_absent", {})
    if keyword not in known:
        style = context.style_for(page.page_type, keyword)
        known[keyword] = style is None or style["content"] in ("normal", "inhibit", "none")
    return bool(known[keyword])


def own_state(state: Any) -> Any:
    """A page's counters and groups in lists and sets of their own, so that they may count on."""
    depth, values, scopes, groups = state
    return (
        depth[:],
        {name: numbers[:] for name, numbers in values.items()},
        [scope.copy() for scope in scopes],
        copy.deepcopy(groups) if groups else [],
    )


_REMAKE_PAGE = (
    ("page_state = copy.deepcopy(page_state)", "page_state = own_state(page_state)"),
    # Notes that wait where a chapter ends stand in it, on pages without text.
    (
        "(context.reported_footnotes and resume_at is None))",
        "(context.reported_footnotes and (\n"
        "            resume_at is None or next_page['break'] != 'any')))",
    ),
)

_MARGIN_BOXES = (
    (
        "        style = context.style_for(page.page_type, at_keyword)\n",
        "        if is_absent(context, page, at_keyword):\n"
        "            return Absent()\n"
        "        style = context.style_for(page.page_type, at_keyword)\n",
    ),
    ("margin_state = copy.deepcopy(state)", "margin_state = own_state(state)"),
)


def set_outer(self: Any, new: float) -> None:
    """Give a margin box a width (or height) with its margins, within its least and its most.

    Whatever the least is, a box that has room for the most gets that; so the least of a folio,
    which means breaking its line, is not asked for.
    """
    room = new - self.sugar
    most = self.max_content_size
    self.inner = most if most <= room else min(max(self.min_content_size, room), most)


# --- all of them -------------------------------------------------------------------------------


def pages_pairs() -> list[guard.Pair]:
    """What :func:`publish.render.adapter.guard.installed` takes for faster pages.

    Read while the stock functions are in place.  Empty where the engine is not the one expected:
    then ``installed`` says so.
    """
    if guard.problems():
        return []
    # These read stock functions when they are imported, so not before they are known.
    from publish.render.adapter import pages_boxes, pages_file, pages_styles
    from publish.render.adapter.parted import place_reported
    from publish.render.adapter.replaced import REPLACED

    new: dict[str, Any] = {
        "weasyprint.css.StyleFor.__init__": guard.rewritten(
            "weasyprint.css.StyleFor",
            "__init__",
            pages_styles.STYLES,
            {"Styles": pages_styles.Styles},
        ),
        "weasyprint.css.targets.TargetCollector.cache_target_page_counters": guard.rewritten(
            "weasyprint.css.targets.TargetCollector",
            "cache_target_page_counters",
            _CACHE_TARGET,
            {"targeting": targeting},
        ),
        "weasyprint.formatting_structure.boxes.Box.is_in_normal_flow": (
            pages_boxes.is_in_normal_flow
        ),
        "weasyprint.formatting_structure.boxes.Box.establishes_formatting_context": (
            pages_boxes.establishes_formatting_context
        ),
        "weasyprint.layout.layout_document": guard.rewritten(
            "weasyprint.layout", "layout_document", _LAYOUT_DOCUMENT, {"lookups_of": lookups_of}
        ),
        "weasyprint.layout.background.layout_box_backgrounds": pages_boxes.layout_box_backgrounds,
        "weasyprint.layout.block.collapse_margin": pages_boxes.collapse_margin,
        "weasyprint.layout.page.OrientedBox.outer": property(
            guard.stock("weasyprint.layout.page.OrientedBox", "outer").fget, set_outer
        ),
        "weasyprint.layout.page.make_margin_boxes": guard.rewritten(
            "weasyprint.layout.page",
            "make_margin_boxes",
            _MARGIN_BOXES,
            {"Absent": Absent, "is_absent": is_absent, "own_state": own_state},
        ),
        "weasyprint.layout.page.make_page": guard.rewritten(
            "weasyprint.layout.page",
            "make_page",
            _MAKE_PAGE,
            {"earlier": earlier, "place_reported": place_reported},
        ),
        "weasyprint.layout.page.remake_page": guard.rewritten(
            "weasyprint.layout.page", "remake_page", _REMAKE_PAGE, {"own_state": own_state}
        ),
        "weasyprint.layout.page.set_page_type_computed_styles": (
            pages_styles.set_page_type_computed_styles
        ),
        "weasyprint.layout.percent.resolve_percentages": pages_boxes.resolve_percentages,
        "weasyprint.text.line_break.strut": pages_boxes.strut,
        "pydyf.PDF.page_references": property(pages_file.page_references),
        "pydyf.Stream.data": property(pages_file.data),
    }
    entries = {f"{entry.owner}.{entry.name}": entry for entry in REPLACED}
    return [(entries[name], function) for name, function in new.items()]
