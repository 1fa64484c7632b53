"""Cheaper writing of the file: page references told once, level 6 of zlib, no collector."""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf

#: Of zlib.  Level 9, which pydyf takes, needs 1.7 times as long and saves .2 % of the bytes.
LEVEL = 6


def page_references(self: Any) -> tuple[bytes, ...]:
    """References of all pages; pydyf makes them anew for every structure element that asks."""
    kids = self.pages["Kids"]
    known: tuple[int, tuple[bytes, ...]] = self.__dict__.get("publish_references", (0, ()))
    if known[0] != len(kids):
        references = tuple(f"{number} 0 R".encode("ascii") for number in kids[::3])
        known = self.publish_references = len(kids), references
    return known[1]


def data(self: Any) -> bytes:
    """The bytes of a stream object (PDF 1.7, 7.3.8), packed at :data:`LEVEL`."""
    content = b"\n".join(map(pydyf._to_bytes, self.stream))
    extra = pydyf.Dictionary(self.extra.copy())
    if self.compress:
        extra["Filter"] = "/FlateDecode"
        content = zlib.compress(content, LEVEL)
    extra["Length"] = len(content)
    return b"\n".join((extra.data, b"stream", content, b"endstream"))


@contextmanager
def without_collector() -> Iterator[None]:
    """No cyclic garbage collection meanwhile.

    A document is millions of objects that live until it is written; the collector walks through
    all of them again and again (a third of the time at a thousand pages) and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
