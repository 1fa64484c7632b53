"""Files for a press: the standards they keep, their boxes, inks and bytes; the cover's bar code."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
import verapdf
import zxingcpp
from acceptance import BOOKS, FIRST_BOOK, built, make_book, publish
from conftest import ALL_EDITIONS, SMALL_BOOKS
from pikepdf import Array, Dictionary, Name
from PIL import Image

from publish.build import build
from publish.check.preflight import preflight
from publish.diagnostics import Failure
from publish.model import styles
from publish.model.edition import Edition, Geometry, Printing
from publish.model.printers import printer, printers
from publish.press.colour import Converted, Inks
from publish.press.content import Recolouring, Unconvertible
from publish.press.standard import PROFILE, PT_PER_MM, Work, finish
from publish.render import barcode
from publish.render.blurb import blurbs, fitting
from publish.render.wrap import printable, unused_stock

PRINTED = ("pdf", "press", "cover", "booklet")


@pytest.fixture(scope="session")
def every_print(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Each test book in each edition, in every format that is printed."""
    cwd = tmp_path_factory.mktemp("print")
    asked = [word for name in ALL_EDITIONS for word in ("--edition", name)]
    asked += [word for kind in PRINTED for word in ("--format", kind)]
    for source in (FIRST_BOOK, *(BOOKS / name for name in SMALL_BOOKS)):
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, cwd / source.name)
        built(publish("build", source.name, *asked, cwd=cwd))
    found: dict[str, list[Path]] = {kind: [] for kind in PRINTED}
    for path in sorted(cwd.glob("output/*/*.pdf")):
        kind = path.suffixes[-2][1:]
        found[kind if kind in PRINTED else "pdf"].append(path)
    assert {len(paths) for paths in found.values()} == {(1 + len(SMALL_BOOKS)) * 3}
    return found


# --- the standards ----------------------------------------------------------------------------


@pytest.mark.slow
def test_every_reading_pdf_is_pdfa_2a_and_pdfua_1(every_print: dict[str, list[Path]]) -> None:
    found = [fault for path in every_print["pdf"] for fault in verapdf.faults(path, "2a", "ua1")]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["press", "cover"])
def test_every_press_file_is_pdfa_2b(every_print: dict[str, list[Path]], kind: str) -> None:
    found = [fault for path in every_print[kind] for fault in verapdf.faults(path, "2b")]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["press", "cover"])
def test_what_pdfx_4_asks_of_the_file(every_print: dict[str, list[Path]], kind: str) -> None:
    """ISO 15930-7: version, identifier, intent, metadata twice, nothing to click or to run."""
    for path in every_print[kind]:
        with pikepdf.open(path) as document:
            root = document.Root
            assert document.pdf_version == "1.6" and not document.is_encrypted
            assert len(document.trailer.ID) == 2
            kinds = [str(intent.S) for intent in root.OutputIntents]
            assert kinds == ["/GTS_PDFX", "/GTS_PDFA1"], path.name
            profile = root.OutputIntents[0].DestOutputProfile
            assert profile.N == 4 and profile.read_bytes()[12:20] == b"prtrCMYK"
            assert str(root.OutputIntents[0].OutputConditionIdentifier) == "FOGRA39"
            assert (
                document.docinfo.Trapped == Name.False_ or str(document.docinfo.Trapped) == "/False"
            )
            packet = root.Metadata.read_bytes().decode()
            assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in packet
            for key in ("/Outlines", "/Names", "/OpenAction", "/AcroForm", "/StructTreeRoot"):
                assert key not in root, path.name
            assert not [page for page in document.pages if "/Annots" in page.obj]


# --- boxes ------------------------------------------------------------------------------------


def boxes(page: pikepdf.Page) -> tuple[list[float], ...]:
    keys = ("/MediaBox", "/BleedBox", "/TrimBox")
    return tuple([float(value) for value in page.obj[key]] for key in keys)


@pytest.mark.slow
def test_boxes_of_the_interior(every_print: dict[str, list[Path]]) -> None:
    """A5 with 3 mm of bleed on every side, to a hundredth of a mm."""
    bleed, width, height = (value * PT_PER_MM for value in (3, 148, 210))
    whole = [-bleed, -bleed, width + bleed, height + bleed]
    trim = [0, 0, width, height]
    for path in every_print["press"]:
        with pikepdf.open(path) as document:
            assert len(document.pages) % 2 == 0, path.name
            for page in document.pages:
                for found, wanted in zip(boxes(page), (whole, whole, trim), strict=True):
                    assert found == pytest.approx(wanted, abs=0.01), path.name
                assert not {"/CropBox", "/ArtBox", "/Rotate"} & set(page.obj.keys())


# --- inks -------------------------------------------------------------------------------------


def operators(holder: Any, seen: set[tuple[int, int]]) -> Iterator[tuple[str, list[Any]]]:
    """The operators of a page or a form, and of the forms and patterns it names."""
    instructions: Any = pikepdf.parse_content_stream(holder)
    for operands, operator in instructions:
        yield str(operator), list(operands)
    resources = holder.get("/Resources", Dictionary())
    for kind in ("/XObject", "/Pattern"):
        for _, item in resources.get(kind, {}).items():
            if item.objgen in seen or item.get("/Subtype") == Name.Image:
                continue
            seen.add(item.objgen)
            if isinstance(item, pikepdf.Stream):
                yield from operators(item, seen)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["press", "cover", "booklet"])
def test_no_colour_of_a_screen_is_left(every_print: dict[str, list[Path]], kind: str) -> None:
    for path in every_print[kind]:
        with pikepdf.open(path) as document:
            seen: set[tuple[int, int]] = set()
            names = {name for page in document.pages for name, _ in operators(page, seen)}
            assert not names & {"rg", "RG", "g", "G", "cs", "CS", "sc", "SC"}, path.name
            for item in document.objects:
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image:
                    assert str(item.ColorSpace) in ("/DeviceGray", "/DeviceCMYK"), path.name


@pytest.mark.slow
def test_type_is_black_alone_and_prints_over(every_print: dict[str, list[Path]]) -> None:
    for path in every_print["press"]:
        with pikepdf.open(path) as document:
            for page in document.pages:
                over, ink = False, None
                for name, operands in operators(page, set()):
                    if name == "gs":
                        state = page.obj.Resources.ExtGState[str(operands[0])]
                        over = bool(state.get("/op", over))
                    elif name == "k":
                        ink = [float(value) for value in operands]
                    elif name in ("Tj", "TJ"):
                        assert ink == [0, 0, 0, 1] and over, path.name
                    elif name in ("f", "f*", "B", "S"):
                        assert not over, path.name


@pytest.fixture(scope="module")
def inks() -> Inks:
    return Inks(styles.folder() / "profiles" / PROFILE, {"#C2402B": (15, 88, 88, 3)})


def test_greys_are_black_alone_and_colours_go_through_the_profile(inks: Inks) -> None:
    assert inks.colour(0, 0, 0) == (0, 0, 0, 1)
    assert inks.colour(1, 1, 1) == (0, 0, 0, 0)
    assert inks.colour(0.5, 0.5, 0.505) == pytest.approx((0, 0, 0, 0.498), abs=0.002)
    cyan, magenta, yellow, _ = inks.colour(0, 0, 1)
    assert cyan > 0.8 and magenta > 0.6 and yellow < 0.2
    assert all(
        sum(inks.colour(*colour)) <= 3.0 for colour in ((1, 0, 0), (0, 0.3, 0), (0.2, 0, 0.1))
    )


def test_colours_mixed_by_hand_win(inks: Inks) -> None:
    red, green, blue = (value / 255 for value in (0xC2, 0x40, 0x2B))
    assert inks.colour(round(red, 6), round(green, 6), round(blue, 6)) == (0.15, 0.88, 0.88, 0.03)


def test_an_image_without_colour_is_grey_and_one_with_colour_cmyk(inks: Inks) -> None:
    assert inks.image(bytes([7, 7, 7] * 4), 2, 2) == Converted("DeviceGray", bytes([7] * 4))
    found = inks.image(bytes([255, 0, 0] * 4), 2, 2)
    assert found is not None
    assert found.space == "DeviceCMYK" and len(found.samples) == 16 and found.before == 0


# --- streams of any kind ------------------------------------------------------------------------


def a_page(content: bytes, **resources: Any) -> pikepdf.Pdf:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    page.obj.Resources = Dictionary({f"/{key}": value for key, value in resources.items()})
    page.obj.Contents = document.make_stream(content)
    return document


def recoloured(document: pikepdf.Pdf, inks: Inks) -> str:
    recolouring = Recolouring(document, inks)
    for page in document.pages:
        recolouring.page(page)
    recolouring.finish()
    content: bytes = document.pages[0].obj.Contents.read_bytes()
    return content.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"0 0 0 rg", "0 0 0 1 k"),
        (b"0 g BT (x) Tj ET", "0 0 0 1 k BT /PressOver gs (x) Tj /PressOut gs ET"),
        (b"BT 0 g 1 g ET", "BT /PressOver gs 0 0 0 1 k /PressOut gs 0 0 0 0 k ET"),
        (
            b"0 g q 1 g BT ET Q BT ET",
            "0 0 0 1 k q 0 0 0 0 k BT ET Q BT /PressOver gs /PressOut gs ET",
        ),
        (b"1 1 1 RG", "0 0 0 0 K"),
        (b"/DeviceRGB cs 0 0 0 scn", "0 0 0 1 k 0 0 0 1 k"),
        (b".1 .2 .3 .4 k", "0.1 0.2 0.3 0.4 k"),
        (b"/Pattern cs /P1 scn", "/Pattern cs /P1 scn"),
        (b"(\\) 1 0 0 rg) Tj", "(\\) 1 0 0 rg) Tj"),
    ],
)
def test_colours_of_a_stream(before: bytes, after: str, inks: Inks) -> None:
    shown = recoloured(a_page(before), inks).replace("\n", " ").strip()
    assert re.sub(r"\s+", " ", shown) == after


def test_areas_do_not_print_over(inks: Inks) -> None:
    """What lies below a black panel would show through it, and add to the ink."""
    assert "PressOver" not in recoloured(a_page(b"0 g 0 0 9 9 re f"), inks)


def test_gradients_and_what_has_no_way_into_the_inks(inks: Inks) -> None:
    def shading(**function: Any) -> Dictionary:
        return Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Function=Dictionary(**function))

    ends = {"C0": Array([1, 1, 1]), "C1": Array([0, 0, 0]), "N": 1, "Domain": Array([0, 1])}
    document = a_page(b"/S sh", Shading=Dictionary(S=shading(FunctionType=2, **ends)))
    recoloured(document, inks)
    made = document.pages[0].obj.Resources.Shading.S
    assert made.ColorSpace == Name.DeviceCMYK
    assert [float(value) for value in made.Function.C1] == [0, 0, 0, 1]
    with pytest.raises(Unconvertible, match="type 4"):
        recoloured(a_page(b"/S sh", Shading=Dictionary(S=shading(FunctionType=4))), inks)
    with pytest.raises(Unconvertible, match="no device's"):
        lab = Array([Name.Lab, Dictionary(WhitePoint=Array([1, 1, 1]))])
        recoloured(a_page(b"/L cs 1 1 1 scn", ColorSpace=Dictionary(L=lab)), inks)


def test_forms_in_forms_without_end_are_refused(inks: Inks) -> None:
    document = a_page(b"/F Do")
    form = document.make_stream(b"/F Do", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    document.pages[0].obj.Resources.XObject = Dictionary(F=form)
    recoloured(document, inks)


def test_blank_pages_come_at_the_end_and_a_colour_without_inks_is_told(tmp_path: Path) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    work = Work(90, 80, 3, datetime(2026, 1, 2, tzinfo=UTC), pages=lambda count: count + 3)
    document = a_page(b"0 g (x) Tj")
    document.pages[0].obj.TrimBox = Array([8, 9, 8 + 90 * PT_PER_MM, 9 + 80 * PT_PER_MM])
    document.save(source)
    assert finish(source, target, work) == (4, ())
    with pikepdf.open(target) as made:
        assert boxes(made.pages[3]) == boxes(made.pages[0])
        assert made.pages[3].obj.Contents.read_bytes() == b""
        assert boxes(made.pages[0])[2][:2] == [8, 9], "the page stays where it lies"
    target.unlink()
    a_page(b"/Odd cs 1 scn").save(source)
    pages, told = finish(source, target, work)
    assert (pages, [item.code for item in told], target.exists()) == (0, ["P-INK"], False)


@pytest.mark.parametrize("folds", [(), (30.0, 35.5)])
def test_crop_marks_stand_outside_the_bleed_of_every_page(
    tmp_path: Path, folds: tuple[float, ...]
) -> None:
    """At the corners of the trim, and at the folds; art that ran on is cut at the bleed."""
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    when = datetime(2026, 1, 2, tzinfo=UTC)
    work = Work(90, 80, 3, when, pages=lambda count: count + 1, marks=True, folds=folds)
    document = a_page(b"0 0 1 rg -99 -99 999 999 re f")
    # So the sheet begins where the reader of the test counts from.
    document.pages[0].obj.TrimBox = Array([side * PT_PER_MM for side in (10, 10, 100, 90)])
    document.save(source)
    assert finish(source, target, work) == (2, ())
    with pikepdf.open(target) as made:
        for page in made.pages:
            media, bleed, trim = boxes(page)
            room = [7 * PT_PER_MM * sign for sign in (-1, -1, 1, 1)]
            assert media == pytest.approx(
                [a + b for a, b in zip(bleed, room, strict=True)], abs=0.01
            )
            assert trim[0] - bleed[0] == pytest.approx(3 * PT_PER_MM, abs=0.01)
    with pymupdf.open(target) as made:
        for number, page in enumerate(made):
            drawn = page.get_drawings()
            marks = [item for item in drawn if item["type"] == "s"]
            dashed = [item for item in marks if item["dashes"] != "[] 0"]
            assert len(marks) - len(dashed) == 8 and len(dashed) == 2 * len(folds)
            left = page.trimbox.x0
            assert sorted({round(item["rect"].x0 - left, 1) for item in dashed}) == [
                pytest.approx(fold * PT_PER_MM, abs=0.1) for fold in folds
            ]
            for item in marks:
                reach = item["rect"] + (-0.2, -0.2, 0.2, 0.2)
                assert item["width"] >= 0.25 and page.rect.contains(reach)
                assert (page.bleedbox & reach).is_empty, number
        shown = made[0].get_pixmap(dpi=72)
        assert shown.pixel(2, 2) == (255, 255, 255), "nothing but marks beside the bleed"
        assert shown.pixel(shown.width // 2, shown.height // 2) != (255, 255, 255)


def test_declared_marks_and_last_pages_reach_the_files(tmp_path: Path) -> None:
    """Interior and cover have marks where the printer takes them; where it takes none that is told,
    with its place.  The last pages of a booklet stay last, behind the blank ones."""
    text = "# 灯\n\n## 一\n\n夜里。\n"
    toml = '[book]\ntitle = "灯"\n[print]\nmarks = "crop"\nlast-pages = 2\n'
    for name, more in (("taken", ""), ("refused", 'printer = "Lulu"\n')):
        make_book(tmp_path / name, text, toml + more)
        asked = [word for kind in ("press", "cover", "booklet") for word in ("--format", kind)]
        run = publish("build", name, *asked, "--json", cwd=tmp_path)
        told = [item for item in run.diagnostics("warning") if item["code"] == "R-MARKS"]
        folder = tmp_path / "output" / name
        if name == "refused":
            assert {(item["line"], "Lulu takes no marks" in item["message"]) for item in told} == {
                (4, True)
            }
            continue
        assert run.code == 0 and told == []
        for kind in ("press", "cover"):
            with pikepdf.open(folder / f"taken.hans.{kind}.pdf") as document:
                for page in document.pages:
                    media, bleed, _ = boxes(page)
                    assert bleed[0] - media[0] == pytest.approx(7 * PT_PER_MM, abs=0.01)
        with pymupdf.open(folder / "taken.hans.press.pdf") as document:
            count = len(document)
            last = [page.get_text().strip() for page in document][-2:]
        assert count % 4 == 2 and last[0], "a book with two blank pages to add"
        with pymupdf.open(folder / "taken.hans.booklet.pdf") as document:
            # The back of the outermost sheet has the second page and the last but one.
            back = document[1].get_text()
        assert "".join(last[0].split()) in "".join(back.split())
    make_book(tmp_path / "wrong", text, '[print]\nmarks = "cross"\nlast-pages = "all"\n')
    run = publish("build", "wrong", cwd=tmp_path)
    assert run.code == 1 and "[print] marks must be one of none, crop" in run.said
    assert "[print] last-pages" in run.said


@pytest.mark.parametrize("edition", ["hans", "hans-v"])
def test_the_preflight_of_a_build_knows_what_begins_on_rectos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    """Title page, contents, chapters where declared, end page; a long chapter counts once."""
    text = "# 灯\n\n## 停电\n\n" + "夜里停电，母亲点起一盏油灯。\n\n" * 60 + "## 又来\n\n又一夜。\n"
    asked: list[tuple[int, ...]] = []

    def spy(*arguments: Any, **options: Any) -> Any:
        asked.append(options["rectos"])
        return preflight(*arguments, **options)

    monkeypatch.setattr("publish.check.preflight.preflight", spy)
    for chapters in ("recto", "next"):
        folder = tmp_path / chapters
        make_book(folder, text, f'[page]\nchapters = "{chapters}"\n')
        build(folder, editions=(edition,), formats=("press",), output=tmp_path / "out")
    with pymupdf.open(tmp_path / f"out/recto/recto.{edition}.press.pdf") as document:
        shown = ["".join(page.get_text().split()) for page in document]
    second = next(number for number, said in enumerate(shown, 1) if "又一夜" in said)
    first = next(number for number, said in enumerate(shown, 1) if "夜里停电" in said)
    assert second > first + 2 and asked[0][:2] == (1, 3)
    assert asked[0] == (1, 3, first, second, second + 2)
    assert asked[1][:3] == (1, 3, first) and len(asked[1]) == 4


# --- the cover ----------------------------------------------------------------------------------

TOML = """[book]
title = "灯下60夜"
author = ["林一", "陈二水"]
description = "夜里停电，母亲点起一盏油灯。"
isbn = "978-7-302-51165-6"

[print]
paper-gsm = 120
bulk = 1.6
"""


def a_book(folder: Path, paragraphs: int, toml: str = TOML) -> None:
    text = "夜里停电，母亲点起一盏油灯，灯不亮，照得见一张桌子、两本书。" * 9
    make_book(folder, "# 灯下60夜\n\n" + f"{text}\n\n" * paragraphs, toml)


def cover_of(cwd: Path) -> Path:
    built(publish("build", "book", "--format", "cover", cwd=cwd))
    return cwd / "output" / "book" / "book.hans.cover.pdf"


def words(path: Path) -> str:
    with pymupdf.open(path) as document:
        return "".join("".join(page.get_text() for page in document).split())


@pytest.mark.slow
def test_the_cover_of_a_thick_book(tmp_path: Path) -> None:
    a_book(tmp_path / "book", 220)
    path = cover_of(tmp_path)
    with pikepdf.open(path) as document:
        (page,) = document.pages
        trim = boxes(page)[2]
    record = (tmp_path / "output" / "book" / "build.json").read_text(encoding="utf-8")
    (pages,) = re.findall(r"spine ([\d.]+) mm, (\d+) pages", record)
    # Half as many leaves, 120 g at 1.6, and twice a board of 250 g at .9.
    spine = int(pages[1]) / 2 * 0.192 + 2 * 0.225
    assert float(pages[0]) == pytest.approx(spine, abs=0.01) and int(pages[1]) >= 80
    width = (trim[2] - trim[0]) / PT_PER_MM
    assert width == pytest.approx(2 * 148 + spine, abs=0.1)
    shown = words(path)
    # Front and spine.
    assert shown.count("林一") == 2 and shown.count("灯下") >= 1
    assert "夜里停电" in shown and "ISBN978-7-302-51165-6" in shown


@pytest.mark.slow
def test_the_bar_code_is_read_from_a_print_and_stands_where_it_should(tmp_path: Path) -> None:
    a_book(tmp_path / "book", 3)
    with pymupdf.open(cover_of(tmp_path)) as document:
        image = document[0].get_pixmap(dpi=300)
        picture = Image.open(io.BytesIO(image.tobytes("png")))
    (found,) = zxingcpp.read_barcodes(picture)
    assert (found.text, str(found.format)) == ("9787302511656", str(zxingcpp.BarcodeFormat.EAN13))
    # 15 mm from the edges of the back, which is on the left: 3 mm of bleed and 148 mm.
    right = found.position.bottom_right.x / 300 * 25.4
    foot = picture.height / 300 * 25.4 - found.position.bottom_right.y / 300 * 25.4
    assert right < 3 + 148 - 15 and foot > 3 + 15


BLURB = "夜里停电，母亲点起一盏油灯。灯不亮，照得见一张桌子、两本书。"


@pytest.mark.slow
@pytest.mark.parametrize("times", [14, 22])
def test_a_long_blurb_ends_above_the_bar_code(tmp_path: Path, times: int) -> None:
    """20 lines of the body's size find room on the back of A5; a longer one is set smaller."""
    toml = TOML.replace("夜里停电，母亲点起一盏油灯。", BLURB * times)
    a_book(tmp_path / "book", 3, toml)
    with pymupdf.open(cover_of(tmp_path)) as document:
        (page,) = document
        spans = [
            span
            for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", ())
            for span in line["spans"]
        ]
        number = next(span for span in spans if "ISBN" in span["text"])
        blurb = [span for span in spans if span["bbox"][0] < page.rect.width / 2 - 40]
        # Not the number below the bars.
        blurb = [span for span in blurb if re.search("[\u4e00-\u9fff]", span["text"])]
        blurb = [span for span in blurb if span["size"] > 8]
        assert "".join(span["text"] for span in blurb).count("油灯") == times
        assert max(span["bbox"][3] for span in blurb) < number["bbox"][1] - 9
        sizes = {round(span["size"], 1) for span in blurb}
        assert min(sizes) == 10.5 if times == 14 else 9 <= min(sizes) < 10.5


def test_a_blurb_is_set_in_the_largest_size_that_finds_room() -> None:
    shape = Geometry("A5", 148, 210)
    tried = list(blurbs(shape, 130))
    assert [blurb.size for blurb in tried] == [10.5, 10, 9.5, 9]
    assert (tried[0].leading, tried[0].room) == (18, 20)
    assert fitting(iter(tried), lambda blurb: 20 * blurb.leading) is tried[0]
    assert fitting(iter(tried), lambda blurb: 22 * blurb.leading) is tried[2]
    with pytest.raises(Failure, match=r"takes 40 lines of 9 pt.* room for 23"):
        fitting(iter(tried), lambda blurb: 40 * blurb.leading)


@pytest.mark.slow
def test_nothing_is_invented(tmp_path: Path) -> None:
    """No number, no bar code, no words on the back, and no title on a thin spine."""
    a_book(tmp_path / "book", 3, '[book]\ntitle = "灯下60夜"\n')
    path = cover_of(tmp_path)
    assert words(path) == "灯下60夜"
    with pymupdf.open(path) as document:
        picture = Image.open(io.BytesIO(document[0].get_pixmap(dpi=300).tobytes("png")))
    assert not zxingcpp.read_barcodes(picture)


@pytest.mark.parametrize(
    ("declared", "number", "digits"),
    [
        ("978-7-302-51165-6", "ISBN 978-7-302-51165-6", "9787302511656"),
        ("ISBN 7-04-000000-8", "ISBN 978-7-04-000000-9", "9787040000009"),
        ("080442957X", "ISBN 9780804429573", "9780804429573"),
        ("", "", ""),
    ],
)
def test_an_isbn_of_ten_digits_is_coded_as_one_of_thirteen(
    declared: str, number: str, digits: str
) -> None:
    assert (barcode.number(declared), barcode.digits(declared)) == (number, digits)
    assert bool(barcode.code(declared)) == bool(digits)


def test_the_digits_of_a_code_stand_below_their_halves_between_longer_guards() -> None:
    code = barcode.code("978-7-302-51165-6")
    first, *halves = (digit["left"] - code["bars_left"] for digit in code["digits"])
    assert first < -7 * 0.33
    assert halves[0] == pytest.approx(3 * 0.33) and halves[6] == pytest.approx(50 * 0.33)
    assert halves[5] + 7 * 0.33 == pytest.approx(45 * 0.33)
    long = [bar["left"] / 0.33 for bar in code["bars"] if bar["height"] > 22.85]
    assert long == pytest.approx([0, 2, 46, 48, 92, 94], abs=0.01)


def test_inks_under_the_tint_of_a_printer_are_left_out() -> None:
    mixed = {"#F3EFE6": (3, 5, 12, 0), "#C2402B": (15, 88, 88, 3)}
    held = printable(mixed, printer("台湾").tint)
    assert held == {"#F3EFE6": (0, 0, 12, 0), "#C2402B": (15, 88, 88, 0)}
    assert printable(mixed, 0) == mixed


def test_lines_beside_text_are_as_thick_as_the_printer_wants(tmp_path: Path) -> None:
    """Those of names, works, what is struck out and formulas, too (KDP: .75 pt)."""
    make_book(
        tmp_path / "book",
        "# 书\n\n[鲁迅]{.name}写了[呐喊]{.work}，~~又删去~~。\n\n"
        "$$x^{\\frac{a}{b}}=\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}$$\n\n"
        "$$\\boxed{a}\\left|\\begin{matrix}1\\\\2\\\\3\\end{matrix}\\right|=\\overline{AB}$$\n",
        '[print]\nprinter = "KDP"\n',
    )
    run = publish("build", "book", "--format", "press", cwd=tmp_path)
    assert "PRE-COUNT" in run.said and "PRE-STROKE" not in run.said


def test_a_paper_the_printer_has_not_is_an_error(tmp_path: Path) -> None:
    a_book(tmp_path / "book", 1, TOML + 'printer = "KDP"\nstock = "crea"\n')
    run = publish("build", "book", "--format", "cover", cwd=tmp_path)
    assert run.code == 1 and "KDP has no paper 'crea'" in run.said
    assert "did you mean 'cream'?" in run.said and "book.toml:11" in run.said


def test_a_paper_is_told_to_be_of_no_use_where_the_printer_has_no_table() -> None:
    edition = Edition("hans", "hans", "cn", Geometry("A5", 148, 210), {})
    edition = dataclasses.replace(edition, printing=Printing(stock="cream"))
    (told,) = unused_stock(edition, printer("offset"))
    assert (told.code, told.severity) == ("R-STOCK", "warning")
    assert unused_stock(edition, printer("KDP")) == ()


@pytest.mark.slow
def test_a_picture_runs_into_the_bleed_and_one_too_small_is_told_what_is_wanted(
    tmp_path: Path,
) -> None:
    toml = '[book]\ntitle = "灯"\ncover = "封面.png"\n'
    picture = io.BytesIO()
    Image.new("L", (1784, 2552), 90).save(picture, "PNG")
    folder = make_book(
        tmp_path / "book", "# 灯\n\n夜里。\n", toml, **{"封面.png": picture.getvalue()}
    )
    with pymupdf.open(cover_of(tmp_path)) as document:
        (page,) = document
        (box,) = (page.get_image_bbox(item) for item in page.get_images(full=True))
        fold = page.rect.width - (148 + 3) * PT_PER_MM
        wanted = (fold, 0, page.rect.width, page.rect.height)
        assert tuple(box) == pytest.approx(wanted, abs=0.5)
    Image.new("L", (1748, 2480), 90).save(folder / "封面.png")
    run = publish("build", "book", "--format", "cover", cwd=tmp_path)
    assert run.code == 1 and "R-COVER" in run.said
    assert "wanted are 1784 × 2552 or more: 151 × 216 mm with bleed at 300 dpi" in run.said


@pytest.mark.slow
def test_flaps_and_the_printers_spine(tmp_path: Path) -> None:
    a_book(tmp_path / "book", 60, TOML + 'flaps = 80\nprinter = "KDP"\nstock = "cream"\n')
    with pikepdf.open(cover_of(tmp_path)) as document:
        media, _, trim = boxes(document.pages[0])
    record = (tmp_path / "output" / "book" / "build.json").read_text(encoding="utf-8")
    ((spine, pages),) = re.findall(r"spine ([\d.]+) mm, (\d+) pages", record)
    assert float(spine) == pytest.approx(int(pages) * 0.0025 * 25.4, abs=0.05)
    assert (trim[2] - trim[0]) / PT_PER_MM == pytest.approx(2 * 148 + 160 + float(spine), abs=0.1)
    assert trim[0] - media[0] == pytest.approx(3.175 * PT_PER_MM, abs=0.01)


# --- bytes --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_same_bytes_in_any_time_zone_hash_seed_and_folder(tmp_path: Path) -> None:
    made = []
    for name, zone, seed in (("one", "UTC", "1"), ("two", "Asia/Shanghai", "2")):
        a_book(tmp_path / name / "book", 9)
        env = {"TZ": zone, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
        asked = [word for kind in PRINTED for word in ("--format", kind)]
        built(publish("build", "book", *asked, cwd=tmp_path / name, env=env))
        folder = tmp_path / name / "output" / "book"
        made.append({path.name: path.read_bytes() for path in folder.glob("*.pdf")})
    assert len(made[0]) == len(PRINTED) and made[0] == made[1]


# --- printers ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in printers()])
def test_every_printer_gets_what_it_wants(tmp_path: Path, name: str) -> None:
    """Interior and cover of a book of a hundred pages and more pass the printer's preflight."""
    a_book(tmp_path / "book", 220, f'{TOML}printer = "{name}"\n')
    asked = ("--format", "press", "--format", "cover")
    run = built(publish("build", "book", *asked, cwd=tmp_path))
    assert "error" not in run.said
    press = tmp_path / "output" / "book" / "book.hans.press.pdf"
    wanted = printer(name)
    with pikepdf.open(press) as document:
        count = len(document.pages)
        assert count >= wanted.fewest and count % wanted.multiple == 0
        for number, page in enumerate(document.pages, 1):
            media, _, trim = boxes(page)
            inner, outer = trim[0] - media[0], media[2] - trim[2]
            if number % 2 == 0:
                inner, outer = outer, inner
            at_spine = wanted.bleed if wanted.bleed_sides == "all" else 0
            assert inner == pytest.approx(at_spine * PT_PER_MM, abs=0.02)
            assert outer == pytest.approx(wanted.bleed * PT_PER_MM, abs=0.02)


@pytest.mark.slow
def test_pdfx_1a_for_those_who_ask(tmp_path: Path) -> None:
    """PDF 1.3 without transparency and with bare outlines; the claim is told to be unproved."""
    picture = io.BytesIO()
    Image.new("RGBA", (1600, 800), (200, 30, 30, 90)).save(picture, "PNG", dpi=(400, 400))
    toml = '[book]\ntitle = "灯"\n\n[print]\nstandard = "x1a"\n'
    files = {"红.png": picture.getvalue()}
    make_book(tmp_path / "book", "# 灯\n\n夜里。\n\n![红](红.png)\n\n$a^2$\n", toml, **files)
    run = built(publish("build", "book", "--format", "press", "--format", "pdf", cwd=tmp_path))
    assert "PDF/X-1a:2001, checked by publish alone" in run.said
    path = tmp_path / "output" / "book" / "book.hans.press.pdf"
    with pikepdf.open(path) as document:
        said = document.docinfo
        assert document.pdf_version == "1.3"
        assert str(said["/GTS_PDFXVersion"]) == "PDF/X-1:2001"
        assert str(said["/GTS_PDFXConformance"]) == "PDF/X-1a:2001"
        kinds = set()
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image:
                assert "/SMask" not in item and item.ColorSpace == Name.DeviceCMYK
            if isinstance(item, Dictionary):
                assert "/Group" not in item and not {"/ca", "/CA", "/SMask"} & set(item.keys())
                file = item.get("/FontFile3")
                kinds |= {str(file.Subtype)} if file is not None else set()
        assert kinds == {"/CIDFontType0C"}
    with pymupdf.open(path) as document:
        assert "夜里" in "".join(page.get_text() for page in document)


def test_what_shines_through_has_no_place_in_pdfx_1a(inks: Inks) -> None:
    document = a_page(b"/T gs 0 g", ExtGState=Dictionary(T=Dictionary(ca=0.5)))
    recolouring = Recolouring(document, inks, opaque=True)
    with pytest.raises(Unconvertible, match="shines through"):
        recolouring.page(document.pages[0])


@pytest.mark.slow
def test_too_many_sheets_for_a_staple_are_told_of(tmp_path: Path) -> None:
    a_book(tmp_path / "book", 220, '[book]\ntitle = "灯"\n')
    run = built(publish("build", "book", "--format", "booklet", "--json", cwd=tmp_path))
    assert [item["code"] for item in run.diagnostics("warning")] == ["P-THICK"]
    a_book(tmp_path / "book", 220, '[book]\ntitle = "灯"\n[print]\nsignature = 4\n')
    run = built(publish("build", "book", "--format", "booklet", "--json", cwd=tmp_path))
    assert run.diagnostics("warning") == []


@pytest.mark.slow
def test_the_inner_margin_follows_the_number_of_pages(tmp_path: Path) -> None:
    """小32开 has 17.5 mm at the spine; KDP wants 19.05 of a book of more than 500 pages, and gets
    it with the same lines."""
    text = []
    for name in ("offset", "KDP"):
        toml = f'[book]\ntitle = "灯"\n[page]\npaper = "小32开"\n[print]\nprinter = "{name}"\n'
        a_book(tmp_path / name / "book", 1000, toml)
        built(publish("build", "book", "--format", "press", cwd=tmp_path / name))
        with pymupdf.open(tmp_path / name / "output/book/book.hans.press.pdf") as document:
            assert len(document) > 500
            page = document[20]
            left = min(block[0] for block in page.get_text("blocks"))
            inner = (left - (page.trimbox.x0 - page.cropbox.x0)) / PT_PER_MM
            text.append((inner, page.get_text()))
    assert text[0][0] == pytest.approx(17.5, abs=0.1)
    assert text[1][0] == pytest.approx(19.05, abs=0.1)
    assert text[0][1] == text[1][1]
