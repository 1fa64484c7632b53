"""Small files that unpack to much, or that are gone through without end, hold nobody up."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from patience import patience
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from press_samples import TRIM, Change, Sample, both, draw, resource

from publish.check.preflight import claimed, preflight
from publish.check.preflight_unpack import TooLarge, allowed, check_before, decoded, spend
from publish.model.printers import printer

#: Bytes that a bomb unpacks to, and of the file it is in; seconds that it may take.
GREAT, SMALL, SECONDS = 1 << 27, 40_000, 20

Packer = Callable[[bytes], bytes]


def pack_run_length(data: bytes) -> bytes:
    """RunLength of bytes that are all alike."""
    return bytes([257 - 128]) + data[:1] + pack_run_length(data[128:]) if data else b"\x80"


@functools.cache
def flate(char: bytes, depth: int, size: int = GREAT) -> bytes:
    """So many bytes of one kind, in Flate in Flate."""
    packer = zlib.compressobj(9)
    block = char * ((1 << 20) // len(char))
    data = b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()
    for _ in range(depth - 1):
        data = zlib.compress(data, 9)
    return data


def bomb(
    pdf: Pdf, char: bytes = b"\n", *, depth: int = 2, outer: str = "", **entries: Any
) -> pikepdf.Object:
    """A stream of a few kilobytes that unpacks to a great many."""
    data = flate(char, depth)
    filters = [Name.FlateDecode] * depth
    if outer == "ASCII85Decode":
        import base64

        data = base64.a85encode(data) + b"~>"
    elif outer == "ASCIIHexDecode":
        data = data.hex().encode() + b">"
    elif outer == "RunLengthDecode":
        parts = [data[at : at + 128] for at in range(0, len(data), 128)]
        data = b"".join(bytes([len(part) - 1]) + part for part in parts) + b"\x80"
    if outer:
        filters.insert(0, Name(f"/{outer}"))
    return pdf.make_indirect(Stream(pdf, data, Filter=Array(filters), **entries))


def check(path: Path) -> set[str]:
    """The codes that a file gets within the time."""
    assert path.stat().st_size < SMALL
    with patience(SECONDS):
        claimed(path)
        report = preflight(path, printer(), trim=TRIM)
    return {item.code for item in report.diagnostics}


def saved(path: Path, change: Change, objects_packed: bool = False) -> Path:
    sample = Sample()
    change(sample.pdf)
    packed = pikepdf.ObjectStreamMode.generate if objects_packed else (
        pikepdf.ObjectStreamMode.disable
    )  # fmt: skip
    sample.pdf.save(
        path, compress_streams=objects_packed, object_stream_mode=packed,
        stream_decode_level=pikepdf.StreamDecodeLevel.none, fix_metadata_version=False,
    )  # fmt: skip
    return path


def _contents(**how: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[2].obj.Contents = bomb(pdf, **how)

    return change


def _many_contents(pdf: Pdf) -> None:
    """Every page draws the same stream, which is not too large, again and again."""
    one = Stream(pdf, flate(b"1 ", 1, 1 << 21), Filter=Name.FlateDecode)
    for page in pdf.pages:
        page.obj.Contents = Array([pdf.make_indirect(one)] * 50)


def _metadata(pdf: Pdf) -> None:
    pdf.Root.Metadata = bomb(pdf, Type=Name.Metadata)


def _profile(pdf: Pdf) -> None:
    intents: Any = pdf.Root.OutputIntents
    intents[0].DestOutputProfile = bomb(pdf, N=4)


def _characters(pdf: Pdf) -> None:
    font: Any = pdf.pages[0].obj.Resources.Font.F
    font.ToUnicode = bomb(pdf)


def _characters_again(pdf: Pdf) -> None:
    """Ranges of all codes, over and over."""
    font: Any = pdf.pages[0].obj.Resources.Font.F
    table = b"1 beginbfrange\n" + b"<0000><ffff><0000>\n" * 20_000 + b"endbfrange"
    font.ToUnicode = Stream(pdf, zlib.compress(table), Filter=Name.FlateDecode)


def _widths_again(pdf: Pdf) -> None:
    font: Any = pdf.pages[0].obj.Resources.Font.F
    font.DescendantFonts[0].W = Array([0, 65535, 500] * 20_000)


def _glyph_numbers(pdf: Pdf) -> None:
    font: Any = pdf.pages[0].obj.Resources.Font.F
    font.DescendantFonts[0].CIDToGIDMap = bomb(pdf)


def _picture(**entries: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[4].obj.Resources.XObject.Picture = bomb(
            pdf, b"\x40", Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8,
            ColorSpace=Name.DeviceCMYK, **{"Width": 8000, "Height": 8000, **entries},
        )  # fmt: skip

    return change


def _pictures_without_bytes(pdf: Pdf) -> None:
    """Pictures of few bytes that say they are great."""
    for number in range(30):
        picture = Stream(
            pdf, b"\x40", Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8,
            ColorSpace=Name.DeviceCMYK, Width=8000, Height=8000,
        )  # fmt: skip
        xobjects: Any = pdf.pages[2].obj.Resources.XObject
        xobjects[f"/P{number}"] = pdf.make_indirect(picture)
        draw(3, f"/P{number} Do")(pdf)


def _form(pdf: Pdf) -> Any:
    return bomb(pdf, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))


def _indexed(pdf: Pdf) -> Any:
    return Array([Name.Indexed, Name.DeviceCMYK, 255, bomb(pdf, b"\x40")])


def _gradient(pdf: Pdf) -> Any:
    """A function that is put together from itself."""
    function = pdf.make_indirect(Dictionary(FunctionType=3, Domain=Array([0, 1])))
    function.Functions = Array([function] * 64)
    return Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Function=function)


def _predictor(pdf: Pdf) -> None:
    pdf.pages[2].obj.Contents = Stream(
        pdf, zlib.compress(b"q Q"), Filter=Name.FlateDecode,
        DecodeParms=Dictionary(Predictor=12, Columns=2**31 - 1, Colors=4),
    )  # fmt: skip


def _run_lengths(pdf: Pdf) -> None:
    """Runs in runs in runs: one byte to 64 times 64 times 64."""
    data = b"".join(bytes([129, 10]) for _ in range(500))
    filters = [Name.RunLengthDecode] * 3
    pdf.pages[2].obj.Contents = Stream(pdf, data, Filter=Array(filters))


BOMBS: dict[str, Change] = {
    "Flate in Flate": _contents(),
    "Flate in Flate in Flate": _contents(depth=3),
    "Flate in Flate in ASCII85": _contents(outer="ASCII85Decode"),
    "Flate in Flate in hexadecimal": _contents(outer="ASCIIHexDecode"),
    "Flate in Flate in RunLength": _contents(outer="RunLengthDecode"),
    "numbers in Flate in Flate": _contents(char=b"1 "),
    "a stream drawn often": _many_contents,
    "a profile": _profile,
    "the characters of a font": _characters,
    "characters over and over": _characters_again,
    "widths over and over": _widths_again,
    "the glyphs of a font": _glyph_numbers,
    "a picture": _picture(),
    "pictures without bytes": _pictures_without_bytes,
    "a form": both(resource(3, "XObject", "X", _form), draw(3, "/X Do")),
    "a table of colours": both(resource(3, "ColorSpace", "I", _indexed), draw(3, "/I cs 1 scn")),
    "a gradient of itself": both(resource(3, "Shading", "S", _gradient), draw(3, "/S sh " * 500)),
    "a row of a predictor": _predictor,
}
#: What is told of nothing worse than that it does not say what it says.
QUIET = {"characters over and over", "widths over and over", "a gradient of itself",
         "the characters of a font"}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_takes_no_time(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / "a.pdf", BOMBS[name], objects_packed=name == "widths over and over")
    found = check(path)
    if name not in QUIET:
        assert found & {"PRE-DAMAGE", "PRE-INTENT"}


def test_metadata_that_unpack_without_end_claim_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.pdf", _metadata)
    assert "PRE-STANDARD" in check(path)
    assert claimed(path) == ""


def _with_objects(filters: bytes, packed: bytes, kind: bytes = b"/ObjStm") -> bytes:
    """A file whose objects are in an object stream."""
    body = b"%PDF-1.6\n"
    places = []
    for number, object_ in (
        (3, b"<</Type/Pages/Kids[]/Count 0>>"),
        (2, b"<</Type %s /N 1 /First 4 /Filter %s /Length %d>>stream\n%s\nendstream"
         % (kind, filters, len(packed), packed)),
    ):  # fmt: skip
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, object_)
    table = b"\0\0\0\0\0" + b"\2\0\0\2\0"
    table += b"".join(b"\1" + at.to_bytes(3, "big") + b"\0" for at in reversed(places))
    table += b"\1" + len(body).to_bytes(3, "big") + b"\0"
    start = len(body)
    body += b"4 0 obj\n<</Type/XRef/Size 5/W[1 3 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.mark.parametrize(
    "filters",
    [b"[/FlateDecode /FlateDecode]", b"[/Fl /Fl]", b"[/FlateDecode %]\n /FlateDecode]",
     b"[/Fl#61teDecode/#46lateDecode]", b"%x\n[/FlateDecode /FlateDecode]"],
)  # fmt: skip
def test_objects_that_unpack_without_end(tmp_path: Path, filters: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_with_objects(filters, flate(b"\n", 2)))
    assert check(path) == {"PRE-OPEN"}
    with pytest.raises(TooLarge):
        check_before(path)


def test_objects_that_are_packed_once(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    packed = zlib.compress(b"1 0 <</Type/Catalog/Pages 3 0 R>>")
    path.write_bytes(_with_objects(b"/FlateDecode", packed))
    check_before(path)
    with pikepdf.open(path) as document:
        assert document.Root.Type == Name.Catalog
    # What is packed twice and holds no objects is looked at when it is read.
    check_before(saved(tmp_path / "b.pdf", _contents()))


# --- the filters --------------------------------------------------------------------------------

TEXT = b"q 1 0 0 1 9 9 cm /F 10 Tf Q\n" * 40

LZW = bytes([0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01])


#: Streams live no longer than their file.
OWNER = Pdf.new()


def _stream(data: bytes, *filters: str, **parameters: Any) -> Any:
    stream = Stream(OWNER, data, Filter=Array([Name(f"/{name}") for name in filters]))
    if parameters:
        stream.DecodeParms = Dictionary(**parameters)
    return stream


def test_every_filter_is_read() -> None:
    import base64

    packed = zlib.compress(TEXT)
    for data, filters in (
        (packed, ["FlateDecode"]),
        (base64.a85encode(packed, wrapcol=70) + b"\n~>\n", ["ASCII85Decode", "FlateDecode"]),
        (packed.hex().encode() + b" >", ["ASCIIHexDecode", "FlateDecode"]),
    ):
        assert decoded(_stream(data, *filters)) == TEXT
    assert decoded(_stream(pack_run_length(b"x" * 1280), "RunLengthDecode")) == b"x" * 1280
    assert decoded(_stream(b"\x02abc\xfed\x80rest", "RunLengthDecode")) == b"abcddd"
    # The example of ISO 32000-1, 7.4.4.2.
    assert decoded(_stream(LZW, "LZWDecode")) == bytes([45, 45, 45, 45, 45, 65, 45, 45, 45, 66])
    # Rows of two bytes, each one more than in the row above.
    rows = zlib.compress(b"\2\0\1" + b"\2\1\1" * 200)
    predicted = decoded(_stream(rows, "FlateDecode", Predictor=12, Columns=2))
    assert predicted == bytes(value for row in range(201) for value in (row, row + 1))


def test_lzw_with_codes_of_all_widths() -> None:
    import random

    chance = random.Random(6)
    data = bytes(chance.choice(b"abcd \n") for _ in range(60_000))
    for early in (1, 0):
        stream = _stream(_pack_lzw(data, early), "LZWDecode", EarlyChange=early)
        assert decoded(stream) == data == stream.read_bytes()


def _pack_lzw(data: bytes, early: int) -> bytes:
    first = {bytes([byte]): byte for byte in range(256)}
    parts, table, width, string = [f"{256:09b}"], dict(first), 9, b""
    for byte in data:
        longer = string + bytes([byte])
        if longer in table:
            string = longer
            continue
        parts.append(f"{table[string]:0{width}b}")
        # The reader adds a string one code later than the writer.
        if len(table) + 2 + early >= 1 << width:
            width += 1
        table[longer] = len(table) + 2
        string = bytes([byte])
        if len(table) + 2 >= 4090:
            parts.append(f"{256:0{width}b}")
            table, width = dict(first), 9
    parts += [f"{table[string]:0{width}b}", f"{257:0{width}b}"]
    bits = "".join(parts)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@pytest.mark.parametrize(
    "stream",
    [
        _stream(pack_run_length(b"x" * 12_800), "RunLengthDecode"),
        _stream(b"z" * 3000 + b"~>", "ASCII85Decode"),
        _stream(_pack_lzw(b"x" * 20_000, 1), "LZWDecode"),
        _stream(b"x" * 9000),
        _stream(zlib.compress(bytes(20_000)), "FlateDecode"),
    ],
)
def test_every_filter_has_a_limit(stream: Any) -> None:
    assert len(decoded(stream, 50_000)) > 8000
    with pytest.raises(TooLarge):
        decoded(stream, 5000)


def test_what_is_damaged_is_read_to_the_damage() -> None:
    data = zlib.compress(TEXT * 50)
    assert TEXT in decoded(_stream(data[:-30] + bytes(30), "FlateDecode"))
    with pytest.raises(ValueError, match="JBIG2Decode"):
        decoded(_stream(b"", "JBIG2Decode"))
    with pytest.raises(TooLarge):
        decoded(_stream(b"", *["FlateDecode"] * 9))


def test_a_file_may_cost_what_its_size_allows() -> None:
    with allowed(0):
        spend(30 << 20)
        with pytest.raises(TooLarge):
            spend(10 << 20)
    with allowed(1 << 20):
        spend(1 << 30)
    spend(1 << 60)
