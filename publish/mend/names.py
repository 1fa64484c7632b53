"""One name, one spelling, as declared.

What: the wrong spellings of ``[mend] names`` become the right one, wherever they stand in
the text: ``names = { "梁文锋" = ["梁文峰"] }``.  Names of files and mail addresses stay.
Why: a person has one name; only an editor knows which spelling it is.
Before: ``# 梁文峰60条思考``  After: ``# 梁文锋60条思考``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.declared import replacements
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "T-NAME"


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each wrong spelling."""
    return replacements(source, book, manifest.names, CODE, re.escape)
