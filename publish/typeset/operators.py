"""The PDF text operators of a line (PDF 1.7, 9.4.3), without the matrix that places it.

Joints that open share one character spacing (Tc) for the whole line; what a single joint differs
by is a number in a TJ array.  Western words are shown with their own spacing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from publish.typeset.faces import Face, Piece
from publish.typeset.pieces import BOX, MARK, NOTHING, RUN, WORD
from publish.typeset.prepared import Prepared

# What a segment is.
TEXT, PLACE, LEADER = range(3)

#: White that is wider than this is carried by a glyph: copying text, pdf.js takes .102 em, poppler
#: .1 and PDFium .11 for a blank (measured, tests/test_fidelity.py).  In em.
_JUMP = 0.095


#: The places of a line in which nothing is asked for.
_NOWHERE: dict[int, tuple[float, float]] = {}


class Segment(NamedTuple):
    """A part of a line: text of one run, a box's place, or a leader.

    ``place`` is its first character, ``run`` the number of its run, ``x`` where it is shown from,
    ``end`` where a leader ends; ``operators`` show the text, beginning with its font.
    ``pieces`` are the marks and words in them, whose glyphs the back end has to register;
    ``rise`` is how far it stands above its run, in the back end's unit; ``apart`` whether it is of
    what the paragraph has painted apart.
    """

    kind: int
    place: int
    run: int
    x: float
    end: float
    operators: str
    pieces: tuple[Piece, ...]
    joined: bool = False
    rise: float = 0.0
    apart: bool = False


class _Pen:
    """Collects operators; knows the font and spacing in force."""

    __slots__ = ("array", "font", "least", "operators", "pieces", "scale", "spacing")

    def __init__(self, em: float) -> None:
        self.set_size(em)
        self.array = ""
        self.operators: list[str] = []
        self.pieces: list[Piece] = []
        self.font: object = None
        self.spacing = 0.0

    def flush(self) -> None:
        if self.array:
            self.operators.append(f"[<{self.array}>] TJ".replace("<>", " "))
            self.array = ""

    def put(self, font: object, spacing: float, moved: float, shown: str) -> None:
        """Show glyphs of a font with a spacing after each, ``moved`` after what was shown last."""
        if font is not self.font:
            self.flush()
            self.font = font
            self.operators.append(font.operator)  # type: ignore[attr-defined]
        if moved > self.least or moved < -self.least:
            self.array += f">{moved * self.scale:.2f}<"
        if spacing != self.spacing:
            self.set_spacing(spacing)
        self.array += shown

    def set_spacing(self, spacing: float) -> None:
        if spacing != self.spacing:
            self.flush()
            self.spacing = spacing
            self.operators.append(f"{spacing:.4f} Tc" if spacing else "0 Tc")

    def set_size(self, em: float) -> None:
        """Numbers of an array are in thousandths of an em; less than half a tenth of one is what
        rounding leaves over."""
        self.scale, self.least = -1000 / em, 5e-5 * em

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
    starts, kinds, payloads = prepared.starts, prepared.kinds, prepared.payloads
    after, runs, run_of = prepared.after, prepared.runs, prepared.run_of
    text, length, face = prepared.text, prepared.length, runs[0].face
    slot = x - prepared.shift.get(first, 0.0) - total[first] - stretch * sums[first]
    changed = 0.0
    segments: list[Segment] = []
    wanted = prepared.wanted_between(first, last) if prepared.wanted_places else []
    positions: dict[int, tuple[float, float]] = {} if wanted else _NOWHERE
    piece = bisect_right(starts, first) - 1
    count = len(starts)
    begin, run, pen, begun, origin = first, -1, _Pen(prepared.em), first, x
    moved, joined, wide = 0.0, False, _JUMP * face.em
    # Most paragraphs have nothing apart, and need not ask.
    has_apart, aside = bool(prepared.apart), False

    def close() -> None:
        operators, pieces = pen.end()
        if operators:
            text_of = TEXT, begun, run, origin, 0.0, operators, pieces, joined
            segments.append(Segment(*text_of, apart=aside))

    while begin < last:
        kind, number = kinds[piece], run_of[piece]
        piece += 1
        end = starts[piece] if piece < count else length
        if end > last:
            end = last
        joint = end - 1
        turns = has_apart and prepared.is_apart(begin) is not aside
        if wanted or number != run or kind >= BOX or turns:
            here = slot + total[begin] + stretch * sums[begin] + changed
            while wanted and wanted[0] < end:
                index = wanted.pop(0)
                ahead = total[index] - total[begin] + stretch * (sums[index] - sums[begin])
                positions[index] = prepared.extent(index, here + ahead)
            if number != run or kind >= BOX or turns:
                close()
                aside = aside is not turns
                joined = kind < BOX and run >= 0 and runs[run].rise == runs[number].rise
                run, begun = number, begin
                moved = moved if joined else 0.0
                # A joined segment begins with what is still to move.
                origin = here + prepared.shift.get(begin, 0.0) - moved
                face = runs[number].face
                pen.set_size(face.em)
                wide = _JUMP * face.em
                if kind >= BOX:
                    what = PLACE if kind == BOX else LEADER
                    right = here + changes.get(joint, 0.0)
                    segments.append(Segment(what, begin, run, here, right, "", ()))
                    run = -1
        change = changes.get(joint, 0.0)
        extra = after.get(joint, 0.0) + change + (stretch if places[joint] else 0.0)
        changed += change
        if kind == RUN:
            if stretch > wide:
                # A line opened so wide would be copied with blanks.
                for index in range(begin, end - 1):
                    one = text[index].translate(face.shown)
                    if _carry(
                        pen, prepared, piece - 1, index + 1, face.font, 0.0, moved, one, stretch
                    ):
                        begin, moved = index + 1, 0.0
            shown, font, spacing = text[begin:end].translate(face.shown), face.font, stretch
        elif kind == MARK:
            mark: Any = payloads[piece - 1]
            pen.pieces.append(mark.piece)
            shown, font, spacing = mark.piece.shown, mark.piece.font, stretch
        elif kind == WORD:
            shown, font, moved = _word(pen, prepared, piece - 1, begin, end, moved)
            spacing = 0.0
        else:
            moved += extra if kind == NOTHING else 0.0
            begin = end
            continue
        begin = end
        if (
            extra > wide
            and end < last
            and _carry(pen, prepared, piece - 1, end, font, spacing, moved, shown, extra)
        ):
            moved = 0.0
            continue
        if moved or font is not pen.font or spacing != pen.spacing:
            pen.put(font, spacing, moved, shown)
        else:
            pen.array += shown
        moved = extra - spacing
    close()
    return tuple(segments), positions, slot + total[last] + stretch * sums[last] + changed - x


def _word(
    pen: _Pen, prepared: Prepared, piece: int, begin: int, end: int, moved: float
) -> tuple[str, object, float]:
    """Show a word but for its last part: that part, its font, and what to move before it."""
    payload: Any = prepared.payloads[piece]
    pieces = payload.pieces
    if end - begin != len(payload.advances):
        pieces = prepared.part(begin, end, prepared.run_of[piece])
    pen.pieces.extend(pieces)
    for part in pieces[:-1]:
        pen.put(part.font, 0.0, moved, part.shown)
        moved = 0.0
    return pieces[-1].shown, pieces[-1].font, moved


def _carry(
    pen: _Pen,
    prepared: Prepared,
    piece: int,
    end: int,
    font: object,
    spacing: float,
    moved: float,
    shown: str,
    extra: float,
) -> bool:
    """Show a piece whose last glyph is followed by a gap that glyphs carry; whether it is."""
    face = prepared.runs[prepared.run_of[piece]].face
    text = prepared.text[end - 1]
    if text in " \u00a0" or shown[-1] == "<":
        return False
    number = int(shown[-4:], 16)
    if prepared.kinds[piece] == WORD:
        last, text = pen.pieces[-1].numbers[-1]
        if last != number or not text:
            return False
    carried = face.gap(font, number, text)
    if carried is None:
        return False
    glyph, advance = carried
    if len(shown) > 4:
        pen.put(font, spacing, moved, shown[:-4])
        moved = 0.0
    pen.pieces.append(glyph)
    pen.put(glyph.font, 0.0, moved, "")
    pen.flush()
    # As many as leave no jump.
    blanks = max(1, ceil((extra - _JUMP * face.em) / advance - 1e-6))
    rest = (extra - blanks * advance) * pen.scale
    pen.operators.append(
        f"/Span <</ActualText <{_actual(text)}>>> BDC "
        f"[<{glyph.shown}> {rest:.2f} <{f'{glyph.numbers[1][0]:04x}' * blanks}>] TJ EMC"
    )
    return True


def exchanged(segment: Segment, face: Face, old: str, new: str) -> Segment:
    """A segment that shows the character ``new`` in place of ``old``, a figure in a circle as wide
    as it; the same where the face has none."""
    word = face.word(new)
    if word is None:
        return segment
    (glyph,) = word.pieces
    operators, pieces = segment.operators, list(segment.pieces)
    # What carries a gap is the last, and shown in place of the glyph alone.
    for index in reversed(range(len(pieces))):
        piece, other, font = pieces[index], glyph, glyph.font
        if len(piece.numbers) > 1:
            carried = face.gap(font, glyph.numbers[0][0], new)
            if carried is None:
                return segment
            other = carried[0]
        before: Any = piece.font
        after: Any = other.font
        operators = operators.replace(before.operator, after.operator)
        operators = operators.replace(f"<{piece.shown}>", f"<{other.shown}>")
        pieces[index] = other
    operators = operators.replace(_actual(old), _actual(new))
    return segment._replace(operators=operators, pieces=tuple(pieces))


@lru_cache(maxsize=16384)
def _actual(text: str) -> str:
    """A text string of PDF in UTF-16 (PDF 1.7, 7.9.2.2), in hexadecimal."""
    return f"feff{text.encode('utf-16-be').hex()}"
