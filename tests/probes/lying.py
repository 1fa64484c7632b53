"""Pages of columns laid on their side: their columns become lines, for the rules of lines."""

from __future__ import annotations

from pathlib import Path

import pikepdf

#: Quotation marks of mainland columns, and those that stand for them in lines (GB/T 15834-2011,
#: 5.1.10 and 4.8.3): the same classes, the same widths.
QUOTES = str.maketrans("『』「」", "“”‘’")


def lay(path: Path) -> Path:
    """A copy beside the file with each page a quarter counter-clockwise: the head of a column is at
    the left, the first column at the top."""
    target = path.with_suffix(".lying.pdf")
    with pikepdf.open(path) as document:
        for page in document.pages:
            left, bottom, right, top = (float(value) for value in page.mediabox)
            before = document.make_stream(f"q 0 1 -1 0 {top} {-left} cm\n".encode())
            after = document.make_stream(b"\nQ\n")
            page.contents_add(before, prepend=True)
            page.contents_add(after)
            for name in ("/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
                if name in page:
                    del page[name]
            page.MediaBox = [0, 0, top - bottom, right - left]
        document.save(target)
    return target
