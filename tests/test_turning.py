"""Pages turned: the same picture, real boxes, links where they were, the standards kept."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
import pytest
import verapdf
from extract import pdfium_pages, poppler_pages
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from publish.press.standard import PT_PER_MM, Work, finish
from publish.press.turning import turn, turn_document
from publish.render import pdf_standards

#: A page of 600 x 400 pt, so that its pixels are whole, with a bleed of 10 pt.
PAGES = """
<!DOCTYPE html><html lang=zh-Hant><title>直排</title><style>
@page { size: 600pt 400pt; margin: 40pt; bleed: 10pt }
@page wide { size: 640pt 480pt }
body { font: 12pt/20pt "Noto Serif CJK TC"; margin: 0 }
h1 { font-size: 18pt; bookmark-level: 1; break-before: page }
h1:first-child { break-before: auto }
.dots { background: DOTS repeat-x; padding-top: 6pt }
.faint { opacity: .5 }
.run { background: linear-gradient(to right, #036, #fc0); height: 30pt }
.wide { page: wide; padding-top: 5.2pt }
img { width: 60pt; height: 30pt; image-rendering: crisp-edges }
.tier { margin-left: 400pt }
</style>
<h1 id=one>第一章</h1>
<p><a href="#two">去第二章，這一行的鏈接很長很長很長很長很長很長很長很長很長很長很長很長很長，
要轉到下一行去才好</a>，<a href="#tier">下欄</a>。</p>
<p class=dots>著重號用圖案畫成</p>
<div class=faint><p class=dots>半透明的圖案</p></div>
<div class=run></div>
<p><img alt="一張畫" src="IMAGE"></p>
<h1 id=two>第二章</h1><p class=dots>同樣的圖案<a href="https://example.org/">外鏈</a></p>
<p class=tier id=tier>下欄的目標<a href="#one">回去</a></p>
<div class=wide><p class=dots>另一種開本的圖案</p></div>
"""
DOTS = (
    "url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='12' height='6'>"
    "<circle cx='4' cy='3' r='2' fill='%23a00'/></svg>\")"
)


def picture() -> str:
    """A picture of four colours, none like its neighbour."""
    import base64

    image = Image.new("RGB", (4, 2))
    image.putdata([(0, 0, 0), (255, 0, 0), (0, 160, 0), (0, 0, 255)] * 2)
    out = io.BytesIO()
    image.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def source() -> str:
    return PAGES.replace("DOTS", DOTS).replace("IMAGE", picture())


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untagged file, with a group that is half transparent."""
    from weasyprint import HTML

    path = tmp_path_factory.mktemp("drawn") / "drawn.pdf"
    HTML(string=source()).write_pdf(path)
    return path


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagged file as the engine writes it, of both standards, with words for its links."""
    from weasyprint import HTML

    path = tmp_path_factory.mktemp("turning") / "laid-out.pdf"
    # The engine leaves groups untagged, so no edition has any; the drawn pages below have one.
    HTML(string=source().replace("faint", "")).write_pdf(
        path,
        pdf_variant="pdf/a-2a",
        finisher=lambda document, pdf: pdf_standards.finish(document, pdf, "zh-Hant"),
    )
    return path


@pytest.fixture(scope="module")
def pages(laid_out: Path) -> Path:
    path = laid_out.with_name("pages.pdf")
    assert turn(laid_out, path) == 3
    return path


def rendered(path: Path) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(path)
    images = [page.render(scale=2).to_pil().convert("L") for page in document]
    document.close()
    return images


def numbers(array: Any) -> list[float]:
    return [float(value) for value in array]


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many pixels differ by more than half of what there is."""
    assert one.size == other.size
    return sum(ImageChops.difference(one, other).histogram()[128:])


# --- pictures --------------------------------------------------------------------------------


def test_the_pages_are_the_laid_out_ones_turned(drawn: Path, tmp_path: Path) -> None:
    """Patterns, gradients, groups and pictures included: not one pixel is another."""
    turn(drawn, tmp_path / "turned.pdf")
    for before, after in zip(rendered(drawn), rendered(tmp_path / "turned.pdf"), strict=True):
        expected = before.transpose(Image.Transpose.ROTATE_270)
        assert differing(expected, after) == 0
        assert differing(before.transpose(Image.Transpose.ROTATE_90), after) > 1000


def test_a_pattern_that_is_not_turned_would_be_seen(laid_out: Path, tmp_path: Path) -> None:
    with pikepdf.open(laid_out) as document:
        turn_document(document)
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/PatternType") == 1:
                item.Matrix = Array([0.75, 0, 0, -0.75, 0, 400])
        document.save(tmp_path / "wrong.pdf")
    expected = rendered(laid_out)[0].transpose(Image.Transpose.ROTATE_270)
    assert differing(expected, rendered(tmp_path / "wrong.pdf")[0]) > 20


def test_shared_patterns_are_turned_once_for_each_size(tmp_path: Path) -> None:
    """Two pages of one size share what they shared; another size gets its own; a form keeps its."""
    document = pikepdf.new()
    pattern = document.make_stream(
        b"1 0 0 rg 0 0 5 5 re f",
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1,
        BBox=Array([0, 0, 10, 10]), XStep=10, YStep=10, Resources=Dictionary(),
        Matrix=Array([2, 0, 0, 1, 3, 4]),
    )  # fmt: skip
    patterns = Dictionary(P=pattern)
    form = document.make_stream(
        b"/Pattern cs /P scn 0 0 50 50 re f",
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]),
        Resources=Dictionary(Pattern=Dictionary(P=pattern)),
    )  # fmt: skip
    resources = document.make_indirect(Dictionary(Pattern=patterns, XObject=Dictionary(F=form)))
    for width in (300, 300, 500):
        page = document.add_blank_page(page_size=(width, 200))
        page.obj.Resources = resources
        page.obj.Contents = document.make_stream(b"/Pattern cs /P scn 9 9 99 99 re f /F Do")
    document.save(tmp_path / "before.pdf")
    turn(tmp_path / "before.pdf", tmp_path / "after.pdf")
    with pikepdf.open(tmp_path / "after.pdf") as after:
        one, two, three = (page.obj.Resources for page in after.pages)
        assert one.objgen == two.objgen != three.objgen
        # (x, y) -> (y, width - x), after the pattern's own.
        assert numbers(one.Pattern.P.Matrix) == [0, -2, 1, 0, 4, 297]
        assert numbers(three.Pattern.P.Matrix) == [0, -2, 1, 0, 4, 497]
        for holder in (one, three):
            assert numbers(holder.XObject.F.Resources.Pattern.P.Matrix) == [2, 0, 0, 1, 3, 4]
        frames = {page.obj.Contents[0].objgen for page in after.pages}
        assert len(frames) == 2
    for before, turned in zip(
        rendered(tmp_path / "before.pdf"), rendered(tmp_path / "after.pdf"), strict=True
    ):
        assert differing(before.transpose(Image.Transpose.ROTATE_270), turned) == 0


# --- boxes -----------------------------------------------------------------------------------


def test_boxes_are_those_of_portrait_pages(laid_out: Path, pages: Path) -> None:
    with pikepdf.open(laid_out) as before, pikepdf.open(pages) as after:
        for old, new in zip(before.pages, after.pages, strict=True):
            assert "/Rotate" not in new.obj
            _, y0, x1, _ = numbers(old.mediabox)
            for name in ("/MediaBox", "/BleedBox", "/TrimBox"):
                left, bottom, right, top = numbers(old.obj[name])
                wanted = [bottom - y0, x1 - right, top - y0, x1 - left]
                assert numbers(new.obj[name]) == pytest.approx(wanted, abs=1e-3)
            media = numbers(new.mediabox)
            assert media[:2] == [0, 0] and media[3] > media[2]
        trim = numbers(after.pages[0].trimbox)
        assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([400, 600], abs=1e-3)


def test_a_turned_file_becomes_one_for_a_press(drawn: Path, tmp_path: Path) -> None:
    """Boxes, patterns and inks: the finished page is the turned one."""
    turn(drawn, tmp_path / "turned.pdf")
    work = Work(
        width=400 / PT_PER_MM, height=600 / PT_PER_MM, bleed=10 / PT_PER_MM,
        modified=datetime(2026, 1, 1, tzinfo=UTC), pages=lambda count: count,
    )  # fmt: skip
    assert finish(tmp_path / "turned.pdf", tmp_path / "press.pdf", work) == (3, ())
    with pikepdf.open(tmp_path / "press.pdf") as document:
        page = document.pages[0].obj
        assert numbers(page.TrimBox) == [10, 10, 410, 610]
        assert numbers(page.MediaBox) == numbers(page.BleedBox) == [0, 0, 420, 620]
    before, after = (rendered(tmp_path / name)[0] for name in ("turned.pdf", "press.pdf"))
    assert differing(before, after) == 0


def test_a_page_that_is_turned_by_a_key_is_refused() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 200)).obj.Rotate = 90
    with pytest.raises(ValueError, match="turned already"):
        turn_document(document)


def test_a_cover_stays_as_it_is(laid_out: Path, tmp_path: Path) -> None:
    turn(laid_out, tmp_path / "cover.pdf", upright=frozenset({0}))
    first, second, _ = rendered(tmp_path / "cover.pdf")
    assert differing(first, rendered(laid_out)[0]) == 0 and second.height > second.width
    with pikepdf.open(laid_out) as before, pikepdf.open(tmp_path / "cover.pdf") as after:
        for old, new in zip(before.pages[0].obj.Annots, after.pages[0].obj.Annots, strict=True):
            assert numbers(old.Rect) == numbers(new.Rect)


# --- links -----------------------------------------------------------------------------------


def test_links_lie_on_their_words(laid_out: Path, pages: Path) -> None:
    """What stands in the rectangle of a link is the same text, before and after."""
    told = []
    for path in (laid_out, pages):
        document, words = pypdfium2.PdfDocument(path), []
        with pikepdf.open(path) as file:
            for number, page in enumerate(file.pages):
                text = document[number].get_textpage()
                for link in page.obj.get("/Annots", ()):
                    left, bottom, right, top = numbers(link.Rect)
                    words.append("".join(text.get_text_bounded(left, bottom, right, top).split()))
        document.close()
        told.append(words)
    assert told[0] == told[1] and len(told[0]) >= 4
    assert {"下欄", "外鏈", "回去"} <= set(told[1])


def test_quadrilaterals_and_looks_of_annotations() -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 200))
    look = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form,
                                BBox=Array([0, 0, 20, 10]))  # fmt: skip
    page.obj.Annots = Array([
        Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([10, 20, 30, 40]),
            QuadPoints=Array([10, 40, 30, 40, 10, 20, 30, 20]), AP=Dictionary(N=look),
        )
    ])  # fmt: skip
    turn_document(document)
    (link,) = page.obj.Annots
    assert numbers(link.Rect) == [20, 270, 40, 290]
    assert numbers(link.QuadPoints) == [40, 290, 40, 270, 20, 290, 20, 270]
    assert numbers(link.AP.N.Matrix) == [0, -1, 1, 0, 0, 0]


def names(document: pikepdf.Pdf) -> dict[str, Any]:
    entries = list(document.Root.Names.Dests.Names)
    return {str(key): value for key, value in zip(entries[::2], entries[1::2], strict=True)}


def test_destinations_open_at_the_head_of_the_columns(laid_out: Path, pages: Path) -> None:
    """No place across, so that the column is not hidden; zoom kept; the page as it was."""
    with pikepdf.open(laid_out) as before, pikepdf.open(pages) as after:
        order = [page.objgen for page in after.pages]
        old, new = names(before), names(after)
        assert set(old) == set(new) == {"one", "two", "tier"}
        numbered = {key: order.index(value[0].objgen) for key, value in new.items()}
        assert numbered == {"one": 0, "two": 1, "tier": 1}
        for key in new:
            assert new[key][1] == Name.XYZ and new[key][2] is None and float(new[key][4]) == 0
        top = float(after.pages[0].mediabox[3])
        assert float(new["one"][3]) == float(new["two"][3]) == top
        # The lower tier begins 440 pt from the left of the trimmed page.
        trim = numbers(after.pages[1].trimbox)
        assert float(new["tier"][3]) == pytest.approx(trim[3] - 440 + 12, abs=0.1)
        item, shown = after.Root.Outlines.First, []
        while item is not None:
            shown.append((str(item.Title), order.index(item.Dest[0].objgen), item.Dest[2]))
            assert float(item.Dest[3]) == top
            item = item.get("/Next")
        assert shown == [("第一章", 0, None), ("第二章", 1, None)]


def test_destinations_in_links_actions_and_at_the_start() -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 200))
    shared = document.make_indirect(Array([page.obj, Name.XYZ, 10, 190, 1.5]))
    own = Array([page.obj, Name.XYZ, 10, 190, 0])
    fit = Array([page.obj, Name.Fit])
    page.obj.Annots = Array([
        Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), Dest=shared),
        Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), Dest=shared),
        Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 1, 1]),
                   A=Dictionary(S=Name.GoTo, D=own)),
    ])  # fmt: skip
    document.Root.OpenAction = fit
    document.Root.Dests = Dictionary(name=Dictionary(D=Array([page.obj, Name.XYZ, 290, 9, 0])))
    turn_document(document)
    first, second, third = page.obj.Annots
    for array in (first.Dest, second.Dest, third.A.D):
        assert array[2] is None and float(array[3]) == 300
    assert float(first.Dest[4]) == 1.5
    assert float(document.Root.Dests.name.D[3]) == 22
    assert list(document.Root.OpenAction)[1] == Name.Fit


# --- tags and standards ----------------------------------------------------------------------


def elements(element: Any) -> list[Any]:
    kids = element.get("/K", ())
    found = [kid for kid in (kids if isinstance(kids, Array) else [kids])
             if isinstance(kid, Dictionary) and "/S" in kid]  # fmt: skip
    return found + [below for kid in found for below in elements(kid)]


def test_tags_say_columns_and_where_figures_are(pages: Path) -> None:
    with pikepdf.open(pages) as document:
        root = document.Root.StructTreeRoot
        tagged = elements(root)
        (whole,) = [item for item in tagged if Name.Document == item.S]
        assert Name.Layout == whole.A.O and whole.A.WritingMode == Name.TbRl
        (figure,) = [item for item in tagged if Name.Figure == item.S]
        left, bottom, right, top = numbers(figure.A.BBox)
    assert right - left == pytest.approx(30, abs=0.5) and top - bottom == pytest.approx(60, abs=0.5)
    # The colours of the picture are in the box, from its head to its foot.
    document = pypdfium2.PdfDocument(pages)
    image = document[0].render(scale=2).to_pil().convert("RGB")
    document.close()
    across = int(left + right)
    colours = [
        image.getpixel((across, image.height - int(2 * (top - 60 * (step + 0.5) / 4))))
        for step in range(4)
    ]
    assert colours == [(0, 0, 0), (255, 0, 0), (0, 160, 0), (0, 0, 255)]


def test_other_attributes_of_a_document_stay() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 200))
    other = Dictionary(O=Name.List)
    whole = Dictionary(S=Name.Document, A=other)
    document.Root.StructTreeRoot = Dictionary(K=Array([whole]))
    turn_document(document)
    first, second = document.Root.StructTreeRoot.K[0].A
    assert Name.List == first.O and second.WritingMode == Name.TbRl


@pytest.mark.slow
def test_the_standards_are_kept(laid_out: Path, pages: Path) -> None:
    for path in (laid_out, pages):
        found = verapdf.faults(path, "2a", "ua1")
        assert found == (), "\n".join(map(str, found))


def test_metadata_stays(laid_out: Path, pages: Path) -> None:
    with pikepdf.open(laid_out) as before, pikepdf.open(pages) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.Root.Lang == after.Root.Lang and after.Root.MarkInfo.Marked


# --- text, direction, bytes ------------------------------------------------------------------


def test_text_is_copied_as_before(laid_out: Path, pages: Path) -> None:
    """All of it, and in order where a reader keeps to that of the file; PDFium sorts, and takes
    neighbouring columns that begin at one height for one line unless the composer sees to it."""
    with pymupdf.open(laid_out) as before, pymupdf.open(pages) as after:
        for one, other in zip(before, after, strict=True):
            assert "".join(one.get_text().split()) == "".join(other.get_text().split())
    for readers, ordered in ((poppler_pages, True), (pdfium_pages, False)):
        for one, other in zip(readers(laid_out), readers(pages), strict=True):
            texts = ["".join(text.split()) for text in (one, other)]
            assert texts[0] == texts[1] if ordered else sorted(texts[0]) == sorted(texts[1])


def test_only_files_for_a_press_say_right_to_left(laid_out: Path, tmp_path: Path) -> None:
    with pikepdf.open(laid_out) as document:
        turn_document(document)
        assert "/Direction" not in document.Root.get("/ViewerPreferences", {})
    turn(laid_out, tmp_path / "press.pdf", right_to_left=True)
    with pikepdf.open(tmp_path / "press.pdf") as document:
        assert document.Root.ViewerPreferences.Direction == Name.R2L


def test_the_same_bytes_twice(laid_out: Path, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        turn(laid_out, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
