"""Numbers of vertical text in Han numerals: years digit by digit, counts in words of number.

What: ``2025年`` becomes ``二〇二五年``, ``60条`` ``六十条``, and so do both ends of a range and
all members of a list (``3—5页``, ``第1、2、3名``), ordinals (``第3``) and what a text says of its
figures and tables (``图3``, ``表2``); decimals, versions, percentages, numbers over four digits,
codes, telephone numbers, addresses, and what stands beside Latin letters stay as they are, and then
the other ends of their range as well.  Read digit by digit are years, ``90后``, ``918事变``.
Why: in vertical lines Arabic numerals lie on their side or stand in a square of their own; books
in Chinese write years and counts in Han numerals (GB/T 15835-2011, 4.2 and 5; clreq,
#handling_of_numbers_in_vertical_writing_mode).
Before: ``1980—1990年，60条，3.5倍``  After: ``一九八〇—一九九〇年，六十条，3.5倍``
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from publish.convert.text import kept
from publish.model.book import Book, Chapter, List, Node
from publish.model.numerals import digit_by_digit, spelled
from publish.model.tree import map_nodes
from publish.records import dataclass
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

#: What a number or a code is made of, what joins two numbers to another thing than a range (a time,
#: a score, a date such as 9·11), and the signs after a number that belong to it.
_CODE = "0-9A-Za-z.,:/%+_@&#"
_JOINING = "：．／·‧•・×"
_SUFFIX = "%％‰‱℃℉°′″㎡²³"
#: Signs beside a number that make it part of an amount, a code or a formula.
_SIGNS = "-–~￥¥$＄€£￡№#＃§±＋+−÷=＝<>＜＞≤≥≈√*"
#: Between the ends of a range, and the members of a list.
_RANGE = "-–—~～〜－至到比"
_LIST = "、或和及与與"
_PART = rf"[{_CODE}]*[0-9](?:[{_CODE}]|(?<=[0-9])[{_JOINING}](?=[0-9]))*[{_SUFFIX}]?"
_CHAIN = late(rf"(?<![{_CODE}]){_PART}(?:(?:——|[{_RANGE}{_LIST}])[’\']?{_PART})*")
_MEMBER = late(_PART)
_PART_OF = late(rf"(?:[{re.escape(_SIGNS)}]|[0-9][{_JOINING}])\Z")
_PLAIN = late("[0-9]{1,4}")
_HAN = late(f"[{HAN_CLASS}]")
#: With a hyphen codes are written too (7-11, T-34): these units say that it is a range.
_HYPHENED = late(
    "[年月日号號天岁歲周週页頁章节節回卷册冊人个個名位次倍元分秒时時点點级級层層米里条條种種]"
)
#: Before a number that is dialled or typed, and what says that a short one counts all the same;
#: after one that is known by its digits.
_DIALLED = late(
    r"(?:[拨撥致来來]电|[拨撥]打?|[电電][话話]|[热熱][线線]|[邮郵][编編]|郵遞區號|[区區][号號]"
    r"|代[码碼]|密[码碼]|[验驗][证證][码碼]|[账帳][号號])[为為是：:]?\Z"
)
_MEASURE = late(
    "[次个個遍回通位行条條种種组組套串处處段项項家人台臺天年月日分秒元万萬亿億]|小[时時]"
)
_HOTLINE = late("[报報]警|火警|急救|[热熱][线線]|[专專][线線]")
#: Latin and a blank: a version, a model, a chapter of something foreign, but for a date; directly
#: behind a name a short number is the name's before 年, too (iPhone 4年销量).
_NAMED = late(r"[0-9A-Za-z.,:;!?] \Z")
_NAME = late(r"[0-9A-Za-z] \Z")
#: A number that is told by its kind: an ordinal, a figure, a table.
_TOLD = late(r"[第图圖表]\Z")
#: What follows a year of four digits; one of this century or the last; two, from when to when.
_YEAR = late("年")
_OF_A_YEAR = late(
    "[学學财財]年|年度|[届屆]|[级級](?![台臺石阶階别別])|[赛賽]季|至今|到今|到[现現]|以[来來]|后(?![来來])|後(?![来來])"
)
_BETWEEN = late("[期之]?[间間](?![房客屋店教宿病])")
_MODERN = late("(?:19|20)[0-9]{2}")
#: Round years that are how long something lasts: with 年来 and 年间, unless a date says otherwise.
_LASTING = late(
    "年(?:[来來](?![临臨到华華京沪滬此这這自了者访訪过過说說看往])|[间間](?![隔歇断斷谍諜]))"
)
_SINCE = late(r"(?:[公西]元前?[约約]?|[自从從])\Z")
_OF_A_DATE = late("年(?: ?[0-9]|[初末底春夏秋冬度])")
#: The generation of a decade, which is read as years are: its numbers, what follows (not 后卫,
#: 后背, 后期), and what says that it is none.
_DECADE = late("[013-9]0|[05-9]5")
_GENERATION = late(
    f"[后後](?:(?![{HAN_CLASS}])|[的们們是都也就已正更则則却卻还還与與和及或跟在了吗嗎吧呢男女占佔不最]"
    "|一代|世代|年[轻輕]|青年|新|群[体體]|人群|成[为為]|[这這][一代]|小[伙夥姑朋孩]|大[学學]|[学學][生者]"
    "|研究|科[学學研]|[创創][业業始]|企[业業]|老板|老[师師]|教[师師授]|作[家者]|[诗詩]人|[编編][剧劇辑輯]"
    "|[导導]演|演[员員]|歌手|[画畫]家|[艺藝][术術]|[记記]者|[读讀]者|父母|家[长長]|爸爸|[妈媽]{2}|[宝寶]"
    "|夫[妻妇婦]|情[侣侶]|用[户戶]|消[费費]|[员員]工|[职職][员員场場工]|干部|幹部|[选選]手|球[员員]"
    "|棋手|程序|工[程人]|[医醫護护]|警|士兵|[战戰]士|[农農]民|村|[网網]|主播|博主|偶像|粉[丝絲])"
)
_BOUND = late("[到至过過达達满滿近约約第于於]\\Z")
#: Days and things known by their digits: 918事变, 747客机.
_BY_DIGITS = late(
    "事[变變件]|[惨慘]案|起[义義]|革命|[运運][动動](?![员員会會场場])|客[机機]|工作制|晚[会會]|高校|特工"
)
#: Round numbers are counts there (100运动), but for days of a month before what happened on them,
#: the day 520, and the aircraft of the three hundreds.
_ROUND_DAY = late("[1-9](?:[12]0|30)")
_HAPPENED = late("事[变變件]|[惨慘]案")
_AIRCRAFT = late("客[机機]")
_APOSTROPHES = "’'"


@dataclass(frozen=True, slots=True)
class _Chain:
    """Numbers of one range or list: where each begins and ends in a text, what stands before and
    after all of them."""

    text: str
    places: tuple[tuple[int, int], ...]

    @property
    def numbers(self) -> list[str]:
        return [self.text[start:end] for start, end in self.places]

    @property
    def between(self) -> str:
        """The signs between the numbers."""
        return "".join(self.joints)

    @property
    def joints(self) -> list[str]:
        pairs = itertools.pairwise(self.places)
        return [self.text[one[1] : other[0]] for one, other in pairs]

    def before(self, length: int = 6) -> str:
        start = self.places[0][0]
        return self.text[max(0, start - length) : start]

    def written(self) -> list[str] | None:
        """The numbers in Han numerals; None where they stay."""
        numbers, end = self.numbers, self.places[-1][1]
        if not all(map(_PLAIN.fullmatch, numbers)) or not self._is_count(end):
            return None
        how = self._reading(end)
        return None if how is None else list(map(how, numbers))

    def _is_count(self, end: int) -> bool:
        """Whether these are numbers of the text, and no code."""
        text, before = self.text, self.before()
        unit = _HAN.match(text, end)
        dated = text.startswith(("年", "月", "日"), end)
        if len(self.numbers[0]) < 4 and _NAME.search(before):
            dated = text.startswith(("年代", "月", "日"), end)
        if _PART_OF.search(before) or (_NAMED.search(before) and not dated):
            return False
        short = all(len(number) < 3 for number in self.numbers)
        if _DIALLED.search(before) and not (short and _MEASURE.match(text, end)):
            return False
        if len(self.numbers[-1]) > 2 and _HOTLINE.match(text, end):
            return False
        if any({one[:1], other[:1]} == {"-"} for one, other in itertools.pairwise(self.joints)):
            return False  # 1949-10-1
        if self._is_generation(end) and not all(map(_DECADE.fullmatch, self.numbers)):
            return False  # 1—70后
        if "-" in self.between:
            return bool(_HYPHENED.match(text, end))
        if unit:
            return True
        if text[end : end + 1] and text[end] in _SIGNS + _SUFFIX:
            return False
        small = all(len(number) < 4 for number in self.numbers)
        return bool(_TOLD.search(before) or (small and _HAN.search(self.between)))

    def _reading(self, end: int) -> Callable[[str], str]:
        text, numbers = self.text, self.numbers
        long = [number for number in numbers if len(number) == 4]
        modern = bool(long) and all(map(_MODERN.fullmatch, long))
        if _YEAR.match(text, end):
            if self._short():
                return digit_by_digit
            return digit_by_digit if long and not self._lasts(long, end) else spelled
        if modern and _OF_A_YEAR.match(text, end):
            return digit_by_digit
        if modern and len(long) == len(numbers) > 1 and _BETWEEN.match(text, end):
            return digit_by_digit
        if modern and len(numbers) == 2 and len(numbers[1]) == 2 and not self.between.strip(_RANGE):
            return digit_by_digit  # 2024—25
        if self._is_generation(end):
            return digit_by_digit
        known = _BY_DIGITS.match(text, end) and all(self._is_known(one, end) for one in numbers)
        return digit_by_digit if known else spelled

    def _lasts(self, long: Sequence[str], end: int) -> bool:
        """Whether numbers of four digits before 年 say how long something lasts: 1000年, 3000年 and
        2000—3000年, but 2000年 is a year; 1500年间 and 2000年来, but 1900年来 is left a year."""
        if _SINCE.search(self.before()) or _OF_A_DATE.match(self.text, end):
            return False
        if all(number.endswith("000") for number in long) and set(long) != {"2000"}:
            return True
        (first, *others) = self.numbers
        spans = first.endswith("00") and first != "1900" and not others
        return spans and bool(_LASTING.match(self.text, end))

    def _is_generation(self, end: int) -> bool:
        """Whether the last number is the decade that people were born in: 90后."""
        return bool(
            _DECADE.fullmatch(self.numbers[-1])
            and _GENERATION.match(self.text, end)
            and not _BOUND.search(self.before())
        )

    def _is_known(self, number: str, end: int) -> bool:
        """Whether a thing such as 918事变 is known by the digits of this number."""
        if len(number) not in (2, 3):
            return False
        if not number.endswith("0") or number == "520":
            return True
        if _AIRCRAFT.match(self.text, end):
            return len(number) == 3 and number[0] == "3"
        return bool(_ROUND_DAY.fullmatch(number) and _HAPPENED.match(self.text, end))

    def _short(self) -> bool:
        """Whether the numbers are years without their century: ’98."""
        signs = (self.text[start - 1 : start] for start, _ in self.places)
        return all(
            sign and sign in _APOSTROPHES and len(number) == 2
            for sign, number in zip(signs, self.numbers, strict=True)
        )


def _chains(text: str) -> Iterator[_Chain]:
    for found in _CHAIN.finditer(text):
        places: list[tuple[int, int]] = []
        for member in _MEMBER.finditer(text, *found.span()):
            place = member.span()
            if places and text[places[-1][1]] in _LIST:
                # In a list a code stands for itself: 5G、3个.
                codes = (text[slice(*places[-1])], member[0])
                if any(sign.isalpha() for code in codes for sign in code):
                    yield _Chain(text, tuple(places))
                    places = []
            places.append(place)
        yield _Chain(text, tuple(places))


def references(protected: Iterable[str]) -> re.Pattern[str]:
    """What stays where captions are counted in digits: references to them (图3), and what stays
    everywhere."""
    return re.compile(rf"{kept(protected).pattern}|[图圖表][0-9]+(?![{HAN_CLASS}])")


def in_han(text: str, keep: re.Pattern[str] | None = None) -> str:
    """A text with its years and counts in Han numerals."""
    (written,) = pieces_in_han((text,), (False,), keep)
    return written


def pieces_in_han(
    pieces: Sequence[str], fixed: Sequence[bool], keep: re.Pattern[str] | None = None
) -> list[str]:
    """The pieces of one text with its years and counts in Han numerals, which are longer or shorter
    than digits: each stands in the piece that the number stood in.  A number that lies over several
    pieces, in one that is ``fixed``, or in what matches ``keep`` (without: an address), stays as it
    is, with all of its range or list.
    """
    text = "".join(pieces)
    if not any(map(text.__contains__, "0123456789")):
        return list(pieces)
    starts = list(itertools.accumulate(map(len, pieces), initial=0))
    stays = [found.span() for found in (keep or kept(())).finditer(text)]
    ends = [end for _, end in stays]

    def home(start: int, end: int) -> int:
        """The piece in which this lies; -1 where there is none to write in."""
        piece = bisect.bisect_right(starts, start) - 1
        return -1 if fixed[piece] or end > starts[piece + 1] else piece

    changes: list[list[tuple[int, int, str]]] = [[] for _ in pieces]
    for chain in _chains(text):
        first, last = chain.places[0][0], chain.places[-1][1]
        near = bisect.bisect_right(ends, first)
        if near < len(stays) and stays[near][0] < last:
            continue
        homes = [home(start, end) for start, end in chain.places]
        written = None if -1 in homes else chain.written()
        for piece, place, new in zip(homes, chain.places, written or (), strict=False):
            changes[piece].append((*place, new))
    return [
        _changed(text, start, end, made)
        for (start, end), made in zip(itertools.pairwise(starts), changes, strict=True)
    ]


def _changed(text: str, start: int, end: int, changes: list[tuple[int, int, str]]) -> str:
    """What stands at a place of a text, with the changes that lie in it."""
    new, position = "", start
    for begin, stop, written in changes:
        new += text[position:begin] + written
        position = stop
    return new + text[position:end]


def with_han_markers(book: Book) -> Book:
    """The book with its numbered lists counted 一、 and, within those, （一）; a third list keeps
    its digits."""

    def counted(chapter: Chapter) -> Chapter:
        return map_nodes(chapter, _counted)

    return replace(
        book,
        front=tuple(map(counted, book.front)),
        body=tuple(map_nodes(item, _counted) for item in book.body),
        back=tuple(map(counted, book.back)),
    )


def _counted(node: Node) -> Node:
    if not isinstance(node, List) or node.start is None:
        return node
    items = tuple(tuple(map_nodes(block, _deeper) for block in item) for item in node.items)
    return replace(node, items=items, markers="han")


def _deeper(node: Node) -> Node:
    if not isinstance(node, List) or node.start is None:
        return node
    return replace(node, markers="han-brackets" if node.markers == "han" else "digits")
