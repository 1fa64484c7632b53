"""Paragraphs and words that stand twice.

What: a paragraph of 40 Chinese characters or more that its chapter has already, a function
word that stands twice (``的的``, ``但是但是``) and a phrase of four characters or more that stands
twice in a row are asked about.  What only looks doubled is not: ``目的的``, ``好在在``,
``是是非非``, ``看看``, ``一个一个``, nor what is said twice in a quotation.
Why: a block that is pasted twice, or a word that is typed again after an edit, is passed over
by the eye.
Before: ``特定的的任务``  After: the same, and a query at the words
Measured: none in hello-algo (125,000 Han), 10 in rust-course (383,000), 2 in a weekly (1,725,000):
all true; 3 in 红楼梦 (683,000), of which 2 are false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import Flow, flow
from publish.mend.detect.words import words_at
from publish.mend.passages import OBJECT, Passage, passages
from publish.model.book import Book, Paragraph
from publish.model.manifest import Manifest
from publish.text.characters import HAN_CLASS
from publish.text.patterns import late
from publish.text.segmenter import frequency

CODE = "X-DUP"

#: Chinese characters of a paragraph that no author writes twice unawares.
_LONG = 40
#: What is shown of a paragraph.
_SHOWN = 20

#: Words that are never doubled on purpose, but in speech: one character, and two.
_SINGLE = (
    "的在要和与與或被把將将从從為为以而但且就也很最更会會能到它他她其该該这這那于於若则則"
    "使让讓由给給已并並对對遂乃亦仍却卻及"
)
_DOUBLE = (
    "但是 因为 因為 所以 而且 如果 虽然 雖然 或者 以及 并且 並且 于是 於是 因此 我们 我們 "
    "你们 你們 他们 他們 她们 她們 它们 它們 其他 其它 这个 這個 那个 那個 这些 這些 那些 自己 "
    "这样 這樣 那样 那樣 "
    "对于 對於 关于 關於 根据 根據 通过 通過 由于 由於 为了 為了 能够 能夠 应该 應該 必须 必須 "
    "需要 进行 進行 以后 以後 之后 之後 之前 以前 已经 已經 正在"
)
_WORDS = late(f"(?P<word>[{_SINGLE}]|{_DOUBLE.replace(' ', '|')})(?P=word)")
#: 我我们, 这这个: a word that is begun twice.
_BEGUN = late("(?P<word>[我你您他她它这這那])(?P=word)[们們个個些样樣种種]")
#: 在在都是: everywhere.
_EVERYWHERE = late("在在[都皆可处處需]")
#: 一颗螺栓一颗螺栓 is one by one.
_PHRASE = late(f"(?=(?P<word>[{HAN_CLASS}]{{5,12}}|(?!一)[{HAN_CLASS}]{{4}})(?P=word))")
#: What opens a quotation, in which people say things twice, or breaks off speech.
_SPEECH = frozenset('“‘「『"…')
_HAN = late(f"[{HAN_CLASS}]")


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each paragraph, then one for each word, in the order of the book."""
    yield from _paragraphs(passages(book))
    here = flow(book)
    for start, end in _doubled(here):
        word = here.text[start : start + (end - start) // 2]
        yield Diagnostic(CODE, "query", f"{word} stands twice", here.span(start, end))


def _paragraphs(found: Iterable[Passage]) -> Iterator[Diagnostic]:
    seen: dict[tuple[int, str], Passage] = {}
    for passage in found:
        if not isinstance(passage.node, Paragraph) or len(passage.text) < _LONG:
            continue
        if len(_HAN.findall(passage.text)) < _LONG:
            continue
        text = passage.text
        if OBJECT in text and passage.node.span is not None:
            # Code and formulas are told apart by what was typed.
            text = passage.node.span.text
        first = seen.setdefault((passage.chapter, text.strip()), passage)
        if first is not passage:
            yield Diagnostic(
                CODE,
                "query",
                f"the paragraph stands in this chapter already{_line(first)}",
                passage.span(0, _SHOWN),
            )


def _line(passage: Passage) -> str:
    """Where a paragraph is, for a message: the line as the author has it."""
    span = passage.span(0, _SHOWN)
    if span is None:
        return ""
    place = span.received()
    return f", line {place.source.line_column(place.start)[0]}"


def _doubled(here: Flow) -> Iterator[tuple[int, int]]:
    text = here.text
    places = [found.span() for found in _WORDS.finditer(text) if _is_doubled(here, found)]
    places += [
        (found.start(), found.start() + 2)
        for found in _BEGUN.finditer(text)
        if not _is_spoken(text, found.start())
    ]
    places += [
        (found.start(), found.start() + 2 * len(found["word"]))
        for found in _PHRASE.finditer(text)
        if not _is_spoken(text, found.start())
    ]
    end = 0
    for start, after in sorted(places):
        if start >= end:
            yield start, after
            end = after


def _is_doubled(here: Flow, found: re.Match[str]) -> bool:
    text, (start, end), word = here.text, found.span(), found["word"]
    if _is_spoken(text, start) or not _HAN.match(text[end : end + 1]):
        return False
    if text.startswith(word, end) or text.endswith(word, 0, start):
        return False
    if len(word) == 1:
        # 是是非非, 老老小小
        if text[end : end + 1] == text[end + 1 : end + 2]:
            return False
        if start > 1 and text[start - 1] == text[start - 2]:
            return False
        if _EVERYWHERE.match(text, start) or _ends_word(here.words, start):
            return False
    words = words_at(here.words, start, end)
    return len(words) == 2 and words[0].start == 0 and words[1].end == end - start


def _ends_word(words: str, start: int) -> bool:
    """Whether the first of two characters ends a word: 目的的, but not 目标的的."""
    word = words[start - 1 : start + 1]
    return word == "好在" or frequency(word) > frequency(words[start - 2 : start])


def _is_spoken(text: str, start: int) -> bool:
    return text[start - 1 : start] in _SPEECH
