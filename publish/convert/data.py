"""The data files of this room: sections of words."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The words of a data file by section; a line with ``#`` at its start is a remark."""
    found: dict[str, list[str]] = {}
    current: list[str] = found.setdefault("", [])
    for line in (files("publish.convert") / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            current.extend(line.split())
    return {section: tuple(words) for section, words in found.items()}
