"""Numbered entries: ``1.我们…`` without a space, which Markdown does not take for a list.

The number is the author's and stays; a gap or a repeat is a query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from publish.diagnostics import Diagnostic, Span
from publish.model import book as b

#: A number, its point, and no further digit (3.14 opens no entry).
_NUMBER = re.compile(r"(\d{1,4})[.．、](?!\d)\s*")
#: How far a number may be from the one before and still go on with the run.
_REACH = 10
#: Fewer paragraphs than this are no run (text.md, S-LIST).
_RUN = 3


def _number(block: b.Block) -> tuple[int, re.Match[str], b.Text] | None:
    """The number that opens a paragraph, behind line breaks that mean nothing."""
    if not isinstance(block, b.Paragraph):
        return None
    first = next((n for n in block.children if not isinstance(n, b.LineBreak)), None)
    if not isinstance(first, b.Text) or not (match := _NUMBER.match(first.text)):
        return None
    return int(match[1]), match, first


def _entry(block: b.Paragraph, number: int, match: re.Match[str], text: b.Text) -> b.Entry:
    """The entry that a numbered paragraph opens; line breaks before the number mean nothing."""
    place = rest_place = text.span
    if place is not None:
        middle = min(place.end, place.start + match.end())
        rest_place = Span(place.source, middle, place.end)
        place = Span(place.source, place.start, middle)
    rest = text.text[match.end() :]
    first = (b.Text(rest, span=rest_place),) if rest else ()
    position = next(i for i, node in enumerate(block.children) if node is text)
    body = b.Paragraph(first + block.children[position + 1 :], span=block.span)
    token = b.Number(number, "label", match[0].strip(), span=place)
    return b.Entry(token, (body,), f"t{number}", span=block.span)


def number_entries(
    blocks: Sequence[b.Block],
) -> tuple[list[b.Block], tuple[Diagnostic, ...]]:
    """Declared entries: paragraphs that open with a number, and what follows up to the next."""
    if sum(_number(block) is not None for block in blocks) < _RUN:
        return list(blocks), ()
    result: list[b.Block] = []
    found: list[Diagnostic] = []
    previous: int | None = None
    seen: set[int] = set()
    for block in _unlisted(blocks):
        opened = _number(block)
        if opened and (previous is None or abs(opened[0] - previous) <= _REACH):
            number, match, text = opened
            assert isinstance(block, b.Paragraph)
            entry = _entry(block, number, match, text)
            if previous is not None and number != previous + 1:
                message = f"entry {number} does not follow entry {previous}"
                if number in seen:
                    message = f"entry {number} stands twice"
                found.append(
                    Diagnostic(
                        "X-SEQ",
                        "query",
                        message,
                        entry.number.span,
                        ("numbers are the author's and are kept",),
                    )
                )
            if number in seen:
                entry = b.Entry(
                    entry.number, entry.blocks, f"t{number}-{len(result)}", span=entry.span
                )
            seen.add(number)
            previous = number
            result.append(entry)
        elif result and isinstance(result[-1], b.Entry) and not isinstance(block, b.Heading):
            last = result[-1]
            result[-1] = b.Entry(last.number, (*last.blocks, block), last.anchor, span=last.span)
        else:
            if isinstance(block, b.Heading):
                previous = None
            result.append(block)
    return result, tuple(found)


def _unlisted(blocks: Sequence[b.Block]) -> list[b.Block]:
    """Entries typed with a space after the point are a list to Markdown: take them apart."""
    flat: list[b.Block] = []
    for block in blocks:
        if isinstance(block, b.List) and block.start is not None:
            for offset, item in enumerate(block.items):
                first = item[0] if item else None
                if isinstance(first, b.Paragraph):
                    spelling = f"{block.start + offset}."
                    place = None
                    if first.span is not None:
                        place = Span(first.span.source, first.span.start, first.span.start)
                    flat.append(
                        b.Paragraph(
                            (b.Text(spelling, span=place), *first.children), span=first.span
                        )
                    )
                    flat.extend(item[1:])
                else:
                    flat.extend(item)
        else:
            flat.append(block)
    return flat


def propose_entries(book: b.Book) -> list[Diagnostic]:
    """Where entries are not declared: a run of numbered paragraphs is proposed, once a chapter."""
    found: list[Diagnostic] = []
    for chapter in book.chapters():
        run: list[tuple[int, b.Text]] = []
        for block in chapter.blocks:
            opened = _number(block)
            if opened and (not run or opened[0] == run[-1][0] + 1):
                run.append((opened[0], opened[2]))
        if len(run) >= _RUN:
            found.append(
                Diagnostic(
                    "S-LIST",
                    "query",
                    f"{len(run)} paragraphs are numbered {run[0][0]} to {run[-1][0]}",
                    run[0][1].span,
                    ('to set them as entries: book.toml, [structure] entries = "numbered"',),
                )
            )
    return found
