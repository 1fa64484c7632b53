"""A package of finished documents, packed as one EPUB 3.3 file.

EbookLib is the packer and nothing more: every file goes in as plain bytes, word for
word, because its document classes re-indent text (a blank between two Han characters
is a visible gap) and write a navigation of their own.  The same package, book, edition
and moment give the same bytes, whatever the clock, the time zone, the hash seed or the
path (with one version of zlib).
"""

from __future__ import annotations

import contextlib
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.model.book import Book
from publish.model.edition import Edition
from publish.model.package import Document, Package, TocItem
from publish.render.ncx import ncx
from publish.render.opf import IDENTIFIER_ID, PREFIXES, Facts, Field, clean, identifier, metadata

if TYPE_CHECKING:
    from lxml import etree

FOLDER = "EPUB"
XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
OPS = "http://www.idpf.org/2007/ops"
XML = "http://www.w3.org/XML/1998/namespace"

#: Two thirds of the time of deflate's own middle, 6, for one and a half per cent more.
LEVEL = 4

COVER_ID = "cover-image"
NCX_ID, NCX_NAME = "ncx", "toc.ncx"

#: Ids that metadata and fixed items use; files may not take them.
RESERVED_IDS = frozenset({IDENTIFIER_ID, COVER_ID, NCX_ID, "nav", "title", "subtitle", "series"})

#: Structural semantics of a landmark -> type of an EPUB 2 guide reference (OPF 2.0.1 section 2.6).
GUIDE_TYPES: Mapping[str, str] = {
    "cover": "cover",
    "titlepage": "title-page",
    "toc": "toc",
    "copyright-page": "copyright-page",
    "colophon": "colophon",
    "dedication": "dedication",
    "epigraph": "epigraph",
    "foreword": "foreword",
    "preface": "preface",
    "acknowledgments": "acknowledgements",
    "loi": "loi",
    "lot": "lot",
    "bodymatter": "text",
    "endnotes": "notes",
    "glossary": "glossary",
    "bibliography": "bibliography",
    "index": "index",
}


def write_epub(
    package: Package, book: Book, edition: Edition, path: Path, modified: datetime
) -> None:
    """Pack the package as an EPUB at ``path``.

    ``modified`` is an aware moment; it becomes ``dcterms:modified`` and the time of every
    entry of the archive.  ``edition.words`` must hold the fixed words of the edition.
    Raises :class:`ValueError` for a package that cannot be a book (see :func:`check_package`)
    and :class:`OSError` where the file cannot be written; nothing is left at ``path`` then.
    """
    from ebooklib import epub

    check_package(package)
    if modified.tzinfo is None:
        raise ValueError("the time of the last change has no time zone")
    modified = modified.astimezone(UTC).replace(microsecond=0)
    facts, properties, guide = read_documents(package)

    packed = epub.EpubBook()
    packed.metadata.clear()  # a generator's name and a random identifier
    packed.FOLDER_NAME = FOLDER
    packed.IDENTIFIER_ID = IDENTIFIER_ID
    packed.language = edition.language
    packed.set_direction("rtl" if edition.writing == "vertical" else "ltr")
    packed.guide = guide
    embedded = any(resource.name.startswith("fonts/") for resource in package.resources)
    known = {"paged": bool(package.pages), "embedded": embedded}
    for field in metadata(book.meta, edition, facts, COVER_ID, **known):
        _add_field(packed, field)

    def add(uid: str, name: str, kind: str, data: bytes, *, properties: Iterable[str] = ()) -> Any:
        item = epub.EpubItem(uid=uid, file_name=name, media_type=kind, content=data)
        item.properties = sorted(set(properties))
        return packed.add_item(item)

    ids = _Ids()
    for document in package.documents:
        uid = "nav" if "nav" in document.properties else ids.take(document.name)
        kind, more = "application/xhtml+xml", properties[document.name]
        # The objects themselves: EbookLib looks an id up by a walk through all items.
        packed.spine.append(add(uid, document.name, kind, document.xhtml, properties=more))
    contents = ncx(
        package.toc,
        package.pages,
        identifier=identifier(book.meta, edition),
        title=book.meta.title,
        language=edition.language,
    )
    add(NCX_ID, NCX_NAME, "application/x-dtbncx+xml", contents)
    cover = package.cover
    add(COVER_ID, cover.name, cover.media_type, cover.data, properties=["cover-image"])
    for resource in sorted(package.resources, key=lambda item: item.name):
        add(ids.take(resource.name), resource.name, resource.media_type, resource.data)
    extra = {}
    if embedded:
        # What Apple's guide has for EPUB 2; versions of Apple Books show no embedded fonts
        # without it in EPUB 3 either (wikimedia/ws-export#296).
        extra["com.apple.ibooks.display-options.xml"] = APPLE_FONTS
    if package.licences:
        extra["licences.txt"] = package.licences.encode()
    for name, data in extra.items():
        # Beside the container, not in the manifest (EPUB 3.3 section 4.2.6): no document uses them.
        packed.add_item(
            epub.EpubItem(
                uid=name,
                file_name=f"META-INF/{name}",
                media_type="application/octet-stream",
                content=data,
                manifest=False,
            )
        )
    _write(packed, path, modified)


APPLE_FONTS = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<display_options><platform name="*">'
    b'<option name="specified-fonts">true</option>'
    b"</platform></display_options>\n"
)


def check_package(package: Package) -> None:
    """Raise :class:`ValueError` for a package no reader could open.

    Names must be plain ASCII paths that differ in more than case (EPUB 3.3 section 4.2.3),
    one document the navigation, and every contents item must lead to a document.
    """
    files = [document.name for document in package.documents]
    files += [resource.name for resource in (*package.resources, package.cover)]
    seen = {"content.opf", NCX_NAME}
    for file in files:
        if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", file):
            raise ValueError(f"not a name for a file inside an EPUB: {file!r}")
        if file.lower() in seen:
            raise ValueError(f"two files inside the EPUB have one name: {file!r}")
        seen.add(file.lower())
    if sum("nav" in document.properties for document in package.documents) != 1:
        raise ValueError("exactly one document must be the navigation")
    if not package.toc:
        raise ValueError("the table of contents is empty")
    names = {document.name for document in package.documents}
    for item in _items(package.toc):
        if item.target.partition("#")[0] not in names:
            raise ValueError(f"a contents item leads nowhere: {item.target!r}")


def _items(toc: tuple[TocItem, ...]) -> Iterator[TocItem]:
    for item in toc:
        yield item
        yield from _items(item.children)


class _Ids:
    """Manifest ids made from file names: XML names (NCName), each given once."""

    def __init__(self) -> None:
        self._taken = set(RESERVED_IDS)

    def take(self, name: str) -> str:
        start = re.sub(r"^[^A-Za-z_]", "x-", name.replace("/", "-"))
        uid, count = start, 1
        while uid in self._taken:
            count += 1
            uid = f"{start}-{count}"
        self._taken.add(uid)
        return uid


def _add_field(packed: Any, field: Field) -> None:
    prefix, _, name = field.name.rpartition(":")
    attributes = {_clark(key): value for key, value in field.attributes}
    packed.add_metadata(prefix.upper() or None, name, field.value, attributes)


def _clark(name: str) -> str:
    return f"{{{XML}}}{name[4:]}" if name.startswith("xml:") else name


# --- what the documents hold -------------------------------------------------------


def read_documents(
    package: Package,
) -> tuple[Facts, dict[str, set[str]], list[dict[str, str]]]:
    """What is true of the content, the properties of each document, and the EPUB 2 guide.

    Each document is parsed once; one that is not well-formed is a :class:`ValueError`.
    """
    facts = Facts(
        moving=any(item.media_type in ("image/gif", "image/webp") for item in package.resources)
    )
    properties: dict[str, set[str]] = {}
    guide: list[dict[str, str]] = []
    for index, document in enumerate(package.documents):
        root = parse(document)
        found = set(document.properties)
        for element in root.iter(*_TELLING):
            match element.tag.rpartition("}")[2]:
                case "img" | "svg" as kind:
                    if kind == "svg":
                        found.add("svg")
                    if not _is_decoration(element):
                        facts = _count(facts, _has_words(element), on_cover=index == 0)
                case "math":
                    found.add("mathml")
                    facts = replace(
                        facts,
                        formulas=facts.formulas + 1,
                        read_formulas=facts.read_formulas + bool(element.get("alttext")),
                    )
                case "ruby":
                    facts = facts if facts.ruby else replace(facts, ruby=True)
                case _ if "nav" not in found and not facts.headings:
                    facts = replace(facts, headings=True)
        if not facts.roles and b'role="doc-' in document.xhtml:
            facts = replace(facts, roles=True)
        properties[document.name] = found
        if "nav" in found:
            guide = _guide(root, document.name)
    return facts, properties, guide


_TELLING = (
    *(f"{{{XHTML}}}{name}" for name in ("img", "ruby", "h1", "h2", "h3", "h4", "h5", "h6")),
    f"{{{SVG}}}svg",
    f"{{{MATHML}}}math",
)


def parse(document: Document) -> etree._Element:
    """The root of a document; one that is not well-formed is a :class:`ValueError`."""
    from lxml import etree

    # A paragraph may be longer than the parser's ordinary limit; entities and the
    # network stay shut, though the documents are our own.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(document.xhtml, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{document.name} is not well-formed: {error}") from error


def _count(facts: Facts, described: bool, *, on_cover: bool) -> Facts:
    return replace(
        facts,
        pictures=facts.pictures + (not on_cover),
        described=facts.described + described,
        undescribed=facts.undescribed + (not described),
    )


def _is_decoration(element: etree._Element) -> bool:
    hidden = element.get("aria-hidden") == "true"
    return hidden or element.get("role") in ("presentation", "none")


def _has_words(element: etree._Element) -> bool:
    """Whether an image says in words what it shows.

    An empty ``alt`` does not count: it is what a picture without a description gets too.
    """
    texts = [element.get("alt"), element.get("aria-label"), element.findtext(f"{{{SVG}}}title")]
    labelled = element.get("aria-labelledby")
    return bool(labelled) or any(text and text.strip() for text in texts)


def _guide(root: etree._Element, name: str) -> list[dict[str, str]]:
    """The guide of EPUB 2, from the landmarks of the navigation document."""
    references: list[dict[str, str]] = []
    for nav in root.iter(f"{{{XHTML}}}nav"):
        if "landmarks" not in (nav.get(f"{{{OPS}}}type") or "").split():
            continue
        for link in nav.iter(f"{{{XHTML}}}a"):
            kinds = (link.get(f"{{{OPS}}}type") or "").split()
            kind = next((GUIDE_TYPES[item] for item in kinds if item in GUIDE_TYPES), None)
            target = link.get("href")
            if kind is None or not target:
                continue
            href = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            title = clean("".join(str(text) for text in link.itertext()))
            if all((item["type"], item["href"]) != (kind, href) for item in references):
                references.append({"type": kind, "href": href, "title": title})
    return references


# --- the archive -------------------------------------------------------------------


class _StableZip(zipfile.ZipFile):
    """An archive whose entries all have one time and one mode."""

    #: (year, month, day, hour, minute, second), within what a ZIP can say.
    moment: tuple[int, int, int, int, int, int]

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add an entry; see :meth:`zipfile.ZipFile.writestr`."""
        entry = zipfile.ZipInfo(str(zinfo_or_arcname), self.moment)
        entry.create_system = 3  # Unix, whatever the host
        entry.external_attr = 0o100644 << 16
        kind = zipfile.ZIP_DEFLATED if compress_type is None else compress_type
        super().writestr(entry, data, kind, compresslevel or LEVEL)


def zip_moment(modified: datetime) -> tuple[int, int, int, int, int, int]:
    """A UTC moment as a ZIP says it: whole even seconds, 1980 to 2107 (APPNOTE 4.4.6)."""
    if modified.year < 1980:
        return (1980, 1, 1, 0, 0, 0)
    if modified.year > 2107:
        return (2107, 12, 31, 23, 59, 58)
    date = (modified.year, modified.month, modified.day)
    return (*date, modified.hour, modified.minute, modified.second // 2 * 2)


def _write(packed: Any, path: Path, modified: datetime) -> None:
    from ebooklib import epub
    from lxml import etree

    class Writer(epub.EpubWriter):  # type: ignore[misc]
        """EbookLib's writer with a steady archive and a package element of our own."""

        def _write_opf_file(self, root: Any) -> None:
            # Of the prefixes in use those that are not reserved (EPUB 3.3 section D.1.4).
            root.attrib.pop("prefix", None)
            named = {meta.get("property", "").partition(":")[0] for meta in root.iter("meta")}
            if declared := [f"{name}: {PREFIXES[name]}" for name in sorted(named & {*PREFIXES})]:
                root.set("prefix", " ".join(declared))
            root.set(f"{{{XML}}}lang", packed.language)
            metadata = root.find("metadata")
            # The identifier first and the time last read better; their order is free.
            metadata.append(metadata[0])
            # EbookLib writes the name space as an attribute; parsed again, it is one.
            tree = etree.fromstring(etree.tostring(root))
            etree.cleanup_namespaces(tree)
            etree.indent(tree)
            data = etree.tostring(tree, encoding="utf-8", xml_declaration=True)
            self.out.writestr(f"{FOLDER}/content.opf", data + b"\n")

        def write(self) -> None:
            with _StableZip(self.file_name, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.moment = zip_moment(modified)
                self.out = archive
                archive.writestr("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
                self._write_container()
                self._write_opf()
                self._write_items()

    writer = Writer(str(path), packed, {"mtime": modified, "raise_exceptions": True})
    try:
        writer.write()
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise
