"""Pictures, tables and code among vertical lines, and the text that follows them: what may stand
below them, and what may go before them.

Text goes on in the columns before one that has no room on its page, as in printed books, if it has
a name to be found by, its caption, and the text does not say that it stands just here: what comes
before it (下圖, 如下：) or what would go first (上表).
"""

from __future__ import annotations

import itertools
import re

from publish.model import book as b
from publish.model.tree import plain_text, walk

#: What says that the next picture or table is meant; in vertical lines it stands at the left.
_AHEAD = re.compile("[下左後后][列方面一]?的?[圖图表]|如[下左]|以下|下面|接下|[：:]$")
#: What says that the last one is meant, or the one here.
_BACK = re.compile(
    "[上右前][列方面一]?的?[張张幅]?[圖图表]|[此該该本][圖图表]|[這这][張张幅]?[圖图表]"
    "|[圖图表][中裡里內内上]|如[上右]|以上|上面"
)


def moves(blocks: tuple[b.Block, ...], index: int) -> int:
    """How many of the blocks behind a picture, a table or code a page may show with it or before
    it: paragraphs, in its own row of blocks."""
    block = blocks[index]
    if not isinstance(block, b.Figure | b.Table | b.Code) or _has_calls(block):
        return 0
    behind = itertools.takewhile(lambda one: isinstance(one, b.Paragraph), blocks[index + 1 :])
    return sum(1 for _ in behind)


def may_wait(blocks: tuple[b.Block, ...], index: int) -> int:
    """How many of those may go before it: up to the first that must not."""
    block, count = blocks[index], moves(blocks, index)
    before = blocks[index - 1] if index else None
    if not isinstance(block, b.Figure | b.Table) or not block.caption:
        return 0
    if not count or not isinstance(before, b.Paragraph) or _AHEAD.search(_text(before)):
        return 0
    return sum(1 for _ in itertools.takewhile(_goes_first, blocks[index + 1 : index + 1 + count]))


def _goes_first(block: b.Block) -> bool:
    if not isinstance(block, b.Paragraph):
        return False
    text = _text(block)
    return bool(text) and not _BACK.search(text) and text[-1] not in "：:"


def _has_calls(block: b.Block) -> bool:
    """Whether it has notes or readings, whose order is that of the text."""
    return any(isinstance(node, b.NoteRef | b.Ruby) for node in walk(block))


def _text(paragraph: b.Paragraph) -> str:
    return plain_text(paragraph.children).strip()
