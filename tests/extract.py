"""Other readers' eyes: the text of a PDF by poppler and by PDFium, to compare with MuPDF's.

The product checks with MuPDF on every build; the tests ask two more readers what they see, because
a text layer can please one and fail another.  A reader that is missing is a failure, not a skip.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

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
