"""Lines and paragraphs that did not come out well, told with their place in the manuscript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from publish.diagnostics import Diagnostic, Severity, Span
from publish.model import book as b
from publish.model.numerals import roman
from publish.model.tree import walk
from publish.typeset.classes import OBJECT_CHARACTER
from publish.typeset.lines import LOOSE, OVERFULL, RUNT, SHORT

if TYPE_CHECKING:
    from publish.render.adapter.painting import Flaw

#: Code, severity and words of each flaw.
_TOLD: dict[int, tuple[str, Severity, str]] = {
    OVERFULL: ("L-OVERFULL", "warning", "a line stands out of its measure"),
    SHORT: ("L-SHORT", "warning", "a line could not be filled and was left short"),
    LOOSE: ("L-LOOSE", "query", "a line is opened by {stretch:.2f} em at every joint"),
    RUNT: ("L-RUNT", "query", "the last line of a paragraph has a single character"),
}
_HINTS = {
    OVERFULL: "another wording, or a shorter word, mends it",
    SHORT: "another wording before the long word mends it",
    LOOSE: "another wording closes it",
    RUNT: "a word more or less in the paragraph mends it",
}
_STOCK = "its style or its letters are beyond the composer; look at its marks and line ends"
_SHORTER = "a shorter note, or notes behind the chapter, stand where they are called"
#: Reasons that are no fault: a listing keeps its blanks, and is not typeset.
_MEANT = frozenset(("white-space", "preserved space"))
#: Characters of a line that are looked for in the manuscript, and that are shown.
_SOUGHT, _SHOWN = 8, 16
#: Lines whose places are looked for: each takes a walk through the book.
_PLACED = 200
#: Places that are compared for one line, and characters about them on each side.
_COMPARED, _ABOUT = 64, 64


def told(
    book: b.Book,
    flaws: Sequence[Flaw],
    refused: Mapping[str, str],
    front: int = 0,
    strayed: Sequence[tuple[int, str]] = (),
) -> tuple[Diagnostic, ...]:
    """The diagnostics of lines, whose pages are those of the interior, as the folios count them,
    of the paragraphs that were ``refused`` by the composer, with the reason, and of the notes that
    ``strayed`` from the page of their mark, with that page.

    ``front`` pages have Roman folios.
    """
    found: list[Diagnostic] = []
    texts = list(_texts(book)) if flaws or refused or strayed else []
    for flaw in dict.fromkeys(flaws):
        code, severity, words = _TOLD[flaw.state]
        line = flaw.text[flaw.begin : flaw.end].strip()
        message = (
            f"page {_folio(flaw.page, front)}: {words.format(stretch=flaw.stretch)}: {_shown(line)}"
        )
        place = _place(texts, line, flaw) if len(found) < _PLACED else None
        found.append(Diagnostic(code, severity, message, place, (_HINTS[flaw.state],)))
    for text, reason in refused.items():
        if reason in _MEANT:
            continue
        message = f"a paragraph is set without the composer ({reason}): {_shown(text.strip())}"
        place = _place(texts, text.strip()) if len(found) < _PLACED else None
        found.append(Diagnostic("L-STOCK", "query", message, place, (_STOCK,)))
    for page, note in strayed:
        where = f"page {_folio(page, front)}"
        message = f"{where}: a note has no room on the page of its mark: {_shown(note)}"
        place = _place(texts, note) if len(found) < _PLACED else None
        found.append(Diagnostic("L-NOTE", "warning", message, place, (_SHORTER,)))
    return tuple(found)


def _folio(page: int, front: int) -> int | str:
    return page - front if page > front else roman(page)


def _shown(line: str) -> str:
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _place(texts: Sequence[b.Text], line: str, flaw: Flaw | None = None) -> Span | None:
    """Where a line begins in the manuscript, as near as the text of the book tells: of several
    places where it reads so, the one that has most of the ``flaw``'s paragraph about it."""
    sought = line[:_SOUGHT]
    found: Span | None = None
    most, compared = -1, 0
    for text in texts:
        span, at = text.span, text.text.find(sought)
        while span is not None and at >= 0:
            about = _about(text.text, at, flaw) if flaw is not None else 0
            if about > most:
                most, found = about, span
                if span.end - span.start == len(text.text):
                    found = Span(span.source, span.start + at, span.start + at + len(sought))
            compared += 1
            if flaw is None or compared == _COMPARED:
                return found
            at = text.text.find(sought, at + 1)
    return found


def _about(text: str, at: int, flaw: Flaw) -> int:
    """How many characters about a place of a text are those about the line of a paragraph, the
    ends of both, which are like the ends of lines, among them; up to ``_ABOUT`` on each side."""
    line = flaw.text[flaw.begin :]
    begin = flaw.begin + len(line) - len(line.lstrip())
    sides = []
    for whole, place in ((text, at), (flaw.text, begin)):
        before, behind = whole[max(0, place - _ABOUT) : place], whole[place : place + _ABOUT]
        # The marker of a note or of a list is no text of theirs.
        before, behind = (part.replace(OBJECT_CHARACTER, "\n") for part in (before, behind))
        sides.append((f"{before[::-1]}\n", f"{behind}\n"))
    return sum(
        sum(1 for _ in takewhile(_alike, zip(one, other, strict=False)))
        for one, other in zip(*sides, strict=True)
    )


def _alike(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _texts(book: b.Book) -> Iterator[b.Text]:
    return (node for node in walk(book) if isinstance(node, b.Text))
