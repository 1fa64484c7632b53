"""Style sheets as data: rules with their selectors, and where each stands.

The door of tinycss2, which WeasyPrint brings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple
from functools import lru_cache
from typing import Any

from publish.model import cache
from publish.records import dataclass

#: Conditions under which the rules of an at-rule hold on a screen.
_ALWAYS = re.compile(r"^\s*(?:all|screen)?\s*$", re.IGNORECASE)
_NEVER = re.compile(r"^\s*(?:print|speech)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration: ``value`` as it is written, the units of its lengths and the like, and the
    names of all its functions, in lower case."""

    name: str
    value: str
    important: bool
    line: int
    units: tuple[str, ...]
    functions: tuple[str, ...]


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


#: Part of every key of the cache: raise it when something else is read from a sheet.
_VERSION = 1


def parse_sheet(css: str) -> Sheet:
    """A style sheet as data; what browsers would pass over is in ``broken``.

    The same text is parsed once (:mod:`publish.model.cache`).
    """
    question = f"{_VERSION} {cache.library('tinycss2')} {css}"
    rules, targets, broken = cache.kept("sheets", question, lambda: _parsed(css))
    return Sheet(
        tuple(
            Rule(selector, at, tuple(Declaration(*item) for item in declarations), *rest)
            for selector, at, declarations, *rest in rules
        ),
        targets,
        broken,
    )


def _parsed(css: str) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """A sheet in plain data: the fields of :class:`Sheet`, and of what is in it."""
    import tinycss2

    rules: list[Rule] = []
    targets: list[tuple[str, int]] = []
    broken: list[tuple[str, int]] = []
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    _collect(nodes, False, rules, targets, broken)
    return tuple(map(astuple, rules)), tuple(targets), tuple(broken)


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
    for declaration, fetched in _declarations(node.content, broken):
        found.append(declaration)
        targets.extend(fetched)
    return Rule(selector, at, tuple(found), conditional, node.source_line)


def _declarations(
    content: Any, broken: list[tuple[str, int]]
) -> Iterator[tuple[Declaration, tuple[tuple[str, int], ...]]]:
    """Every declaration, and the targets that it fetches."""
    import tinycss2

    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            value = tinycss2.serialize(node.value).strip()
            units = tuple(t.lower_unit for t in node.value if t.type == "dimension")
            functions = tuple(
                t.lower_name for t in _every_token(node.value) if t.type == "function"
            )
            # The name as it is written: custom properties tell capitals apart.
            found = Declaration(
                node.lower_name, value, node.important, node.source_line, units, functions
            )
            yield found, tuple(_fetched(node.value))
        elif node.type == "error":
            broken.append((node.message, node.source_line))


@lru_cache(maxsize=512)
def parse_attribute(style: str) -> Sheet:
    """The attribute ``style`` as a sheet of one rule without a selector."""
    broken: list[tuple[str, int]] = []
    found = tuple(_declarations(style, broken))
    targets = tuple(target for _, fetched in found for target in fetched)
    rule = Rule("", "", tuple(declaration for declaration, _ in found), False, 1)
    return Sheet((rule,), targets, tuple(broken))


def _fetched(tokens: Any, strings: bool = False) -> Iterator[tuple[str, int]]:
    """The targets of url() and, of an @import, of its string."""
    for token in tokens:
        if token.type == "url" or (strings and token.type == "string"):
            yield token.value, token.source_line
        elif token.type == "function" and token.lower_name in ("url", "src", "image-set"):
            for argument in token.arguments:
                if argument.type in ("string", "url"):
                    yield argument.value, argument.source_line


def _every_token(tokens: Any) -> Iterator[Any]:
    """All tokens, those inside functions and brackets too."""
    stack = list(tokens)[::-1]
    while stack:
        token = stack.pop()
        yield token
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            stack.extend(reversed(inner))
