"""Straight quotation marks, where they are quotation marks of Chinese.

What: the straight marks ``"`` of a paragraph that pair beyond doubt, and ``'`` that begin and
end with Chinese, become those of the manuscript's script, by level: “ ” and ‘ ’ in simplified,
「 」 and 『 』 in traditional.  A pair stays as it is where neither what it holds nor what stands
around it is Chinese, and so do feet, inches and apostrophes.  In a paragraph whose marks do
not pair nothing is changed; P-QUOTE-Q asks.
Why: GB/T 15834-2011 section 4.8 (Taiwan: 《重訂標點符號手冊》, 引號); a straight mark does not say
whether it opens or closes, and on a page its place is only half an em.
Before: ``他说"你好"。``  After: ``他说“你好”。``
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publish.diagnostics import Edit, Source
from publish.mend.prose import CHINESE_CLASS, Prose, prose
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import has_han
from publish.text.pairs import pair_quotes
from publish.text.patterns import late

CODE = "P-QUOTE"

#: Outer and inner marks of each script.
_STYLES = {"hans": ("“”", "‘’"), "hant": ("「」", "『』")}

#: ``!!! tip "标题"`` and ``=== "标题"``: markup of other programs (MkDocs), which is text here.
_OTHER_MARKUP = late(r"(?:!!!|\?\?\?\+?|===)[ +!]")
_DOUBLE = late('"')
#: A pair of single marks that holds Chinese at both ends, and touches no Latin word.
_SINGLE = late(
    rf"(?<![0-9A-Za-z'])'(?=[{CHINESE_CLASS}])[^'\"]*(?<=[{CHINESE_CLASS}…])'(?![0-9A-Za-z'])"
)
#: Chinese straight before, or straight after, but for a blank.
_AROUND_BEFORE = late(rf"[{CHINESE_CLASS}][ \t\n]?\Z")
_AROUND_AFTER = late(rf"[ \t\n]?[{CHINESE_CLASS}]")
_CLOSING = frozenset("，。、；：！？”’」』）》〉】〕,;:!?)]")
_OPENING = frozenset("“‘「『（《〈【〔([：:")
_BLANKS = " \t\n\u3000"


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace both marks of every pair that is sure."""
    if '"' not in source.text and "'" not in source.text:
        return
    style = _STYLES[book.script]
    flow = prose(source, book)
    for index, passage in enumerate(flow):
        following = flow[index + 1].text if index + 1 < len(flow) else ""
        yield from _edits(passage, following, style)


def _edits(passage: Prose, following: str, style: tuple[str, str]) -> Iterable[Edit]:
    text = passage.text
    wanted = [pair for pair in pairs(text) or () if is_of_chinese(text, *pair)]
    wanted += single_pairs(text)
    if not wanted:
        return
    for opening, closing, level in _levels(text, following, wanted):
        marks = style[level % 2]
        both = (
            passage.edit(opening, opening + 1, marks[0], CODE),
            passage.edit(closing, closing + 1, marks[1], CODE),
        )
        if both[0] is not None and both[1] is not None:
            yield from (both[0], both[1])


def pairs(text: str) -> list[tuple[int, int]] | None:
    """The straight double marks of a paragraph, paired; None where that is not sure.

    A mark after a digit may be an inch mark: where the marks do not pair with those, they
    are paired without.
    """
    if _OTHER_MARKUP.match(text):
        return []
    marks = [found.start() for found in _DOUBLE.finditer(text)]
    found = _paired(text, marks)
    if found is None:
        found = _paired(text, [mark for mark in marks if not text[mark - 1 : mark].isdecimal()])
    return found


def _paired(text: str, marks: Sequence[int]) -> list[tuple[int, int]] | None:
    """Each mark with the next; None if one is left over, or looks the wrong way."""
    found = list(zip(marks[::2], marks[1::2], strict=False))
    if len(marks) % 2 or not all(_faces(text, *pair) for pair in found):
        return None
    return found


def _faces(text: str, opening: int, closing: int) -> bool:
    """Whether the marks stand as an opening and a closing one do."""
    first, last = text[opening + 1], text[closing - 1]
    before, after = text[opening - 1 : opening], text[closing + 1 : closing + 2]
    if closing - opening < 2 or before.isdecimal():
        return False
    # A blank inside where there is none outside: the mark looks the other way.
    if (first in _BLANKS and before.strip(_BLANKS)) or (last in _BLANKS and after.strip(_BLANKS)):
        return False
    # A mark may be quoted itself: 用","分隔.
    return closing - opening == 2 or (first not in _CLOSING and last not in _OPENING)


def is_of_chinese(text: str, opening: int, closing: int) -> bool:
    """Whether a pair of marks is one of Chinese: by what it holds, or by what is around it."""
    return (
        has_han(text[opening + 1 : closing])
        or _AROUND_BEFORE.search(text, max(0, opening - 3), opening) is not None
        or _AROUND_AFTER.match(text, closing + 1) is not None
    )


def single_pairs(text: str) -> list[tuple[int, int]]:
    """The straight single marks that are quotation marks of Chinese, paired."""
    if "'" not in text:
        return []
    return [(found.start(), found.end() - 1) for found in _SINGLE.finditer(text)]


def _levels(
    text: str, following: str, wanted: Iterable[tuple[int, int]]
) -> Iterable[tuple[int, int, int]]:
    """The pairs with the number of quotations around each; none where the marks that are
    already there leave a doubt."""
    characters = list(text)
    partners: dict[int, int] = {}
    for opening, closing in wanted:
        double = text[opening] == '"'
        characters[opening] = "“" if double else "‘"
        characters[closing] = "”" if double else "’"
        partners[opening] = closing
    (marks, _) = pair_quotes(("".join(characters), following))
    if not all(mark.partner is not None or mark.reopens for mark in marks):
        return
    if any(partners.get(mark.offset, mark.partner) != mark.partner for mark in marks):
        return
    for mark in marks:
        if mark.offset in partners:
            yield mark.offset, partners[mark.offset], mark.level
