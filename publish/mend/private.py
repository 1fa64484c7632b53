"""Characters that mean nothing outside one font, or that stand for a lost one.

What: every character of private use (U+E000-F8FF and planes 15 and 16) and every replacement
character (U+FFFD) in text is asked about, once for each character, with how often it stands
there.  Where GB 18030-2022 has given the character a place of its own, the query says which.
Why: a private character shows as a box, or as anything, without the font it was made for; a
replacement character is what a program puts where it could not read the text.
Before: ``一[U+E5E5]二``  After: the same, and a query
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic, Edit, Span
from publish.mend.passages import Passage, passages
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.records import dataclass
from publish.text.patterns import late

CODE = "U-PUA"

_LOST = "\ufffd"
_PRIVATE = late("[\ue000-\uf8ff\ufffd\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
#: Characters that are asked about one by one; of more only their number is told.
ASKED = 10
#: Code points on each side that tell one place from another.
_AROUND = 2

#: Private characters of GB 18030-2000 and the ones that GB 18030-2022 has in their place (annex
#: D of the standard; the codec of Python still gives the private ones).
_STANDARD = {
    chr(private): chr(public)
    for private, public in (
        (0xE78D, 0xFE10), (0xE78E, 0xFE12), (0xE78F, 0xFE11), (0xE790, 0xFE13), (0xE791, 0xFE14),
        (0xE792, 0xFE15), (0xE793, 0xFE16), (0xE794, 0xFE17), (0xE795, 0xFE18), (0xE796, 0xFE19),
        (0xE7C7, 0x1E3F), (0xE816, 0x20087), (0xE817, 0x20089), (0xE818, 0x200CC), (0xE81E, 0x9FB4),
        (0xE826, 0x9FB5), (0xE82B, 0x9FB6), (0xE82C, 0x9FB7), (0xE831, 0x215D7), (0xE832, 0x9FB8),
        (0xE83B, 0x2298F), (0xE843, 0x9FB9), (0xE854, 0x9FBA), (0xE855, 0x241FE), (0xE864, 0x9FBB),
    )
}  # fmt: skip


@dataclass(slots=True)
class _Found:
    """Where a character stands first, and how often it stands in the book."""

    passage: Passage
    offset: int
    count: int = 0


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each such character, in the order of the book."""
    told: dict[str, _Found] = {}
    for passage in passages(book):
        for found in _PRIVATE.finditer(passage.text):
            told.setdefault(found[0], _Found(passage, found.start())).count += 1
    for character, where in list(told.items())[:ASKED]:
        yield _query(character, where)
    if len(told) > ASKED:
        rest = list(told.items())[ASKED:]
        message = f"{len(rest)} more private characters stand in the text: the file may be damaged"
        yield Diagnostic(CODE, "query", message, _place(rest[0][1]))


def _query(character: str, where: _Found) -> Diagnostic:
    times = "once" if where.count == 1 else f"{where.count} times"
    public = _STANDARD.get(character)
    if character == _LOST:
        message = f"the replacement character U+FFFD stands in the text, {times}"
        hint = "a program has lost a character here: compare with the original"
    else:
        message = f"the private character U+{ord(character):04X} stands in the text, {times}"
        hint = (
            f"GB 18030-2022 has {public} (U+{ord(public):04X}) in its place"
            if public
            else "only the font it was made for has it: type the character that is meant"
        )
    span = _place(where)
    own = where.passage.span(where.offset, where.offset + 1)
    return Diagnostic(CODE, "query", message, span, (hint,), _fix(own, character, public))


def _place(where: _Found) -> Span | None:
    """The character with a little text around it."""
    low = max(0, where.offset - _AROUND)
    return where.passage.span(low, where.offset + 1 + _AROUND)


def _fix(place: Span | None, character: str, public: str | None) -> Edit | None:
    if place is None or public is None or place.text != character:
        return None
    return Edit(place, public, CODE, "declared")
