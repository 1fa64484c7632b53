"""Checkers of single values: what a key of book.toml may be, whichever key it is.

A checker takes the value that TOML gave and returns it as the program keeps it, or raises
:class:`Wrong` with words that finish the sentence "[section] key …".
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from publish.diagnostics import did_you_mean

Checker = Callable[[Any], Any]


class Wrong(Exception):
    """A value that a key cannot have.  ``path`` leads from the value to the part that is wrong,
    ``code`` is that of the diagnostic."""

    def __init__(
        self, reason: str, *path: str | int, hints: tuple[str, ...] = (), code: str = "M-VALUE"
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.hints = hints
        self.code = code


def kind(value: Any) -> str:
    """What TOML (or YAML) calls the type of a value."""
    names: tuple[tuple[type, str], ...] = (
        (bool, "true or false"), (str, "a text"), (int, "a whole number"), (float, "a number"),
        (list, "a list"), (dict, "a table"), (datetime.date, "a date"), (datetime.time, "a time"),
    )  # fmt: skip
    return next((name for kind_, name in names if isinstance(value, kind_)), "nothing")


def text(value: Any) -> str:
    """A text on one line, without control characters; blanks at its ends are dropped."""
    if not isinstance(value, str):
        raise Wrong(f"must be a text, not {kind(value)}")
    for character in value:
        if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0:
            raise Wrong(f"must not hold the control character U+{ord(character):04X}")
        if 0xD800 <= ord(character) < 0xE000:  # bytes of a file name that are not UTF-8
            raise Wrong("must be Unicode text")
    return value.strip()


def long_text(value: Any) -> str:
    """A text that may have several lines; runs of white space and line ends become one space
    between Latin, none beside Han (the reader's rule for soft breaks does not apply here)."""
    if not isinstance(value, str):
        raise Wrong(f"must be a text, not {kind(value)}")
    return one_line([text(line) for line in value.replace("\r\n", "\n").split("\n")])


def one_line(lines: Iterable[str]) -> str:
    """Lines of prose joined: by a space between Latin, by nothing beside Han."""
    joined = ""
    for line in filter(None, lines):
        latin = bool(joined) and joined[-1].isascii() and line[0].isascii()
        joined += f" {line}" if latin else line
    return joined


def paragraphs(value: Any) -> str:
    """A text of paragraphs parted by blank lines; one line end is kept between two of them."""
    if not isinstance(value, str):
        raise Wrong(f"must be a text, not {kind(value)}")
    parts = re.split(r"\n(?:[ \t\u3000]*\n)+", value.replace("\r\n", "\n"))
    return "\n".join(filter(None, map(long_text, parts)))


def name(value: Any) -> str:
    """A text that is not empty."""
    checked = text(value)
    if not checked:
        raise Wrong("must not be empty")
    return checked


def file_name(value: Any) -> str:
    """A name that becomes part of a file name, so it must not lead anywhere else."""
    checked = name(value)
    if "/" in checked or "\\" in checked or ".." in checked or checked.startswith((".", "-")):
        raise Wrong("must not hold “/”, “\\” or “..”, nor begin with “.” or “-”")
    if len(checked.encode()) > 200:
        raise Wrong("must not be longer than 200 bytes, because it becomes part of a file name")
    return checked


def names(value: Any) -> tuple[str, ...]:
    """A list of texts; one text stands for a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise Wrong(f"must be a list of texts, not {kind(value)}")
    return tuple(inside(name, item, number) for number, item in enumerate(value))


def table_of(checker: Checker) -> Checker:
    """A table of texts, each of whose values passes the checker."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            hints = ('a table is written { "…" = "…" }',)
            raise Wrong(f"must be a table, not {kind(value)}", hints=hints)
        return {inside(name, key, key): inside(checker, item, key) for key, item in value.items()}

    return check


def one_of(*allowed: str) -> Checker:
    """One of the words."""

    def check(value: Any) -> str:
        checked = text(value)
        if checked not in allowed:
            hints = did_you_mean(checked, allowed)
            raise Wrong(f"must be one of {', '.join(allowed)}, not {checked!r}", hints=hints)
        return checked

    return check


def number(least: float, most: float, unit: str) -> Checker:
    """A number within bounds."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Wrong(f"must be a number of {unit}, not {kind(value)}")
        if not math.isfinite(value) or not least <= value <= most:
            raise Wrong(f"must be between {least:g} and {most:g} {unit}, not {value:g}")
        return float(value)

    return check


def whole(least: int, most: int, unit: str) -> Checker:
    """A whole number within bounds."""
    within = number(least, most, unit)

    def check(value: Any) -> int:
        within(value)
        if not isinstance(value, int):
            raise Wrong(f"must be a whole number of {unit}, not {value:g}")
        return value

    return check


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(f"must be true or false, not {kind(value)}")
    return value


def inside(checker: Checker, value: Any, *path: str | int) -> Any:
    """What a checker makes of a part of a value; what is wrong with it is told with its path."""
    try:
        return checker(value)
    except Wrong as wrong:
        raise Wrong(wrong.reason, *path, *wrong.path, hints=wrong.hints, code=wrong.code) from None
