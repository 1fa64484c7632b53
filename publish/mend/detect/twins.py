"""Names that differ in one character which sounds or looks the same.

Of the frequent spelling it is asked whether it is a name (``people``), of the other whether it is
a word of its own, or parts of two, or what chance would bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publish.mend.detect.people import (
    FUNCTION_SURNAMES,
    LEAST_SHORT,
    PARTICLES,
    People,
    surname_length,
)
from publish.mend.detect.words import crossing, is_known, words_at
from publish.records import dataclass
from publish.text.characters import is_han
from publish.text.lookalikes import lookalikes
from publish.text.pinyin import readings
from publish.text.segmenter import frequency, tagged

#: A twin may stand this often beside any name, and up to this share of it beside a frequent one.
_RARE, _SHARE = 3, 0.34

#: Names of two characters: least occurrences of one whose characters are a word, or whose
#: surname is; the twin's greatest share; twins expected by chance for each that is there.
_SHORT_WORD, _SHORT_SHARE, _SHORT_CHANCE = 2 * LEAST_SHORT, 0.25, 0.05

#: Of longer names: twins expected by chance for each that is there; least occurrences of one
#: whose twin holds a word of the dictionary, and how frequent that word must be.
_CHANCE, _BESIDE_WORD, _WORD = 0.3, 5, 50

#: Of a name without its last character: the share of its other occurrences in which it may stand
#: alone, of so many that are looked at.
_ALONE, _SHOWN = 0.1, 40

#: People of one family whose names begin alike: more characters after what they share than this
#: tell that it is a name itself.
_NAMESAKES = 4

#: What is before the last character is the name's own, if the name stands so often, and no more
#: other things have the same beginning.
_OWN, _OTHERS = 3, 1

#: Least occurrences where it is the surname that differs.
_OTHER_SURNAME = 3

#: What follows a surname and is no given name: titles, kin, and words that go with any name.
_NO_GIVEN = frozenset("氏")
_NO_SHORT_GIVEN = frozenset(
    "氏家府君公儿母父女爷奶妈爸哥姐弟妹叔伯婶嫂娘道总某老王帝宗祖侯相将说是的之人者国"
)


@dataclass(frozen=True, slots=True)
class Twin:
    """``name`` is the frequent spelling, ``count`` how often it stands, ``variant`` the other one;
    ``position`` is where they differ, ``places`` where in the text the variant stands."""

    name: str
    variant: str
    position: int
    count: int
    places: tuple[int, ...]


def twins(text: str) -> list[Twin]:
    """The twins of names in a simplified text, by the place of the first variant.

    A variant that is a twin of several names goes with the most frequent.
    """
    search = _Search(People(text))
    best: dict[str, Twin] = {}
    for pair in search.candidates():
        known = best.get(pair.variant)
        if known is not None and known.count >= pair.count:
            continue
        if places := search.standing(pair):
            best[pair.variant] = Twin(pair.name, pair.variant, pair.position, pair.count, places)
    return sorted(best.values(), key=lambda twin: (twin.places[0], twin.variant))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A name and what differs from it in one character, with how often each stands."""

    name: str
    variant: str
    position: int
    count: int
    rare: int


class _Search:
    """The names of a text, and what stands beside them."""

    def __init__(self, people: People) -> None:
        self.people, self.text = people, people.text
        self.alike = _alike(people.characters)

    def candidates(self) -> Iterator[_Pair]:
        """Every name with what differs from it in one character that is alike, and is rare."""
        nobody: frozenset[str] = frozenset()
        names = list(self.people.names())
        for name in names:
            counts = self.people.pairs if len(name) == 2 else self.people.longer
            count = counts[name]
            for position in range(surname_length(name), len(name)):
                for other in self.alike.get(name[position], nobody):
                    variant = name[:position] + other + name[position + 1 :]
                    rare = counts.get(variant, 0)
                    if rare and _is_rare(rare, count):
                        yield _Pair(name, variant, position, count, rare)
        yield from self._other_surnames(names)

    def _other_surnames(self, names: list[str]) -> Iterator[_Pair]:
        """Given names of two characters after what sounds or looks like the surname (粱文锋)."""
        given: dict[str, dict[str, list[str]]] = {}
        for name in names:
            if len(name) != 3 or surname_length(name) != 1:
                continue
            if self.people.longer[name] >= _OTHER_SURNAME:
                for other in self.alike.get(name[0], ()):
                    given.setdefault(name[1:], {}).setdefault(other, []).append(name)
        text = self.text
        found: dict[tuple[str, str], int] = {}
        for start in [at for at in range(1, len(text)) if text[at : at + 2] in given]:
            for name in given[text[start : start + 2]].get(text[start - 1], ()):
                key = name, text[start - 1 : start + 2]
                found[key] = found.get(key, 0) + 1
        for (name, variant), rare in found.items():
            count = self.people.longer[name]
            if _is_rare(rare, count):
                yield _Pair(name, variant, 0, count, rare)

    def standing(self, pair: _Pair) -> tuple[int, ...]:
        """The places where the variant stands and is no part of words; none where the two are no
        twins."""
        if not _NO_GIVEN.isdisjoint(pair.name + pair.variant):
            return ()
        short = len(pair.name) == 2
        if not (self._short_may_be(pair) if short else self._may_be(pair)):
            return ()
        stands = self._stands_short if short else self._stands
        found = [match.start() for match in re.finditer(pair.variant, self.text)]
        places = tuple(place for place in found if stands(place, pair))
        if not places or short:
            return places
        if not self.people.is_seen(pair.name) and (
            pair.variant[-1] in PARTICLES or not self.people.is_free(pair.name)
        ):
            return ()
        return places if self._is_whole(pair) else ()

    def _short_may_be(self, pair: _Pair) -> bool:
        """Whether a name of two characters is frequent enough beside what chance would bring."""
        name, variant = pair.name, pair.variant
        if name[1] in _NO_SHORT_GIVEN or variant[1] in _NO_SHORT_GIVEN or is_known(variant):
            return False
        # How often the characters would meet if they stood anywhere but in the two names.
        count = self.people.count
        first = count(variant[0]) - pair.count - pair.rare
        second = count(variant[1]) - pair.rare
        if first * second / len(self.text) > _SHORT_CHANCE * pair.rare:
            return False
        if is_known(name) or _is_everyday(name[0]):
            return pair.count >= _SHORT_WORD and pair.rare <= _SHORT_SHARE * pair.count
        return pair.rare <= _SHORT_SHARE * pair.count

    def _may_be(self, pair: _Pair) -> bool:
        """Whether the variant is not what chance brings: 王 before 知道."""
        name, variant, position, rare = pair.name, pair.variant, pair.position, pair.rare
        count, length = self.people.count, surname_length(name)
        around = variant[max(0, position - 1) : position + 1], variant[position : position + 2]
        if pair.count < _BESIDE_WORD and any(
            len(word) == 2 and count(word) > rare and frequency(word) >= _WORD for word in around
        ):
            return False
        if position == 0:
            others = count(name[1:]) - pair.count - rare
            return variant[0] not in FUNCTION_SURNAMES and others <= pair.count / 2
        if name[:length] in FUNCTION_SURNAMES and count(name[length:]) > 2 * pair.count:
            return False
        if position < len(name) - 1:
            rest = count(variant[position:]) - rare
            return rest * count(variant[:position]) / len(self.text) <= _CHANCE * rare
        return True

    def _is_whole(self, pair: _Pair) -> bool:
        """Whether a name that differs in its last character is more than a shorter name with what
        happens to stand after it: 贾政 with 听 or 叹."""
        text, word = self.text, pair.name[:-1]
        if pair.position < len(word) or len(word) == surname_length(pair.name):
            return True
        places = [
            found.start()
            for found in re.finditer(word, text)
            if not text.startswith(pair.name, found.start())
        ]
        if len(places) - pair.rare <= pair.count / 2:
            return True
        # 姚金凤 and 姚金龙 are names, though 姚金 is none.
        after = {text[at + len(word) : at + len(word) + 1] for at in places}
        shown = places[:_SHOWN]
        alone = sum(words_at(text, at, at + len(word))[0].text == word for at in shown)
        return len(after) <= _NAMESAKES or alone <= _ALONE * len(shown)

    def _stands(self, place: int, pair: _Pair) -> bool:
        """Whether the variant is no part of words."""
        last = len(pair.name) - 1
        words = crossing(self.text, place, place + last + 1, pair.position)
        if not words or pair.position < last or pair.count < _OWN:
            return not words
        # 常香誉为: 誉为 is a word, but 常香 is nothing but the beginning of the name.
        begins = all(word.start == last and len(word.text) == 2 for word in words)
        others = self.people.count(pair.name[:-1]) - pair.count - pair.rare
        return begins and others <= _OTHERS

    def _stands_short(self, place: int, pair: _Pair) -> bool:
        """Whether the variant is no part of words, and the name in its place would be seen."""
        words = words_at(self.text, place, place + 2)
        if words[0].start < 0 or words[-1].end > 2:
            return False
        before, after = self.text[max(0, place - 60) : place], self.text[place + 2 : place + 62]
        start = len(before)
        words = words_at(before + pair.name + after, start, start + 2)
        return words[0].text == pair.name and words[0].tag.startswith("nr")


def _is_everyday(surname: str) -> bool:
    """Whether the surname is rather a word of any kind but a noun or a measure (白 高 和)."""
    words = tagged(surname)
    return len(words) == 1 and words[0][1][:1] not in ("n", "q", "x", "z", "g")


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
