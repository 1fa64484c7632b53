"""Bytes to text: encodings, byte order marks, line ends, and the way back."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.diagnostics import Failure
from publish.read.encoding import MAX_BYTES, decode, load

HANS = "# 看山\n\n我们把山看了一遍，又看了一遍。他说：“山是不动的，动的是看山的人。”\n"
HANT = "# 渡口\n\n這是一本很小的書，寫一個渡口和撐船的人。他說：「水天天都在。」\n"

SURE = [
    ("utf-8", b"", HANS),
    ("utf-8", codecs.BOM_UTF8, HANS),
    ("utf-16-le", codecs.BOM_UTF16_LE, HANS),
    ("utf-16-be", codecs.BOM_UTF16_BE, HANT),
    ("gb18030", b"", HANS * 3),
    ("big5hkscs", b"", HANT * 3),
    ("utf-8", b"", "plain ASCII\n"),
    ("utf-8", b"", "𠮷野家與😀\n"),
]


@pytest.mark.parametrize(("encoding", "mark", "text"), SURE)
def test_encodings_that_are_certain(encoding: str, mark: bytes, text: str) -> None:
    data = mark + text.encode(encoding)
    source, found = decode(data, "a.md")
    assert (source.text, source.encoding, source.bom) == (text, encoding, mark)
    assert found == () and source.encode() == data


GUESSED = [
    ("utf-16-le", HANS),
    ("utf-16-be", HANT),
    ("utf-16-le", "书\n"),
    ("utf-16-be", "Plain English, with a line end\n"),
]


@pytest.mark.parametrize(("encoding", "text"), GUESSED)
def test_utf_16_without_a_mark_is_a_query(encoding: str, text: str) -> None:
    """Half of the Chinese characters are two plain letters to UTF-8: 书 is fN."""
    source, found = decode(text.encode(encoding), "a.md")
    assert (source.text, source.encoding) == (text, encoding)
    assert [(d.code, d.severity) for d in found] == [("B-ENC", "query")]
    assert source.encode() == text.encode(encoding)


def test_low_confidence_is_a_query() -> None:
    rare = "彧彝彟彠彡彣彤彥彧彨彩彪彫彬彭彮彯彰影"
    source, found = decode(rare.encode("gb18030"), "a.md")
    assert source.text
    assert [(d.code, d.path) for d in found] == [("B-ENC", "a.md")]
    assert source.encoding in found[0].message and "[source] encoding" in found[0].hints[0]


@pytest.mark.parametrize(
    ("declared", "encoding", "written"),
    [
        ("gbk", "gbk", "gbk"),
        ("big5", "big5", "big5"),
        ("utf-16", "utf-16-le", "utf-16-le"),
        ("UTF_16", "utf-16-le", "utf-16-le"),
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-16-be", "utf-16-be", "utf-16-be"),
    ],
)
def test_a_declared_encoding(declared: str, encoding: str, written: str) -> None:
    data = "山\n".encode(written)
    source, found = decode(data, "a.md", declared)
    assert (source.text, source.encoding, found) == ("山\n", encoding, ())
    assert source.encode() == data, "no mark that was not there"


def test_a_mark_is_stronger_than_a_declaration() -> None:
    source, _ = decode(codecs.BOM_UTF8 + "山".encode(), "a.md", "gbk")
    assert source.text == "山"


LINE_ENDS = [
    ("甲\n乙\n", "\n", "甲\n乙\n"),
    ("甲\r\n乙\r\n", "\r\n", "甲\r\n乙\r\n"),
    ("甲\r乙\r", "\r", "甲\r乙\r"),
    ("甲", "\n", "甲"),
    # Mixed line ends are kept one by one; what is put in later takes the most frequent.
    ("甲\r\n乙\r\n丙\n", "\r\n", "甲\r\n乙\r\n丙\n"),
    ("甲\n乙\r\n", "\n", "甲\n乙\r\n"),
    ("甲\r\r\n乙", "\r\n", "甲\r\r\n乙"),
]


@pytest.mark.parametrize(("text", "newline", "back"), LINE_ENDS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_line_ends(text: str, newline: str, back: str, encoding: str) -> None:
    source, _ = decode(text.encode(encoding), "a.md", encoding)
    assert "\r" not in source.text and source.newline == newline
    assert source.text == back.replace("\r\n", "\n").replace("\r", "\n")
    assert source.encode() == back.encode(encoding)


BAD = [
    (b"", "", "R-EMPTY"),
    (b" \r\n\t", "", "R-EMPTY"),
    (codecs.BOM_UTF8 + b"\n", "", "R-EMPTY"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "", "R-BINARY"),
    (b"text\0text " * 20, "", "R-BINARY"),
    (bytes(range(256)), "", "R-BINARY"),
    (b"PK\x03\x04 word/document.xml", "", "R-BINARY"),
    (b"{\\rtf1\\ansi text}", "", "R-BINARY"),
    (b"%PDF-1.7\n", "utf-8", "R-BINARY"),
    (b"\xff\xff\xff\x81", "", "R-ENCODING"),
    (codecs.BOM_UTF16_LE + b"a", "", "R-ENCODING"),
    (b"\xe5\xb1", "utf-8", "R-ENCODING"),
    (b"text", "klingon", "R-ENCODING"),
    (b"text", "hex", "R-ENCODING"),
    (b"xn--" + b"a" * 70, "idna", "R-ENCODING"),
]


@pytest.mark.parametrize(("data", "declared", "code"), BAD)
def test_what_is_no_text(data: bytes, declared: str, code: str) -> None:
    with pytest.raises(Failure) as caught:
        decode(data, "a.md", declared)
    assert [(d.code, d.path) for d in caught.value.diagnostics] == [(code, "a.md")]
    assert caught.value.exit_code == 1


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Failure) as caught:
        load(tmp_path / "a.md", "a.md")
    assert (caught.value.diagnostics[0].code, caught.value.exit_code) == ("R-FILE", 2)
    with pytest.raises(Failure) as caught:
        load(tmp_path, "书")
    assert caught.value.diagnostics[0].code == "R-FILE"
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(Failure) as caught:
        load(large, "large.md")
    assert caught.value.diagnostics[0].code == "R-SIZE"


CHINESE = st.text(st.sampled_from("山水人家我们的书，。“”\n A1"), min_size=8, max_size=80)


@given(CHINESE, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]))
@settings(max_examples=100, deadline=None)
def test_marked_or_declared_text_comes_back_byte_for_byte(text: str, encoding: str) -> None:
    text = f"山{text}"
    data = text.encode(encoding)
    assert decode(data, "a.md", encoding)[0].encode() == data


@given(st.binary(min_size=1, max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_text_or_a_failure(data: bytes) -> None:
    try:
        source, _ = decode(data, "a.md")
    except Failure as failure:
        assert failure.diagnostics[0].code in ("R-EMPTY", "R-BINARY", "R-ENCODING")
    else:
        assert source.encode() == data
        assert "\r" not in source.text


def test_a_few_zero_bytes_are_residue() -> None:
    """Yuque exports them; mend drops them (B-CTRL)."""
    data = HANS.encode().replace("山".encode(), "山\0".encode())
    source, found = decode(data, "a.md")
    assert source.text == HANS.replace("山", "山\0") and found == ()
    assert source.encode() == data
    with pytest.raises(Failure, match="binary"):
        decode(("山\0\0\0" * 40).encode(), "a.md")


@pytest.mark.parametrize("bad", [b"\xb0\xa1", b"\xff", b"\xe5\xb1"])
def test_a_few_bad_bytes_are_told_with_their_place(bad: bytes) -> None:
    data = HANS.encode() * 4
    place = data.index("他说".encode())
    with pytest.raises(Failure) as caught:
        decode(data[:place] + bad + data[place:], "书.md")
    (item,) = caught.value.diagnostics
    assert item.code == "R-ENCODING"
    assert item.message.startswith("the file is UTF-8 but for the bytes ")
    assert f"of line 3 (offset {place})" in item.message
    with pytest.raises(Failure) as caught:
        decode(data[:place] + bad + data[place:] + bad, "书.md", "utf-8")
    assert f"of line 3 (offset {place})" in caught.value.diagnostics[0].message
