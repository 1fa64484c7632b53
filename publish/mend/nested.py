"""A quotation within a quotation in the same marks.

What: in “…“…”…” the inner marks become ‘ ’, in 「…「…」…」 『 』, and so on by turns.  A
paragraph with a mark that has no partner, or where one seems to look the wrong way (an opening
mark before a comma, a closing one after a colon), stays as it is.
Why: the marks of a quotation within a quotation differ from those around it (GB/T 15834-2011
section 4.8.3.3; Taiwan: 《重訂標點符號手冊》, 引號).
Before: ``“他说“好”。”``  After: ``“他说‘好’。”``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import Prose, prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.pairs import QUOTES, pair_quotes
from publish.text.patterns import late

CODE = "P-QNEST"

#: Each opening mark and the one that alternates with it.
_OTHER = {"“": "‘", "‘": "“", "「": "『", "『": "「"}

_NESTED = late("|".join(f"{mark}[^{QUOTES[mark]}]*{mark}" for mark in QUOTES))
_WRONG_WAY = late("[“‘「『][，。、；：？！”’」』）》]|[：（《“‘「『][”’」』]|[“‘「『]$|^[”’」』]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace both marks of every pair that stands right within one of its kind."""
    if not _NESTED.search(source.text):
        return
    flow = prose(source, book)
    for index, passage in enumerate(flow):
        if _NESTED.search(passage.text) and not _WRONG_WAY.search(passage.text):
            following = flow[index + 1].text if index + 1 < len(flow) else ""
            yield from _edits(passage, following)


def _edits(passage: Prose, following: str) -> Iterable[Edit]:
    (marks, _) = pair_quotes((passage.text, following))
    if not all(mark.partner is not None or mark.reopens for mark in marks):
        return
    around: list[str] = []
    for mark in marks:
        if not mark.opening:
            around.pop()
            continue
        wanted = mark.character
        if around and around[-1] == wanted:
            wanted = _OTHER[wanted]
        around.append(wanted)
        if wanted != mark.character and mark.partner is not None:
            both = (
                passage.edit(mark.offset, mark.offset + 1, wanted, CODE),
                passage.edit(mark.partner, mark.partner + 1, QUOTES[wanted], CODE),
            )
            if both[0] is not None and both[1] is not None:
                yield from (both[0], both[1])
