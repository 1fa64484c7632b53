"""Chinese numerals as numbers, and numbers in Chinese and in Roman numerals."""

from __future__ import annotations

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2,
}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)

#: Every character of a numeral, as the inside of a character class.
NUMERAL_CLASS = "".join((*_DIGITS, *_UNITS, *_MYRIADS))


def han_number(text: str) -> int:
    """二十一 is 21, 一百零三 is 103, 二〇二五 is 2025, 一亿二千万 is 120,000,000.

    The text has characters of :data:`NUMERAL_CLASS` alone.
    """
    if not any(character in _UNITS or character in _MYRIADS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in _MYRIADS:
            value, section, digit = section + digit, 0, 0
            if _MYRIADS[character] == 10_000:
                total += (value or 1) * 10_000
            else:
                total = (total + value or 1) * 100_000_000
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + section + digit


def roman(number: int) -> str:
    """A small Roman numeral: 4 is iv (CSS Counter Styles, lower-roman)."""
    found = ""
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found


#: The greatest number that has a sign of its own in a circle.
MOST_CIRCLED = 50


def circled(number: int) -> str:
    """A number in a circle, ① to ㊿ (Unicode, Enclosed Alphanumerics and Enclosed CJK Letters);
    an empty string for any other."""
    for first, sign, last in ((1, "①", 20), (21, "㉑", 35), (36, "㊱", MOST_CIRCLED)):
        if first <= number <= last:
            return chr(ord(sign) + number - first)
    return ""


_FIGURES = "〇一二三四五六七八九"
_PLACES = ("", "十", "百", "千")


def digit_by_digit(digits: str) -> str:
    """2025 is 二〇二五."""
    return "".join(_FIGURES[int(digit)] for digit in digits)


def spelled(digits: str) -> str:
    """60 is 六十, 105 is 一百〇五, 10 is 十; what begins with 0, or has more than four digits, is
    read digit by digit."""
    if digits[0] == "0" or len(digits) > len(_PLACES):
        return digit_by_digit(digits)
    words = ""
    for place, digit in enumerate(digits):
        unit = len(digits) - place - 1
        if digit != "0":
            words += _FIGURES[int(digit)] + _PLACES[unit]
        elif words[-1:] != "〇":
            words += "〇"
    words = words.rstrip("〇")
    return words.removeprefix("一") if words.startswith("一十") else words
