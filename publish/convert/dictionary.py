"""The words of an edition: OpenCC's, with its known faults mended, and what is declared.

What: simplified text becomes traditional in the standard forms of Taiwan or Hong Kong, the one
in those of the other, and traditional text simplified, word by word.  Known faults of OpenCC
are mended (faults.txt from reading, cuts.txt by machine), declared words and names win over
everything, also inside a longer phrase, and a surname has its own form.  Vocabulary stays: 软件
is 軟件 unless declared otherwise.
Why: one simplified character stands for several traditional ones (发 for 發 and 髮), and only
the word tells which; OpenCC cuts a text into the longest phrases from the left, and may cut
through a word.
Before: ``因此系统只能表示头发``  After: ``因此系統只能表示頭髮``
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from publish.convert.data import sections
from publish.convert.engine import (
    NO_FAULTS,
    ROUTES,
    Converter,
    Faults,
    Route,
    converter,
    to_traditional,
)
from publish.text.characters import has_han
from publish.text.surnames import surnames

_BRACES = re.compile(r"\{([^{}]*)\}")

#: A character of faults.txt with its spelling: ``冲>沖``.
_SPELLED = re.compile("(.)>(.)")

#: What a declared phrase or spelling may not hold: OpenCC ends a text at U+0000, and no
#: paragraph has a line end in it.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f]")


def expand(entry: str) -> Iterator[str]:
    """Every entry that the braces of one stand for.

    In ``词=詞`` the braces of both sides run together, so that ``{甲,乙}=…{丙,丁}`` is two
    entries; elsewhere each pair of braces runs through all its words.
    """
    phrase, equals, spelling = entry.partition("=")
    choices = [found.split(",") for found in _BRACES.findall(phrase)]
    spellings = [found.split(",") for found in _BRACES.findall(spelling)]
    pattern = _BRACES.sub("\0", phrase)
    target = _BRACES.sub("\0", spelling)
    for indices in itertools.product(*(range(len(words)) for words in choices)):
        left, right = pattern, target
        for number, index in enumerate(indices):
            left = left.replace("\0", choices[number][index], 1)
            if number < len(spellings):
                right = right.replace("\0", spellings[number][index], 1)
        yield left + equals + right


def _pairs(entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        phrase, _, spelling = entry.partition("=")
        yield phrase, spelling


def phrase_of(item: str) -> str:
    """The phrase that an entry of faults.txt, its braces expanded, is about."""
    return _SPELLED.sub(r"\1", item.partition("=")[0]).replace("|", "")


@cache
def faults_by_hand() -> Faults:
    """What faults.txt says, in OpenCC's standard forms."""
    data = sections("faults.txt")
    characters = dict(_pairs(data["characters"]))
    items = [item for entry in data["phrases"] for item in expand(entry)]
    spelled = {phrase: spelling for phrase, spelling in _pairs(items) if spelling}
    # A character with its spelling is cut out of what stands beside it.
    apart = {item: _SPELLED.sub(r"|\1|", item).strip("|") for item in items if "=" not in item}
    cut = spell_apart(apart.values(), Faults({}, characters))
    for item in apart:
        for found in _SPELLED.finditer(item):
            phrase, place = phrase_of(item), len(phrase_of(item[: found.start()]))
            cut[phrase] = cut[phrase][:place] + found.group(2) + cut[phrase][place + 1 :]
    return Faults({**cut, **spelled}, characters)


def cuts() -> Iterator[str]:
    """The phrases of cuts.txt, each with its boundary: ``头|发展``."""
    for line in (files("publish.convert") / "cuts.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            stem, *following = line.split()
            yield from (stem + character for character in following[0]) if following else (stem,)


def spell_apart(phrases: Iterable[str], faults: Faults) -> dict[str, str]:
    """Each phrase, such as ``因此|系统``, to its spelling when its parts are converted apart."""
    marked = list(phrases)
    # A line end is a boundary to OpenCC: one call converts them all.
    text = "\n".join(phrase.replace("|", "\n") for phrase in marked)
    parts = iter(converter(("s2t",), (), faults)(text).split("\n"))
    return {
        phrase.replace("|", ""): "".join(next(parts) for _ in phrase.split("|"))
        for phrase in marked
    }


@cache
def _all_faults() -> Faults:
    by_hand = faults_by_hand()
    return Faults({**spell_apart(cuts(), by_hand), **by_hand.phrases}, by_hand.characters)


@cache
def _faults_back() -> Faults:
    """What OpenCC gets wrong from traditional to simplified."""
    data = sections("faults.txt")
    items = (item for entry in data["back"] for item in expand(entry))
    return Faults(dict(_pairs(items)), dict(_pairs(data["back-characters"])))


def known_faults(route: Route) -> Faults:
    """What OpenCC gets wrong on this route; nothing is known between Taiwan and Hong Kong."""
    if to_traditional(route):
        return _all_faults()
    return _faults_back() if route[1][0] == "hans" else NO_FAULTS


def _word_converter(route: Route) -> Converter:
    """The conversion of a word by itself, which nothing can cut through: it loads quickly."""
    faults = faults_by_hand() if to_traditional(route) else known_faults(route)
    return converter(ROUTES[route], (), faults)


@cache
def _name_table() -> tuple[dict[str, str], frozenset[str]]:
    """Surnames to their traditional form, and what begins like a name and is none (names.txt)."""
    data = sections("names.txt")
    return surnames() | dict(_pairs(data["surnames"])), frozenset(data["words"])


def spell_name(name: str, route: Route) -> str:
    """A personal name in the target's script: the surname has its own form, the given name is
    converted apart from it where OpenCC takes both for a word."""
    plain = _word_converter(route)
    spelling = plain(name)
    table, words = _name_table()
    if not to_traditional(route) or name in words or len(name) > 4:
        return spelling
    if len(name) == 2 and name[0] in "老小阿" and name[1] in table:
        return plain(name[0]) + surname_form(name[1], route)
    surname = next((name[:n] for n in (2, 1) if name[:n] in table), "")
    if not surname or surname == name or len(spelling) != len(name):
        return spelling
    form = converter((f"t2{route[1][1]}",))(table[surname])
    return spelling if spelling.startswith(form) else form + plain(name[len(surname) :])


@cache
def surname_form(surname: str, route: Route) -> str:
    """The form of a surname of one character in the target's region; empty for none."""
    form = _name_table()[0].get(surname, "")
    return converter((f"t2{route[1][1]}",))(form) if form else ""


@cache
def doubtful_surnames(route: Route) -> frozenset[str]:
    """Surnames of one character that are written otherwise as a word: 于 is 於, 钟 is 鐘."""
    plain = _word_converter(route)
    single = [key for key in _name_table()[0] if len(key) == 1]
    return frozenset(key for key in single if plain(key) != surname_form(key, route))


def usable(phrase: str, spelling: str) -> bool:
    """Whether a declared word can be used: it has Han to look for, and nothing that cannot stand
    in a paragraph."""
    return has_han(phrase) and not _UNUSABLE.search(phrase + spelling)


def route_converter(route: Route, names: Iterable[str] = ()) -> Converter:
    """The conversion of one route with declared names, which win over phrases as long as they."""
    wanted = {name: spell_name(name, route) for name in sorted(set(names)) if usable(name, "")}
    return converter(ROUTES[route], tuple(wanted.items()), known_faults(route))
