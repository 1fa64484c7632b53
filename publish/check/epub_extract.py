"""EPUB -> text: what a reader of the file gets to see, document by document.

Left out is what no reader is shown as text: hidden navigation, page-break markers, back links,
brackets for readers without ruby.  Formulas are MathML; they are not text.
"""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from publish.check.text import Fragment, PageText
from publish.diagnostics import fail
from publish.text.xhtml import XHTML, pieces

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Most bytes read from one member of an EPUB, unpacked.
MEMBER_LIMIT = 64 * 1024 * 1024

#: What reading a damaged archive raises: the module checks little before it unpacks.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
)

CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
OPF = "{http://www.idpf.org/2007/opf}"


#: How XML of others is read: no network, DTD, entities of its own or huge trees.
_SAFE_XML: Any = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse_xml(data: bytes) -> _Element:
    """The root of an XML document, read without network, DTD, entities of its own or huge trees.

    Raises ``lxml.etree.XMLSyntaxError`` where it is not well-formed.
    """
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(**_SAFE_XML))


@lru_cache(maxsize=1)
def _text_nodes() -> Any:
    from lxml import etree

    return etree.XPath("descendant::text()")


def text_nodes(element: _Element) -> list[Any]:
    """Every text node below an element, in document order: strings as lxml's XPath gives them,
    which know their element (``getparent()``, ``is_tail``).  They are found without a step of
    Python for each."""
    found: list[Any] = _text_nodes()(element)
    return found


def open_archive(path: Path) -> zipfile.ZipFile:
    """The EPUB as an archive; raises EPUB-ZIP where it is none."""
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        raise fail("EPUB-ZIP", f"this EPUB cannot be opened: {error}", path=str(path)) from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one member; raises EPUB-ZIP where it is missing, damaged or above 64 MB."""
    try:
        if archive.getinfo(name).file_size > MEMBER_LIMIT:
            raise fail("EPUB-ZIP", f"{name} is larger than {MEMBER_LIMIT >> 20} MB unpacked")
        return archive.read(name)
    except DAMAGE as error:
        raise fail("EPUB-ZIP", f"{name} cannot be read from the archive") from error


def package_path(archive: zipfile.ZipFile) -> str:
    """Where META-INF/container.xml says that the package document is."""
    from lxml import etree

    try:
        root = parse_xml(read_member(archive, "META-INF/container.xml"))
    except etree.XMLSyntaxError as error:
        raise fail("EPUB-XML", f"META-INF/container.xml: {error}") from error
    found = root.find(f".//{CONTAINER}rootfile")
    path = found.get("full-path") if found is not None else None
    if not path:
        raise fail("EPUB-OPF", "META-INF/container.xml names no package document")
    return path


def resolve(base: str, href: str) -> tuple[str, str]:
    """A relative reference as (member name, fragment), from the document ``base``."""
    target, _, fragment = href.partition("#")
    name = _member(base.rpartition("/")[0], target) if target else base
    return name, unquote(fragment) if "%" in fragment else fragment


@lru_cache(maxsize=4096)
def _member(folder: str, target: str) -> str:
    """The member that a relative path names: the links of a long book lead to few files."""
    return posixpath.normpath(posixpath.join(folder, unquote(target)))


def spine_documents(archive: zipfile.ZipFile) -> Iterator[tuple[str, _Element]]:
    """(member name, root element) of every document of the spine, in reading order."""
    from lxml import etree

    package = package_path(archive)
    try:
        root = parse_xml(read_member(archive, package))
    except etree.XMLSyntaxError as error:
        raise fail("EPUB-XML", f"{package}: {error}") from error
    hrefs = {item.get("id"): item.get("href", "") for item in root.iter(f"{OPF}item")}
    for reference in root.iter(f"{OPF}itemref"):
        name = resolve(package, hrefs.get(reference.get("idref")) or "")[0]
        try:
            yield name, parse_xml(read_member(archive, name))
        except etree.XMLSyntaxError as error:
            raise fail("EPUB-XML", f"{name}: {error}") from error


def epub_text(path: Path) -> tuple[PageText, ...]:
    """The text of every document of an EPUB's spine: body, notes and readings apart.

    Raises :class:`~publish.diagnostics.Failure` (EPUB-ZIP, EPUB-XML, EPUB-OPF) where the file
    cannot be read.
    """
    with open_archive(path) as archive:
        return tuple(
            PageText(name, document_fragments(root)) for name, root in spine_documents(archive)
        )


def document_fragments(root: _Element) -> tuple[Fragment, ...]:
    """The text of one document, a fragment for each kind; every reading on its own."""
    body: list[str] = []
    notes: list[str] = []
    readings: list[str] = []
    element = root.find(f"{XHTML}body")
    for piece in () if element is None else pieces(element):
        if piece.kind == "body":
            body.append(piece.text)
        elif piece.kind == "note":
            notes.append(piece.text)
        elif piece.opens:
            readings.append(piece.text)
        else:
            readings[-1] += piece.text
    fragments = [Fragment("".join(body), "body")]
    fragments.extend(Fragment(reading, "reading") for reading in readings)
    fragments.append(Fragment("".join(notes), "note"))
    return tuple(fragment for fragment in fragments if fragment.text.strip())
