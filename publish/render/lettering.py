"""The letters in drawings: set in a face of the book, so that every machine draws the same.

A drawing names the faces of the machine it was made on.  On paper its letters are in the face of
labels (黑体), as those of figures are; they are drawn as shapes (render/adapter/lettered.py), since
what a picture says is no text of the book, no more than what a photograph shows.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from publish.diagnostics import Source, Span
from publish.model.book import Asset

_SVG = "http://www.w3.org/2000/svg"
_SLANTS = frozenset(("italic", "oblique"))
_WEIGHT = re.compile(r"bold(?:er)?|lighter|[1-9]00")
_SIZE = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[a-z]+|%)")
#: Sizes in words, which are none to the engine: CSS Fonts 3, section 3.5, medium 16 px.
_WORDS = {
    "xx-small": "9.6px",
    "x-small": "12px",
    "small": "14.2px",
    "medium": "16px",
    "large": "19.2px",
    "x-large": "24px",
    "xx-large": "32px",
    "smaller": ".83em",
    "larger": "1.2em",
}
#: A colour in inks: whatever stands between its brackets.
_INKS = re.compile(rb"device-cmyk\(([^()<>]{0,200})\)", re.IGNORECASE)
_COMMENT = re.compile(rb"/\*[^*]*\*/")
#: A part of one, or how much it covers.
_PART = re.compile(rb"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})(?:e[+-]?[0-9]{1,2})?%?")


def letters(asset: Asset) -> str:
    """All that is written in a drawing; empty for other pictures."""
    if asset.media_type != "image/svg+xml" or b"text" not in asset.data:
        return ""
    root = ElementTree.fromstring(asset.data)
    return "".join("".join(element.itertext()) for element in root.iter(f"{{{_SVG}}}text"))


def places(asset: Asset, folder: Path) -> dict[str, Span]:
    """Where a drawing of the folder has each of its letters first; where it is written in some
    other way than as itself or its number, the place is that of the first text."""
    drawn = letters(asset)
    if not drawn.strip():
        return {}
    text = asset.data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    source = Source(str(folder / asset.path), text)
    at = max(0, text.find("<text"))
    found = dict.fromkeys(drawn, Span(source, at, at + 5))
    missing = set(drawn)
    for words in re.finditer(r">([^<]+)", text):
        for sign in re.finditer(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));|.", words[1]):
            hexadecimal, decimal = sign.groups()
            code = int(hexadecimal, 16) if hexadecimal else int(decimal or 0)
            letter = chr(code) if 0 < code < 0x110000 else sign[0]
            if letter in missing:
                missing.discard(letter)
                begin = words.start(1) + sign.start()
                found[letter] = Span(source, begin, begin + len(sign[0]))
    return found


def lettered(asset: Asset, families: Sequence[str]) -> Asset:
    """A drawing whose letters are in the first of these families that has them; other pictures, and
    drawings without letters, as they are."""
    if not families or not letters(asset).strip():
        return asset
    import tinycss2

    root = ElementTree.fromstring(asset.data)
    for element in root.iter():
        element.attrib.pop("font-family", None)
        if (size := element.get("font-size", "").strip()) in _WORDS:
            element.set("font-size", _WORDS[size])
        if font := element.attrib.pop("font", None):
            # In an attribute it weighs less than any declaration.
            for name, value in _longhands(font):
                element.attrib.setdefault(name, value)
        if style := element.get("style"):
            element.set("style", _declarations(style))
        if element.tag == f"{{{_SVG}}}style":
            sheet = tinycss2.parse_stylesheet(element.text or "", True, True)
            element.text = _rules(sheet)
    root.set("font-family", ", ".join(families))
    return dataclasses.replace(asset, data=ElementTree.tostring(root, encoding="utf-8"))


def on_screen(asset: Asset) -> Asset:
    """A drawing with its colours in inks (CSS Color 5, section 15) as a screen knows them, by that
    section's own sums; other pictures, and what is no such colour, as they are."""
    return _with_colours(asset, _in_light)


def in_inks(asset: Asset) -> Asset:
    """A drawing with its colours in inks in the one spelling that the engine knows in full: it
    stops at ``none``, and with commas it passes over percentages and what shines through."""
    return _with_colours(asset, _in_ink)


def _with_colours(asset: Asset, spelt: Callable[[list[float], float], bytes]) -> Asset:
    if asset.media_type != "image/svg+xml" or not _INKS.search(asset.data):
        return asset

    def colour(found: re.Match[bytes]) -> bytes:
        values = _parts(found[1])
        return spelt(values[:4], values[4]) if values else found[0]

    return dataclasses.replace(asset, data=_INKS.sub(colour, asset.data))


def _parts(inside: bytes) -> list[float]:
    """Cyan, magenta, yellow, black and what they cover, each from 0 to 1; empty where what stands
    between the brackets is no colour.  A part that is ``none`` is 0 (CSS Color 4, section 4.4)."""
    inks, slash, alpha = _COMMENT.sub(b" ", inside).lower().partition(b"/")
    words = [*inks.replace(b",", b" ").split(), alpha.strip() if slash else b"1"]
    if len(words) != 5 or not all(word == b"none" or _PART.fullmatch(word) for word in words):
        return []
    values = (
        0.0 if word == b"none" else float(word.rstrip(b"%")) / (100 if word.endswith(b"%") else 1)
        for word in words
    )
    return [min(1.0, max(0.0, value)) for value in values]


def _in_light(inks: list[float], alpha: float) -> bytes:
    *coloured, black = inks
    light = (round(255 * (1 - min(1.0, ink * (1 - black) + black))) for ink in coloured)
    red_green_blue = "{}, {}, {}".format(*light)
    if alpha < 1:
        return f"rgba({red_green_blue}, {alpha:.4g})".encode()
    return f"rgb({red_green_blue})".encode()


def _in_ink(inks: list[float], alpha: float) -> bytes:
    through = f" / {alpha:.4g}" if alpha < 1 else ""
    return f"device-cmyk({' '.join(f'{ink:.4g}' for ink in inks)}{through})".encode()


def _rules(rules: Iterable[Any]) -> str:
    """The rules of a style sheet without faces; what is no rule, browsers pass over, too."""
    import tinycss2

    kept: list[str] = []
    for rule in rules:
        if rule.type == "qualified-rule":
            inside = _declarations(rule.content)
            kept.append(f"{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inside = _rules(tinycss2.parse_rule_list(rule.content or (), True, True))
            condition = tinycss2.serialize(rule.prelude)
            kept.append(f"@{rule.at_keyword}{condition}{{{inside}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword != "font-face":
            kept.append(rule.serialize())
    return "".join(kept)


def _declarations(css: str | Sequence[Any]) -> str:
    """Declarations, as text or as tokens, with all that they say of letters but the face.

    The engine takes the first word of the shorthand for the size: "bold 12px" for none.
    """
    import tinycss2

    kept: list[str] = []
    for one in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration" or one.lower_name == "font-family":
            continue
        value = tinycss2.serialize(one.value).strip()
        said = [(one.name, value)]
        if one.lower_name == "font":
            said = _longhands(value)
        elif one.lower_name == "font-size":
            said = [("font-size", _WORDS.get(value.lower(), value))]
        rank = " !important" if one.important else ""
        kept += [f"{name}:{words}{rank}" for name, words in said]
    return ";".join(kept)


def _longhands(font: str) -> list[tuple[str, str]]:
    """Slant, weight and size of the shorthand (CSS Fonts 3, section 3.7), which resets what it does
    not say; nothing where it has no length for a size, as ``inherit`` has none."""
    slant, weight = "normal", "normal"
    for word in "/".join(map(str.strip, font.lower().split("/"))).split():
        size = word.partition("/")[0]
        if word in _SLANTS:
            slant = word
        elif _WEIGHT.fullmatch(word):
            weight = word
        elif _SIZE.fullmatch(size := _WORDS.get(size, size)):
            return [("font-style", slant), ("font-weight", weight), ("font-size", size)]
    return []
