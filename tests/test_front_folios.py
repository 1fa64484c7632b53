"""Front matter in Roman folios: pages, labels, contents, page list, press."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pymupdf
import pytest
from acceptance import built, publish, put
from lxml import etree

from publish.model.numerals import roman

XHTML = "{http://www.w3.org/1999/xhtml}"

TEXT = (
    "# 书\n\n## 序\n\n"
    + "夜里停电，灯都灭了。\n\n" * 40
    + "## 第一章　开端\n\n一。\n\n## 第二章　后来\n\n二。\n"
)
PARTS = "# 上编\n\n## 第一章　开端\n\n一。\n\n# 下编\n\n## 第二章　后来\n\n二。\n"
ENTRIES = "# 书\n\n## 序\n\n序言。\n\n## 思考\n\n" + "".join(
    f"{n}. 第{n}条，{'想了又想。' * 30}\n\n" for n in range(1, 30)
)

TOML = '[book]\ntitle = "书"\n[structure]\nfront = ["序"]\n{}[page]\nfront-folios = "{}"\n'


def a_book(folder: Path, text: str, value: str = "roman", structure: str = "") -> None:
    put(folder / "book.md", text)
    put(folder / "book.toml", TOML.format(structure, value))


def folios(path: Path) -> list[tuple[str, str]]:
    """Of each page its label, and the number that stands at its foot."""
    found = []
    with pymupdf.open(path) as document:
        for page in document:
            foot = page.get_text("text", clip=pymupdf.Rect(0, 530, page.rect.width, 600)).split()
            numbers = [word for word in foot if word.isdigit() or set(word) <= set("ivx")]
            found.append((page.get_label(), "".join(numbers)))
    return found


@pytest.mark.slow
def test_front_matter_is_counted_apart(tmp_path: Path) -> None:
    a_book(tmp_path / "book", TEXT)
    asked = ("--format", "epub", "--format", "pdf", "--format", "press")
    built(publish("build", "book", *asked, cwd=tmp_path))
    output = tmp_path / "output" / "book"
    found = folios(output / "book.hans.pdf")
    # Title page and imprint bear no folio, nor do blank pages; the body begins on a recto.
    assert found == [
        ("A", ""), ("B", ""), ("i", ""), ("ii", ""), ("iii", "iii"), ("iv", ""),
        ("v", "v"), ("vi", "vi"), ("1", "1"), ("2", "2"), ("3", ""),
    ]  # fmt: skip
    with pymupdf.open(output / "book.hans.pdf") as document:
        contents = "".join(document[4].get_text().split())
    assert "序v" in contents and "第一章开端1" in contents and "第二章后来2" in contents
    with zipfile.ZipFile(output / "book.hans.epub") as archive:
        nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
        (listed,) = nav.xpath("//*[@role='doc-pagelist']")
        assert [link.text for link in listed.iter(f"{XHTML}a")] == ["i", "ii", "v", "vi", "1", "2"]
        ncx = archive.read("EPUB/toc.ncx").decode()
        assert '<pageTarget id="page-vi" type="front">' in ncx
        assert '<pageTarget id="page-1" type="normal" value="1">' in ncx
    # The press file has the same folios, and as many pages as before.
    shown = [number for _, number in folios(output / "book.hans.press.pdf")]
    assert [number for number in shown if number] == ["iii", "v", "vi", "1", "2"]
    report = built(
        publish("check", output / "book.hans.press.pdf", "--printer", "offset", cwd=tmp_path)
    )
    assert "iii (page 3) to vi (page 6), 1 (page 7) to 2 (page 8)" in report.out


@pytest.mark.slow
def test_page_1_is_a_part_or_a_chapter_of_entries(tmp_path: Path) -> None:
    a_book(tmp_path / "parts", PARTS, structure='parts = ["上编", "下编"]\n')
    a_book(tmp_path / "entries", ENTRIES, structure='entries = "numbered"\n')
    built(publish("build", "parts", "--format", "pdf", cwd=tmp_path))
    built(publish("build", "entries", "--format", "pdf", cwd=tmp_path))
    parts = folios(tmp_path / "output" / "parts" / "parts.hans.pdf")
    labels = [label for label, _ in parts]
    assert labels[:6] == ["A", "B", "i", "ii", "iii", "iv"]
    # A part has a leaf of its own, without a folio.
    assert parts[6:9] == [("1", ""), ("2", ""), ("3", "3")]
    path = tmp_path / "output" / "entries" / "entries.hans.pdf"
    found = folios(path)
    assert [item for item in found if item[0] in ("v", "1", "2", "3")] == [
        ("v", "v"), ("1", "1"), ("2", "2"), ("3", "3"),
    ]  # fmt: skip
    with pymupdf.open(path) as document:
        heads = {page.get_label(): page.get_text() for page in document}
    # The head of a recto says its entries, but not where the chapter opens.
    assert "条\u30003" in heads["3"] and "条\u30001" not in heads["1"]


@pytest.mark.slow
def test_columns_are_counted_apart_in_their_numerals(tmp_path: Path) -> None:
    a_book(tmp_path / "book", TEXT)
    formats = [word for kind in ("pdf", "epub", "press") for word in ("--format", kind)]
    built(publish("build", "book", "--edition", "hans-v", *formats, cwd=tmp_path))
    path = tmp_path / "output" / "book" / "book.hans-v.pdf"
    found = {}
    with pymupdf.open(path) as document:
        for page in document:
            foot = pymupdf.Rect(0, 480, page.rect.width, page.rect.height)
            # What stands beside the type area, at the fore edge.
            words = [word for word in page.get_text("words", clip=foot) if word[0] < 45]
            words += [word for word in page.get_text("words", clip=foot) if word[2] > 375]
            found[page.get_label()] = "".join(word[4] for word in words).strip()
        contents = "".join(document[4].get_text().split())
    assert found["iii"] == "三" and found["v"] == "五" and found["1"] == "一"
    assert "序五" in contents.replace("·", "") and "第一章开端一" in contents.replace("·", "")
    with zipfile.ZipFile(path.with_suffix(".epub")) as archive:
        nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
    (listed,) = nav.xpath("//*[@role='doc-pagelist']")
    names = ["".join(link.itertext()) for link in listed.iter(f"{XHTML}a")]
    assert names[:3] == ["i", "ii", "v"] and "1" in names
    # The printer counts both.
    report = built(publish("check", path.with_suffix(".press.pdf"), cwd=tmp_path))
    assert "PRE-FOLIO" not in report.out + report.err


def test_an_unknown_kind_of_folio_is_told(tmp_path: Path) -> None:
    a_book(tmp_path / "book", TEXT, "romans")
    run = publish("check", "book", cwd=tmp_path)
    assert run.code == 1
    assert "front-folios" in run.err and "roman" in run.err


def test_roman_numerals() -> None:
    assert [roman(n) for n in (1, 3, 4, 9, 14, 40, 90, 400, 1999)] == [
        "i", "iii", "iv", "ix", "xiv", "xl", "xc", "cd", "mcmxcix",
    ]  # fmt: skip
