"""What the acceptance tests share: running the command, and reading what it wrote.

Nothing here imports ``publish``: the tests know the command line and the files it
writes, as a user does, and read those files with lxml, zipfile and MuPDF directly.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import pymupdf
from lxml import etree
from warm import Server

ROOT = Path(__file__).resolve().parent.parent
BOOKS = ROOT / "tests" / "books"
FIRST_BOOK = ROOT / "seeds" / "liang-wenfeng-60"
EDITIONS = ("hans", "hant-tw", "hant-hk")
#: All that the first book declares: one more in columns, with Han numerals.
DECLARED = (*EDITIONS, "hant-tw-v")
EPOCH = "1700000000"

XHTML = "http://www.w3.org/1999/xhtml"
NAMESPACES = {
    "h": XHTML,
    "epub": "http://www.idpf.org/2007/ops",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "m": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
}
EPUB_TYPE = f"{{{NAMESPACES['epub']}}}type"


# --- running the command -----------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run of the command: exit code, both streams, wall time in seconds."""

    command: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def said(self) -> str:
        """All that a person would see, with runs of white space made one blank."""
        return " ".join((self.out + "\n" + self.err).split())

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON lines of standard output; every line must be one."""
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def diagnostics(self, severity: str = "") -> list[dict[str, Any]]:
        """The diagnostics among the JSON lines, of one severity or all."""
        found = [item for item in self.records if item.get("type") == "diagnostic"]
        return [item for item in found if not severity or item["severity"] == severity]

    def __str__(self) -> str:
        return (
            f"$ publish {' '.join(self.command)}\nexit {self.code} in {self.seconds:.1f} s\n"
            f"--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-4000:]}"
        )


@contextmanager
def interruptible() -> Iterator[None]:
    """What is started here hears Ctrl-C, also where the tests are a job in the background of a
    shell, which ignores it for all it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user's shell, with the program on the path and a fixed date."""
    left_out = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env["PYTHONPATH"] = str(ROOT)
    env["SOURCE_DATE_EPOCH"] = EPOCH
    env.update(changes or {})
    return env


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "publish", *map(str, arguments)]


_SERVERS: list[Server] = []


def warm_server() -> Server:
    """The server of this test session, started when first asked for."""
    if not _SERVERS:
        _SERVERS.append(Server(environment()))
        atexit.register(_SERVERS[0].close)
    return _SERVERS[0]


def publish(
    *arguments: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
    preexec: Callable[[], None] | None = None,
) -> Run:
    """Run ``publish`` in a folder and wait; a run past ``timeout`` seconds fails the test.

    It is a process of its own where the environment is changed or ``preexec`` sets a limit,
    else a fork of the warm server.
    """
    started = monotonic()
    words = tuple(map(str, arguments))
    if env or preexec:
        done = subprocess.run(
            command_line(*arguments),
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            preexec_fn=preexec,
            check=False,
        )
        code, out, err = done.returncode, done.stdout, done.stderr
    else:
        with tempfile.TemporaryDirectory() as folder:
            out_path, err_path = Path(folder, "out"), Path(folder, "err")
            code = warm_server().run(list(words), cwd, timeout, out_path, err_path)
            out, err = out_path.read_bytes(), err_path.read_bytes()
    return Run(words, code, out.decode("utf-8"), err.decode("utf-8"), monotonic() - started)


def built(run: Run) -> Run:
    """The same run, after it is seen that it ended well and without a traceback."""
    assert run.code == 0, str(run)
    assert "Traceback" not in run.said, str(run)
    return run


#: What a build writes beside its artefacts.
RECORDS = ("build.json", "changes.json", "changes.txt")


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, as sorted relative paths; none if there is no folder."""
    if not folder.exists():
        return []
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def with_records(*artefacts: str) -> list[str]:
    """The files of a book's output folder: these artefacts, build.json and the change log."""
    folder = artefacts[0].rpartition("/")[0]
    records = (f"{folder}/{name}".lstrip("/") for name in RECORDS)
    return sorted([*artefacts, *records])


def make_book(folder: Path, text: str | bytes = "", toml: str = "", **files: bytes | str) -> Path:
    """A book folder: ``book.md``, ``book.toml`` and further files by name.

    The page list is off, so that a build of the EPUB alone need not lay out pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if text:
        put(folder / "book.md", text)
    put(folder / "book.toml", toml + "\n[epub]\npage-list = false\n")
    for name, content in files.items():
        put(folder / name, content)
    return folder


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


# --- text --------------------------------------------------------------------


def bare(text: str) -> str:
    """The text without white space and without characters that only steer layout."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPAT"))


# --- EPUB --------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A content document of an EPUB: its path in the zip, its tree, its manifest properties."""

    path: str
    tree: etree._Element
    properties: tuple[str, ...]

    def find(self, path: str) -> list[Any]:
        return self.tree.xpath(path, namespaces=NAMESPACES)  # type: ignore[return-value]

    def with_class(self, name: str, element: str = "*") -> list[Any]:
        return self.find(
            f"//h:{element}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        )

    @property
    def ids(self) -> set[str]:
        return set(self.find("//@id"))


class Epub:
    """An EPUB as a reader opens it: by the container, the package file and the spine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            self.infos = archive.infolist()
            self.files = {info.filename: archive.read(info) for info in self.infos}
        container = etree.fromstring(self.files["META-INF/container.xml"])
        self.opf_path = str(
            container.xpath("string(//c:rootfile/@full-path)", namespaces=NAMESPACES)
        )
        self.opf = etree.fromstring(self.files[self.opf_path])
        folder = PurePosixPath(self.opf_path).parent
        self.items: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        for item in self.opf.iterfind(".//opf:manifest/opf:item", NAMESPACES):
            path_in_zip = (folder / unquote(item.attrib["href"])).as_posix()
            properties = tuple(item.get("properties", "").split())
            self.items[item.attrib["id"]] = (path_in_zip, item.attrib["media-type"], properties)
        self.spine: list[Document] = []
        for itemref in self.opf.iterfind(".//opf:spine/opf:itemref", NAMESPACES):
            where, _, properties = self.items[itemref.attrib["idref"]]
            self.spine.append(self.document(where, properties))

    def document(self, path: str, properties: tuple[str, ...] = ()) -> Document:
        return Document(path, etree.fromstring(self.files[path]), properties)

    @property
    def nav(self) -> Document:
        (found,) = [p for p, _, properties in self.items.values() if "nav" in properties]
        return self.document(found)

    def nav_list(self, kind: str) -> list[tuple[str, str]]:
        """(label, target path#id) of every link of the nav of that epub:type, in order."""
        nav = self.nav
        links = nav.find(f"//h:nav[@epub:type='{kind}']//h:a")
        return [
            ("".join(a.itertext()).strip(), self.target(nav.path, a.get("href"))) for a in links
        ]

    @staticmethod
    def target(base: str, href: str) -> str:
        """Path#fragment in the zip of a relative reference."""
        parts = urlsplit(href)
        path = base
        if parts.path:
            names: list[str] = []
            for name in (PurePosixPath(base).parent / unquote(parts.path)).parts:
                if name == "..":
                    names.pop()
                elif name != ".":
                    names.append(name)
            path = "/".join(names)
        return f"{path}#{unquote(parts.fragment)}" if parts.fragment else path

    def metadata(self, name: str) -> list[str]:
        found = self.opf.iterfind(f".//opf:metadata/dc:{name}", NAMESPACES)
        return ["".join(item.itertext()) for item in found]

    def find(self, path: str) -> list[Any]:
        """What the XPath finds in the documents of the spine, in reading order."""
        return [found for document in self.spine for found in document.find(path)]

    def with_class(self, name: str, element: str = "*") -> list[Any]:
        return [found for doc in self.spine for found in doc.with_class(name, element)]

    def text(self, *, notes: bool = False) -> str:
        """What is read in the spine, without nav, note calls and (unless asked) notes."""
        pieces: list[str] = []
        for document in self.spine:
            if document.path != self.nav.path:
                body = document.tree.find("h:body", NAMESPACES)
                assert body is not None, document.path
                pieces.extend(_read(body, notes))
        return "".join(pieces)

    def notes(self) -> list[str]:
        return ["".join(_read(item, True)) for item in self.with_class("footnote")]


_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body caption dd div dl dt figcaption figure footer h1 h2
        h3 h4 h5 h6 header hr li nav ol p pre section table tbody td tfoot th thead tr ul br""",
    )
)


def _read(element: Any, notes: bool) -> Iterator[str]:
    """The text below an element as a reader gets it; block ends are line feeds."""
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element).localname
    kinds = element.get(EPUB_TYPE, "").split()
    skip = name in ("rt", "rp", "script", "style", "math", "title") or "noteref" in kinds
    skip = skip or (
        not notes and bool({"footnote", "footnotes", "endnotes", "endnote"} & set(kinds))
    )
    skip = skip or "backlink" in kinds or element.get("role") == "doc-backlink"
    if not skip:
        yield element.text or ""
        for child in element:
            yield from _read(child, notes)
            yield child.tail or ""
        if name in _BLOCKS:
            yield "\n"


# --- PDF ---------------------------------------------------------------------


@dataclass(frozen=True)
class Glyph:
    """One character of a page: its size in pt, its font, its origin on the baseline in pt."""

    text: str
    size: float
    font: str
    x: float
    y: float


class Pdf:
    """A PDF as MuPDF reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = pymupdf.open(path)
        self.bookmarks = [(level, title, page) for level, title, page in self.document.get_toc()]

    def __len__(self) -> int:
        return int(self.document.page_count)

    def page_text(self, number: int) -> str:
        """The text of a page, counted from one, ligatures taken apart."""
        flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
        return str(self.document[number - 1].get_text("text", flags=flags))

    def text(self) -> str:
        return "".join(self.page_text(n) for n in range(1, len(self) + 1))

    def glyphs(self, number: int) -> Iterator[Glyph]:
        flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
        page = self.document[number - 1].get_text("rawdict", flags=flags)
        for block in page["blocks"]:
            for line in block.get("lines", ()):
                for span in line["spans"]:
                    for char in span["chars"]:
                        x, y = char["origin"]
                        yield Glyph(char["c"], span["size"], span["font"], x, y)

    def page_with(self, text: str, first: int = 1) -> int:
        """The first page, from ``first`` on, that holds the text (white space ignored)."""
        for number in range(first, len(self) + 1):
            if bare(text) in bare(self.page_text(number)):
                return number
        raise AssertionError(f"{self.path.name}: no page has {text!r}")

    def body(self, size: float = 10.5) -> str:
        """Characters set at the body size, page by page, in the order of each page."""
        return "".join(
            glyph.text
            for number in range(1, len(self) + 1)
            for glyph in self.glyphs(number)
            if abs(glyph.size - size) < 0.2
        )

    def links(self) -> list[str]:
        return [
            str(link["uri"])
            for page in self.document
            for link in page.get_links()
            if link.get("uri")
        ]


# --- the first book's text, by our own hand ------------------------------------


@dataclass(frozen=True)
class Expected:
    """The first book as a reader should read it: introduction, the line that opens the
    entries, and the entries by number."""

    introduction: tuple[str, ...]
    opening: str
    entries: tuple[str, ...]


def expected_first_book() -> Expected:
    """The manuscript without its defects (text.md, section 1), by book.toml's decisions."""
    text = (FIRST_BOOK / "manuscript.md").read_text(encoding="utf-8")
    paragraphs: list[str] = []
    for line in text.split("\n"):
        line = line.replace("&#x20;", " ").rstrip().removesuffix("\\").replace("**", "")
        line = line.replace("梁文峰", "梁文锋").replace("Chatgpt", "ChatGPT")
        if line and not line.startswith("# "):
            paragraphs.append(line)
    opening = paragraphs.index("DeepSeek创始人梁文锋的60条思考：")
    entries: list[str] = []
    for number, paragraph in enumerate(paragraphs[opening + 1 :], start=1):
        match = re.match(r"(\d+)\.(.*)", paragraph)
        assert match is not None and int(match[1]) == number, paragraph
        entries.append(match[2])
    assert len(entries) == 60
    return Expected(tuple(paragraphs[:opening]), paragraphs[opening].rstrip("："), tuple(entries))


_CONVERTERS: dict[str, Any] = {}


def in_script(text: str, edition: str) -> str:
    """The simplified text in an edition's script, by stock OpenCC, its one known fault on this
    manuscript mended (签 before 长协议), quotation marks by depth."""
    if edition == "hans":
        return text
    if edition not in _CONVERTERS:
        from opencc import OpenCC

        ways = {"hant-tw": "s2tw", "hant-hk": "s2hk"}
        _CONVERTERS[edition] = OpenCC(ways[edition.removesuffix("-v")])
    text = str(_CONVERTERS[edition].convert(text)).replace("籤長協議", "簽長協議")
    return text.translate(str.maketrans("“”‘’", "「」『』"))


def in_order(lines: Iterable[str], text: str) -> list[str]:
    """The lines that are not found in the text after the one before them (white space ignored)."""
    whole, position, missing = bare(text), 0, []
    for line in map(bare, lines):
        found = whole.find(line, position)
        if found < 0:
            missing.append(line)
        else:
            position = found + len(line)
    return missing


def expected_lines(name: str) -> list[str]:
    return (BOOKS / f"{name}.expected").read_text(encoding="utf-8").splitlines()
