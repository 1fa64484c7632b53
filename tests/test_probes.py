"""The probe book (tests/probes): every requirement of clreq that a line composer can meet, in the
three regions; and the measurement itself, on pages set by hand with known faults."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pymupdf
import pytest
from probes import bench, book, measure, reading, report, words
from probes.marks import REGIONS, Region, in_region
from probes.probe import MEASURE, START, Marked, Probe
from probes.reading import Setting
from probes.rules import REQUIREMENTS, Run, inner_lines, tagged
from probes.rules_breaks import pushed_out

#: Requirements that say nothing of some region.
_NOT_OF = {("RB-04", "cn")}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Region, Run]:
    """The probe books, built once by the command."""
    return bench.publish_runs(tmp_path_factory.mktemp("probes"))


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", report.order())
def test_requirement(name: str, region: Region, runs: dict[Region, Run]) -> None:
    outcome = REQUIREMENTS[name].rule(runs[region])
    if (name, region) in _NOT_OF:
        assert outcome is None
        return
    assert outcome is not None
    assert outcome.tested, "nothing was there to be judged"
    if outcome.failures:  # no assert: it would write out every one of them
        worst = "\n".join(map(str, outcome.failures[:8]))
        pytest.fail(f"{len(outcome.failures)} of {outcome.tested} fail:\n{worst}", pytrace=False)


@pytest.fixture(scope="session")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[Region, Run]:
    """Some of the probes in columns, built once by the command."""
    return bench.column_runs(tmp_path_factory.mktemp("columns"))


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", bench.IN_COLUMNS)
def test_requirement_in_columns(name: str, region: Region, columns: dict[Region, Run]) -> None:
    """The same rules: lying pages have columns for lines."""
    outcome = REQUIREMENTS[name].rule(columns[region])
    assert outcome is not None and outcome.tested, "nothing was there to be judged"
    if outcome.failures:
        worst = "\n".join(map(str, outcome.failures[:8]))
        pytest.fail(f"{len(outcome.failures)} of {outcome.tested} fail:\n{worst}", pytrace=False)


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_every_step_of_reduction_is_seen(region: Region, runs: dict[Region, Run]) -> None:
    """JU-03 is no test unless lines use the steps that it orders."""
    main = runs[region].main
    pairs = measure.pair_slacks(main)
    seen: Counter[int] = Counter()
    for found in main.found.values():
        for line in found.lines[:-1]:
            parts = measure.taken(line, main, pairs)
            seen.update({item.step for item in parts.items if item.amount > 0.02})
    wanted = {4, 5, 6} if region == "cn" else {3, 4, 5, 6}
    assert wanted <= set(seen), seen


@pytest.mark.slow
def test_a_line_that_is_left_short_is_told_and_nothing_else(runs: dict[Region, Run]) -> None:
    """The lines that JU-01 lets pass because they cannot be filled; and no line was left to the
    stock engine, which would be told too."""
    told = [line for line in runs["cn"].told if line["severity"] != "query"]
    assert {line["code"] for line in told} <= {"L-SHORT", "L-HANG"}  # hang: not in hant
    said = "".join(str(line["message"]) for line in told)
    for found in runs["cn"].main.found.values():
        for line in found.lines:
            if not line.last and line.kind == "p" and not line.extras:
                end = measure.right_edge(line, "cn")
                if end < MEASURE - 0.05:
                    assert line.text[:8] in said


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_lines_of_prose_are_seldom_pushed_out(region: Region, runs: dict[Region, Run]) -> None:
    """JU-02 where a paragraph is set as a whole: see CLREQ.md."""
    main = runs[region].main
    pairs = measure.pair_slacks(main)
    lines = [
        pushed_out(found, number, main, pairs)
        for found in tagged(main, "JU-02P")
        for number, _ in inner_lines(found)
    ]
    assert len(lines) > 150
    pushed = [line for line in lines if line]
    assert len(pushed) <= len(lines) / 20, pushed


# --- the book of probes -----------------------------------------------------


def test_serials_are_unique_and_found_nowhere_else() -> None:
    for probes in (book.probes(), book.style_probes()):
        serials = [probe.serial for probe in probes]
        assert len(set(serials)) == len(serials)
        for probe in probes:
            text = probe.plain("cn")
            assert text.count(probe.serial) == 1 and probe.serial in text[:6]


def test_marks_stand_at_every_column_around_the_edge() -> None:
    columns: dict[str, set[int]] = {}
    for probe in book.probes():
        if probe.length == 1 and len(probe.plain("cn")) > MEASURE:
            sign = probe.plain("cn")[probe.at]
            columns.setdefault(sign, set()).add(probe.at - 3 + START)
    for sign in words.SINGLES + "/／":
        assert columns[sign] >= set(range(MEASURE - 2, MEASURE + 2)), sign
    assert len(book.probes()) >= 300


def test_prose_meets_every_kind_of_blank() -> None:
    text = "".join(probe.plain("cn") for probe in book.probes() if "PA-09" in probe.tags)
    for piece in ("，", "。", "：“", "《", "（", "·", "——", "……", "50%", "the line", " CSS "):
        assert text.count(piece) >= 3, piece


def test_every_tag_is_a_requirement() -> None:
    known = set(REQUIREMENTS)
    for probes in (book.probes(), book.style_probes()):
        for probe in probes:
            assert {tag[:5] for tag in probe.tags} <= known


# --- the measurement, on pages set by hand ----------------------------------

_EM = 10.0
_LEFT = 40.0


def _set(
    folder: Path, rows: list[list[tuple[str, float]]], dots: list[tuple[float, int]] = ()
) -> Path:  # fmt: skip
    """A PDF with each character at its place (em from the left edge), 18 pt a row; ``dots`` are
    painted at a place under a row."""
    document = pymupdf.open()
    page = document.new_page(width=400, height=400)
    font = pymupdf.Font("china-s")
    writer = pymupdf.TextWriter(page.rect)
    for number, row in enumerate(rows):
        for char, x in row:
            writer.append((_LEFT + x * _EM, 60 + 18 * number), char, font=font, fontsize=_EM)
    writer.write_text(page)
    for x, number in dots:
        page.draw_circle((_LEFT + x * _EM, 60 + 18 * number + 4), 0.9, fill=(0, 0, 0))
    path = folder / "hand.pdf"
    document.save(path)
    return path


def _solid(text: str, start: float = 0.0, pitch: float = 1.0) -> list[tuple[str, float]]:
    return [(char, start + place * pitch) for place, char in enumerate(text)]


def _run(
    folder: Path,
    rows: list[list[tuple[str, float]]],
    tags: str,
    *,
    at: int = 0,
    length: int = 0,
    measure: int = 10,
    region: Region = "cn",
    parts: tuple[object, ...] = (),
    dots: list[tuple[float, int]] = (),
) -> Run:  # fmt: skip
    """A run of one probe, its text that of the rows, beside two plain lines that show the edge."""
    text = "".join(char for row in rows for char, _ in row)
    probe = Probe("一二三", frozenset(tags.split()), parts or (text,), at, length)
    plain = Probe("一二四", frozenset(), (f"一二四{'山' * 5}{'水' * 8}{'木' * 8}",))
    edge = [_solid("一二四山山山山山", 2), _solid("水" * 8), _solid("木" * 8)]
    path = _set(folder, [*rows, *edge], dots)
    setting = reading.read(path, "main", region, measure, _EM, (probe, plain))
    assert not setting.broken
    return Run("publish", region, {"main": setting})


def _fails(name: str, run: Run) -> bool:
    outcome = REQUIREMENTS[name].rule(run)
    assert outcome is not None and outcome.tested
    return any(failure.serial == "一二三" for failure in outcome.failures)


def test_places_are_read_to_a_thousandth(tmp_path: Path) -> None:
    rows = [_solid("一二三山水", 2), [("木", 0.0), ("，", 1.0), ("《", 1.5), ("火", 2.503)]]
    found = _run(tmp_path, rows, "").main.found["一二三"]
    wanted = [x for row in rows for _, x in row]
    assert [cell.x for cell in found.cells] == pytest.approx(wanted, abs=0.001)
    assert [line.text for line in found.lines] == ["一二三山水", "木，《火"]
    assert found.lines[1].y - found.lines[0].y == pytest.approx(18)


def test_a_text_that_is_not_there_breaks_its_probe(tmp_path: Path) -> None:
    path = _set(tmp_path, [_solid("一二三山石", 2), _solid("水" * 5), _solid("木" * 5)])
    probe = Probe("一二三", frozenset({"KB-01"}), ("一二三山水",))
    setting = reading.read(path, "main", "cn", 10, _EM, (probe,))
    assert set(setting.broken) == {"一二三"}
    outcome = REQUIREMENTS["KB-01"].rule(Run("publish", "cn", {"main": setting}))
    assert outcome is not None and len(outcome.failures) == 1


@pytest.mark.parametrize(
    ("name", "rows", "bad"),
    [
        ("KB-01", ["一二三山水木火土", "石，山水"], False),
        ("KB-01", ["一二三山水木火土", "，山水"], True),
        ("KB-01", ["一二三山水木火土", "·山水"], True),
        ("KB-02", ["一二三山水木火（", "山）水"], True),
        ("KB-03", ["一二三山水木火/", "山水"], True),
        ("KB-04", ["一二三山水木火土", "……山"], True),
        ("KB-04", ["一二三山水木火土", "山……"], False),
        ("KB-06", ["一二三山水木火土", "”山水"], True),
        ("PA-08", ["一二三山水木火土", "水。"], True),
        ("PA-08", ["一二三山水木火土", "水木。"], False),
    ],
)
def test_line_ends(name: str, rows: list[str], bad: bool, tmp_path: Path) -> None:
    placed = [_solid(rows[0], 2), *(_solid(row) for row in rows[1:])]
    assert _fails(name, _run(tmp_path, placed, name)) is bad


@pytest.mark.parametrize(
    ("name", "row", "at", "length", "region", "bad"),
    [
        ("PW-02", [("山", 5), ("。", 6), ("”", 6.5), ("水", 7.5)], 4, 2, "cn", False),
        ("PW-02", [("山", 5), ("。", 6), ("”", 7), ("水", 8)], 4, 2, "cn", True),
        ("PW-02", [("山", 5), ("。", 6), ("」", 6.75), ("水", 7.75)], 4, 2, "tw", False),
        ("PW-03", [("山", 5), ("。", 5.5), ("”", 6.5), ("水", 7.5)], 4, 2, "cn", True),
        ("PW-01", [("山", 5), ("，", 6), ("水", 7)], 4, 1, "cn", False),
        ("PW-01", [("山", 5), ("，", 6), ("水", 6.9)], 4, 1, "cn", True),
        ("PW-10", [("山", 5), ("？", 6), ("！", 6.5), ("水", 7)], 4, 2, "cn", False),
        ("PW-10", [("山", 5), ("？", 6), ("！", 6.5), ("水", 7.5)], 4, 2, "cn", True),
        ("PG-10", [("山", 5), ("水", 5.95)], 0, 0, "cn", True),
        ("PA-01", [("山", 5), ("水", 6)], 0, 0, "cn", False),
    ],
)
def test_widths(
    name: str,
    row: list[tuple[str, float]],
    at: int,
    length: int,
    region: Region,
    bad: bool,
    tmp_path: Path,
) -> None:
    run = _run(tmp_path, [[*_solid("一二三", 2), *row]], name, at=at, length=length, region=region)
    assert _fails(name, run) is bad


@pytest.mark.parametrize(
    ("last", "region", "bad"),
    [(9.5, "cn", False), (9.0, "cn", True), (9.0, "tw", False), (10.0, "cn", True)],
)
def test_a_mark_at_the_line_end(last: float, region: Region, bad: bool, tmp_path: Path) -> None:
    rows = [[*_solid("一二三山水木火", 2), ("，", last)], _solid("石土")]
    assert _fails("PW-06", _run(tmp_path, rows, "PW-06", region=region)) is bad


def test_a_ragged_line(tmp_path: Path) -> None:
    rows = [_solid("一二三山水木火", 2), _solid("石土山")]
    assert _fails("JU-01", _run(tmp_path, rows, "JU-01"))
    rows = [_solid("一二三山水木火土", 2), _solid("石土山")]
    assert not _fails("JU-01", _run(tmp_path, rows, "JU-01"))


def _line(*blanks: tuple[str, float]) -> list[tuple[str, float]]:
    """Characters one after the other, each after the blank given with it."""
    x, row = 0.0, []
    for char, blank in blanks:
        x += blank
        row.append((char, x))
        x += 1
    return row


@pytest.mark.parametrize(
    ("bracket", "comma", "bad"),
    [(0.25, 0.0, False), (0.5, 0.1, False), (0.25, 0.1, True), (0.0, 0.25, True)],
)
def test_brackets_shrink_before_commas(
    bracket: float, comma: float, bad: bool, tmp_path: Path
) -> None:
    text = _line(
        *((char, 0) for char in "水木"), ("《", -bracket), ("火", 0), ("》", 0), ("土", -bracket),
        ("，", 0), ("石", -comma), ("天", 0), ("地", 0),
    )  # fmt: skip
    rows = [_solid("一二三山山山山山", 2), text, _solid("日月")]
    assert _fails("JU-03", _run(tmp_path, rows, "JU-03")) is bad


def test_equal_within_a_class(tmp_path: Path) -> None:
    def line(one: float, other: float) -> list[tuple[str, float]]:
        return _line(("水", 0), ("，", 0), ("木", -one), ("火", 0), ("，", 0), ("土", -other))

    for one, other, bad in ((0.2, 0.2, False), (0.3, 0.1, True)):
        rows = [_solid("一二三山山山山山", 2), line(one, other), _solid("日月")]
        assert _fails("JU-03", _run(tmp_path, rows, "JU-03")) is bad


def test_gaps_widen_before_han(tmp_path: Path) -> None:
    def line(gap: float, han: float) -> list[tuple[str, float]]:
        # The hand's face has Latin letters of its own width, so the gaps are set after it.
        wide = pymupdf.Font("china-s").text_length("a", 1)
        first = [("水", 0.0), ("木", 1 + han), ("a", 2 + han + gap)]
        after = 2 + han + gap + wide + gap
        return [*first, ("火", after), ("土", after + 1 + han), ("石", after + 2 + 2 * han)]

    for gap, han, bad in ((1 / 3, 0.05, False), (0.25, 0.05, True), (0.4, 0.0, True)):
        rows = [_solid("一二三山山山山山", 2), line(gap, han), _solid("日月")]
        assert _fails("JU-04", _run(tmp_path, rows, "JU-04")) is bad


def test_a_line_pushed_out_with_room_to_spare(tmp_path: Path) -> None:
    """Two commas could have given the half em that the next character needed."""
    stretched = _line(
        ("水", 0), ("，", 0), ("木", 0), ("火", 0), ("，", 0), ("土", 0), ("·", 0),
        ("石", -0.5), ("天", 0.5),
    )  # fmt: skip
    rows = [_solid("一二三山山山山山", 2), stretched, _solid("日月星"), _solid("地人早春")]
    fails = _fails("JU-02", _run(tmp_path, rows, "JU-02", measure=9))
    assert fails


def test_dots_are_found_and_must_be_centred(tmp_path: Path) -> None:
    rows = [_solid("一二三山水木", 2)]
    parts = ("一二三", Marked("dots", "山水"), "木")
    for second, bad in ((6.5, False), (6.6, True)):
        dots = [(5.5, 0), (second, 0)]
        assert _fails("IL-01", _run(tmp_path, rows, "IL-01", parts=parts, dots=dots)) is bad
    assert _fails("IL-01", _run(tmp_path, rows, "IL-01", parts=parts, dots=[(5.5, 0)]))


def test_quotation_marks_of_a_region() -> None:
    assert in_region("“山‘水’木”", "tw") == "「山『水』木」"
    assert in_region("“山‘水’木”", "cn") == "“山‘水’木”"


def test_the_page_names_every_requirement(tmp_path: Path) -> None:
    rows = [_solid("一二三山水", 2)]
    setting: Setting = _run(tmp_path, rows, "").main
    run = Run("typst", "cn", {"main": setting})
    judged = {}
    for name, entry in REQUIREMENTS.items():
        judged[name] = entry.rule(run) if name in ("KB-01", "PG-09") else None
    page = report.page({"Typst hans": judged})
    for name in REQUIREMENTS:
        assert f"| {name} |" in page
