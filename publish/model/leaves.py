"""The leaves that the book itself generates, as data: title page, imprint, contents, end page.

Templates print them and the text of an edition lists them, so that both say the same.
Only what book.toml declares or the build measures appears (look.md section 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from publish.model import book as b
from publish.model.edition import Edition
from publish.model.numerals import digit_by_digit
from publish.model.texture import texture
from publish.model.tree import all_nodes, children, plain_text, remembered
from publish.records import dataclass

Medium = Literal["print", "epub"]
TocKind = Literal["part", "chapter", "section", "range", "entry"]

#: Entries of one chapter are listed by tens in print, where there are more than this.
RANGE = 10
#: MARC relator code -> the word for it in styles/words.toml.
_ROLE_WORDS = {"aut": "author", "trl": "translator", "edt": "editor", "com": "editor"}


@dataclass(frozen=True, slots=True)
class TocEntry:
    """One line of the contents; ``anchor`` is what it points at."""

    label: str
    anchor: str
    kind: TocKind
    children: tuple[TocEntry, ...] = ()


def title_lines(meta: b.Meta) -> tuple[str, ...]:
    """The title as it is broken into lines, by declaration only."""
    return meta.title_lines or (meta.title,)


def authors(meta: b.Meta, edition: Edition) -> tuple[tuple[str, str], ...]:
    """Names by the word for what they did, in the order declared."""
    found: dict[str, list[str]] = {}
    for person in meta.authors:
        word = edition.words[_ROLE_WORDS.get(person.role, "author")]
        found.setdefault(word, []).append(person.name)
    comma = edition.words["list-comma"]
    return tuple((word, comma.join(names)) for word, names in found.items())


def byline(meta: b.Meta, edition: Edition) -> tuple[str, ...]:
    """One line for the authors, one for each other kind of contributor."""
    author = edition.words["author"]
    return tuple(
        names if word == author else f"{names}　{word}" for word, names in authors(meta, edition)
    )


def cover_names(meta: b.Meta, edition: Edition) -> tuple[str, ...]:
    """Names as covers have them, a line each: authors bare, others with 译 or 编 after them."""
    return tuple(_on_cover(person, edition) for person in meta.authors if person.name)


def _on_cover(person: b.Contributor, edition: Edition) -> str:
    key = {"trl": "translator", "edt": "editor"}.get(person.role, "")
    label = edition.words.get(key, "").removesuffix("者")
    return f"{person.name} {label}" if label else person.name


def imprint(book: b.Book, edition: Edition, medium: Medium) -> tuple[tuple[str, str], ...]:
    """Pairs of label and fact; the paper is a fact of the printed edition alone."""
    words, meta = edition.words, book.meta
    pairs = [*authors(meta, edition)]
    for word, fact in (
        ("series", meta.series),
        ("publisher", meta.publisher),
        ("isbn", meta.isbn),
    ):
        if fact:
            pairs.append((words[word], fact))
    version = words["edition-name"]
    pairs.append((words["edition"], f"{version}，{meta.edition}" if meta.edition else version))
    if meta.date:
        pairs.append((words["date"], _date(meta.date, edition)))
    if medium == "print":
        paper = edition.geometry
        size = words["paper-size"].format(
            width=f"{paper.width:g}", height=f"{paper.height:g}", paper=paper.paper
        )
        pairs.append((words["paper"], size))
    pairs.append((words["count"], _count(book, edition)))
    if meta.rights:
        pairs.append((words["rights"], meta.rights))
    pairs.extend(meta.colophon)
    return tuple(pairs)


def _date(date: str, edition: Edition) -> str:
    """A year, a month or a day (ISO 8601) as it is declared; in vertical lines 二〇二五年三月, or
    with the digits that such an edition has."""
    year, *rest = date.split("-")
    if edition.writing == "horizontal" or not date.replace("-", "").isdecimal():
        return date
    if not edition.counted(1).isascii():
        year = digit_by_digit(year)
    parts = [year, *(edition.counted(int(part)) for part in rest)]
    return "".join(part + unit for part, unit in zip(parts, "年月日", strict=False))


@remembered
def characters(book: b.Book) -> int:
    """Characters of the text, blanks not counted: what the imprint calls 字数."""
    total = 0
    for node in all_nodes(book):
        if isinstance(node, b.Text | b.CodeSpan | b.Code):
            total += len("".join(node.text.split()))
        elif isinstance(node, b.Ruby):
            total += sum(len(base) for base, _ in node.pairs)
    return total


def _count(book: b.Book, edition: Edition) -> str:
    count = characters(book)
    if count < 1000:
        return edition.words["count-exact"].format(n=edition.counted(count))
    return edition.words["count-thousands"].format(n=edition.counted(round(count / 1000)))


def entries_of(chapter: b.Chapter) -> tuple[b.Entry, ...]:
    """The numbered entries of a chapter, those in its sections included."""
    found: list[b.Entry] = []
    stack: list[b.Node] = list(chapter.blocks[::-1])
    while stack:
        node = stack.pop()
        if isinstance(node, b.Entry):
            found.append(node)
            stack += node.blocks[::-1]
        elif not isinstance(node, b.Paragraph):
            stack += children(node)[::-1]
    return tuple(found)


def chapter_title(chapter: b.Chapter, edition: Edition) -> str:
    """What a chapter is called: its title, or the fixed word for an untitled introduction."""
    title = plain_text(chapter.title)
    if title or chapter.role is not b.ChapterRole.INTRODUCTION:
        return title
    return edition.words["introduction"]


def full_title(label: str, title: str) -> str:
    """第一章　起源: label and title on one line."""
    return f"{label}　{title}" if label and title else label or title


@remembered
def contents(book: b.Book, edition: Edition) -> tuple[TocEntry, ...]:
    """The table of contents, with every entry; print shows it down to the ranges of ten."""
    found: list[TocEntry] = []
    for item in (*book.front, *book.body, *book.back):
        if isinstance(item, b.Part):
            chapters = tuple(t for c in item.chapters for t in _chapter(c, edition))
            label = full_title(item.label, plain_text(item.title))
            found.append(TocEntry(label, item.anchor, "part", chapters))
        else:
            found.extend(_chapter(item, edition))
    if not found:
        # A book without any heading: navigation has one line all the same, the book itself.
        first = next(iter(book.chapters()), None)
        found.append(TocEntry(book.meta.title, first.anchor if first else "", "chapter"))
    return tuple(found)


def _chapter(chapter: b.Chapter, edition: Edition) -> Iterator[TocEntry]:
    title = full_title(chapter.label, chapter_title(chapter, edition))
    children = (*_sections(chapter.blocks), *_ranges(entries_of(chapter), edition))
    if title:
        yield TocEntry(title, chapter.anchor, "chapter", children)
    else:
        yield from children


def _sections(blocks: tuple[b.Block, ...]) -> Iterator[TocEntry]:
    """Sections of level 2; deeper ones are not listed."""
    for block in blocks:
        if isinstance(block, b.Section):
            yield TocEntry(plain_text(block.title), block.anchor, "section")


def entry_label(entry: b.Entry, edition: Edition) -> str:
    """What an entry is called in contents and bookmarks: 第60条."""
    return edition.words["entry"].format(n=edition.counted(entry.number.value))


def entries_pattern(edition: Edition) -> str:
    """What several entries are called together: 第1—10条, 第一至十条."""
    return edition.words["entries" if edition.counted(1).isascii() else "entries-han"]


def numbered(word: Literal["figure", "table"], number: int, edition: Edition) -> str:
    """What a captioned figure or table is called: 图1."""
    return f"{edition.words[word]}{edition.counted(number)}"


def _ranges(entries: tuple[b.Entry, ...], edition: Edition) -> Iterator[TocEntry]:
    lines = [TocEntry(entry_label(e, edition), e.anchor, "entry") for e in entries]
    if len(entries) <= RANGE:
        yield from lines
        return
    for start in range(0, len(entries), RANGE):
        group = entries[start : start + RANGE]
        label = entries_pattern(edition).format(
            first=edition.counted(group[0].number.value),
            last=edition.counted(group[-1].number.value),
        )
        if len(group) == 1:
            label = lines[start].label
        yield TocEntry(label, group[0].anchor, "range", tuple(lines[start : start + RANGE]))


def printed_contents(entries: tuple[TocEntry, ...]) -> Iterator[TocEntry]:
    """The lines of the printed contents, in order: everything but single entries of a range."""
    for entry in entries:
        yield entry
        if entry.kind != "range":
            yield from printed_contents(entry.children)


def production(book: b.Book, edition: Edition) -> tuple[str, ...]:
    """The production note of the end page: faces, sizes, and what the figure means."""
    words, geometry = edition.words, edition.geometry
    note = words["production"].format(
        text=edition.fonts.get("text") or words["font-text"],
        strong=edition.fonts.get("strong") or words["font-strong"],
        latin=edition.fonts.get("latin") or words.get("font-latin", "Linux Libertine"),
        em=f"{geometry.em:g}",
        line=f"{geometry.line:g}",
        chars=edition.counted(geometry.chars),
        lines=edition.counted(geometry.lines),
    )
    kind, bars = texture(book)
    if not bars:
        return (note,)
    return (note + words[f"production-mark-{kind}"].format(n=edition.counted(len(bars))),)
