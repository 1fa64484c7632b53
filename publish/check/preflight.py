"""Preflight: whether a printer would take a PDF, rule by rule (PREFLIGHT.md lists them).

Nothing is drawn: boxes, fonts and content streams are read, each once.  A file is anybody's, so
that what is damaged or beyond all bounds becomes a diagnostic.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publish.check.preflight_boxes import check_marks, check_page_boxes, check_sheet_boxes
from publish.check.preflight_content import Drawing
from publish.check.preflight_document import (
    CLAIMS,
    check_claim,
    check_document,
    check_page_object,
    claim,
    told_binding,
)
from publish.check.preflight_geometry import PT_PER_MM, Box
from publish.check.preflight_job import DAMAGE, Extreme, Job, Kind, Sheet, Tally
from publish.check.preflight_library import Library
from publish.check.preflight_pages import Facts, check_cover, check_fold, check_pages, look
from publish.check.preflight_paint import check_fonts, check_paint
from publish.check.preflight_rules import Findings
from publish.check.preflight_text import Interpreter
from publish.check.preflight_unpack import allowed, check_before
from publish.diagnostics import Diagnostic, fail, has_errors
from publish.model.printers import DEFAULT, Printer, Side
from publish.model.printers import printer as find_printer
from publish.records import dataclass

# What qpdf mends as it reads is told by the checks, not printed.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())

#: Most pages that are looked at; of a small file fewer: so many, and one for so many bytes.
_PAGES_LIMIT, _PAGES_BASE, _BYTES_PER_PAGE = 20_000, 500, 50


@dataclass(frozen=True, slots=True)
class Report:
    """What the preflight of a file found: the faults, and lines about the whole for people."""

    path: Path
    printer: str
    claim: str
    diagnostics: tuple[Diagnostic, ...]
    facts: tuple[tuple[str, str], ...] = ()
    #: Whether somebody named the printer, or it is the one that is taken if none is named.
    named: bool = True

    @property
    def ready(self) -> bool:
        """Whether the printer would take the file."""
        return not has_errors(self.diagnostics)

    def record(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "path": str(self.path),
            "printer": self.printer,
            "claim": self.claim,
            "ready": self.ready,
            "facts": dict(self.facts),
        }

    def text(self) -> str:
        """The report on one screen."""
        errors = sum(item.severity == "error" for item in self.diagnostics)
        others = len(self.diagnostics) - errors
        verdict = "ready" if self.ready else "not ready"
        whom = self.printer if self.named else f"{self.printer}, since none is named"
        head = f"preflight for {whom}: {verdict} ({errors} errors, {others} warnings)"
        width = max((len(name) for name, _ in self.facts), default=0)
        return "\n".join([head, *(f"  {name:{width}}  {value}" for name, value in self.facts)])


def preflight(
    path: Path,
    printer: Printer,
    *,
    kind: Kind = "press",
    binding: Side | None = None,
    trim: tuple[float, float] | None = None,
    spine: float | None = None,
    flap: float = 0.0,
    pages: int | None = None,
    rectos: Sequence[int] = (),
    pictures: Mapping[str, str] | None = None,
) -> Report:
    """Check a PDF against what a printer demands.

    ``trim`` is the size of a page, ``spine`` and ``flap`` those of a cover, in mm; what is not
    given is not checked; a ``binding`` that is not given is that which the file tells viewers.
    ``pages`` is the number of pages of the book of a cover; ``rectos`` are
    pages, counted from one, that ought to be rectos; ``pictures`` names of pictures (see ``Job``).
    A ``booklet`` is checked as sheets.
    """
    import pikepdf

    job = Job(printer, kind, binding or "left", trim, spine, flap, pages, tuple(rectos))
    job = dataclasses.replace(job, pictures=pictures or {})
    findings = Findings()
    said = ""
    facts: tuple[tuple[str, str], ...] = ()
    try:
        check_before(path)
        size = path.stat().st_size
        with pikepdf.open(path) as document, allowed(size):
            if binding is None:
                job = dataclasses.replace(job, binding=told_binding(document), assumed=True)
            said, facts = _document(document, job, findings, size)
    except (pikepdf.PdfError, pikepdf.PasswordError, *DAMAGE) as error:
        findings.tell("PRE-OPEN", "file", f"cannot be read: {_in_short(error)}")
    found = tuple(dataclasses.replace(item, path=str(path)) for item in findings.diagnostics())
    return Report(path, printer.name, said, found, facts)


def asked(path: Path, name: str = "") -> Report | None:
    """The preflight of a file that somebody wants checked, for the printer of this name.

    Without a name a PDF that claims PDF/X is checked for any printer; None of what is no such file.
    Raises :class:`~publish.diagnostics.Failure` M-PRINTER where no printer is called so, and
    C-PRINTER where a printer is named and the file is no PDF (both exit 2).
    """
    one = find_printer(name or DEFAULT)
    is_pdf = path.suffix.lower() == ".pdf" and path.is_file()
    if name and not is_pdf:
        message = f"--printer is for PDF files, which {path} is not"
        raise fail("C-PRINTER", message, exit_code=2)
    if not is_pdf or not (name or claimed(path)):
        return None
    report = preflight(path, one, kind=kind_of(path))
    return dataclasses.replace(report, named=bool(name))


def kind_of(path: Path) -> Kind:
    """What a file is by its name: ``book.cover.pdf`` a cover, ``book.booklet.pdf`` a booklet."""
    parts = path.name.lower().split(".")
    for kind in ("cover", "booklet"):
        if kind in parts[1:-1]:
            return kind
    return "press"


def claimed(path: Path) -> str:
    """The PDF/X standard that a file claims; empty if none, or if it is no PDF."""
    import pikepdf

    try:
        check_before(path)
        with pikepdf.open(path) as document, allowed(path.stat().st_size):
            return claim(document)
    except (pikepdf.PdfError, pikepdf.PasswordError, *DAMAGE):
        return ""


def _in_short(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def _document(
    document: Any, job: Job, findings: Findings, size: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    import pikepdf

    damage = (pikepdf.PdfError, *DAMAGE)
    said = ""
    try:
        said = claim(document)
        job = dataclasses.replace(job, standard=CLAIMS.get(said, "plain"))
        check_claim(document, said, job, findings)
        check_document(document, said, job, findings)
    except damage as error:
        findings.tell("PRE-DAMAGE", "file", f"is damaged: {_in_short(error)}")
    if not len(document.pages):
        findings.tell("PRE-OPEN", "file", "has no pages")
        return said, ()
    library, tally = Library(size), Tally()
    most = min(_PAGES_LIMIT, _PAGES_BASE + size // _BYTES_PER_PAGE)
    seen: list[Facts] = []
    first: Sheet | None = None
    for number, page in enumerate(document.pages, 1):
        if number > most:
            findings.tell("PRE-DAMAGE", "file", f"has more than {most} pages")
            break
        try:
            sheet = _sheet(page, number, library, job, findings, damage)
            first = first or sheet
            seen.append(_page(sheet, first.trim, job, tally, findings))
        except damage as error:
            place = f"page {number}"
            findings.tell("PRE-DAMAGE", place, f"cannot be read: {_in_short(error)}")
            seen.append(Facts(number, blank=False))
    if job.kind in ("press", "plain"):
        check_pages(seen, job, tally, findings)
    elif job.kind == "cover" and first is not None:
        if len(seen) != 1:
            findings.tell("PRE-COVER", "file", f"has {len(seen)} pages, and a cover is one sheet")
        check_cover(first, job, findings)
    check_fonts(library.fonts.values(), findings)
    return said, _facts(document, said, first, library, seen, tally, job)


def _sheet(
    page: Any, number: int, library: Library, job: Job, findings: Findings, damage: Any
) -> Sheet:
    """A page with its boxes and what it paints."""
    place = f"page {number}"
    check_page_object(page, place, job, findings)
    media, bleed, trim = check_page_boxes(page, place, findings)
    interpreter = Interpreter(library)
    try:
        interpreter.page(page)
    except damage as error:
        findings.tell("PRE-DAMAGE", place, f"its content cannot be read: {_in_short(error)}")
    drawing: Drawing = interpreter.drawing
    for what in drawing.damage:
        findings.tell("PRE-DAMAGE", place, what)
    return Sheet(number, media, bleed, trim, drawing)


def _page(sheet: Sheet, first: Box, job: Job, tally: Tally, findings: Findings) -> Facts:
    check_sheet_boxes(sheet, first, job, findings)
    check_marks(sheet, findings)
    check_paint(sheet, job, tally, findings)
    if job.kind == "booklet":
        check_fold(sheet, job, tally, findings)
        return Facts(sheet.number, blank=False)
    return look(sheet, job, tally, findings)


# --- the report ----------------------------------------------------------------------------


def _facts(
    document: Any,
    said: str,
    first: Sheet | None,
    library: Library,
    seen: Sequence[Facts],
    tally: Tally,
    job: Job,
) -> tuple[tuple[str, str], ...]:
    """The lines of the report: names and values."""
    facts = [("standard", f"{said or 'none claimed'}, PDF {document.pdf_version}")]
    if first is not None:
        boxes = [_millimetres(box) for box in (first.trim, first.bleed, first.media)]
        facts.append(("trim, bleed, media", f"{' | '.join(boxes)} mm"))
    used = [font for font in library.fonts.values() if font.used]
    embedded = sum(font.embedded for font in used)
    facts.append(
        ("fonts", f"{len(used)}, {embedded} embedded: {_listed((f.name for f in used), 3)}")
    )
    facts.append(("colours", _listed(sorted(tally.families - {"none", "pattern"})) or "none"))
    facts.append(("total ink", _measured(tally.ink, "%", tally.ink.page > 0)))
    if tally.transparency:
        facts.append(("transparency", ", ".join(sorted(tally.transparency))))
    shown = f"{tally.pictures} pictures, least {_measured(tally.dpi, 'dpi')}"
    facts.append(("resolution", shown if tally.pictures else "no pictures"))
    facts.append(("thinnest line", _measured(tally.stroke, "pt")))
    facts.append(("smallest type", _measured(tally.type, "pt")))
    if job.kind == "booklet":
        near = _measured(tally.inner, "mm")
        facts.append(("fold", f"text comes as near as {near}, wanted {job.printer.safe:g} mm"))
        return (*facts, ("sheets", f"{len(seen)} sides"))
    facts.append(("safe zone", f"text comes as near to the trim as {_measured(tally.safe, 'mm')}"))
    if job.kind == "cover":
        if job.trim is None or job.spine is None:
            facts.append(("not checked", "width, spine and flaps (a build knows them)"))
        return tuple(facts)
    wanted = job.printer.inner_margin(len(seen))
    facts.append(("gutter", f"least {_measured(tally.inner, 'mm')}, wanted {wanted:g} mm"))
    facts.append(("folios", f"{tally.folios} pages; {tally.folio_lines or 'not in a row'}"))
    facts.append(("pages", f"{len(seen)}, bound on the {job.binding}"))
    rectos = _listed(map(str, job.rectos)) if job.rectos else "none asked for"
    facts.append(("recto starts", rectos))
    facts.append(("blank pages", _listed(map(str, tally.blanks)) or "none"))
    return tuple(facts)


def _millimetres(box: Box) -> str:
    width, height = (box[2] - box[0]) / PT_PER_MM, (box[3] - box[1]) / PT_PER_MM
    return f"{width:.2f} × {height:.2f}"


def _measured(extreme: Extreme, unit: str, known: bool = True) -> str:
    if not known or not extreme.page:
        return "none"
    return f"{extreme.value:.4g} {unit} (page {extreme.page})"


def _listed(items: Iterable[str], most: int = 8) -> str:
    """The first few of many."""
    every = list(items)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
