"""Numbers and single letters that stand upright in a column: short ones in one square (縱中橫),
longer ones, in editions that have them so, with their digits one below another.

Whatever else has digits lies on its side, and lies there whole: a time (10:30), a fraction (1/2),
an amount ($20), a version (4.0), a number that belongs to a Latin word (No. 7).  Source: clreq,
#handling_of_numbers_in_vertical_writing_mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.text.characters import ACCENT_CLASS, NUMBER_PREFIX_CLASS, WORD_CLASS
from publish.text.patterns import late
from publish.text.xhtml import BLOCKS

#: Elements at whose edges a number ends: text on both sides is of two lines, or of two texts.
EDGES = BLOCKS | {"rt", "rp", "title"}
#: The most digits that share a square, and the most that stand one below another: what is longer
#: is a code, which lies.
SQUARE, LONGEST = 3, 8
#: How many characters beside a text say whether a number at its end stands alone.
CONTEXT = 2

_WORD = WORD_CLASS + ACCENT_CLASS
#: Up to three digits or one letter that touch no other sign of their kind, nor what joins such; a
#: word of one letter among others lies with them, as does a number before its unit.
_ALONE = (
    rf"(?<![{_WORD}.,:/%%\-–’&@{NUMBER_PREFIX_CLASS}])(?<![{_WORD}.,:;!?] )"
    r"(?:[0-9]{1,%d}|[A-Za-z])"
    rf"(?![{_WORD}.,:/%%+\-–−’°&@])(?! [{_WORD}])"
)
#: Marks that share a square (clreq, #exclamatory_question_marks).
_MARKS = "[！？]{2}(?=[！？]{2})|[！？]{2,3}"
#: By whether longer numbers stand, too, and by whether marks are asked for.
_PATTERNS = {
    (digits, marks): late(
        _ALONE % (LONGEST if digits else SQUARE) + (f"|{_MARKS}" if marks else "")
    )
    for digits in (False, True)
    for marks in (False, True)
}


def upright_runs(
    before: str, text: str, after: str, *, digits: bool = False, marks: bool = False
) -> Iterator[tuple[int, int]]:
    """Where in a text the numbers and letters are that stand upright, with what is shown before
    and after it in the same block (see :data:`CONTEXT`).

    ``digits`` says that numbers of four to eight digits stand, too, each digit in a square of its
    own (CSS Writing Modes 4, text-orientation: upright); what is no longer than :data:`SQUARE`
    shares one.  With ``marks`` the runs of ！ and ？ that share a square are among them.
    """
    start, end = len(before), len(before) + len(text)
    found: re.Match[str]
    for found in _PATTERNS[digits, marks].finditer(before + text + after, start):
        if found.start() >= end:
            return
        if found.end() <= end:
            yield found.start() - start, found.end() - start
