"""The faces that a book brings: every character that is set in them, their licence, their bold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from publish.check.epub_cascade import Style
from publish.check.epub_css import Rule, Sheet
from publish.check.epub_extract import OPF, parse_xml, resolve
from publish.check.epub_publication import Publication
from publish.diagnostics import character_name
from publish.fonts.coverage import draws
from publish.fonts.embedded import Embedded, read_embedded
from publish.records import dataclass, field

#: Characters named in one warning.
NAMED = 8
#: The weight from which on a text is bold.
BOLD = 600

_ENCRYPTION = "META-INF/encryption.xml"
_PROPERTY = "ibooks:specified-fonts"
_DISPLAY = "META-INF/com.apple.ibooks.display-options.xml"
_SPECIFIED = re.compile(rb"<option\s+name=[\"']specified-fonts[\"']\s*>\s*true\s*<")
_OFL = re.compile(r"SIL\s+Open\s+Font\s+Licen[cs]e|scripts\.sil\.org/OFL|openfontlicense", re.I)
_RANGE = re.compile(r"U\+([0-9a-f?]{1,6})(?:-([0-9a-f]{1,6}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Face:
    """An @font-face rule with its file: ``weights`` from and to, ``ranges`` of code points that it
    is for (none: all), ``font`` None where the file cannot be looked into."""

    place: str
    name: str
    weights: tuple[int, int]
    ranges: tuple[tuple[int, int], ...]
    font: Embedded | None

    def has(self, character: str) -> bool:
        """Whether the face sets a character, or nobody can know."""
        code = ord(character)
        within = not self.ranges or any(first <= code <= last for first, last in self.ranges)
        return within and (self.font is None or code in self.font.characters)


@dataclass(slots=True)
class Faces:
    """The faces of a book by family, in lower case."""

    families: dict[str, list[Face]] = field(default_factory=dict)

    def check(
        self, book: Publication, texts: Iterable[tuple[Style, set[str]]], vertical: bool
    ) -> None:
        """``texts`` are styles with the characters that they hold for."""
        used: set[str] = set()
        lacking: dict[str, set[str]] = {}
        bold: dict[str, str] = {}
        for style, letters in texts:
            families = family_names(style["font-family"].value) if "font-family" in style else ()
            embedded = [name for name in families if name in self.families]
            used.update(embedded)
            # A family before it is the reader's own choice or the system's, if it is there.
            if not letters or not embedded or families[0] != embedded[0]:
                continue
            bold_text = _is_bold(style)
            faces = [face for name in embedded for face in self._of_weight(name, bold_text)]
            lost = {c for c in letters if draws(c) and not c.isspace()}
            lost = {c for c in lost if not any(face.has(c) for face in faces)}
            lacking.setdefault(embedded[0], set()).update(lost)
            if bold_text and not any(face.weights[1] >= BOLD for face in faces):
                bold.setdefault(embedded[0], style["font-family"].place)
        for name, lost in lacking.items():
            if lost:
                self._tell(book, name, lost)
        for name, place in bold.items():
            what = f"bold text in {name}, which has no bold face"
            hint = "embed one, or set font-weight: normal: readers smear a face to make it bold"
            book.faults.warn("EPUB-FONT", place or self.families[name][0].place, what, hint)
        for name, members in self.families.items():
            self._check_family(book, name, members, name in used, vertical)

    def _of_weight(self, name: str, bold: bool) -> list[Face]:
        """The faces of a family that set a text (CSS Fonts 4, 5.2): where one of them lacks a
        character, the next family is asked, not another weight."""
        members = self.families[name]
        matching = [
            face
            for face in members
            if (face.weights[1] >= BOLD if bold else face.weights[0] < BOLD)
        ]
        return matching or members

    def _tell(self, book: Publication, name: str, lost: set[str]) -> None:
        """Characters that readers set in whatever they have."""
        listed = sorted(lost)
        told = ", ".join(f"{c} ({character_name(c)})" for c in listed[:NAMED])
        more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
        what = f"{len(listed)} characters set in {name} are in no embedded face: {told}{more}"
        hint = "subset the font from the text that it sets, or embed one that has them"
        book.faults.warn("EPUB-FONT", self.families[name][0].place, what, hint)

    def _check_family(
        self, book: Publication, name: str, members: list[Face], used: bool, vertical: bool
    ) -> None:
        if not used:
            hint = "leave the file out"
            book.faults.warn("EPUB-FONT", members[0].place, f"{name} sets nothing", hint)
        for face in members:
            # Faces of Latin letters and figures alone have nothing that stands otherwise.
            turns = face.font and not _TURNING.isdisjoint(face.font.characters)
            if vertical and turns and face.font and not face.font.features & {"vert", "vrt2"}:
                what = "a font without vertical forms in a vertical book"
                hint = "keep the features vert and vrt2 when you subset it"
                book.faults.warn("EPUB-FONT", face.name, what, hint)


#: Marks that look otherwise in vertical lines: （ ） 、 。 「 」 《 》.
_TURNING = frozenset(map(ord, "（）、。「」《》"))


def _is_bold(style: Style) -> bool:
    weight = style["font-weight"].value if "font-weight" in style else ""
    return weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= BOLD)


def family_names(value: str) -> tuple[str, ...]:
    """The families of a declaration, in lower case and without quotation marks."""
    return tuple(name.strip().strip("\"'").strip().lower() for name in value.split(","))


def read_faces(book: Publication, sheets: Mapping[str, Sheet]) -> Faces:
    """The @font-face rules of all style sheets with their files; the licence is seen to."""
    faces = Faces()
    hidden = _obfuscated(book)
    fonts: dict[str, Embedded | None] = {}
    for name, sheet in sheets.items():
        for rule in sheet.rules:
            if rule.at != "font-face":
                continue
            values = {item.name: item.value for item in rule.declarations}
            for target in _sources(name, rule):
                if target in book.names:
                    if target not in fonts:
                        fonts[target] = None if target in hidden else _read(book, target)
                    face = Face(
                        f"{name}:{rule.line}",
                        target,
                        _weights(values.get("font-weight", "normal")),
                        _ranges(values.get("unicode-range", "")),
                        fonts[target],
                    )
                    (family,) = family_names(values.get("font-family", ""))[:1]
                    faces.families.setdefault(family, []).append(face)
                    break
    _check_licence(book, fonts)
    if faces.families:
        _check_apple(book)
    return faces


def _check_apple(book: Publication) -> None:
    """Apple Books shows them where the package asks for it, or the file of EPUB 2 (Apple Books
    Asset Guide 5.3, «Fonts Overview» and «Defining Book Layout Metadata»)."""
    fields = (e for e in book.opf.iter(f"{OPF}meta") if e.get("property") == _PROPERTY)
    asked = any((element.text or "").strip() == "true" for element in fields)
    asked = asked or (_DISPLAY in book.names and bool(_SPECIFIED.search(book.read(_DISPLAY))))
    if not asked:
        what = "nothing asks Apple Books to show the embedded faces"
        hint = 'add <meta property="ibooks:specified-fonts">true</meta>, and declare its prefix'
        book.faults.warn("EPUB-FONT", book.package, what, hint)


def _sources(name: str, rule: Rule) -> list[str]:
    """The members that the ``src`` of a rule names, in its order."""
    return [
        resolve(name, target)[0]
        for item in rule.declarations
        if item.name == "src"
        for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", item.value)
    ]


def _weights(value: str) -> tuple[int, int]:
    words = {"normal": 400, "bold": 700}
    numbers = [words.get(part) or int(float(part)) for part in value.split() if _is_weight(part)]
    return (min(numbers), max(numbers)) if numbers else (400, 400)


def _is_weight(part: str) -> bool:
    return part in ("normal", "bold") or re.fullmatch(r"\d{1,4}(?:\.\d+)?", part) is not None


def _ranges(value: str) -> tuple[tuple[int, int], ...]:
    """CSS Fonts 4, 4.5: U+4E00-9FFF, U+26, U+4??."""
    found = []
    for first, last in _RANGE.findall(value):
        start, end = first.replace("?", "0"), last or first.replace("?", "F")
        found.append((int(start, 16), int(end, 16)))
    return tuple(found)


def _read(book: Publication, name: str) -> Embedded | None:
    try:
        return read_embedded(book.read(name))
    except ValueError as error:
        hint = "readers fall back on a face of their own"
        book.faults.warn("EPUB-FONT", name, f"no font that can be read: {error}", hint)
        return None


def _obfuscated(book: Publication) -> frozenset[str]:
    """Members that are hidden by their identifier (4.4): nobody can look into them as they are."""
    from lxml import etree

    if _ENCRYPTION not in book.names:
        return frozenset()
    try:
        root = parse_xml(book.read(_ENCRYPTION))
    except etree.XMLSyntaxError:
        book.faults.error("EPUB-XML", _ENCRYPTION, "not well-formed")
        return frozenset()
    return frozenset(unquote(e.get("URI") or "") for e in root.iter("{*}CipherReference"))


def _check_licence(book: Publication, fonts: Mapping[str, Embedded | None]) -> None:
    """SIL Open Font License 1.1, condition 2: each copy has the copyright notice and the licence,
    as a text beside it or in fields that a user can easily see."""
    under = [name for name, font in fonts.items() if font and _OFL.search(font.licence)]
    if not under:
        return
    # Plain texts first: nearly always it is one of them.
    for name in sorted(book.names, key=lambda name: (not name.lower().endswith(".txt"), name)):
        if name.lower().endswith((".txt", ".md", ".xhtml", ".html")):
            text = book.read(name).decode("utf-8", "replace")
            if _OFL.search(text) and "PERMISSION & CONDITIONS" in text.replace("&amp;", "&"):
                return
    hint = "put OFL.txt, with the copyright notice of the font, into the book beside it"
    what = "a font under the SIL Open Font License, and its text is not in the book"
    book.faults.warn("EPUB-FONT", under[0], what, hint)
