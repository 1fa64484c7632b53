"""The order of what stands on a page of a PDF: rows, columns or tiers, and what stands upright
among columns.

Lines of vertical text come as they are laid out, before their page is turned.  Lengths are in pt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from publish.check.text import Fragment
from publish.model.edition import Edition

#: Lines begin at the same place that begin nearer than this to each other.
_SAME = 0.5


def in_rows(lines: Iterable[Fragment], near: float) -> tuple[Fragment, ...]:
    """The lines in rows from top to bottom, each row from left to right."""
    rows: list[list[Fragment]] = []
    for line in sorted(lines, key=lambda item: item.baseline):
        if rows and line.baseline - rows[-1][-1].baseline <= near:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in _from_left(row))


def _from_left(row: list[Fragment]) -> list[Fragment]:
    """The lines of a row from left to right; of two that begin at the same place, as the rows of an
    annotation do, the upper one first."""
    lines = sorted(row, key=lambda item: item.left)
    for index, (before, after) in enumerate(pairwise(lines)):
        if after.left - before.left < _SAME and after.baseline < before.baseline:
            lines[index : index + 2] = after, before
    return lines


def by_column(
    painted: list[Fragment], edition: Edition, number: int, near: float
) -> Iterator[Fragment]:
    """The lines of a page in rows, column by column, and then what stands below all of them: notes.

    The engine paints column after column.  A page whose lines never go up into a later column is
    one of rows: leaves such as the contents have one column in every book.
    """
    places = [_tier(line.left, edition, number) for line in painted]
    turns = [
        index
        for index, (before, after) in enumerate(pairwise(painted), 1)
        if after.baseline < before.baseline - near and places[index] > places[index - 1]
    ]
    if not turns:
        yield from in_rows(painted, near)
        return
    end = turns[-1]
    while end < len(painted) and not (
        places[end] < places[turns[-1]]
        and painted[end].baseline > max(line.baseline for line in painted[:end])
    ):
        end += 1
    for column in range(edition.geometry.columns):
        own = [painted[index] for index in range(end) if places[index] == column]
        yield from in_rows(own, near)
    yield from in_rows(painted[end:], near)


class Standing(NamedTuple):
    """What stands upright among columns: where it begins as the page is laid out, in pt from what
    becomes the right side, and its lines in rows; each extends as far as the whole does."""

    top: float
    lines: tuple[Fragment, ...]


def standing(lines: list[Fragment], edition: Edition, near: float) -> list[Standing]:
    """Lines that run across, block by block: each begins at the left of the one before, or in
    another tier of the page.  Blanks alone, which part text objects anywhere, are left out."""
    width = edition.geometry.page_width
    groups: list[list[Fragment]] = []
    last = -1
    for line in lines:
        if not line.text.strip():
            continue
        place = _tier(line.baseline, edition)
        if place != last or line.right <= min(other.left for other in groups[-1]):
            groups.append([])
        groups[-1].append(line)
        last = place
    found = []
    for number, group in enumerate(groups, 1):
        # Down the page is along the line as it is laid out.
        left, right = (edge(line.baseline for line in group) for edge in (min, max))
        rows = (
            replace(line, left=left, right=right, block=number, across=(line.left, line.right))
            for line in in_rows(group, near)
        )
        found.append(Standing(width - max(line.right for line in group), tuple(rows)))
    return found


def with_standing(
    rows: tuple[Fragment, ...], standing: list[Standing], edition: Edition
) -> Iterator[Fragment]:
    """Columns, and between them what stands upright, tier by tier."""
    for tier in range(edition.geometry.columns):
        groups = [group for group in standing if _tier(group.lines[0].left, edition) == tier]
        waiting = sorted(groups, key=lambda group: group.top)
        for row in rows:
            if _tier(row.left, edition) != tier:
                continue
            while waiting and waiting[0].top < row.baseline:
                yield from waiting.pop(0).lines
            yield row
        for group in waiting:
            yield from group.lines


def _tier(place: float, edition: Edition, number: int = 0) -> int:
    """In which tier of a page something stands that begins so many pt from the head, or in which
    column, counted from the left of the page of this number; what goes over all of them is in the
    first."""
    page = edition.geometry
    start = page.inner if number % 2 else page.outer
    if page.vertical:
        start = page.top
    step = (page.line_chars + page.gap) * page.em
    found = int((place - start + page.gap * page.em / 2) // step)
    return min(max(found, 0), page.columns - 1)
