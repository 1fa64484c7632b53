"""Special blanks between Chinese characters.

What: no-break spaces and the blanks of U+2000-200A, U+202F and U+205F between two Chinese
characters or marks go away.  In Latin text, in code, and U+3000 anywhere, they stay.
Why: web pages and word processors put them there; Chinese has no blanks between words, and
the page makes its own.
Before: ``深度[U+00A0]求索``  After: ``深度求索``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS, PUNCTUATION_CLASS
from publish.text.patterns import late

CODE = "U-SP"

_CHINESE = f"[{HAN_CLASS}{PUNCTUATION_CLASS}]"
_SPACE = late(f"(?<={_CHINESE})[\u00a0\u2000-\u200a\u202f\u205f]+(?={_CHINESE})")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them."""
    here = places(source, book)
    for found in _SPACE.finditer(source.text):
        if here.text_around(*found.span()) is not None:
            yield Edit(Span(source, *found.span()), "", CODE)
