"""Half-width punctuation between two Chinese characters.

What: ``,`` ``;`` ``:`` ``!`` ``?`` with a Chinese character straight before and after it (or
after the line end that follows it) become full-width.  Between two numerals ``,`` and ``:``
stay, and so do ``:`` beside what looks like a ratio, every mark with anything else beside it, and
what may be in the name of a file (``报告,终稿.docx``): P-WIDTH-Q asks about those, or P-WIDTH-ALL
offers to mend them.
Why: Chinese punctuation takes a full em (GB/T 15834-2011 section 5.1); between two Chinese
characters the half-width mark can mean nothing else.
Before: ``你好,世界``  After: ``你好，世界``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS
from publish.text.characters import HAN_CLASS
from publish.text.filenames import MAY_END
from publish.text.patterns import late

CODE = "P-WIDTH"

FULL = str.maketrans(",;:!?", "，；：！？")

_MARK = late(
    rf"[,;:!?](?<=[{HAN_CLASS}].)(?=\n?[{HAN_CLASS}])"
    rf"(?!(?<=[{NUMERAL_CLASS}][,:])[{NUMERAL_CLASS}])"
    # What goes before may be part of the name of a file as well: 报告,终稿.docx
    rf"(?!{MAY_END})"
)


#: What tells that ``男:女`` is a ratio, close to the colon.
_RATIO = late(r"[=＝≈]|比(?![如较較赛賽方])|[0-9] ?[:：] ?[0-9]")
_NEAR = 6
_END = late(r"[，。；！？,;!?\n]")


def is_ratio(text: str, colon: int) -> bool:
    """Whether what stands around a colon says that two quantities are compared."""
    if text[colon] != ":":
        return False
    before = _END.split(text[max(0, colon - _NEAR) : colon])[-1]
    after = _END.split(text[colon + 1 : colon + 1 + _NEAR])[0]
    return _RATIO.search(before) is not None or _RATIO.search(after) is not None


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each mark by the full-width one."""
    if not _MARK.search(source.text):
        return
    for passage in prose(source, book):
        for found in _MARK.finditer(passage.text):
            if is_ratio(passage.text, found.start()):
                continue
            edit = passage.edit(*found.span(), found[0].translate(FULL), CODE, "safe")
            if edit is not None:
                yield edit
