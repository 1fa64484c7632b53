"""The metadata of a package document, as data: what is declared, and what is true of the content.

Nothing is invented: a field that nobody declared is absent, and no claim about
accessibility is made that the content does not bear out.  Names, refinements and
vocabularies: EPUB 3.3 sections 5.5 and D.3, EPUB Accessibility 1.1 section 2,
schema.org accessibility vocabulary.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping

from publish.model.book import Contributor, Meta
from publish.model.checkers import one_line
from publish.model.edition import Edition
from publish.records import dataclass

#: The identifier's XML id, named by the package's ``unique-identifier``.
IDENTIFIER_ID = "pub-id"

#: Name space of the identifiers that are made from a book's name (RFC 9562 section 5.5).
BOOKS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:publish-zh:book")

#: Vocabularies that are not reserved: a package declares them (EPUB 3.3 appendix D.1.4).
PREFIXES: Mapping[str, str] = {
    "ibooks": "http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/",
}

#: MARC relator codes of those who made the work itself; the others contribute to it
#: (EPUB 3.3 sections 5.5.3.2.2 creator and 5.5.3.2.3 contributor).
PRIMARY_ROLES = frozenset({"aut", "cre", "com", "ant", "dis", "art", "ive"})


@dataclass(frozen=True, slots=True)
class Field:
    """One element of ``<metadata>``: ``name`` is ``dc:title``, ``dc:creator`` … or ``meta``."""

    name: str
    value: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found in the documents of a package.

    ``pictures`` counts images and drawings outside the cover page, ``undescribed`` those
    anywhere that have no text alternative and are not marked as decoration, ``described``
    those that have one.  ``formulas`` have MathML, ``read_formulas`` a text beside it.  ``roles``
    tells of roles of DPUB-ARIA, ``moving`` that a resource may hold an animation.
    """

    pictures: int = 0
    described: int = 0
    undescribed: int = 0
    ruby: bool = False
    formulas: int = 0
    read_formulas: int = 0
    roles: bool = False
    headings: bool = False
    moving: bool = False


def identifier(meta: Meta, edition: Edition) -> str:
    """The unique identifier of an edition: declared, else its ISBN, else made from its name.

    A made one is a name-based UUID of title, authors, language, writing mode and the name of
    the edition, so that it stays the same from build to build and no two editions share one.
    """
    if meta.identifier:
        return clean(meta.identifier)
    if meta.isbn:
        return isbn_urn(meta.isbn)
    name = [meta.title, *(author.name for author in meta.authors), edition.language]
    if edition.writing != "horizontal":
        name.append(edition.writing)
    name.append(edition.name)
    return f"urn:uuid:{uuid.uuid5(BOOKS, chr(0x1F).join(name))}"


def isbn_urn(isbn: str) -> str:
    """``978-7-…`` as ``urn:isbn:9787…`` (RFC 8254)."""
    return "urn:isbn:" + re.sub(r"[^0-9Xx]", "", isbn).upper()


def clean(text: str) -> str:
    """The text in one line, without what XML 1.0 cannot hold (section 2.2, production Char)."""
    kept = _NOT_XML.sub(lambda found: " " if found[0] in _SEPARATORS else "", text)
    # White space of XML only: an ideographic space between label and title is text.
    return _WHITE.sub(" ", kept).strip()


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x1f"
_WHITE = re.compile(r"[ \t\r\n\x85\u2028\u2029]+")


def iso_date(text: str) -> str:
    """A date as ``2025``, ``2025-03`` or ``2025-03-01``, or nothing if it is no such date.

    Reads ``2025-3-1``, ``2025/3``, ``2025.3`` and ``2025年3月1日``.  EPUB 3.3 section 5.5.3.2.4
    wants ISO 8601 and EPUBCheck warns of anything else.
    """
    found = re.fullmatch(
        r"\s*(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?|月)?|年)?\s*", text
    )
    if found is None:
        return ""
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if year == 0 or month > 12 or day > _days(year, month):
        return ""
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (0, 31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]


def metadata(
    meta: Meta,
    edition: Edition,
    facts: Facts,
    cover_id: str,
    *,
    paged: bool = False,
    embedded: bool = False,
) -> tuple[Field, ...]:
    """Every field but ``dcterms:modified``, in the order in which it is written.

    ``cover_id`` is the manifest id of the cover image, for readers of EPUB 2; ``paged`` tells that
    the pages of the printed edition are marked, ``embedded`` that the book brings faces along.
    Fields that refine others name them by id; the ids are unique.
    """
    fields = (
        *_identifiers(meta, edition),
        *_titles(meta),
        *_people(meta.authors),
        Field("dc:language", edition.language),
        *_plain("dc:publisher", [meta.publisher]),
        *_plain("dc:date", [iso_date(meta.date)]),
        *_plain("dc:description", [one_line(meta.description.split("\n"))]),
        *_plain("dc:subject", meta.subjects),
        *_plain("dc:rights", [meta.rights]),
        *_series(meta.series),
        *(_source(meta, edition) if paged else ()),
        *accessibility(facts, edition.words, edition.language, paged=paged),
        *_conformance(edition),
        *(_SPECIFIED_FONTS if embedded else ()),
        Field("meta", "", (("name", "cover"), ("content", cover_id))),
    )
    if edition.writing == "vertical":
        # Kindle's converter reads the writing mode here and nowhere else.
        vertical = (("name", "primary-writing-mode"), ("content", "vertical-rl"))
        fields = (*fields, Field("meta", "", vertical))
    return fields


#: Apple Books shows faces that a book brings along only where the package asks for it (Apple Books
#: Asset Guide 5.3, «Fonts Overview»); some of its versions heed but a file beside it (epub.py).
_SPECIFIED_FONTS = (Field("meta", "true", (("property", "ibooks:specified-fonts"),)),)


def _plain(name: str, values: Iterable[str]) -> Iterator[Field]:
    yield from (Field(name, text) for text in map(clean, values) if text)


def _refine(target: str, name: str, value: str, scheme: str = "") -> Field:
    attributes = (("property", name), ("refines", f"#{target}"))
    return Field("meta", value, (*attributes, ("scheme", scheme)) if scheme else attributes)


def _identifiers(meta: Meta, edition: Edition) -> Iterator[Field]:
    first = identifier(meta, edition)
    yield Field("dc:identifier", first, (("id", IDENTIFIER_ID),))
    if meta.isbn and isbn_urn(meta.isbn) != first:
        yield Field("dc:identifier", isbn_urn(meta.isbn))


def _titles(meta: Meta) -> Iterator[Field]:
    # A package must have a title that is not empty (EPUB 3.3 section 5.5.3.1.2).
    yield Field("dc:title", clean(meta.title) or "—", (("id", "title"),))
    yield _refine("title", "title-type", "main")
    if subtitle := clean(meta.subtitle):
        yield _refine("title", "display-seq", "1")
        yield Field("dc:title", subtitle, (("id", "subtitle"),))
        yield _refine("subtitle", "title-type", "subtitle")
        yield _refine("subtitle", "display-seq", "2")


def _people(people: tuple[Contributor, ...]) -> Iterator[Field]:
    """Creators and contributors; where nobody has a primary role, all are creators."""
    named = [(clean(person.name), person.role) for person in people]
    named = [(name, role) for name, role in named if name]
    primary = any(role in PRIMARY_ROLES for _, role in named)
    counts = {"creator": 0, "contributor": 0}
    for name, role in named:
        kind = "creator" if role in PRIMARY_ROLES or not primary else "contributor"
        counts[kind] += 1
        key = f"{kind}-{counts[kind]}"
        yield Field(f"dc:{kind}", name, (("id", key),))
        if role:
            yield _refine(key, "role", clean(role), "marc:relators")
        yield _refine(key, "display-seq", str(counts[kind]))


def _source(meta: Meta, edition: Edition) -> Iterator[Field]:
    """The printed edition whose pages are marked (source-of: EPUB 3.3 appendix D.3.9;
    pageBreakSource: EPUB Accessibility 1.1): by its ISBN where the e-book has an identifier of its
    own, so that the ISBN can only be the printed book's; else in words."""
    page, title = edition.geometry, clean(meta.title)
    size = {"width": f"{page.width:g}", "height": f"{page.height:g}"}
    name = edition.words["print-edition"].format(title=title, paper=page.paper, **size)
    if meta.isbn and meta.identifier:
        name = isbn_urn(meta.isbn)
    yield Field("dc:source", name, (("id", "print"),))
    yield _refine("print", "source-of", "pagination")
    yield Field("meta", name, (("property", "pageBreakSource"),))


def _series(series: str) -> Iterator[Field]:
    if name := clean(series):
        attributes = (("property", "belongs-to-collection"), ("id", "series"))
        yield Field("meta", name, attributes)
        yield _refine("series", "collection-type", "series")


def accessibility(
    facts: Facts, words: Mapping[str, str], language: str, *, paged: bool = False
) -> Iterator[Field]:
    """The schema.org fields that are true of the content.

    The words of the summary are those of styles/words.toml (``accessibility-…``).
    """

    def schema(name: str, value: str, *more: tuple[str, str]) -> Field:
        return Field("meta", value, (("property", f"schema:{name}"), *more))

    yield schema("accessMode", "textual")
    if facts.pictures:
        yield schema("accessMode", "visual")
    # A picture without words leaves a reader who cannot see it without a part of the book.
    needs_sight = bool(facts.undescribed)
    yield schema("accessModeSufficient", "textual,visual" if needs_sight else "textual")
    for feature, present in (
        ("tableOfContents", True),
        ("readingOrder", True),
        ("structuralNavigation", facts.headings),
        ("displayTransformability", True),
        ("alternativeText", facts.described > 0 and not facts.undescribed),
        ("MathML", facts.formulas > 0),
        ("describedMath", 0 < facts.formulas == facts.read_formulas),
        ("rubyAnnotations", facts.ruby),
        ("pageBreakMarkers", paged),
        ("pageNavigation", paged),
        ("ARIA", facts.roles),
    ):
        if present:
            yield schema("accessibilityFeature", feature)
    yield schema("accessibilityHazard", "unknown" if facts.moving else "none")
    yield schema("accessibilitySummary", summary(facts, words, paged=paged), ("xml:lang", language))


def _conformance(edition: Edition) -> Iterator[Field]:
    """The claim that book.toml declares, and who certifies it (EPUB Accessibility 1.1 section 4.2);
    the program makes none of its own."""
    claim = edition.conformance
    if claim is None:
        return
    attributes = (("property", "dcterms:conformsTo"), ("id", "conformance"))
    yield Field("meta", f"EPUB Accessibility 1.1 - {claim.wcag}", attributes)
    yield _refine("conformance", "a11y:certifiedBy", clean(claim.certifier))


def summary(facts: Facts, words: Mapping[str, str], *, paged: bool = False) -> str:
    """The accessibility summary: one sentence for each thing that is so."""
    keys = ["accessibility-summary"]
    if facts.undescribed:
        keys.append("accessibility-summary-undescribed")
    elif facts.pictures:
        keys.append("accessibility-summary-described")
    else:
        keys.append("accessibility-summary-no-images")
    if facts.formulas:
        keys.append("accessibility-summary-math")
    if facts.ruby:
        keys.append("accessibility-summary-ruby")
    if paged:
        keys.append("accessibility-summary-pages")
    return "".join(words[key] for key in keys)
