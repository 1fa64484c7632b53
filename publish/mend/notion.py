"""Residue of Notion: tags around callouts and toggles.

What: ``<aside>`` and ``</aside>``, ``<details>``, ``<summary>`` and their closing tags go away;
what they hold stays.
Why: Notion exports a callout as an aside; reading drops the tags, since a book has no boxes of
this kind.  Paths of images with ``%20`` need no mend: reading takes them.
Before: ``<aside>⏎💡 提示⏎⏎</aside>``  After: ``💡 提示``
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Edit, Source
from publish.mend.wrappers import unwrapped
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "R-NOTION"


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the tags."""
    return unwrapped(source, book, ("aside", "details", "summary"), CODE)
