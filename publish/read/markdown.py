"""Markdown text to the blocks of one file, every node with its place.

The parser is markdown-it-py; this module reads its tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from publish.diagnostics import Diagnostic, Source, Span, did_you_mean, fail
from publish.model import book as b
from publish.model.tree import plain_text, walk
from publish.read import plain
from publish.read.inlines import InlineBuilder
from publish.read.parser import MAX_NESTING, parser
from publish.read.pieces import cut, ends_with_attributes
from publish.read.raw import gathered
from publish.read.slips import slips
from publish.read.tokens import Cursor, every
from publish.records import dataclass, field

VERSE = "verse"
_CONTAINERS = (VERSE, *(role.value for role in b.GroupRole))
_INDENT = re.compile(r"[ \t]*(\u3000+)")
#: Which way a table is written among vertical lines, behind its caption.
_WRITING = re.compile(r"\s*\{\.(horizontal|vertical)\}\s*$")
_CAPTION = re.compile(r"(?:表|Table)\s*[:：]\s*")


@dataclass(slots=True)
class FileBlocks:
    """The blocks of one file, its notes by label, and what was found."""

    source: Source
    blocks: list[b.Block] = field(default_factory=list)
    notes: dict[str, b.Note] = field(default_factory=dict)
    #: Explicit anchors: heading or figure node id -> the name the author gave.
    anchors: dict[int, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read_file(source: Source) -> FileBlocks:
    """Read one file.

    Raises :class:`~publish.diagnostics.Failure` where the nesting is deeper than a
    book can mean.
    """
    environment: dict[str, Any] = {}
    text = source.text
    is_plain = source.name.lower().endswith(".txt")
    if is_plain:
        text, environment = plain.prepared(text)
    tokens = parser(is_plain).parse(text, environment)
    return _Builder(source, is_plain).run(tokens, environment)


class _Builder:
    """Turns the tokens of one file into blocks."""

    def __init__(self, source: Source, is_plain: bool) -> None:
        self.source, self.is_plain = source, is_plain
        self.result = FileBlocks(source)
        self.lines = [0]
        position = source.text.find("\n")
        while position >= 0:
            self.lines.append(position + 1)
            position = source.text.find("\n", position + 1)
        self.lines.append(len(source.text) + 1)
        self.inlines = InlineBuilder(source, self.lines, self.result.diagnostics, MAX_NESTING)

    def run(self, tokens: list[Token], environment: dict[str, Any]) -> FileBlocks:
        for token in tokens:
            if token.level >= MAX_NESTING - 1:
                raise fail(
                    "R-DEPTH",
                    f"nested more than {MAX_NESTING} deep",
                    span=self.place(token),
                    hints=("a book never needs this; look for runaway > or list marks",),
                )
        self.result.blocks.extend(self.blocks(Cursor(tokens)))
        for note in self.inlines.inline_notes:
            self.result.notes[note.anchor] = note
        self.unused(tokens, environment.get("references", {}))
        for definition in environment.get("duplicate_refs", ()):
            span = self.lines_at(*definition["map"])
            label = span.text.lstrip(" >").partition("]:")[0]
            self.warn("R-REF", f"{label}] is defined twice; the first one stands", span)
        if not self.is_plain:
            self.result.diagnostics.extend(slips(tokens, self.lines_at))
        self.result.diagnostics = gathered(self.result.diagnostics)
        return self.result

    def lines_at(self, first: int, last: int) -> Span:
        """The lines from the first, which is in it, to the last, which is not, without its end."""
        start = self.lines[min(first, len(self.lines) - 1)]
        return Span(self.source, start, max(start, self.lines[min(last, len(self.lines) - 1)] - 1))

    def unused(self, tokens: list[Token], references: dict[str, Any]) -> None:
        """``[注]: 文字`` defines the target of links and is no text: told where no link uses it."""
        used = {
            normalizeReference(str(inner.meta["label"]))
            for inner in every(tokens)
            if "label" in inner.meta and inner.type in ("link_open", "image")
        }
        for label, definition in references.items():
            if label not in used:
                span = self.lines_at(*definition["map"])
                message = f"no link uses the definition [{label}]; it is left out"
                self.warn("R-REF", message, span, ("a backslash before the [ makes it text",))

    def place(self, token: Token) -> Span | None:
        if token.map is None:
            return None
        start = self.lines[min(token.map[0], len(self.lines) - 1)]
        end = max(
            start, self.lines[min(max(token.map[1], token.map[0] + 1), len(self.lines) - 1)] - 1
        )
        text = self.source.text
        while end > start and text[end - 1] in "\n ":
            end -= 1
        return Span(self.source, start, end)

    # --- blocks ---------------------------------------------------------------

    def blocks(self, cursor: Cursor, until: str = "") -> list[b.Block]:
        """Blocks up to the closing token ``until``, which is consumed."""
        found: list[b.Block] = []
        while (token := cursor.next()) is not None:
            if token.type == until:
                break
            found.extend(self.block(token, cursor))
        return self.captioned(found)

    def block(self, token: Token, cursor: Cursor) -> tuple[b.Block, ...]:
        """The block that a token opens: mostly one, none for what is no text."""
        span = self.place(token)
        match token.type:
            case "paragraph_open":
                return self.paragraph(cursor, span)
            case "heading_open":
                return self.heading(token, cursor, span)
            case "blockquote_open":
                return (self.quote(self.blocks(cursor, "blockquote_close"), span),)
            case "bullet_list_open" | "ordered_list_open":
                return (self.list_block(token, cursor, span),)
            case "dl_open":
                return (self.definitions(cursor, span),)
            case "table_open":
                return (self.table(cursor, span),)
            case "fence" | "code_block":
                language = token.info.strip().split()[0] if token.info.strip() else ""
                return (b.Code(token.content.rstrip("\n"), language, span=span),)
            case "math_block" | "math_block_label":
                return (b.Formula(token.content.strip(), token.info.strip(), span=span),)
            case "hr":
                return (b.Break(span=span),)
            case "container_group_open":
                return self.container(token, cursor, span)
            case "footnote_reference_open":
                self.note(token, cursor, span)
            case "front_matter":
                pass
            case "raw_html":
                if token.content:
                    self.warn("R-HTML", f"<{token.content}> is left out, with what it holds", span)
            case other:
                raise AssertionError(f"unknown token {other}")
        return ()

    def paragraph(self, cursor: Cursor, span: Span | None) -> tuple[b.Block, ...]:
        token = cursor.expect("inline")
        cursor.expect("paragraph_close")
        children = self.inlines.build(token)
        visible = [node for node in children if not _is_blank(node)]
        if not visible:
            return ()
        if len(visible) == 1 and isinstance(visible[0], b.Image):
            image = visible[0]
            caption = (_caption(image),) if image.title else ()
            return (b.Figure(image, caption, span=span),)
        return (b.Paragraph(children, span=span),)

    def heading(self, token: Token, cursor: Cursor, span: Span | None) -> tuple[b.Heading, ...]:
        content = cursor.expect("inline")
        cursor.expect("heading_close")
        children, anchor = ends_with_attributes(self.inlines.build(content))
        if all(_is_blank(node) for node in children):
            self.warn("R-HEADING", "a heading without words is left out", span)
            return ()
        heading = b.Heading(int(token.tag[1:]), children, span=span)
        if anchor:
            self.result.anchors[id(heading)] = anchor
        return (heading,)

    def quote(self, blocks: list[b.Block], span: Span | None) -> b.Quote:
        """A last paragraph that begins with —— is where the quotation comes from."""
        last = blocks[-1] if len(blocks) > 1 else None
        if isinstance(last, b.Paragraph) and plain_text(last.children).startswith("——"):
            return b.Quote(tuple(blocks[:-1]), last.children, span=span)
        return b.Quote(tuple(blocks), span=span)

    def list_block(self, token: Token, cursor: Cursor, span: Span | None) -> b.List:
        close = token.type.replace("_open", "_close")
        items: list[tuple[b.Block, ...]] = []
        numbers: list[int] = []
        tight = True
        while (item := cursor.next()) is not None and item.type != close:
            inside = cursor.peek()
            if inside is not None and inside.type == "paragraph_open" and not inside.hidden:
                tight = False
            items.append(tuple(self.blocks(cursor, "list_item_close")))
            numbers.append(int(item.info or 0))
        start = None
        if token.type == "ordered_list_open":
            start = numbers[0]
            counted = list(range(start, start + len(numbers)))
            if numbers != counted and len(set(numbers)) > 1:
                wrong = next(i for i, n in enumerate(numbers) if n != counted[i])
                message = f"the list counts on from {start}: its {numbers[wrong]} becomes "
                self.query("R-LIST", f"{message}{counted[wrong]}", span)
        return b.List(tuple(items), start, tight, span=span)

    def definitions(self, cursor: Cursor, span: Span | None) -> b.DefinitionList:
        items: list[tuple[list[tuple[b.Inline, ...]], list[tuple[b.Block, ...]]]] = []
        while (token := cursor.next()) is not None and token.type != "dl_close":
            if token.type == "dt_open":
                if not items or items[-1][1]:
                    items.append(([], []))
                items[-1][0].append(self.inlines.build(cursor.expect("inline")))
                cursor.expect("dt_close")
            elif token.type == "dd_open":
                items[-1][1].append(tuple(self.blocks(cursor, "dd_close")))
        return b.DefinitionList(
            tuple((tuple(terms), tuple(meanings)) for terms, meanings in items), span=span
        )

    def table(self, cursor: Cursor, span: Span | None) -> b.Table:
        rows: list[tuple[tuple[b.Inline, ...], ...]] = []
        row: list[tuple[b.Inline, ...]] = []
        align: list[str] = []
        column = end = 0
        while (token := cursor.next()) is not None and token.type != "table_close":
            match token.type:
                case "tr_open":
                    first = token.map[0] if token.map else 0
                    row, column, end = [], self.lines[first], self.lines[first + 1] - 1
                case "tr_close":
                    rows.append(tuple(row))
                    if self.source.text[column:end].strip("| \t"):
                        place = Span(self.source, column, end)
                        message = "more cells than the table has columns; the last are left out"
                        hint = "give its head as many cells; \\| is a bar within a cell"
                        self.warn("R-TABLE", message, place, (hint,))
                case "th_open" | "td_open":
                    if token.type == "th_open":
                        style = str(token.attrGet("style") or "")
                        align.append(style.removeprefix("text-align:"))
                    cell = cursor.expect("inline")
                    column = self.inlines.seek_cell(cell, column)
                    row.append(self.inlines.build(cell, column))
                    column += len(cell.content.replace("|", "\\|"))
        return b.Table(rows[0] if rows else (), tuple(rows[1:]), tuple(align), span=span)

    def note(self, token: Token, cursor: Cursor, span: Span | None) -> None:
        label = str(token.meta["label"])
        blocks = tuple(self.blocks(cursor, "footnote_reference_close"))
        if label in self.result.notes:
            message = f"note [^{label}] is defined twice; the first one stands"
            hint = "give this one a label of its own, or put both into one"
            self.warn("R-NOTE", message, span, (hint,))
            return
        self.result.notes[label] = b.Note(label, 0, blocks, span=span)

    def container(self, token: Token, cursor: Cursor, span: Span | None) -> tuple[b.Block, ...]:
        words = token.info.strip().strip("{}").replace(".", " ").split()
        name = words[0] if words else ""
        last = self.lines[min(token.map[1], len(self.lines) - 1)] if token.map else 0
        if name and not self.source.text[last:].lstrip(" \t>").startswith(":::"):
            self.warn("R-GROUP", f"::: {name} is not closed; it holds all that follows", span)
        if name == VERSE:
            return (self.verse(cursor, span),)
        blocks = self.blocks(cursor, "container_group_close")
        for role in b.GroupRole:
            if role.value == name:
                return (b.Group(role, tuple(blocks), span=span),)
        if not name:
            self.warn(
                "R-GROUP",
                "::: closes nothing here",
                span,
                ("a group around a group has more colons: :::: letter … ::::",),
            )
            return tuple(blocks)
        self.warn(
            "R-GROUP",
            f"::: {name} is no group that a book knows; its text is kept as it stands",
            span,
            (*did_you_mean(name, _CONTAINERS), f"known: {', '.join(_CONTAINERS)}"),
        )
        return tuple(blocks)

    def verse(self, cursor: Cursor, span: Span | None) -> b.Verse:
        title: tuple[b.Inline, ...] = ()
        source: tuple[b.Inline, ...] = ()
        stanzas: list[tuple[tuple[b.Inline, ...], ...]] = []
        while (token := cursor.next()) is not None and token.type != "container_group_close":
            if token.type == "heading_open" and not (title or stanzas):
                for heading in self.heading(token, cursor, self.place(token)):
                    title = heading.children
            elif token.type == "paragraph_open":
                lines = self.inlines.build_lines(cursor.expect("inline"))
                cursor.expect("paragraph_close")
                if lines:
                    stanzas.append((self.indent(token) + lines[0], *lines[1:]))
            else:
                for other in self.block(token, cursor):
                    message = "only lines of text can stand in a poem; its words are kept as lines"
                    self.warn("R-VERSE", message, other.span)
                    stanzas.extend(_lines_of(other))
        if stanzas and plain_text(stanzas[-1][-1]).startswith("——"):
            *before, source = stanzas.pop()
            if before:
                stanzas.append(tuple(before))
        return b.Verse(tuple(stanzas), title, source, span=span)

    def indent(self, token: Token) -> tuple[b.Inline, ...]:
        """The indent of a stanza's first line, which the parser takes for white space."""
        place = self.place(token)
        found = _INDENT.match(place.text) if place is not None else None
        if place is None or found is None:
            return ()
        start, end = (place.start + offset for offset in found.span(1))
        return (b.Text(found[1], span=Span(self.source, start, end)),)

    def captioned(self, blocks: list[b.Block]) -> list[b.Block]:
        """Join a paragraph that begins with 表： to the table straight after it."""
        found: list[b.Block] = []
        for block in blocks:
            before = found[-1] if found else None
            if (
                isinstance(block, b.Table)
                and isinstance(before, b.Paragraph)
                and before.children
                and isinstance(before.children[0], b.Text)
                and (match := _CAPTION.match(before.children[0].text))
            ):
                found.pop()
                first = before.children[0]
                rest = cut(first, match.end())
                head = (rest,) if rest.text else ()
                caption, writing = self.declared((*head, *before.children[1:]))
                block = replace(block, caption=caption, writing=writing)
            found.append(block)
        return found

    def declared(
        self, caption: tuple[b.Inline, ...]
    ) -> tuple[tuple[b.Inline, ...], Literal["", "horizontal", "vertical"]]:
        """A caption without its ``{.horizontal}`` or ``{.vertical}``, and which it is."""
        last = caption[-1] if caption else None
        match = _WRITING.search(last.text) if isinstance(last, b.Text) else None
        if match is None or not isinstance(last, b.Text):
            return caption, ""
        kept = cut(last, 0, match.start())
        text = (kept,) if kept.text else ()
        return (*caption[:-1], *text), "vertical" if match[1] == "vertical" else "horizontal"

    def warn(self, code: str, message: str, span: Span | None, hints: tuple[str, ...] = ()) -> None:
        self.result.diagnostics.append(Diagnostic(code, "warning", message, span, hints))

    def query(self, code: str, message: str, span: Span | None) -> None:
        self.result.diagnostics.append(Diagnostic(code, "query", message, span))


def _caption(image: b.Image) -> b.Text:
    """The title of an image as its caption, with the place of its words."""
    span = image.span
    if span is not None and (found := span.text.rfind(image.title)) >= 0:
        start = span.start + found
        span = Span(span.source, start, start + len(image.title))
    return b.Text(image.title, span=span)


def _lines_of(block: b.Block) -> Iterator[tuple[tuple[b.Inline, ...], ...]]:
    """What is no line of a poem as a stanza of lines, so that no word of it is lost."""
    lines: list[tuple[b.Inline, ...]] = []
    for node in walk(block):
        match node:
            case b.Paragraph(children) | b.Heading(children=children):
                lines.append(children)
            case b.Table():
                lines.extend(cell for row in (node.head, *node.rows) for cell in row if cell)
            case b.Quote(source=source) if source:
                lines.append(source)
            case b.Code(text):
                lines.extend((b.Text(line),) for line in text.split("\n") if line)
            case b.Formula(tex):
                lines.append((b.Math(tex, span=node.span),))
            case b.Figure(image):
                lines.append((image,))
            case _:
                pass
    if lines:
        yield tuple(lines)


def _is_blank(node: b.Inline) -> bool:
    return isinstance(node, b.LineBreak) or (isinstance(node, b.Text) and not node.text.strip())
