"""The conversion to AZW3: how calibre is called, and what is told where it is not there or fails.

A program that stands in for calibre writes down how it was called.  What the real one makes of the
test books, ``make acceptance`` looks at (``kindle.py``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publish import build as pipeline
from publish.diagnostics import Failure
from publish.model.artifact import Outcome
from publish.render import kindle

#: A Palm database of Kindle's kind, as far as it is looked at.
BOOK = "b'name'.ljust(60, b'\\0') + b'BOOKMOBI' + b'\\0' * 100"
WRITES = f"open(sys.argv[2], 'wb').write({BOOK})"

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a program called ebook-convert on a path of its own; gives the file of its notes."""
    shell = tmp_path / "bin"
    shell.mkdir()
    monkeypatch.setenv("PATH", str(shell))

    def put(body: str, version: str = "7.0") -> Path:
        program, log = shell / "ebook-convert", tmp_path / "log"
        program.write_text(
            f"#!{sys.executable}\n"
            "import json, os, sys, time\n"
            f"if sys.argv[1:] == ['--version']:\n    print('calibre {version}')\n    sys.exit()\n"
            f"with open({str(log)!r}, 'a') as log:\n"
            "    log.write(json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]) + '\\n')\n"
            f"{body}\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        return log

    return put


def calls(log: Path) -> list[tuple[list[str], dict[str, str], str]]:
    if not log.exists():
        return []
    return [tuple(json.loads(line)) for line in log.read_text("utf-8").splitlines()]


def convert(tmp_path: Path) -> tuple[list[tuple[str, str, tuple[str, ...]]], Path]:
    source, target = tmp_path / "$(touch x); -书.epub", tmp_path / "书.azw3"
    source.write_bytes(b"epub")
    found = kindle.write_azw3(source, target)
    return [(item.code, item.severity, item.hints) for item in found], target


def test_calibre_is_called_without_a_shell_a_screen_or_the_users_settings(
    tmp_path: Path, install: Install
) -> None:
    log = install(WRITES)
    assert kindle.version() == "calibre 7.0"
    found, target = convert(tmp_path)
    assert found == [] and target.read_bytes()[60:68] == b"BOOKMOBI"
    ((arguments, environment, folder),) = calls(log)
    source, made, *options = arguments
    assert options == list(kindle.OPTIONS)
    assert Path(source).name == "book.epub" and Path(made).name == "book.azw3"
    assert Path(source).parent == Path(made).parent == Path(folder)
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    for name in ("CALIBRE_CONFIG_DIRECTORY", "CALIBRE_CACHE_DIRECTORY", "TMPDIR"):
        assert environment[name].startswith(folder), name
    assert not Path(folder).exists(), "nothing is left of it"
    assert not list(tmp_path.rglob("x"))


def test_options_keep_what_the_epub_says() -> None:
    """Each of these was seen to change a book: calibre 6.13 begins a page before every h2, and
    parts a chapter's label from its title."""
    options = dict(zip(kindle.OPTIONS, (*kindle.OPTIONS[1:], ""), strict=True))
    assert options["--page-breaks-before"] == options["--chapter"] == "/"
    assert options["--minimum-line-height"] == "0" and options["--margin-left"] == "-1"
    assert {"--no-inline-toc", "--disable-font-rescaling"} <= set(kindle.OPTIONS)


def test_without_calibre_the_way_to_it_is_told(install: Install) -> None:
    with pytest.raises(Failure) as failure:
        kindle.version()
    (item,) = failure.value.diagnostics
    assert (item.code, item.severity) == ("E-CALIBRE", "error")
    assert "ebook-convert" in item.message and "apt-get install calibre" in item.hints[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.stderr.write('way\\nup\\nthere\\nno book'); sys.exit(1)", "calibre: no book"),
        ("sys.exit(0)", "calibre: no book was written, exit status 0"),
        ("open(sys.argv[2], 'wb').write(b'half'); os.kill(os.getpid(), 9)", "exit status -9"),
        ("open(sys.argv[2], 'wb').write(b'x' * 100)", "no book was written"),
        ("time.sleep(20)", "calibre: it is not done after 1 seconds"),
    ],
    ids=["fails", "writes nothing", "is killed", "writes something else", "does not end"],
)
def test_a_conversion_that_fails_is_an_error(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    monkeypatch.setattr(kindle, "PATIENCE", 1)
    install(body)
    ((code, severity, hints),), target = convert(tmp_path)
    assert (code, severity) == ("E-AZW3", "error")
    assert said in hints[-1] and len(hints) <= 3
    assert not target.exists()


def test_formulas_that_kindle_does_not_set_are_told(tmp_path: Path, install: Install) -> None:
    install(WRITES)
    for text, codes in (("水是 $H_2O$。", ["E-AZW3"]), ("水是水。", [])):
        (tmp_path / "水.md").write_text(f"# 水\n\n{text}\n", encoding="utf-8")
        outcome = pipeline.build(tmp_path / "水.md", formats=("azw3",), output=tmp_path / "out")
        assert [(item.code, item.severity) for item in outcome.diagnostics] == [
            (code, "warning") for code in codes
        ]
        assert [artifact.kind for artifact in outcome.artifacts] == ["azw3"]


def build(tmp_path: Path, *formats: str) -> Outcome:
    folder = tmp_path / "灯"
    if not folder.exists():
        folder.mkdir()
        (folder / "book.md").write_text("# 灯\n\n夜里停电。\n", encoding="utf-8")
        (folder / "book.toml").write_text("[epub]\npage-list = false\n", encoding="utf-8")
    return pipeline.build(folder, formats=formats, output=tmp_path / "output")


def test_an_azw3_is_the_epub_of_the_edition_converted(tmp_path: Path, install: Install) -> None:
    seen = tmp_path / "seen"
    log = install(f"open({str(seen)!r}, 'wb').write(open(sys.argv[1], 'rb').read())\n{WRITES}")
    outcome = build(tmp_path, "azw3", "epub")
    assert outcome.diagnostics == ()
    assert [artifact.kind for artifact in outcome.artifacts] == ["azw3", "epub"]
    kindles, epub = outcome.artifacts
    assert kindles.path.name == "灯.hans.azw3" and kindles.pages == 0
    assert seen.read_bytes() == epub.path.read_bytes()
    again = build(tmp_path, "azw3")
    assert not again.artifacts[0].fresh and len(calls(log)) == 1
    install(WRITES, version="7.1")
    assert build(tmp_path, "azw3").artifacts[0].fresh, "another calibre makes another file"


def test_an_azw3_that_fails_leaves_the_old_one_and_the_others(
    tmp_path: Path, install: Install
) -> None:
    install("sys.exit(3)")
    old = tmp_path / "output" / "灯" / "灯.hans.azw3"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    outcome = build(tmp_path, "epub", "azw3")
    assert [artifact.kind for artifact in outcome.artifacts] == ["epub"]
    assert [item.code for item in outcome.diagnostics] == ["E-AZW3"]
    assert old.read_bytes() == b"old"
    assert not list(old.parent.glob(".tmp-*"))


def test_nothing_is_built_where_calibre_is_not_there(tmp_path: Path, install: Install) -> None:
    with pytest.raises(Failure):
        build(tmp_path, "epub", "azw3")
    assert not (tmp_path / "output").exists()
    assert len(build(tmp_path, "epub").artifacts) == 1
