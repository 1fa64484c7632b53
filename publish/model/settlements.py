"""The lines of book.toml that settle a query: how one is told, and many as one block.

A line is ``[table] key = value``, which programs take apart; in a file of TOML the table stands on
a line of its own, and each key once, so that several lines must be merged.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publish.diagnostics import Diagnostic

#: ``[mend] ignore = …``: a table and a key of it on one line.
_ON_ONE_LINE = re.compile(r"\s*(\[[^\[\]]+\])\s*([^\s=]+\s*=.*)")


def merge_hints(line: str, message: str) -> tuple[str, ...]:
    """How several answers go into one table, for a line of book.toml that is none of TOML: it looks
    like an answer as it was told, or like a second one."""
    if found := _ON_ONE_LINE.fullmatch(line):
        first = f"a table's name stands on a line of its own: {found[1]}, and below it {found[2]}"
    elif "twice" in message or "overwrite" in message or "Duplicate" in message:
        first = 'a table and a key stand once; several values of a key go into one: ["…", "…"]'
    else:
        return ()
    return first, "`publish check SOURCE --settle` prints all answers as one block"


def told(table: str, key: str, value: Any) -> str:
    """A line that settles a query: ``[mend] names = { "梁文锋" = ["梁文峰"] }``."""
    return f"[{table}] {key} = {_inline(value)}"


def ignored(code: str, text: str) -> str:
    """``[mend] ignore = ["X-NAME:梁文峰"]``: every place with the text is right as it is.  For a
    query about one place ``mend.ignore`` finds a text that only that one has."""
    return told("mend", "ignore", [f"{code}:{text}"])


def leaving_all(found: Iterable[Diagnostic], source: Path) -> str:
    """What to put into the book.toml of a book so that no query is asked again and nothing is
    changed: the last line of each, merged with what these keys have already; the empty text where
    nothing is asked."""
    present: Mapping[str, Any] = {}
    head = "# In book.toml, instead of the same keys:\n"
    if (source / "book.toml").is_file():
        present = tomllib.loads((source / "book.toml").read_text(encoding="utf-8-sig"))
    elif not source.is_dir():
        head = "# A manuscript by itself has no book.toml: put both into a folder.\n"
    tables: dict[str, dict[str, Any]] = {}
    for item in found:
        if item.severity == "query" and item.settle:
            for name, keys in parsed(item.settle[-1]).items():
                table = tables.setdefault(name, {})
                for key, value in keys.items():
                    if key not in table:
                        there = present.get(name)
                        table[key] = there.get(key) if isinstance(there, dict) else None
                    table[key] = _merged(table[key], value)
    blocks = []
    for name, keys in tables.items():
        blocks.append(f"[{name}]\n" + "".join(_key(key, value) for key, value in keys.items()))
    return head + "\n".join(blocks) if blocks else ""


def parsed(line: str) -> dict[str, dict[str, Any]]:
    """A line as a table with its keys."""
    table, _, assignment = line.partition("] ")
    return tomllib.loads(f"{table}]\n{assignment}\n")


def _merged(there: Any, new: Any) -> Any:
    """Both values in one; what is there stays where they contradict each other."""
    if isinstance(there, list) and isinstance(new, list):
        return [*there, *(item for item in new if item not in there)]
    if isinstance(there, dict) and isinstance(new, dict):
        both = {key: _merged(value, new.get(key)) for key, value in there.items()}
        return {**both, **{key: value for key, value in new.items() if key not in there}}
    return new if there is None else there


def _key(key: str, value: Any) -> str:
    """One key; a list with an entry a line, so that each can be struck out."""
    if isinstance(value, list):
        return f"{key} = [\n" + "".join(f"  {_inline(item)},\n" for item in value) + "]\n"
    return f"{key} = {_inline(value)}\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs: Sequence[str] = [f"{_inline(key)} = {_inline(item)}" for key, item in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    # JSON strings of printable text are TOML strings.
    return json.dumps(value, ensure_ascii=False)
