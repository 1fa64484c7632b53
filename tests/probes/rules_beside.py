"""What stands between the lines: dots, lines under names and titles, readings (IL, RB)."""

from __future__ import annotations

import itertools
import unicodedata

from probes import measure
from probes.marks import is_han
from probes.probe import OUTSIDE, Ruby, text_of
from probes.reading import Cell, Found, Glyph, Line, Setting, Shape
from probes.rules import Outcome, Run, Tally, each, marked, off, requirement, tagged

#: A dot is smaller than this, in em; what is longer is a line.
_DOT = 0.45


def _under(setting: Setting, line: Line) -> list[Shape]:
    """What is painted in the gap under a line."""
    return [
        shape
        for shape in setting.shapes
        if shape.page == line.page
        and line.y - 0.02 * setting.em < (shape.top + shape.bottom) / 2 < line.y + 0.75 * setting.em
    ]


def _dots(setting: Setting, line: Line) -> list[Shape]:
    return [shape for shape in _under(setting, line) if shape.x1 - shape.x0 < _DOT]


def _lines(setting: Setting, line: Line) -> list[Shape]:
    return [shape for shape in _under(setting, line) if shape.x1 - shape.x0 >= _DOT]


def _fragments(cells: list[Cell]) -> list[list[Cell]]:
    """A run of cells by line."""
    return [list(group) for _, group in itertools.groupby(cells, key=lambda cell: cell.line)]


def _dot_faults(found: Found, cells: list[Cell], setting: Setting) -> list[str]:
    faults = []
    for cell in cells:
        line = found.lines[cell.line]
        centres = [(dot.x0 + dot.x1) / 2 for dot in _dots(setting, line)]
        near = [centre for centre in centres if abs(centre - cell.x - 0.5) < 0.3]
        if not is_han(cell.char):
            if near:
                faults.append(f"a dot under {cell.char}")
        elif not near:
            faults.append(f"no dot under {cell.char}")
        else:
            faults.append(off(near[0] - cell.x, 0.5, f"dot of {cell.char} at"))
    return [fault for fault in faults if fault]


@requirement("IL-01", "a dot under each emphasised character, at its middle, none under marks")
def il01(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        cells = [cell for part in marked(found, "dots") for cell in part]
        faults = _dot_faults(found, cells, run.main)
        wanted = sum(is_han(cell.char) for cell in cells)
        painted = sum(len(_dots(run.main, line)) for line in found.lines)
        if painted != wanted:
            faults.append(f"{painted} dots for {wanted} characters")
        return "; ".join(faults)

    return each(run.main, "IL-01", fault)


def _line_faults(
    found: Found, role: str, setting: Setting, *, curved: bool, near: float
) -> list[str]:
    """Each run has one line on each line of text, from its first character to its last."""
    faults = []
    for cells in marked(found, role):
        for part in _fragments(cells):
            line = found.lines[part[0].line]
            start, end = part[0].x, part[-1].x + measure.natural(part[-1], setting.region)
            over = [
                shape
                for shape in _lines(setting, line)
                if min(shape.x1, end) - max(shape.x0, start) > 0.3
            ]
            text = "".join(cell.char for cell in part)
            if len(over) != 1:
                faults.append(f"{len(over)} lines under {text}")
                continue
            # Beside an adjoining name the line may stop short of the square, to be told apart;
            # in a stretched line it may take the last character's share of the stretch, but not
            # the gap between Han and Latin.
            slack = near if len(marked(found, role)) == 1 else 0.13
            place = found.cells.index(part[-1]) + 1
            following = found.cells[place : place + 1]
            share = 0.0
            if following and following[0].line == part[-1].line:
                gap = measure.takes_gap(part[-1].char, following[0].char)
                share = 0.0 if gap else following[0].x - end
            if abs(over[0].x0 - start) > slack:
                faults.append(f"line under {text} begins {over[0].x0 - start:+.3f}")
            if not -slack <= over[0].x1 - end <= slack + max(0.0, share):
                faults.append(f"line under {text} ends {over[0].x1 - end:+.3f}")
            if over[0].curved != curved:
                faults.append(f"line under {text} is {'wavy' if over[0].curved else 'straight'}")
    return faults


def _apart_faults(found: Found, role: str, setting: Setting) -> list[str]:
    """Two adjoining names on one line of text have two lines with a gap between."""
    one, other = marked(found, role)
    if one[-1].line != other[0].line:
        return []
    shapes = sorted(_lines(setting, found.lines[one[-1].line]), key=lambda shape: shape.x0)
    before = [shape for shape in shapes if shape.x0 < other[0].x - 0.3]
    after = [shape for shape in shapes if shape.x1 > other[0].x + 0.3]
    if not before or not after or before[-1] is after[0]:
        return ["one line under both"]
    gap = after[0].x0 - before[-1].x1
    return [f"lines {gap:.3f} apart"] if gap < 0.1 else []


@requirement("IL-02", "a straight line under a name, exactly as long; adjoining names told apart")
def il02(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        faults = _line_faults(found, "name", run.main, curved=False, near=0.03)
        if "IL-02A" in found.probe.tags:
            faults += _apart_faults(found, "name", run.main)
        return "; ".join(faults)

    return each(run.main, "IL-02", fault)


@requirement("IL-03", "a wavy line under a book title, placed likewise")
def il03(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = _line_faults(found, "work", run.main, curved=True, near=0.06)
        if "IL-02A" in found.probe.tags:
            faults += _apart_faults(found, "work", run.main)
        return "; ".join(faults)

    return each(run.main, "IL-03", fault)


@requirement("IL-05", "where both meet, the line is nearer to the text than the dots")
def il05(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        cells = marked(found, "name")[0]
        faults = _dot_faults(found, cells, run.main)
        for part in _fragments(cells):
            line = found.lines[part[0].line]
            dots, lines = _dots(run.main, line), _lines(run.main, line)
            if not lines:
                faults.append("no line")
            elif dots and max(s.bottom for s in lines) > min(d.top for d in dots) + 0.2:
                faults.append("a dot is not below the line")
        return "; ".join(faults)

    return each(run.main, "IL-05", fault)


@requirement("IL-06", "the line grows with a stretched line of text and is never broken in it")
def il06(run: Run) -> Outcome:
    def fault(found: Found) -> str:
        role = "work" if marked(found, "work") else "name"
        if role == "work" and not run.ours:
            return ""
        return "; ".join(_line_faults(found, role, run.main, curved=role == "work", near=0.06))

    return each(run.main, "IL-06", fault)


# --- readings ---------------------------------------------------------------


def _readings(found: Found) -> list[tuple[Cell, str]]:
    """Each base character with its reading."""
    pairs: list[tuple[Cell, str]] = []
    place = 0
    for kind, parts in found.probe.blocks():
        for part in parts if kind not in OUTSIDE else ():
            if isinstance(part, Ruby):
                bases = found.cells[place : place + len(part.base)]
                pairs += zip(bases, part.readings, strict=True)
            place += len(text_of(part))
    return pairs


def _glyphs(found: Found, cell: Cell, reading: str) -> list[Glyph]:
    """The glyphs of a reading, among the small ones of its base's line: the run of them that says
    it, nearest to the base."""
    extras = found.lines[cell.line].extras
    letters = unicodedata.normalize("NFC", reading)
    found_runs = []
    for start in range(len(extras)):
        run = extras[start : start + len(letters)]
        if "".join(glyph.char for glyph in run) == letters:
            found_runs.append(run)
    return min(found_runs, key=lambda run: abs(run[0].x - cell.x), default=[])


def _sans(font: str) -> bool:
    return any(word in font for word in ("Hei", "Sans", "Biolinum", "Reading"))


@requirement("RB-01", "pinyin above its character, half its size, centred on it, without serifs")
def rb01(run: Run) -> Outcome | None:
    if not run.ours:
        return None
    tally = Tally()
    for found in tagged(run.main, "RB-01"):
        faults = []
        for cell, reading in _readings(found):
            glyphs = _glyphs(found, cell, reading)
            line = found.lines[cell.line]
            if not glyphs:
                faults.append(f"no {reading} over {cell.char}")
                continue
            left, right = glyphs[0].x, glyphs[-1].x + glyphs[-1].advance
            at_edge = (left < 0.05 and not line.first) or right > run.main.measure - 0.05
            if not at_edge:  # there the reading may be flush with the edge instead
                faults.append(off((left + right) / 2 - cell.x, 0.5, f"{reading} centred at", 0.05))
            faults.append(off(glyphs[0].size, 0.5, f"size of {reading}"))
            if not _sans(glyphs[0].font):
                faults.append(f"{reading} set in {glyphs[0].font}, a face with serifs")
            rise = (line.y - glyphs[0].y) / run.main.em
            if not 0.75 <= rise <= 1.35:
                faults.append(f"{reading} stands {rise:.2f} em up")
        tally.judge(found, *faults)
    return tally.outcome()


@requirement("RB-02", "neighbouring readings stand a blank apart (1/4 em of their size)")
def rb02(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = []
        for (one, first), (other, second) in itertools.pairwise(_readings(found)):
            if one.line != other.line:
                continue
            before, after = _glyphs(found, one, first), _glyphs(found, other, second)
            if not before or not after:
                faults.append("no reading")
                continue
            apart = (after[0].x - before[-1].x - before[-1].advance) / before[0].size
            if apart < 0.24:
                faults.append(f"{first} and {second} {apart:.2f} em of their size apart")
        return "; ".join(faults)

    return each(run.main, "RB-02", fault)


@requirement("RB-05", "a reading stays on the line of its character; the pitch stays")
def rb05(run: Run) -> Outcome | None:
    if not run.ours:
        return None

    def fault(found: Found) -> str:
        faults = []
        for cell, reading in _readings(found):
            letters = [glyph.char for glyph in found.lines[cell.line].extras]
            for letter in reading:
                if letter not in letters:
                    faults.append(f"{letter} of {reading} is not on the line of {cell.char}")
        pitches = [
            other.y - one.y
            for one, other in itertools.pairwise(found.lines)
            if one.page == other.page
        ]
        faults += [off(pitch, 18, "pitch", 0.05) for pitch in pitches]
        return "; ".join(fault for fault in faults if fault)

    return each(run.main, "RB-05", fault)


@requirement("RB-04", "zhuyin at the right of its character: .3 of its size, in .5 em")
def rb04(run: Run) -> Outcome | None:
    if not run.ours or run.region == "cn":
        return None
    tones, neutral = "ˊˇˋ", "˙"

    def fault(found: Found) -> str:
        faults = []
        for cell, reading in _readings(found):
            line = found.lines[cell.line]
            mine = [glyph for glyph in line.extras if 0.9 < glyph.x + 0.15 - cell.x < 1.65]
            symbols = [glyph for glyph in mine if glyph.char in reading and glyph.char not in
                       tones + neutral]  # fmt: skip
            if len(symbols) != sum(char not in tones + neutral for char in reading):
                faults.append(f"{reading}: {len(symbols)} symbols at the right of {cell.char}")
                continue
            faults += [off(glyph.size, 0.3, f"size of {glyph.char}") for glyph in symbols]
            if any(glyph.x + glyph.advance > cell.x + 1.52 for glyph in symbols):
                faults.append(f"{reading} stands out of its half em")
            for glyph in mine:
                if glyph.char in tones and glyph.x < max(s.x for s in symbols) + 0.05:
                    faults.append(f"tone {glyph.char} is not at the right")
                if glyph.char == neutral and glyph.y > min(s.y for s in symbols):
                    faults.append("the neutral dot is not on top")
            number = found.cells.index(cell) + 1
            if number < len(found.cells) and found.cells[number].line == cell.line:
                room = found.cells[number].x - cell.x
                if room < 1.48:
                    faults.append(f"{cell.char} and its reading take {room:.2f} em")
        return "; ".join(fault for fault in faults if fault)

    return each(run.main, "RB-04", fault)
