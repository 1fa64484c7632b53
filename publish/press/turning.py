"""Pages laid out as lines -> pages of columns: everything on them turned a quarter clockwise.

The left of a laid-out page becomes the head of the real one, its top the right side.  Pages get
real boxes, never /Rotate: with that, readers take columns for lines (PDFium copied a tenth of a
book in the wrong order), and imposition would have to undo it.  Tags, links, outlines and metadata
stay what they are, so that a file of PDF/A-2a and PDF/UA-1 stays one.  ISO 32000-1; lengths in pt.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from publish.model.matrix import IDENTITY, Matrix

#: Boxes of a page (14.11.2).
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
#: WeasyPrint gives the boxes of figures in CSS px from the top of the page.
_PT_PER_PX = 0.75
#: How deep trees of tags, names and bookmarks may be.
_DEPTH = 200
#: A target in the lower half of a page may be that of a lower tier: what stands above it, in pt.
_ABOVE = 12.0


def turn(
    source: Path,
    target: Path,
    *,
    upright: Container[int] = (),
    right_to_left: bool = False,
) -> int:
    """Write the turned file of a laid-out one; the number of its pages.

    ``upright`` are the pages that stay as they are, counted from 0: a cover.  The bytes follow
    from the input alone.  ``right_to_left`` is what :func:`read_right_to_left` does.
    """
    with pikepdf.open(source) as document:
        turn_document(document, upright=upright, right_to_left=right_to_left)
        document.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=False,
            # The packet says what it said: the version of the file is the same.
            fix_metadata_version=False,
        )
        return len(document.pages)


def turn_document(
    document: pikepdf.Pdf, *, upright: Container[int] = (), right_to_left: bool = False
) -> None:
    """Turn an opened file; a page with /Rotate is a :class:`ValueError`.

    ``right_to_left`` is what :func:`read_right_to_left` does.
    """
    turning = _Turning(document)
    for number, page in enumerate(document.pages):
        if number not in upright:
            turning.page(page)
    for destination in _destinations(document):
        turning.destination(destination)
    turning.tags()
    if right_to_left:
        read_right_to_left(document)


def read_right_to_left(document: pikepdf.Pdf) -> None:
    """Say of a file that its pages follow each other from right to left (12.2, /Direction): what
    shows or imposes spreads puts page 1 on the left then.

    For files of a press alone: PDFium takes it for the direction of the script and scrambles what
    is copied (half of a book came out of order).
    """
    root: Any = document.Root
    preferences = root.get("/ViewerPreferences", Dictionary())
    preferences.Direction = Name.R2L
    root.ViewerPreferences = preferences


class _Turning:
    """The state of one file: what is shared between pages is turned once."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.document = document
        #: By page, its matrix and, turned, the box that is seen.
        self.matrices: dict[tuple[int, int], Matrix] = {}
        self.seen: dict[tuple[int, int], tuple[float, ...]] = {}
        self._frames: dict[Matrix, tuple[Any, Any]] = {}
        self._resources: dict[tuple[tuple[int, int], Matrix], Any] = {}
        self._patterns: dict[tuple[tuple[int, int], Matrix], Any] = {}
        self._moved: set[tuple[int, int]] = set()

    def page(self, page: pikepdf.Page) -> None:
        """Contents, boxes, patterns and annotations of a page."""
        item: Any = page.obj
        if int(item.get("/Rotate", 0)):
            raise ValueError("a page that is turned already")
        _, bottom, right, _ = (float(value) for value in page.mediabox)
        matrix = Matrix(0, -1, 1, 0, -bottom, right)
        self.matrices[item.objgen] = matrix
        item.MediaBox = Array(list(page.mediabox))
        for name in _BOXES:
            if name in item:
                item[name] = _box(matrix, item[name])
        self.seen[item.objgen] = tuple(float(v) for v in item.get("/CropBox", item.MediaBox))
        before, after = self._frame(matrix)
        contents = item.get("/Contents")
        streams = list(contents) if isinstance(contents, Array) else [contents]
        item.Contents = Array([before, *(stream for stream in streams if stream), after])
        item.Resources = self._turned_resources(page, matrix)
        for annotation in item.get("/Annots", ()):
            self._annotation(annotation, matrix)

    def _frame(self, matrix: Matrix) -> tuple[Any, Any]:
        """What stands before and after the contents of a page."""
        if matrix not in self._frames:
            numbers = " ".join(_written(value) for value in matrix)
            before = self.document.make_stream(f"q {numbers} cm\n".encode())
            after = self.document.make_stream(b"\nQ\n")
            self._frames[matrix] = (before, after)
        return self._frames[matrix]

    def _turned_resources(self, page: pikepdf.Page, matrix: Matrix) -> Any:
        """The resources of a page with its patterns turned.

        A pattern lies in the first coordinates of what it is used in, whatever cm has made of
        them since (8.7.3.1): on a page those are not turned, in a form they are, with the form.
        So the page gets patterns of its own, and forms that share them keep theirs.
        """
        old: Any = page.resources
        patterns = old.get("/Pattern")
        if not patterns:
            return old
        key = (old.objgen, matrix)
        if old.is_indirect and key in self._resources:
            return self._resources[key]
        new: Any = Dictionary(dict(old.items()))
        new.Pattern = Dictionary({
            name: self._pattern(pattern, matrix) for name, pattern in patterns.items()
        })  # fmt: skip
        if old.is_indirect:
            new = self._resources[key] = self.document.make_indirect(new)
        return new

    def _pattern(self, old: Any, matrix: Matrix) -> Any:
        key = (old.objgen, matrix)
        if old.is_indirect and key in self._patterns:
            return self._patterns[key]
        new: Any = Dictionary({name: value for name, value in old.items() if name != "/Length"})
        new.Matrix = _array(_matrix(old.get("/Matrix")).then(matrix))
        if isinstance(old, pikepdf.Stream):
            new = self.document.make_stream(old.read_raw_bytes(), new)
        else:
            new = self.document.make_indirect(new)
        self._patterns[key] = new
        return new

    def _annotation(self, item: Any, matrix: Matrix) -> None:
        """Where an annotation is (12.5.2), where its lines are (12.5.6.5), and how it looks."""
        item.Rect = _box(matrix, item.Rect)
        if "/QuadPoints" in item:
            numbers = [float(value) for value in item.QuadPoints]
            points = zip(numbers[::2], numbers[1::2], strict=True)
            item.QuadPoints = _array([v for point in points for v in matrix.point(*point)])
        turned = matrix._replace(e=0.0, f=0.0)
        for state in item.get("/AP", {}).values():
            streams = (state,) if isinstance(state, pikepdf.Stream) else state.values()
            for stream in streams:
                # The form is fitted into the rectangle after its matrix (12.5.5).
                if self._first(stream):
                    stream.Matrix = _array(_matrix(stream.get("/Matrix")).then(turned))

    def _first(self, item: Any) -> bool:
        """Whether a shared object is met for the first time; those without a number always are."""
        if item.is_indirect:
            if item.objgen in self._moved:
                return False
            self._moved.add(item.objgen)
        return True

    def destination(self, item: Any) -> None:
        """Where a link or a bookmark leads (12.3.2.2): to the head of the target's columns.

        /XYZ names the upper left corner of what is shown.  Columns begin at the top and go on to
        the left, so a target's own place would hide them; the left is left open, which keeps what
        is shown across, and the zoom stays as well.
        """
        if not isinstance(item, Array) or len(item) < 4 or item[1] != Name.XYZ:
            return
        page = item[0].objgen if isinstance(item[0], Dictionary) else None
        if page not in self.matrices or not self._first(item):
            return
        _, bottom, _, top = self.seen[page]
        _, place = self.matrices[page].point(_number(item[2]), _number(item[3]))
        height = top if place > (top + bottom) / 2 else place + _ABOVE
        # A pikepdf array takes None for null.
        left: Any = None
        item[2], item[3] = left, round(height, 3)

    def tags(self) -> None:
        """Tell that columns run from right to left (14.8.5.4.2, /WritingMode, which is inherited),
        and where the figures stand (14.8.5.4.3, /BBox)."""
        root: Any = self.document.Root.get("/StructTreeRoot")
        if root is None or not self.matrices:
            return
        for element in _kids(root):
            _with_layout(element).WritingMode = Name.TbRl
            self._figures(element, None, 0)

    def _figures(self, element: Any, page: Any, depth: int) -> None:
        if depth > _DEPTH:
            raise ValueError("tags stand in tags too deep")
        page = element.get("/Pg", page)
        for attributes in _attributes(element):
            if "/BBox" in attributes and page is not None and page.objgen in self.matrices:
                attributes.BBox = self._placed(attributes.BBox, page)
        for kid in _kids(element):
            self._figures(kid, page, depth + 1)

    def _placed(self, box: Any, page: Any) -> Array:
        """A box that WeasyPrint has given in px from the upper left corner of the laid-out page,
        inside the bleed; in pt of the turned page."""
        left, top, right, bottom = (float(value) * _PT_PER_PX for value in box)
        trim = [float(value) for value in page.get("/TrimBox", page.MediaBox)]
        # What was left is the top now, what was the top is the right.
        return _array([trim[2] - bottom, trim[3] - right, trim[2] - top, trim[3] - left])


def _kids(element: Any) -> Iterator[Any]:
    """The elements right below one of the tree of tags."""
    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, Array) else (kids,):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid


def _attributes(element: Any) -> Iterator[Any]:
    """The attribute dictionaries of an element of layout (14.7.5)."""
    found = element.get("/A", ())
    for item in found if isinstance(found, Array) else (found,):
        if isinstance(item, Dictionary) and item.get("/O") == Name.Layout:
            yield item


def _with_layout(element: Any) -> Any:
    """The attributes of layout of an element, added where it has none."""
    for attributes in _attributes(element):
        return attributes
    new = Dictionary(O=Name.Layout)
    if "/A" not in element:
        element.A = new
        return element.A
    others = element.A
    element.A = Array([*(others if isinstance(others, Array) else (others,)), new])
    return element.A[-1]


def _destinations(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every explicit destination of a file: named, in the outline, of links, at the start."""
    root: Any = document.Root
    targets: list[Any] = [root.get("/OpenAction")]
    targets += root.get("/Dests", {}).values()
    targets += _named(root.get("/Names", {}).get("/Dests"), 0)
    holders = [*_bookmarks(root.get("/Outlines", {}).get("/First"), 0)]
    holders += (note for page in document.pages for note in page.obj.get("/Annots", ()))
    for holder in holders:
        targets += (holder.get("/Dest"), holder.get("/A"))
    for target in targets:
        if isinstance(target, Dictionary):
            target = target.get("/D")
        if isinstance(target, Array):
            yield target


def _named(node: Any, depth: int) -> Iterator[Any]:
    """The values of a name tree (7.9.6)."""
    if node is None or depth > _DEPTH:
        return
    yield from list(node.get("/Names", ()))[1::2]
    for kid in node.get("/Kids", ()):
        yield from _named(kid, depth + 1)


def _bookmarks(item: Any, depth: int) -> Iterator[Any]:
    """The items of an outline (12.3.3)."""
    while item is not None and depth <= _DEPTH:
        yield item
        yield from _bookmarks(item.get("/First"), depth + 1)
        item = item.get("/Next")


def _matrix(array: Any) -> Matrix:
    return Matrix(*(float(value) for value in array or IDENTITY))


def _box(matrix: Matrix, box: Any) -> Array:
    """A rectangle, turned: its lower left and upper right corners."""
    x0, y0, x1, y1 = (float(value) for value in box)
    across, up = zip(matrix.point(x0, y0), matrix.point(x1, y1), strict=True)
    return _array([min(across), min(up), max(across), max(up)])


def _array(values: Any) -> Array:
    """Numbers as they stand in a file: to a ten-thousandth of a point."""
    return Array([round(value, 4) + 0.0 for value in values])


def _number(value: Any) -> float:
    """A number of a destination, where null stands for nothing given."""
    return 0.0 if value is None else float(value)


def _written(value: float) -> str:
    """A number as a content stream has it."""
    return f"{value + 0.0:.4f}".rstrip("0").rstrip(".")


def upright_pages(path: Path) -> frozenset[int]:
    """The pages of a laid-out file, from 0, that stand already: a cover and its blank back."""
    with pikepdf.open(path) as document:
        boxes = [[float(value) for value in page.mediabox] for page in document.pages]
    standing = (number for number, box in enumerate(boxes) if box[3] - box[1] > box[2] - box[0])
    return frozenset(standing)
