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
from publish.model.tree import plain_text, walk
from publish.render import pages
from publish.render.picture import for_ebook

#: Characters of a chapter's text after which it goes on in another file: a file of 240 KB is the
#: most that old reading systems take (EBPAJ guide 1.1.3), and a Han character has three bytes.
CHUNK = 60_000

#: An e-book in the reader's own faces.
NO_FONTS = Fonts()

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/svg+xml": "svg",
}


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


class _Ebook:
    def __init__(self, book: b.Book, edition: Edition, cover: bytes) -> None:
        shown = {node.source for node in walk(book) if isinstance(node, b.Image)}
        assets = tuple(for_ebook(asset) for asset in book.assets if asset.path in shown)
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
        #: (file name, chapter or part, its blocks here, whether it opens here), in reading order.
        self.files = tuple(self._files())
        self.places: dict[str, str] = {}
        for name, item, blocks, opens in self.files:
            if opens:
                self.places[item.anchor] = name
            for root in (*(item.title if opens else ()), *blocks):
                for node in walk(root):
                    if isinstance(node, b.NoteRef):
                        # A note stands in the file of its first call.
                        self.places.setdefault(node.note, name)
                    elif anchor := getattr(node, "anchor", ""):
                        self.places[anchor] = name
        #: The file being written: links within it need no file name.
        self.current = ""
        self.render = pages.renderer(
            pages.media_filters(
                book, edition, "epub", self.href, lambda path: self.images[path].name
            )
        )

    def href(self, target: str) -> str:
        """A link as it stands in a document: an anchor gets the name of its file."""
        if not target.startswith("#"):
            return target
        name = self.places[target[1:]]
        return target if name == self.current else name + target

    def package(
        self, starts: tuple[PageStart, ...], runs: tuple[Run, ...], fonts: Fonts
    ) -> Package:
        words, title = self.edition.words, self.book.meta.title
        leaves: tuple[Document, ...] = (
            self.page("cover.xhtml", words["cover"], "epub-cover.html", cover_name=self.cover.name),
            self.page("title-page.xhtml", title, "epub-leaf.html", leaf="title-page"),
            self.page("imprint.xhtml", words["imprint"], "epub-leaf.html", leaf="imprint"),
        )
        chapters = tuple(self.documents())
        pages: tuple[PageTarget, ...] = ()
        if starts:
            from publish.render.epub_pages import mark, mark_leaf, page_list

            leaves = tuple(mark_leaf(leaf, starts) for leaf in leaves)
            chapters = mark(chapters, starts, runs)
            pages = tuple(page_list((*leaves, *chapters), starts))
        style = Resource("css/book.css", "text/css", _style(fonts.rules).encode())
        documents = (*leaves, self.nav(pages), *chapters)
        resources = (style, *fonts.files, *self.images.values())
        return Package(documents, self.toc(), resources, self.cover, pages, fonts.licences)

    def page(self, name: str, title: str, template: str, **values: Any) -> Document:
        properties = values.pop("properties", ())
        self.current = name
        common = {"page_title": title, "body_type": values.pop("body_type", "")}
        text = self.render(template, {**self.context, **common, **values})
        return Document(name, title, text.encode(), properties)

    # --- chapters --------------------------------------------------------------

    def _files(self) -> Iterator[tuple[str, b.Chapter | b.Part, tuple[b.Block, ...], bool]]:
        number = parts = 0
        for item in (*self.book.front, *self.book.body, *self.book.back):
            chapters: tuple[b.Chapter, ...]
            if isinstance(item, b.Part):
                parts += 1
                yield f"part-{parts}.xhtml", item, item.lead, True
                chapters = item.chapters
            else:
                chapters = (item,)
            for chapter in chapters:
                number += 1
                for position, blocks in enumerate(_chunks(_flat(chapter.blocks))):
                    suffix = f"-{position + 1}" if position else ""
                    yield f"chapter-{number}{suffix}.xhtml", chapter, blocks, position == 0

    def documents(self) -> Iterator[Document]:
        front = {item.anchor for item in self.book.front}
        back = {item.anchor for item in self.book.back}
        for name, item, blocks, opens in self.files:
            called = {
                node.note
                for root in (*(item.title if opens else ()), *blocks)
                for node in walk(root)
                if isinstance(node, b.NoteRef)
            }
            if isinstance(item, b.Part):
                title = leaves.full_title(item.label, plain_text(item.title))
                notes: tuple[b.Note, ...] = ()
            else:
                title = leaves.full_title(item.label, leaves.chapter_title(item, self.edition))
                notes = tuple(
                    note
                    for note in item.notes
                    if note.anchor in called and self.places[note.anchor] == name
                )
            kind = "frontmatter" if item.anchor in front else "bodymatter"
            yield self.page(
                name,
                title or self.book.meta.title,
                "epub-chapter.html",
                item=item,
                nodes=blocks,
                item_notes=notes,
                opens=opens,
                body_type="backmatter" if item.anchor in back else kind,
            )

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
        body = next((name for name, item, _, _ in self.files if item not in self.book.front), "")
        landmarks = [
            ("cover", "cover.xhtml", words["cover"]),
            ("titlepage", "title-page.xhtml", words["title-page"]),
            ("toc", "nav.xhtml#toc", words["contents"]),
        ]
        if body:
            landmarks.append(("bodymatter", body, words["body"]))
        return self.page(
            "nav.xhtml",
            words["contents"],
            "nav.html",
            properties=("nav",),
            toc=self.contents,
            landmarks=tuple(landmarks),
            page_list=pages,
        )


def _flat(blocks: tuple[b.Block, ...]) -> tuple[b.Block, ...]:
    """Sections as their headings followed by their blocks, as the template prints them anyway, so
    that a long section can go on in another file."""
    found: list[b.Block] = []
    for block in blocks:
        if isinstance(block, b.Section):
            found.append(dataclasses.replace(block, blocks=()))
            found.extend(_flat(block.blocks))
        else:
            found.append(block)
    return tuple(found)


def _chunks(blocks: tuple[b.Block, ...]) -> Iterator[tuple[b.Block, ...]]:
    """Runs of blocks of at most :data:`CHUNK` characters; a longer block stands alone."""
    run: list[b.Block] = []
    size = 0
    for block in blocks:
        length = sum(len(n.text) for n in walk(block) if isinstance(n, b.Text | b.Code))
        if run and size + length > CHUNK:
            yield tuple(run)
            run, size = [], 0
        run.append(block)
        size += length
    yield tuple(run)


def _style(fonts: str) -> str:
    folder = styles.folder() / "css"
    own = (folder / "epub.css").read_text(encoding="utf-8").removeprefix('@charset "utf-8";')
    shared = (folder / "book.css").read_text(encoding="utf-8")
    return f'@charset "utf-8";\n{shared}{own}{fonts}'
