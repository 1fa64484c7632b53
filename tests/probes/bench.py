"""All books of the probes, set by both programs in one run, read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probes import book, lying, ours, theirs
from probes.marks import REGIONS, Region
from probes.ours import Edition
from probes.probe import MEASURE, Probe
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


#: What is judged in columns, with the same rules as lines: edges, pitch, paragraphs, starts and
#: ends, units, widths of marks and of pairs, gaps, order of adjustment.
IN_COLUMNS = (
    *("PG-01", "PG-02", "PG-03", "PG-04", "PG-09", "PG-10"),
    *("PA-01", "PA-02", "PA-08", "PA-09"),
    *("KB-01", "KB-02", "KB-03", "KB-04", "KB-06", "KB-07", "KB-08", "KB-09", "KB-10", "KB-11"),
    *("PW-01", "PW-02", "PW-03", "PW-04", "PW-05", "PW-06", "PW-11", "PW-12"),
    *("HL-02", "HL-05", "JU-01", "JU-02", "JU-05", "IL-02"),
)
#: Marks that stand in the middle of their square in columns, and keep it (clreq,
#: #compression_of_punctuation_marks).
_KEPT = "：；？！"
#: One letter or up to three digits stand in a square of their own there, and have no gaps.
_ALONE = re.compile(r"(?<![\dA-Za-zα])(\d{1,3}|[A-Za-zα])(?![\dA-Za-z])")


def column_probes() -> tuple[Probe, ...]:
    """Every probe of pairs of marks, and each third of the others; those whose marks or numbers
    follow other rules in columns are left out where they are what is judged."""
    wanted = frozenset(IN_COLUMNS)
    found = []
    for number, probe in enumerate(book.probes()):
        text = probe.plain("cn")
        if not probe.tags & wanted or ("HL-05" in probe.tags and _ALONE.search(text)):
            continue
        if probe.tags & {"PW-02", "KB-11", "HL-05"} or not number % 3:
            found.append(probe)
    return tuple(found)


def column_runs(folder: Path) -> dict[Region, Run]:
    """What publish makes of some of the probes in columns, read from pages laid on their side."""
    probes = column_probes()
    page: dict[str, str | float] = {"lines": 16, "numbers": "digits"}
    editions = [Edition(f"columns-{region}", region, page, vertical=True) for region in REGIONS]
    built = ours.build(folder, "columns", probes, editions, measure=MEASURE, em=EM)
    runs = {}
    for edition in editions:
        region = edition.region
        path = lying.lay(built.paths[edition.name])
        quotes = lying.QUOTES if region == "cn" else None
        setting = read(path, "main", region, MEASURE, EM, probes, quotes)
        runs[region] = Run("publish", region, {"main": setting}, built.told, _KEPT)
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
