"""Straight quotation marks that do not pair.

What: a Chinese paragraph in which a mark ``"`` has no partner, or looks the wrong way, is asked
about at its first mark; P-QUOTE leaves such a paragraph as it is.  Inch marks after a digit are
not counted.
Why: which mark is missing, or which one nests, only an editor knows.
Before: ``他说"你好。``  After: the same, and a query at the mark
Measured: none in hello-algo (125,000 Han); 14 in rust-course (383,000 Han), each a mark lost or a
blank on its wrong side.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import passages
from publish.mend.prose import without_addresses
from publish.mend.quotes import pairs
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import has_han

CODE = "P-QUOTE-Q"

#: Code points shown from the mark on: what ``ignore`` names the place by.
_SHOWN = 8


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each such paragraph, in the order of the book."""
    for passage in passages(book):
        if '"' not in passage.text or not has_han(passage.text):
            continue
        text = without_addresses(passage.text)
        if pairs(text) is None:
            mark = text.index('"')
            yield Diagnostic(
                CODE,
                "query",
                "the straight quotation marks of this paragraph do not pair",
                passage.span(mark, min(len(text), mark + _SHOWN)),
                ("P-QUOTE changes none of them",),
            )
