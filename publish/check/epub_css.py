"""Style sheets as data: rules with their selectors, and where each stands.

The door of tinycss2, which WeasyPrint brings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from publish.records import dataclass

#: Conditions under which the rules of an at-rule hold on a screen.
_ALWAYS = re.compile(r"^\s*(?:all|screen)?\s*$", re.IGNORECASE)
_NEVER = re.compile(r"^\s*(?:print|speech)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration: ``value`` as it is written, ``tokens`` as tinycss2 reads it."""

    name: str
    value: str
    important: bool
    line: int
    tokens: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A block of declarations: ``selector`` is empty in an at-rule such as @font-face, ``at`` its
    keyword then; ``conditional`` is whether it holds in some surroundings only."""

    selector: str
    at: str
    declarations: tuple[Declaration, ...]
    conditional: bool
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet: its rules, the targets that it fetches with their lines, what cannot be
    parsed."""

    rules: tuple[Rule, ...]
    targets: tuple[tuple[str, int], ...]
    broken: tuple[tuple[str, int], ...]


def parse_sheet(css: str) -> Sheet:
    """A style sheet as data; what browsers would pass over is in ``broken``."""
    import tinycss2

    rules: list[Rule] = []
    targets: list[tuple[str, int]] = []
    broken: list[tuple[str, int]] = []
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    _collect(nodes, False, rules, targets, broken)
    return Sheet(tuple(rules), tuple(targets), tuple(broken))


def _collect(
    nodes: list[Any],
    conditional: bool,
    rules: list[Rule],
    targets: list[tuple[str, int]],
    broken: list[tuple[str, int]],
) -> None:
    import tinycss2

    for node in nodes:
        if node.type == "error":
            broken.append((node.message, node.source_line))
        elif node.type == "qualified-rule":
            selector = " ".join(tinycss2.serialize(node.prelude).split())
            rules.append(_rule(node, selector, "", conditional, targets, broken))
        elif node.type == "at-rule":
            keyword = node.lower_at_keyword
            condition = tinycss2.serialize(node.prelude)
            if keyword == "import":
                targets.extend(_fetched(node.prelude, strings=True))
            elif node.content is None or (keyword == "media" and _NEVER.match(condition)):
                continue
            elif keyword in ("media", "supports", "layer", "container"):
                inner = tinycss2.parse_rule_list(
                    node.content, skip_comments=True, skip_whitespace=True
                )
                always = keyword == "media" and _ALWAYS.match(condition)
                _collect(inner, conditional or not always, rules, targets, broken)
            elif keyword == "font-face":
                rules.append(_rule(node, "", keyword, conditional, targets, broken))


def _rule(
    node: Any,
    selector: str,
    at: str,
    conditional: bool,
    targets: list[tuple[str, int]],
    broken: list[tuple[str, int]],
) -> Rule:
    found: list[Declaration] = []
    for declaration in _declarations(node.content, broken):
        found.append(declaration)
        targets.extend(_fetched(declaration.tokens))
    return Rule(selector, at, tuple(found), conditional, node.source_line)


def _declarations(content: Any, broken: list[tuple[str, int]]) -> Iterator[Declaration]:
    import tinycss2

    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            value = tinycss2.serialize(node.value).strip()
            # The name as it is written: custom properties tell capitals apart.
            yield Declaration(
                node.lower_name, value, node.important, node.source_line, tuple(node.value)
            )
        elif node.type == "error":
            broken.append((node.message, node.source_line))


@lru_cache(maxsize=512)
def parse_attribute(style: str) -> Sheet:
    """The attribute ``style`` as a sheet of one rule without a selector."""
    broken: list[tuple[str, int]] = []
    found = tuple(_declarations(style, broken))
    targets = tuple(target for item in found for target in _fetched(item.tokens))
    return Sheet((Rule("", "", found, False, 1),), targets, tuple(broken))


def _fetched(tokens: Any, strings: bool = False) -> Iterator[tuple[str, int]]:
    """The targets of url() and, of an @import, of its string."""
    for token in tokens:
        if token.type == "url" or (strings and token.type == "string"):
            yield token.value, token.source_line
        elif token.type == "function" and token.lower_name in ("url", "src", "image-set"):
            for argument in token.arguments:
                if argument.type in ("string", "url"):
                    yield argument.value, argument.source_line


def every_token(tokens: Any) -> Iterator[Any]:
    """All tokens, those inside functions and brackets too."""
    stack = list(tokens)[::-1]
    while stack:
        token = stack.pop()
        yield token
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            stack.extend(reversed(inner))
