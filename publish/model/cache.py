"""What takes long to make, on disk: $XDG_CACHE_HOME/publish, files named by what they were made
from.  Most are subsets of fonts; pictures are made over, and kept, by render."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

#: Above this many bytes the files that were not used for a day are removed, oldest first.
LIMIT = 512 * 1024 * 1024
_DAY = 24 * 60 * 60

Answer = TypeVar("Answer")


def cache_folder(kind: str = "fonts") -> Path:
    """The folder of one kind; a temporary one, gone at exit, where that cannot be written."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return _writable(base / "publish" / kind)


@lru_cache(maxsize=8)
def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return _temporary()


@lru_cache(maxsize=1)
def _temporary() -> Path:
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="publish-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def read(path: Path) -> bytes | None:
    """The cached file, marked as used now, or None."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return data or None


def kept(kind: str, question: str | bytes, ask: Callable[[], Answer]) -> Answer:
    """What ``ask`` answered when the same was asked before, in this or another run.

    ``question`` has everything that the answer depends on: the data themselves, or what tells them
    from all others, and the version of who answers (:func:`library`).  Answers are plain data:
    numbers, text, bytes, None, and tuples of them.  What ``ask`` raises is raised, and not kept.
    """
    asked = question.encode(errors="surrogateescape") if isinstance(question, str) else question
    path = cache_folder(kind) / hashlib.sha256(asked).hexdigest()[:40]
    data = read(path)
    # A file that is not whole is no answer.
    with contextlib.suppress(EOFError, ValueError, TypeError):
        if data:
            known: Answer = marshal.loads(data)
            return known
    answer = ask()
    write(path, marshal.dumps(answer))  # type: ignore[arg-type]
    return answer


@lru_cache(maxsize=16)
def library(name: str) -> str:
    """What tells a release of an installed library from the next; it is not imported."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        return name
    origin = Path(found.origin)
    state = origin.stat()
    # Its release, as installers write it down; some give every file the same time.
    told = [item.name.lower() for item in origin.parent.parent.iterdir()]
    releases = [item for item in told if item.startswith(f"{name.lower()}-")]
    return f"{origin} {sorted(releases)} {state.st_size} {state.st_mtime_ns}"


def write(path: Path, data: bytes) -> Path:
    """Write atomically, and return where: in a temporary folder if the disk refuses."""
    try:
        _replace(path, data)
    except OSError:
        path = _temporary() / path.name
        _replace(path, data)
    else:
        _trim(path.parent)
    return path


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=8)
def _trim(folder: Path) -> None:
    """Remove what is too much: once in a process, which itself writes only some megabytes."""
    with contextlib.suppress(OSError):
        files = [(item.stat(), item.path) for item in os.scandir(folder) if item.is_file()]
        total = sum(state.st_size for state, _ in files)
        now = time.time()
        for state, path in sorted(files, key=lambda pair: pair[0].st_mtime):
            if total <= LIMIT or now - state.st_mtime < _DAY:
                break
            Path(path).unlink(missing_ok=True)
            total -= state.st_size
