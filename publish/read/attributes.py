"""Attribute lists of kramdown: ``{: id="20240101010101-abc1234" updated="20240102030405"}``.

SiYuan and Jekyll write them behind what they belong to, or on a line of their own.  They are
markup for those programs and no text; a book has no use for them, and they are dropped silently.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

#: One list: classes, an anchor, keys with quoted values (kramdown, Attribute List Definitions).
ATTRIBUTE_LIST = r"\{:(?:\s+(?:[.#][\w-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*')))+\s*\}"
_LIST = re.compile(ATTRIBUTE_LIST)
_LINE = re.compile(rf"(?:{ATTRIBUTE_LIST}[ \t]*)+$")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A line of nothing but attribute lists."""
    begin, limit = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if not state.src.startswith("{:", begin) or state.is_code_block(line):
        return False
    if _LINE.match(state.src[begin:limit]) is None:
        return False
    if not silent:
        state.line = line + 1
        state.push("raw_html", "", 0).map = [line, line + 1]
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    """One within a line."""
    if not state.src.startswith("{:", state.pos):
        return False
    found = _LIST.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("attribute_list", "", 0)
    state.pos = found.end()
    return True


def install(md: MarkdownIt) -> None:
    """Put both rules into a parser."""
    md.block.ruler.before(
        "paragraph", "attribute_list", _block, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    md.inline.ruler.before("ruby", "attribute_list", _inline)
