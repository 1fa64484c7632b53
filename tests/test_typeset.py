"""The composer of lines alone: cases in cases/typeset, and what must hold for any paragraph.

The face is that of tests/typeset.py, so that every width can be reckoned by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from cases import Case, cases
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typeset import (
    EM,
    Set,
    Shown,
    asked,
    face,
    first_fit,
    misplaced,
    paragraph,
    setting,
    squares,
)

from publish.typeset.breaking import Breaker
from publish.typeset.classes import Region, class_of
from publish.typeset.hyphens import hyphenation
from publish.typeset.lines import GOOD, LOOSE, OVERFULL, SHORT, compose, widths
from publish.typeset.paragraph import Object, Unsuitable
from publish.typeset.pieces import _PIECES, _PLAIN_PIECES
from publish.typeset.prepared import Prepared
from publish.typeset.rules import Punctuation, Rules, in_columns, rules_for

CASES = cases("typeset/*.case")

#: Always the same examples, and no clock.
FIXED = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
NEAR = 1e-3

_OPENING = "“‘「『（《〈【〖〔［｛"
_CLOSING = "”’」』）》〉】〗〕］｝"
_POINTS = "，、；：。．！？"
#: clreq, #prohibition_rules_for_line_start_end, strict.
_NEVER_FIRST = _CLOSING + _POINTS + "·・‧～–／…⋯⸺々ー"
_NEVER_LAST = _OPENING + "／"
_INVISIBLE = "\n\u200b\u00ad\u2060"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    rules, measure, indent = asked(case.name, case.settings)
    result = setting(case.before.rstrip("\n"), measure, rules, indent)
    assert squares(result.texts) == case.after
    assert [fault for row in case.said for fault in misplaced(row, result)] == []
    _must_hold(result, rules, indent)


# --- any paragraph ------------------------------------------------------------------------------

_HAN = "中文排版要做好不是一件容易的事情国人大会计划"
_WORDS = ("AI", "AVA", "office", "five", "DeepSeek", "extraordinary", "V2", "naïve", "ńg")
_NUMBERS = ("100", "3.14", "12,345", "50%", "$9", "25℃", "￥100", "50％", "2024年")
_UNITS = ("——", "……", "⸺", "⋯⋯", "～", "·", "–", "／", "①", "々", "𠮷", "—")
_ADDRESSES = ("https://example.org/office/page?id=42", "www.example.org/a/b")
_TYPED = (" ", "AI 时代", "a word or two", "时代 AI", "\u200b", "\u00a0")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text as books have it, with more marks than most."""
    han = st.text(_HAN, min_size=1, max_size=6)
    mark = st.sampled_from(_OPENING[:7] + _CLOSING[:7] + _POINTS)
    others = st.sampled_from(_WORDS + _NUMBERS + _UNITS + _ADDRESSES + _TYPED)
    token = st.one_of(han, han, han, mark, mark, others)
    return draw(han) + "".join(draw(st.lists(token, min_size=3, max_size=22))) + draw(han)


REGIONS: st.SearchStrategy[Region] = st.sampled_from(("cn", "tw", "hk"))
STYLES: st.SearchStrategy[Punctuation] = st.sampled_from(("full", "kaiming", "half"))
ENDS = st.sampled_from(("full", "half", "hang"))
MEASURES = st.integers(12, 44).map(lambda half: half / 2)
INDENTS = st.sampled_from((0.0, 2.0))


@st.composite
def all_rules(draw: st.DrawFn) -> Rules:
    return rules_for(draw(REGIONS), draw(STYLES), draw(ENDS))


@FIXED
@given(texts(), MEASURES, all_rules(), INDENTS)
def test_any_paragraph(text: str, measure: float, rules: Rules, indent: float) -> None:
    _must_hold(setting(text, measure, rules, indent), rules, indent)


@FIXED
@given(texts(), MEASURES, all_rules())
def test_any_ragged_paragraph(text: str, measure: float, rules: Rules) -> None:
    result = setting(text, measure, rules, justify=False)
    _must_hold(result, rules, 0.0, justified=False)
    assert all(not line.stretch for line in result.lines)


@FIXED
@given(st.lists(texts(), min_size=2, max_size=3), MEASURES, st.data())
def test_any_runs(parts: list[str], measure: float, data: st.DataObject) -> None:
    """Sizes, boxes and pads in one paragraph."""
    sizes = [data.draw(st.sampled_from((EM, EM, 0.8 * EM, 1.2 * EM))) for _ in parts]
    parts[0] += "\ufffc"
    box = len(parts[0]) - 1
    pad = data.draw(st.integers(0, box - 1))
    rules = rules_for("cn")
    result = setting(
        list(zip(parts, sizes, strict=True)),
        measure,
        rules,
        objects={box: Object(1.7 * EM, data.draw(st.booleans()))},
        pads={pad: (0.1 * EM, 0.2 * EM)} if parts[0][pad] in _HAN else {},
    )
    _covered(result)
    _as_shown(result)


def _must_hold(result: Set, rules: Rules, indent: float, justified: bool = True) -> None:
    _covered(result)
    _as_shown(result)
    _flush(result, indent, justified)
    _kinsoku(result)
    _spaced(result, rules)


def _covered(result: Set) -> None:
    """Every character is in one line, in order."""
    ends = [0, *(line.end for line in result.lines)]
    assert [line.begin for line in result.lines] == ends[:-1]
    assert ends[-1] == len(result.paragraph.text)


def _as_shown(result: Set) -> None:
    """Operators show the text, and show it where the lines say."""
    text = result.paragraph.text
    for line, shown in zip(result.lines, result.shown, strict=True):
        wanted = text[line.begin : line.end]
        wanted = "".join(i for i in wanted if i not in _INVISIBLE and i != "\ufffc").strip()
        assert shown.text.strip() == wanted
        assert shown.copied.strip() == wanted
        segments = [segment for segment in line.segments if segment.operators]
        assert not segments or abs(segments[0].x / EM - next(iter(shown.places.values()))) < NEAR
        for index, x in shown.places.items():
            left, right = (edge / EM for edge in line.positions[index])
            if class_of(text[index]) in "Hlx" and text[index] not in "/\u3000":
                assert abs(x - left) < NEAR, (text[index], x, left)
            elif text[index] in _OPENING + _CLOSING + _POINTS:
                ink = _ink(result, index)
                assert left - NEAR < x + ink[0] and x + ink[1] < right + NEAR, (text[index], x)
        if line.hyphen is not None:
            assert abs(line.hyphen / EM - max(shown.ends.values())) < NEAR


def _face_at(result: Set, index: int) -> object:
    for run in result.paragraph.runs:
        if index < len(run.text):
            return run.face
        index -= len(run.text)
    raise AssertionError(index)


def _ink(result: Set, index: int) -> tuple[float, float]:
    """The ink of a character by itself, from its origin; of a cluster, that of its first."""
    found = _face_at(result, index)
    glyph = found.shaper.shape(result.paragraph.text[index])[0]  # type: ignore[attr-defined]
    begin, end = found.shaper.ink(glyph)  # type: ignore[attr-defined]
    return begin / EM, end / EM


def _last_visible(result: Set, number: int) -> int:
    line, text = result.lines[number], result.paragraph.text
    last = line.end - 1
    while last > line.begin and text[last] in " " + _INVISIBLE:
        last -= 1
    return last


def _flush(result: Set, indent: float, justified: bool) -> None:
    """A line that is full ends at the measure, with what its last mark may hang or lose there."""
    text = result.paragraph.text
    for number, (line, shown) in enumerate(zip(result.lines, result.shown, strict=True)):
        start = indent if not number else 0.0
        closing = line.end == len(text) or text[line.end - 1] == "\n" or not justified
        last = _last_visible(result, number)
        if last not in shown.places:
            continue
        ink = shown.places[last] + _ink(result, last)[1]
        if line.state in (GOOD, LOOSE):
            hangs = text[last] in _POINTS and result.paragraph.rules.line_end == "hang"
            assert hangs or ink < result.measure + NEAR, (text[last], ink)
        if line.state in (SHORT, OVERFULL) or closing:
            continue
        assert abs(line.width / EM + start - result.measure) < NEAR
        if line.hyphen is not None:
            hyphen = face().word("-")
            assert hyphen is not None
            end = (line.hyphen + hyphen.advances[0]) / EM
        elif text[last] in _POINTS + _CLOSING or class_of(text[last]) not in "Hlx":
            continue
        else:
            end = shown.ends[last]
        assert abs(end - result.measure) < 2 * NEAR, (text[line.begin : line.end], end)


def _kinsoku(result: Set) -> None:
    text = result.paragraph.text
    for number, (line, after) in enumerate(pairwise(result.lines)):
        if line.state == OVERFULL or text[line.end - 1] == "\n":
            continue
        last, first = text[_last_visible(result, number)], text[after.begin : after.end].lstrip()[0]
        assert last not in _NEVER_LAST, (text[line.begin : line.end], number)
        assert first not in _NEVER_FIRST, (text[after.begin : after.end], number)
        unit = last + first
        assert unit not in ("——", "……", "⋯⋯")
        assert not (last.isdecimal() and first in "℃％%") and not (
            last in "￥$" and first.isdecimal()
        ), unit


def _spaced(result: Set, rules: Rules) -> None:
    """Gaps within their limits, Han never closer than .995 em, one pitch in a line."""
    text = result.paragraph.text
    for line, shown in zip(result.lines, result.shown, strict=True):
        pitches = []
        for index, x in shown.places.items():
            after = shown.places.get(index + 1)
            if after is None or index + 1 >= line.end:
                continue
            one, other = text[index], text[index + 1]
            if one in _HAN and other in _HAN:
                pitches.append(after - x)
            elif _gap_between(one, other):
                gap = after - shown.ends[index]
                assert 0.125 - NEAR < gap < 1 / 3 + NEAR, (one, other, gap)
        if pitches:
            assert min(pitches) > 0.995 - 1e-4
            assert max(pitches) < 1 + rules.stretch_most + NEAR
            assert max(pitches) - min(pitches) < NEAR
            assert abs(max(pitches) - 1 - line.stretch) < NEAR


def _gap_between(one: str, other: str) -> bool:
    def western(character: str) -> bool:
        return character.isascii() and character.isalnum()

    return (one in _HAN and western(other)) or (western(one) and other in _HAN)


# --- breaking -----------------------------------------------------------------------------------


def _stops(result: Set) -> list[int]:
    return [0, *(line.end for line in result.lines)]


@FIXED
@given(texts(), MEASURES, all_rules())
def test_nothing_sticks_out_that_could_be_broken(text: str, measure: float, rules: Rules) -> None:
    result = setting(text, measure, rules)
    prepared = Prepared(result.paragraph, hyphenate=True)
    for line in result.lines:
        inside = prepared.breaks[line.begin : line.end - 1]
        assert line.state != OVERFULL or not any(inside), text[line.begin : line.end]


@FIXED
@given(texts(), MEASURES, all_rules())
def test_first_fit_stands_unless_a_line_is_bad(text: str, measure: float, rules: Rules) -> None:
    """Lines are chosen one by one; only where one is bad, the paragraph is thought over."""
    result = setting(text, measure, replace(rules, hyphenate=False))
    alone, worst = first_fit(Prepared(result.paragraph), measure)
    if worst <= 30.0 or len(alone) <= 2:
        assert _stops(result) == alone
    else:
        cheapest = _cost(result, _best(result))
        assert _cost(result, _stops(result)) == pytest.approx(cheapest)
        assert cheapest <= _cost(result, alone) + NEAR


def _breaker(result: Set) -> Breaker:
    return Breaker(Prepared(result.paragraph), result.measure * EM, 0.0, 0, True)


def _cost(result: Set, stops: Sequence[int]) -> float:
    breaker = _breaker(result)
    return sum(dict(breaker._candidates(begin))[end] for begin, end in pairwise(stops))


def _best(result: Set) -> tuple[int, ...]:
    """The cheapest ends of lines, found backwards."""
    breaker = _breaker(result)
    length = len(result.paragraph.text)

    @cache
    def rest(begin: int) -> tuple[float, tuple[int, ...]]:
        if begin == length:
            return 0.0, (length,)
        ways = []
        for end, cost in breaker._candidates(begin):
            after, stops = rest(end)
            ways.append((cost + after, (begin, *stops)))
        return min(ways)

    return rest(0)[1]


@FIXED
@given(texts(), MEASURES, all_rules(), INDENTS)
def test_lines_after_a_page_break_are_the_same(
    text: str, measure: float, rules: Rules, indent: float
) -> None:
    result = setting(text, measure, rules, indent)
    for number, line in enumerate(result.lines[1:], start=1):
        again = compose(result.paragraph, measure * EM, start=line.begin)
        assert again == result.lines[number:]


@FIXED
@given(texts(), texts(), all_rules())
def test_widths_are_those_of_css(first: str, second: str, rules: Rules) -> None:
    made = paragraph(f"{first}\n{second}", rules)
    least, most = widths(Prepared(made))
    assert least <= most
    wide = compose(made, most)
    assert [made.text[line.begin : line.end] for line in wide] == [f"{first}\n", second]
    assert not any(line.state == OVERFULL for line in (*wide, *compose(made, least)))


@FIXED
@given(st.lists(st.text(_HAN, min_size=1, max_size=9), min_size=4, max_size=9), all_rules())
def test_no_last_line_of_one_character(parts: list[str], rules: Rules) -> None:
    """clreq, #adjustments_of_orphans_and_widows, at the measures of books."""
    text = "，".join(parts) + "。"
    for measure in range(18, 31):
        result = setting(text, measure, rules, 2.0)
        last = result.texts[-1]
        # Where two lines are all there is, the first would stand wide open for it.
        assert len(result.lines) < 3 or sum(character in _HAN for character in last) > 1, last
        # The same before a forced break.
        more = setting(f"{text}\n{text}", measure, rules, 2.0).texts
        assert more[len(result.lines) - 1].rstrip("\n") == last


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u00ad"])
def test_a_blank_is_no_way_round_kinsoku(blank: str) -> None:
    """A place where a line may end is none between a bracket and what it holds."""
    result = setting(f"一二三四五六七八九“{blank}一二三四五”", 10)
    assert result.texts[0] == "一二三四五六七八九"
    result = setting(f"一二三四五六七八九十{blank}，一二三四五", 10)
    assert not result.texts[1].startswith("，")


def test_composing_changes_nothing() -> None:
    """One preparation serves any width, in any order."""
    made = paragraph("中文ABCDEFGHIJKLMN文字文字文字“中文”，中文")
    prepared = Prepared(made)
    before = compose(made, 8 * EM, prepared=Prepared(made))
    compose(made, 5 * EM, prepared=prepared)
    assert compose(made, 8 * EM, prepared=prepared) == before


# --- evening out --------------------------------------------------------------------------------


def _distances(shown: Shown) -> dict[int, float]:
    """From the glyph of each character to the next one's."""
    return {
        index: shown.places[index + 1] - x
        for index, x in shown.places.items()
        if index + 1 in shown.places
    }


def _evened(text: str, by: float, rules: Rules) -> tuple[dict[int, float], Set]:
    """By how much each joint of a line that cannot be broken opens when it is ``by`` wider than
    its text."""
    glued = frozenset(range(len(text)))
    whole = setting(text, 99, rules, glued=glued)
    result = setting(text, whole.lines[0].natural / EM + by, rules, glued=glued)
    before, after = _distances(whole.shown[0]), _distances(result.shown[0])
    assert len(result.lines) == 1
    return {index: after[index] - before[index] for index in before}, result


#: Texts with a blank of every step between Han; for each step its joints, and how far they shrink.
#: The steps are those of clreq, #procedures_for_inter-character_spacing_reduction.
_REDUCED = {
    "cn": (
        "甲（乙）丙（丁），戊；己a b庚c辛。壬！癸",
        {4: ("甲（ ）丙 丙（", 0.5), 5: ("，戊 ；己", 0.5), 6: ("己a b庚 庚c c辛", 0.125)}
        | {7: ("。壬 ！癸", 0.5)},
    ),
    "tw": (
        "甲·乙（丙）丁，戊a己。庚！辛",
        {3: ("甲· ·乙", 0.25), 4: ("乙（ ）丁", 0.5), 5: ("丁， ，戊", 0.25)}
        | {6: ("戊a a己", 0.125), 7: ("己。 。庚", 0.25)},
    ),
}


@pytest.mark.parametrize("region", ["cn", "tw"])
def test_reduction_goes_step_by_step_and_equally(region: Region) -> None:
    text, steps = _REDUCED[region]
    whole = sum(len(joints.split()) * most for joints, most in steps.values())
    for part in range(1, 41):
        opened, result = _evened(text, -whole * part / 40, rules_for(region))
        left = whole * part / 40
        wanted = dict.fromkeys(opened, 0.0)
        for joints, most in steps.values():
            pairs = joints.split()
            taken = min(left, len(pairs) * most)
            left -= taken
            for pair in pairs:
                wanted[text.index(pair)] = -taken / len(pairs)
        assert opened == pytest.approx(wanted, abs=NEAR), part
        assert result.lines[0].state == GOOD


def test_no_blank_gives_more_than_it_has() -> None:
    """What cannot be reduced so far sticks out, unchanged, and is told."""
    _, result = _evened("甲（乙）丙", -1.1, rules_for("cn"))
    assert result.lines[0].state == OVERFULL


def _opened(text: str, by: float, rules: Rules) -> tuple[dict[int, float], Set]:
    """By how much each joint opens in a line before a word that does not fit."""
    whole = setting(text, 99, rules)
    result = setting(text + "A" * 8, whole.lines[0].natural / EM + by, rules)
    before, after = _distances(whole.shown[0]), _distances(result.shown[0])
    assert result.texts[0] == text
    return {index: after[index] - before[index] for index in before}, result


def test_expansion_goes_step_by_step_and_equally() -> None:
    """clreq, #procedures_for_inter-character_space_expansion: blanks between words to half an em,
    gaps to a third, then every joint, but not in words or units, nor around connectors."""
    text = "甲乙ab cd丙——丁～戊，己ef庚／辛"
    spaces = ["b "]
    gaps = ["乙a", "d丙", "己e", "f庚"]
    others = ["甲乙", "丙—", "—丁", "戊，", "，己"]
    room = (0.25, 4 * (1 / 3 - 1 / 4), 5 * 0.25)
    for by in (0.1, 0.25, 0.4, 0.55, 0.6, 0.9, 1.5, sum(room) - 0.01):
        opened, result = _opened(text, by, rules_for("cn"))
        left = by
        wanted = dict.fromkeys(opened, 0.0)
        for pairs, most in zip((spaces, gaps, others), room, strict=True):
            taken = min(left, most)
            left -= taken
            for pair in pairs:
                # A blank opens after itself; the second dash of a unit has no glyph of its own.
                index = text.index(pair) + (pair[1] == " ")
                if index in wanted:
                    wanted[index] = taken / len(pairs)
        assert opened == pytest.approx(wanted, abs=NEAR), by
        each = wanted[0]
        assert result.lines[0].state == (LOOSE if each > 0.1 else GOOD)


def test_a_line_that_cannot_be_filled_is_left_short() -> None:
    _, result = _opened("甲乙丙丁", 3 * 0.25 + 0.01, rules_for("cn"))
    assert result.lines[0].state == SHORT
    assert result.lines[0].width == pytest.approx(4 * EM)
    _, result = _opened("甲乙丙丁", 3 * 0.25 - 0.01, rules_for("cn"))
    assert result.lines[0].state == LOOSE


# --- pairs of marks -----------------------------------------------------------------------------


@pytest.mark.parametrize("region", ["cn", "tw", "hk"])
@pytest.mark.parametrize(("style", "least", "most"), [("full", 1.5, 1.5), ("half", 1.0, 1.25)])
def test_neighbouring_marks_share_a_blank(
    region: Region, style: Punctuation, least: float, most: float
) -> None:
    """1.5 em for two (clreq, #h-adjustment_of_adjacent_punctuation_marks).  Where a centred mark
    has but a quarter between itself and a bracket, that quarter may be all that is cut."""
    rules = rules_for(region, style)
    for one in "，。：；、！？）」』”":
        for other in "，。：；、！？）」』”（「『“":
            if one in "！？" and other in "！？":
                continue
            taken = _taken(f"中{one}{other}中", rules)
            if style == "half" and region != "cn" and set(one + other) & set("！？"):
                assert 1.0 - NEAR < taken < 1.5 + NEAR
            else:
                assert least - NEAR < taken < most + NEAR, (one, other, taken)


@pytest.mark.parametrize("region", ["cn", "tw", "hk"])
def test_marks_that_keep_their_square_in_columns_keep_it_in_pairs(region: Region) -> None:
    """clreq, #compression_of_punctuation_marks: ：；？！ stand in the middle of it."""
    rules = in_columns(rules_for(region))
    for kept in "：；？！":
        for other in "：；？！」』”）":
            assert _taken(f"中{kept}{other}中", rules) == pytest.approx(2.0), (kept, other)
        for opening in "「『“（":
            assert _taken(f"中{kept}{opening}中", rules) == pytest.approx(1.5, abs=NEAR)
            # The blank before an opening mark is not between the two.
            assert _taken(f"中{opening}{kept}中", rules) == pytest.approx(2.0)
        for closing in "」』”）":
            assert _taken(f"中{closing}{kept}中", rules) == pytest.approx(1.5, abs=NEAR)


def _taken(text: str, rules: Rules) -> float:
    """The room between the first and the last character."""
    shown = setting(text, 99, rules).shown[0]
    return shown.places[len(text) - 1] - shown.places[0] - 1.0


@pytest.mark.parametrize("region", ["cn", "tw", "hk"])
@pytest.mark.parametrize(
    ("marks", "room"), [("！？", 1), ("？！", 1), ("！！！", 2), ("？？？？", 2)]
)
def test_chained_exclamations_share_squares(region: str, marks: str, room: float) -> None:
    """clreq, #exclamatory_question_marks."""
    assert _taken(f"中{marks}中", rules_for(region)) == pytest.approx(room)  # type: ignore[arg-type]


@pytest.mark.parametrize("region", ["cn", "tw"])
@pytest.mark.parametrize("mark", "，。：；、！？（「『“”）」』·～—／–")
def test_lone_marks_take_their_space(region: Region, mark: str) -> None:
    """clreq, #punctuation_width_adjustment, #indication_punctuation_marks, and the styles."""
    half = mark in "·–／" and (region == "cn" or mark == "–")
    wanted: dict[Punctuation, float] = {"full": 0.5 if half else 1.0}
    rigid = mark in "·～—／–" or (mark in "！？" and region == "tw")
    wanted["half"] = wanted["full"] if rigid and mark != "·" else 0.5
    wanted["kaiming"] = wanted["full"] if rigid or mark in "。！？" else 0.5
    for style, room in wanted.items():
        rules = rules_for(region, style)
        assert _taken(f"中{mark}中", rules) == pytest.approx(room, abs=NEAR), style


@pytest.mark.parametrize("unit", ["——", "……", "⸺", "⋯⋯"])
def test_dashes_and_ellipses_are_two_squares(unit: str) -> None:
    """clreq, #h-unbreakable_marks_punctuation: with their ink in the middle of them."""
    result = setting(f"中{unit}中", 99)
    assert _taken(f"中{unit}中", rules_for("cn")) == pytest.approx(2.0)
    shown = result.shown[0]
    ends = [shown.ends[index] for index in sorted(shown.ends)][-2]
    begins = shown.places[1]
    assert begins - 1.0 == pytest.approx(3.0 - ends, abs=NEAR)
    assert _taken("中…………中", rules_for("cn")) == pytest.approx(4.0)


# --- Western text -------------------------------------------------------------------------------


def test_kerning_and_ligatures_are_those_of_the_word() -> None:
    result = setting("AVA office", 99)
    shown = result.shown[0]
    assert [shown.places[index] for index in (0, 1, 2)] == pytest.approx([0.0, 0.42, 0.84])
    assert 6 not in shown.places and 7 not in shown.places, "ffi is one glyph"
    assert shown.copied == "AVA office"


def test_gap_is_carried_by_a_glyph_that_is_no_text() -> None:
    """What is copied has no blank where a gap is; one line has it as /ActualText says."""
    (shown,) = setting("中文AI时代2025年", 99).shown
    assert shown.copied == shown.text == "中文AI时代2025年"
    assert shown.places[2] == pytest.approx(2.25)


def test_a_glyph_that_stands_for_two_texts_has_two_fonts() -> None:
    """A face that draws —— with the glyph of ⸺; both are copied as they are typed."""
    (shown,) = setting("中——文⸺字", 99).shown
    assert shown.copied == "中——文⸺字"


def test_a_glyph_that_stands_for_two_texts_in_one_word() -> None:
    """The same glyph as a letter, and as the base of an accent."""
    (shown,) = setting("中ee\u0301中", 99).shown
    assert shown.copied == "中ee\u0301中"


@pytest.mark.parametrize("text", ["￥100", "50％", "25℃", "№5", "$9", "50%"])
def test_no_gap_between_a_number_and_its_sign(text: str) -> None:
    """A gap stands between Han and Western; a sign of a unit is part of the number (clreq,
    #h-digits_and_their_prefix_and_suffix), whichever width it is drawn in."""
    (shown,) = setting(text, 99).shown
    number = next(i for i, character in enumerate(text) if character.isdecimal())
    sign = 0 if number else len(text) - 1
    if sign:
        assert shown.places[sign] == pytest.approx(shown.ends[sign - 1])
    else:
        assert shown.places[1] == pytest.approx(shown.ends[0])


@pytest.mark.parametrize("word", ["extraordinary", "international", "fishification", "office"])
def test_parts_of_a_hyphenated_word_make_the_word(word: str) -> None:
    text = f"中文{word}中文排版要做好"
    broken = 0
    for half in range(7, 20):
        result = setting(text, half / 2)
        assert "".join(result.texts) == text
        for line in result.lines:
            if line.hyphen is not None:
                broken += 1
                place = line.end - 2
                assert place in hyphenation(word, "en-US")
                ligatures = [text.find(i) for i in ("ffi", "fi", "fl") if i in text]
                assert line.end - 1 not in ligatures
        _as_shown(result)
    assert broken or word == "office"


def test_a_soft_hyphen_is_seen_where_the_line_ends() -> None:
    result = setting("这里有extraordi\u00adnary一词要看看", 8)
    line = result.lines[0]
    assert result.texts[0] == "这里有extraordi\u00ad"
    assert line.hyphen is not None
    hyphen = face().word("-")
    assert hyphen is not None
    assert (line.hyphen + hyphen.advances[0]) / EM == pytest.approx(8.0)
    (whole,) = setting("这里有extraordi\u00adnary一词", 99).lines
    assert whole.hyphen is None


# --- what a back end may bring ------------------------------------------------------------------


@pytest.mark.parametrize("text", [" ", "中\n ", "\n", "\n\n", "\u200b", "中 ", " 中", "\u00ad"])
def test_blanks_alone_make_lines(text: str) -> None:
    result = setting(text, 8)
    _covered(result)
    assert len(result.lines) == max(1, text.count("\n") + (not text.endswith("\n")))


@pytest.mark.parametrize("text", ["שלום", "مرحبا", "中\u0009文"])
def test_what_cannot_be_set_is_refused(text: str) -> None:
    with pytest.raises(Unsuitable):
        setting(text, 8)


def test_a_leader_fills_the_line() -> None:
    result = setting("第一章\ufff99", 12)
    shown = result.shown[0]
    assert shown.ends[4] == pytest.approx(12.0)
    (leader,) = [segment for segment in result.lines[0].segments if not segment.operators]
    assert (leader.x / EM, leader.end / EM) == pytest.approx((3.0, 11.5))


def test_a_zero_width_space_changes_nothing_but_breaks() -> None:
    plain = setting("中文排版AI时代", 99).shown[0]
    (spaced,) = setting("中文\u200b排版\u200bAI时代", 99).shown
    assert list(spaced.places.values()) == pytest.approx(list(plain.places.values()))


def test_joints_beside_a_zero_width_space_open_as_others_do() -> None:
    result = setting("汉字\u200b汉字汉字汉字汉字", 5.2)
    places = [x for _, x in sorted(result.shown[0].places.items())]
    pitches = [after - before for before, after in pairwise(places)]
    assert pitches == pytest.approx([pitches[0]] * len(pitches), abs=NEAR)


@FIXED
@given(st.text("HHHHHlxqdocpsS f", max_size=40), st.integers(0, 20), st.integers(0, 40))
def test_pieces_of_a_text_without_combining_marks(cls: str, begin: int, end: int) -> None:
    spans = [found.span() for found in _PIECES.finditer(cls, begin, end)]
    assert [found.span() for found in _PLAIN_PIECES.finditer(cls, begin, end)] == spans
