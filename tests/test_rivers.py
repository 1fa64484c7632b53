"""Rivers of white are found where there are any, and only there."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from publish.check.rivers import rivers

EM, PITCH, LEFT, TOP = 10.5, 18.0, 60.0, 80.0
TEXT = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁"


def page(path: Path, gaps: list[int], white: float) -> Path:
    """Lines of Han, each with ``white`` em after the character whose number is in ``gaps``."""
    document = pymupdf.open()
    sheet = document.new_page(width=420, height=595)
    for number, gap in enumerate(gaps):
        y = TOP + number * PITCH
        for index, character in enumerate(TEXT):
            x = LEFT + index * EM + (white * EM if index > gap else 0)
            sheet.insert_text((x, y), character, fontsize=EM, fontname="china-s")
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("gaps", "white", "found"),
    [
        ([9] * 6, 0.6, 1),
        ([9] * 4, 0.6, 0),
        ([9] * 6, 0.3, 0),
        ([3, 9, 15, 21, 6, 12], 0.6, 0),
        ([9, 9, 9, 20, 9, 9], 0.6, 0),
    ],
    ids=["six lines", "four are few", "a narrow blank", "blanks apart", "broken by a line"],
)
def test_rivers(tmp_path: Path, gaps: list[int], white: float, found: int) -> None:
    told = rivers(page(tmp_path / "page.pdf", gaps, white))
    assert len(told) == found
    for item in told:
        assert (item.code, item.severity) == ("L-RIVER", "query")
        assert "6 lines" in item.message and TEXT[:9] in item.hints[0]
