"""Paragraphs of prose that end without a mark.

What: a paragraph of sentences that ends in a Chinese character, in a book whose paragraphs end
in marks, is asked about.  It has 25 Chinese characters and a mark inside.  What ends in code, a
link or emphasis, what goes before a list, code, a picture or a quotation, a last line that
names a source, and the greeting of a letter are passed over; so are headings, lists, tables,
captions and verse.
Why: the last mark, or the last line, is lost when text is cut and pasted; a full stop ends a
statement (GB/T 15834-2011 section 4.1).
Before: ``……他走了，再没有回来``  After: the same, and a query at the last characters
Measured: none in hello-algo (125,000 Han), 6 in rust-course (383,000), 5 in a weekly (1,725,000),
all true; 8 in 红楼梦 (683,000), where the text is cut, but for one line of verse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Diagnostic
from publish.mend.passages import Passage, passages
from publish.model.book import (
    Block,
    Book,
    Break,
    Chapter,
    Entry,
    Node,
    Paragraph,
    Part,
    Section,
    Text,
)
from publish.model.manifest import Manifest
from publish.model.tree import walk
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late
from publish.text.sentences import ends_sentence

CODE = "X-STOP"

#: Chinese characters of a paragraph that is certainly prose.
_LONG = 25
#: Of such paragraphs one in this many may lack its mark; where more do, the author means it.
_RARE = 10
#: Characters that are shown.
_SHOWN = 8

_HAN = late(f"[{HAN_CLASS}]")
_INSIDE = late("[，。！？；]")
#: A source (——《书名》，某人), and how letters end: 即祝, 此致.
_NO_PROSE = late(r"\s*(?:-|—|―)|.*(?:此致|敬礼|即祝|顺颂.{0,4}|又祝|谨启|敬上)\s*$", re.DOTALL)


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each, in the order of the book."""
    texts = {id(passage.node): passage for passage in passages(book)}
    ended = 0
    bare: list[Passage] = []
    for paragraph, following in _paragraphs(book):
        passage = texts.get(id(paragraph))
        if passage is None or not _is_prose(passage.text):
            continue
        text = passage.text.rstrip()
        if ends_sentence(text):
            ended += 1
        elif _HAN.match(text[-1]) and _ends_in_text(paragraph) and _stands_alone(following):
            bare.append(passage)
    if len(bare) * _RARE > ended:
        return
    for passage in bare:
        end = len(passage.text.rstrip())
        # Of the last run of text, so that the place is exact.
        start = max(end - _SHOWN, passage.starts[-1])
        message = "the paragraph ends without a mark"
        yield Diagnostic(CODE, "query", message, passage.span(start, end))


def _paragraphs(book: Book) -> Iterator[tuple[Paragraph, Block | None]]:
    """The paragraphs of running text, each with the block that follows it there."""
    for node in walk(book):
        blocks = _blocks(node)
        for index, block in enumerate(blocks):
            if isinstance(block, Paragraph):
                yield block, blocks[index + 1] if index + 1 < len(blocks) else None


def _blocks(node: Node) -> tuple[Block, ...]:
    if isinstance(node, Chapter | Section | Entry):
        return node.blocks
    return node.lead if isinstance(node, Part) else ()


def _is_prose(text: str) -> bool:
    return (
        len(text) >= _LONG
        and _INSIDE.search(text) is not None
        and len(_HAN.findall(text)) >= _LONG
        and _NO_PROSE.match(text) is None
    )


def _ends_in_text(paragraph: Paragraph) -> bool:
    return bool(paragraph.children) and isinstance(paragraph.children[-1], Text)


def _stands_alone(following: Block | None) -> bool:
    """Whether a paragraph introduces nothing: what follows is another one, or a new section."""
    return following is None or isinstance(following, Paragraph | Section | Entry | Break)
