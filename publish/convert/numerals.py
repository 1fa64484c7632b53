"""Numbers of vertical text in Han numerals: years digit by digit, counts in words of number.

What: ``2025年`` becomes ``二〇二五年``, ``60条`` ``六十条``; decimals, versions, percentages,
numbers over four digits, and what stands beside Latin letters stay as they are.
Why: in vertical lines Arabic numerals lie on their side or stand in a square of their own; books
in Chinese write years and counts in Han numerals (GB/T 15835-2011, 4.2 and 5; clreq,
#handling_of_numbers_in_vertical_writing_mode).
Before: ``2025年，60条，3.5倍``  After: ``二〇二五年，六十条，3.5倍``
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publish.model.book import Book, Chapter, List, Node
from publish.model.numerals import digit_by_digit, spelled
from publish.model.tree import map_nodes
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

_BEFORE = r"(?<![0-9A-Za-z.,:/%+\-–~$¥￥€#&_@])"
_NUMBER = late(rf"{_BEFORE}(?:(?P<year>[0-9]{{4}})(?=年)|[0-9]{{1,4}}(?=[{HAN_CLASS}]))")


def in_han(text: str) -> str:
    """A text with its years and counts in Han numerals."""
    (written,) = pieces_in_han((text,), (False,))
    return written


def pieces_in_han(pieces: Sequence[str], fixed: Sequence[bool]) -> list[str]:
    """The pieces of one text with its years and counts in Han numerals, which are longer or shorter
    than digits: each stands in the piece that the number stood in.  A number that lies over several
    pieces, or in one that is ``fixed``, stays as it is.
    """
    numbers = list(_NUMBER.finditer("".join(pieces)))
    written: list[str] = []
    start = 0
    for piece, kept in zip(pieces, fixed, strict=True):
        end = start + len(piece)
        new, position = "", 0
        for number in () if kept else numbers:
            if start <= number.start() and number.end() <= end:
                new += piece[position : number.start() - start]
                new += digit_by_digit(number[0]) if number["year"] else spelled(number[0])
                position = number.end() - start
        written.append(new + piece[position:])
        start = end
    return written


def with_han_markers(book: Book) -> Book:
    """The book with its numbered lists counted 一、 and, within those, （一）; a third list keeps
    its digits."""

    def counted(chapter: Chapter) -> Chapter:
        return map_nodes(chapter, _counted)

    return replace(
        book,
        front=tuple(map(counted, book.front)),
        body=tuple(map_nodes(item, _counted) for item in book.body),
        back=tuple(map(counted, book.back)),
    )


def _counted(node: Node) -> Node:
    if not isinstance(node, List) or node.start is None:
        return node
    items = tuple(tuple(map_nodes(block, _deeper) for block in item) for item in node.items)
    return replace(node, items=items, markers="han")


def _deeper(node: Node) -> Node:
    if not isinstance(node, List) or node.start is None:
        return node
    return replace(node, markers="han-brackets" if node.markers == "han" else "digits")
