"""The tree of tags without what says nothing, before the file is written.

The stock engine gives an element to every box: a Span to each run of text, a NonStruct to each tag
that PDF has no word for, a Div to each div.  None of them tells a reader anything (PDF 1.7, 14.8.4:
Span «having no inherent characteristics», NonStruct «not interpreted», Div a «generic» one), and
they are most of the tree.  What they hold moves up to what holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes

#: Elements that text may stand in directly (14.8.4.3 and 14.8.4.4).
_HOLD_TEXT = frozenset(
    (
        "/P",
        "/Lbl",
        "/LBody",
        "/TD",
        "/TH",
        "/Caption",
        "/Note",
        "/Span",
        "/Link",
        *(f"/H{n}" for n in range(1, 7)),
    )
)
#: Elements that group others (14.8.4.2).
_GROUP = frozenset(("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/LBody", "/TD"))
_TEXT = ("/Span", "/Link")
_IN_LINE = frozenset(("/Span", "/Link", "/Figure", "/Formula"))
#: What every element has; one that has more says more.
_PLAIN = frozenset(("Type", "S", "K", "Pg", "P"))


def builder(stock: Callable[[str, str], Any]) -> Callable[..., Any]:
    """The function that stands in for the engine's ``_build_box_tree``, which makes the elements of
    a box and of all in it; ``stock`` finds that one.

    It knows no notes and no formulas (14.8.4.4, 14.8.4.5): a note has a name of its own (ISO
    14289-1, 7.9), a formula the words of the picture that it is (7.7).
    """
    build = stock("weasyprint.pdf.tags", "_build_box_tree")

    def elements(box: Any, parent: Any, pdf: Any, *rest: Any) -> Iterator[Any]:
        for item in build(box, parent, pdf, *rest):
            # What the engine gives is of the box, but for the wrapper of a table or list.
            kind = item["S"]
            if kind == "/Figure":
                if "math" in _classes(box):
                    item["S"] = "/Formula"
            elif kind in ("/Span", "/NonStruct") and _is_note(box, parent):
                item["S"] = "/Note"
                item["ID"] = pydyf.String(f"note-{item.number}")
            yield item

    return elements


def _is_note(box: Any, parent: Any) -> bool:
    """Whether a box is the part of a note that stands on a page, and the outermost of it."""
    return (
        box.element_tag == "span"
        and isinstance(box, boxes.BlockBox)
        and "note" in _classes(box)
        and parent["S"] != "/Note"
    )


def _classes(box: Any) -> list[str]:
    element = getattr(box, "element", None)
    return (element.get("class") or "").split() if element is not None else []


def thin(pdf: Any) -> None:
    """Take elements that say nothing out of a document's tree; its objects close up."""
    root = pdf.catalog.get("StructTreeRoot")
    if root is None:
        return
    objects = {item.reference: item for item in pdf.objects}
    elements = {
        reference: item
        for reference, item in objects.items()
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"
    }
    homes = _homes(elements)
    references: dict[bytes, Any] = {}
    # Whoever holds an element comes before it.
    for item in reversed(elements.values()):
        kids: list[Any] = []
        for kid in item["K"]:
            if kid in homes:
                kids.extend(elements[kid]["K"])
            elif isinstance(kid, bytes) and kid not in elements:
                references[kid] = annotation = objects[kid]
                kids.append(annotation)
            else:
                kids.append(kid)
        item["K"] = kids
    numbers = _close_up(pdf, elements, homes, references)
    for reference, item in elements.items():
        if reference not in homes:
            _write(item, numbers)

    def now(entry: Any) -> Any:
        """What an entry of the tree of parents is called now."""
        if isinstance(entry, list):
            return pydyf.Array(map(now, entry))
        return numbers.get(homes.get(entry, entry), entry)

    top = objects[root]
    tree = objects[top["ParentTree"]]
    tree["Nums"] = pydyf.Array(map(now, tree["Nums"]))
    top["K"] = pydyf.Array(map(now, top["K"]))
    if called := {
        item["ID"].string: pydyf.Array([item["ID"], numbers.get(reference, reference)])
        for reference, item in elements.items()
        if "ID" in item and reference not in homes
    }:
        # Required where an element has a name (14.7.2), in their order (7.9.6).
        names = pydyf.Array(part for name in sorted(called) for part in called[name])
        limits = pydyf.Array(called[name][0] for name in (min(called), max(called)))
        leaf = pydyf.Dictionary({"Limits": limits, "Names": names})
        top["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([leaf])})


def _homes(elements: dict[bytes, Any]) -> dict[bytes, bytes]:
    """By element that goes, the one that holds it and stays."""
    homes: dict[bytes, bytes] = {}
    for reference, item in elements.items():
        holder = item["P"] = homes.get(item["P"], item["P"])
        if _is_a_paragraph(item, elements):
            item["S"] = "/P"
        if holder in elements and _says_nothing(item, elements[holder], elements):
            homes[reference] = holder
    return homes


def _is_a_paragraph(item: Any, elements: dict[bytes, Any]) -> bool:
    """Whether a box without a name holds nothing but text."""
    return (
        item["S"] in ("/NonStruct", "/Div")
        and _PLAIN.issuperset(item)
        and elements.get(item["P"], {}).get("S") in _GROUP
        and bool(item["K"])
        and all(kid in elements and elements[kid]["S"] in _TEXT for kid in item["K"])
    )


def _says_nothing(item: Any, holder: Any, elements: dict[bytes, Any]) -> bool:
    kind, above = item["S"], holder["S"]
    if not _PLAIN.issuperset(item):
        return False
    if above in _HOLD_TEXT and kind in ("/Span", "/NonStruct", "/Link"):
        if kind == "/Link" and (above != "/Link" or _has_annotation(item, elements)):
            return False
        # The number of a piece of text counts on the page of the element that has it.
        return bool(item.get("Pg") == holder.get("Pg"))
    if kind in ("/NonStruct", "/Div") and above in _GROUP:
        # A block of text without a name stays one.
        return all(kid in elements and elements[kid]["S"] not in _IN_LINE for kid in item["K"])
    return False


def _has_annotation(item: Any, elements: dict[bytes, Any]) -> bool:
    return any(isinstance(kid, bytes) and kid not in elements for kid in item["K"])


def _close_up(
    pdf: Any, elements: dict[bytes, Any], homes: dict[bytes, bytes], references: dict[bytes, Any]
) -> dict[bytes, bytes]:
    """Give the elements that stay the first of all their numbers, so that the gaps are one; their
    new references by the old."""
    gone = [elements[reference] for reference in homes] + list(references.values())
    kept = [item for reference, item in elements.items() if reference not in homes]
    places = sorted(item.number for item in (*gone, *kept))
    for place in places:
        pdf.objects[place] = _Free(place)
    numbers = {}
    for item, place in zip(kept, places, strict=False):
        old, item.number = item.reference, place
        pdf.objects[place] = item
        numbers[old] = item.reference
    return numbers


def _write(item: Any, numbers: dict[bytes, bytes]) -> None:
    """An element that stays, in as few words as it can be told."""
    item["P"] = numbers.get(item["P"], item["P"])
    kids = item["K"]
    page = item.get("Pg")
    for kid in kids:
        if isinstance(kid, dict) and kid.get("Pg") == page:
            del kid["Pg"]
    if all(isinstance(kid, bytes) for kid in kids):
        item.pop("Pg", None)
    kids = [numbers.get(kid, kid) if isinstance(kid, bytes) else kid for kid in kids]
    item["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)


class _Free(pydyf.Object):  # type: ignore[misc]
    """A number that no object has."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.free = number, "f"


def used(pdf: Any) -> Iterator[Any]:
    """The objects that are written."""
    return (item for item in pdf.objects if item.free != "f")
