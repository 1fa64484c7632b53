"""The language of every word, as a voice needs it (WCAG 2.2, 3.1.1 and 3.1.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish.check.epub_extract import text_nodes
from publish.check.epub_faults import excerpt
from publish.check.epub_publication import XML, Document, Publication
from publish.text.english import english
from publish.text.patterns import late
from publish.text.xhtml import MATHML, SVG, XHTML

if TYPE_CHECKING:
    from lxml.etree import _Element

#: BCP 47 (RFC 5646, 2.1), as far as books use it: language, script, region, variants, private use.
_TAG = late(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?"
    r"|x(?:-[a-z\d]{1,8})+",
    re.IGNORECASE,
)
#: Two words in small letters, one after the other.
_SMALL_WORDS = late(r"[a-z] [a-z]")
_SMALL = late(r"\b[a-z]+\b")
#: Words in small letters that make a sentence of a run of English.  Less is a name, a title or a
#: term, which WCAG lets a voice take as it comes (3.1.2); what is made here marks those, too.
SENTENCE = 3
#: Elements whose text is not read as words.
_UNREAD = frozenset(
    (f"{XHTML}code", f"{XHTML}pre", f"{XHTML}kbd", f"{XHTML}samp", f"{XHTML}var", f"{XHTML}script")
) | {f"{XHTML}style", f"{MATHML}math", f"{SVG}svg"}


def check_language(book: Publication) -> None:
    """A language on every document, the same everywhere; English where a sentence is English."""
    for document in book.documents.values():
        if document.is_html:
            _check_root(book, document)
            for element in document.tongues:
                _check_pair(book, document, element)
            if book.language.lower().startswith("zh"):
                _check_runs(book, document)


def _check_root(book: Publication, document: Document) -> None:
    """The language of the document is that of the book, in both attributes."""
    root = document.root
    language, also = root.get("lang"), root.get(f"{XML}lang")
    hint = f'<html lang="{book.language}" xml:lang="{book.language}">'
    if language is None and also is None:
        what = "no language: a voice reads it in the language of its own interface"
        book.faults.promise("EPUB-LANG", document.name, what, hint)
    elif language != also and None not in (language, also):
        # One value in both (EPUBCheck, RSC-005).
        what = f"lang and xml:lang differ: {language} and {also}"
        book.faults.error("EPUB-LANG", document.name, what, hint)
    elif not language == also == book.language:
        what = f"lang and xml:lang are {language} and {also}, not {book.language}"
        book.faults.promise("EPUB-LANG", document.name, what, hint)


def _check_pair(book: Publication, document: Document, element: _Element) -> None:
    """Within a document: both attributes, one tag, and a tag that is one (EPUBCheck wants
    xml:lang, browsers take lang)."""
    language, also = element.get("lang"), element.get(f"{XML}lang")
    if language != also:
        what = f"lang is {language}, xml:lang is {also}"
        hint = "write both: readers look at one or the other"
        book.faults.warn("EPUB-LANG", document.place(element), what, hint)
    tag = language or also or ""
    if tag and not _TAG.fullmatch(tag):
        what = f"{tag} is no language tag"
        book.faults.warn(
            "EPUB-LANG", document.place(element), what, "en, ja, zh-Hant-TW … (BCP 47)"
        )


def _check_runs(book: Publication, document: Document) -> None:
    """Sentences in English say so: a Chinese voice spells them out, or leaves them out."""
    body = document.root.find(f"{XHTML}body")
    for text in () if body is None else text_nodes(body):
        # Nearly no text has one.
        if not _SMALL_WORDS.search(text):
            continue
        element = text.getparent()
        if text.is_tail:
            element = element.getparent()
        if not _is_chinese(element):
            continue
        for start, end in english(str(text)):
            words = text[start:end]
            if len(_SMALL.findall(words)) >= SENTENCE:
                place = f"{document.place(element)} {excerpt(words)}"
                hint = '<span lang="en" xml:lang="en">…</span>'
                what = "English that does not say so, which a Chinese voice spells out"
                book.faults.warn("EPUB-ENGLISH", place, what, hint)


def _is_chinese(element: _Element) -> bool:
    """Whether the text of an element of the body is read as words, and in Chinese."""
    chinese = None
    for one in (element, *element.iterancestors()):
        if one.tag in _UNREAD:
            return False
        tag = one.get(f"{XML}lang") or one.get("lang")
        if chinese is None and tag is not None:
            chinese = tag.lower().startswith("zh")
        if one.tag == f"{XHTML}body":
            break
    return chinese is not False
