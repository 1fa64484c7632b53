"""Faces for columns: a line that is set in one and turned clockwise is a column of vertical text.

What stands upright in a column is drawn a quarter turn counter-clockwise here, in the form and
with the advance that its face has for columns (OpenType: vert, vmtx, VORG; locl by language), so
that whatever sets lines sets columns too; Western words keep lying.  The faces of a role become
one, since a character that another face lent unturned would lie on its side.  Lengths are in units
of an em of 1000.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from publish.diagnostics import fail
from publish.fonts import finder
from publish.fonts.coverage import covered, draws
from publish.fonts.drawn import Style
from publish.fonts.faces import Face, FaceSet
from publish.fonts.orientation import TURNED
from publish.fonts.sfnt import english_names
from publish.fonts.subsets import KEPT_NAMES, terms_of
from publish.fonts.turned_glyphs import BOTTOM, TOGETHER, TOP, UPRIGHT, Recipe
from publish.model import cache as store
from publish.records import dataclass

__all__ = [
    "TOGETHER",
    "UPRIGHT",
    "Setting",
    "Turned",
    "chain",
    "turned_css",
    "turned_face",
    "turned_family",
]

#: Part of every key of the cache: raise it when the recipe changes.
VERSION = 5


class Setting(NamedTuple):
    """How text is set: a role of styles/fonts.toml, and the weight and slant that CSS asks for."""

    role: str
    weight: int = 400
    style: str = "normal"


@dataclass(frozen=True, slots=True)
class Turned:
    """A turned face: the family that CSS knows it by, its file in the cache, and the characters
    asked for that draw something and that no face of the role has."""

    family: str
    weight: int
    style: str
    path: Path
    missing: frozenset[str]

    def rule(self) -> str:
        """The @font-face rule for WeasyPrint."""
        lines = (
            f'  font-family: "{self.family}";',
            f'  src: url("{self.path.resolve().as_uri()}");',
            f"  font-weight: {self.weight};",
            f"  font-style: {self.style};",
        )
        return "\n".join(["@font-face {", *lines, "}"]) + "\n"


def turned_family(role: str) -> str:
    """The CSS family of the turned faces of a role."""
    return f"{TURNED}{role.replace('-', ' ').title()}"


def cover_families() -> dict[str, tuple[str, ...]]:
    """The families of what stands in columns on covers, whose other lines are horizontal."""
    return {f"turned-{role}": (turned_family(role),) for role in ("heading", "text")}


def chain(faces: FaceSet, setting: Setting) -> tuple[Face, ...]:
    """The faces in which a character set like this is looked for, in order: of each family the one
    that comes nearest, a slanted one before the upright one that lends what it lacks."""
    upright = faces.nearest(setting.role, setting.weight)
    if setting.style == "normal":
        return upright
    slanted = faces.nearest(setting.role, setting.weight, setting.style)
    order = faces.stacks[setting.role]
    return tuple(sorted((*slanted, *upright), key=lambda face: order.index(face.family)))


def turned_face(
    faces: FaceSet,
    setting: Setting,
    characters: frozenset[str],
    language: str,
    together: frozenset[str] = frozenset(),
    cache: Path | None = None,
) -> Turned:
    """The turned face of a setting, with exactly those of the characters that its faces have.

    ``language`` is that of the edition (BCP 47): it chooses the regional forms.  ``together`` are
    texts of two or three signs, "100" or "A+", that share one square where the feature
    :data:`TOGETHER` is on (縱中橫: clreq,
    #mixed_text_composition_in_vertical_writing_mode); numbers of two digits, single digits and
    letters always can.  The same input gives the same bytes.  Cached in ``cache`` or the user's
    cache folder.  Raises :class:`~publish.diagnostics.Failure` (F-FILE) when a font file is
    broken.
    """
    tried = chain(faces, setting)
    wanted = characters | {" "}
    shares: list[tuple[Face, str]] = []
    for face in tried:
        found = covered(face, wanted)
        wanted -= found
        if found:
            shares.append((face, "".join(sorted(found))))
    family = turned_family(setting.role)
    rows = tuple(sorted(row for row in together if row.isascii() and 2 <= len(row) <= 3))
    digest = hashlib.sha256(f"{VERSION} {family} {setting} {language} {rows}".encode())
    for face, text in shares:
        digest.update(f"{terms_of(face)} {text}".encode())
    key = digest.hexdigest()
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
    path = (cache or store.cache_folder()) / f"{key[:40]}.otf"
    if store.read(path) is None:
        try:
            data = Recipe(shares, language).file(
                Style(
                    family=family,
                    weight=setting.weight,
                    italic=setting.style == "italic",
                    ascent=TOP,
                    descent=BOTTOM,
                    unique=key[:12],
                    names=_said([face for face, _ in shares]),
                ),
                rows,
            )
        except Exception as error:
            # HarfBuzz and fontTools raise anything on a broken font, which may be a book's own.
            names = ", ".join(face.trade_name for face, _ in shares)
            raise fail(
                "F-FILE",
                f"{names} cannot be turned for columns: {error}",
                path=shares[0][0].path.name if shares else "",
                hints=("a font file may be broken",),
            ) from error
        path = store.write(path, data)
    missing = frozenset(character for character in wanted if draws(character)) - {" "}
    return Turned(family, setting.weight, setting.style, path, missing)


def turned_css(
    faces: FaceSet,
    uses: Mapping[Setting, frozenset[str]],
    language: str,
    together: frozenset[str] = frozenset(),
    cache: Path | None = None,
) -> str:
    """@font-face rules of the turned faces of an edition, in the order of ``uses``."""
    made = (turned_face(faces, use, text, language, together, cache) for use, text in uses.items())
    return "".join(face.rule() for face in made)


def _said(faces: Iterable[Face]) -> dict[int, str]:
    """What the names of all the faces say of their makers and licences."""
    found: dict[int, list[str]] = {}
    for face in faces:
        opened = finder.open_face(face.path, face.index)
        names = english_names(opened.reference_table("name").data)
        for number in KEPT_NAMES:
            text = names.get(number, "")
            if text and text not in found.setdefault(number, []):
                found[number].append(text)
    return {number: "; ".join(texts) for number, texts in found.items() if texts}
