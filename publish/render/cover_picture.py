"""The cover as a picture, for an e-book."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.fonts import Face, FaceSet, covers, fingerprint, subset
from publish.fonts import turned as columns
from publish.model.edition import Geometry
from publish.render.columns import Piece, pieces
from publish.render.cover import CoverDesign, Frame, frame
from publish.render.picture import cached, fitted
from publish.render.title import Size, spaced_runs
from publish.text.characters import is_full_width

if TYPE_CHECKING:
    from PIL import Image

#: Subtitle and authors, as shares of the picture's width: a reading system shows the cover some
#: 90 mm wide, where this is the size of its text, and in a library smaller still.
SCREEN_SIZE, SCREEN_LEADING = 1 / 25, 1 / 15
#: White between marks that share a square, in em (publish/fonts/turned_glyphs.py).
_BETWEEN = 0.16


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
    laid_out = frame(design, height * design.width / width, type_)

    def made() -> bytes:
        if declared:
            picture = fitted(declared, size)
        else:
            picture = _drawn(design, laid_out, type_, faces, size)
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=88, subsampling=0, optimize=True)
        return data.getvalue()

    data = declared.data if declared else fingerprint(faces).encode()
    parts = (design, laid_out, type_, size, columns.VERSION, hashlib.sha256(data).hexdigest())
    return cached(f"{parts} {Path(__file__).read_text(encoding='utf-8')}", "jpg", made)


def _drawn(
    design: CoverDesign, frame: Frame, type_: Size, faces: FaceSet, size: tuple[int, int]
) -> Image.Image:
    from PIL import Image, ImageDraw

    scale = size[0] / design.width  # pixels in a mm
    point = scale / Geometry.PT_PER_MM
    theme = design.theme
    # Columns are drawn as lines of turned characters on a picture that is turned afterwards.
    picture = Image.new("RGB", size[::-1] if design.vertical else size, theme.ground)
    left, measure = round(frame.start * scale), frame.measure * scale

    heading = _Pen(picture, design, faces, "heading", 600, "".join(design.lines))
    widest = max((heading.width(line, design.size * point) for line in design.lines), default=0.0)
    # The sizes were chosen by estimate; what is still too wide is made to fit.
    shrink = min(1.0, measure / widest) if widest else 1.0
    for number, line in enumerate(design.lines):
        top = frame.title * scale + number * design.leading * point
        heading.line(line, left, top, design.leading * point, design.size * point * shrink)

    text = _Pen(picture, design, faces, "text", 400, "".join(line.text for line in frame.lines))
    for small in frame.lines:
        top = frame.small * scale + small.row * type_.leading * point
        beginning: float = left
        if small.foot:
            beginning += max(0.0, measure - text.width(small.text, type_.size * point))
        text.line(small.text, beginning, top, type_.leading * point, type_.size * point)

    canvas = ImageDraw.Draw(picture)
    for box in frame.boxes:
        top, thick = round((frame.bars + box.top) * scale), max(1, round(box.height * scale))
        right = left + max(thick, round(box.width * scale))
        fill = theme.accent if box.accent else theme.ink
        canvas.rectangle((left, top, right - 1, top + thick - 1), fill=fill)
    return picture.transpose(Image.Transpose.ROTATE_270) if design.vertical else picture


class _Pen:
    """Writes lines of mixed Han and Latin in the faces of a role, turned ones for columns."""

    def __init__(
        self,
        picture: Image.Image,
        design: CoverDesign,
        faces: FaceSet,
        role: str,
        weight: int,
        text: str,
    ) -> None:
        self._picture, self._ink = picture, design.theme.ink
        self._vertical, self._baseline = design.vertical, design.baseline
        self._digits = design.digits
        self._faces = faces.nearest(role, weight)
        self._text = frozenset(text)
        self._data: dict[Face | None, bytes] = {}
        self._fonts: dict[tuple[Face | None, float], Any] = {}
        if design.vertical:
            setting = columns.Setting(role, weight)
            made = columns.turned_face(faces, setting, self._text, design.language)
            #: The turned face goes by no name.
            self._data[None] = made.path.read_bytes()

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

    def _font(self, face: Face | None, size: float) -> Any:
        from PIL import ImageFont

        if face is not None and face not in self._data:
            self._data[face] = subset(face, self._text)
        key = (face, size)
        if key not in self._fonts:
            # The basic layout needs no library of the machine, so the bytes are the same anywhere.
            basic = ImageFont.Layout.BASIC
            data = io.BytesIO(self._data[face])
            self._fonts[key] = ImageFont.truetype(data, size, layout_engine=basic)
        return self._fonts[key]

    def _pieces(self, line: str, size: float) -> Iterator[tuple[float, str, Any]]:
        """(pixels from the start, text, font) of each run, and an empty one at the end; no font for
        what stands in a square of its own."""
        place = 0.0
        cut: Iterable[Piece] = (Piece(*run) for run in spaced_runs(line))
        if self._vertical:
            cut = pieces(line, digits=self._digits)
        for text, gap, upright in cut:
            place += size / 4 if gap else 0
            if upright:
                for square in text if upright == "digits" else (text,):
                    yield place, square, None
                    place += size
                continue
            found: Iterable[tuple[str, Face | None]] = self._runs(text)
            for run, face in ((text, None),) if self._vertical else found:
                font = self._font(face, size)
                yield place, run, font
                place += font.getlength(run)
        yield place, "", None

    def width(self, line: str, size: float) -> float:
        """Length of a line in pixels."""
        return max(place for place, _, _ in self._pieces(line, size))

    def line(self, line: str, left: float, top: float, leading: float, size: float) -> None:
        """Write a line whose box, ``leading`` high, begins at ``top``."""
        from PIL import Image, ImageDraw

        middle = top + leading / 2
        canvas = ImageDraw.Draw(self._picture)
        for place, run, font in self._pieces(line, size):
            if font:
                spot = (left + place, round(middle + self._baseline * size))
                canvas.text(spot, run, font=font, fill=self._ink, anchor="ls")
            elif run:
                # The picture is turned to the right.
                square = self._square(run, size).transpose(Image.Transpose.ROTATE_90)
                corner = (round(left + place), round(middle - square.height / 2))
                self._picture.paste(Image.new("RGB", square.size, self._ink), corner, square)

    def _square(self, text: str, size: float) -> Image.Image:
        """A number or a letter in the middle of the square of a character, as a mask."""
        from PIL import Image, ImageDraw

        side = round(size)
        found: list[tuple[float, str, Any]] = []
        place = 0.0
        for run, face in self._runs(text):
            font = self._font(face, size)
            # Marks stand on squares of their own elsewhere: here their ink counts.
            marks = is_full_width(run[0])
            for piece in run if marks else (run,):
                mask, (offset, _) = font.getmask2(piece, mode="L", anchor="ls")
                begin, _, end, _ = mask.getbbox() or (0, 0, 0, 0)
                found.append((place - begin - offset if marks else place, piece, font))
                place += end - begin + _BETWEEN * size if marks else font.getlength(piece)
        length = max(1, math.ceil(place - (_BETWEEN * size if is_full_width(text[-1]) else 0)))
        row = Image.new("L", (length, 2 * side))
        for at, piece, font in found:
            ImageDraw.Draw(row).text((at, 1.5 * side), piece, font=font, fill=255, anchor="ls")
        ink = row.getbbox() or (0, 0, length, side)
        row = row.crop((0, ink[1], length, ink[3]))
        if length > side:
            row = row.resize((side, row.height))
        square = Image.new("L", (side, side))
        square.paste(row, (round((side - row.width) / 2), round((side - row.height) / 2)))
        return square
