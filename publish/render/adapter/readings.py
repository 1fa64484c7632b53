"""Readings of characters: pinyin above the middle of what it is of, zhuyin at the right of it, in
lines and in columns (clreq, #positioning_of_zhuyin).

They are text, painted after all lines of their paragraph on the page, so that what is copied or
searched is the sentence, not a sentence with readings in it; the tags have each behind what it is
of.  Lengths are in px of the page as it is laid out, where columns lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from publish.render.adapter.flow import ZHUYIN_SIZE, Reading
from publish.render.adapter.shaper import Register
from publish.text.characters import ZHUYIN_DOT, ZHUYIN_TONES
from publish.typeset.lines import Line

#: How far the square of a character goes up from its baseline, and its middle, in em.
_TOP, _MIDDLE = 0.88, 0.38
#: The descent of pinyin above the character it stands over, in em of the text.
_READING_AT = 0.94
#: White between a character and its symbols of zhuyin, in em of the text.
_BESIDE = 0.05
#: The middle of a tone is right of the symbols and above the head of the last one; what the dot of
#: the neutral tone takes above the first; in em of the symbols (fonts/turned_glyphs.py: the same in
#: columns).
_TONE_RIGHT, _TONE_UP, _DOT = 0.28, -0.1, 0.4
_SYLLABLE = re.compile(f"{ZHUYIN_DOT}?[^{ZHUYIN_TONES}]+[{ZHUYIN_TONES}]?|.")


class Shown(NamedTuple):
    """Words of a face that follow each other from a place, each with what is moved before it."""

    x: float
    y: float
    words: tuple[tuple[float, Any], ...]


def shown(
    told: Reading, line: Line, x: float, y: float, em: float, columns: bool
) -> Iterator[Shown]:
    """What is painted of a reading in the order of its text; the line begins at ``x``, with its
    baseline at ``y``; ``em`` is that of the text, ``columns`` whether the line is one."""
    places = [line.positions[at] for at in range(told.begin, told.end) if at in line.positions]
    if not places:
        return
    left, right = x + places[0][0], x + places[-1][1]
    if told.zhuyin and columns:
        yield _down(told, (left + right) / 2, y - (_TOP + _BESIDE) * em, ZHUYIN_SIZE * em)
    elif told.zhuyin:
        yield from _below(told, right + _BESIDE * em, y - _MIDDLE * em, ZHUYIN_SIZE * em)
    elif word := told.face.word(told.text):
        start = (left + right - told.width) / 2
        yield Shown(start, y - _READING_AT * em, ((0.0, word),))


def _syllables(told: Reading) -> list[str]:
    return list(_SYLLABLE.findall(told.text.replace(" ", "")))


def _down(told: Reading, middle: float, side: float, size: float) -> Shown:
    """Zhuyin in a column, whose faces put tones where they belong but for a dot that is written
    behind its symbols; ``side`` is the left of the symbols."""
    words: list[tuple[float, Any]] = []
    syllables = _syllables(told)
    late = [len(row) > 1 and row[-1] == ZHUYIN_DOT for row in syllables]
    moved = 0.0
    for syllable, behind in zip(syllables, late, strict=True):
        moved += _DOT * size * behind
        length = 0.0
        for sign in syllable:
            word = told.face.word(sign)
            if word is None:
                continue
            if behind and sign == ZHUYIN_DOT:
                words.append((-length - _DOT * size, word))
                moved = length
                continue
            words.append((moved, word))
            length += sum(word.advances)
            moved = 0.0
    return Shown(middle - told.width / 2, side - (1 - _TOP) * size, tuple(words))


def _below(told: Reading, side: float, middle: float, size: float) -> Iterator[Shown]:
    """Zhuyin in a line: symbols below each other, from ``side`` to the right."""
    syllables = _syllables(told)
    text = "".join(syllables)
    symbols = sum(sign not in ZHUYIN_TONES for sign in text)
    down = middle - (symbols + _DOT * text.count(ZHUYIN_DOT)) * size / 2
    for syllable in syllables:
        dot = down + _DOT * size / 2
        down += _DOT * size * (ZHUYIN_DOT in syllable)
        for sign in syllable:
            word = told.face.word(sign)
            if word is None:
                continue
            if sign not in ZHUYIN_TONES:
                yield Shown(side, down + _TOP * size, ((0.0, word),))
                down += size
            elif sign == ZHUYIN_DOT:
                yield _at_middle(word, side + size / 2, dot)
            else:
                up = (1 + _TONE_UP) * size
                yield _at_middle(word, side + (1 + _TONE_RIGHT) * size, down - up)


def _at_middle(word: Any, x: float, y: float) -> Shown:
    """A sign with the middle of its ink at a place."""
    piece = word.pieces[0]
    left, top, width, height = piece.font.box(piece.numbers[0][0])
    return Shown(x - left - width / 2, y - top - height / 2, ((0.0, word),))


def paint(stream: Any, register: Register, told: Reading, piece: Shown) -> None:
    """Paint one of them, as an object of its own."""
    stream.begin_text()
    stream.set_color(told.color)
    operator, operators, glyphs = "", "", ""
    for moved, word in piece.words:
        for part in word.pieces:
            register.piece(part)
            font: Any = part.font
            if font.operator != operator:
                operators += f"{glyphs and f'[<{glyphs}>] TJ '}{font.operator} "
                operator, glyphs = font.operator, ""
            if moved:
                glyphs += f">{-1000 * moved / font.size:.2f}<"
                moved = 0.0
            glyphs += part.shown
    shown = f"{operators}[<{glyphs}>] TJ".replace("<>", " ")
    stream.stream.append(f"1 0 0 -1 {piece.x:.4f} {piece.y:.4f} Tm {shown}".encode())
    stream._current_font = None
    stream.end_text()
