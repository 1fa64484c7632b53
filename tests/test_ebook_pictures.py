"""The images of an e-book: what old reading systems cannot show is made over, the rest is kept."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter

from publish.build import build
from publish.model.book import Asset
from publish.render import picture
from publish.render.picture import INTERIOR_PIXELS, for_ebook, for_print

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def scene(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """A picture with a slope, a red corner at the top left and a black bar."""
    drawn = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="#c00000")
    draw.rectangle((size[0] // 2, size[1] // 2, size[0] - 1, size[1] // 2 + 4), fill="black")
    return drawn if mode == "RGB" else drawn.convert(mode)


def noise(size: tuple[int, int]) -> Image.Image:
    """What a packing without loss does not make small: grain, as photographs have it."""
    bands = [Image.effect_noise(size, 60 + band) for band in range(3)]
    return Image.merge("RGB", bands).filter(ImageFilter.GaussianBlur(1))


def asset(drawn: Image.Image, kind: str, **options: Any) -> Asset:
    data = io.BytesIO()
    drawn.save(data, kind, **options)
    return Asset("图.x", TYPES[kind], data.getvalue(), *drawn.size)


def opened(image: Asset) -> Image.Image:
    found = Image.open(io.BytesIO(image.data))
    assert TYPES[found.format or ""] == image.media_type
    assert found.size == (image.width, image.height)
    return found


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, of 255."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).resize((1, 1))
    return max(apart.getpixel((0, 0)))  # type: ignore[type-var, arg-type, return-value]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


# --- kept ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("GIF", "P")]
)
def test_what_every_reader_shows_is_kept_to_the_byte(kind: str, mode: str) -> None:
    image = asset(scene(mode=mode), kind)
    assert for_ebook(image) == image


def test_a_drawing_is_kept() -> None:
    image = Asset("图.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 0, 0)
    assert for_ebook(image) is image


def test_a_moving_picture_keeps_moving() -> None:
    frames = [scene(), scene().rotate(90)]
    image = asset(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200)
    assert for_ebook(image) == image
    animated = asset(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=200)
    found = opened(for_ebook(animated))
    assert (found.format, found.n_frames) == ("GIF", 2)  # type: ignore[attr-defined]


def test_where_and_by_whom_it_was_taken_is_left_out_and_no_pixel_changed() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    jpeg = asset(scene(), "JPEG", exif=exif, comment=b"a comment", icc_profile=profile)
    found = for_ebook(jpeg)
    assert b"Maker" in jpeg.data and b"Maker" not in found.data and b"comment" not in found.data
    assert ImageChops.difference(opened(jpeg), opened(found)).getbbox() is None
    assert opened(found).info["icc_profile"] == profile
    assert opened(jpeg).quantization == opened(found).quantization  # type: ignore[attr-defined]
    png = asset(scene(), "PNG", exif=exif)
    found = for_ebook(png)
    assert b"Maker" in png.data and b"Maker" not in found.data
    assert ImageChops.difference(opened(png), opened(found)).getbbox() is None


@pytest.mark.parametrize("progressive", [False, True])
def test_the_second_picture_of_a_telephone_is_left_out(progressive: bool) -> None:
    jpeg = asset(scene(), "JPEG", progressive=progressive, restart_marker_blocks=3)
    pair = Asset(jpeg.path, jpeg.media_type, jpeg.data + jpeg.data, jpeg.width, jpeg.height)
    assert for_ebook(pair) == jpeg


# --- made over -------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_too_many_pixels_are_made_fewer_in_the_same_proportions(kind: str) -> None:
    large = scene((3000, 2000))
    found = opened(for_ebook(asset(large, kind)))
    assert INTERIOR_PIXELS * 0.99 < found.width * found.height <= INTERIOR_PIXELS
    assert found.width / found.height == pytest.approx(1.5, abs=0.002)
    assert difference(found, large.resize(found.size)) < 3
    assert found.format == {"GIF": "PNG", "WEBP": "JPEG"}.get(kind, kind)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_is_made_smaller(mode: str) -> None:
    if mode == "I;16":
        large = Image.linear_gradient("L").resize((2400, 2400)).convert("I")
        large = large.point(lambda value: value * 257).convert("I;16")
    else:
        large = scene((2400, 2400), "RGB").convert(mode)
    found = opened(for_ebook(asset(large, "PNG")))
    assert found.size == (2000, 2000)
    assert found.mode == {"1": "P", "I;16": "L"}.get(mode, mode)
    shown = large.point(lambda value: value * (1 / 256)) if mode == "I;16" else large
    # Dots of one bit become tones, of which there are sixteen.
    allowed = 9 if mode == "1" else 8
    assert difference(found, shown.convert("RGB").resize(found.size)) < allowed


def test_transparency_stays(tmp_path: Path) -> None:
    clear = scene((60, 40), "RGBA")
    clear.putpixel((59, 39), (0, 0, 0, 0))
    for options in ({"lossless": True}, {"quality": 80}):
        found = opened(for_ebook(asset(clear, "WEBP", **options)))
        assert (found.format, found.mode) == ("PNG", "RGBA")
        assert found.getpixel((59, 39))[3] == 0  # type: ignore[index]


def test_webp_becomes_what_old_readers_know() -> None:
    exact = opened(for_ebook(asset(scene(), "WEBP", lossless=True)))
    assert exact.format == "PNG"
    assert ImageChops.difference(exact.convert("RGB"), scene()).getbbox() is None
    lossy = opened(for_ebook(asset(scene(), "WEBP", quality=80)))
    assert lossy.format == "JPEG"
    assert difference(lossy, scene()) < 3


def test_colours_for_the_press_become_those_of_the_screen() -> None:
    found = opened(for_ebook(asset(scene(mode="CMYK"), "JPEG", quality=95)))
    assert found.mode == "RGB"
    assert difference(found, scene()) < 3


def test_a_picture_that_lies_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    image = asset(scene(), "JPEG", exif=exif, quality=95)
    found = opened(for_ebook(image))
    assert found.size == (200, 300)
    assert found.getexif().get(0x0112, 1) == 1
    red = found.getpixel((190, 10))
    assert red[0] > 150 and red[1] < 60  # type: ignore[index, operator]


def test_a_photograph_without_loss_is_packed_as_a_photograph() -> None:
    image = asset(noise((900, 700)), "PNG")
    found = for_ebook(image)
    assert found.media_type == "image/jpeg"
    assert len(found.data) < len(image.data) * 0.6
    # What packs well stays exact, however large.
    exact = asset(scene((1800, 1800)), "PNG")
    assert for_ebook(exact) == exact


def test_a_jpeg_that_is_far_too_fine_is_packed_anew() -> None:
    image = asset(noise((900, 700)), "JPEG", quality=100, subsampling=0)
    found = for_ebook(image)
    assert len(found.data) < len(image.data) * 0.7
    # Of the grain of the colours a little is lost.
    assert difference(opened(found), opened(image)) < 8


# --- in the book ---------------------------------------------------------------------------


def test_the_same_bytes_every_time_and_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = asset(scene((3000, 2000)), "JPEG")
    first = for_ebook(image)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert for_ebook(image) == first
    monkeypatch.setattr(picture, "_repacked", lambda _: pytest.fail("made again"))
    assert for_ebook(image) == first


def test_an_ebook_has_them_with_their_words_and_sizes(tmp_path: Path) -> None:
    source = tmp_path / "图书"
    source.mkdir()
    for name, drawn, kind in (
        ("a.webp", scene(), "WEBP"),
        ("b.jpg", scene((3000, 2000)), "JPEG"),
        ("封面.png", scene((900, 1440)), "PNG"),
    ):
        (source / name).write_bytes(asset(drawn, kind).data)
    (source / "book.md").write_text("文。![一](a.webp)\n\n![二](b.jpg)\n", "utf-8")
    (source / "book.toml").write_text(
        '[book]\ntitle = "图书"\ncover = "封面.png"\n[epub]\npage-list = false\n'
        '[[edition]]\nname = "hans"\n[[edition]]\nname = "hans-v"\n',
        "utf-8",
    )
    build(source, formats=("epub",), output=tmp_path / "output")
    with zipfile.ZipFile(tmp_path / "output" / "图书" / "图书.hans.epub") as archive:
        names = [name for name in archive.namelist() if "/images/" in name]
        assert sorted(names) == [
            "EPUB/images/cover.jpg", "EPUB/images/image-1.jpg", "EPUB/images/image-2.jpg",
        ]  # fmt: skip
        package = archive.read("EPUB/content.opf").decode()
        assert "image/webp" not in package
        chapter = etree.fromstring(archive.read("EPUB/chapter-1.xhtml"))
        shown = {}
        for element in chapter.iter("{http://www.w3.org/1999/xhtml}img"):
            with Image.open(io.BytesIO(archive.read(f"EPUB/{element.get('src')}"))) as image:
                assert (element.get("width"), element.get("height")) == tuple(map(str, image.size))
            # Without it calibre makes of the attributes a height that no width changes.
            if element.get("class") == "picture":
                assert element.get("style") == f"width: min({element.get('width')}px, 100%)"
            shown[element.get("alt")] = element.get("src")
        assert shown == {"一": "images/image-1.jpg", "二": "images/image-2.jpg"}
        assert all(re.search(f'href="{name[5:]}"', package) for name in names)
        assert b"image-resolution" not in archive.read("EPUB/chapter-1.xhtml")
    # A page of columns has room for the caption beside a broad picture.
    with zipfile.ZipFile(tmp_path / "output" / "图书" / "图书.hans-v.epub") as archive:
        chapter = etree.fromstring(archive.read("EPUB/chapter-1.xhtml"))
        images = list(chapter.iter("{http://www.w3.org/1999/xhtml}img"))
        held = [f"width: min({image.get('width')}px, 60vw)" for image in images]
        assert [image.get("style") for image in images] == [None, held[1]]


def test_inks_of_a_drawing_are_colours_of_a_screen(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<rect width="9" height="9" fill="device-cmyk(0 1 1 0)"/></svg>'
    )
    (folder / "a.svg").write_text(drawn, encoding="utf-8")
    (folder / "a.md").write_text("# 书\n\n文字\n\n![红](a.svg)\n", encoding="utf-8")
    made = build(folder, formats=("epub",), output=tmp_path / "out")
    with zipfile.ZipFile(made.artifacts[0].path) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".svg"))
        inside = packed.read(name)
    assert b"rgb(255, 0, 0)" in inside and b"device-cmyk" not in inside


def test_sizes_around_the_limit() -> None:
    for width, height in itertools.product((1, 1999, 2000, 2001), (2000,)):
        found = for_ebook(asset(Image.new("L", (width, height)), "PNG"))
        assert found.width * found.height <= INTERIOR_PIXELS
        assert ((found.width, found.height) == (width, height)) is (width <= 2000)


# --- in the dark -----------------------------------------------------------------------------


def drawing(mode: str, ink: Any, paper: Any) -> Image.Image:
    drawn = Image.new(mode, (300, 200), paper)
    ImageDraw.Draw(drawn).line((10, 10, 290, 190, 10, 190), fill=ink, width=4)
    return drawn


@pytest.mark.parametrize(
    ("drawn", "wanted"),
    [
        (drawing("L", 0, 255), "ink"),
        (drawing("1", 0, 1), "ink"),
        (drawing("RGBA", "black", (0, 0, 0, 0)), "ink"),
        # Colours would be others.
        (drawing("RGB", "#c00000", "white"), ""),
        (drawing("RGBA", "#c00000", (0, 0, 0, 0)), "clear"),
        (scene(), ""),
        (scene(mode="L"), ""),
        # A code that a telephone reads is dark on light.
        (Image.effect_noise((300, 200), 400).point(lambda value: 255 * (value > 120)), ""),
        (Image.new("I;16", (300, 200)), ""),
    ],
)
def test_what_a_picture_needs_in_the_dark(drawn: Image.Image, wanted: str) -> None:
    assert picture.ground(asset(drawn, "PNG")) == wanted
    assert picture.ground(asset(drawn, "PNG")) == wanted, "from the cache"


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ('<path d="M0 0L9 9" fill="none" stroke="#000"/>', "ink"),
        ('<path d="M0 0L9 9"/>', "ink"),
        ('<rect width="9" height="9" fill="white"/><path d="M0 0L9 9"/>', "clear"),
        ('<path d="M0 0L9 9" style="stroke: red"/>', "clear"),
        ('<style>path { fill: red }</style><path d="M0 0L9 9"/>', "clear"),
        ('<image href="a.png"/>', "clear"),
    ],
)
def test_what_an_svg_needs_in_the_dark(inside: str, wanted: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()
    assert picture.ground(Asset("图.svg", "image/svg+xml", data, 9, 9)) == wanted


# --- on paper --------------------------------------------------------------------------------


def test_paper_heeds_profiles_and_takes_eight_bits() -> None:
    """The layout engine knows neither: a profile with red and green swapped makes green of red."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    rows = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = rows[b"rXYZ"], rows[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    stream = io.BytesIO()
    name = data.find("sRGB".encode("utf-16-be"))
    if name >= 0:
        data[name : name + 8] = "test".encode("utf-16-be")
    Image.new("RGB", (4, 4), (255, 0, 0)).save(stream, "PNG", icc_profile=bytes(data))
    made = for_print(Asset("a.png", "image/png", stream.getvalue(), 4, 4))
    with Image.open(io.BytesIO(made.data)) as opened:
        pixel = opened.convert("RGB").getpixel((0, 0))
    assert pixel[1] > 200 > pixel[0]
    stream = io.BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(stream, "PNG")
    made = for_print(Asset("a.png", "image/png", stream.getvalue(), 4, 4))
    with Image.open(io.BytesIO(made.data)) as opened:
        assert (opened.mode, opened.getpixel((0, 0))) == ("L", 128)
    plain = io.BytesIO()
    Image.new("RGB", (4, 4)).save(plain, "PNG")
    asset = Asset("a.png", "image/png", plain.getvalue(), 4, 4)
    assert for_print(asset) is asset
