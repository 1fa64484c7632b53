"""Formulas and pictures in a line of an e-book, held together with the marks about them.

Engines may end a line before and after anything that is laid out as one box, whatever stands beside
it (CSS Text 3, section 5.1: «a soft wrap opportunity before and after each replaced element»), so
that a comma begins the next line; a word joiner does not hinder them.  A run that is not broken at
all does: the templates make one of each :class:`Held`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from publish.model import book as b
from publish.records import dataclass

#: What may not begin a line, and what may not end one (GB/T 15834-2011, section 5.1; clreq,
#: «prohibition rules for line start and line end»), as the insides of classes.  A straight
#: quotation mark may be either.
_NEVER_FIRST = '。．，、；：？！）」』》〉】〕〗］｝”’.,;:?!)\\]}"%％‰℃°′″～–·'
_NEVER_LAST = '（「『《〈【〔〖［｛“‘(\\[{"￥$＄€£'

_AFTER = re.compile(f"[{_NEVER_FIRST}]+")
_BEFORE = re.compile(f"[{_NEVER_LAST}]+$")


@dataclass(frozen=True, slots=True)
class Held(b.Inline):
    """Inlines between which no line ends."""

    children: tuple[b.Inline, ...]


def held(nodes: Sequence[b.Inline]) -> Sequence[b.Inline]:
    """The inlines, with each formula or picture, the marks before and after it, and the calls of
    notes among those, as one; the text stays as it is."""
    if not any(map(_is_box, nodes)):
        return nodes
    return tuple(_grouped(list(nodes)))


def _is_box(node: b.Inline) -> bool:
    """Whether a node is one box in the line, also where it is the only content of another."""
    if isinstance(node, b.Strong | b.Emphasis | b.Link | b.Marked):
        return len(node.children) == 1 and _is_box(node.children[0])
    return isinstance(node, b.Math) or (isinstance(node, b.Image) and bool(node.source))


def _grouped(nodes: list[b.Inline]) -> Iterator[b.Inline]:
    """The nodes in their order; what is taken from a text is cut off it."""
    at = 0
    while at < len(nodes):
        node = nodes[at]
        if isinstance(node, b.Text) and at + 1 < len(nodes) and _is_box(nodes[at + 1]):
            opening = _BEFORE.search(node.text)
            start = opening.start() if opening else len(node.text)
            if start:
                yield b.Text(node.text[:start])
            before = (b.Text(node.text[start:]),) if opening else ()
            at += 1
        elif _is_box(node):
            before = ()
        else:
            yield node
            at += 1
            continue
        group: list[b.Inline] = [*before, nodes[at]]
        at += 1
        at = _take_what_follows(nodes, at, group)
        yield Held(tuple(group)) if len(group) > 1 else group[0]


def _take_what_follows(nodes: list[b.Inline], at: int, group: list[b.Inline]) -> int:
    """Move calls of notes and marks from ``at`` on into the group; where the rest begins."""
    while at < len(nodes):
        node = nodes[at]
        if isinstance(node, b.NoteRef):
            group.append(node)
            at += 1
        elif isinstance(node, b.Text) and (marks := _AFTER.match(node.text)):
            group.append(b.Text(marks[0]))
            rest = node.text[marks.end() :]
            if rest:
                nodes[at] = b.Text(rest)
                return at
            at += 1
        else:
            return at
    return at
