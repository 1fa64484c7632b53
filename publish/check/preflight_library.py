"""What the pages of a PDF share: fonts, pictures and forms, each read once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from publish.check.preflight_fonts import Font, read_font
from publish.check.preflight_images import Picture, read_picture
from publish.check.preflight_stream import Operation, operations
from publish.check.preflight_unpack import decoded

#: Operators of a file, forms as often as they are drawn; of a small file fewer: so many, and so
#: many for each byte.
_OPERATIONS_LIMIT, _OPERATIONS_BASE, _OPERATIONS_PER_BYTE = 40_000_000, 100_000, 16
#: Bytes of a form whose operators are kept: those that small are drawn often.
_KEPT = 65_536


class Library:
    """Fonts, pictures and forms by their objects; what cannot be read is not tried again."""

    def __init__(self, size: int) -> None:
        """The library of a file of so many bytes."""
        self.fonts: dict[Any, Font] = {}
        self._unreadable: set[Any] = set()
        #: Operators that may still be gone through.
        self.operations_left = min(
            _OPERATIONS_LIMIT, _OPERATIONS_BASE + _OPERATIONS_PER_BYTE * size
        )
        self._pictures: dict[tuple[int, int], Picture] = {}
        self._streams: dict[tuple[int, int], list[Operation]] = {}

    def font(self, source: Any) -> Font:
        """The font of an object of the file."""
        key = source.objgen if source.objgen != (0, 0) else str(source.get("/BaseFont"))
        if key in self._unreadable:
            raise ValueError("a font that cannot be read")
        if key not in self.fonts:
            # Told once, and not read anew wherever it is used.
            self._unreadable.add(key)
            self.fonts[key] = read_font(source)
            self._unreadable.discard(key)
        return self.fonts[key]

    def picture(self, source: Any, spaces: Any) -> Picture:
        """The picture of an object of the file."""
        if source.objgen in self._unreadable:
            raise ValueError("a picture that cannot be read")
        if source.objgen not in self._pictures:
            self._unreadable.add(source.objgen)
            self._pictures[source.objgen] = read_picture(source, spaces)
            self._unreadable.discard(source.objgen)
        return self._pictures[source.objgen]

    def operations(self, stream: Any) -> Iterable[Operation]:
        """The operators of a form; small ones are kept."""
        kept = self._streams.get(stream.objgen)
        if kept is not None:
            return kept
        data = decoded(stream)
        if len(data) > _KEPT:
            return operations(data)
        kept = list(operations(data))
        self._streams[stream.objgen] = kept
        return kept
