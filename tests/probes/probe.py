"""A probe: one short piece of text that puts one construct at one place of the line.

``parts`` are text and marked-up text; the same parts make the Markdown for publish, the markup for
Typst, and the plain text that the PDF must show.  The first paragraph of each probe begins with
its serial, three Han digits by which it is found again (after an opening bracket, where the
probe is about that bracket).
"""

from __future__ import annotations

import itertools
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
    """Text with a role: dots, name, work, strong."""

    role: str
    text: str
    dotted: bool = False


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
    """A new block: ``p``, ``quote``, ``source`` (of that quote) or ``item``."""

    kind: str


Part = str | Marked | Ruby | Note | Turn


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
        texts: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                texts.append(part)
            elif isinstance(part, Marked):
                texts.append(part.text)
            elif isinstance(part, Ruby):
                texts.append(part.base)
        return in_region("".join(texts), region)

    def starts(self) -> tuple[int, ...]:
        """Offsets in the plain text at which a block begins, the first one (0) included."""
        found = [0]
        length = 0
        for part in self.parts:
            if isinstance(part, Turn):
                found.append(length)
            elif not isinstance(part, Note):
                length += len(part.base if isinstance(part, Ruby) else _text(part))
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
        for (kind, parts), before in itertools.zip_longest(
            pairs := list(self.blocks()), [("", ()), *pairs[:-1]]
        ):
            body = "".join(_markdown(part) for part in parts)
            if kind == "quote":
                texts.append(f"> {body}")
            elif kind == "source":
                texts.append(f">\n> {body}")
            elif kind == "item":
                number = 1 if before[0] != "item" else 2
                texts.append(f"{number}. {body}")
            else:
                texts.append(body)
        return "\n\n".join(texts).replace("\n\n>\n", "\n>\n")

    def typst(self, region: Region) -> str:
        """The probe in Typst's markup: every text a string, so that no sign means anything."""
        texts: list[str] = []
        for kind, parts in self.blocks():
            body = "".join(_typst(part, region) for part in parts)
            if kind in ("quote", "source", "item"):
                body = f"#block[{body}]"
            texts.append(body)
        return "\n\n".join(texts)


def serial(number: int) -> str:
    """The serial of the probe with this number, 0 to 999."""
    return "".join(DIGITS[int(digit)] for digit in f"{number:03d}")


def _text(part: str | Marked) -> str:
    return part if isinstance(part, str) else part.text


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>{}$#~|&!])", r"\\\1", text)


def _markdown(part: Part) -> str:
    if isinstance(part, str):
        return _escaped(part)
    if isinstance(part, Marked):
        text = _escaped(part.text)
        if part.role == "dots":
            return f"[{text}]{{.dots}}"
        if part.role == "strong":
            return f"**{text}**"
        return f"[{f'[{text}]{{.dots}}' if part.dotted else text}]{{.{part.role}}}"
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
    text = in_region(part.base if isinstance(part, Ruby) else _text(part), region)
    string = text.replace("\\", "\\\\").replace('"', '\\"')
    if isinstance(part, Marked) and part.role == "name":
        return f'#underline(offset: 2pt)[#"{string}"]'
    return f'#"{string}"'
