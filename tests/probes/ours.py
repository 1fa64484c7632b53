"""The probe books set by publish, through its command line alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf

from probes.marks import Region
from probes.probe import Probe

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS: dict[Region, str] = {"cn": "hans", "tw": "hant", "hk": "hant"}


@dataclass(frozen=True)
class Edition:
    """An edition of a probe book; ``page`` holds keys of its own [page]."""

    name: str
    region: Region
    page: dict[str, str | float] = field(default_factory=dict)
    vertical: bool = False


@dataclass(frozen=True)
class Built:
    """The PDF of each edition, and what the command told, as it says with ``--json``."""

    paths: dict[str, Path]
    told: tuple[dict[str, object], ...]


class BuildError(Exception):
    """publish did not build a probe book."""


def build(
    folder: Path,
    name: str,
    probes: Iterable[Probe],
    editions: Sequence[Edition],
    *,
    measure: int,
    em: float,
    line: float = 18.0,
) -> Built:
    """The book in each edition.  ``measure`` in em, ``em`` and ``line`` in pt."""
    book = folder / name
    book.mkdir()
    sections = [
        f'[book]\ntitle = "探针"\nlanguage = "zh-Hans"\n[page]\npaper = "A5"\n'
        f"chars = {measure}\nfont-size = {em}\nline = {line}\nlines = {int(26 * 18 // line)}\n"
    ]
    for edition in editions:
        sections.append(
            f'[[edition]]\nname = "{edition.name}"\nscript = "{SCRIPTS[edition.region]}"\n'
            f'region = "{edition.region}"\n'
        )
        if edition.vertical:
            sections.append('writing = "vertical"\n')
        if edition.page:
            keys = "".join(
                f'{key} = "{value}"\n' if isinstance(value, str) else f"{key} = {value}\n"
                for key, value in edition.page.items()
            )
            sections.append(f"[edition.page]\n{keys}")
    (book / "book.toml").write_text("".join(sections), encoding="utf-8")
    text = "\n\n".join(["# 探针", "## 探针", *(probe.markdown() for probe in probes)])
    (book / "manuscript.md").write_text(text + "\n", encoding="utf-8")
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 90, 31))
    picture.clear_with(128)
    picture.save(book / "probe.png")
    chosen = [word for edition in editions for word in ("--edition", edition.name)]
    command = [sys.executable, "-m", "publish", "build", str(book), *chosen]
    command += ["--json", "--format", "pdf", "--output", str(folder / "output")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000"}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    paths = {
        edition.name: folder / "output" / name / f"{name}.{edition.name}.pdf"
        for edition in editions
    }
    if run.returncode or not all(path.is_file() for path in paths.values()):
        said = [line for line in (run.stdout + run.stderr).splitlines() if "error" in line.lower()]
        raise BuildError(f"publish build {name}: exit {run.returncode}: {' / '.join(said[:3])}")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return Built(paths, tuple(line for line in lines if line["type"] == "diagnostic"))
