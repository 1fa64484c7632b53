"""The cover: its design as data, as a picture for EPUB, as values for the page of the PDF.

The design is made from the book alone (look.md section 6): the title, set large and flush
left on the margins of the interior, and below it the book's own texture, one bar for each
entry or paragraph, as long as its text.  No image rights, nothing invented, different for
every book.  A picture that book.toml declares takes its place.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.diagnostics import did_you_mean, fail
from publish.fonts import Face, FaceSet, covers, fingerprint, subset
from publish.model import leaves
from publish.model.book import Asset, Book
from publish.model.edition import Edition, Geometry
from publish.model.texture import Bar, Box, Texture, boxes, texture
from publish.records import dataclass
from publish.render.picture import cached, fitted
from publish.render.title import SMALL, Size, fewest_lines, fit_lines
from publish.text.characters import is_han, is_latin

if TYPE_CHECKING:
    from PIL import Image

#: The tallest place of a bar in mm: few bars stay thin.
MAX_PITCH = 3.2

#: Where the bars begin, as a share of the height (look.md: 94 of 210 mm).
BARS_FROM = 94 / 210

#: The title's distance from the head, in head margins of the interior (24 of 20 mm).
HEAD = 1.2

#: Least room for bars, as a share of the height; where a title leaves less there are none.
LEAST_BARS = 0.1

#: White above subtitle and authors, in lines of small type.
LINES_ABOVE = 0.8

#: Subtitle and authors on the picture, as shares of its width: a reading system shows the cover
#: some 90 mm wide, where this is the size of its text, and in a library smaller still.
SCREEN_SIZE, SCREEN_LEADING = 1 / 25, 1 / 15

#: The baseline below the middle of a line, in em: as the Latin face, first in every stack, has it.
BASELINE = 0.324


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
    declared cover, which is then all there is to see.
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
    top, bars_from = geometry.top * HEAD, geometry.page_height * BARS_FROM
    small = len(_small_lines(meta.subtitle, authors, geometry.breadth, SMALL))
    # One line of small type stays white above the bars.
    room = bars_from - top - (small + LINES_ABOVE * bool(small) + 1) * SMALL.leading
    size, lines = fit_lines(meta.title, meta.title_lines, geometry.breadth, room)
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
    )


def _small_lines(
    subtitle: str, authors: tuple[str, ...], measure: float, type_: Size
) -> tuple[str, ...]:
    """Subtitle and authors in lines that are no longer than the measure, in pt."""
    texts = filter(None, (subtitle, *authors))
    return tuple(line for text in texts for line in fewest_lines(text, measure / type_.size))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand on a page of some height, in mm from the head; ``lines`` are those of
    subtitle and authors."""

    title: float
    small: float
    lines: tuple[str, ...]
    bars: float
    boxes: tuple[Box, ...]


def _frame(design: CoverDesign, height: float, type_: Size) -> _Frame:
    """The design laid out on a page as wide as the trim and ``height`` mm high, with small type of
    one size.

    Head and foot grow with the height; sizes stay.  Bars stand on the foot, below the type.
    """
    tall = height / design.height
    title, foot = design.top * tall, height - design.foot * tall
    line = type_.leading / Geometry.PT_PER_MM
    small = title + len(design.lines) * design.leading / Geometry.PT_PER_MM + LINES_ABOVE * line
    measure = design.measure * Geometry.PT_PER_MM
    lines = _small_lines(design.subtitle, design.authors, measure, type_)
    lowest = small + len(lines) * line if lines else small - LINES_ABOVE * line
    start = max(height * BARS_FROM, lowest + line)
    room = foot - start
    if not design.bars or room < LEAST_BARS * height:
        return _Frame(title, small, lines, foot, ())
    pitch = min(room / len(design.bars), MAX_PITCH)
    top = foot - pitch * len(design.bars)
    return _Frame(title, small, lines, top, boxes(design.bars, design.measure, room, pitch))


# --- the page of the PDF -----------------------------------------------------------


def view(design: CoverDesign, edition: Edition) -> dict[str, Any]:
    """The values of ``styles/templates/cover.html``, which reads them as ``cover``.

    Lengths in mm, type sizes and baselines (from the top of a line) in pt, colours ``#rrggbb``.
    A line is a list of runs with ``text`` and ``gap``, which says that a quarter em stands
    before it.
    """
    frame = _frame(design, design.height, SMALL)
    theme = design.theme

    def runs(line: str) -> list[dict[str, Any]]:
        return [{"text": text, "gap": gap} for text, gap in spaced_runs(line)]

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
        "left": round(design.left, 3),
        "measure": round(design.measure, 3),
        "size": design.size,
        "leading": design.leading,
        "baseline": round(design.leading / 2 + BASELINE * design.size, 3),
        "title_top": round(frame.title, 3),
        "lines": [runs(line) for line in design.lines],
        "small_size": SMALL.size,
        "small_leading": SMALL.leading,
        "small_baseline": round(SMALL.leading / 2 + BASELINE * SMALL.size, 3),
        "small_top": round(frame.small, 3),
        "small": [runs(line) for line in frame.lines],
        "bars_top": round(frame.bars, 3),
        "bars_height": round(design.height - design.foot - frame.bars, 3),
        "bars": [box(item) for item in frame.boxes],
    }


def spaced_runs(line: str) -> Iterator[tuple[str, bool]]:
    """The line cut where Han touches a Latin letter or digit, and whether there is a gap before."""
    start = 0
    for index in range(1, len(line)):
        before, after = line[index - 1], line[index]
        if (is_han(before) and is_latin(after)) or (is_latin(before) and is_han(after)):
            yield line[start:index], start > 0
            start = index
    if line:
        yield line[start:], start > 0


# --- the picture for EPUB ----------------------------------------------------------


def image(design: CoverDesign, faces: FaceSet, size: tuple[int, int] = (1600, 2560)) -> bytes:
    """The cover as a JPEG in sRGB, ``size`` in pixels: the design laid out anew to that shape.

    A declared picture is made to fit the size and is never enlarged.  Raises
    :class:`~publish.diagnostics.Failure` (R-COVER) for one that cannot be read.  Cached by all
    that it is made of, this file included.
    """
    declared = design.picture
    width, height = size
    point = width / design.width / Geometry.PT_PER_MM
    type_ = Size(width * SCREEN_SIZE / point, width * SCREEN_LEADING / point)
    frame = _frame(design, height * design.width / width, type_)

    def made() -> bytes:
        picture = fitted(declared, size) if declared else _drawn(design, frame, type_, faces, size)
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=88, subsampling=0, optimize=True)
        return data.getvalue()

    data = declared.data if declared else fingerprint(faces).encode()
    parts = (design, frame, type_, size, hashlib.sha256(data).hexdigest())
    return cached(f"{parts} {Path(__file__).read_text(encoding='utf-8')}", "jpg", made)


def _drawn(
    design: CoverDesign, frame: _Frame, type_: Size, faces: FaceSet, size: tuple[int, int]
) -> Image.Image:
    from PIL import Image, ImageDraw

    scale = size[0] / design.width  # pixels in a mm
    point = scale / Geometry.PT_PER_MM
    theme = design.theme
    picture = Image.new("RGB", size, theme.ground)
    canvas = ImageDraw.Draw(picture)
    left = round(design.left * scale)

    heading = _Pen(canvas, faces.nearest("heading", 600), "".join(design.lines), theme.ink)
    widest = max((heading.width(line, design.size * point) for line in design.lines), default=0.0)
    # The sizes were chosen by estimate; what is still too wide is made to fit.
    shrink = min(1.0, design.measure * scale / widest) if widest else 1.0
    for number, line in enumerate(design.lines):
        top = frame.title * scale + number * design.leading * point
        heading.line(line, left, top, design.leading * point, design.size * point * shrink)

    text = _Pen(canvas, faces.nearest("text", 400), "".join(frame.lines), theme.ink)
    for number, line in enumerate(frame.lines):
        top = frame.small * scale + number * type_.leading * point
        text.line(line, left, top, type_.leading * point, type_.size * point)

    for box in frame.boxes:
        top, thick = round((frame.bars + box.top) * scale), max(1, round(box.height * scale))
        right = left + max(thick, round(box.width * scale))
        fill = theme.accent if box.accent else theme.ink
        canvas.rectangle((left, top, right - 1, top + thick - 1), fill=fill)
    return picture


class _Pen:
    """Writes lines of mixed Han and Latin in the subset faces of a role."""

    def __init__(self, canvas: Any, faces: tuple[Face, ...], text: str, ink: str) -> None:
        self._canvas = canvas
        self._ink = ink
        self._faces = faces
        self._text = frozenset(text)
        self._data: dict[Face, bytes] = {}
        self._fonts: dict[tuple[Face, float], Any] = {}

    def _runs(self, line: str) -> Iterator[tuple[str, Face]]:
        current: Face | None = None
        run = ""
        for character in line:
            face = next((face for face in self._faces if covers(face, character)), None)
            if face is None:
                continue  # the check of coverage has told it as an error before
            if current is not None and face != current:
                yield run, current
                run = ""
            current, run = face, run + character
        if current is not None and run:
            yield run, current

    def _font(self, face: Face, size: float) -> Any:
        from PIL import ImageFont

        if face not in self._data:
            self._data[face] = subset(face, self._text)
        key = (face, size)
        if key not in self._fonts:
            # The basic layout needs no library of the machine, so the bytes are the same anywhere.
            basic = ImageFont.Layout.BASIC
            data = io.BytesIO(self._data[face])
            self._fonts[key] = ImageFont.truetype(data, size, layout_engine=basic)
        return self._fonts[key]

    def _pieces(self, line: str, size: float) -> Iterator[tuple[float, str, Any]]:
        """(pixels from the start, text, font) of each run, and an empty one at the end."""
        place = 0.0
        for text, gap in spaced_runs(line):
            place += size / 4 if gap else 0
            for run, face in self._runs(text):
                font = self._font(face, size)
                yield place, run, font
                place += font.getlength(run)
        yield place, "", None

    def width(self, line: str, size: float) -> float:
        """Length of a line in pixels."""
        return max(place for place, _, _ in self._pieces(line, size))

    def line(self, line: str, left: float, top: float, leading: float, size: float) -> None:
        """Write a line whose box, ``leading`` high, begins at ``top``."""
        baseline = round(top + leading / 2 + BASELINE * size)
        for place, run, font in self._pieces(line, size):
            if run:
                spot = (left + place, baseline)
                self._canvas.text(spot, run, font=font, fill=self._ink, anchor="ls")
