"""The checks of an EPUB: each fault is put into a good one, and is told once, alone, in its place.

A fault that a check does not find fails here, and so does a check that cries at what is right: the
EPUB without the fault is clean, and the faults found are compared as a set.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import io
import os
import random
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from small_epub import (
    CONTAINER,
    EDITION,
    PACKAGE,
    RUNS,
    SECOND,
    STYLE,
    Members,
    book,
    edited,
    packed,
    picture,
    run,
    xhtml,
)

from publish import check
from publish.check.epub import check_epub
from publish.check.epub_extract import epub_text
from publish.check.epub_faults import TOLD
from publish.check.epub_package import is_isbn
from publish.diagnostics import Diagnostic
from publish.text.threads import compact

ROOT = Path(__file__).resolve().parent.parent


def told(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{item.code} {item.message}" for item in diagnostics]


def codes(diagnostics: tuple[Diagnostic, ...]) -> set[str]:
    return {item.code for item in diagnostics}


def artifact(path: Path, *arguments: object) -> tuple[Diagnostic, ...]:
    return check.check_artifact(path, *arguments).diagnostics  # type: ignore[arg-type]


def test_a_good_epub_is_clean_and_says_what_its_edition_says(tmp_path: Path) -> None:
    path = packed(tmp_path, book())
    assert artifact(path, RUNS, EDITION, ("第一章", "1", "第二章")) == ()
    assert artifact(path) == ()


def test_an_epub_that_lost_text_is_told_with_its_document(tmp_path: Path) -> None:
    path = packed(tmp_path, edited({"c2.xhtml": ("完。", "")}))
    found = [item for item in artifact(path, RUNS) if item.code.startswith("T-")]
    assert [item.code for item in found] == ["T-LOST"]
    assert found[0].path == str(path)
    assert [item.place for item in epub_text(path)] == [
        f"EPUB/{name}.xhtml" for name in ("nav", "c1", "c2")
    ]


# --- one fault -----------------------------------------------------------------------------------

Changes = dict[str, tuple[str, str]]


def opf(old: str, new: str = "") -> Changes:
    return {"package.opf": (old, new)}


def nav(old: str, new: str = "") -> Changes:
    return {"nav.xhtml": (old, new)}


def first(old: str, new: str = "") -> Changes:
    return {"c1.xhtml": (old, new)}


def second(new: str) -> Changes:
    """A paragraph more in the second chapter, on a line of its own."""
    return {"c2.xhtml": ('<p lang="en"', f'{new}\n<p lang="en"')}


def css(new: str) -> Changes:
    """A rule more at the end of the style sheet, on line 6."""
    return {"book.css": (STYLE, f"{STYLE}{new}\n")}


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}">{value}</meta>'


def feature(value: str) -> str:
    return meta("schema:accessibilityFeature", value)


END = "<meta name="
CLAIM = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"

#: (severity in a book of ours, severity in another's, code, what is told, what is changed).  Codes
#: behind the first are those of what follows from the fault.
FAULTS: list[tuple[str, str, str, str, Changes]] = [
    # The package: 5.
    ("error", "error", "EPUB-XML", "not well-formed", opf("<manifest>")),
    ("error", "error", "EPUB-ITEM", "package.opf: EPUB/b.png is declared and not in the archive",
     opf('<item id="css"', '<item id="b" href="b.png" media-type="image/png"/><item id="css"')),
    ("error", "error", "EPUB-ID", "package.opf: two items have the id css",
     opf('<item id="css"', '<item id="css" href="a.png" media-type="text/css"/><item id="css"')),
    ("error", "error", "EPUB-REMOTE", "https://a.example/b.png is not in the archive",
     opf('<item id="css"', '<item id="x" href="https://a.example/b.png" media-type="image/png"/>'
         '<item id="css"')),
    ("error", "error", "EPUB-SPINE", "the spine names c9, no such item",
     opf("</spine>", '<itemref idref="c9"/></spine>')),
    ("error", "error", "EPUB-SPINE", "the spine names c2 twice",
     opf("</spine>", '<itemref idref="c2"/></spine>')),
    ("error", "error", "EPUB-SPINE EPUB-NAV EPUB-PAGES", "the spine is empty",
     opf('<itemref idref="nav"/><itemref idref="c1"/>\n<itemref idref="c2"/>')),
    ("error", "error", "EPUB-META", "dc:title is missing", opf("<dc:title>试验</dc:title>")),
    ("error", "error", "EPUB-META", "no identifier is the unique one",
     opf('unique-identifier="id"', 'unique-identifier="nr"')),
    ("error", "error", "EPUB-META", "no time of the last change",
     opf("2026-01-02T03:04:05Z", "2026-01-02")),
    ("warning", "warning", "EPUB-META", "urn:isbn:9787000000003 is no ISBN",
     opf("<dc:title>", "<dc:identifier>urn:isbn:9787000000003</dc:identifier><dc:title>")),
    ("warning", "warning", "EPUB-META", "urn:uuid:1 is no UUID",
     opf("<dc:title>", "<dc:identifier>urn:uuid:1</dc:identifier><dc:title>")),
    ("error", "warning", "EPUB-LANG", "the package says en, dc:language says zh-Hans",
     opf('xml:lang="zh-Hans"', 'xml:lang="en"')),
    ("warning", "warning", "EPUB-RESIDUE", "package.opf:5: residue of an exporter in «试验&#x20;»",
     opf("<dc:title>试验", "<dc:title>试验&amp;#x20;")),
    # Documents.
    ("error", "error", "EPUB-XML EPUB-PAGES", "c2.xhtml: not well-formed", second("<p>没有关")),
    ("error", "error", "EPUB-XML EPUB-PAGES EPUB-LINK",
     "c2.xhtml: the root element is not html",
     {"c2.xhtml": (SECOND, '<book xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh"/>')}),
    ("error", "error", "EPUB-LINK", "c2.xhtml:6: c1.xhtml#none leads to an id that does not exist",
     second('<p><a href="c1.xhtml#none">前</a></p>')),
    ("error", "error", "EPUB-LINK", "c2.xhtml:6: none.xhtml is not in the archive",
     second('<p><a href="none.xhtml">前</a></p>')),
    ("error", "error", "EPUB-LINK", "leads to the reader's own files",
     second('<p><a href="file:///etc/hosts">前</a></p>')),
    ("error", "error", "EPUB-REMOTE", "c2.xhtml:6: fetches https://a.example/b.png",
     second('<p><img src="https://a.example/b.png" alt="图"/></p>')),
    ("error", "error", "EPUB-REMOTE", "fetches https://a.example/b.png",
     second('<p><img src="a.png" srcset="a.png 1x, https://a.example/b.png 2x" alt="图"/></p>')),
    ("error", "error", "EPUB-ID", "c2.xhtml:7: two elements have the id a",
     second('<p id="a">甲</p>\n<p id="a">乙</p>')),
    ("error", "error", "EPUB-SCRIPT EPUB-A11Y", "an element script",
     second("<script>1</script>")),
    ("error", "error", "EPUB-SCRIPT EPUB-A11Y", "an event handler, onclick",
     second('<p onclick="f()"/>')),
    ("error", "warning", "EPUB-SCRIPT", "a link that holds a script",
     second('<p><a href="javascript:f()">甲</a></p>')),
    ("error", "warning", "EPUB-BLANK", "white space between Han characters in «甲   乙»",
     second("<p><span>甲</span>\n  <span>乙</span></p>")),
    ("warning", "warning", "EPUB-SIZE", "old readers take 240 KB",
     second(f"<p>{'长' * 90000}</p>")),
    ("warning", "warning", "EPUB-TITLE", "title is empty",
     {"c2.xhtml": ("<title>第二章", "<title>")}),
    ("warning", "warning", "EPUB-TITLE", "only a file name",
     {"c2.xhtml": ("<title>第二章", "<title>c2.xhtml")}),
    ("warning", "warning", "EPUB-RESIDUE", "c1.xhtml:6: residue of an exporter in «一张图&nbsp;»",
     first('alt="一张图"', 'alt="一张图&amp;nbsp;"')),
    # Language.
    ("error", "error", "EPUB-LANG", "c2.xhtml: lang and xml:lang differ: zh-Hant and zh-Hans",
     {"c2.xhtml": (' lang="zh-Hans"', ' lang="zh-Hant"')}),
    ("error", "warning", "EPUB-LANG", "no language",
     {"c2.xhtml": (' lang="zh-Hans" xml:lang="zh-Hans"', "")}),
    ("warning", "warning", "EPUB-LANG", "c2.xhtml:6: lang is ja, xml:lang is None",
     second('<p lang="ja">の</p>')),
    ("warning", "warning", "EPUB-LANG", "english! is no language tag",
     {"c2.xhtml": ('lang="en" xml:lang="en"', 'lang="english!" xml:lang="english!"')}),
    ("warning", "warning", "EPUB-ENGLISH", "c2.xhtml:6 «and so it ends here»: English that",
     {"c2.xhtml": (' lang="en" xml:lang="en"', "")}),
    ("warning", "warning", "EPUB-ENGLISH", "c2.xhtml:6 «so it is»: English that",
     second("<p>他说so it is。</p>")),
    # Headings, roles, notes, words.
    ("warning", "warning", "EPUB-ROLE", 'epub:type="footnote" without role="doc-footnote"',
     first(' role="doc-footnote"')),
    ("warning", "warning", "EPUB-HEADING", "c2.xhtml:6: a second h1", second("<h1>又</h1>")),
    ("warning", "warning", "EPUB-HEADING", "c2.xhtml:6: h3 after h1: «又»", second("<h3>又</h3>")),
    ("warning", "warning", "EPUB-HEADING", "an empty heading", second("<h2> </h2>")),
    ("warning", "warning", "EPUB-NOTE", "c1.xhtml:5: a note's mark without a word joiner",
     first("&#x2060;")),
    ("warning", "warning", "EPUB-NOTE", "c1.xhtml:7: a note without a way back to its mark",
     first('<a href="#r1" role="doc-backlink">①</a>注文。<a href="#r1" '
           'role="doc-backlink">返回正文</a>', "①注文。")),
    ("warning", "warning", "EPUB-NOTE", "a note's mark leads to what is no note",
     first('<aside epub:type="footnote" role="doc-footnote" id="n1">', '<aside id="n1">')),
    ("warning", "warning", "EPUB-NOTE", "a footnote that no mark of its file leads to",
     second('<aside epub:type="footnote" role="doc-footnote" id="n2"><p>注</p></aside>')),
    ("warning", "warning", "EPUB-NOTE", "c2.xhtml:6: a note's mark leads to another file",
     second('<p>甲&#x2060;<a epub:type="noteref" role="doc-noteref" href="c1.xhtml#n1">1</a></p>')),
    ("warning", "warning", "EPUB-ALT", "an alt text that is a file name",
     first('alt="一张图"', 'alt="IMG_2041.jpg"')),
    ("warning", "warning", "EPUB-ALT", "the alt text of the image a.png is empty",
     second('<p><img src="a.png" alt=""/></p>')),
    # Contents, landmarks, NCX.
    ("error", "error", "EPUB-NAV EPUB-A11Y", "the package needs one navigation document",
     opf(' properties="nav"')),
    ("error", "error", "EPUB-NAV EPUB-A11Y EPUB-NCX", "no table of contents",
     nav('epub:type="toc" role="doc-toc" id', "id")),
    ("error", "error", "EPUB-NAV EPUB-NCX", "«1» leads outside the spine",
     nav("c1.xhtml#e1", "cover.jpg")),
    ("error", "error", "EPUB-NAV EPUB-NCX", "an entry without a label", nav(">第二章<", "> <")),
    ("error", "warning", "EPUB-NAV EPUB-ROLE", "no landmarks",
     nav('epub:type="landmarks"', 'class="x"')),
    ("error", "error", "EPUB-NAV", "a landmark without epub:type",
     nav('epub:type="bodymatter" ')),
    ("error", "error", "EPUB-NAV", "the landmark toc leads outside the spine",
     nav('epub:type="toc" href="#toc"', 'epub:type="toc" href="book.css"')),
    ("warning", "warning", "EPUB-NAV", "no landmark for the beginning of the text",
     nav('epub:type="bodymatter"', 'epub:type="titlepage"')),
    ("warning", "warning", "EPUB-NAV", "nav.xhtml:8: «Contents» is no Chinese label",
     nav('href="#toc">目录', 'href="#toc">Contents')),
    ("warning", "warning", "EPUB-NAV", "«Pages» is no Chinese label",
     nav('aria-label="印本页码"', 'aria-label="Pages"')),
    ("warning", "warning", "EPUB-NCX", "no NCX",
     opf('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
         '<item id="ncx" href="toc.ncx" media-type="application/xml"/>')),
    ("warning", "warning", "EPUB-NCX", "its contents differs from the navigation document at «1»",
     {"toc.ncx": ("<text>1<", "<text>2<")}),
    ("warning", "warning", "EPUB-NCX", "at the target of «1»",
     {"toc.ncx": ("c1.xhtml#e1", "c1.xhtml#r1")}),
    ("warning", "warning", "EPUB-NCX", "its page list differs from the navigation document at «6»",
     {"toc.ncx": ("<text>6<", "<text>7<")}),
    ("error", "error", "EPUB-XML", "toc.ncx: not well-formed", {"toc.ncx": ("</pageList>", "")}),
    ("error", "warning", "EPUB-NCX", "dtb:uid is not the identifier",
     {"toc.ncx": ("urn:uuid:0f0a", "urn:uuid:1f0a")}),
    ("warning", "warning", "EPUB-NCX", "dtb:depth is 1, the contents are 2 deep",
     {"toc.ncx": ('"dtb:depth" content="2"', '"dtb:depth" content="1"')}),
    # Pages of the printed edition; the NCX is left behind, so what it says is another fault.
    ("warning", "warning", "EPUB-PAGES", "c2.xhtml:6: page 7 is not in the page list",
     second('<p><span epub:type="pagebreak" role="doc-pagebreak" id="p7" aria-label="7"/>甲</p>')),
    ("warning", "warning", "EPUB-PAGES", "page 5 leads to the page break of 4",
     first('aria-label="5"', 'aria-label="4"')),
    ("warning", "warning", "EPUB-PAGES", "c2.xhtml:6: a page break without an id",
     second('<p><span epub:type="pagebreak" role="doc-pagebreak" aria-label="7"/>甲</p>')),
    # Accessibility: what is missing, what is false, what is not said.
    *(("warning", "warning", "EPUB-A11Y", f"{name} not declared", opf(text)) for name, text in (
        ("accessModeSufficient is", meta("schema:accessModeSufficient", "textual")),
        ("accessibilityHazard is", meta("schema:accessibilityHazard", "none")),
        ("accessibilitySummary is", meta("schema:accessibilitySummary", "全书为可重排的文字。")),
        ("accessMode is", f"{meta('schema:accessMode', 'textual')}\n"
                       f"{meta('schema:accessMode', 'visual')}"),
        *((f"{name} is true of the book, and", feature(name)) for name in (
            "tableOfContents", "structuralNavigation", "alternativeText", "MathML",
            "describedMath", "rubyAnnotations", "pageBreakMarkers", "pageNavigation", "ARIA")),
        ("accessMode visual is true of the book, and", meta("schema:accessMode", "visual")),
    )),
    *(("warning", "warning", "EPUB-A11Y", f"{name} is declared, and {why}",
       opf(END, feature(name) + END)) for name, why in (
        ("index", "there is no index"),
        ("synchronizedAudioText", "there is no media overlay"),
        ("ttsMarkup", "nothing says how a word is spoken"),
        ("longDescription", "no picture has one"),
        ("transcript", "there is neither sound nor film"),
    )),
    ("warning", "warning", "EPUB-A11Y", "rubyAnnotations is declared, and no character has",
     first("<ruby>漢<rp>（</rp><rt>hàn</rt><rp>）</rp></ruby>", "漢")),
    ("warning", "warning", "EPUB-A11Y EPUB-ALT", "describedMath is declared, and not every",
     second('<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>y</mi></math></p>')),
    ("warning", "warning", "EPUB-A11Y", "displayTransformability is declared, and the layout",
     opf(END, meta("rendition:layout", "pre-paginated") + END)),
    ("warning", "warning", "EPUB-A11Y", "accessMode auditory is declared, and the book has",
     opf(END, meta("schema:accessMode", "auditory") + END)),
    ("warning", "warning", "EPUB-A11Y", "accessibilityFeature rubyannotations is no value of it",
     opf(END, feature("rubyannotations") + END)),
    ("warning", "warning", "EPUB-A11Y", "accessibilityHazard is none, and more besides",
     opf(END, meta("schema:accessibilityHazard", "noSoundHazard") + END)),
    ("warning", "warning", "EPUB-A11Y", "accessibilitySummary is not in the language of the book",
     opf("全书为可重排的文字。", "This book is text.")),
    ("warning", "warning", "EPUB-A11Y", "conformsTo «EPUB Accessibility 1.1 AA» is no claim",
     opf(END, meta("dcterms:conformsTo", "EPUB Accessibility 1.1 AA")
         + meta("a11y:certifiedBy", "甲") + END)),
    ("warning", "warning", "EPUB-A11Y", "conformance is claimed, and nobody answers for it",
     opf(END, meta("dcterms:conformsTo", CLAIM) + END)),
    ("warning", "warning", "EPUB-A11Y", "page breaks, and no word of which edition",
     opf('<dc:source>《试验》印本</dc:source>\n<meta property="dcterms:modified">'
         '2026-01-02T03:04:05Z</meta>\n<meta property="pageBreakSource">《试验》印本</meta>',
         meta("dcterms:modified", "2026-01-02T03:04:05Z"))),
    # Style sheets.
    ("warning", "warning", "EPUB-CSS", "book.css:7: a font size in px",
     css("h2 { font-size: 18px }")),
    ("warning", "warning", "EPUB-CSS", "a font size in pt",
     css("h2 { font: bold 12pt/1.5 serif }")),
    ("warning", "warning", "EPUB-CSS", "c2.xhtml:6: a font size in px",
     second('<p style="font-size: 9px">甲</p>')),
    ("warning", "warning", "EPUB-CSS", "c2.xhtml:7: a font size in px",
     second("<style>\np { font-size: 9px }</style>")),
    ("warning", "warning", "EPUB-CSS", "a font size in px",
     css("@media (min-width: 30em) { h2 { font-size: 18px } }")),
    ("warning", "warning", "EPUB-CSS", "text-autospace", css("h2 { text-autospace: normal }")),
    ("warning", "warning", "EPUB-CSS", "custom properties", css("h2 { --gap: 1em }")),
    ("warning", "warning", "EPUB-CSS", "var()", css("h2 { margin: calc(var(--gap) * 2) }")),
    ("warning", "warning", "EPUB-CSS", "the property direction", css("h2 { direction: rtl }")),
    ("warning", "warning", "EPUB-CSS", "device-cmyk()",
     css("h2 { border: thin solid device-cmyk(0 0 0 1) }")),
    ("warning", "warning", "EPUB-CSS",
     "line-break without -epub-line-break and -webkit-line-break",
     css("h2 { line-break: strict }")),
    ("warning", "warning", "EPUB-CSS", "word-break without -epub-word-break",
     css("h2 { word-break: keep-all }")),
    ("warning", "warning", "EPUB-CSS", "margin-inline-start without a physical property before it",
     css("h2 { margin-inline-start: 1em; margin-left: 1em }")),
    ("warning", "warning", "EPUB-CSS", "what no CSS parser reads", css("h2 { 1em }")),
    ("error", "error", "EPUB-REMOTE", "book.css:7: the style sheet fetches https://a.example/b.css",
     css("@import 'https://a.example/b.css';")),
    ("error", "error", "EPUB-LINK", "book.css:7: none.png is not in the archive",
     css("h2 { background: url(none.png) }")),
    ("warning", "warning", "EPUB-CSS", "beyond ASCII, and without @charset",
     {"book.css": ('@charset "utf-8";', "")}),
    ("warning", "warning", "EPUB-CSS", "@charset without effect",
     {"book.css": ('@charset "utf-8";', '/* */ \n@charset "utf-8";')}),
    ("warning", "warning", "EPUB-CSS", "book.css:7: line-height: 1.8 on the body text, by p",
     css("p { line-height: 1.8 }")),
    ("warning", "warning", "EPUB-CSS", "line-height: 30px on the body text, by body > p",
     css("body > p { font: 1em/30px serif }")),
    ("warning", "warning", "EPUB-CSS", "color: #333 on the body text, by body",
     css("body { color: #333 }")),
    ("warning", "warning", "EPUB-CSS", "background-color: white on the body text, by *",
     css("* { background: white }")),
    # Pictures.
    ("warning", "warning", "EPUB-COVER", "a cover that readers of EPUB 2 do not find",
     opf('<meta name="cover" content="cover"/>')),
    ("warning", "warning", "EPUB-COVER", "a cover that readers of EPUB 3 do not find",
     opf(' properties="cover-image"')),
    ("warning", "warning", "EPUB-IMAGE", "a.png: declared as image/jpeg, and is image/png",
     opf('href="a.png" media-type="image/png"', 'href="a.png" media-type="image/jpeg"')),
]  # fmt: skip


@pytest.mark.parametrize(
    ("here", "elsewhere", "code", "what", "changes"), FAULTS, ids=[row[3][:40] for row in FAULTS]
)
def test_one_fault_is_told(
    tmp_path: Path, here: str, elsewhere: str, code: str, what: str, changes: Changes
) -> None:
    path = packed(tmp_path, edited(changes))
    main, *consequences = code.split()
    for edition, severity in ((EDITION, here), (None, elsewhere)):
        found = check_epub(path, edition)
        faults = [item for item in found if item.code == main and what in item.message]
        assert [item.severity for item in faults] == [severity], told(found)
        assert faults[0].hints or severity == "error"
        assert codes(found) == {main, *consequences}, told(found)


def found(folder: Path, members: Members) -> list[str]:
    """What is told of a book that is not ours."""
    return told(check_epub(packed(folder, members)))


# --- the archive ---------------------------------------------------------------------------------


def test_mimetype_must_be_first_and_stored(tmp_path: Path) -> None:
    assert codes(check_epub(packed(tmp_path, book(), stored=False))) == {"EPUB-ZIP"}
    members = book()
    members["mimetype"] = members.pop("mimetype")
    assert codes(check_epub(packed(tmp_path, members))) == {"EPUB-ZIP"}
    assert codes(check_epub(packed(tmp_path, book(mimetype="application/zip")))) == {"EPUB-ZIP"}


@pytest.mark.parametrize(
    ("name", "here", "elsewhere", "what"),
    [
        ("../out.txt", "error", "error", "EPUB-ZIP ../out.txt: leads out of the archive"),
        ("EPUB/A.png", "error", "error", "EPUB-ZIP EPUB/A.png: in the archive twice"),
        ("EPUB/a*.txt", "error", "error", "EPUB-NAME EPUB/a*.txt: a name that no EPUB may have"),
        ("META-INF/图.txt", "warning", "warning", "EPUB-NAME META-INF/图.txt: a name with blanks"),
        ("META-INF/", "error", "warning", "EPUB-ZIP META-INF/: an entry for a folder"),
        ("EPUB/stray.txt", "error", "warning", "EPUB-ITEM EPUB/stray.txt: in the archive and not"),
        ("__MACOSX/._a.png", "warning", "warning", "EPUB-STRAY __MACOSX/._a.png: no part of a"),
        ("EPUB/.DS_Store", "warning", "warning", "EPUB-STRAY EPUB/.DS_Store: no part of a book"),
        ("EPUB/c1.xhtml.bak", "warning", "warning", "EPUB-STRAY EPUB/c1.xhtml.bak: no part of"),
    ],
)
def test_a_member_too_many(tmp_path: Path, name: str, here: str, elsewhere: str, what: str) -> None:
    path = packed(tmp_path, book(**{name: "x"}))
    for edition, severity in ((EDITION, here), (None, elsewhere)):
        (fault, *others) = check_epub(path, edition)
        assert told((fault,))[0].startswith(what) and fault.severity == severity
        assert {item.code for item in others} <= {"EPUB-ITEM"}, told(tuple(others))


def test_an_archive_that_is_too_large_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path, book())
    for name, limit, what in (
        ("MEMBERS_LIMIT", 5, "archive: too many members, or too large unpacked"),
        ("TOTAL_LIMIT", 2000, "archive: too many members, or too large unpacked"),
        ("MEMBER_LIMIT", 3000, "larger than 0 MB unpacked"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"publish.check.epub_package.{name}", limit)
            (fault,) = check_epub(path)
            assert fault.code == "EPUB-ZIP" and what in fault.message


def test_a_book_of_another_edition(tmp_path: Path) -> None:
    path = packed(tmp_path, book())
    edition = dataclasses.replace(EDITION, script="hant", region="tw")
    assert told(check_epub(path, edition)) == [
        "EPUB-LANG EPUB/package.opf: dc:language is zh-Hans, the edition is zh-Hant-TW"
    ]


def test_what_is_declared_and_missing_is_told_once(tmp_path: Path) -> None:
    assert found(tmp_path, book(**{"EPUB/a.png": None})) == [
        "EPUB-ITEM EPUB/package.opf: EPUB/a.png is declared and not in the archive"
    ]


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path, book())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("EPUB/a.png").header_offset
    entry = data.rindex(b"EPUB/a.png") - 46
    # The general purpose flags: in the head of the member, and in the directory.
    data[start + 6] |= 1
    data[entry + 8] |= 1
    path.write_bytes(data)
    assert told(check_epub(path)) == ["EPUB-ZIP EPUB/a.png: encrypted by the archive"]


def damaged(folder: Path, name: str) -> Path:
    """A good EPUB with the packed bytes of one member spoilt; names and directory are whole."""
    path = packed(folder, book())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name.encode())
        length = archive.getinfo(name).compress_size
    data = bytearray(path.read_bytes())
    data[start : start + length] = b"\xff" * length
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["mimetype", *(n for n in book() if n != "mimetype")])
def test_a_damaged_member_is_told(tmp_path: Path, name: str) -> None:
    path = damaged(tmp_path, name)
    assert "EPUB-ZIP" in codes(artifact(path, RUNS, EDITION))
    assert told(check_epub(path))[-1].endswith(f"{name} cannot be read from the archive")


def test_no_damage_crashes(tmp_path: Path) -> None:
    # Small pictures, so that the damage falls on what is parsed.
    path = packed(tmp_path, book(**{"EPUB/cover.jpg": picture(2, 3, "JPEG")}))
    good = path.read_bytes()
    chance = random.Random(1)
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        artifact(path, RUNS, EDITION)


def test_nothing_in_a_foreign_book_crashes(tmp_path: Path) -> None:
    """Well-formed text from which tags, attributes and declarations are cut at random."""
    chance = random.Random(2)
    parts = re.compile(r"<[^<>]*>|[\w:-]+=\"[^\"]*\"|[\w-]+: [^;{}]*|[{};]")
    for _ in range(120):
        name = chance.choice(["package.opf", "nav.xhtml", "c1.xhtml", "toc.ncx", "book.css"])
        members = book(**{"EPUB/cover.jpg": picture(2, 3, "JPEG")})
        text = str(members[f"EPUB/{name}"])
        for _ in range(chance.randint(1, 3)):
            places = [match.span() for match in parts.finditer(text)]
            start, end = chance.choice(places)
            text = text[:start] + chance.choice(["", "x", '="', "<x/>", "é"]) + text[end:]
        members[f"EPUB/{name}"] = text
        artifact(packed(tmp_path, members))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_epub_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.epub"
    path.write_bytes(data)
    assert codes(artifact(path)) == {"EPUB-ZIP"}


def test_a_fault_of_one_kind_is_told_once_with_its_number(tmp_path: Path) -> None:
    rules = "h2 { font-size: 9px } h3 { font-size: 9px } h4 { font-size: 9px }"
    assert found(tmp_path, edited(css(rules))) == [
        "EPUB-CSS EPUB/book.css:7: a font size in px (2 more such)"
    ]
    links = "".join(f'<a href="none-{number}.xhtml">甲</a>' for number in range(TOLD + 5))
    lines = found(tmp_path, edited(second(f"<p>{links}</p>")))
    assert len(lines) == TOLD + 1 and lines[-1] == "EPUB-LINK 5 more of this code"


def test_numbers_of_books() -> None:
    assert is_isbn("978-7-04-000000-9") and is_isbn("080442957X") and is_isbn("0-306-40615-2")
    assert not any(map(is_isbn, ("978-7-04-000000-8", "0804429571", "978", "", "９７８７０４")))


def test_a_container_that_names_nothing(tmp_path: Path) -> None:
    members = book(**{"META-INF/container.xml": CONTAINER.replace("rootfile ", "other ")})
    assert found(tmp_path, members) == ["EPUB-OPF META-INF/container.xml names no package document"]


# --- EPUB 2 --------------------------------------------------------------------------------------


def test_an_epub_2_is_checked_by_its_own_rules(tmp_path: Path) -> None:
    package = re.sub(r'\n<meta property="[^>]*>[^<]*</meta>', "", PACKAGE)
    package = package.replace('version="3.0"', 'version="2.0"').replace(' properties="nav"', "")
    package = package.replace(' properties="cover-image"', "").replace(' properties="mathml"', "")
    doctype = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
        '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    )
    chapter = SECOND.replace("<!DOCTYPE html>", doctype).replace("完。", "完。&nbsp;")
    lines = found(tmp_path, book(**{"EPUB/package.opf": package, "EPUB/c2.xhtml": chapter}))
    assert lines == [
        "EPUB-META EPUB/package.opf: the version is 2.0, not 3.0",
        "EPUB-XML EPUB/c2.xhtml:5: the entity &nbsp; is not defined",
    ]
    assert all(item.severity == "warning" for item in check_epub(tmp_path / "book.epub"))


def test_entities_do_not_reach_other_files_or_explode(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE html [<!ENTITY a0 "甲">{levels}]>'
    outside = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    for doctype, entity in ((bomb, "&a9;"), (outside, "&x;")):
        content = xhtml(f"<p>乙{entity}</p>").replace("<!DOCTYPE html>", doctype)
        path = packed(tmp_path, book(**{"EPUB/c2.xhtml": content}))
        assert "EPUB-XML" in codes(artifact(path))
    assert compact(epub_text(path)[-1].fragments[0].text) == "乙"


# --- blanks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "<p><span>甲</span><span>乙</span></p>",
        "<p>甲</p>\n<p>乙</p>",
        "<p><span>甲</span> <span lang='en' xml:lang='en'>b</span></p>",
        "<p>目　录</p>",
        "<p>甲<br/>\n乙</p>",
        "<p><b>甲</b> <b>乙</b>，正文。</p>",
    ],
)
def test_blanks_that_are_right(tmp_path: Path, content: str) -> None:
    assert found(tmp_path, edited(second(content))) == []


#: The author's own blanks: between two runs in 黑体, before and after one.
OWN_BLANKS = (
    *RUNS[:-2],
    *(run("body", "甲"), run("body", " "), run("body", "乙"), run("body", "，正文。")),
    *(run("body", "丙"), run("body", " 丁")),
)
OWN_BLANKS_PAGE = xhtml(
    '<h1>第二章</h1>\n<p><span epub:type="pagebreak" role="doc-pagebreak" id="p6" '
    'aria-label="6"></span><strong>甲</strong> <strong>乙</strong>，正文。<strong>丙</strong>'
    " 丁</p>"
)


def test_an_authors_own_blank_between_elements_is_right(tmp_path: Path) -> None:
    path = packed(tmp_path, book(**{"EPUB/c2.xhtml": OWN_BLANKS_PAGE}))
    assert artifact(path, OWN_BLANKS, EDITION) == ()
    assert artifact(path) == ()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        # The edition has a blank after 甲, none after the first 丙 nor after 乙.
        ("<p><b>甲</b> <b>乙</b> <i>丁</i>，正文。</p>", "甲 乙 丁，正文"),
        ("<p><i>甲</i><i>乙</i>，正文。<i>丙</i> <i>丙</i>丁</p>", "乙，正文。丙 丙丁"),
        ("<p><i>丙</i>\n  <i>丁</i></p><p><i>乙</i>\n  <i>甲</i></p>", "乙   甲"),
        ("<p>丙<i>\n</i>乙</p>", "丙 乙"),
        ("<p>甲<i><b>乙</b>\n</i>丙</p>", "甲乙 丙"),
    ],
)
def test_a_blank_that_the_edition_has_not_is_told(tmp_path: Path, content: str, shown: str) -> None:
    path = packed(tmp_path, edited(second(content)))
    assert told(check_epub(path, EDITION, (), OWN_BLANKS)) == [
        f"EPUB-BLANK EPUB/c2.xhtml: white space between Han characters in «{shown}»"
    ]


def test_own_blanks_stand_beside_labels_readings_and_ways_back(tmp_path: Path) -> None:
    runs = (
        *(run("body", "第二章"), run("body", "甲"), run("body", " "), run("body", "乙")),
        *(run("label", "1"), run("body", "丙"), run("body", " "), run("body", "漢")),
        *(run("reading", "hàn"), run("label", "1"), run("note", "丁"), run("note", " ")),
        *(run("note", "戊"), run("body", "后文")),
    )
    content = (
        "<p><b>甲</b> <b>乙</b>&#x2060;"
        '<a epub:type="noteref" role="doc-noteref" href="#n1" id="r1">（一）</a><b>丙</b> '
        "<ruby>漢<rp>（</rp><rt>hàn</rt><rp>）</rp></ruby></p>"
        '<aside epub:type="footnote" role="doc-footnote" id="n1"><p><b>丁</b> <b>戊</b>'
        '<a href="#r1" role="doc-backlink">返回</a></p></aside><p>后文</p>'
    )
    path = packed(tmp_path, edited(second(content)))
    assert told(check_epub(path, EDITION, (), runs)) == []


# --- roles, headings, notes, words ---------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        # A heading may be a picture, or speak by its label alone.
        '<h2><img src="a.png" alt="甲"/></h2>',
        '<h2 aria-label="第二节"></h2>',
        "<h2>甲</h2><h3>乙</h3><h2>丙</h2>",
        # Two marks of one note; the way back leads to the paragraph; an empty element between.
        '<p id="p1">甲&#x2060;<sup><a epub:type="noteref" role="doc-noteref" href="#n2">1</a></sup>'
        '乙&#x2060;<span id="x"></span><a epub:type="noteref" role="doc-noteref" href="#n2">1</a>'
        '</p><aside epub:type="footnote" role="doc-footnote" id="n2">'
        '<p><a href="#p1" role="doc-backlink">1</a>注</p></aside>',
        # Decoration says so; a drawing has a title.
        '<p><img src="a.png" alt="" role="presentation"/></p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><title>线</title><svg/></svg>',
        # In a drawing a px is a unit of the drawing.
        '<svg xmlns="http://www.w3.org/2000/svg"><title>线</title><style>.a { font: 14px serif }'
        '</style><text class="a">甲</text><text style="font-size: 12px">乙</text></svg>',
        # No sentence in English: names, code, formulas, another language, an address.
        "<p>在 The New York Times 和 OpenAI GPT-4 Turbo Preview 之后</p>",
        "<pre><code>for item in list of things do it</code></pre>",
        '<p lang="fr" xml:lang="fr">il était une fois un petit prince</p>',
        "<p>il était une fois un petit prince</p>",
        '<p lang="en" xml:lang="en">so <i>it</i> is and ever was</p>',
    ],
)
def test_what_is_right_is_not_told(tmp_path: Path, content: str) -> None:
    assert found(tmp_path, edited(second(content))) == []


def test_a_chapter_that_goes_on_may_go_on_below_its_heading(tmp_path: Path) -> None:
    members = edited({"c2.xhtml": ("<h1>第二章</h1>", "<h2>第二节</h2>")})
    assert found(tmp_path, members) == []
    members = edited({"c2.xhtml": ("<h1>第二章</h1>", "<h3>第二节</h3>")})
    assert found(tmp_path, members) == ["EPUB-HEADING EPUB/c2.xhtml:4: h3 after h1: «第二节»"]


def test_a_picture_and_a_formula_without_words(tmp_path: Path) -> None:
    members = edited(second('<p><img src="a.png"/><svg xmlns="http://www.w3.org/2000/svg"/></p>'))
    path = packed(tmp_path, members)
    for edition in (EDITION, None):
        words = [item for item in check_epub(path, edition) if item.code == "EPUB-ALT"]
        assert [(item.severity, item.message) for item in words] == [
            ("error", "EPUB/c2.xhtml:6: the image a.png has no alt text"),
            ("error", "EPUB/c2.xhtml:6: the image svg has no alt text"),
        ]
    assert [line for line in told(check_epub(path)) if "A11Y" in line] == [
        "EPUB-A11Y EPUB/package.opf: accessibilityFeature alternativeText is declared, and not "
        "every picture has a text",
        "EPUB-A11Y EPUB/package.opf: accessModeSufficient textual is declared, and not every "
        "picture has a text",
    ]


def test_long_lines_of_latin_are_searched_in_linear_time(tmp_path: Path) -> None:
    lines = "x" * 100_000 + " " + "a b. " * 20_000 + "(" * 20_000
    assert found(tmp_path, edited(second(f"<pre>{lines}</pre>"))) == []


# --- pages of the printed edition ----------------------------------------------------------------


def test_pages_in_disorder_twice_and_without_a_mark(tmp_path: Path) -> None:
    five, six = ('<li><a href="c1.xhtml#p5">5</a></li>', '<li><a href="c2.xhtml#p6">6</a></li>')

    def lines(*entries: str) -> list[str]:
        members = edited(nav(f"{five}\n{six}", "\n".join(entries)))
        return [line for line in found(tmp_path, members) if "PAGES" in line]

    assert lines(five, six) == []
    assert lines(six, five) == ["EPUB-PAGES EPUB/nav.xhtml:12: page 5 stands before where it leads"]
    assert lines(five) == ["EPUB-PAGES EPUB/c2.xhtml:5: page 6 is not in the page list"]
    assert lines(five, six.replace(">6<", ">5<")) == [
        "EPUB-PAGES EPUB/nav.xhtml:12: page 5 is listed twice",
        "EPUB-PAGES EPUB/nav.xhtml:12: page 5 leads to the page break of 6",
    ]
    assert lines(five, six.replace("#p6", "")) == [
        "EPUB-PAGES EPUB/nav.xhtml:12: page 6 leads to no page break",
        "EPUB-PAGES EPUB/c2.xhtml:5: page 6 is not in the page list",
    ]
    unlisted = edited(nav('epub:type="page-list"', 'epub:type="lot"'))
    assert "EPUB-PAGES EPUB/c1.xhtml:5: page breaks, and no page list" in found(tmp_path, unlisted)


def test_a_book_without_pages_names_no_print(tmp_path: Path) -> None:
    members = book()
    for name in ("nav.xhtml", "c1.xhtml", "c2.xhtml", "toc.ncx", "package.opf"):
        text = str(members[f"EPUB/{name}"])
        for part in (
            r"<span epub:type=.pagebreak.*?</span>",
            r"(?s)<nav epub:type=.page-list.*?</nav>",
            r"(?s)<pageList>.*</pageList>",
            r"<meta [^>]*>page(?:BreakMarkers|Navigation)</meta>",
        ):
            text = re.sub(part, "", text)
        members[f"EPUB/{name}"] = text
    assert found(tmp_path, members) == [
        "EPUB-A11Y EPUB/package.opf: pageBreakSource is declared, and there is no page break"
    ]


def test_a_page_break_without_a_label(tmp_path: Path) -> None:
    lines = found(tmp_path, edited(first(' aria-label="5"')))
    assert lines == [
        "EPUB-PAGES EPUB/c1.xhtml:5: a page break without a label",
        "EPUB-PAGES EPUB/nav.xhtml:11: page 5 leads to the page break of no page",
    ]


def test_contents_in_disorder(tmp_path: Path) -> None:
    moved = ("c1.xhtml#e1", "c2.xhtml")
    members = edited({"nav.xhtml": moved, "toc.ncx": moved})
    members["EPUB/nav.xhtml"] = str(members["EPUB/nav.xhtml"]).replace(
        '<a href="c2.xhtml">第二章', '<a href="c1.xhtml">第二章'
    )
    members["EPUB/toc.ncx"] = str(members["EPUB/toc.ncx"]).replace(
        '第二章</text></navLabel><content src="c2.xhtml"',
        '第二章</text></navLabel><content src="c1.xhtml"',
    )
    path = packed(tmp_path, members)
    assert told(check_epub(path)) == [
        "EPUB-NAV EPUB/nav.xhtml:6: «第二章» stands before where it leads"
    ]
    assert {item.severity for item in check_epub(path, EDITION)} == {"error"}
    missing = check_epub(packed(tmp_path, book()), EDITION, ("第一章", "2", "第二章"))
    assert told(missing) == ["EPUB-NAV EPUB/nav.xhtml: the contents do not list «2» in its place"]


def test_an_ncx_that_leads_nowhere(tmp_path: Path) -> None:
    for target, what in (
        ("none.xhtml", "EPUB/none.xhtml is not in the archive"),
        ("c1.xhtml#none", "EPUB/c1.xhtml#none leads to an id that does not exist"),
    ):
        lines = found(tmp_path, edited({"toc.ncx": ("c1.xhtml#e1", target)}))
        assert lines[0] == f"EPUB-NCX EPUB/toc.ncx:6: {what}"


# --- what moves and what sounds -----------------------------------------------------------------


def test_what_may_move_is_no_hazard_that_can_be_denied(tmp_path: Path) -> None:
    item = '<item id="g" href="g.gif" media-type="image/gif"/><item id="css"'
    members = edited(opf('<item id="css"', item))
    members["EPUB/g.gif"] = picture(2, 2, "GIF")
    assert found(tmp_path, members) == [
        "EPUB-A11Y EPUB/package.opf: accessibilityHazard none is declared, and the book may hold "
        "what moves"
    ]


def test_a_book_with_sound_says_so(tmp_path: Path) -> None:
    members = edited(second('<p><audio src="a.mp3" controls="controls"></audio></p>'))
    members["EPUB/package.opf"] = PACKAGE.replace(
        '<item id="css"', '<item id="a" href="a.mp3" media-type="audio/mpeg"/><item id="css"'
    )
    members["EPUB/a.mp3"] = b"ID3"
    assert found(tmp_path, members) == [
        "EPUB-A11Y EPUB/package.opf: accessMode auditory is true of the book, and not declared"
    ]


def test_a_book_without_any_metadata_of_accessibility(tmp_path: Path) -> None:
    package = re.sub(r'\n<meta property="schema:[^>]*>[^<]*</meta>', "", PACKAGE)
    assert found(tmp_path, book(**{"EPUB/package.opf": package})) == [
        f"EPUB-A11Y EPUB/package.opf: {name} is not declared"
        for name in (
            "accessibilityFeature",
            "accessMode",
            "accessModeSufficient",
            "accessibilityHazard",
            "accessibilitySummary",
        )
    ]


# --- style ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "h2 { line-height: 1.2; color: red; background: #eee }",
        "p { color: inherit; background: none; line-height: normal }",
        "p::first-letter { line-height: 1 }",
        "@media (prefers-color-scheme: dark) { p { color: white } }",
        "@media print { p { font-size: 9pt; line-height: 13pt } }",
        "p { line-height: 2 } p { line-height: normal }",
        "p.none { line-height: 2 } div p { color: red } p + p + p + p + p { line-height: 2 }",
        "h2 { -webkit-line-break: strict; -epub-line-break: strict; line-break: strict }",
        "h2 { margin: 0 1em; margin-inline-start: 1em; border-width: 1px }",
        "a::before { content: url(a.png) } h2 { background: url('data:image/png;base64,AA') }",
        "/* h2 { font-size: 9px; background: url(https://a.example/b) } */",
    ],
)
def test_manners_that_are_right(tmp_path: Path, rule: str) -> None:
    assert found(tmp_path, edited(css(rule))) == []


def test_the_stronger_declaration_holds(tmp_path: Path) -> None:
    """Specificity, importance, order, inheritance and the attribute, as browsers have them."""
    for rules, held in (
        ("p { line-height: 2 } body p { line-height: 3 }", "3 on the body text, by body p"),
        ("p { line-height: 2 !important } body p { line-height: 3 }", "2 on the body text, by p"),
        ("body { line-height: 2 } p { line-height: inherit }", "2 on the body text, by body"),
        ("p { line-height: 2 } p { line-height: 3 }", "3 on the body text, by p"),
        ("p:nth-child(n) { line-height: 2 }", "2 on the body text, by p:nth-child(n)"),
        ("html:lang(zh) p { line-height: 2 }", "2 on the body text, by html:lang(zh) p"),
    ):
        assert found(tmp_path, edited(css(rules))) == [
            f"EPUB-CSS EPUB/book.css:7: line-height: {held}"
        ], rules
    members = edited(css("p { line-height: 2 }"))
    for name in ("c1", "c2"):
        text = str(members[f"EPUB/{name}.xhtml"])
        members[f"EPUB/{name}.xhtml"] = text.replace("<p", '<p style="line-height: normal"')
    assert found(tmp_path, members) == []


def test_a_sheet_that_is_imported_counts(tmp_path: Path) -> None:
    item = '<item id="more" href="more.css" media-type="text/css"/><item id="css"'
    members = edited(opf('<item id="css"', item))
    members["EPUB/more.css"] = "p { line-height: 2 }"
    assert found(tmp_path, members) == []
    members["EPUB/book.css"] = f'@charset "utf-8";\n@import "more.css";\n{STYLE[18:]}'
    assert found(tmp_path, members) == [
        "EPUB-CSS EPUB/more.css:1: line-height: 2 on the body text, by p"
    ]


def test_a_sheet_that_is_no_utf_8(tmp_path: Path) -> None:
    members = book(**{"EPUB/book.css": "/* 正文 */ p { margin: 0 }".encode("gb18030")})
    assert "EPUB-CSS EPUB/book.css: not in UTF-8" in found(tmp_path, members)


# --- vertical writing ----------------------------------------------------------------------------

VERTICAL = (
    "html { -epub-writing-mode: vertical-rl; -webkit-writing-mode: vertical-rl; "
    "writing-mode: vertical-rl } .tcy { -epub-text-combine: horizontal; "
    "-webkit-text-combine: horizontal; text-combine-upright: all }"
)


def test_a_vertical_book(tmp_path: Path) -> None:
    def lines(*, turned: bool = True, number: str = "十二") -> list[str]:
        members = edited({**css(VERTICAL), **second(f"<p>第{number}年</p>")})
        package = PACKAGE
        if turned:
            mode = '<meta name="primary-writing-mode" content="vertical-rl"/>'
            package = package.replace("</metadata>", f"{mode}</metadata>")
            package = package.replace('direction="ltr"', 'direction="rtl"')
        members["EPUB/package.opf"] = package
        # The labels of entry, note and pages are numbers of one digit.
        for name in ("c1", "c2", "nav"):
            text = str(members[f"EPUB/{name}.xhtml"])
            members[f"EPUB/{name}.xhtml"] = re.sub(
                r">(\d)<", r'><span class="tcy">\1</span><', text
            )
        return found(tmp_path, members)

    assert lines() == []
    assert lines(turned=False) == [
        "EPUB-VERTICAL EPUB/package.opf: vertical text, and pages that turn to the left",
        "EPUB-VERTICAL EPUB/package.opf: vertical text that Kindle's converter is not told of",
    ]
    assert lines(number="12") == [
        "EPUB-VERTICAL EPUB/c2.xhtml:6: a short number lies on its side in vertical text: «第12年»"
    ]
    assert lines(number='<span class="tcy">12</span>') == []
    assert lines(number="2025") == []
    stands = '<span style="-epub-text-orientation: upright; -webkit-text-orientation: upright; '
    assert lines(number=f'{stands}text-orientation: upright">12</span>') == []
    # What is more than a short number lies on its side, and lies there whole.
    for number in ("10:30", "1/2", "$20", "€<b>15</b>", "No. 7", "−3", "4.0", "<b>10</b>%"):
        assert lines(number=number) == [], number
    assert lines(number="1980，<i>17</i>") == [
        "EPUB-VERTICAL EPUB/c2.xhtml:6: a short number lies on its side in vertical text: «17»"
    ]


def test_a_vertical_edition_must_be_vertical(tmp_path: Path) -> None:
    edition = dataclasses.replace(EDITION, writing="vertical")
    assert told(check_epub(packed(tmp_path, book()), edition)) == [
        "EPUB-VERTICAL EPUB/package.opf: the edition is vertical, its style sheet is not"
    ]


# --- pictures ------------------------------------------------------------------------------------


def test_pictures_of_no_fit_size(tmp_path: Path) -> None:
    assert found(tmp_path, book(**{"EPUB/a.png": picture(2001, 2000)})) == [
        "EPUB-IMAGE EPUB/a.png: 2001 × 2000 pixels, more than 4 million"
    ]
    assert found(tmp_path, book(**{"EPUB/cover.jpg": picture(2400, 2400, "JPEG")})) == [
        "EPUB-IMAGE EPUB/cover.jpg: 2400 × 2400 pixels, more than 5.6 million"
    ]
    for size in ((600, 960), (620, 1600)):
        assert found(tmp_path, book(**{"EPUB/cover.jpg": picture(*size, "JPEG")})) == [
            f"EPUB-COVER EPUB/cover.jpg: the cover has {size[0]} × {size[1]} pixels"
        ]


def test_pictures_that_are_none(tmp_path: Path) -> None:
    bomb = bytearray(picture())
    # Width and height in the head of a PNG, and the check sum over it.
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    for data, what in (
        (b"\x89PNG", "no picture that can be read"),
        (bytes(bomb), "more pixels than any reading system holds"),
    ):
        faults = check_epub(packed(tmp_path, book(**{"EPUB/a.png": data})))
        assert told(faults) == [f"EPUB-IMAGE EPUB/a.png: {what}"]
        assert faults[0].severity == "error"


def test_a_cover_that_is_a_drawing(tmp_path: Path) -> None:
    old = 'href="cover.jpg" media-type="image/jpeg"'
    members = edited(opf(old, 'href="cover.svg" media-type="image/svg+xml"'))
    del members["EPUB/cover.jpg"]
    members["EPUB/cover.svg"] = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert found(tmp_path, members) == ["EPUB-COVER EPUB/cover.svg: a cover as SVG"]


def test_a_book_without_a_cover(tmp_path: Path) -> None:
    changes = [(' properties="cover-image"', ""), ('<meta name="cover" content="cover"/>', "")]
    package = PACKAGE
    for old, new in changes:
        package = package.replace(old, new)
    members = book(**{"EPUB/package.opf": package, "EPUB/cover.jpg": picture(4, 4, "JPEG")})
    assert found(tmp_path, members) == [
        "EPUB-COVER EPUB/package.opf: no cover image: shelves show a grey leaf"
    ]


# --- fonts ---------------------------------------------------------------------------------------


@functools.cache
def font(letters: str, licence: str = "", flavor: str = "", vertical: bool = False) -> bytes:
    """A font of empty glyphs for these letters."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in letters)]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in letters})
    builder.setupGlyf(dict.fromkeys(names, TTGlyphPen(None).glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Trial", "styleName": "Regular"})
    if licence:
        builder.setupNameTable({"familyName": "Trial", "licenseDescription": licence})
    builder.setupOS2()
    builder.setupPost()
    if vertical:
        builder.addOpenTypeFeatures(f"feature vert {{ sub {names[1]} by {names[0]}; }} vert;")
    builder.font.flavor = flavor or None
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


LETTERS = "".join(sorted(set("第一二章目录导览")))


APPLE = "META-INF/com.apple.ibooks.display-options.xml"


def with_font(
    data: bytes, rules: str = "h1 { font-family: Trial, serif; font-weight: normal }"
) -> Members:
    """The book with one font, by the rules."""
    face = "@font-face { font-family: Trial; src: url(trial.otf) }"
    members = edited({**css(f"{face}\n{rules}")})
    item = '<item id="font" href="trial.otf" media-type="font/otf"/><item id="css"'
    members["EPUB/package.opf"] = PACKAGE.replace('<item id="css"', item)
    members["EPUB/trial.otf"] = data
    members[APPLE] = (
        '<display_options><option name="specified-fonts">true</option></display_options>'
    )
    return members


@pytest.mark.parametrize("flavor", ["", "woff", "woff2"])
def test_every_character_set_in_an_embedded_face_is_in_it(tmp_path: Path, flavor: str) -> None:
    assert found(tmp_path, with_font(font(LETTERS, flavor=flavor))) == []
    assert found(tmp_path, with_font(font(LETTERS.replace("章", ""), flavor=flavor))) == [
        "EPUB-FONT EPUB/book.css:7: 1 characters set in trial are in no embedded face: 章 "
        "(U+7AE0 CJK UNIFIED IDEOGRAPH-7AE0)"
    ]


@pytest.mark.parametrize(
    "rules",
    [
        # Not set in it: the reader's own face is asked for first.
        "h1 { font-family: serif } .none { font-family: Trial }",
        "em { font-family: Trial } h1 { font-family: serif, Trial }",
    ],
)
def test_text_in_the_readers_own_face_needs_no_characters(tmp_path: Path, rules: str) -> None:
    lines = found(tmp_path, with_font(font("甲"), rules))
    assert [line for line in lines if "in no embedded face" in line] == []


def test_bold_text_needs_its_characters_in_the_bold_face(tmp_path: Path) -> None:
    bold = "@font-face { font-family: Trial; font-weight: 700; src: url(bold.otf) }"
    members = with_font(font(LETTERS), f"{bold} h1, h2 {{ font-family: Trial }}")
    item = '<item id="bold" href="bold.otf" media-type="font/otf"/><item id="css"'
    package = str(members["EPUB/package.opf"])
    members["EPUB/package.opf"] = package.replace('<item id="css"', item)
    members["EPUB/bold.otf"] = font(LETTERS)
    assert found(tmp_path, members) == []
    members["EPUB/bold.otf"] = font(LETTERS.replace("章", ""))
    (line,) = found(tmp_path, members)
    assert "1 characters set in trial are in no embedded face: 章" in line


def test_a_range_leaves_characters_out(tmp_path: Path) -> None:
    members = with_font(font(LETTERS))
    text = str(members["EPUB/book.css"])
    members["EPUB/book.css"] = text.replace(
        "url(trial.otf)", "url(trial.otf); unicode-range: U+7???"
    )
    (line,) = found(tmp_path, members)
    assert "characters set in trial are in no embedded face" in line and "章" not in line


def test_manners_of_faces(tmp_path: Path) -> None:
    for rules, what in (
        ("h1 { font-family: Trial }", "bold text in trial, which has no bold face"),
        (".none { font: 1em serif }", "trial sets nothing"),
    ):
        (line,) = found(tmp_path, with_font(font(LETTERS), rules))
        assert line.endswith(what), line
    assert found(tmp_path, with_font(b"OTTO none"))[0].startswith(
        "EPUB-FONT EPUB/trial.otf: no font that can be read"
    )


def test_apple_books_is_asked_for_the_faces(tmp_path: Path) -> None:
    members = with_font(font(LETTERS))
    members[APPLE] = str(members[APPLE]).replace("true", "false")
    wanted = ["EPUB-FONT EPUB/package.opf: nothing asks Apple Books to show the embedded faces"]
    assert found(tmp_path, members) == wanted
    asked = '<meta property="ibooks:specified-fonts">true</meta></metadata>'
    package = str(members["EPUB/package.opf"])
    members["EPUB/package.opf"] = package.replace("</metadata>", asked)
    assert found(tmp_path, members) == []


def test_a_vertical_font_keeps_its_forms(tmp_path: Path) -> None:
    for vertical in (True, False):
        members = with_font(font(LETTERS + "「", vertical=vertical))
        members["EPUB/book.css"] = f"{members['EPUB/book.css']}{VERTICAL}"
        lines = [line for line in found(tmp_path, members) if "FONT" in line]
        wanted = "EPUB-FONT EPUB/trial.otf: a font without vertical forms in a vertical book"
        assert lines == ([] if vertical else [wanted])


OFL = "This Font Software is licensed under the SIL Open Font License, Version 1.1."


def test_the_licence_of_a_font_lies_beside_it(tmp_path: Path) -> None:
    members = with_font(font(LETTERS, licence=OFL))
    assert found(tmp_path, members) == [
        "EPUB-FONT EPUB/trial.otf: a font under the SIL Open Font License, and its text is not in "
        "the book"
    ]
    members["META-INF/OFL.txt"] = f"{OFL}\n\nPERMISSION & CONDITIONS\nPermission is granted"
    assert found(tmp_path, members) == []


def test_a_hidden_font_is_not_looked_into(tmp_path: Path) -> None:
    members = with_font(b"xxxx")
    members["META-INF/encryption.xml"] = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
        '<enc:CipherReference URI="EPUB/trial.otf"/></enc:CipherData></enc:EncryptedData>'
        "</encryption>"
    )
    assert found(tmp_path, members) == []
    members["META-INF/encryption.xml"] = "<encryption>"
    assert found(tmp_path, members)[0].startswith(
        "EPUB-XML META-INF/encryption.xml: not well-formed"
    )


# --- time and order ------------------------------------------------------------------------------


def large(number: int) -> Members:
    """A book of so many paragraphs, fifty to a file, each with a class of its own, a note, a page
    break, and a place in the contents."""
    members = edited(css(""))
    chapters = range(number // 50)
    entries, points, pages, targets, items, refs = [], [], [], [], [], []
    for chapter in chapters:
        body, notes = [f"<h1>{chapter}章</h1>"], []
        name = f"d{chapter}.xhtml"
        entries.append(f'<li><a href="{name}">{chapter}章</a></li>')
        points.append(
            f'<navPoint id="q{chapter}"><navLabel><text>{chapter}章</text></navLabel>'
            f'<content src="{name}"/></navPoint>'
        )
        items.append(f'<item id="d{chapter}" href="{name}" media-type="application/xhtml+xml"/>')
        refs.append(f'<itemref idref="d{chapter}"/>')
        for place in range(50):
            page = 50 * chapter + place + 7
            body.append(
                f'<p class="c{page}">一段<span id="p{page}" epub:type="pagebreak" '
                f'role="doc-pagebreak" aria-label="{page}"/>文字&#x2060;<a epub:type="noteref" '
                f'role="doc-noteref" id="r{page}" href="#n{page}">{place}</a></p>'
            )
            notes.append(
                f'<aside epub:type="footnote" role="doc-footnote" id="n{page}"><p>'
                f'<a role="doc-backlink" href="#r{page}">{place}</a>注</p></aside>'
            )
            pages.append(f'<li><a href="{name}#p{page}">{page}</a></li>')
            targets.append(
                f'<pageTarget id="p{page}"><navLabel><text>{page}</text></navLabel>'
                f'<content src="{name}#p{page}"/></pageTarget>'
            )
        members[f"EPUB/{name}"] = xhtml("\n".join((*body, *notes)))
    for name, old, new in (
        ("package.opf", "</manifest>", "".join(items) + "</manifest>"),
        ("package.opf", "</spine>", "".join(refs) + "</spine>"),
        ("nav.xhtml", "第二章</a></li>", "第二章</a></li>" + "".join(entries)),
        ("nav.xhtml", ">6</a></li>", ">6</a></li>" + "".join(pages)),
        ("toc.ncx", "</navMap>", "".join(points) + "</navMap>"),
        ("toc.ncx", "</pageList>", "".join(targets) + "</pageList>"),
    ):
        members[f"EPUB/{name}"] = str(members[f"EPUB/{name}"]).replace(old, new)
    return members


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["", "p + p { color: red }"])
def test_the_checks_take_linear_time(tmp_path: Path, rule: str) -> None:
    """With rules that look at neighbours, too, for which every element is matched by itself."""

    def cost(number: int) -> float:
        members = large(number)
        members["EPUB/book.css"] = f"{members['EPUB/book.css']}{rule}"
        path = packed(tmp_path, members)
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            found = check_epub(path)
            best = min(best, time.process_time() - start)
        assert codes(found) <= {"EPUB-CSS", "EPUB-SIZE"}, told(found)[:5]
        return best

    # Eight times the paragraphs: a square law would take 64 times as long.
    assert cost(4000) < 16 * cost(500)


def test_the_same_faults_are_told_in_the_same_order(tmp_path: Path) -> None:
    """Whatever the hash seed: sets are told in order."""
    changes = {
        **opf(feature("ARIA"), feature("index") + feature("none") + feature("Index")),
        **css("h2 { font: 9px/12pt x; font-size: 9px; line-break: strict; inset: 0 }"),
        **first('aria-label="5"', 'aria-label="7"'),
    }
    path = packed(tmp_path, edited(changes))
    code = (
        "import sys; from pathlib import Path; from publish.check import check_artifact\n"
        "print(*check_artifact(Path(sys.argv[1])).diagnostics, sep='\\n')"
    )
    told_by_seed = set()
    for seed in ("0", "7"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
        told_by_seed.add(done.stdout)
    assert len(told_by_seed) == 1 and len(told_by_seed.pop().splitlines()) > 6


# --- the page of codes ---------------------------------------------------------------------------


def codes_in_source() -> set[str]:
    """Every code that a module of the checks of EPUB writes."""
    found: set[str] = set()
    for path in (ROOT / "publish" / "check").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(re.findall(r"^EPUB-[A-Z0-9]+$", node.value))
    return found


def test_every_code_is_on_its_page_and_in_a_test_here() -> None:
    page = (ROOT / "publish" / "check" / "EPUB.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(EPUB-[A-Z0-9]+)`", page, re.MULTILINE))
    assert listed == codes_in_source()
    here = Path(__file__).read_text("utf-8")
    assert sorted(listed - set(re.findall(r"EPUB-[A-Z0-9]+", here))) == []
