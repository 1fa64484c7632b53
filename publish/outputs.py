"""The folder that a book is built into: lock, temporary names, build.json, what is kept.

Writing is atomic: a file is made under a temporary name in the same folder and put in place by
one rename.  A build that is killed leaves the old file whole; its leavings are swept by the next.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish import __version__
from publish.diagnostics import Failure, Source, fail
from publish.model import cache, styles
from publish.model.artifact import Artifact
from publish.model.book import Book
from publish.model.edition import Edition
from publish.model.manifest import Manifest
from publish.model.package import PageStart

if TYPE_CHECKING:
    from publish.fonts import FaceSet

RECORD = "build.json"
_TEMPORARY = ".tmp-"
#: What an artefact's bytes depend on beside the book and this program.
_LIBRARIES = (
    "weasyprint", "pydyf", "EbookLib", "opencc", "fonttools", "uharfbuzz", "pillow",
    "ziamath", "latex2mathml", "jinja2", "lxml", "pikepdf", "bookbarcode",
)  # fmt: skip


#: What a write reports that has no path of its own: the disk is full or has gone read-only.
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO))

#: The facts of an artefact in build.json, and what each must be.
_FACTS: dict[str, tuple[type, ...]] = {
    "path": (str,), "kind": (str,), "edition": (str,), "key": (str,), "sha256": (str,),
    "bytes": (int,), "pages": (int,), "seconds": (int, float), "note": (str,),
}  # fmt: skip
_HASH = re.compile("[0-9a-f]{64}")
#: Formats whose files end in ``.pdf`` after their own name.
_PRESS = ("press", "booklet", "cover")


def _cannot(path: Path, error: OSError) -> Failure:
    return fail(
        "B-WRITE", f"cannot write: {error.strerror or error}", path=path.as_posix(),
        hints=("what was there before is untouched",),
    )  # fmt: skip


def _is_about(error: OSError, path: Path) -> bool:
    """Whether an error comes from writing to a path, and not from something else at that time."""
    names = [name for name in (error.filename, error.filename2) if name is not None]
    if not names:
        return error.errno in _FULL
    return any(isinstance(name, str) and Path(name).name == path.name for name in names)


class Outputs:
    """One book's folder during one build; a second build waits for the first.

    ``waiting`` is called once, before it waits.
    """

    def __init__(self, folder: Path, book: str, waiting: Callable[[], None] | None = None) -> None:
        self.folder, self.book = folder, book
        self.waiting = waiting
        self.records: dict[str, dict[str, Any]] = {}
        #: By edition: the key of the pages, and where each begins.
        self.pages: dict[str, dict[str, Any]] = {}
        self._lock: int | None = None

    def __enter__(self) -> Outputs:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder, self.waiting)
            for leftover in self.folder.glob(f"{_TEMPORARY}*"):
                # A folder of such a name is not ours.
                if leftover.is_symlink() or leftover.is_file():
                    leftover.unlink(missing_ok=True)
        except OSError as error:
            self.__exit__()
            raise _cannot(self.folder, error) from error
        data = self._load()
        self.records, self.pages = self._artifacts(data), self._page_maps(data)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _load(self) -> dict[str, Any]:
        """build.json; nothing where it is missing or damaged."""
        try:
            data = json.loads((self.folder / RECORD).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def _artifacts(self, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The artefacts of build.json; of a file that is damaged, those that are whole."""
        items = data.get("artifacts")
        found: dict[str, dict[str, Any]] = {}
        for item in items if isinstance(items, list) else ():
            record = self._record(item)
            if record is not None:
                found[record["path"]] = record
        return found

    @staticmethod
    def _page_maps(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The page maps of build.json, as far as they are as :meth:`keep_pages` writes them."""
        maps = data.get("pages")
        return {
            edition: found
            for edition, found in (maps.items() if isinstance(maps, dict) else ())
            if isinstance(found, dict)
            and isinstance(found.get("key"), str)
            and isinstance(found.get("starts"), list)
            and all(
                isinstance(start, list) and list(map(type, start)) == [str, str, int]
                for start in found["starts"]
            )
        }

    def _record(self, item: object) -> dict[str, Any] | None:
        """One artefact of build.json, or None where it is not as :meth:`install` writes it."""
        if not isinstance(item, dict) or not _FACTS.keys() <= item.keys():
            return None
        if not all(isinstance(item[fact], kinds) for fact, kinds in _FACTS.items()):
            return None
        hashes = _HASH.fullmatch(item["key"]) and _HASH.fullmatch(item["sha256"])
        if not hashes or "/" in item["path"]:
            return None
        if item["path"] != self._name(item["edition"], item["kind"]):
            return None
        return {fact: item[fact] for fact in _FACTS}

    def path(self, edition: str, kind: str) -> Path:
        """Where an artefact stands: book.edition.epub, .pdf (house.md, Commands)."""
        return self.folder / self._name(edition, kind)

    def _name(self, edition: str, kind: str) -> str:
        """Files for a press are PDFs that say what they are for."""
        ending = f"{kind}.pdf" if kind in _PRESS else kind
        return f"{self.book}.{edition}.{ending}"

    def key(
        self,
        sources: tuple[Source, ...],
        manifest: Manifest,
        book: Book,
        edition: Edition,
        faces: FaceSet,
        kind: str,
        modified: str,
    ) -> str:
        """A hash of everything that the artefact's bytes follow from."""
        from publish.fonts import fingerprint

        declared = dataclasses.replace(
            manifest, folder=Path(), files=(), source=None, declared=frozenset()
        )
        parts = [
            kind,
            program(),
            fingerprint(faces),
            repr(edition),
            repr(declared),
            repr(book.meta),
            modified,
            *(source.text for source in sources),
            *(f"{item.path} {hashlib.sha256(item.data).hexdigest()}" for item in book.assets),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def kept(self, edition: str, kind: str, key: str) -> Artifact | None:
        """The artefact that is there already, if it is what would be made."""
        path = self.path(edition, kind)
        record = self.records.get(path.name)
        if record is None or record["key"] != key or not path.is_file():
            return None
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != record["sha256"]:
            return None
        return self._artifact(path, record, fresh=False)

    def kept_pages(self, edition: str, key: str) -> tuple[PageStart, ...] | None:
        """Where the pages of an edition begin, if that is known of this very book."""
        known = self.pages.get(edition)
        if known is None or known["key"] != key:
            return None
        return tuple(PageStart(*start) for start in known["starts"])

    def keep_pages(self, edition: str, key: str, starts: tuple[PageStart, ...]) -> None:
        """Remember where the pages of an edition begin; ``key`` is that of its PDF."""
        rows = [[start.label, start.leaf, start.at] for start in starts]
        self.pages[edition] = {"key": key, "starts": rows}

    @contextlib.contextmanager
    def temporary(self, edition: str, kind: str) -> Iterator[Path]:
        """A name to write to; whatever stands there at the end is removed.

        Raises Failure B-WRITE where it cannot be written; other trouble of the body is its own.
        """
        final = self.path(edition, kind)
        path = self.folder / f"{_TEMPORARY}{os.getpid()}-{final.name}"
        try:
            yield path
        except OSError as error:
            if _is_about(error, path):
                raise _cannot(final, error) from error
            raise
        finally:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def install(
        self,
        path: Path,
        edition: str,
        kind: str,
        key: str,
        pages: int,
        seconds: float,
        note: str = "",
    ) -> Artifact:
        """Put a finished file in its place and note it.  Raises Failure B-WRITE."""
        final = self.path(edition, kind)
        data = path.read_bytes()
        try:
            _sync(path)
            path.replace(final)
        except OSError as error:
            raise _cannot(final, error) from error
        record = {
            "path": final.name,
            "kind": kind,
            "edition": edition,
            "key": key,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "pages": pages,
            "seconds": round(seconds, 3),
            "note": note,
        }
        self.records[final.name] = record
        # At once, so that a build that is killed later does not forget what it has done.
        self.record()
        return self._artifact(final, record, fresh=True)

    def _artifact(self, path: Path, record: dict[str, Any], *, fresh: bool) -> Artifact:
        return Artifact(
            path, record["kind"], record["edition"], record["sha256"], record["bytes"],
            record["pages"], record["seconds"], fresh, record["note"],
        )  # fmt: skip

    def record(self) -> None:
        """Write build.json: what was built from what."""
        there = [
            item for name, item in sorted(self.records.items()) if (self.folder / name).exists()
        ]
        data = {
            "book": self.book,
            "publish": __version__,
            "libraries": libraries(),
            "artifacts": there,
            "pages": dict(sorted(self.pages.items())),
        }
        self.write(RECORD, json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a text file of the book, unless it is there as it should be.

        Raises Failure B-WRITE.
        """
        target, written = self.folder / name, text.encode()
        with contextlib.suppress(OSError):
            if target.read_bytes() == written:
                return
        replace_file(target, written)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary one beside it.  Raises Failure B-WRITE."""
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    try:
        temporary.write_bytes(data)
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        _sync(temporary)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _cannot(path, error) from error


def _sync(path: Path) -> None:
    """To the disk before the rename, so that a power cut cannot leave an empty file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _locked(folder: Path, waiting: Callable[[], None] | None) -> int:
    """Lock a folder for this process; waits for another build, after it has told so.

    No file is left behind.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        import fcntl
    except ImportError:
        # No advisory locks on this system: renames still keep every file whole.
        return descriptor
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except BaseException:
        # Interrupted while it waited: the folder must not stay open.
        os.close(descriptor)
        raise
    return descriptor


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """The versions of the libraries that the bytes depend on."""
    installed: dict[str, str] = {}
    for folder in reversed(sys.path):
        with contextlib.suppress(OSError):
            for name in (entry.name for entry in os.scandir(folder or ".")):
                # «Recording installed projects»: a folder of this name for each.
                if found := _INSTALLED.fullmatch(name):
                    installed[_normal(found[1])] = found[2]
    return {name: installed.get(_normal(name)) or _version(name) for name in _LIBRARIES}


_INSTALLED = re.compile(r"([\w.]+)-([^-]+)\.dist-info")


def _normal(name: str) -> str:
    """A project's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(name: str) -> str:
    """What Python itself knows of a project: slow to ask, and it need not be a folder."""
    from importlib.metadata import version

    return version(name)


@lru_cache(maxsize=1)
def program() -> str:
    """A hash of this program, its styles and its libraries: a change of any is a new build.

    Files that have the size and the times that they had when they were last read are not read again
    (:mod:`publish.model.cache` holds what they were).
    """
    package = Path(__file__).parent
    files = sorted([*_below(str(package), (".py", ".txt")), *_below(str(styles.folder()), ("",))])
    states = [(s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in map(os.stat, files)]
    about = sorted(libraries().items())
    name = hashlib.sha256(repr((about, files, states)).encode()).hexdigest()[:40]
    place = cache.cache_folder("programs") / name
    known = cache.read(place)
    if known is not None and _HASH.fullmatch(known.decode("ascii", "replace")):
        return known.decode()
    digest = hashlib.sha256(repr(about).encode())
    for path in files:
        digest.update(path.rpartition("/")[2].encode() + Path(path).read_bytes())
    cache.write(place, digest.hexdigest().encode())
    return digest.hexdigest()


def _below(folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    """The files below a folder whose names end so; what Python compiled is none of them."""
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (f"{path}/{name}" for name in names if name.endswith(endings))
