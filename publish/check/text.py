"""Text in = text out: an artefact's text against the text of its edition.

The edition's text is a row of runs (:func:`publish.model.text.edition_text`).  They are sorted
into *threads*, each of which an artefact must show whole and in order:

``body``
    the runs of kind body, with the labels and the furniture that stand among them;
``note``
    the runs of kind note.  A label directly before a note is the note's own number and belongs
    to this thread (of several labels in a row only the last does);
``reading``
    runs of kind reading: the readings of ruby, in order.  Those that stand among notes are kept
    apart from those of the body, because a page shows a note earlier than a chapter's end.

Compared is every character but white space, characters without width and soft hyphens; Latin
ligatures count as their letters.  A label is an integer and may be spelled as the medium likes
(1, ①, 一, with brackets or a stop).  Furniture with text may stand there or not (the number of a
list item, which a PDF draws and an EPUB leaves to the reader); furniture without text stands for
leader dots and digits (a page number in the printed contents).  Where a print edition counts its
notes anew on each page, the label of a call is how many notes are called on the page up to it, and
that of a note is its call's.

The found side is a row of fragments a page.  An EPUB says what each fragment is; a PDF does not,
so every fragment is tried as the continuation of each thread.  Fragments of a page are taken from
top to bottom and from left to right; one may be taken before another only where both stand side by
side (the cells of a table, a number in the margin, a note call painted apart from its line).  The
head of a table may stand again where the table goes on.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from publish.check.following import Comparison
from publish.diagnostics import Diagnostic
from publish.model.package import PageStart
from publish.records import dataclass
from publish.text.threads import (
    by_place,
    false_blanks,
    threads,
)

if TYPE_CHECKING:
    from publish.model.text import Run

#: What a fragment is known to be; an empty string where the medium does not say.
Kind = Literal["", "body", "note", "reading"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of an artefact's text, white space as found, line feeds between blocks.

    ``left``, ``right`` and ``baseline`` are in pt from the page's top left corner; all zero where
    there is no page.  ``small`` says that the type is small enough for the reading of a ruby,
    ``reading`` that it is too small for anything else.

    What stands upright among columns is in a ``block``, counted from 1 on each page, all lines of
    which have the place of the whole; ``across`` is from where to where each of them runs.
    """

    text: str
    kind: Kind = ""
    left: float = 0.0
    right: float = 0.0
    baseline: float = 0.0
    small: bool = False
    reading: bool = False
    block: int = 0
    across: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PageText:
    """The fragments of one page (PDF) or one document (EPUB), in reading order; ``place`` is how
    a person is told where that is, ``label`` the number printed on a page (PDF 1.7, 12.4.2)."""

    place: str
    fragments: tuple[Fragment, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, and where in the body text the pages begin: see :func:`compare`."""

    diagnostics: tuple[Diagnostic, ...]
    starts: tuple[PageStart, ...]


def compare(
    expected: Iterable[Run],
    found: Iterable[PageText],
    medium: Literal["", "print", "epub"] = "",
    *,
    note_sign: Callable[[int], str] | None = None,
    notes_by_page: bool = False,
) -> Compared:
    """Differences between an edition's text and an artefact's, in the artefact's order.

    Runs that another medium alone has are left out; without a ``medium`` all are expected.
    ``note_sign`` is how the number of a note is printed, ``notes_by_page`` that notes are counted
    anew on each page.

    Errors T-LOST, T-ADDED, T-CHANGED name the place (page or document) and about 20 characters on
    each side; warning T-BLANK counts blanks between Han characters that the edition has not.
    Pages that show no body text have no start, nor have the documents of an e-book.
    """
    runs = tuple(run for run in expected if not medium or run.medium in ("", medium))
    pages = tuple(found)
    comparison = Comparison(runs, {} if notes_by_page else None, note_sign, late=medium == "print")
    for page in pages:
        comparison.page(page)
    comparison.finish(pages[-1].place if pages else "the file")
    starts = () if medium == "epub" else tuple(_starts(comparison, runs))
    return Compared((*comparison.diagnostics, *_blanks(runs, pages)), starts)


def _starts(comparison: Comparison, runs: tuple[Run, ...]) -> Iterator[PageStart]:
    """The starts of pages, counted from the first chapter on, as if all text stood in its place."""
    body, late = comparison.threads["body"], comparison.threads["late"]
    total = body.units((len(body.tokens), 0)) + late.units((len(late.tokens), 0))
    chapters = threads(run for run in runs if not run.leaf)["body"]
    length = chapters.units((len(chapters.tokens), 0))
    after = next((i for i, run in enumerate(runs) if not run.leaf), len(runs))
    opening = threads(runs[:after])["body"]
    before = opening.units((len(opening.tokens), 0))
    places = [first for first, _ in late.ranges]
    for page, state, met in comparison.starts:
        at = body.units(state)
        # What may stand later, where its own place is before this one.
        passed = bisect.bisect_left(places, at)
        passed = max(passed, min(met[0], bisect.bisect_right(places, at)))
        at += late.units((passed, 0))
        if before <= at < before + length and at < total:
            yield PageStart(page.label, "", at - before)
        elif at < before:
            yield PageStart(page.label, body.where_at(state), 0)


def _blanks(runs: tuple[Run, ...], pages: tuple[PageText, ...]) -> tuple[Diagnostic, ...]:
    wanted = sum(map(false_blanks, by_place(runs)))
    first, number = "", 0
    for page in pages:
        here = sum(false_blanks(fragment.text) for fragment in page.fragments)
        number += here
        if here and not first:
            first = page.place
    if number <= wanted:
        return ()
    message = f"{number - wanted} false blanks between Han characters, the first on {first}"
    return (Diagnostic("T-BLANK", "warning", message),)
