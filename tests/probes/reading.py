"""A PDF read as the probes need it: every glyph's origin, in em from the left edge of the text.

The reader knows the text that is to be found (the probes' own) and nothing of the program that
made the file.  A probe whose text is not there, character for character, is broken, and every
requirement that it was made for fails with that reason.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymupdf

from probes.marks import DIGITS, Region, is_han
from probes.probe import OUTSIDE, Probe

#: Glyphs smaller than this, in body sizes, are readings, calls and notes.
_SMALL = 0.85
#: Invisible characters that a PDF may add between others.
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Glyph:
    """``x`` is its origin in em from the left edge, ``y`` its baseline in pt from the page's top,
    ``advance`` what the file says of its width, in em of the body, ``size`` in em of the body."""

    char: str
    x: float
    y: float
    advance: float
    size: float
    font: str


@dataclass(slots=True)
class Shape:
    """Something painted that is no glyph; ``x0`` to ``x1`` in em, ``top``, ``bottom`` in pt."""

    x0: float
    x1: float
    top: float
    bottom: float
    curved: bool
    page: int


@dataclass(slots=True)
class Cell:
    """A character of the probe and the glyph that shows it; ``line`` counts within the probe,
    ``place`` in its plain text."""

    char: str
    line: int
    glyph: Glyph
    place: int

    @property
    def x(self) -> float:
        return self.glyph.x


@dataclass(slots=True)
class Line:
    """One line of a probe: its cells, the small glyphs above or beside them, its place.

    ``kind`` is that of its block, ``marker`` the number or dot of an item, ``first`` and ``last``
    tell the ends of the block.
    """

    page: int
    y: float
    cells: list[Cell] = field(default_factory=list)
    extras: list[Glyph] = field(default_factory=list)
    hyphen: Glyph | None = None
    first: bool = False
    last: bool = False
    kind: str = "p"
    marker: list[Glyph] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(cell.char for cell in self.cells) + ("-" if self.hyphen else "")


@dataclass(slots=True)
class Row:
    """Glyphs on one baseline, from left to right, and the small ones above or beside them."""

    page: int
    y: float
    glyphs: list[Glyph]
    extras: list[Glyph]

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)


@dataclass(slots=True, repr=False)
class Found:
    """A probe in the PDF."""

    probe: Probe
    cells: list[Cell]
    lines: list[Line]


@dataclass(slots=True, repr=False)
class Setting:
    """All probes of one book as one program set them in one region.

    ``em`` is the body size in pt, ``left`` the left edge by page parity in pt, ``broken`` the
    probes whose text was not found, by serial, with what was; ``others`` are the rows of other
    sizes than the body's, ``width`` is the page's in pt, ``direction`` what the file asks a viewer
    to do with its pages.
    """

    name: str
    region: Region
    measure: int
    em: float
    path: Path
    found: dict[str, Found]
    broken: dict[str, tuple[Probe, str]]
    rows: list[Line]
    shapes: list[Shape]
    left: tuple[float, float]
    sizes: Counter[float]
    others: list[Row] = field(default_factory=list)
    width: float = 0.0
    direction: str = ""

    def elsewhere(self, text: str) -> list[tuple[Row, list[Glyph]]]:
        """The rows of other sizes that hold a text, each with the glyphs that show it."""
        found = []
        for row in self.others:
            place = row.text.find(text)
            if place >= 0:
                found.append((row, row.glyphs[place : place + len(text)]))
        return found


def nothing(
    path: Path,
    name: str,
    region: Region,
    measure: int,
    em: float,
    probes: Iterable[Probe],
    why: str,
) -> Setting:
    """The setting of a book that was not built: every probe is broken for this reason."""
    broken = {probe.serial: (probe, why) for probe in probes}
    return Setting(
        name, region, measure, em, path, {}, broken, [], [], (0.0, 0.0), Counter()
    )  # fmt: skip


def read(
    path: Path,
    name: str,
    region: Region,
    measure: int,
    em: float,
    probes: Iterable[Probe],
    stand_for: Mapping[int, str] | None = None,
) -> Setting:
    """The probes of a book in a PDF: ``em`` in pt and ``measure`` in em are what was asked for;
    ``stand_for`` has the characters that are read as others."""
    document = pymupdf.open(path)
    pages = [_glyphs(document[number], em) for number in range(document.page_count)]
    if stand_for:
        pages = [
            [dataclasses.replace(g, char=g.char.translate(stand_for)) for g in glyphs]
            for glyphs in pages
        ]
    left = _left_edges(pages, em)
    rows: list[Row] = []
    others: list[Row] = []
    shapes: list[Shape] = []
    sizes: Counter[float] = Counter()
    for number, glyphs in enumerate(pages):
        edge = left[number % 2]
        moved = [
            Glyph(g.char, (g.x - edge) / em, g.y, g.advance / em, g.size, g.font) for g in glyphs
        ]
        rows += _rows(moved, number, em)
        others += _other_rows(moved, number)
        for x0, x1, top, bottom, curved in _paths(document[number]):
            if bottom - top < 0.6 * em and x1 - x0 < (measure + 1) * em:
                start, end = (x0 - edge) / em, (x1 - edge) / em
                shapes.append(Shape(start, end, top, bottom, curved, number))
        for glyph in glyphs:
            if not glyph.char.isspace():
                sizes[round(glyph.size * em, 2)] += 1
    found, broken, lines = _probes(rows, tuple(probes), region)
    for line in lines:
        _painted_hyphen(line, shapes, em)
    _, direction = document.xref_get_key(document.pdf_catalog(), "ViewerPreferences/Direction")
    return Setting(
        name, region, measure, em, path, found, broken, lines, shapes, left, sizes, others,
        document[0].rect.width, direction,
    )  # fmt: skip


def _glyphs(page: Any, em: float) -> list[Glyph]:
    """The glyphs of a page in the order of its stream; x, advance in pt, size in em."""
    flags = (
        pymupdf.TEXT_PRESERVE_WHITESPACE
        | pymupdf.TEXT_INHIBIT_SPACES
        | pymupdf.TEXT_PRESERVE_LIGATURES
    )
    found: list[Glyph] = []
    for block in page.get_text("rawdict", flags=flags)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    if char.get("synthetic") or char["c"] in _NOTHING:
                        continue
                    x, y = char["origin"]
                    width = char["bbox"][2] - x
                    found.append(Glyph(char["c"], x, y, width, span["size"] / em, span["font"]))
    return found


def _paths(page: Any) -> Iterator[tuple[float, float, float, float, bool]]:
    """What is painted on a page, path by path: left, right, top, bottom in pt, whether curved."""
    for drawing in page.get_drawings():
        path: list[tuple[float, float]] = []
        curved = False
        for item in drawing["items"]:
            if item[0] in ("re", "qu"):
                rect = item[1] if item[0] == "re" else item[1].rect
                yield rect.x0, rect.x1, rect.y0, rect.y1, False
                continue
            points = [(point.x, point.y) for point in item[1:] if hasattr(point, "x")]
            if path and points[0] != path[-1]:
                yield *_bounds(path), curved
                path, curved = [], False
            path += points
            curved = curved or item[0] == "c"
        if path:
            yield *_bounds(path), curved


def _bounds(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), max(across), min(down), max(down)


def _left_edges(pages: list[list[Glyph]], em: float) -> tuple[float, float]:
    """The left edge of the text in pt, of odd and of even pages: the leftmost place at which
    many lines begin with a Han character."""
    starts: tuple[Counter[float], Counter[float]] = (Counter(), Counter())
    for number, glyphs in enumerate(pages):
        for row in _rows(glyphs, number, em):
            first = row.glyphs[0]
            if is_han(first.char):
                starts[number % 2][round(first.x * 4) / 4] += 1
    edges: list[float] = []
    for counted in starts:
        common = [x for x, times in counted.items() if times >= max(2, 0.05 * counted.total())]
        edge = min(common, default=0.0)
        exact = [
            row.glyphs[0].x
            for number, glyphs in enumerate(pages)
            for row in _rows(glyphs, number, em)
            if abs(row.glyphs[0].x - edge) < 0.5 and is_han(row.glyphs[0].char)
            and counted is starts[number % 2]
        ]  # fmt: skip
        edges.append(sorted(exact)[len(exact) // 2] if exact else edge)
    return edges[0], edges[1] or edges[0]


def _rows(glyphs: list[Glyph], page: int, em: float) -> list[Row]:
    """Glyphs of body size by baseline; each small one goes to the row it stands above or in."""
    rows: list[Row] = []
    for glyph in glyphs:
        if not _SMALL <= glyph.size <= 1.1:
            continue
        row = next((row for row in reversed(rows) if abs(row.y - glyph.y) < 0.25 * em), None)
        if row is None and not glyph.char.isspace():
            # A blank has no baseline: that before a reading is guessed by who reads the PDF.
            rows.append(Row(page, glyph.y, [glyph], []))
        elif row is not None:
            row.glyphs.append(glyph)
    rows.sort(key=lambda row: row.y)
    for row in rows:
        while row.glyphs and row.glyphs[0].char.isspace():
            row.glyphs.pop(0)
        while row.glyphs and row.glyphs[-1].char.isspace():
            row.glyphs.pop()
    rows = [row for row in rows if row.glyphs]
    for glyph in glyphs:
        if glyph.size < _SMALL and not glyph.char.isspace():
            near = next((row for row in rows if row.y >= glyph.y - 0.3 * em), None)
            if near is not None and near.y - glyph.y < 1.4 * em:
                near.extras.append(glyph)
    return rows


def _other_rows(glyphs: list[Glyph], page: int) -> list[Row]:
    """Glyphs of other sizes than the body's by size and baseline."""
    rows: dict[tuple[float, float], Row] = {}
    for glyph in glyphs:
        if not _SMALL <= glyph.size <= 1.1 and not glyph.char.isspace():
            key = round(glyph.y, 1), round(glyph.size, 2)
            rows.setdefault(key, Row(page, glyph.y, [], [])).glyphs.append(glyph)
    for row in rows.values():
        row.glyphs.sort(key=lambda glyph: glyph.x)
    return list(rows.values())


def _probes(
    rows: list[Row], probes: tuple[Probe, ...], region: Region
) -> tuple[dict[str, Found], dict[str, tuple[Probe, str]], list[Line]]:
    """Rows shared out among the probes, and the probes' characters found in them."""
    wanted = {probe.serial: probe for probe in probes}
    owned: dict[str, list[Row]] = {}
    current: list[Row] | None = None
    for row in rows:
        text = "".join(glyph.char for glyph in row.glyphs[:8])
        serial = next((s for s in _serials(text) if s in wanted and s not in owned), None)
        if serial is not None:
            current = owned.setdefault(serial, [])
        if current is not None:
            current.append(row)
    found: dict[str, Found] = {}
    broken: dict[str, tuple[Probe, str]] = {}
    lines: list[Line] = []
    for serial, probe in wanted.items():
        result = _align(probe, owned.get(serial, []), region)
        if isinstance(result, str):
            broken[serial] = (probe, result)
        else:
            found[serial] = result
            lines += result.lines
    return found, broken, lines


def _painted_hyphen(line: Line, shapes: list[Shape], em: float) -> None:
    """A hyphen that is painted and no character: a short bar behind the line's last letter."""
    last = line.cells[-1]
    if line.last or line.hyphen is not None or not last.char.isascii():
        return
    end = last.x + last.glyph.advance
    for shape in shapes:
        middle = (shape.top + shape.bottom) / 2
        if (
            shape.page == line.page
            and not shape.curved
            and 0.1 < shape.x1 - shape.x0 < 0.5
            and line.y - 0.5 * em < middle < line.y - 0.1 * em
            and -0.05 < shape.x0 - end < 0.2
        ):
            # The bar has as much blank behind it as before it.
            width = shape.x1 - end + shape.x0 - end
            line.hyphen = Glyph("-", end, line.y, width, 1.0, "")


def _serials(text: str) -> list[str]:
    return [
        text[place : place + 3]
        for place in range(3)
        if len(text) >= place + 3 and all(char in DIGITS for char in text[place : place + 3])
    ]


def _align(probe: Probe, rows: list[Row], region: Region) -> Found | str:
    """The probe's characters, each with its glyph; a text with what was read instead."""
    text = unicodedata.normalize("NFC", probe.plain(region))
    read = "".join(glyph.char for row in rows for glyph in row.glyphs)
    inside = [kind for kind, _ in probe.blocks() if kind not in OUTSIDE]
    starts = dict(zip(probe.starts(), inside, strict=True))
    cells: list[Cell] = []
    lines: list[Line] = []
    place = 0
    for row in rows:
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            break
        line = Line(row.page, row.y, extras=row.extras, first=place in starts)
        line.kind = starts[place] if line.first else lines[-1].kind
        if lines:
            lines[-1].last = line.first
        for number, glyph in enumerate(row.glyphs):
            while place < len(text) and text[place].isspace() and not glyph.char.isspace():
                place += 1
            if place < len(text) and glyph.char == text[place]:
                cell = Cell(glyph.char, len(lines), glyph, place)
                cells.append(cell)
                line.cells.append(cell)
                place += 1
            elif glyph.char.isspace():
                continue
            elif glyph.char in "-‐\u00ad" and number == len(row.glyphs) - 1:
                line.hyphen = glyph
            elif line.first and not line.cells and glyph.char in "0123456789.·":
                line.marker.append(glyph)
            else:
                return f"read “{read}”"
        if line.cells:
            lines.append(line)
    if place < len(text):
        return f"read “{read}”" if read else "not in the file"
    lines[-1].last = True
    return Found(probe, cells, lines)
