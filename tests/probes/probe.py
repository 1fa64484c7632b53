"""A probe: one short piece of text that puts one construct at one place of the line.

``parts`` are text and marked-up text; the same parts make the Markdown for publish, the markup for
Typst, and the plain text that the PDF must show.  The first paragraph of each probe begins with
its serial, three Han signs by which it is found again (after an opening bracket, where the
probe is about that bracket).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probes.marks import DIGITS, Region, in_region

#: Full lines of the probe book, in em, and the indent of a first line.
MEASURE = 20
INDENT = 2
#: The column (em from the left edge) after indent and serial.
START = INDENT + 3

#: Filler: Han that every script and region writes alike and no conversion turns into others.
_HAN = (
    "山水日月木火土石田天地人心手口目耳江河海林竹花草春秋冬夏白青雨雪光星夜早古今左右前南北西牛羊"
)


def filler(number: int, seed: int) -> str:
    """So many Han characters, different for each seed, never the same one twice in a row."""
    step = (7, 11, 13, 17)[seed % 4]
    return "".join(_HAN[(seed * 5 + place * step) % len(_HAN)] for place in range(number))


@dataclass(frozen=True)
class Marked:
    """Text with a role: dots, name, work, strong, kai, link, index, en."""

    role: str
    text: str
    dotted: bool = False


@dataclass(frozen=True)
class Code:
    """A code span."""

    text: str


@dataclass(frozen=True)
class Ruby:
    """A base with a reading for each of its characters."""

    base: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A footnote called at this place."""

    text: str


@dataclass(frozen=True)
class Turn:
    """A new block: ``p``, ``quote``, ``source`` (of that quote), ``item`` (numbered), ``bullet``,
    ``more`` (of the same item), ``answer`` (of a dialogue), ``subsection``, and those
    of OUTSIDE."""

    kind: str


#: Blocks whose text has another size than the body's: it is no part of a probe's plain text.
#: ``middle`` and ``end`` are tables of one column that is centred or set at its end.
OUTSIDE = ("section", "figure", "middle", "end")

Part = str | Marked | Code | Ruby | Note | Turn


@dataclass(frozen=True)
class Probe:
    """``serial``, the requirements it is for, its parts; ``at`` and ``length`` say where in the
    plain text the construct stands, ``regions`` where the probe has a meaning."""

    serial: str
    tags: frozenset[str]
    parts: tuple[Part, ...]
    at: int = 0
    length: int = 0
    regions: tuple[Region, ...] = ("cn", "tw", "hk")

    def plain(self, region: Region) -> str:
        """The text that is to be read in the PDF, paragraphs one after the other."""
        texts = [
            text_of(part) for kind, parts in self.blocks() if kind not in OUTSIDE for part in parts
        ]
        return in_region("".join(texts), region)

    def outside(self, kind: str) -> list[str]:
        """The text of each block of a kind that is no part of the plain text."""
        return ["".join(map(text_of, parts)) for each, parts in self.blocks() if each == kind]

    def starts(self) -> tuple[int, ...]:
        """Offsets in the plain text at which a block begins, the first one (0) included."""
        found = []
        length = 0
        for kind, parts in self.blocks():
            if kind not in OUTSIDE:
                found.append(length)
                length += sum(len(text_of(part)) for part in parts)
        return tuple(found)

    def blocks(self) -> Iterator[tuple[str, tuple[Part, ...]]]:
        """Kind and parts of each block."""
        kind: str = "p"
        parts: list[Part] = []
        for part in (*self.parts, Turn("")):
            if isinstance(part, Turn):
                if parts:
                    yield kind, tuple(parts)
                kind, parts = part.kind, []
            else:
                parts.append(part)

    def markdown(self) -> str:
        """The probe as a manuscript has it."""
        texts: list[str] = []
        number = 0
        for kind, parts in self.blocks():
            body = "".join(map(_markdown, parts))
            number = number + 1 if kind == "item" else number if kind == "more" else 0
            if kind == "source":
                texts[-1] += f"\n>\n> {body}"
            elif kind == "answer" and texts[-1].startswith(":::"):
                texts[-1] = texts[-1].removesuffix(":::") + f"\n{body}\n\n:::"
            else:
                texts.append(_WRITTEN[kind].format(body, number=number))
        return "\n\n".join(texts)

    def typst(self, region: Region) -> str:
        """The probe in Typst's markup: every text a string, so that no sign means anything."""
        texts: list[str] = []
        for kind, parts in self.blocks():
            body = "".join(_typst(part, region) for part in parts)
            if kind != "p":
                body = f"#block[{body}]"
            if kind not in OUTSIDE:
                texts.append(body)
        return "\n\n".join(texts)


#: How each kind of block is written in a manuscript.
_WRITTEN = {
    "p": "{}",
    "quote": "> {}",
    "item": "{number}. {}",
    "bullet": "- {}",
    "more": "   {}",
    "answer": "::: dialogue\n\n{}\n\n:::",
    "section": "### {}",
    "subsection": "#### {}",
    "figure": '![图](probe.png "{}")',
    "middle": "| {0} |\n|:---:|\n| {0} |",
    "end": "| {0} |\n|---:|\n| {0} |",
}


def serial(number: int) -> str:
    """The serial of the probe with this number, 0 to 4095."""
    return "".join(DIGITS[int(digit, 16)] for digit in f"{number:03x}")


def text_of(part: Part) -> str:
    """What the part puts into the text of its block."""
    if isinstance(part, str):
        return part
    if isinstance(part, Ruby):
        return part.base
    return "" if isinstance(part, Note | Turn) else part.text


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>{}$#~|&!])", r"\\\1", text)


def _markdown(part: Part) -> str:
    if isinstance(part, str):
        return _escaped(part)
    if isinstance(part, Marked):
        text = _escaped(part.text)
        if part.role == "strong":
            return f"**{text}**"
        if part.role == "link":
            return f"[{text}](https://example.org/)"
        if part.role == "en":
            return f"[{text}]{{lang=en}}"
        return f"[{f'[{text}]{{.dots}}' if part.dotted else text}]{{.{part.role}}}"
    if isinstance(part, Code):
        return f"`{part.text}`"
    if isinstance(part, Ruby):
        return "{" + "|".join((part.base, *part.readings)) + "}"
    if isinstance(part, Note):
        return f"^[{_escaped(part.text)}]"
    raise AssertionError(part)


def _typst(part: Part, region: Region) -> str:
    if isinstance(part, Note):
        return ""
    if isinstance(part, Turn):
        raise AssertionError(part)
    text = in_region(text_of(part), region)
    string = text.replace("\\", "\\\\").replace('"', '\\"')
    if isinstance(part, Marked) and part.role == "name":
        return f'#underline(offset: 2pt)[#"{string}"]'
    return f'#"{string}"'
