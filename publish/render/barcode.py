"""The bar code of an ISBN: EAN-13 with its guards and digits, and the number above it.

Lengths are in mm.  Sources: GB/T 12906-2008 (the ISBN above the bars); ISO/IEC 15420 (modules of
.33 mm, quiet zones of 11 and 7 of them, guards 5 modules longer, the first digit before the bars,
six below each half).
"""

from __future__ import annotations

import re
from typing import Any

from publish.render.opf import isbn_urn

#: A module at full size, the quiet zones in modules, the height of the bars.
_MODULE, _QUIET, _BAR_HEIGHT = 0.33, (11, 7), 22.85
#: All modules; where the guards lie among them, and by how many modules they are longer.
_MODULES, _GUARDS, _LONGER = 95, ((0, 3), (45, 50), (92, 95)), 5
#: Modules that a digit takes, and where the halves begin.
_DIGIT, _HALVES = 7, (3, 50)
#: What the number below the bars takes, and the line above them.
_DIGITS, _HEADING = 3.6, 3.6


def digits(isbn: str) -> str:
    """The thirteen digits of a declared ISBN; one of ten is given in the form that bar codes have
    (978 before it, a new check digit at its end: ISO 2108).  Empty where none is declared."""
    declared = isbn_urn(isbn).removeprefix("urn:isbn:") if isbn else ""
    if len(declared) == 10:
        return _with_check(f"978{declared[:-1]}")
    return declared if len(declared) == 13 else ""


def number(isbn: str) -> str:
    """The line above the bars: the ISBN with the hyphens or blanks that it is declared with."""
    made = digits(isbn)
    if not made:
        return ""
    shown = re.sub(r"^ISBN(?:-1[03])?:?\s*", "", isbn.strip(), flags=re.IGNORECASE)
    if len(re.sub(r"[^0-9Xx]", "", shown)) == 10:
        mark = next((sign for sign in shown if not sign.isalnum()), "")
        shown = f"978{mark}{shown[:-1]}{made[-1]}"
    return f"ISBN {shown}"


def _with_check(first: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first))
    return first + str(-total % 10)


def size() -> tuple[float, float]:
    """Width and height of the white field, quiet zones included."""
    return (sum(_QUIET) + _MODULES) * _MODULE, _HEADING + _BAR_HEIGHT + _DIGITS


def code(isbn: str) -> dict[str, Any]:
    """The parts of the code and where they stand in its white field; empty without an ISBN."""
    made = digits(isbn)
    if not made:
        return {}
    from bookbarcode import encode_ean13

    pattern: str = encode_ean13(made)
    quiet = _QUIET[0] * _MODULE
    width, height = size()
    return {
        "width": round(width, 3),
        "height": round(height, 3),
        "bars": [_bar(match) for match in re.finditer("1+", pattern)],
        "bars_left": round(quiet, 3),
        "bars_width": round(_MODULES * _MODULE, 3),
        "bars_top": _HEADING,
        "bars_height": round(_BAR_HEIGHT + _LONGER * _MODULE, 3),
        "number": number(isbn),
        "digits": [
            {"left": round(quiet + place * _MODULE, 3), "text": digit}
            for place, digit in zip(_places(), made, strict=True)
        ],
        "digit_width": round(_DIGIT * _MODULE, 3),
        "digits_top": round(_HEADING + _BAR_HEIGHT, 3),
    }


def _bar(match: re.Match[str]) -> dict[str, float]:
    """A dark bar, from the first one on; those of the guards are longer."""
    guard = any(first <= match.start() < last for first, last in _GUARDS)
    return {
        "left": round(match.start() * _MODULE, 3),
        "width": round(len(match.group()) * _MODULE, 3),
        "height": round(_BAR_HEIGHT + _LONGER * _MODULE * guard, 3),
    }


def _places() -> list[int]:
    """Where each digit begins, in modules from the first bar: one in the quiet zone, two halves."""
    halves = (half + _DIGIT * place for half in _HALVES for place in range(6))
    return [-_QUIET[0] + 2, *halves]
