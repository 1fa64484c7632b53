"""YAML front matter: where it is, and what it says.

The parser and :func:`front_matter` ask the same function, so that no line is both
text and data, and none is neither: a manuscript may well begin with a scene break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from publish.diagnostics import Diagnostic, Source, Span
from publish.model.schema import FRONT_MATTER

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

#: A first line of three hyphens, anything, and a line of three hyphens or three dots.
_FENCED = re.compile(
    r"---[ \t]*\n"
    r"(?P<data>(?:(?!(?:---|\.\.\.)[ \t]*(?:\n|\Z))[^\n]*\n)*)"
    r"(?:---|\.\.\.)[ \t]*(?=\n|\Z)"
)
#: The first line that says something opens a mapping.
_KEY = re.compile(r"""(?:[ \t]*(?:#[^\n]*)?\n)*(?:[\w"'][^\n:]*:(?:[ \t]|\n|\Z)|\Z)""")


#: Words of the parser for what is wrong, and what to do.
_HINTS = (
    ("mapping values", 'a value with a colon in it stands in quotes: title: "甲: 乙"'),
    ("'\\t'", "blanks, and no tabs, stand before and behind what YAML says"),
    ("expected ',' or", "a value that begins with [ or { ends with ] or }, or stands in quotes"),
    ("cannot start any token", "a value that begins with such a sign stands in quotes"),
)


def _find(text: str) -> re.Match[str] | None:
    """The front matter at the start of a text; two scene breaks around text are none."""
    match = _FENCED.match(text)
    if match is None or not _KEY.match(match["data"]):
        return None
    return match


#: What was meant to open front matter: a key that a book has, and a colon of any kind.
_SLIP = re.compile(
    rf"---[ \t]*\n(?P<key>{'|'.join(map(re.escape, FRONT_MATTER))})[ \t]*(?P<sign>[:：])"
)


def _slip(source: Source) -> tuple[Diagnostic, ...]:
    """R-YAML, a warning, where a file opens with what was meant to be front matter and is text."""
    found = _SLIP.match(source.text)
    if found is None:
        return ()
    message, hint = "the front matter is not closed; it stands as text", "put a line --- behind it"
    span = Span(source, 0, 3)
    if not source.text.startswith((": ", ":\t", ":\n"), found.start("sign")):
        message = f"this is no front matter: {found['key']} has no colon with a blank behind it"
        hint = f"write {found['key']}: and a blank, then the value"
        span = Span(source, found.start("key"), found.end("sign"))
    return (Diagnostic("R-YAML", "warning", message, span, (hint,)),)


def front_matter(source: Source) -> tuple[Mapping[str, Any], Span | None, tuple[Diagnostic, ...]]:
    """The YAML front matter of a file as a mapping, and its place; empty where there is none."""
    match = _find(source.text)
    if match is None:
        return {}, None, _slip(source)
    import yaml

    span = Span(source, 0, match.end())
    problem, place = "it is no list of keys and values", span
    hints: tuple[str, ...] = ()
    try:
        data = yaml.safe_load(match["data"])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        data = False
        problem = getattr(error, "problem", None) or "it is not YAML that a book can mean"
        if mark := getattr(error, "problem_mark", None):
            place = _point(source, match.start("data") + mark.index)
        hints = tuple(hint for words, hint in _HINTS if words in problem)
    if not isinstance(data, dict) and data is not None:
        message = f"the front matter is not used: {problem}"
        return {}, span, (Diagnostic("R-YAML", "warning", message, place, hints),)
    found: list[Diagnostic] = []
    for key, index in _repeated(match["data"]):
        message = f"front matter: {key} stands twice; the last one counts"
        place = _point(source, match.start("data") + index)
        found.append(Diagnostic("R-YAML", "warning", message, place))
    return data or {}, span, tuple(found)


def _point(source: Source, at: int) -> Span:
    """One character, or none at the end of the text."""
    at = min(at, len(source.text))
    return Span(source, at, min(at + 1, len(source.text)))


def _repeated(data: str) -> Iterator[tuple[str, int]]:
    """Keys that a mapping in YAML has twice, and where it has them again."""
    import yaml

    keys: set[str] = set()
    node = yaml.compose(data, Loader=yaml.SafeLoader)
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            if key.value in keys:
                yield key.value, key.start_mark.index
            keys.add(key.value)


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if start != 0 or state.blkIndent != 0 or state.level != 0:
        return False
    match = _find(state.src)
    if match is None:
        return False
    if not silent:
        state.line = state.src.count("\n", 0, match.end()) + 1
        token = state.push("front_matter", "", 0)
        token.hidden = True
        token.map = [start, state.line]
        token.content = match["data"]
    return True


def install(md: MarkdownIt) -> None:
    """Put the rule before all others of the parser."""
    md.block.ruler.before("table", "front_matter", _rule, {"alt": []})
