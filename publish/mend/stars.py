"""Asterisks of strong emphasis that print as asterisks.

What: ``**`` beside Chinese, in text, is asked about, three times in a paragraph at most.
Why: a mark of emphasis whose partner is missing, or has a blank on the wrong side, is text to
Markdown; nobody means to print two asterisks.
Before: ``这是**重点。``  After: the same, and a query
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from publish.diagnostics import Diagnostic
from publish.mend.passages import passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS, PUNCTUATION_CLASS
from publish.text.patterns import late

CODE = "S-STAR"

#: Places of one paragraph that are asked about.
ASKED = 3
_CHINESE = f"[{HAN_CLASS}{PUNCTUATION_CLASS}]"
#: Exactly two: four and more hide what must not be said.
_STARS = late(rf"(?<![*])(?:(?<={_CHINESE})\*\*|\*\*(?={_CHINESE}))(?![*])")


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each, in the order of the book."""
    for passage in passages(book):
        if "**" not in passage.text:
            continue
        for found in islice(_STARS.finditer(passage.text), ASKED):
            yield Diagnostic(
                CODE,
                "query",
                "the asterisks print as they stand: they close or open nothing",
                passage.span(max(0, found.start() - 2), found.end() + 2),
                ("emphasis has no blank between ** and its words; \\** is an asterisk",),
            )
