"""``publish check FILE.epub`` finds what was planted; validators agree; Kindle's format (issue 5).

Each fault is one edit of an EPUB that is clean before it, so that what is found is the fault.
"""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ace
import epubcheck
import pytest
from acceptance import (
    NAMESPACES,
    XHTML,
    Document,
    Epub,
    Run,
    built,
    files_in,
    publish,
    put,
)
from acceptance_epub import (
    XML_LANG,
    built_epub,
    changed,
    copied,
    element,
    epub_path,
    sample_book,
    sheets,
    write_book,
)
from conftest import Built
from test_acceptance_epub_choices import CLAIM_TOML, long_book, sample

#: Whole builds, one after the other: more than a few seconds in all.
pytestmark = pytest.mark.slow


# --- faults ------------------------------------------------------------------------------

Changes = Mapping[str, bytes | None]


def holder(epub: Epub, path: str) -> Document:
    """The first document of the spine that has what the XPath names, the contents left out."""
    return next(d for d in epub.spine if d.path != epub.nav.path and d.find(path))


def first(root: Any, path: str) -> Any:
    return root.xpath(path, namespaces=NAMESPACES)[0]


def in_text(path: str, edit: Callable[[Any], object]) -> Callable[[Epub], Changes]:
    """The fault of editing the first element that an XPath finds in the text."""

    def fault(epub: Epub) -> Changes:
        return changed(epub, holder(epub, path).path, lambda root: edit(first(root, path)))

    return fault


def in_nav(path: str, edit: Callable[[Any], object]) -> Callable[[Epub], Changes]:
    return lambda epub: changed(epub, epub.nav.path, lambda root: edit(first(root, path)))


def in_package(path: str, edit: Callable[[Any], object]) -> Callable[[Epub], Changes]:
    return lambda epub: changed(epub, epub.opf_path, lambda root: edit(first(root, path)))


def in_ncx(path: str, edit: Callable[[Any], object]) -> Callable[[Epub], Changes]:
    def fault(epub: Epub) -> Changes:
        (ncx,) = [p for p, kind, _ in epub.items.values() if kind == "application/x-dtbncx+xml"]
        return changed(epub, ncx, lambda root: edit(first(root, path)))

    return fault


def in_styles(css: str) -> Callable[[Epub], Changes]:
    def fault(epub: Epub) -> Changes:
        path, text = next(iter(sheets(epub).items()))
        return {path: f"{text}\n{css}\n".encode()}

    return fault


def remove(found: Any) -> None:
    found.getparent().remove(found)


def set_language(root: Any) -> None:
    root.set("lang", "ja")
    root.set(XML_LANG, "ja")


def without_picture(epub: Epub) -> Changes:
    document = holder(epub, "//h:figure//h:img")
    source = document.find("//h:figure//h:img/@src")[0]
    return {epub.target(document.path, source): None}


def without_ruby(epub: Epub) -> Changes:
    """No reading is left, though the metadata promise some."""

    def unruby(root: Any) -> None:
        for name in ("ruby", "rt", "rp"):
            for found in root.iter(f"{{{XHTML}}}{name}"):
                found.tag = f"{{{XHTML}}}span"

    pages = [d.path for d in epub.spine if d.find("//h:ruby")]
    assert pages
    return {name: data for path in pages for name, data in changed(epub, path, unruby).items()}


def too_long(epub: Epub) -> Changes:
    def fill(section: Any) -> None:
        for _ in range(300):
            section.append(element("p", "河从西边来，到村口转了个弯。" * 20))

    return in_text("//h:section[@epub:type='chapter']", fill)(epub)


CONTENTS = "//h:nav[@epub:type='toc']//h:li[last()]/h:a"
FIGURE = "//h:figure//h:img"
FEATURE = "//opf:meta[@property='schema:accessibilityFeature']"

#: What makes a file wrong, so that the check ends with exit code 1: what EPUBCheck 5.3 calls an
#: error, and a picture without words.  With each edit stands what the message can hardly do without
#: naming; nothing where that is a matter of words.
WRONG: dict[str, tuple[Callable[[Epub], Changes], str]] = {
    "link of the contents": (in_nav(CONTENTS, lambda a: a.set("href", "no.xhtml")), "no.xhtml"),
    "anchor of the contents": (
        in_nav(CONTENTS, lambda a: a.set("href", a.get("href").partition("#")[0] + "#nowhere")),
        "nowhere",
    ),
    "link in the text": (
        in_text("//h:p//h:a[not(@epub:type)]", lambda a: a.set("href", "#nowhere")),
        "nowhere",
    ),
    "no alt": (in_text(FIGURE, lambda image: image.attrib.pop("alt")), ""),
    "xml:lang alone": (in_text("//h:html", lambda html: html.set(XML_LANG, "ja")), "ja"),
    "page not marked": (in_text("//*[@epub:type='pagebreak']", remove), "page-"),
    "sheet from elsewhere": (in_styles("p { background: url(http://example.org/a.png) }"), ""),
    "script": (in_text("//h:head", lambda h: h.append(element("script", "alert(1)"))), "script"),
    "handler": (in_text("//h:p", lambda p: p.set("onclick", "alert(1)")), "onclick"),
    "picture from elsewhere": (
        in_text(FIGURE, lambda image: image.set("src", "https://example.org/a.png")),
        "example.org",
    ),
    "picture that is not there": (without_picture, ""),
    "same identifier twice": (
        in_text("//h:h2", lambda h: h.getnext().set("id", h.get("id"))),
        "",
    ),
    "note that is gone": (in_text("//h:aside[@epub:type='footnote']", remove), ""),
    "date": (
        in_package("//opf:meta[@property='dcterms:modified']", lambda m: setattr(m, "text", "23")),
        "modified",
    ),
}
#: What makes it worse: EPUBCheck says nothing of it, and a warning is enough.
WORSE: dict[str, tuple[Callable[[Epub], Changes], str]] = {
    "language": (in_text("//h:html", set_language), "ja"),
    "page not listed": (in_nav("//h:nav[@epub:type='page-list']//h:li[2]", remove), ""),
    "page not in the old list": (in_ncx("//ncx:pageTarget[2]", remove), ""),
    "label of the old contents": (
        in_ncx("//ncx:navPoint//ncx:text", lambda text: setattr(text, "text", "别的")),
        "",
    ),
    "px": (in_styles("p { font-size: 16px }"), "px"),
    "pt": (in_styles("body { font-size: 12pt }"), "pt"),
    "line height of the text": (in_styles("body { line-height: 1.7 }"), "line-height"),
    "colour of the text": (in_styles("p { color: #000 }"), "color"),
    "text-autospace": (in_styles("body { text-autospace: normal }"), "text-autospace"),
    "logical alone": (in_styles("p.x { margin-inline-start: 1em }"), "margin-inline-start"),
    "two main headings": (in_text("//h:h1", lambda h: h.addnext(element("h1", "又一个"))), ""),
    "level skipped": (in_text("//h:h2", lambda h: setattr(h, "tag", f"{{{XHTML}}}h4")), ""),
    "type without role": (
        in_text("//h:section[@epub:type='chapter']", lambda s: s.attrib.pop("role")),
        "",
    ),
    "note without a way back": (in_text("//h:aside//h:a[@role='doc-backlink']", remove), ""),
    "formula without words": (in_text("//m:math", lambda math: math.attrib.pop("alttext")), ""),
    "readings promised": (without_ruby, ""),
    "formulas not declared": (in_package(f"{FEATURE}[.='MathML']", remove), "MathML"),
    "no summary": (in_package("//opf:meta[@property='schema:accessibilitySummary']", remove), ""),
    "too long": (too_long, ""),
}


def found_in(run: Run) -> list[dict[str, Any]]:
    assert run.code in (0, 1) and "Traceback" not in run.said, str(run)
    return [item for item in run.diagnostics() if item["severity"] != "query"]


def test_what_is_built_is_clean(
    hans_small: Built, hant_small: Built, first_book: Built, sample_epubs: list[Epub]
) -> None:
    paths = [hans_small.path("hans", "epub"), hant_small.path("hant-tw", "epub")]
    paths += [first_book.path("hant-hk", "epub"), *(epub.path for epub in sample_epubs)]
    for path in paths:
        run = publish("check", path, "--json", cwd=path.parent)
        assert run.code == 0 and not found_in(run), str(run)


@pytest.mark.parametrize("name", [*WRONG, *WORSE])
def test_a_planted_fault_is_found(hans_small: Built, tmp_path: Path, name: str) -> None:
    edit, told = (WRONG | WORSE)[name]
    epub = hans_small.epub("hans")
    changes = edit(epub)
    assert any(epub.files.get(path) != data for path, data in changes.items())
    path = copied(epub, tmp_path / "faulty.epub", changes)
    before = path.read_bytes()
    run = publish("check", path.name, "--json", cwd=tmp_path)
    problems = found_in(run)
    assert problems, f"{name}: nothing is found\n{run}"
    assert run.code == int(any(item["severity"] == "error" for item in problems))
    assert run.code == 1 or name in WORSE, f"{name} is wrong, not only worse\n{run}"
    words = [f"{p['path']} {p['message']} {p['excerpt']} {p['hints']}".lower() for p in problems]
    assert any(told.lower() in word for word in words), str(run)
    files = {path.rpartition("/")[2] for path in epub.files}
    assert any(file in word for file in files for word in words), f"no file is named\n{run}"
    assert path.read_bytes() == before and files_in(tmp_path) == ["faulty.epub"]


def test_the_container_is_looked_at(hans_small: Built, tmp_path: Path) -> None:
    epub = hans_small.epub("hans")
    late = {name: epub.files[name] for name in sorted(epub.files) if name != "mimetype"}
    with zipfile.ZipFile(tmp_path / "late.epub", "w") as archive:
        for name, data in [*late.items(), ("mimetype", epub.files["mimetype"])]:
            archive.writestr(name, data)
    copied(epub, tmp_path / "squeezed.epub", {}, mimetype=zipfile.ZIP_DEFLATED)
    copied(epub, tmp_path / "mac.epub", {"__MACOSX/._nav.xhtml": b"\0"})
    copied(epub, tmp_path / "unlisted.epub", {"EPUB/notes.txt": b"x"})
    copied(epub, tmp_path / "broken.epub", {epub.spine[4].path: b"<html><p></html>"})
    put(tmp_path / "none.epub", b"no archive at all")
    put(tmp_path / "cut.epub", epub.path.read_bytes()[:20_000])
    for path in sorted(tmp_path.iterdir()):
        run = publish("check", path.name, "--json", cwd=tmp_path)
        problems = found_in(run)
        assert problems, f"{path.name}: nothing is found"
        wrong = path.name not in ("mac.epub", "unlisted.epub")
        assert run.code == 1 or not wrong, str(run)


def test_an_epub_of_another_program_is_read(tmp_path: Path) -> None:
    """A version 2 file without nav, roles and metadata: many remarks, no accident."""
    files = {
        "META-INF/container.xml": '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:'
        'xmlns:container"><rootfiles><rootfile full-path="a.opf" '
        'media-type="application/oebps-package+xml"/></rootfiles></container>',
        "a.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="2.0" '
        'unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>书</dc:title>'
        '<dc:identifier id="i">x</dc:identifier><dc:language>zh</dc:language></metadata><manifest>'
        '<item id="t" href="t.html" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="t"/></spine></package>',
        "t.html": f'<html xmlns="{XHTML}"><head><title/></head><body><p>字</p></body></html>',
    }
    with zipfile.ZipFile(tmp_path / "old.epub", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, text in files.items():
            archive.writestr(name, text)
    run = publish("check", "old.epub", "--json", cwd=tmp_path)
    assert found_in(run), str(run)


# --- what other people's programs say --------------------------------------------------------


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> list[Epub]:
    """The small book without and with faces for all, and a chapter that is parted."""
    folder = tmp_path_factory.mktemp("chosen")
    return [
        sample(folder / "none", 'fonts = "none"\n'),
        sample(folder / "full", 'fonts = "full"\n', "hant-hk"),
        built_epub(long_book(folder / "long", 40)),
    ]


def test_epubcheck_and_our_own_check_find_nothing(
    chosen: list[Epub], sample_epubs: list[Epub]
) -> None:
    paths = [epub.path for epub in (*chosen, *sample_epubs)]
    said = [m for m in epubcheck.check_all(paths) if m.code not in epubcheck.KNOWN_USAGES]
    assert said == [], "\n".join(map(str, said))
    for path in paths:
        run = publish("check", path, "--json", cwd=path.parent)
        assert run.code == 0 and not found_in(run), str(run)


def test_ace_finds_nothing(tmp_path: Path) -> None:
    """With a claim declared, no metadata of access is missing (check 4)."""
    report = ace.check(sample(tmp_path / "book", f'fonts = "full"\n{CLAIM_TOML}').path)
    assert report.outcome == "pass" and report.assertions == ()
    assert not report.empty and not [name for name in report.missing if name.startswith("schema:")]
    assert not {"dcterms:conformsTo", "a11y:certifiedBy"} & set(report.missing)


# --- Kindle -------------------------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder for PATH with the programs of this machine, but nothing of calibre."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).iterdir() if place and Path(place).is_dir() else ():
            hidden = program.name.startswith(("calibre", "ebook-"))
            if not hidden and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return folder


def converter(shell: Path, body: str) -> Path:
    """A program called ebook-convert that writes its arguments down; the file of its notes."""
    log = shell.parent / "log"
    log.mkdir()
    program = shell / "ebook-convert"
    # The environment may be a clean one, so that the places are written into the program.
    put(
        program,
        f"#!{sys.executable}\nimport os, shutil, sys, time\nfrom pathlib import Path\n"
        "if '--version' in sys.argv:\n    print('ebook-convert (calibre 7.0)')\n    sys.exit()\n"
        f"log = Path({str(log)!r})\n"
        "(log / f'{time.time_ns()}').write_bytes('\\0'.join(sys.argv[1:]).encode())\n"
        f"{body}\n",
    )
    program.chmod(0o755)
    return log


#: As a PDB of Kindle's begins: a name of 32 octets, and at octet 60 its kind.
WRITES = (
    "shutil.copy(sys.argv[1], log / 'source.epub')\n"
    "Path(sys.argv[2]).write_bytes(b'book'.ljust(60, b'\\0') + b'BOOKMOBI' + b'\\0' * 2000)\n"
)


def azw3(book: Path, shell: Path, *options: str) -> Run:
    env = {"PATH": str(shell)}
    command = ("build", book.name, "--format", "azw3", *options)
    return publish(*command, cwd=book.parent, env=env)


def test_without_calibre_it_says_what_is_missing(tmp_path: Path, shell: Path) -> None:
    book = sample_book(tmp_path / "book")
    run = azw3(book, shell, "--json")
    assert run.code in (1, 2) and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    assert "calibre" in f"{error['message']} {error['hints']}".lower() and error["hints"]
    assert not [name for name in files_in(tmp_path / "output") if name.endswith("azw3")]
    assert "calibre" in azw3(book, shell).err.lower(), "people are told the same"


def test_calibre_is_called_with_the_epub_of_the_edition(tmp_path: Path, shell: Path) -> None:
    """A name that a shell would run, with blanks and a dash: arguments are only names."""
    log = converter(shell, WRITES)
    name = "$(touch 中招);'书 -o"
    book = sample_book(tmp_path / "books" / name)
    command = ("build", f"./{name}", "--format", "azw3", "--edition", "hant-tw")
    run = built(publish(*command, cwd=book.parent, env={"PATH": str(shell)}))
    calls = [path.read_bytes().decode().split("\0") for path in log.iterdir() if path.suffix == ""]
    ((source, target, *options),) = calls
    assert source.endswith(".epub") and target.endswith(".azw3")
    assert not source.startswith("-") and not target.startswith("-")
    assert not options or options[0].startswith("--")
    made = f"books/output/{name}/{name}.hant-tw"
    assert (tmp_path / f"{made}.azw3").read_bytes()[60:68] == b"BOOKMOBI"
    assert f"{name}.hant-tw.azw3" in run.said
    assert not list(tmp_path.rglob("中招"))
    built(publish(*command[:2], "--format", "epub", *command[4:], cwd=book.parent))
    assert (log / "source.epub").read_bytes() == (tmp_path / f"{made}.epub").read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        "sys.stderr.write('cannot convert it'); sys.exit(1)",
        "sys.exit(0)",
        "Path(sys.argv[2]).write_bytes(b''); sys.exit(0)",
        "Path(sys.argv[2]).write_bytes(b'half'); os.kill(os.getpid(), 9)",
    ],
    ids=["fails", "writes nothing", "writes an empty file", "is killed"],
)
def test_a_converter_that_fails_is_an_error(tmp_path: Path, shell: Path, body: str) -> None:
    converter(shell, body)
    book = sample_book(tmp_path / "book")
    old = put(tmp_path / "output" / "book" / "book.hans.azw3", b"the old file")
    run = azw3(book, shell, "--json", "--edition", "hans")
    assert run.code == 1 and "Traceback" not in run.said, str(run)
    (error,) = run.diagnostics("error")
    if "cannot" in body:
        assert "cannot convert it" in f"{error['message']} {error['hints']} {error['excerpt']}"
    assert old.read_bytes() == b"the old file", "a build that fails leaves the old file whole"
    left = [name for name in files_in(tmp_path / "output") if "azw3" in name]
    assert left == ["book/book.hans.azw3"]


def test_calibre_itself_is_not_needed_for_the_rest(tmp_path: Path, shell: Path) -> None:
    book = write_book(tmp_path / "book", "# 灯\n\n夜里停电。\n", "[epub]\npage-list = false\n")
    run = publish("build", "book", "--format", "epub", cwd=tmp_path, env={"PATH": str(shell)})
    built(run)
    assert "calibre" not in run.said.lower() and epub_path(book).is_file()
    assert shutil.which("ebook-convert", path=str(shell)) is None
