"""What book.toml may say: one table of section, key and checker.

Checkers that any key may have are in :mod:`publish.model.checkers`.
To add a key, add one line to :data:`SCHEMA`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from publish.diagnostics import did_you_mean
from publish.model import printers, styles
from publish.model.book import Contributor
from publish.model.checkers import (
    Checker,
    Wrong,
    file_name,
    flag,
    inside,
    kind,
    long_text,
    name,
    names,
    number,
    one_of,
    paragraphs,
    table_of,
    text,
    whole,
)
from publish.model.edition import Conformance

#: MARC relator codes that a contributor may have, with the word people use for them
#: (https://id.loc.gov/vocabulary/relators.html).
ROLES: Mapping[str, str] = {
    "aut": "author", "trl": "translator", "edt": "editor", "com": "compiler",
    "ill": "illustrator", "pht": "photographer", "aui": "author of introduction",
    "aft": "author of afterword", "ann": "annotator", "cov": "cover designer",
    "bkd": "book designer", "pfr": "proofreader", "nrt": "narrator", "ctb": "contributor",
}  # fmt: skip

#: Encodings that [source] encoding may name, as people write them, and Python's names.
ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8", "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5",
    "big5-hkscs": "big5hkscs", "cp950": "cp950",
}  # fmt: skip

#: Roles of type (styles/fonts.toml) that a book may give a family or a file of its own.
FONT_ROLES = (
    "text", "heading", "strong", "quotation", "marks", "code", "latin", "figure", "rare",
)  # fmt: skip

#: Levels of WCAG, of 2.2 unless another is named, as EPUB Accessibility 1.1 (4.2) writes them.
WCAG: Mapping[str, str] = {
    f"wcag-{version}{level.lower()}": f"WCAG {version.strip('-') or '2.2'} Level {level}"
    for version in ("", "2.1-", "2.0-")
    for level in ("A", "AA", "AAA")
}

#: Custom trim sizes, in mm: from a matchbox book to A3.
SMALLEST, LARGEST = 50.0, 420.0
_CUSTOM_PAPER = re.compile(r"(\d+(?:\.\d+)?)\s*[x×*]\s*(\d+(?:\.\d+)?)(?:\s*mm)?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_RULE = re.compile(r"[A-Z](-[A-Z0-9]+)+")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def authors(value: Any) -> tuple[Contributor, ...]:
    """A list of names or of tables with ``name`` and ``role``; one stands for a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(inside(_contributor, item, number) for number, item in enumerate(items))


def _contributor(value: Any) -> Contributor:
    if isinstance(value, str):
        return Contributor(name(value))
    if not isinstance(value, dict):
        raise Wrong(f"must be a name or {{ name, role }}, not {kind(value)}")
    for key in value:
        if key not in ("name", "role"):
            hints = did_you_mean(key, ("name", "role"))
            raise Wrong(f"has no {key!r}; a contributor has a name and a role", key, hints=hints)
    if "name" not in value:
        raise Wrong('must name the contributor: { name = "…", role = "…" }')
    role = inside(text, value.get("role", "author"), "role")
    if role not in ROLES:
        words = {word: code for code, word in ROLES.items()}
        role = words[inside(one_of(*words), role, "role")]
    return Contributor(inside(name, value["name"], "name"), role)


def date(value: Any) -> str:
    """A year, a month or a day: ``2025``, ``2025-03``, ``2025-03-01`` (ISO 8601)."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    checked = text(value)
    if not _DATE.fullmatch(checked):
        raise Wrong(f"must be a year, a month or a day like 2025-03-01, not {checked!r}")
    parts = [int(part) for part in checked.split("-")]
    try:
        datetime.date(*[*parts, 1, 1][:3])
    except ValueError:
        raise Wrong(f"is no day of the calendar: {checked!r}") from None
    return checked


def isbn(value: Any) -> str:
    """An ISBN of 13 digits (or of 10) with a right check digit (ISO 2108)."""
    checked = text(value)
    digits = re.sub(r"[\s‐-―-]|^ISBN:?", "", checked, flags=re.IGNORECASE).upper()
    if re.fullmatch(r"\d{13}", digits):
        good = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    elif re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if d == "X" else int(d) for d in digits]
        good = sum(d * (10 - i) for i, d in enumerate(values)) % 11 == 0
    else:
        raise Wrong(f"must be an ISBN of 13 digits, not {checked!r}")
    if not good:
        raise Wrong(f"is no ISBN: the check digit of {checked!r} is wrong")
    return checked


def accessibility(value: Any) -> Conformance:
    """Who certifies what: ``{ conforms-to = "wcag-aa", certifier = "…" }``."""
    if not isinstance(value, dict) or set(value) != {"conforms-to", "certifier"}:
        # No claim without the name of who makes it (EPUB Accessibility 1.1 section 4.2).
        raise Wrong('must be { conforms-to = "wcag-aa", certifier = "…" }')
    wcag = WCAG[inside(one_of(*WCAG), value["conforms-to"], "conforms-to")]
    return Conformance(wcag, inside(name, value["certifier"], "certifier"))


def language(value: Any) -> str:
    """A BCP 47 language tag."""
    checked = text(value)
    if not _LANGUAGE.fullmatch(checked):
        raise Wrong(f"must be a language tag such as zh-Hans or zh-Hant-TW, not {checked!r}")
    return checked


def encoding(value: Any) -> str:
    """An encoding of :data:`ENCODINGS`, as Python calls it."""
    return ENCODINGS[one_of(*ENCODINGS)(text(value).lower().replace("_", "-"))]


def spellings(value: Any) -> dict[str, tuple[str, ...]]:
    """Right spelling -> wrong spellings.  No wrong spelling may stand for two right ones."""
    checked: dict[str, tuple[str, ...]] = table_of(names)(value)
    owner: dict[str, str] = {}
    for right, wrongs in checked.items():
        for number_, wrong in enumerate(wrongs):
            if wrong == right:
                raise Wrong(f"corrects {wrong!r} to itself", right, number_)
            if wrong in checked:
                raise Wrong(f"calls {wrong!r} both right and wrong", right, number_)
            if owner.setdefault(wrong, right) != right:
                other = owner[wrong]
                raise Wrong(f"corrects {wrong!r} both to {other!r} and {right!r}", right, number_)
    return checked


def rules(value: Any) -> dict[str, str]:
    """Rule code -> on or off."""
    checked: dict[str, str] = table_of(one_of("on", "off"))(value)
    for code in checked:
        if not _RULE.fullmatch(code):
            raise Wrong(f"names no rule: {code!r}", code, hints=("publish show rules lists them",))
    return checked


def headings(value: Any) -> tuple[dict[str, Any], ...]:
    """A list of ``{ text, level }``."""
    if not isinstance(value, list):
        raise Wrong(f"must be a list of {{ text, level }}, not {kind(value)}")
    return tuple(inside(_heading, item, number) for number, item in enumerate(value))


def _heading(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"text", "level"}:
        raise Wrong('must be { text = "…", level = 2 }')
    pattern = inside(name, value["text"], "text")
    if not pattern.replace("…", ""):
        raise Wrong("would match every paragraph", "text")
    return {"text": pattern, "level": inside(whole(1, 6, "levels"), value["level"], "level")}


def paper(value: Any) -> str:
    """A trade name of styles/papers.toml (aliases give the name itself) or ``140x203`` in mm."""
    checked = text(value)
    if size := paper_size(checked):
        if not all(SMALLEST <= side <= LARGEST for side in size):
            raise Wrong(f"must have sides of {SMALLEST:g} to {LARGEST:g} mm, not {checked!r}")
        return checked
    folded = {alias.casefold(): known for alias, known in styles.papers().items()}
    if checked.casefold() not in folded:
        known = ", ".join(dict.fromkeys(folded.values()))
        raise Wrong(f"must be a paper ({known}) or a size in mm like 140x203, not {checked!r}")
    return folded[checked.casefold()]


def printer(value: Any) -> str:
    """A printer of styles/printers.toml; aliases give the name of its table."""
    checked = text(value)
    found = printers.printer_names().get(checked.strip().casefold())
    if found is None:
        known = ", ".join(one.name for one in printers.printers())
        hints = printers.near(checked)
        raise Wrong(f"must be a printer ({known}), not {checked!r}", hints=hints)
    return found


def paper_size(value: str) -> tuple[float, float] | None:
    """Width and height in mm of a custom paper like ``140x203``, or None."""
    match = _CUSTOM_PAPER.fullmatch(value)
    return (float(match[1]), float(match[2])) if match else None


def sheet(value: Any) -> str:
    """A sheet of styles/sheets.toml."""
    checked: str = one_of(*styles.table("sheets"))(value)
    return checked


# --- the table ---------------------------------------------------------------

SCHEMA: Mapping[str, Mapping[str, Checker]] = {
    "book": {
        "title": text,
        "title-lines": names,
        "subtitle": text,
        "author": authors,
        "language": language,
        "publisher": text,
        "date": date,
        "edition": text,
        "isbn": isbn,
        "identifier": text,
        "description": paragraphs,
        "subject": names,
        "series": text,
        "rights": long_text,
        "cover": name,
        "colophon": table_of(text),
    },
    "source": {"files": names, "encoding": encoding},
    "mend": {"names": spellings, "terms": spellings, "rules": rules, "ignore": names},
    "structure": {
        "entries": one_of("numbered"),
        "headings": headings,
        "front": names,
        "back": names,
        "parts": names,
    },
    "convert": {
        "words": table_of(name),
        "names": names,
        "protect": names,
        "interpunct": one_of("·", "‧"),
        "regional-vocabulary": flag,
    },
    "page": {
        "paper": paper,
        "font-size": number(6, 36, "pt"),
        "line": number(8, 72, "pt"),
        "chars": whole(8, 60, "characters"),
        "lines": whole(5, 80, "lines"),
        "punctuation": one_of("full", "kaiming", "half"),
        "line-end": one_of("full", "half", "hang"),
        "chapters": one_of("next", "recto"),
        "numbers": one_of("digits", "upright", "han"),
        "front-folios": one_of("arabic", "roman"),
        "note-numbers": one_of("chapter", "page"),
        "columns": whole(1, 3, "columns"),
        "rules": one_of("none", "columns"),
        "tables": one_of("auto", "horizontal", "vertical"),
    },
    "fonts": dict.fromkeys(FONT_ROLES, name),
    "epub": {
        "fonts": one_of("none", "headings", "full"),
        "page-list": flag,
        "accessibility": accessibility,
    },
    "print": {
        "printer": printer,
        "standard": one_of("x4", "x1a"),
        "marks": one_of("none", "crop"),
        "paper-gsm": number(30, 400, "g/m²"),
        "bulk": number(0.5, 3, "cm³/g"),
        "cover-gsm": number(80, 500, "g/m²"),
        "flaps": number(0, 150, "mm"),
        "stock": name,
        "sheet": sheet,
        "signature": whole(0, 32, "sheets"),
        "caliper": number(0.02, 1, "mm"),
        "last-pages": whole(0, 64, "pages"),
        "binding": one_of("left", "right"),
    },
}

#: The keys of an [[edition]] itself; every section of :data:`OVERRIDES` may stand in it too.
EDITION: Mapping[str, Checker] = {
    "name": file_name,
    "script": one_of("hans", "hant"),
    "region": one_of("cn", "tw", "hk"),
    "writing": one_of("horizontal", "vertical"),
}

#: Sections that an edition may lay over those of the book.
OVERRIDES = ("book", "page", "fonts", "convert", "epub", "print")

#: Keys of YAML front matter and the key of [book] that each fills; others are ignored.
FRONT_MATTER: Mapping[str, str] = {
    "title": "title", "subtitle": "subtitle", "author": "author", "authors": "author",
    "date": "date", "language": "language", "lang": "language", "publisher": "publisher",
    "edition": "edition", "isbn": "isbn", "identifier": "identifier",
    "description": "description", "abstract": "description", "subject": "subject",
    "keywords": "subject", "series": "series", "rights": "rights", "cover": "cover",
    "cover-image": "cover", "title-lines": "title-lines",
}  # fmt: skip
