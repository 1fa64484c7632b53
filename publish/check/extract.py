"""PDF -> text: what a reader of the file gets to see, page by page (of an EPUB: epub_extract.py).

Left out is page furniture: text whose baseline lies above or below the type area (running heads and
folios; the cover, page 1, has none).  Formulas are pictures in a PDF; they are not text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from publish.check import columns
from publish.check.text import Fragment, PageText
from publish.diagnostics import fail
from publish.model.edition import Edition

#: How far outside the type area, in lines of the page, a baseline still belongs to the text.
_SLACK = 0.5
#: Type smaller than this, in em of the body, is the reading of a ruby (look.md: half an em; a
#: note call is two thirds).
_SMALL = 0.62
#: Type as small as this is nothing but a reading: pinyin half an em, zhuyin .3.
_READING = 0.52
#: Baselines nearer than this, in em of the body, make one row (a note call is raised half an em;
#: a ruby stands about one em above).
_ROW = 0.58
#: MuPDF's TEXT_PRESERVE_WHITESPACE: blanks as they are painted; ligatures are resolved.
_FLAGS = 2


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """The PDF as MuPDF opens it, silent on the terminal; trouble becomes the error PDF-OPEN."""
    import pymupdf

    # What MuPDF repairs as it reads is told by the checks, not printed.
    tools: Any = pymupdf.TOOLS
    tools.mupdf_display_errors(False)
    tools.mupdf_display_warnings(False)
    opener: Any = pymupdf.open
    try:
        with opener(path, filetype="pdf") as document:
            yield document
    except (RuntimeError, ValueError, OSError) as error:
        raise fail("PDF-OPEN", f"this PDF cannot be read: {error}", path=str(path)) from error


def pdf_text(path: Path, edition: Edition | None = None) -> tuple[PageText, ...]:
    """The text of every page of a PDF, top to bottom and left to right, horizontal writing.

    With an edition, what stands above or below its type area is left out, but for page 1, the
    cover.  Raises :class:`~publish.diagnostics.Failure` PDF-OPEN where the file cannot be read.
    """
    with open_pdf(path) as document:
        return page_texts(document, edition)


def page_texts(document: Any, edition: Edition | None = None) -> tuple[PageText, ...]:
    """What :func:`pdf_text` gives, of a PDF that is open."""
    em = edition.geometry.em if edition else _body_size(document)
    pages = []
    for number, page in enumerate(document, 1):
        blocks = page.get_text("dict", flags=_FLAGS)["blocks"]
        lines = _lines(blocks, _origin(page), em)
        standing: list[columns.Standing] = []
        if edition and edition.geometry.vertical and number > 1:
            width = page.trimbox.width + 2 * _origin(page)[0]
            down, across = _by_direction(blocks)
            lines = _lines(list(_lying(down, width)), _origin(page), em)
            standing = columns.standing(list(_lines(across, _origin(page), em)), edition, em * _ROW)
        if edition and number > 1:
            lines = _in_type_area(lines, edition, number)
        texts: list[Fragment] = []
        readings: list[Fragment] = []
        for line in lines:
            (readings if line.reading else texts).append(line)
        # Readings stand above or beside their characters, in no rows: as they are painted.
        rows: Iterable[Fragment]
        if edition and standing:
            in_rows = columns.in_rows(texts, em * _ROW)
            rows = columns.with_standing(in_rows, standing, edition)
        elif edition and edition.geometry.columns > 1:
            rows = columns.by_column(texts, edition, number, em * _ROW)
        else:
            rows = columns.in_rows(texts, em * _ROW)
        pages.append(PageText(f"page {number}", (*rows, *readings), page.get_label()))
    return tuple(pages)


def _by_direction(
    blocks: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The same blocks with their columns alone, and with the lines alone that run across."""
    columns, across = [], []
    for block in blocks:
        lines = block.get("lines", ())
        down = [line for line in lines if abs(line["dir"][1]) >= abs(line["dir"][0])]
        columns.append({**block, "lines": down})
        across.append({**block, "lines": [line for line in lines if line not in down]})
    return columns, across


def letters(path: Path) -> Counter[str]:
    """How often each character stands in a PDF, in whatever order."""
    found: Counter[str] = Counter()
    with open_pdf(path) as document:
        for page in document:
            found.update(page.get_text("text", flags=_FLAGS))
    return found


def _origin(page: Any) -> tuple[float, float]:
    """Where the trim box begins on the page as it is drawn, in pt from the top left."""
    trim, crop = page.trimbox, page.cropbox
    return trim.x0 - crop.x0, trim.y0 - crop.y0


def _body_size(document: Any) -> float:
    """The size, in pt, in which most characters of the first hundred pages are set."""
    sizes: Counter[float] = Counter()
    for page in document.pages(0, min(100, len(document))):
        for block in page.get_text("dict", flags=_FLAGS)["blocks"]:
            for line in block.get("lines", ()):
                for span in line["spans"]:
                    sizes[round(span["size"], 1)] += len(span["text"])
    return sizes.most_common(1)[0][0] if sizes else 10.5


def _lines(
    blocks: list[dict[str, Any]], origin: tuple[float, float], em: float
) -> Iterator[Fragment]:
    left, top = origin
    for block in blocks:
        for line in block.get("lines", ()):
            spans = line["spans"]
            if not spans:
                continue
            # A raised or lowered sign in the line does not move the line: the largest type says
            # where it stands.
            sizes = [span["size"] for span in spans]
            main = spans[sizes.index(max(sizes))]
            parts = _parted(spans, em) if min(sizes) <= em * _READING else [spans]
            for part in parts:
                first = part[0] if len(parts) > 1 else main
                yield Fragment(
                    "".join(span["text"] for span in part),
                    left=part[0]["bbox"][0] - left,
                    right=part[-1]["bbox"][2] - left,
                    baseline=first["origin"][1] - top,
                    small=first["size"] <= em * _SMALL,
                    reading=first["size"] <= em * _READING,
                )


def _lying(blocks: list[dict[str, Any]], width: float) -> Iterator[dict[str, Any]]:
    """Columns as the lines they were before the page, of this width in pt, was turned a quarter to
    the right."""

    def place(x: float, y: float) -> tuple[float, float]:
        return y, width - x

    for block in blocks:
        lines = []
        for line in block.get("lines", ()):
            spans = []
            for span in line["spans"]:
                left, top, right, bottom = span["bbox"]
                first, last = place(right, top), place(left, bottom)
                spans.append({**span, "bbox": (*first, *last), "origin": place(*span["origin"])})
            lines.append({**line, "spans": spans})
        yield {**block, "lines": lines}


def _parted(spans: list[dict[str, Any]], em: float) -> list[list[dict[str, Any]]]:
    """The spans of a line, those of readings apart from those of text."""
    return [
        list(part) for _, part in groupby(spans, key=lambda span: span["size"] <= em * _READING)
    ]


def _in_type_area(lines: Iterable[Fragment], edition: Edition, number: int) -> Iterator[Fragment]:
    """Without running heads and folios; vertical lines as they are laid out, before the page of
    this number is turned."""
    page = edition.geometry
    slack = page.line * _SLACK
    top = page.top
    if page.vertical:
        top = page.inner if number % 2 else page.outer
    first, last = top - slack, top + page.depth + slack
    return (line for line in lines if first <= line.baseline <= last)
