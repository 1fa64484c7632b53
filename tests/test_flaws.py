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
