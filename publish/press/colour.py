"""Colours of a press: sRGB -> DeviceCMYK by an ICC output profile, black kept as black.

What is neutral in sRGB becomes K alone: small type in four inks shows fringes wherever a sheet is
not in register, and costs 300 % of ink.  Everything else goes through LittleCMS.  Printers that
ask for sRGB get that: grey as grey, and what came in inks brought back.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

#: C, M, Y and K, each from 0 to 1.
Cmyk = tuple[float, float, float, float]

#: Components of sRGB (0 to 1) that differ by no more are a grey: two steps of 255.
_NEUTRAL = 2 / 255

BLACK: Cmyk = (0.0, 0.0, 0.0, 1.0)


class Converted(NamedTuple):
    """Samples of an image: their space, their depth, and the greatest ink of a pixel in % before it
    was brought down to the limit; 0 where it was within."""

    space: str
    samples: bytes
    bits: int = 8
    before: float = 0.0


class Inks:
    """The conversion for one output profile.

    ``fixed`` are colours that somebody mixed by hand, from ``#rrggbb`` to percentages of the four
    inks; they win over the profile.  ``limit`` is the most ink in all, in %, that the printer
    takes; 0 for as much as there is.  ``screen`` says that the printer takes sRGB, and no inks.
    """

    def __init__(
        self,
        profile: Path,
        fixed: Mapping[str, tuple[float, ...]] | None = None,
        *,
        limit: float = 0,
        screen: bool = False,
    ) -> None:
        from PIL import ImageCms

        self.profile, self.screen = profile, screen
        self.limit = max(limit, 100.0) if limit else 400.0
        #: The greatest ink of a colour that was brought down to the limit, in %; 0 for none.
        self.most = 0.0
        #: Relative colorimetric; without the black point the darkest tones of a photograph run
        #: together.
        asked: Any = {
            "renderingIntent": ImageCms.Intent.RELATIVE_COLORIMETRIC,
            "flags": ImageCms.Flags.BLACKPOINTCOMPENSATION,
        }
        press, display = ImageCms.getOpenProfile(str(profile)), ImageCms.createProfile("sRGB")
        self._transform = ImageCms.buildTransform(display, press, "RGB", "CMYK", **asked)
        self._back = ImageCms.buildTransform(press, display, "CMYK", "RGB", **asked)
        self._fixed = {
            tuple(int(name[place : place + 2], 16) for place in (1, 3, 5)): inks
            for name, inks in (fixed or {}).items()
        }
        self.colour = functools.lru_cache(maxsize=65536)(self._colour)

    def _colour(self, red: float, green: float, blue: float) -> Cmyk:
        """An sRGB colour (0 to 1) in the four inks, each rounded to a thousandth."""
        from PIL import Image, ImageCms

        pixel = tuple(round(255 * min(max(value, 0.0), 1.0)) for value in (red, green, blue))
        if (mixed := self._fixed.get(pixel)) is not None:
            cyan, magenta, yellow, black = (value / 100 for value in mixed)
            return self.within((cyan, magenta, yellow, black))
        if is_grey(red, green, blue):
            return 0.0, 0.0, 0.0, round(1 - (red + green + blue) / 3, 3)
        image: Any = Image.new("RGB", (1, 1), pixel)
        found: Any = ImageCms.applyTransform(image, self._transform)
        cyan, magenta, yellow, black = (round(v / 255, 3) for v in found.getpixel((0, 0)))
        return self.within((cyan, magenta, yellow, black))

    def within(self, inks: Cmyk) -> Cmyk:
        """A colour with no more ink than the limit.

        The same goes from each of the three colours, and black stays: of the ways that keep black
        that one changes a colour least (to 240 % by 2.6 of CIELAB in the mean and 5.2 at the
        most, measured on the profile; to take it from each by its share, by 2.9 and 6.3).
        """
        over = 100 * sum(inks) - self.limit
        if over <= 0.05:
            return inks
        self.most = max(self.most, 100 * sum(inks))
        black = inks[3]
        less = [max(0.0, ink - over / 300) for ink in inks[:3]]
        # What one colour has too little of, the others give by their share.
        share = min(1.0, (self.limit / 100 - black) / max(sum(less), 1e-9))
        cyan, magenta, yellow = (int(1000 * ink * share) / 1000 for ink in less)
        return cyan, magenta, yellow, black

    def on_screen(self, inks: Cmyk) -> tuple[float, float, float]:
        """A colour in inks as sRGB (0 to 1); black alone is grey."""
        from PIL import Image, ImageCms

        if not any(inks[:3]):
            return (1 - inks[3],) * 3
        image: Any = Image.new("CMYK", (1, 1), tuple(round(255 * ink) for ink in inks))
        found: Any = ImageCms.applyTransform(image, self._back)
        red, green, blue = (round(value / 255, 3) for value in found.getpixel((0, 0)))
        return red, green, blue

    def image(self, samples: bytes, width: int, height: int) -> Converted | None:
        """An sRGB image of 8 bits (rows of RGB) as ``DeviceGray`` where it has no colour, else as
        ``DeviceCMYK``; None where a screen's colours are to stay as they are."""
        from PIL import Image, ImageChops, ImageCms

        picture = Image.frombytes("RGB", (width, height), samples)
        red, green, blue = picture.split()
        differences = [ImageChops.difference(one, green) for one in (red, blue)]
        spread: Any = max(difference.getextrema()[1] for difference in differences)
        if spread <= round(255 * _NEUTRAL):
            return grey(green.tobytes(), width, height)
        if self.screen:
            return None
        converted: Any = ImageCms.applyTransform(picture, self._transform)
        return self.inked(converted) or Converted("DeviceCMYK", converted.tobytes())

    def inked(self, picture: Any) -> Converted | None:
        """A picture in inks (Pillow's CMYK) within the limit, or on a screen; None where it is
        within already."""
        from PIL import Image, ImageCms, ImageMath

        if self.screen:
            shown: Any = ImageCms.applyTransform(picture, self._back)
            return Converted("DeviceRGB", shown.tobytes())
        limit = int(self.limit * 255 / 100)
        names = ("c", "m", "y", "k")
        bands: Any = dict(zip(names, (band.convert("I") for band in picture.split()), strict=True))
        total: Any = ImageMath.lambda_eval(lambda a: a["c"] + a["m"] + a["y"] + a["k"], **bands)
        most: Any = total.getextrema()[1]
        if most <= limit:
            return None
        # A third of what is over from each colour, rounded up.
        cut: Any = ImageMath.lambda_eval(
            lambda a: a["max"](a["t"] - limit, 0) / 3 + (a["t"] > limit), t=total
        )
        for name in names[:3]:
            bands[name] = ImageMath.lambda_eval(
                lambda a: a["max"](a["v"] - a["cut"], 0), v=bands[name], cut=cut
            )
        rest: Any = ImageMath.lambda_eval(lambda a: a["c"] + a["m"] + a["y"], **bands)
        room: Any = ImageMath.lambda_eval(
            lambda a: a["min"](a["s"], limit - a["k"]), s=rest, k=bands["k"]
        )
        less = [
            ImageMath.lambda_eval(
                lambda a: a["v"] * a["r"] / a["max"](a["s"], 1), v=bands[name], r=room, s=rest
            ).convert("L")
            for name in names[:3]
        ]
        merged = Image.merge("CMYK", [*less, bands["k"].convert("L")])
        return Converted("DeviceCMYK", merged.tobytes(), before=most * 100 / 255)


def is_grey(red: float, green: float, blue: float) -> bool:
    """Whether a colour (0 to 1) is neutral, or nearly."""
    return max(red, green, blue) - min(red, green, blue) <= _NEUTRAL


def grey(samples: bytes, width: int, height: int) -> Converted:
    """A grey image of 8 bits; of one where it has nothing but black and white: line art, whose
    edges are the press's own, no dots of a screen."""
    from PIL import Image

    black, white = samples.count(b"\x00"), samples.count(b"\xff")
    if not (black and white and black + white == len(samples)):
        return Converted("DeviceGray", samples)
    picture = Image.frombytes("L", (width, height), samples)
    return Converted("DeviceGray", picture.convert("1", dither=Image.Dither.NONE).tobytes(), bits=1)


def in_inks(image: Any) -> Any:
    """A PDF's image in DeviceCMYK, 8 bits, as Pillow's; None where it is of another kind.

    Raises :class:`ValueError` where it cannot be decoded.
    """
    import pikepdf
    from PIL import Image, ImageChops

    filters = image.get("/Filter", pikepdf.Array())
    names = [str(name) for name in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    decode = [float(value) for value in image.get("/Decode", ())]
    turned = len(decode) > 1 and decode[0] > decode[1]
    size = int(image.Width), int(image.Height)
    try:
        if names == ["/DCTDecode"]:
            picture: Any = Image.open(io.BytesIO(image.read_raw_bytes()))
            if picture.mode != "CMYK":
                return None
            # Pillow turns the samples of Adobe's JPEGs round, which a PDF does by /Decode.
            turned ^= "adobe" in picture.info
            picture.load()
        elif int(image.get("/BitsPerComponent", 8)) == 8 and "/JPXDecode" not in names:
            picture = Image.frombytes("CMYK", size, image.read_bytes())
        else:
            return None
    except (pikepdf.PdfError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    return ImageChops.invert(picture) if turned else picture


def decoded(image: Any, mask: Any = None) -> tuple[bytes, int, int]:
    """The samples of a PDF's image as sRGB of 8 bits, its width and height in pixels; with a mask
    that says how much of it covers white.

    Raises :class:`ValueError` where the image cannot be decoded.
    """
    import pikepdf
    from PIL import Image, UnidentifiedImageError

    try:
        picture: Any = pikepdf.PdfImage(image).as_pil_image()
        picture = picture.convert("RGB")
        if mask is not None:
            cover: Any = pikepdf.PdfImage(mask).as_pil_image()
            white = Image.new("RGB", picture.size, "white")
            picture = Image.composite(picture, white, cover.convert("L").resize(picture.size))
    except (
        pikepdf.PdfError,
        NotImplementedError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
    ) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    return picture.tobytes(), picture.width, picture.height
