"""How characters are read: the one door to pypinyin, opened when readings are asked for.

Its import takes a fifth of a second and 58 megabytes, most of it for phrases.
"""

from __future__ import annotations

from functools import cache


@cache
def readings(character: str) -> frozenset[str]:
    """The readings of a Han character in Hanyu pinyin without tones, rare ones included.

    ``readings("单")`` is ``{"dan", "shan", "chan"}``.  A character without a known reading has
    none.
    """
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(reading for readings in found for reading in readings if reading)
