"""English in the text of an e-book, marked for voices, hyphenation and spelling.

Nothing of it is seen: a run of words becomes a span that says ``en`` (WCAG 2.2 criterion 3.1.2;
EPUB 3.3 section 6.1.3).  Which runs are English, :mod:`publish.text.english` says; what the author
marks with a language is left as declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from publish.model import book as b
from publish.text.english import english


def voiced(nodes: Sequence[b.Inline]) -> Sequence[b.Inline]:
    """The inlines with their English runs marked; a run may go on from text to text, as where a
    line of the manuscript ends."""
    if not any(isinstance(node, b.Text) and english(node.text) for node in nodes):
        return nodes
    found: list[b.Inline] = []
    for is_text, group in groupby(nodes, lambda node: isinstance(node, b.Text)):
        if not is_text:
            found.extend(group)
            continue
        text = "".join(node.text for node in group if isinstance(node, b.Text))
        for words, is_english in _runs(text):
            node: b.Inline = b.Text(words)
            if is_english:
                node = b.Marked((node,), b.MarkRole.LANGUAGE, "en")
            found.append(node)
    return found


def unvoiced(nodes: Sequence[b.Inline]) -> Markup:
    """A run of text without English (:func:`publish.render.pages.bare`)."""
    text = "".join(node.text if type(node) is b.Text else "\0" for node in nodes)
    return Markup("") if "\0" in text or english(text) else escape(text)


def spoken(text: str) -> Markup:
    """A line of text, such as a label of the contents, with its English runs marked."""
    if not english(text):
        return escape(text)
    span = Markup('<span lang="en" xml:lang="en">{}</span>')
    return Markup("").join(
        span.format(words) if is_english else escape(words) for words, is_english in _runs(text)
    )


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The text in its order, and whether each run of it is English."""
    done = 0
    for start, end in english(text):
        if start > done:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False
