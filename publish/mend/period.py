"""A half-width full stop after Chinese.

What: ``.`` straight after a Chinese character or a closing mark of either width, with the end of
the text, a blank, or Chinese behind it, is asked about: ``。`` is meant, or ``·`` within a foreign
name.
Numbers of headings and lists (一. 甲.), dots in a row, file names, decimals and references
(``[1] 张三. 书名[M].``) are left alone.
Why: a full stop of Chinese is ``。`` (GB/T 15834-2011 section 4.1); but the dot may be an
interpunct or part of a label, so that only an editor can say.
Before: ``我们走了.``  After: the same, and a query at the dot
Measured: none in hello-algo (125,000 Han); 27 in rust-course (383,000 Han), all of them meant
for ``。``.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import passages
from publish.mend.prose import CHINESE_CLASS, without_addresses
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

CODE = "P-PERIOD"

_DOT = late(
    rf"\.(?:(?<=[{CHINESE_CLASS}].)|(?<=[{CHINESE_CLASS}][”’\"')].))"
    rf"(?=$|[\s{HAN_CLASS}“”‘’「」『』（）《》\"')])"
)
_HAN = late(f"[{HAN_CLASS}]")
#: What numbers a heading or an item, at the start of a line.
_LABEL = late(
    rf"(?:^|\n)\s*[（(]?(?:第?[{NUMERAL_CLASS}]+[章节節条條]?|[甲乙丙丁戊己庚辛壬癸])[）)]?\Z"
)
#: An entry of a list of references (GB/T 7714): its number, or the sign of its kind.
_REFERENCE = late(r"\A\s*\[\d+\]|\[[A-Z](?:/[A-Z]{2})?\]")


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each dot, in the order of the book."""
    for passage in passages(book):
        if "." not in passage.text or _REFERENCE.search(passage.text):
            continue
        text = without_addresses(passage.text)
        for found in _DOT.finditer(text):
            start, end = found.span()
            if _LABEL.search(text, max(0, start - 12), start):
                continue
            within = _HAN.match(text, end)
            meant = "。 is meant, or · in a name" if within else "。 is meant"
            yield Diagnostic(
                CODE,
                "query",
                f"half-width . after Chinese; {meant}?",
                passage.around(start, end),
            )
