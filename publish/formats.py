"""What writes each format of an edition: render lays out, press finishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from publish.diagnostics import Diagnostic, has_errors
from publish.model.package import PageStart
from publish.stages import Reading, Setting, labels, modified
from publish.text.patterns import late

if TYPE_CHECKING:
    from publish.check import Checked
    from publish.model.edition import Edition
    from publish.model.printers import Printer
    from publish.press.standard import Standard


class Made(NamedTuple):
    """What a maker has to tell: pages (0 where there are none), complaints, a line for whoever
    takes the file to a printer, and the pages of an interior that ought to be rectos."""

    pages: int
    told: tuple[Diagnostic, ...]
    note: str = ""
    rectos: tuple[int, ...] = ()


Maker = Callable[[Path], Made]

#: What the printed book sets beside its text: blanks of running heads and leaders, the hyphen, and
#: a quarter em that carries the gap between Latin and Han.
_ALWAYS = frozenset(" \u3000\u2008\u2005-")

#: Formats whose bytes say when the book was last changed.
DATED = frozenset({"epub", "azw3", "press", "cover", "booklet"})


def makers(
    read: Reading,
    made: Setting,
    starts: tuple[PageStart, ...] = (),
    interior: Path = Path(),
) -> Mapping[str, Maker]:
    """What writes each format.

    ``starts`` is where the printed pages begin, for the page list of an e-book; ``interior`` the
    edition's press file, which cover and booklet are made from.
    """
    book, edition, faces = made.book, made.edition, made.faces

    def epub(path: Path) -> Made:
        from publish.render import ebook
        from publish.render.cover import design
        from publish.render.cover_picture import image
        from publish.render.epub import write_epub
        from publish.render.epub_fonts import fonts

        front = image(design(book, edition), faces)
        carried = fonts(edition, faces, made.uses)
        package = ebook.package(book, edition, front, starts, made.runs, carried)
        write_epub(package, book, edition, path, modified(read))
        return Made(0, ())

    def pdf(path: Path) -> Made:
        from publish.render.pdf import write_pdf
        from publish.render.print import cover_html
        from publish.render.shown import unshown

        front = cover_html(book, edition, *_rules(made))
        with TemporaryDirectory() as folder:
            draft = Path(folder) / "book.pdf" if edition.writing == "vertical" else path
            pages, told = write_pdf(front, _inside(made), draft, book, edition)
            _turn(draft, path, edition)
        return Made(pages, (*unshown(book), *told))

    def press(path: Path) -> Made:
        from publish.model.editions import refused_marks
        from publish.model.printers import printer
        from publish.press.standard import Work, finish
        from publish.render.pdf import write_draft
        from publish.render.print import picture_names
        from publish.render.shown import place_of, translucent, unshown

        geometry, asked = edition.geometry, printer(edition.printing.printer)
        work = Work(
            geometry.width,
            geometry.height,
            asked.bleed,
            modified(read),
            pages=asked.padded,
            standard=_standard(edition, asked),
            spine="" if asked.bleed_sides == "all" else edition.binding,
            right_bound=edition.binding == "right",
            limit=asked.ink,
            printer=asked.name,
            pictures=picture_names(book),
            translucent=translucent(book),
            marks=asked.marks and edition.printing.marks == "crop",
        )
        with TemporaryDirectory() as folder:
            draft, turned = Path(folder) / "interior.pdf", Path(folder) / "turned.pdf"
            html = _inside(made, bleed=asked.bleed, stroke=asked.stroke)
            rectos: list[int] = []
            count, told = write_draft(html, draft, book, edition, rectos)
            wider = geometry.with_inner(asked.inner_margin(asked.padded(count)))
            if wider is not geometry:
                # How thick the book is was not known before; its lines stay what they are.
                moved = replace(made, edition=replace(edition, geometry=wider))
                html = _inside(moved, bleed=asked.bleed, stroke=asked.stroke)
                _, told = write_draft(html, draft, book, moved.edition)
            if has_errors(told):
                return Made(0, told)
            _turn(draft, turned, edition)
            count, more = finish(turned if turned.exists() else draft, path, work)
            if not count and work.standard == "x1a" and work.translucent:
                place = place_of(book, work.translucent[0])
                more = tuple(replace(item, span=place) for item in more)
        told = (*unshown(book), *told, *refused_marks(read.manifest, edition), *more)
        return Made(count, told, _UNPROVED if work.standard == "x1a" else "", tuple(rectos))

    def cover(path: Path) -> Made:
        from publish.model.printers import printer
        from publish.press.standard import Work, finish, page_count
        from publish.render import wrap
        from publish.render.blurb import Blurb, fitting
        from publish.render.cover import INKS
        from publish.render.pdf import laid_out_height, write_draft
        from publish.render.print import picture_names

        asked = printer(edition.printing.printer)
        count = page_count(interior)
        whole = wrap.wrap(edition, asked, count)
        wrap.check_picture(book, edition, whole, asked)
        spine = wrap.on_spine(book, edition, whole, asked, count)
        columns = wrap.in_columns(book, edition, spine)
        rules, stacks = _cover_rules(made, wrap.letters(book), columns)

        def laid_out(blurb: Blurb) -> str:
            return wrap.wrap_html(book, edition, rules, stacks, whole, blurb, spine)

        def height(blurb: Blurb) -> float:
            if not book.meta.description:
                return 0
            return laid_out_height(laid_out(blurb), "wrap-blurb", book, edition)

        html = laid_out(fitting(wrap.blurb_sizes(book, edition, whole), height))
        work = Work(
            whole.whole,
            whole.height,
            whole.bleed,
            modified(read),
            pages=int,
            standard=_standard(edition, asked),
            limit=asked.ink,
            printer=asked.name,
            pictures=picture_names(book),
            kind="cover",
            on_paper=False,
            right_bound=edition.binding == "right",
            inks=wrap.printable(INKS, asked.tint),
            marks=asked.marks and edition.printing.marks == "crop",
            folds=whole.folds,
        )
        with TemporaryDirectory() as folder:
            draft = Path(folder) / "cover.pdf"
            _, told = write_draft(html, draft, book, edition)
            if has_errors(told):
                return Made(0, told)
            pages, more = finish(draft, path, work)
        unfit = wrap.left_out(book, edition, whole, asked, count)
        more = (*wrap.unused_stock(edition, asked), *unfit, *more)
        note = f"spine {whole.spine:g} mm, {count} pages inside"
        return Made(pages, (*told, *more), note)

    def booklet(path: Path) -> Made:
        from publish.press.booklet import how_to_fold, impose
        from publish.press.imposition import leaf_caliper
        from publish.press.sheets import sheet

        work = edition.printing
        folded = impose(
            interior,
            path,
            sheet(work.sheet),
            signature=work.signature,
            binding=edition.binding,
            caliper=leaf_caliper(work.caliper or None, work.gsm, work.bulk or None),
            blanks_before=work.last_pages,
        )
        sheets = len(folded.plan.sheets)
        told: tuple[Diagnostic, ...] = ()
        if not work.signature and sheets > _STAPLED:
            message = f"edition {edition.name}: {sheets} sheets are too many to staple in the fold"
            hint = "[print] signature = 4 has them folded by fours, and sewn"
            told = (Diagnostic("P-THICK", "warning", message, hints=(hint,)),)
        return Made(2 * sheets, told, how_to_fold(folded))

    return {
        "epub": epub, "pdf": pdf, "press": press, "cover": cover, "booklet": booklet,
    }  # fmt: skip


#: Sheets that a stapler goes through and that still fold flat (trade: 80 pages of 80 g/m²).
_STAPLED = 20
#: What no validator that we know proves is said with the file.
_UNPROVED = "PDF/X-1a:2001, checked by publish alone: have the printer check it, too"


def _standard(edition: Edition, printer: Printer) -> Standard:
    """The standard that is declared, else the first of the printer's that can be written; sRGB for
    a printer that takes no other colours."""
    if not edition.printing.standard and printer.takes_screen:
        return "srgb"
    wanted: tuple[str, ...] = (edition.printing.standard, *printer.standards)
    return "x1a" if next((one for one in wanted if one in ("x4", "x1a")), "x4") == "x1a" else "x4"


def _inside(made: Setting, *, bleed: float = 0, stroke: float = 0) -> str:
    """The interior as HTML; vertical lines in faces that are turned, since the page will be."""
    from publish.render.print import book_html

    return book_html(made.book, made.edition, *_rules(made), bleed=bleed, stroke=stroke)


def _rules(made: Setting) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The faces of an edition, turned for vertical lines, and the families of each role."""
    if made.edition.writing == "vertical":
        return _turned_rules(made)
    return _font_rules(made), made.faces.stacks


#: Weights and slants in which print.css asks for the faces of each role.
_SETTINGS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "text": ((400, "normal"),),
    "heading": ((600, "normal"), (700, "normal")),
    "subheading": ((500, "normal"),),
    "strong": ((500, "normal"),),
    "italic": ((400, "italic"),),
    "bold-italic": ((600, "italic"),),
    "reading": ((400, "normal"),),
    "quotation": ((400, "normal"),),
    "figures": ((400, "normal"),),
    "code": ((400, "normal"),),
}
#: Signs of leaders, folios and notes in columns.
_IN_COLUMNS = frozenset("〇一二三四五六七八九")


def _turned_rules(made: Setting) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The turned faces of an edition in vertical lines, and the family of each role."""
    from publish.fonts import css
    from publish.fonts.turned import Setting as FaceSetting
    from publish.fonts.turned import cover_families, turned_css, turned_family
    from publish.render.uses import across

    letters: dict[str, set[str]] = {}
    for role, character, _ in made.uses:
        letters.setdefault(role, set()).add(character)
    letters.setdefault("text", set()).update(_IN_COLUMNS)
    blanks = _blanks(made)
    uses = {
        FaceSetting(role, weight, style): blanks.union(characters)
        for role, characters in letters.items()
        for weight, style in _SETTINGS[role]
    }
    rules = turned_css(made.faces, uses, made.edition.language, _together(made))
    stacks: dict[str, tuple[str, ...]] = {
        role: (turned_family(role),) for role in made.faces.stacks
    }
    # What stands upright among vertical lines is set in faces that are not turned.
    stacks |= {f"horizontal-{role}": stack for role, stack in made.faces.stacks.items()}
    stacks |= cover_families()
    if standing := across(made.book, made.edition):
        letters_across = _blanks(made).union(*standing.values())
        rules += css(made.faces.of(set(standing)), letters_across)
    return rules, stacks


def _blanks(made: Setting) -> frozenset[str]:
    """Blanks of the text and of the style sheets: one that no face of ours had would come from a
    face of the machine, which went into the file for it."""
    text = frozenset().union(*(run.text for run in made.runs))
    return _ALWAYS.union(character for character in text if character.isspace())


def _together(made: Setting) -> frozenset[str]:
    """Numbers of two and three digits that the text has, to share a square."""
    return frozenset().union(*(_numbers(run.text) for run in made.runs))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(late(r"(?<![0-9])[0-9]{2,3}(?![0-9])").findall(text))


def _turn(draft: Path, path: Path, edition: Edition) -> None:
    """Turn the pages of vertical lines, which are laid out lying; a cover stays as it is."""
    if edition.writing != "vertical":
        return
    from publish.press.turning import turn, upright_pages

    turn(draft, path, upright=upright_pages(draft))


def _font_rules(made: Setting, more: frozenset[str] = frozenset()) -> str:
    """The subsets of the faces that the printed book needs, as @font-face rules; ``more`` are
    characters that stand nowhere in its text.

    Most books have no code and many no quotations: their faces are large to cut.
    """
    from publish.fonts import css

    letters = frozenset(character for _, character, _ in made.uses) | _blanks(made) | more
    return css(made.faces.of({role for role, _, _ in made.uses}), letters)


def _cover_rules(
    made: Setting, more: frozenset[str], columns: tuple[str, str]
) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The faces of a cover, with turned ones for what stands in columns, in the face of its title
    and in that of the text; and the families of each role."""
    from publish.fonts.turned import Setting as FaceSetting
    from publish.fonts.turned import cover_families, turned_css

    title, text = columns
    rules, stacks = _font_rules(made, more), made.faces.stacks
    uses = {
        FaceSetting("heading", 600): frozenset(title),
        FaceSetting("text", 400): frozenset(text),
    }
    if not any(uses.values()):
        return rules, stacks
    numbers = _together(made) | _numbers(" ".join(columns))
    rules += turned_css(made.faces, uses, made.edition.language, numbers)
    return rules, {**stacks, **cover_families()}


def cover_text(made: Setting, interior: Path) -> str:
    """All that the whole cover says, in no order."""
    from publish.model.printers import printer
    from publish.press.standard import page_count
    from publish.render import wrap

    edition, asked = made.edition, printer(made.edition.printing.printer)
    count = page_count(interior)
    whole = wrap.wrap(edition, asked, count)
    spine = wrap.on_spine(made.book, edition, whole, asked, count)
    return wrap.expected(made.book, edition, spine)


def checked(
    path: Path, made: Setting, kind: str, interior: Path, rectos: tuple[int, ...] = ()
) -> Checked:
    """What the checks say of an artefact; files for a press have no bookmarks."""
    from publish.check import Checked, check_artifact, check_letters

    if kind in ("pdf", "epub", "azw3"):
        return check_artifact(path, made.runs, made.edition, labels(made))
    told = _preflight(path, made, kind, interior, rectos)
    if kind == "press":
        runs = tuple(run for run in made.runs if run.where != "cover")
        found = check_artifact(path, runs, made.edition, navigation=False).diagnostics
        return Checked((*found, *told), ())
    # What stands side by side on a sheet has no order to compare.
    found = check_artifact(path, navigation=False).diagnostics
    expected = cover_text(made, interior) if kind == "cover" else interior
    return Checked((*found, *check_letters(path, expected), *told), ())


def _preflight(
    path: Path, made: Setting, kind: str, interior: Path, rectos: tuple[int, ...]
) -> tuple[Diagnostic, ...]:
    """What the printer would say of a file for a press."""
    from publish.check.preflight import preflight
    from publish.model.printers import printer
    from publish.render.print import picture_names

    edition = made.edition
    asked, geometry = printer(edition.printing.printer), edition.geometry
    trim = (geometry.width, geometry.height)
    pictures = picture_names(made.book)
    if kind == "cover":
        from publish.press.standard import page_count
        from publish.render import wrap

        pages = page_count(interior)
        whole = wrap.wrap(edition, asked, pages)
        report = preflight(
            path,
            asked,
            kind="cover",
            binding=edition.binding,
            trim=trim,
            spine=whole.spine,
            flap=whole.flap,
            pages=pages,
            pictures=pictures,
        )
    elif kind == "booklet":
        report = preflight(path, asked, kind="booklet", binding=edition.binding, pictures=pictures)
    else:
        report = preflight(
            path,
            asked,
            kind="press",
            binding=edition.binding,
            trim=trim,
            pictures=pictures,
            rectos=rectos,
        )
    return report.diagnostics
