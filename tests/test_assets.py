"""Images: found in the book folder only, bounded, whole, and of a kind that a book can hold."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from publish.diagnostics import Source, Span
from publish.model import book as b
from publish.read import assets, load_assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = tmp_path / "书 一"
    (book / "图").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    return book


def picture(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def book(*paths: str, cover: str = "") -> b.Book:
    """A book that shows these images, each with a place."""
    source = Source("a.md", "".join(f"![]({path})\n" for path in paths) + " ")
    place = Span(source, 0, 1)
    figures = tuple(b.Figure(b.Image(path, "", span=place)) for path in paths)
    return b.Book(b.Meta("书", cover=cover), (), (b.Chapter((), figures, "c1"),))


def loaded(folder: Path, *paths: str, cover: str = "") -> tuple[list[b.Asset], list[str]]:
    found, said = load_assets(book(*paths, cover=cover), folder)
    assert all(d.severity == "error" for d in said)
    return list(found.assets), [d.code for d in said]


KINDS = [
    ("PNG", "image/png", {}),
    ("JPEG", "image/jpeg", {}),
    ("GIF", "image/gif", {}),
    ("WEBP", "image/webp", {}),
    ("MPO", "image/jpeg", {"save_all": True, "append_images": [Image.new("RGB", (4, 4))]}),
]


@pytest.mark.parametrize(("kind", "media_type", "options"), KINDS)
def test_kinds(folder: Path, kind: str, media_type: str, options: dict[str, object]) -> None:
    """The kind is that of the bytes, whatever the name says."""
    data = picture(kind, **options)
    (folder / "图" / "a.dat").write_bytes(data)
    assert loaded(folder, "图/a.dat") == ([b.Asset("图/a.dat", media_type, data, 40, 30)], [])


def test_assets_are_sorted_and_stand_once(folder: Path) -> None:
    for name in ("b.png", "a.png"):
        (folder / name).write_bytes(picture("PNG"))
    found, said = loaded(folder, "b.png", "a.png", "b.png", cover="a.png")
    assert ([asset.path for asset in found], said) == (["a.png", "b.png"], [])


OUTSIDE = ["../secret.png", "link.png", "linked/secret.png"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_folder(folder: Path, path: str) -> None:
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    (folder / "linked").symlink_to(folder.parent)
    assert loaded(folder, path) == ([], ["R-OUTSIDE"])


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "a.png").write_bytes(picture("PNG"))
    (folder / "link.png").symlink_to("a.png")
    assert [asset.path for asset in loaded(folder, "link.png")[0]] == ["link.png"]


def test_a_link_to_itself(folder: Path) -> None:
    (folder / "a.png").symlink_to("a.png")
    assert loaded(folder, "a.png") == ([], ["R-IMAGE"])


@pytest.mark.parametrize("path", ["无.png", "图", ".", "a\0.png", "x" * 5000])
def test_what_is_not_there(folder: Path, path: str) -> None:
    found, said = load_assets(book(path), folder)
    assert found.assets == () and [d.code for d in said] == ["R-IMAGE"]
    assert said[0].span is not None


def test_the_cover_is_told_of_by_its_key(folder: Path) -> None:
    _, (one,) = load_assets(book(cover="无.png"), folder)
    assert (one.code, one.severity, one.path) == ("R-IMAGE", "error", "book.toml: cover")
    assert one.message == "the image 无.png is not there"
    source = Source("book.toml", 'cover = "无.png"')
    _, (placed,) = load_assets(book(cover="无.png"), folder, Span(source, 8, 15))
    assert placed.span is not None and placed.span.text == '"无.png"' and placed.path is None


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("图/照片.PNG", "there is 照片.png: capitals and small letters are not the same"),
        ("图/照片.pmg", "did you mean '照片.png'?"),
        ("照片.png", "there is 图/照片.png; a path begins at its file"),
        ("图/别的东西.jpeg", "looked for in "),
        ("../照片.png", ""),
    ],
)
def test_a_picture_that_is_elsewhere_is_hinted_at(folder: Path, path: str, hint: str) -> None:
    (folder / "图").mkdir(exist_ok=True)
    (folder / "图" / "照片.png").write_bytes(picture("PNG"))
    _, (one,) = load_assets(book(path), folder)
    assert " ".join(one.hints).startswith(hint) and bool(one.hints) == bool(hint)


def test_an_empty_picture_is_called_so(folder: Path) -> None:
    (folder / "a.png").write_bytes(b"")
    _, (one,) = load_assets(book("a.png"), folder)
    assert one.message == "the image a.png is an empty file, of 0 bytes"


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.7", b"GIF89a", picture("BMP")])
def test_what_is_no_image(folder: Path, data: bytes) -> None:
    (folder / "a.png").write_bytes(data)
    assert loaded(folder, "a.png") == ([], ["R-IMAGE"])


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.parametrize("size", [(20_000, 20_000), (2_000_000, 51), (65_000, 65_000)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_bombs_are_not_decoded(folder: Path, size: tuple[int, int]) -> None:
    (folder / "a.png").write_bytes(bomb(*size))
    assert loaded(folder, "a.png") == ([], ["R-SIZE"])


def test_oversized_files_are_not_read(folder: Path) -> None:
    with (folder / "a.png").open("wb") as file:
        file.truncate(assets.MAX_BYTES + 1)
    assert loaded(folder, "a.png") == ([], ["R-SIZE"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_a_picture_is_none(folder: Path, kind: str) -> None:
    noise = random.Random(1).randbytes(64 * 64 * 3)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (64, 64), noise).save(buffer, kind)
    (folder / "a.png").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    assert loaded(folder, "a.png") == ([], ["R-IMAGE"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_damaged_pictures_are_read_or_refused(folder: Path, kind: str) -> None:
    """Whatever a decoder stumbles over, it is a diagnostic."""
    rng = random.Random(kind)
    data = picture(kind)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        (folder / "a.png").write_bytes(bytes(damaged[: rng.randint(1, len(damaged))]))
        found, said = loaded(folder, "a.png")
        assert len(found) + len(said) == 1
        assert set(said) <= {"R-IMAGE", "R-SIZE", "R-SVG"}


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" {}>{}</svg>'

DRAWINGS = [
    ('width="40" height="30"', "", (40, 30)),
    ('width="30mm" height="1in"', "", (113, 96)),
    ('viewBox="0 0 40 30"', "", (40, 30)),
    ('width="100%" height="100%" viewBox="0,0,40,30"', "", (40, 30)),
    ("", '<use x:href="#a"/><style>a{fill:url(#b)}</style>', (0, 0)),
    ("", '<image x:href="data:image/png;base64,AA"/>', (0, 0)),
]


@pytest.mark.parametrize(("attributes", "inside", "size"), DRAWINGS)
def test_drawings(folder: Path, attributes: str, inside: str, size: tuple[int, int]) -> None:
    (folder / "a.svg").write_text(SVG.format(attributes, inside), encoding="utf-8")
    (found,), said = loaded(folder, "a.svg")
    assert (found.media_type, (found.width, found.height)) == ("image/svg+xml", size)
    assert said == []


REFUSED = [
    SVG.format("", "<script>f()</script>"),
    SVG.format('onload="f()"', ""),
    SVG.format("", "<foreignObject/>"),
    SVG.format("", '<image x:href="http://a.b/c.png"/>'),
    SVG.format("", '<image href="file:///etc/passwd"/>'),
    SVG.format("", '<a href="javascript:f()"/>'),
    SVG.format("", '<rect style="fill:url(http://a.b)"/>'),
    SVG.format("", '<style>@import "a.css";</style>'),
    '<?xml-stylesheet href="http://a.b/c.css"?>' + SVG.format("", ""),
    '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("", "&a;"),
    "<svg><not closed",
]


@pytest.mark.parametrize("text", REFUSED)
def test_drawings_that_run_or_reach_out(folder: Path, text: str) -> None:
    (folder / "a.svg").write_text(text, encoding="utf-8")
    assert loaded(folder, "a.svg") == ([], ["R-SVG"])


def test_a_drawing_nested_deep(folder: Path) -> None:
    (folder / "a.svg").write_text(SVG.format("", "<g>" * 50_000 + "</g>" * 50_000))
    found, said = loaded(folder, "a.svg")
    assert len(found) + len(said) == 1
