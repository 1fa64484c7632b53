"""YAML front matter: where it is, and what it says.

The parser and :func:`front_matter` ask the same function, so that no line is both
text and data, and none is neither: a manuscript may well begin with a scene break.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from publish.diagnostics import Diagnostic, Source, Span

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


def _find(text: str) -> re.Match[str] | None:
    """The front matter at the start of a text; two scene breaks around text are none."""
    match = _FENCED.match(text)
    if match is None or not _KEY.match(match["data"]):
        return None
    return match


def front_matter(source: Source) -> tuple[Mapping[str, Any], Span | None, tuple[Diagnostic, ...]]:
    """The YAML front matter of a file as a mapping, and its place; empty where there is none."""
    match = _find(source.text)
    if match is None:
        return {}, None, ()
    import yaml

    span = Span(source, 0, match.end())
    problem = "it is no list of keys and values"
    try:
        data = yaml.safe_load(match["data"])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        data = False
        problem = getattr(error, "problem", None) or "it is not YAML that a book can mean"
    if isinstance(data, dict) or data is None:
        return data or {}, span, ()
    message = f"the front matter is not used: {problem}"
    return {}, span, (Diagnostic("R-YAML", "warning", message, span),)


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
