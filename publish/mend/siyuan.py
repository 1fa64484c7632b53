"""Residue of SiYuan: attribute lists of blocks.

What: ``{: id="…" updated="…"}``, alone on a line or behind what it belongs to, goes away.
Why: SiYuan (思源笔记) keeps the identity of each block in them, in the syntax of kramdown;
reading drops them.  Its zero-width spaces are U-ZW's.
Before: ``正文。⏎{: id="20240101010101-abcdefg"}``  After: ``正文。``
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import would_open_block
from publish.mend.places import places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-SIYUAN"

_LIST = r"\{:(?:\s++[\w-]++=\"[^\"\n]*+\")++\s*+\}"
_LINES = re.compile(
    rf"^[ \t>]*+(?:{_LIST}[ \t]*+)++(?:\n[ \t>]*+(?:{_LIST}[ \t]*+)++)*+$", re.MULTILINE
)
_INLINE = re.compile(_LIST)
#: What SiYuan says of a block: its identity and times, or only looks.
_KEY = re.compile(r"(?:id|updated|style|custom-[\w-]+|memo|fold|bookmark)=\"")
#: A line that opens a block of its own: no blank line need part it from what stands before.
_OPENS = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})(?:[ \t]|$)")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the lists; a line of them that parts two paragraphs becomes a blank one."""
    text = source.text
    if "{:" not in text:
        return
    here = places(source, book)
    lines = [found.span() for found in _LINES.finditer(text)]
    for start, end in lines:
        if here.is_closed(start, end) or here.text_around(start, end) is not None:
            continue
        if not all(_KEY.search(found[0]) for found in _INLINE.finditer(text, start, end)):
            continue
        before = text[text.rfind("\n", 0, start - 1) + 1 : start - 1] if start else ""
        following = text[end + 1 : _line_end(text, end + 1)]
        if not before.strip(" \t>") or not following.strip(" \t>") or _OPENS.match(following):
            end = min(end + 1, len(text))
        yield Edit(Span(source, start, end), "", CODE)
    for found in _INLINE.finditer(text):
        start, end = found.span()
        index = bisect.bisect_right(lines, (start, len(text))) - 1
        if index >= 0 and start < lines[index][1]:
            continue
        if here.is_closed(start, end) or would_open_block(text, start, end):
            continue
        if _KEY.search(found[0]) is None:
            continue
        if here.text_around(start, end) is None:
            yield Edit(Span(source, start, end), "", CODE)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
