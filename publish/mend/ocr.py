"""Characters that recognition of printed text has confused.

What: a letter O, o, l or I within a number that a unit follows (2O15年, l985年), a dash or a
hyphen for 一 in a label (第—章), and a zero or a circle among Chinese numerals (二0一五年,
二○一五年) are asked about, with the likely text.
Why: they look alike in print, and neither search nor speech finds the number (GB/T 15835-2011:
in years and numbers of a series the zero is 〇); who wrote them so on purpose is asked, not
corrected.  Zeros are told once for the book, with their number.
Before: ``2O15年``  After: the same, and a query
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Diagnostic, Edit
from publish.mend.passages import Passage, passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.patterns import late

CODE = "R-OCR"

_UNIT = "[年月日岁歲元万萬亿億%％℃]"
_IS_UNIT = late(_UNIT)
_NUMERAL = "[〇零一二三四五六七八九十百]"
#: A digit and a confused letter in one number.
_LETTER = late(rf"(?<![0-9A-Za-z.])(?=[0-9OolI]*\d)(?=\d*[OolI])[0-9OolI]{{2,8}}(?={_UNIT})")
_DASH = late(r"第[—–―-](?=[章节節回卷册冊编編部篇课課讲講])")
_ZERO = late(rf"(?<!{_NUMERAL}){_NUMERAL}++[0○◯][0○◯{_NUMERAL[1:-1]}]*+")
_DIGITS = str.maketrans("OolI", "0011")
_CIRCLES = str.maketrans("0○◯", "〇〇〇")


def _is_number(text: str, found: re.Match[str]) -> bool:
    """Whether Chinese numerals and zeros are a number: three of them, or a unit behind two."""
    return found.end() - found.start() > 2 or _IS_UNIT.match(text, found.end()) is not None


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each number and label, in the order of the book, and one for all zeros."""
    zeros: list[tuple[Passage, re.Match[str]]] = []
    for passage in passages(book):
        for found in _LETTER.finditer(passage.text):
            yield _query(passage, found, found[0].translate(_DIGITS))
        for found in _DASH.finditer(passage.text):
            yield _query(passage, found, "第一")
        for found in _ZERO.finditer(passage.text):
            if _is_number(passage.text, found):
                zeros.append((passage, found))
    if zeros:
        passage, found = zeros[0]
        times = "" if len(zeros) == 1 else f"; {len(zeros)} numbers are written so"
        yield _query(passage, found, found[0].translate(_CIRCLES), times)


def _query(passage: Passage, found: re.Match[str], meant: str, more: str = "") -> Diagnostic:
    own = passage.span(*found.span())
    exact = own is not None and own.text == found[0]
    return Diagnostic(
        CODE,
        "query",
        f"{found[0]} is probably {meant}{more}",
        passage.span(found.start(), found.end() + 1),
        fix=Edit(own, meant, CODE, "declared") if own is not None and exact else None,
    )
