"""Lines that must be made shorter or longer, with blanks of several kinds in them."""

from __future__ import annotations

import math
import random

from probes.making import Maker, N
from probes.probe import START, Marked, Part, filler

_TIGHT = (
    "山，水木，火", "《山水》木，火石，土", "山ab水，木火，土", "山·水，木《火》土",
    "山。水，木火，土，田", "“山水”木。火", "山ab cd水，木", "（山）水；木、火ab土",
    "山？水《木》火，土", "山/水，木，火–土",
)  # fmt: skip
#: With ？！, which Taiwan and Hong Kong leave whole: many lines of them.
_ASKING = (
    "山？水木，火，土，石",
    "山！水《木》，火《石》",
    "山？水！木，火、土ab石",
    "“山？”水，木，火！土",
)
#: Stretched: a dash that does not fit leaves one em or more.
_LOOSE = (
    "山ab cd水木", "山ab水木火", "山ab cd水，木ef火", "山水木火土", "山/水木火土", "山～水木火",
    "山–水木火土", "山……水木火", "山ab水cd木", "山2024水，木", "山ab cd ef水", "山7水木火土",
    "山α水，木",
)  # fmt: skip
#: What stands within a clause of prose.
_INSIDE = (
    "《{}》", "（{}）", "“{}”", "ab", "Web", "2024", " CSS ", "50%", "·", "——", "……", "the line",
)  # fmt: skip
_TAGS = "JU-02 JU-03 PW-07 PW-08 HL-03 HL-05 JU-05"


def adjustment(make: Maker) -> None:
    """Each set of blanks in lines that have up to an em too much, or too little."""
    for items in _TIGHT:
        for tail in ("石", "，石", "》，石", "；", "。”石"):
            _squeezed(make, items, tail)
    for items in _ASKING:
        for tail in ("石", "；"):
            _squeezed(make, items, tail)
    for role in ("strong", "link", "kai", "index", "dots", "name", "work"):
        _squeezed_around(make, role)
    for items in _LOOSE:
        for column in (N - 1, N):
            before = column - START - math.ceil(_natural(items))
            make.add(
                "JU-04 JU-02 HL-03 HL-05 PW-08 JU-05",
                filler(before, make.seed) + items + "——" + filler(N - 8, make.seed + 2),
            )


def _squeezed(make: Maker, items: str, tail: str) -> None:
    opened = {"》": "《", "。": "“"}.get(tail[0], "")
    text = items + opened
    for column in (N - 1, N, N + 1):
        before = column - START - math.floor(_natural(text)) - (1 if opened else 0)
        if before < 0:
            continue
        first = filler(before // 2, make.seed)
        second = filler(before - before // 2 + (1 if opened else 0), make.seed + 1)
        behind = filler(N + 7 if make.seed % 3 == 0 else N - 8, make.seed + 2)
        make.add(
            _TAGS if tail == "石" else _TAGS + " KB-07",
            first + items + opened + second + tail + behind,
        )


def _squeezed_around(make: Maker, role: str) -> None:
    """Lines to be made shorter whose blanks stand where the text changes its form."""
    for inside, width in (("水木", 8.0), ("《水木》", 10.0), ("水ab木", 9.5)):
        for column in (N, N + 1):
            before = column - START - math.floor(width)
            make.add(
                "JU-02 JU-03 PW-07 HL-03 HL-05 JU-05 PG-02",
                filler(before - 2, make.seed) + "，山，",
                Marked(role, inside),
                "，火。土" + filler(2 + N - 8, make.seed + 1),
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


def prose(make: Maker, number: int = 24) -> None:
    """Paragraphs of many lines as books have them, in which every rule must hold at once."""
    for seed in range(number):
        make.add(
            _TAGS.replace("JU-02", "JU-02P") + " KB-01 KB-02 KB-03 KB-04 JU-04 PA-09 PG-02 HL-01",
            *_paragraph(random.Random(seed), N * (7 + seed % 5)),
        )


def _paragraph(chance: random.Random, length: int) -> list[Part]:
    parts: list[Part] = []
    text = ""
    while len(text) < length:
        clauses = [_clause(chance) for _ in range(chance.randint(1, 4))]
        sentence = clauses[0]
        for clause in clauses[1:]:
            sentence += chance.choice("，，，，、；：") + clause
        sentence += chance.choice("。。。。？！")
        if chance.random() < 0.2 and "“" not in sentence:
            sentence = f"{_han(chance, 2)}：“{sentence}”"
        text += sentence
    # One run of it strong, one a link, so that the paragraph changes its form.
    for role in ("strong", "link"):
        places = [
            place for place in range(3, len(text) - 4) if all(map(_plain, text[place : place + 4]))
        ]
        place = chance.choice(places)
        parts += [text[:place], Marked(role, text[place : place + 3])]
        text = text[place + 3 :]
        if len(text) < 12:
            break
    return [*parts, text]


def _plain(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _clause(chance: random.Random) -> str:
    text = _han(chance, chance.randint(2, 9))
    if chance.random() < 0.45:
        inside = chance.choice(_INSIDE).format(_han(chance, chance.randint(1, 5)))
        text += inside + _han(chance, chance.randint(1, 4))
    return text


def _han(chance: random.Random, number: int) -> str:
    return filler(number, chance.randrange(1000))
