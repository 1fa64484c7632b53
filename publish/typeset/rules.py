"""The rules of composition as data, and what an edition makes of them.

Lengths are in em of the paragraph's own size unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from publish.records import dataclass
from publish.typeset.classes import CLOSE, OPEN, PAUSE, Region

Punctuation = Literal["full", "kaiming", "half"]
LineEnd = Literal["full", "half", "hang"]
Kinsoku = Literal["none", "basic", "gb", "strict"]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """How lines are composed.  Rules are compared by identity: make them once for a book.

    ``punctuation`` is the style of lone marks: 全角式 leaves all on a square, 开明式 halves
    brackets and pauses and leaves 。？！ whole, 半角式 halves all; neighbouring marks are squeezed
    in every style (the values are xeCJK's and LuaTeX-ja's, clreq only names the styles).
    ``line_end`` says what a mark at the end of a line does: stays whole (and may shrink first),
    is half (GB/T 15834-2011, 5.1.10), or hangs outside (clreq,
    #hanging_punctuation_marks_at_line_end).  ``line_start`` trims an opening bracket there, also
    after an indent (clreq, #h-compression_of_punctuation_marks_at_line_start).

    ``gap`` is the space between Han and Western, ``gap_least`` and ``gap_most`` its limits in
    reduction and expansion (clreq, #procedures_for_inter-character_spacing_reduction and
    #procedures_for_inter-character_space_expansion); ``space_least`` and ``space_most`` the limits
    of a blank between Western words.

    ``kinsoku`` is the level of clreq's #prohibition_rules_for_line_start_end.  ``last_line`` is
    the least number of characters of a last line, a mark counting with the character before it
    (#adjustments_of_orphans_and_widows).  ``stretch_most`` caps what a line opens between any two
    characters: a line that would need more is left short and told.  ``loose`` is what is told as
    loose.  ``tighten`` is what every joint may give at the very last, where a line would else stand
    wide open: less than anyone sees, and what clreq's #reduced_inter-character_spacing leaves as
    no tracking at all; the blank after a mark that ends the line may then go, but for ``edge``.
    ``keep_square`` names signs that never shrink, whatever their class
    (clreq: ：；？！ in vertical lines).  ``vertical`` lines are columns: dots stand at their right.
    """

    region: Region = "cn"
    punctuation: Punctuation = "full"
    line_end: LineEnd = "half"
    line_start: bool = True
    gap: float = 0.25
    gap_least: float = 0.125
    gap_most: float = 1 / 3
    space_least: float = 0.25
    space_most: float = 0.5
    kinsoku: Kinsoku = "strict"
    last_line: int = 2
    stretch_most: float = 0.25
    loose: float = 0.1
    tighten: float = 0.005
    edge: float = 0.02
    keep_square: frozenset[str] = frozenset()
    hyphenate: bool = True
    vertical: bool = False

    @property
    def gap_shrink(self) -> float:
        """What of a gap may go in reduction, as a part of it."""
        return 1 - self.gap_least / self.gap if self.gap else 0.0

    @property
    def gap_stretch(self) -> float:
        """What a gap may get in expansion, as a part of it."""
        return self.gap_most / self.gap - 1 if self.gap else 0.0

    def halved(self, kind: str) -> bool:
        """Whether a lone mark of this class is half a square wide in this style."""
        if self.punctuation == "half":
            return True
        return self.punctuation == "kaiming" and kind in (OPEN, CLOSE, PAUSE)


#: Signs that keep their square in vertical lines (clreq,
#: #compression_of_punctuation_marks: ：；？！ stand in the middle of it).
_IN_COLUMNS = frozenset("：；？！")


def in_columns(rules: Rules) -> Rules:
    """The rules for vertical lines, where points never hang."""
    end: LineEnd = "half" if rules.line_end == "hang" else rules.line_end
    kept = rules.keep_square | _IN_COLUMNS
    return replace(rules, keep_square=kept, line_end=end, vertical=True)


def in_lines(rules: Rules) -> Rules:
    """The rules for horizontal lines among vertical ones, as in a table that stands upright."""
    return replace(rules, keep_square=rules.keep_square - _IN_COLUMNS, vertical=False)


def rules_for(region: Region, punctuation: Punctuation = "full", line_end: str = "") -> Rules:
    """The rules of a region and a style.

    Without ``line_end`` a mark at the end of a line is half in mainland China, where GB/T 15834
    asks for it, and whole in Taiwan and Hong Kong, where it is the first to shrink; points hang in
    horizontal lines of mainland China only (clreq, #hanging_punctuation_marks_at_line_end).
    """
    end: LineEnd = "half" if region == "cn" else "full"
    if line_end in ("full", "half") or (line_end == "hang" and region == "cn"):
        end = line_end  # type: ignore[assignment]
    return replace(Rules(region=region), punctuation=punctuation, line_end=end)
