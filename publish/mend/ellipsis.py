"""Ellipses that are not the Chinese one.

What: three to six dots ``...``, three to six full stops ``。。。`` and a lone ``…`` beside
Chinese become ``……``.  Longer runs (leaders, lines of dots), and dots between Latin letters
and digits (1...10, foo...), stay.
Why: the Chinese ellipsis is six dots on two em (GB/T 15834-2011 sections 4.11 and 5.1.5).
Before: ``我想...``  After: ``我想……``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import CHINESE_CLASS, prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.patterns import late

CODE = "P-ELL"

_DOTS = late(r"[.。…]+")
_WRONG = late(r"\.{3,6}|。{3,6}|…")
#: Dots beside one of these are those of a path.
_PATH = ("/", "\\")
#: Chinese straight before or after, or beyond a quotation mark that may be Latin as well.
_BEFORE = late(f"[{CHINESE_CLASS}][“”‘’\"']?\\Z")
_AFTER = late(f"[“”‘’\"']?[{CHINESE_CLASS}]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each run of dots."""
    for passage in prose(source, book):
        text = passage.text
        for found in _DOTS.finditer(text):
            if not _WRONG.fullmatch(found[0]):
                continue
            start, end = found.span()
            if text[start - 1 : start] in _PATH or text[end : end + 1] in _PATH:
                continue
            if _BEFORE.search(text, max(0, start - 2), start) or _AFTER.match(text, end):
                edit = passage.edit(start, end, "……", CODE)
                if edit is not None:
                    yield edit
