"""Edits of several rounds as one list on the text as it was received."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Sequence
from typing import Literal

from publish.diagnostics import Edit, Source, Span
from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Code points ``start`` to ``end`` of the received text became ``text``."""

    start: int
    end: int
    text: str
    rule: str
    severity: Literal["safe", "declared"]


class Ledger:
    """One source through the rounds of mending."""

    def __init__(self, source: Source) -> None:
        self.received = source
        self.current = source
        self.changes: tuple[Change, ...] = ()

    def with_edits(self, edits: Sequence[Edit]) -> Ledger:
        """A ledger with these edits of the current source made; they are ascending and do not
        overlap."""
        new = Ledger(self.received)
        if not edits:
            new.current, new.changes = self.current, self.changes
            return new
        new.changes = _compose(self.changes, edits, self.current.text, self.received.text)
        text = self.received.text
        parts: list[str] = []
        position = 0
        for change in new.changes:
            parts += [text[position : change.start], change.text]
            position = change.end
        parts.append(text[position:])
        new.current = dataclasses.replace(
            self.received,
            text="".join(parts),
            received=self.received.received or self.received,
            pieces=_pieces(self.received, new.changes),
            _lines=[],
        )
        return new

    def edits(self) -> tuple[Edit, ...]:
        """The changes as edits on the received source."""
        return tuple(
            Edit(
                Span(self.received, change.start, change.end),
                change.text,
                change.rule,
                change.severity,
            )
            for change in self.changes
        )


def _pieces(received: Source, changes: Sequence[Change]) -> tuple[tuple[int, int, int], ...]:
    """The runs that were kept (see :class:`Source`), told as places of the very first text if
    the received source was itself mended."""
    kept: list[tuple[int, int, int]] = []
    position = here = 0
    for change in changes:
        if change.start > position:
            kept.append((here, position, change.start - position))
            here += change.start - position
        here += len(change.text)
        position = change.end
    if len(received.text) > position:
        kept.append((here, position, len(received.text) - position))
    if received.received is None:
        return tuple(kept)
    starts = [piece[0] for piece in received.pieces]
    composed: list[tuple[int, int, int]] = []
    for start, begin, length in kept:
        index = max(0, bisect.bisect_right(starts, begin) - 1)
        while index < len(starts) and starts[index] < begin + length:
            first, original, size = received.pieces[index]
            low, high = max(begin, first), min(begin + length, first + size)
            if low < high:
                composed.append((start + low - begin, original + low - first, high - low))
            index += 1
    return tuple(composed)


def _compose(
    changes: Sequence[Change], edits: Sequence[Edit], current: str, received: str
) -> tuple[Change, ...]:
    """The changes that have the effect of ``changes`` and then of ``edits``.

    An edit that overlaps the text of an earlier change becomes part of it, under the rule
    that changed the place first; a place that is then as it was received is no change.
    """
    items: list[tuple[int, int, int, Change | Edit]] = []
    shift = 0  # what to add to a place in the current text to have it in the received one
    for change in changes:
        begin = change.start - shift
        items.append((begin, begin + len(change.text), 0, change))
        shift += change.end - change.start - len(change.text)
    items += [(edit.span.start, edit.span.end, 1, edit) for edit in edits]
    items.sort(key=lambda item: item[:3])

    result: list[Change] = []
    shift = index = 0
    while index < len(items):
        begin, end = items[index][:2]
        first = index
        index += 1
        while index < len(items) and items[index][0] < end:
            end = max(end, items[index][1])
            index += 1
        group = [item[3] for item in items[first:index]]
        before = [item for item in group if isinstance(item, Change)]
        made = [item for item in group if isinstance(item, Edit)]
        received_begin = begin + shift
        shift += sum(change.end - change.start - len(change.text) for change in before)
        if not made:
            result += before
            continue
        text = _edited(current, begin, end, made)
        if received[received_begin : end + shift] != text:
            declared = any(item.severity == "declared" for item in group)
            rule = before[0].rule if before else made[0].rule
            severity: Literal["safe", "declared"] = "declared" if declared else "safe"
            result.append(Change(received_begin, end + shift, text, rule, severity))
    return tuple(result)


def _edited(current: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    position = start
    for edit in edits:
        parts += [current[position : edit.span.start], edit.text]
        position = edit.span.end
    parts.append(current[position:end])
    return "".join(parts)
