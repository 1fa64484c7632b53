"""Control characters in text.

What: U+0000-001F but tab and line feed, U+007F-009F, a byte order mark inside the text
(U+FEFF), soft hyphens (U+00AD) and marks of writing direction go away.  Marks of direction
stay in a run that has letters written from right to left.  Joiners and variation selectors
(emoji, ideographic variants) stay.
Why: nobody sees them; they split words for search, speech and conversion, and some make an
EPUB invalid.
Before: ``深度[U+FEFF]求索``  After: ``深度求索``
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "U-CTRL"

_DIRECTION = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufeff{_DIRECTION}]+")
_IS_DIRECTION = re.compile(f"[{_DIRECTION}]+")


def _has_right_to_left(text: str) -> bool:
    return any(
        unicodedata.bidirectional(character) in ("R", "AL")
        for character in text
        if not _IS_DIRECTION.match(character)
    )


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them."""
    here = places(source, book)
    for found in _CONTROL.finditer(source.text):
        around = here.text_around(*found.span())
        if around is None:
            continue
        if _IS_DIRECTION.fullmatch(found.group()) and _has_right_to_left(
            source.text[around[0] : around[1]]
        ):
            continue
        yield Edit(Span(source, *found.span()), "", CODE)
