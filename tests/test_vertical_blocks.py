"""What stands among columns: tables, code, formulas, long titles, lines and tiers."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from hashlib import md5
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
import pytest
import verapdf
from acceptance import built, make_book, publish
from extract import pdfium_pages, poppler_pages
from lxml import html
from PIL import Image

from publish.check.columns import by_column, standing
from publish.check.text import Fragment, PageText, compare
from publish.convert.numerals import with_han_markers
from publish.model import book as b
from publish.model import leaves, styles
from publish.model.edition import Edition
from publish.model.editions import geometry
from publish.model.numerals import spelled
from publish.model.text import Run, list_marker
from publish.model.tree import plain_text
from publish.render.columns import upright as short_numbers
from publish.render.print import book_html, data_url, picture_names
from publish.render.reading_css import for_readers
from publish.render.tables import is_dense
from publish.render.title import width
from publish.render.upright import heading_lines, stands, turned

PITCH, EM = 18.0, 10.5
PAGE = geometry({}, vertical=True)

ROWS = 60
TEXT = f"""\
# 樣書

# 第一章　行款

行款者，每半葉若干行之謂也[^a]。

[^a]: 見《書林清話》。

## 關於活字印刷與雕版印刷在十九世紀中葉以前並行不悖而各有所長的若干說明以及對其後果的討論與補充

活字之法，始於畢昇。

表：歷年印數

| 年份 | 印數 |
|:-----|--:|
{"".join(f"| {1900 + n} | {20000 + n * 37}{'[^b]' * (n == 3)} |{chr(10)}" for n in range(ROWS))}
[^b]: 此數見於官書。

表後之文，仍舊直排。

表：活字之材

| 材料 | 創始者 |
|:-----|:--|
| 膠泥 | 畢昇 |
| 木 | 王禎 |

1. 第一條；
2. 第二條：
   1. 其中之一；
   2. 其中之二。

```python
def double(n):
    return 2 * n
```

碼後之文。

$$
e = mc^2
$$

![山形圖](map.svg "山形")

式後之文。

# 第二章　短章

{"版本之學，起於宋而盛於清。其所以辨真偽、別異同者，皆以行款字數為據。" * 12}
"""
MAP = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80" viewBox="0 0 200 80">'
    '<rect width="200" height="80" fill="#000"/></svg>'
)


def edition(**values: Any) -> Edition:
    given = {"words": {}, "writing": "vertical", "numbers": "han", **values}
    return Edition("hant-tw-v", "hant", "tw", PAGE, **given)


def table(*rows: tuple[str, ...], writing: Any = "") -> b.Table:
    cells = tuple(tuple((b.Text(cell),) for cell in row) for row in rows)
    return b.Table(cells[0], cells[1:], ("",) * len(cells[0]), writing=writing)


# --- which, and how -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("年", "數"), ("1912", "35"), ("1925", "210")), True),
        ((("材料", "創始者"), ("膠泥", "畢昇"), ("木", "王禎")), False),
        ((("詞", "意思"), ("GPU", "圖形處理器"), ("CPU", "中央處理器")), True),
        ((("名", "年", "地"), ("甲", "宋", "2"), ("乙", "元", "3")), False),
        ((("年", "數"),), False),
    ],
)
def test_tables_of_numbers_stand_upright(rows: Any, expected: bool) -> None:
    assert stands(table(*rows), edition()) is expected
    assert not stands(table(*rows), edition(writing="horizontal"))


def test_an_author_decides_for_a_table_and_an_edition_for_all() -> None:
    numbers, words = (("年", "數"), ("1", "2")), (("名", "地"), ("甲", "乙"))
    assert not stands(table(*numbers, writing="vertical"), edition())
    assert stands(table(*words, writing="horizontal"), edition())
    assert stands(table(*words), edition(tables="horizontal"))
    assert not stands(table(*numbers), edition(tables="vertical"))
    assert stands(table(*numbers, writing="horizontal"), edition(tables="vertical"))
    assert stands(b.Code("x = 1"), edition(tables="vertical"))


def test_a_table_has_the_breadth_of_the_page_or_the_length_of_a_column() -> None:
    """Thirty ems of short words: a column of 44 holds them, a page of 288 pt does not."""
    row = tuple("甲乙丙丁戊" for _ in range(9))
    assert is_dense(table(row, row, writing="horizontal"), edition())
    assert not is_dense(table(row, row, writing="vertical"), edition())


@pytest.mark.parametrize(("level", "size"), [(1, 18 / 10.5), (2, 1.2), (3, 1.0)])
def test_long_titles_stand_in_columns_of_like_length(level: int, size: float) -> None:
    title = "關於活字印刷與雕版印刷在十九世紀中葉以前並行不悖而各有所長的若干說明以及對其後果的討論"
    lines = heading_lines((b.Text(title),), level, edition())
    texts = [node.text for line in lines for node in line if isinstance(node, b.Text)]
    assert "".join(texts) == title and len(texts) > 1
    assert all(width(text) * size <= 0.7 * PAGE.chars for text in texts)
    assert max(map(len, texts)) - min(map(len, texts)) <= 3


def test_short_titles_and_those_with_marks_stay_whole() -> None:
    short = (b.Text("行款"),)
    marked = (b.Text("關於" * 30), b.Strong((b.Text("活字"),)))
    assert heading_lines(short, 2, edition()) == (short,)
    assert heading_lines(marked, 2, edition()) == (marked,)
    assert heading_lines((b.Text("長" * 99),), 2, edition(writing="horizontal"))[1:] == ()


def test_long_titles_of_chapters_are_even_in_horizontal_lines() -> None:
    title = "從一九三七年到一九五四年間的兩次大水以及村口那座石橋的來歷與後來的傳說"
    lines = heading_lines((b.Text(title),), 1, edition(writing="horizontal"))
    texts = [plain_text(line) for line in lines]
    assert "".join(texts) == title
    assert len(texts) > 1
    assert max(map(len, texts)) - min(map(len, texts)) <= 3


def test_what_is_written_across_keeps_its_numbers() -> None:
    across = '<div class="table horizontal"><div class="turned"><td>12</td></div></div>'
    after = '<p>共<span class="upright">12</span>冊</p>'
    assert short_numbers(f"{across}<p>共12冊</p>") == across + after


def test_a_drawing_is_turned_to_the_left() -> None:
    drawing = turned(MAP.encode(), 200, 80).decode()
    assert 'width="80" height="200"' in drawing
    assert 'transform="translate(0 200) rotate(-90)"' in drawing


def test_drawings_between_code_and_a_table_that_stands_are_turned_by_themselves() -> None:
    picture = b.Image("map.svg", "圖")
    photograph = b.Image("a.png", "像")
    row: tuple[tuple[b.Inline, ...], ...] = ((b.Text("2"),), (picture, photograph))
    standing = b.Table(((b.Text("1"),),), (row,), ("", ""))
    blocks = (b.Code("a = 1"), b.Figure(replace(picture)), b.Figure(replace(photograph)), standing)
    asset = b.Asset("map.svg", "image/svg+xml", MAP.encode(), 200, 80)
    file = io.BytesIO()
    Image.new("L", (40, 30)).save(file, "PNG")
    pixels = b.Asset("a.png", "image/png", file.getvalue(), 40, 30)
    chapter = b.Chapter((b.Text("圖"),), blocks, "one")
    whole = b.Book(b.Meta("書"), (), (chapter,), assets=(asset, pixels), script="hant")
    words = styles.words("hant", "tw")
    root = html.document_fromstring(book_html(whole, edition(words=words), "", {}))
    plain, lying = data_url(asset), data_url(replace(asset, data=turned(asset.data, 200, 80)))
    # The engine turns pixels, and turns those of one address once.
    assert root.xpath("//figure/img/@src") == [lying, data_url(pixels)]
    table = root.xpath("//table//img/@src")
    assert [src.replace(";standing=1", "") for src in table] == [plain, data_url(pixels)]
    assert all(";standing=1;" in src for src in table)
    addresses = [md5(src.encode()).hexdigest() for src in root.xpath("//figure/img/@src") + table]
    named = [picture_names(whole).get(address) for address in addresses]
    assert named == [None, "a.png", "map.svg", "a.png"], "a turned drawing has no pixels to tell of"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (21, "二十一"),
        (105, "一百〇五"),
        (2000, "二千"),
        (12345, "一二三四五"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert spelled(str(number)) == words
    assert edition().counted(number) == words
    assert edition(numbers="digits").counted(number) == str(number)


@pytest.mark.parametrize(
    ("date", "numbers", "printed"),
    [
        ("2025", "han", "二〇二五年"),
        ("2025-03", "han", "二〇二五年三月"),
        ("2025-10-05", "han", "二〇二五年十月五日"),
        ("2025-10-05", "digits", "2025年10月5日"),
        ("民國百年", "han", "民國百年"),
    ],
)
def test_dates_of_the_imprint(date: str, numbers: str, printed: str) -> None:
    meta = b.Meta("書", date=date)
    words = styles.words("hant", "tw")
    made = edition(numbers=numbers, words=words)
    facts = dict(leaves.imprint(b.Book(meta, (), ()), made, "epub"))
    assert facts[words["date"]] == printed
    lying = replace(made, writing="horizontal")
    assert dict(leaves.imprint(b.Book(meta, (), ()), lying, "epub"))[words["date"]] == date


def test_lists_within_lists_have_other_markers() -> None:
    third = b.List(((),), start=1)
    second = b.List(((third,),), start=1)
    bullets = b.List(((second,),))
    first = b.List(((bullets,),), start=11)
    chapter = b.Chapter((), (first,), "c1")
    (found,) = with_han_markers(b.Book(b.Meta("書"), (), (chapter,))).body[0].blocks  # type: ignore[union-attr]
    shown = []
    node: Any = found
    while isinstance(node, b.List):
        shown.append(list_marker(node, 0))
        node = node.items[0][0] if node.items[0] else None
    assert shown == ["十一、", "·", "（一）", "1."]


def test_sides_of_boxes_are_turned_with_the_lines() -> None:
    rule = "p { margin: 2em 0 .7em; padding: 1em 2em; border: 0 }"
    assert for_readers(rule, "horizontal") == rule
    assert for_readers(rule, "vertical") == (
        "p { margin: 0 2em 0 .7em; padding: 2em 1em 2em 1em; border: 0 }"
    )


@pytest.mark.parametrize("key", ['rules = "columns"', 'tables = "horizontal"'])
def test_what_only_columns_have_is_refused_in_lines(tmp_path: Path, key: str) -> None:
    make_book(tmp_path / "book", "# 書\n\n文。\n", f"[page]\n{key}\n")
    run = publish("build", "book", "--edition", "hans", "--format", "epub", cwd=tmp_path)
    assert run.code == 1 and "is for vertical lines, these are horizontal" in run.said
    assert ("columns = 2" in run.said) is ("rules" in key)


def test_what_a_book_says_of_columns_is_nothing_to_its_lines(tmp_path: Path) -> None:
    toml = '[page]\nrules = "columns"\ntables = "horizontal"\n'
    editions = '[[edition]]\nname = "hans"\n[[edition]]\nname = "hans-v"\n'
    make_book(tmp_path / "book", "# 書\n\n文。\n", toml + editions)
    ruling = re.compile("@page { background: url")
    for edition, ruled in (("hans", False), ("hans-v", True)):
        html = publish("show", "html", "book", "--edition", edition, cwd=tmp_path).out
        assert bool(ruling.search(html)) is ruled


def test_columns_too_narrow_for_a_line_are_refused(tmp_path: Path) -> None:
    toml = "[page]\ncolumns = 3\nchars = 28\n"
    make_book(tmp_path / "book", "# 書\n\n文。\n", toml)
    run = publish("build", "book", "--edition", "hans", "--format", "epub", cwd=tmp_path)
    assert run.code == 1 and "a line needs 10" in run.said


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One book twice: with lines between its columns, and in two tiers."""
    cwd = tmp_path_factory.mktemp("blocks")
    for name, key in (("ruled", 'rules = "columns"'), ("tiers", "columns = 2")):
        make_book(cwd / name, TEXT, f"[page]\n{key}\n", **{"map.svg": MAP})
        built(publish("build", name, "--edition", "hant-tw-v", "--format", "pdf", cwd=cwd))
    return cwd / "output"


def ruled(books: Path) -> Path:
    return books / "ruled" / "ruled.hant-tw-v.pdf"


def lines(path: Path) -> list[tuple[int, tuple[float, float], list[float], str, float]]:
    """Number of page, direction, box, text and size of every line, in the order of the file."""
    found = []
    with pymupdf.open(path) as document:
        for number, page in enumerate(document, 1):
            for block in page.get_text("dict")["blocks"]:
                for line in block.get("lines", ()):
                    text = "".join(span["text"] for span in line["spans"])
                    size = max(span["size"] for span in line["spans"])
                    found.append((number, line["dir"], list(line["bbox"]), text, size))
    return found


def whole_text(path: Path) -> str:
    return "".join("".join(text.split()) for _, _, _, text, _ in lines(path))


@pytest.mark.slow
def test_a_long_table_stands_in_pieces_each_with_its_head(books: Path) -> None:
    read = [item for item in lines(ruled(books)) if item[3].strip()]
    across = [item for item in read if item[1][0] > 0.9 and item[0] > 2]
    heads = [item for item in across if item[3].strip() == "年份"]
    years = [int(item[3]) for item in across if re.fullmatch(r"19\d\d", item[3].strip())]
    assert years == list(range(1900, 1900 + ROWS))
    assert len(heads) >= 3
    for one, other in itertools.pairwise(heads):
        # The next piece stands at the left, or on the next page, its head at the same height.
        assert other[0] > one[0] or other[2][2] < one[2][0]
    tops = {round(item[2][1], 1) for item in heads[1:]}
    assert len(tops) == 1
    foot = PAGE.top + PAGE.measure
    assert all(PAGE.top - 1 < item[2][1] and item[2][3] < foot + 1 for item in across)


@pytest.mark.slow
def test_columns_keep_their_pitch_beside_what_stands(books: Path) -> None:
    seen = 0
    for number, direction, box, text, size in lines(ruled(books)):
        if direction[1] > 0.9 and abs(size - EM) < 0.05 and number > 5 and len(text) > 4:
            outer = PAGE.inner if number % 2 else PAGE.outer
            middle = (box[0] + box[2]) / 2
            place = (PAGE.page_width - outer - middle) / PITCH - 0.5
            assert abs(place - round(place)) * PITCH < 0.8, (number, text, place)
            seen += 1
    assert seen > 15


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ruled", "tiers"])
def test_readers_find_what_stands_in_its_place(books: Path, name: str) -> None:
    path = books / name / f"{name}.hant-tw-v.pdf"
    found = whole_text(path)
    parts = ("始於畢昇。", "表一", "表後之文", "表二", "一、第一條", "（一）其中", "defdouble")
    parts += ("碼後之文", "圖一", "式後之文")
    places = [found.index(part) for part in parts]
    assert places == sorted(places)
    with pypdfium2.PdfDocument(path) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "表後之文，仍舊直排。" in "".join(text.split())


@pytest.mark.slow
def test_tables_keep_their_tags_and_the_file_its_standards(books: Path) -> None:
    for name in ("ruled", "tiers"):
        assert verapdf.faults(books / name / f"{name}.hant-tw-v.pdf", "2a", "ua1") == ()
    with pikepdf.open(ruled(books)) as document:
        elements = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
        ]
        kinds = [str(item.S) for item in elements]
        modes = [
            str(item.A.WritingMode) for item in elements if str(item.S) == "/Table" and "/A" in item
        ]
    assert kinds.count("/Table") >= 2
    # Each row once, and a head for each piece; the other table has three.
    assert kinds.count("/TR") >= ROWS + 3 + 3
    assert kinds.count("/TH") >= 2 * 3 + 2
    # The pieces of the one are read across, the other runs with the lines.
    assert set(modes) == {"/LrTb"} and len(modes) == kinds.count("/Table") - 1


@pytest.mark.slow
def test_a_long_heading_begins_below_the_head_in_like_columns(books: Path) -> None:
    size = 1.2 * EM
    found = [item for item in lines(ruled(books)) if abs(item[4] - size) < 0.1]
    assert len(found) == 2
    starts = [item[2][1] for item in found]
    assert max(starts) - min(starts) < 0.5
    assert starts[0] == pytest.approx(PAGE.top + 3 * EM, abs=0.6)
    lengths = [item[2][3] - item[2][1] for item in found]
    assert max(lengths) <= 0.7 * PAGE.measure and max(lengths) - min(lengths) <= 3 * size


@pytest.mark.slow
def test_lines_stand_between_the_columns(books: Path) -> None:
    """On the last page of text: one fewer than columns, a pitch apart, from frame to frame."""
    with pymupdf.open(ruled(books)) as document:
        page = next(
            page
            for page in document
            if "皆以行款" in "".join(page.get_text().split()) and page.number > 5
        )
        drawn = [
            item[1:3] for path in page.get_drawings() for item in path["items"] if item[0] == "l"
        ]
    upright = sorted(
        {round(one.x, 1) for one, other in drawn if abs(one.x - other.x) < 0.1 and
         abs(one.y - other.y) > PAGE.measure}
    )  # fmt: skip
    assert len(upright) >= PAGE.lines - 1
    steps = [round(right - left, 1) for left, right in itertools.pairwise(upright)]
    assert steps.count(PITCH) >= PAGE.lines - 2


def test_lists_and_dialogues_and_columns_of_figures_keep_apart(tmp_path: Path) -> None:
    text = (
        "# 一\n\n1. 山有樹\n2. 河有魚\n\n::: dialogue\n甲：你好嗎？\n\n乙：很好。\n:::\n\n"
        "| 名 | 數 | 說 |\n|---|---:|---|\n| 樹木 | 1200 | 許多 |\n| 魚蝦 | 3500 | 不少 |\n"
    )
    make_book(tmp_path / "book", text, '[book]\ntitle = "書"\n')
    asked = [word for name in ("hant-tw", "hant-tw-v") for word in ("--edition", name)]
    built(publish("build", "book", *asked, "--format", "pdf", cwd=tmp_path))
    output = tmp_path / "output" / "book"
    with pymupdf.open(output / "book.hant-tw-v.pdf") as document:
        page = next(page for page in document if page.search_for("河有魚"))
        river, hello, fine = (page.search_for(text)[0] for text in ("河有魚", "你好嗎", "很好"))
        # A column stays white before the dialogue, none in it.
        assert river.x0 - hello.x0 == pytest.approx(2 * 18, abs=0.1)
        assert hello.x0 - fine.x0 == pytest.approx(18, abs=0.1)
    with pymupdf.open(output / "book.hant-tw.pdf") as document:
        page = next(page for page in document if page.search_for("1200"))
        number, words = page.search_for("1200")[0], page.search_for("許多")[0]
        # One em and a half of the table's type between figures and the words behind them.
        assert words.x0 - number.x1 == pytest.approx(1.5 * 8.4, abs=0.3)


@pytest.mark.parametrize("size", [(900, 700), (700, 1100)])
def test_a_picture_in_tiers_keeps_to_its_tier_and_to_the_head_of_its_chapter(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """One as long as the page lay over the text of the other tier; one that found no room beside
    the head left it alone on its page."""
    data = io.BytesIO()
    Image.new("L", size, 120).save(data, "PNG")
    text = "# 第一章　甲\n\n![圖](a.png)\n\n" + "正文在此，說得很長。" * 60 + "\n"
    toml = '[book]\ntitle = "書"\n[page]\ncolumns = 2\n'
    make_book(tmp_path / "book", text, toml, **{"a.png": data.getvalue()})
    done = publish("build", "book", "--edition", "hant-tw-v", "--format", "pdf", cwd=tmp_path)
    built(done)
    with pymupdf.open(tmp_path / "output" / "book" / "book.hant-tw-v.pdf") as document:
        (page,) = (page for page in document if page.get_image_info())
        (picture,) = page.get_image_info()
        assert page.search_for("甲") and "第一章" in page.get_text()
        left, top, right, bottom = picture["bbox"]
        shape = geometry({}, vertical=True)
        assert bottom - top <= (shape.measure - 2 * shape.em) / 2 + 0.5
        words = [pymupdf.Rect(word[:4]) for word in page.get_text("words")]
        place = pymupdf.Rect(left, top, right, bottom)
        assert len(words) > 5 and not any(place.intersects(word) for word in words)


@pytest.mark.slow
def test_tiers_stand_below_each_other(books: Path) -> None:
    path = books / "tiers" / "tiers.hant-tw-v.pdf"
    tier = (PAGE.chars - 2) // 2
    starts = {
        round((box[1] - PAGE.top) / EM)
        for number, direction, box, text, size in lines(path)
        if direction[1] > 0.9 and abs(size - EM) < 0.05 and len(text.strip()) >= tier - 1
    }
    assert starts == {0, 2, tier + 2} or starts == {0, tier + 2}
    ends = [
        (box[3] - PAGE.top) / EM
        for number, direction, box, text, size in lines(path)
        if direction[1] > 0.9 and abs(size - EM) < 0.05 and number > 5
    ]
    assert max(ends) < PAGE.chars + 0.3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hans", "hant-tw-v"])
def test_a_long_text_in_columns_is_compared_in_their_order(tmp_path: Path, name: str) -> None:
    """More than a page, nothing among the columns that stands; formulas begin and end columns."""
    text = "行款者每半葉若干行之謂也，字數亦然。" * 4
    parts = [f"{n}：{text}{f'[^{n}]' * (n % 4 == 0)}\n\n$$\nx = {n}\n$$\n" for n in range(1, 25)]
    notes = [f"[^{n}]: 注文{n}。\n" for n in range(4, 25, 4)]
    # The one letter of a title stands in its square, also where letters are spaced.
    source = "\n".join(("# 第一章　行款\n", *parts, *notes))
    make_book(tmp_path / "book", source, '[book]\ntitle = "X"\n[page]\ncolumns = 2\n')
    asked = ("--edition", name, "--format", "pdf", "--json")
    run = publish("build", "book", *asked, cwd=tmp_path)
    assert run.code == 0, run.said
    assert "L-OVERFULL" not in {item["code"] for item in run.diagnostics("warning")}


#: A chapter of many notes, whose calls come to stand anywhere in a column; a table whose cells take
#: several lines, and code, over two tiers.
MANY = "\n\n".join(
    f"{('夜色從山脊上慢慢落下來' * 3)[: n % 29 + 3]}[^{n}]，{'先蓋住松林' * (n % 4 + 1)}。"
    for n in range(1, 61)
)
MANY_NOTES = "\n".join(f"[^{n}]: 注文{n}。" for n in range(1, 61))
HEADS = ("站名與所在", "里程（km）", "海拔（m）", "天氣與溫度（℃）", "備註")
WRAPPED = "\n".join(
    f"| {' | '.join(cells)} |"
    for cells in (
        HEADS,
        ["---"] * len(HEADS),
        *(
            ("第一站在山口之北", f"{n}.5", f"{1200 + n}", "−3", "無水，宜於日出前")
            for n in range(20)
        ),
    )
)
CODE = (
    "```python\n" + "def double(number):  # 此處說明甚長，其長過於版心\n    return 2\n" * 8 + "```"
)


@pytest.mark.slow
@pytest.mark.parametrize("tiers", [1, 2])
def test_many_notes_and_cells_of_several_lines(tmp_path: Path, tiers: int) -> None:
    """Each of some sixty calls is met once, whole, wherever its column ends; what stands side by
    side in a table is read cell by cell, by every reader."""
    source = f"# 第一章　注\n\n{MANY}\n\n# 第二章　表\n\n{WRAPPED}\n\n表後。\n\n{CODE}\n\n碼後。"
    make_book(tmp_path / "book", f"{source}\n\n{MANY_NOTES}\n", f"[page]\ncolumns = {tiers}\n")
    built(publish("build", "book", "--edition", "hant-tw-v", "--format", "pdf", cwd=tmp_path))
    path = tmp_path / "output" / "book" / "book.hant-tw-v.pdf"
    with pymupdf.open(path) as document:
        pages = [page.get_text() for page in document]
    painted = "\n".join(pages)
    assert not re.search("〔[^〕]*\n", painted)
    calls = [f"〔{spelled(str(n))}〕" for n in range(1, 61)]
    assert [painted.count(call) for call in calls] == [2] * 60
    head = "".join(HEADS)
    for read in (pages, poppler_pages(path), pdfium_pages(path)):
        text = "".join("".join(page.split()) for page in read)
        assert head in text and "第一站在山口之北0.51200−3無水，宜於日出前第一站" in text


def test_cells_that_stand_among_columns_are_read_side_by_side() -> None:
    """The lines of a cell may be taken before those of its neighbours, but stay in their order;
    what is lost is told."""

    def across(text: str, left: float, right: float, base: float) -> Fragment:
        return Fragment(text, "", left, right, base)

    lines = [across("甲", 300, 320, 100), across("乙", 300, 320, 112), across("丙", 330, 350, 100)]
    lines += [across("丁", 330, 350, 112), across("戊", 300, 320, 124)]
    (found,) = standing(lines, edition(), 6)

    def differences(text: str) -> int:
        runs = [Run("body", text, "c1")]
        return len(compare(runs, [PageText("page 2", found.lines)]).diagnostics)

    assert differences("甲乙丙丁戊") == 0
    assert differences("甲乙丁丙戊") > 0 and differences("甲乙丙丁") > 0


def test_lines_of_columns_are_read_one_column_after_the_other() -> None:
    page = replace(edition(), geometry=geometry({"columns": 2, "chars": 28}))
    second = page.geometry.inner + (page.geometry.line_chars + page.geometry.gap) * EM

    def painted(*places: tuple[str, float, float]) -> list[Fragment]:
        return [Fragment(text, "", left, left + EM, base) for text, left, base in places]

    left = page.geometry.inner
    columns = painted(
        ("甲", left, 100), ("乙", left, 118), ("丙", second, 100), ("丁", second, 118),
        ("注", left, 400), ("文", second, 400), ("二", left, 412),
    )  # fmt: skip
    assert "".join(item.text for item in by_column(columns, page, 3, 6)) == "甲乙丙丁注文二"
    contents = painted(("章", left, 100), ("1", second, 100), ("節", left, 118), ("2", second, 118))
    assert "".join(item.text for item in by_column(contents, page, 3, 6)) == "章1節2"


@pytest.mark.slow
def test_labels_are_han_numerals(books: Path) -> None:
    found = whole_text(ruled(books))
    for label in ("表一", "表二", "圖一", "〔一〕", "二、第二條", "（二）其中之二"):
        assert label in found
    assert "表1" not in found and "①" not in found
    # The note of a cell stands once, at the foot of its page.
    assert found.count("此數見於官書。") == 1 and found.count("〔二〕") == 2
