"""What happens with bad input (issue 2, «Bad input»): one test or more for each row.

An error names the place, the exit code is 1 (bad content) or 2 (wrong usage), nothing is
written, nothing outside the book folder is read and nothing is fetched.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import resource
import signal
import struct
import subprocess
import threading
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from acceptance import (
    BOOKS,
    Epub,
    Pdf,
    Run,
    bare,
    built,
    command_line,
    environment,
    files_in,
    make_book,
    publish,
    put,
    with_records,
)

#: Whole builds, one after the other: more than a few seconds in all.
pytestmark = pytest.mark.slow

PNG = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
SECRET = "此处是书外的秘密"


def refused(
    tmp_path: Path,
    *arguments: str | Path,
    names: str,
    line: int = 0,
    codes: tuple[int, ...] = (1,),
    timeout: float = 60,
) -> dict[str, Any]:
    """Run and see that it is refused with one error that names the place; nothing is written.

    ``names`` is what the place must be called, ``line`` the line (0: any).
    """
    before = files_in(tmp_path)
    run = publish(*arguments, "--json", cwd=tmp_path, timeout=timeout)
    assert run.code in codes, str(run)
    assert "Traceback" not in run.said, str(run)
    errors = run.diagnostics("error")
    assert len(errors) == 1, str(run)
    (error,) = errors
    told = f"{error['path']} {error['message']} {error['excerpt']}"
    assert names in told, str(run)
    if line:
        assert error["line"] == line, str(run)
    assert files_in(tmp_path) == before, "something was written"
    return error


def artefacts(folder: Path) -> list[str]:
    """The EPUBs and PDFs in the output folder there."""
    found = files_in(folder / "output")
    return [name for name in found if name.endswith((".epub", ".pdf"))]


def warned(run: Run, word: str, line: int) -> None:
    """A warning with its place, about something on that line."""
    found = [d for d in run.diagnostics("warning") if d["line"] == line]
    assert found, f"no warning about {word} on line {line}\n{run}"


# --- the manuscript itself --------------------------------------------------


def test_missing_file(tmp_path: Path) -> None:
    refused(tmp_path, "build", "没有.md", names="没有.md", codes=(2,))


def test_missing_folder(tmp_path: Path) -> None:
    refused(tmp_path, "build", "nowhere/book", names="nowhere", codes=(2,))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \n\n\t\n"], ids=["0", "bom", "blank"])
def test_empty_file(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / "空.md", content)
    refused(tmp_path, "build", "空.md", names="空.md", codes=(1, 2))


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"\x7fELF\x02\x01\x01" + bytes(4000),
        PNG,
        b"%PDF-1.7\n\x00\xff\xfe" * 9,
    ],
    ids=["bytes", "elf", "png", "pdf"],
)
def test_binary_file(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / "data.md", content)
    refused(tmp_path, "build", "data.md", names="data.md", codes=(1, 2))


def test_undecodable_file(tmp_path: Path) -> None:
    good = "山在村子的北面，河在村子的南面。" * 40
    put(tmp_path / "broken.md", good.encode() + b"\xff\xff\xfe\x80\x81" + good.encode())
    refused(tmp_path, "build", "broken.md", names="broken.md", codes=(1, 2))


def test_text_that_is_not_in_the_declared_encoding(tmp_path: Path) -> None:
    toml = '[source]\nencoding = "big5"\n'
    make_book(tmp_path / "book", "简体的“说明”与𠮷字。".encode(), toml)
    refused(tmp_path, "build", "book", names="book.md", codes=(1, 2))


def test_folder_without_a_manuscript(tmp_path: Path) -> None:
    put(tmp_path / "album" / "one.png", PNG)
    refused(tmp_path, "build", "album", names="album", codes=(1, 2))


def test_declared_file_that_is_not_there(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[source]\nfiles = ["第二册.md"]\n')
    refused(tmp_path, "build", "book", names="第二册.md", codes=(1, 2))


# --- book.toml --------------------------------------------------------------


def test_mistyped_key(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[book]\nauthor = "甲"\ntitel = "书"\n')
    error = refused(tmp_path, "build", "book", names="titel", line=3)
    assert error["path"].endswith("book.toml")
    assert any("did you mean" in hint and "title" in hint for hint in error["hints"]), error


def test_mistyped_section(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[strcture]\nentries = "numbered"\n')
    error = refused(tmp_path, "build", "book", names="strcture", line=1)
    assert any("did you mean" in hint and "structure" in hint for hint in error["hints"]), error


def test_unknown_key(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[page]\npaper = "A5"\nqqqqqqqq = 1\n')
    refused(tmp_path, "build", "book", names="qqqqqqqq", line=3)


@pytest.mark.parametrize(
    ("toml", "name", "line"),
    [
        ("[book]\ntitle = 42\n", "title", 2),
        ('[source]\nfiles = "book.md"\n[page]\nfont-size = "big"\n', "", 0),
        ('[structure]\nentries = "roman"\n', "roman", 2),
        ('[page]\npaper = "A55"\n', "A55", 2),
        ("[page]\nfont-size = -3\n", "font-size", 2),
        ('[mend]\nrules = { "NO-SUCH-RULE" = "on" }\n', "NO-SUCH-RULE", 2),
        ('[[edition]]\nname = "mine"\nscript = "latin"\n', "latin", 3),
        ('[source]\nencoding = "klingon"\n', "klingon", 2),
    ],
    ids=["type", "two-types", "choice", "paper", "range", "rule", "script", "encoding"],
)
def test_bad_value(tmp_path: Path, toml: str, name: str, line: int) -> None:
    make_book(tmp_path / "book", "正文。\n", toml)
    run = publish("build", "book", "--json", cwd=tmp_path)
    assert run.code == 1, str(run)
    errors = run.diagnostics("error")
    assert errors and "Traceback" not in run.said, str(run)
    assert errors[0]["path"].endswith("book.toml") and errors[0]["line"], str(run)
    assert name in f"{errors[0]['message']} {errors[0]['excerpt']}", str(run)
    assert not line or errors[0]["line"] == line, str(run)
    assert files_in(tmp_path / "output") == []


def test_book_toml_that_is_not_utf_8(tmp_path: Path) -> None:
    folder = make_book(tmp_path / "book", "正文。\n")
    put(folder / "book.toml", '[book]\ntitle = "书"\n'.encode("gb18030"))
    refused(tmp_path, "build", "book", names="book.toml")


def test_book_toml_that_is_not_toml(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[book]\ntitle = "书"\nauthor: 甲\n')
    error = refused(tmp_path, "build", "book", names="book.toml")
    assert error["line"] == 3, error


def test_duplicate_edition_names(tmp_path: Path) -> None:
    toml = '[[edition]]\nname = "hans"\n\n[[edition]]\nname = "hans"\n'
    make_book(tmp_path / "book", "正文。\n", toml)
    error = refused(tmp_path, "build", "book", names="hans")
    assert error["path"].endswith("book.toml") and error["line"] in (4, 5), error


@pytest.mark.parametrize("name", ["a/b", "..", "../up", "/abs", "a\\\\b", "", "."])
def test_edition_names_that_are_paths(tmp_path: Path, name: str) -> None:
    toml = f'[[edition]]\nname = "{name}"\nscript = "hans"\n'
    make_book(tmp_path / "book", "正文。\n", toml)
    error = refused(tmp_path, "build", "book", names="book.toml")
    assert error["line"] in (1, 2), error


def test_unknown_edition_is_wrong_usage(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n")
    run = publish("build", "book", "--edition", "hant-tv", cwd=tmp_path)
    assert run.code == 2, str(run)
    assert "hant-tv" in run.said and "Traceback" not in run.said, str(run)
    assert files_in(tmp_path / "output") == []


# --- pictures and paths -----------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A picture and a text beside the book folder, not in it."""
    put(tmp_path / "secret.png", PNG)
    put(tmp_path / "secret.md", SECRET)
    return tmp_path


def test_missing_picture(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n\n再看一张：\n\n![图](images/no.png)\n")
    refused(tmp_path, "build", "book", names="images/no.png", line=5)


def test_people_are_told_the_same(tmp_path: Path) -> None:
    """The terminal form of an error: severity, code, file:line:column, the text itself."""
    make_book(tmp_path / "book", "正文。\n\n再看一张：\n\n![图](images/no.png)\n")
    run = publish("build", "book", cwd=tmp_path)
    assert run.code == 1, str(run)
    assert re.search(r"error\[[A-Z]+-[A-Z0-9-]+\]: ", run.said), str(run)
    assert re.search(r"book\.md:5:\d+", run.said), str(run)
    assert "images/no.png" in run.said and "^^^" in run.said, str(run)
    assert "Traceback" not in run.said, str(run)


@pytest.mark.parametrize(
    "target",
    [
        "../secret.png",
        "images/../../secret.png",
        "%2e%2e/secret.png",
        "{outside}/secret.png",
        "file://{outside}/secret.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "..\\\\secret.png",
    ],
)
def test_picture_outside_the_book(outside: Path, target: str) -> None:
    target = target.replace("{outside}", str(outside))
    make_book(outside / "book", f"正文。\n\n![图](<{target}>)\n")
    put(outside / "book" / "images" / "one.png", PNG)
    name = "secret.png" if "secret" in target else "passwd"
    name = "file://" if target.startswith("file://") else name
    refused(outside, "build", "book", names=name, line=3)


def test_picture_through_a_link(outside: Path) -> None:
    make_book(outside / "book", "正文。\n\n![图](one.png)\n")
    (outside / "book" / "one.png").symlink_to(outside / "secret.png")
    refused(outside, "build", "book", names="one.png", line=3)


def test_picture_through_a_linked_folder(outside: Path) -> None:
    make_book(outside / "book", "正文。\n\n![图](images/secret.png)\n")
    (outside / "book" / "images").symlink_to(outside, target_is_directory=True)
    refused(outside, "build", "book", names="secret.png", line=3)


def test_manuscript_through_a_link(outside: Path) -> None:
    make_book(outside / "book", "正文。\n", '[source]\nfiles = ["*.md"]\n')
    (outside / "book" / "zz.md").symlink_to(outside / "secret.md")
    error = refused(outside, "build", "book", names="zz.md")
    assert SECRET not in json.dumps(error, ensure_ascii=False)


@pytest.mark.parametrize("pattern", ["../secret.md", "../*.md", "{outside}/secret.md"])
def test_manuscript_outside_the_book(outside: Path, pattern: str) -> None:
    pattern = pattern.replace("{outside}", str(outside))
    make_book(outside / "book", "正文。\n", f'[source]\nfiles = ["book.md", "{pattern}"]\n')
    error = refused(outside, "build", "book", names="book.toml")
    assert SECRET not in json.dumps(error, ensure_ascii=False)


def test_cover_outside_the_book(outside: Path) -> None:
    make_book(outside / "book", "正文。\n", '[book]\ncover = "../secret.png"\n')
    refused(outside, "build", "book", names="secret.png")


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    """A web server on this machine that counts what it is asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PNG)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd.server_address[1], asked
    httpd.shutdown()
    httpd.server_close()


def test_picture_on_the_web(tmp_path: Path, server: tuple[int, list[str]]) -> None:
    port, asked = server
    make_book(tmp_path / "book", f"正文。\n\n![图](http://127.0.0.1:{port}/a.png)\n")
    refused(tmp_path, "build", "book", names=f"127.0.0.1:{port}/a.png", line=3)
    assert asked == []


def test_picture_on_the_web_without_a_scheme(tmp_path: Path, server: tuple[int, list[str]]) -> None:
    port, asked = server
    make_book(tmp_path / "book", f"正文。\n\n![图](//127.0.0.1:{port}/a.png)\n")
    refused(tmp_path, "build", "book", names=f"127.0.0.1:{port}/a.png", line=3)
    assert asked == []


def test_nothing_is_fetched_for_links_and_html(
    tmp_path: Path, server: tuple[int, list[str]]
) -> None:
    port, asked = server
    url = f"http://127.0.0.1:{port}"
    text = (
        f"见[网页]({url}/page)。<img src='{url}/b.png'>\n\n"
        f"<link rel='stylesheet' href='{url}/c.css'>\n\n<style>@import '{url}/d.css';</style>\n"
    )
    make_book(tmp_path / "book", text)
    publish("build", "book", cwd=tmp_path)
    assert asked == []


def test_picture_bomb(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(5_000_000), 9)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    folder = make_book(tmp_path / "book", "正文。\n\n![图](bomb.png)\n")
    put(folder / "bomb.png", bomb)
    refused(tmp_path, "build", "book", names="bomb.png", line=3)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", PNG[:60], b"<html>", "正文".encode()], ids=range(5)
)
def test_picture_that_is_none(tmp_path: Path, content: bytes) -> None:
    folder = make_book(tmp_path / "book", "正文。\n\n![图](broken.png)\n")
    put(folder / "broken.png", content)
    refused(tmp_path, "build", "book", names="broken.png", line=3)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SVG += 'width="20" height="20">{}<rect width="9" height="9"/></svg>'


@pytest.mark.parametrize(
    "content",
    [
        SVG.format("<script>alert(1)</script>"),
        SVG.format('<rect onload="alert(1)" width="1" height="1"/>'),
        SVG.format('<image xlink:href="http://127.0.0.1:9/a.png" width="9" height="9"/>'),
        SVG.format('<image href="file:///etc/passwd" width="9" height="9"/>'),
        SVG.format('<image href="../secret.png" width="9" height="9"/>'),
        SVG.format('<use href="http://127.0.0.1:9/a.svg#x"/>'),
        SVG.format("<style>@import url(http://127.0.0.1:9/a.css);</style>"),
        SVG.format('<rect fill="url(http://127.0.0.1:9/a.svg#g)" width="9" height="9"/>'),
        SVG.format('<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a>'),
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&x;</text>"),
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
        + "".join(
            f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
        )
        + "]>"
        + SVG.format("<text>&j;</text>"),
        '<?xml-stylesheet href="http://127.0.0.1:9/a.css"?>' + SVG.format(""),
    ],
    ids=[
        "script", "handler", "image-http", "image-file", "image-up", "use", "import", "paint",
        "javascript", "entity", "billion-laughs", "stylesheet",
    ],
)  # fmt: skip
def test_svg_with_scripts_or_outside_references(outside: Path, content: str) -> None:
    folder = make_book(outside / "book", "正文。\n\n![图](drawing.svg)\n")
    put(folder / "drawing.svg", content)
    refused(outside, "build", "book", names="drawing.svg", line=3)


@pytest.mark.parametrize("name", ["huge.md", "huge.png"])
def test_oversized_files(tmp_path: Path, name: str) -> None:
    """A sparse file of 3 GiB: refused by its size, not read into memory."""
    folder = make_book(
        tmp_path / "book", "正文。\n\n![图](huge.png)\n" if "png" in name else "字。\n"
    )
    if name == "huge.md":
        put(folder / "book.toml", '[source]\nfiles = ["huge.md"]\n')
    put(folder / name, PNG if "png" in name else "字".encode())
    os.truncate(folder / name, 3 << 30)
    run = publish(
        "build",
        "book",
        "--json",
        cwd=tmp_path,
        timeout=30,
        preexec=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )
    assert run.code == 1 and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert name in f"{error['path']} {error['message']} {error['excerpt']}", str(run)
    assert files_in(tmp_path / "output") == []


# --- scripts, markup and templates in the text ------------------------------

HOSTILE = """# 书

开头一段。

<script>alert("盗")</script>

文中<b onclick="alert(1)">粗体</b>一段，<iframe src="https://example.org/">框中字</iframe>还在。

<div onmouseover="alert(2)">分区里的文字</div>

见[甲处](javascript:alert(3))，见[乙处](JaVaScRiPt:alert(4))，见[丙处](java&#x09;script:alert(5))。

<a href="javascript:alert(6)">丁处</a>，<svg onload="f()"></svg>，
<img src="one.png" alt="图" onerror="f()">。

<style>body { display: none }</style>

<!-- 注释里的话 -->

<object data="x.swf"></object><embed src="x.swf"><form action="https://example.org/"><input></form>

最后一段。
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    make_book(folder / "book", HOSTILE, **{"one.png": PNG})
    run = built(publish("build", "book", "--json", cwd=folder))
    return run, folder / "output" / "book"


def test_scripts_never_reach_the_epub(hostile: tuple[Run, Path]) -> None:
    epub = Epub(hostile[1] / "book.hans.epub")
    for document in [*epub.spine, epub.nav]:
        for element in document.tree.iter("{*}*"):
            name = element.tag.split("}")[1].lower()
            assert name not in ("script", "iframe", "object", "embed", "form", "input"), name
            for attribute, value in element.attrib.items():
                assert not attribute.lower().startswith("on"), attribute
                squeezed = re.sub(r"[\x00-\x20]", "", value).lower()
                assert not squeezed.startswith(("javascript:", "vbscript:", "data:text")), value
    css = [epub.files[p].decode() for p, kind, _ in epub.items.values() if kind == "text/css"]
    assert all("display: none }" not in re.sub(r"\s+", " ", c) or "body { d" not in c for c in css)


def test_scripts_never_reach_the_pdf(hostile: tuple[Run, Path]) -> None:
    path = hostile[1] / "book.hans.pdf"
    pdf = Pdf(path)
    assert not [uri for uri in pdf.links() if "script" in uri.lower()]
    document = pymupdf.open(path)
    for xref in range(1, document.xref_length()):
        assert "/JavaScript" not in document.xref_object(xref), f"object {xref}"


def test_words_around_scripts_are_kept(hostile: tuple[Run, Path]) -> None:
    epub = Epub(hostile[1] / "book.hans.epub")
    pdf = Pdf(hostile[1] / "book.hans.pdf")
    for text in (bare(epub.text()), bare(pdf.text())):
        for words in (
            "开头一段。",
            "文中粗体一段，",
            "还在。",
            "分区里的文字",
            "丁处",
            "最后一段。",
        ):
            assert words in text, words
        for words in ("盗", "框中字", "display", "注释里的话", "alert(1)", "alert(2)"):
            assert words not in text, words


def test_scripts_are_warned_of_with_their_place(hostile: tuple[Run, Path]) -> None:
    run = hostile[0]
    for word, line in (
        ("script", 5),
        ("iframe", 7),
        ("div", 9),
        ("javascript:", 11),
        ("a", 13),
        ("svg", 13),
        ("style", 16),
        ("object", 20),
    ):
        warned(run, word, line)


TEMPLATES = "{{ 7 * 7 }}，{% for x in y %}重复{% endfor %}，{# 注 #}，{{ self }}"


def test_template_code_is_text(tmp_path: Path) -> None:
    text = f"# 书\n\n## 模板 {{{{ 6*6 }}}}\n\n写作{TEMPLATES}。\n\n又写作 `{TEMPLATES}`。\n"
    toml = '[book]\ntitle = "{{ 5*5 }}"\nauthor = "{% raw %}"\n'
    make_book(tmp_path / "book", text, toml)
    built(publish("build", "book", cwd=tmp_path))
    folder = tmp_path / "output" / "book"
    epub, pdf = Epub(folder / "book.hans.epub"), Pdf(folder / "book.hans.pdf")
    assert epub.metadata("title")[0] == "{{ 5*5 }}"
    assert epub.metadata("creator") == ["{% raw %}"]
    for where in (bare(epub.text()), bare(pdf.text())):
        assert where.count(bare(TEMPLATES)) == 2 or where.count("{{self}}") == 2
        assert where.count("{%forxiny%}") == 2
        assert "{{5*5}}" in where and "{{6*6}}" in where


# --- fonts ------------------------------------------------------------------


def no_font_has(code_point: int) -> bool:
    done = subprocess.run(
        ["fc-list", f":charset={code_point:x}", "family"],
        capture_output=True,
        text=True,
        check=True,
    )
    return not done.stdout.strip()


@pytest.mark.parametrize("code_point", [0x12000, 0x3347B, 0x105678], ids=hex)
def test_character_that_no_font_has(tmp_path: Path, code_point: int) -> None:
    assert no_font_has(code_point), "choose a rarer character: a font of this machine has it"
    make_book(tmp_path / "book", f"# 字\n\n头一段。\n\n这里有一个{chr(code_point)}字。\n")
    run = publish("build", "book", "--json", cwd=tmp_path)
    assert run.code == 1 and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert f"U+{code_point:04X}" in error["message"], str(run)
    assert unicodedata.name(chr(code_point), "") in error["message"], str(run)
    assert (error["line"], error["column"]) == (5, 6) and error["hints"], str(run)
    assert not [name for name in artefacts(tmp_path) if name.endswith(".pdf")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("# 标题{}\n\n正文。\n", 1), ("# 标题\n\n```\nprint('{}')\n```\n", 4)],
    ids=["title", "code"],
)
def test_missing_character_elsewhere(tmp_path: Path, text: str, line: int) -> None:
    make_book(tmp_path / "book", text.format("\U00012000"))
    run = publish("build", "book", "--json", cwd=tmp_path)
    assert run.code == 1, str(run)
    errors = run.diagnostics("error")
    assert errors and all("U+12000" in error["message"] for error in errors), str(run)
    assert all(error["line"] == line for error in errors), str(run)


def test_font_family_that_is_missing(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n", '[fonts]\ntext = "No Such Family"\n')
    run = publish("build", "book", "--json", cwd=tmp_path)
    assert run.code == 1 and "Traceback" not in run.said, str(run)
    errors = run.diagnostics("error")
    assert errors and "No Such Family" in errors[0]["message"], str(run)
    assert errors[0]["hints"], "what to add is not said"
    assert not [name for name in artefacts(tmp_path) if name.endswith(".pdf")]


# --- writing ----------------------------------------------------------------


def whole(path: Path) -> bool:
    """Whether an artefact can be read to its end."""
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    if path.suffix == ".pdf":
        return pymupdf.open(path).page_count > 0 and path.read_bytes().rstrip().endswith(b"%%EOF")
    text = path.read_text(encoding="utf-8")
    return bool(json.loads(text)) if path.suffix == ".json" else text.endswith("\n")


ARTEFACTS = with_records("book.hans.epub", "book.hans.pdf")


def test_output_under_a_file(tmp_path: Path) -> None:
    make_book(tmp_path / "book", "正文。\n")
    put(tmp_path / "taken", "a file")
    run = publish("build", "book", "--output", "taken/out", "--json", cwd=tmp_path)
    assert run.code in (1, 2) and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert "taken" in f"{error['path']} {error['message']}", str(run)
    assert (tmp_path / "taken").read_text() == "a file"


def test_output_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder without write permission; for root, who may write anywhere, one of the kernel's."""
    make_book(tmp_path / "book", "正文。\n")
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    if os.access(folder, os.W_OK):
        folder = Path("/proc/self")
    run = publish("build", "book", "--output", folder, "--json", cwd=tmp_path)
    assert run.code in (1, 2) and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert str(folder) in f"{error['path']} {error['message']}", str(run)


@pytest.mark.slow
def test_disk_full(tmp_path: Path) -> None:
    """No file may grow past 8 kB: the write fails as on a full disk; the old artefacts stay."""
    make_book(tmp_path / "book", "# 书\n\n第一稿。\n")
    built(publish("build", "book", cwd=tmp_path))
    output = tmp_path / "output" / "book"
    before = {name: (output / name).read_bytes() for name in files_in(output)}
    make_book(tmp_path / "book", "# 书\n\n第二稿。\n" + "很长的一段。\n\n" * 400)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    run = publish("build", "book", "--json", cwd=tmp_path, preexec=limit)
    assert run.code == 1 and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert "book.hans." in f"{error['path']} {error['message']}", str(run)
    assert {name: (output / name).read_bytes() for name in before} == before
    built(publish("build", "book", cwd=tmp_path))
    assert files_in(output) == ARTEFACTS
    assert "第二稿。" in Epub(output / "book.hans.epub").text()


def long_text(characters: int, chapters: int, word: str = "甲") -> str:
    """A manuscript of about so many characters, in chapters of paragraphs of 200."""
    sentence = f"{word}在河边走了很久，又回头看了一遍山，没有说话。" * 8
    paragraph = sentence[:199] + "。\n\n"
    each = max(1, characters // chapters // 200)
    return "".join(f"# 第{n}章　{word}{n}\n\n" + paragraph * each for n in range(1, chapters + 1))


@pytest.mark.slow
def test_killed_in_the_middle(tmp_path: Path) -> None:
    output = tmp_path / "output" / "book"
    make_book(tmp_path / "book", "# 书\n\n旧的一稿。\n")
    started = time.monotonic()
    built(publish("build", "book", cwd=tmp_path))
    shortest = time.monotonic() - started
    before = {name: (output / name).read_bytes() for name in files_in(output)}
    for step in range(5):
        make_book(tmp_path / "book", long_text(120_000, 30, f"第{step}稿"))
        process = subprocess.Popen(
            command_line("build", "book"),
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(shortest * (0.5 + 0.6 * step))
        process.kill()
        process.wait()
        for name in before:
            content = (output / name).read_bytes()
            assert content == before[name] or whole(output / name), f"{name} is broken"
            before[name] = content
    built(publish("build", "book", cwd=tmp_path))
    assert files_in(output) == ARTEFACTS, "temporary files are left"
    assert files_in(tmp_path / "output") == [f"book/{name}" for name in ARTEFACTS]
    assert all(whole(output / name) for name in ARTEFACTS)


@pytest.mark.slow
def test_two_builds_at_once(tmp_path: Path) -> None:
    make_book(tmp_path / "book", long_text(4_000, 4))
    both = [
        subprocess.Popen(
            command_line("build", "book"),
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    codes = [process.returncode for process in both]
    # The second waits for the first, and finds everything built.
    assert codes == [0, 0], said
    assert not any("Traceback" in words for words in said), said
    output = tmp_path / "output" / "book"
    assert files_in(output) == ARTEFACTS
    assert all(whole(output / name) for name in ARTEFACTS)
    assert "unchanged" in built(publish("build", "book", cwd=tmp_path)).said


# --- queries: what only an editor decides -----------------------------------


@pytest.mark.parametrize(
    ("text", "toml", "line"),
    [
        ("1.甲。\n\n2.乙。\n\n4.丁。\n\n5.戊。\n", '[structure]\nentries = "numbered"\n', 5),
        ("1.甲。\n\n2.乙。\n\n2.丙。\n\n3.丁。\n", '[structure]\nentries = "numbered"\n', 5),
        ("# 书\n\n正文。\n\n## 章\n\n正文。\n\n#### 跳了一级\n\n正文。\n", "", 9),
        ("# 书\n\n他说：“走吧。\n\n后来就走了。\n", "", 3),
    ],
    ids=["gap", "repeat", "heading-level", "quotation-mark"],
)
def test_query_with_place_and_the_book_builds(
    tmp_path: Path, text: str, toml: str, line: int
) -> None:
    make_book(tmp_path / "book", text, toml)
    checked = publish("check", "book", "--json", cwd=tmp_path)
    assert checked.code == 0, str(checked)
    assert [d for d in checked.diagnostics("query") if d["line"] == line], str(checked)
    built(publish("build", "book", "--format", "epub", cwd=tmp_path))
    built_text = bare(Epub(tmp_path / "output" / "book" / "book.hans.epub").text())
    last = [part for part in text.split("\n") if part][-1]
    assert bare(last.partition(".")[2] if toml else last) in built_text


# --- size and depth ---------------------------------------------------------


def measured(folder: Path, *arguments: str) -> tuple[float, float, int]:
    """CPU seconds, peak resident memory in MB and exit code of one run."""
    process = subprocess.Popen(
        command_line(*arguments),
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


@pytest.mark.slow
def test_two_million_characters_in_four_thousand_chapters(tmp_path: Path) -> None:
    """The EPUB builds, in time and memory that grow as the text grows."""
    spent = {}
    for share in (1, 2):
        folder = tmp_path / str(share)
        make_book(folder / "book", long_text(1_000_000 * share, 2_000 * share))
        seconds, memory, code = measured(folder, "build", "book", "--format", "epub")
        assert code == 0
        spent[share] = (seconds, memory)
        epub = Epub(folder / "output" / "book" / "book.hans.epub")
        assert len(epub.nav_list("toc")) >= 2_000 * share
    assert spent[2][0] < 2.6 * spent[1][0], spent
    assert spent[2][1] < 2.6 * spent[1][1], spent


@pytest.mark.slow
def test_one_paragraph_of_fifty_thousand_characters(tmp_path: Path) -> None:
    text = "他在河边走了很久，又回头看了一遍山，没有说话。" * 2_200
    make_book(tmp_path / "book", f"# 书\n\n{text[:49_999]}。\n")
    built(publish("build", "book", cwd=tmp_path))
    output = tmp_path / "output" / "book"
    assert bare(text[:49_999]) + "。" in bare(Epub(output / "book.hans.epub").text())
    assert bare(text[:49_999]) + "。" in bare(Pdf(output / "book.hans.pdf").body())


DEPTH = 10_000
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "must_fail"),
    [
        ("> " * DEPTH + "底。\n", True),
        (">" * DEPTH + "底。\n", True),
        ("\n".join("  " * n + "- 层" for n in range(1_500)) + "\n", False),
        ("- " * DEPTH + "底。\n", True),
        ("".join("::: letter\n\n" for _ in range(DEPTH)) + "底。\n", False),
        pytest.param("[" * DEPTH + "底" + "](a)" * DEPTH + "\n", False, marks=SLOW),
        ("*" * DEPTH + "底" + "*" * DEPTH + "\n", False),
        pytest.param("**底" * DEPTH + "**" * DEPTH + "\n", False, marks=SLOW),
        ("<b>" * DEPTH + "底" + "</b>" * DEPTH + "\n", False),
        pytest.param("![" * DEPTH + "底" + "](a.png)" * DEPTH + "\n", False, marks=SLOW),
        ("^[" * DEPTH + "底" + "]" * DEPTH + "\n", False),
        ("$" + "{" * DEPTH + "x" + "}" * DEPTH + "$\n", False),
        ("开" + "`" * DEPTH + "底\n", False),
        ("“" * DEPTH + "底" + "”" * DEPTH + "\n", False),
    ],
    ids=[
        "quotes", "quotes-tight", "list-lines", "list", "fences", "brackets", "stars", "strong",
        "html", "pictures", "notes", "braces", "backticks", "quotation-marks",
    ],
)  # fmt: skip
def test_nesting_ten_thousand_deep(tmp_path: Path, text: str, must_fail: bool) -> None:
    """Bounded: an error with its place where it nests, plain text where Markdown reads none;
    never a crash, never a hang."""
    make_book(tmp_path / "book", "# 书\n\n开头。\n\n" + text)
    run = publish("build", "book", "--format", "epub", "--json", cwd=tmp_path, timeout=30)
    assert "Traceback" not in run.said and "RecursionError" not in run.said, str(run)[:3000]
    assert run.code == 1 if must_fail else run.code in (0, 1), str(run)[:3000]
    if run.code == 1:
        errors = run.diagnostics("error")
        assert errors, str(run)[:3000]
        assert all(e["line"] and e["path"].endswith("book.md") for e in errors), str(run)[:3000]
        assert artefacts(tmp_path) == []
    else:
        written = Epub(tmp_path / "output" / "book" / "book.hans.epub").text(notes=True)
        for character in "底层":
            assert written.count(character) == text.count(character), "text is lost"


def test_nesting_in_book_toml_and_front_matter(tmp_path: Path) -> None:
    make_book(
        tmp_path / "book", "正文。\n", "[book]\nsubject = " + "[" * DEPTH + "]" * DEPTH + "\n"
    )
    run = publish("build", "book", "--json", cwd=tmp_path, timeout=30)
    assert run.code == 1 and "Traceback" not in run.said, str(run)[:3000]
    assert run.diagnostics("error")[0]["path"].endswith("book.toml")
    make_book(tmp_path / "yaml", "---\ntitle: " + "[" * DEPTH + "]" * DEPTH + "\n---\n\n正文。\n")
    run = publish("build", "yaml", "--format", "epub", "--json", cwd=tmp_path, timeout=30)
    assert run.code in (0, 1) and "Traceback" not in run.said, str(run)[:3000]
    assert [d for d in run.diagnostics() if d["path"].endswith("book.md")], str(run)[:3000]


def test_yaml_that_multiplies(tmp_path: Path) -> None:
    """Aliases within aliases («billion laughs») are bounded too."""
    lines = ["a0: &a0 [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    text = "---\n" + "\n".join(lines) + "\ntitle: *a9\n---\n\n正文。\n"
    make_book(tmp_path / "book", text)
    run = publish("build", "book", "--format", "epub", "--json", cwd=tmp_path, timeout=30)
    assert run.code in (0, 1) and "Traceback" not in run.said, str(run)[:3000]
