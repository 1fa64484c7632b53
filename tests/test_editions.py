"""Editions: which there are, what each says, and the page each is set on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acceptance import make_book, publish
from hypothesis import given
from hypothesis import strategies as st

from publish import build
from publish.check import Checked
from publish.diagnostics import Diagnostic, Failure, show
from publish.model import styles
from publish.model.edition import Edition, Printing
from publish.model.editions import edition_meta, editions, geometry
from publish.model.manifest import Manifest, load
from publish.render.pdf import _rules

MM = 72 / 25.4


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def manifest(toml: str = "") -> Manifest:
    folder = Path("书")
    folder.mkdir(exist_ok=True)
    (folder / "book.toml").write_text(toml, encoding="utf-8")
    (folder / "manuscript.md").write_text("文", encoding="utf-8")
    return load(folder)[0]


def only(toml: str, *asked: str) -> Edition:
    (edition,) = editions(manifest(toml), asked, "hans")
    return edition


def said(toml: str, *asked: str, exit_code: int) -> str:
    with pytest.raises(Failure) as caught:
        editions(manifest(toml), asked, "hans")
    assert caught.value.exit_code == exit_code
    return "\n".join(show(item) for item in caught.value.diagnostics)


# --- which -------------------------------------------------------------------


def test_none_declared_and_none_asked_is_the_manuscripts_own() -> None:
    (hans,) = editions(manifest(), (), "hans")
    (hant,) = editions(manifest(), (), "hant")
    assert (hans.name, hans.language) == ("hans", "zh-Hans")
    assert (hant.name, hant.language) == ("hant-tw", "zh-Hant-TW")


def test_declared_editions_in_their_order() -> None:
    toml = '[[edition]]\nname = "hant-hk"\n[[edition]]\nname = "hans"\n'
    assert [e.name for e in editions(manifest(toml), (), "hans")] == ["hant-hk", "hans"]


def test_declared_and_built_in_editions_can_be_asked_for_each_once() -> None:
    toml = '[[edition]]\nname = "口袋"\nscript = "hans"\n'
    found = editions(manifest(toml), ("hant-hk", "口袋", "hant-hk"), "hant")
    assert [(e.name, e.language) for e in found] == [
        ("hant-hk", "zh-Hant-HK"),
        ("口袋", "zh-Hans"),
    ]


def test_an_unknown_edition() -> None:
    toml = '[[edition]]\nname = "pocket"\n'
    known = "pocket, hans, hant-tw, hant-hk, hans-v, hant-tw-v, hant-hk-v"
    assert said(toml, "hans", "hant-tx", "poket", exit_code=2) == (
        "error[M-EDITION]: no edition is called 'hant-tx'\n"
        "  = hint: did you mean 'hant-tw'?\n"
        f"  = hint: editions of this book: {known}\n"
        "error[M-EDITION]: no edition is called 'poket'\n"
        "  = hint: did you mean 'pocket'?\n"
        f"  = hint: editions of this book: {known}"
    )


@pytest.mark.parametrize(
    ("lines", "own", "language"),
    [
        ("", "hans", "zh-Hans"),
        ("", "hant", "zh-Hant-TW"),
        ('script = "hant"', "hans", "zh-Hant-TW"),
        ('script = "hans"', "hant", "zh-Hans"),
        ('region = "hk"', "hans", "zh-Hant-HK"),
        ('region = "cn"', "hant", "zh-Hans"),
        ('script = "hant"\nregion = "hk"', "hans", "zh-Hant-HK"),
    ],
)
def test_script_and_region_of_an_edition_with_its_own_name(
    lines: str, own: str, language: str
) -> None:
    rules = manifest(f'[[edition]]\nname = "e"\n{lines}\n')
    (edition,) = editions(rules, (), own)  # type: ignore[arg-type]
    assert edition.language == language


# --- what they say -----------------------------------------------------------


def test_fixed_words_follow_script_and_region() -> None:
    hans, tw, hk = editions(manifest(), ("hans", "hant-tw", "hant-hk"), "hans")
    assert [e.words["contents"] for e in (hans, tw, hk)] == ["目录", "目錄", "目錄"]
    assert [e.words["end-page"] for e in (hans, tw, hk)] == ["制作说明", "製作說明", "製作説明"]
    assert [e.words["edition-name"] for e in (hans, tw, hk)] == [
        "简体中文版",
        "臺灣繁體版",
        "香港繁體版",
    ]


def test_an_edition_overrides_whole_sections_key_by_key() -> None:
    toml = """
[book]
title = "书名"
title-lines = ["书", "名"]
author = "甲"
[page]
paper = "16开"
chars = 30
[fonts]
text = "Song A"
code = "Mono A"
[convert]
words = { "签" = "簽", "甲" = "乙" }
names = ["人"]
protect = ["余"]
[[edition]]
name = "小"
[edition.page]
paper = "32开"
chars = 24
[edition.fonts]
text = "Song B"
[edition.convert]
words = { "甲" = "丙" }
[edition.book]
title = "小书"
subtitle = "袖珍本"
[[edition]]
name = "大"
"""
    rules = manifest(toml)
    small, large = editions(rules, (), "hans")
    assert (small.geometry.paper, small.geometry.chars, small.geometry.lines) == ("小32开", 24, 23)
    assert (large.geometry.paper, large.geometry.chars, large.geometry.lines) == ("16开", 30, 33)
    assert small.fonts == {"text": "Song B", "code": "Mono A"}
    assert large.fonts == {"text": "Song A", "code": "Mono A"}
    assert small.convert_words == {"签": "簽", "甲": "丙"}
    assert large.convert_words == {"签": "簽", "甲": "乙"}
    assert small.protect == large.protect == ("余",)
    assert small.convert_names == large.convert_names == ("人",)
    meta = edition_meta(rules, "小")
    assert (meta.title, meta.subtitle, meta.title_lines) == ("小书", "袖珍本", ())
    assert meta.authors == rules.meta.authors
    assert edition_meta(rules, "大") == rules.meta
    assert edition_meta(rules, "hant-hk") == rules.meta


def test_a_misspelt_edition_is_none_of_ones_own(tmp_path: Path) -> None:
    """It would be the manuscript's own script under the name of another."""
    make_book(tmp_path / "book", "# 书\n\n文。\n", '[[edition]]\nname = "hant-twv"\n')
    run = publish("build", "book", "--format", "epub", cwd=tmp_path)
    assert run.code == 2 and "did you mean 'hant-tw-v'?" in run.said
    (tmp_path / "book" / "book.toml").write_text('[[edition]]\nname = "大字"\n', "utf-8")
    assert publish("build", "book", "--format", "epub", cwd=tmp_path).code == 0


def test_vertical_editions_are_bound_on_the_right_and_count_in_han_numerals() -> None:
    for toml in ('name = "v"\nwriting = "vertical"\n', 'name = "hant-tw-v"\n'):
        edition = only(f"[[edition]]\n{toml}")
        assert (edition.writing, edition.binding, edition.numbers) == ("vertical", "right", "han")
        assert edition.geometry.vertical
    digits = only('[page]\nnumbers = "digits"\n[[edition]]\nname = "hans-v"\n')
    assert (digits.numbers, digits.script, digits.region) == ("digits", "hans", "cn")
    assert only("").numbers == "digits"
    upright = '[page]\nnumbers = "upright"\n'
    assert only(f'{upright}[[edition]]\nname = "hans-v"\n').upright_digits
    assert not only(upright).upright_digits and not digits.upright_digits
    with pytest.raises(Failure) as told:
        only('[page]\nnumbers = "upwards"\n')
    assert "upright" in str(told.value.diagnostics)


def test_how_it_is_printed() -> None:
    edition = only('[print]\nprinter = "KDP"\nstock = "cream"\npaper-gsm = 90\nflaps = 80\n')
    assert edition.printing == Printing(printer="KDP", stock="cream", gsm=90, flaps=80)
    assert edition.binding == "left"
    told = said('[print]\nbinding = "right"\n', exit_code=1)
    assert "edition hans: a book in horizontal lines is bound on the left" in told


def test_what_an_e_book_brings_along_is_the_books_or_the_editions() -> None:
    toml = '[epub]\nfonts = "none"\n[[edition]]\nname = "hans"\n[[edition]]\nname = "hant-tw"\n'
    chosen = editions(manifest(toml + '[edition.epub]\nfonts = "full"\n'), (), "hans")
    assert [edition.epub_fonts for edition in chosen] == ["none", "full"]
    assert only("", "hans").epub_fonts == "headings"


def test_how_marks_are_set_is_the_books_or_the_editions() -> None:
    toml = (
        '[page]\npunctuation = "kaiming"\nline-end = "hang"\n[[edition]]\nname = "hans"\n'
        '[[edition]]\nname = "hant-tw"\npage = { punctuation = "full", line-end = "half" }\n'
    )
    hans, hant = editions(manifest(toml), (), "hans")
    assert (hans.punctuation, hans.line_end) == ("kaiming", "hang")
    assert (hant.punctuation, hant.line_end) == ("full", "half")


@pytest.mark.parametrize(
    ("toml", "ends"),
    [
        ("", ("half", "full", "full")),
        ('[page]\nline-end = "half"\n', ("half", "half", "half")),
        ('[page]\nline-end = "full"\n', ("full", "full", "full")),
        # Points hang in mainland China only; elsewhere the wish leaves what is usual there.
        ('[page]\nline-end = "hang"\n', ("hang", "full", "full")),
    ],
)
def test_what_a_mark_does_at_a_line_end(toml: str, ends: tuple[str, ...]) -> None:
    made = editions(manifest(toml), ("hans", "hant-tw", "hant-hk"), "hans")
    assert tuple(_rules(edition)[edition.region].line_end for edition in made) == ends
    # A passage in another script keeps what is usual there.
    assert _rules(made[0])["tw"].line_end == "full"


# --- the page ----------------------------------------------------------------


def test_a5_has_the_margins_of_the_design() -> None:
    page = geometry({})
    assert (page.paper, page.chars, page.lines, page.em, page.line) == ("A5", 28, 26, 10.5, 18)
    margins = (page.inner, page.top, page.outer, page.foot)
    assert margins == pytest.approx((56.693, 56.693, 68.835, 70.583), abs=5e-4)


@pytest.mark.parametrize(
    ("paper", "type_area", "margins"),
    [
        ("A5", (28, 26), (20, 24.3, 20, 24.9)),
        ("小32开", (25, 23), (17.5, 19.9, 16.5, 21.5)),
        ("大32开", (27, 25), (18.5, 21.5, 19, 25.2)),
        ("16开", (36, 33), (24, 27.7, 22, 28.5)),
    ],
)
def test_type_areas_and_margins_of_the_papers(
    paper: str, type_area: tuple[int, int], margins: tuple[float, ...]
) -> None:
    page = geometry({"paper": paper})
    assert (page.chars, page.lines) == type_area
    found = [side / MM for side in (page.inner, page.outer, page.top, page.foot)]
    assert found == pytest.approx(margins, abs=0.06)


def test_a_larger_body_keeps_the_type_area_in_whole_characters() -> None:
    page = geometry({"font-size": 12.0})
    assert (page.chars, page.line, page.lines) == (24, 20.5, 22)
    assert page.measure <= 294 and page.depth <= 468
    assert geometry({"font-size": 10.0, "line": 18.0}).lines == 26


def test_a_custom_paper() -> None:
    edition = only('[page]\npaper = "140 × 203 mm"\n', "hans")
    page = edition.geometry
    assert (page.width, page.height, page.chars, page.lines) == (140, 203, 27, 25)
    assert page.inner / page.outer == pytest.approx(45 / 55)
    assert page.bleed == 3


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            "[page]\nchars = 40\n",
            "error[M-PAGE]: 40 characters of 10.5 pt take 148.2 mm, "
            "too wide for a page of 148 mm\n"
            " --> 书/book.toml:2:9\n  | chars = 40\n  |         ^^\n",
        ),
        (
            "[page]\nlines = 33\n",
            "error[M-PAGE]: 33 lines of 18 pt take 209.5 mm, too high for a page of 210 mm\n"
            " --> 书/book.toml:2:9\n  | lines = 33\n  |         ^^\n",
        ),
        (
            "[page]\nline = 9\n",
            "error[M-PAGE]: lines of 9 pt are closer than the body of 10.5 pt\n"
            " --> 书/book.toml:2:8\n  | line = 9\n  |        ^\n",
        ),
        (
            '[page]\nlines = 20\n[[edition]]\nname = "e"\n[edition.page]\npaper = "60x90"\n'
            "chars = 9\n",
            "error[M-PAGE]: 20 lines of 18 pt take 127.0 mm, too high for a page of 90 mm\n"
            " --> 书/book.toml:2:9\n  | lines = 20\n  |         ^^\n",
        ),
    ],
)
def test_a_type_area_that_does_not_fit(toml: str, message: str) -> None:
    hint = "  = hint: leave chars and lines out and they follow from paper and font-size"
    assert said(toml, exit_code=1) == message + hint


def test_the_place_is_in_the_edition_that_says_so() -> None:
    toml = '[page]\nchars = 28\n[[edition]]\nname = "e"\npage = { chars = 60 }\n'
    assert " --> 书/book.toml:5:18\n" in said(toml, exit_code=1)


@given(
    width=st.floats(50, 420),
    height=st.floats(50, 420),
    em=st.floats(6, 14),
)
def test_what_follows_from_paper_and_size_fits(width: float, height: float, em: float) -> None:
    page = geometry({"paper": f"{width:.1f}x{height:.1f}", "font-size": em})
    assert page.chars >= 1 and page.lines >= 1
    if width > 80 and height > 80:
        assert min(page.inner, page.outer, page.top, page.foot) > 5 * MM
    total = page.inner + page.measure + page.outer
    assert total == pytest.approx(page.page_width)


def test_every_paper_fits_its_own_type_area() -> None:
    for alias, name in styles.papers().items():
        page = only(f'[page]\npaper = "{alias}"\n', "hans").geometry
        assert page.paper == name
        assert page.inner < page.outer and page.top < page.foot


def test_the_margin_at_the_spine_grows_and_the_type_area_stays() -> None:
    page = geometry({"paper": "小32开"})
    wider = page.with_inner(19.05)
    assert wider.inner == pytest.approx(19.05 * 72 / 25.4)
    assert (wider.chars, wider.lines, wider.measure) == (page.chars, page.lines, page.measure)
    assert wider.inner + wider.outer == pytest.approx(page.inner + page.outer)
    assert page.with_inner(5) is page


def test_an_interior_with_errors_stops_its_own_cover_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cover is measured by its interior; those of other editions are made and recorded."""
    make_book(tmp_path / "book", "# 书\n\n## 一\n\n正文。\n\n## 二\n\n正文。\n", "[print]\n")
    fault = Diagnostic("T-LOST", "error", "page 3: 1 character lost")
    check = build.checked

    def checked(path: Path, made: Any, kind: str, *more: Any) -> Checked:
        if made.edition.name == "hans" and kind == "press":
            return Checked((fault,))
        return check(path, made, kind, *more)

    monkeypatch.setattr(build, "checked", checked)
    formats = ("press", "cover", "booklet")
    outcome = build.build(
        tmp_path / "book",
        editions=("hans", "hant-tw"),
        formats=formats,
        output=tmp_path / "output",
    )
    assert [(made.edition, made.kind) for made in outcome.artifacts] == [
        ("hant-tw", kind) for kind in formats
    ]
    told = [item for item in outcome.diagnostics if item.severity == "error"]
    assert {item.code for item in told} == {"T-LOST"} and len(told) == 1
    assert (tmp_path / "output" / "book" / "build.json").is_file()
