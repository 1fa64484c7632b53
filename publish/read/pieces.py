"""Pieces of text: cutting a run with its place, joining lines, taking note calls out."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from publish.diagnostics import Span
from publish.model import book as b
from publish.model.tree import NODE_FIELDS
from publish.read.inline import joins_without_space
from publish.records import dataclass

#: What one character of a text node may be in the source (CommonMark sections 2.4, 2.5).
_UNIT = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:#[xX][0-9A-Fa-f]{1,6}|#\d{1,7}|\w+);)|.", re.S)
_HEADING_ATTRIBUTES = re.compile(r"\{#([^\s{}#]+)\}$")


@dataclass(frozen=True, slots=True)
class SoftBreak(b.Inline):
    """A line end in a paragraph: a blank or nothing, as :func:`join_lines` decides."""


def cut(node: b.Text, start: int, end: int | None = None) -> b.Text:
    """``node.text[start:end]`` as a node, with the place it has in the source."""
    end = len(node.text) if end is None else end
    span = node.span
    if span is not None:
        places = _places(span.text, node.text)
        if places is not None:
            span = Span(span.source, span.start + places[start], span.start + places[end])
    return b.Text(node.text[start:end], span=span)


def _places(raw: str, text: str) -> Sequence[int] | None:
    """For each offset in the text, and for its end, the offset in the raw run."""
    if raw == text:
        return range(len(raw) + 1)
    places: list[int] = []
    meaning = ""
    for unit in _UNIT.finditer(raw):
        piece = unit[1] or (html.unescape(unit[2]) if unit[2] else unit[0])
        places.extend([unit.start()] * len(piece))
        meaning += piece
    return [*places, len(raw)] if meaning == text else None


# --- lines -------------------------------------------------------------------


def join_lines(children: tuple[b.Inline, ...]) -> tuple[b.Inline, ...]:
    """Each soft break as a blank, or as nothing: between two Chinese characters, at either
    end, and before a note call."""
    leaves = list(_leaves(children))
    if not any(isinstance(leaf, SoftBreak) for leaf in leaves):
        return children
    blanks: set[int] = set()
    before = ""
    following = ""
    after: dict[int, str] = {}
    for position in range(len(leaves) - 1, -1, -1):
        leaf = leaves[position]
        after[id(leaf)] = following
        following = _edges(leaf)[0] or following
    for position, leaf in enumerate(leaves):
        if not isinstance(leaf, SoftBreak):
            before = _edges(leaf)[1] or before
            continue
        called = position + 1 < len(leaves) and isinstance(leaves[position + 1], b.NoteRef)
        ends = before + after[id(leaf)]
        if not called and len(ends) == 2 and "\n" not in ends and not joins_without_space(*ends):
            blanks.add(id(leaf))

    def expand(node: b.Inline) -> tuple[b.Inline, ...]:
        if not isinstance(node, SoftBreak):
            return (node,)
        return (b.Text(" ", span=node.span),) if id(node) in blanks else ()

    joined: tuple[b.Inline, ...] = spliced(children, expand)
    return joined


def _leaves(nodes: tuple[b.Inline, ...]) -> Iterator[b.Inline]:
    for node in nodes:
        if isinstance(node, b.Emphasis | b.Strong | b.Link | b.Marked):
            yield from _leaves(node.children)
        else:
            yield node


def _edges(leaf: b.Inline) -> tuple[str, str]:
    """The first and the last character that a reader sees of a leaf; none for a note call.

    An image in the line stands for a character, mostly a rare one.
    """
    match leaf:
        case b.Text(text) | b.CodeSpan(text) | b.Math(text):
            return text[:1], text[-1:]
        case b.Ruby(pairs):
            return pairs[0][0][:1], pairs[-1][0][-1:]
        case b.Image():
            return "〇", "〇"
        case b.LineBreak():
            return "\n", "\n"
        case _:
            return "", ""


def spliced(value: Any, expand: Callable[[b.Inline], tuple[b.Inline, ...]]) -> Any:
    """A tree (or a tuple of nodes) with every inline leaf replaced by what ``expand`` gives."""
    if isinstance(value, tuple):
        result: list[Any] | None = None
        for position, item in enumerate(value):
            if isinstance(item, b.Inline) and not hasattr(item, "children"):
                new = expand(item)
            else:
                new = (spliced(item, expand),)
            if result is None and not (len(new) == 1 and new[0] is item):
                result = list(value[:position])
            if result is not None:
                result += new
        return value if result is None else tuple(result)
    if isinstance(value, b.Node):
        changed = {}
        for name in NODE_FIELDS[type(value)]:
            old = getattr(value, name)
            if isinstance(old, tuple):
                new = spliced(old, expand)
                if new is not old:
                    changed[name] = new
        return dataclasses.replace(value, **changed) if changed else value
    return value


def without_calls(
    children: tuple[b.Inline, ...],
) -> tuple[tuple[b.Inline, ...], tuple[b.NoteRef, ...]]:
    """Inlines without their note calls, and the calls."""
    calls: list[b.NoteRef] = []

    def expand(node: b.Inline) -> tuple[b.Inline, ...]:
        if isinstance(node, b.NoteRef):
            calls.append(node)
            return ()
        return (node,)

    return spliced(children, expand), tuple(calls)


def ends_with_attributes(children: tuple[b.Inline, ...]) -> tuple[tuple[b.Inline, ...], str]:
    """A heading without its ``{#id}``, and the id."""
    last = children[-1] if children else None
    if not isinstance(last, b.Text):
        return children, ""
    match = _HEADING_ATTRIBUTES.search(last.text.rstrip())
    if match is None:
        return children, ""
    kept = cut(last, 0, len(last.text[: match.start()].rstrip()))
    return (*children[:-1], *((kept,) if kept.text else ())), match[1]
