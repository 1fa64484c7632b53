"""What a declared rule would do, told where book.toml says nothing about the rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publish.diagnostics import Diagnostic, Edit, Span

#: Code points of the place that is shown, at most.
_SHOWN = 40


def proposal(code: str, summary: str, edits: Sequence[Edit]) -> Iterator[Diagnostic]:
    """One query for all places of a rule, with the two lines of book.toml that settle it."""
    if not edits:
        return
    first = edits[0].span
    places = "one place" if len(edits) == 1 else f"{len(edits)} places"
    yield Diagnostic(
        code,
        "query",
        f"{summary}: {places}, not mended unless book.toml says so",
        Span(first.source, first.start, min(first.end, first.start + _SHOWN)),
        (f"`publish show rules` tells what {code} would do",),
        edits[0],
        settle=(f'rules = {{ "{code}" = "on" }}', f'rules = {{ "{code}" = "off" }}'),
    )
