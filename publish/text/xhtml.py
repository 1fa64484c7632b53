"""The text of an XHTML document as its readers are shown it, in reading order.

Works on elements as lxml and xml.etree have them, and imports neither: whoever parsed the
document hands its elements in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from publish.model.numerals import NUMERAL_CLASS

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"

#: What a piece of text is.
TextKind = Literal["body", "note", "reading"]

#: Elements that begin and end a line.
BLOCKS = frozenset(
    re.split(
        r"\s+",
        "address article aside blockquote body br caption dd details div dl dt fieldset figcaption "
        "figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td "
        "tfoot th thead tr ul",
    )
)
#: Formulas and drawings.
_DRAWN = frozenset((f"{MATHML}math", f"{SVG}svg"))
_NOTES = frozenset(("footnote", "endnote", "doc-footnote", "doc-endnote", "rearnote"))
_TYPE = f"{OPS}type"
_READING = f"{XHTML}rt"
_NO_TYPES: frozenset[str] = frozenset()
#: What a note's own number looks like: it has digits, or is a Han numeral alone.
_NUMBER = re.compile(rf"[\d①-⑳㉑-㊿]|^\W*[{NUMERAL_CLASS}]+\W*$")
_SILENT = frozenset(("head", "script", "style", "template", "rp", "audio", "video", "object"))


class Piece(NamedTuple):
    """One string of a document.  (A tuple, since a long book has a hundred thousand.)

    It is the ``tail`` of an element or its text; ``element`` is None for the edge of a block,
    whose text is a line feed.  ``opens`` is true for the first piece of a ruby reading.
    """

    text: str
    kind: TextKind
    element: Any = None
    tail: bool = False
    opens: bool = False


@lru_cache(maxsize=1024)
def local_name(tag: str) -> str:
    """A name without its name space.  A document has few names, and many elements of each."""
    return tag.rpartition("}")[2]


def local(element: Any) -> str:
    """The name of an element without its name space."""
    return local_name(str(element.tag))


def types(element: Any) -> frozenset[str]:
    """The tokens of epub:type and of role."""
    said, role = element.get(_TYPE), element.get("role")
    return frozenset(f"{said or ''} {role or ''}".split()) if said or role else _NO_TYPES


def is_silent(element: Any) -> bool:
    """Whether an element shows the reader no text of the book."""
    tag = element.tag
    if not isinstance(tag, str):
        return True
    if local_name(tag) in _SILENT or tag in _DRAWN:
        return True
    if element.get("hidden") is not None:
        return True
    kinds = types(element)
    if not kinds:
        return False
    if kinds & {"pagebreak", "doc-pagebreak"}:
        return True
    if element.tag == f"{XHTML}nav" and kinds & {"landmarks", "page-list", "doc-pagelist"}:
        return True
    if kinds & {"doc-backlink", "backlink"}:
        # A back link that is the note's own number is text; an arrow or a word is not.
        return not _NUMBER.search("".join(map(str, element.itertext())))
    return False


def _is_note(element: Any) -> bool:
    return not _NOTES.isdisjoint(types(element))


def pieces(body: Any) -> Iterator[Piece]:
    """Every string below an element; without recursion: nesting is as deep as the file makes it."""
    # An element with the kind it stands in, or a piece to be given later.
    stack: list[tuple[Any, TextKind] | Piece] = [(body, "body")]
    while stack:
        item = stack.pop()
        if item.__class__ is Piece:
            yield item
            continue
        element, kind = item  # type: ignore[misc]
        tag, text = element.tag, element.text
        # Most elements have no attributes, and most no elements below: it pays to ask first.
        if kind != "reading" and element.keys() and _is_note(element):
            kind = "note"
        opens = tag == _READING
        if opens:
            kind = "reading"
        is_block = kind != "reading" and local_name(str(tag)) in BLOCKS
        edge = _EDGES[kind]
        if is_block:
            yield edge
        if text or opens:
            yield Piece(text or "", kind, element, False, opens)
        if not len(element):
            if is_block:
                yield edge
            continue
        later: list[tuple[Any, TextKind] | Piece] = []
        for child in element:
            tag, tail = child.tag, child.tail
            if tag in _SPEAKING and not child.keys():
                if len(child):
                    later.append((child, kind))
                else:
                    # A paragraph of nothing but text, as most are.
                    ends = (edge,) if tag in _BLOCK_TAGS and kind != "reading" else ()
                    own = (Piece(child.text, kind, child),) if child.text else ()
                    later += (*ends, *own, *ends)
            elif not is_silent(child):
                later.append((child, kind))
            elif tag in _DRAWN:
                # A formula stands here: blanks around it are not between two characters.
                later.append(edge)
            if tail:
                later.append(Piece(tail, kind, child, True))
        if is_block:
            later.append(edge)
        later.reverse()
        stack += later


#: The edge of a block, by the kind of text that stands there.
_EDGES: dict[TextKind, Piece] = {kind: Piece("\n", kind) for kind in ("body", "note", "reading")}
_BLOCK_TAGS = frozenset(f"{XHTML}{name}" for name in BLOCKS)
#: Elements that show the reader their text unless an attribute hides them.
_SPEAKING = _BLOCK_TAGS | {f"{XHTML}{name}" for name in ("a", "em", "span", "strong")}
