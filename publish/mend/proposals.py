"""What a book could declare: rules that are neither on nor off, and would find something.

A rule that a book has to declare does nothing unasked.  ``check`` says once for each how
often it would act, and where first; the line that switches it on settles the query, and
so does the one that switches it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from publish.diagnostics import Diagnostic, Edit, Source, Span
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.settlements import told

#: Code, summary and function of a rule.
Offer = tuple[str, str, Callable[[Source, Book, Manifest], Iterable[Edit]]]

#: Code points shown on each side of the first place.
_AROUND = 2


def proposals(
    offers: Iterable[Offer],
    sources: Sequence[Source],
    book: Book,
    manifest: Manifest,
    allowed: Callable[[Edit], bool],
) -> Iterator[Diagnostic]:
    """A query for each rule that would edit the sources, from which the book was read."""
    for code, summary, function in offers:
        edits = {
            (number, edit.span.start): edit
            for number, source in enumerate(sources)
            for edit in function(source, book, manifest)
            if allowed(edit)
        }
        if not edits:
            continue
        first = edits[min(edits)]
        places = "one place" if len(edits) == 1 else f"{len(edits)} places"
        yield Diagnostic(
            code,
            "query",
            f"{code} is neither on nor off, and would change {places}: {summary}",
            _shown(first.span),
            settle=tuple(told("mend", "rules", {code: switch}) for switch in ("on", "off")),
        )


def _shown(span: Span) -> Span:
    """The place with a little of its line around it."""
    text = span.source.text
    low = max(span.start - _AROUND, text.rfind("\n", 0, span.start) + 1)
    line_end = text.find("\n", span.end)
    high = min(span.end + _AROUND, line_end if line_end >= 0 else len(text))
    return Span(span.source, low, max(high, span.end))
