"""Numbers of vertical text in Han numerals: years digit by digit, counts in words of number.

What: ``2025年`` becomes ``二〇二五年``, ``60条`` ``六十条``; decimals, versions, percentages,
numbers over four digits, and what stands beside Latin letters stay as they are.
Why: in vertical lines Arabic numerals lie on their side or stand in a square of their own; books
in Chinese write years and counts in Han numerals (GB/T 15835-2011, 4.2 and 5; clreq,
#handling_of_numbers_in_vertical_writing_mode).
Before: ``2025年，60条，3.5倍``  After: ``二〇二五年，六十条，3.5倍``
"""

from __future__ import annotations

from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_BEFORE = r"(?<![0-9A-Za-z.,:/%+\-–~$¥￥€#&_@])"
_YEAR = late(rf"{_BEFORE}[0-9]{{4}}(?=年)")
_COUNT = late(rf"{_BEFORE}[0-9]{{1,4}}(?=[{HAN_CLASS}])")


def in_han(text: str) -> str:
    """A text with its years and counts in Han numerals."""
    text = _YEAR.sub(lambda match: "".join(_DIGITS[int(digit)] for digit in match[0]), text)
    return _COUNT.sub(lambda match: _count(match[0]), text)


def _count(digits: str) -> str:
    """60 is 六十, 105 is 一百〇五, 10 is 十; what begins with 0 is read digit by digit."""
    if digits[0] == "0":
        return "".join(_DIGITS[int(digit)] for digit in digits)
    words = ""
    for place, digit in enumerate(digits):
        unit = len(digits) - place - 1
        if digit != "0":
            words += _DIGITS[int(digit)] + _UNITS[unit]
        elif words[-1:] != "〇":
            words += "〇"
    words = words.rstrip("〇")
    return words.removeprefix("一") if words.startswith("一十") else words
