"""The blocks of the files to a book: title, parts, chapters, sections, entries, notes, links.

What a heading or a numbered paragraph means is declared in book.toml; what is not
declared but looks so is proposed as a query.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
import urllib.parse
from collections.abc import Sequence
from typing import Any

from publish.diagnostics import Diagnostic, Span, did_you_mean
from publish.model import book as b
from publish.model.edition import Script
from publish.model.manifest import Manifest
from publish.model.tree import all_nodes, map_book, map_nodes, plain_text
from publish.read.declared import declare_headings, of_no_effect, part_hints
from publish.read.entries import number_entries, propose_entries
from publish.read.headings import PART_LIKE, chapter_levels, matches, role, slug, split_label
from publish.read.markdown import FileBlocks
from publish.read.notes import Notes
from publish.read.pieces import without_calls
from publish.read.title import take_title
from publish.records import dataclass, field
from publish.text.script import script_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: A path of Windows, or the address of a file.
_DISK = re.compile(r"[A-Za-z]:|file:", re.IGNORECASE)
#: A note call that was read as text: too deep, or in a place that has no calls.
_LOOSE_NOTE = re.compile(r"(?<!\\)\[\^[^\[\]\s]{1,999}+\]")


@dataclass(slots=True)
class _Opening:
    """A heading that opens a chapter or a part, and the blocks up to the next one."""

    heading: b.Heading | None
    #: The level of the chapters here: what stands lower is a section.
    top: int
    blocks: list[b.Block] = field(default_factory=list)


def _beside(opening: _Opening, part: _Opening | None) -> bool:
    """Whether a chapter stands beside the part before it: chapters of that part stand lower."""
    if part is None or part.heading is None or opening.heading is None:
        return False
    return opening.heading.level <= part.heading.level < part.top


def build(files: list[FileBlocks], manifest: Manifest) -> tuple[b.Book, tuple[Diagnostic, ...]]:
    """The book that the files make."""
    return _Structure(files, manifest).run()


class _Structure:
    def __init__(self, files: list[FileBlocks], manifest: Manifest) -> None:
        self.files, self.manifest = files, manifest
        self.found: list[Diagnostic] = [item for file in files for item in file.diagnostics]
        self.figures = self.tables = 0
        #: file -> what a link in it may say -> anchor in the book.
        self.targets: list[dict[str, str]] = [{} for _ in files]
        #: Anchors of entries in all chapters.
        self.taken: set[str] = set()
        self.places = {id(file.source): index for index, file in enumerate(files)}
        #: What the headings say.
        self.texts: set[str] = set()
        self.notes = Notes(files, self.prepared, self.found)

    def run(self) -> tuple[b.Book, tuple[Diagnostic, ...]]:
        every = (block for file in self.files for block in file.blocks)
        blocks, problems = declare_headings(every, self.manifest.headings)
        self.found.extend(problems)
        self.texts = {plain_text(n.children) for n in blocks if isinstance(n, b.Heading)}
        title, blocks, problems = take_title(blocks, self.manifest)
        self.found.extend(problems)
        title, calls = without_calls(title)
        for call in calls:
            self.warn("R-NOTE", "a note of the book's title is left out", call.span)
        title = self.prepared(title)
        front, body, back = self.divide(blocks)
        script = self.script()
        book = b.Book(
            dataclasses.replace(
                self.manifest.meta, title=self.manifest.meta.title or plain_text(title)
            ),
            tuple(front),
            tuple(body),
            tuple(back),
            script=script,
            heading=title,
        )
        self.loose_notes(book)
        if any(isinstance(node, b.Link) for node in all_nodes(book)):
            book = map_book(book, self.link)
        self.notes.unused()
        if self.manifest.entries != "numbered":
            self.found.extend(propose_entries(book))
        return book, tuple(self.found)

    def script(self) -> Script:
        language = self.manifest.meta.language.lower()
        if "hant" in language or language.startswith(("zh-tw", "zh-hk", "zh-mo")):
            return "hant"
        if "hans" in language or language.startswith(("zh-cn", "zh-sg")):
            return "hans"
        return script_of("".join(file.source.text[:100_000] for file in self.files))

    # --- headings --------------------------------------------------------------

    def divide(
        self, blocks: list[b.Block]
    ) -> tuple[list[b.Chapter], list[b.Chapter | b.Part], list[b.Chapter]]:
        """Chapters and parts, and which of them are front and back matter."""
        headings = [block for block in blocks if isinstance(block, b.Heading)]
        is_part = {
            id(h): matches(self.manifest.parts, plain_text(h.children)) is not None
            for h in headings
        }
        tops = chapter_levels([(h.level, is_part[id(h)]) for h in headings])
        levels = {id(h): top for h, top in zip(headings, tops, strict=True)}
        openings: list[_Opening] = []
        for block in blocks:
            if isinstance(block, b.Heading) and (
                is_part[id(block)] or block.level <= levels[id(block)]
            ):
                openings.append(_Opening(block, levels[id(block)]))
            else:
                if not openings:
                    openings.append(_Opening(None, tops[0] if tops else 1))
                openings[-1].blocks.append(block)
        self.propose_parts(headings, is_part)
        front: list[b.Chapter] = []
        body: list[b.Chapter | b.Part] = []
        back: list[b.Chapter] = []
        #: Ids of the headings that an entry of [structure] has put where they are.
        placed = {name for name, part in is_part.items() if part}
        count = 0
        part_of: _Opening | None = None
        for opening in openings:
            heading = opening.heading
            text = plain_text(heading.children) if heading else ""
            if heading is not None and is_part[id(heading)]:
                label, title = split_label(heading.children)
                number = sum(isinstance(item, b.Part) for item in body) + 1
                anchor = self.anchor(heading, f"part{number}")
                opening.blocks = list(self.notes.flat(tuple(opening.blocks)))
                lead = self.blocks(opening, anchor)
                title = self.prepared(self.notes.flat(title))
                body.append(b.Part(title, lead, (), anchor, label, span=heading.span))
                part_of = opening
                continue
            count += 1
            chapter = self.chapter(opening, f"c{count}", len(openings) > 1)
            untitled = heading is None and len(openings) > 1
            if untitled or (not body and matches(self.manifest.front, text) is not None):
                front.append(chapter)
                placed.add(id(heading))
            elif matches(self.manifest.back, text) is not None:
                back.append(chapter)
                placed.add(id(heading))
            elif body and isinstance(part := body[-1], b.Part) and not _beside(opening, part_of):
                body[-1] = dataclasses.replace(part, chapters=(*part.chapters, chapter))
            else:
                body.append(chapter)
        opened = {id(opening.heading) for opening in openings}
        name = self.untitled_name() if openings and openings[0].heading is None else ""
        self.found.extend(of_no_effect(self.manifest, headings, opened, placed, name))
        return front, body, back

    def propose_parts(self, headings: list[b.Heading], is_part: dict[int, bool]) -> None:
        alike = {
            id(heading): text
            for heading in headings
            if PART_LIKE.match(text := plain_text(heading.children)) and not is_part[id(heading)]
        }
        for heading in headings:
            if text := alike.get(id(heading), ""):
                message = f"{text} looks like a part; it is set as a chapter"
                self.query("R-PART", message, heading.span, part_hints(text, alike.values()))

    def chapter(self, opening: _Opening, anchor: str, untitled: bool) -> b.Chapter:
        heading = opening.heading
        label = ""
        title: tuple[b.Inline, ...] = ()
        kind = b.ChapterRole.CHAPTER
        if heading is not None:
            label, title = split_label(heading.children)
            kind = role(label, plain_text(title))
            anchor = self.anchor(heading, anchor)
            title = self.prepared(title)
        elif untitled:
            # Text before the first heading: the introduction, named by the first entry of
            # [structure] front that names no heading.
            kind = b.ChapterRole.INTRODUCTION
            name = self.untitled_name()
            title = (b.Text(name),) if name else ()
        blocks = self.blocks(opening, anchor)
        (title, blocks), notes = self.notes.number((title, blocks), anchor)
        return b.Chapter(
            title, blocks, anchor, label, kind, notes, span=heading.span if heading else None
        )

    def untitled_name(self) -> str:
        for name in self.manifest.front:
            if not any(matches((name,), text) is not None for text in self.texts):
                return name
        return ""

    def anchor(self, heading: b.Heading, generated: str) -> str:
        """The heading's anchor in the book; the names that a link in its file may use are noted."""
        text = plain_text(heading.children)
        file = self.file_of(heading)
        targets = self.targets[file]
        explicit = self.files[file].anchors.get(id(heading), "")
        for name in filter(None, (explicit, text, slug(text))):
            targets.setdefault(name, generated)
        if explicit:
            targets[explicit] = generated
        return generated

    # --- inside a chapter ------------------------------------------------------

    def blocks(self, opening: _Opening, anchor: str) -> tuple[b.Block, ...]:
        """The chapter's blocks, nested into sections by the levels of their headings."""
        blocks = opening.blocks
        if self.manifest.entries == "numbered":
            blocks, problems = number_entries(blocks, self.taken, anchor)
            self.found.extend(problems)
            self.forget_lists(opening.blocks, blocks)
        stack: list[tuple[int, list[b.Block], b.Heading | None, str]] = [
            (opening.top, [], None, anchor)
        ]
        count = 0

        def close() -> None:
            _, inside, heading, name = stack.pop()
            assert heading is not None
            level, title = min(len(stack) + 1, 4), self.prepared(heading.children)
            section = b.Section(level, title, tuple(inside), name, span=heading.span)
            stack[-1][1].append(section)

        for block in blocks:
            if isinstance(block, b.Heading):
                while len(stack) > 1 and stack[-1][0] >= block.level:
                    close()
                if block.level > stack[-1][0] + 1:
                    self.query(
                        "R-LEVEL",
                        f"a heading of level {block.level} under one of level {stack[-1][0]}",
                        block.span,
                        ("a level is skipped; it is set as the next level down",),
                    )
                count += 1
                name = self.anchor(block, f"{anchor}-s{count}")
                stack.append((block.level, [], block, name))
            else:
                stack[-1][1].append(self.prepared(block))
        while len(stack) > 1:
            close()
        return tuple(stack[0][1])

    def forget_lists(self, before: Sequence[b.Block], after: Sequence[b.Block]) -> None:
        """A list that became entries has kept its numbers: what was said of them is void."""
        kept = {block.span for block in after}
        gone = {n.span for n in before if isinstance(n, b.List) and n.span not in kept}
        self.found[:] = [d for d in self.found if d.code != "R-LIST" or d.span not in gone]

    def prepared(self, value: Any) -> Any:
        """Number figures and tables that have captions; give images their path in the folder."""

        def change(node: b.Node) -> b.Node:
            if isinstance(node, b.Image):
                return self.image(node)
            if isinstance(node, b.Figure) and node.caption:
                self.figures += 1
                return dataclasses.replace(
                    node, number=self.figures, anchor=f"figure{self.figures}"
                )
            if isinstance(node, b.Table) and node.caption:
                self.tables += 1
                return dataclasses.replace(node, number=self.tables, anchor=f"table{self.tables}")
            return node

        if isinstance(value, tuple):
            return tuple(map_nodes(item, change) for item in value)
        return value if _is_text(value) else map_nodes(value, change)

    def image(self, node: b.Image) -> b.Image:
        """The image with its path within the book folder, or without one and with an error."""
        problem, hint = "", "copy the picture into the book folder and name it from there"
        path = urllib.parse.unquote(node.source.strip()).replace("\\", "/")
        if _DISK.match(path) or (path.startswith(("/", "~")) and not path.startswith("//")):
            problem = f"the image {path} lies outside the book folder"
        elif _SCHEME.match(path) or path.startswith("//"):
            problem = "an image is a file of the book folder; nothing is fetched"
            hint = "save the picture in the book folder and name that file"
        elif not path:
            problem, hint = "the image names no file", "write its name: ![words](file.png)"
        else:
            folder = self.manifest.files[self.file_of(node)].parent
            if folder.is_relative_to(self.manifest.folder):
                folder = folder.relative_to(self.manifest.folder)
            path = posixpath.normpath(posixpath.join(folder.as_posix(), path))
            if path.startswith("../"):
                problem = f"the image {path} lies outside the book folder"
        if problem:
            code = "R-REMOTE" if "fetched" in problem else "R-OUTSIDE"
            self.found.append(Diagnostic(code, "error", problem, node.span, (hint,)))
            return dataclasses.replace(node, source="")
        if not node.decorative and not node.alt.strip():
            # WCAG 2.2 criterion 1.1.1.
            message = f"the image {path} has no words for those who cannot see it"
            hints = (
                f"write what it shows between the brackets: ![…]({node.source})",
                f"or declare that it says nothing: ![]({node.source}){{.decorative}}",
            )
            self.found.append(Diagnostic("R-ALT", "error", message, node.span, hints))
        return dataclasses.replace(node, source=path)

    def loose_notes(self, book: b.Book) -> None:
        if not self.notes.any:
            return
        for node in all_nodes(book):
            if isinstance(node, b.Text) and node.span is not None and "[^" in node.text:
                loose = _LOOSE_NOTE.search(node.span.text)
                # Undefined calls have been told of; their place is the call itself.
                if loose and loose[0] != node.text:
                    self.warn("R-NOTE", f"{loose[0]} is no note call here", node.span)

    def file_of(self, node: b.Node) -> int:
        """Which file a node stands in: a chapter may run on into the next one."""
        return self.places.get(id(node.span.source), 0) if node.span is not None else 0

    # --- links -----------------------------------------------------------------

    def link(self, node: b.Node) -> b.Node:
        """Point links within the book at anchors of the book."""
        if not isinstance(node, b.Link) or _SCHEME.match(node.target):
            return node
        path, _, name = urllib.parse.unquote(node.target).partition("#")
        file = self.file_of(node) if path or name else -1
        if path:
            here = self.manifest.files[file].parent
            wanted = posixpath.normpath((here / path).as_posix())
            matches = [i for i, f in enumerate(self.manifest.files) if f.as_posix() == wanted]
            file = matches[0] if matches else -1
        anchor = ""
        if file >= 0:
            targets = self.targets[file]
            anchor = targets.get(name, "") or targets.get(name.lower(), "")
            if not name and targets:
                anchor = next(iter(targets.values()))
        if not anchor:
            message = f"the link to {node.target} leads nowhere; its text is kept"
            hints = self.destinations(file, path, name)
            self.found.append(Diagnostic("R-LINK", "warning", message, node.span, hints))
            return dataclasses.replace(node, target="")
        return dataclasses.replace(node, target=f"#{anchor}")

    def destinations(self, file: int, path: str, name: str) -> tuple[str, ...]:
        """A hint to what a link may have meant: a heading like it, or a file of the manuscript."""
        if file < 0:
            if path and posixpath.splitext(path)[1].lower() not in (".md", ".txt", ""):
                return ("a book has no files to lead to; give the address on the web",)
            hints = did_you_mean(path, (one.name for one in self.manifest.files))
            return hints or ("a link leads to a heading, as in #heading, or to an address",)
        targets = self.targets[file]
        elsewhere = [n for n, other in enumerate(self.targets) if name in other and n != file]
        if elsewhere:
            return (f"did you mean {self.manifest.files[elsewhere[0]].name}#{name}?",)
        near = did_you_mean(name, (f"{target}" for target in targets))
        return near or ("a link leads to a heading by its words, blanks written as -: #heading",)

    # --- diagnostics -----------------------------------------------------------

    def warn(self, code: str, message: str, span: Span | None) -> None:
        self.found.append(Diagnostic(code, "warning", message, span))

    def query(self, code: str, message: str, span: Span | None, hints: tuple[str, ...]) -> None:
        self.found.append(Diagnostic(code, "query", message, span, hints))


def _is_text(block: b.Block) -> bool:
    """Whether a block is a paragraph, or an entry of paragraphs, of nothing but text, as most are:
    nothing is in it that has a number or a path."""
    blocks = block.blocks if isinstance(block, b.Entry) else (block,)
    return all(
        isinstance(one, b.Paragraph) and all(isinstance(item, b.Text) for item in one.children)
        for one in blocks
    )
