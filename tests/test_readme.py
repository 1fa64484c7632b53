"""README.md says what is so: its commands are run, its links followed, its lists compared.

The fenced blocks are a script.  ``sh`` holds commands, a ``text`` block after it what they print
(sizes and seconds aside), ``markdown NAME`` and ``toml NAME`` a file that the reader is asked to
save.  The Chinese half must hold the same blocks, so that running one half proves both.

The pictures, made anew when the look has changed: pages 10 and 11 of the simplified PDF, and pages
1 and 9 of Taiwan's, by ``pdftoppm -r 110 -png``, two side by side, in 16 or 32 colours.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from acceptance import (
    ROOT,
    Epub,
    Pdf,
    Run,
    built,
    command_line,
    environment,
    files_in,
    interruptible,
    publish,
)
from PIL import Image

from publish.model import schema
from publish.model.manifest import load

README = (ROOT / "README.md").read_text(encoding="utf-8")
HALVES = dict(zip(("English", "Chinese"), README.split("\n# 中文说明\n"), strict=True))
halves = pytest.mark.parametrize("half", HALVES)

#: Bytes that a picture of the README may have.
LARGEST_PICTURE = 150_000

#: Lines of the shell that are not ours to run.
ACTIVATE = ". .venv/bin/activate"


@dataclass(frozen=True)
class Block:
    """A fenced block: the language, the file name after it, the text."""

    language: str
    name: str
    text: str


def blocks(half: str) -> list[Block]:
    fenced = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", HALVES[half], re.MULTILINE | re.DOTALL)
    return [Block(*parts) for parts in fenced]


def commands(half: str) -> list[str]:
    return [line for b in blocks(half) if b.language == "sh" for line in b.text.splitlines()]


def without_measures(text: str) -> str:
    """What was printed without sizes and seconds, which differ between machines and runs."""
    text = re.sub(r"\b[\d.]+ (kB|MB|bytes)\b", r"N \1", text)
    return re.sub(r"\b\d+\.\d s\b", "N s", text).strip("\n")


# --- the commands ----------------------------------------------------------------


def test_both_halves_hold_the_same_blocks() -> None:
    english, chinese = blocks("English"), blocks("Chinese")
    assert [b for b in english if b.language != "toml"] == [
        b for b in chinese if b.language != "toml"
    ]
    assert example("English") == example("Chinese")


def test_every_command_line_is_of_a_known_kind() -> None:
    for line in commands("English"):
        assert line.startswith(("publish ", "make ")) or line == ACTIVATE, line
    assert "venv=.venv\n" in (ROOT / "tests" / "setup" / "setup.sh").read_text(encoding="utf-8")


def test_make_lines_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    asked = [word for line in commands("English") if line.startswith("make ")
             for word in line.split()[1:]]  # fmt: skip
    assert asked == ["epub", "pdf", "test"]
    assert set(asked) <= targets


@pytest.mark.slow
def test_the_first_five_minutes(tmp_path: Path) -> None:
    printed = ""
    seen: dict[str, Run] = {}
    compared = 0
    for block in blocks("English"):
        if block.language == "markdown":
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            printed = ""
            for line in block.text.splitlines():
                if not line.startswith("publish "):
                    continue
                if line.startswith("publish watch "):
                    watch(line, tmp_path)
                    continue
                run = built(publish(*shlex.split(line)[1:], cwd=tmp_path))
                seen[line] = run
                printed += run.out + run.err
                if "wrote output/" in run.out:
                    again = built(publish(*run.command, cwd=tmp_path)).out
                    files = [told for told in run.out.splitlines() if told.startswith("wrote")]
                    words = [told.split()[0] for told in again.splitlines() if told[0] != " "]
                    assert words == ["unchanged"] * len(files), again
        elif block.language == "text":
            assert without_measures(printed) == without_measures(block.text)
            compared += 1
    assert compared == sum(block.language == "text" for block in blocks("English")) > 0
    what_is_said_beside_the_blocks(tmp_path, seen)


def what_is_said_beside_the_blocks(folder: Path, seen: dict[str, Run]) -> None:
    doctor = seen["publish doctor"]
    assert re.search(r"^ok +Python ", doctor.out, re.MULTILINE), str(doctor)

    # "2. One file, two books."
    book = Epub(folder / "output" / "灯" / "灯.hans.epub")
    assert "油灯。灯不亮" in book.text()
    assert ["".join(e.itertext()) for e in book.find("//h:strong")] == ["“够用了。”"]
    assert [label for label, _ in book.nav_list("toc")] == ["停电", "来电"]
    pdf = Pdf(folder / "output" / "灯" / "灯.hans.pdf")
    contents = pdf.page_text(pdf.page_with("目录"))
    assert "停电" in contents and "来电" in contents
    assert {"停电", "来电"} <= {title for _, title, _ in pdf.bookmarks}

    # "3. Other editions."
    for edition in ("hant-tw", "hant-hk"):
        text = Epub(folder / "output" / "灯" / f"灯.{edition}.epub").text()
        assert "「夠用了。」" in text and "燈" in text

    # "5. Mend the manuscript."
    mended = (folder / "雨.md").read_text(encoding="utf-8")
    assert mended == "# 雨\n\n夜里下了一场雨。\n\n她说：“带上伞。\n\n他走得急，没有听见。\n"

    # "8. Which faces is it set in?"
    lines = seen["publish fonts 我的书"].out.splitlines()
    assert lines and all(re.search(r" \d+ characters?$", line) for line in lines)
    assert {line.split()[0] for line in lines} == {"hans", "hant-tw"}


def watch(line: str, folder: Path) -> None:
    """Run ``publish watch`` until it has built twice, the second time for a change."""
    words = shlex.split(line)[1:]
    manuscript = folder / words[-1] / "manuscript.md"
    log = folder / "watch.log"
    with log.open("wb") as stream, interruptible():
        process = subprocess.Popen(
            command_line(*words), cwd=folder, env=environment(), stdout=stream,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            builds(log, 1)
            changed = manuscript.read_text(encoding="utf-8").replace("一个空行", "一行空行")
            manuscript.write_text(changed, encoding="utf-8")
            assert re.search(r": 4 files built, ", builds(log, 2)[-1])
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=30)
    assert code == 0, log.read_text(encoding="utf-8")
    log.unlink()


def builds(log: Path, count: int) -> list[str]:
    """The lines that tell of builds, once there are so many."""
    for _ in range(1200):
        text = log.read_text(encoding="utf-8")
        lines = re.findall(r"^\d\d:\d\d:\d\d .*\n", text, re.MULTILINE)
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError(f"no {count} builds in a minute: {log.read_text(encoding='utf-8')}")


@halves
def test_every_command_is_named(half: str) -> None:
    from publish.cli.commands import app

    for name in app.commands:
        assert re.search(rf"\bpublish {name}\b", HALVES[half]), name


# --- links, pictures, lists ----------------------------------------------------------


def test_links_lead_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-").lower() for title in titles}
    targets = re.findall(r"\]\(([^)\s]+)\)", README)
    assert len(targets) > 10
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            path = ROOT / unquote(target)
            assert path.exists() and path.resolve().is_relative_to(ROOT), target


def test_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", README)
    assert sorted(Path(path).name for _, path in pictures) == sorted(
        path.name for path in (ROOT / "tests" / "pages").glob("readme-*.png")
    )
    for alternative, path in pictures:
        assert alternative.strip()
        assert (ROOT / path).stat().st_size < LARGEST_PICTURE, path
        with Image.open(ROOT / path) as picture:
            # Two A5 pages at 110 dots an inch.
            assert picture.format == "PNG" and picture.width > 2 * 640 and picture.height > 900


@halves
def test_what_is_installed_is_what_the_set_up_installs(half: str) -> None:
    rows = re.findall(r"^\| (Debian|PyPI|npm) \|(.*)\|(.*)\|$", HALVES[half], re.MULTILINE)
    told = {
        name: tuple(set(re.findall(r"`([^`]+)`", cell)) for cell in cells) for name, *cells in rows
    }
    setup = (ROOT / "tests" / "setup" / "setup.sh").read_text(encoding="utf-8")
    building = re.search(r"missing_packages (lib.*?)\n {4}\w", setup.replace("\\\n", ""), re.DOTALL)
    assert building is not None
    alone, *testing = re.findall(r"\|\| printf '([a-z][a-z0-9-]*) '", setup)
    assert alone == "python3-venv", "the one that the README asks for beforehand"
    assert told["Debian"] == (set(building[1].split()), set(testing))

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def distributions(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~ ;\[]", requirement)[0] for requirement in requirements}

    needed = distributions(project["dependencies"])
    assert told["PyPI"] == (needed, distributions(project["optional-dependencies"]["dev"]))
    packages = json.loads((ROOT / "tests" / "package.json").read_text(encoding="utf-8"))
    assert told["npm"] == (set(), set(packages["dependencies"]))


# --- book.toml ----------------------------------------------------------------------------


def example(half: str) -> dict[str, object]:
    (block,) = [block for block in blocks(half) if block.language == "toml"]
    assert block.name == "book.toml"
    return tomllib.loads(block.text)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book folder with the README's book.toml and the files that it names."""
    folder = tmp_path / "灯下"
    (folder / "fonts").mkdir(parents=True)
    (block,) = [block for block in blocks("Chinese") if block.language == "toml"]
    (folder / "book.toml").write_text(block.text, encoding="utf-8")
    text = "# 灯下\n\n## 导读\n\n夜里停电。\n\n## 第一部\n\n三个夜晚的三个夜晚：\n\n1.头一夜。\n"
    (folder / "1.md").write_text(text + "\n## 后记\n\n林一记。\n", encoding="utf-8")
    Image.new("RGB", (600, 800), "#334455").save(folder / "封面.png")
    listed = built(publish("fonts", "--json", folder / "1.md", cwd=tmp_path)).records
    latin = next(item["path"] for item in listed if item["trade_name"] == "Linux Libertine")
    shutil.copy(latin, folder / "fonts" / "西文.otf")
    return folder


def test_the_example_holds_every_key_that_has_an_effect(book: Path) -> None:
    manifest, found = load(book)
    assert found == (), "a key without effect, or a warning"
    data = example("Chinese")
    rules = data.pop("edition")
    assert isinstance(rules, list) and len(rules) == len(manifest.editions)
    told: set[tuple[str, str]] = set()
    for sections in (data, *rules):
        for section, keys in sections.items():
            pairs = {(section, key) for key in keys} if isinstance(keys, dict) else set()
            told |= pairs or {("edition", section)}
    known = {(section, key) for section, keys in schema.SCHEMA.items() for key in keys}
    known |= {("edition", key) for key in schema.EDITION}
    assert told == known - set(schema.LATER)


@pytest.mark.slow
def test_the_example_is_a_book(book: Path) -> None:
    run = built(publish("check", "灯下", cwd=book.parent))
    assert run.said == "灯下: clean"
    assert files_in(book.parent) == ["灯下/1.md", "灯下/book.toml", "灯下/fonts/西文.otf",
                                     "灯下/封面.png"]  # fmt: skip


@halves
def test_keys_without_effect_are_named(half: str) -> None:
    begin, end = {
        "English": ("Accepted and checked, but without effect", "Any other key"),
        "Chinese": ("暂时不起作用", "此外的都算写错"),
    }[half]
    words = HALVES[half].partition(begin)[2].partition(end)[0]
    told = set(re.findall(r"`([a-z-]+)`", words))
    assert told == {key for _, key in schema.LATER}
