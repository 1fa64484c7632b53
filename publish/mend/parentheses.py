"""Half-width parentheses around Chinese.

What: ``(`` and ``)`` that pair in a paragraph and hold a Chinese character become ``（`` and
``）``; blanks just inside and outside them go.  A pair of which one is full-width already is
made whole, and one that touches such a pair is of its width.  ``(1)``, ``(HTTP)``, smileys, and
all of a paragraph with a parenthesis left over stay.
Why: parentheses of Chinese text take a full em (GB/T 15834-2011 section 5.1.3); half-width ones
are for Latin text.
Before: ``北京(中国的首都)``  After: ``北京（中国的首都）``
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import Prose, prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import has_han
from publish.text.patterns import late
from publish.text.smileys import SMILEY

CODE = "P-PAREN"

#: Smileys and labels of enumerations (``1)``, ``a)`` after a blank or a mark) are no pairs.
_MARK = late(rf"{SMILEY}|(?<![^\s，。；、：,;:(（])[0-9A-Za-z]{{1,2}}\)|[()（）]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace both marks of every pair that holds Chinese."""
    if "(" not in source.text and ")" not in source.text:
        return
    for passage in prose(source, book):
        if "(" in passage.text or ")" in passage.text:
            yield from _edits(passage)


def _edits(passage: Prose) -> Iterable[Edit]:
    text = passage.text
    for opening, closing in _of_chinese(text, _pairs(text)):
        if text[opening - 1 : opening] == "]":
            continue
        made = [
            passage.edit(*_with_blanks(passage, mark), wide, CODE)
            for mark, wide in ((opening, "（"), (closing, "）"))
            if text[mark] in "()"
        ]
        yield from (edit for edit in made if edit is not None and None not in made)


def _of_chinese(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that hold Chinese, and those that touch one: (刘慈欣)(2008) are of one width."""
    wide = [has_han(text[opening + 1 : closing]) for opening, closing in found]
    order = sorted(range(len(found)), key=lambda index: found[index][0])
    for these in (order, order[::-1]):
        for index, other in itertools.pairwise(these):
            touch = found[index][1] + 1 == found[other][0] or found[other][1] + 1 == found[index][0]
            wide[other] = wide[other] or (wide[index] and touch)
    return [pair for pair, is_wide in zip(found, wide, strict=True) if is_wide]


def _pairs(text: str) -> list[tuple[int, int]]:
    """The pairs of a paragraph, inner ones first; none where a mark is left over."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark in "(（":
            opened.append(match.start())
        elif mark in ")）":
            if not opened:
                return []
            found.append((opened.pop(), match.start()))
        elif mark[0] not in ":;" and opened:
            # What looks like a label closes what is open: (图 1).
            found.append((opened.pop(), match.end() - 1))
    return [] if opened else found


def _with_blanks(passage: Prose, mark: int) -> tuple[int, int]:
    """The mark with the blanks around it, but for those that a next parenthesis takes."""
    start, end = passage.with_blanks(mark, mark + 1)
    return start, mark + 1 if passage.text[end : end + 1] in ("(", "（") else end
