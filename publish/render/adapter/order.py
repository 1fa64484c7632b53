"""Text objects of columns, parted so that PDFium (Chrome, Edge) copies them in their order.

It takes two text objects that follow each other for one line where they begin nearer to each other
down the page than half of the last glyph of the one or of the first of the other takes, and then
reads first what stands on the left: of two columns the second (cpdf_textpage.cpp,
ProcessTextObject).  An object that shows nothing it does not see at all.  Every other reader keeps
the order in which a page is painted.  Lengths are in px, along the lying line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from publish.records import dataclass
from publish.render.adapter.shaper import Register

#: The first glyph of an object with the move behind it, the first two, and the last one.
_FIRST = re.compile(r"(\[<[0-9a-f]{4})(?:(>[-.0-9]+)<|(?=[0-9a-f]))")
_FIRST_TWO = re.compile(r"(\[<[0-9a-f]{4}(?:>[-.0-9]+<)?[0-9a-f]{4})(?:(>[-.0-9]+)<|(?=[0-9a-f]))")
_LAST = re.compile(rb"(?<=[0-9a-f])([0-9a-f]{4}>\] TJ(?: 0 Tc)?)$")
_FIRST_TWO_BYTES = re.compile(_FIRST_TWO.pattern.encode())
_PARTED = b">] TJ [<"
#: What is shown by an object, and the glyphs and moves in that.
_SHOWN = re.compile(rb"\[([^\]]*)\] TJ")
_PARTS = re.compile(rb"<([0-9a-f]+)>\s*([-.0-9]*)")
#: How far apart objects begin that are not of one line, in em of the larger one; those that end or
#: begin with one of these, whose glyph may take two em (a dash), twice as far.
_APART = 0.55
_WIDE = "—⸺"
#: How far below the head of what follows a parting blank stands, and how far to its right: beyond
#: the column before it, in em.
_BELOW, _BESIDE = 2, 4
#: In place of a number: the stock engine has painted, or what stands upright.
_STOCK, _ACROSS = -1, -2


def head(operators: str, two: bool) -> str:
    """The operators of a column's beginning: an object of one glyph comes first, or of ``two``
    where the first one is a blank, or an opening mark without its own, so that what follows in the
    column begins lower than the next column does."""
    return (_FIRST_TWO if two else _FIRST).sub(_parted, operators, count=1)


def _parted(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or '>'}] TJ [<"


@dataclass(frozen=True, slots=True)
class _End:
    """The operators painted last in a stream: their number there (or one of those below), where
    they begin, their face, and whether their last glyph may be wide."""

    stream: Any
    index: int
    left: float
    face: Any
    wide: bool = False

    def ways(self) -> Iterator[bytes]:
        """The operators, and others that paint the same: their last glyph an object of its own,
        objects joined, the first two glyphs one."""
        written: bytes = self.stream.stream[self.index]
        joined = written.replace(_PARTED, b"")
        yield from (written, _LAST.sub(rb">] TJ [<\1", written))
        yield from (joined, _LAST.sub(rb">] TJ [<\1", joined))
        yield _FIRST_TWO_BYTES.sub(
            lambda found: found[1] + (found[2] or b">") + b"] TJ [<", joined, count=1
        )

    def begins(self, operators: bytes) -> float:
        """Where the last object of such operators begins."""
        font, moved = self.face.font, 0.0
        for array in _SHOWN.findall(operators)[:-1]:
            for glyphs, move in _PARTS.findall(array):
                quads = range(0, len(glyphs), 4)
                moved += sum(font.width(int(glyphs[at : at + 4], 16)) for at in quads)
                moved -= float(move or 0)
        return float(self.left + moved * self.face.em / 1000)


class Order:
    """Knows what was painted last in the columns of a document."""

    def __init__(self) -> None:
        self._end: _End | None = None
        #: The column that is being painted, and its last baseline.
        self._line: Any = None
        self._base = 0.0

    @property
    def columns(self) -> bool:
        """Whether columns were painted."""
        return self._end is not None

    def ended(self, stream: Any, index: int, left: float, face: Any, last: str) -> None:
        """What the stream has painted last are its operators of this number, which begin at
        ``left``, in a face, and end with a character."""
        self._end = _End(stream, index, left, face, last in _WIDE)

    def stock(self, stream: Any, register: Register, left: float, base: float) -> None:
        """The stock engine paints a line next."""
        if self._end is not None:
            self.begin(stream, register, left, base, self._end.face)
            self._end = _End(stream, _STOCK, left, self._end.face)

    def across(self, stream: Any, register: Register, left: float, base: float, face: Any) -> None:
        """A line of what stands upright among columns is painted next, in a frame of its own: it is
        parted from the column before it."""
        end = self._end
        if end is not None and end.stream is stream and end.index != _ACROSS:
            _part(stream, register, (left, base), False, face)
        self._end = _End(stream, _ACROSS, left, face)

    def aside(
        self,
        stream: Any,
        register: Register,
        place: tuple[float, float],
        columns: bool,
        face: Any,
    ) -> None:
        """What is painted next, at a place, stands beside lines that are painted already: columns,
        or lines that are not."""
        _part(stream, register, place, columns, face)
        if self._end is not None:
            self._end = _End(stream, _STOCK, place[0], self._end.face)

    def turns(self, line: Any, base: float) -> bool:
        """What is painted next is of a column and has a baseline: whether it stands at the left of
        what was painted last.  So do the next column, the second row of an annotation, and what
        follows a raised sign."""
        left = line is not self._line or base > self._base + 1e-3
        self._line, self._base = line, base
        return left

    def begin(
        self,
        stream: Any,
        register: Register,
        left: float,
        base: float,
        face: Any,
        first: str = "",
        within: bool = False,
    ) -> bool:
        """A column begins, with a character: what was painted last may not begin beside its head.

        The last glyph before becomes an object of its own, or objects become one; where that does
        not help, a blank is put between them, ``within`` the text that is being painted or outside
        of any; whether it was.
        """
        end = self._end
        if end is None or end.stream is not stream:
            return False
        if end.index >= 0 and end.face.font is not None:
            wide = 1 + (end.wide or first in _WIDE)
            apart = wide * _APART * max(end.face.em, face.em)
            # What begins with a blank is seen there or behind it.
            heads = (left, left + face.em) if first.isspace() else (left,)
            for way in end.ways():
                begins = end.begins(way)
                if all(abs(begins - place) > apart for place in heads):
                    stream.stream[end.index] = way
                    return False
        _part(stream, register, (left, base), True, face, within)
        return True


def _part(
    stream: Any,
    register: Register,
    place: tuple[float, float],
    columns: bool,
    face: Any,
    within: bool = False,
) -> None:
    """Part what is painted next, at a place, in columns or in lines, from what was painted last,
    by a blank that is no text: beside that, and below the head of what follows.

    PDFium skips what has no extent, which a blank has not unless it is stroked.  ``within`` text
    that is tagged nothing can be an artifact: there the blank is said to stand for nothing.
    """
    word = face.word(" ")
    if word is None:
        return
    right, down = (_BELOW, -_BESIDE) if columns else (_BESIDE, _BELOW)
    left, base = place[0] + right * face.em, place[1] + down * face.em
    shown = ""
    for piece in word.pieces:
        register.piece(piece)
        shown += f"{piece.font.operator} [<{piece.shown}>] TJ "
    blank = f"1 0 0 -1 {left:.4f} {base:.4f} Tm 1 Tr {shown}0 Tr"
    if within:
        stream.stream.append(f"/Span <</ActualText <feff>>> BDC {blank} EMC".encode())
        return
    with stream.artifact():
        stream.begin_text()
        stream.stream.append(blank.encode())
        stream._current_font = None
        stream.end_text()
