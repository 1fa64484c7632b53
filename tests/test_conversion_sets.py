"""The form of the gold sets of tests/conversion/: what they say is measured elsewhere."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import conversion_sets as sets
import pytest
from conversion_sets import Item

from publish.convert.engine import converter
from publish.text.characters import is_han

SETS: dict[str, Callable[[], list[Item]]] = {
    "phrases": sets.phrases,
    "names": sets.names,
    "classical": sets.classical,
}
#: Forms of 教育部 that STCharacters knows as simplified only.
TRADITIONAL_TOO = frozenset("晒霉并")


@pytest.fixture(scope="module")
def open_characters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The targets of each character of the installed STCharacters, the most likely first."""
    package = find_spec("opencc")
    assert package is not None and package.origin is not None
    folder = Path(package.origin).parent / "clib"
    written = tmp_path_factory.mktemp("opencc") / "STCharacters.txt"
    tool = next((folder / "bin").glob("opencc_dict*"))
    source = folder / "share" / "opencc" / "STCharacters.ocd2"
    command: list[str | Path] = [tool, "-f", "ocd2", "-t", "text", "-i", source, "-o", written]
    subprocess.run(command, check=True, capture_output=True)
    entries = (line.split("\t") for line in written.read_text(encoding="utf-8").splitlines())
    return {character: targets.split(" ") for character, targets in entries}


def spellings(item: Item) -> set[str]:
    return {*item.taiwan, *item.hong_kong}


def rest(text: str) -> str:
    """What is not Han: it is the same in every script."""
    return "".join(character for character in text if not is_han(character))


def han(text: str) -> int:
    return sum(map(is_han, text))


@pytest.mark.parametrize("name", SETS)
def test_every_line_is_whole(name: str) -> None:
    items = SETS[name]()
    for item in items:
        assert item.simplified and all(spellings(item)), str(item)
        assert item.simplified == item.simplified.strip(), str(item)
        for others in (item.taiwan, item.hong_kong):
            assert len(set(others)) == len(others), str(item)
        for spelling in spellings(item):
            assert len(spelling) == len(item.simplified), str(item)
            assert rest(spelling) == rest(item.simplified), str(item)
    assert [text for text, times in Counter(i.simplified for i in items).items() if times > 1] == []


@pytest.mark.parametrize("name", SETS)
def test_spellings_hold_nothing_simplified(
    name: str, open_characters: dict[str, list[str]]
) -> None:
    """A character that OpenCC turns into others only is no character of traditional text."""
    regional = [converter((configuration,)) for configuration in ("t2tw", "t2hk")]
    left: set[str] = set()
    for item in SETS[name]():
        for character in set("".join(spellings(item))):
            targets = open_characters.get(character, [character])
            forms = {convert(target) for target in targets for convert in regional}
            if character not in forms | set(targets) | TRADITIONAL_TOO:
                left.add(f"{item} {character}")
    assert left == set()


def test_sizes() -> None:
    """The sets are as large as the measurements made on them say."""
    phrases = sets.phrases()
    assert sum("→" in item.note for item in phrases) >= 1000
    assert sum("，" in item.simplified or "。" in item.simplified for item in phrases) >= 400
    assert len(sets.names()) >= 100
    assert len(sets.classical()) >= 40
    assert han(sets.technical()[0]) >= 6000
    assert han(sets.prose()) >= 12000


def test_every_open_character_has_its_items(open_characters: dict[str, list[str]]) -> None:
    """Every character with several targets occurs, every target in use is right somewhere."""
    regional = converter(("t2tw",))
    found: set[tuple[str, str]] = set()
    for read in SETS.values():
        for item in read():
            for spelling in spellings(item):
                found.update(zip(item.simplified, spelling, strict=True))
    characters = {one for one, _ in found}
    unused = {(row.character, row.target) for row in sets.unused()}
    missing: list[str] = []
    for character, targets in open_characters.items():
        if len(targets) > 1:
            assert character in characters, character
            for target in targets:
                forms = {(character, target), (character, regional(target))}
                if not forms & found and (character, target) not in unused:
                    missing.append(f"{character} {target}")
    assert missing == []


def test_unused_targets_are_targets(open_characters: dict[str, list[str]]) -> None:
    for row in sets.unused():
        assert row.reason and row.target in open_characters[row.character], row


def test_hong_kong_is_given_only_where_it_differs() -> None:
    for line, (_, taiwan, hong_kong, _) in sets.rows("phrases.tsv", 4):
        assert hong_kong != taiwan, line


def test_names_are_in_their_sentences() -> None:
    for item in sets.names():
        assert item.name in item.simplified, str(item)


def test_the_technical_text_and_its_conversion_agree() -> None:
    before, after = (text.splitlines() for text in sets.technical())
    assert len(before) == len(after)
    for line, (simplified, spelling) in enumerate(zip(before, after, strict=True), start=1):
        assert len(simplified) == len(spelling), line
        assert rest(simplified) == rest(spelling), line


def test_every_name_of_the_prose_occurs_often_enough() -> None:
    text, people = sets.prose(), sets.prose_names()
    assert len(people) == len(set(people)) >= 30
    assert {name for name in people if not 3 <= text.count(name) <= 12} == set()


def test_no_two_names_of_the_prose_differ_in_one_given_character_but_for_siblings() -> None:
    """Whatever twin a detector finds here was put in."""
    people = sets.prose_names()
    close = {
        (one, other)
        for one in people
        for other in people
        if one < other and len(one) == len(other) and differences(one, other) == 1
    }
    assert close == {("姚金凤", "姚金龙")}


def differences(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
