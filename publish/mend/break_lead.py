r"""A hard line break at the start of a paragraph.

What: ``\`` alone on the first line of a paragraph, or ``<br>`` before its first word.
Why: the author typed an empty line in an editor whose exporter (anything built on
mdast-util-to-markdown) writes it as a hard break; it prints as an empty line.
Before: ``\⏎例如，他坚定地说……``  After: ``例如，他坚定地说……``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, LineBreak, Text
from publish.model.manifest import Manifest

CODE = "S-BREAK-LEAD"


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete from the first break to the first thing that is seen."""
    for paragraph in places(source, book).paragraphs:
        children = paragraph.children
        if not children or not isinstance(children[0], LineBreak):
            continue
        first = next(
            (
                node
                for node in children
                if not isinstance(node, LineBreak)
                and not (isinstance(node, Text) and not node.text.strip())
            ),
            None,
        )
        begin = children[0].span
        if first is not None and first.span is not None and begin is not None:
            yield Edit(Span(source, begin.start, first.span.start), "", CODE)
