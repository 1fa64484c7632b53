"""What a build leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
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


#: A picture's name in a page of a PDF begins with i and so many digits: the MD5 of its address.
_DIGITS = 32


def called(name: str, pictures: Mapping[str, str]) -> str:
    """What a picture with this name in a page is called to people; empty if nobody knows.

    ``pictures`` are their names by digits (:func:`publish.render.print.picture_names`).
    """
    return pictures.get(name.removeprefix("/i")[:_DIGITS], "")
