"""Walking and changing the tree of a book, and reading its words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from operator import is_
from typing import Any, TypeVar

from publish.model.book import (
    Book,
    CodeSpan,
    Emphasis,
    Image,
    Inline,
    Link,
    Marked,
    Math,
    Node,
    Number,
    Ruby,
    Strong,
    Text,
)

AnyNode = TypeVar("AnyNode", bound=Node)


#: What fields without nodes are declared as; any other may have some.
_PLAIN = frozenset(
    (
        "Span | None", "str", "int", "int | None", "bool", "tuple[str, ...]",
        "tuple[tuple[str, str], ...]", "MarkRole", "GroupRole", "ChapterRole",
    )
)  # fmt: skip


class _Fields(dict[type, tuple[str, ...]]):
    """Filled as it is asked: a tree has some hundred thousand nodes of thirty classes."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        self[kind] = tuple(f.name for f in dataclasses.fields(kind) if f.type not in _PLAIN)
        return self[kind]


#: The names of the fields of a class of nodes (or of Book) in which nodes may stand.
NODE_FIELDS = _Fields()


def children(node: Node | Book) -> list[Node]:
    """The nodes directly below, in reading order of the fields."""
    found: list[Node] = []
    for name in NODE_FIELDS[type(node)]:
        value = getattr(node, name)
        _gather(value if isinstance(value, tuple) else (value,), found)
    return found


def _gather(items: tuple[object, ...], found: list[Node]) -> None:
    for item in items:
        if isinstance(item, Node):
            found.append(item)
        elif isinstance(item, tuple):
            _gather(item, found)


def walk(node: Node | Book) -> Iterator[Node]:
    """The node (unless it is the book) and all below it, depth first, in reading order."""
    stack: list[Node] = [node] if isinstance(node, Node) else children(node)[::-1]
    while stack:
        current = stack.pop()
        yield current
        if NODE_FIELDS[type(current)]:
            below = children(current)
            below.reverse()
            stack += below


def map_nodes(node: AnyNode, change: Callable[[Node], Node]) -> AnyNode:
    """The tree with ``change`` applied to every node, from the leaves up."""

    def value(item: Any) -> Any:
        if isinstance(item, Node):
            return visit(item)
        if isinstance(item, tuple):
            new = [value(part) for part in item]
            return item if all(map(is_, new, item)) else tuple(new)
        return item

    def visit(item: Node) -> Node:
        changed = {}
        for name in NODE_FIELDS[type(item)]:
            old = getattr(item, name)
            new = value(old)
            if new is not old:
                changed[name] = new
        return change(dataclasses.replace(item, **changed) if changed else item)

    return visit(node)  # type: ignore[return-value]


def map_book(book: Book, change: Callable[[Node], Node]) -> Book:
    """:func:`map_nodes` over every chapter and part of the book."""
    return dataclasses.replace(
        book,
        heading=tuple(map_nodes(item, change) for item in book.heading),
        front=tuple(map_nodes(item, change) for item in book.front),
        body=tuple(map_nodes(item, change) for item in book.body),
        back=tuple(map_nodes(item, change) for item in book.back),
    )


def plain_text(inlines: tuple[Inline, ...]) -> str:
    """The words of a run of inlines: no note calls, no readings, images by their alt text."""
    return "".join(_plain(item) for item in inlines)


def _plain(node: Inline) -> str:
    match node:
        case Text(text) | CodeSpan(text):
            return text
        case Number(spelling=spelling):
            return spelling
        case Ruby(pairs):
            return "".join(base for base, _ in pairs)
        case Math(tex):
            return tex
        case Image(alt=alt):
            return alt
        case Emphasis(inner) | Strong(inner) | Link(inner) | Marked(inner):
            return plain_text(inner)
        case _:
            return ""
