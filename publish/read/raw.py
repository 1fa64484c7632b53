"""Raw HTML: which tags mean something, which are dropped, and what is dropped with its content.

A comment and an element whose content is not text are taken whole, by a block rule where
they open a line and by an inline rule elsewhere, so that nothing inside them is Markdown.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from publish.diagnostics import Diagnostic
from publish.model import book as b

#: Elements that mean something in a book, and what.
MEANING: dict[str, b.MarkRole | None] = {
    "u": b.MarkRole.NAME,
    "del": b.MarkRole.STRIKE,
    "s": b.MarkRole.STRIKE,
    "sup": b.MarkRole.SUPERSCRIPT,
    "sub": b.MarkRole.SUBSCRIPT,
    "em": None,
    "i": None,
    "strong": None,
    "b": None,
    "ruby": None,
    "rt": None,
    "rp": None,
    "rb": None,
}
#: Elements whose content is not text: it is left out with them.
UNSAFE = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "applet",
    "textarea",
    "svg",
    "noscript",
    "template",
)
_OPENING = re.compile(rf"<({'|'.join(UNSAFE)})(?=[\s/>])", re.IGNORECASE)


class Tag(HTMLParser):
    """One HTML tag: its name, whether it closes, and its attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.closing = "", False
        self.attributes: dict[str, str] = {}
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An opening tag."""
        self.name = tag
        self.attributes = {key: value or "" for key, value in attrs}

    def handle_endtag(self, tag: str) -> None:
        """A closing tag."""
        if not self.name:
            self.name, self.closing = tag, True


#: What makes Markdown of elements that mean nothing by themselves.
_MENDED = {
    "table": '[mend] rules = { "S-TABLE" = "on" } makes a table of Markdown of it',
    "p": "a blank line parts paragraphs",
    "a": "a link is written [words](address)",
}


def gathered(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics with one for each element, in its first place: a page of HTML has many."""
    counts = Counter(item.message for item in found if item.code == "R-HTML")
    kept: dict[object, Diagnostic] = {}
    for item in found:
        if item.code != "R-HTML":
            kept[id(item)] = item
        elif item.message not in kept:
            times = counts[item.message]
            name = item.message.partition(">")[0].removeprefix("<")
            hint = _MENDED.get(name) if "means nothing" in item.message else None
            kept[item.message] = dataclasses.replace(
                item,
                message=item.message + (f" ({times} times)" if times > 1 else ""),
                hints=item.hints + ((hint,) if hint else ()),
            )
    return list(kept.values())


def _closing(text: str, opening: re.Match[str], end: int) -> int:
    """The end of an unsafe element, or -1 where it is not closed before ``end``."""
    inside = text.find(">", opening.end(), end)
    if inside < 0:
        return -1
    name = opening[1].lower()
    if name == "embed" or text[inside - 1] == "/":
        return inside + 1
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, inside, end)
    after = text.find(">", closing.end(), end) if closing else -1
    return after + 1 if after >= 0 else -1


def _end(text: str, begin: int, end: int) -> tuple[int, str]:
    """The end of a comment or an unsafe element that begins here, and the element's name.

    An element that is never closed takes the rest, as in HTML; such a comment is text: -1.
    """
    opening = _OPENING.match(text, begin, end)
    if opening is not None:
        if text.find(">", opening.end(), end) < 0:
            return -1, ""
        after = _closing(text, opening, end)
        return (after if after >= 0 else end), opening[1].lower()
    if not text.startswith("<!--", begin):
        return -1, ""
    after = text.find("-->", begin, end)
    return (after + 3 if after >= 0 else -1), ""


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Comments and unsafe elements that open a line; what follows them on their line stays."""
    begin = state.bMarks[start] + state.tShift[start]
    limit = state.eMarks[end - 1]
    after, name = _end(state.src, begin, limit)
    if after < 0 or silent:
        return after >= 0
    first = last = start
    rest = ""
    while after >= 0:
        while state.eMarks[last] < after:
            last += 1
        token = state.push("raw_html", "", 0)
        token.map = [first, last + 1]
        token.content = name
        rest = state.src[after : state.eMarks[last]]
        first, begin = last, after + len(rest) - len(rest.lstrip(" \t"))
        after, name = _end(state.src, begin, limit)
    state.line = last + 1
    if rest.strip():
        # The rest of the line is read as a block, as if the line began there.
        state.bMarks[last], state.tShift[last] = begin, 0
        state.sCount[last] = state.blkIndent
        for rule in state.md.block.ruler.getRules(""):
            if rule(state, last, end, False):
                break
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    """An unsafe element within a paragraph; one that is not closed takes the paragraph's rest."""
    if state.src[state.pos] != "<":
        return False
    opening = _OPENING.match(state.src, state.pos, state.posMax)
    if opening is None or state.src.find(">", opening.end(), state.posMax) < 0:
        return False
    after = _closing(state.src, opening, state.posMax)
    after = after if after >= 0 else state.posMax
    if not silent:
        token = state.push("unsafe", "", 0)
        token.info = opening[1].lower()
    state.pos = after
    return True


def install(md: MarkdownIt) -> None:
    """Put both rules into a parser, in the place of its own HTML blocks."""
    md.block.ruler.disable("html_block")
    md.block.ruler.before(
        "heading", "raw_html", _block, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    md.inline.ruler.before("html_inline", "unsafe", _inline)
