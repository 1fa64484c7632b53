"""What a face is, and the ranges of characters a face is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """One face of one family, found on this machine.

    ``family`` is the name that CSS knows it by ("Book Song"), ``trade_name`` its real name, for
    the imprint ("Noto Serif CJK SC").  ``weight`` is what CSS asks for, which is not the weight
    of the file where another one stands in.  ``index`` is the place in a collection (TTC).
    ``unicode_range`` is a CSS range or empty (every character).  ``reserved`` tells that the
    licence reserves the real name, so that a subset must not carry it (SIL OFL 1.1, section 3).
    ``interpunct`` is the space for U+00B7 in em, 0 to leave the glyph as it is drawn.
    ``leading`` is the white between lines that a subset asks for where nobody else says how high
    a line is, in em, half above and half below.
    """

    family: str
    weight: int
    style: str
    path: Path
    index: int
    trade_name: str
    unicode_range: str
    reserved: bool
    licence: str
    interpunct: float = 0.0
    leading: float = 0.0


@dataclass(frozen=True, slots=True)
class FaceSet:
    """The faces of an edition, and for each role the CSS families in order of trial.

    Roles: those of ``[stacks]`` in styles/fonts.toml.
    """

    faces: tuple[Face, ...]
    stacks: Mapping[str, tuple[str, ...]]

    def stack(self, role: str) -> tuple[Face, ...]:
        """The faces of a role in order; an unknown role is a :class:`KeyError`."""
        return tuple(
            face for family in self.stacks[role] for face in self.faces if face.family == family
        )

    def nearest(self, role: str, weight: int, style: str = "normal") -> tuple[Face, ...]:
        """One face of each family of a role, in order: the one of this slant whose weight comes
        nearest to the one asked for.  A family without such a slant has none."""
        slanted = [face for face in self.stack(role) if face.style == style]
        chosen: dict[str, Face] = {}
        for face in sorted(slanted, key=lambda face: abs(face.weight - weight)):
            chosen.setdefault(face.family, face)
        return tuple(chosen[family] for family in dict.fromkeys(face.family for face in slanted))

    def of(self, roles: Iterable[str]) -> FaceSet:
        """The set without the faces that none of the roles tries."""
        tried = {family for role in roles for family in self.stacks[role]}
        kept = tuple(face for face in self.faces if face.family in tried)
        return FaceSet(kept, self.stacks)


@lru_cache(maxsize=64)
def parse_ranges(ranges: str) -> tuple[tuple[int, int], ...]:
    """The (first, last) code points of a CSS unicode-range; the empty string gives none."""
    spans = []
    for part in filter(None, (piece.strip() for piece in ranges.split(","))):
        first, _, last = part.upper().removeprefix("U+").partition("-")
        spans.append((int(first, 16), int(last.removeprefix("U+") or first, 16)))
    return tuple(spans)


def format_ranges(code_points: Iterable[int]) -> str:
    """The shortest CSS unicode-range of exactly these code points."""
    return ", ".join(
        f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}"
        for first, last in _runs(sorted(set(code_points)))
    )


def _runs(ordered: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for point in ordered:
        if previous is not None and start is not None and point != previous + 1:
            yield start, previous
            start = point
        elif start is None:
            start = point
        previous = point
    if start is not None and previous is not None:
        yield start, previous


def in_ranges(ranges: str, code_point: int) -> bool:
    """Whether a CSS unicode-range has the code point; the empty range has every one."""
    return not ranges or any(first <= code_point <= last for first, last in parse_ranges(ranges))
