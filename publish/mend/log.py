"""The change log of a book: every edit of mending, for programs and for people.

``changes.json`` has the name of each file with the SHA-256 of its bytes as received and as
mended, and the edits: places are code points of the text as received, without byte order
mark and with every line end as one line feed.  :func:`replay` makes the mended file of the
received one and the log, byte for byte.  ``changes.txt`` says the same to a reader.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from publish.diagnostics import Edit, Source, Span, fail
from publish.mend.ledger import Ledger

#: Version of the form of changes.json.
VERSION = 1
#: Code points of text shown on each side of an edit in changes.txt.
_AROUND = 10


def record(edit: Edit, folder: Path | None = None) -> dict[str, Any]:
    """One edit as JSON has it: rule, safe or declared, file, line and column from 1, code points.

    The file is named as in the book folder, where one is given.
    """
    place = edit.span.received()
    line, column = place.source.line_column(place.start)
    return {
        "rule": edit.rule,
        "severity": edit.severity,
        "path": _name(place.source, folder),
        "line": line,
        "column": column,
        "start": place.start,
        "end": place.end,
        "before": place.text,
        "after": edit.text,
    }


def _name(source: Source, folder: Path | None) -> str:
    return _named(source.name, folder)


@lru_cache(maxsize=256)
def _named(name: str, folder: Path | None) -> str:
    path = Path(name)
    within = folder is not None and path.is_relative_to(folder)
    return path.relative_to(folder).as_posix() if folder and within else path.as_posix()


def changes(
    received: Sequence[Source], mended: Sequence[Source], edits: Iterable[Edit], folder: Path
) -> str:
    """changes.json of the book in a folder: its files in their order, and every edit, each on a
    line of its own, so that one can be struck out."""
    files = (
        {"path": _name(old, folder), "received": _hash(old), "mended": _hash(new)}
        for old, new in zip(received, mended, strict=True)
    )
    made = (record(edit, folder) for edit in edits)
    return (
        f'{{\n"version": {VERSION},\n"files": [{_lines(files)}],\n"edits": [{_lines(made)}]\n}}\n'
    )


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as JSON, a line each."""
    text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"\n{text}\n" if text else ""


def _hash(source: Source) -> str:
    """SHA-256 of the file, or nothing where its encoding cannot hold the mended text."""
    try:
        return hashlib.sha256(source.encode()).hexdigest()
    except UnicodeEncodeError:
        return ""


def replay(
    received: Sequence[Source], log: str, folder: Path
) -> tuple[tuple[Source, ...], tuple[Edit, ...]]:
    """The sources that the edits of a changes.json make of the received ones, and these edits.

    Raises Failure M-LOG where the log is none, or an edit does not fit the text.
    """
    of_file: dict[str, list[Edit]] = {_name(source, folder): [] for source in received}
    sources = {_name(source, folder): source for source in received}
    for entry in _entries(log):
        name, start, end = entry["path"], entry["start"], entry["end"]
        if name not in sources:
            raise fail("M-LOG", f"the log speaks of {name}, which is no file of this book")
        span = Span(sources[name], start, end)
        before = of_file[name][-1].span.end if of_file[name] else 0
        if not before <= start <= end or span.text != entry["before"]:
            line, column = sources[name].line_column(min(start, len(sources[name].text)))
            raise fail(
                "M-LOG",
                f"the log is of another text: {name}:{line}:{column} is not {entry['before']!r}",
                hints=("build the book again: output/<book>/changes.json is written anew",),
            )
        of_file[name].append(Edit(span, entry["after"], entry["rule"], entry["severity"]))
    made = list(of_file.values())
    mended = (
        Ledger(old).with_edits(edits).current for old, edits in zip(received, made, strict=True)
    )
    return tuple(mended), tuple(edit for edits in made for edit in edits)


#: The facts of an edit that a replay needs, and what each must be.
_FACTS = {"path": str, "start": int, "end": int, "before": str, "after": str, "rule": str}


def _entries(log: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(log)["edits"]
        sound = all(
            isinstance(entry.get(fact), kind) for entry in entries for fact, kind in _FACTS.items()
        ) and all(entry.get("severity") in ("safe", "declared") for entry in entries)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise fail("M-LOG", "this is no changes.json of publish")
    return list(entries)


def readable(edits: Iterable[Edit], summaries: Mapping[str, str], folder: Path) -> str:
    """changes.txt of a book: rule by rule, each edit with its place and the words around it."""
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        by_rule.setdefault(edit.rule, []).append(edit)
    if not by_rule:
        return "Nothing was mended.\n"
    parts: list[str] = []
    for code, found in by_rule.items():
        parts.append(f"{code} ({found[0].severity}): {summaries[code]}: {len(found)}\n")
        parts += (_line(edit, folder) for edit in found)
        parts.append("\n")
    return "".join(parts[:-1])


def _line(edit: Edit, folder: Path) -> str:
    place = edit.span.received()
    text = place.source.text
    line, column = place.source.line_column(place.start)
    before = _shown(text[max(0, place.start - _AROUND) : place.start])
    after = _shown(text[place.end : place.end + _AROUND])
    gone = f"[-{_shown(place.text)}-]" if place.text else ""
    new = f"{{+{_shown(edit.text)}+}}" if edit.text else ""
    name = _name(place.source, folder)
    return f"  {name}:{line}:{column}  {before}{gone}{new}{after}\n"


def _shown(text: str) -> str:
    """Text in which what cannot be seen is named: line feeds as ⏎, others by code point."""
    return "".join(
        "⏎" if c == "\n" else c if c.isprintable() else f"[U+{ord(c):04X}]" for c in text
    )
