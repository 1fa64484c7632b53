"""Residue of pages: numbers and running heads between paragraphs, sentences and words cut in two.

What: a run of five page numbers and more that stand as paragraphs goes away, with the running
heads beside them; so does what they cut: two paragraphs of which the first does not end a
sentence become one.  Where most paragraphs of a file are lines of one width that end within
a sentence, they are joined.  A Latin word with a hyphen at a line end becomes whole where the
manuscript has it whole elsewhere.
Why: text copied from PDF has the page in it.  Numbers may be the author's (sections are often
numbered so), so that it is declared: ``rules = { "R-PDF" = "on" }``.
Before: ``……他说这⏎⏎— 12 —⏎⏎个问题……``  After: ``……他说这个问题……``
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import Places, places
from publish.model.book import Book, Paragraph
from publish.model.manifest import Manifest
from publish.model.tree import plain_text
from publish.text.characters import is_latin
from publish.text.patterns import late
from publish.text.sentences import ends_sentence

CODE = "R-PDF"

#: A number with the signs that only a page number has, and a bare one.
_SIGNED = late(
    r"[-—–·•~ ]{1,4}(\d{1,4})[-—–·•~ ]{1,4}|第 ?(\d{1,4}) ?[页頁](?: ?[/共] ?\d+ ?[页頁]?)?"
    r"|(\d{1,4}) ?/ ?\d{1,4}|[Pp]age (\d{1,4})(?: of \d{1,4})?"
)
_BARE = late(r"(\d{1,4})")
#: Numbers that make a run, and how far one may be from the one before.
_RUN, _STEP = 5, 3
#: Share of bare numbers that must cut a sentence: sections are numbered too.
_CUTS = 0.3
#: Code points of the longest running head.
_HEAD = 25
#: Lines as paragraphs: how many, which share is cut, and how near to the longest a cut one is.
_LINES, _MOST, _FULL = 20, 0.6, 0.8
#: How wide lines of print are, code points.
_NARROWEST, _WIDEST = 15, 80
_HYPHEN = late(r"(?<![A-Za-z-])([A-Za-z]{2,})-\n([a-z]{2,})(?![A-Za-z-])")


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete what belongs to pages and join what it cut."""
    here = places(source, book)
    flow = [paragraph for paragraph in here.paragraphs if paragraph.span is not None]
    words = [plain_text(paragraph.children).strip() for paragraph in flow]
    numbers = _page_numbers(words)
    furniture = numbers | _running_heads(words, numbers)
    if furniture:
        yield from _without(source, flow, words, furniture)
    else:
        yield from _joined_lines(source, flow, words)
    yield from _whole_words(source, here)


def _page_numbers(words: Sequence[str]) -> set[int]:
    """Which paragraphs are page numbers."""
    found: set[int] = set()
    for pattern in (_SIGNED, _BARE):
        runs: list[list[tuple[int, int]]] = [[]]
        for index, text in enumerate(words):
            match = pattern.fullmatch(text) if len(text) < 20 else None
            if match is None:
                continue
            number = int(next(group for group in match.groups() if group))
            if runs[-1] and not 0 < number - runs[-1][-1][1] <= _STEP:
                runs.append([])
            runs[-1].append((index, number))
        for run in runs:
            cuts = sum(index > 0 and not ends_sentence(words[index - 1]) for index, _ in run)
            if len(run) >= _RUN and (pattern is _SIGNED or cuts >= _CUTS * len(run)):
                found.update(index for index, _ in run)
    return found


def _running_heads(words: Sequence[str], numbers: set[int]) -> set[int]:
    """Which paragraphs are the same words beside page numbers, again and again."""
    beside = [
        index
        for index, text in enumerate(words)
        if text and len(text) <= _HEAD and index not in numbers
        and (index - 1 in numbers or index + 1 in numbers)
    ]  # fmt: skip
    counts = Counter(words[index] for index in beside)
    return {index for index in beside if counts[words[index]] >= _RUN}


def _without(
    source: Source, flow: Sequence[Paragraph], words: Sequence[str], furniture: set[int]
) -> Iterator[Edit]:
    """Each stretch of furniture deleted; the paragraphs on both sides joined where it cut one."""
    index = 0
    while index < len(flow):
        if index not in furniture:
            index += 1
            continue
        first = index
        while index in furniture:
            index += 1
        start, end = _span(flow[first]).start, _span(flow[index - 1]).end
        if first > 0 and index < len(flow) and _is_cut(source, flow, words, first - 1, index):
            yield _join(source, flow[first - 1], flow[index])
        else:
            yield Edit(Span(source, start, end), "", CODE, "declared")


def _joined_lines(
    source: Source, flow: Sequence[Paragraph], words: Sequence[str]
) -> Iterator[Edit]:
    """Paragraphs that are lines of one width, joined."""
    cut = [text for text in words if not ends_sentence(text)]
    if len(words) < _LINES or len(cut) < _MOST * len(words):
        return
    width = sorted(map(len, words))[len(words) * 9 // 10]
    if not _NARROWEST <= width <= _WIDEST or sum(
        len(text) >= _FULL * width for text in cut
    ) < _FULL * len(cut):
        return
    for index in range(len(flow) - 1):
        if len(words[index]) >= _FULL * width and _is_cut(source, flow, words, index, index + 1):
            yield _join(source, flow[index], flow[index + 1])


def _is_cut(
    source: Source, flow: Sequence[Paragraph], words: Sequence[str], before: int, after: int
) -> bool:
    """Whether two paragraphs are parts of one: no sentence ends, no indent opens, and nothing but
    blank lines and furniture stands between."""
    gap = source.text[_span(flow[before]).end : _span(flow[after]).start]
    inside = sum(_span(node).end - _span(node).start for node in flow[before + 1 : after])
    return (
        not ends_sentence(words[before])
        and bool(words[before])
        and bool(words[after])
        and source.text[_span(flow[after]).start] not in "\u3000 \t>-+*#"
        and len(gap.split()) <= len(flow[before + 1 : after]) * 8
        and len("".join(gap.split())) <= inside
    )


def _join(source: Source, before: Paragraph, after: Paragraph) -> Edit:
    text = source.text
    start, end = _span(before).end, _span(after).start
    latin = is_latin(text[start - 1]) and is_latin(text[end])
    return Edit(Span(source, start, end), " " if latin else "", CODE, "declared")


def _whole_words(source: Source, here: Places) -> Iterator[Edit]:
    """Words with a hyphen at a line end that the manuscript has whole elsewhere."""
    text = source.text
    found = list(_HYPHEN.finditer(text))
    if not found:
        return
    known = {word.lower() for word in re.findall(r"[A-Za-z-]{4,}", text)}
    for match in found:
        whole, hyphened = match[1] + match[2], f"{match[1]}-{match[2]}"
        is_known = whole.lower() in known and hyphened.lower() not in known
        if is_known and not here.is_closed(*match.span()):
            yield Edit(Span(source, match.end(1), match.start(2)), "", CODE, "declared")


def _span(paragraph: Paragraph) -> Span:
    assert paragraph.span is not None
    return paragraph.span
