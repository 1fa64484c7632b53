"""What is told of lines and paragraphs that did not come out well."""

from __future__ import annotations

from publish.diagnostics import Span
from publish.model import book as b
from publish.render.adapter.painting import Flaw
from publish.render.flaws import told
from publish.typeset.lines import OVERFULL, RUNT

SOURCE = "城里的河都盖在路下面，路上没有人知道。"


def book() -> b.Book:
    text = b.Text(SOURCE, span=Span("书.md", 0, len(SOURCE)))
    chapter = b.Chapter((b.Text("题"),), (b.Paragraph((text,)),), "a")
    return b.Book(b.Meta("书"), (), (chapter,))


def test_a_line_is_told_with_its_page_and_its_place() -> None:
    flaws = [Flaw(OVERFULL, 3, 0.0, SOURCE, 11, 19), Flaw(RUNT, 3, 0.0, SOURCE, 18, 19)]
    first, second = told(book(), flaws, {})
    assert (first.code, first.severity) == ("L-OVERFULL", "warning")
    assert first.message.startswith("page 3: ") and first.message.endswith(": 路上没有人知道。")
    assert first.span is not None
    assert SOURCE[first.span.start : first.span.end] == "路上没有人知道。"
    assert (second.code, second.severity) == ("L-RUNT", "query")


def test_a_paragraph_of_the_stock_engine_is_told_but_not_a_listing() -> None:
    refused = {SOURCE: "ruby", "if 河: pass": "white-space"}
    (only,) = told(book(), [], refused)
    assert (only.code, only.severity) == ("L-STOCK", "query")
    assert "(ruby)" in only.message
    assert only.span is not None and only.span.start == 0


def test_a_line_is_told_where_its_paragraph_is() -> None:
    """Of places that read alike, the one with the same text about it."""
    texts = [f"{SOURCE}灯", f"船，{SOURCE}", SOURCE, f"{SOURCE}船"]
    parts, at = [], 0
    for text in texts:
        parts.append(b.Paragraph((b.Text(text, span=Span("书.md", at, at + len(text))),)))
        at += len(text) + 2
    whole = b.Book(b.Meta("书"), (), (b.Chapter((b.Text("题"),), tuple(parts), "a"),))
    starts = [0, len(texts[0]) + 4, len(texts[0] + texts[1]) + 4]
    starts.append(starts[2] + len(SOURCE) + 2)
    for text, start in zip(texts, starts, strict=True):
        begin = text.index(SOURCE) + 11
        (only,) = told(whole, [Flaw(OVERFULL, 1, 0.0, text, begin, begin + 8)], {})
        assert only.span is not None and only.span.start == start + 11


def test_a_note_on_another_page_is_told() -> None:
    (only,) = told(book(), [], {}, 2, [(5, SOURCE)])
    assert (only.code, only.severity) == ("L-NOTE", "warning")
    assert only.message.startswith("page 3: ") and only.span is not None
