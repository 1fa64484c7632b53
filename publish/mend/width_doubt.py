"""Half-width punctuation between a Latin word and Chinese.

What: ``,`` ``;`` ``:`` ``!`` ``?`` straight after a Latin word, a number, code or a bracket, with
Chinese behind it, are asked about; a blank may stand between, but after ``!`` and ``?``, which
names of code end with (``panic! 宏``).  For marks after Chinese there are P-WIDTH and P-WIDTH-ALL.
Why: the mark may belong to the Latin words before it; mostly it is one of the Chinese
sentence, typed with the keyboard still in English.
Before: ``用Python,然后``  After: the same, and a query at the mark
Measured: none in hello-algo (125,000 Han), which is edited; 132 in rust-course (383,000 Han), of
which some 40 are a colon after a term of code in a list, which is a matter of taste.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import OBJECT, passages
from publish.mend.prose import without_addresses
from publish.mend.width import FULL
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-WIDTH-Q"

#: Marks of one paragraph that are asked about one by one; of more only their number is told.
ASKED = 5

_MARK = late(rf"[,;:!?](?<=[0-9A-Za-z)\]\"'%{OBJECT}].)(?=[ \n]?[{HAN_CLASS}])(?!(?<=[!?]) )")


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each mark, in the order of the book."""
    for passage in passages(book):
        marks = list(_MARK.finditer(without_addresses(passage.text)))
        for found in marks[:ASKED]:
            start, end = found.span()
            yield Diagnostic(
                CODE,
                "query",
                f"half-width {found[0]} in Chinese text; {found[0].translate(FULL)} is meant?",
                passage.around(start, end),
            )
        if len(marks) > ASKED:
            more = len(marks) - ASKED
            start, end = marks[ASKED].span()
            yield Diagnostic(
                CODE,
                "query",
                f"{more} more half-width {'mark' if more == 1 else 'marks'} in this paragraph",
                passage.around(start, end),
            )
