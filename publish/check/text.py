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
leader dots and digits (a page number in the printed contents).

The found side is a row of fragments a page.  An EPUB says what each fragment is; a PDF does not,
so every fragment is tried as the continuation of each thread.  Fragments of a page are taken from
top to bottom and from left to right; one may be taken before another only where both stand side by
side (the cells of a table, a number in the margin, a note call painted apart from its line).  The
head of a table may stand again where the table goes on.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from publish.diagnostics import Diagnostic
from publish.model.package import PageStart
from publish.records import dataclass
from publish.text.threads import (
    CONTEXT,
    State,
    Thread,
    by_place,
    compact,
    false_blanks,
    threads,
)

if TYPE_CHECKING:
    from publish.model.text import Run

#: What a fragment is known to be; an empty string where the medium does not say.
Kind = Literal["", "body", "note", "reading"]

#: Differences told in full; later ones are only counted.
TOLD = 5
#: Differences after which comparing stops: the files are not of one text.
LIMIT = 200
#: Characters searched for the place where both texts agree again (more than two full pages).
HORIZON = 2000


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


# --- comparing -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A fragment as it is compared."""

    text: str
    source: Fragment

    def beside(self, other: _Piece) -> bool:
        """Whether both stand side by side, so that either may be read first."""
        a, b = self.source, other.source
        if a.kind != b.kind:
            return True
        mine, theirs = (a.left, a.right), (b.left, b.right)
        if a.block and a.block == b.block:
            mine, theirs = a.across, b.across
        apart = mine[1] <= theirs[0] + 0.5 or theirs[1] <= mine[0] + 0.5
        return apart and (mine[1] > mine[0] or theirs[1] > theirs[0])


class _Comparison:
    def __init__(self, expected: Iterable[Run], *, late: bool = False) -> None:
        runs = list(expected)
        self.threads = threads(runs, late=late)
        #: The heads of tables, each as its runs.
        self.heads = [
            tuple(group) for head, group in itertools.groupby(runs, lambda run: run.head) if head
        ]
        self.diagnostics: list[Diagnostic] = []
        self.differences = 0
        #: How far the body text and what may stand later had come where each page that has some
        #: begins.
        self.starts: list[tuple[PageText, State, State]] = []

    def candidates(self, piece: _Piece, in_notes: bool) -> tuple[Thread, ...]:
        """The threads a piece may belong to, the likeliest first."""
        late = self._late()
        body, note = self.threads["body"], self.threads["note"]
        readings = (self.threads["reading"], self.threads["note-reading"])
        match piece.source.kind:
            case "body":
                return (body, *late)
            case "note":
                return (note,)
            case "reading":
                return readings
        text = (note, body, *late) if in_notes else (body, *late, note)
        return readings + text if piece.source.small else text + readings

    def _late(self) -> tuple[Thread, ...]:
        """The thread of what may stand later, where the next of it may stand now."""
        body, late = self.threads["body"], self.threads["late"]
        index = late.state[0]
        if index == len(late.ranges):
            return ()
        first, last = late.ranges[index]
        return (late,) if first <= body.units(body.state) <= last else ()

    def page(self, page: PageText) -> None:
        """Take the fragments of one page."""
        pending = [_Piece(compact(item.text), item) for item in page.fragments]
        pending = [piece for piece in pending if piece.text]
        body, late = self.threads["body"], self.threads["late"]
        before = body.state, late.state
        in_notes = False
        while pending and self.differences <= LIMIT:
            position, end, thread, state = self._choose(pending, in_notes)
            piece = pending[position]
            if end == 0:
                rest = self._past_head(pending)
                if rest is not None:
                    pending = rest
                    continue
                self._differ(pending, page.place, in_notes)
                continue
            thread.state = state
            in_notes = thread.name == "note"
            if end == len(piece.text):
                del pending[position]
            else:
                pending[position] = _Piece(piece.text[end:], piece.source)
        if (body.state, late.state) != before:
            self.starts.append((page, *before))

    def _choose(self, pending: list[_Piece], in_notes: bool) -> tuple[int, int, Thread, State]:
        """The piece to take next, how much of it, for which thread, and the state after it."""
        best_end, best_thread = 0, self.threads["body"]
        best_state = best_thread.state
        for position, piece in enumerate(pending):
            if position and not all(piece.beside(other) for other in pending[:position]):
                continue
            for thread in self.candidates(piece, in_notes):
                end, state = thread.follow(piece.text, thread.state)
                if end == len(piece.text):
                    return position, end, thread, state
                if position == 0 and end > best_end:
                    best_end, best_thread, best_state = end, thread, state
        return 0, best_end, best_thread, best_state

    def _past_head(self, pending: list[_Piece]) -> list[_Piece] | None:
        """The pieces without the head of a table at their beginning; None where there is none."""
        for head in self.heads:
            alone = _Comparison(head)
            alone.heads = []
            rest = list(pending)
            body = alone.threads["body"]
            while rest and body.window(1)[0]:
                position, end, thread, state = alone._choose(rest, False)
                if end < len(rest[position].text):
                    break
                thread.state = state
                del rest[position]
            if not body.window(1)[0]:
                return rest
        return None

    def _differ(self, pending: list[_Piece], place: str, in_notes: bool) -> None:
        """Tell the difference at the first piece and go on where both texts agree again."""
        found = ""
        for piece in pending:
            if piece.source.kind == pending[0].source.kind and len(found) < HORIZON:
                found += piece.text[:HORIZON]
        best: tuple[int, int, int, Thread] | None = None
        for thread in self.candidates(pending[0], in_notes):
            meeting = _meeting(thread.window(HORIZON)[0], found)
            if meeting is not None and (best is None or sum(meeting) < best[0]):
                best = (sum(meeting), *meeting, thread)
        if best is None:
            lost, added, thread = 0, len(pending[0].text), self.candidates(pending[0], in_notes)[0]
        else:
            _, lost, added, thread = best
        expected, states = thread.window(HORIZON)
        if thread.where():
            place = f"{place} ({thread.where()})"
        self._tell(place, thread.before(), expected[:lost], found[:added], expected[lost:])
        thread.state = states[lost]
        kind = pending[0].source.kind
        while added and pending:
            piece = next(item for item in pending if item.source.kind == kind)
            where = pending.index(piece)
            if len(piece.text) <= added:
                added -= len(piece.text)
                del pending[where]
            else:
                pending[where] = _Piece(piece.text[added:], piece.source)
                added = 0

    def _tell(self, place: str, before: str, lost: str, added: str, after: str) -> None:
        self.differences += 1
        if self.differences > TOLD:
            return
        code = "T-CHANGED" if lost and added else "T-LOST" if lost else "T-ADDED"
        if code == "T-CHANGED":
            what = f"⟦{_short(lost)}⟧ became ⟦{_short(added)}⟧"
        elif code == "T-LOST":
            what = f"{_count(lost)} lost: ⟦{_short(lost)}⟧"
        else:
            what = f"{_count(added)} added: ⟦{_short(added)}⟧"
        message = f"{place}: {what} after «{before}» before «{after[:CONTEXT]}»"
        self.diagnostics.append(Diagnostic(code, "error", message))

    def finish(self, last: str) -> None:
        """Tell what the artefact did not show at all."""
        for thread in self.threads.values():
            total = (
                sum(
                    len(token.text)
                    for token in thread.tokens[thread.state[0] :]
                    if token.kind != "furniture"
                )
                - thread.state[1]
            )
            if total > 0:
                rest = thread.window(3 * CONTEXT)[0]
                self.differences += 1
                self.diagnostics.append(
                    Diagnostic(
                        "T-LOST",
                        "error",
                        f"{last}: the {thread.name} text ends {_characters(total)} early "
                        f"after «{thread.before()}»: ⟦{_short(rest)}⟧ is missing",
                    )
                )
        hidden = self.differences - len(self.diagnostics)
        if hidden > 0:
            told = f"{hidden} more differences" if hidden < LIMIT else "too many more differences"
            self.diagnostics.append(Diagnostic("T-CHANGED", "error", told))


def _meeting(expected: str, found: str) -> tuple[int, int] | None:
    """The least (characters lost, characters added) after which both texts agree again.

    Agreement is a run of eight equal characters; failing that, of four or two close by.
    """
    for length, horizon in ((8, HORIZON), (4, 120), (2, 24)):
        places: dict[str, int] = {}
        for i in range(min(len(expected), horizon) - length + 1):
            places.setdefault(expected[i : i + length], i)
        best: tuple[int, int] | None = None
        for j in range(min(len(found), horizon) - length + 1):
            if best is not None and j >= sum(best):
                break
            i = places.get(found[j : j + length], -1)
            if i >= 0 and (best is None or i + j < sum(best)):
                best = (i, j)
        if best is not None:
            return best
    return None


def _short(text: str) -> str:
    return text if len(text) <= 3 * CONTEXT else f"{text[: 2 * CONTEXT]}…{text[-CONTEXT:]}"


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number} characters"


def _count(text: str) -> str:
    return _characters(len(text))


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, and where in the body text the pages begin: see :func:`compare`."""

    diagnostics: tuple[Diagnostic, ...]
    starts: tuple[PageStart, ...]


def compare(
    expected: Iterable[Run],
    found: Iterable[PageText],
    medium: Literal["", "print", "epub"] = "",
) -> Compared:
    """Differences between an edition's text and an artefact's, in the artefact's order.

    Runs that another medium alone has are left out; without a ``medium`` all are expected.

    Errors T-LOST, T-ADDED, T-CHANGED name the place (page or document) and about 20 characters on
    each side; warning T-BLANK counts blanks between Han characters that the edition has not.
    Pages that show no body text have no start, nor have the documents of an e-book.
    """
    runs = tuple(run for run in expected if not medium or run.medium in ("", medium))
    pages = tuple(found)
    comparison = _Comparison(runs, late=medium == "print")
    for page in pages:
        comparison.page(page)
    comparison.finish(pages[-1].place if pages else "the file")
    starts = () if medium == "epub" else tuple(_starts(comparison, runs))
    return Compared((*comparison.diagnostics, *_blanks(runs, pages)), starts)


def _starts(comparison: _Comparison, runs: tuple[Run, ...]) -> Iterator[PageStart]:
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
