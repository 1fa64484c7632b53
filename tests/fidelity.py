"""What six readers copy out of a PDF, and whether it is the text: not a blank more or less.

A reader of PDF guesses blanks from the white between glyphs.  Chinese lines are full of white that
is no blank (the gap between Han and Latin, stretched joints, squeezed marks), so how a line is
painted decides whether copying and searching work.  Here are the readers behind Evince and Okular
(poppler, in both of its orders), Chromium (PDFium), Firefox (pdf.js), SumatraPDF (MuPDF), and the
Python library that many programs read PDF with (pypdf).

A missing tool is an error that names the command which brings it, never a skipped test.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from ace import SETUP, _node

from publish.text.characters import HAN_CLASS

#: Joins the items of a page as pdf.js' own viewer does: a line end where the item has one.
_PDFJS = """
import { readFileSync } from "node:fs";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
const data = new Uint8Array(readFileSync(process.argv[1]));
const book = await getDocument({ data, verbosity: 0, useSystemFonts: false }).promise;
const pages = [];
for (let number = 1; number <= book.numPages; number++) {
  const { items } = await (await book.getPage(number)).getTextContent();
  pages.push(items.map((item) => item.str + (item.hasEOL ? "\\n" : "")).join(""));
}
process.stdout.write(JSON.stringify(pages));
"""


def poppler(path: Path, *options: str) -> list[str]:
    """The text of each page by ``pdftotext`` (Debian: poppler-utils)."""
    program = shutil.which("pdftotext")
    if program is None:
        raise FileNotFoundError(f"pdftotext is missing: {SETUP}")
    command = [program, *options, "-enc", "UTF-8", str(path), "-"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=300)
    # A form feed ends every page, the last one too.
    return done.stdout.decode("utf-8").split("\f")[:-1]


def poppler_raw(path: Path) -> list[str]:
    """The same in the order of the content stream."""
    return poppler(path, "-raw")


def pdfium(path: Path) -> list[str]:
    """The text of each page by PDFium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def mupdf(path: Path) -> list[str]:
    """The text of each page by MuPDF, in the order of the content stream."""
    import pymupdf

    with pymupdf.open(path) as document:
        return [page.get_text() for page in document]


def pypdf(path: Path) -> list[str]:
    """The text of each page by pypdf.

    It tells the glyph that carries a gap as U+200B, which shows nothing and is left out here.
    """
    from pypdf import PdfReader

    return [page.extract_text().replace("\u200b", "") for page in PdfReader(path).pages]


def pdfjs(path: Path) -> list[str]:
    """The text of each page by pdf.js, run by Node (an npm package, see ``tests/package.json``)."""
    folder = Path(__file__).parent
    if not (folder / "node_modules" / "pdfjs-dist" / "legacy" / "build" / "pdf.mjs").is_file():
        raise FileNotFoundError(f"pdf.js is missing: {SETUP}")
    done = subprocess.run(
        [str(_node()), "--input-type=module", "--eval", _PDFJS, str(path.resolve())],
        # Node looks for packages from the working folder upwards.
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pdf.js cannot read {path.name}: {done.stderr.decode()[-2000:]}")
    pages: list[str] = json.loads(done.stdout)
    return pages


READERS: dict[str, Callable[[Path], list[str]]] = {
    "pdftotext": poppler,
    "pdftotext -raw": poppler_raw,
    "PDFium": pdfium,
    "MuPDF": mupdf,
    "pypdf": pypdf,
    "pdf.js": pdfjs,
}


# --- comparison ------------------------------------------------------------------------------

#: Signs of Chinese type that stand beside a gap: Han, its marks, bopomofo.
_HAN = f"[{HAN_CLASS}\u3001-\u303f\uff01-\uffee“”‘’—…·]"
_LATIN = "[0-9A-Za-z\u00c0-\u024f%°+/-]"
#: What a reader may make of white between Han and Latin: a blank, or U+200B, which takes no room.
_AT_GAP = re.compile(f"(?<={_HAN})[ \u200b](?={_LATIN})|(?<={_LATIN})[ \u200b](?={_HAN})")
_LINE_END = re.compile("[\r\n]+")
#: Most characters of a folio and a running head that may follow the last line of a page.
_FURNITURE = 60


class Difference(NamedTuple):
    """A paragraph as it should be and as it was copied, and what was lost and added on the way.

    ``lost`` and ``added`` are characters (a line end, which readers are free to give, is none).
    """

    paragraph: str
    copied: str
    lost: str
    added: str

    def __str__(self) -> str:
        return f"lost {self.lost!r}, added {self.added!r}: {self.paragraph!r} is {self.copied!r}"


class _Copied:
    """The pages of a file as one string without line ends, which remembers where they were.

    Blanks that a reader leaves beside a line end are not text."""

    def __init__(self, pages: Iterable[str]) -> None:
        pieces: list[str] = []
        self.ends: set[int] = set()
        self.pages: list[int] = []
        length = 0
        for page in pages:
            for line in _LINE_END.split(page):
                line = line.strip(" ")
                pieces.append(line)
                length += len(line)
                self.ends.add(length)
            self.pages.append(length)
        self.text = "".join(pieces)

    def follow(self, paragraph: str, begin: int) -> tuple[int, int]:
        """How many characters of a paragraph stand from ``begin`` on, and where they end.

        A blank of the paragraph may have become a line end.  A hyphen of the paragraph at the end
        of a line is taken back by poppler, and told apart as U+FFFE by PDFium.
        """
        text, ends, place, met = self.text, self.ends, begin, 0
        length = len(paragraph)
        while met < length:
            wanted = paragraph[met]
            if place < len(text) and (text[place] == wanted or text[place] + wanted == "\ufffe-"):
                place += 1
            elif wanted not in " -" or place not in ends:
                break
            met += 1
        return met, place

    def find(self, paragraph: str) -> Difference | None:
        """What the copy makes of a paragraph; None where it is there as it should be.

        A paragraph that a page ends goes on anywhere on the next page, below its head.
        """
        best, best_place = -1, 0
        begin = self.text.find(paragraph[0])
        while begin >= 0:
            met, place = self.follow(paragraph, begin)
            if met == len(paragraph) or (met > 3 and self._goes_on(paragraph[met:], place)):
                return None
            if met > best:
                best, best_place = met, begin
            begin = self.text.find(paragraph[0], begin + 1)
        copied = self.text[best_place : best_place + len(paragraph)] if best >= 0 else ""
        return _difference(paragraph, copied)

    def _goes_on(self, rest: str, place: int) -> bool:
        """Whether the rest of a paragraph that ends with its page stands on the next one."""
        page = bisect_right(self.pages, place - 1)
        if place not in self.ends or page + 1 >= len(self.pages):
            return False
        if self.pages[page] - place > _FURNITURE:
            return False
        rest = rest.removeprefix(" ")
        first, last = self.pages[page], self.pages[page + 1]
        begin = self.text.find(rest[0], first, last)
        while begin >= 0:
            if self.follow(rest, begin)[0] == len(rest):
                return True
            begin = self.text.find(rest[0], begin + 1, last)
        return False


def _difference(paragraph: str, copied: str) -> Difference:
    lost, added = [], []
    for kind, a, b, c, d in SequenceMatcher(None, paragraph, copied, False).get_opcodes():
        if kind != "equal":
            lost.append(paragraph[a:b])
            # What stands beyond the paragraph's own length is not its own.
            added.append(copied[c:d] if b < len(paragraph) else "")
    return Difference(paragraph, copied, "".join(lost), "".join(added))


def without_gaps(text: str) -> str:
    """The text without blanks (and U+200B) between Han and Latin, where white is only a gap."""
    return _AT_GAP.sub("", text)


def gaps(text: str) -> int:
    """How many blanks (or U+200B) stand between Han and Latin."""
    return len(_AT_GAP.findall(text))


def differences(
    pages: Iterable[str], paragraphs: Iterable[str], *, gaps_count: bool = True
) -> list[Difference]:
    """The paragraphs that the pages of a file do not hold, character for character.

    With ``gaps_count`` false, blanks between Han and Latin are left out on both sides.
    """
    prepare = str if gaps_count else without_gaps
    copied = _Copied(map(prepare, pages))
    found = (copied.find(prepare(paragraph)) for paragraph in paragraphs)
    return [item for item in found if item is not None]
