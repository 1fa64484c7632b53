"""The metadata packet of a PDF (XMP, ISO 16684-1), and the standards it says the file keeps."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from publish.records import dataclass

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}

#: Identification schemas that PDF/A does not know by itself: each must be described in the packet
#: of a file that uses it (ISO 19005-2, 6.6.2.3.3): prefix, its name, property, type, meaning.
_DESCRIBED = (
    (
        "pdfuaid",
        "PDF/UA identification",
        "part",
        "Integer",
        "part of ISO 14289 that the file keeps",
    ),
    ("pdfxid", "PDF/X identification", "GTS_PDFXVersion", "Text", "the PDF/X standard of the file"),
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a packet says.

    ``pdfa`` is part and conformance level such as ``("2", "A")``, ``pdfua`` the part of ISO 14289,
    ``pdfx`` the version as in ``PDF/X-4``; empty for what the file does not claim.  ``modified`` is
    a date of ISO 8601, which PDF/X wants and others may leave out; ``kind`` tells files of one book
    apart.
    """

    title: str
    authors: tuple[str, ...] = ()
    description: str = ""
    keywords: str = ""
    language: str = ""
    creator: str = ""
    producer: str = ""
    modified: str = ""
    kind: str = ""
    pdfa: tuple[str, str] | None = None
    pdfua: str = ""
    pdfx: str = ""


def packet(said: Metadata) -> bytes:
    """The packet, UTF-8, read-only."""
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    body = "\n".join(_properties(said))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f'<rdf:RDF {declared}>\n<rdf:Description rdf:about="">\n{body}\n</rdf:Description>\n'
        '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def _properties(said: Metadata) -> Iterator[str]:
    yield "<dc:format>application/pdf</dc:format>"
    yield f"<dc:title>{_alternatives(said.title)}</dc:title>"
    if said.authors:
        yield f"<dc:creator>{_list('Seq', said.authors)}</dc:creator>"
    if said.description:
        yield f"<dc:description>{_alternatives(said.description)}</dc:description>"
    if said.language:
        yield f"<dc:language>{_list('Bag', (said.language,))}</dc:language>"
    if said.keywords:
        yield f"<pdf:Keywords>{escape(said.keywords)}</pdf:Keywords>"
    if said.producer:
        yield f"<pdf:Producer>{escape(said.producer)}</pdf:Producer>"
    if said.creator:
        yield f"<xmp:CreatorTool>{escape(said.creator)}</xmp:CreatorTool>"
    if said.modified:
        for name in ("CreateDate", "ModifyDate", "MetadataDate"):
            yield f"<xmp:{name}>{escape(said.modified)}</xmp:{name}>"
    if said.pdfa:
        part, level = said.pdfa
        yield f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>"
    if said.pdfua:
        yield f"<pdfuaid:part>{said.pdfua}</pdfuaid:part>"
    if said.pdfx:
        yield f"<pdfxid:GTS_PDFXVersion>{said.pdfx}</pdfxid:GTS_PDFXVersion>"
        # The same book made anew is the same document: the name follows from what it says.
        facts = (said.title, *said.authors, said.language, said.kind, said.modified)
        document = uuid5(NAMESPACE_URL, "\n".join(facts))
        yield f"<xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>"
        yield "<xmpMM:VersionID>1</xmpMM:VersionID>"
        yield "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>"
    if said.pdfa:
        used = {"pdfuaid": said.pdfua, "pdfxid": said.pdfx}
        schemas = "".join(_schema(*row) for row in _DESCRIBED if used[row[0]])
        if schemas:
            yield f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>"


def _alternatives(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _list(kind: str, items: tuple[str, ...]) -> str:
    listed = "".join(f"<rdf:li>{escape(item)}</rdf:li>" for item in items)
    return f"<rdf:{kind}>{listed}</rdf:{kind}>"


def _schema(prefix: str, name: str, key: str, kind: str, meaning: str) -> str:
    """The description of a schema with one property."""
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{name}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACES[prefix]}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{key}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description>"
        "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"
    )
