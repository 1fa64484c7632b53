"""WeasyPrint with the composer in it, for as long as a book is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish.diagnostics import Diagnostic
from publish.records import dataclass, field
from publish.render.adapter import guard
from publish.render.adapter.imports import engine
from publish.typeset.classes import Region
from publish.typeset.rules import Rules, rules_for

if TYPE_CHECKING:
    from publish.render.adapter.setting import Settings

#: px a pt.
PX = 96 / 72
#: Pitch of a book's lines in pt, where nothing else is said (look.md section 1).
LINE = 18.0


@dataclass(slots=True)
class Report:
    """What there is to tell after a document has been set: diagnostics of the guard, lines that did
    not come out well (:class:`publish.render.adapter.painting.Flaw`), and the text of paragraphs
    that the stock engine had to set, with the reason."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    flaws: list[Any] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    #: Styles of what stands upright among vertical lines: publish.render.adapter.across.settle.
    turned: list[Any] = field(default_factory=list)


def default_rules() -> dict[Region, Rules]:
    """The rules of each region without an edition's wishes."""
    return {"cn": rules_for("cn"), "tw": rules_for("tw"), "hk": rules_for("hk")}


@contextmanager
def typesetting(
    rules: Mapping[Region, Rules] | None = None,
    line: float = LINE,
    *,
    language: str = "",
    composer: bool = True,
    pages: bool = True,
    lean: bool = True,
) -> Iterator[Report]:
    """Set documents with the composer and the faster pages, and write smaller files.

    ``line`` is the pitch of the grid in pt, ``language`` the documents' (BCP 47): a tagged file
    says where the text is in another.  Where WeasyPrint is not the one expected, nothing is
    changed and the report has one warning.
    """
    from publish.render.adapter.pages_file import without_collector

    report = Report()
    pairs: list[guard.Pair] = []
    if pages:
        from publish.render.adapter.pages import pages_pairs

        pairs += pages_pairs()
    if lean:
        from publish.render.adapter.lean import lean_pairs

        pairs += lean_pairs()
    composing: AbstractContextManager[Any] = nullcontext()
    if composer and not guard.problems():
        from publish.render.adapter.setting import Settings

        settings = Settings(dict(rules or default_rules()))
        composing = closing(settings)
        pairs += _composer_pairs(settings, line * PX, report, language)
    quiet = without_collector() if pages else nullcontext()
    with guard.installed(pairs) as told, quiet, composing:
        report.diagnostics.extend(told)
        yield report


def _composer_pairs(
    settings: Settings, line: float, report: Report, language: str
) -> list[guard.Pair]:
    from publish.render.adapter import gradients, lettered, notes, parted
    from publish.render.adapter.across import Across
    from publish.render.adapter.grid import Grid
    from publish.render.adapter.layouts import Layout
    from publish.render.adapter.painting import Painter
    from publish.render.adapter.replaced import REPLACED
    from publish.render.adapter.room import Room

    report.refused = settings.refused
    across = Across(line) if any(own.vertical for own in settings.rules.values()) else None
    if across is not None:
        report.turned = across.styles
    layout = Layout(settings, guard.stock)
    painter = Painter(guard.stock, report.flaws, language)
    grid = Grid(line, guard.stock, across)
    block: Any = grid.block_level_layout_switch
    in_flow: Any = layout.in_flow_layout
    if across is not None:
        room = Room(line, block, in_flow)
        block, in_flow = room.block_level_layout_switch, room.in_flow_layout
    new: dict[str, Any] = {
        "weasyprint.draw.draw_inline_level": painter.draw_inline_level,
        "weasyprint.draw.text.draw_first_line": lettered.painter(guard.stock),
        "weasyprint.layout.block._in_flow_layout": in_flow,
        "weasyprint.layout.block._linebox_layout": layout.linebox_layout,
        "weasyprint.layout.block.block_level_layout_switch": block,
        "weasyprint.layout.block.find_earlier_page_break": layout.find_earlier_page_break,
        "weasyprint.layout.column._report_footnotes": notes.report_footnotes,
        "weasyprint.layout.LayoutContext.layout_footnote": parted.layout_footnote,
        "weasyprint.layout.LayoutContext.report_footnote": parted.report_footnote,
        "weasyprint.layout.LayoutContext.unlayout_footnote": parted.unlayout_footnote,
        "weasyprint.layout.inline.iter_line_boxes": layout.iter_line_boxes,
        "weasyprint.layout.preferred.inline_line_widths": layout.inline_line_widths,
        "weasyprint.layout.page.make_all_pages": parted.make_all_pages(),
        "weasyprint.layout.table.table_layout": notes.table_layout(),
        "weasyprint.svg.defs.draw_gradient": gradients.draw_gradient,
        "weasyprint.pdf.stream.Stream.add_font": lambda *arguments: painter.add_font(*arguments),
    }
    rows = {f"{entry.owner}.{entry.name}": entry for entry in REPLACED}
    return [(rows[name], function) for name, function in new.items()]


def write(
    html_path: Path,
    pdf_path: Path,
    *,
    composer: bool = True,
    pages: bool = True,
    lean: bool = True,
    tagged: bool = False,
) -> tuple[Diagnostic, ...]:
    """Lay an HTML file out and write the PDF, for measurements and tests; what was not set well
    is told with its whole text."""
    fetcher = engine().urls.URLFetcher()
    from publish.render.adapter.pages_source import Document

    source, base = html_path.read_text("utf-8"), html_path.resolve().as_uri()
    with typesetting(composer=composer, pages=pages, lean=lean) as report:
        Document(source, url_fetcher=fetcher, base_url=base).write_pdf(pdf_path, pdf_tags=tagged)
    lines = (flaw.text[flaw.begin : flaw.end] for flaw in report.flaws)
    said = [Diagnostic("L-LINE", "query", f"not well set: {line}") for line in lines]
    stock = [Diagnostic("L-STOCK", "query", f"not composed: {text}") for text in report.refused]
    return (*report.diagnostics, *said, *stock)
