"""What the styles and faces of every EPUB must be (issue 5; epub.md, checks 17 and 18).

Of the faces the default is read here, for headings; the other choices are in
``test_acceptance_epub_choices.py``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from acceptance import NAMESPACES, Document, Epub, is_han
from acceptance_epub import Cascade, Rule, faces, font_files, local, pieces, rules, sheets

pytestmark = pytest.mark.slow

# --- check 18: styles --------------------------------------------------------------------

LOGICAL = {
    **{
        f"{box}-{logical}": (f"{box}-{physical}", box)
        for box in ("margin", "padding", "border")
        for logical, physical in {
            "inline-start": "left",
            "inline-end": "right",
            "block-start": "top",
            "block-end": "bottom",
            "inline": "left",
            "block": "top",
        }.items()
    },
    "inset-inline-start": ("left",),
    "inset-inline-end": ("right",),
    "inset-block-start": ("top",),
    "inset-block-end": ("bottom",),
    **{
        f"{limit}{logical}-size": (f"{limit}{physical}",)
        for limit in ("", "max-", "min-")
        for logical, physical in {"inline": "width", "block": "height"}.items()
    },
}
#: What EPUB 3.3, appendix on prefixed properties, knows under -epub-, and WebKit under its own.
TWINS = {
    "writing-mode": ("-epub-writing-mode", "-webkit-writing-mode"),
    "text-combine-upright": ("-epub-text-combine", "-webkit-text-combine"),
    "text-emphasis": ("-epub-text-emphasis", "-webkit-text-emphasis"),
    "text-emphasis-style": ("-epub-text-emphasis-style", "-webkit-text-emphasis-style"),
    "text-orientation": ("-epub-text-orientation", "-webkit-text-orientation"),
    "line-break": ("-epub-line-break", "-webkit-line-break"),
    "word-break": ("-epub-word-break",),
    "hyphens": ("-epub-hyphens", "-webkit-hyphens"),
}
ABSOLUTE = {"px", "pt", "pc", "cm", "mm", "in", "q"}


def every_rule(epub_sets: list[Epub]) -> list[Rule]:
    css = {text for epub in epub_sets for text in sheets(epub).values()}
    assert css
    return [rule for text in sorted(css) for rule in rules(text)]


def test_sheets_say_what_they_are_in(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        for path, css in sheets(epub).items():
            assert css.startswith('@charset "utf-8";'), path


def test_no_absolute_lengths_but_hairlines(epub_sets: list[Epub]) -> None:
    for rule in every_rule(epub_sets):
        for item in rule.declarations:
            used = {unit for _, unit in item.dimensions}
            if not item.name.startswith(("border", "outline", "text-decoration")):
                assert not used & ABSOLUTE, rule
            assert not item.name.startswith("--") and "var(" not in item.text, rule
            assert not item.name.startswith("text-spacing") or item.name == "text-spacing-trim"
            assert "device-cmyk" not in item.text


def test_no_colour_but_the_readers(epub_sets: list[Epub]) -> None:
    """Dark mode: the sheet agrees to it, and nothing is painted outside it."""
    found = every_rule(epub_sets)
    for rule in found:
        # A picture may have a ground of its own: black lines on nothing vanish in the dark.
        picture = all(
            "img" in part.split()[-1] for part in rule.selector.split(",") if part.strip()
        )
        if picture or any("prefers-color-scheme" in name for name in rule.within):
            continue
        for item in rule.declarations:
            if item.name in ("color", "background", "background-color"):
                assert item.text in ("inherit", "currentcolor", "transparent", "none"), str(rule)
    # calibre, converting, takes a condition that it does not know for fulfilled, a width's for not:
    # a ground is welcome everywhere, a picture in light is not.
    turned = [rule for rule in found if any(item.name == "filter" for item in rule.declarations)]
    assert turned
    assert all(any("(min-width: 1em)" in name for name in rule.within) for rule in turned)
    agreed = [
        item.text
        for rule in found
        for item in rule.declarations
        if item.name == "color-scheme" and {":root", "html"} & {rule.selector.strip()}
    ]
    assert agreed and all({"light", "dark"} <= set(text.split()) for text in agreed)


def test_logical_properties_follow_their_physical_fallback(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        (spine,) = epub.opf.iterfind("{*}spine")
        vertical = spine.get("page-progression-direction") == "rtl"
        for rule in every_rule([epub]):
            for at, name in enumerate(rule.names):
                if name in LOGICAL:
                    physical = {_turned(side) if vertical else side for side in LOGICAL[name]}
                    assert physical & set(rule.names[:at]), f"{name}: {rule}"


def _turned(name: str) -> str:
    """The physical name in vertical lines: they begin at the top, the first is on the right."""
    sides = {"left": "top", "right": "bottom", "top": "right", "bottom": "left"}
    sides |= {"width": "height", "height": "width"}
    begin, _, side = name.rpartition("-")
    return f"{begin}-{sides[side]}" if begin and side in sides else sides.get(name, name)


def test_prefixed_twins_stand_beside_the_property(epub_sets: list[Epub]) -> None:
    found = every_rule(epub_sets)
    for rule in found:
        for name in rule.names:
            for twin in TWINS.get(name, ()):
                assert any(other.startswith(twin) for other in rule.names), f"{twin}: {rule}"
    assert any("line-break" in rule.names for rule in found)


def body_paragraphs(document: Document) -> list[Any]:
    """Paragraphs that are nothing but text: no class, in sections and entries only."""
    return [
        p
        for p in document.find("//h:p[not(@class)]")
        if all(
            local(e) in ("html", "body", "section") or e.get("class", "").startswith("entr")
            for e in p.iterancestors()
        )
    ]


def test_body_text_is_left_to_the_reader(epub_sets: list[Epub]) -> None:
    """KDP, text guidelines: the defaults of the reading system, no line height, no colour."""
    for epub in epub_sets:
        seen = 0
        for document in epub.spine:
            cascade = Cascade(epub, document)
            for p in body_paragraphs(document):
                seen += 1
                for element in (p, *p.iterancestors()):
                    declared = set(cascade.declared(element))
                    bad = {"line-height", "font-size", "font", "color", "background"} & declared
                    assert not bad, f"{document.path}: {local(element)} has {bad}"
                    assert "font-family" not in declared, "the default is the reader's own face"
                    assert not element.get("style")
        assert seen, epub.path.name


def test_numbers_of_lists_are_text(epub_sets: list[Epub]) -> None:
    """Gecko puts markers of vertical lists on the wrong line (epub.md, section 4, lesson 3)."""
    seen = 0
    for epub in epub_sets:
        for document in epub.spine:
            if document.path == epub.nav.path:
                continue
            cascade = Cascade(epub, document)
            for ordered in document.find("//h:ol"):
                style = {**cascade.declared(ordered)}
                shown = style.get("list-style") or style.get("list-style-type")
                assert shown is not None and shown.text == "none"
                for item in ordered.findall("h:li", NAMESPACES):
                    assert re.match(
                        r"\s*[（(]?(\d+|[一二三四五六七八九十]+)", "".join(item.itertext())
                    )
                    seen += 1
    assert seen


# --- check 17: faces of the default, for headings -----------------------------------------


def test_headings_have_a_face_that_covers_them(epub_sets: list[Epub]) -> None:
    for epub in epub_sets:
        found = faces(epub)
        assert found and {face.path for face in found} == set(font_files(epub))
        for document in epub.spine:
            cascade = Cascade(epub, document)
            for text, element in pieces(document):
                heading = element.xpath(
                    "ancestor-or-self::h:h1 | ancestor-or-self::h:h2", namespaces=NAMESPACES
                )
                if not heading or not any(map(is_han, text)):
                    continue
                families = cascade.families(element)
                used = [face for face in found if face.family in families]
                assert used, f"{document.path}: {text} is in {families}"
                missing = set(text) - set().union(*(face.characters for face in used))
                assert not {c for c in missing if is_han(c)}, f"{document.path}: {missing}"
