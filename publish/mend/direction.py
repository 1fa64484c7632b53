"""Quotation marks that look the wrong way.

What: ``”……“``, ``“……“`` and ``”……”`` in one paragraph, where no mark has a partner as it is and
what stands beside them says that one (or both) should be the other one, are asked about, and so
is an opening mark with a comma or a full stop behind it (``“好“，她说``); nothing is changed.
Why: keyboards give both marks by turns, and one that is struck out turns all that follow it;
GB/T 15834-2011 section 4.8: “ opens and ” closes.
Before: ``他说：”好。“``  After: the same, and a query at the marks
Measured: none in hello-algo (125,000 Han) and rust-course (383,000), 26 in a weekly (1,725,000),
14 in 红楼梦 (683,000): all true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from publish.diagnostics import Diagnostic, Span
from publish.mend.passages import Passage, passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass
from publish.text.characters import HAN_CLASS
from publish.text.pairs import Mark, pair_quotes
from publish.text.patterns import late

CODE = "P-QDIR"

#: What ends a sentence within a quotation; what may follow a closing mark at once.
_ENDS, _AFTER = frozenset("。！？…"), frozenset("，。；：！？、）》…—")
#: What stands before a quotation that begins.
_BEFORE = frozenset("：:")

#: An opening mark before a stop that is no quotation itself (“，”): the quotation ends here.
_OPENS_NOTHING = late(rf"[“‘「『](?=[，。、；：][{HAN_CLASS}])")

#: A place with both marks in it is no longer than this; of a longer one the first is shown.
_LONGEST = 38


@dataclass(frozen=True, slots=True)
class Turned:
    """Two marks without a partner that make a pair once those of ``wrong`` are turned."""

    first: Mark
    second: Mark
    wrong: tuple[Mark, ...]


def turned(text: str, marks: Sequence[Mark]) -> list[Turned]:
    """The pairs of marks of one paragraph that look the wrong way; no mark is in two."""
    alone = [
        mark
        for mark in marks
        if mark.partner is None and not mark.reopens and mark.character in "“”"
    ]
    found: list[Turned] = []
    index = 0
    while index + 1 < len(alone):
        first, second = alone[index], alone[index + 1]
        wrong = _wrong(text, first, second)
        if wrong:
            found.append(Turned(first, second, wrong))
            index += 1
        index += 1
    return found


def _wrong(text: str, first: Mark, second: Mark) -> tuple[Mark, ...]:
    before = text[: first.offset].rstrip()[-1:]
    last = text[second.offset - 1]
    after = text[second.offset + 1 :].lstrip()[:1]
    opens = before not in _ENDS
    closes = last not in _BEFORE and second.offset > first.offset + 1
    if not (opens and closes):
        return ()
    if not first.opening and second.opening:
        return first, second
    if first.opening and second.opening:
        return (second,) if last in _ENDS or after in _AFTER or not after else ()
    if not first.opening and not second.opening:
        return (first,)
    return ()


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each pair, in the order of the book."""
    flow = passages(book)
    for passage, marks in zip(flow, pair_quotes([item.text for item in flow]), strict=True):
        pairs = turned(passage.text, marks)
        for pair in pairs:
            yield Diagnostic(CODE, "query", _message(pair), _place(passage, pair))
        told = {mark.offset for pair in pairs for mark in (pair.first, pair.second)}
        for found in _OPENS_NOTHING.finditer(passage.text):
            if found.start() not in told:
                message = f"the quotation mark {found[0]} closes what was opened"
                yield Diagnostic(CODE, "query", message, passage.around(*found.span()))


def _message(pair: Turned) -> str:
    if len(pair.wrong) == 2:
        return "the quotation marks ”…“ look the wrong way"
    mark = pair.wrong[0]
    return (
        "the quotation mark “ closes what was opened"
        if mark.opening
        else "the quotation mark ” opens what is closed"
    )


def _place(passage: Passage, pair: Turned) -> Span | None:
    start, end = pair.wrong[0].offset, pair.wrong[-1].offset + 1
    if end - start > _LONGEST:
        end = start + 1
    return passage.around(start, end)


def known(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks of a paragraph that this rule asks about, so that no other does."""
    for pair in turned(text, marks):
        yield from (pair.first, pair.second)
