"""What may not be seen in a reading engine, found in views: one function a rule, all in CHECKS.

Rules of lines: GB/T 15834-2011 section 5.1 and clreq («prohibition rules for line start and line
end»); contrast: WCAG 2.2 section 1.4.6 (7:1); the pairs of places: EPUB 3.3 sections 5.4 and 7.4.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageStat

from readers.reading import OBJECT, Glyph, Picture, Section, View, opens

#: May not begin a line, may not end one.
NOT_FIRST = "。，、；：？！）」』》〉】〕〗］｝”’.,;:?!)]}%％～–"
NOT_LAST = "（「『《〈【〔〖［｛“‘([{"
#: Two of them are one mark, which may not be parted.
PAIRED = "—…⸺"
#: Two of them belong to one number.
DIGITS = "0123456789"
#: Stands between the parts of a name, and may not begin a line there; elsewhere it is a bullet.
INTERPUNCT = "·"
#: The part of the size of a face by which two boxes may overlap: pairs are kerned, boxes are as
#: high as a face, not as its ink.
OVERLAP = 0.15
#: The least part of it that the ink of Han and of digits takes, by general category.
INK = {"Lo": 0.9, "Nd": 0.4}
#: The part of it by which a glyph may stand beyond the edge of its column: a stop may hang there,
#: a reading may project.
HANG = 0.6
#: The width of the number of a formula and of the white before it, in sizes of its face.
NUMBER = 5
#: By how much the cells of an aligned column may differ, in sizes of the face: signs have white of
#: their own at their sides.
RAGGED = 0.15
#: Of 255, the mean of a page that can be read in the dark; and in the light.
DARK, LIGHT = 60, 180
#: Of 255, what is darker is ink; the part of the height at which two boxes meet that may be inked:
#: lines under words and through them.
INKED, CROSSED = 170, 0.12
#: How far along a column ink may stand from where it is measured, in sizes of the face: WebKit
#: paints all of it lower by an eighth.
SHIFT = 0.2
#: WCAG's enhanced contrast.
CONTRAST = 7.0


class Fault(NamedTuple):
    """A rule that is broken, where, and how."""

    rule: str
    view: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.view}: {self.place}: {self.message} [{self.rule}]"


def _around(line: tuple[Glyph, ...]) -> str:
    return "".join(glyph.character for glyph in line)[:24]


def _place(section: Section, glyph: Glyph) -> str:
    return f"{section.name} page {section.page(glyph) + 1}"


# --- where glyphs stand --------------------------------------------------------------------------


def overlaps(view: View) -> Iterator[Fault]:
    """No glyph lies on another: squares of the face's size, in the middle of each box."""
    for section in view.layout:
        for one, other in overlapping(section):
            message = f"{one.character} and {other.character} lie on each other"
            yield Fault("overlap", view.name, _place(section, one), message)


def overlapping(section: Section) -> Iterator[tuple[Glyph, Glyph]]:
    boxes = sorted(map(_square, section.glyphs), key=lambda box: box[2])
    for index, (glyph, left, _, right, bottom) in enumerate(boxes):
        for other, left2, top2, right2, bottom2 in _following(boxes, index, bottom):
            wide = min(right, right2) - max(left, left2)
            high = min(bottom, bottom2) - top2
            room = OVERLAP * min(glyph.size, other.size)
            if wide > room and high > room:
                yield glyph, other


_Square = tuple[Glyph, float, float, float, float]


def _following(boxes: list[_Square], index: int, bottom: float) -> Iterator[_Square]:
    for at in range(index + 1, len(boxes)):
        if boxes[at][2] >= bottom:
            return
        yield boxes[at]


def _square(glyph: Glyph) -> _Square:
    if glyph.character == OBJECT:
        return glyph, glyph.left, glyph.top, glyph.right, glyph.bottom
    middle = (glyph.top + glyph.bottom) / 2
    half = min(glyph.size, glyph.bottom - glyph.top) / 2
    # A box is an advance, which letter-spacing makes less while the ink stays as it is.
    least = INK.get(unicodedata.category(glyph.character), 0) * glyph.size
    right = max(glyph.right, glyph.left + least)
    return glyph, glyph.left, middle - half, right, middle + half


def line_starts(view: View) -> Iterator[Fault]:
    """No stop, comma or closing mark begins a line, no opening mark ends one, no call of a note
    begins one, no dash, ellipsis or number is broken in two."""
    for section in view.layout:
        for before, line in pairwise(section.lines):
            last, first = before[-1], line[0]
            if last.run != first.run or "across" in (last.kind, first.kind):
                continue
            place = _place(section, first)
            if first.kind == "call":
                message = f"a call of a note begins the line «{_around(line)}»"
                yield Fault("line-start", view.name, place, message)
            elif first.character in NOT_FIRST or (
                first.character == INTERPUNCT and last.character.isalpha()
            ):
                yield Fault("line-start", view.name, place, f"the line «{_around(line)}»")
            if last.character in NOT_LAST:
                yield Fault("line-end", view.name, place, f"before the line «{_around(line)}»")
            number = last.character in DIGITS and first.character in DIGITS
            if number or (last.character == first.character and first.character in PAIRED):
                yield Fault("line-end", view.name, place, f"parted: «{_around(line)}»")


def stranded(view: View) -> Iterator[Fault]:
    """No heading, nor the number of an entry, is parted from what it heads, no short lead-in from
    what it leads to (MuPDF does not tell them)."""
    for section in view.layout:
        for before, line in pairwise(section.lines):
            kind = before[-1].kind
            heads = kind in ("heading", "lead") and line[0].kind not in ("heading", kind)
            if heads and section.column(before[-1]) != section.column(line[0]):
                message = f"the {kind} «{_around(before)}» is last in its column"
                yield Fault("stranded", view.name, _place(section, before[-1]), message)


def numbers(view: View) -> Iterator[Fault]:
    """The number of a formula stands beside it, below only where both have no room in a column
    (MuPDF does not tell numbers)."""
    for section in view.layout:
        column = section.width / section.columns - section.gap
        for formula, number in pairwise(section.glyphs):
            if formula.character != OBJECT or number.kind != "number":
                continue
            middle = (number.top + number.bottom) / 2
            fits = formula.right - formula.left + NUMBER * number.size < column
            if fits and not formula.top <= middle <= formula.bottom:
                message = "the number of a formula is not beside it"
                yield Fault("number", view.name, _place(section, number), message)


def columns(view: View) -> Iterator[Fault]:
    """What is aligned in the columns of a formula is (MuPDF knows no formulas)."""
    for section in view.layout:
        for column, spread in section.ragged:
            if spread > RAGGED:
                message = f"the column «{column}» of a formula differs by {spread:.2f} em"
                yield Fault("columns", view.name, section.name, message)


def outside(view: View) -> Iterator[Fault]:
    """Everything stands in its column, nothing is wider than one or cut at the foot."""
    for section in view.layout:
        for kind, width in section.wide:
            message = f"{kind} is {width:.0f} px wide"
            yield Fault("outside", view.name, section.name, message)
        pitch = section.width / section.columns
        for line in section.lines:
            left = section.column(line[0]) * pitch + section.gap / 2
            right = left + pitch - section.gap
            for glyph in line:
                room = HANG * glyph.size
                across = glyph.left < left - room or glyph.right > right + room
                # Boxes are higher than the ink by a quarter of the face.
                down = glyph.top < -room / 2 or glyph.bottom > section.height + room / 2
                if across or down:
                    message = f"{glyph.character} of «{_around(line)}» is not in its column"
                    yield Fault("outside", view.name, _place(section, glyph), message)
                    break


def empty(view: View) -> Iterator[Fault]:
    """Every document shows something."""
    for section in view.layout:
        if not section.glyphs:
            yield Fault("blank", view.name, section.name, "nothing stands in it")


# --- what is seen --------------------------------------------------------------------------------


def _luminance(colour: tuple[int, int, int]) -> float:
    """WCAG's relative luminance of sRGB."""
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(image: Image.Image) -> float:
    """The most that any colour of a picture differs from the one that covers most of it."""
    colours = image.getcolors(image.width * image.height) or []
    if not colours:
        return 1.0
    ground = _luminance(max(colours)[1])
    inks = [_luminance(colour) for _, colour in colours]
    return max((max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) for ink in inks)


def _box(picture: Picture, glyphs: tuple[Glyph, ...]) -> tuple[int, int, int, int]:
    """The pixels of some glyphs in a picture of their page."""
    squares = [_square(glyph) for glyph in glyphs]
    left = min(square[1] for square in squares) + picture.left
    top = min(square[2] for square in squares) + picture.top
    right = max(square[3] for square in squares) + picture.left
    bottom = max(square[4] for square in squares) + picture.top
    scale = picture.scale
    return round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)


def unseen(view: View) -> Iterator[Fault]:
    """Every line, picture and formula of a pictured page can be seen, text with a contrast of
    7:1, and the page as a whole is as light or as dark as was asked for."""
    if view.scheme == "dark" and not view.dark:
        yield Fault("scheme", view.name, "the engine", "does not say that it is dark")
    for picture in view.pictures:
        section = view.sections[picture.section]
        place = f"{section.name} page {picture.page + 1}"
        image = picture.lies()
        mask = Image.new("1", image.size, 1)
        for line in section.lines:
            glyphs = tuple(glyph for glyph in line if section.page(glyph) == picture.page)
            text = tuple(glyph for glyph in glyphs if glyph.character != OBJECT)
            for glyph in set(glyphs) - set(text):
                box = _box(picture, (glyph,))
                ImageDraw.Draw(mask).rectangle(box, fill=0)
                if contrast(image.crop(box)) < 2:
                    yield Fault("blank", view.name, place, "a picture or a formula is not seen")
            if text and (seen := contrast(image.crop(_box(picture, text)))) < CONTRAST:
                message = f"«{_around(text)}» has a contrast of {seen:.1f}"
                yield Fault("contrast", view.name, place, message)
        if mask.getextrema()[1]:
            mean = ImageStat.Stat(image.convert("L"), mask).mean[0]
            if (mean >= DARK) if view.scheme == "dark" else (mean <= LIGHT):
                yield Fault("scheme", view.name, place, f"the page has a mean of {mean:.0f} of 255")


def run_together(view: View) -> Iterator[Fault]:
    """The ink of Han and digits stays in their boxes: engines may paint elsewhere than they measure
    (WebKit does, where a style sheet asks for ``text-autospace``)."""
    for picture in view.pictures if view.layout else ():
        section = view.sections[picture.section]
        image = picture.lies().convert("L")
        for line in section.lines:
            for one, other in pairwise(line):
                if section.page(one) != picture.page or not _are_neighbours(one, other):
                    continue
                left, top, _, bottom = _box(picture, (other,))
                reach = round(SHIFT * other.size * picture.scale) if picture.vertical else 1
                around = range(left - reach, left + reach + 1)
                between = (image.crop((x, top, x + 1, bottom)) for x in around)
                share = min(sum(column.histogram()[:INKED]) for column in between) / (bottom - top)
                if share > CROSSED:
                    message = f"{one.character} and {other.character} run together"
                    yield Fault("ink", view.name, _place(section, one), message)


def _are_neighbours(one: Glyph, other: Glyph) -> bool:
    close = other.left - one.right < 1 and not (one.shares and other.shares)
    return close and all(unicodedata.category(g.character) in INK for g in (one, other))


# --- where links lead ----------------------------------------------------------------------------


def lost(view: View) -> Iterator[Fault]:
    """Every entry of the contents and of the list of pages, and every link, opens its place."""
    for name, items in view.navigation.items():
        for item in items:
            if not item["seen"]:
                label = item.get("label") or item.get("text")
                message = f"«{label}» ({item['href']}) does not open its place {item['why']}"
                yield Fault("lost", view.name, name, message)


def contents(view: View) -> Iterator[Fault]:
    """What is read at the place of an entry of the contents is what the entry says; but a chapter
    without a title is listed by the title of the book."""
    for item in view.navigation.get("contents", ()):
        if (
            item["seen"]
            and item["label"] != view.title
            and not opens(item["label"], item["arrived"])
        ):
            message = f"«{item['label']}» opens «{item['arrived'][:24]}»"
            yield Fault("contents", view.name, item["href"], message)


def notes(view: View) -> Iterator[Fault]:
    """A call pops its note up, leads to that note, and the note leads back to the call."""
    for call in view.navigation.get("links", ()):
        if (note := call["note"]) is None:
            continue
        if note["kind"] not in ("footnote", "endnote") or not note["text"]:
            message = f"pops up as {note['kind']}: «{note['text'][:20]}»"
            yield Fault("notes", view.name, call["href"], message)
        if not call["arrived"].startswith(note["text"][:20]):
            message = f"pops up «{note['text'][:20]}», leads to «{call['arrived'][:20]}»"
            yield Fault("notes", view.name, call["href"], message)
        if call["seen"] and not (call["back"]["seen"] and call["back"]["calls"]):
            message = f"the note does not lead back to its call {call['back']['why']}"
            yield Fault("notes", view.name, call["href"], message)


def failures(view: View) -> Iterator[Fault]:
    """No script of the reader failed, nothing of the book was missing."""
    for message in view.failures:
        yield Fault("failure", view.name, "reader", message)


CHECKS: tuple[Callable[[View], Iterator[Fault]], ...] = (
    overlaps,
    line_starts,
    stranded,
    numbers,
    columns,
    outside,
    empty,
    unseen,
    run_together,
    lost,
    contents,
    notes,
    failures,
)


def check(view: View) -> list[Fault]:
    """All that is wrong with a view."""
    return [fault for rule in CHECKS for fault in rule(view)]
