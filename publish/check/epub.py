"""Checks of an EPUB that need no Java: what a shop or a reading system would stumble over.

They do not replace EPUBCheck (which the tests run); they are fast enough for every build and also
see what EPUBCheck does not: blanks between Han characters, languages that disagree, documents too
large for old readers.  Numbers in comments are sections of EPUB 3.3 unless another source is named.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from publish.check.blanks import blank_between_han, meant_blanks
from publish.check.extract import (
    MEMBER_LIMIT,
    OPF,
    open_archive,
    package_path,
    parse_xml,
    read_member,
    resolve,
)
from publish.diagnostics import Diagnostic, Failure, Severity
from publish.model.edition import Edition
from publish.text.threads import compact
from publish.text.xhtml import XHTML, types

if TYPE_CHECKING:
    from lxml.etree import _Element

    from publish.model.text import Run

#: Bytes of one XHTML document that old readers can hold (EBPAJ guide 1.1.3: 256 KB with room left).
DOCUMENT_LIMIT = 240 * 1024
#: Members and unpacked bytes of a whole archive; more is refused unread.
MEMBERS_LIMIT = 50_000
TOTAL_LIMIT = 2 * 1024 * 1024 * 1024

_DC = "{http://purl.org/dc/elements/1.1/}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_HTML_TYPE = "application/xhtml+xml"
_REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"^\s*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_CSS_URL = re.compile(r"(?:url\(|@import)\s*['\"]?\s*([^'\")\s;]+)", re.IGNORECASE)
#: Elements that run or embed foreign content.
_ACTIVE = frozenset(("script", "iframe", "object", "embed", "applet"))


def check_epub(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
    expected: tuple[Run, ...] | None = None,
) -> tuple[Diagnostic, ...]:
    """Faults of an EPUB file: codes EPUB-*, errors but for EPUB-SIZE (a warning).

    ``headings`` are labels (chapters, entries) that the navigation must hold, in order.
    ``expected`` is the edition's text; it tells which blanks between elements are the author's.
    """
    found: list[Diagnostic] = []
    try:
        with open_archive(path) as archive:
            _Inspection(archive, edition, expected, found).run(headings)
    except Failure as failure:
        found.extend(failure.diagnostics)
    return tuple(found)


def _report(code: str, message: str, severity: Severity = "error") -> Diagnostic:
    return Diagnostic(code, severity, message)


class _Inspection:
    """One pass over one file; what was read is kept for the checks that follow."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        edition: Edition | None,
        expected: tuple[Run, ...] | None,
        found: list[Diagnostic],
    ) -> None:
        self.archive = archive
        self.edition = edition
        self.meant = None if expected is None else meant_blanks(expected)
        self.found = found
        self.names = set(archive.namelist())
        #: name -> media type and properties of every manifest item.
        self.manifest: dict[str, tuple[str, frozenset[str]]] = {}
        self.spine: list[str] = []
        self.documents: dict[str, _Element] = {}
        self.ids: dict[str, set[str]] = {}

    def error(self, code: str, message: str) -> None:
        self.found.append(_report(code, message))

    def run(self, headings: tuple[str, ...]) -> None:
        if not self._zip():
            return
        package = package_path(self.archive)
        root = self._parse(package)
        if root is None:
            return
        self._package(package, root)
        language = (root.findtext(f".//{_DC}language") or "").strip()
        self._package_language(root, language)
        for name, (media_type, _) in self.manifest.items():
            if media_type == _HTML_TYPE and name in self.names:
                document = self._parse(name)
                if document is not None:
                    self._document(name, document, language)
            elif media_type == "text/css" and name in self.names:
                self._style(name, read_member(self.archive, name).decode("utf-8", "replace"))
        for name, document in self.documents.items():
            self._links(name, document)
        self._navigation(headings)

    # --- the archive and the package -----------------------------------------------------

    def _zip(self) -> bool:
        """OCF 4.2 and 4.3: mimetype first, stored, without extra field; safe names; bounded."""
        members = self.archive.infolist()
        if len(members) > MEMBERS_LIMIT or sum(m.file_size for m in members) > TOTAL_LIMIT:
            self.error("EPUB-ZIP", "the archive has too many members or is too large unpacked")
            return False
        first = members[0] if members else None
        if first is None or first.filename != "mimetype":
            self.error("EPUB-ZIP", "the first member of the archive must be mimetype")
        elif first.compress_type != zipfile.ZIP_STORED or first.extra or first.header_offset:
            self.error("EPUB-ZIP", "mimetype must be stored as it is, without an extra field")
        elif read_member(self.archive, first.filename) != b"application/epub+zip":
            self.error("EPUB-ZIP", "mimetype must say application/epub+zip and nothing else")
        seen: set[str] = set()
        for member in members:
            name = member.filename
            if name.lower() in seen:
                self.error("EPUB-ZIP", f"{name} is in the archive twice")
            seen.add(name.lower())
            if name.startswith("/") or ".." in name.split("/") or "\\" in name:
                self.error("EPUB-ZIP", f"{name} leads out of the archive")
            if member.is_dir():
                self.error("EPUB-ZIP", f"{name} is a folder entry")
            if member.flag_bits & 1:
                self.error("EPUB-ZIP", f"{name} is encrypted")
            if member.file_size > MEMBER_LIMIT:
                self.error("EPUB-ZIP", f"{name} is larger than {MEMBER_LIMIT >> 20} MB unpacked")
        return not self.found or all(item.code != "EPUB-ZIP" for item in self.found)

    def _parse(self, name: str) -> _Element | None:
        from lxml import etree

        try:
            return parse_xml(read_member(self.archive, name))
        except etree.XMLSyntaxError as error:
            self.error("EPUB-XML", f"{name} is not well-formed: {error}")
            return None

    def _package(self, package: str, root: _Element) -> None:
        """5.6 and 5.7: every item there and no strays, ids unique, spine items known."""
        by_id: dict[str, str] = {}
        for item in root.iter(f"{OPF}item"):
            href = item.get("href") or ""
            name = resolve(package, href)[0]
            identifier = item.get("id") or ""
            if _REMOTE.match(href):
                self.error("EPUB-REMOTE", f"{package}: {href} is not in the archive")
                continue
            if name not in self.names:
                self.error("EPUB-ITEM", f"{package}: {name} is declared and not in the archive")
            if identifier in by_id:
                self.error("EPUB-ID", f"{package}: two items have the id {identifier}")
            by_id[identifier] = name
            properties = frozenset((item.get("properties") or "").split())
            self.manifest[name] = (item.get("media-type") or "", properties)
        for name in sorted(self.names - set(self.manifest) - {"mimetype", package}):
            if not name.startswith("META-INF/"):
                self.error("EPUB-ITEM", f"{name} is in the archive and not declared")
        for reference in root.iter(f"{OPF}itemref"):
            identifier = reference.get("idref") or ""
            if identifier not in by_id:
                self.error("EPUB-SPINE", f"{package}: the spine names {identifier}, no such item")
            else:
                self.spine.append(by_id[identifier])
        if not self.spine:
            self.error("EPUB-SPINE", f"{package}: the spine is empty")
        for wanted in ("title", "identifier", "language"):
            if not (root.findtext(f".//{_DC}{wanted}") or "").strip():
                self.error("EPUB-META", f"{package}: dc:{wanted} is missing")

    def _package_language(self, root: _Element, language: str) -> None:
        declared = root.get(f"{_XML}lang")
        if declared is not None and declared != language:
            self.error("EPUB-LANG", f"the package says {declared}, dc:language says {language}")
        if self.edition and language != self.edition.language:
            wanted = self.edition.language
            self.error("EPUB-LANG", f"dc:language is {language}, the edition is {wanted}")

    # --- one document --------------------------------------------------------------------

    def _document(self, name: str, root: _Element, language: str) -> None:
        self.documents[name] = root
        size = self.archive.getinfo(name).file_size
        if size >= DOCUMENT_LIMIT:
            message = f"{name} has {size // 1024} KB; old readers take 240 KB"
            self.found.append(_report("EPUB-SIZE", message, "warning"))
        if root.tag != f"{XHTML}html":
            self.error("EPUB-XML", f"{name}: the root element is not html")
            return
        if not root.get("lang") == root.get(f"{_XML}lang") == language:
            both = f"{root.get('lang')} and {root.get(f'{_XML}lang')}"
            self.error("EPUB-LANG", f"{name}: lang and xml:lang are {both}, not {language}")
        ids: set[str] = set()
        for element in root.iter():
            if not isinstance(element.tag, str):
                # An entity that the document does not define, left unresolved by the safe parser.
                self.error("EPUB-XML", f"{name}: an entity or other node that is not text")
                continue
            identifier = element.get("id")
            if identifier is not None:
                if identifier in ids:
                    self.error("EPUB-ID", f"{name}: two elements have the id {identifier}")
                ids.add(identifier)
            self._element(name, element)
        self.ids[name] = ids
        blank = blank_between_han(root, self.meant)
        if blank:
            self.error("EPUB-BLANK", f"{name}: white space between Han characters in «{blank}»")

    def _element(self, name: str, element: _Element) -> None:
        """No scripts, no handlers, nothing foreign; pictures have a text instead."""
        local = str(element.tag).rpartition("}")[2]
        if local in _ACTIVE:
            self.error("EPUB-SCRIPT", f"{name}: a {local} element")
        for attribute, value in element.attrib.items():
            key = str(attribute)
            if key.lower().startswith("on"):
                self.error("EPUB-SCRIPT", f"{name}: an event handler, {key}, on {local}")
            if _SCRIPT_URL.match(str(value)):
                self.error("EPUB-SCRIPT", f"{name}: {local} {key} holds a script")
        if local == "img" and element.get("alt") is None:
            self.error("EPUB-ALT", f"{name}: the image {element.get('src')} has no alt text")
        if local == "style" or element.get("style"):
            self._style(name, (element.text or "") + (element.get("style") or ""))

    def _style(self, name: str, css: str) -> None:
        for target in _CSS_URL.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
            if target.lower().startswith("data:") or target.startswith("#"):
                continue
            if _REMOTE.match(target):
                self.error("EPUB-REMOTE", f"{name}: the style sheet fetches {target}")
            elif resolve(name, target)[0] not in self.names:
                self.error("EPUB-LINK", f"{name}: {target} is not in the archive")

    def _links(self, name: str, root: _Element) -> None:
        """3.5: every reference of a document ends in the archive, at an id that exists."""
        for element, target, fetched in _references(root):
            if _REMOTE.match(target):
                if fetched and not target.lower().startswith("data:"):
                    self.error("EPUB-REMOTE", f"{name}: {element} fetches {target}")
                elif target.lower().startswith("file:"):
                    self.error("EPUB-LINK", f"{name}: {target} leads to the reader's own files")
                continue
            goal, fragment = resolve(name, target)
            if goal not in self.names:
                # What the package declares and has not was told once, as EPUB-ITEM.
                if goal not in self.manifest:
                    self.error("EPUB-LINK", f"{name}: {target} is not in the archive")
            elif fragment and goal in self.ids and fragment not in self.ids[goal]:
                self.error("EPUB-LINK", f"{name}: {target} leads to an id that does not exist")

    # --- navigation ----------------------------------------------------------------------

    def _navigation(self, headings: tuple[str, ...]) -> None:
        """7.4: one navigation document with toc and landmarks, in the order of the spine."""
        names = [name for name, (_, marks) in self.manifest.items() if "nav" in marks]
        if len(names) != 1 or names[0] not in self.documents:
            self.error("EPUB-NAV", "the package needs one navigation document")
            return
        name = names[0]
        lists = {
            kind: nav for nav in self.documents[name].iter(f"{XHTML}nav") for kind in types(nav)
        }
        for kind, purpose in (("toc", "a table of contents"), ("landmarks", "landmarks")):
            if kind not in lists:
                self.error("EPUB-NAV", f"{name} has no {purpose}")
        if "toc" in lists:
            self._toc(name, lists["toc"], headings)

    def _toc(self, name: str, toc: _Element, headings: tuple[str, ...]) -> None:
        order = {document: place for place, document in enumerate(self.spine)}
        positions = {document: _positions(root) for document, root in self.documents.items()}
        last = (-1, -1)
        labels: list[str] = []
        for link in toc.iter(f"{XHTML}a"):
            label = compact("".join(map(str, link.itertext())))
            labels.append(label)
            if not label:
                self.error("EPUB-NAV", f"{name}: an entry without a label")
            goal, fragment = resolve(name, link.get("href") or "")
            if goal not in order:
                self.error("EPUB-NAV", f"{name}: «{label}» leads outside the spine")
                continue
            place = (order[goal], positions.get(goal, {}).get(fragment, 0))
            if place < last:
                self.error("EPUB-NAV", f"{name}: «{label}» stands before where it leads")
            last = max(last, place)
        missing = missing_in_order(headings, labels)
        if missing:
            self.error("EPUB-NAV", f"{name} does not list «{missing}» in its place")


def missing_in_order(wanted: tuple[str, ...], labels: list[str]) -> str:
    """The first heading that the labels do not hold in its order, or an empty string."""
    rest = iter(labels)
    for heading in wanted:
        if not any(compact(heading) == label for label in rest):
            return heading
    return ""


def _positions(root: _Element) -> Mapping[str, int]:
    return {
        identifier: place
        for place, element in enumerate(root.iter(), 1)
        if isinstance(element.tag, str) and (identifier := element.get("id"))
    }


def _references(root: _Element) -> Iterator[tuple[str, str, bool]]:
    """(element, target, whether a reading system fetches it) of every reference."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        local = element.tag.rpartition("}")[2]
        for key in ("href", f"{_XLINK}href"):
            target = element.get(key)
            if target:
                yield local, target, local in {"link", "image", "use"}
        for key in ("src", "poster", "data"):
            target = element.get(key)
            if target:
                yield local, target, True
        for candidate in (element.get("srcset") or "").split(","):
            if candidate.strip():
                yield local, candidate.split()[0], True
