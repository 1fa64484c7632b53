"""How a requirement is judged: the probes that are for it, and what is wrong with each.

A rule is a function of the settings of one program in one region; it returns how many probes (or
lines, or joints: what the requirement speaks of) it judged and every failure with its serial and
the measured value.  None means that the requirement says nothing of this region, or that the
program has no such thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pymupdf

from probes.marks import Region
from probes.probe import OUTSIDE, Marked, text_of
from probes.reading import Cell, Found, Line, Setting

#: Tolerance of a width, in em (clreq.tsv: advance ± .02).
NEAR = 0.02


@dataclass(frozen=True, slots=True)
class Failure:
    """One probe that failed: its serial, its text as set, what was measured."""

    serial: str
    text: str
    measured: str

    def __str__(self) -> str:
        return f"{self.serial} {self.text}: {self.measured}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were judged, and which failed."""

    tested: int
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> int:
        return self.tested - len(self.failures)


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """All books of one program in one region: ``books`` by name (``main`` and those of
    ``bench.STYLES``), ``told`` what the program said of all editions when it set them; ``kept`` are
    marks that stand in the middle of their square and keep it."""

    program: str
    region: Region
    books: dict[str, Setting]
    told: tuple[dict[str, object], ...] = ()
    kept: str = ""

    @property
    def main(self) -> Setting:
        return self.books["main"]

    @property
    def ours(self) -> bool:
        return self.program == "publish"


Rule = Callable[[Run], Outcome | None]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of clreq, what the probes test of it, and the rule."""

    name: str
    words: str
    rule: Rule


REQUIREMENTS: dict[str, Requirement] = {}


def requirement(name: str, words: str) -> Callable[[Rule], Rule]:
    """Enter a rule under its requirement."""

    def enter(rule: Rule) -> Rule:
        REQUIREMENTS[name] = Requirement(name, words, rule)
        return rule

    return enter


@dataclass
class Tally:
    """Counts what is judged and collects the first fault of each."""

    tested: int = 0
    failures: list[Failure] = field(default_factory=list)

    def judge(self, found: Found, *faults: str) -> None:
        """One thing judged: good without faults, else failed with all of them."""
        self.tested += 1
        wrong = [fault for fault in faults if fault]
        if wrong:
            text = "|".join(line.text for line in found.lines)
            self.failures.append(Failure(found.probe.serial, text, "; ".join(wrong)))

    def missing(self, setting: Setting, tag: str = "") -> None:
        """The probes of this tag (or all) whose text is not in the file fail."""
        for serial, (probe, what) in setting.broken.items():
            if (not tag or tag in probe.tags) and setting.region in probe.regions:
                self.tested += 1
                self.failures.append(Failure(serial, probe.plain(setting.region), what))

    def outcome(self) -> Outcome:
        return Outcome(self.tested, tuple(self.failures))


def tagged(setting: Setting, tag: str) -> Iterator[Found]:
    """The probes of a setting that are for a requirement in its region."""
    for found in setting.found.values():
        if tag in found.probe.tags and setting.region in found.probe.regions:
            yield found


def each(setting: Setting, tag: str, fault: Callable[[Found], str]) -> Outcome:
    """Every probe for a requirement judged by one function, which returns the fault or nothing."""
    tally = Tally()
    tally.missing(setting, tag)
    for found in tagged(setting, tag):
        tally.judge(found, fault(found))
    return tally.outcome()


def together(*outcomes: Outcome) -> Outcome:
    """Several outcomes as one."""
    return Outcome(
        sum(outcome.tested for outcome in outcomes),
        tuple(failure for outcome in outcomes for failure in outcome.failures),
    )


def off(measured: float, wanted: float, what: str, near: float = NEAR) -> str:
    """The fault, if a measure is not what is wanted."""
    return "" if abs(measured - wanted) <= near else f"{what} {measured:.3f}, not {wanted:g}"


def construct(found: Found) -> list[Cell]:
    """The cells of what the probe is about."""
    probe = found.probe
    text = probe.plain("cn")
    blanks = text[: probe.at].count(" ")
    inside = text[probe.at : probe.at + probe.length].count(" ")
    first = probe.at - blanks
    return found.cells[first : first + probe.length - inside]


def around(found: Found) -> tuple[Cell, list[Cell], Cell]:
    """The cell before the construct, the construct, the cell after it."""
    cells = construct(found)
    first = found.cells.index(cells[0])
    last = found.cells.index(cells[-1])
    return found.cells[first - 1], cells, found.cells[last + 1]


def marked(found: Found, role: str) -> list[list[Cell]]:
    """The cells of each marked-up run of a role."""
    cells = [cell for cell in found.cells if not cell.char.isspace()]
    runs = []
    place = 0
    for kind, parts in found.probe.blocks():
        for part in parts if kind not in OUTSIDE else ():
            length = len("".join(text_of(part).split()))
            if isinstance(part, Marked) and part.role == role:
                runs.append(cells[place : place + length])
            place += length
    return runs


def inner_lines(found: Found) -> Iterator[tuple[int, Line]]:
    """The lines that are not the last of their block."""
    for number, line in enumerate(found.lines):
        if not line.last:
            yield number, line


def ink(
    setting: Setting, line: Line, x0: float, x1: float, *, above: float = 0.88, below: float = 0.12
) -> tuple[float, float, float, float, bool]:
    """Where the ink lies between two places of a line: left, right (em from the left edge), bottom
    and top (em above the em box's foot, .12 em below the baseline), and whether it is unbroken
    from left to right.  Read from a rendered picture; 0, 0, 0, 0 without ink."""
    zoom = 16
    edge = setting.left[line.page % 2]
    em = setting.em
    clip = pymupdf.Rect(edge + x0 * em, line.y - above * em, edge + x1 * em, line.y + below * em)
    document = pymupdf.open(setting.path)
    picture = document[line.page].get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), clip=clip, colorspace=pymupdf.csGRAY
    )
    width, height, stride = picture.width, picture.height, picture.stride
    samples = picture.samples
    rows = [row for row in range(height) if min(samples[row * stride : row * stride + width]) < 128]
    if not rows:
        return (0.0, 0.0, 0.0, 0.0, False)
    dark = [any(samples[row * stride + column] < 128 for row in rows) for column in range(width)]
    first, last = dark.index(True), width - 1 - dark[::-1].index(True)
    scale = zoom * em
    left = x0 + first / scale
    right = x0 + (last + 1) / scale
    bottom = below + above - (rows[-1] + 1) / scale - below + 0.12
    top = below + above - rows[0] / scale - below + 0.12
    return left, right, bottom, top, all(dark[first : last + 1])
