"""Dots that stand for the interpunct of foreign names.

What: ``•`` ``‧`` ``・`` ``･`` straight between two Chinese characters become ``·``, U+00B7.
Why: that is the interpunct of names (GB/T 15834-2011 section 4.14); bullets and the dots of
Japanese look alike and come from keyboards, pictures and other code pages.  An edition that
prints another one makes its own of it.
Before: ``卡尔•马克思``  After: ``卡尔·马克思``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-MID"

_DOT = late(f"[•‧・･](?<=[{HAN_CLASS}].)(?=[{HAN_CLASS}])")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each dot."""
    if not _DOT.search(source.text):
        return
    for passage in prose(source, book):
        for found in _DOT.finditer(passage.text):
            edit = passage.edit(*found.span(), "·", CODE)
            if edit is not None:
                yield edit
