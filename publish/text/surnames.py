"""Surnames in either script (surnames.txt)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def surnames() -> dict[str, str]:
    """Each surname as simplified text has it, to its traditional form.

    Compound surnames are the keys of two characters.  A surname often has a form of its own:
    范 stays 范 (not 範), 钟 is 鍾 (not 鐘).
    """
    data = (files("publish.text") / "surnames.txt").read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for line in data.splitlines():
        if not line.startswith("#"):
            for entry in line.split():
                simplified, _, traditional = entry.partition(":")
                table[simplified] = traditional or simplified
    return table
