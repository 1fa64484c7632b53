"""The commands: what each takes, and what it asks of :mod:`publish.build`."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publish import __version__
from publish.cli import options as option
from publish.cli.terminal import (
    Bar,
    Output,
    columns,
    counted,
    many,
    remark,
    say,
    tell_artifact,
    tell_block,
    tell_rules,
)
from publish.diagnostics import Diagnostic, Failure, did_you_mean, fail, has_errors

if TYPE_CHECKING:
    from publish.model.artifact import Outcome

# --- what commands share -----------------------------------------------------


class _Commands(click.Group):
    """The commands in the order of this file; ``publish FILE`` is ``publish build FILE``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        first = args[0]
        if first not in self.commands and not first.startswith("-"):
            if not (Path(first).exists() or "/" in first or Path(first).suffix):
                raise fail(
                    "C-USAGE",
                    f"no such command or file: {first}",
                    exit_code=2,
                    hints=did_you_mean(first, self.commands) or ("publish --help lists commands",),
                )
            args = ["build", *args]
        return super().resolve_command(ctx, args)


def _sources(source: Path | None) -> tuple[Path, ...]:
    """The one given, which must be there, or every book under ``seeds``."""
    from publish.model.files import existing, natural

    if source is not None:
        existing(source)
        return (source,)
    seeds = Path("seeds")
    books = [p for p in seeds.iterdir() if p.is_dir()] if seeds.is_dir() else []
    books = [book for book in books if not book.name.startswith(".")]
    if not books:
        raise fail(
            "C-SOURCE",
            "no SOURCE is given, and there is no book under seeds/",
            exit_code=2,
            hints=(
                "publish build FILE.md builds one file, publish build . the book folder you are in",
                "publish new DIR makes a book folder",
            ),
        )
    return tuple(sorted(books, key=natural))


def _each(source: Path | None, output: Output, action: Callable[[Path], int]) -> int:
    """Run the action for every source; one that fails does not stop the others."""
    code = 0
    for one in _sources(source):
        try:
            code = max(code, action(one))
        except Failure as failure:
            output.diagnostics(failure.diagnostics)
            code = max(code, failure.exit_code)
    return code


def _command(name: str, source: Path | None) -> str:
    """The command a remark tells people to type, with the source as they gave it."""
    if source is None:
        return f"publish {name}"
    # Quoted only where a shell would stumble; shlex would also quote Chinese.
    plain = re.fullmatch(r"[\w@%+=:,./-]+", str(source))
    return f"publish {name} {source if plain else shlex.quote(str(source))}"


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="publish %(version)s")
@click.option("--traceback", is_flag=True, help="Show where in publish an unexpected error arose.")
@click.pass_context
def app(context: click.Context, traceback: bool) -> None:
    """Typeset e-books and print books in Chinese, from one manuscript.

    SOURCE is a manuscript (.md, .txt) or a book folder; without it, every book
    under seeds/. `publish FILE` alone means `publish build FILE`.
    """
    if context.invoked_subcommand is None:
        say(context.get_help())


# --- commands ----------------------------------------------------------------


@app.command()
@option.source
@option.edition
@option.format_
@option.output
@click.option("--force", is_flag=True, help="Build even what has not changed.")
@option.json
def build(
    source: Path | None,
    editions: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path,
    force: bool,
    json: bool,
) -> int:
    """Build the editions of a book, as EPUB and PDF.

    What has not changed is not built again. Files go to DIR/<book>/.

    \b
    epub     the e-book
    pdf      the pages, to read on a screen
    press    the pages as the printer of [print] takes them
    cover    the printed cover: back, spine, front
    booklet  the pages on sheets to fold, for an office printer
    azw3     the e-book for Kindle, by calibre
    """
    out = Output(json)
    make = _maker(out, editions, formats, output, force)

    def one(book: Path) -> int:
        result = make(book)
        _tell_found(result.diagnostics, out, source)
        for artifact in result.artifacts:
            tell_artifact(artifact, out)
        return 1 if has_errors(result.diagnostics) else 0

    return _each(source, out, one)


def _maker(
    out: Output, editions: tuple[str, ...], formats: tuple[str, ...], output: Path, force: bool
) -> Callable[[Path], Outcome]:
    """What builds one book as the options say."""
    wanted = tuple(dict.fromkeys(formats)) or ("epub", "pdf")

    def make(book: Path) -> Outcome:
        from publish import build as pipeline

        options: dict[str, Any] = {"editions": editions, "formats": wanted, "output": output}
        with Bar(out) as progress:
            outcome: Outcome = pipeline.build(book, force=force, progress=progress, **options)
        return outcome

    return make


def _tell_found(found: Sequence[Diagnostic], out: Output, source: Path | None) -> None:
    held = out.diagnostics(found, queries=False)
    if held:
        shows = "shows it" if held == 1 else "shows them"
        out.remark(f"{many(held, 'query', 'queries')}; {_command('check', source)} {shows}")


@app.command()
@option.source
@click.option("--printer", metavar="P", help="Check a PDF against what this printer demands.")
@click.option(
    "--settle",
    is_flag=True,
    help="Print what book.toml needs so that nothing is asked and all stays as it is.",
)
@option.json
def check(source: Path | None, printer: str | None, settle: bool, json: bool) -> int:
    """Report what is wrong or doubtful.

    SOURCE may also be an EPUB or a PDF; a PDF/X, and with --printer any PDF, is
    checked as what is printed. Nothing is written.
    """
    from publish import build as pipeline
    from publish.check.preflight import asked
    from publish.model.settlements import leaving_all

    out = Output(json)

    def one(book: Path) -> int:
        report = asked(book, printer or "")
        if report is not None:
            out.diagnostics(report.diagnostics)
            out.result("preflight", report.text(), **report.record())
            return 0 if report.ready else 1
        found = pipeline.check(book)
        if settle:
            tell_block(leaving_all(found, book), book, out)
            found = tuple(item for item in found if item.severity != "query")
        out.diagnostics(found)
        out.remark(f"{book}: {counted(found)}")
        if sum(bool(item.settle) for item in found) > 1:
            out.remark(f"{_command('check', source)} --settle leaves all as it is: one block")
        return 1 if has_errors(found) else 0

    return _each(source, out, one)


@app.command()
@option.source
@click.option("--diff", "show_diff", is_flag=True, help="Show what would change (the default).")
@click.option("--write", is_flag=True, help="Change the manuscript itself.")
@click.option(
    "--log",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Make the edits of a build's changes.json, and no others.",
)
@option.json
def fix(source: Path | None, show_diff: bool, write: bool, log: Path | None, json: bool) -> int:
    """Mend the manuscript itself.

    Safe and declared mends are applied, never what only an editor can decide.
    Without --write nothing is changed and the changes are shown.
    """
    if show_diff and write:
        raise fail("C-USAGE", "--diff and --write exclude each other", exit_code=2)
    from publish import build as pipeline
    from publish.mend.log import record

    out = Output(json)

    def one(book: Path) -> int:
        fixed = pipeline.fix(book, write=write, log=log)
        for edit in fixed.edits if json else ():
            out.result("edit", "", **record(edit))
        if not write and not json:
            say(fixed.diff, end="")
        for path in fixed.written:
            out.result("written", f"wrote {path}", path=str(path))
        _tell_found(fixed.diagnostics, out, source)
        count = many(len(fixed.edits), "edit")
        if not fixed.edits:
            out.remark(f"{book}: nothing to mend")
        elif write:
            out.remark(f"{book}: {count}")
        else:
            out.remark(f"{book}: {count}; {_command('fix', source)} --write applies them")
        return 1 if has_errors(fixed.diagnostics) else 0

    return _each(source, out, one)


@app.command()
@option.stage
@option.source
@click.option("--edition", default="", metavar="E", help="The edition, for convert and html.")
@option.json
def show(stage: str, source: Path | None, edition: str, json: bool) -> int:
    """Print a book after one stage of the work, or the rules.

    \b
    source   the manuscript, decoded
    read     the book as a tree
    mend     the manuscript, mended as every build mends it
    convert  the book of an edition as a tree
    html     the pages of an edition before they are laid out
    rules    the rules, one a line; `show rules CODE` tells one in full
    """
    from publish import build as pipeline

    out = Output(json)
    if stage == "rules":
        tell_rules(pipeline.rules(), "" if source is None else str(source).upper(), out)
        return 0

    def one(book: Path) -> int:
        text = pipeline.show(stage, book, edition=edition)
        out.result("stage", text.rstrip("\n"), stage=stage, path=str(book), text=text)
        return 0

    return _each(source, out, one)


@app.command()
@option.source
@option.edition
@option.format_
@option.output
def watch(
    source: Path | None, editions: tuple[str, ...], formats: tuple[str, ...], output: Path
) -> int:
    """Build again whenever the book changes. Ctrl-C ends it.

    The manuscript, book.toml and the pictures are watched.
    """
    out = Output()
    make = _maker(out, editions, formats, output, False)
    from publish import build as pipeline
    from publish.cli.watch import changes

    try:
        for turn, book in enumerate(changes(_sources(source), pipeline.watch_paths)):
            code = _rebuild(book, make, out)
            if code == 2 and turn == 0 and source is not None:
                # Wrong usage is no better for waiting.
                return code
    except KeyboardInterrupt:
        pass
    return 0


def _rebuild(book: Path, make: Callable[[Path], Outcome], out: Output) -> int:
    started, code = time.monotonic(), 0
    try:
        result = make(book)
    except Failure as failure:
        out.diagnostics(failure.diagnostics)
        told, code = f"{counted(failure.diagnostics)}, not built", failure.exit_code
    else:
        _tell_found(result.diagnostics, out, book)
        fresh = sum(artifact.fresh for artifact in result.artifacts)
        told = f"{many(fresh, 'file')} built, {time.monotonic() - started:.1f} s"
        if has_errors(result.diagnostics):
            told += f", {counted(result.diagnostics)}"
    say(f"{time.strftime('%H:%M:%S')} {book}: {told}")
    return code


@app.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> int:
    """Make a small book folder to start from.

    DIR is new or empty; its name becomes the title of the book.
    """
    from publish.model.files import book_name
    from publish.model.styles import starter

    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise fail("C-NEW", f"{folder} is there already and is not an empty folder", exit_code=2)
    for name, text in starter(book_name(folder)).items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        say(f"wrote {folder / name}")
    remark(f"next: {_command('build', folder)}")
    return 0


@app.command()
@option.source
@option.json
def fonts(source: Path | None, json: bool) -> int:
    """List the faces a book is set in.

    A line is edition, role, our name of the family, its own name, weight, file, and how
    many of the characters in this role the face has. [fonts] in book.toml chooses others.
    """
    from publish import build as pipeline

    out = Output(json)

    def one(book: Path) -> int:
        uses = pipeline.fonts(book)
        words = attrgetter("edition", "role", "family", "trade_name", "weight", "path")
        rows = [[*map(str, words(use)), many(use.characters, "character")] for use in uses]
        for use, line in zip(uses, columns(rows), strict=True):
            out.result("font", line, **asdict(use))
        return 0

    return _each(source, out, one)


@app.command()
@option.json
def doctor(json: bool) -> int:
    """Tell what is there and what is missing.

    Each missing thing comes with the command that mends it. What only the tests of
    publish need is marked (tests). The exit code is 1 when something that building
    needs is missing.
    """
    from publish import build as pipeline

    out = Output(json)
    findings = pipeline.examine()
    names = [f"{x.name} (tests)" if x.purpose == "tests" else x.name for x in findings]
    rows = [(x.state, name, x.detail) for x, name in zip(findings, names, strict=True)]
    for item, line in zip(findings, columns(rows), strict=True):
        if item.command:
            line += f"\n  = hint: {item.command}"
        out.result("finding", line, **asdict(item))
    lost = [x.name for x in findings if x.state == "missing" and x.purpose == "building"]
    # What stands in for another face is in its line.
    told = f"missing for building: {', '.join(lost)}" if lost else "all is there for building"
    out.remark(told)
    return 1 if lost else 0
