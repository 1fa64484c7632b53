"""Lines as data: what fills them out, where each character stands, and the operators that show it.

A line is evened out in clreq's order, equally within a class (clreq,
#procedures_for_inter-character_spacing_reduction, and the same of space_expansion).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from publish.typeset.breaking import HYPHENATE, Breaker
from publish.typeset.classes import SHRINK_GAP, SHRINK_LINE_END, SHRINK_SPACE
from publish.typeset.jiazhu import with_rows
from publish.typeset.operators import Segment, show
from publish.typeset.paragraph import Paragraph
from publish.typeset.pieces import FORCED, HYPHEN
from publish.typeset.prepared import Prepared, between

#: Words that hyphenation may part.
_WORDS = re.compile("[a-z]{5}")

# How a line came out.
GOOD, LOOSE, SHORT, OVERFULL, RUNT = range(5)


class Line(NamedTuple):
    """One line: text[begin:end] of its paragraph.

    ``x`` is where its first glyph has its origin, ``width`` what the line takes, ``natural`` what
    it took before it was evened out; ``stretch`` is what each of its joints was opened by.
    ``segments`` are what the back end paints, in order.  ``positions`` has the left and right end
    of each wanted character.  ``hyphen`` is where a hyphen stands, None if there is none;
    ``indent`` is the space before the line, no part of its width.
    """

    begin: int
    end: int
    x: float
    width: float
    natural: float
    stretch: float
    state: int
    segments: tuple[Segment, ...]
    positions: Mapping[int, tuple[float, float]]
    hyphen: float | None
    indent: float


def compose(
    paragraph: Paragraph,
    width: float,
    indent: float = 0.0,
    start: int = 0,
    justify: bool = True,
    prepared: Prepared | None = None,
) -> tuple[Line, ...]:
    """The lines of a paragraph from ``start`` on, ``width`` long, the first after ``indent``.

    Words are hyphenated only where a line is bad without.  ``prepared`` is the paragraph prepared
    before, not hyphenated.  Raises :class:`~publish.typeset.paragraph.Unsuitable`.
    """
    if not paragraph.text:
        return ()
    prepared = prepared or Prepared(paragraph)
    breaker = Breaker(prepared, width, indent, start, justify)
    stops = breaker.stops()
    if breaker.worst > HYPHENATE and paragraph.rules.hyphenate and _WORDS.search(paragraph.text):
        prepared = Prepared(paragraph, hyphenate=True)
        stops = Breaker(prepared, width, indent, start, justify).stops()
    lines = [
        _line(prepared, begin, end, width, indent if begin == start else 0.0, justify)
        for begin, end in pairwise(stops)
    ]
    if paragraph.annotations:
        return tuple(with_rows(line, paragraph, compose) for line in lines)
    return tuple(lines)


def widths(prepared: Prepared) -> tuple[float, float]:
    """The longest unit that cannot be broken, and the longest line without one but forced
    breaks: the min-content and max-content widths of CSS."""
    total, breaks = prepared.total, prepared.breaks
    least = most = 0.0
    unit = line = 0
    for index, kind in enumerate(breaks):
        if kind:
            end = index + 1
            least = max(least, total[end] - total[unit] - prepared.end_trim.get(index, 0.0))
            unit = end
            if kind == FORCED or end == prepared.length:
                most = max(most, total[end] - total[line])
                line = end
    return least, most


def _line(
    prepared: Prepared, begin: int, end: int, width: float, indent: float, justify: bool
) -> Line:
    text, total, em = prepared.text, prepared.total, prepared.em
    first, last = begin, end
    while first < end - 1 and text[first] == " ":
        first += 1
    while last > first + 1 and text[last - 1] in " \n":
        last -= 1
    at = last - 1
    trim = prepared.start_trim.get(first, 0.0)
    hyphen = prepared.hyphen.get(end - 1, 0.0) if prepared.breaks[end - 1] == HYPHEN else 0.0
    if prepared.breaks[end - 1] == HYPHEN and end == prepared.length:
        hyphen = 0.0
    closing = prepared.breaks[end - 1] == FORCED or end == prepared.length
    natural = total[last] - total[first] - trim - prepared.end_trim.get(at, 0.0) + hyphen
    slack = width - indent - natural
    x = indent + prepared.shift.get(first, 0.0) - trim
    changes: dict[int, float] = {}
    stretch, state, leader = 0.0, GOOD, prepared.cls.find("r", first, last)
    if leader >= 0:
        changes[leader] = max(0.0, slack)
    elif slack < -1e-6 * em:
        left = _shrink(prepared, first, last, -slack, changes) if justify else -slack
        if justify and 1e-3 * em < left <= prepared.last_resort(first, at) + 1e-9:
            left -= min(left, prepared.end_blank.get(at, 0.0))
            stretch = -left / max(1, prepared.place_sums[at] - prepared.place_sums[first])
        elif left > 2e-3 * em:
            state = OVERFULL
    elif justify and not closing and slack > 1e-9:
        stretch, left = _stretch(prepared, first, last, slack, changes)
        if left > 1e-3 * em:
            stretch, state = 0.0, SHORT
            changes.clear()
        elif stretch > prepared.rules.loose * em:
            state = LOOSE
    elif closing and justify and slack >= 0 and prepared.is_runt(begin, first, last):
        state = RUNT
    if at in prepared.end_shift and at > first:
        # A centred point at the end of its line comes closer to what it ends.
        changes[at - 1] = changes.get(at - 1, 0.0) - prepared.end_shift[at]
    segments, positions, length = show(prepared, first, last, stretch, changes, x)
    filled = justify and not closing and state not in (SHORT, OVERFULL)
    set_width = width - indent if filled else natural
    if leader >= 0:
        set_width = width - indent
    return Line(
        begin, end, x, set_width, natural, stretch / em, state, segments, positions,
        x + length if hyphen else None, indent,
    )  # fmt: skip


def _shrink(
    prepared: Prepared, first: int, last: int, need: float, changes: dict[int, float]
) -> float:
    """Take ``need`` from the blanks of a line, class by class; what could not be taken."""
    at = last - 1
    steps: dict[int, list[tuple[int, float, float]]] = {}
    if at in prepared.end_room:
        _, before, after = prepared.shrinks[at]
        steps[SHRINK_LINE_END] = [(at, before, after)]
    for index in between(prepared.shrink_places, first, at):
        order, before, after = prepared.shrinks[index]
        if index > first or (after and not before):
            steps.setdefault(order, []).append((index, before, after))
    rules = prepared.rules
    for index in between(prepared.space_places, first, at):
        room = prepared.spaces[index] - rules.space_least * prepared.em
        if room > 0:
            steps.setdefault(SHRINK_SPACE, []).append((index, 0.0, room))
    for index in between(prepared.gap_places, first, at):
        room = prepared.gaps[index] * rules.gap_shrink
        steps.setdefault(SHRINK_GAP, []).append((index, 0.0, room))
    for order in sorted(steps):
        room = sum(before + after for _, before, after in steps[order])
        share = min(1.0, need / room)
        for index, before, after in steps[order]:
            if before:
                changes[index - 1] = changes.get(index - 1, 0.0) - before * share
            if after:
                changes[index] = changes.get(index, 0.0) - after * share
        need -= room * share
        if need <= 1e-9:
            return 0.0
    return need


def _stretch(
    prepared: Prepared, first: int, last: int, slack: float, changes: dict[int, float]
) -> tuple[float, float]:
    """Fill a line: blanks between words, then the gaps beside Western text, then every joint
    equally; what each joint gets, and what could not be filled."""
    at, em, rules = last - 1, prepared.em, prepared.rules
    spaces = between(prepared.space_places, first, at)
    gaps = between(prepared.gap_places, first, at)
    for indexes, room in (
        (spaces, [max(0.0, rules.space_most * em - prepared.spaces[i]) for i in spaces]),
        (gaps, [prepared.gaps[i] * rules.gap_stretch for i in gaps]),
    ):
        whole = sum(room)
        if whole <= 0:
            continue
        share = min(1.0, slack / whole)
        for index, most in zip(indexes, room, strict=True):
            changes[index] = changes.get(index, 0.0) + most * share
        slack -= whole * share
    places = prepared.place_sums[at] - prepared.place_sums[first]
    # A line of Western words alone has nothing else to fill it.
    western = not places
    places = places or len(spaces)
    if slack <= 1e-9:
        return 0.0, 0.0
    if not places:
        return 0.0, slack
    each = slack / places
    if each > rules.stretch_most * em:
        return 0.0, slack
    if western:
        for index in spaces:
            changes[index] = changes.get(index, 0.0) + each
    return each, 0.0
