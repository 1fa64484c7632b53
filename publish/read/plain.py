"""What plain text says without markup: paragraphs that open with an indent, or with a line.

Chinese prose opens a paragraph with an indent of two ems (clreq, section 3.1.2), and a text file
often has nothing else between two paragraphs.  Markdown would run them together, with the blanks
of the indent in the middle of a line.  So a line that begins with two ideographic spaces opens a
paragraph, in prose of any file; poems keep their indents.  A line of such spaces alone is blank.

A text file (``.txt``) has no code: its indents of ordinary blanks open paragraphs as well, where
nearly all of them follow the end of a sentence; and where nearly every line ends with one, every
line is a paragraph.  Else its lines are the hard-wrapped ones of Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from publish.text.sentences import ends_sentence

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

#: Two ideographic spaces and a character that is no blank.
_INDENT = re.compile(r"\u3000\u3000(?=\S)")
#: Nothing but blanks, some of which Markdown does not take for blanks.
_BLANK = re.compile(r"[ \t]*[\u3000\u00a0][ \t\u3000\u00a0]*$")
#: A line that breaks where it ends: the next one belongs to the same paragraph.
_BREAK = re.compile(r"(?<!\\)(?:\\\\)*\\$|  $|<br[ \t]*/?>[ \t]*$", re.IGNORECASE)
#: Containers in which an indent is the author's.
_VERSE = re.compile(r"[\s{.]*verse\b")

#: Ordinary blanks before what is neither a list, a quotation, a heading nor a table.
_SPACES = re.compile(r"(?: {2,8}|\t{1,2})(?=[^\s\-+*>#|:`~\d]|\d+(?![.)]?\d*[ \t]))")
_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]")
#: Share of the lines that must speak for it before indents or line ends mean paragraphs.
_SURE = 0.9
#: Line ends within paragraphs that must be there before they can mean anything.
_LINES = 3

#: Keys of the parser's environment.
_OPENINGS = "lines that open a paragraph"
_SCANNED = "tokens looked at for poems"


def prepared(text: str) -> tuple[str, dict[str, Any]]:
    """A text file as the parser takes it, code point for code point, and its environment.

    Blanks that indent paragraphs become ideographic ones, which are no code to Markdown.
    """
    lines = text.split("\n")
    openings: set[int] = set()
    indented = _indented(lines)
    if indented and _most_follow_ends(lines, indented):
        openings.update(indented)
        for number in indented:
            lines[number] = _SPACES.sub(lambda found: "\u3000" * len(found[0]), lines[number], 1)
    openings.update(_lines_of_their_own(lines, openings))
    return "\n".join(lines), {_OPENINGS: openings}


def _indented(lines: list[str]) -> list[int]:
    """Lines indented by ordinary blanks, but for those that go on in an item of a list."""
    found: list[int] = []
    in_item = False
    for number, line in enumerate(lines):
        if _SPACES.match(line):
            if not in_item:
                found.append(number)
        elif line.strip():
            in_item = _ITEM.match(line) is not None
    return found


def _most_follow_ends(lines: list[str], numbers: list[int]) -> bool:
    """Whether nearly all of these lines follow the end of a sentence, or a blank line."""
    good = sum(
        number == 0 or not lines[number - 1].strip() or ends_sentence(lines[number - 1])
        for number in numbers
    )
    return good >= _SURE * len(numbers)


def _lines_of_their_own(lines: list[str], openings: set[int]) -> list[int]:
    """Lines that no blank line and no indent parts from the one before, where they are paragraphs
    all the same."""
    inner = [
        number
        for number in range(1, len(lines))
        if lines[number - 1].strip()
        and lines[number].strip()
        and number not in openings
        and not lines[number].startswith("\u3000\u3000")
    ]
    return inner if len(inner) >= _LINES and _most_follow_ends(lines, inner) else []


def _blank(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A line of ideographic or no-break spaces: it parts paragraphs as an empty one does."""
    begin, limit = state.bMarks[line], state.eMarks[line]
    if begin + state.tShift[line] >= limit or state.src[limit - 1] not in "\u3000\u00a0 \t":
        return False
    if _BLANK.match(state.src[begin:limit]) is None:
        return False
    if not silent:
        state.line = line + 1
        state.push("raw_html", "", 0).map = [line, line + 1]
    return True


def _opens(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Whether a line opens a paragraph and so ends the one before; it makes no token itself."""
    if not silent or line == 0:
        return False
    begin = state.bMarks[line] + state.tShift[line]
    if line not in state.env.get(_OPENINGS, ()) and not _INDENT.match(state.src, begin):
        return False
    before = state.src[state.bMarks[line - 1] : state.eMarks[line - 1]]
    return _BREAK.search(before) is None and not _in_verse(state)


def _in_verse(state: StateBlock) -> bool:
    """Whether a poem is open; tokens are looked at once."""
    seen, open_groups = state.env.setdefault(_SCANNED, [0, []])
    for token in state.tokens[seen:]:
        if token.type == "container_group_open":
            open_groups.append(_VERSE.match(token.info) is not None)
        elif token.type == "container_group_close" and open_groups:
            open_groups.pop()
    state.env[_SCANNED][0] = len(state.tokens)
    return any(open_groups)


def install(md: MarkdownIt) -> None:
    """Put the rules into a parser, before the one of paragraphs."""
    md.block.ruler.before(
        "paragraph", "wide_blank", _blank, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    md.block.ruler.before("paragraph", "opening", _opens, {"alt": ["paragraph", "blockquote"]})
