"""Full-width letters and digits.

What: ``Ａ``–``Ｚ``, ``ａ``–``ｚ`` and ``０``–``９`` become those of ASCII, and so does a full-width
point between two such digits.  Punctuation stays.
Why: text read from pictures and from old bulletin boards has them; Latin words and Arabic
numerals in Chinese take the width of their own face (clreq,
#composition_of_chinese_and_western_mixed), and nobody who searches for A1 finds Ａ１.
Before: ``Ａ１６，３．５万``  After: ``A16，3.5万``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.patterns import late

CODE = "P-FW"

_WIDE = late("[０-９Ａ-Ｚａ-ｚ](?:[０-９Ａ-Ｚａ-ｚ]|(?<=[０-９])．(?=[０-９]))*")
_HALF = {ord(wide): ord(wide) - 0xFEE0 for wide in map(chr, range(0xFF01, 0xFF5F))}
#: What would make a number at the start of a line the mark of a list.
_LIST_MARK = late(r"[.)](?:[ \t]|$)")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each run of them."""
    if not _WIDE.search(source.text):
        return
    for passage in prose(source, book):
        text = passage.text
        for found in _WIDE.finditer(text):
            start, end = found.span()
            at_start = start == 0 or text[start - 1] == "\n"
            if at_start and _LIST_MARK.match(text, end):
                continue
            edit = passage.edit(start, end, found[0].translate(_HALF), CODE)
            if edit is not None:
                yield edit
