"""The tree of tags without what says nothing, before the file is written.

The stock engine gives an element to every box: a Span to each run of text, a NonStruct to each tag
that PDF has no word for, a Div to each div.  None of them tells a reader anything (PDF 1.7, 14.8.4:
Span «having no inherent characteristics», NonStruct «not interpreted», Div a «generic» one), and
they are most of the tree.  What they hold moves up to what holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

#: Elements that text may stand in directly (14.8.4.3 and 14.8.4.4).
_HOLD_TEXT = frozenset(
    (
        "/P",
        "/Lbl",
        "/LBody",
        "/TD",
        "/TH",
        "/Caption",
        "/Span",
        "/Link",
        *(f"/H{n}" for n in range(1, 7)),
    )
)
#: Elements that group others (14.8.4.2).
_GROUP = frozenset(("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/LBody", "/TD"))
_TEXT = ("/Span", "/Link")
_IN_LINE = frozenset(("/Span", "/Link", "/Figure"))
#: What every element has; one that has more says more.
_PLAIN = frozenset(("Type", "S", "K", "Pg", "P"))


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
