"""The probes themselves, made by rule: each construct at every place around the line's end.

A probe slides its construct by the number of Han characters before it, so that the construct
begins at a given column of the first line (a column is one em; the line has ``MEASURE``).
After it comes Han enough that the first line is never the last.
"""

from __future__ import annotations

import functools

from probes import book_blocks, book_lines
from probes.making import Maker, N
from probes.probe import Code, Marked, Note, Part, Probe, Turn, filler
from probes.words import BRACKETS, NUMBERS, PAIRS, REPEATED, SINGLES, WORDS


@functools.cache
def probes() -> tuple[Probe, ...]:
    """Every probe of the main book, in order."""
    make = Maker()
    _kinsoku(make)
    _units(make)
    _marks(make)
    _in_quotations(make)
    _latin(make)
    _across(make)
    book_lines.adjustment(make)
    book_lines.prose(make)
    book_blocks.paragraphs(make)
    book_blocks.blocks(make)
    book_blocks.interlinear(make)
    book_blocks.readings(make)
    return tuple(make.probes)


@functools.cache
def style_probes() -> tuple[Probe, ...]:
    """The probes of the small book: punctuation styles, line ends, another size and measure."""
    make = Maker()
    for mark in "、，；：。！？":
        make.line("PW-09", mark)
    for pair in ("（）", "《》", "“”"):
        make.line("PW-09", f"{pair[0]}山{pair[1]}")
    for context, pair in PAIRS[:12]:
        make.line("PW-09P", context, lead=context.index(pair))
    for mark in "、，。；：！？":
        make.slide("HG-01 PW-06", mark, columns=(N - 2, N - 1, N, N + 1))
    make.slide("HG-01 PW-06", "“山。”", columns=range(N - 5, N + 1))
    make.slide("HG-01 PW-06", "（山水）", columns=range(N - 4, N))
    for length in range(3 * N, 5 * N, 9):
        make.add("PG-01 PG-02", filler(length, make.seed))
    book_lines.prose(make, 8)
    return tuple(make.probes)


def _kinsoku(make: Maker) -> None:
    for mark in SINGLES:
        make.slide("KB-01 KB-06 PG-02 PW-06", mark, columns=range(N - 2, N + 2))
    for opening, closing in map(tuple, BRACKETS):
        make.slide(
            "KB-01 KB-02 KB-06 PG-02 PW-04 PW-06",
            f"{opening}山水{closing}",
            columns=range(N - 4, N + 2),
        )
    make.slide("KB-01 KB-02 KB-06 PG-02 PW-04 PW-06", "“石‘山水’田”", columns=range(N - 6, N))
    for unit in (
        "“石‘山水。’”",
        "（“山水”）。",
        "“山水。”",
        "（山水），",
        "山，“水”",
        "《山》《水》",
    ):
        make.slide(
            "KB-01 KB-02 KB-06 PG-02 PW-04 PW-06 KB-07", unit, columns=range(N - len(unit), N + 1)
        )
    for mark in "/／":
        make.slide("KB-03 KB-06", mark, columns=range(N - 2, N + 2))
    for mark in "？！":
        make.slide("KB-01 KB-06 PW-10S", mark + "！", columns=range(N - 3, N + 1))
    # Three marks that follow one another, which a lax setting would part.
    for unit in ("“‘山’”。", "《山》”，", "（《山》）、", "“山？！”"):
        before = "“" if unit.count("”") > unit.count("“") else ""
        make.slide(
            "KB-01 KB-02 KB-06 PW-06", *filter(None, (before, unit)), columns=range(N - 5, N + 1)
        )


def _units(make: Maker) -> None:
    """What is never parted."""
    for unit, tag in (("——", "KB-08"), ("……", "KB-09"), ("⸺", "KB-08"), ("⋯⋯", "KB-09")):
        make.slide(f"KB-04 KB-06 PG-02 {tag}", unit, columns=range(N - 3, N + 2))
        make.line(tag, unit)
    make.slide("KB-04 KB-08 KB-01 KB-06", "“山水”——", columns=range(N - 5, N))
    make.slide("KB-04 KB-09 KB-01 KB-06", "“山水……”", columns=range(N - 6, N))
    for token, width in NUMBERS:
        make.slide("KB-11", token, columns=range(N - width - 1, N + 1))
    make.slide("KB-11 NT-01", "山", Note("注山水木火石田。"), columns=range(N - 2, N + 2))
    make.slide("NT-01", "山", Note(_NOTE), columns=(6, N))
    make.slide("KB-11 KB-01", "山", Note("注火石田山水木。"), "，", columns=range(N - 3, N + 2))
    for word in WORDS:
        make.slide("KB-12 HL-01", word, columns=range(N - 5, N + 1))
    make.slide("KB-12 HL-01", Marked("en", "typesetting"), columns=range(N - 5, N + 1))
    for before in (5, 9):
        make.add(
            "KB-10", filler(before, make.seed), Turn("p"), "…………", Turn("p"), filler(6, make.seed)
        )


#: A note of several lines, with blanks of each kind.
_NOTE = "大注火石《土天》ab地，人心“手口”目。耳江2024河海林竹；花草春秋冬夏白青雨雪光星夜早" * 2


def _marks(make: Maker) -> None:
    for mark in "、，；：。．！？":
        make.line("PW-01 RG-01", mark)
    for opening, closing in map(tuple, BRACKETS):
        make.line("PW-01", f"{opening}山水{closing}")
    for context, pair in PAIRS:
        make.line("PW-02 PW-03", context, lead=context.index(pair))
    for marks in REPEATED:
        make.line("PW-10", marks)
    for mark in "·‧・":
        make.line("PW-11", mark)
    for mark in "–—～":
        make.line("PW-12", mark)
    make.line("PW-13", "/")
    make.line("PW-13W", "／")
    for opening in ("“山”", "（山）", "《山》", "【山】", "“‘山’水”"):
        depth = 2 if opening[1] == "‘" else 1
        make.add("PW-05", opening[depth:] + filler(9, make.seed), lead=opening[:depth])
    make.line("RG-02", "“山‘水’木”")


def _in_quotations(make: Maker) -> None:
    """The widths again in 楷, which draws some of its marks narrower and loose."""

    def quoted(tags: str, unit: str, lead: int = 0) -> None:
        before, inside = filler(4, make.seed), filler(3, make.seed + 1)
        make.add(
            tags,
            before,
            Turn("quote"),
            inside + unit + filler(3, make.seed + 2),
            at=7 + lead,
            length=len(unit) - lead,
        )

    for mark in "、，；：。！？":
        quoted("PW-01", mark)
    for opening, closing in map(tuple, BRACKETS):
        quoted("PW-01", f"{opening}山水{closing}")
    for context, pair in PAIRS:
        quoted("PW-02 PW-03", context, context.index(pair))
    for marks in REPEATED:
        quoted("PW-10", marks)
    for unit, tag in (
        ("——", "KB-08"),
        ("……", "KB-09"),
        ("·", "PW-11"),
        ("–", "PW-12"),
        ("～", "PW-12"),
    ):
        quoted(tag, unit)
    for word in ("ab", "2024"):
        quoted("HL-01", word)
    make.add(
        "PW-05", filler(4, make.seed), Turn("quote"), "“山”" + filler(9, make.seed), at=4, length=1
    )


def _latin(make: Maker) -> None:
    for word in ("ab", "7", "AB12", "α", "Web", "2024"):
        make.line("HL-01 HL-05", word)
    for word in ("ab", "2024", "Web"):
        make.slide("HL-01 HL-03 HL-05", word, columns=range(N - 4, N + 2))
    for word in (" ab ", " 2024 "):
        make.line("HL-01", word)
        make.slide("HL-01 HL-03", word, columns=range(N - 4, N + 2))
    for word in ("king’s", "don’t"):  # the apostrophe is no closing mark
        make.line("HL-05", word)
    for unit in ("10–20", "10～20"):
        make.slide("KB-01 KB-06", unit, columns=range(N - 3, N + 1))
    for context in ("（ab）", "“ab”", "，ab，", "。ab。", "《ab》", "、7、", "（7）", "ab：7；"):
        make.line("HL-02", context)
    make.slide("HL-01 HL-02", "（ab）", columns=range(N - 4, N + 1))
    # Long runs of Latin, and addresses, which may be broken but never stand out.
    words = "a cat sat on a red mat and a dog ran to it in the big old barn by the sea at noon"
    for column in (6, 9, N - 4):
        make.slide("HL-01 HL-03 JU-04", words, columns=(column,))
        make.slide(
            "HL-01 HL-03 JU-05", "https://example.org/typesetting/chinese/index.html",
            columns=(column,),
        )  # fmt: skip


def _across(make: Maker) -> None:
    """The same where the text changes its form between two characters."""
    for parts, lead in _PAIRS_ACROSS:
        make.line("PW-02 PW-03", *parts, lead=lead, length=2)
    for role in ("strong", "link", "kai"):
        make.line("HL-01", "山", Marked(role, "ab"), "水")
        make.line("HL-01", Marked(role, "山"), "ab水")
        make.line("HL-02", "（", Marked(role, "ab"), "）")
        for unit in ((Marked(role, "山水"), "，"), ("（", Marked(role, "山水"), "）")):
            make.slide("KB-01 KB-02 KB-06 PG-02 PW-06", *unit, columns=range(N - 3, N + 1))
    make.slide("KB-01 KB-06", "山", Marked("strong", "。"), columns=range(N - 2, N + 1))
    make.slide("KB-11", "￥", Marked("strong", "100"), columns=range(N - 3, N + 1))
    make.slide("KB-11", Marked("strong", "25"), "℃", columns=range(N - 2, N + 1))
    make.line("HL-01", "山", Code("ab"), "水")
    make.slide("HL-01 HL-03", Code("ab"), columns=range(N - 3, N + 1))


#: Two marks that meet where the form changes, and how many characters stand before them.
_PAIRS_ACROSS: tuple[tuple[tuple[Part, ...], int], ...] = (
    (("“", Marked("strong", "山。"), "”水"), 2),
    (("山", Marked("strong", "，"), "“水”木"), 1),
    (("（", Marked("strong", "“山”"), "）水"), 0),
    ((Marked("link", "《山》"), "，水"), 2),
    (("山、", Marked("link", "《水》"), "木"), 1),
    (("“山", Marked("kai", "？"), "”水"), 2),
)
