"""Which places book.toml leaves as they are, and what a place is called there.

An entry of ``[mend] ignore`` is ``CODE``, which silences a rule everywhere, or ``CODE:text`` with
text of the line that holds the place, or ``CODE:line`` with a line of the file as received.  The
text may go beyond the place: what is proposed has so much of what stands around it that it is
found nowhere else, and lines that are added above do not matter.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Sequence

from publish.diagnostics import Diagnostic, Source, Span
from publish.model.settlements import told

#: Of a long place this many code points must be in the text of an entry.
_CORE = 20
#: Code points on each side of a place in the entry that is proposed, fewest first.
_AROUND = (4, 8, 12, 18)

#: Places that are called by a text of their own, which is a search through the book for each; where
#: there are more, the others are called by their lines.
_NAMED = 100

_LINE = "[mend] ignore = "


class Ignored:
    """The entries of ``[mend] ignore``."""

    def __init__(self, entries: Iterable[str]) -> None:
        self.everywhere: set[str] = set()
        self.lines: set[tuple[str, int]] = set()
        self.texts: dict[str, list[str]] = {}
        for entry in entries:
            code, colon, text = entry.partition(":")
            if not colon:
                self.everywhere.add(code)
            elif text.isdecimal():
                self.lines.add((code, int(text)))
            elif _is_name(text):
                self.texts.setdefault(code, []).append(text)

    def holds(self, code: str, span: Span | None) -> bool:
        """Whether a rule is to leave a place alone."""
        if code in self.everywhere:
            return True
        texts = self.texts.get(code, ())
        if span is None or not (texts or self.lines):
            return False
        place = span.received()
        if (code, _line(place)) in self.lines:
            return True
        return any(_covers(text, place.source, *_core(place)) for text in texts)


def _is_name(text: str) -> bool:
    """Whether an entry may call a place by the text: not by one character, nor by a number."""
    return len(text) > 1 and not text.isdecimal()


def _line(place: Span) -> int:
    return place.source.line_column(place.start)[0]


def _core(place: Span) -> tuple[int, int]:
    """The part of a place that an entry must cover: of one line, without blanks, not too long."""
    text = place.source.text
    start, end = place.start, place.end
    while start < end and text[start].isspace():
        start += 1
    line_end = text.find("\n", start, end)
    end = min(end if line_end < 0 else line_end, start + _CORE)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _covers(words: str, source: Source, start: int, end: int) -> bool:
    """Whether the words stand in the source so that the place lies within them."""
    low = source.text.find(words, max(0, end - len(words)), start + len(words))
    return low >= 0


def answered(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics; each query that offers no answer, or one that changes something, with the
    line of book.toml that leaves all as it is."""
    rivals: dict[str, list[Span]] = {}
    for item in found:
        if item.span is not None:
            rivals.setdefault(item.code, []).append(item.span.received())
    names = _Names({id(span.source): span.source for spans in rivals.values() for span in spans})
    result = []
    named = 0
    for item in found:
        lines = item.settle
        asks = item.severity == "query" and len(lines) < 2
        if asks and not any(line.startswith(_LINE) for line in lines):
            entry = item.code
            if item.span is not None:
                place = item.span.received()
                if named < _NAMED:
                    named += 1
                    entry = names.entry(item.code, place, rivals[item.code])
                else:
                    entry = f"{item.code}:{_line(place)}"
            item = dataclasses.replace(item, settle=(*lines, told("mend", "ignore", [entry])))
        result.append(item)
    return result


class _Names:
    """What places are called, by what stands around them in these sources."""

    def __init__(self, sources: dict[int, Source]) -> None:
        self.sources = sources.values()
        self.count = functools.cache(self._count)

    def _count(self, words: str) -> int:
        return sum(source.text.count(words) for source in self.sources)

    def entry(self, code: str, place: Span, rivals: Sequence[Span]) -> str:
        """``CODE:text`` with a text that no other place has, else ``CODE:line``."""
        words = ""
        for around in _AROUND:
            words = _words(place, around)
            if _is_name(words) and self.count(words) == 1:
                return f"{code}:{words}"
        # Twice in the book, but asked about once: a paragraph that stands there already.
        asked = sum(_covers(words, rival.source, *_core(rival)) for rival in rivals)
        return f"{code}:{words}" if _is_name(words) and asked == 1 else f"{code}:{_line(place)}"


def _words(place: Span, around: int) -> str:
    """A place with what stands around it on its line, as far as it can be seen and typed."""
    text = place.source.text
    start, end = _core(place)
    low, high = start, end
    while low > max(0, start - around) and text[low - 1].isprintable():
        low -= 1
    while high < min(len(text), end + around) and text[high].isprintable():
        high += 1
    if not text[start:end].isprintable():
        return ""
    while low < start and text[low].isspace():
        low += 1
    while high > end and text[high - 1].isspace():
        high -= 1
    return text[low:high]
