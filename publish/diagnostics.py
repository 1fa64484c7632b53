"""Where text came from, and the one way to fail or warn.

Everything a user is told goes through :class:`Diagnostic`.  A diagnostic that
speaks about the manuscript carries a :class:`Span`, so that it can name file,
line and column and show the place.  Positions count code points in the decoded
text, with every line end normalised to one line feed.
"""

from __future__ import annotations

import bisect
import operator
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from publish.records import dataclass, field

Severity = Literal["error", "warning", "query"]

#: Code points shown on each side of a span in the terminal form.
WINDOW = 15


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file of the manuscript, decoded.

    ``text`` has line feeds only; ``newline``, ``encoding`` and ``bom`` tell how
    to write it back as it was received; where a file mixes kinds of line ends,
    ``ends`` has each of them in order (else it is empty).  A mended source remembers
    the ``received`` one and the ``pieces`` of it that it kept, so that a place in
    mended text can be told as a place in the file the author has.
    """

    name: str
    text: str = field(repr=False)
    encoding: str = "utf-8"
    bom: bytes = b""
    newline: str = "\n"
    received: Source | None = None
    #: (start in this text, start in the received text, length) of each kept run, ascending.
    pieces: tuple[tuple[int, int, int], ...] = field(default=(), repr=False)
    _lines: list[int] = field(default_factory=list, repr=False)
    ends: tuple[str, ...] = field(default=(), repr=False)

    def encode(self) -> bytes:
        """The bytes of this text in the encoding and with the line ends it came with.

        A line end that mending put in is ``newline``, the kind that the file mostly has.
        """
        text = self._with_own_ends() if self.ends else self.text.replace("\n", self.newline)
        return self.bom + text.encode(self.encoding)

    def _with_own_ends(self) -> str:
        """The text, every line end that was kept as the received file has it there."""
        origin = self.received or self
        pieces = self.pieces if self.received is not None else ((0, 0, len(self.text)),)
        parts: list[str] = []
        here = there = line = 0
        for start, original, length in pieces:
            line += origin.text.count("\n", there, original)
            parts.append(self.text[here:start].replace("\n", self.newline))
            first, *rest = self.text[start : start + length].split("\n")
            parts.append(first)
            for end, words in zip(origin.ends[line : line + len(rest)], rest, strict=True):
                parts += [end, words]
            line += len(rest)
            here, there = start + length, original + length
        parts.append(self.text[here:].replace("\n", self.newline))
        return "".join(parts)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a code point, both counted from one."""
        if not self._lines:
            self._lines.append(0)
            position = self.text.find("\n")
            while position >= 0:
                self._lines.append(position + 1)
                position = self.text.find("\n", position + 1)
        line = bisect.bisect_right(self._lines, offset) - 1
        return line + 1, offset - self._lines[line] + 1

    def as_received(self, offset: int, *, end: bool = False) -> int:
        """The offset in the received text of an offset in this one.

        An offset inside text that mending put in falls on the place where it
        was put; with ``end`` it is read as the end of a span.
        """
        if self.received is None:
            return offset
        wanted = offset - 1 if end else offset
        index = bisect.bisect_right(self.pieces, wanted, key=operator.itemgetter(0)) - 1
        if index < 0:
            return self.pieces[0][1] if self.pieces else 0
        start, original, length = self.pieces[index]
        if offset - start <= length:
            return original + offset - start
        if end and index + 1 < len(self.pieces):
            return self.pieces[index + 1][1]
        return original + length


@dataclass(frozen=True, slots=True)
class Span:
    """A run of code points in a source: ``start`` included, ``end`` not."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text the span covers."""
        return self.source.text[self.start : self.end]

    def received(self) -> Span:
        """The same place in the file as the author has it."""
        if self.source.received is None:
            return self
        start = self.source.as_received(self.start)
        end = max(start, self.source.as_received(self.end, end=True))
        return Span(self.source.received, start, end)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the span by ``text``; ``rule`` is the code of the rule that says so."""

    span: Span
    text: str
    rule: str
    severity: Literal["safe", "declared"] = "safe"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a user is told: a code, how bad it is, plain words, the place, and what to do.

    ``error`` stops a build, ``warning`` does not, ``query`` asks what only an
    editor can decide.  ``path`` names the file where there is no span.  ``settle`` are the lines of
    book.toml, each with its table (``[mend] ignore = […]``), any one of which settles a query.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    hints: tuple[str, ...] = ()
    fix: Edit | None = None
    path: str | None = None
    settle: tuple[str, ...] = ()


class Failure(Exception):
    """A stage cannot go on.  ``exit_code`` is 1 for bad content, 2 for wrong usage."""

    def __init__(self, diagnostics: Sequence[Diagnostic], exit_code: int = 1) -> None:
        super().__init__("; ".join(item.message for item in diagnostics))
        self.diagnostics = tuple(diagnostics)
        self.exit_code = exit_code


def fail(code: str, message: str, *, exit_code: int = 1, **details: Any) -> Failure:
    """A :class:`Failure` with one error; ``details`` are fields of :class:`Diagnostic`."""
    return Failure((Diagnostic(code, "error", message, **details),), exit_code)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops a build."""
    return any(item.severity == "error" for item in diagnostics)


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """A hint that names the nearest known word, or none."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return (f"did you mean {near[0]!r}?",) if near else ()


def character_name(character: str) -> str:
    """``U+27B9E CJK UNIFIED IDEOGRAPH-27B9E``: how a code point is named to people."""
    name = unicodedata.name(character, "no name")
    return f"U+{ord(character):04X} {name}"


def display_width(text: str) -> int:
    """Columns a terminal gives to the text (UAX #11: wide and full-width take two)."""
    width = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def _window(span: Span) -> tuple[str, int, int]:
    """The part of the line around a span, and the display columns where carets begin and end."""
    text = span.source.text
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = text.find("\n", span.start)
    line_end = len(text) if line_end < 0 else line_end
    end = max(span.start, min(span.end, line_end))
    left = max(line_start, span.start - WINDOW)
    right = min(line_end, max(end, span.start + 1) + WINDOW)
    before = ("…" if left > line_start else "") + text[left : span.start]
    inside = text[span.start : end]
    if len(inside) > 4 * WINDOW:
        inside, right = inside[: 4 * WINDOW] + "…", end
    after = text[end:right] + ("…" if right < line_end else "")
    shown = "".join(c if c.isprintable() else "·" for c in before + inside + after)
    return shown, display_width(before), max(1, display_width(inside))


def show(diagnostic: Diagnostic) -> str:
    """The diagnostic as plain text for a terminal, without colour."""
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    if diagnostic.span is not None:
        span = diagnostic.span.received()
        line, column = span.source.line_column(span.start)
        shown, before, width = _window(span)
        lines.append(f" --> {span.source.name}:{line}:{column}")
        lines.append(f"  | {shown}")
        lines.append(f"  | {' ' * before}{'^' * width}")
    elif diagnostic.path is not None:
        lines.append(f" --> {diagnostic.path}")
    lines.extend(f"  = hint: {hint}" for hint in diagnostic.hints)
    # In a file of TOML a table's name stands on a line of its own.
    settle = (line.partition("] ") for line in diagnostic.settle)
    lines.extend(f"  = settle: under {table}]: {entry}" for table, _, entry in settle)
    return "\n".join(lines)


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The diagnostic as one JSON object (house.md, Commands)."""
    record: dict[str, Any] = {
        "type": "diagnostic",
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "line": None,
        "column": None,
        "start": None,
        "end": None,
        "excerpt": None,
        "hints": list(diagnostic.hints),
        "settle": list(diagnostic.settle),
        "fix": None,
    }
    if diagnostic.span is not None:
        span = diagnostic.span.received()
        line, column = span.source.line_column(span.start)
        record.update(
            path=span.source.name,
            line=line,
            column=column,
            start=span.start,
            end=span.end,
            excerpt=_window(span)[0],
        )
    if diagnostic.fix is not None:
        place = diagnostic.fix.span.received()
        record["fix"] = {"start": place.start, "end": place.end, "text": diagnostic.fix.text}
    return record
