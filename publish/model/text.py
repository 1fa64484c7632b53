"""The text of an edition: what every artefact of it must say, character for character.

The sequence is in reading order, generated leaves included.  A run says what it is
(``kind``), where it stands (``where``, an anchor or the name of a leaf) and, where one
medium alone has it, which (``medium``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Literal

from publish.model import book as b
from publish.model import leaves
from publish.model.edition import Edition
from publish.model.numerals import spelled
from publish.model.waiting import moves
from publish.records import dataclass

RunKind = Literal["body", "note", "label", "reading", "furniture"]


@dataclass(frozen=True, slots=True)
class Run:
    """``body`` is running text; ``note`` the text of a note, at the end of its chapter; ``label``
    the bare number of an entry, of a note call or of a note; ``reading`` the small text of
    ruby, above its base; ``furniture`` an empty run where an artefact may show leaders and a page
    number.  ``leaf`` tells that a leaf is generated (title page, contents …), no chapter; ``head``
    that it is the head of a table, which stands again on each page that the table goes on;
    ``note`` is the note (an anchor) that a label is the number of; ``late`` tells that it is of a
    picture or a table, and may be met on a printed page behind so many of the runs that follow
    those."""

    kind: RunKind
    text: str
    where: str
    medium: Literal["", "print", "epub"] = ""
    leaf: bool = False
    head: bool = False
    note: str = ""
    late: int = 0


def edition_text(book: b.Book, edition: Edition) -> tuple[Run, ...]:
    """The runs of the edition's text, in reading order."""
    return tuple(_runs(book, edition))


def _runs(book: b.Book, edition: Edition) -> Iterator[Run]:
    for run in _opening_leaves(book, edition):
        # Written out, since a long book has a line of contents for every entry.
        yield Run(run.kind, run.text, run.where, run.medium, leaf=True)
    for item in (*book.front, *book.body, *book.back):
        if isinstance(item, b.Part):
            yield Run("body", item.label, item.anchor)
            yield from _inlines(item.title, item.anchor)
            yield from _blocks(item.lead, item.anchor, edition)
            for chapter in item.chapters:
                yield from _chapter(chapter, edition)
        else:
            yield from _chapter(item, edition)
    for text in leaves.production(book, edition):
        yield Run("body", text, "end-page", "print", leaf=True)


def _opening_leaves(book: b.Book, edition: Edition) -> Iterator[Run]:
    title = "".join(leaves.title_lines(book.meta))
    names = leaves.byline(book.meta, edition)
    if not book.meta.cover:
        for text in (title, book.meta.subtitle, *leaves.cover_names(book.meta, edition)):
            yield Run("body", text, "cover", "print")
    for text in (title, book.meta.subtitle, *names):
        yield Run("body", text, "title-page")
    if book.meta.publisher:
        yield Run("body", book.meta.publisher, "title-page", "print")
    yield Run("body", book.meta.title, "imprint")
    for medium in ("print", "epub"):
        for label, fact in leaves.imprint(book, edition, medium):
            yield Run("body", label + fact, "imprint", medium)
    yield from _contents(book, edition)


def _contents(book: b.Book, edition: Edition) -> Iterator[Run]:
    entries = leaves.contents(book, edition)
    printed = tuple(leaves.printed_contents(entries))
    if len(printed) > 1:
        yield Run("body", edition.words["contents"], "contents", "print")
        for entry in printed:
            yield Run("body", entry.label, "contents", "print")
            yield Run("furniture", "", "contents", "print")
    yield Run("body", edition.words["contents"], "contents", "epub")
    for entry in _all(entries):
        yield Run("body", entry.label, "contents", "epub")


def _all(entries: tuple[leaves.TocEntry, ...]) -> Iterator[leaves.TocEntry]:
    for entry in entries:
        yield entry
        yield from _all(entry.children)


def _chapter(chapter: b.Chapter, edition: Edition) -> Iterator[Run]:
    where = chapter.anchor
    yield Run("body", chapter.label, where)
    if chapter.title:
        yield from _inlines(chapter.title, where)
    else:
        yield Run("body", leaves.chapter_title(chapter, edition), where)
    yield from _blocks(chapter.blocks, where, edition)
    for note in chapter.notes:
        yield Run("label", str(note.number), note.anchor, note=note.anchor)
        # Also where a note is a formula or a picture alone: its number is a note's, not a call.
        yield Run("note", "", note.anchor)
        for run in _blocks(note.blocks, note.anchor, edition):
            yield Run("note", run.text, run.where) if run.kind == "body" else run


def _blocks(blocks: tuple[b.Block, ...], where: str, edition: Edition) -> Iterator[Run]:
    # In tiers nothing leaves its place.
    upright = edition.writing == "vertical" and edition.geometry.columns == 1
    for index, block in enumerate(blocks):
        runs = _block(block, where, edition)
        count = moves(blocks, index) if upright else 0
        if count:
            behind = blocks[index + 1 : index + 1 + count]
            late = sum(1 for after in behind for _ in _block(after, where, edition))
            runs = (dataclasses.replace(run, late=late) for run in runs)
        yield from runs


def _block(block: b.Block, where: str, edition: Edition) -> Iterator[Run]:
    match block:
        case b.Paragraph(children) | b.Heading(children=children):
            yield from _inlines(children, where)
        case b.Section(_, title, inside, anchor):
            yield from _inlines(title, anchor)
            yield from _blocks(inside, anchor, edition)
        case b.Entry(number, inside, anchor):
            yield Run("label", str(number.value), anchor)
            yield from _blocks(inside, anchor, edition)
        case b.Quote(inside, source):
            yield from _blocks(inside, where, edition)
            yield from _inlines(source, where)
        case b.Group(_, inside):
            yield from _blocks(inside, where, edition)
        case b.Verse(stanzas, title, source):
            yield from _inlines(title, where)
            for stanza in stanzas:
                for line in stanza:
                    yield from _inlines(line, where)
            yield from _inlines(source, where)
        case b.List(items):
            for offset, item in enumerate(items):
                yield Run("body", list_marker(block, offset), where)
                yield from _blocks(item, where, edition)
        case b.DefinitionList(pairs):
            for terms, meanings in pairs:
                for term in terms:
                    yield from _inlines(term, where)
                for meaning in meanings:
                    yield from _blocks(meaning, where, edition)
        case b.Table():
            if block.caption:
                yield Run("body", leaves.numbered("table", block.number, edition), where)
                yield from _inlines(block.caption, where)
            for cell in block.head:
                for run in _inlines(cell, where):
                    yield dataclasses.replace(run, head=True)
            for row in block.rows:
                for cell in row:
                    yield from _inlines(cell, where)
        case b.Figure():
            if block.caption:
                yield Run("body", leaves.numbered("figure", block.number, edition), where)
                yield from _inlines(block.caption, where)
        case b.Code(text):
            yield Run("body", text, where)
        case b.Formula(label=label):
            if label:
                yield Run("body", formula_label(label), where)
        case _:
            pass


def _inlines(nodes: tuple[b.Inline, ...], where: str) -> Iterator[Run]:
    for node in nodes:
        match node:
            case b.Text(text) | b.CodeSpan(text):
                yield Run("body", text, where)
            case b.Number(spelling=spelling):
                yield Run("body", spelling, where)
            case b.Ruby(pairs):
                for base, reading in pairs:
                    yield Run("body", base, where)
                    if reading:
                        yield Run("reading", reading, where)
            case b.NoteRef(note, number):
                yield Run("label", str(number), where, note=note)
            case b.Emphasis(inner) | b.Strong(inner) | b.Link(inner) | b.Marked(inner):
                yield from _inlines(inner, where)
            case _:
                pass


def list_marker(items: b.List, offset: int) -> str:
    """What stands before a list item, as text in every medium: readers disagree about markers."""
    if items.start is None:
        return "·"
    number = str(items.start + offset)
    match items.markers:
        case "han":
            return f"{spelled(number)}、"
        case "han-brackets":
            return f"（{spelled(number)}）"
        case _:
            return f"{number}."


def formula_label(label: str) -> str:
    """The number of a formula as it is printed: （1）."""
    return f"（{label.strip('()（）')}）"
