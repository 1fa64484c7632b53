"""Where the keys and values of a TOML text stand.

``tomllib`` tells what a text says but not where.  This scanner walks a text that
``tomllib`` has accepted, so it need not judge, only follow: TOML 1.0, sections
"Keys", "Table", "Inline Table", "Array" and "Array of Tables".  Positions count
code points.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: Keys from the root: names of tables and keys, numbers of items in arrays.
Path = tuple[str | int, ...]


class Place(NamedTuple):
    """The key (for an item of an array: the item) and the value, as (start, end)."""

    key: tuple[int, int]
    value: tuple[int, int]


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def places(text: str) -> dict[Path, Place]:
    """The place of every table, key and item of an array in a valid TOML text."""
    return _Scanner(text).scan()


def _unescape(match: re.Match[str]) -> str:
    body = match[1]
    return chr(int(body[1:], 16)) if body[0] in "uU" and len(body) > 1 else _ESCAPED[body]


class _Scanner:
    """One walk over one text; ``at`` is the place of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {}
        #: How many items each array of tables has so far.
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, Place]:
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self.found

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _key(self) -> tuple[Path, tuple[int, int]]:
        """A key, dotted or not, and where it stands."""
        start = end = self.at
        parts: list[str | int] = []
        while True:
            self._blank()
            if string := _STRING.match(self.text, self.at):
                body = string[0][1:-1]
                parts.append(_ESCAPE.sub(_unescape, body) if string[0][0] == '"' else body)
                self.at = end = string.end()
            else:
                bare = _BARE.match(self.text, self.at)
                assert bare is not None
                parts.append(bare[0])
                self.at = end = bare.end()
            self._blank()
            if self.text[self.at] != ".":
                return tuple(parts), (start, end)
            self.at += 1

    def _header(self) -> Path:
        start = self.at
        double = self.text.startswith("[[", start)
        self.at += 2 if double else 1
        names, _ = self._key()
        self.at += 2 if double else 1
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if double and position == len(names) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        self.found.setdefault(path, Place((start, self.at), (start, self.at)))
        return path

    def _pair(self, table: Path) -> None:
        names, key = self._key()
        self.at += 1  # the equals sign
        path = table + names
        start = self._value(path)
        place = Place(key, (start, self.at))
        for depth in range(len(table) + 1, len(path)):
            self.found.setdefault(path[:depth], place)
        self.found[path] = place

    def _value(self, path: Path) -> int:
        """Walk over a value; returns where it begins."""
        self._blank()
        start = self.at
        opening = self.text[start]
        if opening in "[{":
            self.at += 1
            number = 0
            self._blank()
            while self.text[self.at] not in "]}":
                if opening == "{":
                    self._pair(path)
                else:
                    item = (*path, number)
                    begin = self._value(item)
                    self.found[item] = Place((begin, self.at), (begin, self.at))
                    number += 1
                self._blank()
                if self.text[self.at] == ",":
                    self.at += 1
                    self._blank()
            self.at += 1
        elif string := _STRING.match(self.text, start):
            self.at = string.end()
        else:
            scalar = _SCALAR.match(self.text, start)
            assert scalar is not None
            self.at = start + len(scalar[0].rstrip())
        return start
