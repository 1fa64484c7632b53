"""How the text of a book is set, as its style sheets say it: what is taken out of the reader's
hands, which characters the embedded faces lack, what vertical writing needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from publish.check.epub_cascade import Held, Style, cascades
from publish.check.epub_css import Sheet
from publish.check.epub_extract import OPF
from publish.check.epub_faults import excerpt
from publish.check.epub_fonts import read_faces
from publish.check.epub_publication import Document, Publication
from publish.records import dataclass, field
from publish.text.upright import CONTEXT, EDGES, upright_runs
from publish.text.xhtml import local

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Share of the text from which on it is the body of the book.
BODY = 0.5

#: Properties that are the reader's own on body text, and why.
_READERS: Mapping[str, str] = {
    "line-height": "readers set the leading themselves; KDP refuses it on body text",
    "color": "in dark mode the reader's colours are others: leave them alone",
    "background-color": "in dark mode the reader's colours are others: leave them alone",
}
#: A number of one or two digits that stands alone is upright in vertical text (縱中橫; clreq,
#: handling of numbers in vertical writing mode; EBPAJ guide 1.1.3).
_NUMBER = re.compile("[0-9]{1,2}")

#: A text node that is shown, what holds for it, and the element it stands in.
_Shown = tuple[str, Style, "_Element"]


@dataclass(slots=True)
class _Set:
    """All the text that one style holds for."""

    style: Style
    length: int = 0
    letters: set[str] = field(default_factory=set)


def check_typography(book: Publication, sheets: Mapping[str, Sheet]) -> None:
    """Body text, embedded faces and vertical writing, in one walk through the text."""
    faces = read_faces(book, sheets)
    sets: dict[int, _Set] = {}
    vertical = False
    for document, cascade in cascades(book, sheets):
        texts = list(cascade.texts(document))
        for place, (text, style, _) in enumerate(texts):
            if text.isspace():
                continue
            found = sets.get(id(style))
            if found is None:
                found = sets[id(style)] = _Set(style)
            found.length += len(text)
            if faces.families:
                found.letters.update(text)
            mode = style.get("writing-mode")
            if mode is not None and mode.value.startswith(("vertical", "tb")):
                vertical = True
                if _NUMBER.search(text):
                    _check_numbers(book, document, texts, place)
    _check_body(book, sets.values())
    faces.check(book, ((item.style, item.letters) for item in sets.values()), vertical)
    _check_vertical(book, vertical)


def _check_body(book: Publication, sets: Iterable[_Set]) -> None:
    """KDP text guidelines: body text is all defaults."""
    lengths: dict[tuple[str, Held], int] = {}
    total = 0
    for item in sets:
        total += item.length
        for name in _READERS:
            if held := item.style.get(name):
                lengths[name, held] = lengths.get((name, held), 0) + item.length
    for (name, held), length in lengths.items():
        if held.place and length > BODY * total:
            what = f"{name}: {held.value} on the body text, by {held.selector}"
            book.faults.warn("EPUB-CSS", held.place, what, _READERS[name])


#: What is no running text: code lies as it is written, formulas are drawn.
_APART = frozenset(("code", "pre", "math", "svg", "sup", "sub"))


def _upwards(element: _Element | None) -> Iterator[_Element]:
    while element is not None:
        yield element
        element = element.getparent()


def _block(element: _Element | None) -> _Element | None:
    """The element at whose edges a text ends."""
    return next((one for one in _upwards(element) if local(one) in EDGES), None)


def _beside(texts: list[_Shown], place: int, step: int) -> str:
    """What is shown before (-1) or after a text in its block, as far as that matters."""
    block, found = _block(texts[place][2]), ""
    place += step
    while 0 <= place < len(texts) and len(found) < CONTEXT and _block(texts[place][2]) is block:
        text = texts[place][0]
        found = text + found if step < 0 else found + text
        place += step
    return found[-CONTEXT:] if step < 0 else found[:CONTEXT]


def _check_numbers(book: Publication, document: Document, texts: list[_Shown], place: int) -> None:
    """Short numbers in vertical text stand upright in one square; a time, a fraction or an amount
    lies on its side, and lies there whole."""
    text, style, element = texts[place]
    turned = style.get("text-orientation")
    if turned is not None and turned.value == "upright":
        return
    if "text-combine" in style or any(local(one) in _APART for one in _upwards(element)):
        return
    before, after = _beside(texts, place, -1), _beside(texts, place, 1)
    for start, end in upright_runs(before, text, after):
        if not _NUMBER.fullmatch(text, start, end):
            continue
        around = text[max(0, start - 6) : end + 6]
        what = f"a short number lies on its side in vertical text: {excerpt(around)}"
        hint = '<span class="tcy">12</span> with text-combine-upright: all'
        book.faults.warn("EPUB-VERTICAL", document.place(element), what, hint)


def _check_vertical(book: Publication, vertical: bool) -> None:
    """Pages of a vertical book turn to the right, and Kindle's converter is told in its own way."""
    if book.edition is not None and book.edition.writing == "vertical" and not vertical:
        what = "the edition is vertical, its style sheet is not"
        book.faults.error("EPUB-VERTICAL", book.package, what)
    spine = book.opf.find(f"{OPF}spine")
    direction = None if spine is None else spine.get("page-progression-direction")
    if not vertical:
        return
    if direction != "rtl":
        hint = '<spine page-progression-direction="rtl">'
        what = "vertical text, and pages that turn to the left"
        book.faults.warn("EPUB-VERTICAL", book.package, what, hint)
    modes = [
        meta.get("content")
        for meta in book.opf.iter(f"{OPF}meta")
        if meta.get("name") == "primary-writing-mode"
    ]
    if not any(mode and mode.startswith("vertical") for mode in modes):
        hint = '<meta name="primary-writing-mode" content="vertical-rl"/>'
        what = "vertical text that Kindle's converter is not told of"
        book.faults.warn("EPUB-VERTICAL", book.package, what, hint)
