"""Characters that no book file can hold.

What: control characters but tab and line ends, lone halves of surrogate pairs, U+FFFE and
U+FFFF are an error, R-CHAR, wherever a string of the book has one: text, code, formulas,
addresses, what book.toml declares.
Why: XML 1.0 (section 2.2, production Char) has no way to write them, not even as a reference, so
that an EPUB cannot be made.  Prose is cleaned of most by B-CTRL; code is never changed
silently, so that the author is asked to.

This is no rule of the table: it cannot be switched off.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from publish.diagnostics import Diagnostic, Span, character_name
from publish.model.book import Book, Node
from publish.model.manifest import Manifest
from publish.model.tree import NODE_FIELDS, all_nodes, children

CODE = "R-CHAR"

#: Places told one by one for each character; of more only their number is told.
TOLD = 5

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HINTS = ("delete it: XML, of which an EPUB is made, has no way to write it",)

#: Each character, and the places where it stands, as far as they are known.
_Found = dict[str, list[Span | None]]


def problems(book: Book, manifest: Manifest) -> tuple[Diagnostic, ...]:
    """An error for each place of each character that cannot be written."""
    found = _in_tree(book)
    declared = _in_manifest(manifest)
    for text in _strings(book.meta):
        for character in _UNWRITABLE.findall(text):
            # A title that comes from a heading was found there.
            if character not in found:
                declared.setdefault(character, _place(manifest, character))
    path = manifest.source.name if manifest.source is not None else None
    for character, span in declared.items():
        found.setdefault(character, []).append(span)
    return tuple(
        diagnostic for character in found for diagnostic in _told(character, found[character], path)
    )


def _told(character: str, places: list[Span | None], path: str | None) -> Iterator[Diagnostic]:
    name = character_name(character)
    for span in places[:TOLD]:
        message = f"no book can hold the character {name}"
        yield Diagnostic(CODE, "error", message, span, _HINTS, path=None if span else path)
    if len(places) > TOLD:
        more = len(places) - TOLD
        message = f"{more} more of the character {name}"
        yield Diagnostic(CODE, "error", message, places[TOLD], path=None if places[TOLD] else path)


def _in_tree(book: Book) -> _Found:
    found: _Found = {}
    if not _UNWRITABLE.search("\n".join(_texts(book))):
        # So it is with nearly every book, and one look costs least.
        return found
    stack: list[tuple[Node, Span | None]] = []
    stack.extend([(node, None) for node in children(book)][::-1])
    while stack:
        node, outer = stack.pop()
        span = node.span or outer
        for name in _string_fields(type(node)):
            value = getattr(node, name)
            for text in (value,) if isinstance(value, str) else _strings(value):
                for character in dict.fromkeys(_UNWRITABLE.findall(text)) if text else ():
                    places = found.setdefault(character, [])
                    place = _inside(span, character)
                    # A heading, its anchor, a link to it: one place is told once.
                    if place is None or not places or _key(places[-1]) != _key(place):
                        places.append(place)
        if NODE_FIELDS[type(node)]:
            stack.extend([(child, span) for child in reversed(children(node))])
    return found


def _texts(book: Book) -> Iterator[str]:
    """Every string of the tree."""
    for node in all_nodes(book):
        for name in _string_fields(type(node)):
            value = getattr(node, name)
            if isinstance(value, str):
                yield value
            elif value:
                yield from _strings(value)


_FIELDS: dict[type, tuple[str, ...]] = {}


def _string_fields(kind: type) -> tuple[str, ...]:
    """The fields of a class of nodes that hold strings."""
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(f.name for f in dataclasses.fields(kind) if "str" in str(f.type))
        _FIELDS[kind] = names
    return names


def _in_manifest(manifest: Manifest) -> dict[str, Span | None]:
    """What book.toml (or a folder's name) puts into the book beside its text."""
    parts: tuple[object, ...] = (
        manifest.name,
        manifest.meta,
        manifest.editions,
        tuple(manifest.convert_words.values()),
    )
    return {
        character: _place(manifest, character)
        for text in _strings(parts)
        for character in _UNWRITABLE.findall(text)
    }


def _strings(value: object) -> Iterator[str]:
    """Every string of a value, but for those of nodes below it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            if not isinstance(item, Node):
                yield from _strings(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            if field.name != "span" and not isinstance(item, Node):
                yield from _strings(item)


def _inside(span: Span | None, character: str) -> Span | None:
    """The character itself where the place has it; the whole place where a reference wrote it."""
    if span is None:
        return None
    at = span.source.text.find(character, span.start, span.end)
    return span if at < 0 else Span(span.source, at, at + 1)


def _key(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (id(span.source), span.start)


def _place(manifest: Manifest, character: str) -> Span | None:
    """Where book.toml has the character itself; None where it is written as an escape."""
    source = manifest.source
    at = source.text.find(character) if source is not None else -1
    return None if source is None or at < 0 else Span(source, at, at + 1)
