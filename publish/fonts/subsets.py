"""A face reduced to the characters of a book, and given our name for it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from publish.diagnostics import fail
from publish.fonts import finder, known
from publish.fonts.cff import Outlines
from publish.fonts.coverage import covered
from publish.fonts.faces import Face, FaceSet, format_ranges
from publish.fonts.marks import MIDDLE_DOT, interpunct, space_truetype_interpunct
from publish.fonts.sfnt import (
    WITH_CFF,
    english_names,
    name_table,
    read_tables,
    with_fields,
    with_metric,
    write_tables,
)
from publish.model import cache as store

#: Part of every key of the cache: raise it when the making of a subset changes.
VERSION = 6

#: Share of the em box above the baseline in Noto CJK (BASE table, ideographic em box).
ASCENT = 0.88

#: Features left out: the access to every alternate there is, and older Japanese forms.
_DROPPED_FEATURES = ("aalt", "expt", "hojo", "jp04", "jp78", "jp83", "jp90", "nlck")

#: Entries of the name table that are kept as they are: copyright, version, trademark, maker,
#: designer, description, their addresses, licence and its address.
KEPT_NAMES = (0, 5, 7, 8, 9, 10, 11, 12, 13, 14)


def identity(face: Face) -> str:
    """What tells one font file from another without reading it whole, the same on every machine.

    The head table holds the sum of the whole file and its date.
    """
    return _identity(face.path, face.index, face.path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _identity(path: Path, index: int, _changed: int) -> str:
    return known.kept(path, f"identity {index}", lambda: _digest(path, index))


def _digest(path: Path, index: int) -> str:
    opened = finder.open_face(path, index)
    digest = hashlib.sha256(f"{path.stat().st_size} {index}".encode())
    for tag in ("head", "maxp", "name", "OS/2"):
        digest.update(opened.reference_table(tag).data)
    return digest.hexdigest()


def fingerprint(faces: FaceSet) -> str:
    """One hash for the faces of an edition: what they are and how they are used, no paths."""
    digest = hashlib.sha256(f"{VERSION} {sorted(faces.stacks.items())}".encode())
    for face in faces.faces:
        digest.update(f"{terms_of(face)} {face.unicode_range}".encode())
    return digest.hexdigest()


def terms_of(face: Face) -> str:
    """How a face looks and is named, for keys of the cache."""
    shape = f"{face.weight} {face.style} {face.interpunct} {face.leading}"
    return f"{identity(face)} {face.family} {shape}"


def subset(face: Face, characters: frozenset[str], cache: Path | None = None) -> bytes:
    """An OpenType font of exactly those of the characters that the face is for and has.

    Single characters; layout features are kept (palt, halt, vert, chws, locl …) and so is the kind
    of outline.  The name table carries the CSS family, and the original copyright and licence.
    The same face, characters and version of the tools give the same bytes.  Cached in ``cache``
    or the user's cache folder.  Raises :class:`~publish.diagnostics.Failure` (F-FILE) when the
    font file is broken, :class:`ValueError` when the face has none of the characters.
    """
    return _subset_file(face, covered(face, characters), cache)[1]


def subset_file(face: Face, characters: frozenset[str], cache: Path | None = None) -> Path:
    """The file in the cache that holds :func:`subset`."""
    return _subset_file(face, covered(face, characters), cache)[0]


def _subset_file(face: Face, present: frozenset[str], cache: Path | None) -> tuple[Path, bytes]:
    if not present:
        raise ValueError(f"{face.trade_name} has none of the characters")
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
    text = "".join(sorted(present))
    key = hashlib.sha256(f"{VERSION} {terms_of(face)} {text}".encode()).hexdigest()
    path = (cache or store.cache_folder()) / f"{key[:40]}.otf"
    data = store.read(path)
    if data is None:
        try:
            data = _finish(face, _cut(face, text), text)
        except Exception as error:
            # fontTools and HarfBuzz raise anything on a broken font, which may be a book's own.
            raise fail(
                "F-FILE",
                f"{face.trade_name} cannot be subset: {error}",
                path=face.path.name,
                hints=("the font file may be broken",),
            ) from error
        path = store.write(path, data)
    return path, data


def terms(font: bytes) -> tuple[str, str, str]:
    """Version, copyright and licence of the original, as a subset keeps them; each in one line."""
    names = english_names(read_tables(font)["name"])
    # OpenType 1.9.1, name: 5 version, 0 copyright, 13 licence.
    version, copyright_, licence = (" ".join(names.get(n, "").split()) for n in (5, 0, 13))
    return version, copyright_, licence


def _cut(face: Face, text: str) -> Any:
    """HarfBuzz's subset, a face: some hundred times faster than fontTools' on a Chinese one."""
    import uharfbuzz

    request = uharfbuzz.SubsetInput()
    request.unicode_set.update(ord(character) for character in text)
    # A PDF's own subset has no subroutines either, and without them both are faster to make.
    request.flags = uharfbuzz.SubsetFlags.DESUBROUTINIZE
    features = request.layout_feature_tag_set
    features.clear()
    features.invert()
    for tag in _DROPPED_FEATURES:
        features.discard(int.from_bytes(tag.encode(), "big"))
    names = request.name_id_set
    names.clear()
    names.update(KEPT_NAMES)
    return request.subset(finder.open_face(face.path, face.index))


def _finish(face: Face, cut: Any, text: str) -> bytes:
    """Our names, weight and line, and the interpunct in its space."""
    data = bytes(cut.blob.data)
    spaced = face.interpunct and chr(MIDDLE_DOT) in text
    if spaced and data[:4] != WITH_CFF:
        data = space_truetype_interpunct(data, face.interpunct)
    tables = read_tables(data)
    bold, italic = face.weight >= 700, face.style == "italic"
    style = " ".join([*(["Bold"] if bold else []), *(["Italic"] if italic else [])]) or "Regular"
    postscript = f"{face.family.replace(' ', '')}-{face.weight}{'Italic' if italic else ''}"
    unique = hashlib.sha256(text.encode()).hexdigest()[:12]
    if "CFF " in tables:
        outlines = Outlines(tables["CFF "])
        glyphs: dict[int, bytes] = {}
        moved = interpunct(cut, face.interpunct, outlines.widths) if spaced else None
        if moved is not None:
            glyphs[moved.glyph] = moved.outline
            tables |= with_metric(tables, moved.glyph, moved.advance, moved.left)
        tables["CFF "] = outlines.changed(face.family, postscript, glyphs)
    tables["name"] = name_table(
        tables["name"],
        KEPT_NAMES,
        {
            1: face.family,
            2: style,
            3: f"{postscript};{unique}",
            4: face.family if style == "Regular" else f"{face.family} {style}",
            6: postscript,
        },
    )
    units = struct.unpack_from(">H", tables["head"], 18)[0]
    # head macStyle: 0 bold, 1 italic.
    tables["head"] = with_fields(tables["head"], {44: bold | italic << 1})
    tables |= _level(tables, units, face.leading)
    # OpenType OS/2 fsSelection: bit 0 italic, 5 bold, 6 regular.
    selection = struct.unpack_from(">H", tables["OS/2"], 62)[0] & ~0b110_0001
    selection |= italic | bold << 5 | (not bold and not italic) << 6
    tables["OS/2"] = with_fields(tables["OS/2"], {4: face.weight, 62: selection})
    return write_tables(data[:4], tables)


def _level(tables: Mapping[str, bytes], units: int, leading: float) -> dict[str, bytes]:
    """Give every face the same ascent and descent: those of the ideographic em box and its leading.

    A line that mixes faces would otherwise be as high as the highest ascent and the lowest
    descent together, and the grid of lines be lost (clreq, #line_spacing: one pitch).
    """
    ascent = round((ASCENT + leading / 2) * units)
    descent = ascent - round((1 + leading) * units)
    # hhea: ascender, descender, lineGap.  OS/2: sTypoAscender, sTypoDescender, sTypoLineGap,
    # usWinAscent, usWinDescent.
    return {
        "hhea": with_fields(tables["hhea"], {4: ascent, 6: descent, 8: 0}),
        "OS/2": with_fields(
            tables["OS/2"], {68: ascent, 70: descent, 72: 0, 74: ascent, 76: -descent}
        ),
    }


def css(faces: FaceSet, characters: frozenset[str], cache: Path | None = None) -> str:
    """@font-face rules for WeasyPrint: one for each face that has any of the characters.

    The sources are file URLs of cached subsets.  A face that is for some characters only says
    exactly which it has: WeasyPrint believes a unicode-range, and a character in it that the face
    lacks would be drawn as a box.
    """
    rules = []
    for face in faces.faces:
        present = covered(face, characters)
        if not present:
            continue
        path = _subset_file(face, present, cache)[0]
        lines = [
            f'  font-family: "{face.family}";',
            f'  src: url("{path.resolve().as_uri()}");',
            f"  font-weight: {face.weight};",
            f"  font-style: {face.style};",
        ]
        if face.unicode_range:
            lines.append(f"  unicode-range: {format_ranges(map(ord, present))};")
        rules.append("\n".join(["@font-face {", *lines, "}"]))
    return "\n".join(rules) + "\n"
