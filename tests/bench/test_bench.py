"""What the benchmark stands on: one text for every tool, and a child that is measured and bounded.

No test here looks at a clock but to see that a command was stopped.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from corpus import (
    DISTINCT,
    HAN,
    Chapter,
    _html,
    _tex,
    _typst,
    characters,
    copies,
    first_chapter,
    write,
)
from measure import __file__ as MEASURE
from run import SEED, Row, Tool, table

MANUSCRIPT = (SEED / "manuscript.md").read_text("utf-8")


def test_the_chapter_is_the_first_book() -> None:
    chapter = first_chapter(MANUSCRIPT)
    assert len(chapter.entries) == 60
    assert all(re.match(rf"{n}[.]", line) for n, line in enumerate(chapter.entries, 1))
    assert not any("\\" in line or "&#" in line for line in chapter.lines)


def test_copies_differ_in_their_han_and_in_nothing_else() -> None:
    first, second, third = copies(first_chapter(MANUSCRIPT), 3)
    a, b, c = ("\n".join(item.lines[1:]) for item in (first, second, third))
    assert len(a) == len(b) == len(c)
    assert HAN.sub("字", a) == HAN.sub("字", b) == HAN.sub("字", c)
    same = sum(x == y for x, y in zip(a, b, strict=True) if HAN.match(x))
    assert same < 0.05 * len(HAN.findall(a))
    assert b != c


def test_every_tool_gets_the_same_text_and_the_same_bytes_again(tmp_path: Path) -> None:
    number = write(tmp_path / "a", SEED, 2)
    assert write(tmp_path / "b", SEED, 2) == number
    names = sorted(str(p.relative_to(tmp_path / "a")) for p in (tmp_path / "a").rglob("*.*"))
    forms = ["book.html", "book.md", "book.tex", "book.typ"]
    assert names == [*forms, "book/book.toml", "book/manuscript.md"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    chapters = copies(first_chapter(MANUSCRIPT), 2)
    assert characters(chapters) == number
    text = sum(len(HAN.findall(line)) for chapter in chapters for line in chapter.lines)
    for name in names:
        han = len(HAN.findall((tmp_path / "a" / name).read_text("utf-8")))
        # Two of the forms also say the title of the whole book, 六十条.
        assert han - text in (0, 3) or name == "book/book.toml"


def test_the_distinct_text_is_hard(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    number = write(folder, SEED, 20, "distinct")
    forms = {path.suffix: path.read_text("utf-8") for path in folder.glob("book.*")}
    ours = (folder / "book" / "manuscript.md").read_text("utf-8")
    assert len(set(HAN.findall(ours))) >= DISTINCT
    paragraphs = sum(bool(HAN.search(line)) for line in ours.split("\n\n")) - 40
    calls = {
        ".md": ("^[", "](http"),
        ".html": ('<span class="note">', "<a href="),
        ".typ": ("#footnote[", "#link("),
        ".tex": ("\\footnote{", "\\href{"),
    }
    for suffix, signs in calls.items():
        assert [forms[suffix].count(sign) for sign in signs] == [paragraphs, paragraphs], suffix
    han = {suffix: len(HAN.findall(text)) for suffix, text in forms.items()}
    assert (
        len(HAN.findall(ours)) == han[".md"] - 3 == han[".html"] - 3 == han[".typ"] == han[".tex"]
    )
    assert number > len(HAN.findall(ours))


def test_signs_of_other_tools_are_escaped() -> None:
    chapter = Chapter("A_1", (r"50% of #1 & a\b **$5** ~{x}^",), "[B]", ("1.*",))
    assert r"50\% of \#1 \& a\textbackslash{}b \textbf{\$5} \textasciitilde{}" in _tex([chapter])
    assert r"50% of \#1 & a\\b #strong[\$5] \~{x}^" in _typst([chapter])
    assert "50% of #1 &amp; a\\b <b>$5</b> ~{x}^" in _html([chapter], "")


def measured(tmp_path: Path, limit: str, code: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", MEASURE, limit, str(tmp_path), sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_a_child_is_measured_whole(tmp_path: Path) -> None:
    small = measured(tmp_path, "30", "pass")
    large = measured(tmp_path, "30", "x = bytearray(80_000_000)\nfor i in range(3_000_000): pass")
    assert small["exit"] == large["exit"] == 0
    assert large["peak"] - small["peak"] > 60
    assert large["cpu"] > small["cpu"] > 0
    assert measured(tmp_path, "30", "raise SystemExit(3)")["exit"] == 3


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    result = measured(tmp_path, "0.5", "import time; time.sleep(50)")
    assert result["late"] and result["wall"] < 40


def test_the_table_tells_ratios_and_troubles() -> None:
    def row(name: str, kind: str, cpu: float, trouble: str = "") -> Row:
        runs = [] if trouble else [{"cpu": cpu, "wall": cpu, "peak": 100.0}]
        counted = {"pages": 9, "characters": 5000, "bytes": 2048}
        return Row(Tool(name, kind, lambda a, b: [], ""), runs, counted, trouble)

    rows = [
        row("publish", "pdf", 1.0),
        row("stock WeasyPrint", "pdf", 2.0),
        row("publish", "epub", 0.0, "exit 1: no"),
        row("pandoc", "epub", 0.5),
    ]
    lines = table(1, 5000, rows)
    assert lines[1] == "## 1 × the first book: 5,000 characters in"
    assert "| pdf | publish | 1.00 | 0.50 | 1.00 | 0.50 | 100 | 1.00 | 2 | 9 | 5,000 |" in lines
    assert "| epub | publish | exit 1: no | | | | | | | | |" in lines
    assert table(1, 5000, rows[:2], "distinct")[1] == (
        "## 1 × the first book, distinct: 5,000 characters in"
    )
