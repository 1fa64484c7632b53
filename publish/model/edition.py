"""An edition is data: script, region, writing, paper, type area, faces and fixed words.

Nothing downstream asks which edition it is; it asks the edition for a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from publish.model.numerals import MOST_CIRCLED, circled, digit_by_digit, spelled
from publish.records import dataclass, field

Script = Literal["hans", "hant"]
Region = Literal["cn", "tw", "hk"]
Writing = Literal["horizontal", "vertical"]

#: BCP 47 language tag of each script and region.
LANGUAGES: Mapping[tuple[Script, Region], str] = {
    ("hans", "cn"): "zh-Hans",
    ("hant", "tw"): "zh-Hant-TW",
    ("hant", "hk"): "zh-Hant-HK",
}

#: The editions that ``--edition`` always accepts.
BUILT_IN: Mapping[str, tuple[Script, Region]] = {
    "hans": ("hans", "cn"),
    "hant-tw": ("hant", "tw"),
    "hant-hk": ("hant", "hk"),
    "hans-v": ("hans", "cn"),
    "hant-tw-v": ("hant", "tw"),
    "hant-hk-v": ("hant", "hk"),
}

#: How the built-in vertical editions are called: the horizontal one's name and this.
VERTICAL = "-v"


@dataclass(frozen=True, slots=True)
class Geometry:
    """The page, declared the Chinese way (版心): size x characters x lines.

    ``width`` and ``height`` are the trim size in mm, ``em`` and ``line`` the body
    size and the line pitch in pt, ``chars`` and ``lines`` the type area.  Margins
    follow: of what the type area leaves, inner : outer and top : foot are shared
    as ``inner_share`` and ``top_share`` say (look.md section 1).  In ``vertical`` lines ``chars``
    run down the page and ``lines`` are columns.  Text in several ``columns`` side by side, or
    tiers one below the other if it is vertical, has so much shorter lines.
    """

    paper: str
    width: float
    height: float
    em: float = 10.5
    line: float = 18.0
    chars: int = 28
    lines: int = 26
    bleed: float = 3.0
    inner_share: float = 0.45
    top_share: float = 0.445
    vertical: bool = False
    columns: int = 1

    PT_PER_MM = 72 / 25.4

    @property
    def page_width(self) -> float:
        """Trim width in pt."""
        return self.width * self.PT_PER_MM

    @property
    def page_height(self) -> float:
        """Trim height in pt."""
        return self.height * self.PT_PER_MM

    @property
    def measure(self) -> float:
        """Length of a full line in pt."""
        return self.chars * self.em

    @property
    def gap(self) -> int:
        """White between columns in ems: two or little more, so that lines have whole ems."""
        gaps = self.columns - 1
        fits = (gap for gap in range(2, 9) if (self.chars - gaps * gap) % self.columns == 0)
        return next(fits, 2) if gaps else 0

    @property
    def line_chars(self) -> int:
        """Characters of a full line of the text."""
        return (self.chars - (self.columns - 1) * self.gap) // self.columns

    @property
    def depth(self) -> float:
        """Extent of all lines in pt: the height of the type area, or its width if vertical."""
        return self.lines * self.line

    @property
    def inner(self) -> float:
        """Margin at the spine, in pt."""
        return (self.page_width - self.breadth) * self.inner_share

    @property
    def outer(self) -> float:
        """Margin at the fore edge, in pt."""
        return self.page_width - self.breadth - self.inner

    @property
    def top(self) -> float:
        """Head margin in pt."""
        return (self.page_height - self.height_of_text) * self.top_share

    @property
    def foot(self) -> float:
        """Foot margin in pt."""
        return self.page_height - self.height_of_text - self.top

    def with_inner(self, least: float) -> Geometry:
        """The same page with a margin at the spine of so many mm at least; itself where it has."""
        needed = least * self.PT_PER_MM
        if self.inner >= needed - 0.01:
            return self
        return replace(self, inner_share=min(1.0, needed / (self.page_width - self.breadth)))

    @property
    def breadth(self) -> float:
        """Width of the type area on the page in pt."""
        return self.depth if self.vertical else self.measure

    @property
    def height_of_text(self) -> float:
        """Height of the type area on the page in pt."""
        return self.measure if self.vertical else self.depth


@dataclass(frozen=True, slots=True)
class Conformance:
    """What somebody certifies of the accessibility of an e-book: ``wcag`` is version and level as
    in ``WCAG 2.2 Level AA``."""

    wcag: str
    certifier: str


@dataclass(frozen=True, slots=True)
class Printing:
    """How a book is printed and bound: the section [print] of book.toml.

    ``printer`` is a name of styles/printers.toml, ``standard`` of PDF/X (empty: what the printer
    likes best), ``sheet`` one of styles/sheets.toml, ``stock``
    one of the printer's own papers.  ``gsm`` of the paper inside and ``cover_gsm`` of the cover are
    in g/m², ``bulk`` in cm³/g (0: as the printer says); ``caliper`` of a leaf (0: from both) and
    ``flaps`` of the cover in mm; ``signature`` is the number of sheets sewn together, 0 for one
    saddle stitch.  ``marks`` says whether crop marks stand outside the bleed of interior and cover,
    ``last_pages`` how many pages of the interior stay last where blanks fill the sheets of a
    booklet.
    """

    printer: str = "offset"
    standard: Literal["", "x4", "x1a"] = ""
    stock: str = ""
    gsm: float = 70
    bulk: float = 0
    caliper: float = 0
    cover_gsm: float = 250
    flaps: float = 0
    sheet: str = "A4"
    signature: int = 0
    marks: Literal["none", "crop"] = "none"
    last_pages: int = 0


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one book.

    ``words`` are the fixed words of styles/words.toml in this edition's script
    and region, ``fonts`` maps a role to what book.toml declares for it (a family
    or a file; roles not named take those of styles/fonts.toml), ``convert_words``
    are declared spellings that the conversion must use, ``convert_names`` personal names,
    ``protect`` what it must not touch; ``interpunct`` is the dot of foreign names, empty for what
    the manuscript has; ``regional_vocabulary`` asks for proposals.  ``punctuation`` is full,
    kaiming or half;
    ``line_end`` full, half or hang, empty for what the region does (publish/typeset/rules.py);
    ``chapters`` is where each begins: on the next page, or on the next recto;
    ``front_folios`` how the pages before the body are numbered: with it, or apart, in Roman
    numerals, which vertical lines have in Han numerals as all folios;
    ``note_numbers`` where the notes in horizontal print begin with ① again.
    ``epub_fonts`` is for what its e-book brings faces along, ``page_list`` whether it marks the
    pages of its printed book, ``conformance`` what is declared of its accessibility; ``printing``
    how it is printed.  ``numbers`` says whether years and counts are written in Han numerals, and
    whether numbers of four and more digits stand ``upright`` in columns or lie (``digits``),
    ``tables`` which way tables among vertical lines are written: ``auto`` is for what they hold;
    ``rules`` whether lines stand between the columns of vertical text (烏絲欄).
    """

    name: str
    script: Script
    region: Region
    geometry: Geometry
    words: Mapping[str, str]
    writing: Writing = "horizontal"
    numbers: Literal["han", "upright", "digits"] = "digits"
    tables: Literal["auto", "horizontal", "vertical"] = "auto"
    rules: Literal["none", "columns"] = "none"
    binding: Literal["left", "right"] = "left"
    punctuation: str = "full"
    line_end: str = ""
    chapters: Literal["next", "recto"] = "next"
    front_folios: Literal["arabic", "roman"] = "arabic"
    note_numbers: Literal["chapter", "page"] = "chapter"
    theme: str = "paper"
    fonts: Mapping[str, str] = field(default_factory=dict)
    convert_words: Mapping[str, str] = field(default_factory=dict)
    convert_names: tuple[str, ...] = ()
    protect: tuple[str, ...] = ()
    interpunct: Literal["", "·", "‧"] = ""
    regional_vocabulary: bool = False
    epub_fonts: Literal["none", "headings", "full"] = "headings"
    page_list: bool = True
    conformance: Conformance | None = None
    printing: Printing = Printing()

    @property
    def language(self) -> str:
        """BCP 47 tag of the edition."""
        return LANGUAGES[self.script, self.region]

    @property
    def notes_by_page(self) -> bool:
        """Whether the notes of its pages are counted anew on each.  Those of columns are not: their
        numbers, 〔十一〕, are not all of one length, and lines are made before pages."""
        return self.writing == "horizontal" and self.note_numbers == "page"

    def note_sign(self, number: int) -> str:
        """What calls a note in print: ① to ㊿, plain digits beyond; 〔一〕 in Han numerals.

        Signs of notes that are counted by page are of one width, so that behind ㊿ comes ① again.
        """
        if self.notes_by_page:
            return circled((number - 1) % MOST_CIRCLED + 1)
        counted = self.counted(number)
        if counted.isascii():
            return circled(number) or counted
        # Counters of style sheets write those above ninety-nine digit by digit.
        return f"〔{counted if number < 100 else digit_by_digit(str(number))}〕"

    @property
    def upright_digits(self) -> bool:
        """Whether numbers of four and more digits stand, one digit below another."""
        return self.writing == "vertical" and self.numbers == "upright"

    def counted(self, number: int) -> str:
        """The number of an entry, a figure, a note: in vertical lines in Han numerals, as its years
        and counts are."""
        digits = str(number)
        return spelled(digits) if self.writing == "vertical" and self.numbers == "han" else digits
