"""The EPUBs of all books of the tests, built as a user builds them; of one with every construct in
traditional script the vertical edition, too (the first book declares one)."""

from __future__ import annotations

import shutil
from pathlib import Path

from acceptance import BOOKS, FIRST_BOOK, built, publish

#: What is built of a book that declares no editions, beside its own script.
VERTICAL = {"hant-small": ("hant-tw", "hant-tw-v")}


def build(folder: Path) -> list[Path]:
    """Build every book of ``tests/books`` and the first book; their EPUBs, by name."""
    folder.mkdir(parents=True)
    files = sorted(path for path in BOOKS.iterdir() if path.suffix in (".md", ".txt"))
    folders = sorted(path for path in BOOKS.iterdir() if path.is_dir())
    for source in (*files, *folders, FIRST_BOOK):
        if source.name == "README.md":
            continue
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
        else:
            shutil.copy(source, folder)
        editions = VERTICAL.get(source.name, ())
        asked = [word for name in editions for word in ("--edition", name)]
        built(publish("build", source.name, *asked, "--format", "epub", cwd=folder))
    return sorted(folder.glob("output/*/*.epub"))
