"""The editor's list: what ``publish check`` asks, where, why, and what settles it.

Detectors are named by their codes in the catalogue; wordings are free.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from acceptance import (
    BOOKS,
    FIRST_BOOK,
    Run,
    built,
    environment,
    files_in,
    make_book,
    publish,
)
from mends import as_toml, checked, inline, merged, of, settled, told

pytestmark = pytest.mark.slow

#: What a detector must find: the text of a chapter, codes that may say it, a part of the line
#: it is about, and the word that the place or the query's words must name.
FOUND: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "homophone": (
        "周文彬是村里的教书先生。每天清早，周文彬先到河边走一圈。学生们都怕周文彬，又喜欢周文彬。"
        "\n\n有一年发大水，周文彬把书一本本搬上楼。后来大家才知道，周文斌一夜没有合眼。",
        ("X-NAME",),
        "周文斌一夜",
        "周文斌",
    ),
    "look-alike": (
        "徐士林会木匠活。村里的桌子都是徐士林做的，桥也是徐士林修的。\n\n"
        "徐土林走了以后，再没有人会修桥。大家常说起徐士林，都说徐士林的手巧。",
        ("X-NAME",),
        "徐土林走了",
        "徐土林",
    ),
    "casing": (
        "代码放在GitHub上，说明也放在GitHub上。\n\n不会用Github的人可以问邻居，邻居会用GitHub。",
        ("X-TERM",),
        "不会用Github",
        "Github",
    ),
    "number left out": (
        "1.烧水。\n\n2.扫地。\n\n3.收衣服。\n\n4.喂鸡。\n\n6.最后关门。",
        ("X-SEQ",),
        "6.",
        "6",
    ),
    "number twice": (
        "1.买米。\n\n2.买油。\n\n3.买酱。\n\n3.后买盐。\n\n4.回家。\n\n5.做饭。",
        ("X-SEQ",),
        "3.后",
        "3",
    ),
    "open quotation": ("她说：“带上伞。\n\n他没有听。", ("X-PAIR",), "带上伞", "“"),
    "quotation turned round": ("”今天下雨“，他说。", ("P-QDIR", "X-PAIR"), "今天下雨", "”"),
    "open bracket": ("小河（南边的那条，早就干了。", ("X-PAIR",), "小河（", "（"),
    "paragraph twice": (
        "每年秋天，村里的人都要上山修一次路，把夏天大水冲下来的石头一块一块搬开，再用黄土把坑填平压实。"
        "\n\n修路不给工钱。\n\n"
        "每年秋天，村里的人都要上山修一次路，把夏天大水冲下来的石头一块一块搬开，再用黄土把坑填平压实。",
        ("X-",),
        "",
        "每年秋天",
    ),
    "pronoun twice": ("明天我们我们去看山。", ("X-DUP",), "去看山", "我们"),
    "conjunction twice": ("他没有来，因为因为路断了。", ("X-DUP",), "路断了", "因为"),
    "particle twice": ("山坡上开着美丽的的花。", ("X-DUP",), "山坡上", "的"),
    "variants": (
        "其他的人都走了，其他的船也开了。\n\n屋里没有其它东西。\n\n其他的话，他没有说。",
        ("T-VAR",),
        "其它东西",
        "其它",
    ),
    "numbers in two styles": (
        "从最早的1张桌子，到后来的100张桌子，再到一万张，都是他做的。",
        ("X-NUM",),
        "张桌子",
        "张",
    ),
    "two widths": (
        "他用Ａ4纸写信，也用A4纸记账。",
        ("P-FW", "P-WIDTH", "X-WIDTH", "X-TERM"),
        "记账",
        "Ａ",
    ),
    "half-width stop": ("他坐下.然后又站起来，走了。", ("P-PERIOD",), "坐下.", "."),
}

REPEATED = (
    "每年春天，村里的人都要到河边去，把冬天冻坏的木桩一根一根拔起来，再换上新砍的松木桩，打进土里。"
)

#: What looks like one of these and is right.
SILENT = {
    "two people": "李小红和李晓红同班。李小红爱唱歌，李晓红爱画画。李小红住在河东，李晓红住在河西。"
    "有一天李小红病了，李晓红替她记笔记。后来李小红做了医生，李晓红做了老师。",
    "a family": "王大山有两个儿子，王大河和王大海。王大河去了城里，王大海留下。王大山都不管。",
    "no names": "高兴的时候他就唱歌，安静的时候他就看书。方才说过的话，万一忘了，就再说一遍。",
    "doubled words": "现在在山里的人不多，他的目的的确不是钱。天天看山，慢慢地走，高高兴兴地回来。"
    "妈妈和爸爸商量商量，一个一个地试试。水天天都在，人人都知道，谢谢。他想了又想，走走停停。",
    "long quotation": "“头一段话还没有说完。\n\n“第二段接着说。\n\n“第三段才说完。”",
    "nested quotation": "“他说：‘《山志》（上）在这里。’”她说完就走了。",
    "apostrophes and inches": "It’s a dog’s life, he said. 屏幕是27”的，人高5’10”。",
    "Markdown's numbers": "1. 烧水\n1. 扫地\n1. 关门\n\n隔一行。\n\n1. 甲\n2. 乙\n3. 丙",
    "years and measures": "2019年他来到村里。\n\n2021年他走了。\n\n3.5米宽的河，他跳不过去。",
    "one variant": "其他的人都走了，其他的船也开了，其他的话就不说了。",
    "attributes": "红的花开了，我的书也在。目的地到了，的确很远。这是更好的办法，他有坚定的信念。",
    "numbers": "三心二意的人，一方面想买3张桌子，一方面想买5张。第一天走20公里，第二天走30公里。",
    "terms": "用iPhone打开GitHub，网址是<https://github.com/a>，命令是`github`。When? We ask when.",
    "short repetition": "好的。\n\n他说：\n\n好的。",
    "no stop needed": "他说：\n\n- 烧水\n- 扫地\n\n后来的事——\n\n谁也不知道……\n\n（完。）\n\n"
    "::: verse\n空山不见人\n但闻人语响\n:::",
    "half-width marks": "比分是3:2，时间是12:30，共1,000人，见《A, B, C》。他用Word 2.0写字。",
    "repeated in a chapter": REPEATED,
    "repeated in another": REPEATED,
}

#: Titles of chapters that no detector can take for a sequence or a name.
TITLES = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"


def book_of(chapters: dict[str, str]) -> tuple[str, dict[str, range]]:
    """A manuscript of those chapters, and the lines of each."""
    lines, where = ["# 书", ""], {}
    for title, (name, text) in zip(TITLES, chapters.items(), strict=False):
        start = len(lines) + 1
        lines += [f"## {title}", "", *text.split("\n"), ""]
        where[name] = range(start, len(lines) + 1)
    return "\n".join(lines), where


FOUND_BOOK, FOUND_LINES = book_of({name: text for name, (text, *_) in FOUND.items()})
SILENT_BOOK, SILENT_LINES = book_of(SILENT)

#: Families that a detector or a rule of the text may ask in.
ASKED = ("T-", "X-", "P-", "U-", "B-", "C-")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return checked(tmp_path_factory.mktemp("found"), FOUND_BOOK)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return checked(tmp_path_factory.mktemp("silent"), SILENT_BOOK)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The check of the first manuscript with an empty ``book.toml``."""
    cwd = tmp_path_factory.mktemp("first")
    make_book(cwd / "book", "", "", **{"manuscript.md": MANUSCRIPT.encode()})
    return built(publish("check", "book", "--json", cwd=cwd))


MANUSCRIPT = (FIRST_BOOK / "manuscript.md").read_text(encoding="utf-8")


# --- detectors ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUND)
def test_it_is_found(found: list[dict[str, Any]], name: str) -> None:
    _, codes, part, word = FOUND[name]
    lines = FOUND_BOOK.split("\n")
    here = [
        query
        for query in of(found, *codes)
        if query["line"] in FOUND_LINES[name] and part in lines[query["line"] - 1]
    ]
    assert here, [query for query in found if query["line"] in FOUND_LINES[name]]
    place = FOUND_BOOK[here[0]["start"] : here[0]["end"]]
    assert word in place + told(here[0]), here[0]


@pytest.mark.parametrize("name", FOUND)
def test_it_is_said_once(found: list[dict[str, Any]], name: str) -> None:
    """One fault is one query, whatever number of detectors see it."""
    here = [query for query in of(found, *ASKED) if query["line"] in FOUND_LINES[name]]
    assert len(here) <= (2 if name == "quotation turned round" else 1), here


@pytest.mark.parametrize("name", SILENT)
def test_what_is_right_is_not_asked_about(silent: list[dict[str, Any]], name: str) -> None:
    asked = of(silent, *ASKED)
    assert [query for query in asked if query["line"] in SILENT_LINES[name]] == []


@pytest.mark.parametrize("name", ["bare.md", "front-matter.md", "hans-small", "hant-small"])
def test_books_without_faults_are_not_asked_about(tmp_path: Path, name: str) -> None:
    run = built(publish("check", BOOKS / name, "--json", cwd=tmp_path))
    assert of(run.diagnostics("query"), *ASKED) == []


def test_a_gap_in_the_chapters(tmp_path: Path) -> None:
    text = "# 书\n\n" + "".join(f"## 第{n}章 山\n\n山在北面。\n\n" for n in "一二三五六")
    (query,) = of(checked(tmp_path, text), "X-SEQ")
    assert "第五章" in text.split("\n")[query["line"] - 1]


def test_a_quotation_of_several_paragraphs_must_end(tmp_path: Path) -> None:
    text = "# 书\n\n“头一段。\n\n“第二段。\n\n后来他走了。\n"
    assert of(checked(tmp_path, text), "X-PAIR")


def test_code_and_addresses_are_not_read(tmp_path: Path) -> None:
    """Nor do they count as a spelling."""
    text = (
        "# 书\n\n```\n我们我们 “ （ Github\n```\n\n写`我们我们“（Github`，见"
        "[此页](https://example.org/Github/我们我们)，$x（“$也是。\n\n用GitHub的人，都说GitHub好。\n"
    )
    assert of(checked(tmp_path, text), *ASKED) == []


def test_a_name_may_be_written_with_a_variant_character(tmp_path: Path) -> None:
    """A compatibility ideograph in a name is mended, and the editor is told."""
    text = "# 书\n\n村长林\uf9dc生说好。林隆生又说，林隆生会去的。\n"
    make_book(tmp_path / "book", text)
    run = built(publish("check", "book", "--json", cwd=tmp_path))
    assert [d for d in run.diagnostics() if d["code"].startswith("U-") and d["line"] == 3], str(run)


# --- the first manuscript -----------------------------------------------------------------------

#: Queries about the first manuscript that are true (its lines, by the codes that may ask): the
#: numbered items and the line that heads them; the name in the title; ChatGPT, GPT-3, fine-tune,
#: App, to B, scale up; 其它 beside 其他; 的 for 地; numbers in two styles; quotations again.
COUNTED: tuple[tuple[tuple[str, ...], set[int]], ...] = (
    (("S-LIST",), {36}),
    (("S-HEAD",), {33}),
    (("X-NAME",), {1, 11, 14, 18, 22, 25, 33}),
    (("X-TERM",), {51, 54, 66, 127, 181, 223}),
    (("T-VAR",), {7, 25, 29, 66, 127, 181, 200}),
    (("X-NUM",), {44, 62, 66, 79, 113, 131, 135, 146, 153, 200, 235, 251}),
    (("X-DUP", "X-REP", "X-PARA"), {25, 139, 161, 227, 231}),
)


def test_the_first_manuscript_names_its_faults(first: Run) -> None:
    queries = first.diagnostics("query")
    (name,) = of(queries, "X-NAME")
    assert "梁文峰" in told(name) and "梁文锋" in told(name)
    assert MANUSCRIPT[name["start"] : name["end"]] in ("梁文峰", "梁文锋")
    terms = [query for query in of(queries, "X-TERM") if "Chatgpt" in told(query)]
    assert len(terms) == 1 and "ChatGPT" in told(terms[0]), terms
    (items,) = of(queries, "S-LIST")
    assert items["line"] == 36 and "60" in items["message"]
    variants = [query for query in of(queries, "T-VAR") if "其它" in told(query)]
    assert variants and {query["line"] for query in variants} <= {7, 66, 127, 181, 200}, variants


def test_the_first_manuscript_has_a_line_that_is_a_heading(first: Run) -> None:
    (heading,) = of(first.diagnostics("query"), "S-HEAD")
    assert heading["line"] == 33


def test_the_first_manuscript_has_adverbs_with_the_wrong_character(first: Run) -> None:
    """坚定的称, 更好的了解, 更加直观的理解."""
    found = [q for q in of(first.diagnostics("query"), "T-VAR") if q["line"] in (25, 29)]
    assert found


def test_the_first_manuscript_gives_no_false_alarm(first: Run) -> None:
    false = [
        (query["code"], query["line"], query["message"])
        for query in first.diagnostics("query")
        if not any(query["code"] in codes and query["line"] in lines for codes, lines in COUNTED)
    ]
    assert false == []
    assert not first.diagnostics("error")
    warned = {warning["code"] for warning in first.diagnostics("warning")}
    assert warned == {"S-BLANK", "S-BREAK-LEAD", "S-BREAK-TRAIL", "S-ENT"}


@pytest.mark.slow
def test_the_first_book_has_settled_them(tmp_path: Path) -> None:
    run = built(publish("check", FIRST_BOOK, "--json", cwd=tmp_path))
    queries = run.diagnostics("query")
    assert of(queries, "X-NAME", "S-LIST", "S-HEAD") == []
    assert not [query for query in of(queries, "X-TERM") if "Chatgpt" in told(query)]


# --- each query says where, why, and what settles it ----------------------------------------------


@pytest.mark.parametrize("which", ["found", "first"])
def test_a_query_has_place_excerpt_reason_and_settling_line(
    which: str, found: list[dict[str, Any]], first: Run
) -> None:
    queries, text = (
        (found, FOUND_BOOK) if which == "found" else (first.diagnostics("query"), MANUSCRIPT)
    )
    assert queries
    for query in queries:
        start, end = query["start"], query["end"]
        assert 0 <= start < end <= len(text), query
        assert query["line"] == text.count("\n", 0, start) + 1, query
        assert query["column"] == start - text.rfind("\n", 0, start), query
        assert query["excerpt"].strip() and query["message"].strip(), query
        assert query["path"].endswith(".md") and query["fix"] is None, query
        assert query["settle"], query
        for line in query["settle"]:
            assert "\n" not in line and settled(line), query


def again(queries: list[dict[str, Any]], asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [q for q in queries if (q["code"], q["start"]) == (asked["code"], asked["start"])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    ["X-NAME", "X-TERM", "T-VAR", "X-SEQ", "X-PAIR", "X-DUP", "X-NUM"],
)
def test_the_settling_line_silences_the_query(
    tmp_path: Path, found: list[dict[str, Any]], code: str
) -> None:
    """That one, and no query of another kind."""
    (asked, *_) = of(found, code)
    others = [query for query in of(found, *ASKED) if query["code"] != code]
    for number, line in enumerate(asked["settle"]):
        after = checked(tmp_path / str(number), FOUND_BOOK, as_toml(settled(line)))
        assert again(after, asked) == [], line
        assert [q for q in others if not again(after, q)] == [], line


@pytest.mark.slow
@pytest.mark.parametrize("code", ["S-LIST", "S-HEAD", "X-NAME", "X-TERM"])
def test_the_first_manuscript_is_settled_line_by_line(
    tmp_path: Path, first: Run, code: str
) -> None:
    (asked, *_) = of(first.diagnostics("query"), code)
    for number, line in enumerate(asked["settle"]):
        after = checked(tmp_path / str(number), MANUSCRIPT, as_toml(settled(line)))
        assert again(after, asked) == [], line


def test_the_lines_propose_what_the_first_book_declares(first: Run) -> None:
    """Of what settles a query the first line is the decision, not the silence."""
    queries = first.diagnostics("query")
    declared = tomllib.loads((FIRST_BOOK / "book.toml").read_text(encoding="utf-8"))
    (name,) = of(queries, "X-NAME")
    assert settled(name["settle"][0]) == {"mend": {"names": declared["mend"]["names"]}}
    (term,) = [query for query in of(queries, "X-TERM") if "Chatgpt" in told(query)]
    assert settled(term["settle"][0]) == {"mend": {"terms": declared["mend"]["terms"]}}
    (items,) = of(queries, "S-LIST")
    assert {"structure": {"entries": "numbered"}} in [settled(line) for line in items["settle"]]


@pytest.mark.parametrize("which", ["found", "first"])
def test_all_settled_is_all_silent(
    tmp_path: Path, which: str, found: list[dict[str, Any]], first: Run
) -> None:
    """Every query answered by its last line: the list is empty."""
    queries, text = (
        (found, FOUND_BOOK) if which == "found" else (first.diagnostics("query"), MANUSCRIPT)
    )
    sections: dict[str, Any] = {}
    for query in queries:
        sections = merged(sections, settled(query["settle"][-1]))
    left = checked(tmp_path, text, as_toml(sections))
    assert left == [], inline(sections)


def test_a_code_alone_silences_all_of_its_queries(
    tmp_path: Path, found: list[dict[str, Any]]
) -> None:
    after = checked(tmp_path, FOUND_BOOK, '[mend]\nignore = ["X-DUP", "T-VAR"]\n')
    assert of(found, "X-DUP") and of(found, "T-VAR")
    assert of(after, "X-DUP", "T-VAR") == []
    assert of(after, "X-PAIR", "X-NAME")


def test_what_the_editor_ignores_follows_the_words(tmp_path: Path) -> None:
    """By its words a query stays settled when lines are put before it."""
    text = "# 书\n\n明天我们我们去看山。\n"
    (asked,) = of(checked(tmp_path / "one", text), "X-DUP")
    (line, *_) = [line for line in asked["settle"] if "ignore" in line]
    moved = text.replace("# 书\n", "# 书\n\n山在北面。\n\n河在南面。\n")
    assert of(checked(tmp_path / "two", moved, as_toml(settled(line))), "X-DUP") == []
    other = text.replace("我们我们", "他们他们")
    assert of(checked(tmp_path / "three", other, as_toml(settled(line))), "X-DUP")


def test_people_read_the_same_list(tmp_path: Path, first: Run) -> None:
    make_book(tmp_path / "book", "", "", **{"manuscript.md": MANUSCRIPT.encode()})
    said = built(publish("check", "book", cwd=tmp_path)).said
    for query in first.diagnostics("query"):
        assert f"query[{query['code']}]" in said
        assert f"manuscript.md:{query['line']}:{query['column']}" in said
        shown = [" ".join(line.split()).replace("] ", "]: ", 1) for line in query["settle"]]
        assert any(f"under {line}" in said for line in shown), query


def test_a_declared_rule_is_proposed_by_the_line_that_switches_it_on(tmp_path: Path) -> None:
    """Straight quotation marks: check asks, the line mends."""
    text = '# 书\n\n他说"今天下雨"，便走了。\n'
    (asked,) = of(checked(tmp_path, text), "P-QUOTE")
    (line, *_) = [line for line in asked["settle"] if "rules" in line]
    assert settled(line) == {"mend": {"rules": {"P-QUOTE": "on"}}}


#: Unclosed quotation marks alone are seen without any work, and may be told at once.
DETECTORS = ("X-NAME", "X-TERM", "T-VAR", "X-NUM", "X-DUP", "X-SEQ", "X-STOP", "C-RISK")


# --- a build pays for none of it ----------------------------------------------------------------


def test_a_build_prints_no_detector(tmp_path: Path) -> None:
    make_book(tmp_path / "book", FOUND_BOOK)
    for command in (["build", "book", "--format", "epub"], ["fix", "book"]):
        run = built(publish(*command, "--json", cwd=tmp_path))
        assert of(run.diagnostics("query"), *DETECTORS) == [], str(run)


def test_a_build_loads_no_segmenter(tmp_path: Path) -> None:
    make_book(tmp_path / "book", FOUND_BOOK)
    loaded = {}
    for command in (["build", "--format", "epub"], ["fix"], ["check"]):
        words = [sys.executable, "-X", "importtime", "-m", "publish", command[0], "book"]
        done = subprocess.run(
            [*words, *command[1:]], cwd=tmp_path, env=environment(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        modules = re.findall(r"^import time:.*\|\s*(\S+)$", done.stderr, re.MULTILINE)
        loaded[command[0]] = [name for name in modules if re.match("rjieba|pypinyin", name)]
    assert loaded["build"] == loaded["fix"] == []
    assert loaded["check"]


def test_check_still_writes_nothing(tmp_path: Path) -> None:
    make_book(tmp_path / "book", FOUND_BOOK)
    before = files_in(tmp_path)
    built(publish("check", "book", "--json", cwd=tmp_path))
    assert files_in(tmp_path) == before
