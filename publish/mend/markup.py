"""Whether an ASCII character could be read as markup where it stands in a text.

The answer errs on the side of yes; what it lets pass is still read again, and kept only
if the tree stays the same (``rounds``).
"""

from __future__ import annotations

import re

from publish.text.characters import is_han
from publish.text.patterns import late

#: ASCII punctuation: what a backslash can escape (CommonMark section 2.4).
PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

#: Never taken out of their backslash: too many constructs begin with them.
_ALWAYS = frozenset("\\`|~$^{}*")

#: Markup only as the first thing on a line (list marks, headings, rules, fences, quotations).
_AT_LINE_START = frozenset("#+-=:>")

#: What may stand before the first word of a line: blanks, marks of lists and quotations.
_LINE_PREFIX = late(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*[ \t>]*")

#: What opens a block where it is the first thing on its line (CommonMark sections 4 and 5; tables,
#: groups, formulas and attribute lists).
_BLOCK = late(
    r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|\#{1,6}(?:[ \t]|$)|[>|<:]|`{3}|~{3}|\$\$|\{:|[=-]+[ \t]*$"
    r"|(?:[*_-][ \t]*){3,}$|\[[^\]\n]*\]:| {4}|\t",
    re.MULTILINE,
)

_REFERENCE = late(r"&(?:#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


def may_be_markup(line: str, column: int, after: str) -> bool:
    """Whether the character ``line[column]`` could be markup if it had no backslash.

    ``line`` is the line as it would then be, up to and including the character;
    ``after`` is what follows it on the line.
    """
    character = line[column]
    if character not in PUNCTUATION:
        return False
    before = line[:column]
    following = after[:1]
    if character in _ALWAYS:
        return True
    if character in _AT_LINE_START:
        first = _LINE_PREFIX.match(before)
        at_start = first is not None and not before[first.end() :].strip("#+-=: ")
        if character == ">" and "<" in before:
            return True  # one side of a pair is no help to a reader
        at_end_of_heading = character == "#" and not after.strip("# ")
        return at_start or at_end_of_heading
    if character in ".)":
        return before.lstrip(" \t>").isdigit() or before[-1:] == "]"
    if character == "_":
        return not (_is_word(before[-1:]) and _is_word(following))
    if character == "[":
        return following == "^" or before[-1:] in ("!", "^") or "](" in after or "]{" in after
    if character == "]":
        return following in ("(", "[", "{", ":")
    if character == "!":
        return following == "["
    if character == "&":
        return _REFERENCE.match("&" + after) is not None
    if character == "<":
        return not (
            following == "" or following in " =" or following.isdigit() or is_han(following)
        )
    if character == "(":
        return before[-1:] == "]"
    return character == "@"


def would_open_block(text: str, start: int, end: int) -> bool:
    """Whether what stands behind ``start`` to ``end`` would open a block if that were deleted."""
    line = text.rfind("\n", 0, start) + 1
    first = _LINE_PREFIX.match(text, line, start)
    if first is None or text[first.end() : start].strip(" \t>"):
        return False
    return _BLOCK.match(text, end) is not None


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
