"""Where a Western word or an address may be broken."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

#: The least length of a word that is hyphenated, and of what stays before and after the hyphen,
#: in letters (the Chicago manual asks for two and three).
_WORD, _BEFORE, _AFTER = 5, 2, 3

_LETTERS = re.compile(r"[^\W\d_]+")
#: An address: a scheme, or www., or a domain followed by a path; or one of e-mail.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|[\w-]+(?:\.[\w-]+)+/|[\w.+-]+@[\w-]+\.)\S*", re.IGNORECASE
)
#: An address breaks after these (never between :// and what follows it), the Chicago manual, 14.18.
_AFTER_SIGN = re.compile(r"(?<!:)(?<!:/)[/?&=#_.,;:+%@-]++(?=[\w%])")


@lru_cache(maxsize=8)
def _dictionary(language: str) -> Any:
    import pyphen

    found = pyphen.language_fallback(language.replace("-", "_"))
    if found is None:
        return None
    return pyphen.Pyphen(lang=found, left=_BEFORE, right=_AFTER)


@lru_cache(maxsize=4096)
def hyphenation(word: str, language: str) -> tuple[int, ...]:
    """Offsets at which a hyphen may stand in a run of letters and signs, in code points.

    Chinese text leaves the language of its Western words open: what has no patterns is
    hyphenated as English.  Words with capitals inside (names, abbreviations) are left whole.
    """
    if language[:2] in ("zh", "ja", "ko", ""):
        language = "en-US"
    dictionary = _dictionary(language)
    if dictionary is None:
        return ()
    found: list[int] = []
    for part in _LETTERS.finditer(word):
        letters = part.group()
        if len(letters) < _WORD or not letters[1:].islower() or not letters.isascii():
            continue
        found += [part.start() + int(place) for place in dictionary.positions(letters)]
    return tuple(found)


@lru_cache(maxsize=1024)
def address_breaks(word: str) -> tuple[int, ...]:
    """Offsets at which an address may be broken without a hyphen; none if it is no address."""
    if len(word) < 8 or _ADDRESS.match(word) is None:
        return ()
    return tuple(match.end() for match in _AFTER_SIGN.finditer(word, 1))
