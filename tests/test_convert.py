"""Conversion: words by their cases, and what must hold for any text and any tree."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from cases import Case, cases, edition, run_convert, run_queries
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.convert import convert
from publish.convert.data import sections
from publish.convert.dictionary import (
    cuts,
    expand,
    faults_by_hand,
    known_faults,
    phrase_of,
    route_converter,
    spell_name,
)
from publish.convert.engine import ROUTES, Converter, Faults, converter
from publish.convert.text import Naming, keeping, share_out
from publish.diagnostics import Source, Span
from publish.mend import mend
from publish.model import book as b
from publish.model.manifest import Manifest, load
from publish.model.tree import plain_text, walk
from publish.read import load_sources, read
from publish.text.characters import is_han
from publish.text.segmenter import frequency, tagged

SEED = Path(__file__).parent.parent / "seeds" / "liang-wenfeng-60"
TO_TAIWAN = (("hans", "cn"), ("hant", "tw"))


@pytest.mark.parametrize("case", cases("C-*.case"), ids=str)
def test_case(case: Case, tmp_path: Path) -> None:
    assert run_convert(case, tmp_path) == case.after
    if case.file not in ("C-ST.case", "C-QUOTE.case", "C-NUM.case"):
        assert run_queries(case, tmp_path) == case.said


def manifest(**fields: object) -> Manifest:
    return Manifest("书", Path("书"), (), b.Meta("书"), **fields)  # type: ignore[arg-type]


def one_paragraph(*inlines: b.Inline) -> b.Book:
    chapter = b.Chapter((b.Text("章"),), (b.Paragraph(inlines),), "c1")
    return b.Book(b.Meta("书"), (), (chapter,))


def text_of(book: b.Book) -> list[str]:
    return [plain_text(node.children) for node in walk(book) if isinstance(node, b.Paragraph)]


# --- the first book ----------------------------------------------------------


@pytest.fixture(scope="module")
def first_book() -> tuple[b.Book, Manifest]:
    declared, _ = load(SEED)
    sources, _ = load_sources(declared)
    return mend(sources, declared, read).book, declared


@pytest.mark.parametrize("name", ["hant-tw", "hant-hk"])
def test_the_first_book(first_book: tuple[b.Book, Manifest], name: str) -> None:
    book, declared = first_book
    converted, said = convert(book, edition(name), declared)
    text = "\n".join(text_of(converted))
    assert said == ()
    for word in ("梁文鋒", "簽長協議", "覃巴鎮", "馮驥", "張小龍"):
        assert word in text
    assert converted.meta.title == plain_text(converted.heading) == "梁文鋒60條思考"
    assert converted.meta.title_lines == ("梁文鋒", "60條思考")
    assert converted.script == "hant" and converted.meta.language.startswith("zh-Hant")
    assert not set("“”‘’") & set(text)
    plain = "\n".join(text_of(book))
    assert len(text) == len(plain)
    assert [c for c in text if not is_han(c) and c not in "「」"] == [
        c for c in plain if not is_han(c) and c not in "“”"
    ]


def test_taiwan_has_no_form_that_only_plain_s2t_makes(
    first_book: tuple[b.Book, Manifest],
) -> None:
    converted, _ = convert(first_book[0], edition("hant-tw"), first_book[1])
    assert not set("爲衆裏羣峯纔覈") & set("".join(text_of(converted)))


def test_the_manuscripts_own_edition_is_the_book(first_book: tuple[b.Book, Manifest]) -> None:
    book, declared = first_book
    assert convert(book, edition("hans"), declared)[0] == book


def test_places_are_kept(first_book: tuple[b.Book, Manifest]) -> None:
    book, declared = first_book
    converted, _ = convert(book, edition("hant-tw"), declared)
    before = [node.span for node in walk(book)]
    assert [node.span for node in walk(converted)] == before


# --- what is declared about the book -----------------------------------------


def test_meta_is_converted() -> None:
    meta = b.Meta(
        "签“长”协议",
        subtitle="里面",
        authors=(b.Contributor("余华"), b.Contributor("范建国", "trl")),
        language="zh-Hans",
        publisher="人民文学出版社",
        isbn="978-7",
        description="第一段里。\n“第二段。",
        subjects=("系统",),
        cover="封面.png",
        colophon=(("责任编辑", "于东来"), ("印张", "5")),
    )
    book = b.Book(meta, (), ())
    converted, _ = convert(book, edition("hant-tw"), manifest(convert_names=("于东来",)))
    assert converted.meta == dataclasses.replace(
        meta,
        title="簽「長」協議",
        subtitle="裡面",
        authors=(b.Contributor("余華"), b.Contributor("范建國", "trl")),
        language="zh-Hant-TW",
        publisher="人民文學出版社",
        description="第一段裡。\n「第二段。",
        subjects=("系統",),
        colophon=(("責任編輯", "于東來"), ("印張", "5")),
    )


def test_every_kind_of_node_is_converted_or_left() -> None:
    text = (b.Text("里面“签”"),)
    blocks: tuple[b.Block, ...] = (
        b.Heading(2, text),
        b.Quote((b.Paragraph(text),), text),
        b.Verse(((text, text),), text, text),
        b.List(((b.Paragraph(text),),)),
        b.DefinitionList((((text,), ((b.Paragraph(text),),)),)),
        b.Table((text,), ((text,),), ("left",), text, "t"),
        b.Figure(b.Image("里.png", "里面", "里头"), text, "f"),
        b.Code("里面“签”"),
        b.Formula("里"),
        b.Group(b.GroupRole.LETTER, (b.Paragraph(text),)),
        b.Entry(b.Number(1, "label", "第1张"), (b.Paragraph(text),), "里"),
        b.Section(2, text, (b.Paragraph(text),), "里"),
        b.Paragraph(
            (
                b.Link(text, "里.html", "里头"),
                b.Ruby((("里", "里外"), ("湾", "wān"))),
                b.CodeSpan("里“"),
                b.Math("里"),
                b.NoteRef("里", 1),
                b.Marked((b.Text("里面“签”"),), b.MarkRole.LANGUAGE, "ja"),
                b.Link((b.Text("https://a.com/里"),), "https://a.com/里"),
                b.Image("里.png", "里面"),
            )
        ),
    )
    note = b.Note("里", 1, (b.Paragraph(text),))
    chapter = b.Chapter(text, blocks, "里", "第1张", notes=(note,))
    part = b.Part(text, (b.Paragraph(text),), (chapter,), "里", "部张")
    converted, _ = convert(b.Book(b.Meta("里"), (), (part,)), edition("hant-tw"), manifest())
    fixed = []
    for node in walk(converted):
        match node:
            case b.Code(value) | b.CodeSpan(value):
                fixed.append(value)
            case b.Math(value) | b.Formula(value):
                fixed.append(value)
            case b.Text(value):
                if value not in ("裡面「簽」", "里面“签”"):
                    fixed.append(value)
            case b.Link(_, target, title):
                fixed.append(f"{target} {title}")
            case b.Image(source, alt, title):
                fixed.append(f"{source} {alt} {title}")
            case b.Ruby(pairs):
                fixed.append(repr(pairs))
            case b.Number(spelling=spelling):
                fixed.append(spelling)
    assert fixed == [
        "里.png 裡面 裡頭",
        "里面“签”",
        "里",
        "第1張",
        "里.html 裡頭",
        "(('裡', '裡外'), ('灣', 'wān'))",
        "里“",
        "里",
        "https://a.com/里 ",
        "https://a.com/里",
        "里.png 裡面 ",
    ]
    texts = [node.text for node in walk(converted) if isinstance(node, b.Text)]
    assert texts.count("里面“签”") == 1, "the run marked as Japanese"
    assert texts.count("裡面「簽」") == 23
    anchors = [node.anchor for node in walk(converted) if hasattr(node, "anchor")]
    assert set(anchors) <= {"里", "t", "f"}
    labels = [n.label for n in walk(converted) if isinstance(n, b.Chapter | b.Part)]
    assert labels == ["部張", "第1張"]


# --- words -------------------------------------------------------------------


def regional(phrases: dict[str, str]) -> dict[str, str]:
    """The spellings in Taiwan's forms of what is told in OpenCC's standard ones."""
    spelled = converter(("t2tw",))("\n".join(phrases.values())).split("\n")
    return dict(zip(phrases, spelled, strict=True))


def each(convert_text: Converter, words: list[str]) -> dict[str, str]:
    return dict(zip(words, convert_text("\n".join(words)).split("\n"), strict=True))


def test_every_known_fault_is_one() -> None:
    """An entry of faults.txt that OpenCC gets right by now should go.

    An entry counts if OpenCC gets one of its words wrong, alone or with what else we override
    (个中 would be 個中 in 个中缘由).
    """
    data = sections("faults.txt")
    faults = known_faults(TO_TAIWAN)
    alone = converter(("s2tw",))
    for character, form in faults.characters.items():
        assert alone(character) != form
    entries = [[phrase_of(item) for item in expand(entry)] for entry in data["phrases"]]
    own = [word for words in entries for word in words]
    assert len(own) == len(set(own)), "a word stands twice"
    phrases = regional({word: faults.phrases[word] for word in own})
    assert all(len(phrase) == len(spelling) for phrase, spelling in phrases.items())
    right = each(route_converter(TO_TAIWAN), own)
    first = each(alone, own)
    shorter = {
        size: each(
            converter(
                ("s2tw",),
                (),
                Faults(
                    {word: faults.phrases[word] for word in own if len(word) < size},
                    faults.characters,
                ),
            ),
            own,
        )
        for size in range(2, 1 + max(map(len, own)))
    }
    for entry, words in zip(data["phrases"], entries, strict=True):
        assert [word for word in words if right[word] != phrases[word]] == [], entry
        spellings = ({first[word], shorter[len(word)][word], phrases[word]} for word in words)
        assert any(len(found) > 1 for found in spellings), entry


def test_every_fault_on_the_way_back_is_one() -> None:
    """An entry counts if OpenCC gets one of its words wrong from Taiwan or from Hong Kong."""
    routes = [route for route in ROUTES if route[1][0] == "hans"]
    wrong = set()
    for route in routes:
        faults = known_faults(route)
        made = route_converter(route)
        spelled = {**faults.phrases, **faults.characters}
        assert {word: made(word) for word in spelled} == spelled
        short = Faults({w: s for w, s in faults.phrases.items() if len(w) < 3}, faults.characters)
        for convert_text in (converter(ROUTES[route]), converter(ROUTES[route], (), short)):
            wrong |= {word for word, spelling in spelled.items() if convert_text(word) != spelling}
    data = sections("faults.txt")
    for entry in (*data["back"], *data["back-characters"]):
        assert wrong & {item.partition("=")[0] for item in expand(entry)}, entry


def test_every_cut_is_needed() -> None:
    """A phrase of cuts.txt is wrong without the file, or keeps a shorter one from going wrong."""
    faults = known_faults(TO_TAIWAN)
    marked = list(cuts())
    found = [phrase.replace("|", "") for phrase in marked]
    assert len(found) == len(set(found)) > 30_000
    assert all(phrase.count("|") == 1 and not phrase.startswith("|") for phrase in marked)
    by_hand = faults_by_hand()
    assert not set(by_hand.phrases) & set(found)
    spelled = regional({phrase: faults.phrases[phrase] for phrase in found})
    assert each(route_converter(TO_TAIWAN), found) == spelled
    without = each(converter(("s2tw",), (), by_hand), found)
    known = set(found)
    idle = [phrase for phrase in found if without[phrase] == spelled[phrase]]
    for phrase in idle:
        parts = {phrase[a:b] for a in range(len(phrase)) for b in range(a + 2, len(phrase) + 1)}
        assert (parts - {phrase}) & known, phrase
    assert len(idle) < len(found) / 5


#: Words that begin with the end of another one.
FOLLOWING = """解释 解决 解放 解除 解开 解答 解散 解剖 解围 退位 退休
面积 面对 面临 面试 包括 然后 然而 作用 作为 成为 成立 系统 系列 表示 表现 发展 发现 发生
重要 准备 导致 程度 条件 生产 历史 往往"""


def test_no_cut_breaks_what_opencc_has_right() -> None:
    """做|了解 is right, and must not make 做了解释 wrong: where the segmenter sees the words, and
    OpenCC spells them as they are spelt alone, so do we.  What stands less than twice in ten
    thousand million characters, by the frequencies of its words, needs no guard."""
    ends: dict[str, list[str]] = {word[0]: [] for word in FOLLOWING.split()}
    for word in FOLLOWING.split():
        ends[word[0]].append(word)
    ends_all = frozenset(FOLLOWING.split())
    texts = []
    for phrase in cuts():
        left, right = phrase.split("|")
        if len(right) > 1 and frequency(left) >= 5_000:
            texts += [left + right[:-1] + word for word in ends.get(right[-1], ())]
    ours, theirs = each(route_converter(TO_TAIWAN), texts), each(converter(("s2tw",)), texts)
    apart = route_converter(TO_TAIWAN)
    broken = []
    for text in texts:
        if ours[text] != theirs[text]:
            words = [word for word, _ in tagged(text)]
            likely = math.prod((frequency(word) + 0.5) / 60e6 for word in words) * 1e8 >= 0.02
            if likely and words[-1] in ends_all and theirs[text] == "".join(map(apart, words)):
                broken.append(text)
    assert len(texts) > 1_000
    assert broken == []


def test_declared_words_win_over_longer_phrases() -> None:
    declared = manifest(convert_words={"王后": "王后", "一只": "一隻", "了解围": "了解圍"})
    text = "王后退位以后，一只能干的小狗来了。他来了解围。"
    (made,) = text_of(convert(one_paragraph(b.Text(text)), edition("hant-tw"), declared)[0])
    assert made == "王后退位以後，一隻能幹的小狗來了。他來了解圍。"


def test_many_declared_words_take_no_longer_in_a_long_paragraph() -> None:
    """Each text is searched once for words and once for names."""
    calls = []

    def names(text: str) -> list[tuple[int, str]]:
        calls.append(text)
        return [(place, "钟") for place in range(0, len(text), 2)]

    naming = Naming(names, str.upper, {"里": "裏"})
    parts = naming.parts("钟里" * 20_000)
    assert len(calls) == 1 and "".join(part for part, _ in parts) == "钟里" * 20_000


NAMES = """
余华→余華 余秋雨→余秋雨 余承东→余承東 于东来→于東來 于是之→于是之 范建国→范建國 朴志成→朴志成
郁小北→郁小北 岳小峰→岳小峰 涂又光→涂又光 游小丰→游小豐 干宝→干寶 种师道→种師道 后羿→后羿
范仲淹→范仲淹 余光中→余光中 郁达夫→郁達夫 岳云鹏→岳雲鵬 沈从文→沈從文 姜文→姜文 谷爱凌→谷愛凌
云南→雲南 余姚→餘姚 梁文锋→梁文鋒 冯骥→馮驥
"""


@pytest.mark.parametrize("pair", NAMES.split())
def test_names(pair: str) -> None:
    name, wanted = pair.split("→")
    assert spell_name(name, TO_TAIWAN) == wanted
    convert_text = route_converter(TO_TAIWAN, (name,))
    for sentence in ("{}说", "，{}在", "他是{}的"):
        assert convert_text(sentence.format(name))[sentence.index("{") :].startswith(wanted)


def test_declared_words_that_cannot_be_used_are_told() -> None:
    declared = manifest(convert_words={"App": "應用程式", "程序": "程\n式", "文件": "檔案"})
    book, said = convert(one_paragraph(b.Text("App程序文件")), edition("hant-tw"), declared)
    assert text_of(book) == ["App程序檔案"]
    assert [item.code for item in said] == ["C-WORDS", "C-WORDS"]


def test_words_of_the_edition_win() -> None:
    chosen = dataclasses.replace(edition("hant-hk"), convert_words={"软件": "軟件"})
    declared = manifest(convert_words={"软件": "軟體"})
    assert text_of(convert(one_paragraph(b.Text("软件")), chosen, declared)[0]) == ["軟件"]


def test_a_longer_word_is_shared_out() -> None:
    declared = manifest(convert_words={"互联网": "網際網路"})
    paragraph = (b.Text("从互"), b.Strong((b.Text("联网"),)), b.Text("里，"), b.CodeSpan("x"))
    book, _ = convert(one_paragraph(*paragraph), edition("hant-tw"), declared)
    assert text_of(book) == ["從網際網路裡，x"]
    last = next(node for node in walk(book) if isinstance(node, b.Paragraph)).children[2]
    assert last == b.Text("裡，")


def test_quotations_in_a_row_of_paragraphs() -> None:
    blocks = tuple(b.Paragraph((b.Text(text),)) for text in ("“甲‘乙’", "“丙‘丁’”"))
    book = b.Book(b.Meta("书"), (), (b.Chapter((), blocks, "c"),))
    assert text_of(convert(book, edition("hant-tw"), manifest())[0]) == [
        "「甲『乙』",
        "「丙『丁』」",
    ]


def test_a_null_character_ends_nothing() -> None:
    book, _ = convert(one_paragraph(b.Text("里\0面")), edition("hant-tw"), manifest())
    assert text_of(book) == ["裡\0面"]


# --- any text ----------------------------------------------------------------

HAN = "签里面只系统表示被发送复杂个中间余华剩了如何并为说话国际干净头发后来云南乾隆著作"
ANY_TEXT = st.text(alphabet=HAN + "，。“”‘’「」ab1 2\n.'\"/:", max_size=40)


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_length_latin_and_marks_stay(text: str) -> None:
    converted = route_converter(TO_TAIWAN)(text)
    assert len(converted) == len(text)
    assert [c for c in converted if not is_han(c)] == [c for c in text if not is_han(c)]


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY_TEXT.map(lambda text: text.replace("\n", "")), min_size=1, max_size=6))
def test_cutting_a_paragraph_changes_nothing(texts: list[str]) -> None:
    pieces: list[b.Inline] = []
    for index, text in enumerate(texts):
        node = b.Text(text)
        pieces.append(node if index % 2 else b.Strong((node,)))
    whole, _ = convert(one_paragraph(b.Text("".join(texts))), edition("hant-tw"), manifest())
    cut, _ = convert(one_paragraph(*pieces), edition("hant-tw"), manifest())
    assert text_of(cut) == text_of(whole)
    lengths = [len(node.text) for node in walk(cut) if isinstance(node, b.Text)]
    assert lengths == [1, *map(len, texts)]


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, st.sampled_from(["里面", "系统", "“签”", "华丽"]), ANY_TEXT)
def test_what_is_protected_stays(before: str, word: str, after: str) -> None:
    text = (before + word + after).replace("\n", "")
    declared = manifest(protect=(word,))
    (converted,) = text_of(convert(one_paragraph(b.Text(text)), edition("hant-tw"), declared)[0])
    assert len(converted) == len(text)
    start = text.find(word)
    while start >= 0:
        assert converted[start : start + len(word)] == word
        start = text.find(word, start + len(word))


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, st.lists(st.integers(0, 8), min_size=1, max_size=5))
def test_sharing_out_loses_nothing(text: str, lengths: list[int]) -> None:
    before = "".join("里" * length for length in lengths)
    assert "".join(share_out(before, text, lengths)) == text


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
@pytest.mark.parametrize("route", list(ROUTES))
def test_every_route_converts_any_text(route: tuple, text: str) -> None:  # type: ignore[type-arg]
    converted = keeping(route_converter(route), ())(text)
    digits = Counter(c for c in text if not is_han(c))
    assert Counter(c for c in converted if not is_han(c)) == digits


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT.map(lambda text: text.replace("\n", "")))
def test_converting_twice_changes_nothing_more(text: str) -> None:
    once, _ = convert(one_paragraph(b.Text(text)), edition("hant-tw"), manifest())
    assert convert(once, edition("hant-tw"), manifest())[0] == once


def test_conversion_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from publish.convert.dictionary import known_faults, route_converter as r\n"
        "print(r((('hans','cn'),('hant','tw')),('余华','于东来'))('里头余华只能'))\n"
        "known = known_faults((('hans','cn'),('hant','hk')))\n"
        "print(list(known.phrases.items()), known.characters)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(SEED.parent.parent)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_span_of_another_source_is_no_trouble() -> None:
    span = Span(Source("a.md", "里面"), 0, 2)
    book, _ = convert(one_paragraph(b.Text("里面", span=span)), edition("hant-tw"), manifest())
    node = next(n for n in walk(book) if isinstance(n, b.Text) and n.text == "裡面")
    assert node.span == span
