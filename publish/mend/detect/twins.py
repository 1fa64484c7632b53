"""Names that differ in one character which sounds or looks the same: candidates and evidence.

A name is a surname and one or two characters.  Twins are looked for first, since they are few;
only then is the segmenter asked whether the one that is more frequent is a name, and whether
the other one is a word of its own, or parts of two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from publish.mend.detect.words import is_crossed, is_known, words_at
from publish.text.characters import HAN_CLASS, is_han
from publish.text.lookalikes import lookalikes
from publish.text.pinyin import readings
from publish.text.segmenter import frequency, tagged
from publish.text.surnames import surnames

#: Occurrences of a name that the segmenter is shown.
_SHOWN = 30

#: A twin may stand this often beside any name, and up to this share of it beside a frequent one.
_RARE, _SHARE = 3, 0.34

#: The share of occurrences that must be seen as a name; of two characters more, since any two
#: may meet.
_NAMED, _NAMED_SHORT = 0.4, 0.6

#: The share of the occurrences of its parts that a name which is no word must make up.
_UNIT = 0.5

#: Names of two characters: least occurrences, and those of one whose characters are a word, or
#: whose surname is; the twin's greatest share; twins expected by chance for each that is there.
_SHORT, _SHORT_WORD, _SHORT_SHARE, _SHORT_CHANCE = 5, 10, 0.25, 0.05

#: Of longer names: twins expected by chance for each that is there; least occurrences of one
#: whose twin holds a word of the dictionary, and how frequent that word must be.
_CHANCE, _BESIDE_WORD, _WORD = 0.3, 5, 50

#: The share of its other occurrences that a name without its last character may stand alone.
_ALONE = 0.1

#: People of one family whose names begin alike: more characters after what they share than this
#: tell that it is a name itself.
_NAMESAKES = 4

#: Least occurrences where it is the surname that differs.
_OTHER_SURNAME = 3

#: What follows a surname and is no given name: titles, kin, and words that go with any name.
_NO_GIVEN = frozenset("氏")
_NO_SHORT_GIVEN = frozenset(
    "氏家府君公儿母父女爷奶妈爸哥姐弟妹叔伯婶嫂娘道总某老王帝宗祖侯相将说是的之人者国"
)


@dataclass(frozen=True, slots=True)
class Twin:
    """``name`` is the frequent spelling, ``variant`` the other, each with the places in the text
    where it begins; ``position`` is where they differ."""

    name: str
    variant: str
    position: int
    name_places: tuple[int, ...]
    places: tuple[int, ...]


def twins(text: str) -> list[Twin]:
    """The twins of names in a simplified text, by the place of the first variant.

    A variant that is a twin of several names goes with the most frequent.
    """
    search = _Search(text)
    best: dict[str, Twin] = {}
    for twin in search.candidates():
        known = best.get(twin.variant)
        if known is None or len(known.name_places) < len(twin.name_places):
            standing = search.standing(twin)
            if standing:
                best[twin.variant] = standing
    return sorted(best.values(), key=lambda twin: (twin.places[0], twin.variant))


@dataclass(slots=True)
class _Search:
    """A text with all that is found out about it on the way."""

    text: str
    #: What begins with a surname and has the length of a name, and where it stands.
    places: dict[str, list[int]] = field(default_factory=dict)
    alike: dict[str, frozenset[str]] = field(default_factory=dict)
    #: How often each character is there.
    counts: Counter[str] = field(default_factory=Counter)
    named: dict[str, bool] = field(default_factory=dict)
    units: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = surnames()
        single = "".join(name for name in known if len(name) == 1)
        double = "|".join(name for name in known if len(name) == 2)
        for surname in (f"(?!{double})[{single}]", f"(?:{double})"):
            pattern = re.compile(f"(?=({surname}[{HAN_CLASS}])([{HAN_CLASS}]?))")
            for found in pattern.finditer(self.text):
                short, third = found.groups()
                self.places.setdefault(short, []).append(found.start())
                if third:
                    self.places.setdefault(short + third, []).append(found.start())
        # A compound surname alone is two characters that begin with a surname, and no name.
        for surname in known:
            if len(surname) == 2:
                self.places.pop(surname, None)
        self.counts.update(self.text)
        self.alike = _alike(self.counts)

    def candidates(self) -> Iterator[Twin]:
        """Every pair of frequent and rare that differs in one character which is alike."""
        nobody: frozenset[str] = frozenset()
        for name, places in self.places.items():
            if len(places) < (_SHORT if len(name) == 2 else 2):
                continue
            for position in range(_surname(name), len(name)):
                for other in self.alike.get(name[position], nobody):
                    variant = name[:position] + other + name[position + 1 :]
                    found = self.places.get(variant)
                    if found and _is_rare(len(found), len(places)):
                        yield Twin(name, variant, position, tuple(places), tuple(found))
        yield from self._other_surnames()

    def _other_surnames(self) -> Iterator[Twin]:
        """Given names of two characters after what sounds or looks like the surname (粱文锋)."""
        given: dict[str, list[str]] = {}
        for name, places in self.places.items():
            if len(name) == 3 and len(places) >= _OTHER_SURNAME and _surname(name) == 1:
                given.setdefault(name[1:], []).append(name)
        text = self.text
        found: dict[tuple[str, str], list[int]] = {}
        nobody: frozenset[str] = frozenset()
        for start in [at for at in range(1, len(text)) if text[at : at + 2] in given]:
            for name in given[text[start : start + 2]]:
                if text[start - 1] in self.alike.get(name[0], nobody):
                    variant = text[start - 1 : start + 2]
                    found.setdefault((name, variant), []).append(start - 1)
        for (name, variant), places in found.items():
            if _is_rare(len(places), len(self.places[name])):
                yield Twin(name, variant, 0, tuple(self.places[name]), tuple(places))

    def standing(self, twin: Twin) -> Twin | None:
        """The twin with those places of the variant that are one; None if none is, or if the
        frequent spelling is no name."""
        short = len(twin.name) == 2
        if short and not self._short_may_be(twin):
            return None
        if not _NO_GIVEN.isdisjoint(twin.name + twin.variant):
            return None
        places = [place for place in twin.places if self._stands(place, twin)]
        if places and not self._is_name(twin):
            if not self._is_unit(twin.name):
                return None
            if twin.variant[-1] in _PARTICLES:
                return None
        if not places:
            return None
        if not short and not self._is_whole(twin):
            return None
        return Twin(twin.name, twin.variant, twin.position, twin.name_places, tuple(places))

    def _short_may_be(self, twin: Twin) -> bool:
        """Whether a name of two characters is frequent enough beside what chance would bring."""
        name, variant = twin.name, twin.variant
        count, rare = len(twin.name_places), len(twin.places)
        if name[1] in _NO_SHORT_GIVEN or variant[1] in _NO_SHORT_GIVEN or is_known(variant):
            return False
        least = _SHORT_WORD if is_known(name) or _is_everyday(name[0]) else _SHORT
        # How often the characters would meet if they stood anywhere but in the two names.
        first = self.counts[variant[0]] - count - rare
        second = self.counts[variant[1]] - rare
        chance = first * second / len(self.text)
        return count >= least and rare <= _SHORT_SHARE * count and chance <= _SHORT_CHANCE * rare

    def _stands(self, place: int, twin: Twin) -> bool:
        """Whether the variant at the place is no part of words, as it is and as it might be."""
        text, end = self.text, place + len(twin.name)
        if len(twin.name) == 2:
            words = words_at(text, place, end)
            if words[0].start < 0 or words[-1].end > 2:
                return False
        else:
            return not is_crossed(text, place, end, twin.position)
        before = text[max(0, place - 60) : place]
        mended = before + twin.name + text[end : end + 60]
        return self._is_seen(mended, len(before), len(before) + 2, exactly=True)

    def _is_seen(self, text: str, start: int, end: int, *, exactly: bool) -> bool:
        """Whether the segmenter takes the place for a person's name, perhaps with one character
        more on a side (魏榜贤忙)."""
        words = words_at(text, start, end)
        slack = 0 if exactly else 1
        if len(words) != 1 or not words[0].tag.startswith("nr"):
            return False
        word = words[0]
        is_exact = word.start == 0 and word.end == end - start
        if not is_exact and is_known(word.text):
            return False
        return word.start >= -slack and word.end <= end - start + slack

    def _is_name(self, twin: Twin) -> bool:
        if twin.name not in self.named:
            size = len(twin.name)
            shown = twin.name_places[:_SHOWN]
            seen = sum(
                self._is_seen(self.text, place, place + size, exactly=size == 2) for place in shown
            )
            least = _NAMED_SHORT if size == 2 else _NAMED
            self.named[twin.name] = seen >= least * len(shown)
        return self.named[twin.name]

    def _is_unit(self, name: str) -> bool:
        """Whether the characters of a name mostly stand together: 罗长河, which the dictionary
        reads as 罗 and 长河, where 长河 hardly stands without 罗."""
        if name not in self.units:
            self.units[name] = self._stands_together(name)
        return self.units[name]

    def _stands_together(self, name: str) -> bool:
        count, surname = len(self.places[name]), _surname(name)
        if len(name) - surname < 2 or name[:surname] in _FUNCTION_SURNAMES:
            return False
        if any(count < _UNIT * self._count(part) for part in (name[:-1], name[surname:])):
            return False
        shown = self.places[name][:_SHOWN]
        return sum(self._fits(place, len(name)) for place in shown) >= _NAMED_SHORT * len(shown)

    def _count(self, part: str) -> int:
        """How often a part of a name stands in the text."""
        places = self.places.get(part)
        return self.text.count(part) if places is None else len(places)

    def _fits(self, place: int, size: int) -> bool:
        """Whether no word of the dictionary reaches into the name, and it ends in no particle."""
        words = words_at(self.text, place, place + size)
        inside = [word for word in words if word.start > 0 and len(word.text) == 1]
        return not is_crossed(self.text, place, place + size) and not any(
            word.tag[:1] in _FUNCTION for word in inside
        )

    def _is_whole(self, twin: Twin) -> bool:
        """Whether name and variant are more than a shorter word with what happens to stand
        beside it: 贾政 with 听 or 叹 after it, 王 before 知道."""
        text, position = self.text, twin.position
        name, variant = twin.name, twin.variant
        count, rare = len(twin.name_places), len(twin.places)
        surname = _surname(name)
        around = variant[max(0, position - 1) : position + 1], variant[position : position + 2]
        if count < _BESIDE_WORD and any(
            len(word) == 2 and frequency(word) >= _WORD and text.count(word) > rare
            for word in around
        ):
            return False
        if position == 0:
            if variant[0] in _FUNCTION_SURNAMES:
                return False
            return text.count(name[1:]) - count - rare <= count / 2
        if name[:surname] in _FUNCTION_SURNAMES and text.count(name[surname:]) > 2 * count:
            return False
        if position < len(name) - 1:
            rest = text.count(variant[position:]) - rare
            return rest * text.count(variant[:position]) / len(text) <= _CHANCE * rare
        if position == surname:
            return True
        # The last character differs: does what is before it stand alone?
        word = name[:-1]
        places = [
            found.start()
            for found in re.finditer(word, text)
            if not text.startswith(name, found.start())
        ]
        shown = places[: _SHOWN + 10]
        alone = sum(words_at(text, at, at + len(word))[0].text == word for at in shown)
        after = {text[at + len(word) : at + len(word) + 1] for at in places}
        return (
            len(places) - rare <= count / 2
            or alone <= _ALONE * len(shown)
            # 姚金凤 and 姚金龙 are names, though 姚金 is none.
            or len(after) <= _NAMESAKES
        )


def _kind(surname: str) -> str:
    """The part of speech of a surname that stands alone; nothing for one of several words."""
    words = tagged(surname)
    return words[0][1] if len(words) == 1 else ""


#: Surnames that are function words in most places where they stand.
_FUNCTION_SURNAMES = frozenset("和于那从都却别向终越须后况连全能应时")

#: Characters that seldom end a name and often stand after one.
_PARTICLES = frozenset("的地得着了过者也在是有和与于而以之其这那就都又还不没要会能可等已吗呢")

#: First letters of the parts of speech of function words: conjunctions, prepositions, pronouns,
#: adverbs, words of place, particles.
_FUNCTION = frozenset("cprdfuye")


def _is_everyday(surname: str) -> bool:
    """Whether the surname is rather a word of any kind but a noun or a measure (白 高 和)."""
    return _kind(surname)[:1] not in ("n", "q", "x", "z", "g", "")


def _surname(name: str) -> int:
    """The length of the surname of a name."""
    return 2 if len(name) > 2 and name[:2] in surnames() else 1


def _is_rare(variant: int, name: int) -> bool:
    return variant < name and variant <= max(_RARE, _SHARE * name)


def _alike(characters_of_text: Iterable[str]) -> dict[str, frozenset[str]]:
    """Each Han character of the text to those of the text that sound or look the same."""
    characters = [character for character in characters_of_text if is_han(character)]
    by_sound: dict[str, set[str]] = {}
    for character in characters:
        for reading in readings(character):
            by_sound.setdefault(reading, set()).add(character)
    looks = lookalikes()
    nobody: frozenset[str] = frozenset()
    here = frozenset(characters)
    alike = {}
    for character in characters:
        others = set(looks.get(character, nobody) & here)
        others.update(*(by_sound[reading] for reading in readings(character)))
        others.discard(character)
        alike[character] = frozenset(others)
    return alike
