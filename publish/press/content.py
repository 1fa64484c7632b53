"""Content streams in the colours of the press: DeviceCMYK alone, black text over what is below.

Streams are read operator by operator (PDF 1.7, 8.6.8): pages, forms, tiling patterns, soft masks;
shadings and images are objects of their own.  Nothing but colour is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

from publish.press.colour import BLACK, Converted, Inks, decoded, grey, in_inks, is_grey
from publish.press.gradients import decimal, device, in_inks_of, indexed

#: Names of our two graphics states in resources: black prints over what is below, or does not.
_OVER, _OUT = "/PressOver", "/PressOut"

#: Operators that set a colour, and whether it is that of strokes.
_DEVICE = {"rg": False, "RG": True, "g": False, "G": True, "k": False, "K": True}
_COLOUR = {"sc": False, "scn": False, "SC": True, "SCN": True}
_SPACE = {"cs": False, "CS": True}

#: How deep forms may stand in forms.
_DEPTH = 32


class Unconvertible(ValueError):
    """A colour that has no way into the inks; says what, and of a picture its name in the page."""

    def __init__(self, what: str, picture: str = "") -> None:
        super().__init__(what)
        self.picture = picture


class Recolouring:
    """Changes the colours of one file; each shared object once.

    An ``opaque`` file has no transparency: pictures that stand ``on_paper`` are laid on white,
    anything else that shines through is refused.
    """

    def __init__(
        self, document: pikepdf.Pdf, inks: Inks, *, opaque: bool = False, on_paper: bool = True
    ) -> None:
        self.document, self.inks = document, inks
        self.opaque, self.on_paper = opaque, on_paper
        self._done: set[tuple[int, int]] = set()
        self._seen: list[Any] = []
        #: Pictures brought down to the limit of ink: the name in the page's resources, and their
        #: greatest ink before, in %.
        self.lowered: list[tuple[str, float]] = []
        #: Gradients in inks of which nobody can say how much they have.
        self.unmeasured: list[str] = []
        self._over = document.make_indirect(Dictionary(Type=Name.ExtGState, op=True, OPM=1))
        self._out = document.make_indirect(Dictionary(Type=Name.ExtGState, op=False, OPM=0))

    def page(self, page: pikepdf.Page) -> None:
        """Everything a page shows."""
        page.contents_coalesce()
        resources = page.obj.get("/Resources", Dictionary())
        self._resources(resources, 0)
        changed = self._content(page, resources)
        page.obj.Contents = self.document.make_stream(changed)
        self._group(page.obj)

    # --- objects ---

    def _first(self, item: Any) -> bool:
        """Whether an object is met for the first time; those without a number always are."""
        if item.objgen == (0, 0):
            return True
        if item.objgen in self._done:
            return False
        self._done.add(item.objgen)
        return True

    def _resources(self, resources: Any, depth: int, grey: bool = False) -> None:
        if depth > _DEPTH:
            raise Unconvertible(f"forms stand in forms, {depth} deep")
        if not self._first(resources):
            return
        for name, item in resources.get("/XObject", {}).items():
            if not self._first(item):
                continue
            if item.get("/Subtype") == Name.Image:
                self._image(item, name)
            else:
                self._form(item, depth, grey)
        for _, item in resources.get("/Pattern", {}).items():
            if not self._first(item):
                continue
            if item.get("/PatternType") == 2:
                self._shading(item.Shading)
            else:
                self._form(item, depth, grey)
        for _, item in resources.get("/Shading", {}).items():
            self._shading(item)
        states = resources.get("/ExtGState", {})
        for _, state in states.items():
            mask = state.get("/SMask")
            if self.opaque:
                self._solid(state)
            if isinstance(mask, Dictionary) and self._first(mask.G):
                # A mask by lightness must stay as light as it was.
                self._form(mask.G, depth, grey=True)
        self._seen.append(resources)

    def finish(self) -> None:
        """Drop the colour spaces of the screen that resources still name and nothing uses."""
        for resources in self._seen:
            if "/ColorSpace" in resources:
                del resources.ColorSpace

    def _form(self, form: Any, depth: int, grey: bool) -> None:
        resources = form.get("/Resources", Dictionary())
        changed = self._content(form, resources, grey=grey)
        self._resources(resources, depth + 1, grey)
        form.write(changed)
        self._group(form, grey)

    def _group(self, holder: Any, grey: bool = False) -> None:
        """Transparency is blended in the inks (ISO 15930-7: the space of the intent)."""
        group = holder.get("/Group")
        if group is not None and self.opaque:
            # Nothing in it shines through: it is painted as it stands.
            del holder.Group
            return
        if group is not None and group.get("/S") == Name.Transparency:
            space = Name.DeviceRGB if self.inks.screen else Name.DeviceCMYK
            group.CS = Name.DeviceGray if grey else space

    def _solid(self, state: Any) -> None:
        """A graphics state without the entries of transparency (PDF 1.4)."""
        for key in ("/ca", "/CA"):
            if float(state.get(key, 1)) < 1:
                raise Unconvertible("something that shines through")
        if isinstance(state.get("/SMask"), Dictionary) or state.get("/BM", Name.Normal) not in (
            Name.Normal,
            Name.Compatible,
        ):
            raise Unconvertible("something that shines through")
        for key in ("/ca", "/CA", "/SMask", "/BM", "/AIS"):
            if key in state:
                del state[key]

    def _shading(self, shading: Any) -> None:
        if not self._first(shading):
            return
        fault = in_inks_of(shading, device(shading.ColorSpace), self.inks, self._first)
        if fault and device(shading.ColorSpace) == "rgb":
            raise Unconvertible(fault)
        if fault:
            self.unmeasured.append(fault)

    def _image(self, image: Any, name: str = "") -> None:
        if "/Interpolate" in image:
            # No device may smooth an image by itself (ISO 19005-2, 6.2.8).
            del image.Interpolate
        if image.get("/ImageMask"):
            return
        mask = image.get("/SMask")
        if mask is not None:
            if "/Matte" in mask:
                what = "an image that is blended with its ground beforehand (Matte)"
                raise Unconvertible(what, name)
            if self.opaque:
                self._on_paper(image, mask, name)
                return
            # How much shines through is no colour.
            if "/Interpolate" in mask:
                del mask.Interpolate
        kind = device(image.ColorSpace)
        try:
            if kind == "rgb":
                self._replace(image, self.inks.image(*decoded(image)), name)
            elif kind == "cmyk" and image.ColorSpace != Name.DeviceCMYK:
                if before := indexed(image, self.inks):
                    self.lowered.append((name, before))
            elif kind == "cmyk":
                picture = in_inks(image)
                if picture is not None:
                    self._replace(image, self.inks.inked(picture), name)
            elif kind == "grey" and _is_plain(image):
                lined = grey(image.read_bytes(), int(image.Width), int(image.Height))
                if lined.bits == 1:
                    self._replace(image, lined, name)
        except ValueError as error:
            raise Unconvertible(f"an image that cannot be read: {error}", name) from error

    def _on_paper(self, image: Any, mask: Any, name: str) -> None:
        """Lay a picture with a mask on white."""
        if not self.on_paper or device(image.ColorSpace) == "cmyk":
            raise Unconvertible("a picture that shines through", name)
        try:
            samples, width, height = decoded(image, mask)
        except ValueError as error:
            raise Unconvertible(f"an image that cannot be read: {error}", name) from error
        del image.SMask
        # What was laid on white is another picture, also where its colours are to stay.
        changed = self.inks.image(samples, width, height) or Converted("DeviceRGB", samples)
        self._replace(image, changed, name)

    def _replace(self, image: Any, changed: Converted | None, name: str) -> None:
        """Other samples, of the same size, for an image; ``name`` is its name in a page."""
        if changed is None:
            return
        if changed.before:
            self.lowered.append((name, changed.before))
        for key in ("/DecodeParms", "/Decode", "/Filter", "/Intent"):
            if key in image:
                del image[key]
        image.write(changed.samples)
        image.ColorSpace, image.BitsPerComponent = Name("/" + changed.space), changed.bits

    # --- operators ---

    def _content(self, stream: Any, resources: Any, *, grey: bool = False) -> bytes:
        """The content with its colours changed; adds our graphics states to the resources where
        black type is used."""
        writer = _Writer(self.inks, resources, grey)
        changed = list(writer.operators(stream))
        if writer.has_black:
            states = resources.get("/ExtGState")
            if states is None:
                states = resources.ExtGState = Dictionary()
            states[_OVER], states[_OUT] = self._over, self._out
        return pikepdf.unparse_content_stream(changed)


class _Writer:
    """The operators of one stream with other colours; remembers what the state would be."""

    def __init__(self, inks: Inks, resources: Any, grey: bool) -> None:
        self.inks, self.grey = inks, grey
        self.spaces = {
            name: device(space) for name, space in resources.get("/ColorSpace", {}).items()
        }
        #: Spaces of fills and strokes (device spaces by name), and whether fills are black alone.
        self.state: tuple[str, str, bool] = ("grey", "grey", True)
        self.stack: list[tuple[str, str, bool]] = []
        self.in_text = self.over = False
        self.has_black = False

    def operators(self, stream: Any) -> Iterator[tuple[Any, Operator]]:
        """Operands and operator, one after the other."""
        instructions: Any = pikepdf.parse_content_stream(stream)
        for operands, operator in instructions:
            name = str(operator)
            if name == "q":
                self.stack.append(self.state)
            elif name == "Q" and self.stack:
                self.state = self.stack.pop()
            if name == "ET":
                yield from self._print_over(False)
            if name in _DEVICE:
                yield from self._set(_DEVICE[name], name.lower(), operands)
            elif name in _SPACE:
                yield from self._space(_SPACE[name], operands, operator)
            elif name in _COLOUR and self._known(_COLOUR[name]) in ("rgb", "grey", "cmyk"):
                kind = {"rgb": "rg", "grey": "g", "cmyk": "k"}[self._known(_COLOUR[name])]
                yield from self._set(_COLOUR[name], kind, operands)
            elif name == "INLINE IMAGE" and device(operands[0].obj.get("/CS", "")) == "rgb":
                raise Unconvertible("an image written into the page, in RGB")
            else:
                yield operands, operator
            if name == "BT":
                self.in_text = True
                yield from self._print_over(self.state[2])
            elif name == "ET":
                self.in_text = False

    def _print_over(self, over: bool) -> Iterator[tuple[Any, Operator]]:
        """Black type over its ground: without it the paper shows where plates are out of register.
        Areas do not print over: what lies below would show through them, and add to the ink."""
        if self.grey or self.inks.screen or over == self.over or not (over or self.over):
            return
        self.over = over
        self.has_black = True
        yield [Name(_OVER if over else _OUT)], Operator("gs")

    def _known(self, stroke: bool) -> str:
        """The kind of the current space."""
        return self.state[1] if stroke else self.state[0]

    def _space(
        self, stroke: bool, operands: Any, operator: Operator
    ) -> Iterator[tuple[Any, Operator]]:
        name = str(operands[0])
        kind = self.spaces.get(name) or device(operands[0])
        if kind not in ("rgb", "grey", "cmyk", "pattern"):
            raise Unconvertible(f"a colour space that is no device's: {name}")
        fill, line, black = self.state
        self.state = (fill, kind, black) if stroke else (kind, line, black)
        if kind == "pattern":
            yield operands, operator
        else:
            # The first colour of a space is black (PDF 1.7, 8.6.8).
            yield from self._set(stroke, "g", [0])

    def _set(self, stroke: bool, kind: str, operands: Any) -> Iterator[tuple[Any, Operator]]:
        """The operator of a colour, and before it the graphics state it asks for."""
        values = [float(value) for value in operands]
        if self.inks.screen and not self.grey:
            yield self._shown(stroke, kind, values)
            return
        if kind == "k":
            cyan, magenta, yellow, black = values
            colour = self.inks.within((cyan, magenta, yellow, black))
        elif kind == "g":
            colour = 0.0, 0.0, 0.0, round(1 - values[0], 4)
        else:
            colour = self.inks.colour(*values)
        if self.grey:
            light = Decimal(1) - decimal(min(1.0, 0.3 * colour[0] + 0.59 * colour[1]
                                              + 0.11 * colour[2] + colour[3]))  # fmt: skip
            yield [light], Operator("G" if stroke else "g")
            return
        if not stroke:
            self.state = (*self.state[:2], colour == BLACK)
            if self.in_text:
                yield from self._print_over(colour == BLACK)
        numbers = [decimal(value) for value in colour]
        yield numbers, Operator("K" if stroke else "k")

    def _shown(
        self, stroke: bool, kind: str, values: list[float]
    ) -> tuple[list[Decimal], Operator]:
        """The operator of a colour in sRGB, or of a grey."""
        if kind == "k":
            cyan, magenta, yellow, black = values
            red, green, blue = self.inks.on_screen((cyan, magenta, yellow, black))
        else:
            red, green, blue = values if kind == "rg" else values * 3
        if is_grey(red, green, blue):
            level = decimal((red + green + blue) / 3)
            return [level], Operator("G" if stroke else "g")
        numbers = [decimal(value) for value in (red, green, blue)]
        return numbers, Operator("RG" if stroke else "rg")


def _is_plain(image: Any) -> bool:
    """Whether a grey image is 8 bits of its own space, packed without loss."""
    filters = image.get("/Filter", Array())
    names = [str(name) for name in (filters if isinstance(filters, Array) else [filters])]
    return (
        image.ColorSpace == Name.DeviceGray
        and int(image.get("/BitsPerComponent", 8)) == 8
        and "/Decode" not in image
        and set(names) <= {"/FlateDecode", "/LZWDecode"}
    )
