"""The two halves of the pipeline, for every command: a manuscript read and mended, and a book
set in one edition.  Nothing is written here."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from publish.diagnostics import Diagnostic, Failure, Source, Span
from publish.model.book import Book, NoteRef, Text
from publish.model.edition import Edition
from publish.model.manifest import Manifest, declared_at, place
from publish.model.text import Run, edition_text
from publish.model.tree import all_nodes
from publish.records import dataclass

if TYPE_CHECKING:
    from publish.fonts import FaceSet
    from publish.mend import Mended
    from publish.render.uses import Use


@dataclass(frozen=True, slots=True)
class Reading:
    """A manuscript, read and mended, with its images: before any edition."""

    manifest: Manifest
    sources: tuple[Source, ...]
    mended: Mended
    book: Book
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A book in one edition, with its faces, its text and what is set in which role."""

    book: Book
    edition: Edition
    faces: FaceSet
    runs: tuple[Run, ...]
    uses: tuple[Use, ...]
    diagnostics: tuple[Diagnostic, ...]


def reading(source: Path, *, detect: bool = False) -> Reading:
    """Read and mend a manuscript file or a book folder; ``detect`` also asks what takes time.

    Raises :class:`~publish.diagnostics.Failure` where there is nothing to read.
    """
    from publish.mend import mend, silenced
    from publish.model.front_matter import with_front_matter
    from publish.model.manifest import load
    from publish.read import Reader, front_matter, load_assets, load_sources

    manifest, found = load(source)
    sources, problems = load_sources(manifest)
    found += problems
    for one in sources:
        data, span, problems = front_matter(one)
        found += problems
        if span is not None:
            manifest, problems = with_front_matter(manifest, data, span)
            found += problems
    mended = mend(sources, manifest, Reader(), detect=detect)
    cover = place(manifest, "book", "cover") if mended.book.meta.cover else None
    book, problems = load_assets(mended.book, manifest.folder, cover)
    found = (*found, *mended.diagnostics, *problems)
    if not any(chapter.blocks or chapter.title for chapter in book.chapters()):
        message = "there is no text to set"
        path = sources[0].name if sources else str(source)
        hints = (
            ("the heading that opens a book is its title; write below it",) if book.heading else ()
        )
        found += (Diagnostic("R-EMPTY", "error", message, path=path, hints=hints),)
    if not book.meta.title:
        message = f"the book has no title; {manifest.name} stands in for it"
        hint = 'declare it in book.toml: [book] title = "…", or begin the text with # and the title'
        found += (Diagnostic("M-TITLE", "warning", message, path=str(source), hints=(hint,)),)
        book = dataclasses.replace(book, meta=dataclasses.replace(book.meta, title=manifest.name))
    return Reading(manifest, sources, mended, book, tuple(silenced(list(found), manifest)))


def settings(source: Reading, asked: tuple[str, ...] = ()) -> Iterator[Setting]:
    """The book in each edition asked for, or in each declared, or in its own script."""
    from publish.model.editions import editions

    for edition in editions(source.manifest, asked, source.book.script):
        yield _setting(source, edition)


def _setting(source: Reading, edition: Edition) -> Setting:
    from publish.convert import convert
    from publish.fonts import missing, resolve
    from publish.model.editions import edition_meta
    from publish.render import formula, tables
    from publish.render.uses import uses

    manifest = source.manifest
    meta = edition_meta(manifest, edition.name)
    title = meta.title or source.book.meta.title
    book = dataclasses.replace(source.book, meta=dataclasses.replace(meta, title=title))
    book, found = convert(book, edition, manifest)
    places = {role: declared_at(manifest, edition.name, "fonts", role) for role in edition.fonts}
    faces, problems = resolve(edition, manifest.folder, places)
    found = (*found, *problems, *formula.problems(book), *tables.problems(book, edition))
    if not any(face.family == "Book Latin" for face in faces.faces):
        words = {**edition.words, "font-latin": edition.words["font-text"]}
        edition = dataclasses.replace(edition, words=words)
    if edition.notes_by_page and (again := _called_again(book)) is not None:
        edition = dataclasses.replace(edition, note_numbers="chapter")
        message = "notes are counted by chapter, for this one is called a second time"
        hints = ("on another page its number would be that of another note; write the note again",)
        found = (*found, Diagnostic("L-CALLS", "warning", message, again.span, hints))
    runs = edition_text(book, edition)
    used = uses(book, edition, runs, _title_place(source), manifest.folder)
    return Setting(book, edition, faces, runs, used, (*found, *missing(faces, used)))


def _called_again(book: Book) -> NoteRef | None:
    """The first call of a note that was called before."""
    called: set[str] = set()
    for node in all_nodes(book):
        if isinstance(node, NoteRef):
            if node.note in called:
                return node
            called.add(node.note)
    return None


def complaints(made: Setting, *, printed: bool) -> Iterator[Diagnostic]:
    """What is to say of an edition before it is made.

    Where it is not printed, a missing glyph is an error only in the faces that its e-book brings
    along, and a warning in the others, which are the reader's own.
    """
    lost = [item for item in made.diagnostics if item.code == "F-GLYPH"]
    lent: frozenset[Diagnostic] = frozenset()
    if lost and not printed:
        from publish.fonts import missing
        from publish.render.epub_fonts import embedded

        lent = frozenset(lost) - frozenset(missing(made.faces, embedded(made.edition, made.uses)))
    for item in made.diagnostics:
        yield dataclasses.replace(item, severity="warning") if item in lent else item


def _title_place(source: Reading) -> Span | None:
    """Where the title is written: its key in book.toml, else the heading that is the title."""
    if "title" in source.manifest.declared:
        return place(source.manifest, "book", "title")
    return next((n.span for n in source.book.heading if isinstance(n, Text)), None)


def labels(setting: Setting) -> tuple[str, ...]:
    """What navigation and bookmarks must hold, in order: the contents without ranges of ten."""
    from publish.model.leaves import TocEntry, contents

    def lines(entries: tuple[TocEntry, ...]) -> Iterator[str]:
        for entry in entries:
            if entry.kind != "range":
                yield entry.label
            yield from lines(entry.children)

    return tuple(lines(contents(setting.book, setting.edition)))


def modified(source: Reading) -> datetime.datetime:
    """When the book was last changed (UTC): SOURCE_DATE_EPOCH, else its newest file."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        seconds = int(epoch)
    else:
        files = [*source.manifest.files, source.manifest.folder / "book.toml"]
        seconds = int(max(path.stat().st_mtime for path in files if path.exists()))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


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
