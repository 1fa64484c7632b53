"""The cover: what is designed, and that the picture and the page show it."""

from __future__ import annotations

import dataclasses
import io
import itertools
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jinja2
import pytest
from acceptance import built, make_book, publish
from lxml import etree
from PIL import Image

from publish.diagnostics import Failure
from publish.fonts import FaceSet, css, resolve
from publish.model.book import (
    Asset,
    Block,
    Book,
    Chapter,
    Contributor,
    Entry,
    Meta,
    Number,
    Paragraph,
    Ruby,
    Section,
    Strong,
    Text,
)
from publish.model.edition import Edition, Geometry
from publish.model.printers import printer
from publish.model.texture import FILL, boxes
from publish.render import cover_picture, wrap
from publish.render.columns import pieces
from publish.render.cover import MAX_PITCH, THEMES, design, view
from publish.render.cover_picture import image
from publish.render.spine import Spine, spine
from publish.render.title import SIZES, balanced, fewest_lines, fit_lines, units, width

ROOT = Path(__file__).resolve().parent.parent
A5 = Geometry("A5", 148, 210)


def an_edition(**changes: Any) -> Edition:
    table = tomllib.loads((ROOT / "styles" / "words.toml").read_text(encoding="utf-8"))
    edition = Edition("hans", "hans", "cn", A5, table["hans"])
    return dataclasses.replace(edition, **changes)


def paragraph(length: int, strong: bool = False) -> Paragraph:
    text = Text("字" * length)
    return Paragraph((Strong((text,)),) if strong else (text,))


def entry(number: int, length: int, strong: bool = False) -> Entry:
    label = Number(number, "label", str(number))
    return Entry(label, (paragraph(length, strong),), f"t{number}")


def a_book(*blocks: Block, **meta: Any) -> Book:
    chapter = Chapter((), blocks or (paragraph(10),), "c")
    return Book(Meta(**{"title": "山居", **meta}), (), (chapter,))


def sixty(**meta: Any) -> Book:
    entries = [entry(n, 20 + n * 37 % 90, strong=n in (12, 47)) for n in range(1, 61)]
    named = {"title": "梁文锋60条思考", "title_lines": ("梁文锋", "60条思考"), **meta}
    return a_book(*entries, **named)


@pytest.fixture(scope="module")
def faces() -> FaceSet:
    found, diagnostics = resolve(an_edition(), ROOT)
    assert diagnostics == ()
    return found


# --- bars --------------------------------------------------------------------------


def test_one_bar_for_each_entry_and_the_strong_ones_in_the_accent() -> None:
    made = design(sixty(), an_edition())
    assert made.texture == "entries"
    assert len(made.bars) == 60
    assert [n for n, bar in enumerate(made.bars, 1) if bar.accent] == [12, 47]
    lengths = [20 + n * 37 % 90 for n in range(1, 61)]
    assert [bar.length for bar in made.bars] == [length / max(lengths) for length in lengths]


def test_entries_inside_sections_count_and_white_space_does_not() -> None:
    spaced = Entry(Number(2, "label", "2"), (Paragraph((Text("一 二　三"),)),), "t2")
    ruby = Entry(Number(3, "label", "3"), (Paragraph((Ruby((("覃", "qín"),)),)),), "t3")
    section = Section(2, (), (entry(1, 6), spaced, ruby), "s")
    made = design(a_book(section), an_edition())
    assert [bar.length for bar in made.bars] == [1, 3 / 6, 1 / 6]


def test_one_bar_for_each_paragraph_of_other_books_sixty_at_most() -> None:
    made = design(a_book(*(paragraph(n + 1) for n in range(100))), an_edition())
    assert made.texture == "paragraphs"
    assert [bar.length for bar in made.bars] == [(n + 1) / 60 for n in range(60)]


def test_a_few_entries_in_a_long_text_are_not_its_texture() -> None:
    made = design(a_book(entry(1, 50), entry(2, 50), *[paragraph(90)] * 3), an_edition())
    assert made.texture == "paragraphs" and len(made.bars) == 3


def test_the_front_matter_lends_its_paragraphs_only_where_there_is_no_body() -> None:
    front = Chapter((), (paragraph(5), paragraph(10)), "f")
    both = dataclasses.replace(a_book(paragraph(7)), front=(front,))
    assert len(design(both, an_edition()).bars) == 1
    only = dataclasses.replace(both, body=())
    assert [bar.length for bar in design(only, an_edition()).bars] == [0.5, 1.0]


def test_a_book_without_text_has_no_bars(faces: FaceSet) -> None:
    book = Book(Meta("空"), (), ())
    made = design(book, an_edition())
    assert made.bars == () and made.texture == ""
    assert view(made, an_edition())["bars"] == []
    assert image(made, faces, (80, 128)).startswith(b"\xff\xd8")


def test_bars_stand_where_the_design_has_them() -> None:
    values = view(design(sixty(), an_edition()), an_edition())
    # look.md section 6: left 20 mm, title from 24 mm, bars from 94 to 190 mm, .4 of the pitch.
    assert values["left"] == pytest.approx(20, abs=0.1)
    assert values["title_top"] == pytest.approx(24, abs=0.1)
    assert values["bars_top"] == pytest.approx(94, abs=0.1)
    assert values["bars_top"] + values["bars_height"] == pytest.approx(190, abs=0.1)
    assert max(bar["width"] for bar in values["bars"]) == pytest.approx(104, abs=0.5)
    tops = [bar["top"] for bar in values["bars"]]
    assert tops[1] - tops[0] == pytest.approx(1.6, abs=0.01)
    assert values["bars"][0]["height"] == pytest.approx(0.64, abs=0.01)
    assert len({round(b - a, 2) for a, b in itertools.pairwise(tops)}) == 1


def test_few_bars_stay_thin_and_stand_on_the_foot() -> None:
    values = view(design(a_book(paragraph(4), paragraph(9)), an_edition()), an_edition())
    assert values["bars"][0]["height"] == pytest.approx(MAX_PITCH * FILL)
    assert values["bars_top"] + 2 * MAX_PITCH == pytest.approx(190, abs=0.1)


def test_the_same_drawing_in_a_small_box_for_the_end_page() -> None:
    bars = design(sixty(), an_edition()).bars
    small = boxes(bars, 42, 63)
    assert len(small) == 60 and max(box.width for box in small) == 42
    assert small[-1].top + small[-1].height < 63
    assert min(box.width for box in small) >= small[0].height


# --- the title ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "declared", "size", "lines"),
    [
        ("梁文锋60条思考", ("梁文锋", "60条思考"), 44, ("梁文锋", "60条思考")),
        ("活着", (), 44, ("活着",)),
        ("百年孤独", (), 44, ("百年孤独",)),
        ("红楼梦诗词", (), 44, ("红楼梦诗词",)),
        ("现代汉语词典释义", ("现代汉语词典释义",), 36, ("现代汉语词典释义",)),
        ("现代汉语词典释义初编", ("现代汉语词典释义初编",), 24, ("现代汉语词典释义初编",)),
        ("山海：一部地方史", (), 44, ("山海：", "一部地方史")),
    ],
)
def test_the_largest_size_at_which_the_longest_line_fits(
    title: str, declared: tuple[str, ...], size: float, lines: tuple[str, ...]
) -> None:
    made = design(a_book(title=title, title_lines=declared), an_edition())
    assert (made.size, made.lines) == (size, lines)
    assert all(width(line) * made.size <= A5.measure for line in made.lines)


def test_numbers_words_and_marks_stay_together() -> None:
    assert units("梁文锋60条思考") == ("梁", "文", "锋", "60条", "思", "考")
    assert units("DeepSeek的“开源”之路：2023-2025年") == (
        *("DeepSeek的", "“开", "源”", "之", "路：", "2023-2025年"),
    )
    assert units("C++与Rust's借用") == ("C", "+", "+", "与", "Rust's", "借", "用")
    for title in ("梁文锋60条思考", "从GB/T 15834到clreq", "一、二（三）四！"):
        assert "".join(units(title)) == title


def test_lines_are_balanced_and_break_at_marks() -> None:
    assert balanced("梁文锋60条思考", 2) == ("梁文锋", "60条思考")
    assert balanced("中文排版：从铅字到屏幕的百年", 2) == ("中文排版：", "从铅字到屏幕的百年")
    assert balanced("一二三四五六七八九", 3) == ("一二三", "四五六", "七八九")
    assert balanced("一", 5) == ("一",) and balanced("", 2) == ()
    assert balanced("一二三四", 2, limit=2) == ("一二", "三四")
    assert balanced("一二三四五", 2, limit=2) == ()


@pytest.mark.parametrize("length", [15, 40, 100, 300, 3000])
def test_a_long_title_is_whole_and_within_the_measure(length: int, faces: FaceSet) -> None:
    title = ("关于中文排版与EPUB制作的若干问题" * (length // 18 + 1))[:length]
    made = design(a_book(title=title), an_edition())
    assert "".join(made.lines) == title
    assert all(width(line) * made.size <= A5.measure for line in made.lines)
    values = view(made, an_edition())
    bottom = values["title_top"] + len(made.lines) * made.leading / A5.PT_PER_MM
    if values["bars"]:
        assert bottom < values["bars_top"]
    assert len(image(made, faces, (400, 640))) > 1000


def test_a_word_that_is_longer_than_a_line_is_cut() -> None:
    size, lines = fit_lines("A" * 200, (), 294, 100)
    assert size == SIZES[-1] and "".join(lines) == "A" * 200
    assert all(width(line) * size.size <= 294 for line in lines)


def test_every_trim_has_its_own_measure() -> None:
    small = Geometry("小32开", 130, 184, chars=25, lines=23)
    made = design(sixty(), an_edition(geometry=small))
    assert made.measure == pytest.approx(25 * 10.5 / A5.PT_PER_MM)
    assert made.left == pytest.approx(small.inner / A5.PT_PER_MM)
    assert max(width(line) for line in made.lines) * made.size <= small.measure


# --- subtitle and authors ----------------------------------------------------------


def test_nobody_is_invented() -> None:
    made = design(sixty(), an_edition())
    assert made.authors == () and made.subtitle == ""
    assert "cover-small" not in page(sixty(), an_edition())


def test_authors_bare_and_others_with_what_they_did() -> None:
    people = (Contributor("甲"), Contributor("乙", "trl"), Contributor("丙", "edt"))
    assert design(sixty(authors=people), an_edition()).authors == ("甲", "乙 译", "丙 编")


def test_small_lines_stand_between_title_and_bars() -> None:
    people = tuple(Contributor(f"作者{n}") for n in range(3))
    values = view(design(sixty(authors=people, subtitle="副题"), an_edition()), an_edition())
    title_end = values["title_top"] + len(values["lines"]) * values["leading"] / A5.PT_PER_MM
    small_end = values["small_top"] + 4 * values["small_leading"] / A5.PT_PER_MM
    assert title_end < values["small_top"] and small_end < values["bars_top"]


def test_a_long_subtitle_is_broken_within_the_measure() -> None:
    long = "关于第戎科学院提出的问题的一篇论文，兼及与伏尔泰的通信两封，附年表与注释"
    values = view(design(sixty(subtitle=long), an_edition()), an_edition())
    lines = ["".join(run["text"] for run in line["runs"]) for line in values["small"]]
    assert len(lines) == 2 and "".join(lines) == long
    assert all(width(line) <= A5.chars for line in lines)
    assert values["bars_top"] > values["small_top"] + 2 * values["small_leading"] / A5.PT_PER_MM


def rows_of(picture: Image.Image, ink: str) -> list[tuple[int, int]]:
    """The runs of rows that have any of a colour, from the top."""
    rows = []
    for y in range(picture.height):
        colours = picture.crop((0, y, picture.width, y + 1)).getcolors(1_000_000)
        rows.append(any(near(colour, ink) for _, colour in colours))
    edges = [y for y in range(1, len(rows)) if rows[y] != rows[y - 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


@pytest.mark.slow
def test_small_type_is_larger_on_the_picture_and_stays_within_the_measure(faces: FaceSet) -> None:
    people = (Contributor("国国国国国国"),)
    made = design(a_book(title="国国", authors=people, subtitle="国" * 30), an_edition())
    picture = pixels(image(made, faces))
    title, *small, bars = rows_of(picture, made.theme.ink)
    # Thirty characters of a twenty-fifth of the width are two lines; the author is another.
    assert len(small) == 3
    sizes = [below - above for above, below in small]
    assert all(0.8 * 64 < size < 64 for size in sizes)
    assert small[1][0] - small[0][0] == pytest.approx(1600 / 15, abs=1)
    assert title[1] < small[0][0] and small[-1][1] < bars[0]
    right = round((made.left + made.measure) / made.width * 1600)
    margin = picture.crop((right + 3, 0, 1600, bars[0])).getcolors(1_000_000)
    assert all(near(colour, made.theme.ground, 12) for _, colour in margin)


# --- themes ------------------------------------------------------------------------


def test_a_theme_there_is_not() -> None:
    with pytest.raises(Failure) as caught:
        design(sixty(), an_edition(theme="papr"))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "R-THEME" and diagnostic.hints == ("did you mean 'paper'?",)


# --- the picture -------------------------------------------------------------------


def pixels(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG" and picture.mode == "RGB"
    return picture


def near(colour: Any, wanted: str, allow: int = 40) -> bool:
    target = tuple(int(wanted[n : n + 2], 16) for n in (1, 3, 5))
    return all(abs(a - b) <= allow for a, b in zip(colour, target, strict=True))


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_picture_shows_ground_title_and_bars(theme: str, faces: FaceSet) -> None:
    picture = pixels(image(design(sixty(), an_edition(theme=theme)), faces))
    colours = THEMES[theme]
    assert picture.size == (1600, 2560)
    assert near(picture.getpixel((5, 5)), colours.ground, 4)
    assert near(picture.getpixel((1595, 2555)), colours.ground, 4)
    # Down the left ends of the bars: sixty runs, two of them in the accent.
    runs: list[str] = []
    before = ""
    for y in range(1100, 2400):
        colour = picture.getpixel((round(20 / 148 * 1600) + 4, y))
        kind = "ground" if near(colour, colours.ground) else "other"
        if near(colour, colours.ink):
            kind = "ink"
        elif near(colour, colours.accent):
            kind = "accent"
        if kind in ("ink", "accent") and before not in ("ink", "accent"):
            runs.append(kind)
        if kind != "other":
            before = kind
    assert len(runs) == 60
    assert [n for n, kind in enumerate(runs, 1) if kind == "accent"] == [12, 47]
    title = picture.crop((215, 300, 1000, 700)).convert("L")
    assert len(set(title.tobytes())) > 50


def test_a_title_wider_than_the_estimate_is_made_to_fit(faces: FaceSet) -> None:
    made = design(a_book(title="山居"), an_edition())
    wide = dataclasses.replace(made, lines=("山居山居山居山居山居",))
    picture = pixels(image(wide, faces, (400, 640)))
    right = round((made.left + made.measure) / made.width * 400)
    margin = picture.crop((right + 3, 0, 400, 640))
    colours = margin.getcolors(1_000_000)
    assert all(near(colour, THEMES["paper"].ground, 12) for _, colour in colours)


SCRIPT = """
import hashlib, sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
import test_cover as t
faces, _ = t.resolve(t.an_edition(), t.ROOT)
people = (t.Contributor("某甲"), t.Contributor("John Smith", "trl"))
made = t.design(t.sixty(authors=people, subtitle="DeepSeek访谈"), t.an_edition())
sys.stdout.write(hashlib.sha256(t.image(made, faces)).hexdigest())
"""


def test_same_bytes_in_any_time_zone_and_hash_seed(tmp_path: Path) -> None:
    script = SCRIPT.format(root=str(ROOT), tests=str(ROOT / "tests"))
    sums = set()
    for number, zone in enumerate(("UTC", "Asia/Shanghai")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number * 7 + 1)}
        environment["XDG_CACHE_HOME"] = str(tmp_path / str(number))
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, timeout=120, capture_output=True
        )
        sums.add(done.stdout)
    assert len(sums) == 1 and re.fullmatch(rb"[0-9a-f]{64}", sums.pop())


def test_a_cover_is_drawn_once(
    tmp_path: Path, faces: FaceSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    small = (160, 256)
    first = image(design(sixty(), an_edition()), faces, small)
    declared = image(design(with_cover(a_picture((30, 48))), an_edition()), faces, small)
    other = image(design(with_cover(a_picture((30, 49))), an_edition()), faces, small)
    assert declared != other
    monkeypatch.setattr(cover_picture, "_drawn", lambda *_: pytest.fail("drawn again"))
    monkeypatch.setattr(cover_picture, "fitted", lambda *_: pytest.fail("read again"))
    assert image(design(sixty(), an_edition()), faces, small) == first
    assert image(design(with_cover(a_picture((30, 48))), an_edition()), faces, small) == declared
    with pytest.raises(pytest.fail.Exception):
        image(design(sixty(subtitle="另一本"), an_edition()), faces, small)


# --- a declared picture ------------------------------------------------------------


def a_picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB", **save: Any) -> bytes:
    data = io.BytesIO()
    Image.new(mode, size, 90 if mode == "L" else tuple([90] * len(mode))).save(data, kind, **save)
    return data.getvalue()


def with_cover(data: bytes, name: str = "art/cover.png") -> Book:
    asset = Asset(name, "image/png", data)
    return dataclasses.replace(sixty(cover=name), assets=(asset,))


@pytest.mark.parametrize(
    ("size", "want"),
    [((2000, 3200), (1600, 2560)), ((2000, 500), (1600, 400)), ((300, 480), (300, 480))],
)
def test_a_declared_picture_fits_and_is_never_enlarged(
    size: tuple[int, int], want: tuple[int, int], faces: FaceSet
) -> None:
    made = design(with_cover(a_picture(size)), an_edition())
    assert pixels(image(made, faces)).size == want
    assert pixels(image(made, faces)).getpixel((9, 9)) == (90, 90, 90)


@pytest.mark.parametrize("mode", ["L", "RGBA", "CMYK"])
def test_declared_pictures_of_other_modes(mode: str, faces: FaceSet) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    made = design(with_cover(a_picture((30, 48), kind, mode)), an_edition())
    assert pixels(image(made, faces)).size == (30, 48)


def test_a_declared_picture_is_turned_upright_and_loses_its_metadata(faces: FaceSet) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    exif[0x010F] = "secret camera"
    data = a_picture((60, 30), "JPEG", exif=exif)
    assert b"secret camera" in data
    made = image(design(with_cover(data), an_edition()), faces)
    assert pixels(made).size == (30, 60) and b"secret" not in made


@pytest.mark.parametrize(
    ("data", "words_of"),
    [
        (b"no picture", "is not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture"),
        (a_picture((300, 480))[:200], "cannot be read"),
        (b"", "is not a picture"),
    ],
)
def test_a_bad_picture_is_an_error(data: bytes, words_of: str, faces: FaceSet) -> None:
    with pytest.raises(Failure) as caught:
        image(design(with_cover(data), an_edition()), faces)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "R-COVER" and words_of in diagnostic.message
    assert diagnostic.path == "art/cover.png"


def test_a_declared_picture_that_is_not_there_is_an_error() -> None:
    with pytest.raises(Failure, match="is not among the files"):
        design(sixty(cover="art/none.png"), an_edition())


def test_a_picture_bomb_is_not_unpacked(faces: FaceSet) -> None:
    bomb = a_picture((9000, 8000), mode="1")
    assert len(bomb) < 30_000
    with pytest.raises(Failure, match="64 million pixels"):
        image(design(with_cover(bomb), an_edition()), faces)


# --- the page of the PDF -----------------------------------------------------------


def page(book: Book, edition: Edition) -> str:
    loader = jinja2.FileSystemLoader(ROOT / "styles" / "templates")
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("cover.html")
    return template.render(cover=view(design(book, edition), edition))


def test_the_template_is_well_formed_and_escapes() -> None:
    book = sixty(
        title='<b>&"{{ 7 }}', title_lines=(), subtitle="<i>{% x %}", authors=(Contributor("&"),)
    )
    tree = etree.fromstring(page(book, an_edition()))
    assert not list(tree.iter("b", "i"))
    title = "".join(tree.find("p").itertext())
    assert title == '<b>&"{{ 7 }}'
    small = [re.sub(r"\s", "", "".join(p.itertext())) for p in tree.find("div[2]")]
    assert small == ["<i>{%x%}", "&"]
    assert len(tree.findall(".//{http://www.w3.org/2000/svg}rect")) == 60


def test_a_declared_picture_is_all_there_is_on_the_page() -> None:
    tree = etree.fromstring(page(with_cover(a_picture((3, 5))), an_edition()))
    assert tree.find("img").get("src") == "art/cover.png"
    assert tree.find("img").get("alt") == "封面：《梁文锋60条思考》"
    assert tree.find("p") is None


def test_the_page_stands_on_the_grid_of_the_design(faces: FaceSet) -> None:
    import pymupdf
    import weasyprint

    book = sixty(subtitle="DeepSeek访谈", authors=(Contributor("某甲"),))
    sheet = (ROOT / "styles" / "css" / "cover.css").read_text(encoding="utf-8")
    text = frozenset("梁文锋60条思考DeepSeek访谈某甲后文 ")
    frame = '@page { size: 148mm 210mm } html { font-family: "Book Latin", "Book Song" }'
    html = f"<style>{css(faces, text)} {frame} body {{ margin: 0 }} {sheet}</style>"
    html += page(book, an_edition()) + '<section style="page: text">后文</section>'
    document = pymupdf.open(stream=weasyprint.HTML(string=html).write_pdf())
    assert len(document) == 2
    lines: dict[float, str] = {}
    for block in document[0].get_text("dict")["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                key = round(span["origin"][1], 1)
                lines[key] = lines.get(key, "") + span["text"].strip()
    made = design(book, an_edition())
    top = made.top * A5.PT_PER_MM
    first = top + 29 + 0.324 * 44
    small = top + 2 * 58 + 0.8 * 18 + 9 + 0.324 * 10.5
    baselines = [first, first + 58, small, small + 18]
    assert list(lines) == pytest.approx(baselines, abs=0.2)
    assert [re.sub(r"\s", "", line) for line in lines.values()] == [
        *("梁文锋", "60条思考", "DeepSeek访谈", "某甲"),
    ]
    left = min(block["bbox"][0] for block in document[0].get_text("dict")["blocks"])
    assert left == pytest.approx(A5.inner, abs=0.5)


@pytest.mark.slow
def test_a_book_by_several_hands_is_built(tmp_path: Path) -> None:
    """Every name stands on the cover, on the title page and in the imprint, in print and e-book."""
    names = '["林一", {name = "陈二水", role = "trl"}, {name = "周三石", role = "edt"}, "吴四"]'
    make_book(tmp_path / "book", "# 灯下\n\n夜里停电。\n", f"[book]\nauthor = {names}\n")
    built(publish("build", "book", cwd=tmp_path))


# --- vertical lines ----------------------------------------------------------------

COLUMNS = dataclasses.replace(A5, chars=40, lines=17, vertical=True)


def a_vertical_edition() -> Edition:
    edition = an_edition(writing="vertical", binding="right", geometry=COLUMNS)
    return dataclasses.replace(edition, name="hant-tw-v", script="hant", region="tw")


def test_columns_stand_at_the_spine_and_bars_at_the_fore_edge() -> None:
    """In the frame that lies: what is above comes to the right."""
    people = (Contributor("某甲"), Contributor("乙", "trl"))
    book = sixty(subtitle="訪談", authors=people)
    made = view(design(book, a_vertical_edition()), a_vertical_edition())
    point = A5.PT_PER_MM
    assert made["vertical"] and made["start"] == pytest.approx(COLUMNS.top * 1.2 / point, abs=0.01)
    # The characters of the first column end on the margin.
    edge = made["title_top"] + (made["leading"] - made["size"]) / 2 / point
    assert edge == pytest.approx(COLUMNS.inner / point, abs=0.01)
    title_end = made["title_top"] + len(made["lines"]) * made["leading"] / point
    small_end = made["small_top"] + 2 * made["small_leading"] / point
    assert title_end < made["small_top"] < small_end < made["bars_top"]
    assert made["bars_top"] >= 148 * 94 / 210 - 0.01
    assert made["bars_top"] + made["bars_height"] == pytest.approx(
        148 - COLUMNS.outer / point, 0.01
    )
    assert max(bar["width"] for bar in made["bars"]) == pytest.approx(made["measure"], abs=0.1)
    # The first name stands at the foot of the subtitle's column, the next one beside it.
    assert [(line["row"], line["foot"]) for line in made["small"]] == [
        *((0, False), (0, True), (1, True)),
    ]
    assert [run["text"] for line in made["lines"] for run in line if run["upright"]] == ["60"]


def test_a_title_in_columns_has_white_between_itself_and_the_bars() -> None:
    """More than between its columns: bars so near looked like one more of them."""
    made = view(design(sixty(), a_vertical_edition()), a_vertical_edition())
    point = A5.PT_PER_MM
    beside = (made["leading"] - made["size"]) / 2 / point
    end = made["title_top"] + len(made["lines"]) * made["leading"] / point - beside
    assert len(made["lines"]) == 2 and made["bars"]
    assert (made["bars_top"] - end) * point >= 1.25 * made["size"] - 0.1
    assert made["bars_top"] + made["bars_height"] <= 148 - COLUMNS.outer / point + 0.01


@pytest.mark.parametrize("length", [1, 15, 40, 100, 300])
def test_a_long_title_is_whole_in_columns_and_leaves_the_bars_alone(length: int) -> None:
    title = ("關於中文排版與EPUB製作的若干問題" * (length // 18 + 1))[:length]
    book = sixty(title=title, title_lines=(), subtitle="國" * 60, authors=(Contributor("某甲"),))
    made = design(book, a_vertical_edition())
    values = view(made, a_vertical_edition())
    assert "".join(made.lines) == title
    longest = max(map(width, made.lines)) * made.size / A5.PT_PER_MM
    assert longest <= values["measure"]
    title_end = values["title_top"] + len(made.lines) * made.leading / A5.PT_PER_MM
    assert title_end <= values["small_top"]
    rows = values["small"][-1]["row"] + 1
    small_end = values["small_top"] + rows * values["small_leading"] / A5.PT_PER_MM
    assert small_end < values["bars_top"] + 0.01
    # A subtitle as long as its column leaves no room for a name at its foot.
    assert [line["row"] for line in values["small"] if line["foot"]] == [rows - 1]


def test_a_picture_has_columns_too() -> None:
    edition = a_vertical_edition()
    faces, _ = resolve(edition, ROOT)
    book = sixty(title="十 60 A", title_lines=("十", "60", "國A"), authors=(Contributor("國國國"),))
    picture = pixels(image(design(book, edition), faces))
    assert picture.size == (1600, 2560)
    lying = picture.transpose(Image.Transpose.ROTATE_90)
    ink = THEMES["paper"].ink
    first, zero, six, third, *_ = rows_of(lying.crop((0, 0, 700, 1600)), ink)
    scale = 1600 / 148 / A5.PT_PER_MM
    # The first column begins at the margin of the spine, and columns follow to the left.
    assert first[0] == pytest.approx(COLUMNS.inner * scale, abs=20)
    size = design(book, edition).size * scale
    # Two digits stand side by side in one square, as broad as high.
    assert 0.6 * size < six[1] - zero[0] <= size + 1
    column = picture.crop((1600 - six[1], 0, 1600 - zero[0], 900))
    (digits,) = rows_of(column, ink)
    assert 0.5 * size < digits[1] - digits[0] < 0.8 * size
    assert third[0] > six[1]
    # The author stands at the foot, on the left of the title.
    left = 1600 - third[1]
    name, *_ = rows_of(picture.crop((left - 200, 0, left - 100, 2560)), ink)
    assert name[0] > 1800


def test_the_page_of_columns_is_well_formed() -> None:
    edition = a_vertical_edition()
    tree = etree.fromstring(page(sixty(subtitle="<i>", authors=(Contributor("&"),)), edition))
    (lying,) = tree.findall("div[@class='cover-columns']")
    assert "".join(lying.find("p").itertext()) == "梁文锋60条思考"
    assert [p.get("class") for p in lying.find("div")] == ["cover-line", "cover-line cover-foot"]
    assert len(lying.findall(".//{http://www.w3.org/2000/svg}rect")) == 60
    assert tree.findall("p") == []


# --- the spine -------------------------------------------------------------------


def a_spine(title: str, *names: str, broad: float = 9.2) -> Spine:
    authors = tuple(map(Contributor, names))
    return spine(design(a_book(title=title, authors=authors), an_edition()), broad, 1.6)


def shown(title: str, *names: str) -> list[str]:
    made = design(a_book(title=title, authors=tuple(map(Contributor, names))), an_edition())
    return [str(column.text) for column in spine(made, 12, 1.6).columns(made)]


@pytest.mark.parametrize(
    ("broad", "title", "names"), [(5, 0, 0), (6.05, 7.48, 7), (9.2, 13.04, 8.48), (48, 24, 12)]
)
def test_type_grows_with_the_spine(broad: float, title: float, names: float) -> None:
    made = a_spine("灯下60夜", "林一", broad=broad)
    assert (made.size, made.names_size) == pytest.approx((title, names), abs=0.01)


def test_words_with_accents_are_whole_and_short_numbers_stand() -> None:
    title, names = shown("第3版：100%的El Niño与60个故事", "林一", "Gabriel García Márquez")
    assert title.count("<span") == 4
    assert '第<span class="upright">3</span>版' in title
    assert "：100%的" in title.replace('<span class="cover-gap">', "").replace("</span>", "")
    assert '<span class="upright">60</span>个故事' in title
    assert names.count('class="wrap-name"') == 2
    assert '<span class="wrap-name">Gabriel García Márquez</span>' in names


def test_digits_stand_one_below_another_on_covers() -> None:
    assert [tuple(piece) for piece in pieces("到2025年的7月", digits=True)] == [
        ("到", False, ""),
        ("2025", False, "digits"),
        ("年的", False, ""),
        ("7", False, "upright"),
        ("月", False, ""),
    ]
    assert [piece.upright for piece in pieces("到2025年")] == ["", "", ""]
    assert (width("到2025年", digits=True), width("第12回", digits=True)) == (6, 3)
    lines = fewest_lines("從1949年到1978年", 7, digits=True)
    assert lines == ("從1949年", "到1978年")
    assert len(fewest_lines("從1949年到1978年", 10)) == 1


def test_a_title_too_long_for_one_line_has_several_and_one_for_none_stays_away() -> None:
    long = "在停电的夜里读书写字的人们与他们的一百个故事：" * 4
    made = a_spine(long, "林一", broad=12)
    assert len(made.title) == 2 and "".join(made.title) == long and made.names == ("林一",)
    assert made.size >= 7
    assert a_spine(long, "林一", broad=6.5) == Spine()


def test_lines_of_a_spine_stand_from_right_to_left_about_its_middle() -> None:
    book = a_book(title="在停电的夜里读书写字的人们与他们的一百个故事：" * 4)
    made = design(book, an_edition())
    first, second = spine(made, 12, 1.6).columns(made)
    assert first.middle == -second.middle > 0
    assert (first.top, first.height) == (second.top, second.height)


def test_many_names_go_before_the_title_does() -> None:
    names = [f"诸葛孔明之{number}号" for number in range(30)]
    made = a_spine("灯下60夜", *names)
    assert made.title == ("灯下60夜",) and made.names == ()


@pytest.mark.parametrize(
    ("title", "authors", "missing"),
    [
        ("灯下60夜", ["林一"], []),
        ("灯下60夜", [f"诸葛孔明之{number}号" for number in range(30)], ["诸葛孔明之0号、"]),
        ("在停电的夜里读书写字的人们与他们的一百个故事：" * 9, ["林一"], ["在停电的夜里"]),
    ],
)
def test_what_the_spine_has_no_room_for_is_told(
    title: str, authors: list[str], missing: list[str]
) -> None:
    book = a_book(title=title, authors=tuple(map(Contributor, authors)))
    whole = wrap.Wrap(148, 210, 6.5, 0, 3)
    told = wrap.left_out(book, an_edition(), whole, printer("offset"), 200)
    assert [one.code for one in told] == ["R-SPINE"] * len(missing)
    assert all(text in one.message for text, one in zip(missing, told, strict=True))
    # A spine that is too thin for a title at all has none to miss.
    thin = dataclasses.replace(whole, spine=2.0)
    assert wrap.left_out(book, an_edition(), thin, printer("offset"), 20) == ()
