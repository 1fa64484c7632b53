"""Which characters stand upright in a column, and which lie on their side there.

Unicode Standard Annex #50, Vertical_Orientation (Unicode 14, VerticalOrientation.txt).  The values
U, Tu and Tr are one here: a face that has a vertical form for a character is asked for it anyway.
"""

from __future__ import annotations

from functools import cache

from publish.fonts.faces import in_ranges
from publish.text.characters import is_han

#: How the families of faces begin that are turned for columns (publish/fonts/turned.py).
TURNED = "Book Turned "

#: Characters that stand upright or have a form for columns, from U+2000 on.  The few before it
#: that the annex stands upright (§ © ± × ÷ …) come from Western faces here, beside digits and
#: letters that lie, and lie with them.
_UPRIGHT = (
    "U+2016,U+2020-2021,U+2030-2031,U+203B-203C,U+2042,U+2047-2049,U+2051,U+20DD-20E0,"
    "U+20E2-20E4,U+2100-2101,U+2103-2109,U+210F,U+2113-2114,U+2116-2117,U+211E-2123,U+2125,U+2127,"
    "U+2129,U+212E,U+2135-213F,U+2145-214A,U+214C-214D,U+214F-2189,U+218C-218F,U+221E,U+2234-2235,"
    "U+2300-2307,U+230C-231F,U+2324-232B,U+237D-239A,U+23BE-23CD,U+23CF,U+23D1-23DB,U+23E2-2422,"
    "U+2424-24FF,U+25A0-2619,U+2620-2767,U+2776-2793,U+2B12-2B2F,U+2B50-2B59,U+2B97,U+2BB8-2BD1,"
    "U+2BD3-2BEB,U+2BF0-2BFF,U+2E50-2E51,U+2E80-A4CF,U+A960-A97F,U+AC00-D7FF,U+E000-FAFF,"
    "U+FE10-FE1F,U+FE30-FE48,U+FE50-FE57,U+FE59-FE62,U+FE67-FE6F,U+FF01-FF0C,U+FF0E-FF1B,"
    "U+FF1F-FF60,U+FFE0-FFE7,U+FFFC-FFFD,U+10980-1099F,U+11580-115FF,U+11A00-11ABF,U+13000-1343F,"
    "U+14400-1467F,U+16FE0-18D7F,U+1AFF0-1B2FF,U+1CF00-1CFCF,U+1D000-1D1FF,U+1D2E0-1D37F,"
    "U+1D800-1DAAF,U+1F000-1F7FF,U+1F900-1FAFF,U+20000-3FFFD"
)

#: Those of them that are turned where a face has no form for columns (Vertical_Orientation Tr):
#: brackets, dashes, waves, long vowels.
_TURNED = (
    "U+2329-232A,U+3008-3011,U+3014-301F,U+3030,U+30A0,U+30FC,U+FE59-FE5E,U+FF08-FF09,"
    "U+FF1A-FF1B,U+FF3B,U+FF3D,U+FF3F,U+FF5B-FF60,U+FFE3"
)

#: Clauses' own marks, which clreq keeps upright where the annex would turn them
#: (#table_of_punctuation_marks: ， 。 、 ： ； ！ ？ are not turned).
_KEPT = frozenset("：；")


@cache
def stands_upright(character: str) -> bool:
    """Whether a character stands upright in a column, drawn as it is in a line."""
    if is_han(character) or character in _KEPT:
        return True
    point = ord(character)
    return in_ranges(_UPRIGHT, point) and not in_ranges(_TURNED, point)
