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

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from publish.check.differences import HORIZON, characters, difference, meeting, short
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
#: Ways of reading a page that are tried before a difference is told, and in one artefact.
WAYS, ALL_WAYS = 2000, 20_000


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far a page was read: the pieces still to come, whether the last was of a note, and the
    states of the threads."""

    pending: list[_Piece]
    in_notes: bool
    states: tuple[State, ...]

    def rest(self) -> int:
        """How many characters are still to come."""
        return sum(len(piece.text) for piece in self.pending)

    def place(self) -> tuple[object, ...]:
        """What tells it from other readings of the page."""
        return self.states, self.rest(), self.in_notes


class _Comparison:
    def __init__(
        self,
        expected: Iterable[Run],
        numbers: dict[str, int] | None = None,
        sign: Callable[[int], str] | None = None,
        *,
        within: bool = False,
    ) -> None:
        """``numbers`` collects those of notes that are counted anew on each page, ``sign`` says how
        they are printed; ``within`` tells that a text is met for the second time."""
        runs = list(expected)
        self.threads = threads(runs)
        self.numbers, self.sign = numbers, sign
        self.ways = 0
        self.threads["body"].counts = not within
        for thread in self.threads.values():
            thread.numbers, thread.sign = numbers, sign
        #: The heads of tables, each as its runs.
        self.heads = [
            tuple(group) for head, group in itertools.groupby(runs, lambda run: run.head) if head
        ]
        self.diagnostics: list[Diagnostic] = []
        self.differences = 0
        #: How far the body text had come where each page that has some begins.
        self.starts: list[tuple[PageText, State]] = []

    def candidates(self, piece: _Piece, in_notes: bool) -> tuple[Thread, ...]:
        """The threads a piece may belong to, the likeliest first."""
        body, note = self.threads["body"], self.threads["note"]
        readings = (self.threads["reading"], self.threads["note-reading"])
        match piece.source.kind:
            case "body":
                return (body,)
            case "note":
                return (note,)
            case "reading":
                return readings
        text = (note, body) if in_notes else (body, note)
        return readings + text if piece.source.small else text + readings

    def page(self, page: PageText) -> None:
        """Take the fragments of one page.

        Cells of a table that begin alike, a head that begins as a row does (项目 above 项目一):
        where one way of reading comes to an end, the last of the other ways is gone.
        """
        pending = [_Piece(compact(item.text), item) for item in page.fragments]
        reading = _Reading([piece for piece in pending if piece.text], False, self._states())
        body = self.threads["body"]
        before = body.state
        for thread in self.threads.values():
            thread.turn()
        others: list[Iterator[_Reading]] = []
        furthest: _Reading | None = None
        # Where others have led: a second way to the same place ends as the first did.
        seen: set[tuple[object, ...]] = set()
        tried = 0
        while reading.pending and self.differences <= LIMIT:
            others.append(self._ways(reading))
            found = next(others[-1], None)
            if found is None and (furthest is None or reading.rest() < furthest.rest()):
                furthest = reading
            while others and (found is None or (tried and found.place() in seen)):
                if tried == WAYS or self.ways == ALL_WAYS:
                    found = None
                    break
                if found is None:
                    others.pop()
                found = next(others[-1], None) if others else None
                tried, self.ways = tried + 1, self.ways + 1
            if tried and found is not None:
                seen.add(found.place())
            if found is None:
                assert furthest is not None
                self._go_to(furthest)
                self._differ(furthest.pending, page.place, furthest.in_notes)
                found = _Reading(furthest.pending, furthest.in_notes, self._states())
                others, furthest, tried = [], None, 0
                seen.clear()
            reading = found
            self._go_to(reading)
        if body.state != before:
            self.starts.append((page, before))

    def _states(self) -> tuple[State, ...]:
        return tuple(thread.state for thread in self.threads.values())

    def _go_to(self, reading: _Reading) -> None:
        for thread, state in zip(self.threads.values(), reading.states, strict=True):
            thread.reach(state)

    def _ways(self, reading: _Reading) -> Iterator[_Reading]:
        """What can be read next, the likeliest first: a piece that goes on with a thread, the head
        of a table once more, or the beginning of the first piece."""
        pending, in_notes = reading.pending, reading.in_notes
        for position, thread, state in self._whole(reading):
            rest = pending[:position] + pending[position + 1 :]
            yield self._read(reading, rest, thread, state)
        for behind in self._past_heads(pending):
            yield _Reading(behind, in_notes, reading.states)
            self._go_to(reading)
        piece, best = pending[0], 0
        for thread in self.candidates(piece, in_notes):
            end, state = thread.follow(piece.text, thread.state)
            if best < end < len(piece.text):
                best, follower, reached = end, thread, state
        if best:
            rest = [_Piece(piece.text[best:], piece.source), *pending[1:]]
            yield self._read(reading, rest, follower, reached)

    def _read(
        self, reading: _Reading, rest: list[_Piece], thread: Thread, state: State
    ) -> _Reading:
        """What a reading has become when a thread has gone on to a state."""
        states = tuple(
            state if other is thread else known
            for other, known in zip(self.threads.values(), reading.states, strict=True)
        )
        return _Reading(rest, thread.name == "note", states)

    def _whole(self, reading: _Reading) -> Iterator[tuple[int, Thread, State]]:
        """The pieces that may be read next as a whole, as thread and state."""
        pending = reading.pending
        for position, piece in enumerate(pending):
            if position and not all(piece.beside(other) for other in pending[:position]):
                continue
            for thread in self.candidates(piece, reading.in_notes):
                end, state = thread.follow(piece.text, thread.state)
                if end == len(piece.text):
                    yield position, thread, state
                    self._go_to(reading)

    def _past_heads(self, pending: list[_Piece]) -> Iterator[list[_Piece]]:
        """The pieces without the head of a table at their beginning, for each that stands there."""
        for head in self.heads:
            alone = _Comparison(head, self.numbers, self.sign, within=True)
            rest = list(pending)
            body = alone.threads["body"]
            while rest and body.window(1)[0]:
                found = next(alone._whole(_Reading(rest, False, alone._states())), None)
                if found is None:
                    break
                position, thread, state = found
                thread.reach(state)
                del rest[position]
            if not body.window(1)[0]:
                yield rest

    def _differ(self, pending: list[_Piece], place: str, in_notes: bool) -> None:
        """Tell the difference at the first piece and go on where both texts agree again."""
        found = ""
        for piece in pending:
            if piece.source.kind == pending[0].source.kind and len(found) < HORIZON:
                found += piece.text[:HORIZON]
        best: tuple[int, int, int, Thread] | None = None
        for thread in self.candidates(pending[0], in_notes):
            agreed = meeting(thread.window(HORIZON)[0], found)
            if agreed is not None and (best is None or sum(agreed) < best[0]):
                best = (sum(agreed), *agreed, thread)
        if best is None:
            lost, added, thread = 0, len(pending[0].text), self.candidates(pending[0], in_notes)[0]
        else:
            _, lost, added, thread = best
        expected, states = thread.window(HORIZON)
        if thread.where():
            place = f"{place} ({thread.where()})"
        self._tell(place, thread.before(), expected[:lost], found[:added], expected[lost:])
        thread.reach(states[lost])
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
        code, what = difference(lost, added)
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
                        f"{last}: the {thread.name} text ends {characters(total)} early "
                        f"after «{thread.before()}»: ⟦{short(rest)}⟧ is missing",
                    )
                )
        hidden = self.differences - len(self.diagnostics)
        if hidden > 0:
            told = f"{hidden} more differences" if hidden < LIMIT else "too many more differences"
            self.diagnostics.append(Diagnostic("T-CHANGED", "error", told))


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
    comparison = _Comparison(runs, {} if notes_by_page else None, note_sign)
    for page in pages:
        comparison.page(page)
    comparison.finish(pages[-1].place if pages else "the file")
    starts = () if medium == "epub" else tuple(_starts(comparison, runs))
    return Compared((*comparison.diagnostics, *_blanks(runs, pages)), starts)


def _starts(comparison: _Comparison, runs: tuple[Run, ...]) -> Iterator[PageStart]:
    """The starts of pages, counted from the first chapter on."""
    body = comparison.threads["body"]
    total = body.units((len(body.tokens), 0))
    chapters = threads(run for run in runs if not run.leaf)["body"]
    length = chapters.units((len(chapters.tokens), 0))
    after = next((i for i, run in enumerate(runs) if not run.leaf), len(runs))
    opening = threads(runs[:after])["body"]
    before = opening.units((len(opening.tokens), 0))
    for page, state in comparison.starts:
        at = body.units(state)
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
