"""Each content document by itself, and where its references lead.

Numbers in comments are sections of EPUB 3.3 unless another source is named.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import TYPE_CHECKING

from publish.check.blanks import Meant, blank_between_han
from publish.check.epub_extract import parse_xml, resolve
from publish.check.epub_faults import excerpt
from publish.check.epub_package import DC, REMOTE
from publish.check.epub_publication import HTML_TYPE, SVG_TYPE, Document, Publication, survey
from publish.text.xhtml import XHTML, local

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Bytes of one XHTML document that old readers can hold (EBPAJ guide 1.1.3: 256 KB with room left).
DOCUMENT_LIMIT = 240 * 1024

_SCRIPT_URL = re.compile(r"^\s*(?:javascript|vbscript)\s*:", re.IGNORECASE)
#: Fragments that are no ids: places by EPUB CFI, views of a drawing, parts of a recording.
_NO_ID = re.compile(r"epubcfi\(|svgView\(|xywh=|t=")
#: What an exporter or a decoder leaves behind in text: a character that could not be decoded, and
#: a reference that was escaped once too often.
_RESIDUE = re.compile(r"\ufffd|&(?:#x?[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|nbsp);")


def read_documents(book: Publication) -> None:
    """Parse and survey every document and drawing of the manifest."""
    from lxml import etree

    for item in book.of_type(HTML_TYPE, SVG_TYPE):
        try:
            root = parse_xml(book.read(item.name))
        except etree.XMLSyntaxError as error:
            hint = "a reading system shows an error, or nothing"
            book.faults.error("EPUB-XML", item.name, f"not well-formed: {error}", hint)
            continue
        size = book.archive.getinfo(item.name).file_size
        book.documents[item.name] = survey(item.name, root, size)


def check_documents(book: Publication, meant: Meant | None) -> None:
    """Well-formed, of fit size, without scripts, with ids given once, no gap between Han
    characters, references that end in the archive; ``meant`` are the blanks that the text has."""
    for document in book.documents.values():
        if book.items[document.name].media_type == HTML_TYPE:
            _check_html(book, document, meant)
        _check_ids(book, document)
        _check_active(book, document)
        _check_references(book, document)
        for element, text in document.spoken:
            if _RESIDUE.search(text):
                _tell_residue(book, document.place(element), text)
    for name in ("title", "creator", "contributor", "publisher", "description", "subject"):
        for field in book.opf.iter(f"{DC}{name}"):
            if _RESIDUE.search(field.text or ""):
                _tell_residue(book, f"{book.package}:{field.sourceline}", field.text or "")


def _tell_residue(book: Publication, place: str, text: str) -> None:
    hint = "write the character itself"
    what = f"residue of an exporter in {excerpt(text)}"
    book.faults.warn("EPUB-RESIDUE", place, what, hint)


def _check_html(book: Publication, document: Document, meant: Meant | None) -> None:
    faults, root = book.faults, document.root
    if not document.is_html:
        faults.error("EPUB-XML", document.name, "the root element is not html")
        return
    if document.size >= DOCUMENT_LIMIT:
        what = f"{document.size // 1024} KB; old readers take 240 KB"
        faults.warn("EPUB-SIZE", document.name, what, "go on in another file at a heading")
    title = " ".join((root.findtext(f"{XHTML}head/{XHTML}title") or "").split())
    if not title or title == document.name.rpartition("/")[2]:
        hint = "readers and voices tell files by their title"
        faults.warn("EPUB-TITLE", document.name, "title is empty, or only a file name", hint)
    for entity in document.entities:
        _check_entity(book, document, entity)
    # Nearly no document has a gap at all, and to look at every character takes time.
    if document.gaps and (blank := blank_between_han(root, meant)):
        what = f"white space between Han characters in «{blank}»"
        hint = "write adjacent inline elements without white space between them"
        faults.promise("EPUB-BLANK", document.name, what, hint)


def _check_entity(book: Publication, document: Document, entity: _Element) -> None:
    """Named characters of HTML are only known from the DTD, which EPUB 2 still had."""
    what = f"the entity {entity.text} is not defined"
    hint = "write the character itself"
    name = str(entity.text).strip("&;")
    if name in name2codepoint and not book.version.startswith("3"):
        book.faults.warn("EPUB-XML", document.place(entity), what, hint)
    else:
        book.faults.error("EPUB-XML", document.place(entity), what, hint)


def _check_ids(book: Publication, document: Document) -> None:
    for element in document.repeated:
        what = f"two elements have the id {element.get('id')}"
        book.faults.error("EPUB-ID", document.place(element), what, "a link finds only the first")


def _check_active(book: Publication, document: Document) -> None:
    """No scripts, no handlers, nothing foreign: most reading systems run none (B.3); an error where
    the package does not even say that the document has some (5.6.2.2, scripted)."""
    hint = "most reading systems run no scripts and show no embedded pages"
    item = book.items.get(document.name)
    declared = item is not None and "scripted" in item.properties
    tell = book.faults.promise if declared else book.faults.error
    for element in document.active:
        tell("EPUB-SCRIPT", document.place(element), f"an element {local(element)}", hint)
    for element, name in document.handlers:
        tell("EPUB-SCRIPT", document.place(element), f"an event handler, {name}", hint)


def _check_references(book: Publication, document: Document) -> None:
    """3.5: every reference of a document ends in the archive, at an id that exists."""
    faults = book.faults
    for reference in document.references:
        target, place = reference.target, document.place(reference.element)
        if REMOTE.match(target):
            if _SCRIPT_URL.match(target):
                hint = "most reading systems run no scripts"
                faults.promise("EPUB-SCRIPT", place, "a link that holds a script", hint)
            elif reference.fetched and not target.lower().startswith("data:"):
                hint = "put it into the book: a reader may have no network"
                faults.error("EPUB-REMOTE", place, f"fetches {target}", hint)
            elif target.lower().startswith("file:"):
                faults.error("EPUB-LINK", place, f"{target} leads to the reader's own files")
            continue
        goal, fragment = resolve(document.name, target)
        if goal not in book.names:
            # What the package declares and has not was told once, as EPUB-ITEM.
            if goal not in book.items:
                faults.error("EPUB-LINK", place, f"{target} is not in the archive")
        elif (
            fragment
            and goal in book.documents
            and fragment not in book.documents[goal].ids
            and not _NO_ID.match(fragment)
        ):
            faults.error("EPUB-LINK", place, f"{target} leads to an id that does not exist")
