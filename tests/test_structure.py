"""The house stands as drawn: floors, doors, sizes, and what must not lie about.

The rules are those of publish/ARCHITECTURE.md.  Every rule is a function from source text to
complaints, so that each is also shown here to catch what it forbids.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "publish"

#: Floors, the highest first; rooms of one floor never import each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("build",),
    ("formats",),
    ("stages",),
    ("read", "mend", "convert", "render", "press", "check", "outputs"),
    ("typeset", "fonts"),
    ("text",),
    ("model",),
    ("diagnostics",),
    ("records",),
)
FLOOR = {room: -height for height, rooms in enumerate(FLOORS) for room in rooms}

#: The one door of each third-party library: modules (and what lies below or beside them as
#: ``name_…``) that may import it.
DOORS: dict[str, tuple[str, ...]] = {
    "markdown_it": ("read",),
    "mdit_py_plugins": ("read",),
    "mdurl": ("read",),
    "yaml": ("read",),
    "opencc": ("convert",),
    "jinja2": ("render.pages",),
    "markupsafe": ("render",),
    "ebooklib": ("render.epub",),
    "weasyprint": ("render.pdf", "render.adapter"),
    "pydyf": ("render.pdf", "render.adapter"),
    "cffi": ("render.adapter",),
    "pyphen": ("typeset.hyphens",),
    "ziamath": ("render",),
    "latex2mathml": ("render",),
    "PIL": ("read", "render", "press.colour", "check.epub_images", "check.preflight_images"),
    "tinycss2": ("check.epub_css", "render.lettering"),
    "cssselect2": ("check.epub_cascade",),
    "pikepdf": ("press", "check"),
    "pymupdf": ("check",),
    "lxml": ("check", "render.epub"),
    "fontTools": ("fonts",),
    "uharfbuzz": ("fonts",),
    "rjieba": ("text.segmenter",),
    "pypinyin": ("text.pinyin",),
    "bookbarcode": ("render.barcode",),
    "click": ("cli",),
    "rich": ("cli",),
}

#: What ``publish --help`` must not wait for.
HEAVY = (
    "weasyprint",
    "pydyf",
    "cffi",
    "pyphen",
    "pymupdf",
    "pikepdf",
    "fontTools",
    "uharfbuzz",
    "opencc",
    "rjieba",
    "ebooklib",
    "lxml",
    "PIL",
    "tinycss2",
    "cssselect2",
    "jinja2",
    "markdown_it",
    "ziamath",
    "latex2mathml",
    "rjieba",
    "pypinyin",
)

LONGEST_MODULE = 420
LONGEST_README = 15
FOLDERS = ("seeds", "publish", "styles", "output", "tests")


def modules() -> dict[str, Path]:
    """Every module of the package by its name below ``publish`` (``check.text``)."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = path
    return found


def imports(tree: ast.AST) -> Iterator[tuple[int, int, str]]:
    """(line, level, dotted name) of every import, those inside functions included, and those by
    ``importlib.import_module`` of a name that is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield node.lineno, 0, str(argument.value)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                base = node.module or ""
                yield node.lineno, node.level, f"{base}.{alias.name}" if base else alias.name


def floor_faults(name: str, source: str) -> list[str]:
    """Imports of a module that go up, go sideways, or are relative."""
    room = name.split(".")[0]
    faults = []
    for line, level, target in imports(ast.parse(source)):
        if level:
            faults.append(f"{name}:{line} imports relatively")
            continue
        parts = target.split(".")
        if parts[0] != "publish" or len(parts) == 1 or parts[1] not in FLOOR:
            # The package itself holds a version and nothing else; names of it are no rooms.
            if parts[0] == "publish" and len(parts) > 2:
                faults.append(f"{name}:{line} imports {target}, which has no floor")
            continue
        below = FLOOR[parts[1]] < FLOOR.get(room, 0)
        if room and parts[1] != room and not below:
            faults.append(f"{name}:{line} imports {target}, which is not below {room}")
        if not room:
            faults.append(f"publish/__init__.py:{line} imports {target}")
    return faults


def door_faults(name: str, source: str) -> list[str]:
    """Imports of third-party libraries outside their door."""
    faults = []
    for line, level, target in imports(ast.parse(source)):
        library = target.split(".")[0]
        if level or library == "publish" or library in sys.stdlib_module_names:
            continue
        if library not in DOORS:
            faults.append(f"{name}:{line} imports {library}, which has no door")
        elif not any(_behind(name, door) for door in DOORS[library]):
            faults.append(f"{name}:{line} imports {library}; its door is {DOORS[library]}")
    return faults


def _behind(name: str, door: str) -> bool:
    return name == door or name.startswith((f"{door}.", f"{door}_"))


def stub_faults(name: str, source: str) -> list[str]:
    """Functions and classes that do nothing, and words that promise work for later."""
    faults = []
    later = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    for number, line in enumerate(source.splitlines(), 1):
        if later.search(line):
            faults.append(f"{name}:{number} puts work off: {line.strip()}")
    tree = ast.parse(source)
    within_protocol = {
        id(method)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "Protocol" in ast.unparse(node).split("\n")[0]
        for method in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
            faults.append(f"{name}:{node.lineno} is not implemented")
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        overload = any("overload" in ast.unparse(item) for item in node.decorator_list)
        if id(node) not in within_protocol and not overload and all(map(_idle, node.body)):
            documented_class = isinstance(node, ast.ClassDef) and ast.get_docstring(node)
            if not documented_class:
                faults.append(f"{name}:{node.lineno} {node.name} does nothing")
    return faults


def _idle(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def tree_of(document: str) -> dict[str, bool]:
    """The tree drawn in ARCHITECTURE.md: path below publish/ -> whether its content is listed.

    It is the first fenced block one of whose lines names ``cli.py`` or ``cli/``.  A line is a name
    (folders end in ``/``), then, after blanks, a description; nesting is by indentation, and box
    drawing signs count as indentation.  A first line ``publish/`` is the root and is left out.  A
    folder with nothing below it stands for all it holds; one that lists something lists all.
    """
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        drawn = []
        for line in block.splitlines():
            match = re.match(r"^([\s│├└─|`+-]*)([\w.-]+/?)(?:\s+\S.*|\s*)$", line)
            if match and (match[2].endswith(("/", ".py", ".md", ".typed"))):
                drawn.append((len(match[1]), match[2]))
        if any(name in ("cli.py", "cli/") for _, name in drawn):
            return _nested(drawn)
    return {}


def _nested(drawn: list[tuple[int, str]]) -> dict[str, bool]:
    tree: dict[str, bool] = {}
    stack: list[tuple[int, str]] = []
    for indent, name in drawn:
        if name == "publish/":
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if stack:
            tree[stack[-1][1]] = True
        path = (stack[-1][1] if stack else "") + name
        tree[path] = False
        if name.endswith("/"):
            stack.append((indent, path))
    return tree


def tree_faults(tree: dict[str, bool], disk: set[str]) -> list[str]:
    """Where the drawn tree and the names on disk (folders end in ``/``) differ."""
    closed = tuple(path for path, listed in tree.items() if path.endswith("/") and not listed)
    wanted = {path for path in disk if not any(path != c and path.startswith(c) for c in closed)}
    drawn = set(tree)
    return [f"{path} is drawn and does not exist" for path in sorted(drawn - disk)] + [
        f"{path} exists and is not drawn" for path in sorted(wanted - drawn)
    ]


def files_of_the_project() -> list[Path]:
    """What git tracks, and what it would track next."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode("utf-8")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _machine_words() -> re.Pattern[str]:
    """Paths of one machine and hosts of registries, put together so that this file has none."""
    folders = "|".join(("work", "tmp", "home", "root", "opt"))
    hosts = "|".join(
        ("py" r"pi\.org", "python" r"hosted\.org", "registry" r"\.npm", "deb" r"\.debian")
    )
    library = r"\.lib" r"rary/"
    return re.compile(rf"(?<![\w.~*}}])/(?:{folders})/|(?:{hosts})|{library}")


MODULES = modules()


@pytest.mark.parametrize("name", MODULES, ids=lambda name: name or "publish")
def test_imports_go_down(name: str) -> None:
    assert floor_faults(name, MODULES[name].read_text("utf-8")) == []


def test_every_room_has_a_floor() -> None:
    assert {name.split(".")[0] for name in MODULES} - {""} <= set(FLOOR)


@pytest.mark.parametrize("name", MODULES, ids=lambda name: name or "publish")
def test_libraries_come_in_by_their_door(name: str) -> None:
    assert door_faults(name, MODULES[name].read_text("utf-8")) == []


def test_the_command_starts_without_heavy_libraries() -> None:
    code = "import sys, publish.cli\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "publish" in loaded
    assert sorted(loaded & set(HEAVY)) == []


@pytest.mark.parametrize("name", MODULES, ids=lambda name: name or "publish")
def test_modules_are_short_and_whole(name: str) -> None:
    source = MODULES[name].read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert stub_faults(name, source) == []


def test_the_drawn_tree_is_the_disk() -> None:
    tree = tree_of((PACKAGE / "ARCHITECTURE.md").read_text("utf-8"))
    disk = set()
    for path in files_of_the_project():
        if PACKAGE not in path.parents:
            continue
        relative = path.relative_to(PACKAGE)
        disk.update(f"{folder.as_posix()}/" for folder in relative.parents if folder.name)
        if path.suffix == ".py" and path.name != "__init__.py":
            disk.add(relative.as_posix())
    drawn = {path: listed for path, listed in tree.items() if path.endswith(("/", ".py"))}
    assert len(drawn) > 10
    assert tree_faults(drawn, disk) == []


def test_the_architecture_is_one_page() -> None:
    assert len((PACKAGE / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 150


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_say_what_they_are(folder: str) -> None:
    lines = (ROOT / folder / "README.md").read_text("utf-8").splitlines()
    assert 0 < len(lines) <= LONGEST_README


def test_there_is_a_changelog() -> None:
    assert "0.1.0" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_nothing_names_one_machine() -> None:
    pattern = _machine_words()
    faults = []
    for path in files_of_the_project():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                faults.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert faults == []


# --- the rules catch what they forbid ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "allowed"),
    [
        ("read.markdown", "from publish.model.book import Book", True),
        ("read.markdown", "import publish.text.characters", True),
        ("read.markdown", "from publish.read.inline import x", True),
        ("read.markdown", "from publish.mend import rules", False),
        ("text.pairs", "def f():\n    from publish.read import markdown", False),
        ("model.book", "from publish import text", False),
        ("model.book", "from . import edition", False),
        ("build", "from publish.cli import main", False),
        ("cli", "from publish import __version__", True),
        ("", "from publish.cli import main", False),
        ("check.pdf", "from publish.elsewhere.thing import x", False),
    ],
)
def test_floor_rule(name: str, source: str, allowed: bool) -> None:
    assert (floor_faults(name, source) == []) is allowed


@pytest.mark.parametrize(
    ("name", "source", "allowed"),
    [
        ("check.pdf", "import pymupdf", True),
        ("render.pdf", "def f():\n    import pymupdf", False),
        ("render.pdf_fonts", "import weasyprint", True),
        ("render.pages", "import weasyprint.text", False),
        ("render.adapter.imports", "cffi = importlib.import_module('cffi.model')", True),
        ("render.pages", "cffi = importlib.import_module('cffi')", False),
        ("render.adapter.guard", "importlib.import_module(name)", True),
        ("typeset.lines", "def f():\n    import pyphen", False),
        ("cli.watch", "import rich.console", True),
        ("model.book", "import dataclasses, re", True),
        ("model.book", "import numpy", False),
    ],
)
def test_door_rule(name: str, source: str, allowed: bool) -> None:
    assert (door_faults(name, source) == []) is allowed


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("def f():\n    return 1", True),
        ("def f():\n    '''Later.'''", False),
        ("def f():\n    pass", False),
        ("def f():\n    ...", False),
        ("class A(Protocol):\n    def f(self): ...", True),
        ("class A(Exception):\n    '''What went wrong.'''", True),
        ("class A(Exception):\n    pass", False),
        ("def f():\n    raise NotImplementedError", False),
        ("x = 1  # TO" + "DO: two", False),
    ],
)
def test_stub_rule(source: str, allowed: bool) -> None:
    assert (stub_faults("m", source) == []) is allowed


def test_tree_rule() -> None:
    document = (
        "# A\n```\nnot/ this\n```\n```\npublish/\n  cli.py      arguments in\n  read/       rooms\n"
        "    markdown.py  what it reads\n  check/      files -> diagnostics\n```\n"
    )
    tree = tree_of(document)
    assert tree == {"cli.py": False, "read/": True, "read/markdown.py": False, "check/": False}
    disk = {"cli.py", "read/", "read/markdown.py", "check/", "check/pdf.py"}
    assert tree_faults(tree, disk) == []
    assert tree_faults(tree, disk | {"read/inline.py"}) == [
        "read/inline.py exists and is not drawn"
    ]
    assert tree_faults(tree, disk - {"cli.py"}) == ["cli.py is drawn and does not exist"]


def test_machine_rule() -> None:
    pattern = _machine_words()
    assert pattern.search("open('" + "/wo" + "rk/x')")
    assert pattern.search("pip install -i https://py" + "pi.org/simple")
    assert not pattern.search("import publish.work/thing; see output/README.md and ~/work")


def test_the_reader_of_pdf_files_is_light() -> None:
    # PyMuPDF 2 imports numpy and a neural runtime: a second of work before the first page.
    code = "import sys, pymupdf\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "pymupdf" in done.stdout.split(), done.stderr
    assert sorted({"numpy", "onnxruntime", "networkx"} & set(done.stdout.split())) == []
