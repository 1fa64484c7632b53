"""The texture of a book: one bar for each entry or paragraph, as long as its text.

The cover has it large, the end page small (look.md section 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from publish.model.book import (
    Block,
    Book,
    CodeSpan,
    Entry,
    Math,
    Node,
    Number,
    Paragraph,
    Ruby,
    Section,
    Strong,
    Text,
    Verse,
)
from publish.model.tree import remembered, walk
from publish.records import dataclass

#: What a bar stands for; empty where there are none.
Texture = Literal["entries", "paragraphs", ""]

#: Bars at most: of paragraphs, and of entries (at 1.6 mm and .8 mm to the bar on A5).
MAX_PARAGRAPHS = 60
MAX_ENTRIES = 120

#: Share of its place that a bar fills.
FILL = 0.4


@dataclass(frozen=True, slots=True)
class Bar:
    """``length`` is a share of the longest bar, ``accent`` whether its text holds strong words."""

    length: float
    accent: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A bar in its place: ``top``, ``width`` and ``height`` in the unit asked for."""

    top: float
    width: float
    height: float
    accent: bool


@remembered
def texture(book: Book) -> tuple[Texture, tuple[Bar, ...]]:
    """One bar an entry where entries are most of the book, else one a paragraph of the body."""
    entries: list[tuple[int, bool]] = []
    paragraphs: list[tuple[int, bool]] = []
    front: list[tuple[int, bool]] = []
    letters = 0
    opening = {id(chapter) for chapter in book.front}
    for chapter in book.chapters():
        for block in _blocks(chapter.blocks):
            if isinstance(block, Entry):
                measured = _measure(*block.blocks)
                entries.append(measured)
                letters += measured[0]
                continue
            for node in walk(block):
                if isinstance(node, Paragraph | Verse):
                    measured = _measure(node)
                    (front if id(chapter) in opening else paragraphs).append(measured)
                    letters += measured[0]
    if entries and 2 * sum(length for length, _ in entries) >= letters:
        return "entries", _bars(entries[:MAX_ENTRIES])
    bars = _bars((paragraphs or front)[:MAX_PARAGRAPHS])
    return ("paragraphs" if bars else ""), bars


def _blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Section):
            yield from _blocks(block.blocks)
        else:
            yield block


def _measure(*nodes: Node) -> tuple[int, bool]:
    """Characters that are not white space, and whether any words are strong."""
    length, strong = 0, False
    for item in (item for node in nodes for item in walk(node)):
        match item:
            case Text(text) | CodeSpan(text) | Math(text) | Number(spelling=text):
                length += len("".join(text.split()))
            case Ruby(pairs):
                length += sum(len(base) for base, _ in pairs)
            case Strong():
                strong = True
    return length, strong


def _bars(measured: list[tuple[int, bool]]) -> tuple[Bar, ...]:
    longest = max((length for length, _ in measured), default=0)
    if not longest:
        return ()
    return tuple(Bar(length / longest, strong) for length, strong in measured if length)


def boxes(
    bars: tuple[Bar, ...], width: float, height: float, pitch: float = 0.0
) -> tuple[Box, ...]:
    """The bars laid out in a box of any unit, from its top; the longest is as wide as the box.

    A bar's place is ``pitch`` high, by default its share of the height.
    """
    pitch = pitch or height / max(1, len(bars))
    thick = pitch * FILL
    return tuple(
        Box(index * pitch, max(thick, bar.length * width), thick, bar.accent)
        for index, bar in enumerate(bars)
    )
