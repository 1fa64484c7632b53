"""Named and numeric references in text.

What: ``&#x540E;`` and ``&ldquo;`` become the characters they stand for; one that would
then be markup is written with a backslash.  A reference to a blank at the end or the start
of a line goes away with the blanks beside it; so does one just inside ``**``, beside
Chinese, where it would keep the mark from closing, and one to a special blank (``&nbsp;``)
between two Chinese characters; elsewhere such a reference stays, since it can be seen.
Why: exporters write them so that a blank survives a line end or emphasis closes beside
Chinese; this program needs neither, and a person cannot read them.  References to control
characters stay.
Before: ``……技术领先者。&#x20;⏎`` and ``**重点**&#x540E;文``
After: ``……技术领先者。⏎`` and ``**重点**后文``
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.entities import html5

from publish.diagnostics import Edit, Source, Span
from publish.mend.markup import may_be_markup, would_open_block
from publish.mend.places import Range, places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.characters import is_chinese, is_latin

CODE = "S-ENT"

_REFERENCE = re.compile(
    r"&(?:\#[xX](?P<hex>[0-9a-fA-F]{1,6})|\#(?P<decimal>[0-9]{1,7})"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
)
#: Blanks that a person could not tell from one of the keyboard: as references they are seen.
_SPECIAL_BLANKS = frozenset(
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)

_BLANK = r"&(?:\#[xX]0*(?:20|9)|\#0*(?:32|9)|Tab);"
#: A run of references to blanks (and tabs), with the blanks around them.
_BLANKS = re.compile(rf"[ \t]*(?P<core>{_BLANK}(?:[ \t]*{_BLANK})*)[ \t]*")


def _meaning(found: re.Match[str]) -> str | None:
    """What the reference stands for (CommonMark section 2.5), or None where it must stay."""
    if found["name"]:
        text = html5.get(found["name"] + ";")
        return text if text and all(character >= " " for character in text) else None
    point = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    if point < 0x20 or 0x7F <= point < 0xA0 or point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return None
    return chr(point)


def _is_escaped(text: str, offset: int) -> bool:
    backslashes = 0
    while offset - backslashes > 0 and text[offset - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def _is_latin(character: str) -> bool:
    return is_latin(character) or character in ",.;:!?'\"()"


def _blank(text: str, start: int, end: int, around: Range) -> str | None:
    """What a run of blank references becomes: nothing, one blank, or None to leave it."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if after == "\n" or before == "\n":
        return ""
    if start == around[0] and not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t>-+*"):
        return ""
    if before in "*_" or after in "*_":
        beyond = text[end:].lstrip("*_")[:1] if after in "*_" else text[:start].rstrip("*_")[-1:]
        return "" if is_chinese(beyond) or is_chinese(before) or is_chinese(after) else None
    # Chinese has no blanks between words: beside it one is meant, and it can be seen.
    return " " if _is_latin(before) and _is_latin(after) else None


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace each reference by its character."""
    text = source.text
    if "&" not in text:
        return
    here = places(source, book)
    for found in _BLANKS.finditer(text):
        around = here.text_around(*found.span("core"))
        if around is None or _is_escaped(text, found.start("core")):
            continue
        start = max(found.start(), around[0])
        becomes = _blank(text, start, found.end(), around)
        if becomes is not None and not would_open_block(text, start, found.end()):
            yield Edit(Span(source, start, found.end()), becomes, CODE)
    for found in _REFERENCE.finditer(text):
        meaning = _meaning(found)
        if meaning is None or meaning in (" ", "\t") or _is_escaped(text, found.start()):
            continue
        if here.text_around(*found.span()) is None:
            continue
        if meaning in _SPECIAL_BLANKS:
            if is_chinese(text[found.start() - 1 : found.start()]) and is_chinese(
                text[found.end() : found.end() + 1]
            ):
                yield Edit(Span(source, *found.span()), "", CODE)
        else:
            yield Edit(Span(source, *found.span()), _written(text, found, meaning), CODE)


def _written(text: str, found: re.Match[str], meaning: str) -> str:
    """The characters as Markdown that means them."""
    line_start = text.rfind("\n", 0, found.start()) + 1
    line_end = text.find("\n", found.end())
    after = text[found.end() : line_end if line_end >= 0 else len(text)]
    if len(meaning) == 1:
        line = text[line_start : found.start()] + meaning
        return f"\\{meaning}" if may_be_markup(line, len(line) - 1, after) else meaning
    return meaning
