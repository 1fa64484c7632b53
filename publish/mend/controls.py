"""Control characters in text.

What: U+0000-001F but tab and line feed, U+007F-009F, a byte order mark inside the text
(U+FEFF), soft hyphens (U+00AD), line and paragraph separators (U+2028, U+2029) and marks of
writing direction go away; where one that parts lines stands between two Latin words, a blank
takes its place.  Marks of direction stay in a run that has letters written from right to
left.  Joiners and variation selectors (emoji, ideographic variants) stay.
Why: nobody sees them; they split words for search, speech and conversion, and some make an
EPUB invalid.  Yuque exports U+0000 and U+0005, Word and Pages part lines by U+000B and
U+2028.
Before: ``深度[U+FEFF]求索``  After: ``深度求索``
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import Places, Range, places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import is_chinese

CODE = "B-CTRL"

_DIRECTION = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufeff\u2028\u2029{_DIRECTION}]+")
_IS_DIRECTION = re.compile(f"[{_DIRECTION}]+")
#: Those that part lines (Unicode Standard Annex 14, classes BK and NL; the separators of ASCII).
_PARTS_LINES = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")


def _has_right_to_left(text: str) -> bool:
    return any(
        unicodedata.bidirectional(character) in ("R", "AL")
        for character in text
        if not _IS_DIRECTION.match(character)
    )


def _is_word(character: str) -> bool:
    """Whether a blank must part it from a word of its own script."""
    return bool(character) and not character.isspace() and not is_chinese(character)


def _beside(text: str, here: Places, start: int, end: int) -> Range | None:
    """The text that ends, or begins, with such characters: to the parser they are white space."""
    if text[end : end + 1] in ("\n", ""):
        return here.text_around(start, start)
    return here.text_around(end, end) if start == 0 or text[start - 1] == "\n" else None


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them."""
    text = source.text
    here = places(source, book)
    for found in _CONTROL.finditer(text):
        start, end = found.span()
        around = here.text_around(start, end) or _beside(text, here, start, end)
        if around is None:
            continue
        if _IS_DIRECTION.fullmatch(found[0]) and _has_right_to_left(text[around[0] : around[1]]):
            continue
        parts = _PARTS_LINES.search(found[0]) is not None
        beside = text[start - 1 : start] if start else "", text[end : end + 1]
        yield Edit(
            Span(source, start, end), " " if parts and all(map(_is_word, beside)) else "", CODE
        )
