r"""A hard line break at the end of a paragraph.

What: a single ``\`` after the last word of a paragraph, or ``<br>`` there, and all such lines
that follow one another there.
Why: a hard break with nothing after it is none; CommonMark prints the backslash, and an
exporter wrote it, not the author.  A backslash that belongs to its word (``C:\``, ``a\b\``)
stays, and so does an escaped one (``\\``).
Before: ``……得到满足。\``  After: ``……得到满足。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.break_only import is_empty
from publish.mend.places import places
from publish.model.book import Book, Inline, Paragraph, Text
from publish.model.manifest import Manifest

CODE = "S-BREAK-TRAIL"

_BLANKS = " \t"
#: A last word whose backslash is its own: it is escaped, or the word has another one, or a drive.
_OWN = re.compile(r"(?:[A-Za-z]:|\\[^\\\s]*|\\)\\$")


def _tail(paragraph: Paragraph) -> tuple[int, int] | None:
    """Start and end of what is to go: every break that ends the paragraph at once, since an
    author may have typed any number of them."""
    kept = list(paragraph.children)
    while kept and is_empty(kept[-1]):
        kept.pop()
    ending = paragraph.children[len(kept) :]
    if not kept or kept[-1].span is None:
        return None
    last, span = kept[-1], kept[-1].span
    end = _end(span.text) if isinstance(last, Text) else len(span.text)
    if ending and any(map(_is_break, ending)) and ending[-1].span is not None:
        return span.start + end, ending[-1].span.end
    if isinstance(last, Text) and last.text.endswith("\\"):
        return span.start + end, span.end
    return None


def _end(raw: str) -> int:
    """Where the words of a text end, without blanks and backslashes that are not their own."""
    end = _without_blanks(raw, len(raw))
    while end > 1 and raw[end - 1] == "\\" and raw[end - 2] in _BLANKS:
        end = _without_blanks(raw, end - 1)
    word = raw[:end].split()[-1:]
    if word and word[0].endswith("\\") and not _OWN.search(word[0]):
        end = _without_blanks(raw, end - 1)
    return end


def _without_blanks(raw: str, end: int) -> int:
    while end and raw[end - 1] in _BLANKS:
        end -= 1
    return end


def _is_break(node: Inline) -> bool:
    """Whether an inline that is seen as nothing is more than blanks."""
    return not (isinstance(node, Text) and not node.text.strip())


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the break, and the blanks before it."""
    for paragraph in places(source, book).paragraphs:
        tail = _tail(paragraph)
        if tail is not None and tail[0] < tail[1]:
            yield Edit(Span(source, *tail), "", CODE)
