"""What the acceptance tests of e-books share: a cascade of styles, embedded faces, planted faults.

Nothing here imports ``publish``.  The cascade is small: the author's sheets in their order with
specificity and inheritance, and of the reading system's own sheet only what is bold.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cssselect2
import tinycss2
from acceptance import BOOKS, NAMESPACES, XHTML, Document, Epub, Run, built, publish, put
from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Media types that EPUB 3.3, section 3.2 (core media types) lists for fonts.
FONT_TYPES = frozenset(
    {
        "font/ttf",
        "font/otf",
        "font/woff",
        "font/woff2",
        "application/font-sfnt",
        "application/font-woff",
        "application/vnd.ms-opentype",
    }
)
BOLD = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "th"})


# --- books -------------------------------------------------------------------------


def write_book(folder: Path, text: str, toml: str = "", **files: bytes | str) -> Path:
    """A book folder with ``book.toml`` word for word (``make_book`` adds an ``[epub]`` table)."""
    put(folder / "book.md", text)
    put(folder / "book.toml", toml)
    for name, content in files.items():
        put(folder / name, content)
    return folder


def built_epub(folder: Path, edition: str = "hans", *options: str) -> Epub:
    """The EPUB of a book folder, built beside it in one edition, the PDF not asked for."""
    built(build(folder, "--edition", edition, *options))
    return Epub(epub_path(folder, edition))


def build(folder: Path, *options: str, **settings: Any) -> Run:
    return publish(
        "build", folder.name, "--format", "epub", *options, cwd=folder.parent, **settings
    )


def epub_path(folder: Path, edition: str = "hans") -> Path:
    return folder.parent / "output" / folder.name / f"{folder.name}.{edition}.epub"


#: A small book with every construct that the tests of e-books ask after.
SAMPLE = """# 山中小站

## 序

小站建在半山，一天停两趟车。站牌上写着 Cloud Rest，是测路的人起的名字。

## 第一章　等车^[车是绿的，*骨*架是铁的。]

先到的人坐在{站台|zhàn|tái}上。老站长只会说 follow me，别的话都用手比。他有一只表，背面刻着
Made in Sheffield，走得比火车准。[gap]{lang=en} 是他记住的另一个词，意思是空当。

::: epigraph
车来了，人就散了。
:::

### 时刻

表：一天的车

| 车 | 钟点 |
|:---|-----:|
| 上行[^慢] | 9 |
| 下行 | 17 |

[^慢]: 有雪时慢一刻。

    雪大时不来。

![站台、表和一条铁路](线路.png "小站")

![](花.png){.decorative}

走完 $s$ 里要 $t$ 刻，于是

$$
v = \\frac{s}{t}
$$ (1)

1. 先看表；
2. 再看天；
3. 最后看路。

## 第二章　不说 all aboard 的人

有人在站台上读书，*不抬头*，也**不看表**。

::: references
1. 佚名：《站志》，抄本。
:::
"""
SAMPLE_TOML = """[book]
title = "山中小站"
subtitle = "三页纸"
author = "站工丁"
[structure]
front = ["序"]
[epub]
page-list = false
"""


def sample_book(folder: Path) -> Path:
    """The folder of that book."""
    picture = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
    flower = (BOOKS / "hans-small" / "images" / "map.png").read_bytes()
    return write_book(folder, SAMPLE, SAMPLE_TOML, **{"线路.png": picture, "花.png": flower})


# --- styles ------------------------------------------------------------------------


@dataclass(frozen=True)
class Declaration:
    """``text`` is the value as written, without comments and in lower case."""

    name: str
    text: str
    tokens: tuple[Any, ...]
    important: bool

    @property
    def dimensions(self) -> list[tuple[float, str]]:
        """(value, unit) of every dimension in the value, also within functions."""
        return [(t.value, t.lower_unit) for t in _deep(self.tokens) if t.type == "dimension"]


@dataclass(frozen=True)
class Rule:
    """A qualified rule with the at-rules that hold it (``@media (…)``)."""

    selector: str
    prelude: tuple[Any, ...]
    declarations: tuple[Declaration, ...]
    within: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [item.name for item in self.declarations]

    def __str__(self) -> str:
        inside = "; ".join(f"{item.name}: {item.text}" for item in self.declarations)
        return f"{self.selector.strip()} {{ {inside} }}"


def _deep(tokens: Any) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _deep(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def declarations(content: Any) -> tuple[Declaration, ...]:
    """The declarations of a block; what is none fails the test."""
    found = []
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        assert item.type == "declaration", f"not CSS: {item.serialize()}"
        kept = tuple(token for token in item.value if token.type != "comment")
        text = tinycss2.serialize(kept).strip().lower()
        found.append(Declaration(item.lower_name, text, kept, item.important))
    return tuple(found)


def rules(css: str) -> Iterator[Rule]:
    """Every rule of a sheet, those in at-rules too; ``@font-face`` comes with that selector."""
    yield from _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), ())


def _rules(items: Any, within: tuple[str, ...]) -> Iterator[Rule]:
    for item in items:
        if item.type == "qualified-rule":
            selector = tinycss2.serialize(item.prelude)
            yield Rule(selector, tuple(item.prelude), declarations(item.content), within)
        elif item.type == "at-rule" and item.lower_at_keyword in ("font-face", "page"):
            name = f"@{item.lower_at_keyword}"
            yield Rule(name, (), declarations(item.content or ()), within)
        elif item.type == "at-rule" and item.content is not None:
            name = f"@{item.lower_at_keyword} {tinycss2.serialize(item.prelude).strip()}"
            inner = tinycss2.parse_rule_list(item.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner, (*within, name))
        else:
            assert item.type == "at-rule", f"not CSS: {item.serialize()}"


def sheets(epub: Epub) -> dict[str, str]:
    """The text of every style sheet by its path."""
    return {
        path: epub.files[path].decode("utf-8")
        for path, kind, _ in epub.items.values()
        if kind == "text/css"
    }


class Cascade:
    """What the sheets of a document declare for its elements, dark mode and print left out."""

    def __init__(self, epub: Epub, document: Document) -> None:
        self.matcher = cssselect2.Matcher()
        files = sheets(epub)
        for href in document.find("//h:link[contains(@rel, 'stylesheet')]/@href"):
            for rule in rules(files[epub.target(document.path, href)]):
                if rule.prelude and not rule.within:
                    for selector in cssselect2.compile_selector_list(list(rule.prelude)):
                        self.matcher.add_selector(selector, rule)
        etree.strip_tags(document.tree, etree.Comment, etree.ProcessingInstruction)
        root = cssselect2.ElementWrapper.from_xml_root(document.tree)
        self.wrappers = {wrapped.etree_element: wrapped for wrapped in root.iter_subtree()}
        self.known: dict[Any, dict[str, Declaration]] = {}

    def declared(self, element: Any) -> dict[str, Declaration]:
        """What wins for the element itself, by property."""
        if element not in self.known:
            found: dict[str, Declaration] = {}
            for _, _, pseudo, rule in self.matcher.match(self.wrappers[element]):
                for item in rule.declarations if pseudo is None else ():
                    if item.important or not (item.name in found and found[item.name].important):
                        found[item.name] = item
            self.known[element] = found
        return self.known[element]

    def families(self, element: Any) -> list[str]:
        """The font families in force, first choice first; none where the reader's own is."""
        for holder in (element, *element.iterancestors()):
            item = self.declared(holder).get("font-family")
            if item is not None and item.text != "inherit":
                return [name.strip().strip("\"'") for name in item.text.split(",")]
        return []

    def bold(self, element: Any) -> bool:
        for holder in (element, *element.iterancestors()):
            item = self.declared(holder).get("font-weight")
            if item is not None and item.text != "inherit":
                return item.text in ("bold", "bolder") or (
                    item.text.isdigit() and item.text >= "600"
                )
            if item is None and etree.QName(holder).localname in BOLD:
                return True
        return False


# --- text --------------------------------------------------------------------------


def pieces(document: Document, skip: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every piece of text in a document's body with the element that holds it, except below the
    elements of those names."""
    body = document.tree.find("h:body", NAMESPACES)
    assert body is not None, document.path
    for event, element in etree.iterwalk(body, events=("start", "end")):
        names = {etree.QName(holder).localname for holder in (element, *element.iterancestors())}
        if event == "start" and not names & set(skip):
            yield element.text or "", element
        elif event == "end" and element is not body:
            outer = {etree.QName(holder).localname for holder in element.iterancestors()}
            if not outer & set(skip):
                yield element.tail or "", element.getparent()


def local(element: Any) -> str:
    return str(etree.QName(element).localname)


def language(element: Any) -> str:
    """The language in force at an element (XHTML: ``xml:lang`` before ``lang``)."""
    for holder in (element, *element.iterancestors()):
        found = holder.get(XML_LANG) or holder.get("lang")
        if found:
            return str(found)
    return ""


# --- faces -------------------------------------------------------------------------


@dataclass(frozen=True)
class Face:
    """An ``@font-face``: its family in lower case, whether it is a bold one, its file."""

    family: str
    bold: bool
    path: str
    content: bytes

    @cached_property
    def font(self) -> Any:
        from fontTools.ttLib import TTFont

        return TTFont(io.BytesIO(self.content))

    @cached_property
    def characters(self) -> frozenset[str]:
        return frozenset(map(chr, self.font.getBestCmap()))

    def features(self, table: str) -> set[str]:
        if table not in self.font:
            return set()
        return {record.FeatureTag for record in self.font[table].table.FeatureList.FeatureRecord}

    def outline(self, character: str) -> list[Any]:
        from fontTools.pens.recordingPen import RecordingPen

        pen = RecordingPen()
        self.font.getGlyphSet()[self.font.getBestCmap()[ord(character)]].draw(pen)
        return list(pen.value)


def faces(epub: Epub) -> list[Face]:
    """The embedded faces; each ``@font-face`` must name a font of the manifest."""
    kinds = {path: kind for path, kind, _ in epub.items.values()}
    found = []
    for sheet, css in sheets(epub).items():
        for rule in rules(css):
            if rule.selector != "@font-face":
                continue
            values = {item.name: item for item in rule.declarations}
            (url,) = [url for url in map(_url, values["src"].tokens) if url]
            path = epub.target(sheet, url)
            assert kinds.get(path) in FONT_TYPES, f"{path}: {kinds.get(path)}"
            weight = values["font-weight"].text.split()[-1] if "font-weight" in values else ""
            bold = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
            family = values["font-family"].text.strip("\"'")
            found.append(Face(family, bold, path, epub.files[path]))
    return found


def _url(token: Any) -> str:
    """The address of ``url(x.otf)``, a token of its own, or ``url("x.otf")``, a function."""
    if token.type == "function" and token.lower_name == "url":
        (token,) = [item for item in token.arguments if item.type == "string"]
        return str(token.value)
    return str(token.value) if token.type == "url" else ""


def font_files(epub: Epub) -> dict[str, bytes]:
    return {path: epub.files[path] for path, kind, _ in epub.items.values() if kind in FONT_TYPES}


# --- planted faults ----------------------------------------------------------------


def copied(
    epub: Epub,
    target: Path,
    changes: Mapping[str, bytes | None],
    *,
    mimetype: int = zipfile.ZIP_STORED,
) -> Path:
    """A copy of an EPUB with other contents for some files (``None`` leaves the file out)."""
    contents: dict[str, bytes | None] = {info.filename: None for info in epub.infos}
    contents |= epub.files
    contents |= changes
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if content is not None:
                method = mimetype if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name), content, method)
    return target


def changed(epub: Epub, path: str, edit: Callable[[Any], object]) -> dict[str, bytes]:
    """The bytes of an XML file of the EPUB after an edit of its tree."""
    root = etree.fromstring(epub.files[path])
    edit(root)
    doctype = "<!DOCTYPE html>" if etree.QName(root).localname == "html" else None
    return {path: etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype=doctype)}


def element(name: str, text: str = "", **attributes: str) -> Any:
    made = etree.Element(f"{{{XHTML}}}{name}", attributes)
    made.text = text
    return made
