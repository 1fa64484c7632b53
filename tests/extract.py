"""Other readers' eyes: the text of a PDF by poppler and by PDFium, to compare with MuPDF's.

The product checks with MuPDF on every build; the tests ask two more readers what they see, because
a text layer can please one and fail another.  A reader that is missing is a failure, not a skip.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pikepdf

from publish.model.edition import Geometry
from publish.text.threads import compact


def mupdf_pages(path: Path) -> list[str]:
    """The text of each page as MuPDF reads it, page furniture included."""
    from publish.check.extract import pdf_text

    return ["\n".join(item.text for item in page.fragments) for page in pdf_text(path)]


def poppler_pages(path: Path) -> list[str]:
    """The text of each page by ``pdftotext -raw`` (Debian: poppler-utils)."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is missing: apt-get install poppler-utils"
    done = subprocess.run(
        [program, "-raw", "-enc", "UTF-8", str(path), "-"],
        check=True,
        capture_output=True,
        timeout=300,
    )
    pages = done.stdout.decode("utf-8").split("\f")
    return pages[:-1] if pages and not pages[-1].strip() else pages


def pdfium_pages(path: Path) -> list[str]:
    """The text of each page by PDFium, the reader in Chromium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def type_area(page: Geometry, number: int) -> tuple[float, float, float, float]:
    """Left, top, right and foot of the type area of a page in pt, half a line of grace on each
    side, so that running heads and folios are left out.  Horizontal pages have them above and
    below, vertical ones at the fore edge: on the left of a recto, which has an odd ``number``."""
    grace = page.line / 2
    if not page.vertical:
        foot = page.top + page.height_of_text
        return 0, page.top - grace, page.page_width, foot + grace
    left = page.outer if number % 2 else page.inner
    return left - grace, 0, left + page.breadth + grace, page.page_height


def beyond(page: Geometry, number: int) -> tuple[float, float, float, float]:
    """Where the folio of a page stands: left, top, right and foot in pt."""
    left, _, right, foot = type_area(page, number)
    if not page.vertical:
        return 0, foot, page.page_width, page.page_height
    across = (0, left) if number % 2 else (right, page.page_width)
    return across[0], 0, across[1], page.page_height


def poppler_body(path: Path, geometry: Geometry) -> list[str]:
    """``pdftotext -raw`` (the order in which the page is painted), page 1 whole, for it has no
    folio, the others without what stands beyond the type area."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is missing: apt-get install poppler-utils"
    shifts = _shifts(path)
    count = len(shifts)
    # Pages with margins of their own are asked for one by one.
    spans = [(n, n) for n in range(2, count + 1)] if geometry.vertical else [(2, count)]
    pages: list[str] = []
    for first, last in [(1, 1), *spans]:
        crop: list[str] = []
        if first > 1:
            right, down = shifts[first - 1]
            left, top, end, foot = map(round, type_area(geometry, first))
            crop = ["-x", f"{left + right:.0f}", "-y", f"{top + down:.0f}"]
            crop += ["-W", f"{end - left}", "-H", f"{foot - top}"]
        command = [program, "-raw", "-r", "72", "-enc", "UTF-8", "-f", str(first), "-l", str(last)]
        done = subprocess.run(
            [*command, *crop, str(path), "-"], check=True, capture_output=True, timeout=120
        )
        pages.extend(done.stdout.decode("utf-8").split("\f")[:-1])
    return pages


def pdfium_body(path: Path, geometry: Geometry) -> list[str]:
    """The same by PDFium, the reader in Chromium."""
    import pypdfium2

    pages = []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            text, height = page.get_textpage(), page.get_height()
            left, top, right, foot = type_area(geometry, number)
            if number == 1:
                pages.append(text.get_text_range())
            else:
                # A hyphen at the end of a line is told as U+0002, whoever typed it.
                found = text.get_text_bounded(left, height - foot, right, height - top)
                pages.append(found.replace("\x02", "-"))
    return pages


def _shifts(path: Path) -> list[tuple[float, float]]:
    """How far right and down the trimmed page begins on each page of a file, in pt."""
    found = []
    with pikepdf.open(path) as document:
        for page in document.pages:
            left, _, _, top = (float(value) for value in page.mediabox)
            trim = [float(value) for value in page.trimbox]
            found.append((trim[0] - left, top - trim[3]))
    return found


READERS = {"poppler": poppler_pages, "pdfium": pdfium_pages}


def disagreements(path: Path) -> list[str]:
    """Pages on which poppler or PDFium see other characters than MuPDF, and which.

    Compared are the characters of a page without their order, which readers guess for themselves;
    order is checked on MuPDF's text.  PDFium writes U+FFFE for a hyphen it takes back.
    """
    found = []
    ours = mupdf_pages(path)
    for name, reader in READERS.items():
        theirs = reader(path)
        if len(theirs) != len(ours):
            found.append(f"{name}: {len(theirs)} pages, MuPDF {len(ours)}")
            continue
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True), 1):
            a, b = _bag(mine), _bag(other)
            if a != b:
                lost, added = "".join((a - b).elements()), "".join((b - a).elements())
                found.append(f"{name}: page {number}: lost {lost[:40]!r}, added {added[:40]!r}")
    return found


def _bag(text: str) -> Counter[str]:
    bag = Counter(compact(text.replace("\ufffe", "-")))
    # A hyphen at a line's end is shown by one reader and taken back by another.
    for hyphen in "-\u2010\x02":
        bag.pop(hyphen, None)
    return bag
