"""The text of an XHTML document as its readers are shown it, in reading order.

Works on elements as lxml and xml.etree have them, and imports neither: whoever parsed the
document hands its elements in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

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
_SILENT = frozenset(("head", "script", "style", "template", "rp", "audio", "video", "object"))


@dataclass(frozen=True, slots=True)
class Piece:
    """One string of a document.

    It is the ``tail`` of an element or its text; ``element`` is None for the edge of a block,
    whose text is a line feed.  ``opens`` is true for the first piece of a ruby reading.
    """

    text: str
    kind: TextKind
    element: Any = None
    tail: bool = False
    opens: bool = False


def local(element: Any) -> str:
    """The name of an element without its name space."""
    return str(element.tag).rpartition("}")[2]


def types(element: Any) -> set[str]:
    """The tokens of epub:type and of role."""
    kind, role = element.get(f"{OPS}type"), element.get("role")
    # Most elements have neither.
    return set() if kind is role is None else set(f"{kind or ''} {role or ''}".split())


def is_silent(element: Any) -> bool:
    """Whether an element shows the reader no text of the book."""
    if not isinstance(element.tag, str):
        return True
    if local(element) in _SILENT or element.tag in (f"{MATHML}math", f"{SVG}svg"):
        return True
    if element.get("hidden") is not None:
        return True
    kinds = types(element)
    if kinds & {"pagebreak", "doc-pagebreak"}:
        return True
    if element.tag == f"{XHTML}nav" and kinds & {"landmarks", "page-list", "doc-pagelist"}:
        return True
    if kinds & {"doc-backlink", "backlink"}:
        # A back link that is the note's own number is text; an arrow or a word is not.
        return not re.search(r"[\d①-⑳㉑-㊿]", "".join(map(str, element.itertext())))
    return False


def _is_note(element: Any) -> bool:
    return bool(types(element) & {"footnote", "endnote", "doc-footnote", "doc-endnote", "rearnote"})


def pieces(body: Any) -> Iterator[Piece]:
    """Every string below an element; without recursion: nesting is as deep as the file makes it."""
    # An element with the kind it stands in, or a piece to be given later.
    stack: list[tuple[Any, TextKind] | Piece] = [(body, "body")]
    while stack:
        item = stack.pop()
        if isinstance(item, Piece):
            if item.text or item.opens:
                yield item
            continue
        element, kind = item
        if kind != "reading" and _is_note(element):
            kind = "note"
        opens = element.tag == f"{XHTML}rt"
        if opens:
            kind = "reading"
        is_block = local(element) in BLOCKS and kind != "reading"
        edge = Piece("\n", kind)
        later: list[tuple[Any, TextKind] | Piece] = [edge] if is_block else []
        later.append(Piece(element.text or "", kind, element, opens=opens))
        for child in element:
            if not is_silent(child):
                later.append((child, kind))
            elif child.tag in (f"{MATHML}math", f"{SVG}svg"):
                # A formula stands here: blanks around it are not between two characters.
                later.append(edge)
            later.append(Piece(child.tail or "", kind, child, tail=True))
        if is_block:
            later.append(edge)
        stack.extend(reversed(later))
