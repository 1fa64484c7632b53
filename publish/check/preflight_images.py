"""Pictures of a PDF: size, colours, and how much ink their darkest places take."""

from __future__ import annotations

import io
from typing import Any

from publish.check.preflight_colour import Family, Paint, Space, read_space
from publish.check.preflight_unpack import TooLarge, spend, unpacked
from publish.records import dataclass

#: Most pixels that are looked at one by one: an A3 sheet at 600 dpi.
PIXELS_LIMIT = 80_000_000
#: Inks of a pixel, a byte each.
_INKS = 4
#: Ink is measured over squares of so many pixels: a third of a millimetre at 300 dpi.
_SQUARE = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: ``width`` and ``height`` in pixels, ``total`` its greatest ink in %.

    A ``stencil`` has no colours of its own.  ``soft`` masks are transparency.
    """

    width: int
    height: int
    bits: int = 8
    family: Family = "gray"
    total: float = 0.0
    stencil: bool = False
    soft: bool = False
    #: Whether it is gray of more than one bit, and yet all of it is black or white.
    two_levels: bool = False

    @property
    def paint(self) -> Paint:
        """Its colour as far as it is known: black, or all four inks."""
        if self.family == "cmyk":
            return Paint("cmyk", (1.0, 1.0, 1.0, 1.0))
        return Paint(self.family, (0.0, 0.0, 0.0, 1.0))

    @property
    def line_art(self) -> bool:
        """Whether it has nothing but ink or no ink."""
        return self.stencil or (self.family == "gray" and (self.bits == 1 or self.two_levels))


def read_picture(source: Any, spaces: Any) -> Picture:
    """The picture of an image of the file; ``spaces`` are the colour spaces of the resources."""
    width, height = int(source["/Width"]), int(source["/Height"])
    if source.get("/ImageMask", False):
        return Picture(width, height, bits=1, stencil=True)
    soft = "/SMask" in source or int(source.get("/SMaskInData", 0)) > 0
    bits = int(source.get("/BitsPerComponent", 8))
    declared = source.get("/ColorSpace")
    if declared is None:
        # JPEG 2000 brings its colour space along.
        return Picture(width, height, bits, family=_family_within(source), soft=soft)
    space = read_space(declared, spaces)
    total = _total(source, space, width, height, bits)
    levels = space.family == "gray" and bits == 8 and not space.table and _two_levels(source)
    return Picture(width, height, bits, space.family, total, soft=soft, two_levels=levels)


def _two_levels(source: Any) -> bool:
    """Whether all samples of a gray picture are the least or the greatest, and there are both."""
    data, packed = unpacked(source, PIXELS_LIMIT)
    if packed:
        # JPEG leaves no two levels.
        return False
    least, greatest = data.count(b"\x00"), data.count(b"\xff")
    return min(least, greatest) > 0 and least + greatest == len(data)


def inline_picture(dictionary: list[Any], spaces: Any) -> Picture:
    """The picture of an inline image, by keys that may be short (ISO 32000-1, 8.9.7)."""
    values = dict(zip(map(str, dictionary[::2]), dictionary[1::2], strict=False))
    width = int(values.get("/W", values.get("/Width", 1)))
    height = int(values.get("/H", values.get("/Height", 1)))
    if values.get("/IM", values.get("/ImageMask", False)):
        return Picture(width, height, bits=1, stencil=True)
    bits = int(values.get("/BPC", values.get("/BitsPerComponent", 8)))
    named = values.get("/CS", values.get("/ColorSpace", "/G"))
    space = read_space(named[1] if isinstance(named, list) else named, spaces)
    # Inline images are of a few pixels: their ink is that of their space at its fullest.
    return Picture(width, height, bits, space.family, 400.0 if space.family == "cmyk" else 100.0)


def _total(source: Any, space: Space, width: int, height: int, bits: int) -> float:
    """The greatest ink of a picture in %."""
    if space.table:
        return max(paint.total for paint in space.table)
    if space.family != "cmyk" or space.components != 4:
        return 100.0 if space.family in ("gray", "spot", "cmyk") else 0.0
    if width * height > PIXELS_LIMIT:
        raise TooLarge
    from PIL import Image, ImageChops

    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    inverted = _inverted(source.get("/Decode"))
    data, kind = unpacked(source, _INKS * PIXELS_LIMIT)
    if kind in ("/DCTDecode", "/JPXDecode"):
        picture: Image.Image = Image.open(io.BytesIO(data))
        pixels = picture.width * picture.height
        if pixels > PIXELS_LIMIT:
            raise TooLarge
        # A few bytes of JPEG 2000 may be millions of pixels.
        spend(_INKS * pixels)
        # Pillow turns the samples of Adobe's JPEGs round, which a PDF does by /Decode.
        inverted ^= "adobe" in picture.info and kind == "/DCTDecode"
        picture = picture if picture.mode == "CMYK" else picture.convert("CMYK")
    elif bits == 8 and not kind:
        spend(width * height * _INKS - len(data))
        whole = data.ljust(width * height * _INKS, b"\0")[: width * height * _INKS]
        picture = Image.frombytes("CMYK", (width, height), whole)
    else:
        # Other depths are rare; their ink is taken at its fullest.
        return 400.0
    if inverted:
        picture = ImageChops.invert(picture)
    if min(picture.size) > 16 * _SQUARE:
        picture = picture.reduce(_SQUARE)
    cyan, magenta, yellow, black = picture.split()
    # Halved at each sum, since a pixel holds a byte.
    coloured = ImageChops.add(cyan, magenta, scale=2)
    rest = ImageChops.add(yellow, black, scale=2)
    extrema: Any = ImageChops.add(coloured, rest, scale=2).getextrema()
    return float(extrema[1]) * 4 / 255 * 100


def _inverted(decode: Any) -> bool:
    return decode is not None and len(decode) >= 2 and float(decode[0]) > float(decode[1])


def _family_within(source: Any) -> Family:
    from PIL import Image

    try:
        mode = Image.open(io.BytesIO(unpacked(source)[0])).mode
    except (OSError, ValueError, Image.DecompressionBombError):
        return "rgb"
    families: dict[str, Family] = {"L": "gray", "LA": "gray", "1": "gray", "CMYK": "cmyk"}
    return families.get(mode, "rgb")
