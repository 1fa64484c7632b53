"""Drawings on the printed page: gradients, and what is not shown is told; tags of the reading PDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
import verapdf
from PIL import Image

from publish.build import build
from publish.model.book import Asset
from publish.render.formula import mathml, picture
from publish.render.picture import for_ebook
from publish.render.shown import _TRANSLUCENT, losses

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">'
GRADIENT = (
    HEAD + '<linearGradient id="g"><stop offset="0" stop-color="#f00"/>'
    '<stop offset="1" stop-color="#00f"/></linearGradient>'
    '<linearGradient id="h"><stop offset="0" stop-color="#080"/>'
    '<stop offset="1" stop-color="#080" stop-opacity="0"/></linearGradient>'
    '<rect width="200" height="50" fill="url(#g)"/>'
    '<rect y="50" width="200" height="50" fill="url(#h)"/></svg>'
)
TEXT = """# 书

## 章

他写道 The quick brown fox jumps over the lazy dog. 又写[Gallia est omnis]{lang=la}[^1]。
`print hello world` 和 DeepSeek 不算，$a^2$ 也不算。

![](g.svg){.decorative}

[^1]: 注一，a note in English。
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("drawings")
    source = folder / "book"
    source.mkdir()
    (source / "m.md").write_text(TEXT, encoding="utf-8")
    (source / "g.svg").write_text(GRADIENT, encoding="utf-8")
    outcome = build(source, editions=("hans",), formats=("pdf",), output=folder / "out")
    return folder / "out" / "book" / "book.hans.pdf", outcome
