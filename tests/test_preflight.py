"""Preflight: a sound file passes, and every rule catches a file that is broken in one place."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import press_samples as samples
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image
from press_samples import TRIM, Change, Sample, both, box, draw, every, resource, written

from publish.check.preflight import Report, asked, claimed, kind_of, preflight
from publish.check.preflight_rules import RULES, page_of_rules
from publish.check.preflight_stream import operations
from publish.check.preflight_unpack import TooLarge, decoded
from publish.cli import main
from publish.diagnostics import show
from publish.model.printers import Printer, printer, printers

ROOT = Path(__file__).resolve().parent.parent

OFFSET = printer()


def demanding(**demands: Any) -> Printer:
    """The printer of the sample with other demands."""
    return dataclasses.replace(OFFSET, **demands)


# --- sound files -----------------------------------------------------------------------------

JOBS = [(one, binding) for one in printers() for binding in one.bindings]


@pytest.mark.parametrize(("to", "binding"), JOBS, ids=lambda value: getattr(value, "name", value))
def test_a_sound_file_passes(tmp_path: Path, to: Printer, binding: Any) -> None:
    path = Sample(to, binding).save(tmp_path / "a.pdf")
    report = preflight(path, to, binding=binding, trim=TRIM, rectos=(1, 3))
    assert [show(item) for item in report.diagnostics] == []
    assert report.ready


@pytest.mark.parametrize("to", printers(), ids=lambda one: str(one.name))
def test_a_sound_cover_passes(tmp_path: Path, to: Printer) -> None:
    spine = to.cover.spine(200, gsm=80)
    path = samples.cover(to, spine).save(tmp_path / "a.pdf")
    report = preflight(path, to, kind="cover", trim=TRIM, spine=spine, pages=200)
    assert [show(item) for item in report.diagnostics] == []


def test_the_report_is_one_screen(tmp_path: Path) -> None:
    path = Sample().save(tmp_path / "a.pdf")
    text = preflight(path, OFFSET, trim=TRIM).text()
    assert len(text.splitlines()) <= 24 and max(map(len, text.splitlines())) <= 100
    for line in (
        "preflight for offset: ready (0 errors, 0 warnings)",
        "standard            PDF/X-4, PDF 1.6",
        "trim, bleed, media  140.00 × 203.00 | 146.00 × 209.00 | 166.00 × 229.00 mm",
        "fonts               1, 1 embedded: AAAAAA+Sample",
        "colours             cmyk",
        "total ink           130 % (page 4)",
        "resolution          1 pictures, least 300 dpi (page 5)",
        "thinnest line       1 pt (page 5)",
        "smallest type       10 pt (page 3)",
        "gutter              least 20 mm (page 1), wanted 10 mm",
        "folios              6 pages; 3 (page 3) to 8 (page 8)",
        "blank pages         2",
    ):
        assert line in text


# --- broken files ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """One change of the sound file that a rule catches; ``also`` are rules that cannot but see it.

    ``rest`` is how the preflight is called otherwise than for the sound file.
    """

    code: str
    change: Change
    also: tuple[str, ...] = ()
    to: Printer = OFFSET
    version: str = ""
    rest: tuple[tuple[str, Any], ...] = ()


def _root(key: str, value: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.Root[f"/{key}"] = value(pdf) if callable(value) else value

    return change


def _page(number: int, key: str, value: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[number - 1].obj[f"/{key}"] = value(pdf) if callable(value) else value

    return change


def _intent(key: str, value: Any) -> Change:
    def change(pdf: Pdf) -> None:
        intent: Any = pdf.Root.OutputIntents
        if value is None:
            del intent[0][f"/{key}"]
        else:
            intent[0][f"/{key}"] = value(pdf) if callable(value) else value

    return change


def _without(what: str) -> Change:
    def change(pdf: Pdf) -> None:
        if what == "claim":
            del pdf.Root.Metadata
        elif what == "intents":
            del pdf.Root.OutputIntents
        elif what == "direction":
            del pdf.Root.ViewerPreferences
        else:
            del pdf.docinfo[f"/{what}"]

    return change


def _claims(words: str) -> Change:
    return _root("Metadata", lambda pdf: Stream(pdf, samples.XMP.format(words).encode()))


def _x1a(year: str) -> Change:
    """The claim of an X-1a of a year."""

    def change(pdf: Pdf) -> None:
        del pdf.Root.Metadata
        pdf.docinfo[Name.GTS_PDFXVersion] = {"2001": "PDF/X-1:2001"}.get(year, f"PDF/X-1a:{year}")
        pdf.docinfo[Name.GTS_PDFXConformance] = f"PDF/X-1a:{year}"

    return change


def _font(key: str) -> Change:
    """The font of the sample loses an entry, or its file or its tag."""

    def change(pdf: Pdf) -> None:
        font: Any = pdf.pages[0].obj.Resources.Font.F
        descriptor = font.DescendantFonts[0].FontDescriptor
        if key == "FontFile2":
            del descriptor["/FontFile2"]
        elif key == "tag":
            font.BaseFont = Name.Sample
        else:
            del font[f"/{key}"]

    return change


def _picture(colour: str, pixel: bytes, side: int = 300, **entries: Any) -> Change:
    """Another picture in the place of the sample's."""

    def change(pdf: Pdf) -> None:
        picture = samples.add_image(pdf, colour, side, side, pixel)
        for key, value in entries.items():
            picture[f"/{key}"] = value(pdf) if callable(value) else value
        pdf.pages[4].obj.Resources.XObject.Picture = picture

    return change


def _soft_mask(pdf: Pdf) -> Any:
    return samples.add_image(pdf, "DeviceGray", 4, 4, b"\x80")


def _form(operators: str, **entries: Any) -> Any:
    """A form with the resources of page 5."""

    def make(pdf: Pdf) -> Any:
        form = Stream(
            pdf, operators.encode(), Type=Name.XObject, Subtype=Name.Form,
            BBox=Array([0, 0, 500, 700]), Resources=pdf.pages[4].obj.Resources,
        )  # fmt: skip
        for key, value in entries.items():
            form[f"/{key}"] = value
        return pdf.make_indirect(form)

    return make


def _tiling(operators: str) -> Any:
    def make(pdf: Pdf) -> Any:
        return pdf.make_indirect(
            Stream(
                pdf, operators.encode(), PatternType=1, PaintType=1, TilingType=1, XStep=9, YStep=9,
                BBox=Array([0, 0, 9, 9]), Resources=Dictionary(),
            )
        )  # fmt: skip

    return make


def _gradient(pdf: Pdf) -> Any:
    function = Dictionary(
        FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([0, 0, 0]), C1=Array([1, 0, 0])
    )
    return Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 9, 9]), Function=function
    )


def _type3(operators: str) -> Any:
    def make(pdf: Pdf) -> Any:
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FontBBox=Array([0, 0, 1000, 1000]), FirstChar=65, LastChar=65, Widths=Array([1000]),
            CharProcs=Dictionary(a=Stream(pdf, operators.encode())), Resources=Dictionary(),
            Encoding=Dictionary(Differences=Array([65, Name.a])),
        )  # fmt: skip

    return make


def _state(**entries: Any) -> Any:
    return lambda pdf: Dictionary(**entries)


def _moved(number: int, old: str, new: str) -> Change:
    """Bytes of a page replaced."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[number - 1].obj
        data = page.Contents.read_bytes()
        assert re.search(old.encode(), data)
        page.Contents = Stream(pdf, re.sub(old.encode(), new.encode(), data))

    return change


def _all_shifted(pdf: Pdf) -> None:
    """All text 5 mm to the right on every page: margins that do not mirror."""
    for page in pdf.pages:
        data = b"1 0 0 1 14.2 0 cm " + page.obj.Contents.read_bytes()
        page.obj.Contents = Stream(pdf, data)


def _pages_taken(*numbers: int) -> Change:
    def change(pdf: Pdf) -> None:
        for number in sorted(numbers, reverse=True):
            del pdf.pages[number - 1]

    return change


def _emptied(*numbers: int) -> Change:
    def change(pdf: Pdf) -> None:
        for number in numbers:
            pdf.pages[number - 1].obj.Contents = Stream(pdf, b"")

    return change


def _romans(*folios: str) -> list[Change]:
    """Other folios from page 3 on, each at the fore edge."""
    return [
        _folio(number, said, 115 if number % 2 else samples.MARGIN)
        for number, said in enumerate(folios, 3)
    ]


def _folio(number: int, said: int | str, x_mm: float) -> Change:
    """Another folio on a page, in the place of its own."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[number - 1].obj
        x, y = (float(value) for value in list(page.TrimBox)[:2])
        lines = page.Contents.read_bytes().splitlines()
        texts = [at for at, line in enumerate(lines) if line.startswith(b"BT")]
        place = written(str(said), x + x_mm * samples.MM, y + samples.MARGIN * samples.MM)
        lines[texts[-1]] = place.encode()
        page.Contents = Stream(pdf, b"\n".join(lines))

    return change


LINK = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))])
TEXT = written("天地", 150, 120)
SPOT = Array([
    Name.Separation, Name.Gold, Name.DeviceCMYK,
    Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([0, 0, 0, 0]),
               C1=Array([0, 0.2, 1, 0])),
])  # fmt: skip
ALL = Array([Name.Separation, Name.All, Name.DeviceGray, Dictionary()])
CAL = Array([Name.CalRGB, Dictionary(WhitePoint=Array([0.95, 1, 1.09]))])

BROKEN = {
    # The file.
    "no claim": Broken("PRE-STANDARD", _without("claim")),
    "a claim misspelled": Broken("PRE-STANDARD", _claims("PDF/X-4:2010")),
    "X-3 for who takes X-4 alone": Broken(
        "PRE-STANDARD", _claims("PDF/X-3:2002"), ("PRE-VERSION",), demanding(standards=("x4",))
    ),
    "no output intent": Broken("PRE-INTENT", _without("intents")),
    "an intent of another kind": Broken("PRE-INTENT", _intent("S", Name.GTS_PDFA1)),
    "a profile for screens": Broken(
        "PRE-INTENT",
        _intent("DestOutputProfile",
                lambda pdf: Stream(pdf, samples.profile().replace(b"CMYK", b"RGB "), N=3)),
    ),
    "a profile that is none": Broken(
        "PRE-INTENT", _intent("DestOutputProfile", lambda pdf: Stream(pdf, b"x" * 200, N=4))
    ),
    "an unknown condition without a profile": Broken(
        "PRE-INTENT", both(_intent("DestOutputProfile", None),
                           _intent("OutputConditionIdentifier", "house"))
    ),
    "an unknown condition": Broken(
        "PRE-CONDITION", _intent("OutputConditionIdentifier", "our best press")
    ),
    "no word on trapping": Broken("PRE-TRAPPED", _without("Trapped")),
    "PDF 1.7 for X-4": Broken("PRE-VERSION", lambda pdf: None, version="1.7"),
    "PDF 1.4 for X-1a of 2001": Broken(
        "PRE-VERSION", _x1a("2001"), to=demanding(standards=("x1a",)), version="1.4"
    ),
    "a script": Broken(
        "PRE-SCRIPT",
        _root("OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")),
    ),
    "an action of a page": Broken("PRE-SCRIPT", _page(3, "AA", Dictionary())),
    "a file attached": Broken(
        "PRE-ATTACHMENT", _root("Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))
    ),
    "a form": Broken(
        "PRE-FORM", _root("AcroForm", Dictionary(Fields=Array([Dictionary(FT=Name.Tx)])))
    ),
    "a link": Broken("PRE-ANNOTATION", _page(3, "Annots", LINK)),
    "bookmarks": Broken("PRE-OUTLINE", _root("Outlines", Dictionary(Count=0))),
    # The boxes.
    "no TrimBox": Broken("PRE-TRIM", box(3, "TrimBox", None),
                         ("PRE-SAME", "PRE-SIZE", "PRE-BLEED", "PRE-MIRROR", "PRE-FOLIO")),
    "an ArtBox": Broken("PRE-TRIM", box(3, "ArtBox", (0, 0, 0, 0))),
    "a CropBox at the trim": Broken("PRE-TRIM", box(3, "CropBox", (0, 0, 0, 0))),
    "a BleedBox within the trim": Broken("PRE-NEST", box(3, "BleedBox", (6, 6, -6, -6)),
                                         ("PRE-BLEED",)),
    "another trim": Broken("PRE-SIZE", every(lambda n: box(n, "TrimBox", (0, -0.5, 0, 0.5))),
                           ("PRE-BLEED", "PRE-ART")),
    "bleed of 2 mm": Broken("PRE-BLEED", box(3, "BleedBox", (1, 1, -1, -1))),
    "no bleed": Broken("PRE-BLEED", box(3, "BleedBox", None)),
    "bleed at the spine": Broken(
        "PRE-BLEED", lambda pdf: None, (), demanding(bleed_sides="outer")
    ),
    "more slug at one side": Broken("PRE-CENTRE", box(3, "MediaBox", (-5, 0, 0, 0))),
    "one page larger": Broken("PRE-SAME", box(3, "TrimBox", (0, -1, 0, 1)),
                              ("PRE-SIZE", "PRE-BLEED")),
    "a page turned": Broken("PRE-ROTATE", _page(3, "Rotate", 90)),
    "a page scaled": Broken("PRE-ROTATE", _page(3, "UserUnit", 2)),
    "room for marks": Broken("PRE-MARKS", lambda pdf: None, (), demanding(marks=False)),
    "registration colour in the page": Broken(
        "PRE-REGISTRATION",
        both(resource(3, "ColorSpace", "All", lambda pdf: ALL),
             draw(3, "/All CS 1 SCN 1 w 100 100 m 200 100 l S")),
    ),
    # Colour.
    "RGB text": Broken("PRE-RGB", draw(3, "0 0 0 rg " + TEXT)),
    "an RGB line": Broken("PRE-RGB", draw(3, "1 0 0 RG 1 w 100 200 m 200 200 l S")),
    "an RGB crop mark": Broken("PRE-RGB", draw(3, "0 0 0 RG 1 w 5 0 m 5 9 l S")),
    "calibrated RGB": Broken(
        "PRE-RGB", both(resource(3, "ColorSpace", "C", lambda pdf: CAL),
                        draw(3, "/C cs 1 0 0 scn 100 100 50 50 re f")),
    ),
    "RGB in a form": Broken(
        "PRE-RGB", both(resource(3, "XObject", "X", _form("1 0 0 rg 100 100 50 50 re f")),
                        draw(3, "/X Do")),
    ),
    "RGB in a pattern": Broken(
        "PRE-RGB", both(resource(3, "Pattern", "P", _tiling("1 0 0 rg 0 0 5 5 re f")),
                        draw(3, "/Pattern cs /P scn 100 100 50 50 re f")),
    ),
    "an RGB gradient": Broken(
        "PRE-RGB", both(resource(3, "Shading", "S", _gradient),
                        draw(3, "100 100 50 50 re W n /S sh")),
    ),
    "RGB in a Type 3 glyph": Broken(
        "PRE-RGB", both(resource(3, "Font", "T", _type3("1000 0 d0 1 0 0 rg 0 0 900 900 re f")),
                        draw(3, "BT /T 10 Tf 150 120 Td (A) Tj ET")),
        ("PRE-FONT",),
    ),
    "RGB in an inline image": Broken(
        "PRE-IMAGE",
        draw(3, "9 0 0 9 100 100 cm BI /W 40 /H 40 /BPC 8 /CS /RGB ID abc\nEI "),
    ),
    "coloured inks for who wants gray": Broken(
        "PRE-CMYK", lambda pdf: None, (), demanding(interior=("gray", "srgb"))
    ),
    "a coloured picture for who wants gray": Broken(
        "PRE-CMYK", both(_emptied(4), _picture("DeviceCMYK", b"\x40\x20\0\0")), ("PRE-RECTO",),
        demanding(interior=("gray", "srgb"))
    ),
    "a spot colour": Broken(
        "PRE-SPOT", both(resource(3, "ColorSpace", "S", lambda pdf: SPOT),
                         draw(3, "/S cs 1 scn 100 100 50 50 re f")),
    ),
    "text in four inks": Broken("PRE-TEXT", draw(3, ".72 .68 .67 .88 k " + TEXT)),
    "text in three inks": Broken("PRE-TEXT", draw(3, "1 1 1 0 k " + TEXT)),
    "ink of 400 %": Broken("PRE-INK", draw(3, "1 1 1 1 k 100 100 50 50 re f")),
    "black that overprints navy": Broken(
        "PRE-INK", draw(3, ".97 .93 .29 .51 k 100 100 50 50 re f /Over gs 0 0 0 1 k "
                           "110 110 20 20 re f"),
    ),
    "ink of 320 % in a picture": Broken(
        "PRE-INK", _picture("DeviceCMYK", b"\xcc\xcc\xcc\xcc")
    ),
    "too much ink in a picture of Ingram's": Broken(
        "PRE-INK", _picture("DeviceCMYK", b"\xa0\xa0\xa0\xa0"), (), demanding(ink=240)
    ),
    "ink of 400 % at the end of a gradient": Broken(
        "PRE-INK",
        both(
            resource(3, "Shading", "S", lambda pdf: Dictionary(
                ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=Array([0, 0, 9, 9]),
                Function=Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1,
                                    C0=Array([0, 0, 0, 0]), C1=Array([1, 1, 1, 1])))),
            draw(3, "100 100 50 50 re W n /S sh"),
        ),
    ),
    "ink of 400 % in an indexed picture": Broken(
        "PRE-INK",
        _picture("DeviceGray", b"\x01", ColorSpace=Array(
            [Name.Indexed, Name.DeviceCMYK, 1, pikepdf.String(b"\0\0\0\0\xff\xff\xff\xff")])),
    ),
    "a tint of 5 %": Broken(
        "PRE-TINT", draw(3, "0 0 0 .05 k 100 100 50 50 re f"), (), demanding(tint=8)
    ),
    "blended in RGB": Broken(
        "PRE-BLEND",
        both(resource(3, "XObject", "X", _form("0 0 0 1 k 100 100 9 9 re f", Group=Dictionary(
            S=Name.Transparency, CS=Name.DeviceRGB))), draw(3, "/X Do")),
    ),
    "a page blended in RGB": Broken(
        "PRE-BLEND", _page(3, "Group", Dictionary(S=Name.Transparency, CS=Name.DeviceRGB))
    ),
    "opacity in X-1a": Broken(
        "PRE-TRANSPARENT",
        both(resource(3, "ExtGState", "T", _state(ca=0.5)),
             draw(3, "/T gs 0 0 0 1 k 100 100 9 9 re f")),
        to=demanding(transparency=False),
    ),
    "a blend mode": Broken(
        "PRE-TRANSPARENT",
        both(resource(3, "ExtGState", "T", _state(BM=Name.Multiply)), draw(3, "/T gs")),
        to=demanding(transparency=False),
    ),
    "a soft mask": Broken(
        "PRE-TRANSPARENT", _picture("DeviceCMYK", b"\x40\0\0\0", SMask=_soft_mask),
        to=demanding(transparency=False),
    ),
    "white that overprints": Broken(
        "PRE-WHITE", draw(3, "/Over gs 0 0 0 0 k 100 100 50 50 re f")
    ),
    "white text that overprints": Broken("PRE-WHITE", draw(3, "/Over gs 0 0 0 0 k " + TEXT)),
    "small black text knocked out": Broken(
        "PRE-OVERPRINT", draw(4, "/Out gs 0 0 0 1 k " + TEXT)
    ),
    # Lines, type, pictures.
    "a hairline": Broken("PRE-STROKE", draw(3, "0 0 0 1 K .1 w 100 100 m 200 100 l S")),
    "a line of no width": Broken("PRE-STROKE", draw(3, "0 0 0 1 K 0 w 100 100 m 200 100 l S")),
    "a line scaled down": Broken(
        "PRE-STROKE", draw(3, "0 0 0 1 K .1 0 0 .1 0 0 cm 1 w 1000 1000 m 2000 1000 l S")
    ),
    "a bar of .1 pt": Broken("PRE-STROKE", draw(3, "0 0 0 1 k 100 100 60 .1 re f")),
    "a bar of .1 pt with corners": Broken(
        "PRE-STROKE", draw(3, "0 0 0 1 k 100 100 m 160 100 l 160 100.1 l 100 100.1 l h f")
    ),
    "a frame of .1 pt": Broken(
        "PRE-STROKE", draw(3, "0 0 0 1 k 100 100 60 60 re 100.1 100.1 59.8 59.8 re f*")
    ),
    "a bar that a clip leaves": Broken(
        "PRE-STROKE", draw(3, "100 100 .1 60 re W n 0 0 0 1 k 100 100 60 60 re f")
    ),
    "a line in a form": Broken(
        "PRE-STROKE",
        both(resource(3, "XObject", "X", _form("0 0 0 1 K 1 w 500 500 m 600 500 l S",
                                               Matrix=Array([0.2, 0, 0, 0.2, 0, 0]))),
             draw(3, "/X Do")),
    ),
    "type of 2.5 pt": Broken(
        "PRE-TYPE", draw(3, "0 0 0 1 k " + written("天", 150, 120, 2.5))
    ),
    "type scaled to 2.5 pt": Broken(
        "PRE-TYPE", draw(3, "0 0 0 1 k .25 0 0 .25 0 0 cm " + written("天", 600, 480))
    ),
    "an RGB picture": Broken("PRE-IMAGE", _picture("DeviceRGB", b"\1\2\3")),
    "a picture of 150 dpi": Broken("PRE-DPI", _picture("DeviceCMYK", b"\x40\0\0\0", 150)),
    "line art of 300 dpi": Broken(
        "PRE-DPI", _picture("DeviceGray", b"\x40", 300, BitsPerComponent=1)
    ),
    "line art of 300 dpi in bytes": Broken("PRE-DPI", _picture("DeviceGray", b"\0\xff", 300)),
    # Fonts.
    "a font that is not embedded": Broken("PRE-FONT", _font("FontFile2")),
    "a font of viewers": Broken(
        "PRE-FONT",
        both(
            resource(3, "Font", "H", lambda pdf: Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica,
                Encoding=Name.WinAnsiEncoding)),
            draw(3, "0 0 0 1 k BT /H 10 Tf 150 120 Td (A) Tj ET"),
        ),
        ("PRE-UNICODE",),
    ),
    "a Type 3 font": Broken(
        "PRE-FONT", both(resource(3, "Font", "T", _type3("1000 0 d0 0 0 900 900 re f")),
                         draw(3, "0 0 0 1 k BT /T 10 Tf 150 120 Td (A) Tj ET")),
    ),
    "a whole font": Broken("PRE-SUBSET", _font("tag")),
    "a font that does not say its characters": Broken("PRE-UNICODE", _font("ToUnicode")),
    "an empty box": Broken(
        "PRE-NOTDEF", draw(3, "0 0 0 1 k BT /F 10 Tf 150 120 Td <00010000> Tj ET")
    ),
    # Pages.
    "text at the trim": Broken(
        "PRE-SAFE", draw(3, "0 0 0 1 k 1 0 0 1 {x} {y} cm " + written("天", 380, 200)),
    ),
    "text in the fold": Broken(
        "PRE-GUTTER", draw(3, "0 0 0 1 k 1 0 0 1 {x} {y} cm " + written("天", 12, 200)),
    ),
    "a margin too narrow for so many pages": Broken(
        "PRE-GUTTER", lambda pdf: None, (), demanding(gutter=((4, 10), (700, 22)))
    ),
    "margins that do not mirror": Broken("PRE-MIRROR", _all_shifted),
    "a folio at the spine": Broken("PRE-FOLIO", _folio(3, 3, samples.MARGIN)),
    "a folio out of order": Broken("PRE-FOLIO", _folio(5, 15, 115)),
    "a Roman folio out of order": Broken("PRE-FOLIO", both(*_romans("i", "ii", "iv"))),
    "odd Roman folios on versos": Broken(
        "PRE-FOLIO", both(*_romans("ii", "iii", "iv", "v", "vi", "vii"))
    ),
    "a folio on a blank page": Broken(
        "PRE-FOLIO", both(_emptied(6), draw(6, "0 0 0 1 k 1 0 0 1 {x} {y} cm "
                                            + written("6", 57, 57))),
    ),
    "odd folios on versos": Broken("PRE-FOLIO", _pages_taken(1),
                                   ("PRE-COUNT", "PRE-RECTO", "PRE-MIRROR")),
    "a blank recto": Broken("PRE-RECTO", _emptied(5)),
    "a crop mark within the bleed": Broken(
        "PRE-CROP", draw(3, "0 0 0 1 K .25 w 1 0 0 1 {x} {y} cm 0 -4 m 0 -20 l S")
    ),
    "a crop mark of a bar": Broken(
        "PRE-CROP", draw(3, "0 0 0 1 k 1 0 0 1 {x} {y} cm -30 -.2 28 .4 re f")
    ),
    "a chapter on a verso": Broken("PRE-RECTO", lambda pdf: None, rest=(("rectos", (4,)),)),
    "seven pages": Broken("PRE-COUNT", _pages_taken(8)),
    "fewer pages than are bound": Broken("PRE-COUNT", lambda pdf: None, (), demanding(fewest=24)),
    "more pages than are bound": Broken("PRE-COUNT", lambda pdf: None, (), demanding(most=6)),
    "no blank page at the end": Broken("PRE-LAST", lambda pdf: None, (),
                                       demanding(last_blank=True)),
    "three blank pages": Broken("PRE-BLANK", _emptied(4, 5, 6), (), demanding(blanks=2)),
    "bound on the right": Broken("PRE-BINDING", lambda pdf: None,
                                 ("PRE-FOLIO", "PRE-MIRROR", "PRE-DIRECTION"),
                                 demanding(bindings=("left",)), rest=(("binding", "right"),)),
    "no word of pages that turn to the right": Broken(
        "PRE-DIRECTION", lambda pdf: None, ("PRE-FOLIO",), rest=(("binding", "right"),)),
    "pages that do not turn to the right": Broken(
        "PRE-DIRECTION", _root("ViewerPreferences", Dictionary(Direction=Name.R2L)),
        rest=(("binding", "left"),)),
    "art that ends at the trim": Broken(
        "PRE-ART", draw(3, ".2 0 0 0 k 1 0 0 1 {x} {y} cm 300 100 96.85 50 re f")
    ),
    "a picture that ends at the trim": Broken(
        "PRE-ART", draw(5, "50 0 0 50 {x} {y} cm /Picture Do")
    ),
    # Damage.
    "a resource that is missing": Broken("PRE-DAMAGE", draw(3, "/Nothing gs")),
    "a form that draws itself": Broken(
        "PRE-DAMAGE", both(resource(3, "XObject", "X", _form("/X Do")),
                           resource(5, "XObject", "X", lambda pdf: (
                               pdf.pages[2].obj.Resources.XObject.X)), draw(3, "/X Do")),
    ),
    "states without end": Broken("PRE-DAMAGE", draw(3, "q " * 5000)),
}  # fmt: skip


def checked(broken: Broken, folder: Path) -> Report:
    """The report on the file that is broken so."""
    path = Sample().save(folder / "a.pdf", broken.change, broken.version)
    return preflight(path, broken.to, trim=TRIM, **dict(broken.rest))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_caught_by_its_rule(tmp_path: Path, name: str) -> None:
    broken = BROKEN[name]
    found = checked(broken, tmp_path).diagnostics
    told = {item.code for item in found}
    assert broken.code in told
    assert told <= {broken.code, *broken.also}, [show(item) for item in found]
    assert {item.severity for item in found if item.code == broken.code} == {
        RULES[broken.code].severity
    }


def test_every_rule_has_a_broken_file() -> None:
    here = set(re.findall(r'"(PRE-[A-Z]+)"', Path(__file__).read_text("utf-8")))
    caught = {broken.code for broken in BROKEN.values()} | OTHERS
    assert caught == set(RULES) == here


#: Rules whose broken files are made below.
OTHERS = {"PRE-OPEN", "PRE-ID", "PRE-ENCRYPT", "PRE-COVER", "PRE-SPINE", "PRE-FOLD"}


def test_front_matter_may_be_counted_apart(tmp_path: Path) -> None:
    change = both(*_romans("i", "ii", "iii", "iv", "1", "2"))
    report = preflight(Sample().save(tmp_path / "a.pdf", change), OFFSET, trim=TRIM)
    assert report.ready
    told = dict(report.facts)["folios"]
    assert told == "6 pages; i (page 3) to iv (page 6), 1 (page 7) to 2 (page 8)"


def test_a_file_without_an_identifier(tmp_path: Path) -> None:
    path = Sample().save(tmp_path / "a.pdf")
    data = path.read_bytes()
    assert data.count(b"/ID [") == 1
    path.write_bytes(data.replace(b"/ID [", b"/IX ["))
    found = preflight(path, OFFSET, trim=TRIM).diagnostics
    assert [item.code for item in found] == ["PRE-ID"]


def test_an_encrypted_file(tmp_path: Path) -> None:
    sample = Sample()
    path = tmp_path / "a.pdf"
    sample.pdf.save(path, encryption=pikepdf.Encryption(owner="o", user=""))
    found = preflight(path, OFFSET, trim=TRIM).diagnostics
    assert "PRE-ENCRYPT" in [item.code for item in found]
    locked = tmp_path / "b.pdf"
    Sample().pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    found = preflight(locked, OFFSET, trim=TRIM).diagnostics
    assert [item.code for item in found] == ["PRE-OPEN"]


def test_x1a_of_2003_is_of_pdf_1_4(tmp_path: Path) -> None:
    path = Sample().save(tmp_path / "a.pdf", _x1a("2003"), "1.4")
    assert preflight(path, demanding(standards=("x1a",)), trim=TRIM).ready


def test_a_picture_is_told_by_its_name_with_the_size_it_needs(tmp_path: Path) -> None:
    change = _picture("DeviceCMYK", b"\x40\0\0\0", 150)
    path = Sample().save(tmp_path / "a.pdf", change)
    with pikepdf.open(path) as document:
        ((name, image),) = document.pages[4].obj.Resources.XObject.items()
        size = int(image.Width), int(image.Height)
    report = preflight(path, OFFSET, trim=TRIM, pictures={name: "图/甲.png"})
    (told,) = report.diagnostics
    wanted = f"the picture 图/甲.png of {size[0]} × {size[1]} pixels at 150 dpi, less than 300"
    assert told.message == f"page 5: {wanted}"
    assert f"needs {2 * size[0]} × {2 * size[1]} pixels" in told.hints[0]
    (bare,) = preflight(path, OFFSET, trim=TRIM).diagnostics
    assert bare.message.startswith("page 5: a picture of")


def test_texts_at_the_edge_are_one_kind(tmp_path: Path) -> None:
    at_the_edge = [
        draw(page, "0 0 0 1 k 1 0 0 1 {x} {y} cm " + written("天地玄黄"[page % 4], 380, 200))
        for page in (3, 4, 5, 6)
    ]
    path = Sample().save(tmp_path / "a.pdf", both(*at_the_edge))
    (found,) = [
        item for item in preflight(path, OFFSET, trim=TRIM).diagnostics if item.code == "PRE-SAFE"
    ]
    assert found.message.endswith("(3 more such)") and "chars" in found.hints[0]


# --- covers and booklets ---------------------------------------------------------------------


def cover_codes(path: Path, change: Change | None = None, **rest: Any) -> list[str]:
    path = samples.cover(OFFSET, 10.0, rest.pop("spine_text", True)).save(path, change)
    arguments: dict[str, Any] = {"trim": TRIM, "spine": 10.0, "pages": 200, **rest}
    to = arguments.pop("to", OFFSET)
    report = preflight(path, to, kind="cover", **arguments)
    return [item.code for item in report.diagnostics]


def test_a_cover_for_another_number_of_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    assert cover_codes(path) == []
    assert cover_codes(path, spine=10.05) == []
    assert set(cover_codes(path, spine=12.0)) == {"PRE-COVER"}
    assert set(cover_codes(path, flap=60.0)) == {"PRE-COVER"}
    assert set(cover_codes(path, trim=(140.0, 210.0))) == {"PRE-COVER"}


def test_text_of_the_spine_at_the_folds(tmp_path: Path) -> None:
    middle = (samples.SLUG + 3 + TRIM[0] + 5) * samples.MM
    wide = draw(1, "0 0 0 1 k " + written("荒", middle - 13, 400, 26))
    assert cover_codes(tmp_path / "a.pdf", wide) == ["PRE-SPINE"]
    thin = dataclasses.replace(OFFSET.cover, spine_text_pages=79)
    few = demanding(cover=thin)
    assert cover_codes(tmp_path / "a.pdf", pages=60, to=few) == ["PRE-SPINE"]
    assert cover_codes(tmp_path / "a.pdf", pages=60, to=few, spine_text=False) == []


def test_a_cover_of_two_pages(tmp_path: Path) -> None:
    path = Sample().save(tmp_path / "a.pdf")
    report = preflight(path, OFFSET, kind="cover", trim=TRIM, spine=10.0)
    assert "PRE-COVER" in {item.code for item in report.diagnostics}


def test_the_sheets_of_a_booklet_are_no_pages(tmp_path: Path) -> None:
    creep = box(2, "TrimBox", (0.5, 0, -0.5, 0))
    path = samples.booklet().save(tmp_path / "a.pdf", both(creep, _without("claim")))
    report = preflight(path, OFFSET, kind="booklet", trim=(105.0, 148.0))
    assert [show(item) for item in report.diagnostics] == []
    assert dict(report.facts)["sheets"] == "2 sides"
    assert dict(report.facts)["fold"] == "text comes as near as 20 mm (page 1), wanted 3 mm"


@pytest.mark.parametrize("at", [-7.5, -2.0, 0.5])
def test_text_in_the_fold_of_a_booklet(tmp_path: Path, at: float) -> None:
    """Left of the fold, over it, and right of it; ``at`` is where a character of 3.5 mm begins, in
    mm from the fold."""
    # The trim begins half a millimetre late, for creep.
    x = (TRIM[0] - 0.5 + at) * samples.MM
    text = draw(2, "0 0 0 1 k 1 0 0 1 {x} {y} cm " + written("天", x, 60))
    assert fold_codes(tmp_path, text) == (["PRE-FOLD"] if at > -7 else [])


def test_art_over_the_fold_of_a_booklet(tmp_path: Path) -> None:
    at = (TRIM[0] - 0.5) * samples.MM
    over = draw(2, ".2 0 0 0 k 1 0 0 1 {x} {y} cm " + f"{at - 20:.3f} 40 40 10 re f")
    beside = draw(2, ".2 0 0 0 k 1 0 0 1 {x} {y} cm " + f"{at - 20:.3f} 40 20 10 re f")
    assert fold_codes(tmp_path, over) == ["PRE-FOLD"]
    assert fold_codes(tmp_path, beside) == []


def fold_codes(folder: Path, change: Change) -> list[str]:
    path = samples.booklet().save(folder / "a.pdf", change)
    return [item.code for item in preflight(path, OFFSET, kind="booklet").diagnostics]


def test_what_check_says_of_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good = Sample().save(tmp_path / "a.press.pdf")
    assert main(["check", str(good)]) == 0
    said = capfd.readouterr()
    told = preflight(good, OFFSET).text().replace("offset:", "offset, since none is named:")
    assert said.out == told + "\n" and said.err == ""
    bad = Sample().save(tmp_path / "b.pdf", draw(3, "0 0 0 rg " + TEXT))
    assert main(["check", str(bad), "--printer", "胶印", "--json"]) == 1
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["type"], line.get("code"), line.get("ready")) for line in lines] == [
        ("diagnostic", "PRE-RGB", None),
        ("preflight", None, False),
    ]
    assert main(["check", str(bad), "--printer", "KPD"]) == 2
    assert "did you mean 'KDP'?" in capfd.readouterr().err


def test_a_cover_in_inks_for_who_prints_from_srgb(tmp_path: Path) -> None:
    """Lulu; a printer of grey pages has covers in inks."""
    lulu = printer("Lulu")
    path = samples.cover(lulu, 10).save(
        tmp_path / "a.pdf", draw(1, ".9 .2 0 .1 k 200 200 9 9 re f")
    )
    for to, told in ((lulu, {"PRE-CMYK"}), (demanding(interior=("gray",)), set())):
        found = preflight(path, to, kind="cover").diagnostics
        assert {item.code for item in found if item.code == "PRE-CMYK"} == told


def test_what_is_checked_as_printed(tmp_path: Path) -> None:
    plain = Sample().save(tmp_path / "a.pdf", _without("claim"))
    assert asked(plain) is None and asked(tmp_path) is None
    named = asked(plain, "lulu")
    assert named is not None and named.printer == "Lulu"
    assert [kind_of(Path(name)) for name in ("a.cover.pdf", "a.b.booklet.pdf", "cover.pdf")] == [
        "cover",
        "booklet",
        "press",
    ]


def test_a_cover_says_what_is_not_checked(tmp_path: Path) -> None:
    path = samples.cover(OFFSET, 10.0).save(tmp_path / "a.cover.pdf")
    report = asked(path, "offset")
    line = "not checked         width, spine and flaps (a build knows them)"
    assert report is not None and line in report.text()
    assert "since none is named" not in report.text()
    built = preflight(path, OFFSET, kind="cover", trim=TRIM, spine=10.0)
    assert "not checked" not in built.text()


def test_the_binding_is_what_the_file_says(tmp_path: Path) -> None:
    path = Sample(binding="right").save(tmp_path / "a.pdf")
    assert preflight(path, OFFSET, trim=TRIM).ready
    path = Sample(binding="right").save(tmp_path / "a.pdf", _without("direction"))
    (told, *_) = preflight(path, OFFSET, trim=TRIM).diagnostics
    assert told.code == "PRE-DIRECTION" and "as the file says" in told.message


def test_a_plain_file_needs_no_intent(tmp_path: Path) -> None:
    change = both(_without("claim"), _without("intents"), _without("Trapped"))
    path = Sample().save(tmp_path / "a.pdf", change)
    for to, kind in ((OFFSET, "plain"), (demanding(standards=("x1a", "plain")), "press")):
        report = preflight(path, to, kind=kind, trim=TRIM)  # type: ignore[arg-type]
        assert [show(item) for item in report.diagnostics] == []


# --- what is not a fault ---------------------------------------------------------------------

SOUND: dict[str, Change] = {
    "a crop mark in registration colour": both(
        resource(3, "ColorSpace", "All", lambda pdf: ALL),
        draw(3, "/All CS 1 SCN .25 w 5 0 m 5 9 l S"),
    ),
    "colour in an ICC space of four inks": both(
        resource(3, "ColorSpace", "I", lambda pdf: Array(
            [Name.ICCBased, Stream(pdf, samples.profile(), N=4)])),
        draw(3, "/I cs .2 .2 0 0 scn 100 100 50 50 re f"),
    ),
    "black that overprints white on navy": draw(
        3, ".97 .93 .29 .51 k 100 100 50 50 re f 0 0 0 0 k 105 105 40 40 re f "
           "/Over gs 0 0 0 1 k 110 110 20 20 re f"),
    "black that knocks out navy": draw(
        3, ".97 .93 .29 .51 k 100 100 50 50 re f 0 0 0 1 k 110 110 20 20 re f"),
    "a white panel that ends at the trim": draw(3, "0 0 0 0 k {x} {y} 100 100 re f"),
    "black text over a gray panel": draw(3, "0 0 0 .2 k 100 100 90 50 re f 0 0 0 1 k " + TEXT),
    "large black text over a panel": draw(
        4, "/Out gs 0 0 0 1 k " + written("天", 150, 120, 30)),
    "text that nobody sees": draw(3, "3 Tr " + written("天", 40, 200)),
    "a path that only clips": draw(3, "100 100 60 .01 re W n"),
    "the minus sign of a formula": draw(3, "0 0 0 1 k 100 100 3 .15 re f"),
    "a bar beside a fraction, drawn as a path": draw(
        3, "0 0 0 1 k 100 100 m 100.1 100 l 100.1 123 l 100 123 l h f"),
    "a frame of half a point": draw(
        3, "0 0 0 1 k 100 100 60 60 re 100.5 100.5 59 59 re f*"),
    "a fill cut off whole": draw(3, "90 90 10 10 re W n 0 0 0 1 k 100 100 60 60 re f"),
    "colour cut off by a clip": draw(
        3, "150 150 10 10 re W n 0 .5 0 0 k 100 100 300 300 re f"),
    "a coloured heading": draw(3, ".9 .2 0 .1 k " + TEXT),
    "a spot named black": both(
        resource(3, "ColorSpace", "B", lambda pdf: Array(
            [Name.Separation, Name.Black, Name.DeviceCMYK, Dictionary()])),
        draw(3, "/B cs 1 scn 100 100 50 50 re f")),
    "a group blended in CMYK": both(
        resource(3, "XObject", "X", _form("0 0 0 1 k 100 100 9 9 re f", Group=Dictionary(
            S=Name.Transparency, CS=Name.DeviceCMYK))), draw(3, "/X Do")),
    "content in two streams": _page(3, "Contents", lambda pdf: Array([
        pdf.make_indirect(Stream(pdf, pdf.pages[2].obj.Contents.read_bytes())),
        pdf.make_indirect(Stream(pdf, b"0 0 0 1 k " + TEXT.encode()))])),
    "marks of print shops": _page(3, "Annots", Array([Dictionary(Subtype=Name.TrapNet)])),
    "a destination at the start": _root("OpenAction", lambda pdf: Array(
        [pdf.pages[0].obj, Name.Fit])),
}  # fmt: skip


def _jpeg(pixel: tuple[int, int, int, int], **entries: Any) -> Change:
    """A JPEG of four inks in the place of the sample's picture, its samples turned round, as Adobe
    has them."""
    stream = io.BytesIO()
    Image.new("CMYK", (300, 300), pixel).save(stream, "JPEG", quality=95)

    def change(pdf: Pdf) -> None:
        picture = Stream(
            pdf, stream.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=300, Height=300,
            BitsPerComponent=8, ColorSpace=Name.DeviceCMYK, Filter=Name.DCTDecode, **entries,
        )  # fmt: skip
        pdf.pages[4].obj.Resources.XObject.Picture = pdf.make_indirect(picture)

    return change


@pytest.mark.parametrize(
    ("change", "ink"),
    [
        (_picture("DeviceCMYK", bytes([128, 64, 32, 16])), 94.1),
        (_picture("DeviceCMYK", bytes([128, 64, 32, 16]), Decode=Array([1, 0] * 4)), 305.9),
        (_jpeg((128, 64, 32, 16), Decode=Array([1, 0] * 4)), 94.1),
        (_jpeg((128, 64, 32, 16)), 305.9),
        (_picture("DeviceGray", b"\x40"), 100),
    ],
)
def test_the_ink_of_pictures(tmp_path: Path, change: Change, ink: float) -> None:
    path = Sample().save(tmp_path / "a.pdf", both(change, _emptied(1, 3, 4, 6, 7, 8)))
    facts = dict(preflight(path, OFFSET, trim=TRIM).facts)
    # What else is on the page is black ink.
    assert float(facts["total ink"].split()[0]) == pytest.approx(max(ink, 100), abs=3)


@pytest.mark.parametrize("name", SOUND)
def test_what_is_no_fault(tmp_path: Path, name: str) -> None:
    path = Sample().save(tmp_path / "a.pdf", SOUND[name])
    report = preflight(path, OFFSET, trim=TRIM)
    assert [show(item) for item in report.diagnostics] == []


# --- files of anybody's ----------------------------------------------------------------------


def codes(path: Path) -> set[str]:
    report = preflight(path, OFFSET, trim=TRIM)
    assert report.text()
    return {item.code for item in report.diagnostics}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.6", b"no PDF at all", b"%PDF-1.6\n" + b"[" * 9999])
def test_what_is_no_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert "PRE-OPEN" in codes(path)
    assert claimed(path) == ""


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_cut_short(tmp_path: Path, share: float) -> None:
    path = Sample().save(tmp_path / "a.pdf")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert codes(path)


def test_bytes_changed_at_random(tmp_path: Path) -> None:
    import random

    data = Sample().save(tmp_path / "a.pdf").read_bytes()
    chance = random.Random(6)
    path = tmp_path / "b.pdf"
    for _ in range(60):
        changed = bytearray(data)
        for _ in range(30):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed)
        codes(path)


@pytest.mark.parametrize(
    "operators",
    ["[" * 20_000, "1" * 200_000 + "x", "1." * 100_000, "< " * 50_000, "(a" * 50_000,
     "<<" * 20_000, "(" * 20_000, "(\\", "<41", "BI /W 9 /H 9 ID abc", "1e999 w",
     "99999999999999999999999999 w 9 9 m 1 1 l S", "/X Do /X gs /X sh", "cm", "1 2 cm", "(a) w",
     "/F Tf", "/F 9 Tf", "[1 2 [3]] TJ", "<0001> Tj", "ET Q Q Q", "/Pattern cs /Y scn 9 9 9 9 re f",
     "1 0 0 1 1e308 1e308 cm 1e308 0 0 1e308 0 0 cm 9 9 9 9 re f 9 w 9 9 m 9 8 l S",
     "\x00\x01\x02\xff\xfe", "% a comment", "1 2 3 4 5 6 7 8 9 " * 1000 + "k"],
)  # fmt: skip
def test_operators_without_sense(tmp_path: Path, operators: str) -> None:
    path = Sample().save(tmp_path / "a.pdf", draw(3, operators))
    codes(path)


def test_forms_that_multiply(tmp_path: Path) -> None:
    # Each of twenty forms draws the next one ten times.
    def change(pdf: Pdf) -> None:
        last: Any = _form("0 0 0 1 k 9 9 9 9 re f")(pdf)
        for _ in range(20):
            form = Stream(
                pdf, b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form,
                BBox=Array([0, 0, 9, 9]), Resources=Dictionary(XObject=Dictionary(X=last)),
            )  # fmt: skip
            last = pdf.make_indirect(form)
        pdf.pages[2].obj.Resources.XObject.X = last
        draw(3, "/X Do")(pdf)

    assert "PRE-DAMAGE" in codes(Sample().save(tmp_path / "a.pdf", change))


def test_a_stream_that_unpacks_without_end(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        packer = zlib.compressobj(9)
        data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(80)) + packer.flush()
        stream = Stream(pdf, data, Filter=Name.FlateDecode)
        pdf.pages[2].obj.Contents = stream
        with pytest.raises(TooLarge):
            decoded(stream)

    sample = Sample()
    change(sample.pdf)
    path = tmp_path / "a.pdf"
    sample.pdf.save(path, compress_streams=False, fix_metadata_version=False)
    assert "PRE-DAMAGE" in codes(path)


def test_strange_objects(tmp_path: Path) -> None:
    strange: list[Change] = [
        _page(3, "Resources", 7), _page(3, "TrimBox", Array([1, 2])),
        _page(3, "MediaBox", Array([Name.a, 1, 2, 3])), _page(3, "Contents", Array([7, Name.a])),
        _root("OutputIntents", 7), _root("Names", 7), _root("AcroForm", Array([])),
        _picture("DeviceRGB", b"123", Width=10**9, Height=10**9),
        _picture("DeviceCMYK", b"1234", Width=10**6, Height=10**6),
        _picture("DeviceCMYK", b"1234", Filter=Name.DCTDecode),
        _picture("DeviceCMYK", b"1234", Width=-5), _picture("DeviceCMYK", b"1", Width=0),
        resource(5, "Font", "F", lambda pdf: 7), resource(5, "Font", "F", lambda pdf: Dictionary()),
        resource(5, "Font", "F", _type3("1000 0 d0 BT /F 9 Tf (A) Tj ET")),
    ]  # fmt: skip
    for number, change in enumerate(strange):
        assert codes(Sample().save(tmp_path / "a.pdf", change)), number


# --- the reader of operators -----------------------------------------------------------------


def test_operators_and_operands() -> None:
    data = (
        b"q 1 0 0 -1 .5 -2. cm /F#201 12 Tf [(a\\(b) <0041> -3 (x(y)z\\101)] TJ\n"
        b"/Span <</A [1 2]>> BDC BI /W 1 /H 1 ID \x00EI\xff EI Q true n % EMC\n(open"
    )
    assert list(operations(data)) == [
        (b"q", []),
        (b"cm", [1.0, 0.0, 0.0, -1.0, 0.5, -2.0]),
        (b"Tf", ["/F 1", 12.0]),
        (b"TJ", [[b"a(b", b"\x00A", -3.0, b"x(y)zA"]]),
        (b"BDC", ["/Span", ["/A", [1.0, 2.0]]]),
        (b"BI", [["/W", 1.0, "/H", 1.0]]),
        (b"Q", []),
        (b"n", [True]),
    ]


def test_the_page_of_rules_is_written_from_the_rules() -> None:
    page = (ROOT / "publish" / "check" / "PREFLIGHT.md").read_text("utf-8")
    assert page == page_of_rules()
