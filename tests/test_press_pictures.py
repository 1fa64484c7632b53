"""Pictures in press files: ink within the printer's limit, line art of one bit, sRGB where a
printer takes no inks, letters of drawings as shapes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pymupdf
import pytest
import verapdf
from acceptance import built, make_book, publish
from hypothesis import given
from hypothesis import strategies as st
from patience import patience
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms, ImageDraw
from tinycss2.color5 import parse_color

from publish.check.preflight import preflight
from publish.model import srgb, styles
from publish.model.book import Asset
from publish.model.printers import printer, printers
from publish.press.colour import Inks, grey
from publish.press.content import Recolouring
from publish.press.standard import PROFILE, PT_PER_MM, Work, finish
from publish.render.lettering import in_inks, lettered, letters, on_screen, places

PATH = styles.folder() / "profiles" / PROFILE
INK = st.integers(0, 255)


@pytest.fixture(scope="module")
def tight() -> Inks:
    """For IngramSpark: 240 %."""
    return Inks(PATH, limit=240)


@pytest.fixture(scope="module")
def screen() -> Inks:
    return Inks(PATH, screen=True)


# --- ink within the limit ----------------------------------------------------------------------


@given(st.lists(st.tuples(INK, INK, INK, INK), min_size=1, max_size=30))
def test_no_pixel_has_more_ink_than_the_limit(tight: Inks, pixels: list[tuple[int, ...]]) -> None:
    data = b"".join(map(bytes, pixels))
    found = tight.inked(Image.frombytes("CMYK", (len(pixels), 1), data))
    most = max(map(sum, pixels))
    assert (found is None) is (most <= 612)
    if found is None:
        return
    assert found.before == pytest.approx(most * 100 / 255)
    after = list(zip(*[iter(found.samples)] * 4, strict=True))
    for before, now in zip(pixels, after, strict=True):
        assert sum(now) <= 612
        assert now[3] == before[3], "black stays"
        if sum(before) <= 612:
            assert now == before
        else:
            # No more is taken than must be: a third is rounded, three times.
            assert sum(now) > 612 - 6
            assert all(new <= old for new, old in zip(now, before, strict=True))


@given(st.tuples(*[st.integers(0, 1000)] * 4))
def test_no_colour_has_more_ink_than_the_limit(tight: Inks, inks: Any) -> None:
    before = tuple(value / 1000 for value in inks)
    after = tight.within(before)  # type: ignore[arg-type]
    assert after[3] == before[3]
    assert sum(after) <= 2.4005
    assert after == before if sum(before) <= 2.4 else sum(after) > 2.39


def test_what_is_brought_down_looks_nearly_the_same(tight: Inks) -> None:
    """By CIELAB, through the profile: the greatest difference of dark colours."""
    dark = Image.new("RGB", (1, 16))
    for place in range(16):
        dark.putpixel((0, place), (place * 3, place * 2, 40 - place))
    whole = Inks(PATH).image(dark.tobytes(), 1, 16)
    less = tight.image(dark.tobytes(), 1, 16)
    assert whole is not None and less is not None and less.before > 240
    lab = ImageCms.buildTransform(
        ImageCms.getOpenProfile(str(PATH)), ImageCms.createProfile("LAB"), "CMYK", "LAB"
    )
    shown: list[Any] = [
        ImageCms.applyTransform(Image.frombytes("CMYK", (1, 16), found.samples), lab)
        for found in (whole, less)
    ]
    for place in range(16):
        one, other = (picture.getpixel((0, place)) for picture in shown)
        signed = [(v + 128) % 256 - 128 for v in (one[1] - other[1], one[2] - other[2])]
        assert ((one[0] - other[0]) / 2.55) ** 2 + sum(v * v for v in signed) < 7**2


def a_picture(document: pikepdf.Pdf, data: bytes, **keys: Any) -> pikepdf.Object:
    image = document.make_stream(data)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height, image.BitsPerComponent = 20, 20, 8
    for key, value in keys.items():
        image[f"/{key}"] = value
    return image


def with_pictures(folder: Path, **pictures: tuple[bytes, dict[str, Any]]) -> Path:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 300))
    page.obj.TrimBox = Array([8, 9, 8 + 90 * PT_PER_MM, 9 + 80 * PT_PER_MM])
    page.obj.Resources = Dictionary(
        XObject=Dictionary({
            f"/{name}": a_picture(document, data, **keys)
            for name, (data, keys) in pictures.items()
        })
    )  # fmt: skip
    shown = "".join(f"q 4 0 0 4 50 50 cm /{name} Do Q " for name in pictures)
    page.obj.Contents = document.make_stream(shown.encode() + b"1 0 .9 .9 k 0 0 9 9 re f")
    document.save(folder / "draft.pdf")
    return folder / "draft.pdf"


def jpeg(inks: tuple[int, ...]) -> bytes:
    stream = io.BytesIO()
    Image.new("CMYK", (20, 20), inks).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def test_pictures_of_others_are_brought_down_and_told_by_their_names(tmp_path: Path) -> None:
    """Flate, and a JPEG of Adobe's kind, whose samples are turned round; what is within stays."""
    cmyk = {"ColorSpace": Name.DeviceCMYK}
    turned = {**cmyk, "Filter": Name.DCTDecode, "Decode": Array([1, 0] * 4)}
    digits = "0123456789abcdef" * 2
    source = with_pictures(
        tmp_path,
        **{
            f"i{digits}1": (bytes([200, 200, 200, 250]) * 400, cmyk),
            "Dark": (jpeg((230, 220, 210, 240)), turned),
            "Light": (jpeg((30, 20, 10, 40)), turned),
        },
    )
    work = Work(
        90, 80, 3, datetime(2026, 1, 2, tzinfo=UTC), pages=int, limit=240, printer="P",
        pictures={digits: "图.tif"},
    )  # fmt: skip
    count, told = finish(source, tmp_path / "b.pdf", work)
    assert count == 1
    assert [item.code for item in told] == ["P-LIMIT"] * 3
    assert {item.message.split(",")[0] for item in told} == {
        "图.tif has up to 333 % of ink",
        "a picture has up to 353 % of ink",
        "colours have up to 280 % of ink",
    }
    assert "more than the 240 % of P: brought down to 240 %, black kept" in told[0].message
    with pikepdf.open(tmp_path / "b.pdf") as document:
        images = document.pages[0].obj.Resources.XObject
        assert images.Light.read_raw_bytes() == jpeg((30, 20, 10, 40))
        dark = images.Dark.read_bytes()
        assert images.Dark.get("/Decode") is None
        assert dark[3] == pytest.approx(240, abs=2) and sum(dark[:4]) <= 612
    demands = printer("IngramSpark")
    found = preflight(tmp_path / "b.pdf", demands).diagnostics
    assert "PRE-INK" not in {item.code for item in found}


TIGHT = Work(90, 80, 3, datetime(2026, 1, 2, tzinfo=UTC), pages=int, limit=240, printer="P")


def with_gradients(folder: Path, **shadings: Any) -> Path:
    """A draft whose page is filled with each of these in turn."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 300))
    page.obj.TrimBox = Array([8, 9, 8 + 90 * PT_PER_MM, 9 + 80 * PT_PER_MM])
    ready = {f"/{name}": make(document) for name, make in shadings.items()}
    page.obj.Resources = Dictionary(Shading=Dictionary(ready))
    shown = " ".join(f"{name} sh" for name in ready)
    page.obj.Contents = document.make_stream(shown.encode())
    document.save(folder / "draft.pdf")
    return folder / "draft.pdf"


def gradient(function: Any, space: Name = Name.DeviceCMYK, **keys: Any) -> Any:
    def make(document: pikepdf.Pdf) -> Any:
        made = function(document) if callable(function) else function
        shading = Dictionary(ShadingType=2, ColorSpace=space, Coords=Array([0, 0, 300, 0]), **keys)
        shading.Function = made
        return shading

    return make


def between(one: list[float], other: list[float]) -> Dictionary:
    return Dictionary(
        FunctionType=2, N=1, Domain=Array([0, 1]), C0=Array(one), C1=Array(other),
        Range=Array([0, 1] * len(one)),
    )  # fmt: skip


def samples(components: int, data: bytes) -> Any:
    return lambda document: document.make_stream(
        data, FunctionType=0, Domain=Array([0, 1]), Size=Array([len(data) // components]),
        BitsPerSample=8, Range=Array([0, 1] * components),
    )  # fmt: skip


DARK, PALE = [0.9, 0.8, 0.7, 0.6], [0.1, 0, 0, 0]
GRADIENTS = {
    "A": gradient(between(DARK, PALE), Background=Array(DARK)),
    "B": gradient(Dictionary(
        FunctionType=3, Domain=Array([0, 1]), Bounds=Array([0.5]), Encode=Array([0, 1, 0, 1]),
        Functions=Array([between(PALE, DARK), between(DARK, [1, 1, 1, 1])]))),
    "C": gradient(samples(4, bytes([200, 180, 160, 140, 20, 0, 0, 0]))),
    "D": gradient(samples(3, bytes([20, 0, 40, 250, 250, 20])), Name.DeviceRGB),
    "E": gradient(Array([between([0.05, 0, 0.1], [0.9, 0.9, 0.1])]), Name.DeviceRGB),
}  # fmt: skip


def value(function: Any, at: float) -> list[float]:
    """What a function gives at a place from 0 to 1 (PDF 1.7, 7.10)."""
    if function.FunctionType == 0:
        count = len(function.Range) // 2
        data, last = function.read_bytes(), int(function.Size[0]) - 1
        place = min(int(at * last), last - 1)
        one, other = (data[count * (place + k) : count * (place + k + 1)] for k in (0, 1))
        share = at * last - place
        return [(a + (b - a) * share) / 255 for a, b in zip(one, other, strict=True)]
    if function.FunctionType == 2:
        ends = zip(function.C0, function.C1, strict=True)
        return [float(a) + at ** float(function.N) * float(b - a) for a, b in ends]
    bounds = [0.0, *map(float, function.Bounds), 1.0]
    place = max(k for k in range(len(bounds) - 1) if bounds[k] <= at)
    within = (at - bounds[place]) / (bounds[place + 1] - bounds[place])
    return value(function.Functions[place], within)


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_brought_down(tmp_path: Path, name: str) -> None:
    """No dot has more ink than the limit, what lay below it stays, and it is told."""
    source = with_gradients(tmp_path, **{name: GRADIENTS[name]})
    pages, told = finish(source, tmp_path / "made.pdf", TIGHT)
    assert pages == 1 and [item.code for item in told] == ["P-LIMIT"]
    with pikepdf.open(tmp_path / "made.pdf") as made:
        shading = made.pages[0].obj.Resources.Shading[f"/{name}"]
        assert shading.ColorSpace == Name.DeviceCMYK
        inks = [value(shading.Function, place / 100) for place in range(101)]
        grounds = [float(ink) for ink in shading.get("/Background", [0])]
    assert {len(colour) for colour in inks} == {4}
    totals = [sum(colour) for colour in inks]
    assert 2.3 < max(totals) <= 2.402 and sum(grounds) <= 2.402
    assert "PRE-INK" not in {
        item.code for item in preflight(tmp_path / "made.pdf", printer("IngramSpark")).diagnostics
    }
    if name in "AC":
        # The pale end is as it was.
        assert min(totals) == pytest.approx(0.1 if name == "A" else 20 / 255)


def test_gradients_that_cannot_be_measured_are_told(tmp_path: Path) -> None:
    def calculated(document: pikepdf.Pdf) -> Any:
        keys = {"FunctionType": 4, "Domain": Array([0, 1]), "Range": Array([0, 1] * 4)}
        return document.make_stream(b"{ dup dup dup }", **keys)

    source = with_gradients(tmp_path, A=gradient(calculated))
    pages, (told,) = finish(source, tmp_path / "made.pdf", TIGHT)
    assert pages == 1 and told.code == "P-LIMIT" and "stays as it is" in told.message
    assert "a function of type 4" in told.message and told.hints
    source = with_gradients(tmp_path, A=gradient(calculated, Name.DeviceRGB))
    pages, (told,) = finish(source, tmp_path / "other.pdf", TIGHT)
    assert pages == 0 and told.code == "P-INK" and told.message.startswith("page 1: a gradient")


@pytest.mark.parametrize("as_stream", [False, True])
def test_tables_of_colours_are_brought_down(tmp_path: Path, as_stream: bool) -> None:
    table = bytes([10, 0, 0, 0, 230, 220, 210, 200])
    pixels = bytes([0, 1] * 200)
    source = with_pictures(tmp_path, iA=(pixels, {}))
    with pikepdf.open(source, allow_overwriting_input=True) as document:
        image = document.pages[0].obj.Resources.XObject.iA
        held = document.make_stream(table) if as_stream else pikepdf.String(table)
        image.ColorSpace = Array([Name.Indexed, Name.DeviceCMYK, 1, held])
        document.pages[0].obj.Contents = document.make_stream(b"9 0 0 9 50 50 cm /iA Do")
        document.save(source)
    _, (told,) = finish(source, tmp_path / "made.pdf", TIGHT)
    assert told.code == "P-LIMIT" and "337 % of ink" in told.message
    with pikepdf.open(tmp_path / "made.pdf") as made:
        image = made.pages[0].obj.Resources.XObject.iA
        now = bytes(image.ColorSpace[3])
        assert image.read_bytes() == pixels and now[:4] == table[:4] and now[7] == 200
        assert 600 < sum(now[4:]) <= 612


def test_a_limit_that_nobody_has_changes_nothing(tmp_path: Path) -> None:
    source = with_pictures(tmp_path, A=(bytes([255] * 4) * 400, {"ColorSpace": Name.DeviceCMYK}))
    work = Work(90, 80, 3, datetime(2026, 1, 2, tzinfo=UTC), pages=int)
    assert finish(source, tmp_path / "b.pdf", work) == (1, ())


# --- line art ----------------------------------------------------------------------------------


def drawn(mode: str = "1") -> Image.Image:
    picture = Image.new("1", (150, 40), 1)
    ImageDraw.Draw(picture).line((0, 0, 149, 39), fill=0, width=3)
    return picture.convert(mode)


def test_line_art_is_one_bit(tight: Inks) -> None:
    wanted = drawn().tobytes()
    found = tight.image(drawn("RGB").tobytes(), 150, 40)
    assert found is not None
    assert (found.space, found.bits, found.samples) == ("DeviceGray", 1, wanted)
    # A photograph is none, nor is what is one colour all over.
    assert grey(bytes([0, 255, 7, 255]), 2, 2).bits == 8
    assert grey(bytes(4), 2, 2).bits == 8


def test_line_art_stays_what_it_shows(inks_of: Any, tmp_path: Path) -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    grey_one = a_picture(document, drawn("L").tobytes(), ColorSpace=Name.DeviceGray)
    grey_one.Width, grey_one.Height = 150, 40
    page.obj.Resources = Dictionary(XObject=Dictionary(L=grey_one))
    page.obj.Contents = document.make_stream(b"q 90 0 0 24 5 5 cm /L Do Q")
    recolouring = Recolouring(document, inks_of)
    recolouring.page(document.pages[0])
    made = document.pages[0].obj.Resources.XObject.L
    assert (int(made.BitsPerComponent), made.ColorSpace) == (1, Name.DeviceGray)
    assert pikepdf.PdfImage(made).as_pil_image().convert("1").tobytes() == drawn().tobytes()


@pytest.fixture(scope="module")
def inks_of() -> Inks:
    return Inks(PATH)


# --- sRGB --------------------------------------------------------------------------------------


def test_the_profile_is_srgb() -> None:
    own = ImageCms.ImageCmsProfile(io.BytesIO(srgb.profile()))
    assert ImageCms.getProfileDescription(own).strip() == srgb.NAME
    cube = Image.new("RGB", (64, 64))
    cube.putdata(
        [(r * 17, g * 17, b * 17) for r in range(16) for g in range(16) for b in range(16)]
    )
    shown: Any = ImageCms.profileToProfile(cube, own, ImageCms.createProfile("sRGB"))
    pairs = zip(cube.tobytes(), shown.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"0 0 0 rg", b"0 g"),
        (b"1 0 0 rg", b"1 0 0 rg"),
        (b"0 0 0 .4 K", b"0.6 G"),
        (b".5 g BT (x) Tj ET", b"0.5 g BT (x) Tj ET"),
        (b"/DeviceCMYK cs 0 0 0 1 scn", b"0 g 0 g"),
    ],
)
def test_colours_of_a_screen(before: bytes, after: bytes, screen: Inks) -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    page.obj.Contents = document.make_stream(before)
    Recolouring(document, screen).page(document.pages[0])
    assert document.pages[0].obj.Contents.read_bytes().split() == after.split()


def test_inks_come_back_to_the_screen(screen: Inks) -> None:
    red, green, blue = screen.on_screen((0, 1, 1, 0))
    assert red > 0.8 and green < 0.2 and blue < 0.25
    found = screen.inked(Image.new("CMYK", (2, 2), (0, 255, 255, 0)))
    assert found is not None and found.space == "DeviceRGB" and found.samples[0] > 200
    # A coloured picture of a screen stays the file that it is.
    assert screen.image(bytes([200, 30, 30] * 4), 2, 2) is None


def test_who_takes_no_inks() -> None:
    assert {one.name for one in printers() if one.takes_screen} == {"Lulu"}


# --- whole books -------------------------------------------------------------------------------

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">
<style>.s {{ font-family: SimSun; }}</style>
<text class="s" x="150" y="40" text-anchor="middle" font-family="Arial" font-size="20">{}</text>
<text x="20" y="80" style="font-family:Times; fill:none; stroke:#000">空心</text></svg>"""
TOML = '[book]\ntitle = "灯"\n\n[print]\nprinter = "{}"\n'
TEXT = (
    "# 灯\n\n## 一\n\n![红](红.png)\n\n![线](线.png)\n\n![图](图.svg)\n\n"
    + ("夜里停电，母亲点起一盏油灯，灯不亮，照得见一张桌子、两本书。" * 9 + "\n\n") * 90
)


def png(picture: Image.Image, dpi: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def files(drawing: str = DRAWING.format("图中文字")) -> dict[str, bytes]:
    dark = Image.new("RGB", (800, 400), (8, 30, 12))
    dark.paste((200, 60, 40), (0, 0, 100, 100))
    return {
        "红.png": png(dark, 400),
        "线.png": png(drawn().resize((1200, 320)), 1200),
        "图.svg": drawing.encode(),
    }


def pictures(path: Path) -> Iterator[tuple[str, int]]:
    with pikepdf.open(path) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image:
                yield str(item.ColorSpace), int(item.BitsPerComponent)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["IngramSpark", "Lulu"])
def test_pictures_are_as_the_printer_takes_them(tmp_path: Path, name: str) -> None:
    """A dark photograph, line art and a drawing with letters; the preflight finds nothing."""
    make_book(tmp_path / "book", TEXT, TOML.format(name), **files())
    kinds = ("--format", "press", "--format", "cover", "--format", "pdf")
    run = built(publish("build", "book", *kinds, "--json", cwd=tmp_path))
    told = [item for item in run.diagnostics() if item["severity"] != "query"]
    path = tmp_path / "output" / "book" / "book.hans.press.pdf"
    if name == "IngramSpark":
        assert [item["code"] for item in told] == ["P-LIMIT"]
        assert told[0]["message"].startswith("红.png has up to 2")
        assert sorted(pictures(path)) == [("/DeviceCMYK", 8), ("/DeviceGray", 1)]
    else:
        assert told == []
        assert sorted(pictures(path)) == [("/DeviceGray", 1), ("/DeviceRGB", 8)]
        cover = path.with_name("book.hans.cover.pdf")
        assert verapdf.faults(path, "2b") == verapdf.faults(cover, "2b") == ()
        facts = dict(preflight(cover, printer(name), kind="cover").facts)
        assert facts["standard"].startswith("none claimed") and facts["colours"] == "rgb"
    for one in (path, path.with_name("book.hans.pdf")):
        with pymupdf.open(one) as document:
            shown = "".join(page.get_text() for page in document)
            # Letters of a drawing are no text, and yet they are there, in outlines.
            assert "图中文字" not in shown and "空心" not in shown
            curves = [
                sum(len(drawing["items"]) for drawing in page.get_drawings()) for page in document
            ]
            assert max(curves) > 60


@pytest.mark.slow
def test_a_letter_of_a_drawing_that_no_face_has_is_told(tmp_path: Path) -> None:
    make_book(tmp_path / "book", TEXT, TOML.format("offset"), **files(DRAWING.format("\U0001f701")))
    run = publish("build", "book", "--format", "pdf", "--json", cwd=tmp_path)
    assert run.code == 1
    (told,) = (item for item in run.diagnostics("error") if item["code"] == "F-GLYPH")
    assert told["path"].endswith(".svg") and told["line"] >= 1 and "\U0001f701" in told["excerpt"]


@pytest.mark.parametrize(
    ("inks", "shown"),
    [
        ("device-cmyk(0 0 0 1)", "rgb(0, 0, 0)"),
        ("device-cmyk(0%, 100%, 100%, 0%)", "rgb(255, 0, 0)"),
        ("device-cmyk( .5 0 0 .5 )", "rgb(64, 128, 128)"),
        ("device-cmyk(1, .5, 0, 0 / .5)", "rgba(0, 128, 255, 0.5)"),
        ("device-cmyk(0 0 0 none / 100%)", "rgb(255, 255, 255)"),
        ("DEVICE-CMYK(0 1 1e0 -1/none)", "rgba(255, 0, 0, 0)"),
        ("device-cmyk(0 0/* k */0 1)", "rgb(0, 0, 0)"),
        ("device-cmyk(0 0 0 1 /)", "device-cmyk(0 0 0 1 /)"),
        ("device-cmyk(var(--a))", "device-cmyk(var(--a))"),
        ("device-cmyk(0 0 0 1.2.3)", "device-cmyk(0 0 0 1.2.3)"),
    ],
)
def test_inks_of_a_drawing_are_colours_on_a_screen(inks: str, shown: str) -> None:
    """PDF/A with the intent of a screen has no DeviceCMYK."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path fill="{}" d="M0 0h9v9z"/></svg>'
    asset = Asset("图.svg", "image/svg+xml", drawing.format(inks).encode(), 300, 100)
    assert on_screen(asset).data.decode() == drawing.format(shown)


def test_inks_are_spelt_as_the_engine_knows_them() -> None:
    """It stops at ``none``, and takes a colour with both commas and a slash for black."""
    for said, wanted in (
        ("device-cmyk(0 0 0 none)", [0, 0, 0, 0, 1]),
        ("device-cmyk(100%, 50%, 0%, 0%)", [1, 0.5, 0, 0, 1]),
        ("DEVICE-CMYK(1, .5, 0, 0 / 50%)", [1, 0.5, 0, 0, 0.5]),
    ):
        asset = in_inks(Asset("图.svg", "image/svg+xml", said.encode(), 300, 100))
        colour = parse_color(asset.data.decode())
        assert colour.space == "device-cmyk" and [*colour.coordinates, colour.alpha] == wanted


@pytest.mark.parametrize("rest", ["0" * 100_000, " " * 100_000, "device-cmyk(0 0 0 0" * 5000])
def test_what_is_nearly_a_colour_in_inks_is_looked_at_once(rest: str) -> None:
    asset = Asset("图.svg", "image/svg+xml", f"device-cmyk({rest}".encode(), 300, 100)
    with patience(10):
        assert on_screen(asset) is asset


def test_letters_of_a_drawing_have_places() -> None:
    """In the drawing's own file: as themselves, by their numbers, or where its text begins."""
    data = DRAWING.format("甲&#x4E59;<tspan>&#19993;&amp;甲</tspan>").encode()
    found = places(Asset("图/a.svg", "image/svg+xml", data, 300, 100), Path("书"))
    assert {span.source.name for span in found.values()} == {str(Path("书", "图", "a.svg"))}
    shown = {letter: span.text for letter, span in found.items() if not letter.isspace()}
    assert shown["甲"] == "甲" and shown["乙"] == "&#x4E59;" and shown["空"] == "空"
    assert found["甲"].start == data.decode().index("甲") and shown[chr(19993)] == "&#19993;"
    assert places(Asset("a.png", "image/png", b"text", 1, 1), Path()) == {}


def test_the_letters_of_a_drawing_are_in_a_face_of_the_book() -> None:
    asset = Asset(
        "图.svg", "image/svg+xml", DRAWING.format("甲<tspan>乙</tspan>").encode(), 300, 100
    )
    assert "".join(letters(asset).split()) == "甲乙空心"
    changed = lettered(asset, ("Book Latin", "Book Hei")).data.decode()
    for family in ("SimSun", "Arial", "Times"):
        assert family not in changed
    assert 'font-family="Book Latin, Book Hei"' in changed and "fill:none;stroke:#000" in changed
    plain = Asset("线.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>', 9, 9)
    assert lettered(plain, ("Book Hei",)) is plain and letters(plain) == ""


def test_a_sheet_of_a_drawing_is_read_as_css_is() -> None:
    """What stands in comments, strings and names is no declaration; capitals are as good."""
    sheet = (
        "/* font-family: x } */ @font-face { font-family: X; src: local('X') } "
        "text[title='font: 9px x; a'] { FONT-FAMILY: 'a;b}', serif !important; fill: red } "
        "@media all { .a { Font: BOLD 12PX/2 X !important; --font: 1; font-size: LARGE } } "
        ".b { content: 'font-family: y;'; font-size: small"
    )
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg'><style>{sheet}</style><text>甲</text></svg>"
    asset = Asset("图.svg", "image/svg+xml", drawing.encode(), 300, 100)
    (style, _) = ElementTree.fromstring(lettered(asset, ("Book Hei",)).data)
    assert "".join((style.text or "").split()) == (
        'text[title="font:9pxx;a"]{fill:red}'
        "@mediaall{.a{font-style:normal!important;font-weight:bold!important;"
        "font-size:12px!important;--font:1;font-size:19.2px}}"
        '.b{content:"font-family:y;";font-size:14.2px}'
    )


@pytest.mark.parametrize(
    ("font", "longhands"),
    [
        ("12px Foo", "font-style:normal;font-weight:normal;font-size:12px"),
        (
            "italic bold 1.2em / 1.5 'Comic Sans MS', serif",
            "font-style:italic;font-weight:bold;font-size:1.2em",
        ),
        ("700 80% Foo", "font-style:normal;font-weight:700;font-size:80%"),
        ("inherit", ""),
    ],
)
def test_the_shorthand_of_a_drawing_keeps_all_but_the_face(font: str, longhands: str) -> None:
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg'><style>text {{ font: {font} }}</style>"
        f'<text style="fill:red;font:{font};x:1" font="{font}">甲</text></svg>'
    )
    asset = Asset("图.svg", "image/svg+xml", drawing.encode(), 300, 100)
    root = ElementTree.fromstring(lettered(asset, ("Book Hei",)).data)
    style, text = root
    assert (style.text or "").replace(" ", "") == f"text{{{longhands}}}"
    inside = f"fill:red;{longhands};x:1".replace(";;", ";")
    assert text.get("style") == inside and text.get("font") is None
    declared = [f"{name}:{value}" for name, value in text.attrib.items() if "font" in name]
    assert declared == [item for item in longhands.split(";") if item]
