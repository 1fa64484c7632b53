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
    rules_styles,
)
from probes.probe import MEASURE
from probes.rules import REQUIREMENTS, Outcome, Run

PAGE = Path(__file__).with_name("CLREQ.md")

_ORDER = ("PG", "PA", "KB", "PW", "HL", "JU", "HG", "IL", "RB", "RG", "HD", "NT", "RH", "LI", "TY")

_HEAD = """\
# Chinese layout requirements, probed

What `publish` and Typst make of a book of {main} probes and a small one of {small}, each probe a
short paragraph that puts one construct at one place of the line: every mark, pair, unit, number,
word, reading and line-end at every column around the edge of a line of {measure} characters; and
paragraphs of many lines as books have them, in which all rules must hold at once. The small book
is set in every style of punctuation and line end, and in another size and measure. Every figure is
**passed / judged**, measured from the places of the glyphs in the PDFs. What is judged is what the
requirement speaks of: a probe, a line, a gap, a page. Typst has the same text, faces, size and
measure; – means that the program, or the region, has no such thing.

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
- JU-01: a line that lacks more than its joints may be set apart (JU-05; spaces .5 em, gaps
  .333 em) is left short. As a last resort the blank of a line's last mark may stand out of the
  edge, its ink inside, and joints may be tighter by .005 em (PG-10).
- JU-02 and KB-07: a line counts as wrongly pushed out if it was stretched although the blank of
  brackets, commas, interpuncts and gaps would have held what went to the next line, and would have
  had to give up no more than was added instead. Full stops, which some styles never shrink, are not
  counted, and a paragraph need not end with one character. They are judged in short paragraphs: in
  a long one a line may be set apart for the sake of a worse line behind it (`test_probes.py` allows
  one line in twenty).
- JU-03, JU-04: only lines that were made shorter or longer are judged.
- The colon, which clreq leaves out of the order of reduction, is counted with the commas.
- JU-04: in a line of Western words alone the spaces may be wider than .5 em.
- IL-06: on a stretched line the line under a name may take the last character's share of the
  stretch, never the gap before or behind Latin.
- RB-02: the least blank between readings is a quarter of the reading's own size, as clreq says of a
  “normal Western space”.
- KB-12: hyphenation points are those of the English patterns.

## Not tested by probes

| requirement | why |
|---|---|
| PA-03, IL-04, PG-11 | follow from PA-01 and PA-02, from PG-04 (the gap is .714 em); one column |
| PA-06, HL-04, KB-05, HD-05, NT-02, NT-03 | not offered: names spread to one width, a grid of Han \
and Latin, no prohibition at all, headings run into the text, notes within or between the lines |
| HD-03, HD-06, TC-01, RH-02 | how our books look (headings stand at the start, not in the middle) |
| HL-06, RG-03, RG-04, RG-05 | the text, not its setting: `publish check` |
| RB-03 | readings are given character by character |
| VT-* | vertical setting |
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

    text = _HEAD.format(
        main=len(book.probes()),
        small=len(book.style_probes()),
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
