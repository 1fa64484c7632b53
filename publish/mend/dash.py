"""Dashes that are not the Chinese one.

What: ``--``, ``---`` and a lone ``—`` between Chinese (or code), or between Chinese and the end
or the beginning of the paragraph, become ``——``; blanks around them go.  They stay beside
Latin letters and digits (10—20, --help), and where a range may be meant: between numerals and
dates (三—五, 十月—十二月); a lone ``—`` straight between two Chinese characters (秦岭—淮河) is
P-DASH-Q's.
Why: the Chinese dash is one line of two em (GB/T 15834-2011 sections 4.10 and 5.1.4); a line of
one em is the sign of ranges (section 4.13).
Before: ``他来了--又走了``  After: ``他来了——又走了``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.passages import OBJECT
from publish.mend.prose import CHINESE_CLASS, prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-DASH"

_DASH = late(r"(?<![-—–<!])(?:-{2,3}|—)(?![-—–>])")
_BESIDE = f"{CHINESE_CLASS}“”‘’…{OBJECT}"
_BEFORE = late(f"(?:^|[{_BESIDE}])\n?\\Z")
_AFTER = late(f"\n?(?:\\Z|[{_BESIDE}])")
_CHINESE_BEFORE = late(f"[{CHINESE_CLASS}][“”‘’…]?\n?\\Z")
_CHINESE_AFTER = late(f"\n?[“”‘’…]?[{CHINESE_CLASS}]")
#: A numeral, or the unit of a date, before the sign, and a numeral behind it.
_FROM = late(f"[{NUMERAL_CLASS}年月日号號时時点點分秒期世纪紀岁歲]\n?\\Z")
_NUMERAL = late(f"[{NUMERAL_CLASS}]\n?\\Z")
_TO = late(f"\n?[{NUMERAL_CLASS}]")
_HAN = late(f"[{HAN_CLASS}]")
_WORD_BEFORE = late(f"[{HAN_CLASS}]{{1,3}}\\Z")
_WORD_AFTER = late(f"[{HAN_CLASS}]{{1,3}}")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each dash, with the blanks around it."""
    if "—" not in source.text and "--" not in source.text:
        return
    for passage in prose(source, book):
        text = passage.text
        if "—" not in text and "--" not in text:
            continue
        for found in _DASH.finditer(text):
            start, end = passage.with_blanks(*found.span())
            if is_lone(text, start, end) or not may_be_dash(text, start, end):
                continue
            edit = passage.edit(start, end, "——", CODE)
            if edit is not None:
                yield edit


def is_lone(text: str, start: int, end: int) -> bool:
    """Whether the place is one em with a Chinese character straight before and after it."""
    neighbours = text[start - 1 : start], text[end : end + 1]
    return text[start:end] == "—" and all(map(_HAN.match, neighbours))


def may_be_dash(text: str, start: int, end: int) -> bool:
    """Whether what stands around says that Chinese is interrupted here."""
    low = max(0, start - 3)
    if not _BEFORE.search(text, low, start) or not _AFTER.match(text, end):
        return False
    if not _CHINESE_BEFORE.search(text, low, start) and not _CHINESE_AFTER.match(text, end):
        return False
    if end - start > 1:
        return not (_NUMERAL.search(text, low, start) and _TO.match(text, end))
    if _FROM.search(text, low, start) and _TO.match(text, end):
        return False
    before, after = _WORD_BEFORE.search(text, low, start), _WORD_AFTER.match(text, end)
    return not (before and after and set(before[0]) & set(after[0]))
