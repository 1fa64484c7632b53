"""A font file as it stands in a book: what it can set, and what it says of itself."""

from __future__ import annotations

import io
from dataclasses import dataclass

#: Entries of the name table that speak of the licence: copyright, description, licence, address.
_LICENCE_NAMES = (0, 10, 13, 14)


@dataclass(frozen=True, slots=True)
class Embedded:
    """``characters`` are code points; ``features`` the tags of its glyph substitutions;
    ``licence`` all that its names say of copyright and licence."""

    characters: frozenset[int]
    features: frozenset[str]
    licence: str


def read_embedded(data: bytes) -> Embedded:
    """What a font of an e-book holds: OpenType, TrueType, WOFF or WOFF2.

    Raises :class:`ValueError` where it is none, or broken.
    """
    from fontTools.ttLib import TTFont

    try:
        with TTFont(io.BytesIO(data), lazy=True) as font:
            names = font["name"].names if "name" in font else ()
            said = [record.toUnicode() for record in names if record.nameID in _LICENCE_NAMES]
            table = font["GSUB"].table if "GSUB" in font else None
            listed = table.FeatureList if table is not None else None
            features = [record.FeatureTag for record in listed.FeatureRecord] if listed else []
            return Embedded(
                frozenset(font.getBestCmap() or ()), frozenset(features), " ".join(said)
            )
    except Exception as error:
        # fontTools raises anything on a broken font, and the font may be anybody's.
        raise ValueError(str(error) or type(error).__name__) from error
