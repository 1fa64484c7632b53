"""Turned faces: what stands in a column, what lies, and that text stays text."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pymupdf
import pytest
import uharfbuzz
from extract import mupdf_pages, pdfium_pages, poppler_pages
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from test_fonts import face_of, faces_of

from publish import fonts
from publish.diagnostics import Failure
from publish.fonts.faces import Face, FaceSet
from publish.fonts.rules import load_rules
from publish.fonts.turned import Setting, Turned, chain, turned_css, turned_face
from publish.fonts.turned_glyphs import BOTTOM, TOP
from publish.model.edition import BUILT_IN, LANGUAGES

MARKS = "，。、：；？！「」『』（）《》〈〉【】—…·‧～“”‘’"
HAN = "中國書骨直々〇一年"
WESTERN = "OpenAI VAVA office 0123456789 know-how (50%), It+"
TEXT = frozenset(MARKS + HAN + WESTERN)
TOGETHER = frozenset({"100", "A+"})
BODY = Setting("text")
CENTRED = (("hans", False), ("hant-tw", True), ("hant-hk", True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("turned")


def made(
    name: str,
    folder: Path,
    setting: Setting = BODY,
    characters: frozenset[str] = TEXT,
    faces: FaceSet | None = None,
) -> Turned:
    language = LANGUAGES[BUILT_IN[name]]
    return turned_face(faces or faces_of(name), setting, characters, language, TOGETHER, folder)


class Lines:
    """A turned face as an engine sets lines in it."""

    def __init__(self, path: Path) -> None:
        face = uharfbuzz.Face(path.read_bytes())
        self.font = uharfbuzz.Font(face)

    def shape(self, text: str, *features: str) -> list[tuple[int, int]]:
        """Glyph numbers and advances."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.font, buffer, dict.fromkeys(features, True))
        pairs = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        return [(info.codepoint, place.x_advance) for info, place in pairs]

    def advances(self, text: str, *features: str) -> list[int]:
        return [advance for _, advance in self.shape(text, *features)]

    def ink(self, text: str, *features: str) -> tuple[int, int, int, int]:
        """Left, bottom, right and top of the ink of one glyph."""
        ((glyph, _),) = self.shape(text, *features)
        box = self.font.get_glyph_extents(glyph)
        assert box is not None
        left, top = round(box.x_bearing), round(box.y_bearing)
        return left, top + round(box.height), left + round(box.width), top


def drawn(face: Face, character: str, language: str, direction: str) -> tuple[int, int, int, int]:
    """The ink of a character as its own face has it, in a square whose bottom left is (0, -120)."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)), face.index))
    font.scale = (1000, 1000)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(character)
    buffer.direction, buffer.script, buffer.language = direction, "Hani", language
    uharfbuzz.shape(font, buffer, {})
    (info,), (place,) = buffer.glyph_infos, buffer.glyph_positions
    box = font.get_glyph_extents(info.codepoint)
    assert box is not None
    x, y = (place.x_offset + 500, place.y_offset + TOP) if direction == "ttb" else (0, 0)
    left, top = box.x_bearing + x, box.y_bearing + y
    return round(left), round(top + box.height), round(left + box.width), round(top)


def turned_back(box: Sequence[int]) -> tuple[int, int, int, int]:
    """The ink of a turned glyph as it stands in the column."""
    left, bottom, right, top = box
    return bottom - BOTTOM, TOP - right, top - BOTTOM, TOP - left


def near(one: Sequence[int], other: Sequence[int], by: int = 2) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


# --- what stands -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("character", sorted(set(HAN + MARKS) - set("·‧—“”‘’")))
def test_what_stands_is_its_form_for_columns_turned(
    folder: Path, name: str, character: str
) -> None:
    """The ink is where the face has it in a column: so are its blanks, by which marks squeeze."""
    lines = Lines(made(name, folder).path)
    song = face_of(faces_of(name), "Book Song")
    wanted = drawn(song, character, LANGUAGES[BUILT_IN[name]], "ttb")
    assert lines.advances(character) == [1000]
    assert near(turned_back(lines.ink(character)), wanted)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("character", "：；？！")
def test_clause_marks_are_upright_in_their_square(folder: Path, name: str, character: str) -> None:
    """clreq, #table_of_punctuation_marks: higher than broad, and inside the square."""
    left, bottom, right, top = turned_back(Lines(made(name, folder).path).ink(character))
    assert top - bottom > 1.5 * (right - left)
    assert left >= 0 and right <= 1000 and bottom >= BOTTOM and top <= TOP


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("character", "「」『』（）《》〈〉【】～…")
def test_brackets_are_turned(folder: Path, name: str, character: str) -> None:
    """They stand across the column: broader than high, but for what runs along it."""
    left, bottom, right, top = turned_back(Lines(made(name, folder).path).ink(character))
    along = character in "～…"
    assert (right - left < top - bottom) == along
    if not along:
        # An opening bracket hangs at the foot of its square, a closing one at the head.
        assert (top + bottom < TOP + BOTTOM) == (character in "「『（《〈【")


@pytest.mark.parametrize(("name", "centred"), CENTRED)
@pytest.mark.parametrize("character", "，。、")
def test_stops_are_centred_in_taiwan_and_hong_kong(
    folder: Path, name: str, centred: bool, character: str
) -> None:
    left, bottom, right, top = turned_back(Lines(made(name, folder).path).ink(character))
    across, up = (left + right) / 2, (bottom + top) / 2
    if centred:
        assert abs(across - 500) < 50 and abs(up - 380) < 50
    else:
        # In the upper right quarter (clreq, #h-punctuation_marks_position).
        assert left >= 500 and bottom >= 380


def test_the_language_chooses_the_forms(folder: Path) -> None:
    """The same faces, set for the mainland and for Taiwan."""
    faces = faces_of("hans")
    one, other = (
        Lines(turned_face(faces, Setting("text"), TEXT, language, cache=folder).path).ink("。")
        for language in ("zh-Hans", "zh-Hant-TW")
    )
    assert not near(one, other, 50)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("role", ["text", "quotation", "strong"])
@pytest.mark.parametrize("dot", "·‧")
def test_dots_stand_in_the_middle_of_a_square(folder: Path, name: str, role: str, dot: str) -> None:
    lines = Lines(made(name, folder, Setting(role)).path)
    left, bottom, right, top = lines.ink(dot)
    assert lines.advances(dot) == [1000]
    assert abs(left + right - 1000) <= 2 and abs(bottom + top - 760) <= 2


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("role", ["text", "quotation", "strong"])
def test_two_dashes_are_one_stroke(folder: Path, name: str, role: str) -> None:
    lines = Lines(made(name, folder, Setting(role)).path)
    assert lines.advances("中——中") == [1000, 2000, 1000]
    left, bottom, right, top = lines.ink("——")
    assert right - left > 1800 and abs(left + right - 2000) < 30
    assert abs((bottom + top) / 2 - 380) < 150 and top - bottom < 100
    assert lines.advances("……") == [1000, 1000]


def test_a_face_without_joined_dashes_gets_them(folder: Path) -> None:
    """LXGW WenKai has none, and no form of the dash for columns either."""
    kai = face_of(faces_of("hans"), "Book Kai")
    alone = FaceSet((kai,), {"text": ("Book Kai",)})
    lines = Lines(made("hans", folder, characters=frozenset("—中"), faces=alone).path)
    left, _, right, _ = lines.ink("——")
    assert lines.advances("——") == [2000]
    single = lines.ink("—")
    assert near((left, 2000 - right), (single[0], 1000 - single[2]))


def test_stops_of_a_face_without_forms_for_columns(folder: Path) -> None:
    """No vert, no vertical metrics: they go to the corner, and Han stays in its square."""
    song = face_of(faces_of("hans"), "Book Song")
    plain = TTFont(io.BytesIO(fonts.subset(song, frozenset("，。中（"), folder)))
    for tag in ("GSUB", "vhea", "vmtx", "VORG"):
        del plain[tag]
    plain.save(folder / "plain.otf")
    bare = dataclasses.replace(song, path=folder / "plain.otf", index=0)
    faces = FaceSet((bare,), {"text": (song.family,)})
    lines = Lines(made("hans", folder, characters=frozenset("，。中（"), faces=faces).path)
    whole = Lines(made("hans", folder).path)
    assert near(lines.ink("中"), whole.ink("中"))
    for stop in "，。":
        left, bottom, right, top = turned_back(lines.ink(stop))
        assert left > 500 and bottom > 380 and right <= 1000 and top <= TOP
    # A bracket lies in a line, which is what turns it in a column.
    assert near(turned_back(lines.ink("（")), turned_back(whole.ink("（")), 60)


# --- the chain -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hans", "hant-tw"])
def test_a_character_of_another_face_does_not_lie(folder: Path, name: str) -> None:
    """Of 楷体 what it lacks comes from 宋体, in one face: nothing lies that should stand."""
    quotation = made(name, folder, Setting("quotation"))
    song, kai = (face_of(faces_of(name), family) for family in ("Book Song", "Book Kai"))
    lines, language = Lines(quotation.path), LANGUAGES[BUILT_IN[name]]
    for character, face in (("骨", kai), ("「" if name == "hant-tw" else "—", song)):
        wanted = drawn(face, character, language, "ttb")
        assert near(turned_back(lines.ink(character)), wanted), character
        assert not near(lines.ink(character), wanted, 20), character


def test_a_truetype_face_and_one_of_another_em_are_drawn(folder: Path) -> None:
    """TW-Kai: quadratic outlines in an em of 1024."""
    kai = face_of(faces_of("hant-tw"), "Book Kai")
    assert b"glyf" in kai.path.read_bytes()[:400]
    lines = Lines(made("hant-tw", folder, Setting("quotation")).path)
    wanted = drawn(kai, "國", "zh-Hant-TW", "ttb")
    assert near(turned_back(lines.ink("國")), wanted)
    assert wanted[3] - wanted[1] > 700


def test_what_no_face_has_is_told(folder: Path) -> None:
    asked = TEXT | {"😀", "\n", "\u200b"}
    face = made("hant-tw", folder, characters=asked)
    assert face.missing == {"😀"}
    assert set(TTFont(face.path).getBestCmap()) == {ord(character) for character in TEXT}


def test_an_italic_borrows_what_it_lacks() -> None:
    families = [(face.family, face.style) for face in
                chain(faces_of("hant-tw"), Setting("italic", 400, "italic"))]  # fmt: skip
    assert families == [
        ("Book Latin", "italic"), ("Book Latin", "normal"), ("Book Song", "normal")
    ]  # fmt: skip


# --- what lies -------------------------------------------------------------------------------


def test_western_words_stay_as_they_are(folder: Path) -> None:
    """The same advances, kerning, figures and ligatures as in lines."""
    lines = Lines(made("hans", folder).path)
    latin = face_of(faces_of("hans"), "Book Latin")
    whole = Lines(latin.path)
    for word in ("OpenAI", "VAVA", "office", "know-how", "2024"):
        assert lines.advances(word) == whole.advances(word, "lnum"), word
    assert len(lines.shape("office")) < len("office")
    assert lines.advances("VA") != lines.advances("V") + lines.advances("A")
    assert near(lines.ink("O"), whole.ink("O"))


def test_an_apostrophe_lies_beside_letters(folder: Path) -> None:
    lines = Lines(made("hant-tw", folder).path)
    mark, after = lines.shape("中’")[1], lines.shape("It’s")[2]
    assert mark[0] != after[0] and mark[1] == 1000 and after[1] < 400


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("row", ["60", "00", "100", "A+", "7", "A"])
def test_what_shares_a_square_is_one_glyph_in_its_middle(folder: Path, name: str, row: str) -> None:
    """clreq, #mixed_text_composition_in_vertical_writing_mode: at most one em."""
    for role in ("text", "code"):
        lines = Lines(made(name, folder, Setting(role)).path)
        assert lines.advances(row, "ss02") == [1000], role
        left, bottom, right, top = turned_back(lines.ink(row, "ss02"))
        assert left >= 0 and right <= 1000 and top - bottom < 900
        assert abs(left + right - 1000) < 120
        assert abs(bottom + top - 760) < 80
    assert lines.advances(row) != [1000]


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("row", ["！？", "？！", "！！", "！！！", "？？？"])
def test_chained_marks_stand_beside_each_other(folder: Path, name: str, row: str) -> None:
    """clreq, #exclamatory_question_marks: upright, in the place of one character, as high there as
    alone."""
    lines = Lines(made(name, folder).path)
    assert lines.advances(f"中{row}中") == [1000] * 3
    left, bottom, right, top = turned_back(lines.ink(row))
    assert left >= 0 and right <= 1000 and abs(left + right - 1000) < 20
    alone = [turned_back(lines.ink(mark)) for mark in row]
    assert top == pytest.approx(max(box[3] for box in alone), abs=2)
    assert bottom == pytest.approx(min(box[1] for box in alone), abs=2)
    # Broader than any of them: they do not lie over each other.
    assert right - left > max(box[2] - box[0] for box in alone) + 100


def test_each_sign_upright_in_a_square(folder: Path) -> None:
    lines = Lines(made("hant-tw", folder).path)
    assert lines.advances("2025", "ss01") == [1000] * 4
    assert lines.advances("OpenAI", "ss01") == [1000] * 6
    left, bottom, right, top = turned_back(lines.ink("1", "ss01"))
    assert top - bottom > right - left
    assert lines.advances("中國", "ss01") == [1000, 1000]


# --- the file --------------------------------------------------------------------------------


def test_metrics_names_and_licences(folder: Path) -> None:
    """One ascent and descent as in every subset, our name, their licences; the file is sound."""
    reserved = [
        word
        for rule in load_rules().families
        for source in rule.sources.values()
        for word in (*source.reserved, source.trade)
    ]
    for setting in (Setting("text", 700), Setting("bold-italic", 700, "italic")):
        font = TTFont(made("hans", folder, setting).path)
        lines, metrics = font["hhea"], font["OS/2"]
        assert (lines.ascent, lines.descent, lines.lineGap) == (880, -120, 0)
        assert (metrics.sTypoAscender, metrics.sTypoDescender) == (880, -120)
        assert (metrics.usWinAscent, metrics.usWinDescent) == (880, 120)
        assert metrics.usWeightClass == 700 and metrics.fsType == 0
        names = {entry.nameID: str(entry) for entry in font["name"].names}
        assert names[1] == f"Book Turned {'Bold Italic' if setting.style == 'italic' else 'Text'}"
        assert "Open Font License" in names[13]
        top = font["CFF "].cff[0]
        named = [names[number] for number in (1, 2, 3, 4, 6)]
        named += [*font["CFF "].cff.fontNames, top.FamilyName, top.FullName]
        assert not [word for word in reserved for value in named if word in value]
        # The width that each outline states is the one of the metrics.
        glyphs = font.getGlyphSet()
        for name in font.getGlyphOrder():
            glyphs[name].draw(BoundsPen(glyphs))
            assert glyphs[name].width == font["hmtx"][name][0]


def test_there_is_a_glyph_for_gaps(folder: Path) -> None:
    """A second blank of about a quarter em, which carries gaps where text is copied."""
    font = TTFont(made("hans", folder).path)
    widths = font["hmtx"]
    glyphs, blanks = font.getGlyphSet(), []
    for name in font.getGlyphOrder()[1:]:
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        if pen.bounds is None and 200 < widths[name][0] < 300:
            blanks.append(name)
    assert len(blanks) >= 2


def test_the_same_bytes_twice_and_a_cache(tmp_path: Path) -> None:
    one, two = made("hant-tw", tmp_path / "one"), made("hant-tw", tmp_path / "two")
    assert one.path.name == two.path.name
    assert one.path.read_bytes() == two.path.read_bytes()
    one.path.write_bytes(b"kept")
    assert made("hant-tw", tmp_path / "one").path.read_bytes() == b"kept"
    names = {made("hant-tw", tmp_path, characters=TEXT | {"字"}).path.name}
    names |= {made("hant-hk", tmp_path).path.name, made("hans", tmp_path).path.name}
    names |= {made("hant-tw", tmp_path, Setting("text", 700)).path.name}
    assert len(names | {one.path.name}) == 5


def test_a_broken_font_is_one_error(tmp_path: Path) -> None:
    data = bytearray(Path(face_of(faces_of("hans"), "Book Latin").path).read_bytes())
    start = data.index(b"name", 0, 400)
    offset = int.from_bytes(data[start + 8 : start + 12], "big")
    data[offset : offset + 6] = b"\xff" * 6
    (tmp_path / "broken.otf").write_bytes(data)
    latin = face_of(faces_of("hans"), "Book Latin")
    broken = Face(latin.family, 400, "normal", tmp_path / "broken.otf", 0, "Broken", "", False, "")
    with pytest.raises(Failure, match="cannot be turned"):
        made("hans", tmp_path, faces=FaceSet((broken,), {"text": (latin.family,)}))


# --- text stays text -------------------------------------------------------------------------

SET = "第60頁與100人，A+級；2025年。他說：「天地——玄黃……」約翰·史密斯，office OpenAI。"


@cache
def page(folder: Path) -> Path:
    """The text set by the engine, with the features where they belong."""
    from weasyprint import HTML

    html = SET
    for row, feature in (("60", "t"), ("100", "t"), ("A+", "t"), ("2025", "u")):
        html = html.replace(row, f"<span class={feature}>{row}</span>")
    faces = faces_of("hant-tw")
    rules = turned_css(faces, {Setting("text"): frozenset(SET)}, "zh-Hant-TW", TOGETHER, folder)
    rules += '@page { size: 800pt 300pt } body { font: 12pt/20pt "Book Turned Text" }'
    rules += '.t { font-feature-settings: "ss02" } .u { font-feature-settings: "ss01" }'
    source = f"<meta charset=utf-8><html lang=zh-Hant-TW><style>{rules}</style><p>{html}</p>"
    path = folder / "page.pdf"
    HTML(string=source).write_pdf(path)
    return path


READERS = {"poppler": poppler_pages, "mupdf": mupdf_pages, "pdfium": pdfium_pages}


@pytest.mark.parametrize("reader", READERS)
def test_text_stays_text(folder: Path, reader: str) -> None:
    (copied,) = READERS[reader](page(folder))
    assert re.sub(r"\s", "", copied) == SET.replace(" ", "")


def test_only_turned_faces_are_in_the_page(folder: Path) -> None:
    with pymupdf.open(page(folder)) as document:
        names = {font[3].split("+")[-1] for font in document.get_page_fonts(0)}
        files = [document.extract_font(font[0])[3] for font in document.get_page_fonts(0)]
    assert names and all("Turned" in name for name in names), names
    assert all(file for file in files) and io.BytesIO(files[0]).read(4)
