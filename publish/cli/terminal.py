"""What the terminal is told: lines and colour for people, JSON lines for programs.

Results go to standard output, diagnostics and progress to standard error; in JSON everything
goes to standard output, one object a line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from publish.diagnostics import Diagnostic, did_you_mean, display_width, fail, show, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from publish.build import Progress, RuleDoc
    from publish.model.artifact import Artifact

_COLOURS = {"error": "bold red", "warning": "bold yellow", "query": "bold cyan"}


def say(text: str, *, end: str = "\n") -> None:
    """A result, on standard output, at once."""
    print(text, end=end, flush=True)


def remark(text: str) -> None:
    """A word beside the results, on standard error."""
    print(text, file=sys.stderr, flush=True)


class Output:
    """Where a command writes: lines for people, or JSON lines for programs."""

    def __init__(self, json: bool = False) -> None:
        self.json = json

    def diagnostics(self, items: Iterable[Diagnostic], *, queries: bool = True) -> int:
        """Tell them in the order found; returns how many queries were held back."""
        held = 0
        for item in items:
            if self.json:
                _write_json(to_json(item))
            elif item.severity == "query" and not queries:
                held += 1
            else:
                _tell(item)
        return held

    def result(self, kind: str, line: str, /, **record: Any) -> None:
        """One result: a line for people, or a record of a type for programs."""
        if self.json:
            _write_json({"type": kind, **record})
        else:
            say(line)

    def remark(self, line: str) -> None:
        """A word for people only, on standard error."""
        if not self.json:
            remark(line)


def _write_json(record: dict[str, Any]) -> None:
    import json

    say(json.dumps(record, ensure_ascii=False, default=str))


def _coloured() -> bool:
    """Whether standard error is a terminal that wants colour (https://no-color.org)."""
    return (
        sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _tell(item: Diagnostic) -> None:
    text = show(item)
    if not _coloured():
        remark(text)
        return
    from rich.console import Console
    from rich.text import Text

    head, _, rest = text.partition("\n")
    label = head.index("]") + 1
    colour = _COLOURS[item.severity]
    shown = Text.assemble((head[:label], colour), (head[label:], "bold"))
    for line in rest.split("\n") if rest else ():
        is_mark = line.startswith("  | ") and not line[4:].strip(" ^")
        shown.append("\n" + line, colour if is_mark else "dim" if line.startswith(" -->") else "")
    Console(stderr=True).print(shown, soft_wrap=True, highlight=False)


class Bar:
    """A progress bar on standard error while a build runs; nothing where there is no terminal."""

    def __init__(self, output: Output) -> None:
        self.wanted = sys.stderr.isatty() and not output.json
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> Progress | None:
        return self._step if self.wanted else None

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def _step(self, step: str, done: int, total: int) -> None:
        if self.bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self.bar = Progress(*parts, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(step)
        self.bar.update(self.task, description=step, completed=done, total=total)


def size(count: int) -> str:
    """Bytes as people read them, in SI units."""
    if count < 1000:
        return f"{count} bytes"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def many(count: int, one: str, more: str = "") -> str:
    """``1 page``, ``2 pages``."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines whose columns stand under each other, Chinese counted as two wide."""
    if not rows:
        return []
    widths = [max(display_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def tell_artifact(artifact: Artifact, out: Output) -> None:
    """What was written: file, size, pages, time; or that it has not changed."""
    facts = [size(artifact.size)]
    if artifact.pages:
        facts.append(many(artifact.pages, "page"))
    if artifact.fresh:
        facts.append(f"{artifact.seconds:.1f} s")
    word = "wrote" if artifact.fresh else "unchanged"
    note = f"\n  {artifact.note}" if artifact.note else ""
    out.result(
        "artifact",
        f"{word} {artifact.path}: {', '.join(facts)}{note}",
        path=str(artifact.path),
        kind=artifact.kind,
        edition=artifact.edition,
        sha256=artifact.sha256,
        bytes=artifact.size,
        pages=artifact.pages,
        seconds=round(artifact.seconds, 3),
        fresh=artifact.fresh,
        note=artifact.note,
    )


def tell_rules(rules: Sequence[RuleDoc], code: str, out: Output) -> None:
    """A line for each rule, or the one with the code and its documentation.  Raises Failure C-USAGE
    where there is none."""
    if not code:
        lines = columns([(rule.code, rule.kind, rule.summary) for rule in rules])
        for rule, line in zip(rules, lines, strict=True):
            out.result("rule", line, **asdict(rule))
        return
    for rule in rules:
        if rule.code == code:
            line = f"{rule.code}  {rule.kind}  {rule.summary}\n\n{rule.documentation.rstrip()}"
            out.result("rule", line, **asdict(rule))
            return
    hints = did_you_mean(code, [rule.code for rule in rules])
    hints = hints or ("publish show rules lists them",)
    raise fail("C-USAGE", f"there is no rule {code}", exit_code=2, hints=hints)


def tell_block(block: str, book: Path, out: Output) -> None:
    """What goes into book.toml; nothing for people where that is nothing."""
    if block or out.json:
        out.result("settlement", block.rstrip("\n"), path=str(book), text=block)


def counted(found: Sequence[Diagnostic]) -> str:
    """``1 error, 2 warnings, 7 queries``, or ``clean``."""
    words = (("error", "errors"), ("warning", "warnings"), ("query", "queries"))
    counts = ((sum(item.severity == one for item in found), one, more) for one, more in words)
    return ", ".join(many(*count) for count in counts if count[0]) or "clean"
