"""Tables in HTML.

What: a ``<table>`` whose cells are lines of text, none of them merged, becomes a table of
Markdown; its first row is the head.
Why: Feishu and web editors export tables as HTML; reading keeps their words and loses the
table.  It changes what the book is made of, so that it is declared:
``rules = { "S-TABLE" = "on" }``.  A table with merged cells stays, and must be written anew.
Before: ``<table><tr><td>甲</td><td>乙</td></tr>…``  After: ``| 甲 | 乙 |⏎| --- | --- |⏎…``
"""

from __future__ import annotations

import bisect
import operator
import re
from collections.abc import Iterable, Iterator, Sequence

from publish.diagnostics import Edit, Source, Span
from publish.mend.tags import Tag, pairs, tags
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass, field

CODE = "S-TABLE"

#: Elements of a table that are no cells, and those in a cell that mean nothing there.
_FRAME = frozenset(("table", "thead", "tbody", "tfoot", "colgroup", "col", "tr"))
_PLAIN = frozenset(("p", "div", "span", "font"))
#: What may stand in a cell, and does in a cell of Markdown.
_KEPT = frozenset(
    ("br", "b", "strong", "i", "em", "s", "del", "u", "sup", "sub", "ruby", "rt", "rp", "rb")
)
#: Blank lines, or the ends of the text, around a table; how far they are looked for.
_BEFORE = re.compile(r"(?:\A|\n)[ \t]*\n[ \t]*\Z|\A[ \t]*\Z")
_AFTER = re.compile(r"[ \t]*(?:\Z|\n[ \t]*(?:\n|\Z))")
_NEAR = 40
_START = operator.attrgetter("start")
_BLANKS = re.compile(r"[ \t]*\n[ \t]*")


@dataclass(slots=True)
class _Row:
    """The cells of a row, as text."""

    cells: list[str] = field(default_factory=list)


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each table that Markdown can hold."""
    found = tags(source, book)
    if not any(tag.name == "table" for tag in found):
        return
    end = 0
    for opening, closing in sorted(pairs(found, "table"), key=lambda pair: pair[0].start):
        if opening.start < end or not _stands_alone(source.text, opening, closing):
            continue
        end = closing.end
        first = bisect.bisect_right(found, opening.start, key=_START)
        last = bisect.bisect_left(found, closing.start, key=_START)
        rows = _rows(source.text, found[first:last])
        if rows:
            written = "\n".join(_written(rows))
            yield Edit(Span(source, opening.start, end), written, CODE, "declared")


def _stands_alone(text: str, opening: Tag, closing: Tag) -> bool:
    """Whether the table has its lines, and blank lines around them, for itself."""
    return _BEFORE.search(text, max(0, opening.start - _NEAR), opening.start) is not None and (
        _AFTER.match(text, closing.end) is not None
    )


def _rows(text: str, inside: Sequence[Tag]) -> list[list[str]]:
    """The cells of each row; none where Markdown cannot hold the table."""
    rows: list[_Row] = []
    begin: int | None = None
    skipped: list[Tag] = []
    for tag in inside:
        if tag.name in ("td", "th"):
            if tag.closing:
                if begin is None or not rows:
                    return []
                rows[-1].cells.append(_cell(text, begin, tag.start, skipped))
                begin, skipped = None, []
            elif begin is not None or _is_merged(tag):
                return []
            else:
                begin = tag.end
        elif tag.name in _FRAME:
            if begin is not None or tag.name == "table":
                return []
            if tag.name == "tr" and not tag.closing:
                rows.append(_Row())
        elif tag.name in _PLAIN:
            skipped.append(tag)
        elif tag.name not in _KEPT:
            return []
    full = [row.cells for row in rows if row.cells]
    columns = {len(cells) for cells in full}
    return full if len(columns) == 1 and begin is None else []


def _is_merged(tag: Tag) -> bool:
    return any(tag.attributes.get(name, "1") not in ("", "1") for name in ("rowspan", "colspan"))


def _cell(text: str, start: int, end: int, skipped: Sequence[Tag]) -> str:
    """What stands in a cell, on one line; paragraphs of it are parted by a line break."""
    parts: list[str] = []
    for tag in skipped:
        parts.append(text[start : tag.start])
        if tag.name in ("p", "div") and tag.closing:
            parts.append("<br>")
        start = tag.end
    parts.append(text[start:end])
    joined = _BLANKS.sub("", "".join(parts)).strip()
    while joined.endswith("<br>"):
        joined = joined.removesuffix("<br>").rstrip()
    return re.sub(r"(?<!\\)\|", r"\\|", joined)


def _written(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, cells in enumerate(rows):
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * len(cells)}"
