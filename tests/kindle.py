"""Every test book to AZW3 and back to EPUB, both by calibre: what Kindle gets is what was built.

``python tests/kindle.py`` prints a line an edition and ends with 1 where contents, text, readings,
notes or reading direction are not what they were.  Part of ``make acceptance`` where calibre is
installed; ``test_kindle.py`` needs none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acceptance import BOOKS, FIRST_BOOK, NAMESPACES, Document, Epub, bare, built, publish

#: Options that make calibre take the file as it is when it reads it back.
AS_IT_IS = (
    *("--chapter", "/", "--chapter-mark", "none", "--page-breaks-before", "/"),
    *("--dont-split-on-page-breaks", "--flow-size", "0", "--max-toc-links", "0"),
    *("--epub-version", "3"),
)
SOURCES = (
    FIRST_BOOK,
    BOOKS / "hans-small",
    BOOKS / "hant-small",
    BOOKS / "multi",
    BOOKS / "bare.md",
)


def back(azw3: Path, folder: Path) -> Epub:
    """The AZW3 as an EPUB again."""
    target = folder / f"{azw3.stem}.back.epub"
    command = ["ebook-convert", str(azw3), str(target), *AS_IT_IS]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return Epub(target)


def documents(epub: Epub) -> list[Document]:
    """The spine without the cover, which calibre makes anew, and without hidden navigation."""
    found = [d for d in epub.spine if not d.path.endswith(("cover.xhtml", "titlepage.xhtml"))]
    for document in found:
        for element in document.find("//h:nav[@hidden] | //h:rp"):
            # The text behind an element is lxml's part of it.
            element.clear(keep_tail=True)
    return found


def facts(epub: Epub) -> Iterator[tuple[str, Any]]:
    """What must be the same: (what it is, what it is here)."""
    pages = documents(epub)
    yield "contents", [bare(label) for label, _ in epub.nav_list("toc")]
    yield "text", bare("".join("".join(d.find("h:body")[0].itertext()) for d in pages))
    readings = [bare("".join(e.itertext())) for d in pages for e in d.find("//h:ruby")]
    yield "readings", readings
    yield "notes", [notes(document) for document in pages if notes(document)]
    yield "direction", epub.opf.xpath("//opf:spine/@*[name()!='toc']", namespaces=NAMESPACES)
    named = "//opf:meta[@name='primary-writing-mode']/@content"
    modes = epub.opf.xpath(named, namespaces=NAMESPACES)
    yield "vertical lines", "vertical-rl" in modes


def notes(document: Document) -> list[tuple[str, bool]]:
    """For each call of a note its number, and whether note and call lead to each other."""
    found = []
    for call in document.find("//h:a[@role='doc-noteref']"):
        note = call.get("href").partition("#")[2]
        ways = document.find(f"//h:aside[@id='{note}']//h:a[@role='doc-backlink']/@href")
        mutual = [way.partition("#")[2] for way in ways] == [call.get("id")]
        found.append(("".join(call.itertext()), mutual))
    return found


def differences(folder: Path, source: Path) -> Iterator[tuple[str, list[str]]]:
    """The editions of a book, and what of each is not the same after the way there and back."""
    if source.is_dir():
        shutil.copytree(source, folder / source.name)
    else:
        shutil.copy(source, folder)
    formats = ("--format", "epub", "--format", "azw3")
    built(publish("build", source.name, *formats, cwd=folder, timeout=600))
    for azw3 in sorted((folder / "output" / source.stem).glob("*.azw3")):
        before = dict(facts(Epub(azw3.with_suffix(".epub"))))
        after = dict(facts(back(azw3, folder)))
        assert before["text"] and before["contents"], azw3.name
        if len(before["contents"]) == 1:
            # To contents of one line calibre, reading, adds the links of the page of contents.
            del after["contents"][1:]
        yield azw3.name, [name for name in before if before[name] != after[name]]


def main() -> int:
    """Convert all, tell all."""
    failed = 0
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            for name, changed in differences(Path(folder), source):
                failed += bool(changed)
                verdict = f"not kept: {', '.join(changed)}" if changed else "kept"
                sys.stdout.write(f"{name}: {verdict}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
