"""What the queries of conversion look at: a manuscript, and how an edition converts it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from publish.convert.conversion import Conversion
from publish.convert.dictionary import route_converter
from publish.convert.engine import Converter
from publish.convert.text import convert_parts, kept
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
        """What an edition prints of a text of the book without declared words, as long as the
        text; each is converted once."""
        how = self.how
        short = [name for name in how.names if len(name) < 3]
        convert = route_converter(how.route, {}, short)
        return functools.cache(lambda text: convert_parts(convert, [how.parts(text)])[0])

    @functools.cached_property
    def word(self) -> Converter:
        """The conversion of a word by itself."""
        return functools.cache(route_converter(self.how.route))

    @functools.cached_property
    def settled(self) -> Callable[[str], bytearray]:
        """The characters of a text that nobody need ask about, each with 1: declared, protected,
        addresses, and names that were found."""
        declared = kept((*self.how.words, *self.how.names, *self.how.protected))

        @functools.cache
        def mask(text: str) -> bytearray:
            result = bytearray(len(text))
            found = [match.span() for match in declared.finditer(text)]
            found += [(start, start + len(name)) for start, name in self.how.people.find(text)]
            for start, end in found:
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
