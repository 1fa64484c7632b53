"""The EPUBs of all books of the tests, built as a user builds them; of one with every construct in
traditional script the vertical edition, too (the first book declares one)."""

from __future__ import annotations

import shutil
from pathlib import Path

from acceptance import BOOKS, FIRST_BOOK, built, publish

#: What is built of a book that declares no editions, beside its own script.
VERTICAL = {"hant-small": ("hant-tw", "hant-tw-v")}


def sources() -> list[Path]:
    """Every book of ``tests/books``, by name, and the first book."""
    files = sorted(path for path in BOOKS.iterdir() if path.suffix in (".md", ".txt"))
    folders = sorted(path for path in BOOKS.iterdir() if path.is_dir())
    return [path for path in (*files, *folders, FIRST_BOOK) if path.name != "README.md"]


def editions(source: Path) -> list[str]:
    """The options that ask for the editions of a book."""
    return [word for name in VERTICAL.get(source.name, ()) for word in ("--edition", name)]


def copied(source: Path, folder: Path) -> None:
    """A book as it is, in another folder."""
    if source.is_dir():
        shutil.copytree(source, folder / source.name)
    else:
        shutil.copy(source, folder)


def build(folder: Path) -> list[Path]:
    """Build all of them; their EPUBs, by name."""
    folder.mkdir(parents=True)
    for source in sources():
        copied(source, folder)
        options = (*editions(source), "--format", "epub")
        built(publish("build", source.name, *options, cwd=folder))
    return sorted(folder.glob("output/*/*.epub"))
