"""A face for the tests of line composition, and what the operators of a line show.

The face has three fonts: one of Han and marks, whose ink stands where Noto Serif CJK's does, one of
Western letters, and one of rare Han.  Lengths are in :data:`EM`; a page reads ten of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from publish.model.edition import BUILT_IN
from publish.typeset.breaking import Breaker
from publish.typeset.classes import Region
from publish.typeset.faces import Face, Glyph
from publish.typeset.lines import Line, compose
from publish.typeset.operators import TEXT, Segment
from publish.typeset.paragraph import Object, Paragraph, Run
from publish.typeset.prepared import Prepared
from publish.typeset.rules import Rules, rules_for

#: The size of a face unless a test wants another, in units.
EM = 10.0

_LIGATURES = ("ffi", "fi", "fl")
_KERNING = {("A", "V"): -0.08, ("V", "A"): -0.08, ("v", "e"): -0.02}
_ACCENT = "\u0301"
_LEFT_MARKS = {
    "cn": {"。": (0.07, 0.36), "．": (0.1, 0.25), "，": (0.08, 0.23), "、": (0.04, 0.29)}
    | {"；": (0.13, 0.29), "：": (0.17, 0.29), "！": (0.19, 0.3), "？": (0.04, 0.46)},
    "tw": {"。": (0.32, 0.68), "．": (0.43, 0.57), "，": (0.4, 0.56), "、": (0.36, 0.58)}
    | {"；": (0.42, 0.57), "：": (0.43, 0.57), "！": (0.44, 0.55), "？": (0.26, 0.72)},
}
_OPENING, _CLOSING = "“‘「『（《〈【〖〔［｛", "”’」』）》〉】〗〕］｝"
#: Marks whose glyph is not one em wide: its advance, its ink.
_NARROW = {
    "·": (0.327, 0.1, 0.225),
    "—": (0.89, 0.043, 0.846),
    "–": (0.563, 0.043, 0.52),
    "⸺": (1.69, 0.043, 1.647),
    "／": (1.0, 0.3, 0.7),
    "‼": (0.591, 0.095, 0.496),
}


@dataclass(eq=False)
class Font:
    """A font, or its twin for other texts; ``texts`` is its ToUnicode."""

    name: str
    size: float
    region: Region
    numbers: dict[str, int] = field(default_factory=dict)
    shapes: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    twins: list[Font] = field(default_factory=list)

    @property
    def operator(self) -> str:
        return f"/{self.name} {self.size:g} Tf"

    def number(self, shape: str) -> int:
        """The glyph of a character or a ligature."""
        found = self.numbers.get(shape)
        if found is None:
            found = self.numbers[shape] = 0x20 + len(self.numbers)
            self.shapes[found] = shape
        return found

    def box(self, number: int) -> tuple[float, float, float]:
        """Advance and ink of a glyph, in em."""
        shape = self.shapes[number]
        if shape == "blank":
            return 0.25, 0.0, 0.0
        if self.name.startswith("Serif"):
            return _western(shape)
        if shape in _NARROW:
            return _NARROW[shape]
        if shape in _OPENING:
            return 1.0, 0.55, 0.95
        if shape in _CLOSING:
            return 1.0, 0.05, 0.45
        begin, end = _LEFT_MARKS["cn" if self.region == "cn" else "tw"].get(shape, (0.04, 0.96))
        return 1.0, begin, end


def _western(shape: str) -> tuple[float, float, float]:
    if shape == _ACCENT:
        return 0.0, -0.3, -0.1
    if shape in _LIGATURES:
        return 0.4 + 0.15 * len(shape), 0.02, 0.38 + 0.15 * len(shape)
    if shape.isspace():
        return 0.25, 0.0, 0.0
    if shape.isalnum() or shape in "%&+=¥$€£#°":
        return 0.5, 0.02, 0.48
    return 0.25, 0.02, 0.23


class Shaper:
    """What a back end answers: see publish.typeset.faces.Shaper."""

    def __init__(self, size: float = EM, region: Region = "cn") -> None:
        self.size = size
        self.fonts: dict[str, Font] = {}
        for name in ("Song", "Serif", "Rare"):
            self._add(Font(name, size, region))

    def _add(self, font: Font) -> None:
        self.fonts[font.name] = font
        font.twins.append(font)

    def shape(self, text: str) -> tuple[Glyph, ...] | None:
        """Glyphs with kerning, ligatures, accents, and the dash of two squares."""
        glyphs: list[Glyph] = []
        position = 0
        while position < len(text):
            character = text[position]
            shape = character
            font = self.fonts[_font_of(character)]
            if font.name == "Serif":
                shape = next((i for i in _LIGATURES if text.startswith(i, position)), character)
            elif text.startswith("——", position):
                shape = "⸺"
            length = 2 if shape == "⸺" != character else len(shape)
            number = font.number(shape)
            if character == _ACCENT:
                # It belongs to the letter before it, and stands over it.
                cluster = glyphs[-1].cluster if glyphs else position
                glyphs.append(Glyph(font, number, 0.0, -0.05 * self.size, cluster))
            else:
                kern = _KERNING.get((character, text[position + 1 : position + 2]), 0.0)
                advance = (font.box(number)[0] + kern) * self.size
                glyphs.append(Glyph(font, number, advance, 0.0, position))
            position += length
        return tuple(glyphs)

    def ink(self, glyph: Glyph) -> tuple[float, float]:
        _, begin, end = glyph.font.box(glyph.number)  # type: ignore[attr-defined]
        return begin * self.size, end * self.size

    def width(self, glyph: Glyph) -> float:
        return float(glyph.font.box(glyph.number)[0]) * self.size  # type: ignore[attr-defined]

    def settle(self, font: object, numbers: tuple[tuple[int, str], ...]) -> object:
        assert isinstance(font, Font)
        for twin in font.twins:
            if all(twin.texts.get(number, text) == text for number, text in numbers):
                break
        else:
            name = f"{font.twins[0].name}.{len(font.twins)}"
            twin = replace(font, name=name, texts={})
            self.fonts[name] = twin
            font.twins.append(twin)
        twin.texts.update(numbers)
        return twin

    def blank(self, font: object) -> tuple[int, float] | None:
        """Every font but that of rare Han has a blank of a quarter em."""
        assert isinstance(font, Font)
        if font.name.startswith("Rare"):
            return None
        return font.number("blank"), 0.25 * self.size


def _font_of(character: str) -> str:
    if character > "\uffff":
        return "Rare"
    return "Serif" if character < "\u2000" and character != "·" else "Song"


@cache
def face(region: Region = "cn", size: float = EM) -> Face:
    """One face of each size, as a document has it."""
    return Face(Shaper(size, region), region)


def paragraph(
    text: str | Iterable[str | tuple[str, float]],
    rules: Rules | None = None,
    objects: dict[int, Object] | None = None,
    **fields: object,
) -> Paragraph:
    """A paragraph of one run, or of several: a text, or a text and the size of its face."""
    rules = rules or rules_for("cn")
    parts = (text,) if isinstance(text, str) else tuple(text)
    runs = tuple(
        Run(part, face(rules.region))
        if isinstance(part, str)
        else Run(part[0], face(rules.region, part[1]))
        for part in parts
    )
    length = sum(len(run.text) for run in runs)
    fields.setdefault("wanted", frozenset(range(length)))
    return Paragraph(runs, EM, rules, objects=objects or {}, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Set:
    """A paragraph composed: its lines, and what they show.  Lengths in em."""

    paragraph: Paragraph
    lines: tuple[Line, ...]
    measure: float

    @property
    def texts(self) -> list[str]:
        text = self.paragraph.text
        return [text[line.begin : line.end].strip(" \n") for line in self.lines]

    @property
    def shown(self) -> list[Shown]:
        return [show(self.paragraph, line) for line in self.lines]

    def x(self, line: int, character: str) -> float:
        """Where the glyph of a character has its origin in a line, in em."""
        shown = self.shown[line]
        text = self.paragraph.text
        return next(x for i, x in sorted(shown.places.items()) if text[i] == character)


def setting(
    text: str | Iterable[str | tuple[str, float]],
    measure: float,
    rules: Rules | None = None,
    indent: float = 0.0,
    start: int = 0,
    justify: bool = True,
    **fields: object,
) -> Set:
    """Compose a paragraph; ``measure`` and ``indent`` in em."""
    made = paragraph(text, rules, **fields)  # type: ignore[arg-type]
    lines = compose(made, measure * EM, indent * EM, start, justify)
    return Set(made, lines, measure)


# --- what operators show ------------------------------------------------------------------------


class Shown(NamedTuple):
    """What a line shows: its text as glyphs and /ActualText say it, where the glyph of each
    character has its origin and where the glyph ends that moves the pen on (by index in the
    paragraph), and where the last glyph leaves the pen; all in em."""

    text: str
    copied: str
    places: dict[int, float]
    ends: dict[int, float]
    pen: float


class _Shot(NamedTuple):
    text: str
    x: float
    end: float
    blank: bool


_TOKEN = re.compile(
    r"/(?P<font>[\w.]+) (?P<size>[\d.]+) Tf|(?P<spacing>-?[\d.]+) Tc|\[(?P<array>[^\]]*)\] TJ"
    r"|/Span <</ActualText <feff(?P<actual>[0-9a-f]+)>>> (?P<begin>BDC)|(?P<end>EMC)"
)
_ELEMENT = re.compile(r"<([0-9a-f]+)>|(-?[\d.]+)")


def show(paragraph: Paragraph, line: Line) -> Shown:
    """Run the operators of a line.  Raises AssertionError for one that is not known."""
    shots: list[_Shot] = []
    copied: list[str] = []
    pen = 0.0
    for segment in line.segments:
        if segment.kind != TEXT:
            continue
        if not segment.joined:
            pen = segment.x
        pen = _run(paragraph, segment, pen, shots, copied)
    text = paragraph.text
    places: dict[int, float] = {}
    ends: dict[int, float] = {}
    index = line.begin
    for shot in shots:
        for offset, character in enumerate(shot.text):
            while text[index] != character:
                index += 1
                assert index < line.end, f"{character} is not in {text[line.begin : line.end]}"
            if not offset:
                places[index] = shot.x / EM
            ends[index] = shot.end / EM
            index += 1
    told = "".join(shot.text for shot in shots)
    return Shown(told, "".join(copied), places, ends, pen / EM)


def _run(
    paragraph: Paragraph, segment: Segment, pen: float, shots: list[_Shot], copied: list[str]
) -> float:
    shaper = paragraph.runs[segment.run].face.shaper
    assert isinstance(shaper, Shaper)
    font: Font | None = None
    spacing, position, inside = 0.0, 0, False
    operators = segment.operators
    while position < len(operators):
        found = _TOKEN.match(operators, position)
        assert found is not None, operators[position:]
        position = found.end() + 1
        if found["font"]:
            font = shaper.fonts[found["font"]]
            assert float(found["size"]) == font.size
        elif found["spacing"]:
            spacing = float(found["spacing"])
        elif found["begin"]:
            assert not inside
            inside = True
            copied.append(bytes.fromhex(found["actual"]).decode("utf-16-be"))
        elif found["end"]:
            assert inside
            inside = False
        else:
            assert font is not None
            pen = _array(font, found["array"], pen, spacing, shots, None if inside else copied)
    assert not spacing and not inside, "spacing or marked content is left open"
    return pen


def _array(
    font: Font,
    array: str,
    pen: float,
    spacing: float,
    shots: list[_Shot],
    copied: list[str] | None,
) -> float:
    assert not _ELEMENT.sub("", array).strip(), array
    for digits, number in _ELEMENT.findall(array):
        if number:
            pen -= float(number) / 1000 * font.size
            continue
        assert len(digits) % 4 == 0
        for at in range(0, len(digits), 4):
            glyph = int(digits[at : at + 4], 16)
            text = font.texts[glyph]
            end = pen + font.box(glyph)[0] * font.size
            if text == "\u200b":
                assert font.box(glyph)[1:] == (0.0, 0.0)
            else:
                shots.append(_Shot(text, pen, end, False))
                if copied is not None:
                    copied.append(text)
            pen = end + spacing
    return pen


# --- cases --------------------------------------------------------------------------------------

_EDITION = re.compile(r"hans|hant-tw|hant-hk")
_MEASURE = re.compile(r"([\d.]+)字")


class Asked(NamedTuple):
    """What a case asks for."""

    rules: Rules
    measure: float
    indent: float


def asked(name: str, settings: str) -> Asked:
    """The rules and the measure of a case: its name may tell an edition, a measure (``12字``) and
    an indent (``缩进``), ``[page]`` of its book.toml the rest."""
    page = tomllib.loads(settings).get("page", {})
    words = name.split()
    region = next((BUILT_IN[word][1] for word in words if _EDITION.fullmatch(word)), "cn")
    measures = [float(found[1]) for word in words if (found := _MEASURE.fullmatch(word))]
    rules = rules_for(region, page.get("punctuation", "full"), page.get("line-end", ""))  # type: ignore[arg-type]
    return Asked(rules, measures[0] if measures else page["chars"], 2.0 if "缩进" in words else 0.0)


_PLACE = re.compile(r"(\S)(-?\d*\.?\d+)")


def misplaced(row: str, result: Set) -> Iterator[str]:
    """What is not as a row of a case says: ``2: 。9.5`` (the square of 。 in the second line begins
    at 9.5 em), ``1: short``."""
    number, _, said = row.partition(": ")
    line = int(number) - 1
    shown, text = result.shown[line], result.paragraph.text
    places = iter(sorted(shown.places.items()))
    states = ("good", "loose", "short", "overfull")
    for word in said.split():
        if word in states:
            state = states[result.lines[line].state]
            if state != word:
                yield f"line {number} is {state}, not {word}"
            continue
        found = _PLACE.fullmatch(word)
        assert found is not None, word
        x = next((x for index, x in places if text[index] == found[1]), None)
        if x is None or abs(x - float(found[2])) > 0.006:
            yield f"{found[1]} in line {number} is at {x}, not {found[2]}"


def squares(row: Sequence[str]) -> str:
    """Rows joined as a case writes them."""
    return "".join(f"{line}\n" for line in row)


def first_fit(prepared: Prepared, measure: float, indent: float = 0.0) -> tuple[list[int], float]:
    """The ends of lines each chosen for itself, and what the worst costs."""
    breaker = Breaker(prepared, measure * EM, indent * EM, 0, True)
    stops, worst = [0], 0.0
    while stops[-1] < prepared.length:
        end, cost = min(breaker._candidates(stops[-1]), key=lambda found: found[1])
        worst = max(worst, cost)
        stops.append(end)
    return stops, worst
