"""Patterns that are compiled when they are first asked for something.

A class that holds all of Han takes half a millisecond to compile, and the rules of text have a
hundred such: more than a small book takes to set.  Most manuscripts need few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

#: What is asked of a pattern again and again.
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Late:
    """Stands for a pattern until somebody searches with it."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Asked for only what is not there yet: from now on the pattern's own methods are.
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((method, getattr(compiled, method)) for method in _METHODS)
        return getattr(compiled, name)


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern that :func:`re.compile` gives, made when it is needed.

    A pattern that is wrong raises :class:`re.error` then, and not before.
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))
