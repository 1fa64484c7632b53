"""Checks of a PDF for reading: what a reader, a shop or a printer would stumble over first.

Press files have their own preflight; here is what holds for every PDF we make.  Lengths in pt.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.check.epub import missing_in_order
from publish.check.extract import open_pdf
from publish.check.threads import compact
from publish.diagnostics import Diagnostic
from publish.model.edition import Edition

if TYPE_CHECKING:
    import pikepdf

#: How far a page may be off the edition's size, in pt (WeasyPrint writes whole thousandths).
_TOLERANCE = 0.5
#: Of a character as MuPDF traces it, the number of its glyph.
_GLYPH = itemgetter(1)
#: Bookmarks read at most: a damaged outline may run in a circle.
_BOOKMARKS_LIMIT = 100_000


def check_pdf(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
) -> tuple[Diagnostic, ...]:
    """Faults of a PDF file: codes PDF-*, all errors.

    ``headings`` are labels (chapters, entries) that the bookmarks must hold, in order.
    """
    found = check_structure(path, edition, headings)
    if any(item.code == "PDF-OPEN" for item in found):
        return found
    with open_pdf(path) as document:
        return (*found, *check_glyphs(document))


def check_structure(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
) -> tuple[Diagnostic, ...]:
    """The faults that need no look at what is drawn; PDF-OPEN alone where it cannot be read."""
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return tuple(_structure(document, edition, headings))
    except (pikepdf.PdfError, OSError) as error:
        return (_error("PDF-OPEN", f"this PDF cannot be read: {error}"),)


def _error(code: str, message: str) -> Diagnostic:
    return Diagnostic(code, "error", message)


def _structure(
    document: pikepdf.Pdf, edition: Edition | None, headings: tuple[str, ...]
) -> Iterator[Diagnostic]:
    root = document.Root
    if not document.pages:
        yield _error("PDF-PAGES", "the file has no pages")
        return
    language = str(root.get("/Lang", ""))
    if not language:
        yield _error("PDF-LANG", "the document says no language")
    elif edition and language != edition.language:
        yield _error("PDF-LANG", f"the language is {language}, the edition is {edition.language}")
    title = str(document.docinfo.get("/Title", ""))
    if not title.strip():
        yield _error("PDF-TITLE", "the document has no title")
    yield from _pages(document, edition)
    yield from _fonts(document)
    labels, broken = _bookmarks(document)
    if not labels:
        yield _error("PDF-BOOKMARK", "the document has no bookmarks")
    if broken:
        yield _error("PDF-BOOKMARK", f"the bookmark «{broken}» leads nowhere")
    missing = missing_in_order(headings, [compact(label) for label in labels])
    if missing:
        yield _error("PDF-BOOKMARK", f"the bookmarks do not hold «{missing}» in its place")


def _pages(document: pikepdf.Pdf, edition: Edition | None) -> Iterator[Diagnostic]:
    if edition is None:
        return
    wanted = (edition.geometry.page_width, edition.geometry.page_height)
    for number, page in enumerate(document.pages, 1):
        box = [float(value) for value in page.trimbox]
        size = (box[2] - box[0], box[3] - box[1])
        if any(abs(a - b) > _TOLERANCE for a, b in zip(size, wanted, strict=True)):
            shown = " × ".join(f"{value / edition.geometry.PT_PER_MM:.1f}" for value in size)
            paper = edition.geometry.paper
            yield _error("PDF-SIZE", f"page {number} is {shown} mm, not {paper}")
            return


def _fonts(document: pikepdf.Pdf) -> Iterator[Diagnostic]:
    """Every font of every page embedded, none of Type 3 (bitmap or drawn glyphs)."""
    seen: set[tuple[int, int]] = set()
    told: set[str] = set()
    for page in document.pages:
        for resources in _resources(page.obj.get("/Resources"), seen):
            fonts: Any = resources.get("/Font", {})
            for _, font in fonts.items():
                if font.objgen != (0, 0) and font.objgen in seen:
                    continue
                seen.add(font.objgen)
                name = str(font.get("/BaseFont", "without a name"))
                if str(font.get("/Subtype")) == "/Type3":
                    problem = _error("PDF-FONT", "a Type 3 font: its glyphs are drawings")
                elif not _embedded(font):
                    problem = _error("PDF-FONT", f"the font {name} is not embedded")
                else:
                    continue
                if problem.message not in told:
                    told.add(problem.message)
                    yield problem


def _resources(resources: Any, seen: set[tuple[int, int]]) -> Iterator[Any]:
    """The resources of a page and of the forms drawn on it."""
    stack = [resources]
    while stack:
        current = stack.pop()
        if current is None:
            continue
        if current.objgen != (0, 0):
            if current.objgen in seen:
                continue
            seen.add(current.objgen)
        yield current
        forms = current.get("/XObject", {})
        stack.extend(form.get("/Resources") for _, form in forms.items())


def _embedded(font: Any) -> bool:
    descendants = font.get("/DescendantFonts")
    descriptor = (descendants[0] if descendants is not None else font).get("/FontDescriptor")
    if descriptor is None:
        return False
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _bookmarks(document: pikepdf.Pdf) -> tuple[list[str], str]:
    """The labels of the outline in order, and the first that leads nowhere (or nothing)."""
    outlines = document.Root.get("/Outlines")
    labels: list[str] = []
    broken = ""
    stack: list[Any] = [outlines.get("/First")] if outlines is not None else []
    while stack and len(labels) < _BOOKMARKS_LIMIT:
        item = stack.pop()
        if item is None:
            continue
        label = str(item.get("/Title", ""))
        labels.append(label)
        if "/Dest" not in item and "/A" not in item:
            broken = broken or label
        stack.append(item.get("/Next"))
        stack.append(item.get("/First"))
    return labels, broken


def check_glyphs(document: Any) -> tuple[Diagnostic, ...]:
    """Glyph 0, the empty box that stands for a character the font has not: its first place."""
    for number, page in enumerate(document, 1):
        for span in page.get_texttrace():
            if 0 in map(_GLYPH, span["chars"]):
                font = span["font"]
                message = f"page {number}: a character that {font} has not (an empty box)"
                return (_error("PDF-GLYPH", message),)
    return ()
