"""E-books as they are read: aloud, by hand, by old and new reading systems.

What reading apps are known to do differently is one test each, with its source.
"""

from __future__ import annotations

import dataclasses
import io
import re
from itertools import pairwise
from typing import Any

import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from test_epub import a_package, opf, pack, refined, texts
from test_pages import (
    BOOKS,
    SMALL,
    H,
    book,
    both,
    differences,
    documents,
    edition,
    epub,
    paragraph,
    small_book,
)

from publish.model import book as b
from publish.model import schema
from publish.model.checkers import Wrong
from publish.model.edition import Conformance
from publish.model.package import Document, Package
from publish.model.tree import walk
from publish.read.headings import role
from publish.render import chunks, ebook, formula
from publish.render.reading_css import for_readers
from publish.render.voices import spoken, voiced
from publish.text.english import english

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
NAMES = {"h": XHTML[1:-1], "epub": OPS[1:-1]}


def find(document: Document, path: str) -> list[Any]:
    found: Any = etree.fromstring(document.xhtml).xpath(path, namespaces=NAMES)
    return list(found)


# --- English -------------------------------------------------------------------------

RUNS = [
    ("镜头上刻着 Made in Germany 几个字", ["Made in Germany"]),
    ("只需finetune一下", ["finetune"]),
    ("know-how和idea，还有 e-mail", ["know-how", "idea", "e-mail"]),
    ("“push”“pull”", ["push", "pull"]),
    ("他说 I have a dream, and so on. 又说", ["I have a dream, and so on"]),
    ("读 Walden Pond 的人", ["Walden Pond"]),
    ("It’s what you’d call it", ["It’s what you’d call it"]),
    ("scale up 10 倍，从 2023 on 开始", ["scale up"]),
    # Single names, abbreviations and signs are the Chinese voice's.
    ("DeepSeek与AGI，GPT3、V2、toB、x20、App", []),
    ("10 km，0.1 mm，第 iv 页", []),
    # Other languages say so themselves.
    ("hànzì 与 naïve café", []),
    ("见 www.example.com/some-page 与 mailto:me@a.b", []),
    ("甲", []),
]


@pytest.mark.parametrize(("text", "wanted"), RUNS, ids=[text for text, _ in RUNS])
def test_what_is_english(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in english(text)] == wanted


@given(st.text(st.sampled_from("甲，“ aBc3.-'’é(:"), max_size=30))
@settings(deadline=None)
def test_english_runs_lie_in_order_and_begin_and_end_with_a_word(text: str) -> None:
    last = 0
    for start, end in english(text):
        run = text[start:end]
        assert last <= start < end
        assert not re.search(r"[甲，“é]", run)
        assert run[0].isalnum() and run[-1].isalnum() and re.search("[A-Za-z]", run)
        last = end


def test_english_is_marked_on_screen_alone() -> None:
    screen, page = both(paragraph(b.Text("老站长说 follow "), b.Text("me，"), b.Strong((H,))))
    assert screen == (
        '<p>老站长说 <span lang="en" xml:lang="en">follow me</span>，<strong>字</strong></p>'
    )
    assert page == "<p>老站长说 follow me，<strong>字</strong></p>"


def test_a_declared_language_is_left_as_declared() -> None:
    inside = (b.Text("festina "), b.Strong((b.Emphasis((b.Text("lente"),)),)))
    screen, _ = both(paragraph(b.Marked(inside, b.MarkRole.LANGUAGE, "la")))
    assert screen.count("lang=") == 2 and 'xml:lang="la"' in screen


def test_code_and_readings_are_no_english() -> None:
    screen, _ = both(
        paragraph(b.CodeSpan("let it be"), b.Ruby((("字", "some word"),))), b.Code("in it")
    )
    assert "lang=" not in screen


def test_the_speaker_of_a_dialogue_is_still_found() -> None:
    screen, _ = both(b.Group(b.GroupRole.DIALOGUE, (paragraph(b.Text("host：好")),)))
    assert screen == (
        '<div class="qa"><p><span class="who">'
        '<span lang="en" xml:lang="en">host</span>：</span>好</p></div>'
    )


@given(st.lists(st.text(st.sampled_from("甲 ab<&\"'，"), max_size=8), max_size=4))
@settings(deadline=None)
def test_marking_changes_no_character(parts: list[str]) -> None:
    nodes = voiced([b.Text(part) for part in parts])
    said = "".join(n.text for node in nodes for n in walk(node) if isinstance(n, b.Text))
    assert said == "".join(parts)
    shown = re.sub("<[^>]*>", "", spoken("".join(parts)))
    assert etree.fromstring(f"<p>{shown}</p>").text or said == ""


def test_titles_and_contents_are_marked_too() -> None:
    chapter = b.Chapter((b.Text("读 Walden Pond 的人"),), (paragraph(H),), "c1")
    whole = b.Book(b.Meta("Cloud Rest 小站", "a small book"), (), (chapter,))
    by_name = {document.name: document for document in documents(whole)}
    for name, words in (
        ("title-page.xhtml", ["Cloud Rest", "a small book"]),
        ("imprint.xhtml", ["Cloud Rest"]),
        ("nav.xhtml", ["Walden Pond"]),
        ("chapter-1.xhtml", ["Walden Pond"]),
    ):
        assert find(by_name[name], "//h:span[@lang='en']/text()") == words, name


# --- roles, headings, labels ------------------------------------------------------------


def test_every_role_of_a_chapter_is_type_and_role_of_its_section() -> None:
    for kind in b.ChapterRole:
        chapter = b.Chapter((H,), (paragraph(H),), "c1", role=kind)
        (document,) = [
            d for d in documents(b.Book(b.Meta("书"), (), (chapter,))) if "chapter" in d.name
        ]
        (section,) = find(document, "//h:section")
        assert section.get(f"{OPS}type") == kind.value
        assert section.get("role") == f"doc-{kind.value}"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("献词", "dedication"),
        ("致謝", "acknowledgments"),
        ("结语", "conclusion"),
        ("術語表", "glossary"),
        ("参考文献", "bibliography"),
        ("索引", "index"),
        ("勘误表", "errata"),
    ],
)
def test_words_of_back_matter(title: str, wanted: str) -> None:
    assert role("", title) == wanted


def test_landmarks_name_what_readers_look_for() -> None:
    def chapter(anchor: str, title: str) -> b.Chapter:
        return b.Chapter((b.Text(title),), (paragraph(H),), anchor, role=role("", title))

    whole = b.Book(
        b.Meta("书"),
        (chapter("c1", "献词"), chapter("c2", "序")),
        (chapter("c3", "山"),),
        (chapter("c4", "参考文献"), chapter("c5", "索引")),
    )
    (nav,) = [d for d in documents(whole) if d.name == "nav.xhtml"]
    links = find(nav, "//h:nav[@epub:type='landmarks']//h:a")
    assert [(a.get(f"{OPS}type"), a.get("href"), a.text) for a in links] == [
        ("cover", "cover.xhtml", "封面"),
        ("titlepage", "title-page.xhtml", "书名页"),
        ("toc", "nav.xhtml#toc", "目录"),
        ("bodymatter", "chapter-3.xhtml", "正文"),
        ("dedication", "chapter-1.xhtml", "献词"),
        ("foreword", "chapter-2.xhtml", "序"),
        ("bibliography", "chapter-4.xhtml", "参考文献"),
        ("index", "chapter-5.xhtml", "索引"),
    ]


def levels(document: Document) -> list[int]:
    return [int(e.tag[-1]) for e in find(document, "//h:h1|//h:h2|//h:h3|//h:h4")]


def assert_headings(files: tuple[Document, ...]) -> None:
    """One h1 a file, first, and no level skipped (epub.md, check 13); every heading has a name."""
    for document in files:
        found = levels(document)
        assert found[:1] == [1] and found.count(1) == 1, f"{document.name}: {found}"
        assert all(then <= now + 1 for now, then in pairwise(found)), f"{document.name}: {found}"
        for heading in find(document, "//h:h1|//h:h2|//h:h3|//h:h4"):
            words = "".join(heading.itertext()) or heading.get("aria-label")
            assert words or heading.xpath(".//h:img/@alt", namespaces=NAMES), document.name
        for section in find(document, "//h:section[@role]"):
            assert section.get("aria-label") or section.get("aria-labelledby"), document.name


@SMALL
def test_headings_of_the_small_books(name: str) -> None:
    whole, chosen = small_book(name)
    assert_headings(ebook.package(whole, chosen, b"jpeg").documents)


def test_a_book_without_headings_has_one_for_voices() -> None:
    whole = b.Book(b.Meta("灯"), (), (b.Chapter((), (paragraph(H),), "c1"),))
    files = documents(whole)
    assert_headings(files)
    assert differences(whole, files, edition()) == [], "it adds no text"
    (heading,) = find(files[-1], "//h:h1")
    assert heading.get("aria-label") == "灯" and heading.get("class") == "unseen"


@SMALL
def test_labels_are_in_the_language_of_the_edition(name: str) -> None:
    whole, chosen = small_book(name)
    for document in ebook.package(whole, chosen, b"jpeg").documents:
        for label in find(document, "//@aria-label | //@title"):
            assert label.isdecimal() or re.search(r"[一-鿿]", label), f"{document.name}: {label}"


def test_a_decorative_picture_says_nothing() -> None:
    data = io.BytesIO()
    PIL.Image.new("RGB", (4, 3)).save(data, "PNG")
    asset = b.Asset("a.png", "image/png", data.getvalue(), 4, 3)
    image = b.Image("a.png", "", decorative=True)
    screen, page = both(b.Figure(image), assets=(asset,))
    assert 'alt="" role="presentation"' in screen
    assert 'alt=""' in page and "role" not in page


# --- long chapters ------------------------------------------------------------------------


def long_chapter(count: int, per_section: int = 0, size: int = 400) -> b.Book:
    """A chapter of paragraphs; in sections of so many, of which each third is a subsection."""
    blocks: list[b.Block] = []
    for number in range(count):
        if per_section and number % per_section == 0:
            level = 3 if number // per_section % 3 else 2
            title = (b.Text(f"节{number}"),)
            blocks.append(b.Section(level, title, (), f"c1-s{number}"))
        blocks.append(paragraph(b.Text(f"{number}：" + "字" * size)))
    return book(*blocks)


def parts(whole: b.Book) -> list[Document]:
    return [d for d in documents(whole) if d.name.startswith("chapter-1")]


@pytest.mark.parametrize("per_section", [0, 7, 40])
def test_a_long_chapter_is_parted_below_240_kb_and_at_headings(per_section: int) -> None:
    whole = long_chapter(600, per_section)
    files = parts(whole)
    assert len(files) > 2
    assert all(len(d.xhtml) < 240 * 1024 for d in files)
    assert_headings(documents(whole))
    assert differences(whole, documents(whole), edition()) == []
    for document in files[1:] if per_section else ():
        seen = [e for e in find(document, "//h:section/*") if e.get("class") != "unseen"]
        assert seen[0].tag in (f"{XHTML}h2", f"{XHTML}h3"), "parted within a section"
    names = [find(d, "string(//h:head/h:title)") for d in files] if per_section else []
    assert names == [] or "".join(names[1]) == "章（续）"


def test_the_highest_heading_in_reach_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LIMIT", 1000)
    monkeypatch.setattr(chunks, "LEAST", 100)
    plain = paragraph(b.Text("字" * 60))

    def section(level: int) -> b.Section:
        return b.Section(level, (H,), (), f"s{level}")

    def cuts(*blocks: b.Block) -> list[int]:
        return [len(c.blocks) for c in chunks.chunks(b.Chapter((), blocks, "c"))]

    # 240 bytes a paragraph: four fit.
    assert cuts(plain, section(2), plain, section(3), plain, plain) == [1, 5]
    assert cuts(plain, plain, section(3), plain, plain) == [2, 3]
    assert cuts(*[plain] * 6) == [4, 2]
    # Not between a line that announces something, or a heading, and what follows.
    announcing = paragraph(b.Text("字" * 59 + "："))
    assert cuts(plain, plain, plain, announcing, plain, plain) == [3, 3]
    # Something too large has a file of its own, and what holds on to it comes along.
    huge = paragraph(b.Text("字" * 400))
    assert cuts(plain, huge, plain) == [1, 1, 1]


def test_sections_that_go_on_are_told_to_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LIMIT", 3000)
    inner = b.Section(
        3, (b.Text("小"),), tuple(paragraph(b.Text("字" * 300)) for _ in range(4)), "s3"
    )
    whole = book(b.Section(2, (b.Text("大"),), (inner,), "s2"))
    second = parts(whole)[1]
    unseen = find(second, "//*[@class='unseen']")
    assert [(e.tag[-2:], e.get("aria-label")) for e in unseen] == [
        ("h1", "章（续）"),
        ("h2", "大（续）"),
        ("h3", "小（续）"),
    ]
    assert_headings(documents(whole))
    assert differences(whole, documents(whole), edition()) == []


@pytest.mark.slow
@given(BOOKS)
@settings(max_examples=25, deadline=None)
def test_a_block_is_never_larger_than_it_is_weighed(whole: b.Book) -> None:
    for position, chapter in enumerate(whole.chapters(), 1):
        notes = {note.anchor: note for note in chapter.notes}
        weighed = sum(chunks.weight(block, notes) for block in chapter.blocks)
        (document,) = [d for d in documents(whole) if d.name == f"chapter-{position}.xhtml"]
        # Head, heading and section of a file.
        assert len(document.xhtml) < weighed + 1500


# --- style sheets -----------------------------------------------------------------------------


def sheets(package: Package) -> dict[str, str]:
    return {
        resource.name: resource.data.decode()
        for resource in package.resources
        if resource.media_type == "text/css"
    }


def our_sheets() -> dict[str, str]:
    return sheets(ebook.package(book(paragraph(H)), edition(), b"jpeg"))


def test_older_spellings_stand_before_the_newer() -> None:
    said = for_readers(
        "p { margin-inline-start: 2em; text-align: end }\n"
        "em { text-emphasis-position: under right /* dots */ }\n"
        "h1 { break-before: page; color: inherit }",
        "horizontal",
    )
    assert said == (
        "p { margin-left: 2em; margin-inline-start: 2em; text-align: right }\n"
        "em { -epub-text-emphasis-position: under right; -webkit-text-emphasis-position: under; "
        "text-emphasis-position: under right }\n"
        "h1 { page-break-before: always; break-before: page; color: inherit }"
    )


def test_a_vertical_line_begins_at_the_top() -> None:
    said = for_readers("p { margin-inline-start: 2em; padding-block-end: 1em }", "vertical")
    assert said == (
        "p { margin-top: 2em; margin-inline-start: 2em; padding-left: 1em; padding-block-end: 1em }"
    )


@pytest.mark.parametrize(
    ("said", "across", "down"),
    [
        ("margin: 3em 0", "margin: 3em 0", "margin: 0 3em 0 3em"),
        ("margin: 1em 0 2em", "margin: 1em 0 2em", "margin: 0 1em 0 2em"),
        ("padding: 1em 2em 3em 4em", "padding: 1em 2em 3em 4em", "padding: 4em 1em 2em 3em"),
        ("margin: auto", "margin: auto", "margin: auto"),
        ("inline-size: 4em", "width: 4em", "height: 4em"),
        ("min-inline-size: 12em", "min-width: 12em", "min-height: 12em"),
        ("block-size: 4em", "height: 4em", "width: 4em"),
        ("padding-top: 1em", "padding-top: 1em", "padding-top: 1em"),
    ],
)
def test_sides_and_extents_are_those_of_the_lines(said: str, across: str, down: str) -> None:
    assert for_readers(f"p {{ {said} }}", "horizontal") == f"p {{ {across} }}"
    assert for_readers(f"p {{ {said} }}", "vertical") == f"p {{ {down} }}"


def test_sizes_leading_and_colour_are_the_readers() -> None:
    """epub.md, check 18: no px or pt, no colour and no leading on text; no text-autospace."""
    for name, css in our_sheets().items():
        assert css.startswith('@charset "utf-8";\n'), name
        assert not re.search(r"\d(px|pt|mm|cm)\b", css), name
        assert "var(" not in css and "text-autospace" not in css
        assert not re.search(r"(?<!-)color:(?! inherit)", css), name
        assert css.count("{") == css.count("}")
    for selector, inside in re.findall(r"([^{}]+)\{([^{}]*)\}", our_sheets()["css/book.css"]):
        for part in selector.split(","):
            if part.strip() in ("html", "body", ":root", "p", "li", "dd", "blockquote"):
                assert not re.search(r"line-height|font-size|background", inside), selector


def test_our_sheets_have_every_twin_and_fallback() -> None:
    for css in our_sheets().values():
        for inside in re.findall(r"\{([^{}]*)\}", css):
            names = [part.partition(":")[0].strip() for part in inside.split(";")]
            for prop, before in (
                ("line-break", "-webkit-line-break"),
                ("line-break", "-epub-line-break"),
                ("text-emphasis", "-epub-text-emphasis"),
                ("margin-inline-start", "margin-left"),
                ("border-block-start", "border-top"),
                ("break-after", "page-break-after"),
            ):
                if prop in names:
                    assert before in names[: names.index(prop)], inside


# --- what reading apps are known to do ------------------------------------------------------------


def test_kindle_takes_the_way_back_for_the_beginning_of_a_note() -> None:
    """With the way back at its end, Kindle shows several notes as one (jgm/pandoc#4491, #8676)."""
    note = b.Note("c1-n1", 1, (b.List(((paragraph(H),),)), paragraph(H)))
    screen = epub(book(paragraph(H, b.NoteRef("c1-n1", 1)), notes=(note,)))
    inside = screen[screen.index("<aside") :]
    assert re.match(r'<aside[^>]*><p><a class="backlink"', inside)


def test_apple_books_takes_notes_out_of_the_text() -> None:
    """An aside that is a footnote is shown when its call is tapped and nowhere else
    (gutenbergtools/ebookmaker#349): a heading over the notes would stand over nothing."""
    note = b.Note("c1-n1", 1, (paragraph(H),))
    screen = epub(book(paragraph(H, b.NoteRef("c1-n1", 1)), notes=(note,)))
    assert re.search(r"</p><aside [^>]*>.*</aside>$", screen)


def test_kobo_opens_notes_that_stand_behind_their_call() -> None:
    """A target before the link is no note to Kobo (kobolabs/epub-spec#24)."""
    note = b.Note("c1-n1", 1, (paragraph(H),))
    screen = epub(book(paragraph(H, b.NoteRef("c1-n1", 1)), paragraph(H), notes=(note,)))
    assert screen.index('href="#c1-n1"') < screen.index('id="c1-n1"')


def test_kobo_breaks_no_page_within_a_file() -> None:
    """``page-break-after: always`` does nothing in a kepub (standardebooks/tools#187): what begins
    a page is a file, and no sheet asks for more."""
    for css in our_sheets().values():
        assert not re.search(r"break-(before|after): (always|page)", css)


def test_no_element_is_closed_in_itself_that_html_would_leave_open() -> None:
    """kepubify#104 and mubook-hon#12 read XHTML as HTML: all that follows ``<i/>`` is in it."""
    empty = b.Table(((), ()), (((), ()),), ("", ""))
    call = paragraph(b.Text("字"), b.NoteRef("c1-n1", 1))
    files = documents(book(empty, call, notes=(b.Note("c1-n1", 1, ()),)))
    for document in files:
        closed = re.findall(r"<([\w:]+)[^<>]*/>", document.xhtml.decode())
        assert set(closed) <= {"meta", "link", "img", "br", "hr"}, document.name


def test_adobe_drops_a_sheet_with_a_media_query() -> None:
    """ADE and what is built on it (dvschultz/99problems#22, gutenbergtools/ebookmaker#212): such
    rules have a sheet of their own, behind the other; and none by ``media`` on the link, which
    KOReader does not read (koreader/koreader#3179)."""
    found = our_sheets()
    assert "@media" not in found["css/book.css"] and "@media" in found["css/newer.css"]
    for document in documents(book(paragraph(H))):
        links = find(document, "//h:head/h:link")
        assert [link.get("href") for link in links] == ["css/book.css", "css/newer.css"]
        assert not any(link.get("media") for link in links)


def test_engines_without_ruby_show_the_brackets() -> None:
    """MuPDF, and Adobe's engine, set the reading in the line (epub.md, section 4, lesson 4); those
    that know ruby hide ``rp`` of themselves (HTML section 15.3.3)."""
    for css in our_sheets().values():
        assert not re.search(r"\brp\b", css)


def test_mupdf_is_not_told_of_inline_blocks() -> None:
    """It loses or misplaces them; what is under a condition it passes over."""
    found = our_sheets()
    assert "inline-block" not in found["css/book.css"]
    before, _, after = found["css/newer.css"].partition("inline-block")
    assert after and before.count("{") > before.count("}") + 1
    # A reading in the line, in brackets, is as large as the text.
    assert not re.search(r"\brt \{[^}]*font-size", found["css/book.css"])


def test_lines_under_words_are_near_them() -> None:
    """Under the box they touch the next line in Gecko and WebKit."""
    css = our_sheets()["css/book.css"]
    assert "text-underline-position: under" not in css
    for selector in ("u.name", "u.work", "a"):
        assert re.search(rf"^{re.escape(selector)} {{[^}}]*text-underline-offset: \.2em", css, re.M)


# --- a formula and the marks about it ---------------------------------------------------------

W = b.Math("w")
#: As it stands in the file.
MATH = formula.mathml("w", False)


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ((b.Text("设"), W, b.Text("，则")), "设[{}，]则"),
        ((b.Text("（"), W, b.Text("）。")), "[（{}）。]"),
        ((b.Text("见「"), W, b.Text("」")), "见[「{}」]"),
        ((W, b.Text("，"), W, b.Text("，")), "[{}，][{}，]"),
        ((b.Text("设"), W, b.Text("与")), "设{}与"),
        ((W, b.Text(" ，")), "{} ，"),
        ((b.Text("甲"), W, W), "甲{}{}"),
        ((b.Strong((W,)), b.Text("；")), "[<strong>{}</strong>；]"),
        ((b.Strong((b.Text("设"), W, b.Text("，"))),), "<strong>设[{}，]</strong>"),
        ((b.Text("设，则（"),), "设，则（"),
    ],
)
def test_a_formula_keeps_its_marks(nodes: tuple[b.Inline, ...], wanted: str) -> None:
    """Engines may end a line at anything that is one box (CSS Text 3, section 5.1)."""
    wanted = wanted.replace("[", '<span class="held">').replace("]", "</span>")
    assert epub(book(paragraph(*nodes))) == f"<p>{wanted.replace('{}', MATH)}</p>"
    assert re.search(r"^\.held \{ white-space: nowrap \}", our_sheets()["css/book.css"], re.M)


def test_a_formula_keeps_its_note_and_the_marks_behind() -> None:
    call = (b.Text("设"), W, b.NoteRef("c1-n1", 1), b.Text("，则"))
    screen = epub(book(paragraph(*call), notes=(b.Note("c1-n1", 1, ()),)))
    assert re.search(r'<p>设<span class="held"><math.*</sup>，</span>则</p>', screen)


def test_in_print_nothing_is_held() -> None:
    """The composer of printed lines holds marks itself."""
    _, page = both(paragraph(W, b.Text("，")))
    assert "held" not in page and page.endswith("/>，</p>")


def test_weread_sets_paragraphs_that_are_paragraphs() -> None:
    """WeRead indents and spaces by ``p`` (BlingDan/Novel_Converter_txt2epub#5), and a reader cannot
    choose the face of text that names one (immersive-translate#1433)."""
    screen = epub(book(paragraph(H), paragraph(H)))
    assert screen == "<p>字</p><p>字</p>"
    css = our_sheets()["css/book.css"]
    for selector, inside in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if "font-family" in inside:
            assert not {"p", "body", "li"} & {part.strip() for part in selector.split(",")}


# --- what somebody certifies --------------------------------------------------------------------


def claims(tree: Any) -> list[tuple[str, str]]:
    return [
        (item.get("property"), item.text)
        for item in tree.iter("{*}meta")
        if re.match("dcterms:conformsTo|a11y:", item.get("property") or "")
    ]


def test_a_claim_is_made_as_declared_and_only_then(tmp_path: Any) -> None:
    assert claims(opf(pack(a_package(), tmp_path / "a.epub"))) == []
    chosen = dataclasses.replace(edition(), conformance=Conformance("WCAG 2.1 Level AA", "林一"))
    tree = opf(pack(a_package(), tmp_path / "b.epub", chosen))
    assert claims(tree) == [
        ("dcterms:conformsTo", "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"),
        ("a11y:certifiedBy", "林一"),
    ]
    assert refined(tree, "conformance", "a11y:certifiedBy") == ["林一"]
    assert len(texts(tree, '//opf:meta[@id="conformance"]')) == 1


def test_how_a_claim_is_declared() -> None:
    check = schema.SCHEMA["epub"]["accessibility"]
    assert check({"conforms-to": "wcag-aa", "certifier": "林一"}) == Conformance(
        "WCAG 2.2 Level AA", "林一"
    )
    assert check({"conforms-to": "wcag-2.0-a", "certifier": "林一"}).wcag == "WCAG 2.0 Level A"
    for wrong in (
        "yes",
        {"conforms-to": "wcag-aa"},
        {"conforms-to": "best", "certifier": "林一"},
        {"conforms-to": "wcag-aa", "certifier": ""},
        {"conforms-to": "wcag-aa", "certifier": "林一", "date": "2025"},
    ):
        with pytest.raises(Wrong):
            check(wrong)


def test_the_summary_tells_of_the_pages_that_are_marked(tmp_path: Any) -> None:
    from publish.model.package import PageTarget

    package = dataclasses.replace(
        a_package('<h1 id="page-1">一</h1>'), pages=(PageTarget("1", "chapter-1.xhtml#page-1"),)
    )
    (said,) = texts(
        opf(pack(package, tmp_path / "a.epub")),
        '//opf:meta[@property="schema:accessibilitySummary"]',
    )
    assert said.endswith("标有印本的页码。")
