"""Pictures and the cover: of a kind and a size that reading systems and shops take."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from publish.check.epub_extract import OPF
from publish.check.epub_publication import SVG_TYPE, Item, Publication

#: Pixels of a picture: what phones hold of a page of several (4 million), and what Apple's shop
#: takes at most (Apple Books Asset Guide 5.3: 5.6 million), which is the limit of the cover.
PIXELS = 4_000_000
COVER_PIXELS = 5_600_000
#: The least that KDP takes as a cover: pixels of its longer and of its shorter side.
COVER_SIDES = (1000, 625)

_KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


def check_images(book: Publication) -> None:
    """3.2: each picture is what its media type says; of fit size; a cover for both generations."""
    cover = _cover(book)
    for item in book.of_type(*_KINDS.values()):
        size = _size(book, item)
        if size is None:
            continue
        pixels = size.width * size.height
        limit = COVER_PIXELS if cover is item else PIXELS
        if pixels > limit:
            what = f"{size.width} × {size.height} pixels, more than {limit / 1e6:g} million"
            hint = "make it smaller: phones run out of memory, shops refuse it"
            book.faults.warn("EPUB-IMAGE", item.name, what, hint)
        if cover is item and (max(size) < COVER_SIDES[0] or min(size) < COVER_SIDES[1]):
            what = f"the cover has {size.width} × {size.height} pixels"
            hint = "shops take 1000 × 625 at the least and ask for 2560 × 1600"
            book.faults.warn("EPUB-COVER", item.name, what, hint)


def _cover(book: Publication) -> Item | None:
    """The cover image: by its property (D.5.1), and by the name that readers of EPUB 2 look for."""
    named = [
        meta.get("content") for meta in book.opf.iter(f"{OPF}meta") if meta.get("name") == "cover"
    ]
    old = [item for item in book.items.values() if item.identifier in named]
    new = book.with_property("cover-image")
    hint = 'properties="cover-image" on the item, and <meta name="cover" content="its id"/>'
    if not old and not new:
        what = "no cover image: shelves show a grey leaf"
        book.faults.warn("EPUB-COVER", book.package, what, hint)
        return None
    if not old or (not new and book.version.startswith("3")):
        kind = "EPUB 2" if not old else "EPUB 3"
        what = f"a cover that readers of {kind} do not find"
        book.faults.warn("EPUB-COVER", book.package, what, hint)
    cover = (new or old)[0]
    if cover.media_type == SVG_TYPE:
        book.faults.warn("EPUB-COVER", cover.name, "a cover as SVG", "shops take JPEG or PNG")
    return cover


def _size(book: Publication, item: Item) -> Size | None:
    """The size in pixels that the head of a picture says; None where it is no picture."""
    data = book.read(item.name)
    if item.media_type == "image/jpeg" and (plain := _jpeg_size(data)) is not None:
        return plain
    from PIL import Image, UnidentifiedImageError

    hint = "save it anew as JPEG or PNG"
    try:
        with warnings.catch_warnings():
            # Only the head is read: a bomb does not go off.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as picture:
                size, kind = Size(*picture.size), _KINDS[picture.format or ""]
    except Image.DecompressionBombError:
        what = "more pixels than any reading system holds"
        book.faults.error("EPUB-IMAGE", item.name, what, "make it smaller")
        return None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError):
        book.faults.error("EPUB-IMAGE", item.name, "no picture that can be read", hint)
        return None
    if kind != item.media_type:
        what = f"declared as {item.media_type}, and is {kind}"
        book.faults.warn("EPUB-IMAGE", item.name, what, "declare what it is")
    return size


#: Segments of a JPEG before its picture, besides those of applications: frame, tables of Huffman
#: and of quantisation, interval of restarts, comment (ITU-T T.81, table B.1).
_JPEG_SEGMENTS = (0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE)


def _jpeg_size(data: bytes) -> Size | None:
    """The size of a picture that is a JPEG file as most are (JFIF 1.02, ITU-T T.81, B.1.1 and
    B.2.2): eight bits, grey or in colours of three parts, by Huffman's codes.  None for all others,
    which Pillow knows better, but takes longer to load than all other checks to run.
    """
    place, size = 2, None
    if not data.startswith(b"\xff\xd8\xff\xe0") or data[6:11] != b"JFIF\0":
        return None
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        segment = data[place + 4 : place + 2 + length]
        if marker == 0xDA:
            # The picture itself follows, up to the last marker.
            whole = data.endswith(b"\xff\xd9") and len(segment) == 4 + 2 * (segment[:1] or b"\0")[0]
            return size if whole else None
        if marker in (0xC0, 0xC1, 0xC2) and len(segment) >= 6:
            height, width = (int.from_bytes(segment[at : at + 2], "big") for at in (1, 3))
            fine = segment[0] == 8 and segment[5] in (1, 3) and len(segment) == 6 + 3 * segment[5]
            size = Size(width, height) if fine and width and height else None
        odd = marker == 0xDB and (len(segment) % 65 or max(segment[::65], default=4) > 3)
        if odd or not (marker in _JPEG_SEGMENTS or 0xE0 <= marker <= 0xEF):
            return None
        place += 2 + max(2, length)
    return None
