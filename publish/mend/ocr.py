"""Characters that recognition of printed text has confused.

What: a letter O, o, l or I within a number that a unit follows (2O15年, l985年), a dash or a
hyphen for 一 in a label (第—章), and a zero or a circle among Chinese numerals (二0一五年,
二○一五年) are asked about, with the likely text.
Why: they look alike in print, and neither search nor speech finds the number; but who wrote
them so on purpose is asked, not corrected.
Before: ``2O15年``  After: the same, and a query
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Diagnostic, Edit
from publish.mend.passages import passages
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-OCR"

_UNIT = "[年月日岁歲元万萬亿億%％℃]"
_IS_UNIT = re.compile(_UNIT)
_NUMERAL = "[〇零一二三四五六七八九十百]"
#: A digit and a confused letter in one number.
_LETTER = re.compile(rf"(?<![0-9A-Za-z.])(?=[0-9OolI]*\d)(?=\d*[OolI])[0-9OolI]{{2,8}}(?={_UNIT})")
_DASH = re.compile(r"第[—–―-](?=[章节節回卷册冊编編部篇课課讲講])")
_ZERO = re.compile(rf"{_NUMERAL}[0○◯][0○◯{_NUMERAL[1:-1]}]*+")
_DIGITS = str.maketrans("OolI", "0011")
_CIRCLES = str.maketrans("0○◯", "〇〇〇")


def _is_number(text: str, found: re.Match[str]) -> bool:
    """Whether Chinese numerals and zeros are a number: three of them, or a unit behind two."""
    return found.end() - found.start() > 2 or _IS_UNIT.match(text, found.end()) is not None


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each, in the order of the book."""
    for passage in passages(book):
        for pattern, likely in (
            (_LETTER, lambda text: text.translate(_DIGITS)),
            (_DASH, lambda text: "第一"),
            (_ZERO, lambda text: text.translate(_CIRCLES)),
        ):
            for found in pattern.finditer(passage.text):
                if pattern is _ZERO and not _is_number(passage.text, found):
                    continue
                place = passage.span(found.start(), found.end() + 1)
                own = passage.span(*found.span())
                meant = likely(found[0])
                exact = own is not None and own.text == found[0]
                yield Diagnostic(
                    CODE,
                    "query",
                    f"{found[0]} is probably {meant}",
                    place,
                    fix=Edit(own, meant, CODE, "declared") if own is not None and exact else None,
                )
