"""What was asked of a font file before, from run to run: a file that is changed is asked anew."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from publish.model import cache

#: Part of every key: raise it when a question gets another answer.
_VERSION = 1

Answer = TypeVar("Answer")


def kept(path: Path, question: str, ask: Callable[[], Answer]) -> Answer:
    """What ``ask`` says of the file at ``path``: plain data (numbers, text, bytes, tuples).

    A font is known again by its path, its size and the times of its last change; the answers are
    held, and bounded, by :mod:`publish.model.cache`.  Raises :class:`OSError` where there is no
    such file, and what ``ask`` raises; that is not kept.
    """
    state = path.stat()
    changed = f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    key = f"{_VERSION} {question} {changed} {path}"
    name = hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:40]
    place = cache.cache_folder("faces") / name
    data = cache.read(place)
    # A file of the cache that is not whole is no answer.
    with contextlib.suppress(EOFError, ValueError, TypeError):
        if data:
            known: Answer = marshal.loads(data)
            return known
    answer = ask()
    cache.write(place, marshal.dumps(answer))
    return answer
