"""Which runs of characters in a text are names of persons.

A name is a surname and one or two characters that the segmenter mostly takes for a person, or
that mostly stand together though the dictionary reads them as words: 罗 and 长河.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from operator import add

from publish.mend.detect.words import crossing, is_known
from publish.records import dataclass, field
from publish.text.characters import HAN_CLASS, is_han
from publish.text.segmenter import tagged
from publish.text.surnames import surnames

#: Least occurrences of a name: of two characters, which may meet by chance, and of more.
LEAST_SHORT, LEAST = 5, 2

#: The share of occurrences that must be seen as a person.
_SEEN, _SEEN_SHORT = 0.4, 0.6

#: The share of the occurrences of its parts that a name which is no word must make up, and more
#: where the surname is a function word; the share of its own that must be free of other words,
#: of so many that are looked at.
_TOGETHER, _ALWAYS, _FREE, _SHOWN = 0.5, 0.8, 0.6, 30

#: Surnames that are function words in most places where they stand.
FUNCTION_SURNAMES = frozenset("和于那从都却别向终越须后况连全能应时")

#: Characters that seldom end a name and often stand after one.
PARTICLES = frozenset("的地得着了过者也在是有和与于而以之其这那就都又还不没要会能可等已吗呢")


@dataclass(slots=True)
class People:
    """A simplified text, and how often what might be a name stands in it."""

    text: str
    #: Each character, and each two that stand side by side.
    characters: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    #: Whatever has a surname and two characters after it, or one after a compound surname.
    longer: Counter[str] = field(default_factory=Counter)
    #: How often a run is seen as a person.
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.characters.update(self.text)
        self.pairs.update(map(add, self.text, self.text[1:]))
        double = "|".join(name for name in surnames() if len(name) == 2)
        single = "".join(name for name in surnames() if len(name) == 1)
        han = f"[{HAN_CLASS}]"
        for pattern in (
            f"(?=((?!{double})[{single}]{han}{{2}}))",
            f"(?=((?:{double}){han}))",
            f"(?=((?:{double}){han}{{2}}))",
        ):
            self.longer.update(re.findall(pattern, self.text))
        self._see()

    def _see(self) -> None:
        """Count what the segmenter takes for persons, with one character more on a side, which it
        often adds (魏榜贤忙), allowed for."""
        words: Counter[str] = Counter()
        for line in self.text.split("\n"):
            words.update(word for word, tag in tagged(line) if tag.startswith("nr"))
        for word, count in words.items():
            self.seen[word] += count
            if not is_known(word):
                for part in {word[1:], word[:-1], word[1:-1]}:
                    if len(part) > 2:
                        self.seen[part] += count

    def count(self, run: str) -> int:
        """How often a run of characters stands in the text."""
        if len(run) == 1:
            return self.characters[run]
        return self.pairs[run] if len(run) == 2 else self.longer[run] or self.text.count(run)

    def names(self) -> Iterator[str]:
        """Every name, those that stand together though no one sees a person included."""
        for name, count in self.longer.items():
            if count >= LEAST and (self.is_seen(name) or self._stands_together(name)):
                yield name
        known = surnames()
        for name, count in self.pairs.items():
            is_short = count >= LEAST_SHORT and name[0] in known and name not in known
            if is_short and is_han(name[1]) and self.is_seen(name):
                yield name

    def is_seen(self, name: str) -> bool:
        """Whether the segmenter mostly takes it for a person."""
        least = _SEEN_SHORT if len(name) == 2 else _SEEN
        return self.seen[name] >= least * self.count(name)

    def _stands_together(self, name: str) -> bool:
        count, length = self.count(name), surname_length(name)
        if len(name) - length < 2:
            # 夏侯远, where hardly another 夏侯 is.
            return count >= _TOGETHER * self.count(name[:length])
        least = _ALWAYS if name[:length] in FUNCTION_SURNAMES else _TOGETHER
        return all(count >= least * self.count(part) for part in (name[:-1], name[length:]))

    def is_free(self, name: str) -> bool:
        """Whether the name ends in no particle, and mostly no word of the dictionary reaches into
        it."""
        if name[-1] in PARTICLES:
            return False
        size = len(name)
        shown = [found.start() for found in re.finditer(name, self.text)][:_SHOWN]
        free = sum(not crossing(self.text, place, place + size) for place in shown)
        return free >= _FREE * len(shown)


def surname_length(name: str) -> int:
    """The length of the surname of a name."""
    return 2 if len(name) > 2 and name[:2] in surnames() else 1
