"""Widths of marks and blanks beside Latin (PW, HL, RG)."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict

from probes import marks, measure
from probes.marks import INTERPUNCTS, OPENING, SOLIDI, SQUARE, is_han, is_latin
from probes.reading import Found, Setting
from probes.rules import (
    NEAR,
    Outcome,
    Run,
    Tally,
    around,
    construct,
    each,
    ink,
    inner_lines,
    off,
    requirement,
    tagged,
    together,
)
from probes.words import REPEATED


def either(measured: float, wanted: tuple[float, ...], what: str, near: float = NEAR) -> str:
    if any(abs(measured - value) <= near for value in wanted):
        return ""
    return f"{what} {measured:.3f}, not {' or '.join(f'{value:g}' for value in wanted)}"


def between(found: Found) -> float:
    """The room of the construct between the character before and the one after it."""
    before, _, after = around(found)
    return after.x - before.x - 1


@requirement("PW-01", "a lone mark in the line takes 1 em")
def pw01(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        return off(between(found), len(construct(found)), "width")

    return each(run.main, "PW-01", fault)


def pair_widths(pair: str, region: marks.Region, kept: str = "") -> tuple[float, ...]:
    """What two marks that meet may take.  Where a centred mark leaves only a quarter between
    them, cutting that quarter is enough; cutting the mark's other quarter too gives 1.5 em.
    Marks that are ``kept`` give nothing."""
    if set(pair) & set(kept):
        return (2 - blank_between(pair, region, kept),)
    blank = marks.sides(pair[0], region)[1] + marks.sides(pair[1], region)[0]
    return (1.5,) if blank >= 0.5 else (1.5, 2 - blank)


def blank_between(pair: str, region: marks.Region, kept: str) -> float:
    """The white between two marks of those that are not kept."""
    sides = ((mark, side) for side, mark in enumerate(pair))
    return sum(marks.sides(mark, region)[1 - side] for mark, side in sides if mark not in kept)


@requirement("PW-02", "two marks that meet take 1.5 em")
def pw02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        pair = "".join(cell.char for cell in construct(found)[:2])
        before, cells, _ = around(found)
        after = found.cells[found.cells.index(cells[0]) + 2]
        return either(after.x - before.x - 1, pair_widths(pair, run.region, run.kept), "width")

    return each(run.main, "PW-02", fault)


@requirement("PW-03", "what is cut lies between the marks; a bracket stays with its text")
def pw03(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        before, cells, _ = around(found)
        one, other = cells[:2]
        after = found.cells[found.cells.index(one) + 2]
        ways = []
        for mark, measured in ((one, one.x - before.x), (other, after.x - other.x)):
            wanted = (1.0, 0.75) if marks.centred(mark.char, run.region) else (1.0,)
            ways.append(either(measured, wanted, f"beside {mark.char}"))
        room = blank_between(one.char + other.char, run.region, run.kept)
        if other.x - one.x > 0.98 and room:
            ways.append(f"nothing cut between them ({other.x - one.x:.2f})")
        return "; ".join(way for way in ways if way)

    return each(run.main, "PW-03", fault)


@requirement("PW-04", "an opening mark at a line's start loses its left half")
def pw04(run: Run) -> Outcome:
    tally = Tally()
    for found in tagged(run.main, "PW-04"):
        for line in found.lines:
            if not line.first and line.text[0] in OPENING:
                tally.judge(found, off(line.cells[0].x, -0.5, f"{line.text[0]} at"))
    return tally.outcome()


@requirement("PW-05", "an opening mark after the indent begins at 1.5 em")
def pw05(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        if found.probe.length:  # in a quotation
            begins = off(construct(found)[0].x, 3.5, "the quotation begins at")
            return begins if run.ours else ""
        faults = [off(found.cells[0].x, 1.5, "begins at")]
        if found.cells[1].char in OPENING:
            faults.append(off(found.cells[1].x, 2.0, "the second at"))
        return "; ".join(fault for fault in faults if fault)

    return each(run.main, "PW-05", fault)


@requirement(
    "PW-07", "a mark in a tight line gives up the side its region allows, a centred one both"
)
def pw07(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)
    tally = Tally()
    for found in tagged(run.main, "PW-07"):
        for _, line in inner_lines(found):
            parts = measure.taken(line, run.main, pairs)
            if parts.shrunk < 0.05:
                continue
            cells = [cell for cell in line.cells if not cell.char.isspace()]
            faults = []
            judged = 0
            for at in range(1, len(cells) - 1):
                char = cells[at].char
                if char not in SQUARE or not (
                    is_han(cells[at - 1].char) and is_han(cells[at + 1].char)
                ):
                    continue
                left, right = parts.joints[at - 1].slack, parts.joints[at].slack
                judged += 1
                if marks.centred(char, run.region):
                    faults.append(off(left, right, f"left of {char}"))
                elif char in OPENING:
                    faults.append(off(right, 0, f"right of {char}"))
                else:
                    faults.append(off(left, 0, f"left of {char}"))
            if judged:
                tally.judge(found, *faults)
    return tally.outcome()


@requirement(
    "PW-08", "interpunct, solidus, short connector (mainland), ？！ (tw, hk) keep their width"
)
def pw08(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)
    tally = Tally()
    fixed = INTERPUNCTS + SOLIDI + "–" if run.region == "cn" else "？！"
    for found in tagged(run.main, "PW-08"):
        for _, line in inner_lines(found):
            parts = measure.taken(line, run.main, pairs)
            cells = [cell for cell in line.cells if not cell.char.isspace()]
            for at in range(1, len(cells) - 1):
                char = cells[at].char
                if char not in fixed or cells[at + 1].char in SQUARE:
                    continue
                slacks = (parts.joints[at - 1].slack, parts.joints[at].slack)
                tight = parts.shrunk > 0.05
                rigid = char in SOLIDI + "–"
                faults = [
                    f"{slack:+.3f} beside {char}"
                    for slack in slacks
                    if abs(slack) > NEAR and (slack < 0 or rigid)
                ]
                if tight or rigid:
                    tally.judge(found, *faults)
    return tally.outcome()


@requirement("PW-10", "？！ ！？ ？？ ！！ take 1 em together, three of them 2 em")
def pw10(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        text = "".join(cell.char for cell in construct(found))
        return off(between(found), REPEATED[text], "width")

    return each(run.main, "PW-10", fault)


@requirement("PW-11", "the interpunct takes .5 em (mainland) or 1 em, its dot in the middle")
def pw11(run: Run) -> Outcome:
    wanted = 0.5 if run.region == "cn" else 1.0

    def fault(found: Found) -> str:
        before, _, after = around(found)
        start = before.x + 1
        left, right, _, _, _ = ink(run.main, found.lines[before.line], start, after.x)
        middle = off((left + right) / 2 - start, wanted / 2, "its dot's middle at", 0.05)
        return "; ".join(f for f in (off(between(found), wanted, "width"), middle) if f)

    return each(run.main, "PW-11", fault)


@requirement("PW-12", "connectors: – takes .5 em, — and ～ 1 em")
def pw12(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        wanted = 0.5 if construct(found)[0].char == "–" else 1.0
        return off(between(found), wanted, "width")

    return each(run.main, "PW-12", fault)


@requirement("PW-13", "the solidus takes .5 em (mainland), 1 em (Taiwan); Hong Kong: either")
def pw13(run: Run) -> Outcome:
    """The full-width form is judged where the solidus is full: no face draws it half."""
    wanted = {"cn": (0.5,), "tw": (1.0,), "hk": (0.5, 1.0)}[run.region]

    def fault(found: Found) -> str:
        return either(between(found), wanted, "width")

    outcome = each(run.main, "PW-13", fault)
    return outcome if run.region == "cn" else together(outcome, each(run.main, "PW-13W", fault))


def _gaps(found: Found, setting: Setting) -> list[tuple[int, float]]:
    """The blank at each meeting of Han and Latin within a line, with the line's number."""
    gaps = []
    for one, other in itertools.pairwise(found.cells):
        if one.line == other.line and measure.takes_gap(one.char, other.char):
            gaps.append((one.line, other.x - one.x - measure.natural(one, setting.region)))
    return gaps


@requirement("HL-01", "Han and Latin stand .25 em apart, typed blank or not; not at a line's edge")
def hl01(run: Run) -> Outcome:
    edge = run.main.measure

    def fault(found: Found) -> str:
        faults = []
        for number, gap in _gaps(found, run.main):
            line = found.lines[number]
            short = line.last and measure.right_edge(line, run.region) < edge - 1
            least, most = (0.24, 0.26) if short else (0.12, 0.34)
            if not least <= gap <= most:
                faults.append(f"gap {gap:.3f}")
        for line in found.lines:
            if not line.first and is_latin(line.text[0]):
                faults.append(off(line.cells[0].x, 0, "Latin begins the line at"))
            if not line.last and is_latin(line.cells[-1].char):
                faults.append(off(measure.right_edge(line, run.region), edge, "Latin ends it at"))
        return "; ".join(fault for fault in faults if fault)

    return each(run.main, "HL-01", fault)


@requirement("HL-02", "no such gap beside Chinese marks and brackets")
def hl02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        faults = []
        for one, other in itertools.pairwise(found.cells):
            meets = (one.char in SQUARE and is_latin(other.char)) or (
                is_latin(one.char) and other.char in SQUARE
            )
            if meets:
                gap = other.x - one.x - measure.natural(one, run.region)
                faults.append(off(gap, 0, f"{one.char}{other.char}: gap"))
        return "; ".join(fault for fault in faults if fault)

    return each(run.main, "HL-02", fault)


@requirement("HL-03", "the gap is never under .125 em nor over .333 em")
def hl03(run: Run) -> Outcome:
    tally = Tally()
    for found in tagged(run.main, "HL-03"):
        for _, gap in _gaps(found, run.main):
            good = 0.12 <= gap <= 0.339
            tally.judge(found, "" if good else f"gap {gap:.3f}")
    return tally.outcome()


@requirement("HL-05", "letters of a word stand alike in every line")
def hl05(run: Run) -> Outcome:
    known: dict[tuple[str, str], list[float]] = defaultdict(list)  # by letters and face
    for found in run.main.found.values():
        if len(found.lines) == 1:
            for one, other in itertools.pairwise(found.cells):
                known[one.char + other.char, one.glyph.font].append(other.x - one.x)
    tally = Tally()
    for found in tagged(run.main, "HL-05"):
        faults = []
        judged = False
        cells = construct(found) if "’" in found.probe.plain("cn") else ()
        for before, cell, after in zip(cells, cells[1:], cells[2:], strict=False):
            space = after.x - before.x - before.glyph.advance
            if cell.char == "’" and space > 0.4:
                faults.append(f"an apostrophe of {space:.2f}")
        for one, other in itertools.pairwise(found.cells):
            pair = one.char + other.char
            if one.line == other.line and is_latin(one.char) and is_latin(other.char):
                apart = other.x - one.x
                if apart - one.glyph.advance > 0.15:
                    continue  # a typed blank between two words
                alike = known[pair, one.glyph.font]
                reference = statistics.median(alike) if alike else one.glyph.advance
                judged = True
                faults.append(off(apart, reference, f"{pair}", 0.01))
        if judged:
            tally.judge(found, *faults)
    return tally.outcome()


@requirement("RG-01", "marks stand at the foot of their square (mainland) or in its middle")
def rg01(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        before, cells, after = around(found)
        char = cells[0].char
        left, right, bottom, top, _ = ink(run.main, found.lines[0], before.x + 1, after.x)
        x, y = (left + right) / 2 - before.x - 1, (bottom + top) / 2
        if run.region == "cn":
            good = x < 0.4 and (y < 0.35 or char not in "、，。．")
        else:
            good = abs(x - 0.5) <= 0.08 and (abs(y - 0.5) <= 0.1 or char in "；？！")
        return "" if good else f"ink of {char} centred at ({x:.2f}, {y:.2f})"

    return each(run.main, "RG-01", fault)


@requirement("RG-02", "quotation marks of the region: “ ‘ ’ ” or 「 『 』 」")
def rg02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        text = "".join(cell.char for cell in construct(found))
        wanted = "“山‘水’木”" if run.region == "cn" else "「山『水』木」"
        return "" if text == wanted else f"reads {text}"

    return each(run.main, "RG-02", fault)
