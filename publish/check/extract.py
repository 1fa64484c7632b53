"""Artefact -> text: what a reader of the file gets to see, page by page or document by document.

Left out is page furniture.  In a PDF that is text whose baseline lies above or below the type area
(running heads and folios; the cover, page 1, has none).  In an EPUB it is what no reader is shown
as text: hidden navigation, page-break markers, back links, brackets for readers without ruby.
Formulas are pictures in a PDF and MathML in an EPUB; they are not text in either.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from publish.check import columns
from publish.check.text import Fragment, PageText
from publish.diagnostics import fail
from publish.model.edition import Edition
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

# --- PDF -----------------------------------------------------------------------------------

#: How far outside the type area, in lines of the page, a baseline still belongs to the text.
_SLACK = 0.5
#: Type smaller than this, in em of the body, is the reading of a ruby (look.md: half an em; a
#: note call is two thirds).
_SMALL = 0.62
#: Type as small as this is nothing but a reading: pinyin half an em, zhuyin .3.
_READING = 0.52
#: Baselines nearer than this, in em of the body, make one row (a note call is raised half an em;
#: a ruby stands about one em above).
_ROW = 0.58
#: MuPDF's TEXT_PRESERVE_WHITESPACE: blanks as they are painted; ligatures are resolved.
_FLAGS = 2


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """The PDF as MuPDF opens it, silent on the terminal; trouble becomes the error PDF-OPEN."""
    import pymupdf

    # What MuPDF repairs as it reads is told by the checks, not printed.
    tools: Any = pymupdf.TOOLS
    tools.mupdf_display_errors(False)
    tools.mupdf_display_warnings(False)
    opener: Any = pymupdf.open
    try:
        with opener(path, filetype="pdf") as document:
            yield document
    except (RuntimeError, ValueError, OSError) as error:
        raise fail("PDF-OPEN", f"this PDF cannot be read: {error}", path=str(path)) from error


def pdf_text(path: Path, edition: Edition | None = None) -> tuple[PageText, ...]:
    """The text of every page of a PDF, top to bottom and left to right, horizontal writing.

    With an edition, what stands above or below its type area is left out, but for page 1, the
    cover.  Raises :class:`~publish.diagnostics.Failure` PDF-OPEN where the file cannot be read.
    """
    with open_pdf(path) as document:
        return page_texts(document, edition)


def page_texts(document: Any, edition: Edition | None = None) -> tuple[PageText, ...]:
    """What :func:`pdf_text` gives, of a PDF that is open."""
    em = edition.geometry.em if edition else _body_size(document)
    pages = []
    for number, page in enumerate(document, 1):
        blocks = page.get_text("dict", flags=_FLAGS)["blocks"]
        lines = _lines(blocks, _origin(page), em)
        standing: list[columns.Standing] = []
        if edition and edition.geometry.vertical and number > 1:
            width = page.trimbox.width + 2 * _origin(page)[0]
            down, across = _by_direction(blocks)
            lines = _lines(list(_lying(down, width)), _origin(page), em)
            standing = columns.standing(list(_lines(across, _origin(page), em)), edition, em * _ROW)
        if edition and number > 1:
            lines = _in_type_area(lines, edition, number)
        texts: list[Fragment] = []
        readings: list[Fragment] = []
        for line in lines:
            (readings if line.reading else texts).append(line)
        # Readings stand above or beside their characters, in no rows: as they are painted.
        rows: Iterable[Fragment]
        if edition and standing:
            in_rows = columns.in_rows(texts, em * _ROW)
            rows = columns.with_standing(in_rows, standing, edition)
        elif edition and edition.geometry.columns > 1:
            rows = columns.by_column(texts, edition, number, em * _ROW)
        else:
            rows = columns.in_rows(texts, em * _ROW)
        pages.append(PageText(f"page {number}", (*rows, *readings), page.get_label()))
    return tuple(pages)


def _by_direction(
    blocks: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The same blocks with their columns alone, and with the lines alone that run across."""
    columns, across = [], []
    for block in blocks:
        lines = block.get("lines", ())
        down = [line for line in lines if abs(line["dir"][1]) >= abs(line["dir"][0])]
        columns.append({**block, "lines": down})
        across.append({**block, "lines": [line for line in lines if line not in down]})
    return columns, across


def letters(path: Path) -> Counter[str]:
    """How often each character stands in a PDF, in whatever order."""
    found: Counter[str] = Counter()
    with open_pdf(path) as document:
        for page in document:
            found.update(page.get_text("text", flags=_FLAGS))
    return found


def _origin(page: Any) -> tuple[float, float]:
    """Where the trim box begins on the page as it is drawn, in pt from the top left."""
    trim, crop = page.trimbox, page.cropbox
    return trim.x0 - crop.x0, trim.y0 - crop.y0


def _body_size(document: Any) -> float:
    """The size, in pt, in which most characters of the first hundred pages are set."""
    sizes: Counter[float] = Counter()
    for page in document.pages(0, min(100, len(document))):
        for block in page.get_text("dict", flags=_FLAGS)["blocks"]:
            for line in block.get("lines", ()):
                for span in line["spans"]:
                    sizes[round(span["size"], 1)] += len(span["text"])
    return sizes.most_common(1)[0][0] if sizes else 10.5


def _lines(
    blocks: list[dict[str, Any]], origin: tuple[float, float], em: float
) -> Iterator[Fragment]:
    left, top = origin
    for block in blocks:
        for line in block.get("lines", ()):
            spans = line["spans"]
            if not spans:
                continue
            # A raised or lowered sign in the line does not move the line: the largest type says
            # where it stands.
            sizes = [span["size"] for span in spans]
            main = spans[sizes.index(max(sizes))]
            parts = _parted(spans, em) if min(sizes) <= em * _READING else [spans]
            for part in parts:
                first = part[0] if len(parts) > 1 else main
                yield Fragment(
                    "".join(span["text"] for span in part),
                    left=part[0]["bbox"][0] - left,
                    right=part[-1]["bbox"][2] - left,
                    baseline=first["origin"][1] - top,
                    small=first["size"] <= em * _SMALL,
                    reading=first["size"] <= em * _READING,
                )


def _lying(blocks: list[dict[str, Any]], width: float) -> Iterator[dict[str, Any]]:
    """Columns as the lines they were before the page, of this width in pt, was turned a quarter to
    the right."""

    def place(x: float, y: float) -> tuple[float, float]:
        return y, width - x

    for block in blocks:
        lines = []
        for line in block.get("lines", ()):
            spans = []
            for span in line["spans"]:
                left, top, right, bottom = span["bbox"]
                first, last = place(right, top), place(left, bottom)
                spans.append({**span, "bbox": (*first, *last), "origin": place(*span["origin"])})
            lines.append({**line, "spans": spans})
        yield {**block, "lines": lines}


def _parted(spans: list[dict[str, Any]], em: float) -> list[list[dict[str, Any]]]:
    """The spans of a line, those of readings apart from those of text."""
    return [
        list(part) for _, part in groupby(spans, key=lambda span: span["size"] <= em * _READING)
    ]


def _in_type_area(lines: Iterable[Fragment], edition: Edition, number: int) -> Iterator[Fragment]:
    """Without running heads and folios; vertical lines as they are laid out, before the page of
    this number is turned."""
    page = edition.geometry
    slack = page.line * _SLACK
    top = page.top
    if page.vertical:
        top = page.inner if number % 2 else page.outer
    first, last = top - slack, top + page.depth + slack
    return (line for line in lines if first <= line.baseline <= last)


# --- EPUB ----------------------------------------------------------------------------------


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


def iterate_xml(data: bytes, names: Iterable[str]) -> Iterator[tuple[str, _Element]]:
    """("start" or "end", element) of every element of these names, in any name space, for a
    document that is too large to be kept: who takes an element in may clear it.  As safe as
    :func:`parse_xml`, and raises the same.
    """
    from lxml import etree

    tags = [f"{{*}}{name}" for name in names]
    yield from etree.iterparse(io.BytesIO(data), events=("start", "end"), tag=tags, **_SAFE_XML)


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
