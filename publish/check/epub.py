"""Checks of an EPUB that need no Java: what a shop or a reading system would stumble over.

They do not replace EPUBCheck and Ace (which the tests run); they are fast enough for every build,
and see what those do not: blanks between Han characters, a page list with gaps, metadata that are
not true, what is seen in the engines of readers only.  ``EPUB.md`` lists every code.  Each subject
has a module, ``epub_…``; what they find is in the order of the list below.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from publish.check.blanks import meant_blanks
from publish.check.epub_accessibility import check_accessibility
from publish.check.epub_documents import check_documents, read_documents
from publish.check.epub_extract import document_fragments, open_archive
from publish.check.epub_faults import Faults
from publish.check.epub_images import check_images
from publish.check.epub_language import check_language
from publish.check.epub_navigation import check_navigation
from publish.check.epub_package import check_archive, read_publication
from publish.check.epub_semantics import check_semantics
from publish.check.epub_style import check_style, read_sheets
from publish.check.epub_typography import check_typography
from publish.check.text import PageText
from publish.diagnostics import Diagnostic, Failure
from publish.model.edition import Edition

if TYPE_CHECKING:
    from publish.model.text import Run


def check_epub(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
    expected: tuple[Run, ...] | None = None,
) -> tuple[Diagnostic, ...]:
    """Faults of an EPUB file: codes EPUB-*, an error where something breaks, else a warning.

    With ``edition`` the book is one of ours, and held to what ours promise.  ``headings`` are
    labels (chapters, entries) that the navigation must hold, in order.  ``expected`` is the
    edition's text; it tells which blanks between elements are the author's.
    """
    return inspect_epub(path, edition, headings, expected)[0]


def inspect_epub(
    path: Path,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
    expected: tuple[Run, ...] | None = None,
) -> tuple[tuple[Diagnostic, ...], tuple[PageText, ...] | None]:
    """What :func:`check_epub` gives, and the text of the documents that were read for it; None
    where one of them could not be."""
    texts: tuple[PageText, ...] | None = None
    faults = Faults(own=edition is not None)
    broken: tuple[Diagnostic, ...] = ()
    try:
        with open_archive(path) as archive:
            if check_archive(archive, faults):
                book = read_publication(archive, faults, edition)
                if book is not None:
                    read_documents(book)
                    check_documents(book, None if expected is None else meant_blanks(expected))
                    check_language(book)
                    check_semantics(book)
                    check_navigation(book, headings)
                    check_accessibility(book)
                    sheets = read_sheets(book)
                    check_style(book, sheets)
                    check_typography(book, sheets)
                    check_images(book)
                    if all(name in book.documents for name in book.spine):
                        texts = tuple(
                            PageText(document.name, document_fragments(document.root))
                            for document in book.in_order()
                        )
    except Failure as failure:
        broken = failure.diagnostics
    return (*faults.diagnostics(), *broken), texts
