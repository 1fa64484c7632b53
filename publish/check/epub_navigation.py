"""The ways into the book: contents, landmarks, the pages of the printed edition, and the NCX.

Numbers in comments are sections of EPUB 3.3 unless another source is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from publish.check.epub_extract import OPF, parse_xml, resolve
from publish.check.epub_faults import excerpt
from publish.check.epub_package import REMOTE
from publish.check.epub_publication import HEADINGS, NCX_TYPE, Document, Publication
from publish.records import dataclass, field
from publish.text.characters import has_han
from publish.text.threads import compact
from publish.text.xhtml import OPS, XHTML, local, types

if TYPE_CHECKING:
    from lxml.etree import _Element

NCX = "{http://www.daisy.org/z3986/2005/ncx/}"

_ORDER_HINT = "list what the book has, in the order in which it has it"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list: its label as it is compared, and (member name, fragment)."""

    label: str
    goal: tuple[str, str]
    document: str
    line: Any

    @property
    def place(self) -> str:
        """Where it stands: the file and its line."""
        return f"{self.document}:{self.line}"


def check_navigation(book: Publication, headings: tuple[str, ...]) -> None:
    """7: one navigation document with contents and landmarks, page list and NCX that agree with
    the book and with each other.  ``headings`` are labels the contents must hold, in order."""
    lists: dict[str, _Element] = {}
    nav = book.nav
    if nav is None:
        if book.version.startswith("3"):
            hint = 'one item of the manifest has properties="nav"'
            what = "the package needs one navigation document"
            book.faults.error("EPUB-NAV", book.package, what, hint)
    else:
        for element in nav.root.iter(f"{XHTML}nav"):
            for kind in (element.get(f"{OPS}type") or "").split():
                lists.setdefault(kind, element)
        if "toc" not in lists:
            hint = '<nav epub:type="toc"> with a list (EPUB 3.3, 7.4.2)'
            book.faults.error("EPUB-NAV", nav.name, "no table of contents", hint)
        _check_landmarks(book, nav, lists.get("landmarks"))
        _check_labels(book, nav, lists.values())
    contents = _entries(nav, lists.get("toc"))
    if nav is not None and contents:
        _check_contents(book, nav, contents, headings)
    pages = _entries(nav, lists.get("page-list"))
    if nav is not None:
        _check_pages(book, pages, "page-list" in lists)
    _check_ncx(book, contents, pages, nav is not None)


def _entries(nav: Document | None, element: _Element | None) -> tuple[Entry, ...]:
    """The links of a list, in order."""
    if nav is None or element is None:
        return ()
    return tuple(
        Entry(
            compact("".join(map(str, link.itertext()))),
            resolve(nav.name, link.get("href") or ""),
            nav.name,
            link.sourceline,
        )
        for link in element.iter(f"{XHTML}a")
    )


# --- contents and landmarks --------------------------------------------------------------------


def _check_contents(
    book: Publication, nav: Document, entries: Sequence[Entry], headings: tuple[str, ...]
) -> None:
    """7.4.2: labels, targets in the spine, the order of the book."""
    last = (-1, -1)
    for entry in entries:
        if not entry.label:
            hint = "a voice says nothing there, and nobody knows where it leads"
            book.faults.error("EPUB-NAV", entry.place, "an entry without a label", hint)
        position = book.position(*entry.goal)
        if position is None:
            what = f"«{entry.label}» leads outside the spine"
            book.faults.error("EPUB-NAV", entry.place, what, "readers turn pages in the spine only")
            continue
        if position < last:
            what = f"«{entry.label}» stands before where it leads"
            book.faults.promise("EPUB-NAV", entry.place, what, _ORDER_HINT)
        last = max(last, position)
    missing = missing_in_order(headings, [entry.label for entry in entries])
    if missing:
        what = f"the contents do not list «{missing}» in its place"
        book.faults.error("EPUB-NAV", nav.name, what)


def missing_in_order(wanted: tuple[str, ...], labels: list[str]) -> str:
    """The first heading that the labels do not hold in its order, or an empty string."""
    rest = iter(labels)
    for heading in wanted:
        if not any(compact(heading) == label for label in rest):
            return heading
    return ""


def _check_landmarks(book: Publication, nav: Document, landmarks: _Element | None) -> None:
    """7.4.3: each landmark says what it is and leads into the book; body matter is one of them,
    for that is where a reading system opens the book."""
    if landmarks is None:
        hint = '<nav epub:type="landmarks">: cover, contents, beginning of the text'
        book.faults.promise("EPUB-NAV", nav.name, "no landmarks", hint)
        return
    kinds: list[str] = []
    for link in landmarks.iter(f"{XHTML}a"):
        kind = link.get(f"{OPS}type")
        if not kind:
            hint = 'epub:type="cover", "toc", "bodymatter" …'
            book.faults.error("EPUB-NAV", nav.place(link), "a landmark without epub:type", hint)
            continue
        kinds.extend(kind.split())
        if book.position(*resolve(nav.name, link.get("href") or "")) is None:
            what = f"the landmark {kind} leads outside the spine"
            book.faults.error("EPUB-NAV", nav.place(link), what, "lead it to a file of the spine")
    if "bodymatter" not in kinds:
        hint = "many reading systems open a book at the landmark bodymatter"
        book.faults.warn("EPUB-NAV", nav.name, "no landmark for the beginning of the text", hint)


def _check_labels(book: Publication, nav: Document, lists: Iterable[_Element]) -> None:
    """Names of lists and landmarks speak the language of the book.  (A chapter may have a foreign
    title; «Table of Contents» in a Chinese book is its program's.)"""
    if not book.language.lower().startswith("zh"):
        return
    hint = "目录, 封面, 正文, 印本页码 …"
    for element in dict.fromkeys(lists):
        labels = [(element, element.get("aria-label") or "")]
        labels += [
            (heading, "".join(map(str, heading.itertext())))
            for heading in element
            if heading.tag in HEADINGS
        ]
        if "landmarks" in types(element):
            labels += [
                (link, "".join(map(str, link.itertext()))) for link in element.iter(f"{XHTML}a")
            ]
        for place, label in labels:
            if label.strip() and not has_han(label):
                what = f"{excerpt(label)} is no Chinese label"
                book.faults.warn("EPUB-NAV", nav.place(place), what, hint)


# --- pages of the printed edition ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Break:
    """The mark of a page in a document."""

    label: str
    goal: tuple[str, str]
    place: str


def _breaks(book: Publication) -> Iterator[_Break]:
    """Every mark of a page, in reading order."""
    for document in book.in_order():
        for element, _ in document.typed:
            if types(element) & {"pagebreak", "doc-pagebreak"}:
                label = element.get("aria-label") or element.get("title") or ""
                label = label or "".join(map(str, element.itertext()))
                goal = (document.name, element.get("id") or "")
                yield _Break(compact(label), goal, document.place(element))


def _check_pages(book: Publication, pages: Sequence[Entry], listed: bool) -> None:
    """7.4.5 and EPUB Accessibility 1.1, 2.4: every mark is listed, every entry leads to a mark, in
    the order of the book, under labels given once."""
    warn = book.faults.warn
    breaks: dict[tuple[str, str], _Break] = {}
    for mark in _breaks(book):
        if not mark.label:
            hint = 'aria-label="5": a voice says it, and a reader can look for it'
            warn("EPUB-PAGES", mark.place, "a page break without a label", hint)
        if mark.goal[1]:
            breaks[mark.goal] = mark
        else:
            hint = "the page list can only lead to an id"
            warn("EPUB-PAGES", mark.place, "a page break without an id", hint)
    if breaks and not listed:
        hint = '<nav epub:type="page-list"> leads a reader to the page that others cite'
        first = next(iter(breaks.values()))
        warn("EPUB-PAGES", first.place, "page breaks, and no page list", hint)
        return
    found: set[tuple[str, str]] = set()
    labels: set[str] = set()
    last = (-1, -1)
    for entry in pages:
        if entry.label in labels:
            what = f"page {entry.label} is listed twice"
            warn("EPUB-PAGES", entry.place, what, "each page has one beginning")
        labels.add(entry.label)
        position = book.position(*entry.goal)
        target = breaks.get(entry.goal)
        if position is None or target is None:
            what = f"page {entry.label} leads to no page break"
            hint = '<span epub:type="pagebreak" role="doc-pagebreak" id="page-5" aria-label="5"/>'
            warn("EPUB-PAGES", entry.place, what, hint)
            continue
        if target.label != entry.label:
            what = f"page {entry.label} leads to the page break of {target.label or 'no page'}"
            warn("EPUB-PAGES", entry.place, what, "the label of a page break is its aria-label")
        if position < last:
            what = f"page {entry.label} stands before where it leads"
            warn("EPUB-PAGES", entry.place, what, _ORDER_HINT)
        last = max(last, position)
        found.add(entry.goal)
    for goal, mark in breaks.items():
        if goal not in found:
            what = f"page {mark.label or goal[1]} is not in the page list"
            warn("EPUB-PAGES", mark.place, what, "list every page break")


# --- NCX -----------------------------------------------------------------------------------------


def _check_ncx(
    book: Publication, contents: Sequence[Entry], pages: Sequence[Entry], has_nav: bool
) -> None:
    """OPF 2.0.1, 2.4.1: what readers of EPUB 2 show says the same as the navigation document."""
    name = _ncx_name(book)
    if not name:
        hint = "readers of EPUB 2 show no contents without it"
        book.faults.warn("EPUB-NCX", book.package, "no NCX", hint)
        return
    from lxml import etree

    try:
        ncx = _read_ncx(name, book.read(name))
    except etree.XMLSyntaxError as error:
        book.faults.error("EPUB-XML", name, f"not well-formed: {error}")
        return
    for entry in ncx.points:
        goal, fragment = entry.goal
        document = book.documents.get(goal)
        if goal not in book.names or REMOTE.match(goal):
            book.faults.error("EPUB-NCX", entry.place, f"{goal} is not in the archive")
        elif document and fragment and fragment not in document.ids:
            what = f"{goal}#{fragment} leads to an id that does not exist"
            book.faults.error("EPUB-NCX", entry.place, what)
    # Z39.86-2005, 8.4.1: identifier and depth are those of the book.
    if book.identifier and ncx.heads.get("dtb:uid", "").strip() != book.identifier:
        what = f"dtb:uid is not the identifier of the package, {book.identifier}"
        book.faults.promise("EPUB-NCX", name, what, "EPUBCheck counts it as an error")
    if ncx.points and ncx.heads.get("dtb:depth", "").strip() != str(ncx.depth):
        what = f"dtb:depth is {ncx.heads.get('dtb:depth')}, the contents are {ncx.depth} deep"
        hint = f'<meta name="dtb:depth" content="{ncx.depth}"/>'
        book.faults.warn("EPUB-NCX", name, what, hint)
    if has_nav:
        hint = "make both from one list"
        for what, there, here in (
            ("contents", contents, ncx.points),
            ("page list", pages, ncx.pages),
        ):
            difference = _difference(there, here)
            if difference:
                message = f"its {what} differs from the navigation document at {difference}"
                book.faults.warn("EPUB-NCX", name, message, hint)


def _ncx_name(book: Publication) -> str:
    """The NCX: what the spine names, else the item of its media type."""
    spine = book.opf.find(f"{OPF}spine")
    wanted = None if spine is None else spine.get("toc")
    found = list(book.of_type(NCX_TYPE))
    named = [item.name for item in found if item.identifier == wanted]
    return (named or [item.name for item in found] or [""])[0]


@dataclass(slots=True)
class _Ncx:
    """What an NCX says: its head, contents and pages; ``depth`` is the levels of the contents."""

    heads: dict[str, str] = field(default_factory=dict)
    points: list[Entry] = field(default_factory=list)
    pages: list[Entry] = field(default_factory=list)
    depth: int = 0


def _read_ncx(name: str, data: bytes) -> _Ncx:
    """The NCX of these bytes; raises ``lxml.etree.XMLSyntaxError`` where it is not well-formed."""
    ncx = _Ncx()
    levels: dict[_Element, int] = {}
    for element in parse_xml(data).iter("{*}meta", "{*}content", "{*}navPoint"):
        tag = local(element)
        point = element.getparent()
        if tag == "meta":
            ncx.heads[element.get("name") or ""] = element.get("content") or ""
        elif point is None:
            continue
        elif tag == "navPoint":
            levels[element] = levels.get(point, 0) + 1
        else:
            label = compact(point.findtext(f"{NCX}navLabel/{NCX}text") or "")
            goal = resolve(name, element.get("src") or "")
            listed = ncx.pages if point.tag == f"{NCX}pageTarget" else ncx.points
            listed.append(Entry(label, goal, name, point.sourceline))
    ncx.depth = max(levels.values(), default=0)
    return ncx


def _difference(there: Sequence[Entry], here: Sequence[Entry]) -> str:
    """Where two lists part, or an empty string; labels count without white space."""
    for one, other in zip(there, here, strict=False):
        if (one.label, one.goal) != (other.label, other.goal):
            label = f"«{one.label or other.label}»"
            return label if one.label != other.label else f"the target of {label}"
    if len(there) != len(here):
        longer = there if len(there) > len(here) else here
        return f"«{longer[min(len(there), len(here))].label}»"
    return ""
