"""What the commands promise (house.md, «Commands» and «Diagnostics»)."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance import (
    BOOKS,
    FIRST_BOOK,
    Epub,
    Pdf,
    Run,
    bare,
    built,
    command_line,
    environment,
    expected_first_book,
    files_in,
    in_order,
    make_book,
    publish,
    put,
    with_records,
)
from conftest import Built

Command = Callable[..., Run]

COMMANDS = ("build", "check", "fix", "show", "new", "fonts", "doctor")

#: The head of the first manuscript: a lone backslash, an entity, blank runs, one bold run.
RESIDUE = """# 短文

头一段。



\\
第二段有一个实体。&#x20;



第三段在末尾有反斜线。\\


第四段用了部首：⽂字与⻚面。
"""
MENDED = [
    "头一段。",
    "第二段有一个实体。",
    "第三段在末尾有反斜线。",
    "第四段用了部首：文字与页面。",
]


# --- help and exit codes ------------------------------------------------------


def test_help_lists_the_commands(command: Command) -> None:
    run = built(command("--help"))
    for name in COMMANDS:
        assert re.search(rf"^\s+{name}\s", run.out, re.MULTILINE), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(command: Command, name: str) -> None:
    assert built(command(name, "--help")).out.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ("biuld",),
        ("build", "--no-such-option"),
        ("build", "nowhere.md"),
        ("check", "nowhere.md"),
        ("fix", "nowhere.md"),
        ("show", "read", "nowhere.md"),
        ("show", "reed"),
        ("build", "--format", "docx"),
        ("nowhere.md",),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_and_missing_paths_are_2(
    command: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    run = command(*arguments)
    assert run.code == 2, str(run)
    assert "Traceback" not in run.said and run.said, str(run)
    assert files_in(tmp_path) == []


def test_no_source_and_no_seeds(command: Command, tmp_path: Path) -> None:
    run = command("build")
    assert run.code == 2 and "seeds" in run.said, str(run)
    assert files_in(tmp_path) == []


def test_bad_content_is_1_and_warnings_are_0(command: Command, tmp_path: Path) -> None:
    make_book(tmp_path / "bad", "![图](no.png)\n")
    make_book(tmp_path / "doubtful", "# 书\n\n他说：“走吧。\n\n<div>文字</div>\n")
    assert command("check", "bad").code == 1
    run = command("check", "doubtful", "--json")
    assert run.code == 0, str(run)
    assert run.diagnostics("warning") and run.diagnostics("query"), str(run)
    assert command("build", "doubtful", "--format", "epub").code == 0


# --- what is printed ----------------------------------------------------------


def test_the_last_lines_say_what_was_written(bare_file: Built) -> None:
    """File, size, pages, time, for each artefact."""
    lines = [line for line in bare_file.run.out.splitlines() if line.strip()]
    for kind in ("epub", "pdf"):
        (line,) = [text for text in lines if f"bare.hans.{kind}" in text]
        assert re.search(r"\d(\.\d+)?\s*[kKM]i?B", line), line
        assert re.search(r"\d(\.\d+)?\s*s\b", line), line
    (line,) = [text for text in lines if "bare.hans.pdf" in text]
    assert re.search(rf"\b{len(bare_file.pdf('hans'))}\b", line), line
    assert any(kind in lines[-1] for kind in ("bare.hans.epub", "bare.hans.pdf")), lines[-1]


def test_json_lines(command: Command, tmp_path: Path) -> None:
    make_book(tmp_path / "book", "# 书\n\n正文。\n\n<div>文字</div>\n")
    run = built(command("build", "book", "--json"))
    records = run.records
    assert all(isinstance(record.get("type"), str) for record in records)
    (warning,) = run.diagnostics("warning")
    wanted = "type code severity message path line column start end excerpt hints fix"
    assert set(wanted.split()) <= set(warning)
    assert warning["line"] == 5 and warning["path"].endswith("book.md")
    text = (tmp_path / "book" / "book.md").read_text(encoding="utf-8")
    assert "div" in text[warning["start"] : warning["end"]]
    results = [record for record in records if record["type"] != "diagnostic"]
    told = "\n".join(str(record) for record in results)
    assert "book.hans.epub" in told and "book.hans.pdf" in told


def test_output_that_is_not_a_terminal_is_plain(bare_file: Built) -> None:
    assert "\x1b" not in bare_file.run.out + bare_file.run.err
    assert "\r" not in bare_file.run.out


def on_a_terminal(folder: Path, *arguments: str, env: dict[str, str]) -> tuple[int, str]:
    """Run with a pseudo terminal of 100 columns as output; exit code and what was drawn on it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(
        command_line(*arguments),
        cwd=folder,
        env=environment({"TERM": "xterm-256color", **env}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        close_fds=True,
    )
    os.close(slave)
    drawn = b""
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        try:
            piece = os.read(master, 65536) if ready else b""
        except OSError:
            break
        if not piece:
            break
        drawn += piece
    os.close(master)
    return process.wait(timeout=60), drawn.decode("utf-8", "replace")


COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


@pytest.mark.slow
def test_no_color_is_respected(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "# 书\n\n他说：“走吧。\n\n<div>文字</div>\n")
    code, drawn = on_a_terminal(tmp_path, "check", "book", env={"NO_COLOR": "1"})
    assert code == 0 and "warning[" in drawn, drawn
    assert not COLOUR.search(drawn), repr(drawn)
    code, drawn = on_a_terminal(tmp_path, "check", "book", env={})
    assert code == 0 and COLOUR.search(drawn), repr(drawn)


def test_diagnostics_show_the_place(command: Command, tmp_path: Path) -> None:
    """A window of about 30 characters and carets under the place, wide characters as two."""
    line = "很长的一段话，" * 30 + "<div>错</div>" + "后面还有许多话，" * 30
    make_book(tmp_path / "book", f"# 书\n\n{line}\n")
    run = command("check", "book")
    shown = run.out + run.err
    assert re.search(r"^ --> .*book\.md:3:211$", shown, re.MULTILINE), str(run)
    window = next(text for text in shown.splitlines() if "<div>" in text and "|" in text)
    assert 20 <= len(window) <= 80, window
    assert re.search(r"^\s*\|\s+\^+\s*$", shown, re.MULTILINE), str(run)


# --- build ---------------------------------------------------------------------


def test_a_file_alone_means_build(bare_file: Built) -> None:
    assert bare_file.run.command == ("bare.md",)
    assert files_in(bare_file.folder) == with_records("bare.hans.epub", "bare.hans.pdf")


def test_formats_and_output_folder(command: Command, tmp_path: Path) -> None:
    make_book(tmp_path / "book", "# 书\n\n正文。\n")
    built(command("build", "book", "--format", "pdf", "--output", "out/deep"))
    assert files_in(tmp_path / "out") == with_records("deep/book/book.hans.pdf")
    assert len(Pdf(tmp_path / "out/deep/book/book.hans.pdf")) > 0


@pytest.mark.slow
def test_several_editions(command: Command, tmp_path: Path) -> None:
    make_book(tmp_path / "book", "# 书\n\n厂商签长协议。\n")
    options = ("--edition", "hant-tw", "--edition", "hans", "--format", "epub")
    built(command("build", "book", *options))
    folder = tmp_path / "output" / "book"
    found = [name for name in files_in(folder) if name.endswith(".epub")]
    assert found == ["book.hans.epub", "book.hant-tw.epub"]
    assert "廠商簽長協議。" in Epub(folder / "book.hant-tw.epub").text()


def test_an_edition_overrides_the_book(command: Command, tmp_path: Path) -> None:
    toml = '[page]\npaper = "A5"\n\n[[edition]]\nname = "big"\nscript = "hans"\n'
    toml += '\n[edition.page]\npaper = "16开"\n'
    make_book(tmp_path / "book", "# 书\n\n正文。\n", toml)
    built(command("build", "book", "--format", "pdf"))
    (page, *_) = Pdf(tmp_path / "output" / "book" / "book.big.pdf").document
    assert abs(page.rect.width - 185 * 72 / 25.4) < 0.5
    assert abs(page.rect.height - 260 * 72 / 25.4) < 0.5


# --- check ---------------------------------------------------------------------


@pytest.mark.slow
def test_check_writes_nothing(command: Command, tmp_path: Path) -> None:
    shutil.copytree(FIRST_BOOK, tmp_path / "book")
    before = {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path)}
    run = built(command("check", "book", "--json"))
    assert not run.diagnostics("error"), str(run)
    assert {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path)} == before


@pytest.mark.slow
def test_check_proposes_what_is_not_declared(command: Command, tmp_path: Path) -> None:
    """A run of numbered paragraphs, and one person with two spellings, are proposed."""
    put(tmp_path / "book.md", (FIRST_BOOK / "manuscript.md").read_bytes())
    run = built(command("check", "book.md", "--json"))
    told = [f"{d['message']} {d['hints']}" for d in run.diagnostics()]
    assert any("entries" in text for text in told), str(run)[-3000:]


@pytest.mark.parametrize("kind", ["epub", "pdf"])
def test_check_of_an_artefact(bare_file: Built, kind: str) -> None:
    before = files_in(bare_file.cwd)
    path = bare_file.path("hans", kind).relative_to(bare_file.cwd)
    run = publish("check", path, "--json", cwd=bare_file.cwd)
    assert run.code == 0 and not run.diagnostics("error"), str(run)
    assert files_in(bare_file.cwd) == before


@pytest.mark.parametrize("kind", ["epub", "pdf"])
def test_check_of_a_broken_artefact(command: Command, tmp_path: Path, kind: str) -> None:
    put(tmp_path / f"broken.{kind}", b"PK\x03\x04" if kind == "epub" else b"%PDF-1.7\n")
    run = command("check", f"broken.{kind}", "--json")
    assert run.code == 1 and run.diagnostics("error"), str(run)
    assert "Traceback" not in run.said, str(run)


# --- fix -----------------------------------------------------------------------


def test_fix_diff_changes_nothing(command: Command, tmp_path: Path) -> None:
    path = put(tmp_path / "book.md", RESIDUE)
    run = built(command("fix", "book.md", "--diff"))
    assert path.read_text(encoding="utf-8") == RESIDUE
    assert files_in(tmp_path) == ["book.md"]
    assert re.search(r"^-\\$", run.out, re.MULTILINE), str(run)
    assert re.search(r"^-第二段有一个实体。&#x20;$", run.out, re.MULTILINE), str(run)
    assert re.search(r"^\+第二段有一个实体。$", run.out, re.MULTILINE), str(run)


@pytest.mark.slow
def test_fix_write_leaves_nothing_safe_to_find(command: Command, tmp_path: Path) -> None:
    path = put(tmp_path / "book.md", RESIDUE)
    before = built(command("check", "book.md", "--json"))
    assert [d for d in before.diagnostics() if d["fix"]], str(before)
    built(command("fix", "book.md", "--write"))
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.split("\n") if line] == ["# 短文", *MENDED]
    assert "\n\n\n" not in text
    after = built(command("check", "book.md", "--json"))
    assert not [d for d in after.diagnostics() if d["fix"]], str(after)
    built(command("fix", "book.md", "--write"))
    assert path.read_text(encoding="utf-8") == text, "fix is not idempotent"
    assert built(command("fix", "book.md", "--diff")).out.count("\n-") == 0


def test_fix_applies_declared_mends_to_the_first_book(command: Command, tmp_path: Path) -> None:
    shutil.copytree(FIRST_BOOK, tmp_path / "book")
    toml = (tmp_path / "book" / "book.toml").read_bytes()
    built(command("fix", "book", "--write"))
    text = (tmp_path / "book" / "manuscript.md").read_text(encoding="utf-8")
    for residue in ("\\", "&#x20;", "梁文峰", "Chatgpt", "\n\n\n"):
        assert residue not in text, residue
    assert (tmp_path / "book" / "book.toml").read_bytes() == toml
    expected = expected_first_book()
    assert in_order(expected.introduction, text) == []
    assert in_order(expected.entries, text.replace("**", "")) == []


@pytest.mark.parametrize(
    ("encoding", "newline", "bom"),
    [
        ("gb18030", "\r\n", b""),
        ("utf-16-le", "\r\n", b"\xff\xfe"),
        ("utf-8", "\n", b"\xef\xbb\xbf"),
    ],
    ids=["gb18030-crlf", "utf-16-crlf", "utf-8-bom"],
)
def test_fix_keeps_encoding_and_line_ends(
    command: Command, tmp_path: Path, encoding: str, newline: str, bom: bytes
) -> None:
    text = RESIDUE.replace("\n", newline)
    path = put(tmp_path / "book.md", bom + text.encode(encoding))
    built(command("fix", "book.md", "--write"))
    content = path.read_bytes()
    assert content.startswith(bom)
    fixed = content[len(bom) :].decode(encoding)
    assert fixed.count("\n") == fixed.count(newline) > 0
    assert [line for line in fixed.split(newline) if line] == ["# 短文", *MENDED]


def test_fix_leaves_code_and_links_alone(command: Command, tmp_path: Path) -> None:
    code = "```\n一行 &#x20;\n\\\n\n\n\n⽂ Chatgpt\n```\n\n"
    code += "行内 `&#x20;⻚ Chatgpt` 与 $\\alpha\\_⽂$ 和[链接](https://example.org/Chatgpt_⽂)。\n"
    toml = '[mend]\nterms = { "ChatGPT" = ["Chatgpt"] }\n'
    make_book(tmp_path / "book", f"# 书\n\n{code}\n正文里的 Chatgpt。\n", toml)
    built(command("fix", "book", "--write"))
    text = (tmp_path / "book" / "book.md").read_text(encoding="utf-8")
    assert code in text
    assert "正文里的 ChatGPT。" in text


def test_fix_never_decides_for_the_editor(command: Command, tmp_path: Path) -> None:
    text = "# 书\n\n他说：“走吧。\n\n梁文锋和梁文峰，Chatgpt 和 ChatGPT。\n"
    path = put(tmp_path / "book.md", text)
    built(command("fix", "book.md", "--write"))
    assert path.read_text(encoding="utf-8") == text


# --- show ----------------------------------------------------------------------


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    toml = '[mend]\nnames = { "梁文锋" = ["梁文峰"] }\n'
    make_book(tmp_path / "book", "# 书\n\n\\\n梁文峰说：“签**长协议**。”\n", toml)
    return tmp_path


def test_show_stages(shown: Path) -> None:
    stages = {
        stage: built(publish("show", stage, "book", cwd=shown)).out
        for stage in ("source", "read", "mend", "convert", "html")
    }
    assert "梁文峰说：“签**长协议**。”" in stages["source"]
    assert "梁文峰" in stages["read"] and "**" not in stages["read"]
    assert "梁文锋" in stages["mend"] and "梁文峰说" not in stages["mend"].replace("- ", "")
    assert "<strong>长协议</strong>" in stages["html"]
    assert files_in(shown / "output") == []


def test_show_an_edition(shown: Path) -> None:
    for stage in ("convert", "html"):
        run = built(publish("show", stage, "book", "--edition", "hant-tw", cwd=shown))
        assert "梁文鋒說：「簽" in bare(run.out), str(run)


def test_show_rules(command: Command) -> None:
    run = built(command("show", "rules"))
    for rule in ("S-ENT", "S-BLANK", "T-NAME", "T-TERM"):
        assert rule in run.out, str(run)
    for kind in ("safe", "declared", "query"):
        assert kind in run.out, str(run)


# --- new, fonts, doctor -----------------------------------------------------------


@pytest.mark.slow
def test_new_makes_a_book_that_builds(command: Command, tmp_path: Path) -> None:
    built(command("new", "我的书"))
    assert "我的书/book.toml" in files_in(tmp_path)
    run = built(command("build", "我的书"))
    found = files_in(tmp_path / "output" / "我的书")
    assert {"build.json", "我的书.hans.epub", "我的书.hans.pdf"} <= set(found), found
    assert "error" not in run.said and "warning" not in run.said, str(run)


def test_new_leaves_what_is_there(command: Command, tmp_path: Path) -> None:
    make_book(tmp_path / "book", "我写的。\n", '[book]\ntitle = "我的"\n')
    before = {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path)}
    run = command("new", "book")
    assert run.code in (1, 2) and "Traceback" not in run.said, str(run)
    assert {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path)} == before


def test_fonts_lists_the_faces_of_a_book(command: Command) -> None:
    run = built(command("fonts", BOOKS / "hans-small"))
    assert "Noto Serif CJK SC" in run.out, str(run)


def test_doctor_tells_what_is_there(command: Command) -> None:
    run = command("doctor")
    assert run.code in (0, 1) and "Traceback" not in run.said, str(run)
    for thing in ("Python", "Pango", "Noto Serif CJK"):
        assert thing.lower() in run.said.lower(), str(run)
