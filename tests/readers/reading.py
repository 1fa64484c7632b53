"""What an engine made of the books: where each glyph stands, where each link led, the pictures.

A view is one book at one size in one scheme (light or dark).  Lengths are CSS px in the frame of a
section, which is one row of columns; a page is as many columns as fit the view.  Sections in
vertical lines lie on their side: their lines run from left to right.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

#: Telephone and tablet, CSS px.
SIZES = ((420, 620), (1000, 700))
#: Stands for a picture or a formula among the glyphs (U+FFFC object replacement character).
OBJECT = "\ufffc"


def opens(label: str, text: str) -> bool:
    """Whether a text, without white space, is what an entry of the contents says; a numbered
    entry, «第1条», begins with its number alone, in Han numerals perhaps before others: «第十條»
    is «十一件事»."""
    label = "".join(label.split())
    number = re.match(r"\d+", text)
    numbered = number is not None and number[0] in re.findall(r"\d+", label)
    counted = any(text.startswith(han) for han in re.findall(r"[〇一二三四五六七八九十百]+", label))
    return numbered or counted or (bool(text) and text.startswith(label[: len(text)]))


def is_shown(character: str) -> bool:
    """Whether a character is one to see: neither white space nor one that steers layout alone."""
    return not character.isspace() and unicodedata.category(character) != "Cf"


class Glyph(NamedTuple):
    """A character's box (advance by height of the face) and the size of its face, px.

    A run is what may be broken into lines: text of one block without a forced break.  The kind is
    ``text``, ``heading``, ``lead`` (leads to what follows), ``code``, ``reading`` (ruby), ``call``
    (of a note), ``number`` (of a formula), ``across`` (set horizontally in vertical text: each
    glyph is a line of its own) or ``object``.  Signs that ``shares`` a square of vertical text
    stand side by side there; the box of each is a part of the square.
    """

    character: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    run: int
    kind: str
    shares: bool = False


@dataclass(frozen=True)
class Section:
    """A document of the spine as laid out; ``wide`` names elements wider than a column, ``ragged``
    the aligned columns of formulas, with what their cells differ by, in sizes of the face.  One
    that is ``vertical`` lies on its side: its columns are lines here."""

    name: str
    width: float
    height: float
    columns: int
    gap: float
    pages: int
    glyphs: tuple[Glyph, ...]
    wide: tuple[tuple[str, float], ...] = ()
    vertical: bool = False
    ragged: tuple[tuple[str, float], ...] = ()

    def page(self, glyph: Glyph) -> int:
        """The page of a glyph, from 0, by the middle of its box."""
        return int((glyph.left + glyph.right) / 2 // self.width)

    def column(self, glyph: Glyph) -> int:
        """The column of a glyph, from 0, through all pages."""
        return int((glyph.left + glyph.right) / 2 // (self.width / self.columns))

    @cached_property
    def lines(self) -> tuple[tuple[Glyph, ...], ...]:
        """The glyphs line by line, readings left out; the lines of a run follow one another.

        A line ends where the next glyph stands further left, or clear above or below.
        """
        found: list[list[Glyph]] = []
        top = bottom = 0.0
        last: Glyph | None = None
        for glyph in self.glyphs:
            if glyph.kind == "reading":
                continue
            same = last is not None and glyph.run == last.run and glyph.left > last.left
            same = same and glyph.kind != "across"
            if same and glyph.top < bottom and glyph.bottom > top:
                found[-1].append(glyph)
                top, bottom = min(top, glyph.top), max(bottom, glyph.bottom)
            else:
                found.append([glyph])
                top, bottom = glyph.top, glyph.bottom
            last = glyph
        return tuple(map(tuple, found))


@dataclass(frozen=True)
class Picture:
    """A page as seen, ``scale`` pixels to a px, the frame of its section at ``left``, ``top``: of
    the page as it :meth:`lies`."""

    path: Path
    crop: tuple[int, int, int, int] | None
    scale: float
    section: int
    page: int
    left: float
    top: float
    vertical: bool = False

    def lies(self) -> Image.Image:
        """The page with its columns as lines, if it has such."""
        image = self.image()
        return image.transpose(Image.Transpose.ROTATE_90) if self.vertical else image

    def image(self) -> Image.Image:
        """The page in RGB, read anew: a megapixel or more."""
        if self.path.suffix == ".xwd":
            image = _screen(self.path.read_bytes())
        else:
            image = Image.open(self.path).convert("RGB")
        return image.crop(self.crop) if self.crop else image


@dataclass(frozen=True)
class View:
    """A book in an engine.  ``dark`` is what style sheets are told.  ``navigation`` holds what the
    entries of the contents, the list of pages and the links led to; it and ``sections`` are
    measured once, in the light scheme."""

    engine: str
    book: Path
    title: str
    size: tuple[int, int]
    scheme: str
    dark: bool
    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...]
    navigation: dict[str, list[dict[str, Any]]]
    failures: tuple[str, ...]

    @property
    def name(self) -> str:
        width, height = self.size
        return f"{self.book.stem}, {self.engine}, {width}x{height}, {self.scheme}"

    @property
    def layout(self) -> tuple[Section, ...]:
        """The sections where this view is the one that they were measured in."""
        return self.sections if self.scheme == "light" else ()


def views(report: dict[str, Any]) -> list[View]:
    """The report of an engine's script (session.mjs), as data."""
    found: list[View] = []
    measured: dict[tuple[str, tuple[int, int]], tuple[Section, ...]] = {}
    for view in report["views"]:
        size = (view["width"], view["height"])
        key = (view["book"], size)
        if "sections" in view:
            measured[key] = tuple(
                _section(name, section)
                for name, section in zip(view["ids"], view["sections"], strict=True)
            )
        found.append(
            View(
                report["engine"],
                Path(view["book"]),
                view["title"],
                size,
                view["scheme"],
                view["dark"],
                measured[key],
                tuple(_picture(item, measured[key], size) for item in view["pictures"]),
                view.get("navigation", {}),
                tuple(view["failures"]),
            )
        )
    return found


def _section(name: str, data: dict[str, Any]) -> Section:
    return Section(
        name,
        data["size"],
        data["height"],
        data["columns"],
        data["gap"],
        data["pages"],
        tuple(Glyph(*glyph) for glyph in data["glyphs"] if is_shown(glyph[0])),
        tuple((kind, width) for kind, width in data["wide"]),
        data.get("vertical", False),
        tuple((column, spread) for column, spread in data["ragged"]),
    )


def _picture(data: dict[str, Any], sections: tuple[Section, ...], size: tuple[int, int]) -> Picture:
    section = sections[data["index"]]
    left, top = data["left"], data["top"]
    if section.vertical:
        left, top = top, size[0] - left - section.height
    return Picture(
        Path(data["file"]),
        tuple(data["crop"]) if "crop" in data else None,
        data["scale"],
        data["index"],
        data["page"],
        left,
        top,
        section.vertical,
    )


def _screen(data: bytes) -> Image.Image:
    """A screen as X keeps it in a file (XWDFile.h): a header of 25 numbers, colours, rows."""
    header = struct.unpack(">25I", data[:100])
    length, width, height, row, colours = (header[at] for at in (0, 4, 5, 12, 19))
    start = length + 12 * colours
    pixels = data[start : start + row * height]
    return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", row, 1)
