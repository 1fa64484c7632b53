"""What an SVG drawing may hold: shapes and text, nothing that runs, moves or reaches out.

Elements are those of SVG 2 that draw; anything else is refused by name, so that nothing slips
through by being new.  Depth and the number of shapes that ``use`` makes of a few are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

#: Nested elements, and shapes after every ``use`` is drawn.
MAX_DEPTH = 100
MAX_SHAPES = 50_000
#: A drawing wider or higher than this (CSS pixels) says nothing about its size.
MAX_SIDE = 100_000.0

_DRAWING = frozenset(
    re.findall(
        r"\w+",
        """svg g defs symbol use title desc metadata style path rect circle ellipse line polyline
        polygon text tspan textPath image linearGradient radialGradient stop pattern clipPath
        mask marker switch a filter feBlend feColorMatrix feComponentTransfer feComposite
        feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
        feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
        fePointLight feSpecularLighting feSpotLight feTile feTurbulence""",
    )
)
#: Elements of editors (Inkscape, Illustrator) stand in name spaces of their own and draw nothing.
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_OUTSIDE = re.compile(r"@import|\\\\|(?:image|image-set|src)\s*\(|url\(\s*['\"]?\s*(?!#)", re.I)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.I)
_LENGTH = re.compile(r"\s*(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*(px|pt|mm|cm|in)?\s*$")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def svg_problems(root: ElementTree.Element) -> Iterator[str]:
    """What a drawing holds that it may not."""
    if _too_deep(root):
        yield f"is nested more than {MAX_DEPTH} deep"
        return
    if root.tag != f"{_NAMESPACE}svg":
        # Readers draw nothing of it.
        yield f'is no SVG to readers: <svg> wants xmlns="{_NAMESPACE[1:-1]}"'
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        namespace, _, name = element.tag.rpartition("}")
        if f"{namespace}}}" == _NAMESPACE and name not in _DRAWING:
            yield f"holds a <{name}>"
        if name == "style" and element.text and _OUTSIDE.search(element.text):
            yield "reaches outside itself in its style sheet"
        yield from _attribute_problems(element)
    if _shapes(root) > MAX_SHAPES:
        yield f"makes more than {MAX_SHAPES} shapes of its parts"


def _attribute_problems(element: ElementTree.Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        if attribute.startswith("on"):
            yield f"holds the event handler {attribute}"
        elif attribute == "href":
            target = value.strip()
            if not (target.startswith("#") or _PICTURE.match(target)):
                yield f"refers to {target[:40]!r} outside itself"
        elif _OUTSIDE.search(value):
            yield f"reaches outside itself in its {attribute}"


def _too_deep(root: ElementTree.Element) -> bool:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _shapes(root: ElementTree.Element) -> int:
    """Elements once every ``use`` is what it refers to; more than allowed where that circles."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[int, int] = {}

    def count(element: ElementTree.Element, depth: int) -> int:
        if depth > 4 * MAX_DEPTH:
            return MAX_SHAPES + 1
        key = id(element)
        if key not in known:
            # Met again while it is being counted: a circle.
            known[key] = MAX_SHAPES + 1
            total = 1 + sum(count(child, depth + 1) for child in element)
            target = next((v for k, v in element.attrib.items() if k.endswith("href")), "")
            if element.tag == f"{_NAMESPACE}use" and target[1:] in named:
                total += count(named[target[1:]], depth + 1)
            known[key] = min(total, MAX_SHAPES + 1)
        return known[key]

    return count(root, 0)


def svg_size(root: ElementTree.Element) -> tuple[int, int]:
    """Width and height in CSS pixels, from the attributes or the view box; 0 where neither says."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if not (width and height) and len(box) == 4:
        width, height = _pixels(box[2]), _pixels(box[3])
    return width, height


def _pixels(length: str | None) -> int:
    match = _LENGTH.match(length or "")
    return round(min(float(match[1]) * _PIXELS[match[2] or ""], MAX_SIDE)) if match else 0
