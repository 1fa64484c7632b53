"""Residue of Feishu and Lark: tags around callouts, columns and coloured text.

What: ``<callout …>``, ``<grid …>``, ``<column …>``, ``<quote-container>``, ``<view …>``,
``<text …>`` and their closing tags go away; what they hold stays.
Why: the exporters of Feishu (飞书) write blocks that Markdown does not have as tags of their
own; reading drops them.  Its other residue, empty lines written as a backslash or ``&#x20;``,
is that of S-BREAK-LEAD, S-BREAK-TRAIL, S-BREAK-ONLY, S-ENT, S-BLANK and S-ESC.
Before: ``<callout emoji="bulb">⏎提示⏎</callout>``  After: ``提示``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.wrappers import unwrapped
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-FEISHU"

_NAMES = ("callout", "grid", "column", "quote-container", "view", "text")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the tags."""
    return unwrapped(source, book, _NAMES, CODE)
