"""The first book, once and many times over, in the form each tool takes.

Copies after the first are chapters in which the Han characters have changed places by a permutation
of their own, and everything else has stayed: lines break as hard as in the book, and no tool can
answer from what it remembers of another copy.  The same size always gives the same bytes.

The variant ``distinct`` is harder: in every line the Han characters become others, of four thousand
in all, and every paragraph has a footnote and a link.
"""

from __future__ import annotations

import html
import random
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
#: What a line may have beside text, as Markdown has it: strong words, a note, a link.
MARKUP = re.compile(r"\*\*(?P<bold>.+?)\*\*|\^\[(?P<note>.+?)\]|\[(?P<link>.+?)\]\((?P<url>.+?)\)")

#: How many Han characters the variant ``distinct`` has: the 3,755 of GB/T 2312 level 1, and more.
DISTINCT = 4000
#: How many Han characters of a line are a link, and how many stand in its note.
LINKED, NOTED = 2, 12

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


def pool() -> str:
    """The Han characters of the variant ``distinct``, as GB/T 2312 has them from row 16 on."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return b"".join(rows).decode("gb2312", "ignore")[:DISTINCT]


def distinct(chapters: list[Chapter]) -> list[Chapter]:
    """The chapters with other Han characters in every line, and a note and a link in each."""
    signs = pool()
    chance = random.Random(len(chapters))
    count = 0

    def changed(line: str) -> str:
        nonlocal count
        count += 1
        own = sorted(set(HAN.findall(line)))
        new = dict(zip(own, chance.sample(signs, len(own)), strict=True))
        line = line.translate(str.maketrans(new))
        outside = MARKUP.sub(lambda found: " " * len(found[0]), line)
        run = re.search(f"{HAN.pattern}{{{LINKED}}}", outside)
        if run is None:
            return line
        link = f"[{run[0]}](https://example.org/{count})"
        note = f"^[{''.join(chance.sample(signs, NOTED))}]"
        return line[: run.start()] + link + note + line[run.end() :]

    return [
        replace(
            chapter,
            paragraphs=tuple(map(changed, chapter.paragraphs)),
            entries=tuple(map(changed, chapter.entries)),
        )
        for chapter in chapters
    ]


def plain(line: str) -> str:
    """A line without Markdown's signs: the text of its strong words, notes and links stays."""
    return MARKUP.sub(lambda found: found["bold"] or found["note"] or found["link"], line)


def characters(chapters: list[Chapter]) -> int:
    """Characters of the text, without white space and without Markdown's signs."""
    text = "".join(plain(line) for chapter in chapters for line in chapter.lines)
    return len("".join(text.split()))


def write(folder: Path, seed: Path, number: int, variant: str = "") -> int:
    """Write the corpus of one size for every tool; returns its characters.

    ``book/`` is for publish (of size 1: the first book as it is), ``book.html`` for WeasyPrint,
    ``book.typ`` for Typst, ``book.tex`` for XeLaTeX, ``book.md`` for pandoc.
    """
    folder.mkdir(parents=True)
    chapters = copies(first_chapter((seed / "manuscript.md").read_text("utf-8")), number)
    if variant == "distinct":
        chapters = distinct(chapters)
    ours = folder / "book"
    if number == 1 and not variant:
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
    (folder / "book.html").write_text(_html(chapters, variant), "utf-8")
    (folder / "book.typ").write_text(_typst(chapters), "utf-8")
    (folder / "book.tex").write_text(_tex(chapters), "utf-8")
    return characters(chapters)


def _written(line: str, escaped: Callable[[str], str], forms: Mapping[str, str]) -> str:
    """A line in the form of a tool: ``forms`` are what a bold, a note and a link look like."""
    parts, place = [], 0
    for found in MARKUP.finditer(line):
        kind = found.lastgroup if found.lastgroup != "url" else "link"
        assert kind is not None
        inside = forms[kind].replace("TEXT", escaped(found[kind]))
        parts += [escaped(line[place : found.start()]), inside.replace("URL", found["url"] or "")]
        place = found.end()
    return "".join([*parts, escaped(line[place:])])


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


_HTML = {
    "bold": "<b>TEXT</b>",
    "note": '<span class="note">TEXT</span>',
    "link": '<a href="URL">TEXT</a>',
}


def _html(chapters: list[Chapter], variant: str) -> str:
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
    if variant:
        style += (
            ".note { float: footnote; font-size: 8.4pt; line-height: 12pt; text-indent: 0 }"
            "a { color: inherit; text-decoration: none }"
        )
    parts = [
        f'<html lang="zh-Hans"><head><meta charset="utf-8"><title>六十条</title>'
        f"<style>{style}</style></head><body>"
    ]
    for chapter in chapters:
        parts.append(f"<h1>{html.escape(chapter.title)}</h1>")
        parts.extend(f"<p>{_written(line, html.escape, _HTML)}</p>" for line in chapter.paragraphs)
        parts.append(f"<h2>{html.escape(chapter.heading)}</h2>")
        parts.extend(f"<p>{_written(line, html.escape, _HTML)}</p>" for line in chapter.entries)
    return "\n".join([*parts, "</body></html>"])


_TYPST = {
    "bold": "#strong[TEXT]",
    "note": "#footnote[TEXT]",
    "link": '#link("URL")[TEXT]',
}


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
        parts.append(f"= {_typst_escaped(chapter.title)}")
        parts.extend(_written(line, _typst_escaped, _TYPST) for line in chapter.paragraphs)
        parts.append(f"== {_typst_escaped(chapter.heading)}")
        parts.extend(_written(line, _typst_escaped, _TYPST) for line in chapter.entries)
    return "\n\n".join(parts) + "\n"


def _typst_escaped(text: str) -> str:
    return re.sub(r"([\\#*_`$<>@~\[\]=+/.\-\"'])", r"\\\1", text)


_TEX = {
    "bold": r"\textbf{TEXT}",
    "note": r"\footnote{TEXT}",
    "link": r"\href{URL}{TEXT}",
}


def _tex(chapters: list[Chapter]) -> str:
    page = PAGE
    parts = [
        r"\documentclass[twoside, zihao=5, fontset=none, scheme=plain]{ctexart}"
        "\n"
        r"\usepackage[paperwidth=148mm, paperheight=210mm, nohead, "
        f"top={page['top']}bp, bottom={page['foot']}bp, inner={page['inner']}bp, "
        f"outer={page['outer']}bp]{{geometry}}\n"
        r"\usepackage[hidelinks]{hyperref}"
        "\n"
        r"\setCJKmainfont{Noto Serif CJK SC}[BoldFont={Noto Sans CJK SC Medium}]"
        "\n"
        r"\setmainfont{Noto Serif CJK SC}[BoldFont={Noto Sans CJK SC Medium}]"
        "\n"
        r"\setlength{\parindent}{2em}\setcounter{secnumdepth}{0}"
        "\n"
        r"\newcommand{\sized}[3]{{\noindent\fontsize{#1}{#2}\selectfont #3\par}}"
        "\n"
        r"\newcommand{\one}[1]{\clearpage\sized{18bp}{27bp}{#1}\vskip 18bp}"
        "\n"
        r"\newcommand{\two}[1]{\vskip 18bp\sized{12.6bp}{36bp}{#1}\nobreak}"
        "\n"
        r"\begin{document}\fontsize{10.5bp}{18bp}\selectfont"
    ]
    for chapter in chapters:
        parts.append(rf"\one{{{_tex_escaped(chapter.title)}}}")
        parts.extend(_written(line, _tex_escaped, _TEX) for line in chapter.paragraphs)
        parts.append(rf"\two{{{_tex_escaped(chapter.heading)}}}")
        parts.extend(_written(line, _tex_escaped, _TEX) for line in chapter.entries)
    return "\n\n".join([*parts, r"\end{document}"]) + "\n"


def _tex_escaped(text: str) -> str:
    text = re.sub(r"([#$%&_{}])", r"\\\1", text.replace("\\", "\ue000"))
    for sign, command in (("~", "asciitilde"), ("^", "asciicircum"), ("\ue000", "backslash")):
        text = text.replace(sign, rf"\text{command}{{}}")
    return text
