"""The makeup of pages: what stays together over their ends, read from a finished PDF.

One book has every construct behind so many lines of text that it meets each end of a page; each has
signs of its own where it begins and ends.
"""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
from acceptance import Pdf, bare, built, make_book, publish

#: Lines on a page, and those that the head of a chapter takes.
LINES, HEAD = 26, 8
#: The room left on the first page of a chapter behind so many lines of text.
ROOM = LINES - HEAD

SENTENCE = "夜色从山脊上落下来，先盖住松林，再盖住溪水。"


def fill(count: int) -> str:
    """So many paragraphs of one line; the last says so."""
    return "天地玄黄宇宙洪荒。\n\n" * (count - 1) + "铺垫到此。\n\n"


def noted(number: int) -> str:
    """Paragraphs with calls of notes in their middle and at their end, and the notes."""
    calls = [f"呼{sign}{number}号[^{sign}{number}]，" for sign in "甲乙丙"]
    first = "".join(f"{SENTENCE}{call}{SENTENCE}" for call in calls[:2])
    notes = "".join(
        f"[^{sign}{number}]: 注{sign}{number}号，{SENTENCE * 3}\n\n" for sign in "甲乙丙"
    )
    return f"{first}\n\n{SENTENCE * 5}{calls[2]}好。\n\n{SENTENCE * 4}\n\n{notes}"


def quoted(number: int) -> str:
    return f"> {SENTENCE * 3}引末{number}号。\n>\n> ——《来源{number}号》\n\n"


def defined(number: int) -> str:
    return f"词条{number}号\n: 解说{number}号，{SENTENCE * 2}\n\n"


def poem(number: int, count: int) -> str:
    lines = "\n".join(f"诗{number}号{line}行" for line in range(1, count + 1))
    return f"::: verse\n{lines}\n:::\n\n"


def listing(number: int, count: int) -> str:
    lines = "".join(
        f"def begin_{number}_{line}(first, second): # {SENTENCE}end_{number}_{line}。\n"
        for line in range(1, count + 1)
    )
    return f"```\n{lines}```\n\n"


def table(number: int, count: int) -> str:
    rows = "".join(f"| 表{number}号{line}行 | 里程 |\n" for line in range(1, count + 1))
    return f"| 站名 | 里程 |\n|---|---|\n{rows}\n"


def chapters() -> list[str]:
    found: list[str] = []

    def add(lines: int, text: str) -> None:
        found.append(f"## 第{len(found) + 1}章\n\n{fill(lines)}{text}{SENTENCE}\n\n")

    for number in range(ROOM - 12, ROOM):
        add(number, noted(number))
    for number in range(ROOM - 8, ROOM):
        add(number, quoted(number))
    for number in range(ROOM - 3, ROOM + 1):
        add(number, defined(number))
    for number in (4, ROOM - 3):
        add(number, poem(number, 40))
        add(number, table(number, 40))
    for number in range(4, 9):
        add(number, listing(number, 30))
    # Short ones.
    add(ROOM - 3, poem(90, 4))
    add(ROOM - 3, table(91, 4))
    add(ROOM - 3, listing(92, 3))
    return found


class Pages:
    """The text of each page of a PDF, without white space."""

    def __init__(self, path: Path) -> None:
        pdf = Pdf(path)
        self.texts = [bare(pdf.page_text(number)) for number in range(1, len(pdf) + 1)]

    def page_with(self, text: str) -> int:
        """The first page that holds a text, from 0 on."""
        return next(number for number, page in enumerate(self.texts) if text in page)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = make_book(tmp_path_factory.mktemp("makeup") / "书", "# 书\n\n" + "".join(chapters()))
    run = built(publish("build", folder, "--format", "pdf", "--edition", "hans", cwd=folder.parent))
    assert "L-NOTE" not in run.said, str(run)
    return Pages(next(folder.parent.glob("output/*/*.pdf")))


def fillers(pdf: Pages, sign: str) -> bool:
    """Whether a sign stands on the page where the text before it ends."""
    return "铺垫到此" in pdf.texts[pdf.page_with(sign)]


def test_a_note_stands_on_the_page_of_its_mark(pdf: Pages) -> None:
    moved = 0
    for number in range(ROOM - 12, ROOM):
        for sign in "甲乙丙":
            mark = pdf.page_with(f"呼{sign}{number}号")
            assert pdf.page_with(f"注{sign}{number}号") == mark, f"{sign}{number}"
        moved += not fillers(pdf, f"呼乙{number}号")
    assert 0 < moved < 12, "the ends of pages were met"


def test_a_source_stays_with_its_quotation(pdf: Pages) -> None:
    pages = {
        number: (pdf.page_with(f"引末{number}号"), pdf.page_with(f"来源{number}号"))
        for number in range(ROOM - 8, ROOM)
    }
    assert all(last == source for last, source in pages.values()), pages


def test_an_explanation_stays_with_its_term(pdf: Pages) -> None:
    for number in range(ROOM - 3, ROOM + 1):
        assert pdf.page_with(f"词条{number}号") == pdf.page_with(f"解说{number}号"), number


@pytest.mark.parametrize("sign", ["诗4号1行", "表4号1行", "begin_4_1("])
def test_what_is_long_begins_where_it_is(pdf: Pages, sign: str) -> None:
    assert fillers(pdf, sign)


@pytest.mark.parametrize(
    ("first", "last"),
    [("诗90号1行", "诗90号4行"), ("表91号1行", "表91号4行"), ("begin_92_1(", "end_92_3")],
)
def test_what_is_short_stays_together(pdf: Pages, first: str, last: str) -> None:
    assert pdf.page_with(first) == pdf.page_with(last) and not fillers(pdf, first)


@pytest.mark.parametrize(("kind", "count"), [("诗", 40), ("表", 40)])
def test_two_lines_or_rows_at_least_stand_on_a_page(pdf: Pages, kind: str, count: int) -> None:
    for number in (4, ROOM - 3):
        pages = [pdf.page_with(f"{kind}{number}号{line}行") for line in range(1, count + 1)]
        assert min(pages.count(page) for page in pages) > 1, pages


def test_a_line_of_code_is_whole(pdf: Pages) -> None:
    parted = 0
    for number in range(4, 9):
        begins = [pdf.page_with(f"begin_{number}_{line}(") for line in range(1, 31)]
        ends = [pdf.page_with(f"end_{number}_{line}。") for line in range(1, 31)]
        assert begins == ends, number
        parted += len(set(begins)) > 1
    assert parted == 5


#: A note longer than a page, whose sentences are counted.
LONG = "".join(f"长注{number}句，{SENTENCE}" for number in range(130))


@pytest.mark.parametrize("columns", [1, 2])
def test_a_note_longer_than_the_page_goes_on_on_the_next(tmp_path: Path, columns: int) -> None:
    """It begins where it is called; the one behind it has to wait, and is told."""
    text = (
        f"# 书\n\n## 一\n\n{fill(4)}{SENTENCE}长[^1]短[^2]。{SENTENCE * 99}\n\n"
        f"[^1]: {LONG}\n\n[^2]: 短注。\n"
    )
    folder = make_book(tmp_path / "书", text, f"[page]\ncolumns = {columns}\n")
    asked = [word for name in ("hans", "hans-v") for word in ("--edition", name)]
    run = built(publish("build", folder, "--format", "pdf", *asked, cwd=tmp_path))
    assert "L-NOTE" in run.said and "book.md:17:" in run.said, str(run)
    assert "has no room on the page of its mark: 短注" in run.said
    pages = Pages(tmp_path / "output/书/书.hans.pdf")
    found = [re.findall(r"长注(\d+)句", text) for text in pages.texts]
    notes = [page for page, numbers in enumerate(found) for _ in numbers]
    # The text check of the build has seen all; one may lie over the end of a page.
    assert notes[-1] > notes[0] + 1 and len(notes) >= 130 - len(set(notes))
    assert columns > 1 or notes[0] == pages.page_with("短②")
    assert pages.page_with("短注") == notes[-1]
    # Beside it on each page there is text.
    assert all(SENTENCE[:4] in pages.texts[number][:200] for number in set(notes))


def test_a_long_note_ends_with_its_chapter(tmp_path: Path) -> None:
    """On pages without text; it lies over no other chapter's, and not over the imprint."""
    text = f"# 书\n\n## 一\n\n{SENTENCE}[^1]\n\n## 二\n\n后章。\n\n[^1]: {LONG}\n"
    folder = make_book(tmp_path / "书", text)
    run = built(publish("build", folder, "--format", "pdf", "--edition", "hans", cwd=tmp_path))
    assert "L-NOTE" not in run.said
    pages = Pages(tmp_path / "output/书/书.hans.pdf")
    notes = [page for page, found in enumerate(pages.texts) if "长注" in found]
    assert notes == list(range(notes[0], notes[-1] + 1)) and len(notes) > 2
    assert SENTENCE in pages.texts[notes[0]] and pages.page_with("后章") > notes[-1]


def test_no_heading_is_alone_for_the_sake_of_a_note(tmp_path: Path) -> None:
    """The first note of a chapter, longer than what is left below its head."""
    text = f"# 书\n\n## 一\n\n开头{SENTENCE}[^1]{SENTENCE * 4}\n\n[^1]: 长注，{SENTENCE * 36}\n"
    folder = make_book(tmp_path / "书", text)
    built(publish("build", folder, "--format", "pdf", "--edition", "hans", cwd=tmp_path))
    pages = Pages(next(tmp_path.glob("output/*/*.pdf")))
    assert pages.page_with("长注") == pages.page_with("开头")
    assert pages.texts[pages.page_with("开头")].startswith("一开头")


def test_a_note_in_a_heading_is_in_no_bookmark(tmp_path: Path) -> None:
    text = (
        "# 书\n\n## 第三章[^1]\n\n正文。\n\n### 小题[^2]\n\n正文。\n\n"
        "#### 更小的{漢|かん}[^2]\n\n正文。\n\n"
        "## 第四章 风\n\n正文。\n\n[^1]: 注一。\n\n[^2]: 注二。\n"
    )
    folder = make_book(tmp_path / "书", text)
    for edition in ("hans", "hans-v"):
        built(publish("build", folder, "--edition", edition, cwd=tmp_path))
        with pikepdf.open(next(tmp_path.glob(f"output/*/*.{edition}.pdf"))) as document:
            outline = str(document.Root.Outlines.First.Next.Title)
            section = document.Root.Outlines.First.Next.First
            assert (outline, str(section.Title)) == ("第三章", "小题")
            assert str(section.First.Title) == "更小的漢"
