"""Paragraphs that stand for headings.

What: a short paragraph that is all in strong emphasis, with text behind it, and a short one
that ends with a colon and stands before ten numbered paragraphs or more, are asked about.
Why: editors without headings, and authors in a hurry, write them so; what is a heading has a
place in the contents, and only an editor says which are.  The line that settles it stands
under [structure]: ``headings = [{ text = "…", level = 2 }]``.
Before: ``**结语**⏎⏎正文。``  After: the same, and a query
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator

from publish.diagnostics import Diagnostic
from publish.model.book import (
    Block,
    Book,
    Entry,
    LineBreak,
    List,
    Paragraph,
    Quote,
    Section,
    Strong,
    Text,
)
from publish.model.manifest import Manifest
from publish.model.tree import plain_text
from publish.text.patterns import late

CODE = "S-HEAD"

#: Code points of the longest heading.
_LONGEST = 30
#: Numbered paragraphs that make a section.
_RUN = 10
#: The same words more often than this are a byline, or a label.
_REPEATS = 2
#: Headings that are asked about one by one; of more only the number is told.
ASKED = 5
_NUMBER = late(r"(\d{1,4})[.．、](?!\d)")
_SENTENCE = late(r"[。！？；，、…!?;,.][”’」』）]*$")


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each, in the order of the book."""
    found = [
        paragraph for chapter in book.chapters() for paragraph in _pseudo_headings(chapter.blocks)
    ]
    counts = Counter(plain_text(paragraph.children) for paragraph in found)
    found = [one for one in found if counts[plain_text(one.children)] <= _REPEATS]
    for paragraph in found[:ASKED]:
        text = plain_text(paragraph.children).strip()
        entry = f"{{ text = {json.dumps(text, ensure_ascii=False)}, level = 2 }}"
        yield Diagnostic(
            CODE,
            "query",
            f"{text} looks like a heading; it is set as a paragraph",
            paragraph.span,
            settle=(f"[structure] headings = [{entry}]",),
        )
    if len(found) > ASKED:
        more = len(found) - ASKED
        message = f"{more} more paragraphs look like headings"
        yield Diagnostic(CODE, "query", message, found[ASKED].span)


def _pseudo_headings(blocks: tuple[Block, ...]) -> Iterator[Paragraph]:
    for index, block in enumerate(blocks):
        if isinstance(block, Section):
            yield from _pseudo_headings(block.blocks)
        elif isinstance(block, Paragraph):
            before = blocks[index - 1] if index else None
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            if _is_strong(block):
                follows = isinstance(after, Paragraph | List | Quote | Entry)
                if follows and not _is_strong(before) and not _is_strong(after):
                    yield block
            elif _announces(block) and _numbered(blocks[index + 1 :]) >= _RUN:
                yield block


def _is_strong(block: Block | None) -> bool:
    """Whether a block is a short paragraph all in strong emphasis that is no sentence."""
    if not isinstance(block, Paragraph):
        return False
    inside = [
        node
        for node in block.children
        if not isinstance(node, LineBreak)
        and not (isinstance(node, Text) and not node.text.strip())
    ]
    text = plain_text(block.children).strip()
    return (
        len(inside) == 1
        and isinstance(inside[0], Strong)
        and 1 < len(text) <= _LONGEST
        and _SENTENCE.search(text) is None
    )


def _announces(block: Paragraph) -> bool:
    text = plain_text(block.children).strip()
    return text.endswith(("：", ":")) and len(text) <= _LONGEST


def _numbered(blocks: tuple[Block, ...]) -> int:
    """How many paragraphs, counted up one by one, come next; what stands between does not count."""
    count = 0
    previous = None
    for block in itertools.islice(blocks, 10 * _RUN):
        if isinstance(block, Entry):
            count += 1
        elif isinstance(block, Paragraph):
            found = _NUMBER.match(plain_text(block.children).lstrip("\\ \n"))
            number = int(found[1]) if found else None
            if number is not None and (previous is None or number == previous + 1):
                count, previous = count + 1, number
            elif previous is None:
                return 0
        if count >= _RUN:
            break
    return count
