"""What was asked of a font file before, from run to run: a file that is changed is asked anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from publish.model import cache

#: Part of every key: raise it when a question gets another answer.
_VERSION = 1

Answer = TypeVar("Answer")


def kept(path: Path, question: str, ask: Callable[[], Answer]) -> Answer:
    """What ``ask`` says of the file at ``path``, in plain data (:func:`publish.model.cache.kept`).

    A font is known again by its path, its size and the times of its last change.  Raises
    :class:`OSError` where there is no such file.
    """
    state = path.stat()
    changed = f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    return cache.kept("faces", f"{_VERSION} {question} {changed} {path}", ask)
