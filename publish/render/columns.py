"""What stands upright in a column: short numbers and single letters in one square (縱中橫), and
the digits of longer numbers one below another.

The text stays what it is: the face has the signs of a square as ligatures and upright forms of
each (fonts/turned.py), an e-book's reader combines or turns them (CSS Writing Modes 4,
text-combine-upright and text-orientation).  Which they are: :mod:`publish.text.upright`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from publish.render.title import spaced_runs
from publish.text.patterns import late
from publish.text.upright import CONTEXT, EDGES, SQUARE, upright_runs

#: Tags, and references such as &#160;, which are no numbers.
_TAG = late(r"(<[^>]*>|&#?[0-9A-Za-z]+;)")
#: What is written across (publish/render/upright.py).
_ACROSS = late(r'class="(?:[^"]* )?horizontal[" ]')
#: A note of a printed page, within the line that calls it.
_NOTE = late(r'<span class="note"')
#: Elements whose text is no running text.
_APART = frozenset(("style", "title", "script", "svg", "pre", "code", "math"))


def upright(html: str, *, digits: bool = False, marks: bool = False) -> str:
    """The document with each such number or letter in ``<span class="upright">``; with ``digits``
    longer numbers in ``<span class="digits">``, and with ``marks`` what ！ and ？ share a square,
    to which the composer sees in print."""
    parts = _TAG.split(html)
    #: The element that is left alone, and those of its name in it.
    inside: list[str] = []
    #: The texts, each with its place among the parts, whether it is left alone, and what is shown
    #: before it in the same block.
    texts: list[tuple[int, bool, str]] = []
    before = ""
    spans: list[bool] = []
    for index, piece in enumerate(parts):
        if not piece.startswith("<"):
            if piece:
                texts.append((index, bool(inside) or piece.startswith("&"), before))
                before = (before + unescape(piece))[-CONTEXT:]
            continue
        name = piece.strip("</>").partition(" ")[0].rstrip("/").lower()
        closing = piece.startswith("</")
        edge = name in EDGES
        if name == "span" and not piece.endswith("/>"):
            if not closing:
                spans.append(bool(_NOTE.match(piece)))
            edge = bool(spans) and spans[-1] if not closing else bool(spans) and spans.pop()
        if edge:
            before = ""
            texts.append((index, True, ""))
        apart = name == inside[-1] if inside else name in _APART or _ACROSS.search(piece)
        if apart and not piece.endswith("/>"):
            if closing:
                del inside[-1:]
            else:
                inside.append(name)
    _mark(parts, reversed(texts), digits=digits, marks=marks)
    return "".join(parts)


def _mark(
    parts: list[str], texts: Iterable[tuple[int, bool, str]], *, digits: bool, marks: bool
) -> None:
    """Mark what stands upright in the texts, the last one first; edges of blocks are among them."""
    after = ""
    for index, alone, before in texts:
        piece = parts[index]
        if piece.startswith("<"):
            after = ""
            continue
        if not alone:
            marked, position = [], 0
            for start, end in upright_runs(before, piece, after, digits=digits, marks=marks):
                number = piece[start:end]
                number = f'<span class="{_kind(number)}">{number}</span>'
                marked += [piece[position:start], number]
                position = end
            parts[index] = "".join([*marked, piece[position:]])
        after = (unescape(piece) + after)[:CONTEXT]


def _kind(number: str) -> str:
    """The class of what stands upright."""
    return "upright" if len(number) <= SQUARE else "digits"


class Piece(NamedTuple):
    """A piece of a line that we set ourselves: whether a quarter em stands before it, and the class
    of what stands: ``upright`` in one square, ``digits`` in one each."""

    text: str
    gap: bool
    upright: str = ""


def pieces(line: str, *, digits: bool = False) -> Iterator[Piece]:
    """A line of a cover or spine in pieces; a number that stands is a character among the others,
    without gaps, as is with ``digits`` a longer one."""
    end = 0
    found = upright_runs("", line, "", digits=digits, marks=True)
    for start, stop in (*found, (len(line), len(line))):
        for text, gap in spaced_runs(line[end:start]):
            yield Piece(text, gap)
        if stop > start:
            yield Piece(line[start:stop], False, _kind(line[start:stop]))
        end = stop
