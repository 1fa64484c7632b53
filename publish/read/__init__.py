"""Manuscript -> Book: bytes and encodings, Markdown to the tree, structure.

``read`` is pure; files are touched by ``load_sources`` and ``load_assets`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish.diagnostics import Diagnostic, Source
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.read.assets import load_assets
from publish.read.encoding import load
from publish.read.front import front_matter

if TYPE_CHECKING:
    from publish.read.markdown import FileBlocks

__all__ = ["Reader", "front_matter", "load_assets", "load_sources", "read"]


def load_sources(manifest: Manifest) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    """The manuscript's files, decoded, in the order of ``manifest.files``."""
    sources: list[Source] = []
    found: list[Diagnostic] = []
    for path in manifest.files:
        source, problems = load(path, path.as_posix(), manifest.encoding)
        sources.append(source)
        found.extend(problems)
    return tuple(sources), tuple(found)


def read(sources: tuple[Source, ...], manifest: Manifest) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book that the files make, and what was found while reading.

    Raises :class:`~publish.diagnostics.Failure` for nesting deeper than a book can mean.
    """
    return Reader()(sources, manifest)


class Reader:
    """:func:`read` for who reads again and again, as mending does: a file that is the one of the
    reading before is not parsed anew, and what was read last is not read twice."""

    def __init__(self) -> None:
        self._files: list[FileBlocks] = []
        self._last: tuple[Manifest, tuple[Book, tuple[Diagnostic, ...]]] | None = None

    def __call__(
        self, sources: tuple[Source, ...], manifest: Manifest
    ) -> tuple[Book, tuple[Diagnostic, ...]]:
        """What :func:`read` gives."""
        from publish.read.markdown import read_file
        from publish.read.structure import build

        before = [id(file.source) for file in self._files]
        if self._last is None or before != list(map(id, sources)) or self._last[0] != manifest:
            known = dict(zip(before, self._files, strict=True))
            self._files = [known.get(id(source)) or read_file(source) for source in sources]
            self._last = manifest, build(self._files, manifest)
        return self._last[1]
