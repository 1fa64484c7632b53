"""What a character is: Han by code point range, full and half width, Latin.

The ranges are the blocks of Unicode 17 that hold Han characters (Blocks.txt):
the basic block, extensions A to J, the compatibility ideographs of the basic
plane and of plane 2, and ``〇``, which is a number in Chinese text.  Radicals
(U+2E80-2FDF) are not Han here: text has them by mistake, and mend replaces them.
"""

from __future__ import annotations

import re
import unicodedata

#: First and last code point of each run of Han characters, ascending.
HAN_RANGES: tuple[tuple[int, int], ...] = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # the basic block
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x2A6DF),  # extension B
    (0x2A700, 0x2EE5F),  # extensions C to F and I
    (0x2F800, 0x2FA1F),  # compatibility ideographs supplement
    (0x30000, 0x3347F),  # extensions G, H and J
)

#: The same as the inside of a character class for :mod:`re`.
HAN_CLASS = "".join(
    chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES
)

#: Punctuation that Chinese text sets on a full em, as the inside of a character class:
#: CJK symbols and punctuation without 〇, full-width forms, curly quotation marks, dash,
#: ellipsis and middle dot (clreq section 3.1).
PUNCTUATION_CLASS = (
    "\u3000-\u3006\u3008-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65‘’“”—…·"
)

#: Letters and digits of Western words (up to Latin Extended-B), as the inside of a character class;
#: and the accents that combine, for text that is not composed.
WORD_CLASS = "0-9A-Za-zÀ-ÖØ-öø-ɏ"
ACCENT_CLASS = "\u0300-\u036f"

#: Signs that belong to the number after them (clreq, #h-digits_and_their_prefix_and_suffix; what
#: counts is JLREQ's appendix A), also as the inside of a character class.
NUMBER_PREFIX_CLASS = "￥¥$＄€£￡№#＃§±＋+−－"
NUMBER_PREFIX = frozenset(NUMBER_PREFIX_CLASS)

_HAN = re.compile(f"[{HAN_CLASS}]")
_PUNCTUATION = re.compile(f"[{PUNCTUATION_CLASS}]")


def is_han(character: str) -> bool:
    """Whether the character is a Han ideograph."""
    return _HAN.match(character) is not None


def has_han(text: str) -> bool:
    """Whether any character of the text is a Han ideograph."""
    return _HAN.search(text) is not None


def is_chinese_punctuation(character: str) -> bool:
    """Whether the character is punctuation as Chinese text uses it (:data:`PUNCTUATION_CLASS`)."""
    return _PUNCTUATION.match(character) is not None


def is_chinese(character: str) -> bool:
    """Whether the character is of Chinese text: an ideograph, a mark, or a radical that stands for
    an ideograph; the empty text is not."""
    if not character:
        return False
    return (
        is_han(character) or is_chinese_punctuation(character) or "\u2e80" <= character <= "\u2fdf"
    )


def is_full_width(character: str) -> bool:
    """Whether the character takes a full em: East Asian width W or F (UAX #11)."""
    return unicodedata.east_asian_width(character) in "WF"


def is_latin(character: str) -> bool:
    """Whether the character is a letter or digit of a Latin word (diacritics included)."""
    return character.isalnum() and ord(character) < 0x0250


#: The tone marks of bopomofo, and the one of them that stands above its symbols.
ZHUYIN_TONES, ZHUYIN_DOT = "ˊˇˋ˙˪˫", "˙"


def is_zhuyin(text: str) -> bool:
    """Whether a reading is bopomofo: its symbols, tone marks and blanks, and nothing else."""
    return re.fullmatch(f"[\u3100-\u312f\u31a0-\u31bf {ZHUYIN_TONES}]+", text) is not None
