"""The faces that an e-book brings along, looked at as a reading system does: by the style sheet."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cssselect2
import pytest
import tinycss2
from acceptance import BOOKS, ROOT
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from lxml import etree

from publish.build import build
from publish.diagnostics import Diagnostic, Failure
from publish.fonts import subsets
from publish.fonts.rules import load_rules

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"

#: Everything that stands in a face of its own, also in places where it is rare.
MANUSCRIPT = """# 第一章 山与 *Homo sapiens*^[题注里也有字。]

正文，有 *nota bene*，有**黑体和 *ipse dixit* 各一**，有`代码`，有{霧|wù}，有「框」。

## 一节：**强调**与{注|zhù}、*in vivo*^[又一个注。]

> 引文，*sic*，“引号”与——破折号。
>
> - 引文中的一项
> - 又一项

### 小节 Alpha 2

1. 第一项
2. 第二项

#### 更小的一节

- 圆点一
- 圆点二

| 名 | 数 |
|----|---:|
| 甲 | 15 |

: 表的题目

# 第二章

只有编号的一章。
"""


@dataclass(frozen=True)
class Shown:
    """One character of a document and what the style sheet asks for it."""

    document: str
    tag: str
    character: str
    families: tuple[str, ...]
    bold: bool
    italic: bool


@dataclass(frozen=True)
class Ebook:
    """The parts of an EPUB that say how text looks."""

    names: tuple[str, ...]
    documents: dict[str, Any]
    sheet: str
    fonts: dict[tuple[str, bool, bool], TTFont]
    licences: str

    @classmethod
    def read(cls, path: Path) -> Ebook:
        with zipfile.ZipFile(path) as archive:
            names = tuple(archive.namelist())
            sheet = archive.read("EPUB/css/book.css").decode()
            documents = {
                name: etree.fromstring(archive.read(name))
                for name in names
                if name.endswith(".xhtml")
            }
            fonts = {}
            for rule in tinycss2.parse_stylesheet(sheet, True, True):
                if rule.type == "at-rule" and rule.lower_at_keyword == "font-face":
                    said = declarations(rule.content)
                    source = said["src"].removeprefix('url("../').removesuffix('")')
                    key = (
                        said["font-family"].strip('"'),
                        said["font-weight"] == "bold",
                        said["font-style"] == "italic",
                    )
                    assert key not in fonts
                    fonts[key] = TTFont(io.BytesIO(archive.read(f"EPUB/{source}")))
            licences = "META-INF/licences.txt"
            text = archive.read(licences).decode() if licences in names else ""
        return cls(names, documents, sheet, fonts, text)

    def shown(self) -> Iterator[Shown]:
        """Every character that is drawn as text, by the cascade of the style sheet."""
        matcher = cssselect2.Matcher()
        for rule in tinycss2.parse_stylesheet(self.sheet, True, True):
            if rule.type == "qualified-rule":
                for selector in cssselect2.compile_selector_list(rule.prelude):
                    if selector.pseudo_element is None:
                        matcher.add_selector(selector, declarations(rule.content))
        for name, root in self.documents.items():
            tree = cssselect2.ElementWrapper.from_html_root(root)
            yield from self._inside(name, tree, matcher, ("",), False, False)

    def _inside(
        self, name: str, element: Any, matcher: Any, families: tuple[str, ...],
        bold: bool, italic: bool,
    ) -> Iterator[Shown]:  # fmt: skip
        tag = element.local_name
        node = element.etree_element
        if tag in ("head", "rp", "math") or node.get("hidden"):
            return
        said: dict[str, str] = {}
        # In the order of the cascade.
        for *_, declared in matcher.match(element):
            said |= declared
        if "font-family" in said and said["font-family"] != "inherit":
            families = tuple(part.strip(' "') for part in said["font-family"].split(","))
        if "font-weight" in said and said["font-weight"] != "inherit":
            bold = said["font-weight"] == "bold"
        italic = said.get("font-style", "italic" if italic else "normal") == "italic"

        def text(part: str | None) -> Iterator[Shown]:
            for character in part or "":
                if not character.isspace() and character != "\u2060":
                    yield Shown(name, tag, character, families, bold, italic)

        # The style sheet puts brackets around the calls of notes.
        yield from text("[]" if {"noteref", "backlink"} & element.classes else "")
        yield from text(node.text)
        for child in element.iter_children():
            yield from self._inside(name, child, matcher, families, bold, italic)
            yield from text(child.etree_element.tail)

    def face(self, shown: Shown) -> tuple[str, bool, bool] | None:
        """The embedded face that sets a character: of the first family that has it, the slant and
        then the weight asked for, else another (CSS Fonts 4, section 5.2)."""
        for family in shown.families:
            mine = [key for key in self.fonts if key[0] == family]
            if mine:
                best = max(mine, key=lambda k: (k[2] == shown.italic, k[1] == shown.bold))
                if ord(shown.character) in self.fonts[best].getBestCmap():
                    return best
        return None


def declarations(content: Any) -> dict[str, str]:
    """The declarations of a rule, by name."""
    return {
        item.lower_name: tinycss2.serialize(item.value).strip()
        for item in tinycss2.parse_declaration_list(content, True, True)
        if item.type == "declaration"
    }


def made(
    folder: Path, fonts: str, *, text: str = MANUSCRIPT, edition: str = "hans", more: str = ""
) -> Ebook:
    """A book of a manuscript, as an e-book in one edition."""
    source = folder / "书"
    source.mkdir(exist_ok=True)
    (source / "book.md").write_text(text, "utf-8")
    choice = f'[epub]\nfonts = "{fonts}"\npage-list = false\n'
    (source / "book.toml").write_text('[book]\ntitle = "山水"\n' + choice + more, "utf-8")
    build(source, editions=(edition,), formats=("epub",), output=folder)
    return Ebook.read(folder / "书" / f"书.{edition}.epub")


def small(folder: Path, name: str, edition: str, fonts: str) -> Ebook:
    """One of the small whole books, with another choice of fonts."""
    source = folder / name
    shutil.copytree(BOOKS / name, source)
    with (source / "book.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'\n[epub]\nfonts = "{fonts}"\npage-list = false\n')
    build(source, editions=(edition,), formats=("epub",), output=folder / "output")
    return Ebook.read(folder / "output" / name / f"{name}.{edition}.epub")


# --- what is set in what -------------------------------------------------------------------


def assert_whole(ebook: Ebook) -> None:
    """Every character that a style sheet gives to a family of ours is in it, in the very weight and
    slant asked for: nothing is taken from elsewhere, nothing made bold or slanted by machine."""
    for shown in ebook.shown():
        if any(family.startswith("Book ") for family in shown.families):
            face = ebook.face(shown)
            assert face is not None, shown
            latin = face[0] == "Book Latin"
            assert face[1:] == (shown.bold, shown.italic and latin), (shown, face)


@pytest.mark.parametrize("fonts", ["headings", "full"])
@pytest.mark.parametrize("edition", ["hans", "hant-tw", "hant-hk"])
def test_a_family_that_is_named_has_every_character(
    tmp_path: Path, fonts: str, edition: str
) -> None:
    ebook = made(tmp_path, fonts, edition=edition)
    assert_whole(ebook)
    ours = [s for s in ebook.shown() if s.families[0].startswith("Book ")]
    if fonts == "full":
        assert len(ours) == sum(1 for _ in ebook.shown())
    else:
        assert {"h1", "h2", "h3", "h4"} <= {shown.tag for shown in ours}
        assert not {"p", "strong", "td", "rt", "li"} & {shown.tag for shown in ours}


@pytest.mark.parametrize("fonts", ["headings", "full"])
@pytest.mark.parametrize(("name", "edition"), [("hans-small", "hans"), ("hant-small", "hant-tw")])
def test_the_small_books_are_whole(tmp_path: Path, name: str, edition: str, fonts: str) -> None:
    ebook = small(tmp_path, name, edition, fonts)
    assert_whole(ebook)
    used = {face[0] for shown in ebook.shown() if (face := ebook.face(shown))}
    assert "Book Song" in used
    assert used == {family for family, *_ in ebook.fonts}


def test_a_face_has_what_is_set_in_its_role_and_no_more(tmp_path: Path) -> None:
    ebook = made(tmp_path, "headings", text="# 山\n\n水深。\n\n## 木\n\n火。\n\n# 土\n\n完。\n")
    song = {chr(point) for point in ebook.fonts["Book Song", True, False].getBestCmap()}
    # The title of the book, 目录 above the contents, and the headings.
    assert song == set("山水目录木土\u3000")


def test_the_readers_own_faces(tmp_path: Path) -> None:
    ebook = made(tmp_path, "none")
    assert ebook.fonts == {}
    assert "@font-face" not in ebook.sheet and "Book " not in ebook.sheet
    assert not [name for name in ebook.names if "font" in name or name.startswith("META-INF/l")]
    assert not [name for name in ebook.names if "apple" in name]


def test_headings_have_the_forms_of_their_region(tmp_path: Path) -> None:
    def form(edition: str) -> list[Any]:
        ebook = made(tmp_path, "headings", text="# 花\n\n文。\n\n# 骨\n\n文。\n", edition=edition)
        font, pen = ebook.fonts["Book Song", True, False], RecordingPen()
        font.getGlyphSet()[font.getBestCmap()[ord("骨")]].draw(pen)
        return list(pen.value)

    assert form("hans") != form("hant-tw")


def test_latin_is_slanted_by_its_own_italic(tmp_path: Path) -> None:
    ebook = made(tmp_path, "full")
    slanted = {(s.tag, ebook.face(s)) for s in ebook.shown() if s.italic}
    assert {face for _, face in slanted} == {
        ("Book Latin", False, True),
        ("Book Latin", True, True),
    }


# --- the files -------------------------------------------------------------------------------


def test_every_face_is_named_as_the_style_sheet_names_it(tmp_path: Path) -> None:
    ebook = made(tmp_path, "full")
    reserved = {
        word
        for family in load_rules().families
        for source in family.sources.values()
        for word in (*source.reserved, source.trade)
    }
    for (family, bold, italic), font in ebook.fonts.items():
        names = {entry.nameID: str(entry) for entry in font["name"].names}
        assert names[1] == family
        assert ("Bold" in names[2], "Italic" in names[2]) == (bold, italic)
        assert not [word for word in reserved if word in family]
        assert (font["OS/2"].usWeightClass >= 700) is bold


def test_lines_have_white_between_them_where_nobody_says_how_much(tmp_path: Path) -> None:
    """With line-height: normal, a line is as high as the face asks for: all faces ask for one."""
    for font in made(tmp_path, "full").fonts.values():
        size, lines, os2 = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
        assert (lines.ascent - lines.descent) / size == pytest.approx(1.44, abs=0.002)
        assert lines.ascent / size == pytest.approx(1.1, abs=0.001)
        assert (os2.sTypoAscender, os2.sTypoDescender) == (lines.ascent, lines.descent)


def test_layout_features_go_along(tmp_path: Path) -> None:
    font = made(tmp_path, "full").fonts["Book Song", False, False]
    tags = {
        record.FeatureTag
        for table in ("GSUB", "GPOS")
        for record in font[table].table.FeatureList.FeatureRecord
    }
    # Half widths for text-spacing-trim, vertical forms, regional forms.
    assert {"halt", "palt", "vert", "vhal", "locl"} <= tags


@pytest.mark.parametrize("edition", ["hans", "hant-tw"])
def test_licences_go_along(tmp_path: Path, edition: str) -> None:
    ebook = made(tmp_path, "full", edition=edition)
    said = ebook.licences
    for font in ebook.fonts.values():
        names = {entry.nameID: str(entry) for entry in font["name"].names if entry.langID == 0x409}
        assert " ".join(names[0].split()) in said
    assert "SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007" in said
    taiwan = edition == "hant-tw"
    assert ("OPEN GOVERNMENT DATA LICENSE, VERSION 1.0" in said) is taiwan
    files = [name.removeprefix("EPUB/") for name in ebook.names if name.startswith("EPUB/fonts/")]
    assert len(files) == len(ebook.fonts)
    for file in files:
        assert f"{file}: " in said
    # Each font before the text of its own licence.
    kai = said.index("fonts/book-kai.ttf: " + ("TW-Kai" if taiwan else "LXGW WenKai"))
    sil = said.index("SIL OPEN FONT LICENSE")
    assert (kai > sil) is taiwan


def test_a_declared_face_is_under_its_own_licence(tmp_path: Path) -> None:
    more = '[fonts]\nheading = "Noto Serif CJK JP"\n'
    said = made(tmp_path, "headings", text="# 山\n\n水。\n\n# 石\n\n水。\n", more=more).licences
    assert "fonts/book-heading-bold.otf: Noto Serif CJK JP" in said
    assert "Adobe" in said and "SIL OPEN FONT LICENSE" not in said


def test_the_first_book_stays_small(tmp_path: Path) -> None:
    source = tmp_path / "full"
    source.mkdir()
    seed = ROOT / "seeds" / "liang-wenfeng-60"
    (source / "manuscript.md").write_bytes((seed / "manuscript.md").read_bytes())
    toml = (seed / "book.toml").read_text("utf-8")
    choice = '\n[epub]\nfonts = "full"\npage-list = false\n'
    (source / "book.toml").write_text(toml + choice, "utf-8")
    outcome = build(source, formats=("epub",), output=tmp_path / "output")
    assert len(outcome.artifacts) == 4
    for artifact in outcome.artifacts:
        with zipfile.ZipFile(artifact.path) as archive:
            sizes = [i.compress_size for i in archive.infolist() if "/fonts/" in i.filename]
        assert 100_000 < sum(sizes) < 1_000_000
        assert_whole(Ebook.read(artifact.path))


def test_a_rebuild_cuts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made(tmp_path, "full")
    first = (tmp_path / "书" / "书.hans.epub").read_bytes()
    (tmp_path / "书" / "书.hans.epub").unlink()
    monkeypatch.setattr(subsets, "_cut", lambda *_: pytest.fail("cut again"))
    made(tmp_path, "full")
    assert (tmp_path / "书" / "书.hans.epub").read_bytes() == first


# --- characters that no face has ---------------------------------------------------------------


def said_of(folder: Path, fonts: str, text: str) -> list[Diagnostic]:
    source = folder / fonts
    source.mkdir()
    (source / "book.md").write_text(text, "utf-8")
    toml = f'[book]\ntitle = "山水"\n[epub]\nfonts = "{fonts}"\npage-list = false\n'
    (source / "book.toml").write_text(toml, "utf-8")
    try:
        found = build(source, formats=("epub",), output=folder / "output").diagnostics
    except Failure as failure:
        found = failure.diagnostics
    return [item for item in found if item.code == "F-GLYPH"]


@pytest.mark.parametrize(
    ("fonts", "in_title", "in_text"),
    [
        ("none", "warning", "warning"),
        ("headings", "error", "warning"),
        ("full", "error", "error"),
    ],
)
def test_a_missing_glyph_is_an_error_where_the_face_is_embedded(
    tmp_path: Path, fonts: str, in_title: str, in_text: str
) -> None:
    found = said_of(tmp_path, fonts, "# 山😀\n\n水🙈。\n\n# 石\n\n水。\n")
    severities = {item.message.partition(" has ")[2][:1]: item.severity for item in found}
    assert severities["🙈"] == in_text
    heading = [item.severity for item in found if "for heading has 😀" in item.message]
    assert heading == [in_title]
