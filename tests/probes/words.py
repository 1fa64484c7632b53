"""What the probes are about: brackets, pairs, repeated marks, numbers, words."""

from __future__ import annotations

BRACKETS = ("“”", "（）", "《》", "〈〉", "【】", "〖〗", "〔〕", "［］", "｛｝")
#: Pairs of marks that meet (between the signs < and >), in contexts where quotation marks pair.
_PAIRS = """
“山<。”>水 “山<”。>水 山<，“>水”木 山<、《>水》木 《山<》、>水木 《山<》《>水》木
<“‘>山’水”木 “山‘水<’”>木 “山<”“>水”木 山<。“>水”木 山<：“>水”木 “山<”，>水木
（山<）（>水）木 <（“>山”水）木 （山<）。>水木 （山<。）>水木 <（《>山》水）木 山<；“>水”木
“山<！”>水木 “山<？”>水木 山<：（>水）木 （山《水<》）>木 《山<》，>水木 （山<），>水木
“山<”、>水木 山<，《>水》木 山<。《>水》木 “山<”；>水木 “山<”：>水木 山<、（>水）木
（山<）、>水木 【山<】《>水》木 <《〈>山〉水》木 《山〈水<〉》>木 山<；《>水》木
“山<”？>水木 （山<）！>水木
"""
PAIRS = tuple(
    (context.replace("<", "").replace(">", ""), context[context.index("<") + 1 :][:2])
    for context in _PAIRS.split()
)
#: Marks repeated, and the room that they take together in em.
REPEATED = {"？！": 1.0, "！？": 1.0, "？？": 1.0, "！！": 1.0, "？？？": 2.0, "！！！": 2.0}
SINGLES = "、，；：。．！？～–—·‧・-"
#: Numbers with a sign or unit, and how many columns they take about.
NUMBERS = (
    ("￥100", 3), ("$100", 2), ("50％", 2), ("50%", 2), ("25℃", 2), ("3.14%", 3), ("12,345", 3),
    ("−273℃", 3), ("§12", 2), ("€9.5", 2), ("£20", 2), ("5‰", 2), ("37°", 2), ("±0.5", 2),
    ("№12", 2), ("+7", 1),
)  # fmt: skip
#: Words and the places at which English may be broken (Knuth and Liang's patterns, us).
WORDS = {
    "typesetting": (4, 7),
    "information": (2, 5, 7),
    "composition": (3, 5, 7),
    "hyphenation": (2, 6),
    "strength": (),
}
