"""Inline tokens to inline nodes, with places in the source; raw HTML tags are read here."""

from __future__ import annotations

import bisect
import re
import urllib.parse

from markdown_it.token import Token

from publish.diagnostics import Diagnostic, Source, Span, fail
from publish.model import book as b
from publish.model.tree import plain_text
from publish.read.inline import joins_without_space
from publish.read.pieces import SoftBreak, join_lines, without_calls
from publish.read.raw import MEANING, Tag
from publish.records import dataclass, field

_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_CLOSING_HASHES = re.compile(r"(?<![ \t])[ \t]+#+[ \t]*\n?$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(slots=True)
class _Frame:
    """An element that is open: ``kind`` is md or html, ``name`` the token or tag."""

    kind: str
    name: str
    begin: int
    token: Token | None = None
    children: list[b.Inline] = field(default_factory=list)


class _Places:
    """From offsets in the content of an inline token to offsets in the source."""

    def __init__(self, starts: list[int], offsets: list[int]) -> None:
        self.starts, self.offsets = starts, offsets

    def source(self, position: int) -> int:
        """The offset in the source of an offset in the content."""
        index = max(0, bisect.bisect_right(self.starts, position) - 1)
        return self.offsets[index] + position - self.starts[index]


class InlineBuilder:
    """Builds the inlines of one file; collects the notes written in place."""

    def __init__(
        self, source: Source, lines: list[int], diagnostics: list[Diagnostic], depth: int
    ) -> None:
        self.source, self.lines, self.diagnostics, self.depth = source, lines, diagnostics, depth
        self.inline_notes: list[b.Note] = []
        self._places = _Places([0], [0])
        self._stack: list[_Frame] = []
        self._text: list[str] = []
        self._begin = self._end = 0
        self._keep_lines = False

    # --- what the block builder calls -----------------------------------------

    def build(self, token: Token, base: int | None = None) -> tuple[b.Inline, ...]:
        """The nodes of an inline token; ``base`` is the place of a table cell's first character."""
        self._places = self._cell_places(token, base) if base is not None else self._map(token)
        self._stack = [_Frame("root", "", 0)]
        self._text = []
        tokens = token.children or []
        for index, item in enumerate(tokens):
            self._take(item, tokens, index)
            if len(self._stack) > self.depth:
                raise fail(
                    "R-DEPTH",
                    f"nested more than {self.depth} deep",
                    span=self._span(item.meta.get("begin", 0), item.meta.get("end", 0)),
                    hints=("look for a run of stray * or [ marks",),
                )
        self._flush()
        while len(self._stack) > 1:
            self._unclosed(self._stack.pop())
        return join_lines(tuple(self._stack[0].children))

    def build_lines(self, token: Token) -> list[tuple[b.Inline, ...]]:
        """The nodes of each line of a stanza."""
        self._keep_lines = True
        try:
            nodes = self.build(token)
        finally:
            self._keep_lines = False
        lines: list[list[b.Inline]] = [[]]
        for node in nodes:
            if isinstance(node, b.LineBreak):
                lines.append([])
            else:
                lines[-1].append(node)
        return [tuple(line) for line in lines if line]

    def seek_cell(self, token: Token, start: int) -> int:
        """Where in the source a table cell's content begins, looking from ``start``."""
        found = self.source.text.find(token.content.replace("|", "\\|"), start)
        return found if found >= 0 else start

    # --- places ----------------------------------------------------------------

    def _map(self, token: Token) -> _Places:
        first = token.map[0] if token.map else 0
        starts: list[int] = []
        offsets: list[int] = []
        position = 0
        for number, line in enumerate(token.content.split("\n")):
            begin = self.lines[min(first + number, len(self.lines) - 1)]
            end = self.lines[min(first + number + 1, len(self.lines) - 1)]
            raw = self.source.text[begin:end]
            # A tab that opens a line may have become blanks: what it says is found without them.
            blanks = len(line) - len(line.lstrip(" \t"))
            found = _CLOSING_HASHES.sub("", raw).rfind(line[blanks:])
            if found < 0:
                found = raw.rfind(line[blanks:])
            starts.extend(range(position, position + blanks))
            offsets.extend(begin + max(0, found - blanks + i) for i in range(blanks))
            starts.append(position + blanks)
            offsets.append(begin + max(0, found))
            position += len(line) + 1
        return _Places(starts, offsets)

    def _cell_places(self, token: Token, base: int) -> _Places:
        """A ``|`` in a cell is ``\\|`` in the source: the offset grows by one at each."""
        starts, offsets, added = [0], [base], 0
        for position, character in enumerate(token.content):
            if character == "|":
                added += 1
                starts.append(position)
                offsets.append(base + position + added)
        return _Places(starts, offsets)

    def _span(self, begin: int, end: int) -> Span:
        start = self._places.source(begin)
        if end <= begin:
            return Span(self.source, start, start)
        return Span(self.source, start, self._places.source(end - 1) + 1)

    # --- tokens ----------------------------------------------------------------

    def _take(self, token: Token, tokens: list[Token], index: int) -> None:
        begin, end = token.meta.get("begin", 0), token.meta.get("end", 0)
        match token.type:
            case "text":
                if token.content:
                    before = tokens[index - 1] if index else token
                    shift = 1 if before.markup == "autolink" and before.nesting == 1 else 0
                    self._add_text(token.content, begin + shift, begin + shift + len(token.content))
            case "text_special":
                # A reference to a line end is a blank: text has no line feed.
                self._add_text(re.sub(r"[\n\r]", " ", token.content), begin, end)
            case "softbreak" if self._keep_lines:
                self._append(b.LineBreak(span=self._span(begin, end)))
            case "softbreak":
                # Its place is the line end alone: what indents the next line is no text.
                self._append(SoftBreak(span=self._span(begin, begin + 1)))
            case "hardbreak":
                self._flush()
                while begin > 0 and self._content_blank_before(begin):
                    begin -= 1
                self._append(b.LineBreak(span=self._span(begin, end)))
            case "code_inline":
                self._append(b.CodeSpan(token.content, span=self._span(begin, end)))
            case "math_inline":
                self._append(b.Math(token.content.strip(), span=self._span(begin, end)))
            case "image":
                self._append(self._image(token, begin, end))
            case "ruby":
                self._append(b.Ruby(token.meta["pairs"], span=self._span(begin, end)))
            case "note_call":
                self._append(b.NoteRef(token.meta["label"], 0, span=self._span(begin, end)))
            case "html_inline":
                self._html(token.content, begin, end)
            case "attribute_list":
                self._flush()
            case "unsafe":
                self._flush()
                span = self._span(begin, end)
                self._warn("R-HTML", f"<{token.info}> is left out, with what it holds", span)
            case kind if token.nesting == 1:
                self._flush()
                self._stack.append(_Frame("md", kind.removesuffix("_open"), begin, token))
            case kind if token.nesting == -1:
                self._close(kind.removesuffix("_close"), end, token)
            case other:
                raise AssertionError(f"unknown inline token {other}")

    def _content_blank_before(self, position: int) -> bool:
        return self.source.text[self._places.source(position - 1)] == " "

    def _add_text(self, text: str, begin: int, end: int) -> None:
        if self._text and self._end != begin:
            self._flush()
        if not self._text:
            self._begin = begin
        self._text.append(text)
        self._end = end

    def _flush(self) -> None:
        if self._text:
            node = b.Text("".join(self._text), span=self._span(self._begin, self._end))
            self._text = []
            self._stack[-1].children.append(node)

    def _append(self, node: b.Inline) -> None:
        self._flush()
        self._stack[-1].children.append(node)

    def _image(self, token: Token, begin: int, end: int) -> b.Image:
        span = self._span(begin, end)
        given: dict[str, str] = token.meta.get("attributes", {})
        decorative = given.get("class") == "decorative"
        if given and given != {"class": "decorative"}:
            words = "an image takes no attribute but .decorative; it is fitted to the page"
            self._warn("R-ATTR", words, span)
        source, title = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
        alternative = _alternative(token.children or [])
        if decorative and alternative:
            self._warn("R-ALT", "a decorative image has no words; these are left out", span)
            alternative = ""
        return b.Image(source, alternative, title, decorative, span=span)

    # --- closing ---------------------------------------------------------------

    def _close(self, name: str, end: int, token: Token) -> None:
        self._flush()
        while self._stack[-1].kind == "html":
            self._unclosed(self._stack.pop())
        frame = self._stack.pop()
        children = tuple(frame.children)
        widen = len(token.markup) - 1 if name in ("strong",) else 0
        span = self._span(frame.begin - widen, end + widen)
        self._stack[-1].children.extend(self._element(frame, name, children, span))

    def _element(
        self, frame: _Frame, name: str, children: tuple[b.Inline, ...], span: Span
    ) -> tuple[b.Inline, ...]:
        token = frame.token
        assert token is not None
        if name == "em":
            return (b.Emphasis(children, span=span),)
        if name == "strong":
            return (b.Strong(children, span=span),)
        if name == "s":
            return (b.Marked(children, b.MarkRole.STRIKE, span=span),)
        if name == "link":
            target = str(token.attrGet("href") or "").strip()
            scheme = _SCHEME.match(target)
            if scheme and scheme[1].lower() not in _SAFE_SCHEMES:
                self._warn(
                    "R-URL", f"a link may not go to {scheme[1].lower()}:; its text is kept", span
                )
                return children
            if scheme and not _is_address(target):
                self._warn("R-URL", f"{target[:60]} is no address; the text is kept", span)
                return children
            # A call is a link of its own, and links do not nest: it stands behind the link.
            children, calls = without_calls(children)
            return (b.Link(children, target, str(token.attrGet("title") or ""), span=span), *calls)
        if name == "inline_note":
            label = f"inline {len(self.inline_notes) + 1}"
            self.inline_notes.append(
                b.Note(label, 0, (b.Paragraph(join_lines(children), span=span),), span=span)
            )
            return (b.NoteRef(label, 0, span=span),)
        return self._marked(token.meta["attributes"], children, span)

    def _marked(
        self, attributes: dict[str, str], children: tuple[b.Inline, ...], span: Span
    ) -> tuple[b.Inline, ...]:
        """An attribute span; classes that a book does not know are told and dropped."""
        nodes = children
        for name in attributes:
            if name not in ("class", "lang"):
                self._warn(
                    "R-ATTR", f"the attribute {name} has no effect here; the text is kept", span
                )
        lang = attributes.get("lang", "")
        if _LANGUAGE.fullmatch(lang):
            nodes = (b.Marked(nodes, b.MarkRole.LANGUAGE, lang, span=span),)
        elif lang:
            self._warn("R-ATTR", f"{lang} is no language tag; the text is kept without it", span)
        known = {role.value: role for role in b.MarkRole if role is not b.MarkRole.LANGUAGE}
        for name in attributes.get("class", "").split():
            if name in known:
                nodes = (b.Marked(nodes, known[name], span=span),)
            else:
                self._warn(
                    "R-CLASS",
                    f"{{.{name}}} is no mark that a book knows; the text is kept without it",
                    span,
                    (f"known: {', '.join(known)}",),
                )
        return nodes

    def _unclosed(self, frame: _Frame) -> None:
        """An HTML element that its paragraph does not close: the text stands without it."""
        span = self._span(frame.begin, frame.begin + len(frame.name) + 2)
        self._warn("R-HTML", f"<{frame.name}> is not closed; its text is kept", span)
        self._stack[-1].children.extend(frame.children)

    # --- raw HTML --------------------------------------------------------------

    def _html(self, markup: str, begin: int, end: int) -> None:
        tag = Tag(markup)
        self._flush()
        span = self._span(begin, end)
        if markup.startswith("<!--"):
            return
        for name in sorted(key for key in tag.attributes if key.startswith("on")):
            self._warn("R-HTML", f"the event handler {name} of <{tag.name}> is left out", span)
        if tag.name == "" or markup.startswith(("<!", "<?")):
            self._warn("R-HTML", f"{markup[:2]}…> means nothing in a book; it is left out", span)
        elif tag.closing:
            self._html_close(tag.name, end, span)
        elif tag.name == "br":
            self._append(b.LineBreak(span=span))
        elif tag.name == "img":
            source, alternative, title = (
                tag.attributes.get(name, "") for name in ("src", "alt", "title")
            )
            # An empty alt says in HTML that there is nothing to say (section 4.8.4.4.5).
            decorative = tag.attributes.get("alt") == ""
            self._append(b.Image(source, alternative, title, decorative, span=span))
        elif tag.name in MEANING:
            if not markup.endswith("/>"):
                self._stack.append(_Frame("html", tag.name, begin))
        else:
            self._warn("R-HTML", f"<{tag.name}> means nothing in a book; its text is kept", span)

    def _html_close(self, name: str, end: int, span: Span) -> None:
        if name not in MEANING:
            return
        depth = len(self._stack) - 1
        while depth > 0 and self._stack[depth].kind == "html" and self._stack[depth].name != name:
            depth -= 1
        if self._stack[depth].kind != "html":
            self._warn("R-HTML", f"</{name}> closes nothing", span)
            return
        while len(self._stack) - 1 > depth:
            self._unclosed(self._stack.pop())
        frame = self._stack.pop()
        children = tuple(frame.children)
        whole = self._span(frame.begin, end)
        self._stack[-1].children.extend(self._html_element(name, children, whole))

    def _html_element(
        self, name: str, children: tuple[b.Inline, ...], span: Span
    ) -> tuple[b.Inline, ...]:
        role = MEANING[name]
        if role is not None:
            return (b.Marked(children, role, span=span),)
        if name in ("em", "i"):
            return (b.Emphasis(children, span=span),)
        if name in ("strong", "b"):
            return (b.Strong(children, span=span),)
        if name == "ruby":
            return _ruby(children, span)
        inside = any(frame.name == "ruby" for frame in self._stack)
        if name in ("rt", "rp", "rb") and not inside:
            self._warn("R-HTML", f"<{name}> stands in no <ruby>; its text is kept", span)
            return children
        if name == "rp":
            return ()
        if name == "rt":
            # A reading travels to its <ruby> as a ruby without a base.
            return (b.Ruby((("", plain_text(children)),), span=span),)
        return children

    def _warn(self, code: str, message: str, span: Span, hints: tuple[str, ...] = ()) -> None:
        self.diagnostics.append(Diagnostic(code, "warning", message, span, hints))


def _is_address(target: str) -> bool:
    """Whether a link with a scheme is one that a reading system can follow (RFC 3986, 3987)."""
    if re.search(r"[\s<>\"{}|\\^`]", target):
        return False
    try:
        parts = urllib.parse.urlsplit(target)
        return bool(parts.path) if parts.scheme in ("mailto", "tel") else bool(parts.hostname)
    except ValueError:
        return False


def _ruby(children: tuple[b.Inline, ...], span: Span) -> tuple[b.Inline, ...]:
    """Pair each run of base text with the reading behind it."""
    pairs: list[tuple[str, str]] = []
    base = ""
    for child in children:
        if isinstance(child, b.Ruby) and child.pairs[0][0] == "":
            base, reading = base.strip(), child.pairs[0][1].strip()
            pairs.append((base, reading) if base else (reading, ""))  # Without a base it is text.
            base = ""
        else:
            base += plain_text((child,))
    if base.strip():
        pairs.append((base.strip(), ""))
    whole = tuple(pair for pair in pairs if pair[0])
    return (b.Ruby(whole, span=span),) if whole else ()


def _alternative(tokens: list[Token]) -> str:
    """The words of an image's alternative text, without markup (CommonMark section 6.4)."""
    words: list[str] = []
    for position, token in enumerate(tokens):
        match token.type:
            case "text" | "text_special" | "code_inline" | "math_inline" | "image":
                words.append(token.content)
            case "ruby":
                words.extend(base for base, _ in token.meta["pairs"])
            case "softbreak" | "hardbreak":
                before = "".join(words)[-1:]
                after = next((t.content for t in tokens[position + 1 :] if t.content), "")[:1]
                if before and after and not joins_without_space(before, after):
                    words.append(" ")
    return "".join(words)
