"""Colours as a page uses them: what colour space, which inks, how much of each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Literal

from publish.check.preflight_unpack import decoded, is_dictionary, is_stream
from publish.records import dataclass

Family = Literal["gray", "cmyk", "rgb", "spot", "registration", "pattern", "none"]
#: Shares of cyan, magenta, yellow and black, 0 to 1.
Inks = tuple[float, float, float, float]

#: Colour spaces that name other colour spaces are followed so deep.
_DEPTH = 6
#: Most bytes of a table of an indexed colour space: 256 colours of 32 inks.
_TABLE_LIMIT = 8192
#: Parts of a gradient that are looked at, and inks of a colour space.
_FUNCTIONS_LIMIT, _INKS_LIMIT = 64, 32
#: An ink of less than this is none.
_TRACE = 0.004


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour: the family of its space, and its inks (of RGB none, of a spot colour its plate as
    black)."""

    family: Family
    inks: Inks = (0.0, 0.0, 0.0, 0.0)
    #: The resource of a pattern.
    pattern: str = ""

    @property
    def total(self) -> float:
        """All inks together, in %."""
        return 100 * sum(self.inks)

    @property
    def white(self) -> bool:
        """Whether it is no ink at all."""
        return self.family in ("gray", "cmyk", "spot") and max(self.inks) < _TRACE

    @property
    def black_only(self) -> bool:
        """Whether no ink but black is in it."""
        return self.family in ("gray", "cmyk") and max(self.inks[:3]) < _TRACE

    @property
    def dark_mixture(self) -> bool:
        """Whether it looks black or dark gray and is made of several inks."""
        if self.family == "registration":
            return True
        if self.family != "cmyk" or self.black_only:
            return False
        light = [(1 - ink) * (1 - self.inks[3]) for ink in self.inks[:3]]
        return max(light) < 0.35 and max(light) - min(light) < 0.12

    @property
    def least(self) -> float:
        """The least ink that is there at all, in %; 0 of white."""
        return 100 * min((ink for ink in self.inks if ink >= _TRACE), default=0)


BLACK = Paint("gray", (0.0, 0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space: its family, how many numbers a colour has, of an indexed one its colours,
    of spot colours the family and the number of what they are mixed from."""

    family: Family
    components: int
    table: tuple[Paint, ...] = ()
    #: A space that a pattern without colours of its own takes them from.
    under: Space | None = None
    names: tuple[str, ...] = ()

    def paint(self, numbers: Iterable[Any]) -> Paint:
        """A colour of this space."""
        if self.table:
            index = next((int(n) for n in numbers if isinstance(n, float)), 0)
            return self.table[max(0, min(index, len(self.table) - 1))]
        values = [min(1.0, max(0.0, n)) for n in numbers if isinstance(n, float)]
        if self.family == "gray":
            return Paint("gray", (0.0, 0.0, 0.0, 1 - values[0] if values else 1.0))
        if self.family == "cmyk":
            c, m, y, k = (*values, 0.0, 0.0, 0.0, 0.0)[:4]
            return Paint("cmyk", (c, m, y, k))
        if self.family == "spot":
            return self._plates(values or [1.0] * self.components)
        if self.family == "registration":
            full = max(values, default=1.0)
            return Paint("registration", (full, full, full, full))
        return Paint(self.family)

    def _plates(self, values: list[float]) -> Paint:
        """Plates named for process inks are those inks; another counts as one more plate."""
        inks = [0.0, 0.0, 0.0, 0.0]
        spot = False
        for name, value in zip(self.names, values, strict=False):
            if name in _PROCESS:
                inks[_PROCESS.index(name)] = value
            elif name != "/None":
                spot = True
                inks[3] = max(inks[3], value)
        return Paint("spot" if spot else "cmyk", (inks[0], inks[1], inks[2], inks[3]))


_PROCESS = ("/Cyan", "/Magenta", "/Yellow", "/Black")
GRAY, CMYK, RGB = Space("gray", 1), Space("cmyk", 4), Space("rgb", 3)
_PATTERN = Space("pattern", 0)

_DEVICE: dict[str, Space] = {
    "/DeviceGray": GRAY, "/CalGray": GRAY, "/G": GRAY,
    "/DeviceCMYK": CMYK, "/CMYK": CMYK,
    "/DeviceRGB": RGB, "/CalRGB": RGB, "/RGB": RGB, "/Lab": RGB,
    "/Pattern": _PATTERN,
}  # fmt: skip
_BY_CHANNELS = {1: GRAY, 3: RGB, 4: CMYK}


def read_space(source: Any, named: Any = None, depth: int = 0) -> Space:
    """The colour space of an object of the file, or of a name; ``named`` are the spaces of the
    resources.  What is none is RGB: nobody knows what comes out."""
    if source is None or depth > _DEPTH:
        return RGB
    if str(source).startswith("/"):
        name = str(source)
        if name in _DEVICE:
            return _DEVICE[name]
        return read_space(named.get(name), None, depth + 1) if named is not None else RGB
    kind = str(source[0])
    if kind in _DEVICE and kind != "/Pattern":
        return _DEVICE[kind]
    if kind == "/Pattern":
        return Space("pattern", 0, under=read_space(source[1], named, depth + 1))
    if kind == "/ICCBased":
        return _BY_CHANNELS.get(int(source[1].get("/N", 3)), RGB)
    if kind == "/Indexed" or kind == "/I":
        return _indexed(source, named, depth)
    if kind in ("/Separation", "/DeviceN"):
        return _spot(source, kind, named, depth)
    return RGB


def _spot(source: Any, kind: str, named: Any, depth: int) -> Space:
    listed = (source[1],) if kind == "/Separation" else islice(source[1], _INKS_LIMIT)
    names = tuple(map(str, listed))
    if "/All" in names:
        return Space("registration", len(names))
    if read_space(source[2], named, depth + 1).family == "rgb":
        # What is printed without the plate is mixed from RGB.
        return Space("rgb", len(names))
    return Space("spot", len(names), names=names)


def _indexed(source: Any, named: Any, depth: int) -> Space:
    base = read_space(source[1], named, depth + 1)
    if base.family not in ("gray", "cmyk", "spot") or not base.components:
        return Space(base.family, 1)
    lookup = source[3]
    data = decoded(lookup, _TABLE_LIMIT) if is_stream(lookup) else bytes(lookup)
    step = base.components
    colours = [data[at : at + step] for at in range(0, min(len(data), 256 * step), step)]
    paints = tuple(base.paint([byte / 255 for byte in colour]) for colour in colours)
    return Space(base.family, 1, table=paints or (BLACK,))


def shading_paints(shading: Any, named: Any) -> tuple[Paint, ...]:
    """The colours at the ends of a gradient, or one of its family where it is not a plain one."""
    space = read_space(shading.get("/ColorSpace"), named)
    found = [space.paint(_numbers(end)) for end in _ends(shading.get("/Function"))]
    return tuple(found) or (Paint(space.family),)


def _ends(function: Any) -> list[Any]:
    """The colours of exponential functions and of what is put together from them, which may be
    the function itself: only so many are looked at."""
    ends: list[Any] = []
    waiting = [function]
    for _ in range(_FUNCTIONS_LIMIT):
        if not waiting:
            break
        part = waiting.pop()
        if not is_dictionary(part) or "/FunctionType" not in part:
            continue
        if int(part["/FunctionType"]) == 2:
            ends += [part.get("/C0", [0]), part.get("/C1", [1])]
        elif int(part["/FunctionType"]) == 3:
            waiting += islice(part["/Functions"], _FUNCTIONS_LIMIT)
    return ends


def _numbers(array: Any) -> list[float]:
    return [float(number) for number in islice(array, _INKS_LIMIT)]
