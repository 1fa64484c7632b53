"""A small press file that any printer of the table takes, made by hand; and ways to break it.

Nothing of publish makes it, so that the preflight is not measured by its own measure.  Lengths are
in pt unless they are said to be mm.
"""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from publish.model.printers import Printer, printer

MM = 72 / 25.4
#: The trimmed page in mm.
TRIM = (140.0, 203.0)
#: What lies around the bleed where marks are taken, in mm, and the margin of the text.
SLUG, MARGIN = 10.0, 20.0
#: The packet of a file that claims a standard.
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" pdfxid:GTS_PDFXVersion="{}"/></rdf:RDF>
</x:xmpmeta>"""
#: The characters of the sample's font; glyph 0 is the empty box.
CHARACTERS = "0123456789iv天地玄黄宇宙洪荒"

Change = Callable[[Pdf], None]


@functools.cache
def font_file() -> bytes:
    """A TrueType font whose characters are squares."""
    names = [".notdef", *(f"g{number}" for number in range(len(CHARACTERS)))]
    pen = TTGlyphPen(None)
    for point in ((100, 0), (900, 0), (900, 800), (100, 800)):
        (pen.moveTo if point == (100, 0) else pen.lineTo)(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, CHARACTERS), names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupPost()
    stream = io.BytesIO()
    builder.font.save(stream)
    return stream.getvalue()


def add_font(pdf: Pdf, name: str = "AAAAAA+Sample") -> pikepdf.Object:
    """The font as a page uses it: codes are numbers of glyphs."""
    pairs = "".join(f"<{i:04x}> <{ord(c):04x}>\n" for i, c in enumerate(CHARACTERS, 1))
    cmap = f"begincmap\n{len(CHARACTERS)} beginbfchar\n{pairs}endbfchar\nendcmap"
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(f"/{name}"), Flags=4, ItalicAngle=0,
        FontBBox=Array([0, -120, 1000, 880]), Ascent=880, Descent=-120, CapHeight=800, StemV=80,
        FontFile2=Stream(pdf, font_file()),
    )  # fmt: skip
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name(f"/{name}"), DW=1000,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Name.Identity, FontDescriptor=descriptor,
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(f"/{name}"),
            Encoding=Name("/Identity-H"), DescendantFonts=Array([descendant]),
            ToUnicode=Stream(pdf, cmap.encode()),
        )
    )  # fmt: skip


def profile() -> bytes:
    """The header of a profile of a CMYK printer, as much of it as says so (ICC.1:2010, 7.2)."""
    head = bytearray(132)
    head[8], head[12:16], head[16:20], head[20:24] = 2, b"prtr", b"CMYK", b"Lab "
    head[36:40] = b"acsp"
    return bytes(head)


def add_image(pdf: Pdf, colour: str, width: int, height: int, pixel: bytes) -> pikepdf.Object:
    """A picture of one colour."""
    return pdf.make_indirect(
        Stream(
            pdf, zlib.compress(pixel * (width * height)),
            Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
            BitsPerComponent=8, ColorSpace=Name(f"/{colour}"), Filter=Name.FlateDecode,
        )
    )  # fmt: skip


def written(text: str, x: float, y: float, size: float = 10) -> str:
    """The operators of a text that begins at a place, in the font F."""
    codes = "".join(f"{CHARACTERS.index(character) + 1:04x}" for character in text)
    return f"BT /F {size:g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm <{codes}> Tj ET\n"


class Sample:
    """The sound file for a printer; :meth:`save` writes it, changed or not."""

    def __init__(self, to: Printer | None = None, binding: str = "left", pages: int = 8) -> None:
        self.printer = to or printer()
        self.binding = binding
        self.pdf = Pdf.new()
        self.count = self.printer.padded(max(pages, self.printer.fewest - self.printer.last_blank))
        self.font = add_font(self.pdf)
        self.coloured = "cmyk" in self.printer.interior
        colour, pixel = (
            ("DeviceCMYK", b"\x40\x20\0\0") if self.coloured else ("DeviceGray", b"\x80")
        )
        self.picture = add_image(self.pdf, colour, 300, 300, pixel)
        for number in range(1, self.count + 1):
            self._page(number)
        self._claim(self.printer.standards[0])
        if binding == "right":
            self.pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)

    def _page(self, number: int) -> None:
        width, height = TRIM[0] * MM, TRIM[1] * MM
        bleed = self.printer.bleed * MM
        slug = SLUG * MM if self.printer.marks else 0.0
        inner_left = (number % 2 == 1) == (self.binding == "left")
        outer_only = self.printer.bleed_sides == "outer"
        left = 0.0 if outer_only and inner_left else bleed
        right = 0.0 if outer_only and not inner_left else bleed
        x, y = slug + left, slug + bleed
        page = self.pdf.add_blank_page(
            page_size=(x + width + right + slug, y + height + bleed + slug)
        )
        page.obj.TrimBox = Array([x, y, x + width, y + height])
        page.obj.BleedBox = Array([slug, slug, x + width + right, y + height + bleed])
        overprinting = Dictionary(Type=Name.ExtGState, op=True, OP=True, OPM=1)
        knocking = Dictionary(Type=Name.ExtGState, op=False, OP=False, OPM=0)
        page.obj.Resources = Dictionary(
            Font=Dictionary(F=self.font),
            XObject=Dictionary(Picture=self.picture),
            ExtGState=Dictionary(Over=overprinting, Out=knocking),
        )
        page.obj.Contents = Stream(self.pdf, self._content(number, x, y).encode())

    def _content(self, number: int, x: float, y: float) -> str:
        width, height = TRIM[0] * MM, TRIM[1] * MM
        black = "0 0 0 1 k\n"
        # A crop mark of black ink, outside the bleed.
        parts = [f"0 0 0 1 K .25 w {x:.3f} 0 m {x:.3f} 20 l S\n"] if self.printer.marks else []
        if number == 2 or (self.printer.last_blank and number == self.count):
            return "".join(parts)
        margin = MARGIN * MM
        parts.append(black)
        if number == 1:
            parts.append(written("天地玄黄", x + margin, y + height / 2, 18))
            return "".join(parts)
        if number == 4:
            # A panel that bleeds on all sides, with black text that overprints it.
            tint = "0.2 0.1 0 0 k" if self.coloured else "0.8 g"
            reach = self.printer.bleed * MM
            # The clip of the page cuts what would reach over the spine.
            box = (
                f"{x - reach:.3f} {y - reach:.3f} {width + 2 * reach:.3f} {height + 2 * reach:.3f}"
            )
            parts.insert(-1, f"q {tint} {self._clip(number, x, y)} {box} re f Q\n/Over gs\n")
        columns = int((width - 2 * margin) / 10)
        for row in range(20):
            line = ("天地玄黄宇宙洪荒" * 6)[:columns]
            parts.append(written(line, x + margin, y + height - margin - 10 - 16 * row))
        inner_left = (number % 2 == 1) == (self.binding == "left")
        outer = x + width - margin - 10 if inner_left else x + margin
        parts.append(written(str(number), outer, y + margin))
        if number == 5:
            side = 72 * 300 / self.printer.dpi
            parts.append(f"q {side:g} 0 0 {side:g} {x + 100:.3f} {y + 100:.3f} cm /Picture Do Q\n")
            parts.append(
                f"0 0 0 1 K 1 w {x + 100:.3f} {y + 90:.3f} m {x + 172:.3f} {y + 90:.3f} l S\n"
            )
        return "".join(parts)

    def _clip(self, number: int, x: float, y: float) -> str:
        page = self.pdf.pages[number - 1]
        x0, y0, x1, y1 = (float(value) for value in page.obj.BleedBox)
        return f"{x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f} re W n"

    def _claim(self, standard: str) -> None:
        info = self.pdf.docinfo
        info[Name.Trapped] = Name("/False")
        spelled = {"x4": "PDF/X-4", "x3": "PDF/X-3:2002", "x1a": "PDF/X-1:2001"}.get(standard)
        if spelled is None:
            return
        if standard == "x4":
            packet = XMP.format(spelled)
            self.pdf.Root.Metadata = Stream(self.pdf, packet.encode(), Type=Name.Metadata)
        else:
            info[Name.GTS_PDFXVersion] = spelled
            if standard == "x1a":
                info[Name.GTS_PDFXConformance] = "PDF/X-1a:2001"
        self.pdf.Root.OutputIntents = Array([
            Dictionary(
                Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="FOGRA39",
                RegistryName="http://www.color.org", Info="Coated FOGRA39",
                DestOutputProfile=self.pdf.make_indirect(Stream(self.pdf, profile(), N=4)),
            )
        ])  # fmt: skip

    def save(self, path: Path, change: Change | None = None, version: str = "") -> Path:
        """Write the file."""
        if change is not None:
            change(self.pdf)
        old = self.printer.standards[0] in ("x1a", "x3")
        # A version that is forced is written, whatever the file holds.
        self.pdf.save(path, force_version=version or ("1.3" if old else "1.6"),
                      fix_metadata_version=False)  # fmt: skip
        return path


def cover(to: Printer, spine: float, spine_text: bool = True) -> Sample:
    """A sound cover: one sheet, back and front and the spine (mm) between them."""
    sample = Sample(to)
    del sample.pdf.pages[1:]
    page = sample.pdf.pages[0]
    bleed, slug = to.bleed * MM, SLUG * MM if to.marks else 0.0
    width, height = (2 * TRIM[0] + spine) * MM, TRIM[1] * MM
    x = y = bleed + slug
    page.obj.MediaBox = Array([0, 0, width + 2 * x, height + 2 * y])
    page.obj.TrimBox = Array([x, y, x + width, y + height])
    page.obj.BleedBox = Array([slug, slug, x + width + bleed, y + height + bleed])
    content = written("天地玄黄", x + width - 80 * MM, y + 100 * MM, 18)
    if spine_text:
        content += written("荒", x + width / 2 - 5, y + 100 * MM, 10)
    page.obj.Contents = Stream(sample.pdf, f"0 0 0 1 k\n{content}".encode())
    return sample


def booklet(creep: float = 0.5) -> Sample:
    """Both sides of the inner one of two sheets, two pages abreast; creep in mm."""
    sample = Sample()
    del sample.pdf.pages[4:]
    del sample.pdf.pages[:2]
    for page in sample.pdf.pages:
        width, height, slug = 2 * TRIM[0] * MM, TRIM[1] * MM, SLUG * MM
        page.obj.MediaBox = page.obj.BleedBox = Array([0, 0, width + 2 * slug, height + 2 * slug])
        left = slug + creep * MM
        page.obj.TrimBox = Array([left, slug, left + width - 2 * creep * MM, slug + height])
        fold = slug + width / 2
        content = "0 0 0 1 k\n"
        for x in (fold - (TRIM[0] - MARGIN) * MM, fold + MARGIN * MM):
            columns = int((TRIM[0] - 2 * MARGIN) * MM / 10)
            for row in range(20):
                line = ("天地玄黄宇宙洪荒" * 6)[:columns]
                content += written(line, x, slug + height - MARGIN * MM - 16 * row)
        page.obj.Contents = Stream(sample.pdf, content.encode())
    return sample


# --- ways to break it ------------------------------------------------------------------------


def draw(number: int, operators: str) -> Change:
    """Something more is painted on a page; ``{x}`` and ``{y}`` stand for the corner of the trim."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[number - 1]
        x, y = (float(value) for value in list(page.obj.TrimBox)[:2])
        text = operators.replace("{x}", f"{x:.3f}").replace("{y}", f"{y:.3f}")
        data = page.obj.Contents.read_bytes() + f"\nq {text} Q\n".encode()
        page.obj.Contents = Stream(pdf, data)

    return change


def resource(number: int, kind: str, name: str, make: Callable[[Pdf], object]) -> Change:
    """A resource more on a page."""

    def change(pdf: Pdf) -> None:
        resources = pdf.pages[number - 1].obj.Resources
        if f"/{kind}" not in resources:
            resources[f"/{kind}"] = Dictionary()
        resources[f"/{kind}"][f"/{name}"] = make(pdf)

    return change


def both(*changes: Change) -> Change:
    """One change after the other: a resource and what is drawn with it."""

    def change(pdf: Pdf) -> None:
        for one in changes:
            one(pdf)

    return change


def box(number: int, key: str, grow: tuple[float, float, float, float] | None) -> Change:
    """A box of a page is moved by so many mm at its left, foot, right and head; or taken away."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[number - 1].obj
        if grow is None:
            del page[f"/{key}"]
            return
        values = [float(value) for value in page.get(f"/{key}", page.TrimBox)]
        page[f"/{key}"] = Array([v + mm * MM for v, mm in zip(values, grow, strict=True)])

    return change


def every(make: Callable[[int], Change]) -> Change:
    """The same change on all pages."""

    def change(pdf: Pdf) -> None:
        for number in range(1, len(pdf.pages) + 1):
            make(number)(pdf)

    return change
