"""Formulas: TeX to MathML for the e-book, and to a drawing for the page.

WeasyPrint knows no MathML, so print gets the outlines of the STIX Two Math font as SVG,
with the depth below the baseline that TeX gives it.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache

from markupsafe import Markup, escape

from publish.diagnostics import Diagnostic
from publish.model import book as b
from publish.model.edition import Geometry
from publish.model.tree import all_nodes
from publish.render.upright import turned

#: Size of a displayed formula beside the text; in a line it is that of the text.
_DISPLAY = 1.0
#: TeX that says how a browser shows a thing, not what the formula is.
_FORBIDDEN = re.compile(
    r"\\(href|url|style|class|cssId|htmlClass|htmlId|htmlStyle|includegraphics)\b"
)
#: Environments that both converters know (amsmath 2.1, sections 3 and 4), and those that are set by
#: one of them: what is numbered in TeX is not here, where the book numbers formulas itself.
_ENVIRONMENTS = frozenset(
    re.findall(
        r"\S+", "array cases matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix split"
    )
)
_SET_BY = {
    **dict.fromkeys(("align", "align*", "aligned"), "split"),
    **dict.fromkeys(("gather", "gather*", "gathered"), "matrix"),
    **dict.fromkeys(("equation", "equation*"), ""),
}
_HINT = "there are aligned, split, gathered, cases, array and the matrices (matrix, pmatrix, …)"
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
#: What parts TeX into cells: where environments begin and end, the ends of cells and of rows.  All
#: else with a backslash is passed over, \& among it.
_CELLS = re.compile(rf"{_ENVIRONMENT.pattern}|\\.|&", re.DOTALL)
#: White below a row, and a row that may not end a page: the converters print what says so.
_BELOW = re.compile(r"\\\\(?:\*|\*?\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])")
#: Lines between the columns or rows of an array, which ziamath does not draw.
_RULED = re.compile(r"\\begin\s*\{array\}\s*(?:\[\w\]\s*)?\{[^}]*\||\\hline\b")
#: What presentation MathML is made of (MathML Core, sections 2 and 3), without links and styles.
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover
        munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr mpadded mphantom
        menclose mfenced mstyle merror""",
    )
)
_ATTRIBUTES = frozenset(
    re.findall(
        r"\w+",
        """display displaystyle scriptlevel mathvariant mathsize mathcolor mathbackground
        stretchy fence separator form largeop movablelimits accent accentunder lspace rspace
        minsize maxsize symmetric linethickness bevelled numalign denomalign
        columnalign rowalign columnspacing rowspacing columnlines rowlines frame
        equalcolumns equalrows columnspan rowspan minlabelspacing side
        notation open close separators width height depth voffset linebreak""",
    )
)
#: Lines that ziamath draws: fraction bars, roots and lines over letters are rectangles that are
#: filled, boxes and what strikes out are stroked.  All else are glyphs.
_BAR = re.compile(
    rb'<rect x="([-0-9.]+)" y="([-0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"(?= fill=| ?/)'
)
_STROKE = re.compile(rb'stroke-width="([0-9.]+)"')
#: Width and height of the drawings that ziamath makes, which stand first in them.
_SIZE = re.compile(rb' (?:width|height)="([0-9.]+)"')
#: A page to try a formula on.
_ANY_PAGE = Geometry("A5", 148, 210)
#: CSS pixels in a point.
_PIXELS = 96 / 72


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool) -> Markup:
    """The formula as a ``<math>`` element with its TeX as text alternative."""
    from xml.etree import ElementTree

    from latex2mathml.converter import convert

    markup = convert(_spelled(tex), display="block" if display else "inline")
    # The converter does not escape what stands in \\text: nothing but mathematics gets through.
    for element in ElementTree.fromstring(markup).iter():
        name = element.tag.rpartition("}")[2]
        strange = {key for key in element.attrib if key not in _ATTRIBUTES}
        if name not in _ELEMENTS or strange:
            raise ValueError(f"a formula cannot hold {', '.join(sorted(strange)) or name}")
    markup = markup.replace("<math", f'<math alttext="{escape(tex)}"', 1)
    # A block takes a line of its own in Gecko and WebKit, and sends the number to the next: what is
    # displayed is large as a block is, but where it stands is the style sheet's affair.
    return Markup(markup.replace(' display="block"', ' displaystyle="true"', 1))


@lru_cache(maxsize=4096)
def picture(tex: str, page: Geometry, display: bool, stroke: float = 0) -> Markup:
    """The formula as an ``<img>`` in the size of the text of a page, with no line thinner than
    ``stroke`` in pt.

    In a line it lies with the Western words of a column; one that is displayed stands upright there
    if the page is broad enough for it.
    """
    import ziamath

    drawing = ziamath.zmath.Latex(
        _spelled(tex), size=page.em * _PIXELS * _DISPLAY, inline=not display
    )
    svg = _thickened(drawing.svg().encode(), stroke * _PIXELS)
    depth = -drawing.getyofst() / _PIXELS
    width, height = map(float, _SIZE.findall(svg)[:2])
    if display and page.vertical and width <= page.depth * _PIXELS:
        svg, depth = turned(svg, width, height), 0.0
    data = base64.b64encode(svg).decode()
    return Markup(
        f'<img class="math" alt="{escape(tex)}" src="data:image/svg+xml;base64,{data}" '
        f'style="vertical-align:-{max(0.0, depth):.2f}pt"/>'
    )


def _thickened(svg: bytes, least: float) -> bytes:
    """A drawing of ziamath's with lines of this thickness at least, in CSS pixels: about their
    middle, so that they meet what they met before."""

    def bar(found: re.Match[bytes]) -> bytes:
        x, y, width, height = map(float, found.groups())
        if width >= height:
            y, height = y - max(0, least - height) / 2, max(height, least)
        else:
            x, width = x - max(0, least - width) / 2, max(width, least)
        return b'<rect x="%.3f" y="%.3f" width="%.3f" height="%.3f"' % (x, y, width, height)

    def line(found: re.Match[bytes]) -> bytes:
        return b'stroke-width="%.3f"' % max(float(found[1]), least)

    return _STROKE.sub(line, _BAR.sub(bar, svg)) if least else svg


def _spelled(tex: str) -> str:
    """The formula in environments that both converters know; ValueError for one without a way."""

    def known(found: re.Match[str]) -> str:
        end, name = found.groups()
        if name in _ENVIRONMENTS:
            return found[0]
        if name not in _SET_BY:
            raise ValueError(f"the environment {name} is not supported")
        return f"\\{end}{{{_SET_BY[name]}}}" if _SET_BY[name] else " "

    return _paired(_BELOW.sub(r"\\\\ ", _ENVIRONMENT.sub(known, tex)))


def _paired(tex: str) -> str:
    """The formula with white between pairs of aligned columns, of which neither converter knows: an
    em, the least that amsmath has there (\\minalignsep, 10 pt in type of 10 pt)."""
    if "split" not in tex:
        return tex
    # Of each environment that is open, its name and the number of the cell in its row.
    inside: list[tuple[str, int]] = []
    parts: list[str] = []
    place = 0
    for found in _CELLS.finditer(tex):
        parts.append(tex[place : found.end()])
        place = found.end()
        if found[1] == "begin":
            inside.append((found[2], 0))
        elif found[1] == "end":
            del inside[-1:]
        elif inside:
            name, cell = inside[-1]
            cell = {"&": cell + 1, "\\\\": 0}.get(found[0], cell)
            inside[-1] = name, cell
            if found[0] == "&" and name == "split" and cell % 2 == 0:
                parts.append("\\quad ")
    return "".join((*parts, tex[place:]))


def problems(book: b.Book) -> tuple[Diagnostic, ...]:
    """An error for each formula that is not TeX that both media can set, a warning for each that
    loses its lines on paper."""
    found: list[Diagnostic] = []
    for node in all_nodes(book):
        if not isinstance(node, b.Math | b.Formula):
            continue
        try:
            if forbidden := _FORBIDDEN.search(node.tex):
                raise ValueError(f"\\{forbidden[1]} has no place in a book")
            mathml(node.tex, False)
            picture(node.tex, _ANY_PAGE, False)
        except Exception as error:
            # Both converters answer bad TeX with whatever goes wrong inside them.
            reason = str(error) if isinstance(error, ValueError) else "it is not complete TeX"
            message = f"this formula cannot be set: {reason or 'it is empty'}"
            hints = (_HINT,) if "environment" in reason else ()
            found.append(Diagnostic("R-MATH", "error", message, node.span, hints=hints))
            continue
        if _RULED.search(node.tex):
            message = "the lines of this array (| or \\hline) are not drawn in the printed book"
            hint = "leave them out, or give the formula as a drawing"
            found.append(Diagnostic("R-MATH", "warning", message, node.span, (hint,)))
    return tuple(found)
