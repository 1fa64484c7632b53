"""Walking and changing the tree of a book, and reading its words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
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


def children(node: Node | Book) -> Iterator[Node]:
    """The nodes directly below, in reading order of the fields."""
    for name in _fields(type(node)):
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


_FIELDS: dict[type, tuple[str, ...]] = {}


def _fields(kind: type) -> tuple[str, ...]:
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(f.name for f in dataclasses.fields(kind) if f.name != "span")
        _FIELDS[kind] = names
    return names


def walk(node: Node | Book) -> Iterator[Node]:
    """The node (unless it is the book) and all below it, depth first, in reading order."""
    stack: list[Node] = [node] if isinstance(node, Node) else list(children(node))[::-1]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(list(children(current))[::-1])


def map_nodes(node: AnyNode, change: Callable[[Node], Node]) -> AnyNode:
    """The tree with ``change`` applied to every node, from the leaves up."""

    def value(item: Any) -> Any:
        if isinstance(item, Node):
            return visit(item)
        if isinstance(item, tuple):
            new = tuple(value(part) for part in item)
            return item if all(a is b for a, b in zip(new, item, strict=True)) else new
        return item

    def visit(item: Node) -> Node:
        changed = {}
        for name in _fields(type(item)):
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
