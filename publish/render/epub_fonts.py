"""The faces that an e-book brings along: those of its headings, or of all of its text.

Every face is a subset of what is set in its role, cut and renamed as for print, and its licence
goes along.  The files are OpenType, a core media type of every EPUB 3 (EPUB 3.3 section 3.2):
readers older than EPUB 3.1, and Kindle, know no WOFF2, and a book's subsets are small anyway.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from publish.fonts import Face, FaceSet, covered, subset, terms
from publish.fonts.sfnt import WITH_CFF
from publish.model import styles
from publish.model.edition import Edition
from publish.model.package import Fonts, Resource
from publish.records import dataclass, field
from publish.render.uses import Use

#: What is embedded by each choice of [epub] fonts: its roles, and the style sheets that ask for
#: them.
_HEADINGS = frozenset({"heading", "subheading", "figures", "bold-italic"})
_TEXT = frozenset({"text", "strong", "italic", "reading", "quotation", "code"})
EMBEDDED: Mapping[str, frozenset[str]] = {
    "none": frozenset(),
    "headings": _HEADINGS,
    "full": _HEADINGS | _TEXT,
}
_SHEETS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "headings": ("epub-headings.css",),
    "full": ("epub-headings.css", "epub-full.css"),
}

#: The weight and slant of the face of a role, as in print; others are 400 and upright.
_WEIGHTS: Mapping[str, int] = {"heading": 600, "subheading": 500, "strong": 500, "bold-italic": 600}
_ITALIC = frozenset({"italic", "bold-italic"})

#: ``var(--role), `` in a style sheet.
_STACK = re.compile(r"var\(--([\w-]+)\), *")


#: In em: our style sheet leaves the height of lines to the reader (KDP text guidelines), and many
#: leave it to the face.  Noto's own Chinese faces ask for .44.
_LEADING = 0.44

#: What a role is set with beside its characters: blanks as wide as its own faces have them.
_BLANKS = frozenset(" \u3000")


@dataclass(slots=True)
class _Cut:
    """One file: a face and the characters that are set in it."""

    face: Face
    characters: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """``book-song-bold``: the family and how it differs from the regular face."""
        face = self.face
        bold = "-bold" if face.weight >= 700 else ""
        italic = "-italic" if face.style == "italic" else ""
        return face.family.lower().replace(" ", "-") + bold + italic


def embedded(edition: Edition, uses: Iterable[Use]) -> tuple[Use, ...]:
    """Those of the uses whose roles the edition embeds."""
    roles = EMBEDDED[edition.epub_fonts]
    return tuple(use for use in uses if use[0] in roles)


def fonts(edition: Edition, faces: FaceSet, uses: Iterable[Use]) -> Fonts:
    """The faces of the edition's choice, for a style sheet in a folder beside that of the fonts.

    Raises :class:`~publish.diagnostics.Failure` (F-FILE) for a font file that is broken.
    """
    cuts = _cuts(faces, embedded(edition, uses))
    if not cuts:
        return Fonts()
    rules, files = [], []
    licences: dict[str, list[str]] = {}
    for cut in cuts:
        data = subset(cut.face, frozenset(cut.characters))
        suffix = "otf" if data.startswith(WITH_CFF) else "ttf"
        file = Resource(f"fonts/{cut.name}.{suffix}", f"font/{suffix}", data)
        files.append(file)
        rules.append(_font_face(cut.face, file.name))
        licences.setdefault(cut.face.licence, []).append(_credit(cut.face, file))
    sheets = "".join(_sheet(name) for name in _SHEETS[edition.epub_fonts])
    families = {cut.face.family for cut in cuts}

    def stack(match: re.Match[str]) -> str:
        """The families of a role that are there; after them the style sheet names others."""
        return "".join(f'"{name}", ' for name in faces.stacks[match[1]] if name in families)

    return Fonts("".join(rules) + _STACK.sub(stack, sheets), tuple(files), _notice(licences))


def _cuts(faces: FaceSet, uses: Iterable[Use]) -> list[_Cut]:
    """The files to make, in the order of their names.

    A character goes to the first face of its role that has it, as a reading system looks for it.
    """
    letters: dict[str, set[str]] = {}
    for role, character, _ in uses:
        letters.setdefault(role, set()).add(character)
    found: dict[str, _Cut] = {}
    for role, rest in letters.items():
        rest |= _BLANKS
        style = "italic" if role in _ITALIC else "normal"
        weight = _WEIGHTS.get(role, 400)
        for face in faces.nearest(role, weight, style):
            mine = covered(face, rest)
            rest -= mine
            if mine - _BLANKS:
                # Bold is asked for in two steps only, and a face that says it is bold is not
                # made bolder by machine.
                declared = 700 if weight >= 500 else 400
                cut = _Cut(dataclasses.replace(face, weight=declared, leading=_LEADING))
                found.setdefault(cut.name, cut).characters |= mine
    return [found[name] for name in sorted(found)]


def _font_face(face: Face, name: str) -> str:
    weight = "bold" if face.weight >= 700 else "normal"
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; '
        f'font-style: {face.style}; src: url("../{name}") }}\n'
    )


# --- licences --------------------------------------------------------------------------


def _credit(face: Face, file: Resource) -> str:
    """What a font was made from, whose that is, and what it says of its licence."""
    version, copyright_, licence = terms(file.data)
    lines = (f"{file.name}: {face.trade_name}", version, copyright_, licence)
    return "\n".join(filter(None, lines)) + "\n"


def _notice(licences: Mapping[str, list[str]]) -> str:
    """Every font under the licence that it has, and the text of that."""
    parts = [
        "The fonts of this book were made from the fonts named here: reduced to the characters of "
        "the\nbook, given other names and one height of line.  They stay under their licences.\n"
    ]
    for licence, credits in sorted(licences.items()):
        parts += credits
        if licence:
            path = styles.folder() / "licences" / f"{licence}.txt"
            parts.append(path.read_text(encoding="utf-8"))
    return "\n".join(parts)


@lru_cache(maxsize=4)
def _sheet(name: str) -> str:
    text = (styles.folder() / "css" / name).read_text(encoding="utf-8")
    return text.removeprefix('@charset "utf-8";')
