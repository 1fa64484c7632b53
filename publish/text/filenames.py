r"""Names of files, paths and mail addresses in running text: no mark and no name in them is
mended.

A file name is known by its suffix (``终稿.docx``), a path by how it begins (``D:\``, ``./``,
``/usr/``), a mail address by its sign.  Chinese has no blanks, so that where a bare name begins
is a guess: what could be part of it is taken for part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.text.characters import HAN_CLASS
from publish.text.patterns import late

#: A suffix: letters of one case, and no call (``甲.len()``) or longer word behind it.
SUFFIX = r"\.(?:[a-z][a-z0-9]{0,4}|[A-Z][A-Z0-9]{1,4}|7z)(?![\w(@/\\]|\.\w)"

#: What may be the end of a name that begins further on the left: Chinese with a suffix, or a path.
MAY_END = rf"(?:[\w/\\.-]{{1,40}}(?<![A-Za-z])|[\w.-]{{1,40}}[/\\][\w/\\.-]{{1,40}}){SUFFIX}"

_SUFFIX = late(rf"(?<=[\w)）\]]){SUFFIX}")
#: What no name has: blanks, the marks of sentences, quotation marks, brackets of titles.
_OUTSIDE = "\\s，。；：！？、…“”‘’「」『』《》〈〉【】<>|\"'*?\ufffc"
_PATH = late(
    r"(?:(?<![A-Za-z0-9_])[A-Za-z]:[\\/]|(?<![\w.\\])\\\\(?=\w)"
    r"|(?<![A-Za-z0-9_./\\])(?:\.{1,2}|~)[\\/]"
    rf"|(?<![^\s，。；：！？、“‘「『（《(])/(?=[\w.-]+/))[^{_OUTSIDE}()（）]+"
)
_MAIL = late(rf"[\w.+-]{{1,64}}@[A-Za-z0-9{HAN_CLASS}-]+(?:\.[A-Za-z0-9{HAN_CLASS}-]+)+")

#: The end of a name before its suffix: a Latin word is a name by itself (打开README.md), but not
#: what only goes on (梁文锋_2.docx, 梁文锋v2.docx).
_LATIN = re.compile(r"[A-Za-z0-9_.+-]*\Z")
_GOES_ON = re.compile(r"[0-9_.+-]|[Vv]\d")
#: Characters a bare name has.
_INSIDE = re.compile(r"[\w.+~（）()\[\]/\\-]*\Z")
#: Marks that hold nothing but a name, where they hold one at all.
_QUOTED = re.compile(r"[“‘「『《\"']([^\s。！？；“”‘’「」『』《》\"'\ufffc]*)\Z")
_CLOSING = frozenset("”’」』》\"'")

#: Code points of the longest name.
_LONGEST = 60


def names_of_files(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name of a file, path and mail address; they may overlap."""
    if "@" in text:
        yield from (found.span() for found in _MAIL.finditer(text))
    if "/" in text or "\\" in text:
        yield from (found.span() for found in _PATH.finditer(text))
    for found in _SUFFIX.finditer(text):
        yield _start(text, *found.span()), found.end()


def _start(text: str, dot: int, end: int) -> int:
    """Where the name begins whose suffix is at ``dot``."""
    before = text[max(0, dot - _LONGEST) : dot]
    if text[end : end + 1] in _CLOSING and (quoted := _QUOTED.search(before)):
        return dot - len(quoted[1])
    latin = _LATIN.search(before)
    word = latin[0] if latin else ""
    # A folder may have a Chinese name.
    in_folder = before[: len(before) - len(word)].endswith(("/", "\\"))
    if word and not in_folder and not _GOES_ON.match(word):
        return dot - len(word)
    inside = _INSIDE.search(before)
    return dot - len(inside[0]) if inside else dot
