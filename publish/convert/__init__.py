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
import functools
from collections.abc import Callable, Iterable, Mapping

from publish.convert.conversion import Conversion, conversion
from publish.convert.dictionary import usable
from publish.convert.marks import Marks, marks_of, restyle
from publish.convert.numerals import in_han, pieces_in_han, references, with_han_markers
from publish.convert.rules import RULES, queries
from publish.convert.text import kept, share_out
from publish.convert.tree import Run, gather, rebuild
from publish.diagnostics import Diagnostic
from publish.model.book import Book, Meta
from publish.model.edition import Edition
from publish.model.manifest import Manifest

__all__ = ["RULES", "convert", "queries"]

#: Fields of :class:`Meta` that hold prose.
_PROSE = ("publisher", "date", "edition", "series", "rights")

#: Those that stand in the lines of the book, or of its cover.
_PRINTED = ("title", "subtitle", "description")


def convert(
    book: Book, edition: Edition, manifest: Manifest
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """The book as the edition prints it, and what is to be said about it.

    Pure: the same book, edition and declarations give the same book.  Spans are kept,
    ``Book.script`` and ``meta.language`` become the edition's.
    """
    runs = gather(book)
    marks = marks_of(book.script, edition)
    protected = (*manifest.protect, *edition.protect)
    written = list(map(_cut, runs, _marked(runs, marks, protected)))
    keep = kept(protected) if edition.counted(1) != "1" else references(protected)
    if edition.numbers == "han":
        written = [
            pieces_in_han(pieces, run.fixed, keep) if run.counts else pieces
            for run, pieces in zip(runs, written, strict=True)
        ]
    marked = list(map("".join, written))
    how = conversion(book, marked, edition, manifest)
    texts = list(map(_shared_out, runs, written, how.texts(marked)))
    changed = any(list(run.pieces) != new for run, new in zip(runs, texts, strict=True))
    converted = rebuild(book, texts) if changed else book
    if edition.counted(1) != "1":
        converted = with_han_markers(converted)
    numbers = functools.partial(in_han, keep=keep) if edition.numbers == "han" else str
    meta = _convert_meta(book.meta, how, marks, numbers)
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


def _marked(runs: list[Run], marks: Marks, protected: tuple[str, ...]) -> list[str]:
    """The text of every run, with the marks of the edition."""
    texts = ["".join(run.pieces) for run in runs]
    flowing = [index for index, run in enumerate(runs) if run.flows and texts[index].strip()]
    flow = restyle([texts[index] for index in flowing], marks, protected)
    marked = dict(zip(flowing, flow, strict=True))
    return [
        marked[index] if index in marked else restyle([text], marks, protected)[0]
        for index, text in enumerate(texts)
    ]


def _cut(run: Run, marked: str) -> list[str]:
    """The pieces of a run whose marks have become others, each as long as it was."""
    return share_out(marked, marked, [len(piece) for piece in run.pieces])


def _shared_out(run: Run, pieces: list[str], converted: str) -> list[str]:
    """The pieces of a run, now these, whose text has been converted."""
    text = "".join(pieces)
    if converted != text:
        pieces = share_out(text, converted, [len(piece) for piece in pieces])
    return [
        old if fixed else new for old, new, fixed in zip(run.pieces, pieces, run.fixed, strict=True)
    ]


def _convert_meta(meta: Meta, how: Conversion, marks: Marks, numbers: Callable[[str], str]) -> Meta:
    """What is declared about the book, converted: prose, authors, subjects, colophon."""

    def prose(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(how.texts(restyle(lines, marks, how.protected)))

    return dataclasses.replace(
        meta,
        **{name: prose(getattr(meta, name)) for name in _PROSE},
        **{name: numbers(prose(getattr(meta, name))) for name in _PRINTED},
        authors=tuple(
            dataclasses.replace(author, name=how.author(author.name)) for author in meta.authors
        ),
        subjects=tuple(map(prose, meta.subjects)),
        colophon=tuple((prose(key), prose(value)) for key, value in meta.colophon),
        title_lines=tuple(numbers(prose(line)) for line in meta.title_lines),
    )
