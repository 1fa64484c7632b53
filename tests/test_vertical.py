"""Vertical editions, in print and as e-books, from the same manuscripts as the horizontal ones."""

from __future__ import annotations

import itertools
import re
import shutil
import statistics
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import epubcheck
import pikepdf
import pymupdf
import pytest
import verapdf
from acceptance import BOOKS, EPOCH, FIRST_BOOK, Epub, built, make_book, publish
from extract import pdfium_body, poppler_body
from fidelity import READERS
from hypothesis import assume, given
from hypothesis import strategies as st

from publish import stages
from publish.check import check_artifact
from publish.check.preflight import preflight
from publish.check.text import Fragment, PageText, compare
from publish.convert.numerals import in_han, pieces_in_han
from publish.model.editions import geometry
from publish.model.printers import printer
from publish.model.text import Run
from publish.render.columns import upright

BOTH = ("hans-v", "hant-tw-v")
FORMATS = ("epub", "pdf", "press", "cover", "booklet")
#: Columns of a page: pitch and size of the body in pt.
PITCH, EM = 18.0, 10.5


@pytest.fixture(scope="session")
def vertical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the first book and the small ones, built in two vertical editions."""
    cwd = tmp_path_factory.mktemp("vertical")
    asked = [word for name in BOTH for word in ("--edition", name)]
    asked += [word for kind in FORMATS for word in ("--format", kind)]
    for source in (FIRST_BOOK, BOOKS / "hans-small", BOOKS / "hant-small"):
        shutil.copytree(source, cwd / source.name)
        built(publish("build", source.name, *asked, cwd=cwd))
    return cwd / "output"


def files(folder: Path, ending: str) -> list[Path]:
    found = sorted(folder.glob(f"*/*-v.{ending}"))
    assert len(found) == 3 * len(BOTH)
    return found


def test_all_signs_are_in_faces_of_the_book(vertical: Path) -> None:
    """A face of the machine lies on its side: its signs are not turned."""
    for path in files(vertical, "pdf"):
        with pymupdf.open(path) as document:
            for page in document:
                blocks = page.get_text("dict")["blocks"]
                lines = [line for block in blocks for line in block.get("lines", ())]
                spans = [span for line in lines for span in line["spans"] if span["text"].strip()]
                assert [span for span in spans if not span["font"].startswith("Book")] == []


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2025年", "二〇二五年"),
        ("20世纪80年代", "二十世纪八十年代"),
        ("12月3日", "十二月三日"),
        ("第105页", "第一百〇五页"),
        ("10年", "十年"),
        ("110个", "一百一十个"),
        ("2000人", "二千人"),
        ("1001夜", "一千〇一夜"),
        ("007号", "〇〇七号"),
        ("3.5倍", "3.5倍"),
        ("GPT-4是", "GPT-4是"),
        ("V3模型", "V3模型"),
        ("100%", "100%"),
        ("12345元", "12345元"),
        ("¥60元", "¥60元"),
    ],
)
def test_numbers_in_han_numerals(before: str, after: str) -> None:
    assert in_han(before) == after


GROWING = "村里有120户人家[^1]，1998年通了公路，后来**要紧的话。**后文接着说。\n\n[^1]: 共350人。"
LYING = "上午10:30，1/2，No. 7，$20，**€5**，−3，10%。\n\n[^2]: 标题之注。"
SHRINKING = "他有10个人，*重点*在{学校|xué xiào}，第20[页的]{.name}末尾。"


def test_numerals_longer_or_shorter_than_digits_move_nothing(tmp_path: Path) -> None:
    title = "# 书\n\n## 第100章 1980—1990年[^2]"
    make_book(tmp_path / "book", f"{title}\n\n{GROWING}\n\n{SHRINKING}\n\n{LYING}\n")
    built(publish("build", "book", "--edition", "hans-v", "--format", "epub", cwd=tmp_path))
    epub = tmp_path / "output" / "book" / "book.hans-v.epub"
    with zipfile.ZipFile(epub) as archive:
        pages = [name for name in archive.namelist() if "chapter" in name]
        text = "".join(archive.read(name).decode() for name in pages)
        assert "第一百章　一九八〇—一九九〇年" in archive.read("EPUB/nav.xhtml").decode()
    # Nothing to say of numbers that lie, nor of a face without the numeral of a title's note.
    assert check_artifact(epub).diagnostics == ()
    for wanted in (
        'data-run="一九八〇—一九九〇年"',
        ">第一百章</p>",
        "村里有一百二十户人家&#x2060;<sup><a",
        "一九九八年通了公路，后来<strong>要紧的话。</strong>后文接着说。</p>",
        "共三百五十人。",
        '他有十个人，<em class="dots">重点</em>在<ruby>学校<',
        '第二十<u class="name">页的</u>末尾。</p>',
    ):
        assert wanted in text, text


@given(st.lists(st.text("甲户年10９。a—、至第%’后", max_size=6), min_size=1, max_size=5), st.data())
def test_each_number_stays_in_its_piece(pieces: list[str], data: st.DataObject) -> None:
    fixed = data.draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    written = pieces_in_han(pieces, fixed)
    numerals = re.compile("[0-9〇一二三四五六七八九十百千]+")
    for old, new, kept in zip(pieces, written, fixed, strict=True):
        assert old == new if kept else numerals.sub("", old) == numerals.sub("", new)
    if not any(fixed) and not any(map(overlap, pieces, pieces[1:])):
        assert "".join(written) == in_han("".join(pieces))


@given(
    st.lists(st.integers(0, 2200).map(str), min_size=1, max_size=4),
    st.sampled_from("—–~～－至到、和或比-"),
    st.sampled_from(("年", "页", "个人", "后", "间", "号", "km", "%", "。", "、", "")),
    st.sampled_from(("", "第", "图", "约", "￥", "A ", "电话：")),
)
def test_the_numbers_of_a_range_or_list_are_written_alike(
    numbers: list[str], sign: str, unit: str, before: str
) -> None:
    # In a list a code stands for itself: 第3、5km.
    assume(unit != "km" or sign not in "、和或")
    text = f"甲{before}{sign.join(numbers)}{unit}"
    written = in_han(text)
    assert written == text or not re.search("[0-9]", written)


def overlap(one: str, other: str) -> bool:
    """Whether a number lies over two pieces, or over more."""
    return (not one or one[-1].isdigit()) and (not other or other[0].isdigit())


SEVEN = '<span class="upright">7</span>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>共60条</p>", '<p>共<span class="upright">60</span>条</p>'),
        ("<p>A座</p>", '<p><span class="upright">A</span>座</p>'),
        ("<p>2025与AI</p>", "<p>2025与AI</p>"),
        ("<p>1.5与7%</p>", "<p>1.5与7%</p>"),
        ("<p>−273℃，§12，№7</p>", "<p>−273℃，§12，№7</p>"),
        ("<p>￥<strong>100</strong></p>", "<p>￥<strong>100</strong></p>"),
        ("<p>don’t</p>", "<p>don’t</p>"),
        ("<p>10:30，1/2，No. 7，$20，€5</p>", "<p>10:30，1/2，No. 7，$20，€5</p>"),
        ("<p><b>10</b>%，<b>1</b>2</p>", "<p><b>10</b>%，<b>1</b>2</p>"),
        ("<p>R&amp;D，4&amp;5，5&#8211;</p>", "<p>R&amp;D，4&amp;5，5&#8211;</p>"),
        ("<p>共7&#x2060;<sup>一</sup></p>", f"<p>共{SEVEN}&#x2060;<sup>一</sup></p>"),
        ("<td>7</td><td>7</td>", f"<td>{SEVEN}</td><td>{SEVEN}</td>"),
        ("<p>到5<br/>7月</p>", f"<p>到{SEVEN.replace('7', '5')}<br/>{SEVEN}月</p>"),
        (
            '<p>共5<span class="note">7<span>月</span></span>7人</p>',
            f'<p>共{SEVEN.replace("7", "5")}<span class="note">{SEVEN}<span>月</span></span>'
            f"{SEVEN}人</p>",
        ),
        ('<a href="c1.xhtml#n1">一</a>', '<a href="c1.xhtml#n1">一</a>'),
        ("<title>60</title><style>p { margin: 1 }</style>", None),
        ("<code>x = 1</code><math><mn>2</mn></math>", None),
        ("<p>&#60;</p>", None),
    ],
)
def test_short_numbers_and_letters_stand_upright(before: str, after: str | None) -> None:
    assert upright(before) == (after or before)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公元2025年，第1024號，12345678元，2020～2025年", "2025 1024 12345678 2020 2025"),
        ("2025.1，2025-01-02，2025–2026，$2025，1,000,000，2025%，v2025，Win 2000", ""),
        ("123456789，1999<b>9</b>，60，<code>2025</code>", ""),
        ("到<b>2025</b>年", "2025"),
    ],
)
def test_digits_of_longer_numbers_stand_where_asked(text: str, found: str) -> None:
    html = f"<p>{text}</p>"
    marked = upright(html, digits=True)
    assert re.findall('<span class="digits">([^<]*)</span>', marked) == found.split()
    assert re.sub("</?span[^>]*>", "", marked) == html
    assert 'class="digits"' not in upright(html)


def test_digits_stand_one_below_another(tmp_path: Path) -> None:
    """clreq, #handling_of_numbers_in_vertical_writing_mode; a column never ends within them."""
    rows = "\n\n".join("字" * length + "到2025年" for length in range(24, 48))
    page = '[page]\nnumbers = "upright"\n'
    make_book(tmp_path / "book", f"# 2025年的書\n\n{rows}\n", page)
    asked = ("--format", "pdf", "--format", "epub")
    built(publish("build", "book", "--edition", "hant-tw-v", *asked, cwd=tmp_path))
    made = tmp_path / "output" / "book"
    numbers = 0
    for _, found in columns(made / "book.hant-tw-v.pdf"):
        signs = [sign for _, row in found for sign in row]
        text = "".join(sign["c"] for sign in signs)
        for match in re.finditer("到(2025)年", text):
            places = [sign["origin"] for sign in signs[slice(*match.span(1))]]
            for (x, y), (next_x, next_y) in itertools.pairwise(places):
                assert (next_x - x, next_y - y) == pytest.approx((0, EM), abs=0.05)
            numbers += 1
    assert numbers == 24
    assert check_artifact(made / "book.hant-tw-v.epub").diagnostics == ()


@pytest.mark.parametrize(
    ("marks", "squares"),
    [("！？", ["！？"]), ("！！！", ["！！！"]), ("？？？？", ["？？"] * 2), ("！", [])],
)
def test_chained_marks_stand_upright_in_e_books(marks: str, squares: list[str]) -> None:
    """clreq, #exclamatory_question_marks; in print the composer sees to them."""
    text = f"<p>甲{marks}乙</p>"
    assert re.findall(">([！？]+)</span>", upright(text, marks=True)) == squares
    assert upright(text) == text


def test_chained_marks_share_a_square_and_never_begin_a_column(tmp_path: Path) -> None:
    """In Taiwan they stand upright in one square (clreq, #exclamatory_question_marks)."""
    rows = [("！？", 1), ("？！", 1), ("？？？", 1), ("！！！！", 2), ("？", 1)]
    text = "".join(f"甲{marks}乙" for marks, _ in rows)
    slid = "\n\n".join("字" * length + "？！後面" for length in range(38, 46))
    make_book(tmp_path / "book", f"# 問\n\n{text}\n\n{slid}\n")
    done = publish("build", "book", "--edition", "hant-tw-v", "--format", "pdf", cwd=tmp_path)
    built(done)
    path = tmp_path / "output" / "book" / "book.hant-tw-v.pdf"
    room, heads = [], []
    for _, found in columns(path):
        for _, signs in found:
            heads.append(signs[0]["c"])
            places = [sign["origin"][1] for sign in signs if sign["c"] in "甲乙"]
            pairs = zip(places[::2], places[1::2], strict=False)
            room += [(after - before) / EM - 1 for before, after in pairs]
    assert room == pytest.approx([squares for _, squares in rows], abs=0.01)
    assert not set(heads) & set("！？")
    # Some pair came to the end of a column, and stayed whole there.
    assert any(sign == "字" for sign in heads)


def test_an_ideographic_space_is_in_every_face(tmp_path: Path) -> None:
    """One in a heading or a quotation came from a face of the machine, since the blank of a column
    takes the font of what stands before it, and that was a character which the face had not."""
    text = "# 第一章　開始　了\n\n## 某　節\n\n> 引　文。\n\n**粗　體**正　文。\n"
    make_book(tmp_path / "book", text)
    done = publish("build", "book", "--edition", "hant-tw-v", "--format", "pdf", cwd=tmp_path)
    built(done)
    with pymupdf.open(tmp_path / "output" / "book" / "book.hant-tw-v.pdf") as document:
        spans = [
            span
            for page in document
            for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", ())
            for span in line["spans"]
        ]
    assert sum("\u3000" in span["text"] for span in spans) >= 5
    assert {span["font"].split("-")[0] for span in spans} == {"Book"}


def test_the_type_area_is_that_of_the_paper_turned() -> None:
    page = geometry({}, vertical=True)
    assert (page.chars, page.lines) == (44, 16)
    assert page.breadth == 16 * 18 and page.height_of_text == 44 * 10.5
    assert page.inner + page.breadth + page.outer == pytest.approx(page.page_width)
    assert page.top + page.height_of_text + page.foot == pytest.approx(page.page_height)


def test_quotation_marks_and_years_are_those_of_columns(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "# 书\n\n他说：“2025年，读‘论语’。”\n")
    text = {
        name: built(publish("show", "convert", "book", "--edition", name, cwd=tmp_path)).out
        for name in BOTH
    }
    assert "他说：『二〇二五年，读「论语」。』" in text["hans-v"]
    assert "他說：「二〇二五年，讀『論語』。」" in text["hant-tw-v"]


# --- pages ----------------------------------------------------------------------------------------


def columns(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """The columns of each page of the type area's size: (left, top, right, bottom, text)."""
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            found = []
            for block in page.get_text("rawdict")["blocks"]:
                for line in block.get("lines", ()):
                    signs = [sign for span in line["spans"] for sign in span["chars"]]
                    sizes = {round(span["size"], 1) for span in line["spans"]}
                    if line["dir"][1] > 0.9 and sizes == {EM} and signs:
                        middle = line["spans"][0]["origin"][0]
                        found.append((middle, signs))
            yield number, found


@pytest.mark.slow
def test_columns_stand_on_their_pitch(vertical: Path) -> None:
    """Whatever stands in them: the distance of columns is a whole number of pitches."""
    path = vertical / "liang-wenfeng-60" / "liang-wenfeng-60.hant-tw-v.pdf"
    seen = 0
    for number, found in columns(path):
        places = sorted(place for place, _ in found)
        for one, other in itertools.pairwise(places):
            steps = (other - one) / PITCH
            assert abs(steps - round(steps)) * PITCH < 0.05, (number, one, other)
            seen += steps > 0.5
    assert seen > 100


@pytest.mark.slow
def test_columns_are_flush_and_begin_and_end_as_they_may(vertical: Path) -> None:
    path = vertical / "liang-wenfeng-60" / "liang-wenfeng-60.hant-tw-v.pdf"
    page = geometry({}, vertical=True)
    heads, full = [], 0
    for _, found in columns(path):
        for _, signs in found:
            text = "".join(sign["c"] for sign in signs)
            heads.append(min(sign["origin"][1] for sign in signs))
            assert text[0] not in "，。、：；？！」』）》…"
            assert text[-1] not in "「『（《"
            full += len(text.strip()) > 37
    # At the head of the page, or indented by whole ems (two, or four for an entry).
    offsets = [(head - page.top) / EM for head in heads]
    whole = [abs(offset - round(offset)) * EM for offset in offsets if offset < 5]
    assert statistics.quantiles(whole, n=10)[8] < 0.06 and full > 60


#: Titles and page numbers of contents: titles that are numerals in columns, in rows, in front.
CONTENTS = {
    "columns": (("一", "五"), ("二", "六"), ("十二", "一〇"), ("第一", "一一"), ("三", "一二")),
    "rows": (("1", "5"), ("2024", "10"), ("一", "12"), ("i", "15"), ("2", "16")),
    "front": (("i", "v"), ("v", "ix"), ("1", "x"), ("一", "1"), ("2", "3")),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("dots", [0, 3])
def test_titles_that_are_numerals_are_told_from_page_numbers(kind: str, dots: int) -> None:
    """The next title, or the first chapter's on its page, is no more of a number before it."""
    entries = CONTENTS[kind]
    expected = [Run("body", "目录", "contents")]
    fragments = [Fragment("目录", left=0, right=36, baseline=18)]
    for row, (title, number) in enumerate(entries, 2):
        expected += [Run("body", title, "contents"), Run("furniture", "", "contents")]
        fragments.append(Fragment(title, left=0, right=21, baseline=18.0 * row))
        for n in range(dots):
            place = 60.0 + 5 * n
            dot = Fragment("· ", left=place, right=place + 5, baseline=18.0 * row)
            fragments.append(dot)
        fragments.append(Fragment(" " + number, left=280, right=294, baseline=18.0 * row))
    first = entries[0][0]
    expected.append(Run("body", f"{first}夜里下了一场雨。", "c1"))
    chapter = PageText("page 2", (Fragment(first), Fragment("夜里下了一场雨。")))
    assert compare(expected, [PageText("page 1", tuple(fragments)), chapter]).diagnostics == ()
    # Each title that is missing is told (as lost or as another), and so is the first chapter's.
    for title, _ in entries:
        left = tuple(item for item in fragments if item.left or item.text != title)
        lost = compare(expected, [PageText("page 1", left), chapter]).diagnostics
        assert "error" in {item.severity for item in lost}, title
    untitled = replace(chapter, fragments=chapter.fragments[1:])
    lost = compare(expected, [PageText("page 1", tuple(fragments)), untitled]).diagnostics
    assert [item.code for item in lost] == ["T-LOST"]


def test_a_book_of_chapters_named_by_numerals_is_built_in_columns(tmp_path: Path) -> None:
    chapters = "".join(f"# {name}\n\n夜里下了一场雨。\n\n" for name in ("一", "二", "三"))
    make_book(tmp_path / "book", chapters, '[book]\ntitle = "灯"\n')
    built(publish("build", "book", "--edition", "hans-v", "--format", "pdf", cwd=tmp_path))
    pages = poppler_body(tmp_path / "output/book/book.hans-v.pdf", geometry({}, vertical=True))
    contents = next(text for text in pages if text.startswith("目录"))
    assert contents.split() == ["目录", "一", "五", "二", "六", "三", "七"]


@pytest.fixture(scope="session")
def runs(vertical: Path) -> dict[str, tuple[Run, ...]]:
    """The text of each edition built, by the stem of its files."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        for source in (vertical.parent / folder.name for folder in vertical.iterdir()):
            for setting in stages.settings(stages.reading(source), BOTH):
                found[f"{source.name}.{setting.edition.name}"] = setting.runs
    return found


#: Readers that give a part of a page.
CROPPING = {"pdftotext -raw": poppler_body, "PDFium": pdfium_body}


def body(path: Path, pages: list[str]) -> list[PageText]:
    """The pages as a reader gives them, without the running head and the folio, which are painted
    last: on each numbered page the folio ends it."""
    found = []
    with pymupdf.open(path) as document:
        for page, text in zip(document, pages, strict=True):
            # The press counts its pages from 1, without labels.
            label = page.get_label() or str(page.number + 1)
            folio = "".join("〇一二三四五六七八九"[int(n)] for n in label if n.isdigit())
            head = rf"(?:\A|[\r\n])[^\r\n]{{0,60}}?{folio}\s*\Z"
            left = re.sub(head, "", text) if folio else text
            found.append(PageText(f"page {page.number + 1}", (Fragment(left),)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["pdftotext -raw", "PDFium", "MuPDF", "pdf.js"])
def test_readers_find_the_text(
    vertical: Path, runs: dict[str, tuple[Run, ...]], reader: str
) -> None:
    """Copying, searching and reading aloud: each reader gives the text of the edition in its
    order, all of it and nothing else.

    PDFium scrambles the files of the press, which say that pages follow each other from right to
    left; nobody copies from those.
    """
    problems = []
    paths = files(vertical, "pdf")
    if reader == "MuPDF":
        paths += files(vertical, "press.pdf")
    elif reader == "pdftotext -raw":
        paths += [path for path in files(vertical, "press.pdf") if "liang" in path.name]
    for path in paths:
        stem, _, kind = path.name.removesuffix(".pdf").partition("-v")
        # The press has its cover in a file of its own.
        wanted = [run for run in runs[f"{stem}-v"] if not kind or run.where != "cover"]
        if reader in CROPPING:
            read = CROPPING[reader](path, geometry({}, vertical=True))
            pages = [PageText(f"page {n}", (Fragment(text),)) for n, text in enumerate(read, 1)]
        else:
            pages = body(path, READERS[reader](path))
        for problem in compare(wanted, pages, "print").diagnostics:
            # Readers guess blanks from the widths of gaps (tests/test_fidelity.py).
            if problem.code != "T-BLANK":
                problems.append(f"{path.name}: {problem.message}")
    assert problems == [], "\n".join(problems)


@pytest.mark.slow
def test_zhuyin_stands_at_the_right_of_its_character(vertical: Path) -> None:
    """In columns too, its symbols below each other (clreq, #positioning_of_zhuyin)."""
    places: dict[str, Any] = {}
    with pymupdf.open(vertical / "hant-small" / "hant-small.hant-tw-v.pdf") as document:
        page = next(page for page in document if "ㄉ" in page.get_text())
        for block in page.get_text("rawdict")["blocks"]:
            for line in block.get("lines", ()):
                for sign in (sign for span in line["spans"] for sign in span["chars"]):
                    places[sign["c"]] = pymupdf.Rect(sign["bbox"])
    for base, symbols in (("渡", "ㄉㄨ"), ("口", "ㄎㄡ")):
        first, last = (places[sign] for sign in symbols)
        assert places[base].x1 < first.x0 and first.x1 < places[base].x1 + EM / 2
        assert places[base].y0 < first.y0 < first.y1 <= last.y0 + 0.01
        assert last.y1 < places[base].y1 and last.x0 == pytest.approx(first.x0, abs=0.01)


@pytest.mark.slow
def test_pages_are_real_portrait_pages_and_keep_their_standards(vertical: Path) -> None:
    for path in files(vertical, "pdf"):
        assert verapdf.faults(path, "2a", "ua1") == ()
        with pikepdf.open(path) as document:
            assert "/Direction" not in document.Root.get("/ViewerPreferences", {})
            for page in document.pages:
                left, bottom, right, top = (float(value) for value in page.mediabox)
                assert top - bottom > right - left and "/Rotate" not in page.obj
    for kind in ("press.pdf", "cover.pdf"):
        for path in files(vertical, kind):
            assert verapdf.faults(path, "2b") == ()
            with pikepdf.open(path) as document:
                assert str(document.Root.ViewerPreferences.Direction) == "/R2L"


@pytest.mark.slow
def test_links_and_bookmarks_lead_to_the_head_of_columns(vertical: Path) -> None:
    """Left open, or what is shown begins at the right edge of the target and hides its column."""
    seen = 0
    for path in files(vertical, "pdf"):
        with pikepdf.open(path) as document:
            upright = [float(page.mediabox[3]) for page in document.pages]
            names = document.Root.Names.Dests.Names
            for target in list(names)[1::2]:
                _, kind, left, top, *_ = target if isinstance(target, pikepdf.Array) else target.D
                assert str(kind) == "/XYZ" and left is None
                assert 0 < float(top) < max(upright) + 0.01
                seen += 1
    assert seen > 100


@pytest.mark.slow
def test_files_of_the_press_pass_the_preflight(vertical: Path) -> None:
    """Each kind, as a printer of vertical books asks for it."""
    for path in (*files(vertical, "press.pdf"), *files(vertical, "booklet.pdf")):
        kind = "press" if path.name.endswith("press.pdf") else "booklet"
        report = preflight(path, printer("offset"), kind=kind, binding="right")
        assert report.diagnostics == (), path.name


@pytest.mark.slow
def test_the_front_of_a_cover_is_on_the_left_of_its_spine(vertical: Path) -> None:
    for path in files(vertical, "cover.pdf"):
        with pymupdf.open(path) as document:
            (page,) = document
            sizes = {}
            for block in page.get_text("dict")["blocks"]:
                for line in block.get("lines", ()):
                    for span in line["spans"]:
                        sizes.setdefault(span["size"], []).append(span["bbox"])
            # What is set largest is the title on the front.
            assert all(box[2] < page.rect.width / 2 for box in sizes[max(sizes)]), path.name


@pytest.mark.slow
def test_the_booklet_opens_to_the_right(vertical: Path) -> None:
    """Page 1 stands on the left half of the outermost sheet, where a right-bound book begins."""
    path = vertical / "hans-small" / "hans-small.hans-v.booklet.pdf"
    with pymupdf.open(path) as document:
        sheet = document[0]
        half = sheet.rect.width / 2
        words = [
            block for block in sheet.get_text("blocks") if "看山过河" in "".join(block[4].split())
        ]
    assert words and all(block[2] <= half for block in words)


# --- e-books --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_vertical_ebooks_are_valid(vertical: Path) -> None:
    found = epubcheck.check_all(files(vertical, "epub"))
    left = [item for item in found if item.code not in epubcheck.KNOWN_USAGES]
    assert left == [], "\n".join(map(str, left))
    for path in files(vertical, "epub"):
        told = [item for item in check_artifact(path).diagnostics if item.code != "T-RESIDUE"]
        assert told == [], path.name


@pytest.mark.slow
def test_vertical_ebooks_turn_their_pages_to_the_right(vertical: Path) -> None:
    for path in files(vertical, "epub"):
        epub = Epub(path)
        spine = epub.opf.find("{*}spine")
        assert spine is not None and spine.get("page-progression-direction") == "rtl"
        style = epub.files["EPUB/css/book.css"].decode()
        assert "-epub-writing-mode: vertical-rl" in style and "text-combine-upright: all" in style
        # What keeps a heading with its text is as broad as columns, not as high as lines.
        newer = epub.files["EPUB/css/newer.css"].decode()
        assert re.search(r"\.section-title::after,[^}]*display: block; width: min\(4em", newer)
        package = next(data for name, data in epub.files.items() if name.endswith(".opf"))
        assert b'name="primary-writing-mode" content="vertical-rl"' in package
        if "liang" in path.name:
            assert any(b'class="upright"' in data for data in epub.files.values())
            assert len(epub.nav_list("page-list")) > 10


@pytest.mark.slow
def test_same_bytes_in_any_time_zone_hash_seed_and_folder(tmp_path: Path) -> None:
    made = []
    for name, zone, seed in (("one", "UTC", "1"), ("two", "Asia/Shanghai", "2")):
        shutil.copytree(BOOKS / "hant-small", tmp_path / name / "book")
        env = {"TZ": zone, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
        asked = [word for kind in FORMATS for word in ("--format", kind)]
        asked += ["--edition", "hant-tw-v"]
        built(publish("build", "book", *asked, cwd=tmp_path / name, env=env))
        folder = tmp_path / name / "output" / "book"
        made.append({path.name: path.read_bytes() for path in folder.glob("book.*")})
    assert len(made[0]) == len(FORMATS) and made[0] == made[1]
