"""What ``[structure]`` declares: paragraphs that are headings, and names that no heading has, or
none where they could have an effect, told with the place in book.toml and what was meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from publish.diagnostics import Diagnostic
from publish.model import book as b
from publish.model.manifest import HeadingRule, Manifest, place
from publish.model.tree import plain_text
from publish.read.headings import PART_LIKE, matches, without_colon

#: What stands for any run in shells, in regular expressions and in plain typing; here it is ``…``.
_WILD = re.compile(r"(?:\.[*+]\??|\.{3,}|\*+|\[[^\[\]]*\][*+]?|\\d\+?|[?？])+")
#: Signs of Markdown before and behind a heading, which are no part of it.
_SIGNS = re.compile(r"#+\s*")
#: So many headings are named where none is like the one that is meant.
_LISTED = 8
#: Paragraphs longer than this are not compared with what is to be a heading (code points).
_LONGEST = 200


def of_no_effect(
    manifest: Manifest,
    headings: Sequence[b.Heading],
    openings: Collection[int],
    placed: Collection[int],
    introduction: str,
) -> Iterator[Diagnostic]:
    """R-STRUCTURE, a warning, for each entry of ``front``, ``back``, ``parts`` that does nothing.

    ``openings`` are the ids of the headings that open a chapter or a part, ``placed`` of those that
    an entry has put where they are; ``introduction`` is the entry that names a text without one.
    """
    texts = [plain_text(heading.children).strip() for heading in headings]
    for key in ("front", "back", "parts"):
        entries: tuple[str, ...] = getattr(manifest, key)
        for number, entry in enumerate(entries):
            hits = [
                heading
                for heading, text in zip(headings, texts, strict=True)
                if matches((entry,), text) is not None
            ]
            if any(id(heading) in placed for heading in hits):
                continue
            if hits:
                message = f"[structure] {key}: {entry} stays in the body, {_why(hits, openings)}"
                hints: tuple[str, ...] = ("front and back matter are whole chapters",)
                if id(hits[0]) in openings:
                    hints = ("front matter stands before all that is none",)
            elif key == "front" and entry == introduction:
                continue
            else:
                message = f"[structure] {key}: no heading of the manuscript is {entry}"
                hints = _meant(entry, texts) or _headings(texts)
            span = place(manifest, "structure", key, number)
            yield Diagnostic("R-STRUCTURE", "warning", message, span, hints)


def _why(hits: Sequence[b.Heading], openings: Collection[int]) -> str:
    if id(hits[0]) in openings:
        return "since it stands behind the first chapter or part"
    return "since it is the heading of a section"


def _meant(entry: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Hints: a pattern spelt as patterns are elsewhere, the beginning of headings, or one that is
    nearly the same."""
    pattern = _WILD.sub("…", entry)
    for guess in dict.fromkeys((pattern, f"{pattern}…")):
        if guess != entry and guess.strip("…") and any(matches((guess,), text) for text in texts):
            return (f'did you mean "{guess}"? … stands for any run of characters',)
    bare = _SIGNS.sub("", entry).strip()
    holding = [text for text in texts if bare and bare in text]
    near = [min(holding, key=len)] if holding else difflib.get_close_matches(bare, texts, 1, 0.5)
    return (f"did you mean {near[0]!r}?",) if near else ()


def _headings(texts: Sequence[str]) -> tuple[str, ...]:
    """A hint that names the headings there are."""
    if not texts:
        return ("the manuscript has no headings: a line that begins with # and a blank is one",)
    more = ", …" if len(texts) > _LISTED else ""
    return (f"its headings are {', '.join(texts[:_LISTED])}{more}",)


def part_hints(heading: str, every: Iterable[str]) -> tuple[str, ...]:
    """How to declare a heading that looks like a part: by itself, or all that are named alike."""
    hints = [f'declare it in book.toml: [structure] parts = ["{heading}"]']
    unit = _unit(heading)
    if sum(_unit(other) == unit for other in every) > 1:
        hints.append(f'or all at once, … standing for any run: [structure] parts = ["第…{unit}…"]')
    return tuple(hints)


def _unit(heading: str) -> str:
    """The 编 of 第一编; empty for what is no part."""
    found = PART_LIKE.match(heading)
    return found[0][-1] if found else ""


def declare_headings(
    blocks: Iterable[b.Block], rules: Sequence[HeadingRule]
) -> tuple[list[b.Block], tuple[Diagnostic, ...]]:
    """The blocks with the paragraphs that ``headings`` names as headings, without the colon at
    their end; R-STRUCTURE, a warning, for each entry that names none."""
    found: list[b.Block] = []
    used: set[str] = set()
    paragraphs: list[str] = []
    for block in blocks:
        if rules and isinstance(block, b.Paragraph):
            text = plain_text(block.children)
            paragraphs.append(text.strip())
            rule = next((rule for rule in rules if matches((rule.text,), text) is not None), None)
            if rule is not None:
                used.add(rule.text)
                children = tuple(n for n in block.children if not isinstance(n, b.LineBreak))
                block = b.Heading(rule.level, without_colon(children), span=block.span)
        found.append(block)
    # A paragraph that two entries name is the first one's; the other has found it, too.
    lost = [r for r in rules if r.text not in used and not any(
        matches((r.text,), text) is not None for text in paragraphs)]  # fmt: skip
    return found, tuple(_no_paragraph(rule, paragraphs) for rule in lost)


def _no_paragraph(rule: HeadingRule, paragraphs: Sequence[str]) -> Diagnostic:
    message = f"[structure] headings: no paragraph of the manuscript is {rule.text}"
    short = [text for text in paragraphs if len(text) <= _LONGEST]
    hints = _meant(rule.text, short) or ("a paragraph is named whole; … stands for any run",)
    return Diagnostic("R-STRUCTURE", "warning", message, rule.span, hints)
