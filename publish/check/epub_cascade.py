"""Which declarations hold for which text of a book.

A small cascade (CSS Cascading and Inheritance 4) for the few properties that the checks ask for.
Selectors are matched by cssselect2, which WeasyPrint brings.  Paragraphs of one class below the
same parents are styled alike, so that a book of any length asks for a few dozen styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from publish.check.epub_css import Declaration, Sheet, parse_attribute, parse_sheet
from publish.check.epub_extract import resolve
from publish.check.epub_publication import XML, Document, Publication
from publish.check.epub_style import inner_sheets
from publish.records import dataclass
from publish.text.xhtml import MATHML, SVG, XHTML, local

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Properties that are followed, by every name they have in EPUB style sheets.
PROPERTIES: Mapping[str, str] = {
    "font-family": "font-family",
    "font-weight": "font-weight",
    "line-height": "line-height",
    "color": "color",
    "background-color": "background-color",
    "background": "background-color",
    "writing-mode": "writing-mode",
    "-epub-writing-mode": "writing-mode",
    "-webkit-writing-mode": "writing-mode",
    "text-combine-upright": "text-combine",
    "-epub-text-combine": "text-combine",
    "-webkit-text-combine": "text-combine",
    "text-orientation": "text-orientation",
    "-epub-text-orientation": "text-orientation",
    "-webkit-text-orientation": "text-orientation",
}
#: What reading systems do by themselves (HTML 15.3), as far as it matters here.
_DEFAULT = """
h1, h2, h3, h4, h5, h6, strong, b, th { font-weight: bold }
code, pre, kbd, samp, tt { font-family: monospace }
"""
_SILENT = frozenset(
    (f"{XHTML}script", f"{XHTML}style", f"{XHTML}rp", f"{XHTML}head", f"{MATHML}math", f"{SVG}svg")
)
#: Selectors that depend on more than the names, classes and languages of an element and those
#: around it.
_NEIGHBOURS = re.compile(r"[+~\[#]|:(?!lang\()")


#: Values that leave what stands above in force, or take a declaration back.
_AS_ABOVE = frozenset(("inherit", "unset", "currentcolor", "revert"))
_TAKEN_BACK = frozenset(("initial", "normal", "none", "transparent", "400"))
#: The shorthand ``font``: size, line height, families (CSS Fonts 4, 2.7).
_FONT = re.compile(r"(?:^|\s)[\d.]+[a-z%]*(?:\s*/\s*(?P<height>\S+))?\s+(?P<families>\D.*)$", re.I)


@dataclass(frozen=True, slots=True)
class Held:
    """A declaration that holds for a text, and where it stands."""

    value: str
    place: str
    selector: str


Style = Mapping[str, Held]
#: (property, what is declared, whether it is !important).
_Declared = tuple[str, Held, bool]


class Cascade:
    """The style sheets that one document or several have in common."""

    def __init__(self, sheets: Iterable[tuple[str, Sheet]]) -> None:
        import cssselect2

        self.matcher: Any = cssselect2.Matcher()
        #: Classes and names of elements whose style does not follow from their key and their
        #: parent's; an empty string stands for any element.
        self.watched: set[str] = set()
        self.kept: dict[tuple[Any, ...], tuple[int, Style]] = {}
        self._add("", parse_sheet(_DEFAULT), 0)
        for name, sheet in sheets:
            self._add(name, sheet, 1)

    def _add(self, name: str, sheet: Sheet, origin: int) -> None:
        import cssselect2

        for rule in sheet.rules:
            held = tuple(_declared(rule.declarations, name, rule.selector))
            if not held or rule.at or rule.conditional:
                continue
            try:
                selectors = cssselect2.compile_selector_list(rule.selector)
            except cssselect2.SelectorError:
                continue
            looks_around = _NEIGHBOURS.search(rule.selector)
            for selector in selectors:
                if selector.pseudo_element is None:
                    self.matcher.add_selector(selector, (origin, held))
                    if looks_around:
                        name_of_class = f".{selector.class_name}" if selector.class_name else ""
                        self.watched.add(name_of_class or selector.local_name or "")

    def texts(self, document: Document) -> Iterator[tuple[str, Style, _Element]]:
        """Every text node that is shown, what holds for it, and the element it stands in."""
        wrappers: dict[_Element, Any] = {}
        number, style = self._styled(document.root, 0, {}, wrappers)
        stack = [(document.root, number, style, iter(document.root))]
        while stack:
            element, number, style, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if stack and element.tail:
                    yield element.tail, stack[-1][2], stack[-1][0]
                continue
            tag = child.tag
            if tag in _SILENT or not isinstance(tag, str) or child.get("hidden") is not None:
                if child.tail:
                    yield child.tail, style, element
                continue
            number, style = self._styled(child, number, style, wrappers)
            if child.text:
                yield child.text, style, child
            stack.append((child, number, style, iter(child)))

    def _styled(
        self, element: _Element, parent: int, above: Style, wrappers: dict[_Element, Any]
    ) -> tuple[int, Style]:
        """(number, style) of an element; ``parent`` is the number of its parent.  The same number
        is given to elements that no selector tells apart but by what stands beside them."""
        get = element.get
        classes = get("class")
        key: tuple[Any, ...]
        key = (parent, element.tag, classes, get("lang"), get(f"{XML}lang"), get("style"))
        alone = bool(self.watched) and self._is_watched(element, classes)
        if not alone and key in self.kept:
            return self.kept[key]
        style = self._computed(_wrapped(element, wrappers), above)
        if alone:
            key = (
                *key,
                tuple(sorted((name, held.value, held.place) for name, held in style.items())),
            )
        return self.kept.setdefault(key, (len(self.kept) + 1, style))

    def _is_watched(self, element: _Element, classes: str | None) -> bool:
        if "" in self.watched or local(element) in self.watched:
            return True
        return any(f".{name}" in self.watched for name in (classes or "").split())

    def _computed(self, wrapper: Any, above: Style) -> Style:
        """What holds for an element whose parent has the style ``above``."""
        # By importance, origin, specificity and order; an attribute is stronger than any sheet.
        ranked: list[tuple[tuple[Any, ...], str, Held]] = []
        for specificity, order, _, (origin, held) in self.matcher.match(wrapper):
            for name, one, important in held:
                ranked.append(((important, origin, specificity, order, len(ranked)), name, one))
        if style := wrapper.etree_element.get("style"):
            for name, one, important in _declared(parse_attribute(style).rules[0].declarations):
                ranked.append(((important, 2, (0, 0, 0), 0, len(ranked)), name, one))
        if not ranked:
            return above
        result = dict(above)
        for name, one in {name: one for _, name, one in sorted(ranked)}.items():
            if one.value in _TAKEN_BACK:
                result.pop(name, None)
            elif one.value not in _AS_ABOVE:
                result[name] = one
        return result


def _wrapped(element: _Element, wrappers: dict[_Element, Any]) -> Any:
    """An element as cssselect2 wants it; its siblings are made with it, once for each parent."""
    import cssselect2

    if element not in wrappers:
        parent = element.getparent()
        if parent is None:
            wrappers[element] = cssselect2.ElementWrapper.from_xml_root(element)
        else:
            for child in _wrapped(parent, wrappers).iter_children():
                wrappers[child.etree_element] = child
    return wrappers[element]


def _declared(
    declarations: Iterable[Declaration], name: str = "", selector: str = ""
) -> Iterator[_Declared]:
    """The declarations that are followed."""
    for item in declarations:
        place = f"{name}:{item.line}" if name else ""
        value = item.value.lower() if item.name not in ("font", "font-family") else item.value
        if item.name == "font":
            found = _FONT.search(value)
            if found:
                held = Held(found["families"], place, selector)
                yield "font-family", held, item.important
                if found["height"]:
                    height = Held(found["height"], place, selector)
                    yield "line-height", height, item.important
        elif item.name in PROPERTIES:
            if item.name == "background":
                # A picture alone is no ground behind the text.
                value = "none" if value.startswith("url(") else value
            yield PROPERTIES[item.name], Held(value, place, selector), item.important


def cascades(book: Publication, sheets: Mapping[str, Sheet]) -> Iterator[tuple[Document, Cascade]]:
    """The XHTML documents in reading order, each with its cascade; documents that link to the
    same sheets share one."""
    shared: dict[tuple[str, ...], Cascade] = {}
    for document in book.in_order():
        if not document.is_html:
            continue
        linked = tuple(_linked(document, sheets))
        own = [
            (place, sheet)
            for place, sheet in inner_sheets(document)
            if any(rule.selector for rule in sheet.rules)
        ]
        if own:
            yield document, Cascade([*((name, sheets[name]) for name in linked), *own])
            continue
        if linked not in shared:
            shared[linked] = Cascade((name, sheets[name]) for name in linked)
        yield document, shared[linked]


def _linked(document: Document, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """The sheets of a document, each after those that it imports."""
    seen: set[str] = set()

    def follow(name: str) -> Iterator[str]:
        if name not in sheets or name in seen:
            return
        seen.add(name)
        for target, _ in sheets[name].targets:
            if target.lower().endswith(".css"):
                yield from follow(resolve(name, target)[0])
        yield name

    for reference in document.references:
        rel = (reference.element.get("rel") or "").lower().split()
        if local(reference.element) == "link" and "stylesheet" in rel and "alternate" not in rel:
            yield from follow(resolve(document.name, reference.target)[0])
