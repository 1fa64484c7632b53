"""Gradients and tables of colours (PDF 1.7, 7.10, 8.6.6.3 and 8.7.4.5) in the inks of the press,
within the printer's limit.

What lies between two colours of a gradient has no more ink than the one of them that has more, so
that only the ends are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from pikepdf import Array, Name, String

from publish.press.colour import Inks

#: Colours of one space as those of another: each component from 0 to 1.
_Mapping = Callable[[Sequence[float]], Sequence[float]]

#: How deep functions may be put together from functions.
_DEPTH = 8
_BYTE = 8


def in_inks_of(shading: Any, kind: str, inks: Inks, first: Callable[[Any], bool]) -> str:
    """Change the colours of a shading of this kind (rgb or cmyk; others stay) into inks, or bring
    them down to the limit, or to a screen's where the printer wants those; what it is where that
    cannot be done.  ``first`` says of a function whether it is met for the first time.
    """
    if kind not in ("rgb", "cmyk") or (kind == "rgb" and inks.screen):
        return ""
    if "/Function" not in shading:
        return "a gradient of meshes"
    mapping = _mapping(kind, inks)
    functions = shading.Function
    if isinstance(functions, Array) and len(functions) == 1:
        functions = shading.Function = functions[0]
    if isinstance(functions, Array):
        return "a gradient with a function for each of its inks"
    if fault := _odd(functions, 0):
        return fault
    if "/Background" in shading:
        shading.Background = _array(mapping(_floats(shading.Background)))
    _change(functions, mapping, 3 if inks.screen else 4, first)
    shading.ColorSpace = Name.DeviceRGB if inks.screen else Name.DeviceCMYK
    return ""


def _mapping(kind: str, inks: Inks) -> _Mapping:
    if kind == "rgb":
        return lambda values: inks.colour(*values)
    if inks.screen:
        return lambda values: inks.on_screen((values[0], values[1], values[2], values[3]))
    return lambda values: inks.within((values[0], values[1], values[2], values[3]))


def _odd(function: Any, depth: int) -> str:
    """What kind of function it is, where it is none that can be changed."""
    kind = int(function.get("/FunctionType", -1))
    if kind == 3 and depth < _DEPTH:
        return next((fault for part in function.Functions if (fault := _odd(part, depth + 1))), "")
    sampled = kind == 0 and int(function.get("/BitsPerSample", 0)) == _BYTE
    return "" if kind == 2 or sampled else f"a gradient by a function of type {kind}"


def _change(function: Any, mapping: _Mapping, count: int, first: Callable[[Any], bool]) -> None:
    """Change the colours that a function gives; ``count`` is the number of their components."""
    if not first(function):
        return
    kind = int(function.FunctionType)
    if kind == 2:
        for key in ("/C0", "/C1"):
            function[key] = _array(mapping(_floats(function[key])))
    elif kind == 3:
        for part in function.Functions:
            _change(part, mapping, count, first)
    else:
        _sampled(function, mapping)
    if "/Range" in function:
        function.Range = Array([0, 1] * count)


def _sampled(function: Any, mapping: _Mapping) -> None:
    """A table of samples, each colour for itself."""
    spans = _floats(function.get("/Decode", function.Range))
    ways = [(low, high - low) for low, high in zip(spans[::2], spans[1::2], strict=True)]
    data, made = function.read_bytes(), bytearray()
    for at in range(0, len(data) - len(ways) + 1, len(ways)):
        colour = data[at : at + len(ways)]
        values = [low + way * byte / 255 for byte, (low, way) in zip(colour, ways, strict=True)]
        # Rounded down: a limit stays one.
        made += bytes(int(255 * value + 1e-6) for value in mapping(values))
    for key in ("/Decode", "/DecodeParms", "/Filter"):
        if key in function:
            del function[key]
    function.write(bytes(made))


def indexed(image: Any, inks: Inks) -> float:
    """Bring the table of an image down to the limit, whose colours are in inks, or to a screen's;
    the greatest ink before in %, 0 where it was within or there is no such table."""
    space = image.ColorSpace
    if not isinstance(space, Array) or str(space[0]) != "/Indexed":
        return 0.0
    if str(space[1]) != "/DeviceCMYK":
        return 0.0
    table = space[3]
    data = bytes(table) if isinstance(table, String) else table.read_bytes()
    colours = [data[at : at + 4] for at in range(0, len(data) - 3, 4)]
    most = max((sum(colour) for colour in colours), default=0) * 100 / 255
    if not inks.screen and most <= inks.limit:
        return 0.0
    mapping, told = _mapping("cmyk", inks), inks.most
    made = b"".join(
        bytes(int(255 * value + 1e-6) for value in mapping([byte / 255 for byte in colour]))
        for colour in colours
    )
    # What is said of the picture need not be said of the book's colours.
    inks.most = told
    base = Name.DeviceRGB if inks.screen else Name.DeviceCMYK
    image.ColorSpace = Array([Name.Indexed, base, space[2], String(made)])
    return 0.0 if inks.screen else most


def _floats(numbers: Any) -> list[float]:
    return [float(number) for number in numbers]


def _array(values: Sequence[float]) -> Array:
    return Array([decimal(value) for value in values])


def device(space: Any) -> str:
    """What kind of colours a space has: rgb, grey, cmyk, pattern, or its name."""
    if isinstance(space, Array):
        name = str(space[0])
        if name == "/ICCBased":
            return {1: "grey", 3: "rgb", 4: "cmyk"}.get(int(space[1].get("/N", 0)), name)
        if name == "/Indexed":
            return device(space[1])
    else:
        name = str(space)
    known = {
        "/DeviceRGB": "rgb", "/CalRGB": "rgb", "/RGB": "rgb",
        "/DeviceGray": "grey", "/CalGray": "grey", "/G": "grey",
        "/DeviceCMYK": "cmyk", "/CMYK": "cmyk",
        "/Pattern": "pattern",
    }  # fmt: skip
    return known.get(name, name)


def decimal(value: float) -> Decimal:
    """A number of a content stream, to the thousandth and without needless digits."""
    return Decimal(f"{value:.3f}").normalize() + Decimal(0)
