"""Style sheets of the e-book as old and new reading systems understand them.

The sheets of styles/css say a thing once, in today's CSS, and where they say all four sides of a
box at once, as for horizontal lines.  Before each declaration that older engines do not know come
the ones they do, so that the last that is understood counts: physical sides for logical ones, and
names with a prefix (EPUB 3.3 appendix E; the EBPAJ guide wants those first).  Only our own sheets
come through here: no comment or string in them holds a brace or a semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from publish.model.edition import Writing

#: The sides of a page that a line and a column of lines go from and to.
_SIDES: Mapping[Writing, Mapping[str, str]] = {
    "horizontal": {
        "inline-start": "left",
        "inline-end": "right",
        "block-start": "top",
        "block-end": "bottom",
    },
    "vertical": {
        "inline-start": "top",
        "inline-end": "bottom",
        "block-start": "right",
        "block-end": "left",
    },
}
_LOGICAL = re.compile(r"(margin|padding|border)-(inline|block)-(start|end)")
#: What shorthands give in the order of their values: start, end and sides of lines and of blocks.
_SHORTHANDS = frozenset(("margin", "padding"))
#: The extent of a line is a width, or a height where lines run down.
_EXTENT = re.compile(r"(|min-|max-)(inline|block)-size")
_EXTENTS: Mapping[Writing, Mapping[str, str]] = {
    "horizontal": {"inline": "width", "block": "height"},
    "vertical": {"inline": "height", "block": "width"},
}
#: Left and right of a line are its start and end in either writing mode.
_ALIGNED = {"start": "left", "end": "right"}

#: Property -> what earlier engines call it.
_TWINS: Mapping[str, tuple[str, ...]] = {
    "writing-mode": ("-epub-writing-mode", "-webkit-writing-mode"),
    "text-orientation": ("-epub-text-orientation", "-webkit-text-orientation"),
    "text-combine-upright": ("-epub-text-combine", "-webkit-text-combine"),
    "line-break": ("-epub-line-break", "-webkit-line-break"),
    "word-break": ("-epub-word-break",),
    "hyphens": ("-epub-hyphens", "-webkit-hyphens"),
    "text-emphasis": ("-epub-text-emphasis", "-webkit-text-emphasis"),
    "text-emphasis-position": ("-epub-text-emphasis-position", "-webkit-text-emphasis-position"),
    "text-underline-position": ("-epub-text-underline-position", "-webkit-text-underline-position"),
    "text-decoration-style": ("-webkit-text-decoration-style",),
    "ruby-position": ("-epub-ruby-position", "-webkit-ruby-position"),
    "break-before": ("page-break-before",),
    "break-after": ("page-break-after",),
    "break-inside": ("page-break-inside", "-webkit-column-break-inside"),
}
#: Values that earlier engines write in another way.
_VALUES: Mapping[tuple[str, str], str] = {
    ("-epub-text-combine", "all"): "horizontal",
    ("-webkit-text-combine", "all"): "horizontal",
    ("-webkit-text-emphasis-position", "under right"): "under",
    ("-webkit-ruby-position", "over"): "before",
    ("page-break-before", "page"): "always",
    ("page-break-after", "page"): "always",
}
_RULE = re.compile(r"\{([^{}]*)\}")


def for_readers(sheet: str, writing: Writing) -> str:
    """The sheet with the older spelling of each declaration before it."""
    sheet = re.sub(r"/\*.*?\*/\n?", "", sheet, flags=re.DOTALL)
    return _RULE.sub(lambda rule: f"{{ {_declarations(rule[1], writing)} }}", sheet)


def _declarations(inside: str, writing: Writing) -> str:
    pairs = (part.partition(":") for part in inside.split(";") if part.strip())
    return "; ".join(
        f"{name}: {value}"
        for prop, _, written in pairs
        for name, value in _spellings(prop.strip(), written.strip(), writing)
    )


def _spellings(prop: str, value: str, writing: Writing) -> Iterator[tuple[str, str]]:
    if logical := _LOGICAL.fullmatch(prop):
        yield f"{logical[1]}-{_SIDES[writing][f'{logical[2]}-{logical[3]}']}", value
    if prop in _SHORTHANDS and writing == "vertical":
        value = _turned(value)
    if extent := _EXTENT.fullmatch(prop):
        # The physical name alone: it says the same, and every engine knows it.
        prop = extent[1] + _EXTENTS[writing][extent[2]]
    if prop == "text-align":
        # Alone: what follows the writing mode adds nothing, and MuPDF takes ``end`` for ``left``.
        value = _ALIGNED.get(value, value)
    for twin in _TWINS.get(prop, ()):
        yield twin, _VALUES.get((twin, value), value)
    yield prop, value


def _turned(value: str) -> str:
    """The values of a shorthand for lines that run down.  Our sheets give them as those of lines
    that run across: top is where the first line stands, in vertical-rl the right."""
    values = value.split()
    if len(values) == 1:
        return value
    # The right is the top, the bottom the top, the left the right where they are not given
    # (CSS Box Model 3, section 3.2).
    top, right = values[:2]
    bottom = values[2] if len(values) > 2 else top
    left = values[3] if len(values) > 3 else right
    return f"{left} {top} {right} {bottom}"
