"""The line of book.toml by which a detector offers a spelling."""

from __future__ import annotations

from publish.model.settlements import told


def spelling(table: str, right: str, wrong: str) -> str:
    """``[mend] names = { "梁文锋" = ["梁文峰"] }``: the wrong spelling becomes the right one."""
    return told("mend", table, {right: [wrong]})
