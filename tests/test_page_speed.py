"""Faster pages draw the same: every file is the one of the stock engine, byte for byte."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import re
import subprocess
import sys
import weakref
import zlib
from pathlib import Path
from typing import Any

import pytest

from publish.render.adapter import guard, pages

# Every case starts processes that set the document anew.
pytestmark = pytest.mark.slow

TEXT = (
    "我们招人有一条原则，看能力，而不是看经验。"
    "“创新首先是一个信念问题”，他说：AGI 与 2023 年的 GPU 都不是终点——它们只是开始。"
)
LATIN = "The quick brown fox jumps over the lazy dog, and «then» some more of it. "

HEADS = """
@page { size: 100mm 120mm; margin: 15mm 12mm;
  @top-left { content: string(title); font-size: 8pt }
  @bottom-right { content: counter(page) " / " counter(pages) } }
@page :left { margin-left: 16mm;
  @bottom-right { content: none } @bottom-left { content: counter(page) } }
@page :first { @top-left { content: none } margin-top: 30mm }
@page :blank { @top-left { content: none } @bottom-right { content: none } }
html { font: 10pt/16pt "Noto Serif CJK SC", serif }
h1 { break-before: right; string-set: title content(text); bookmark-label: "章 " content(text) }
p { margin: 0 0 4pt; text-indent: 2em; orphans: 2; widows: 2 }
"""

SQUARE = (
    "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 "
    "height=%229%22%3E%3Crect width=%229%22 height=%229%22/%3E%3C/svg%3E"
)


def paragraphs(*lengths: int) -> str:
    return "".join(f"<p>{TEXT * length}</p>" for length in lengths)


def chapters(number: int) -> str:
    return "".join(
        f'<h1 id="c{n}">第{n}章 标题</h1><h2>节</h2>{paragraphs(1, 2, n % 3, 3, 1, 2, 2)}'
        for n in range(1, number + 1)
    )


def styled(style: str, body: str) -> str:
    return f"<style>{style}</style>{body}"


def book() -> str:
    style = HEADS + "nav a::after { content: leader('.') target-counter(attr(href), page) }"
    entries = "".join(f'<p><a href="#c{n}">第{n}章</a></p>' for n in range(1, 7))
    return styled(style, f"<nav>{entries}</nav>{chapters(6)}")


def references() -> str:
    style = (
        HEADS
        + """
        .page::after { content: "（见第" target-counter(attr(href), page) "页）" }
        .all::after { content: "共" counter(pages) "页，这是第" counter(page) "页" }
        .text::after { content: target-text(attr(href)) }
        h2 { bookmark-label: content(text) " 第" counter(page) "页";
             string-set: section content() counter(page) }
        @page { @top-right { content: string(section, last) } }"""
    )
    parts = [
        f'<h1 id="c{n}">第{n}章</h1><h2>节</h2><p>{TEXT}<a class=page href="#c{7 - n}">去</a>'
        f'{TEXT * 3}<a class=text href="#c{1 + n % 6}">又</a><i class=all>计</i></p>'
        + paragraphs(4, 4, 4)
        for n in range(1, 7)
    ]
    return styled(style, "".join(parts))


def pseudo_elements() -> str:
    style = """@page { size: 90mm; @note-area { content: element(notes, all-once) } }
        .in { list-style: lower-roman inside } .square { list-style-image: url("SQUARE") }
        .in li::marker { content: "第" counter(list-item) "条 " } .red li::marker { color: red }
        p::before { content: "〔" counter(p) "〕"; counter-increment: p; font-weight: bold }
        h2::after { content: " ※"; string-set: mark "x"; bookmark-label: "后"; bookmark-level: 2 }
        #target::before { content: "靶"; -weasy-anchor: "before" }
        .note { position: note(notes) }
        em::before, em::after { content: "·" } em.none::after { content: none }
        a::after { content: target-text(attr(href), before) }"""
    items = f"<li>{TEXT}<li style='color: blue'>二<li>三"
    lists = "".join(f"<ol class={c}>{items}</ol>" for c in ("in", "out", "square", "red"))
    body = (
        f"<h2>题</h2><p id=target title=t>{TEXT}<q>引<q>语</q></q><br>后<em>点</em></p>{lists}"
        f"<p>一<span class=note>注一</span>二<span class=note>注二</span></p>"
        f'<p><em class=none>无</em><a href="#target">看</a>'
        f'<a href="#before">前</a></p>{paragraphs(2, 2)}'
    )
    return styled(style.replace("SQUARE", SQUARE), body)


def footnotes() -> str:
    style = (
        HEADS
        + """
        .note { float: footnote }
        @page { @footnote { border-top: .5pt solid; padding-top: 4pt; margin-top: 6pt } }
        ::footnote-call { content: counter(footnote); vertical-align: super; font-size: 60% }"""
    )
    parts = [f"<p>{TEXT}<span class=note>注 {n}：{TEXT}</span>{TEXT}</p>" for n in range(25)]
    return styled(style, "".join(parts))


def named_pages() -> str:
    style = (
        HEADS
        + """
        .wide { page: wide }
        @page wide { size: 120mm 90mm; @top-center { content: "横" } }
        @page :nth(3) { background: #eee }
        @page :nth(2 of wide) { margin: 20mm }
        section { break-before: page; height: 50vh; width: 40vw }"""
    )
    parts = [
        f"<section class={'wide' if n % 2 else 'text'}>{paragraphs(9)}</section>" for n in range(6)
    ]
    return styled(style, "".join(parts))


def margin_boxes() -> str:
    sides = {
        "top": "left-corner left center right right-corner",
        "left": "top middle bottom",
        "right": "top middle bottom",
        "bottom": "left-corner left center right right-corner",
    }
    names = [f"{side}-{end}" for side, ends in sides.items() for end in ends.split()]
    boxes = [
        f'@{name} {{ content: "{LATIN[: 4 * n]}" counter(page); border: 1px solid;'
        f" width: {('auto', 'auto', '10mm')[n % 3]}; vertical-align: bottom }}"
        for n, name in enumerate(names)
    ]
    style = f"""@page {{ size: 100mm; margin: 20mm; {"".join(boxes)} }}
        @page :left {{ @top-center {{ content: none }} @right-middle {{ content: normal }} }}
        @page :first {{ @bottom-left {{ content: none }} @bottom-right {{ content: none }} }}"""
    return styled(style, f"<p>{LATIN * 60}</p>")


def running_elements() -> str:
    style = """@page { size: 80mm; margin: 15mm; @top-center { content: element(head) }
          @bottom-center { content: "第" counter(page) "页" url("SQUARE") } }
        h2 { position: running(head); counter-increment: part }"""
    body = f"<h2>一</h2>{paragraphs(9)}<h2>二<b>三</b></h2>{paragraphs(9, 9)}"
    return styled(style.replace("SQUARE", SQUARE), body)


def fixed_boxes() -> str:
    style = """@page { size: 80mm; margin: 10mm }
        .fixed { position: fixed; top: 0; right: 0; width: 20%; background: #ccc }
        .there { position: absolute; bottom: 1em; left: 10%; border: 1px dotted red }
        .near { position: relative; left: 1em }"""
    return styled(
        style,
        f'<div class=fixed>每页<img alt="方" src="{SQUARE}"></div>'
        f"<div class=near>{paragraphs(12)}<div class=there>{TEXT}</div></div>{paragraphs(20)}"
        f'<div class=fixed style="top: 50%">后来</div>{paragraphs(6, 9)}',
    )


def floats() -> str:
    style = """@page { size: 90mm }
        .l { float: left; width: 30%; margin: 1em 2%; padding: 3px }
        .r { float: right; width: 5em; border-radius: 5px 10%;
             background: linear-gradient(red, blue) }
        .clear { clear: both; box-shadow: none }"""
    parts = [f"<div class={c}>{TEXT}</div>{paragraphs(3)}<p class=clear>{LATIN}" for c in "lrlr"]
    return styled(style, "".join(parts))


def tables() -> str:
    style = """@page { size: 90mm }
        table { width: 100%; margin: 1em 0 } .c { border-collapse: collapse }
        td, th { border: 1px solid; padding: 2px 5%; width: 33% }
        .h td { height: 40mm; vertical-align: middle } tr:nth-child(odd) { background: #eee }
        caption { caption-side: bottom }"""
    row = f"<tr><td>{TEXT}<td><p>{LATIN}</p><ul><li>{TEXT}<li>{TEXT}</ul>"
    parts = [
        f'<table class={c}><caption>表</caption><colgroup><col style="background: #eff"><col>'
        f"<thead><tr><th>甲<th>乙<tbody><tr><td colspan=2>通{row * 4}</table>"
        for c in "ch"
    ]
    return styled(style, "".join(parts))


def columns() -> str:
    style = """@page { size: 120mm } .two { columns: 2; column-gap: 2em; column-rule: 1px solid }
        .all { column-span: all; padding: 2% } p { min-width: 1em; max-width: 90% }"""
    parts = f"{paragraphs(9)}<h2 class=all>通栏</h2>{paragraphs(9)}"
    return styled(style, f"<div class=two>{parts}</div>")


def first_letters() -> str:
    style = """@page { size: 90mm } p { margin: 1em 3% }
        .d::first-letter { float: left; font-size: 300%; padding: .1em; position: absolute }
        .f::first-letter { color: red; padding-left: 5% }
        .f::first-line { font-weight: bold; letter-spacing: 1px; background: yellow }"""
    parts = [f"<p class={c}>{LATIN * 5}</p><p class={c}>“{TEXT * 3}</p>" for c in "dfdf"]
    return styled(style, "".join(parts))


def flex_and_grid() -> str:
    style = """@page { size: 120mm } .x { display: flex; flex-wrap: wrap; gap: 1em }
        .x > * { flex: 1 1 30%; padding: 4px; border: 1px solid; box-sizing: border-box }
        .y { display: flex; flex-direction: column; align-items: center }
        .y > * { width: 20em }
        .g { display: grid; grid-template-columns: 1fr 2fr auto; gap: 4px; margin: 1em }
        .g > * { background: #eee; min-width: 0 }"""
    items = f"<p>{TEXT}</p><div>短</div><p>{LATIN}</p>" * 2
    return styled(style, "".join(f"<div class={c}>{items}</div>" for c in "xygxg"))


def boxes_of_all_kinds() -> str:
    style = """@page { size: 100mm; background: #ffe; border: 1px solid; padding: 2mm }
        html { background: #fff8f0 } * { box-sizing: border-box }
        .a { width: 50%; min-height: 3em; margin: auto; padding: 1em; border: 3px double }
        .b { box-sizing: padding-box; width: 30em; max-width: 80%; padding: 1em }
        .c { height: calc(10% + 2em); overflow: hidden; border-radius: 1em; background: #eee }
        .d { visibility: hidden; background: red } .e { transform: rotate(3deg); opacity: .5 }
        .f { display: inline-block; width: 5em; box-shadow: 1px 1px black; outline: 1px solid }
        li { margin-left: 2em } blockquote { background: url("SQUARE") }"""
    parts = [
        f"<div class={c}><p>{TEXT}<b>{LATIN}</b><span class=f>{TEXT}</span></p>"
        f"<ol><li>一<li>二<dl><dt>词<dd>义</dl></ol><blockquote>{TEXT}</blockquote><hr></div>"
        for c in "abcdef"
    ]
    return styled(style.replace("SQUARE", SQUARE), "".join(parts))


DOCUMENTS = {
    maker.__name__: maker
    for maker in (
        *(book, references, pseudo_elements, footnotes, named_pages, margin_boxes),
        *(
            running_elements,
            fixed_boxes,
            floats,
            tables,
            columns,
            first_letters,
            flex_and_grid,
            boxes_of_all_kinds,
        ),
    )
}


def made(document: str, *, fast: bool, **options: Any) -> bytes:
    """The file of a document; the engine's complaints must be the same in both ways, too."""
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    html = f"<!DOCTYPE html><html lang=zh><title>书</title>{document}"
    pairs = pages.pages_pairs() if fast else []
    with guard.installed(pairs) as told:
        assert told == ()
        data: bytes = weasyprint.HTML(string=html).write_pdf(**options)
    return data


@pytest.mark.parametrize("tagged", [False, True], ids=["plain", "tagged"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_file_is_the_same(name: str, tagged: bool) -> None:
    options = {"uncompressed_pdf": True, "pdf_tags": tagged}
    document = DOCUMENTS[name]()
    stock = made(document, fast=False, **options)
    assert len(re.findall(rb"/Type /Page\b", stock)) > 1
    assert (b"/StructElem" in stock) is tagged
    assert made(document, fast=True, **options) == stock


def test_everything_in_the_table_is_used() -> None:
    import pydyf

    entries = [entry for entry, _ in pages.pages_pairs()]
    assert len(entries) == len(set(entries)) >= 9
    with guard.installed(pages.pages_pairs()):
        assert isinstance(pydyf.Stream.data, property)
        assert pydyf.Stream.data is not guard.stock("pydyf.Stream", "data")


def test_streams_hold_the_same_when_packed() -> None:
    import pydyf

    def packed() -> tuple[bytes, bytes]:
        stream = pydyf.Stream([b"q", pydyf.String("字"), 1.5, "BT"] * 500, {"A": 1}, compress=True)
        head, _, rest = stream.data.partition(b"stream\n")
        return head, rest.removesuffix(b"\nendstream")

    head, body = packed()
    with guard.installed(pages.pages_pairs()):
        fast_head, fast_body = packed()
    assert zlib.decompress(fast_body) == zlib.decompress(body)
    assert fast_head == head.replace(str(len(body)).encode(), str(len(fast_body)).encode())


def test_the_collector_comes_back() -> None:
    from publish.render.adapter.pages_file import without_collector

    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), without_collector():
        assert not gc.isenabled()
        print(1 / 0)
    assert gc.isenabled()
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_written_document_goes_without_the_collector() -> None:
    import weasyprint

    from publish.render.adapter.engine import typesetting
    from publish.render.adapter.fragments import Fragment
    from publish.render.adapter.pages_source import Document

    html = (
        "<!DOCTYPE html><html lang=zh><style>i { float: footnote }</style>"
        + "<p>我们看能力。<a href='#b'>重点</a><i>注<b>文</b></i></p>" * 90
    )
    fetcher = weasyprint.urls.URLFetcher()
    with typesetting() as report:
        document = Document(html, url_fetcher=fetcher).render()
        # The last page is in a cycle of the engine's own, with its layout context.
        made = [box for page in document.pages[:-1] for box in page._page_box.descendants()]
        settings = {box.setting for box in made if isinstance(box, Fragment)}
        kept = [weakref.ref(each) for each in (*made, *settings)]
        document.write_pdf()
        assert not gc.isenabled()
        del document, made, settings
    assert len(kept) > 500
    assert not report.refused
    assert not [each() for each in kept if each() is not None]


# --- a faster import ---------------------------------------------------------------------------

LOOK = """
import hashlib, sys
import cffi.cparser
from publish.render.adapter import imports, replaced
parsed = []
stock = cffi.cparser.Parser._parse
cffi.cparser.Parser._parse = lambda self, text: parsed.append(text) or stock(self, text)
{before}
weasyprint = {engine}
html = "<!DOCTYPE html><html lang=zh><title>书</title><p>我们看能力。<b>Latin</b> <i>text</i>"
data = weasyprint.HTML(string=html).write_pdf()
from weasyprint.pdf import fonts
{after}
print(hashlib.sha256(data).hexdigest(), len(parsed), "fontTools.subset" in sys.modules)
"""


def looked(cache: Path, engine: str = "imports.engine()", **code: str) -> tuple[str, int, bool]:
    """A new process: the hash of its file, how often C was parsed, and if fontTools was needed."""
    script = LOOK.format(engine=engine, **{"before": "", "after": "", **code})
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    digest, parsed, fonts = done.stdout.split()
    return digest, int(parsed), fonts == "True"


def remembered(cache: Path) -> Path:
    (path,) = (cache / "publish" / "fonts").glob("declarations-*")
    return path


def test_the_import_is_remembered(tmp_path: Path) -> None:
    stock, parsed, fonts = looked(tmp_path, '__import__("weasyprint")')
    assert parsed > 5
    assert fonts
    first, parsed, fonts = looked(tmp_path)
    assert first == stock
    assert parsed > 5
    assert not fonts
    path = remembered(tmp_path)
    data = path.read_bytes()
    assert looked(tmp_path) == (stock, 0, False)
    assert path.read_bytes() == data


def test_no_compiler_is_asked_for_libraries(tmp_path: Path) -> None:
    before = """
import ctypes.util
def asked(name): raise AssertionError(name)
ctypes.util.find_library = asked
"""
    stock, _, _ = looked(tmp_path)
    assert looked(tmp_path, before=before)[0] == stock


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"nothing like it",
        # What a pickle may do elsewhere: call any function there is.
        pickle.dumps(subprocess.run),
        pickle.dumps({"state": {}, "types": {}}),
        pickle.dumps(["state", "types"]),
    ],
)
def test_a_spoilt_memory_is_made_again(tmp_path: Path, spoilt: bytes) -> None:
    stock, _, _ = looked(tmp_path)
    path = remembered(tmp_path)
    good = path.read_bytes()
    path.write_bytes(spoilt)
    digest, parsed, _ = looked(tmp_path)
    assert digest == stock
    assert parsed > 5
    assert path.read_bytes() == good


def test_a_memory_that_cannot_be_written(tmp_path: Path) -> None:
    stock, _, _ = looked(tmp_path)
    nowhere = tmp_path / "file"
    nowhere.write_text("not a folder")
    digest, parsed, _ = looked(nowhere)
    assert digest == stock
    assert parsed > 5


def test_font_tools_are_there_when_needed(tmp_path: Path) -> None:
    after = """
assert "fontTools" not in sys.modules
try:
    fonts.TTFont(__import__("io").BytesIO(b"no font at all"))
except fonts.TTLibError as problem:
    caught = problem
from fontTools.ttLib import TTFont, TTLibError, woff2
assert type(caught) is TTLibError is fonts.TTLibError
assert fonts.TTFont is TTFont is weasyprint.text.fonts.TTFont
assert weasyprint.text.fonts.woff2 is woff2
assert fonts.subset.Subsetter is sys.modules["fontTools.subset"].Subsetter"""
    assert looked(tmp_path, after=after)[2]


def test_another_file_is_imported_as_ever(tmp_path: Path) -> None:
    stock, _, _ = looked(tmp_path)
    before = 'replaced.IMPORTED.update(dict.fromkeys(replaced.IMPORTED, "0" * 16))'
    digest, parsed, fonts = looked(tmp_path, before=before)
    assert (digest, fonts) == (stock, True)
    assert parsed > 5
