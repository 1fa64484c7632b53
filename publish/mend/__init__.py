"""Source and Book -> Edits: text hygiene, one rule one file.

A rule that edits looks at a source and at the tree that was read from it, and says which
code points should become what; a query looks at the tree and asks.  :func:`mend` makes the
edits and reads again until no rule has anything left; the log, ``--diff``, ``--write`` and
the mended text are one list of edits on the text as it was received.

To add a rule: write ``publish/mend/<name>.py`` with a docstring (what, why, before,
after) and a function ``find``, put it into :data:`RULES`, and write
``tests/cases/<CODE>.case``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable
from typing import Any, Literal

from publish.diagnostics import Diagnostic, Edit, Source
from publish.mend import (
    blanks,
    break_lead,
    break_only,
    break_trail,
    controls,
    entities,
    escapes,
    feishu,
    indents,
    ligatures,
    misplaced,
    names,
    normal_forms,
    notion,
    pair,
    pandoc,
    period,
    repeated,
    siyuan,
    spaces,
    stars,
    straight,
    strong,
    terms,
    unwritable,
    width,
    width_doubt,
    yuque,
    zero_width,
)
from publish.mend.codes import unknown_codes
from publish.mend.ignore import Ignored, answered
from publish.mend.ledger import Ledger
from publish.mend.proposals import proposals
from publish.mend.rounds import EditRule, Read, Rounds
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass

__all__ = ["RULES", "Mended", "Rule", "mend", "silenced"]

Kind = Literal["safe", "declared", "query"]
Switch = Literal["on", "off"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``safe`` edits change no meaning, ``declared`` ones do what book.toml says,
    a ``query`` changes nothing and asks.

    ``function`` of a safe or declared rule takes (source, book, manifest) and gives edits;
    that of a query takes (book, manifest) and gives diagnostics.  ``default`` is whether it runs
    where book.toml says nothing: a declared rule is off, unless what it does is declared in a
    table of its own.  A query that needs a segmenter, or time, runs in ``check`` alone.  Edits of
    a declared rule that ``keeps_words`` are taken back, as safe ones are, where the book, read
    again, has other words or another structure.  What ``check`` tells of a rule that book.toml
    does not name is what ``proposes`` would edit, else what ``function`` would.
    """

    code: str
    kind: Kind
    summary: str
    function: Callable[..., Iterable[Any]]
    default: Switch = "on"
    stage: Literal["build", "check"] = "build"
    keeps_words: bool = False
    proposes: EditRule | None = None

    @property
    def documentation(self) -> str:
        """What the rule does, why, and what it looks like before and after."""
        return inspect.getdoc(importlib.import_module(self.function.__module__)) or ""


def _late(module: str, name: str = "find") -> Callable[..., Iterable[Any]]:
    """A function of a module of this room that is imported when it is first called: that of a rule
    which few books switch on, or which ``check`` alone asks."""

    def call(*given: Any) -> Iterable[Any]:
        found: Iterable[Any] = getattr(importlib.import_module(call.__module__), name)(*given)
        return found

    call.__module__ = f"publish.mend.{module}"
    return call


def _mark_rule(code: str, summary: str, module: str) -> Rule:
    """A rule about punctuation that a book has to switch on."""
    return Rule(code, "declared", summary, _late(module), default="off", keeps_words=True)


def _structure_rule(code: str, summary: str, module: str) -> Rule:
    """A rule about what a book is made of, which has to be switched on."""
    return Rule(code, "declared", summary, _late(module), default="off")


def _slow_query(code: str, summary: str, module: str) -> Rule:
    """A query that only ``check`` asks."""
    return Rule(code, "query", summary, _late(module), stage="check")


#: Every rule.  Where edits of one round overlap, the rule that stands first has its way; where
#: a round would change the tree, the one that stands last is taken back.
RULES: tuple[Rule, ...] = (
    Rule("S-BREAK-ONLY", "safe", "a paragraph that is only an empty break", break_only.find),
    Rule("S-BREAK-LEAD", "safe", "a line break at a paragraph's start", break_lead.find),
    Rule("S-BREAK-TRAIL", "safe", "a line break at a paragraph's end", break_trail.find),
    Rule("S-ENT", "safe", "references such as &#x20; become characters", entities.find),
    Rule("B-CTRL", "safe", "control characters", controls.find),
    Rule("U-ZW", "safe", "zero-width spaces beside Chinese and emphasis", zero_width.find),
    Rule("U-SP", "safe", "special blanks between Chinese characters", spaces.find),
    Rule("U-NFC", "safe", "characters that have a canonical one", normal_forms.find),
    Rule("U-LIG", "safe", "ligatures that stand as one character", ligatures.find),
    Rule("S-INDENT", "safe", "blanks that indent a paragraph", indents.find),
    Rule("S-STRONG", "safe", "strong emphasis with blanks inside, or in pieces", strong.find),
    Rule("R-YUQUE", "safe", "tags of colour, anchors that nothing leads to", yuque.find),
    Rule("R-NOTION", "safe", "tags of callouts and toggles", notion.find),
    Rule("R-FEISHU", "safe", "tags of callouts and columns", feishu.find),
    Rule("R-SIYUAN", "safe", "attribute lists of blocks", siyuan.find),
    Rule("R-PANDOC", "safe", "anchors, sizes and faces from Word", pandoc.find),
    Rule("S-BLANK", "safe", "runs of blank lines become one", blanks.find),
    Rule("S-ESC", "safe", "backslashes that escape nothing", escapes.find),
    Rule("P-WIDTH", "safe", "half-width punctuation between Chinese characters", width.find),
    _mark_rule(
        "P-WIDTH-ALL", "half-width punctuation after Chinese becomes full-width", "width_all"
    ),
    _mark_rule("P-QUOTE", "straight quotation marks become Chinese ones", "quotes"),
    _mark_rule("P-QNEST", "quotations within quotations get the other marks", "nested"),
    _mark_rule("P-ELL", "dots become the ellipsis ……", "ellipsis"),
    _mark_rule("P-DASH", "hyphens and single dashes become the dash ——", "dash"),
    _mark_rule("P-PAREN", "parentheses around Chinese become full-width", "parentheses"),
    _mark_rule("P-SPACE", "blanks inside Chinese punctuation", "space"),
    _mark_rule("P-MID", "dots in foreign names become the interpunct ·", "interpunct"),
    _mark_rule("P-FW", "full-width letters and digits become those of ASCII", "full_width"),
    _structure_rule("S-BREAK-MID", "line breaks where paragraphs are meant", "break_mid"),
    Rule(
        "S-LINES",
        "declared",
        "lines that are paragraphs",
        _late("lines"),
        default="off",
        proposes=_late("lines", "proposed"),
    ),
    _structure_rule("S-TABLE", "tables in HTML", "html_tables"),
    _structure_rule("R-WECHAT", "what stands around an article of WeChat", "wechat"),
    _structure_rule("R-NOTION-HEAD", "properties and icons of Notion", "notion_head"),
    _structure_rule("R-SIYUAN-REF", "block references of SiYuan", "siyuan_refs"),
    _structure_rule("R-PDF", "page numbers, running heads and what they cut", "pdf"),
    Rule("T-NAME", "declared", "one name, one spelling", names.find),
    Rule("T-TERM", "declared", "one term, one spelling", terms.find),
    Rule("P-WIDTH-Q", "query", "half-width marks between Latin and Chinese", width_doubt.find),
    _slow_query("P-DASH-Q", "a lone — between Chinese characters", "dash_doubt"),
    Rule("P-PERIOD", "query", "a half-width full stop after Chinese", period.find),
    Rule("P-QUOTE-Q", "query", "straight quotation marks that do not pair", straight.find),
    Rule("P-REPEAT", "query", "marks doubled, or beside one they exclude", repeated.find),
    Rule("P-SIDE", "query", "marks on the wrong side", misplaced.find),
    Rule("S-STAR", "query", "asterisks that print as they stand", stars.find),
    _slow_query("S-HEAD", "paragraphs that stand for headings", "pseudo_headings"),
    _slow_query("U-PUA", "private and lost characters", "private"),
    _slow_query("U-COMPAT", "compatibility ideographs in names", "compatibility"),
    _slow_query("R-REMAINS", "marks of other programs", "remains"),
    _slow_query("R-OCR", "characters that recognition has confused", "ocr"),
    Rule("X-PAIR", "query", "quotation marks and brackets without a partner", pair.find),
    _slow_query("P-QDIR", "quotation marks that look the wrong way", "direction"),
    _slow_query("X-NAME", "two spellings of one name", "detect.name_twins"),
    _slow_query("X-TERM", "one term in several kinds of letters", "detect.casing"),
    _slow_query("T-VAR", "words in two spellings, and 的 for 地 or 得", "detect.variants"),
    _slow_query("X-SEQ", "numbers that do not follow one another", "detect.sequences"),
    _slow_query("X-DUP", "paragraphs and words that stand twice", "detect.repeats"),
    _slow_query("X-NUM", "Arabic and Chinese numerals before one measure word", "detect.numbers"),
    _slow_query("X-WIDTH", "full-width and half-width forms of one sign", "detect.widths"),
    _slow_query("X-STOP", "paragraphs of prose that end without a mark", "detect.stops"),
)


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending gives.

    ``sources`` are the mended texts (an unchanged one is the source given), ``book`` what
    was read from them.  ``edits`` are on the sources given, file by file, ascending: made in
    one go they give the mended texts.  ``diagnostics`` are those of the last reading, then
    those of mending.
    """

    sources: tuple[Source, ...]
    book: Book
    edits: tuple[Edit, ...]
    diagnostics: tuple[Diagnostic, ...]


def mend(
    sources: tuple[Source, ...], manifest: Manifest, read: Read, *, detect: bool = False
) -> Mended:
    """Mend the sources by every rule that is on, reading with ``read``.

    Deterministic and idempotent: mended sources have no edits.  ``[mend] rules`` switches
    rules on and off, ``ignore`` keeps a rule off a place (:func:`silenced`).  ``detect`` also
    runs the queries of the stage ``check``, and says which rules the book could switch on
    (``proposals``).  Raises what ``read`` raises, and :class:`~publish.diagnostics.Failure` if
    the rounds do not end.
    """
    on = [rule for rule in RULES if manifest.rules.get(rule.code, rule.default) == "on"]
    ignored = Ignored(manifest.ignore)

    def allowed(edit: Edit) -> bool:
        return not ignored.holds(edit.rule, edit.span)

    rounds = Rounds(
        [Ledger(source) for source in sources],
        manifest,
        read,
        [
            (rule.code, "words" if rule.keeps_words else rule.kind, rule.function)
            for rule in on
            if rule.kind != "query"
        ],
        allowed,
    )
    rounds.run()
    mended = tuple(ledger.current for ledger in rounds.ledgers)
    book, found = read(mended, manifest)
    said = [*unknown_codes(manifest, [rule.code for rule in RULES]), *_refusals(rounds)]
    for rule in on:
        if rule.kind == "query" and (detect or rule.stage == "build"):
            said += rule.function(book, manifest)
    if detect:
        open_rules = [
            (rule.code, rule.summary, rule.proposes or rule.function)
            for rule in RULES
            if rule.kind == "declared" and rule.default == "off" and rule.code not in manifest.rules
        ]
        said += proposals(open_rules, mended, rounds.book, manifest, allowed)
    return Mended(
        mended,
        book,
        tuple(edit for ledger in rounds.ledgers for edit in ledger.edits()),
        (*found, *silenced(said, manifest), *unwritable.problems(book, manifest)),
    )


def silenced(diagnostics: Iterable[Diagnostic], manifest: Manifest) -> tuple[Diagnostic, ...]:
    """The diagnostics that ``[mend] ignore`` does not silence, each query with the line of
    book.toml that settles it; errors are never silenced."""
    ignored = Ignored(manifest.ignore)
    return tuple(
        answered(
            [
                item
                for item in diagnostics
                if item.severity == "error" or not ignored.holds(item.code, item.span)
            ]
        )
    )


def _refusals(rounds: Rounds) -> Iterable[Diagnostic]:
    """A query for each edit that was taken back, but for backslashes, which are mostly needed."""
    for edit in rounds.refused.values():
        if edit.rule != "S-ESC":
            yield Diagnostic(
                edit.rule,
                "query",
                "not mended: without it the text would be read as something else",
                edit.span,
                ("change it by hand where that is what is meant",),
            )
