"""The rules of conversion, as ``publish show rules`` lists them, and its queries.

C-ST, C-QUOTE and C-NUM make an edition; the others only ask, in ``check``, about an edition in
another script than the manuscript's.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from publish.convert.conversion import conversion
from publish.convert.engine import to_traditional
from publish.diagnostics import Diagnostic
from publish.model.book import Book
from publish.model.edition import Edition
from publish.model.manifest import Manifest
from publish.records import dataclass

if TYPE_CHECKING:
    from publish.convert.inquiry import Passage


@dataclass(frozen=True, slots=True)
class Rule:
    """A ``declared`` rule is part of the editions that declare it; a ``query`` asks.

    ``name`` is that of the module of this room that has its documentation; that of a query also
    has ``find``, which takes an :class:`~publish.convert.inquiry.Inquiry` and gives diagnostics.
    It is imported when it is first needed: no build asks.
    """

    code: str
    kind: str
    summary: str
    name: str

    @property
    def module(self) -> Any:
        """The module."""
        return importlib.import_module(f"publish.convert.{self.name}")

    @property
    def documentation(self) -> str:
        """What the rule does, why, and what it looks like before and after."""
        return inspect.getdoc(self.module) or ""


RULES: tuple[Rule, ...] = (
    Rule("C-ST", "declared", "words in the script and the forms of the edition", "dictionary"),
    Rule("C-QUOTE", "declared", "quotation marks, titles and interpuncts of the edition", "marks"),
    Rule("C-NUM", "declared", "years and counts of vertical lines in Han numerals", "numerals"),
    Rule("C-NAME", "query", "people whose surname is also a word", "unnamed"),
    Rule("C-RISK", "query", "words that are read otherwise in their sentence than alone", "risk"),
    Rule("C-ROUND", "query", "characters that do not come back from the round trip", "round_trip"),
    Rule("C-BACK", "query", "characters with more than one simplified form", "readings"),
    Rule("C-TWP", "query", "words for which the region has another", "vocabulary"),
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
    from publish.convert.inquiry import Inquiry

    inquiry = Inquiry(passages, how, edition, edition.regional_vocabulary)
    for rule in RULES:
        # Names and vocabulary are asked about on the way to traditional text alone.
        back = rule.name in ("readings", "risk")
        if rule.kind == "query" and (back or to_traditional(how.route)):
            yield from rule.module.find(inquiry)
