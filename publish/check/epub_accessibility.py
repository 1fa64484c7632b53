"""What the package says of accessibility, held against what the book has: both must be the same.

Vocabulary: Schema.org Accessibility Properties for Discoverability; EPUB Accessibility 1.1,
sections 2 (discovery), 3.4 (pages) and 4 (conformance).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.check.epub_extract import OPF, resolve
from publish.check.epub_package import DC
from publish.check.epub_publication import XML, Document, Publication
from publish.check.epub_semantics import outer_pictures, words_of
from publish.records import dataclass
from publish.text.characters import has_han
from publish.text.xhtml import OPS, XHTML, types

#: Values of accessibilityFeature; a slash brings a detail (displayTransformability/font-size).
FEATURES = frozenset(
    re.split(
        " ",
        "annotations ARIA bookmarks index printPageNumbers pageBreakMarkers pageNavigation "
        "readingOrder structuralNavigation tableOfContents taggedPDF alternativeText "
        "audioDescription captions closedCaptions describedMath longDescription "
        "longDescriptions openCaptions signLanguage transcript displayTransformability "
        "synchronizedAudioText timingControl unlocked ChemML latex latex-chemistry MathML "
        "MathML-chemistry ttsMarkup highContrastAudio highContrastDisplay largePrint braille "
        "tactileGraphic tactileObject fullRubyAnnotations horizontalWriting rubyAnnotations "
        "verticalWriting withAdditionalWordSegmentation withoutAdditionalWordSegmentation "
        "none unknown",
    )
)
MODES = frozenset(
    re.split(
        " ",
        "auditory tactile textual visual chartOnVisual chemOnVisual colorDependent "
        "diagramOnVisual mathOnVisual musicOnVisual textOnVisual",
    )
)
HAZARDS = frozenset(
    re.split(
        " ",
        "flashing motionSimulation sound none noFlashingHazard noMotionSimulationHazard "
        "noSoundHazard unknown unknownFlashingHazard unknownMotionSimulationHazard "
        "unknownSoundHazard",
    )
)
#: What EPUB Accessibility 1.1, 4.1.2 takes as a claim: the standard, WCAG's version, the level.
CLAIMS = frozenset(
    f"EPUB Accessibility 1.1 - WCAG 2.{version} Level {level}"
    for version in (0, 1, 2)
    for level in ("A", "AA", "AAA")
) | frozenset(
    f"http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-{level}"
    for level in ("a", "aa", "aaa")
)
_MOVING = frozenset(("image/gif", "image/webp", "video/mp4", "video/webm", "video/h264"))


@dataclass(slots=True)
class _Content:
    """What a book has, as far as its metadata speak of it."""

    #: Pictures that the cover is not.
    pictures: int = 0
    #: Pictures, the cover among them, by what they say in words.
    described: int = 0
    empty: int = 0
    undescribed: int = 0
    readings: int = 0
    formulas: int = 0
    formulas_described: int = 0
    headings: int = 0
    breaks: int = 0
    index: bool = False
    roles: bool = False
    speech: bool = False
    long_descriptions: bool = False
    sound: bool = False
    moving: bool = False
    scripts: bool = False
    toc: bool = False
    page_list: bool = False
    overlay: bool = False
    fixed: bool = False


def check_accessibility(book: Publication) -> None:
    """What is declared is there, what is there is declared, and what must be declared is."""
    if not book.version.startswith("3"):
        return
    content = _content(book)
    _check_features(book, content)
    _check_modes(book, content)
    _check_hazards(book, content)
    _check_summary(book)
    _check_claim(book)
    _check_page_source(book, content)


def _declared(book: Publication, name: str) -> list[str]:
    return [
        " ".join((meta.text or "").split())
        for meta in book.opf.iter(f"{OPF}meta")
        if meta.get("property") == name and not meta.get("refines")
    ]


# --- what the book has ---------------------------------------------------------------------------


def _content(book: Publication) -> _Content:
    content = _Content()
    covers = {item.name for item in book.with_property("cover-image")}
    for document in book.documents.values():
        if document.is_html:
            _count(content, document, covers, is_nav=document is book.nav)
    types_there = {item.media_type for item in book.items.values()}
    content.moving = content.moving or bool(types_there & _MOVING)
    content.overlay = "application/smil+xml" in types_there
    content.speech = content.speech or "application/pls+xml" in types_there
    layouts = _declared(book, "rendition:layout")
    content.fixed = layouts == ["pre-paginated"]
    return content


def _count(content: _Content, document: Document, covers: set[str], *, is_nav: bool) -> None:
    for picture in outer_pictures(document):
        source = picture.get("src") or ""
        state = words_of(picture)
        if state == "decoration":
            continue
        content.pictures += resolve(document.name, source)[0] not in covers
        content.described += state == "described"
        content.empty += state == "empty"
        content.undescribed += state == "none"
    content.readings += document.readings
    content.formulas += len(document.formulas)
    content.formulas_described += sum(
        bool((item.get("alttext") or item.get("aria-label") or "").strip())
        for item in document.formulas
    )
    content.headings += 0 if is_nav else len(document.headings)
    content.speech = content.speech or document.speech
    content.scripts = content.scripts or bool(document.active or document.handlers)
    for element in document.media:
        content.sound = True
        content.moving = content.moving or element.tag == f"{XHTML}video"
    for element, _ in document.typed:
        kinds = types(element)
        content.breaks += bool(kinds & {"pagebreak", "doc-pagebreak"})
        content.index = content.index or bool(kinds & {"index", "doc-index"})
        content.roles = content.roles or (element.get("role") or "").startswith("doc-")
        if is_nav and element.tag == f"{XHTML}nav":
            epub = (element.get(f"{OPS}type") or "").split()
            content.toc = content.toc or "toc" in epub
            content.page_list = content.page_list or "page-list" in epub
    content.long_descriptions = content.long_descriptions or any(
        element.get(name) for element in document.pictures for name in _LONG
    )


_LONG = ("aria-details", "aria-describedby", "longdesc")


# --- features ------------------------------------------------------------------------------------


def _check_features(book: Publication, content: _Content) -> None:
    """Each feature that can be seen in the files, in both directions."""
    declared = _declared(book, "schema:accessibilityFeature")
    if not declared:
        _missing(book, "accessibilityFeature")
        return
    _check_values(book, "accessibilityFeature", declared, FEATURES)
    said = {value.partition("/")[0] for value in declared}
    for names, there, wanted, why in _features(content):
        if said & set(names) and not there:
            (name, *_) = sorted(said & set(names))
            hint = "declare what the book has; a reader chooses by it"
            what = f"accessibilityFeature {name} is declared, and {why}"
            book.faults.warn("EPUB-A11Y", book.package, what, hint)
        elif wanted and not said & set(names):
            hint = f'<meta property="schema:accessibilityFeature">{names[0]}</meta>'
            what = f"accessibilityFeature {names[0]} is true of the book, and not declared"
            book.faults.warn("EPUB-A11Y", book.package, what, hint)


def _features(content: _Content) -> Iterator[tuple[tuple[str, ...], bool, bool, str]]:
    """(names, whether the claim is true, whether it must be made, why it would be false)."""
    worded = content.described and not content.undescribed
    described = bool(content.formulas) and content.formulas == content.formulas_described
    yield (
        ("alternativeText",),
        bool(worded),
        bool(worded) and not content.empty,
        "not every picture has a text" if content.undescribed else "no picture has a text",
    )
    seen: tuple[tuple[tuple[str, ...], bool, str], ...] = (
        (("tableOfContents",), content.toc, "there is no table of contents"),
        (("structuralNavigation",), content.headings > 0, "there are no headings"),
        (("MathML",), content.formulas > 0, "there is no formula"),
        (("describedMath",), described, "not every formula has a text"),
        (
            ("rubyAnnotations", "fullRubyAnnotations"),
            content.readings > 0,
            "no character has a reading",
        ),
        (("pageBreakMarkers", "printPageNumbers"), content.breaks > 0, "there is no page break"),
        (("pageNavigation", "printPageNumbers"), content.page_list, "there is no page list"),
        (("synchronizedAudioText",), content.overlay, "there is no media overlay"),
        (("index",), content.index, "there is no index"),
        (("ttsMarkup",), content.speech, "nothing says how a word is spoken"),
        (("ARIA",), content.roles, "no element has a role of DPUB-ARIA"),
    )
    for names, there, why in seen:
        yield names, there, there, why
    possible: tuple[tuple[tuple[str, ...], bool, str], ...] = (
        (("longDescription", "longDescriptions"), content.long_descriptions, "no picture has one"),
        (("displayTransformability",), not content.fixed, "the layout is fixed"),
        (
            ("audioDescription", "captions", "closedCaptions", "openCaptions", "transcript"),
            content.sound,
            "there is neither sound nor film",
        ),
    )
    for names, there, why in possible:
        yield names, there, False, why


def _check_values(book: Publication, name: str, values: list[str], known: frozenset[str]) -> None:
    for value in values:
        if value.partition("/")[0] not in known:
            hint = "values are those of the vocabulary of schema.org, capitals as there"
            what = f"{name} {value} is no value of it"
            book.faults.warn("EPUB-A11Y", book.package, what, hint)
        elif value in ("none", "unknown") and len(values) > 1:
            what = f"{name} is {value}, and more besides"
            book.faults.warn("EPUB-A11Y", book.package, what, "one or the other is true")


def _missing(book: Publication, name: str) -> None:
    hint = f'<meta property="schema:{name}">…</meta> (EPUB Accessibility 1.1, 2)'
    book.faults.warn("EPUB-A11Y", book.package, f"{name} is not declared", hint)


# --- modes, hazards, summary, claim, pages -------------------------------------------------------


def _check_modes(book: Publication, content: _Content) -> None:
    """By which senses a book is read, and which suffice."""
    modes = _declared(book, "schema:accessMode")
    if not modes:
        _missing(book, "accessMode")
    else:
        _check_values(book, "accessMode", modes, MODES)
        any_picture = content.described + content.empty + content.undescribed > 0
        visible = any_picture or content.formulas > 0 or content.moving
        for mode, may, must in (
            ("visual", visible, content.pictures > 0),
            ("auditory", content.sound or content.overlay, content.sound or content.overlay),
        ):
            if mode in modes and not may:
                what = f"accessMode {mode} is declared, and the book has nothing of that kind"
                book.faults.warn("EPUB-A11Y", book.package, what, "leave it out")
            elif must and mode not in modes:
                hint = f'<meta property="schema:accessMode">{mode}</meta>'
                what = f"accessMode {mode} is true of the book, and not declared"
                book.faults.warn("EPUB-A11Y", book.package, what, hint)
    enough = _declared(book, "schema:accessModeSufficient")
    if not enough:
        _missing(book, "accessModeSufficient")
    for value in enough:
        parts = [part.strip() for part in value.split(",")]
        _check_values(book, "accessModeSufficient", parts, MODES)
        if parts == ["textual"] and content.undescribed:
            what = "accessModeSufficient textual is declared, and not every picture has a text"
            book.faults.warn("EPUB-A11Y", book.package, what, "textual,visual, until they have")


def _check_hazards(book: Publication, content: _Content) -> None:
    """None can be declared where nothing can flash or move; of films nobody knows by the files."""
    hazards = _declared(book, "schema:accessibilityHazard")
    if not hazards:
        _missing(book, "accessibilityHazard")
        return
    _check_values(book, "accessibilityHazard", hazards, HAZARDS)
    if "none" in hazards and (content.moving or content.scripts):
        what = "accessibilityHazard none is declared, and the book may hold what moves"
        hint = "unknown, or what a person has seen: noFlashingHazard, noMotionSimulationHazard …"
        book.faults.warn("EPUB-A11Y", book.package, what, hint)


def _check_summary(book: Publication) -> None:
    """A summary in words, in the language of the book."""
    metas = [
        meta
        for meta in book.opf.iter(f"{OPF}meta")
        if meta.get("property") == "schema:accessibilitySummary"
    ]
    if not any((meta.text or "").strip() for meta in metas):
        _missing(book, "accessibilitySummary")
    elif book.language.lower().startswith("zh") and not any(
        has_han(meta.text or "")
        and (meta.get(f"{XML}lang") or book.language).lower().startswith("zh")
        for meta in metas
    ):
        what = "accessibilitySummary is not in the language of the book"
        book.faults.warn("EPUB-A11Y", book.package, what, "readers of the book read it")


def _check_claim(book: Publication) -> None:
    """4.1.2 and 4.1.3: a claim in the words of the standard, and who answers for it."""
    claims = _declared(book, "dcterms:conformsTo")
    claims += [
        link.get("href") or ""
        for link in book.opf.iter(f"{OPF}link")
        if "dcterms:conformsTo" in (link.get("rel") or "").split() and not link.get("refines")
    ]
    made = [claim for claim in claims if "accessib" in claim.lower() or "wcag" in claim.lower()]
    for claim in made:
        if claim not in CLAIMS:
            hint = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA, word for word"
            what = f"conformsTo «{claim}» is no claim of the standard"
            book.faults.warn("EPUB-A11Y", book.package, what, hint)
    certified = [
        meta
        for meta in book.opf.iter(f"{OPF}meta")
        if meta.get("property") == "a11y:certifiedBy" and (meta.text or "").strip()
    ]
    if made and not certified:
        hint = '<meta property="a11y:certifiedBy">who has tested it</meta>'
        what = "conformance is claimed, and nobody answers for it"
        book.faults.warn("EPUB-A11Y", book.package, what, hint)


def _check_page_source(book: Publication, content: _Content) -> None:
    """3.4: page breaks say of which printed edition they are."""
    sources = [text for text in _declared(book, "pageBreakSource") if text]
    named = any((element.text or "").strip() for element in book.opf.iter(f"{DC}source"))
    if content.breaks and not sources and not named:
        hint = '<meta property="pageBreakSource">the ISBN or name of the edition</meta>, or none'
        what = "page breaks, and no word of which edition"
        book.faults.warn("EPUB-A11Y", book.package, what, hint)
    elif sources and sources != ["none"] and not content.breaks:
        what = "pageBreakSource is declared, and there is no page break"
        book.faults.warn("EPUB-A11Y", book.package, what, "leave it out")
