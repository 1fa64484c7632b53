"""The words that OpenCC needs to be told: its known faults, declared words, personal names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from publish.convert.engine import ROUTES, Converter, Form, Pairs, converter
from publish.text.characters import has_han

_BRACES = re.compile(r"\{([^{}]*)\}")

#: What a declared phrase or spelling may not hold: OpenCC ends a text at U+0000, and no
#: paragraph has a line end in it.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f]")


def _read(name: str) -> dict[str, list[str]]:
    """The entries of a data file, by section."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    text = (files("publish.convert") / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            current.extend(line.split())
    return sections


def _expand(entry: str) -> Iterator[str]:
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


@cache
def known_faults(route: tuple[Form, Form]) -> tuple[Pairs, Pairs]:
    """(phrases, characters) of faults.txt for this route; both empty if it is not from
    simplified to traditional."""
    if route[0][0] != "hans" or route[1][0] != "hant":
        return (), ()
    sections = _read("faults.txt")
    characters = tuple(
        (phrase, spelling)
        for phrase, _, spelling in (entry.partition("=") for entry in sections["characters"])
    )
    plain = converter(ROUTES[route], (), characters)
    # Where the form of the region differs from OpenCC's standard one, the stage of the region
    # must still see a character: 并为=並爲 is 並為 in Taiwan.
    regional = converter((f"t2{route[1][1]}",))
    phrases: dict[str, str] = {}
    for entry in sections["phrases"]:
        for item in _expand(entry):
            phrase, equals, spelling = item.partition("=")
            if equals:
                phrases[phrase] = regional(spelling)
            else:
                parts = phrase.split("|")
                phrases["".join(parts)] = "".join(plain(part) for part in parts)
    return tuple(phrases.items()), characters


@cache
def _name_table() -> tuple[frozenset[str], frozenset[str]]:
    sections = _read("names.txt")
    return frozenset(sections["surnames"]), frozenset(sections["words"])


def spell_name(name: str, route: tuple[Form, Form]) -> str:
    """A personal name in the target's script: the surname keeps its own form, the given name
    is converted apart from it."""
    plain = converter(ROUTES[route], (), known_faults(route)[1])
    surnames, words = _name_table()
    is_surname = name[:1] in surnames and name not in words
    if route[0][0] == "hans" and is_surname and 1 < len(name) <= 4:
        return name[0] + plain(name[1:])
    return plain(name)


def usable(phrase: str, spelling: str) -> bool:
    """Whether a declared word can be used: it has Han to look for, and nothing that cannot stand
    in a paragraph."""
    return has_han(phrase) and not _UNUSABLE.search(phrase + spelling)


def route_converter(
    route: tuple[Form, Form], words: Mapping[str, str] | None = None, names: Iterable[str] = ()
) -> Converter:
    """The conversion of one route with declared words and names; words win over names, both
    over the known faults."""
    phrases, characters = known_faults(route)
    wanted = dict(phrases)
    for name in sorted(set(names)):
        if usable(name, ""):
            wanted[name] = spell_name(name, route)
    for phrase, spelling in sorted((words or {}).items()):
        if usable(phrase, spelling):
            wanted[phrase] = spelling
    return converter(ROUTES[route], tuple(wanted.items()), characters)
