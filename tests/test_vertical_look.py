"""How pages of vertical lines look: leaves, the back of the cover, room for pictures and tables."""

from __future__ import annotations

import io
import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from acceptance import ROOT, built, make_book, publish
from extract import pdfium_pages, poppler_pages
from PIL import Image

from publish.check.text import Fragment, PageText, compare
from publish.model import book as b
from publish.model.edition import Edition
from publish.model.editions import geometry
from publish.model.text import Run, edition_text
from publish.model.waiting import may_wait, moves
from publish.render.blurb import blurbs
from publish.render.tables import cell_class, least_breadth

PAGE = geometry({}, vertical=True)
PITCH, EM = 18.0, 10.5
SENTENCES = "行款者，每半葉若干行之謂也。版本之學，起於宋而盛於清，皆以行款字數為據。"
BLURB = "城裡的書店一年比一年少了，讀書的人卻沒有少，30個人裡有12個。" * 3


def paragraph(mark: str, times: int = 3) -> str:
    return f"{mark}{SENTENCES * times}\n\n"


def picture(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.new("L", (width, height), 120).save(data, "PNG", dpi=(300, 300))
    return data.getvalue()


#: Chapter one: a broad picture without room on its page, one that is announced, and a low table.
#: Chapter two: one that has the room if it is set smaller.
TEXT = f"""# 第一章　圖

{paragraph("甲一", 6)}{paragraph("甲二", 1)}![圖](wide.png "寬幅版畫")

{paragraph("甲三", 4)}{paragraph("甲四", 4)}{paragraph("甲五", 4)}請看下圖。

![圖](low.png "次圖")

{paragraph("甲六", 2)[:-2]}[^1]

> {SENTENCES * 3}

{paragraph("甲七", 2)}表：一天的船與客人

| 時辰 | 船 | 人 |
|:-----|--:|--:|
| 早上 | 4 | 31 |

{paragraph("甲八", 4)}# 第二章　小

{paragraph("乙一", 1)}![圖](tall.png "縱幅版畫")

# 第三章　音

{{渡口|ㄉㄨˋ|ㄎㄡˇ}}兩個字，{{們|˙ㄇㄣ}}，{{山|shān}}在後。

[^1]: 見某書。
"""
TOML = f"""[book]
title = "行款"
author = "某甲"
publisher = "某某出版社"
isbn = "978-7-302-51165-6"
description = "{BLURB}"
"""


@dataclass(frozen=True)
class Column:
    """A line of a page: number of the page, text, size, and its box as it is seen."""

    page: int
    text: str
    size: float
    upright: bool
    left: float
    top: float
    right: float
    bottom: float


def columns(path: Path) -> list[Column]:
    found = []
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            for block in page.get_text("dict", flags=2)["blocks"]:
                for line in block.get("lines", ()):
                    text = "".join("".join(span["text"] for span in line["spans"]).split())
                    size = max(span["size"] for span in line["spans"])
                    if text:
                        upright = line["dir"][1] > 0.9
                        found.append(Column(number, text, size, upright, *line["bbox"]))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cwd = tmp_path_factory.mktemp("look")
    pictures = {"wide.png": picture(1400, 700), "low.png": picture(400, 320)}
    pictures["tall.png"] = picture(900, 1500)
    make_book(cwd / "book", TEXT, TOML, **pictures)
    asked = ("--edition", "hant-tw-v", "--format", "pdf", "--format", "cover")
    built(publish("build", "book", *asked, cwd=cwd))
    return cwd / "output" / "book"


@pytest.fixture(scope="module")
def read(folder: Path) -> list[Column]:
    return columns(folder / "book.hant-tw-v.pdf")


def with_text(read: list[Column], text: str) -> Column:
    """The line of the body that begins with a text."""
    return next(line for line in read if line.page > 5 and line.text.startswith(text))


def pictures_of(folder: Path) -> Iterator[tuple[int, pymupdf.Rect]]:
    with pymupdf.open(folder / "book.hant-tw-v.pdf") as document:
        for number, page in enumerate(document, 1):
            for item in page.get_image_info():
                if number > 1:
                    yield number, pymupdf.Rect(item["bbox"])


# --- the cover and the leaves ---------------------------------------------------------------------


@pytest.mark.slow
def test_the_blurb_stands_in_columns_above_the_bar_code(folder: Path) -> None:
    path = folder / "book.hant-tw-v.cover.pdf"
    with pymupdf.open(path) as document:
        middle = document[0].rect.width / 2
    found = columns(path)
    blurb = [line for line in found if line.left > middle and line.upright]
    assert "".join(line.text for line in blurb) == BLURB.replace("30", "三十").replace("12", "十二")
    lefts = [line.left for line in blurb]
    assert lefts == sorted(lefts, reverse=True) and len(lefts) >= 3
    steps = {round(one - other, 2) for one, other in itertools.pairwise(lefts)}
    assert steps == {PITCH}
    number = next(line for line in found if "ISBN" in line.text)
    assert not number.upright and max(line.bottom for line in blurb) < number.top - PITCH / 2
    # It begins at the height of the title, and full columns are flush.
    title = max(found, key=lambda line: line.size)
    assert blurb[1].top == pytest.approx(title.top, abs=0.1)
    ends = [line.bottom for line in blurb[:-1] if line.text[-1] not in "，。"]
    assert max(ends) - min(ends) < 0.05


def test_columns_of_a_blurb_are_as_long_as_lines_before_they_are_longer() -> None:
    tried = list(blurbs(PAGE, 140))
    assert [item.size for item in tried[:3]] == [10.5, 10.5, 10]
    assert tried[0].measure < tried[1].measure <= 140
    assert tried[0].measure * PAGE.PT_PER_MM <= PAGE.breadth
    assert tried[0].room == PAGE.lines
    # One measure alone where the bar code leaves no more.
    assert [item.size for item in blurbs(PAGE, 60)][:2] == [10.5, 10]


@pytest.mark.slow
def test_the_title_page_names_the_publisher_on_the_left_at_the_foot(read: list[Column]) -> None:
    page = [line for line in read if line.page == 3]
    title, name, publisher = (
        next(line for line in page if line.text == text) for text in ("行款", "某甲", "某某出版社")
    )
    assert title.left > name.left > publisher.left
    assert title.top == pytest.approx(PAGE.top, abs=2)
    foot = PAGE.top + PAGE.measure
    assert name.bottom == pytest.approx(foot, abs=0.1) == publisher.bottom


@pytest.mark.parametrize(("title", "place"), [("行款", "publisher"), ("關於" * 60, "by")])
def test_the_publisher_keeps_off_a_title_that_fills_its_page(
    tmp_path: Path, title: str, place: str
) -> None:
    make_book(
        tmp_path / "book", "# 一\n\n文。\n", f'[book]\ntitle = "{title}"\npublisher = "書局"\n'
    )
    for name in ("hant-tw", "hant-tw-v"):
        html = publish("show", "html", "book", "--edition", name, cwd=tmp_path).out
        assert f'<p class="{place}">書局</p>' in html


@pytest.mark.slow
def test_the_imprint_stands_in_a_frame_at_the_foot(folder: Path, read: list[Column]) -> None:
    with pymupdf.open(folder / "book.hant-tw-v.pdf") as document:
        drawn = [pymupdf.Rect(item["rect"]) for item in document[3].get_drawings()]
    frame = pymupdf.Rect()
    for item in drawn:
        frame |= item
    assert frame.y1 == pytest.approx(PAGE.top + PAGE.measure, abs=0.3)
    texts = [line for line in read if line.page == 4]
    assert len(texts) > 6
    for line in texts:
        assert frame.contains(pymupdf.Rect(line.left, line.top, line.right, line.bottom)), line


# --- tables ---------------------------------------------------------------------------------------


def edition(**values: Any) -> Edition:
    words = tomllib.loads((ROOT / "styles" / "words.toml").read_text(encoding="utf-8"))
    given = {"writing": "vertical", "numbers": "han", **values}
    return Edition("hant-tw-v", "hant", "tw", PAGE, words["hant"], **given)


def cells(*texts: str) -> tuple[tuple[b.Inline, ...], ...]:
    return tuple((b.Text(text),) for text in texts)


def test_labels_in_cells_are_whole_where_the_page_has_the_room() -> None:
    """Digits are half as broad as Han: seven columns of such labels fit."""
    head = cells("名稱", *(f"第{n}列數" for n in "一二三四五六"))
    row = cells("第一列", *("12.75" for _ in range(6)))
    table = b.Table(head, (row,), ("left",) * 7)
    assert 'class="short"' in cell_class(table, head[1], 1, edition())
    # In an e-book nothing is known of the room.
    assert cell_class(table, head[1], 1, None) == ""
    # Longer labels give way first, where not all have the room.
    wide = b.Table(
        cells(*("這是八個字的標籤" for _ in range(4)), "短標籤"),
        (cells("1", "2", "3", "4", "5"),),
        ("left",) * 5,
    )
    assert cell_class(wide, wide.head[0], 0, edition()) == ""
    assert "short" in cell_class(wide, wide.head[4], 4, edition())


def test_a_table_is_as_broad_as_a_short_caption() -> None:
    table = b.Table(cells("甲"), (cells("1"),), ("",), caption=(b.Text("一天的船"),), number=1)
    # 表一, an em, and four characters; a long one is broken.
    assert least_breadth(table, edition()) == ' style="min-width: 7.10em"'
    long = replace(table, caption=(b.Text("很長" * 20),))
    assert least_breadth(long, edition()) == ' style="min-width: 14.10em"'
    assert least_breadth(table, edition(writing="horizontal")) == ""


@pytest.mark.slow
def test_a_short_caption_is_one_line_over_a_narrow_table(read: list[Column]) -> None:
    lines = {line.text: line for line in read if line.page > 5 and not line.upright}
    assert lines["一天的船與客人"].top == pytest.approx(lines["表一"].top, abs=0.5)


# --- room for pictures and tables -----------------------------------------------------------------


def figure(caption: str = "版畫") -> b.Figure:
    return b.Figure(b.Image("a.png", "圖"), (b.Text(caption),), number=1)


def said(text: str) -> b.Paragraph:
    return b.Paragraph((b.Text(text),))


def test_what_may_wait() -> None:
    plain, other = said("城裡的書店少了。"), said("讀書的人沒有少。")
    blocks = (plain, figure(), other, plain, b.Quote((plain,)))
    assert moves(blocks, 1) == may_wait(blocks, 1) == 2
    for announced in ("請看下圖。", "如下所示。", "有這樣一幅：", "左圖是版畫。", "下面的圖很大。"):
        row = (said(announced), figure(), other)
        assert (moves(row, 1), may_wait(row, 1)) == (1, 0), announced
    for back in ("上圖是宋版。", "這幅圖很大。", "圖中有人。", "他說："):
        row = (plain, figure(), other, said(back), other)
        assert (moves(row, 1), may_wait(row, 1)) == (3, 1), back
    # Nobody could find one without a caption; notes and readings have their order.
    for nameless in (b.Figure(b.Image("a.png", "圖")), b.Code("x = 1")):
        row = (plain, nameless, other)
        assert (moves(row, 1), may_wait(row, 1)) == (1, 0)
    noted = replace(figure(), caption=(b.Text("畫"), b.NoteRef("n1", 1)))
    assert moves((plain, noted, other), 1) == 0
    # Where it opens a chapter nothing goes before it.
    assert (moves((figure(), other), 0), may_wait((figure(), other), 0)) == (1, 0)


def runs(writing: Any = "vertical") -> tuple[Run, ...]:
    blocks = (
        said("甲之文。"),
        figure(),
        said("乙之文。"),
        said("丙之文。"),
        b.Quote((said("丁"),)),
    )
    book = b.Book(b.Meta("書"), (), (b.Chapter((b.Text("題"),), blocks, "c"),))
    made = edition(writing=writing)
    return tuple(run for run in edition_text(book, made) if run.where == "c")


def test_in_tiers_nothing_leaves_its_place(tmp_path: Path) -> None:
    text = f"# 一\n\n文。\n\n表：表題\n\n| 甲 |\n|---|\n| 1 |\n\n{SENTENCES}\n"
    make_book(tmp_path / "book", text, '[[edition]]\nname = "hant-tw-v"\n')
    for tiers, waits in ((1, True), (2, False)):
        toml = f"[page]\ncolumns = {tiers}\n"
        (tmp_path / "book" / "book.toml").write_text(toml, encoding="utf-8")
        html = publish("show", "html", "book", "--edition", "hant-tw-v", cwd=tmp_path).out
        assert ("data-waits" in html) is waits


def differences(*pages: str, medium: Any = "print") -> int:
    found = [PageText(f"page {n}", (Fragment(text),)) for n, text in enumerate(pages, 1)]
    return len(compare(runs(), found, medium).diagnostics)


@pytest.mark.parametrize(
    ("pages", "right"),
    [
        (("題甲之文。", "圖一版畫", "乙之文。丙之文。丁"), True),
        (("題甲之文。乙之文。", "圖一版畫", "丙之文。丁"), True),
        (("題甲之文。乙之", "圖一版畫", "文。丙之文。丁"), True),
        (("題甲之文。乙之文。丙之文。", "圖一版畫", "丁"), True),
        # Before its place, behind what it may wait for, lost, and twice.
        (("題甲之", "圖一版畫", "文。乙之文。丙之文。丁"), False),
        (("題甲之文。乙之文。丙之文。丁", "圖一版畫"), False),
        (("題甲之文。乙之文。", "丙之文。丁"), False),
        (("題甲之文。", "圖一版畫", "乙之文。", "圖一版畫", "丙之文。丁"), False),
    ],
)
def test_the_check_follows_what_waits(pages: tuple[str, ...], right: bool) -> None:
    assert (differences(*pages) == 0) is right


def test_an_ebook_has_all_in_its_order() -> None:
    assert differences("題甲之文。圖一版畫乙之文。丙之文。丁", medium="epub") == 0
    assert differences("題甲之文。乙之文。", "圖一版畫", "丙之文。丁", medium="epub") > 0
    assert any(run.late for run in runs()) and not any(run.late for run in runs("horizontal"))


def test_pages_are_counted_as_if_all_stood_in_its_place() -> None:
    pages = [
        PageText(str(n), (Fragment(text),), str(n))
        for n, text in enumerate(("題甲之文。乙之", "文。", "圖一版畫丙之文。丁"), 1)
    ]
    starts = compare(runs(), pages, "print").starts
    # The second page begins behind 題甲之文。, 圖一版畫 and 乙之.
    assert [start.at for start in starts] == [0, 11, 13]


@pytest.mark.slow
def test_text_goes_before_a_picture_that_has_no_room(folder: Path, read: list[Column]) -> None:
    """It is in the text before 甲三, on the page behind it."""
    caption, before = with_text(read, "圖一"), with_text(read, "甲三")
    assert before.page == with_text(read, "甲二").page < caption.page
    # One that the text announces stands where it is told.
    second, announced = with_text(read, "圖二"), with_text(read, "請看下圖")
    after = with_text(read, "甲六")
    assert (announced.page, -announced.left) < (second.page, -second.left)
    assert announced.page == second.page == after.page or second.page == announced.page + 1
    for pages in (
        poppler_pages(folder / "book.hant-tw-v.pdf"),
        pdfium_pages(folder / "book.hant-tw-v.pdf"),
    ):
        text = "".join("".join(page.split()) for page in pages)
        places = [
            text.rindex(part) for part in ("甲二", "甲三", "寬幅版畫", "請看下圖", "次圖", "甲六")
        ]
        assert places == sorted(places)


@pytest.mark.slow
def test_text_stands_below_pictures_and_tables_in_whole_ems(
    folder: Path, read: list[Column]
) -> None:
    foot = PAGE.top + PAGE.measure
    below = 0
    for number, place in pictures_of(folder):
        assert place.y0 == pytest.approx(PAGE.top, abs=0.5)
        for line in read:
            body = line.upright and abs(line.size - EM) < 0.05
            if line.page == number and body and place.x0 < line.left < line.right < place.x1:
                room = (foot - line.top) / EM
                assert line.top > place.y1 + EM and abs(room - round(room)) < 0.05
                below += line.top < place.y1 + 3 * EM
    first, last = with_text(read, "時辰"), with_text(read, "31")
    short = [
        line
        for line in read
        if line.page == first.page and line.upright and first.left < line.left < last.right
    ]
    assert below > 6 and len(short) > 2 and all(line.top > last.bottom + EM for line in short)


@pytest.mark.slow
def test_nothing_lies_over_a_picture(folder: Path, read: list[Column]) -> None:
    """Not even what follows a paragraph with a note, which is laid out meanwhile."""
    quoted = next(line for line in read if line.upright and line.text.startswith(SENTENCES[:20]))
    places = dict(pictures_of(folder))
    assert len(places) == 3 and quoted.page in places
    # A quotation has whole columns, with its own white at their head.
    assert quoted.right < places[quoted.page].x0 and quoted.top < PAGE.top + 5 * EM
    for line in read:
        box = pymupdf.Rect(line.left, line.top, line.right, line.bottom)
        if line.page in places:
            assert not (box & places[line.page]).get_area() > 1, line


@pytest.mark.slow
def test_a_picture_is_set_smaller_where_that_gives_it_room(
    folder: Path, read: list[Column]
) -> None:
    caption = with_text(read, "圖三")
    assert caption.page == with_text(read, "乙一").page
    largest = PAGE.depth - 4 * PITCH
    (place,) = (place for number, place in pictures_of(folder) if number == caption.page)
    assert 0.55 * largest - 0.1 <= place.width < largest - PITCH
    # It keeps its shape.
    assert place.height / place.width == pytest.approx(1500 / 900, rel=0.01)


@pytest.mark.slow
def test_columns_keep_their_pitch_beside_pictures(read: list[Column]) -> None:
    seen = 0
    for line in read:
        if line.upright and line.page > 5 and abs(line.size - EM) < 0.05 and len(line.text) > 3:
            outer = PAGE.inner if line.page % 2 else PAGE.outer
            place = (PAGE.page_width - outer - (line.left + line.right) / 2) / PITCH - 0.5
            assert abs(place - round(place)) * PITCH < 0.05, line
            seen += 1
    assert seen > 25
