"""Finds where OpenCC cuts through a word, and writes publish/convert/cuts.txt.

python tests/conversion_cuts.py LEXICON [TEXT]...

LEXICON has a word, its frequency and its part of speech on each line, as jieba's dict.txt has
(PyPI: jieba).  Each TEXT, simplified prose or Markdown, raises the frequency of words that it
has more often: a lexicon of newspapers knows little of 缓存 or 导航.

A phrase P of OpenCC and a word W that begins with the end of P meet in a string; the pair is a
fault if the string is converted otherwise together than apart, if the segmenter puts a boundary
before W, and if the string is frequent enough.  Where P followed by other words is likelier than
what comes before W followed by W, the pair is no cut, or those others are cuts of their own.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from publish.convert import dictionary
from publish.convert.engine import Converter, Faults, converter
from publish.text.segmenter import tagged

CUTS = Path(dictionary.__file__).parent / "cuts.txt"

#: Places in a hundred million characters from which a string is worth an entry: one of a phrase
#: and a word, one of two words, and one that is kept from going wrong by another entry.
FREQUENT, FREQUENT_PAIR, FREQUENT_GUARD = 0.1, 0.05, 0.02
#: Rarer words of a lexicon are often none.
LEAST = 20

_HAN = re.compile("[\u4e00-\u9fff]+")


def opencc_phrases() -> set[str]:
    """The simplified phrases that OpenCC knows, from its compiled dictionary."""
    import opencc

    folder = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "phrases.txt"
        command = [folder / "bin" / "opencc_dict", "-f", "ocd2", "-t", "text"]
        source = folder / "share" / "opencc" / "STPhrases.ocd2"
        subprocess.run([*command, "-i", source, "-o", target], check=True, capture_output=True)
        lines = target.read_text("utf-8").splitlines()
    return {line.partition("\t")[0] for line in lines}


def words_of(text: str) -> list[str]:
    return [word for word, _ in tagged(text)]


def boundary(text: str, place: int) -> bool:
    """Whether the segmenter puts a boundary at this offset."""
    position = 0
    for word in words_of(text):
        position += len(word)
        if position >= place:
            return position == place
    return False


class Lexicon:
    """Words with their frequencies."""

    def __init__(self, path: Path, texts: Iterable[Path]) -> None:
        rows = (line.split(" ") for line in path.read_text("utf-8").splitlines())
        self.frequency = {row[0]: int(row[1]) for row in rows}
        self._raise(texts)
        self.total = sum(self.frequency.values())
        self._logs: dict[str, float] = {}
        self.beginning: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.ending: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for word, count in self.frequency.items():
            if len(word) > 1 and count >= LEAST and _HAN.fullmatch(word):
                for size in range(1, min(4, len(word))):
                    self.beginning[word[:size]].append((count, word))
                    self.ending[word[-size:]].append((count, word))
        for table in (self.beginning, self.ending):
            for rows_ in table.values():
                rows_.sort(reverse=True)

    def _raise(self, texts: Iterable[Path]) -> None:
        total = sum(self.frequency.values())
        for path in texts:
            found = Counter(
                word
                for run in _HAN.finditer(path.read_text("utf-8", "replace"))
                for word in words_of(run.group())
            )
            # A third, since one text is not the language.
            scale = total / 3 / max(1, found.total())
            for word, count in found.items():
                if count >= 5 and word in self.frequency:
                    self.frequency[word] = max(self.frequency[word], int(count * scale))

    def expected(self, *parts: str) -> float:
        """How often strings that the segmenter cuts so stand in a hundred million characters."""
        return math.exp(sum(map(self._log, parts))) * 1e8

    def _log(self, text: str) -> float:
        if text not in self._logs:
            self._logs[text] = sum(
                math.log((self.frequency.get(word, 0) + 0.5) / self.total)
                for word in words_of(text)
            )
        return self._logs[text]


class Finder:
    """``cuts`` maps each string that was found to the offset of its boundary."""

    def __init__(self, lexicon: Lexicon, by_hand: Faults) -> None:
        self.lexicon, self.by_hand = lexicon, by_hand
        self.phrases = opencc_phrases() | {word for word in by_hand.phrases if _HAN.fullmatch(word)}
        self.cuts: dict[str, int] = {}
        self._converted: dict[str, str] = {}
        self.convert: Converter = converter(("s2tw",), (), by_hand)

    def converted(self, text: str) -> str:
        if text not in self._converted:
            self._converted[text] = self.convert(text)
        return self._converted[text]

    def add(self, text: str, place: int) -> None:
        known = text in self.phrases or text in self.lexicon.frequency
        if not known:
            self.cuts.setdefault(text, place)

    def find_words(self) -> None:
        """What stands before a word, as the beginning of a phrase: 因|此系, 系统."""
        groups: defaultdict[tuple[str, int, str], list[tuple[float, str]]] = defaultdict(list)
        for phrase in sorted(self.phrases):
            for overlap in range(1, min(4, len(phrase)) if len(phrase) <= 5 else 1):
                head, tail = phrase[:-overlap], phrase[-overlap:]
                for _, word in self.lexicon.beginning[tail]:
                    expected = self.lexicon.expected(head, word)
                    if expected >= FREQUENT and self._is_fault(head, word):
                        groups[phrase, overlap, word[overlap]].append((expected, word))
        for (phrase, overlap, following), found in groups.items():
            self._decide(phrase, overlap, following, found)

    def _is_fault(self, head: str, word: str) -> bool:
        text = head + word
        return (
            text not in self.phrases
            and self.convert(text) != self.converted(head) + self.converted(word)
            and boundary(text, len(head))
        )

    def _decide(
        self, phrase: str, overlap: int, following: str, found: list[tuple[float, str]]
    ) -> None:
        """The entries for a phrase before one character that goes on with its last ones."""
        head, text = phrase[:-overlap], phrase + following
        others = list(self._others(phrase, overlap, following, found))
        whole = [head + word for _, word in found if len(head + word) > len(text)]
        likelier = sum(count for count, _ in others) > sum(count for count, _ in found) / 2
        if likelier or text in self.phrases or text in self.lexicon.frequency:
            for one in whole:
                self.add(one, len(head))
            return
        self.add(text, len(head))
        begins = text[len(head) :]
        for _, word in self.lexicon.beginning[begins[:3]]:
            if len(word) > len(begins) and word.startswith(begins):
                differs = self.converted(word)[: len(begins)] != self.converted(begins)
                if differs and self.lexicon.expected(head, word) > FREQUENT_GUARD:
                    self.add(head + word, len(head))
        for count, other in others:
            if count >= max(FREQUENT_GUARD, found[0][0] / 500):
                self.add(other, len(phrase))

    def _others(
        self, phrase: str, overlap: int, following: str, found: list[tuple[float, str]]
    ) -> Iterator[tuple[float, str]]:
        """The phrase followed by whole words that begin with the same character."""
        if phrase not in self.lexicon.frequency or len(words_of(phrase)) > 1:
            return
        head = len(phrase) - overlap
        for _, word in self.lexicon.beginning[following]:
            expected = self.lexicon.expected(phrase, word)
            if expected < 0.0005:
                break
            text = phrase + word
            if not any(one.startswith(text[head:]) for _, one in found) and boundary(
                text, len(phrase)
            ):
                yield expected, text

    def find_pairs(self) -> None:
        """Two words that meet in a phrase: 码头|发出."""
        self.convert = converter(("s2tw",), (), self.faults())
        self._converted.clear()
        least = FREQUENT_PAIR * self.lexicon.total**2 / 1e8
        seen: set[tuple[str, str]] = set()
        for phrase in sorted(self.phrases):
            for place in range(1, len(phrase) if len(phrase) <= 4 else 1):
                lefts = self.lexicon.ending[phrase[:place]]
                rights = self.lexicon.beginning[phrase[place:]]
                for count, left in lefts:
                    if not rights or count * rights[0][0] < least:
                        break
                    for other, right in rights:
                        if count * other < least:
                            break
                        seen.add((left, right))
        for left, right in sorted(seen):
            if self._is_fault(left, right):
                begins = right[:2]
                same = self.converted(right)[:2] == self.converted(begins)
                self.add(left + (begins if same else right), len(left))

    def faults(self) -> Faults:
        """What is known by hand, with what was found."""
        marked = [text[:place] + "|" + text[place:] for text, place in self.cuts.items()]
        spelled = dictionary.spell_apart(marked, self.by_hand)
        return Faults({**spelled, **self.by_hand.phrases}, self.by_hand.characters)

    def needed(self) -> list[str]:
        """The entries without which something goes wrong, with their boundaries."""
        spelled = dictionary.spell_apart([*self._marked(self.cuts)], self.by_hand)
        texts = [text for text in spelled if text not in self.by_hand.phrases]
        regional = converter(("t2tw",))("\n".join(spelled[text] for text in texts)).split("\n")
        wanted = dict(zip(texts, regional, strict=True))
        hand = converter(("s2tw",), (), self.by_hand)
        wrong = {text for text in texts if hand(text) != wanted[text]}
        some = converter(
            ("s2tw",),
            (),
            Faults({t: spelled[t] for t in wrong} | dict(self.by_hand.phrases),
                   self.by_hand.characters),
        )  # fmt: skip
        wrong |= {text for text in texts if some(text) != wanted[text]}
        return sorted(self._marked({text: self.cuts[text] for text in wrong}))

    @staticmethod
    def _marked(cuts: dict[str, int]) -> Iterator[str]:
        for text, place in cuts.items():
            yield text[:place] + "|" + text[place:]


def lines(marked: Iterable[str]) -> list[str]:
    """The lines of the file: what differs in its last character alone shares a line."""
    shared: defaultdict[str, str] = defaultdict(str)
    single: list[str] = []
    for text in marked:
        if len(text.partition("|")[2]) > 1:
            shared[text[:-1]] += text[-1]
        else:
            single.append(text)
    return sorted([*single, *(f"{stem} {ends}" for stem, ends in shared.items())])


def main(lexicon: str, *texts: str) -> None:
    finder = Finder(Lexicon(Path(lexicon), map(Path, texts)), dictionary.faults_by_hand())
    finder.find_words()
    finder.find_pairs()
    old = CUTS.read_text("utf-8").splitlines()
    head = [line for line in old if line.startswith("#")]
    CUTS.write_text("\n".join([*head, *lines(finder.needed())]) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
