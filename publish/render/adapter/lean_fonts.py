"""Fonts of the file for fewer bytes: one program a face, bare outlines, short ToUnicode tables.

The stock engine writes a program for every font of its own, as a whole font file, in which each
glyph that is not used leaves a hole of some bytes.  Here fonts that differ in nothing but the text
their glyphs stand for share all but that text, and of the file there is left what a reader of PDF
asks for (PDF 1.7, 9.7 and 9.9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pydyf

from publish.fonts.cff import Outlines
from publish.fonts.sfnt import WITH_CFF, read_tables, write_tables

#: What of a TrueType file is embedded (PDF 1.7, 9.9, table 126).
_TRUETYPE = ("glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvt ", "fpgm", "prep")
#: How many entries a section of a CMap may have (Adobe Technical Note 5014).
_SECTION = 100


def builder(stock: Callable[[str, str], Any]) -> Callable[..., Any]:
    """The function that stands in for the engine's; ``stock`` finds that one."""

    def build_fonts_dictionary(
        pdf: Any, fonts: Mapping[Any, Any], compress: bool, subset: bool, options: Any
    ) -> Any:
        """The references of all fonts, by their names in the pages."""
        # Files of PDF 1.4 list the glyphs of each font beside it.
        modern = subset and str(options["pdf_version"] or "1.7") > "1.4"
        plain = {key: font for key, font in fonts.items() if modern and _is_plain(font)}
        rest = {key: font for key, font in fonts.items() if key not in plain}
        references = stock("weasyprint.pdf.fonts", "build_fonts_dictionary")(
            pdf, rest, compress, subset, options
        )
        faces: dict[Any, list[Any]] = {}
        for font in plain.values():
            faces.setdefault((font.hb_face, font.name.partition(b"+")[2]), []).append(font)
        for same in faces.values():
            _face(pdf, same, compress, options["hinting"], references)
        return references

    return build_fonts_dictionary


def _is_plain(font: Any) -> bool:
    """Whether a font is outlines of one shape, of which nothing but what is used is wanted."""
    return bool(font.to_unicode) and not (
        font.bitmap
        or font.png
        or font.svg
        or font.colr
        or font.missing
        or font.used_in_forms
        or "fvar" in font.tables
    )


def _face(pdf: Any, same: list[Any], compress: bool, hinting: bool, references: Any) -> None:
    """Fonts of one face: their program, what is told of it, and each one's texts."""
    used = {glyph for font in same for glyph in font.to_unicode}
    widths: dict[int, Any] = {}
    for font in same:
        widths = {**font.widths, **widths}
    first = same[0]
    first.clean(dict.fromkeys(sorted(used)), hinting)
    program, key = _program(first.file_content, used, compress)
    pdf.add_object(program)
    descriptor = pydyf.Dictionary({
        "Type": "/FontDescriptor",
        "FontName": first.name,
        "FontFamily": pydyf.String(first.family),
        # Bit 1: all glyphs are as wide as each other.
        "Flags": first.flags + (len(widths) > 1 and len(set(widths.values())) == 1),
        "FontBBox": pydyf.Array((0, first.descent, max(widths.values(), default=0), first.ascent)),
        "ItalicAngle": first.italic_angle,
        "Ascent": first.ascent,
        "Descent": first.descent,
        "CapHeight": first.ascent,
        "StemV": first.stemv,
        key: program.reference,
    })  # fmt: skip
    pdf.add_object(descriptor)
    outlines = key == "FontFile3"
    glyphs = pydyf.Dictionary({
        "Type": "/Font",
        "Subtype": "/CIDFontType0" if outlines else "/CIDFontType2",
        "BaseFont": first.name,
        "CIDSystemInfo": pydyf.Dictionary({
            "Registry": pydyf.String("Adobe"),
            "Ordering": pydyf.String("Identity"),
            "Supplement": 0,
        }),
        "W": _widths(widths),
        "FontDescriptor": descriptor.reference,
    })  # fmt: skip
    if not outlines:
        glyphs["CIDToGIDMap"] = "/Identity"
    pdf.add_object(glyphs)
    for font in same:
        texts = pydyf.Stream([to_unicode(font.to_unicode)], compress=compress)
        pdf.add_object(texts)
        dictionary = pydyf.Dictionary({
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": first.name,
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([glyphs.reference]),
            "ToUnicode": texts.reference,
        })  # fmt: skip
        pdf.add_object(dictionary)
        references[font.hash] = dictionary.reference


def _program(file: bytes, used: set[int], compress: bool) -> tuple[Any, str]:
    """The stream that is embedded, and the key it stands under in the font's descriptor."""
    if file[:4] == WITH_CFF:
        bare = Outlines(read_tables(file)["CFF "]).bare(used)
        kind = "/OpenType" if bare is None else "/CIDFontType0C"
        extra = pydyf.Dictionary({"Subtype": kind})
        return pydyf.Stream([bare or file], extra, compress=compress), "FontFile3"
    tables = read_tables(file)
    file = write_tables(file[:4], {tag: tables[tag] for tag in tables if tag in _TRUETYPE})
    extra = pydyf.Dictionary({"Length1": len(file)})
    return pydyf.Stream([file], extra, compress=compress), "FontFile2"


def _widths(widths: Mapping[int, Any]) -> Any:
    """Advances in thousandths of an em: runs of glyphs, all alike or one by one (9.7.4.3)."""
    found = pydyf.Array()
    for run in _runs(sorted(widths)):
        for width, group in groupby(run, key=widths.__getitem__):
            alike = list(group)
            if len(alike) > 2:
                found.extend((alike[0], alike[-1], width))
            elif found and isinstance(found[-1], pydyf.Array) and alike[0] > run[0]:
                found[-1].extend(width for _ in alike)
            else:
                found.extend((alike[0], pydyf.Array(width for _ in alike)))
    return found


def to_unicode(texts: Mapping[int, str]) -> bytes:
    """The CMap that says what text each glyph stands for (9.10.3).

    Glyphs that follow each other within one first byte are told together: by the first text where
    theirs follow each other too, else by all of them.
    """
    single, ranges = [], []
    for run in _runs(sorted(texts)):
        for _, group in groupby(run, key=lambda glyph: glyph >> 8):
            glyphs = list(group)
            said = [texts[glyph].encode("utf-16-be").hex() for glyph in glyphs]
            if len(glyphs) == 1:
                single.append(f"<{glyphs[0]:04x}> <{said[0]}>")
                continue
            listed = f"[{''.join(f'<{text}>' for text in said)}]"
            numbers = [int(text, 16) if len(text) == 4 else -1 for text in said]
            counted = list(range(numbers[0], numbers[0] + len(numbers)))
            # The last byte alone counts up.
            if numbers[0] >= 0 and numbers == counted and numbers[0] >> 8 == numbers[-1] >> 8:
                listed = f"<{said[0]}>"
            ranges.append(f"<{glyphs[0]:04x}> <{glyphs[-1]:04x}> {listed}")
    return "\n".join((
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
        *_sections("bfchar", single),
        *_sections("bfrange", ranges),
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    )).encode("ascii")  # fmt: skip


def _sections(name: str, entries: list[str]) -> Iterator[str]:
    for start in range(0, len(entries), _SECTION):
        part = entries[start : start + _SECTION]
        yield "\n".join((f"{len(part)} begin{name}", *part, f"end{name}"))


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    """Numbers in ascending order as runs of such as follow each other."""
    for _, group in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        yield [number for _, number in group]
