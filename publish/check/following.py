"""An artefact followed along the threads of an edition's text, page by page.

How the text of both is met is told in :mod:`publish.check.text`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from publish.check.differences import HORIZON, characters, difference, meeting, short
from publish.diagnostics import Diagnostic
from publish.records import dataclass
from publish.text.threads import CONTEXT, State, Thread, compact, threads

if TYPE_CHECKING:
    from publish.check.text import Fragment, PageText
    from publish.model.text import Run

#: Differences told in full; later ones are only counted.
TOLD = 5
#: Differences after which comparing stops: the files are not of one text.
LIMIT = 200
#: Ways of reading, and heads of tables, that are tried before a difference is told; those of one
#: artefact, and how many of each page are not counted among these.
WAYS, ALL_WAYS, FREE_WAYS = 2000, 20_000, 100


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


def _first_ones(pending: list[_Piece]) -> Iterator[tuple[int, _Piece]]:
    """The pieces that may be read before all others, and where each is among them."""
    for position, piece in enumerate(pending):
        if all(piece.beside(other) for other in pending[:position]):
            yield position, piece


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


class Comparison:
    """The threads of an edition's text, how far an artefact has shown them, and what differs."""

    def __init__(
        self,
        expected: Iterable[Run],
        numbers: dict[str, int] | None = None,
        sign: Callable[[int], str] | None = None,
        *,
        within: bool = False,
        late: bool = False,
    ) -> None:
        """``numbers`` collects those of notes that are counted anew on each page, ``sign`` says how
        they are printed; ``within`` tells that a text is met for the second time, ``late`` that
        some of it may stand later."""
        runs = list(expected)
        self.threads = threads(runs, late=late)
        self.numbers, self.sign = numbers, sign
        #: Ways that were tried since the page or the last difference, and before.
        self.tried = self.ways = 0
        self.threads["body"].counts = not within
        for thread in self.threads.values():
            thread.numbers, thread.sign = numbers, sign
        # The heads of tables as texts of their own, by their first character, once they are needed.
        self._runs, self._heads = runs, dict[str, list[Comparison]]()
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
        """Take the fragments of one page.

        Cells of a table that begin alike, a head that begins as a row does (项目 above 项目一):
        where one way of reading comes to an end, the last of the other ways is gone.
        """
        pending = [_Piece(compact(item.text), item) for item in page.fragments]
        reading = _Reading([piece for piece in pending if piece.text], False, self._states())
        body, late = self.threads["body"], self.threads["late"]
        before = body.state, late.state
        for thread in self.threads.values():
            thread.turn()
        others: list[Iterator[_Reading]] = []
        furthest: _Reading | None = None
        # Where others have led: a second way to the same place ends as the first did.
        seen: set[tuple[object, ...]] = set()
        self.tried = 0
        while reading.pending and self.differences <= LIMIT:
            others.append(self._ways(reading))
            found = next(others[-1], None)
            if found is None and (furthest is None or reading.rest() < furthest.rest()):
                furthest = reading
            while others and (found is None or (seen and found.place() in seen)):
                if self._is_enough():
                    found = None
                    break
                if found is None:
                    others.pop()
                found = next(others[-1], None) if others else None
                self.tried += 1
            if self.tried and found is not None:
                seen.add(found.place())
            if found is None:
                assert furthest is not None
                self._go_to(furthest)
                self._differ(furthest.pending, page.place, furthest.in_notes)
                found = _Reading(furthest.pending, furthest.in_notes, self._states())
                others, furthest = [], None
                seen.clear()
                self.tried, self.ways = 0, self.ways + self.tried
            reading = found
            self._go_to(reading)
        self.ways += max(0, self.tried - FREE_WAYS)
        if (body.state, late.state) != before:
            self.starts.append((page, *before))

    def _is_enough(self) -> bool:
        """Whether no more ways are tried: a file may be made to have any number of them."""
        if self.tried < FREE_WAYS:
            return False
        return self.tried >= WAYS or self.ways + self.tried >= ALL_WAYS

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
        for position, piece in _first_ones(pending):
            for thread in self.candidates(piece, reading.in_notes):
                end, state = thread.follow(piece.text, thread.state)
                if end == len(piece.text):
                    yield position, thread, state
                    self._go_to(reading)

    def _past_heads(self, pending: list[_Piece]) -> Iterator[list[_Piece]]:
        """The pieces without the head of a table at their beginning, for each that stands there."""
        heads = self._known_heads()
        if not heads:
            return
        first = dict.fromkeys(piece.text[0] for _, piece in _first_ones(pending))
        for alone in itertools.chain(*(heads.get(character, ()) for character in ("", *first))):
            if self._is_enough():
                return
            self.tried += 1
            rest, body = list(pending), alone.threads["body"]
            for thread in alone.threads.values():
                thread.reach((0, 0))
            while rest and body.window(1)[0]:
                found = next(alone._whole(_Reading(rest, False, alone._states())), None)
                if found is None:
                    break
                position, thread, state = found
                thread.reach(state)
                del rest[position]
            if not body.window(1)[0]:
                yield rest

    def _known_heads(self) -> dict[str, list[Comparison]]:
        """The heads of tables, each that there is once, by their first character; under none those
        that begin with a label, which may be spelled in several ways."""
        if self._runs and not self._heads:
            groups = itertools.groupby(self._runs, lambda run: run.head)
            texts = {
                tuple((run.kind, run.text, run.note) for run in head): head
                for head in (tuple(group) for is_head, group in groups if is_head)
            }
            for head in texts.values():
                alone = Comparison(head, self.numbers, self.sign, within=True)
                tokens = alone.threads["body"].tokens
                if tokens:
                    first = tokens[0].text[:1] if tokens[0].kind == "text" else ""
                    self._heads.setdefault(first, []).append(alone)
            self._runs = []
        return self._heads

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
