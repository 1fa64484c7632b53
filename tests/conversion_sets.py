"""Reads the gold test sets of tests/conversion/, whose format is told in its README.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "conversion"


@dataclass(frozen=True)
class Item:
    """One line of a set: a simplified text and the spellings that are right for it.

    ``hong_kong`` is ``taiwan`` where the phrases give no other spelling, and empty in the
    sets that have none; ``name`` is the personal name in the text, in simplified
    characters, or empty.
    """

    file: str
    line: int
    simplified: str
    taiwan: tuple[str, ...]
    hong_kong: tuple[str, ...]
    note: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.simplified}"


@dataclass(frozen=True)
class Unused:
    """A target of OpenCC's that no item needs, and the reason."""

    character: str
    target: str
    reason: str


def rows(file: str, columns: int) -> list[tuple[int, list[str]]]:
    """The lines of a tab-separated file, numbered from 1.

    Raises ValueError, naming the line, where the number of columns is another.
    """
    result: list[tuple[int, list[str]]] = []
    text = (FOLDER / file).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != columns:
            raise ValueError(f"{file}:{number} has {len(fields)} columns, not {columns}")
        result.append((number, fields))
    return result


def phrases() -> list[Item]:
    """Words of one-to-many characters, and sentences in which words meet."""
    items: list[Item] = []
    for line, (simplified, taiwan, hong_kong, note) in rows("phrases.tsv", 4):
        spellings = tuple(taiwan.split("|"))
        others = tuple(hong_kong.split("|")) if hong_kong else spellings
        items.append(Item("phrases.tsv", line, simplified, spellings, others, note))
    return items


def names() -> list[Item]:
    """Sentences with personal names; they are spelt for Taiwan alone."""
    items: list[Item] = []
    for line, (simplified, taiwan, name) in rows("names.tsv", 3):
        spellings = tuple(taiwan.split("|"))
        items.append(Item("names.tsv", line, simplified, spellings, (), name=name))
    return items


def classical() -> list[Item]:
    """Lines of old texts; they are spelt for Taiwan alone."""
    items: list[Item] = []
    for line, (simplified, taiwan, note) in rows("classical.tsv", 3):
        spellings = tuple(taiwan.split("|"))
        items.append(Item("classical.tsv", line, simplified, spellings, (), note))
    return items


def unused() -> list[Unused]:
    """Targets of OpenCC's that no text of today needs."""
    return [Unused(*fields) for _, fields in rows("unused.tsv", 3)]


def technical() -> tuple[str, str]:
    """Technical prose in simplified characters, and as Taiwan prints it."""
    return _read("technical.txt"), _read("technical.hant-tw.txt")


def prose() -> str:
    """Stories in simplified characters; every name in them is spelt one way."""
    return _read("prose.txt")


def prose_names() -> list[str]:
    """The people in :func:`prose`."""
    return _read("prose.names.txt").splitlines()


def _read(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")
