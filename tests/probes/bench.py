"""All books of the probes, set by both programs in one run, read."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probes import book, ours, theirs
from probes.marks import REGIONS, Region
from probes.ours import Edition
from probes.probe import MEASURE, Probe
from probes.reading import Setting, nothing, read
from probes.rules import Run

#: Body size of the probe books, in pt, and measure (em) and size of the book of another size.
EM = 10.5
WIDE, WIDE_EM, WIDE_LINE = 24, 11.0, 20.0

#: Editions of the styles book by name, with what their [page] says.
STYLES = {
    "hang": {"line-end": "hang"},
    "kaiming": {"punctuation": "kaiming"},
    "half": {"punctuation": "half"},
}


def publish_runs(folder: Path) -> dict[Region, Run]:
    """What publish makes of the probes in the three regions, built in ``folder``."""
    plain = [Edition(f"probe-{region}", region) for region in REGIONS]
    styled = [
        Edition(f"{style}-{region}", region, page)
        for style, page in STYLES.items()
        for region in REGIONS
    ]
    jobs = {
        "main": (book.probes(), plain, MEASURE, EM, 18.0),
        "styles": (book.style_probes(), styled, MEASURE, EM, 18.0),
        "rare": (book.rare_probes(), plain, MEASURE, EM, 18.0),
        "wide": (book.wide_probes(), plain, WIDE, WIDE_EM, WIDE_LINE),
    }
    with ThreadPoolExecutor(max_workers=2) as pool:
        built = {
            name: pool.submit(
                ours.build, folder, name, probes, editions, measure=measure, em=em, line=line
            )
            for name, (probes, editions, measure, em, line) in jobs.items()
        }
        paths: dict[str, dict[str, Path]] = {}
        why: dict[str, str] = {}
        for name, future in built.items():
            try:
                paths[name] = future.result()
            except ours.BuildError as error:
                why[name] = str(error)
    if "main" in why:
        raise ours.BuildError(why["main"])
    runs = {}
    for region in REGIONS:
        books: dict[str, Setting] = {}
        for name, (probes, editions, measure, em, _) in jobs.items():
            for edition in editions:
                if edition.region == region:
                    key = name if name != "styles" else edition.name.split("-")[0]
                    if name in why:
                        books[key] = nothing(
                            folder, key, region, measure, em, probes, f"not built: {why[name]}"
                        )
                    else:
                        path = paths[name][edition.name]
                        books[key] = read(path, key, region, measure, em, probes)
        books["full"] = books["hang"]  # it hangs, and its punctuation is that of style 全角
        runs[region] = Run("publish", region, books)
    return runs


def typst_runs(folder: Path, regions: Iterable[Region] = ("cn", "tw")) -> dict[Region, Run]:
    """What Typst makes of them: the main book and the rare signs."""
    runs = {}
    for region in regions:
        books: dict[str, Setting] = {}
        jobs: dict[str, tuple[Probe, ...]] = {
            "main": book.probes(),
            "rare": book.rare_probes(),
            "wide": book.wide_probes(),
        }
        for name, probes in jobs.items():
            measure, em = (WIDE, WIDE_EM) if name == "wide" else (MEASURE, EM)
            place = folder / name
            place.mkdir(exist_ok=True)
            path = theirs.set_book(place, probes, region, measure, em)
            books[name] = read(path, name, region, measure, em, probes)
        runs[region] = Run("typst", region, books)
    return runs
