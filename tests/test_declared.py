"""What [structure] declares and what the manuscript has: told where they differ."""

from __future__ import annotations

from pathlib import Path

from publish.diagnostics import show
from publish.model.editions import shared_identifiers
from publish.model.tree import plain_text
from publish.stages import Reading, reading, settings


def made(folder: Path, text: str, toml: str) -> Reading:
    folder.mkdir(exist_ok=True)
    (folder / "manuscript.md").write_text(text, encoding="utf-8")
    (folder / "book.toml").write_text(toml, encoding="utf-8")
    return reading(folder)


def told(tmp_path: Path, text: str, structure: str, code: str) -> list[str]:
    """What is said of a book under one code, as a terminal shows it, from the second line on
    without the folder."""
    book = made(tmp_path / "书", text, f'[book]\ntitle = "书"\n\n[structure]\n{structure}\n')
    shown = [show(item) for item in book.diagnostics if item.code == code]
    return [item.replace(f"{tmp_path}/", "") for item in shown]


def chapters(book: Reading) -> list[str]:
    return [plain_text(chapter.title) for chapter in book.book.chapters()]


PARTS = "# 第一编 山\n\n## 甲\n\n正文。\n\n# 第二编 河\n\n## 乙\n\n正文。\n\n# 後記\n\n完。\n"


def test_a_name_that_no_heading_has(tmp_path: Path) -> None:
    assert told(tmp_path, PARTS, 'parts = ["第…编…"]\nback = ["後紀"]', "R-STRUCTURE") == [
        "warning[R-STRUCTURE]: [structure] back: no heading of the manuscript is 後紀\n"
        " --> 书/book.toml:6:9\n"
        '  | back = ["後紀"]\n'
        "  |         ^^^^^^\n"
        "  = hint: did you mean '後記'?"
    ]
    (shown,) = told(tmp_path, PARTS, 'parts = ["第…编…"]\nback = ["跋"]', "R-STRUCTURE")
    assert shown.endswith("= hint: its headings are 第一编 山, 甲, 第二编 河, 乙, 後記")
    (shown,) = told(tmp_path, "正文。\n", 'back = ["跋"]', "R-STRUCTURE")
    assert "the manuscript has no headings" in shown


def test_a_pattern_as_others_spell_it(tmp_path: Path) -> None:
    """… is what stands for any run here; * and .* and the beginning alone are hinted at."""
    for spelt in ("第*编*", "第.*编.*", "第...编...", "第?编*", r"第\\d编*", "第*编"):
        (shown,) = told(tmp_path, PARTS, f'parts = ["{spelt}"]', "R-STRUCTURE")
        assert '= hint: did you mean "第…编…"? … stands for any run of characters' in shown, spelt
    (shown,) = told(tmp_path, PARTS, 'parts = ["第一编", "第二编 河"]', "R-STRUCTURE")
    assert '= hint: did you mean "第一编…"?' in shown and "book.toml:5:10" in shown


def test_what_looks_like_a_part_is_declared_by_a_pattern(tmp_path: Path) -> None:
    shown = told(tmp_path, PARTS, "", "R-PART")
    assert len(shown) == 2
    assert '= hint: declare it in book.toml: [structure] parts = ["第一编 山"]' in shown[0]
    every = '= hint: or all at once, … standing for any run: [structure] parts = ["第…编…"]'
    assert all(every in item for item in shown)
    assert told(tmp_path, PARTS, 'parts = ["第…编…"]', "R-PART") == []
    (only,) = told(tmp_path, "# 第一编 山\n\n甲。\n\n# 乙\n", "", "R-PART")
    assert "or all at once" not in only


def test_what_is_found_but_is_no_front_or_back_matter(tmp_path: Path) -> None:
    text = "# 甲\n\n## 节\n\n正文。\n\n# 前言\n\n正文。\n"
    section, late = told(tmp_path, text, 'front = ["节", "前言"]', "R-STRUCTURE")
    assert "front: 节 stays in the body, since it is the heading of a section" in section
    assert "front: 前言 stays in the body, since it stands behind the first chapter" in late


def test_a_name_for_the_text_before_the_first_heading_is_none_to_complain_of(
    tmp_path: Path,
) -> None:
    text = "引子。\n\n# 甲\n\n正文。\n\n# 乙\n"
    assert told(tmp_path, text, 'front = ["导读"]', "R-STRUCTURE") == []
    (shown,) = told(tmp_path, text, 'front = ["导读", "自序"]', "R-STRUCTURE")
    assert "is 自序" in shown


def test_a_heading_that_is_no_paragraph(tmp_path: Path) -> None:
    rule = 'headings = [{ text = "缘起", level = 2 }]'
    (shown,) = told(tmp_path, "# 甲\n\n缘起：\n\n正文。\n", rule, "R-STRUCTURE")
    assert "[structure] headings: no paragraph of the manuscript is 缘起" in shown
    assert "book.toml:5:13" in shown and 'did you mean "缘起…"?' in shown
    rule = 'headings = [{ text = "缘…", level = 2 }, { text = "缘起：", level = 3 }]'
    assert told(tmp_path, "# 甲\n\n缘起：\n\n正文。\n", rule, "R-STRUCTURE") == []


def test_these_warnings_can_be_silenced(tmp_path: Path) -> None:
    structure = '[structure]\nparts = ["第…编…"]\nback = ["跋"]\n'
    toml = f'[book]\ntitle = "书"\n\n{structure}\n[mend]\nignore = ["R-STRUCTURE"]\n'
    assert made(tmp_path / "书", PARTS, toml).diagnostics == ()


# --- the title among headings of its level ------------------------------------


TITLED = '[book]\ntitle = "山 河"\n'


def test_the_title_where_parts_are_of_its_level(tmp_path: Path) -> None:
    toml = f'{TITLED}[structure]\nparts = ["第…编…"]\nback = ["後記"]\n'
    book = made(tmp_path / "a", f"# 山河\n\n{PARTS}", toml)
    assert book.diagnostics == () and chapters(book) == ["甲", "乙", "後記"]
    assert (book.book.meta.title, plain_text(book.book.heading)) == ("山 河", "山河")
    book = made(tmp_path / "b", f"# 山河\n\n开篇的话。\n\n{PARTS}", toml)
    assert chapters(book) == ["", "甲", "乙", "後記"] and len(book.book.front) == 1


def test_the_title_where_chapters_are_of_its_level(tmp_path: Path) -> None:
    assert chapters(made(tmp_path / "a", "# 山河\n\n# 甲\n\n一。\n", TITLED)) == ["甲"]
    # A story may be called as its book is; another title is a chapter.
    story = made(tmp_path / "b", "# 山河\n\n一。\n\n# 甲\n\n二。\n", TITLED)
    assert chapters(story) == ["山河", "甲"]
    assert chapters(made(tmp_path / "c", "# 山\n\n# 甲\n\n一。\n", TITLED)) == ["山", "甲"]


def test_a_chapter_alone_is_no_title_of_a_book_that_has_one(tmp_path: Path) -> None:
    for number, heading in enumerate(("第一章", "第一章 起", "前言", "附录")):
        book = made(tmp_path / str(number), f"# {heading}\n\n正文。\n", TITLED)
        assert book.diagnostics == () and len(chapters(book)) == 1, heading
        (chapter,) = book.book.chapters()
        assert f"{chapter.label} {plain_text(chapter.title)}".strip() == heading


# --- keys of the book, in book.toml and in front matter ------------------------


def shown(book: Reading, tmp_path: Path) -> list[str]:
    return [show(item).replace(f"{tmp_path}/", "") for item in book.diagnostics]


def test_front_matter_is_told_with_the_line_of_its_key(tmp_path: Path) -> None:
    text = "---\ntitle: 书\nauther: 张三\ndate: 昨天\nlayout: post\nupdate: 2025\n---\n\n正文。\n"
    assert shown(made(tmp_path / "书", text, ""), tmp_path) == [
        "warning[M-YAML]: front matter: auther says nothing about a book\n"
        " --> 书/manuscript.md:3:1\n"
        "  | auther: 张三\n"
        "  | ^^^^^^^^^^^^\n"
        "  = hint: did you mean 'author'?",
        "warning[M-YAML]: front matter: date must be a year, a month or a day like 2025-03-01,"
        " not '昨天'\n"
        " --> 书/manuscript.md:4:1\n"
        "  | date: 昨天\n"
        "  | ^^^^^^^^^^\n"
        "  = hint: it is left out",
    ]


ISBN = "978-7-5442-5399-4"
TWO = '[[edition]]\nname = "a"\nscript = "hans"\n{}[[edition]]\nname = "b"\nscript = "hans"\n{}'


def identifiers(tmp_path: Path, text: str, toml: str) -> list[str]:
    book = made(tmp_path / "书", text, toml)
    metas = [(one.edition.name, one.book.meta) for one in settings(book)]
    found = shared_identifiers(book.manifest, metas)
    return [show(item).replace(f"{tmp_path}/", "") for item in found]


def test_one_isbn_for_two_editions_is_told_where_it_stands(tmp_path: Path) -> None:
    hint = '  = hint: give each its own: under [[edition]], book = { isbn = "…" }'
    say = f"warning[M-ID]: {ISBN} names several editions: a, b\n"
    where = f' --> 书/book.toml:3:8\n  | isbn = "{ISBN}"\n  |        {"^" * 19}\n'
    text, front = "正文。\n", f"---\nisbn: {ISBN}\n---\n\n正文。\n"
    toml = f'[book]\ntitle = "书"\nisbn = "{ISBN}"\n'
    assert identifiers(tmp_path, text, toml + TWO.format("", "")) == [say + where + hint]
    where = f" --> 书/manuscript.md:2:1\n  | isbn: {ISBN}\n  | {'^' * 23}\n"
    assert identifiers(tmp_path, front, TWO.format("", "")) == [say + where + hint]
    own = f'book = {{ isbn = "{ISBN}" }}\n'
    (told_,) = identifiers(tmp_path, text, TWO.format(own, own))
    assert " --> 书/book.toml:4:17\n" in told_
    assert identifiers(tmp_path, text, TWO.format(own, "")) == []


def test_a_family_that_is_not_there_is_one_error_with_its_place(tmp_path: Path) -> None:
    """The standard face takes its place, so that no glyph is told to be missing."""
    toml = '[book]\ntitle = "书"\n[fonts]\ntext = "noto serif cjk sx"\n' + TWO.format(
        "", 'fonts = { code = "没有的字体" }\n'
    )
    book = made(tmp_path / "书", "正文，一二三。\n\n`码`\n", toml)
    every = [item for one in settings(book) for item in one.diagnostics]
    assert {item.code for item in every} == {"F-FAMILY"}
    text, code = [show(item).replace(f"{tmp_path}/", "") for item in dict.fromkeys(every)]
    assert text.startswith(
        "error[F-FAMILY]: no font for 宋体, text and headings: noto serif cjk sx is not installed\n"
        " --> 书/book.toml:4:8\n"
    )
    assert "did you mean 'Noto Serif CJK SC' or 'Noto Serif CJK" in text
    assert " --> 书/book.toml:11:18\n" in code and "fc-list : family" in code
