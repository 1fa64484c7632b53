r"""A paragraph that is nothing but an empty line break.

What: a paragraph whose whole text is ``\`` (or several, one a line).
Why: exporters built on mdast-util-to-markdown write an empty line of the editor as a
hard break; with nothing after it, it prints a backslash.
Before: ``第一段。⏎⏎\⏎⏎第二段。``  After: ``第一段。⏎⏎⏎⏎第二段。`` (S-BLANK then joins the
blank lines).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, Inline, LineBreak, Text
from publish.model.manifest import Manifest

CODE = "S-BREAK-ONLY"


#: Blanks, and backslashes that stand alone between them.
_NOTHING = re.compile(r"(?:\s|(?<!\S)\\(?!\S))*")


def is_empty(node: Inline) -> bool:
    """Whether an inline is a break, a lone backslash, or blanks."""
    if isinstance(node, LineBreak):
        return True
    return (
        isinstance(node, Text)
        and node.span is not None
        and _NOTHING.fullmatch(node.span.text) is not None
        and _NOTHING.fullmatch(node.text) is not None
    )


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete what stands in such paragraphs."""
    for paragraph in places(source, book).paragraphs:
        spans = [node.span for node in paragraph.children if node.span is not None]
        if spans and all(map(is_empty, paragraph.children)):
            yield Edit(Span(source, spans[0].start, spans[-1].end), "", CODE)
