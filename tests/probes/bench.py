"""All books of the probes, set by both programs in one run, read."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probes import book, ours, theirs
from probes.marks import REGIONS, Region
from probes.ours import Edition
from probes.probe import MEASURE
from probes.reading import Setting, read
from probes.rules import Run

#: Body size of the probe books, in pt, and measure (em), size and line (pt) of another.
EM = 10.5
WIDE, WIDE_EM, WIDE_LINE = 24, 11.0, 20.0

#: Editions of the small book by name, with what their [page] says.
STYLES: dict[str, dict[str, str | float]] = {
    "hang": {"line-end": "hang"},
    "whole": {"line-end": "full"},
    "narrow": {"line-end": "half"},
    "kaiming": {"punctuation": "kaiming"},
    "half": {"punctuation": "half"},
    "wide": {"chars": WIDE, "font-size": WIDE_EM, "line": WIDE_LINE, "lines": 23},
}


def publish_runs(folder: Path) -> dict[Region, Run]:
    """What publish makes of the probes in the three regions, built in ``folder``: two books, each
    by one call of the command."""
    plain = [Edition(f"main-{region}", region) for region in REGIONS]
    styled = [
        Edition(f"{style}-{region}", region, page)
        for style, page in STYLES.items()
        for region in REGIONS
    ]
    jobs = (("main", book.probes(), plain), ("small", book.style_probes(), styled))
    with ThreadPoolExecutor(max_workers=2) as pool:
        builds = [
            pool.submit(ours.build, folder, name, probes, editions, measure=MEASURE, em=EM)
            for name, probes, editions in jobs
        ]
        built = [build.result() for build in builds]
    paths = {name: path for each in built for name, path in each.paths.items()}
    told = tuple(line for each in built for line in each.told)
    runs = {}
    for region in REGIONS:
        books: dict[str, Setting] = {}
        for _, probes, editions in jobs:
            for edition in editions:
                if edition.region == region:
                    name = edition.name.split("-")[0]
                    measure, em = (WIDE, WIDE_EM) if name == "wide" else (MEASURE, EM)
                    books[name] = read(paths[edition.name], name, region, measure, em, probes)
        runs[region] = Run("publish", region, books, told)
    return runs


def typst_runs(folder: Path, regions: Iterable[Region] = ("cn", "tw")) -> dict[Region, Run]:
    """What Typst makes of them: the main book, and the small one in another size."""
    runs = {}
    for region in regions:
        books: dict[str, Setting] = {}
        for name, probes in (("main", book.probes()), ("wide", book.style_probes())):
            measure, em = (WIDE, WIDE_EM) if name == "wide" else (MEASURE, EM)
            place = folder / f"typst-{name}"
            place.mkdir(exist_ok=True)
            path = theirs.set_book(place, probes, region, measure, em)
            books[name] = read(path, name, region, measure, em, probes)
        runs[region] = Run("typst", region, books)
    return runs
