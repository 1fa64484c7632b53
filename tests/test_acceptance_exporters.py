"""What each exporter leaves behind is mended or asked about, and nothing else of a text changes.

The manuscripts are small and our own; the residue in them is what the exporters are known for.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from acceptance import bare, built, make_book, publish, put
from mends import HAN, inside, mended, paragraphs

pytestmark = pytest.mark.slow

LONG = "看了一天山，又看了一天河。" * 20

#: Exporter -> manuscript as exported, manuscript as mended.
MENDED = {
    # remark under Feishu, Lark and others: empty breaks, empty paragraphs, references.
    "feishu": (
        "# 会议\n\n\\\n例如，这是第一段。\n\n\n\n第二段说完了。&#x20;\n\n\n\n第三段也说完了。\\\n"
        "\n\n第四段**重点&#x20;**&#x540E;文。\n",
        "# 会议\n\n例如，这是第一段。\n\n第二段说完了。\n\n第三段也说完了。\n\n"
        "第四段**重点**后文。\n",
    ),
    # A backslash for each blank line.
    "outline": (
        "# 周报\n\n本周做了三件事。\n\n\\\n\\\n下周再做两件。\n\n\\\n\n\\\n\n完。\n",
        "# 周报\n\n本周做了三件事。\n\n下周再做两件。\n\n完。\n",
    ),
    # Zero-width spaces that rescue emphasis in readers without Chinese rules.
    "siyuan": (
        "# 笔记\n\n这是\u200b**粗体。**\u200b文字，再写\u200b`代\u200b码`\u200b，"
        "还有\u200b[链接](https://example.org/\u200bx)\u200b。\n",
        "# 笔记\n\n这是**粗体。**文字，再写`代\u200b码`，还有[链接](https://example.org/\u200bx)。\n",
    ),
    # Blanks inside emphasis, emphasis in pieces, emphasis of nothing.
    "notion": (
        "# 页面\n\n- **要点 **后面的话\n- 两段**粗****体**相连\n- 前****后\n\n"
        "见[此页](https://www.notion.so/%E9%A1%B5-0123456789abcdef0123456789abcdef)。\n",
        "# 页面\n\n- **要点**后面的话\n- 两段**粗体**相连\n- 前****后\n\n"
        "见[此页](https://www.notion.so/%E9%A1%B5-0123456789abcdef0123456789abcdef)。\n",
    ),
    # Control characters in the text.
    "yuque": (
        f"# 文档\n\n{LONG}第一段\x00文字，\x05还有。\n\n第二段。\\\n\n第三段。\n",
        f"# 文档\n\n{LONG}第一段文字，还有。\n\n第二段。\n\n第三段。\n",
    ),
    # Needless escapes of pandoc; those that keep a mark from being markup stay.
    "pandoc": (
        "# 论文\n\n用C\\#写成，文件名是a\\_b，版本1\\.2\\!\n\n1\\. 这不是列表。\n\n"
        "\\# 这不是标题。\n\n"
        "\\*这不是强调\\*，真的。\n\n\\> 这不是引文。\n",
        "# 论文\n\n用C#写成，文件名是a_b，版本1.2!\n\n1\\. 这不是列表。\n\n\\# 这不是标题。\n\n"
        "\\*这不是强调\\*，真的。\n\n\\> 这不是引文。\n",
    ),
    # Blanks of the word processor, soft hyphens; the blank of a unit is kept.
    "word": (
        "# 报告\n\n我们\u00a0在山里，\u2003走了10\u00a0km。"
        "cooper\u00adation也写作\u00adco-op。\u200e完。\n",
        "# 报告\n\n我们在山里，走了10\u00a0km。cooperation也写作co-op。完。\n",
    ),
    # Radicals and compatibility ideographs of fonts in a PDF.
    "pdf": (
        "# 摘要\n\n⽂件第⼀⻚写着⻅⾯，⻓⻋⻢⻛⻦⻰，\uf979\uf90a\ufa12，⺠⽤。`⽂⻚`\n",
        "# 摘要\n\n文件第一页写着见面，长车马风鸟龙，凉金晴，民用。`⽂⻚`\n",
    ),
    # Indents typed as characters.
    "ocr": (
        "# 故事\n\n　　从前有座山。\n\n　　山里有座庙，庙里有—口井。\n",
        "# 故事\n\n从前有座山。\n\n山里有座庙，庙里有—口井。\n",
    ),
}  # fmt: skip


def unspaced(text: str) -> str:
    """The text without blanks beside asterisks: where one is moved out, it may stay or go."""
    return re.sub(r" *\*\* *", "**", text)


@pytest.mark.parametrize("exporter", MENDED)
def test_residue_is_mended_and_nothing_else(tmp_path: Path, exporter: str) -> None:
    received, expected = MENDED[exporter]
    assert unspaced(mended(tmp_path, received)) == unspaced(expected)


@pytest.mark.parametrize("exporter", MENDED)
def test_a_mended_text_is_left_alone(tmp_path: Path, exporter: str) -> None:
    _, text = MENDED[exporter]
    assert mended(tmp_path, text) == text


# --- what only the editor can take away -------------------------------------------------

WECHAT = """.rich_media_content { overflow: hidden; color: #222 } .rich_media p { margin: 0 }

# 山里的茶

清明前后，山里开始采茶，一天只采半日。

采下的茶当天就要炒，炒茶的人一夜不睡。

预览时标签不可点

微信扫一扫关注该公众号

继续滑动看下一个

轻触阅读原文

向上滑动看下一个
"""

ASKED = {
    "wechat head": (WECHAT, ("rich_media_content",)),
    "wechat tail": (
        WECHAT.partition("\n\n")[2],
        ("微信扫一扫", "继续滑动", "轻触阅读", "预览时标签", "向上滑动"),
    ),
    "yuque font": (
        '# 文档\n\n还有<font style="color:rgb(38,38,38);">颜色</font>。\n',
        ("<font",),
    ),
    "notion callout": ("# 页面\n\n<aside>\n提示：先看这里。\n\n</aside>\n\n正文。\n", ("<aside>",)),
    "private use": ("# 书\n\n他姓\ue123，住在村里。\n", ("\ue123",)),
    "lost character": ("# 书\n\n他姓\ufffd，住在村里。\n", ("\ufffd",)),
    "ocr dash": ("# 书\n\n他想—不去了—又坐下。\n", ("他想—",)),
    "ocr full width": ("# 书\n\n他有ＡＢＣ三本书，又买了ABC三本。\n", ("ＡＢＣ",)),
    "half-width stop": ("# 书\n\n他坐下.然后又站起来，走了。\n", ("坐下.",)),
}


@pytest.mark.parametrize("residue", ASKED)
def test_what_is_not_mended_is_asked_about(tmp_path: Path, residue: str) -> None:
    """A diagnostic on one of the lines; the words stay until the editor takes them away."""
    text, parts = ASKED[residue]
    make_book(tmp_path / "book", text)
    run = publish("check", "book", "--json", cwd=tmp_path)
    assert "Traceback" not in run.said, str(run)
    lines = {
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if any(part in line for part in parts)
    }
    asked = [d for d in run.diagnostics() if d["line"] in lines and d["severity"] != "error"]
    assert asked, str(run)
    publish("fix", "book", "--write", cwd=tmp_path)
    after = (tmp_path / "book" / "book.md").read_text(encoding="utf-8")
    assert re.sub(r"</?\w+[^>]*>|\n", "", after) == re.sub(r"</?\w+[^>]*>|\n", "", text)


def test_markup_of_an_exporter_is_never_printed(tmp_path: Path) -> None:
    text, _ = ASKED["yuque font"]
    make_book(tmp_path / "book", text)
    assert paragraphs(tmp_path, "book") == ["还有颜色。"]


# --- whole classes ------------------------------------------------------------------------


def test_all_radicals_become_ideographs(tmp_path: Path) -> None:
    """The 214 of Kangxi by Unicode's compatibility mapping, the Supplement by its own table,
    of which these are the simplified ones and some more."""
    kangxi = "".join(map(chr, range(0x2F00, 0x2FD6)))
    supplement = {
        "⺎": "兀", "⺟": "母", "⺠": "民", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝",
        "⻋": "车", "⻓": "长", "⻔": "门", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞",
        "⻝": "食", "⻢": "马", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻨": "麦", "⻩": "黄",
        "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟",
    }  # fmt: skip
    text = f"# 书\n\n{kangxi}\n\n{''.join(supplement)}\n"
    expected = (
        f"# 书\n\n{unicodedata.normalize('NFKC', kangxi)}\n\n{''.join(supplement.values())}\n"
    )
    assert mended(tmp_path, text) == expected


def test_compatibility_ideographs_become_unified(tmp_path: Path) -> None:
    """All of their block, by NFC; the twelve in it that are unified themselves stay."""
    block = "".join(c for c in map(chr, range(0xF900, 0xFADA)) if unicodedata.category(c) != "Cn")
    assert mended(tmp_path, f"# 书\n\n一{block}。\n") == (
        f"# 书\n\n一{unicodedata.normalize('NFC', block)}。\n"
    )


def test_characters_that_only_look_like_residue_stay(tmp_path: Path) -> None:
    """Joiners in emoji, variation selectors, squares and circles, spaces between Latin words,
    line ends in verse, breaks inside a paragraph."""
    text = (
        "# 书\n\n一家👨\u200d👩\u200d👧，爱❤\ufe0f，葛\U000e0100城，㎡①Ⅳ，和１２月。\n\n"
        "New\u00a0York and 10\u202fkm.\n\n第一行\\\n第二行。\n\n"
        "::: verse\n　　空山不见人，\n但闻人语响。\n:::\n"
    )
    assert mended(tmp_path, text) == text


def test_references_that_are_markup_once_read_are_escaped(tmp_path: Path) -> None:
    """&lt;i&gt; must not become a tag, &amp;lt; no bracket, &#42; no emphasis."""
    received = (
        "# 书\n\n他写&lt;i&gt;，&amp;lt;，&#42;星&#42;，&#x60;码&#x60;，&copy;。\n\n&#35; 井号。\n"
    )
    after = mended(tmp_path, received)
    assert paragraphs(tmp_path, "book") == ["他写<i>，&lt;，*星*，`码`，©。", "# 井号。"]
    assert "&#" not in after


def test_emphasis_of_the_exporter_is_emphasis(tmp_path: Path) -> None:
    make_book(tmp_path / "book", MENDED["feishu"][0] + "\n" + MENDED["notion"][0])
    strong = [text.strip() for text in inside(tmp_path, "book", "strong")]
    assert strong == ["重点", "要点", "粗体"]


def test_lines_cut_by_the_page_are_joined(tmp_path: Path) -> None:
    """Between Han without a blank, between Latin words with one."""
    text = "# 书\n\n这一段文字从版面上\n抄下来，每行都断开，\n写作 hard\nwrap，也叫硬\n换行。\n"
    make_book(tmp_path / "book", text)
    (paragraph,) = paragraphs(tmp_path, "book")
    assert re.sub(rf"(?<=[{HAN}]) (?=[A-Za-z])", "", paragraph) == (
        "这一段文字从版面上抄下来，每行都断开，写作hard wrap，也叫硬换行。"
    )


def test_a_text_file_of_a_board(tmp_path: Path) -> None:
    """Each indented line of a .txt is a paragraph; full-width letters wait for their rule."""
    received = "　　第一段，ＡＢＣ和１２３，走了。\r\n　　第二段，也走了。\r\n".encode()
    put(tmp_path / "board.txt", received)
    (first, second) = paragraphs(tmp_path, "board.txt")
    assert (first, second) == ("第一段，ＡＢＣ和１２３，走了。", "第二段，也走了。")
    built(publish("fix", "board.txt", "--write", cwd=tmp_path))
    assert paragraphs(tmp_path, "board.txt") == [first, second]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    """They are read, and the file keeps its own."""
    text = "# 書\n\n" + "山在村子的北面，河在村子的南面。" * 30 + "\n\n\\\n完。\n"
    put(tmp_path / "book.md", text.encode(encoding))
    assert bare("".join(paragraphs(tmp_path, "book.md", "hant-tw"))).endswith("南面。完。")
    built(publish("fix", "book.md", "--write", cwd=tmp_path))
    after = (tmp_path / "book.md").read_bytes()
    assert after == text.replace("\\\n", "").encode(encoding)


def test_an_encoding_that_is_a_guess_is_asked_about(tmp_path: Path) -> None:
    """Two characters of GBK are two of Big5 as well."""
    put(tmp_path / "book.md", "你好".encode("gbk"))
    run = publish("check", "book.md", "--json", cwd=tmp_path)
    assert [d["code"] for d in run.diagnostics("query") if d["code"] == "B-ENC"], str(run)
