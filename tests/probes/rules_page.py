"""The type area, the grid, paragraphs (PG, PA)."""

from __future__ import annotations

import itertools
from collections import defaultdict

from probes import measure
from probes.marks import CLOSING, PAUSES, SQUARE, is_han
from probes.reading import Found, Line, Setting
from probes.rules import (
    Failure,
    Outcome,
    Run,
    Tally,
    each,
    ink,
    inner_lines,
    off,
    requirement,
    together,
)

LINE = 18.0
#: How far the lines of a block stand in, at the left (without the indent of a first line) and at
#: the right; what an item's or an answer's label takes is room of its first line.
_STAND_IN = {"quote": (2.0, 2.0), "source": (2.0, 2.0), "item": (2.0, 0.0), "bullet": (2.0, 0.0),
             "more": (2.0, 0.0), "answer": (4.0, 0.0)}  # fmt: skip


def edges(line: Line, setting: Setting) -> tuple[float, float]:
    """Left and right edge of the lines of this line's block, in em."""
    left, right = _STAND_IN.get(line.kind, (0.0, 0.0))
    return left, setting.measure - right


def flush(line: Line, setting: Setting) -> float | None:
    """None for a line that ends at the right edge, or cannot be set so wide; else where it ends,
    in em.  Of a closing mark the square may stand out by the blank that it lost there, half an em
    at most, and by a little more where its ink stays inside."""
    last = line.cells[-1]
    calls = [glyph.x + glyph.advance for glyph in line.extras if glyph.x > last.x + 0.9]
    end = max([measure.right_edge(line, setting.region), *calls])
    if "ㄅ" <= max((g.char for g in line.extras if g.x > last.x + 0.9), default="") <= "ㄯ":
        end = last.x + 1.5  # the half em of a reading at the right
    edge = edges(line, setting)[1]
    most = 0.0
    if last.char in CLOSING + PAUSES and not line.hyphen and not calls:
        most = 1.0 if setting.name == "hang" and setting.region == "cn" else 0.5
        if end > edge + 0.52 and _ink_ends(line, setting) <= edge + 0.01:
            most = 0.75  # a last resort: nothing but blank stands out
    if end < edge and edge - end > measure.most_added(line):
        return None
    if edge - end < 0.3 and any(abs(g.x - last.x) < 0.6 and g.y < line.y for g in line.extras):
        return None  # a reading that is wider than the character
    return None if -0.02 <= end - edge <= most + 0.02 else end


def _ink_ends(line: Line, setting: Setting) -> float:
    """Where the ink of the line's last character ends."""
    x = line.cells[-1].x
    return ink(setting, line, x + 0.02, x + 1)[1]


def _pages(setting: Setting) -> dict[int, list[Line]]:
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in setting.rows:
        pages[line.page].append(line)
    return pages


def _page_outcome(faults: dict[int, str]) -> Outcome:
    failures = tuple(
        Failure(f"page {page + 1}", "", fault) for page, fault in faults.items() if fault
    )
    return Outcome(len(faults), failures)


@requirement("PG-01", "left and right edge of the text are n·em apart, the same on every page")
def pg01(run: Run) -> Outcome:
    outcomes = []
    for name in ("main", "wide"):
        setting = run.books.get(name)
        if setting is None:
            continue
        faults: dict[int, str] = {}
        for page, lines in _pages(setting).items():
            starts = [
                line.cells[0].x
                for line in lines
                if not line.first and not line.extras and is_han(line.text[0]) and line.kind == "p"
            ]
            ends = [
                measure.right_edge(line, run.region)
                for line in lines
                if not line.last
                and is_han(line.cells[-1].char)
                and line.kind == "p"
                and not line.extras
                and measure.most_added(line) > 0.5
            ]
            near = 0.1 / setting.em
            wrong = [f"a line begins at {x:.3f}" for x in starts if abs(x) > near]
            wrong += [f"a line ends at {x:.3f}" for x in ends if abs(x - setting.measure) > near]
            if starts or ends:
                faults[page] = "; ".join(wrong[:3])
        outcomes.append(_page_outcome(faults))
    return together(*outcomes)


@requirement("PG-02", "lines that are not last end at the edge, whatever falls there")
def pg02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        ends = [flush(line, run.main) for _, line in inner_lines(found)]
        return "; ".join(f"ends at {end:.2f}" for end in ends if end is not None)

    return each(run.main, "PG-02", fault)


@requirement("PG-03", "the pitch is constant, whatever stands in or between the lines")
def pg03(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        pitches = [
            other.y - one.y
            for one, other in itertools.pairwise(found.lines)
            if one.page == other.page and not other.first
        ]
        return "; ".join(filter(None, (off(pitch, LINE, "pitch", 0.05) for pitch in pitches)))

    tally = Tally()
    for found in run.main.found.values():
        if len(found.lines) > 1:
            tally.judge(found, fault(found))
    return tally.outcome()


@requirement("PG-04", "the line gap is .5 to 1 em")
def pg04(run: Run) -> Outcome:
    faults: dict[int, str] = {}
    for page, lines in _pages(run.main).items():
        pitches = [
            other.y - one.y
            for one, other in itertools.pairwise(lines)
            if other.y > one.y and not other.first
        ]
        ratio = min(pitches, default=LINE) / run.main.em
        faults[page] = "" if 1.495 <= ratio <= 2.005 else f"pitch of {ratio:.3f} em"
    return _page_outcome(faults)


@requirement("PG-05", "nothing is under 7.875 pt but readings and notes' marks")
def pg05(run: Run) -> Outcome:
    beside = {round(glyph.size * run.main.em, 2) for line in run.main.rows for glyph in line.extras}
    failures = tuple(
        Failure("", f"{times} glyphs", f"{size} pt")
        for size, times in run.main.sizes.items()
        if size < 7.8 and size not in beside
    )
    return Outcome(len(run.main.sizes), failures)


@requirement("PG-06", "baselines lie on one grid on all pages")
def pg06(run: Run) -> Outcome:
    pages = _pages(run.main)
    origin = min(lines[0].y for lines in pages.values())
    faults: dict[int, str] = {}
    for page, lines in pages.items():
        wrong = []
        for line in lines:
            steps = (line.y - origin) / LINE
            if abs(steps - round(steps)) * LINE > 0.1:
                wrong.append(f"{line.text[:3]} is {(steps - round(steps)) * LINE:+.2f} pt off")
        faults[page] = "; ".join(wrong[:2])
    return _page_outcome(faults)


def apart(line: Line) -> list[float]:
    """How far apart Han and Han stand, where no reading and no note's mark is beside them."""
    return [
        other.x - one.x
        for one, other in itertools.pairwise(line.cells)
        if is_han(one.char) and is_han(other.char) and not measure.beside(line, one, other)
    ]


@requirement("PG-07", "the margins of left and right pages mirror each other")
def pg07(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    outcomes = []
    for setting in run.books.values():
        edge = sum(setting.left) + setting.measure * setting.em
        fault = "" if abs(edge - setting.width) <= 0.1 else f"{edge:.2f} of {setting.width:.2f} pt"
        outcomes.append(Outcome(1, (Failure("", setting.name, fault),) if fault else ()))
    return together(*outcomes)


@requirement("PG-09", "Han is set solid; in a justified line evenly")
def pg09(run: Run) -> Outcome:
    tally = Tally()
    for found in run.main.found.values():
        if found.probe.tags & {"RB-01", "RB-04", "IL-02A"}:
            continue
        faults = []
        for line in found.lines:
            apart_here = apart(line)
            if not apart_here:
                continue
            if line.last and abs(max(apart_here) - 1) > 0.005:
                faults.append(f"last line: Han {max(apart_here):.3f} apart")
            elif max(apart_here) - min(apart_here) > 0.01:
                faults.append(f"Han {min(apart_here):.3f} to {max(apart_here):.3f} apart")
        tally.judge(found, *faults)
    return tally.outcome()


@requirement("PG-10", "Han is never set closer than its square")
def pg10(run: Run) -> Outcome:
    tally = Tally()
    for found in run.main.found.values():
        least = min((min(apart(line), default=1.0) for line in found.lines), default=1.0)
        tally.judge(found, f"Han {least:.3f} apart" if least < 0.995 else "")
    return tally.outcome()


@requirement("PA-01", "a paragraph begins 2 em in")
def pa01(run: Run) -> Outcome:
    tally = Tally()
    before = "p"  # a paragraph behind another block may be its continuation (PA-04)
    for found in run.main.found.values():
        if is_han(found.cells[0].char) and before == "p":
            tally.judge(found, off(found.cells[0].x, 2, "begins at"))
        *_, (before, _) = found.probe.blocks()
    return tally.outcome()


@requirement("PA-02", "no blank between paragraphs: the next one begins on the next line")
def pa02(run: Run) -> Outcome:
    tally = Tally()
    for one, other in itertools.pairwise(run.main.found.values()):
        last, first = one.lines[-1], other.lines[0]
        *_, (kind, _) = one.probe.blocks()
        if kind == "p" and last.page == first.page:
            tally.judge(other, off(first.y - last.y, LINE, "pitch", 0.05))
    return tally.outcome()


@requirement("PA-08", "the last line of a paragraph has two characters or more")
def pa08(run: Run) -> Outcome:
    tally = Tally()
    for found in run.main.found.values():
        faults = []
        for line in found.lines:
            if line.last and not line.first:
                kept = [cell for cell in line.cells if cell.char not in SQUARE]
                word = "".join(cell.char for cell in kept)
                if (len(kept) < 2 and word not in ("",)) or not kept:
                    faults.append(f"last line: {line.text}")
        tally.judge(found, *faults)
    return tally.outcome()


@requirement("PA-09", "no single line of a paragraph at a page's head or foot")
def pa09(run: Run) -> Outcome:
    tally = Tally()
    for found in run.main.found.values():
        lines = found.lines
        for at in range(1, len(lines)):
            if lines[at].page != lines[at - 1].page and not lines[at].first:
                after = sum(line.page == lines[at].page for line in lines)
                before = sum(line.page == lines[at - 1].page for line in lines)
                fault = f"{before} lines before the turn, {after} after"
                tally.judge(found, fault if min(before, after) < 2 else "")
    return tally.outcome()
