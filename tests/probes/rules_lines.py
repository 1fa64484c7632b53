"""Lines made shorter and longer: the order of clreq's steps (JU)."""

from __future__ import annotations

from probes import measure
from probes.marks import CLOSING, OPENING, PAUSES, SQUARE
from probes.measure import MOST_GAP, MOST_SPACE, Item, Taken
from probes.reading import Found, Setting
from probes.rules import Outcome, Run, Tally, inner_lines, requirement, tagged
from probes.rules_breaks import pushed_out
from probes.rules_page import edges, flush

#: Stretch of a line below which it counts as set solid, in em a place.
_SOLID = 0.004


@requirement(
    "JU-01", "every line but the last of its paragraph is flush at both edges, in any style"
)
def ju01(run: Run) -> Outcome:
    tally = Tally()
    for setting in run.books.values():
        tally.missing(setting)
        for found in setting.found.values():
            faults = [
                _ragged(found, number, setting)
                for number, line in inner_lines(found)
                if run.ours or line.kind == "p"  # Typst's blocks do not stand in
            ]
            if faults:
                tally.judge(found, *faults)
    return tally.outcome()


def _ragged(found: Found, number: int, setting: Setting) -> str:
    """The fault of a line that does not run from edge to edge: a closing mark there may keep its
    square within or without the edge by half an em or a quarter."""
    line = found.lines[number]
    end, start = flush(line, setting), line.cells[0].x
    faults = [] if end is None else [f"ends at {end:.2f}"]
    wanted = edges(line, setting)[0] - (0.5 if line.cells[0].char in OPENING else 0.0)
    most = 0.3 if any(abs(glyph.x - start) < 0.6 for glyph in line.extras) else 0.0  # wide reading
    if not line.first and not -0.02 <= start - wanted <= most + 0.02:
        faults.append(f"begins at {start:.2f}")
    return "; ".join(f"{setting.name}: line {number + 1} {fault}" for fault in faults)


@requirement("JU-02", "reduction first: no line is stretched that could have taken its next piece")
def ju02(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)
    tally = Tally()
    for found in tagged(run.main, "JU-02"):
        faults = [pushed_out(found, number, run.main, pairs) for number, _ in inner_lines(found)]
        tally.judge(found, *faults)
    return tally.outcome()


@requirement(
    "JU-03", "reduction: line-end mark, spaces, interpuncts, brackets, commas, gaps, 。？！"
)
def ju03(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)
    tally = Tally()
    for found in tagged(run.main, "JU-03"):
        for number, line in inner_lines(found):
            parts = measure.taken(line, run.main, pairs)
            _line_end(parts, run)
            if parts.shrunk > 0.05:
                tally.judge(found, *(f"line {number + 1}: {fault}" for fault in _order(parts)))
    return tally.outcome()


def _line_end(parts: Taken, run: Run) -> None:
    """The mark at the line's end as an item of step 1, where it may be full or half."""
    if run.region == "cn":
        return
    last = parts.line.cells[-1]
    before = parts.line.cells[-2]
    if last.char not in CLOSING + PAUSES or before.char in SQUARE or last.char in "？！":
        return
    start = before.x - measure.shift(before, run.region) + measure.natural(before, run.region)
    room = run.main.measure - start - parts.stretch
    parts.items.append(Item(1, 1 - room, 0.5, last.char))


def _order(parts: Taken) -> list[str]:
    """What is wrong with a line that was made shorter."""
    faults = []
    used = [item for item in parts.items if item.amount > 0.015]
    highest = max(item.step for item in used)
    for item in parts.items:
        if item.amount > item.most + 0.015:
            faults.append(f"{item.char} gave {item.amount:.3f} of {item.most:g}")
        elif item.step < highest and item.amount < item.most - 0.02:
            faults.append(
                f"{item.char} (step {item.step}) gave {item.amount:.3f} of {item.most:g} "
                f"while step {highest} gave"
            )
    for step in {item.step for item in used}:
        group = [item for item in parts.items if item.step == step]
        most = max(item.amount for item in group)
        for item in group:
            if abs(item.amount - min(most, item.most)) > 0.02:
                faults.append(f"step {step} unequal: {item.char} {item.amount:.3f}, not {most:.3f}")
    if parts.stretch > 0.01:
        faults.append(f"stretched by {parts.stretch:.3f} at the same time")
    return faults


@requirement("JU-04", "expansion: word spaces to .5 em, gaps to .333 em, then all others alike")
def ju04(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)
    tally = Tally()
    for found in tagged(run.main, "JU-04"):
        for number, line in inner_lines(found):
            parts = measure.taken(line, run.main, pairs)
            if parts.stretch > _SOLID or max(parts.slacks("gap"), default=0.0) > 0.01:
                faults = _widened(parts)
                tally.judge(found, *(f"line {number + 1}: {fault}" for fault in faults))
    return tally.outcome()


def _widened(parts: Taken) -> list[str]:
    """What is wrong with a line that was made longer."""
    faults = []
    spaces, gaps = parts.slacks("space"), [slack + 0.25 for slack in parts.slacks("gap")]
    widened = max(gaps, default=0.25) > 0.26
    alone = not parts.slacks("han", "mark", "gap")  # Western words and nothing else
    for space in spaces:
        if space > MOST_SPACE + 0.01 and not alone:
            faults.append(f"a space of {space:.3f}")
        elif (widened or parts.stretch > _SOLID) and space < MOST_SPACE - 0.02:
            faults.append(f"a space of {space:.3f} while others were widened")
    for gap in gaps:
        if gap > MOST_GAP + 0.006:
            faults.append(f"a gap of {gap:.3f}")
        elif parts.stretch > _SOLID and gap < MOST_GAP - 0.02:
            faults.append(f"a gap of {gap:.3f} while Han was set apart by {parts.stretch:.3f}")
    others = parts.slacks("han", "mark")
    if others and max(others) - min(others) > 0.02:
        faults.append(f"Han and marks set apart by {min(others):.3f} to {max(others):.3f}")
    faults += [f"{slack:+.3f} inside a unit" for slack in parts.slacks("unit") if abs(slack) > 0.02]
    faults += [
        f"{slack:+.3f} beside a connector or solidus"
        for slack in parts.slacks("connector")
        if abs(slack) > 0.02
    ]
    return faults


@requirement("JU-05", "Han is never set apart by more than .25 em")
def ju05(run: Run) -> Outcome:
    tally = Tally()
    pairs = measure.pair_slacks(run.main)
    for found in run.main.found.values():
        widest = max(
            (
                max(measure.taken(line, run.main, pairs).slacks("han"), default=0.0)
                for line in found.lines
            ),
            default=0.0,
        )
        tally.judge(found, f"set apart by {widest:.3f}" if widest > 0.25 else "")
    return tally.outcome()
