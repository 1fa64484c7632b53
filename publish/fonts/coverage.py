"""Which characters the faces of a role have, and where to find the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from publish.diagnostics import Diagnostic, Span, character_name
from publish.fonts import finder
from publish.fonts.faces import Face, FaceSet, in_ranges
from publish.fonts.rules import load_rules

#: General categories that draw nothing: controls, formats, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def draws(character: str) -> bool:
    """Whether a character needs a glyph.  Variation selectors choose one and have none."""
    code_point = ord(character)
    if 0xFE00 <= code_point <= 0xFE0F or 0xE0100 <= code_point <= 0xE01EF:
        return False
    return unicodedata.category(character) not in _UNSEEN


def covers(face: Face, character: str) -> bool:
    """Whether the face is for this character and has a glyph for it."""
    code_point = ord(character)
    return in_ranges(face.unicode_range, code_point) and code_point in finder.coverage(
        face.path, face.index
    )


def covered(face: Face, characters: Iterable[str]) -> frozenset[str]:
    """Those of the characters that the face is for and has."""
    present, ranges = finder.coverage(face.path, face.index), face.unicode_range
    found = [character for character in characters if ord(character) in present]
    if ranges:
        found = [character for character in found if in_ranges(ranges, ord(character))]
    return frozenset(found)


def missing(faces: FaceSet, uses: Iterable[tuple[str, str, Span | None]]) -> tuple[Diagnostic, ...]:
    """F-GLYPH, an error, for each character that no face of its role has.

    ``uses`` are (role, character, place); a character is told once for a role, at its first
    place, with how often it is used.  The hint names an installed font that has it, or else the
    Debian package that may bring one.  Only upright faces count: an italic may lack what the
    upright face then lends.
    """
    counted: dict[tuple[str, str], tuple[int, Span | None]] = {}
    for role, character, place in uses:
        times, first = counted.get((role, character), (0, place))
        counted[role, character] = (times + 1, first)
    wanted: dict[str, set[str]] = {}
    for role, character in counted:
        if draws(character):
            wanted.setdefault(role, set()).add(character)
    for role, rest in wanted.items():
        for face in faces.stack(role):
            if face.style == "normal":
                rest -= covered(face, rest)
    lost = {
        (role, character): found
        for (role, character), found in counted.items()
        if character in wanted.get(role, ())
    }
    hints = _where({character for _, character in lost})
    return tuple(
        Diagnostic(
            "F-GLYPH",
            "error",
            f"no font for {role} has {character} ({character_name(character)})"
            + (f", used {times} times" if times > 1 else ""),
            span=place,
            hints=hints[character],
        )
        for (role, character), (times, place) in lost.items()
    )


def _where(characters: set[str]) -> dict[str, tuple[str, ...]]:
    """For each character what to do: looks through every installed font, so only after an error."""
    if not characters:
        return {}
    holders: dict[str, str] = {}
    for record in finder.all_records():
        wanted = [character for character in characters if character not in holders]
        if not wanted:
            break
        if not record.embeddable or not record.names:
            continue
        present = finder.coverage(record.path, record.index)
        for character in wanted:
            if ord(character) in present:
                holders[character] = record.names[0]
    return {character: _hints(character, holders.get(character)) for character in characters}


def _hints(character: str, holder: str | None) -> tuple[str, ...]:
    if character == "\ufffd":
        return ("a character was lost here when the text was converted: write it again",)
    if unicodedata.category(character) == "Co":
        private = "a private character means something in its own font alone"
        return (f"{private}: write the one that is meant, or bring the font: [fonts] rare",)
    if holder:
        return (f'{holder} is installed and has it: [fonts] rare = "{holder}"',)
    hints = [
        f'{item.font} may have it: apt-get install {item.package}, then name it: [fonts] rare = "…"'
        for item in load_rules().known
        if in_ranges(item.ranges, ord(character))
    ]
    hints.append('or put a font file that has it into the book folder: [fonts] rare = "file.otf"')
    return tuple(hints)
