"""Where lines may end: kinsoku, units, words, hanging (KB, HG)."""

from __future__ import annotations

from probes import measure
from probes.marks import CLOSING, DASHES, ELLIPSES, NO_END, NO_START, PAUSES, SOLIDI, SQUARE
from probes.probe import Note
from probes.reading import Found, Line, Setting
from probes.rules import (
    Outcome,
    Run,
    Tally,
    construct,
    each,
    ink,
    inner_lines,
    off,
    requirement,
    tagged,
    together,
)
from probes.words import WORDS


def _bad_start(line: Line) -> bool:
    first = line.text[:2]
    return bool(first) and first[0] in NO_START and first != "——"


@requirement("KB-01", "no pause, stop, closing mark, connector or interpunct opens a line")
def kb01(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        bad = [line.text[0] for line in found.lines if not line.first and _bad_start(line)]
        return f"a line begins with {bad[0]}" if bad else ""

    return each(run.main, "KB-01", fault)


@requirement("KB-02", "no opening mark closes a line")
def kb02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        bad = [line.text[-1] for _, line in inner_lines(found) if line.text[-1] in NO_END]
        return f"a line ends with {bad[0]}" if bad else ""

    return each(run.main, "KB-02", fault)


@requirement("KB-03", "no solidus closes a line (GB level)")
def kb03(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        bad = [line.text[-1] for _, line in inner_lines(found) if line.text[-1] in SOLIDI]
        return f"a line ends with {bad[0]}" if bad else ""

    return each(run.main, "KB-03", fault)


@requirement("KB-04", "no dash or ellipsis opens a line (strict level)")
def kb04(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        bad = [
            line.text[:2]
            for line in found.lines
            if not line.first and (line.text[:2] == "——" or line.text[0] in "⸺…⋯")
        ]
        return f"a line begins with {bad[0]}" if bad else ""

    return each(run.main, "KB-04", fault)


@requirement("KB-06", "no exception to the rules in any book or style, stacked marks included")
def kb06(run: Run) -> Outcome:
    tally = Tally()
    for setting in run.books.values():
        for found in setting.found.values():
            faults = [
                f"{setting.name}: a line begins with {line.text[0]}"
                for line in found.lines
                if not line.first and _bad_start(line)
            ]
            faults += [
                f"{setting.name}: a line ends with {line.text[-1]}"
                for _, line in inner_lines(found)
                if line.text[-1] in NO_END
            ]
            tally.judge(found, *faults)
    return tally.outcome()


@requirement("KB-07", "no mark goes to the next line where the blank of others made room for it")
def kb07(run: Run) -> Outcome:
    pairs = measure.pair_slacks(run.main)

    def fault(found: Found) -> str:
        return pushed_out(found, 0, run.main, pairs)

    return each(run.main, "KB-07", fault)


def pushed_out(found: Found, number: int, setting: Setting, pairs: measure.Pairs) -> str:
    """The fault of a line that was stretched though reduction would have held its next piece, and
    would have taken away no more than was added."""
    line = found.lines[number]
    if line.last:
        return ""
    parts = measure.taken(line, setting, pairs)
    given = sum(joint.slack for joint in parts.joints if joint.kind in ("han", "mark", "gap"))
    piece = measure.pulled(found, number, setting, pairs)
    if given > 0.05 and piece is not None and piece[0] <= min(piece[1] - 0.02, given + 0.02):
        needed, room = piece
        return f"line {number + 1} stretched by {given:.2f}, needed {needed:.2f} of {room:.2f}"
    return ""


def _unit(setting: Setting, tag: str, signs: str, *, centre: bool) -> Outcome:
    """A unit of two signs: never parted, 2 em, unbroken ink (dash) or in the middle (dots)."""
    tally = Tally()
    tally.missing(setting, tag)
    for found in tagged(setting, tag):
        faults = []
        units = [
            number
            for number, cell in enumerate(found.cells)
            if cell.char in signs and (not number or found.cells[number - 1].char not in signs)
        ]
        for number in units:
            cells = found.cells[number : number + 2]
            if cells[0].char != "⸺" and cells[1].char in signs:
                if cells[0].line != cells[1].line:
                    faults.append("parted by a line's end")
                    continue
                after = number + 2
            else:
                after = number + 1
            line = found.lines[cells[0].line]
            solid = line.first and line.last  # a line that is not adjusted
            if solid and after < len(found.cells):
                start, end = cells[0].x, found.cells[after].x
                faults.append(off(end - start, 2, "width"))
                left, right, bottom, top, whole = ink(setting, line, start, end)
                if centre:
                    faults.append(off((bottom + top) / 2, 0.5, "middle of the dots", 0.05))
                    faults.append(off((left + right) / 2 - start, 1, "middle of the dots", 0.05))
                elif not whole or right - left < 1.8:
                    faults.append(f"ink from {left - start:.2f} to {right - start:.2f} with a gap")
        tally.judge(found, *faults)
    return tally.outcome()


@requirement("KB-08", "—— and ⸺ are one unit of 2 em, without a gap in it")
def kb08(run: Run) -> Outcome:
    return _unit(run.main, "KB-08", DASHES, centre=False)


@requirement("KB-09", "…… and ⋯⋯ are one unit of 2 em, its dots in the middle")
def kb09(run: Run) -> Outcome:
    return _unit(run.main, "KB-09", ELLIPSES, centre=True)


@requirement("KB-10", "the ellipsis of twelve dots is 4 em on a line of its own")
def kb10(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        lines = [line for line in found.lines if "…" in line.text]
        if len(lines) != 1 or lines[0].text != "…………":
            return f"stands in “{lines[0].text}”"
        return off(lines[0].cells[3].x - lines[0].cells[0].x, 3, "from first to fourth")

    return each(run.main, "KB-10", fault)


@requirement("KB-11", "a number stays with its sign or unit, a note's mark with its word")
def kb11(run: Run) -> Outcome:
    tally = Tally()
    for found in tagged(run.main, "KB-11"):
        cells = construct(found)
        if any(isinstance(part, Note) for part in found.probe.parts):
            if run.ours:
                word = cells[0]  # one character, behind which the note is called
                line = found.lines[word.line]
                near = [glyph for glyph in line.extras if 0.5 < glyph.x - word.x < 1.4]
                tally.judge(found, "" if near else "the note's mark is not beside its word")
            continue
        parted = len({cell.line for cell in cells}) > 1
        tally.judge(found, "parted by a line's end" if parted else "")
    return tally.outcome()


@requirement("KB-12", "a Western word is broken at a hyphenation point or not at all")
def kb12(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        cells = construct(found)
        word = "".join(cell.char for cell in cells)
        first = cells[0].line
        here = sum(cell.line == first for cell in cells)
        if here == len(cells):
            return ""
        if found.lines[first].hyphen is None:
            return f"{word[:here]}|{word[here:]} without a hyphen"
        return "" if here in WORDS[word] else f"{word[:here]}-|{word[here:]}"

    return each(run.main, "KB-12", fault)


def _hanging(setting: Setting) -> Outcome:
    """In an edition that hangs: a lone pause or stop that would open a line stands outside the
    edge (mainland), nothing else does."""
    tally = Tally()
    edge = setting.measure
    for found in tagged(setting, "HG-01"):
        cells = construct(found)
        faults = []
        for _, line in inner_lines(found):
            last = line.cells[-1]
            run_of_marks = len(line.cells) > 1 and line.cells[-2].char in SQUARE
            hangs = last.x > edge - 0.5 + 0.05
            lone = last.char in PAUSES and not run_of_marks
            if hangs and (setting.region != "cn" or not lone):
                faults.append(f"{last.char} hangs at {last.x:.2f}")
            elif hangs:
                faults.append(off(last.x, edge, f"{last.char} hangs at"))
        before = found.probe.at - 3
        full_line = len(cells) == 1 and before + 5 == edge
        if setting.region == "cn" and full_line and abs(cells[0].x - edge) > 0.02:
            faults.append(f"{cells[0].char} does not hang: {cells[0].x:.2f}")
        tally.judge(found, *faults)
    return tally.outcome()


def _inside(setting: Setting) -> Outcome:
    """By default nothing hangs."""
    tally = Tally()
    for found in tagged(setting, "PW-06"):
        for _, line in inner_lines(found):
            last = line.cells[-1]
            if last.char in PAUSES + CLOSING:
                over = last.x > setting.measure - 0.5 + 0.05
                tally.judge(found, f"{last.char} hangs at {last.x:.2f}" if over else "")
    return tally.outcome()


@requirement("HG-01", "nothing hangs, but a lone 点号 where an edition asks for it (mainland only)")
def hg01(run: Run) -> Outcome:
    outcomes = [_inside(run.main)]
    if "hang" in run.books:
        outcomes.append(_hanging(run.books["hang"]))
    return together(*outcomes)
