"""A small book in reading engines: what a reader would see, measured (tests/readers).

Blink and MuPDF here; Gecko and WebKit, and all books, in ``make acceptance``.  The pages are left
for a person to look at, under ``output/readers``.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from acceptance import ROOT
from conftest import Built
from PIL import Image
from readers import engines, sheet
from readers.faults import CHECKS, Fault, check, contrast, line_starts, overlaps
from readers.mupdf import EM
from readers.reading import SIZES, Glyph, Section, View, opens

#: The telephone with type of twice the size: as many ems to a column.
LARGE_TYPE = (SIZES[0][0] // 2, SIZES[0][1] // 2)
#: Style sheets that break one rule each, and changes of the text that break others.
BAD_CSS = """
.poem { letter-spacing: -.5em }
p { line-break: anywhere !important }
pre { white-space: pre !important; width: 900px }
blockquote { color: #aaa }
.references { visibility: hidden }
h2 { break-after: column !important }
.formula, .formula .number { display: block !important }
mtd { text-align: -webkit-center !important }
.lead-in.brief { break-after: column !important }
:root { color-scheme: light !important; background: #fff; color: #000 }
"""
BAD_TEXT: dict[str, Sequence[tuple[str, str]]] = {
    # The contents: an entry for no place, one that says something else.
    "nav.xhtml": ((r"#c1-s1", "#nowhere"), (r">看的次序<", ">听的次序<"), (r">雾<", ">雨<")),
    # A note that no reader takes for one, and another that does not lead back.
    "chapter-1.xhtml": ((r' epub:type="footnote" role="doc-footnote"', ""),),
    "chapter-2.xhtml": ((r'href="#[^"]*-call"', 'href="#c2"'),),
}


def broken(path: Path, folder: Path) -> Path:
    """A copy of an EPUB with the faults above."""
    target = folder / "broken.epub"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("book.css"):
                content += BAD_CSS.encode()
            for pattern, replacement in BAD_TEXT.get(Path(entry.filename).name, ()):
                text, count = re.subn(pattern, replacement, content.decode())
                assert count, pattern
                content = text.encode()
            copy.writestr(entry, content)
    return target


@pytest.fixture(scope="module")
def seen(hans_small: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[View]]:
    """The small book in each quick engine, in large type and the broken one on a telephone in
    Blink."""
    folder = tmp_path_factory.mktemp("readers")
    path = hans_small.path("hans", "epub")
    found = {name: engines.read(name, [path], folder / name) for name in engines.QUICK}
    found["large"] = engines.read("blink", [path], folder / "large", [LARGE_TYPE])
    bad = [broken(path, folder)]
    return {**found, "broken": engines.read("blink", bad, folder / "broken", SIZES[:1])}


@pytest.mark.slow
@pytest.mark.parametrize("engine", engines.QUICK)
@pytest.mark.parametrize("rule", CHECKS)
def test_nothing_is_wrong(
    seen: dict[str, list[View]],
    engine: str,
    rule: Callable[[View], Sequence[Fault]],
) -> None:
    found = [fault for view in seen[engine] for fault in rule(view)]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.slow
def test_nothing_is_lost_in_large_type(seen: dict[str, list[View]]) -> None:
    """A head with its white may fill a page alone; else all is as it is in smaller type."""
    found = [fault for view in seen["large"] for fault in check(view) if fault.rule != "stranded"]
    assert found == [], "\n".join(map(str, found))
    assert len(seen["large"]) == 2


@pytest.mark.slow
def test_every_page_was_looked_at(seen: dict[str, list[View]]) -> None:
    """A reader that shows nothing breaks no rule."""
    for engine in engines.QUICK:
        for view in seen[engine]:
            text = "".join(g.character for section in view.sections for g in section.glyphs)
            assert "村子在山的南面" in text and "全书到这里完了" in text, view.name
            assert {picture.section for picture in view.pictures} == set(range(len(view.sections)))
    schemes = {(view.size, view.scheme) for view in seen["blink"]}
    assert schemes == {(size, scheme) for size in SIZES for scheme in ("light", "dark")}
    navigation = next(view.navigation for view in seen["blink"] if view.navigation)
    assert len(navigation["contents"]) == 9
    assert len(navigation["pageList"]) > 5
    notes = [link["note"]["text"] for link in navigation["links"] if link["note"]]
    assert notes == [
        "1一步约合七十五厘米，孩子的步子要折半。",
        "1墙在二〇一二年重刷，数字是照着抄下来的。",
    ]


@pytest.mark.slow
def test_what_hangs_out_is_in_its_line_in_a_simple_reader(seen: dict[str, list[View]]) -> None:
    """MuPDF loses an inline block, or gives it a line of its own (styles/css/newer.css)."""
    for view in seen["mupdf"]:
        lines = ["".join(g.character for g in line) for s in view.sections for line in s.lines]
        for start in ("·早雾，", "·往上游走", "1.在桥头", "问：为什么", "答：石桥"):
            assert [line for line in lines if line.startswith(start)], (view.name, start)
        readings = [g for s in view.sections for g in s.glyphs if g.character == "ò"]
        assert readings and all(glyph.size == EM for glyph in readings), "in brackets, to be read"


@pytest.mark.slow
def test_the_pages_are_left_for_a_person(seen: dict[str, list[View]]) -> None:
    for engine in engines.QUICK:
        paths = sheet.draw(seen[engine], ROOT / "output" / "readers")
        stem = f"hans-small.hans.{engine}"
        assert [path.name for path in paths] == [f"{stem}.420x620.png", f"{stem}.1000x700.png"]
        for path in paths:
            with Image.open(path) as image:
                assert image.width == sheet.WIDTH and image.height > 1000


@pytest.mark.slow
def test_what_is_broken_is_found(seen: dict[str, list[View]]) -> None:
    faults = [fault for view in seen["broken"] for fault in check(view)]
    found = {(fault.rule, fault.place.partition(" page")[0]) for fault in faults}
    first, second, third = (f"EPUB/chapter-{number}.xhtml" for number in (1, 2, 3))
    wanted = {
        ("overlap", first),
        ("ink", first),
        ("stranded", first),
        ("stranded", second),
        ("columns", second),
        ("outside", second),
        ("contrast", second),
        ("number", second),
        ("contrast", third),
        ("scheme", first),
        ("lost", "contents"),
        ("contents", f"{first}#c1-s2"),
        ("notes", f"{first}#c1-n1"),
        ("notes", f"{second}#c2-n1"),
    }
    assert wanted <= found, sorted(found)
    # Where lines end is the faces' affair, and so is which chapter has the fault.
    assert {"line-start", "line-end"} <= {rule for rule, _ in found}


# --- the rules, without an engine ----------------------------------------------------------------


def view_of(*lines: str, kind: str = "text", step: float = 16) -> View:
    """One paragraph in these lines, each character ``step`` px after the one before."""
    glyphs = [
        Glyph(c, 16 + step * x, 24 * y, 32 + step * x, 24 * y + 20, 16, 1, kind)
        for y, line in enumerate(lines)
        for x, c in enumerate(line)
    ]
    section = Section("one", 400, 600, 1, 0, 1, tuple(glyphs))
    return View("none", Path("a.epub"), "甲", SIZES[0], "light", False, (section,), (), {}, ())


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (("山在南面，", "水在北面。"), []),
        (("山在南面", "，水在北面。"), ["line-start"]),
        (("他说：「", "好」"), ["line-end"]),
        (("他说——", "——好"), ["line-end"]),
        (("他说", "……好"), []),
        (("共有3", "1人"), ["line-end"]),
        (("共有", "31人"), []),
        (("约翰", "·史密斯"), ["line-start"]),
        (("一、", "·二"), []),
        (("山（", "）水"), ["line-start", "line-end"]),
    ],
)
def test_rules_of_lines(lines: tuple[str, ...], rules: list[str]) -> None:
    assert [fault.rule for fault in line_starts(view_of(*lines))] == rules


def test_a_call_may_not_begin_a_line() -> None:
    (fault,) = line_starts(view_of("山", "1水", kind="call"))
    assert (fault.rule, fault.message) == ("line-start", "a call of a note begins the line «1水»")


@pytest.mark.parametrize(("step", "count"), [(16, 0), (14, 0), (12, 2)])
def test_overlaps_begin_where_boxes_are_not_merely_kerned(step: float, count: int) -> None:
    assert len(list(overlaps(view_of("山水间", step=step)))) == count


@pytest.mark.parametrize(
    ("label", "text", "same"),
    [
        ("第一章　远山", "第一章远山山不在高", True),
        ("第一章　远山", "第一章", True),
        ("第1条", "1我们做大模型", True),
        ("第1条", "10我们做大模型", False),
        ("第十條", "十一件激動人心的事", True),
        ("第十一至二十條", "十一人工成本", True),
        ("第十條", "九對很多外行人來說", False),
        ("雾", "雨下了三天", False),
        ("雾", "", False),
    ],
)
def test_an_entry_opens_what_it_says(label: str, text: str, same: bool) -> None:
    assert opens(label, text) is same


def test_contrast_is_that_of_wcag() -> None:
    image = Image.new("RGB", (10, 10), "#ffffff")
    assert contrast(image) == 1
    image.putpixel((3, 3), (0x76, 0x76, 0x76))
    assert 4.5 <= contrast(image) < 4.6
    image.putpixel((4, 4), (0, 0, 0))
    assert contrast(image) == pytest.approx(21)


def test_a_missing_engine_is_told_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("pathlib.Path.is_dir", lambda path: True)
    for engine, stage in (("blink", "testing"), ("gecko", "accepting")):
        with pytest.raises(FileNotFoundError, match=f"is missing: .* {stage}$"):
            engines.read(engine, [], tmp_path / engine)
