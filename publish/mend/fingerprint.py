"""What a book says, block by block, in a form that safe rules must not change.

White space, control characters and line breaks at the ends of a paragraph do not
count, a radical counts as its ideograph, a ligature as its letters, composed and decomposed
characters are the same, strong emphasis is the asterisks that it is written with, two runs of
it side by side being one, and in text a mark such as ``，`` counts as the half-width one:
these are what safe rules change.  Everything else does count: blocks and their nesting,
levels, numbers, links, code, every visible character.

Rules that a book declares for its punctuation change marks, and the width of letters and
digits.  For them there is a second form, of words: the same tree, with nothing of its
text but the letters, digits and ideographs.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from publish.diagnostics import Span
from publish.model.book import (
    Book,
    Chapter,
    Heading,
    Inline,
    LineBreak,
    Node,
    Paragraph,
    Part,
    Section,
    Strong,
    Text,
)
from publish.records import dataclass
from publish.text.ligatures import LIGATURES
from publish.text.radicals import radical_ideographs

_DROPPED = (
    *range(0x21),
    *range(0x7F, 0xA1),
    0xAD,
    *range(0x2000, 0x2010),
    *range(0x2028, 0x2030),
    0x205F,
    0x2060,
    *range(0x2066, 0x206A),
    0xFEFF,
)
#: Characters that rules may drop but that must not be dropped here: joiners.
_KEPT = frozenset((0x200C, 0x200D))


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of inlines, or the opening or closing of a block; ``span`` where it is known."""

    key: str
    span: Span | None = None


#: What of a text counts.
Said = Callable[[str], str]

_NO_WORD = re.compile(r"[\W_]+")
_MARKS = str.maketrans("，；：！？", ",;:!?")
#: Full-width digits and letters as those of ASCII.
_WIDE = {
    point: point - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for point in range(ord(first), ord(last) + 1)
}


@cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {point: None for point in _DROPPED if point not in _KEPT}
    table.update({ord(radical): ideograph for radical, ideograph in radical_ideographs().items()})
    table.update({ord(ligature): letters for ligature, letters in LIGATURES.items()})
    return table


def _canonical(text: str) -> str:
    text = text.translate(_table())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _visible(text: str) -> str:
    return _canonical(text).translate(_MARKS)


def _words(text: str) -> str:
    return _NO_WORD.sub("", text).translate(_WIDE)


#: Where one run of strong emphasis ends and the next begins.
_SEAM = re.compile(r"(?<!\*)\*{4}(?!\*)")


def _inline(node: Inline, said: Said) -> str:
    if isinstance(node, Text):
        return said(node.text)
    if isinstance(node, LineBreak):
        return "\n"
    if isinstance(node, Strong):
        return f"**{''.join(_inline(item, said) for item in node.children)}**"
    parts: list[str] = []
    for field in dataclasses.fields(node):
        if field.name == "span":
            continue
        value: Any = getattr(node, field.name)
        if isinstance(value, tuple) and value and all(isinstance(x, Inline) for x in value):
            parts.append("".join(_inline(item, said) for item in value))
        else:
            parts.append(_canonical(repr(value)))
    return f"\x01{type(node).__name__}\x02{chr(3).join(parts)}\x04"


def _line(inlines: tuple[Inline, ...], said: Said) -> str:
    """A line of inlines without its indent, and the breaks and stray backslashes at its ends."""
    line = "".join(_inline(node, said) for node in inlines).strip("\n\u3000").rstrip("\\\n")
    return _SEAM.sub("", line) if "****" in line else line


def _span(inlines: tuple[Inline, ...]) -> Span | None:
    spans = [node.span for node in inlines if node.span is not None]
    if not spans or any(span.source is not spans[0].source for span in spans):
        return None
    return Span(spans[0].source, min(span.start for span in spans), max(span.end for span in spans))


def _units(value: Any, said: Said) -> Iterator[Unit]:
    if isinstance(value, tuple):
        if value and all(isinstance(item, Inline) for item in value):
            line = _line(value, said)
            # Marks are no words: a paragraph of marks alone is one all the same.
            if line or (said is _words and _line(value, _visible)):
                yield Unit(line, _span(value))
        else:
            for item in value:
                yield from _units(item, said)
    elif isinstance(value, Paragraph):
        yield from _units(value.children, said)
    elif isinstance(value, Inline):
        yield Unit(_inline(value, said), value.span)
    elif said is _words and isinstance(value, Part | Chapter | Section | Heading):
        yield from _headed(value)
    elif isinstance(value, Node):
        facts: list[str] = []
        inside: list[Any] = []
        for field in dataclasses.fields(value):
            if field.name in ("span", "anchor"):
                continue
            item = getattr(value, field.name)
            if isinstance(item, tuple | Node):
                inside.append(item)
            else:
                facts.append(f"{field.name}={item!r}")
        yield Unit(f"<{type(value).__name__} {' '.join(facts)}>", value.span)
        for item in inside:
            yield from _units(item, said)
        yield Unit(f"</{type(value).__name__}>")


def _headed(node: Part | Chapter | Section | Heading) -> Iterator[Unit]:
    """The words of a heading, then what stands under it.

    Whether it is a part or a chapter, and where its label ends, may hang on the width of its
    digits.
    """
    title = node.children if isinstance(node, Heading) else node.title
    label = node.label if isinstance(node, Part | Chapter) else ""
    yield Unit(f"<Heading>{_words(label)}{_line(title, _words)}", _span(title) or node.span)
    match node:
        case Part():
            below: tuple[Any, ...] = (node.lead, node.chapters)
        case Chapter():
            below = (node.blocks, node.notes)
        case Section():
            below = (node.blocks,)
        case _:
            below = ()
    for item in below:
        yield from _units(item, _words)


def fingerprint(book: Book, *, words: bool = False) -> list[Unit]:
    """The units of the book in order; ``words`` leaves the marks in its text out."""
    said = _words if words else _visible
    return [
        unit
        for part in (book.heading, book.front, book.body, book.back)
        for unit in _units(part, said)
    ]
