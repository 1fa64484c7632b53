"""Dataclasses that are defined in a twelfth of the time.

The house has some two hundred frozen, slotted dataclasses.  The standard library writes six methods
of each as text and compiles them when the class is defined: a millisecond a class, more than a
small book takes to read, and most classes of a run are never made.  Here every method but
``__init__`` is a function made for the fields, and that is written when the first object is made.

To the type checker :func:`dataclass` is that of the standard library; so it is to
:mod:`dataclasses` (``fields``, ``replace``, ``asdict``), :mod:`copy`, :mod:`pickle` and
:mod:`pprint`.  What differs: ``slots`` must be asked for, and one that is not frozen may inherit
from one that is.
"""

from __future__ import annotations

import dataclasses
import operator
import reprlib
from collections.abc import Callable
from dataclasses import field as field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """A decorator as :func:`dataclasses.dataclass`, for classes with slots."""
        if not slots:
            raise TypeError("a record has slots; where it must not, take dataclasses.dataclass")
        return lambda plain: _record(plain, frozen, eq)


def _record(plain: type, frozen: bool, eq: bool) -> type:
    """The class with slots for its fields, and the methods of a dataclass."""
    # Without a docstring the standard library would work out a signature to stand in for it.
    plain.__doc__ = plain.__doc__ or plain.__name__
    own = plain.__dict__
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(plain)
    fields = dataclasses.fields(made)
    methods: dict[str, Any] = {"__init__": _late_init(made, frozen)}
    methods["__repr__"] = _repr(tuple(f.name for f in fields if f.repr))
    if eq:
        values = _values(tuple(f.name for f in fields if f.compare))
        methods["__eq__"] = _eq(values)
        methods["__hash__"] = _hash(values) if frozen else None
    if frozen:
        names = tuple(f.name for f in fields)
        methods |= {"__setattr__": _no_setattr, "__delattr__": _no_delattr}
        methods |= {"__getstate__": _getstate(names), "__setstate__": _setstate(names)}
    for name, method in methods.items():
        # Python itself sets __hash__ to None where a class has an __eq__ of its own.
        if name not in own or (name == "__hash__" and own[name] is None):
            setattr(made, name, method)
    made.__dataclass_params__.repr = "__repr__" not in own  # type: ignore[attr-defined]
    return made


def _late_init(made: type, frozen: bool) -> Callable[..., None]:
    """Stands for ``__init__`` until the first object is made."""

    def __init__(self: Any, /, *given: Any, **named: Any) -> None:
        init = _init(made, frozen)
        made.__init__ = init  # type: ignore[misc]
        init(self, *given, **named)

    return __init__


def _init(made: type, frozen: bool) -> Callable[..., None]:
    """``__init__`` for the fields of a class.

    The values of one that is frozen go through its slots' descriptors: that is a third faster than
    ``object.__setattr__``.
    """
    space: dict[str, Any] = {}
    positional, named, body = ["self"], list[str](), list[str]()
    for f in dataclasses.fields(made):
        name = f.name
        value = name
        if f.default_factory is not dataclasses.MISSING:
            space[f"_make_{name}"], space["_MISSING"] = f.default_factory, dataclasses.MISSING
            value = f"_make_{name}()"
            if f.init:
                value += f" if {name} is _MISSING else {name}"
            default = "=_MISSING"
        elif f.default is not dataclasses.MISSING:
            space[f"_default_{name}"] = f.default
            default = f"=_default_{name}"
            value = name if f.init else f"_default_{name}"
        elif f.init:
            default = ""
        else:
            continue
        if f.init:
            (named if f.kw_only else positional).append(f"{name}{default}")
        space[f"_set_{name}"] = getattr(made, name).__set__
        body.append(f"_set_{name}(self, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    head = ", ".join((*positional, *(("*", *named) if named else ())))
    text = f"def __init__({head}):\n  " + "\n  ".join(body or ["pass"])
    exec(compile(text, f"<fields of {made.__qualname__}>", "exec"), space)
    init: Callable[..., None] = space["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of these fields as a tuple."""
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _eq(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, object], bool]:
    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    return __eq__


def _hash(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    def __repr__(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({shown})"

    # By this name :mod:`pprint` knows the repr of a dataclass from one that somebody wrote.
    __repr__.__qualname__ = "__create_fn__.<locals>.__repr__"
    guarded = reprlib.recursive_repr()(__repr__)
    guarded.__wrapped__ = __repr__  # type: ignore[attr-defined]
    return guarded


def _no_setattr(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_delattr(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(names: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    return lambda self: [getattr(self, name) for name in names]


def _setstate(names: tuple[str, ...]) -> Callable[[Any, list[Any]], None]:
    def __setstate__(self: Any, state: list[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return __setstate__
