"""Book x Edition -> the documents of an EPUB: chapters, navigation, style sheet, images."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from publish.model import book as b
from publish.model import leaves, styles
from publish.model.edition import Edition
from publish.model.package import (
    Document,
    Fonts,
    Package,
    PageStart,
    PageTarget,
    Resource,
    TocItem,
)
from publish.model.text import Run
from publish.model.tree import all_nodes, plain_text, walk
from publish.records import dataclass
from publish.render import pages
from publish.render.chunks import chunks
from publish.render.columns import upright
from publish.render.held import held
from publish.render.lettering import on_screen
from publish.render.picture import for_ebook, ground
from publish.render.reading_css import for_readers
from publish.render.voices import spoken, unvoiced, voiced

#: An e-book in the reader's own faces.
NO_FONTS = Fonts()

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/svg+xml": "svg",
}

_CHARSET = '@charset "utf-8";'

#: Chapters that readers look for from elsewhere in the book (EPUB 3.3 section 7.4.4 landmarks).
_LANDMARKS = (
    b.ChapterRole.DEDICATION,
    b.ChapterRole.FOREWORD,
    b.ChapterRole.PREFACE,
    b.ChapterRole.ACKNOWLEDGMENTS,
    b.ChapterRole.GLOSSARY,
    b.ChapterRole.BIBLIOGRAPHY,
    b.ChapterRole.INDEX,
)


def package(
    book: b.Book,
    edition: Edition,
    cover: bytes,
    starts: tuple[PageStart, ...] = (),
    runs: tuple[Run, ...] = (),
    fonts: Fonts = NO_FONTS,
) -> Package:
    """Everything that goes into the EPUB; ``cover`` is the cover image as JPEG, ``fonts`` are the
    faces that it brings along.

    Where the pages of the printed book begin (``starts``, in the text of the edition, ``runs``),
    they are marked and listed.
    """
    return _Ebook(book, edition, cover).package(starts, runs, fonts)


@dataclass(frozen=True, slots=True)
class _File:
    """A part, or all or some of a chapter: ``opens`` tells that it begins here, ``above`` what
    sections go on from the file before, as (level, title)."""

    name: str
    item: b.Chapter | b.Part
    blocks: tuple[b.Block, ...]
    opens: bool = True
    above: tuple[tuple[int, str], ...] = ()

    def roots(self) -> tuple[b.Node, ...]:
        """Everything of the book's text that stands here but notes."""
        return (*(self.item.title if self.opens else ()), *self.blocks)


class _Ebook:
    def __init__(self, book: b.Book, edition: Edition, cover: bytes) -> None:
        shown = {node.source for node in all_nodes(book) if isinstance(node, b.Image)}
        assets = tuple(on_screen(for_ebook(asset)) for asset in book.assets if asset.path in shown)
        if assets:
            book = dataclasses.replace(book, assets=assets)
        self.book, self.edition = book, edition
        self.cover = Resource("images/cover.jpg", "image/jpeg", cover)
        self.images = {
            asset.path: Resource(
                f"images/image-{number}.{_EXTENSIONS[asset.media_type]}",
                asset.media_type,
                asset.data,
            )
            for number, asset in enumerate(assets, 1)
        }
        self.contents = leaves.contents(book, edition)
        self.context = pages.context(book, edition, "epub")
        self.files = tuple(self._files())
        self.places: dict[str, str] = {}
        for file in self.files:
            if file.opens:
                self.places[file.item.anchor] = file.name
            for root in file.roots():
                for node in walk(root):
                    if isinstance(node, b.NoteRef):
                        # A note stands in the file of its first call.
                        self.places.setdefault(node.note, file.name)
                    elif anchor := getattr(node, "anchor", ""):
                        self.places[anchor] = file.name
        #: The file being written: links within it need no file name.
        self.current = ""
        grounds = {asset.path: ground(asset) for asset in assets}
        filters = pages.media_filters(
            book, edition, "epub", self.href, lambda image: self.images[image.source].name
        )
        filters |= {
            "ground": lambda image: grounds[image.source] and f" {grounds[image.source]}",
            "held": held,
            "voiced": voiced,
            "bare": unvoiced,
            "spoken": spoken,
        }
        self.render = pages.renderer(filters)

    def href(self, target: str) -> str:
        """A link as it stands in a document: an anchor gets the name of its file."""
        if not target.startswith("#"):
            return target
        name = self.places[target[1:]]
        return target if name == self.current else name + target

    @property
    def vertical(self) -> bool:
        """Whether its lines are columns."""
        return self.edition.writing == "vertical"

    def package(
        self, starts: tuple[PageStart, ...], runs: tuple[Run, ...], fonts: Fonts
    ) -> Package:
        words, title = self.edition.words, self.book.meta.title
        leaves: tuple[Document, ...] = (
            self.page("cover.xhtml", words["cover"], "epub-cover.html", cover_name=self.cover.name),
            self.leaf("title-page", title),
            self.leaf("imprint", words["imprint"]),
        )
        chapters = tuple(self.documents())
        pages: tuple[PageTarget, ...] = ()
        if starts:
            from publish.render.epub_pages import mark, mark_leaf, page_list

            leaves = tuple(mark_leaf(leaf, starts) for leaf in leaves)
            chapters = mark(chapters, starts, runs)
            pages = tuple(page_list((*leaves, *chapters), starts))
        sheets: tuple[str, ...] = ("book", "epub")
        newer: tuple[str, ...] = ("newer",)
        if self.vertical:
            sheets, newer = (*sheets, "epub-vertical"), (*newer, "newer-vertical")
        if any(isinstance(n, b.Marked) and n.role == "jiazhu" for n in all_nodes(self.book)):
            sheets = (*sheets, "epub-jiazhu")
        style = (
            Resource("css/book.css", "text/css", _style(self.edition, *sheets, more=fonts.rules)),
            Resource("css/newer.css", "text/css", _style(self.edition, *newer)),
        )
        documents = (*leaves, self.nav(pages), *chapters)
        resources = (*style, *fonts.files, *self.images.values())
        return Package(documents, self.toc(), resources, self.cover, pages, fonts.licences)

    def leaf(self, name: str, title: str) -> Document:
        return self.page(
            f"{name}.xhtml", title, "epub-leaf.html", leaf=name, body_type="frontmatter"
        )

    def page(self, name: str, title: str, template: str, **values: Any) -> Document:
        properties = values.pop("properties", ())
        self.current = name
        common = {"page_title": title, "body_type": values.pop("body_type", "")}
        text = self.render(template, {**self.context, **common, **values})
        if self.vertical:
            text = upright(text, digits=self.edition.upright_digits, marks=True)
        return Document(name, title, text.encode(), properties)

    # --- chapters --------------------------------------------------------------

    def _files(self) -> Iterator[_File]:
        number = parts = 0
        for item in (*self.book.front, *self.book.body, *self.book.back):
            chapters: tuple[b.Chapter, ...]
            if isinstance(item, b.Part):
                parts += 1
                yield _File(f"part-{parts}.xhtml", item, item.lead)
                chapters = item.chapters
            else:
                chapters = (item,)
            for chapter in chapters:
                number += 1
                for position, chunk in enumerate(chunks(chapter), 1):
                    suffix = f"-{position}" if position > 1 else ""
                    name = f"chapter-{number}{suffix}.xhtml"
                    yield _File(name, chapter, chunk.blocks, position == 1, chunk.above)

    def documents(self) -> Iterator[Document]:
        front = {item.anchor for item in self.book.front}
        back = {item.anchor for item in self.book.back}
        for file in self.files:
            item, notes = file.item, tuple[b.Note, ...]()
            if isinstance(item, b.Chapter) and item.notes:
                called = {
                    node.note
                    for root in file.roots()
                    for node in walk(root)
                    if isinstance(node, b.NoteRef)
                }
                notes = tuple(
                    note
                    for note in item.notes
                    if note.anchor in called and self.places[note.anchor] == file.name
                )
            kind = "frontmatter" if item.anchor in front else "bodymatter"
            title = self.title(item)
            if not file.opens:
                title = self.edition.words["goes-on"].format(title=title)
            yield self.page(
                file.name,
                title,
                "epub-chapter.html",
                item=item,
                nodes=file.blocks,
                item_notes=notes,
                opens=file.opens,
                above=file.above,
                body_type="backmatter" if item.anchor in back else kind,
            )

    def title(self, item: b.Chapter | b.Part) -> str:
        """What a part or a chapter is called, with its label; the book's title where it is not."""
        if isinstance(item, b.Part):
            title = plain_text(item.title)
        else:
            title = leaves.chapter_title(item, self.edition)
        return leaves.full_title(item.label, title) or self.book.meta.title

    # --- navigation ------------------------------------------------------------

    def toc(self) -> tuple[TocItem, ...]:
        def items(entries: tuple[leaves.TocEntry, ...]) -> tuple[TocItem, ...]:
            return tuple(
                TocItem(entry.label, self.href(f"#{entry.anchor}"), items(entry.children))
                for entry in entries
            )

        return items(self.contents)

    def nav(self, pages: tuple[PageTarget, ...]) -> Document:
        words = self.edition.words
        front = {item.anchor for item in self.book.front}
        body = next((file.name for file in self.files if file.item.anchor not in front), "")
        landmarks = [
            ("cover", "cover.xhtml", words["cover"]),
            ("titlepage", "title-page.xhtml", words["title-page"]),
            ("toc", "nav.xhtml#toc", words["contents"]),
        ]
        if body:
            landmarks.append(("bodymatter", body, words["body"]))
        for role in _LANDMARKS:
            chapter = next((item for item in self.book.chapters() if item.role is role), None)
            if chapter is not None:
                target = self.places[chapter.anchor]
                landmarks.append((role.value, target, self.title(chapter)))
        return self.page(
            "nav.xhtml",
            words["contents"],
            "nav.html",
            properties=("nav",),
            body_type="frontmatter",
            toc=self.contents,
            landmarks=tuple(landmarks),
            page_list=pages,
        )


def _style(edition: Edition, *names: str, more: str = "") -> bytes:
    """Sheets of styles/css as one, in the spelling of reading systems, with ``more`` behind."""
    files = [styles.folder() / "css" / f"{name}.css" for name in names]
    text = "".join(file.read_text(encoding="utf-8").removeprefix(_CHARSET) for file in files)
    return f"{_CHARSET}\n{for_readers(text, edition.writing).strip()}\n{more}".encode()
