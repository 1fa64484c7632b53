"""Mending: every rule by its cases, and what must hold for any manuscript."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rules_page
from cases import FOLDER, Case, cases, replay, run_mend, told
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from patience import patience

from publish import build, convert
from publish.diagnostics import Edit, Failure, Source, Span
from publish.mend import RULES, Mended, mend
from publish.mend.codes import FIXED, TOLD
from publish.mend.ledger import Ledger
from publish.mend.rounds import Rounds
from publish.model import book as b
from publish.model.book import Meta
from publish.model.manifest import Manifest, load
from publish.model.settlements import leaving_all
from publish.model.tree import plain_text, walk
from publish.read import load_sources, read
from publish.text.characters import HAN_CLASS, is_han
from publish.text.ligatures import LIGATURES
from publish.text.radicals import radical_ideographs

SEED = Path(__file__).parent.parent / "seeds" / "liang-wenfeng-60"
CODES = frozenset(rule.code for rule in RULES) | {"M-RULE"}

MEND_CASES = [case for case in cases("*.case") if not case.file.startswith("C-")]


def manifest(files: str = "书", **fields: object) -> Manifest:
    paths = tuple(Path(f"{name}.md") for name in files)
    return Manifest("书", Path("书"), paths, Meta("书"), **fields)  # type: ignore[arg-type]


def mended(text: str, **fields: object) -> Mended:
    return mend((Source("书.md", text),), manifest(**fields), read)


# --- cases -------------------------------------------------------------------


@pytest.mark.parametrize("case", MEND_CASES, ids=str)
def test_case(case: Case, tmp_path: Path) -> None:
    result, declared = run_mend(case, tmp_path)
    assert result.sources[0].text == case.after
    stem = case.file.removesuffix(".case")
    codes = TOLD if stem == "read" else CODES
    assert told(result.diagnostics, codes) == case.said
    if stem != "mend":
        assert {edit.rule for edit in result.edits} <= {stem}
    again = mend(result.sources, declared, read)
    assert again.edits == () and again.sources == result.sources


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented_and_has_cases(rule: object) -> None:
    assert isinstance(rule, type(RULES[0]))
    for word in ("What:", "Why:", "Before:", "After:"):
        assert word in rule.documentation or rule.kind == "query"
    assert rule.summary and not rule.summary.endswith(".")
    own = [case for case in MEND_CASES if case.file == f"{rule.code}.case"]
    assert any(case.before != case.after or case.said for case in own), "a case where it acts"
    assert any(case.before == case.after for case in own), "a case where it holds still"


def test_the_page_of_rules_is_what_the_rules_say() -> None:
    assert rules_page.PAGE.read_text("utf-8") == rules_page.page(), "python tests/rules_page.py"


def test_every_case_file_belongs_to_a_rule() -> None:
    known = {"mend.case", "read.case", *(f"{rule.code}.case" for rule in (*RULES, *convert.RULES))}
    assert {path.name for path in FOLDER.glob("*.case")} <= known


# --- the first book ----------------------------------------------------------


@pytest.fixture(scope="module")
def first_book() -> tuple[Source, Mended, Manifest]:
    declared, _ = load(SEED)
    sources, _ = load_sources(declared)
    return sources[0], mend(sources, declared, read), declared


def test_the_first_book_is_clean(first_book: tuple[Source, Mended, Manifest]) -> None:
    _, result, _ = first_book
    text = result.sources[0].text
    for residue in ("\\", "&#x20;", "梁文峰", "Chatgpt", "\n\n\n"):
        assert residue not in text
    assert plain_text(result.book.heading) == "梁文锋60条思考"
    assert len(text) == 5938


def test_the_first_book_keeps_its_words(first_book: tuple[Source, Mended, Manifest]) -> None:
    source, result, _ = first_book
    wanted = source.text.replace("&#x20;", "").replace("梁文峰", "梁文锋")
    wanted = wanted.replace("Chatgpt", "ChatGPT")
    assert words(result.sources[0].text) == words(wanted)


def test_the_log_of_the_first_book(first_book: tuple[Source, Mended, Manifest]) -> None:
    source, result, _ = first_book
    counts: dict[str, int] = {}
    for edit in result.edits:
        counts[edit.rule] = counts.get(edit.rule, 0) + 1
        assert edit.span.source is source
    assert counts == {
        "S-BREAK-LEAD": 16,
        "S-BREAK-TRAIL": 1,
        "S-ENT": 1,
        "S-BLANK": 52,
        "T-NAME": 1,
        "T-TERM": 1,
    }
    assert replay(source, result.edits) == result.sources[0].text


def test_places_in_mended_text_are_told_as_received(
    first_book: tuple[Source, Mended, Manifest],
) -> None:
    source, result, _ = first_book
    now = result.sources[0]
    for word in ("资产管理规模", "AlexNet", "梁文锋60", "护城河", "我们做了16年"):
        span = Span(now, now.text.index(word), now.text.index(word) + len(word)).received()
        assert span.source is source
        assert span.text == word.replace("梁文锋60", "梁文峰60")


def words(text: str) -> str:
    return "".join(c for c in text if is_han(c) or c.isalnum())


# --- the machinery -----------------------------------------------------------


def test_an_unknown_rule_is_an_error() -> None:
    found = mended("甲。\n", rules={"S-BLANKS": "off"}).diagnostics
    errors = [item for item in found if item.severity == "error"]
    assert [item.message for item in errors] == ["[mend] rules: there is no rule 'S-BLANKS'"]
    assert errors[0].hints[0] == "did you mean 'S-BLANK'?"


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        ({"rules": {"S-SOFT": "on"}}, "S-SOFT cannot be switched", "how a manuscript is read"),
        ({"rules": {"C-RISK": "off"}}, "C-RISK cannot be switched", 'ignore = ["C-RISK"]'),
        ({"ignore": ("X-DPU:的的",)}, "nothing has the code 'X-DPU'", "did you mean 'X-DUP'?"),
        ({"ignore": ("看看看",)}, "nothing has the code '看看看'", "show rules"),
    ],
)
def test_codes_that_do_nothing_are_told(fields: dict[str, Any], message: str, hint: str) -> None:
    (item,) = mended("文\n", **fields).diagnostics
    assert (item.code, item.severity) == ("M-RULE", "error")
    assert message in item.message and hint in " ".join(item.hints)


def test_what_is_told_may_be_ignored() -> None:
    codes = [rule.code for rule in build.rules()]
    assert set(FIXED) == {code for code in codes if code not in {rule.code for rule in RULES}}
    package = Path(build.__file__).parent
    files = [*(package / "read").rglob("*.py"), package / "stages.py"]
    files += [package / "model" / f"{name}.py" for name in ("manifest", "checkers", "schema")]
    told = {
        code
        for file in files
        for code in re.findall(r'"([MR]-[A-Z0-9-]+)"', file.read_text(encoding="utf-8"))
    }
    assert told - set(codes) <= TOLD
    assert mended("文\n", ignore=(*codes, *TOLD)).diagnostics == ()


def test_edits_of_several_rounds_are_one_list() -> None:
    source = Source("a", "abcdefgh")
    ledger = Ledger(source)
    for start, end, text in ((2, 4, "XYZ"), (3, 5, ""), (0, 1, "q"), (3, 6, "r")):
        current = ledger.current
        wanted = current.text[:start] + text + current.text[end:]
        ledger = ledger.with_edits([Edit(Span(current, start, end), text, "R")])
        assert ledger.current.text == wanted
        assert replay(source, ledger.edits()) == wanted


def test_an_edit_taken_back_by_a_later_one_is_no_edit() -> None:
    source = Source("a", "abc")
    ledger = Ledger(source).with_edits([Edit(Span(source, 1, 2), "x", "R")])
    ledger = ledger.with_edits([Edit(Span(ledger.current, 1, 2), "b", "R")])
    assert ledger.edits() == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.text("xyz", max_size=4))))
def test_composed_edits_replay(steps: list[tuple[int, int, str]]) -> None:
    source = Source("a", "abcdefghijklmnopqrstuvw")
    ledger = Ledger(source)
    for start, length, text in steps:
        current = ledger.current
        end = min(len(current.text), start + length)
        if start >= end:
            continue
        ledger = ledger.with_edits([Edit(Span(current, start, end), text, "R")])
        assert ledger.current.text == current.text[:start] + text + current.text[end:]
        assert replay(source, ledger.edits()) == ledger.current.text
        for here, there, size in ledger.current.pieces:
            kept = ledger.current.text[here : here + size]
            assert kept == source.text[there : there + size]


def test_marks_of_one_paragraph_are_asked_about_a_few_times() -> None:
    with patience(20):
        found = mended("“" * 50_000 + "\n\n" + "“" * 6 + "，\n").diagnostics
    said = [
        (item.code, item.severity, item.message, item.span and item.span.start) for item in found
    ]
    one = "the quotation mark “ is not closed in its paragraph"
    assert said == [
        *(("X-PAIR", "query", one, place) for place in range(5)),
        (
            "X-PAIR",
            "query",
            # The next paragraph opens six again.
            "49989 more quotation marks without a partner in this paragraph",
            5,
        ),
        *(("X-PAIR", "query", one, 50_002 + place) for place in range(5)),
        ("X-PAIR", "query", "1 more quotation mark without a partner in this paragraph", 50_007),
    ]


@pytest.mark.parametrize("line", ["\\", "\\\n<br>", "&#x20;\\", "`码` \\\n\\"])
def test_any_number_of_breaks_settles(line: str) -> None:
    """Each round of mending reads the book anew, and rounds are counted."""
    once = mended(f"# 题\n\n中文\n{line}\n").sources[0].text
    many = mended("# 题\n\n中文\n" + f"{line}\n" * 60).sources[0].text
    if "`" not in line:
        assert many == once == "# 题\n\n中文\n"


def test_places_of_many_pieces_are_found_soon() -> None:
    source = Source("a", "甲\u00a0" * 50_000)
    edits = [Edit(Span(source, 2 * n + 1, 2 * n + 2), "", "U-SP") for n in range(50_000)]
    now = Ledger(source).with_edits(edits).current
    with patience(20):
        received = [now.as_received(offset) for offset in range(0, 50_000, 10)]
    assert received == [2 * offset for offset in range(0, 50_000, 10)]


def test_edits_taken_back_in_many_places_end_soon() -> None:
    source = Source("书.md", "甲乙" * 20_000)
    rules = [("A", "safe", lambda *_: ()), ("B", "safe", lambda *_: ())]
    rounds = Rounds([Ledger(source)], manifest(), read, rules, lambda edit: True)
    edits = [
        Edit(Span(source, 2 * n, 2 * n + 1), "丙", "B" if n % 2 else "A") for n in range(20_000)
    ]
    damage = [(source, 8 * n, 8 * n + 3) for n in range(5_000)]
    with patience(20):
        (kept,) = rounds._take_back([edits], [*damage, None])
    assert kept == [edit for n, edit in enumerate(edits) if n % 4 != 1]
    assert list(rounds.refused.values()) == [edit for n, edit in enumerate(edits) if n % 4 == 1]


# --- characters that no book can hold -----------------------------------------


@pytest.mark.parametrize(
    ("text", "rules", "character", "place"),
    [
        ("```\n\x01\n```\n", {}, "U+0001 no name", (2, 1)),
        ("一段`代\x0c码`。\n", {}, "U+000C no name", (1, 5)),
        ("正\uffff文。\n", {}, "U+FFFF no name", (1, 2)),
        ("正文**重\ufffe点**。\n", {}, "U+FFFE no name", (1, 6)),
        ("正\x0b文。\n", {"B-CTRL": "off"}, "U+000B no name", (1, 2)),
        ("式$x\x02$。\n", {}, "U+0002 no name", (1, 4)),
        ("$$\nx\uffff\n$$\n", {}, "U+FFFF no name", (2, 2)),
        ("图![说\uffff明](a.png)。\n", {}, "U+FFFF no name", (1, 5)),
        ('见[这里](a.html "题\uffff目")。\n', {}, "U+FFFF no name", (1, 16)),
        ("# 标\uffff题\n\n正文。\n\n# 二\n\n正文。\n", {}, "U+FFFF no name", (1, 4)),
        ("```p\uffffy\nx\n```\n", {}, "U+FFFF no name", (1, 5)),
        ("| 甲\uffff |\n|---|\n| 乙 |\n", {}, "U+FFFF no name", (1, 4)),
    ],
)
def test_what_xml_cannot_hold_is_an_error(
    text: str, rules: dict[str, str], character: str, place: tuple[int, int]
) -> None:
    found = [item for item in mended(text, rules=rules).diagnostics if item.severity == "error"]
    assert {item.code for item in found} == {"R-CHAR"}
    assert {item.message for item in found} == {f"no book can hold the character {character}"}
    assert found[0].span is not None
    assert found[0].span.received().source.line_column(found[0].span.received().start) == place


def test_a_reference_that_writes_such_a_character_is_told() -> None:
    found = mended("正文&#12;。\n").diagnostics
    assert [(item.code, item.span and item.span.text) for item in found] == [
        ("R-CHAR", "正文&#12;。")
    ]


def test_what_book_toml_declares_must_be_writable_too(tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text(
        '[book]\ntitle = "山\uffff居"\n\n[convert]\nwords = { "甲" = "\\uFFFE" }\n',
        encoding="utf-8",
    )
    (tmp_path / "manuscript.md").write_text("正文。\n", encoding="utf-8")
    declared, _ = load(tmp_path)
    found = mend(load_sources(declared)[0], declared, read).diagnostics
    assert [(item.code, item.message[-14:]) for item in found] == [
        ("R-CHAR", "U+FFFF no name"),
        ("R-CHAR", "U+FFFE no name"),
    ]
    assert found[0].span is not None and found[0].span.source.name.endswith("book.toml")
    assert found[0].span.source.line_column(found[0].span.start) == (2, 11)
    assert found[1].span is None and found[1].path == found[0].span.source.name


def test_many_such_places_are_counted() -> None:
    found = mended("`\x01`\n\n" * 40).diagnostics
    assert len(found) == 6 and all(item.severity == "error" for item in found)
    assert found[-1].message == "35 more of the character U+0001 no name"


def test_what_xml_can_hold_is_no_error() -> None:
    text = "正\u3000文\U0001f600\ue000。`\t\x7f\x85\ufffd`\n"
    assert [item for item in mended(text).diagnostics if item.code == "R-CHAR"] == []


# --- what check proposes --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("一。\n二。\n三。\n四。\n五。\n六。\n", True),
        # Lines that are broken to a width, as many authors write, are left to Markdown.
        ("一，\n二。\n三，\n四。\n五，\n六。\n", False),
        ("一。\n二。\n", False),
    ],
)
def test_lines_are_proposed_where_they_end_sentences(text: str, proposed: bool) -> None:
    found = mend((Source("书.md", text),), manifest(), read, detect=True).diagnostics
    assert [item.code for item in found] == ["S-LINES"] * proposed
    on = mended(text, rules={"S-LINES": "on"})
    assert on.sources[0].text == text.replace("\n", "\n\n").rstrip("\n") + "\n"


# --- line ends ------------------------------------------------------------------


def test_every_line_keeps_the_end_it_came_with() -> None:
    source = Source("书.md", "甲\n乙\n丙\n丁\n", ends=("\n", "\r\n", "\r", "\n"))
    assert source.encode().decode() == "甲\n乙\r\n丙\r丁\n"
    edits = [Edit(Span(source, 0, 1), "子\n丑", "R"), Edit(Span(source, 3, 4), "", "R")]
    once = Ledger(source).with_edits(edits)
    assert once.current.encode().decode() == "子\n丑\n乙丙\r丁\n"
    twice = once.with_edits([Edit(Span(once.current, 0, 1), "", "R")])
    assert twice.current.encode().decode() == "\n丑\n乙丙\r丁\n"
    again = Ledger(once.current).with_edits([Edit(Span(once.current, 0, 2), "", "R")])
    assert again.current.encode().decode() == "丑\n乙丙\r丁\n"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("甲乙"), st.sampled_from(["\n", "\r\n"])), min_size=1),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4), st.sampled_from(["", "丙"]))),
)
def test_line_ends_that_no_edit_touches_stay(
    lines: list[tuple[str, str]], steps: list[tuple[int, int, str]]
) -> None:
    text = "".join(f"{words}\n" for words, _ in lines)
    ends = tuple(end for _, end in lines)
    ledger = Ledger(Source("a", text, newline="\r\n", ends=ends))
    received = [(words, end) for words, end in lines]
    assert ledger.current.encode().decode() == "".join(map("".join, received))
    for start, length, new in steps:
        current = ledger.current
        # Only words are edited, so that the line ends stay the same ones.
        end = min(len(current.text), start + length)
        if start < end and "\n" not in current.text[start:end]:
            ledger = ledger.with_edits([Edit(Span(current, start, end), new, "R")])
    written = ledger.current.encode().decode()
    assert tuple(part for part in re.findall("\r\n|\n", written)) == ends
    assert written.replace("\r\n", "\n") == ledger.current.text


def test_several_files_are_mended_as_one_book() -> None:
    sources = tuple(Source(f"{name}.md", f"# {name}\n\n\\\n⽂{name}。\n") for name in "甲乙丙")
    result = mend(sources, manifest("甲乙丙"), read)
    assert [source.text for source in result.sources] == [
        f"# {name}\n\n文{name}。\n" for name in "甲乙丙"
    ]
    assert [edit.span.source for edit in result.edits] == [s for s in sources for _ in range(2)]


# --- any manuscript ----------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"文字甲乙，。“”‘’「」『』 1a*_`[](){}<>#-+!|~$^\\&;.:\n",
        "\n\n",
        "\n\n\n\n",
        "\\\n",
        "  \n",
        "<br>",
        "&#x20;",
        "&#x540E;",
        "&amp;",
        "&#42;",
        "**",
        "`代码\\.`",
        "```\n\\\n\n\n&#x20;⽂\n```\n",
        "$x\\_y$",
        "https://a.com/\\_&amp;x",
        "1. ",
        "- ",
        "> ",
        "# ",
        "⽂⻚",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\x01",
        "梁文峰",
        "Chatgpt",
        "[^1]",
        "[x]: a.html\n",
        "\n　　",
        "\n　　\n",
        "\n    ",
        "&emsp;&emsp;",
        "重点 **",
        "****",
        "```\n　　**码 **\n```\n",
        "<font color=red>",
        "</font>",
        '<span style="x">',
        "</span>",
        '<a name="a"></a>',
        "\n<aside>\n",
        "\n</aside>\n",
        "<!-- <font> -->",
        '{: id="20240101010101-abcdefg"}',
        '\n{: updated="20240101010101"}\n',
        '((20240101010101-abcdefg "文"))',
        "[]{#a .anchor}",
        '![](a.png){width="5in"}',
        '[文]{style="x"}',
        "[[文]{.underline}](a.html)",
        "::: verse\n",
        "\n:::\n",
        "e\u0301",
        "\ufb01",
        "\uf914陈\ufa1a",
        "\u2028",
        "\0",
        "<table><tr><td>文</td></tr></table>",
        "\n\n预览时标签不可点\n",
        "在看\n",
        "\n\n12\n\n",
    ]
)
MANUSCRIPTS = st.lists(PIECES, max_size=24).map("".join)
NAMES = {"names": {"梁文锋": ("梁文峰",)}, "terms": {"ChatGPT": ("Chatgpt",)}}
ANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SUFFIXES = st.sampled_from([".md", ".txt"])
#: Every rule that is not a query, declared or not.
ALL = {"rules": {rule.code: "on" for rule in RULES if rule.kind != "query"}, **NAMES}


@ANY
@given(MANUSCRIPTS, SUFFIXES, st.sampled_from([NAMES, ALL]))
def test_mending_is_idempotent_and_logged(text: str, suffix: str, declared: Any) -> None:
    source = Source(f"书{suffix}", text)
    result = mend((source,), manifest(**declared), read, detect=True)
    assert replay(source, result.edits) == result.sources[0].text
    again = mend((Source(source.name, result.sources[0].text),), manifest(**declared), read)
    assert again.sources[0].text == result.sources[0].text


@ANY
@given(MANUSCRIPTS, SUFFIXES, st.randoms(use_true_random=False))
def test_the_order_of_safe_rules_does_not_matter(text: str, suffix: str, order: Any) -> None:
    source = Source(f"书{suffix}", text)
    rules = [(rule.code, rule.kind, rule.function) for rule in RULES if rule.kind == "safe"]
    order.shuffle(rules)
    rounds = Rounds([Ledger(source)], manifest(), read, rules, lambda edit: True)
    rounds.run()
    other = Rounds([Ledger(source)], manifest(), read, rules[::-1], lambda edit: True)
    other.run()
    # Where reading finds damage, the rule that stands last gives way.
    assume(not rounds.refused and not other.refused)
    assert rounds.ledgers[0].current.text == other.ledgers[0].current.text


@ANY
@given(MANUSCRIPTS, SUFFIXES)
def test_no_blank_comes_between_ideographs(text: str, suffix: str) -> None:
    source = Source(f"书{suffix}", text)
    now = mend((source,), manifest(), read).sources[0].text
    blanks = re.compile(f"(?<=[{HAN_CLASS}]) (?=[{HAN_CLASS}])")
    assert len(blanks.findall(now)) <= len(re.findall(" ", text))
    written = sum(text.count(blank) for blank in (" ", "&#x20;", "\x0b", "\x0c", "\u2028"))
    assert now.count(" ") <= written


@ANY
@given(st.binary(max_size=400) | MANUSCRIPTS.map(str.encode), SUFFIXES)
def test_any_bytes_are_mended_or_refused(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"书{suffix}"
        path.write_bytes(data)
        declared, _ = load(path)
        try:
            sources, _ = load_sources(declared)
            result = mend(sources, declared, read, detect=True)
        except Failure as failure:
            assert failure.diagnostics[0].code in (
                "R-EMPTY", "R-BINARY", "R-ENCODING", "R-DEPTH"
            )  # fmt: skip
            return
    assert replay(sources[0], result.edits) == result.sources[0].text
    assert sources[0].encode() == data


@ANY
@given(MANUSCRIPTS, SUFFIXES)
def test_code_and_mathematics_are_not_touched(text: str, suffix: str) -> None:
    source = Source(f"书{suffix}", text)
    before, _ = read((source,), manifest())
    after = mend((source,), manifest(), read).book
    assert closed(before) == closed(after)


def closed(book: b.Book) -> list[str]:
    return [
        node.tex if isinstance(node, b.Math | b.Formula) else node.text
        for node in walk(book)
        if isinstance(node, b.Code | b.CodeSpan | b.Math | b.Formula)
    ]


@ANY
@given(MANUSCRIPTS, SUFFIXES)
def test_safe_rules_keep_every_word(text: str, suffix: str) -> None:
    source = Source(f"书{suffix}", text)
    before, _ = read((source,), manifest())
    after = mend((source,), manifest(), read).book
    assert [all_words(node) for node in before.chapters()] == [
        all_words(node) for node in after.chapters()
    ]


def all_words(node: b.Node) -> str:
    text = "".join(item.text for item in walk(node) if isinstance(item, b.Text))
    table = {ord(a): b for a, b in {**radical_ideographs(), **LIGATURES}.items()}
    return words(unicodedata.normalize("NFC", text.translate(table)))


@ANY
@given(MANUSCRIPTS)
def test_nothing_declared_nothing_renamed(text: str) -> None:
    result = mended(text)
    assert all(edit.severity == "safe" for edit in result.edits)


# --- what ignore calls a place ----------------------------------------------------


def asked(text: str, *ignore: str, **fields: Any) -> list[tuple[str, str]]:
    """Code and proposed entry of each query."""
    fields = {"ignore": ignore, **fields}
    found = mend((Source("书.md", text),), manifest(**fields), read, detect=True).diagnostics
    return [
        (item.code, item.settle[-1].removeprefix("[mend] ignore = ")[2:-2])
        for item in found
        if item.severity == "query" and item.settle
    ]


def test_an_entry_of_ignore_silences_one_place() -> None:
    text = "特定的的任务是这样。\n\n他说他的的书不在。\n\n“甲。\n\n乙“。\n"
    found = asked(text)
    entries = [entry for _, entry in found]
    assert len(set(entries)) == len(entries) == 4
    for code, entry in found:
        assert entry.startswith(f"{code}:")
        # Lines that are added above do not matter, nor do others that are like it.
        later = f"新的一段。\n\n{text}\n\n还有你的的书。\n"
        assert [one for _, one in asked(later, entry) if one in entries] == [
            one for one in entries if one != entry
        ]
        assert len(asked(later, entry)) == len(entries)
    assert asked(text, *entries) == []


def test_places_that_nothing_tells_apart_are_called_by_line() -> None:
    text = "好“吧\n\n好“吧\n"
    assert asked(text) == [("X-PAIR", "X-PAIR:1"), ("X-PAIR", "X-PAIR:3")]
    assert asked(text, "X-PAIR:3") == [("X-PAIR", "X-PAIR:好“吧")]


def test_old_entries_of_ignore_still_work() -> None:
    text = "特定的的任务是这样。\n\n他说他的的书不在。\n"
    assert len(asked(text)) == 2
    for entry in ("X-DUP", "X-DUP:的的"):
        assert asked(text, entry) == []
    assert len(asked(text, "X-DUP:3")) == 1


def test_an_edit_of_one_character_can_be_kept_off() -> None:
    text = "分别是男:女，胜负是甲:乙。\n"
    assert mended(text).sources[0].text == "分别是男：女，胜负是甲：乙。\n"
    for entry in ("P-WIDTH:男:女", "P-WIDTH:是男:"):
        assert mended(text, ignore=(entry,)).sources[0].text == "分别是男:女，胜负是甲：乙。\n"
    for entry in ("P-WIDTH", "P-WIDTH:1"):
        assert mended(text, ignore=(entry,)).sources[0].text == text


def test_one_block_settles_everything(tmp_path: Path) -> None:
    (tmp_path / "manuscript.md").write_text(
        "梁文锋说，梁文锋写，梁文锋想，梁文锋看，梁文锋听，梁文峰做。\n\n用ChatGPT和Chatgpt。\n\n"
        '特定的的任务。\n\n他说"不"，走了...\n\n“甲。\n',
        encoding="utf-8",
    )
    toml = '[book]\ntitle = "书"\n\n[mend]\nignore = ["R-TITLE"]\n'
    codes = {"X-NAME", "X-TERM", "X-DUP", "X-PAIR", "P-QUOTE", "P-ELL"}
    for expected in (codes, set()):
        (tmp_path / "book.toml").write_text(toml, encoding="utf-8")
        declared, _ = load(tmp_path)
        found = mend(load_sources(declared)[0], declared, read, detect=True)
        assert {item.code for item in found.diagnostics} == expected
        assert found.edits == ()
        block = leaving_all(found.diagnostics, tmp_path)
        toml = f'[book]\ntitle = "书"\n\n{block}'
    assert block == ""


@ANY
@given(MANUSCRIPTS)
def test_what_settles_a_query_is_found_in_the_manuscript(text: str) -> None:
    for code, entry in asked(text):
        if entry.startswith(f"{code}:"):
            assert (code, entry) not in asked(text, json.loads(f'"{entry}"'))
