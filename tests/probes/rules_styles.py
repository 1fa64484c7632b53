"""Line ends and styles of punctuation, in every book (PW-06, PW-09)."""

from __future__ import annotations

import itertools

from probes import marks
from probes.marks import CLOSING, OPENING, PAUSES, SQUARE, is_han
from probes.reading import Line
from probes.rules import (
    NEAR,
    Outcome,
    Run,
    Tally,
    around,
    construct,
    inner_lines,
    off,
    requirement,
    tagged,
)
from probes.rules_marks import between, either, pair_widths


@requirement(
    "PW-06", "a mark at a line's end takes .5 em (mainland); elsewhere, or as asked, .5 em or 1 em"
)
def pw06(run: Run) -> Outcome:
    """Origins: a mark cut to its half stands half an em before the edge, a centred one a quarter
    more; one that keeps its square a whole em, or less in a line that was made shorter."""
    tally = Tally()
    for name, setting in run.books.items():
        if name == "hang" and run.region == "cn":
            continue  # HG-01
        edge = setting.measure
        asked = {"narrow": "half", "half": "half", "whole": "full"}.get(name, "")
        for found in tagged(setting, "PW-06"):
            for _, line in inner_lines(found):
                last = line.cells[-1]
                if last.char not in PAUSES + CLOSING:
                    continue
                middle = marks.centred(last.char, run.region)
                half, full = edge - (0.75 if middle else 0.5), edge - 1.0
                fixed = middle and last.char in "？！"  # PW-08: they may keep their square
                if last.char in run.kept:
                    tally.judge(found, off(last.x, full, last.char))
                    continue
                alone = not (len(line.cells) > 1 and line.cells[-2].char in SQUARE)
                if asked == "full" and alone:
                    good = full - NEAR <= last.x <= half + NEAR and (
                        last.x < full + NEAR or not _loose(line)
                    )
                elif asked == "half" or (run.region == "cn" and not asked):
                    good = abs(last.x - half) <= NEAR or (fixed and abs(last.x - full) <= NEAR)
                else:
                    good = full - NEAR <= last.x <= half + NEAR
                where = f"{last.char} at {last.x - edge:+.3f} from the edge"
                tally.judge(found, "" if good else f"{name}: {where}")
    return tally.outcome()


def _loose(line: Line) -> bool:
    """Whether Han is set apart in the line."""
    return any(
        other.x - one.x > 1 + NEAR
        for one, other in itertools.pairwise(line.cells)
        if is_han(one.char) and is_han(other.char)
    )


#: Books by the style of their marks, and what is not 1 em wide in them.
_STYLES = {
    "whole": {},
    "kaiming": dict.fromkeys("、，；：" + OPENING + CLOSING, 0.5),
    "half": dict.fromkeys(PAUSES + OPENING + CLOSING, 0.5),
}


@requirement("PW-09", "styles 全角, 开明, 半角: each mark's width, and pairs squeezed in all")
def pw09(run: Run) -> Outcome | None:
    tally = Tally()
    for style, widths in _STYLES.items():
        setting = run.books.get(style)
        if setting is None:
            continue
        for found in tagged(setting, "PW-09"):
            cells = construct(found)
            wanted = sum(widths.get(cell.char, 1.0) for cell in cells)
            fixed = run.region != "cn" and cells[0].char in "？！"  # PW-08 lets them stay full
            allowed: tuple[float, ...] = (wanted, 1.0) if fixed else (wanted,)
            tally.judge(found, either(between(found), allowed, f"{style}: width"))
        for found in tagged(setting, "PW-09P"):
            before, cells, _ = around(found)
            after = found.cells[found.cells.index(cells[0]) + 2]
            pair = cells[0].char + cells[1].char
            if style == "whole":
                allowed = pair_widths(pair, run.region)
            elif widths.get(pair[1], 1.0) == 1.0:
                allowed = (1.0, 1.5)
            elif widths.get(pair[0], 1.0) == 1.0 and run.region != "cn":
                allowed = (1.0, 1.25, 1.5)  # a centred stop that the style keeps full
            else:
                allowed = (1.0,)
            tally.judge(found, either(after.x - before.x - 1, allowed, f"{style}: {pair}"))
        faults = [
            (found, _too_wide(line, widths))
            for found in setting.found.values()
            for line in found.lines
            if run.region == "cn" or not set(line.text) & set("？！")
        ]
        for found, fault in faults:
            if fault is not None:
                tally.judge(found, fault and f"{style}: {fault}")
    return tally.outcome() if tally.tested else None


def _too_wide(line: Line, widths: dict[str, float]) -> str | None:
    """The fault of a mark that in a line of prose takes more than the style gives it, beyond
    what all characters of the line are set apart; None without such a mark."""
    cells = line.cells
    han = [
        other.x - one.x - 1
        for one, other in itertools.pairwise(cells)
        if is_han(one.char) and is_han(other.char)
    ]
    stretch = max(han, default=0.0)
    judged = False
    for before, mark, after in zip(cells, cells[1:], cells[2:], strict=False):
        if mark.char in widths and is_han(before.char) and is_han(after.char):
            judged = True
            room = after.x - before.x - 1 - 2 * stretch
            if room > widths[mark.char] + NEAR:
                return f"{mark.char} takes {room:.3f}"
    return "" if judged else None
