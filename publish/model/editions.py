"""Which editions a book has, and what each of them is.

An ``[[edition]]`` of book.toml is the book's own sections with its overrides laid
over them; the type area follows from paper, body size and line pitch.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from publish.diagnostics import Diagnostic, Failure, did_you_mean, fail
from publish.model import schema, styles
from publish.model.book import Meta
from publish.model.edition import BUILT_IN, VERTICAL, Edition, Geometry, Printing, Region, Script
from publish.model.manifest import EditionRule, Manifest, declared_at, meta_fields
from publish.model.printers import DEFAULT, printer

#: The edition a manuscript has when none is declared and none asked for.
OWN: Mapping[Script, str] = {"hans": "hans", "hant": "hant-tw"}

#: What a page must leave on each side of the type area, in mm: presses and office printers
#: cut and clamp up to 5 mm.
LEAST_MARGIN = 5.0

#: A line with fewer characters cannot be composed well, in one of several columns.
LEAST_LINE = 10

#: The type area of a paper without one in papers.toml, as parts of the page.  Those of
#: look.md section 1 lie between .70 and .72 (width) and .78 and .81 (height).
WIDTH_SHARE, HEIGHT_SHARE = 0.71, 0.79


def editions(manifest: Manifest, asked: tuple[str, ...], script: Script) -> tuple[Edition, ...]:
    """The editions to build: the asked ones, else the declared ones, else the manuscript's own.

    ``script`` is what the manuscript is written in.  Declared and built-in names may
    be asked for; each edition comes once, in the order asked.  Raises
    :class:`Failure`: exit code 2 for an unknown name, 1 for a type area that does
    not fit its page.
    """
    declared = {rule.name: rule for rule in manifest.editions}
    names = tuple(dict.fromkeys(asked)) or tuple(declared) or (OWN[script],)
    unknown = [name for name in names if name not in declared and name not in BUILT_IN]
    unknown += [name for name in names if name in declared and _is_misspelt(declared[name])]
    if unknown:
        raise Failure([_unknown(name, declared) for name in unknown], exit_code=2)
    return tuple(
        _edition(manifest, declared.get(name, EditionRule(name)), script) for name in names
    )


def edition_meta(manifest: Manifest, edition: str) -> Meta:
    """What is declared about the book, with ``[edition.book]`` of this edition laid over it."""
    rule = next((rule for rule in manifest.editions if rule.name == edition), None)
    values = dict(rule.overrides.get("book", {})) if rule else {}
    if "title" in values:
        # The lines of the other title would not add up to this one.
        values.setdefault("title-lines", ())
    return dataclasses.replace(manifest.meta, **meta_fields(values))


def geometry(page: Mapping[str, Any], *, vertical: bool = False) -> Geometry:
    """The geometry that a checked [page] section declares (sizes in pt, paper in mm).

    A paper of papers.toml brings its type area, which is kept in size when font-size
    or line is declared: as many whole characters and lines as it holds.  The type
    area of a custom paper is 71 % of the width and 79 % of the height, rounded.
    Vertical lines fill the same area, as many whole characters and columns as it holds.
    """
    name = page.get("paper", "A5")
    em, line = page.get("font-size", 10.5), page.get("line")
    if line is None:
        line = round(em * 18 / 10.5 * 4) / 4
    size = schema.paper_size(name)
    if size is None:
        paper = styles.table("papers")[name]
        standard = Geometry(
            name, paper["width"], paper["height"], chars=paper["chars"], lines=paper["lines"],
            bleed=paper["bleed"],
        )  # fmt: skip
        inner, top = paper["inner"] * Geometry.PT_PER_MM, paper["top"] * Geometry.PT_PER_MM
        standard = dataclasses.replace(
            standard,
            inner_share=inner / (standard.page_width - standard.measure),
            top_share=top / (standard.page_height - standard.depth),
        )
        along, across = standard.measure, standard.depth
        if vertical:
            along, across = across, along
        chars, lines = math.floor(along / em + 1e-9), math.floor(across / line + 1e-9)
    else:
        standard = Geometry(name, *size)
        along = standard.page_width * WIDTH_SHARE
        across = standard.page_height * HEIGHT_SHARE
        if vertical:
            along, across = across, along
        chars, lines = round(along / em), round(across / line)
    return dataclasses.replace(
        standard,
        vertical=vertical,
        em=em,
        line=line,
        chars=page.get("chars", max(1, chars)),
        lines=page.get("lines", max(1, lines)),
        columns=page.get("columns", 1),
    )


def _is_misspelt(rule: EditionRule) -> bool:
    """Whether a declared edition says nothing of its script and is nearly called as a built-in one:
    that of the manuscript's own script would be built under its name."""
    own = rule.script or rule.region or rule.name in BUILT_IN
    return not own and bool(did_you_mean(rule.name, BUILT_IN))


def _unknown(name: str, declared: Mapping[str, EditionRule]) -> Diagnostic:
    known = (*(word for word in declared if word != name), *BUILT_IN)
    hints = (
        *did_you_mean(name, known),
        f"editions of this book: {', '.join(dict.fromkeys(known))}",
        *(("an edition of your own says its script",) if name in declared else ()),
    )
    span = declared[name].span if name in declared else None
    return Diagnostic("M-EDITION", "error", f"no edition is called {name!r}", span, hints)


def _printing(declared: Mapping[str, Any]) -> Printing:
    """The section [print], with what every book has where it is silent."""
    names = {"paper-gsm": "gsm", "cover-gsm": "cover_gsm", "last-pages": "last_pages"}
    values = {names.get(key, key): value for key, value in declared.items() if key != "binding"}
    return Printing(**values)


def _edition(manifest: Manifest, rule: EditionRule, own_script: Script) -> Edition:
    script, region = _script(rule, own_script)

    def section(name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
        return {**declared, **rule.overrides.get(name, {})}

    page = section("page", manifest.page)
    convert = rule.overrides.get("convert", {})
    named = rule.name in BUILT_IN and rule.name.endswith(VERTICAL)
    vertical = named or rule.writing == "vertical"
    printed = section("print", manifest.print)
    side: Literal["left", "right"] = "right" if vertical else "left"
    if printed.get("binding", side) != side:
        lines = "vertical" if vertical else "horizontal"
        message = f"edition {rule.name}: a book in {lines} lines is bound on the {side}"
        span = declared_at(manifest, rule.name, "print", "binding")
        raise fail("M-VALUE", message, span=span)
    shape = geometry(page, vertical=vertical)
    _check_fit(manifest, rule, shape)
    _check_ways(manifest, rule, page, vertical=vertical)
    _check_stock(manifest, rule, printed)
    return Edition(
        name=rule.name,
        script=script,
        region=region,
        geometry=shape,
        words=styles.words(script, region),
        writing="vertical" if vertical else "horizontal",
        numbers=page.get("numbers", "han" if vertical else "digits"),
        # What a book says of its columns is nothing to its editions in horizontal lines.
        tables=page.get("tables", "auto") if vertical else "auto",
        rules=page.get("rules", "none") if vertical else "none",
        binding=side,
        printing=_printing(printed),
        punctuation=page.get("punctuation", "full"),
        line_end=page.get("line-end", ""),
        chapters=page.get("chapters", "next"),
        front_folios=page.get("front-folios", "arabic"),
        note_numbers=page.get("note-numbers", "chapter"),
        fonts=section("fonts", manifest.fonts),
        convert_words={**manifest.convert_words, **convert.get("words", {})},
        convert_names=convert.get("names", manifest.convert_names),
        protect=convert.get("protect", manifest.protect),
        interpunct=convert.get("interpunct", manifest.interpunct),
        regional_vocabulary=convert.get("regional-vocabulary", manifest.regional_vocabulary),
        epub_fonts=section("epub", manifest.epub).get("fonts", "headings"),
        page_list=section("epub", manifest.epub).get("page-list", True),
        conformance=section("epub", manifest.epub).get("accessibility"),
    )


def _script(rule: EditionRule, own: Script) -> tuple[Script, Region]:
    """What the rule says, else what the built-in name says, else the manuscript's own."""
    if rule.name in BUILT_IN:
        return BUILT_IN[rule.name]
    script: Script = own
    if rule.script == "hans" or (not rule.script and rule.region == "cn"):
        script = "hans"
    elif rule.script == "hant" or rule.region:
        script = "hant"
    if script == "hans":
        return "hans", "cn"
    return "hant", "hk" if rule.region == "hk" else "tw"


def _check_fit(manifest: Manifest, rule: EditionRule, shape: Geometry) -> None:
    """The type area must leave :data:`LEAST_MARGIN` on every side, and a line must hold its
    characters."""
    found: list[Diagnostic] = []

    def say(message: str, *keys: str) -> None:
        span = next(
            filter(None, (declared_at(manifest, rule.name, "page", key) for key in keys)), None
        )
        hints = ("leave chars and lines out and they follow from paper and font-size",)
        found.append(Diagnostic("M-PAGE", "error", message, span, hints))

    mm = 1 / Geometry.PT_PER_MM
    sides = min(shape.inner, shape.outer) * mm, min(shape.top, shape.foot) * mm
    wide = f"too wide for a page of {shape.width:g} mm"
    high = f"too high for a page of {shape.height:g} mm"
    along, across = reversed(sides) if shape.vertical else sides
    if along < LEAST_MARGIN:
        say(
            f"{shape.chars} characters of {shape.em:g} pt take {shape.measure * mm:.1f} mm, "
            f"{high if shape.vertical else wide}",
            "chars", "font-size", "paper",
        )  # fmt: skip
    if across < LEAST_MARGIN:
        say(
            f"{shape.lines} lines of {shape.line:g} pt take {shape.depth * mm:.1f} mm, "
            f"{wide if shape.vertical else high}",
            "lines", "line", "paper",
        )  # fmt: skip
    if shape.columns > 1 and shape.line_chars < LEAST_LINE:
        say(
            f"{shape.columns} columns of {shape.line_chars} characters: a line needs {LEAST_LINE}",
            "columns", "chars", "paper",
        )  # fmt: skip
    if shape.line < shape.em:
        say(f"lines of {shape.line:g} pt are closer than the body of {shape.em:g} pt", "line",
            "font-size")  # fmt: skip
    if found:
        raise Failure(found)


def _check_ways(
    manifest: Manifest, rule: EditionRule, page: Mapping[str, Any], *, vertical: bool
) -> None:
    """What only vertical lines can have is refused in horizontal ones, where this edition says it;
    what the book says for all its editions, the others pass over."""
    own = rule.overrides.get("page", {})
    wrong = [key for key in ("rules", "tables") if own.get(key, "none") not in ("none", "auto")]
    if not vertical and not manifest.editions:
        wrong = [
            key for key in ("rules", "tables") if page.get(key, "none") not in ("none", "auto")
        ]
    if vertical or not wrong:
        return
    message = f"edition {rule.name}: [page] {wrong[0]} is for vertical lines, these are horizontal"
    hints: tuple[str, ...] = (
        'an edition in vertical lines has writing = "vertical", or is called hant-tw-v',
    )
    if wrong[0] == "rules":
        hints = (*hints, "text in columns side by side is [page] columns = 2")
    span = declared_at(manifest, rule.name, "page", wrong[0])
    raise Failure([Diagnostic("M-VALUE", "error", message, span, hints)])


def _check_stock(manifest: Manifest, rule: EditionRule, printed: Mapping[str, Any]) -> None:
    """A stock must be a paper of the printer that has its own: the spine follows from it."""
    stock, asked = printed.get("stock", ""), printer(printed.get("printer", DEFAULT))
    papers = asked.cover.per_page
    if not stock or not papers or stock in papers:
        return
    span = declared_at(manifest, rule.name, "print", "stock")
    hints = (*did_you_mean(stock, papers), f"its papers are {', '.join(papers)}")
    raise Failure([
        Diagnostic("M-STOCK", "error", f"{asked.name} has no paper {stock!r}", span, hints)
    ])  # fmt: skip


def refused_marks(manifest: Manifest, edition: Edition) -> tuple[Diagnostic, ...]:
    """R-MARKS, a warning, where crop marks are declared and the printer takes none: its demand
    holds."""
    asked = printer(edition.printing.printer)
    if edition.printing.marks == "none" or asked.marks:
        return ()
    message = f"{asked.name} takes no marks: interior and cover have none"
    hint = 'leave [print] marks out, or write marks = "none", for this printer'
    span = declared_at(manifest, edition.name, "print", "marks")
    return (Diagnostic("R-MARKS", "warning", message, span, (hint,)),)


def shared_identifiers(
    manifest: Manifest, chosen: Iterable[tuple[str, Meta]]
) -> Iterator[Diagnostic]:
    """M-ID, a warning, where one declared identifier or ISBN serves several of the editions chosen,
    given by name: stores and readers take them for the same book (ISBN Users' Manual, section 5.1:
    one number an edition)."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for edition, meta in chosen:
        key = "identifier" if meta.identifier else "isbn"
        if value := meta.identifier or meta.isbn:
            owners.setdefault(value, []).append((edition, key))
    for value, editions_ in sorted(owners.items()):
        if len(editions_) > 1:
            (first, key), names = editions_[0], [name for name, _ in editions_]
            message = f"{value} names several editions: {', '.join(names)}"
            hint = f'give each its own: under [[edition]], book = {{ {key} = "…" }}'
            span = declared_at(manifest, first, "book", key)
            yield Diagnostic("M-ID", "warning", message, span, (hint,))
