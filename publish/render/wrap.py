"""The cover as one sheet: back, spine and front, and flaps; the design of the front goes on.

Lengths are in mm, sizes of type in pt.  Where things stand: look.md section 6; the bar code GB/T
12906-2008 (back, foot, on the right of who looks at it, 15 mm from the edges) and ISO/IEC 15420
(EAN-13: modules of .33 mm, quiet zones of 11 and 7 modules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from publish.model.book import Book
from publish.model.edition import Edition, Geometry
from publish.model.printers import Printer
from publish.render import cover, pages
from publish.render.blurb import Blurb, blurbs
from publish.render.opf import isbn_urn
from publish.render.print import data_url, sheet_css

#: A title stands on a spine this wide, and in a book of so many pages, or not at all.
LEAST_SPINE, LEAST_PAGES = 6.0, 80
#: The largest and smallest type on a spine, in pt, and the pitch of its characters in em.
_LARGEST, _SMALLEST, _PITCH = 13.0, 7.0, 1.15
#: Thickness of the board of a cover, cm³/g (coated board).
_COVER_BULK = 0.9
#: A module of EAN-13 at full size, its quiet zones in modules, the height of its bars.
_MODULE, _QUIET, _BAR_HEIGHT = 0.33, (11, 7), 22.85
#: What the number below the bars takes, and the line above them; distance from the edges.
_DIGITS, _HEADING, _EDGE = 3.2, 3.6, 15.0
#: A run of Latin letters or digits is one block; a longer one lies on its side.
_UPRIGHT = 2
_RUN = re.compile(r"[0-9A-Za-z.\-+&']+|.", re.DOTALL)
#: Marks that are drawn for horizontal lines and turned on a spine.
_TURNED = frozenset("—…～（）〈〉《》「」『』〔〕【】“”‘’：；")


@dataclass(frozen=True, slots=True)
class Wrap:
    """The measures of a cover in mm; ``width`` and ``height`` are of one side, trimmed."""

    width: float
    height: float
    spine: float
    flap: float
    bleed: float

    @property
    def whole(self) -> float:
        """The width of the trimmed sheet."""
        return 2 * self.width + self.spine + 2 * self.flap

    @property
    def folds(self) -> tuple[float, ...]:
        """Where the sheet is folded, from its left edge."""
        first = self.flap
        inner = (first + self.width, first + self.width + self.spine)
        return inner if not first else (first, *inner, self.whole - first)


def wrap(edition: Edition, printer: Printer, pages_inside: int) -> Wrap:
    """The cover of a book of so many pages for a printer."""
    geometry, work = edition.geometry, edition.printing
    board = work.cover_gsm * _COVER_BULK / 1000
    spine = printer.cover.spine(
        pages_inside, gsm=work.gsm, bulk=work.bulk, cover=board, paper=work.stock
    )
    bleed = printer.cover.wrap or printer.bleed
    return Wrap(geometry.width, geometry.height, round(spine, 2), work.flaps, bleed)


def spine_text(made: Wrap, printer: Printer, pages_inside: int) -> bool:
    """Whether a title stands on the spine."""
    least = printer.cover.spine_text_pages or LEAST_PAGES
    return made.spine >= LEAST_SPINE and pages_inside >= least


def expected(book: Book, edition: Edition, made: Wrap, *, on_spine: bool) -> str:
    """All the text of the cover, in no order; blanks do not count."""
    design = cover.design(book, edition)
    front = "" if design.picture else "".join((*design.lines, *_small(design)))
    spine = "".join(text for block in _spine(design, made) for text in block.text)
    return "".join((front, spine if on_spine else "", book.meta.description, _number(book)))


def blurb_sizes(book: Book, edition: Edition, made: Wrap) -> Iterator[Blurb]:
    """The ways to set the blurb, the best first: from the height of the title down to the foot
    margin, or to a line above the bar code."""
    design = cover.design(book, edition)
    foot = made.height - design.foot
    if _digits(book):
        line = edition.geometry.line / Geometry.PT_PER_MM
        foot = min(foot, _code(0, made)["top"] - line)
    return blurbs(edition.geometry, foot - design.top)


def letters(book: Book) -> frozenset[str]:
    """Characters that only the cover has."""
    return frozenset(book.meta.description + _number(book))


def wrap_html(
    book: Book,
    edition: Edition,
    font_css: str,
    stacks: Mapping[str, tuple[str, ...]],
    made: Wrap,
    blurb: Blurb,
    *,
    on_spine: bool,
) -> str:
    """The cover as a document of one page."""
    design = cover.design(book, edition)
    front = cover.view(design, edition)
    if design.picture is not None:
        front["picture"] = data_url(design.picture)
    right_bound = edition.binding == "right"
    at = {"back": made.flap, "front": made.flap + made.width + made.spine}
    if right_bound:
        at = {"front": made.flap, "back": made.flap + made.width + made.spine}
    style = font_css + sheet_css(edition.geometry, stacks, (made.whole, made.height), made.bleed)
    bars = _bars(book)
    context = {
        "cover": front,
        "edition": edition,
        "title": book.meta.title,
        "style": Markup(style),
        "wrap": made,
        "front": at["front"],
        "back": at["back"],
        "spine": made.flap + made.width,
        "spine_blocks": [*_spine(design, made)] if on_spine else [],
        "blurb": book.meta.description.split("\n") if book.meta.description else [],
        "blurb_type": blurb,
        "blurb_top": round(design.top, 3),
        "bars": bars,
        "code": _code(at["back"], made) if bars else {},
        "number": _number(book)[: -len(_digits(book))] if bars else "",
        "digits": _digits(book),
    }
    return pages.renderer({})("print-wrap.html", context)


def _small(design: cover.CoverDesign) -> Iterator[str]:
    yield design.subtitle
    yield from design.authors


# --- the spine ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """What stands together on the spine: ``top``, ``height`` and ``width`` in mm, ``size`` in pt;
    ``turned`` a quarter to the right, or upright."""

    text: str
    top: float
    height: float
    width: float
    size: float
    turned: bool
    heading: bool


def _spine(design: cover.CoverDesign, made: Wrap) -> Iterator[Block]:
    """The title from the height of the front's, the authors at its foot, top to bottom."""
    clear = max(0.0, made.spine - 2 * 1.6)
    room = made.height - design.top - design.foot
    title = _RUN.findall(design.title)
    names = [run for name in design.authors for run in (*_RUN.findall(name), " ")][:-1]
    largest = min(_LARGEST, clear * Geometry.PT_PER_MM / _PITCH)
    small = min(8.4, largest)
    needed = _length(title, 1)
    taken = (_length(names, small) + 2 * small) / Geometry.PT_PER_MM if names else 0.0
    size = min(largest, (room - taken) * Geometry.PT_PER_MM / max(needed, 1))
    if size < _SMALLEST:
        # A long title and the names do not both find room: the title does.
        names, size = [], min(largest, room * Geometry.PT_PER_MM / max(needed, 1))
    yield from _blocks(title, design.top, size, made.spine, heading=True)
    if names:
        length = _length(names, small) / Geometry.PT_PER_MM
        foot = made.height - design.foot - length
        yield from _blocks(names, foot, small, made.spine, heading=False)


def _blocks(
    runs: list[str], top: float, size: float, spine: float, *, heading: bool
) -> Iterator[Block]:
    for run in runs:
        height = _length([run], size) / Geometry.PT_PER_MM
        if run.strip():
            turned = _lies(run)
            width = height if turned else spine
            yield Block(
                run,
                round(top, 3),
                round(height, 3),
                round(width, 3),
                round(size, 2),
                turned,
                heading,
            )
        top += height


def _lies(run: str) -> bool:
    return run in _TURNED or (len(run) > _UPRIGHT and run.isascii())


def _length(runs: list[str], size: float) -> float:
    """The length of runs along the spine in pt: a character or a pair of digits takes the pitch,
    a run on its side half an em for each letter and white at its ends, a blank half an em."""
    return sum(
        size
        * (0.5 if run == " " else 0.5 * len(run) + 0.4 if len(run) > 1 and _lies(run) else _PITCH)
        for run in runs
    )


# --- the bar code -----------------------------------------------------------------------------


def _digits(book: Book) -> str:
    """The thirteen digits of the book's ISBN; empty where it declares none of thirteen."""
    digits = isbn_urn(book.meta.isbn).removeprefix("urn:isbn:")
    return digits if len(digits) == 13 else ""


def _number(book: Book) -> str:
    """The line above the bars, as it is declared, and the digits below them."""
    digits = _digits(book)
    if not digits:
        return ""
    shown = re.sub(r"^ISBN(?:-13)?:?\s*", "", book.meta.isbn, flags=re.IGNORECASE)
    return f"ISBN {shown}{digits}"


def _bars(book: Book) -> list[dict[str, float]]:
    """The dark bars: where each begins and how wide it is, in mm from the first."""
    digits = _digits(book)
    if not digits:
        return []
    from bookbarcode import encode_ean13

    pattern: str = encode_ean13(digits)
    return [
        {"left": round(m.start() * _MODULE, 3), "width": round(len(m.group()) * _MODULE, 3)}
        for m in re.finditer("1+", pattern)
    ]


def _code(back: float, made: Wrap) -> dict[str, Any]:
    """Where the white field of the bar code stands, and its parts within it, in mm."""
    left_quiet, right_quiet = (modules * _MODULE for modules in _QUIET)
    width = left_quiet + 95 * _MODULE + right_quiet
    height = _HEADING + _BAR_HEIGHT + _DIGITS
    return {
        "left": round(back + made.width - _EDGE - width, 3),
        "top": round(made.height - _EDGE - height, 3),
        "width": round(width, 3),
        "height": round(height, 3),
        "bars": round(left_quiet, 3),
        "bars_width": round(95 * _MODULE, 3),
        "bars_top": _HEADING,
        "bars_height": _BAR_HEIGHT,
        "digits_top": _HEADING + _BAR_HEIGHT,
    }
