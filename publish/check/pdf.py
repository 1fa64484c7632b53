"""Checks of a PDF for reading: what a reader, a shop or a printer would stumble over first.

Press files have their own preflight; here is what holds for every PDF we make.  Lengths in pt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.check.epub_navigation import missing_in_order
from publish.diagnostics import Diagnostic
from publish.model.edition import Edition
from publish.text.threads import compact

if TYPE_CHECKING:
    import pikepdf

#: How far a page may be off the edition's size, in pt (WeasyPrint writes whole thousandths).
_TOLERANCE = 0.5
#: A string that is not in hexadecimal digits by fours, or has the code 0.
_DOUBT = re.compile(rb"<(?!(?:(?!0000)[0-9A-Fa-f]{4})*>)")
#: Of a character as MuPDF traces it, the number of its glyph.
_GLYPH = itemgetter(1)
#: Bookmarks read at most: a damaged outline may run in a circle.
_BOOKMARKS_LIMIT = 100_000


def check_structure(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] | None = (),
) -> tuple[tuple[Diagnostic, ...], tuple[int, ...]]:
    """The faults that need no look at what is drawn (codes PDF-*, all errors), PDF-OPEN alone where
    it cannot be read; and the pages, counted from one, that :func:`check_glyphs` has to look at.

    ``headings`` are labels (chapters, entries) that the bookmarks must hold, in order; None where
    there need be no bookmarks.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return tuple(_structure(document, edition, headings)), tuple(_doubtful(document))
    except (pikepdf.PdfError, OSError) as error:
        return (_error("PDF-OPEN", f"this PDF cannot be read: {error}"),), ()


def _error(code: str, message: str) -> Diagnostic:
    return Diagnostic(code, "error", message)


def _structure(
    document: pikepdf.Pdf, edition: Edition | None, headings: tuple[str, ...] | None
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
    if headings is None:
        return
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


def _doubtful(document: pikepdf.Pdf) -> Iterator[int]:
    """The pages that may show glyph 0.

    To have every page drawn takes a third of the time of all checks.  A page surely has no empty
    box if it draws nothing but its own stream, if all of its fonts take codes of two bytes for
    glyph numbers, and if no string of it has the code 0.
    """
    import pikepdf

    known: dict[tuple[int, int], bool] = {}
    for number, page in enumerate(document.pages, 1):
        try:
            sure = _surely_whole(page.obj, known)
        except (pikepdf.PdfError, AttributeError, KeyError, IndexError, TypeError, ValueError):
            # Something is not what it ought to be: another check tells, or nobody minds.
            sure = False
        if not sure:
            yield number


def _surely_whole(page: Any, known: dict[tuple[int, int], bool]) -> bool:
    """Whether a page has no empty box; ``known`` are answers about resources of other pages."""
    resources = page.Resources
    shared = resources.objgen != (0, 0)
    plain = known.get(resources.objgen) if shared else None
    if plain is None:
        plain = _takes_glyph_numbers(resources)
        if shared:
            known[resources.objgen] = plain
    if not plain or any("/AP" in item for item in page.get("/Annots", ())):
        return False
    # A dictionary opens with two of the signs that open a string.
    drawn = page.Contents.read_bytes().replace(b"<<", b"")
    return b"(" not in drawn and _DOUBT.search(drawn) is None


def _takes_glyph_numbers(resources: Any) -> bool:
    """Whether nothing but a page's own stream can draw text, in fonts that take glyph numbers."""
    if len(resources.get("/Pattern", ())):
        return False
    if any(form.get("/Subtype") != "/Image" for _, form in _items(resources, "/XObject")):
        return False
    if any("/SMask" in state for _, state in _items(resources, "/ExtGState")):
        return False
    return all(
        font.get("/Encoding") == "/Identity-H"
        and font.DescendantFonts[0].get("/CIDToGIDMap", "/Identity") == "/Identity"
        for _, font in _items(resources, "/Font")
    )


def _items(resources: Any, kind: str) -> Any:
    return resources[kind].items() if kind in resources else ()


def check_glyphs(document: Any, pages: Iterable[int]) -> tuple[Diagnostic, ...]:
    """Glyph 0, the empty box that stands for a character the font has not: its first place on the
    pages, counted from one."""
    for number in pages:
        if number > len(document):
            break
        for span in document[number - 1].get_texttrace():
            if 0 in map(_GLYPH, span["chars"]):
                font = span["font"]
                message = f"page {number}: a character that {font} has not (an empty box)"
                return (_error("PDF-GLYPH", message),)
    return ()
