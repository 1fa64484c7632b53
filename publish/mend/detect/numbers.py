"""Numbers before one measure word in Arabic and in Chinese numerals.

What: where a book writes both ``20年`` and ``三十多年``, it is asked about once for each measure
word, with how often each stands, if each stands twice and makes a tenth, or if both stand in
one sentence; years of the calendar are a word of their own.  Numbers up to ten do not count,
since they are written in characters beside anything; nor do those that can only be
(``几十年`` ``十几年`` ``两三百年`` ``千年``), titles, and verse.
Why: GB/T 15835-2011 section 4.3: numbers of one kind in one place take one form; ``几`` and two
digits side by side are always in characters (section 4.2.2).
Before: ``未来20年……过去三十多年``  After: the same, and a query at 三十多年
Measured: 1 in hello-algo (125,000 Han), none in rust-course (383,000), 12 in a weekly (1,725,000),
each once a book.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import Flow, flow
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS, han_number
from publish.model.settlements import ignored
from publish.records import dataclass, field
from publish.text.patterns import late

CODE = "X-NUM"

#: Measure words that both kinds of numbers go with, longest first.
_MEASURES = (
    "平方公里 平方米 个小时 個小時 个星期 個星期 个月 個月 小时 小時 分钟 分鐘 公里 千米 厘米 "
    "毫米 公斤 千克 人次 美元 年 天 日 周 秒 人 名 位 个 個 次 岁 歲 页 頁 条 條 种 種 倍 家 "
    "张 張 只 隻 辆 輛 台 件 层 層 章 节 節 卷 篇 字 行 步 级 級 届 屆 期 部 套 颗 顆 户 戶 亩 "
    "畝 米 斤 吨 噸 元 块 塊"
)
_MEASURE = _MEASURES.replace(" ", "|")
_DIGITS = late(
    rf"(?<![0-9A-Za-z.,/:：–—-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,9}})(?:\.\d+)?"
    rf" ?(?P<unit>[万萬亿億]?)[多余餘]? ?(?P<measure>{_MEASURE})"
)
#: Not after another numeral, 几 and the like, an ordinal, or a number in digits.
_CHARACTERS = late(
    rf"(?<![{NUMERAL_CLASS}几幾数數上好第点點0-9])(?<![0-9] )"
    rf"(?P<number>[{NUMERAL_CLASS}]{{2,9}})[多余餘]?(?P<measure>{_MEASURE})"
)
_UNITS = "十百千万萬亿億"
#: Two digits side by side are about so many: 两三百, 七八十.
_ABOUT = late(r"[一二两兩三四五六七八九]{2}")
_TITLE = late(r"《[^《》\n]*》")
_END = late(r"[。！？；\n]")

#: Numbers up to this are written in characters anywhere.
_SMALL = 10
#: Each form must stand this often, and make this share.
_LEAST, _SHARE = 2, 0.1


@dataclass(slots=True)
class _Uses:
    """Places (start, end) of the numbers before one measure word."""

    digits: list[tuple[int, int]] = field(default_factory=list)
    characters: list[tuple[int, int]] = field(default_factory=list)


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each measure word, at the first number in the rarer form, in the order of the
    book."""
    here = flow(book)
    found = [
        (min(uses.characters, uses.digits, key=len)[0], measure, uses)
        for measure, uses in _uses(here).items()
        if _is_mixed(here.text, uses)
    ]
    for place, measure, uses in sorted(found, key=lambda item: item[0]):
        one, other = uses.digits[0], uses.characters[0]
        what = "years of the calendar" if measure == _CALENDAR else f"numbers before {measure}"
        yield Diagnostic(
            CODE,
            "query",
            f"{what} in digits ({len(uses.digits)}: {here.text[slice(*one)]}) and in characters "
            f"({len(uses.characters)}: {here.text[slice(*other)]})",
            here.span(*place),
            settle=(ignored(CODE, here.text[slice(*place)]),),
        )


_CALENDAR = "年 of the calendar"


def _uses(here: Flow) -> dict[str, _Uses]:
    uses: dict[str, _Uses] = {}
    text = here.text
    titles = [found.span() for found in _TITLE.finditer(text)]
    for found in _DIGITS.finditer(text):
        number, measure = found["number"].replace(",", ""), found["measure"]
        if measure == "年" and len(number) == 4 and not found["unit"]:
            measure = _CALENDAR
        elif int(number) <= _SMALL and not found["unit"]:
            continue
        uses.setdefault(measure, _Uses()).digits.append(found.span())
    for found in _CHARACTERS.finditer(text):
        number, measure = found["number"], found["measure"]
        if not any(unit in number for unit in _UNITS):
            if measure != "年" or len(number) != 4:
                continue
            measure = _CALENDAR
        elif number[0] in _UNITS[1:] or _ABOUT.search(number) or han_number(number) <= _SMALL:
            continue
        uses.setdefault(measure, _Uses()).characters.append(found.span())
    for each in uses.values():
        each.digits = _without(each.digits, titles)
        each.characters = _without(each.characters, titles)
    return uses


def _without(places: list[tuple[int, int]], titles: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places that lie in no title; both lists ascend."""
    kept = []
    index = 0
    for start, end in places:
        while index < len(titles) and titles[index][1] <= start:
            index += 1
        if index == len(titles) or end <= titles[index][0]:
            kept.append((start, end))
    return kept


def _is_mixed(text: str, uses: _Uses) -> bool:
    few, many = sorted((len(uses.digits), len(uses.characters)))
    if few >= _LEAST and few >= _SHARE * (few + many):
        return True
    return few > 0 and any(
        _END.search(text, *sorted((digits, characters))) is None
        for digits, characters in _neighbours(uses)
    )


def _neighbours(uses: _Uses) -> Iterable[tuple[int, int]]:
    """A number in each form that stand next to one another: where each begins."""
    both = sorted(
        [(start, True) for start, _ in uses.digits]
        + [(start, False) for start, _ in uses.characters]
    )
    for (one, first), (other, second) in itertools.pairwise(both):
        if first != second:
            yield one, other
