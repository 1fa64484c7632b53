"""styles/fonts.toml as data: the families of each role and where their faces come from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from publish.model import styles
from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class FaceRule:
    """A face of a source: ``package`` is the Debian package that has the file, ``fallback`` the
    weight that stands in for it where that package is missing (0: none does)."""

    weight: int
    style: str
    file: str
    package: str
    fallback: int


@dataclass(frozen=True, slots=True)
class SourceRule:
    """Where a family comes from in one region: ``trade`` is the name in the font files, ``name``
    the one people know, ``optional`` says what takes its place (empty: it must be there)."""

    trade: str
    name: str
    package: str
    licence: str
    reserved: tuple[str, ...]
    optional: str
    ranges: str
    faces: tuple[FaceRule, ...]


@dataclass(frozen=True, slots=True)
class FamilyRule:
    """A family: ``role`` is the key of [fonts] in book.toml that replaces it, ``weights`` what a
    declared face is asked for.  Without sources it exists only where it is declared."""

    family: str
    role: str
    what: str
    ranges: str
    interpunct: bool
    weights: tuple[int, ...]
    sources: Mapping[str, SourceRule]


@dataclass(frozen=True, slots=True)
class Known:
    """A Debian package that may have a character of ``ranges`` that no installed font has."""

    ranges: str
    font: str
    package: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole of fonts.toml; ``interpunct`` is in em, by region."""

    stacks: Mapping[str, tuple[str, ...]]
    families: tuple[FamilyRule, ...]
    interpunct: Mapping[str, float]
    known: tuple[Known, ...]


REGIONS = ("cn", "tw", "hk")


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """Read fonts.toml.  The file is ours: a mistake in it is a :class:`KeyError`, not a message."""
    return parse_rules(styles.table("fonts"))


def parse_rules(data: Mapping[str, Any]) -> Rules:
    """The tables of fonts.toml as rules."""
    return Rules(
        stacks={role: tuple(families) for role, families in data["stacks"].items()},
        families=tuple(_family(name, table) for name, table in data["families"].items()),
        interpunct=data["interpunct"],
        known=tuple(
            Known(item["range"], item["font"], item["package"]) for item in data.get("known", ())
        ),
    )


def _family(name: str, table: Mapping[str, Any]) -> FamilyRule:
    ranges = table.get("range", "")
    sources: dict[str, SourceRule] = {}
    for source in table.get("sources", ()):
        for region in source.get("regions", REGIONS):
            sources[region] = _source(source, region, ranges)
    first = next(iter(sources.values()), None)
    upright = tuple(face.weight for face in first.faces if face.style == "normal") if first else ()
    return FamilyRule(
        family=name,
        role=table["role"],
        what=table["what"],
        ranges=ranges,
        interpunct=table.get("interpunct", False),
        weights=tuple(table.get("weights", upright or (400,))),
        sources=sources,
    )


def _source(table: Mapping[str, Any], region: str, ranges: str) -> SourceRule:
    trade = table["trade"] if isinstance(table["trade"], str) else table["trade"][region]
    return SourceRule(
        trade=trade,
        name=table.get("name", trade),
        package=table["package"],
        licence=table["licence"],
        reserved=tuple(table.get("reserved", ())),
        optional=table.get("optional", ""),
        ranges=table.get("range", ranges),
        faces=tuple(
            FaceRule(
                weight=face["weight"],
                style=face.get("style", "normal"),
                file=face["file"],
                package=face.get("package", table["package"]),
                fallback=face.get("fallback", 0),
            )
            for face in table["faces"]
        ),
    )
