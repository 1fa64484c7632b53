"""The reader: every construct of publish/read/SYNTAX.md, what it becomes and where it stands."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from patience import patience

from publish.diagnostics import Diagnostic, Failure, Source, Span
from publish.model import book as b
from publish.model.manifest import HeadingRule, Manifest
from publish.model.tree import NODE_FIELDS, children, plain_text, walk
from publish.read import Reader, front_matter, read
from publish.read.headings import matches
from publish.read.slips import slips
from publish.text.characters import is_han

FOLDER = Path("书")


def read_files(texts: dict[str, str], **declared: object) -> tuple[b.Book, tuple[Diagnostic, ...]]:
    """The book that files make; the keyword arguments are fields of the manifest."""
    files = tuple(FOLDER / name for name in texts)
    manifest = Manifest("书", FOLDER, files, b.Meta(""), **declared)  # type: ignore[arg-type]
    sources = tuple(Source(str(FOLDER / name), text) for name, text in texts.items())
    return read(sources, manifest)


def told(text: str, **declared: object) -> tuple[b.Book, list[str]]:
    """The book of one file, and what was said: code and the place it was said of."""
    book, found = read_files({"a.md": text}, **declared)
    return book, [f"{d.code} {d.span.text if d.span else ''}" for d in found]


def blocks(text: str) -> tuple[b.Block, ...]:
    """The blocks of a text without headings, about which nothing is to be said."""
    book, said = told(text)
    assert said == []
    (chapter,) = book.chapters()
    return chapter.blocks


def block(text: str) -> b.Block:
    (only,) = blocks(text)
    return only


def inlines(text: str) -> tuple[b.Inline, ...]:
    paragraph = block(text)
    assert isinstance(paragraph, b.Paragraph)
    return paragraph.children


def shape(nodes: Sequence[b.Inline]) -> str:
    """Inlines as one line: <em>, <strong>, <role>, {base|reading}, ↵ for a line break."""
    return "".join(map(_shape, nodes))


def _shape(node: b.Inline) -> str:
    match node:
        case b.Text(text) | b.Number(spelling=text):
            return text
        case b.Emphasis(inner):
            return f"<em>{shape(inner)}</em>"
        case b.Strong(inner):
            return f"<strong>{shape(inner)}</strong>"
        case b.Link(inner, target, title):
            return f"<a {' '.join(filter(None, (target, title)))}>{shape(inner)}</a>"
        case b.Marked(inner, role, lang):
            return f"<{role.value}{'=' if lang else ''}{lang}>{shape(inner)}</{role.value}>"
        case b.Ruby(pairs):
            return "".join("{" + f"{base}|{reading}" + "}" for base, reading in pairs)
        case b.NoteRef(_, number):
            return f"[{number}]"
        case b.CodeSpan(text):
            return f"`{text}`"
        case b.Math(tex):
            return f"${tex}$"
        case b.Image(source, alt):
            return f"<img {source} {alt}>"
        case b.LineBreak():
            return "↵"
    raise AssertionError(node)


def spans(nodes: Sequence[b.Node]) -> list[str]:
    """The raw run of every node."""
    return [node.span.text if node.span else "" for node in nodes]


# --- inlines: what they become, and where each stands ---------------------------

INLINES = [
    ("他*慢慢地*走", "他<em>慢慢地</em>走", ["他", "*慢慢地*", "走"]),
    ("他**慢慢地**走", "他<strong>慢慢地</strong>走", ["他", "**慢慢地**", "走"]),
    ("***重***", "<em><strong>重</strong></em>", ["***重***"]),
    ("[文字]{.dots}", "<dots>文字</dots>", ["[文字]{.dots}"]),
    ("[鲁迅]{.name}的", "<name>鲁迅</name>的", ["[鲁迅]{.name}", "的"]),
    ("<u>鲁迅</u>的", "<name>鲁迅</name>的", ["<u>鲁迅</u>", "的"]),
    ("[呐喊]{.work}", "<work>呐喊</work>", ["[呐喊]{.work}"]),
    ("[festina]{lang=la}", "<lang=la>festina</lang>", ["[festina]{lang=la}"]),
    ('[a]{.kai lang="en-GB"}', "<kai><lang=en-GB>a</lang></kai>", ['[a]{.kai lang="en-GB"}']),
    ("10[2]{.sup}", "10<sup>2</sup>", ["10", "[2]{.sup}"]),
    ("H[2]{.sub}O", "H<sub>2</sub>O", ["H", "[2]{.sub}", "O"]),
    ("~~铁~~石", "<del>铁</del>石", ["~~铁~~", "石"]),
    ("[词]{.index}", "<index>词</index>", ["[词]{.index}"]),
    ("[a]{.kai .dots}", "<dots><kai>a</kai></dots>", ["[a]{.kai .dots}"]),
    ("{漢字|かん|じ}", "{漢|かん}{字|じ}", ["{漢字|かん|じ}"]),
    ("{漢字|ㄏㄢˋ ㄗˋ}", "{漢|ㄏㄢˋ}{字|ㄗˋ}", ["{漢字|ㄏㄢˋ ㄗˋ}"]),
    ("{漢字|hàn zì}", "{漢字|hàn zì}", ["{漢字|hàn zì}"]),
    ("{漢字|hànzì}。", "{漢字|hànzì}。", ["{漢字|hànzì}", "。"]),
    ("<ruby>漢<rt>hàn</rt></ruby>", "{漢|hàn}", ["<ruby>漢<rt>hàn</rt></ruby>"]),
    ("<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp>字</ruby>", "{漢|hàn}{字|}", None),
    ("`print(河)`", "`print(河)`", ["`print(河)`"]),
    ("宽 $w$，", "宽 $w$，", ["宽 ", "$w$", "，"]),
    ("[百科](http://a.b/c)", "<a http://a.b/c>百科</a>", ["[百科](http://a.b/c)"]),
    ('[百科](http://a.b "题")', "<a http://a.b 题>百科</a>", ['[百科](http://a.b "题")']),
    ("<http://a.b>后文", "<a http://a.b>http://a.b</a>后文", ["<http://a.b>", "后文"]),
    ("<a@b.cn>", "<a mailto:a@b.cn>a@b.cn</a>", ["<a@b.cn>"]),
    ("甲\\\n乙", "甲↵乙", ["甲", "\\\n", "乙"]),
    ("甲  \n乙", "甲↵乙", ["甲", "  \n", "乙"]),
    ("甲<br>乙<br/>丙", "甲↵乙↵丙", ["甲", "<br>", "乙", "<br/>", "丙"]),
    ("甲\\*乙&amp;丙", "甲*乙&丙", ["甲\\*乙&amp;丙"]),
    ("a<sup>2</sup><sub>i</sub>", "a<sup>2</sup><sub>i</sub>", None),
    ("<em>甲</em><i>乙</i>", "<em>甲</em><em>乙</em>", ["<em>甲</em>", "<i>乙</i>"]),
    ("<strong>甲</strong><b>乙</b>", "<strong>甲</strong><strong>乙</strong>", None),
    ("<del>甲</del><s>乙</s>", "<del>甲</del><del>乙</del>", None),
    ("甲<!-- 不印 -->乙", "甲乙", ["甲", "乙"]),
    ("文![字](a.png)文", "文<img a.png 字>文", ["文", "![字](a.png)", "文"]),
    ('文<img src="a.png" alt="字">', "文<img a.png 字>", None),
    ("[[呐喊]{.work}传](http://a.b)", "<a http://a.b><work>呐喊</work>传</a>", None),
    ("[[a](http://b)](http://c)", "[<a http://b>a</a>](http://c)", None),
]


@pytest.mark.parametrize(("text", "wanted", "raw"), INLINES, ids=[i[0] for i in INLINES])
def test_inlines(text: str, wanted: str, raw: list[str] | None) -> None:
    nodes = inlines(text)
    assert shape(nodes) == wanted
    if raw is not None:
        assert spans(nodes) == raw


TEXT = [
    "{{ 书名|upper }}",
    "{% if 书|a %}",
    "{x|x>0}",
    "价格是$5和$6",
    "1 * 2 * 3",
    "snake_case_name",
    "[方括号]与[又一个]",
    "甲 < 乙 > 丙",
    "他说：[ ] 与 { }",
]


@pytest.mark.parametrize("text", TEXT)
def test_what_is_text(text: str) -> None:
    """Template code, sets, prices, products: no construct, every sign stays."""
    assert shape(inlines(text)) == text


def meaning(raw: str) -> str:
    """What a raw run of text says: escapes and references resolved, a line end a blank."""
    raw = re.sub(r"[ \t]*\n[ \t]*", " ", raw)
    pattern = r"\\([!-/:-@\[-`{-~])|&(?:#[xX][0-9A-Fa-f]{1,6}|#\d{1,7}|\w+);"
    return re.sub(pattern, lambda m: m[1] or unescape(m[0]), raw)


EVERYTHING = """\
# 书\\*名

## 第一章　远&amp;山 {#far}

- 甲*乙*
\t丙\\!丁
- > 引 **文**
  > 又文 [链](#far)

1. 一
   二

| 甲 \\| 乙 | `丙` |
|--|--|
| 丁 **戊** | [己]{.name} |

术语
: 解释*重*
  又一行

![alt](a.png "图 *注*")

::: verse
# 题
空山\\*
人语
:::

正文[^1]^[注*文*]。<u>名</u> {字|zì} <http://a.b> 后

[^1]: 注文 **甲**
"""


def test_every_text_is_its_raw_run() -> None:
    book, said = told(EVERYTHING)
    assert said == []
    seen = [node for node in walk(book) if isinstance(node, b.Text)]
    assert len(seen) > 30
    for node in seen:
        assert node.span is not None
        assert meaning(node.span.text) == node.text


def test_spans_of_headings_without_label_and_id() -> None:
    book, _ = told(
        "# 第一章　远&amp;山 {#far}\n\n# 二：\n\n三：", headings=(HeadingRule("三：", 1),)
    )
    assert [spans(c.title) for c in book.chapters()] == [["远&amp;山"], ["二："], ["三"]]


# --- emphasis --------------------------------------------------------------------

EMPHASIS = [
    ("**重点。**后文", "<strong>重点。</strong>后文"),
    ("前文**“不要急”**，又说", "前文<strong>“不要急”</strong>，又说"),
    ("写在**《山志》**里", "写在<strong>《山志》</strong>里"),
    ("记住**（慢）**字", "记住<strong>（慢）</strong>字"),
    ("**真，**她笑了", "<strong>真，</strong>她笑了"),
    ("**“甲”**“乙”", "<strong>“甲”</strong>“乙”"),
    ("“**甲**”乙", "“<strong>甲</strong>”乙"),
    ("甲**——乙——**丙", "甲<strong>——乙——</strong>丙"),
    ("甲**……**乙", "甲<strong>……</strong>乙"),
    ("他说：*“好！”*然后", "他说：<em>“好！”</em>然后"),
    ("**「引」**後", "<strong>「引」</strong>後"),
    ("甲**AI模型（LLM）**乙", "甲<strong>AI模型（LLM）</strong>乙"),
    ("用**C++**写", "用<strong>C++</strong>写"),
    ("用**`code`**写", "用<strong><code></strong>写".replace("<code>", "`code`")),
    ("约**10%**的人", "约<strong>10%</strong>的人"),
    ("**第1、**甲；**第2、**乙", "<strong>第1、</strong>甲；<strong>第2、</strong>乙"),
    ("**甲**　乙", "<strong>甲</strong>　乙"),
    ("~~旧。~~新", "<del>旧。</del>新"),
    ("**【注意】**甲", "<strong>【注意】</strong>甲"),
    ("甲**[乙](http://c)**丙", "甲<strong><a http://c>乙</a></strong>丙"),
    ("**甲*乙。*丙**丁", "<strong>甲<em>乙。</em>丙</strong>丁"),
    ("**重点？！**后文", "<strong>重点？！</strong>后文"),
]


@pytest.mark.parametrize(("text", "wanted"), EMPHASIS, ids=[e[0] for e in EMPHASIS])
def test_emphasis_beside_chinese_marks(text: str, wanted: str) -> None:
    assert shape(inlines(text)) == wanted


def stock(text: str) -> str:
    """Emphasis as stock markdown-it-py sees it."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").parseInline(text)[0].children or []
    names = {"em": "em", "strong": "strong", "s": "del"}
    parts = []
    for token in tokens:
        if token.nesting:
            slash = "/" if token.nesting < 0 else ""
            parts.append(f"<{slash}{names[token.tag]}>")
        else:
            parts.append(
                "`" + token.content + "`" if token.type == "code_inline" else token.content
            )
    return "".join(parts)


@given(st.text(alphabet="ab *_~.,\"'(!`-", min_size=1, max_size=24))
@settings(max_examples=150, deadline=None)
def test_emphasis_without_chinese_is_commonmark(text: str) -> None:
    """A letter before the run keeps it a paragraph."""
    assert shape(inlines(f"x{text}x")) == stock(f"x{text}x")


# --- line ends -------------------------------------------------------------------

JOINS = [
    ("先盖住桥，再\n盖住磨房", "先盖住桥，再盖住磨房"),
    ("先盖住桥，\n再盖住", "先盖住桥，再盖住"),
    ("他说\n“好”\n然后", "他说“好”然后"),
    ("他走了——\n再也没有", "他走了——再也没有"),
    ("Made in\nGermany", "Made in Germany"),
    ("字母 Made\n在", "字母 Made 在"),
    ("第\n3 天", "第 3 天"),
    ("한국\n한국", "한국 한국"),
    ("**甲**\n乙", "<strong>甲</strong>乙"),
    ("甲\n**乙**", "甲<strong>乙</strong>"),
    ("甲\n{漢字|hàn}\n乙", "甲{漢字|hàn}乙"),
    ("<ruby>漢<rt>hàn</rt></ruby>\n乙", "{漢|hàn}乙"),
    ("甲\n<u>鲁迅</u>\n乙", "甲<name>鲁迅</name>乙"),
    ("甲^[See p.]\n乙", "甲[1]乙"),
    ("甲\n^[See p.]乙", "甲[1]乙"),
    ("word\n^[注]", "word[1]"),
    ("甲\n![字](a.png)\n乙", "甲<img a.png 字>乙"),
    ("甲\n`code`\n乙", "甲 `code` 乙"),
    ("甲\n$x$\n乙", "甲 $x$ 乙"),
    ("甲\n<!-- 注 -->", "甲"),
    ("甲　\n乙", "甲　乙"),
]


@pytest.mark.parametrize(("text", "wanted"), JOINS, ids=[j[0] for j in JOINS])
def test_a_line_end_between_two_chinese_characters_is_no_blank(text: str, wanted: str) -> None:
    assert shape(inlines(text)) == wanted


# --- blocks ----------------------------------------------------------------------


def test_figure() -> None:
    figure = block('![替代*文*字](图.png "图注")')
    assert isinstance(figure, b.Figure)
    assert (figure.image.source, figure.image.alt) == ("图.png", "替代文字")
    assert (shape(figure.caption), figure.number, figure.anchor) == ("图注", 1, "figure1")
    assert spans(figure.caption) == ["图注"]
    bare = block("![河](r.svg)")
    assert isinstance(bare, b.Figure) and (bare.caption, bare.number) == ((), 0)


def test_attributes_of_an_image_are_told() -> None:
    book, said = told("![河](r.svg){width=50%}")
    (chapter,) = book.chapters()
    assert isinstance(chapter.blocks[0], b.Figure)
    assert said == ["R-ATTR ![河](r.svg){width=50%}"]


DECORATIVE = ["![](r.svg){.decorative}", '<img src="r.svg" alt="">', "<img src=r.svg alt>"]


@pytest.mark.parametrize("image", DECORATIVE)
def test_an_image_declared_decorative_needs_no_words(image: str) -> None:
    book, said = told(f"{image}\n\n甲{image}乙")
    found = [node for node in walk(book) if isinstance(node, b.Image)]
    assert [(node.alt, node.decorative) for node in found] == [("", True)] * 2
    assert said == []


WORDLESS = ["![](r.svg)", "![ ](r.svg)", '![](r.svg "图注")', "<img src=r.svg>"]


@pytest.mark.parametrize("image", WORDLESS)
@pytest.mark.parametrize("around", ["{}", "甲{}乙", "## 题{}", "> {}", "文[^1]\n\n[^1]: 注{}"])
def test_an_image_without_words_is_an_error(image: str, around: str) -> None:
    """WCAG 2.2 criterion 1.1.1: an error with its place, and what to write."""
    _, found = read_files({"a.md": around.format(image)})
    (problem,) = (item for item in found if item.code == "R-ALT")
    assert (problem.severity, problem.span.text if problem.span else "") == ("error", image)
    assert len(problem.hints) == 2 and "{.decorative}" in problem.hints[1]


def test_words_of_a_decorative_image_are_told() -> None:
    book, said = told("![河](r.svg){.decorative}")
    (image,) = (node for node in walk(book) if isinstance(node, b.Image))
    assert (image.alt, image.decorative) == ("", True)
    assert said == ["R-ALT ![河](r.svg){.decorative}"]
    assert told("![河](r.svg){.large}")[1] == ["R-ATTR ![河](r.svg){.large}"]


TABLE = "| 甲 | 乙 \\| 丙 |\n|:--|--:|\n| *丁* | `戊` |\n| 己 | |"


def test_table() -> None:
    table = block(f"表：三年的**雨水**\n\n{TABLE}")
    assert isinstance(table, b.Table)
    assert [shape(cell) for cell in table.head] == ["甲", "乙 | 丙"]
    assert [[shape(c) for c in row] for row in table.rows] == [["<em>丁</em>", "`戊`"], ["己", ""]]
    assert table.align == ("left", "right")
    assert (shape(table.caption), table.number, table.anchor) == (
        "三年的<strong>雨水</strong>",
        1,
        "table1",
    )
    assert spans(table.caption) == ["三年的", "**雨水**"]
    assert spans(table.head[1]) == ["乙 \\| 丙"]
    english = block(f"Table: Rain\n\n{TABLE}")
    assert isinstance(english, b.Table) and shape(english.caption) == "Rain"
    plain = blocks(f"表格如下\n\n{TABLE}")
    assert isinstance(plain[0], b.Paragraph) and isinstance(plain[1], b.Table)
    assert plain[1].number == 0


def test_a_long_run_of_blanks_is_read_in_no_time() -> None:
    """In a minute, where each blank was tried as the beginning of the run."""
    (only,) = blocks("正" + " " * 50_000 + "文")
    assert isinstance(only, b.Paragraph)


@pytest.mark.parametrize(
    "text",
    [
        "[a](" + " " * 10_000,
        "[a](" + "b " * 20_000,
        "[a][" + "b" * 50_000,
        "|甲|\n|" + " " * 50_000 + "x",
        "|甲|\n|" + "- " * 20_000 + "x",
    ],
)
def test_what_may_be_a_slip_is_looked_at_once(text: str) -> None:
    """With n blanks the pattern of links once took the cube of n steps; all of it is text."""
    source = Source("a.md", text)
    lines = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    tokens = MarkdownIt().parse(text)
    with patience(10):
        assert not list(slips(tokens, lambda first, end: Span(source, lines[first], lines[end])))


def test_a_name_with_many_gaps_is_compared_in_one_pass() -> None:
    entry, heading = "…山" * 30 + "…河", "山" * 5000
    with patience(10):
        assert matches((entry,), heading) is None and matches((entry,), f"{heading}河") == entry
    assert matches(("第…编…",), "第一编") == "第…编…" and matches(("……",), "第一编") is None
    assert matches(("山…山",), "山") is None and matches(("甲…",), "甲\n乙") is None


def test_a_cell_too_many_is_told() -> None:
    _, said = told("| 甲 | 乙 |\n|-|-|\n| 1 | 2 | 3 |")
    assert said == ["R-TABLE  | 3 |"]


def test_formulas() -> None:
    first, second = blocks("$$\na = b\n$$\n\n$$c$$ (1)")
    assert first == b.Formula("a = b") and second == b.Formula("c", "1")
    assert spans([first, second]) == ["$$\na = b\n$$", "$$c$$ (1)"]


def test_definition_list() -> None:
    listed = block("河\n: 有源的水。\n\n溪\n: 没有名字的河。\n: 可以*跨*过去。")
    assert isinstance(listed, b.DefinitionList)
    found = [
        ([shape(t) for t in terms], [shape(p.children) for m in means for p in m])  # type: ignore[attr-defined]
        for terms, means in listed.items
    ]
    assert found == [
        (["河"], ["有源的水。"]),
        (["溪"], ["没有名字的河。", "可以<em>跨</em>过去。"]),
    ]


def test_quotation_with_its_source() -> None:
    quote = block("> 水往低处走。\n>\n> ——父亲的*话*")
    assert isinstance(quote, b.Quote) and len(quote.blocks) == 1
    assert shape(quote.source) == "——父亲的<em>话</em>"
    alone = block("> ——没有别的")
    assert isinstance(alone, b.Quote) and alone.source == () and len(alone.blocks) == 1


POEM = """\
::: verse
### 鹿柴

空山不见人，
但闻人*语*响。

返景入深林，\\
复照青苔上。

——王维
:::"""


def test_poem() -> None:
    poem = block(POEM)
    assert isinstance(poem, b.Verse)
    assert [[shape(line) for line in stanza] for stanza in poem.stanzas] == [
        ["空山不见人，", "但闻人<em>语</em>响。"],
        ["返景入深林，", "复照青苔上。"],
    ]
    assert (shape(poem.title), shape(poem.source)) == ("鹿柴", "——王维")
    assert spans(poem.title + poem.source) == ["鹿柴", "——王维"]


def test_only_the_last_line_of_a_poem_is_its_source() -> None:
    poem = block("::: verse\n甲\n\n——乙\n\n丙\n——丁\n:::")
    assert isinstance(poem, b.Verse)
    assert [[shape(x) for x in s] for s in poem.stanzas] == [["甲"], ["——乙"], ["丙"]]
    assert shape(poem.source) == "——丁"


def test_what_is_no_line_of_a_poem_is_told_and_kept() -> None:
    book, said = told("::: verse\n甲\n\n- 乙\n- 丙\n\n# 丁\n:::")
    poem = next(n for n in walk(book) if isinstance(n, b.Verse))
    assert [shape(line) for stanza in poem.stanzas for line in stanza] == [
        "甲",
        "乙",
        "丙",
        "丁",
    ]
    assert said == ["R-VERSE - 乙\n- 丙", "R-VERSE # 丁"]


@pytest.mark.parametrize("role", list(b.GroupRole))
def test_groups(role: b.GroupRole) -> None:
    group = block(f"::: {role.value}\n甲\n\n乙\n:::")
    assert isinstance(group, b.Group)
    assert group.role is role and len(group.blocks) == 2
    assert group.span is not None and group.span.text.startswith(f"::: {role.value}\n甲")
    braces = block(f"::: {{.{role.value}}}\n甲\n:::")
    assert isinstance(braces, b.Group) and braces.role is role


def test_groups_that_are_none() -> None:
    book, said = told("::: leter\n甲\n:::")
    assert [type(n) for c in book.chapters() for n in c.blocks] == [b.Paragraph]
    assert said[0].startswith("R-GROUP ::: leter")
    _, found = read_files({"a.md": "::: leter\n甲\n:::"})
    assert found[0].hints[0] == "did you mean 'letter'?"
    assert told("::: letter\n甲")[1] == ["R-GROUP ::: letter\n甲"]
    assert told("甲\n\n:::")[1][-1] == "R-GROUP :::"


def test_groups_nest_with_more_colons() -> None:
    outer = block(":::: letter\n甲\n\n::: verse\n乙\n:::\n::::")
    assert isinstance(outer, b.Group) and isinstance(outer.blocks[1], b.Verse)


def test_lists() -> None:
    bullets = block("- 甲\n- 乙\n  1. 丙\n  2. 丁")
    assert isinstance(bullets, b.List) and bullets.start is None and bullets.tight
    inner = bullets.items[1][1]
    assert isinstance(inner, b.List) and inner.start == 1 and len(inner.items) == 2
    loose = block("3. 甲\n\n4. 乙")
    assert isinstance(loose, b.List) and loose.start == 3 and not loose.tight
    zero = block("0. 甲")
    assert isinstance(zero, b.List) and zero.start == 0


def test_numbers_that_a_list_would_change_are_told() -> None:
    assert told("1. 甲\n3. 乙")[1] == ["R-LIST 1. 甲\n3. 乙"]
    assert told("1. 甲\n1. 乙\n1. 丙")[1] == []


def test_code() -> None:
    assert block("```python\nprint('河')  # {{ x }}\n\n<b>\n```") == b.Code(
        "print('河')  # {{ x }}\n\n<b>", "python"
    )
    assert block("    缩进 *码*") == b.Code("缩进 *码*")


def test_scene_break() -> None:
    kinds = [type(n) for n in blocks("甲\n\n---\n\n乙\n\n***")]
    assert kinds == [b.Paragraph, b.Break, b.Paragraph, b.Break]


def test_a_definition_of_links_that_no_link_uses_is_told() -> None:
    assert told("[注]: 本书写于二〇二〇年\n\n正文")[1] == ["R-REF [注]: 本书写于二〇二〇年"]
    assert told("[文][注]、[注]、![图][图 A]\n\n[注]: http://a.b\n[图 a]: c.png")[1] == []


# --- raw HTML --------------------------------------------------------------------

RAW = [
    # text, what is printed, codes
    ("甲<div>乙</div>丙", "甲乙丙", ["R-HTML <div>"]),
    ('<span class="x">甲</span>', "甲", ['R-HTML <span class="x">']),
    ('<b onclick="f()">甲</b>', "<strong>甲</strong>", ['R-HTML <b onclick="f()">']),
    (
        "甲<script>alert(*1*)</script>乙*丙*",
        "甲乙<em>丙</em>",
        ["R-HTML <script>alert(*1*)</script>"],
    ),
    ("甲<SCRIPT src=x>f()</Script >乙", "甲乙", ["R-HTML <SCRIPT src=x>f()</Script >"]),
    ("甲<script>f()\n乙", "甲", ["R-HTML <script>f()\n乙"]),
    ("甲<style>p{}</style>", "甲", ["R-HTML <style>p{}</style>"]),
    ("甲<svg><text>乙</text></svg>", "甲", ["R-HTML <svg><text>乙</text></svg>"]),
    ("甲<iframe src=x></iframe>乙", "甲乙", ["R-HTML <iframe src=x></iframe>"]),
    ("甲<embed src=x>乙", "甲乙", ["R-HTML <embed src=x>"]),
    ("<u>甲", "甲", ["R-HTML <u>"]),
    ("甲</u>", "甲", ["R-HTML </u>"]),
    ("<rt>甲</rt>", "甲", ["R-HTML <rt>甲</rt>"]),
    ("甲<![CDATA[乙]]>", "甲", ["R-HTML <![CDATA[乙]]>"]),
    ("甲<?php f() ?>", "甲", ["R-HTML <?php f() ?>"]),
    ("[甲](javascript:f())", "甲", ["R-URL [甲](javascript:f())"]),
    ("[甲](JavaScript&colon;f())", "甲", ["R-URL [甲](JavaScript&colon;f())"]),
    ("[甲](<java\tscript:f()>)", "<a >甲</a>", ["R-LINK [甲](<java\tscript:f()>)"]),
    ("[甲](data:text/html,x)", "甲", ["R-URL [甲](data:text/html,x)"]),
    ("[甲](//a.b)", "<a >甲</a>", ["R-LINK [甲](//a.b)"]),
    ("[甲]{.shadow}", "甲", ["R-CLASS [甲]{.shadow}"]),
    ("[甲]{#here}", "甲", ["R-ATTR [甲]{#here}"]),
    ("[甲]{lang=a<b}", "甲", ["R-ATTR [甲]{lang=a<b}"]),
]


@pytest.mark.parametrize(("text", "wanted", "said"), RAW, ids=[r[0] for r in RAW])
def test_raw_html_and_what_it_may_not(text: str, wanted: str, said: list[str]) -> None:
    book, found = told(text)
    paragraphs = [n for n in walk(book) if isinstance(n, b.Paragraph)]
    assert "".join(shape(p.children) for p in paragraphs) == wanted
    assert found == said


UNSAFE_BLOCKS = [
    ("甲\n\n<script>\nf()\n\ng()\n</script>\n\n乙", ["甲", "乙"]),
    ("<script>f()</script>正文<script>g()</script>尾", ["正文尾"]),
    ("<script>\n\nf()\n\n</script> 后*文*\n又文", ["后<em>文</em>又文"]),
    ("甲\n\n<script>\n\nf()\n\n乙", ["甲"]),
    ("<!-- a --> 正文 <!-- b -->", ["正文 "]),
    ("<!-- a\n\nb --> 正文", ["正文"]),
    ("<!-- a --><!-- b --><style>c</style> 正文", ["正文"]),
    ("甲\n\n<!-- 没有完", ["甲", "<!-- 没有完"]),
    ("> <script>\n> f()\n\n乙", ["乙"]),
]


def test_an_element_of_html_is_told_once_with_what_mends_it() -> None:
    _, found = read_files({"a.md": "<p>一</p>\n\n<p>二</p>\n\n<table><tr><td>三</td></tr></table>"})
    assert [(item.message, item.hints) for item in found[:2]] == [
        (
            "<p> means nothing in a book; its text is kept (2 times)",
            ("a blank line parts paragraphs",),
        ),
        (
            "<table> means nothing in a book; its text is kept",
            ('[mend] rules = { "S-TABLE" = "on" } makes a table of Markdown of it',),
        ),
    ]


@pytest.mark.parametrize(("text", "wanted"), UNSAFE_BLOCKS, ids=[u[0] for u in UNSAFE_BLOCKS])
def test_unsafe_elements_and_comments_over_lines(text: str, wanted: list[str]) -> None:
    book, _ = told(text)
    paragraphs = [n for n in walk(book) if isinstance(n, b.Paragraph)]
    assert [shape(p.children) for p in paragraphs] == wanted


# --- structure -------------------------------------------------------------------


def outline(book: b.Book) -> list[str]:
    """The book's parts, chapters and sections, one a line, indented."""
    return [line for group in (book.front, book.body, book.back) for line in _outline(group, 0)]


def _outline(nodes: Sequence[b.Node], depth: int) -> Iterator[str]:
    for node in nodes:
        match node:
            case b.Part(title, _, chapters, _, label):
                yield f"{'  ' * depth}part {label}|{plain_text(title)}"
                yield from _outline(chapters, depth + 1)
            case b.Chapter(title, inside, _, label, role):
                yield f"{'  ' * depth}{role.value} {label}|{plain_text(title)}"
                yield from _outline(inside, depth + 1)
            case b.Section(level, title, inside):
                yield f"{'  ' * depth}{level} {plain_text(title)}"
                yield from _outline(inside, depth + 1)
            case _:
                pass


def test_a_single_first_heading_is_the_title() -> None:
    book, _ = told("# 看山\n\n引子。\n\n## 甲\n\n## 乙")
    assert (book.meta.title, shape(book.heading)) == ("看山", "看山")
    assert outline(book) == ["introduction |", "chapter |甲", "chapter |乙"]
    two, _ = told("# 甲\n\n# 乙")
    assert two.meta.title == "" and outline(two) == ["chapter |甲", "chapter |乙"]
    later, _ = told("正文\n\n# 甲")
    assert later.meta.title == ""


def test_a_text_without_headings_is_one_chapter() -> None:
    book, _ = told("甲\n\n乙")
    assert outline(book) == ["chapter |"] and book.front == ()


def test_introduction_is_named_by_the_first_name_in_front_that_names_no_heading() -> None:
    book, _ = told("甲\n\n# 序\n\n# 一", front=("序", "导读"))
    assert [plain_text(c.title) for c in book.front] == ["导读", "序"]


LABELS = [
    ("第一章 起源", "第一章", "起源"),
    ("第十二回　甲", "第十二回", "甲"),
    ("第 3 章：甲", "第3章", "甲"),
    ("上编 看山", "上编", "看山"),
    ("下冊　看山", "下冊", "看山"),
    ("附录A 数据", "附录A", "数据"),
    ("附錄 二　數據", "附錄二", "數據"),
    ("第一章", "", "第一章"),
    ("第一章起源", "", "第一章起源"),
    ("附录", "", "附录"),
    ("第一章 **起源**", "第一章", "起源"),
]


@pytest.mark.parametrize(("text", "label", "title"), LABELS)
def test_labels(text: str, label: str, title: str) -> None:
    book, _ = told(f"# {text}\n\n甲\n\n# 二")
    chapter = next(book.chapters())
    assert (chapter.label, plain_text(chapter.title)) == (label, title)


ROLES = [("前言", "preface"), ("序", "foreword"), ("附录B 甲", "appendix"), ("后记", "afterword")]


@pytest.mark.parametrize(("text", "role"), [*ROLES, ("楔子", "prologue"), ("甲", "chapter")])
def test_roles(text: str, role: str) -> None:
    book, _ = told(f"# {text}\n\n# 二")
    assert next(book.chapters()).role.value == role


def test_parts_front_and_back() -> None:
    lines = "## 前言,# 上编　山,编首语。,## 甲,### 节,## 乙,# 下编　河,## 丙,## 后记"
    book, said = told(
        lines.replace(",", "\n\n"),
        parts=("上编…", "下编　河"),
        front=("前言",),
        back=("后记",),
    )
    assert said == []
    assert outline(book) == [
        "preface |前言",
        "part 上编|山",
        "  chapter |甲",
        "    2 节",
        "  chapter |乙",
        "part 下编|河",
        "  chapter |丙",
        "afterword |后记",
    ]
    (part, _) = (item for item in book.body if isinstance(item, b.Part))
    assert [shape(p.children) for p in part.lead if isinstance(p, b.Paragraph)] == ["编首语。"]
    assert (len(book.front), len(book.body), len(book.back)) == (1, 2, 1)


def test_chapters_below_parts_beside_a_preface_of_the_level_of_the_parts() -> None:
    lines = "# 前言,## 缘起,# 上编　山,## 甲,### 节,# 下编　河,## 丙,# 附录,## 表"
    book, said = told(lines.replace(",", "\n\n"), parts=("上编…", "下编…"), front=("前言",))
    assert said == []
    assert outline(book) == [
        "preface |前言",
        "  2 缘起",
        "part 上编|山",
        "  chapter |甲",
        "    2 节",
        "part 下编|河",
        "  chapter |丙",
        "appendix |附录",
        "  2 表",
    ]


def test_chapters_of_the_level_of_their_parts() -> None:
    book, _ = told("# 上编　山\n\n# 甲\n\n## 节\n\n# 下编　河\n\n# 乙", parts=("上编…", "下编…"))
    assert outline(book) == [
        "part 上编|山",
        "  chapter |甲",
        "    2 节",
        "part 下编|河",
        "  chapter |乙",
    ]


def test_what_looks_like_a_part_is_proposed() -> None:
    _, said = told("# 第一编 山\n\n# 第二编 河")
    assert said == ["R-PART # 第一编 山", "R-PART # 第二编 河"]


def test_a_skipped_level_is_a_query() -> None:
    book, said = told("# 甲\n\n#### 乙\n\n## 丙\n\n# 丁")
    assert outline(book) == ["chapter |甲", "  2 乙", "  2 丙", "chapter |丁"]
    assert said == ["R-LEVEL #### 乙"]


def test_a_heading_without_words_is_told() -> None:
    book, said = told("# 甲\n\n#\n\n# 乙")
    assert outline(book) == ["chapter |甲", "chapter |乙"]
    assert said == ["R-HEADING #"]


def test_declared_headings_lose_their_colon() -> None:
    book, _ = told("题为老张的60条思考：\n\n正文", headings=(HeadingRule("…的60条思考：", 1),))
    assert shape(book.heading) == "题为老张的60条思考"


# --- links -----------------------------------------------------------------------

FILES = {
    "01.md": "# 春 {#s}\n\n[己](#s) [二](02.md#s) [全](02.md) [节](02.md#小%20节) [无](#x) [空]()",
    "02.md": "# 夏 {#s}\n\n[己](#s) [一](01.md#s) [题](#小-节) [己二](#NODE)\n\n"
    "## 小 节\n\n## 乙 {#node}",
}


def links(book: b.Book) -> dict[str, str]:
    return {plain_text(n.children): n.target for n in walk(book) if isinstance(n, b.Link)}


def test_links_by_id_text_slug_and_file() -> None:
    book, found = read_files(FILES)
    assert [c.anchor for c in book.chapters()] == ["c1", "c2"]
    first, second = (links(b.Book(b.Meta(""), (), (c,))) for c in book.chapters())
    assert first == {"己": "#c1", "二": "#c2", "全": "#c2", "节": "#c2-s1", "无": "", "空": ""}
    assert second == {"己": "#c2", "一": "#c1", "题": "#c2-s1", "己二": "#c2-s2"}
    assert [d.span.text for d in found if d.span] == ["[无](#x)", "[空]()"]


def test_a_chapter_that_runs_on_into_the_next_file() -> None:
    book, found = read_files(
        {"01.md": "# 春\n\n# 夏", "b/02.md": "## 节 {#x}\n\n[节](#x)[^1] ![图](a.png)\n\n[^1]: 注"}
    )
    assert found == ()
    assert links(book) == {"节": "#c2-s1"}
    assert [n.source for n in walk(book) if isinstance(n, b.Image)] == ["b/a.png"]


def test_a_note_call_in_a_link_stands_behind_it() -> None:
    assert shape(inlines("[见^[注]这里](http://a.b)。")) == "<a http://a.b>见这里</a>[1]。"


# --- numbered entries -------------------------------------------------------------


def entries(text: str, **declared: object) -> tuple[list[str], list[str]]:
    """Entries as «number spelling anchor blocks», other blocks as their kind; what was said."""
    book, said = told(text, entries="numbered", **declared)
    lines = []
    for chapter in book.chapters():
        for node in walk(b.Book(b.Meta(""), (), (chapter,))):
            if isinstance(node, b.Entry):
                words = "/".join(
                    shape(n.children) for n in node.blocks if isinstance(n, b.Paragraph)
                )
                lines.append(f"{node.number.spelling} {node.anchor} {words}")
    return lines, said


def test_entries() -> None:
    lines, said = entries("1.我们\n\n2．他们\n\n3、*你*们")
    assert lines == ["1. t1 我们", "2． t2 他们", "3、 t3 <em>你</em>们"] and said == []
    book, _ = told("1.我们\n\n2.他们\n\n3.你们", entries="numbered")
    first = next(n for n in walk(book) if isinstance(n, b.Entry))
    (paragraph,) = first.blocks
    assert spans([first, first.number]) == ["1.我们", "1."]
    assert isinstance(paragraph, b.Paragraph) and spans(paragraph.children) == ["我们"]


def test_two_are_no_run_and_numbers_far_off_are_text() -> None:
    assert entries("1.我\n\n2.他")[0] == []
    assert entries("1.我\n\n2.他\n\n2024.那年\n\n3.你")[0] == [
        "1. t1 我",
        "2. t2 他/2024.那年",
        "3. t3 你",
    ]
    assert entries("1.我\n\n3.14是圆周率\n\n2.他\n\n3.你")[0][0] == "1. t1 我/3.14是圆周率"


def test_gap_and_repeat() -> None:
    lines, said = entries("1.我\n\n2.他\n\n4.你\n\n4.她")
    assert lines == ["1. t1 我", "2. t2 他", "4. t4 你", "4. c1-t4 她"]
    assert said == ["X-SEQ 4.", "X-SEQ 4."]
    _, found = read_files({"a.md": "1.我\n\n2.他\n\n4.你\n\n4.她"}, entries="numbered")
    assert [d.message for d in found] == ["entry 4 does not follow entry 2", "entry 4 stands twice"]


def test_entries_that_are_a_list_to_markdown() -> None:
    lines, said = entries("1. 我\n\n2. 他\n\n   又段\n\n4. 你")
    assert lines == ["1. t1 我", "2. t2 他/又段", "4. t4 你"] and said == ["X-SEQ 4."]
    mixed, _ = entries("1.我\n\n2. 他\n\n3.你\n\n4.她")
    assert mixed == ["1. t1 我", "2. t2 他", "3. t3 你", "4. t4 她"]


def test_a_list_within_an_entry_stays_a_list() -> None:
    book, said = told("1.我\n\n2.他\n\n3.有三：\n\n1. 甲\n2. 乙\n\n4.你", entries="numbered")
    found = [n for n in walk(book) if isinstance(n, b.Entry)]
    assert [n.number.value for n in found] == [1, 2, 3, 4] and said == []
    assert isinstance(found[2].blocks[1], b.List)


def test_continuations_belong_to_their_entry() -> None:
    text = "1.我\n\n续段\n\n> 引\n\n2.他\n\n3.你"
    book, _ = told(text, entries="numbered")
    first = next(n for n in walk(book) if isinstance(n, b.Entry))
    assert [type(n) for n in first.blocks] == [b.Paragraph, b.Paragraph, b.Quote]
    assert spans([first]) == ["1.我\n\n续段\n\n> 引"]


def test_headings_between_entries() -> None:
    lines, said = entries("# 甲\n\n1.我\n\n2.他\n\n## 节\n\n1.你\n\n# 乙\n\n1.她\n\n2.它\n\n3.谁")
    assert lines == [
        "1. t1 我",
        "2. t2 他",
        "1. c1-t1 你",
        "1. c2-t1 她",
        "2. c2-t2 它",
        "3. t3 谁",
    ]
    assert said == []


def test_entries_that_are_not_declared_are_proposed() -> None:
    book, said = told("1.我\n\n2.他\n\n3.你")
    assert not any(isinstance(n, b.Entry) for n in walk(book))
    assert said == ["S-LIST 1."]


# --- notes -----------------------------------------------------------------------


def notes(book: b.Book) -> list[str]:
    return [
        f"{chapter.anchor} {note.number} {note.anchor} "
        + "/".join(shape(n.children) for n in note.blocks if isinstance(n, b.Paragraph))
        for chapter in book.chapters()
        for note in chapter.notes
    ]


def test_notes_are_numbered_by_chapter() -> None:
    text = "# 甲\n\n一[^b]二^[内*文*]三[^a]四[^b]\n\n# 乙\n\n五[^a]\n\n"
    book, said = told(text + "[^a]: 甲注\n\n    续段\n\n[^b]: 乙注")
    assert said == []
    assert notes(book) == [
        "c1 1 c1-n1 乙注",
        "c1 2 c1-n2 内<em>文</em>",
        "c1 3 c1-n3 甲注/续段",
        "c2 1 c2-n1 甲注/续段",
    ]
    first = next(n for n in walk(book) if isinstance(n, b.Paragraph))
    assert shape(first.children) == "一[1]二[2]三[3]四[1]"
    calls = [n for n in first.children if isinstance(n, b.NoteRef)]
    assert [n.note for n in calls] == ["c1-n1", "c1-n2", "c1-n3", "c1-n1"]
    assert spans(calls) == ["[^b]", "^[内*文*]", "[^a]", "[^b]"]


def test_a_label_belongs_to_its_file() -> None:
    book, found = read_files(
        {"1.md": "# 甲\n\n一[^a]\n\n[^a]: 甲注", "2.md": "二[^a]\n\n[^a]: 乙注", "3.md": "三[^a]"}
    )
    assert notes(book) == ["c1 1 c1-n1 甲注", "c1 2 c1-n2 乙注"]
    assert [(d.code, d.span.source.name) for d in found if d.span] == [("R-NOTE", "书/3.md")]


WRONG_NOTES = [
    ("甲[^x]", "甲[^x]", ["R-NOTE [^x]"]),
    ("甲\n\n[^x]: 注", "甲", ["R-NOTE [^x]: 注"]),
    ("甲[^x]\n\n[^x]:", "甲[^x]", ["R-NOTE [^x]"]),
    ("甲[^x]\n\n[^x]: 注\n\n[^x]: 又", "甲[1]", ["R-NOTE [^x]: 又"]),
    ("甲\\[^x]", "甲[^x]", []),
]


@pytest.mark.parametrize(("text", "wanted", "said"), WRONG_NOTES)
def test_notes_that_do_not_match(text: str, wanted: str, said: list[str]) -> None:
    book, found = told(text)
    first = next(n for n in walk(book) if isinstance(n, b.Paragraph))
    assert shape(first.children) == wanted
    assert found == said


def test_notes_of_headings() -> None:
    book, said = told("# 甲[^a]\n\n正[^b]\n\n## 节[^c]\n\n# 乙\n\n[^a]: 一\n\n[^b]: 二\n\n[^c]: 三")
    assert said == [] and notes(book) == ["c1 1 c1-n1 一", "c1 2 c1-n2 二", "c1 3 c1-n3 三"]
    assert shape(next(book.chapters()).title) == "甲[1]"


def test_notes_where_none_can_stand_are_set_in_brackets() -> None:
    book, said = told("# 上编　山[^a]\n\n首[^a]\n\n## 甲\n\n[^a]: 注", parts=("上编…",))
    part = book.body[0]
    assert isinstance(part, b.Part) and isinstance(part.lead[0], b.Paragraph)
    assert (shape(part.title), shape(part.lead[0].children)) == ("山（注）", "首（注）")
    assert said == ["R-NOTE [^a]", "R-NOTE [^a]"]
    nested, said = told("甲[^a]\n\n[^a]: 一[^b]。\n\n[^b]: 二[^a]")
    assert notes(nested) == ["c1 1 c1-n1 一（二[^a]）。"]
    assert said == ["R-NOTE [^b]"]
    titled, said = told("# 书[^a]\n\n## 甲\n\n[^a]: 注")
    assert shape(titled.heading) == "书" and said == ["R-NOTE [^a]", "R-NOTE [^a]: 注"]


# --- images ----------------------------------------------------------------------

IMAGES = [
    ("a.png", "卷/a.png", ""),
    ("图/../b.png", "卷/b.png", ""),
    ("../a.png", "a.png", ""),
    ("图\\a.png", "卷/图/a.png", ""),
    ("%E5%9B%BE%20a.png", "卷/图 a.png", ""),
    ("./a.png", "卷/a.png", ""),
    ("../../a.png", "", "R-OUTSIDE"),
    ("%2e%2e/%2e%2e/a.png", "", "R-OUTSIDE"),
    ("/etc/a.png", "", "R-OUTSIDE"),
    ("~/a.png", "", "R-OUTSIDE"),
    ("http://a.b/c.png", "", "R-REMOTE"),
    ("//a.b/c.png", "", "R-REMOTE"),
    ("\\\\\\\\a.b\\c.png", "", "R-REMOTE"),
    ("file:///etc/a.png", "", "R-OUTSIDE"),
    ("data:image/png;base64,AA", "", "R-REMOTE"),
    ("C:\\a.png", "", "R-OUTSIDE"),
    ("<>", "", "R-OUTSIDE"),
]


@pytest.mark.parametrize(("target", "path", "code"), IMAGES, ids=[i[0] for i in IMAGES])
@pytest.mark.parametrize("around", ["文{}文", "# 题{}\n\n# 又", "文[^1]\n\n[^1]: 注{}"])
def test_paths_of_images(target: str, path: str, code: str, around: str) -> None:
    text = around.format(f"![图]({target})")
    book, found = read_files({"卷/a.md": text})
    assert [n.source for n in walk(book) if isinstance(n, b.Image)] == [path]
    assert [(d.code, d.severity) for d in found] == ([(code, "error")] if code else [])


# --- front matter -----------------------------------------------------------------


def test_front_matter() -> None:
    text = "---\ntitle: 看山\nauthor: [甲, 乙]\n---\n\n# 一\n"
    data, span, found = front_matter(Source("a.md", text))
    assert data == {"title": "看山", "author": ["甲", "乙"]} and found == ()
    assert span is not None and span.text == text[: text.index("\n\n")]
    book, said = told(text)
    assert said == [] and [shape(c.title) for c in book.chapters()] in ([], [""])
    assert "title" not in "".join(n.text for n in walk(book) if isinstance(n, b.Text))


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n正文\n\n---\n\n后文",
        "---\n他说：好。\n\n---\n",
        "正文\n\n---\na: b\n---\n",
        "---\na: b\n",
    ],
)
def test_scene_breaks_around_text_are_no_front_matter(text: str) -> None:
    assert front_matter(Source("a.md", text)) == ({}, None, ())
    book, _ = told(text)
    words = "".join(n.text for n in walk(book) if isinstance(n, b.Text))
    assert words == re.sub(r"[\n-]", "", text)


@pytest.mark.parametrize(
    "data", ["a: [", "a: b: c", "a: &x [*x]\n? [", "a: !!python/name:os.system x"]
)
def test_front_matter_that_is_not_yaml(data: str) -> None:
    found_data, span, found = front_matter(Source("a.md", f"---\n{data}\n---\n正文"))
    assert found_data == {} and span is not None
    assert [(d.code, d.severity) for d in found] == [("R-YAML", "warning")]
    assert shape(inlines(f"---\n{data}\n---\n正文")) == "正文"


# --- bounds -----------------------------------------------------------------------

DEEP = [
    ("quotes", lambda n: ">" * n + " 甲"),
    ("lists", lambda n: "".join("  " * i + "- 甲\n" for i in range(n))),
    ("tags", lambda n: "<u>" * n + "甲" + "</u>" * n),
    ("strong", lambda n: "".join("**甲 _乙 " for _ in range(n)) + "_ **" * n),
    ("groups", lambda n: "::: letter\n" * n),
    ("notes in notes", lambda n: "".join(f"[^{i}]: 甲[^{i + 1}]\n\n" for i in range(n)) + "乙[^0]"),
    ("inline notes", lambda n: "^[甲" * n + "]" * n),
    ("links", lambda n: "[" * n + "甲" + "](b)" * n),
    ("images", lambda n: "![" * n + "甲" + "](b)" * n),
    ("spans", lambda n: "[" * n + "甲" + "]{.dots}" * n),
    ("brackets", lambda n: "[" * n + "]" * (n // 2)),
    ("attributes", lambda n: "[甲]{a=" + "bb=" * n),
    ("calls", lambda n: "[^" * n),
    ("scripts", lambda n: "<script" * n),
    ("comments", lambda n: "<!-- a -->" * n + "甲"),
    ("lines", lambda n: "甲\n" * n),
    ("rubies", lambda n: "{汉|" * n),
]


@pytest.mark.parametrize(("name", "make"), DEEP, ids=[d[0] for d in DEEP])
def test_any_depth_ends_soon(name: str, make: Callable[[int], str]) -> None:
    """Read, or refused with a place; never a stack overflow, never a hang."""
    try:
        book, _ = told(make(1500))
    except Failure as failure:
        (said,) = failure.diagnostics
        assert said.code == "R-DEPTH" and said.span is not None
    else:
        assert book.body or book.front


# --- properties -------------------------------------------------------------------

MARKUP = st.text(alphabet="{|}[]()^*_~$:<>&\\#-+=!` \n\t甲乙丙丁，。“”ab1.", max_size=60)
PIECES = st.lists(
    st.sampled_from(
        [
            *"甲乙丙，。“”《》——abc123 \n",
            *["\n\n", "*", "**", "~~", "`", "[^a]", "\n\n[^a]: ", "^[", "]", "](#b)", "](c.png)"],
            *[
                "{.dots}",
                "{.name}",
                "{汉|hàn}",
                "<u>",
                "</u>",
                "<ruby>",
                "<rt>",
                "</rt>",
                "</ruby>",
            ],
            *[
                "<script>",
                "</script>",
                "<br>",
                "<!--",
                "-->",
                "\n# ",
                "\n> ",
                "\n- ",
                "\n1. ",
                "\n1.",
            ],
            *["\n::: verse\n", "\n:::\n", "\n: ", "| a |", "\n|-|\n", "$x$", "\n$$\n", "\n```\n"],
            *["\\", "&amp;", "<http://a>", "![", "["],
        ]
    ),
    max_size=24,
).map("".join)


def check_spans(node: b.Node, inside: Span | None, source: Source) -> None:
    """Spans lie in the source and in the parent's; runs of text say what they cover."""
    span = node.span
    if span is not None:
        assert span.source is source
        assert 0 <= span.start <= span.end <= len(source.text)
        if inside is not None:
            assert inside.start <= span.start and span.end <= inside.end, (node, span.text)
        # A run of text stands on one line; a line of code in a poem has the place of all its lines.
        if isinstance(node, b.Text) and node.text.strip() and "\n" not in span.text:
            assert meaning(span.text).split() == node.text.split()
    # A heading's place is its line, not all that it opens.
    opens = isinstance(node, b.Part | b.Chapter | b.Section)
    position = -1
    for child in children(node):
        check_spans(child, None if opens else span, source)
        # A call within a link stands behind it.
        if isinstance(child, b.Inline) and child.span and not isinstance(child, b.NoteRef):
            assert child.span.start >= position or not isinstance(node, b.Inline | b.Paragraph)
            position = child.span.start


@given(st.one_of(MARKUP, PIECES), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_place_is_true(text: str, numbered: bool) -> None:
    try:
        book, found = read_files({"a.md": text}, entries="numbered" if numbered else "")
    except Failure as failure:
        assert [d.code for d in failure.diagnostics] == ["R-DEPTH"]
        return
    sources = {id(n.span.source): n.span.source for n in walk(book) if n.span}
    for source in sources.values():
        for item in (*book.heading, *book.front, *book.body, *book.back):
            # A note in a note is set in brackets, far from where it is written.
            if not any("in brackets" in d.message for d in found):
                check_spans(item, None, source)
    for said in found:
        assert said.span is None or 0 <= said.span.start <= said.span.end <= len(text)


@given(st.text(alphabet="甲乙丙，。“”《》—…abc 12.*_~`![](){}|$^:#&\\", min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_character_of_a_paragraph_is_lost(text: str) -> None:
    """What stands in a paragraph is printed, or is markup: no letter, no Chinese mark goes."""
    book, said = told(f"首{text}尾")
    (chapter,) = book.chapters()
    shown = "".join(
        part
        for node in walk(chapter)
        for part in (
            getattr(node, "text", ""),
            getattr(node, "tex", ""),
            getattr(node, "alt", ""),
            "".join("".join(pair) for pair in getattr(node, "pairs", ())),
        )
        if isinstance(part, str)
    )
    visible = [c for c in f"首{text}尾" if is_han(c) or c in "，。“”《》…"]
    lost = {"R-ATTR", "R-CLASS", "R-LINK", "R-OUTSIDE"}
    if "](" not in text and not {code.split()[0] for code in said} & lost:
        for character in set(visible):
            assert shown.count(character) >= visible.count(character), (text, shown)


def test_a_file_that_is_the_same_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from publish.read import markdown

    parsed: list[str] = []
    real = markdown.read_file
    monkeypatch.setattr(
        markdown, "read_file", lambda source: (parsed.append(source.name), real(source))[1]
    )
    one, two = Source("一.md", "# 一\n\n甲[^1]。\n\n[^1]: 注。"), Source("二.md", "# 二\n\n乙。")
    other = Source("二.md", "# 二\n\n丙。")
    files = tuple(FOLDER / name for name in ("一.md", "二.md"))
    manifest = Manifest("书", FOLDER, files, b.Meta(""))
    reader = Reader()
    for sources in ((one, two), (one, two), (one, other)):
        assert reader(sources, manifest) == read(sources, manifest)
    assert [parsed.count(name) for name in ("一.md", "二.md")] == [1 + 3, 2 + 3]


def test_nodes_are_looked_for_wherever_they_may_stand() -> None:
    classes = [item for item in vars(b).values() if inspect.isclass(item)]
    nodes = [item for item in classes if issubclass(item, b.Node)]
    names = re.compile("|".join(rf"\b{item.__name__}\b" for item in nodes))
    for kind in (*nodes, b.Book):
        fields = [field.name for field in dataclasses.fields(kind) if names.search(str(field.type))]
        assert set(fields) <= set(NODE_FIELDS[kind]), kind


# --- plain text --------------------------------------------------------------


def paragraphs(text: str, name: str = "a.md") -> list[str]:
    """The words of each paragraph and list item, in order."""
    book, _ = read_files({name: text})
    return [plain_text(n.children) for n in walk(book) if isinstance(n, b.Paragraph)]


def test_two_ideographic_spaces_open_a_paragraph() -> None:
    assert paragraphs("　　甲，\n乙。\n　　丙。\n") == ["甲，乙。", "丙。"]
    assert paragraphs("> 甲\n　　乙\n") == ["甲", "乙"]
    assert paragraphs("- 甲\n　　乙\n") == ["甲", "乙"]
    # Three of them hang below a name, and after a line break they are the author's.
    assert paragraphs("甲：乙\n　　　丙\n") == ["甲：乙　　　丙"]
    assert paragraphs("甲\\\n　　乙\n") == ["甲　　乙"]
    assert isinstance(block("```\n　　甲\n　　乙\n```\n"), b.Code)


def test_a_line_of_ideographic_spaces_is_blank() -> None:
    assert paragraphs("甲\n　　\n乙\n") == ["甲", "乙"]
    assert paragraphs("甲\n\u00a0\n乙\n") == ["甲", "乙"]


def test_a_poem_keeps_its_indents() -> None:
    poem = block("::: verse\n　　甲\n　　　乙\n丙\n:::\n")
    assert isinstance(poem, b.Verse)
    assert [shape(line) for line in poem.stanzas[0]] == ["　　甲", "　　　乙", "丙"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # Indents of blanks, all behind the end of a sentence; tabs as well; a list is a list.
        ("    甲，\n乙。\n    丙。\n\t丁。\n1. 戊\n   己\n", ["甲，乙。", "丙。", "丁。", "戊己"]),
        # Here they follow a comma: they mean nothing.
        ("甲，\n    乙，\n    丙。\n", ["甲，乙，丙。"]),
        # Every line ends a sentence.
        ("甲。\n乙。\n“丙！”\n丁？\n", ["甲。", "乙。", "“丙！”", "丁？"]),
        # Most lines are broken to a width.
        ("甲甲甲\n甲甲甲\n甲。\n\n乙乙乙\n乙。\n", ["甲甲甲甲甲甲甲。", "乙乙乙乙。"]),
        # No indent of a text file is code.
        ("甲\n\n        乙\n", ["甲", "乙"]),
    ],
)
def test_text_files(text: str, said: list[str]) -> None:
    assert paragraphs(text, "a.txt") == said


def test_a_manuscript_in_markdown_has_code_and_lines() -> None:
    assert paragraphs("甲。\n乙。\n丙。\n丁。\n") == ["甲。乙。丙。丁。"]
    assert isinstance(block("    甲。\n"), b.Code)


def test_attribute_lists_of_kramdown_are_dropped() -> None:
    text = '# 甲\n{: id="1" updated="2"}\n\n* {: id="3"}乙{: style="x"}丙\n  {: id="4"}\n'
    text += "{: .a #b}\n丁\n"
    book, said = told(text)
    assert said == [] and plain_text(book.heading) == "甲"
    assert paragraphs(text) == ["乙丙", "丁"]
    assert shape(inlines('`{: id="1"}` {: 甲} {:}')) == '`{: id="1"}` {: 甲} {:}'
