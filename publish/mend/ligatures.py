"""Ligatures of Latin letters that stand as one character.

What: ``ﬁ`` ``ﬂ`` ``ﬀ`` and the like (U+FB00-FB06) become the letters they are made of.
Why: PDF files and old word processors have them; they cannot be found or hyphenated, and
the font makes the ligature of the letters by itself.
Before: ``ﬁle``  After: ``file``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.ligatures import LIGATURES
from publish.text.patterns import late

CODE = "U-LIG"

_LIGATURE = late("[\ufb00-\ufb06]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each."""
    here = places(source, book)
    for found in _LIGATURE.finditer(source.text):
        if here.text_around(*found.span()) is not None:
            yield Edit(Span(source, *found.span()), LIGATURES[found[0]], CODE)
