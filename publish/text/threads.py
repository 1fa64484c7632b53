"""The text of an edition as threads, and a place in one: what an artefact is followed along.

What a thread is and how labels and furniture are met: see :mod:`publish.check.text`.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from publish.model.numerals import circled, digit_by_digit, spelled
from publish.records import dataclass
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

if TYPE_CHECKING:
    from publish.model.text import Run

#: Characters shown on each side of a difference.
CONTEXT = 20

#: Code points that take no room and carry no text: soft hyphen, zero-width space, word joiner,
#: byte-order mark.  Joiners (U+200C, U+200D) shape emoji and are kept.
_UNSEEN = {0x00AD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_FOLD: dict[int, str | None] = {**_UNSEEN, **_LIGATURES}
_FOLDED = late(f"[{''.join(map(chr, _FOLD))}]")

#: White space within a line between two Han characters.
#: The blank first: a text is searched for that, and what stands beside it then looked at.
FALSE_BLANK = late(f"[^\\S\\n\\u3000](?<=[{HAN_CLASS}].)[^\\S\\n\\u3000]*(?=[{HAN_CLASS}])")

#: What a leader is made of, and a page number: small Roman numerals are those up to 399.
_DOTS = ".·…‧⋯・"
_LEADER = late(
    rf"[{_DOTS}]*"
    r"(?:(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})|[0-9〇一二三四五六七八九]*)"
)
_OPENING = "[（(〔"
_CLOSING = "]）)〕.．、"


def compact(text: str) -> str:
    """The text as it is compared: no white space, nothing without width, ligatures resolved."""
    bare = "".join(text.split())
    # Nearly no text has one of these, and to look for them is faster than to translate.
    return bare.translate(_FOLD) if _FOLDED.search(bare) else bare


def false_blanks(text: str) -> int:
    """How many runs of white space stand between two Han characters of one line.

    An ideographic space is meant (between label and title) and does not count.
    """
    # Most lines have no blank within: those need no look at what stands beside it.
    return len(FALSE_BLANK.findall(text)) if len(text.split(None, 1)) > 1 else 0


def by_place(runs: Iterable[Run]) -> list[str]:
    """The text of the runs of each place (anchor) as one string, readings of ruby left out.

    A run ends where emphasis does: a blank may be in one and its neighbours in others.
    """
    parts: list[list[str]] = []
    where: str | None = None
    for run in runs:
        if run.kind == "reading":
            continue
        if run.where != where:
            where = run.where
            parts.append([])
        parts[-1].append(run.text)
    return ["".join(part) for part in parts]


@lru_cache(maxsize=1024)
def spellings(label: str) -> tuple[str, ...]:
    """How a label may be printed, without brackets: as it is, circled, in Chinese numerals."""
    if not label.isdecimal():
        return (label,)
    value = int(label)
    found = [label]
    if sign := circled(value):
        found.append(sign)
    if value:
        found.append(spelled(str(value)))
        if value > 99:
            # Counters of style sheets write these digit by digit.
            found.append(digit_by_digit(str(value)))
    return tuple(found)


# --- the expected side ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """Expected text, a label, or a piece of furniture.

    ``text`` is compact; ``places`` tells from which character on it stands where (an anchor);
    ``note`` is the note that a label is the number of.
    """

    kind: Literal["text", "label", "furniture"]
    text: str
    places: tuple[tuple[int, str], ...] = ()
    note: str = ""


#: A place in a thread: the token, and the characters of it that were met.
State = tuple[int, int]


class Thread:
    """Expected text in order, and the place reached in it.

    Where notes are counted anew on each page, ``numbers`` has those that were met (anchor to
    number); a thread that ``counts`` them counts its labels from where the page began.  ``sign`` is
    how the number of a note is printed, if that is known.
    """

    def __init__(self, name: str, tokens: Sequence[Token]) -> None:
        self.name = name
        self.tokens = tokens
        self.state: State = (0, 0)
        self.numbers: dict[str, int] | None = None
        self.sign: Callable[[int], str] | None = None
        self.counts = False
        #: Of the thread of what may stand later: from where to where in the body each token may
        #: stand, in units.
        self.ranges: Sequence[tuple[int, int]] = ()
        self._units: list[int] = []
        self._page = 0

    def turn(self) -> None:
        """A page begins here."""
        self._page = self.state[0]

    def reach(self, state: State) -> None:
        """Go on, or back, to a state."""
        if self.counts and self.numbers is not None:
            for index in range(self.state[0], min(state[0], len(self.tokens))):
                if note := self.tokens[index].note:
                    self.numbers[note] = self._number(index, note)
        self.state = state

    def _labels(self, index: int) -> tuple[str, ...]:
        """How this token may be printed, if it is a label, but for brackets."""
        token = self.tokens[index]
        if not token.note:
            return spellings(token.text)
        number = token.text
        if self.numbers is not None:
            number = str(self._number(index, token.note))
        return (self.sign(int(number)),) if self.sign else spellings(number)

    def _number(self, index: int, note: str) -> int:
        """The number of a note on the page on which it was called: how many were, up to it."""
        if not self.counts:
            return (self.numbers or {}).get(note, 0)
        return sum(1 for token in self.tokens[self._page : index + 1] if token.note)

    def follow(
        self, text: str, state: State, start: int = 0, stop: State | None = None
    ) -> tuple[int, State]:
        """How far ``text`` from ``start`` continues the thread, and the state reached there; not
        beyond ``stop``."""
        index, offset = state
        position = start
        last, rest = stop or (len(self.tokens), 0)
        while position < len(text) and (index, offset) < (last, rest):
            token = self.tokens[index]
            if token.kind == "text":
                end = len(token.text) if index < last else rest
                met = _common(token.text, offset, end, text, position)
                position, offset = position + met, offset + met
                if offset == end:
                    if index < last:
                        index, offset = index + 1, 0
                elif position < len(text):
                    if _is_hyphen(text, position, token.text[offset]):
                        position += 1
                    break
                continue
            step = self._step(token, index, text, position)
            if step is None:
                break
            position += step
            if position == len(text) and _goes_on(token, text):
                break
            index += 1
        return position, (index, offset)

    def _step(self, token: Token, index: int, text: str, position: int) -> int | None:
        """Characters to take for a label or for furniture; None where the label is missing."""
        choices = _choices(token, self._labels(index), text, position)
        if not choices:
            return None
        if len(choices) == 1:
            return choices[0]
        # What follows decides.  Sixteen characters tell «1.» of a list from «1.5» of its text.
        for length in choices:
            ahead = text[position + length : position + length + 16]
            if self.follow(ahead, (index + 1, 0))[0] == len(ahead):
                return length
        return choices[0]

    def window(self, length: int) -> tuple[str, list[State]]:
        """The next characters of the thread and the state before each (and after the last)."""
        characters: list[str] = []
        states: list[State] = []
        index, offset = self.state
        while index < len(self.tokens) and len(characters) < length:
            token = self.tokens[index]
            if token.kind != "furniture":
                for place in range(offset, min(len(token.text), offset + length)):
                    characters.append(token.text[place])
                    states.append((index, place))
            index, offset = index + 1, 0
        states.append((index, 0))
        return "".join(characters), states

    def units(self, state: State) -> int:
        """How far a state is from the beginning: characters of text, each label counting one."""
        return self._ends()[state[0]] + state[1]

    def _ends(self) -> list[int]:
        """How far the beginning of each token is from that of the thread, and the end of all."""
        if len(self._units) != len(self.tokens) + 1:
            self._units = [0, *itertools.accumulate(map(_units, self.tokens))]
        return self._units

    def at(self, units: int) -> State:
        """The state so many units from the beginning, or the end."""
        units = min(units, self._ends()[-1])
        index = bisect.bisect_right(self._ends(), units) - 1
        return index, units - self._ends()[index]

    def where(self) -> str:
        """The anchor of the place reached, or an empty string."""
        return self.where_at(self.state)

    def where_at(self, state: State) -> str:
        """The anchor of a place in the thread, or an empty string after its end."""
        index, offset = state
        if index >= len(self.tokens):
            return ""
        return max(place for place in self.tokens[index].places if place[0] <= offset)[1]

    def before(self) -> str:
        """The last characters met, for context."""
        index, offset = self.state
        shown = self.tokens[index].text[max(0, offset - CONTEXT) : offset] if offset else ""
        while index > 0 and len(shown) < CONTEXT:
            index -= 1
            if self.tokens[index].kind != "furniture":
                shown = self.tokens[index].text[-CONTEXT:] + shown
        return shown[-CONTEXT:]


def _units(token: Token) -> int:
    if token.kind == "text":
        return len(token.text)
    return 1 if token.kind == "label" else 0


def _common(wanted: str, offset: int, end: int, text: str, position: int) -> int:
    """Length of the common run of two strings from a place in each, the first up to its ``end``."""
    length = min(end - offset, len(text) - position)
    mine, other = wanted[offset : offset + length], text[position : position + length]
    if mine == other:
        return length
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        if mine[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _is_hyphen(text: str, position: int, wanted: str) -> bool:
    """Whether a line ends here in a hyphen that breaks a Latin word."""
    return (
        text[position] in "-\u2010"
        and 0 < position == len(text) - 1
        and text[position - 1].isalpha()
        and wanted.isalpha()
    )


def _goes_on(token: Token, text: str) -> bool:
    """Whether a leader may go on in the next fragment: a page number has not come yet.

    A number ends it in whatever numerals it is written.  The title of the next entry, or that of
    the first chapter, may be a numeral too, and would be taken for one more piece of it.
    """
    return token.kind == "furniture" and not token.text and text[-1] in _DOTS


def _choices(token: Token, labels: tuple[str, ...], text: str, position: int) -> list[int]:
    """How many characters a label or a piece of furniture may take here, the likeliest first."""
    if token.kind == "label":
        return _label_lengths(labels, text, position)
    if token.text:
        return [len(token.text), 0] if text.startswith(token.text, position) else [0]
    matched = _LEADER.match(text, position)
    end = matched.end() if matched else position
    # A page paints the leader dot by dot and the number apart from them: a fragment of nothing else
    # is furniture, whatever comes next.
    return [end - position] if end == len(text) else list(range(end - position + 1))


def _label_lengths(labels: tuple[str, ...], text: str, position: int) -> list[int]:
    start = position + (text[position] in _OPENING)
    for spelling in labels:
        for begin in dict.fromkeys((position, start)):
            if text.startswith(spelling, begin):
                end = begin + len(spelling)
                plain = end - position
                closed = end < len(text) and text[end] in _CLOSING
                if begin > position:
                    return [plain + 1] if closed else []
                return [plain, plain + 1] if closed else [plain]
    return []


def threads(expected: Iterable[Run], *, late: bool = False) -> dict[str, Thread]:
    """The runs sorted into threads; neighbouring pieces of text become one token.  With ``late``
    those that may stand later have a thread of their own."""
    runs = list(expected)
    parts: dict[str, _Tokens] = {
        name: _Tokens() for name in ("body", "note", "reading", "note-reading", "late")
    }
    within_note = False
    #: How many units of the body are before each run; for each late token its block; for each of
    #: those the place of its first run, that behind its last, and how many runs may go before it.
    before: list[int] = []
    blocks: list[int] = []
    places: list[tuple[int, int, int]] = []
    units = 0
    for place, run in enumerate(runs):
        kind = run.kind
        before.append(units)
        if late and run.late:
            first, end, _ = places[-1] if places else (0, -1, 0)
            places[-1 if end == place else len(places) :] = [
                (first if end == place else place, place + 1, run.late)
            ]
            if text := compact(run.text):
                parts["late"].add(Token("text", text, ((0, run.where),)))
                blocks.append(len(places) - 1)
            continue
        if kind == "note":
            within_note = True
        elif kind == "label":
            within_note = place + 1 < len(runs) and runs[place + 1].kind == "note"
        elif kind == "body":
            within_note = False
        name = "note" if within_note else "body"
        if kind == "reading":
            name = "note-reading" if within_note else "reading"
        text = compact(run.text)
        if kind == "label" or kind == "furniture":
            if text or kind == "furniture":
                parts[name].add(Token(kind, text, ((0, run.where),), run.note))
                units += name == "body" and kind == "label"
        elif text:
            parts[name].text(text, run.where)
            units += len(text) if name == "body" else 0
    found = {name: Thread(name, tokens.closed()) for name, tokens in parts.items()}
    before.append(units)
    ranges = [(before[first], before[end + span]) for first, end, span in places]
    found["late"].ranges = [ranges[block] for block in blocks]
    return found


class _Tokens:
    """The tokens of a thread as they come: texts that follow each other are one, so that a line of
    a page lies within one token."""

    def __init__(self) -> None:
        self._tokens: list[Token] = []
        self._pieces: list[str] = []
        self._places: list[tuple[int, str]] = []
        self._length = 0

    def text(self, text: str, where: str) -> None:
        """Go on with a text."""
        if not self._places or self._places[-1][1] != where:
            self._places.append((self._length, where))
        self._pieces.append(text)
        self._length += len(text)

    def add(self, token: Token) -> None:
        """Go on with a label or a piece of furniture."""
        self.closed().append(token)

    def closed(self) -> list[Token]:
        """All tokens, the last text among them."""
        if self._pieces:
            self._tokens.append(Token("text", "".join(self._pieces), tuple(self._places)))
            self._pieces, self._places, self._length = [], [], 0
        return self._tokens
