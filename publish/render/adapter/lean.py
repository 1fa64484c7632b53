"""The file written for fewer bytes than the stock engine writes, and packed once.

Tables of places as differences (PDF 1.7, 7.5.8 and 7.4.4.4), the tree of tags thinned and in a
stream of its own, so that a viewer who shows a page need not unpack it.
"""

from __future__ import annotations

import re
import zlib
from binascii import unhexlify
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream as Content

from publish.render.adapter import guard, lean_fonts, lean_tags

#: Of zlib.
LEVEL = 9
#: Strings of content streams that are written in hexadecimal digits; dictionaries are none.
_HEXADECIMAL = re.compile(rb"(?<!<)<((?:[0-9A-Fa-f]{2})+)>")
#: What is escaped in strings that are written as they are (7.3.4.2): a bare CR would become LF.
_ESCAPED = re.compile(rb"[\\()\r]")
_ESCAPES = ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r"))


def lean_pairs() -> list[guard.Pair]:
    """What :func:`publish.render.adapter.guard.installed` takes for smaller files; empty where the
    engine is not the one expected."""
    if guard.problems():
        return []
    from publish.render.adapter.replaced import REPLACED

    new: dict[str, Any] = {
        "pydyf.PDF.write": writer(guard.stock),
        "weasyprint.pdf.tags._build_box_tree": lean_tags.builder(guard.stock),
        "weasyprint.pdf.fonts.build_fonts_dictionary": lean_fonts.builder(guard.stock),
    }
    entries = {f"{entry.owner}.{entry.name}": entry for entry in REPLACED}
    return [(entries[name], function) for name, function in new.items()]


def writer(stock: Callable[[str, str], Any]) -> Callable[..., None]:
    """The method that stands in for pydyf's; ``stock`` finds that one."""

    def write(
        self: Any,
        output: Any,
        version: Any = b"1.7",
        identifier: Any = False,
        compress: bool = False,
    ) -> None:
        version = pydyf._to_bytes(version or b"1.7")
        if not compress or version < b"1.5":
            stock("pydyf.PDF", "write")(self, output, version, identifier, compress)
            return
        lean_tags.thin(self)
        _write(self, output, version, identifier)

    return write


def _write(pdf: Any, output: Any, version: bytes, identifier: Any) -> None:
    if pdf.info:
        pdf.add_object(pdf.info)
    pdf.write_line(b"%PDF-" + version, output)
    pdf.write_line(b"%\xf0\x9f\x96\xa4", output)
    digest = md5(usedforsecurity=False)
    #: By number: what kind of entry, and its two fields.
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}

    def put(item: Any) -> None:
        places[item.number] = (1, pdf.current_position, item.generation)
        data = item.data
        digest.update(data)
        head = f"{item.number} {item.generation} obj\n".encode()
        pdf.write_line(head + data + b"\nendobj", output)

    tags: list[Any] = []
    others: list[Any] = []
    for item in lean_tags.used(pdf):
        if not item.compressible:
            if isinstance(item, Content):
                item.stream = [literal(b"\n".join(map(pydyf._to_bytes, item.stream)))]
            put(item)
        elif isinstance(item, dict) and item.get("Type") == "/StructElem":
            tags.append(item)
        else:
            others.append(item)
    for group in filter(None, (others, tags)):
        stream = _object_stream(group)
        pdf.add_object(stream)
        for index, item in enumerate(group):
            places[item.number] = (2, stream.number, index)
        put(stream)

    extra = {"Type": "/XRef", "Root": pdf.catalog.reference}
    if pdf.info:
        extra["Info"] = pdf.info.reference
    if identifier:
        last = digest.hexdigest().encode()
        first = last if identifier is True else pydyf._to_bytes(identifier)
        extra["ID"] = pydyf.Array((pydyf.String(first).data, pydyf.String(last).data))
    table = pydyf.Stream()
    table.number = len(pdf.objects)
    pdf.objects.append(table)
    places[table.number] = (1, pdf.current_position, 0)
    pdf.xref_position = pdf.current_position
    table.stream, table.extra = _table(places, extra)
    pdf.write_line(table.indirect, output)
    pdf.write_line(b"startxref", output)
    pdf.write_line(str(pdf.xref_position).encode(), output)
    pdf.write_line(b"%%EOF", output)


def literal(content: bytes) -> bytes:
    """The operators of a page with its strings as they are, not in hexadecimal digits: half the
    bytes, and a twentieth less of the packed ones."""
    return _HEXADECIMAL.sub(_literal, content)


def _literal(found: re.Match[bytes]) -> bytes:
    string = unhexlify(found[1])
    if _ESCAPED.search(string):
        for sign, escaped in _ESCAPES:
            string = string.replace(sign, escaped)
    return b"(%b)" % string


def _object_stream(items: list[Any]) -> Any:
    """Objects packed together (7.5.7)."""
    parts, places, position = [], [], 0
    for item in items:
        data = item.data
        parts.append(data)
        places += [item.number, position]
        position += len(data) + 1
    head = " ".join(map(str, places)).encode()
    packed = zlib.compress(b"\n".join([head, *parts]), LEVEL)
    extra = {"Type": "/ObjStm", "N": len(items), "First": len(head) + 1, "Filter": "/FlateDecode"}
    return pydyf.Stream([packed], extra)


def _table(places: dict[int, tuple[int, int, int]], extra: dict[str, Any]) -> Any:
    """The cross-reference stream: its data, and its dictionary.

    Each row is told as the difference from the one above it (7.4.4.4, PNG's filter Up).
    """
    sizes = [1, *((max(p[n] for p in places.values()).bit_length() + 7) // 8 for n in (1, 2))]
    rows, above = [], bytes(sum(sizes))
    size = max(places) + 1
    for number in range(size):
        # A number that no object has is free for good (7.5.4).
        fields = zip(places.get(number, (0, 0, 65535)), sizes, strict=True)
        row = b"".join(value.to_bytes(width, "big") for value, width in fields)
        rows.append(b"\x02" + bytes((a - b) & 0xFF for a, b in zip(row, above, strict=True)))
        above = row
    packed = zlib.compress(b"".join(rows), LEVEL)
    return [packed], {
        **extra,
        "Size": size,
        "W": pydyf.Array(sizes),
        "Filter": "/FlateDecode",
        "DecodeParms": pydyf.Dictionary({"Predictor": 12, "Columns": sum(sizes)}),
    }
