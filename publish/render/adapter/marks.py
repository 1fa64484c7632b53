"""Marks beside the characters of a line: emphasis dots, proper-name and book-title lines,
decorations, hyphens, readings.  All are drawn as shapes in the colour of the text.

Places are from the baseline, in em of the text; clreq, #handling_interlinear_punctuation, puts the
line before the dot where both are on one side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from publish.render.adapter.flow import (
    DOTS,
    DOTS_OVER,
    NAME,
    OVER,
    THROUGH,
    UNDER,
    WORK,
    ZHUYIN_SIZE,
    Mark,
    Reading,
)
from publish.render.adapter.shaper import Register
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
#: The descent of a reading above the character it stands over, in em of the text.
_READING_AT = 0.94
#: The square of a character above its baseline, in em of its type.
_ASCENT = 0.88
#: The tone marks of bopomofo, and how far its symbols are from the square of their character, in em
#: of the text.
_TONES, _ZHUYIN_OFF = "ˊˇˋ˙˪˫", 0.05
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


def reading(
    stream: Any, register: Register, told: Reading, flow: Any, placed: Any, dx: float, dy: float
) -> None:
    """The reading of a character or a group: pinyin above its middle, zhuyin at its right, which
    is above it where columns are laid out lying."""
    line, x, y = _line_of(told, placed)
    if line is None:
        return
    positions: Mapping[int, tuple[float, float]] = line.positions
    shown = [i for i in range(told.begin, told.end) if i in positions]
    if not shown:
        return
    left, right = x + dx + positions[shown[0]][0], x + dx + positions[shown[-1]][1]
    size = flow.paragraph.em
    if told.zhuyin:
        _zhuyin(stream, register, told, (left, right), y + dy, size)
        return
    word = told.face.word(told.text)
    if word is None:
        return
    _show(
        stream, register, word, told, (left + right - told.width) / 2, y + dy - _READING_AT * size
    )


def _line_of(told: Reading, placed: Any) -> tuple[Any, float, float]:
    for item in reversed(placed):
        if item.line.begin <= told.begin < item.line.end:
            return item.line, item.x, item.y
    return None, 0.0, 0.0


def _zhuyin(
    stream: Any, register: Register, told: Reading, base: tuple[float, float], y: float, em: float
) -> None:
    """Symbols of bopomofo below each other, right of their character, the tone beside the last,
    the dot of the neutral tone above the first (clreq, #positioning_of_zhuyin); painted as they are
    written, the dot before them or behind.

    ``base`` is from where to where the character is in its line.  Columns as they lie have their
    head on the left and their right above; they are told by ``told.above``.
    """
    size, count = ZHUYIN_SIZE * em, sum(sign not in _TONES for sign in told.text)
    number = 0
    for sign in told.text:
        # From the first symbol's corner, in sizes of type: down the symbols, and to their right.
        down, right = float(number), 0.0
        if sign == "˙":
            down = -0.75 if told.above else -_ASCENT - _ZHUYIN_OFF * em / size
        elif sign in _TONES:
            # Turned faces have them in the middle of a square.
            down, right = (count - 1.3, 0.75) if told.above else (count - 1.38, 1.0)
        else:
            number += 1
        word = told.face.word(sign)
        if word is None:
            continue
        if told.above:
            x = sum(base) / 2 + (down - count / 2) * size
            edge = y - (_ASCENT + _ZHUYIN_OFF) * em - right * size
            _show(stream, register, word, told, x, edge - (1 - _ASCENT) * size)
        else:
            x = base[1] + _ZHUYIN_OFF * em + right * size
            top = y - (_ASCENT - 0.5) * em - count / 2 * size
            _show(stream, register, word, told, x, top + (down + _ASCENT) * size)


def _show(stream: Any, register: Register, word: Any, told: Reading, x: float, y: float) -> None:
    stream.begin_text()
    stream.set_color(told.color)
    shown = ""
    for piece in word.pieces:
        register.piece(piece)
        font: Any = piece.font
        shown += f"{font.operator} [<{piece.shown}>] TJ "
    stream.stream.append(f"1 0 0 -1 {x:.4f} {y:.4f} Tm {shown.replace('<>', ' ')}".encode())
    stream._current_font = None
    stream.end_text()
