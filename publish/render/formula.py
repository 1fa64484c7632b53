"""Formulas: TeX to MathML for the e-book, and to a drawing for the page.

WeasyPrint knows no MathML, so print gets the outlines of the STIX Two Math font as SVG,
with the depth below the baseline that TeX gives it.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from markupsafe import Markup, escape

from publish.diagnostics import Diagnostic
from publish.model import book as b
from publish.model.tree import walk

#: Size of a displayed formula beside the text; in a line it is that of the text.
_DISPLAY = 1.0
#: CSS pixels in a point.
_PIXELS = 96 / 72


@lru_cache(maxsize=4096)
def mathml(tex: str, display: bool) -> Markup:
    """The formula as a ``<math>`` element with its TeX as text alternative."""
    from latex2mathml.converter import convert

    markup = convert(tex, display="block" if display else "inline")
    opened = f'<math alttext="{escape(tex)}"'
    return Markup(markup.replace("<math", opened, 1))


@lru_cache(maxsize=4096)
def picture(tex: str, em: float, display: bool) -> Markup:
    """The formula as an ``<img>``; ``em`` is the size of the text in pt."""
    import ziamath

    drawing = ziamath.zmath.Latex(tex, size=em * _PIXELS * _DISPLAY, inline=not display)
    svg = drawing.svg()
    depth = -drawing.getyofst() / _PIXELS
    data = base64.b64encode(svg.encode()).decode()
    return Markup(
        f'<img class="math" alt="{escape(tex)}" src="data:image/svg+xml;base64,{data}" '
        f'style="vertical-align:-{max(0.0, depth):.2f}pt"/>'
    )


def problems(book: b.Book) -> tuple[Diagnostic, ...]:
    """An error for each formula that is not TeX that both media can set."""
    found: list[Diagnostic] = []
    for node in walk(book):
        if not isinstance(node, b.Math | b.Formula):
            continue
        try:
            mathml(node.tex, False)
            picture(node.tex, 10.5, False)
        except Exception as error:
            # Both converters answer bad TeX with whatever goes wrong inside them.
            reason = str(error) or type(error).__name__
            found.append(
                Diagnostic("R-MATH", "error", f"this formula cannot be set: {reason}", node.span)
            )
    return tuple(found)
