"""An OpenType file as its tables, and back: OpenType 1.9.1, «OpenType font file».

fontTools does this too, but takes every table apart that it touches, and those of a Chinese face
are large.  Here a table that nobody changes stays the bytes that it is.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Mapping

#: How a font file with CFF outlines begins.
WITH_CFF = b"OTTO"

#: What the sum of a whole file and its checkSumAdjustment make together.
_MAGIC = 0xB1B0AFBA


def read_tables(data: bytes) -> dict[str, bytes]:
    """The tables of a font file of one face, in the order in which they lie in it."""
    (count,) = struct.unpack_from(">H", data, 4)
    entries = [struct.unpack_from(">4sLLL", data, 12 + 16 * number) for number in range(count)]
    entries.sort(key=lambda entry: entry[2])
    return {
        tag.decode("latin-1"): data[offset : offset + length] for tag, _, offset, length in entries
    }


def write_tables(kind: bytes, tables: Mapping[str, bytes]) -> bytes:
    """A font file of the tables in the order given; ``kind`` are its first four bytes."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    header = struct.pack(">4sHHHH", kind, count, search, power, 16 * count - search)
    place = len(header) + 16 * count
    entries = []
    parts = []
    for tag, table in tables.items():
        if tag == "head":
            # checkSumAdjustment counts as zero until the whole sum is known.
            table = table[:8] + bytes(4) + table[12:]
        entries.append(struct.pack(">4sLLL", tag.encode("latin-1"), _sum(table), place, len(table)))
        parts.append(table + bytes(-len(table) % 4))
        place += len(parts[-1])
    directory = header + b"".join(sorted(entries))
    total = _sum(directory) + sum(struct.unpack_from(">L", entry, 4)[0] for entry in entries)
    adjustment = struct.pack(">L", (_MAGIC - total) & 0xFFFFFFFF)
    for number, tag in enumerate(tables):
        if tag == "head":
            parts[number] = parts[number][:8] + adjustment + parts[number][12:]
    return directory + b"".join(parts)


def _sum(data: bytes) -> int:
    """The sum of the big-endian 32-bit words, modulo 2**32; the last one is filled up with zero."""
    words = array("I", data + bytes(-len(data) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF


def name_table(table: bytes, kept: tuple[int, ...], new: Mapping[int, str]) -> bytes:
    """A name table (format 0) with the Windows entries of the ``kept`` numbers as they are, and
    the ``new`` ones in American English."""
    _, count, start = struct.unpack_from(">HHH", table)
    entries: list[tuple[tuple[int, int, int, int], bytes]] = []
    for number in range(count):
        platform, encoding, language, name, length, offset = struct.unpack_from(
            ">6H", table, 6 + 12 * number
        )
        if platform == 3 and name in kept:
            text = table[start + offset : start + offset + length]
            entries.append(((platform, encoding, language, name), text))
    entries += [((3, 1, 0x409, name), text.encode("utf-16-be")) for name, text in new.items()]
    records, strings = [], b""
    places: dict[bytes, int] = {}
    for numbers, text in sorted(entries):
        if text not in places:
            places[text] = len(strings)
            strings += text
        records.append(struct.pack(">6H", *numbers, len(text), places[text]))
    header = struct.pack(">HHH", 0, len(records), 6 + 12 * len(records))
    return header + b"".join(records) + strings


def english_names(table: bytes) -> dict[int, str]:
    """The entries of a name table for Windows in American English, by their number."""
    _, count, start = struct.unpack_from(">HHH", table)
    found = {}
    for number in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(
            ">6H", table, 6 + 12 * number
        )
        if platform == 3 and language == 0x409:
            text = table[start + offset : start + offset + length]
            found[name] = text.decode("utf-16-be", "replace")
    return found


def with_fields(table: bytes, fields: Mapping[int, int]) -> bytes:
    """A table with some of its 16-bit fields, by offset, set to other numbers."""
    changed = bytearray(table)
    for offset, value in fields.items():
        changed[offset : offset + 2] = (value & 0xFFFF).to_bytes(2, "big")
    return bytes(changed)


def with_metric(
    tables: Mapping[str, bytes], glyph: int, advance: int, left: int
) -> dict[str, bytes]:
    """The tables hmtx and hhea with another advance and left side bearing for one glyph.

    The last advance stands for all glyphs behind it: of those, the ones up to ``glyph`` and the
    next get their own.
    """
    (count,) = struct.unpack_from(">H", tables["hhea"], 34)
    (glyphs,) = struct.unpack_from(">H", tables["maxp"], 4)
    metrics = tables["hmtx"]
    pairs = [metrics[place : place + 4] for place in range(0, 4 * count, 4)]
    bearings = [metrics[place : place + 2] for place in range(4 * count, len(metrics), 2)]
    if glyph >= count - 1:
        # The last pair has a twin behind it, which goes on standing for all the others.
        needed = min(glyph + 2, glyphs) - count
        pairs += [pairs[-1][:2] + bearing for bearing in bearings[:needed]]
        bearings = bearings[needed:]
    pairs[glyph] = struct.pack(">Hh", advance, left)
    return {
        "hmtx": b"".join(pairs + bearings),
        "hhea": with_fields(tables["hhea"], {34: len(pairs)}),
    }
