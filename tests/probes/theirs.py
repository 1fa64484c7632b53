"""The probe book set by Typst (the PyPI package): same faces, size and measure."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

from probes.marks import Region
from probes.probe import Probe

_SOURCE = """\
#set page(width: 148mm, height: 210mm, margin: (left: {left}pt, right: {right}pt, top: 57pt, \
bottom: 69pt))
#set text(
  font: (
    (name: "Linux Libertine O", covers: regex("[\\u{{20}}-\\u{{7e}}\\u{{a0}}-\\u{{b6}}\
\\u{{b8}}-\\u{{24f}}]")),
    "Noto Serif CJK {face}",
  ),
  size: {em}pt, lang: "zh", region: "{region}", top-edge: 9pt, bottom-edge: -1.5pt,
)
#set par(
  justify: true, first-line-indent: (amount: 2em, all: true), leading: 7.5pt, spacing: 7.5pt,
)
#set block(spacing: 7.5pt)
#set smartquote(enabled: false)

"""


def version() -> str:
    return importlib.metadata.version("typst")


def set_book(
    folder: Path, probes: Iterable[Probe], region: Region, measure: int, em: float
) -> Path:
    """The PDF of the probes; ``measure`` in em, ``em`` in pt."""
    import typst

    width = 148 * 72 / 25.4
    left = 60.0
    face = {"cn": "SC", "tw": "TC", "hk": "HK"}[region]
    head = _SOURCE.format(
        left=left, right=width - left - measure * em, face=face, em=em, region=region
    )
    source = folder / f"typst-{region}.typ"
    body = "\n\n".join(probe.typst(region) for probe in probes)
    source.write_text(head + body + "\n", encoding="utf-8")
    target = source.with_suffix(".pdf")
    target.write_bytes(typst.compile(str(source)))
    return target
