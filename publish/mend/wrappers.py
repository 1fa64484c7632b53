"""Tags that stand around blocks: what the rules of Notion and Feishu have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publish.diagnostics import Edit, Source, Span
from publish.mend.tags import pairs, tags, whole_line
from publish.model.book import Book


def unwrapped(source: Source, book: Book, names: Iterable[str], code: str) -> Iterator[Edit]:
    """The edits that delete the tags of these elements, with the lines on which they stand alone;
    what the elements hold stays."""
    found = tags(source, book)
    if not found:
        return
    for name in names:
        for pair in pairs(found, name):
            for tag in pair:
                start, end = whole_line(source.text, tag.start, tag.end)
                yield Edit(Span(source, start, end), "", code)
