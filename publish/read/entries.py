"""Numbered entries: ``1.我们…`` without a space, which Markdown does not take for a list.

The number is the author's and stays; a gap or a repeat is a query.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from publish.diagnostics import Diagnostic, Span
from publish.model import book as b
from publish.read.pieces import cut
from publish.records import dataclass

#: A number, its point, and no further digit (3.14 opens no entry).
_NUMBER = re.compile(r"(\d{1,4})[.．、](?!\d)\s*")
#: The number of a list item, behind the marks of what it stands in.
_ITEM = re.compile(r"[^\d\n]*(\d{1,9}[.)])")
#: How far a number may be from the one before and still go on with the run.
_REACH = 10
#: Fewer paragraphs than this are no run (text.md, S-LIST).
_RUN = 3


@dataclass(frozen=True, slots=True)
class _Opened:
    """An entry's number as it is typed, its place, and the blocks that come with it."""

    number: int
    spelling: str
    place: Span | None
    blocks: tuple[b.Block, ...]


def _number(block: b.Block) -> tuple[int, b.Text, re.Match[str]] | None:
    """The number that opens a paragraph, behind line breaks that mean nothing: the text node
    that it opens, and where among the children that stands."""
    if not isinstance(block, b.Paragraph):
        return None
    children = block.children
    start = next((i for i, n in enumerate(children) if not isinstance(n, b.LineBreak)), 0)
    first = children[start] if children else None
    if not isinstance(first, b.Text) or not (match := _NUMBER.match(first.text)):
        return None
    return start, first, match


def _opened(block: b.Block) -> _Opened | None:
    """The entry that a paragraph opens with its number."""
    if not isinstance(block, b.Paragraph) or (found := _number(block)) is None:
        return None
    (start, first, match), children = found, block.children
    rest = cut(first, match.end())
    body = ((rest,) if rest.text else ()) + children[start + 1 :]
    return _Opened(
        int(match[1]),
        match[0].strip(),
        cut(first, 0, match.end()).span,
        (dataclasses.replace(block, children=body),),
    )


def _items(block: b.List) -> Iterator[_Opened]:
    """The items of a list with the numbers that the author typed."""
    for offset, item in enumerate(block.items):
        number = (block.start or 0) + offset
        first = item[0] if item else None
        spelling, place = f"{number}.", first.span if first else None
        if place is not None and (match := _ITEM.match(place.text)):
            spelling, number = match[1], int(match[1][:-1])
            place = Span(place.source, place.start + match.start(1), place.start + match.end(1))
        yield _Opened(number, spelling, place, item or (b.Paragraph((), span=block.span),))


def _is_run(block: b.Block, previous: int | None) -> bool:
    """Whether a list is entries typed with a space after the point: its items are paragraphs
    of their own, or it counts on from the entry before; any other is a list in an entry."""
    if not isinstance(block, b.List) or block.start is None:
        return False
    if previous is None:
        return not block.tight
    return block.start == previous + 1 or (
        not block.tight and previous < block.start <= previous + _REACH
    )


def number_entries(
    blocks: Sequence[b.Block], taken: set[str], chapter: str
) -> tuple[list[b.Block], tuple[Diagnostic, ...]]:
    """Declared entries: paragraphs that open with a number, and what follows up to the next.

    ``taken`` are the anchors that other chapters gave to their entries; it is added to.
    """
    numbered = sum(_number(block) is not None for block in blocks)
    listed = sum(len(n.items) for n in blocks if isinstance(n, b.List) and _is_run(n, None))
    if numbered + listed < _RUN:
        return list(blocks), ()
    result: list[b.Block] = []
    found: list[Diagnostic] = []
    previous: int | None = None
    seen: set[int] = set()
    for block in blocks:
        opened = _opened(block)
        if isinstance(block, b.List) and _is_run(block, previous):
            entries = tuple(_items(block))
        elif opened and (previous is None or abs(opened.number - previous) <= _REACH):
            entries = (opened,)
        elif result and isinstance(result[-1], b.Entry) and not isinstance(block, b.Heading):
            result[-1] = _longer(result[-1], block)
            continue
        else:
            if isinstance(block, b.Heading):
                previous = None
            result.append(block)
            continue
        for entry in entries:
            if previous is not None and entry.number != previous + 1:
                found.append(_query(entry, previous, seen))
            seen.add(entry.number)
            previous = entry.number
            result.append(_entry(entry, block.span, _anchor(entry.number, taken, chapter)))
    return result, tuple(found)


def _entry(opened: _Opened, span: Span | None, anchor: str) -> b.Entry:
    number = b.Number(opened.number, "label", opened.spelling, span=opened.place)
    if opened.blocks[0].span is not None:
        span = opened.blocks[0].span
    entry = b.Entry(number, opened.blocks[:1], anchor, span=span)
    for block in opened.blocks[1:]:
        entry = _longer(entry, block)
    return entry


def _longer(entry: b.Entry, block: b.Block) -> b.Entry:
    """The entry with one more block; it reaches as far, unless that stands in another file."""
    span = entry.span
    if span is not None and block.span is not None and block.span.source is span.source:
        span = Span(span.source, span.start, max(span.end, block.span.end))
    return b.Entry(entry.number, (*entry.blocks, block), entry.anchor, span=span)


def _anchor(number: int, taken: set[str], chapter: str) -> str:
    """``t7``; where another entry has that already, one that none has."""
    name, count = f"t{number}", 1
    while name in taken:
        name = f"{chapter}-t{number}" + (f"-{count}" if count > 1 else "")
        count += 1
    taken.add(name)
    return name


def _query(opened: _Opened, previous: int, seen: set[int]) -> Diagnostic:
    message = f"entry {opened.number} does not follow entry {previous}"
    if opened.number in seen:
        message = f"entry {opened.number} stands twice"
    hint = "numbers are the author's and are kept"
    return Diagnostic("X-SEQ", "query", message, opened.place, (hint,))


def propose_entries(book: b.Book) -> list[Diagnostic]:
    """Where entries are not declared: a run of numbered paragraphs is proposed, once a chapter."""
    found: list[Diagnostic] = []
    for chapter in book.chapters():
        run: list[_Opened] = []
        for block in chapter.blocks:
            opened = _opened(block)
            if opened and (not run or opened.number == run[-1].number + 1):
                run.append(opened)
        if len(run) >= _RUN:
            found.append(
                Diagnostic(
                    "S-LIST",
                    "query",
                    f"{len(run)} paragraphs are numbered {run[0].number} to {run[-1].number}",
                    run[0].place,
                    ("as entries each has its number in the margin and its place in the contents",),
                    settle=('[structure] entries = "numbered"',),
                )
            )
    return found
