"""Rivers of white: blanks of successive lines that stand under each other and draw the eye down.

They are read off the page, from where glyphs are, so that it does not matter who set it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from publish.check.extract import open_pdf
from publish.diagnostics import Diagnostic
from publish.records import dataclass

#: Lines a river runs through at least; the least white of one line, and of what two share, in em.
LINES, WHITE, SHARED = 5, 0.45, 0.3
#: Where the ink of marks ends and begins on their square, in em: what is beyond is white.
_ENDS = dict.fromkeys("，、。；：！？”’」』）》〉】", 0.45)
_BEGINS = dict.fromkeys("“‘「『（《〈【", 0.55)
#: Baselines this near make one line, and lines this far apart one paragraph, in em.
_SAME, _NEXT = 0.3, 2.2
#: Whites of a line that are too many, and characters that are too few, for running text.
_MANY, _FEW = 6, 16


@dataclass(frozen=True, slots=True)
class _Line:
    baseline: float
    em: float
    text: str
    whites: tuple[tuple[float, float], ...]


def rivers(path: Path) -> tuple[Diagnostic, ...]:
    """A query for each river of a PDF, with its page and the line it begins in.

    Raises :class:`~publish.diagnostics.Failure` PDF-OPEN where the file cannot be read.
    """
    found = []
    with open_pdf(path) as document:
        for number, page in enumerate(document, 1):
            for line, length in _rivers(list(_lines(page))):
                message = f"page {number} of the file: white runs down through {length} lines"
                hint = f"it begins in the line «{line.text[:16]}…»; another wording breaks it up"
                found.append(Diagnostic("L-RIVER", "query", message, hints=(hint,)))
    return tuple(found)


def _lines(page: Any) -> Iterator[_Line]:
    """The lines of a page from top to bottom, with their whites."""
    rows: list[list[tuple[float, float, float, str, float]]] = []
    for block in page.get_text("rawdict", flags=2)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    x, y = char["origin"]
                    glyph = (y, x, char["bbox"][2], char["c"], span["size"])
                    if rows and abs(rows[-1][-1][0] - y) <= _SAME * span["size"]:
                        rows[-1].append(glyph)
                    else:
                        rows.append([glyph])
    for row in sorted(rows, key=lambda row: row[0][0]):
        row.sort(key=lambda glyph: glyph[1])
        ink = [glyph for glyph in row if not glyph[3].isspace() and glyph[3] != "\u200b"]
        if ink:
            whites = tuple(_whites(ink))
            # A row of a table, a leader, a label with its value are no lines of text.
            kept = whites if len(whites) <= _MANY and len(ink) >= _FEW else ()
            yield _Line(row[0][0], ink[0][4], "".join(glyph[3] for glyph in row), kept)


def _whites(row: list[tuple[float, float, float, str, float]]) -> Iterator[tuple[float, float]]:
    for (_, x, end, left, em), (_, following, _, right, _) in pairwise(row):
        begin = x + _ENDS[left] * em if left in _ENDS else end
        stop = following + _BEGINS[right] * em if right in _BEGINS else following
        if stop - begin >= WHITE * em:
            yield begin / em, stop / em


def _rivers(lines: list[_Line]) -> Iterator[tuple[_Line, int]]:
    """The first line and the number of lines of each river."""
    running: list[tuple[float, float, _Line, int]] = []
    before: _Line | None = None
    for line in lines:
        following: list[tuple[float, float, _Line, int]] = []
        near = before is not None and line.baseline - before.baseline < _NEXT * line.em
        for begin, end in line.whites:
            above = [
                river
                for river in running
                if near and min(end, river[1]) - max(begin, river[0]) >= SHARED
            ]
            longest = max(above, key=lambda river: river[3], default=None)
            first, length = (longest[2], longest[3] + 1) if longest else (line, 1)
            following.append((begin, end, first, length))
        ended = {id(river[2]): river for river in running if river[3] >= LINES}
        for river in following:
            ended.pop(id(river[2]), None)
        yield from ((river[2], river[3]) for river in ended.values())
        running, before = following, line
    yield from {id(r[2]): (r[2], r[3]) for r in running if r[3] >= LINES}.values()
