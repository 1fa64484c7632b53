"""Font files on this machine: where they lie, what they are called, what they cover.

Only the few tables that a question needs are read, and the answers are kept (``known``): HarfBuzz
itself takes longer to load.  Nothing is looked up by the operating system's own matching, which
never says no but hands out another face.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Container, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from publish.fonts import known
from publish.records import dataclass

SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")


def font_directories() -> tuple[Path, ...]:
    """The folders that fonts are installed in, the user's own first (fontconfig's order)."""
    home = Path.home()
    data_home = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    places = [data_home / "fonts", home / ".fonts"]
    places += [Path(folder) / "fonts" for folder in shared.split(":") if folder]
    places += [Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    places += [home / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return tuple(dict.fromkeys(place for place in places if place.is_dir()))


@lru_cache(maxsize=4)
def installed_files(directories: tuple[Path, ...]) -> dict[str, tuple[Path, ...]]:
    """Every font file of the folders by its bare name, in the order of the folders."""
    found: dict[str, list[Path]] = {}
    for directory in directories:
        for folder, below, names in os.walk(directory):
            below.sort()
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES):
                    found.setdefault(name, []).append(Path(folder) / name)
    return {name: tuple(paths) for name, paths in found.items()}


@dataclass(frozen=True, slots=True)
class Record:
    """One face of a file as it names itself: every family name it goes by, weight, slant."""

    path: Path
    index: int
    names: tuple[str, ...]
    weight: int
    italic: bool
    embeddable: bool


def open_face(path: Path, index: int = 0) -> Any:
    """The HarfBuzz face, its file mapped into memory; :class:`OSError` where there is none."""
    return _opened(path, index, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _opened(path: Path, index: int, _changed: int) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)


@lru_cache(maxsize=4096)
def records(path: Path) -> tuple[Record, ...]:
    """The faces in a font file; none where it is not one."""
    try:
        return tuple(_records(path))
    except (OSError, ValueError):
        return ()


def _records(path: Path) -> Iterator[Record]:
    """The faces in a font file, but for those without glyphs.  Raises :class:`OSError` and
    :class:`ValueError` where there is none."""
    for index, said in enumerate(known.kept(path, "records", lambda: _said(path))):
        if said is not None:
            names, weight, italic, embeddable = said
            yield Record(path, index, names, weight, italic, embeddable)


def _said(path: Path) -> tuple[Any, ...]:
    """What each face of a file says of itself, as :class:`Record` has it; None for an empty one."""
    return tuple(_face_said(open_face(path, index)) for index in range(open_face(path).count))


def _face_said(face: Any) -> tuple[tuple[str, ...], int, bool, bool] | None:
    if not face.glyph_count or not face.upem or not len(face.unicodes):
        return None
    table = face.reference_table("OS/2").data
    weight, embedding, selection = 400, 0, 0
    if len(table) >= 64:
        weight, embedding = struct.unpack(">H2xH", table[4:10])
        selection = struct.unpack(">H", table[62:64])[0]
    names = {
        face.get_name(entry.name_id, entry.language)
        for entry in face.list_names()
        if entry.name_id in (1, 16)
    }
    # OpenType OS/2 fsType: of bits 0 to 3, 2 alone means that embedding is not allowed.
    embeddable = embedding & 0x0F != 2
    return tuple(sorted(filter(None, names))), weight, bool(selection & 1), embeddable


def all_records() -> Iterator[Record]:
    """Every face installed on this machine.  Opens every font file: for errors and own families."""
    for paths in installed_files(font_directories()).values():
        for path in paths:
            yield from records(path)


def find_file(file: str, trade: str) -> Record | None:
    """The face called ``trade`` in an installed file called ``file``."""
    for path in installed_files(font_directories()).get(file, ()):
        for record in records(path):
            if trade in record.names:
                return record
    return None


def find_family(family: str, weight: int = 400, italic: bool = False) -> Record | None:
    """The installed face of a family nearest to a weight; the slant has to be the one asked.

    Names are compared without regard to case.
    """
    wanted = family.casefold()
    matching = [
        record
        for record in all_records()
        if record.italic == italic and wanted in (name.casefold() for name in record.names)
    ]
    return min(
        matching,
        key=lambda record: (abs(record.weight - weight), -record.weight, str(record.path)),
        default=None,
    )


def family_names() -> tuple[str, ...]:
    """The names of every installed family, sorted."""
    return tuple(sorted({name for record in all_records() for name in record.names}))


@lru_cache(maxsize=64)
def coverage(path: Path, index: int) -> Container[int]:
    """The code points that a face has a glyph for."""
    return _Bits(known.kept(path, f"coverage {index}", lambda: _bits(path, index)))


class _Bits:
    """A set of code points, a bit each."""

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    def __contains__(self, code_point: object) -> bool:
        assert isinstance(code_point, int)
        place, bit = divmod(code_point, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)


def _bits(path: Path, index: int) -> bytes:
    points = list(open_face(path, index).unicodes)
    bits = bytearray(max(points, default=0) // 8 + 1)
    for point in points:
        bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)
