"""Book x Edition -> the HTML of the printed book: cover, leaves, chapters, style sheet."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import md5

from markupsafe import Markup

from publish.model import book as b
from publish.model import leaves, styles
from publish.model.checkers import one_line
from publish.model.edition import Edition, Geometry
from publish.model.texture import boxes, texture
from publish.model.tree import walk
from publish.render import cover, pages
from publish.render.columns import upright
from publish.render.lettering import in_inks, lettered, on_screen
from publish.render.picture import for_print
from publish.render.style import resolved
from publish.render.title import fewest_lines, width
from publish.render.upright import standing, turned

#: Size of the texture on the end page, in pt (look.md section 2).
_MARK = (42.0, 63.0)
#: Type of the title page with its tracking, in em of the text (print.css), and some for estimates.
_TITLE = 27 / 10.5 * 1.06
#: The tallest place of one bar in it, in pt.
_MARK_PITCH = 2.1
#: Thickness of fine and of strong lines in print.css, in pt (look.md section 1).
_HAIR, _RULE = 0.35, 0.75
#: Classes, and how the names of their pages begin (front.css): front matter, and where page 1 is.
FRONT, OPENING = "front", "opening"
#: Taken from the foot margin, in pt: rounding must never lose the last line of a page.
_SLACK = 0.18


def page_css(geometry: Geometry, stacks: Mapping[str, tuple[str, ...]], bleed: float = 0) -> str:
    """Custom properties and page boxes of a geometry; a left page is a verso, ``bleed`` in mm.

    Vertical lines are laid out as horizontal ones on a page that is turned afterwards, a quarter to
    the right: its left is the head, its top the right side of the book's page.
    """
    if geometry.vertical:
        return _tokens(geometry, stacks) + _lying_page(geometry, bleed)
    top, foot = geometry.top, geometry.foot - _SLACK
    size = f"{geometry.width:g}mm {geometry.height:g}mm"
    recto = f"{top:.3f}pt {geometry.outer:.3f}pt {foot:.3f}pt {geometry.inner:.3f}pt"
    verso = f"{top:.3f}pt {geometry.inner:.3f}pt {foot:.3f}pt {geometry.outer:.3f}pt"
    return (
        f"{_tokens(geometry, stacks)}"
        f"@page {{ size: {size}; bleed: {bleed:g}mm; margin: {recto} }}\n"
        f"@page :left {{ margin: {verso} }}\n"
    )


def _lying_page(geometry: Geometry, bleed: float) -> str:
    """The page boxes of vertical lines; a book that is bound on the right begins on a left page."""
    size = f"{geometry.height:g}mm {geometry.width:g}mm"
    head, foot = geometry.top, geometry.foot
    inner, outer = geometry.inner, geometry.outer
    # The slack goes where the last column ends.
    recto = f"{inner:.3f}pt {foot:.3f}pt {outer - _SLACK:.3f}pt {head:.3f}pt"
    verso = f"{outer:.3f}pt {foot:.3f}pt {inner - _SLACK:.3f}pt {head:.3f}pt"
    return (
        f"@page {{ size: {size}; bleed: {bleed:g}mm; margin: {recto} }}\n"
        f"@page :left {{ margin: {verso} }}\n"
    )


def sheet_css(
    geometry: Geometry,
    stacks: Mapping[str, tuple[str, ...]],
    size: tuple[float, float],
    bleed: float = 0,
) -> str:
    """The style sheet of a cover: one page of this width and height in mm, without margins."""
    width, height = size
    return (
        f"{_tokens(geometry, stacks)}"
        f"@page {{ size: {width:g}mm {height:g}mm; bleed: {bleed:g}mm; margin: 0 }}\n"
        f"{_sheet('cover.css')}html {{ font-family: var(--heading) }} body {{ margin: 0 }}"
    )


def _tokens(geometry: Geometry, stacks: Mapping[str, tuple[str, ...]]) -> str:
    """The custom properties of a geometry and of the faces by role."""
    tokens = {
        "em": f"{geometry.em:g}pt",
        "line": f"{geometry.line:g}pt",
        "measure": f"{geometry.measure:g}pt",
        "tier": f"{geometry.line_chars * geometry.em:g}pt",
        "columns": f"{geometry.columns}",
        "column-gap": f"{geometry.gap * geometry.em:g}pt",
        "depth": f"{geometry.depth:g}pt",
        **{role: ", ".join(f'"{family}"' for family in stack) for role, stack in stacks.items()},
    }
    declared = "".join(f"  --{name}: {value};\n" for name, value in tokens.items())
    return f":root {{\n{declared}}}\n"


def cover_html(
    book: b.Book, edition: Edition, font_css: str, stacks: Mapping[str, tuple[str, ...]]
) -> str:
    """The cover as a document of one page."""
    design = cover.design(book, edition)
    geometry = edition.geometry
    style = font_css + sheet_css(geometry, stacks, (geometry.width, geometry.height))
    view = cover.view(design, edition)
    if design.picture is not None:
        view["picture"] = data_url(lettered(on_screen(design.picture), stacks["strong"]))
    return pages.renderer({})(
        "print-cover.html",
        {
            "cover": view,
            "edition": edition,
            "style": Markup(style),
            "title": book.meta.title,
        },
    )


def book_html(
    book: b.Book,
    edition: Edition,
    font_css: str,
    stacks: Mapping[str, tuple[str, ...]],
    *,
    bleed: float = 0,
    stroke: float = 0,
) -> str:
    """The interior as one document, with so many mm of bleed on every side, and no line or bar
    thinner than ``stroke`` in pt."""
    # Drawings stand, also among vertical lines.
    labels = stacks.get("horizontal-strong") or stacks.get("strong", ())
    # A press has inks, and no line of its own thickness; what is read on a screen has neither.
    colours = in_inks if stroke else on_screen
    pictures = {item.path: lettered(colours(for_print(item)), labels) for item in book.assets}
    plain = {path: data_url(item) for path, item in pictures.items()}
    lying = plain | {
        path: data_url(replace(item, data=turned(item.data, item.width, item.height)))
        for path, item in pictures.items()
        # What has pixels is turned by the style sheet (image-orientation).
        if edition.writing == "vertical" and item.media_type == "image/svg+xml"
    }
    # What stands upright is turned as a whole, with the drawings in it.  Images that are equal
    # stand in several places: the place tells.
    within = {
        id(node)
        for block in standing(book, edition)
        for node in walk(block)
        if isinstance(node, b.Image)
    }

    def address(image: b.Image) -> str:
        if id(image) not in within:
            return lying[image.source]
        return _apart(plain[image.source])

    sheet = page_css(edition.geometry, stacks, bleed) + _sheet("book.css") + _sheet("print.css")
    if edition.writing == "vertical":
        sheet += _sheet("vertical.css")
        if edition.counted(1) != "1":
            sheet += _sheet("vertical-han.css")
    if edition.geometry.columns > 1:
        sheet += _sheet("columns.css")
    if edition.notes_by_page:
        sheet += _sheet("notes-by-page.css")
    if edition.rules == "columns":
        sheet += _sheet("ruled.css") + _ruling(edition.geometry, stroke)
    if stroke > _HAIR:
        sheet += f":root {{ --hair: {stroke:g}pt; --rule: {max(stroke, _RULE):g}pt }}\n"
        sheet += f".name, .work, del, ins, s, u {{ text-decoration-thickness: {stroke:g}pt }}\n"
    roman = edition.front_folios == "roman"
    heads = _running_heads(edition, book)
    if roman:
        heads += _sheet("front.css")
        heads += _sheet("front-roman.css") if edition.writing == "horizontal" else ""
    style = font_css + resolved(sheet + heads + _chapter_level(book))
    entries = leaves.contents(book, edition)
    names = [person.name for person in book.meta.authors]
    render = pages.renderer(
        pages.media_filters(book, edition, "print", lambda target: target, address, stroke=stroke)
    )
    html = render(
        "print.html",
        {
            **pages.context(book, edition, "print"),
            "title_lines": (titles := _title_lines(book, edition)),
            "publisher_at": "publisher" if _has_foot(book, edition, len(titles)) else "by",
            "style": Markup(style),
            "names": names,
            "description": one_line(book.meta.description.split("\n")),
            "printed_contents": tuple(leaves.printed_contents(entries)),
            "in_front": _in_front(book) if roman else frozenset(),
            "items": tuple(_items(book, every=edition.chapters == "recto", roman=roman)),
            "production": leaves.production(book, edition),
            "texture": Markup(_mark(book, stroke)),
        },
    )
    if edition.writing != "vertical":
        return html
    return upright(html, digits=edition.upright_digits)


def _title_lines(book: b.Book, edition: Edition) -> tuple[str, ...]:
    """The lines of the title page: as declared, else of like length, so that no word is parted that
    the cover keeps."""
    title, page = book.meta.title, edition.geometry
    room, digits = page.measure / (_TITLE * page.em), edition.upright_digits
    if book.meta.title_lines or width(title, digits=digits) <= room:
        return book.meta.title_lines or (title,)
    return fewest_lines(title, room, digits=digits) or (title,)


def _has_foot(book: b.Book, edition: Edition, lines: int) -> bool:
    """Whether a title page with so many lines of title leaves its foot to the publisher; sizes and
    white in lines of the text (print.css, vertical.css)."""
    page, meta = edition.geometry, book.meta
    sink = 3 if page.vertical else 5
    subtitle = math.ceil(1.2 * width(meta.subtitle) / page.chars)
    names = sum(math.ceil(width(line) / page.chars) for line in leaves.byline(meta, edition))
    return (
        sink + 2 * lines + (subtitle > 0) + 1.2 * subtitle + (names > 0) + names <= page.lines - 3
    )


def _ruling(page: Geometry, stroke: float) -> str:
    """The lines between columns and the frame around them (烏絲欄, 版框), behind the text of every
    page that has any, none thinner than ``stroke`` in pt; the frame keeps half an em from the first
    and the last characters."""
    hair, frame = max(_HAIR, stroke), max(_RULE, stroke)
    away = page.em / 2 + frame
    length, depth = page.measure + 2 * away, page.depth + 2 * frame
    lines = (frame + number * page.line for number in range(1, page.lines))
    between = "".join(f"M{frame:g} {place:g}H{length - frame:g}" for place in lines)
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{length:g}' height='{depth:g}' "
        f"viewBox='0 0 {length:g} {depth:g}'><g fill='none' stroke='black'>"
        f"<path d='{between}' stroke-width='{hair:g}'/>"
        f"<rect x='{frame / 2:g}' y='{frame / 2:g}' width='{length - frame:g}' "
        f"height='{depth - frame:g}' stroke-width='{frame:g}'/></g></svg>"
    )
    return (
        f'@page {{ background: url("data:image/svg+xml,{drawing}") '
        f"-{away:g}pt -{frame:g}pt / {length:g}pt {depth:g}pt no-repeat content-box }}\n"
        "@page bare { background: none }\n@page :blank { background: none }\n"
    )


def _items(
    book: b.Book, *, every: bool, roman: bool
) -> Iterator[tuple[b.Chapter | b.Part, bool, str]]:
    """Parts and chapters in order, whether each opens on a recto, and the class its numbering asks
    for.

    The first of the front matter, of the body, of each part and of the back matter opens on a
    recto, or ``every`` one.  With ``roman`` folios the front matter is FRONT, and what page 1
    belongs to OPENING.
    """
    opening = OPENING if roman else ""
    for group, kind in ((book.front, FRONT if roman else ""), (book.body, ""), (book.back, "")):
        recto = True
        for item in group:
            if group is book.body:
                kind, opening = opening, ""
            if isinstance(item, b.Part):
                yield item, True, kind
                for position, chapter in enumerate(item.chapters):
                    yield chapter, every or position == 0, ""
                recto = False
            else:
                yield item, recto, kind
                recto = every


def _in_front(book: b.Book) -> frozenset[str]:
    """What the contents may lead to in the front matter."""
    return frozenset(
        node.anchor
        for chapter in book.front
        for node in walk(chapter)
        if isinstance(node, b.Chapter | b.Section | b.Entry)
    )


def _chapter_level(book: b.Book) -> str:
    """Chapters stand below parts in the bookmarks, where there are parts."""
    if not any(isinstance(item, b.Part) for item in book.body):
        return ""
    return (
        ".part ~ .chapter .chapter-title { bookmark-level: 2 }\n"
        ".part ~ .chapter .section-title, .part ~ .chapter .entry { bookmark-level: 3 }\n"
        ".part ~ .chapter .subsection-title { bookmark-level: 4 }\n"
    )


def _running_heads(edition: Edition, book: b.Book) -> str:
    """The recto of a chapter of entries says which entries the page holds."""
    names = ["entries"]
    opens = book.body[:1] if edition.front_folios == "roman" else ()
    if any(isinstance(item, b.Chapter) and leaves.entries_of(item) for item in opens):
        names.append(OPENING)
    first, _, rest = leaves.entries_pattern(edition).partition("{first}")
    middle, _, last = rest.partition("{last}")
    entries = f"'{first}' string(entry, first) '{middle}' string(entry, last) '{last}"
    folio = "counter(page, cjk-decimal)" if edition.writing == "vertical" else "counter(page)"
    content = entries + rf"\3000' {folio}"
    return ".entries-chapter { page: entries }\n" + "".join(
        f"@page {name}:right {{ @bottom-right {{ content: {content} }} }}\n"
        # The opening page of a chapter carries its folio only.
        f"@page {name}:nth(1 of {name}):right {{ @bottom-right {{ content: {folio} }} }}\n"
        for name in names
    )


def _mark(book: b.Book, stroke: float) -> str:
    _, bars = texture(book)
    width, height = _MARK
    # A short book has thin bars and white below them, not slabs.
    pitch = min(height / max(1, len(bars)), _MARK_PITCH)
    rows = "".join(
        f'<rect x="0" y="{box.top:.3f}" width="{box.width:.3f}" '
        f'height="{max(box.height, stroke):.3f}"/>'
        for box in boxes(bars, width, height, pitch)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}pt" height="{height:g}pt" '
        f'viewBox="0 0 {width:g} {height:g}">{rows}</svg>'
    )


def data_url(asset: b.Asset) -> str:
    """Images go in as data: the layout engine opens no file of a manuscript's naming."""
    return f"data:{asset.media_type};base64,{base64.b64encode(asset.data).decode()}"


def _apart(url: str) -> str:
    """Another address of the same picture: the engine keeps it by its address, turned as it was
    where it came first."""
    return url.replace(";base64,", ";standing=1;base64,", 1)


def picture_names(book: b.Book) -> dict[str, str]:
    """What the pictures of a book are called, by the digits that the engine names them by in a PDF:
    the MD5 of their addresses.  A cover has them as they are, pages as paper wants them."""
    return {
        md5(url.encode(), usedforsecurity=False).hexdigest(): item.path
        for item in book.assets
        for address in (data_url(item), data_url(for_print(item)))
        for url in (address, _apart(address))
    }


@lru_cache(maxsize=8)
def _sheet(name: str) -> str:
    return (
        (styles.folder() / "css" / name)
        .read_text(encoding="utf-8")
        .removeprefix('@charset "utf-8";')
    )
