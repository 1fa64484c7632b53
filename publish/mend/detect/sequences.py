"""Numbers that do not follow one another.

What: a chapter, a heading, a caption (图 3-2) or a numbered paragraph whose number leaves one
out, or stands twice, in a run that otherwise counts one by one.  Numbers are compared with
those of the same kind: the same words and signs around them, and for paragraphs the same
section.  A run may begin again.  Declared entries are asked about when the manuscript is read.
Why: a gap is a piece that was lost, or one that was struck out without counting anew.
Before: ``第一章……第二章……第四章``
After: the same, and a query at 第四章
Measured: none in hello-algo (125,000 Han) and rust-course (383,000), 23 in a weekly (1,725,000)
and 11 in essays with numbered notes (806,000): as far as they were read, all true.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Diagnostic, Span
from publish.mend.passages import Passage, passages
from publish.model.book import Book, Chapter, Figure, Paragraph, Part, Section, Table
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS, han_number
from publish.records import dataclass
from publish.text.patterns import late

CODE = "X-SEQ"

_NUMBER = rf"(\d{{1,3}}|[{NUMERAL_CLASS}]{{1,7}})"
#: 第三章, with what may stand before it in a series of titles: 每周分享第 3 期.
_ORDINAL = late(rf"([^\n第]{{0,12}}第\s*){_NUMBER}(\s*\w)")
#: 第一步 and the like, which open a paragraph.
_COUNTED = late(rf"(第\s*){_NUMBER}(\s*[步点點条條项項阶階种種类類])")
#: 1. 1、 1) （1） 一、 〔1〕
_SIGNED = late(rf"([（(〔\[]?){_NUMBER}([）)〕\]、．]|\.(?!\d))")
#: 1.2 and 3 before a title.
_DOTTED = late(r"((?:\d{1,3}\.)*)(\d{1,3})([ \u3000])")
#: 图 3, 图3-2, 表 1.4 before a caption.
_CAPTION = late(rf"([图圖表例式]\s*(?:\d{{1,3}}[-–.])*){_NUMBER}((?=[\s：:.．、])|$)")

#: A gap greater than this is another run, or no sequence.
_GAP = 10
#: A run shows that it counts by this many steps, and by so many times as many as it leaves out,
#: fewer if no gap is wide; chapters are counted by themselves.
_STEPS, _SURPLUS, _FEWER, _WIDE = 2, 3, 2, 3
_OF_CHAPTERS = 1
#: Captions that are paragraphs of their own are no longer than this.
_CAPTION_LENGTH = 60

#: What makes numbers a series: their kind, their section, the words around them.
Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class _Step:
    """A number of a series, the words that it stands in, and their place."""

    number: int
    words: str
    place: Span | None


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each gap and each repeat, in the order of the book."""
    series: dict[Key, list[_Step]] = {}
    order: dict[int, int] = {}
    for key, step in _steps(book):
        order[id(step)] = len(order)
        series.setdefault(key, []).append(step)
    faults = [
        fault
        for key, steps in series.items()
        for run in _runs(steps)
        for fault in _faults(run, is_counted=key[2].endswith("第") and key[0] != "paragraph")
    ]
    for before, step in sorted(faults, key=lambda fault: order[id(fault[1])]):
        if step.number == before.number:
            message = f"{step.words} stands twice"
        else:
            message = f"{step.words} does not follow {before.words}"
        hint = "numbers are the author's and are kept"
        yield Diagnostic(CODE, "query", message, step.place, (hint,))


def _steps(book: Book) -> Iterator[tuple[Key, _Step]]:
    """Every number that opens a title, a caption or a paragraph, with its series."""
    section = 0
    for passage in passages(book):
        match passage.node:
            case Chapter(label=label) | Part(label=label) if label:
                section += 1
                if found := _ORDINAL.match(label):
                    yield _key("label", 0, found), _labelled(label, found, passage)
            case Chapter() | Part() | Section():
                section += 1
                kind = f"{type(passage.node).__name__} {getattr(passage.node, 'level', 1)}"
                yield from _opening(passage, kind, 0, (_ORDINAL, _SIGNED, _DOTTED))
            case Figure() | Table():
                yield from _opening(passage, "caption", 0, (_CAPTION,))
            case Paragraph():
                if len(passage.text.strip()) <= _CAPTION_LENGTH:
                    yield from _opening(passage, "caption", 0, (_CAPTION,))
                yield from _opening(passage, "paragraph", section, (_SIGNED, _COUNTED))


def _opening(
    passage: Passage, kind: str, section: int, patterns: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[Key, _Step]]:
    # Line breaks may stand before the first word.
    start = len(passage.text) - len(passage.text.lstrip())
    for pattern in patterns:
        if found := pattern.match(passage.text, start):
            place = passage.span(start, found.end())
            yield _key(kind, section, found), _Step(_value(found[2]), found[0].strip(), place)
            return


def _key(kind: str, section: int, found: re.Match[str]) -> Key:
    # 图1 and 图 1, 周刊第 1 期 and 周刊（第 1 期） are of one series; 一、 and 1、 are not.
    script = "1" if found[2].isascii() else "一"
    return kind, section, re.sub(r"\W", "", found[1]), script + found[3].strip()


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else han_number(number)


def _labelled(label: str, found: re.Match[str], passage: Passage) -> _Step:
    """The number of a label, which is no part of the title's text: its place is looked for in
    the heading."""
    heading = passage.node.span if passage.node is not None else None
    place = heading
    if heading is not None and (
        there := re.search(r"\s*".join(map(re.escape, label)), heading.text)
    ):
        place = Span(heading.source, heading.start + there.start(), heading.start + there.end())
    return _Step(_value(found[2]), label, place)


def _runs(steps: list[_Step]) -> Iterator[list[_Step]]:
    """A series cut where it begins again."""
    run: list[_Step] = []
    for step in steps:
        if run and not _goes_on(run[-1].number, step.number):
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _goes_on(before: int, number: int) -> bool:
    return before <= number <= before + _GAP and not before == number == 1


def _faults(run: list[_Step], is_counted: bool) -> list[tuple[_Step, _Step]]:
    """The numbers of a run that do not follow the one before, with that; none if it is no run.
    Titles with 第 are one in any case."""
    pairs = list(itertools.pairwise(run))
    wrong = [(before, step) for before, step in pairs if step.number != before.number + 1]
    good = len(pairs) - len(wrong)
    is_near = all(step.number - before.number <= _WIDE for before, step in wrong)
    surplus = _FEWER if is_near else _SURPLUS
    least = len(wrong) if is_counted else max(_STEPS, surplus * len(wrong))
    return wrong if good >= max(_OF_CHAPTERS, least) else []
