"""Annotations set within the line, in two rows of small type (夹注, 割注).

The rows of an annotation are read one after the other; where a line ends within it, what is on that
line fills both its rows, and the next line goes on (JLREQ, "Inline cutting note").  For the
breaking of lines each character takes half of what it is wide, and a line may end after whole
pairs; what then stands on a line is composed in rows of its own, by the same rules.

Lengths are in the back end's unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from publish.typeset.faces import Face
from publish.typeset.operators import TEXT, Segment
from publish.typeset.paragraph import Paragraph, Run
from publish.typeset.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish.typeset.lines import Line

    Composed = Callable[[Paragraph, float], tuple[Line, ...]]

#: White behind an annotation, in em of the text: a row that may not end where it is full needs it.
_AFTER = 0.25
#: The middle of a character's square above its baseline, and its lower edge, in em of its own.
_MIDDLE, _DESCENT = 0.38, 0.12
#: By how much rows are made longer where their text does not go into two, in em of the rows.
_STEP = 0.25


def with_annotations(paragraph: Paragraph, composed: Composed) -> Paragraph:
    """The paragraph with its annotations taking as much room as their rows need on one line.

    ``composed`` composes a paragraph for a width.  Raises
    :class:`~publish.typeset.paragraph.Unsuitable`.
    """
    pads, glued, wanted = dict(paragraph.pads), set(paragraph.glued), set(paragraph.wanted)
    for _, begin, end, face in _annotated(paragraph):
        alone = _alone(paragraph, Run(paragraph.text[begin:end], face))
        natural = Prepared(alone).advances
        for offset, advance in enumerate(natural):
            index = begin + offset
            before, after = pads.get(index, (0.0, 0.0))
            pads[index] = (before, after - advance / 2)
            if offset % 2 == 0 and index < end - 1:
                glued.add(index)
        half = sum(natural) / 2
        longest = max(row.width for row in _rows(alone, half, composed))
        before, after = pads[end - 1]
        pads[end - 1] = (before, after + max(0.0, longest - half) + _AFTER * paragraph.em)
        wanted.update(range(begin, end))
    return replace(paragraph, pads=pads, glued=frozenset(glued), wanted=frozenset(wanted))


def with_rows(line: Line, paragraph: Paragraph, composed: Composed) -> Line:
    """The line with the rows of the annotations on it, in the place of their text."""
    segments = list(line.segments)
    for number, begin, end, face in _annotated(paragraph):
        first, last = max(begin, line.begin), min(end, line.end)
        shown = [index for index in range(first, last) if index in line.positions]
        if not shown:
            continue
        places = [place for place, segment in enumerate(segments) if segment.run == number]
        if not places:
            continue
        place = places[0]
        segments = [segment for segment in segments if segment.run != number]
        left = line.positions[shown[0]][0]
        right = line.positions[shown[-1]][1] + paragraph.pads[shown[-1]][1]
        if last == end:
            right -= _AFTER * paragraph.em
        text = paragraph.text[shown[0] : shown[-1] + 1]
        alone = _alone(paragraph, replace(paragraph.runs[number], text=text))
        rows = _rows(alone, right - left, composed)
        upper = _MIDDLE * paragraph.em + _DESCENT * face.em
        for row, rise in zip(rows, (upper, upper - face.em), strict=False):
            for segment in row.segments:
                new = Segment(
                    TEXT, shown[0] + segment.place, number, left + segment.x, 0.0,
                    segment.operators, segment.pieces, rise=rise,
                )  # fmt: skip
                segments.insert(place, new)
                place += 1
        # Where a long word is in the way, rows take more than was foreseen.
        room = right - left + (_AFTER * paragraph.em if last == end else 0.0)
        more = max(0.0, max(row.width for row in rows) - room)
        # What follows no longer stands where the pen is.
        segments[place:] = [
            segment._replace(joined=False, x=segment.x + more) for segment in segments[place:]
        ]
        if more:
            line = line._replace(positions=_moved(line.positions, end, more))
    return line._replace(segments=tuple(segments))


def _moved(
    positions: Mapping[int, tuple[float, float]], start: int, by: float
) -> dict[int, tuple[float, float]]:
    """The places of characters, those from one on moved along the line."""
    return {
        index: (left + by, right + by) if index >= start else (left, right)
        for index, (left, right) in positions.items()
    }


def _alone(paragraph: Paragraph, run: Run) -> Paragraph:
    """Text of an annotation, or a part of it, as a paragraph; its second row may be short."""
    return Paragraph((run,), run.face.em, replace(paragraph.rules, last_line=1))


def _rows(paragraph: Paragraph, width: float, composed: Composed) -> tuple[Line, ...]:
    """A text in two rows, as long as was foreseen or a little longer."""
    rows = composed(paragraph, width)
    while len(rows) > 2:
        # Long words, or a mark that may not begin the second.
        width += _STEP * paragraph.em
        rows = composed(paragraph, width)
    return rows


def _annotated(paragraph: Paragraph) -> list[tuple[int, int, int, Face]]:
    """The annotations of a paragraph: number of the run, where it begins and ends, its face."""
    found, begin = [], 0
    for number, run in enumerate(paragraph.runs):
        if number in paragraph.annotations:
            found.append((number, begin, begin + len(run.text), run.face))
        begin += len(run.text)
    return found
