"""What a subset changes in its outlines: the names, the CIDs, single glyphs.

Compact Font Format, Adobe Technical Note 5176.  fontTools would unpack and pack every outline,
which takes several times as long as cutting the subset; here they stay the bytes that they are:
the front of the table is written anew, the rest follows as one piece, and the offsets are moved.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping
from itertools import accumulate, groupby, pairwise

#: Operators of a DICT (Appendix H); those of two bytes begin with 12.
_FULL_NAME, _FAMILY_NAME, _FONT_NAME = b"\x02", b"\x03", b"\x0c\x26"
_CHARSET, _ENCODING, _CHAR_STRINGS, _PRIVATE = b"\x0f", b"\x10", b"\x11", b"\x12"
_DEFAULT_WIDTH, _NOMINAL_WIDTH = b"\x14", b"\x15"
_ROS, _CID_COUNT, _FD_ARRAY, _FD_SELECT = b"\x0c\x1e", b"\x0c\x22", b"\x0c\x24", b"\x0c\x25"
_BOX, _MATRIX, _SUBROUTINES = b"\x05", b"\x0c\x07", b"\x13"

#: Strings that every font has without saying so (Appendix A).
_STANDARD_STRINGS = 391
#: Charsets and encodings that every reader knows have these numbers instead of an offset.
_PREDEFINED = 2

#: The operands of each operator, still packed, in the order of the table.
_Dict = dict[bytes, bytes]


class Outlines:
    """The CFF table of a subset, as HarfBuzz writes it."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        _, end = _read_index(table, table[2])
        (top,), end = _read_index(table, end)
        self._strings, self._rest = _read_index(table, end)
        self._top = _read_dict(top)
        self._first = _numbers(self._top[_CHAR_STRINGS])[0]

    def widths(self, glyph: int) -> tuple[int, int]:
        """The default and the nominal width that the outline of a glyph counts from."""
        owner = self._top
        if _ROS in owner:
            owner = _read_dict(self._fonts()[self._font_of(glyph)])
        size, start = _numbers(owner[_PRIVATE])
        private = _read_dict(self._table[start : start + size])
        default, nominal = (
            _numbers(private.get(operator, _packed(0)))[0]
            for operator in (_DEFAULT_WIDTH, _NOMINAL_WIDTH)
        )
        return default, nominal

    def _fonts(self) -> tuple[bytes, ...]:
        """The dictionaries of the fonts that a CID-keyed face is made of."""
        return _read_index(self._table, _numbers(self._top[_FD_ARRAY])[0])[0]

    def _font_of(self, glyph: int) -> int:
        """Which of them a glyph belongs to (section 19)."""
        start = _numbers(self._top[_FD_SELECT])[0]
        if self._table[start] == 0:
            return self._table[start + 1 + glyph]
        (count,) = struct.unpack_from(">H", self._table, start + 1)
        ranges = struct.iter_unpack(">HB", self._table[start + 3 : start + 3 + 3 * count])
        return max((first, int(font)) for first, font in ranges if first <= glyph)[1]

    def changed(self, family: str, postscript: str, glyphs: Mapping[int, bytes]) -> bytes:
        """The table under other names and with some glyphs' outlines replaced.

        The CIDs of a CID-keyed face become its glyph numbers: WeasyPrint writes glyph numbers
        where a PDF means CIDs, and a reader that follows the charset of the face (PDF 1.7,
        9.7.4.2: MuPDF does, and shows nothing) must come to the same glyph.
        """
        number = _STANDARD_STRINGS + len(self._strings)
        new = (postscript.encode("ascii"), family.encode("ascii"))
        top = self._top | {_FULL_NAME: _packed(number), _FAMILY_NAME: _packed(number + 1)}
        if _ROS in top:
            top[_CID_COUNT] = _packed(self._count())

        def front(top: _Dict) -> bytes:
            header, names = self._table[: self._table[2]], _write_index((new[0],))
            strings = _write_index((*self._strings, *new))
            return header + names + _write_index((_write_dict(top),)) + strings

        # Offsets take five bytes whatever they are, so the front's length is known before them.
        start = len(front(_with_offsets(top, lambda offset: offset)))
        rest, grown, end = self._with_glyphs(glyphs)

        def moved(offset: int) -> int:
            return offset - self._rest + start + (grown if offset >= end else 0)

        top = _with_offsets(top, moved)
        if _ROS in top:
            charset = _identity(self._count())
            fonts = [
                _with_offsets(_read_dict(font) | {_FONT_NAME: _packed(number)}, moved)
                for font in self._fonts()
            ]
            top[_CHARSET] = _packed(start + len(rest))
            top[_FD_ARRAY] = _packed(start + len(rest) + len(charset))
            rest += charset + _write_index(tuple(map(_write_dict, fonts)))
        return front(top) + rest

    def bare(self, used: Collection[int]) -> bytes | None:
        """The outlines of the ``used`` glyphs as a PDF embeds them without a font file around them
        (PDF 1.7, 9.9, CIDFontType0C): their old numbers become their CIDs, nothing stands for the
        others, and the strings say no more than they must.

        None where that cannot be told in so few words: units that are no thousandths, outlines that
        share parts or may lean on glyphs that nobody named.
        """
        names, _ = _read_index(self._table, self._table[2])
        shared, _ = _read_index(self._table, self._rest)
        outlines, _ = _read_index(self._table, self._first)
        kept = sorted({0, *used})
        if shared or _MATRIX in self._top or kept[-1] >= len(outlines):
            return None
        keyed = _ROS in self._top
        others = set(range(len(outlines))).difference(kept)
        # An accented letter may be made of two others, which it calls by their names.
        if not keyed and any(len(outlines[number]) > 1 for number in others):
            return None
        fonts = [_read_dict(font) for font in self._fonts()] if keyed else [self._top]
        owners = [self._font_of(number) if keyed else 0 for number in kept]
        wanted = sorted(set(owners))
        privates = []
        for number in wanted:
            size, start = _numbers(fonts[number][_PRIVATE])
            privates.append(self._table[start : start + size])
            if _MATRIX in fonts[number] or _SUBROUTINES in _read_dict(privates[-1]):
                return None
        strings = _write_index((b"Adobe", b"Identity", names[0]))
        numbers = [_packed(_STANDARD_STRINGS + number) for number in range(3)]
        parts = [
            _charset(kept),
            _selection([wanted.index(owner) for owner in owners]),
            _write_index(tuple(outlines[number] for number in kept)),
            *privates,
        ]

        def front(places: list[int]) -> bytes:
            """What stands before the parts, which begin at these places; last the dictionaries of
            the fonts."""
            top = {
                _ROS: numbers[0] + numbers[1] + _packed(0),
                **({_BOX: self._top[_BOX]} if _BOX in self._top else {}),
                _CID_COUNT: _packed(kept[-1] + 1),
                _CHARSET: _packed(places[0]),
                _FD_SELECT: _packed(places[1]),
                _CHAR_STRINGS: _packed(places[2]),
                _FD_ARRAY: _packed(places[-1]),
            }
            head = b"\x01\x00\x04\x04" + _write_index(names[:1])
            return head + _write_index((_write_dict(top),)) + strings + bytes(2)

        lengths = [len(part) for part in parts]
        # Offsets take five bytes whatever they are, so the front's length is known before them.
        places = list(accumulate(lengths, initial=len(front([0] * (len(parts) + 1)))))
        dictionaries = _write_index(
            tuple(
                _write_dict({_FONT_NAME: numbers[2], _PRIVATE: _packed(len(private)) + _packed(at)})
                for private, at in zip(privates, places[3:], strict=False)
            )
        )
        return front(places) + b"".join(parts) + dictionaries

    def _count(self) -> int:
        return int.from_bytes(self._table[self._first : self._first + 2], "big")

    def _with_glyphs(self, glyphs: Mapping[int, bytes]) -> tuple[bytes, int, int]:
        """What follows the strings, by how much it has grown, and from which old offset on."""
        rest = self._table[self._rest :]
        if not glyphs:
            return rest, 0, len(self._table)
        old, end = _read_index(self._table, self._first)
        new = _write_index(tuple(glyphs.get(number, item) for number, item in enumerate(old)))
        rest = rest[: self._first - self._rest] + new + rest[end - self._rest :]
        return rest, len(new) - (end - self._first), end


class OutlinePen:
    """Packs the outline that is drawn to it as glyphs have it (Technical Note 5177).

    ``shift`` moves it to the right; ``width`` is the advance less the nominal width, or None for
    the default width.  Lengths are in units of the face.
    """

    def __init__(self, shift: int, width: int | None) -> None:
        self._parts = [] if width is None else [_short(width)]
        self._place = (-shift, 0)

    def move(self, x: float, y: float) -> None:
        """Begin a contour."""
        self._to(b"\x15", (x, y))

    def line(self, x: float, y: float) -> None:
        """Go straight."""
        self._to(b"\x05", (x, y))

    def curve(self, *points: float) -> None:
        """Go in a cubic curve: two points that pull, and the end."""
        self._to(b"\x08", points[:2], points[2:4], points[4:])

    def _to(self, operator: bytes, *points: tuple[float, ...]) -> None:
        for x, y in points:
            left, low = self._place
            self._place = (round(x), round(y))
            self._parts += [_short(self._place[0] - left), _short(self._place[1] - low)]
        self._parts.append(operator)

    def outline(self) -> bytes:
        """The packed glyph; its contours close by themselves."""
        return b"".join(self._parts) + b"\x0e"


def _identity(count: int) -> bytes:
    """The charset of a face whose CIDs are its glyph numbers (section 13, format 2)."""
    return struct.pack(">BHH", 2, 1, count - 2) if count > 1 else b"\x00"


def _charset(numbers: list[int]) -> bytes:
    """The charset of these CIDs, in ascending order and from 0 on (section 13, format 2)."""
    found = b"\x02"
    for _, group in groupby(enumerate(numbers[1:]), key=lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        found += struct.pack(">HH", run[0], len(run) - 1)
    return found


def _selection(owners: list[int]) -> bytes:
    """Which font each glyph belongs to (section 19, format 3)."""
    ranges, place = [], 0
    for owner, group in groupby(owners):
        ranges.append(struct.pack(">HB", place, owner))
        place += len(list(group))
    return struct.pack(">BH", 3, len(ranges)) + b"".join(ranges) + struct.pack(">H", place)


def _with_offsets(top: _Dict, moved: Callable[[int], int]) -> _Dict:
    """A dictionary with every offset into the table moved."""
    found = dict(top)
    for operator in (_CHARSET, _ENCODING, _CHAR_STRINGS, _FD_ARRAY, _FD_SELECT):
        if operator in top and (offset := _numbers(top[operator])[0]) > _PREDEFINED:
            found[operator] = _packed(moved(offset))
    if _PRIVATE in top:
        size, offset = _numbers(top[_PRIVATE])
        found[_PRIVATE] = _packed(size) + _packed(moved(offset))
    return found


def _read_index(table: bytes, start: int) -> tuple[tuple[bytes, ...], int]:
    """The items of an INDEX (section 5) and the offset behind it."""
    count = int.from_bytes(table[start : start + 2], "big")
    if count == 0:
        return (), start + 2
    size, first = table[start + 2], start + 3
    places = [
        int.from_bytes(table[place : place + size], "big")
        for place in range(first, first + (count + 1) * size, size)
    ]
    # Offsets count from the byte before the items.
    base = first + (count + 1) * size - 1
    return tuple(table[base + a : base + b] for a, b in pairwise(places)), base + places[-1]


def _write_index(items: tuple[bytes, ...]) -> bytes:
    if not items:
        return bytes(2)
    places = list(accumulate(map(len, items), initial=1))
    size = (places[-1].bit_length() + 7) // 8
    head = struct.pack(">HB", len(items), size)
    return head + b"".join(place.to_bytes(size, "big") for place in places) + b"".join(items)


def _read_dict(data: bytes) -> _Dict:
    found: _Dict = {}
    place = start = 0
    while place < len(data):
        byte = data[place]
        if byte <= 21:
            end = place + (2 if byte == 12 else 1)
            found[data[place:end]] = data[start:place]
            place = start = end
        else:
            place = _behind_operand(data, place)
    return found


def _write_dict(items: _Dict) -> bytes:
    return b"".join(operands + operator for operator, operands in items.items())


def _behind_operand(data: bytes, place: int) -> int:
    """The offset behind the operand of a DICT at ``place`` (section 4)."""
    byte = data[place]
    if byte == 30:
        # A real number, two digits a byte, ended by the digit 15.
        place += 1
        while data[place] & 0x0F != 0x0F:
            place += 1
        return place + 1
    return place + {28: 3, 29: 5}.get(byte, 1 if byte < 247 else 2)


def _numbers(operands: bytes) -> list[int]:
    """The operands that are integers, as numbers; a real number counts as its integer part."""
    found, place = [], 0
    while place < len(operands):
        byte = operands[place]
        end = _behind_operand(operands, place)
        if byte in (28, 29):
            found.append(int.from_bytes(operands[place + 1 : end], "big", signed=True))
        elif byte == 30:
            found.append(int(_real(operands[place + 1 : end])))
        elif byte < 247:
            found.append(byte - 139)
        elif byte < 251:
            found.append((byte - 247) * 256 + operands[place + 1] + 108)
        else:
            found.append(-(byte - 251) * 256 - operands[place + 1] - 108)
        place = end
    return found


def _real(packed: bytes) -> float:
    signs = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "e", "e-", "", "-", "")
    return float("".join(signs[byte >> 4] + signs[byte & 15] for byte in packed))


def _short(number: int) -> bytes:
    """An integer as glyphs have it."""
    return b"\x1c" + number.to_bytes(2, "big", signed=True)


def _packed(number: int) -> bytes:
    """An integer in five bytes."""
    return b"\x1d" + number.to_bytes(4, "big", signed=True)
