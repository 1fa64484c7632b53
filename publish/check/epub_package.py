"""The archive and the package document: what is in the book, and in which order.

Numbers in comments are sections of EPUB 3.3 unless another source is named.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from publish.check.epub_extract import (
    MEMBER_LIMIT,
    OPF,
    package_path,
    parse_xml,
    read_member,
    resolve,
)
from publish.check.epub_faults import Faults
from publish.check.epub_publication import XML, Item, Publication
from publish.model.edition import Edition
from publish.text.patterns import late

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Members and unpacked bytes of a whole archive; more is refused unread.
MEMBERS_LIMIT = 50_000
TOTAL_LIMIT = 2 * 1024 * 1024 * 1024

DC = "{http://purl.org/dc/elements/1.1/}"
REMOTE = late(r"^\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)

#: 4.2.3: characters that no name may hold; a slash parts folders.
_FORBIDDEN = late('["*:<>?\\\\|\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]|\\.(?:/|$)')
#: What programs and systems leave behind in a folder that somebody packs.
_STRAY = late(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._|[^/]*(?:~|\.bak|\.orig|\.swp)$)",
    re.IGNORECASE,
)
#: 5.5.4: the time of the last change, in UTC to the second.
_MODIFIED = late(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T[0-2]\d:[0-5]\d:[0-5]\dZ")
_UUID = late(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_REPACK = "pack the folder anew: zip -X0 book.epub mimetype, then zip -Xr9D book.epub ."


def check_archive(archive: zipfile.ZipFile, faults: Faults) -> bool:
    """4.2 and 4.3: mimetype first, stored, without extra field; safe names; bounded.

    Gives whether the archive can be read further.
    """
    members = archive.infolist()
    if len(members) > MEMBERS_LIMIT or sum(m.file_size for m in members) > TOTAL_LIMIT:
        faults.error("EPUB-ZIP", "archive", "too many members, or too large unpacked")
        return False
    _check_mimetype(archive, members, faults)
    seen: set[str] = set()
    readable = True
    for member in members:
        name = member.filename
        if name.lower() in seen:
            hint = "names must differ in more than case (EPUB 3.3, 4.2.3)"
            faults.error("EPUB-ZIP", name, "in the archive twice", hint)
        seen.add(name.lower())
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            faults.error("EPUB-ZIP", name, "leads out of the archive")
            readable = False
        elif _FORBIDDEN.search(name.rstrip("/")):
            hint = "letters, digits, hyphens and full stops serve everywhere"
            faults.error("EPUB-NAME", name, "a name that no EPUB may have", hint)
        elif not name.isascii() or " " in name:
            hint = "old reading systems open ASCII names without blanks only"
            faults.warn("EPUB-NAME", name, "a name with blanks or beyond ASCII", hint)
        if member.is_dir():
            faults.promise("EPUB-ZIP", name, "an entry for a folder", "zip -D leaves them out")
        if member.flag_bits & 1:
            faults.error("EPUB-ZIP", name, "encrypted by the archive")
            readable = False
        if member.file_size > MEMBER_LIMIT:
            faults.error("EPUB-ZIP", name, f"larger than {MEMBER_LIMIT >> 20} MB unpacked")
            readable = False
    return readable


def _check_mimetype(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], faults: Faults
) -> None:
    first = members[0] if members else None
    if first is None or first.filename != "mimetype":
        faults.error("EPUB-ZIP", "mimetype", "not the first member of the archive", _REPACK)
    elif first.compress_type != zipfile.ZIP_STORED or first.extra or first.header_offset:
        faults.error("EPUB-ZIP", "mimetype", "not stored as it is, at the very start", _REPACK)
    elif read_member(archive, first.filename) != b"application/epub+zip":
        faults.error("EPUB-ZIP", "mimetype", "must say application/epub+zip and nothing else")


def read_publication(
    archive: zipfile.ZipFile, faults: Faults, edition: Edition | None
) -> Publication | None:
    """The package document, checked and as data; None where it is not well-formed."""
    from lxml import etree

    package = package_path(archive)
    try:
        root = parse_xml(read_member(archive, package))
    except etree.XMLSyntaxError as error:
        faults.error("EPUB-XML", package, f"not well-formed: {error}")
        return None
    names = frozenset(archive.namelist())
    items = _manifest(package, root, names, faults)
    book = Publication(
        archive,
        faults,
        edition,
        names,
        package,
        root,
        version=(root.get("version") or "").strip(),
        language=(root.findtext(f".//{DC}language") or "").strip(),
        identifier=_identifier(package, root, faults),
        items={item.name: item for item in items},
        spine=_spine(package, root, items, faults),
    )
    _strays(book)
    _metadata(book)
    _language(book)
    return book


def _manifest(
    package: str, root: _Element, names: frozenset[str], faults: Faults
) -> tuple[Item, ...]:
    """5.6: every item there, ids unique."""
    found: dict[str, Item] = {}
    for item in root.iter(f"{OPF}item"):
        href = item.get("href") or ""
        name = resolve(package, href)[0]
        identifier = item.get("id") or ""
        if REMOTE.match(href):
            hint = "a reading system without a network cannot show it"
            faults.error("EPUB-REMOTE", package, f"{href} is not in the archive", hint)
            continue
        if name not in names:
            faults.error("EPUB-ITEM", package, f"{name} is declared and not in the archive")
        if identifier in found:
            faults.error("EPUB-ID", package, f"two items have the id {identifier}")
        properties = frozenset((item.get("properties") or "").split())
        found[identifier] = Item(name, identifier, item.get("media-type") or "", properties)
    return tuple(found.values())


def _spine(
    package: str, root: _Element, items: tuple[Item, ...], faults: Faults
) -> tuple[str, ...]:
    """5.7: spine items known, at least one."""
    by_id = {item.identifier: item.name for item in items}
    spine: dict[str, None] = {}
    for reference in root.iter(f"{OPF}itemref"):
        identifier = reference.get("idref") or ""
        if identifier not in by_id:
            faults.error("EPUB-SPINE", package, f"the spine names {identifier}, no such item")
        elif by_id[identifier] in spine:
            faults.error("EPUB-SPINE", package, f"the spine names {identifier} twice")
        else:
            spine[by_id[identifier]] = None
    if not spine:
        faults.error("EPUB-SPINE", package, "the spine is empty")
    return tuple(spine)


def _strays(book: Publication) -> None:
    """What is in the archive and not declared (3.3: a publication resource is)."""
    for name in sorted(book.names - set(book.items) - {"mimetype", book.package}):
        if _STRAY.search(name):
            hint = "some system or program left it in the folder; leave it out when packing"
            book.faults.warn("EPUB-STRAY", name, "no part of a book", hint)
        elif not name.startswith("META-INF/") and not name.endswith("/"):
            hint = "declare it in the manifest, or leave it out"
            book.faults.promise("EPUB-ITEM", name, "in the archive and not declared", hint)


def _identifier(package: str, root: _Element, faults: Faults) -> str:
    """5.4.1: the package names its identifier by an id that exists."""
    wanted = root.get("unique-identifier") or ""
    for element in root.iter(f"{DC}identifier"):
        if element.get("id") == wanted:
            return (element.text or "").strip()
    hint = 'unique-identifier="…" must be the id of a dc:identifier'
    faults.error("EPUB-META", package, "no identifier is the unique one", hint)
    return ""


def _metadata(book: Publication) -> None:
    """5.5: title, identifier, language, time of the last change, numbers that are well formed."""
    for wanted in ("title", "identifier", "language"):
        if not (book.opf.findtext(f".//{DC}{wanted}") or "").strip():
            book.faults.error("EPUB-META", book.package, f"dc:{wanted} is missing")
    if not book.version.startswith("3"):
        hint = "convert it: readers of today expect EPUB 3"
        version = book.version or "not said"
        book.faults.warn("EPUB-META", book.package, f"the version is {version}, not 3.0", hint)
        return
    times = [
        (meta.text or "").strip()
        for meta in book.opf.iter(f"{OPF}meta")
        if meta.get("property") == "dcterms:modified" and not meta.get("refines")
    ]
    if len(times) != 1 or not _MODIFIED.fullmatch(times[0]):
        hint = "one dcterms:modified, in UTC: 2025-01-31T08:00:00Z (EPUB 3.3, 5.5.4)"
        book.faults.error("EPUB-META", book.package, "no time of the last change", hint)
    for element in book.opf.iter(f"{DC}identifier"):
        number = (element.text or "").strip()
        if number.lower().startswith("urn:isbn:") and not is_isbn(number[9:]):
            hint = "its last digit is a check of the others (ISO 2108)"
            book.faults.warn("EPUB-META", book.package, f"{number} is no ISBN", hint)
        elif number.lower().startswith("urn:uuid:") and not _UUID.fullmatch(number):
            hint = "32 hexadecimal digits in five groups (RFC 9562)"
            book.faults.warn("EPUB-META", book.package, f"{number} is no UUID", hint)


def is_isbn(number: str) -> bool:
    """Whether the check digit of an ISBN of ten or thirteen digits is right (ISO 2108)."""
    digits = re.sub(r"[\s-]", "", number).upper()
    if re.fullmatch(r"\d{13}", digits):
        return sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if d == "X" else int(d) for d in digits]
        return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0
    return False


def _language(book: Publication) -> None:
    """5.4.1 and 5.5.3.1.3: the package speaks the language of the book, and of its edition."""
    declared = book.opf.get(f"{XML}lang")
    if declared is not None and declared != book.language:
        what = f"the package says {declared}, dc:language says {book.language}"
        hint = "titles and summaries are read aloud by xml:lang"
        book.faults.promise("EPUB-LANG", book.package, what, hint)
    if book.edition and book.language != book.edition.language:
        what = f"dc:language is {book.language}, the edition is {book.edition.language}"
        book.faults.error("EPUB-LANG", book.package, what)
