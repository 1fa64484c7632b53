"""The files of a book: where they are, in which order, and never outside the book folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from publish.diagnostics import Source, Span, did_you_mean, fail
from publish.model import checkers
from publish.model.numerals import han_number

#: Bytes that book.toml may have; a manuscript has its own limit in ``read``.
LARGEST_TOML = 1_000_000
#: Files that one book may be made of.
MOST_FILES = 10_000

SUFFIXES = (".md", ".txt")
FONT_SUFFIXES = (".otf", ".ttf", ".otc", ".ttc", ".woff", ".woff2")


#: Files of other programs that pandoc reads, and the name it has for each.
CONVERTED = {
    ".docx": "docx", ".odt": "odt", ".rtf": "rtf", ".html": "html", ".htm": "html",
    ".epub": "epub", ".tex": "latex", ".org": "org", ".rst": "rst",
}  # fmt: skip


def conversion(path: Path) -> tuple[str, ...]:
    """How a file of another program becomes a manuscript; nothing where that is not known."""
    kind = CONVERTED.get(path.suffix.lower())
    if kind is None:
        return ()
    # A blank in a name would part it in two.
    name, made = (f'"{p}"' if " " in str(p) else p for p in (path, path.with_suffix(".md")))
    command = f"pandoc -f {kind} -t markdown --wrap=none {name} -o {made}"
    return (f"make Markdown of it first: {command}",)


def existing(source: Path) -> None:
    """Raise a :class:`Failure` with exit code 2 when nothing is at this path."""
    try:
        if source.exists():
            return
        beside = [item.name for item in source.parent.iterdir()] if source.name else []
    except OSError:
        beside = []
    near = did_you_mean(source.name, beside)
    raise fail("M-PATH", f"no such file or folder: {source}", exit_code=2, hints=near)


def book_name(source: Path) -> str:
    """The name of a book: that of its folder, or the stem of its file.

    It becomes part of every artefact's name, so :class:`Failure` (``M-NAME``)
    when it could lead out of the output folder.
    """
    if source.is_file():
        name = source.stem
    elif source.name in ("", ".."):
        name = source.resolve().name
    else:
        name = source.name
    try:
        return str(checkers.file_name(name))
    except checkers.Wrong as wrong:
        raise fail("M-NAME", f"the name of a book {wrong.reason}", path=str(source)) from None


def read_toml(folder: Path, toml: Path) -> Source:
    """The text of book.toml, which must be UTF-8 and in the folder itself.

    Raises :class:`Failure`: ``M-OUTSIDE``, ``M-READ``, ``M-SIZE`` or ``M-UTF8``.
    """
    try:
        inside_folder(folder, toml.name)
        with toml.open("rb") as stream:
            data = stream.read(LARGEST_TOML + 1)
    except checkers.Wrong as wrong:
        raise fail(wrong.code, f"book.toml {wrong.reason}", path=str(toml)) from None
    except OSError as error:
        raise fail("M-READ", f"cannot read book.toml: {error.strerror}", path=str(toml)) from None
    if len(data) > LARGEST_TOML:
        raise fail("M-SIZE", f"book.toml is larger than {LARGEST_TOML:,} bytes", path=str(toml))
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    source = Source(str(toml), text)
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace").replace("\r\n", "\n")
        raise fail(
            "M-UTF8",
            f"book.toml is not UTF-8: byte 0x{data[error.start]:02X}",
            span=Span(source, len(before), len(before) + 1),
            hints=("save the file as UTF-8",),
        ) from None
    return source


def inside_folder(folder: Path, relative: str) -> Path:
    """The file at a path within the book folder; raises :class:`Wrong` when it leads out of the
    folder (also through a symbolic link) or is not there."""
    path = folder / relative
    root = folder.resolve()
    if Path(relative).is_absolute() or "\\" in relative or not _within(root, path):
        raise checkers.Wrong(f"leads out of the book folder: {relative}", code="M-OUTSIDE")
    if not path.is_file():
        raise checkers.Wrong(
            f"names a file that is not there: {relative}",
            hints=did_you_mean(relative, (item.name for item in folder.iterdir())),
        )
    return path


def _within(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a loop of links
        return False


def default_files(folder: Path) -> tuple[Path, ...]:
    """``manuscript.md``, else all ``*.md``, else all ``*.txt`` of the folder, in natural order.

    Hidden files are left out.  Raises :class:`Failure` (``M-EMPTY``) when there is
    none, ``M-OUTSIDE`` for one that is a link to somewhere else.
    """
    try:
        visible = (item for item in folder.iterdir() if not item.name.startswith("."))
        present = sorted((item for item in visible if item.is_file()), key=natural)
    except OSError as error:
        message = f"cannot read the folder: {error.strerror}"
        raise fail("M-READ", message, path=str(folder)) from None
    manuscript = [item for item in present if item.name == "manuscript.md"]
    for suffix in SUFFIXES:
        chosen = manuscript or [item for item in present if item.suffix.lower() == suffix]
        if not chosen:
            continue
        for item in chosen:
            if not _within(folder.resolve(), item):
                raise fail(
                    "M-OUTSIDE",
                    "the manuscript leads out of the book folder through a link",
                    path=str(item),
                )
        return tuple(chosen)
    other = next((item for item in present if item.suffix.lower() in CONVERTED), None)
    raise fail(
        "M-EMPTY",
        "no manuscript in this folder: neither manuscript.md nor any .md or .txt file",
        path=str(folder),
        hints=conversion(other) if other else ("publish new DIR makes a folder with one",),
    )


def declared_files(folder: Path, patterns: Iterable[str]) -> tuple[Path, ...]:
    """The files of ``[source] files``, in declared order, each once."""
    files: dict[Path, None] = {}
    for number, pattern in enumerate(patterns):
        if not re.search(r"[*?\[]", pattern):
            matches = [_inside(folder, pattern, number)]
        else:
            parts = Path(pattern).parts
            if Path(pattern).is_absolute() or ".." in parts or "\\" in pattern:
                raise checkers.Wrong("leads out of the book folder", number, code="M-OUTSIDE")
            try:
                found = [p for p in folder.glob(pattern) if p.suffix.lower() in SUFFIXES]
            except (ValueError, NotImplementedError) as error:
                raise checkers.Wrong(f"is no pattern: {error}", number) from None
            matches = sorted((path for path in found if path.is_file()), key=natural)
            if not matches:
                others = [p for p in folder.glob(pattern) if p.suffix.lower() in CONVERTED]
                raise checkers.Wrong(
                    f"matches no .md or .txt file: {pattern}",
                    number,
                    hints=conversion(others[0]) if others else (),
                )
            for path in matches:
                _inside(folder, str(path.relative_to(folder)), number)
        files.update(dict.fromkeys(matches))
        if len(files) > MOST_FILES:
            raise checkers.Wrong(f"names more than {MOST_FILES:,} files", number)
    if not files:
        raise checkers.Wrong("must name at least one file")
    return tuple(files)


def _inside(folder: Path, relative: str, *path: str | int) -> Path:
    try:
        return inside_folder(folder, relative)
    except checkers.Wrong as wrong:
        raise checkers.Wrong(wrong.reason, *path, hints=wrong.hints, code=wrong.code) from None


_NUMBERS = re.compile(r"(\d+)|(?<=第)([零〇一二两兩三四五六七八九十百千]+)")
#: 上 中 下 as the volumes of a book are named, not as their code points follow.
_VOLUMES = str.maketrans("上中下", "\ue001\ue002\ue003")


def natural(path: Path) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts paths as people count: 2 before 10, 第二章 before 第十章, 上 中 下."""
    parts: list[tuple[int, int, str]] = []
    end = 0
    text = str(path)
    for match in _NUMBERS.finditer(text):
        parts.append((1, 0, text[end : match.start()].casefold().translate(_VOLUMES)))
        parts.append((0, int(match[1]) if match[1] else han_number(match[2]), ""))
        end = match.end()
    parts.append((1, 0, text[end:].casefold().translate(_VOLUMES)))
    return tuple(parts), text
