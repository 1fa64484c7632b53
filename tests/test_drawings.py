"""Drawings on the printed page, and what is told of them; tags of the PDF for reading."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
import verapdf
from markupsafe import escape
from PIL import Image, ImageDraw

from publish.build import build
from publish.model.book import Asset
from publish.model.edition import Geometry
from publish.render.formula import mathml, picture
from publish.render.picture import for_ebook
from publish.render.shown import _TRANSLUCENT, losses

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">'
GRADIENT = (
    HEAD + '<linearGradient id="g"><stop offset="0" stop-color="#f00"/>'
    '<stop offset="1" stop-color="#00f"/></linearGradient>'
    '<linearGradient id="h"><stop offset="0" stop-color="#080"/>'
    '<stop offset="1" stop-color="#080" stop-opacity="0"/></linearGradient>'
    '<rect width="200" height="50" fill="url(#g)"/>'
    '<rect y="50" width="200" height="50" fill="url(#h)"/></svg>'
)
TEXT = """# 书

## 章

他写道 The quick brown fox jumps over the lazy dog. 又写[Gallia est omnis]{lang=la}[^1]。
`print hello world` 和 DeepSeek 不算，$a^2$ 也不算。

![](g.svg){.decorative}

[^1]: 注一，a note in English。
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    source = tmp_path_factory.mktemp("drawings") / "book"
    source.mkdir()
    (source / "m.md").write_text(TEXT, encoding="utf-8")
    (source / "g.svg").write_text(GRADIENT, encoding="utf-8")
    outcome = build(source, formats=("pdf",), output=source.parent / "out")
    return source.parent / "out" / "book" / "book.hans.pdf", outcome


def _elements(item: Any) -> list[Any]:
    if not isinstance(item, pikepdf.Dictionary) or "/S" not in item:
        return []
    kids = item.get("/K", pikepdf.Array())
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [item, *(found for kid in kids for found in _elements(kid))]


def test_a_gradient_is_painted_by_a_reader_that_shows_no_tiny_cells(made: Any) -> None:
    """Left red and right blue; below green that fades away: in the patterns, and as painted."""
    with pymupdf.open(made[0]) as document:
        page = next(page for page in document if "①" in page.get_text())
        pixels = page.get_pixmap(dpi=72)
        image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    data = image.tobytes()
    points = list(zip(*[iter(data)] * 3, strict=True))
    assert any(r > 220 and g < 30 and b < 40 for r, g, b in points)
    assert any(b > 220 and g < 30 and r < 40 for r, g, b in points)
    assert any(g > 110 and r < 30 and b < 30 for r, g, b in points)
    with pikepdf.open(made[0]) as document:
        kinds = [
            item.PatternType
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) and "/PatternType" in item
        ]
    assert sorted(kinds) == [1, 2]


def test_phrases_in_english_are_told_to_voices_and_code_is_not(made: Any) -> None:
    with pikepdf.open(made[0]) as document:
        streams = b"".join(page.Contents.read_bytes() for page in document.pages)
    assert streams.count(b"/Lang (la)") >= 1
    assert streams.count(b"/Lang (en)") >= 2
    with pymupdf.open(made[0]) as document:
        text = "".join(page.get_text() for page in document).replace("\n", "")
    assert "The quick brown fox jumps over the lazy dog." in text.replace("  ", " ")


def test_notes_and_formulas_have_their_names_and_decorations_none(made: Any) -> None:
    with pikepdf.open(made[0]) as document:
        tree = document.Root.StructTreeRoot
        found = _elements(tree.K[0])
        kinds = [str(item.S) for item in found]
        named = [str(name) for name in list(tree.IDTree.Kids[0].Names)[::2]]
        assert kinds.count("/Note") == 1
        assert [str(item.Alt) for item in found if item.S == "/Formula"] == ["a^2"]
        assert "/Figure" not in kinds
        assert named == sorted(str(item.ID) for item in found if "/ID" in item)
    assert not [said for said in made[1].diagnostics if said.code == "P-ENGINE"]
    assert verapdf.faults(made[0], "2a", "ua1") == ()


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ('<g mask="url(#m)"><rect/></g><mask id="m" maskUnits="userSpaceOnUse"/>', "the mask on"),
        ('<rect filter="url(#f)"/><filter id="f"><feGaussianBlur/></filter>', "feGaussianBlur"),
        ('<rect style="mix-blend-mode: multiply"/>', "multiply"),
        ('<rect style="fill: var(--c)"/>', "var"),
        ('<text><textPath href="#p">路</textPath></text><path id="p" d="M0 9L9 0"/>', "path"),
        ('<rect fill="device-cmyk(var(--c) 0 0 1)"/>', "device-cmyk(var"),
        ("<style>rect { fill: Device-CMYK(0 0 1) }</style>", "the colour Device-CMYK(0…)"),
        ('<rect fill="url(#g)" opacity=".5"/><linearGradient id="g"/>', ""),
        ('<rect filter="url(#f)"/><filter id="f"><feOffset/></filter>', ""),
        ("<style>rect { filter: none; mask : none }</style><rect/>", ""),
        ("<style>rect { filter: blur(2px) }</style><rect/>", "filter in a style sheet"),
    ],
)
def test_what_print_does_not_show_is_told(inside: str, wanted: str) -> None:
    found = list(losses(f"{HEAD}{inside}</svg>".encode()))
    assert bool(found) is bool(wanted) and all(wanted in said for said in found)


def test_which_drawings_shine_through() -> None:
    shining = (
        b'opacity=".6"',
        b"opacity: 0.3",
        b'fill-opacity="50%"',
        b"rgba(0,0,0,.2)",
        b"device-cmyk(0 0 0 1/.2)",
    )
    assert all(_TRANSLUCENT.search(said) for said in shining)
    assert not any(_TRANSLUCENT.search(said) for said in (b'opacity="1"', b"#ff6600", b"opacity:1"))


def test_line_art_that_is_made_smaller_stays_small() -> None:
    drawn = Image.new("1", (3000, 2000), 1)
    for step in range(40):
        ImageDraw.Draw(drawn).line((0, 50 * step, 2999, 1999 - 40 * step), fill=0, width=5)
    stream = io.BytesIO()
    drawn.save(stream, "PNG")
    asset = Asset("线.png", "image/png", stream.getvalue(), 3000, 2000)
    with Image.open(io.BytesIO(for_ebook(asset).data)) as found:
        assert (found.mode, found.width * found.height <= 4_000_000) == ("P", True)
        assert len(found.convert("L").getcolors() or ()) <= 4


@pytest.mark.parametrize("name", ["aligned", "align", "split"])
def test_lines_that_are_aligned(name: str) -> None:
    tex = rf"\begin{{{name}}}x&=1\\y&=2\end{{{name}}}"
    assert mathml(tex, True).count("<mtr>") == 2
    assert 'alttext="\\begin' in mathml(tex, True)


def test_pairs_of_aligned_columns_are_parted() -> None:
    """What is no such pair stays: columns of a matrix within, signs, rows."""
    inner = r"\begin{matrix}1&2&3\\4&5&6\end{matrix}"
    tex = rf"\begin{{aligned}}a&=b&c&=d\\[2pt]&\&x&{inner}&=e\end{{aligned}}"
    assert mathml(tex, True).count("<mspace") == 2
    # White below a row is none of its text.
    assert "2pt" not in mathml(tex, True).replace(f'alttext="{escape(tex)}"', "")
    single = r"\begin{aligned}a&=b\\c&=d\end{aligned}"
    assert "<mspace" not in mathml(single, True)
    twice = r"\begin{aligned}a&=b&a&=b\end{aligned}"
    page = Geometry("A5", 148, 210)
    narrow, wide = (_width(picture(found, page, True)) for found in (single, twice))
    assert 0.9 < (wide - 2 * narrow) / (page.em * 96 / 72) < 1.3


def _width(image: str) -> float:
    """Of a drawing in an image, in CSS pixels."""
    svg = base64.b64decode(image.partition("base64,")[2].partition('"')[0])
    return float(svg.partition(b' width="')[2].partition(b'"')[0])


def test_an_environment_without_a_way_is_named() -> None:
    with pytest.raises(ValueError, match="multline is not supported"):
        mathml(r"\begin{multline}a\\b\end{multline}", True)


def test_opacity_that_a_standard_has_no_way_for_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "m.md").write_text("# 书\n\n## 章\n\n![甲](a.svg)\n", encoding="utf-8")
    (tmp_path / "a.svg").write_text(f'{HEAD}<rect width="9" height="9" opacity=".5"/></svg>')
    (tmp_path / "book.toml").write_text('[print]\nprinter = "内地胶印"\n', encoding="utf-8")
    outcome = build(tmp_path, formats=("press",), output=tmp_path / "out")
    (said,) = [item for item in outcome.diagnostics if item.code == "P-INK"]
    assert "a.svg" in said.message
    assert said.span is not None
    assert said.span.source.text[said.span.start : said.span.end] == "![甲](a.svg)"
