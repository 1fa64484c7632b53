"""Random books for the line composer, and what must be true of every page made from them.

A document is a small tree of blocks and inlines drawn from a seed.  It is written as HTML in which
every block that is judged has a colour of its own: its background tells where its box lies on the
page, and the colour of its text which glyphs are its own and in which order they were painted.  So
everything is read from the finished PDF, and nothing from the composer.

    python tests/fuzz.py --count 1000 --processes 2     seeds 1 to 1000
    python tests/fuzz.py --first 17 --count 1 --shrink  one seed, made smaller while it fails

A failure names its seed and the folder that holds its HTML.
"""

from __future__ import annotations

import argparse
import html
import itertools
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from patience import TooLong, patience

#: Body size and line pitch, pt.
EM, LINE = 10.5, 18.0
#: Seconds of the processor that one document may take, all its renderings together.
PATIENCE = 30.0
#: How far a glyph may stand outside its measure, em: the blank of a mark at a line end, as the
#: last resort all of it; an opening mark at a line start is trimmed by .5.
OUTSIDE = 0.75
#: How far from flush a line edge may be, em.
FLUSH = 0.02

# --- the document -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its tag, its classes, its style, other attributes, and what it holds."""

    tag: str
    classes: tuple[str, ...] = ()
    children: tuple[Node | str, ...] = ()
    style: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A book of one flow: what its style sheet says, and its blocks."""

    seed: int
    language: str
    family: str
    margins: tuple[int, int]
    indent: int
    align: str
    orphans: int
    hyphens: str
    folio: bool
    blocks: tuple[Node, ...]


HAN = {
    "zh-Hans": "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生"
    "自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与"
    "好看学进种将还分此心前面又定见只主没公从",
    "zh-Hant": "的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生"
    "自會那後能對著事其裡所去行過家十用發天如然作方成者多日都三小軍二無同麼經法當起與"
    "好看學進種將還分此心前面又定見只主沒公從",
}
STOPS = "，。、；：？！"
PAIRS = ("“”", "‘’", "（）", "《》", "〈〉", "「」", "『』", "【】", "〔〕", "［］")
MARKS = (
    *STOPS,
    *"".join(PAIRS),
    *("——", "⸺", "—", "–", "……", "…", "⋯⋯", "…………", "·", "‧", "・", "～", "／", "/", "-"),
    *(
        "？！",
        "！！",
        "？？？",
        "。”",
        "，“",
        "）（",
        "：“",
        "。」』",
        "》、《",
        "！”",
        "”——“",
        "……”",
    ),
    *("（“", "”）。"),
)
WORDS = (
    *("AI", "DeepSeek", "GPT-4", "know-how", "a", "I", "e.g.", "It's", "office", "fluffy", "the"),
    *("of", "Wi-Fi", "C++", "naïve", "Ångström", "cafe\u0301", "TCP/IP", "x", "A/B", "U.S.A."),
    *("state-of-the-art", "inter\u00adna\u00adtion\u00adal", "San Francisco", "to be or not to be"),
)
LONG_WORDS = (
    "internationalization",
    "Donaudampfschifffahrtsgesellschaft",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "counter\u00adrevolution\u00adaries",
    40 * "A",
)
NUMBERS = (
    *("2024", "3.5", "100", "￥100", "$3.50", "25℃", "50%", "50％", "±3", "−5", "1,000,000", "§12"),
    *("10–20", "①", "⑫", "№7", "3/4", "12:30", "1990—2000", "+86-10-62751234"),
)
ADDRESSES = (
    "https://a.bc/d?e=f",
    "http://www.example.com/a-long/path/to_some/page.html?query=1&x=2",
    "name@example.org",
)
BLANKS = (" ", " ", " ", "  ", "\n", "\u00a0", "\u3000", "\u2009", "\u200b", "\u2060")
RARE = ("𠮷", "𡃁", "𨋢", "𪚥", "𠀋", "㐂", "〇", "ɡ", "好\u0301", "ñ", "u\u0304", "々")
RIGHT_TO_LEFT = ("שלום", "العربية", "سلام", "ירושלים")
EMOJI = ("😀", "☺", "❤\ufe0f", "★", "♥")
PINYIN = ("hàn", "zì", "zhuāng", "ā", "chuáng", "lǜ", "Běijīng")
ZHUYIN = ("ㄏㄢˋ", "ㄗˋ", "ㄓㄨㄤ", "ㄚ", "˙ㄉㄜ")
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DRAWING = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
    "%3Ccircle cx='4' cy='4' r='4'/%3E%3C/svg%3E"
)
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


#: How often each inline element is drawn, and within what it never stands.
ELEMENTS: tuple[tuple[str, int, frozenset[str]], ...] = tuple(
    (name, weight, frozenset(without.split()))
    for name, weight, without in (
        ("b", 6, ""),
        ("strong", 6, ""),
        ("i", 4, ""),
        ("del", 1, ""),
        ("code", 4, ""),
        ("size", 3, ""),
        ("english", 3, ""),
        ("id", 2, "a"),
        ("a", 6, "a"),
        ("sup", 3, ""),
        ("sub", 2, ""),
        ("name", 3, ""),
        ("adjoining", 1, ""),
        ("work", 3, ""),
        ("dots", 3, ""),
        ("br", 3, ""),
        ("img", 2, ""),
        ("empty", 2, ""),
        ("blank", 1, ""),
        ("box", 2, ""),
        ("nobreak", 1, ""),
        ("spaced", 1, "note spaced"),
        ("ruby", 3, "note"),
        ("inline-block", 2, "note"),
        ("note", 6, "note"),
        ("float", 2, "note a b strong i del size box nobreak spaced"),
    )
)
#: Manners of a paragraph, by class.
MANNERS = (
    *("centre", "right", "start", "pad", "pad", "last", "spaced", "pre", "nowrap", "big-first"),
    *("keep", "keep", "small", "level"),
)


class Draw:
    """Draws documents from a seed; the same seed draws the same document."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.language = self.random.choice(("zh-Hans", "zh-Hans", "zh-Hant-TW", "zh-Hant-HK"))
        self.han = HAN[self.language[:7]]
        #: What makes whole documents odd is rare in each paragraph and so drawn once.
        self.rich = self.random.random()
        self.strange = self.random.random() < 0.25
        self.wild = self.random.random() < 0.3

    def chance(self, probability: float) -> bool:
        """Whether it happens this time."""
        return self.random.random() < probability

    def document(self) -> Document:
        """Settings and three to nine groups of blocks."""
        pick = self.random
        family = {"zh-Hans": "SC", "zh-Hant-TW": "TC", "zh-Hant-HK": "HK"}[self.language]
        return Document(
            seed=self.seed,
            language=self.language,
            family=f'"Noto Serif CJK {family}"',
            margins=pick.choice(((17, 17), (17, 17), (12, 30), (30, 20), (20, 19))),
            indent=pick.choice((2, 2, 2, 0)),
            align=pick.choice(("justify", "justify", "justify", "justify", "start")),
            orphans=pick.randint(1, 4),
            hyphens=pick.choice(("manual", "auto")),
            folio=self.chance(0.5),
            blocks=tuple(node for _ in range(pick.randint(3, 9)) for node in self.block()),
        )

    def block(self) -> Iterator[Node]:
        """One block, or a few that belong together."""
        kind = self.random.random()
        if kind < 0.56:
            yield self.paragraph()
        elif kind < 0.60:
            yield Node("h2", (), self.inlines(self.random.randint(2, 20), 3))
        elif kind < 0.64:
            yield Node("div", ("float", self.random.choice(("left", "right"))),
                       self.inlines(self.random.randint(1, 30), 4),
                       style=f"width:{self.random.randint(3, 9)}em")  # fmt: skip
            yield self.paragraph(30)
            yield self.paragraph(30)
        elif kind < 0.70:
            width = self.random.choice((3, 5, 8, 11.3, 20, 25))
            yield Node("div", ("narrow",), self.paragraphs(), style=f"width:{width}em")
        elif kind < 0.74:
            yield Node("div", ("columns",), self.paragraphs())
        elif kind < 0.79:
            yield Node("blockquote", (), self.paragraphs())
        elif kind < 0.87:
            yield self.list()
        elif kind < 0.91:
            pairs = [
                node
                for _ in range(self.random.randint(1, 3))
                for node in (
                    Node("dt", (), self.inlines(self.random.randint(1, 9), 3)),
                    Node("dd", (), self.inlines(self.length(), 1)),
                )
            ]
            yield Node("dl", (), tuple(pairs))
        elif kind < 0.95:
            yield self.table()
        else:
            yield Node("p", (), self.random.choice(((), (" ",), (Node("span"),))))

    def paragraphs(self) -> tuple[Node, ...]:
        """One to three paragraphs."""
        return tuple(self.paragraph() for _ in range(self.random.randint(1, 3)))

    def length(self) -> int:
        """Characters of a paragraph: most often some lines, now and then one character or 400."""
        return (
            int(self.random.choice((1, 5, 30, 80, 120, 200, 400)) * self.random.uniform(0.3, 1))
            or 1
        )

    def paragraph(self, least: int = 1) -> Node:
        """A paragraph, now and then with a manner of its own."""
        classes = (self.random.choice(MANNERS),) if self.chance(0.25) else ()
        length = 20 if classes == ("nowrap",) else max(least, self.length())
        return Node("p", classes, self.inlines(length, 0))

    def list(self) -> Node:
        """A list: hanging markers of our own, or the engine's."""
        kind = self.random.choice(("hang", "hang", "ol", "ul"))
        items = []
        for index in range(self.random.randint(1, 4)):
            content = self.inlines(self.length(), 1)
            if kind == "hang":
                mark = self.random.choice((f"{index + 1}.", "·", "（一）", "十二、"))
                content = (Node("span", ("marker",), (mark,)), *content)
            items.append(Node("li", (), content))
        return Node("ul" if kind == "hang" else kind, (kind,), tuple(items))

    def table(self) -> Node:
        """A table of some rows and columns."""
        width = self.random.randint(1, 4)
        rows = tuple(
            Node("tr", (), tuple(
                Node("td", (), self.inlines(self.random.randint(0, 25), 2)) for _ in range(width)
            ))
            for _ in range(self.random.randint(1, 4))
        )  # fmt: skip
        return Node("table", (), rows)

    # --- inlines ---

    def inlines(self, length: int, depth: int, *, inside: frozenset[str] = frozenset()) -> Any:
        """Text and elements of about so many characters; ``inside`` names what they are within."""
        found: list[Node | str] = []
        left = length
        while left > 0:
            if depth >= 4 or self.chance(0.75 - 0.35 * self.rich):
                text = self.text(min(left, self.random.randint(1, 40)))
                left -= len(text)
                found.append(text)
            else:
                share = min(left, self.random.choice((1, 2, 4, 8, 20, 40)))
                node, used = self.element(share, depth + 1, inside)
                left -= max(1, used)
                found.append(node)
        merged: list[Node | str] = []
        for item in found:
            if isinstance(item, str) and merged and isinstance(merged[-1], str):
                merged[-1] += item
            else:
                merged.append(item)
        return tuple(merged)

    def element(self, share: int, depth: int, inside: frozenset[str]) -> tuple[Node, int]:
        """An inline element with up to ``share`` characters, and how many it took."""
        pick = self.random
        kinds = [
            (name, weight)
            for name, weight, without in ELEMENTS
            if not without & inside and (self.wild or name != "float")
        ]
        kind = pick.choices([name for name, _ in kinds], [weight for _, weight in kinds])[0]
        if kind in ("id", "a", "b", "strong", "i", "del", "size", "box", "nobreak", "spaced"):
            name = "a" if kind == "id" else kind
            inner = self.inlines(share, depth, inside=inside | {name})
            return self.container(kind, inner), share
        node = self.leaf(kind, depth, inside)
        return node, {"empty": 0, "blank": 1, "br": 1, "img": 1}.get(kind, 4)

    def container(self, kind: str, inner: Any) -> Node:
        """An element around any inline content."""
        pick = self.random
        match kind:
            case "size":
                size = pick.choice((".8em", ".9em", "1.2em"))
                return Node("span", (), inner, f"font-size:{size}")
            case "id":
                name = f"t{pick.randint(0, 10**6)}"
                return Node("a", (), inner, attributes=(("id", name),))
            case "a":
                target = pick.choice(("https://example.org/", "#top", "#nowhere"))
                return Node("a", (), inner, attributes=(("href", target),))
            case "box" | "nobreak" | "spaced":
                return Node("span", (kind,), inner)
        return Node(kind, (), inner)

    def leaf(self, kind: str, depth: int, inside: frozenset[str]) -> Node:
        """An element that chooses its own content."""
        pick = self.random
        match kind:
            case "code":
                words = ("x = f(y)", "make test", "a_b", "--all", "数据.json", "0x7F")
                return Node("code", (), (pick.choice(words),))
            case "english":
                text = " ".join(pick.choice(WORDS) for _ in range(pick.randint(1, 8)))
                return Node("span", (), (text,), attributes=(("lang", "en"),))
            case "sup" | "sub":
                return Node(kind, ("small",), (pick.choice(("2", "n", "注", "[1]", "②")),))
            case "name" | "work":
                return Node("u", (kind,), (self.han_run(pick.randint(1, 12)),))
            case "adjoining":
                return Node("u", ("name", "adjoining"), (self.han_run(2),))
            case "dots":
                return Node("em", ("dots",), (self.text(pick.randint(1, 9)),))
            case "img":
                source = (("src", pick.choice((DOT, DRAWING))), ("alt", ""))
                return Node("img", (), (), f"height:{pick.choice(('1em', '9pt', '20pt'))}", source)
            case "empty":
                return Node("span", pick.choice(((), ("box",))))
            case "blank":
                return Node("span", (), (" ",))
            case "float":
                side = pick.choice(("left", "right"))
                return Node("span", ("float", side), (self.han_run(2),), "width:2em")
            case "inline-block":
                return Node("span", ("inline-block", "small"), (self.text(pick.randint(1, 4)),))
            case "ruby":
                return self.ruby()
            case "note":
                length = pick.choice((4, 20, 90))
                inner = self.inlines(length, max(2, depth), inside=inside | {"note"})
                # The engine cannot set a note of blanks alone.
                return Node("span", ("note",), ("注", *inner))
        return Node(kind)

    def ruby(self) -> Node:
        """One to three Han and their reading, now and then of a given width."""
        zhuyin = self.chance(0.3)
        base = self.han_run(self.random.randint(1, 3))
        reading = self.random.choice(ZHUYIN if zhuyin else PINYIN)
        width = self.random.choice(("", f"width:{len(base) + self.random.choice((0, 0.25, 1))}em"))
        classes = ("zhuyin",) if zhuyin else ()
        return Node("ruby", classes, (base, Node("rt", ("small",), (reading,))), width)

    def han_run(self, length: int) -> str:
        """So many Han characters."""
        return "".join(self.random.choice(self.han) for _ in range(length))

    def text(self, length: int) -> str:
        """Running text of at least one character, of about ``length``."""
        pieces: list[str] = []
        count = 0
        while count < length:
            kind = self.random.random()
            if kind < 0.56:
                piece = self.han_run(self.random.randint(1, 9))
            elif kind < 0.74:
                piece = self.random.choice(MARKS)
            elif kind < 0.77:
                piece = "".join(self.random.choice(MARKS) for _ in range(self.random.randint(2, 4)))
            elif kind < 0.80:
                opening, closing = self.random.choice(PAIRS)
                piece = opening + self.han_run(self.random.randint(1, 6)) + closing
            elif kind < 0.89:
                blank = self.random.choice(("", "", "", " ", "\u00a0"))
                piece = blank + self.random.choice(WORDS) + blank
            elif kind < 0.94:
                piece = self.random.choice(NUMBERS)
            elif kind < 0.97:
                piece = self.random.choice(BLANKS)
            elif kind < 0.98:
                piece = self.random.choice(LONG_WORDS)
            elif kind < 0.985:
                piece = self.random.choice(ADDRESSES)
            elif kind < 0.993:
                piece = self.random.choice(RARE)
            elif self.strange:
                piece = self.random.choice((*EMOJI, *RIGHT_TO_LEFT))
            else:
                piece = "。"
            pieces.append(piece)
            count += len(piece)
        return "".join(pieces)


def document(seed: int) -> Document:
    """The document of a seed."""
    return Draw(seed).document()


# --- its HTML, and what its pages must show -----------------------------------------------------

STYLE = """@page {{ size: A5; margin: 16mm {inner}mm 18mm {outer}mm{folio} }}
@page :left {{ margin-left: {inner}mm; margin-right: {outer}mm }}
@counter-style circled {{ system: fixed; symbols: {circled}; suffix: "" }}
html {{ font: 10.5pt/18pt {family}; hyphens: {hyphens} }}
body {{ margin: 0; text-align: {align} }}
p, h2, li, td, dt, dd {{ orphans: {orphans}; widows: {orphans} }}
p {{ margin: 0; text-indent: {indent}em }}
h2 {{ margin: 18pt 0 0; font: 600 1.2em/36pt {family}; break-after: avoid }}
strong {{ font-family: "Noto Sans CJK SC"; font-weight: 500 }}
code {{ font-family: "DejaVu Sans Mono", {family}; font-size: .88em; line-height: 0 }}
sup, sub {{ font-size: .62em; line-height: 0 }}
sup {{ vertical-align: .55em }} sub {{ vertical-align: -.2em }}
a {{ color: inherit; text-decoration: none }}
u {{ text-decoration: none }} u.name {{ border-bottom: .5pt solid }} u.adjoining {{ margin-left: .12em }}
em.dots {{ font-style: normal }}
ruby {{ display: inline-block; white-space: nowrap; text-align: center; line-height: 18pt; height: 18pt; vertical-align: top; text-indent: 0; letter-spacing: normal }}
rt {{ display: block; margin: -22.32pt -4em 13.32pt; font-size: .5em; line-height: 9pt; white-space: nowrap }}
img {{ vertical-align: -.12em }}
.note {{ float: footnote; white-space: normal; letter-spacing: normal; text-align: {align}; font-size: 8.4pt; line-height: 13.5pt; text-indent: 0; padding-left: 1.75em }}
.note::footnote-call {{ content: counter(footnote, circled); color: #7f0000; font: 7pt/0 {family}; vertical-align: .5em }}
.note::footnote-marker {{ content: counter(footnote, circled); color: #7f0000; display: inline-block; width: 1.75em; margin-left: -1.75em }}
.box {{ padding: 0 3pt; margin: 0 2pt; border: .5pt solid; background: #eee }}
.nobreak, .nowrap {{ white-space: nowrap }} .spaced {{ letter-spacing: .1em }}
.inline-block {{ display: inline-block; min-width: 2em; text-indent: 0 }}
.marker {{ display: inline-block; min-width: 2em; margin-left: -2em; text-indent: 0 }}
.left {{ float: left }} .right {{ float: right }} .float {{ text-indent: 0; text-align: start }}
div.narrow, div.columns, blockquote, ul, ol, dl, table, h2 {{ clear: both }}
div.columns {{ columns: 2; column-gap: 2em }}
blockquote {{ margin: 18pt 2em }}
ul, ol {{ margin: 0; padding-left: 2em; text-indent: 0 }} ul.hang {{ list-style: none }}
li::marker {{ color: #7f0000 }}
dl {{ margin: 0 }} dd {{ margin-left: 2em; text-indent: 0 }}
table {{ border-collapse: collapse }} td {{ padding: 0 .5em; vertical-align: top; text-indent: 0 }}
.centre {{ text-align: center; text-indent: 0 }} p.right {{ float: none; text-align: right }} .start {{ text-align: start }}
.pad {{ padding: 0 1em 0 2em }} .last {{ text-align-last: justify }} .pre {{ white-space: pre-wrap }}
.big-first::first-letter {{ font-size: 1.5em }} .keep {{ break-inside: avoid }}
p.small {{ font-size: 8.4pt; line-height: 13.5pt }} .level {{ text-indent: 0 }}
"""  # noqa: E501

#: Blank em at the left and right inside a block's box, by class or tag.
PADDING = {"pad": (2.0, 1.0), "td": (0.5, 0.5), "note": (1.75, 0.0)}
#: Size of a block, in body sizes.
SIZES = {"h2": 1.2, "small": 0.8, "note": 0.8}
#: What the engine itself writes has this colour.
GENERATED = 0x7F0000


#: A float that takes nothing from the lines beside it.
THIN_FLOAT = "<div style='float:left;width:0;height:17pt'></div>"


class Item(NamedTuple):
    """One thing a line holds.

    Kinds: ``main`` a character of the paragraph, ``small`` one of a reading, a raised sign or a
    marker, ``call`` of a note, ``blank``, ``joint`` (a break is allowed), ``glue``, ``break``,
    and ``object`` for anything else that may take room: pictures, and the edges of boxes.
    """

    kind: str
    char: str
    whole: bool


@dataclass(slots=True)
class Block:
    """A block whose lines are judged, and what must be found in it."""

    number: int
    em: float
    left: float
    right: float
    align: str
    indent: float
    side: str
    #: Its lines are not to be judged: no wrapping, or characters of another size at the start.
    loose: bool
    #: It has letter-spacing, which may follow the last letter of a line.
    tracked: bool = False
    #: A float begins inside one of its lines: the engine sets it, now and then over the float.
    interrupted: bool = False
    items: list[Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters of the paragraph itself, in order."""
        return "".join(item.char for item in self.items if item.kind == "main")

    @property
    def bidirectional(self) -> bool:
        """Whether it holds letters that run from right to left."""
        return any(unicodedata.bidirectional(char) in ("R", "AL") for char in self.text)


@dataclass(frozen=True, slots=True)
class Written:
    """The HTML of a document and the blocks it must show."""

    html: str
    blocks: tuple[Block, ...]
    #: Characters the engine writes: note calls and markers, list markers.
    generated: str
    #: Whether each page has its number.
    folio: bool


class Writer:
    """Writes a document as HTML and notes what each block holds."""

    def __init__(
        self, document: Document, *, marked: bool = True, thin_floats: bool = False
    ) -> None:
        self.document = document
        self.marked = marked
        self.thin_floats = thin_floats
        self.blocks: list[Block] = []
        self.generated: list[str] = []
        self.notes = 0

    def write(self) -> Written:
        """The whole document."""
        book = self.document
        folio = "; @bottom-center { content: counter(page); color: #7e0000 }"
        style = STYLE.format(
            inner=book.margins[0],
            outer=book.margins[1],
            circled=" ".join(CIRCLED),
            family=book.family,
            hyphens=book.hyphens,
            align=book.align,
            orphans=book.orphans,
            indent=book.indent,
            folio=folio if book.folio else "",
        )
        body = "\n".join(self.block(node) for node in book.blocks)
        head = f"<meta charset=utf-8><title>{book.seed}</title><style>\n{style}</style>"
        text = f"<!DOCTYPE html>\n<html lang={book.language}>{head}\n<body id=top>\n{body}\n"
        return Written(text, tuple(self.blocks), "".join(self.generated), book.folio)

    def block(self, node: Node) -> str:
        """A block and the blocks in it."""
        if node.tag in ("p", "h2", "li", "dt", "dd", "td") or "float" in node.classes:
            thin = THIN_FLOAT if self.thin_floats and node.tag == "p" else ""
            return thin + self.measured(node)
        inner = []
        for index, child in enumerate(node.children):
            assert isinstance(child, Node)
            if node.tag == "ol":
                self.generated.append(f"{index + 1}.")
            elif "ul" in node.classes:
                self.generated.append("•")
            inner.append(self.block(child))
        return _tag(node, "".join(inner))

    def measured(self, node: Node) -> str:
        """A block of lines, with its colours."""
        names = {node.tag, *node.classes}
        note = "note" in names
        padding = next((PADDING[name] for name in names if name in PADDING), (0.0, 0.0))
        em = EM * next((SIZES[name] for name in names if name in SIZES), 1.0)
        align = self.document.align
        if names & {"centre", "right", "start", "float"}:
            align = "other"
        level = note or names & {"centre", "level", "li", "dd", "td", "float", "h2", "dt"}
        block = Block(
            number=len(self.blocks) + 1,
            em=em,
            left=padding[0] * em,
            right=padding[1] * em,
            align=align,
            indent=0.0 if level else self.document.indent * em,
            side=next((name for name in ("left", "right") if {name, "float"} <= names), ""),
            loose=bool(names & {"nowrap", "big-first", "pre"}),
            tracked="spaced" in names,
        )
        self.blocks.append(block)
        if note:
            self.notes += 1
            number = CIRCLED[self.notes - 1] if self.notes <= len(CIRCLED) else str(self.notes)
            self.generated += [number, number]
        inner = self.inlines(node.children, block, "main", "nowrap" in names)
        style = node.style
        if self.marked:
            style += f";color:#{4 * block.number:06x};background:#{0xF00000 + block.number:06x}"
        return _tag(replace(node, style=style.strip(";")), inner)

    def inlines(self, children: Iterable[Node | str], block: Block, kind: str, whole: bool) -> str:
        """Text and elements in a block."""
        parts = []
        for child in children:
            if isinstance(child, str):
                block.items.extend(_item(char, kind, whole) for char in child)
                parts.append(html.escape(child, quote=False))
            else:
                parts.append(self.inline(child, block, kind, whole))
        return "".join(parts)

    def inline(self, node: Node, block: Block, kind: str, whole: bool) -> str:
        """One inline element."""
        names = {node.tag, *node.classes}
        if "float" in names:
            block.interrupted = True
            return self.measured(node)
        if "note" in names:
            block.items.append(Item("call", "", whole))
            return self.measured(node)
        if node.tag == "br":
            block.items.append(Item("break", "", False))
            return "<br>"
        edged = bool(
            names & {"img", "box", "inline-block", "marker", "ruby", "spaced", "adjoining", "name"}
        )
        if "small" in names or "marker" in names:
            kind = "small"
        block.tracked |= "spaced" in names
        style = node.style
        if self.marked and names & {"small", "marker"}:
            style += f";color:#{4 * block.number + 1:06x}"
        if edged:
            block.items.append(Item("object", "", whole))
        inner = self.inlines(node.children, block, kind, whole or bool(names & {"nobreak", "ruby"}))
        if edged:
            block.items.append(Item("object", "", whole))
        return _tag(replace(node, style=style.strip(";")), inner)


def _tag(node: Node, inner: str) -> str:
    """An element as HTML."""
    attributes = [("class", " ".join(node.classes)), ("style", node.style), *node.attributes]
    shown = "".join(
        f' {name}="{html.escape(value)}"' for name, value in attributes if value or name == "alt"
    )
    end = "" if node.tag == "img" else f"</{node.tag}>"
    return f"<{node.tag}{shown}>{inner}{end}"


def _item(char: str, kind: str, whole: bool) -> Item:
    """What a character of the source is in a line."""
    if char in " \n\t":
        return Item("blank", char, whole)
    if char == "\u200b":
        return Item("joint", char, whole)
    if not visible(char):
        return Item("glue", char, whole)
    return Item(kind, char, whole)


#: What may be read at the end of a broken word without standing in the source.
HYPHENS = "\u2010\u00ad"


@cache
def visible(char: str) -> bool:
    """Whether a reader sees the character: no blank, no format character, and in some face here."""
    if char.isspace() or unicodedata.category(char) == "Cf" or char in "\ufffc\ufffd" + HYPHENS:
        return False
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return False
    return not _uncommon(char) or _has_face(char)


def _uncommon(char: str) -> bool:
    """Whether a machine may be without a face for it."""
    return ord(char) > 0xFFFF or char in "☺❤♥★" or unicodedata.bidirectional(char) in ("R", "AL")


def _has_face(char: str) -> bool:
    """Whether the machine has a face with the character."""
    command = ["fc-list", f":charset={ord(char):x}", "family"]
    return bool(subprocess.run(command, capture_output=True, check=True).stdout.strip())


# --- reading the pages --------------------------------------------------------------------------


class Glyph(NamedTuple):
    """One character on a page: its origin and advance, pt; y grows downwards."""

    page: int
    char: str
    x: float
    y: float
    advance: float
    size: float
    colour: int


class Box(NamedTuple):
    """A coloured rectangle: the box of a block, or of a part of it, on a page."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What is on the pages of a PDF."""

    glyphs: tuple[Glyph, ...]
    boxes: dict[int, list[Box]]
    #: Thin filled rectangles: hyphens are drawn, lest they be copied.
    strokes: tuple[Box, ...]
    #: What a reader that knows ActualText copies, page after page.
    texts: tuple[str, ...]


#: How much of what lies left and right of the page is read, pt.
BESIDE = 2000.0


def read(path: Path) -> Pages:
    """Every glyph in the order of painting, and the boxes of blocks by their number."""
    import pymupdf

    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_INHIBIT_SPACES
    pymupdf.TOOLS.mupdf_display_errors(False)
    glyphs: list[Glyph] = []
    texts: list[str] = []
    strokes: list[Box] = []
    boxes: dict[int, list[Box]] = defaultdict(list)
    with pymupdf.open(path) as pdf:
        for number, page in enumerate(pdf):
            # What stands beside the paper is read too.
            width, height = page.rect.width, page.rect.height
            page.set_mediabox(pymupdf.Rect(-BESIDE, 0, width + BESIDE, height))
            texts.append(page.get_text("text", flags=flags))
            raw = page.get_text("rawdict", flags=flags | pymupdf.TEXT_IGNORE_ACTUALTEXT)
            for block in raw["blocks"]:
                for line in block.get("lines", ()):
                    for span in line["spans"]:
                        colour, size = span["color"], span["size"]
                        for char in span["chars"]:
                            x, y = char["origin"]
                            advance = char["bbox"][2] - x
                            x -= BESIDE
                            glyphs.append(Glyph(number, char["c"], x, y, advance, size, colour))
            for drawing in page.get_drawings():
                if drawing.get("fill") is None:
                    continue
                rect = drawing["rect"]
                box = Box(number, rect.x0 - BESIDE, rect.y0, rect.x1 - BESIDE, rect.y1)
                red, green, blue = (round(255 * part) for part in drawing["fill"])
                if red == 0xF0 and (green, blue) != (0xF0, 0xF0):
                    boxes[256 * green + blue].append(box)
                elif rect.height < 1.5:
                    strokes.append(box)
    return Pages(tuple(glyphs), boxes, tuple(strokes), tuple(texts))


# --- what must be true --------------------------------------------------------------------------


class Complaint(NamedTuple):
    """What is wrong with a document: a word for the kind of fault, and the particulars."""

    kind: str
    message: str


#: Signs that share a glyph with others in many faces, and may be read for them.
ALIKE = str.maketrans({"⸺": "——", "⋯": "…", "・": "·", "‧": "·", "•": "·"})


def seen(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The glyphs a reader sees."""
    return [glyph for glyph in glyphs if visible(glyph.char)]


def lost_characters(written: Written, pages: Pages, *, strict: bool) -> Iterator[Complaint]:
    """Characters that are not on the pages, or on them without being in the document.

    Unless ``strict``, signs that share a glyph may be read for each other.
    """
    expected = Counter(
        item.char for block in written.blocks for item in block.items
        if item.kind in ("main", "small")
    )  # fmt: skip
    expected.update(written.generated)
    if written.folio:
        expected.update("".join(str(number + 1) for number in range(len(pages.texts))))
    found = Counter(char for text in pages.texts for char in text if visible(char))
    if found != expected:
        lost, added = expected - found, found - expected
        folded = _fold(expected) == _fold(found)
        if folded and not strict:
            return
        yield Complaint(
            "wrong sign" if folded else "lost" if lost else "added",
            f"lost {_tell(lost)}, added {_tell(added)}",
        )


def _fold(counted: Counter[str]) -> Counter[str]:
    """The same, signs that share a glyph taken for one."""
    folded: Counter[str] = Counter()
    for char, count in counted.items():
        for part in char.translate(ALIKE):
            folded[part] += count
    return folded


def _tell(counted: Counter[str]) -> str:
    return (
        " ".join(f"{char}(U+{ord(char):04X})x{n}" for char, n in counted.most_common(12))
        or "nothing"
    )


@dataclass(slots=True)
class Line:
    """A line of a block as painted: its glyphs, and the numbers of its first and last item."""

    box: Box
    glyphs: list[Glyph]
    first: int = -1
    last: int = -1

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(glyph.char for glyph in self.glyphs)


class Layout:
    """The lines of every block of a document, found on the pages."""

    def __init__(self, written: Written, pages: Pages) -> None:
        self.written = written
        self.pages = pages
        self.blocks = {block.number: block for block in written.blocks}
        self.own: dict[int, list[Glyph]] = defaultdict(list)
        self.small: dict[int, list[Glyph]] = defaultdict(list)
        self.on_page: dict[int, list[Glyph]] = defaultdict(list)
        for glyph in pages.glyphs:
            if glyph.char.isspace():
                continue
            if glyph.char in HYPHENS or visible(glyph.char):
                self.on_page[glyph.page].append(glyph)
                if glyph.colour % 4 == 0:
                    self.own[glyph.colour // 4].append(glyph)
                elif glyph.colour % 4 == 1:
                    self.small[glyph.colour // 4].append(glyph)
        self.floats = [
            (block.side, box)
            for block in written.blocks
            if block.side
            for box in pages.boxes[block.number]
        ]
        self.lines: dict[int, list[Line]] = {
            block.number: self._lines(block) for block in written.blocks
        }

    def box(self, block: Block, glyph: Glyph) -> Box | None:
        """The part of the block's box that a glyph belongs to, if there is one."""
        reach = 1.2 * block.em
        near = [
            box
            for box in self.pages.boxes[block.number]
            if box.page == glyph.page and box.y0 - reach < glyph.y < box.y1 + reach
        ]
        return min(near, key=lambda box: _outside(box, glyph), default=None)

    def _lines(self, block: Block) -> list[Line]:
        """The block's own glyphs cut into lines: those on one baseline."""
        lines: list[Line] = []
        places = [index for index, item in enumerate(block.items) if item.kind == "main"]
        count = 0
        for glyph in self.own[block.number]:
            box = self.box(block, glyph)
            if box is None:
                continue
            if not lines or lines[-1].box != box or abs(lines[-1].glyphs[-1].y - glyph.y) > 1:
                lines.append(Line(box, []))
            line = lines[-1]
            line.glyphs.append(glyph)
            if glyph.char not in HYPHENS and count < len(places):
                line.last = places[count]
                line.first = line.last if line.first < 0 else line.first
                count += 1
        return lines

    def edges(self, block: Block, line: Line) -> tuple[list[float], list[float]]:
        """Where the line may begin and end: its measure, less what floats take of it."""
        left, right = line.box.x0 + block.left, line.box.x1 - block.right
        lefts, rights = [left], [right]
        y = line.glyphs[0].y
        for side, box in self.floats:
            if box.page != line.box.page or block.side:
                continue
            if box.y0 - 6 < y and y - 15 < box.y1 and box.x0 < right and box.x1 > left:
                if side == "left":
                    lefts.append(box.x1)
                else:
                    rights.append(box.x0)
        return lefts, rights


def _outside(box: Box, glyph: Glyph) -> float:
    """How far the middle of a glyph is beside a box."""
    middle = glyph.x + glyph.advance / 2
    return max(box.x0 - middle, middle - box.x1, 0.0)


def wrong_order(layout: Layout) -> Iterator[Complaint]:
    """Paragraphs whose characters were painted in another order."""
    for block in layout.blocks.values():
        found = "".join(glyph.char for glyph in layout.own[block.number] if visible(glyph.char))
        if found.translate(ALIKE) != block.text.translate(ALIKE) and not block.bidirectional:
            yield Complaint("order", f"block {block.number}: «{found}» for «{block.text}»")


def has_break(block: Block, line: Line) -> bool:
    """Whether a line could surely be broken somewhere: between two Han, or at a typed blank."""
    items = block.items[line.first : line.last + 1]
    for before, after in itertools.pairwise(items):
        both = before.kind == after.kind == "main" and is_han(before.char) and is_han(after.char)
        if both and not (before.whole or after.whole):
            return True
    for before, joint, after in zip(items, items[1:], items[2:], strict=False):
        if joint.kind in ("blank", "joint") and before.kind == after.kind == "main":
            letters = before.char.isalnum() and after.char.isalnum()
            if letters and not (before.whole or joint.whole or after.whole):
                return True
    return False


def is_han(char: str) -> bool:
    """Whether it is a Han character of the common blocks."""
    return "\u4e00" <= char <= "\u9fff"


def outside_the_measure(layout: Layout, *, floats: bool = True) -> Iterator[Complaint]:
    """Glyphs beside their block, or on a float."""
    for block in layout.blocks.values():
        if block.loose or block.interrupted:
            continue
        for line in layout.lines[block.number]:
            left, right = line.box.x0 + block.left, line.box.x1 - block.right
            if not has_break(block, line):
                continue
            for glyph in line.glyphs:
                end = glyph.x + glyph.advance
                reach = OUTSIDE * max(glyph.size, block.em)
                if glyph.x < left - reach or end > right + reach:
                    yield Complaint(
                        "outside",
                        f"block {block.number}, page {glyph.page + 1}: {glyph.char} of "
                        f"«{line.text}» from {(glyph.x - left) / EM:.2f} em, "
                        f"past the end by {(end - right) / EM:.2f} em",
                    )
                    break
            for _, box in layout.floats if floats else ():
                # Notes get their room after a float has its own: the engine may put them on it.
                if box.page != line.box.page or block.side or block.em < EM:
                    continue
                for glyph in line.glyphs:
                    middle = glyph.x + glyph.advance / 2
                    if box.x0 + 1 < middle < box.x1 - 1 and box.y0 + 6 < glyph.y < box.y1 - 2:
                        yield Complaint(
                            "on a float", f"block {block.number}: {glyph.char} of «{line.text}»"
                        )
                        break
        for glyph in layout.small[block.number]:
            box = layout.box(block, glyph)
            if box is None or _outside(box, glyph) > 2 * EM:
                yield Complaint(
                    "outside",
                    f"block {block.number}: {glyph.char}, a reading or a sign, at {glyph}",
                )
        if len(layout.own[block.number]) != sum(
            len(line.glyphs) for line in layout.lines[block.number]
        ):
            yield Complaint("outside", f"block {block.number}: glyphs above or below its box")


#: Signs that may lose their blank half at an edge.
CLOSING = frozenset("，。、；：？！”’）》〉」』】〕］")
OPENING = frozenset("“‘（《〈「『【〔［")
#: Signs narrower than the square they are set in.
NARROW = frozenset("—–…⋯～·‧・-/／①②⑫")
#: How many characters of a line a diagnostic must quote to speak of it.
QUOTED = 8
#: And of a line that has no more; an object of it may have letters that are not quoted.
LEAST_QUOTED = 4


def ragged_edges(layout: Layout, told: Sequence[str] = ()) -> Iterator[Complaint]:
    """Lines of justified paragraphs that do not begin and end at the edges of the measure.

    ``told`` are the messages of the build: a line that one of them quotes was left short knowingly.
    """
    for block in layout.blocks.values():
        if block.loose or block.bidirectional or block.align != "justify":
            continue
        lines = layout.lines[block.number]
        for index, line in enumerate(lines):
            before = {item.kind for item in block.items[lines[index - 1].last + 1 : line.first]}
            following = lines[index + 1].first if index + 1 < len(lines) else len(block.items)
            after = {item.kind for item in block.items[line.last + 1 : following]}
            if _is_told(line.text, told):
                continue
            lefts, rights = layout.edges(block, line)
            if index and not before & {"break", "object", "small", "call"}:
                yield from _ragged_start(block, line, lefts)
            # Where something without letters of the paragraph ends the line, its end is not known.
            ended = index + 1 == len(lines) or after & {"break", "object", "small", "call", "glue"}
            if not ended and has_break(block, line):
                yield from _ragged_end(block, line, rights, layout.pages.strokes)


def _is_told(text: str, told: Sequence[str]) -> bool:
    """Whether a message speaks of the line: quotes a good part of it.  A paragraph of the engine
    may hold small blocks, whose letters are not the line's."""
    size = QUOTED if len(text) > QUOTED else LEAST_QUOTED
    quotes = {text[start : start + size] for start in range(max(1, len(text) - size + 1))}
    for message in told:
        _, _, about = message.partition(":")
        if any(_is_quoted(quote, message) for quote in quotes):
            return True
        if len(about) >= LEAST_QUOTED and about in text:
            return True
        if message.startswith("L-STOCK") and _is_scattered(text, about):
            return True
    return False


def _is_scattered(text: str, within: str) -> bool:
    """Whether all characters of a text come within another in the same order."""
    rest = iter(within)
    return all(character in rest for character in text)


def _is_quoted(quote: str, message: str) -> bool:
    """Whether a message has these characters; a raised number may stand between them."""
    return re.search(".?".join(map(re.escape, quote)), message) is not None


def _ragged_start(block: Block, line: Line, lefts: Sequence[float]) -> Iterator[Complaint]:
    """The first glyph stands at the left edge; a mark may lose the blank before it."""
    glyph = line.glyphs[0]
    trims = (0.0, 0.25, 0.5) if glyph.char in OPENING | CLOSING else (0.0,)
    starts = [(glyph.x - left) / glyph.size for left in lefts]
    if not any(abs(ems + trim) <= FLUSH for ems in starts for trim in trims):
        ems = min(starts, key=abs)
        yield Complaint("start", f"block {block.number}: «{line.text}» begins {ems:.3f} em in")


def _ragged_end(
    block: Block, line: Line, rights: Sequence[float], strokes: Sequence[Box]
) -> Iterator[Complaint]:
    """The last glyph ends at the right edge; a closing mark may lose its blank half."""
    glyph = line.glyphs[-1]
    end = glyph.x + (glyph.size if is_han(glyph.char) else glyph.advance)
    before = OUTSIDE if glyph.char in CLOSING or glyph.char in NARROW else 0.0
    spacing = 0.1 * block.em / glyph.size if block.tracked else 0.0
    after = 0.5 if glyph.char in NARROW else spacing
    for box in strokes:
        above = glyph.y - (box.y0 + box.y1) / 2
        if box.page == glyph.page and 0 < above < 0.5 * glyph.size and abs(box.x0 - end) < 2:
            # A hyphen has blanks at its sides.
            end, after = box.x1, 0.1
    short = [(right - end) / glyph.size for right in rights]
    if not any(-before - FLUSH <= ems <= after + FLUSH for ems in short):
        ems = min(short, key=abs)
        kind, told = ("overfull", "past its end") if ems < 0 else ("short", "short")
        yield Complaint(kind, f"block {block.number}: «{line.text}» {abs(ems):.3f} em {told}")


#: Operators that open something, and what closes it.
CLOSES = {"BT": "ET", "q": "Q", "BDC": "EMC", "BMC": "EMC"}


def unbalanced(path: Path) -> Iterator[Complaint]:
    """Content streams that open what they do not close, or the other way round."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            forms = page.get("/Resources", {}).get("/XObject", {})
            streams: list[Any] = [page]
            streams += [form for _, form in forms.items() if form.get("/Subtype") == "/Form"]
            for stream in streams:
                read = _operations(stream)
                if isinstance(read, str):
                    yield Complaint("unbalanced", f"page {number + 1} cannot be read: {read}")
                    continue
                fault = stream_fault(str(operation.operator) for operation in read)
                if fault:
                    yield Complaint("unbalanced", f"page {number + 1}: {fault}")


def _operations(stream: Any) -> list[Any] | str:
    """The operations of a content stream, or why it cannot be read."""
    import pikepdf

    try:
        return list(pikepdf.parse_content_stream(stream))
    except (TypeError, pikepdf.PdfError) as error:
        return str(error)


def stream_fault(operators: Iterable[str]) -> str:
    """What is not closed or not opened in a content stream, or nothing."""
    opened: dict[str, int] = Counter()
    inside_text = 0
    for operator in operators:
        if operator in CLOSES:
            opened[CLOSES[operator]] += 1
            if operator == "BT":
                inside_text += 1
                if inside_text > 1:
                    return "BT inside BT"
            elif operator == "q" and inside_text:
                return "q inside a text object"
        elif operator in ("ET", "Q", "EMC"):
            opened[operator] -= 1
            if opened[operator] < 0:
                return f"{operator} closes nothing"
            if operator == "ET":
                inside_text = 0
        elif operator in ("Tj", "TJ", "Tm", "Td") and not inside_text:
            return f"{operator} outside a text object"
    left = [f"{count} {operator}" for operator, count in opened.items() if count]
    return f"missing: {', '.join(left)}" if left else ""


def wrong_tags(path: Path, *, folio: bool) -> Iterator[Complaint]:
    """Marked content that the structure tree does not hold exactly once.

    The engine gives a ``folio`` an element, but no place in the tree.
    """
    import pikepdf

    with pikepdf.open(path) as pdf:
        root = pdf.Root.get("/StructTreeRoot")
        if root is None:
            yield Complaint("tags", "no structure tree")
            return
        held: Counter[tuple[Any, int]] = Counter()
        stack = [(root, None)]
        while stack:
            element, page = stack.pop()
            page = element.get("/Pg", page) if isinstance(element, pikepdf.Dictionary) else page
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, int):
                    held[page.objgen, int(kid)] += 1
                elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
                    held[kid.get("/Pg", page).objgen, int(kid["/MCID"])] += 1
                elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") != "/OBJR":
                    stack.append((kid, page))
        tree = pikepdf.NumberTree(root["/ParentTree"])
        for number, page in enumerate(pdf.pages):
            used: Counter[int] = Counter()
            operations = _operations(page)
            for operation in [] if isinstance(operations, str) else operations:
                if str(operation.operator) == "BDC":
                    properties = operation.operands[1]
                    if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties:
                        used[int(properties["/MCID"])] += 1
            if not used:
                continue
            parents = tree[int(page.obj["/StructParents"])]
            for identity, count in used.items():
                if count > 1:
                    yield Complaint("tags", f"page {number + 1}: MCID {identity} {count} times")
                if identity >= len(parents) or parents[identity] is None:
                    yield Complaint(
                        "tags", f"page {number + 1}: MCID {identity} is not in the parent tree"
                    )
                times = held[page.obj.objgen, identity]
                if times > 1 or (not times and not folio):
                    yield Complaint(
                        "tags",
                        f"page {number + 1}: MCID {identity} in {times} elements",
                    )


def different_places(one: Pages, other: Pages, what: str) -> Iterator[Complaint]:
    """Two renderings that put glyphs at different places."""
    ones, others = seen(one.glyphs), seen(other.glyphs)
    if len(ones) != len(others):
        yield Complaint(f"differs: {what}", f"{len(ones)} and {len(others)} glyphs")
        return
    for a, b in zip(ones, others, strict=True):
        if (a.char, a.page) != (b.char, b.page) or abs(a.x - b.x) > 0.02 or abs(a.y - b.y) > 0.02:
            places = (f"{g.char} page {g.page + 1} ({g.x:.2f}, {g.y:.2f})" for g in (a, b))
            yield Complaint(f"differs: {what}", " and ".join(places))
            return


def different_breaks(one: Layout, other: Layout, what: str) -> Iterator[Complaint]:
    """Two renderings whose paragraphs are broken at different places."""
    for number in one.blocks:
        ones, others = ([line.text for line in layout.lines[number]] for layout in (one, other))
        if ones != others:
            first = next(
                (pair for pair in zip(ones, others, strict=False) if pair[0] != pair[1]), ("", "")
            )
            yield Complaint(f"differs: {what}", f"block {number}: «{first[0]}» and «{first[1]}»")
            return


# --- running ------------------------------------------------------------------------------------


def lay_out(
    source: Path, target: Path, *, composer: bool, pages: bool = True, tagged: bool = False
) -> tuple[str, ...]:
    """Make the PDF, and give what the build had to say."""
    try:
        from publish.render.adapter import engine
    except ImportError:
        import weasyprint

        weasyprint.HTML(filename=str(source)).write_pdf(target, pdf_tags=tagged)
        return ()
    found = engine.write(source, target, composer=composer, pages=pages, tagged=tagged)
    said = (f"{item.code} {item.message} {' '.join(item.hints)}" for item in found)
    return tuple("".join(char for char in text if visible(char)) for text in said)


def judge(
    book: Document, folder: Path, *, composer: bool = True, twice: bool = True
) -> list[Complaint]:
    """Everything that is wrong with the pages of a document; its HTML is left in the folder.

    ``twice``: also compare with the pages of a second rendering.
    """
    try:
        with patience(PATIENCE):
            return list(_judge(book, folder, composer, twice))
    except TooLong:
        return [Complaint("hang", f"more than {PATIENCE} s")]
    except Exception as error:
        if (
            isinstance(error, RecursionError)
            and composer
            and judge(book, folder, composer=False, twice=False)
        ):
            return []  # Nested deeper than the engine itself can follow.
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "publish" in Path(frame.filename).parts]
        where = (ours or frames)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return [
            Complaint(f"exception {type(error).__name__} {place}", traceback.format_exc(limit=-6))
        ]


def _judge(book: Document, folder: Path, composer: bool, twice: bool) -> Iterator[Complaint]:
    tagged = book.seed % 3 == 0
    written = Writer(book).write()

    def render(text: str, name: str, **options: bool) -> tuple[Pages, tuple[str, ...]]:
        """Lay a variant out and read its pages, and what the build told."""
        source, target = folder / f"{name}.html", folder / f"{name}.pdf"
        source.write_text(text, "utf-8")
        told = lay_out(source, target, composer=composer, tagged=tagged, **options)
        return read(target), told

    pages, told = render(written.html, "book")
    layout = Layout(written, pages)
    # Where the engine sets lines itself (and list markers, always), signs that share a glyph are
    # read alike whatever the composer does.
    shared = "•" in written.generated or any(text.startswith("L-STOCK") for text in told)
    strict = composer and not shared
    lost = [*lost_characters(written, pages, strict=strict), *wrong_order(layout)]
    if composer and any(complaint.kind != "wrong sign" for complaint in lost):
        # The engine itself loses a note or a float now and then: such a document proves nothing.
        stock = folder / "stock.pdf"
        lay_out(folder / "book.html", stock, composer=False, tagged=tagged)
        if any(lost_characters(written, read(stock), strict=False)):
            return
    yield from lost
    yield from outside_the_measure(layout, floats=composer)
    yield from unbalanced(folder / "book.pdf")
    if tagged:
        yield from wrong_tags(folder / "book.pdf", folio=book.folio)
    if composer:
        yield from ragged_edges(layout, told)
    # Each document is set once more, in one of three other ways that must not matter.
    match book.seed % 4 if twice else None:
        case 0:
            other, _ = render(Writer(book, marked=False).write().html, "bare")
            yield from different_places(pages, other, "with and without colours")
        case 1:
            other, _ = render(written.html, "plain", pages=False)
            yield from different_places(pages, other, "with and without page speed")
        case 2 if composer:
            text = Writer(book, thin_floats=True).write()
            other, _ = render(text.html, "floats")
            yield from different_breaks(layout, Layout(text, other), "with and without thin floats")


def smaller(book: Document) -> Iterator[Document]:
    """Documents with a little less in them, the boldest cuts first."""
    for blocks in _cut(book.blocks):
        yield replace(book, blocks=blocks)


#: Elements whose content may stand without them.
OPENED = frozenset(["b", "strong", "i", "a", "span", "em", "u", "del", "ruby", "div", "blockquote"])


def _cut(children: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The children with some of them removed, one opened, or one itself cut."""
    size = len(children) // 2
    while size > 1:
        for start in range(0, len(children), size):
            yield children[:start] + children[start + size :]
        size //= 2
    for index, child in enumerate(children):
        before, after = children[:index], children[index + 1 :]
        yield before + after
        if isinstance(child, str):
            size = len(child) // 2
            while size > 0:
                for start in range(0, len(child), size):
                    yield (*before, child[:start] + child[start + size :], *after)
                size //= 2
        else:
            if child.tag in OPENED and "float" not in child.classes:
                yield before + child.children + after
            for inner in _cut(child.children):
                yield (*before, replace(child, children=inner), *after)


def shrink(book: Document, fails: Callable[[Document], bool], seconds: float = 60.0) -> Document:
    """The smallest document found in some time that still fails."""
    end = time.monotonic() + seconds
    place, found = 0, False
    while time.monotonic() < end:
        candidates = list(smaller(book))
        if place >= len(candidates):
            if not found:
                break
            place, found = 0, False
        elif candidates[place].blocks and fails(candidates[place]):
            # What was next is now at this place.
            book, found = candidates[place], True
        else:
            place += 1
    return book


def run(seed: int, folder: str, composer: bool = True) -> tuple[int, list[Complaint]]:
    """One seed: its complaints; a document without any leaves nothing in the folder."""
    place = Path(folder) / str(seed)
    place.mkdir(parents=True, exist_ok=True)
    complaints = judge(document(seed), place, composer=composer)
    if not complaints:
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
    return seed, complaints


def run_all(
    seeds: Sequence[int], folder: Path, processes: int = 2, composer: bool = True
) -> Iterator[tuple[int, list[Complaint]]]:
    """Every seed, in order, in some processes."""
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(
            run, seeds, [str(folder)] * len(seeds), [composer] * len(seeds), chunksize=5
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run seeds and tell what failed; 1 if anything did."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1000, help="how many seeds")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--stock", action="store_true", help="without the composer")
    parser.add_argument(
        "--shrink",
        action="store_true",
        help="make the first document of each kind of fault smaller",
    )
    parser.add_argument("--folder", type=Path, help="where failures are left (a new temporary one)")
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
    failed = 0
    seeds = range(options.first, options.first + options.count)
    kinds: Counter[str] = Counter()
    shown: set[str] = set()
    for seed, complaints in run_all(seeds, folder, options.processes, not options.stock):
        if not complaints:
            continue
        failed += 1
        kinds.update({complaint.kind for complaint in complaints})
        print(f"seed {seed}: {folder / str(seed)}")
        for complaint in complaints[:6]:
            print(f"  {complaint.kind}: {complaint.message}")
        if options.shrink and complaints[0].kind not in shown:
            shown.add(complaints[0].kind)
            print(shrunk(document(seed), complaints[0].kind, folder / str(seed), not options.stock))
        sys.stdout.flush()
    print(f"{len(seeds)} documents, {failed} failed: {dict(kinds)}")
    return 1 if failed else 0


def shrunk(book: Document, kind: str, folder: Path, composer: bool) -> str:
    """The body of the smallest document with the same kind of fault, also left in the folder."""
    scratch = folder / "shrink"
    scratch.mkdir(exist_ok=True)

    def fails(candidate: Document) -> bool:
        twice = kind.startswith("differs")
        complaints = judge(candidate, scratch, composer=composer, twice=twice)
        return any(item.kind == kind for item in complaints)

    small = shrink(book, fails)
    text = Writer(small).write().html
    (folder / "small.html").write_text(text, "utf-8")
    return text[text.index("<body") :]


if __name__ == "__main__":
    sys.exit(main())
