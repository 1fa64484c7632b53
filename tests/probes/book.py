"""The probes themselves, made by rule: each construct at every place around the line's end.

A probe slides its construct by the number of Han characters before it, so that the construct
begins at a given column of the first line (a column is one em; the line has ``MEASURE``).
After it comes Han enough that the first line is never the last.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

from probes.marks import Region
from probes.probe import MEASURE, START, Marked, Note, Part, Probe, Ruby, Turn, filler, serial

N = MEASURE

BRACKETS = ("“”", "（）", "《》", "〈〉", "【】", "〖〗", "〔〕", "［］", "｛｝")
#: Pairs of marks that meet (between the signs < and >), in contexts where quotation marks pair.
_PAIRS = """
“山<。”>水 “山<”。>水 山<，“>水”木 山<、《>水》木 《山<》、>水木 《山<》《>水》木
<“‘>山’水”木 “山‘水<’”>木 “山<”“>水”木 山<。“>水”木 山<：“>水”木 “山<”，>水木
（山<）（>水）木 <（“>山”水）木 （山<）。>水木 （山<。）>水木 <（《>山》水）木 山<；“>水”木
“山<！”>水木 “山<？”>水木 山<：（>水）木 （山《水<》）>木 《山<》，>水木 （山<），>水木
“山<”、>水木 山<，《>水》木 山<。《>水》木 “山<”；>水木 “山<”：>水木 山<、（>水）木
（山<）、>水木 【山<】《>水》木 <《〈>山〉水》木 《山〈水<〉》>木 山<；《>水》木
“山<”？>水木 （山<）！>水木
"""
PAIRS = tuple(
    (context.replace("<", "").replace(">", ""), context[context.index("<") + 1 :][:2])
    for context in _PAIRS.split()
)
#: Marks repeated, and the room that they take together in em.
REPEATED = {"？！": 1.0, "！？": 1.0, "？？": 1.0, "！！": 1.0, "？？？": 2.0, "！！！": 2.0}
SINGLES = "、，；：。．！？～–—·‧・-"
NUMBERS = (
    ("￥100", 3), ("$100", 2), ("50％", 2), ("50%", 2), ("25℃", 2), ("3.14%", 3), ("12,345", 3),
    ("−273℃", 3), ("§12", 2),
)  # fmt: skip
#: Words and the places at which English may be broken (Knuth and Liang's patterns, us).
WORDS = {
    "typesetting": (4, 7),
    "information": (2, 5, 7),
    "composition": (3, 5, 7),
    "hyphenation": (2, 6),
    "strength": (),
}


class _Maker:
    def __init__(self) -> None:
        self.probes: list[Probe] = []

    def add(
        self,
        tags: str,
        *parts: Part,
        at: int = 0,
        length: int = 0,
        regions: Sequence[Region] = ("cn", "tw", "hk"),
        lead: str = "",
    ) -> None:
        """A probe of these parts, its serial before them (and ``lead`` before the serial)."""
        name = serial(len(self.probes) + 1)
        self.probes.append(
            Probe(
                name,
                frozenset(tags.split()),
                (lead + name, *parts),
                at + 3 + len(lead),
                length,
                tuple(regions),
            )
        )

    @property
    def seed(self) -> int:
        return len(self.probes)

    def slide(
        self, tags: str, *unit: Part, columns: Iterable[int], tail: int = 2 * N - 4, wide: float = 0
    ) -> None:
        """The unit beginning at each of the columns; ``wide`` is what stands before it beyond one
        em a character."""
        for column in columns:
            before = column - START
            length = sum(len(part) for part in unit if isinstance(part, str)) or sum(
                len(part.text) if isinstance(part, Marked) else len(part.base)
                for part in unit
                if isinstance(part, Marked | Ruby)
            )
            self.add(
                tags,
                filler(before, self.seed),
                *unit,
                filler(tail - max(0, column - N), self.seed + 3),
                at=before,
                length=length,
            )

    def line(self, tags: str, unit: str, before: int = 3, after: int = 3, lead: int = 0) -> None:
        """The unit in the middle of a paragraph of one line, where nothing is adjusted;
        ``lead`` characters of the unit are context."""
        self.add(
            tags,
            filler(before, self.seed) + unit + filler(after, self.seed + 3),
            at=before + lead,
            length=len(unit) - lead,
        )


@functools.cache
def probes() -> tuple[Probe, ...]:
    """Every probe of the main book, in order."""
    make = _Maker()
    _kinsoku(make)
    _marks(make)
    _latin(make)
    _adjustment(make)
    _paragraphs(make)
    _interlinear(make)
    return tuple(make.probes)


@functools.cache
def style_probes() -> tuple[Probe, ...]:
    """The probes of the small books: punctuation styles, hanging, other sizes."""
    make = _Maker()
    for mark in "、，；：。！？":
        make.line("PW-09 PW-01", mark)
    for pair in ("（）", "《》", "“”"):
        make.line("PW-09", f"{pair[0]}山{pair[1]}")
    for context, pair in PAIRS[:12]:
        place = context.index(pair)
        make.line("PW-09P", context, lead=place)
    for mark in "、，。；：！？":
        make.slide("HG-01 PW-06", mark, columns=(N - 2, N - 1, N, N + 1))
    make.slide("HG-01 PW-06", "“山。”", columns=range(N - 5, N + 1))
    make.slide("HG-01 PW-06", "（山水）", columns=range(N - 4, N))
    return tuple(make.probes)


@functools.cache
def rare_probes() -> tuple[Probe, ...]:
    """The two-em dash and the midline ellipsis, which share glyphs with —— and …… ."""
    make = _Maker()
    make.slide("KB-04 KB-08", "⸺", columns=range(N - 3, N + 2))
    make.slide("KB-04 KB-09", "⋯⋯", columns=range(N - 3, N + 2))
    make.line("KB-08", "⸺")
    make.line("KB-09", "⋯⋯")
    make.line("KB-08", "——")
    make.line("KB-09", "……")
    return tuple(make.probes)


@functools.cache
def wide_probes() -> tuple[Probe, ...]:
    """Plain paragraphs for a book of another size and measure."""
    make = _Maker()
    for length in range(60, 200, 7):
        make.add("PG-01 PG-02", filler(length, make.seed))
    return tuple(make.probes)


def _kinsoku(make: _Maker) -> None:
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
    for unit in ("——", "……"):
        tag = "KB-08" if unit == "——" else "KB-09"
        make.slide(f"KB-04 KB-06 PG-02 {tag}", unit, columns=range(N - 3, N + 2))
    make.slide("KB-04 KB-08 KB-01 KB-06", "“山水”——", columns=range(N - 5, N))
    make.slide("KB-04 KB-09 KB-01 KB-06", "“山水……”", columns=range(N - 6, N))
    for mark in "？！":
        make.slide("KB-01 KB-06 PW-10S", mark + "！", columns=range(N - 3, N + 1))
    for token, width in NUMBERS:
        make.slide("KB-11", token, columns=range(N - width - 1, N + 1))
    make.slide("KB-11", "山", Note("注。"), columns=range(N - 2, N + 2))
    for word in WORDS:
        make.slide("KB-12 HL-01", word, columns=range(N - 5, N + 1))
    make.add("KB-10", filler(5, make.seed), Turn("p"), "…………", Turn("p"), filler(6, make.seed))
    make.add("KB-10", filler(9, make.seed), Turn("p"), "…………", Turn("p"), filler(6, make.seed + 1))


def _marks(make: _Maker) -> None:
    for mark in "、，；：。．！？":
        make.line("PW-01 RG-01", mark)
    for opening, closing in map(tuple, BRACKETS):
        make.line("PW-01", f"{opening}山水{closing}")
    for context, pair in PAIRS:
        place = context.index(pair)
        make.line("PW-02 PW-03", context, lead=place)
    for marks in REPEATED:
        make.line("PW-10", marks)
    for mark in "·‧・":
        make.line("PW-11", mark)
    for mark in "–—～":
        make.line("PW-12", mark)
    make.line("PW-13", "/")
    make.line("PW-13W", "／")
    make.line("KB-08", "——")
    make.line("KB-09", "……")
    for opening in ("“山”", "（山）", "《山》", "【山】", "“‘山’水”"):
        depth = 2 if opening[1] == "‘" else 1
        make.add(
            "PW-05", opening[depth:] + filler(9, make.seed), lead=opening[:depth],
        )  # fmt: skip
    make.line("RG-02", "“山‘水’木”")


def _latin(make: _Maker) -> None:
    for word in ("ab", "7", "AB12", "α", "Web", "2024"):
        make.line("HL-01 HL-05", word)
    for word in ("ab", "2024", "Web"):
        make.slide("HL-01 HL-03 HL-05", word, columns=range(N - 4, N + 2))
    make.line("HL-01", " ab ")
    make.line("HL-01", " 2024 ")
    for context in ("（ab）", "“ab”", "，ab，", "。ab。", "《ab》", "、7、"):
        make.line("HL-02", context)
    make.line("HL-02", "（7）")


def _adjustment(make: _Maker) -> None:
    """Lines that must be made shorter or longer, with blanks of several kinds in them."""
    sets = (
        ("山，水木，火",), ("《山水》木，火石，土",), ("山ab水，木火，土",), ("山·水，木《火》土",),
        ("山。水，木火，土，田",), ("“山水”木。火",), ("山ab cd水，木",), ("（山）水；木、火ab土",),
        ("山？水《木》火，土",), ("山/水，木，火–土",),
    )  # fmt: skip
    for (items,) in sets:
        for tail in ("石", "，石", "》，石", "；", "。”石"):
            opened = {"》": "《", "。": "“"}.get(tail[0], "")
            text = items + opened
            for column in (N - 1, N, N + 1):
                width = math.floor(_natural(text))
                before = column - START - width - (1 if opened else 0)
                if before < 0:
                    continue
                first = filler(before // 2, make.seed)
                second = filler(before - before // 2 + (1 if opened else 0), make.seed + 1)
                tags = "JU-02 JU-03 PW-07 PW-08 HL-03 HL-05 JU-05"
                if tail != "石":
                    tags += " KB-07"
                make.add(
                    tags,
                    first + items + opened + second + tail + filler(2 * N - 6, make.seed + 2),
                    at=0,
                    length=0,
                )
    # Stretched: a dash that does not fit leaves one em or more.
    for items in (
        "山ab cd水木", "山ab水木火", "山ab cd水，木ef火", "山水木火土", "山/水木火土", "山～水木火",
        "山–水木火土", "山……水木火", "山ab水cd木", "山2024水，木", "山ab cd ef水", "山7水木火土",
        "山α水，木",
    ):  # fmt: skip
        for column in (N - 1, N):
            before = column - START - math.ceil(_natural(items))
            make.add(
                "JU-04 JU-02 HL-03 HL-05 PW-08 JU-05",
                filler(before, make.seed) + items + "——" + filler(2 * N - 6, make.seed + 2),
            )


def _natural(text: str) -> float:
    """About how wide the text is, in em: enough to place it (Latin as .5 em a letter)."""
    total = 0.0
    for place, character in enumerate(text):
        latin = character.isascii() and character.isalnum()
        before = place and text[place - 1]
        if character in "·–/":
            total += 0.5
        elif latin:
            total += 0.475
            if before and not before.isascii():
                total += 0.5
        elif character == " ":
            total += 0.25 - 0.5
        else:
            total += 1
    return total


def _paragraphs(make: _Maker) -> None:
    for over in range(4):
        for ending in ("", "。", "！", "。”"):
            opened = "“" if "”" in ending else ""
            length = N - START + N + over - len(opened)
            make.add("PA-08 PG-02", opened + filler(length, make.seed) + ending)
    for length in (N - START + 1, N + 4, 2 * N + 7, 3 * N - 8):
        make.add("PA-01 PG-09", filler(length, make.seed))
    make.add(
        "PA-04 PA-10", filler(6, make.seed), Turn("quote"), filler(10, make.seed + 1),
        Turn("source"), "——" + filler(3, make.seed + 2), Turn("p"), filler(N + 6, make.seed + 3),
    )  # fmt: skip
    make.add(
        "PA-04 PA-10", filler(9, make.seed), Turn("quote"), filler(8, make.seed + 1),
        Turn("source"), "——" + filler(2, make.seed + 2), Turn("p"), filler(N + 9, make.seed + 3),
    )  # fmt: skip
    make.add(
        "PA-05", filler(6, make.seed), Turn("item"), filler(2 * N, make.seed + 1), Turn("item"),
        filler(2 * N + 5, make.seed + 2),
    )  # fmt: skip
    for number in range(8):
        make.add("PG-03 PA-09 PG-09", filler(3 * N + number, make.seed))


def _interlinear(make: _Maker) -> None:
    make.slide("IL-01", Marked("dots", "山水木火"), columns=range(N - 4, N + 1))
    make.slide("IL-01", Marked("dots", "山水，木火。"), columns=(5, N - 7, N - 3))
    for role, tag in (("name", "IL-02"), ("work", "IL-03")):
        make.slide(f"{tag} IL-06", Marked(role, "山水木火"), columns=range(N - 4, N + 1))
        make.slide(
            f"{tag} IL-02A", Marked(role, "山水"), Marked(role, "木火"), columns=(6, N - 5, N - 2)
        )
    make.slide("IL-05", Marked("name", "山水木火", dotted=True), columns=(6, N - 4, N - 2))
    for number in range(3):
        make.add(
            "IL-06 IL-02",
            filler(4, make.seed),
            Marked("name", "山水木火土石"),
            filler(N - START - 11 + number, make.seed) + "——" + filler(N, make.seed + 1),
            at=4,
            length=6,
        )
    for column in range(N - 4, N + 1):
        make.slide("RB-01 RB-05", Ruby("山水", ("shān", "shuǐ")), columns=(column,))
    make.slide("RB-01 RB-02", Ruby("霜光狂", ("shuāng", "guāng", "kuáng")), columns=(6, 8, N - 4))
    make.slide("RB-01 RB-02", Ruby("大山", ("dà", "shān")), columns=(6, 9))
    make.slide("RB-04 RB-05", Ruby("山水", ("ㄕㄢ", "ㄕㄨㄟˇ")), columns=range(N - 3, N + 1))
    make.slide("RB-04", Ruby("天地", ("ㄊㄧㄢ", "ㄉㄧˋ")), columns=(6, 8))
    make.slide("RB-04", Ruby("石子", ("ㄕˊ", "ㄗ˙")), columns=(7,))
