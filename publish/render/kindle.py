"""The e-book as Kindle has it: an EPUB converted to AZW3 by calibre, if that is installed.

Nothing of the file is ours: calibre's ``ebook-convert`` makes it, in a process of its own.  It is
told to keep what the EPUB says.  Left alone it begins a page before every heading of level 2, sets
sizes and line heights anew, and adds margins and a second table of contents.  The bytes are not the
same twice: calibre puts in the time and a random name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from publish.diagnostics import Diagnostic, fail

PROGRAM = "ebook-convert"
#: Seconds that a conversion may take, and the question for the version.
PATIENCE, BRIEF = 600, 60
#: Options of ``ebook-convert`` (calibre manual, "ebook-convert"; an XPath of "/" finds nothing).
OPTIONS = (
    "--no-inline-toc",
    "--disable-font-rescaling",
    "--disable-remove-fake-margins",
    *("--minimum-line-height", "0"),
    *("--margin-top", "-1", "--margin-right", "-1", "--margin-bottom", "-1", "--margin-left", "-1"),
    *("--chapter", "/", "--chapter-mark", "none", "--page-breaks-before", "/"),
    *("--max-toc-links", "0"),
)
#: What a Palm database of Kindle's kind says at octet 60: type and creator.
_KIND = b"BOOKMOBI"


def version() -> str:
    """What calibre says it is.

    Raises :class:`Failure` E-CALIBRE where it is not on this machine or does not answer.
    """
    hints = (
        "apt-get install calibre, or https://calibre-ebook.com/download",
        "Amazon takes the EPUB as well: Send to Kindle, KDP",
    )
    if shutil.which(PROGRAM) is None:
        message = f"calibre's {PROGRAM} is not on this machine; it makes the AZW3"
        raise fail("E-CALIBRE", message, hints=hints)
    with TemporaryDirectory() as folder:
        try:
            done = _run(["--version"], Path(folder), BRIEF)
        except (OSError, subprocess.SubprocessError) as error:
            message = f"calibre's {PROGRAM} does not answer: {error}"
            raise fail("E-CALIBRE", message, hints=hints) from error
    return done.stdout.decode("utf-8", "replace").strip()


def write_azw3(epub: Path, path: Path) -> tuple[Diagnostic, ...]:
    """Convert an EPUB; ``path`` is written whole or not at all.

    Where calibre makes no book of it, the error E-AZW3 tells what it said; a warning tells of
    formulas.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        # Names of our own: what stands in the user's may begin with a dash.
        source, target = folder / "book.epub", folder / "book.azw3"
        shutil.copyfile(epub, source)
        try:
            done = _run([str(source), str(target), *OPTIONS], folder, PATIENCE)
            said = done.stderr.decode("utf-8", "replace").strip()
            said = said or f"no book was written, exit status {done.returncode}"
            failed = done.returncode != 0 or not _is_book(target)
        except subprocess.TimeoutExpired:
            failed, said = True, f"it is not done after {PATIENCE} seconds"
        if failed:
            message = "calibre does not convert the e-book"
            return (Diagnostic("E-AZW3", "error", message, hints=_last(said)),)
        shutil.copyfile(target, path)
        return _formulas(source)


def _formulas(epub: Path) -> tuple[Diagnostic, ...]:
    """A warning where the e-book has formulas: Kindle Format 8, which AZW3 is, knows no MathML, KFX
    does (Kindle Publishing Guidelines, «Attributes and Tags Supported by Enhanced Typesetting»)."""
    try:
        with zipfile.ZipFile(epub) as archive:
            package = archive.read("EPUB/content.opf")
    except (zipfile.BadZipFile, KeyError):
        return ()
    if not re.search(rb'properties="[^"]*\bmathml\b', package):
        return ()
    message = "Kindle sets the formulas of an AZW3 as plain text, without fractions and exponents"
    hint = "give Amazon the EPUB (Send to Kindle, KDP): what it makes of it has formulas"
    return (Diagnostic("E-AZW3", "warning", message, hints=(hint,)),)


def _run(arguments: list[str], folder: Path, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """Run the program without a shell, a screen, the user's settings or a way to ask anything."""
    own = {
        "QT_QPA_PLATFORM": "offscreen",
        "CALIBRE_CONFIG_DIRECTORY": str(folder / "config"),
        "CALIBRE_CACHE_DIRECTORY": str(folder / "cache"),
        "TMPDIR": str(folder),
    }
    return subprocess.run(
        [shutil.which(PROGRAM) or PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )


def _is_book(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(68)[60:] == _KIND


def _last(said: str) -> tuple[str, ...]:
    """The end of what a program said: the last lines are the reason, those before the way there."""
    return tuple(f"calibre: {line.strip()}" for line in said.splitlines()[-3:] if line.strip())
