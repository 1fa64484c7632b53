"""Contact sheets: the pictured pages of a book in one engine as one picture, for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from readers.reading import View

#: Pixels: the sheet's width, the height of a picture, the white between, the line of a name.
WIDTH, HEIGHT, GAP, NAME = 2560, 560, 12, 48
GROUND, INK = "#8a8a8a", "#ffffff"


def draw(views: Sequence[View], folder: Path) -> list[Path]:
    """Write ``BOOK.ENGINE.png`` for each book: a block for each size and scheme, under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, list[View]] = defaultdict(list)
    for view in views:
        sheets[f"{view.book.stem}.{view.engine}.png"].append(view)
    for name, group in sheets.items():
        _sheet(sorted(group, key=lambda view: view.size)).save(folder / name)
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
    found = []
    for picture in view.pictures:
        image = picture.image()
        size = (round(image.width * HEIGHT / image.height), HEIGHT)
        found.append(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
    return found


def _places(pages: Sequence[Image.Image]) -> list[tuple[int, int]]:
    """Left and top of each picture in its block, in as many rows as it takes."""
    found = []
    left, top = GAP, NAME
    for image in pages:
        if left + image.width > WIDTH - GAP and left > GAP:
            left, top = GAP, top + HEIGHT + GAP
        found.append((left, top))
        left += image.width + GAP
    return found


def _depth(pages: Sequence[Image.Image]) -> int:
    return _places(pages)[-1][1] + HEIGHT + GAP if pages else NAME
