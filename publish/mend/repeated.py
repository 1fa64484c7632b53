"""Marks that stand twice, or beside one that they exclude.

What: ``，，`` ``、、`` ``；；`` ``：：`` ``。。``, a comma or a full stop beside another stop
(``，。`` ``。！`` ``：，``), ``。”。``, dashes or ellipses of three (``———`` ``………``) and two dots
(``等等..``) are asked about.  ``！！`` ``？！`` ``！！！`` are right, and dots in runs of three are
P-ELL's.
Why: two stops never stand together but for exclamation and question marks (GB/T 15834-2011
sections 4.2.3 and 4.3.3); which one is wanted only an editor can say.
Before: ``他走了，。``  After: the same, and a query at the marks
Measured: none in hello-algo (125,000 Han); 23 in rust-course (383,000 Han), of which one is a
smiley after a full stop.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-REPEAT"

#: The first mark is told before the choice, so that the search for one runs fast.
_MARKS = late(
    "[，、；：。！？—….](?:(?<=[，、；：])[，、；：。！？]+|(?<=。)[，、；：！？]+|(?<=[！？])[，、；：。]+"
    "|(?<=(?<!。)。)(?:。(?!。)|[”’」』]。)|(?<=(?<!—)—)——(?!—)|(?<=(?<!…)…)……(?!…)"
    rf"|(?<=[{HAN_CLASS}]\.)\.(?![./\\0-9A-Za-z]|[{HAN_CLASS}]{{1,8}}\]))"
)


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each run of marks, in the order of the book."""
    for passage in passages(book):
        for found in _MARKS.finditer(passage.text):
            start, end = found.span()
            yield Diagnostic(
                CODE,
                "query",
                f"{found[0]} is not one mark",
                passage.around(start, end),
            )
