"""What the acceptance tests of the text share: the change log and its replay, queries and the
lines that settle them, and an edition's paragraphs.

Like ``acceptance``, nothing here imports ``publish``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
from acceptance import Run, built, make_book, publish

HAN = "\u3400-\u4dbf\u4e00-\u9fff"


# --- the catalogue ----------------------------------------------------------------


def rules(cwd: Path) -> dict[str, str]:
    """Code -> class of every rule that ``publish show rules`` lists."""
    listed = built(publish("show", "rules", cwd=cwd)).out
    return dict(re.findall(r"\b([A-Z]-[A-Z-]+)\W+(safe|declared|query)\b", listed))


# --- the change log -----------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One edit on the received text; ``start`` and ``end`` count code points from 0."""

    rule: str
    kind: str
    file: str
    line: int
    column: int
    start: int
    end: int
    before: str
    after: str


def _change(entry: dict[str, Any]) -> Change:
    """A log and ``fix --json`` may call the class a severity and the file a path."""
    place = {key: entry[key] for key in ("line", "column", "start", "end", "before", "after")}
    kind = entry["class"] if "class" in entry else entry["severity"]
    file = entry["file"] if "file" in entry else entry["path"]
    return Change(entry["rule"], kind, file, **place)


def logged(folder: Path) -> list[Change]:
    """The edits of ``changes.json`` in a book's output folder: a list, or one called edits."""
    data = json.loads((folder / "changes.json").read_text(encoding="utf-8"))
    return [_change(entry) for entry in (data if isinstance(data, list) else data["edits"])]


def proposed(run: Run) -> list[Change]:
    """The edits among the JSON lines of ``publish fix``."""
    return [_change(record) for record in run.records if record["type"] == "edit"]


def replay(text: str, changes: Iterable[Change]) -> str:
    """The text with the changes of a log made in it; what a change says was there, is there."""
    pieces, at = [], 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        assert at <= change.start <= change.end <= len(text), change
        assert text[change.start : change.end] == change.before, change
        pieces += [text[at : change.start], change.after]
        at = change.end
    return "".join([*pieces, text[at:]])


def replayed(received: bytes, encoding: str, changes: list[Change]) -> bytes:
    """The manuscript's bytes after the log; its encoding, mark and line ends stay its own.

    A log may count CR LF as one character or as two: where the first does not fit, the
    second is tried.
    """
    mark = "\ufeff"
    text = received.decode(encoding)
    begin, text = text[: text.startswith(mark)], text.removeprefix(mark)
    if "\r\n" not in text:
        return (begin + replay(text, changes)).encode(encoding)
    try:
        lines = replay(text.replace("\r\n", "\n"), changes)
    except AssertionError:
        lines = replay(text, changes).replace("\r\n", "\n")
    return (begin + lines.replace("\n", "\r\n")).encode(encoding)


def fixed(cwd: Path, name: str, file: str = "book.md") -> str:
    """The manuscript of the book folder after ``publish fix --write``."""
    built(publish("fix", name, "--write", cwd=cwd))
    return (cwd / name / file).read_bytes().decode("utf-8")


def mended(cwd: Path, text: str, toml: str = "") -> str:
    """What ``publish fix --write`` makes of a manuscript; a second run changes nothing more,
    and the book as built from both is the same."""
    make_book(cwd / "book", text, toml)
    before = chapters(cwd, "book")
    once = fixed(cwd, "book")
    assert fixed(cwd, "book") == once, "fix is not idempotent"
    assert chapters(cwd, "book") == before, "the mended manuscript is another book"
    return once


# --- queries --------------------------------------------------------------------------


def checked(cwd: Path, text: str, toml: str = "") -> list[dict[str, Any]]:
    """The queries of ``publish check`` about a book of that text."""
    make_book(cwd / "book", text, toml)
    return built(publish("check", "book", "--json", cwd=cwd)).diagnostics("query")


def of(queries: list[dict[str, Any]], *codes: str) -> list[dict[str, Any]]:
    """The queries with one of the codes; a code that ends in ``-`` stands for its family."""
    return [
        query
        for query in queries
        if any(
            query["code"] == code or (code.endswith("-") and query["code"].startswith(code))
            for code in codes
        )
    ]


def on_line(queries: list[dict[str, Any]], text: str, part: str) -> list[dict[str, Any]]:
    """The queries whose place is on the line of the manuscript that has that part."""
    (line,) = [n for n, line in enumerate(text.split("\n"), start=1) if part in line]
    return [query for query in queries if query["line"] == line]


def told(query: dict[str, Any]) -> str:
    """All that a query says in words."""
    words = [query["message"], query["excerpt"], *query["hints"], *query["settle"]]
    return "\n".join(map(str, words))


def settled(line: str) -> dict[str, Any]:
    """What a settling line says: ``[mend] ignore = ["X-DUP:看看看"]`` as a file of TOML."""
    section, _, rest = line.partition("] ")
    said = tomllib.loads(f"{section}]\n{rest}")
    assert said and all(said.values()), f"not a line of TOML: {line!r}"
    return said


def merged(one: Any, other: Any) -> Any:
    """Both tables in one: lists follow each other, tables are merged, else the other wins."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = dict(one)
        for key, value in other.items():
            both[key] = merged(both[key], value) if key in both else value
        return both
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) else other


def inline(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        pairs = [f"{json.dumps(k, ensure_ascii=False)} = {inline(v)}" for k, v in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def as_toml(sections: dict[str, Any]) -> str:
    """Sections of ``book.toml`` with their keys, a line each."""
    return "\n".join(f"{name} = {inline(value)}" for name, value in sections.items()) + "\n"


# --- what a reader gets ------------------------------------------------------------------


def _sections(cwd: Path, name: str, edition: str) -> list[Any]:
    html = built(publish("show", "html", name, "--edition", edition, cwd=cwd)).out
    tree: Any = lxml.html.fromstring(html)
    return list(tree.xpath("//section[contains(@class, 'chapter')]"))


def chapters(cwd: Path, name: str, edition: str = "hans") -> list[str]:
    """The markup of the book's chapters in an edition, without the pages publish adds."""
    found = _sections(cwd, name, edition)
    return [lxml.html.tostring(section, encoding="unicode") for section in found]


def inside(cwd: Path, name: str, element: str, edition: str = "hans") -> list[str]:
    """The text of each element of that name in the book's chapters in an edition."""
    return [
        "".join(found.itertext())
        for section in _sections(cwd, name, edition)
        for found in section.iter(element)
    ]


def paragraphs(cwd: Path, name: str, edition: str = "hans") -> list[str]:
    """The text of the paragraphs of the book's chapters in an edition."""
    return inside(cwd, name, "p", edition)
