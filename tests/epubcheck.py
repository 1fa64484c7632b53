"""EPUBCheck over many files: what it says, as data.

A missing tool is an error that names the command which brings it (java_machine.py), never a skipped
test.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from java_machine import machine

#: Messages of the severity USAGE that are meant: ``rp`` is kept for readers without ruby.
KNOWN_USAGES = frozenset({"HTM_055", "CSS-028"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``severity`` is FATAL, ERROR, WARNING, INFO or USAGE."""

    file: str
    severity: str
    code: str
    text: str
    place: str

    def __str__(self) -> str:
        return f"{self.file}: {self.severity}({self.code}) {self.place}: {self.text}"


def check_all(paths: Iterable[Path]) -> tuple[Message, ...]:
    """Everything EPUBCheck says about the files, in their order.

    Raises :class:`FileNotFoundError` where Java or the jar is missing, :class:`RuntimeError`
    where there is no report for a file.
    """
    return tuple(
        message
        for path in paths
        for message in _messages(path, json.loads(machine().report("epub", path))["messages"])
    )


def _messages(path: Path, messages: Iterable[dict[str, Any]]) -> Iterable[Message]:
    for item in messages:
        places = item.get("locations") or [{"path": "", "line": 0, "column": 0}]
        spots = [f"{place['path']}:{place['line']}:{place['column']}" for place in places]
        text, place = item["message"], ", ".join(spots[:5])
        yield Message(path.name, item["severity"], item["ID"], text, place)


def check(path: Path) -> tuple[Message, ...]:
    """Everything EPUBCheck says about one file."""
    return check_all((path,))


def faults(paths: Iterable[Path]) -> tuple[Message, ...]:
    """What keeps the files from being clean: fatal errors, errors and warnings."""
    bad = ("FATAL", "ERROR", "WARNING")
    return tuple(item for item in check_all(paths) if item.severity in bad)


if __name__ == "__main__":
    problems = faults(Path(argument) for argument in sys.argv[1:])
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(1 if problems else 0)
