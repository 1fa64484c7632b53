"""HTML -> PDF by WeasyPrint: the only module that knows it.

Cover and interior are two documents made into one file, so that the title page is page 1
and the page labels of the file say what the folios say.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from publish.diagnostics import Diagnostic
from publish.model.book import Book
from publish.model.edition import Edition, Region
from publish.render import pdf_standards
from publish.render.flaws import told
from publish.render.print import OPENING
from publish.typeset.rules import Rules, in_columns, rules_for

#: Pages before page 1: the cover and its blank back, so that page 1 is a right-hand page.
COVER_PAGES = 2
REGIONS: tuple[Region, ...] = ("cn", "tw", "hk")


def write_pdf(
    cover: str, interior: str, path: Path, book: Book, edition: Edition
) -> tuple[int, tuple[Diagnostic, ...]]:
    """Lay out both documents and write the file for reading, PDF/A-2a and PDF/UA-1; the number of
    pages, and the engine's complaints.

    The bytes depend on the input alone: no date, no random identifier.  Whatever asks for a
    file other than a font subset, or for the network, is refused and told.
    """

    def write(documents: list[Any]) -> int:
        import pydyf

        front, blank, inside = documents

        def finish(document: Any, pdf: Any) -> None:
            """Page labels (PDF 1.7, 12.4.2), and what the standards ask."""
            front = front_pages(inside)
            labels = [
                (0, "/A" if front else "/r"),
                (COVER_PAGES, "/r"),
                (COVER_PAGES + front, "/D"),
            ]
            pdf.catalog["PageLabels"] = pydyf.Dictionary({
                "Nums": pydyf.Array(
                    item
                    # Of two that begin on one page the last is meant.
                    for number, style in dict(labels).items()
                    for item in (number, pydyf.Dictionary({"S": style}))
                )
            })  # fmt: skip
            vertical = edition.writing == "vertical"
            pdf_standards.finish(document, pdf, edition.language, vertical=vertical)

        pages = [front.pages[0], blank.pages[0], *inside.pages]
        pdf_standards.own_links(pages)
        inside.copy(pages).write_pdf(path, finisher=finish, pdf_variant="pdf/a-2a")
        return len(pages)

    blank = _BLANK.format(*_trim(edition))
    return _set((cover, blank, interior), write, book, edition)


def front_pages(document: Any) -> int:
    """How many pages of a laid-out interior stand before page 1; 0 where they are counted with
    it."""
    for number, page in enumerate(document.pages):
        if str(page._page_box.page_type.name).startswith(OPENING):
            return number
    return 0


#: Classes of what begins on a recto (print.css).
_RECTOS = frozenset(("title-page", "toc", "part", "recto", "end-page"))


def _rectos(document: Any) -> tuple[int, ...]:
    """The pages, counted from one, of an interior on which begins what ought to be on a recto."""
    seen: set[Any] = set()
    found: list[int] = []
    for number, page in enumerate(document.pages, 1):
        for root in page._page_box.children[:1]:
            for box in (box for body in root.children for box in getattr(body, "children", ())):
                element = getattr(box, "element", None)
                if element is None or element in seen:
                    continue
                seen.add(element)
                if _RECTOS.intersection((element.get("class") or "").split()):
                    found.append(number)
    return tuple(dict.fromkeys(found))


def write_draft(
    source: str, path: Path, book: Book, edition: Edition, rectos: list[int] | None = None
) -> tuple[int, tuple[Diagnostic, ...]]:
    """Lay out one document and write it untagged, as a press room gets it before it is finished;
    the number of pages, and the engine's complaints.  ``rectos`` becomes the pages, counted from
    one, on which begins what ought to be on a recto."""

    def write(documents: list[Any]) -> int:
        (document,) = documents
        document.write_pdf(path)
        if rectos is not None:
            rectos[:] = _rectos(document)
        return len(document.pages)

    return _set((source,), write, book, edition)


def laid_out_height(source: str, kind: str, book: Book, edition: Edition) -> float:
    """How high the first element of a class comes out on the first page of a document, in pt; 0
    where there is none."""
    found = [0.0]

    def measure(documents: list[Any]) -> int:
        (document,) = documents
        for box in document.pages[0]._page_box.descendants():
            element = getattr(box, "element", None)
            if element is not None and kind in (element.get("class") or "").split():
                # The engine counts in CSS pixels, 96 an inch.
                found[0] = box.height * 72 / 96
                break
        return 0

    _set((source,), measure, book, edition)
    return found[0]


def _set(
    sources: tuple[str, ...], write: Callable[[list[Any]], int], book: Book, edition: Edition
) -> tuple[int, tuple[Diagnostic, ...]]:
    """Lay out documents that share their fonts and hand them on; what was written, and told."""
    from publish.render.adapter.imports import engine

    engine()
    from weasyprint.text.fonts import FontConfiguration

    from publish.render.adapter.across import settle
    from publish.render.adapter.engine import typesetting
    from publish.render.adapter.notes import elsewhere, number_by_page
    from publish.render.adapter.pages_source import Document

    handler = _Complaints()
    logger = logging.getLogger("weasyprint")
    old_level, old_propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        with typesetting(
            _rules(edition), edition.geometry.line, language=edition.language
        ) as report:
            fonts, fetcher = FontConfiguration(), _fetcher()
            documents = [
                Document(source, url_fetcher=fetcher).render(font_config=fonts)
                for source in sources
            ]
            settle(report.turned)
            laid_out = [page._page_box for page in documents[-1].pages]
            if edition.notes_by_page:
                number_by_page(laid_out, edition.note_sign)
            pages = write(documents)
            front = front_pages(documents[-1])
            strayed = tuple(elsewhere(laid_out))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(old_level)
        logger.propagate = old_propagate
    if edition.line_end == "hang" and edition.region != "cn":
        message = f"edition {edition.name}: points hang in horizontal lines of the mainland only"
        hint = 'line-end = "full" or "half" is what this edition can have'
        report.diagnostics.append(Diagnostic("L-HANG", "warning", message, hints=(hint,)))
    return pages, (
        *report.diagnostics,
        *told(book, report.flaws, report.refused, front, strayed),
        *handler.found,
    )


def _rules(edition: Edition) -> dict[Region, Rules]:
    """The rules of composition an edition asks for; text of another region keeps that region's."""
    rules = {region: rules_for(region) for region in REGIONS}
    punctuation: Any = edition.punctuation
    rules[edition.region] = rules_for(edition.region, punctuation, edition.line_end)
    if edition.writing == "vertical":
        return {region: in_columns(rule) for region, rule in rules.items()}
    return rules


_BLANK = "<!DOCTYPE html><title></title><style>@page {{ size: {:g}mm {:g}mm }}</style><p></p>"


def _trim(edition: Edition) -> tuple[float, float]:
    """The trim size in mm."""
    return edition.geometry.width, edition.geometry.height


#: An address that is data, which nobody reads.
_DATA = re.compile(r"(data:[\w.+/-]*)[^\s\"'<>)]{24,}")
#: The longest complaint of the engine, in characters.
_COMPLAINT = 240
#: What the engine says of pictures without words.  Those that the book does not declare decorative
#: are errors of the manuscript (R-ALT); the others become artefacts (pdf_standards).
_SILENT = 'Image "%s" has no required alt description'


class _Complaints(logging.Handler):
    """What the engine could not do, as diagnostics."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[Diagnostic] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as a warning, as long as a person reads."""
        if record.msg == _SILENT:
            return
        message = _DATA.sub(r"\1…", record.getMessage())
        if len(message) > _COMPLAINT:
            message = f"{message[:_COMPLAINT]}…"
        self.found.append(Diagnostic("P-ENGINE", "warning", message))


def _fetcher() -> Any:
    """Only data and the subsets of fonts.css() may be opened, never the network."""
    from weasyprint.urls import URLFetcher

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:") or (url.startswith("file:") and url.endswith(".otf")):
                return super().fetch(url, headers)
            # WeasyPrint catches this and warns; the warning becomes a diagnostic.
            raise ValueError(f"a book may not open {url[:80]}")

    return Fetcher(allowed_protocols={"data", "file"})
