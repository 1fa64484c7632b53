"""The cover: its design as data, and as values for the page of the PDF.

The design is made from the book alone (look.md section 6): the title, set large and flush
left on the margins of the interior, and below it the book's own texture, one bar for each
entry or paragraph, as long as its text.  No image rights, nothing invented, different for
every book.  A picture that book.toml declares takes its place.

In vertical lines it is the same design turned with them: title, subtitle and bars stand in columns
from the head, the title beside the spine at the right, names at the foot, the bars on the left.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from publish.diagnostics import did_you_mean, fail
from publish.fonts.subsets import ASCENT
from publish.model import leaves
from publish.model.book import Asset, Book
from publish.model.edition import Edition, Geometry
from publish.model.texture import Bar, Box, Texture, boxes, texture
from publish.records import dataclass
from publish.render.columns import pieces
from publish.render.title import SMALL, Size, fewest_lines, fit_lines, spaced_runs, width

#: The tallest place of a bar in mm: few bars stay thin.
MAX_PITCH = 3.2

#: Where the bars begin, as a share of the height, or of the width from the right in vertical lines
#: (look.md: 94 of 210 mm).
BARS_FROM = 94 / 210
#: How far the type may reach in vertical lines, which are few: bars may begin behind it.
TYPE_TO = 0.56

#: The title's distance from the head, in head margins of the interior (24 of 20 mm).
HEAD = 1.2

#: Least room for bars, as a share of the height, or the width; where type leaves less there are
#: none.
LEAST_BARS = 0.1

#: White above subtitle and authors, in lines of small type.
LINES_ABOVE = 0.8

#: White between a title in columns and bars beside it, in em of the title: bars that hang from the
#: head next to its columns, nearer than they are to each other, look like one more of them.
TITLE_CLEAR = 1.25

#: Least white between a subtitle and a name at the foot of its column, in em.
_APART = 2

#: The baseline below the middle of a line, in em: as the Latin face, first in every stack, has it.
BASELINE = 0.324
#: The same in turned faces: half the square of a character.
MIDDLE = ASCENT - 0.5


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``."""

    ground: str
    ink: str
    accent: str


#: look.md section 1, cover colours.
THEMES: Mapping[str, Theme] = {
    "paper": Theme("#F3EFE6", "#1F2A33", "#C2402B"),
    "ink": Theme("#22343F", "#EDE9DF", "#E0A458"),
    "red": Theme("#C8432E", "#F6F1E7", "#1E1E1E"),
}


#: The same colours in cyan, magenta, yellow and black, in % (look.md section 1): mixed by hand, two
#: or three inks where a profile takes four, none above 240 % in all.
INKS: Mapping[str, tuple[float, ...]] = {
    "#F3EFE6": (3, 5, 12, 0),
    "#1F2A33": (80, 60, 45, 50),
    "#C2402B": (15, 88, 88, 3),
    "#22343F": (85, 62, 50, 42),
    "#EDE9DF": (6, 6, 12, 0),
    "#E0A458": (10, 38, 80, 0),
    "#C8432E": (12, 88, 88, 2),
    "#F6F1E7": (3, 4, 10, 0),
    "#1E1E1E": (0, 0, 0, 100),
}


@dataclass(frozen=True, slots=True)
class CoverDesign:
    """Everything that is on a front cover.

    ``size`` and ``leading`` of the title are in pt on the trim size; ``width``, ``height``,
    ``left`` (the margin that type and bars stand on), ``top`` (of the title's first line),
    ``foot`` (white below the bars) and ``measure`` (the longest line or bar) in mm.
    ``texture`` tells what a bar stands for, empty where there are none.  ``picture`` is the
    declared cover, which is then all there is to see.  In ``vertical`` lines ``left`` is the white
    at the spine, on the right, and ``measure`` how far from there the bars reach;
    ``language`` chooses the forms of turned faces, and ``digits`` says that those of longer numbers
    stand one below another.
    """

    title: str
    lines: tuple[str, ...]
    size: float
    leading: float
    subtitle: str
    authors: tuple[str, ...]
    texture: Texture
    bars: tuple[Bar, ...]
    theme: Theme
    width: float
    height: float
    left: float
    top: float
    foot: float
    measure: float
    picture: Asset | None = None
    vertical: bool = False
    language: str = ""
    digits: bool = False

    @property
    def baseline(self) -> float:
        """The baseline below the middle of a line, in em."""
        return MIDDLE if self.vertical else BASELINE


# --- the design --------------------------------------------------------------------


def design(book: Book, edition: Edition) -> CoverDesign:
    """The cover of a book in an edition.

    Raises :class:`~publish.diagnostics.Failure` for a theme there is not (R-THEME) and for a
    declared picture that is not among the book's files (R-COVER).
    """
    theme = THEMES.get(edition.theme)
    if theme is None:
        known = ", ".join(THEMES)
        hints = did_you_mean(edition.theme, THEMES) or (f"themes: {known}",)
        raise fail("R-THEME", f"there is no cover theme {edition.theme!r}", hints=hints)
    geometry, meta = edition.geometry, book.meta
    picture = next((item for item in book.assets if item.path == meta.cover), None)
    if meta.cover and picture is None:
        message = f"the cover {meta.cover} is not among the files of the book"
        raise fail("R-COVER", message, path=meta.cover)
    authors = leaves.cover_names(meta, edition)
    vertical, top = edition.writing == "vertical", geometry.top * HEAD
    measure = geometry.breadth
    bars_from = geometry.page_height * BARS_FROM - top
    if vertical:
        measure = geometry.page_height - top - geometry.top
        bars_from = geometry.page_width * TYPE_TO - geometry.inner
    digits = edition.upright_digits
    small = _rows(
        _small_lines(meta.subtitle, authors, measure, SMALL, foot=vertical, digits=digits)
    )
    # One line of small type stays white above the bars.
    room = bars_from - (small + LINES_ABOVE * bool(small) + 1) * SMALL.leading
    size, lines = fit_lines(meta.title, meta.title_lines, measure, room, digits=digits)
    kind, bars = texture(book)
    return CoverDesign(
        title=meta.title,
        lines=lines,
        size=size.size,
        leading=size.leading,
        subtitle=meta.subtitle,
        authors=authors,
        texture=kind,
        bars=bars,
        theme=theme,
        width=geometry.width,
        height=geometry.height,
        left=geometry.inner / Geometry.PT_PER_MM,
        top=top / Geometry.PT_PER_MM,
        foot=geometry.top / Geometry.PT_PER_MM,
        measure=geometry.breadth / Geometry.PT_PER_MM,
        picture=picture,
        vertical=vertical,
        language=edition.language,
        digits=digits,
    )


@dataclass(frozen=True, slots=True)
class Small:
    """A line of subtitle or authors: how many lines are before it, and whether it ends at the foot
    of its column."""

    text: str
    row: int
    foot: bool = False


def _small_lines(
    subtitle: str,
    authors: tuple[str, ...],
    measure: float,
    type_: Size,
    *,
    foot: bool,
    digits: bool,
) -> tuple[Small, ...]:
    """Subtitle and authors in lines that are no longer than the measure, in pt; authors at the
    ``foot`` of columns, the first in the last of the subtitle's if there is room."""
    limit = measure / type_.size
    length = partial(width, digits=digits)
    found = [
        Small(line, row) for row, line in enumerate(fewest_lines(subtitle, limit, digits=digits))
    ]
    for name in filter(None, authors):
        for line in fewest_lines(name, limit, digits=digits):
            row = found[-1].row + 1 if found else 0
            shared = found and foot and not found[-1].foot
            if shared and length(found[-1].text) + _APART + length(line) <= limit:
                row = found[-1].row
            found.append(Small(line, row, foot))
    return tuple(found)


def _rows(lines: tuple[Small, ...]) -> int:
    return lines[-1].row + 1 if lines else 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things stand on a page of some height, in mm; what is vertical lies here, so that its
    head is on the left.

    Lines begin ``start`` from the left and are ``measure`` long; ``title``, ``small``, ``bars``
    and ``foot`` are the tops of the title, of ``lines`` (subtitle and authors) and of the bars,
    and where these end.
    """

    start: float
    measure: float
    title: float
    small: float
    lines: tuple[Small, ...]
    bars: float
    foot: float
    boxes: tuple[Box, ...]


def frame(design: CoverDesign, height: float, type_: Size) -> Frame:
    """The design laid out on a page as wide as the trim and ``height`` mm high, with small type of
    one size.

    Head and foot grow with the height; sizes stay.  Bars stand on the foot, below the type.
    """
    tall = height / design.height
    head, foot = design.top * tall, height - design.foot * tall
    start, measure, title, extent = design.left, design.measure, head, height
    if design.vertical:
        start, measure, extent = head, foot - head, design.width
        # The characters stand on the margin, not the white beside them.
        title = design.left - (design.leading - design.size) / 2 / Geometry.PT_PER_MM
        foot = design.left + design.measure
    line = type_.leading / Geometry.PT_PER_MM
    small = title + len(design.lines) * design.leading / Geometry.PT_PER_MM + LINES_ABOVE * line
    points = measure * Geometry.PT_PER_MM
    lines = _small_lines(
        design.subtitle,
        design.authors,
        points,
        type_,
        foot=design.vertical,
        digits=design.digits,
    )
    lowest = small + _rows(lines) * line if lines else small - LINES_ABOVE * line
    clear = line
    if design.vertical:
        # The title's own white counts, and so does what stands between.
        beside = (design.leading + design.size) / 2 / Geometry.PT_PER_MM
        last = title + (len(design.lines) - 1) * design.leading / Geometry.PT_PER_MM + beside
        clear = max(clear, last + TITLE_CLEAR * design.size / Geometry.PT_PER_MM - lowest)
    bars = max(extent * BARS_FROM, lowest + clear)
    room = foot - bars
    found: tuple[Box, ...] = ()
    if design.bars and room >= LEAST_BARS * extent:
        pitch = min(room / len(design.bars), MAX_PITCH)
        bars = foot - pitch * len(design.bars)
        found = boxes(design.bars, measure, room, pitch)
    return Frame(start, measure, title, small, lines, bars if found else foot, foot, found)


# --- the page of the PDF -----------------------------------------------------------


def view(design: CoverDesign, edition: Edition) -> dict[str, Any]:
    """The values of ``styles/templates/cover.html``, which reads them as ``cover``.

    Lengths in mm, type sizes and baselines (from the top of a line) in pt, colours ``#rrggbb``.
    A line is a list of runs with ``text``, ``gap``, which says that a quarter em stands before it,
    and ``upright``, the class of what stands in a column.
    """
    made = frame(design, design.height, SMALL)
    theme = design.theme

    def runs(line: str) -> list[dict[str, Any]]:
        found = pieces(line, digits=design.digits) if design.vertical else spaced_runs(line)
        return [dict(zip(("text", "gap", "upright"), (*run, ""), strict=False)) for run in found]

    def box(item: Box) -> dict[str, Any]:
        return {
            "top": round(item.top, 3),
            "width": round(item.width, 3),
            "height": round(item.height, 3),
            "fill": theme.accent if item.accent else theme.ink,
        }

    return {
        "language": edition.language,
        "alt": edition.words["cover-alt"].format(title=design.title),
        "picture": design.picture.path if design.picture else "",
        "width": design.width,
        "height": design.height,
        "bleed": edition.geometry.bleed,
        "ground": theme.ground,
        "ink": theme.ink,
        "vertical": design.vertical,
        "left": round(design.left, 3),
        "start": round(made.start, 3),
        "measure": round(made.measure, 3),
        "size": design.size,
        "leading": design.leading,
        "baseline": round(design.leading / 2 + design.baseline * design.size, 3),
        "title_top": round(made.title, 3),
        "lines": [runs(line) for line in design.lines],
        "small_size": SMALL.size,
        "small_leading": SMALL.leading,
        "small_baseline": round(SMALL.leading / 2 + design.baseline * SMALL.size, 3),
        "small_top": round(made.small, 3),
        "small": [
            {"runs": runs(line.text), "row": line.row, "foot": line.foot} for line in made.lines
        ],
        "bars_top": round(made.bars, 3),
        "bars_height": round(made.foot - made.bars, 3),
        "bars": [box(item) for item in made.boxes],
    }
