"""Fonts as a page uses them: what the codes of a string are, how wide, and whether all is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from publish.check.preflight_stream import operations
from publish.check.preflight_unpack import TooLarge, decoded, is_dictionary, spend
from publish.records import dataclass, field

#: Most characters that a font's tables are read for; a Chinese font has some 65,000.
_GLYPHS_LIMIT = 70_000
#: Most bytes of a table of characters, unpacked.
_CMAP_LIMIT = 8 * 1024 * 1024
#: Most glyphs of a Type 3 font that are looked at: its codes are bytes.
_DRAWINGS_LIMIT = 256
#: Most numbers and names of the encoding of a font of 256 glyphs.
_DIFFERENCES_LIMIT = 1024
#: How often over all codes of a font may be named.
_TIMES = 2
#: Of a code that is named: what it costs, in bytes unpacked.
_CODE_COSTS = 8
_TABLE = re.compile(rb"beginbf(char|range)")
_SUBSET = re.compile(r"/?[A-Z]{6}\+")
#: Characters of a font's name that are told.
_NAME_LIMIT = 64
#: Stands for a character of which the font does not say what it is.
UNKNOWN = "\x00"
#: Characters that leave no ink on the paper.
_BLANK = frozenset(" \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A code of a string: its advance in em, its characters, and whether it leaves ink."""

    advance: float
    text: str
    ink: bool
    missing: bool


@dataclass(slots=True)
class Font:
    """A font of the file.  ``wide`` takes two bytes a code; ``vertical`` sets downwards."""

    name: str
    kind: str
    embedded: bool = True
    subset: bool = True
    mapped: bool = True
    wide: bool = False
    vertical: bool = False
    #: Of Type 3: its streams of glyphs and its matrix.
    drawings: tuple[Any, ...] = ()
    matrix: tuple[float, ...] = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
    resources: Any = None
    used: bool = False
    _widths: dict[int, float] = field(default_factory=dict)
    _default: float = 1.0
    _characters: dict[int, str] = field(default_factory=dict)
    _is_missing: Callable[[int], bool] = lambda code: False
    _glyphs: dict[int, Glyph] = field(default_factory=dict)

    def glyphs(self, string: bytes) -> list[tuple[int, Glyph]]:
        """The codes of a string and their glyphs."""
        known = self._glyphs
        if self.wide:
            codes = [string[at] << 8 | string[at + 1] for at in range(0, len(string) - 1, 2)]
        else:
            codes = list(string)
        for code in codes:
            if code not in known:
                known[code] = self._glyph(code)
        return [(code, known[code]) for code in codes]

    def _glyph(self, code: int) -> Glyph:
        text = self._characters.get(code, UNKNOWN)
        missing = self._is_missing(code) or "\ufffd" in text
        ink = not all(character in _BLANK for character in text)
        return Glyph(self._widths.get(code, self._default), text, ink, missing)


def read_font(source: Any) -> Font:
    """The font of a dictionary of the file."""
    name = str(source.get("/BaseFont", "/?"))
    kind = str(source.get("/Subtype", "/?"))[1:]
    font = Font(name[1:_NAME_LIMIT], kind, subset=_SUBSET.match(name) is not None)
    cmap = source.get("/ToUnicode")
    font.mapped = cmap is not None
    if cmap is not None:
        try:
            font._characters = _characters(decoded(cmap, _CMAP_LIMIT))
        except (TooLarge, AttributeError):
            font.mapped = False
    if kind == "Type0":
        _composite(font, source)
    else:
        _simple(font, source)
    return font


def _composite(font: Font, source: Any) -> None:
    """A font of many glyphs: codes of two bytes, which mostly are numbers of glyphs."""
    font.wide = True
    encoding = source.get("/Encoding")
    spelled = str(encoding) if encoding is not None else ""
    font.vertical = spelled.endswith("-V")
    descendant = source["/DescendantFonts"][0]
    font.kind = str(descendant.get("/Subtype", "/?"))[1:]
    font.embedded = _embedded(descendant.get("/FontDescriptor"))
    font._default = float(descendant.get("/DW", 1000)) / 1000
    font._widths = _wide_widths(descendant.get("/W"))
    if spelled.startswith("/Identity"):
        mapping = descendant.get("/CIDToGIDMap")
        if mapping is not None and str(mapping) != "/Identity":
            numbers = decoded(mapping, 4 * _GLYPHS_LIMIT)
            font._is_missing = lambda code: numbers[2 * code : 2 * code + 2] in (b"\0\0", b"")
        else:
            font._is_missing = lambda code: code == 0


def _simple(font: Font, source: Any) -> None:
    """A font of at most 256 glyphs."""
    first = max(0, int(source.get("/FirstChar", 0)))
    widths: Any = source.get("/Widths", ())
    if font.kind == "Type3":
        procedures: Any = source.get("/CharProcs", {})
        font.drawings = tuple(islice(procedures.values(), _DRAWINGS_LIMIT))
        font.matrix = tuple(float(number) for number in islice(source["/FontMatrix"], 6))
        font.resources = source.get("/Resources")
        scale = font.matrix[0]
        font.subset = True
    else:
        descriptor = source.get("/FontDescriptor")
        font.embedded = _embedded(descriptor)
        scale = 0.001
        font._default = float(descriptor.get("/MissingWidth", 0)) / 1000 if descriptor else 0.5
    for code, width in zip(range(first, 256), widths, strict=False):
        font._widths[code] = float(width) * scale
    if not font._characters:
        # Without a table of its own a simple font mostly means what ASCII does.
        font._characters = {code: chr(code) for code in range(32, 127)}
    encoding = source.get("/Encoding")
    differences: Any = encoding.get("/Differences", ()) if is_dictionary(encoding) else ()
    missing = set()
    code = 0
    for item in islice(differences, _DIFFERENCES_LIMIT):
        if isinstance(item, int):
            code = item
        else:
            if str(item) == "/.notdef":
                missing.add(code)
            code += 1
    font._is_missing = missing.__contains__


def _embedded(descriptor: Any) -> bool:
    if descriptor is None:
        return False
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _wide_widths(table: Any) -> dict[int, float]:
    """Code -> advance in em (ISO 32000-1, 9.7.4.3): ``code [w …]`` or ``first last w``."""
    widths: dict[int, float] = {}
    if table is None:
        return widths
    # The array written out is read far faster than item by item.
    for _, operands in operations(table.unparse(resolved=True) + b" end"):
        items = operands[0] if operands and isinstance(operands[0], list) else []
        at = 0
        # Each may name all codes anew: what counts is how often one is set.
        left = _TIMES * _GLYPHS_LIMIT
        while at + 1 < len(items) and left > 0:
            first, second = int(items[at]), items[at + 1]
            if isinstance(second, list):
                widths.update((first + i, width / 1000) for i, width in enumerate(second))
                left -= len(second) + 1
                at += 2
            elif at + 2 < len(items):
                last = min(int(second), first + _GLYPHS_LIMIT)
                widths.update(dict.fromkeys(range(first, last + 1), items[at + 2] / 1000))
                left -= max(0, last - first) + 1
                at += 3
            else:
                break
        spend(_CODE_COSTS * (_TIMES * _GLYPHS_LIMIT - left))
    return widths


def _characters(cmap: bytes) -> dict[int, str]:
    """Code -> characters of a ToUnicode table (Adobe technical note 5411)."""
    found: dict[int, str] = {}
    left = _TIMES * _GLYPHS_LIMIT
    for operator, operands in _tables(cmap):
        step = 2 if operator == b"endbfchar" else 3
        for at in range(0, len(operands) - step + 1, step):
            first, target = operands[at], operands[at + step - 1]
            if not isinstance(first, bytes):
                continue
            start = int.from_bytes(first, "big")
            if step == 2:
                found[start] = _utf16(target)
                continue
            stop = min(int.from_bytes(operands[at + 1], "big"), start + _GLYPHS_LIMIT)
            left -= max(0, stop - start)
            if left < 0:
                return found
            if isinstance(target, list):
                found.update(zip(range(start, stop + 1), map(_utf16, target), strict=False))
            elif isinstance(target, bytes) and target:
                base = int.from_bytes(target[-2:], "big")
                head = target[:-2]
                for code in range(start, stop + 1):
                    low = (base + code - start) & 0xFFFF
                    found[code] = _utf16(head + low.to_bytes(2, "big"))
            if len(found) > _GLYPHS_LIMIT:
                return found
            spend(_CODE_COSTS * (max(0, stop - start) + 1))
    return found


def _tables(cmap: bytes) -> list[tuple[bytes, list[Any]]]:
    """The lists of a ToUnicode table.  Each is written as one array, since it may be long."""
    tables = []
    position = 0
    while match := _TABLE.search(cmap, position):
        position = cmap.find(b"endbf", match.end())
        if position < 0:
            break
        listed = cmap[match.end() : position]
        for _, operands in operations(b"[" + listed + b"] end"):
            if operands and isinstance(operands[0], list):
                tables.append((b"endbf" + match[1], operands[0]))
    return tables


def _utf16(data: Any) -> str:
    return data.decode("utf-16-be", "replace") if isinstance(data, bytes) else UNKNOWN
