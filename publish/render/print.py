"""Book x Edition -> the HTML of the printed book: cover, leaves, chapters, style sheet."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from markupsafe import Markup

from publish.model import book as b
from publish.model import leaves, styles
from publish.model.checkers import one_line
from publish.model.edition import Edition, Geometry
from publish.model.texture import boxes, texture
from publish.render import cover, pages
from publish.render.columns import upright
from publish.render.picture import for_print
from publish.render.style import resolved
from publish.render.upright import turned
from publish.text.patterns import late

#: Size of the texture on the end page, in pt (look.md section 2).
_MARK = (42.0, 63.0)
#: The tallest place of one bar in it, in pt.
_MARK_PITCH = 2.1
#: Thickness of fine and of strong lines in print.css, in pt (look.md section 1).
_HAIR, _RULE = 0.35, 0.75
#: Taken from the foot margin, in pt: rounding must never lose the last line of a page.
_SLACK = 0.18
#: A table that stands upright on pages that are turned (styles/templates/text.html).
_STANDING = late(r"(?s)<div class=\"horizontal\">.*?</table>")


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
        view["picture"] = data_url(design.picture)
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
    assets = {item.path: data_url(_printed(item, edition)) for item in book.assets}
    sheet = page_css(edition.geometry, stacks, bleed) + _sheet("book.css") + _sheet("print.css")
    if edition.writing == "vertical":
        sheet += _sheet("vertical.css")
        if edition.counted(1) != "1":
            sheet += _sheet("vertical-han.css")
    if edition.geometry.columns > 1:
        sheet += _sheet("columns.css")
    if edition.rules == "columns":
        sheet += _sheet("ruled.css") + _ruling(edition.geometry, stroke)
    if stroke > _HAIR:
        sheet += f":root {{ --hair: {stroke:g}pt; --rule: {max(stroke, _RULE):g}pt }}\n"
    style = font_css + resolved(sheet + _running_heads(edition) + _chapter_level(book))
    entries = leaves.contents(book, edition)
    names = [person.name for person in book.meta.authors]
    render = pages.renderer(
        pages.media_filters(
            book, edition, "print", lambda target: target, lambda path: assets[path]
        )
    )
    html = render(
        "print.html",
        {
            **pages.context(book, edition, "print"),
            "style": Markup(style),
            "names": names,
            "description": one_line(book.meta.description.split("\n")),
            "printed_contents": tuple(leaves.printed_contents(entries)),
            "items": tuple(_items(book, every=edition.chapters == "recto")),
            "production": leaves.production(book, edition),
            "texture": Markup(_mark(book, stroke)),
        },
    )
    if edition.writing != "vertical":
        return html
    drawings = [item for item in book.assets if item.media_type == "image/svg+xml"]
    plain = {assets[item.path]: data_url(item) for item in drawings}
    return upright(_STANDING.sub(lambda found: _swapped(found[0], plain), html))


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


def _printed(asset: b.Asset, edition: Edition) -> b.Asset:
    """A picture as the page takes it; a drawing that shall stand among vertical lines is turned
    here, what has pixels by the style sheet (image-orientation)."""
    if edition.writing == "vertical" and asset.media_type == "image/svg+xml":
        return replace(asset, data=turned(asset.data, asset.width, asset.height))
    return for_print(asset)


def _swapped(html: str, plain: Mapping[str, str]) -> str:
    """A block that is turned as a whole, with drawings in it that are not."""
    for turned_url, url in plain.items():
        html = html.replace(turned_url, url)
    return html


def _items(book: b.Book, *, every: bool) -> Iterator[tuple[b.Chapter | b.Part, bool]]:
    """Parts and chapters in order, and whether each opens on a recto: the first of the front
    matter, of the body, of each part and of the back matter does, or ``every`` one."""
    for group in (book.front, book.body, book.back):
        recto = True
        for item in group:
            if isinstance(item, b.Part):
                yield item, True
                for position, chapter in enumerate(item.chapters):
                    yield chapter, every or position == 0
                recto = False
            else:
                yield item, recto
                recto = every


def _chapter_level(book: b.Book) -> str:
    """Chapters stand below parts in the bookmarks, where there are parts."""
    if not any(isinstance(item, b.Part) for item in book.body):
        return ""
    return (
        ".part ~ .chapter .chapter-title { bookmark-level: 2 }\n"
        ".part ~ .chapter .section-title, .part ~ .chapter .entry { bookmark-level: 3 }\n"
        ".part ~ .chapter .subsection-title { bookmark-level: 4 }\n"
    )


def _running_heads(edition: Edition) -> str:
    """The recto of a chapter of entries says which entries the page holds."""
    first, _, rest = leaves.entries_pattern(edition).partition("{first}")
    middle, _, last = rest.partition("{last}")
    entries = f"'{first}' string(entry, first) '{middle}' string(entry, last) '{last}"
    folio = "counter(page, cjk-decimal)" if edition.writing == "vertical" else "counter(page)"
    content = entries + rf"\3000' {folio}"
    return (
        ".entries-chapter { page: entries }\n"
        f"@page entries:right {{ @bottom-right {{ content: {content} }} }}\n"
        # The opening page of a chapter carries its folio only.
        f"@page entries:nth(1 of entries):right {{ @bottom-right {{ content: {folio} }} }}\n"
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


@lru_cache(maxsize=8)
def _sheet(name: str) -> str:
    return (
        (styles.folder() / "css" / name)
        .read_text(encoding="utf-8")
        .removeprefix('@charset "utf-8";')
    )
