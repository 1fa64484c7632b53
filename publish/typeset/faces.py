"""Faces as line composition sees them: advances, ink and shapes, asked once and remembered.

The back end answers through :class:`Shaper`: WeasyPrint's Pango today, a turned face or another
engine tomorrow.  Lengths are in the back end's unit (px in WeasyPrint), the same in all faces of a
paragraph.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import NamedTuple, Protocol

from publish.records import dataclass
from publish.typeset.classes import (
    BREAK,
    FIXED,
    HAN,
    LATIN,
    LEADER,
    MARK,
    OBJECT,
    OTHER,
    SIGNS,
    SOFT,
    SPACE,
    SQUARE,
    UNKNOWN,
    ZERO,
    Region,
    SignRule,
    class_of,
    sign_rule,
)

#: A character this close to one em stands on a square, in em.
_OFF_SQUARE = 0.002
#: What the ink of a connector may stand out of its space, in em: faces draw it a little wide.
_TIGHT = 0.05
#: What has no glyph to look for.
_NO_GLYPH = frozenset((SPACE, FIXED, ZERO, SOFT, MARK, OBJECT, LEADER, BREAK, UNKNOWN))


class Glyph(NamedTuple):
    """One glyph: its font (compared by identity), its number, its advance, its horizontal offset,
    and the index of the first character of its cluster in the shaped text."""

    font: object
    number: int
    advance: float
    offset: float
    cluster: int


class Shaper(Protocol):
    """What a back end knows of one face in one size."""

    @property
    def size(self) -> float:
        """The em."""

    def shape(self, text: str) -> tuple[Glyph, ...] | None:
        """The glyphs of a text set as one run from left to right, or None if it cannot be."""

    def ink(self, glyph: Glyph) -> tuple[float, float]:
        """Where the ink of a glyph begins and ends, from its origin."""

    def width(self, glyph: Glyph) -> float:
        """The advance of the glyph as its font has it, without kerning."""

    def settle(self, font: object, numbers: tuple[tuple[int, str], ...]) -> object:
        """The font in which these glyphs stand for these texts: the font itself, or one that is
        the same but for its ToUnicode, where a glyph stands for something else already (a dash
        ligature, radicals that share an outline with Han)."""

    def blank(self, font: object) -> tuple[int, float] | None:
        """A glyph of the font that shows nothing, and its advance."""


class Piece(NamedTuple):
    """Glyphs of one font in a word, ready to be shown.

    ``shown`` is the inside of a PDF TJ array, kerning included; ``numbers`` are the glyphs, with
    the text of the cluster each stands for.
    """

    font: object
    shown: str
    numbers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark: ``advance`` is the space it takes by itself, ``shift`` moves its ink in it,
    ``before`` and ``after`` are the blanks it may lose, ``blank`` all that is white after its ink,
    ``width`` what its glyph moves on by, ``em`` its size; all lengths of the back end."""

    piece: Piece
    kind: str
    advance: float
    width: float
    shift: float
    before: float
    after: float
    blank: float
    em: float
    rule: SignRule


@dataclass(frozen=True, slots=True)
class Word:
    """A Western word: ``advances`` has one number a character, with what a cluster of several
    takes at its first; ``breakable[i]`` is false where a cluster goes on after character i."""

    pieces: tuple[Piece, ...]
    advances: tuple[float, ...]
    breakable: tuple[bool, ...]


class Unlearned(Exception):
    """A character that a face has not been asked for yet."""


class _Letters(dict[int, str]):
    """Code point to class letter; for ``str.translate``, which leaves what raises LookupError."""

    def __missing__(self, code: int) -> str:
        raise Unlearned(chr(code))


class Face:
    """One style of text: what each character is, and how it is shown."""

    def __init__(self, shaper: Shaper, region: Region) -> None:
        self.shaper = shaper
        self.region = region
        self.em = shaper.size
        #: Code point to class letter, and to the four digits of its glyph (Han only).
        self.letters: dict[int, str] = _Letters()
        self.shown: dict[int, str] = {}
        self.known: set[str] = set()
        self._signs: dict[str, Sign] = {}
        self._words: dict[str, Word | None] = {}
        self._gaps: dict[tuple[object, int], tuple[Piece, float] | None] = {}
        #: What composition has found out about words and marks, by what it depends on.
        self.partings: dict[tuple[str, str, bool], tuple[bytes, tuple[int, ...]]] = {}
        self.slots: dict[tuple[object, ...], object] = {}
        #: The first font: that of Han.
        self.font: object = None

    def learn(self, text: str) -> None:
        """Look up every character of a text that is new."""
        new = [character for character in dict.fromkeys(text) if character not in self.known]
        han = [character for character in new if class_of(character) == HAN]
        self._learn_han(han)
        for character in new:
            if character not in self.known:
                self.known.add(character)
                self.letters[ord(character)] = self._letter(character)

    def _learn_han(self, characters: list[str]) -> None:
        """Han characters on the square of the first font, all in one question.

        They do not change each other: a face of Chinese has no context between Han.
        """
        glyphs = self.shaper.shape("".join(characters)) if characters else None
        if glyphs is None or len(glyphs) != len(characters):
            return
        if self.font is None:
            counted = Counter(glyph.font for glyph in glyphs if self._on_square(glyph))
            if counted:
                self.font = counted.most_common(1)[0][0]
        for character, glyph in zip(characters, glyphs, strict=True):
            if glyph.font is self.font and self._on_square(glyph) and not glyph.offset:
                if self.shaper.settle(self.font, ((glyph.number, character),)) is not self.font:
                    continue
                self.known.add(character)
                self.letters[ord(character)] = HAN
                self.shown[ord(character)] = f"{glyph.number:04x}"

    def _on_square(self, glyph: Glyph) -> bool:
        off = max(abs(glyph.advance - self.em), abs(self.shaper.width(glyph) - self.em))
        return off <= _OFF_SQUARE * self.em

    def _letter(self, character: str) -> str:
        """The class of a character in this face."""
        letter = class_of(character)
        if letter in _NO_GLYPH:
            return letter
        if letter in (HAN, SQUARE, LATIN, OTHER):
            # Han of another font, a full-width letter, a circled figure: shaped as a word of one
            # character, and Han for every rule if it stands on a square.
            glyphs = self.shaper.shape(character)
            if glyphs is None:
                return UNKNOWN
            square = len(glyphs) == 1 and abs(glyphs[0].advance - self.em) <= _OFF_SQUARE * self.em
            if square and not character.isascii():
                return SQUARE
            return OTHER if letter in (HAN, SQUARE) else letter
        if sign_rule(character, self.region) is not None and self.sign(character) is None:
            return UNKNOWN
        return letter

    def sign(self, character: str) -> Sign | None:
        """The mark in this face; None if it has no single glyph for it."""
        found = self._signs.get(character)
        if found is not None:
            return found
        rule = sign_rule(character, self.region)
        glyphs = self._among_han(character)
        if rule is None or glyphs is None or len(glyphs) != 1:
            return None
        glyph = glyphs[0]
        begin, end = self.shaper.ink(glyph)
        advance, shift, em = glyph.advance, 0.0, self.em
        if rule.space is not None and end > begin:
            # Its ink in the middle of the space it is to have, where that is room enough.
            advance = max(rule.space * em, end - begin - _TIGHT * em)
            shift = (advance - (end - begin)) / 2 - begin
        left, right = begin + shift, advance - end - shift
        before = min(rule.before * em, max(0.0, left)) if advance > 0.8 * em else 0.0
        after = min(rule.after * em, max(0.0, right)) if advance > 0.8 * em else 0.0
        numbers = ((glyph.number, character),)
        font = self.shaper.settle(glyph.font, numbers)
        piece = Piece(font, f"{glyph.number:04x}", numbers)
        width = self.shaper.width(glyph)
        shift += glyph.offset
        sign = Sign(piece, rule.kind, advance, width, shift, before, after, right, em, rule)
        self._signs[character] = sign
        return sign

    def _among_han(self, text: str) -> tuple[Glyph, ...] | None:
        """The glyphs of a text between two Han characters that the face has: a blank comes from the
        font of what stands before it."""
        han = chr(next(iter(self.shown), ord("中")))
        glyphs = self.shaper.shape(f"{han}{text}{han}")
        if glyphs is None:
            return None
        inside = range(1, len(text) + 1)
        return tuple(g._replace(cluster=g.cluster - 1) for g in glyphs if g.cluster in inside)

    def word(self, text: str) -> Word | None:
        """A Western word, or a unit of dashes, shaped as a whole; None if it cannot be."""
        if text in self._words:
            return self._words[text]
        # Dashes and the like have forms of their own among Han.
        chinese = class_of(text[0]) in SIGNS or text == "\u3000"
        glyphs = self._among_han(text) if chinese else self.shaper.shape(text)
        word = None if not glyphs else self._word(text, glyphs)
        self._words[text] = word
        return word

    def _word(self, text: str, glyphs: tuple[Glyph, ...]) -> Word:
        starts = sorted({glyph.cluster for glyph in glyphs} | {len(text)})
        following = dict(pairwise(starts))
        advances, breakable = [0.0] * len(text), [True] * len(text)
        for start, end in following.items():
            for index in range(start, end - 1):
                breakable[index] = False
        pieces: list[Piece] = []
        numbers: list[tuple[int, str]] = []
        shown, font = "", glyphs[0].font
        told: set[int] = set()
        texts: dict[int, str] = {}
        owed = 0.0
        for glyph in map(self._apostrophe, glyphs) if "’" in text else glyphs:
            advances[glyph.cluster] += glyph.advance
            first = glyph.cluster not in told
            cluster = text[glyph.cluster : following[glyph.cluster]] if first else ""
            # A glyph stands for one text in a font; where for another, the font's twin goes on.
            if glyph.font is not font or texts.get(glyph.number, cluster) != cluster:
                pieces.append(self._piece(font, shown, numbers))
                shown, numbers, font = "", [], glyph.font
                texts.clear()
            texts[glyph.number] = cluster
            owed += glyph.offset
            if abs(owed) > 1e-4 * self.em:
                shown += f">{-1000 * owed / self.em:.2f}<"
                owed = 0.0
            shown += f"{glyph.number:04x}"
            # A cluster's text belongs to its first glyph.
            told.add(glyph.cluster)
            numbers.append((glyph.number, cluster))
            owed += glyph.advance - self.shaper.width(glyph) - glyph.offset
        if abs(owed) > 1e-4 * self.em:
            shown += f">{-1000 * owed / self.em:.2f}<"
        pieces.append(self._piece(font, shown, numbers))
        return Word(tuple(pieces), tuple(advances), tuple(breakable))

    def _apostrophe(self, glyph: Glyph) -> Glyph:
        """A glyph of a word; the apostrophe of a Chinese face, on a whole square, takes what its
        ink takes."""
        if glyph.advance < 0.8 * self.em:
            return glyph
        begin, end = self.shaper.ink(glyph)
        side = 0.04 * self.em
        return glyph._replace(advance=end - begin + 2 * side, offset=side - begin)

    def _piece(self, font: object, shown: str, numbers: list[tuple[int, str]]) -> Piece:
        told = tuple(numbers)
        return Piece(self.shaper.settle(font, told), shown, told)

    def gap(self, font: object, number: int, text: str) -> tuple[Piece, float] | None:
        """A glyph followed by one that shows nothing, which carries the gap after it; and the
        advance of the latter.  None if the font has none.

        Where text is copied, readers take white for a blank unless a glyph fills it; the glyph is
        told to be U+200B, and /ActualText takes it out where that is read.
        """
        key = (font, number)
        if key not in self._gaps:
            blank = self.shaper.blank(font)
            if blank is None:
                self._gaps[key] = None
            else:
                numbers = ((number, text), (blank[0], "\u200b"))
                piece = Piece(self.shaper.settle(font, numbers), f"{number:04x}", numbers)
                self._gaps[key] = (piece, blank[1])
        return self._gaps[key]
