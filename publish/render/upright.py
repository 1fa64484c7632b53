"""What stands upright on pages of vertical lines: which blocks, and drawings turned for them.

Pages of columns are laid out lying and turned a quarter to the right, so that what shall stand is
laid out turned to the left.  Tables of Chinese run with the lines, their head at the right; tables
of numbers and code stand (clreq, #major_differences_between_horizontal_and_vertical_writing_modes).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from publish.model import book as b
from publish.model.edition import Edition
from publish.model.tree import all_nodes, plain_text, walk

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
