"""Residue of Word by way of pandoc: anchors, sizes and faces.

What: an empty span with an anchor (``[]{#_Toc123 .anchor}``) goes away unless a link leads to
it; a size behind an image (``{width="5in" height="3in"}``) goes away; a span that says only
how Word showed the text (``{style="…"}``, ``{custom-style="…"}``, and ``{.underline}`` around
the words of a link) leaves its words.  Highlights and underlines elsewhere may be the
author's and stay; comments (``<!-- -->``) part two lists and stay.
Why: pandoc keeps whatever Word knows; reading drops these with a warning each.  Its other
residue is that of S-ESC (backslashes), S-BREAK-TRAIL and S-BREAK-MID (``\\`` at line ends).
Before: ``# []{#_Toc1 .anchor}第一章``  After: ``# 第一章``
"""

from __future__ import annotations

import bisect
import operator
import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import would_open_block
from publish.mend.places import Places, places
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-PANDOC"

_VALUE = r'="[^"\n]*+"'
_ANCHOR = re.compile(r"\[\]\{#(?P<name>[\w.:-]++)(?:\s++\.anchor)?+\s*+\}")
_SIZE = re.compile(rf"(?<=\))\{{\s*+(?:(?:width|height){_VALUE}\s*+)++\}}")
_LOOKS = re.compile(
    rf"(?<!\\)\[(?P<words>[^\[\]\n]++)\]\{{\s*+(?:(?:custom-)?style{_VALUE}\s*+)++\}}"
)
_LINKED = re.compile(r"(?<!\\)\[\[(?P<words>[^\[\]\n]++)\]\{\.underline\}(?=\]\()")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete them; words stay."""
    text = source.text
    if "]{" not in text and "){" not in text:
        return
    here = places(source, book)
    for found in _ANCHOR.finditer(text):
        if _is_markup(text, here, *found.span()) and f"(#{found['name']})" not in text:
            yield Edit(Span(source, *found.span()), "", CODE)
    for found in _SIZE.finditer(text):
        if _is_image(text, here, found.end()):
            yield Edit(Span(source, *found.span()), "", CODE)
    for pattern, skip in ((_LOOKS, 0), (_LINKED, 1)):
        for found in pattern.finditer(text):
            start, end = found.start() + skip, found.end()
            inside = found.span("words")
            if _is_markup(text, here, start, inside[0]) and _is_markup(text, here, inside[1], end):
                yield Edit(Span(source, start, inside[0]), "", CODE)
                yield Edit(Span(source, inside[1], end), "", CODE)


def _is_image(text: str, here: Places, end: int) -> bool:
    """Whether an image, with its size, ends here."""
    index = bisect.bisect_left(here.closed, end, key=operator.itemgetter(1))
    if index == len(here.closed) or here.closed[index][1] != end:
        return False
    return text.startswith("![", here.closed[index][0])


def _is_markup(text: str, here: Places, start: int, end: int) -> bool:
    """Whether a place is neither code nor text, and may go without opening a block."""
    return (
        not would_open_block(text, start, end)
        and not here.is_closed(start, end)
        and here.text_around(start, end) is None
    )
