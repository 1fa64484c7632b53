"""What happens between two neighbouring characters: may a line end there, a gap, room to open."""

from __future__ import annotations

import re
from functools import lru_cache

from publish.text.characters import NUMBER_PREFIX
from publish.typeset.classes import (
    BREAK,
    CONNECTOR,
    DASH,
    ENDING,
    FIXED,
    HAN,
    INTERPUNCT,
    LATIN,
    LEADER,
    NEVER_FIRST,
    NUMBER_SUFFIX,
    OPEN,
    OTHER,
    SOFT,
    SOLIDUS,
    SPACE,
    SQUARE,
    ZERO,
)
from publish.typeset.rules import Kinsoku

_SQUARES = frozenset(HAN + SQUARE)
_NEVER_OPENED = frozenset(SPACE + FIXED + ZERO + SOFT + BREAK + LEADER)
_AROUND_RIGID = frozenset(CONNECTOR + SOLIDUS)
_WESTERN_OPEN = frozenset("([{<\"'«‹")
_WESTERN_CLOSE = frozenset(")]}>\"'»›.,;:!?%-/")
#: Units that stay with the number before them when a blank stands between.
UNITS = re.compile("[kcmμn]?[mgsWVAL]|min|[kMG]?Hz|[KMGTP]?B|[km]?Pa|kWh|MW|bit|[hKt]|°[CF]")


def may_break(before: str, after: str, kinds: str, level: Kinsoku) -> bool:
    """Whether a line may end between two characters of the classes ``kinds``.

    The levels are those of clreq, #prohibition_rules_for_line_start_end: basic (closing marks,
    interpuncts and connectors never first, opening marks never last), gb (a solidus never last),
    strict (dashes and ellipses never first); ours keeps a solidus from both ends at any level.
    """
    a, b = kinds[0], kinds[1]
    if b in (SPACE, ZERO, BREAK, SOFT) or FIXED in kinds:
        return False
    if level == "none":
        return not (a == b == LATIN or (a == b == DASH and before == after))
    if b in ENDING or a == OPEN or b in (INTERPUNCT, CONNECTOR) or SOLIDUS in kinds:
        return False
    if b == DASH and (level == "strict" or before == after):
        return False
    if after in NEVER_FIRST:
        return False
    if is_number(before, after):
        return False
    if a == SPACE or a in (ZERO, SOFT):
        return True
    if b == OTHER and after in _WESTERN_CLOSE:
        return False
    if a == OTHER and before in _WESTERN_OPEN:
        return False
    if before == "’" and b == LATIN and after.isascii():
        return False  # an apostrophe, as in ’90s
    # A word goes on over a change of style.
    return not (a in (LATIN, OTHER) and b in (LATIN, OTHER))


def is_number(before: str, after: str) -> bool:
    """Whether a number and its sign meet (clreq, #h-digits_and_their_prefix_and_suffix)."""
    return (before in NUMBER_PREFIX and after.isdecimal()) or (
        before.isdecimal() and after in NUMBER_SUFFIX
    )


def has_gap(kinds: str) -> bool:
    """Whether Han meets Western here (clreq,
    #mixed_text_composition_in_horizontal_writing_mode)."""
    a, b = kinds[0], kinds[1]
    return (a in _SQUARES and b == LATIN) or (a == LATIN and b in _SQUARES)


def may_open(before: str, after: str, kinds: str) -> bool:
    """Whether a line may open this joint to fill itself: every gap, but not inside a unit, nor
    around connectors and solidi, nor where Western text and its own blanks are concerned
    (clreq, #procedures_for_inter-character_space_expansion, step 3)."""
    a, b = kinds[0], kinds[1]
    if a in _NEVER_OPENED or b in _NEVER_OPENED or a in _AROUND_RIGID or b in _AROUND_RIGID:
        return False
    if a == b == DASH and before == after:
        return False
    western = (LATIN, OTHER)
    if a in western or b in western:
        # Beside Han the gap has its own limit; beside a mark there is none to open.
        return False
    return not (b in ENDING and after in "！？" and before in "！？")


@lru_cache(maxsize=16384)
def joint(before: str, after: str, kinds: str, level: Kinsoku) -> tuple[bool, bool, bool]:
    """Whether a line may end between two characters, whether it may open there, and whether Han
    meets Western.  Which Han they are does not matter: give one for all."""
    return (
        may_break(before, after, kinds, level),
        may_open(before, after, kinds),
        # A sign on a square is part of its number: 25℃.
        has_gap(kinds) and not is_number(before, after),
    )
