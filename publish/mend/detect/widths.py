"""Full-width and half-width forms of one sign, side by side.

What: a book that has percent signs, signs of money or tildes in both widths (``％`` and ``%``) is
asked about once for each kind, with how often each stands.  Punctuation is P-WIDTH's, letters and
digits are P-FW's.
Why: the two look different in every face.
Before: ``增长５％……增长12%``  After: the same, and a query at ５ and one at ％
Measured: 1 in hello-algo and 1 in rust-course (tildes), 2 in a weekly, none in a book about Git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import flow
from publish.mend.prose import without_addresses
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "X-WIDTH"

#: What the forms are of, the full-width and the half-width ones.
_KINDS = (
    ("percent signs", re.compile("％"), re.compile("%")),
    ("yuan signs", re.compile("￥"), re.compile("¥")),
    ("dollar signs", re.compile("＄"), re.compile(r"\$")),
    ("pound signs", re.compile("￡"), re.compile("£")),
    ("tildes", re.compile("～"), re.compile("~(?!/)")),
)
#: What is shown with a sign, so that it has a name.
_AROUND = 1


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each kind that has both forms, at the first of the rarer ones, in the order of
    the book."""
    here = flow(book)
    said: list[tuple[int, Diagnostic]] = []
    text = without_addresses(here.text)
    for kind, full, half in _KINDS:
        if not full.search(text):
            continue
        wide = [found.span() for found in full.finditer(text)]
        narrow = [found.span() for found in half.finditer(text)]
        if not narrow:
            continue
        start, end = min(wide, narrow, key=len)[0]
        passage, offset = here.passage(start)
        place = passage.around(offset, offset + end - start)
        message = f"{kind} of full width ({len(wide)}) and of half width ({len(narrow)})"
        said.append((start, Diagnostic(CODE, "query", message, place)))
    return [diagnostic for _, diagnostic in sorted(said, key=itemgetter(0))]
