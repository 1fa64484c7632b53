"""The rules of the preflight: one table; PREFLIGHT.md is written from it.

An *error* is what a printer sends back or prints wrong, a *warning* what somebody ought to look
at.  Sources: ISO 15930-7 (PDF/X-4), ISO
15930-1 (PDF/X-1a), ISO 32000-1 (PDF); «printer» is a demand of styles/printers.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from publish.check.epub_faults import Faults
from publish.diagnostics import Diagnostic
from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how bad it is, what it asks, why, who says so, what to do."""

    code: str
    severity: Literal["error", "warning"]
    what: str
    why: str
    source: str
    remedy: str = ""


#: How text comes away from the edges.
_MARGINS = (
    "set fewer characters a line or fewer lines a page ([page] chars and lines), or take larger "
    "paper"
)

_TABLE = (
    # The file.
    Rule("PRE-OPEN", "error",
         "the file is a PDF that can be read and has pages",
         "nothing else can be said of it",
         "ISO 32000-1, 7.5"),
    Rule("PRE-DAMAGE", "error",
         "every page, form, font and picture can be read within bounds",
         "what a checker cannot read a RIP may not print",
         "ISO 32000-1"),
    Rule("PRE-STANDARD", "error",
         "the file claims a PDF/X standard that the printer takes, spelled as the standard has "
         "it",
         "the printer's own preflight goes by the claim",
         "ISO 15930-7 (pdfxid:GTS_PDFXVersion in XMP); ISO 15930-1 (Info); printer"),
    Rule("PRE-INTENT", "error",
         "one output intent GTS_PDFX with a CMYK printer profile of four channels",
         "CMYK values mean nothing without the press they are for",
         "ISO 15930-7; ISO 32000-1, 14.11.5"),
    Rule("PRE-CONDITION", "warning",
         "the output condition is one of the ICC's registry, or its profile is in the file",
         "the press operator knows it by that name",
         "ISO 15930-7; ISO 32000-1, 14.11.5; the registry of the ICC"),
    Rule("PRE-TRAPPED", "error",
         "Info says whether the file is trapped: True or False",
         "a trapped file must not be trapped again",
         "ISO 15930-7 and 15930-1; ISO 32000-1, 14.11.6"),
    Rule("PRE-VERSION", "error",
         "PDF 1.6 at most for X-4, 1.3 for X-1a:2001 and X-3:2002, 1.4 for those of 2003",
         "older RIPs drop what they do not know",
         "ISO 15930-7, 15930-4 and 15930-6"),
    Rule("PRE-ID", "error",
         "the trailer has an ID",
         "proofs and files are matched by it",
         "ISO 15930-7 and 15930-1; ISO 32000-1, 14.4"),
    Rule("PRE-ENCRYPT", "error",
         "the file is not encrypted",
         "a RIP knows no password",
         "ISO 15930-7 and 15930-1; ISO 32000-1, 7.6"),
    Rule("PRE-ANNOTATION", "error",
         "no links, comments or other annotations",
         "they may print, and printers turn them away",
         "ISO 15930-7, within the bleed; printer (KDP); ISO 32000-1, 12.5"),
    Rule("PRE-FORM", "error",
         "no form fields",
         "their looks are made by a viewer",
         "ISO 15930-7; ISO 32000-1, 12.7"),
    Rule("PRE-SCRIPT", "error",
         "no scripts or other actions",
         "a print file does nothing by itself",
         "ISO 15930-7; ISO 32000-1, 12.6"),
    Rule("PRE-ATTACHMENT", "error",
         "no files in the file",
         "they carry what nobody checks",
         "printer; general trade knowledge; ISO 32000-1, 7.11.4"),
    Rule("PRE-OUTLINE", "warning",
         "no bookmarks",
         "some printers turn them away",
         "printer (KDP)"),
    # The boxes.
    Rule("PRE-TRIM", "error",
         "every page has a TrimBox, no ArtBox, and no CropBox inside the bleed",
         "the knife follows the TrimBox; a CropBox hides the bleed",
         "ISO 15930-7; ISO 32000-1, 14.11.2"),
    Rule("PRE-NEST", "error",
         "TrimBox within BleedBox within MediaBox",
         "boxes that do not nest are ignored",
         "ISO 15930-7; ISO 32000-1, 14.11.2"),
    Rule("PRE-SIZE", "error",
         "the TrimBox has the size of the book, to .02 mm",
         "the book comes out in another format",
         "general trade knowledge"),
    Rule("PRE-BLEED", "error",
         "the BleedBox reaches over the trim as far as the printer asks, on the sides it asks "
         "for",
         "a knife that is off by a millimetre shows white",
         "printer"),
    Rule("PRE-CENTRE", "error",
         "the TrimBox lies in the middle of the MediaBox (where the bleed is the same on all "
         "sides)",
         "imposition programs without boxes centre the sheet",
         "general trade knowledge"),
    Rule("PRE-SAME", "error",
         "all pages have the same trim size",
         "one book, one format",
         "general trade knowledge"),
    Rule("PRE-ROTATE", "error",
         "no page is turned by /Rotate, none is scaled by /UserUnit",
         "imposition ignores them",
         "general trade knowledge; ISO 32000-1, 7.7.3.3"),
    Rule("PRE-MARKS", "error",
         "nothing beyond the bleed where the printer takes no marks",
         "its system takes the MediaBox for the page",
         "printer"),
    Rule("PRE-CROP", "error",
         "crop marks lie outside the BleedBox",
         "a knife that is off by a millimetre leaves them in the book",
         "ISO 15930-7; general trade knowledge"),
    Rule("PRE-REGISTRATION", "error",
         "marks in registration colour lie outside the bleed",
         "400 % of ink inside a book",
         "general trade knowledge; printer (IngramSpark)"),
    # Colour.
    Rule("PRE-RGB", "error",
         "no colour in RGB, CalRGB, Lab or ICC RGB: pages, forms, patterns, shadings, Type 3 "
         "glyphs",
         "the press turns it into inks as it likes",
         "ISO 15930-1; printer; ISO 32000-1, 8.6"),
    Rule("PRE-CMYK", "error",
         "no coloured inks where the printer wants gray or sRGB",
         "it converts twice",
         "printer (Lulu)"),
    Rule("PRE-SPOT", "warning",
         "no spot colours",
         "a plate that nobody has ordered",
         "general trade knowledge"),
    Rule("PRE-TEXT", "error",
         "dark neutral text is black ink alone",
         "thin strokes in four inks are never in register",
         "general trade knowledge; ced.com.tw"),
    Rule("PRE-INK", "error",
         "C + M + Y + K stay within the printer's total ink",
         "too much ink does not dry and sets off on the next sheet",
         "printer; the output profile"),
    Rule("PRE-TINT", "warning",
         "no tint lighter than the printer can hold",
         "it prints as nothing",
         "printer (Taiwan)"),
    Rule("PRE-BLEND", "error",
         "transparency is blended in CMYK or gray",
         "blended in RGB, black text around it turns into four inks",
         "general trade knowledge; ISO 32000-1, 11.6.6"),
    Rule("PRE-TRANSPARENT", "error",
         "no transparency in X-1a and X-3, and for printers who want it flattened",
         "the RIP does not know it",
         "ISO 15930-1; printer; ISO 32000-1, 11"),
    Rule("PRE-WHITE", "error",
         "white never overprints",
         "it vanishes",
         "general trade knowledge; ISO 32000-1, 8.6.7"),
    Rule("PRE-OVERPRINT", "warning",
         "black text of less than 12 pt overprints the colour under it",
         "knocked out, a slip of the sheet leaves white edges",
         "general trade knowledge; ISO 32000-1, 8.6.7"),
    # Lines, type, pictures.
    Rule("PRE-STROKE", "error",
         "no line thinner than the printer's least, strokes and filled bars, but for glyphs that "
         "are drawn as paths",
         "hairlines break up or vanish",
         "printer; ISO 32000-1, 8.4.3.2"),
    Rule("PRE-TYPE", "warning",
         "no type smaller than the printer's least",
         "it fills in",
         "printer"),
    Rule("PRE-IMAGE", "error",
         "no picture in RGB or Lab",
         "the press turns it into inks as it likes",
         "ISO 15930-1; printer; ISO 32000-1, 8.9"),
    Rule("PRE-DPI", "error",
         "pictures have the printer's resolution at the size they are printed",
         "they come out in steps",
         "printer"),
    # Fonts.
    Rule("PRE-FONT", "error",
         "every font that is used is embedded, none is Type 3",
         "another font is put in its place",
         "ISO 15930-7; ISO 32000-1, 9.9"),
    Rule("PRE-SUBSET", "warning",
         "fonts are subsets",
         "whole Chinese fonts are tens of megabytes",
         "general trade knowledge"),
    Rule("PRE-UNICODE", "warning",
         "fonts say which characters their glyphs are (ToUnicode)",
         "the text cannot be checked",
         "ISO 32000-1, 9.10.2"),
    Rule("PRE-NOTDEF", "error",
         "no glyph 0 (an empty box) and no U+FFFD",
         "a character is missing",
         "ISO 15930-7; ISO 32000-1, 9.7.6.3"),
    # Pages.
    Rule("PRE-SAFE", "error",
         "no text nearer to the trim than the printer's safe zone",
         "the knife may cut it",
         "printer",
         _MARGINS),
    Rule("PRE-GUTTER", "error",
         "the inner margin is as wide as the printer asks of so many pages",
         "text disappears in the fold",
         "printer",
         _MARGINS),
    Rule("PRE-FOLD", "error",
         "on a sheet that is folded, text keeps the printer's safe zone on both sides of the fold, "
         "creep counted, and nothing reaches over it",
         "text disappears in the fold; what reaches over it lands on a page that is no neighbour",
         "printer; general trade knowledge",
         _MARGINS),
    Rule("PRE-MIRROR", "warning",
         "the inner margins of right and left pages are alike",
         "margins are not mirrored, or for the other binding",
         "general trade knowledge"),
    Rule("PRE-FOLIO", "error",
         "folios are on the outer side or in the middle, count on page by page, odd ones on "
         "rectos, none on blank pages",
         "a page is missing, or the binding is wrong",
         "general trade knowledge"),
    Rule("PRE-RECTO", "error",
         "what ought to begin on a recto does; a blank page is a verso",
         "a blank page stands there for that alone",
         "general trade knowledge"),
    Rule("PRE-COUNT", "error",
         "as many pages as the printer binds, and a multiple of what it asks",
         "the printer adds blank pages, or refuses",
         "printer"),
    Rule("PRE-LAST", "error",
         "the last page is blank where the printer wants it",
         "it prints its own mark there",
         "printer (IngramSpark)"),
    Rule("PRE-BLANK", "error",
         "no more blank pages in a row than the printer takes",
         "they are taken for a fault",
         "printer (KDP)"),
    Rule("PRE-BINDING", "error",
         "the printer binds on this side",
         "it has no machine for it",
         "printer (KDP)"),
    Rule("PRE-DIRECTION", "error",
         "pages follow each other as the book is bound: /Direction is R2L in the viewer "
         "preferences where it is bound on the right, and only there",
         "proofs and imposition put page 1 on the wrong side of the first sheet",
         "ISO 32000-1, 12.2"),
    Rule("PRE-ART", "error",
         "fills and pictures that reach the trim run on to the end of the bleed",
         "a knife that is off by a millimetre shows white",
         "general trade knowledge"),
    # The cover.
    Rule("PRE-COVER", "error",
         "the cover is twice the page, the spine and the flaps wide, to .1 mm",
         "the spine moves onto the front",
         "general trade knowledge; printer"),
    Rule("PRE-SPINE", "error",
         "text of the spine keeps clear of the folds, and none is on a spine of too few pages",
         "the fold is off by a millimetre",
         "printer (KDP)"),
)  # fmt: skip

RULES: Mapping[str, Rule] = {rule.code: rule for rule in _TABLE}


class Findings:
    """What the rules find in one file, once a kind, in the order in which they find it."""

    def __init__(self) -> None:
        self._faults = Faults(own=True)

    def tell(self, code: str, place: str, what: str, hint: str = "") -> None:
        """A fault of a rule at a place of the file (``page 3``)."""
        rule = RULES[code]
        teller = self._faults.error if rule.severity == "error" else self._faults.warn
        teller(code, place, what, hint or rule.remedy)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """One for each kind."""
        return self._faults.diagnostics()


_HEAD = """\
# What `publish check book.pdf` looks at in a file that is to be printed

A PDF that claims PDF/X, and any PDF with `--printer P`, is checked against the demands of a
printer (`styles/printers.toml`; «offset» if none is named). *Error* is what a printer sends back
or prints wrong, *warning* what somebody ought to look at. Each rule has a broken sample in the
tests that it catches. Sources: ISO 15930-7 (PDF/X-4), 15930-1 and 15930-4 (X-1a), 15930-6 (X-3),
ISO 32000-1 (PDF); «printer»: a demand of the table, which says where it comes from.

This page is written by `python -m publish.check.preflight_rules`.

| code | is | asks | because | source |
|---|---|---|---|---|
"""


def page_of_rules() -> str:
    """PREFLIGHT.md: every rule with what it asks, why, and who says so."""
    lines = [*_HEAD.splitlines()]
    lines.extend(
        f"| `{rule.code}` | {rule.severity} | {rule.what} | {rule.why} | {rule.source} |"
        for rule in _TABLE
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page_of_rules(), end="")
