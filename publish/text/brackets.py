"""Pairing of brackets and of the marks of titles, in Chinese text.

Parentheses of either width make a pair with one another (a pair of two widths is told as such).
Four things have a bracket too many by right: ``1)`` and ``（a)`` before a list's item, a half-open
interval ``[0, n)``, a smiley ``：）``, and a bracket that closes in a later paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from publish.records import dataclass
from publish.text.patterns import late

#: Opening bracket to closing brackets that make a pair with it.
BRACKETS: dict[str, str] = {
    "（": "）)", "(": ")）", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "〖": "〗", "［": "］",
}  # fmt: skip

#: Closing bracket to the key of its kind.
_KINDS = {
    **{opening: opening for opening in BRACKETS},
    **{closings[0]: opening for opening, closings in BRACKETS.items()},
    ")": "（", "(": "（",
}  # fmt: skip

_BRACKET = late(f"[{''.join(BRACKETS)}{''.join(c[0] for c in BRACKETS.values())}]")

#: What numbers an item of a list, from the start of a clause to the closing parenthesis.
_ITEM = late(
    r"(?:^|[\s，。；：、！？…,.;:!?“「（(])\s*"
    r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3}|[①-⑳甲乙丙丁])$"
)
#: Eyes, and perhaps a nose, before the mouth of a smiley; eyes after it.
_EYES = late(r"(?:[:：;；=xXT>]['’^-]?|[:：;；]\s|[_ ^-][^\s]{0,3})$")
_EYES_AFTER = late(r"[:：;；=]")

#: Paragraphs in which a bracket may close that was opened in an earlier one.
_REACH = 3

#: Brackets that nothing closes, searched from the last: nobody nests so deep.
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket that is not right.

    ``offset`` is in code points from the start of its paragraph; ``partner`` that of the
    bracket which closes it in another width, or None for one without a partner.
    """

    offset: int
    character: str
    opening: bool
    partner: int | None = None


def unpaired_brackets(paragraphs: Sequence[str]) -> tuple[tuple[Bracket, ...], ...]:
    """The brackets of each paragraph that have no partner, or one of another width.

    The paragraphs are successive ones of one flow of text.
    """
    found = [_unpaired(text) for text in paragraphs]
    for index, brackets in enumerate(found):
        for bracket in [item for item in brackets if item.opening and item.partner is None]:
            for later in found[index + 1 : index + 1 + _REACH]:
                closing = next((item for item in later if _closes(item, bracket)), None)
                if closing is not None:
                    later.remove(closing)
                    brackets.remove(bracket)
                    break
    return tuple(map(tuple, found))


def _closes(closing: Bracket, opening: Bracket) -> bool:
    return not closing.opening and _KINDS[closing.character] == _KINDS[opening.character]


def _unpaired(text: str) -> list[Bracket]:
    wrong: list[Bracket] = []
    open_brackets: dict[str, list[int]] = {}
    for found in _BRACKET.finditer(text):
        offset, character = found.start(), found.group()
        opened = open_brackets.setdefault(_KINDS[character], [])
        if character in BRACKETS:
            opened.append(offset)
        elif opened:
            begin = opened.pop()
            if character not in BRACKETS[text[begin]][:1]:
                wrong.append(Bracket(begin, text[begin], True, offset))
        elif not _stands_alone(text, offset):
            wrong.append(Bracket(offset, character, False))
    for places in open_brackets.values():
        wrong += [
            Bracket(place, text[place], True)
            for place in places
            if not (_EYES_AFTER.match(text, place + 1) or _is_mouth(text, place))
        ]
    return sorted(wrong, key=lambda bracket: bracket.offset)


def _is_mouth(text: str, offset: int) -> bool:
    """Whether eyes stand before the bracket: :( or ：）."""
    return _EYES.search(text[max(0, offset - 8) : offset]) is not None


def _stands_alone(text: str, offset: int) -> bool:
    """Whether a closing bracket that closes nothing is right all the same."""
    if _KINDS[text[offset]] != "（":
        return False
    before = text[max(0, offset - 24) : offset]
    if _ITEM.search(before) or _is_mouth(text, offset):
        return True
    return before.rfind("[") > before.rfind("]")
