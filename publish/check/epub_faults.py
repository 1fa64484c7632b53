"""What is wrong with an EPUB: told once a kind, with the first place and a hint.

An *error* is what breaks: a reading system cannot open the book or a part of it, a link leads
nowhere, a file is missing.  All else is a *warning*.  A *promise* is what every book made here
keeps (one language throughout, no scripts, no gaps between Han characters): in such a book it is an
error, in another's, where nobody promised it, a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.diagnostics import Diagnostic, Severity
from publish.records import dataclass

#: Kinds of fault told for one code; of further ones only the number.
TOLD = 12
#: Characters of an excerpt.
SHOWN = 24


@dataclass(slots=True)
class _Kind:
    """One kind of fault: where it was first seen, and how often."""

    place: str
    hint: str
    count: int = 1


class Faults:
    """What the checks find in one file, in the order in which they find it."""

    def __init__(self, own: bool) -> None:
        #: Whether the book was made here, in an edition that is known.
        self.own = own
        self._kinds: dict[tuple[str, Severity, str], _Kind] = {}

    def error(self, code: str, place: str, what: str, hint: str = "") -> None:
        """What breaks.  ``place`` is a file inside the EPUB, with its line where there is one."""
        self._tell(code, "error", place, what, hint)

    def promise(self, code: str, place: str, what: str, hint: str = "") -> None:
        """What a book made here must not have."""
        self._tell(code, "error" if self.own else "warning", place, what, hint)

    def warn(self, code: str, place: str, what: str, hint: str = "") -> None:
        """What a reader of the book is better without."""
        self._tell(code, "warning", place, what, hint)

    def _tell(self, code: str, severity: Severity, place: str, what: str, hint: str) -> None:
        kind = self._kinds.get((code, severity, what))
        if kind is None:
            self._kinds[code, severity, what] = _Kind(place, hint)
        else:
            kind.count += 1

    def any(self, code: str) -> bool:
        """Whether there is an error of this code."""
        return any(found == code and severity == "error" for found, severity, _ in self._kinds)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """One for each kind; of a code that has very many kinds, the first and a count."""
        told: dict[tuple[str, Severity], int] = {}
        for (code, severity, what), kind in self._kinds.items():
            told[code, severity] = told.get((code, severity), 0) + 1
            if told[code, severity] <= TOLD:
                more = f" ({kind.count - 1} more such)" if kind.count > 1 else ""
                hints = (kind.hint,) if kind.hint else ()
                yield Diagnostic(code, severity, f"{kind.place}: {what}{more}", hints=hints)
        for (code, severity), count in told.items():
            if count > TOLD:
                yield Diagnostic(code, severity, f"{count - TOLD} more of this code")


def excerpt(text: str) -> str:
    """The beginning of a text in one line, between guillemets."""
    line = " ".join(text.split())
    return f"«{line[:SHOWN]}…»" if len(line) > SHOWN else f"«{line}»"
