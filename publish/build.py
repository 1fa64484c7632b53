"""The pipeline on one screen: manifest -> sources -> mend(read) -> convert -> render -> check.

Every stage is a function from value to value with diagnostics; files are written here, under a
lock, to a temporary name first, so that an old artefact stays whole until the new one is.
"""

from __future__ import annotations

import dataclasses
import difflib
import pprint
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from publish.diagnostics import Diagnostic, Edit, Failure, Source, fail, has_errors
from publish.model.artifact import Artifact, Outcome
from publish.model.book import Book
from publish.model.edition import Edition
from publish.model.manifest import Manifest
from publish.outputs import Outputs

if TYPE_CHECKING:
    from publish.check.system import Finding
    from publish.fonts import FaceSet
    from publish.mend import Mended

Maker = Callable[[Path], tuple[int, tuple[Diagnostic, ...]]]


class Progress(Protocol):
    """What is told while a build runs."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """``step`` is begun; ``done`` of ``total`` steps are over."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What ``fix`` did or would do: edits on the received text, a unified diff, files written."""

    edits: tuple[Edit, ...]
    diff: str
    written: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule of mending, for ``show rules`` and the documentation."""

    code: str
    kind: str
    summary: str
    documentation: str


@dataclass(frozen=True, slots=True)
class FontUse:
    """One face of one edition; ``characters`` is how many of the book's it can set."""

    edition: str
    role: str
    family: str
    trade_name: str
    weight: int
    path: str
    characters: int


# --- stages --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mended:
    """A book that is read and mended, with its images."""

    manifest: Manifest
    sources: tuple[Source, ...]
    mended: Mended
    book: Book
    diagnostics: tuple[Diagnostic, ...]


def _mended(source: Path) -> _Mended:
    from publish.mend import mend, silenced
    from publish.model.manifest import load, with_front_matter
    from publish.read import front_matter, load_assets, load_sources, read

    manifest, found = load(source)
    sources, problems = load_sources(manifest)
    found += problems
    for one in sources:
        data, span, problems = front_matter(one)
        found += problems
        if span is not None:
            manifest, problems = with_front_matter(manifest, data, span)
            found += problems
    mended = mend(sources, manifest, read)
    book, problems = load_assets(mended.book, manifest.folder)
    found = (*found, *mended.diagnostics, *problems)
    if not book.meta.title:
        message = f"the book has no title; {manifest.name} stands in for it"
        hint = 'declare it in book.toml: [book] title = "…", or begin the text with # and the title'
        found += (Diagnostic("M-TITLE", "warning", message, path=str(source), hints=(hint,)),)
        book = dataclasses.replace(
            book, meta=dataclasses.replace(book.meta, title=manifest.name)
        )
    return _Mended(manifest, sources, mended, book, tuple(silenced(list(found), manifest)))


@dataclass(frozen=True, slots=True)
class _Set:
    """A book in one edition, with its faces: all that rendering needs."""

    book: Book
    edition: Edition
    faces: FaceSet
    diagnostics: tuple[Diagnostic, ...]


def _set(read: _Mended, edition: Edition) -> _Set:
    from publish.convert import convert
    from publish.fonts import resolve
    from publish.model.editions import edition_meta

    meta = edition_meta(read.manifest, edition.name)
    book = dataclasses.replace(
        read.book, meta=dataclasses.replace(meta, title=meta.title or read.book.meta.title)
    )
    book, found = convert(book, edition, read.manifest)
    faces, problems = resolve(edition, read.manifest.folder)
    if not any(face.family == "Book Latin" for face in faces.faces):
        words = {**edition.words, "font-latin": edition.words["font-text"]}
        edition = dataclasses.replace(edition, words=words)
    return _Set(book, edition, faces, (*found, *problems))


def _headings(book: Book, edition: Edition) -> tuple[str, ...]:
    """Labels that navigation and bookmarks must hold: everything of the contents but ranges."""
    from publish.model.leaves import TocEntry, contents

    def labels(entries: tuple[TocEntry, ...]) -> Iterator[str]:
        for entry in entries:
            if entry.kind != "range":
                yield entry.label
            yield from labels(entry.children)

    return tuple(labels(contents(book, edition)))


# --- build ---------------------------------------------------------------------


def build(
    source: Path,
    *,
    editions: tuple[str, ...] = (),
    formats: tuple[str, ...] = ("epub", "pdf"),
    output: Path = Path("output"),
    force: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Build a book: each edition in each format, into ``output/<book>/``.

    What has not changed is kept unless ``force``.  Raises :class:`Failure` where nothing can be
    built; an edition that fails leaves its old artefacts whole and is told in the outcome.
    """
    from publish.model import editions as model_editions

    tell = progress or _silent
    tell("read", 0, 1)
    read = _mended(source)
    if has_errors(read.diagnostics):
        raise Failure(read.diagnostics)
    chosen = model_editions.editions(read.manifest, editions, read.book.script)
    total = len(chosen) * len(formats)
    artifacts: list[Artifact] = []
    found = list(read.diagnostics)
    with Outputs(output / read.manifest.name, read.manifest.name) as outputs:
        for position, edition in enumerate(chosen):
            made = _set(read, edition)
            found.extend(made.diagnostics)
            if has_errors(made.diagnostics):
                continue
            for offset, kind in enumerate(formats):
                tell(f"{edition.name} {kind}", position * len(formats) + offset, total)
                artifact, problems = _artifact(read, made, kind, outputs, force)
                found.extend(problems)
                if artifact is not None:
                    artifacts.append(artifact)
        outputs.record()
    tell("done", total, total)
    return Outcome(read.manifest.name, tuple(artifacts), tuple(dict.fromkeys(found)))


def _artifact(
    read: _Mended, made: _Set, kind: str, outputs: Outputs, force: bool
) -> tuple[Artifact | None, tuple[Diagnostic, ...]]:
    """One artefact: kept if nothing it is made of has changed, else made, checked, put in place."""
    from publish.check import check_artifact
    from publish.model.text import edition_text

    key = outputs.key(read.sources, read.manifest, made.book, made.edition, made.faces, kind)
    kept = None if force else outputs.kept(made.edition.name, kind, key)
    if kept is not None:
        return kept, ()
    started = perf_counter()
    runs = edition_text(made.book, made.edition)
    maker, problems = _maker(read, made, kind, runs)
    if maker is None:
        return None, problems
    with outputs.temporary(made.edition.name, kind) as path:
        pages, complaints = maker(path)
        found = (*problems, *complaints)
        headings = _headings(made.book, made.edition)
        final = outputs.path(made.edition.name, kind).as_posix()
        checked = tuple(
            dataclasses.replace(item, path=final)
            for item in check_artifact(path, runs, made.edition, headings)
        )
        if has_errors(checked):
            return None, (*found, *checked)
        seconds = perf_counter() - started
        artifact = outputs.install(path, made.edition.name, kind, key, pages, seconds)
    return artifact, (*found, *checked)


def _maker(
    read: _Mended, made: _Set, kind: str, runs: tuple[Any, ...]
) -> tuple[Maker | None, tuple[Diagnostic, ...]]:
    """What writes the file, once everything that can be known before is known to be good."""
    from publish.fonts import css, missing
    from publish.render import formula
    from publish.render.uses import uses

    book, edition, faces = made.book, made.edition, made.faces
    used = uses(book, edition, runs)
    problems = formula.problems(book)
    if kind == "pdf":
        problems += missing(faces, used)
    if has_errors(problems):
        return None, problems

    def epub(path: Path) -> tuple[int, tuple[Diagnostic, ...]]:
        from publish.render import cover, ebook
        from publish.render.epub import write_epub

        image = cover.image(cover.design(book, edition), faces)
        package = ebook.package(book, edition, image)
        write_epub(package, book, edition, path, _modified(read))
        return 0, ()

    def pdf(path: Path) -> tuple[int, tuple[Diagnostic, ...]]:
        from publish.render.pdf import write_pdf
        from publish.render.print import book_html, cover_html

        letters = frozenset(character for _, character, _ in used) | frozenset(" \u3000\u2008")
        rules = css(faces, letters)
        front = cover_html(book, edition, rules, faces.stacks)
        return write_pdf(front, book_html(book, edition, rules, faces.stacks), path)

    makers: Mapping[str, Maker] = {"epub": epub, "pdf": pdf}
    return makers[kind], problems


def _modified(read: _Mended) -> Any:
    """When the book was last changed (UTC): SOURCE_DATE_EPOCH, else its newest file."""
    import datetime
    import os

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        seconds = int(epoch)
    else:
        files = [*read.manifest.files, read.manifest.folder / "book.toml"]
        seconds = int(max(path.stat().st_mtime for path in files if path.exists()))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _silent(step: str, done: int, total: int) -> None:
    """No progress is told."""


# --- the other commands ----------------------------------------------------------


def check(source: Path) -> tuple[Diagnostic, ...]:
    """What is wrong or doubtful in a manuscript, a book folder, an EPUB or a PDF."""
    from publish.check import check_artifact
    from publish.model import editions as model_editions

    if source.suffix.lower() in (".epub", ".pdf"):
        return check_artifact(source)
    read = _mended(source)
    found = list(read.diagnostics)
    for edition in model_editions.editions(read.manifest, (), read.book.script):
        made = _set(read, edition)
        found.extend(made.diagnostics)
        found.extend(_glyphs(made))
    return tuple(dict.fromkeys(found))


def _glyphs(made: _Set) -> tuple[Diagnostic, ...]:
    from publish.fonts import missing
    from publish.model.text import edition_text
    from publish.render import formula
    from publish.render.uses import uses

    used = uses(made.book, made.edition, edition_text(made.book, made.edition))
    return (*formula.problems(made.book), *missing(made.faces, used))


def fix(source: Path, *, write: bool = False) -> Fixed:
    """Mend the manuscript itself; without ``write`` tell what would change."""
    from publish.outputs import replace_file

    read = _mended(source)
    diff: list[str] = []
    written: list[Path] = []
    for path, old, new in zip(read.manifest.files, read.sources, read.mended.sources, strict=True):
        if old.text == new.text:
            continue
        diff.extend(
            difflib.unified_diff(
                old.text.splitlines(keepends=True),
                new.text.splitlines(keepends=True),
                f"{path.as_posix()}",
                f"{path.as_posix()} (mended)",
            )
        )
        if write:
            try:
                data = new.encode()
            except UnicodeEncodeError as error:
                raise fail(
                    "B-ENC", f"the mended text does not fit {new.encoding}: {error.reason}",
                    path=path.as_posix(), hints=("save the manuscript as UTF-8 first",),
                ) from error  # fmt: skip
            replace_file(path, data)
            written.append(path)
    text = "".join(line if line.endswith("\n") else f"{line}\n" for line in diff)
    return Fixed(read.mended.edits, text, tuple(written), read.diagnostics)


def show(stage: str, source: Path, *, edition: str = "") -> str:
    """A book after one stage: source, read, mend, convert or html."""
    from publish.model import editions as model_editions
    from publish.model.manifest import load
    from publish.read import load_sources
    from publish.read import read as read_book

    if stage in ("source", "read"):
        manifest, _ = load(source)
        sources, _ = load_sources(manifest)
        if stage == "source":
            return "".join(item.text for item in sources)
        return _tree(read_book(sources, manifest)[0])
    read = _mended(source)
    if stage == "mend":
        return "".join(item.text for item in read.mended.sources)
    asked = (edition,) if edition else ()
    chosen = model_editions.editions(read.manifest, asked, read.book.script)[0]
    made = _set(read, chosen)
    if stage == "convert":
        return _tree(made.book)
    from publish.render.print import book_html

    return book_html(made.book, made.edition, "", made.faces.stacks)


def _tree(book: Book) -> str:
    return pprint.pformat(dataclasses.replace(book, assets=()), width=100) + "\n"


def rules() -> tuple[RuleDoc, ...]:
    """The rules of mending."""
    from publish.mend import RULES

    return tuple(RuleDoc(r.code, r.kind, r.summary, r.documentation) for r in RULES)


def fonts(source: Path) -> tuple[FontUse, ...]:
    """The faces of each edition and how many of its characters each can set."""
    from publish.fonts import covers
    from publish.model import editions as model_editions
    from publish.model.text import edition_text
    from publish.render.uses import uses

    read = _mended(source)
    found: list[FontUse] = []
    for edition in model_editions.editions(read.manifest, (), read.book.script):
        made = _set(read, edition)
        used = uses(made.book, made.edition, edition_text(made.book, made.edition))
        for role in made.faces.stacks:
            letters = {character for use, character, _ in used if use == role}
            for face in made.faces.stack(role):
                count = sum(covers(face, letter) for letter in letters)
                found.append(
                    FontUse(
                        edition.name,
                        role,
                        face.family,
                        face.trade_name,
                        face.weight,
                        face.path.as_posix(),
                        count,
                    )
                )
    return tuple(found)


def examine() -> tuple[Finding, ...]:
    """What a build and the tests need, and what is missing."""
    from publish.check.system import examine as look

    return look()


def watch_paths(source: Path) -> tuple[Path, ...]:
    """The files whose change means another build: manuscript, book.toml, images."""
    from publish.model.manifest import load

    try:
        manifest, _ = load(source)
    except Failure:
        return (source / "book.toml", source) if source.is_dir() else (source,)
    if not source.is_dir():
        return manifest.files
    skipped = {".git", "output"}
    return tuple(
        path
        for path in sorted(source.rglob("*"))
        if path.is_file() and not skipped.intersection(path.relative_to(source).parts)
    )
