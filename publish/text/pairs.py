"""Pairing of quotation marks, in Chinese text of either script.

A mark is paired with the nearest mark of its own kind that is still open; what
was opened in between and never closed does not count as nesting.  Three things
look like quotation marks and are none: an apostrophe (it’s, Plato’s, ’90s), a
foot and an inch mark (5’10”), and the straight marks of ASCII, which are never
touched.

A quotation of several paragraphs opens again at the start of each and is closed
once, at its end (GB/T 15834-2011 section 4.8.3.5 and Chinese-language practice
in Taiwan and Hong Kong); such an open mark is not an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from publish.records import dataclass
from publish.text.characters import has_han
from publish.text.patterns import late

#: Opening mark to closing mark.
QUOTES: dict[str, str] = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_CLOSING = {closing: opening for opening, closing in QUOTES.items()}

_MARK = late("[“”‘’「」『』]")

_FEET_AND_INCHES = late("[0-9]’[0-9]{1,2}$")

#: Quotations within one another that a next paragraph may open again; nobody nests so deep.
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """One quotation mark.

    ``offset`` is in code points from the start of its paragraph.  ``partner`` is
    the offset of the other mark of the pair, or None.  ``level`` is the number of
    quotations around it, 0 for the outermost.  ``reopens`` is true for an opening
    mark that is rightly unclosed: the next paragraph opens the quotation again.
    """

    offset: int
    character: str
    opening: bool
    partner: int | None
    level: int
    reopens: bool = False


def _is_apostrophe(text: str, offset: int, single_is_open: bool) -> bool:
    """Whether the ’ at the offset stands in a Latin word, or shortens one."""
    before = text[offset - 1] if offset else ""
    after = text[offset + 1] if offset + 1 < len(text) else ""
    latin_before = bool(before) and before.isalnum() and before < "\u0250"
    latin_after = bool(after) and after.isalnum() and after < "\u0250"
    if latin_before and latin_after:
        return True
    # A ’ that closes nothing: dogs’, rock ’n’ roll, ’90s, 5’.
    return not single_is_open and (latin_before or latin_after)


def _is_inch(text: str, offset: int, double_is_open: bool) -> bool:
    """Whether the ” at the offset is an inch mark: after a digit where it closes nothing, or after
    feet and inches (5’10”)."""
    if not double_is_open:
        return offset > 0 and text[offset - 1].isdecimal()
    return _FEET_AND_INCHES.search(text, max(0, offset - 8), offset) is not None


def _pair_one(text: str) -> tuple[list[int], dict[int, int], list[int]]:
    """Offsets of the marks of one paragraph, each paired offset to its partner, and the
    offsets of marks still open at its end."""
    offsets: list[int] = []
    partners: dict[int, int] = {}
    open_marks: list[int] = []
    if _MARK.search(text) is None:
        return offsets, partners, open_marks
    # For each kind of mark, where in ``open_marks`` those of this kind are.
    depths: dict[str, list[int]] = {opening: [] for opening in QUOTES}
    for found in _MARK.finditer(text):
        offset, character = found.start(), found.group()
        if character in QUOTES:
            offsets.append(offset)
            depths[character].append(len(open_marks))
            open_marks.append(offset)
            continue
        opening = _CLOSING[character]
        depth = depths[opening][-1] if depths[opening] else -1
        if character == "’" and _is_apostrophe(text, offset, depth >= 0):
            continue
        if character == "”" and _is_inch(text, offset, depth >= 0):
            continue
        offsets.append(offset)
        if depth >= 0:
            partners[offset] = open_marks[depth]
            partners[open_marks[depth]] = offset
            while len(open_marks) > depth:
                depths[text[open_marks.pop()]].pop()
    return offsets, partners, open_marks


def pair_quotes(paragraphs: Sequence[str]) -> tuple[tuple[Mark, ...], ...]:
    """The quotation marks of each paragraph, paired, in the order of the text.

    The paragraphs are successive ones of one flow of text: a quotation left open
    in one and opened again at the start of the next encloses what follows it.
    """
    result: list[tuple[Mark, ...]] = []
    paired = [_pair_one(text) for text in paragraphs]
    for index, text in enumerate(paragraphs):
        offsets, partners, left_open = paired[index]
        following = paragraphs[index + 1] if left_open and index + 1 < len(paragraphs) else ""
        reopening = _reopening(text, left_open, following.lstrip())
        marks: list[Mark] = []
        level = 0
        for offset in offsets:
            character = text[offset]
            partner = partners.get(offset)
            if character in QUOTES:
                reopens = offset in reopening
                marks.append(Mark(offset, character, True, partner, level, reopens))
                level += partner is not None or reopens
            else:
                level -= partner is not None
                marks.append(Mark(offset, character, False, partner, level))
        result.append(tuple(marks))
    return tuple(result)


def _reopening(text: str, left_open: list[int], following: str) -> set[int]:
    """Of the marks left open, those that the next paragraph begins with."""
    for start in range(max(0, len(left_open) - _DEEPEST), len(left_open)):
        if following.startswith("".join(text[offset] for offset in left_open[start:])):
            return set(left_open[start:])
    return set()


def restyle_quotes(
    paragraphs: Sequence[str], outer: tuple[str, str], inner: tuple[str, str]
) -> tuple[str, ...]:
    """The paragraphs with the quotation marks of an edition, each as long as it was.

    ``outer`` and ``inner`` are the opening and closing marks of an even and an odd
    level; marks that are already of this style stay as the author set them.  Where a
    paragraph has a mark without a partner its levels are not to be trusted: there “ and 「
    become the outer mark, ‘ and 『 the inner one.  A paragraph without any Han keeps its
    marks: it is a quotation in another language.
    """
    result = list(paragraphs)
    own = "".join((*outer, *inner))
    for index, marks in enumerate(pair_quotes(paragraphs)):
        text = paragraphs[index]
        if not marks or not has_han(text):
            continue
        sound = all(mark.partner is not None or mark.reopens for mark in marks)
        characters = list(text)
        for mark in marks:
            if mark.character in own:
                continue
            is_inner = mark.level % 2 == 1 if sound else mark.character in "‘’『』"
            style = inner if is_inner else outer
            characters[mark.offset] = style[0] if mark.opening else style[1]
        result[index] = "".join(characters)
    return tuple(result)
