"""Rules about what is painted on one page: colours, ink, lines, type, pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable

from publish.check.epub_faults import excerpt
from publish.check.preflight_boxes import bleeding_sides
from publish.check.preflight_colour import Inks
from publish.check.preflight_content import Mark
from publish.check.preflight_fonts import Font
from publish.check.preflight_geometry import NO_BAR, PT_PER_MM, Box, common, grown, inside
from publish.check.preflight_job import Job, Sheet, Tally
from publish.check.preflight_rules import Findings
from publish.model.artifact import called

#: Type smaller than this, in pt, is small: knocked out of a colour it must be in register.
SMALL_TYPE = 12.0
#: Measured ink may be so much over, in %: rounding of samples.
_INK_TOLERANCE = 2.0
#: Coloured areas of a page under which text is looked for.
_AREAS_LIMIT = 200
#: How near art comes to an edge that it is meant to reach, in pt: .3 mm.
_NEAR = 0.3 * PT_PER_MM


def check_paint(sheet: Sheet, job: Job, tally: Tally, findings: Findings) -> None:
    """The rules about one page's marks, in the order in which they are painted."""
    coloured: list[Box] = []
    ground: list[tuple[Box, Inks]] = []
    within = grown(sheet.bleed, -0.1)
    for mark in sheet.drawing.marks:
        inner = common(mark.box, within) is not None
        _family(mark, sheet, job, tally, findings, inner)
        if not inner:
            # Crop marks, colour bars and the printer's notes are nobody's book.
            continue
        _ink(mark, ground, sheet, job, tally, findings)
        _size(mark, sheet, job, tally, findings)
        if mark.overprint and mark.paint.white:
            findings.tell("PRE-WHITE", sheet.place, f"a white {mark.kind} overprints")
        if mark.kind == "text":
            _text(mark, sheet, coloured, findings)
        else:
            _art(mark, sheet, job, findings)
            if mark.kind != "stroke" and len(coloured) < _AREAS_LIMIT and _is_coloured(mark):
                coloured.append(mark.box)
    drawing = sheet.drawing
    tally.transparency |= drawing.transparency
    if drawing.blended_in_rgb and "srgb" not in job.printer.interior:
        findings.tell("PRE-BLEND", sheet.place, "a transparency group is blended in RGB")
    refused = job.standard in ("x1a", "x3") or not job.printer.transparency
    for kind in sorted(drawing.transparency) if refused else ():
        findings.tell("PRE-TRANSPARENT", sheet.place, f"has transparency ({kind})")


def _family(
    mark: Mark, sheet: Sheet, job: Job, tally: Tally, findings: Findings, inner: bool
) -> None:
    """Rules about the colour space, which hold outside the bleed too."""
    family = mark.paint.family
    tally.families.add(family)
    wanted = job.printer.interior
    if family == "rgb" and ("srgb" not in wanted or job.standard == "x1a"):
        code = "PRE-IMAGE" if mark.picture is not None else "PRE-RGB"
        findings.tell(code, sheet.place, f"{_named(mark, job)} in RGB")
    elif family == "cmyk" and not (
        # A printer of grey pages prints its covers in inks.
        (job.kind == "cover" and "srgb" not in wanted) or "cmyk" in wanted or mark.paint.black_only
    ):
        findings.tell("PRE-CMYK", sheet.place, f"{_named(mark, job)} in CMYK")
    elif family == "spot":
        findings.tell("PRE-SPOT", sheet.place, f"{_named(mark, job)} in a spot colour")
    elif family == "registration" and inner:
        what = f"{_named(mark, job)} in registration colour within the bleed"
        findings.tell("PRE-REGISTRATION", sheet.place, what)


def _named(mark: Mark, job: Job) -> str:
    if mark.kind == "image" and (name := called(mark.text, job.pictures)):
        return f"the picture {name}"
    return {"text": "text", "fill": "a fill", "stroke": "a line", "image": "a picture"}[mark.kind]


def _over(mark: Mark, ground: list[tuple[Box, Inks]]) -> Inks:
    """The inks where a mark is painted over fills; what overprints leaves those under it."""
    inks = most = mark.paint.inks
    core = grown(mark.box, -0.5)
    if mark.overprint:
        for box, under in reversed(ground):
            if common(core, box) is None:
                continue
            both = (
                max(inks[0], under[0]),
                max(inks[1], under[1]),
                max(inks[2], under[2]),
                max(inks[3], under[3]),
            )
            most = max(most, both, key=sum)
            if inside(core, box):
                # What lies under this fill is in its inks already, or knocked out.
                break
    if mark.kind == "fill" and len(ground) < _AREAS_LIMIT:
        ground.append((mark.box, most))
    return most


def _ink(
    mark: Mark,
    ground: list[tuple[Box, Inks]],
    sheet: Sheet,
    job: Job,
    tally: Tally,
    findings: Findings,
) -> None:
    """PRE-INK and PRE-TINT."""
    paint = mark.paint
    coloured_picture = mark.picture is not None and not mark.picture.stencil
    total = 100 * sum(_over(mark, ground))
    if coloured_picture and mark.picture:
        total = mark.picture.total
    if paint.family != "registration":
        tally.ink.most(total, sheet.number)
        if job.printer.ink and total > job.printer.ink + _INK_TOLERANCE:
            what = f"{_named(mark, job)} with {total:.0f} % of ink, more than {job.printer.ink:g} %"
            findings.tell("PRE-INK", sheet.place, what)
    if job.printer.tint and not coloured_picture and paint.family in ("gray", "cmyk", "spot"):
        least = paint.least
        if 0 < least < job.printer.tint - 0.5:
            what = f"{_named(mark, job)} in a tint of less than {job.printer.tint:g} %"
            findings.tell("PRE-TINT", sheet.place, what)


def _size(mark: Mark, sheet: Sheet, job: Job, tally: Tally, findings: Findings) -> None:
    """PRE-STROKE, PRE-TYPE and PRE-DPI."""
    printer = job.printer
    if mark.kind == "text":
        tally.type.least(mark.size, sheet.number)
        if mark.size < printer.type - 0.01:
            findings.tell("PRE-TYPE", sheet.place, f"type of less than {printer.type:g} pt")
    elif mark.kind == "image" and mark.picture is not None:
        tally.pictures += 1
        picture = mark.picture
        wanted = printer.dpi_line if picture.line_art else printer.dpi
        # A picture of one pixel is a fill.
        if picture.width * picture.height > 1:
            tally.dpi.least(mark.size, sheet.number)
            if mark.size < wanted * 0.99:
                shown = f"{_named(mark, job)} of {picture.width} × {picture.height} pixels"
                what = f"{shown} at {mark.size:.0f} dpi, less than {wanted:g}"
                more = wanted / max(mark.size, 1)
                size = f"{math.ceil(more * picture.width)} × {math.ceil(more * picture.height)}"
                hint = f"as large as it stands there it needs {size} pixels; or set it smaller"
                findings.tell("PRE-DPI", sheet.place, what, hint)
    elif mark.size < NO_BAR and not mark.paint.white:
        tally.stroke.least(mark.size, sheet.number)
        if mark.size < printer.stroke - 0.005:
            what = f"a line thinner than {printer.stroke:g} pt"
            findings.tell("PRE-STROKE", sheet.place, what)


def _text(mark: Mark, sheet: Sheet, coloured: list[Box], findings: Findings) -> None:
    """PRE-TEXT, PRE-OVERPRINT and PRE-NOTDEF."""
    paint = mark.paint
    if paint.dark_mixture:
        inks = " ".join(f"{100 * ink:.0f}" for ink in paint.inks)
        what = f"dark text in several inks (C M Y K {inks}): {excerpt(mark.text)}"
        findings.tell("PRE-TEXT", sheet.place, what)
    if mark.missing:
        what = f"a character is missing in {mark.font}"
        findings.tell("PRE-NOTDEF", sheet.place, what)
    black = paint.black_only and paint.inks[3] > 0.99
    if black and not mark.overprint and mark.size < SMALL_TYPE:
        # Type stands on an area if it is more than touched by it.
        core = grown(mark.box, -0.5)
        if any(common(core, area) for area in coloured):
            what = f"black text is knocked out of a colour: {excerpt(mark.text)}"
            findings.tell("PRE-OVERPRINT", sheet.place, what)


def _is_coloured(mark: Mark) -> bool:
    family = mark.paint.family
    if mark.picture is not None and not mark.picture.stencil:
        return family != "gray"
    return family in ("cmyk", "rgb", "spot", "pattern") and not (
        mark.paint.black_only or mark.paint.white
    )


def _art(mark: Mark, sheet: Sheet, job: Job, findings: Findings) -> None:
    """PRE-ART: on the sides that bleed, what comes to the trim goes on to the end of the bleed."""
    if job.kind == "booklet" or mark.paint.white or common(mark.box, sheet.trim) is None:
        return
    outwards = (-1, -1, 1, 1)
    for side, asked in enumerate(bleeding_sides(sheet, job)):
        edge, way = mark.box[side], outwards[side]
        over_trim = (edge - sheet.trim[side]) * way
        short = (sheet.bleed[side] - edge) * way
        if asked and over_trim > -_NEAR and (short > _NEAR or not sheet.has_bleed):
            side_name = ("left", "foot", "right", "head")[side]
            what = (
                f"{_named(mark, job)} ends at the trim, not at the end of the bleed ({side_name})"
            )
            findings.tell("PRE-ART", sheet.place, what)


def check_fonts(fonts: Iterable[Font], findings: Findings) -> None:
    """PRE-FONT, PRE-SUBSET and PRE-UNICODE, of fonts that pages use."""
    for font in fonts:
        if not font.used:
            continue
        place = f"font {font.name}"
        if font.kind == "Type3":
            findings.tell("PRE-FONT", place, "is of Type 3: its glyphs are drawings")
        elif not font.embedded:
            findings.tell("PRE-FONT", place, "is not embedded")
        elif not font.subset:
            findings.tell("PRE-SUBSET", place, "is embedded whole")
        if not font.mapped and font.kind != "Type3":
            findings.tell("PRE-UNICODE", place, "does not say which characters its glyphs are")
