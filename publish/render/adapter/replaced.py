"""Every name of WeasyPrint and pydyf that is replaced: the one table, and its other half
(leaned_on.py), the names that are used as they are.

    python -m publish.render.adapter.replaced

prints what is not as the table says, each row with the fingerprint it has now, and leaves with 1 if
there is such a row: the list of what to read again at an upgrade.  Rows are sorted by owner.
"""

from __future__ import annotations

import sys

from publish.render.adapter.guard import Replacement, find_owner, fingerprint, stock
from publish.render.adapter.leaned_on import LEANED_ON as LEANED_ON

#: What is replaced while a book is set.
REPLACED: tuple[Replacement, ...] = (
    Replacement(
        "pydyf.PDF",
        "page_references",
        "060bf90aad55931b",
        "the tuple is made anew for every structure element: elements times pages",
    ),
    Replacement(
        "pydyf.PDF",
        "write",
        "242cd38f92ecd33f",
        "every stream is packed twice; places and tags take more bytes than they must",
    ),
    Replacement(
        "pydyf.Stream",
        "data",
        "bdc2bc513f286de7",
        "zlib at level 9 takes 1.7 times as long as level 6, for .2 % of the bytes",
    ),
    Replacement(
        "weasyprint.css.StyleFor",
        "__init__",
        "b1e725a7552502aa",
        "six pseudo-elements of every element are computed, nearly all for nothing",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.css.targets.TargetCollector",
        "cache_target_page_counters",
        "545eb30bb50f0e49",
        "every anchor walks over all target counters",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.draw",
        "draw_inline_level",
        "068162a401d00efd",
        "fragments are painted by us",
    ),
    Replacement(
        "weasyprint.draw.text",
        "draw_first_line",
        "1bb8eae6d88e71b1",
        "text in drawings is text of the page, in faces of the machine",
    ),
    Replacement(
        "weasyprint.formatting_structure.boxes.Box",
        "establishes_formatting_context",
        "2eafc1fb385569d6",
        "methods called several times for every box",
    ),
    Replacement(
        "weasyprint.formatting_structure.boxes.Box",
        "is_in_normal_flow",
        "5f49d6ab23da7e51",
        "five methods called for every box",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout",
        "layout_document",
        "a5cbf437e99caf72",
        "bookmarks in lists, fixed boxes looked for on all pages, by every page",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.LayoutContext",
        "layout_footnote",
        "5075f64aaae4a32d",
        "a note is placed whole, however high it is",
    ),
    Replacement(
        "weasyprint.layout.LayoutContext",
        "report_footnote",
        "f05bad3895c6824c",
        "the rest of a note goes with it",
    ),
    Replacement(
        "weasyprint.layout.LayoutContext",
        "unlayout_footnote",
        "c7c223cf4a0fda54",
        "the rest of a note goes with it",
    ),
    Replacement(
        "weasyprint.layout.background",
        "layout_box_backgrounds",
        "617a870678c82755",
        "most boxes have no background",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.block",
        "_in_flow_layout",
        "c2537262836dd981",
        "a bare paragraph needs its margins and its height, no more",
    ),
    Replacement(
        "weasyprint.layout.block",
        "_linebox_layout",
        "e07bbe000974787e",
        "a paragraph is composed as a whole; Han is not justified (#106), no squeezing, no gap",
    ),
    Replacement(
        "weasyprint.layout.block",
        "block_level_layout_switch",
        "b963d54014264fcd",
        "blocks of whole lines: block-step-size is not there",
    ),
    Replacement(
        "weasyprint.layout.block",
        "collapse_margin",
        "c91ad56f81717b09",
        "lists and generators for the sum of two numbers",
    ),
    Replacement(
        "weasyprint.layout.block",
        "find_earlier_page_break",
        "c2bbdcdfdf408cbc",
        "a fragment is several lines in one box",
    ),
    Replacement(
        "weasyprint.layout.column",
        "_report_footnotes",
        "0e9226e4e92830f0",
        "one note more than there is",
    ),
    Replacement(
        "weasyprint.layout.inline",
        "iter_line_boxes",
        "04aec48abfcad809",
        "the same, line by line, where notes are called or floats are near",
    ),
    Replacement(
        "weasyprint.layout.page",
        "make_all_pages",
        "b5e4034894841caa",
        "notes that wait for a page are forgotten where it is made again alone",
    ),
    Replacement(
        "weasyprint.layout.page",
        "make_margin_boxes",
        "4a2d2e301eb3bc47",
        "sixteen boxes a page are made, one or two hold something",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.page",
        "make_page",
        "656f183328e8b1b5",
        "anchors of all earlier pages collected in lists by every page",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.page",
        "remake_page",
        "1ff09b2dffa17839",
        "deepcopy of the counters of every page",
    ),
    Replacement(
        "weasyprint.layout.page",
        "set_page_type_computed_styles",
        "4e68b396b35c4a06",
        "styles of a page computed anew, all styles scanned, for every page",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.page.OrientedBox",
        "outer",
        "40c1d168c3b02529",
        "the least width of a folio is measured, where its most fits",
    ),
    Replacement(
        "weasyprint.layout.percent",
        "resolve_percentages",
        "71673078096fcf87",
        "fixed lengths resolved for every box and every line",
        upstream="Kozea/WeasyPrint#578",
    ),
    Replacement(
        "weasyprint.layout.preferred",
        "inline_line_widths",
        "6c24f789e3ce5bb7",
        "shrink-to-fit asks for the widths that will be set",
    ),
    Replacement(
        "weasyprint.layout.table",
        "table_layout",
        "6594fa40743fbc0b",
        "the head of a table is dropped where the note of its first row has to wait",
    ),
    Replacement(
        "weasyprint.pdf.fonts",
        "build_fonts_dictionary",
        "fc551bef35d0d6c3",
        "a whole font file for every font, with a hole for every glyph that is not used",
    ),
    Replacement(
        "weasyprint.pdf.stream.Stream",
        "add_font",
        "e4226e1117477217",
        "a glyph stands for one text in a font: what the engine paints beside us has its own",
    ),
    Replacement(
        "weasyprint.pdf.tags",
        "_build_box_tree",
        "f716251a83e7096e",
        "notes are spans, formulas are figures",
    ),
    Replacement(
        "weasyprint.svg.defs",
        "draw_gradient",
        "3077a74bce3bdf40",
        "a gradient is a cell of one unit, tiled: poppler shows nothing of it",
    ),
    Replacement(
        "weasyprint.text.line_break",
        "strut",
        "b57885b70dd08efe",
        "kept by a key that is made of sixteen properties every time",
    ),
)

#: Files that publish/render/adapter/imports.py reads its own way; another one is imported as ever.
IMPORTED: dict[str, str] = {
    "weasyprint.pdf.fonts": "9ad9a202a416b845",
    "weasyprint.text.ffi": "530e83118f7841d2",
    "weasyprint.text.fonts": "59d74d0c161349b8",
}


def changes() -> list[str]:
    """What differs from the table, a line each."""
    lines = []
    for entry in (*REPLACED, *LEANED_ON):
        name = f"{entry.owner}.{entry.name}"
        try:
            there = stock(entry.owner, entry.name)
        except (ImportError, AttributeError):
            lines.append(f"{name}: does not exist")
            continue
        if entry.source and (now := fingerprint(there)) != entry.source:
            lines.append(f"{name}: is {now}, was {entry.source}")
    for name, source in IMPORTED.items():
        if (now := fingerprint(find_owner(name))) != source:
            lines.append(f"{name}: is {now}, was {source}")
    return lines


if __name__ == "__main__":
    found = changes()
    print("\n".join(found) or "everything is as the table says")
    sys.exit(bool(found))
