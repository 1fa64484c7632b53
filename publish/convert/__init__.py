"""Book -> Book in the script, the region and the marks of an edition.

OpenCC converts words (``engine``), with a dictionary of its known faults, declared
words and personal names (``dictionary``, faults.txt, cuts.txt, names.txt, ``people``,
``conversion``); a paragraph is converted as one string, whatever its inlines are
(``tree``, ``text``).  Quotation marks and marks of titles follow their nesting
(``marks``).  Code, mathematics, addresses, anchors, digits and Latin stay as they are.
What conversion cannot know, ``check`` asks (``rules``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from publish.convert.conversion import Conversion, conversion
from publish.convert.dictionary import usable
from publish.convert.marks import Marks, marks_of, restyle
from publish.convert.rules import RULES, queries
from publish.convert.text import share_out
from publish.convert.tree import Run, gather, rebuild
from publish.diagnostics import Diagnostic
from publish.model.book import Book, Meta
from publish.model.edition import Edition
from publish.model.manifest import Manifest

__all__ = ["RULES", "convert", "queries"]

#: Fields of :class:`Meta` that hold prose.
_PROSE = ("title", "subtitle", "publisher", "date", "edition", "description", "series", "rights")


def convert(
    book: Book, edition: Edition, manifest: Manifest
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book as the edition prints it, and what is to be said about it.

    Pure: the same book, edition and declarations give the same book.  Spans are kept,
    ``Book.script`` and ``meta.language`` become the edition's.
    """
    runs = gather(book)
    how = conversion(book, map("".join, (run.pieces for run in runs)), edition, manifest)
    marks = marks_of(book.script, edition)
    texts = _convert_runs(runs, how, marks)
    changed = any(list(run.pieces) != new for run, new in zip(runs, texts, strict=True))
    converted = rebuild(book, texts) if changed else book
    meta = _convert_meta(book.meta, how, marks)
    return (
        dataclasses.replace(
            converted,
            meta=dataclasses.replace(meta, language=edition.language),
            script=edition.script,
        ),
        tuple(_unusable(how.words) if how.route[0] != how.route[1] else ()),
    )


def _unusable(words: Mapping[str, str]) -> Iterable[Diagnostic]:
    for phrase, spelling in words.items():
        if not usable(phrase, spelling):
            yield Diagnostic(
                "C-WORDS",
                "warning",
                f"the declared word {phrase!r} is not used: it needs a Chinese character, "
                "and neither side may hold a line end",
                hints=("see [convert] words in book.toml",),
            )


def _convert_runs(runs: list[Run], how: Conversion, marks: Marks) -> list[list[str]]:
    """The pieces of every run, converted."""
    texts = ["".join(run.pieces) for run in runs]
    flowing = [index for index, run in enumerate(runs) if run.flows and texts[index].strip()]
    marked = dict(
        zip(
            flowing,
            restyle([texts[index] for index in flowing], marks, how.protected),
            strict=True,
        )
    )
    result: list[list[str]] = []
    for index, run in enumerate(runs):
        before = texts[index]
        if index not in marked:
            (marked[index],) = restyle([before], marks, how.protected)
        after = how.text(marked[index]) if before else before
        lengths = [len(piece) for piece in run.pieces]
        result.append(
            [
                old if fixed else new
                for old, new, fixed in zip(
                    run.pieces, share_out(marked[index], after, lengths), run.fixed, strict=True
                )
            ]
        )
    return result


def _convert_meta(meta: Meta, how: Conversion, marks: Marks) -> Meta:
    """What is declared about the book, converted: prose, authors, subjects, colophon."""

    def prose(text: str) -> str:
        lines = text.split("\n")
        restyled = restyle(lines, marks, how.protected)
        return "\n".join(how.text(line) if line else "" for line in restyled)

    return dataclasses.replace(
        meta,
        **{name: prose(getattr(meta, name)) for name in _PROSE},
        authors=tuple(
            dataclasses.replace(author, name=how.author(author.name)) for author in meta.authors
        ),
        subjects=tuple(map(prose, meta.subjects)),
        colophon=tuple((prose(key), prose(value)) for key, value in meta.colophon),
        title_lines=tuple(map(prose, meta.title_lines)),
    )
