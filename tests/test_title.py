"""Titles in lines: that measuring takes no longer than the title is long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.render.title import balanced, fewest_lines, fit_lines, units, width


def test_a_title_of_long_words_is_measured_soon() -> None:
    title = " ".join(["a" * 2_000] * 100)
    start = time.perf_counter()
    lines = balanced(title, 3)
    assert time.perf_counter() - start < 2
    assert len(lines) == 3 and " ".join(lines) == title


def test_a_title_of_marks_alone_ends_soon() -> None:
    start = time.perf_counter()
    assert len(units("甲" + "，" * 200_000)) == 1
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("text", "ems"),
    [("", 0), ("山居", 2), ("60条", 2 * 0.53 + 0.25 + 1), ("A 山", 0.68 + 0.34 + 1), (" ", 0.34)],
)
def test_widths(text: str, ems: float) -> None:
    assert width(text) == pytest.approx(ems)


@given(st.text("山a1 　：，「m", min_size=1, max_size=24), st.integers(1, 4), st.floats(2, 20))
def test_no_balanced_line_is_longer_than_its_limit(title: str, count: int, limit: float) -> None:
    lines = balanced(title, count, limit)
    assert all(width(line) <= limit and line == line.strip() for line in lines)
    joined = "".join("".join(lines).split())
    assert joined == ("".join(title.split()) if lines else "")


@given(st.text("山a1 　：，「m", min_size=1, max_size=24))
def test_a_title_keeps_every_character(title: str) -> None:
    lines = fit_lines(title, (), 300, 200)[1]
    assert "".join("".join(lines).split()) == "".join(title.split())


def test_a_long_title_is_parted_at_its_mark_on_every_page() -> None:
    title = "山河故人：一个很长很长的书名用来检验封面与书名页怎样分行"
    for lines in (fewest_lines(title, 10.9), fit_lines(title, (), 340, 200)[1]):
        assert lines[:2] == ("山河故人：", "一个很长很长的")
    # Where a mark is of no help, or a word of grammar ends the line, no line more is made.
    assert fewest_lines("深圳：一座城市的四十年与它的年轻人", 12)[0] == "深圳：一座城市的"
    assert len(fewest_lines("人工智能时代的六十条思考", 8)) == 2
    assert len(fewest_lines(title, 15, 2)) == 2
