"""Properties and icons that Notion exports as text.

What: the paragraph of ``Key: value`` lines behind the title goes away, where one of the keys is
Notion's own (Created time, Last edited by, 创建时间 …); so do the icons of callouts
(``<img src="/icons/…">``).
Why: they are the columns of a database and parts of Notion's page, and no text of the book.
They are text to Markdown, so that it is declared: ``rules = { "R-NOTION-HEAD" = "on" }``.
Before: ``# 题⏎⏎Created time: 2024年3月1日⏎Tags: 书⏎⏎正文``  After: ``# 题⏎⏎⏎⏎正文``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.mend.tags import whole_line
from publish.model.book import Book, Image
from publish.model.manifest import Manifest
from publish.model.tree import walk
from publish.text.patterns import late

CODE = "R-NOTION-HEAD"

_PROPERTY = late(r"(?P<key>[^\s:#>*+-][^:\n]{0,30}): ?(?P<value>[^\n]*)")
_OWN = late(
    r"(?:Created|Created time|Created by|Created Time|Created By|Last edited time|Last edited by|"
    r"Last Edited Time|Last Edited By|Last Edited|创建时间|创建人|创建者|上次编辑时间|上次编辑者|"
    r"上次编辑人|最后编辑时间|最後編輯時間|建立時間|建立者)"
)
#: Paragraphs of a file in which they are looked for.
_FIRST = 3
_ICON = late(r"(?:https?://(?:www\.)?notion\.(?:so|com))?/icons/[\w-]+\.svg(?:\?[\w=&-]*)?")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the paragraph of properties, and the icons."""
    for paragraph in places(source, book).paragraphs[:_FIRST]:
        span = paragraph.span
        if span is None:
            continue
        found = [_PROPERTY.fullmatch(line.strip()) for line in span.text.split("\n")]
        if all(found) and any(item and _OWN.fullmatch(item["key"]) for item in found):
            yield Edit(Span(source, span.start, span.end), "", CODE, "declared")
            break
    if "/icons/" not in source.text:
        return
    for node in walk(book):
        span = node.span if isinstance(node, Image) else None
        if span is not None and span.source is source and _ICON.search(span.text):
            start, end = whole_line(source.text, span.start, span.end)
            yield Edit(Span(source, start, end), "", CODE, "declared")
