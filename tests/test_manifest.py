"""book.toml and the files of a book: what is read, what is refused, and where it is said to be."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.diagnostics import Failure, Span, show
from publish.model import places, schema, styles
from publish.model.book import Contributor
from publish.model.files import natural
from publish.model.front_matter import with_front_matter
from publish.model.manifest import Manifest, load, place


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that messages name short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def book(toml: str | bytes = "", *, name: str = "书", **files: str) -> Path:
    """A book folder below the working folder."""
    folder = Path(name)
    folder.mkdir(exist_ok=True)
    if isinstance(toml, str):
        toml = toml.encode()
    (folder / "book.toml").write_bytes(toml)
    for stem, text in (files or {"manuscript": "# 书\n\n正文。\n"}).items():
        (folder / f"{stem}.md").write_text(text, encoding="utf-8")
    return folder


def said(source: Path, exit_code: int = 1) -> str:
    """What a failing load tells, word for word."""
    with pytest.raises(Failure) as caught:
        load(source)
    assert caught.value.exit_code == exit_code
    return "\n".join(show(item) for item in caught.value.diagnostics)


# --- which files -------------------------------------------------------------


def test_a_bare_file_uses_no_book_toml(here: Path) -> None:
    folder = book('[book]\ntitle = "别的"\nnonsense = 1\n')
    manifest, found = load(folder / "manuscript.md")
    assert (manifest.name, manifest.folder) == ("manuscript", folder)
    assert manifest.files == (folder / "manuscript.md",)
    assert (manifest.meta.title, manifest.source, found) == ("", None, ())


def test_a_folder_without_book_toml(here: Path) -> None:
    folder = Path("我 的 书")
    folder.mkdir()
    for name in ("第十章.md", "第二章.md", "第一章.md", ".草稿.md", "附注.txt"):
        (folder / name).write_text("文", encoding="utf-8")
    manifest, _ = load(folder)
    assert manifest.name == "我 的 书"
    assert [path.name for path in manifest.files] == ["第一章.md", "第二章.md", "第十章.md"]


def test_manuscript_md_comes_before_all_others_and_txt_last(here: Path) -> None:
    folder = Path("b")
    folder.mkdir()
    for name in ("2.txt", "10.txt"):
        (folder / name).write_text("文", encoding="utf-8")
    assert [path.name for path in load(folder)[0].files] == ["2.txt", "10.txt"]
    (folder / "a.md").write_text("文", encoding="utf-8")
    assert [path.name for path in load(folder)[0].files] == ["a.md"]
    (folder / "manuscript.md").write_text("文", encoding="utf-8")
    assert [path.name for path in load(folder)[0].files] == ["manuscript.md"]


@pytest.mark.parametrize(
    "ordered",
    [
        ["2.md", "10.md"],
        ["第九章.md", "第十章.md", "第十一章.md", "第二十章.md", "第一百零三章.md"],
        ["上册.md", "中册.md", "下册.md"],
        ["a2b10.md", "a2b11.md", "a10b1.md"],
        ["第一九九九年.md", "第二〇二五年.md"],
    ],
)
def test_natural_order(ordered: list[str]) -> None:
    assert sorted(sorted(ordered), key=lambda name: natural(Path(name))) == ordered


@given(st.lists(st.text(alphabet="第一十百零a1２²0上中", max_size=8)))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    paths = [Path(f"x/{name}") for name in names]
    paths_reversed = paths[::-1]
    assert sorted(paths, key=natural) == sorted(paths_reversed, key=natural)


def test_declared_files_come_in_the_declared_order_each_once(here: Path) -> None:
    folder = book('[source]\nfiles = ["end.md", "c*.md", "*.md"]\n', c10="文", c9="文", end="文")
    (folder / "notes.txt").write_text("文", encoding="utf-8")
    assert [path.name for path in load(folder)[0].files] == ["end.md", "c9.md", "c10.md"]


def test_the_folder_may_be_the_working_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book())
    assert load(Path())[0].name == "书"


# --- what is refused ---------------------------------------------------------


def test_a_missing_path(here: Path) -> None:
    book()
    assert said(Path("书/manuscrpt.md"), 2) == (
        "error[M-PATH]: no such file or folder: 书/manuscrpt.md\n"
        "  = hint: did you mean 'manuscript.md'?"
    )
    assert said(Path("x" * 5000), 2).startswith("error[M-PATH]: no such file or folder: xxx")


def test_what_is_no_manuscript(here: Path) -> None:
    Path("a.docx").write_bytes(b"PK")
    assert said(Path("a.docx"), 2) == (
        "error[M-SOURCE]: a.docx is no manuscript: publish reads .md and .txt files "
        "and book folders\n"
        "  = hint: make Markdown of it first: "
        "pandoc -f docx -t markdown --wrap=none a.docx -o a.md"
    )


def test_a_folder_with_no_manuscript(here: Path) -> None:
    Path("空").mkdir()
    assert said(Path("空")) == (
        "error[M-EMPTY]: no manuscript in this folder: neither manuscript.md "
        "nor any .md or .txt file\n --> 空\n  = hint: publish new DIR makes a folder with one"
    )


def test_not_utf8(here: Path) -> None:
    folder = book(b'[book]\ntitle = "' + "书".encode("gb18030") + b'"\n')
    assert said(folder) == (
        "error[M-UTF8]: book.toml is not UTF-8: byte 0xCA\n"
        " --> 书/book.toml:2:10\n"
        '  | title = "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"\n'
        "  |          ^\n"
        "  = hint: save the file as UTF-8"
    )


def test_not_toml(here: Path) -> None:
    assert said(book('[book]\r\ntitle = "书"\r\nauthor 甲\r\n')) == (
        "error[M-TOML]: book.toml is not TOML: expected '=' after a key in a key/value pair\n"
        " --> 书/book.toml:3:8\n"
        "  | author 甲\n"
        "  |        ^^\n"
        '  = hint: a key, an equals sign and a value: author = "…"'
    )


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("title = 书", 'a text stands in quotes: title = "书"'),
        ("title = “书”", 'a text stands between straight quotes: title = "书"'),
        ("title： '书'", 'a key, an equals sign and a value: title = "…"'),
        ('title = "书', 'a text ends on its line with the quote it began with: "'),
        (r'title = "C:\dir"', "write \\\\ for a backslash, or the text between single quotes: '…'"),
        ("[page", "a section is its name in brackets on a line of its own: [book]"),
        ("[book]", 'a table and a key stand once; several values of a key go into one: ["…", "…"]'),
    ],
)
def test_what_people_type_for_toml(here: Path, line: str, hint: str) -> None:
    told = said(book(f"[book]\n{line}\n"))
    assert told.startswith("error[M-TOML]: book.toml is not TOML: ") and "('" not in told
    assert "book.toml:2:" in told and f"  = hint: {hint}" in told


def test_what_there_is_where_nothing_is_like_it(here: Path) -> None:
    told = said(book('[fonts]\nbody = "x"\n[output]\n'))
    assert "hint: its keys are text, heading, strong, quotation" in told
    assert "hint: its sections are book, source, mend" in told
    told = said(book('[[book]]\ntitle = "x"\n'))
    assert "[book] must be a section, not a list\n --> 书/book.toml:1:1" in told
    assert "hint: it is written [book] on a line of its own" in told


def test_a_document_of_a_word_processor(here: Path) -> None:
    Path("书").mkdir()
    Path("书/我的 稿.docx").write_bytes(b"PK")
    hint = 'pandoc -f docx -t markdown --wrap=none "书/我的 稿.docx" -o "书/我的 稿.md"'
    assert f"hint: make Markdown of it first: {hint}" in said(Path("书"))
    Path("书/a.md").write_text("文", encoding="utf-8")
    assert hint in said(book('[source]\nfiles = "*.docx"\n'))
    assert "书/book.toml:2:" in said(book('[book]\ntitle = "'))
    assert "nested too deep" in said(book("a = " + "[" * 100_000))


def test_an_unknown_key_with_its_place_and_a_guess(here: Path) -> None:
    assert said(book('[book]\ntitle = "书"\n\n[page]\n  papper = "A5"\n')) == (
        "error[M-KEY]: [page] has no key 'papper'\n"
        " --> 书/book.toml:5:3\n"
        '  |   papper = "A5"\n'
        "  |   ^^^^^^\n"
        "  = hint: did you mean 'paper'?"
    )


@pytest.mark.parametrize(
    ("toml", "line", "message", "hint"),
    [
        ("[boook]\n", "1:1", "book.toml has no section [boook]", "did you mean 'book'?"),
        ('title = "x"\n', "1:1", "book.toml has no section [title]",
         "'title' belongs under [book]"),
        ('[book]\npaper = "A5"\n', "2:1", "[book] has no key 'paper'",
         "'paper' belongs under [page]"),
        ('[[edition]]\nname = "e"\npaper = "A5"\n', "3:1", "[edition] has no key 'paper'",
         "'paper' belongs under [edition.page]"),
        ('[[edition]]\nname = "e"\n[edition.page]\nchar = 9\n', "4:1",
         "[edition.page] has no key 'char'", "did you mean 'chars'?"),
        ('[[edition]]\nname = "a"\n[[edition]]\nname = "b"\npage = { lins = 9 }\n', "5:10",
         "[edition.page] has no key 'lins'", "did you mean 'lines'?"),
        ('book.tite = "x"\n', "1:1", "[book] has no key 'tite'", "did you mean 'title'?"),
        ('[book]\nsubtitel = """a\nb"""\n', "2:1", "[book] has no key 'subtitel'",
         "did you mean 'subtitle'?"),
        ('[[edition]]\nname = "e"\n[edition.mend]\n', "3:1",
         "an edition cannot override [mend], which is for the whole book", None),
    ],
)  # fmt: skip
def test_unknown_keys(here: Path, toml: str, line: str, message: str, hint: str | None) -> None:
    text = said(book(toml))
    assert text.startswith(f"error[M-KEY]: {message}\n --> 书/book.toml:{line}\n")
    assert text.endswith(f"  = hint: {hint}" if hint else "^")


@pytest.mark.parametrize(
    ("toml", "place", "message"),
    [
        ("[book]\ntitle = 1\n", "2:9", "[book] title must be a text, not a whole number"),
        ("[book]\ndate = 20x5\n", None, "book.toml is not TOML"),
        ('[book]\ndate = "2025-13"\n', "2:8", "[book] date is no day of the calendar: '2025-13'"),
        ('[book]\nisbn = "9787020002208"\n', "2:8",
         "[book] isbn is no ISBN: the check digit of '9787020002208' is wrong"),
        ('[book]\ntitle = "a\\u0007b"\n', "2:9",
         "[book] title must not hold the control character U+0007"),
        ('[book]\nauthor = [{ name = "甲", role = "boss" }]\n', "2:32",
         "[book] author must be one of author, translator, editor, compiler, illustrator, "
         "photographer, author of introduction, author of afterword, annotator, cover designer, "
         "book designer, proofreader, narrator, contributor, not 'boss'"),
        ('[book]\nauthor = [{ nam = "甲" }]\n', "2:19",
         "[book] author has no 'nam'; a contributor has a name and a role"),
        ('[book]\nauthor = [{ name = "甲", role = ["x"] }]\n', "2:32",
         "[book] author must be a text, not a list"),
        ("book = 1\n", "1:8", "[book] must be a section, not a whole number"),
        ('[source]\nencoding = "koi8-r"\n', "2:12",
         "[source] encoding must be one of utf-8, utf-16, utf-16-le, utf-16-be, gb18030, gbk, "
         "gb2312, big5, big5-hkscs, cp950, not 'koi8-r'"),
        ("[source]\nfiles = []\n", "2:9", "[source] files must name at least one file"),
        ('[source]\nfiles = ["a.md"]\n', "2:10",
         "[source] files names a file that is not there: a.md"),
        ('[source]\nfiles = ["manuscript.md", "x*.md"]\n', "2:27",
         "[source] files matches no .md or .txt file: x*.md"),
        ('[mend]\nnames = { "甲" = ["甲"] }\n', "2:18", "[mend] names corrects '甲' to itself"),
        ('[mend]\nterms = { A = ["c"], B = ["c"] }\n', "2:27",
         "[mend] terms corrects 'c' both to 'A' and 'B'"),
        ('[mend]\nrules = { "S-ENT" = "maybe" }\n', "2:21",
         "[mend] rules must be one of on, off, not 'maybe'"),
        ('[structure]\nentries = "lettered"\n', "2:11",
         "[structure] entries must be one of numbered, not 'lettered'"),
        ('[structure]\nheadings = [{ text = "…", level = 2 }]\n', "2:22",
         "[structure] headings would match every paragraph"),
        ('[structure]\nheadings = [{ text = "x：", level = 9 }]\n', "2:36",
         "[structure] headings must be between 1 and 6 levels, not 9"),
        ('[page]\npaper = "A9"\n', "2:9",
         "[page] paper must be a paper (A5, 小32开, 大32开, 16开) or a size in mm like 140x203, "
         "not 'A9'"),
        ('[page]\npaper = "10x2000"\n', "2:9",
         "[page] paper must have sides of 50 to 420 mm, not '10x2000'"),
        ('[page]\nfont-size = "10.5"\n', "2:13",
         "[page] font-size must be a number of pt, not a text"),
        ("[page]\nline = nan\n", "2:8", "[page] line must be between 8 and 72 pt, not nan"),
        ("[page]\nchars = 28.5\n", "2:9",
         "[page] chars must be a whole number of characters, not 28.5"),
        ("[page]\nlines = true\n", "2:9",
         "[page] lines must be a number of lines, not true or false"),
        ('[epub]\npage-list = "yes"\n', "2:13",
         "[epub] page-list must be true or false, not a text"),
        ('[fonts]\ntext = "fonts/a.otf"\n', "2:8",
         "[fonts] text names a file that is not there: fonts/a.otf"),
        ('[edition]\nname = "e"\n', "1:1",
         "an edition is written [[edition]], with two brackets on each side"),
    ],
)  # fmt: skip
def test_bad_values(here: Path, toml: str, place: str | None, message: str) -> None:
    text = said(book(toml))
    assert message in text.split("\n")[0]
    if place:
        assert text.split("\n")[0].endswith(message)
        assert f" --> 书/book.toml:{place}\n" in text


def test_every_mistake_is_told_at_once(here: Path) -> None:
    with pytest.raises(Failure) as caught:
        load(book('[bok]\n[page]\nlines = 0\nchars = "x"\n[[edition]]\nscript = "hans"\n'))
    assert [item.code for item in caught.value.diagnostics] == [
        "M-KEY", "M-VALUE", "M-VALUE", "M-EDITION",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a/b", "..", "../x", "a\\\\b", ".hidden", "-x", "", "a\\u0001b"])
def test_edition_names_that_could_lead_elsewhere(here: Path, name: str) -> None:
    text = said(book(f'[[edition]]\nname = "{name}"\n'))
    assert text.startswith("error[M-VALUE]: [[edition]] name must not ")
    assert " --> 书/book.toml:2:8\n" in text


def test_duplicate_edition_names(here: Path) -> None:
    assert said(book('[[edition]]\nname = "hans"\n\n[[edition]]\nname = "hans"\n')) == (
        "error[M-EDITION]: two editions are called 'hans'\n"
        " --> 书/book.toml:5:8\n"
        '  | name = "hans"\n'
        "  |        ^^^^^^"
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('script = "hans"\nregion = "hk"', "script hans does not go with region hk"),
        ('script = "klingon"', "[[edition]] script must be one of hans, hant, not 'klingon'"),
    ],
)
def test_scripts_and_regions(here: Path, lines: str, message: str) -> None:
    assert message in said(book(f'[[edition]]\nname = "e"\n{lines}\n'))


def test_a_built_in_name_says_its_script(here: Path) -> None:
    text = said(book('[[edition]]\nname = "hant-tw"\nscript = "hans"\n'))
    assert text.startswith("error[M-EDITION]: the edition hant-tw is script hant, region tw\n")


def test_book_names_that_could_lead_elsewhere(here: Path) -> None:
    Path("...md").write_text("文", encoding="utf-8")
    assert said(Path("...md")).startswith("error[M-NAME]: the name of a book must not hold")
    Path("a\udcffb.md").write_text("文", encoding="utf-8")
    assert "the name of a book must be Unicode text" in said(Path("a\udcffb.md"))
    Path("a\x07b.md").write_text("文", encoding="utf-8")
    assert "control character U+0007" in said(Path("a\x07b.md"))


@pytest.mark.parametrize("path", ["../out.md", "/etc/passwd", "link.md", "sub/link.md", "..\\\\x"])
def test_files_outside_the_folder(here: Path, path: str) -> None:
    Path("out.md").write_text("秘密", encoding="utf-8")
    folder = book(f'[source]\nfiles = ["{path}"]\n[book]\ncover = "{path}"\n')
    (folder / "link.md").symlink_to(here / "out.md")
    (folder / "sub").symlink_to(here)
    Path("link.md").write_text("秘密", encoding="utf-8")
    text = said(folder)
    assert "error[M-OUTSIDE]: [book] cover leads out of the book folder: " in text
    assert "error[M-OUTSIDE]: [source] files leads out of the book folder: " in text
    assert " --> 书/book.toml:2:10\n" in text


def test_globs_do_not_leave_the_folder(here: Path) -> None:
    Path("out.md").write_text("秘密", encoding="utf-8")
    for pattern in ("../*.md", "/etc/*.md"):
        assert "error[M-OUTSIDE]" in said(book(f'[source]\nfiles = ["{pattern}"]\n'))
    folder = book('[source]\nfiles = ["l*.md"]\n')
    (folder / "link.md").symlink_to(here / "out.md")
    assert "error[M-OUTSIDE]: [source] files leads out of the book folder" in said(folder)
    assert "must" in said(book('[source]\nfiles = ["**.md/[", ""]\n'))


def test_a_default_file_or_book_toml_that_is_a_link_elsewhere(here: Path) -> None:
    Path("out.md").write_text("秘密", encoding="utf-8")
    Path("b").mkdir()
    Path("b/manuscript.md").symlink_to(here / "out.md")
    assert said(Path("b")) == (
        "error[M-OUTSIDE]: the manuscript leads out of the book folder through a link\n"
        " --> b/manuscript.md"
    )
    Path("b/book.toml").symlink_to(here / "out.md")
    assert said(Path("b")) == (
        "error[M-OUTSIDE]: book.toml leads out of the book folder: book.toml\n --> b/book.toml"
    )
    Path("b/book.toml").unlink()
    Path("b/book.toml").symlink_to("book.toml")
    Path("b/manuscript.md").unlink()
    Path("b/manuscript.md").symlink_to("manuscript.md")
    assert "M-EMPTY" in said(Path("b"))


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        (
            '[mend] ignore = ["X-PAIR:25"]\n',
            'stands on a line of its own: [mend], and below it ignore = ["X-PAIR:25"]',
        ),
        ('[mend]\nignore = ["X-PAIR:25"]\nignore = ["X-DUP:的的"]\n', "stand once"),
        ("[mend]\nignore = []\n[mend]\nnames = {}\n", "stand once"),
    ],
)
def test_answers_that_are_pasted_as_they_were_told(here: Path, toml: str, hint: str) -> None:
    told = said(book(toml))
    assert "error[M-TOML]" in told and hint in told
    assert "--settle` prints all answers as one block" in told


def test_a_book_toml_too_large(here: Path) -> None:
    assert said(book("# " + "x" * 1_000_000)) == (
        "error[M-SIZE]: book.toml is larger than 1,000,000 bytes\n --> 书/book.toml"
    )


# --- what is read ------------------------------------------------------------

WHOLE = """
[book]
title = "书名"
title-lines = ["书", "名"]
subtitle = "副题"
author = ["甲", { name = "乙", role = "translator" }, { name = "丙", role = "edt" }]
language = "zh-Hans"
publisher = "社"
date = 2025-03-01
edition = "第一版"
isbn = "978-7-02-000220-7"
identifier = "urn:x"
description = \"\"\"
一行
又一行 and
more

第二段\"\"\"
subject = "小说"
series = "丛书"
rights = "保留"
cover = "cover.png"
colophon = { "责任编辑" = "丁", "字数" = "10千字" }

[source]
files = ["*.md"]
encoding = "GBK"

[mend]
names = { "梁文锋" = ["梁文峰"] }
terms = { "ChatGPT" = "Chatgpt" }
rules = { "P-QUOTE" = "on" }
ignore = ["某处"]

[structure]
entries = "numbered"
headings = [{ text = "…的60条思考：", level = 2 }]
front = ["导读"]
back = ["后记"]
parts = ["上编"]

[convert]
words = { "签" = "簽" }
names = ["里"]
protect = ["余"]

[page]
paper = "32开"
font-size = 10
line = 17.5
chars = 24
lines = 22

[fonts]
text = "Some Song"

[[edition]]
name = "hans"

[[edition]]
name = "口袋"
script = "hant"
region = "hk"
[edition.page]
paper = "大32开"
[edition.book]
title = "書名"
"""


def test_every_key(here: Path) -> None:
    folder = book(WHOLE)
    (folder / "cover.png").write_bytes(b"")
    manifest, found = load(folder)
    assert found == ()
    meta = manifest.meta
    assert (meta.title, meta.title_lines, meta.subtitle) == ("书名", ("书", "名"), "副题")
    assert meta.authors == (
        Contributor("甲"), Contributor("乙", "trl"), Contributor("丙", "edt"),
    )  # fmt: skip
    assert (meta.date, meta.isbn) == ("2025-03-01", "978-7-02-000220-7")
    assert meta.description == "一行又一行 and more\n第二段"
    assert (meta.subjects, meta.cover) == (("小说",), "cover.png")
    assert meta.colophon == (("责任编辑", "丁"), ("字数", "10千字"))
    assert "cover" in manifest.declared and len(manifest.declared) == 16
    assert manifest.encoding == "gb18030"
    assert manifest.names == {"梁文锋": ("梁文峰",)}
    assert manifest.terms == {"ChatGPT": ("Chatgpt",)}
    assert manifest.rules == {"P-QUOTE": "on"}
    assert manifest.ignore == ("某处",)
    assert manifest.entries == "numbered"
    (heading,) = manifest.headings
    assert (heading.text, heading.level) == ("…的60条思考：", 2)
    assert heading.span is not None and heading.span.text.startswith("{ text = ")
    assert (manifest.front, manifest.back, manifest.parts) == (("导读",), ("后记",), ("上编",))
    assert manifest.convert_words == {"签": "簽"}
    assert (manifest.convert_names, manifest.protect) == (("里",), ("余",))
    assert manifest.page == {
        "paper": "小32开", "font-size": 10, "line": 17.5, "chars": 24, "lines": 22,
    }  # fmt: skip
    assert manifest.fonts == {"text": "Some Song"}
    hans, pocket = manifest.editions
    assert (hans.name, hans.script, hans.overrides) == ("hans", "", {})
    assert (pocket.name, pocket.script, pocket.region) == ("口袋", "hant", "hk")
    assert pocket.overrides == {"page": {"paper": "大32开"}, "book": {"title": "書名"}}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_book_toml_is_a_failure_and_never_a_crash(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 30)))
    junk = data.draw(
        st.sampled_from(["", '"', "]", "=", "1", "[]", "{}", "[[edition]]\n", "\x00", "x.y"])
    )
    folder = tmp_path_factory.mktemp("b")
    (folder / "manuscript.md").write_text("文", encoding="utf-8")
    (folder / "book.toml").write_text(WHOLE[:start] + junk + WHOLE[end:], encoding="utf-8")
    try:
        load(folder)
    except Failure as failure:
        assert all(show(item) for item in failure.diagnostics)


def test_the_first_book_has_no_complaints() -> None:
    manifest, found = load(Path(__file__).parent.parent / "seeds" / "liang-wenfeng-60")
    assert found == ()
    assert manifest.meta.title_lines == ("梁文锋", "60条思考")
    assert [rule.name for rule in manifest.editions] == ["hans", "hant-tw", "hant-hk", "hant-tw-v"]


def test_book_toml_with_a_byte_order_mark(here: Path) -> None:
    folder = book(b"\xef\xbb\xbf[book]\r\ntitle = '\xe4\xb9\xa6'\r\npaper = 1\r\n")
    assert " --> 书/book.toml:3:1\n" in said(folder)


def test_title_lines_must_add_up(here: Path) -> None:
    manifest, found = load(book('[book]\ntitle = "书名"\ntitle-lines = ["书", "明"]\n'))
    assert manifest.meta.title_lines == (), "what the title does not say is not set"
    assert [item.message for item in found] == [
        "[book] title-lines do not add up to the title '书名'"
    ]
    assert load(book('[book]\ntitle = "A Tale 记"\ntitle-lines = ["A Tale", "记"]\n'))[1] == ()


def test_places_can_be_asked_for(here: Path) -> None:
    manifest, _ = load(book('[page]\npaper = "A5"\n[mend.names]\n"甲" = ["乙", "丙"]\n'))
    wanted = place(manifest, "mend", "names", "甲", 1)
    assert wanted is not None and wanted.text == '"丙"'
    nearest = place(manifest, "page", "chars")
    assert nearest is not None and nearest.text == "[page]"
    assert place(manifest, "fonts", "text") is None


# --- front matter ------------------------------------------------------------


def front(data: dict[Any, Any], manifest: Manifest | None = None) -> tuple[Manifest, list[str]]:
    if manifest is None:
        Path("b.md").write_text("文", encoding="utf-8")
        manifest = load(Path("b.md"))[0]
    filled, found = with_front_matter(manifest, data, None)
    return filled, [f"{item.severity}[{item.code}]: {item.message}" for item in found]


def test_front_matter_fills_what_is_not_declared(here: Path) -> None:
    manifest, _ = load(book('[book]\ntitle = "定了"\n'))
    data = {
        "title": "别的", "Author": ["甲", {"name": "乙", "role": "trl"}],
        "date": datetime.date(2025, 3, 1), "lang": "zh-TW", "keywords": ["a", "b"],
        "draft": True, "layout": {"x": 1}, 7: "seven", "subtitle": None,
    }  # fmt: skip
    filled, found = front(data, manifest)
    assert found == []
    assert filled.meta.title == "定了"
    assert filled.meta.authors == (Contributor("甲"), Contributor("乙", "trl"))
    assert (filled.meta.date, filled.meta.language) == ("2025-03-01", "zh-TW")
    assert filled.meta.subjects == ("a", "b")
    assert filled.declared == {"title", "author", "date", "language", "subject"}
    second, _ = front({"date": 1999, "publisher": "社"}, filled)
    assert (second.meta.date, second.meta.publisher) == ("2025-03-01", "社")


def test_front_matter_of_the_wrong_type_is_a_warning(here: Path) -> None:
    filled, found = front({"title": 2025, "date": "someday", "author": {"who": "x"}})
    assert filled.meta.title == ""
    assert found == [
        "warning[M-YAML]: front matter: title must be a text, not a whole number",
        "warning[M-YAML]: front matter: date must be a year, a month or a day "
        "like 2025-03-01, not 'someday'",
        "warning[M-YAML]: front matter: author has no 'who'; a contributor has a name and a role",
    ]


def test_front_matter_cannot_lead_out_of_the_folder(here: Path) -> None:
    filled, found = front({"cover-image": "../secret.png"})
    assert found == [
        "error[M-OUTSIDE]: front matter: cover-image leads out of the book folder: ../secret.png"
    ]
    assert filled.meta.cover == ""


# --- places ------------------------------------------------------------------

TRICKY = """\
# a comment with [brackets] = "and"
"quoted key" = 'x' # [no.table]
a.'b c'."d\\u4E66" = [ # comment ]
  1, "],#", ["deep"], { k = 2 },
]
long = \"\"\"
[not.a.table]
key = 1 \\\"\"\" \"\"\"\"
raw = '''
'' [x] '''
when = 2025-03-01 10:00:00
[ t . "u" ]
v = { w = [true, false], "x y" = -1.5e3 }
[[list]]
[[list]]
n = 1
[list.sub]
m = 2
[[list.sub2]]
[[list.sub2]]
o = 3
"""


def test_places_of_tricky_toml() -> None:
    found = places.places(TRICKY)

    def value(*path: str | int) -> str:
        return TRICKY[slice(*found[path].value)]

    assert value("quoted key") == "'x'"
    assert value("a", "b c", "d书", 1) == '"],#"'
    assert value("a", "b c", "d书", 2, 0) == '"deep"'
    assert value("a", "b c", "d书", 3, "k") == "2"
    assert value("long").startswith('"""\n[not') and value("long").endswith('""""')
    assert value("when") == "2025-03-01 10:00:00"
    assert value("t", "u", "v", "w", 1) == "false"
    assert value("t", "u", "v", "x y") == "-1.5e3"
    assert value("list", 1, "n") == "1"
    assert value("list", 1, "sub", "m") == "2"
    assert value("list", 1, "sub2", 1, "o") == "3"
    assert TRICKY[slice(*found["t", "u", "v", "x y"].key)] == '"x y"'
    assert ("not", "a", "table") not in found


SIMPLE = st.one_of(
    st.integers(), st.booleans(), st.text(max_size=9).map(lambda s: s.replace("\x7f", ""))
)


@given(st.dictionaries(st.text(max_size=5), st.lists(SIMPLE, max_size=4), max_size=5))
def test_every_value_has_its_place(data: dict[str, list[Any]]) -> None:
    import json
    import tomllib

    def quoted(value: object) -> str:
        return json.dumps(value).replace("\x7f", "\\u007f")

    try:
        lines = [
            f"{quoted(key)} = [{', '.join(map(quoted, items))}]" for key, items in data.items()
        ]
        text = "# x\n" + "\n".join(lines)
        parsed = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeEncodeError):
        return  # a lone surrogate has no place in TOML
    found = places.places(text)
    for key, items in parsed.items():
        for number, item in enumerate(items):
            start, end = found[key, number].value
            assert tomllib.loads("x = " + text[start:end])["x"] == item


# --- the tables --------------------------------------------------------------


def test_front_matter_fills_only_keys_of_book() -> None:
    assert set(schema.FRONT_MATTER.values()) <= set(schema.SCHEMA["book"])


def test_font_roles_are_those_of_the_fonts_table() -> None:
    families = styles.table("fonts")["families"]
    assert set(schema.FONT_ROLES) == {family["role"] for family in families.values()}


def test_words_are_the_same_in_every_script() -> None:
    words = styles.table("words")
    assert set(words["hans"]) == set(words["hant"])
    for region in ("hant-tw", "hant-hk"):
        assert set(words[region]) <= set(words["hant"])
        for key, word in words[region].items():
            assert word != words["hant"][key], f"{region} {key} only repeats"
    for script in ("hans", "hant"):
        for key, word in words[script].items():
            assert word and _slots(word) == _slots(words["hans"][key])


def _slots(word: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(word) if name}


def test_a_span_is_never_outside_its_text(here: Path) -> None:
    with pytest.raises(Failure) as caught:
        load(book("[book"))
    span = caught.value.diagnostics[0].span
    assert isinstance(span, Span) and 0 <= span.start <= span.end <= len(span.source.text)
