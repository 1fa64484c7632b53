"""A laid-out PDF -> PDF/X-4 and PDF/A-2b, or PDF/X-1a: boxes, inks, intent, metadata, no links.

For printers that take sRGB and no inks: PDF/A-2b alone, since PDF/X is for a press.

ISO 15930-7:2010 (PDF/X-4) and ISO 19005-2 (PDF/A-2) in one file, or ISO 15930-1:2001 (PDF/X-1a),
which is PDF 1.3: no transparency, no streams of objects, bare CFF fonts.  Lengths are in mm where
not said otherwise.  The bytes follow from the input alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from publish.diagnostics import Diagnostic
from publish.fonts.sfnt import read_tables
from publish.model import srgb, styles
from publish.model.artifact import called
from publish.model.xmp import Metadata, packet
from publish.press.colour import Inks
from publish.press.content import Recolouring, Unconvertible
from publish.press.sheets import ROOM, Rectangle, marks_around, numbers, operators
from publish.press.turning import read_right_to_left
from publish.records import dataclass, field

PT_PER_MM = 72 / 25.4

#: The output intent (ISO 15930-7): the condition as it is registered with the ICC, and the
#: profile that describes it (styles/profiles).
PROFILE = "ISOcoated_v2_300_bas.icc"
_CONDITION = "FOGRA39"
_CONDITION_TEXT = "Offset, ISO 12647-2:2004/Amd 1, OFCOM, paper type 1 or 2"
_REGISTRY = "http://www.color.org"
_PROFILE_NAME = "ISO Coated v2 300% (basICColor)"

#: Keys of the catalogue that are for screens (ISO 15930-7: no actions or scripts).
_SCREEN = (
    "/Outlines", "/Names", "/Dests", "/OpenAction", "/AA", "/AcroForm", "/PageMode", "/URI",
    "/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents",
)  # fmt: skip
#: Of a page: what can be clicked, or belongs to tags.
_ACTIVE = ("/Annots", "/AA", "/Tabs", "/StructParents", "/CropBox", "/ArtBox", "/Rotate", "/Dur")


Standard = Literal["x4", "x1a", "srgb"]


@dataclass(frozen=True, slots=True)
class Work:
    """What a press file is to be.

    ``width`` and ``height`` are of the trimmed page, or of the whole cover; ``bleed`` on every
    side, or not at the ``spine``, which is on the left or right of page 1 and of every other one;
    ``right_bound`` that the book opens to the right; ``on_paper`` that pictures stand on nothing
    but paper; ``modified`` a time in UTC;
    ``pages`` tells of a number of pages how many there shall be, blank ones added at the end;
    ``inks`` colours mixed by hand, in % (see ``colour.Inks``); ``limit`` the most ink in all that
    ``printer`` takes, in %, 0 for any; ``pictures`` are what pictures are called to people, by the
    hexadecimal digits in their names (see :func:`publish.model.artifact.called`); ``translucent``
    are drawings that shine through, by what they are called; ``marks`` that crop marks stand
    outside the bleed, and fold marks at ``folds``, mm from the left of the trim.
    """

    width: float
    height: float
    bleed: float
    modified: datetime
    pages: Callable[[int], int]
    kind: Literal["interior", "cover"] = "interior"
    standard: Standard = "x4"
    spine: Literal["", "left", "right"] = ""
    on_paper: bool = True
    right_bound: bool = False
    inks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    limit: float = 0
    printer: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    translucent: tuple[str, ...] = ()
    marks: bool = False
    folds: tuple[float, ...] = ()


def finish(source: Path, target: Path, work: Work) -> tuple[int, tuple[Diagnostic, ...]]:
    """Write the press file of a laid-out PDF; the number of its pages, and what could not be done.

    A colour that has no way into the inks is an error P-INK, and nothing is written.
    """
    path, screen = styles.folder() / "profiles" / PROFILE, work.standard == "srgb"
    inks = Inks(path, work.inks, limit=work.limit, screen=screen)
    opaque = work.standard == "x1a"
    with pikepdf.open(source) as document:
        recolouring = Recolouring(document, inks, opaque=opaque, on_paper=work.on_paper)
        for number, page in enumerate(document.pages, 1):
            for key in _ACTIVE:
                if key in page.obj:
                    del page.obj[key]
            try:
                recolouring.page(page)
            except Unconvertible as error:
                return 0, (_unconvertible(error, number, work),)
            _boxes(page, work, number)
        recolouring.finish()
        _blanks(document, work.pages(len(document.pages)))
        if work.marks:
            _marks(document, work)
        for key in _SCREEN:
            if key in document.Root:
                del document.Root[key]
        document.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"))
        if work.right_bound:
            read_right_to_left(document)
        _intents(document, inks.profile, work.standard)
        _information(document, work.modified)
        if opaque:
            _old_fonts(document)
            document.docinfo.GTS_PDFXVersion = String("PDF/X-1:2001")
            document.docinfo.GTS_PDFXConformance = String("PDF/X-1a:2001")
        else:
            _packet(document, work)
        document.remove_unreferenced_resources()
        if "/ID" in document.trailer:
            del document.trailer["/ID"]
        streams = pikepdf.ObjectStreamMode
        document.save(
            target,
            force_version="1.3" if opaque else "1.6",
            deterministic_id=True,
            object_stream_mode=streams.disable if opaque else streams.generate,
            compress_streams=True,
            recompress_flate=False,
        )
        return len(document.pages), tuple(_lowered(recolouring, work))


def _unconvertible(error: Unconvertible, number: int, work: Work) -> Diagnostic:
    """P-INK: what has no way into the inks, and on which page.

    Pages share their pictures and drawings: these are told by their names, since the page that they
    are met on is not theirs.
    """
    picture = called(error.picture, work.pictures)
    where = f"{picture}: " if picture else f"page {number}: "
    what = str(error)
    if work.standard == "x1a" and work.translucent:
        where = ""
        named = ", ".join(work.translucent)
        what += f", which PDF/X-1a has no way for; drawings with opacity: {named}"
    hint = "save the picture anew, as PNG or JPEG in RGB without transparency"
    if "gradient" in what or "shines through" in what:
        hint = f"{hint}; or give the gradients of a drawing opaque stops"
    return Diagnostic("P-INK", "error", where + what, hints=(hint,))


def _lowered(recolouring: Recolouring, work: Work) -> Iterator[Diagnostic]:
    """P-LIMIT: what had more ink than the printer takes."""
    told = f"more than the {work.limit:g} % of {work.printer or 'the printer'}"
    hint = "what is dark comes out lighter; convert it for the printer's own profile to say how"
    for name, before in recolouring.lowered:
        what = f"{called(name, work.pictures) or 'a picture'} has up to {before:.0f} % of ink"
        message = f"{what}, {told}: brought down to {work.limit:g} %, black kept"
        yield Diagnostic("P-LIMIT", "warning", message, hints=(hint,))
    if recolouring.inks.most:
        what = f"colours have up to {recolouring.inks.most:.0f} % of ink"
        message = f"{what}, {told}: brought down to {work.limit:g} %, black kept"
        yield Diagnostic("P-LIMIT", "warning", message, hints=(hint,))
    for what in dict.fromkeys(recolouring.unmeasured if work.limit else ()):
        message = f"{what} in inks may have {told}: it stays as it is"
        hint = "save the drawing with plain gradients in RGB, or as a picture"
        yield Diagnostic("P-LIMIT", "warning", message, hints=(hint,))


def page_count(path: Path) -> int:
    """The number of pages of a PDF of ours."""
    with pikepdf.open(path) as document:
        return len(document.pages)


def _boxes(page: pikepdf.Page, work: Work, number: int) -> None:
    """Trim box and bleed box around the page where it lies.

    Boxes may begin anywhere (PDF 1.7, 14.11.2); moved content would leave its patterns behind,
    which are placed in the page's own space (8.7.3.1).
    """
    left, bottom = (float(value) for value in page.trimbox[:2])
    bleed = work.bleed * PT_PER_MM
    # The spine of a verso is on its other side.
    bound = work.spine if number % 2 else {"left": "right", "right": "left"}.get(work.spine, "")
    before, after = (0.0 if bound == side else bleed for side in ("left", "right"))
    width, height = work.width * PT_PER_MM, work.height * PT_PER_MM
    right, top = left + width, bottom + height
    trim = (left, bottom, right, top)
    whole = Rectangle(left - before, bottom - bleed, right + after, top + bleed)
    media = whole.grown(ROOM * PT_PER_MM) if work.marks else whole
    for key, box in (("/MediaBox", media), ("/BleedBox", whole), ("/TrimBox", trim)):
        page.obj[key] = Array([round(value, 3) for value in box])


def _blanks(document: pikepdf.Pdf, wanted: int) -> None:
    """Blank pages at the end, each as large as the last one on its side."""
    while len(document.pages) < wanted:
        last = document.pages[-2 if len(document.pages) > 1 else -1].obj
        page = Dictionary(Type=Name.Page, Resources=Dictionary())
        for key in ("/MediaBox", "/BleedBox", "/TrimBox"):
            page[key] = Array(list(last[key]))
        page.Contents = document.make_stream(b"")
        document.pages.append(pikepdf.Page(document.make_indirect(page)))


def _marks(document: pikepdf.Pdf, work: Work) -> None:
    """Crop and fold marks around every page, in black ink alone as those of booklets are: all inks
    together are more than any limit, and nothing that checks a file knows that nobody keeps them.

    What the page paints, which the edge of the sheet has cut so far, ends with the bleed.
    """
    black = "0 G" if work.standard == "srgb" else "0 0 0 1 K"
    for page in document.pages:
        item: Any = page.obj
        trim, bleed = (
            Rectangle(*(float(value) for value in item[key])) for key in ("/TrimBox", "/BleedBox")
        )
        folds = tuple(trim.left + fold * PT_PER_MM for fold in work.folds)
        size = bleed.right - bleed.left, bleed.head - bleed.foot
        before = f"q {numbers(bleed.left, bleed.foot, *size)} re W n\n"
        drawn = "\n".join(operators(marks_around(trim, bleed, folds=folds), black))
        contents = item.get("/Contents", Array())
        streams = list(contents) if isinstance(contents, Array) else [contents]
        around = [document.make_stream(part.encode()) for part in (before, f"\nQ\n{drawn}\n")]
        item.Contents = Array([around[0], *streams, around[1]])


def _intents(document: pikepdf.Pdf, profile: Path, standard: Standard) -> None:
    """One profile, for each standard that the file keeps."""
    if standard == "srgb":
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String(srgb.NAME),
            Info=String(srgb.NAME),
            DestOutputProfile=document.make_stream(srgb.profile(), N=3),
        )
        document.Root.OutputIntents = Array([document.make_indirect(intent)])
        return
    kinds = ("/GTS_PDFX", "/GTS_PDFA1") if standard == "x4" else ("/GTS_PDFX",)
    stream = document.make_stream(profile.read_bytes(), N=4)
    document.Root.OutputIntents = Array([
        document.make_indirect(
            Dictionary(
                Type=Name.OutputIntent,
                S=Name(kind),
                OutputConditionIdentifier=String(_CONDITION),
                OutputCondition=String(_CONDITION_TEXT),
                RegistryName=String(_REGISTRY),
                Info=String(_PROFILE_NAME),
                DestOutputProfile=stream,
            )
        )
        for kind in kinds
    ])  # fmt: skip


def _old_fonts(document: pikepdf.Pdf) -> None:
    """CFF outlines without the OpenType file around them, which came with PDF 1.6; what lists the
    glyphs of a subset is for PDF/A."""
    for item in document.objects:
        if not isinstance(item, Dictionary) or item.get("/Type") != Name.FontDescriptor:
            continue
        file = item.get("/FontFile3")
        if file is not None and file.get("/Subtype") == Name.OpenType:
            outlines = read_tables(file.read_bytes())["CFF "]
            item.FontFile3 = document.make_stream(outlines, Subtype=Name.CIDFontType0C)
        if "/CIDSet" in item:
            del item.CIDSet


def _information(document: pikepdf.Pdf, modified: datetime) -> None:
    """Dates and trapping in the document information (ISO 15930-7)."""
    said: Any = document.docinfo
    date = modified.strftime("D:%Y%m%d%H%M%S+00'00'")
    said.CreationDate, said.ModDate, said.Trapped = String(date), String(date), Name("/False")
    said.Creator = String("publish")


def _packet(document: pikepdf.Pdf, work: Work) -> None:
    """The same as a packet, with the standards that the file keeps."""
    said: Any = document.docinfo
    authors = str(said.get("/Author", ""))
    document.Root.Metadata = document.make_stream(
        packet(
            Metadata(
                title=str(said.get("/Title", "")),
                authors=(authors,) if authors else (),
                description=str(said.get("/Subject", "")),
                keywords=str(said.get("/Keywords", "")),
                language=str(document.Root.get("/Lang", "")),
                creator=str(said.get("/Creator", "")),
                producer=str(said.get("/Producer", "")),
                modified=work.modified.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
                kind=work.kind,
                pdfa=("2", "B"),
                pdfx="PDF/X-4" if work.standard == "x4" else "",
            )
        ),
        Type=Name.Metadata,
        Subtype=Name.XML,
    )
