"""The heading that is no chapter but the title of the book."""

from __future__ import annotations

from collections.abc import Sequence

from publish.diagnostics import Diagnostic
from publish.model import book as b
from publish.model.manifest import Manifest
from publish.model.tree import plain_text
from publish.read.headings import is_labelled, matches, role


def take_title(
    blocks: list[b.Block], manifest: Manifest
) -> tuple[tuple[b.Inline, ...], list[b.Block], tuple[Diagnostic, ...]]:
    """The title that the manuscript opens with, and the blocks without it.

    A heading of level 1 that opens the book is its title where no other has this level, or where
    it says no more than the declared title and parts or chapters of its level follow
    (:func:`_repeats_title`).  R-TITLE, a query, where it gives way to another title.
    """
    first = blocks[0] if blocks else None
    if not isinstance(first, b.Heading) or first.level != 1:
        return (), blocks, ()
    text = plain_text(first.children)
    if matches((*manifest.parts, *manifest.front), text) is not None:
        return (), blocks, ()
    if any(isinstance(other, b.Heading) and other.level == 1 for other in blocks[1:]):
        taken = _repeats_title(blocks, manifest)
        return (first.children, blocks[1:], ()) if taken else ((), blocks, ())
    words, title = _bare(text), _bare(manifest.meta.title)
    if not title or words == title:
        return first.children, blocks[1:], ()
    if is_labelled(text) or role("", text) is not b.ChapterRole.CHAPTER:
        # Another title is declared, and this is 第一章 or the like, or 前言 or the like.
        return (), blocks, ()
    asked = Diagnostic(
        "R-TITLE",
        "query",
        f"the title here is {words}; what is printed is the declared one, {title}",
        first.span,
        ("a heading of level 1 that opens the book is its title",),
    )
    return first.children, blocks[1:], (asked,)


def _repeats_title(blocks: Sequence[b.Block], manifest: Manifest) -> bool:
    """Whether the first of several headings of level 1 is the declared title once more.

    Stories may have the title of their book: one that has text, and stands among chapters, is one.
    """
    first, *rest = blocks
    assert isinstance(first, b.Heading)
    if not manifest.meta.title or _bare(plain_text(first.children)) != _bare(manifest.meta.title):
        return False
    following = next(n for n in rest if isinstance(n, b.Heading) and n.level == 1)
    part = matches(manifest.parts, plain_text(following.children)) is not None
    front = matches(manifest.front, plain_text(following.children)) is not None
    return part or front or isinstance(rest[0], b.Heading)


def _bare(text: str) -> str:
    return "".join(text.split())
