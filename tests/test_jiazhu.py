"""Annotations in two rows within a line (夹注): composed, and on pages and screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest
from acceptance import Epub, built, make_book, publish
from hypothesis import given
from hypothesis import strategies as st
from typeset import EM, Set, paragraph, show

from publish.typeset.jiazhu import with_annotations
from publish.typeset.lines import compose
from publish.typeset.operators import TEXT, Segment

#: Size of the type of annotations, in em of the text around (styles/css/print.css).
SIZE = 0.55
BEFORE, AFTER = "周平王", "東遷于雒邑，辟戎寇。"


def annotated(note: str, measure: float, before: str = BEFORE, after: str = AFTER) -> Set:
    made = paragraph(
        [before, (note, SIZE * EM), after], annotations=frozenset({1}), wanted=frozenset()
    )
    made = with_annotations(made, compose)
    return Set(made, compose(made, measure * EM), measure)


def rows(found: Set) -> Iterator[tuple[int, Segment]]:
    """The segments of the annotation, each with the number of its line."""
    for number, line in enumerate(found.lines):
        for segment in line.segments:
            if segment.kind == TEXT and segment.run == 1:
                yield number, segment


def test_the_rows_stand_above_each_other_in_the_square_of_the_line() -> None:
    found = annotated("名宜臼幽王之子", 30)
    (_, upper), (_, lower) = rows(found)
    assert upper.x == lower.x == pytest.approx(len(BEFORE) * EM)
    assert upper.rise - lower.rise == pytest.approx(SIZE * EM)
    # The square is from .12 em below the baseline to .88 em above it: as much out on either side.
    top = upper.rise + 0.88 * SIZE * EM
    foot = lower.rise - 0.12 * SIZE * EM
    assert top - 0.88 * EM == pytest.approx(-0.12 * EM - foot)


def test_it_takes_as_much_of_the_line_as_its_longer_row() -> None:
    for count in range(1, 12):
        found = annotated("甲" * count, 40)
        begin = len(BEFORE)
        row = -(-count // 2) * SIZE
        assert found.x(0, "東") == pytest.approx(begin + row + 0.25, abs=0.01)


def test_it_goes_on_in_both_rows_of_the_next_line() -> None:
    note = "四國皆在邊鄙地近夷狄故能拓土而日大中原諸侯反以爭戰而日削"
    found = annotated(note, 9)
    lines = [number for number, _ in rows(found)]
    assert sorted(set(lines)) == [0, 1] and all(lines.count(number) == 2 for number in (0, 1))
    assert show(found.paragraph, found.lines[0]).text + show(
        found.paragraph, found.lines[1]
    ).text.removesuffix(AFTER[:3]) in (BEFORE + note + AFTER)
    # A line is full in both rows.
    first = [segment for number, segment in rows(found) if number == 0]
    count = sum(len(text) for text in _texts(found, 0))
    assert count % 2 == 0 and len(first) == 2


def _texts(found: Set, number: int) -> list[str]:
    line = found.lines[number]
    begin, end = len(BEFORE), len(found.paragraph.text) - len(AFTER)
    return [found.paragraph.text[max(begin, line.begin) : min(end, line.end)]]


def test_no_row_begins_with_a_closing_mark() -> None:
    for before in range(1, 9):
        found = annotated("甲" * before + "，乙丙丁", 40)
        shown = show(found.paragraph, found.lines[0])
        assert shown.text == found.paragraph.text
        (_, upper), _ = rows(found)
        comma = found.paragraph.text.index("，")
        # Both rows begin at the same place.
        assert shown.places[comma] > upper.x / EM + 0.1


def test_what_follows_a_long_word_stands_behind_it() -> None:
    """Also where the word comes to stand in the second part of an annotation."""
    seen = 0
    for measure in range(6, 16):
        found = annotated("元年之事見ABCDEFGH三", measure)
        for number, line in enumerate(found.lines):
            own = [segment for at, segment in rows(found) if at == number]
            behind = [item for item in line.segments if item.kind == TEXT and item.run == 2]
            if own and behind:
                ends = [
                    end
                    for index, end in show(found.paragraph, line).ends.items()
                    if line.begin <= index < len(found.paragraph.text) - len(AFTER)
                ]
                assert min(item.x for item in behind) >= max(ends) * EM - 0.01
                seen += 1
    assert seen >= 8


@given(st.text("甲乙丙，。「」A1", min_size=1, max_size=60), st.integers(4, 30), st.integers(0, 5))
def test_nothing_is_lost_or_added(note: str, measure: int, before: int) -> None:
    found = annotated(note, measure, "前" * before or "前")
    shown = "".join(show(found.paragraph, line).text for line in found.lines)
    assert shown == found.paragraph.text


@pytest.mark.slow
def test_on_pages_and_on_screens(tmp_path: Path) -> None:
    text = "# 書\n\n周平王[名宜臼，幽王之子也。]{.jiazhu}東遷于雒邑[今*河南*洛陽]{.jiazhu}[^a]。\n"
    # In small type, too, it is text of the page, and no reading.
    text += "\n[^a]: 地志[在河南府]{.jiazhu}云。\n"
    text += "\n| 地 | 名 |\n|---|---|\n| 洛[水]{.jiazhu}陽 | 京 |\n"
    make_book(tmp_path / "book", text, '[book]\nlanguage = "zh-Hant"\n')
    names = ("hant-tw", "hant-tw-v")
    asked = [word for name in names for word in ("--edition", name)]
    built(publish("build", "book", *asked, cwd=tmp_path))
    for name in names:
        with pymupdf.open(tmp_path / "output/book" / f"book.{name}.pdf") as document:
            spans = [
                span
                for page in document
                for block in page.get_text("dict")["blocks"]
                for line in block.get("lines", ())
                for span in line["spans"]
                if abs(span["size"] - 10.5 * SIZE) < 0.05
            ]
        texts = ["".join(span["text"].split()) for span in spans]
        assert texts[:2] == ["名宜臼，幽", "王之子也。"]
        across = 0 if name.endswith("-v") else 1
        one, other = (span["origin"][across] for span in spans[:2])
        # The second row is below the first, or at its left.
        assert abs(other - one) == pytest.approx(10.5 * SIZE, abs=0.05)
        assert (other > one) is (across == 1)
        # With more than text it is small type in the line.
        assert "河南" in "".join(texts[2:])
        epub = Epub(tmp_path / "output/book" / f"book.{name}.epub")
        chapter = epub.files["EPUB/chapter-1.xhtml"].decode()
        assert '<span class="jiazhu">名宜臼，幽王之子也。</span>' in chapter
        assert '.jiazhu::before { content: "（" }' in epub.files["EPUB/css/book.css"].decode()
