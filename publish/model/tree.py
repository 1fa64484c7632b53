"""Walking and changing the tree of a book, and reading its words."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from operator import is_
from typing import Any, ParamSpec, TypeVar

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
P = ParamSpec("P")
T = TypeVar("T")


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
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            _gather(value, found)
    return found


def _gather(items: tuple[object, ...], found: list[Node]) -> None:
    """The nodes of a tuple: it holds nodes, or tuples of such, or neither."""
    if not items:
        return
    first = items[0]
    if isinstance(first, Node):
        found += items  # type: ignore[arg-type]
    elif isinstance(first, tuple):
        for item in items:
            _gather(item, found)  # type: ignore[arg-type]


def walk(node: Node | Book) -> Iterator[Node]:
    """The node (unless it is the book) and all below it, depth first, in reading order."""
    stack: list[Node] = [node] if isinstance(node, Node) else children(node)[::-1]
    while stack:
        current = stack.pop()
        yield current
        fields = NODE_FIELDS[type(current)]
        if fields:
            # Most nodes have one field, a tuple of nodes: a paragraph, a strong word.
            below = getattr(current, fields[0]) if len(fields) == 1 else None
            if below and isinstance(below, tuple) and isinstance(below[0], Node):
                stack += below[::-1]
            elif below != ():
                stack += children(current)[::-1]


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """Keep the last answer of a function of books, texts and the like: they never change, are told
    apart by identity, and are too large to be hashed."""
    last: list[tuple[tuple[object, ...], T]] = []

    @functools.wraps(function)
    def answer(*arguments: P.args, **named: P.kwargs) -> T:
        asked = (*arguments, *named.values())
        if not last or len(last[0][0]) != len(asked) or not all(map(is_, last[0][0], asked)):
            last[:] = [(asked, function(*arguments, **named))]
        return last[0][1]

    return answer


@remembered
def all_nodes(book: Book) -> tuple[Node, ...]:
    """Every node of a book, as :func:`walk` gives them, for the many who look for some kinds."""
    return tuple(walk(book))


def map_nodes(node: AnyNode, change: Callable[[Node], Node]) -> AnyNode:
    """The tree with ``change`` applied to every node, from the leaves up."""

    def inside(items: tuple[Any, ...]) -> tuple[Any, ...]:
        new: list[Any] | None = None
        for position, item in enumerate(items):
            changed = (
                visit(item)
                if isinstance(item, Node)
                else inside(item)
                if isinstance(item, tuple)
                else item
            )
            if changed is not item and new is None:
                new = list(items[:position])
            if new is not None:
                new.append(changed)
        return items if new is None else tuple(new)

    def visit(item: Node) -> Node:
        changed: dict[str, Any] = {}
        for name in NODE_FIELDS[type(item)]:
            old = getattr(item, name)
            if not isinstance(old, tuple | Node):
                continue
            new = inside(old) if isinstance(old, tuple) else visit(old)
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
