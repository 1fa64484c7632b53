"""Manners of style sheets: what reading systems trip over, and what takes the page out of the
reader's hands.

Sources: EPUB 3.3 section 6.3.1 and appendix E (prefixed properties), KDP text guidelines for
reflowable books, EBPAJ guide 1.1.3, and what was seen in Blink, Gecko, WebKit and MuPDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from publish.check.epub_css import (
    Declaration,
    Rule,
    Sheet,
    parse_attribute,
    parse_sheet,
)
from publish.check.epub_extract import resolve
from publish.check.epub_package import REMOTE
from publish.check.epub_publication import Document, Publication
from publish.text.patterns import late
from publish.text.xhtml import SVG, local

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Units of a size that no reader can enlarge (KDP: em or per cent).
_FIXED = frozenset(("px", "pt", "pc", "cm", "mm", "in", "q"))
#: What may be in such a unit.  In SVG a px is a unit of the drawing (SVG 2, section 8.9).
_SIZES = frozenset(("font-size", "font"))

#: Properties of East Asian text -> their names with -epub- (EPUB 3.3 appendix E) and -webkit-
#: (word-break, which WebKit has always called so, left out).
TWINS: Mapping[str, tuple[str, ...]] = {
    "writing-mode": ("-epub-writing-mode", "-webkit-writing-mode"),
    "text-orientation": ("-epub-text-orientation", "-webkit-text-orientation"),
    "text-combine-upright": ("-epub-text-combine", "-webkit-text-combine"),
    "text-emphasis": ("-epub-text-emphasis", "-webkit-text-emphasis"),
    "text-emphasis-style": ("-epub-text-emphasis-style", "-webkit-text-emphasis-style"),
    "text-emphasis-position": ("-epub-text-emphasis-position", "-webkit-text-emphasis-position"),
    "line-break": ("-epub-line-break", "-webkit-line-break"),
    "word-break": ("-epub-word-break",),
}
#: A shorthand, and the twin that may stand for it.
_LONG = {"text-emphasis": "text-emphasis-style"}

#: A logical property -> what tells old readers nearly the same.
_LOGICAL: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(logical), re.compile(physical))
    for logical, physical in (
        (r"margin-(?:inline|block)(?:-start|-end)?", r"margin(?:-left|-right|-top|-bottom)?"),
        (r"padding-(?:inline|block)(?:-start|-end)?", r"padding(?:-left|-right|-top|-bottom)?"),
        (r"border-(?:inline|block)(?:-.+)?", r"border(?:-left|-right|-top|-bottom)?(?:-.+)?"),
        (r"inset(?:-(?:inline|block)(?:-start|-end)?)?", r"left|right|top|bottom"),
        (r"(?:min-|max-)?(?:inline|block)-size", r"(?:min-|max-)?(?:width|height)"),
    )
)
_LOGICAL_NAME = late(r"(?:^|-)(?:inline|block|inset)(?:-|$)")

#: EPUB 3.3, 6.3.1: properties that a style sheet of an EPUB must not have.
_NEVER = frozenset(("direction", "unicode-bidi"))


def read_sheets(book: Publication) -> dict[str, Sheet]:
    """The style sheets of the book by name, their bytes checked."""
    sheets: dict[str, Sheet] = {}
    for item in book.of_type("text/css"):
        data = book.read(item.name).removeprefix(b"\xef\xbb\xbf")
        try:
            css = data.decode("utf-8")
        except UnicodeDecodeError:
            hint = "save it as UTF-8"
            book.faults.error("EPUB-CSS", item.name, "not in UTF-8", hint)
            css = data.decode("utf-8", "replace")
        declared = re.search(r"^\s*@charset\b", css, re.MULTILINE)
        if declared and css[:17].lower() != '@charset "utf-8";':
            hint = 'the file begins with @charset "utf-8"; or has none'
            book.faults.warn("EPUB-CSS", item.name, "@charset without effect", hint)
        elif not declared and not css.isascii():
            hint = 'begin the file with @charset "utf-8";'
            book.faults.warn("EPUB-CSS", item.name, "beyond ASCII, and without @charset", hint)
        sheets[item.name] = parse_sheet(css)
    return sheets


def check_style(book: Publication, sheets: Mapping[str, Sheet]) -> None:
    """Manners and references of every sheet, element and attribute that styles."""
    for name, sheet in sheets.items():
        _check_sheet(book, name, sheet)
    for document in book.documents.values():
        for element in document.styled:
            drawn = str(element.tag).startswith(SVG)
            for name, sheet in _sheets_of(document, element):
                _check_sheet(book, name, sheet, drawn)


def inner_sheets(document: Document) -> Iterator[tuple[str, Sheet]]:
    """The elements and attributes ``style`` of a document, with their places."""
    for element in document.styled:
        yield from _sheets_of(document, element)


def _sheets_of(document: Document, element: _Element) -> Iterator[tuple[str, Sheet]]:
    place = document.place(element)
    if local(element) == "style":
        yield place, parse_sheet(element.text or "")
    if style := element.get("style"):
        yield place, parse_attribute(style)


def _check_sheet(book: Publication, name: str, sheet: Sheet, drawn: bool = False) -> None:
    """``drawn`` sheets belong to a drawing, which is enlarged as a whole."""
    base, _, first = name.partition(":")
    offset = int(first) - 1 if first else 0

    def at(line: int) -> str:
        return f"{base}:{line + offset}"

    for message, line in sheet.broken:
        what = f"what no CSS parser reads: {message}"
        book.faults.warn("EPUB-CSS", at(line), what, "browsers pass it over, EPUBCheck does not")
    for target, line in sheet.targets:
        if target.startswith("#") or target.lower().startswith("data:"):
            continue
        if REMOTE.match(target):
            hint = "put it into the book: a reader may have no network"
            book.faults.error("EPUB-REMOTE", at(line), f"the style sheet fetches {target}", hint)
        elif (goal := resolve(base, target)[0]) not in book.names and goal not in book.items:
            book.faults.error("EPUB-LINK", at(line), f"{target} is not in the archive")
    for rule in sheet.rules:
        for place, declaration in enumerate(rule.declarations):
            if drawn and declaration.name in _SIZES:
                continue
            for what, hint in _manners(rule, place, declaration):
                book.faults.warn("EPUB-CSS", at(declaration.line), what, hint)


def _manners(rule: Rule, place: int, declaration: Declaration) -> Iterator[tuple[str, str]]:
    """What is wrong with one declaration, and what to do."""
    name = declaration.name
    if name in _SIZES:
        units = _FIXED.intersection(declaration.units)
        if units:
            yield f"a font size in {min(units)}", "em or %: the reader chooses the size"
    elif name == "text-autospace":
        yield "text-autospace", "WebKit sets digits over one another with it; leave it out"
    elif name.startswith("--"):
        yield "custom properties", "old reading systems, Kindle among them, know none; write values"
    elif name in _NEVER:
        yield f"the property {name}", 'dir="rtl" in the document instead (EPUB 3.3, 6.3.1)'
    elif name in TWINS:
        names = {item.name for item in rule.declarations}
        missing = [twin for twin in TWINS[name] if not _has(twin, names)]
        if missing:
            yield f"{name} without {' and '.join(missing)}", "older reading systems know those only"
    elif _LOGICAL_NAME.search(name):
        yield from _fallback(rule, place, name)
    for function in declaration.functions:
        if function == "device-cmyk":
            yield "a colour for print, device-cmyk()", "no screen knows it: the figure vanishes"
        elif function == "var":
            yield "var()", "old reading systems, Kindle among them, know none; write the value"


def _has(twin: str, names: set[str]) -> bool:
    """Whether a twin stands there, or a longer property of it."""
    return twin in names or any(
        twin.endswith(short) and twin.removesuffix(short) + long in names
        for short, long in _LONG.items()
    )


def _fallback(rule: Rule, place: int, name: str) -> Iterator[tuple[str, str]]:
    """Before a logical property, a physical one that old readers know."""
    for logical, physical in _LOGICAL:
        if logical.fullmatch(name):
            before = (item.name for item in rule.declarations[:place])
            if not any(physical.fullmatch(item) for item in before):
                hint = "old reading systems know left, right, top and bottom only: say both"
                yield f"{name} without a physical property before it", hint
            return
