"""What clreq says of each mark, by region: its class, its width, the blank it may give up.

All lengths in em.  Sources: clreq (2024-03) #indication_punctuation_marks,
#h-punctuation_adjustment_space, #prohibition_rules_for_line_start_end,
#glyphs_sizes_and_positions_in_character_faces_of_punctuation_marks.
"""

from __future__ import annotations

import re
from typing import Literal

Region = Literal["cn", "tw", "hk"]
REGIONS: tuple[Region, ...] = ("cn", "tw", "hk")

OPENING = "“‘「『（《〈【〖〔［｛"
CLOSING = "”’」』）》〉】〗〕］｝"
COMMAS = "、，；"
STOPS = "。．？！"
COLON = "："
PAUSES = COMMAS + STOPS + COLON
INTERPUNCTS = "·・‧"
CONNECTORS = "～–—-"
SOLIDI = "/／"
DASHES = "—⸺"
ELLIPSES = "…⋯"

#: Marks of basic kinsoku: these never open a line (KB-01), those never close one (KB-02).
NO_START = PAUSES + CLOSING + CONNECTORS + INTERPUNCTS
NO_END = OPENING
#: Marks of one full square whose blank may be taken when two of them meet (PW-02).
SQUARE = OPENING + CLOSING + PAUSES

#: A serial is written with these; no other text of a probe has them.
DIGITS = "零一二三四五六七八九甲乙丙丁戊己"


def is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def is_latin(character: str) -> bool:
    """Letters and digits that take a gap beside Han: Latin and Greek."""
    return character.isalnum() and character < "\u0400"


def centred(character: str, region: Region) -> bool:
    """Whether the mark stands in the middle of its square (tw, hk) or at its start (cn)."""
    return region != "cn" and character in PAUSES


def width(character: str, region: Region) -> float | None:
    """The natural width of a Chinese character; None for what the face decides (Latin)."""
    if character in "·・‧":
        return 0.5 if region == "cn" else 1.0
    if character == "–":
        return 0.5
    if character in SOLIDI:
        return 0.5 if region == "cn" else 1.0
    if is_han(character) or character in SQUARE or character in "～—…⋯":
        return 1.0
    if character == "⸺":
        return 2.0
    return None


def sides(character: str, region: Region) -> tuple[float, float]:
    """The blank to the left and to the right of the mark's own half square."""
    if character in OPENING:
        return (0.5, 0.0)
    if character in CLOSING:
        return (0.0, 0.5)
    if character in PAUSES:
        return (0.25, 0.25) if centred(character, region) else (0.0, 0.5)
    if character in INTERPUNCTS and region != "cn":
        return (0.25, 0.25)
    return (0.0, 0.0)


def step(character: str, region: Region) -> int:
    """The step of line reduction at which a mark within the line gives up its blank, 0 for never
    (#procedures_for_inter-character_spacing_reduction).  The colon, which the text leaves out,
    goes with the commas (GB/T 15834 counts it among the marks within a sentence)."""
    if character in INTERPUNCTS:
        return 0 if region == "cn" else 3
    if character in OPENING + CLOSING:
        return 4
    if character in COMMAS + COLON:
        return 5
    if character in STOPS:
        fixed = region != "cn" and character in "？！"  # #h-punctuation_adjustment_space
        return 0 if fixed else 7
    return 0


#: Quotation marks of a manuscript in mainland style, and what the other regions use.
_QUOTES = str.maketrans("“”‘’", "「」『』")


def in_region(text: str, region: Region) -> str:
    """The text as an edition of the region is to have it; an apostrophe stays one."""
    if region == "cn":
        return text
    quoted = text.translate(_QUOTES)
    return re.sub(r"(?<=[A-Za-z])』(?=[A-Za-z])", "’", quoted)
