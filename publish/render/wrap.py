"""The cover as one sheet: back, spine and front, and flaps; the design of the front goes on.

Lengths are in mm, sizes of type in pt.  Where things stand: look.md section 6; the bar code GB/T
12906-2008 (back, foot, on the right of who looks at it, 15 mm from the edges).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from publish.diagnostics import Diagnostic, fail
from publish.model.book import Book
from publish.model.edition import Edition, Geometry
from publish.model.printers import Printer
from publish.records import dataclass
from publish.render import barcode, cover, pages
from publish.render.blurb import Blurb, blurbs
from publish.render.columns import upright
from publish.render.lettering import lettered
from publish.render.print import data_url, sheet_css
from publish.render.spine import Spine, spine

#: A title stands on a spine this wide, and in a book of so many pages where the printer does not
#: say, or not at all (look.md section 6).
LEAST_SPINE, LEAST_PAGES = 6.0, 80
#: Thickness of the board of a cover, cm³/g (coated board).
_COVER_BULK = 0.9
#: Distance of the bar code from the edges of the back.
_EDGE = 15.0


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


def unused_stock(edition: Edition, printer: Printer) -> tuple[Diagnostic, ...]:
    """R-STOCK, a warning, where a paper is named and the printer has no table of papers."""
    stock = edition.printing.stock
    if not stock or printer.cover.per_page:
        return ()
    message = f"{printer.name} has no papers of its own: stock = {stock!r} says nothing here"
    hint = "the spine follows from paper-gsm and bulk"
    return (Diagnostic("R-STOCK", "warning", message, hints=(hint,)),)


def spine_text(made: Wrap, printer: Printer, pages_inside: int) -> bool:
    """Whether a title stands on the spine."""
    least = printer.cover.spine_text_pages or LEAST_PAGES
    return made.spine >= LEAST_SPINE and pages_inside >= least


def on_spine(
    book: Book, edition: Edition, made: Wrap, printer: Printer, pages_inside: int
) -> Spine:
    """What stands on the spine: nothing where it may not carry a title."""
    if not spine_text(made, printer, pages_inside):
        return Spine()
    return spine(cover.design(book, edition), made.spine, printer.cover.spine_text_clear)


def left_out(
    book: Book, edition: Edition, made: Wrap, printer: Printer, pages_inside: int
) -> tuple[Diagnostic, ...]:
    """R-SPINE, a warning, where a spine that may carry a title has no room for it or the names."""
    design = cover.design(book, edition)
    if not design.title or not spine_text(made, printer, pages_inside):
        return ()
    names = tuple(name for name in design.authors if name)
    said = on_spine(book, edition, made, printer, pages_inside)
    if said.title and said.names == names:
        return ()
    missing = "、".join(names) if said.title else design.title
    message = f"a spine of {made.spine:g} mm has no room for {missing!r}: it stands without"
    hint = "shorten [book] title or authors, or take thicker paper"
    return (Diagnostic("R-SPINE", "warning", message, hints=(hint,)),)


def expected(book: Book, edition: Edition, said: Spine) -> str:
    """All the text of the cover, in no order; blanks do not count."""
    design = cover.design(book, edition)
    front = "" if design.picture else "".join((*design.lines, *_small(design)))
    return "".join((front, said.said(), book.meta.description, _on_code(book)))


def blurb_sizes(book: Book, edition: Edition, made: Wrap) -> Iterator[Blurb]:
    """The ways to set the blurb, the best first: from the height of the title down to the foot
    margin, or to a line above the bar code."""
    design = cover.design(book, edition)
    foot = made.height - design.foot
    if code := _code(book, 0, made):
        line = edition.geometry.line / Geometry.PT_PER_MM
        foot = min(foot, code["top"] - line)
    return blurbs(edition.geometry, foot - design.top)


def check_picture(book: Book, edition: Edition, made: Wrap, printer: Printer) -> None:
    """A declared picture must have the pixels that its place asks for.

    Raises :class:`~publish.diagnostics.Failure` (R-COVER), which says how many those are.
    """
    picture = cover.design(book, edition).picture
    if picture is None or not printer.dpi or not picture.width or not picture.height:
        return
    if picture.media_type == "image/svg+xml":
        return
    place = (made.width + made.bleed, made.height + 2 * made.bleed)
    wanted = [math.ceil(length / 25.4 * printer.dpi) for length in place]
    # As the preflight rounds.
    if picture.width >= wanted[0] * 0.99 and picture.height >= wanted[1] * 0.99:
        return
    raise fail(
        "R-COVER",
        f"the cover {picture.path} has {picture.width} × {picture.height} pixels, too few to print",
        path=picture.path,
        hints=(
            f"wanted are {wanted[0]} × {wanted[1]} or more: {place[0]:g} × {place[1]:g} mm with "
            f"bleed at {printer.dpi:g} dpi",
        ),
    )


def letters(book: Book) -> frozenset[str]:
    """Characters that only the cover has."""
    return frozenset(book.meta.description + _on_code(book))


def in_columns(book: Book, edition: Edition, said: Spine) -> tuple[str, str]:
    """What of the cover stands in columns, so in turned faces: in that of the title, and in that of
    the text."""
    design = cover.design(book, edition)
    title, text = [*said.title], [*said.names]
    if design.vertical:
        text.append(book.meta.description)
        if not design.picture:
            title += design.lines
            text += [design.subtitle, *design.authors]
    # Parts do not join to a number.
    return " ".join(title), " ".join(text)


def wrap_html(
    book: Book,
    edition: Edition,
    font_css: str,
    stacks: Mapping[str, tuple[str, ...]],
    made: Wrap,
    blurb: Blurb,
    said: Spine,
) -> str:
    """The cover as a document of one page; ``stacks`` has the turned faces of columns, too."""
    design = cover.design(book, edition)
    front = cover.view(design, edition)
    if design.picture is not None:
        front["picture"] = data_url(lettered(design.picture, stacks["strong"]))
    right_bound = edition.binding == "right"
    at = {"back": made.flap, "front": made.flap + made.width + made.spine}
    if right_bound:
        at = {"front": made.flap, "back": made.flap + made.width + made.spine}
    style = font_css + sheet_css(edition.geometry, stacks, (made.whole, made.height), made.bleed)
    # The picture of the front runs on over head, foot and fore edge (or onto the flap); it ends in
    # the fold of the spine.
    art_left = at["front"] - (made.bleed if right_bound else 0)
    context = {
        "cover": front,
        "edition": edition,
        "title": book.meta.title,
        "style": Markup(style),
        "wrap": made,
        "front": at["front"],
        "art_left": art_left - at["front"],
        "back": at["back"],
        "middle": made.flap + made.width + made.spine / 2,
        "columns": said.columns(design),
        "blurb": [_paragraph(text, edition) for text in book.meta.description.split("\n") if text],
        "blurb_type": blurb,
        "blurb_top": round(design.top, 3),
        "blurb_left": round(at["back"] + _blurb_left(design, blurb, made), 3),
        "code": _code(book, at["back"], made),
    }
    return pages.renderer({})("print-wrap.html", context)


def _paragraph(text: str, edition: Edition) -> Markup:
    """A paragraph of the blurb as HTML; in columns with short numbers upright."""
    html = escape(text)
    if edition.writing != "vertical":
        return html
    return Markup(upright(str(html), digits=edition.upright_digits))


def _blurb_left(design: cover.CoverDesign, blurb: Blurb, made: Wrap) -> float:
    """Where on the back the blurb begins: at the margin of the fore edge, which in vertical lines
    is on the right; there the characters stand on it, not the white beside them."""
    if not design.vertical:
        return design.left
    beside = (blurb.leading - blurb.size) / 2 / Geometry.PT_PER_MM
    return made.width - design.left + beside


def printable(
    inks: Mapping[str, tuple[float, ...]], tint: float
) -> Mapping[str, tuple[float, ...]]:
    """Colours without the inks, in %, that are under the least tint a printer can hold: they would
    print as nothing, or as specks."""
    return {
        name: tuple(0.0 if ink < tint else ink for ink in mixed) for name, mixed in inks.items()
    }


def _on_code(book: Book) -> str:
    """What is to be read on the bar code: the number above it, the digits below."""
    return barcode.number(book.meta.isbn) + barcode.digits(book.meta.isbn)


def _small(design: cover.CoverDesign) -> Iterator[str]:
    yield design.subtitle
    yield from design.authors


def _code(book: Book, back: float, made: Wrap) -> dict[str, Any]:
    """The bar code and where its white field stands: at the foot of the back, on the right."""
    code = barcode.code(book.meta.isbn)
    if code:
        code["left"] = round(back + made.width - _EDGE - code["width"], 3)
        code["top"] = round(made.height - _EDGE - code["height"], 3)
    return code
