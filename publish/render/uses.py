"""Which characters an edition sets in which role, so that a face is proved for each of them."""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Span
from publish.model import book as b
from publish.model.edition import Edition
from publish.model.text import Run
from publish.model.tree import plain_text

Use = tuple[str, str, Span | None]


def uses(
    book: b.Book, edition: Edition, runs: tuple[Run, ...], title_place: Span | None
) -> tuple[Use, ...]:
    """(role, character, place) for each character of each role, at its first place.

    Roles: text, heading, strong, reading, quotation, figures, code.  ``runs`` are the edition's
    text: what generated leaves and running heads add to the words of the book, told at
    ``title_place``.
    """
    found: dict[tuple[str, str], Span | None] = {}

    def note(role: str, text: str, span: Span | None) -> None:
        for character in text:
            if not character.isspace() and (role, character) not in found:
                place = span
                if span is not None and (offset := span.text.find(character)) >= 0:
                    start = span.start + offset
                    place = Span(span.source, start, start + 1)
                found[role, character] = place

    for role, text, span in _roles(book):
        if text:
            note(role, text, span)
    for run in runs:
        note("text", run.text if run.where in _LEAVES else "", title_place)
    for text in (book.meta.title, book.meta.subtitle, edition.words["contents"]):
        note("heading", text, title_place)
    # Counters, leaders, note signs and running heads of the print style sheet.
    note("text", "0123456789·—" + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", None)
    note("figures", "0123456789", None)
    # What captions are called: 图1, 表2 (span.label).
    note("strong", edition.words["figure"] + edition.words["table"] + "0123456789", None)
    return tuple((role, character, span) for (role, character), span in found.items())


_LEAVES = frozenset({"cover", "title-page", "imprint", "contents", "end-page"})


def _roles(book: b.Book) -> Iterator[tuple[str, str, Span | None]]:
    for item in (*book.front, *book.body, *book.back):
        if isinstance(item, b.Part):
            yield "text", item.label, item.span
            yield from _inlines(item.title, "heading")
            yield from _blocks(item.lead, "quotation")
            for chapter in item.chapters:
                yield from _chapter(chapter)
        else:
            yield from _chapter(item)


def _chapter(chapter: b.Chapter) -> Iterator[tuple[str, str, Span | None]]:
    yield "text", chapter.label, chapter.span
    yield from _inlines(chapter.title, "heading")
    # Running heads and the contents repeat the title in the text face.
    yield "text", plain_text(chapter.title), chapter.span
    yield from _blocks(chapter.blocks, "text")
    for entry in chapter.notes:
        yield from _blocks(entry.blocks, "text")


def _blocks(blocks: tuple[b.Block, ...], role: str) -> Iterator[tuple[str, str, Span | None]]:
    for block in blocks:
        match block:
            case b.Paragraph(children):
                yield from _inlines(children, role)
            case b.Heading(children=children):
                yield from _inlines(children, "strong")
            case b.Section(level, title, inside):
                yield from _inlines(title, "heading" if level == 2 else "strong")
                yield "text", plain_text(title), block.span
                yield from _blocks(inside, role)
            case b.Entry(_, inside) | b.Group(b.GroupRole.REFERENCES, inside):
                yield from _blocks(inside, role)
            case b.Group(b.GroupRole.DIALOGUE, inside):
                yield from _blocks(inside, role)
                for line in inside:
                    if isinstance(line, b.Paragraph):
                        yield "strong", plain_text(line.children)[:9], line.span
            case b.Group(_, inside):
                yield from _blocks(inside, "quotation")
            case b.Quote(inside, source):
                yield from _blocks(inside, "quotation")
                yield from _inlines(source, "quotation")
            case b.Verse(stanzas, title, source):
                yield from _inlines(title, "heading")
                for stanza in stanzas:
                    for line_of_verse in stanza:
                        yield from _inlines(line_of_verse, "quotation")
                yield from _inlines(source, "quotation")
            case b.List(items):
                for item in items:
                    yield from _blocks(item, role)
            case b.DefinitionList(pairs):
                for terms, meanings in pairs:
                    for term in terms:
                        yield from _inlines(term, "strong")
                    for meaning in meanings:
                        yield from _blocks(meaning, role)
            case b.Table():
                yield from _inlines(block.caption, "text")
                for cell in block.head:
                    yield from _inlines(cell, "strong")
                for row in block.rows:
                    for cell in row:
                        yield from _inlines(cell, "text")
            case b.Figure():
                yield from _inlines(block.caption, "text")
            case b.Code(text):
                yield "code", text, block.span
            case _:
                pass


def _inlines(nodes: tuple[b.Inline, ...], role: str) -> Iterator[tuple[str, str, Span | None]]:
    for node in nodes:
        match node:
            case b.Text(text):
                yield role, text, node.span
            case b.CodeSpan(text):
                yield "code", text, node.span
            case b.Ruby(pairs):
                for base, reading in pairs:
                    yield role, base, node.span
                    yield "reading", reading, node.span
            case b.Strong(inner):
                yield from _inlines(inner, "strong")
            case b.Marked(inner, b.MarkRole.KAI):
                yield from _inlines(inner, "quotation")
            case b.Emphasis(inner) | b.Link(inner) | b.Marked(inner):
                yield from _inlines(inner, role)
            case _:
                pass
