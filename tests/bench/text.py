"""How many characters each rule, detector and conversion reads in a second of processor time.

    .venv/bin/python tests/bench/text.py [--size CHARACTERS]

The text is own prose (tests/conversion/prose.txt) and the first manuscript, over and over; what is
loaded once for any book is loaded before.  Builds run what is on by default and the queries of
stage «build»; the detectors run in ``publish check`` alone.  Nothing here passes or fails by a
clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from publish.convert.dictionary import route_converter
from publish.diagnostics import Source
from publish.mend import RULES, Rule
from publish.mend.passages import passages
from publish.mend.prose import prose
from publish.model.book import Book
from publish.model.manifest import Manifest, load
from publish.read import read

HERE = Path(__file__).parent.parent
SEED = HERE.parent / "seeds" / "liang-wenfeng-60"


def costs(source: Source, book: Book, manifest: Manifest) -> Iterator[tuple[Rule, float]]:
    """Each rule that runs by itself, with the seconds it took."""
    for rule in RULES:
        if rule.default != "on":
            continue
        start = time.process_time()
        if rule.kind == "query":
            list(rule.function(book, manifest))
        else:
            list(rule.function(source, book, manifest))
        yield rule, time.process_time() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("--size", type=int, default=1_000_000)
    size = parser.parse_args().size
    manifest = load(SEED)[0]
    seed = (SEED / "manuscript.md").read_text("utf-8")
    unit = f"{(HERE / 'conversion' / 'prose.txt').read_text('utf-8')}\n\n{seed}\n\n"
    small = Source("书.md", unit)
    for _ in costs(small, read((small,), manifest)[0], manifest):
        pass
    source = Source("书.md", unit * max(1, size // len(unit)))
    start = time.process_time()
    book, _ = read((source,), manifest)
    print(f"{len(source.text):,} characters, characters a second of processor time")
    line(f"reading {source.name}", len(source.text), time.process_time() - start)
    start = time.process_time()
    texts = [passage.text for passage in passages(book)]
    prose(source, book)
    line("passages and prose, once for all rules", len(source.text), time.process_time() - start)
    together: dict[str, float] = {}
    for rule, seconds in costs(source, book, manifest):
        kind = {"query": f"queries of {rule.stage}"}.get(rule.kind, "rules of every build")
        together[kind] = together.get(kind, 0.0) + seconds
        line(f"  {rule.code:<14}{rule.kind}", len(source.text), seconds)
    for kind, seconds in together.items():
        line(f"{kind}, together", len(source.text), seconds)
    for target in ("tw", "hk"):
        convert = route_converter((("hans", "cn"), ("hant", target)))
        convert("文")
        start = time.process_time()
        for text in texts:
            convert(text)
        line(f"conversion to hant-{target}", len(source.text), time.process_time() - start)


def line(what: str, characters: int, seconds: float) -> None:
    """One row of the table."""
    print(f"{what:<44}{characters / max(seconds, 1e-9):>16,.0f}")


if __name__ == "__main__":
    main()
