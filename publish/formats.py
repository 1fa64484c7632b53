"""What writes each format of an edition: render lays out, press finishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from publish.diagnostics import Diagnostic, has_errors
from publish.model.package import PageStart
from publish.model.text import Run
from publish.stages import Reading, Setting, modified

Maker = Callable[[Path], tuple[int, tuple[Diagnostic, ...]]]

#: What the printed book sets beside its text: blanks of running heads and leaders, the hyphen, and
#: a quarter em that carries the gap between Latin and Han.
_ALWAYS = frozenset(" \u3000\u2008\u2005-")

#: Formats whose bytes say when the book was last changed.
DATED = frozenset({"epub", "azw3", "press", "cover", "booklet"})


def makers(read: Reading, made: Setting, starts: tuple[PageStart, ...] = ()) -> Mapping[str, Maker]:
    """What writes each format; a maker gives the number of pages and what there is to tell.

    ``starts`` is where the printed pages begin, for the page list of an e-book.
    """
    book, edition, faces = made.book, made.edition, made.faces

    def epub(path: Path) -> tuple[int, tuple[Diagnostic, ...]]:
        from publish.render import cover, ebook
        from publish.render.epub import write_epub
        from publish.render.epub_fonts import fonts

        image = cover.image(cover.design(book, edition), faces)
        carried = fonts(edition, faces, made.uses)
        package = ebook.package(book, edition, image, starts, made.runs, carried)
        write_epub(package, book, edition, path, modified(read))
        return 0, ()

    def pdf(path: Path) -> tuple[int, tuple[Diagnostic, ...]]:
        from publish.render.pdf import write_pdf
        from publish.render.print import book_html, cover_html

        rules = _font_rules(made)
        front = cover_html(book, edition, rules, faces.stacks)
        inside = book_html(book, edition, rules, faces.stacks)
        return write_pdf(front, inside, path, book, edition)

    def press(path: Path) -> tuple[int, tuple[Diagnostic, ...]]:
        from publish.press.standard import Work, finish
        from publish.render.pdf import write_draft
        from publish.render.print import book_html

        geometry = edition.geometry
        inside = book_html(book, edition, _font_rules(made), faces.stacks, bleed=geometry.bleed)
        work = Work(geometry.width, geometry.height, geometry.bleed, modified(read), _even)
        with TemporaryDirectory() as folder:
            draft = Path(folder) / "interior.pdf"
            _, told = write_draft(inside, draft, book, edition)
            if has_errors(told):
                return 0, told
            pages, more = finish(draft, path, work)
        return pages, (*told, *more)

    return {"epub": epub, "pdf": pdf, "press": press}


def _font_rules(made: Setting) -> str:
    """The subsets of the faces that the printed book needs, as @font-face rules.

    Most books have no code and many no quotations: their faces are large to cut.
    """
    from publish.fonts import css

    letters = frozenset(character for _, character, _ in made.uses) | _ALWAYS
    return css(made.faces.of({role for role, _, _ in made.uses}), letters)


def _even(pages: int) -> int:
    return pages + pages % 2


def inside(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The text of the interior: what the cover says left out."""
    return tuple(run for run in runs if run.where != "cover")
