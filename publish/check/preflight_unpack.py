"""The streams of a PDF unpacked within bounds, filter by filter (ISO 32000-1, 7.4).

A file may come from anybody, and a few kilobytes can unpack to gigabytes: Flate in Flate packs a
million to one.  So every step has a limit, all steps together unpack no more than one Flate can,
and a file as a whole has an :class:`Allowance` by its own size.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import contextvars
import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Most bytes of one stream, unpacked.
STREAM_LIMIT = 64 * 1024 * 1024
#: Deflate packs no better than one to about a thousand (zlib's technical details).
_DEFLATE_RATIO = 1032
#: What every stream may unpack to, however short it is, in bytes.
_LEAST = 4096
#: Filters one in the other; nobody needs more than two.
_FILTERS_LIMIT = 4
#: What a file may cost, in bytes unpacked: so much, and so much for each of its own.
_BASE, _PER_BYTE = 32 * 1024 * 1024, _DEFLATE_RATIO
#: What is gone through token by token, or unpacked here and not in C, takes so much longer.
READING = 16
#: A stream costs as much as so many bytes, empty or not.
_STREAM_COSTS = 4096
#: Bits of the codes of LZW: at first, and at most (ISO 32000-1, 7.4.4).
_LZW_FIRST, _LZW_MOST = 9, 12
_LZW_CLEAR, _LZW_END = 256, 257

_SHORT_NAMES = {
    "/Fl": "/FlateDecode", "/LZW": "/LZWDecode", "/RL": "/RunLengthDecode",
    "/A85": "/ASCII85Decode", "/AHx": "/ASCIIHexDecode",
}  # fmt: skip


class TooLarge(Exception):
    """A stream is larger than anything a page of a book needs."""


def is_stream(value: Any) -> bool:
    """Whether an object of the file is a stream; by methods all objects of pikepdf look alike."""
    import pikepdf

    return isinstance(value, pikepdf.Stream)


def is_dictionary(value: Any) -> bool:
    """Whether an object of the file is a dictionary."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary)


# --- what a file may cost -----------------------------------------------------------------------


class Allowance:
    """What may still be unpacked of a file, in bytes; more for a larger file."""

    def __init__(self, size: int) -> None:
        self.left = _BASE + _PER_BYTE * size


_allowance: contextvars.ContextVar[Allowance | None] = contextvars.ContextVar(
    "allowance", default=None
)


@contextlib.contextmanager
def allowed(size: int) -> Iterator[None]:
    """What is unpacked within belongs to a file of so many bytes."""
    token = _allowance.set(Allowance(size))
    try:
        yield
    finally:
        _allowance.reset(token)


def spend(count: int) -> None:
    """So many bytes are unpacked, or as much time is taken; :class:`TooLarge` if it is too much."""
    allowance = _allowance.get()
    if allowance is not None:
        allowance.left -= max(0, count)
        if allowance.left < 0:
            raise TooLarge("more is packed into the file than its size allows")


# --- streams ------------------------------------------------------------------------------------


def decoded(stream: Any, limit: int = STREAM_LIMIT) -> bytes:
    """The content of a pikepdf stream, at most ``limit`` bytes; else :class:`TooLarge`."""
    data, left = unpacked(stream, limit)
    if left:
        raise ValueError(f"the filter {left} is not read here")
    return data


def unpacked(stream: Any, limit: int = STREAM_LIMIT) -> tuple[bytes, str]:
    """The bytes of a stream, and the filter of pictures (``/DCTDecode``) they are still packed in;
    empty if none."""
    data: bytes = stream.read_raw_bytes()
    spend(_STREAM_COSTS + len(data))
    # Many filters together may unpack no more than one can.
    limit = min(limit, _LEAST + _DEFLATE_RATIO * len(data))
    names = _listed(stream.get("/Filter"))
    parameters = _listed(stream.get("/DecodeParms"))
    if len(names) > _FILTERS_LIMIT:
        raise TooLarge
    for at, name in enumerate(map(str, names)):
        name = _SHORT_NAMES.get(name, name)
        step = _STEPS.get(name)
        if step is None:
            return data, name
        given = parameters[at] if at < len(parameters) else None
        data = step(data, limit, given if is_dictionary(given) else {})
        spend(len(data) * (1 if name == "/FlateDecode" else READING))
    if len(data) > limit:
        raise TooLarge
    return data, ""


def _listed(value: Any) -> list[Any]:
    """One thing or an array of them."""
    import pikepdf

    if value is None:
        return []
    if not isinstance(value, pikepdf.Array):
        return [value]
    return [one for one, _ in zip(value, range(_FILTERS_LIMIT + 1), strict=False)]


def _flate(data: bytes, limit: int, parameters: Any) -> bytes:
    return _predicted(_inflated(data, limit), parameters)


def _inflated(raw: bytes, limit: int) -> bytes:
    """What zlib makes of the bytes; of a damaged stream what comes before the damage."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(raw, limit + 1)
    except zlib.error:
        inflater = zlib.decompressobj()
        whole = bytearray()
        # In pieces, so that what is whole before the damage is kept.
        for start in range(0, len(raw), 1024):
            try:
                whole += inflater.decompress(raw[start : start + 1024], limit + 1 - len(whole))
            except zlib.error:
                break
            if len(whole) > limit:
                break
        data = bytes(whole)
    if len(data) > limit:
        raise TooLarge
    return data


def _predicted(data: bytes, parameters: Any) -> bytes:
    """The bytes without their predictor (ISO 32000-1, 7.4.4.4), which only takes bytes away."""
    if int(parameters.get("/Predictor", 1)) < 2:
        return data
    import pikepdf

    numbers = [
        int(parameters.get(key, default))
        for key, default in (("/Colors", 1), ("/BitsPerComponent", 8), ("/Columns", 1))
    ]
    # A row is kept in memory, however short the data.
    if min(numbers) < 1 or numbers[0] * numbers[1] * numbers[2] > 8 * len(data) + 64:
        raise ValueError("rows of a predictor that are longer than the data")
    names = {key: parameters[key] for key in _PREDICTOR_KEYS if key in parameters}
    # The stream lives no longer than its file.
    owner = pikepdf.Pdf.new()
    packed = pikepdf.Stream(owner, zlib.compress(data, 1))
    packed.Filter = pikepdf.Name.FlateDecode
    packed.DecodeParms = pikepdf.Dictionary({key: int(value) for key, value in names.items()})
    return bytes(packed.read_bytes())


_PREDICTOR_KEYS = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")


def _lzw(data: bytes, limit: int, parameters: Any) -> bytes:
    """LZW (ISO 32000-1, 7.4.4): codes of 9 to 12 bits, each an earlier string and one byte."""
    early = int(parameters.get("/EarlyChange", 1))
    single = [bytes([byte]) for byte in range(256)] + [b"", b""]
    table, found = list(single), bytearray()
    width, bits, held = _LZW_FIRST, 0, 0
    last = b""
    for byte in data:
        held = held << 8 | byte
        bits += 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits
        held &= (1 << bits) - 1
        if code == _LZW_END:
            break
        if code == _LZW_CLEAR:
            table, width, last = list(single), _LZW_FIRST, b""
            continue
        if code < len(table):
            string = table[code]
        elif last and code == len(table):
            string = last + last[:1]
        else:
            # Damage; what comes before it is kept.
            break
        found += string
        if len(found) > limit:
            raise TooLarge
        if last and len(table) < 1 << _LZW_MOST:
            table.append(last + string[:1])
        last = string
        if len(table) + early >= 1 << width and width < _LZW_MOST:
            width += 1
    return _predicted(bytes(found), parameters)


def _run_length(data: bytes, limit: int, _: Any) -> bytes:
    """RunLength (ISO 32000-1, 7.4.5): a length, and bytes or the byte that is repeated."""
    found = bytearray()
    at = 0
    while at < len(data) and data[at] != 128:
        length = data[at]
        if length < 128:
            found += data[at + 1 : at + 2 + length]
            at += 2 + length
        else:
            found += data[at + 1 : at + 2] * (257 - length)
            at += 2
        if len(found) > limit:
            raise TooLarge
    return bytes(found)


def _ascii_85(data: bytes, limit: int, _: Any) -> bytes:
    """ASCII base-85 (ISO 32000-1, 7.4.3); ``z`` stands for four bytes, all else only shrinks."""
    text = data.partition(b"~")[0]
    if len(text) + 4 * text.count(b"z") > limit + _LEAST:
        raise TooLarge
    return base64.a85decode(text, ignorechars=b" \t\n\r\v\f\0")


def _ascii_hex(data: bytes, _: int, __: Any) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    return binascii.unhexlify(digits + b"0" if len(digits) % 2 else digits)


_STEPS = {
    "/FlateDecode": _flate,
    "/LZWDecode": _lzw,
    "/RunLengthDecode": _run_length,
    "/ASCII85Decode": _ascii_85,
    "/ASCIIHexDecode": _ascii_hex,
}


# --- before a file is opened --------------------------------------------------------------------


def _spelled(name: str) -> str:
    """A pattern for a name of a PDF, any letter of which may be written as ``#46``."""
    letters = (f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name)
    return f"/{''.join(letters)}"


#: The filters of a stream: a name or an array of names; a group is missing where it is neither.
_FILTER = re.compile(
    (
        _spelled("Filter") + r"\s*(?:(?P<one>/[^\s/<>\[\](){}%]*)|\[(?P<many>[^\]%<>()]*)\])?"
    ).encode()
)
#: What an object stream and a cross-reference stream have, and streams of pages have not.
_OF_OBJECTS = re.compile(f"{_spelled('First')}|{_spelled('XRef')}".encode())
_PACKING = re.compile(
    "|".join(map(_spelled, ("Fl", "FlateDecode", "LZW", "RL", "RunLengthDecode"))).encode()
)
_NAMES = re.compile(rb"[\s\x00]*(?:/[^\s/]+[\s\x00]*)*")
_END = b"endstream"


def check_before(path: Path) -> None:
    """Raise :class:`TooLarge` of a file whose objects themselves are packed more than once.

    qpdf unpacks object streams and cross-reference streams as it opens the file, without a limit;
    packed once they cannot be more than some thousand times the file.
    """
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        looked = 0
        for match in _FILTER.finditer(data):
            if match.start() < looked or _packed_once(match):
                continue
            # The dictionary lies between the ends of two streams; other objects there may make
            # the check too strict, but what packs anything twice is no file for a press.
            begin = max(looked, data.rfind(_END, looked, match.start()))
            end = data.find(_END, match.end())
            looked = len(data) if end < 0 else end
            if _OF_OBJECTS.search(data, begin, looked) is not None:
                raise TooLarge("its objects are packed more than once")


def _packed_once(match: re.Match[bytes]) -> bool:
    """Whether filters are written plainly and no more than one of them packs."""
    if match["one"] is not None:
        return True
    many = match["many"]
    plain = many is not None and _NAMES.fullmatch(many) is not None
    return plain and len(_PACKING.findall(many)) < 2
