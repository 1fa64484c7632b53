"""Notes in print: what they are counted with, and counting that begins anew on each page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from acceptance import Epub, Pdf, bare, built, make_book, publish

from publish.check.text import Fragment, PageText, compare
from publish.model.text import Run

BY_PAGE = '[page]\nnote-numbers = "page"\n'
SENTENCE = "夜色从山脊上落下来，先盖住松林，再盖住溪水，"
SIGN = re.compile("[\u2460-\u2473\u3251-\u325f\u32b1-\u32bf]")


def manuscript(paragraphs: int) -> str:
    """Calls in text, one after another, in a heading, a list, and in the head of a long table."""
    calls: list[str] = []

    def call() -> str:
        calls.append(f"[^{len(calls) + 1}]")
        return calls[-1]

    parts = ["# 书\n\n## 第一章\n\n"]
    parts += [
        f"{SENTENCE}{call()}{call()}{SENTENCE}Antidisestablishmentarianism{call()}。\n\n"
        for _ in range(paragraphs)
    ]
    parts.append(f"## 第二章{call()}\n\n- 甲{call()}\n- 乙\n\n")
    rows = "".join(f"| 行{call() if n % 7 == 0 else ''} | 二 |\n" for n in range(70))
    parts.append(f"| 表头{call()} | 二 |\n|---|---|\n{rows}\n收尾{call()}。\n\n")
    parts += [f"{name}: 注文{name[2:-1]}号。\n\n" for name in calls]
    return "".join(parts)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_book(tmp_path_factory.mktemp("notes") / "书", manuscript(20), BY_PAGE)
    run = built(publish("build", folder, "--edition", "hans", cwd=folder.parent))
    # The calls in heads that stand again have their notes on the page before.
    assert "L-NOTE" not in run.said, str(run)
    return next(folder.parent.glob("output/*"))


def signs(path: Path) -> list[tuple[str, str]]:
    """The text of each page that has notes, and their signs in their order."""
    pdf = Pdf(path)
    texts = [bare(pdf.page_text(number)) for number in range(1, len(pdf) + 1)]
    return [(text, "".join(SIGN.findall(text))) for text in texts if "注文" in text]


def test_each_page_counts_from_one(output: Path) -> None:
    pages = [found for text, found in signs(output / "书.hans.pdf") if "表头" not in text]
    assert len(pages) >= 3
    for found in pages:
        count = len(found) // 2
        assert found == "".join(chr(0x2460 + n) for n in range(count)) * 2


def test_the_head_of_a_table_keeps_the_sign_of_its_call(output: Path) -> None:
    heads = [
        (SIGN.search(text[text.index("表头") :]), found)
        for text, found in signs(output / "书.hans.pdf")
        if "表头" in text
    ]
    assert len(heads) >= 3
    first = heads[0][0]
    assert first is not None and first.group() == "③"
    assert [sign.group() for sign, _ in heads if sign] == ["③"] * len(heads)
    # Below it the page counts its own.
    assert all(found[1] == "①" for _, found in heads[1:])


def test_an_e_book_counts_by_chapter(output: Path) -> None:
    calls = Epub(output / "书.hans.epub").with_class("noteref")
    assert [call.text for call in calls][58:62] == ["59", "60", "1", "2"]


def test_notes_of_a_chapter_are_circled_up_to_fifty(tmp_path: Path) -> None:
    folder = make_book(tmp_path / "书", manuscript(20))
    built(publish("build", folder, "--edition", "hans", "--format", "pdf", cwd=tmp_path))
    texts = signs(next(tmp_path.glob("output/*/*.pdf")))
    found = "".join(found for _, found in texts)
    assert {"⑳", "㉑", "㉟", "㊱", "㊿"} <= set(found)
    assert "51注文51号" in "".join(text for text, _ in texts)


def test_a_note_that_is_called_twice_is_told(tmp_path: Path) -> None:
    text = "# 书\n\n## 一\n\n甲[^1]乙[^2]。\n\n丙[^1]。\n\n[^1]: 注一。\n\n[^2]: 注二。\n"
    folder = make_book(tmp_path / "书", text, BY_PAGE)
    run = built(publish("build", folder, "--edition", "hans", "--format", "pdf", cwd=tmp_path))
    assert "L-CALLS" in run.said and "book.md:7:2" in run.said, str(run)


def test_signs_of_a_page_are_of_one_width(tmp_path: Path) -> None:
    """A page of narrow lines in small type, with more notes than there are figures in circles."""
    text = "# 书\n\n" + "".join(f"字[^{n}]，" for n in range(1, 61)) + "完。\n\n"
    text += "".join(f"[^{n}]: 注文。\n" for n in range(1, 61))
    toml = BY_PAGE + 'paper = "210x420"\nfont-size = 6\nline = 8\nlines = 80\nchars = 28\n'
    folder = make_book(tmp_path / "书", text, toml)
    built(publish("build", folder, "--edition", "hans", "--format", "pdf", cwd=tmp_path))
    ((_, found),) = signs(next(tmp_path.glob("output/*/*.pdf")))
    assert len(found) == 120 and found[48:52] == found[108:112] == "㊾㊿①②"


def page(number: int, text: str) -> PageText:
    return PageText(f"page {number}", (Fragment(text),))


@pytest.mark.parametrize(
    ("second", "right"),
    [
        ("丙①丁②1丙注2丁注", True),
        # As if the chapter were counted; then two alike; then notes that are not their calls'.
        ("丙③丁④3丙注4丁注", False),
        ("丙①丁①1丙注1丁注", False),
        ("丙①丁②2丙注1丁注", False),
    ],
)
def test_the_text_check_counts_too(second: str, right: bool) -> None:
    """A number is right if it counts the calls of its page, and a note has that of its call."""
    runs: list[Run] = []
    for name in "甲乙丙丁":
        runs += [Run("body", name, "c1"), Run("label", "9", "c1", note=name)]
    for name in "甲乙丙丁":
        runs += [Run("label", "9", name, note=name), Run("note", f"{name}注", name)]
    pages = (page(1, "甲①乙②1甲注2乙注"), page(2, second))
    found = compare(runs, pages, "print", notes_by_page=True).diagnostics
    assert (found == ()) is right, found
