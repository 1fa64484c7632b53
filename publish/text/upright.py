"""Short numbers and single letters, which stand upright in one square of a column (縱中橫).

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
#: How many characters beside a text say whether a number at its end stands alone.
CONTEXT = 2

_WORD = WORD_CLASS + ACCENT_CLASS
#: Up to three digits or one letter that touch no other sign of their kind, nor what joins such; a
#: word of one letter among others lies with them, as does a number before its unit.
_SHORT = late(
    rf"(?<![{_WORD}.,:/%\-–’&@{NUMBER_PREFIX_CLASS}])(?<![{_WORD}.,:;!?] )(?:[0-9]{{1,3}}|[A-Za-z])"
    rf"(?![{_WORD}.,:/%+\-–−’°&@])(?! [{_WORD}])"
)
#: And marks that share a square (clreq, #exclamatory_question_marks).
_WITH_MARKS = late(f"{_SHORT.pattern}|[！？]{{2}}(?=[！？]{{2}})|[！？]{{2,3}}")


def short(before: str, text: str, after: str, *, marks: bool = False) -> Iterator[tuple[int, int]]:
    """Where in a text the numbers and letters are that stand upright, with what is shown before
    and after it in the same block (see :data:`CONTEXT`); with ``marks`` the runs of ！ and ？ that
    share a square, too."""
    start, end = len(before), len(before) + len(text)
    found: re.Match[str]
    pattern = _WITH_MARKS if marks else _SHORT
    for found in pattern.finditer(before + text + after, start):
        if found.start() >= end:
            return
        if found.end() <= end:
            yield found.start() - start, found.end() - start
