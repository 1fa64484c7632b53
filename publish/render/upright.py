"""What pages of vertical lines ask beside their style sheet: which blocks stand upright there,
drawings turned for them, and long titles in columns.

Pages of columns are laid out lying and turned a quarter to the right, so that what shall stand is
laid out turned to the left.  Tables of Chinese run with the lines, their head at the right; tables
of numbers and code stand (clreq, #major_differences_between_horizontal_and_vertical_writing_modes).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from publish.model import book as b
from publish.model.edition import Edition
from publish.model.tree import all_nodes, plain_text, remembered, walk
from publish.render.title import fewest_lines, width

#: How long a column of a title may be, as a part of the measure: more looks like text.
LONGEST = 0.7
#: The same of a horizontal line: widths of Latin letters are estimates.
FULL = 0.98
#: Type of titles and how far below the head they begin, in em of the text, by level: parts,
#: chapters, sections, what is below (styles/css/print.css, styles/css/vertical.css).
HEADINGS = ((24 / 10.5, 0), (18 / 10.5, 0), (1.2, 3), (1.0, 5))
#: Size of a drawing that says none, in CSS pixels (CSS Images 3, section 4.1).
_WIDTH, _HEIGHT = 300, 150


def stands(block: b.Block, edition: Edition) -> bool:
    """Whether a table or code of this edition stands upright among vertical lines."""
    if edition.writing != "vertical":
        return False
    if not isinstance(block, b.Table):
        return isinstance(block, b.Code)
    declared = block.writing or edition.tables
    return _is_western(block) if declared == "auto" else declared == "horizontal"


def standing(book: b.Book, edition: Edition) -> Iterator[b.Block]:
    """The blocks of a book that stand upright."""
    for node in all_nodes(book):
        if isinstance(node, b.Table | b.Code) and stands(node, edition):
            yield node


@remembered
def _is_western(table: b.Table) -> bool:
    """Whether the rows of a table are numbers, Latin, code, formulas or pictures for the most part:
    counted by cells, since a number is short."""
    cells = [cell for row in table.rows for cell in row if cell]
    foreign = sum(_is_foreign(cell) for cell in cells)
    return 2 * foreign >= len(cells) > 0


def _is_foreign(cell: tuple[b.Inline, ...]) -> bool:
    others = b.CodeSpan | b.Math | b.Image
    if any(isinstance(node, others) for root in cell for node in walk(root)):
        return True
    text = "".join(plain_text(cell).split())
    return 2 * sum(character.isascii() for character in text) > len(text)


def heading_lines(
    title: tuple[b.Inline, ...], level: int, edition: Edition
) -> tuple[tuple[b.Inline, ...], ...]:
    """The title of a part (level 0), a chapter (1), a section (2) or below in columns of like
    length, none longer than :data:`LONGEST`; whole where it fits or has other than plain text.
    In horizontal lines parts and chapters alone, none longer than the measure."""
    size, indent = HEADINGS[min(level, 3)]
    page = edition.geometry
    chars = page.chars if level < 2 else page.line_chars
    upright = edition.writing == "vertical"
    room = (chars * (LONGEST if upright else FULL) - indent) / size
    text = plain_text(title)
    digits = edition.upright_digits
    plain = len(title) == 1 and isinstance(title[0], b.Text)
    if not (upright or level < 2) or not plain or width(text, digits=digits) <= room:
        return (title,)
    return tuple((b.Text(line),) for line in fewest_lines(text, room, digits=digits))


def turned(svg: bytes, width: float, height: float) -> bytes:
    """A drawing of this size in CSS pixels (0: it says none), turned a quarter to the left."""
    width, height = width or _WIDTH, height or _HEIGHT
    data = base64.b64encode(svg).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{height:g}" height="{width:g}" '
        f'viewBox="0 0 {height:g} {width:g}"><g transform="translate(0 {width:g}) rotate(-90)">'
        f'<image width="{width:g}" height="{height:g}" href="data:image/svg+xml;base64,{data}"/>'
        "</g></svg>"
    ).encode()
