"""What a drawing holds that a printed page does not show as a browser does, told by name.

The layout engine passes over what it does not know, without a word.  Tried on drawings of each kind
beside Chromium; e-books have the drawing as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from publish.diagnostics import Diagnostic, Span
from publish.model import book as b
from publish.model.tree import all_nodes
from publish.render.lettering import on_screen

_SVG = "{http://www.w3.org/2000/svg}"
#: Primitives of filters that the engine applies.
_FILTERS = frozenset(("feOffset", "feBlend"))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path"))
#: An opacity below one in an attribute or declaration, a colour with a part that shows through, or
#: what only transparency can do.
_TRANSLUCENT = re.compile(
    rb"opacity\s*[:=]\s*(?:[\"']\s*)?(?:0?\.\d|0\b|\d{1,2}(?:\.\d+)?%)|(?:rgba|hsla)\(|"
    rb"#[0-9a-fA-F]{8}\b|<mask\b|mix-blend-mode|(?i:device-cmyk)\([^()/]{0,100}/"
)
#: A colour in inks that is still there when those that are understood are in light.
_INKS = re.compile(r"device-cmyk\([^()\s]{0,20}", re.IGNORECASE)
_URL = re.compile(r"url\(\s*['\"]?#([^'\")]+)")


def unshown(book: b.Book) -> tuple[Diagnostic, ...]:
    """A warning P-SVG for each drawing of which something is lost in print."""
    found = []
    for asset in book.assets:
        if asset.media_type != "image/svg+xml":
            continue
        if lost := tuple(dict.fromkeys(losses(on_screen(asset).data))):
            message = f"{asset.path}: printed pages do not show {', '.join(lost)} in this drawing"
            hint = "have the program that made it write plain paths, or give a PNG of 300 dpi"
            place = place_of(book, asset.path)
            found.append(Diagnostic("P-SVG", "warning", message, place, hints=(hint,)))
    return tuple(found)


def translucent(book: b.Book) -> tuple[str, ...]:
    """The drawings that let through what is below them, in part: old standards of the press have no
    way for them."""
    return tuple(
        asset.path
        for asset in book.assets
        if asset.media_type == "image/svg+xml" and _TRANSLUCENT.search(asset.data)
    )


def place_of(book: b.Book, path: str) -> Span | None:
    """Where a picture stands first in the manuscript; None where no text shows it."""
    spans = (
        node.span for node in all_nodes(book) if isinstance(node, b.Image) and node.source == path
    )
    return next(spans, None)


def losses(data: bytes) -> Iterator[str]:
    """What of an SVG, its inks in light, is lost in print, in its own words."""
    root = ElementTree.fromstring(data)
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    sheet = " ".join(element.text or "" for element in root.iter(f"{_SVG}style"))
    if "var(" in sheet or any("var(" in (e.get("style") or "") for e in root.iter()):
        yield "custom properties (var)"
    values = (value for element in root.iter() for value in element.attrib.values())
    for said in (sheet, *values):
        yield from (f"the colour {found[0]}…)" for found in _INKS.finditer(said))
    for name in ("filter", "mask", "clip-path", "mix-blend-mode"):
        # Whom a rule of a style sheet means is not looked up here.
        if re.search(rf"(?<![-\w]){name}\s*:(?!\s*(?:none|normal))", sheet):
            yield f"{name} in a style sheet as a browser does"
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(_SVG):
            yield from _of_element(element, _said(element), named)


def _said(element: ElementTree.Element) -> dict[str, str]:
    """The properties of an element, those of its style attribute over the others."""
    pairs = (part.partition(":") for part in element.get("style", "").split(";"))
    return {**element.attrib, **{name.strip(): value.strip() for name, _, value in pairs}}


def _of_element(
    element: ElementTree.Element, said: dict[str, str], named: dict[str | None, ElementTree.Element]
) -> Iterator[str]:
    name = element.tag.removeprefix(_SVG)

    def meant(key: str) -> ElementTree.Element | None:
        match = _URL.match(said.get(key, ""))
        return named.get(match[1]) if match else None

    if said.get("filter", "none") != "none":
        target = meant("filter")
        kinds = [] if target is None else [child.tag.removeprefix(_SVG) for child in target]
        missing = [kind for kind in kinds if kind not in _FILTERS]
        if missing or target is None:
            yield f"the filter {missing[0] if missing else said['filter']}"
    if (mask := meant("mask")) is not None:
        if name not in _SHAPES:
            yield f"the mask on <{name}>"
        elif mask.get("maskUnits") != "userSpaceOnUse":
            yield "the whole of a mask in objectBoundingBox"
    if (clip := meant("clip-path")) is not None:
        if clip.get("clipPathUnits") == "objectBoundingBox" and name not in ("rect", "image"):
            yield f"a clip path in objectBoundingBox on <{name}>"
        if any(_said(child).get("clip-rule") == "evenodd" for child in clip.iter()):
            yield "the holes of a clip path (evenodd)"
    if said.get("mix-blend-mode", "normal") != "normal":
        yield f"the blend mode {said['mix-blend-mode']}"
    stroke = meant("stroke")
    if stroke is not None and stroke.tag == f"{_SVG}pattern":
        yield "the width of strokes in a pattern"
    if "pathLength" in said and said.get("stroke-dasharray", "none") != "none":
        yield "dashes by pathLength"
    if name == "textPath":
        yield "the bend of text along a path"
    if name == "switch":
        yield "one part of <switch> alone"
