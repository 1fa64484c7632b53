"""Marks beside the characters of a line: emphasis dots, proper-name and book-title lines,
decorations, hyphens.  All are drawn as shapes in the colour of the text.

Places are from the baseline, in em of the text; clreq, #handling_interlinear_punctuation, puts the
line before the dot where both are on one side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from publish.render.adapter.flow import (
    DOTS,
    DOTS_OVER,
    NAME,
    OVER,
    THROUGH,
    UNDER,
    WORK,
    Mark,
)
from publish.typeset.classes import HAN, SQUARE, class_of
from publish.typeset.lines import Line

#: Below the baseline: the descent of the face is .12 em.
_LINE_AT, _DOT_AT = 0.2, 0.26
#: At the left of columns, where ink reaches the edge of its square: a line, the middle of a wave.
_LINE_BESIDE, _WAVE_BESIDE = 0.25, 0.28
#: Above it, clear of the square, whose edge is at .88 em: dots at the right of columns.
_DOT_OVER = -0.98
_DOT_BELOW_LINE = 0.12
#: Diameter of a dot in em, thickness of a line and of a wave in px, the wave's height and length.
_DOT, _LINE, _WAVE = 0.17, 0.667, 0.6
_WAVE_HEIGHT, _WAVE_LENGTH = 0.07, 0.42
#: A circle as four Bézier curves: the length of their handles for a radius of 1.
_HANDLE = 0.5523


def paint(stream: Any, fragment: Any, dx: float, dy: float) -> None:
    """The marks and hyphens of a fragment."""
    flow = fragment.setting.flow
    for line, x, y in fragment.places:
        if line.hyphen is not None:
            _hyphen(stream, flow, line, x + dx, y + dy)
    if not flow.marks:
        return
    text = flow.paragraph.text
    lined_at = flow.lined()
    begins = [line.begin for line, _, _ in fragment.places]
    ends = fragment.places[-1][0].end
    for mark in flow.marks:
        if mark.end <= begins[0] or mark.begin >= ends:
            continue
        lined = mark.begin in lined_at
        start = max(0, bisect_right(begins, mark.begin) - 1)
        for line, x, y in fragment.places[start : bisect_right(begins, mark.end)]:
            first, last = max(mark.begin, line.begin), min(mark.end, line.end) - 1
            shown = [i for i in range(first, last + 1) if i in line.positions and text[i] != "\n"]
            if shown:
                beside = flow.paragraph.rules.vertical
                _mark(stream, mark, shown, line, text, x + dx, y + dy, lined, beside)


def _mark(
    stream: Any,
    mark: Mark,
    shown: list[int],
    line: Line,
    text: str,
    x: float,
    y: float,
    lined: bool,
    beside: bool,
) -> None:
    em, positions = mark.em, line.positions
    with stream.artifact(), stream.stacked():
        if mark.kind in (DOTS, DOTS_OVER):
            stream.set_color(mark.color)
            under = _DOT_AT + (_DOT_BELOW_LINE if lined else 0.0)
            height = y + (under if mark.kind == DOTS else _DOT_OVER) * em
            middles = [sum(positions[index]) / 2 for index in shown if takes_dot(text[index])]
            dots(stream, [x + middle for middle in middles], height, _DOT * em / 2)
            return
        stream.set_color(mark.color, stroke=True)
        left, right = x + positions[shown[0]][0], x + positions[shown[-1]][1]
        if mark.kind == WORK:
            stream.set_line_width(max(_WAVE, mark.thickness))
            _wave(stream, left, right, y + (_WAVE_BESIDE if beside else _LINE_AT) * em, em)
            return
        thickness = max(_LINE, mark.thickness) if mark.kind == NAME else mark.thickness
        under = _LINE_BESIDE if beside else _LINE_AT
        at = {NAME: under, UNDER: under, OVER: -0.94, THROUGH: -0.38}[mark.kind]
        stream.set_line_width(thickness)
        stream.move_to(left, y + at * em)
        stream.line_to(right, y + at * em)
        stream.stroke()


def takes_dot(character: str) -> bool:
    """Whether an emphasis dot stands under a character: no mark and no blank has one (clreq,
    #indication_punctuation_marks)."""
    return class_of(character) in (HAN, SQUARE) and character != "\u3000"


def dots(stream: Any, places: Iterable[float], y: float, radius: float) -> None:
    """Filled circles beside each other; ``places`` are their middles.

    Each is the same path, and what moves is the origin, in a state that the caller saves: a page
    of contents has a thousand of them, and what is told in the same words is packed to nothing.
    """
    handle = _HANDLE * radius
    at_x, at_y = 0.0, 0.0
    for x in places:
        stream.transform(e=x - at_x, f=y - at_y)
        at_x, at_y = x, y
        stream.move_to(radius, 0)
        stream.curve_to(radius, handle, handle, radius, 0, radius)
        stream.curve_to(-handle, radius, -radius, handle, -radius, 0)
        stream.curve_to(-radius, -handle, -handle, -radius, 0, -radius)
        stream.curve_to(handle, -radius, radius, -handle, radius, 0)
        stream.close()
        stream.fill()


def _wave(stream: Any, left: float, right: float, y: float, em: float) -> None:
    """A wavy line of whole half waves from end to end."""
    count = max(2, round((right - left) / (_WAVE_LENGTH * em / 2)))
    half = (right - left) / count
    height = _WAVE_HEIGHT * em
    stream.move_to(left, y)
    for number in range(count):
        begin = left + number * half
        crest = y + (-height if number % 2 else height) * 1.3
        stream.curve_to(begin + half * 0.36, crest, begin + half * 0.64, crest, begin + half, y)
    stream.stroke()


def _hyphen(stream: Any, flow: Any, line: Line, x: float, y: float) -> None:
    """The hyphen of a broken word: a shape, since it is no part of the text."""
    number = next(
        place for place in range(len(flow.paths) - 1, -1, -1) if flow.paths[place][0] < line.end
    )
    run = flow.paragraph.runs[number]
    word = run.face.word("-")
    if word is None or line.hyphen is None:
        return
    piece = word.pieces[-1]
    font: Any = piece.font
    left, top, width, height = font.box(piece.numbers[-1][0])
    with stream.artifact(), stream.stacked():
        stream.set_color(run.style.color)
        start = x + line.hyphen + left
        stream.rectangle(start, y - run.rise + top, width, height)
        stream.fill()
