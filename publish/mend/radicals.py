"""Radicals where ideographs are meant.

What: a character of the Kangxi radicals or the CJK radicals supplement becomes the unified
ideograph that looks the same (Unicode, Equivalent_Unified_Ideograph).
Why: text copied from PDF and from pictures has them; they look right, but cannot be found,
converted or spoken, and hardly any font has all of them.
Before: ``⻚⽂``  After: ``页文``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.radicals import radical_ideographs

CODE = "U-RAD"

_RADICAL = re.compile("[\u2e80-\u2fdf]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each radical that has an equivalent."""
    here = places(source, book)
    for found in _RADICAL.finditer(source.text):
        ideograph = radical_ideographs().get(found.group())
        if ideograph is not None and here.text_around(*found.span()) is not None:
            yield Edit(Span(source, *found.span()), ideograph, CODE)
