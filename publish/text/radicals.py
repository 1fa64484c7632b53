"""Radicals that stand in text where an ideograph is meant (radicals.txt)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def radical_ideographs() -> dict[str, str]:
    """Each radical of U+2E80-2FDF to the unified ideograph that looks the same.

    Unicode's Equivalent_Unified_Ideograph property; U+2E80 and U+2E9A have none.
    NFKC knows only two of the 115 in the supplement, and harms much else.
    """
    data = (files("publish.text") / "radicals.txt").read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for line in data.splitlines():
        if not line.startswith("#"):
            for pair in line.split():
                radical, ideograph = pair.split(":")
                table[chr(int(radical, 16))] = chr(int(ideograph, 16))
    return table
