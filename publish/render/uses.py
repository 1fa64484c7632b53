"""Which characters an edition sets in which role, so that a face is proved for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publish.diagnostics import Span
from publish.model import book as b
from publish.model.edition import Edition
from publish.model.leaves import chapter_title
from publish.model.numerals import circled
from publish.model.text import Run, formula_label, list_marker
from publish.model.tree import plain_text, walk
from publish.render.lettering import letters, places
from publish.render.upright import standing
from publish.text.characters import has_han

Use = tuple[str, str, Span | None]


def uses(
    book: b.Book,
    edition: Edition,
    runs: tuple[Run, ...],
    title_place: Span | None,
    folder: Path = Path(),
) -> tuple[Use, ...]:
    """(role, character, place) for each character of each role, at its first place; drawings are in
    the ``folder``.

    Roles: text, heading, subheading, strong, reading, quotation, figures, code, and for Latin
    that is emphasised, italic and bold-italic.  ``runs`` are the edition's text: what generated
    leaves and running heads add to the words of the book, told at ``title_place``.
    """
    found: list[Use] = []
    seen: dict[str, set[str]] = {}

    def note(role: str, text: str, span: Span | None) -> None:
        known = seen.setdefault(role, set())
        # A long book has a few thousand characters, so that most texts have no new one.
        if known.issuperset(text):
            return
        new = set(text).difference(known)
        for character in sorted(new, key=text.index):
            place = span
            if span is not None and (offset := span.text.find(character)) >= 0:
                start = span.start + offset
                place = Span(span.source, start, start + 1)
            if not character.isspace():
                found.append((role, character, place))
        known |= new

    counted = "" if edition.counted(1).isascii() else _NUMERALS + "〔〕"
    for role, text, span in _roles(book, edition):
        if text:
            note(role, text + counted if text == _CALLS else text, span)
    for run in runs:
        note("text", run.text if run.where in _LEAVES else "", title_place)
    for text in (book.meta.title, book.meta.subtitle, edition.words["contents"]):
        note("heading", text, title_place)
    # Counters, leaders, note signs and running heads of the print style sheet; … ends those cut.
    folios = "0123456789" + "ivxlc" * (
        edition.front_folios == "roman" and edition.writing == "horizontal"
    )
    note("text", folios + "·—…" + _SIGNS, None)
    for asset in book.assets:
        for character, place in places(asset, folder).items():
            note("strong", character, place)
    # What captions are called: 图1, 表2 (span.label).
    note("strong", edition.words["figure"] + edition.words["table"] + "0123456789", None)
    if counted:
        note("strong", _NUMERALS, None)
        note("text", counted, None)
    return tuple(found)


def across(book: b.Book, edition: Edition) -> dict[str, frozenset[str]]:
    """The characters of each role in what stands upright among vertical lines; none where nothing
    does, or where lines are horizontal."""
    found: dict[str, set[str]] = {}
    for block in standing(book, edition):
        for role, text, _ in _blocks((block,), "text", edition):
            found.setdefault(role, set()).update(text)
        if any(isinstance(node, b.NoteRef) for node in walk(block)):
            found.setdefault("text", set()).update(_SIGNS, _NUMERALS, "〔〕")
    for asset in book.assets if edition.writing == "vertical" else ():
        if drawn := letters(asset):
            found.setdefault("strong", set()).update(drawn)
    if "text" in found:
        found.setdefault("strong", set()).update(edition.words["table"], "0123456789", _NUMERALS)
    return {role: frozenset(letters) for role, letters in found.items()}


#: How notes are counted in print, as far as every face has them.
_SIGNS = "".join(map(circled, range(1, 21)))
#: What numbers are counted with in vertical lines.
_NUMERALS = "〇一二三四五六七八九十百千"

_LEAVES = frozenset({"cover", "title-page", "imprint", "contents", "end-page"})


#: What a call of a note is set with: ① in print, [1] in an e-book.
_CALLS = "0123456789[]"


def _roles(book: b.Book, edition: Edition) -> Iterator[tuple[str, str, Span | None]]:
    for item in (*book.front, *book.body, *book.back):
        if isinstance(item, b.Part):
            yield "text", item.label, item.span
            # The contents have label and title in the face of headings.
            yield "heading", item.label, item.span
            yield from _heading(item.title, item.label, item.span)
            yield from _blocks(item.lead, "quotation", edition)
            for chapter in item.chapters:
                yield from _chapter(chapter, edition)
        else:
            yield from _chapter(item, edition)


def _chapter(chapter: b.Chapter, edition: Edition) -> Iterator[tuple[str, str, Span | None]]:
    title = chapter_title(chapter, edition)
    yield "text", chapter.label, chapter.span
    yield from _heading(chapter.title, title or chapter.label, chapter.span)
    # Running heads and the contents repeat the title in the text face.
    yield "text", title, chapter.span
    yield from _blocks(chapter.blocks, "text", edition)
    for entry in chapter.notes:
        yield "text", _CALLS, entry.span
        yield from _blocks(entry.blocks, "text", edition)


def _heading(
    title: tuple[b.Inline, ...], instead: str, span: Span | None
) -> Iterator[tuple[str, str, Span | None]]:
    """The title of a chapter or part, or what heads one without a title: its label, or a word."""
    if title:
        yield from _inlines(title, "heading")
    else:
        yield "heading", instead, span


def _blocks(
    blocks: tuple[b.Block, ...], role: str, edition: Edition
) -> Iterator[tuple[str, str, Span | None]]:
    for block in blocks:
        match block:
            case b.Paragraph(children):
                yield from _inlines(children, role)
            case b.Heading(children=children):
                yield from _inlines(children, "strong")
            case b.Section(level, title, inside):
                yield from _inlines(title, "heading" if level == 2 else "subheading")
                yield "text", plain_text(title), block.span
                yield from _blocks(inside, role, edition)
            case b.Entry(number, inside):
                figure = edition.counted(number.value)
                yield "figures" if figure.isascii() else "heading", figure, block.span
                yield from _blocks(inside, role, edition)
            case b.Group(b.GroupRole.REFERENCES, inside):
                yield from _blocks(inside, role, edition)
            case b.Group(b.GroupRole.DIALOGUE, inside):
                yield from _blocks(inside, role, edition)
                for line in inside:
                    if isinstance(line, b.Paragraph):
                        yield "strong", plain_text(line.children)[:9], line.span
            case b.Group(_, inside):
                yield from _blocks(inside, "quotation", edition)
            case b.Quote(inside, source):
                yield from _blocks(inside, "quotation", edition)
                yield from _inlines(source, "quotation")
            case b.Verse(stanzas, title, source):
                yield from _inlines(title, "heading")
                for stanza in stanzas:
                    for line_of_verse in stanza:
                        yield from _inlines(line_of_verse, "quotation")
                yield from _inlines(source, "quotation")
            case b.List(items, start):
                for offset, item in enumerate(items):
                    yield "strong" if start is None else role, list_marker(block, offset), None
                    yield from _blocks(item, role, edition)
            case b.DefinitionList(pairs):
                for terms, meanings in pairs:
                    for term in terms:
                        yield from _inlines(term, "strong")
                    for meaning in meanings:
                        yield from _blocks(meaning, role, edition)
            case b.Table():
                yield from _inlines(block.caption, role)
                for cell in block.head:
                    yield from _inlines(cell, "strong")
                for row in block.rows:
                    for cell in row:
                        yield from _inlines(cell, role)
            case b.Figure():
                yield from _inlines(block.caption, role)
            case b.Formula(label=label) if label:
                yield role, formula_label(label), block.span
            case b.Code(text):
                yield "code", text, block.span
            case _:
                pass


#: Roles that are set in a bold face.
_BOLD = frozenset({"heading", "subheading", "strong"})


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
            case b.Number(spelling=spelling):
                yield role, spelling, node.span
            case b.NoteRef(number=number):
                yield role, _CALLS, node.span
                yield "text", circled(number), node.span
            case b.Strong(inner):
                yield from _inlines(inner, "strong")
            case b.Emphasis(inner) | b.Marked(inner, b.MarkRole.DOTS) if not has_han(
                plain_text(inner)
            ):
                yield from _inlines(inner, role)
                yield "bold-italic" if role in _BOLD else "italic", plain_text(inner), node.span
            case b.Marked(inner, b.MarkRole.KAI):
                yield from _inlines(inner, "quotation")
            case b.Emphasis(inner) | b.Link(inner) | b.Marked(inner):
                yield from _inlines(inner, role)
            case _:
                pass
