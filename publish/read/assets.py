"""Images of the book: inside the book folder only, bounded, checked, never fetched."""

from __future__ import annotations

import dataclasses
import glob
import io
from pathlib import Path
from typing import Any

from publish.diagnostics import Diagnostic, Span, did_you_mean
from publish.model import book as b
from publish.model.tree import all_nodes

#: Bytes and pixels that an image of a book can have; more is refused, unread or undecoded.
MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 100_000_000
#: What Pillow is to try; a photograph of several pictures (MPO) comes in as JPEG.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    # A JPEG with a second picture behind the first, as telephones make them.
    "MPO": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_MISSING = " is not there"


def load_assets(
    book: b.Book, folder: Path, cover: Span | None = None
) -> tuple[b.Book, tuple[Diagnostic, ...]]:
    """The book with the files that its images (and its cover, declared at ``cover``) name.

    Every image that cannot be used is an error with its place; nothing outside ``folder`` is
    opened, also not through a link.
    """
    found: dict[str, b.Asset] = {}
    problems: list[Diagnostic] = []
    wanted: list[tuple[str, Span | None]] = [
        (node.source, node.span) for node in all_nodes(book) if isinstance(node, b.Image)
    ]
    if book.meta.cover:
        wanted.append((book.meta.cover, cover))
    refused: set[str] = set()
    for path, span in wanted:
        if path in found or not path:
            continue
        asset = _load(path, folder)
        if isinstance(asset, b.Asset):
            found[path] = asset
        elif path not in refused or span is not None:
            refused.add(path)
            where = None if span else "book.toml: cover"
            hints = _near(path, folder) if asset[1].endswith(_MISSING) else ()
            problems.append(Diagnostic(asset[0], "error", asset[1], span, hints, path=where))
    return dataclasses.replace(book, assets=tuple(found[key] for key in sorted(found))), tuple(
        problems
    )


def _near(path: str, folder: Path) -> tuple[str, ...]:
    """A hint to the picture that is there: of a like name beside it, or of this name elsewhere."""
    wanted = folder / path
    try:
        if not wanted.resolve().is_relative_to(folder.resolve()):
            return ()
        beside = sorted(item.name for item in wanted.parent.iterdir() if item.is_file())
        for name in beside:
            if name.casefold() == wanted.name.casefold():
                return (f"there is {name}: capitals and small letters are not the same",)
        if near := did_you_mean(wanted.name, beside):
            return near
        found = next(iter(sorted(folder.glob(f"*/{glob.escape(wanted.name)}"))), None)
    except (OSError, RuntimeError, ValueError):
        found = None
    if found is not None:
        return (f"there is {found.relative_to(folder).as_posix()}; a path begins at its file",)
    return (f"looked for in {wanted.parent}",)


def _load(path: str, folder: Path) -> b.Asset | tuple[str, str]:
    """The asset, or the code and words of what is wrong with it."""
    file = folder / path
    try:
        real = file.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return "R-IMAGE", f"the image {path}{_MISSING}"
    if not real.is_relative_to(folder.resolve()):
        return "R-OUTSIDE", f"the image {path} lies outside the book folder"
    if not real.is_file():
        return "R-IMAGE", f"the image {path} is no file"
    if real.stat().st_size > MAX_BYTES:
        return "R-SIZE", f"the image {path} is larger than {MAX_BYTES // 2**20} MiB"
    try:
        data = real.read_bytes()
    except OSError as error:
        return "R-IMAGE", f"cannot read the image {path}: {error.strerror}"
    if not data:
        return "R-IMAGE", f"the image {path} is an empty file, of 0 bytes"
    if b"<svg" in data[:4096].lower():
        return _svg(path, data)
    return _raster(path, data)


def _raster(path: str, data: bytes) -> b.Asset | tuple[str, str]:
    from PIL import Image, ImageFile, UnidentifiedImageError

    # WeasyPrint, once imported, lets half a picture pass for a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        # Named kinds only: Pillow reads some forty, among them ones that call other programs.
        # The header alone is read at first, and the size it claims is checked before a decoder
        # allocates it.
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            kind, (width, height) = image.format or "", image.size
            dpi = _density(image.info.get("dpi"))
            if width * height > MAX_PIXELS:
                return "R-SIZE", f"the image {path} claims {width} x {height} pixels"
            image.load()
    except Image.DecompressionBombError:
        return "R-SIZE", f"the image {path} claims more pixels than a page can show"
    except UnidentifiedImageError:
        return (
            "R-IMAGE",
            f"the file {path} is no image that a book takes: PNG, JPEG, GIF, WebP and SVG",
        )
    except (OSError, SyntaxError, ValueError) as error:
        return "R-IMAGE", f"the image {path} is broken: {error}"
    return b.Asset(path, _TYPES[kind], data, width, height, dpi)


def _density(said: Any) -> float:
    """Pixels an inch across, as PNG (pHYs) and JPEG (JFIF) say them; 0 for none, or nonsense."""
    try:
        across = float(said[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0
    return across if 1 <= across <= 10_000 else 0


def _svg(path: str, data: bytes) -> b.Asset | tuple[str, str]:
    from xml.etree import ElementTree

    from publish.read.drawing import svg_problems, svg_size

    if b"<!ENTITY" in data:
        return "R-SVG", f"the drawing {path} declares entities"
    if b"<?xml-stylesheet" in data:
        return "R-SVG", f"the drawing {path} refers to a style sheet outside itself"
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        return "R-SVG", f"the drawing {path} is not well-formed: {error}"
    for problem in svg_problems(root):
        return "R-SVG", f"the drawing {path} {problem}"
    width, height = svg_size(root)
    return b.Asset(path, "image/svg+xml", data, width, height)
