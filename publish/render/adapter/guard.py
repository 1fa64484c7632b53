"""Functions of WeasyPrint and pydyf replaced while a book is set, and only where they are known.

A replacement is right for one text of the function it stands for.  So the versions, the names and
the source of every name in publish/render/adapter/replaced.py are compared first; where anything
differs, nothing at all is replaced, the user is told once, and the stock engine sets the book.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import linecache
import sys
import textwrap
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from publish.diagnostics import Diagnostic
from publish.records import dataclass

#: The releases the table was written for (pyproject.toml pins the same).
VERSIONS = {"weasyprint": "70.0", "pydyf": "0.13.0"}

#: Hexadecimal digits of a fingerprint.
DIGITS = 16

#: Problems named in a diagnostic; the rest is counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class LeanedOn:
    """A private name that is used as it is.

    ``owner`` is a dotted module or class, ``source`` the first 16 hexadecimal digits of the
    SHA-256 of the object's source text (empty where the object has none, so that only its
    presence is asked), ``upstream`` an issue that would make this needless.
    """

    owner: str
    name: str
    source: str
    reason: str
    upstream: str = ""


@dataclass(frozen=True, slots=True)
class Replacement(LeanedOn):
    """A name that is replaced while a book is set."""


Pair = tuple[Replacement, Any]


class _Session:
    """What is swapped in at this moment: at most one set of replacements per process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.active = False
        self.originals: dict[tuple[str, str], Any] = {}


_SESSION = _Session()


def find_owner(dotted: str) -> Any:
    """The module or class of a dotted name; AttributeError or ImportError if there is none."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        try:
            found: Any = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ImportError(f"there is no module {parts[0]}")


def stock(owner: str, name: str) -> Any:
    """The object as WeasyPrint or pydyf defines it, also while something else stands in its place.

    Of a class the raw attribute is given: a function, or a property with its ``fget``.
    """
    known = _SESSION.originals.get((owner, name), _SESSION)
    if known is not _SESSION:
        return known
    found = inspect.getattr_static(find_owner(owner), name)
    if _SESSION.active:
        # What is not replaced now stays what it is until the end, and is asked for a hundred
        # times a page.
        _SESSION.originals[owner, name] = found
    return found


def source_of(found: Any) -> str:
    """The source text of a function, property or class; OSError or TypeError if it has none.

    The same as ``inspect.getsource``, which reads functions token by token, and for a class the
    whole module: eighty of them would take a fifth of a second at every start.
    """
    if isinstance(found, property):
        return "".join(map(source_of, filter(None, (found.fget, found.fset, found.fdel))))
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    elif isinstance(found, functools.cached_property):
        found = found.func
    if isinstance(found, type):
        lines = linecache.getlines(sys.modules[found.__module__].__file__ or "")
        head = (f"class {found.__qualname__}(", f"class {found.__qualname__}:")
        heads = [number for number, line in enumerate(lines) if line.startswith(head)]
        if len(heads) != 1 or lines[heads[0] - 1].startswith("@"):
            return inspect.getsource(found)
        first = heads[0]
    else:
        code = getattr(inspect.unwrap(found), "__code__", None)
        if code is None:
            return inspect.getsource(found)
        lines = linecache.getlines(code.co_filename)
        first = code.co_firstlineno - 1
    if not first < len(lines):
        raise OSError(f"no source of {found!r}")
    margin = _indent(lines[first])
    last = first
    # A decorator or a signature may end at the margin; after them nothing of the function does.
    while last < len(lines) and not lines[last].lstrip().startswith(_HEADS):
        last += 1
    for number in range(last + 1, len(lines)):
        line = lines[number].strip()
        if line and _indent(lines[number]) <= margin and not line.startswith(_CLOSING):
            break
        if line:
            last = number
    return "".join(lines[first : last + 1])


_HEADS = ("def ", "async def ", "class ")
#: What may stand at the margin of a function in its signature or in a string.
_CLOSING = (")", "'''", '"""')


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def fingerprint(found: Any) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of an object's source text."""
    return hashlib.sha256(source_of(found).encode("utf-8")).hexdigest()[:DIGITS]


def problems(names: Sequence[LeanedOn] | None = None) -> tuple[str, ...]:
    """What is not as expected, in plain words; empty if everything may be replaced.

    ``names`` is the whole table unless given.  A table is read once per process.
    """
    if names is None:
        from publish.render.adapter.replaced import LEANED_ON, REPLACED

        names = (*REPLACED, *LEANED_ON)
    return _problems(tuple(names))


@functools.lru_cache(maxsize=8)
def _problems(names: tuple[LeanedOn, ...]) -> tuple[str, ...]:
    found = []
    for library, expected in VERSIONS.items():
        version = getattr(importlib.import_module(library), "__version__", "unknown")
        if version != expected:
            found.append(f"{library} is {version}, not {expected}")
    found.extend(told for told in map(_problem, names) if told)
    return tuple(found)


def _problem(entry: LeanedOn) -> str:
    name = f"{entry.owner}.{entry.name}"
    try:
        there = stock(entry.owner, entry.name)
    except (ImportError, AttributeError):
        return f"{name} does not exist"
    if not entry.source:
        return ""
    try:
        same = fingerprint(there) == entry.source
    except (OSError, TypeError):
        return f"{name} has no source text"
    return "" if same else f"{name} is not as expected"


def complaint(found: Sequence[str]) -> Diagnostic:
    """What the user is told when the stock engine has to do."""
    named = "; ".join(found[:_NAMED])
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    pins = " ".join(f"{library}=={version}" for library, version in VERSIONS.items())
    return Diagnostic(
        "P-GUARD",
        "warning",
        f"WeasyPrint is not the one this program knows ({named}{more}), so its own line layout "
        "sets the book: ragged lines, no squeezing of punctuation",
        hints=(f"install the versions that publish was made for: {pins}",),
    )


@contextmanager
def installed(pairs: Sequence[Pair]) -> Iterator[tuple[Diagnostic, ...]]:
    """Swap every pair's object in, and the stock ones back at the end, also after an exception.

    Gives no diagnostic, or, where the engine is not as expected, one warning: then nothing is
    swapped at all.  Names that other modules of the engine imported are swapped there, too.
    RuntimeError if replacements are installed already: they belong to the whole process.
    """
    with _SESSION.lock:
        if _SESSION.active:
            raise RuntimeError(
                "WeasyPrint is being changed by another book of this process; "
                "set one book after the other, or in processes of their own"
            )
        _SESSION.active = True
    swaps: list[_Swap] = []
    try:
        found = (*problems(), *problems(tuple(entry for entry, _ in pairs)))
        if found:
            yield (complaint(tuple(dict.fromkeys(found))),)
            return
        _SESSION.originals = {}
        for entry, new in pairs:
            swaps.append(_Swap(find_owner(entry.owner), entry, stock(entry.owner, entry.name), new))
        _SESSION.originals = {(swap.entry.owner, swap.entry.name): swap.old for swap in swaps}
        for swap in swaps:
            setattr(swap.owner, swap.entry.name, swap.new)
        _everywhere([(swap.old, swap.new) for swap in swaps])
        yield ()
    finally:
        for swap in swaps:
            if swap.inherited:
                delattr(swap.owner, swap.entry.name)
            else:
                setattr(swap.owner, swap.entry.name, swap.old)
        # A module that was first imported meanwhile has the new object by name.
        _everywhere([(swap.new, swap.old) for swap in swaps])
        _SESSION.originals = {}
        _SESSION.active = False


class _Swap:
    """One name and the two objects that it stands for in turn."""

    def __init__(self, owner: Any, entry: Replacement, old: Any, new: Any) -> None:
        self.owner, self.entry, self.old, self.new = owner, entry, old, new
        self.inherited = entry.name not in vars(owner)


def _everywhere(exchange: Sequence[tuple[Any, Any]]) -> None:
    """Wherever a module of the engine has the first object of a pair, give it the second."""
    table = {id(before): after for before, after in exchange}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] not in VERSIONS or not isinstance(module, ModuleType):
            continue
        space = vars(module)
        for attribute, value in list(space.items()):
            if id(value) in table:
                space[attribute] = table[id(value)]


def rewritten(
    owner: str, name: str, snippets: Sequence[tuple[str, str]], values: Mapping[str, Any]
) -> Any:
    """A function of a module or class made again from its source with some snippets exchanged.

    For functions of hundreds of lines of which a few are wrong.  Every snippet must occur exactly
    once (RuntimeError): which source it is, the fingerprint in the table has said before.  The new
    function reads the globals of the module it came from, so it sees what else is replaced there;
    ``values`` are further names it may use.
    """
    source = textwrap.dedent(source_of(stock(owner, name)))
    for before, after in snippets:
        if source.count(before) != 1:
            raise RuntimeError(f"{owner}.{name} does not hold exactly one «{before.strip()}»")
        source = source.replace(before, after)
    maker = (
        f"def make({', '.join(values)}):\n{textwrap.indent(source, '    ')}\n    return {name}\n"
    )
    home = find_owner(owner)
    space = vars(home if isinstance(home, ModuleType) else sys.modules[home.__module__])
    place: dict[str, Any] = {}
    exec(compile(maker, f"<{owner}.{name}, changed>", "exec"), space, place)
    return place["make"](**values)
