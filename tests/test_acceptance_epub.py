"""What every EPUB must be (issue 5): languages, metadata, contents, roles, notes, sizes, pages.

Read from the file, as a reading system would.  A small book with every construct is built for the
fast tests; the slow ones read the books of the other acceptance tests, which have page lists.
What containers, links, order of contents and blanks must be is in ``test_acceptance_build.py``.
The numbers of checks are those of epub.md, section 5.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from acceptance import EPOCH, EPUB_TYPE, NAMESPACES, XHTML, Document, Epub, in_script, is_han
from acceptance_epub import XML_LANG, Cascade, language, local, pieces
from conftest import Built
from lxml import etree

pytestmark = pytest.mark.slow


def edition_of(epub: Epub) -> str:
    return epub.path.name.split(".")[1]


def documents(epub: Epub) -> Iterable[Document]:
    """The documents of the spine, which the contents may or may not be in."""
    seen = [document.path for document in epub.spine]
    return [*epub.spine, *([] if epub.nav.path in seen else [epub.nav])]


# --- checks 8 and 9: identifier, date, languages ---------------------------------------


def test_the_identifier_is_a_name_and_the_date_is_the_sources(epub_sets: list[Epub]) -> None:
    """A UUID of version 5 is computed from names, one of version 4 is drawn by lot."""
    when = datetime.datetime.fromtimestamp(int(EPOCH), datetime.UTC)
    seen = set()
    for epub in epub_sets:
        (identifier,) = epub.metadata("identifier")
        assert uuid.UUID(identifier.removeprefix("urn:uuid:")).version == 5, identifier
        seen.add(identifier)
        modified = epub.opf.xpath(
            "//opf:meta[@property='dcterms:modified']/text()", namespaces=NAMESPACES
        )
        assert modified == [when.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert len(seen) == len(epub_sets), "two editions have one identifier"


def words_in(document: Document, words: str) -> list[Any]:
    """The elements that hold these words."""
    skip = ("code", "pre", "math", "svg")
    return [holder for text, holder in pieces(document, skip) if words in " ".join(text.split())]


@pytest.mark.parametrize("words", ["follow me", "Made in Sheffield", "gap", "all aboard"])
def test_english_runs_are_marked(sample_epubs: list[Epub], words: str) -> None:
    """In text, in a heading and in the contents; proper names need no language (WCAG 3.1.2)."""
    for epub in sample_epubs:
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


def test_no_run_of_latin_words_is_chinese_and_no_chinese_is_english(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for document in documents(epub):
            for text, element in pieces(document, ("code", "pre", "math", "svg", "rt")):
                if re.search(r"[a-z]{2,} [a-z]{2,}", text):
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


def test_features_are_declared_if_and_only_if_they_are_there(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
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


def test_modes_hazards_and_summary(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
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


def test_nothing_is_claimed_that_nobody_declared(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for item in epub.opf.iterfind(".//opf:metadata/*", NAMESPACES):
            for value in (item.get("property", ""), item.get("rel", "")):
                assert not value.startswith(("dcterms:conformsTo", "a11y:certif")), value


# --- checks 10 and 11: navigation ------------------------------------------------------


def test_labels_are_in_the_language_of_the_edition(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
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


def test_landmarks_lead_to_what_the_book_has(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
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


def test_lists_that_are_not_for_reading_are_hidden_twice(epub_sets: list[Epub]) -> None:
    """MuPDF and old readers do not know ``hidden`` (epub.md, section 4, lesson 4)."""
    for epub in epub_sets:
        nav = next(d for d in documents(epub) if d.path == epub.nav.path)
        cascade = Cascade(epub, nav)
        for element in nav.find("//h:nav[not(@epub:type='toc')]"):
            assert element.get("hidden") is not None
            assert cascade.declared(element)["display"].text == "none"


def test_the_old_contents_tell_their_depth_and_the_pages(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
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


def test_the_cover_is_named_in_both_forms(epub_sets: list[Epub]) -> None:
    """Kindle's converter looks for the old one (users.md, row 11)."""
    for epub in epub_sets:
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


def test_every_type_has_its_role(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for document in documents(epub):
            for element in document.find("//h:body//*[@epub:type]"):
                if element.xpath("ancestor::*[@epub:type='landmarks']", namespaces=NAMESPACES):
                    continue
                for kind in element.get(EPUB_TYPE).split():
                    if kind in ROLES:
                        assert element.get("role") == ROLES[kind], f"{document.path}: {kind}"
            for element in document.find("//*[starts-with(@role, 'doc-')]"):
                assert element.get("role") in {*ROLES.values(), "doc-cover"}, element.get("role")


def test_the_constructs_of_the_manuscript_have_roles(sample_epubs: list[Epub]) -> None:
    """The words of SYNTAX.md: introduction or preface, epigraph, references, notes."""
    for epub in sample_epubs:
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


def test_one_main_heading_a_file_and_no_level_skipped(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for document in documents(epub):
            if document.find("//*[@epub:type='cover']"):
                continue
            path = " | ".join(f"//h:h{level}" for level in range(1, 7))
            levels = [int(local(heading)[1]) for heading in document.find(path)]
            # A manuscript without headings has none to show; its section is named all the same.
            assert levels.count(1) == bool(levels) and levels[:1] in ([], [1]), document.path
            for before, level in pairwise(levels):
                assert level <= before + 1, f"{document.path}: {levels}"


def name_of(section: Any) -> str:
    """What a voice calls it: its label, what labels it, or else its main heading."""
    labels = section.get("aria-labelledby", "").split()
    named = [e for e in section.iter("*") if e.get("id") in labels]
    for found in (section, *named, *section.iter(f"{{{XHTML}}}h1")):
        words = "" if found is section else "".join(found.itertext()).strip()
        if found.get("aria-label") or words:
            return str(found.get("aria-label") or words)
    return ""


def test_sections_with_a_role_have_a_name(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for document in documents(epub):
            for section in document.find("//h:section[@role] | //h:nav[@role]"):
                assert name_of(section), f"{document.path}: {section.attrib}"


def test_tables_and_formulas_speak(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for head in epub.find("//h:th"):
            assert head.get("scope") in ("col", "row")
        for formula in epub.find("//m:math"):
            assert formula.get("alttext", "").strip()


def test_a_decorative_picture_is_silent(sample_epubs: list[Epub]) -> None:
    for epub in sample_epubs:
        images = [image for image in epub.find("//h:img") if image.get("role") != "doc-cover"]
        assert len(images) == 2
        assert images[0].get("alt") and not images[0].get("role")
        assert images[1].get("alt") == "" and images[1].get("role") in ("presentation", "none")


# --- check 14: notes ---------------------------------------------------------------------


def test_notes_pop_up(epub_sets: list[Epub]) -> None:
    """users.md, row 18: a bare ``a`` in ``sup``, an aside in the same file that begins with its
    way back; and U+2060 before the call, or WebKit begins a line with it."""
    seen = 0
    for epub in epub_sets:
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


def test_notes_in_a_heading_and_a_cell_and_of_two_paragraphs(sample_epubs: list[Epub]) -> None:
    for epub in sample_epubs:
        assert len(epub.with_class("footnote")) == 2
        first, second = epub.with_class("footnote")
        assert epub.find("//h:h1//h:a[@epub:type='noteref']")
        assert epub.find("//h:td//h:a[@epub:type='noteref']")
        assert len(first.findall("h:p", NAMESPACES)) == 1
        assert len(second.findall("h:p", NAMESPACES)) == 2
        for label, _ in epub.nav_list("toc"):
            assert not re.search(r"[\d\u2060]$", label), "the contents show the call of a note"


# --- check 20: size ------------------------------------------------------------------------


def test_no_document_is_too_long_for_old_readers(epub_sets: list[Epub]) -> None:
    """EBPAJ guide: 240 KB; Adobe Digital Editions fails above 260."""
    for epub in epub_sets:
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
        if len(before) >= 10:
            assert before[-10:] not in printed[label], f"page {label} begins before its mark"
            assert before[-4:] + after[:4] not in printed[label], f"page {label} begins before it"
    text = han(epub.text())
    body = {
        page.get_label(): han("".join(g.text for g in pdf.glyphs(page.number + 1) if g.size > 9.5))
        for page in pdf.document
    }
    wanted = [label for label, words in body.items() if len(words) > 60 and words[:30] in text]
    assert len(wanted) > 10 and set(wanted) <= {label for label, _ in listed}


@pytest.mark.slow
def test_marks_and_list_are_one(whole_epubs: list[Epub]) -> None:
    for epub in whole_epubs:
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
