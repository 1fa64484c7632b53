"""Book x Edition -> XHTML, for both media, from one set of templates.

The templates know the book's tree and nothing of files; what they cannot say is a filter
here.  Jinja2 runs in its sandbox, and everything is escaped: text is text.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import marshal
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket, bc_magic
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from publish.model import book as b
from publish.model import cache, leaves, styles
from publish.model.edition import Edition
from publish.model.text import formula_label, list_marker
from publish.model.tree import plain_text, walk
from publish.model.waiting import may_wait, moves
from publish.render import tables, upright
from publish.render.formula import mathml, picture
from publish.text.characters import has_han, is_zhuyin

#: The longest marker that a list hangs out, in ems: （二十一）.
_HANGING = 5
#: The last code point of the blocks of Latin.
_LATIN_END = 0x24F
#: Pixels an inch that CSS takes a picture to have.
_SCREEN = 96

#: An entry up to this many characters (about 7 lines) is never broken (look.md section 3).
KEEP = 175

#: epub:type -> ARIA role (EPUB SSV 1.1, DPUB-ARIA 1.1); a type without one has none.
_DOC_ROLES: Mapping[str, str] = {role.value: f"doc-{role.value}" for role in b.ChapterRole}

_SPEAKER = re.compile(r"([^：:，。？！\s]{1,8})[：:]\s*")
_SALUTATION = re.compile(r".{1,24}[：:]$")
#: The most characters that are two lines on a telephone.
_BRIEF = 36


#: What templates ask of a loop.
_LOOP = frozenset(("first", "last", "index0", "previtem"))


class _Fields(dict[type, frozenset[str]]):
    """The fields of a dataclass; none of any other class."""

    def __missing__(self, kind: type) -> frozenset[str]:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        self[kind] = frozenset(f.name for f in fields if not f.name.startswith("_"))
        return self[kind]


class _Sandbox(SandboxedEnvironment):
    """Jinja2's sandbox, which need not be asked about the fields of nodes and leaves: a long book
    names some hundred thousand, and they are data."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._fields = _Fields()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute of an object that a template names, if it may be seen."""
        kind = type(obj)
        if attribute in self._fields[kind] or (kind is LoopContext and attribute in _LOOP):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *given: Any, **named: Any) -> Any:
        """What an object that a template calls gives, if it may be called: macros may, and most
        calls are theirs."""
        if type(obj) is not Macro:
            return super().call(context, obj, *given, **named)
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return obj(context.eval_ctx, *given, **named)


class _Compiled(BytecodeCache):
    """Templates compiled once for these versions of Jinja2 and Python, not at every start."""

    def _path(self, bucket: Bucket) -> Path:
        names = sorted(bucket.environment.filters)
        parts = (bc_magic, sys.implementation.cache_tag, names, bucket.key, bucket.checksum)
        name = hashlib.sha256(repr(parts).encode()).hexdigest()
        return cache.cache_folder("templates") / name[:40]

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template its code, if it is there."""
        data = cache.read(self._path(bucket))
        with contextlib.suppress(EOFError, ValueError, TypeError):
            bucket.code = marshal.loads(data) if data else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        cache.write(self._path(bucket), marshal.dumps(bucket.code))


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The templates of styles/templates, in Jinja2's sandbox."""
    env = _Sandbox(
        loader=FileSystemLoader(styles.folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=64,
        bytecode_cache=_Compiled(),
    )
    env.filters.update(_FILTERS)
    return env


def renderer(filters: Mapping[str, Callable[..., Any]]) -> Callable[[str, Mapping[str, Any]], str]:
    """What renders a template by name in a context; ``filters`` are those of the medium.

    Made once for a book: templates are compiled for the filters they are rendered with.
    """
    env = environment().overlay()
    env.filters = {**env.filters, **filters}
    return lambda template, values: env.get_template(template).render(values)


def context(book: b.Book, edition: Edition, medium: leaves.Medium) -> dict[str, Any]:
    """What every template may use."""
    return {
        "book": book,
        "edition": edition,
        "medium": medium,
        "words": edition.words,
        "title_lines": leaves.title_lines(book.meta),
        "byline": leaves.byline(book.meta, edition),
        "imprint_pairs": leaves.imprint(book, edition, medium),
        "notes": {note.anchor: note for chapter in book.chapters() for note in chapter.notes},
    }


def media_filters(
    book: b.Book,
    edition: Edition,
    medium: leaves.Medium,
    href: Callable[[str], str],
    asset: Callable[[b.Image], str],
    *,
    stroke: float = 0,
) -> dict[str, Callable[..., Any]]:
    """Filters that need the book, the edition or the names of files; ``stroke`` is how thick lines
    of drawn formulas are at least, in pt."""
    sizes = {item.path: (item.width, item.height) for item in book.assets}
    dense = {item.path: item.dpi for item in book.assets if item.dpi > _SCREEN}

    def image_size(image: b.Image, role: str) -> Markup:
        width, height = sizes.get(image.source, (0, 0))
        if not (width and height):
            return Markup("")
        if medium == "print" and image.source in dense:
            # Paper heeds what a picture for print says of itself (300 pixels an inch); what it says
            # of screens (72) nobody means.
            return Markup(f' style="image-resolution:{dense[image.source]:.0f}dpi"')
        size = f' width="{width}" height="{height}"'
        if medium == "epub" and role == "picture":
            # The caption of columns is one beside it, for which a page must have room.  Without a
            # width calibre takes the attributes for one: a converted book has pictures distorted,
            # as high as they have pixels.
            room = "60vw" if edition.writing == "vertical" else "100%"
            size += f' style="width: min({width}px, {room})"'
        return Markup(size)

    def waits(blocks: tuple[b.Block, ...], index: int) -> Markup:
        """Whether paragraphs may stand below a picture or a table of a printed page of columns, and
        how many may go before it."""
        upright = edition.writing == "vertical" and edition.geometry.columns == 1
        if medium != "print" or not upright or not moves(blocks, index):
            return Markup("")
        return Markup(f' data-waits="{may_wait(blocks, index)}"')

    def indent_of(verse: b.Verse) -> int:
        longest = max(
            (len(plain_text(line)) for stanza in verse.stanzas for line in stanza), default=0
        )
        return max(0, (edition.geometry.line_chars - longest) // 2)

    def verse_indent(verse: b.Verse) -> Markup:
        """The longest line stands in the middle, on whole ems (look.md section 3)."""
        if medium == "epub":
            return Markup("")
        return Markup(f' style="padding-inline-start:{indent_of(verse)}em"')

    def verse_class(verse: b.Verse) -> Markup:
        """A poem as broad as the page has no room at the right for its lines to turn in."""
        broad = medium == "print" and indent_of(verse) < 2
        return Markup(' class="poem broad"') if broad else Markup(' class="poem"')

    def heading_lines(title: tuple[b.Inline, ...], level: int) -> tuple[tuple[b.Inline, ...], ...]:
        return upright.heading_lines(title, level, edition) if medium == "print" else (title,)

    called: set[str] = set()

    def first_call(call: b.NoteRef) -> bool:
        """Whether this is the note's first call, where it stands and where the way back leads."""
        is_first = call.note not in called
        called.add(call.note)
        return is_first

    return {
        "first_call": first_call,
        "href": href,
        "asset": asset,
        "image_size": image_size,
        # An e-book marks what a voice says in English; on paper words are words.
        "voiced": lambda nodes: nodes,
        "bare": bare,
        "spoken": lambda text: text,
        # Paper is light.
        "ground": lambda image: "",
        # The composer of printed lines holds marks to formulas itself.
        "held": lambda nodes: nodes,
        "cell_class": lambda table, cell, column: tables.cell_class(
            table, cell, column, edition if medium == "print" else None
        ),
        "waits": waits,
        "least_breadth": lambda table: tables.least_breadth(table, edition),
        "running": lambda text: _running(text, edition),
        "is_dense": lambda table: medium == "print" and tables.is_dense(table, edition),
        "heading_lines": heading_lines,
        "stands": lambda block: upright.stands(block, edition),
        "verse_class": verse_class,
        "verse_indent": verse_indent,
        "chapter_title": lambda chapter: leaves.chapter_title(chapter, edition),
        "counted": edition.counted,
        "note_sign": edition.note_sign,
        "numbered": lambda word, number: leaves.numbered(word, number, edition),
        "entry_label": lambda entry: leaves.entry_label(entry, edition),
        "math_image": lambda tex, display: picture(tex, edition.geometry, display, stroke),
    }


def bare(nodes: Sequence[b.Inline]) -> Markup:
    """A run that is nothing but text, as most paragraphs are; an empty one for any other, which a
    macro of the templates writes."""
    if all(type(node) is b.Text for node in nodes):
        return escape("".join(node.text for node in nodes))  # type: ignore[attr-defined]
    return Markup("")


#: A running head leaves so many ems of its own type to the folio; a Western sign takes about half.
_FOLIO, _WESTERN = 4, 0.5
#: Type of running heads, in em of the text (look.md section 1).
_HEAD = 0.8


def _running(text: str, edition: Edition) -> str:
    """A title as long as a running head can be: up to a dash or colon in it, else cut."""
    room = edition.geometry.chars / _HEAD - _FOLIO

    def breadth(part: str) -> float:
        return sum(1 if ord(sign) > _LATIN_END else _WESTERN for sign in part)

    if breadth(text) <= room:
        return text
    for sign in ("：", "——", "（"):
        head = text.partition(sign)[0].rstrip()
        if head and breadth(head) <= room:
            return head
    while breadth(text) > room - 2:
        text = text[:-1]
    return f"{text.rstrip()}……"


# --- filters -------------------------------------------------------------------


def _kind(node: object) -> str:
    return type(node).__name__


def _paragraph_class(paragraph: b.Paragraph, previous: Any) -> Markup:
    names = []
    if isinstance(previous, b.Quote | b.Formula | b.Verse):
        names.append("continue")
    text = plain_text(paragraph.children).rstrip()
    if text.endswith(("：", ":")):
        names += ("lead-in", "brief") if len(text) <= _BRIEF else ("lead-in",)
    return Markup(f' class="{" ".join(names)}"') if names else Markup("")


def _letter_class(blocks: Sequence[b.Block], index: int) -> Markup:
    """Salutation, complimentary close, signature and date of a letter, by place and form."""
    block = blocks[index]
    text = plain_text(block.children) if isinstance(block, b.Paragraph) else ""
    name = ""
    if index == 0 and _SALUTATION.match(text):
        name = "salutation"
    elif index == len(blocks) - 1 and len(text) <= 20:
        name = "date" if re.search(r"[年月日]", text) else "signature"
    elif index == len(blocks) - 2 and len(text) <= 12 and _letter_class(blocks, index + 1):
        name = "signature" if "date" in _letter_class(blocks, index + 1) else "close-2"
    elif text in ("敬礼", "敬禮", "祺安", "顺颂时祺", "順頌時祺"):
        name = "close-2"
    return Markup(f' class="{name}"') if name else Markup("")


def _list_class(items: b.List) -> Markup:
    """Whether a numbered list is loose, and how far it hangs where that is more than two ems: its
    longest Han numeral, with marks."""
    names = [] if items.tight else ["loose"]
    longest = max((len(list_marker(items, n)) for n in range(len(items.items))), default=0)
    if items.markers != "digits" and longest > 2:
        names.append(f"hang-{min(longest, _HANGING)}")
    return Markup(f' class="{" ".join(names)}"') if names else Markup("")


def _is_source(block: b.Block) -> bool:
    """Whether a paragraph says whose words those before it are: it begins with a dash."""
    return isinstance(block, b.Paragraph) and plain_text(block.children).startswith(("——", "⸺"))


def _speaker(paragraph: b.Paragraph) -> tuple[str, tuple[b.Inline, ...]]:
    """Who speaks, with the colon, and what they say."""
    first = paragraph.children[0] if paragraph.children else None
    if isinstance(first, b.Text) and (match := _SPEAKER.match(first.text)):
        rest = first.text[match.end() :]
        return f"{match[1]}：", ((b.Text(rest),) if rest else ()) + paragraph.children[1:]
    if isinstance(first, b.Strong) and len(paragraph.children) > 1:
        name = plain_text(first.children).rstrip("：: ")
        then = paragraph.children[1]
        if isinstance(then, b.Text):
            text = then.text.lstrip("：: ")
            return f"{name}：", (b.Text(text), *paragraph.children[2:])
    return "", paragraph.children


def _keeps_together(entry: b.Entry) -> bool:
    room = KEEP
    for node in walk(entry):
        if type(node) is b.Text:
            room -= len(node.text)
            if room < 0:
                return False
    return True


def _fill(pattern: str, **values: object) -> str:
    return pattern.format(**values)


_FILTERS: dict[str, Callable[..., Any]] = {
    "kind": _kind,
    "plain": plain_text,
    "is_zhuyin": is_zhuyin,
    "has_han": lambda nodes: has_han(plain_text(tuple(nodes))),
    "paragraph_class": _paragraph_class,
    "letter_class": _letter_class,
    "speaker": _speaker,
    "is_source": _is_source,
    "has_head": lambda table: any(plain_text(cell) for cell in table.head),
    "table_rows": lambda table: (table.head, *table.rows),
    "keeps_together": _keeps_together,
    "has_entries": lambda chapter: bool(leaves.entries_of(chapter)),
    "doc_role": lambda role: _DOC_ROLES.get(role.value, ""),
    "full_title": leaves.full_title,
    "marker": list_marker,
    "list_class": _list_class,
    "formula_label": formula_label,
    "mathml": mathml,
    "fill": _fill,
}
