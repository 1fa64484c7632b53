"""The change log of a book: with the manuscript it gives the mended manuscript, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.build import build, fix
from publish.diagnostics import Edit, Failure, Source, Span
from publish.mend import RULES, mend
from publish.mend.log import changes, readable, replay
from publish.model.book import Meta
from publish.model.manifest import Manifest
from publish.read import read

SUMMARIES = {rule.code: rule.summary for rule in RULES}
#: Residue that some rule mends, and text that none does.
PARTS = st.sampled_from(
    [
        "\\\n",
        "&#x20;",
        "\u200b",
        "\u00ad",
        "⻚",
        "\n\n\n\n",
        "\n",
        "正文",
        "**重点**",
        "AI ",
        "`⻚`",
    ]
)


def log_of(text: str) -> tuple[Source, Source, str]:
    source = Source("书.md", text)
    result = mend((source,), Manifest("书", Path(), (), Meta("")), read)
    return source, result.sources[0], changes((source,), result.sources, result.edits, Path())


@given(st.lists(PARTS, max_size=30).map("".join))
def test_the_log_makes_the_mended_text_of_the_received_one(text: str) -> None:
    source, mended, log = log_of(text)
    (replayed,), edits = replay((source,), log, Path())
    assert replayed.encode() == mended.encode()
    (again,), _ = replay((source,), log, Path())
    assert again.text == replayed.text and len(edits) == len(json.loads(log)["edits"])


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_bytes_of_any_encoding(tmp_path: Path, encoding: str, ends: str) -> None:
    """What a build writes beside its artefacts, replayed on the file as it was received."""
    book = tmp_path / "灯"
    book.mkdir()
    text = "# 灯\n\n\n\n\\\n夜里停电&#x20;\n\n母亲点⻚灯，灯不亮，照得见一张桌子、两本书。\n"
    manuscript = book / "manuscript.md"
    manuscript.write_bytes(text.replace("\n", ends).encode(encoding))
    build(book, formats=("epub",), output=tmp_path / "output")
    log = tmp_path / "output" / "灯" / "changes.json"
    (file,) = json.loads(log.read_text("utf-8"))["files"]
    assert file["path"] == "manuscript.md"
    assert hashlib.sha256(manuscript.read_bytes()).hexdigest() == file["received"]
    assert fix(book, log=log).written == ()
    fix(book, log=log, write=True)
    assert hashlib.sha256(manuscript.read_bytes()).hexdigest() == file["mended"]
    told = (tmp_path / "output" / "灯" / "changes.txt").read_text("utf-8")
    assert "S-ENT (safe)" in told and "manuscript.md:6:5  ⏎⏎⏎⏎\\⏎夜里停电[-&#x20;-]⏎⏎母亲" in told


def test_what_an_editor_strikes_out_is_not_made(tmp_path: Path) -> None:
    source, _, log = log_of("\\\n正文\n\n\n\n⻚码\n")
    entries = json.loads(log)
    entries["edits"] = [entry for entry in entries["edits"] if entry["rule"] == "S-BLANK"]
    (replayed,), (edit,) = replay((source,), json.dumps(entries), Path())
    assert replayed.text == "\\\n正文\n\n⻚码\n" and edit.rule == "S-BLANK"


@pytest.mark.parametrize(
    "log",
    [
        "",
        "[]",
        "{}",
        '{"edits": [{}]}',
        '{"edits": [{"path": "书.md", "start": "0"}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_log(log: str) -> None:
    with pytest.raises(Failure, match=r"no changes\.json"):
        replay((Source("书.md", "正文"),), log, Path())


@pytest.mark.parametrize(
    ("path", "start", "end", "before", "said"),
    [
        ("书.md", 0, 2, "错字", "another text: 书.md:1:1"),
        ("书.md", 2, 0, "", "another text"),
        ("书.md", 90, 92, "正文", "another text"),
        ("别的.md", 0, 2, "正文", "no file of this book"),
    ],
)
def test_a_log_of_another_text(path: str, start: int, end: int, before: str, said: str) -> None:
    entry = {
        "path": path, "start": start, "end": end, "before": before, "after": "",
        "rule": "S-ENT", "severity": "safe",
    }  # fmt: skip
    with pytest.raises(Failure, match=said):
        replay((Source("书.md", "正文"),), json.dumps({"edits": [entry]}), Path())


def test_the_readable_log() -> None:
    source = Source("书.md", "一二三四五六七八九十甲\u200b乙\n\n\n丙")
    edits = (
        Edit(Span(source, 11, 12), "", "U-ZW"),
        Edit(Span(source, 13, 16), "\n\n", "S-BLANK"),
        Edit(Span(source, 16, 17), "丁", "T-NAME", "declared"),
    )
    assert readable(edits, SUMMARIES, Path()) == (
        f"U-ZW (safe): {SUMMARIES['U-ZW']}: 1\n"
        "  书.md:1:12  二三四五六七八九十甲[-[U+200B]-]乙⏎⏎⏎丙\n"
        "\n"
        f"S-BLANK (safe): {SUMMARIES['S-BLANK']}: 1\n"
        "  书.md:1:14  四五六七八九十甲[U+200B]乙[-⏎⏎⏎-]{+⏎⏎+}丙\n"
        "\n"
        f"T-NAME (declared): {SUMMARIES['T-NAME']}: 1\n"
        "  书.md:4:1  七八九十甲[U+200B]乙⏎⏎⏎[-丙-]{+丁+}\n"
    )
    assert readable((), SUMMARIES, Path()) == "Nothing was mended.\n"
