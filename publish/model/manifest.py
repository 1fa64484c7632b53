"""book.toml: every decision about a book, checked key by key.

:func:`load` reads a book folder or a bare file.  What a key may say stands in
:data:`publish.model.schema.SCHEMA`; here are the files, the places and the words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from publish.diagnostics import (
    Diagnostic,
    Failure,
    Severity,
    Source,
    Span,
    did_you_mean,
    fail,
    has_errors,
)
from publish.model import checkers, files, places, schema
from publish.model.book import Meta
from publish.model.edition import BUILT_IN, LANGUAGES
from publish.model.syntax import syntax_hints
from publish.records import dataclass, field


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """A paragraph that is a heading: ``text`` matches the whole paragraph, ``…`` any run in it."""

    text: str
    level: int
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EditionRule:
    """An ``[[edition]]``: script and region may be empty (a built-in name says them);
    ``overrides`` holds whole sections (page, fonts, convert, epub, print, book) to lay over
    the book's."""

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
    interpunct: Literal["", "·", "‧"] = ""
    regional_vocabulary: bool = False
    page: Mapping[str, Any] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    epub: Mapping[str, Any] = field(default_factory=dict)
    print: Mapping[str, Any] = field(default_factory=dict)
    editions: tuple[EditionRule, ...] = ()
    #: key of [book] -> where YAML front matter gives it.
    front_places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_FIELDS = {"title-lines": "title_lines", "author": "authors", "subject": "subjects"}


def load(source: Path) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """The manifest of one manuscript file or of a book folder, and the warnings about it.

    A bare file (.md, .txt) uses no book.toml; in a folder it is optional.  The
    manuscript is what ``[source] files`` declares, else ``manuscript.md``, else all
    ``*.md``, else all ``*.txt``, in natural order.  Raises :class:`Failure`: exit
    code 2 for a path that is not there or is no manuscript, 1 for bad content.
    """
    files.existing(source)
    if not source.is_dir():
        if source.suffix.lower() not in files.SUFFIXES or not source.is_file():
            raise fail(
                "M-SOURCE",
                f"{source} is no manuscript: publish reads .md and .txt files and book folders",
                exit_code=2,
                hints=files.conversion(source),
            )
        name = files.book_name(source)
        return Manifest(name, source.parent, (source,), Meta("")), ()
    name = files.book_name(source)
    toml = source / "book.toml"
    if not toml.is_file():
        return Manifest(name, source, files.default_files(source), Meta("")), ()
    text = files.read_toml(source, toml)
    return _Loader(name, source, text).load()


def place(manifest: Manifest, *path: str | int) -> Span | None:
    """Where book.toml gives a value (``place(manifest, "page", "chars")``), or None.

    What YAML front matter gives under [book] stands there.
    """
    if len(path) == 2 and path[0] == "book" and path[1] in manifest.front_places:
        return manifest.front_places[str(path[1])]
    if manifest.source is None:
        return None
    return _span(manifest.source, places.places(manifest.source.text), path)


def declared_at(manifest: Manifest, edition: str, section: str, key: str) -> Span | None:
    """Where a key is given that an edition has: by the edition itself, else by the book."""
    for number, rule in enumerate(manifest.editions):
        if rule.name == edition and key in rule.overrides.get(section, {}):
            return place(manifest, "edition", number, section, key)
    return place(manifest, section, key)


def meta_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values of [book] as fields of :class:`Meta`."""
    fields = {_FIELDS.get(key, key): value for key, value in values.items()}
    if "colophon" in fields:
        fields["colophon"] = tuple(fields["colophon"].items())
    return fields


# --- book.toml ---------------------------------------------------------------


def _span(
    source: Source, found: Mapping[places.Path, places.Place], path: Iterable[str | int],
    *, key: bool = False,
) -> Span | None:  # fmt: skip
    """The place of a value (or key), or of the nearest thing around it that has a place."""
    parts = tuple(path)
    for end in range(len(parts), 0, -1):
        # An array of tables has no place of its own, its first one has; a list of one is a value.
        if known := found.get(parts[:end]) or found.get((*parts[:end], 0)):
            whole = end == len(parts) or isinstance(parts[end], int)
            start, stop = known.key if key or not whole else known.value
            return Span(source, start, stop)
    return None


class _Loader:
    """One pass over one book.toml; every mistake is found, not only the first."""

    def __init__(self, name: str, folder: Path, source: Source) -> None:
        self.name = name
        self.folder = folder
        self.source = source
        self.found: list[Diagnostic] = []
        try:
            self.data = tomllib.loads(source.text)
            self.places = places.places(source.text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax(str(error)) from None
        except RecursionError:
            message = "book.toml is nested too deep"
            raise fail("M-TOML", message, path=source.name) from None

    def load(self) -> tuple[Manifest, tuple[Diagnostic, ...]]:
        """The manifest and the warnings; raises :class:`Failure` with every error."""
        values: dict[str, dict[str, Any]] = {}
        for section, content in self.data.items():
            if section in schema.SCHEMA:
                values[section] = self._section(section, content, (section,))
            elif section != "edition":
                self._unknown_section(section)
        rules = self._editions(self.data.get("edition", []))
        chosen = self._files(values.get("source", {}).get("files"))
        book = values.get("book", {})
        self._title_lines(book)
        if has_errors(self.found):
            raise Failure(self.found)
        mend, structure = values.get("mend", {}), values.get("structure", {})
        convert = values.get("convert", {})
        headings = tuple(
            HeadingRule(**item, span=self._at("structure", "headings", number))
            for number, item in enumerate(structure.get("headings", ()))
        )
        manifest = Manifest(
            name=self.name,
            folder=self.folder,
            files=chosen,
            meta=Meta(**{"title": "", **meta_fields(book)}),
            source=self.source,
            declared=frozenset(book),
            encoding=values.get("source", {}).get("encoding", ""),
            names=mend.get("names", {}),
            terms=mend.get("terms", {}),
            rules=mend.get("rules", {}),
            ignore=mend.get("ignore", ()),
            entries=structure.get("entries", ""),
            headings=headings,
            front=structure.get("front", ()),
            back=structure.get("back", ()),
            parts=structure.get("parts", ()),
            convert_words=convert.get("words", {}),
            convert_names=convert.get("names", ()),
            protect=convert.get("protect", ()),
            interpunct=convert.get("interpunct", ""),
            regional_vocabulary=convert.get("regional-vocabulary", False),
            page=values.get("page", {}),
            fonts=values.get("fonts", {}),
            epub=values.get("epub", {}),
            print=values.get("print", {}),
            editions=rules,
        )
        return manifest, tuple(self.found)

    def _section(self, section: str, content: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
        """The checked values of one section, of the book or of an edition."""
        title = ".".join(str(part) for part in path if isinstance(part, str))
        if not isinstance(content, dict):
            hints = (f"it is written [{title}] on a line of its own, its keys below it",)
            message = f"[{title}] must be a section, not {checkers.kind(content)}"
            self._say("M-VALUE", message, path, hints=hints)
            return {}
        checked: dict[str, Any] = {}
        for key, value in content.items():
            checker = schema.SCHEMA[section].get(key)
            if checker is None:
                self._unknown_key(title, key, (*path, key), schema.SCHEMA[section])
                continue
            try:
                checked[key] = checker(value)
                if (section, key) == ("book", "cover") or (
                    section == "fonts" and checked[key].lower().endswith(files.FONT_SUFFIXES)
                ):
                    files.inside_folder(self.folder, checked[key])
            except checkers.Wrong as wrong:
                self._wrong(f"[{title}] {key}", wrong, (*path, key))
        return checked

    def _editions(self, content: Any) -> tuple[EditionRule, ...]:
        if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
            message = "an edition is written [[edition]], with two brackets on each side"
            self._say("M-VALUE", message, ("edition",))
            return ()
        rules: list[EditionRule] = []
        for number, item in enumerate(content):
            rule = self._edition(number, item)
            if rule.name and any(rule.name == other.name for other in rules):
                message = f"two editions are called {rule.name!r}"
                self._say("M-EDITION", message, ("edition", number, "name"))
            rules.append(rule)
        return tuple(rules)

    def _edition(self, number: int, item: Mapping[str, Any]) -> EditionRule:
        own: dict[str, str] = {}
        overrides: dict[str, dict[str, Any]] = {}
        for key, value in item.items():
            path = ("edition", number, key)
            if key in schema.OVERRIDES:
                overrides[key] = self._section(key, value, path)
            elif key in schema.SCHEMA:
                message = f"an edition cannot override [{key}], which is for the whole book"
                self._say("M-KEY", message, path, key=True)
            elif key not in schema.EDITION:
                self._unknown_key("edition", key, path, schema.EDITION)
            else:
                try:
                    own[key] = schema.EDITION[key](value)
                except checkers.Wrong as wrong:
                    self._wrong(f"[[edition]] {key}", wrong, path)
        if "name" not in item:
            self._say("M-EDITION", "an [[edition]] must have a name", ("edition", number))
        self._script_of(own, number)
        return EditionRule(
            **{"name": "", **own},
            overrides=overrides,
            span=self._at("edition", number, "name"),
        )

    def _script_of(self, own: Mapping[str, str], number: int) -> None:
        """A script and region must go together, and be those of a built-in name."""
        script, region = own.get("script", ""), own.get("region", "")
        path = ("edition", number, "script" if script else "region")
        if script and region and (script, region) not in LANGUAGES:
            known = ", ".join(f"{a} with {b}" for a, b in LANGUAGES)
            self._say("M-EDITION", f"script {script} does not go with region {region}", path,
                      hints=(f"what goes together: {known}",))  # fmt: skip
        built_in = BUILT_IN.get(own.get("name", ""))
        if built_in and ((script or built_in[0]), (region or built_in[1])) != built_in:
            message = f"the edition {own['name']} is script {built_in[0]}, region {built_in[1]}"
            hints = ("give an edition of another script another name",)
            self._say("M-EDITION", message, path, hints=hints)

    def _files(self, patterns: tuple[str, ...] | None) -> tuple[Path, ...]:
        if patterns is None:
            if has_errors(self.found):
                return ()
            return files.default_files(self.folder)
        try:
            return files.declared_files(self.folder, patterns)
        except checkers.Wrong as wrong:
            self._wrong("[source] files", wrong, ("source", "files"))
            return ()

    def _title_lines(self, book: dict[str, Any]) -> None:
        lines, title = book.get("title-lines", ()), book.get("title", "")
        if lines and title and "".join("".join(lines).split()) != "".join(title.split()):
            message = f"[book] title-lines do not add up to the title {title!r}"
            hints = ("they are left out: together they have to say what the title says",)
            self._say("M-TITLE", message, ("book", "title-lines"), severity="warning", hints=hints)
            del book["title-lines"]

    # What is said, and where.

    def _at(self, *path: str | int, key: bool = False) -> Span | None:
        return _span(self.source, self.places, path, key=key)

    def _say(
        self,
        code: str,
        message: str,
        path: tuple[str | int, ...],
        *,
        severity: Severity = "error",
        hints: tuple[str, ...] = (),
        key: bool = False,
    ) -> None:
        span = self._at(*path, key=key)
        where = None if span else self.source.name
        self.found.append(Diagnostic(code, severity, message, span, hints, path=where))

    def _wrong(self, what: str, wrong: checkers.Wrong, path: tuple[str | int, ...]) -> None:
        message = f"{what} {wrong.reason}"
        self._say(wrong.code, message, (*path, *wrong.path), hints=wrong.hints)

    def _unknown_section(self, section: str) -> None:
        known = (*schema.SCHEMA, "edition")
        hints = did_you_mean(section, known) or _belongs(section) or _all("its sections", known)
        self._say("M-KEY", f"book.toml has no section [{section}]", (section,), hints=hints,
                  key=True)  # fmt: skip

    def _unknown_key(
        self, section: str, key: str, path: tuple[str | int, ...], known: Iterable[str]
    ) -> None:
        hints = did_you_mean(key, known) or _belongs(key, within=section)
        hints = hints or _all("its keys", known)
        self._say("M-KEY", f"[{section}] has no key {key!r}", path, hints=hints, key=True)

    def _syntax(self, message: str) -> Failure:
        match = _TOML_PLACE.search(message)
        words = message[: match.start()] if match else message
        text = self.source.text
        offset = len(text.rstrip())
        if match and match[1]:
            lines = text.split("\n")
            line = int(match[1]) - 1
            offset = sum(len(item) + 1 for item in lines[:line]) + int(match[2]) - 1
        span = Span(self.source, min(offset, len(text)), min(offset + 1, len(text)))
        line_start = text.rfind("\n", 0, span.start) + 1
        hints = syntax_hints(text[line_start:].partition("\n")[0], words)
        words = re.sub(r"\((['\"])(.*?)\1,\)", r"[\2]", words)
        message = f"book.toml is not TOML: {words[0].lower()}{words[1:]}"
        return fail("M-TOML", message, span=span, hints=hints)


def _all(what: str, known: Iterable[str]) -> tuple[str, ...]:
    return (f"{what} are {', '.join(known)}",)


def _belongs(key: str, within: str = "") -> tuple[str, ...]:
    """A hint that names the section a key belongs to, or none."""
    for section, keys in schema.SCHEMA.items():
        if key in keys:
            table = f"edition.{section}" if within == "edition" else section
            return (f"{key!r} belongs under [{table}]",)
    return ()
