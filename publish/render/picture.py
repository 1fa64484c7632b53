"""Pictures that somebody else made: a declared cover, and the images of an e-book.

Old reading systems refuse, or run out of memory on, what a camera or a scanner makes; what they
can show goes into the book as it is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from publish.diagnostics import fail
from publish.model import cache
from publish.model.book import Asset

if TYPE_CHECKING:
    from PIL import Image

#: Largest declared picture in pixels; a header that says more is not read (image bombs).
MAX_PIXELS = 64_000_000

#: Pixels of an image inside a book (Apple Books Asset Guide 5.3: four million).
INTERIOR_PIXELS = 4_000_000

#: Bytes a pixel, and bytes in all, above which an image is packed anew: more shows no more.
DENSE, HEAVY = 1.0, 500_000

#: Greys of line art that has to be made smaller: two bits a pixel; four where it is made of dots,
#: which become tones, and two would be off by more than this in the mean, of 255.
GREYS, TONES, OFF = 4, 16, 4

#: JPEG quality of what is packed anew.
QUALITY = 90


def cached(key: str, suffix: str, make: Callable[[], bytes]) -> bytes:
    """What ``make`` makes, from the cache if it is there under this key, made by this very file
    and version of Pillow."""
    from PIL import __version__

    source = Path(__file__).read_text(encoding="utf-8")
    name = hashlib.sha256(f"{__version__} {source} {key}".encode()).hexdigest()[:40]
    path = cache.cache_folder("pictures") / f"{name}.{suffix}"
    data = cache.read(path)
    if data is None:
        data = make()
        cache.write(path, data)
    return data


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


# --- the images of an e-book -------------------------------------------------------------


def for_ebook(asset: Asset) -> Asset:
    """An image as every reading system shows it: PNG, JPEG, GIF or SVG, upright, in RGB or grey, of
    at most :data:`INTERIOR_PIXELS`, and without what a camera noted of place and owner.

    What is so already stays the picture that it is, to the last bit.  WebP is a core media type
    since EPUB 3.3 only (section 3.2) and becomes PNG or JPEG.
    """
    from PIL import Image

    if asset.media_type == "image/svg+xml":
        return asset
    with Image.open(io.BytesIO(asset.data)) as opened:
        fits = _is_fit(asset, opened)
    if fits:
        return dataclasses.replace(asset, data=_without_notes(asset.media_type, asset.data))
    key = f"interior {hashlib.sha256(asset.data).hexdigest()}"
    data = cached(key, "image", lambda: _repacked(asset))
    with Image.open(io.BytesIO(data)) as packed:
        kind = f"image/{(packed.format or '').lower()}"
        return dataclasses.replace(
            asset, media_type=kind, data=data, width=packed.width, height=packed.height
        )


def for_print(asset: Asset) -> Asset:
    """An image as the layout engine understands it: eight bits, and in sRGB, since the engine knows
    no profile.  What is so already stays as it is; CMYK goes to the press untouched."""
    from PIL import Image

    if asset.media_type == "image/svg+xml":
        return asset
    with Image.open(io.BytesIO(asset.data)) as opened:
        deep = opened.mode.startswith("I")
        foreign = opened.mode in ("RGB", "RGBA") and _is_foreign(opened)
    if not deep and not foreign:
        return asset
    key = f"print {hashlib.sha256(asset.data).hexdigest()}"
    data = cached(key, "image", lambda: _plain(asset))
    return dataclasses.replace(asset, media_type="image/png", data=data)


def _is_foreign(opened: Image.Image) -> bool:
    """Whether a picture has a profile that is another than sRGB, by what it calls itself."""
    from PIL import ImageCms

    profile = opened.info.get("icc_profile")
    if not profile:
        return False
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        # A broken profile says nothing.
        return False
    return "srgb" not in name.lower()


def _plain(asset: Asset) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(io.BytesIO(asset.data)) as opened:
        density = opened.info.get("dpi")
        picture: Image.Image = opened
        if opened.mode.startswith("I"):
            picture = opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        else:
            alpha = opened.getchannel("A") if opened.mode == "RGBA" else None
            colours = opened.convert("RGB")
            colours.info["icc_profile"] = opened.info["icc_profile"]
            picture = _in_srgb(colours)
            if alpha is not None:
                picture.putalpha(alpha)
        picture.save(stream, "PNG", **({"dpi": density} if density else {}))
    return stream.getvalue()


def _is_fit(asset: Asset, opened: Image.Image) -> bool:
    pixels = opened.width * opened.height
    if asset.media_type == "image/gif":
        # A moving picture is not made smaller frame by frame.
        return _moves(opened) or pixels <= INTERIOR_PIXELS
    # Exif 2.32, tag 0x0112: 1 is upright.  Some readers turn the picture, others do not.
    upright: bool = opened.getexif().get(0x0112, 1) == 1
    return (
        asset.media_type != "image/webp"
        and pixels <= INTERIOR_PIXELS
        and len(asset.data) <= max(HEAVY, DENSE * pixels)
        and opened.mode != "CMYK"
        and upright
    )


def _moves(opened: Image.Image) -> bool:
    return getattr(opened, "n_frames", 1) > 1


def _repacked(asset: Asset) -> bytes:
    from PIL import Image, ImageOps

    stream = io.BytesIO()
    with Image.open(io.BytesIO(asset.data)) as opened:
        if asset.media_type == "image/webp" and _moves(opened):
            opened.save(stream, "GIF", save_all=True, loop=0)
            return stream.getvalue()
        colours = opened.mode
        picture = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        if not picture.has_transparency_data and _is_photograph(asset, opened):
            picture = picture if picture.mode == "L" and not profile else _in_srgb(picture)
            smaller = _reduced(picture)
            smaller.save(stream, "JPEG", quality=QUALITY, subsampling=_sampling(opened))
            return stream.getvalue()
        if picture.mode.startswith("I"):
            # Sixteen bits of grey.
            picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        elif picture.mode not in ("L", "LA", "RGB", "RGBA"):
            grey, alpha = picture.mode == "1", picture.has_transparency_data
            picture = picture.convert("L" if grey else "RGBA" if alpha else "RGB")
        picture = _reduced(picture)
        if colours == "1":
            picture = _few_greys(picture)
        if colours == "P" and picture.mode == "RGB":
            picture = picture.quantize(256, dither=Image.Dither.NONE)
        picture.save(stream, "PNG", optimize=True, icc_profile=profile)
        return stream.getvalue()


def _few_greys(picture: Image.Image) -> Image.Image:
    """Line art that was made smaller, in :data:`GREYS` greys or :data:`TONES`: its edges stay even,
    and it takes a fifth of the bytes of 256."""
    from PIL import Image, ImageChops, ImageStat

    exact = picture.convert("L")
    for count in (GREYS, TONES):
        last = count - 1
        levels = exact.point([round(value * last / 255) for value in range(256)])
        few = Image.frombytes("P", levels.size, levels.tobytes())
        few.putpalette([grey for n in range(count) for grey in [round(n * 255 / last)] * 3])
        if ImageStat.Stat(ImageChops.difference(exact, few.convert("L"))).mean[0] <= OFF:
            break
    return few


def _is_photograph(asset: Asset, opened: Image.Image) -> bool:
    """Whether an opaque picture may lose what nobody sees: it has lost some before, or is a
    photograph that was kept without loss, which takes more than :data:`DENSE` bytes a pixel."""
    if asset.media_type == "image/webp":
        # RFC 9649, section 2.5: the chunk of a lossy picture.
        return asset.data[12:16] == b"VP8 "
    return asset.media_type == "image/jpeg" or (
        opened.mode in ("RGB", "L") and len(asset.data) > DENSE * opened.width * opened.height
    )


def _sampling(opened: Image.Image) -> int:
    """How coarse the colours of a JPEG are, which stays so: 0 as fine as the light (4:4:4), 2 half
    (4:2:0)."""
    from PIL import JpegImagePlugin

    if not isinstance(opened, JpegImagePlugin.JpegImageFile):
        return 0
    return max(0, JpegImagePlugin.get_sampling(opened))


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture with no more pixels than a book should have, in the same proportions."""
    from PIL import Image

    factor = math.sqrt(INTERIOR_PIXELS / (picture.width * picture.height))
    if factor >= 1:
        return picture
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.LANCZOS)


#: Of 255: by how much the channels of a grey may differ, above what a pixel is paper and below what
#: it is ink; the least parts of a drawing that are paper (a code for telephones has more ink, and
#: cannot be read if it is turned to light on dark), and that are either.
_GREY, _PAPER, _INK = 24, 232, 72
_DRAWING = (0.75, 0.9)
#: Colours that an SVG names; white is left out, which may be a ground.
_SVG_COLOUR = re.compile(rb"(?:fill|stroke|stop-color|color)\s*[:=]\s*[\"']?\s*([^\"';}\s>]+)")
_SVG_INK = frozenset((b"none", b"black", b"currentcolor", b"#000", b"#000000", b"inherit"))
#: What an SVG may hold besides lines and areas in those colours.
_SVG_OTHER = re.compile(rb"<(?:image|style|\w*filter|\w+gradient|pattern|mask)\b", re.IGNORECASE)


def ground(asset: Asset) -> str:
    """What a picture needs in the dark: ``ink`` is a drawing in black alone, which can be light on
    dark; ``clear`` has something else on no ground, and wants a light one; others need nothing."""
    if asset.media_type == "image/svg+xml":
        colours = {colour.lower() for colour in _SVG_COLOUR.findall(asset.data)}
        return "ink" if colours <= _SVG_INK and not _SVG_OTHER.search(asset.data) else "clear"
    key = f"ground {hashlib.sha256(asset.data).hexdigest()}"
    return cached(key, "ground", lambda: _ground(asset.data).encode()).decode()


def _ground(data: bytes) -> str:
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(data)) as opened:
        if opened.mode.startswith(("I", "F")):
            return ""  # more than eight bits of grey: a measured thing, not a drawing
        clear = opened.has_transparency_data
        opened.thumbnail((512, 512))
        picture = opened.convert("RGBA")
    flat = Image.new("RGBA", picture.size, "white")
    flat.alpha_composite(picture)
    red, green, blue, _ = flat.split()
    apart = ImageChops.lighter(
        ImageChops.difference(red, green), ImageChops.difference(green, blue)
    ).histogram()
    levels = green.histogram()
    total = picture.width * picture.height
    paper, either = sum(levels[_PAPER:]) / total, sum(levels[:_INK]) / total
    drawn = paper >= _DRAWING[0] and paper + either >= _DRAWING[1] and not sum(apart[_GREY:])
    return "ink" if drawn else "clear" if clear else ""


#: Chunks of a PNG that tell of the file and not of the picture (PNG 3, section 11.3).
_PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
#: Segments of a JPEG that draw: colour profile and Adobe's transform among the application's.
_JPEG_COLOURS = (b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"Adobe")
#: Behind compressed data: a marker that is neither stuffing nor a restart (ITU-T T.81, B.1.1).
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _without_notes(media_type: str, data: bytes) -> bytes:
    """A file without its Exif, XMP, IPTC and comments; the picture stays the same bits."""
    if media_type == "image/png":
        return data[:8] + b"".join(_png_chunks(data))
    if media_type == "image/jpeg":
        return data[:2] + b"".join(_jpeg_segments(data))
    return data


def _png_chunks(data: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] not in _PNG_NOTES:
            yield data[place:end]
        place = end


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    """The segments that draw, up to the end of the picture: telephones put another behind it."""
    place = 2
    while place < len(data):
        marker = data[place + 1]
        if marker == 0xD9:
            yield data[place : place + 2]
            return
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA:
            found = _JPEG_MARKER.search(data, end)
            end = found.start() if found else len(data)
        noted = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not noted or data[place + 4 : end].startswith(_JPEG_COLOURS):
            yield data[place:end]
        place = end
