"""Text copied out of a PDF equals the book's, reader by reader.

The probe puts each construct that is painted by hand at every place of a line of 28 characters, so
that it meets line starts, line ends and every stretch and squeeze in between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from acceptance import EDITIONS, built, expected_first_book, in_script, make_book, publish
from conftest import Built
from fidelity import READERS, differences, gaps, without_gaps

# Books are built and read by programs of others.
pytestmark = pytest.mark.slow

#: Readers that take any white of .1 to .15em for a blank, whatever the file says: between Han and
#: Latin, where white is only a gap, their blanks do not count.
WHITE_IS_BLANK = frozenset(("MuPDF", "pypdf", "pdf.js"))

#: Reader by reader; what needs Node is slow.
EVERY_READER = [pytest.param(name) for name in READERS]

FILL = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁"

#: Numbers of notes as they are called in either writing; which of them stands where is the style
#: sheet's affair.
CALLS = re.compile("[①-⑳]|〔[一二三四五六七八九十]+〕")


@dataclass(frozen=True)
class Case:
    """A construct in Markdown, its text, and whether white between Han and Latin is only a gap."""

    name: str
    markdown: str
    text: str = ""
    gaps: bool = False
    places: tuple[int, ...] = tuple(range(len(FILL)))

    def paragraphs(self) -> list[str]:
        return [FILL[:place] + self.markdown for place in self.places]

    def texts(self) -> list[str]:
        return [FILL[:place] + (self.text or self.markdown) for place in self.places]


CASES = (
    Case("gaps", "他们用ChatGPT写诗，用GPT-4o画图，花了3天，省下50%的钱。", gaps=True),
    Case("typed blanks", "他们用 ChatGPT 写诗，用 4 天学会。"),
    Case("marks", "他说：“排版（中文）。”“好！”（笑）《书》、《画》：“（甲）”。"),
    Case("dashes", "排版——中文……学会——都好……完。"),
    Case("long words", "学会internationalization和extraordinarily等词。", gaps=True),
    Case(
        "fonts",
        "**AVAWATo重**的official与`flow`，细*词*。",
        "AVAWATo重的official与flow，细词。",
        gaps=True,
    ),
    # Calls beyond the twentieth are plain figures.
    Case(
        "raised", "面积是[^N]两百，水三斤。", "面积是①两百，水三斤。", places=tuple(range(1, 28, 2))
    ),
    Case("plain", "排版就是把字放在该放的地方别的都是细节而已。"),
)


def build(folder: Path, text: str, *editions: str) -> Path:
    """A bare manuscript as PDF, by the command, in lines and in more editions; the folder."""
    (folder / "probe.md").write_text(text, encoding="utf-8")
    asked = [word for name in ("hans", *editions) for word in ("--edition", name)]
    built(publish("build", "probe.md", *asked, "--format", "pdf", cwd=folder))
    return folder / "output" / "probe"


def in_columns(text: str) -> str:
    """The text of the probe as vertical editions have it: their quotation marks and numerals."""
    return text.translate(str.maketrans("“”", "『』")).replace("3天", "三天")


@cache
def copied(reader: str, path: Path) -> tuple[str, ...]:
    return tuple(READERS[reader](path))


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    paragraphs = []
    notes = 0
    for paragraph in (paragraph for case in CASES for paragraph in case.paragraphs()):
        if "[^N]" in paragraph:
            notes += 1
            paragraph = paragraph.replace("[^N]", f"[^{notes}]") + f"\n\n[^{notes}]: 注文。"
        paragraphs.append(paragraph)
    text = "# 探针\n\n" + "\n\n".join(paragraphs) + "\n"
    return build(tmp_path_factory.mktemp("probe"), text, "hans-v")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("edition", ["hans", "hans-v"])
@pytest.mark.parametrize("reader", EVERY_READER)
def test_probe(reader: str, edition: str, case: Case, probe: Path) -> None:
    pages = [CALLS.sub("①", page) for page in copied(reader, probe / f"probe.{edition}.pdf")]
    exact = not case.gaps or reader not in WHITE_IS_BLANK
    texts = case.texts() if edition == "hans" else list(map(in_columns, case.texts()))
    assert differences(pages, texts, gaps_count=exact) == []


#: Zhuyin with each kind of tone, and pinyin, in paragraphs of one line and of two.
READINGS = "{渡口|ㄉㄨˋ|ㄎㄡˇ}叫{妈妈|ㄇㄚ|˙ㄇㄚ}不{去|ㄑㄩ˙}，{一|ㄧ}去{长安|cháng|ān}。"
READ_AT = range(0, 28, 2)
READ = ("ㄉㄨˋ", "ㄎㄡˇ", "ㄇㄚ˙ㄇㄚ", "ㄑㄩ˙", "cháng", "ān")


@pytest.fixture(scope="module")
def with_readings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = "\n\n".join(("# 探针", *(FILL[:place] + READINGS for place in READ_AT))) + "\n"
    return build(tmp_path_factory.mktemp("readings"), text, "hans-v")


@pytest.mark.parametrize("edition", ["hans", "hans-v"])
@pytest.mark.parametrize("reader", [name for name in READERS if name != "pdftotext"])
def test_readings_stand_behind_their_sentence(
    reader: str, edition: str, with_readings: Path
) -> None:
    """What has readings is found and copied as if it had none, and they are whole; but for
    pdftotext, which goes by the place of each on the page."""
    pages = copied(reader, with_readings / f"probe.{edition}.pdf")
    if reader in WHITE_IS_BLANK:
        # The room beside a character is white.
        pages = tuple(re.sub("(?<=[渡口妈去一长]) | (?=[长安])", "", page) for page in pages)
    sentence = re.sub("[{}]|[|][^}]*", "", READINGS)
    assert differences(pages, [FILL[:place] + sentence for place in READ_AT]) == []
    read = re.sub(r"\s", "", "".join(pages))
    for row in READ:
        assert read.count(row) == len(READ_AT), row


#: Verse of lines of one length, with dashes of two em at their ends and heads; annotations of few
#: characters and of many; quotation marks and dashes behind the call of a note.
VERSES = ("我把名字写在水上", "而我们仍在路上——", "——一只白鹭", "——", "而——", "你说：“天亮了。”")
ANNOTATED = "，".join(f"他读[{FILL[:length]}]{{.jiazhu}}书" for length in (1, 2, 3, 4, 9))
CALLED = "".join(f"他说[^{number}]{mark}好”" for number, mark in enumerate(("“", "——“"), 1))


@pytest.fixture(scope="module")
def in_tiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in two tiers, and in one."""
    poem = "\n".join(VERSES[place * 7 % 6] for place in range(50))
    text = "\n\n".join(
        (
            "# 探针\n\n::: verse",
            f"{poem}\n:::",
            *(f"{FILL[:place]}{ANNOTATED}。" for place in range(0, 28, 3)),
            *(f"{FILL[:place]}{CALLED}。" for place in range(0, 28, 9)),
            "[^1]: 注。",
            "[^2]: 文。",
        )
    )
    folder = tmp_path_factory.mktemp("tiers")
    for columns in (1, 2):
        name = folder / f"book{columns}"
        edition = '[[edition]]\nname = "hans-v"\n'
        make_book(name, text, f"{edition}[page]\ncolumns = {columns}\n")
        built(publish("build", name.name, "--format", "pdf", cwd=folder))
    return folder / "output"


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("pdftotext", "MuPDF")])
def test_columns_are_copied_in_the_order_of_painting(
    reader: str, columns: int, in_tiers: Path
) -> None:
    """Which is that of MuPDF, whose text the build has compared with the edition's."""
    path = in_tiers / f"book{columns}" / f"book{columns}.hans-v.pdf"
    pages = [[re.sub(r"\s", "", page) for page in copied(name, path)] for name in ("MuPDF", reader)]
    assert pages[0] == pages[1]


# One glyph of the font, two characters in the book.
TWO_SPELLINGS = (
    "排版——中文……学会，都好……完。",
    "排版⸺中文⋯⋯学会，都好⋯⋯完。",
    # The folio line has a U+3000, which faces draw with the glyph of a blank.
    "他们用 ChatGPT 写诗，目次是两个字。",
)


@pytest.fixture(scope="module")
def two_spellings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = "\n\n".join(("# 探针", *TWO_SPELLINGS)) + "\n"
    return build(tmp_path_factory.mktemp("spellings"), text) / "probe.hans.pdf"


@pytest.mark.parametrize("reader", EVERY_READER)
def test_signs_that_share_a_glyph(reader: str, two_spellings: Path) -> None:
    """Each is copied as it was written."""
    assert differences(copied(reader, two_spellings), TWO_SPELLINGS) == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("reader", READERS)
def test_first_book(reader: str, edition: str, first_book: Built) -> None:
    book = expected_first_book()
    texts = [in_script(text, edition) for text in (*book.introduction, *book.entries)]
    pages = copied(reader, first_book.path(edition, "pdf"))
    assert differences(pages, texts, gaps_count=reader not in WHITE_IS_BLANK) == []


# --- the comparison itself -------------------------------------------------------------------

PAGES = ("他们用ChatGPT写诗，\r\n学会 in the\nend排版。\n12", "第一章\n中文排版就\n", "是这样。")


@pytest.mark.parametrize(
    "paragraph",
    [
        "他们用ChatGPT写诗，学会 in the end排版。",
        "他们用ChatGPT写诗，学会 in theend排版。",
        "学会 in",
        "中文排版就是这样。",
    ],
)
def test_what_is_there(paragraph: str) -> None:
    assert differences(PAGES, [paragraph]) == []


@pytest.mark.parametrize(
    "paragraph, lost, added",
    [
        ("他们用 ChatGPT写诗，", " ", ""),
        ("他们用ChatGPT写的诗，", "的", ""),
        ("他们用ChatG写诗，", "", "PT"),
        ("学会inthe", "", " "),
        ("在哪里", "在哪里", ""),
        ("end排版。第二章", "二章", "12"),
    ],
)
def test_what_is_not(paragraph: str, lost: str, added: str) -> None:
    (found,) = differences(PAGES, [paragraph])
    assert found.paragraph == paragraph and found.lost.startswith(lost) and added in found.added


def test_a_paragraph_goes_on_over_a_page() -> None:
    pages = ("前文。\n中文排版就\n12", "第一章\n是这样。后文")
    assert differences(pages, ["中文排版就是这样。"]) == []
    assert differences(pages, ["中文排版就是那样。"]) != []
    assert differences(("中文排版就还有", "是这样。"), ["中文排版就是这样。"]) != []
    far = ("中文排版就\n" + "注" * 100, "是这样。")
    assert differences(far, ["中文排版就是这样。"]) != []


def test_a_hyphen_at_a_line_end_is_the_readers_affair() -> None:
    for copy in ("To-day", "To-\nday", "To\nday", "To\ufffeday"):
        assert differences([copy], ["To-day"]) == []
    assert differences(["Today"], ["To-day"]) != []
    assert differences(["extraor-\ndinary"], ["extraordinary"]) != []
    assert differences(["extraor\ufffedinary"], ["extraordinary"]) != []


def test_blanks_at_gaps() -> None:
    text = "他们用 ChatGPT\u200b写诗，in the end 10 %，“ A”"
    assert without_gaps(text) == "他们用ChatGPT写诗，in the end 10 %，“A”"
    assert gaps(text) == 3
    assert differences(["用 ChatGPT 写"], ["用ChatGPT写"], gaps_count=False) == []
    assert differences(["用 ChatGPT 写"], ["用ChatGPT写"]) != []
    assert differences(["用 Chat GPT 写"], ["用ChatGPT写"], gaps_count=False) != []
