"""A document of ours read by the XML parser of Python, where that gives the tree of HTML.

WeasyPrint reads HTML with a parser written in Python, forty times slower.  What our templates write
is mostly well-formed, but for elements that are never closed, and then the two trees differ only
where HTML has rules of its own: elements that close others, or that come by themselves, raw text,
white space at the ends.  A document that uses one of them is read as HTML.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import weasyprint

from publish.render.adapter import guard

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

#: Elements whose start tag closes an open ``p`` (HTML, 13.2.6.4.7).
_BLOCKS = _HEADINGS | frozenset(
    (
        *("address", "article", "aside", "blockquote", "div", "dl", "figcaption", "figure"),
        *("footer", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"),
        *("dd", "dt", "li"),
    )
)
_PHRASES = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "dfn", "em", "i", "img", "ins"),
        *("del", "kbd", "mark", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span"),
        *("strong", "sub", "sup", "time", "u", "var", "wbr"),
    )
)
#: Elements that stand only where they belong; elsewhere HTML moves or adds something.
_PARENTS = {
    "li": ("ol", "ul"),
    "dd": ("dl",),
    "dt": ("dl",),
    "rb": ("ruby",),
    "rp": ("ruby", "rtc"),
    "rt": ("ruby", "rtc"),
    "rtc": ("ruby",),
    "caption": ("table",),
    "colgroup": ("table",),
    "thead": ("table",),
    "tbody": ("table",),
    "tfoot": ("table",),
    "col": ("colgroup",),
    "tr": ("thead", "tbody", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
}
#: Elements that hold elements (and white space) of certain kinds and nothing else.
_CHILDREN = {
    "table": frozenset(("caption", "colgroup", "thead", "tbody", "tfoot")),
    "colgroup": frozenset(("col",)),
    "thead": frozenset(("tr",)),
    "tbody": frozenset(("tr",)),
    "tfoot": frozenset(("tr",)),
    "tr": frozenset(("td", "th")),
    "head": frozenset(("link", "meta", "style", "title")),
}
_KNOWN = _BLOCKS | _PHRASES | _PARENTS.keys()
_EMPTY = frozenset(("br", "col", "hr", "img", "link", "meta", "wbr"))

#: An element that HTML never closes, with nothing in its attributes that could be misread.
_OPEN = re.compile(
    rf"<((?:{'|'.join(sorted(_EMPTY))})(?:\s+[a-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*>"
)

#: Raw text in HTML, where XML reads tags and references.
_STYLE = re.compile(r"(<style\b[^<>]*>)(.*?)(</style>)", re.DOTALL)

#: Comments, CDATA, declarations but the first, elements closed in their start tag that HTML leaves
#: open, white space in attributes but blanks, and control characters.
_SUSPECT = re.compile(
    r"<[!?]|<(?!(?:br|col|hr|img|link|meta|wbr|circle|g|line|path|rect)\b)[^<>\s/]+(?:\s[^<>]*)?/>"
    r"|<[a-z][^<>]*=\s*(?:\"[^\"<>]*[\n\r\t]|'[^'<>]*[\n\r\t])"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]"
)
#: Drawings: what is no HTML, and written the same way in both.
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(f"{{{_SVG}}}{tag}" for tag in ("circle", "g", "line", "path", "rect", "svg"))
_DECLARATION = "{http://www.w3.org/2000/xmlns/}xmlns"
_NAMESPACE = re.compile(r"<[a-z]+\s[^<>]*?xmlns")
_CAMELS = frozenset(("viewBox", "preserveAspectRatio"))

_DOCTYPE = "<!DOCTYPE html>"
_BLANK = " \t\n"


def tree(source: str) -> ElementTree.Element | None:
    """The element ``html`` of a document, or None if HTML's own parser has to read it."""
    # Without the declaration a table may stand in a paragraph (HTML, 13.2.6.4.7), here never.
    source = source.removeprefix(_DOCTYPE)
    source = _STYLE.sub(lambda found: f"{found[1]}{escape(found[2])}{found[3]}", source)
    if _SUSPECT.search(source):
        return None
    source = _OPEN.sub(r"<\1/>", source)
    try:
        root = ElementTree.fromstring(source)
    except ElementTree.ParseError:
        return None
    if len(_NAMESPACE.findall(source)) != sum(1 for _ in root.iter(f"{{{_SVG}}}svg")):
        return None
    if root.tag != "html" or [child.tag for child in root] != ["head", "body"]:
        return None
    head, body = root
    if not _is_plain(head, _CHILDREN["head"]) or any(map(len, head)):
        return None
    if any(not _is_blank(text) for text in (root.text, head.tail, body.tail)):
        return None
    if not all(_is_as_in_html(child, "body", frozenset()) for child in body):
        return None
    # White space before the head is dropped, what follows the body is in the body.
    root.text = None
    after = (body.tail or "") + source[source.rindex(">") + 1 :]
    body.tail = None
    if after and len(body):
        body[-1].tail = (body[-1].tail or "") + after
    elif after:
        body.text = (body.text or "") + after
    return root


def _is_as_in_html(element: ElementTree.Element, parent: str, above: frozenset[str]) -> bool:
    """Whether HTML would leave an element where it stands, and all in it."""
    tag = element.tag
    if tag == f"{{{_SVG}}}svg":
        # The declaration is an attribute in HTML.
        element.set(_DECLARATION, _SVG)
        return all(map(_is_drawn, element.iter()))
    if tag not in _KNOWN or parent not in _PARENTS.get(tag, (parent,)):
        return False
    if tag == "pre" and (element.text or "").startswith("\n"):
        return False
    if tag in _BLOCKS:
        # A block ends a paragraph, a heading another, a link a link.
        if "p" in above or (tag in _HEADINGS and above & _HEADINGS):
            return False
    elif tag == "a" and "a" in above:
        return False
    if tag in _EMPTY:
        return not len(element) and not element.text
    if tag in _CHILDREN and not _is_plain(element, _CHILDREN[tag]):
        return False
    inside = above | {tag} if tag in _HEADINGS or tag in ("a", "p") else above
    return all(_is_as_in_html(child, tag, inside) for child in element)


def _is_drawn(element: ElementTree.Element) -> bool:
    """Whether HTML leaves names in a drawing as they are: it folds their case but for a list."""
    names = (name for name in element.attrib if name != _DECLARATION)
    return element.tag in _DRAWN and all(
        name in _CAMELS or (name.islower() and "{" not in name) for name in names
    )


def _is_plain(element: ElementTree.Element, allowed: frozenset[str]) -> bool:
    """Whether an element holds nothing but white space and some elements."""
    return _is_blank(element.text) and all(
        child.tag in allowed and _is_blank(child.tail) for child in element
    )


def _is_blank(text: str | None) -> bool:
    return not text or not text.strip(_BLANK)


class _Wrapper(weasyprint.cssselect2.ElementWrapper):  # type: ignore[misc]
    """An element of a tree read the quick way, as the engine's style sheets see it."""

    def query_all(self, *selectors: Any) -> Any:
        """The elements that selectors match; those of the head are nowhere else.

        The engine asks the root for style sheets and for metadata, and would look at every element.
        """
        if self.parent is None and _CHILDREN["head"].issuperset(selectors):
            return next(self.iter_children()).query_all(*selectors)
        return super().query_all(*selectors)


class Document(weasyprint.HTML):  # type: ignore[misc]
    """``weasyprint.HTML`` of a string, read the quick way if that makes no difference."""

    def __init__(self, string: str, *, url_fetcher: Any, base_url: str | None = None) -> None:
        root = None if guard.problems() else tree(string)
        if root is None:
            super().__init__(string=string, url_fetcher=url_fetcher, base_url=base_url)
            return
        self.base_url = base_url
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = _Wrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
