"""Marks in the documents of an EPUB where the pages of the printed book begin.

A reader of the e-book can then be told, and find, the page that others cite (EPUB 3.3 section
7.4.5 page-list; EPUB Accessibility 1.1; DPUB-ARIA 1.1 doc-pagebreak).  A mark stands before the
very character with which the page begins: the body text of the documents is followed along that
of the edition, as the check of the printed text did.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from publish.model.package import Document, PageStart, PageTarget
from publish.model.text import Run
from publish.render.epub import parse
from publish.text.threads import Thread, compact, threads
from publish.text.xhtml import BLOCKS, OPS, XHTML, Piece, local, pieces

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Generated leaves that both media have, and the document of each.
LEAVES = {"title-page": "title-page.xhtml", "imprint": "imprint.xhtml"}

#: Elements that never hold anything (HTML section 13.1.2).
_VOID = frozenset(("br", "hr", "img", "link", "meta", "col", "wbr"))

_DOCTYPE = b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'


def page_id(label: str) -> str:
    """The id of the mark of a page."""
    return f"page-{label}"


def mark_leaf(document: Document, starts: Iterable[PageStart]) -> Document:
    """A generated leaf with the marks of its pages at its beginning."""
    labels = [start.label for start in starts if LEAVES.get(start.leaf) == document.name]
    if not labels:
        return document
    root = parse(document)
    body = root.find(f"{XHTML}body")
    place = body if body is None else next((e for e in body.iter() if local(e) == "h1"), None)
    if place is None:
        return document
    for label in reversed(labels):
        _insert(place, False, 0, label)
    return _written(document, root)


def mark(
    documents: Sequence[Document], starts: Sequence[PageStart], runs: Iterable[Run]
) -> tuple[Document, ...]:
    """The documents of the chapters, in the order of the spine, with a mark for each page.

    ``runs`` are the text of the edition.  A page whose beginning the documents do not show (which
    no check lets pass) has none.
    """
    thread = threads(run for run in runs if not run.leaf)["body"]
    waiting = [start for start in starts if not start.leaf][::-1]
    return tuple(_marked(document, thread, waiting) for document in documents)


def _marked(document: Document, thread: Thread, waiting: list[PageStart]) -> Document:
    """One document; takes its pages off the end of those waiting."""
    root = parse(document)
    body = root.find(f"{XHTML}body")
    if body is None:
        return document
    text = _Text(body)
    found: list[tuple[int, str]] = []
    position = 0
    while waiting:
        stop = thread.at(waiting[-1].at)
        position, thread.state = thread.follow(text.shown, thread.state, position, stop)
        if position == len(text.shown):
            # The page begins with a later document.
            break
        found.append((position, waiting.pop().label))
    thread.state = thread.follow(text.shown, thread.state, position)[1]
    # From the end, so that the places before stay what they are.
    for position, label in reversed(found):
        _insert(*text.place(position), label)
    return _written(document, root) if found else document


class _Text:
    """The body text of a document as it is compared, and where each character of it stands."""

    def __init__(self, body: _Element) -> None:
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        parts: list[str] = []
        length = 0
        for piece in pieces(body):
            shown = compact(piece.text) if piece.kind == "body" else ""
            if shown:
                self.pieces.append(piece)
                self.starts.append(length)
                parts.append(shown)
                length += len(shown)
        self.shown = "".join(parts)

    def place(self, position: int) -> tuple[_Element, bool, int]:
        """The element of a character, whether in its tail, and the offset in that string."""
        index = bisect.bisect_right(self.starts, position) - 1
        piece, before = self.pieces[index], position - self.starts[index]
        offset = 0
        while before > 0 or not compact(piece.text[offset]):
            before -= len(compact(piece.text[offset]))
            offset += 1
        return piece.element, piece.tail, offset


def _insert(element: _Element, tail: bool, offset: int, label: str) -> None:
    """Put the mark of a page before a character, and before inline elements that begin with it."""
    marker = element.makeelement(
        f"{XHTML}span",
        {
            f"{OPS}type": "pagebreak",
            "role": "doc-pagebreak",
            "id": page_id(label),
            "aria-label": label,
        },
    )
    text = (element.tail if tail else element.text) or ""
    if tail:
        # lxml would move the tail behind the new element.
        element.tail = None
        element.addnext(marker)
        element.tail, marker.tail = text[:offset], text[offset:]
    elif text[:offset].strip() or local(element) in BLOCKS:
        element.text, marker.tail = text[:offset], text[offset:]
        element.insert(0, marker)
    else:
        _outermost(element).addprevious(marker)


def _outermost(element: _Element) -> _Element:
    """The highest inline element that begins where this one does."""
    parent = element.getparent()
    while (
        parent is not None
        and local(parent) not in BLOCKS
        and element.getprevious() is None
        and not (parent.text or "").strip()
    ):
        element, parent = parent, parent.getparent()
    return element


def _written(document: Document, root: _Element) -> Document:
    from lxml import etree

    # What reads XHTML as HTML takes <span/> for a beginning (kepubify#104, mubook-hon#12): it gets
    # an end of its own, as the templates write it.
    for element in root.iter(f"{XHTML}*"):
        if not element.text and not len(element) and local(element) not in _VOID:
            element.text = ""
    data = _DOCTYPE + etree.tostring(root, encoding="utf-8") + b"\n"
    return dataclasses.replace(document, xhtml=data)


def page_list(documents: Iterable[Document], starts: Iterable[PageStart]) -> Iterator[PageTarget]:
    """The pages that have a mark, in the order of the book, and where it stands."""
    places = {
        element.get("id"): document.name
        for document in documents
        for element in parse(document).iter(f"{XHTML}span")
        if element.get("role") == "doc-pagebreak"
    }
    for start in starts:
        name = places.get(page_id(start.label))
        if name is not None:
            yield PageTarget(start.label, f"{name}#{page_id(start.label)}")
