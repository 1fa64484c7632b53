"""book.toml: every decision about a book, checked key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from publish.diagnostics import Source, Span
from publish.model.book import Meta


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """A paragraph that is a heading: ``text`` matches the whole paragraph, ``…`` stands for any run."""

    text: str
    level: int
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EditionRule:
    """An ``[[edition]]``: script and region may be empty (a built-in name says them);
    ``overrides`` holds whole sections (page, fonts, convert, epub, print, book) to lay over the book's."""

    name: str
    script: str = ""
    region: str = ""
    writing: str = "horizontal"
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """book.toml as data.  ``folder`` is the book folder, ``files`` the manuscript files in order
    (for a bare file: that file and its folder).  ``declared`` tells which keys of [book] were set,
    so that YAML front matter fills only the others."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    meta: Meta
    source: Source | None = None
    declared: frozenset[str] = frozenset()
    encoding: str = ""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Mapping[str, Literal["on", "off"]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    entries: Literal["", "numbered"] = ""
    headings: tuple[HeadingRule, ...] = ()
    front: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    convert_words: Mapping[str, str] = field(default_factory=dict)
    convert_names: tuple[str, ...] = ()
    protect: tuple[str, ...] = ()
    page: Mapping[str, Any] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    epub: Mapping[str, Any] = field(default_factory=dict)
    print: Mapping[str, Any] = field(default_factory=dict)
    editions: tuple[EditionRule, ...] = ()
