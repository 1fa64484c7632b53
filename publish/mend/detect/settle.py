"""The lines of book.toml that settle a query, as TOML."""

from __future__ import annotations

import json


def spelling(table: str, right: str, wrong: str) -> str:
    """``[mend] names = { "梁文锋" = ["梁文峰"] }``: the wrong spelling becomes the right one."""
    return f"[mend] {table} = {{ {_quoted(right)} = [{_quoted(wrong)}] }}"


def ignored(code: str, text: str) -> str:
    """``[mend] ignore = ["X-NAME:梁文峰"]``: the place is right as it is."""
    return f"[mend] ignore = [{_quoted(f'{code}:{text}')}]"


def _quoted(text: str) -> str:
    # JSON strings of printable text are TOML strings.
    return json.dumps(text, ensure_ascii=False)
