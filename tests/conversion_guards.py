"""Keeps the entries of publish/convert/cuts.txt from cutting a word that follows.

python tests/conversion_guards.py LEXICON [TEXT]...

LEXICON and TEXT are those of conversion_cuts.py.  An entry ``做|了解`` is right in 做了解, and
makes 做了解释 wrong, which OpenCC has right: the end of its right side begins another word.  For
each entry and each such word, the string is segmented; where OpenCC spells it as its words are
spelt alone, and we do not, the entry is dropped if that string is likely beside what the entry is
for, and else gets a guard, an entry of its own: ``做了|解释``.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from conversion_cuts import CUTS, Lexicon, lines, words_of

from publish.convert import dictionary
from publish.convert.engine import Converter, Faults, converter

#: Places in a hundred million characters from which a wrong string is worth a guard.
FREQUENT = 0.02
#: An entry goes where the strings that it makes wrong are more than this share of its own.
SHARE = 1
#: Rarer words of a lexicon are often none.
LEAST = 50


class Break(NamedTuple):
    """``entry`` is a cut, ``text`` a string that it makes wrong, with the boundary before the word
    that begins inside it; ``expected`` is how often the string stands in a hundred million."""

    entry: str
    text: str
    expected: float


def candidates(entry: str, lexicon: Lexicon) -> Iterator[str]:
    """The strings in which a word begins with the last characters of an entry: ``做了|解释``."""
    left, right = entry.split("|")
    for size in range(1, min(3, len(right) - 1) + 1):
        for count, word in lexicon.beginning[right[-size:]]:
            if count < LEAST:
                break
            yield f"{left}{right[:-size]}|{word}"


def spelt(convert: Converter, texts: Iterable[str]) -> list[str]:
    return convert("\n".join(texts)).split("\n")


def breaks(entries: Iterable[str], lexicon: Lexicon, ours: Converter) -> Iterator[Break]:
    """What the entries break."""
    found = [(entry, text) for entry in entries for text in candidates(entry, lexicon)]
    plain = [text.replace("|", "") for _, text in found]
    theirs = spelt(converter(("s2tw",)), plain)
    differing = [
        (entry, text, other)
        for (entry, text), own, other in zip(found, spelt(ours, plain), theirs, strict=True)
        if own != other
    ]
    for entry, text, other in differing:
        left, right = text.split("|")
        words = words_of(left + right)
        place = next((i for i in range(len(words)) if "".join(words[:i]) == left), 0)
        if not place or words[place] != right:
            continue
        if "".join(spelt(ours, words)) == other:
            yield Break(entry, text, lexicon.expected(left, right))


def guarded(entries: list[str], lexicon: Lexicon) -> list[str]:
    """The entries that stay, with their guards."""
    by_hand = dictionary.faults_by_hand()
    spelled = dictionary.spell_apart(entries, by_hand)
    ours = converter(("s2tw",), (), Faults({**spelled, **by_hand.phrases}, by_hand.characters))
    wrong: defaultdict[str, list[Break]] = defaultdict(list)
    for item in breaks(entries, lexicon, ours):
        wrong[item.entry].append(item)
    known = {entry.replace("|", "") for entry in entries} | set(by_hand.phrases)
    kept = []
    for entry in entries:
        left, right = entry.split("|")
        wanted = lexicon.expected(left, right) + sum(
            lexicon.expected(left, word)
            for _, word in lexicon.beginning[right[:3]]
            if len(word) > len(right) and word.startswith(right)
        )
        if sum(item.expected for item in wrong[entry]) > SHARE * wanted:
            continue
        kept.append(entry)
        for item in wrong[entry]:
            text = item.text.replace("|", "")
            if item.expected >= FREQUENT and text not in known:
                known.add(text)
                kept.append(item.text)
    return kept


def needed(entries: list[str]) -> list[str]:
    """The entries without which something is wrong: those that are spelt otherwise by what is
    known by hand alone, and those that keep a shorter one from going wrong."""
    by_hand = dictionary.faults_by_hand()
    entries = [entry for entry in entries if entry.replace("|", "") not in by_hand.phrases]
    spelled = dictionary.spell_apart(entries, by_hand)
    wanted = spelt(converter(("t2tw",)), spelled.values())
    without = spelt(converter(("s2tw",), (), by_hand), spelled)
    wrong = {
        text for text, own, other in zip(spelled, wanted, without, strict=True) if own != other
    }
    known = set(spelled)

    def keeps(text: str) -> bool:
        parts = {text[a:b] for a in range(len(text)) for b in range(a + 2, len(text) + 1)}
        return bool((parts - {text}) & known)

    phrases = zip(entries, spelled, strict=True)
    return [entry for entry, text in phrases if text in wrong or keeps(text)]


def main(path: str, *texts: str) -> None:
    """Write the file anew, until it stays as it is."""
    lexicon = Lexicon(Path(path), map(Path, texts))
    head = [line for line in CUTS.read_text("utf-8").splitlines() if line.startswith("#")]
    entries = list(dictionary.cuts())
    for _ in range(6):
        kept = guarded(entries, lexicon)
        print(f"{len(entries)} entries, {len(kept)} with their guards")
        kept = needed(kept)
        if kept == entries:
            break
        entries = kept
    CUTS.write_text("\n".join([*head, *lines(entries)]) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
