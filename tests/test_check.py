"""The checks of artefacts: text in = text out, and what a reader would stumble over."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from extract import disagreements
from hypothesis import given, settings
from hypothesis import strategies as st

from publish import check
from publish.check import residue
from publish.check import text as check_text
from publish.check.extract import open_pdf, pdf_text
from publish.check.following import Comparison
from publish.check.pdf import check_glyphs, check_structure
from publish.check.text import Fragment, PageText
from publish.diagnostics import Diagnostic, Failure
from publish.model.edition import Edition, Geometry
from publish.model.text import Run, RunKind
from publish.text.threads import compact, spellings

EDITION = Edition("hans", "hans", "cn", Geometry("A5", 148, 210), {})


def check_artifact(*arguments: Any) -> tuple[Diagnostic, ...]:
    return check.check_artifact(*arguments).diagnostics


def compare(*arguments: Any) -> tuple[Diagnostic, ...]:
    return check_text.compare(*arguments).diagnostics


def run(kind: RunKind, text: str, where: str = "c1") -> Run:
    return Run(kind, text, where)


def body(text: str) -> Run:
    return run("body", text)


def label(number: int) -> Run:
    return run("label", str(number))


def note(text: str) -> Run:
    return run("note", text)


def page(*lines: str | Fragment, place: str = "page 1") -> PageText:
    """Lines one under another, each the width of the page."""
    fragments = [
        replace(
            line if isinstance(line, Fragment) else Fragment(line, left=0, right=294),
            baseline=18.0 * number,
        )
        for number, line in enumerate(lines, 1)
    ]
    return PageText(place, tuple(fragments))


def told(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{item.code} {item.message}" for item in diagnostics]


# --- comparing -----------------------------------------------------------------------------


def test_equal_text_is_equal() -> None:
    runs = [body("第一行，第二行。"), body("又一段 with words")]
    pages = [page("第一行，", "第二行。"), page("又一段 with", "words", place="page 2")]
    assert compare(runs, pages) == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("天地玄黄宇宙洪荒", "日月盈昃列张"),
            "T-LOST page 1 (c1): 2 characters lost: ⟦辰宿⟧ after «天地玄黄宇宙洪荒日月盈昃» "
            "before «列张寒来暑往秋收冬藏»",
        ),
        (
            ("天地玄黄宇宙洪荒", "日月盈昃辰宿无中生有列张"),
            "T-ADDED page 1 (c1): 4 characters added: ⟦无中生有⟧ after "
            "«天地玄黄宇宙洪荒日月盈昃辰宿» before «列张寒来暑往秋收冬藏»",
        ),
        (
            ("天地玄黄宇宙洪荒", "日目盈昃辰宿列张"),
            "T-CHANGED page 1 (c1): ⟦月⟧ became ⟦目⟧ after «天地玄黄宇宙洪荒日» "
            "before «盈昃辰宿列张寒来暑往秋收冬藏»",
        ),
    ],
)
def test_a_difference_is_told_in_its_place(lines: tuple[str, ...], expected: str) -> None:
    runs = [body("天地玄黄宇宙洪荒"), body("日月盈昃辰宿列张"), body("寒来暑往秋收冬藏")]
    assert told(compare(runs, [page(*lines, "寒来暑往秋收冬藏")])) == [expected]


def test_an_end_that_is_missing() -> None:
    found = compare([body("天地玄黄"), body("宇宙洪荒")], [page("天地玄黄")])
    assert told(found) == [
        "T-LOST page 1: the body text ends 4 characters early after «天地玄黄»: "
        "⟦宇宙洪荒⟧ is missing"
    ]


def test_two_paragraphs_exchanged_are_a_difference() -> None:
    runs = [body("天地玄黄宇宙洪荒日月盈昃"), body("寒来暑往秋收冬藏闰余成岁")]
    pages = [page("寒来暑往秋收冬藏闰余成岁", "天地玄黄宇宙洪荒日月盈昃")]
    assert {item.code for item in compare(runs, pages)} >= {"T-LOST"}


def test_many_differences_are_counted_not_listed() -> None:
    text = "".join(chr(0x4E00 + place) for place in range(4000))
    broken = "".join(sign for place, sign in enumerate(text) if place % 100 != 50)
    found = compare([body(text)], [page(broken)])
    assert len(found) == 6
    assert found[-1].message == "35 more differences"


@pytest.mark.slow
def test_another_book_altogether_ends_soon() -> None:
    mine = "".join(chr(0x4E00 + place) for place in range(6000))
    other = [page(*(chr(0x7000 + place) * 20 for place in range(2000)))]
    assert len(compare([body(mine)], other)) <= 8


@pytest.mark.parametrize("sign", ["3", "③", "三", "（3）", "[3]", "3.", "（三）", "3、"])
def test_a_label_is_an_integer_however_printed(sign: str) -> None:
    runs = [body("前文"), label(3), body("后文")]
    assert compare(runs, [page(f"前文{sign}后文")]) == ()


def test_another_number_is_another_label() -> None:
    runs = [body("前文很长很长的前文"), label(3), body("后文很长很长的后文")]
    codes = [item.code for item in compare(runs, [page("前文很长很长的前文④后文很长很长的后文")])]
    assert codes == ["T-CHANGED"]


def test_spellings_are_different_for_different_numbers() -> None:
    seen: dict[str, int] = {}
    for number in range(1, 200):
        for spelling in spellings(str(number)):
            assert seen.setdefault(spelling, number) == number


def test_notes_stand_at_the_foot_of_their_page() -> None:
    runs = [
        *(body("他说了一句话"), label(1), body("，又说了一句"), label(2), body("。翻过一页。")),
        *(label(1), note("第一个注，它很长，要排两行。"), label(2), note("第二个注。")),
        body("下一章"),
    ]
    pages = [
        page("他说了一句话①，又", "说了一句②。", "①第一个注，它很长，"),
        page("翻过一页。", "要排两行。", "②第二个注。", place="page 2"),
        page("下一章", place="page 3"),
    ]
    assert compare(runs, pages) == ()
    lost = compare(runs, [replace(pages[0], fragments=pages[0].fragments[:-1]), *pages[1:]])
    assert [item.code for item in lost] == ["T-LOST"]
    assert "第一个注，它很长，" in lost[0].message


def test_readings_stand_above_their_bases() -> None:
    runs = [body("读作漢"), run("reading", "hàn"), body("字"), run("reading", "zì"), body("的。")]
    above = [
        Fragment("hàn", left=31, right=40, baseline=8, small=True),
        Fragment("zì", left=42, right=48, baseline=8, small=True),
    ]
    line = Fragment("读作漢字的。", left=0, right=63, baseline=18)
    assert compare(runs, [PageText("page 1", (*above, line))]) == ()
    assert [item.code for item in compare(runs, [PageText("page 1", (above[0], line))])] == [
        "T-LOST"
    ]


def test_cells_of_a_table_are_read_one_by_one() -> None:
    def cell(text: str, left: float, line: int) -> Fragment:
        return Fragment(text, left=left, right=left + 90, baseline=18.0 * line)

    runs = [body("甲格的第一行甲格的第二行"), body("乙格的第一行乙格的第二行")]
    cells = (
        *(cell("甲格的第一行", 0, 1), cell("乙格的第一行", 100, 1)),
        *(cell("甲格的第二行", 0, 2), cell("乙格的第二行", 100, 2)),
    )
    assert compare(runs, [PageText("page 1", cells)]) == ()
    # The second cell begins as the second line of the first does, which comes before it.
    runs = [body("甲一二"), body("一乙")]
    cells = (cell("甲", 0, 1), cell("一", 100, 1), cell("一二", 0, 2), cell("乙", 100, 2))
    assert compare(runs, [PageText("page 1", cells)]) == ()
    assert compare(runs, [PageText("page 1", cells[:3])]) != ()


@pytest.mark.parametrize("first", ["品名", "项目", "别的"])
def test_the_head_of_a_table_may_begin_as_its_rows_do(first: str) -> None:
    """It stands again where the table goes on; a row that is lost there is told all the same."""
    rows = [(f"{first[0]}{n}", f"{n * 7}") for n in range(8)]
    if first == "项目":
        rows = [(f"项目{n}", f"{n * 7}") for n in range(8)]
    runs = [Run("body", text, "c1", head=True) for text in (first, "金额")]
    runs += [body(text) for row in rows for text in row]

    def page_of(*shown: tuple[str, str], place: str = "page 1") -> PageText:
        cells = [
            Fragment(text, left=100 * column, right=100 * column + 90, baseline=18.0 * line)
            for line, row in enumerate(shown)
            for column, text in enumerate(row)
        ]
        return PageText(place, tuple(cells))

    head = (first, "金额")
    whole = [page_of(head, *rows[:4]), page_of(head, *rows[4:], place="page 2")]
    assert compare(runs, whole) == ()
    lost = [page_of(head, *rows[:4]), page_of(head, *rows[5:], place="page 2")]
    assert [item.code for item in compare(runs, lost)] == ["T-LOST"]


def test_the_heads_of_many_tables_are_looked_for_in_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is made a text of its own once, however often they are looked for."""
    made: list[int] = []
    whole = Comparison.__init__

    def counted(self: Comparison, *given: Any, **named: Any) -> None:
        made.append(1)
        whole(self, *given, **named)

    monkeypatch.setattr(Comparison, "__init__", counted)
    runs: list[Run] = []
    pages: list[PageText] = []
    for table in range(30):
        head = [f"甲{table}", "量"]
        cells = [f"甲{table}行{row}{column}" for row in range(6) for column in "左右"]
        runs += [Run("body", text, "c1", head=True) for text in head] + [body(c) for c in cells]
        shown = [*head, *cells[:5], "错误", *cells[6:]]
        fragments = [
            Fragment(text, left=100 * (n % 2), right=100 * (n % 2) + 90, baseline=18.0 * (n // 2))
            for n, text in enumerate(shown)
        ]
        pages.append(PageText(f"page {table}", tuple(fragments)))
    assert len(compare(runs, pages)) > 5
    assert len(made) <= 31


def test_a_leader_and_a_page_number_are_furniture() -> None:
    runs = [body("目录"), body("导读"), run("furniture", ""), body("2025年"), run("furniture", "")]
    dots = [Fragment("· ", left=60 + 5 * n, right=65 + 5 * n, baseline=36) for n in range(5)]
    row = (Fragment("导读", left=0, right=21, baseline=36), *dots)
    number = Fragment("5", left=280, right=290, baseline=36)
    following = (
        Fragment("2025年", left=0, right=40, baseline=54),
        Fragment("····12", left=60, right=290, baseline=54),
    )
    head = Fragment("目录", left=0, right=40, baseline=18)
    assert compare(runs, [PageText("page 3", (head, *row, number, *following))]) == ()
    # Without page numbers, as an EPUB has it, the same runs hold too.
    assert compare(runs, [PageText("nav", (Fragment("目录\n导读\n2025年", "body"),))]) == ()


def test_furniture_with_text_may_be_there_or_not() -> None:
    runs = [run("furniture", "1."), body("1.5倍的速度"), run("furniture", "2."), body("列表")]
    assert compare(runs, [page("1.1.5倍的速度", "2.列表")]) == ()
    assert compare(runs, [page("1.5倍的速度", "列表")]) == ()


def test_a_hyphen_at_a_line_end_is_no_text() -> None:
    runs = [body("a typographical question, self-made")]
    assert compare(runs, [page("a typograph-", "ical question, self-", "made")]) == ()
    assert compare(runs, [page("a typograph-ical question, self-made")]) != ()


def test_ligatures_and_unseen_signs_do_not_count() -> None:
    assert compare([body("office\u00ad flag\u2060")], [page("o\ufb03ce \ufb02ag")]) == ()


def test_runs_of_another_medium_are_left_out() -> None:
    runs = [Run("body", "封面", "cover", "print"), body("正文"), Run("body", "目录", "nav", "epub")]
    assert compare(runs, [page("封面", "正文")], "print") == ()
    assert compare(runs, [page("正文", "目录")], "epub") == ()
    assert compare(runs, [page("正文", "目录")], "print") != ()


def test_false_blanks_are_a_warning_of_their_own() -> None:
    runs = [body("前后相连，目　录")]
    assert compare(runs, [page("前后相连，目　录")]) == ()
    found = compare(runs, [page("前 后 相连，目　录", place="page 7")])
    assert told(found) == [
        "T-BLANK 2 false blanks between Han characters, the first on page 7",
    ]
    assert found[0].severity == "warning"


def test_a_blank_between_two_runs_is_the_editions_own() -> None:
    runs = [body("甲"), body(" "), body("乙，"), body("丙"), body(" 丁")]
    assert compare(runs, [page("甲 乙，丙 丁")]) == ()
    found = compare(runs, [page("甲 乙，丙 丁 "), page("戊 己", place="page 2")])
    assert "T-BLANK" in [item.code for item in found]
    # Two places are two texts: what ends one and what begins another are no neighbours.
    apart = [run("body", "甲 ", "a1"), run("body", "乙", "a2")]
    assert told(compare(apart, [page("甲 乙")])) == [
        "T-BLANK 1 false blanks between Han characters, the first on page 1"
    ]


TEXTS = st.text(st.sampled_from("天地玄黄宇宙洪荒，。「」1ab ①"), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.integers(1, 25), st.integers(1, 6))
def test_any_text_set_in_any_lines_is_equal(texts: list[str], measure: int, depth: int) -> None:
    whole = compact("".join(texts))
    lines = [whole[at : at + measure] for at in range(0, len(whole), measure)]
    pages = [page(*lines[at : at + depth]) for at in range(0, len(lines), depth)]
    assert [item for item in compare(map(body, texts), pages) if item.severity == "error"] == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 299), st.sampled_from(["lose", "add", "change"]))
def test_no_single_fault_escapes(seed: int, place: int, fault: str) -> None:
    text = "".join(random.Random(seed).choices("天地玄黄宇宙洪荒日月盈昃辰宿列张", k=300))
    put = {"lose": "", "add": text[place] + "寒", "change": "寒"}[fault]
    broken = text[:place] + put + text[place + 1 :]
    lines = [broken[at : at + 28] for at in range(0, len(broken), 28)]
    assert [item for item in compare([body(text)], [page(*lines)]) if item.severity == "error"]


# --- residue -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("坏字\ufffd", "U+FFFD REPLACEMENT CHARACTER"),
        ("一段\n\\\n又一段", "a lone backslash"),
        ("技术领先者。&#x20;", "a character reference"),
    ],
)
def test_residue_is_found(text: str, what: str) -> None:
    pages = (PageText("page 2", (Fragment(text),)),)
    assert told(residue(pages, (body("一段"),))) == [f"T-RESIDUE page 2: {what}"]
    assert residue((PageText("page 2", (Fragment(r"C:\dir，A&B"),)),), ()) == ()


def test_what_the_book_itself_says_is_no_residue() -> None:
    text = r"写作 &#x20; 或 \ 皆可"
    assert residue((PageText("page 2", (Fragment(text),)),), (body(text),)) == ()


# --- PDF -----------------------------------------------------------------------------------

CSS = """
@page { size: 148mm 210mm; margin: 56.7pt 68.83pt 70.4pt 56.7pt;
  @bottom-right { content: string(head) '\\3000' counter(page); font: 8.4pt/18pt serif;
    vertical-align: top; padding-top: 18pt } }
@page :first { @bottom-right { content: none } }
html { font: 10.5pt/18pt "Noto Serif CJK SC" } p { margin: 0; text-indent: 2em }
h1 { string-set: head content(); font-size: 18pt; break-before: page; margin: 0 }
.entry { position: relative; padding-left: 3em }
.number { position: absolute; left: 0; top: 9pt; font-size: 15pt; line-height: 0 }
@counter-style ringed { system: fixed; symbols: ① ② ③ }
.note { float: footnote; font-size: 8.4pt; line-height: 13.5pt }
.note::footnote-call { content: counter(footnote, ringed); font-size: 7pt; line-height: 0;
  vertical-align: .5em }
.note::footnote-marker { content: counter(footnote, ringed) }
ruby { display: inline-block; position: relative; width: 1em; line-height: 18pt; text-indent: 0 }
rt { position: absolute; top: -6pt; left: 0; font-size: 5.25pt; line-height: 7pt;
  white-space: nowrap }
td { width: 9em; vertical-align: top } td + td { padding-left: 1em }
a::after { content: leader('· ') target-counter(attr(href), page) }
"""
HTML = """<html lang="zh-Hans"><head><title>试验</title></head><body>
<p>试验之书</p>
<h1>目录</h1><p><a href="#a">导读</a></p><p><a href="#b">第1—10条</a></p>
<h1 id="a">导读 office</h1>
<p>这是一个句子，里面有注<span class="note">这是第一个注，有“引号”。它很长很长很长\
很长很长很长很长很长很长很长很长。</span>释，后面还有DeepSeek等等字母。\
<ruby>漢<rt>hàn</rt></ruby><ruby>字<rt>zì</rt></ruby>是这样的。</p>
<div class="entry" id="b"><span class="number">1</span><p>我们做的事情，是一个很长很长的段落，\
要超过一行的话就要多写几个字，再多写几个字，完了。</p></div>
<div class="entry"><span class="number">2</span>\
<p>第二条，也要有注<span class="note">第二个注。</span>。</p></div>
<table><tr><td>单元格甲有很长的文字要折行才行呢</td>\
<td>单元格乙也有很长的文字要折行才行</td></tr></table>
</body></html>"""


def pdf_runs() -> tuple[Run, ...]:
    return (
        *(body("试验之书"), body("目录"), body("导读"), run("furniture", "")),
        *(body("第1—10条"), run("furniture", ""), body("导读 office")),
        *(body("这是一个句子，里面有注"), label(1), body("释，后面还有DeepSeek等等字母。")),
        *(body("漢"), run("reading", "hàn"), body("字"), run("reading", "zì")),
        *(body("是这样的。"), label(1)),
        body(
            "我们做的事情，是一个很长很长的段落，要超过一行的话就要多写几个字，再多写几个字，完了。"
        ),
        *(label(2), body("第二条，也要有注"), label(2), body("。")),
        body("单元格甲有很长的文字要折行才行呢"),
        body("单元格乙也有很长的文字要折行才行"),
        label(1),
        note("这是第一个注，有“引号”。它很长很长很长很长很长很长很长很长很长很长很长。"),
        *(label(2), note("第二个注。")),
    )


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book set by stock WeasyPrint: nothing of the product but its page size."""
    import weasyprint

    path = tmp_path_factory.mktemp("pdf") / "试验.pdf"
    style = weasyprint.CSS(string=CSS)
    weasyprint.HTML(string=HTML).write_pdf(path, stylesheets=[style])
    return path


def test_a_pdf_says_what_its_edition_says(pdf: Path) -> None:
    assert compare(pdf_runs(), pdf_text(pdf, EDITION), "print") == ()


def test_page_furniture_is_left_out_by_its_place(pdf: Path) -> None:
    with_furniture = "".join(item.text for item in pdf_text(pdf)[1].fragments)
    without = "".join(item.text for item in pdf_text(pdf, EDITION)[1].fragments)
    assert compact(with_furniture) == compact(without) + "目录2"


def test_a_lost_sentence_of_a_pdf_is_told_with_its_page(pdf: Path) -> None:
    runs = [
        replace(item, text=item.text.replace("导读 office", "导读 office，")) for item in pdf_runs()
    ]
    found = compare(runs, pdf_text(pdf, EDITION), "print")
    assert [item.code for item in found] == ["T-LOST"]
    assert found[0].message.startswith("page 3 (c1): 1 character lost: ⟦，⟧ after ")


def test_a_good_pdf_is_clean(pdf: Path) -> None:
    assert check_artifact(pdf, pdf_runs(), EDITION, ("目录", "导读office")) == ()


def test_three_readers_see_the_same_characters(pdf: Path) -> None:
    assert disagreements(pdf) == []


def check_pdf(
    path: Path, edition: Edition | None = None, headings: tuple[str, ...] = ()
) -> tuple[Diagnostic, ...]:
    found, doubtful = check_structure(path, edition, headings)
    with open_pdf(path) as document:
        return (*found, *check_glyphs(document, doubtful))


def codes(diagnostics: tuple[Diagnostic, ...]) -> set[str]:
    return {item.code for item in diagnostics}


def test_bookmarks_must_hold_every_heading(pdf: Path) -> None:
    found = check_pdf(pdf, EDITION, ("目录", "第二章"))
    assert told(found) == ["PDF-BOOKMARK the bookmarks do not hold «第二章» in its place"]


def test_a_page_of_another_size_is_told(pdf: Path) -> None:
    edition = replace(EDITION, geometry=Geometry("16开", 185, 260))
    assert told(check_pdf(pdf, edition)) == ["PDF-SIZE page 1 is 148.0 × 210.0 mm, not 16开"]


def test_a_bare_pdf_has_neither_title_nor_language_nor_bookmarks(tmp_path: Path) -> None:
    import pymupdf

    path = tmp_path / "bare.pdf"
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "Not embedded", fontname="helv")
    document.save(path)
    assert codes(check_pdf(path)) == {"PDF-LANG", "PDF-TITLE", "PDF-BOOKMARK", "PDF-FONT"}


def test_a_character_that_the_font_has_not_is_told(tmp_path: Path) -> None:
    import weasyprint

    path = tmp_path / "box.pdf"
    weasyprint.HTML(
        string="<html lang=zh><title>盒</title><h1>盒</h1>"
        "<p style='font-family:\"Noto Serif CJK SC\"'>\U0010fffd</p>"
    ).write_pdf(path)
    assert "PDF-GLYPH" in codes(check_pdf(path))


def test_pages_that_surely_have_no_box_are_not_drawn(pdf: Path, tmp_path: Path) -> None:
    import pikepdf

    assert check_structure(pdf)[1] == ()
    with pikepdf.open(pdf) as document:
        page = document.pages[1]
        drawn = page.Contents.read_bytes()
        name = next(iter(page.Resources.Font.keys())).encode()
        for number, more in enumerate(
            (
                b"[<00410000>] TJ",
                b"(\\0\\0) Tj",
                b"<0 0 0 0> Tj",
                b"<00> Tj",
                b"<<>> BDC <0000> Tj EMC",
                b"<</A <0041>>> BDC EMC",
            )
        ):
            page.Contents = document.make_stream(
                drawn + b"\nBT " + name + b" 9 Tf " + more + b" ET"
            )
            path = tmp_path / f"{number}.pdf"
            document.save(path)
            doubtful = check_structure(path)[1]
            assert doubtful == (() if b"0041>>>" in more else (2,)), more
            boxes = [item for item in check_pdf(path) if item.code == "PDF-GLYPH"]
            assert bool(boxes) == bool(doubtful), more
        page.Contents = document.make_stream(drawn)
        page.Resources.XObject = {"/Form": document.make_stream(b"", Subtype=pikepdf.Name.Form)}
        document.save(tmp_path / "form.pdf")
    assert 2 in check_structure(tmp_path / "form.pdf")[1]


@pytest.mark.parametrize("data", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    assert codes(check_artifact(path)) <= {"PDF-OPEN", "PDF-PAGES"}
    assert check_artifact(path)


def test_only_epub_and_pdf_are_checked(tmp_path: Path) -> None:
    with pytest.raises(Failure) as caught:
        check_artifact(tmp_path / "book.docx")
    assert caught.value.exit_code == 2
