"""Reads tests/cases/*.case and runs them; the format is told in tests/cases/README.md."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publish.convert import convert, queries
from publish.diagnostics import Diagnostic, Edit, Source
from publish.mend import RULES, Mended, mend, silenced
from publish.mend.passages import passages
from publish.model import book as b
from publish.model.edition import BUILT_IN, Edition, Geometry
from publish.model.manifest import Manifest, load
from publish.read import load_sources, read

FOLDER = Path(__file__).parent / "cases"

_CODE_POINT = re.compile(r"\[U\+([0-9A-F]{4,6})\]")
_OPENING = re.compile(r"(={3,})\s+(\S.*)")


@dataclass(frozen=True)
class Case:
    """One case: ``settings`` is book.toml, ``said`` the diagnostics, one line each."""

    file: str
    line: int
    name: str
    settings: str
    before: str
    after: str
    said: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}"


def parse(text: str, file: str) -> Iterator[Case]:
    """The cases of one file.  Raises ValueError, naming the line, for a case that is not whole."""
    lines = text.split("\n")
    settings = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.strip() == "--- book.toml":
            end = _closing(lines, number, "---", file)
            settings = "\n".join(lines[number:end])
            number = end + 1
        elif found := _OPENING.fullmatch(line):
            end = _closing(lines, number, found[1], file)
            yield _case(lines[number:end], found[2], settings, file, number)
            number = end + 1


def _closing(lines: list[str], start: int, mark: str, file: str) -> int:
    for number in range(start, len(lines)):
        if lines[number].rstrip() == mark:
            return number
    raise ValueError(f"{file}:{start}: what opens here is not closed by {mark}")


def _case(lines: list[str], name: str, settings: str, file: str, number: int) -> Case:
    dots = [index for index, line in enumerate(lines) if line == "."]
    if len(dots) not in (1, 2):
        raise ValueError(f"{file}:{number}: a case has one lone . or two, not {len(dots)}")
    said = lines[dots[1] + 1 :] if len(dots) == 2 else []
    after = lines[dots[0] + 1 : dots[1] if len(dots) == 2 else len(lines)]
    return Case(
        file,
        number,
        name,
        settings,
        _text(lines[: dots[0]]),
        _text(after),
        tuple(line for line in said if line),
    )


def _text(lines: list[str]) -> str:
    text = "".join(f"{line}\n" for line in lines)
    return _CODE_POINT.sub(lambda found: chr(int(found[1], 16)), text)


def cases(pattern: str) -> list[Case]:
    """The cases of all files whose name matches, in order of name and line."""
    return [
        case
        for path in sorted(FOLDER.glob(pattern))
        for case in parse(path.read_text(encoding="utf-8"), path.name)
    ]


def told(diagnostics: tuple[Diagnostic, ...], codes: frozenset[str]) -> tuple[str, ...]:
    """The diagnostics with these codes, as a case writes them."""
    result = []
    for item in diagnostics:
        if item.code in codes:
            place = ""
            if item.span is not None:
                span = item.span.received()
                place = " {}:{}".format(*span.source.line_column(span.start))
            result.append(f"{item.severity} {item.code}{place}")
    return tuple(result)


def only(code: str) -> dict[str, str]:
    """The rules switched so that one runs."""
    return {rule.code: "on" if rule.code == code else "off" for rule in RULES}


def run_mend(case: Case, folder: Path) -> tuple[Mended, Manifest]:
    """Mend the manuscript of a case as a book in the folder."""
    manifest, sources = _book(case, folder)
    stem = case.file.removesuffix(".case")
    if stem != "mend":
        object.__setattr__(manifest, "rules", only(stem))
    return mend(sources, manifest, read, detect=True), manifest


def run_convert(case: Case, folder: Path) -> str:
    """The text of the edition that the case names, one line a paragraph."""
    manifest, sources = _book(case, folder)
    book, _ = read(sources, manifest)
    converted, _ = convert(book, edition(case.name.split()[0]), manifest)
    return "".join(f"{line}\n" for line in lines_of(converted))


def run_queries(case: Case, folder: Path) -> tuple[str, ...]:
    """What the queries of conversion say of the edition that the case names, those of the file's
    code alone."""
    manifest, sources = _book(case, folder)
    book, _ = read(sources, manifest)
    found = queries(passages(book), book, edition(case.name.split()[0]), manifest)
    code = case.file.removesuffix(".case")
    return told(silenced(found, manifest), frozenset({code}))


def edition(name: str) -> Edition:
    """A built-in edition, on A5."""
    script, region = BUILT_IN[name]
    lying = Edition(name, script, region, Geometry("A5", 148, 210), {})
    if not name.endswith("-v"):
        return lying
    return dataclasses.replace(lying, writing="vertical", numbers="han")


def _book(case: Case, folder: Path) -> tuple[Manifest, tuple[Source, ...]]:
    if case.settings:
        (folder / "book.toml").write_text(case.settings, encoding="utf-8")
    (folder / "manuscript.md").write_bytes(case.before.encode())
    manifest, _ = load(folder)
    sources, _ = load_sources(manifest)
    return manifest, sources


def replay(source: Source, edits: tuple[Edit, ...]) -> str:
    """The text that the edits of one source make of it."""
    parts = []
    position = 0
    for edit in edits:
        if edit.span.source is source:
            assert edit.span.start >= position
            parts += [source.text[position : edit.span.start], edit.text]
            position = edit.span.end
    return "".join([*parts, source.text[position:]])


def lines_of(book: b.Book) -> Iterator[str]:
    """Every run of text in the book, with its marks as Markdown writes them."""
    for part in (book.heading, book.front, book.body, book.back):
        yield from _lines(part)


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        if value and all(isinstance(item, b.Inline) for item in value):
            yield "".join(map(_marked, value))
        else:
            for item in value:
                yield from _lines(item)
    elif isinstance(value, b.Image):
        yield _marked(value)
    elif isinstance(value, b.Code | b.Formula):
        yield value.text if isinstance(value, b.Code) else value.tex
    elif isinstance(value, b.Node):
        for field in dataclasses.fields(value):
            if field.name != "span":
                yield from _lines(getattr(value, field.name))


def _marked(node: b.Inline) -> str:
    match node:
        case b.Text(text):
            return text
        case b.Strong(inner):
            return f"**{''.join(map(_marked, inner))}**"
        case b.Emphasis(inner):
            return f"*{''.join(map(_marked, inner))}*"
        case b.Link(inner, target):
            return f"[{''.join(map(_marked, inner))}]({target})"
        case b.Marked(inner, role):
            return f"[{''.join(map(_marked, inner))}]{{.{role.value}}}"
        case b.Ruby(pairs):
            return "".join(f"{{{base}|{reading}}}" for base, reading in pairs)
        case b.CodeSpan(text):
            return f"`{text}`"
        case b.Math(tex):
            return f"${tex}$"
        case b.Image(source, alt):
            return f"![{alt}]({source})"
        case b.LineBreak():
            return "⏎"
        case b.NoteRef(note):
            return f"[^{note}]"
        case b.Number(spelling=spelling):
            return spelling
    raise AssertionError(node)
