"""Manuscript -> Book: bytes and encodings, Markdown to the tree, structure.

``read`` is pure; files are touched by ``load_sources`` and ``load_assets`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.diagnostics import Diagnostic, Source, Span
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.read.assets import load_assets
from publish.read.encoding import load

__all__ = ["front_matter", "load_assets", "load_sources", "read"]


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
    from publish.read.markdown import read_file
    from publish.read.structure import build

    return build([read_file(source) for source in sources], manifest)


def front_matter(source: Source) -> tuple[Mapping[str, Any], Span | None, tuple[Diagnostic, ...]]:
    """The YAML front matter of a file as a mapping, and its place; empty where there is none."""
    if not source.text.startswith("---\n"):
        return {}, None, ()
    end = source.text.find("\n---", 3)
    if end < 0:
        return {}, None, ()
    import yaml

    span = Span(source, 0, end + 4)
    try:
        data = yaml.safe_load(source.text[4:end])
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "it is not YAML that a book can mean"
        return (
            {},
            span,
            (Diagnostic("R-YAML", "warning", f"the front matter is not used: {problem}", span),),
        )
    return (data if isinstance(data, dict) else {}), span, ()
