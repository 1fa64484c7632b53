"""Which books have changed, by looking at their files again and again.

Polling needs no library and works on every file system, network folders and
containers included; a book has few files, so that a look costs next to nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from publish.diagnostics import Failure

#: Seconds between two looks.
PAUSE = 0.3


def changes(
    books: Iterable[Path], files: Callable[[Path], Iterable[Path]], pause: float = PAUSE
) -> Iterator[Path]:
    """Every book once, and again whenever one of its ``files`` changed; never ends.

    A change while the caller is at work on a book is seen at the next look.
    """
    books = tuple(books)
    seen: dict[Path, object] = {}
    while True:
        for book in books:
            now = _snapshot(book, files)
            # Nothing there: an editor is just putting the new file in the old one's place.
            if now and seen.get(book) != now:
                seen[book] = now
                yield book
        time.sleep(pause)


def _snapshot(
    book: Path, files: Callable[[Path], Iterable[Path]]
) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file of a book; differs when the book does."""
    found: list[tuple[str, int, int]] = []
    try:
        try:
            paths = list(files(book))
        except Failure:
            # book.toml cannot be read just now: whatever mends it is in the folder.
            paths = sorted(book.iterdir()) if book.is_dir() else [book]
    except OSError:
        return ()
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)
