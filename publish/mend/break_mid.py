r"""Line breaks within a paragraph where paragraphs are meant.

What: where every line but the last of a paragraph ends a sentence and the lines are long (a
line break ``\``, two blanks or ``<br>`` stands between them), each becomes a paragraph.  Lines
of verse, addresses and signatures are shorter or end within a sentence, and stay.
Why: who writes with Shift+Enter (Feishu, Word, web editors) means paragraphs; the exporter
writes hard line breaks, and the page then has paragraphs without indent.  Only an editor
knows, so that it is declared: ``rules = { "S-BREAK-MID" = "on" }``.
Before: ``……长长的一句。\⏎……又一句。``  After: ``……长长的一句。⏎⏎……又一句。``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import places
from publish.model.book import Book, LineBreak, Paragraph
from publish.model.manifest import Manifest
from publish.model.tree import plain_text
from publish.text.sentences import ends_sentence

CODE = "S-BREAK-MID"

#: Code points that the lines of a paragraph have on the average, at least; a line of verse has
#: seven, or fourteen.
_LONG = 20
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Replace the breaks of each such paragraph."""
    for paragraph in places(source, book).paragraphs:
        if any(isinstance(node, LineBreak) for node in paragraph.children):
            yield from _paragraph(source, paragraph)


def _paragraph(source: Source, paragraph: Paragraph) -> Iterator[Edit]:
    lines: list[str] = []
    breaks: list[list[Span]] = []
    fresh = True
    for node in paragraph.children:
        if isinstance(node, LineBreak):
            if not lines or node.span is None:
                return
            if fresh:
                breaks[-1].append(node.span)
            else:
                breaks.append([node.span])
            fresh = True
        elif text := plain_text((node,)):
            if not text.strip() and fresh:
                continue
            if fresh:
                lines.append("")
            lines[-1] += text
            fresh = False
    if fresh or len(lines) < 2 or len(breaks) != len(lines) - 1:
        return
    if sum(map(len, lines)) < _LONG * len(lines) or not all(map(ends_sentence, lines[:-1])):
        return
    prefix = _prefix(source.text, paragraph)
    for spans in breaks:
        start, end = spans[0].start, spans[-1].end
        while start > 0 and source.text[start - 1] in " \t":
            start -= 1
        if source.text[end - 1] != "\n" and source.text[end : end + 1] == "\n":
            end += 1
        if source.text[end - 1] == "\n" and (quoted := _QUOTED.match(source.text, end)):
            end = quoted.end()
        parted = f"\n{prefix.rstrip()}\n{prefix}"
        yield Edit(Span(source, start, end), parted, CODE, "declared")


def _prefix(text: str, paragraph: Paragraph) -> str:
    """What a further paragraph of the same quotation, or item, has before it."""
    first = next(node.span for node in paragraph.children if node.span is not None)
    line = text.rfind("\n", 0, first.start) + 1
    before = text[line : first.start]
    return "".join(c if c in "> \t" else " " for c in before).rstrip("\u3000")
