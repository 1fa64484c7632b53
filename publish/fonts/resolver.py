"""An edition's roles -> the faces on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from publish.diagnostics import Diagnostic, Span, did_you_mean
from publish.fonts import finder
from publish.fonts.faces import Face, FaceSet
from publish.fonts.rules import FaceRule, FamilyRule, Rules, SourceRule, load_rules
from publish.model.edition import Edition
from publish.records import dataclass

#: The largest font file that a book may bring, in bytes (large Chinese faces have 65 MB).
LARGEST_FILE = 128 * 1024 * 1024


def resolve(
    edition: Edition, folder: Path, places: Mapping[str, Span | None] | None = None
) -> tuple[FaceSet, tuple[Diagnostic, ...]]:
    """The faces of an edition; ``folder`` is the book folder, where declared font files lie,
    ``places`` say where book.toml declares the font of a role.

    Errors: F-FAMILY (a family is not installed), F-FILE (a declared font file is missing, lies
    outside the book folder, or is no font that may be embedded), F-ROLE (no such role).  A face
    that only an extra package has is replaced as fonts.toml says, without a word: ``publish
    doctor`` tells (:func:`survey`).  Where a declared font is not there, that of fonts.toml is
    taken, so that the error is the only one; a family of fonts.toml that is not there is left
    out of the stacks.
    """
    rules = load_rules()
    diagnostics: list[Diagnostic] = []
    roles = tuple(dict.fromkeys(family.role for family in rules.families))
    for role in edition.fonts:
        if role not in roles:
            hints = did_you_mean(role, roles) or (f"roles: {', '.join(roles)}",)
            diagnostics.append(
                Diagnostic("F-ROLE", "error", f"[fonts] has no role {role!r}", hints=hints)
            )
    faces: list[Face] = []
    for family in rules.families:
        declared = edition.fonts.get(family.role, "")
        if declared:
            found, problems = _declared(family, declared, edition, folder, rules)
            place = (places or {}).get(family.role)
            problems = [replace(item, span=place) if place else item for item in problems]
            if not found and edition.region in family.sources:
                found = _standard(family, edition, rules)[0]
        elif edition.region in family.sources:
            found, problems = _standard(family, edition, rules)
        else:
            continue
        faces.extend(found)
        diagnostics.extend(problems)
    present = {face.family for face in faces}
    stacks = {
        role: tuple(name for name in families if name in present)
        for role, families in rules.stacks.items()
    }
    return FaceSet(tuple(faces), stacks), tuple(diagnostics)


def _interpunct(family: FamilyRule, region: str, rules: Rules) -> float:
    return rules.interpunct.get(region, 0.0) if family.interpunct else 0.0


def _standard(
    family: FamilyRule, edition: Edition, rules: Rules
) -> tuple[list[Face], list[Diagnostic]]:
    source = family.sources[edition.region]
    faces = []
    lost: list[FaceRule] = []
    for rule in source.faces:
        record = _with_fallback(source, rule)[0]
        if record is None:
            lost.append(rule)
            continue
        faces.append(
            Face(
                family=family.family,
                weight=rule.weight,
                style=rule.style,
                path=record.path,
                index=record.index,
                trade_name=source.name,
                unicode_range=source.ranges,
                reserved=bool(source.reserved),
                licence=source.licence,
                interpunct=_interpunct(family, edition.region, rules),
            )
        )
    if not lost or source.optional:
        return faces, []
    packages = " ".join(dict.fromkeys(rule.package for rule in lost))
    problem = Diagnostic(
        "F-FAMILY",
        "error",
        f"no font for {family.what}: {source.trade} is not installed",
        hints=(
            f"apt-get install {packages}",
            f"or name a family, or a font file of the book folder, as {family.role} under [fonts]",
        ),
    )
    return [], [problem]


def _with_fallback(source: SourceRule, rule: FaceRule) -> tuple[finder.Record | None, bool]:
    """The face of a rule, or the one that stands in for it (and that it does)."""
    record = finder.find_file(rule.file, source.trade)
    if record is None:
        record = finder.find_family(source.trade, rule.weight, rule.style == "italic")
        if record is not None and abs(record.weight - rule.weight) >= 100:
            record = None
    if record is not None or not rule.fallback:
        return record, False
    for other in source.faces:
        if other.weight == rule.fallback and other.style == rule.style:
            return finder.find_file(other.file, source.trade), True
    return None, False


def _declared(
    family: FamilyRule, declared: str, edition: Edition, folder: Path, rules: Rules
) -> tuple[list[Face], list[Diagnostic]]:
    """The faces of a family or a file that book.toml names for a role."""
    if Path(declared).suffix.lower() in (*finder.SUFFIXES, ".woff", ".woff2"):
        record, problem = _file(family, declared, folder)
        chosen = dict.fromkeys(family.weights, record)
    else:
        chosen = {weight: finder.find_family(declared, weight) for weight in family.weights}
        problem = None if any(chosen.values()) else _unknown_family(family, declared)
        if any(record and not record.embeddable for record in chosen.values()):
            problem = _forbidden(family, declared)
    if problem is not None:
        return [], [problem]
    source = family.sources.get(edition.region)
    return [
        Face(
            family=family.family,
            weight=weight,
            style="normal",
            path=record.path,
            index=record.index,
            trade_name=_shortest(record.names) or declared,
            unicode_range=source.ranges if source else family.ranges,
            # What the licence of a declared face says is not known: take the careful reading.
            reserved=True,
            licence="",
            interpunct=_interpunct(family, edition.region, rules),
        )
        for weight, record in chosen.items()
        if record is not None
    ], []


def _shortest(names: tuple[str, ...]) -> str:
    """The family name without the name of a weight: the shortest of those a face goes by."""
    return min(names, key=len, default="")


def _file(
    family: FamilyRule, declared: str, folder: Path
) -> tuple[finder.Record | None, Diagnostic | None]:
    def problem(message: str, *hints: str) -> tuple[None, Diagnostic]:
        return None, Diagnostic("F-FILE", "error", message, hints=hints, path=declared)

    root = folder.resolve()
    path = (root / declared).resolve()
    if not path.is_relative_to(root):
        return problem(f"the font file {declared} for {family.role} is outside the book folder")
    if not path.is_file():
        return problem(f"the font file {declared} for {family.role} is missing")
    if path.suffix.lower() not in finder.SUFFIXES:
        return problem(f"{declared} is a web font", "unpack it to an .otf or .ttf file")
    if path.stat().st_size > LARGEST_FILE:
        return problem(f"the font file {declared} is larger than {LARGEST_FILE >> 20} MB")
    found = finder.records(path)
    if not found:
        return problem(f"{declared} is not a font file that can be read")
    if not found[0].embeddable:
        return None, _forbidden(family, declared)
    return found[0], None


def _unknown_family(family: FamilyRule, declared: str) -> Diagnostic:
    return Diagnostic(
        "F-FAMILY",
        "error",
        f"no font for {family.what}: {declared} is not installed",
        hints=(
            *_near(declared),
            f"install it, or name a font file of the book folder as {family.role} under [fonts]",
        ),
    )


def _near(declared: str) -> tuple[str, ...]:
    """A hint that names the installed families with the likest names, whatever their case."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in finder.family_names()}
    near = [names[name] for name in get_close_matches(declared.casefold(), names, 3, 0.6)]
    if not near:
        return ("the command `fc-list : family` lists what is installed",)
    return (f"did you mean {' or '.join(map(repr, near))}?",)


def _forbidden(family: FamilyRule, declared: str) -> Diagnostic:
    return Diagnostic(
        "F-FILE",
        "error",
        f"{declared} for {family.role} says of itself that it may not be embedded (OS/2 fsType 2)",
        hints=("choose another font, or ask its maker",),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a family of fonts.toml stands on this machine: ``instead`` says what takes its place."""

    family: str
    what: str
    trade_name: str
    state: Literal["ok", "fallback", "missing"]
    instead: str
    package: str


def survey() -> tuple[Standing, ...]:
    """Every family of fonts.toml in every region, each real family once, in the order there."""
    seen: dict[tuple[str, str], Standing] = {}
    for family in load_rules().families:
        for source in family.sources.values():
            key = (family.family, source.trade)
            if key not in seen:
                seen[key] = _standing(family, source)
    return tuple(seen.values())


def _standing(family: FamilyRule, source: SourceRule) -> Standing:
    def standing(
        state: Literal["ok", "fallback", "missing"], instead: str, package: str
    ) -> Standing:
        return Standing(family.family, family.what, source.trade, state, instead, package)

    for state, instead, package in _faults(source):
        if state == "missing" and not source.optional:
            return standing("missing", "", package)
        return standing("fallback", source.optional if state == "missing" else instead, package)
    return standing("ok", "", source.package)


def _faults(source: SourceRule) -> Iterator[tuple[str, str, str]]:
    """(missing or fallback, what stands in, the package that has it), the missing ones first."""
    replaced = []
    for rule in source.faces:
        record, stand_in = _with_fallback(source, rule)
        if record is None:
            yield "missing", "", rule.package
        elif stand_in:
            replaced.append((rule.weight, rule.fallback, rule.package))
    for weight, fallback, package in replaced:
        yield "fallback", f"weight {fallback} for {weight}", package
