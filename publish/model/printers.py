"""What printers demand of a file: styles/printers.toml as values.

Lengths are in mm, sizes of lines and type in pt, ink in %.  A demand of 0 is none.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from publish.diagnostics import fail
from publish.model import styles
from publish.records import dataclass

Standard = Literal["x4", "x3", "x1a", "plain"]
Ink = Literal["gray", "cmyk", "srgb"]
Side = Literal["left", "right"]

#: The printer of a book that names none.
DEFAULT = "offset"


@dataclass(frozen=True, slots=True)
class Cover:
    """What a printer says of a cover: one sheet of back, spine and front.

    ``per_page`` is the spine in mm for each page, by kind of paper, ``paper`` the kind that holds
    where none is said.  Without it a leaf is g/m² × ``bulk`` (cm³/g) / 1000 + ``leaf_base`` mm
    thick.  ``spine_extra`` is added for glue, mm.  Text stands on the spine from
    ``spine_text_pages`` pages (0: not said), ``spine_text_clear`` mm from the folds.  ``wrap`` mm
    go round boards.
    """

    per_page: Mapping[str, float]
    paper: str
    bulk: float
    leaf_base: float
    spine_extra: float
    spine_text_pages: int
    spine_text_clear: float
    wrap: float

    def leaf(self, gsm: float, bulk: float = 0) -> float:
        """Thickness in mm of a leaf of so many g/m²; ``bulk`` in cm³/g is the paper's own."""
        return gsm * (bulk or self.bulk) / 1000 + (0 if bulk else self.leaf_base)

    def spine(
        self, pages: int, *, gsm: float, bulk: float = 0, cover: float = 0, paper: str = ""
    ) -> float:
        """Width of the spine in mm of a book of so many pages (two on a leaf).

        ``gsm`` and ``bulk`` are those of the paper inside, ``cover`` the thickness in mm of the
        leaf the cover is printed on.  Where the printer has a table by page, that alone holds;
        ``paper`` is one of its names.
        """
        if self.per_page:
            each = self.per_page.get(paper, self.per_page[self.paper])
            return pages * each + self.spine_extra
        return pages / 2 * self.leaf(gsm, bulk) + 2 * cover + self.spine_extra


@dataclass(frozen=True, slots=True)
class Printer:
    """What one printer demands; styles/printers.toml says where each number comes from.

    ``bleed``, ``safe``, ``safe_bleed`` (the safe zone of pages with bleed) and the margins of
    ``gutter`` (pairs of most pages and least inner margin, ascending) are in mm; ``ink`` and
    ``tint`` in %; ``dpi`` and ``dpi_line`` (images of one bit) in pixels an inch; ``stroke`` and
    ``type`` in pt.
    """

    name: str
    aliases: tuple[str, ...]
    standards: tuple[Standard, ...]
    bleed: float
    bleed_sides: Literal["all", "outer"]
    bleed_optional: bool
    marks: bool
    annotations: bool
    transparency: bool
    interior: tuple[Ink, ...]
    ink: float
    tint: float
    dpi: float
    dpi_line: float
    stroke: float
    type: float
    safe: float
    safe_bleed: float
    gutter: tuple[tuple[int, float], ...]
    multiple: int
    fewest: int
    most: int
    last_blank: bool
    blanks: int
    bindings: tuple[Side, ...]
    cover: Cover

    def inner_margin(self, pages: int) -> float:
        """The least inner margin in mm of a book of so many pages; 0 where none is demanded."""
        for most, margin in self.gutter:
            if pages <= most:
                return margin
        return self.gutter[-1][1] if self.gutter else 0

    @property
    def takes_screen(self) -> bool:
        """Whether the colours of pages are to be sRGB: the printer takes no coloured inks, and
        files without PDF/X."""
        return "srgb" in self.interior and "cmyk" not in self.interior and "plain" in self.standards

    def padded(self, pages: int) -> int:
        """The number of pages that a book of so many is printed with, blank ones at its end; one
        that is too thin for the printer stays so."""
        return -(-(pages + self.last_blank) // self.multiple) * self.multiple


def printers() -> tuple[Printer, ...]:
    """All printers of the table, in its order; the first is :data:`DEFAULT`."""
    return tuple(_table().values())


def printer(name: str = DEFAULT) -> Printer:
    """The printer of this name or alias, however it is capitalised.

    Raises :class:`~publish.diagnostics.Failure` M-PRINTER (exit 2) where the table has none.
    """
    found = printer_names().get(name.strip().casefold())
    if found is None:
        known = ", ".join(one.name for one in printers())
        raise fail(
            "M-PRINTER",
            f"no printer is called {name!r}",
            exit_code=2,
            hints=(*near(name), f"printers are {known}"),
        )
    return _table()[found]


def near(name: str) -> tuple[str, ...]:
    """A hint that names the printer whose name is most like this one, or none."""
    import difflib

    names = printer_names()
    close = difflib.get_close_matches(name.strip().casefold(), names, n=1)
    return tuple(f"did you mean {names[key]!r}?" for key in close)


@functools.cache
def printer_names() -> Mapping[str, str]:
    """Every name and alias, case-folded, and the name of its table."""
    names = {}
    for one in printers():
        for alias in (one.name, *one.aliases):
            names[alias.casefold()] = one.name
    return MappingProxyType(names)


@functools.cache
def _table() -> Mapping[str, Printer]:
    tables = styles.table("printers")
    common = tables[DEFAULT]
    return MappingProxyType({name: _printer(name, common, own) for name, own in tables.items()})


def _printer(name: str, common: Mapping[str, Any], own: Mapping[str, Any]) -> Printer:
    """A printer: what it says itself laid over what all do."""
    values = {"aliases": (), **common, **own}
    # Aliases are nobody else's; a zone for pages with bleed follows from the printer's own zone.
    values["aliases"] = own.get("aliases", ())
    values.setdefault("safe-bleed", values["safe"])
    cover = {"per-page": {}, "paper": "", **common["cover"], **own.get("cover", {})}
    cover["per-page"] = MappingProxyType(cover["per-page"])
    values["cover"] = Cover(**_fields(cover))
    values["gutter"] = tuple((most, margin) for most, margin in values["gutter"])
    fields = _fields(values)
    for key in ("aliases", "standards", "interior", "bindings"):
        fields[key] = tuple(fields[key])
    return Printer(name=name, **fields)


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in values.items()}
