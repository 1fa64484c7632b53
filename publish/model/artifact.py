"""What a build leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from publish.diagnostics import Diagnostic
from publish.records import dataclass

Format = Literal["epub", "pdf", "press", "booklet", "cover", "azw3"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file: ``pages`` is 0 where there are none, ``seconds`` the wall time of its making,
    ``fresh`` is false where an unchanged one was kept, ``note`` a line for whoever prints it."""

    path: Path
    kind: Format
    edition: str
    sha256: str
    size: int
    pages: int = 0
    seconds: float = 0.0
    fresh: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one build of one book."""

    book: str
    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]
