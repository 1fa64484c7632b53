"""Book -> Book in the script, the region and the quotation marks of an edition.

OpenCC converts words (``engine``), with a dictionary of its known faults, declared
words and personal names (``dictionary``, faults.txt, names.txt); a paragraph is
converted as one string, whatever its inlines are (``tree``, ``text``).  Quotation
marks follow their nesting (``publish.text.pairs``).  Code, mathematics, addresses,
anchors, digits and Latin stay as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from publish.convert.dictionary import (
    doubtful_surnames,
    route_converter,
    spell_name,
    usable,
)
from publish.convert.engine import Converter, Form
from publish.convert.people import People
from publish.convert.text import keeping, naming, share_out
from publish.convert.tree import Run, gather, rebuild
from publish.diagnostics import Diagnostic
from publish.model.book import Book, Meta
from publish.model.edition import Edition, Region, Script
from publish.model.manifest import Manifest
from publish.text.pairs import restyle_quotes
from publish.text.script import region_of

#: Outer and inner quotation marks of each script: GB/T 15834-2011 section 4.8 for simplified,
#: 重訂標點符號手冊 (Taiwan) and Hong Kong practice for traditional.
QUOTE_STYLE: dict[Script, tuple[tuple[str, str], tuple[str, str]]] = {
    "hans": (("“", "”"), ("‘", "’")),
    "hant": (("「", "」"), ("『", "』")),
}

#: Fields of :class:`Meta` that hold prose.
_PROSE = ("title", "subtitle", "publisher", "date", "edition", "description", "series", "rights")


def convert(
    book: Book, edition: Edition, manifest: Manifest
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book as the edition prints it, and what is to be said about it.

    Pure: the same book, edition and declarations give the same book.  Spans are kept,
    ``Book.script`` and ``meta.language`` become the edition's.  Declared words of the
    edition win over those of the book; ``protect`` wins over everything.
    """
    words = {**manifest.convert_words, **edition.convert_words}
    protected = (*manifest.protect, *edition.protect)
    names = (
        *manifest.convert_names,
        *edition.convert_names,
        *manifest.names,
        *(author.name for author in book.meta.authors),
    )
    source: Form = (book.script, _region(book))
    target: Form = (edition.script, edition.region)
    runs = gather(book)
    name_spelling: Converter = str
    plain: Converter = str
    diagnostics: list[Diagnostic] = []
    if source != target:
        route = (source, target)
        diagnostics.extend(_unusable(words))

        def spell(name: str) -> str:
            return spell_name(name, route)

        def name_spelling(name: str) -> str:
            if name in words and usable(name, words[name]):
                return words[name]
            return keeping(spell, protected)(name)

        shown = people(runs, route)
        converted_words = route_converter(route, words, names)
        named = naming(converted_words, shown.find, spell, (*words, *names))
        plain = keeping(named, protected)
    style = QUOTE_STYLE[edition.script]
    texts = _convert_runs(runs, plain, style, protected)
    changed = any(list(run.pieces) != new for run, new in zip(runs, texts, strict=True))
    converted = rebuild(book, texts) if changed else book
    meta = _convert_meta(book.meta, plain, name_spelling, style, protected)
    return (
        dataclasses.replace(
            converted,
            meta=dataclasses.replace(meta, language=edition.language),
            script=edition.script,
        ),
        tuple(diagnostics),
    )


def people(runs: list[Run], route: tuple[Form, Form]) -> People:
    """The personal names that the runs show by themselves; none where the script stays."""
    to_traditional = route[0][0] == "hans" and route[1][0] == "hant"
    surnames = doubtful_surnames(route) if to_traditional else ()
    return People(surnames, ("".join(run.pieces) for run in runs))


def _region(book: Book) -> Region:
    """The region a book is written for: as its language says, else as its characters do."""
    if book.script == "hans":
        return "cn"
    subtags = book.meta.language.lower().split("-")
    if "hk" in subtags or "mo" in subtags:
        return "hk"
    if "tw" in subtags:
        return "tw"
    return region_of("".join(piece for run in gather(book) for piece in run.pieces))


def _unusable(words: dict[str, str]) -> Iterable[Diagnostic]:
    for phrase, spelling in words.items():
        if not usable(phrase, spelling):
            yield Diagnostic(
                "C-WORDS",
                "warning",
                f"the declared word {phrase!r} is not used: it needs a Chinese character, "
                "and neither side may hold a line end",
                hints=("see [convert] words in book.toml",),
            )


def _convert_runs(
    runs: list[Run],
    plain: Converter,
    style: tuple[tuple[str, str], tuple[str, str]],
    protected: tuple[str, ...],
) -> list[list[str]]:
    """The pieces of every run, converted."""
    texts = ["".join(run.pieces) for run in runs]
    flowing = [index for index, run in enumerate(runs) if run.flows and texts[index].strip()]
    quoted = dict(
        zip(flowing, restyle_quotes([texts[index] for index in flowing], *style), strict=True)
    )
    result: list[list[str]] = []
    for index, run in enumerate(runs):
        before = texts[index]
        if index in quoted:
            marked = quoted[index]
        else:
            (marked,) = restyle_quotes([before], *style)
        marked = _restore(before, marked, protected)
        after = plain(marked) if before else before
        lengths = [len(piece) for piece in run.pieces]
        result.append(
            [
                old if fixed else new
                for old, new, fixed in zip(
                    run.pieces, share_out(marked, after, lengths), run.fixed, strict=True
                )
            ]
        )
    return result


def _restore(before: str, marked: str, protected: tuple[str, ...]) -> str:
    """The text with new quotation marks, but with the old ones inside protected strings."""
    if before == marked:
        return before
    for word in protected:
        start = before.find(word) if word else -1
        while start >= 0:
            marked = marked[:start] + word + marked[start + len(word) :]
            start = before.find(word, start + len(word))
    return marked


def _convert_meta(
    meta: Meta,
    plain: Converter,
    name_spelling: Callable[[str], str],
    style: tuple[tuple[str, str], tuple[str, str]],
    protected: tuple[str, ...],
) -> Meta:
    """What is declared about the book, converted: prose, authors, subjects, colophon."""

    def prose(text: str) -> str:
        lines = text.split("\n")
        marked = restyle_quotes(lines, *style)
        return "\n".join(
            plain(_restore(old, new, protected)) if old else ""
            for old, new in zip(lines, marked, strict=True)
        )

    return dataclasses.replace(
        meta,
        **{name: prose(getattr(meta, name)) for name in _PROSE},
        authors=tuple(
            dataclasses.replace(author, name=name_spelling(author.name)) for author in meta.authors
        ),
        subjects=tuple(map(prose, meta.subjects)),
        colophon=tuple((prose(key), prose(value)) for key, value in meta.colophon),
        title_lines=tuple(map(prose, meta.title_lines)),
    )
