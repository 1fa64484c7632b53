"""The PDF for reading in fewer bytes: the same outlines, texts, tags and places in less."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pydyf
import pymupdf
import pytest
from conftest import Built
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from publish import fonts, stages
from publish.fonts.cff import Outlines
from publish.fonts.sfnt import read_tables
from publish.model.edition import BUILT_IN, Edition, Geometry
from publish.render.adapter import guard
from publish.render.adapter.engine import write
from publish.render.adapter.lean import lean_pairs, literal
from publish.render.adapter.lean_fonts import to_unicode

TEXT = frozenset("骨直返令“引文”，。Latin 2024")

HTML = """<!DOCTYPE html><html lang=zh-Hans><title>书</title><style>
@page { size: 80mm 100mm; margin: 10mm; @bottom-right { content: "页" counter(page) } }
html { font: 10pt/16pt "Noto Serif CJK SC" } b { font-family: "Noto Sans CJK SC" }
p { orphans: 1; widows: 1 }
</style>
<section><h1 id=a>一章</h1><div><div><p>文字里有<b>粗的</b>，<i>斜的</i>和<a href="#b">一处
<span>链接</span></a>。</p></div></div><custom>没有名字的一块</custom>
<ul><li>一<ul><li>二</ul><li>三</ul>
<table><caption>表</caption><tr><th>头<td>身</table>LONG</section>
<section><h1 id=b>二章</h1><p>页</p></section>""".replace(
    "LONG", f"<p>{'很长的一段，要过好几页。' * 60}</p>"
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One tagged document written by the stock engine's writer, and by ours."""
    folder = tmp_path_factory.mktemp("lean")
    source = folder / "book.html"
    source.write_text(HTML, "utf-8")
    for name in ("stock", "lean"):
        assert write(source, folder / f"{name}.pdf", lean=name == "lean", tagged=True) == ()
    return folder / "stock.pdf", folder / "lean.pdf"


# --- outlines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["Book Song", "Book Latin"])
def test_bare_outlines_are_the_same(family: str) -> None:
    """A CID-keyed face and one whose glyphs have names."""
    script, region = BUILT_IN["hans"]
    edition = Edition("hans", script, region, Geometry("A5", 148, 210), {}, fonts={})
    faces, _ = fonts.resolve(edition, Path())
    face = next(face for face in faces.faces if (face.family, face.weight) == (family, 400))
    file = fonts.subset(face, TEXT)
    font = TTFont(io.BytesIO(file))
    glyphs = font["CFF "].cff[0].CharStrings
    table = read_tables(file)["CFF "]
    bare = Outlines(table).bare(set(range(len(font.getGlyphOrder()))))
    assert bare is not None
    assert len(bare) < len(table)
    (top,) = [parsed(bare)[0]]
    assert top.ROS == ("Adobe", "Identity", 0)
    for number, name in enumerate(font.getGlyphOrder()):
        drawn, kept = RecordingPen(), RecordingPen()
        glyph = top.CharStrings[f"cid{number:05d}" if number else ".notdef"]
        glyphs[name].draw(drawn)
        glyph.draw(kept)
        assert (drawn.value, glyphs[name].width) == (kept.value, glyph.width)
    # Letters with names may lean on glyphs that nobody asked for; then all stays as it is.
    few = Outlines(table).bare({1})
    assert (few is None) is (family == "Book Latin")
    assert few is None or len(parsed(few)[0].charset) == 2
    assert Outlines(table).bare({1, 60_000}) is None


def parsed(table: bytes) -> CFFFontSet:
    found = CFFFontSet()
    found.decompile(io.BytesIO(table), None)
    return found


def test_a_face_is_embedded_once(pair: tuple[Path, Path]) -> None:
    stock, lean = (embedded(path) for path in pair)
    # The folio is painted by the engine, with a font of its own.
    assert len(stock) > len(set(stock)) == len(lean)
    with pikepdf.open(pair[1]) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert item.FontFile3.Subtype == "/CIDFontType0C"
                (top,) = [parsed(item.FontFile3.read_bytes())[0]]
                shown = [name for name in top.charset if name != ".notdef"]
                assert 0 < len(shown) < 80, "a hole for a glyph that is not used"


def embedded(path: Path) -> list[str]:
    """The families of the font programs of a file."""
    with pikepdf.open(path) as document:
        return [
            str(item.FontName).partition("+")[2]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]


# --- texts -------------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.integers(1, 700), st.text("中文字典一丁七万ab\U00020000", min_size=1, max_size=2)
    )
)
def test_tables_of_texts_say_the_same(texts: dict[int, str]) -> None:
    assert dict(read_texts(to_unicode(texts).decode())) == texts


def test_texts_in_order_are_a_range() -> None:
    han = {0x0FE + n: chr(0x4E00 + n) for n in range(4)}
    told = to_unicode(han).decode()
    # A range never leaves its first byte (Adobe Technical Note 5014).
    assert "<00fe> <00ff> <4e00>\n<0100> <0101> <4e02>" in told
    assert dict(read_texts(told)) == han
    assert dict(read_texts(to_unicode({1: chr(0x4EFF), 2: chr(0x4F00)}).decode())) == {
        1: chr(0x4EFF),
        2: chr(0x4F00),
    }
    assert "<4eff><4f00>" in to_unicode({1: chr(0x4EFF), 2: chr(0x4F00)}).decode()


def read_texts(table: str) -> Iterator[tuple[int, str]]:
    """The entries of a CMap as a reader of PDF 1.7, 9.10.3, takes them."""
    for count, kind, body in re.findall(r"(\d+) beginbf(char|range)\n(.*?)\nendbf", table, re.S):
        lines = body.split("\n")
        assert len(lines) == int(count) <= 100
        for line in lines:
            codes = re.findall("<([0-9a-f]+)>", line)
            first = int(codes[0], 16)
            if kind == "char":
                yield first, told(codes[1])
                continue
            last = int(codes[1], 16)
            assert first >> 8 == last >> 8
            for number in range(first, last + 1):
                place = number - first
                if "[" in line:
                    yield number, told(codes[2 + place])
                else:
                    assert (int(codes[2], 16) & 0xFF) + place <= 0xFF
                    yield number, told(f"{int(codes[2], 16) + place:04x}")


def told(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")


# --- tags --------------------------------------------------------------------------------------

#: Roles that say something.
SPOKEN = frozenset(
    (
        "/Sect",
        "/H1",
        "/P",
        "/Link",
        "/L",
        "/LI",
        "/LBody",
        "/Table",
        "/TR",
        "/TH",
        "/TD",
        "/Caption",
    )
)


def test_the_thinned_tree_tells_the_same(pair: tuple[Path, Path]) -> None:
    """Roles in their nesting, and the pieces of text within them, in order."""
    stock, lean = (tuple(tree(path)) for path in pair)
    assert lean == stock
    assert str(stock).count("'text'") > 20
    with pikepdf.open(pair[0]) as before, pikepdf.open(pair[1]) as after:
        assert count(after) < 0.7 * count(before)


def test_every_piece_of_text_knows_its_element(pair: tuple[Path, Path]) -> None:
    with pikepdf.open(pair[1]) as document:
        root: Any = document.Root.StructTreeRoot
        numbers = list(root.ParentTree.Nums)
        tree = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
        seen = 0
        for element in elements(root):
            for kid in kids_of(element):
                if isinstance(kid, int):
                    page = element.Pg
                    assert tree[int(page.StructParents)][kid].objgen == element.objgen
                    seen += 1
                elif kid.get("/Type") == "/OBJR":
                    assert tree[int(kid.Obj.StructParent)].objgen == element.objgen
                    seen += 1
                else:
                    assert kid.P.objgen == element.objgen
        assert seen > 20


def tree(path: Path) -> Iterator[object]:
    with pikepdf.open(path) as document:
        root: Any = document.Root.StructTreeRoot
        yield from walked(root.K[0])


def walked(element: Any) -> Iterator[object]:
    for kid in kids_of(element):
        if isinstance(kid, int):
            yield "text", int(element.Pg.StructParents), kid
        elif kid.get("/Type") == "/OBJR":
            yield "link"
        elif str(kid.S) in SPOKEN or is_text_alone(element, kid):
            inner = tuple(walked(kid))
            # A link in a link is one to the engine.
            if str(kid.S) == "/Link" and "link" not in inner:
                yield from inner
            else:
                yield str(kid.S) if str(kid.S) in SPOKEN else "/P", inner
        else:
            yield from walked(kid)


def is_text_alone(holder: Any, element: Any) -> bool:
    """Whether a box without a name is a paragraph."""
    return (
        str(element.S) in ("/NonStruct", "/Div")
        and str(holder.S) in ("/Document", "/Sect", "/Div")
        and all(not isinstance(kid, int) and str(kid.S) == "/Span" for kid in kids_of(element))
    )


def kids_of(element: Any) -> list[Any]:
    kids = element.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def elements(element: Any) -> Iterator[Any]:
    for kid in kids_of(element):
        if not isinstance(kid, int) and kid.get("/Type") != "/OBJR":
            yield kid
            yield from elements(kid)


def kinds(document: pikepdf.Pdf) -> list[str]:
    return [str(item.S) for item in elements(document.Root.StructTreeRoot)]


def count(document: pikepdf.Pdf) -> int:
    return len(kinds(document))


# --- the file ----------------------------------------------------------------------------------


def test_the_pages_are_the_same(pair: tuple[Path, Path]) -> None:
    with pymupdf.open(pair[0]) as stock, pymupdf.open(pair[1]) as lean:
        assert len(stock) == len(lean) > 2
        for before, after in zip(stock, lean, strict=True):
            assert before.get_text() == after.get_text()
            assert before.get_pixmap(dpi=150).samples == after.get_pixmap(dpi=150).samples


def test_other_programs_find_nothing_wrong(pair: tuple[Path, Path]) -> None:
    with pikepdf.open(pair[1]) as document:
        assert document.check_pdf_syntax() == []
        assert str(document.Root.StructTreeRoot.K[0].S) == "/Document"


def test_a_file_that_is_not_packed_is_the_stock_engine_s() -> None:
    def made() -> bytes:
        pdf, output = pydyf.PDF(), io.BytesIO()
        pdf.add_object(pydyf.Stream([b"q", b"Q"]))
        pdf.info["Title"] = pydyf.String("书")
        pdf.write(output, b"1.7", identifier=True)
        return output.getvalue()

    before = made()
    with guard.installed(lean_pairs()):
        assert made() == before


@given(st.lists(st.binary(max_size=9), max_size=9))
def test_strings_of_pages_stay_what_they_are(strings: list[bytes]) -> None:
    """Whatever the bytes, escapes and line ends among them; dictionaries and numbers stay."""
    shown = b" -20.78 ".join(b"<%b>" % string.hex().encode() for string in strings)
    content = b"/Span <</ActualText <feff0d28>/MCID 3>> BDC BT [%b] TJ ET EMC" % shown
    with pikepdf.new() as holder:
        before, after = (
            list(pikepdf.parse_content_stream(holder.make_stream(data)))
            for data in (content, literal(content))
        )
    assert [str(one.operator) for one in after] == [str(one.operator) for one in before]
    for one, other in zip(before, after, strict=True):
        assert one.operands == other.operands
    assert len(literal(content)) <= len(content) + sum(string.count(b"\\") for string in strings)


@pytest.mark.slow
def test_the_book_is_no_larger_than_a_plain_one(hant_small: Built, tmp_path: Path) -> None:
    """PDF/A-2a and PDF/UA-1 for no more bytes than stock WeasyPrint takes for those pages without
    tags, metadata and cover."""
    import weasyprint

    from publish.formats import _font_rules
    from publish.render.pdf import _fetcher
    from publish.render.print import book_html

    (setting,) = stages.settings(stages.reading(hant_small.source))
    html = book_html(setting.book, setting.edition, _font_rules(setting), setting.faces.stacks)
    plain = weasyprint.HTML(string=html, url_fetcher=_fetcher()).write_pdf()
    assert hant_small.path("hant-tw", "pdf").stat().st_size <= len(plain)
