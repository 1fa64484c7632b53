"""What PDF/A-2a and PDF/UA-1 ask of a PDF beyond what WeasyPrint's variant for PDF/A-2a writes.

Both standards in one file: the engine tags, names the output intent and marks links as printable;
here the links get words (ISO 14289-1, 7.18.5), pictures without words become artefacts (7.1), and
the metadata says both standards.  Objects are pydyf's, before the file is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from publish.model import srgb
from publish.model.xmp import Metadata, packet


def finish(document: Any, pdf: Any, language: str, *, vertical: bool = False) -> None:
    """Make a tagged document one of PDF/A-2a and PDF/UA-1; the engine's finisher calls it."""
    _links(document)
    if vertical:
        _across(document, pdf)
    _images(pdf)
    _decorations(pdf)
    _intent(pdf)
    _metadata(document, pdf, language)


def own_links(pages: Iterable[Any]) -> None:
    """To the engine a box within a link is the same link once more, under no tag of its own
    (ISO 14289-1, 7.18.5): the outermost says it all.  Before the file is written."""
    for page in pages:
        page.links[:] = [link for link in page.links if link[3].link]


def _links(document: Any) -> None:
    """Each link says its words aloud, not the name of its target."""
    import pydyf

    for page in document.pages:
        for kind, _, _, box in page.links:
            if kind not in ("internal", "external") or box.element is None:
                continue
            words = " ".join("".join(box.element.itertext()).split())
            if words:
                box.link_annotation["Contents"] = pydyf.String(words)


def _across(document: Any, pdf: Any) -> None:
    """Tables that stand upright among vertical lines say that they are read across (PDF 1.7,
    14.8.5.4.2): all else inherits what is said of the columns."""
    import pydyf

    standing = [
        box
        for page in document.pages
        for box in page._page_box.descendants()
        if getattr(box.element, "get", None) and box.element.get("class") == "turned"
    ]
    cells = [cell for box in standing for cell in box.descendants() if hasattr(cell, "mark")]
    if not cells:
        return
    by_reference = {item.reference: item for item in pdf.objects}
    for element in (cell.mark for cell in cells):
        while element["S"] != "/Table":
            element = by_reference[element["P"]]
        element["A"] = pydyf.Dictionary({"O": "/Layout", "WritingMode": "/LrTb"})


def _images(pdf: Any) -> None:
    """No viewer may smooth an image by itself (ISO 19005-2, 6.2.8)."""
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Subtype") == "/Image":
            extra["Interpolate"] = "false"


def _decorations(pdf: Any) -> None:
    """Pictures without alternative text are declared decorative, or are our own ornaments: readers
    pass artefacts over (ISO 14289-1, 7.1), and a figure must have words (7.3)."""
    import pydyf

    elements: dict[bytes, Any] = {
        item.reference: item
        for item in pdf.objects
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"
    }
    silent = {
        reference: item
        for reference, item in elements.items()
        if item["S"] == "/Figure" and "Alt" not in item
    }
    if not silent:
        return
    streams = _page_streams(pdf)
    arrays = list(_parent_tree(pdf))
    for reference, item in silent.items():
        elements[item["P"]]["K"].remove(reference)
        for number in item["K"]:
            _artifact(streams[item["Pg"]], number)
        for array in arrays:
            array[:] = ["null" if entry == reference else entry for entry in array]


def _page_streams(pdf: Any) -> dict[bytes, list[Any]]:
    """The parts of the content stream of each page, by the page's reference."""
    by_reference = {item.reference: item for item in pdf.objects}
    pages = (by_reference[reference] for reference in pdf.page_references)
    return {page.reference: by_reference[page["Contents"]].stream for page in pages}


def _artifact(parts: list[Any], number: int) -> None:
    """Make marked content of this number in a content stream an artefact (PDF 1.7, 14.8.2.2)."""
    for place, part in enumerate(parts):
        if isinstance(part, dict) and part.get("MCID") == number:
            parts[place - 1 : place + 2] = ["/Artifact", b"BMC"]
            return


def _parent_tree(pdf: Any) -> Iterator[list[Any]]:
    """The arrays that say which element the marked content of a page belongs to."""
    by_reference = {item.reference: item for item in pdf.objects}
    tree = by_reference[by_reference[pdf.catalog["StructTreeRoot"]]["ParentTree"]]
    return (entry for entry in tree["Nums"] if isinstance(entry, list))


def _intent(pdf: Any) -> None:
    """The profile of the screen, the same colours in a ninth of the engine's bytes."""
    import pydyf

    by_reference = {item.reference: item for item in pdf.objects}
    for intent in pdf.catalog["OutputIntents"]:
        by_reference[intent["DestOutputProfile"]].stream[:] = [srgb.profile()]
        intent["OutputConditionIdentifier"] = intent["Info"] = pydyf.String(srgb.NAME)


def _metadata(document: Any, pdf: Any, language: str) -> None:
    """One packet for both standards; the engine's says PDF/A alone."""
    import pydyf

    said = document.metadata
    by_reference = {item.reference: item for item in pdf.objects}
    stream = by_reference[pdf.catalog["Metadata"]]
    producer = pdf.info["Producer"]
    stream.stream[:] = [
        packet(
            Metadata(
                title=said.title or "",
                authors=tuple(said.authors),
                description=said.description or "",
                keywords=", ".join(said.keywords),
                language=language,
                creator=said.generator or "",
                producer=producer.string if isinstance(producer, pydyf.String) else "",
                pdfa=("2", "A"),
                pdfua="1",
            )
        )
    ]
