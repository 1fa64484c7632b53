"""One term, one spelling, as declared.

What: the wrong spellings of ``[mend] terms`` become the right one where they stand as whole
words: ``terms = { "ChatGPT" = ["Chatgpt"] }``.  A word that is part of an address, a file
name or a mail address stays.
Why: brands and technical words have a spelling of their own; only an editor knows which.
Before: ``用Chatgpt写作``  After: ``用ChatGPT写作``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.declared import replacements
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "T-TERM"

_LATIN = re.compile(r"[0-9A-Za-z\u00c0-\u024f_]")
#: What makes a word part of an address or a path: a sign before it, a suffix after it.
_BEFORE = r"(?<![0-9A-Za-z\u00c0-\u024f_])(?<![/@#\\])(?<![0-9A-Za-z][.-])"
_AFTER = r"(?![0-9A-Za-z\u00c0-\u024f_])(?![/@\\])(?!\.[0-9A-Za-z])"


def _whole_word(word: str) -> str:
    """The word, with a word boundary on each side where it has a Latin letter or digit."""
    before = _BEFORE if _LATIN.match(word[0]) else ""
    after = _AFTER if _LATIN.match(word[-1]) else ""
    return before + re.escape(word) + after


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each wrong spelling."""
    return replacements(source, book, manifest.terms, CODE, _whole_word)
