"""Artefacts -> diagnostics.  In: a finished file, and what it ought to say.  Out: faults.

Nothing here changes a file.  ``epub`` and ``pdf`` check the container and its promises, ``text``
that the artefact holds the edition's text, no more and no less.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from publish.diagnostics import Diagnostic, Failure, fail
from publish.model.edition import Edition
from publish.records import dataclass

if TYPE_CHECKING:
    from publish.check.text import PageText
    from publish.model.package import PageStart
    from publish.model.text import Run

#: What an exporter or a decoder leaves behind; none of it may reach a reader.  Patterns begin with
#: the sign itself, which a long text is searched for in no time.
_RESIDUE = (
    ("U+FFFD REPLACEMENT CHARACTER", re.compile("\ufffd")),
    ("a lone backslash", re.compile(r"\\(?:(?<=\s.)|(?<=^.))(?=\s|$)", re.MULTILINE)),
    ("a character reference", re.compile(r"&#x?[0-9A-Fa-f]{1,6};")),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with an artefact, and where in the text of the chapters its pages begin (of a
    PDF whose text was compared)."""

    diagnostics: tuple[Diagnostic, ...]
    starts: tuple[PageStart, ...] = ()


def check_artifact(
    path: Path,
    expected: tuple[Run, ...] | None = None,
    edition: Edition | None = None,
    headings: tuple[str, ...] = (),
    *,
    navigation: bool = True,
) -> Checked:
    """Everything that is wrong with one EPUB or PDF, each diagnostic naming the file.

    With ``expected`` the text is compared too, with ``edition`` page size, type area and language;
    ``headings`` are labels that navigation or bookmarks must hold in order; without ``navigation``
    there need be no bookmarks, as in a file for a press.  A file that is neither
    kind is a :class:`~publish.diagnostics.Failure` CHECK-KIND (exit 2).
    """
    from publish.check.text import compare

    suffix = path.suffix.lower()
    if suffix not in (".epub", ".pdf"):
        raise fail(
            "CHECK-KIND", "only EPUB and PDF files can be checked", exit_code=2, path=str(path)
        )
    pages: tuple[PageText, ...] = ()
    starts: tuple[PageStart, ...] = ()
    try:
        if suffix == ".epub":
            from publish.check.epub import inspect_epub
            from publish.check.epub_extract import epub_text

            faults, texts = inspect_epub(path, edition, headings, expected)
            found = list(faults)
            pages = epub_text(path) if texts is None else texts
        else:
            from publish.check.extract import open_pdf, page_texts
            from publish.check.pdf import check_glyphs, check_structure

            structure, doubtful = check_structure(path, edition, headings if navigation else None)
            found = list(structure)
            with open_pdf(path) as document:
                found.extend(check_glyphs(document, doubtful))
                pages = page_texts(document, edition)
    except Failure as failure:
        # What hinders reading the text was mostly told by the check of the container.
        known = {item.code for item in found}
        found.extend(item for item in failure.diagnostics if item.code not in known)
    else:
        found.extend(residue(pages, expected))
        if expected is not None:
            medium: Literal["epub", "print"] = "epub" if suffix == ".epub" else "print"
            printed = edition if medium == "print" else None
            compared = compare(
                expected,
                pages,
                medium,
                note_sign=None if printed is None else printed.note_sign,
                notes_by_page=printed is not None and printed.notes_by_page,
            )
            found.extend(compared.diagnostics)
            starts = compared.starts if medium == "print" else ()
    return Checked(tuple(dataclasses.replace(item, path=str(path)) for item in found), starts)


def check_letters(path: Path, expected: str | Path) -> tuple[Diagnostic, ...]:
    """T-LETTERS, an error, where a PDF lacks a character of a text, or of another PDF, blanks not
    counted; for sheets on which things stand side by side in no order."""
    from publish.check.extract import letters

    wanted = letters(expected) if isinstance(expected, Path) else Counter(expected)
    wanted -= letters(path)
    lost = "".join(sorted(character for character in wanted if not character.isspace()))
    if not lost:
        return ()
    return (Diagnostic("T-LETTERS", "error", f"the sheet lacks {lost[:40]!r}", path=str(path)),)


def residue(
    pages: Iterable[PageText], expected: Iterable[Run] | None = None
) -> tuple[Diagnostic, ...]:
    """T-RESIDUE: what must not be in a finished text.

    A book may speak of ``&#x20;`` or show a backslash: with ``expected`` only what the edition's
    text has not is an error; without it, all but U+FFFD is a warning.
    """
    found: list[Diagnostic] = []
    # No residue reaches over a line end, so that pieces can be searched together.
    texts = [(page.place, "\n".join(item.text for item in page.fragments)) for page in pages]
    wanted = None if expected is None else "\n".join(run.text for run in expected)
    for name, pattern in _RESIDUE:
        counts = [(place, len(pattern.findall(text))) for place, text in texts]
        total = sum(count for _, count in counts)
        allowed = len(pattern.findall(wanted or "")) if total else 0
        if total > (0 if name.startswith("U+FFFD") else allowed):
            place = next(place for place, count in counts if count)
            sure = wanted is not None or name.startswith("U+FFFD")
            found.append(
                Diagnostic("T-RESIDUE", "error" if sure else "warning", f"{place}: {name}")
            )
    return tuple(found)
