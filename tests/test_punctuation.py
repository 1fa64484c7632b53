"""Rules of punctuation: what they must keep in any manuscript, and what ``check`` proposes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import replay
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patience import patience

from publish.diagnostics import Diagnostic, Edit, Source, Span
from publish.mend import RULES, Mended, mend
from publish.mend.ledger import Ledger
from publish.mend.prose import prose
from publish.mend.rounds import Rounds
from publish.model import book as b
from publish.model.book import Meta
from publish.model.manifest import Manifest, load
from publish.model.tree import walk
from publish.read import load_sources, read

SEED = Path(__file__).parent.parent / "seeds" / "liang-wenfeng-60"

OWN = tuple(rule for rule in RULES if rule.code.startswith("P-"))
DECLARED = tuple(rule for rule in OWN if rule.kind == "declared")
ON = {rule.code: "on" for rule in DECLARED}


def manifest(**fields: object) -> Manifest:
    return Manifest("书", Path("书"), (Path("书.md"),), Meta("书"), **fields)  # type: ignore[arg-type]


def mended(text: str, *, detect: bool = False, **fields: object) -> Mended:
    return mend((Source("书.md", text),), manifest(**fields), read, detect=detect)


# --- what check proposes -------------------------------------------------------

#: Text in which each rule finds two places or two pairs, the first at this text.
FINDS = {
    "P-WIDTH-ALL": ("好! 走!\n", "好! 走!"),
    "P-QUOTE": ('他说"好"\n\n她说"不"\n', '他说"好"'),
    "P-QNEST": ("“说“好””\n\n“说“不””\n", "“说“好”"),
    "P-ELL": ("我想...\n\n好...\n", "我想..."),
    "P-DASH": ("来了--又走\n\n好 — 坏\n", "来了--又走"),
    "P-PAREN": ("甲(乙)\n\n丙(丁)\n", "甲(乙)"),
    "P-SPACE": ("好 ，走\n\n“ 好”\n", "好 ，走"),
    "P-MID": ("卡尔•马克思\n\n甲‧乙\n", "卡尔•马克"),
    "P-FW": ("Ａ股\n\n１月\n", "Ａ股"),
}


def proposed(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [item for item in found if item.settle and item.settle[0].startswith("[mend] rules")]


def test_every_declared_rule_of_punctuation_is_proposed_somewhere() -> None:
    assert set(FINDS) == {rule.code for rule in DECLARED}
    assert all(rule.default == "off" and rule.keeps_words for rule in DECLARED)


@pytest.mark.parametrize("code", FINDS)
def test_check_proposes_a_rule_that_is_not_switched(code: str) -> None:
    text, first = FINDS[code]
    found = mended(text, detect=True)
    assert found.edits == ()
    (item,) = proposed(found.diagnostics)
    places = 4 if code in ("P-QUOTE", "P-QNEST", "P-PAREN") else 2
    summary = next(rule.summary for rule in RULES if rule.code == code)
    assert (item.code, item.severity) == (code, "query")
    assert (
        item.message == f"{code} is neither on nor off, and would change {places} places: {summary}"
    )
    assert item.span is not None and item.span.text in first and first.startswith(item.span.text)
    assert item.settle == tuple(
        f'[mend] rules = {{ "{code}" = "{switch}" }}' for switch in ("on", "off")
    )


@pytest.mark.parametrize("code", FINDS)
def test_a_rule_that_is_switched_is_not_proposed(code: str) -> None:
    text, _ = FINDS[code]
    assert proposed(mended(text).diagnostics) == []
    for switch in ("on", "off"):
        found = mended(text, detect=True, rules={code: switch})
        assert proposed(found.diagnostics) == []
        assert {edit.rule for edit in found.edits} == ({code} if switch == "on" else set())
    assert proposed(mended(text, detect=True, ignore=(code,)).diagnostics) == []
    assert proposed(mended("他说好。\n", detect=True).diagnostics) == []


def test_ignored_places_are_not_counted() -> None:
    found = mended("我想...\n\n好...\n", detect=True, ignore=("P-ELL:1",))
    (item,) = proposed(found.diagnostics)
    assert " one place: " in item.message
    assert item.span is not None and item.span.text == "好..."


def test_nothing_is_asked_of_the_first_book() -> None:
    declared, _ = load(SEED)
    sources, _ = load_sources(declared)
    for settings_of_book in (declared, manifest()):
        found = mend(sources, settings_of_book, read, detect=True)
        assert [item for item in found.diagnostics if item.code.startswith("P-")] == []
        assert [edit for edit in found.edits if edit.rule.startswith("P-")] == []


# --- edits that would change more than marks -----------------------------------


@pytest.mark.parametrize(
    ("text", "pattern", "new"),
    [
        ("甲乙\n\n丙\n", "乙", ""),
        ("甲1乙\n", "1", "2"),
        ("甲**乙**\n", r"\*\*", "*"),
        ("# 甲\n\n乙\n", "# ", ""),
        ("- 甲\n- 乙\n", "\n- 乙", " 乙"),
        ("甲`x`乙\n", "x", "y"),
        ("[甲](https://a.com)\n", "a.com", "b.com"),
        ("甲\n\n……\n", "\n……\n", ""),
        ("甲，\n\n乙\n", "，\n\n", "，"),
    ],
)
def test_a_rule_that_keeps_words_is_taken_back_where_it_does_not(
    text: str, pattern: str, new: str
) -> None:
    def rule(source: Source, book: b.Book, declared: Manifest) -> Iterator[Edit]:
        for found in re.finditer(pattern, source.text):
            yield Edit(Span(source, *found.span()), new, "P-X", "declared")

    for kind, after in (("words", text), ("declared", re.sub(pattern, new, text))):
        rounds = Rounds(
            [Ledger(Source("书.md", text))], manifest(), read, [("P-X", kind, rule)], lambda _: True
        )
        rounds.run()
        assert rounds.ledgers[0].current.text == after
        assert bool(rounds.refused) == (kind == "words")


def test_a_number_of_a_chapter_may_change_its_width() -> None:
    found = mended("# 書\n\n## 第１章 甲\n\n子\n\n## 第２章 乙\n\n丑\n", rules={"P-FW": "on"})
    assert found.sources[0].text == "# 書\n\n## 第1章 甲\n\n子\n\n## 第2章 乙\n\n丑\n"
    assert [item for item in found.diagnostics if item.code == "P-FW"] == []


# --- any manuscript ------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"文字甲乙三，。“”‘’「」：、！？…—·• 1aＡ１*_`[](){}<>#-+!|~$^\\&;.,:?'\"\n",
        "\n\n",
        "--",
        "---",
        "...",
        "。。。",
        "......",
        '"好"',
        "'好'",
        "“好”",
        "(好)",
        "（好)",
        "甲•乙",
        "甲,乙",
        "甲: ",
        "**",
        " -- ",
        "`代码\"--...`",
        '```\n"甲"--\n```\n',
        "$x--(甲)$",
        "https://a.com/(甲)--,乙",
        "[甲(乙)](a.html \"丙--\")",
        "[甲,乙]",
        "[甲,乙]: a.html\n",
        '<b title="甲">',
        "</b>",
        "<!-- 甲--乙 -->",
        "&amp;",
        "&ａmp;",
        "１. ",
        "1. ",
        "- ",
        "> ",
        "# ",
        "| 甲--乙 | (丙) |\n|---|---|\n| -- | \"丁\" |\n",
        "[^1]",
        "[^1]: 注--(注)\n",
        "[東,京]{lang=ja}",
        "第１章",
    ]
)  # fmt: skip
MANUSCRIPTS = st.lists(PIECES, max_size=24).map("".join)
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_WIDE = {ord(wide): ord(wide) - 0xFEE0 for wide in map(chr, range(0xFF01, 0xFF5F))}


def words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).translate(_WIDE)


def skeleton(book: b.Book) -> list[str]:
    """Blocks and inlines in order, with what no rule of punctuation may change in them."""
    found: list[str] = []
    for node in walk(book):
        match node:
            case b.Text():
                continue
            case b.Link():
                found.append(f"Link {node.target} {node.title}")
            case b.Image() | b.Ruby() | b.NoteRef():
                found.append(repr(node))
            case b.Code() | b.CodeSpan():
                found.append(f"Code {node.text}")
            case b.Math() | b.Formula():
                found.append(f"Math {node.tex}")
            case b.List():
                found.append(f"List {node.start} {len(node.items)}")
            case b.Part() | b.Chapter() | b.Section() | b.Heading():
                found.append("Heading")
            case b.Quote(source=source) if source:
                # The last paragraph, which now begins with ——, says where it comes from.
                found += ["Quote", "Paragraph"]
            case _:
                found.append(type(node).__name__)
    return sorted(found) if any(item == "Quote" for item in found) else found


def all_words(book: b.Book) -> str:
    parts = []
    for node in walk(book):
        if isinstance(node, b.Text):
            parts.append(words(node.text))
        elif isinstance(node, b.Part | b.Chapter):
            parts.append(words(node.label))
    return "".join(parts)


@ANY
@given(MANUSCRIPTS, st.sampled_from([*ON, ""]))
def test_declared_punctuation_keeps_words_and_structure(text: str, code: str) -> None:
    rules = {code: "on"} if code else ON
    # Safe rules may mend emphasis: **文 ** is none before.
    before = mended(text).book
    result = mended(text, rules=rules)
    assert skeleton(result.book) == skeleton(before)
    assert all_words(result.book) == all_words(before)


@ANY
@given(MANUSCRIPTS, st.sampled_from([*ON, ""]))
def test_declared_punctuation_is_idempotent_and_logged(text: str, code: str) -> None:
    rules = {code: "on"} if code else ON
    result = mended(text, rules=rules)
    if result.edits:
        assert replay(result.edits[0].span.source, result.edits) == result.sources[0].text
    again = mended(result.sources[0].text, rules=rules)
    assert again.sources[0].text == result.sources[0].text


@ANY
@given(MANUSCRIPTS)
def test_nothing_declared_nothing_but_safe(text: str) -> None:
    result = mended(text, detect=True)
    assert all(edit.severity == "safe" for edit in result.edits)
    assert result.sources[0].text == mended(text).sources[0].text


@ANY
@given(MANUSCRIPTS)
def test_no_blank_comes_between_chinese_characters(text: str) -> None:
    def blanks(text: str) -> int:
        return len(re.findall("(?<=[一-鿿])[ ]+(?=[一-鿿])", text))

    assert blanks(mended(text, rules=ON).sources[0].text) <= blanks(text)


@ANY
@given(MANUSCRIPTS)
def test_prose_knows_its_places(text: str) -> None:
    source = Source("书.md", text)
    book, _ = read((source,), manifest())
    for passage in prose(source, book):
        for offset, character in enumerate(passage.text):
            edit = passage.edit(offset, offset + 1, "", "P-X")
            if edit is not None:
                assert edit.span.text == character
            else:
                low, _ = passage.run(offset)
                place = passage.places[passage.starts.index(low)]
                begin = place + offset - low
                in_file = passage.here.is_file(begin, begin + 1)
                assert place < 0 or character == "\ufffc" or in_file


# --- speed -----------------------------------------------------------------------


def dirty(size: int) -> str:
    """A manuscript with something for every rule in each tenth paragraph."""
    chance = random.Random(1)
    parts: list[str] = []
    length = 0
    while length < size:
        line = "".join(chance.choices("天地玄黄宇宙洪荒日月盈昃辰宿列张，。", k=120))
        if chance.random() < 0.1:
            line += '他说"好",走了--又来...(真的)“说“不””,卡尔•马克思Ａ１;好!'
        parts.append(line)
        length += len(line) + 2
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("sign", [*"\"'()“”.-—,，Ａ", "甲."])
@pytest.mark.parametrize("before", ["", "甲", "甲 "])
def test_long_runs_end_soon(sign: str, before: str) -> None:
    source = Source("书.md", before + sign * 30_000 + "甲\n\n" + f"甲{sign}" * 10_000 + "\n")
    book, _ = read((source,), manifest())
    with patience(20):
        for rule in OWN:
            if rule.kind == "query":
                list(rule.function(book, manifest()))
            else:
                list(rule.function(source, book, manifest()))
