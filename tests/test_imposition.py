"""Imposition: sheets printed, folded in thought and read like a book; boxes, marks, fonts, bytes.

Pages carry «PG12E».  Which page must stand where is not computed here: the halves of every sheet
are stacked as a fold stacks them (:func:`fold`), and what is then read must be the book.
"""

from __future__ import annotations

import functools
import io
import itertools
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
import pytest
from acceptance import built, make_book, publish
from hypothesis import given
from hypothesis import strategies as st

from publish.diagnostics import Failure, show
from publish.model import schema, styles
from publish.model.checkers import Wrong
from publish.press.booklet import Booklet, how_to_fold, impose
from publish.press.imposition import Binding, Plan, creep, leaf_caliper, plan_of
from publish.press.sheets import (
    GAP,
    LABEL_HEIGHT,
    LABEL_INDENT,
    LABEL_UNIT,
    LETTERS,
    PT_PER_MM,
    Sheet,
    lay,
    sheet,
    sheets,
    smallest,
)

A4 = sheet("A4")
BINDINGS: tuple[Binding, ...] = ("left", "right")
A5 = (148.0, 210.0)

#: Where the text of the pages begins, in mm from the trimmed edge.
TEXT_LEFT = 30.0

#: Around the trimmed page of the trial books, in mm: the bleed, and more that must not be printed.
BLEED, OUTSIDE = 3.0, 8.0


# --- a book, folded in thought -----------------------------------------------------

#: What is printed on the left and right halves of a side.
Faces = tuple[Any, Any]


def fold(signature: Sequence[tuple[Faces, Faces]], binding: Binding) -> list[Any]:
    """The faces of a signature in the order a reader turns them; its sheets (front, back) come
    outermost first.

    Lay the outermost sheet on a table with its front down and the others on it, likewise.  Left of
    the fold there is now a pile of leaves, and another to its right: it is the book, open in the
    middle.  Turned over about its fold, a sheet has the right half of its front under the left half
    of its back.
    """
    left_pile, right_pile = [], []
    for (front_left, front_right), (back_left, back_right) in signature:
        left_pile.append({"above": back_left, "below": front_right})
        right_pile.append({"above": back_right, "below": front_left})
    # Of a book bound at the left the pages that were read lie left.  The first leaf is the lowest
    # there; its lower face is seen first.  Those to be read are taken from the top.
    read, ahead = (left_pile, right_pile) if binding == "left" else (right_pile, left_pile)
    faces = []
    for leaf in read:
        faces += [leaf["below"], leaf["above"]]
    for leaf in reversed(ahead):
        faces += [leaf["above"], leaf["below"]]
    return faces


def read_like_a_book(sides: Sequence[Faces], sizes: Sequence[int], binding: Binding) -> list[Any]:
    """Sides as printed (front, back, front, back …), in signatures of so many sheets."""
    printed = list(zip(sides[::2], sides[1::2], strict=True))
    faces, rest = [], iter(printed)
    for size in sizes:
        faces += fold(list(itertools.islice(rest, size)), binding)
    assert not list(rest)
    return faces


def sides_of(plan: Plan) -> list[Faces]:
    return [(side.left, side.right) for folded in plan.sheets for side in folded.sides]


def signatures_wanted(pages: int, size: int) -> list[int]:
    """Sheets are taken off a heap, ``size`` at a time, until it is used up."""
    heap = len(range(0, pages, 4))
    if not size:
        return [heap]
    taken = []
    while heap:
        taken.append(min(size, heap))
        heap -= taken[-1]
    return taken


def test_the_model_folds_paper_that_one_can_hold() -> None:
    # One sheet: 4 | 1 outside, 2 | 3 inside; in a book bound at the right, 1 | 4 and 3 | 2.
    assert fold([((4, 1), (2, 3))], "left") == [1, 2, 3, 4]
    assert fold([((1, 4), (3, 2))], "right") == [1, 2, 3, 4]


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("size", range(9))
def test_every_plan_reads_like_a_book(size: int, binding: Binding) -> None:
    for pages in range(1, 65):
        plan = plan_of(pages, signature=size, binding=binding)
        assert list(plan.signatures) == signatures_wanted(pages, size)
        faces = read_like_a_book(sides_of(plan), plan.signatures, binding)
        blanks = -pages % 4
        assert faces == [*range(1, pages + 1), *[None] * blanks]
        assert plan.blanks == blanks


@given(st.integers(1, 400), st.integers(0, 16), st.sampled_from(BINDINGS), st.integers(0, 12))
def test_blanks_stand_before_the_last_pages(
    pages: int, size: int, binding: Binding, last: int
) -> None:
    plan = plan_of(pages, signature=size, binding=binding, blanks_before=last)
    faces = read_like_a_book(sides_of(plan), plan.signatures, binding)
    kept = min(last, pages)
    wanted = [*range(1, pages - kept + 1), *[None] * (-pages % 4)]
    assert faces == [*wanted, *range(pages - kept + 1, pages + 1)]


def test_no_page_is_no_sheet() -> None:
    plan = plan_of(0)
    assert plan.sheets == () and plan.signatures == () and plan.blanks == 0


@given(st.integers(1, 200), st.integers(0, 16), st.floats(0.02, 1))
def test_creep_grows_by_a_leaf_and_starts_anew(pages: int, size: int, caliper: float) -> None:
    plan = plan_of(pages, signature=size)
    wanted = [k * caliper for sheets_ in plan.signatures for k in range(sheets_)]
    assert [creep(folded, caliper) for folded in plan.sheets] == pytest.approx(wanted)


def test_the_thickness_of_a_leaf() -> None:
    assert leaf_caliper(0.12, 80, 1.3) == 0.12
    assert leaf_caliper(None, 70, 1.3) == pytest.approx(0.091)
    assert leaf_caliper() == pytest.approx(0.1)


# --- sheets as data ----------------------------------------------------------------


def test_the_sheets_are_those_of_the_trade() -> None:
    sizes = {paper.name: (paper.width, paper.height) for paper in sheets()}
    assert sizes == {
        "A4": (210, 297), "A3": (297, 420), "B4": (250, 353), "Letter": (215.9, 279.4),
        "SRA4": (225, 320), "SRA3": (320, 450),
    }  # fmt: skip
    assert [paper.name for paper in sheets() if paper.marks] == ["SRA4", "SRA3"]


def test_book_toml_may_name_every_sheet() -> None:
    check = schema.SCHEMA["print"]["sheet"]
    assert [check(name) for name in styles.table("sheets")] == list(styles.table("sheets"))
    with pytest.raises(Wrong, match="must be one of A4, Letter"):
        check("A7")


def test_pages_lie_against_the_fold_in_the_middle() -> None:
    layout = lay(148 * PT_PER_MM, 210 * PT_PER_MM, A4)
    assert (layout.width, layout.height) == pytest.approx((297 * PT_PER_MM, 210 * PT_PER_MM))
    left, right = layout.page(False, 0), layout.page(True, 0)
    assert left.right == right.left == layout.fold
    assert left.left == pytest.approx(0.5 * PT_PER_MM)
    assert layout.width - right.right == pytest.approx(0.5 * PT_PER_MM)
    assert layout.scale == 1 and layout.turns_on_short_edge


def test_two_of_a_size_are_the_next_one() -> None:
    assert lay(210 * PT_PER_MM, 297 * PT_PER_MM, sheet("A3")).scale == 1


def test_very_high_pages_lie_on_an_upright_sheet() -> None:
    layout = lay(100 * PT_PER_MM, 290 * PT_PER_MM, A4)
    assert layout.height > layout.width and not layout.turns_on_short_edge


@pytest.mark.parametrize(
    ("paper", "size", "told"),
    [
        (
            "A4", (185, 260),
            "error[P-SHEET]: two pages of 185 x 260 mm do not fit on a sheet of A4 (210 x 297 mm)\n"
            '  = hint: the smallest sheet that would do is A3: [print] sheet = "A3"',
        ),
        (
            "SRA4", (185, 260),
            "error[P-SHEET]: two pages of 185 x 260 mm with 3 mm bleed and marks do not fit on a "
            "sheet of SRA4 (225 x 320 mm)\n"
            '  = hint: the smallest sheet that would do is SRA3: [print] sheet = "SRA3"',
        ),
        (
            "A3", (300, 420),
            "error[P-SHEET]: two pages of 300 x 420 mm do not fit on a sheet of A3 (297 x 420 mm)\n"
            "  = hint: no sheet of styles/sheets.toml is large enough for two such pages",
        ),
    ],
)  # fmt: skip
def test_pages_that_are_too_large(paper: str, size: tuple[float, float], told: str) -> None:
    width, height = (side * PT_PER_MM for side in size)
    with pytest.raises(Failure) as caught:
        lay(width, height, sheet(paper))
    assert "\n".join(map(show, caught.value.diagnostics)) == told
    layout = lay(width, height, sheet(paper), scale_down=True)
    assert layout.scale < 1
    trim = layout.trim(0).grown(layout.bleed)
    assert trim.left >= -0.01 and trim.foot >= -0.01


@given(st.floats(50, 250), st.floats(50, 350), st.sampled_from(sheets()))
def test_what_is_laid_stays_on_the_sheet(width: float, height: float, paper: Sheet) -> None:
    """Boxes and marks stay on the sheet; the hint names a sheet that does."""
    points = width * PT_PER_MM, height * PT_PER_MM
    layout = lay(*points, paper, scale_down=True)
    assert layout.scale <= 1
    bleed = layout.trim(0).grown(layout.bleed)
    assert bleed.left >= -0.3 and bleed.foot >= -0.3
    assert bleed.right <= layout.width + 0.3 and bleed.head <= layout.height + 0.3
    for stroke in layout.marks(0):
        for x, y in stroke.points:
            assert 0 <= x <= layout.width and 0 <= y <= layout.height
    if layout.scale < 1 and (other := smallest(*points, marks=bool(paper.marks))):
        assert lay(*points, other).scale == 1
        assert other.width * other.height > paper.width * paper.height or other != paper


def test_labels_have_the_letters_they_need() -> None:
    words = "SIG 0123456789 SHEET FRONT BACK"
    assert set(words) - {" "} <= set(LETTERS)
    for letter, strokes in LETTERS.items():
        for stroke in strokes.split():
            assert len(stroke) % 2 == 0 and len(stroke) >= 4, letter
            assert set(stroke[::2]) <= set("01234") and set(stroke[1::2]) <= set("0123456")


# --- trial books -------------------------------------------------------------------


def write_book(path: Path, pages: int, size: tuple[float, float] = A5, *, intent: int = 4) -> None:
    """Pages with their number in an embedded font and a ground that goes beyond the bleed; one
    image on all of them; boxes, output intent (``intent`` components), XMP, title, language, tags'
    remains, links and bookmarks."""
    around = OUTSIDE * PT_PER_MM
    width, height = (side * PT_PER_MM for side in size)
    made = pymupdf.open()
    font = pymupdf.Font("helv").buffer
    image = 0
    for number in range(1, pages + 1):
        page = made.new_page(width=width + 2 * around, height=height + 2 * around)
        page.draw_rect(page.rect, color=None, fill=(0.8, 1, 0.9))
        page.insert_font(fontname="F0", fontbuffer=font)
        at = pymupdf.Point(around + TEXT_LEFT * PT_PER_MM, around + 40 * PT_PER_MM)
        page.insert_text(at, f"PG{number}E", fontname="F0", fontsize=24)
        place = pymupdf.Rect(at.x, at.y + 20, at.x + 30, at.y + 50)
        if image:
            page.insert_image(place, xref=image)
        else:
            pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 8, 8))
            pixels.clear_with(90)
            image = page.insert_image(place, pixmap=pixels)
        page.insert_link({"kind": pymupdf.LINK_GOTO, "from": place, "page": 0})
    made.set_toc([[1, "one", 1]])
    bare = made.tobytes()
    space = pikepdf.Name.DeviceCMYK if intent == 4 else pikepdf.Name.DeviceRGB
    with pikepdf.open(io.BytesIO(bare)) as book:
        for page in book.pages:
            page.trimbox = [around, around, around + width, around + height]
            beyond = BLEED * PT_PER_MM
            page.obj.BleedBox = pikepdf.Array(
                [around - beyond, around - beyond, around + width + beyond,
                 around + height + beyond]
            )  # fmt: skip
            page.obj.StructParents = 0
            page.obj.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=space)
        profile = book.make_stream(b"profile", N=intent)
        book.Root.OutputIntents = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFX,
                                OutputConditionIdentifier="FOGRA39", DestOutputProfile=profile)]
        )  # fmt: skip
        book.Root.Lang = pikepdf.String("zh-Hans")
        book.docinfo["/Title"] = "灯下"
        book.docinfo["/CreationDate"] = "D:20250301000000Z"
        book.docinfo["/Trapped"] = pikepdf.Name("/False")
        with book.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = "灯下"
            metadata["xmp:CreateDate"] = "2025-03-01T00:00:00Z"
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "A"
            metadata["{http://www.aiim.org/pdfua/ns/id/}part"] = "1"
            metadata["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] = "PDF/X-4"
        book.save(path, force_version="1.6", deterministic_id=True)


Book = Callable[..., Path]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A trial book of so many pages, made once: the first of a book of 64."""
    folder = tmp_path_factory.mktemp("book")

    @functools.cache
    def whole(size: tuple[float, float], intent: int) -> Path:
        path = folder / f"{size[0]:g}-{intent}.pdf"
        write_book(path, 64, size, intent=intent)
        return path

    @functools.cache
    def make(pages: int, size: tuple[float, float] = A5, intent: int = 4) -> Path:
        source = whole(size, intent)
        path = source.with_stem(f"{source.stem}-{pages}")
        with pikepdf.open(source) as book:
            del book.pages[pages:]
            book.save(path, deterministic_id=True)
        return path

    return make


def words_of(page: pymupdf.Page) -> list[tuple[float, str]]:
    """(x, word) of all text, by MuPDF; every line must run upright, from left to right."""
    found = []
    for block in page.get_text("dict")["blocks"]:
        for line in block.get("lines", ()):
            assert line["dir"] == (1.0, 0.0)
            text = "".join(span["text"] for span in line["spans"])
            found += [(line["spans"][0]["origin"][0], word) for word in text.split()]
    return sorted(found)


def printed_sides(path: Path) -> list[Faces]:
    """What stands on the halves of each side, by MuPDF."""
    sides = []
    with pymupdf.open(path) as made:
        for page in made:
            halves: list[Any] = [None, None]
            for x, word in words_of(page):
                half = int(x > page.rect.width / 2)
                assert halves[half] is None
                halves[half] = int(re.fullmatch(r"PG(\d+)E", word)[1])  # type: ignore[index]
            sides.append((halves[0], halves[1]))
    return sides


def printed_words(path: Path) -> list[list[str]]:
    """The words of each side from left to right, by PDFium.

    By the places of the characters: PDFium hands out the runs of a line from right to left in a
    file whose pages turn so (/Direction /R2L).
    """
    sides = []
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        placed = []
        for index in range(text.count_chars()):
            if (letter := text.get_text_range(index, 1).strip()) != "":
                left, foot, right, head = text.get_charbox(index)
                assert right > left and head > foot
                placed.append((left, letter))
        found = re.findall(r"PG\d+E|.", "".join(letter for _, letter in sorted(placed)))
        sides.append(found)
    document.close()
    return sides


def check_printed(
    source: Path, target: Path, pages: int, size: int, binding: Binding, paper: Sheet = A4
) -> None:
    done = impose(source, target, paper, signature=size, binding=binding, caliper=0.1)
    sides = printed_sides(target)
    faces = read_like_a_book(sides, signatures_wanted(pages, size), binding)
    assert faces == [*range(1, pages + 1), *[None] * (-pages % 4)]
    assert sides == sides_of(done.plan)
    assert printed_words(target) == [
        [f"PG{number}E" for number in side if number is not None] for side in sides
    ]


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("first", range(1, 65, 8))
def test_printed_sheets_read_like_a_book(
    book: Book, tmp_path: Path, first: int, binding: Binding
) -> None:
    """Every number of pages from 1 to 64, stitched as well as in signatures of 1 to 8 sheets by
    turns."""
    for pages in range(first, first + 8):
        for size in (0, 1 + (pages + pages // 8) % 8):
            check_printed(book(pages), tmp_path / "made.pdf", pages, size, binding)


@pytest.mark.slow
@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("size", range(9))
def test_all_signatures_of_all_lengths(
    book: Book, tmp_path: Path, size: int, binding: Binding
) -> None:
    for pages in range(1, 65):
        check_printed(book(pages), tmp_path / "made.pdf", pages, size, binding, sheet("SRA4"))


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for the press of 64 pages or more in vertical lines, each with a text of its own."""
    cwd = tmp_path_factory.mktemp("columns")
    chapters = [f"## 山{of_its_own(n)}水\n\n火{of_its_own(n)}土。\n" for n in range(1, 66)]
    make_book(cwd / "book", "# 樹\n\n" + "\n".join(chapters))
    asked = ("--edition", "hant-tw-v", "--format", "press")
    built(publish("build", "book", *asked, cwd=cwd))
    return cwd / "output" / "book" / "book.hant-tw-v.press.pdf"


def of_its_own(number: int) -> str:
    """Two characters that no other number below 70 has."""
    return "甲乙丙丁戊己庚"[number // 10] + "春夏秋冬東西南北中外"[number % 10]


def text_by_half(page: pymupdf.Page) -> tuple[str, str]:
    """The characters on the left and on the right half of a page, in no order of theirs: readers
    guess another one where columns of two pages stand side by side."""
    halves = ["", ""]
    for block in page.get_text("rawdict")["blocks"]:
        for line in block.get("lines", ()):
            assert line["dir"][1] > 0.99 or line["dir"][0] > 0.99, "it stands on its head"
            for sign in (sign for span in line["spans"] for sign in span["chars"]):
                if not sign["c"].isspace():
                    halves[sign["origin"][0] > page.rect.width / 2] += sign["c"]
    return "".join(sorted(halves[0])), "".join(sorted(halves[1]))


@pytest.mark.slow
def test_a_vertical_book_is_folded_to_the_right(columns: Path, tmp_path: Path) -> None:
    """Real pages: every number of them from 1 to 64, two stitched and two in signatures of 1 to 8
    sheets, odd and even ones.  On the folded sheets stands the text of each page, in the order of
    the pages."""
    with pymupdf.open(columns) as document:
        texts = ["".join(sorted("".join(text_by_half(page)))) for page in document]
    assert len(texts) >= 64 and len({text for text in texts if text}) > 60
    short, made = tmp_path / "short.pdf", tmp_path / "made.pdf"
    for pages in range(1, 65):
        with pikepdf.open(columns) as document:
            del document.pages[pages:]
            document.save(short)
        size = 1 + pages // 4 % 8 if pages % 4 in (2, 3) else 0
        impose(short, made, A4, signature=size, binding="right", caliper=0.1)
        with pymupdf.open(made) as document:
            sides = [text_by_half(page) for page in document]
        faces = read_like_a_book(sides, signatures_wanted(pages, size), "right")
        assert faces == [*texts[:pages], *[""] * (-pages % 4)], pages


def test_declared_last_pages_stay_last(book: Book, tmp_path: Path) -> None:
    done = impose(book(13), tmp_path / "made.pdf", A4, blanks_before=1)
    assert done.plan.blanks == 3
    assert printed_sides(tmp_path / "made.pdf")[0] == (13, 1)


# --- where things lie ---------------------------------------------------------------


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("paper", ["A4", "SRA4", "SRA3"])
def test_creep_is_measured(book: Book, tmp_path: Path, paper: str, binding: Binding) -> None:
    caliper = 0.13
    done = impose(
        book(30), tmp_path / "made.pdf", sheet(paper), signature=5, caliper=caliper,
        binding=binding,
    )  # fmt: skip
    depths = [depth for size in (5, 3) for depth in range(size)]
    assert [folded.depth for folded in done.plan.sheets] == depths
    with pymupdf.open(tmp_path / "made.pdf") as made:
        for number, page in enumerate(made):
            depth, fold_at = depths[number // 2], page.rect.width / 2
            for x, _ in words_of(page):
                in_page = TEXT_LEFT * PT_PER_MM
                if x < fold_at:
                    moved = x - (fold_at - 148 * PT_PER_MM + in_page)
                else:
                    moved = fold_at + in_page - x
                assert moved == pytest.approx(depth * caliper * PT_PER_MM, abs=0.01)


def test_boxes_are_those_of_the_spread(book: Book, tmp_path: Path) -> None:
    paper = sheet("SRA3")
    impose(book(12), tmp_path / "made.pdf", paper, caliper=0.5)
    with pikepdf.open(tmp_path / "made.pdf") as made:
        for number, page in enumerate(made.pages):
            moved = number // 2 * 0.5
            left, foot = 225 - 148 + moved, (320 - 210) / 2
            trim = [left, foot, 450 - left, 320 - foot]
            bleed = [left - 3, foot - 3, 450 - left + 3, 320 - foot + 3]
            for box, wanted in (("/TrimBox", trim), ("/BleedBox", bleed),
                                ("/MediaBox", [0, 0, 450, 320])):  # fmt: skip
                found = [float(value) / PT_PER_MM for value in page.obj[box]]
                assert found == pytest.approx(wanted, abs=0.002), box
            assert "/CropBox" not in page.obj and "/Annots" not in page.obj
            assert "/Rotate" not in page.obj and "/StructParents" not in page.obj


def painted(page: pymupdf.Page, dots: int = 4) -> Callable[[float, float], tuple[int, ...]]:
    """The colour at a place in mm from the upper left corner."""
    pixels = page.get_pixmap(matrix=pymupdf.Matrix(dots / PT_PER_MM, dots / PT_PER_MM))
    return lambda x, y: pixels.pixel(int(x * dots), int(y * dots))


def test_the_ground_ends_at_bleed_and_spine(book: Book, tmp_path: Path) -> None:
    ground, white = (204, 255, 230), (255, 255, 255)
    for binding, outward in (("left", 1), ("right", -1)):
        # Page 1 stands to the right of the fold or to its left, and the other half is blank.
        # Its colours are those of RGB, since blending in CMYK would change them on a screen.
        impose(book(1, A5, 3), tmp_path / "made.pdf", sheet("SRA4"), binding=binding)
        with pymupdf.open(tmp_path / "made.pdf") as made:
            at = painted(made[0])
        foot, head = (225 - 210) / 2 - 3, (225 + 210) / 2 + 3
        for y in (foot + 0.4, 100, head - 0.4):
            assert at(160 - outward * 0.4, y) == at(160 + outward * 151.4, y) == white
            near = [at(160 + outward * 0.4, y), at(160 + outward * 150.6, y)]
            assert all(abs(a - b) < 3 for c in near for a, b in zip(c, ground, strict=True))
        middle = 160 + outward * 40
        assert at(middle, foot - 0.4) == at(middle, head + 0.4) == white


def test_a_sheet_looks_like_its_pages(book: Book, tmp_path: Path) -> None:
    """Dot for dot; the sheet is just two pages, and a page a whole number of dots."""
    source = book(4, (50.8, 76.2))
    impose(source, tmp_path / "made.pdf", Sheet("two pages", 76.2, 101.6))
    with pymupdf.open(tmp_path / "made.pdf") as made, pymupdf.open(source) as pages:
        for side, numbers in zip(made, ((4, 1), (2, 3)), strict=True):
            for on_right, number in enumerate(numbers):
                half = pymupdf.Rect(0, 0, 144, 216) + (144 * on_right, 0) * 2
                around = OUTSIDE * PT_PER_MM
                page = pages[number - 1]
                page.set_cropbox(pymupdf.Rect(around, around, around + 144, around + 216))
                seen = side.get_pixmap(dpi=144, clip=half)
                assert seen.samples == page.get_pixmap(dpi=144).samples, number


def test_an_office_sheet_shows_no_bleed(book: Book, tmp_path: Path) -> None:
    impose(book(4, (130.0, 184.0)), tmp_path / "made.pdf", A4)
    with pymupdf.open(tmp_path / "made.pdf") as made:
        at = painted(made[0])
        assert at(297 / 2 - 130.5, 100) == at(297 / 2 + 130.5, 100) == (255, 255, 255)
        assert at(297 / 2 - 129.5, 100) != (255, 255, 255)
        assert [d for d in made[0].get_drawings() if d["type"] == "s"] == []


@pytest.mark.parametrize("paper", ["SRA4", "SRA3"])
def test_marks_lie_outside_of_the_bleed(book: Book, tmp_path: Path, paper: str) -> None:
    impose(book(21), tmp_path / "made.pdf", sheet(paper), signature=2, caliper=0.3)
    with pymupdf.open(tmp_path / "made.pdf") as made:
        for number, page in enumerate(made):
            strokes = [d for d in page.get_drawings() if d["type"] == "s"]
            bleed, trim = page.bleedbox, page.trimbox
            corners, folds = 0, 0
            for stroke in strokes:
                assert stroke["width"] >= 0.25
                around = stroke["rect"] + (-0.2, -0.2, 0.2, 0.2)
                assert (bleed & around).is_empty, (number, around)
                assert page.rect.contains(around)
                if stroke["dashes"] != "[] 0":
                    assert stroke["rect"].x0 == pytest.approx(page.rect.width / 2, abs=0.01)
                    folds += 1
                upright = abs(stroke["rect"].x0 - trim.x0) < 0.01 or (
                    abs(stroke["rect"].x1 - trim.x1) < 0.01
                )
                level = abs(stroke["rect"].y0 - trim.y0) < 0.01 or (
                    abs(stroke["rect"].y1 - trim.y1) < 0.01
                )
                corners += upright + level
            assert folds == 2 and corners == 8
            assert len(strokes) > 20, "the label is drawn"


def operators(page: pikepdf.Page) -> list[tuple[str, list[Any]]]:
    return [(str(op), list(arguments)) for arguments, op in pikepdf.parse_content_stream(page)]


@pytest.mark.parametrize(("intent", "black"), [(4, ("K", [0, 0, 0, 1])), (3, ("G", [0]))])
def test_marks_are_black_alone(
    book: Book, tmp_path: Path, intent: int, black: tuple[str, list[int]]
) -> None:
    impose(book(5, A5, intent), tmp_path / "made.pdf", sheet("SRA4"))
    with pikepdf.open(tmp_path / "made.pdf") as made:
        for page in made.pages:
            colours = ("K", "k", "G", "g", "RG", "rg", "SCN", "scn", "SC", "sc")
            used = [(op, values) for op, values in operators(page) if op in colours]
            assert [(op, [int(value) for value in values]) for op, values in used] == [black]


def label_of(page: pikepdf.Page) -> str:
    """The label, read from the lines that draw it: letters are six units apart."""
    left, foot = float(page.trimbox[0]), float(page.obj.BleedBox[1])
    start, unit = left + LABEL_INDENT * PT_PER_MM, LABEL_UNIT * PT_PER_MM
    base = foot - (GAP + LABEL_HEIGHT) * PT_PER_MM
    letters: dict[int, list[str]] = {}
    points: list[tuple[int, int]] = []
    for operator, values in operators(page):
        if operator in "ml":
            x, y = (float(value) for value in values)
            points.append((round((x - start) / unit), round((y - base) / unit)))
        elif operator == "S":
            column = points[0][0] // 6
            if all(0 <= y <= 6 and x >= 0 for x, y in points):
                stroke = "".join(f"{x - 6 * column}{y}" for x, y in points)
                letters.setdefault(column, []).append(stroke)
            points = []
    known = {strokes: letter for letter, strokes in LETTERS.items()}
    return "".join(
        known.get(" ".join(letters.get(column, ())), " ") for column in range(max(letters) + 1)
    )


def test_labels_name_signature_sheet_and_side(book: Book, tmp_path: Path) -> None:
    impose(book(24), tmp_path / "made.pdf", sheet("SRA4"), signature=4, caliper=0.1)
    with pikepdf.open(tmp_path / "made.pdf") as made:
        labels = [label_of(page) for page in made.pages]
    wanted = [(1, depth) for depth in (1, 2, 3, 4)] + [(2, 1), (2, 2)]
    assert labels == [
        f"SIG {signature} SHEET {depth} {side}".replace("0", "O")
        for signature, depth in wanted
        for side in ("FRONT", "BACK")
    ]
    impose(book(5), tmp_path / "made.pdf", sheet("SRA4"))
    with pikepdf.open(tmp_path / "made.pdf") as made:
        assert label_of(made.pages[2]) == "SHEET 2 FRONT"


def test_pages_that_are_turned_come_upright(book: Book, tmp_path: Path) -> None:
    """A landscape page that only /Rotate makes upright is laid as it is seen."""
    turned = tmp_path / "turned.pdf"
    with pymupdf.open() as made:
        for number in range(1, 5):
            page = made.new_page(width=210 * PT_PER_MM, height=148 * PT_PER_MM)
            # Text that runs upwards runs to the right once the page is turned by 90 degrees.
            page.insert_text((200, 200), f"PG{number}E", fontsize=24, rotate=90)
            page.set_rotation(90)
        made.save(turned)
    impose(turned, tmp_path / "made.pdf", A4)
    assert printed_sides(tmp_path / "made.pdf") == [(4, 1), (2, 3)]


def test_scaled_pages_are_scaled_about_their_place(book: Book, tmp_path: Path) -> None:
    source = book(4, (185.0, 260.0))
    with pytest.raises(Failure, match="do not fit"):
        impose(source, tmp_path / "made.pdf", A4)
    assert not (tmp_path / "made.pdf").exists()
    done = impose(source, tmp_path / "made.pdf", A4, scale_down=True)
    scale = 148.5 / 185
    assert done.layout.scale == pytest.approx(scale)
    with pymupdf.open(tmp_path / "made.pdf") as made:
        places = [x for x, _ in words_of(made[0])]
    shift = TEXT_LEFT * scale * PT_PER_MM
    assert places == pytest.approx([shift, 148.5 * PT_PER_MM + shift], abs=0.01)


# --- what the file keeps -------------------------------------------------------------


def objects(path: Path) -> tuple[set[tuple[int, int]], int, int]:
    """Font files, how many objects hold them, and how many images there are."""
    fonts, files, images = set(), 0, 0
    with pikepdf.open(path) as made:
        for item in made.objects:
            if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                continue
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    fonts.add(item[key].objgen)
                    files += 1
            images += item.get("/Subtype") == "/Image"
    return fonts, files, images


def test_fonts_and_images_are_there_once(book: Book, tmp_path: Path) -> None:
    source = book(40)
    impose(source, tmp_path / "made.pdf", sheet("SRA3"))
    assert objects(source)[2] == 1
    assert [len(objects(source)[0]), *objects(source)[1:]] == [
        len(objects(tmp_path / "made.pdf")[0]), *objects(tmp_path / "made.pdf")[1:]
    ]  # fmt: skip
    assert len(objects(source)[0]) == 1
    larger = (tmp_path / "made.pdf").stat().st_size - source.stat().st_size
    assert larger < 40 * 1000


def test_what_holds_is_kept_and_what_does_not_is_taken_back(book: Book, tmp_path: Path) -> None:
    impose(book(9), tmp_path / "made.pdf", A4, binding="right")
    with pikepdf.open(tmp_path / "made.pdf") as made, pikepdf.open(book(9)) as source:
        assert made.pdf_version == source.pdf_version == "1.6"
        assert str(made.Root.Lang) == "zh-Hans"
        (intent,) = made.Root.OutputIntents
        assert intent.S == "/GTS_PDFX" and intent.DestOutputProfile.read_bytes() == b"profile"
        assert dict(made.docinfo.items()) == dict(source.docinfo.items())
        with made.open_metadata() as metadata:
            assert metadata["dc:title"] == "灯下"
            assert metadata["xmp:CreateDate"] == "2025-03-01T00:00:00Z"
            assert metadata["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == "PDF/X-4"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
            assert "{http://www.aiim.org/pdfua/ns/id/}part" not in metadata
        wanted = {"/DisplayDocTitle": True, "/Direction": "/R2L", "/PrintScaling": "/None",
                  "/Duplex": "/DuplexFlipShortEdge"}  # fmt: skip
        assert dict(made.Root.ViewerPreferences.items()) == wanted
        for key in ("/Outlines", "/Dests", "/Names", "/PageLabels", "/StructTreeRoot",
                    "/MarkInfo", "/AcroForm", "/OpenAction"):  # fmt: skip
            assert key not in made.Root
        assert [str(page.obj.Group.CS) for page in made.pages[:4]] == ["/DeviceCMYK"] * 4
        forms = [form for page in made.pages for form in page.Resources.XObject.values()]
        assert len(forms) == 9 and not any("/StructParents" in form for form in forms)


def test_a_file_without_metadata_gets_some(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    with pikepdf.new() as bare:
        bare.add_blank_page(page_size=(148 * PT_PER_MM, 210 * PT_PER_MM))
        bare.docinfo["/Title"] = "灯下"
        bare.Root.Lang = pikepdf.String("zh-Hant-TW")
        bare.save(plain, force_version="1.4")
    impose(plain, tmp_path / "made.pdf", A4)
    with pikepdf.open(tmp_path / "made.pdf") as made:
        assert made.pdf_version == "1.4"
        assert made.Root.ViewerPreferences.Direction == "/L2R"
        with made.open_metadata() as metadata:
            assert metadata["dc:title"] == "灯下" and metadata["dc:language"] == {"zh-Hant-TW"}
    # PDF 1.4 knows no object streams.
    assert b"/ObjStm" not in (tmp_path / "made.pdf").read_bytes()


def test_metadata_without_a_title_get_the_one_of_the_file(book: Book, tmp_path: Path) -> None:
    nameless = tmp_path / "nameless.pdf"
    with pikepdf.open(book(2)) as source:
        with source.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            del metadata["dc:title"]
        source.save(nameless)
    impose(nameless, tmp_path / "made.pdf", A4)
    with pikepdf.open(tmp_path / "made.pdf") as made, made.open_metadata() as metadata:
        assert metadata["dc:title"] == "灯下"


def test_the_same_book_gives_the_same_bytes(book: Book, tmp_path: Path) -> None:
    made = []
    for name in ("one.pdf", "two.pdf"):
        impose(book(26), tmp_path / name, sheet("SRA4"), signature=3, caliper=0.1)
        made.append((tmp_path / name).read_bytes())
        # Identifiers are made of the time, in seconds, unless they are told not to be.
        time.sleep(1.01)
    assert made[0] == made[1]
    with pikepdf.open(tmp_path / "one.pdf") as one:
        assert "/ID" in one.trailer


def test_bad_sources_are_told(book: Book, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF at all")
    mixed = tmp_path / "mixed.pdf"
    with pikepdf.open(book(3)) as source:
        source.pages[1].trimbox = [0, 0, 100 * PT_PER_MM, 200 * PT_PER_MM]
        source.save(mixed)
    empty = tmp_path / "empty.pdf"
    with pikepdf.new() as none:
        none.save(empty)
    for path, told in (
        (broken, "error[P-OPEN]: this PDF cannot be read"),
        (mixed, "error[P-PAGES]: page 2 is 100 x 200 mm, page 1 is 148 x 210 mm; "
                "a booklet has pages of one size"),
        (empty, "error[P-PAGES]: there is no page to lay on a sheet"),
    ):  # fmt: skip
        with pytest.raises(Failure) as caught:
            impose(path, tmp_path / "made.pdf", A4)
        shown = show(caught.value.diagnostics[0])
        assert shown.startswith(told) and shown.endswith(path.name), shown


# --- what to do with it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "paper", "size", "told"),
    [
        (
            21, "A4", 0,
            "print 6 sheets of A4 on both sides, flipped on the short edge, at 100 %; fold them "
            "together in the middle, page 1 outside; staple them in the fold (骑马订)",
        ),
        (
            4, "A4", 3,
            "print 1 sheet of A4 on both sides, flipped on the short edge, at 100 %; fold it in "
            "the middle, page 1 outside",
        ),
        (
            300, "SRA3", 4,
            "print 75 sheets of SRA3 on both sides, flipped on the short edge, at 100 %; fold "
            "every 4 sheets together in the middle: 19 signatures (the last has 3); sew them in "
            "their order (锁线订); trim to 148 x 210 mm at the crop marks",
        ),
        (
            16, "A3", 1,
            "print 4 sheets of A3 on both sides, flipped on the short edge, at 100 %; fold each "
            "sheet in the middle: 4 signatures; sew them in their order (锁线订); trim to "
            "148 x 210 mm",
        ),
    ],
)  # fmt: skip
def test_how_to_fold(pages: int, paper: str, size: int, told: str) -> None:
    layout = lay(148 * PT_PER_MM, 210 * PT_PER_MM, sheet(paper))
    assert how_to_fold(Booklet(plan_of(pages, signature=size), layout)) == told


def test_how_to_fold_tells_of_scaling_and_upright_sheets() -> None:
    plan = plan_of(8)
    scaled = lay(185 * PT_PER_MM, 260 * PT_PER_MM, A4, scale_down=True)
    assert how_to_fold(Booklet(plan, scaled)).endswith("pages are 80 % of their size")
    upright = lay(100 * PT_PER_MM, 290 * PT_PER_MM, A4)
    assert "flipped on the long edge" in how_to_fold(Booklet(plan, upright))
