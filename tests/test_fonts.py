"""Faces by role: found or refused, complete, subset, renamed, cached."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import os
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from publish import fonts
from publish.diagnostics import Failure, Source, Span, show
from publish.fonts import finder, subsets
from publish.fonts.faces import Face, FaceSet, format_ranges, in_ranges, parse_ranges
from publish.fonts.rules import load_rules
from publish.fonts.sfnt import read_tables, with_metric
from publish.model import cache, schema
from publish.model.edition import BUILT_IN, Edition, Geometry

NOTO = Path("/usr/share/fonts/opentype/noto")
LIBERTINE = Path("/usr/share/fonts/opentype/linux-libertine/LinLibertine_R.otf")
TEXT = frozenset("骨直返令“引文”——·…「台」，。 Latin 2024")


def edition(name: str = "hans", **roles: str) -> Edition:
    script, region = BUILT_IN[name]
    return Edition(name, script, region, Geometry("A5", 148, 210), {}, fonts=roles)


def faces_of(name: str = "hans", **roles: str) -> FaceSet:
    faces, diagnostics = fonts.resolve(edition(name, **roles), Path())
    assert diagnostics == ()
    return faces


def face_of(faces: FaceSet, family: str, weight: int = 400) -> Face:
    return next(
        face
        for face in faces.faces
        if (face.family, face.weight, face.style) == (family, weight, "normal")
    )


def opened(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data))


def outline(font: TTFont, character: str) -> list[tuple[str, tuple[object, ...]]]:
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(character)]].draw(pen)
    return list(pen.value)


def installed_only(monkeypatch: pytest.MonkeyPatch, folder: Path, files: Iterable[Path]) -> None:
    """A machine that has no fonts but these."""
    for file in files:
        (folder / file.name).symlink_to(file)
    monkeypatch.setattr(finder, "font_directories", lambda: (folder,))


# --- finding -----------------------------------------------------------------


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_role_of_every_edition_has_its_faces(name: str) -> None:
    faces = faces_of(name)
    roles = {"text", "heading", "subheading", "strong", "reading", "quotation", "figures", "code"}
    assert set(faces.stacks) == roles | {"italic", "bold-italic"}
    for role, families in faces.stacks.items():
        assert set(families) <= {face.family for face in faces.stack(role)}, role
    weights = {face.weight for face in faces.faces if face.family == "Book Song"}
    assert weights == {400, 600, 700}


#: The horizontal editions; the vertical ones have the same faces.
REGIONS = ("hans", "hant-tw", "hant-hk")


def test_every_region_has_its_own_face() -> None:
    names = {name: face_of(faces_of(name), "Book Song").trade_name for name in REGIONS}
    assert names == {
        "hans": "Noto Serif CJK SC",
        "hant-tw": "Noto Serif CJK TC",
        "hant-hk": "Noto Serif CJK HK",
    }
    kai = {name: face_of(faces_of(name), "Book Kai").trade_name for name in REGIONS}
    assert kai == {"hans": "LXGW WenKai Light", "hant-tw": "TW-Kai", "hant-hk": "TW-Kai"}


def test_regional_forms_differ(tmp_path: Path) -> None:
    text = frozenset("骨花一")
    china, taiwan, hong_kong = (
        opened(fonts.subset(face_of(faces_of(name), "Book Song"), text, tmp_path))
        for name in REGIONS
    )
    assert outline(china, "骨") != outline(taiwan, "骨")
    assert outline(taiwan, "花") != outline(hong_kong, "花")
    assert outline(china, "一") == outline(taiwan, "一") == outline(hong_kong, "一")


def test_a_missing_family_is_an_error_that_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed_only(monkeypatch, tmp_path, NOTO.glob("*.ttc"))
    faces, diagnostics = fonts.resolve(edition(), Path())
    assert [show(item) for item in diagnostics] == [
        "error[F-FAMILY]: no font for 楷体, quotations, poems and letters:"
        " LXGW WenKai Light is not installed\n"
        "  = hint: apt-get install fonts-lxgw-wenkai\n"
        "  = hint: or name a family, or a font file of the book folder,"
        " as quotation under [fonts]"
    ]
    assert faces.stacks["quotation"] == ("Book Marks", "Book Song")


def test_without_libertine_noto_has_the_latin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kai = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf")
    installed_only(monkeypatch, tmp_path, [*NOTO.glob("*.ttc"), kai])
    faces = faces_of()
    assert faces.stacks["text"] == ("Book Song",)
    assert faces.stacks["figures"] == ("Book Song",)
    states = {item.family: item.state for item in fonts.survey() if item.family == "Book Latin"}
    assert states == {"Book Latin": "fallback"}


def test_a_weight_of_the_extra_package_falls_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base = [NOTO / f"Noto{kind}CJK-{weight}.ttc" for kind in ("Serif", "Sans") for weight in
            ("Regular", "Bold")]  # fmt: skip
    kai = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf")
    installed_only(monkeypatch, tmp_path, [*base, kai])
    faces = faces_of()
    assert face_of(faces, "Book Song", 600).path.name == "NotoSerifCJK-Bold.ttc"
    assert face_of(faces, "Book Hei", 500).path.name == "NotoSansCJK-Regular.ttc"
    told = [item for item in fonts.survey() if item.trade_name == "Noto Sans CJK SC"]
    assert [(item.state, item.instead, item.package) for item in told] == [
        ("fallback", "weight 400 for 500", "fonts-noto-cjk-extra")
    ]


def test_an_empty_machine_tells_every_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed_only(monkeypatch, tmp_path, [])
    faces, diagnostics = fonts.resolve(edition("hant-tw"), Path())
    assert faces.faces == ()
    first_hints = " ".join(item.hints[0] for item in diagnostics)
    for package in ("fonts-noto-cjk ", "fonts-noto-cjk-extra", "fonts-cns11643-kai"):
        assert package in first_hints
    states = {item.trade_name: item.state for item in fonts.survey()}
    assert states["TW-Kai"] == "missing"
    assert states["Linux Libertine O"] == "fallback"


# --- what a book declares ----------------------------------------------------


def test_a_declared_family_replaces_the_standard_one() -> None:
    faces = faces_of(quotation="noto serif cjk sc", heading="Noto Sans CJK SC")
    assert face_of(faces, "Book Kai").path.name == "NotoSerifCJK-Regular.ttc"
    assert faces.stacks["heading"] == ("Book Latin", "Book Heading", "Book Song")
    assert face_of(faces, "Book Heading", 700).path.name == "NotoSansCJK-Bold.ttc"


def test_a_declared_file_is_the_last_resort_of_every_role(tmp_path: Path) -> None:
    (tmp_path / "字体").mkdir()
    (tmp_path / "字体" / "我的.otf").write_bytes(LIBERTINE.read_bytes())
    faces, diagnostics = fonts.resolve(edition(rare="字体/我的.otf"), tmp_path)
    assert diagnostics == ()
    assert {families[-1] for families in faces.stacks.values()} == {"Book Rare"}
    assert face_of(faces, "Book Rare").trade_name == "Linux Libertine O"
    assert fonts.missing(faces, [("code", "ﬅ", None)]) == ()


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"rare": "gone.ttf"}, "the font file gone.ttf for rare is missing"),
        ({"rare": "../x.ttf"}, "the font file ../x.ttf for rare is outside the book folder"),
        ({"rare": "link.otf"}, "the font file link.otf for rare is outside the book folder"),
        ({"rare": "text.otf"}, "text.otf is not a font file that can be read"),
        ({"rare": "web.woff2"}, "web.woff2 is a web font"),
        ({"txet": "x"}, "[fonts] has no role 'txet'"),
        (
            {"quotation": "LXGW WenKay"},
            "no font for 楷体, quotations, poems and letters: LXGW WenKay is not installed",
        ),
    ],
)
def test_bad_declarations(tmp_path: Path, roles: dict[str, str], message: str) -> None:
    (tmp_path / "text.otf").write_text("OTTO is not enough", encoding="utf-8")
    (tmp_path / "web.woff2").write_bytes(b"wOF2")
    (tmp_path / "link.otf").symlink_to(LIBERTINE)
    _, diagnostics = fonts.resolve(edition(**roles), tmp_path)
    assert [item.message for item in diagnostics] == [message]
    assert diagnostics[0].severity == "error"
    if "LXGW" in message:
        assert "did you mean 'LXGW WenKai' or 'LXGW WenKai Mono'" in diagnostics[0].hints[0]


def test_a_font_that_forbids_embedding_is_refused(tmp_path: Path) -> None:
    font = TTFont(LIBERTINE)
    font["OS/2"].fsType = 2
    font.save(tmp_path / "mine.otf")
    _, diagnostics = fonts.resolve(edition(text="mine.otf"), tmp_path)
    assert [item.code for item in diagnostics] == ["F-FILE"]
    assert "may not be embedded" in diagnostics[0].message


def test_a_broken_font_is_one_error(tmp_path: Path) -> None:
    data = bytearray(fonts.subset(face_of(faces_of(), "Book Song"), TEXT, tmp_path))
    start = data.index(b"CFF ")
    offset = int.from_bytes(data[start + 8 : start + 12], "big")
    data[offset : offset + 400] = bytes(400)
    (tmp_path / "broken.otf").write_bytes(data)
    faces, diagnostics = fonts.resolve(edition(rare="broken.otf"), tmp_path)
    assert diagnostics == ()
    with pytest.raises(Failure, match="cannot be subset"):
        fonts.css(faces, TEXT, tmp_path)


def test_the_roles_of_book_toml_are_those_of_fonts_toml() -> None:
    assert set(schema.FONT_ROLES) <= {family.role for family in load_rules().families}


def test_every_family_of_a_stack_is_declared() -> None:
    rules = load_rules()
    declared = {family.family for family in rules.families}
    assert {name for families in rules.stacks.values() for name in families} <= declared
    for family in rules.families:
        for source in family.sources.values():
            assert source.package and source.licence and source.faces


# --- coverage ----------------------------------------------------------------


def test_a_character_that_no_font_has() -> None:
    source = Source("书.md", "笑😀，又😀。")
    uses = [("text", character, Span(source, place, place + 1))
            for place, character in enumerate(source.text)]  # fmt: skip
    (problem,) = fonts.missing(faces_of(), uses)
    assert (problem.code, problem.severity) == ("F-GLYPH", "error")
    assert show(problem).splitlines()[:4] == [
        "error[F-GLYPH]: no font for text has 😀 (U+1F600 GRINNING FACE), used 2 times",
        " --> 书.md:1:2",
        "  | 笑😀，又😀。",
        "  |   ^^",
    ]


def test_the_hint_names_a_font_that_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faces = faces_of()
    installed_only(monkeypatch, tmp_path, [LIBERTINE])
    (problem,) = fonts.missing(faces, [("code", "ﬅ", None)])
    assert problem.hints == (
        'Linux Libertine O is installed and has it: [fonts] rare = "Linux Libertine O"',
    )


def test_the_hint_names_a_package_where_no_font_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    faces = faces_of()
    installed_only(monkeypatch, tmp_path, [])
    (problem,) = fonts.missing(faces, [("quotation", "𧮞", None)])
    assert problem.message == ("no font for quotation has 𧮞 (U+27B9E CJK UNIFIED IDEOGRAPH-27B9E)")
    assert problem.hints == (
        "HanaMinA or HanaMinB may have it: apt-get install fonts-hanazono,"
        ' then name it: [fonts] rare = "…"',
        'or put a font file that has it into the book folder: [fonts] rare = "file.otf"',
    )


def test_characters_that_draw_nothing_need_no_glyph() -> None:
    unseen = "\n\t\u200b\u2060\ufeff\u00ad\u2028\ufe00\U000e0100"
    assert fonts.missing(faces_of(), [("text", character, None) for character in unseen]) == ()


@given(st.sets(st.integers(0, 0x10FFFF), min_size=1))
def test_ranges_say_exactly_what_they_were_made_of(points: set[int]) -> None:
    ranges = format_ranges(points)
    spans = parse_ranges(ranges)
    assert {point for first, last in spans for point in range(first, last + 1)} == points
    assert all(in_ranges(ranges, point) for point in points)
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(spans))


# --- marks -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "marks", "kai"),
    [
        ("hans", "“”‘’—…⸺·", "，。：？「」"),
        ("hant-tw", "“”—…、。，「」『』《》！？：；（）·", "字"),
    ],
)
def test_marks_beside_kai_come_from_song(name: str, marks: str, kai: str) -> None:
    quotation = faces_of(name).stack("quotation")
    first = {
        character: next(face.family for face in quotation if fonts.covers(face, character))
        for character in marks + kai
    }
    assert first == dict.fromkeys(marks, "Book Marks") | dict.fromkeys(kai, "Book Kai")


@pytest.mark.parametrize(("name", "em"), [("hans", 0.5), ("hant-tw", 1.0), ("hant-hk", 1.0)])
@pytest.mark.parametrize("family", ["Book Song", "Book Marks"])
def test_the_interpunct_stands_in_the_middle_of_its_space(
    tmp_path: Path, name: str, em: float, family: str
) -> None:
    font = opened(fonts.subset(face_of(faces_of(name), family), TEXT, tmp_path))
    glyph = font.getBestCmap()[0xB7]
    size = font["head"].unitsPerEm
    assert font["hmtx"][glyph][0] == em * size
    points = [x for _, arguments in outline(font, "·") for x, _ in arguments]  # type: ignore[misc]
    assert abs((min(points) + max(points)) / 2 - em * size / 2) <= 1
    # The width that the CFF outlines state is the one of the metrics.
    charstring = font["CFF "].cff[0].CharStrings[glyph]
    outline(font, "·")
    charstring.draw(RecordingPen())
    assert charstring.width == em * size


def test_a_truetype_interpunct_is_moved_too(tmp_path: Path) -> None:
    kai = face_of(faces_of(), "Book Kai")
    moved = dataclasses.replace(kai, interpunct=0.5)
    font = opened(fonts.subset(moved, TEXT, tmp_path))
    assert font["hmtx"][font.getBestCmap()[0xB7]][0] == font["head"].unitsPerEm / 2


# --- subsets -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["hans", "hant-tw"])
def test_a_subset_has_exactly_the_characters(tmp_path: Path, name: str) -> None:
    for face in faces_of(name).faces:
        wanted = {ord(character) for character in TEXT if fonts.covers(face, character)}
        assert set(opened(fonts.subset(face, TEXT, tmp_path)).getBestCmap()) == wanted


@pytest.mark.parametrize("family", ["Book Song", "Book Kai", "Book Latin"])
def test_a_subset_carries_our_name_and_their_licence(tmp_path: Path, family: str) -> None:
    faces = faces_of()
    reserved = [
        word
        for rule in load_rules().families
        for source in rule.sources.values()
        for word in (*source.reserved, source.trade)
    ]
    face = face_of(faces, family)
    font = opened(fonts.subset(face, TEXT, tmp_path))
    names = {entry.nameID: str(entry) for entry in font["name"].names}
    assert names[1] == family
    assert names[2] == "Regular"
    for name_id in (0, 13, 14):
        assert names[name_id]
    named = [value for name_id, value in names.items() if name_id not in subsets.KEPT_NAMES]
    if "CFF " in font:
        top = font["CFF "].cff[0]
        named += [*font["CFF "].cff.fontNames, top.FamilyName, top.FullName]
    assert not [word for word in reserved for value in named if word in value]


def test_layout_features_are_kept(tmp_path: Path) -> None:
    font = opened(fonts.subset(face_of(faces_of(), "Book Song"), TEXT, tmp_path))
    tags = {
        record.FeatureTag
        for table in ("GSUB", "GPOS")
        for record in font[table].table.FeatureList.FeatureRecord
    }
    assert {"palt", "halt", "vhal", "vert", "locl", "fwid", "kern"} <= tags
    assert "aalt" not in tags


@pytest.mark.parametrize("name", ["hans", "hant-tw"])
def test_every_face_asks_for_the_same_line(tmp_path: Path, name: str) -> None:
    """Faces mixed in one line must not make it higher: the grid of lines would be lost."""
    for face in faces_of(name).faces:
        if not any(fonts.covers(face, character) for character in TEXT):
            continue
        font = opened(fonts.subset(face, TEXT, tmp_path))
        size, lines, metrics = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
        assert (lines.ascent, lines.descent, lines.lineGap) == (
            metrics.sTypoAscender,
            metrics.sTypoDescender,
            metrics.sTypoLineGap,
        )
        assert lines.ascent - lines.descent == size
        assert round(lines.ascent / size, 2) == 0.88


def test_the_cids_of_a_subset_are_its_glyph_numbers(tmp_path: Path) -> None:
    font = opened(fonts.subset(face_of(faces_of(), "Book Song"), TEXT, tmp_path))
    charset = font["CFF "].cff[0].charset
    assert charset == [".notdef", *(f"cid{number:05d}" for number in range(1, len(charset)))]
    # Renumbering must not swap outlines: each is still what the whole face draws.
    song = face_of(faces_of(), "Book Song")
    whole = TTFont(song.path, fontNumber=song.index, lazy=True)
    for character in "骨直“台":
        assert outline(font, character) == outline(whole, character)


@pytest.mark.parametrize("name", ["hans", "hant-tw"])
def test_a_subset_is_sound(tmp_path: Path, name: str) -> None:
    """Sums are right, and but for names, CIDs and the interpunct every glyph is as it was cut."""
    for face in faces_of(name).faces:
        letters = "".join(sorted(c for c in TEXT if fonts.covers(face, c)))
        if not letters:
            continue
        data = fonts.subset(face, TEXT, tmp_path)
        assert not len(data) % 4
        assert sum(struct.unpack(f">{len(data) // 4}L", data)) & 0xFFFFFFFF == 0xB1B0AFBA
        after = TTFont(io.BytesIO(data), checkChecksums=2)
        before = opened(bytes(subsets._cut(face, letters).blob.data))
        for font in (before, after):
            font.ensureDecompiled()
        assert len(before.getGlyphOrder()) == len(after.getGlyphOrder())
        dot = before.getBestCmap().get(0xB7, "") if face.interpunct else ""
        pairs = zip(before.getGlyphOrder(), after.getGlyphOrder(), strict=True)
        for old, new in ((old, new) for old, new in pairs if old != dot):
            assert before["hmtx"][old] == after["hmtx"][new]
            drawn = [RecordingPen(), RecordingPen()]
            before.getGlyphSet()[old].draw(drawn[0])
            after.getGlyphSet()[new].draw(drawn[1])
            assert drawn[0].value == drawn[1].value


@pytest.mark.parametrize("glyph", [0, 1, 2, 3, 4])
def test_the_metric_of_one_glyph(glyph: int) -> None:
    """Of five glyphs the last two have the advance of the third."""
    pairs = [(500, 1), (600, 2), (1000, 3), (1000, 4), (1000, -5)]
    tables = {
        "hmtx": struct.pack(">HhHhHhhh", 500, 1, 600, 2, 1000, 3, 4, -5),
        "hhea": bytes(34) + struct.pack(">H", 3),
        "maxp": bytes(4) + struct.pack(">H", 5),
    }
    tables |= with_metric(tables, glyph, 250, -7)
    (count,) = struct.unpack(">H", tables["hhea"][34:])
    found = list(struct.iter_unpack(">Hh", tables["hmtx"][: 4 * count]))
    for (bearing,) in struct.iter_unpack(">h", tables["hmtx"][4 * count :]):
        found.append((found[-1][0], bearing))
    pairs[glyph] = (250, -7)
    assert found == pairs


def test_tables_are_read_as_fonttools_reads_them(tmp_path: Path) -> None:
    data = fonts.subset(face_of(faces_of(), "Book Kai"), TEXT, tmp_path)
    reader = opened(data).reader
    assert read_tables(data) == {tag: reader[tag] for tag in reader.keys()}  # noqa: SIM118


def test_faces_of_some_roles() -> None:
    faces = faces_of()
    assert faces.of(faces.stacks) == faces
    families = {face.family for face in faces.of(("text", "figures")).faces}
    assert families == {"Book Latin", "Book Song", "Book Figures"}


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib; from pathlib import Path; from tests_fonts_helper import made; "
        "print(hashlib.sha256(made(Path(sys.argv[1]))).hexdigest())"
    )
    (tmp_path / "tests_fonts_helper.py").write_text(
        "from pathlib import Path\n"
        "from publish import fonts\n"
        "from publish.model.edition import Edition, Geometry\n"
        "def made(folder):\n"
        "    edition = Edition('x', 'hans', 'cn', Geometry('A5', 148, 210), {})\n"
        "    faces = fonts.resolve(edition, Path())[0]\n"
        f"    text = frozenset({sorted(TEXT)!r})\n"
        "    return b''.join(fonts.subset(face, text, folder) for face in faces.faces)\n",
        encoding="utf-8",
    )
    sums = set()
    for seed, zone in (("0", "UTC"), ("7", "Asia/Shanghai")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "PYTHONPATH": f"{tmp_path}:{Path(fonts.__file__).parent.parent.parent}",
        }
        folder = tmp_path / seed
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        sums.add(done.stdout)
    assert len(sums) == 1


def test_a_subset_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    face = face_of(faces_of(), "Book Song")
    first = fonts.subset(face, TEXT, tmp_path)
    monkeypatch.setattr(subsets, "_cut", lambda *_: pytest.fail("made again"))
    assert fonts.subset(face, TEXT | {"\n", "😀"}, tmp_path) == first
    assert [path.suffix for path in tmp_path.iterdir()] == [".otf"]


def test_other_characters_weight_or_face_are_other_files(tmp_path: Path) -> None:
    faces = faces_of()
    face, bold = face_of(faces, "Book Song"), face_of(faces, "Book Song", 700)
    paths = {
        fonts.subset_file(face, TEXT, tmp_path),
        fonts.subset_file(face, TEXT | {"国"}, tmp_path),
        fonts.subset_file(bold, TEXT, tmp_path),
        fonts.subset_file(face_of(faces_of("hant-tw"), "Book Song"), TEXT, tmp_path),
    }
    assert len(paths) == 4


def test_a_cache_that_cannot_be_written_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "publish").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = fonts.subset_file(face_of(faces_of(), "Book Marks"), TEXT)
    assert path.is_file()
    assert not path.is_relative_to(tmp_path)


def test_a_full_disk_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.parent == tmp_path:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    path = fonts.subset_file(face_of(faces_of(), "Book Marks"), TEXT, tmp_path)
    assert path.parent != tmp_path
    assert list(tmp_path.iterdir()) == []


def test_old_files_go_when_the_cache_is_too_large(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache, "LIMIT", 250)
    for number, age in enumerate((3, 2, 0)):
        path = tmp_path / f"{number}.otf"
        path.write_bytes(bytes(100))
        moment = path.stat().st_mtime - age * 86_400 - 10
        os.utime(path, (moment, moment))
    cache.write(tmp_path / "new.otf", bytes(100))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.otf", "new.otf"]


def test_the_fingerprint_is_that_of_the_faces() -> None:
    assert fonts.fingerprint(faces_of()) == fonts.fingerprint(faces_of())
    assert fonts.fingerprint(faces_of()) != fonts.fingerprint(faces_of("hant-tw"))


# --- users of the subsets ----------------------------------------------------


def test_pillow_draws_with_a_subset(tmp_path: Path) -> None:
    from PIL import ImageFont

    data = fonts.subset(face_of(faces_of(), "Book Song", 600), TEXT, tmp_path)
    assert ImageFont.truetype(io.BytesIO(data), 100).getlength("骨直") == 200


def test_weasyprint_sets_every_family(tmp_path: Path) -> None:
    import pymupdf
    import weasyprint

    faces = faces_of()
    lines = "".join(
        f'<p style="font-family: {", ".join(map(repr, families))}">骨直“引文”—— Latin 2024</p>'
        for families in faces.stacks.values()
    )
    style = fonts.css(faces, TEXT, tmp_path / "缓 存")
    lines += "<p style=\"font: bold 1em 'Book Song'\">骨</p>"
    html = f"<html lang=zh-Hans><style>{style}</style>{lines}"
    data = weasyprint.HTML(string=html).write_pdf()
    document = pymupdf.open(stream=data)
    used = {font[3].partition("+")[2] for page in document for font in page.get_fonts()}
    assert used == {
        "Book-Song", "Book-Song-Bold", "Book-Latin", "Book-Hei", "Book-Kai", "Book-Marks",
        "Book-Figures", "Book-Mono",
    }  # fmt: skip
    assert document[0].get_text().count("骨直“引文”—— Latin 2024") == len(faces.stacks)


def test_css_names_only_what_is_there(tmp_path: Path) -> None:
    rules = fonts.css(faces_of(), frozenset("骨a"), tmp_path)
    latin = [rule for rule in rules.split("@font-face") if '"Book Latin"' in rule]
    assert latin and all("unicode-range: U+61;" in rule for rule in latin)
    assert "Book Marks" not in rules
    assert (
        hashlib.sha256(rules.encode()).digest()
        == hashlib.sha256(fonts.css(faces_of(), frozenset("a骨"), tmp_path).encode()).digest()
    )
