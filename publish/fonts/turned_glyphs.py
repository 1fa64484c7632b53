"""The glyphs of a turned face: what of a chain of faces stands in a column, turned, and what lies.

OpenType 1.9.1: vert, locl, vmtx and VORG by HarfBuzz; liga, kern, lnum, hwid and twid of Western
text.  Lengths are in units of an em of 1000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from publish.fonts import finder
from publish.fonts.drawn import EM, Drawing, Features, Part, Style, draw, font_file
from publish.fonts.faces import Face
from publish.fonts.orientation import stands_upright
from publish.fonts.subsets import ASCENT
from publish.model.matrix import IDENTITY, Matrix, moved
from publish.text.characters import ZHUYIN_DOT, ZHUYIN_TONES, is_han, is_latin

#: The top of an upright character's square, and its bottom, above the baseline.
TOP = round(ASCENT * EM)
BOTTOM = TOP - EM
#: A quarter turn counter-clockwise that takes the square of a character to itself: what is above
#: comes to the left, where the line begins.
_TURN = Matrix(0, 1, -1, 0, TOP, BOTTOM)


#: Dots of names, which stand in the middle of a square of their own in a column
#: (clreq, #indication_punctuation_marks and #table_of_punctuation_marks: upright).
_DOTS = frozenset("·‧")
#: Stops that a line of the mainland has at the lower left of their square.
_CORNERED = frozenset("，。、．")
#: Two of these are one stroke over two squares (clreq, #indication_punctuation_marks: 破折號).
_DASH = "—"
#: Two or three of these share one square (clreq, #exclamatory_question_marks), with so much
#: white between them.
_EXCLAIM, _BETWEEN = "！？", 160
_APOSTROPHE = "’"
#: The features: what stands upright sign by sign, and what shares one square.
UPRIGHT, TOGETHER = "ss01", "ss02"
#: How broad several signs may be in one square before they are drawn narrower, and then are.
_ROOM, _NARROWED = EM, 0.96 * EM
#: Tones of zhuyin stand at the upper right of the last symbol, which is above them in a column and
#: keeps its room, the dot of the neutral one above the first (clreq, #positioning_of_zhuyin): where
#: the middle of their ink is, right of the square and up from the symbol's head; the dot's room.
_TONE_RIGHT, _TONE_UP, _DOT_TAKES = 280, -100, 400
#: A glyph that shows nothing, for gaps: a quarter em, like the gap between Han and Western.
_GAP = 250


class _Shaped(NamedTuple):
    """A glyph as HarfBuzz sets it: the first of its characters, advances, offset of its origin."""

    glyph: int
    cluster: int
    x_advance: int
    y_advance: int
    x: int
    y: int


class _Source:
    """One face of the chain, scaled to the em, and the characters it is for here."""

    def __init__(self, face: Face, text: str, language: str) -> None:
        import uharfbuzz

        self.face, self.text, self._language = face, text, language
        self._hb = uharfbuzz
        opened = finder.open_face(face.path, face.index)
        self.font: Any = uharfbuzz.Font(opened)
        self.font.scale = (EM, EM)
        self.columns = all(len(opened.reference_table(tag).data) for tag in ("vhea", "vmtx"))
        self.lift = self._lift(opened)
        self.rise = self._rise()

    def shape(
        self, text: str, direction: str = "ltr", features: Mapping[str, bool] = {}
    ) -> tuple[_Shaped, ...]:
        """The glyphs of a text; in columns (``ttb``) HarfBuzz takes the forms of vert by itself."""
        buffer = self._hb.Buffer()
        buffer.add_str(text)
        buffer.direction = direction
        buffer.script = "Latn" if is_latin(text[0]) or text.isascii() else "Hani"
        buffer.language = self._language
        self._hb.shape(self.font, buffer, dict(features))
        return tuple(
            _Shaped(
                info.codepoint,
                info.cluster,
                place.x_advance,
                place.y_advance,
                place.x_offset,
                place.y_offset,
            )
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        )

    def western(self, text: str, **features: bool) -> tuple[_Shaped, ...]:
        """A Western text as it lies, with the figures that the house sets (lnum)."""
        return self.shape(text, features={"lnum": True, **features})

    def _lift(self, opened: Any) -> int:
        """How far the squares of the face stand below ours.

        What lies in a column must keep its height beside what stands: both move together.
        """
        han = next((text for text in self.text if is_han(text)), "")
        if not han and 0x4E00 in opened.unicodes:
            han = "一"
        shaped = self.shape(han, "ttb") if han and self.columns else ()
        return TOP + shaped[0].y if len(shaped) == 1 else 0

    def _rise(self) -> float:
        """How far up figures and capitals go to stand in the middle of a square."""
        for sample in "0H":
            glyph = self.font.get_nominal_glyph(ord(sample))
            ink = self.font.get_glyph_extents(glyph) if glyph else None
            if ink and ink.height:
                return float((TOP + BOTTOM) / 2 - (ink.y_bearing + ink.height / 2))
        return 0.0

    def has_ink(self, row: Sequence[_Shaped]) -> bool:
        """Whether it is one glyph that shows something."""
        ink = self.font.get_glyph_extents(row[0].glyph) if len(row) == 1 else None
        return bool(ink and ink.width)

    def square(self, one: _Shaped) -> Matrix:
        """Where a glyph goes in the square of a character that stands."""
        if self.columns:
            # HarfBuzz counts from the middle of the top of the square.
            return moved(EM / 2 + one.x, TOP + one.y)
        # Without vertical metrics the square is the one that lines have.
        return moved((EM - self.font.get_glyph_h_advance(one.glyph)) / 2, 0)

    def corner(self, glyph: int) -> Matrix:
        """From the lower left quarter of the square to the upper right one, where a face has no
        form of a stop for columns (clreq, #h-punctuation_marks_position)."""
        ink = self.font.get_glyph_extents(glyph)
        right, top = ink.x_bearing + ink.width, ink.y_bearing
        if right > EM / 2 or top > (TOP + BOTTOM) / 2:
            return IDENTITY
        # As far from the right and the top as it was from the left.
        return moved(EM - right - ink.x_bearing, TOP - top - ink.x_bearing)

    def middle(self, glyph: int) -> Matrix:
        """Where the ink of a glyph goes to stand in the middle of a square."""
        ink = self.font.get_glyph_extents(glyph)
        across, up = ink.x_bearing + ink.width / 2, ink.y_bearing + ink.height / 2
        return moved(EM / 2 - across, (TOP + BOTTOM) / 2 - up)


class Recipe:
    """What becomes of the characters of a chain of faces."""

    def __init__(self, shares: Iterable[tuple[Face, str]], language: str) -> None:
        self.sources = [_Source(face, text, language) for face, text in shares]
        self.glyphs: dict[str, Drawing] = {".notdef": _empty_square()}
        self.names: dict[str, str] = {}
        #: Characters that lie, and their faces.
        self.lying: dict[str, _Source] = {}

    def file(self, style: Style, rows: Sequence[str]) -> bytes:
        """The font file."""
        for source in self.sources:
            for character in source.text:
                self._character(source, character)
        dashes = self._dashes()
        latin, kerning = self._western()
        after = self._apostrophe()
        upright = self._upright()
        shared = self._shared(rows)
        self.glyphs["gap"] = draw((), _GAP)
        letters = tuple(name for text, name in self.names.items() if self._is_letter(text))
        features = Features(
            ligatures={"ccmp": self._exclaimed() | dashes, "liga": latin, TOGETHER: shared},
            singles={UPRIGHT: upright, TOGETHER: upright},
            kerning=kerning,
            after=after if letters else {},
            letters=letters,
        )
        points = {ord(text): name for text, name in self.names.items()}
        return font_file(self.glyphs, points, features, style)

    def _character(self, source: _Source, character: str) -> None:
        """Draw a character as columns have it: turned where it stands, else as it is."""
        name = self.names[character] = f"u{ord(character):04X}"
        line = source.western(character) if is_latin(character) else source.shape(character)
        column = source.shape(character, "ttb")
        if character == "\u3000":
            # The height of a blank is not what every face says.
            self.glyphs[name] = draw((), EM)
            return
        other_form = [one.glyph for one in line] != [one.glyph for one in column]
        if character in _DOTS and source.has_ink(line):
            matrix = source.middle(line[0].glyph).then(_TURN)
            self.glyphs[name] = draw([Part(source.font, line[0].glyph, matrix)], EM)
        elif character in ZHUYIN_TONES and source.has_ink(line):
            self.glyphs[name] = _tone(source, line[0].glyph, character == ZHUYIN_DOT)
        elif (other_form and not is_latin(character)) or stands_upright(character):
            cornered = character in _CORNERED and not other_form and source.has_ink(column)
            shift = source.corner(column[0].glyph) if cornered else IDENTITY
            self.glyphs[name] = _column(source, column, shift)
        else:
            self.lying[character] = source
            self.glyphs[name] = _line(source, line)

    def _dashes(self) -> dict[tuple[str, ...], str]:
        """Two dashes as one stroke over two squares."""
        source = next((source for source in self.sources if _DASH in source.text), None)
        if source is None:
            return {}
        row = source.shape(_DASH * 2, "ttb")
        joined = source.columns and len(row) == 1
        self.glyphs["dashes"] = _column(source, row) if joined else self._stretched(source)
        return {(self.names[_DASH],) * 2: "dashes"}

    def _exclaimed(self) -> dict[tuple[str, ...], str]:
        """Exclamation and question marks in one square, the longest rows first."""
        found: dict[tuple[str, ...], str] = {}
        for source in self.sources:
            own = [mark for mark in _EXCLAIM if mark in source.text and mark not in self.lying]
            for row in (*product(own, repeat=3), *product(own, repeat=2)):
                names = tuple(self.names[mark] for mark in row)
                found[names] = "_".join(names)
                self.glyphs[found[names]] = _side_by_side(source, "".join(row))
        return found

    def _stretched(self, source: _Source) -> Drawing:
        """The dash drawn over two squares, with the white that it has at its ends."""
        single = self.glyphs[self.names[_DASH]]
        begin, _, end, _ = single.box or (0, 0, single.advance, 0)
        white = max(0, min(begin, single.advance - end))
        factor = 2 * (EM - white) / max(1, end - begin)
        if _DASH in self.lying:
            dash = source.shape(_DASH)[0]
            placed = moved(0, source.lift)
        else:
            dash = source.shape(_DASH, "ttb")[0]
            placed = source.square(dash).then(_TURN)
        along = Matrix(factor, 0, 0, 1, white - factor * begin, 0)
        return draw([Part(source.font, dash.glyph, placed.then(along))], 2 * EM)

    def _western(self) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, str], int]]:
        """Ligatures and kerning of each face's own letters, as it sets them in a line."""
        ligatures: dict[tuple[str, ...], str] = {}
        kerning: dict[tuple[str, str], int] = {}
        for source in self.sources:
            own = [c for c, whose in self.lying.items() if whose is source and " " < c < "\u0250"]
            joined = []
            for first in own:
                # All its pairs in one question, held apart by blanks, with which nothing joins.
                # A pair is kerned at its first letter (OpenType: GPOS, type 2).
                row = source.western("".join(f"{first}{second} " for second in own))
                at = {one.cluster: one for one in row}
                for place, second in enumerate(own):
                    if 3 * place + 1 not in at:
                        joined.append(first + second)
                    elif 3 * place in at:
                        delta = at[3 * place].x_advance - self.glyphs[self.names[first]].advance
                        if delta:
                            kerning[self.names[first], self.names[second]] = delta
            longer = [a + b[1] for a in joined for b in joined if a[1] == b[0]]
            for text in (*longer, *joined):
                row = source.western(text)
                if len(row) == 1:
                    name = "_".join(self.names[c] for c in text)
                    self.glyphs[name] = _line(source, row)
                    ligatures[tuple(self.names[c] for c in text)] = name
        return ligatures, kerning

    def _is_letter(self, character: str) -> bool:
        return character in self.lying and is_latin(character)

    def _apostrophe(self) -> dict[str, str]:
        """The Chinese quotation mark that stands for an apostrophe lies after a letter, like it,
        and is the letters' own where their face has one."""
        if _APOSTROPHE not in self.names:
            return {}
        homes = [source for c, source in self.lying.items() if is_latin(c)]
        homes += [source for source in self.sources if _APOSTROPHE in source.text]
        for source in homes:
            row = source.western(_APOSTROPHE)
            if row and all(one.glyph for one in row):
                self.glyphs["apostrophe"] = _line(source, row)
                return {self.names[_APOSTROPHE]: "apostrophe"}
        return {}

    def _upright(self) -> dict[str, str]:
        """Each Western sign upright in a square."""
        found = {}
        for character, source in self.lying.items():
            if " " < character < "\u0250" and character != "\xa0":
                name = f"{self.names[character]}.up"
                self.glyphs[name] = _square(source, character)
                found[self.names[character]] = name
        return found

    def _shared(self, rows: Sequence[str]) -> dict[tuple[str, ...], str]:
        """Rows of signs upright in one square, the longest first, so that it is found first."""
        digits = [digit for digit in "0123456789" if digit in self.lying]
        pairs = [a + b for a in digits for b in digits]
        found = {}
        for row in sorted({*rows, *pairs}, key=lambda row: (-len(row), row)):
            source = self.lying.get(row[0])
            if source is not None and all(self.lying.get(sign) is source for sign in row):
                name = "_".join(self.names[sign] for sign in row) + ".up"
                self.glyphs[name] = _square(source, row)
                found[tuple(self.names[sign] for sign in row)] = name
        return found


def _column(source: _Source, column: Sequence[_Shaped], shift: Matrix = IDENTITY) -> Drawing:
    """Glyphs as they stand in a column, one below the other, turned."""
    parts, below = [], 0
    for one in column:
        matrix = source.square(one).then(moved(0, below)).then(shift).then(_TURN)
        parts.append(Part(source.font, one.glyph, matrix))
        below += one.y_advance if source.columns else -EM
    return draw(parts, -below)


def _tone(source: _Source, glyph: int, dot: bool) -> Drawing:
    """A tone of zhuyin in a column: beside the symbol before it, or the dot in room of its own."""
    right, up = (0, (EM - _DOT_TAKES) / 2) if dot else (EM / 2 + _TONE_RIGHT, 1.5 * EM + _TONE_UP)
    matrix = source.middle(glyph).then(moved(right, up)).then(_TURN)
    return draw([Part(source.font, glyph, matrix)], _DOT_TAKES if dot else 0)


def _line(source: _Source, row: Sequence[_Shaped]) -> Drawing:
    """Glyphs as they stand in a line, which lie in a column."""
    parts, at = [], 0
    for one in row:
        parts.append(Part(source.font, one.glyph, moved(at + one.x, one.y + source.lift)))
        at += one.x_advance
    return draw(parts, at)


def _square(source: _Source, text: str) -> Drawing:
    """Signs upright in the middle of one square, narrower where the face has such forms (hwid,
    twid) or where they would not fit."""
    row = source.western(text, liga=False)
    narrow = {2: {"hwid": True}, 3: {"twid": True}}.get(len(text), {})
    if sum(one.x_advance for one in row) > _ROOM and narrow:
        row = source.western(text, liga=False, **narrow)
    width = sum(one.x_advance for one in row)
    factor = 1.0 if width <= _ROOM else _NARROWED / width
    at = (EM - factor * width) / 2
    parts = []
    for one in row:
        place = Matrix(factor, 0, 0, 1, at + factor * one.x, one.y + source.rise)
        parts.append(Part(source.font, one.glyph, place.then(_TURN)))
        at += factor * one.x_advance
    return draw(parts, EM)


def _side_by_side(source: _Source, marks: str) -> Drawing:
    """Upright marks beside each other in the middle of one square, each as high as it stands in a
    square of its own, narrower where they would not fit."""
    shaped = [source.shape(mark, "ttb")[0] for mark in marks]
    inks = [source.font.get_glyph_extents(one.glyph) for one in shaped]
    width = sum(ink.width for ink in inks) + _BETWEEN * (len(marks) - 1)
    factor = min(1.0, _NARROWED / max(1, width))
    at, parts = (EM - factor * width) / 2, []
    for one, ink in zip(shaped, inks, strict=True):
        up = source.square(one).f
        place = Matrix(factor, 0, 0, 1, at - factor * ink.x_bearing, up)
        parts.append(Part(source.font, one.glyph, place.then(_TURN)))
        at += factor * (ink.width + _BETWEEN)
    return draw(parts, EM)


def _empty_square() -> Drawing:
    """What stands for a character that is not there: nothing, one em wide.  The build has told of
    it as an error (F-GLYPH) before."""
    return draw((), EM)
