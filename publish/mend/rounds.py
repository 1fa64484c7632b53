"""Rounds of mending: collect edits, make them, read again, keep what is sound.

Rules see the plain Markdown tree: what book.toml declares about structure is left out
of the reading, so that a mend that lets a declared entry or heading be found does not
look like damage.  After a round of safe edits the tree must say what it said before
(``fingerprint``), after one of declared punctuation its words must; where it does not,
edits of the last rules of the table are taken back there, rule by rule, until it does.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Callable, Iterable, Sequence

from publish.diagnostics import Diagnostic, Edit, Source, fail
from publish.mend.fingerprint import Unit, fingerprint
from publish.mend.ledger import Ledger
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass, field

Read = Callable[[tuple[Source, ...], Manifest], tuple[Book, tuple[Diagnostic, ...]]]
EditRule = Callable[[Source, Book, Manifest], Iterable[Edit]]

#: A manuscript settles in two to six rounds; more than this is a fault of a rule.
MAX_ROUNDS = 40
#: Readings spent on finding which edits of one round change the tree.
MAX_TRIALS = 12
#: Units compared one by one where two trees differ; beyond, all between is taken as different.
MAX_COMPARED = 2000

#: File, received start and end, new text: an edit that was tried and taken back.
Refused = tuple[int, int, int, str, str]


@dataclass(slots=True)
class Rounds:
    """The state of one mending.

    ``rules`` are (code, kind, function) in the order of the table; a kind is safe, declared, or
    words: declared, and to keep every word and the tree.
    """

    ledgers: list[Ledger]
    manifest: Manifest
    read: Read
    rules: Sequence[tuple[str, str, EditRule]]
    allowed: Callable[[Edit], bool]
    book: Book = field(init=False)
    refused: dict[Refused, Edit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.manifest = plain(self.manifest)
        self.book = self._read(self.ledgers)

    def run(self) -> None:
        """Mend until no rule has anything left to say."""
        moved = False
        for _ in range(MAX_ROUNDS):
            if (
                self._checked_round("safe")
                or self._checked_round("words")
                or self._declared_round()
            ):
                moved = True
            elif moved and self.refused:
                # What was taken back stands in another text now, and may have been innocent.
                self.refused.clear()
                moved = False
            else:
                return
        raise fail(
            "M-ROUNDS",
            f"mending does not settle after {MAX_ROUNDS} rounds; this is a fault of the program",
            hints=("switch off the rule that edits last, under [mend] rules",),
        )

    def _read(self, ledgers: Sequence[Ledger]) -> Book:
        return self.read(tuple(ledger.current for ledger in ledgers), self.manifest)[0]

    def _declared_round(self) -> bool:
        edits = self._collect("declared")
        if not any(edits):
            return False
        self.ledgers = self._with(edits)
        self.book = self._read(self.ledgers)
        return True

    def _checked_round(self, kind: str) -> bool:
        edits = self._collect(kind)
        if not any(edits):
            return False
        words = kind == "words"
        before = fingerprint(self.book, words=words)
        for _ in range(MAX_TRIALS):
            ledgers = self._with(edits)
            book = self._read(ledgers)
            damage = _differences(before, fingerprint(book, words=words))
            if not damage:
                self.ledgers, self.book = ledgers, book
                return True
            edits = self._take_back(edits, damage)
            if not any(edits):
                return False
        for index, made in enumerate(edits):
            self._refuse(index, made)
        return False

    def _collect(self, kind: str) -> list[list[Edit]]:
        """The edits of one kind for each source: ascending, not overlapping, an earlier rule
        before a later one, without those refused before."""
        result: list[list[Edit]] = []
        for index, ledger in enumerate(self.ledgers):
            found: list[tuple[int, int, int, Edit]] = []
            for order, (_, rule_kind, rule) in enumerate(self.rules):
                if rule_kind != kind:
                    continue
                for edit in rule(ledger.current, self.book, self.manifest):
                    if self.allowed(edit) and self._key(index, edit) not in self.refused:
                        found.append((order, edit.span.start, edit.span.end, edit))
            result.append(_without_overlaps(found))
        return result

    def _with(self, edits: list[list[Edit]]) -> list[Ledger]:
        return [ledger.with_edits(made) for ledger, made in zip(self.ledgers, edits, strict=True)]

    def _key(self, index: int, edit: Edit) -> Refused:
        source = edit.span.source
        if self.ledgers[index].current is self.ledgers[index].received:
            return index, edit.span.start, edit.span.end, edit.text, edit.rule
        start = source.as_received(edit.span.start)
        return index, start, source.as_received(edit.span.end, end=True), edit.text, edit.rule

    def _refuse(self, index: int, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self.refused[self._key(index, edit)] = edit

    def _take_back(
        self, edits: list[list[Edit]], damage: list[tuple[Source, int, int] | None]
    ) -> list[list[Edit]]:
        """The edits without those of the last rule of the table in each damaged place."""
        order = {code: index for index, (code, _, _) in enumerate(self.rules)}
        gone: set[Edit] = set()
        for place in damage:
            for index, ledger in enumerate(self.ledgers):
                if place is None or ledger.current is not place[0]:
                    continue
                inside = [edit for edit in _touching(edits[index], *place[1:]) if edit not in gone]
                if inside:
                    last = max(order[edit.rule] for edit in inside)
                    out = [edit for edit in inside if order[edit.rule] == last]
                    self._refuse(index, out)
                    gone.update(out)
        if not gone:
            for index, made in enumerate(edits):
                self._refuse(index, made)
            return [[] for _ in edits]
        return [[edit for edit in made if edit not in gone] for made in edits]


def plain(manifest: Manifest) -> Manifest:
    """The manifest without what it declares about structure."""
    return dataclasses.replace(manifest, entries="", headings=(), front=(), back=(), parts=())


def _touching(edits: list[Edit], low: int, high: int) -> list[Edit]:
    """Those of the edits, ascending and without overlaps, that lie in or touch low to high."""
    first = bisect.bisect_left(edits, low, key=lambda edit: edit.span.end)
    after = bisect.bisect_right(edits, high, key=lambda edit: edit.span.start)
    return edits[first:after]


def _without_overlaps(found: list[tuple[int, int, int, Edit]]) -> list[Edit]:
    """The edits in order of place; of two that overlap, the one of the earlier rule."""
    chosen: list[Edit] = []
    ascending = sorted(found, key=lambda item: (item[1], item[2], item[0]))
    orders: list[int] = []
    for order, start, _, edit in ascending:
        if chosen and start < chosen[-1].span.end:
            if order < orders[-1]:
                chosen[-1], orders[-1] = edit, order
            continue
        chosen.append(edit)
        orders.append(order)
    return chosen


def _differences(before: list[Unit], after: list[Unit]) -> list[tuple[Source, int, int] | None]:
    """Places in the source where the trees differ; None for one that is nowhere."""
    old = [unit.key for unit in before]
    new = [unit.key for unit in after]
    if old == new:
        return []
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(map(len, middle)) > MAX_COMPARED:
        ranges = [(head, len(old) - tail)]
    else:
        import difflib

        matcher = difflib.SequenceMatcher(None, *middle, autojunk=False)
        ranges = [
            (head + low, head + high)
            for tag, low, high, _, _ in matcher.get_opcodes()
            if tag != "equal"
        ]
    return [_place(before, low, high) for low, high in ranges]


def _place(units: list[Unit], low: int, high: int) -> tuple[Source, int, int] | None:
    """The stretch of a source from the unit before to the unit after these."""
    inside = [unit.span for unit in units[low:high] if unit.span is not None]
    source = inside[0].source if inside else None
    start = end = None
    for unit in reversed(units[:low]):
        if unit.span is not None and (source is None or unit.span.source is source):
            source, start = unit.span.source, unit.span.end
            break
    for unit in units[high:]:
        if unit.span is not None and (source is None or unit.span.source is source):
            source, end = unit.span.source, unit.span.start
            break
    if source is None:
        return None
    starts = [span.start for span in inside if span.source is source]
    ends = [span.end for span in inside if span.source is source]
    low_place = min([*starts, *([start] if start is not None else [0])])
    high_place = max([*ends, *([end] if end is not None else [len(source.text)])])
    return source, low_place, high_place
