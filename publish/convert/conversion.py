"""How the words of one book become those of one edition: what is declared, what is known, and
what the text shows, as one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publish.convert.dictionary import (
    doubtful_surnames,
    route_converter,
    spell_name,
    usable,
)
from publish.convert.engine import Converter, Route, to_traditional
from publish.convert.people import People
from publish.convert.text import Naming, Part, convert_parts, keeping, kept, without
from publish.model.book import Book
from publish.model.edition import Edition, Region
from publish.model.manifest import Manifest
from publish.records import dataclass
from publish.text.characters import has_han
from publish.text.script import region_of


@dataclass(frozen=True, slots=True)
class Conversion:
    """``words`` and ``names`` are what is declared, ``protected`` is what must stay, ``naming``
    finds words and names in a text; ``parts`` cuts it into what is converted and what is not.
    Where source and target of the ``route`` are the same, nothing changes.
    """

    route: Route
    words: dict[str, str]
    names: tuple[str, ...]
    protected: tuple[str, ...]
    naming: Naming
    convert: Converter
    parts: Callable[[str], list[Part]]

    def texts(self, texts: Iterable[str]) -> list[str]:
        """Running texts, converted."""
        if self.route[0] == self.route[1]:
            return list(texts)
        return convert_parts(self.convert, [self.parts(text) for text in texts])

    def author(self, name: str) -> str:
        """The name of a contributor, converted."""
        if self.route[0] == self.route[1]:
            return name
        if name in self.words and usable(name, self.words[name]):
            return self.words[name]
        return keeping(lambda text: spell_name(text, self.route), self.protected)(name)


def conversion(
    book: Book, texts: Iterable[str], edition: Edition, manifest: Manifest
) -> Conversion:
    """The conversion of a book, with these texts, for an edition.

    Declared words of the edition win over those of the book, words over names, both over what
    is known of OpenCC and what the text shows; ``protect`` wins over everything.  Declared words
    are cut out before anything is converted, so that no longer phrase can swallow one.
    """
    texts = list(texts)
    words = {**manifest.convert_words, **edition.convert_words}
    protected = tuple(dict.fromkeys((*manifest.protect, *edition.protect)))
    authors = (author.name for author in book.meta.authors)
    declared = (*manifest.convert_names, *edition.convert_names, *manifest.names, *authors)
    names = tuple(dict.fromkeys(declared))
    route = ((book.script, _region(book, texts)), (edition.script, edition.region))
    surnames = doubtful_surnames(route) if to_traditional(route) else ()
    people = People(surnames, texts, filter(has_han, names) if route[0] != route[1] else ())
    # A longer name is found as such, and needs no converter of its own.
    short = [name for name in names if len(name) < 3]
    convert = route_converter(route, short) if route[0] != route[1] else str
    fixed = kept(protected)
    spelled = {word: spelling for word, spelling in words.items() if usable(word, spelling)}
    naming = Naming(people.find, lambda name: spell_name(name, route), spelled)

    def parts(text: str) -> list[Part]:
        return [
            item
            for part, spelling in without(text, fixed)
            for item in (naming.parts(part) if spelling is None else [(part, spelling)])
        ]

    return Conversion(route, words, names, protected, naming, convert, parts)


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
