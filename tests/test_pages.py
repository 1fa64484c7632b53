"""The templates: the XHTML of each construct in both media, and that text in equals text out."""

from __future__ import annotations

import base64
import dataclasses
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import PIL.Image
import pymupdf
import pytest
from acceptance import built, make_book, publish
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from publish.check.epub_extract import epub_text
from publish.check.text import compare
from publish.diagnostics import Diagnostic
from publish.mend import mend
from publish.model import book as b
from publish.model import leaves
from publish.model.edition import BUILT_IN, Edition, Geometry
from publish.model.manifest import load
from publish.model.package import Document
from publish.model.text import edition_text
from publish.model.tree import map_nodes, walk
from publish.read import load_assets, load_sources, read
from publish.render import chunks, ebook, formula
from publish.render import print as printed
from publish.render.uses import uses
from publish.text.characters import is_han
from publish.text.threads import compact

ROOT = Path(__file__).resolve().parent.parent
XHTML = "{http://www.w3.org/1999/xhtml}"


@lru_cache
def edition(name: str = "hans") -> Edition:
    script, region = BUILT_IN[name]
    table = tomllib.loads((ROOT / "styles" / "words.toml").read_text(encoding="utf-8"))
    words = dict(table[script])
    return Edition(name, script, region, Geometry("A5", 148, 210), words)


def book(*blocks: b.Block, notes: tuple[b.Note, ...] = (), **fields: Any) -> b.Book:
    chapter = b.Chapter((b.Text("章"),), blocks, "c1", notes=notes)
    return b.Book(b.Meta("书"), (), (chapter,), **fields)


def paragraph(*inlines: b.Inline) -> b.Paragraph:
    return b.Paragraph(inlines)


def documents(whole: b.Book) -> tuple[Document, ...]:
    return ebook.package(whole, edition(), b"jpeg").documents


def epub(whole: b.Book) -> str:
    """The first chapter's section in the EPUB, without the head and the line feeds."""
    (text,) = (d.xhtml.decode() for d in documents(whole) if d.name == "chapter-1.xhtml")
    return inside(text)


def paper(whole: b.Book) -> str:
    """The first chapter's section in print."""
    return inside(printed.book_html(whole, edition(), "", {}))


def inside(text: str) -> str:
    found = re.search(r"</header>(.*?)</section>", text[text.index('id="c1"') :], re.S)
    assert found is not None
    return re.sub(r"\n\s*", "", found[1])


def both(*blocks: b.Block, **fields: Any) -> tuple[str, str]:
    whole = book(*blocks, **fields)
    return epub(whole), paper(whole)


# --- each construct in both media -------------------------------------------------

H = b.Text("字")
#: A heading and a number longer than a short cell.
LH, LN = b.Text("一二三四五六七八九"), b.Text("1,234,567,890,123.45")
LONG = "桥修好了没有？城里的河都盖在路下面。"
ONE = "<p><ruby>{}<rt>{}</rt></ruby></p>"

SAME = [
    (paragraph(b.Strong((H,))), "<p><strong>字</strong></p>"),
    (paragraph(b.Emphasis((b.Text("x"),))), '<p><em class="latin">x</em></p>'),
    (paragraph(b.Link((H,), "http://a.b/?c&d")), '<p><a href="http://a.b/?c&amp;d">字</a></p>'),
    (paragraph(b.Link((H,), "")), "<p>字</p>"),
    (paragraph(b.CodeSpan("<b> {{ x }}")), "<p><code>&lt;b&gt; {{ x }}</code></p>"),
    (paragraph(H, b.LineBreak(), H), "<p>字<br/>字</p>"),
    (paragraph(b.Number(3, "count", "三")), "<p>三</p>"),
    (paragraph(b.Marked((H,), b.MarkRole.NAME)), '<p><u class="name">字</u></p>'),
    (
        paragraph(b.Marked((H,), b.MarkRole.NAME), b.Marked((H,), b.MarkRole.NAME)),
        '<p><u class="name">字</u><u class="name adjoining">字</u></p>',
    ),
    (
        paragraph(b.Marked((H,), b.MarkRole.WORK), b.Marked((H,), b.MarkRole.WORK)),
        '<p><u class="work">字</u><u class="work adjoining">字</u></p>',
    ),
    (paragraph(b.Marked((H,), b.MarkRole.SUPERSCRIPT)), "<p><sup>字</sup></p>"),
    (paragraph(b.Marked((H,), b.MarkRole.SUBSCRIPT)), "<p><sub>字</sub></p>"),
    (paragraph(b.Marked((H,), b.MarkRole.STRIKE)), "<p><del>字</del></p>"),
    (paragraph(b.Marked((H,), b.MarkRole.KAI)), '<p><span class="kai">字</span></p>'),
    (paragraph(b.Marked((H,), b.MarkRole.INDEX)), "<p>字</p>"),
    (paragraph(b.Text("<&>\"'")), "<p>&lt;&amp;&gt;&#34;&#39;</p>"),
    (paragraph(b.Text("{{ x }}{% y %}")), "<p>{{ x }}{% y %}</p>"),
    (paragraph(b.Text("说：")), '<p class="lead-in brief">说：</p>'),
    (b.Break(), '<hr class="scene"/>'),
    (b.Section(4, (H,), (), "s"), '<h4 class="run-in" id="s">字</h4>'),
    (
        b.Table(((LH,), (LH,)), (((LH,), (LN,)),), ("", "right"), (b.Text("题"),), "t", 2),
        '<div class="table step" id="t"><table><caption><span class="label">表2</span>题</caption>'
        f'<thead><tr><th scope="col">{LH.text}</th><th scope="col" class="num">{LH.text}</th></tr>'
        f'</thead><tbody><tr><td>{LH.text}</td><td class="num">{LN.text}</td></tr></tbody></table>'
        "</div>",
    ),
    (
        b.Group(b.GroupRole.DIALOGUE, (paragraph(b.Text("问：字")), b.Break())),
        '<div class="qa"><p><span class="who">问：</span>字</p><hr class="scene"/></div>',
    ),
    (
        b.Group(b.GroupRole.LETTER, tuple(paragraph(b.Text(t)) for t in ("父亲：", LONG, "五月"))),
        '<div class="letter"><p class="salutation">父亲：</p>'
        f'<p>{LONG}</p><p class="date">五月</p></div>',
    ),
]


@pytest.mark.parametrize(("block", "wanted"), SAME, ids=[wanted for _, wanted in SAME])
def test_constructs_that_are_the_same_in_both_media(block: b.Block, wanted: str) -> None:
    screen, page = both(block)
    # White behind the label of a caption, which not every reader of e-books has from a margin.
    assert (screen.replace("</span>\u3000", "</span>"), page) == (wanted, wanted)
    assert ("</span>\u3000" in screen) == ('class="label"' in wanted)


@pytest.mark.parametrize(
    ("level", "wanted"), [(2, 'h2 class="section-title"'), (3, 'h3 class="subsection-title"')]
)
def test_sections_say_in_print_what_their_bookmarks_do(level: int, wanted: str) -> None:
    screen, page = both(b.Section(level, (H,), (paragraph(H),), "s"))
    assert screen == f'<{wanted} id="s">字</h{level}><p>字</p>'
    assert page == f'<{wanted} id="s" data-label="字">字</h{level}><p>字</p>'


def test_lists_have_their_markers_as_text_and_are_lists_to_voices() -> None:
    screen, page = both(b.List(((paragraph(H),), ())))
    assert page == (
        '<ul><li><p><span class="marker">·</span>字</p></li>'
        '<li><p><span class="marker">·</span></p></li></ul>'
    )
    unsaid = '"marker" aria-hidden="true"'
    assert screen == page.replace("<ul>", '<ul role="list">').replace('"marker"', unsaid)
    screen, page = both(b.List(((paragraph(H),),), 3, False))
    assert page == (
        '<ol class="loose" start="3"><li><p><span class="marker">3.</span>字</p></li></ol>'
    )
    assert screen == page.replace("<ol", '<ol role="list"')


def test_epigraphs_and_references_have_a_role_on_screen() -> None:
    screen, page = both(b.Group(b.GroupRole.EPIGRAPH, (paragraph(H),)))
    assert page == '<div class="epigraph"><p>字</p></div>'
    said_by = b.Group(b.GroupRole.EPIGRAPH, (paragraph(H), paragraph(b.Text("——甲"))))
    for text in both(said_by):
        assert text.endswith('<p>字</p><p class="source">——甲</p></div>')
    said = ' epub:type="epigraph" role="doc-epigraph"'
    assert screen == page.replace('"epigraph"', f'"epigraph"{said}', 1)
    screen, page = both(b.Group(b.GroupRole.REFERENCES, (paragraph(H),)))
    assert page == '<div class="references step"><p>字</p></div>'
    said = ' epub:type="bibliography" role="doc-bibliography" aria-label="参考文献"'
    assert screen == page.replace('step"', f'step"{said}', 1)


def test_poems_stand_in_the_middle_of_the_page_in_print() -> None:
    verse = b.Verse((((H,), (H,)), ((H,),)), (b.Text("题"),), (b.Text("——甲"),))
    wanted = (
        '<div class="poem"><p class="poem-title">题</p>'
        '<div class="stanza"><p class="line">字</p><p class="line">字</p></div>'
        '<div class="stanza"><p class="line">字</p></div><p class="source">——甲</p></div>'
    )
    screen, page = both(verse)
    assert re.search(r'class="poem" style="padding-inline-start:1\de?m', page)
    assert [re.sub(' style="[^"]*"', "", text) for text in (screen, page)] == [wanted] * 2


def test_emphasis_of_chinese_is_one_element_whose_dots_are_drawn_later() -> None:
    dotted = '<p><em class="dots">重，a</em></p>'
    assert both(paragraph(b.Emphasis((b.Text("重，a"),)))) == (dotted, dotted)
    assert both(paragraph(b.Marked((b.Text("重，a"),), b.MarkRole.DOTS))) == (dotted, dotted)
    strong = '<p><em class="dots">重<strong>字</strong></em></p>'
    assert both(paragraph(b.Emphasis((b.Text("重"), b.Strong((H,)))))) == (strong, strong)


def test_language() -> None:
    screen, page = both(paragraph(b.Marked((b.Text("x"),), b.MarkRole.LANGUAGE, "la")))
    assert screen == '<p><span lang="la" xml:lang="la">x</span></p>'
    assert page == '<p><span lang="la">x</span></p>'


def test_ruby_has_brackets_for_readers_without_it_and_none_in_print() -> None:
    screen, page = both(paragraph(b.Ruby((("漢", "kan"), ("字", "")))))
    assert screen == "<p><ruby>漢<rp>（</rp><rt>kan</rt><rp>）</rp></ruby>字</p>"
    assert page == ONE.format("漢", "kan").replace("</p>", "字</p>")
    assert '<ruby class="zhuyin">渡<rp>' in both(paragraph(b.Ruby((("渡", "ㄉㄨˋ"),))))[0]
    assert both(paragraph(b.Ruby((("壯", "zhuàng"),))))[1] == ONE.format("壯", "zhuàng")
    assert both(paragraph(b.Ruby((("漢字", "hànzì"),))))[1] == ONE.format("漢字", "hànzì")


def test_notes_stand_behind_the_chapter_on_screen_and_at_their_call_in_print() -> None:
    first = b.Note("c1-n1", 1, (paragraph(b.Text("注")), paragraph(b.Text("二"))))
    call = b.NoteRef("c1-n1", 1)
    screen, page = both(paragraph(H, call, H, call), notes=(first,))
    anchor = (
        '<a class="noteref" epub:type="noteref" role="doc-noteref"{} aria-label="注1"'
        ' href="#c1-n1">1</a></sup>'
    )
    back = (
        '<a class="backlink" role="doc-backlink" href="#c1-n1-call" aria-label="注1，返回正文">'
        "1</a>"
    )
    assert screen == (
        f"<p>字&#x2060;<sup>{anchor.format(' id=' + chr(34) + 'c1-n1-call' + chr(34))}"
        f"字&#x2060;<sup>{anchor.format('')}</p>"
        '<aside class="footnote" epub:type="footnote" role="doc-footnote" id="c1-n1">'
        f"<p>{back} 注</p>"
        "<p>二</p></aside>"
    )
    assert page == (
        '<p>字<span class="note" id="c1-n1">注<br/>二</span>字'
        '<a class="note-again" href="#c1-n1">①</a></p>'
    )


def test_entries_keep_the_number_of_the_author() -> None:
    number = b.Number(12, "label", "12.")
    wanted = (
        '<div class="entries"><div class="entry keep"{} data-n="12" data-label="第12条">'
        '<p><span class="entry-number"{}>12</span>字</p><p>续</p></div></div>'
    )
    entry = b.Entry(number, (paragraph(H), paragraph(b.Text("续"))), "t12")
    place = ' id="t12"'
    assert both(entry) == (wanted.format("", place), wanted.format(place, ""))
    listed = epub(book(b.Entry(number, (b.List(((paragraph(H),),)),), "t12")))
    assert '<p><span class="entry-number" id="t12">12</span></p><ul role="list">' in listed
    long = epub(book(b.Entry(number, (paragraph(b.Text("字" * 176)),), "t12")))
    assert 'class="entry"' in long


def test_formulas_are_mathml_on_screen_and_drawn_in_print() -> None:
    screen, page = both(b.Formula("a<b", "(1)"), paragraph(b.Math("x")))
    # No block, which sends the number to the next line in Gecko and WebKit.
    space = "http://www.w3.org/1998/Math/MathML"
    assert f'<math alttext="a&lt;b" xmlns="{space}" displaystyle="true">' in screen
    assert 'class="formula numbered step-centre"' in screen
    assert 'class="formula step-centre"' in epub(book(b.Formula("a<b", "")))
    assert '<span class="number">（1）</span>' in screen and 'alttext="x"' in screen
    assert 'alt="a&lt;b" src="data:image/svg+xml;base64,' in page and "<math" not in page
    assert '<p class="continue">' in screen, "a paragraph behind a formula goes on"


def test_lines_of_formulas_are_as_thick_as_is_asked() -> None:
    """Fraction bars, roots and boxes about their middle; glyphs are those of the face."""

    def drawn(stroke: float) -> str:
        page = Geometry("A5", 148, 210)
        shown = formula.picture(r"\boxed{\frac{a}{b}}-\sqrt{c}", page, True, stroke)
        (data,) = re.findall('base64,([^"]+)', shown)
        return base64.b64decode(data).decode()

    def bars(svg: str) -> list[tuple[float, float]]:
        found = re.findall(r'<rect x="[^"]+" y="([^"]+)" width="[^"]+" height="([^"]+)"', svg)
        return [(float(y) + float(height) / 2, float(height)) for y, height in found]

    plain, thick = drawn(0.25), drawn(1.5)
    middles = [middle for middle, _ in bars(plain)]
    assert [middle for middle, _ in bars(thick)] == pytest.approx(middles, abs=0.002)
    thin = [height for _, height in bars(thick) if height < 3]
    assert len(thin) == 2 and thin == pytest.approx([2, 2], abs=0.001)
    assert 'stroke-width="2.000"' in thick and 'stroke-width="0.952"' in plain
    assert re.findall(' d="[^"]+', thick) == re.findall(' d="[^"]+', plain)


def test_a_formula_that_is_none_is_an_error_with_its_text() -> None:
    (said,) = formula.problems(book(paragraph(b.Math(r"\frac{a"))))
    assert isinstance(said, Diagnostic) and (said.code, said.severity) == ("R-MATH", "error")


@pytest.mark.parametrize(
    ("tex", "lost"),
    [
        (r"\begin{array}{c|c} a & b \end{array}", True),
        (r"\begin{array}{cc} a & b \\ \hline c & d \end{array}", True),
        (r"\begin{array}{cc} a & b \end{array}", False),
        (r"\left|\begin{array}{c} a \end{array}\right|", False),
    ],
)
def test_lines_of_an_array_that_are_lost_on_paper_are_told(tex: str, lost: bool) -> None:
    said = formula.problems(book(paragraph(b.Math(tex))))
    assert [(item.code, item.severity) for item in said] == [("R-MATH", "warning")] * lost


def test_images_have_their_size_and_their_words() -> None:
    file = io.BytesIO()
    PIL.Image.new("L", (40, 30)).save(file, "PNG")
    asset = b.Asset("图/a.png", "image/png", file.getvalue(), 40, 30)
    image = b.Image("图/a.png", '山"水')
    figure = b.Figure(image, (b.Text("图注"),), "figure1", 1)
    screen, page = both(figure, paragraph(image), assets=(asset,))
    size = 'alt="山&#34;水" width="40" height="30"/>'
    assert f'src="images/image-1.png" {size}' in screen
    assert f'<p><img class="inline-image" src="images/image-1.png" {size}</p>' in screen
    data = base64.b64encode(asset.data).decode()
    assert f'src="data:image/png;base64,{data}" {size}' in page
    assert '<figcaption><span class="label">图1</span>　图注</figcaption>' in screen


def test_code_keeps_its_lines() -> None:
    for text in both(b.Code("a\n\n  <b>", "py")):
        assert "&lt;b&gt;" in text
    (document,) = (d for d in documents(book(b.Code("a\n\n  b"))) if d.name == "chapter-1.xhtml")
    assert "<code>a\n\n  b</code>" in document.xhtml.decode()


def test_parts_and_labels() -> None:
    chapter = b.Chapter((b.Text("远山"),), (), "c1", "第一章")
    part = b.Part((b.Text("看山"),), (paragraph(H),), (chapter,), "part1", "上编")
    whole = b.Book(b.Meta("书"), (), (part,))
    names = {d.name: d.xhtml.decode() for d in documents(whole)}
    assert '<p class="part-label" id="part1-label">上编</p>' in names["part-1.xhtml"]
    assert '<div class="part-lead"><p>字</p>' in names["part-1.xhtml"]
    assert '<p class="chapter-label" id="c1-label">第一章</p>' in names["chapter-1.xhtml"]
    assert 'aria-labelledby="c1-label c1-title"' in names["chapter-1.xhtml"]
    page = printed.book_html(whole, edition(), "", {})
    assert '<p class="chapter-label">第一章</p>' in page and "aria-" not in page
    toc = ebook.package(whole, edition(), b"").toc
    assert [(item.label, item.target) for item in toc] == [("上编　看山", "part-1.xhtml#part1")]
    assert toc[0].children[0].label == "第一章　远山"
    assert "bookmark-level: 2" in printed.book_html(whole, edition(), "", {})


def test_an_untitled_introduction_is_named_by_the_edition() -> None:
    intro = b.Chapter((), (paragraph(H),), "c1", role=b.ChapterRole.INTRODUCTION)
    whole = b.Book(b.Meta("书"), (intro,), ())
    (text,) = (d.xhtml.decode() for d in documents(whole) if d.name == "chapter-1.xhtml")
    assert ">导读</h1>" in text and 'epub:type="frontmatter"' in text


# --- escaping and well-formedness ----------------------------------------------------

HOSTILE = "</p><script>f()</script>&amp;\"'{{ 7*7 }}]]>"


def test_everything_declared_is_escaped() -> None:
    meta = b.Meta(
        HOSTILE,
        subtitle=HOSTILE,
        authors=(b.Contributor(HOSTILE),),
        description=HOSTILE,
        subjects=(HOSTILE,),
        rights=HOSTILE,
        series=HOSTILE,
        publisher=HOSTILE,
        colophon=((HOSTILE, HOSTILE),),
    )
    text = b.Text(HOSTILE)
    chapter = b.Chapter((text,), (paragraph(text), b.Code(HOSTILE, HOSTILE)), "c1", HOSTILE)
    whole = b.Book(meta, (), (chapter,))
    for document in documents(whole):
        root = etree.fromstring(document.xhtml)
        assert root.find(f".//{XHTML}script") is None
        assert b"49" not in document.xhtml
    page = html.document_fromstring(printed.book_html(whole, edition(), "", {}))
    assert page.find(".//script") is None
    assert page.xpath("//p[@class='subtitle']")[0].text == HOSTILE


@lru_cache
def small_book(name: str) -> tuple[b.Book, Edition]:
    folder = ROOT / "tests" / "books" / name
    manifest, _ = load(folder)
    sources, _ = load_sources(manifest)
    whole, _ = load_assets(mend(sources, manifest, read).book, folder)
    return whole, edition("hans" if name.startswith("hans") else "hant-tw")


SMALL = pytest.mark.parametrize("name", ["hans-small", "hant-small"])


@SMALL
def test_small_books_are_well_formed_and_say_the_editions_text(name: str) -> None:
    whole, chosen = small_book(name)
    package = ebook.package(whole, chosen, b"jpeg")
    for document in package.documents:
        root = etree.fromstring(document.xhtml)
        assert root.tag == f"{XHTML}html" and root.get("lang") == chosen.language
        assert root.findtext(f"{XHTML}head/{XHTML}title")
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids))
    assert differences(whole, package.documents, chosen) == []


def false_blanks(root: Any) -> list[str]:
    """White space between two Han characters of one line, across inline elements."""
    found = []
    for element in root.iter(f"{XHTML}p", f"{XHTML}h1", f"{XHTML}h2", f"{XHTML}td", f"{XHTML}th"):
        for skipped in element.xpath(".//*[local-name()='rt' or local-name()='rp']"):
            skipped.text = ""
        text = "".join(element.itertext())
        found += re.findall(r"[^\s]+[ \t\n]+[^\s]+", text)
    return [line for line in found if is_han(line[0]) and is_han(line[-1]) and " " not in line]


@SMALL
def test_no_white_space_between_two_han_across_tags(name: str) -> None:
    whole, chosen = small_book(name)
    for document in ebook.package(whole, chosen, b"jpeg").documents:
        root = etree.fromstring(document.xhtml)
        assert false_blanks(root) == []
        for element in root.iter():
            for place, before, after in (
                (element.text, element.getparent(), element[0] if len(element) else None),
                (element.tail, element, element.getnext()),
            ):
                if place and not place.strip() and before is not None and after is not None:
                    inline = {"strong", "em", "u", "a", "span", "ruby", "sup", "sub", "del", "code"}
                    names = {str(n.tag).rpartition("}")[2] for n in (element, after)}
                    assert not names <= inline, etree.tostring(element)


@SMALL
def test_uses_hold_every_character_that_is_printed(name: str) -> None:
    """The faces are cut to what :func:`uses` counts: it must miss no character of the text."""
    whole, chosen = small_book(name)
    runs = edition_text(whole, chosen)
    used = {character for _, character, _ in uses(whole, chosen, runs, None)}
    said = {c for run in runs if run.medium != "epub" for c in run.text if not c.isspace()}
    assert said <= used


# --- text in = text out ----------------------------------------------------------------


def as_archive(files: tuple[Document, ...]) -> io.BytesIO:
    """Documents in as little of an EPUB as a reader of it needs."""
    items = "".join(
        f'<item id="i{n}" href="{d.name}" media-type="application/xhtml+xml"/>'
        for n, d in enumerate(files)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(files)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="p.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "p.opf",
            f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
        )
        for document in files:
            archive.writestr(document.name, document.xhtml)
    return buffer


def differences(whole: b.Book, files: tuple[Document, ...], chosen: Edition) -> list[str]:
    pages = epub_text(as_archive(files))  # type: ignore[arg-type]
    return [d.message for d in compare(edition_text(whole, chosen), pages, "epub").diagnostics]


WORDS = st.text(st.sampled_from("山水人家，。“”《》—…abc 1<&>\"'{}%"), min_size=1, max_size=8).map(
    lambda text: text if text.strip() else "山"
)
texts = WORDS.map(b.Text)
leaf = st.one_of(
    texts,
    texts,
    WORDS.map(b.CodeSpan),
    st.just(b.LineBreak()),
    st.just(b.Ruby((("漢", "kan"), ("字", "")))),
    st.just(b.Math("x^2")),
    st.just(b.Number(3, "count", "三")),
)
call = st.integers(1, 3).map(lambda number: b.NoteRef("", number))


def around(inner: st.SearchStrategy[b.Inline]) -> st.SearchStrategy[b.Inline]:
    runs = st.lists(inner, min_size=1, max_size=3).map(tuple)
    targets = st.sampled_from(["", "#c1", "http://a.b"])
    roles = st.sampled_from([role for role in b.MarkRole if role is not b.MarkRole.LANGUAGE])
    return st.one_of(
        runs.map(b.Emphasis),
        runs.map(b.Strong),
        st.builds(b.Marked, runs, roles),
        st.builds(b.Marked, runs, st.just(b.MarkRole.LANGUAGE), st.just("en")),
        st.builds(b.Link, texts.map(lambda text: (text,)), targets),
    )


def line(calls: bool) -> st.SearchStrategy[tuple[b.Inline, ...]]:
    # A first word keeps every line from being nothing but breaks.
    nodes = st.recursive(st.one_of(leaf, call) if calls else leaf, around, max_leaves=4)
    return st.tuples(texts, st.lists(nodes, max_size=3)).map(lambda pair: (pair[0], *pair[1]))


def around_blocks(
    inner: st.SearchStrategy[b.Block], lines: st.SearchStrategy[tuple[b.Inline, ...]]
) -> st.SearchStrategy[b.Block]:
    inside = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(b.Quote, inside, st.one_of(st.just(()), lines)),
        st.builds(b.Group, st.sampled_from(b.GroupRole), inside),
        st.builds(
            b.List,
            st.lists(inside, min_size=1, max_size=2).map(tuple),
            st.sampled_from([None, 1, 7]),
        ),
        st.builds(
            b.DefinitionList,
            st.tuples(st.tuples(st.tuples(lines), st.tuples(inside))),
        ),
    )


def plain_blocks(lines: st.SearchStrategy[tuple[b.Inline, ...]]) -> st.SearchStrategy[b.Block]:
    captions = st.one_of(st.just(()), lines)
    return st.one_of(
        lines.map(b.Paragraph),
        lines.map(b.Paragraph),
        lines.map(lambda nodes: b.Heading(3, nodes)),
        st.builds(
            b.Verse,
            st.lists(
                st.lists(lines, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2
            ).map(tuple),
            captions,
            captions,
        ),
        st.builds(
            lambda cells, caption: b.Table(cells[:2], (cells[2:],), ("", "right"), caption, "", 1),
            st.tuples(lines, lines, lines, lines),
            captions,
        ),
        st.builds(b.Code, WORDS),
        st.builds(b.Formula, st.just("x"), st.sampled_from(["", "(1)"])),
        st.just(b.Break()),
    )


def inner_blocks(calls: bool) -> st.SearchStrategy[b.Block]:
    lines = line(calls)
    return st.recursive(
        plain_blocks(lines), lambda inner: around_blocks(inner, lines), max_leaves=4
    )


def blocks(calls: bool) -> st.SearchStrategy[tuple[b.Block, ...]]:
    """The blocks of a chapter: entries and sections stand in no other block."""
    one = inner_blocks(calls)
    some = st.lists(one, min_size=1, max_size=3).map(tuple)
    entry = st.builds(
        lambda n, inside: b.Entry(b.Number(n, "label", f"{n}."), inside, "t"),
        st.integers(1, 99),
        some,
    )
    title = line(calls)
    within = st.lists(st.one_of(one, entry), max_size=3).map(tuple)
    section = st.builds(b.Section, st.integers(2, 4), title, within, st.just("s"))
    return st.lists(st.one_of(one, entry, section), min_size=1, max_size=4).map(tuple)


def whole_book(
    inside: tuple[tuple[b.Block, ...], ...], noted: tuple[b.Block, ...], as_parts: bool
) -> b.Book:
    """A book of these chapters, with anchors of its own and a note for every call."""
    count = 0

    def fresh(node: b.Node) -> b.Node:
        nonlocal count
        if isinstance(node, b.Section | b.Entry | b.Table):
            count += 1
            return dataclasses.replace(node, anchor=f"a{count}")
        return node

    chapters = []
    for position, chapter_blocks in enumerate(inside, 1):
        numbers: dict[int, int] = {}

        def numbered(
            node: b.Node, numbers: dict[int, int] = numbers, where: str = f"c{position}"
        ) -> b.Node:
            if isinstance(node, b.NoteRef):
                number = numbers.setdefault(node.number, len(numbers) + 1)
                return b.NoteRef(f"{where}-n{number}", number)
            return fresh(node)

        done = tuple(map_nodes(block, numbered) for block in chapter_blocks)
        notes = tuple(
            b.Note(f"c{position}-n{n}", n, tuple(map_nodes(block, fresh) for block in noted))
            for n in numbers.values()
        )
        title = (b.Text("章"), b.Strong((b.Text(str(position)),)))
        chapters.append(b.Chapter(title, done, f"c{position}", "第一章", notes=notes))
    body: tuple[b.Chapter | b.Part, ...] = tuple(chapters)
    if as_parts:
        body = (b.Part((b.Text("编"),), (paragraph(H),), tuple(chapters), "part1", "上编"),)
    return b.Book(b.Meta("书", "副", (b.Contributor("甲"),)), (), body)


NOTED = st.lists(inner_blocks(False), min_size=1, max_size=2).map(tuple)
BOOKS = st.builds(
    whole_book,
    st.lists(blocks(True), min_size=1, max_size=2).map(tuple),
    NOTED,
    st.booleans(),
)


@given(BOOKS)
@settings(max_examples=8, deadline=None)
def test_epub_says_the_editions_text(whole: b.Book) -> None:
    assert differences(whole, documents(whole), edition()) == []


PRINTED = st.builds(
    whole_book,
    st.lists(blocks(False), min_size=1, max_size=2).map(tuple),
    NOTED,
    st.booleans(),
)


@pytest.mark.slow
@given(PRINTED)
@settings(max_examples=8, deadline=None)
def test_print_says_the_editions_text(whole: b.Book) -> None:
    """Without notes, which the page counts itself and sets at the foot."""
    root = html.document_fromstring(printed.book_html(whole, edition(), "", {}))
    for element in list(root.iter("rt", "head")):
        element.drop_tree()
    said = [run for run in edition_text(whole, edition()) if run.medium != "epub"]
    wanted = "".join(r.text for r in said if r.kind != "reading" and r.where != "cover")
    assert compact(root.text_content()) == compact(wanted)


def test_a_book_of_notes_in_print_holds_each_note_once() -> None:
    notes = tuple(b.Note(f"c1-n{n}", n, (paragraph(b.Text(f"注{n}")),)) for n in (1, 2))
    calls = (b.NoteRef("c1-n2", 2), b.NoteRef("c1-n1", 1), b.NoteRef("c1-n2", 2))
    page = paper(book(paragraph(*calls), notes=notes))
    assert (page.count("注1"), page.count("注2"), page.count("note-again")) == (1, 1, 1)


def test_long_chapters_go_on_in_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LIMIT", 200)
    monkeypatch.setattr(chunks, "LEAST", 0)
    link = b.Link((H,), "#s2")
    texts = [paragraph(b.Text("字" * 8), *extra) for extra in ((), (link,), (), ())]
    section = b.Section(2, (b.Text("节"),), (texts[3],), "s2")
    note = b.Note("c1-n1", 1, (paragraph(b.Text("注")),))
    last = paragraph(b.NoteRef("c1-n1", 1))
    whole = book(*texts[:3], section, last, notes=(note,))
    files = documents(whole)
    chapters = [d for d in files if d.name.startswith("chapter")]
    assert [d.name for d in chapters[:2]] == ["chapter-1.xhtml", "chapter-1-2.xhtml"]
    (there,) = (d for d in chapters if b'id="s2"' in d.xhtml)
    assert there.name not in ("chapter-1.xhtml", "chapter-1-2.xhtml")
    assert f'href="{there.name}#s2"'.encode() in chapters[1].xhtml
    (noted,) = (d for d in chapters if b'id="c1-n1"' in d.xhtml)
    assert b'href="#c1-n1"' in noted.xhtml, "a note stands in the file of its call"
    assert differences(whole, files, edition()) == []
    for document in files:
        for target in re.findall(r'href="([^"]+)"', document.xhtml.decode()):
            name, _, anchor = target.partition("#")
            if name.endswith(".xhtml") or not name:
                there = next(d.xhtml for d in files if d.name == (name or document.name))
                assert not anchor or f'id="{anchor}"'.encode() in there


# --- generated leaves --------------------------------------------------------------------


def entries(count: int, first: int = 1) -> tuple[b.Entry, ...]:
    return tuple(
        b.Entry(b.Number(n, "label", f"{n}."), (paragraph(H),), f"t{n}")
        for n in range(first, first + count)
    )


def lines(found: Iterator[leaves.TocEntry]) -> list[str]:
    return [f"{entry.kind} {entry.label}" for entry in found]


@pytest.mark.parametrize(
    ("count", "wanted"),
    [
        (2, ["chapter 章", "entry 第1条", "entry 第2条"]),
        (11, ["chapter 章", "range 第1—10条", "range 第11条"]),
        (20, ["chapter 章", "range 第1—10条", "range 第11—20条"]),
    ],
)
def test_contents_list_entries_by_tens(count: int, wanted: list[str]) -> None:
    toc = leaves.contents(book(*entries(count)), edition())
    assert lines(leaves.printed_contents(toc)) == wanted
    assert sum(isinstance(n, b.Entry) for n in walk(book(*entries(count)))) == count


def test_a_book_without_headings_has_one_line_of_contents() -> None:
    whole = b.Book(b.Meta("书"), (), (b.Chapter((), (paragraph(H),), "c1"),))
    assert leaves.contents(whole, edition()) == (leaves.TocEntry("书", "c1", "chapter"),)
    assert 'id="contents"' not in printed.book_html(whole, edition(), "", {})


def test_imprint_says_only_what_is_declared_or_measured() -> None:
    pairs = dict(
        leaves.imprint(book(paragraph(b.Text("字 字"), b.Ruby((("漢", "x"),)))), edition(), "epub")
    )
    assert set(pairs) == {edition().words["edition"], edition().words["count"]}
    assert "4" in pairs[edition().words["count"]]
    printed_pairs = dict(leaves.imprint(book(), edition(), "print"))
    assert "A5" in printed_pairs[edition().words["paper"]]


def test_people_stand_by_what_they_did() -> None:
    people = (b.Contributor("甲"), b.Contributor("乙", "trl"), b.Contributor("丙"))
    meta = b.Meta("书", authors=people)
    assert leaves.byline(meta, edition()) == ("甲、丙", "乙　译者")


def test_short_cells_of_a_printed_table_are_not_broken_where_all_have_room() -> None:
    def printed(columns: int) -> str:
        row = tuple((b.Text("一百二十"),) for _ in range(columns))
        return both(b.Table(row, (row,), ("",) * columns))[1]

    assert printed(3).count('class="short"') == 6
    assert printed(12).count('class="short"') == 0


# --- tables ------------------------------------------------------------------------------------


def long_table(rows: int, columns: int = 3) -> str:
    lines = [" | ".join(f"栏{column}" for column in range(columns)), "|".join(["---"] * columns)]
    lines += [
        " | ".join(f"第{row}行第{column}格里的说明文字" for column in range(columns))
        for row in range(rows)
    ]
    return "# 书\n\n## 章\n\n" + "".join(f"| {line} |\n" for line in lines) + "\n后文。\n"


@pytest.mark.slow
def test_a_table_goes_on_over_pages_with_its_head(tmp_path: Path) -> None:
    """Rows stay whole, the head stands again, and the text is still found to be the edition's."""
    make_book(tmp_path / "book", long_table(90))
    built(publish("build", "book", "--format", "pdf", cwd=tmp_path))
    with pymupdf.open(tmp_path / "output" / "book" / "book.hans.pdf") as document:
        pages = [page.get_text() for page in document]
    assert sum("栏0" in text for text in pages) > 2


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "dense", "told"), [(4, 0, 0), (10, 1, 0), (16, 1, 1)])
def test_a_broad_table_is_set_smaller_and_told_of(
    tmp_path: Path, columns: int, dense: int, told: int
) -> None:
    make_book(tmp_path / "book", long_table(4, columns))
    run = built(publish("build", "book", "--format", "pdf", "--json", cwd=tmp_path))
    assert len([item for item in run.diagnostics() if item["code"] == "L-TABLE"]) == told
    html = built(publish("show", "html", "book", cwd=tmp_path)).out
    assert html.count('class="dense"') == dense


@pytest.mark.slow
def test_chapters_on_rectos_where_declared_and_blank_versos_are_blank(tmp_path: Path) -> None:
    text = "# 书\n\n" + "".join(f"## 第{n}\n\n夜里停电。\n\n" for n in range(1, 6))
    make_book(tmp_path / "book", text, '[page]\nchapters = "recto"\n')
    built(publish("build", "book", "--format", "press", cwd=tmp_path))
    with pymupdf.open(tmp_path / "output" / "book" / "book.hans.press.pdf") as document:
        pages = ["".join(page.get_text().split()) for page in document]
        drawn = [len(page.get_drawings()) for page in document]
    opened = [number for number, shown in enumerate(pages, 1) if "夜里停电" in shown]
    assert len(opened) == 5 and all(number % 2 == 1 for number in opened)
    for number in opened[1:]:
        assert pages[number - 2] == "" and drawn[number - 2] == 0
