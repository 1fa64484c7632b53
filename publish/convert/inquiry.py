"""What the queries of conversion look at: a manuscript, and how an edition converts it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from publish.convert.conversion import Conversion
from publish.convert.dictionary import route_converter, spell_name
from publish.convert.engine import Converter
from publish.convert.text import convert_parts
from publish.diagnostics import Span
from publish.model.edition import Edition


class Passage(Protocol):
    """A paragraph of the manuscript, or a heading, a cell, a poem."""

    @property
    def text(self) -> str:
        """Its text, however its inlines cut it."""

    def span(self, start: int, end: int) -> Span | None:
        """Where in the manuscript a part of the text stands."""


@dataclass(frozen=True)
class Inquiry:
    """``passages`` are those of the manuscript, ``how`` is how the edition converts words,
    ``vocabulary`` whether words of the region are to be proposed."""

    passages: Sequence[Passage]
    how: Conversion
    edition: Edition
    vocabulary: bool

    @functools.cached_property
    def plain(self) -> Converter:
        """What the edition prints of a text of the book, as long as the text: a declared word
        whose spelling has another length stays as it is.  Each is converted once."""
        how = self.how

        def aligned(text: str) -> str:
            parts = [
                (part, part if spelling is not None and len(spelling) != len(part) else spelling)
                for part, spelling in how.parts(text)
            ]
            return convert_parts(how.convert, [parts])[0]

        return functools.cache(aligned)

    @functools.cached_property
    def word(self) -> Converter:
        """The conversion of a word by itself."""
        return functools.cache(route_converter(self.how.route))

    @functools.cached_property
    def settled(self) -> Callable[[str], bytearray]:
        """The characters of a text that nobody need ask about, each with 1: declared words,
        names and what is protected, where they are printed as declared; addresses; and names
        that the text shows."""
        how = self.how
        short = {name: spell_name(name, how.route) for name in how.names if len(name) < 3}
        pattern = re.compile("|".join(map(re.escape, filter(None, short))) or "(?!)")

        @functools.cache
        def mask(text: str) -> bytearray:
            result = bytearray(len(text))
            position = 0
            for part, spelling in how.parts(text):
                if spelling is not None:
                    result[position : position + len(part)] = b"\1" * len(part)
                position += len(part)
            printed = self.plain(text)
            for found in pattern.finditer(text):
                start, end = found.span()
                if printed[start:end] == short[found.group()]:
                    result[start:end] = b"\1" * (end - start)
            return result

        return mask


def words_line(phrase: str, spelling: str) -> str:
    """The line of book.toml that declares the spelling of a phrase."""
    return f"[convert] words = {{ {_quoted(phrase)} = {_quoted(spelling)} }}"


def names_line(name: str) -> str:
    """The line of book.toml that declares a name."""
    return f"[convert] names = [{_quoted(name)}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
