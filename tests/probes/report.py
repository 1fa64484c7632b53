"""CLREQ.md: requirement by requirement, ours in three regions, Typst's beside it."""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Mapping
from pathlib import Path

# The modules of rules enter their rules when they are imported, in the order of the table.
from probes import (  # noqa: F401
    bench,
    rules_beside,
    rules_blocks,
    rules_breaks,
    rules_lines,
    rules_marks,
    rules_page,
)
from probes.probe import MEASURE
from probes.rules import REQUIREMENTS, Outcome, Run

PAGE = Path(__file__).with_name("CLREQ.md")

_ORDER = ("PG", "PA", "KB", "PW", "HL", "JU", "HG", "IL", "RB", "RG", "HD", "NT", "RH", "LI", "TY")

_HEAD = """\
# Chinese layout requirements, probed

What `publish` and Typst make of one book of {probes} probes, each a short paragraph that puts one
construct at one place of the line: every mark, pair, unit, number, word, reading and line-end at
every column around the edge of a line of {measure} characters. Every figure is **passed / judged**,
measured from the places of the glyphs in the PDFs. What is judged is what the requirement speaks
of: a probe, a line, a gap, a page. Typst has the same text, faces, size and measure; – means that
the program, or the region, has no such thing.

publish {publish} with WeasyPrint {weasyprint}; Typst {typst} (the PyPI package). Texts of the
requirements in our words; their source is [clreq](https://www.w3.org/TR/clreq/) (2024-03), GB/T
15834-2011 and, where clreq is silent, [JLREQ](https://www.w3.org/TR/jlreq/). This page is made by
`.venv/bin/python tests/probes`, and `test_probes.py` asserts ours.

"""

_TAIL = """
## How the texts are read

- Centred marks (Taiwan, Hong Kong) have a quarter of blank on each side. Where two marks leave only
  that quarter between them, cutting it (1.75 em) is as good as cutting the other quarter too.
- ？！ of Taiwan and Hong Kong keep their em when a line is adjusted (PW-08), and are squeezed where
  they meet another mark (PW-02, PW-10).
- JU-02 and KB-07: a line counts as wrongly pushed out if it was stretched although the blank of
  brackets, commas, interpuncts and gaps would have held what went to the next line, and would have
  had to give up no more than was added instead. Full stops, which some styles never shrink, are not
  counted, and a paragraph need not end with one character.
- JU-03, JU-04: only lines that were made shorter or longer are judged.
- The colon, which clreq leaves out of the order of reduction, is counted with the commas.
- RB-02: the least blank between readings is a quarter of the reading's own size, as clreq says of a
  “normal Western space”.
- KB-12: hyphenation points are those of the English patterns.

## Not tested by probes

| requirement | why |
|---|---|
| PG-07, PG-08, HD-*, RH-*, TC-01, LI-01, TY-01 | page design, headings, faces |
| PA-02, PA-03, PA-06, PA-07 | style sheet or not offered (spread names) |
| KB-05 | no prohibition at all: not offered |
| HL-04 | a grid of Han and Latin, an option of some Taiwan typesetting, not offered |
| HL-06, RG-03, RG-04, RG-05 | the text, not its setting: `publish check` |
| IL-04 | follows from PG-04: the gap is .714 em |
| RB-03 | readings are given character by character |
| NT-01 to NT-03 | notes: `test_pages.py` |
| VT-*, PG-11 | vertical setting and columns |
"""


def outcomes(run: Run) -> dict[str, Outcome | None]:
    """What each requirement makes of one program in one region."""
    return {name: entry.rule(run) for name, entry in REQUIREMENTS.items()}


def order() -> list[str]:
    """The requirements by group and number."""
    return sorted(REQUIREMENTS, key=lambda name: (_ORDER.index(name[:2]), name))


def page(columns: Mapping[str, Mapping[str, Outcome | None]]) -> str:
    """The table as Markdown: one column for each program and region."""
    from probes import book, theirs

    count = len(book.probes()) + len(book.style_probes())
    text = _HEAD.format(
        probes=count,
        measure=MEASURE,
        publish=importlib.metadata.version("publish-zh"),
        weasyprint=importlib.metadata.version("weasyprint"),
        typst=theirs.version(),
    )
    names = list(columns)
    rows = [
        f"| requirement | what is tested | {' | '.join(names)} |",
        f"|---|---|{'---:|' * len(names)}",
    ]
    for name in order():
        cells = [_cell(columns[column][name]) for column in names]
        rows.append(f"| {name} | {REQUIREMENTS[name].words} | {' | '.join(cells)} |")
    return text + "\n".join(rows) + "\n" + _TAIL


def _cell(outcome: Outcome | None) -> str:
    if outcome is None or not outcome.tested:
        return "–"
    figure = f"{outcome.passed}/{outcome.tested}"
    return figure if not outcome.failures else f"**{figure}**"


def main(*, failures: int = 0) -> None:
    """Set the books, write CLREQ.md; with ``failures``, print so many of ours by requirement."""
    with tempfile.TemporaryDirectory() as folder:
        ours = bench.publish_runs(Path(folder))
        typst = bench.typst_runs(Path(folder))
        columns = {
            "hans": outcomes(ours["cn"]),
            "hant-tw": outcomes(ours["tw"]),
            "hant-hk": outcomes(ours["hk"]),
            "Typst hans": outcomes(typst["cn"]),
            "Typst hant": outcomes(typst["tw"]),
        }
    PAGE.write_text(page(columns), encoding="utf-8")
    for column in list(columns)[:3]:
        for name in order():
            outcome = columns[column][name]
            if failures and outcome is not None and outcome.failures:
                print(f"{column} {name}: {outcome.passed}/{outcome.tested}")
                for failure in outcome.failures[:failures]:
                    print(f"    {failure}")
