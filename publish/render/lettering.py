"""The letters in drawings: set in a face of the book, so that every machine draws the same.

A drawing names the faces of the machine it was made on.  On paper its letters are in the face of
labels (黑体), as those of figures are; they are drawn as shapes (render/adapter/lettered.py), since
what a picture says is no text of the book, no more than what a photograph shows.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from publish.model.book import Asset

_SVG = "http://www.w3.org/2000/svg"
_LINKS = "http://www.w3.org/1999/xlink"
#: Declarations of a face in a style sheet or attribute.
_FAMILY = re.compile(r"font-family\s*:[^;}]*;?")


def letters(asset: Asset) -> str:
    """All that is written in a drawing; empty for other pictures."""
    if asset.media_type != "image/svg+xml" or b"text" not in asset.data:
        return ""
    root = ElementTree.fromstring(asset.data)
    return "".join("".join(element.itertext()) for element in root.iter(f"{{{_SVG}}}text"))


def lettered(asset: Asset, families: Sequence[str]) -> Asset:
    """A drawing whose letters are in the first of these families that has them; other pictures, and
    drawings without letters, as they are."""
    if not families or not letters(asset).strip():
        return asset
    root = ElementTree.fromstring(asset.data)
    for element in root.iter():
        element.attrib.pop("font-family", None)
        if style := element.get("style"):
            element.set("style", _FAMILY.sub("", style))
        if element.tag == f"{{{_SVG}}}style":
            element.text = _FAMILY.sub("", element.text or "")
    root.set("font-family", ", ".join(families))
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINKS)
    return dataclasses.replace(asset, data=ElementTree.tostring(root, encoding="utf-8"))
