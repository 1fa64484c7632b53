"""The first book, once and many times over, in the form each tool takes.

Copies after the first are chapters in which the Han characters have changed places by a permutation
of their own, and everything else has stayed: lines break as hard as in the book, and no tool can
answer from what it remembers of another copy.  The same size always gives the same bytes.
"""

from __future__ import annotations

import html
import random
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
BOLD = re.compile(r"\*\*(.+?)\*\*")

#: A5, 28 characters of 10.5 pt by 26 lines of 18 pt, margins as publish/model/edition.py shares
#: them; one place for the tools that are not ours.
PAGE = {"top": 56.7, "outer": 68.8, "foot": 70.5, "inner": 56.7}


@dataclass(frozen=True)
class Chapter:
    """A heading, the paragraphs under it, and a second heading with the entries under it."""

    title: str
    paragraphs: tuple[str, ...]
    heading: str
    entries: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.title, *self.paragraphs, self.heading, *self.entries)


def first_chapter(manuscript: str) -> Chapter:
    """The first book without its exporter's residue."""
    text = manuscript.replace("&#x20;", " ")
    lines = [line.strip().rstrip("\\").strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    title = lines[0].lstrip("# ")
    turn = next(place for place, line in enumerate(lines) if re.match(r"1[.]\S", line))
    return Chapter(title, tuple(lines[1 : turn - 1]), lines[turn - 1], tuple(lines[turn:]))


def copies(chapter: Chapter, number: int) -> list[Chapter]:
    """The chapter, and ``number - 1`` others that are it with its Han characters exchanged."""
    signs = sorted(set(HAN.findall("".join(chapter.lines))))
    found = [replace(chapter, title=f"第1章　{chapter.title}")]
    for copy in range(1, number):
        shuffled = signs[:]
        random.Random(copy).shuffle(shuffled)
        table = str.maketrans(dict(zip(signs, shuffled, strict=True)))

        def changed(lines: tuple[str, ...], table: dict[int, str] = table) -> tuple[str, ...]:
            return tuple(line.translate(table) for line in lines)

        found.append(
            Chapter(
                f"第{copy + 1}章　{chapter.title.translate(table)}",
                changed(chapter.paragraphs),
                chapter.heading.translate(table),
                changed(chapter.entries),
            )
        )
    return found


def characters(chapters: list[Chapter]) -> int:
    """Characters of the text, without white space and without Markdown's signs."""
    text = "".join(line for chapter in chapters for line in chapter.lines)
    return len("".join(text.replace("**", "").split()))


def write(folder: Path, seed: Path, number: int) -> int:
    """Write the corpus of one size for every tool; returns its characters.

    ``book/`` is for publish (of size 1: the first book as it is), ``book.html`` for WeasyPrint,
    ``book.typ`` for Typst, ``book.md`` for pandoc.
    """
    folder.mkdir(parents=True)
    chapters = copies(first_chapter((seed / "manuscript.md").read_text("utf-8")), number)
    ours = folder / "book"
    if number == 1:
        shutil.copytree(seed, ours)
    else:
        ours.mkdir()
        (ours / "manuscript.md").write_text(_markdown(chapters, entries=True), "utf-8")
        (ours / "book.toml").write_text(
            '[book]\ntitle = "六十条"\nlanguage = "zh-Hans"\n'
            '[structure]\nentries = "numbered"\n[[edition]]\nname = "hans"\n',
            "utf-8",
        )
    (folder / "book.md").write_text(_markdown(chapters, entries=False), "utf-8")
    (folder / "book.html").write_text(_html(chapters), "utf-8")
    (folder / "book.typ").write_text(_typst(chapters), "utf-8")
    return characters(chapters)


def _markdown(chapters: list[Chapter], *, entries: bool) -> str:
    """Our own form keeps «1.我们…»; pandoc's has the full stop escaped, so that it is text."""
    parts = [] if entries else ['---\ntitle: "六十条"\nlang: zh-Hans\n---']
    for chapter in chapters:
        parts.append(f"# {chapter.title}")
        parts.extend(chapter.paragraphs)
        parts.append(f"## {chapter.heading}")
        if entries:
            parts.extend(chapter.entries)
        else:
            parts.extend(re.sub(r"^(\d+)[.]", r"\1\\.", entry) for entry in chapter.entries)
    return "\n\n".join(parts) + "\n"


def _html(chapters: list[Chapter]) -> str:
    page = PAGE
    style = (
        f"@page {{ size: 148mm 210mm; margin: {page['top']}pt {page['outer']}pt {page['foot']}pt "
        f"{page['inner']}pt; @bottom-right {{ content: counter(page); font-size: 8.4pt }} }}"
        f"@page :left {{ margin-left: {page['outer']}pt; margin-right: {page['inner']}pt }}"
        'html { font: 10.5pt/18pt "Noto Serif CJK SC" } b { font-family: "Noto Sans CJK SC" }'
        "h1 { break-before: page; font-size: 18pt; line-height: 27pt; margin: 0 0 18pt }"
        "h2 { font-size: 12.6pt; line-height: 36pt; margin: 18pt 0 0; break-after: avoid }"
        "p { margin: 0; text-indent: 2em; text-align: justify; orphans: 2; widows: 2 }"
    )
    parts = [
        f'<html lang="zh-Hans"><head><meta charset="utf-8"><title>六十条</title>'
        f"<style>{style}</style></head><body>"
    ]
    for chapter in chapters:
        parts.append(f"<h1>{html.escape(chapter.title)}</h1>")
        parts.extend(f"<p>{_bold_html(line)}</p>" for line in chapter.paragraphs)
        parts.append(f"<h2>{html.escape(chapter.heading)}</h2>")
        parts.extend(f"<p>{_bold_html(line)}</p>" for line in chapter.entries)
    return "\n".join([*parts, "</body></html>"])


def _bold_html(line: str) -> str:
    return BOLD.sub(r"<b>\1</b>", html.escape(line))


def _typst(chapters: list[Chapter]) -> str:
    page = PAGE
    parts = [
        f'#set page(width: 148mm, height: 210mm, numbering: "1", margin: (top: {page["top"]}pt, '
        f"bottom: {page['foot']}pt, inside: {page['inner']}pt, outside: {page['outer']}pt))\n"
        '#set text(font: "Noto Serif CJK SC", size: 10.5pt, lang: "zh", region: "CN", '
        "top-edge: 0.88em, bottom-edge: -0.12em)\n"
        # A line is one em high, so that a leading of 7.5 pt makes a pitch of 18 pt.
        "#set par(justify: true, leading: 7.5pt, spacing: 7.5pt, "
        "first-line-indent: (amount: 2em, all: true))\n"
        '#show strong: set text(font: "Noto Sans CJK SC", weight: "medium")\n'
        "#show heading.where(level: 1): it => { pagebreak(weak: true); "
        "block(below: 18pt, text(size: 18pt, it.body)) }\n"
        "#show heading.where(level: 2): it => block(above: 27pt, below: 16pt, "
        "text(size: 12.6pt, it.body))"
    ]
    for chapter in chapters:
        parts.append(f"= {_escaped(chapter.title)}")
        parts.extend(map(_bold_typst, chapter.paragraphs))
        parts.append(f"== {_escaped(chapter.heading)}")
        parts.extend(map(_bold_typst, chapter.entries))
    return "\n\n".join(parts) + "\n"


def _bold_typst(line: str) -> str:
    pieces = BOLD.split(line)
    return "".join(
        f"#strong[{_escaped(piece)}]" if place % 2 else _escaped(piece)
        for place, piece in enumerate(pieces)
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\#*_`$<>@~\[\]=+/.\-\"'])", r"\\\1", text)
