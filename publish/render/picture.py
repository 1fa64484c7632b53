"""A picture that somebody else made, read with care: the cover that book.toml declares."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from publish.diagnostics import fail
from publish.model.book import Asset

if TYPE_CHECKING:
    from PIL import Image

#: Largest declared picture in pixels; a header that says more is not read (image bombs).
MAX_PIXELS = 64_000_000


def fitted(asset: Asset, size: tuple[int, int]) -> Image.Image:
    """The picture upright, in sRGB, no larger than ``size`` (pixels) and never enlarged.

    Raises :class:`~publish.diagnostics.Failure` (R-COVER) for one that is none or too large.
    """
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

    # WeasyPrint, once imported, lets half a picture pass for a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    def wrong(message: str, *hints: str) -> Exception:
        return fail("R-COVER", f"the cover {asset.path} {message}", path=asset.path, hints=hints)

    try:
        # Named kinds only: Pillow reads some forty, among them ones that call other programs.
        opened = Image.open(io.BytesIO(asset.data), formats=("JPEG", "PNG", "WEBP", "GIF", "TIFF"))
        if opened.width * opened.height > MAX_PIXELS:
            raise wrong(
                f"has more than {MAX_PIXELS // 1_000_000} million pixels", "make it smaller"
            )
        picture = ImageOps.exif_transpose(opened)
        picture = _in_srgb(picture)
    except UnidentifiedImageError as error:
        raise wrong("is not a picture", "give a JPEG or PNG file") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise wrong(f"cannot be read: {error}", "save it anew as JPEG or PNG") from error
    picture.thumbnail(size, Image.Resampling.LANCZOS)
    return picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The picture in RGB, its colours brought over from its own profile, transparency on white."""
    from PIL import Image, ImageCms

    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except ImageCms.PyCMSError:
            changed = None  # a broken profile says nothing
        if changed is not None:
            return Image.frombytes("RGB", changed.size, changed.tobytes())
    if picture.has_transparency_data:
        flat = Image.new("RGBA", picture.size, "white")
        flat.alpha_composite(picture.convert("RGBA"))
        return flat.convert("RGB")
    plain = picture.convert("RGB")
    # Without the metadata of the file: a photograph may say where it was taken.
    return Image.frombytes("RGB", plain.size, plain.tobytes())
