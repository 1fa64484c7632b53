"""Marks of other programs that print as they stand.

What: links and notes of Obsidian (``[[页]]``, ``![[图.png]]``, ``%%注%%``, ``==高亮==``), block
references of SiYuan without words, ``\\\\`` alone in a paragraph (Outline), ``[TOC]`` and
tables drawn with signs (pandoc) in text are asked about, once for each kind, with how often it
stands there.
Why: they are markup to the program that wrote them and text to Markdown; only an editor knows
what should stand there.
Before: ``见[[别的笔记]]。``  After: the same, and a query
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.passages import Passage, passages
from publish.model.book import Book, Break
from publish.model.manifest import Manifest
from publish.model.tree import walk

CODE = "R-REMAINS"

#: Each kind: what it is called, its form, and what to do.
_KINDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "a picture of Obsidian",
        re.compile(r"!\[\[[^\[\]\n]+\]\]"),
        "write ![](folder/picture.png)",
    ),
    (
        "a link of Obsidian",
        re.compile(r"(?<!!)\[\[[^\[\]\n]+\]\]"),
        "write its words, or a link: [words](#heading)",
    ),
    ("a comment of Obsidian", re.compile(r"%%[^%\n]+%%"), "delete it, or write <!-- … -->"),
    (
        "a highlight",
        re.compile(r"(?<![=<>!])==(?=[^\s=])[^=\n]*[^\s=]==(?![=>])"),
        "write ** on both sides, or [words]{.dots}",
    ),
    (
        "a reference of SiYuan without words",
        re.compile(r"\(\(\d{14}-[0-9a-z]{7}\)\)"),
        "write what it showed",
    ),
    ("an empty line of Outline", re.compile(r"^\\$"), "delete the backslashes"),
    ("the place of a table of contents", re.compile(r"^@?\[TOC\]$|\[\[TOC\]\]", re.I), "delete it"),
    (
        "a table drawn with signs",
        re.compile(r"\+(?:[-=]{3,}+\+){2,40}"),
        "export it as a pipe table (pandoc -t gfm)",
    ),
)
#: A table of pandoc without cells' borders; to Markdown its first line is a rule.
_RULED = re.compile(r"-{2,}(?: +-{2,})+")
_QUICK = re.compile(r"^\\$|\[\[|%%|==|\(\(|\[TOC\]|-{3}", re.IGNORECASE)


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each kind, at its first place."""
    firsts: dict[int, tuple[Passage, re.Match[str]]] = {}
    counts = [0] * len(_KINDS)
    for passage in passages(book):
        if _QUICK.search(passage.text) is None:
            continue
        for number, (_, pattern, _) in enumerate(_KINDS):
            for found in pattern.finditer(passage.text):
                firsts.setdefault(number, (passage, found))
                counts[number] += 1
    ruled = [
        node.span
        for node in walk(book)
        if isinstance(node, Break) and node.span and _RULED.fullmatch(node.span.text.strip())
    ]
    if ruled:
        message = f"a table drawn with hyphens is read as lines of text{_times(len(ruled))}"
        yield Diagnostic(CODE, "query", message, ruled[0], (_KINDS[-1][2],))
    for number, (passage, found) in sorted(firsts.items()):
        what, _, hint = _KINDS[number]
        message = f"{what} prints as it stands{_times(counts[number])}"
        yield Diagnostic(CODE, "query", message, passage.span(*found.span()), (hint,))


def _times(count: int) -> str:
    return "" if count == 1 else f", {count} times"
