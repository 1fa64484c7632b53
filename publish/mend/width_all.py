"""Half-width punctuation after Chinese, wherever it stands.

What: ``,`` ``;`` ``:`` ``!`` ``?`` straight after a Chinese character or mark (or the quotation
mark that closes one) become full-width, whatever follows, and a blank between them and the
next word goes; so do those with a blank before them, where Chinese or another blank follows
(``她说 : 不``).  P-WIDTH does unasked what can mean nothing else; this is the rest.  Smileys,
``:emoji:``, and marks between two numerals stay; for marks after Latin words see P-WIDTH-Q.
Why: a mark after Chinese is one of the Chinese sentence (GB/T 15834-2011 section 5.1), typed
with the keyboard still in English; but a ratio or a label may be meant, so that the book
has to say.
Before: ``步骤如下: 1. 安装; 2. 运行``  After: ``步骤如下：1. 安装；2. 运行``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.prose import CHINESE_CLASS, prose
from publish.mend.width import FULL
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS
from publish.text.characters import HAN_CLASS
from publish.text.filenames import MAY_END
from publish.text.patterns import late
from publish.text.smileys import MOUTH

CODE = "P-WIDTH-ALL"

_ANY = late("[,;:!?]")
_MARKS = late(
    rf"(?:(?<=[{CHINESE_CLASS}])|(?<=[{CHINESE_CLASS}][”’])"
    rf"|(?<=[{CHINESE_CLASS}] )(?=[,;:]+(?:\s|\Z|[{HAN_CLASS}])))"
    rf"(?![,;:!?]{MAY_END})"
    rf"(?!(?<=[{NUMERAL_CLASS}])[,:][{NUMERAL_CLASS}])"
    rf"([,;:!?]+)(?![,;:!?]|(?<=[:;]){MOUTH}|[a-z0-9_+]*:)(?:[ \t]+(?=\S))?"
)


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each run of marks, with the blank behind it."""
    for passage in prose(source, book):
        if not _ANY.search(passage.text):
            continue
        for found in _MARKS.finditer(passage.text):
            end = min(found.end(), passage.run(found.start())[1])
            edit = passage.edit(found.start(), end, found[1].translate(FULL), CODE)
            if edit is not None:
                yield edit
