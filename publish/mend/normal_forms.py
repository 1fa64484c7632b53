"""Characters that have a canonical one, which looks the same.

What: a character of the Kangxi radicals or the CJK radicals supplement becomes the unified
ideograph that looks the same (Unicode, Equivalent_Unified_Ideograph); a letter and its
accents, a compatibility ideograph and every other canonical equivalent become the composed
form (Unicode Standard Annex 15, NFC).  A compatibility ideograph of a shape of its own
stays where it may be part of a name (U-COMPAT asks), and so does what a variation selector
follows.  NFKC is never applied: it would make ``，`` a comma and ``①`` a digit.
Why: text copied from PDF, from pictures and from file names of macOS has them; they look
right, but cannot be found, converted or spoken, and hardly any font has all of them.
Before: ``⻚⽂``  After: ``页文``
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache

from publish.diagnostics import Edit, Source, Span
from publish.mend.compatibility import may_be_named
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.radicals import radical_ideographs

CODE = "U-NFC"

_RADICAL = re.compile("[\u2e80-\u2fdf]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@cache
def _cluster() -> re.Pattern[str]:
    """What may not be in normal form: a character that has a canonical equivalent, or one with
    combining characters behind it."""
    changed: list[str] = []
    combining: list[str] = []
    for point in range(0x300, sys.maxunicode + 1):
        if 0x3400 <= point < 0xA000 or 0xAC00 <= point < 0xF900:
            continue  # ideographs, syllables and private characters are their own normal form
        if 0x30000 <= point < 0xE0000:
            break
        character = chr(point)
        if unicodedata.combining(character) or 0x1161 <= point <= 0x11C2:
            combining.append(character)
        elif not unicodedata.is_normalized("NFC", character):
            changed.append(character)
    # Some signs of Indic scripts compose with the letter before and are of class 0.
    combining += [chr(p) for p in (0x9BE, 0x9D7, 0xB3E, 0xB56, 0xB57, 0xBBE, 0xBD7, 0xCC2)]
    combining += [chr(p) for p in (0xCD5, 0xCD6, 0xD3E, 0xD57, 0xDCF, 0xDDF, 0x102E, 0x1B35)]
    marks = re.escape("".join(combining))
    return re.compile(f"[^{marks}]?[{marks}]+|[{re.escape(''.join(changed))}]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each radical that has an equivalent, and each text that is not in normal form."""
    text = source.text
    if text.isascii():
        return
    here = places(source, book)
    for found in _RADICAL.finditer(text):
        ideograph = radical_ideographs().get(found.group())
        if ideograph is not None and here.text_around(*found.span()) is not None:
            yield Edit(Span(source, *found.span()), ideograph, CODE)
    if unicodedata.is_normalized("NFC", text):
        return
    for start, end in here.texts:
        if unicodedata.is_normalized("NFC", text[start:end]):
            continue
        for found in _cluster().finditer(text, start, end):
            normal = unicodedata.normalize("NFC", found[0])
            if normal == found[0] or here.text_around(*found.span()) is None:
                continue
            if _SELECTORS.match(text, found.end()) or may_be_named(text, found.start(), manifest):
                continue
            # Three old signs are ASCII in normal form, and might then be markup.
            if not normal.isascii() or normal.isalpha():
                yield Edit(Span(source, *found.span()), normal, CODE)
