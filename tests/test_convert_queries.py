"""What check asks about an edition in the other script, and the names that a text shows."""

from __future__ import annotations

import dataclasses
import re
import tempfile
import tomllib
from pathlib import Path

import pytest
from cases import edition
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publish import build
from publish.convert import RULES, convert, queries
from publish.convert.dictionary import doubtful_surnames
from publish.convert.people import People
from publish.diagnostics import Diagnostic, Source, show
from publish.mend import mend, silenced
from publish.mend.passages import passages
from publish.model.book import Paragraph
from publish.model.edition import Edition
from publish.model.manifest import Manifest, load
from publish.model.tree import plain_text, walk
from publish.read import load_sources, read

TO_TAIWAN = (("hans", "cn"), ("hant", "tw"))


def book_of(folder: Path, text: str, toml: str = "") -> tuple[Manifest, tuple[Source, ...]]:
    (folder / "manuscript.md").write_text(text, encoding="utf-8")
    (folder / "book.toml").write_text(toml, encoding="utf-8")
    declared, _ = load(folder)
    return declared, load_sources(declared)[0]


def asked(
    folder: Path, text: str, toml: str = "", chosen: Edition | None = None
) -> tuple[Diagnostic, ...]:
    """What is asked about a manuscript in the edition of Taiwan."""
    declared, sources = book_of(folder, text, toml)
    book = mend(sources, declared, read).book
    found = queries(passages(book), book, chosen or edition("hant-tw"), declared)
    return silenced(found, declared)


def settled(folder: Path, text: str, item: Diagnostic) -> None:
    """Each line that settles a query does."""
    assert item.settle
    for line in item.settle:
        table, _, assignment = line.partition(" ")
        rest = asked(folder, text, f"{table}\n{assignment}\n")
        assert (item.code, item.span and item.span.text) not in {
            (other.code, other.span and other.span.text) for other in rest
        }, line


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule: object) -> None:
    documentation = rule.documentation  # type: ignore[attr-defined]
    for field in ("What:", "Why:", "Before:", "After:"):
        assert field in documentation
    assert re.fullmatch(r"C-[A-Z]+", rule.code)  # type: ignore[attr-defined]


def test_show_rules_lists_them() -> None:
    listed = [rule.code for rule in build.rules()]
    assert listed[-len(RULES) :] == [rule.code for rule in RULES]


# --- C-RISK -------------------------------------------------------------------------------


def test_a_word_that_is_read_otherwise_than_alone(tmp_path: Path) -> None:
    text = "他出生在一个花白须发的家庭。\n"
    items = [item for item in asked(tmp_path, text) if item.code == "C-RISK"]
    (item,) = items
    assert item.severity == "query" and item.span is not None
    assert item.span.text in text and len(item.span.text) == 2
    assert [line.startswith("[convert] words = {") for line in item.settle] == [True, True]
    assert "= settle: under [convert]: words" in show(item)
    settled(tmp_path, text, item)


@pytest.mark.parametrize(
    "text",
    [
        "因此系统只能表示头发。",
        "这里面有`须发`和https://a.com/花白须发。",
        "他在图书馆里读书。",
        "。",
    ],
)
def test_nothing_is_asked_where_both_readings_agree(text: str, tmp_path: Path) -> None:
    assert asked(tmp_path, text + "\n") == ()


def printed(folder: Path, text: str, toml: str) -> str:
    """The paragraphs of the edition of Taiwan."""
    declared, sources = book_of(folder, text, toml)
    book, _ = convert(mend(sources, declared, read).book, edition("hant-tw"), declared)
    return "\n".join(plain_text(n.children) for n in walk(book) if isinstance(n, Paragraph))


#: Words that meet so that one is read wrongly, and what stands between them.
MEETING = """王后退位以后 一只能干的小狗 他来了解围 花白须发的家庭 任命的确系铁案 报废后的车
空白发票 他会后悔 白面粉刷 独特制度 每周一只 后来了解 头发展开 联系统一 心里程序 台面积水"""


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(MEETING.split()), min_size=1, max_size=3), st.sampled_from(["", "，"])
)
@example(["王后退位以后", "一只能干的小狗", "他来了解围"], "。")
def test_a_line_that_a_query_offers_does_what_it_says(words: list[str], between: str) -> None:
    """The first line prints the first spelling, the second keeps the print; the query is gone."""
    text = between.join(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = printed(folder, text, "")
        for item in asked(folder, text):
            if item.code != "C-RISK":
                continue
            for number, line in enumerate(item.settle):
                table, _, assignment = line.partition(" ")
                toml = f"{table}\n{assignment}\n"
                ((phrase, spelling),) = load_words(assignment).items()
                assert len(phrase) > 1
                after = printed(folder, text, toml)
                places = [m.start() for m in re.finditer(re.escape(phrase), text)]
                assert after[places[0] : places[0] + len(phrase)] == spelling
                if number == 1:
                    assert after == before
                assert item.span is not None
                rest = {
                    (other.code, other.span and other.span.start)
                    for other in asked(folder, text, toml)
                }
                assert ("C-RISK", item.span.start) not in rest, line


def load_words(assignment: str) -> dict[str, str]:
    words: dict[str, str] = tomllib.loads(assignment)["words"]
    return words


# --- C-NAME -------------------------------------------------------------------------------


def test_a_person_who_is_not_declared_is_asked_about_once(tmp_path: Path) -> None:
    text = "她把船交给于海生，自己上了岸。\n\n于海生没有说话。\n"
    (item,) = asked(tmp_path, text)
    assert (item.code, item.message) == (
        "C-NAME",
        "于海生 (2 times) is taken for a person, and is printed 于海生",
    )
    assert item.span is not None and item.span.text == "于海生"
    assert item.settle == (
        '[convert] names = ["于海生"]',
        '[convert] words = { "于海生" = "於海生" }',
    )
    settled(tmp_path, text, item)


def test_what_may_be_a_person_and_is_printed_as_a_word(tmp_path: Path) -> None:
    text = "营业员发现于居洋站在柜台前。\n"
    (item,) = asked(tmp_path, text)
    assert item.message == "于居洋 (once) may be a person, and is printed 於居洋"
    settled(tmp_path, text, item)


FOUND = """
会计|后小芹|最后一个下班。
警察拦住|占晓东|的车。
记者|于友先|采访了他。
导演|于洋|在片场读报。
员工们和|于东来|一起吃饭。
他写信给|于凤至|报平安。
"""
NOT_FOUND = """
他成长于斯，以此著称于世。
会议于昨日在北京举行。
于是大家把它用于生产。
钟声响起，党风廉政建设。
最后一个占领区，种子发了芽。
差距明显滞后于城镇。
这种东西于人无益。
"""


@pytest.mark.parametrize("line", FOUND.split())
def test_people_are_found(line: str) -> None:
    before, name, after = line.split("|")
    people = People(doubtful_surnames(TO_TAIWAN), [])
    assert people.find(before + name + after) == [(len(before), name)]


@pytest.mark.parametrize("text", NOT_FOUND.split())
def test_words_are_not_taken_for_people(text: str) -> None:
    assert People(doubtful_surnames(TO_TAIWAN), [text]).find(text) == []


def test_who_is_shown_once_is_known_everywhere() -> None:
    texts = ["记者于海生说。", "他等于海生的朋友。"]
    people = People(doubtful_surnames(TO_TAIWAN), texts)
    assert people.find(texts[1]) == [(2, "于海生")]
    assert People(doubtful_surnames(TO_TAIWAN), texts[1:]).find(texts[1]) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="于海生说，记者后占钟党种云干。a 是", max_size=30), max_size=4))
def test_names_lie_in_the_text_and_not_over_one_another(texts: list[str]) -> None:
    people = People(doubtful_surnames(TO_TAIWAN), texts)
    for text in texts:
        end = 0
        for start, name in people.find(text):
            assert start >= end and text[start : start + len(name)] == name
            end = start + len(name)


# --- C-ROUND ------------------------------------------------------------------------------


def test_a_character_that_does_not_come_back(tmp_path: Path) -> None:
    items = [item for item in asked(tmp_path, "他绝了望，又绝了望。\n") if item.code == "C-ROUND"]
    (item,) = items
    assert (
        item.message == "绝了望 becomes 絕瞭望, which is 绝瞭望 in simplified characters (2 times)"
    )
    assert item.settle == ('[mend] ignore = ["C-ROUND:绝了望"]',)
    settled(tmp_path, "他绝了望，又绝了望。\n", item)


def test_what_the_way_back_alone_changes_is_not_asked(tmp_path: Path) -> None:
    text = "著名的想象，坐标和车夫；王丙乾背着包。\n"
    assert [item for item in asked(tmp_path, text) if item.code == "C-ROUND"] == []


# --- C-TWP --------------------------------------------------------------------------------

WANTED = "[convert]\nregional-vocabulary = true\n"


def test_regional_words_are_proposed_where_they_are_asked_for(tmp_path: Path) -> None:
    text = "软件和程序，软件。\n"
    assert asked(tmp_path, text) == ()
    declared, _ = book_of(tmp_path, text, WANTED)
    assert declared.regional_vocabulary
    chosen = dataclasses.replace(edition("hant-tw"), regional_vocabulary=True)
    first, second = asked(tmp_path, text, WANTED, chosen)
    assert first.message == "软件 (2 times) is printed 軟件; the region's word may be 軟體"
    assert first.settle == (
        '[convert] words = { "软件" = "軟體" }',
        '[convert] words = { "软件" = "軟件" }',
    )
    assert second.span is not None and second.span.text == "程序"
    toml = WANTED + 'words = { "软件" = "軟體", "程序" = "程序" }\n'
    assert asked(tmp_path, text, toml, chosen) == ()


# --- which editions, and where ------------------------------------------------------------


@pytest.mark.parametrize("name", ["hans"])
def test_an_edition_in_the_manuscripts_script_is_not_asked_about(name: str, tmp_path: Path) -> None:
    assert asked(tmp_path, "他绝了望，交给于海生。\n", chosen=edition(name)) == ()


TRADITIONAL = '[book]\ntitle = "書"\nlanguage = "zh-Hant-TW"\n'


def test_characters_with_more_than_one_simplified_form(tmp_path: Path) -> None:
    text = "他看著書，裡面有老舍著。王丙乾來了，乾杯。\n"
    items = asked(tmp_path, text, TRADITIONAL, edition("hans"))
    assert [item.code for item in items] == ["C-BACK", "C-BACK"]
    assert items[0].settle == (
        '[convert] words = { "老舍著" = "老舍著" }',
        '[convert] words = { "老舍著" = "老舍着" }',
    )
    for item in items:
        for line in item.settle:
            table, _, assignment = line.partition(" ")
            rest = asked(tmp_path, text, f"{TRADITIONAL}{table}\n{assignment}\n", edition("hans"))
            assert len(rest) == 1


def test_nothing_is_asked_when_traditional_becomes_simplified(tmp_path: Path) -> None:
    text = "他絕瞭望，用於生產，裡面。\n"
    assert asked(tmp_path, text, TRADITIONAL, edition("hans")) == ()


def test_check_asks_and_a_build_does_not(tmp_path: Path) -> None:
    text = "# 书\n\n她把船交给于海生。\n"
    book_of(tmp_path, text, '[[edition]]\nname = "hant-tw"\n')
    assert [item.code for item in build.check(tmp_path) if item.code.startswith("C-")] == ["C-NAME"]
    from publish.stages import reading
    from publish.stages import settings as set_in

    read_book = reading(tmp_path)
    said = [item for made in set_in(read_book) for item in made.diagnostics]
    assert [item.code for item in (*read_book.diagnostics, *said) if item.code[0] == "C"] == []


def test_ignored_queries_are_silent(tmp_path: Path) -> None:
    text = "她把船交给于海生。\n"
    assert asked(tmp_path, text, '[mend]\nignore = ["C-NAME"]\n') == ()
    assert asked(tmp_path, text, '[mend]\nignore = ["C-NAME:于海生"]\n') == ()
