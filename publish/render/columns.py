"""What stands upright in a column: short numbers and single letters in one square (縱中橫).

The text stays what it is: the face has the signs of a square as ligatures (fonts/turned.py), an
e-book's reader combines them (CSS Writing Modes 3, text-combine-upright).  Source: clreq,
#handling_of_numbers_in_vertical_writing_mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from publish.render.title import spaced_runs
from publish.text.patterns import late

_TAG = late(r"(<[^>]*>)")
#: Letters and digits of Western words, with their accents, also those that combine.
_WORD = "0-9A-Za-zÀ-ÖØ-öø-ɏ\u0300-\u036f"
#: Signs that belong to the number after them (as in publish/typeset/classes.py, NUMBER_PREFIX).
_PREFIX = "￥¥$＄€£￡№#＃§±＋+−－"
#: Up to three digits or one letter that touch no other sign of their kind, nor what joins such; a
#: word of one letter among others lies with them, as does a number before its unit.
_SHORT = late(
    rf"(?<![{_WORD}.,:/%\-–’&@{_PREFIX}])(?<![{_WORD}.,:;!?] )(?:[0-9]{{1,3}}|[A-Za-z])"
    rf"(?![{_WORD}.,:/%+\-–−’°])(?! [{_WORD}])"
)
#: And marks that share one (clreq, #exclamatory_question_marks).
_WITH_MARKS = late(f"{_SHORT.pattern}|[！？]{{2}}(?=[！？]{{2}})|[！？]{{2,3}}")
#: What is written across (publish/render/upright.py).
_ACROSS = late(r'class="(?:[^"]* )?horizontal[" ]')
#: Elements whose text is no running text.
_APART = frozenset(("style", "title", "script", "svg", "pre", "code", "math"))


def upright(html: str, *, marks: bool = False) -> str:
    """The document with each such number or letter in ``<span class="upright">``, and with
    ``marks`` what ！ and ？ share a square, to which the composer sees in print."""
    pattern = _WITH_MARKS if marks else _SHORT
    parts: list[str] = []
    #: The element that is left alone, and those of its name in it.
    inside: list[str] = []
    before = ""
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            name = piece.strip("</>").partition(" ")[0].rstrip("/").lower()
            apart = name == inside[-1] if inside else name in _APART or _ACROSS.search(piece)
            if apart and not piece.endswith("/>"):
                if piece.startswith("</"):
                    del inside[-1:]
                else:
                    inside.append(name)
        elif not inside and "&" not in piece:
            # A reference such as &#160; is no number.
            # What stands before a tag goes with what stands behind it: ￥<strong>100</strong>.
            before, piece = piece[-2:] or before, _marked(before, piece, pattern)
        parts.append(piece)
    return "".join(parts)


def _marked(before: str, text: str, pattern: re.Pattern[str]) -> str:
    """A text that follows another one, with what stands upright marked in it."""
    parts, end = [], len(before)
    whole = before + text
    for found in pattern.finditer(whole, end):
        parts += [whole[end : found.start()], f'<span class="upright">{found[0]}</span>']
        end = found.end()
    return "".join([*parts, whole[end:]])


class Piece(NamedTuple):
    """A piece of a line that we set ourselves: whether a quarter em stands before it, and whether
    it stands upright in one square."""

    text: str
    gap: bool
    upright: bool


def pieces(line: str) -> Iterator[Piece]:
    """A line of a cover or spine in pieces; a number that stands is a character among the others,
    without gaps."""
    end = 0
    for found in (*_WITH_MARKS.finditer(line), None):
        for text, gap in spaced_runs(line[end : found.start() if found else None]):
            yield Piece(text, gap, upright=False)
        if found:
            yield Piece(found[0], gap=False, upright=True)
            end = found.end()
