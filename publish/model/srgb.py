"""sRGB as an ICC profile: what says which colours RGB numbers are, in some hundred bytes.

ICC.1:2004-10 (profile version 4.2, ISO 15076-1), which PDF 1.7 and PDF/A-2 take; the curve is that
of IEC 61966-2-1 itself, as five numbers, where older profiles have a table of it.
"""

from __future__ import annotations

import functools
import struct

#: What the profile calls itself; an output intent names it so.
NAME = "sRGB IEC61966-2.1"
_RIGHTS = "CC0"

#: The primaries and D65 brought to D50 by the Bradford matrix, which is told beside them
#: (ICC.1:2004-10, Annex E), rows of the matrix after each other.
_RED, _GREEN, _BLUE = (
    (0.436066, 0.222488, 0.013916),
    (0.385147, 0.716873, 0.097076),
    (0.143066, 0.060608, 0.714096),
)
_WHITE = (0.9642, 1.0, 0.8249)
_ADAPTED = (
    1.047882, 0.022919, -0.050201,
    0.029587, 0.990479, -0.017059,
    -0.009232, 0.015076, 0.751678,
)  # fmt: skip
#: IEC 61966-2-1: (a x + b) to the power of g from d on, else c x.
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@functools.cache
def profile() -> bytes:
    """The profile; always the same bytes."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _numbers(_CURVE)
    elements = {
        b"desc": _text(NAME),
        b"cprt": _text(_RIGHTS),
        b"wtpt": _colour(_WHITE),
        b"chad": b"sf32" + bytes(4) + _numbers(_ADAPTED),
        b"rXYZ": _colour(_RED),
        b"gXYZ": _colour(_GREEN),
        b"bXYZ": _colour(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    place = 128 + 4 + 12 * len(elements)
    directory, data = struct.pack(">L", len(elements)), b""
    known: dict[bytes, int] = {}
    for tag, element in elements.items():
        # The three curves are one.
        if element not in known:
            known[element] = place + len(data)
            data += element + bytes(-len(element) % 4)
        directory += tag + struct.pack(">LL", known[element], len(element))
    head = struct.pack(
        ">L4sL4s4s4s6H4s4sL4s4sQL12s",
        place + len(data), bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ",
        2004, 10, 1, 0, 0, 0, b"acsp", bytes(4), 0, bytes(4), bytes(4), 0, 0, _numbers(_WHITE),
    )  # fmt: skip
    return head.ljust(128, b"\0") + directory + data


def _numbers(values: tuple[float, ...]) -> bytes:
    """s15Fixed16Number."""
    return struct.pack(f">{len(values)}l", *(round(value * 65536) for value in values))


def _colour(values: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + _numbers(values)


def _text(words: str) -> bytes:
    """multiLocalizedUnicodeType, in American English."""
    data = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">LL4sLL", 1, 12, b"enUS", len(data), 28) + data
