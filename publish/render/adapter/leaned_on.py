"""Every private name of WeasyPrint and pydyf that is leaned on: the other half of replaced.py.

Rows are sorted by owner.
"""

from __future__ import annotations

from publish.render.adapter.guard import LeanedOn

#: Private names that are used as they are.
LEANED_ON: tuple[LeanedOn, ...] = (
    LeanedOn(
        "pydyf",
        "_to_bytes",
        "1cefd02c285d3aee",
        "a stream's items become bytes",
    ),
    LeanedOn(
        "weasyprint.HTML",
        "__init__",
        "5f19f40b81837f87",
        "what a parsed document has, set by pages_source instead",
    ),
    LeanedOn(
        "weasyprint.anchors",
        "gather_anchors",
        "373f8c676f27da3b",
        "links and anchors are found on inline boxes",
    ),
    LeanedOn(
        "weasyprint.css.StyleFor",
        "__call__",
        "96b91915ae7c344a",
        "what a style may still be changed by, before its first use",
    ),
    LeanedOn(
        "weasyprint.css.StyleFor",
        "_page_type_match",
        "e81e6a05201f0643",
        "which @page rules match a page",
    ),
    LeanedOn(
        "weasyprint.css.StyleFor",
        "add_page_declarations",
        "78e388ade2325011",
        "writes cascaded page styles, and nothing else does after __init__",
    ),
    LeanedOn(
        "weasyprint.css.StyleFor",
        "set_computed_styles",
        "b5b15856b8beff3f",
        "makes the style of a page or margin box",
    ),
    LeanedOn(
        "weasyprint.css.targets.TargetCollector",
        "collect_missing_counters",
        "24ea43be86560c9d",
        "fills the look-ups, and only before pages are made",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.boxes.Box",
        "is_absolutely_positioned",
        "397e0c33b3087681",
        "one of the five questions of is_in_normal_flow",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.boxes.Box",
        "is_floated",
        "6e6071b81868ea92",
        "one of the five questions of is_in_normal_flow",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.boxes.Box",
        "is_footnote",
        "3550ea0c86860187",
        "one of the five questions of is_in_normal_flow",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.boxes.Box",
        "is_note",
        "2651f1110437e2e3",
        "one of the five questions of is_in_normal_flow",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.boxes.Box",
        "is_running",
        "1c451d5c39f4a663",
        "one of the five questions of is_in_normal_flow",
    ),
    LeanedOn(
        "weasyprint.formatting_structure.build",
        "update_counters",
        "c1f45fc248aa5358",
        "what of a page's counters a margin box may change",
    ),
    LeanedOn(
        "weasyprint.layout.absolute.AbsolutePlaceholder",
        "__getattr__",
        "701586c59ff14873",
        "a placeholder answers for its box in _box",
    ),
    LeanedOn(
        "weasyprint.layout.block", "block_container_layout", "65842ca53a8391eb", "pieces of a table"
    ),
    LeanedOn(
        "weasyprint.layout.block",
        "collapse_margin",
        "c91ad56f81717b09",
        "where a paragraph begins",
    ),
    LeanedOn(
        "weasyprint.layout.float",
        "avoid_collisions",
        "5fc7793c573af328",
        "the measure beside floats",
    ),
    LeanedOn(
        "weasyprint.layout.inline",
        "_adjust_line_height",
        "822443b08f53654f",
        "the height of an inline box on its line",
    ),
    LeanedOn(
        "weasyprint.layout.inline",
        "atomic_box",
        "928f0e7eed566627",
        "lays out images and boxes in a line",
    ),
    LeanedOn(
        "weasyprint.layout.page",
        "_standardize_page_based_counters",
        "6c3791760c3fbe13",
        "changes page styles to the same values every time",
    ),
    LeanedOn(
        "weasyprint.layout.page",
        "compute_variable_dimension",
        "94eaf626c7cc932c",
        "what is asked of a margin box that is not generated",
    ),
    LeanedOn(
        "weasyprint.layout.page",
        "make_all_pages",
        "b5e4034894841caa",
        "pages are made in ascending order, anchors reset just before",
    ),
    LeanedOn(
        "weasyprint.layout.percent",
        "adjust_box_sizing",
        "88f3351db0280d16",
        "depends on resolved lengths only",
    ),
    LeanedOn(
        "weasyprint.layout.percent",
        "percentage",
        "ebe404ccd9da50bf",
        "depends on the containing block for percentages only",
    ),
    LeanedOn(
        "weasyprint.layout.percent",
        "resolve_one_percentage",
        "4cfaa9ad134e4f7b",
        "depends on the style only, but for percentages",
    ),
    LeanedOn(
        "weasyprint.layout.percent",
        "resolve_radii_percentages",
        "4980b3798c671710",
        "what corners without radius are set to",
    ),
    LeanedOn(
        "weasyprint.pdf.fonts",
        "Font",
        "1888854798bf8726",
        "to_unicode, widths and hash of a font in the page",
    ),
    LeanedOn(
        "weasyprint.pdf.stream",
        "Stream",
        "624257224db6f66d",
        "text is written into the page's stream",
    ),
    LeanedOn(
        "weasyprint.pdf.tags",
        "_build_box_tree",
        "f716251a83e7096e",
        "text boxes of a line are its marked content",
    ),
    LeanedOn(
        "weasyprint.text.fonts",
        "get_pango_font_hb_face",
        "a6ef5e59ed1375f2",
        "whether a font has pictures",
    ),
    LeanedOn(
        "weasyprint.text.fonts",
        "get_pango_font_key",
        "74cbeff1fac3860c",
        "the name of a font in the page",
    ),
    LeanedOn(
        "weasyprint.text.line_break",
        "character_ratio",
        "c508b0ec8c10b35b",
        "vertical-align: middle",
    ),
    LeanedOn(
        "weasyprint.text.line_break",
        "create_layout",
        "6587192cc0ab3ffa",
        "asks Pango for glyphs",
    ),
)
