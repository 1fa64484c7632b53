"""The book: a closed tree.  Everything between the manuscript and the page is one of these.

Nodes are frozen; a stage that changes text makes a new tree (:mod:`publish.model.tree`).
Every node knows its place in the manuscript (``span``), which takes no part in comparisons.
Adding a class here is a change to the contract of every stage: templates, checks and the
text of an edition all match on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from publish.diagnostics import Span
from publish.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Inline(Node):
    """A run inside a line of text."""


@dataclass(frozen=True, slots=True)
class Block(Node):
    """Something that stands on lines of its own."""


# --- inlines -----------------------------------------------------------------


class MarkRole(StrEnum):
    """What a marked run is (closed); the value is the class in the manuscript's ``[…]{.class}``."""

    NAME = "name"  # 专名号, a line under (beside) a proper name
    WORK = "work"  # 书名号乙式, a wavy line under (beside) a title
    DOTS = "dots"  # 着重号, emphasis dots
    LANGUAGE = "lang"  # a run in another language; ``lang`` says which
    INDEX = "index"  # an index mark
    SUPERSCRIPT = "sup"
    SUBSCRIPT = "sub"
    STRIKE = "del"
    KAI = "kai"  # set in the quotation face; last resort
    JIAZHU = "jiazhu"  # 夹注, an annotation within the line, in two rows of small type


@dataclass(frozen=True, slots=True)
class Text(Inline):
    """Characters.  No line feed, no markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis(Inline):
    """``*…*``: emphasis dots on Han, italics on Latin."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong(Inline):
    """``**…**``: set in 黑体."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link(Inline):
    """A link; ``target`` is a URL, ``#anchor`` within the book, or empty where it leads nowhere."""

    children: tuple[Inline, ...]
    target: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ruby(Inline):
    """Pairs of (base, reading), one for each base that has a reading of its own."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoteRef(Inline):
    """A call for the note with this anchor; ``number`` counts within the chapter from one."""

    note: str
    number: int


@dataclass(frozen=True, slots=True)
class CodeSpan(Inline):
    """Code within a line: never mended, never converted."""

    text: str


@dataclass(frozen=True, slots=True)
class Image(Inline):
    """``source`` is a path within the book folder, a key of ``Book.assets``; a ``decorative`` image
    is declared to say nothing, and has no ``alt``."""

    source: str
    alt: str
    title: str = ""
    decorative: bool = False


@dataclass(frozen=True, slots=True)
class LineBreak(Inline):
    """A line break that the author means."""


@dataclass(frozen=True, slots=True)
class Number(Inline):
    """A number as a token, so that an edition can choose its numerals.

    ``spelling`` is as the manuscript has it.
    """

    value: int
    kind: Literal["year", "count", "ordinal", "label"]
    spelling: str


@dataclass(frozen=True, slots=True)
class Marked(Inline):
    """A run with a role; ``lang`` is a BCP 47 tag or empty."""

    children: tuple[Inline, ...]
    role: MarkRole
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Math(Inline):
    """A formula in TeX, within a line."""

    tex: str


# --- blocks ------------------------------------------------------------------


class GroupRole(StrEnum):
    """What a group of blocks is (closed).  The value is the class after ``:::``."""

    LETTER = "letter"
    DIALOGUE = "dialogue"
    EPIGRAPH = "epigraph"
    REFERENCES = "references"


class ChapterRole(StrEnum):
    """What a chapter is (closed); the value is the EPUB ``epub:type`` (EPUB SSV 1.1), and behind
    ``doc-`` the role (DPUB-ARIA 1.1)."""

    CHAPTER = "chapter"
    DEDICATION = "dedication"
    FOREWORD = "foreword"
    PREFACE = "preface"
    ACKNOWLEDGMENTS = "acknowledgments"
    INTRODUCTION = "introduction"
    PROLOGUE = "prologue"
    EPILOGUE = "epilogue"
    CONCLUSION = "conclusion"
    AFTERWORD = "afterword"
    APPENDIX = "appendix"
    GLOSSARY = "glossary"
    BIBLIOGRAPHY = "bibliography"
    INDEX = "index"
    ERRATA = "errata"


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    """A paragraph of running text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """A heading that opens nothing (inside a quotation or a list)."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote(Block):
    """``source`` is the attribution (the last line, beginning with ——), or empty."""

    blocks: tuple[Block, ...]
    source: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Verse(Block):
    """A poem: stanzas of lines; line breaks are kept."""

    stanzas: tuple[tuple[tuple[Inline, ...], ...], ...]
    title: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class List(Block):
    """``start`` is None for a list without numbers; ``tight`` lists have no blank lines.
    ``markers`` are 1. or, as an edition may have them, 一、 and （一）."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    tight: bool = True
    markers: Literal["digits", "han", "han-brackets"] = "digits"


@dataclass(frozen=True, slots=True)
class DefinitionList(Block):
    """Items of (terms, definitions)."""

    items: tuple[tuple[tuple[tuple[Inline, ...], ...], tuple[tuple[Block, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Table(Block):
    """Rows of cells; ``align`` holds left, right, center or nothing for each column; ``writing`` is
    which way it is declared to be written among vertical lines."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    align: tuple[str, ...]
    caption: tuple[Inline, ...] = ()
    anchor: str = ""
    number: int = 0
    writing: Literal["", "horizontal", "vertical"] = ""


@dataclass(frozen=True, slots=True)
class Figure(Block):
    """``number`` is 0 for a figure without a caption (it then has no label)."""

    image: Image
    caption: tuple[Inline, ...] = ()
    anchor: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Code(Block):
    """A block of code; ``language`` is the word after the fence, or empty."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Formula(Block):
    """A displayed formula in TeX; ``label`` is its number as the author gave it, or empty."""

    tex: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Break(Block):
    """A thematic break (scene break)."""


@dataclass(frozen=True, slots=True)
class Group(Block):
    """Blocks that belong together in a role."""

    role: GroupRole
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Note(Block):
    """A note; ``number`` is that of its call."""

    anchor: str
    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Entry(Block):
    """A numbered entry; the number is the author's and is never counted anew."""

    number: Number
    blocks: tuple[Block, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Section(Block):
    """``level`` 2 is a section, 3 a subsection, 4 a run-in heading."""

    level: int
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Chapter(Block):
    """``label`` is 第一章 or the like, split from the heading; ``title`` may be empty
    (a manuscript without headings is one chapter without a title)."""

    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    anchor: str
    label: str = ""
    role: ChapterRole = ChapterRole.CHAPTER
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Part(Block):
    """A part: a leaf of its own with an optional lead, then chapters."""

    title: tuple[Inline, ...]
    lead: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
    anchor: str
    label: str = ""


# --- the book ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contributor:
    """``role`` is a MARC relator code (aut, trl, edt, com, ill …)."""

    name: str
    role: str = "aut"


@dataclass(frozen=True, slots=True)
class Meta:
    """What is declared about the book; an empty string means not declared."""

    title: str
    subtitle: str = ""
    authors: tuple[Contributor, ...] = ()
    language: str = ""
    publisher: str = ""
    date: str = ""
    edition: str = ""
    isbn: str = ""
    identifier: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    series: str = ""
    rights: str = ""
    cover: str = ""
    colophon: tuple[tuple[str, str], ...] = ()
    title_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the book folder that is part of the book; width and height in pixels, 0 for SVG
    without a size; ``dpi`` is how many of them it says make an inch, 0 where it says nothing."""

    path: str
    media_type: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    dpi: float = 0


@dataclass(frozen=True, slots=True)
class Book:
    """``script`` is what the text is written in now: hans or hant.  ``heading`` is the title as
    the manuscript has it; it is mended and converted, but what is printed is ``meta.title``."""

    meta: Meta
    front: tuple[Chapter, ...]
    body: tuple[Chapter | Part, ...]
    back: tuple[Chapter, ...] = ()
    assets: tuple[Asset, ...] = ()
    script: Literal["hans", "hant"] = "hans"
    heading: tuple[Inline, ...] = ()

    def chapters(self) -> Iterator[Chapter]:
        """Every chapter in reading order, those of parts included."""
        yield from self.front
        for item in self.body:
            if isinstance(item, Part):
                yield from item.chapters
            else:
                yield item
        yield from self.back
