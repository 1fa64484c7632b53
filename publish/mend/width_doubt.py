"""Half-width punctuation between a Latin word and Chinese.

What: ``,`` ``;`` ``:`` ``!`` ``?`` straight after a Latin word, a number, code or a bracket, with
Chinese behind it, are asked about; a blank may stand between, but after ``!`` and ``?``, which
names of code end with (``panic! 宏``).  So are ``,`` between two Chinese numerals (``第十,一切``)
that are not one number (``一〇,〇〇〇``), and what may be part of a file's name (``终稿,二.pdf``).
For marks after Chinese there are P-WIDTH and P-WIDTH-ALL.
Why: the mark may belong to the Latin words before it; mostly it is one of the Chinese
sentence, typed with the keyboard still in English.
Before: ``用Python,然后``  After: the same, and a query at the mark
Measured: none in hello-algo (125,000 Han), which is edited; 132 in rust-course (383,000 Han), of
which some 40 are a colon after a term of code in a list, which is a matter of taste.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import OBJECT, passages
from publish.mend.prose import without_addresses
from publish.mend.width import FULL, is_ratio
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.numerals import NUMERAL_CLASS
from publish.text.characters import HAN_CLASS
from publish.text.filenames import MAY_END, names_of_files
from publish.text.patterns import late

CODE = "P-WIDTH-Q"

#: Marks of one paragraph that are asked about one by one; of more only their number is told.
ASKED = 5

#: What is not Chinese: letters of other scripts, digits, signs, and closing brackets.
_BEFORE = rf"(?:[^\W{HAN_CLASS}]|[)\]\"'%‰℃℉°$€£¥+#{OBJECT}])"
_MARK = late(
    rf"[,;:!?](?:(?<={_BEFORE}.)[,;:!?]*(?=[ \n]?[{HAN_CLASS}])(?!(?<=[!?]) )"
    # What P-WIDTH leaves: between numerals, and before what may be the end of a file's name.
    rf"|(?<=[{NUMERAL_CLASS}],)(?=\n?[{NUMERAL_CLASS}])"
    rf"|(?<=[{HAN_CLASS}].)(?=[{HAN_CLASS}])(?={MAY_END})|(?<=[{HAN_CLASS}]:)(?=[{HAN_CLASS}]))"
)
_BETWEEN = late(f"[{HAN_CLASS}]:[{HAN_CLASS}]")
_SCORE = late(f"[{NUMERAL_CLASS}]:[{NUMERAL_CLASS}]")
_FILE = late(MAY_END)
#: Digits in groups of three are one number.
_GROUPS = late(
    r"(?<![〇零一二三四五六七八九,])[〇零一二三四五六七八九]{1,3}"
    r"(?:,[〇零一二三四五六七八九]{3})+(?![〇零一二三四五六七八九])"
)


def _is_mended(text: str, found: re.Match[str]) -> bool:
    """Whether it is a colon that P-WIDTH mends, or one between two numerals (三:二)."""
    if not _BETWEEN.match(text, max(0, found.start() - 1)) or _FILE.match(text, found.end()):
        return False
    return _SCORE.match(text, found.start() - 1) is not None or not is_ratio(text, found.start())


def _marks(text: str) -> list[re.Match[str]]:
    text = without_addresses(text)
    marks = list(_MARK.finditer(text))
    if not marks:
        return []
    closed = bytearray(len(text))
    for start, end in (*names_of_files(text), *(found.span() for found in _GROUPS.finditer(text))):
        closed[start:end] = b"\1" * (end - start)
    # A mark that ends a name is none of it: 见 D:\\书:
    return [
        found
        for found in marks
        if not (closed[found.start()] and closed[min(found.end(), len(text) - 1)])
        and not _is_mended(text, found)
    ]


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each mark, in the order of the book."""
    for passage in passages(book):
        marks = _marks(passage.text)
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
