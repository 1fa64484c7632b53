"""Seconds and memory of whole processes: publish beside WeasyPrint, Typst, XeLaTeX and pandoc.

    .venv/bin/python tests/bench/run.py [--sizes 1,20,100] [--rounds N] [--output FILE]
                                        [--variant distinct] [--kinds pdf,epub] [--edition E]...
                                        [--warm] [--cold]

Like is compared with like: the row «publish, engine» is the layout of publish alone, for the very
HTML file that stock WeasyPrint gets; «publish, unchecked» makes an e-book as pandoc does, without
page list and checks.  The row «publish» is the whole command.  Size 300 has 1.7 million characters;
the variant «distinct» four thousand different Han characters, and a note and a link in every
paragraph.

The same text, page and type size for all; rounds are interleaved, so that a busy minute hurts every
tool alike, and medians are told.  CPU seconds are the figure to compare: wall time also measures
what else the machine does.  publish runs with an empty cache every time, and lays the pages out for
the page list of an e-book; rows «warm» keep cache and page map from round to round.  It checks its
own artefact, and typesets contents, colophon and covers besides.  Each ``--edition`` adds rows of
publish in that edition (``hans-v``: vertical lines).

With ``--cold`` the system forgets the files of all programs before each run (Linux), as after a
start of the machine; then the wall time is the figure to compare, for what is waited for is the
disk: pandoc is one file of 160 MB, publish five hundred small ones.
Nothing here passes or fails by a clock.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from corpus import write

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = ROOT / "seeds" / "liang-wenfeng-60"
PYTHON = sys.executable

WEASYPRINT = "import sys, weasyprint; weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])"
#: The engine of publish for the file that stock WeasyPrint gets, and nothing else of publish.
ENGINE = (
    "import sys; from pathlib import Path; from publish.render.adapter.engine import write; "
    "write(Path(sys.argv[1]), Path(sys.argv[2]))"
)
#: The e-book of publish as pandoc makes one: read, mended, set and packed, without a list of the
#: printed pages, and not checked.
UNCHECKED = (
    "import sys; from pathlib import Path; from publish import formats, stages; "
    "read = stages.reading(Path(sys.argv[1])); made = next(stages.settings(read, ('hans',))); "
    "formats.makers(read, made)['epub'](Path(sys.argv[2]))"
)
TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


@dataclass(frozen=True)
class Tool:
    """``command`` makes the file from (corpus folder, output folder); ``product`` finds it."""

    name: str
    kind: str
    command: Callable[[Path, Path], list[str]]
    product: str
    warm: bool = False
    #: A program that must be installed for this row.
    program: str = ""


@dataclass
class Row:
    tool: Tool
    runs: list[dict[str, float]] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    trouble: str = ""

    def median(self, key: str) -> float:
        return statistics.median(run[key] for run in self.runs)


def publish(kind: str, edition: str = "hans") -> Callable[[Path, Path], list[str]]:
    def command(corpus: Path, output: Path) -> list[str]:
        return [
            *(PYTHON, "-m", "publish", "build", str(corpus / "book"), "--edition", edition),
            *("--format", kind, "--output", str(output), "--force"),
        ]

    return command


def script(code: str, source: str, target: str) -> Callable[[Path, Path], list[str]]:
    def command(corpus: Path, output: Path) -> list[str]:
        return [PYTHON, "-c", code, str(corpus / source), str(output / target)]

    return command


def pandoc(corpus: Path, output: Path) -> list[str]:
    import pypandoc

    target = str(output / "out.epub")
    return [
        *(pypandoc.get_pandoc_path(), str(corpus / "book.md"), "-f", "markdown", "-t", "epub3"),
        *("--toc", "-o", target),
    ]


def xelatex(corpus: Path, output: Path) -> list[str]:
    return [
        *("xelatex", "-interaction=batchmode", "-halt-on-error", "-jobname", "out"),
        *("-output-directory", str(output), str(corpus / "book.tex")),
    ]


def tools(warm: bool, editions: list[str]) -> list[Tool]:
    """Every row; :data:`REFERENCE` says which one of a kind the ratios refer to.  ``editions`` are
    those of publish beside the simplified one."""
    found = [
        Tool("publish", "pdf", publish("pdf"), "book/book.hans.pdf"),
        Tool("publish, engine", "pdf", script(ENGINE, "book.html", "out.pdf"), "out.pdf"),
        Tool("stock WeasyPrint", "pdf", script(WEASYPRINT, "book.html", "out.pdf"), "out.pdf"),
        Tool("Typst", "pdf", script(TYPST, "book.typ", "out.pdf"), "out.pdf"),
        Tool("XeLaTeX + ctex", "pdf", xelatex, "out.pdf", program="xelatex"),
        Tool("publish", "epub", publish("epub"), "book/book.hans.epub"),
        Tool("pandoc", "epub", pandoc, "out.epub"),
    ]
    for kind in ("pdf", "epub"):
        for name in editions:
            product = f"book/book.{name}.{kind}"
            found.append(Tool(f"publish {name}", kind, publish(kind, name), product))
    if warm:
        for kind in ("pdf", "epub"):
            product = f"book/book.hans.{kind}"
            found.append(Tool("publish, warm", kind, publish(kind), product, warm=True))
            for name in editions:
                product = f"book/book.{name}.{kind}"
                command = publish(kind, name)
                found.append(Tool(f"publish {name}, warm", kind, command, product, warm=True))
        unchecked = script(UNCHECKED, "book", "out.epub")
        found.append(Tool("publish, unchecked, warm", "epub", unchecked, "out.epub", warm=True))
        engine = script(ENGINE, "book.html", "out.pdf")
        found.append(Tool("publish, engine, warm", "pdf", engine, "out.pdf", warm=True))
    return found


REFERENCE = {"pdf": "stock WeasyPrint", "epub": "pandoc"}


def forget() -> None:
    """Let the system forget what it keeps in memory of the files of all programs measured here.
    What another process has open in this very moment it keeps."""
    paths = sysconfig.get_paths()
    for folder in (
        Path(paths["stdlib"]),
        Path(paths["purelib"]),
        ROOT / "publish",
        ROOT / "styles",
    ):
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(row: Row, corpus: Path, work: Path, limit: float) -> None:
    """One run of one tool, in a folder of its own that is gone afterwards."""
    kept = "-warm" if row.tool.warm else ""
    output, cache = work / f"output{kept}", work / f"cache{kept}"
    if not row.tool.warm:
        for folder in (output, cache):
            shutil.rmtree(folder, ignore_errors=True)
    output.mkdir(exist_ok=True)
    cache.mkdir(exist_ok=True)
    (output / row.tool.product).unlink(missing_ok=True)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "NO_COLOR": "1"}
    # Every tool here is a compiled one.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = row.tool.command(corpus, output)
    wrapper = [PYTHON, "-I", "-S", str(HERE / "measure.py"), str(limit), str(work / "log")]
    done = subprocess.run(
        [*wrapper, *command], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    result = json.loads(done.stdout)
    product = output / row.tool.product
    if result["late"]:
        row.trouble = f"stopped after {limit:.0f} s"
    elif result["exit"] or not product.exists():
        log = (work / "log" / "log.txt").read_text("utf-8", "replace").strip().splitlines()
        row.trouble = f"exit {result['exit']}: {log[-1][:200] if log else 'no file made'}"
    else:
        row.runs.append(result)
        if not row.counted:
            counted = subprocess.run(
                [PYTHON, str(HERE / "count.py"), str(product)],
                cwd=ROOT,
                capture_output=True,
                check=True,
            )
            row.counted = json.loads(counted.stdout)


def table(size: int, characters: int, rows: list[Row], variant: str = "") -> list[str]:
    """One size as a Markdown table, with the line that says what went in and what came out."""
    lines = [
        "",
        f"## {size} × the first book{variant and ', ' + variant}: {characters:,} characters in",
        "",
        "| | | CPU s | × | wall s | × | peak MB | × | KB | pages | characters out |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, reference in REFERENCE.items():
        of_kind = [row for row in rows if row.tool.kind == kind]
        for row in of_kind:
            base = next(other for other in of_kind if other.tool.name == reference)
            head = f"| {kind} | {row.tool.name} |"
            if not row.runs:
                lines.append(f"{head} {row.trouble} | | | | | | | | |")
                continue
            cells = []
            for key in ("cpu", "wall", "peak"):
                value = row.median(key)
                ratio = f"{value / base.median(key):.2f}" if base.runs else ""
                cells += [f"{value:.2f}" if key != "peak" else f"{value:.0f}", ratio]
            counted = row.counted
            pages = str(counted["pages"]) if counted["pages"] else "–"
            cells += [f"{counted['bytes'] / 1024:.0f}", pages, f"{counted['characters']:,}"]
            lines.append(f"{head} {' | '.join(cells)} |")
    return lines


def bench(asked: argparse.Namespace) -> list[str]:
    kinds = asked.kinds.split(",")
    lines = [
        "# publish beside its peers",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, WeasyPrint "
        f"{version('weasyprint')}, Typst {version('typst')}, pandoc by pypandoc_binary "
        f"{version('pypandoc_binary')}; medians of {asked.rounds} interleaved rounds; × is the "
        "ratio to stock WeasyPrint (PDF) and pandoc (EPUB). Characters out include titles, folios "
        "and what publish adds (contents, colophon, production note)."
        + (" Programs come from disk." if asked.cold else ""),
    ]
    compileall.compile_dir(ROOT / "publish", quiet=1)
    with tempfile.TemporaryDirectory(prefix="publish-bench-") as name:
        work = Path(name)
        for size in map(int, asked.sizes.split(",")):
            corpus = work / f"corpus-{size}"
            characters = write(corpus, SEED, size, asked.variant)
            rows = [Row(tool) for tool in tools(asked.warm, asked.edition) if tool.kind in kinds]
            for row in rows:
                if row.tool.program and shutil.which(row.tool.program) is None:
                    row.trouble = "not installed"
            for folder in ("cache-warm", "output-warm"):
                shutil.rmtree(work / folder, ignore_errors=True)
            for row in rows:
                if row.tool.warm and not row.trouble:
                    # Once unmeasured: what is kept has to be there first.
                    measure(row, corpus, work, asked.limit)
                    row.runs.clear()
            for round_number in range(asked.rounds):
                for row in rows:
                    if row.trouble:
                        continue
                    told = f"{size}× round {round_number + 1}: {row.tool.name} {row.tool.kind}"
                    print(told, file=sys.stderr, flush=True)
                    if asked.cold:
                        forget()
                    measure(row, corpus, work, asked.limit)
            lines += table(size, characters, rows, asked.variant)
            shutil.rmtree(corpus)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1,20,100", help="copies of the first book")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600, help="seconds for one command")
    parser.add_argument("--variant", default="", choices=["", "distinct"], help="a harder text")
    parser.add_argument("--kinds", default="pdf,epub", help="pdf, epub or both")
    parser.add_argument("--warm", action="store_true", help="also with caches kept")
    parser.add_argument("--cold", action="store_true", help="programs come from disk (Linux)")
    parser.add_argument("--edition", action="append", default=[], help="one more of publish")
    parser.add_argument("--output", type=Path, help="write the table to a file, too")
    asked = parser.parse_args()
    text = "\n".join(bench(asked)) + "\n"
    print(text)
    if asked.output:
        asked.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
