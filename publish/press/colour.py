"""Colours of a press: sRGB -> DeviceCMYK by an ICC output profile, black kept as black.

What is neutral in sRGB becomes K alone: small type in four inks shows fringes wherever a sheet is
not in register, and costs 300 % of ink.  Everything else goes through LittleCMS.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: C, M, Y and K, each from 0 to 1.
Cmyk = tuple[float, float, float, float]

#: Components of sRGB (0 to 1) that differ by no more are a grey: two steps of 255.
_NEUTRAL = 2 / 255

BLACK: Cmyk = (0.0, 0.0, 0.0, 1.0)


class Inks:
    """The conversion for one output profile.

    ``fixed`` are colours that somebody mixed by hand, from ``#rrggbb`` to percentages of the four
    inks; they win over the profile.
    """

    def __init__(self, profile: Path, fixed: Mapping[str, tuple[float, ...]] | None = None) -> None:
        from PIL import ImageCms

        self.profile = profile
        self._transform = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            ImageCms.getOpenProfile(str(profile)),
            "RGB",
            "CMYK",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            # Without it the darkest tones of a photograph run together.
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
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
            return cyan, magenta, yellow, black
        if max(red, green, blue) - min(red, green, blue) <= _NEUTRAL:
            return 0.0, 0.0, 0.0, round(1 - (red + green + blue) / 3, 3)
        image: Any = Image.new("RGB", (1, 1), pixel)
        found: Any = ImageCms.applyTransform(image, self._transform)
        cyan, magenta, yellow, black = (round(v / 255, 3) for v in found.getpixel((0, 0)))
        return cyan, magenta, yellow, black

    def image(self, samples: bytes, width: int, height: int) -> tuple[str, bytes]:
        """An sRGB image of 8 bits (rows of RGB) as ``DeviceGray`` where it has no colour, else as
        ``DeviceCMYK``; the name of its space, and its samples."""
        from PIL import Image, ImageChops, ImageCms

        picture = Image.frombytes("RGB", (width, height), samples)
        red, green, blue = picture.split()
        differences = [ImageChops.difference(one, green) for one in (red, blue)]
        spread: Any = max(difference.getextrema()[1] for difference in differences)
        if spread <= round(255 * _NEUTRAL):
            return "DeviceGray", green.tobytes()
        converted: Any = ImageCms.applyTransform(picture, self._transform)
        return "DeviceCMYK", converted.tobytes()


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
