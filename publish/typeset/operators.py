"""The PDF text operators of a line (PDF 1.7, 9.4.3), without the matrix that places it.

Joints that open share one character spacing (Tc) for the whole line; what a single joint differs
by is a number in a TJ array.  Western words are shown with their own spacing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from publish.typeset.faces import Piece, Sign, Word
from publish.typeset.pieces import BOX, FILL, MARK, NOTHING, RUN, WORD
from publish.typeset.prepared import Prepared

# What a segment is.
TEXT, PLACE, LEADER = range(3)

#: White that is wider than this is carried by a glyph: copying text, pdf.js takes .102 em, poppler
#: .1 and PDFium .11 for a blank (measured, tests/test_fidelity.py).  In em.
_JUMP = 0.095


class Segment(NamedTuple):
    """A part of a line: text of one run, a box's place, or a leader.

    ``place`` is its first character, ``run`` the number of its run, ``x`` where it begins and
    ``end`` where a leader ends; ``operators`` show the text, beginning with its font.
    ``pieces`` are the marks and words in them, whose glyphs the back end has to register.
    """

    kind: int
    place: int
    run: int
    x: float
    end: float
    operators: str
    pieces: tuple[Piece, ...]
    joined: bool = False


class _Pen:
    """Collects operators; knows the font and spacing in force."""

    __slots__ = ("array", "em", "font", "operators", "pieces", "spacing")

    def __init__(self, em: float) -> None:
        self.em = em
        self.array = ""
        self.operators: list[str] = []
        self.pieces: list[Piece] = []
        self.font: object = None
        self.spacing = 0.0

    def flush(self) -> None:
        if self.array:
            shown = f"[<{self.array}>] TJ".replace("<>", "")
            self.operators.append(shown)
            self.array = ""

    def set_font(self, font: object) -> None:
        if font is not self.font:
            self.flush()
            self.font = font
            self.operators.append(font.operator)  # type: ignore[attr-defined]

    def set_spacing(self, spacing: float) -> None:
        if abs(spacing - self.spacing) > 1e-6:
            self.flush()
            self.spacing = spacing
            self.operators.append(f"{spacing:.4f} Tc".replace(".0000 ", " "))

    def move(self, distance: float) -> None:
        if abs(distance) > 1e-5 * self.em:
            self.array += f">{-1000 * distance / self.em:.2f}<"

    def end(self) -> tuple[str, tuple[Piece, ...]]:
        # Every segment begins and ends with no spacing.
        self.set_spacing(0.0)
        self.flush()
        operators, pieces = " ".join(self.operators), tuple(self.pieces)
        self.operators, self.pieces, self.font, self.spacing = [], [], None, 0.0
        return operators, pieces


def show(
    prepared: Prepared,
    first: int,
    last: int,
    stretch: float,
    changes: Mapping[int, float],
    x: float,
) -> tuple[tuple[Segment, ...], Mapping[int, tuple[float, float]], float]:
    """The segments of text[first:last], the places of the characters the back end wants to know,
    and the length of what is shown.  ``x`` is the origin of the first glyph."""
    total, places, sums = prepared.total, prepared.places, prepared.place_sums
    starts, kinds = prepared.starts, prepared.kinds
    after, runs = prepared.after, prepared.runs
    slot = x - prepared.shift.get(first, 0.0) - total[first] - stretch * sums[first]
    changed = 0.0
    segments: list[Segment] = []
    positions: dict[int, tuple[float, float]] = {}
    wanted = prepared.wanted_between(first, last)
    piece = bisect_right(starts, first) - 1
    count = len(starts)
    begin, run, pen, begun, origin = first, -1, _Pen(prepared.em), first, x
    moved, joined = 0.0, False

    def close() -> None:
        operators, pieces = pen.end()
        if operators:
            segments.append(Segment(TEXT, begun, run, origin, 0.0, operators, pieces, joined))

    while begin < last:
        kind = kinds[piece]
        number = prepared.run_of[piece]
        piece += 1
        end = min(starts[piece] if piece < count else prepared.length, last)
        here = slot + total[begin] + stretch * sums[begin] + changed
        while wanted and wanted[0] < end:
            index = wanted.pop(0)
            positions[index] = prepared.extent(
                index, here + total[index] - total[begin] + stretch * (sums[index] - sums[begin])
            )
        if number != run or kind in (BOX, FILL):
            close()
            joined = kind not in (BOX, FILL) and run >= 0 and runs[run].rise == runs[number].rise
            run, begun = number, begin
            moved = moved if joined else 0.0
            origin = here + prepared.shift.get(begin, 0.0)
            pen.em = runs[number].face.em
        joint = end - 1
        extra = after.get(joint, 0.0) + changes.get(joint, 0.0) + stretch * places[joint]
        if kind in (BOX, FILL):
            length = changes.get(joint, 0.0)
            what = PLACE if kind == BOX else LEADER
            segments.append(Segment(what, begin, run, here, here + length, "", ()))
            run = -1
        elif kind == NOTHING:
            moved += extra
        else:
            moved = _show_piece(
                pen, prepared, piece - 1, begin, end, moved, stretch, None if end == last else extra
            )
        changed += changes.get(joint, 0.0)
        begin = end
    close()
    return tuple(segments), positions, slot + total[last] + stretch * sums[last] + changed - x


def _show_piece(
    pen: _Pen,
    prepared: Prepared,
    piece: int,
    begin: int,
    end: int,
    moved: float,
    stretch: float,
    extra: float | None,
) -> float:
    """Show one piece, ``moved`` after the one before it; what is left to move before the next.

    ``extra`` is the displacement after its last glyph, None at the end of the line.
    """
    kind, payload = prepared.kinds[piece], prepared.payloads[piece]
    spacing = stretch
    if kind == RUN:
        face = prepared.runs[prepared.run_of[piece]].face
        shown = prepared.text[begin:end].translate(face.shown)
        pen.set_font(face.font)
        pen.move(moved)
    elif kind == MARK:
        assert isinstance(payload, Sign)
        shown = payload.piece.shown
        pen.pieces.append(payload.piece)
        pen.set_font(payload.piece.font)
        pen.move(moved)
    else:
        assert isinstance(payload, Word)
        spacing = 0.0
        whole = end - begin == len(payload.advances)
        pieces = payload.pieces if whole else prepared.part(begin, end, prepared.run_of[piece])
        pen.pieces.extend(pieces)
        for part in pieces[:-1]:
            pen.set_font(part.font)
            pen.move(moved)
            pen.set_spacing(spacing)
            pen.array += part.shown
            moved = 0.0
        pen.set_font(pieces[-1].font)
        pen.move(moved)
        shown = pieces[-1].shown
    wide = extra is not None and extra > _JUMP * pen.em and shown[-1] != "<"
    if wide and _carry(pen, prepared, piece, end, shown, spacing, extra or 0.0):
        return 0.0
    pen.set_spacing(spacing)
    pen.array += shown
    return 0.0 if extra is None else extra - spacing


def _carry(
    pen: _Pen, prepared: Prepared, piece: int, end: int, shown: str, spacing: float, extra: float
) -> bool:
    """Show a piece whose last glyph is followed by a gap that a glyph carries."""
    face = prepared.runs[prepared.run_of[piece]].face
    text = prepared.text[end - 1]
    if text in " \u00a0":
        return False
    if prepared.kinds[piece] == WORD:
        last = pen.pieces[-1]
        if last.numbers[-1] != (int(shown[-4:], 16), text):
            return False
    carried = face.gap(pen.font, int(shown[-4:], 16), text)
    if carried is None:
        return False
    glyph, advance = carried
    if len(shown) > 4:
        pen.set_spacing(spacing)
        pen.array += shown[:-4]
    pen.pieces.append(glyph)
    pen.set_font(glyph.font)
    pen.set_spacing(0.0)
    pen.flush()
    number = -1000 * (extra - advance) / pen.em
    blank = f"{glyph.numbers[1][0]:04x}"
    actual = text.encode("utf-16-be").hex()
    pen.operators.append(
        f"/Span <</ActualText <feff{actual}>>> BDC [<{glyph.shown}> {number:.2f} <{blank}>] TJ EMC"
    )
    return True
