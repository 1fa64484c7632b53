"""Glyphs drawn anew, and the font file of them: name-keyed CFF outlines in an em of 1000 units.

Compact Font Format, Adobe Technical Note 5176; glyphs: Technical Note 5177.  A PDF takes the glyph
numbers of such a face for its CIDs (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import sub
from typing import Any, NamedTuple

from publish.model.matrix import Matrix
from publish.records import dataclass

#: Units of an em.
EM = 1000


class Part(NamedTuple):
    """A glyph of a HarfBuzz font that is scaled to the em, and where it is put."""

    font: Any
    glyph: int
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Drawing:
    """A glyph as it goes into the file: its packed outline, advance and left side bearing."""

    outline: bytes
    advance: int
    left: int
    box: tuple[int, int, int, int] | None


def draw(parts: Iterable[Part], advance: int) -> Drawing:
    """One glyph of several, each in its place; ``advance`` is in units."""
    operators: list[bytes] = []
    across, up = [0], [0]
    for part in parts:
        a, b, c, d, e, f = part.matrix
        outline = _Outline([], [], [])
        part.font.draw_glyph(part.glyph, _functions(), outline)
        # A turned face has some hundred thousand points: no step for each that is not needed.
        if not a and not d:
            across += [round(c * y + e) for y in outline.ys]
            up += [round(b * x + f) for x in outline.xs]
        else:
            points = list(zip(outline.xs, outline.ys, strict=True))
            across += [round(a * x + c * y + e) for x, y in points]
            up += [round(b * x + d * y + f) for x, y in points]
        operators += outline.operators
    # The width is left out where it is the default one of the file.
    width = b"" if advance == EM else _packed(advance)
    if not operators:
        return Drawing(width + _END, advance, 0, None)
    # Without the origin from which they are counted; those that pull a curve included.
    to_across, to_up = across[1:], up[1:]
    steps = zip(
        map(_packed, map(sub, to_across, across)),
        map(_packed, map(sub, to_up, up)),
        operators,
        strict=True,
    )
    box = (min(to_across), min(to_up), max(to_across), max(to_up))
    return Drawing(b"".join((width, *chain.from_iterable(steps), _END)), advance, box[0], box)


class _Outline(NamedTuple):
    """Points as they come, and the operator that each ends: none where it pulls a curve."""

    operators: list[bytes]
    xs: list[float]
    ys: list[float]


#: Operators of glyphs (Technical Note 5177, 4.1 and 4.4); contours close by themselves.
_MOVE, _LINE, _END = (b"\x15",), (b"\x05",), b"\x0e"
_CURVE = (b"", b"", b"\x08")


@cache
def _functions() -> Any:
    """The steps of an outline as HarfBuzz tells them.  Quadratic curves come as cubic ones."""
    import uharfbuzz

    def move(x: float, y: float, outline: _Outline) -> None:
        operators, xs, ys = outline
        operators += _MOVE
        xs.append(x)
        ys.append(y)

    def line(x: float, y: float, outline: _Outline) -> None:
        operators, xs, ys = outline
        operators += _LINE
        xs.append(x)
        ys.append(y)

    def curve(
        x1: float, y1: float, x2: float, y2: float, x: float, y: float, outline: _Outline
    ) -> None:
        operators, xs, ys = outline
        operators += _CURVE
        xs += (x1, x2, x)
        ys += (y1, y2, y)

    functions = uharfbuzz.DrawFuncs()
    functions.set_move_to_func(move)
    functions.set_line_to_func(line)
    functions.set_cubic_to_func(curve)
    return functions


@lru_cache(maxsize=1 << 16)
def _packed(number: int) -> bytes:
    """An integer as glyphs have it (Technical Note 5177, 3.2)."""
    if -107 <= number <= 107:
        return bytes((number + 139,))
    if 108 <= number <= 1131:
        return bytes((247 + (number - 108 >> 8), number - 108 & 255))
    if -1131 <= number <= -108:
        return bytes((251 + (-number - 108 >> 8), -number - 108 & 255))
    return b"\x1c" + number.to_bytes(2, "big", signed=True)


@dataclass(frozen=True, slots=True)
class Style:
    """What the file says of itself: ``names`` are further entries of the name table by number;
    ascent and descent (negative) in units; ``unique`` tells it from others of the name."""

    family: str
    weight: int
    italic: bool
    ascent: int
    descent: int
    unique: str
    names: Mapping[int, str]


class Features(NamedTuple):
    """Substitutions and kerning by glyph names.

    ``ligatures``: for each feature, glyphs in a row -> one.  ``singles``: for each feature, one
    glyph -> another.  ``kerning``: by how many units two glyphs come nearer.  ``after``: a glyph
    -> another where one of ``letters`` stands before it.
    """

    ligatures: Mapping[str, Mapping[tuple[str, ...], str]]
    singles: Mapping[str, Mapping[str, str]]
    kerning: Mapping[tuple[str, str], int]
    after: Mapping[str, str]
    letters: Sequence[str]


def font_file(
    glyphs: Mapping[str, Drawing],
    characters: Mapping[int, str],
    features: Features,
    style: Style,
) -> bytes:
    """An OpenType file of the glyphs in their order, the first being .notdef; ``characters`` says
    by code point which glyph stands for it.  The bytes follow from the arguments alone."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.misc.psCharStrings import T2CharString

    postscript = f"{style.family.replace(' ', '')}-{style.weight}{'Italic' * style.italic}"
    bold = style.weight >= 700
    look = " ".join([*(["Bold"] * bold), *(["Italic"] * style.italic)]) or "Regular"
    boxes = [glyph.box for glyph in glyphs.values() if glyph.box]
    whole = [
        min((box[0] for box in boxes), default=0),
        min((box[1] for box in boxes), default=0),
        max((box[2] for box in boxes), default=0),
        max((box[3] for box in boxes), default=0),
    ]
    builder = FontBuilder(EM, isTTF=False)
    font = builder.font
    # No clock, and no second walk through every outline.
    font.recalcBBoxes = font.recalcTimestamp = False
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(dict(characters))
    builder.setupCFF(
        postscript,
        {"FullName": postscript, "FamilyName": style.family, "FontBBox": whole},
        {name: T2CharString(bytecode=glyph.outline) for name, glyph in glyphs.items()},
        {"defaultWidthX": EM, "nominalWidthX": 0},
    )
    builder.setupHorizontalMetrics({n: (g.advance, g.left) for n, g in glyphs.items()})
    widest = max(glyph.advance for glyph in glyphs.values())
    builder.setupHorizontalHeader(
        ascent=style.ascent, descent=style.descent, lineGap=0, advanceWidthMax=widest
    )
    # OpenType OS/2 fsSelection: bit 0 italic, 5 bold, 6 regular.
    selection = style.italic | bold << 5 | (not bold and not style.italic) << 6
    builder.setupOS2(
        sTypoAscender=style.ascent,
        sTypoDescender=style.descent,
        sTypoLineGap=0,
        usWinAscent=style.ascent,
        usWinDescent=-style.descent,
        usWeightClass=style.weight,
        fsSelection=selection,
        # OpenType OS/2 fsType: 0, may be embedded.
        fsType=0,
    )
    builder.setupPost(keepGlyphNames=False, underlinePosition=-120, underlineThickness=50)
    # Names in American English for Windows, as in every subset.
    builder.setupNameTable({}, windows=True, mac=False)
    table = font["name"]
    for number, text in sorted({
        **style.names,
        1: style.family,
        2: look,
        3: f"{postscript};{style.unique}",
        4: style.family if look == "Regular" else f"{style.family} {look}",
        6: postscript,
    }.items()):  # fmt: skip
        table.setName(text, number, 3, 1, 0x409)
    head = font["head"]
    head.created = head.modified = 0
    # head macStyle: 0 bold, 1 italic.
    head.macStyle = bold | style.italic << 1
    head.xMin, head.yMin, head.xMax, head.yMax = whole
    _add_features(font, features)
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def _add_features(font: Any, features: Features) -> None:
    """GSUB and GPOS, for every script: the engine asks in that of the text, Han or Latin."""
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    text = ["languagesystem DFLT dflt;"]
    if features.after:
        text += ["feature calt {", f"@letters = [{' '.join(features.letters)}];"]
        text += [f"sub @letters {old}' by {new};" for old, new in features.after.items()]
        text.append("} calt;")
    for tag in sorted({*features.ligatures, *features.singles}):
        text.append(f"feature {tag} {{")
        rows = features.ligatures.get(tag, {})
        if rows:
            text.append(f"lookup {tag}_rows {{")
            text += [f"sub {' '.join(row)} by {new};" for row, new in rows.items()]
            text.append(f"}} {tag}_rows;")
        singles = features.singles.get(tag, {})
        if singles:
            text.append(f"lookup {tag}_one {{")
            text += [f"sub {old} by {new};" for old, new in singles.items()]
            text.append(f"}} {tag}_one;")
        text.append(f"}} {tag};")
    if features.kerning:
        text.append("feature kern {")
        text += [f"pos {a} {b} {units};" for (a, b), units in features.kerning.items()]
        text.append("} kern;")
    if len(text) > 1:
        addOpenTypeFeaturesFromString(font, "\n".join(text))
