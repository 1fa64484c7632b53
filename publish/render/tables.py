"""How broad a table must be, how its columns are aligned, and what is told of one that is broader
than the page."""

from __future__ import annotations

import re

from markupsafe import Markup

from publish.diagnostics import Diagnostic
from publish.model import book as b
from publish.model import leaves
from publish.model.edition import Edition
from publish.model.tree import all_nodes, plain_text, remembered
from publish.render.title import width
from publish.render.upright import stands
from publish.text.characters import is_han
from publish.text.upright import SQUARE, upright_runs

#: Type of tables, and of those that do not find room in it, in em of the text: 8.4 and 7 pt of 10.5
#: (look.md section 1; 7 pt is the least that printers of single copies take).
SMALL, DENSE = 0.8, 2 / 3
#: White between columns in ems of the table's type, in either.
_GAP, _DENSE_GAP = 1.0, 0.6
#: A cell with fewer Han characters in a line is a pole of characters, which nobody reads.
_LEAST = 3
#: A letter or a digit is about half as wide as a Han character; words and numbers are not parted.
_WESTERN = 0.5
_WORD = re.compile(r"[!-~]+")
#: A quantity, and what stands for one that there is not.
_FIGURE = re.compile(r"[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s?[%％‰]?")
_NO_FIGURE = frozenset(("", "-", "–", "—", "——", "…", "……", "/"))


#: Cells and captions up to so many ems are not broken where the page has room: what is longer is
#: a sentence.
_LABEL, _CAPTION = 8, 14


def is_dense(table: b.Table, edition: Edition) -> bool:
    """Whether a table needs the smaller type."""
    return _needed(table, _GAP, edition) * SMALL > _room(table, edition)


def _room(table: b.Table, edition: Edition) -> float:
    """The breadth that there is for a table, in ems of the text: a line's length; the breadth of
    the page where it stands upright among vertical lines."""
    page = edition.geometry
    return page.depth / page.em if stands(table, edition) else page.line_chars


@remembered
def alignments(table: b.Table) -> tuple[str, ...]:
    """How each column is aligned: as the manuscript says, else one of quantities at the right, so
    that digits of one value stand below each other (look.md, ``.num``); but not the first, which
    says what its row is of."""
    columns = max(len(row) for row in (table.head, *table.rows))
    found = []
    for column in range(columns):
        align = table.align[column] if column < len(table.align) else ""
        if column and not align:
            cells = (plain_text(row[column]).strip() for row in table.rows if column < len(row))
            figures = [cell for cell in cells if cell not in _NO_FIGURE]
            if figures and all(map(_FIGURE.fullmatch, figures)):
                align = "right"
        found.append(align)
    return tuple(found)


def cell_class(
    table: b.Table, cell: tuple[b.Inline, ...], column: int, edition: Edition | None
) -> Markup:
    """How a cell is aligned and whether it is a label that is not broken, as the attribute of its
    element; nothing is known of the room in an e-book, which has no ``edition``."""
    names = [{"right": "num", "center": "mid"}.get(alignments(table)[column], "")]
    if edition is not None:
        length = _lengths((cell,), edition, standing=stands(table, edition))[0]
        if length <= _unbroken(table, edition):
            names.append("short")
    found = " ".join(filter(None, names))
    return Markup(f' class="{found}"') if found else Markup("")


@remembered
def _unbroken(table: b.Table, edition: Edition) -> float:
    """The longest label, in ems of the table's type, that is not broken: :data:`_LABEL`, or less
    where the page has not the room for all of that length; 0 where it has none at all."""
    dense = is_dense(table, edition)
    gap, type_ = (_DENSE_GAP, DENSE) if dense else (_GAP, SMALL)
    rows, standing = (table.head, *table.rows), stands(table, edition)
    lengths = [_lengths(row, edition, standing=standing) for row in rows]
    digits = edition.upright_digits and not standing
    least = _least(table, digits=digits)
    for longest in range(_LABEL, 0, -1):
        widths = list(least)
        for row in lengths:
            for column, length in enumerate(row):
                if length <= longest:
                    widths[column] = max(widths[column], length)
        if (sum(widths) + gap * (len(widths) - 1)) * type_ <= _room(table, edition):
            return longest
    return 0


def _lengths(
    row: tuple[tuple[b.Inline, ...], ...], edition: Edition, *, standing: bool
) -> tuple[float, ...]:
    """The lengths of cells in one line, in ems of the table's type."""
    digits = edition.upright_digits and not standing
    return tuple(width(plain_text(cell), digits=digits) for cell in row)


def least_breadth(table: b.Table, edition: Edition) -> Markup:
    """The least breadth of a table among vertical lines, as an attribute: as its caption needs, so
    that a short one is not broken over narrow columns; nothing where it has no caption."""
    if edition.writing != "vertical" or not table.caption:
        return Markup("")
    label = leaves.numbered("table", table.number, edition)
    # One em stands behind the label.
    length = width(label) + 1 + width(plain_text(table.caption))
    return Markup(f' style="min-width: {min(length, _CAPTION) + 0.1:.2f}em"')


def problems(book: b.Book, edition: Edition) -> tuple[Diagnostic, ...]:
    """A warning L-TABLE for each table that is too broad even so."""
    found = []
    for node in all_nodes(book):
        if not isinstance(node, b.Table):
            continue
        if _needed(node, _DENSE_GAP, edition) * DENSE > _room(node, edition):
            columns = max(len(row) for row in (node.head, *node.rows))
            message = f"a table of {columns} columns is broader than the page"
            hint = "part it into two tables, turn rows and columns, or take a larger paper"
            found.append(Diagnostic("L-TABLE", "warning", message, node.span, (hint,)))
    return tuple(found)


def _needed(table: b.Table, gap: float, edition: Edition) -> float:
    """The least breadth in ems of the table's type at which every cell can be read."""
    widths = _least(table, digits=edition.upright_digits and not stands(table, edition))
    return sum(widths) + gap * (len(widths) - 1)


def _least(table: b.Table, *, digits: bool) -> list[float]:
    """The same of each column."""
    rows = (table.head, *table.rows)
    widths = [0.0] * max(len(row) for row in rows)
    for row in rows:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _cell(plain_text(cell), digits=digits))
    return widths


def _cell(text: str, *, digits: bool) -> float:
    western = max((len(word) for word in _WORD.findall(text)), default=0) * _WESTERN
    if digits:
        # Numbers that stand take a square a digit; shorter ones share one.
        runs = upright_runs("", text, "", digits=True)
        standing = max((end - start for start, end in runs if end - start > SQUARE), default=0)
        western = max(western, standing)
    return max(western, min(_LEAST, sum(map(is_han, text))))
