"""Measures the detectors on texts: alarms, recall of injected name twins, speed.

Not a test.  Every argument is a book: a manuscript, or a folder of them (subfolders too).

    python tests/measure_detectors.py [--show CODE] [--seed N] [--names FILE] BOOK...

For each book it prints how often each query of ``publish check`` asks, in all and for 100,000 Han
characters, and how many characters each reads in a second of processor time.  ``--show`` prints
the queries of one rule, which is how false alarms are told from true ones: a figure of a
docstring is what is left after reading them.

Recall: names of each book, in one place of which a given-name character is replaced by one that
sounds the same, at random; how many of these X-NAME finds.  Names are those of ``--names``, one
a line, or else what the segmenter takes for persons, which is not always one.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from publish.diagnostics import Diagnostic, Source
from publish.mend import RULES, mend
from publish.mend.detect import people as people_of_text
from publish.mend.detect.flow import flow
from publish.mend.detect.twins import twins
from publish.mend.passages import passages
from publish.model.book import Book, Meta
from publish.model.files import natural
from publish.model.manifest import Manifest
from publish.read import read
from publish.text.characters import HAN_CLASS
from publish.text.pinyin import readings
from publish.text.segmenter import frequency, tagged
from publish.text.surnames import surnames

#: A name must stand as often as the detector asks, and once more in the place that is changed.
LEAST = people_of_text.LEAST + 1
LEAST_SHORT = people_of_text.LEAST_SHORT + 1
#: Names that are changed in one round, and rounds.
NAMES, ROUNDS = 60, 4
#: Characters that people know: so often in the dictionary's corpus.
COMMON = 200

_HAN = re.compile(f"[{HAN_CLASS}]")


def load(path: Path) -> tuple[Book, Manifest]:
    """A book, mended by the safe rules, as ``publish check`` sees it."""
    files = [path]
    if path.is_dir():
        files = sorted((f for f in path.rglob("*") if f.suffix in (".md", ".txt")), key=natural)
    sources = tuple(
        Source(f"{file.stem}.md", file.read_text("utf-8-sig", "replace").replace("\r\n", "\n"))
        for file in files
    )
    manifest = Manifest(path.stem, path, tuple(files), Meta(path.stem))
    return mend(sources, manifest, read).book, manifest


def homophones() -> dict[str, list[str]]:
    """Each reading to the common characters that have it."""
    table: dict[str, list[str]] = {}
    for character in map(chr, range(0x4E00, 0x9FA6)):
        if frequency(character) > COMMON:
            for reading in readings(character):
                table.setdefault(reading, []).append(character)
    return table


def people(text: str) -> list[str]:
    """What the segmenter mostly takes for a person, by surname and length."""
    counts: Counter[str] = Counter()
    known = surnames()
    for line in text.split("\n"):
        for word, tag in tagged(line):
            compound = len(word) == 4 and word[:2] in known
            if tag.startswith("nr") and (compound or (len(word) in (2, 3) and word[0] in known)):
                counts[word] += 1
    return sorted(name for name, count in counts.items() if 2 * count >= text.count(name))


def changed(
    text: str, names: list[str], by_sound: dict[str, list[str]], chance: random.Random
) -> tuple[str, list[tuple[str, str]]]:
    """The text with one place of each of some names changed; each name and what it became."""
    made: list[tuple[str, str]] = []
    for name in chance.sample(names, len(names)):
        least = LEAST_SHORT if len(name) == 2 else LEAST
        places = [found.start() for found in re.finditer(name, text)]
        if len(made) == NAMES or len(places) < least:
            continue
        given = 2 if len(name) > 2 and name[:2] in surnames() else 1
        position = chance.randrange(given, len(name))
        others = sorted(
            other
            for reading in readings(name[position])
            for other in by_sound.get(reading, ())
            if other != name[position]
        )
        if not others:
            continue
        variant = name[:position] + chance.choice(others) + name[position + 1 :]
        if variant in text:
            continue
        place = chance.choice(places)
        text = text[:place] + variant + text[place + len(name) :]
        made.append((name, variant))
    return text, made


def recall(
    text: str, names: list[str], seed: int
) -> tuple[Counter[int], Counter[int], list[tuple[str, str]]]:
    """By length of name: how many were changed, how many were found; those that were not."""
    by_sound = homophones()
    chance = random.Random(seed)
    tried: Counter[int] = Counter()
    found: Counter[int] = Counter()
    missed: list[tuple[str, str]] = []
    for _ in range(ROUNDS):
        new, made = changed(text, names, by_sound, chance)
        seen = {(twin.name, twin.variant) for twin in twins(new)}
        for pair in made:
            tried[len(pair[0])] += 1
            found[len(pair[0])] += pair in seen
            if pair not in seen:
                missed.append(pair)
    return tried, found, missed


def asked(book: Book, manifest: Manifest) -> Iterator[tuple[str, list[Diagnostic], float]]:
    """Each query's code, what it says, and the seconds it took."""
    for rule in RULES:
        if rule.kind == "query":
            start = time.process_time()
            said = list(rule.function(book, manifest))
            yield rule.code, said, time.process_time() - start


def told(diagnostic: Diagnostic) -> str:
    """A query on one line, with a little of the text around its place."""
    span = diagnostic.span
    if span is None:
        return diagnostic.message
    text = span.source.text
    around = text[max(0, span.start - 12) : span.end + 12].replace("\n", "¶")
    line = span.source.line_column(span.start)[0]
    return f"{diagnostic.message} | {around} | {span.source.name}:{line}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("--show", default="", metavar="CODE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--names", type=Path)
    parser.add_argument("books", nargs="+", type=Path)
    options = parser.parse_args()
    for path in options.books:
        book, manifest = load(path)
        passages(book)
        here = flow(book)
        han = len(_HAN.findall(here.text))
        print(f"{path.name}: {len(here.text):,} characters, {han:,} Han")
        seconds = 0.0
        for code, said, took in asked(book, manifest):
            seconds += took
            rate = f"{100_000 * len(said) / max(1, han):.2f} a 100,000 Han"
            print(f"  {code:<10} {len(said):>5}  {rate:<22} {len(here.text) / took:>14,.0f} c/s")
            if code == options.show:
                print("".join(f"      {told(item)}\n" for item in said), end="")
        print(f"  all: {len(here.text) / seconds:,.0f} characters a second")
        names = options.names.read_text("utf-8").split() if options.names else people(here.words)
        tried, found, missed = recall(here.words, names, options.seed)
        for length in sorted(tried):
            share = f"{100 * found[length] / tried[length]:.1f} %"
            print(f"  names of {length} characters: {found[length]} of {tried[length]}, {share}")
        print("  not found:", " ".join(f"{name}/{variant}" for name, variant in missed))


if __name__ == "__main__":
    main()
