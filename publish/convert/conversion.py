"""How the words of one book become those of one edition: what is declared, what is known, and
what the text shows, as one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from publish.convert.dictionary import (
    doubtful_surnames,
    route_converter,
    spell_name,
    usable,
)
from publish.convert.engine import Converter, Route, to_traditional
from publish.convert.people import People
from publish.convert.text import keeping, naming
from publish.model.book import Book
from publish.model.edition import Edition, Region
from publish.model.manifest import Manifest
from publish.text.characters import has_han
from publish.text.script import region_of


@dataclass(frozen=True, slots=True)
class Conversion:
    """``text`` converts running text, ``author`` the name of a contributor.

    ``words`` and ``names`` are what is declared, ``people`` whom the text shows; ``protected``
    is what must stay.  Where source and target of the ``route`` are the same, nothing changes.
    """

    route: Route
    words: dict[str, str]
    names: tuple[str, ...]
    protected: tuple[str, ...]
    people: People
    text: Converter
    author: Converter


def conversion(
    book: Book, texts: Iterable[str], edition: Edition, manifest: Manifest
) -> Conversion:
    """The conversion of a book, with these texts, for an edition.

    Declared words of the edition win over those of the book, words over names, both over what
    is known of OpenCC and what the text shows; ``protect`` wins over everything.
    """
    texts = list(texts)
    words = {**manifest.convert_words, **edition.convert_words}
    protected = tuple(dict.fromkeys((*manifest.protect, *edition.protect)))
    authors = (author.name for author in book.meta.authors)
    declared = (*manifest.convert_names, *edition.convert_names, *manifest.names, *authors)
    names = tuple(dict.fromkeys(declared))
    route = ((book.script, _region(book, texts)), (edition.script, edition.region))
    if route[0] == route[1]:
        return Conversion(route, words, names, protected, People((), ()), str, str)

    def spell(name: str) -> str:
        return spell_name(name, route)

    def author(name: str) -> str:
        if name in words and usable(name, words[name]):
            return words[name]
        return keeping(spell, protected)(name)

    surnames = doubtful_surnames(route) if to_traditional(route) else ()
    people = People(surnames, texts, filter(has_han, names))
    convert: Callable[[str], str] = route_converter(route, words, names)
    named = naming(convert, people.find, spell, words)
    return Conversion(route, words, names, protected, people, keeping(named, protected), author)


def _region(book: Book, texts: list[str]) -> Region:
    """The region a book is written for: as its language says, else as its characters do."""
    if book.script == "hans":
        return "cn"
    subtags = book.meta.language.lower().split("-")
    if "hk" in subtags or "mo" in subtags:
        return "hk"
    if "tw" in subtags:
        return "tw"
    return region_of("".join(texts))
