"""Blanks inside Chinese punctuation.

What: blanks (U+0020) before ``，。、；：？！`` and closing marks, after opening marks, and after
``，。、；：？！`` where a Chinese character follows go away.  A blank between two Chinese
characters stays: it may tell names or the parts of a title apart.
Why: Chinese marks bring their own white along (GB/T 15834-2011 section 5.1); a blank beside one is
left over from the keyboard or from the page that was copied.
Before: ``深度求索 ， “ 好的 ” 。``  After: ``深度求索，“好的”。``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-SPACE"

_STOPS = "，。、；：？！"
_OPENING, _CLOSING = "“‘「『（《〈【〔", "”’」』）》〉】〕"
_SPACE = late(
    rf"(?<=[^\s{_OPENING}]) +(?=[{_STOPS}{_CLOSING}])"
    rf"|(?<=[{_OPENING}]) +(?=\S)"
    rf"|(?<=[{_STOPS}]) +(?=[{HAN_CLASS}{_OPENING}])"
)
_HAN = late(f"[{HAN_CLASS}]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them, in passages of Chinese."""
    if not _SPACE.search(source.text):
        return
    for passage in prose(source, book):
        if not _HAN.search(passage.text):
            continue
        for found in _SPACE.finditer(passage.text):
            edit = passage.edit(*found.span(), "", CODE)
            if edit is not None:
                yield edit
