"""PDF of single pages -> PDF of sheets to print on both sides, fold and stitch.

Pages become form XObjects (PDF 1.7, 8.10), placed by their TrimBox: text stays text, and fonts and
images, which pages share, are in the new file once.  What tags, bookmarks, links and page labels
say of single pages does not hold for sheets; they stay behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from publish.diagnostics import fail
from publish.press.imposition import Binding, Folded, Plan, Side, creep, plan_of
from publish.press.sheets import (
    PT_PER_MM,
    TOLERANCE,
    Layout,
    Rectangle,
    Sheet,
    lay,
    numbers,
    operators,
)
from publish.records import dataclass

if TYPE_CHECKING:
    import pikepdf

#: Namespaces of what a file claims to be (ISO 19005-2, 6.6.4; ISO 14289-1, clause 5).
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"

#: Entries of the catalogue that hold for sheets as they do for pages.
_KEPT = ("/Lang", "/Metadata", "/OCProperties", "/OutputIntents")

#: A sheet that is larger than the spread by more than this, in mm, is to be cut.
_OFFCUT = 2.0


@dataclass(frozen=True, slots=True)
class Booklet:
    """How a book was laid on sheets."""

    plan: Plan
    layout: Layout


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the book as a form in the new file, and its TrimBox once the form is drawn."""

    form: pikepdf.Object
    trim: Rectangle


def impose(
    source: Path,
    target: Path,
    sheet: Sheet,
    *,
    signature: int = 0,
    binding: Binding = "left",
    caliper: float = 0.0,
    scale_down: bool = False,
    blanks_before: int = 0,
) -> Booklet:
    """Write the pages of ``source`` to ``target``, two abreast on both sides of sheets.

    ``signature`` is the number of sheets in a signature (0: one saddle stitch), ``caliper`` the
    thickness of a leaf in mm by which pages creep, ``blanks_before`` the number of last pages that
    stay last when blanks are added.  Raises :class:`Failure`: ``P-OPEN``, ``P-PAGES`` (none, or not
    all of one size), ``P-SHEET`` (too large for the sheet and not to be scaled down).
    """
    import pikepdf

    try:
        document = pikepdf.open(source)
    except pikepdf.PdfError as error:
        raise fail("P-OPEN", f"this PDF cannot be read: {error}", path=source.as_posix()) from error
    with document, pikepdf.new() as made:
        pages = [_page(page, made) for page in document.pages]
        first = _common_size(pages, source)
        width, height = first.right - first.left, first.head - first.foot
        layout = lay(width, height, sheet, scale_down=scale_down)
        plan = plan_of(
            len(pages), signature=signature, binding=binding, blanks_before=blanks_before
        )
        black = _black(document)
        for folded in plan.sheets:
            shift = creep(folded, caliper) * PT_PER_MM
            for side, label in zip(folded.sides, _labels(plan, folded), strict=True):
                _add(made, layout, side, pages, shift, _marks(layout, label, shift, black))
        _catalogue(document, made, plan, layout)
        # Object streams came with PDF 1.5; PDF/X-1a is of an older day.
        old = tuple(map(int, document.pdf_version.split("."))) < (1, 5)
        streams = pikepdf.ObjectStreamMode
        made.save(
            target,
            force_version=document.pdf_version,
            object_stream_mode=streams.disable if old else streams.generate,
            # A new file has no /ID that would be kept: both halves follow from its content.
            deterministic_id=True,
        )
    return Booklet(plan, layout)


def _page(page: pikepdf.Page, made: pikepdf.Pdf) -> _Page:
    """Take a page over.  Its /Rotate and /UserUnit are in the matrix of the form (8.10.2)."""
    import pikepdf

    form = page.as_form_xobject()
    # The form comes clipped to the TrimBox; how much of the bleed shows is for the sheet to say.
    form.BBox = pikepdf.Array(page.mediabox)
    if "/StructParents" in form:
        del form["/StructParents"]
    left, foot, right, head = (float(value) for value in page.trimbox)
    a, b, c, d, e, f = (float(value) for value in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    xs = [a * x + c * y + e for x in (left, right) for y in (foot, head)]
    ys = [b * x + d * y + f for x in (left, right) for y in (foot, head)]
    return _Page(made.copy_foreign(form), Rectangle(min(xs), min(ys), max(xs), max(ys)))


def _common_size(pages: list[_Page], source: Path) -> Rectangle:
    """The TrimBox of the first page, with which those of the others must agree in size."""
    if not pages:
        raise fail("P-PAGES", "there is no page to lay on a sheet", path=source.as_posix())
    first = pages[0].trim
    for number, page in enumerate(pages, 1):
        trim = page.trim
        wider = abs((trim.right - trim.left) - (first.right - first.left))
        higher = abs((trim.head - trim.foot) - (first.head - first.foot))
        if max(wider, higher) > TOLERANCE:
            raise fail(
                "P-PAGES",
                f"page {number} is {_size(trim)} mm, page 1 is {_size(first)} mm; "
                "a booklet has pages of one size",
                path=source.as_posix(),
            )
    return first


def _size(box: Rectangle) -> str:
    sides = (box.right - box.left, box.head - box.foot)
    return " x ".join(f"{round(side / PT_PER_MM, 1):g}" for side in sides)


# --- the sheets -------------------------------------------------------------------


def _add(
    made: pikepdf.Pdf,
    layout: Layout,
    side: Side,
    pages: list[_Page],
    shift: float,
    marks: Iterable[str],
) -> None:
    """Add one side of a sheet; ``shift`` is its creep in pt."""
    from pikepdf import Array, Dictionary

    forms = Dictionary()
    drawn: list[str] = []
    sheet = made.add_blank_page(page_size=(layout.width, layout.height))
    for number, on_right in ((side.left, False), (side.right, True)):
        if number is None:
            continue
        page = pages[number - 1]
        forms[f"/P{number}"] = page.form
        # Blending happens in the colour space that the pages had for it (PDF 1.7, 11.4.7).
        if "/Group" in page.form and "/Group" not in sheet.obj:
            sheet.obj.Group = page.form.Group
        drawn += _place(layout, page.trim, f"/P{number}", on_right, shift)
    drawn += marks
    sheet.obj.Resources = Dictionary(XObject=forms)
    sheet.obj.Contents = made.make_stream("\n".join(drawn).encode("ascii"))
    trim = layout.trim(shift)
    sheet.obj.TrimBox = Array([_rounded(value) for value in trim])
    sheet.obj.BleedBox = Array([_rounded(value) for value in trim.grown(layout.bleed)])


def _place(
    layout: Layout, trim: Rectangle, name: str, on_right: bool, shift: float
) -> tuple[str, ...]:
    """Operators that draw a page in its half, clipped at spine and bleed (PDF 1.7, 8.5.4)."""
    window, to, scale = layout.window(on_right, shift), layout.page(on_right, shift), layout.scale
    size = window.right - window.left, window.head - window.foot
    moved = to.left - trim.left * scale, to.foot - trim.foot * scale
    return (
        "q",
        f"{numbers(window.left, window.foot, *size)} re W n",
        f"{numbers(scale, 0, 0, scale, *moved)} cm",
        f"{name} Do",
        "Q",
    )


def _labels(plan: Plan, sheet: Folded) -> tuple[str, str]:
    """What the slug says of front and back; both are counted from one."""
    words = f"SHEET {sheet.depth + 1}"
    if len(plan.signatures) > 1:
        words = f"SIG {sheet.signature + 1} {words}"
    return f"{words} FRONT", f"{words} BACK"


def _marks(layout: Layout, label: str, shift: float, black: str) -> Iterator[str]:
    """Operators that draw marks and label, in black alone."""
    return operators((*layout.marks(shift), *layout.label(label, shift)), black)


def _black(document: pikepdf.Pdf) -> str:
    """The operator for black lines: 100 % K, unless the file is for a device without K.

    A file may speak in DeviceCMYK only if its output intent does (ISO 19005-2, 6.2.4.3); in any
    other DeviceGray is black alone.
    """
    for intent in document.Root.get("/OutputIntents", ()):
        profile = intent.get("/DestOutputProfile")
        if profile is not None and int(profile.get("/N", 4)) != 4:
            return "0 G"
    return "0 0 0 1 K"


def _rounded(value: float) -> float:
    return round(value, 3)


# --- what the file says of itself -------------------------------------------------


def _catalogue(document: pikepdf.Pdf, made: pikepdf.Pdf, plan: Plan, layout: Layout) -> None:
    """What was said of the book and is true of the sheets, and how they are to be printed."""
    from pikepdf import Dictionary, Name

    for key in _KEPT:
        if key in document.Root:
            # Only an indirect object can be taken over, with all that hangs on it.
            made.Root[key] = made.copy_foreign(document.make_indirect(document.Root[key]))
    for key, value in document.docinfo.items():
        made.docinfo[key] = value
    _metadata(made)
    # PDF 1.7, table 150.  R2L has a price: PDFium copies the runs of a line from right to left
    # then.  Nobody reads a booklet before it is folded.
    edge = "Short" if layout.turns_on_short_edge else "Long"
    made.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True,
        Direction=Name("/R2L" if plan.binding == "right" else "/L2R"),
        Duplex=Name(f"/DuplexFlip{edge}Edge"),
        PrintScaling=Name("/None"),
    )


def _metadata(made: pikepdf.Pdf) -> None:
    """XMP without claims that sheets do not live up to; made of the title where there was none.

    Tags are lost with the pages, so the file is no PDF/UA, and PDF/A of level B or U where it was
    of level A.  PDF/X asks nothing that imposing takes away.
    """
    ours = {"set_pikepdf_as_editor": False, "update_docinfo": False}
    if "/Metadata" not in made.Root and "/GTS_PDFXVersion" in made.docinfo:
        # PDF/X-1a has no packet; all is in the document information.
        return
    if "/Metadata" not in made.Root:
        with made.open_metadata(**ours) as fresh:
            fresh.load_from_docinfo(made.docinfo)
            if "/Lang" in made.Root:
                fresh["dc:language"] = [str(made.Root.Lang)]
        return
    metadata = made.open_metadata(**ours)
    claims = {f"{_PDFUA}part", f"{_PDFUA}amd", f"{_PDFUA}corr"} & set(metadata)
    lowered = metadata.get(f"{_PDFA}conformance") == "A"
    nameless = "dc:title" not in metadata and "/Title" in made.docinfo
    if not claims and not lowered and not nameless:
        return
    with metadata:
        if nameless:
            metadata["dc:title"] = str(made.docinfo["/Title"])
        for claim in claims:
            del metadata[claim]
        if lowered:
            metadata[f"{_PDFA}conformance"] = "B"


# --- what to do with it -----------------------------------------------------------


def how_to_fold(booklet: Booklet) -> str:
    """In one line: how to print the sheets, fold and stitch them.

    «print 6 sheets of A4 on both sides, flipped on the short edge, at 100 %; …»
    """
    plan, layout = booklet.plan, booklet.layout
    edge = "short" if layout.turns_on_short_edge else "long"
    steps = [
        f"print {_counted(len(plan.sheets), 'sheet')} of {layout.sheet.name} on both sides, "
        f"flipped on the {edge} edge, at 100 %"
    ]
    sizes = plan.signatures
    if len(sizes) > 1:
        last = "" if sizes[-1] == sizes[0] else f" (the last has {sizes[-1]})"
        by = "each sheet" if sizes[0] == 1 else f"every {sizes[0]} sheets together"
        steps.append(f"fold {by} in the middle: {len(sizes)} signatures{last}")
        steps.append("sew them in their order (锁线订)")
    elif len(plan.sheets) > 1:
        steps.append("fold them together in the middle, page 1 outside")
        steps.append("staple them in the fold (骑马订)")
    else:
        steps.append("fold it in the middle, page 1 outside")
    steps += _trimming(layout)
    return "; ".join(steps)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _trimming(layout: Layout) -> Iterator[str]:
    """Whether and where to cut."""
    trimmed = layout.page(on_right=True, creep=0)
    over = max(layout.width - 2 * layout.page_width, layout.height - layout.page_height)
    if layout.sheet.marks:
        yield f"trim to {_size(trimmed)} mm at the crop marks"
    elif over > _OFFCUT * PT_PER_MM:
        yield f"trim to {_size(trimmed)} mm"
    if layout.scale < 1:
        yield f"pages are {round(100 * layout.scale)} % of their size"
