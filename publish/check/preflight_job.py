"""What the rules of the preflight are given: the job, a page, and what adds up over the pages."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Literal

from publish.check.preflight_content import Drawing
from publish.check.preflight_geometry import Box
from publish.check.preflight_unpack import TooLarge
from publish.model.printers import Printer, Side
from publish.records import dataclass, field

Kind = Literal["press", "cover", "booklet", "plain"]

#: How far a box may be off, in pt: .02 mm.
TOLERANCE = 0.06

#: What objects raise that are not what they ought to be.
DAMAGE = (
    TooLarge,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be printed, by whom.

    ``trim`` is the size of a page, ``spine`` and ``flap`` the widths of those parts of a cover, in
    mm; None where they are not known.  ``pages`` is the number of pages of the book a cover is for.
    ``rectos`` are pages, counted from one, that must be right-hand ones (left-hand ones where the
    binding is on the right).  ``pictures`` are what pictures are called to people (see
    :func:`publish.model.artifact.called`).
    """

    printer: Printer
    kind: Kind = "press"
    binding: Side = "left"
    trim: tuple[float, float] | None = None
    spine: float | None = None
    flap: float = 0.0
    pages: int | None = None
    rectos: Sequence[int] = ()
    #: Whether the binding is what the file tells viewers, and nobody else has said it.
    assumed: bool = False
    pictures: Mapping[str, str] = field(default_factory=dict)
    #: The standard that the file claims: x4, x3, x1a or plain.
    standard: str = "plain"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its number, counted from one, its boxes in pt, and what is on it."""

    number: int
    media: Box
    bleed: Box
    trim: Box
    drawing: Drawing

    @property
    def place(self) -> str:
        """How the page is named to people."""
        return f"page {self.number}"

    @property
    def has_bleed(self) -> bool:
        """Whether the BleedBox is larger than the TrimBox."""
        return any(abs(a - b) > TOLERANCE for a, b in zip(self.bleed, self.trim, strict=True))

    def inner_is_left(self, binding: Side) -> bool:
        """Whether the spine is at the left of this page."""
        recto = self.number % 2 == 1
        return recto == (binding == "left")


@dataclass(slots=True)
class Extreme:
    """The least or greatest of something, and the page it is on."""

    value: float
    page: int = 0

    def least(self, value: float, page: int) -> None:
        """Take the value if it is less."""
        if value < self.value:
            self.value, self.page = value, page

    def most(self, value: float, page: int) -> None:
        """Take the value if it is more."""
        if value > self.value:
            self.value, self.page = value, page


def _far() -> Extreme:
    return Extreme(1e9)


@dataclass(slots=True)
class Tally:
    """What the report says of the whole file."""

    families: set[str] = field(default_factory=set)
    transparency: set[str] = field(default_factory=set)
    ink: Extreme = field(default_factory=lambda: Extreme(-1.0))
    dpi: Extreme = field(default_factory=_far)
    stroke: Extreme = field(default_factory=_far)
    type: Extreme = field(default_factory=_far)
    safe: Extreme = field(default_factory=_far)
    inner: Extreme = field(default_factory=_far)
    pictures: int = 0
    blanks: list[int] = field(default_factory=list)
    folios: int = 0
    folio_lines: str = ""
