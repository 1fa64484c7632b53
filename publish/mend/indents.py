"""Blanks that indent a paragraph.

What: ideographic spaces, no-break spaces, em spaces and references to them (``&emsp;``) at
the start of a paragraph go away, up to the width of four characters; where nothing but the
indent parts a paragraph from the one before, a blank line does.  In a text file ordinary
blanks are an indent as well, and a line that is a paragraph gets its blank line.  Poems, code
and what a line break stands before keep their blanks.
Why: the page indents paragraphs by itself; a second indent would be printed beside it, and
programs for Markdown run such paragraphs together.
Before: ``　　第一段。⏎　　第二段。``  After: ``第一段。⏎⏎第二段。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import would_open_block
from publish.mend.places import Places, places
from publish.model.book import Book, Paragraph
from publish.model.manifest import Manifest
from publish.text.patterns import late

CODE = "S-INDENT"

#: Blanks by width: a full em, and about half of one.
_WIDE = r"\u3000|\u2001|\u2003|&(?:emsp|\#12288|\#x3000|\#8195|\#x2003);"
_NARROW = (
    r"[\u00a0\u2000\u2002\u2004-\u200a\u202f\u205f]"
    r"|&(?:nbsp|ensp|thinsp|\#160|\#xa0|\#8194|\#x2002);"
)
_BLANK = late(rf"(?P<wide>{_WIDE})|(?P<narrow>{_NARROW})|[ \t]", re.IGNORECASE)
_BLANKS = "\u3000\u00a0\u2000-\u200a\u202f\u205f"
_BEFORE = late(rf"[ \t{_BLANKS}]*\Z")
_STARTS = frozenset((*"&\u3000\u00a0\u202f\u205f", *map(chr, range(0x2000, 0x200B))))
_ANY = late(rf"[{_BLANKS}]|&(?:emsp|ensp|nbsp|thinsp|\#)", re.IGNORECASE)
#: Wider than this, blanks set a line to the right, or to the middle (em).
_WIDEST = 4
_QUOTED = late(r"[ \t]*(?:>[ \t]?)*[ \t]*")
_HEADING = late(r"[ \t>]*\#{1,6}[ \t]")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the indent of each paragraph."""
    here = places(source, book)
    is_plain = source.name.lower().endswith(".txt")
    ends = {node.span.end for node in here.paragraphs if node.span} if is_plain else set()
    if not is_plain and _ANY.search(source.text) is None:
        return
    for paragraph in here.paragraphs:
        edit = _edit(source, paragraph, here, is_plain, ends)
        if edit is not None:
            yield edit


def _edit(
    source: Source, paragraph: Paragraph, here: Places, is_plain: bool, ends: set[int]
) -> Edit | None:
    text = source.text
    first = next((node.span for node in paragraph.children if node.span is not None), None)
    if first is None or paragraph.span is None:
        return None
    if not is_plain and text[first.start] not in _STARTS and text[first.start - 1] not in _STARTS:
        return None
    line = text.rfind("\n", 0, first.start) + 1
    found = _BEFORE.search(text, line, first.start)
    begin = found.start() if found else first.start
    if not (is_plain and begin == line):
        while begin < first.start and text[begin] in " \t":
            begin += 1  # what follows a list mark
    end, width = _indent(text, begin)
    if not width and not (is_plain and begin == line and end > begin):
        end = begin
    if width > _WIDEST or here.is_closed(begin, max(end, begin + 1)):
        return None
    if begin < end and would_open_block(text, begin, end):
        return None
    prefix = text[line:begin]
    before = text[text.rfind("\n", 0, line - 1) + 1 : line - 1] if line else ""
    is_quoted = _QUOTED.fullmatch(prefix) is not None
    if begin == end and not (is_plain and not prefix and line - 1 in ends):
        return None
    if is_quoted and _QUOTED.sub("", before, count=1) and not _HEADING.match(before):
        return Edit(Span(source, line - 1, end), f"\n{prefix.rstrip()}\n{prefix}", CODE)
    return Edit(Span(source, begin, end), "", CODE) if begin < end else None


def _indent(text: str, begin: int) -> tuple[int, float]:
    """The end of the blanks that begin here, and how wide the special ones among them are (em)."""
    width = 0.0
    while found := _BLANK.match(text, begin):
        begin = found.end()
        width += 1 if found["wide"] else 0.5 if found["narrow"] else 0
    return begin, width
