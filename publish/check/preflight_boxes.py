"""Rules about the boxes of pages: what is trimmed, what bleeds, what lies around."""

from __future__ import annotations

from typing import Any

from publish.check.preflight_geometry import PT_PER_MM, Box, common, grown, inside
from publish.check.preflight_job import TOLERANCE, Job, Sheet
from publish.check.preflight_rules import Findings

#: Crop marks are at most so thick, and at least so long, in pt.
_THIN, _LONG = 2.0, 3.0
_SIDES = ("left", "foot", "right", "head")


def box_of(source: Any, key: str) -> Box | None:
    """A box of a page object in pt, its corners in order; None if there is none."""
    array = source.get(key)
    if array is None:
        return None
    x0, y0, x1, y1 = (float(number) for number in array)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def check_page_boxes(page: Any, place: str, findings: Findings) -> tuple[Box, Box, Box]:
    """PRE-TRIM and PRE-NEST; media, bleed and trim box, each that of the next larger one where it
    is missing."""
    media = box_of({"/MediaBox": page.mediabox}, "/MediaBox") or (0.0, 0.0, 0.0, 0.0)
    bleed = box_of(page.obj, "/BleedBox")
    trim = box_of(page.obj, "/TrimBox")
    if trim is None:
        findings.tell("PRE-TRIM", place, "has no TrimBox")
    elif "/ArtBox" in page.obj:
        findings.tell("PRE-TRIM", place, "has an ArtBox beside its TrimBox")
    bleed = bleed or trim or media
    trim = trim or bleed
    crop = box_of({"/CropBox": page.cropbox}, "/CropBox")
    if crop is not None and not inside(bleed, crop, TOLERANCE):
        findings.tell("PRE-TRIM", place, "the CropBox cuts into the bleed")
    if not (inside(trim, bleed, TOLERANCE) and inside(bleed, media, TOLERANCE)):
        findings.tell("PRE-NEST", place, "TrimBox, BleedBox and MediaBox do not nest")
    if int(page.obj.get("/Rotate", 0)) % 360:
        findings.tell("PRE-ROTATE", place, "is turned by /Rotate")
    if float(page.obj.get("/UserUnit", 1)) != 1:
        findings.tell("PRE-ROTATE", place, "is scaled by /UserUnit")
    return media, bleed, trim


def check_sheet_boxes(sheet: Sheet, first: Box, job: Job, findings: Findings) -> None:
    """The rules about sizes; ``first`` is the TrimBox of page 1."""
    if job.kind == "booklet":
        # Sheets are not the pages of the book, inner ones are trimmed narrower (creep), and an
        # office printer has no bleed.
        return
    width, height = sheet.trim[2] - sheet.trim[0], sheet.trim[3] - sheet.trim[1]
    same = (first[2] - first[0], first[3] - first[1])
    if abs(width - same[0]) > TOLERANCE or abs(height - same[1]) > TOLERANCE:
        findings.tell("PRE-SAME", sheet.place, "has another trim size than page 1")
    if job.trim and job.kind != "cover":
        wanted = (job.trim[0] * PT_PER_MM, job.trim[1] * PT_PER_MM)
        if abs(width - wanted[0]) > TOLERANCE or abs(height - wanted[1]) > TOLERANCE:
            shown = f"{width / PT_PER_MM:.2f} × {height / PT_PER_MM:.2f} mm"
            what = f"the TrimBox is {shown}, not {job.trim[0]:g} × {job.trim[1]:g} mm"
            findings.tell("PRE-SIZE", sheet.place, what)
    _bleed(sheet, job, findings)
    left, foot, right, head = _differences(sheet.media, sheet.trim)
    bleeds = _differences(sheet.bleed, sheet.trim)
    even = max(bleeds) - min(bleeds) <= 2 * TOLERANCE
    if even and max(abs(left - right), abs(foot - head)) > 4 * TOLERANCE:
        findings.tell("PRE-CENTRE", sheet.place, "the TrimBox is not in the middle of the MediaBox")
    if not job.printer.marks and max(_differences(sheet.media, sheet.bleed)) > 2 * TOLERANCE:
        what = "the MediaBox is larger than the BleedBox; the printer takes no marks"
        findings.tell("PRE-MARKS", sheet.place, what)


def check_marks(sheet: Sheet, findings: Findings) -> None:
    """PRE-CROP: thin lines that point at the trim from without, and reach into the bleed."""
    bleed = grown(sheet.bleed, -TOLERANCE)
    for mark in sheet.drawing.marks if sheet.has_bleed else ():
        if mark.kind not in ("stroke", "fill") or common(mark.box, bleed) is None:
            continue
        left, foot, right, head = mark.box
        wide, high = right - left, head - foot
        if min(wide, high) > _THIN or max(wide, high) < _LONG:
            continue
        # One that lies along the edge is a line of art that bleeds.
        if wide > high:
            outside = right <= sheet.trim[0] + TOLERANCE or left >= sheet.trim[2] - TOLERANCE
            level = min(abs(foot - edge) for edge in (sheet.trim[1], sheet.trim[3]))
        else:
            outside = head <= sheet.trim[1] + TOLERANCE or foot >= sheet.trim[3] - TOLERANCE
            level = min(abs(left - edge) for edge in (sheet.trim[0], sheet.trim[2]))
        if outside and level < _THIN:
            findings.tell("PRE-CROP", sheet.place, "a crop mark reaches into the bleed")


def _differences(outer: Box, inner: Box) -> tuple[float, float, float, float]:
    """How far a box reaches over another, in pt: left, foot, right, head."""
    return (
        inner[0] - outer[0],
        inner[1] - outer[1],
        outer[2] - inner[2],
        outer[3] - inner[3],
    )


def bleeding_sides(sheet: Sheet, job: Job) -> tuple[bool, bool, bool, bool]:
    """On which sides (left, foot, right, head) the printer wants bleed."""
    if job.printer.bleed_sides == "all" or job.kind == "cover":
        return True, True, True, True
    inner_left = sheet.inner_is_left(job.binding)
    return not inner_left, True, inner_left, True


def _bleed(sheet: Sheet, job: Job, findings: Findings) -> None:
    """PRE-BLEED."""
    if not sheet.has_bleed and job.printer.bleed_optional:
        return
    wanted = job.printer.bleed * PT_PER_MM
    reaches = _differences(sheet.bleed, sheet.trim)
    asked = bleeding_sides(sheet, job)
    for side, reach, ask in zip(_SIDES, reaches, asked, strict=True):
        if ask and reach < wanted - TOLERANCE:
            what = f"the bleed is less than {job.printer.bleed:g} mm ({side})"
            findings.tell("PRE-BLEED", sheet.place, what)
        elif not ask and reach > TOLERANCE:
            findings.tell("PRE-BLEED", sheet.place, f"bleeds at the spine ({side})")
