"""The pipeline on one screen: manifest -> sources -> mend(read) -> convert -> render -> check.

Every stage is a function from value to value with diagnostics (:mod:`publish.stages`); files are
written under a lock, to a temporary name first (:mod:`publish.outputs`), so that an old artefact
stays whole until the new one is.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from publish.diagnostics import Diagnostic, Edit, Failure, fail, has_errors
from publish.formats import DATED, checked, makers
from publish.model.artifact import Artifact, Outcome
from publish.model.book import Book
from publish.model.package import PageStart
from publish.outputs import Outputs, replace_file
from publish.records import dataclass
from publish.stages import Reading, Setting, complaints, labels, modified, reading, settings
from publish.stages import watch_paths as watch_paths

if TYPE_CHECKING:
    from publish.check.system import Finding

#: Formats in the order in which they are made: an e-book says where the printed pages begin, and is
#: what Kindle's is made of.
_ORDER = ("pdf", "epub", "azw3", "press", "cover", "booklet")


#: Formats that say where the printed pages begin.
_PAGED = ("epub", "azw3")


class Progress(Protocol):
    """What is told while a build runs."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """``step`` is begun; ``done`` of ``total`` steps are over."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What ``fix`` did or would do: edits on the received text, a unified diff, files written."""

    edits: tuple[Edit, ...]
    diff: str
    written: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule of mending or of conversion, for ``show rules`` and the documentation."""

    code: str
    kind: str
    summary: str
    documentation: str
    #: Whether ``[mend] rules`` switches it.
    switched: bool = True


@dataclass(frozen=True, slots=True)
class FontUse:
    """One face of one edition; ``characters`` is how many of the book's it can set."""

    edition: str
    role: str
    family: str
    trade_name: str
    weight: int
    path: str
    characters: int


# --- build ---------------------------------------------------------------------


def build(
    source: Path,
    *,
    editions: tuple[str, ...] = (),
    formats: tuple[str, ...] = ("epub", "pdf"),
    output: Path = Path("output"),
    force: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Build a book: each edition in each format, into ``output/<book>/``.

    What has not changed is kept unless ``force``.  Raises :class:`Failure` before anything is
    written where the manuscript or an edition of it has errors; an artefact that fails its check
    leaves the old one whole and is told in the outcome.
    """
    tell: Callable[[str, int, int], None] = progress or (lambda *_: None)
    tell("read", 0, 1)
    converter = ""
    if "azw3" in formats:
        from publish.render.kindle import version

        # At once, not after the work of a book, it is told that there is none.
        converter = version()
    read = reading(source)
    if has_errors(read.diagnostics):
        raise Failure(read.diagnostics)
    chosen = tuple(settings(read, editions))
    found = [*read.diagnostics]
    for setting in chosen:
        found.extend(complaints(setting, printed="pdf" in formats))
    found.extend(_shared(read, chosen))
    if has_errors(found):
        raise Failure(tuple(dict.fromkeys(found)))
    jobs = [(made, kind) for made in chosen for kind in sorted(formats, key=_ORDER.index)]
    artifacts: list[Artifact] = []
    name = read.manifest.name
    with Outputs(output / name, name, lambda: tell("waiting", 0, len(jobs))) as outputs:
        for done, (setting, kind) in enumerate(jobs):
            tell(f"{setting.edition.name} {kind}", done, len(jobs))
            artifact, problems = _artifact(read, setting, kind, outputs, force, converter)
            found.extend(problems)
            if artifact is not None:
                artifacts.append(artifact)
        _log(read, outputs)
        outputs.record()
    tell("done", len(jobs), len(jobs))
    order = list(dict.fromkeys((made.edition.name, kind) for made in chosen for kind in formats))
    artifacts.sort(key=lambda artifact: order.index((artifact.edition, artifact.kind)))
    return Outcome(name, tuple(artifacts), tuple(dict.fromkeys(found)))


def _log(read: Reading, outputs: Outputs) -> None:
    """What was mended, beside the artefacts: for programs, and for people."""
    from publish.mend import RULES
    from publish.mend.log import changes, readable

    mended, folder = read.mended, read.manifest.folder
    outputs.write("changes.json", changes(read.sources, mended.sources, mended.edits, folder))
    summaries = {rule.code: rule.summary for rule in RULES}
    outputs.write("changes.txt", readable(mended.edits, summaries, folder))


def _shared(read: Reading, chosen: tuple[Setting, ...]) -> Iterator[Diagnostic]:
    from publish.model.editions import shared_identifiers

    metas = [(made.edition.name, made.book.meta) for made in chosen]
    return shared_identifiers(read.manifest, metas)


def _artifact(
    read: Reading, made: Setting, kind: str, outputs: Outputs, force: bool, converter: str
) -> tuple[Artifact | None, tuple[Diagnostic, ...]]:
    """One artefact: kept if nothing it is made of has changed, else made, checked, put in place.

    Kindle's format is an EPUB that was checked, converted.
    """
    name, kindle = made.edition.name, kind == "azw3"
    stamp = modified(read).isoformat() if kind in DATED else ""
    stamp += converter if kindle else ""
    key = outputs.key(read.sources, read.manifest, made.book, made.edition, made.faces, kind, stamp)
    kept = None if force else outputs.kept(name, kind, key)
    if kept is not None:
        return kept, ()
    started = perf_counter()
    starts, complaints = _page_starts(read, made, outputs) if kind in _PAGED else ((), ())
    written = "epub" if kindle else kind
    with (
        outputs.temporary(name, kind) as path,
        outputs.temporary(name, written) as draft,
        _interior(read, made, kind, outputs) as (interior, wrong),
    ):
        if has_errors(wrong):
            return None, (*complaints, *wrong)
        pages, told, note, rectos = makers(read, made, starts, interior)[written](draft)
        complaints = (*complaints, *told)
        if has_errors(complaints):
            return None, complaints
        final = outputs.path(name, kind).as_posix()
        found = checked(draft, made, kind, interior, rectos)
        faults = tuple(dataclasses.replace(item, path=final) for item in found.diagnostics)
        if kindle and not has_errors(faults):
            from publish.render.kindle import write_azw3

            faults += write_azw3(draft, path)
        if has_errors(faults):
            return None, (*complaints, *faults)
        if kind == "pdf":
            outputs.keep_pages(name, key, found.starts)
        seconds = perf_counter() - started
        artifact = outputs.install(path, name, kind, key, pages, seconds, note)
    return artifact, (*complaints, *faults)


@contextlib.contextmanager
def _interior(
    read: Reading, made: Setting, kind: str, outputs: Outputs
) -> Iterator[tuple[Path, tuple[Diagnostic, ...]]]:
    """The press file that a cover is measured by and a booklet made from: as built, else made for
    that, with its errors: then they are not made; an empty path for other formats."""
    if kind not in ("cover", "booklet"):
        yield Path(), ()
        return
    name, stamp = made.edition.name, modified(read).isoformat()
    key = outputs.key(
        read.sources, read.manifest, made.book, made.edition, made.faces, "press", stamp
    )
    if outputs.kept(name, "press", key) is not None:
        yield outputs.path(name, "press"), ()
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "interior.pdf"
        _, told, _, rectos = makers(read, made)["press"](path)
        if not has_errors(told):
            told = (*told, *checked(path, made, "press", path, rectos).diagnostics)
        final = outputs.path(name, "press").as_posix()
        yield path, tuple(dataclasses.replace(item, path=final) for item in told)


def _page_starts(
    read: Reading, made: Setting, outputs: Outputs
) -> tuple[tuple[PageStart, ...], tuple[Diagnostic, ...]]:
    """Where the pages of the printed book begin: as remembered, else it is laid out for that.

    None for an edition whose e-book has no page list, and, with a warning, for one whose pages
    have errors.
    """
    from publish.check import check_artifact

    edition = made.edition
    if not edition.page_list:
        return (), ()
    key = outputs.key(read.sources, read.manifest, made.book, edition, made.faces, "pdf", "")
    known = outputs.kept_pages(edition.name, key)
    if known is not None:
        return known, ()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        if outputs.kept(edition.name, "pdf", key) is not None:
            path = outputs.path(edition.name, "pdf")
        else:
            makers(read, made)["pdf"](path)
        checked = check_artifact(path, made.runs, edition, labels(made))
    if has_errors(checked.diagnostics):
        message = (
            f"edition {edition.name}: its printed pages have errors, so its e-book has no page list"
        )
        hint = "build the PDF to see them, or declare [epub] page-list = false"
        return (), (Diagnostic("E-PAGES", "warning", message, hints=(hint,)),)
    outputs.keep_pages(edition.name, key, checked.starts)
    return checked.starts, ()


# --- the other commands ----------------------------------------------------------


def check(source: Path) -> tuple[Diagnostic, ...]:
    """What is wrong or doubtful in a manuscript, a book folder, an EPUB or a PDF."""
    from publish.check import check_artifact
    from publish.check.rivers import rivers
    from publish.convert import queries
    from publish.mend import silenced
    from publish.mend.passages import passages

    if source.suffix.lower() in (".epub", ".pdf"):
        return check_artifact(source).diagnostics
    read = reading(source, detect=True)
    found = [*read.diagnostics, *_mends(read.mended.edits)]
    every = tuple(settings(read))
    found.extend(_shared(read, every))
    for made in every:
        found.extend(made.diagnostics)
        asked = queries(passages(read.book), read.book, made.edition, read.manifest)
        found.extend(silenced(asked, read.manifest))
        if not has_errors(found):
            # Which lines come out badly only the pages tell.
            with TemporaryDirectory() as folder:
                path = Path(folder) / "book.pdf"
                found.extend(makers(read, made)["pdf"](path).told)
                found.extend(rivers(path))
    return tuple(dict.fromkeys(found))


def _mends(edits: tuple[Edit, ...]) -> list[Diagnostic]:
    """What ``fix`` would do undeclared: one warning a rule, with the mend of its first place."""
    from publish.mend import RULES

    summaries = {rule.code: rule.summary for rule in RULES}
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.severity == "declared":
            # What book.toml declares is settled.
            continue
        by_rule.setdefault(edit.rule, []).append(edit)
    return [
        Diagnostic(
            code,
            "warning",
            f"{summaries[code]} ({len(found)} to mend; every build does)",
            found[0].span,
            ("publish fix --diff shows all, publish fix --write changes the manuscript",),
            found[0],
        )
        for code, found in by_rule.items()
    ]


def fix(source: Path, *, write: bool = False, log: Path | None = None) -> Fixed:
    """Mend the manuscript itself; without ``write`` tell what would change.

    With the ``log`` of a build (changes.json), make its edits and no others: those that an
    editor has struck out of it are not made.
    """
    from difflib import unified_diff

    read = reading(source)
    if log is not None:
        read = _replayed(read, log)
    diff: list[str] = []
    written: list[Path] = []
    for path, old, new in zip(read.manifest.files, read.sources, read.mended.sources, strict=True):
        if old.text == new.text:
            continue
        name = path.as_posix()
        before, after = old.text.splitlines(keepends=True), new.text.splitlines(keepends=True)
        diff.extend(unified_diff(before, after, name, f"{name} (mended)"))
        if write:
            try:
                data = new.encode()
            except UnicodeEncodeError as error:
                message = f"the mended text does not fit {new.encoding}: {error.reason}"
                hint = "save the manuscript as UTF-8 first"
                raise fail("B-ENC", message, path=name, hints=(hint,)) from error
            replace_file(path, data)
            written.append(path)
    text = "".join(line if line.endswith("\n") else f"{line}\n" for line in diff)
    return Fixed(read.mended.edits, text, tuple(written), read.diagnostics)


def _replayed(read: Reading, log: Path) -> Reading:
    """A reading whose mends are those of a log."""
    from publish.mend.log import replay

    try:
        text = log.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise fail("M-LOG", f"cannot read the log: {error}", exit_code=2) from error
    sources, edits = replay(read.sources, text, read.manifest.folder)
    mended = dataclasses.replace(read.mended, sources=sources, edits=edits)
    return dataclasses.replace(read, mended=mended)


def show(stage: str, source: Path, *, edition: str = "") -> str:
    """A book after one stage: source, read, mend, convert or html."""
    from publish.model.manifest import load
    from publish.read import load_sources
    from publish.read import read as read_book
    from publish.render.print import book_html

    if stage in ("source", "read"):
        manifest, _ = load(source)
        sources, _ = load_sources(manifest)
        if stage == "source":
            return "".join(item.text for item in sources)
        return _tree(read_book(sources, manifest)[0])
    read = reading(source)
    if stage == "mend":
        return "".join(item.text for item in read.mended.sources)
    made = next(settings(read, (edition,) if edition else ()))
    if stage == "convert":
        return _tree(made.book)
    return book_html(made.book, made.edition, "", made.faces.stacks)


def _tree(book: Book) -> str:
    from pprint import pformat

    return pformat(dataclasses.replace(book, assets=()), width=100) + "\n"


def rules() -> tuple[RuleDoc, ...]:
    """The rules of reading, of mending and of conversion."""
    from publish import convert, mend
    from publish.mend.codes import FIXED
    from publish.read import rules as reading_rules

    every: tuple[Any, ...] = (*reading_rules.RULES, *mend.RULES, *convert.RULES)
    return tuple(
        RuleDoc(r.code, r.kind, r.summary, r.documentation, r.code not in FIXED) for r in every
    )


def fonts(source: Path) -> tuple[FontUse, ...]:
    """The faces of each edition and how many of its characters each can set."""
    from publish.fonts import covers

    found: list[FontUse] = []
    for made in settings(reading(source)):
        for role in made.faces.stacks:
            letters = {character for use, character, _ in made.uses if use == role}
            for face in made.faces.stack(role):
                count = sum(covers(face, letter) for letter in letters)
                if not count:
                    continue
                about = (face.family, face.trade_name, face.weight, face.path.as_posix(), count)
                found.append(FontUse(made.edition.name, role, *about))
    return tuple(found)


def examine() -> tuple[Finding, ...]:
    """What a build and the tests need, and what is missing."""
    from publish.check.system import examine as look

    return look()
