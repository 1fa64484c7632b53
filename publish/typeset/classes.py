"""Character classes of Chinese line composition, by region: the one table.

A class is one letter, so that the classes of a text are a string as long as the text and regular
expressions can find what needs attention: of a hundred characters of a book some eighty-five are
Han and need none.  Which marks belong where is clreq's (#table_of_punctuation_marks), the blank a
mark may lose and on which side is its #h-punctuation_adjustment_space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

from publish.records import dataclass
from publish.text.characters import NUMBER_PREFIX, is_full_width, is_han

Region = Literal["cn", "tw", "hk"]

HAN = "H"  #: a character on a square of one em that is no mark
SQUARE = "q"  #: on a square too, but not one of the first font's Han, or never first in a line
OPEN = "o"  #: opening bracket or quotation mark
CLOSE = "c"  #: closing bracket or quotation mark
PAUSE = "p"  #: pause inside a sentence: ，、；：
STOP = "s"  #: full stop: 。．
EXCLAIM = "e"  #: ！？ ‼ ⁇ ⁈ ⁉
DASH = "d"  #: dashes and ellipses, which form units of their own kind: —— …… ⸺ ⋯⋯
CONNECTOR = "j"  #: ～ – and a single —
INTERPUNCT = "m"  #: · ・ ‧
SOLIDUS = "v"  #: ／, and / between Han
LATIN = "l"  #: letter, digit, or sign that counts as one beside Han
OTHER = "x"  #: anything else of a Western run: brackets, points, hyphens
SPACE = " "  #: a blank at which a line may end
FIXED = "f"  #: a blank at which none may, and the word joiner
ZERO = "z"  #: U+200B: nothing to see, but a line may end here
SOFT = "y"  #: soft hyphen
MARK = "k"  #: combining character: belongs to the one before it
OBJECT = "b"  #: an image, a formula, a box in the line (U+FFFC)
LEADER = "r"  #: fills what the line leaves (U+FFF9, never part of a text)
BREAK = "n"  #: a forced end of line
UNKNOWN = "!"  #: cannot be set here: right to left, or no glyph

OBJECT_CHARACTER = "\ufffc"
LEADER_CHARACTER = "\ufff9"

#: Marks on a square of their own, as regular expressions need them.
SIGNS = OPEN + CLOSE + PAUSE + STOP + EXCLAIM + DASH + CONNECTOR + INTERPUNCT + SOLIDUS
#: Those whose blank a neighbouring mark may take (clreq,
#: #h-adjustment_of_adjacent_punctuation_marks).
SQUEEZED = frozenset(OPEN + CLOSE + PAUSE + STOP + EXCLAIM)
#: Marks that end something: none of them may begin a line.
ENDING = frozenset(CLOSE + PAUSE + STOP + EXCLAIM)

_TABLE: Mapping[str, str] = {
    OPEN: "“‘「『（《〈【〖〔［｛〘〚｟",
    CLOSE: "”’」』）》〉】〗〕］｝〙〛｠",
    PAUSE: "，、；：",
    STOP: "。．｡",
    EXCLAIM: "！？‼⁇⁈⁉",
    DASH: "…⋯⸺",
    CONNECTOR: "～–—〜",
    INTERPUNCT: "·・‧",
    SOLIDUS: "／",
    FIXED: "\u00a0\u202f\u2060\ufeff",
    ZERO: "\u200b",
    SOFT: "\u00ad",
    OBJECT: OBJECT_CHARACTER,
    LEADER: LEADER_CHARACTER,
    BREAK: "\n",
    SPACE: " ",
}
_CLASS_OF = {character: letter for letter, characters in _TABLE.items() for character in characters}

#: Western signs that take the gap beside Han as letters do; brackets, points and hyphens do not.
_WESTERN_SIGNS = frozenset("%‰°′″$£€¥#&+=@~_^<>*µ§№℃℉±×÷−")

#: Characters on a square that may not begin a line: iteration and length marks, units.
NEVER_FIRST = frozenset("々〻ゝゞヽヾー℃℉％‰°′″")
#: Signs that belong to the number before them (as :data:`publish.text.characters.NUMBER_PREFIX` do
#: to the one after them).
NUMBER_SUFFIX = frozenset("％%‰℃℉°′″￠")

_JOINERS = "\u200c\u200d"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI"})
#: Scripts whose letters join or reorder: the first and last code points of their blocks.
_COMPLEX = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u18af]")


@cache
def class_of(character: str) -> str:
    """The class letter of a character, as far as the character alone decides it.

    A letter that stands on a square in its face (full-width Latin, a numeral in a circle) counts
    as Han; :class:`publish.typeset.faces.Face` knows.
    """
    known = _CLASS_OF.get(character)
    if known is not None:
        return known
    if is_han(character):
        return HAN
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Mc") or character in _JOINERS or character in _SKIN_TONES:
        return MARK
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT or _COMPLEX.match(character):
        return UNKNOWN
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return UNKNOWN
    if category == "Zs":
        return FIXED
    if is_full_width(character):
        square = character in NEVER_FIRST or character in NUMBER_PREFIX or character == "\u3000"
        return SQUARE if square else HAN
    if category[0] in "LN" or character in _WESTERN_SIGNS:
        return LATIN
    return OTHER


@dataclass(frozen=True, slots=True)
class SignRule:
    """How a mark stands on its square; lengths in em of its own size.

    ``space`` is the space it takes by itself, None for what its face gives it.  ``before`` and
    ``after`` are the blanks it may lose (clreq, #h-punctuation_adjustment_space): a bracket and a
    mainland point lose half a square on one side, a centred point a quarter on both.
    ``adjustable`` says whether it may lose them to even a line out; beside another mark it loses
    them in any case.  ``order`` is its place in the order of reduction
    (clreq, #procedures_for_inter-character_spacing_reduction): the lowest shrinks first.
    """

    kind: str
    space: float | None = None
    before: float = 0.0
    after: float = 0.0
    adjustable: bool = True
    order: int = 0


#: Steps of reduction (clreq, same place), the first to shrink first.
SHRINK_LINE_END, SHRINK_SPACE, SHRINK_INTERPUNCT, SHRINK_BRACKET = 1, 2, 3, 4
SHRINK_PAUSE, SHRINK_GAP, SHRINK_STOP = 5, 6, 7

_ORDER = {
    OPEN: SHRINK_BRACKET,
    CLOSE: SHRINK_BRACKET,
    PAUSE: SHRINK_PAUSE,
    STOP: SHRINK_STOP,
    EXCLAIM: SHRINK_STOP,
    INTERPUNCT: SHRINK_INTERPUNCT,
}


@cache
def sign_rule(character: str, region: Region) -> SignRule | None:
    """The rule of a mark in a region; None for what is no mark."""
    kind = class_of(character)
    mainland = region == "cn"
    if kind == OPEN:
        return SignRule(kind, before=0.5, order=_ORDER[kind])
    if kind == CLOSE:
        return SignRule(kind, after=0.5, order=_ORDER[kind])
    if kind in (PAUSE, STOP):
        if mainland:
            return SignRule(kind, after=0.5, order=_ORDER[kind])
        return SignRule(kind, before=0.25, after=0.25, order=_ORDER[kind])
    if kind == EXCLAIM:
        # ！？ never shrink in Taiwan and Hong Kong, but two of them share a square everywhere
        # (clreq, #exclamatory_question_marks).
        if mainland:
            return SignRule(kind, after=0.5, order=_ORDER[kind])
        return SignRule(kind, before=0.25, after=0.25, adjustable=False)
    if kind == INTERPUNCT:
        # Half a square in mainland China, a whole one elsewhere, of which it may lose half
        # (clreq, #indication_punctuation_marks).
        if mainland:
            return SignRule(kind, space=0.5, adjustable=False)
        return SignRule(kind, space=1.0, before=0.25, after=0.25, order=_ORDER[kind])
    if kind == CONNECTOR:
        return SignRule(kind, space=0.5 if character == "–" else 1.0, adjustable=False)
    if kind == SOLIDUS or character == "/":
        return SignRule(kind, space=0.5 if mainland else 1.0, adjustable=False)
    if kind == DASH:
        return SignRule(kind, space=2.0 if character == "⸺" else 1.0, adjustable=False)
    return None
