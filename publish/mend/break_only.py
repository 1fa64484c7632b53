r"""A paragraph that is nothing but an empty line break.

What: a paragraph whose whole text is ``\`` (or several, one a line).
Why: exporters built on mdast-util-to-markdown write an empty line of the editor as a
hard break; with nothing after it, it prints a backslash.
Before: ``第一段。⏎⏎\⏎⏎第二段。``  After: ``第一段。⏎⏎⏎⏎第二段。`` (S-BLANK then joins the
blank lines).
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, Inline, LineBreak, Text
from publish.model.manifest import Manifest

CODE = "S-BREAK-ONLY"


def _is_empty(node: Inline) -> bool:
    if isinstance(node, LineBreak):
        return True
    return (
        isinstance(node, Text)
        and node.span is not None
        and node.span.text.strip() in ("\\", "")
        and node.text.strip() in ("\\", "")
    )


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete what stands in such paragraphs."""
    for paragraph in places(source, book).paragraphs:
        spans = [node.span for node in paragraph.children if node.span is not None]
        if spans and all(map(_is_empty, paragraph.children)):
            yield Edit(Span(source, spans[0].start, spans[-1].end), "", CODE)
