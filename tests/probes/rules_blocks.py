"""Blocks and pages: quotations, items, headings, single lines, notes, folios (PA, HD, NT, RH, LI,
TY).  Typst's books have none of them."""

from __future__ import annotations

import itertools
import re

from probes import measure
from probes.marks import CLOSING, PAUSES, is_han
from probes.probe import Note
from probes.reading import Found, Glyph, Line, Row, Setting
from probes.rules import NEAR, Failure, Outcome, Run, Tally, each, marked, off, requirement, tagged
from probes.rules_page import LINE, apart, edges


def _lines(found: Found, kind: str) -> list[Line]:
    return [line for line in found.lines if line.kind == kind]


def _told(faults: list[str]) -> str:
    return "; ".join(dict.fromkeys(fault for fault in faults if fault))


@requirement("PA-04", "a paragraph that goes on after a quotation is not indented again")
def pa04(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        start = next(line for line in reversed(found.lines) if line.first)
        return off(start.cells[0].x, 0, "goes on at")

    return each(run.main, "PA-04", fault)


@requirement("PA-05", "items and answers hang by whole ems and never stand out of the type area")
def pa05(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = []
        for line in found.lines:
            if line.kind not in ("item", "bullet", "more", "answer"):
                continue
            hang = edges(line, run.main)[0]
            start = line.cells[0].x
            if line.first and line.kind == "more":
                faults.append(off(start, hang + 2, "the item's second paragraph begins at"))
            elif line.first and line.kind == "answer":
                faults.append(off(start, 0, "the label begins at"))
                faults.append(off(line.cells[2].x, hang, "the answer begins at"))
            else:
                faults.append(off(start, hang, f"{line.kind}: a line begins at"))
            if line.kind in ("item", "bullet") and line.first:
                faults.append(_marker(line))
        return _told(faults)

    return each(run.main, "PA-05", fault)


def _marker(line: Line) -> str:
    if not line.marker:
        return "an item without its number"
    first, last = line.marker[0], line.marker[-1]
    if first.x < -NEAR:
        return f"a number stands out, at {first.x:.2f}"
    if last.x + last.advance > line.cells[0].x:
        return "a number runs into its item"
    return ""


@requirement("LI-01", "items are numbered one after the other, each before its text")
def li01(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        numbers = [
            "".join(glyph.char for glyph in line.marker)
            for line in found.lines
            if line.kind == "item" and line.first
        ]
        wanted = [f"{number}." for number in range(1, len(numbers) + 1)]
        return "" if numbers == wanted else f"numbered {' '.join(numbers)}"

    return each(run.main, "LI-01", fault)


@requirement("PA-07", "quotations stand in by whole ems on both sides, and take whole lines")
def pa07(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = []
        for line in _lines(found, "quote"):
            left, right = edges(line, run.main)
            faults.append(off(line.cells[0].x, left + (2 if line.first else 0), "begins at"))
            if not line.last:
                faults.append(off(measure.right_edge(line, run.region), right, "ends at"))
        faults += _whole_lines(found.lines)
        return _told(faults)

    return each(run.main, "PA-07", fault)


def _whole_lines(lines: list[Line]) -> list[str]:
    """Faults of baselines that are not whole lines apart."""
    faults = []
    for one, other in itertools.pairwise(lines):
        steps = (other.y - one.y) / LINE
        if one.page == other.page and abs(steps - round(steps)) * LINE > 0.1:
            faults.append(f"{steps:.3f} lines from one baseline to the next")
    return faults


@requirement("PA-10", "single lines stand at the start, the middle or the end as asked, set solid")
def pa10(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = []
        for line in _lines(found, "source"):
            edge = edges(line, run.main)[1]
            faults.append(off(measure.right_edge(line, run.region), edge, "the source ends at"))
            faults += [off(each, 1, "Han apart by", 0.005) for each in apart(line)]
        faults.append(off(found.lines[0].cells[0].x, 2, "begins at"))
        for kind in ("figure", "middle", "end"):
            for text in found.probe.outside(kind):
                rows = run.main.elsewhere(text)
                if len(rows) != (1 if kind == "figure" else 2):
                    faults.append(f"{kind}: {text} is there {len(rows)} times")
                for row, glyphs in rows:
                    faults.append(_single(row, glyphs, kind, run.main.measure))
        return _told(faults)

    return each(run.main, "PA-10", fault)


def _single(row: Row, glyphs: list[Glyph], kind: str, edge: float) -> str:
    """The fault of a caption or a cell as wide as the measure."""
    size = glyphs[0].size
    start, end = row.glyphs[0].x, row.glyphs[-1].x + size
    fault = off(end, edge, "the cell ends at")
    if kind != "end":
        fault = off((start + end) / 2, edge / 2, f"the middle of the {kind} line is at")
    for one, other in itertools.pairwise(glyphs):
        fault = fault or off((other.x - one.x) / size, 1, "Han apart by", 0.005)
    return fault


def _heading(found: Found, run: Run) -> tuple[int, float, float, str] | None:
    """Page, baseline, size and face of a probe's heading."""
    for line in _lines(found, "subsection"):
        return line.page, line.y, line.cells[0].glyph.size, line.cells[0].glyph.font
    for text in found.probe.outside("section"):
        for row, glyphs in run.main.elsewhere(text):
            return row.page, row.y, glyphs[0].size, glyphs[0].font
    return None


@requirement("HD-01", "a heading takes whole lines, so that the text behind it keeps the grid")
def hd01(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        return _told(_whole_lines([line for line in found.lines if line.kind == "p"]))

    return each(run.main, "HD-01", fault)


@requirement(
    "HD-02", "a section's heading is larger than the text and bold; every one is 黑 or bold"
)
def hd02(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        heading = _heading(found, run)
        if heading is None:
            return "no heading"
        _, _, size, font = heading
        faults = []
        if not any(word in font for word in ("Hei", "Sans", "Bold")):
            faults.append(f"set in {font}")
        if found.probe.outside("section") and size < 1.1:
            faults.append(f"{size:.2f} of the body's size")
        return _told(faults)

    return each(run.main, "HD-02", fault)


@requirement("HD-04", "a heading is never the last on its page: two lines of text follow it")
def hd04(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        heading = _heading(found, run)
        if heading is None:
            return "no heading"
        page, y, _, _ = heading
        behind = [line for line in found.lines if line.page == page and line.y > y + 1]
        return "" if len(behind) >= 2 else f"{len(behind)} lines behind it on its page"

    return each(run.main, "HD-04", fault)


@requirement("NT-01", "a note stands at the foot of its mark's page, a size or two smaller")
def nt01(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    foot = {page: max(line.y for line in run.main.rows if line.page == page)
            for page in {line.page for line in run.main.rows}}  # fmt: skip

    def fault(found: Found) -> str:
        note = next(part.text for part in found.probe.parts if isinstance(part, Note))
        rows = run.main.elsewhere(note[:7])
        calls = [line.page for line in found.lines if _call(line)]
        if len(calls) != 1:
            return f"{len(calls)} marks"
        here = [(row, glyphs) for row, glyphs in rows if row.page == calls[0]]
        if not here:
            return "the note is not on the page of its mark"
        faults = _note_lines(note, here[0][0], run.main)
        for row, glyphs in here:
            if row.y <= foot[row.page]:
                faults.append("the note is not below the text")
            if not 0.7 <= glyphs[0].size <= 0.9:
                faults.append(f"{glyphs[0].size:.2f} of the body's size")
            if row.glyphs[0].char < "①" or row.glyphs[0].char > "⑳":
                faults.append(f"begins with {row.glyphs[0].char}")
            if row.glyphs[0].x < -NEAR or glyphs[-1].x + glyphs[-1].size > run.main.measure + NEAR:
                faults.append("stands out of the type area")
        return _told(faults)

    return each(run.main, "NT-01", fault)


def _note_lines(note: str, first: Row, setting: Setting) -> list[str]:
    """Faults of a note of several lines: all but the last end at the edge."""
    size = first.glyphs[0].size
    rows = [
        row
        for row in setting.others
        if row.page == first.page and row.y >= first.y - 0.1 and row.glyphs[0].size == size
    ]
    faults = []
    length = len(first.glyphs) - 1
    for row, following in itertools.pairwise(sorted(rows, key=lambda row: row.y)):
        if length >= len(note.replace(" ", "")):
            break
        length += len(following.glyphs)
        last = row.glyphs[-1]
        end = last.x + last.advance
        # Half of a mark, and at the very last the blank of the other half, may stand out.
        most = 0.64 * size if last.char in CLOSING + PAUSES else 0.0
        if not -NEAR <= end - setting.measure <= most + NEAR:
            faults.append(f"a line of the note ends in {last.char} at {end:.2f}")
    return faults


def _call(line: Line) -> bool:
    return any("①" <= glyph.char <= "㊿" for glyph in line.extras)


@requirement(
    "RH-01", "the folio stands at the outer edge, an em or more below the text, each page's own"
)
def rh01(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    setting = run.main
    bottom = max(line.y for line in setting.rows) + 0.12 * setting.em
    failures = []
    pages = sorted({line.page for line in setting.rows})
    before: int | None = None  # leaves without a folio count, a cover does not
    for page in pages:
        found = _folio(setting, page)
        if found is None:
            failures.append(Failure(f"page {page + 1}", "", "no folio"))
            continue
        row, number = found
        folio = int(number[0])
        recto = folio % 2 == 1
        start, end = row.glyphs[0].x, row.glyphs[-1].x + row.glyphs[-1].advance
        inside = setting.measure - end if recto else start
        faults = []
        if not (-NEAR <= inside <= 1 + NEAR):
            faults.append(f"{inside:.2f} em inside the outer edge")
        if (number.end() == len(row.text)) != recto:
            faults.append(f"reads {row.text}")
        if before is not None and page - folio != before:
            faults.append(f"{folio} on page {page + 1}")
        if row.y - 0.7 * row.glyphs[0].size * setting.em < bottom + setting.em:
            faults.append("less than 1 em below the text")
        before = page - folio
        if faults:
            failures.append(Failure(f"page {page + 1}", "", _told(faults)))
    return Outcome(len(pages), tuple(failures))


def _folio(setting: Setting, page: int) -> tuple[Row, re.Match[str]] | None:
    """The last row of a page, and the number that it begins or ends with."""
    rows = [row for row in setting.others if row.page == page]
    row = max(rows, key=lambda row: row.y, default=None)
    number = re.search(r"^\d+|\d+$", row.text) if row else None
    return (row, number) if row and number else None


@requirement("PG-08", "a horizontal book is bound at the left: text begins on a right-hand page")
def pg08(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    failures = []
    for setting in run.books.values():
        found = _folio(setting, min(line.page for line in setting.rows))
        if found is None or int(found[1][0]) % 2 == 0:
            failures.append(Failure("", setting.name, "the text begins on a left-hand page"))
        if setting.direction.strip("/") == "R2L":
            failures.append(Failure("", setting.name, "the file asks for pages from right to left"))
    return Outcome(len(run.books), tuple(failures))


@requirement("TY-01", "the text in 宋, quotations in 楷, strong in 黑")
def ty01(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    tally = Tally()
    for found in tagged(run.main, "TY-01"):
        faults = []
        for line in found.lines:
            role = "Kai" if line.kind in ("quote", "source") else "Song"
            faults += [
                f"{cell.char} in {cell.glyph.font}"
                for cell in line.cells
                if is_han(cell.char) and role not in cell.glyph.font
            ]
        tally.judge(found, _told(faults)[:200])
    for found in run.main.found.values():
        for cells in marked(found, "strong"):
            fonts = {cell.glyph.font for cell in cells if is_han(cell.char)}
            if fonts:
                wrong = [font for font in fonts if "Hei" not in font]
                tally.judge(found, f"strong in {wrong[0]}" if wrong else "")
    return tally.outcome()
