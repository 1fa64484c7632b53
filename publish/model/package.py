"""What goes into an EPUB, before it is packed: documents, contents, resources.

``render/pages`` makes a :class:`Package`, ``render/epub`` packs it.  Names are paths
inside the EPUB's content folder, with forward slashes and in ASCII (EPUB 3.3 section 4.2.3
allows more; old readers do not).
"""

from __future__ import annotations

from publish.records import dataclass, field


@dataclass(frozen=True, slots=True)
class TocItem:
    """One line of the table of contents; ``target`` is like ``chapter-1.xhtml#t1``."""

    label: str
    target: str
    children: tuple[TocItem, ...] = ()


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of the printed edition begins.

    ``label`` is the number printed on it.  ``leaf`` names a generated leaf (``title-page`` …);
    where it is empty, ``at`` counts the body text of all chapters before the page: characters
    that are not white space, each label (number of an entry, call of a note) as one.
    """

    label: str
    leaf: str
    at: int


@dataclass(frozen=True, slots=True)
class PageTarget:
    """One line of the page list; ``target`` is like ``chapter-1.xhtml#page-12``."""

    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Document:
    """One complete XHTML file of the spine.

    ``properties`` are those of its manifest item (EPUB 3.3 appendix D.5): ``nav`` for the
    navigation document; ``svg`` and ``mathml`` are also found by the packer.
    """

    name: str
    title: str
    xhtml: bytes = field(repr=False)
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that documents use: an image, a style sheet, a font."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces that an e-book brings along: ``rules`` for the style sheet, ``files``, and the
    text of their ``licences``; all empty where there are none."""

    rules: str = ""
    files: tuple[Resource, ...] = ()
    licences: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A whole EPUB.

    ``documents`` stand in spine order; the first is the cover page and exactly one has the
    property ``nav``.  ``toc`` holds at least one item and says the same as the navigation
    document.  ``cover`` is the cover image (JPEG); it is not repeated in ``resources``.
    ``pages`` is the page list: the pages of the printed edition in their order, or none.
    ``licences`` is what the embedded fonts are licensed under, for people; no document shows it.
    """

    documents: tuple[Document, ...]
    toc: tuple[TocItem, ...]
    resources: tuple[Resource, ...]
    cover: Resource
    pages: tuple[PageTarget, ...] = ()
    licences: str = ""
