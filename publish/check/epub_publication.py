"""An EPUB opened for its checks: package, documents and style sheets, each read and parsed once.

A document is surveyed in one pass, in which whatever any check asks for is put aside: most elements
of a book are paragraphs that no check but those of the text wants to see.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from publish.check.epub_extract import read_member
from publish.check.epub_faults import Faults
from publish.model.edition import Edition
from publish.records import dataclass, field
from publish.text.xhtml import BLOCKS, MATHML, OPS, SVG, XHTML

if TYPE_CHECKING:
    from lxml.etree import _Element

XML = "{http://www.w3.org/XML/1998/namespace}"
XLINK = "{http://www.w3.org/1999/xlink}"
HTML_TYPE = "application/xhtml+xml"
SVG_TYPE = "image/svg+xml"
NCX_TYPE = "application/x-dtbncx+xml"

HEADINGS: Mapping[str, int] = {f"{XHTML}h{level}": level for level in range(1, 7)}
#: Elements that run or embed foreign content.
ACTIVE = frozenset(("script", "iframe", "object", "embed", "applet"))
_ACTIVE_TAGS = frozenset(f"{space}{name}" for space in (XHTML, SVG) for name in ACTIVE)
_PICTURES = frozenset((f"{XHTML}img", f"{SVG}svg"))
_MEDIA = frozenset((f"{XHTML}audio", f"{XHTML}video"))
_REFERENCES = frozenset(("href", "src", "poster", "data", f"{XLINK}href", "srcset", "background"))
#: Elements that white space may stand beside: blocks, and what is no text.
_BLOCKS = frozenset(
    f"{XHTML}{name}" for name in BLOCKS | {"html", "head", "title", "meta", "link", "style"}
)
_SPEECH = "{http://www.w3.org/2001/10/synthesis}"
#: Attributes that a reader hears or is shown as text.
SPOKEN = ("alt", "title", "aria-label", "alttext", "label")


@dataclass(frozen=True, slots=True)
class Item:
    """A file that the package declares; ``name`` is its path in the archive."""

    name: str
    identifier: str
    media_type: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference of a document; ``fetched`` is whether a reading system loads what it names."""

    element: _Element
    target: str
    fetched: bool


@dataclass(slots=True)
class Document:
    """A content document, and what a survey of it has put aside, in document order."""

    name: str
    root: _Element
    size: int
    #: Place in the document of every id: the number of its element.
    ids: dict[str, int] = field(default_factory=dict)
    repeated: list[_Element] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    headings: list[_Element] = field(default_factory=list)
    pictures: list[_Element] = field(default_factory=list)
    formulas: list[_Element] = field(default_factory=list)
    media: list[_Element] = field(default_factory=list)
    active: list[_Element] = field(default_factory=list)
    #: (element, name of the attribute) of every event handler.
    handlers: list[tuple[_Element, str]] = field(default_factory=list)
    #: Elements with epub:type or role, with the number of each.
    typed: list[tuple[_Element, int]] = field(default_factory=list)
    #: Elements with lang or xml:lang, the root left out.
    tongues: list[_Element] = field(default_factory=list)
    #: Elements ``style`` and elements with the attribute.
    styled: list[_Element] = field(default_factory=list)
    #: (element, text) of attributes that are text.
    spoken: list[tuple[_Element, str]] = field(default_factory=list)
    entities: list[_Element] = field(default_factory=list)
    readings: int = 0
    speech: bool = False
    #: Whether white space stands alone between two elements of one line.
    gaps: bool = False

    def place(self, element: _Element | None = None) -> str:
        """How a person is told where an element is: the file and its line."""
        return self.name if element is None else f"{self.name}:{element.sourceline}"

    @property
    def is_html(self) -> bool:
        """Whether this is an XHTML document, not a drawing."""
        return bool(self.root.tag == f"{XHTML}html")


@dataclass(slots=True)
class Publication:
    """An EPUB.  ``documents`` are those of the manifest that could be parsed, by name."""

    archive: zipfile.ZipFile
    faults: Faults
    edition: Edition | None
    names: frozenset[str]
    package: str
    opf: _Element
    version: str
    language: str
    identifier: str
    items: Mapping[str, Item]
    spine: tuple[str, ...]
    documents: dict[str, Document] = field(default_factory=dict)
    #: Place of each document in the spine.
    order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = {name: place for place, name in enumerate(self.spine)}

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        return read_member(self.archive, name)

    def of_type(self, *media_types: str) -> Iterator[Item]:
        """The items of these media types that are in the archive, in the order of the manifest."""
        for item in self.items.values():
            if item.media_type in media_types and item.name in self.names:
                yield item

    def with_property(self, name: str) -> list[Item]:
        """The items that have a property of EPUB 3.3 appendix D.5."""
        return [item for item in self.items.values() if name in item.properties]

    def in_order(self) -> Iterator[Document]:
        """The documents of the spine, in reading order."""
        return (self.documents[name] for name in self.spine if name in self.documents)

    @property
    def nav(self) -> Document | None:
        """The navigation document, where there is one and only one."""
        found = self.with_property("nav")
        return self.documents.get(found[0].name) if len(found) == 1 else None

    def position(self, name: str, fragment: str) -> tuple[int, int] | None:
        """Where in reading order a target stands, or None for one outside the spine.  An id that
        does not exist counts as the beginning of its document."""
        if name not in self.order:
            return None
        document = self.documents.get(name)
        return self.order[name], document.ids.get(fragment, 0) if document else 0


def survey(name: str, root: _Element, size: int) -> Document:
    """The document of a parsed tree; ``size`` is that of the file in bytes."""
    document = Document(name, root, size)
    for number, element in enumerate(root.iter(), 1):
        tag = element.tag
        if not isinstance(tag, str):
            # An entity that the document does not define, left unresolved by the safe parser.
            document.entities.append(element)
            continue
        _sort(document, element, tag)
        if tag not in _BLOCKS and not document.gaps:
            document.gaps = _has_gap(element)
        if not element.attrib:
            continue
        typed = styled = tongue = False
        attributes: Iterable[tuple[str, str]] = element.items()  # type: ignore[assignment]
        for key, value in attributes:
            if key == "class":
                continue
            if key == "id":
                if value in document.ids:
                    document.repeated.append(element)
                document.ids.setdefault(value, number)
            elif key in _REFERENCES:
                _refer(document, element, tag, key, value)
            elif key == f"{OPS}type" or key == "role":
                typed = True
            elif key == "lang" or key == f"{XML}lang":
                tongue = element is not root
            elif key == "style":
                styled = True
            elif key in SPOKEN:
                document.spoken.append((element, value))
            elif key[:2].lower() == "on":
                document.handlers.append((element, key))
            elif key.startswith(_SPEECH):
                document.speech = True
        if typed:
            document.typed.append((element, number))
        if tongue:
            document.tongues.append(element)
        if styled:
            document.styled.append(element)
    return document


def _has_gap(element: _Element) -> bool:
    """Whether white space alone stands at the start of an inline element, or after it in a line."""
    text, tail = element.text, element.tail
    if text and text.isspace():
        return True
    if not tail or not tail.isspace():
        return False
    beside = element.getnext()
    if beside is None:
        beside = element.getparent()
    return beside is not None and beside.tag not in _BLOCKS


def _sort(document: Document, element: _Element, tag: str) -> None:
    """Put an element aside by its name."""
    if tag in HEADINGS:
        document.headings.append(element)
    elif tag in _PICTURES:
        document.pictures.append(element)
    elif tag == f"{XHTML}rt":
        document.readings += 1
    elif tag == f"{MATHML}math":
        document.formulas.append(element)
    elif tag in _ACTIVE_TAGS:
        document.active.append(element)
    elif tag in _MEDIA:
        document.media.append(element)
    elif tag in (f"{XHTML}style", f"{SVG}style"):
        document.styled.append(element)


def _refer(document: Document, element: _Element, tag: str, key: str, value: str) -> None:
    if key == "srcset":
        for candidate in value.split(","):
            if candidate.strip():
                document.references.append(Reference(element, candidate.split()[0], True))
    elif value:
        # A link is followed when somebody asks for it; all else is loaded with the page.
        fetched = "href" not in key or tag.rpartition("}")[2] in {"link", "image", "use"}
        document.references.append(Reference(element, value, fetched))
