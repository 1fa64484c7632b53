"""Every test book to AZW3 and back to EPUB, both by calibre: what Kindle gets is what was built.

``python tests/kindle.py`` prints a line an edition and ends with 1 where contents, text, readings,
short numbers, notes or reading direction are not what they were, or where calibre finds a fault in
an EPUB.  Part of ``make acceptance`` where calibre is installed; ``test_kindle.py`` needs none.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from acceptance import NAMESPACES, Document, Epub, bare, built, publish
from readers import books

#: Options that make calibre take the file as it is when it reads it back.
AS_IT_IS = (
    *("--chapter", "/", "--chapter-mark", "none", "--page-breaks-before", "/"),
    *("--dont-split-on-page-breaks", "--flow-size", "0", "--max-toc-links", "0"),
    *("--epub-version", "3"),
)
#: What calibre's «Check Book» is asked, and told in lines.
CHECK_BOOK = """
from calibre.ebooks.oeb.polish.container import get_container
from calibre.ebooks.oeb.polish.check.main import run_checks
for fault in run_checks(get_container({path!r})):
    print("fault", fault.level, fault.name, fault.line, fault.msg)
print("checked")
"""
#: Its level of a warning.
GRAVE = 2
#: What it says of any sheet in which one rule corrects another, of a monospace that keeps its size,
#: of a property that is younger than it, and of the name that EPUB 3.3 has for OpenType.
TASTE = re.compile(
    "to come before selector|Unexpected duplicate (selector|name monospace)"
    r'|unknown property "text-spacing-trim"|\.otf has a MIME type that does not match'
)


def check_book(epub: Path) -> list[str]:
    """What calibre finds wrong with an EPUB."""
    window = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox"}
    done = subprocess.run(
        ["calibre-debug", "-c", CHECK_BOOK.format(path=str(epub))],
        env={**os.environ, **window, "QTWEBENGINE_DISABLE_SANDBOX": "1"},
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    lines = done.stdout.splitlines()
    assert "checked" in lines, done.stdout + done.stderr
    faults = (line.split(" ", 2) for line in lines if line.startswith("fault "))
    return [what for _, level, what in faults if int(level) >= GRAVE and not TASTE.search(what)]


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
    squares = "//h:span[contains(concat(' ', @class, ' '), ' upright ')]"
    yield "short numbers upright", [e.text for d in pages for e in d.find(squares)]
    yield "notes", [notes(document) for document in pages if notes(document)]
    yield "direction", epub.opf.xpath("//opf:spine/@*[name()!='toc']", namespaces=NAMESPACES)
    named = "//opf:meta[@name='primary-writing-mode']/@content"
    modes = epub.opf.xpath(named, namespaces=NAMESPACES)
    yield "vertical lines", "vertical-rl" in modes


def style_faults(epub: Epub) -> Iterator[str]:
    """What of the style sheets calibre has taken amiss: rules for the dark as rules for all, and
    pictures as high as they have pixels."""
    named = sorted(name for name in epub.files if name.endswith(".css"))
    sheets = "".join(epub.files[name].decode() for name in named)
    if "invert(" in sheets:
        yield "what is black on paper"
    # Scene breaks are two pixels high.
    if re.search(r"height:\s*\d{2,}px", sheets):
        yield "shapes of pictures"


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
    books.copied(source, folder)
    options = (*books.editions(source), "--format", "epub", "--format", "azw3")
    built(publish("build", source.name, *options, cwd=folder, timeout=600))
    for azw3 in sorted((folder / "output" / source.stem).glob("*.azw3")):
        before = dict(facts(Epub(azw3.with_suffix(".epub"))))
        returned = back(azw3, folder)
        after = dict(facts(returned))
        assert before["text"] and before["contents"], azw3.name
        if len(before["contents"]) == 1:
            # To contents of one line calibre, reading, adds the links of the page of contents.
            del after["contents"][1:]
        changed = [name for name in before if before[name] != after[name]]
        changed += style_faults(returned)
        yield azw3.name, changed + check_book(azw3.with_suffix(".epub"))


def main() -> int:
    """Convert all, tell all."""
    failed = 0
    for source in books.sources():
        with tempfile.TemporaryDirectory() as folder:
            for name, changed in differences(Path(folder), source):
                failed += bool(changed)
                verdict = f"not kept: {', '.join(changed)}" if changed else "kept"
                sys.stdout.write(f"{name}: {verdict}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
