"""The marks of an edition: quotation marks, book-title marks, the interpunct.

What: quotation marks follow the script and their nesting, over paragraphs too: “ ” ‘ ’ in
simplified, 「 」 『 』 in traditional text.  A title within a title gets 〈 〉; a title in 〈 〉
alone, as traditional books print chapters and articles, gets 《 》 in a simplified edition.  The
interpunct becomes the one that ``[convert] interpunct`` declares, and · in a simplified edition
of a traditional book.  Dashes, ellipses, apostrophes, marks of feet and inches, and straight
marks stay; so does what ``protect`` names.
Why: GB/T 15834-2011 sections 4.8 and 4.15 for simplified text; 重訂標點符號手冊 (Taiwan) and the
practice of Hong Kong for traditional.  A title in 《 》 may be a book or an article, so that no
〈 〉 is made of it.  clreq has · (U+00B7) for all regions; ‧ (U+2027) is a house style of Taiwan.
Before: ``他说：“读过《论〈阿Q正传〉》吗？”``  After: ``他說：「讀過《論〈阿Q正傳〉》嗎？」``
"""

from __future__ import annotations

from collections.abc import Sequence

from publish.model.edition import Edition, Script
from publish.records import dataclass
from publish.text.characters import HAN_CLASS, has_han
from publish.text.pairs import restyle_quotes
from publish.text.patterns import late

Pair = tuple[str, str]

#: Outer and inner quotation marks of each script.
QUOTE_STYLE: dict[Script, tuple[Pair, Pair]] = {
    "hans": (("“", "”"), ("‘", "’")),
    "hant": (("「", "」"), ("『", "』")),
}

_TITLE_MARK = late("[《》〈〉]")
_INTERPUNCT = late(f"(?<=[{HAN_CLASS}])[·‧](?=[{HAN_CLASS}])")


#: Of simplified text in vertical lines (GB/T 15834-2011, 5.2): ﹃﹄ outside and ﹁﹂ inside, which
#: are how 『』 and 「」 look there.
VERTICAL_QUOTES: tuple[Pair, Pair] = (("『", "』"), ("「", "」"))


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that an edition prints.

    ``outer_titles`` is whether a title in 〈 〉 that no other encloses gets 《 》; ``interpunct``
    is empty where each stays as it is.
    """

    quotes: tuple[Pair, Pair]
    outer_titles: bool
    interpunct: str


def marks_of(script: Script, edition: Edition) -> Marks:
    """The marks of the edition of a book that is written in this script."""
    to_simplified = script == "hant" and edition.script == "hans"
    interpunct = edition.interpunct or ("·" if to_simplified else "")
    quotes = QUOTE_STYLE[edition.script]
    if edition.script == "hans" and edition.writing == "vertical":
        quotes = VERTICAL_QUOTES
    return Marks(quotes, to_simplified, interpunct)


def restyle(paragraphs: Sequence[str], marks: Marks, protected: Sequence[str]) -> list[str]:
    """Successive paragraphs of one flow with these marks; each stays as long as it was."""
    quoted = restyle_quotes(paragraphs, *marks.quotes)
    return [
        _restored(before, _restyled(after, marks), protected)
        for before, after in zip(paragraphs, quoted, strict=True)
    ]


def _restyled(text: str, marks: Marks) -> str:
    if "〈" in text or text.count("《") > 1:
        text = _titles(text, marks.outer_titles)
    if marks.interpunct:
        text = _INTERPUNCT.sub(marks.interpunct, text)
    return text


def _titles(text: str, outer: bool) -> str:
    """The text with the marks of its titles by their nesting.

    Nothing changes where a mark has no partner, or encloses no Han.
    """
    pairs: list[tuple[int, int, int]] = []
    open_marks: list[int] = []
    for found in _TITLE_MARK.finditer(text):
        offset = found.start()
        if found.group() in "《〈":
            open_marks.append(offset)
        elif open_marks and (text[open_marks[-1]] == "《") == (found.group() == "》"):
            start = open_marks.pop()
            pairs.append((start, offset, len(open_marks)))
        else:
            return text
    if open_marks:
        return text
    characters = list(text)
    for start, end, level in pairs:
        inner = level % 2 == 1
        if has_han(text[start:end]) and (inner or outer or text[start] == "《"):
            characters[start], characters[end] = "〈〉" if inner else "《》"
    return "".join(characters)


def _restored(before: str, after: str, protected: Sequence[str]) -> str:
    """The text with new marks, but with the old ones inside protected strings."""
    if before == after:
        return before
    for word in filter(None, protected):
        start = before.find(word)
        while start >= 0:
            after = after[:start] + word + after[start + len(word) :]
            start = before.find(word, start + len(word))
    return after
