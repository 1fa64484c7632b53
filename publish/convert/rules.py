"""The rules of conversion, as ``publish show rules`` lists them, and its queries.

C-ST and C-QUOTE make an edition; the others only ask, in ``check``, about an edition in
another script than the manuscript's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType

from publish.convert import dictionary, marks, readings, risk, round_trip, unnamed, vocabulary
from publish.convert.conversion import conversion
from publish.convert.engine import to_traditional
from publish.convert.inquiry import Inquiry, Passage
from publish.diagnostics import Diagnostic
from publish.model.book import Book
from publish.model.edition import Edition
from publish.model.manifest import Manifest
from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A ``declared`` rule is part of every edition in another script; a ``query`` has a function
    that takes an :class:`~publish.convert.inquiry.Inquiry` and gives diagnostics."""

    code: str
    kind: str
    summary: str
    module: ModuleType
    function: Callable[[Inquiry], Iterable[Diagnostic]] | None = None

    @property
    def documentation(self) -> str:
        """What the rule does, why, and what it looks like before and after."""
        return inspect.getdoc(self.module) or ""


def _query(module: ModuleType, summary: str) -> Rule:
    return Rule(module.CODE, "query", summary, module, module.find)


RULES: tuple[Rule, ...] = (
    Rule("C-ST", "declared", "words in the script and the forms of the edition", dictionary),
    Rule("C-QUOTE", "declared", "quotation marks, titles and interpuncts of the edition", marks),
    _query(unnamed, "people whose surname is also a word"),
    _query(risk, "words that are read otherwise in their sentence than alone"),
    _query(round_trip, "characters that do not come back from the round trip"),
    _query(readings, "characters with more than one simplified form"),
    _query(vocabulary, "words for which the region has another"),
)


def queries(
    passages: Sequence[Passage], book: Book, edition: Edition, manifest: Manifest
) -> Iterator[Diagnostic]:
    """What only an editor can decide about the book, with these passages, in an edition.

    Nothing is asked about an edition in the manuscript's script, in another region too.
    """
    texts = [passage.text for passage in passages]
    how = conversion(book, texts, edition, manifest)
    if book.script == edition.script:
        return
    inquiry = Inquiry(passages, how, edition, edition.regional_vocabulary)
    for rule in RULES:
        # Names and vocabulary are asked about on the way to traditional text alone.
        back = rule.module in (readings, risk)
        if rule.function is not None and (back or to_traditional(how.route)):
            yield from rule.function(inquiry)
