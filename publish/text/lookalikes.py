"""Characters that are taken for one another in a hasty proof, or by OCR (lookalikes.txt)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def lookalikes() -> dict[str, frozenset[str]]:
    """Each character that has any, to the characters that look like it (锋 to 峰, 土 to 士).

    Measured on glyphs (tests/make_lookalikes.py): 6,763 simplified and 5,401 traditional
    characters, 13,118 pairs.
    """
    data = (files("publish.text") / "lookalikes.txt").read_text(encoding="utf-8")
    table: dict[str, set[str]] = {}
    for line in data.splitlines():
        if not line.startswith("#"):
            for group in line.split():
                table.setdefault(group[0], set()).update(group[1:])
                for other in group[1:]:
                    table.setdefault(other, set()).add(group[0])
    return {character: frozenset(others) for character, others in table.items()}
