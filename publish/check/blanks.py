"""Blanks between Han characters that nobody meant.

A pretty-printer that sets adjacent inline elements on lines of their own leaves a gap that readers
see (epub.md section 2, 1).  An author may set one there as well: ``**甲** **乙**``.  Which of the
two it is, the edition's text tells; without it only white space that holds a line feed is a fault,
because no text of a book does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from publish.text.threads import FALSE_BLANK, by_place
from publish.text.xhtml import BLOCKS, XHTML, is_silent, local_name, types

if TYPE_CHECKING:
    from lxml.etree import _Element

    from publish.model.text import Run

#: A blank that is meant, by the characters before and after it.
Meant = frozenset[tuple[str, str]]

#: How many characters on a side tell one blank from another, as far as there are so many.
_SIZES = (8, 4, 2, 1)
_WHITE = re.compile(r"\s")
#: The edge of a block, of a picture or of a label, and a blank within a text node, in
#: the row of characters that a document is searched as; no text holds them.
_EDGE, _INNER = "\x00", "\x02"


def meant_blanks(expected: Iterable[Run]) -> Meant:
    """The blanks between Han characters that the text of an edition has, in an EPUB."""
    found: set[tuple[str, str]] = set()
    for text in by_place(run for run in expected if run.medium != "print"):
        for match in FALSE_BLANK.finditer(text):
            before, after = _around(text, *match.span())
            found.update(
                (before[-left:], after[:right])
                for left in _SIZES
                if left <= len(before)
                for right in _SIZES
                if right <= len(after)
            )
    return frozenset(found)


def blank_between_han(root: _Element, meant: Meant | None) -> str:
    """The first blank between two Han characters of one line that nobody meant, with its
    neighbours, or an empty string.

    Only blank text *between* elements is at fault here: blanks within one text node are the
    author's.  ``meant`` is None where the edition's text is not known.
    """
    line = _line(root, meant is not None)
    for match in FALSE_BLANK.finditer(line):
        if meant is None or _cut(*_around(line, *match.span())) not in meant:
            before = line[max(0, match.start() - 6) : match.start()].rpartition(_EDGE)[2]
            after = line[match.end() : match.end() + 6].partition(_EDGE)[0]
            return (before + match.group() + after).replace(_INNER, " ").strip()
    return ""


def _line(root: _Element, known: bool) -> str:
    """The body of a document as one row of characters, only doubtful blanks left as blanks."""
    body = root.find(f"{XHTML}body")
    if body is None:
        return ""
    pieces: list[str] = []
    stack: list[_Element | str] = [body]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        if not isinstance(item.tag, str):
            continue
        local = local_name(item.tag)
        if local in ("rt", "rp"):
            continue
        # What is no running text (a picture, a label, a way back) stands between its neighbours.
        if local in ("pre", "img") or is_silent(item) or types(item) & {"noteref", "doc-noteref"}:
            pieces.append(_EDGE)
            continue
        edge = _EDGE if local in BLOCKS else ""
        later: list[_Element | str] = [edge, _between(item.text, known)]
        for child in item:
            later.extend((child, _between(child.tail, known)))
        later.append(edge)
        stack.extend(reversed(later))
    return "".join(pieces).replace("\n", " ")


def _between(text: str | None, known: bool) -> str:
    """A text node with its own inner blanks made unlike those between elements."""
    if text is None or (not text.strip() and (known or "\n" in text)):
        return text or ""
    # Most text has no blank within.
    return _WHITE.sub(_INNER, text) if _WHITE.search(text) else text


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Up to eight characters before and after a blank, those that are seen, as far as the edge of
    a block or a number: labels are spelled in many ways."""
    size = _SIZES[0]
    before = _plain(text[max(0, start - 3 * size) : start][::-1])[:size][::-1]
    return before, _plain(text[end : end + 3 * size])[:size]


def _plain(text: str) -> str:
    kept = ""
    for character in text:
        category = unicodedata.category(character)
        if character == _EDGE or (kept and category.startswith("N")):
            break
        # Nor does a word joiner, which stands before the call of a note, make a difference.
        unseen = character.isspace() or character == _INNER or category == "Cf"
        kept += "" if unseen else character
    return kept


def _cut(before: str, after: str) -> tuple[str, str]:
    """The characters beside a blank, as many as :func:`meant_blanks` may have noted."""
    left = next(size for size in _SIZES if size <= len(before))
    right = next(size for size in _SIZES if size <= len(after))
    return before[-left:], after[:right]
