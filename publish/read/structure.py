"""The blocks of the files to a book: title, parts, chapters, sections, entries, notes, links.

What a heading or a numbered paragraph means is declared in book.toml; what is not
declared but looks so is proposed as a query.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
import urllib.parse
from dataclasses import dataclass, field

from publish.diagnostics import Diagnostic, Span
from publish.model import book as b
from publish.model.edition import Script
from publish.model.manifest import Manifest
from publish.model.tree import map_book, map_nodes, plain_text
from publish.read.entries import number_entries, propose_entries
from publish.read.headings import PART_LIKE, matches, role, slug, split_label, without_colon
from publish.read.markdown import FileBlocks
from publish.text.script import script_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOOSE_NOTE = re.compile(r"\[\^[^\]\s]+\]")


@dataclass(slots=True)
class _Opening:
    """A heading that opens a chapter or a part, and the blocks up to the next one."""

    heading: b.Heading | None
    file: int
    blocks: list[b.Block] = field(default_factory=list)


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
        self.used: list[set[str]] = [set() for _ in files]

    def run(self) -> tuple[b.Book, tuple[Diagnostic, ...]]:
        flat = [
            (index, self.declared(block))
            for index, file in enumerate(self.files)
            for block in file.blocks
        ]
        title, flat = self.title(flat)
        front, body, back = self.divide(flat)
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
        book = map_book(book, self.link)
        self.unused_notes()
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

    def declared(self, block: b.Block) -> b.Block:
        """A paragraph that book.toml declares to be a heading; a colon at its end goes."""
        if not isinstance(block, b.Paragraph) or not self.manifest.headings:
            return block
        text = plain_text(block.children)
        for rule in self.manifest.headings:
            if matches((rule.text,), text) is not None:
                children = tuple(n for n in block.children if not isinstance(n, b.LineBreak))
                return b.Heading(rule.level, without_colon(children), span=block.span)
        return block

    def title(
        self, flat: list[tuple[int, b.Block]]
    ) -> tuple[tuple[b.Inline, ...], list[tuple[int, b.Block]]]:
        """A single heading of level 1 that opens the book is its title."""
        first = [block for _, block in flat if isinstance(block, b.Heading) and block.level == 1]
        declared = (*self.manifest.parts, *self.manifest.front)
        if (
            len(first) == 1
            and flat[0][1] is first[0]
            and matches(declared, plain_text(first[0].children)) is None
        ):
            return first[0].children, flat[1:]
        return (), flat

    def divide(
        self, flat: list[tuple[int, b.Block]]
    ) -> tuple[list[b.Chapter], list[b.Chapter | b.Part], list[b.Chapter]]:
        """Chapters and parts, and which of them are front and back matter."""
        headings = [block for _, block in flat if isinstance(block, b.Heading)]
        is_part = {
            id(h): matches(self.manifest.parts, plain_text(h.children)) is not None
            for h in headings
        }
        levels = [h.level for h in headings if not is_part[id(h)]]
        top = min(levels, default=1)
        openings: list[_Opening] = []
        for index, block in flat:
            if isinstance(block, b.Heading) and (is_part[id(block)] or block.level <= top):
                openings.append(_Opening(block, index))
            else:
                if not openings:
                    openings.append(_Opening(None, index))
                openings[-1].blocks.append(block)
        self.propose_parts(headings, is_part)
        front: list[b.Chapter] = []
        body: list[b.Chapter | b.Part] = []
        back: list[b.Chapter] = []
        count = 0
        for opening in openings:
            heading = opening.heading
            text = plain_text(heading.children) if heading else ""
            if heading is not None and is_part[id(heading)]:
                label, title = split_label(heading.children)
                number = sum(isinstance(item, b.Part) for item in body) + 1
                anchor = self.anchor(heading, opening.file, f"part{number}")
                lead, _ = self.notes(self.blocks(opening, top, anchor), opening.file, anchor)
                body.append(b.Part(title, lead, (), anchor, label, span=heading.span))
                continue
            count += 1
            chapter = self.chapter(opening, top, f"c{count}", untitled=len(openings) > 1)
            untitled = heading is None and len(openings) > 1
            if untitled or (not body and matches(self.manifest.front, text) is not None):
                front.append(chapter)
            elif matches(self.manifest.back, text) is not None:
                back.append(chapter)
            elif body and isinstance(body[-1], b.Part):
                part = body[-1]
                body[-1] = dataclasses.replace(part, chapters=(*part.chapters, chapter))
            else:
                body.append(chapter)
        return front, body, back

    def propose_parts(self, headings: list[b.Heading], is_part: dict[int, bool]) -> None:
        for heading in headings:
            text = plain_text(heading.children)
            if PART_LIKE.match(text) and not is_part[id(heading)]:
                self.query(
                    "R-PART",
                    f"{text} looks like a part; it is set as a chapter",
                    heading.span,
                    (f'declare it in book.toml: [structure] parts = ["{text}"]',),
                )

    def chapter(self, opening: _Opening, top: int, anchor: str, untitled: bool) -> b.Chapter:
        heading = opening.heading
        label = ""
        title: tuple[b.Inline, ...] = ()
        kind = b.ChapterRole.CHAPTER
        if heading is not None:
            label, title = split_label(heading.children)
            kind = role(plain_text(title) or label)
            anchor = self.anchor(heading, opening.file, anchor)
        elif untitled:
            # Text before the first heading: the introduction, named by the first entry of
            # [structure] front that names no heading.
            kind = b.ChapterRole.INTRODUCTION
            name = self.untitled_name()
            title = (b.Text(name),) if name else ()
        blocks = self.blocks(opening, top, anchor)
        blocks, notes = self.notes(blocks, opening.file, anchor)
        return b.Chapter(
            title, blocks, anchor, label, kind, notes, span=heading.span if heading else None
        )

    def untitled_name(self) -> str:
        texts = [
            plain_text(block.children)
            for file in self.files
            for block in file.blocks
            if isinstance(block, b.Heading)
        ]
        for name in self.manifest.front:
            if not any(matches((name,), text) is not None for text in texts):
                return name
        return ""

    def anchor(self, heading: b.Heading, file: int, generated: str) -> str:
        """The heading's anchor in the book; the names that a link in its file may use are noted."""
        text = plain_text(heading.children)
        targets = self.targets[file]
        explicit = self.files[file].anchors.get(id(heading), "")
        for name in filter(None, (explicit, text, slug(text))):
            targets.setdefault(name, generated)
        if explicit:
            targets[explicit] = generated
        return generated

    # --- inside a chapter ------------------------------------------------------

    def blocks(self, opening: _Opening, top: int, anchor: str) -> tuple[b.Block, ...]:
        """The chapter's blocks, nested into sections by the levels of their headings."""
        blocks = opening.blocks
        if self.manifest.entries == "numbered":
            blocks, problems = number_entries(blocks)
            self.found.extend(problems)
        stack: list[tuple[int, list[b.Block], b.Heading | None, str]] = [(top, [], None, anchor)]
        count = 0

        def close() -> None:
            _, inside, heading, name = stack.pop()
            assert heading is not None
            section = b.Section(
                min(len(stack) + 1, 4), heading.children, tuple(inside), name, span=heading.span
            )
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
                name = self.anchor(block, opening.file, f"{anchor}-s{count}")
                stack.append((block.level, [], block, name))
            else:
                stack[-1][1].append(self.numbered(block, opening.file))
        while len(stack) > 1:
            close()
        return tuple(stack[0][1])

    def numbered(self, block: b.Block, file: int) -> b.Block:
        """Number figures and tables that have captions; give images their path in the folder."""

        def change(node: b.Node) -> b.Node:
            if isinstance(node, b.Image):
                return self.image(node, file)
            if isinstance(node, b.Figure) and node.caption:
                self.figures += 1
                return dataclasses.replace(
                    node, number=self.figures, anchor=f"figure{self.figures}"
                )
            if isinstance(node, b.Table) and node.caption:
                self.tables += 1
                return dataclasses.replace(node, number=self.tables, anchor=f"table{self.tables}")
            return node

        return map_nodes(block, change)

    def image(self, node: b.Image, file: int) -> b.Image:
        """The image with its path within the book folder, or without one and with an error."""
        problem = ""
        path = urllib.parse.unquote(node.source.strip()).replace("\\", "/")
        if _SCHEME.match(path) or path.startswith("//"):
            problem = "an image is a file of the book folder; nothing is fetched"
        elif not path:
            problem = "the image names no file"
        elif path.startswith(("/", "~")):
            problem = f"the image {path} lies outside the book folder"
        else:
            folder = self.manifest.files[file].parent
            if folder.is_relative_to(self.manifest.folder):
                folder = folder.relative_to(self.manifest.folder)
            path = posixpath.normpath(posixpath.join(folder.as_posix(), path))
            if path.startswith("../"):
                problem = f"the image {path} lies outside the book folder"
        if problem:
            code = "R-REMOTE" if "fetched" in problem else "R-OUTSIDE"
            self.found.append(Diagnostic(code, "error", problem, node.span))
            return dataclasses.replace(node, source="")
        return dataclasses.replace(node, source=path)

    # --- notes -----------------------------------------------------------------

    def notes(
        self, blocks: tuple[b.Block, ...], file: int, anchor: str
    ) -> tuple[tuple[b.Block, ...], tuple[b.Note, ...]]:
        """Number the note calls of a chapter and put its notes together."""
        numbers: dict[tuple[int, str], int] = {}
        notes: list[b.Note] = []

        def change(node: b.Node) -> b.Node:
            if isinstance(node, b.Text) and (loose := _LOOSE_NOTE.search(node.text)):
                self.warn("R-NOTE", f"{loose[0]} is no note call here", node.span)
            if not isinstance(node, b.NoteRef) or node.number:
                return node
            index = self.file_of(node.span, file)
            key = (index, node.note)
            defined = self.files[index].notes.get(node.note)
            if defined is None:
                self.warn("R-NOTE", f"there is no note [^{node.note}] in this file", node.span)
                return b.Text(f"[^{node.note}]", span=node.span)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                self.used[index].add(node.note)
                inside = tuple(self.numbered(block, index) for block in defined.blocks)
                name = f"{anchor}-n{numbers[key]}"
                notes.append(b.Note(name, numbers[key], inside, span=defined.span))
            return dataclasses.replace(node, note=f"{anchor}-n{numbers[key]}", number=numbers[key])

        changed = tuple(map_nodes(block, change) for block in blocks)
        return changed, tuple(notes)

    def file_of(self, span: Span | None, file: int) -> int:
        """Which file a node stands in: a chapter may run on into the next one."""
        if span is not None:
            for index, candidate in enumerate(self.files):
                if candidate.source is span.source:
                    return index
        return file

    def unused_notes(self) -> None:
        for index, file in enumerate(self.files):
            for label, note in file.notes.items():
                if label not in self.used[index]:
                    self.warn(
                        "R-NOTE", f"nothing calls the note [^{label}]; it is left out", note.span
                    )

    # --- links -----------------------------------------------------------------

    def link(self, node: b.Node) -> b.Node:
        """Point links within the book at anchors of the book."""
        if not isinstance(node, b.Link) or _SCHEME.match(node.target):
            return node
        path, _, name = urllib.parse.unquote(node.target).partition("#")
        file = self.file_of(node.span, 0)
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
            self.warn(
                "R-LINK", f"the link to {node.target} leads nowhere; its text is kept", node.span
            )
            return dataclasses.replace(node, target="")
        return dataclasses.replace(node, target=f"#{anchor}")

    # --- diagnostics -----------------------------------------------------------

    def warn(self, code: str, message: str, span: Span | None) -> None:
        self.found.append(Diagnostic(code, "warning", message, span))

    def query(self, code: str, message: str, span: Span | None, hints: tuple[str, ...]) -> None:
        self.found.append(Diagnostic(code, "query", message, span, hints))
