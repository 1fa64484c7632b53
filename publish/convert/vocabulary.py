"""Words for which the edition's region has another word.

What: where ``[convert] regional-vocabulary = true`` asks for it, each word of the book that
OpenCC's glossary of Taiwan or Hong Kong knows otherwise is shown with its count, as a line to
declare; nothing is changed.
Why: a glossary knows words and not what is meant: 对象 is an object of a program or a person in
love, 运行 a program or a planet.  An editor takes the lines that are right.
Before: ``软件的质量``  After: ``軟件的質量``, and a query that offers ``軟體``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from publish.convert.engine import converter
from publish.convert.inquiry import Inquiry, Passage, words_line
from publish.diagnostics import Diagnostic

CODE = "C-TWP"


def find(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """A query for each word, the most frequent first."""
    if not inquiry.vocabulary:
        return
    from publish.text.segmenter import tagged

    regional = converter(("s2twp" if inquiry.edition.region == "tw" else "s2hkp",))
    places: dict[str, tuple[Passage, int]] = {}
    counts: Counter[str] = Counter()
    for passage in inquiry.passages:
        settled = inquiry.settled(passage.text)
        start = 0
        for word, _ in tagged(passage.text):
            end = start + len(word)
            if len(word) > 1 and not any(settled[start:end]):
                counts[word] += 1
                places.setdefault(word, (passage, start))
            start = end
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        other = regional(word)
        if not _is_another_word(inquiry.word(word), other):
            continue
        passage, start = places[word]
        times = "once" if count == 1 else f"{count} times"
        yield Diagnostic(
            CODE,
            "query",
            f"{word} ({times}) is printed {inquiry.word(word)}; the region's word may be {other}",
            passage.span(start, start + len(word)),
            settle=(words_line(word, other), words_line(word, inquiry.word(word))),
        )


def _is_another_word(own: str, other: str) -> bool:
    """Whether the region has a word of its own, and not another form of one character."""
    if len(own) != len(other):
        return True
    return sum(a != b for a, b in zip(own, other, strict=True)) > len(own) // 2 or (
        own != other and len(own) == 2
    )
