"""Slips of Markdown: what was meant to be a heading, a table or a formula and is read as text, and
text that is read as code.  Nothing is lost by them, but a page shows what nobody meant."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from publish.diagnostics import Diagnostic, Span
from publish.text.characters import has_han, is_han

#: A heading without its blank, or with the full-width sign; ``#话题#`` is a tag, no heading.
_HEADING = re.compile(r"(#{1,6}|＃{1,6})(?P<words>[^#＃\s!][^#＃]*|(?<=＃)\s+[^#＃]+)")
#: Code points of the longest line that may be meant as a heading.
_LONGEST = 40
#: A cell of the line below a table's head, also with dashes, which Chinese input makes of hyphens.
_RULE = re.compile(r"[:：]?[-—–－]+[:：]?")
#: The sign between the cells of a table.
_BAR = re.compile(r"(?<!\\)\|")
#: A link by a label; ``[1][2]`` are the numbers of sources.
_REFERENCE = re.compile(r"\[[^\[\]]+\]\[(?!\d+\])([^\[\]^]+)\]")
#: What is like a picture or a link: a path with blanks or in full-width brackets is none.  No two
#: repetitions beside each other take the same sign, so that each place is tried in one way.
_BLANKS = re.compile(
    r"(?P<sign>!?)\[(?P<words>[^\[\]]*)\]"
    r"(?:\((?P<path>[^()<>\"]{1,300})(?P<title>\"[^\"]{0,300}\")?\)|（(?P<full>[^（）]{0,300})）)"
)
_ADDRESS = re.compile(r"https?:|#|[^\s]*\.(?:md|txt)\b")
#: Readings that do not fit their characters; those that do are no text any more.
_RUBY = re.compile(r"\{(?P<base>[^{}|\s]{1,12})\|(?P<readings>[^{}]{0,40})\}")
_PROSE = re.compile(r"[，。！？；：]")

Place = Callable[[int, int], Span]


def slips(tokens: Sequence[Token], place: Place) -> Iterator[Diagnostic]:
    """A warning for each; ``place`` gives the span of lines, the first included, the last not."""
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        first, last = token.map
        if token.type == "fence" and not _is_closed(token, place(last - 1, last)):
            message = f"{token.markup} is not closed; all behind it is set as code"
            hints = (f"put a line {token.markup} where the code ends",)
            yield Diagnostic("R-FENCE", "warning", message, place(first, first + 1), hints)
        elif token.type == "code_block" and _is_prose(token.content):
            message = "a paragraph behind four blanks or a tab is set as code"
            hints = ("take the blanks away; code stands between lines of ```",)
            yield Diagnostic("R-INDENT", "warning", message, place(first, last), hints)
        elif token.type == "paragraph_open":
            yield from _paragraph(tokens[index + 1], first, place)


def _is_closed(token: Token, last: Span) -> bool:
    """Whether the last line of a fence closes it (CommonMark 0.31, section 4.5)."""
    if token.map is None or token.map[1] - token.map[0] < 2:
        return False
    sign, length = re.escape(token.markup[0]), len(token.markup)
    return re.search(rf"(?:^|[\s>])({sign}{{{length},}})\s*$", last.text) is not None


def _is_prose(code: str) -> bool:
    visible = [character for character in code if not character.isspace()]
    return _PROSE.search(code) is not None and 2 * sum(map(is_han, visible)) > len(visible)


def _paragraph(inline: Token, first: int, place: Place) -> Iterator[Diagnostic]:
    text = inline.content
    lines = text.split("\n")
    if text.startswith("$$") and text.count("$$") == 1:
        hint = "put $$ on a line of its own behind the formula"
        message = "the formula is not closed by $$; it stands as text"
        yield Diagnostic("R-MATH", "warning", message, place(first, first + 1), (hint,))
    if "#" in text or "＃" in text:
        for number, line in enumerate(lines, first):
            yield from _no_heading(line, number, place)
    if "|" in text:
        for number, (head, rule) in enumerate(itertools.pairwise(lines), first + 1):
            if "|" in head and "|" in rule and _is_rule(rule):
                yield _no_table(head, rule, place(number, number + 1))
    if any(sign in text for sign in ("](", "]（", "][", "{")):
        yield from _left_as_text(inline, place(first, first + len(lines)))


def _no_heading(line: str, number: int, place: Place) -> Iterator[Diagnostic]:
    found = _HEADING.fullmatch(line) if len(line) <= _LONGEST else None
    if found is None or not has_han(line):
        return
    sign = len(found[1]) * "#"
    message = f"{line} is no heading: a blank follows the {sign} of one"
    hints = [f"write {sign} {found['words'].strip()}"]
    if found[1][0] == "＃":
        message = f"{line} is no heading: its sign is the half-width {sign}"
    else:
        hints.append(f"or, for text, \\{line}")
    yield Diagnostic("R-HEADING", "warning", message, place(number, number + 1), tuple(hints))


def _left_as_text(inline: Token, block: Span) -> Iterator[Diagnostic]:
    """Links, pictures and readings in the paragraph that were read as text."""
    for child in inline.children or ():
        for pattern, told in _LEFT if child.type == "text" else ():
            for found in pattern.finditer(child.content):
                start = block.text.find(found[0])
                said = told(found) if start >= 0 else None
                if said is not None:
                    code, message, hint = said
                    start += block.start
                    span = Span(block.source, start, start + len(found[0]))
                    yield Diagnostic(code, "warning", message, span, (hint,))


def _undefined(found: re.Match[str]) -> tuple[str, str, str]:
    hint = f"a definition is a line of its own: [{found[1]}]: address"
    return "R-REF", f"there is no definition [{found[1]}]; the brackets stand as text", hint


def _with_blanks(found: re.Match[str]) -> tuple[str, str, str] | None:
    sign, words, path = found["sign"], found["words"], (found["path"] or found["full"]).strip()
    if not sign and not _ADDRESS.match(path):
        return None
    if found["full"] is None and len(path.split()) < 2:
        return None
    title = f" {found['title']}" if found["title"] else ""
    code, what = ("R-IMAGE", "picture") if sign else ("R-LINK", "link")
    if found["full"] is not None:
        message, inside = f"this is no {what}, but text: its brackets are full-width", path
    else:
        message, inside = f"this is no {what}, but text: its path has blanks", f"<{path}>"
    return code, message, f"write {sign}[{words}]({inside}{title})"


def _unread(found: re.Match[str]) -> tuple[str, str, str] | None:
    base, readings = found["base"], found["readings"].split("|")
    if not has_han(base):
        return None
    message = f"{base} has no readings, but text: {len(base)} characters, {len(readings)} readings"
    if not all(readings):
        message = f"{base} has no readings, but text: one of them is empty"
    return "R-RUBY", message, "a reading for each character, or one for all: {漢字|かん|じ}"


_LEFT = ((_REFERENCE, _undefined), (_BLANKS, _with_blanks), (_RUBY, _unread))


def _no_table(head: str, rule: str, place: Span) -> Diagnostic:
    cells, columns = _cells(head), _cells(rule)
    message = f"this is no table: {cells} cells in its head, {columns} in the line below"
    if cells == columns:
        message = "this is no table: the line below its head is not made of hyphens"
    hint = f"the line below the head is |{'---|' * cells}"
    return Diagnostic("R-TABLE", "warning", message, place, (hint,))


def _is_rule(line: str) -> bool:
    """Whether a line is that below a table's head, as people type it."""
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return all(_RULE.fullmatch(cell.strip()) for cell in cells)


def _cells(line: str) -> int:
    return len(_BAR.split(line.strip().removeprefix("|").removesuffix("|")))
