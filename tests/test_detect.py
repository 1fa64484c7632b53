"""Detectors: what they find, what they leave alone, and that they change nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measure_detectors import LEAST, recall
from patience import patience

from publish.diagnostics import Diagnostic, Source
from publish.mend import RULES, mend
from publish.mend.detect.particles import particles
from publish.mend.detect.twins import twins
from publish.mend.detect.words import crossing, words_at
from publish.model.book import Meta
from publish.model.manifest import Manifest
from publish.model.numerals import han_number
from publish.read import read
from publish.text.brackets import unpaired_brackets
from publish.text.lookalikes import lookalikes
from publish.text.pinyin import readings
from publish.text.script import folded
from publish.text.segmenter import frequency, tagged
from publish.text.surnames import surnames

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "liang-wenfeng-60" / "manuscript.md"
GOLD = ROOT / "tests" / "conversion"
DETECTORS = [rule for rule in RULES if rule.kind == "query" and rule.stage == "check"]
CODES = {rule.code for rule in DETECTORS} | {"X-PAIR"}


#: Names that stand in place of those of the prose, so that not only names it was tried with count.
OTHER_NAMES = (
    "王建国 李秀兰 张晓东 刘志强 陈思远 杨光明 黄海波 赵文静 周立新 徐若曦 孙德胜 胡一平 朱子轩 "
    "高长青 林国栋 何雨晴 郭永刚 马春生 罗文杰 梁家辉 宋子文 郑成林 谢安琪 韩东升 唐小军 冯云山 "
    "于海燕 董存厚 萧红梅 程万里 曹雪松 袁世民 邓国平 许可心 傅雷鸣 沈从武 曾庆丰 彭学海 吕大伟 "
    "苏东明 蒋百川 蔡明亮 贾宝林 丁香玉 魏延年 薛宝山 叶圣堂 阎立春 余秋白 潘金山 杜月明 戴安娜 "
    "夏侯远 钟楚天 汪曾年"
)


def manifest(**fields: object) -> Manifest:
    return Manifest("书", Path("书"), (Path("书.md"),), Meta("书"), **fields)  # type: ignore[arg-type]


def said(text: str, **fields: object) -> list[Diagnostic]:
    """The queries of the detectors, in the order of the table."""
    found = mend((Source("书.md", text),), manifest(**fields), read, detect=True).diagnostics
    return [item for item in found if item.code in CODES]


def places(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return [(item.code, item.span.text if item.span else "") for item in found]


# --- books ---------------------------------------------------------------------


def test_the_first_manuscript_without_a_word_of_book_toml() -> None:
    found = said(SEED.read_text("utf-8"))
    assert sorted(places(found)) == [
        ("S-HEAD", "DeepSeek创始人梁文锋的60条思考："),
        ("T-VAR", "其它"),
        ("T-VAR", "坚定的称"),
        ("T-VAR", "更好的了解"),
        ("T-VAR", "直观的理解"),
        ("X-NAME", "梁文峰"),
        ("X-NUM", "一万张"),
        ("X-NUM", "三十多年"),
        ("X-TERM", "Chatgpt"),
    ]
    name = next(item for item in found if item.code == "X-NAME")
    assert name.message == "one name, two spellings: 梁文峰 (1), 梁文锋 (10)"
    assert name.settle == (
        '[mend] names = { "梁文锋" = ["梁文峰"] }',
        '[mend] ignore = ["X-NAME:梁文峰"]',
    )
    term = next(item for item in found if item.code == "X-TERM")
    assert term.settle[0] == '[mend] terms = { "ChatGPT" = ["Chatgpt"] }'


def test_what_settles_a_query_silences_it() -> None:
    text = SEED.read_text("utf-8")
    left = said(
        text,
        names={"梁文锋": ("梁文峰",)},
        terms={"ChatGPT": ("Chatgpt",), "其他": ("其它",)},
        rules={"X-NUM": "off", "S-HEAD": "off"},
        ignore=("T-VAR:坚定的称", "T-VAR:更好的了解", "T-VAR:直观的理解"),
    )
    assert left == []


@pytest.mark.parametrize("name", ["prose.txt", "technical.txt", "technical.hant-tw.txt"])
def test_clean_texts_give_no_alarm(name: str) -> None:
    assert places(said((GOLD / name).read_text("utf-8"))) == []


def test_names_are_found_again() -> None:
    text = (GOLD / "prose.txt").read_text("utf-8")
    names = (GOLD / "prose.names.txt").read_text("utf-8").split()
    assert sum(text.count(name) >= LEAST for name in names) >= 50
    tried, found, missed = recall(text, names, seed=1)
    assert tried.total() > 200
    assert found.total() >= 0.98 * tried.total(), missed


def test_other_names_are_found_too() -> None:
    text = (GOLD / "prose.txt").read_text("utf-8")
    names = [
        name for name in (GOLD / "prose.names.txt").read_text("utf-8").split() if len(name) == 3
    ]
    others = OTHER_NAMES.split()
    assert len(others) == len(names)
    for name, other in zip(names, others, strict=True):
        text = text.replace(name, other)
    assert twins(text) == []
    tried, found, missed = recall(text, others, seed=2)
    assert tried.total() > 200
    assert found.total() >= 0.98 * tried.total(), missed


@pytest.mark.parametrize(
    ("name", "other"),
    [("方德厚", "方得厚"), ("沈砚秋", "沈彦秋"), ("欧阳静怡", "欧阳静宜"), ("聂长安", "聂常安")],
)
def test_a_likely_slip_is_found(name: str, other: str) -> None:
    text = (GOLD / "prose.txt").read_text("utf-8")
    place = text.rindex(name)
    slipped = text[:place] + other + text[place + len(name) :]
    (twin,) = twins(slipped)
    assert (twin.name, twin.variant, twin.places) == (name, other, (place,))


# --- any text ------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"梁文锋峰甲乙的地得他说道好。，：；！？ 1a０ａ％%～~*_`#>-\n",
        *"“”‘’「」｢｣『』（）()《》【】〔〕〈[]",
        "\n\n",
        "梁文锋",
        "梁文峰",
        "欧阳静怡",
        "冯骥",
        "ChatGPT",
        "Chatgpt",
        "第三章",
        "# 第五章 山\n",
        "图 3-1 ",
        "1、",
        "二、",
        "（3）",
        "其他其他",
        "其它",
        "账号帐号登陆登录",
        "更好的了解这个",
        "20年",
        "三十多年",
        "一万张",
        "但是但是",
        "的的",
        "在命令行里在命令行里",
        "水文站在江边，墙上写着红漆的数字，那是历年的洪水位，最高的一道线画在二楼窗台下面\n\n",
        "`代码`",
        "$x$",
        "[^1]",
        "\ufffd\ud800",
        "\U00020bb7𠮷",
        "\u0000",
        "零" * 12,
        "万" * 9,
        "9" * 20,
        "https://a.com/A",
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(TEXTS)
def test_a_query_changes_nothing(text: str) -> None:
    source = Source("书.md", text)
    asked = mend((source,), manifest(), read, detect=True)
    plain = mend((source,), manifest(), read)
    assert [one.text for one in asked.sources] == [one.text for one in plain.sources]
    assert [(e.span.start, e.span.end, e.text) for e in asked.edits] == [
        (e.span.start, e.span.end, e.text) for e in plain.edits
    ]
    for item in asked.diagnostics:
        if item.code in CODES:
            assert item.severity == "query" and item.fix is None and item.settle
            if item.span is not None:
                assert 0 <= item.span.start <= item.span.end <= len(item.span.source.text)


@ANY
@given(TEXTS)
def test_detectors_say_the_same_every_time(text: str) -> None:
    assert places(said(text)) == places(said(text))


def test_a_build_does_not_load_the_segmenter() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from publish import stages\n"
        f"stages.reading(Path({str(SEED)!r}))\n"
        "assert not {'rjieba', 'pypinyin'} & set(sys.modules)\n"
        f"stages.reading(Path({str(SEED)!r}), detect=True)\n"
        "assert {'rjieba', 'pypinyin'} <= set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


# --- what they stand on --------------------------------------------------------


def test_words_and_readings() -> None:
    assert "".join(word for word, _ in tagged("梁文锋\ud800出生。 ")) == "梁文锋\ufffd出生。 "
    assert frequency("因此") > frequency("因而") > 0 == frequency("梁文锋")
    assert frequency("") == frequency("\ud800") == 0
    assert readings("单") == {"dan", "shan", "chan"}
    assert readings("锋") == readings("峰") == {"feng"}
    assert readings("a") == readings("\ud800") == frozenset()


def test_words_at_a_place() -> None:
    words = words_at("他的目的的确定", 3, 5)
    assert [(word.text, word.start, word.end) for word in words] == [("目的", -1, 1), ("的", 1, 2)]
    assert [word.text for word in crossing("他的目的的确定", 3, 5)] == ["目的"]
    assert crossing("特定的的任务", 2, 4) == []


def test_surnames_have_forms_of_their_own() -> None:
    known = surnames()
    assert len(known) > 500
    assert all(known[name] == name for name in ("范", "余", "于", "云", "后", "岳", "沈", "姜"))
    assert (known["钟"], known["欧阳"], known["叶"]) == ("鍾", "歐陽", "葉")
    assert all(len(simplified) == len(known[simplified]) <= 2 for simplified in known)


def test_lookalikes_are_mutual() -> None:
    table = lookalikes()
    assert "峰" in table["锋"] and "士" in table["土"] and "間" in table["問"]
    assert all(one in table[other] for one, others in table.items() for other in others)
    assert all(one not in others for one, others in table.items())


def test_traditional_text_is_folded_in_place() -> None:
    text = "陳經理說：「歐陽先生，這裡。」"
    assert folded(text) == "陈经理说：「欧阳先生，这裡。」"
    assert folded("简体不变") == "简体不变"


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零三", 103),
        ("二〇二五", 2025),
        ("两千", 2000),
        ("一万", 10_000),
        ("三万二千五百", 32_500),
        ("一亿二千万", 120_000_000),
        ("萬億", 1_000_000_000_000),
    ],
)
def test_chinese_numerals(numeral: str, number: int) -> None:
    assert han_number(numeral) == number


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("代码很清晰的解释了如何定义", "地"),
        ("这样才能优雅的处理各种负载", "地"),
        ("他坚定的称“不行”", "地"),
        ("天气变的更冷了", "得"),
        ("有更好的理解，也有新的发现", ""),
        ("这是正确的做法", ""),
        ("他犀利地指出了问题", ""),
        ("感觉的确很好", ""),
    ],
)
def test_particles(text: str, right: str) -> None:
    assert [particle.right for particle in particles(text).doubtful] == ([right] if right else [])


@pytest.mark.parametrize(
    ("paragraphs", "wrong"),
    [
        (["（甲）《乙》【丙】(丁)"], [[]]),
        (["（山", "水）"], [[], []]),
        (["（山", "水", "人", "家", "国）"], [["（"], [], [], [], ["）"]]),
        (["（甲)"], [["（"]]),
        (["山）"], [["）"]]),
        (["1）甲 a) 乙（1）丙"], [[]]),
        (["[0, n) 与 :) 与 ：（"], [[]]),
        (["《甲《乙》"], [["《"]]),
        (["》" * 3], [["》"] * 3]),
    ],
)
def test_brackets(paragraphs: list[str], wrong: list[list[str]]) -> None:
    found = unpaired_brackets(paragraphs)
    assert [[bracket.character for bracket in each] for each in found] == wrong


def test_many_open_brackets_are_searched_soon() -> None:
    with patience(20):
        found = unpaired_brackets(["（" * 20_000, "）" * 20_000, "（" * 20_000])
    assert [len(each) for each in found] == [0, 0, 20_000]


def test_a_tie_of_spellings_may_be_settled_either_way() -> None:
    (item,) = said("用KuberNetes和Kubernetes。\n")
    assert item.settle == (
        '[mend] terms = { "KuberNetes" = ["Kubernetes"] }',
        '[mend] terms = { "Kubernetes" = ["KuberNetes"] }',
        '[mend] ignore = ["X-TERM:Kubernetes"]',
    )
    (item,) = said("用ChatGPT，ChatGPT和Chatgpt。\n")
    assert len(item.settle) == 2
