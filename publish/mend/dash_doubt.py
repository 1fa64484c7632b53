"""A lone — between two Chinese characters.

What: a book that has one is asked once, with how often it stands, at the first place; nothing is
changed.  P-DASH leaves it alone as well.  Ranges of numbers, and of words that share a character
(三—五, 周一—周五), are not counted.
Why: a line of one em is the sign of ranges (秦岭—淮河, 人—机; GB/T 15834-2011 section 4.13); as a
dash it is half of one (section 4.10), and what is meant only an editor can say.
Before: ``他走了—又来了``  After: the same, and a query at the sign
Measured: hello-algo none, rust-course none, a book about Git none.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.dash import is_lone, may_be_dash
from publish.mend.passages import Passage, passages
from publish.mend.prose import without_addresses
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "P-DASH-Q"


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """One query for the book."""
    found: list[tuple[Passage, int]] = []
    for passage in passages(book):
        if "—" not in passage.text:
            continue
        text = without_addresses(passage.text)
        place = text.find("—")
        while place >= 0:
            if is_lone(text, place, place + 1) and may_be_dash(text, place, place + 1):
                found.append((passage, place))
            place = text.find("—", place + 1)
    if found:
        passage, place = found[0]
        places = "one place" if len(found) == 1 else f"{len(found)} places"
        yield Diagnostic(
            CODE,
            "query",
            f"a lone — between Chinese characters in {places}: a range, or —— is meant?",
            passage.around(place, place + 1),
            ("between the ends of a range the sign is right; for a dash type ——",),
        )
