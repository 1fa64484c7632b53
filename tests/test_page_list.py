"""The page list of an e-book: page n begins at the very character where it does in print."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pymupdf
import pytest
from acceptance import BOOKS, ROOT
from extract import type_area
from lxml import etree

from publish.build import build
from publish.model.edition import Edition
from publish.model.editions import editions
from publish.model.package import Document, PageStart, PageTarget
from publish.model.text import Run
from publish.render.epub_pages import mark, page_list
from publish.stages import reading
from publish.text.threads import compact

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
#: Characters compared at the beginning of each page.
SEEN = 12


def text_after(archive: zipfile.ZipFile, target: str) -> str:
    """The body text that follows a mark in its document, and in those after it; formulas, which are
    drawings in print, are none."""
    name, _, mark_id = target.partition("#")
    root = etree.fromstring(archive.read(f"EPUB/{name}"))
    (marker,) = root.xpath(f"//*[@id='{mark_id}']")
    parts: list[str] = []
    seen = formula = False
    for event, element in etree.iterwalk(root, events=("start", "end")):
        local = etree.QName(element).localname
        if local == "math":
            formula = event == "start"
        if formula:
            continue
        if event == "start":
            seen = seen or element is marker
            if seen and local not in ("rt", "rp", "aside") and element is not marker:
                parts.append(element.text or "")
        elif (seen and local != "aside") or element is marker:
            parts.append(element.tail or "")
    return compact("".join(parts))


def printed_pages(path: Path, edition: Edition) -> dict[str, str]:
    """The text of each page within its type area, in order of reading, by its label."""
    found = {}
    vertical = edition.writing == "vertical"
    top = edition.geometry.top - 9
    bottom = top + edition.geometry.depth + 18
    with pymupdf.open(path) as pdf:
        for number, page in enumerate(pdf, 1):
            area = pymupdf.Rect(0, top, page.rect.width, bottom)
            if vertical:
                area = pymupdf.Rect(type_area(edition.geometry, number))
            # Columns stand in the file in their order; MuPDF sorts by rows.
            words = page.get_text("text", clip=area, sort=not vertical)
            found[page.get_label()] = compact(re.sub(r"[①-⑳]", "", words))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["liang-wenfeng-60", "hans-small", "hant-small", "multi"])
def test_every_page_begins_where_it_does_in_print(name: str, tmp_path: Path) -> None:
    source = (ROOT / "seeds" if name.startswith("liang") else BOOKS) / name
    read = reading(source)
    build(source, output=tmp_path)
    for edition in editions(read.manifest, (), read.book.script):
        base = tmp_path / name / f"{name}.{edition.name}"
        pages = printed_pages(base.with_name(f"{base.name}.pdf"), edition)
        with zipfile.ZipFile(base.with_name(f"{base.name}.epub")) as archive:
            nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
            (listed,) = nav.xpath("//*[@role='doc-pagelist']")
            links = listed.iter(f"{XHTML}a")
            targets = {"".join(link.itertext()): link.get("href") for link in links}
            ncx = etree.fromstring(archive.read("EPUB/toc.ncx"))
            assert [
                (item.findtext(f".//{NCX}text"), item.find(f"{NCX}content").get("src"))
                for item in ncx.iter(f"{NCX}pageTarget")
            ] == list(targets.items())
            assert len(targets) > 3 and list(targets) == sorted(targets, key=int)
            for label, target in targets.items():
                shown = text_after(archive, target)
                assert shown[:SEEN] in pages[label], f"page {label}: {shown[:SEEN]}"
                assert pages[label].index(shown[:SEEN]) < SEEN, f"page {label}: {pages[label][:40]}"


# --- where a mark stands ------------------------------------------------------------------------

HEAD = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'


def document(name: str, text: str) -> Document:
    return Document(name, "", f"{HEAD}{text}</body></html>".encode())


def marked(starts: list[int], *texts: str, runs: tuple[Run, ...] = ()) -> list[str]:
    """The bodies of documents with marks as ``[label]``, pages beginning at these characters."""
    documents = [document(f"{number}.xhtml", text) for number, text in enumerate(texts)]
    plain = "".join(re.sub("<[^>]*>", "", text) for text in texts)
    pages = [PageStart(str(label), "", at) for label, at in enumerate(starts, 1)]
    found = mark(documents, pages, runs or (Run("body", plain, "c"),))
    marks = re.compile(r'<span epub:type="pagebreak"[^>]* id="page-(\d+)"[^>]*></span>')
    return [
        marks.sub(r"[\1]", re.sub("(?s).*<body>|</body>.*", "", item.xhtml.decode()))
        for item in found
    ]


def test_a_mark_stands_before_its_character() -> None:
    assert marked([0, 2, 5], "<p>天地玄黄</p><p>宇宙洪荒</p>") == [
        "<p>[1]天地[2]玄黄</p><p>宇[3]宙洪荒</p>"
    ]
    assert marked([4], "<p>天地玄黄</p>\n<p>宇宙洪荒</p>") == [
        "<p>天地玄黄</p>\n<p>[1]宇宙洪荒</p>"
    ]


def test_a_mark_stands_outside_the_inline_elements_that_begin_there() -> None:
    assert marked([2], "<p>天地<b><i>玄黄</i></b></p>") == ["<p>天地[1]<b><i>玄黄</i></b></p>"]
    assert marked([3], "<p>天地<b><i>玄黄</i></b></p>") == ["<p>天地<b><i>玄[1]黄</i></b></p>"]
    assert marked([0], "<h1><span>第一章</span>天地</h1>") == [
        "<h1>[1]<span>第一章</span>天地</h1>"
    ]
    assert marked([2], "<p><b>天地</b>玄黄</p>") == ["<p><b>天地</b>[1]玄黄</p>"]


def test_readings_notes_and_white_space_are_passed_over() -> None:
    ruby = "<p>天<ruby>地<rp>（</rp><rt>dì</rt><rp>）</rp></ruby>玄</p>"
    runs = (Run("body", "天地", "c"), Run("reading", "dì", "c"), Run("body", "玄", "c"))
    assert marked([1, 2], ruby, runs=runs) == [
        ruby.replace("<ruby>", "[1]<ruby>").replace("玄", "[2]玄")
    ]
    assert marked([3], "<pre><code>a = 1\n  b = 2</code></pre>") == [
        "<pre><code>a = 1\n  [1]b = 2</code></pre>"
    ]


def test_a_number_goes_with_its_page() -> None:
    runs = (Run("body", "天地", "c"), Run("label", "12", "t12"), Run("body", "玄黄", "t12"))
    text = '<p>天地</p><p><span class="entry-number">12</span>玄黄</p>'
    assert marked([2], text, runs=runs) == [text.replace("<span", "[1]<span")]


def test_pages_that_begin_together_and_in_later_documents() -> None:
    assert marked([2, 2, 4], "<p>天地</p>", "<p>玄黄</p>", "<p>宇宙</p>") == [
        "<p>天地</p>",
        "<p>[1][2]玄黄</p>",
        "<p>[3]宇宙</p>",
    ]


def test_the_list_says_where_the_marks_are() -> None:
    documents = mark(
        [document("a.xhtml", "<p>天地</p>"), document("b.xhtml", "<p>玄黄</p>")],
        [PageStart("5", "", 0), PageStart("6", "", 3), PageStart("7", "", 99)],
        (Run("body", "天地玄黄", "c"),),
    )
    starts = [PageStart("1", "title-page", 0), PageStart("5", "", 0), PageStart("6", "", 3)]
    assert tuple(page_list(documents, starts)) == (
        PageTarget("5", "a.xhtml#page-5"),
        PageTarget("6", "b.xhtml#page-6"),
    )
