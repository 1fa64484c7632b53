"""Zero-width spaces beside Chinese and beside marks of emphasis.

What: U+200B and U+2060 go away where a Chinese character or a ``*`` stands next to them.
Why: SiYuan and other editors put them around bold text so that other programs see the
emphasis; this program sees it without.
Before: ``[U+200B]**重点**[U+200B]后文``  After: ``**重点**后文``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import is_chinese_punctuation, is_han

CODE = "U-ZW"

_ZERO_WIDTH = re.compile("[\u200b\u2060]+")


def _is_neighbour(character: str) -> bool:
    return character in ("", "\n", "*") or is_han(character) or is_chinese_punctuation(character)


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them."""
    text = source.text
    here = places(source, book)
    for found in _ZERO_WIDTH.finditer(text):
        start, end = found.span()
        beside = text[start - 1 : start], text[end : end + 1]
        if any(map(_is_neighbour, beside)) and here.text_around(start, end) is not None:
            yield Edit(Span(source, start, end), "", CODE)
