"""HTML tags that reading drops: what the rules of exporters have in common."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from publish.diagnostics import Source
from publish.mend.places import places
from publish.model.book import Book
from publish.records import dataclass
from publish.text.patterns import late

_ATTRIBUTE = r"""\s++[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
#: A tag (CommonMark section 6.6).
_TAG = late(
    rf"(?<!\\)<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    rf"(?P<attributes>(?:{_ATTRIBUTE})*+)\s*+/?>"
)
_KEY = late(r"""([\w.:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"']+))?""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and its place in the source; ``attributes`` are those of an opening tag."""

    start: int
    end: int
    name: str
    closing: bool
    attributes: dict[str, str]


def tags(source: Source, book: Book) -> tuple[Tag, ...]:
    """The tags of a source that are neither code nor text, in order; those of the last book asked
    for are kept."""
    if "<" not in source.text:
        return ()
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, {})]
    known = _LAST[0][1]
    if id(source) not in known:
        known[id(source)] = source, tuple(_tags(source, book))
    return known[id(source)][1]


_LAST: list[tuple[Book, dict[int, tuple[Source, tuple[Tag, ...]]]]] = []


def _tags(source: Source, book: Book) -> Iterator[Tag]:
    here = places(source, book)
    comments = _comments(source.text)
    for found in _TAG.finditer(source.text):
        start, end = found.span()
        index = bisect.bisect_right(comments, (start, end)) - 1
        if (index >= 0 and start < comments[index][1]) or here.is_closed(start, end):
            continue
        if here.text_around(start, end) is not None:
            continue
        attributes = {
            key.lower(): value.strip("\"'") for key, value in _KEY.findall(found["attributes"])
        }
        yield Tag(start, end, found["name"].lower(), bool(found["slash"]), attributes)


def _comments(text: str) -> list[tuple[int, int]]:
    """Where comments stand, in order."""
    found: list[tuple[int, int]] = []
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        found.append((start, end + 3))
        start = text.find("<!--", end + 3)
    return found


def pairs(found: tuple[Tag, ...], name: str) -> Iterator[tuple[Tag, Tag]]:
    """Each opening tag of an element with the one that closes it."""
    open_tags: list[Tag] = []
    for tag in found:
        if tag.name == name:
            if not tag.closing:
                open_tags.append(tag)
            elif open_tags:
                yield open_tags.pop(), tag


def whole_line(text: str, start: int, end: int) -> tuple[int, int]:
    """The line of a tag that stands alone on it, with its line end; else the tag itself."""
    line = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    stop = len(text) if after < 0 else after
    if text[line:start].strip(" \t") or text[end:stop].strip(" \t"):
        return start, end
    return line, min(stop + 1, len(text))
