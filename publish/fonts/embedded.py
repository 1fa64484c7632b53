"""A font file as it stands in a book: what it can set, and what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from publish.model import cache
from publish.records import dataclass

#: Entries of the name table that speak of the licence: copyright, description, licence, address.
_LICENCE_NAMES = (0, 10, 13, 14)


@dataclass(frozen=True, slots=True)
class Embedded:
    """``characters`` are code points; ``features`` the tags of its glyph substitutions;
    ``licence`` all that its names say of copyright and licence."""

    characters: frozenset[int]
    features: frozenset[str]
    licence: str


#: Part of every key of the cache: raise it when something else is read.
_VERSION = 1

#: How a font file begins: OpenType, TrueType, TrueType on the Mac; and those packed for the web.
_PLAIN = (b"OTTO", b"\x00\x01\x00\x00", b"true")
_PACKED = (b"wOFF", b"wOF2")

#: What HarfBuzz calls the language of a script that is none of those listed.
_DEFAULT_LANGUAGE = 0xFFFF


def read_embedded(data: bytes) -> Embedded:
    """What a font of an e-book holds: OpenType, TrueType, WOFF or WOFF2.

    The same bytes are read once (:mod:`publish.model.cache`).  Raises :class:`ValueError` where it
    is none, or broken.
    """
    made_by = f"{_VERSION} {cache.library('uharfbuzz')} {cache.library('fontTools')} "
    characters, features, licence = cache.kept(
        "embedded", made_by.encode() + data, lambda: _held(data)
    )
    return Embedded(frozenset(characters), frozenset(features), licence)


def _held(data: bytes) -> tuple[tuple[int, ...], tuple[str, ...], str]:
    """The characters, features and licence of a font."""
    import uharfbuzz

    if data.startswith(_PACKED):
        data = _unpacked(data)
    if not data.startswith(_PLAIN):
        raise ValueError("not a font file")
    face = uharfbuzz.Face(data)
    if not face.glyph_count or not len(face.unicodes):
        raise ValueError("the tables of the font are broken")
    said = dict.fromkeys(
        face.get_name(entry.name_id, entry.language)
        for entry in face.list_names()
        if entry.name_id in _LICENCE_NAMES
    )
    features = tuple(sorted(set(_features(face))))
    return tuple(face.unicodes), features, " ".join(filter(None, said))


def _features(face: Any) -> Iterator[str]:
    """The features of glyph substitution that some script and language have."""
    for script, _ in enumerate(face.get_table_script_tags("GSUB")):
        languages = len(face.get_script_language_tags("GSUB", script))
        for language in (_DEFAULT_LANGUAGE, *range(languages)):
            yield from face.get_language_feature_tags("GSUB", script, language)


def _unpacked(data: bytes) -> bytes:
    """A web font as the font that it was made from."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False) as font:
            font.flavor = None
            plain = io.BytesIO()
            font.save(plain, reorderTables=None)
            return plain.getvalue()
    except Exception as error:
        # fontTools raises anything on a broken font, and the font may be anybody's.
        raise ValueError(str(error) or type(error).__name__) from error
