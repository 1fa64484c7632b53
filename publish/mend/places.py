"""Where in a source there is text that a rule may edit, found from the tree and not by
looking at the markup."""

from __future__ import annotations

import bisect
import operator
from collections.abc import Iterator

from publish.diagnostics import Source
from publish.model.book import Book, Code, CodeSpan, Formula, Image, Link, Math, Paragraph, Text
from publish.model.tree import plain_text, walk
from publish.records import dataclass
from publish.text.addresses import ADDRESS
from publish.text.filenames import names_of_files

_CLOSED = (Code, CodeSpan, Formula, Image, Math)

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """What a source holds, in code points of its text, ascending.

    ``texts`` are the runs that are prose: raw Markdown of one text node each, with its
    escapes and references.  ``closed`` are code, mathematics, images, addresses and front
    matter: never edited.  ``labels`` are links whose text is also what names their target
    (``[附录]``, defined elsewhere): changed, it leads nowhere.  ``files`` are names of files,
    paths and mail addresses in running text, in which no mark and no name is changed.
    ``paragraphs`` are the paragraphs that lie in the source.
    """

    texts: tuple[Range, ...]
    closed: tuple[Range, ...]
    labels: tuple[Range, ...]
    files: tuple[Range, ...]
    paragraphs: tuple[Paragraph, ...]

    def text_around(self, start: int, end: int) -> Range | None:
        """The run of prose that holds all of start to end, or None."""
        index = bisect.bisect_right(self.texts, (start, _FAR)) - 1
        if index < 0 or self.texts[index][1] < end:
            return None
        return self.texts[index] if not self.is_closed(start, end) else None

    def is_closed(self, start: int, end: int) -> bool:
        """Whether any of start to end is in a closed range."""
        return _touches(self.closed, start, end)

    def is_file(self, start: int, end: int) -> bool:
        """Whether any of start to end is in the name of a file, a path or a mail address."""
        return _touches(self.files, start, end)

    def closed_within(self, start: int, end: int) -> Iterator[Range]:
        """The parts of start to end that are closed, ascending."""
        return _within(self.closed, start, end)

    def labels_within(self, start: int, end: int) -> Iterator[Range]:
        """The parts of start to end that are labels, ascending."""
        return _within(self.labels, start, end)


_FAR = 1 << 62


def _touches(ranges: tuple[Range, ...], start: int, end: int) -> bool:
    index = bisect.bisect_left(ranges, (end, -1)) - 1
    return index >= 0 and ranges[index][1] > start


def _within(ranges: tuple[Range, ...], start: int, end: int) -> Iterator[Range]:
    index = bisect.bisect_right(ranges, start, key=operator.itemgetter(1))
    while index < len(ranges) and ranges[index][0] < end:
        yield max(start, ranges[index][0]), min(end, ranges[index][1])
        index += 1


def _merged(ranges: list[Range]) -> tuple[Range, ...]:
    """The ranges in order, overlapping ones joined."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


@dataclass(slots=True)
class _Found:
    """What is being collected for one source."""

    texts: set[Range]
    closed: list[Range]
    labels: list[Range]
    paragraphs: list[Paragraph]


def _find(book: Book) -> dict[int, tuple[Source, Places]]:
    """The places of every source that the book has nodes of, by the source's identity."""
    found: dict[int, tuple[Source, _Found]] = {}
    for node in walk(book):
        span = node.span
        if span is None or span.end <= span.start:
            continue
        if id(span.source) not in found:
            found[id(span.source)] = span.source, _Found(set(), _addresses(span.source), [], [])
        here = found[id(span.source)][1]
        if isinstance(node, Text):
            here.texts.add((span.start, span.end))
        elif isinstance(node, Paragraph):
            here.paragraphs.append(node)
        elif isinstance(node, _CLOSED) or (
            isinstance(node, Link) and plain_text(node.children) in node.target
        ):
            # A caption taken from an image's title has the image's place, and is closed by it.
            here.closed.append((span.start, span.end))
        elif isinstance(node, Link) and _is_label(span.text):
            here.labels.append((span.start, span.end))
    return {
        key: (
            source,
            Places(
                tuple(sorted(here.texts)),
                _merged(here.closed),
                _merged(here.labels),
                _merged(_files(source, here.texts)),
                tuple(here.paragraphs),
            ),
        )
        for key, (source, here) in found.items()
    }


def _is_label(link: str) -> bool:
    """Whether a link is ``[text]`` or ``[text][]``, not ``[text](target)`` or ``[text][label]``."""
    return link.endswith("]") and (link.endswith("][]") or "][" not in link)


def _files(source: Source, texts: set[Range]) -> list[Range]:
    """Names of files in the runs of prose; what a link leads to is none of them."""
    return [
        (start + low, start + high)
        for start, end in texts
        for low, high in names_of_files(source.text[start:end])
    ]


def _addresses(source: Source) -> list[Range]:
    """Addresses in running text, and the front matter."""
    closed = [found.span() for found in ADDRESS.finditer(source.text)]
    if source.text.startswith("---\n"):
        end = source.text.find("\n---", 3)
        if end >= 0:
            closed.append((0, end + 4))
    return closed


_LAST: list[tuple[Book, dict[int, tuple[Source, Places]]]] = []


def places(source: Source, book: Book) -> Places:
    """The places of a source in the book that was read from it.

    Every rule of a round asks for the same ones: the last book's are kept.
    """
    if not _LAST or _LAST[0][0] is not book:
        _LAST[:] = [(book, _find(book))]
    known = _LAST[0][1].get(id(source))
    return known[1] if known is not None else Places((), _merged(_addresses(source)), (), (), ())
