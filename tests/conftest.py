"""Fixtures of the acceptance tests: whole builds, made once and read by many tests.

Each runs the command in a folder of its own, far from the repository, as a user would.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance import BOOKS, FIRST_BOOK, Epub, Pdf, Run, built, publish
from acceptance_epub import built_epub, sample_book
from hypothesis import settings

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True)
class Built:
    """A build that ended well: the book's name, the folder it ran in, and what it wrote."""

    name: str
    cwd: Path
    source: Path
    run: Run

    @property
    def folder(self) -> Path:
        return self.cwd / "output" / self.name

    def path(self, edition: str, kind: str) -> Path:
        return self.folder / f"{self.name}.{edition}.{kind}"

    def epub(self, edition: str) -> Epub:
        return Epub(self.path(edition, "epub"))

    def pdf(self, edition: str) -> Pdf:
        return Pdf(self.path(edition, "pdf"))


def _build(cwd: Path, source: Path, *options: str) -> Built:
    """Copy a source into the folder and build it there."""
    target = cwd / source.name
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)
    run = built(publish("build", source.name, *options, cwd=cwd))
    return Built(target.name if source.is_dir() else target.stem, cwd, target, run)


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Run]:
    """``publish`` run in the test's own folder."""

    def run(*arguments: str | Path, **options: object) -> Run:
        return publish(*arguments, cwd=tmp_path, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def first_book(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The first book in the editions that it declares, EPUB and PDF."""
    return _build(tmp_path_factory.mktemp("first"), FIRST_BOOK)


#: The small books, and the editions that every one of them can have.
SMALL_BOOKS = (
    "hans-small",
    "hant-small",
    "multi",
    "bare.md",
    "bare-gb18030.txt",
    "front-matter.md",
)
ALL_EDITIONS = ("hans", "hant-tw", "hant-hk")
#: The vertical edition that is judged, too, of books that have every construct.
VERTICAL = {"hans-small": "hans-v", "hant-small": "hant-tw-v"}


@pytest.fixture(scope="session")
def every_epub(first_book: Built, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Each test book in each edition as an EPUB, with the page list of its printed pages; those
    with all that a book may have in vertical lines, too."""
    cwd = tmp_path_factory.mktemp("every")
    made = []
    for name in SMALL_BOOKS:
        asked = [word for edition in ALL_EDITIONS for word in ("--edition", edition)]
        if name in VERTICAL:
            asked += ["--edition", VERTICAL[name]]
        made.append(_build(cwd, BOOKS / name, *asked, "--format", "epub"))
    found = [path for one in (first_book, *made) for path in sorted(one.folder.glob("*.epub"))]
    vertical = 1 + len(VERTICAL)
    assert len(found) == (1 + len(SMALL_BOOKS)) * len(ALL_EDITIONS) + vertical
    return found


@pytest.fixture(scope="session")
def hans_small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _build(tmp_path_factory.mktemp("hans"), BOOKS / "hans-small")


@pytest.fixture(scope="session")
def hant_small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _build(tmp_path_factory.mktemp("hant"), BOOKS / "hant-small")


@pytest.fixture(scope="session")
def multi(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The folder of two files, in an edition that it does not declare."""
    return _build(tmp_path_factory.mktemp("multi"), BOOKS / "multi", "--edition", "hant-hk")


@pytest.fixture(scope="session")
def bare_file(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A bare Markdown file, by the short form ``publish FILE``."""
    cwd = tmp_path_factory.mktemp("bare")
    shutil.copy(BOOKS / "bare.md", cwd)
    return Built("bare", cwd, cwd / "bare.md", built(publish("bare.md", cwd=cwd)))


@pytest.fixture(scope="session")
def sample_epubs(tmp_path_factory: pytest.TempPathFactory) -> list[Epub]:
    """The small book of the tests of e-books, simplified and for Taiwan, without page list."""
    folder = sample_book(tmp_path_factory.mktemp("sample") / "小站")
    return [built_epub(folder, edition) for edition in ("hans", "hant-tw")]


@pytest.fixture(scope="session")
def whole_epubs(
    first_book: Built, hans_small: Built, hant_small: Built, multi: Built, bare_file: Built
) -> list[Epub]:
    """Every EPUB of the first book and of the small ones, with their page lists."""
    books = (first_book, hans_small, hant_small, multi, bare_file)
    return [Epub(path) for book in books for path in sorted(book.folder.glob("*.epub"))]


@pytest.fixture(scope="session", params=["sample", pytest.param("whole", marks=pytest.mark.slow)])
def epub_sets(request: pytest.FixtureRequest) -> list[Epub]:
    """A test of every EPUB: with the small book a fast test, with the others a slow one."""
    found: list[Epub] = request.getfixturevalue(f"{request.param}_epubs")
    return found
