"""MuPDF: the books in its own layout, as simple and old readers have it; the same kind of views.

MuPDF knows no sections and no dark scheme: every page is a section of its own, one view a size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pymupdf

from readers.reading import OBJECT, Glyph, Picture, Section, View, is_shown, opens

#: Body size and pixels to a pt, which stands for a CSS px here.
EM, SCALE = 16, 2
#: A warning about every EPUB 3.
_KNOWN = "unknown epub version: 3.0"


def read(books: Sequence[Path], sizes: Sequence[tuple[int, int]], folder: Path) -> list[View]:
    """Lay each book out at each size; the pictures go into the folder."""
    return [
        _view(number, book, size, folder) for number, book in enumerate(books) for size in sizes
    ]


def _view(number: int, book: Path, size: tuple[int, int], folder: Path) -> View:
    width, height = size
    sections: list[Section] = []
    pictures: list[Picture] = []
    # Those so far are of files that other tests opened.
    pymupdf.TOOLS.mupdf_warnings()
    with pymupdf.open(book) as document:
        document.layout(width=width, height=height, fontsize=EM)
        for page in document:
            glyphs = tuple(_glyphs(page))
            index = len(sections)
            name = f"page {index + 1}"
            sections.append(Section(name, width, height, 1, 0, 1, glyphs))
            path = folder / f"{number}-{width}x{height}-{index}.png"
            page.get_pixmap(matrix=pymupdf.Matrix(SCALE, SCALE)).save(path)
            pictures.append(Picture(path, None, SCALE, index, 0, 0, 0))
        navigation = {"contents": [*_contents(document)], "links": [*_links(document)]}
        title = document.metadata["title"]
    return View(
        "mupdf",
        book,
        title,
        size,
        "light",
        False,
        tuple(sections),
        tuple(pictures),
        navigation,
        tuple(line for line in pymupdf.TOOLS.mupdf_warnings().splitlines() if line != _KNOWN),
    )


def _glyphs(page: Any) -> Iterator[Glyph]:
    for run, block in enumerate(page.get_text("rawdict")["blocks"]):
        if block["type"] == 1:
            yield Glyph(OBJECT, *block["bbox"], EM, run, "object")
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for item in span["chars"]:
                    if is_shown(item["c"]):
                        yield Glyph(item["c"], *item["bbox"], span["size"], run, "text")


def _contents(document: Any) -> Iterator[dict[str, Any]]:
    waiting = [document.outline]
    while waiting:
        item = waiting.pop()
        if item is not None:
            number, left, top = document.resolve_link(item.uri)
            arrival = _arrival(document, number, pymupdf.Point(left, top))
            # The height is up to some lines too small, so the entry may stand further down.
            lines = arrival.pop("lines")
            texts = ("".join(lines[start:]) for start in range(len(lines)))
            arrived = next((text for text in texts if opens(item.title, text)), arrival["arrived"])
            yield {"label": item.title, "href": item.uri, **arrival, "arrived": arrived}
            waiting.extend((item.next, item.down))


def _links(document: Any) -> Iterator[dict[str, Any]]:
    for page in document:
        for link in page.get_links():
            if link["kind"] == pymupdf.LINK_GOTO:
                yield {
                    "text": page.get_textbox(link["from"]),
                    "href": f"page {link['page'] + 1}",
                    "note": None,
                    **_arrival(document, link["page"], link["to"]),
                }


def _arrival(document: Any, number: int, place: Any) -> dict[str, Any]:
    """What is read on a page from a place on."""
    if not 0 <= number < len(document):
        why = f"(there is no page {number + 1})"
        return {"seen": False, "arrived": "", "lines": [], "why": why}
    page = document[number]
    area = pymupdf.Rect(0, place.y, page.rect.width, page.rect.height)
    lines = ["".join(line.split()) for line in page.get_text(clip=area).splitlines()]
    shown = any(lines) or bool(page.get_image_info())
    return {"seen": shown, "arrived": "".join(lines)[:60], "lines": lines, "why": ""}
