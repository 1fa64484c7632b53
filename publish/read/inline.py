"""Inline Markdown with a place for every token, and emphasis that works beside Chinese.

markdown-it-py gives block tokens their lines and inline tokens nothing.  This module
replaces its inline parser by one that notes where each token begins and ends in the
paragraph (``token.meta["begin"]``, ``token.meta["end"]``, code points), and whose
delimiter runs follow the CJK-friendly amendment to CommonMark's flanking rules
(https://github.com/tats-u/markdown-cjk-friendly), so that ``**重点。**后文`` is bold.
Three constructs are added: ruby, attribute spans and notes.
"""

from __future__ import annotations

import re
import unicodedata
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from publish.text.characters import has_han, is_full_width, is_zhuyin

#: ``.class``, ``#id``, ``key=value`` or ``key="value"`` between braces.
_ATTRIBUTE = re.compile(
    r"""\.(?P<class>[\w-]+)|\#(?P<id>[\w.:-]+)|(?P<key>[\w-]+)=(?P<value>"[^"\n]*"|[^\s"{}]+)"""
)
#: The same between its braces; no repetition gives back what it took, so that the time is linear.
_ATTRIBUTES = re.compile(
    r"""\{((?:\s*+(?:\.[\w-]++|\#[\w.:-]++|[\w-]++=(?:"[^"\n]*+"|[^\s"{}]++)))++\s*+)\}"""
)
#: No template code: ``{{ name|filter }}``, ``{% if a|b %}`` and ``{# … #}`` are text.
_RUBY = re.compile(r"(?<!\{)\{(?![%#])([^{}|\n]+)((?:\|[^{}|\n]+)+)\}(?!\})")
_NOTE_LABEL = re.compile(r"\[\^([^\[\]\s]{1,999}+)\]")
#: Characters that searches for the end of a label may read in vain in one paragraph: this many, and
#: so many times its length.  Beyond that a bracket is text, so that stray ones cost no hour.
_VAIN, _VAIN_TIMES = 100_000, 20
#: Searches within searches, one for each label within a label.
_SEARCHES = 60


def parse_attributes(text: str) -> dict[str, str]:
    """``.dots lang=en #here`` as a mapping; classes are joined by a space under ``class``."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        if match["class"]:
            found["class"] = f"{found.get('class', '')} {match['class']}".strip()
        elif match["id"]:
            found["id"] = match["id"]
        else:
            found[match["key"]] = match["value"].strip('"')
    return found


class PlacedState(StateInline):
    """The state of one paragraph; knows where the text not yet made a token begins."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, out: list[Token]) -> None:
        super().__init__(src, md, env, out)
        self.pending_begin = 0
        self.vain = _VAIN + _VAIN_TIMES * len(src)
        self.searches = 0

    def pushPending(self) -> Token:
        """Flush the pending text, with its place."""
        token = super().pushPending()
        token.meta = {
            "begin": self.pending_begin,
            "end": self.pending_begin + len(token.content),
        }
        return token

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Flanking of the delimiter run at ``start`` (CommonMark section 6.2, CJK-friendly)."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        before_space, after_space = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        before_cjk, after_cjk = is_full_width(before), is_full_width(after)
        before_mark, after_mark = _is_punctuation(before), _is_punctuation(after)
        left = not after_space and (
            not (after_mark and not after_cjk) or before_space or before_mark or before_cjk
        )
        right = not before_space and (
            not (before_mark and not before_cjk) or after_space or after_mark or after_cjk
        )
        if canSplitWord:
            return Scanned(left, right, end - start)
        return Scanned(
            left and (not right or before_mark),
            right and (not left or after_mark),
            end - start,
        )


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


class PlacedInlineParser(ParserInline):
    """markdown-it-py's inline parser, noting the place of each token."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """Parse the content of one block."""
        state = PlacedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Make tokens of the range ``state.pos`` to ``state.posMax``."""
        assert isinstance(state, PlacedState)
        rules = self.ruler.getRules("")
        end = state.posMax
        nesting = state.md.options["maxNesting"]
        while state.pos < end:
            begin = state.pos
            if not state.pending:
                state.pending_begin = begin
            count = len(state.tokens)
            done = False
            if state.level < nesting:
                for rule in rules:
                    if rule(state, False):
                        done = True
                        break
            if not done:
                state.append_pending(state.src[state.pos])
                state.pos += 1
                continue
            _place(state.tokens[count:], begin, state.pos)
        if state.pending:
            state.pushPending()


def _place(tokens: list[Token], begin: int, end: int) -> None:
    """Give the tokens that one rule made their place; delimiters are dealt out one by one."""
    cursor = begin
    for token in tokens:
        if "begin" in token.meta:
            continue
        token.meta["begin"] = cursor if token.type == "text" else begin
        cursor += len(token.content)
        token.meta["end"] = cursor if token.type == "text" else end


# --- labels ------------------------------------------------------------------


def _label_end(state: StateInline, start: int, disableNested: bool = False) -> int:
    """Where the label that opens with the ``[`` at ``start`` closes, or -1 (CommonMark 6.3).

    With ``disableNested`` a label with a link in it is none; a note call and an attribute
    span without a link may stand in it.
    """
    assert isinstance(state, PlacedState)
    if state.vain < 0 or state.searches > _SEARCHES or state.src.find("]", start, state.posMax) < 0:
        return -1
    state.searches += 1
    saved, level, found = state.pos, 1, -1
    state.pos = start + 1
    while state.pos < state.posMax:
        marker, begin = state.src[state.pos], state.pos
        if marker == "]":
            level -= 1
            if level == 0:
                found = begin
                break
        state.md.inline.skipToken(state)
        if marker == "[" and state.pos == begin + 1:
            level += 1
        elif marker == "[" and disableNested and not _may_be_linked(state, begin):
            break
    if found < 0:
        state.vain -= state.pos - start
    state.pos = saved
    state.searches -= 1
    return found


def _may_be_linked(state: StateInline, begin: int) -> bool:
    """Whether what begins with this ``[`` is a note call, or an attribute span without links."""
    if _NOTE_LABEL.match(state.src, begin, state.posMax):
        return True
    end = _label_end(state, begin, True)
    return end >= 0 and _ATTRIBUTES.match(state.src, end + 1, state.posMax) is not None


# --- constructs of our own ---------------------------------------------------


def _ruby(state: StateInline, silent: bool) -> bool:
    """``{漢字|かん|じ}``: a reading for each base character, or one for all of them; bopomofo with
    blanks between as many syllables as there are characters is one for each, too."""
    if state.src[state.pos] != "{":
        return False
    match = _RUBY.match(state.src, state.pos, state.posMax)
    if match is None or not has_han(match[1]):
        return False
    base, readings = match[1], match[2][1:].split("|")
    if len(readings) == 1 and is_zhuyin(readings[0]) and len(readings[0].split()) == len(base):
        readings = readings[0].split()
    if len(readings) not in (1, len(base)):
        return False
    if not silent:
        token = state.push("ruby", "ruby", 0)
        pairs = zip(base, readings, strict=True) if len(readings) > 1 else [(base, readings[0])]
        token.meta["pairs"] = tuple((b, r.strip()) for b, r in pairs)
    state.pos = match.end()
    return True


def _attribute_span(state: StateInline, silent: bool) -> bool:
    """``[文字]{.dots}``: a run with attributes."""
    if state.src[state.pos] != "[":
        return False
    label_end = _label_end(state, state.pos)
    if label_end < 0:
        return False
    match = _ATTRIBUTES.match(state.src, label_end + 1, state.posMax)
    if match is None:
        return False
    if not silent:
        _nested(state, "span", state.pos + 1, label_end, {"attributes": parse_attributes(match[1])})
    state.pos = match.end()
    return True


def _note_call(state: StateInline, silent: bool) -> bool:
    """``[^label]``: a call for a note defined elsewhere in the file."""
    match = _NOTE_LABEL.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("note_call", "", 0).meta["label"] = match[1]
    state.pos = match.end()
    return True


def _inline_note(state: StateInline, silent: bool) -> bool:
    """``^[…]``: a note written where it is called."""
    if not state.src.startswith("^[", state.pos):
        return False
    label_end = _label_end(state, state.pos + 1)
    if label_end < 0:
        return False
    if not silent:
        _nested(state, "inline_note", state.pos + 2, label_end, {})
    state.pos = label_end + 1
    return True


def _nested(state: StateInline, name: str, begin: int, end: int, meta: dict[str, Any]) -> None:
    """Push ``name_open``, the tokens of the range and ``name_close``."""
    start, maximum = state.pos, state.posMax
    state.push(f"{name}_open", "", 1).meta.update(meta, begin=start)
    state.pos, state.posMax = begin, end
    state.md.inline.tokenize(state)
    state.posMax = maximum
    state.push(f"{name}_close", "", -1)


def _image_attributes(state: StateInline, silent: bool) -> bool:
    """``{width=50%}`` straight after an image: pandoc's way to size it; noted, not text."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    image = state.tokens[-1]
    match = _ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if image.type != "image" or match is None or image.meta.get("end") != state.pos:
        return False
    if not silent:
        image.meta["attributes"] = parse_attributes(match[1])
        image.meta["end"] = match.end()
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Put the placed parser and our constructs into a markdown-it parser."""
    placed = PlacedInlineParser()
    md.inline = placed
    md.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=_label_end,
        parseLinkDestination=helpers.parseLinkDestination,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    placed.ruler.before("link", "note_call", _note_call)
    placed.ruler.before("note_call", "attribute_span", _attribute_span)
    placed.ruler.before("attribute_span", "inline_note", _inline_note)
    placed.ruler.before("inline_note", "ruby", _ruby)
    placed.ruler.before("ruby", "image_attributes", _image_attributes)
    # Text is joined by the builder, which knows the places.
    placed.ruler2.disable("fragments_join")
    md.core.ruler.disable("text_join")


def joins_without_space(before: str, after: str) -> bool:
    """Whether a line end between two characters vanishes (CSS Text 4, segment breaks).

    It does between two wide or full-width characters, and where one side is a full-width
    mark or a mark of ambiguous width (“ ” — …) beside a wide character.  Hangul keeps its
    spaces.
    """
    if _is_hangul(before) or _is_hangul(after):
        return False
    wide_before, wide_after = is_full_width(before), is_full_width(after)
    if wide_before and wide_after:
        return True
    if wide_before and unicodedata.category(before)[0] == "P":
        return True
    if wide_after and unicodedata.category(after)[0] == "P":
        return True
    return (wide_before and _is_ambiguous_mark(after)) or (
        wide_after and _is_ambiguous_mark(before)
    )


def _is_ambiguous_mark(character: str) -> bool:
    return (
        unicodedata.east_asian_width(character) == "A"
        and unicodedata.category(character)[0] in "PS"
    )


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣" or "ᄀ" <= character <= "ᇿ" or "㄰" <= character <= "㆏"
