"""Quotation marks without a partner.

What: a mark that nothing closes in its paragraph, or that closes nothing, is asked about;
nothing is changed.  A quotation of several paragraphs that opens again at the start of each
is right, and so are apostrophes and the marks of feet and inches.
Why: a missing mark changes who is speaking; only an editor knows where it belongs.
Before: ``他说：“我们只看能力。``  After: the same, and a query at the mark
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.pairs import pair_quotes

CODE = "X-PAIR"

#: Marks of one paragraph that are asked about one by one; of more only their number is told.
ASKED = 5


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each mark without a partner, in the order of the book."""
    flow = passages(book)
    marked = pair_quotes([passage.text for passage in flow])
    for passage, marks in zip(flow, marked, strict=True):
        alone = [mark for mark in marks if mark.partner is None and not mark.reopens]
        for mark in alone[:ASKED]:
            fault = "is not closed in its paragraph" if mark.opening else "closes nothing"
            hint = "a quotation of several paragraphs opens again at the start of each"
            yield Diagnostic(
                CODE,
                "query",
                f"the quotation mark {mark.character} {fault}",
                passage.span(mark.offset, mark.offset + 1),
                (hint,) if mark.opening else (),
            )
        if len(alone) > ASKED:
            more = len(alone) - ASKED
            signs = "quotation mark" if more == 1 else "quotation marks"
            message = f"{more} more {signs} without a partner in this paragraph"
            first = alone[ASKED].offset
            yield Diagnostic(CODE, "query", message, passage.span(first, first + 1))
