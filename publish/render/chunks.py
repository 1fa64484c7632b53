"""A chapter divided over files of a size that old reading systems take.

EBPAJ guide 1.1.3 advises XHTML files below 240 KB (Adobe's engine refuses 260 KB).  Reading systems
begin a page with each file, so that the place of a cut is seen: it is made before a heading where
there is one, and never between a heading, or a line that announces something, and what follows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import escape

from publish.model import book as b
from publish.model.tree import children, plain_text, walk
from publish.records import dataclass
from publish.render.formula import mathml
from publish.text.english import english

#: Bytes of the blocks of one file, by :func:`weight`; head, heads of sections that go on and marks
#: of pages have the rest of the 240 KB.
LIMIT = 200_000
#: A file of less than this is not begun for the sake of a heading.
LEAST = LIMIT // 8

#: Bytes of markup around what a node says, the longest that the templates write.
_MARKUP: Mapping[type[b.Node], int] = {
    b.Text: 0,
    b.Number: 0,
    b.Ruby: 0,
    b.Image: 160,
    b.Figure: 120,
    b.Link: 60,
    b.NoteRef: 160,
    b.Note: 240,
    b.Section: 80,
    b.Entry: 140,
    b.Table: 140,
    b.Formula: 60,
    b.Group: 120,
}
_OTHER = 60
#: … around a reading, a cell, a line of verse, an item, a run of English.
_READING, _CELL, _LINE, _ITEM, _ENGLISH = 50, 50, 30, 70, 40


@dataclass(frozen=True, slots=True)
class Chunk:
    """Blocks of one file, sections flat; ``above`` are the sections that go on from the file
    before: (level, title), from the highest down."""

    blocks: tuple[b.Block, ...]
    above: tuple[tuple[int, str], ...] = ()


def chunks(chapter: b.Chapter) -> Iterator[Chunk]:
    """The files of a chapter; a block that alone is too large has one for itself."""
    blocks = _flat(chapter.blocks)
    if _is_short(chapter):
        yield Chunk(blocks)
        return
    notes = {note.anchor: note for note in chapter.notes}
    weights = [weight(block, notes) for block in blocks]
    start, above = 0, dict[int, str]()
    while True:
        end = _cut(blocks, weights, start)
        opening = blocks[start] if start < len(blocks) else None
        deepest = opening.level if isinstance(opening, b.Section) else 9
        went_on = tuple(sorted(item for item in above.items() if item[0] < deepest))
        yield Chunk(blocks[start:end], went_on)
        for block in blocks[start:end]:
            if isinstance(block, b.Section):
                above = {level: title for level, title in above.items() if level < block.level}
                above[block.level] = plain_text(block.title)
        if end == len(blocks):
            return
        start = end


#: Bytes that a character of ASCII can add to its own at most: as a reference (``&#34;``), and for
#: every two a run of English.
_ADDED = 4 + _ENGLISH // 2


#: Nodes that weigh no more than their markup and what stands in them.
_SIMPLE = frozenset((b.Paragraph, b.Entry, b.Section, b.Quote, b.Emphasis, b.Strong, b.Break))


def _is_short(chapter: b.Chapter) -> bool:
    """Whether a chapter of nothing but paragraphs, entries and sections of text has room in one
    file, by the most that its text can weigh."""
    room = LIMIT
    stack: list[b.Node] = list(chapter.blocks)
    while stack and room >= 0:
        node = stack.pop()
        kind = type(node)
        room -= _MARKUP.get(kind, _OTHER)
        if isinstance(node, b.Text | b.Number):
            text = node.text if isinstance(node, b.Text) else node.spelling
            size = len(text.encode())
            # Those beyond ASCII have four bytes at most.
            room -= size + _ADDED * ((4 * len(text) - size) // 3)
        elif kind in _SIMPLE:
            stack += children(node)
        else:
            return False
    return room >= 0


def _flat(blocks: tuple[b.Block, ...]) -> tuple[b.Block, ...]:
    """Sections as their headings followed by their blocks, as the template prints them anyway."""
    found: list[b.Block] = []
    for block in blocks:
        if isinstance(block, b.Section):
            found.append(dataclasses.replace(block, blocks=()))
            found.extend(_flat(block.blocks))
        else:
            found.append(block)
    return tuple(found)


def _cut(blocks: Sequence[b.Block], weights: Sequence[int], start: int) -> int:
    """Where the file that begins at ``start`` ends: the best place at which it is not too large,
    of those the last."""
    total, best = 0, (9, start + 1)
    for place in range(start, len(blocks)):
        if place > start:
            rank = 8 if total < LEAST else 7 if _holds(blocks[place - 1]) else _rank(blocks[place])
            if rank <= best[0]:
                best = (rank, place)
        total += weights[place]
        if total > LIMIT and place > start:
            return best[1]
    return len(blocks)


def _rank(block: b.Block) -> int:
    """How well a file begins with a block: with a heading best, the higher the better."""
    if isinstance(block, b.Section):
        return block.level
    return 5 if isinstance(block, b.Entry) else 6


def _holds(block: b.Block) -> bool:
    """Whether a block belongs to the one behind it: headings, and what ends in a colon."""
    if isinstance(block, b.Paragraph):
        return plain_text(block.children).rstrip().endswith(("：", ":"))
    return isinstance(block, b.Section)


def weight(block: b.Block, notes: Mapping[str, b.Note]) -> int:
    """Bytes of a block as XHTML, and of the notes that it calls, at most."""
    return sum(_bytes(node, notes) for node in walk(block))


def _bytes(node: b.Node, notes: Mapping[str, b.Note]) -> int:
    size = _MARKUP.get(type(node), _OTHER)
    match node:
        case b.Text(text):
            size += _text(text) + _ENGLISH * len(english(text))
        case b.CodeSpan(text) | b.Code(text):
            size += _text(text)
        case b.Number(spelling=text):
            size += _text(text)
        case b.Ruby(pairs):
            size += sum(_READING + _text(base) + _text(reading) for base, reading in pairs)
        case b.Math(tex) | b.Formula(tex):
            size += len(mathml(tex, isinstance(node, b.Formula)).encode())
        case b.Image(source, alt):
            size += _text(source) + _text(alt)
        case b.Link(target=target):
            size += _text(target)
        case b.NoteRef(note) if note in notes:
            size += weight(notes[note], {})
        case b.Table(head, rows):
            size += _CELL * (len(head) + sum(len(row) + 1 for row in rows))
        case b.Verse(stanzas):
            size += sum(_LINE * (len(stanza) + 1) for stanza in stanzas)
        case b.List(items):
            size += _ITEM * len(items)
        case b.DefinitionList(items):
            size += sum(_ITEM * (len(terms) + len(meanings)) for terms, meanings in items)
    return size


def _text(text: str) -> int:
    return len(escape(text).encode())
