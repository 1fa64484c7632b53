"""What a voice and a pop-up need: roles, headings in their order, notes that find their marks,
pictures and formulas in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from publish.check.epub_extract import resolve
from publish.check.epub_faults import excerpt
from publish.check.epub_publication import HEADINGS, Document, Publication
from publish.text.xhtml import BLOCKS, OPS, SVG, XHTML, local, types

if TYPE_CHECKING:
    from lxml.etree import _Element

#: epub:type -> role of DPUB-ARIA 1.1 that says the same (W3C, EPUB Type to ARIA Role Authoring
#: Guide 1.1).  Left out are those whose role the guide deprecates (biblioentry, endnote), and those
#: that belong to elements which have the role by nature.
ROLES: Mapping[str, str] = {
    "abstract": "doc-abstract",
    "acknowledgments": "doc-acknowledgments",
    "afterword": "doc-afterword",
    "appendix": "doc-appendix",
    "backlink": "doc-backlink",
    "bibliography": "doc-bibliography",
    "biblioref": "doc-biblioref",
    "chapter": "doc-chapter",
    "colophon": "doc-colophon",
    "conclusion": "doc-conclusion",
    "credit": "doc-credit",
    "credits": "doc-credits",
    "dedication": "doc-dedication",
    "endnotes": "doc-endnotes",
    "epigraph": "doc-epigraph",
    "epilogue": "doc-epilogue",
    "errata": "doc-errata",
    "footnote": "doc-footnote",
    "foreword": "doc-foreword",
    "glossary": "doc-glossary",
    "glossref": "doc-glossref",
    "index": "doc-index",
    "introduction": "doc-introduction",
    "noteref": "doc-noteref",
    "notice": "doc-notice",
    "page-list": "doc-pagelist",
    "pagebreak": "doc-pagebreak",
    "part": "doc-part",
    "preface": "doc-preface",
    "prologue": "doc-prologue",
    "pullquote": "doc-pullquote",
    "qna": "doc-qna",
    "referrer": "doc-backlink",
    "subtitle": "doc-subtitle",
    "tip": "doc-tip",
    "toc": "doc-toc",
}

_NOTES = frozenset(("footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"))
_CALLS = frozenset(("noteref", "doc-noteref"))
WORD_JOINER = "\u2060"

#: What a picture says in words: something, nothing because it is decoration, nothing because its
#: ``alt`` is empty (which may mean either), or nothing at all.
Words = Literal["described", "decoration", "empty", "none"]


def check_semantics(book: Publication) -> None:
    """Roles, headings, notes, words for pictures and formulas."""
    level = 0
    for document in book.in_order():
        if document.is_html:
            _check_roles(book, document)
            level = _check_headings(book, document, level)
            _check_notes(book, document)
    for document in book.documents.values():
        if document.is_html:
            _check_words(book, document)


# --- roles and headings --------------------------------------------------------------------------


def _check_roles(book: Publication, document: Document) -> None:
    """Voices hear roles, not epub:type (DPUB-ARIA 1.1; Ace: epub-type-has-matching-role)."""
    for element, _ in document.typed:
        if element.tag == f"{XHTML}body" or any(
            parent.tag == f"{XHTML}nav" and "landmarks" in types(parent)
            for parent in element.iterancestors(f"{XHTML}nav")
        ):
            # A landmark says what its target is, the body what a part of the spine is.
            continue
        roles = (element.get("role") or "").split()
        for kind in (element.get(f"{OPS}type") or "").split():
            wanted = ROLES.get(kind)
            if wanted and wanted not in roles:
                what = f'epub:type="{kind}" without role="{wanted}"'
                hint = "voices hear the role only"
                book.faults.warn("EPUB-ROLE", document.place(element), what, hint)


def _check_headings(book: Publication, document: Document, level: int) -> int:
    """One h1 a file, and no level skipped on the way down (WCAG 2.2, 1.3.1 and technique H42).

    ``level`` is that of the last heading before this document, since a chapter may go on in it;
    gives that of its last one.
    """
    first = True
    for element in document.headings:
        here = HEADINGS[str(element.tag)]
        text = element.get("aria-label") or "".join(map(str, element.itertext()))
        words = excerpt(text)
        if here == 1:
            if not first:
                hint = "one h1 a file: what comes under it is h2"
                book.faults.warn("EPUB-HEADING", document.place(element), "a second h1", hint)
            first = False
        elif here > level + 1:
            what = f"h{here} after {f'h{level}' if level else 'no heading'}: {words}"
            hint = "who moves by headings expects no gap"
            book.faults.warn("EPUB-HEADING", document.place(element), what, hint)
        if not text.strip() and element.find(f".//{XHTML}img") is None:
            hint = "a voice says «heading» and nothing else"
            book.faults.warn("EPUB-HEADING", document.place(element), "an empty heading", hint)
        level = here
    return level


# --- notes ---------------------------------------------------------------------------------------


def _check_notes(book: Publication, document: Document) -> None:
    """Mark and note lead to each other within one file, or no reading system can show the note in
    a window of its own (EPUB 3.3 SSV, footnote; KDP; Apple Books Asset Guide, pop-up footnotes)."""
    warn = book.faults.warn
    notes: dict[str, _Element] = {}
    calls: dict[str, list[_Element]] = {}
    for element, _ in document.typed:
        kinds = types(element)
        if kinds & _CALLS and element.get("href"):
            goal, fragment = resolve(document.name, element.get("href") or "")
            if goal != document.name:
                hint = "a pop-up shows notes of the same file only"
                what = "a note's mark leads to another file"
                warn("EPUB-NOTE", document.place(element), what, hint)
                continue
            calls.setdefault(fragment, []).append(element)
            if _before(element) != WORD_JOINER:
                hint = "&#x2060; before it keeps the mark with its word at the end of a line"
                what = "a note's mark without a word joiner before it"
                warn("EPUB-NOTE", document.place(element), what, hint)
        elif kinds & _NOTES and element.get("id"):
            notes[element.get("id") or ""] = element
    for name, marks in calls.items():
        note = notes.get(name)
        if note is None:
            if name in document.ids:
                hint = '<aside epub:type="footnote" role="doc-footnote" id="…">'
                what = "a note's mark leads to what is no note"
                warn("EPUB-NOTE", document.place(marks[0]), what, hint)
        elif not _leads_back(document, note, marks):
            hint = '<a role="doc-backlink" href="#…"> to the mark, or to what holds it'
            warn("EPUB-NOTE", document.place(note), "a note without a way back to its mark", hint)
    for name, note in notes.items():
        if name not in calls and "footnote" in (note.get(f"{OPS}type") or "").split():
            what = "a footnote that no mark of its file leads to"
            warn("EPUB-NOTE", document.place(note), what, "give it a mark, or take it out")


def _before(element: _Element) -> str:
    """The character before an element in its paragraph, or an empty string."""
    while True:
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            text = previous.tail or "".join(map(str, previous.itertext()))
            next_place = previous
        elif parent is not None and local(element) not in BLOCKS:
            text, next_place = parent.text or "", parent
        else:
            return ""
        if text:
            return text[-1]
        # The mark of a page, or an element that begins with this one.
        element = next_place


def _leads_back(document: Document, note: _Element, marks: list[_Element]) -> bool:
    """Whether a link in the note leads to one of its marks, or to the paragraph of one."""
    ids: set[str] = set()
    for mark in marks:
        for holder in (mark, *mark.iterancestors()):
            ids.add(holder.get("id") or "")
            if local(holder) in BLOCKS:
                break
    goals = {(document.name, name) for name in ids - {""}}
    return any(
        link.get("href") and resolve(document.name, link.get("href") or "") in goals
        for link in note.iter(f"{XHTML}a")
    )


# --- pictures and formulas in words --------------------------------------------------------------


def words_of(picture: _Element) -> Words:
    """What an image or a drawing says in words (HTML 4.8.4.4; WAI-ARIA 1.2; SVG-AAM)."""
    if picture.get("aria-hidden") == "true" or picture.get("role") in ("presentation", "none"):
        return "decoration"
    texts = [picture.get("alt"), picture.get("aria-label"), picture.findtext(f"{SVG}title")]
    if picture.get("aria-labelledby") or any(text and text.strip() for text in texts):
        return "described"
    return "empty" if picture.get("alt") is not None else "none"


def outer_pictures(document: Document) -> Iterator[_Element]:
    """The pictures of a document, those inside a drawing left out."""
    for picture in document.pictures:
        if (
            picture.tag == f"{SVG}svg"
            and next(picture.iterancestors(f"{SVG}svg"), None) is not None
        ):
            continue
        yield picture


def _check_words(book: Publication, document: Document) -> None:
    """WCAG 2.2, 1.1.1: a text for every picture and formula, or the word that it is decoration."""
    for picture in outer_pictures(document):
        state, place = words_of(picture), document.place(picture)
        name = picture.get("src") or local(picture)
        if state == "none":
            hint = 'say in alt="…" what it shows, or alt="" role="presentation" if it is decoration'
            book.faults.error("EPUB-ALT", place, f"the image {name} has no alt text", hint)
        elif state == "empty":
            hint = 'say what it shows, or add role="presentation" if it is decoration'
            book.faults.warn("EPUB-ALT", place, f"the alt text of the image {name} is empty", hint)
        elif re.fullmatch(r"\S+\.(?:jpe?g|png|gif|svg|webp)", picture.get("alt") or "", re.I):
            hint = "say what the picture shows"
            book.faults.warn("EPUB-ALT", place, "an alt text that is a file name", hint)
    for formula in document.formulas:
        if not (formula.get("alttext") or formula.get("aria-label") or "").strip():
            hint = 'alttext="…": not every voice reads MathML'
            what = "a formula without a text"
            book.faults.warn("EPUB-ALT", document.place(formula), what, hint)
