"""What every room knows about Chinese text: characters, pairs of marks, scripts, radicals."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import patience

from publish.text.addresses import ADDRESS
from publish.text.characters import (
    HAN_RANGES,
    has_han,
    is_chinese_punctuation,
    is_full_width,
    is_han,
    is_latin,
)
from publish.text.filenames import names_of_files
from publish.text.pairs import QUOTES, pair_quotes, restyle_quotes
from publish.text.radicals import radical_ideographs
from publish.text.script import HONG_KONG_FORMS, TAIWAN_FORMS, region_of, script_of

HANS = (("“", "”"), ("‘", "’"))
HANT = (("「", "」"), ("『", "』"))


def test_han_by_code_point() -> None:
    for character in "一鿿㐀〇豈\U00020000\U0002a6df\U0002ebf0\U00030000\U00031350\U00033479":
        assert is_han(character)
    for character in "あア가ㄅ⼀⺀、A1 “\ufffc":
        assert not is_han(character)
    assert has_han("DeepSeek的") and not has_han("DeepSeek、")


def test_han_ranges_agree_with_the_names_of_unicode() -> None:
    for point in range(0x3000, 0x33480):
        name = unicodedata.name(chr(point), "")
        if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")):
            assert is_han(chr(point)), name
        elif is_han(chr(point)):
            assert name in ("", "IDEOGRAPHIC NUMBER ZERO"), name
    assert list(HAN_RANGES) == sorted(HAN_RANGES)


def test_other_classes() -> None:
    assert all(map(is_chinese_punctuation, "，。、；：？！“”‘’（）《》—…·「」『』　"))
    assert not any(map(is_chinese_punctuation, ",.;:?!\"'()〇一Ａ１"))
    assert is_full_width("一") and is_full_width("，") and is_full_width("Ａ")
    assert is_latin("é") and is_latin("1") and not is_latin("一") and not is_latin("-")


@pytest.mark.parametrize(
    "text, end",
    [
        ("https://a.com/x?y=1，然后", "https://a.com/x?y=1"),
        ("https://a.com/wiki/余华", "https://a.com/wiki/余华"),
        ("https://a.com后文", "https://a.com"),
        ("mailto:a@b.c。", "mailto:a@b.c"),
    ],
)
def test_addresses(text: str, end: str) -> None:
    found = ADDRESS.search(text)
    assert found is not None and found.group() == end


# --- pairs -------------------------------------------------------------------


def drawn(*paragraphs: str) -> str:
    """The marks: the level for one of a pair, + for one that opens again, ? for one alone."""
    signs = []
    for marks in pair_quotes(paragraphs):
        signs.append(
            "".join(
                str(m.level) if m.partner is not None else "+" if m.reopens else "?" for m in marks
            )
        )
    return " ".join(signs)


@pytest.mark.parametrize(
    "paragraphs, wanted",
    [
        (("“甲”“乙”",), "0000"),
        (("“甲‘乙“丙”’”",), "012210"),
        (("“甲“乙”",), "?00"),
        (("甲”“乙”",), "?00"),
        (("“甲‘乙”丙’",), "0?0?"),
        (("「甲『乙』」“丙”",), "011000"),
        (("“甲", "“乙", "“丙”"), "+ + 00"),
        (("“甲‘乙", "“‘丙’", "“丁”"), "++ +11 00"),
        (("他说：“甲", "“乙”"), "+ 00"),
        (("“甲", "乙”"), "? ?"),
        (("“甲", "", "“乙”"), "?  00"),
        (("‘it’s’ dogs’ ’90s 5’10”",), "00"),
        (("",), ""),
    ],
)
def test_pairs(paragraphs: tuple[str, ...], wanted: str) -> None:
    assert drawn(*paragraphs) == wanted


@pytest.mark.parametrize(
    "text", ["“" * 50_000, "“" * 25_000 + "」" * 25_000, "“「‘" * 8_000 + "”’" * 8_000]
)
def test_many_marks_without_a_partner_end_soon(text: str) -> None:
    with patience(20):
        pair_quotes([text, "“" * 50_000, "后文"])


@given(st.lists(st.text("“”‘’「」『』甲a1 ’", max_size=12), max_size=4))
def test_partners_are_mutual_and_levels_never_negative(paragraphs: list[str]) -> None:
    for text, marks in zip(paragraphs, pair_quotes(paragraphs), strict=True):
        by_offset = {mark.offset: mark for mark in marks}
        for mark in marks:
            assert text[mark.offset] == mark.character and mark.level >= 0
            if mark.partner is not None:
                other = by_offset[mark.partner]
                assert other.partner == mark.offset and other.level == mark.level
                assert other.opening != mark.opening
                opening, closing = sorted((mark, other), key=lambda item: item.offset)
                assert QUOTES[opening.character] == closing.character


@given(st.lists(st.text("“”‘’「」『』甲a1 ", max_size=12), max_size=4))
def test_restyling_keeps_all_but_marks_and_settles(paragraphs: list[str]) -> None:
    for style in (HANS, HANT):
        once = restyle_quotes(paragraphs, *style)
        assert list(map(len, once)) == list(map(len, paragraphs))
        for before, after in zip(paragraphs, once, strict=True):
            for old, new in zip(before, after, strict=True):
                assert old == new or (old in "“”‘’「」『』" and new in "“”‘’「」『』")
        assert restyle_quotes(once, *style) == once


def test_restyling_there_and_back() -> None:
    text = "“甲‘乙’丙”，“丁”"
    there = restyle_quotes([text], *HANT)
    assert there == ("「甲『乙』丙」，「丁」",)
    assert restyle_quotes(there, *HANS) == (text,)


# --- scripts and radicals ----------------------------------------------------


def test_scripts() -> None:
    assert script_of("我们的系统说明") == "hans"
    assert script_of("我們的系統說明") == "hant"
    assert script_of("") == script_of("中文") == "hans"
    assert script_of("我們們说") == "hant"


def test_regions() -> None:
    assert region_of("裡面說") == "tw" and region_of("裏面説") == "hk" and region_of("中文") == "tw"
    assert len(TAIWAN_FORMS) == len(HONG_KONG_FORMS)
    assert not set(TAIWAN_FORMS) & set(HONG_KONG_FORMS)


def test_radicals() -> None:
    table = radical_ideographs()
    kangxi = {chr(point) for point in range(0x2F00, 0x2FD6)}
    assert kangxi <= set(table)
    for radical in kangxi:
        assert unicodedata.normalize("NFKC", radical) == table[radical]
    assert len(set(table) - kangxi) == 114 and "⺀" not in table
    assert table["⻚"] == "页" and table["⻓"] == "长"
    assert all(map(is_han, table.values()))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("打开README.md,然后", ["README.md"]),
        ("见“报告,终稿.docx”。", ["报告,终稿.docx"]),
        ("稿/甲/a.md、甲_2.PDF", ["稿/甲/a.md", "甲_2.PDF"]),
        ("存在D:\\书,稿\\甲。", ["D:\\书,稿\\甲"]),
        ("在 ./图,片/甲.png、/usr/甲,乙", ["./图,片/甲.png", "/usr/甲,乙"]),
        ("“王明@a.com”，好", ["王明@a.com"]),
        ("和/或，3.14，甲.乙，He left.She came. v1.2", []),
        ("变量.len()", []),
    ],
)
def test_names_of_files(text: str, names: list[str]) -> None:
    found = {text[start:end] for start, end in names_of_files(text)}
    assert {name for name in found if not any(name in other for other in found - {name})} == set(
        names
    )


def test_names_of_files_are_found_soon() -> None:
    with patience(20):
        for piece in ("a", "甲", ".a", "@", "/", "\\", "a@", "./", "甲.a", "“甲.a”"):
            list(names_of_files(piece * 20_000))
