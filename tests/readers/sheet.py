"""Contact sheets: the pictured pages of a book in one engine as one picture, for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from readers.reading import View

#: Pixels: the sheet's width, the most that a page takes of it, the white between, a line of names.
WIDTH, WIDEST, GAP, NAME = 2560, 700, 12, 48
GROUND, INK = "#8a8a8a", "#ffffff"


def draw(views: Sequence[View], folder: Path) -> list[Path]:
    """Write ``BOOK.ENGINE.WIDTHxHEIGHT.png`` for each book and size: a block for each scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, list[View]] = defaultdict(list)
    for view in views:
        width, height = view.size
        sheets[f"{view.book.stem}.{view.engine}.{width}x{height}.png"].append(view)
    for name, group in sheets.items():
        _sheet(group).save(folder / name)
    return [folder / name for name in sheets]


def _sheet(views: Sequence[View]) -> Image.Image:
    blocks = [(view.name, _pages(view)) for view in views]
    sheet = Image.new("RGB", (WIDTH, sum(_depth(pages) for _, pages in blocks)), GROUND)
    pen, face = ImageDraw.Draw(sheet), ImageFont.load_default(24)
    top = 0
    for name, pages in blocks:
        pen.text((GAP, top + GAP), name, INK, face)
        for image, (left, down) in zip(pages, _places(pages), strict=True):
            sheet.paste(image, (left, top + down))
        top += _depth(pages)
    return sheet


def _pages(view: View) -> list[Image.Image]:
    images = (picture.image() for picture in view.pictures)
    return [image.reduce(-(-image.width // WIDEST)) for image in images]


def _places(pages: Sequence[Image.Image]) -> list[tuple[int, int]]:
    """Left and top of each page in its block, in as many rows as it takes; all are of one size."""
    found = []
    left, top = GAP, NAME
    for image in pages:
        if left + image.width > WIDTH - GAP:
            left, top = GAP, top + image.height + GAP
        found.append((left, top))
        left += image.width + GAP
    return found


def _depth(pages: Sequence[Image.Image]) -> int:
    return _places(pages)[-1][1] + pages[-1].height + GAP if pages else NAME
