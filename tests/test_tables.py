"""How the columns of tables are aligned."""

from __future__ import annotations

import pytest

from publish.model import book as b
from publish.render.tables import alignments


@pytest.mark.parametrize(
    ("declared", "cells", "expected"),
    [
        ("", ("12", "1,305", "−7"), "right"),
        ("", ("12.5%", "—", "3 %", ""), "right"),
        ("center", ("12", "13"), "center"),
        ("left", ("12", "13"), "left"),
        # Words, and numbers that are names, have no digits of one value.
        ("", ("12", "十三"), ""),
        ("", ("2001—2005", "2006"), ""),
        ("", ("—", "——"), ""),
    ],
)
def test_a_column_of_quantities_stands_at_the_right(
    declared: str, cells: tuple[str, ...], expected: str
) -> None:
    rows = tuple(((b.Text("2001"),), (b.Text(cell),)) for cell in cells)
    table = b.Table(((b.Text("年"),), (b.Text("量"),)), rows, ("", declared))
    assert alignments(table) == ("", expected)
