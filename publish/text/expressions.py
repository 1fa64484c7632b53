"""Regular expressions as Python has compiled them once, not at every start.

Python compiles an expression in Python: a millisecond for a class with ranges of Han.  The house
and its libraries have some four hundred, and a small book uses most: a fifth of its time.  What the
compiler gives is a list of numbers, which is kept on disk under the expression and its flags, for
this very version of Python; its matcher proves such a list before it takes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import re
import sys
from collections.abc import Iterator
from typing import Any

from publish.model import cache

#: Expressions that are kept at most, and characters of one: what is made of a book's own words is
#: long and never asked for again.
_MOST, _LONGEST = 2_000, 4_000

_KINDS = (int, bytes, int, dict, tuple)

#: (expression, flags asked for) -> flags found, code as 32-bit numbers, groups, their names.
_Kept = dict[tuple[str | bytes, int], tuple[int, bytes, int, dict[str, int], tuple[Any, ...]]]


@contextlib.contextmanager
def kept_expressions() -> Iterator[None]:
    """Within, :mod:`re` takes what it compiled before, and what is new is kept at the end.

    Nothing is done with a Python whose compiler is built otherwise than the ones known here
    (CPython 3.11 to 3.14).
    """
    try:
        import _sre  # type: ignore[import-not-found]

        compiler, parse = re._compiler, re._parser.parse  # type: ignore[attr-defined]
        own, to_code = compiler.compile, compiler._code
        version = f"{sys.version_info} {_sre.MAGIC} {sys.byteorder}"
        strange = _sre.CODESIZE != 4
    except (ImportError, AttributeError):
        strange = True
    if strange:
        yield
        return
    place = cache.cache_folder("expressions") / hashlib.sha256(version.encode()).hexdigest()[:40]
    known = _read(cache.read(place))
    new: _Kept = {}

    def compile(pattern: Any, flags: int = 0) -> Any:
        flags = int(flags)
        wanted = (pattern, flags)
        # A class of text of its own, such as Markup, is not kept as what it is.
        if type(pattern) not in (str, bytes) or flags & re.DEBUG or len(pattern) > _LONGEST:
            return own(pattern, flags)
        found = known.get(wanted)
        if found is None:
            # As in the compiler itself.
            parsed = parse(pattern, flags)
            code, state = to_code(parsed, flags), parsed.state
            names: list[str | None] = [None] * state.groups
            for name, number in state.groupdict.items():
                names[number] = name
            data = b"".join(number.to_bytes(4, sys.byteorder) for number in code)
            found = (flags | state.flags, data, state.groups - 1, state.groupdict, tuple(names))
            known[wanted] = new[wanted] = found
        found_flags, data, groups, numbers, group_names = found
        code = memoryview(data).cast("I").tolist()
        return _sre.compile(pattern, found_flags, code, groups, numbers, group_names)

    compiler.compile = compile
    try:
        yield
    finally:
        compiler.compile = own
        if new:
            # Where there are too many, those that this command needed are a good beginning.  A disk
            # that takes nothing is no reason to fail.
            with contextlib.suppress(OSError):
                cache.write(place, marshal.dumps(known if len(known) <= _MOST else new))


def _read(data: bytes | None) -> _Kept:
    """What was kept; nothing where it is missing or not whole."""
    with contextlib.suppress(EOFError, ValueError, TypeError):
        found = marshal.loads(data) if data else {}
        if isinstance(found, dict) and all(map(_is_whole, found.items())):
            return found
    return {}


def _is_whole(item: tuple[Any, Any]) -> bool:
    """Whether an expression is kept as :func:`kept_expressions` keeps it."""
    (pattern, flags), value = item
    kinds = (type(pattern), type(flags), *map(type, value))
    return kinds in ((str, int, *_KINDS), (bytes, int, *_KINDS))
