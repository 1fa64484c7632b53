"""Rules about pages as readers see them: margins, folios, rectos, blank pages, their number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from publish.check.epub_faults import excerpt
from publish.check.preflight_content import Mark
from publish.check.preflight_geometry import PT_PER_MM, common
from publish.check.preflight_job import TOLERANCE, Job, Sheet, Tally
from publish.check.preflight_rules import Findings
from publish.model.numerals import roman
from publish.records import dataclass

#: A folio: Arabic or small Roman digits, perhaps between dashes or dots.
_FOLIO = re.compile(r"[\s\-–—·•~〔\[(（]*(\d{1,4}|[ivxlc]{1,7})[\s\-–—·•~〕\])）]*")
#: Roman numerals of such letters as numbers.
_ROMAN = {roman(number): number for number in range(1, 400)}
#: Two texts of a row nearer than this, in em, are one.
_JOINED = 0.6
#: A folio stands at least so far from the text, in its own size.
_APART = 0.5
#: A folio whose middle is so near the middle of the page (of its width) is centred.
_CENTRED = 0.06
#: Marks of a whole square, and the part of it that is blank on one side, in em.
_OPENING, _CLOSING, _BLANK = tuple("「『《〈（【〔“‘"), tuple("，。、；：！？」』》〉）】〕”’"), 0.5
#: Pages that tell a margin have so many rows.
_FULL_PAGE = 5
#: Pages of each side that tell of margins.
_ENOUGH = 2
#: By how much the inner margins of right and left pages may differ, in pt: 2 mm.
_ALIKE = 2 * PT_PER_MM


@dataclass(frozen=True, slots=True)
class Folio:
    """The number on a page, how it is written, and where: -1 at the spine, 0 in the middle, 1 at
    the fore edge."""

    value: str
    side: int

    @property
    def number(self) -> int | None:
        """The number; None for letters that are no Roman numeral."""
        return int(self.value) if self.value.isdigit() else _ROMAN.get(self.value)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules about all pages need of one: margins in pt, -1 where there is no text."""

    number: int
    blank: bool
    inner: float = -1.0
    rows: int = 0
    folio: Folio | None = None


def look(sheet: Sheet, job: Job, tally: Tally, findings: Findings) -> Facts:
    """PRE-SAFE and PRE-GUTTER of one page, and what the rules about all of them need."""
    trim = sheet.trim
    marks = [mark for mark in sheet.drawing.marks if common(mark.box, trim)]
    inked = [mark for mark in marks if not mark.paint.white]
    texts = [mark for mark in inked if mark.kind == "text"]
    if not texts:
        return Facts(sheet.number, blank=not inked)
    _safe(sheet, texts, job, tally, findings)
    left = min(_ink_from(mark) for mark in texts) - trim[0]
    right = trim[2] - max(_ink_to(mark) for mark in texts)
    inner = left if sheet.inner_is_left(job.binding) else right
    rows = _rows(texts)
    # Books bound on the right have columns, and folios that are no row of text.
    folio = _folio(rows, sheet, job) if job.binding == "left" else None
    alone = folio is not None and len(rows) == 1 and len(inked) == len(texts)
    if alone and folio is not None:
        what = "a folio on a page that is blank otherwise"
        findings.tell("PRE-FOLIO", sheet.place, what)
    return Facts(sheet.number, alone, inner, len(rows), folio)


def check_fold(sheet: Sheet, job: Job, tally: Tally, findings: Findings) -> None:
    """PRE-FOLD: one side of a sheet with two pages abreast, folded in the middle of the trim."""
    fold = (sheet.trim[0] + sheet.trim[2]) / 2
    zone = job.printer.safe * PT_PER_MM
    for mark in sheet.drawing.marks:
        if mark.paint.white or common(mark.box, sheet.trim) is None:
            continue
        left, right = mark.box[0], mark.box[2]
        if left < fold - TOLERANCE and right > fold + TOLERANCE:
            what = "something reaches over the fold"
            findings.tell("PRE-FOLD", _with_text(sheet, mark), what)
        elif mark.kind == "text":
            near = max(left - fold, fold - right)
            tally.inner.least(near / PT_PER_MM, sheet.number)
            if near < zone - TOLERANCE:
                what = f"text nearer to the fold than {job.printer.safe:g} mm"
                findings.tell("PRE-FOLD", _with_text(sheet, mark), what)


def _with_text(sheet: Sheet, mark: Mark) -> str:
    """The place of a mark; its text belongs to the place, or each would be a kind of its own."""
    return f"{sheet.place}, {excerpt(mark.text)}" if mark.kind == "text" else sheet.place


def _ink_from(mark: Mark) -> float:
    """Where the ink of text begins: an opening mark has its blank half before it, which hangs over
    the edge of a line that it begins."""
    return mark.box[0] + (_BLANK * mark.size if mark.text[:1] in _OPENING else 0.0)


def _ink_to(mark: Mark) -> float:
    """Where it ends: the blank half of a closing mark hangs over the edge behind it."""
    return mark.box[2] - (_BLANK * mark.size if mark.text[-1:] in _CLOSING else 0.0)


def _safe(sheet: Sheet, texts: Sequence[Mark], job: Job, tally: Tally, findings: Findings) -> None:
    trim = sheet.trim
    printer = job.printer
    zone = printer.safe_bleed if sheet.has_bleed else printer.safe
    for mark in texts:
        near = min(
            mark.box[0] - trim[0],
            mark.box[1] - trim[1],
            trim[2] - mark.box[2],
            trim[3] - mark.box[3],
        )
        tally.safe.least(near / PT_PER_MM, sheet.number)
        if near < zone * PT_PER_MM - TOLERANCE:
            place = _with_text(sheet, mark)
            findings.tell("PRE-SAFE", place, f"text nearer to the trim than {zone:g} mm")


def _rows(texts: Sequence[Mark]) -> list[list[Mark]]:
    """The texts in rows, the lowest first, each from left to right."""
    rows: list[list[Mark]] = []
    for mark in sorted(texts, key=lambda mark: mark.box[1]):
        # What stands half a line higher is another row; readings join theirs.
        if rows and mark.box[1] - rows[-1][0].box[1] < 0.5 * max(mark.size, 1):
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return [sorted(row, key=lambda mark: mark.box[0]) for row in rows]


def _words(row: Sequence[Mark]) -> list[tuple[str, float, float]]:
    """The texts of a row with where they begin and end, those that touch joined."""
    words: list[tuple[str, float, float]] = []
    for mark in row:
        if words and mark.box[0] - words[-1][2] < _JOINED * mark.size:
            text, begin, _ = words[-1]
            words[-1] = (text + mark.text, begin, mark.box[2])
        else:
            words.append((mark.text, mark.box[0], mark.box[2]))
    return words


def _folio(rows: Sequence[Sequence[Mark]], sheet: Sheet, job: Job) -> Folio | None:
    """The folio of a page: a number at the foot or the head, apart from the text."""
    ends = [(rows[0], rows[1] if len(rows) > 1 else None)]
    if len(rows) > 1:
        ends.append((rows[-1], rows[-2]))
    for row, neighbour in ends:
        size = max(mark.size for mark in row)
        if neighbour is not None:
            low = min(mark.box[3] for mark in row), min(mark.box[1] for mark in row)
            gap = max(neighbour[0].box[1] - low[0], low[1] - neighbour[0].box[3])
            if gap < _APART * size:
                continue
        words = _words(row)
        for text, begin, end in (words[0], words[-1]):
            match = _FOLIO.fullmatch(text)
            if match:
                return Folio(match[1], _side((begin + end) / 2, sheet, job))
    return None


def _side(middle: float, sheet: Sheet, job: Job) -> int:
    trim = sheet.trim
    share = (middle - trim[0]) / max(trim[2] - trim[0], 1) - 0.5
    if abs(share) <= _CENTRED:
        return 0
    return 1 if (share > 0) == sheet.inner_is_left(job.binding) else -1


def check_pages(pages: Sequence[Facts], job: Job, tally: Tally, findings: Findings) -> None:
    """The rules about all pages of a book."""
    _gutter(pages, job, tally, findings)
    _folios(pages, job, tally, findings)
    _blanks(pages, job, tally, findings)
    printer, count = job.printer, len(pages)
    if count % printer.multiple:
        what = f"has {count} pages; {printer.name} wants a multiple of {printer.multiple}"
        findings.tell("PRE-COUNT", "file", what, f"add {-count % printer.multiple} blank pages")
    if count < printer.fewest or (printer.most and count > printer.most):
        most = f" to {printer.most}" if printer.most else " or more"
        what = f"has {count} pages; {printer.name} binds {printer.fewest}{most}"
        findings.tell("PRE-COUNT", "file", what)
    if printer.last_blank and pages and not pages[-1].blank:
        findings.tell("PRE-LAST", f"page {count}", f"is not blank; {printer.name} wants it so")
    if job.binding not in printer.bindings:
        what = f"is bound on the {job.binding}; {printer.name} does not bind so"
        findings.tell("PRE-BINDING", "file", what)
    for number in job.rectos:
        if number % 2 == 0:
            what = "is a verso, and ought to be a recto"
            findings.tell("PRE-RECTO", f"page {number}", what)


def _gutter(pages: Sequence[Facts], job: Job, tally: Tally, findings: Findings) -> None:
    """PRE-GUTTER and PRE-MIRROR."""
    wanted = job.printer.inner_margin(len(pages))
    for page in pages:
        if page.inner < 0 and not page.rows:
            continue
        tally.inner.least(page.inner / PT_PER_MM, page.number)
        if page.inner < wanted * PT_PER_MM - TOLERANCE:
            what = f"text nearer to the spine than {wanted:g} mm (a book of {len(pages)} pages)"
            findings.tell("PRE-GUTTER", f"page {page.number}", what)
    full = [page for page in pages if page.rows >= _FULL_PAGE]
    rectos = [page.inner for page in full if page.number % 2]
    versos = [page.inner for page in full if not page.number % 2]
    enough = min(len(rectos), len(versos)) >= _ENOUGH
    # A page of columns begins where its text does: at the spine on one side, not on the other.
    enough = enough and job.binding == "left"
    if enough and abs(_common(rectos) - _common(versos)) > _ALIKE:
        shown = [f"{_common(margins) / PT_PER_MM:.1f}" for margins in (rectos, versos)]
        what = f"inner margins are {shown[0]} mm on rectos and {shown[1]} mm on versos"
        hint = "is the book bound on the other side?"
        findings.tell("PRE-MIRROR", "file", what, hint)


def _common(margins: list[float]) -> float:
    """The margin that a third of the pages does not reach: lines of verse, of a list or of a
    letter end anywhere, and a page or two may be wrong."""
    return sorted(margins)[len(margins) // 3]


def _folios(pages: Sequence[Facts], job: Job, tally: Tally, findings: Findings) -> None:
    """PRE-FOLIO: side, and counting on.  PRE-DIRECTION where all sides are the others."""
    found = [(page.number, page.folio) for page in pages if page.folio is not None]
    tally.folios = len(found)
    inside = [number for number, folio in found if folio.side < 0]
    # Where a page is missing, folios change their sides and odd ones are on versos.
    odd = sum((folio.number or number) % 2 != number % 2 for number, folio in found)
    if job.assumed and len(inside) > max(_ENOUGH, len(found) // 2) and not odd:
        what = f"folios are at the spine of a book bound on the {job.binding}, as the file says"
        hint = "where it is bound on the other side, the file says so (/Direction)"
        findings.tell("PRE-DIRECTION", f"page {inside[0]}", what, hint)
        inside = []
    for number in inside:
        findings.tell("PRE-FOLIO", f"page {number}", "the folio is at the spine")
    # Front matter may be counted apart, in Roman numerals.
    for spelt in (roman, str):
        counted = [
            (number, folio.number)
            for number, folio in found
            if folio.number is not None and folio.value.isdigit() is (spelt is str)
        ]
        if len(counted) > 1:
            _count_on(counted, spelt, tally, findings)


def _count_on(
    folios: Sequence[tuple[int, int]],
    spelt: Callable[[int], str],
    tally: Tally,
    findings: Findings,
) -> None:
    """PRE-FOLIO: the folios of one kind, with their pages."""
    shifts = Counter(value - number for number, value in folios)
    shift, often = shifts.most_common(1)[0]
    if often * 2 < len(folios):
        # A letter apart from the text is not a numeral for that.
        if spelt is str:
            what = "folios do not count on page by page"
            findings.tell("PRE-FOLIO", f"page {folios[0][0]}", what)
        return
    first, last = folios[0], folios[-1]
    line = f"{spelt(first[1])} (page {first[0]}) to {spelt(last[1])} (page {last[0]})"
    tally.folio_lines = f"{tally.folio_lines}, {line}" if tally.folio_lines else line
    for number, value in folios:
        if value - number != shift:
            what = f"the folio is {spelt(value)}, where {spelt(number + shift)} is due"
            findings.tell("PRE-FOLIO", f"page {number}", what)
    if shift % 2:
        findings.tell("PRE-FOLIO", f"page {first[0]}", "odd folios are on versos")


def _blanks(pages: Sequence[Facts], job: Job, tally: Tally, findings: Findings) -> None:
    """PRE-RECTO and PRE-BLANK: blank pages inside the book, and runs of them."""
    tally.blanks = [page.number for page in pages if page.blank]
    run = 0
    for page in pages:
        if page.blank:
            run += 1
            if run == job.printer.blanks + 1 and job.printer.blanks:
                what = f"more than {job.printer.blanks} blank pages in a row"
                findings.tell("PRE-BLANK", page_place(page), what)
            continue
        if run and page.number % 2 == 0:
            what = "follows a blank page and is a verso"
            findings.tell("PRE-RECTO", page_place(page), what)
        run = 0


def page_place(page: Facts) -> str:
    """How a page is named to people."""
    return f"page {page.number}"


def check_cover(sheet: Sheet, job: Job, findings: Findings) -> None:
    """PRE-COVER and PRE-SPINE: one sheet, back, spine and front."""
    if job.trim is None or job.spine is None:
        return
    trim = sheet.trim
    wanted = 2 * job.trim[0] + job.spine + 2 * job.flap
    width = (trim[2] - trim[0]) / PT_PER_MM
    height = (trim[3] - trim[1]) / PT_PER_MM
    if abs(width - wanted) > 0.1:
        parts = f"2 × {job.trim[0]:g} + {job.spine:.2f}" + (f" + 2 × {job.flap:g}" * bool(job.flap))
        what = f"is {width:.2f} mm wide, not {wanted:.2f} ({parts})"
        findings.tell("PRE-COVER", sheet.place, what)
    if abs(height - job.trim[1]) > 0.1:
        what = f"is {height:.2f} mm high, not {job.trim[1]:g}"
        findings.tell("PRE-COVER", sheet.place, what)
    middle = (trim[0] + trim[2]) / 2
    folds = (middle - job.spine / 2 * PT_PER_MM, middle + job.spine / 2 * PT_PER_MM)
    clear = job.printer.cover.spine_text_clear
    for mark in sheet.drawing.marks:
        if mark.kind != "text" or (mark.paint.white and not mark.text.strip()):
            continue
        left, right = mark.box[0], mark.box[2]
        reach = clear * PT_PER_MM - TOLERANCE
        if any(left < fold + reach and right > fold - reach for fold in folds):
            what = f"text nearer to a fold than {clear:g} mm: {excerpt(mark.text)}"
            findings.tell("PRE-SPINE", sheet.place, what)
        on_spine = folds[0] < (left + right) / 2 < folds[1]
        if on_spine and job.pages is not None and job.pages < job.printer.cover.spine_text_pages:
            least = job.printer.cover.spine_text_pages
            what = f"text on the spine of a book of {job.pages} pages; from {least} it is allowed"
            findings.tell("PRE-SPINE", sheet.place, what)
