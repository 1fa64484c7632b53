"""The command line, word for word: what is told, where, and with which exit code.

``publish.build`` is replaced by a stand-in, so that these tests know what the
command does with every answer; the acceptance tests run the real one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from acceptance import interruptible

import publish
from publish.cli import main
from publish.cli.commands import app
from publish.cli.terminal import columns, size
from publish.cli.watch import changes
from publish.diagnostics import Diagnostic, Edit, Failure, Source, Span, fail
from publish.model.artifact import Artifact, Outcome
from publish.model.manifest import load

SOURCE = Source("书/manuscript.md", "# 梁文峰60条思考\n\n正文。\n")
NAME = Diagnostic(
    "T-NAME",
    "warning",
    "one person, two spellings: 梁文峰 (1), 梁文锋 (10)",
    Span(SOURCE, 2, 5),
    ("declare it under [mend] names to settle it",),
)
NAME_SHOWN = """\
warning[T-NAME]: one person, two spellings: 梁文峰 (1), 梁文锋 (10)
 --> 书/manuscript.md:1:3
  | # 梁文峰60条思考
  |   ^^^^^^
  = hint: declare it under [mend] names to settle it
"""
QUERY = Diagnostic("T-X", "query", "is this so?", path="书/manuscript.md")
ERROR = Diagnostic("F-NONE", "error", "no font has U+27B9E", path="书/manuscript.md")


@dataclasses.dataclass(frozen=True)
class Rule:
    code: str
    kind: str
    summary: str
    documentation: str
    switched: bool = True


@dataclasses.dataclass(frozen=True)
class FontUse:
    edition: str
    role: str
    family: str
    trade_name: str
    weight: int
    path: Path
    characters: int


@dataclasses.dataclass(frozen=True)
class Finding:
    name: str
    state: str
    detail: str
    command: str = ""
    purpose: str = "building"


def artifact(book: str, edition: str, kind: Any, **facts: Any) -> Artifact:
    path = Path("output") / book / f"{book}.{edition}.{kind}"
    return Artifact(path, kind, edition, "ab" * 32, **facts)


class FakeBuild:
    """``publish.build`` as the command sees it; ``asked`` records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.found: tuple[Diagnostic, ...] = ()
        self.fresh = True
        self.edits: tuple[Edit, ...] = ()
        self.raises: BaseException | None = None

    def build(self, source: Path, **options: Any) -> Outcome:
        if self.raises is not None:
            raise self.raises
        if options["progress"]:
            options["progress"]("layout", 1, 2)
        self.asked.append(("build", str(source), options["editions"], options["formats"],
                           str(options["output"]), options["force"]))  # fmt: skip
        name = source.stem
        seconds = 3.14159 if self.fresh else 0.0
        made = (
            artifact(name, "hans", "epub", size=311_900, seconds=0.26, fresh=self.fresh),
            artifact(name, "hans", "pdf", size=1_240_000, pages=19, seconds=seconds,
                     fresh=self.fresh),
        )  # fmt: skip
        return Outcome(name, made, self.found)

    def check(self, source: Path) -> tuple[Diagnostic, ...]:
        self.asked.append(("check", str(source)))
        return self.found

    def fix(self, source: Path, *, write: bool = False, log: Path | None = None) -> Any:
        self.asked.append(("fix", str(source), write))
        diff = "--- a\n+++ b\n-峰\n+锋\n" if self.edits else ""
        written = (source / "manuscript.md",) if write and self.edits else ()
        return SimpleNamespace(edits=self.edits, diff=diff, written=written, diagnostics=self.found)

    def show(self, stage: str, source: Path, *, edition: str = "") -> str:
        if self.raises is not None:
            raise self.raises
        return f"{stage} of {source} {edition}\n"

    def rules(self) -> tuple[Rule, ...]:
        return (
            Rule("S-ENT", "safe", "entities become characters", "Long words."),
            Rule("P-RUN", "declared", "names", "More words."),
        )

    def fonts(self, source: Path) -> tuple[FontUse, ...]:
        return (
            FontUse("hans", "text", "Book Song", "思源宋体", 400, Path("/f/a.otf"), 1200),
            FontUse("hans", "latin", "Book Latin", "Linux Libertine", 400, Path("/f/l.otf"), 1),
        )

    def examine(self) -> tuple[Finding, ...]:
        return (
            Finding("Pango", "ok", "1.50.12"),
            Finding("思源宋体", "missing", "no face", "sudo apt-get install fonts-noto-cjk"),
            Finding("Java", "missing", "none", "sudo apt-get install default-jdk", "tests"),
        )

    def watch_paths(self, source: Path) -> tuple[Path, ...]:
        return (source,) if source.is_file() else tuple(sorted(source.iterdir()))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeBuild:
    monkeypatch.chdir(tmp_path)
    Path("书").mkdir()
    Path("书/manuscript.md").write_text("# 书\n", encoding="utf-8")
    stand_in = FakeBuild()
    monkeypatch.setattr(publish, "build", stand_in, raising=False)
    return stand_in


@pytest.fixture
def run(fake: FakeBuild, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def go(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return go


Run = Callable[..., tuple[int, str, str]]


# --- build -------------------------------------------------------------------


def test_build_says_what_was_written(run: Run, fake: FakeBuild) -> None:
    assert run("build", "书") == (
        0,
        "wrote output/书/书.hans.epub: 312 kB, 0.3 s\n"
        "wrote output/书/书.hans.pdf: 1.2 MB, 19 pages, 3.1 s\n",
        "",
    )
    assert fake.asked == [("build", "书", (), ("epub", "pdf"), "output", False)]


def test_what_has_not_changed_is_said_to_be_unchanged(run: Run, fake: FakeBuild) -> None:
    fake.fresh = False
    assert run("build", "书")[1] == (
        "unchanged output/书/书.hans.epub: 312 kB\n"
        "unchanged output/书/书.hans.pdf: 1.2 MB, 19 pages\n"
    )


def test_options_reach_the_build(run: Run, fake: FakeBuild) -> None:
    run("build", "书", "--edition", "hans", "--edition", "e", "--format", "PDF", "--output", "成品",
        "--force")  # fmt: skip
    assert fake.asked == [("build", "书", ("hans", "e"), ("pdf",), "成品", True)]


def test_a_file_alone_is_a_build(run: Run, fake: FakeBuild) -> None:
    code, out, _ = run("书/manuscript.md", "--format", "epub")
    assert code == 0 and out
    assert fake.asked == [("build", "书/manuscript.md", (), ("epub",), "output", False)]


def test_queries_are_counted_and_warnings_shown(run: Run, fake: FakeBuild) -> None:
    fake.found = (QUERY, NAME, QUERY)
    code, out, err = run("build", "书")
    assert code == 0 and len(out.splitlines()) == 2
    assert err == NAME_SHOWN + "2 queries; publish check 书 shows them\n"
    fake.found = (QUERY,)
    assert run("书")[2] == "1 query; publish check 书 shows it\n"


def test_an_error_gives_exit_code_1(run: Run, fake: FakeBuild) -> None:
    fake.found = (ERROR,)
    code, _, err = run("build", "书")
    assert code == 1
    assert err == "error[F-NONE]: no font has U+27B9E\n --> 书/manuscript.md\n"


def test_a_failure_gives_its_own_exit_code(run: Run, fake: FakeBuild) -> None:
    fake.raises = fail("M-EDITION", "no edition is called 'x'", exit_code=2, hints=("say y",))
    expected = "error[M-EDITION]: no edition is called 'x'\n  = hint: say y\n"
    assert run("build", "书", "--edition", "x") == (2, "", expected)


def test_without_a_source_every_seed_is_built_in_order(run: Run, fake: FakeBuild) -> None:
    for name in ("10", "2", ".git"):
        (Path("seeds") / name).mkdir(parents=True)
    Path("seeds/README.md").write_text("x", encoding="utf-8")
    fake.found = (QUERY,)
    code, out, err = run("build")
    assert code == 0
    assert [call[1] for call in fake.asked] == ["seeds/2", "seeds/10"]
    assert out.count("wrote") == 4
    assert err == "1 query; publish check shows it\n" * 2


def test_one_failing_book_does_not_stop_the_others(
    run: Run, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (Path("seeds") / name).mkdir(parents=True)
    real = fake.build

    def build(source: Path, **options: Any) -> Outcome:
        if source.name == "a":
            raise fail("M-EMPTY", "no manuscript", path=str(source))
        return real(source, **options)

    monkeypatch.setattr(fake, "build", build)
    code, out, err = run("build")
    assert (code, err) == (1, "error[M-EMPTY]: no manuscript\n --> seeds/a\n")
    assert "wrote output/b/b.hans.epub" in out


def test_without_a_source_and_without_seeds(run: Run) -> None:
    assert run("build") == (
        2,
        "",
        "error[C-SOURCE]: no SOURCE is given, and there is no book under seeds/\n"
        "  = hint: publish build FILE.md builds one file, "
        "publish build . the book folder you are in\n"
        "  = hint: publish new DIR makes a book folder\n",
    )


def test_json_lines(run: Run, fake: FakeBuild) -> None:
    fake.found = (NAME, QUERY)
    code, out, err = run("build", "书", "--json")
    assert (code, err) == (0, "")
    name, query, epub, pdf = [json.loads(line) for line in out.splitlines()]
    assert name == {
        "type": "diagnostic", "code": "T-NAME", "severity": "warning", "message": NAME.message,
        "path": "书/manuscript.md", "line": 1, "column": 3, "start": 2, "end": 5,
        "excerpt": "# 梁文峰60条思考", "hints": list(NAME.hints),
        "settle": [], "fix": None,
    }  # fmt: skip
    assert (query["severity"], query["line"]) == ("query", None)
    assert epub["path"] == "output/书/书.hans.epub"
    assert pdf == {
        "type": "artifact", "path": "output/书/书.hans.pdf", "kind": "pdf", "edition": "hans",
        "sha256": "ab" * 32, "bytes": 1_240_000, "pages": 19, "seconds": 3.142, "fresh": True,
        "note": "",
    }  # fmt: skip


def test_failures_are_json_too(run: Run, fake: FakeBuild) -> None:
    code, out, err = run("build", "没有.md", "--json")
    assert (code, err) == (2, "")
    assert json.loads(out)["message"] == "no such file or folder: 没有.md"


# --- usage -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bulid"], "error[C-USAGE]: no such command or file: bulid\n"
                    "  = hint: did you mean 'build'?\n"),
        (["qqqqq"], "error[C-USAGE]: no such command or file: qqqqq\n"
                    "  = hint: publish --help lists commands\n"),
        (["build", "--editon", "x"], "error[C-USAGE]: no such option: --editon\n"
                                     "  = hint: did you mean '--edition'?\n"
                                     "  = hint: publish build --help shows how\n"),
        (["书/manuscrpt.md"], "error[M-PATH]: no such file or folder: 书/manuscrpt.md\n"
                              "  = hint: did you mean 'manuscript.md'?\n"),
        (["check", "a.epub"], "error[M-PATH]: no such file or folder: a.epub\n"),
        (["fix", "书", "--diff", "--write"],
         "error[C-USAGE]: --diff and --write exclude each other\n"),
        (["check", "书", "--printer", "KDP"],
         "error[C-PRINTER]: --printer is for PDF files, which 书 is not\n"),
    ],
)  # fmt: skip
def test_wrong_usage(run: Run, arguments: list[str], message: str) -> None:
    assert run(*arguments) == (2, "", message)


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--format", "docx"], ["show"], ["show", "nothing"], ["build", "a", "b"], ["new"],
        ["--nonsense"],
    ],
)  # fmt: skip
def test_wrong_usage_names_what_is_wrong_and_where_help_is(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error[C-USAGE]: ") and err.endswith(" --help shows how\n")


def test_help_and_version(run: Run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert "`publish FILE` alone means `publish build FILE`" in out
    assert run() == (0, out, "")
    assert run("-h") == (0, out, "")
    assert run("--version") == (0, f"publish {publish.__version__}\n", "")


def test_commands_are_those_of_the_house_and_each_is_documented(run: Run) -> None:
    assert list(app.commands) == [
        "build", "check", "fix", "show", "watch", "new", "fonts", "doctor",
    ]  # fmt: skip
    for name, command in app.commands.items():
        assert command.help and command.help.strip()[0].isupper()
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{name} {parameter.name}"  # type: ignore[attr-defined]
        code, out, _ = run(name, "--help")
        assert code == 0 and f"Usage: publish {name}" in out
        assert f"  {name} " in run("--help")[1]
        short = next(
            line for line in run("--help")[1].splitlines() if line.startswith(f"  {name} ")
        )
        assert short.endswith(".") and not short.endswith("...")


# --- check, fix, show --------------------------------------------------------


def test_check_shows_everything_and_counts(run: Run, fake: FakeBuild) -> None:
    assert run("check", "书") == (0, "", "书: clean\n")
    fake.found = (NAME, QUERY, QUERY)
    query = "query[T-X]: is this so?\n --> 书/manuscript.md\n"
    assert run("check", "书") == (0, "", NAME_SHOWN + query * 2 + "书: 1 warning, 2 queries\n")
    fake.found = (ERROR,)
    code, _, err = run("check", "书")
    assert code == 1 and err.endswith("书: 1 error\n")


def test_check_settles_all_in_one_block(run: Run, fake: FakeBuild) -> None:
    fake.found = tuple(
        dataclasses.replace(QUERY, settle=('[mend] rules = { "X" = "on" }', line))
        for line in ('[mend] ignore = ["T-X:甲"]', '[mend] ignore = ["T-X:乙"]')
    )
    code, out, err = run("check", "书")
    assert "  = settle: under [mend]: ignore = " in err
    assert err.endswith("publish check 书 --settle leaves all as it is: one block\n")
    Path("书/book.toml").write_text('[mend]\nignore = ["X-DUP:丙"]\n', encoding="utf-8")
    code, out, err = run("check", "书", "--settle")
    assert (code, err) == (0, "书: clean\n")
    assert out == (
        "# In book.toml, instead of the same keys:\n"
        '[mend]\nignore = [\n  "X-DUP:丙",\n  "T-X:甲",\n  "T-X:乙",\n]\n'
    )
    fake.found = ()
    assert run("check", "书", "--settle")[1] == ""


def test_check_takes_an_epub_or_a_pdf(run: Run, fake: FakeBuild) -> None:
    Path("a.pdf").write_bytes(b"%PDF")
    assert run("check", "a.pdf") == (0, "", "a.pdf: clean\n")
    assert fake.asked == [("check", "a.pdf")]


def test_check_json(run: Run, fake: FakeBuild) -> None:
    fake.found = (NAME, QUERY)
    code, out, err = run("check", "书", "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line)["code"] for line in out.splitlines()] == ["T-NAME", "T-X"]


def test_fix_shows_the_diff_and_how_to_apply_it(run: Run, fake: FakeBuild) -> None:
    assert run("fix", "书") == (0, "", "书: nothing to mend\n")
    fake.edits = (Edit(Span(SOURCE, 2, 5), "梁文锋", "P-NAME", "declared"),) * 2
    assert (
        run("fix", "书", "--diff")
        == run("fix", "书")
        == (
            0,
            "--- a\n+++ b\n-峰\n+锋\n",
            "书: 2 edits; publish fix 书 --write applies them\n",
        )
    )
    assert {call[2] for call in fake.asked} == {False}


def test_fix_writes_only_when_told(run: Run, fake: FakeBuild) -> None:
    fake.edits = (Edit(Span(SOURCE, 2, 5), "梁文锋", "P-NAME", "declared"),)
    assert run("fix", "书", "--write") == (0, "wrote 书/manuscript.md\n", "书: 1 edit\n")
    assert fake.asked == [("fix", "书", True)]
    code, out, _ = run("fix", "书", "--write", "--json")
    edit, written = [json.loads(line) for line in out.splitlines()]
    assert edit == {
        "type": "edit", "rule": "P-NAME", "severity": "declared", "path": "书/manuscript.md",
        "line": 1, "column": 3, "start": 2, "end": 5, "before": "梁文峰", "after": "梁文锋",
    }  # fmt: skip
    assert (code, written) == (0, {"type": "written", "path": "书/manuscript.md"})


def test_show(run: Run, fake: FakeBuild) -> None:
    expected = (0, "convert of 书 hant-tw\n", "")
    assert run("show", "convert", "书", "--edition", "hant-tw") == expected


def test_show_rules(run: Run, fake: FakeBuild) -> None:
    assert run("show", "rules") == (
        0,
        "S-ENT  safe      entities become characters\nP-RUN  declared  names\n",
        "",
    )
    record = json.loads(run("show", "rules", "--json")[1].splitlines()[0])
    assert record["documentation"] == "Long words."
    assert record["switched"] is True


def test_show_one_rule(run: Run, fake: FakeBuild) -> None:
    assert run("show", "rules", "p-run") == (0, "P-RUN  declared  names\n\nMore words.\n", "")
    assert len(run("show", "rules", "P-RUN", "--json")[1].splitlines()) == 1
    code, out, err = run("show", "rules", "P-RUNS")
    assert (code, out) == (2, "")
    assert "there is no rule P-RUNS" in err and "did you mean 'P-RUN'?" in err


# --- fonts, doctor -----------------------------------------------------------


def test_fonts(run: Run) -> None:
    code, out, err = run("fonts", "书")
    assert (code, err) == (0, "")
    assert out == (
        "hans  text   Book Song   思源宋体         400  /f/a.otf  1200 characters\n"
        "hans  latin  Book Latin  Linux Libertine  400  /f/l.otf  1 character\n"
    )
    record = json.loads(run("fonts", "书", "--json")[1].splitlines()[0])
    assert (record["type"], record["path"], record["characters"]) == ("font", "/f/a.otf", 1200)


def test_doctor(run: Run, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("doctor") == (
        1,
        "ok       Pango         1.50.12\n"
        "missing  思源宋体      no face\n"
        "  = hint: sudo apt-get install fonts-noto-cjk\n"
        "missing  Java (tests)  none\n"
        "  = hint: sudo apt-get install default-jdk\n",
        "missing for building: 思源宋体\n",
    )
    tests = Finding("Java", "missing", "none", purpose="tests")
    monkeypatch.setattr(fake, "examine", lambda: (Finding("Pango", "ok", "1.50.12"), tests))
    assert run("doctor")[::2] == (0, "all is there for building\n")
    code, out, _ = run("doctor", "--json")
    assert code == 0, "what only the tests need does not stop a build"
    assert json.loads(out.splitlines()[1]) == {
        "type": "finding", "name": "Java", "state": "missing", "detail": "none", "command": "",
        "purpose": "tests",
    }  # fmt: skip


# --- new ---------------------------------------------------------------------


def test_new_makes_a_folder_that_loads(run: Run) -> None:
    assert run("new", "我的 书") == (
        0,
        "wrote 我的 书/book.toml\nwrote 我的 书/manuscript.md\n",
        "next: publish build '我的 书'\n",
    )
    manifest, found = load(Path("我的 书"))
    assert found == ()
    assert manifest.meta.title == "我的 书"
    assert [rule.name for rule in manifest.editions] == ["hans", "hant-tw"]
    text = Path("我的 书/manuscript.md").read_text("utf-8")
    assert text.startswith("# 我的 书\n") and "{title}" not in text


def test_new_makes_a_manuscript_without_a_fault(run: Run) -> None:
    from publish.mend import mend
    from publish.read import load_sources, read

    run("new", "新书")
    manifest, _ = load(Path("新书"))
    sources, problems = load_sources(manifest)
    book, found = read(sources, manifest)
    mended = mend(sources, manifest, read)
    assert (problems, found, mended.edits, mended.diagnostics) == ((), (), (), ())
    assert [len(chapter.notes) for chapter in book.chapters()] == [0, 0, 1, 0]


def test_new_spells_any_title(run: Run) -> None:
    assert run("new", 'a"b*c')[0] == 0
    assert load(Path('a"b*c'))[0].meta.title == 'a"b*c'
    assert Path('a"b*c/manuscript.md').read_text("utf-8").startswith('# a"b\\*c\n')


def test_new_refuses_what_is_there(run: Run) -> None:
    expected = (2, "", "error[C-NEW]: 书 is there already and is not an empty folder\n")
    assert run("new", "书") == expected
    Path("空").mkdir()
    assert run("new", "空")[0] == 0
    code, _, err = run("new", "a/..b")
    assert code == 1 and err.startswith("error[M-NAME]: the name of a book must not hold")
    assert not Path("a").exists()


# --- watch -------------------------------------------------------------------


def test_changes_yields_a_book_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("1", encoding="utf-8")
    seen = changes([file], lambda book: (book,), pause=0.001)
    assert next(seen) == file
    file.write_text("22", encoding="utf-8")
    assert next(seen) == file
    file.unlink()
    asked = 0

    def files(book: Path) -> tuple[Path, ...]:
        nonlocal asked
        asked += 1
        if asked == 3:
            file.write_text("333", encoding="utf-8")
        if asked > 1:
            raise Failure(())
        return (book,)

    # A file that is away for a moment, and a book.toml that cannot be read.
    away = changes([file], files, pause=0.001)
    assert next(away) == file
    assert asked == 3


def test_watch_builds_tells_and_ends(
    run: Run, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            Path("书/manuscript.md").write_text("# 新书\n", encoding="utf-8")
            fake.found = (ERROR, QUERY)
        elif looks == 3:
            Path("书/manuscript.md").write_text("# 再新书\n", encoding="utf-8")
            fake.raises = Failure((ERROR,))
        elif looks > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "strftime", lambda _: "14:03:22")
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    shown = "error[F-NONE]: no font has U+27B9E\n --> 书/manuscript.md\n"
    assert run("watch", "书") == (
        0,
        "14:03:22 书: 2 files built, 0.0 s\n"
        "14:03:22 书: 2 files built, 0.0 s, 1 error, 1 query\n"
        "14:03:22 书: 1 error, not built\n",
        shown + "1 query; publish check 书 shows it\n" + shown,
    )


def test_watch_does_not_wait_for_wrong_usage(
    run: Run, fake: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(_: float) -> None:
        raise AssertionError("it waits")

    monkeypatch.setattr(time, "sleep", sleep)
    fake.raises = Failure((ERROR,), 2)
    code, out, err = run("watch", "书")
    assert code == 2 and "1 error, not built" in out and "F-NONE" in err


# --- when things go wrong ----------------------------------------------------


def test_an_unexpected_exception_is_one_line_and_a_hint(run: Run, fake: FakeBuild) -> None:
    fake.raises = ZeroDivisionError("division by zero")
    assert run("build", "书") == (
        70,
        "",
        "error[C-BUG]: a mistake in publish itself: ZeroDivisionError: division by zero\n"
        "  = hint: run it again with --traceback and report what it says\n",
    )
    with pytest.raises(ZeroDivisionError):
        run("build", "书", "--traceback")


def test_an_error_of_the_system(run: Run, fake: FakeBuild) -> None:
    fake.raises = OSError(28, "No space left on device", "output/书")
    assert run("build", "书") == (
        1, "", "error[C-SYSTEM]: No space left on device\n --> output/书\n",
    )  # fmt: skip


def test_an_interrupt(run: Run, fake: FakeBuild) -> None:
    fake.raises = KeyboardInterrupt()
    assert run("build", "书") == (130, "", "interrupted\n")


PROGRAM = """
import sys, time, publish
from types import SimpleNamespace
def show(stage, source, edition=""):
    if stage == "read":
        print("ready", flush=True)
        time.sleep(30)
    return "一行\\n" * 200_000
publish.build = SimpleNamespace(show=show)
from publish.cli import main
sys.exit(main())
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    """The command with a slow or talkative stand-in, in a process of its own."""
    # Without a buffer Python forgets what a broken pipe left unwritten, and its error.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=environment,
    )  # fmt: skip


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    process = start("show", "source", str(tmp_path))
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline() == "一行\n"
    process.stdout.close()
    assert process.wait(20) == 130
    assert process.stderr.read() == ""
    process.stderr.close()


def test_ctrl_c(tmp_path: Path) -> None:
    with interruptible():
        process = start("show", "read", str(tmp_path))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "interrupted\n")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_terminal_that_cannot_show_chinese(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-m", "publish", "build", "没有.md"],
        capture_output=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 2
    name = "没有.md".encode(encoding, "backslashreplace").decode(encoding)
    assert done.stderr.decode(encoding).rstrip() == (
        f"error[M-PATH]: no such file or folder: {name}"
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom publish.cli import main\nmain(['--help'])\n"
        "print(sorted(m for m in ('publish.build', 'rich', 'weasyprint', 'lxml', 'tomllib') "
        "if m in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "[]\n"


# --- a terminal --------------------------------------------------------------


class Terminal:
    """Standard error as a terminal, while a command runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.text = ""
        self.encoding = "utf-8"
        self.monkeypatch = monkeypatch

    def run(self, *arguments: str) -> int:
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", self)
            return main(arguments)

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal(monkeypatch)


def test_colour_on_a_terminal_only(fake: FakeBuild, terminal: Terminal) -> None:
    fake.found = (NAME,)
    terminal.run("check", "书")
    assert "\x1b[1;33mwarning[T-NAME]\x1b[0m" in terminal.text
    assert "\x1b[1;33m  |   ^^^^^^\x1b[0m" in terminal.text.replace("\n", "")


def test_no_color(fake: FakeBuild, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    fake.found = (NAME,)
    terminal.run("check", "书")
    assert terminal.text == NAME_SHOWN + "书: 1 warning\n"


def test_a_progress_bar_on_a_terminal_that_is_gone_at_the_end(
    fake: FakeBuild, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.run("build", "书") == 0
    assert "layout" in terminal.text
    assert terminal.text.rstrip("\n").endswith("\x1b[2K"), "the line of the bar is erased"
    assert capsys.readouterr().out.startswith("wrote ")


# --- small words -------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (311_900, "312 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (1_240_000, "1.2 MB"),
    ],
)  # fmt: skip
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


def test_columns_count_chinese_as_two_wide() -> None:
    assert columns([("中", "a"), ("xyz", "b")]) == ["中   a", "xyz  b"]
    assert columns([]) == []
