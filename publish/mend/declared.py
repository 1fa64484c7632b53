"""Spellings that book.toml declares, replaced: what T-NAME and T-TERM have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book


def replacements(
    source: Source,
    book: Book,
    spellings: Mapping[str, tuple[str, ...]],
    code: str,
    pattern: Callable[[str], str],
) -> Iterator[Edit]:
    """An edit for every wrong spelling in the text of the book.

    ``spellings`` is the right one to the wrong ones; ``pattern`` makes the regular
    expression that finds one.  A right spelling is never changed, though a wrong one may
    be part of it; nor is the name of a file.
    """
    wanted = {wrong: right for right, wrongs in spellings.items() for wrong in wrongs if wrong}
    wanted.update({right: right for right in spellings if right})
    if not wanted:
        return
    words = sorted(wanted, key=lambda word: (-len(word), word))
    expression = re.compile("|".join(map(pattern, words)))
    here = places(source, book)
    for found in expression.finditer(source.text):
        right = wanted[found.group()]
        if right == found.group() or here.is_file(*found.span()):
            continue
        if here.text_around(*found.span()) is not None:
            yield Edit(Span(source, *found.span()), right, code, "declared")
