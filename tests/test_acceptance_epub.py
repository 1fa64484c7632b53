"""What every EPUB must be (issue 5): semantics, labels, languages, metadata, notes, styles, faces.

Read from the file, as a reading system would.  A small book with every construct is built for the
fast tests; the slow ones read the books of the other acceptance tests, which have page lists.
What containers, links, order of contents and blanks must be is in ``test_acceptance_build.py``.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from acceptance import BOOKS, EPOCH, EPUB_TYPE, NAMESPACES, Document, Epub, in_script, is_han
from acceptance_epub import (
    XML_LANG,
    Cascade,
    Rule,
    built_epub,
    faces,
    font_files,
    language,
    pieces,
    rules,
    sheets,
    write_book,
)
from conftest import Built
from lxml import etree

MANUSCRIPT = """# 山中小站

## 序

小站建在半山，一天停两趟车。站牌上写着 Cloud Rest，是测路的人起的名字。

## 第一章　等车^[车是绿的，*骨*架是铁的。]

先到的人坐在{站台|zhàn|tái}上。老站长只会说 follow me，别的话都用手比。他有一只表，背面刻着
Made in Sheffield，走得比火车准。[gap]{lang=en} 是他记住的另一个词，意思是空当。

::: epigraph
车来了，人就散了。
:::

### 时刻

表：一天的车

| 车 | 钟点 |
|:---|-----:|
| 上行[^慢] | 9 |
| 下行 | 17 |

[^慢]: 有雪时慢一刻。

    雪大时不来。

![站台、表和一条铁路](线路.png "小站")

![](花.png){.decorative}

走完 $s$ 里要 $t$ 刻，于是

$$
v = \\frac{s}{t}
$$ (1)

1. 先看表；
2. 再看天；
3. 最后看路。

## 第二章　读 Walden Pond 的人

有人在站台上读书，*不抬头*，也**不看表**。

::: references
1. 佚名：《站志》，抄本。
:::
"""
TOML = """[book]
title = "山中小站"
subtitle = "三页纸"
author = "站工丁"
[structure]
front = ["序"]
[epub]
page-list = false
"""
EDITIONS = ("hans", "hant-tw")
WHOLE_BOOKS = ("first_book", "hans_small", "hant_small", "multi", "bare_file")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Epub]:
    """The book above, simplified and for Taiwan."""
    folder = tmp_path_factory.mktemp("sample") / "小站"
    picture = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
    flower = (BOOKS / "hans-small" / "images" / "map.png").read_bytes()
    write_book(folder, MANUSCRIPT, TOML, **{"线路.png": picture, "花.png": flower})
    return [built_epub(folder, edition) for edition in EDITIONS]


@pytest.fixture(scope="module")
def whole(request: pytest.FixtureRequest) -> list[Epub]:
    """Every EPUB of the first book and of the small ones."""
    books: list[Built] = [request.getfixturevalue(name) for name in WHOLE_BOOKS]
    return [Epub(path) for book in books for path in sorted(book.folder.glob("*.epub"))]


@pytest.fixture(scope="module", params=["sample", pytest.param("whole", marks=pytest.mark.slow)])
def epubs(request: pytest.FixtureRequest) -> list[Epub]:
    found: list[Epub] = request.getfixturevalue(request.param)
    assert len(found) >= 2
    return found


def edition_of(epub: Epub) -> str:
    return epub.path.name.split(".")[1]


def documents(epub: Epub) -> Iterable[Document]:
    """The documents of the spine, which the contents may or may not be in."""
    seen = [document.path for document in epub.spine]
    return [*epub.spine, *([] if epub.nav.path in seen else [epub.nav])]


def local(element: Any) -> str:
    return str(etree.QName(element).localname)


# --- checks 8 and 9: identifier, date, languages ---------------------------------------


def test_the_identifier_is_a_name_and_the_date_is_the_sources(epubs: list[Epub]) -> None:
    """A UUID of version 5 is computed from names, one of version 4 is drawn by lot."""
    when = datetime.datetime.fromtimestamp(int(EPOCH), datetime.UTC)
    seen = set()
    for epub in epubs:
        (identifier,) = epub.metadata("identifier")
        assert uuid.UUID(identifier.removeprefix("urn:uuid:")).version == 5, identifier
        seen.add(identifier)
        modified = epub.opf.xpath(
            "//opf:meta[@property='dcterms:modified']/text()", namespaces=NAMESPACES
        )
        assert modified == [when.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert len(seen) == len(epubs), "two editions have one identifier"


def words_in(document: Document, words: str) -> list[Any]:
    """The elements that hold these words."""
    skip = ("code", "pre", "math", "svg")
    return [holder for text, holder in pieces(document, skip) if words in " ".join(text.split())]


@pytest.mark.parametrize(
    "words", ["Cloud Rest", "follow me", "Made in Sheffield", "gap", "Walden Pond"]
)
def test_english_runs_are_marked(sample: list[Epub], words: str) -> None:
    for epub in sample:
        found = [element for document in epub.spine for element in words_in(document, words)]
        assert found, f"{words!r} is gone"
        for element in found:
            assert language(element).startswith("en"), etree.tostring(element, encoding="unicode")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["follow", "finetune", "scale up", "know-how", "push", "idea"])
def test_english_words_of_the_first_book_are_marked(first_book: Built, words: str) -> None:
    for edition in ("hans", "hant-hk"):
        epub = first_book.epub(edition)
        found = [element for document in epub.spine for element in words_in(document, words)]
        assert found and all(language(element).startswith("en") for element in found), words


def test_no_run_of_latin_words_is_chinese_and_no_chinese_is_english(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in documents(epub):
            for text, element in pieces(document, ("code", "pre", "math", "svg", "rt")):
                if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text):
                    assert not language(element).startswith("zh"), text
            for marked in document.find("//h:*[@lang]"):
                assert marked.get("lang") == marked.get(XML_LANG), document.path
                if marked.get("lang").startswith("en"):
                    assert not any(map(is_han, "".join(marked.itertext())))
            for reading in document.find("//h:rt"):
                assert not language(reading).startswith("en"), "a reading is no English"


# --- checks 4 and 5: what the metadata says of access -----------------------------------


def said(epub: Epub, name: str) -> list[str]:
    """The values of a property of schema.org in the package."""
    path = f"//opf:meta[@property='schema:{name}']/text()"
    return [str(value) for value in epub.opf.xpath(path, namespaces=NAMESPACES)]


def pictures(epub: Epub) -> list[Any]:
    """Images of the text that say something: neither the cover nor decorative."""
    return [
        image
        for image in epub.find("//h:img | //svg:svg[not(ancestor::svg:svg)]")
        if image.get("role") not in ("doc-cover", "presentation", "none")
        and not image.xpath("ancestor::*[@*='cover']")
    ]


def true_features(epub: Epub) -> dict[str, bool]:
    """For each feature that can be seen in the content: is it there?"""
    images = epub.find("//h:img")
    described = [i.get("alt") or i.get("role") in ("presentation", "none") for i in images]
    ruby = bool(epub.find("//h:ruby"))
    return {
        "tableOfContents": bool(epub.nav_list("toc")),
        "structuralNavigation": bool(epub.find("//h:h1")),
        "alternativeText": bool(images) and all(described),
        "MathML": bool(epub.find("//m:math")),
        "rubyAnnotations": ruby,
        "pageBreakMarkers": bool(epub.find("//h:*[@role='doc-pagebreak']")),
        "pageNavigation": bool(epub.nav_list("page-list")),
    }


def test_features_are_declared_if_and_only_if_they_are_there(epubs: list[Epub]) -> None:
    for epub in epubs:
        declared = set(said(epub, "accessibilityFeature"))
        # The vocabulary tells since 2023 whether all or some of the text has readings.
        declared = {"rubyAnnotations" if "RubyAnnotations" in name else name for name in declared}
        features = true_features(epub)
        math = epub.find("//m:math")
        if math and all(formula.get("alttext") for formula in math):
            features["describedMath"] = "describedMath" in declared
        # True of every EPUB that is made here: its order is the spine's, its text reflows.
        general = {"readingOrder", "displayTransformability", "ARIA", "unlocked"}
        there = {name for name, true in features.items() if true}
        assert declared - general == there, f"{epub.path.name}: {declared ^ there}"
        assert {"readingOrder", "displayTransformability"} <= declared


def test_modes_hazards_and_summary(epubs: list[Epub]) -> None:
    for epub in epubs:
        modes = set(said(epub, "accessMode"))
        assert modes == ({"textual", "visual"} if pictures(epub) else {"textual"}), epub.path.name
        sufficient = said(epub, "accessModeSufficient")
        assert "textual" in sufficient, "every picture has words"
        for value in sufficient:
            assert set(re.split(r",\s*", value)) <= modes
        hazards = set(said(epub, "accessibilityHazard"))
        none_of_them = {"noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"}
        assert hazards in ({"none"}, none_of_them), hazards
        (summary,) = said(epub, "accessibilitySummary")
        assert sum(map(is_han, summary)) > 10
        assert in_script(summary, edition_of(epub)) == summary, "it is in the other script"


def test_nothing_is_claimed_that_nobody_declared(epubs: list[Epub]) -> None:
    for epub in epubs:
        for item in epub.opf.iterfind(".//opf:metadata/*", NAMESPACES):
            for value in (item.get("property", ""), item.get("rel", "")):
                assert not value.startswith(("dcterms:conformsTo", "a11y:certif")), value


# --- checks 10 and 11: navigation ------------------------------------------------------


def test_labels_are_in_the_language_of_the_edition(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in documents(epub):
            titles = document.find("//h:head/h:title/text()")
            spoken = document.find("//h:*/@aria-label | //h:body//h:*/@title")
            for label in {*titles, *spoken} - set(epub.metadata("title")):
                assert any(map(is_han, label)) or label.isdecimal(), f"{document.path}: {label}"
                assert in_script(label, edition_of(epub)) == label, label
        assert all(any(map(is_han, label)) for label, _ in epub.nav_list("landmarks"))
        for nav in epub.nav.find("//h:nav"):
            named = nav.get("aria-label") or nav.get("aria-labelledby") or nav.xpath("*[1]/text()")
            assert named, "a navigation list has no name"


def test_landmarks_lead_to_what_the_book_has(epubs: list[Epub]) -> None:
    for epub in epubs:
        nav = epub.nav
        links = nav.find("//h:nav[@epub:type='landmarks']//h:a")
        places = {a.get(EPUB_TYPE): epub.target(nav.path, a.get("href")) for a in links}
        assert {"cover", "titlepage", "toc", "bodymatter"} <= set(places)
        bodies = [d.path for d in epub.spine if "bodymatter" in _body_type(d)]
        assert places["bodymatter"].partition("#")[0] == bodies[0], "the text begins elsewhere"
        assert places["toc"].partition("#")[0] == nav.path


def _body_type(document: Document) -> str:
    found = document.find("//h:body/@epub:type | //h:body/h:section/@epub:type")
    return " ".join(map(str, found))


def test_lists_that_are_not_for_reading_are_hidden_twice(epubs: list[Epub]) -> None:
    """MuPDF and old readers do not know ``hidden`` (epub.md, section 4, lesson 4)."""
    for epub in epubs:
        nav = next(d for d in documents(epub) if d.path == epub.nav.path)
        cascade = Cascade(epub, nav)
        for element in nav.find("//h:nav[not(@epub:type='toc')]"):
            assert element.get("hidden") is not None
            assert cascade.declared(element)["display"].text == "none"


def test_the_old_contents_tell_their_depth_and_the_pages(epubs: list[Epub]) -> None:
    for epub in epubs:
        (path,) = [p for p, kind, _ in epub.items.values() if kind == "application/x-dtbncx+xml"]
        ncx = epub.document(path)
        points = ncx.find("//ncx:navPoint")
        depth = max(len(p.xpath("ancestor-or-self::*[local-name()='navPoint']")) for p in points)
        assert ncx.find("string(//ncx:meta[@name='dtb:depth']/@content)") == str(depth)
        targets = [
            (
                str(point.xpath("string(ncx:navLabel/ncx:text)", namespaces=NAMESPACES)),
                epub.target(path, point.find("ncx:content", NAMESPACES).get("src")),
            )
            for point in ncx.find("//ncx:pageTarget")
        ]
        assert targets == epub.nav_list("page-list")
        total = ncx.find("string(//ncx:meta[@name='dtb:totalPageCount']/@content)")
        assert total == str(len(targets))


def test_the_cover_is_named_in_both_forms(epubs: list[Epub]) -> None:
    """Kindle's converter looks for the old one (users.md, row 11)."""
    for epub in epubs:
        (new,) = [key for key, (_, _, props) in epub.items.items() if "cover-image" in props]
        old = epub.opf.xpath("//opf:meta[@name='cover']/@content", namespaces=NAMESPACES)
        assert old == [new]


# --- check 13: roles and headings -------------------------------------------------------

#: epub:type and its DPUB-ARIA role where the name is not the same with ``doc-`` before it.
ROLES = {"page-list": "doc-pagelist", "qna": "doc-qna"} | {
    name: f"doc-{name}"
    for name in re.findall(
        r"\S+",
        """abstract acknowledgments afterword appendix backlink bibliography chapter colophon
        conclusion credit credits dedication endnotes epigraph epilogue errata example footnote
        foreword glossary glossref index introduction noteref notice pagebreak part preface prologue
        pullquote subtitle tip toc""",
    )
}


def test_every_type_has_its_role(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in documents(epub):
            for element in document.find("//h:body//*[@epub:type]"):
                if element.xpath("ancestor::*[@epub:type='landmarks']", namespaces=NAMESPACES):
                    continue
                for kind in element.get(EPUB_TYPE).split():
                    if kind in ROLES:
                        assert element.get("role") == ROLES[kind], f"{document.path}: {kind}"
            for element in document.find("//*[starts-with(@role, 'doc-')]"):
                assert element.get("role") in {*ROLES.values(), "doc-cover"}, element.get("role")


def test_the_constructs_of_the_manuscript_have_roles(sample: list[Epub]) -> None:
    """The words of SYNTAX.md: introduction or preface, epigraph, references, notes."""
    for epub in sample:
        roles = set(epub.find("//@role"))
        wanted = {
            "chapter",
            "colophon",
            "epigraph",
            "bibliography",
            "footnote",
            "noteref",
            "backlink",
        }
        assert {f"doc-{name}" for name in (*wanted, "toc", "cover", "subtitle")} <= roles | set(
            epub.nav.find("//@role")
        )
        assert {"doc-preface", "doc-foreword", "doc-introduction"} & roles, "序 is no chapter"
        image = epub.find("//h:img[@role='doc-cover']")
        assert len(image) == 1 and any(map(is_han, image[0].get("alt")))


def test_one_main_heading_a_file_and_no_level_skipped(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in documents(epub):
            if document.find("//*[@epub:type='cover']"):
                continue
            path = " | ".join(f"//h:h{level}" for level in range(1, 7))
            levels = [int(local(heading)[1]) for heading in document.find(path)]
            # A manuscript without headings has none to show; its section is named all the same.
            assert levels.count(1) == bool(levels) and levels[:1] in ([], [1]), document.path
            for before, level in pairwise(levels):
                assert level <= before + 1, f"{document.path}: {levels}"


def test_sections_with_a_role_have_a_name(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in documents(epub):
            for section in document.find("//h:section[@role] | //h:nav[@role]"):
                name = section.get("aria-label") or "".join(
                    "".join(e.itertext())
                    for label in section.get("aria-labelledby", "").split()
                    for e in document.tree.xpath("//*[@id=$i]", i=label)
                )
                assert name.strip(), f"{document.path}: {section.attrib}"


def test_tables_and_formulas_speak(epubs: list[Epub]) -> None:
    for epub in epubs:
        for head in epub.find("//h:th"):
            assert head.get("scope") in ("col", "row")
        for formula in epub.find("//m:math"):
            assert formula.get("alttext", "").strip()


def test_a_decorative_picture_is_silent(sample: list[Epub]) -> None:
    for epub in sample:
        images = [image for image in epub.find("//h:img") if image.get("role") != "doc-cover"]
        assert len(images) == 2
        assert images[0].get("alt") and not images[0].get("role")
        assert images[1].get("alt") == "" and images[1].get("role") in ("presentation", "none")


# --- check 14: notes ---------------------------------------------------------------------


def test_notes_pop_up(epubs: list[Epub]) -> None:
    """users.md, row 18: a bare ``a`` in ``sup``, an aside in the same file that begins with its
    way back; and U+2060 before the call, or WebKit begins a line with it."""
    seen = 0
    for epub in epubs:
        for document in epub.spine:
            whole = document.find("h:body")[0]
            for call in document.find("//h:a[@epub:type='noteref']"):
                assert call.get("role") == "doc-noteref" and len(call) == 0
                assert local(call.getparent()) == "sup"
                assert _before(whole, call).endswith("\u2060"), "the call can begin a line"
                (note,) = document.tree.xpath("//*[@id=$i]", i=call.get("href").lstrip("#"))
                assert local(note) == "aside"
                assert note.get(EPUB_TYPE) == "footnote" and note.get("role") == "doc-footnote"
                first = next(e for e in note.iterdescendants() if (e.text or "").strip())
                assert local(first) == "a" and first.get("role") == "doc-backlink"
                assert first.get("href") == f"#{call.get('id')}"
                seen += 1
    assert seen >= 3


def _before(body: Any, call: Any) -> str:
    """The text before an element."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start" and element is call:
            break
        parts.append((element.text if event == "start" else element.tail) or "")
    return "".join(parts)


def test_notes_in_a_heading_and_a_cell_and_of_two_paragraphs(sample: list[Epub]) -> None:
    for epub in sample:
        assert len(epub.with_class("footnote")) == 2
        first, second = epub.with_class("footnote")
        assert epub.find("//h:h1//h:a[@epub:type='noteref']")
        assert epub.find("//h:td//h:a[@epub:type='noteref']")
        assert len(first.findall("h:p", NAMESPACES)) == 1
        assert len(second.findall("h:p", NAMESPACES)) == 2
        for label, _ in epub.nav_list("toc"):
            assert not re.search(r"[\d\u2060]$", label), "the contents show the call of a note"


# --- check 18: styles --------------------------------------------------------------------

LOGICAL = {
    **{
        f"{box}-{logical}": (f"{box}-{physical}", box)
        for box in ("margin", "padding", "border")
        for logical, physical in {
            "inline-start": "left",
            "inline-end": "right",
            "block-start": "top",
            "block-end": "bottom",
            "inline": "left",
            "block": "top",
        }.items()
    },
    "inset-inline-start": ("left",),
    "inset-inline-end": ("right",),
    "inset-block-start": ("top",),
    "inset-block-end": ("bottom",),
    **{
        f"{limit}{logical}-size": (f"{limit}{physical}",)
        for limit in ("", "max-", "min-")
        for logical, physical in {"inline": "width", "block": "height"}.items()
    },
}
#: What EPUB 3.3, appendix on prefixed properties, knows under -epub-, and WebKit under its own.
TWINS = {
    "writing-mode": ("-epub-writing-mode", "-webkit-writing-mode"),
    "text-combine-upright": ("-epub-text-combine", "-webkit-text-combine"),
    "text-emphasis": ("-epub-text-emphasis", "-webkit-text-emphasis"),
    "text-emphasis-style": ("-epub-text-emphasis-style", "-webkit-text-emphasis-style"),
    "text-orientation": ("-epub-text-orientation", "-webkit-text-orientation"),
    "line-break": ("-epub-line-break", "-webkit-line-break"),
    "word-break": ("-epub-word-break",),
    "hyphens": ("-epub-hyphens", "-webkit-hyphens"),
}
ABSOLUTE = {"px", "pt", "pc", "cm", "mm", "in", "q"}


def every_rule(epubs: list[Epub]) -> list[Rule]:
    css = {text for epub in epubs for text in sheets(epub).values()}
    assert css
    return [rule for text in sorted(css) for rule in rules(text)]


def test_sheets_say_what_they_are_in(epubs: list[Epub]) -> None:
    for epub in epubs:
        for path, css in sheets(epub).items():
            assert css.startswith('@charset "utf-8";'), path


def test_no_absolute_lengths_but_hairlines(epubs: list[Epub]) -> None:
    for rule in every_rule(epubs):
        for item in rule.declarations:
            used = {unit for _, unit in item.dimensions}
            if not item.name.startswith(("border", "outline", "text-decoration")):
                assert not used & ABSOLUTE, rule
            assert not item.name.startswith("--") and "var(" not in item.text, rule
            assert not item.name.startswith("text-spacing") or item.name == "text-spacing-trim"
            assert "device-cmyk" not in item.text


def test_no_colour_but_the_readers(epubs: list[Epub]) -> None:
    """Dark mode: the sheet agrees to it, and nothing is painted outside it."""
    found = every_rule(epubs)
    for rule in found:
        for item in rule.declarations:
            if any("prefers-color-scheme" in name for name in rule.within):
                continue
            if item.name in ("color", "background", "background-color"):
                assert item.text in ("inherit", "currentcolor", "transparent", "none"), rule
    agreed = [
        item.text
        for rule in found
        for item in rule.declarations
        if item.name == "color-scheme" and {":root", "html"} & {rule.selector.strip()}
    ]
    assert agreed and all({"light", "dark"} <= set(text.split()) for text in agreed)


def test_logical_properties_follow_their_physical_fallback(epubs: list[Epub]) -> None:
    for rule in every_rule(epubs):
        for at, name in enumerate(rule.names):
            if name in LOGICAL:
                assert set(LOGICAL[name]) & set(rule.names[:at]), f"{name}: {rule}"


def test_prefixed_twins_stand_beside_the_property(epubs: list[Epub]) -> None:
    found = every_rule(epubs)
    for rule in found:
        for name in rule.names:
            for twin in TWINS.get(name, ()):
                assert any(other.startswith(twin) for other in rule.names), f"{twin}: {rule}"
    assert any("line-break" in rule.names for rule in found)


def body_paragraphs(document: Document) -> list[Any]:
    """Paragraphs that are nothing but text: no class, in sections and entries only."""
    return [
        p
        for p in document.find("//h:p[not(@class)]")
        if all(
            local(e) in ("html", "body", "section") or e.get("class", "").startswith("entr")
            for e in p.iterancestors()
        )
    ]


def test_body_text_is_left_to_the_reader(epubs: list[Epub]) -> None:
    """KDP, text guidelines: the defaults of the reading system, no line height, no colour."""
    for epub in epubs:
        seen = 0
        for document in epub.spine:
            cascade = Cascade(epub, document)
            for p in body_paragraphs(document):
                seen += 1
                for element in (p, *p.iterancestors()):
                    declared = set(cascade.declared(element))
                    bad = {"line-height", "font-size", "font", "color", "background"} & declared
                    assert not bad, f"{document.path}: {local(element)} has {bad}"
                    assert "font-family" not in declared, "the default is the reader's own face"
                    assert not element.get("style")
        assert seen, epub.path.name


def test_numbers_of_lists_are_text(epubs: list[Epub]) -> None:
    """Gecko puts markers of vertical lists on the wrong line (epub.md, section 4, lesson 3)."""
    seen = 0
    for epub in epubs:
        for document in epub.spine:
            if document.path == epub.nav.path:
                continue
            cascade = Cascade(epub, document)
            for ordered in document.find("//h:ol"):
                style = {**cascade.declared(ordered)}
                shown = style.get("list-style") or style.get("list-style-type")
                assert shown is not None and shown.text == "none"
                for item in ordered.findall("h:li", NAMESPACES):
                    assert re.match(
                        r"\s*[（(]?(\d+|[一二三四五六七八九十]+)", "".join(item.itertext())
                    )
                    seen += 1
    assert seen


# --- check 17: faces of the default, for headings -----------------------------------------


def test_headings_have_a_face_that_covers_them(epubs: list[Epub]) -> None:
    for epub in epubs:
        found = faces(epub)
        assert found and {face.path for face in found} == set(font_files(epub))
        for document in epub.spine:
            cascade = Cascade(epub, document)
            for text, element in pieces(document):
                heading = element.xpath(
                    "ancestor-or-self::h:h1 | ancestor-or-self::h:h2", namespaces=NAMESPACES
                )
                if not heading or not any(map(is_han, text)):
                    continue
                families = cascade.families(element)
                used = [face for face in found if face.family in families]
                assert used, f"{document.path}: {text} is in {families}"
                missing = set(text) - set().union(*(face.characters for face in used))
                assert not {c for c in missing if is_han(c)}, f"{document.path}: {missing}"


# --- check 20: size ------------------------------------------------------------------------


def test_no_document_is_too_long_for_old_readers(epubs: list[Epub]) -> None:
    """EBPAJ guide: 240 KB; Adobe Digital Editions fails above 260."""
    for epub in epubs:
        for path, kind, _ in epub.items.values():
            if kind == "application/xhtml+xml":
                assert len(epub.files[path]) < 240 * 1024, path


# --- check 12: pages ------------------------------------------------------------------------


def han(text: str) -> str:
    return "".join(filter(is_han, text))


def split_at(epub: Epub, target: str) -> tuple[str, str]:
    """The Han characters read before a mark and after it; readings and notes left out."""
    sides: tuple[list[str], list[str]] = ([], [])
    after = 0
    path, _, anchor = target.partition("#")
    for document in epub.spine:
        for text, element in pieces(document, ("rt", "rp", "aside", "math", "nav")):
            # A piece before the mark is held by its parent; its own (empty) piece comes first.
            if document.path == path and element.get("id") == anchor:
                after = 1
            sides[after].append(text)
    return han("".join(sides[0])), han("".join(sides[1]))


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["hans", "hant-tw"])
def test_pages_begin_where_they_do_in_print(first_book: Built, edition: str) -> None:
    """What follows a mark is on its page, what stands before it is not, and no page of text is
    left out."""
    epub, pdf = first_book.epub(edition), first_book.pdf(edition)
    printed = {page.get_label(): han(pdf.page_text(page.number + 1)) for page in pdf.document}
    listed = epub.nav_list("page-list")
    for label, target in listed:
        before, after = split_at(epub, target)
        seen = min(10, len(printed[label]))
        assert after[:seen] in printed[label], f"page {label} begins after {after[:10]}"
        assert before[-4:] + after[:4] not in printed[label], f"page {label} begins before it"
        if len(before) >= 10:
            assert before[-10:] not in printed[label], f"page {label} begins before it"
    text = han(epub.text())
    body = {
        page.get_label(): han("".join(g.text for g in pdf.glyphs(page.number + 1) if g.size > 9.5))
        for page in pdf.document
    }
    wanted = [label for label, words in body.items() if len(words) > 60 and words[:30] in text]
    assert len(wanted) > 10 and set(wanted) <= {label for label, _ in listed}


@pytest.mark.slow
def test_marks_and_list_are_one(whole: list[Epub]) -> None:
    for epub in whole:
        marks = [
            (mark.get("aria-label") or mark.get("title"), f"{document.path}#{mark.get('id')}")
            for document in epub.spine
            for mark in document.find("//*[@epub:type='pagebreak' and @role='doc-pagebreak']")
        ]
        assert marks == epub.nav_list("page-list") and len(marks) > 1
        sources = epub.opf.xpath(
            "//opf:meta[@property='source-of' and .='pagination']/@refines", namespaces=NAMESPACES
        )
        (source,) = [
            "".join(item.itertext())
            for item in epub.opf.iterfind(".//dc:source", NAMESPACES)
            if f"#{item.get('id')}" in sources
        ]
        assert epub.metadata("title")[0] in source, "the print edition is not named"
        assert epub.opf.xpath("//opf:meta[@property='pageBreakSource']", namespaces=NAMESPACES)
