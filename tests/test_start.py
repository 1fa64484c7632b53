"""What makes a run begin sooner changes nothing: records, expressions, answers that are kept."""

from __future__ import annotations

import copy
import dataclasses
import io
import pickle
import pprint
import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from PIL import Image

from publish import records
from publish.check.epub_css import parse_sheet
from publish.check.epub_images import _jpeg_size
from publish.model import book as b
from publish.model import cache
from publish.render import chunks
from publish.text.expressions import kept_expressions

FIELDS = """
class Point:
    '''A place.'''
    x: int
    name: str = dataclasses.field(default="a", repr=False)
    more: tuple[int, ...] = ()
    seen: list[int] = dataclasses.field(default_factory=list, compare=False)
    key: int = dataclasses.field(default=0, kw_only=True)
"""


def both(frozen: bool) -> tuple[Any, Any]:
    """The same class as a record and as a dataclass of the standard library."""
    made = []
    for decorator in (records.dataclass, dataclasses.dataclass):
        space: dict[str, Any] = {"dataclasses": dataclasses, "__name__": __name__}
        exec(FIELDS, space)
        made.append(decorator(frozen=frozen, slots=True)(space["Point"]))
    return made[0], made[1]


@pytest.mark.parametrize("frozen", [False, True])
def test_a_record_is_what_a_dataclass_is(frozen: bool) -> None:
    ours, theirs = both(frozen)
    shown = []
    for kind in (ours, theirs):
        one, other = kind(1, "b", (2,), key=3), kind(x=1, name="b", more=(2,), key=3)
        other.seen.append(7)
        changed = dataclasses.replace(one, x=9)
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
            kind()
        with pytest.raises(TypeError, match="unexpected keyword"):
            kind(1, colour=2)
        shown.append(
            (
                one == other,
                one == changed,
                one != changed,
                one == (1, "b", (2,), 3),
                hash(one) == hash(other) if frozen else kind.__hash__,
                repr(changed),
                pprint.pformat([changed] * 3, width=30),
                dataclasses.asdict(other),
                [f.name for f in dataclasses.fields(kind)],
                kind.__match_args__,
                kind.__slots__,
                kind(4).name,
                kind(4).seen is kind(4).seen,
            )
        )
    assert shown[0] == shown[1]


def test_a_frozen_record_stays_as_it_is() -> None:
    ours, _ = both(frozen=True)
    one = ours(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        one.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del one.x
    text = b.Text("字", span=None)
    assert copy.copy(text) == copy.deepcopy(text) == pickle.loads(pickle.dumps(text)) == text


def test_a_record_has_slots() -> None:
    with pytest.raises(TypeError, match="a record has slots"):
        records.dataclass(slots=False)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "publish"


EXPRESSIONS = (
    (r"(?P<year>\d{4})年(?:(?P<month>\d+)月)?", 0),
    ("[一-鿿々〇]+(?=[，。])", re.IGNORECASE),
    (r"(a|b)*?c(?<!ac)\b", re.VERBOSE | re.DOTALL),
    (rb"\xff[^\x00\xd0-\xd7]", 0),
)
TEXT = "1985年3月，梁文锋出生。\nabbc ac"


def answers() -> list[Any]:
    """What each expression finds, compiled anew."""
    re.purge()
    found: list[Any] = []
    for pattern, flags in EXPRESSIONS:
        one = re.compile(pattern, flags)
        text: Any = TEXT if isinstance(pattern, str) else b"\xff\x01 \xff\xd0"
        matches = [(m.span(), m.groups(), m.groupdict()) for m in one.finditer(text)]
        found.append((one.flags, one.groups, dict(one.groupindex), one.pattern, matches))
    return found


def test_expressions_that_were_kept_find_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = answers()
    with kept_expressions():
        assert answers() == plain
    (kept,) = (folder / "expressions").iterdir()
    before = kept.read_bytes()
    # Nothing is parsed a second time.
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    monkeypatch.setattr(compiler, "_code", lambda *_: pytest.fail("compiled again"))
    with kept_expressions():
        assert answers() == plain
    assert kept.read_bytes() == before
    re.purge()


def test_an_expression_of_a_class_of_its_own_is_compiled_and_not_kept(folder: Path) -> None:
    with kept_expressions():
        assert re.compile(Markup("a+b")).fullmatch("aab")
    assert not list((folder / "expressions").iterdir())
    re.purge()


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\xe9\x01\x00\x00\x00"])
def test_a_damaged_file_of_expressions_is_made_anew(folder: Path, damage: bytes) -> None:
    with kept_expressions():
        plain = answers()
    (kept,) = (folder / "expressions").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    with kept_expressions():
        assert answers() == plain
    assert kept.read_bytes() == whole
    re.purge()


def test_the_compiler_is_whole_again_after_a_fault(folder: Path) -> None:
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    own = compiler.compile
    with pytest.raises(re.error), kept_expressions():
        re.compile("(")
    assert compiler.compile is own


def test_an_answer_is_asked_for_once(folder: Path) -> None:
    asked: list[int] = []

    def ask() -> tuple[str, ...]:
        asked.append(1)
        return ("一", "二")

    for question in ("1", "1", "2"):
        assert cache.kept("tests", question, ask) == ("一", "二")
    assert len(asked) == 2
    for file in (folder / "tests").iterdir():
        file.write_bytes(b"half of")
    assert cache.kept("tests", "1", ask) == ("一", "二")
    assert len(asked) == 3
    with pytest.raises(ZeroDivisionError):
        cache.kept("tests", "3", lambda: 1 // 0)


def test_a_sheet_that_was_kept_is_the_same(folder: Path) -> None:
    css = (
        "@import 'a.css';\n@media print { p { x: y } }\n"
        "p { font: 12PX/2 a; color: var(--b) ! important }\n}"
    )
    first = parse_sheet(css)
    assert first == parse_sheet(css)
    (rule,) = [rule for rule in first.rules if rule.selector == "p"]
    assert [(d.units, d.functions, d.important) for d in rule.declarations] == [
        (("px",), (), False),
        ((), ("var",), True),
    ]
    assert first.targets == (("a.css", 1),)
    assert first.broken


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"x"}, {"optimize": 1}])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_size_of_a_plain_jpeg_needs_no_library(mode: str, options: dict[str, Any]) -> None:
    stream = io.BytesIO()
    Image.new(mode, (37, 51)).save(stream, "JPEG", **options)
    data = stream.getvalue()
    assert _jpeg_size(data) == (37, 51)
    # What is cut off, or no such file, is left to Pillow.
    assert not any(_jpeg_size(data[:length]) for length in range(0, len(data), 7))
    assert _jpeg_size(b"\xff\xd8\xff\xe0" + bytes(300)) is None


@pytest.mark.parametrize("limit", [300, 900, 2_000, 20_000])
def test_a_chapter_taken_for_short_is_short(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("中文，没有别的。", "\"a\" & 'b' <c> ab cd ef", "é🀀 and the rest of it", "")
    lines = tuple(b.Paragraph((b.Text(text), b.Text(text))) for text in texts)
    entries = tuple(b.Entry(b.Number(n, "label", f"{n}."), lines, f"t{n}") for n in range(3))
    section = b.Section(2, (b.Text("some words of English"),), entries, "s1")
    chapter = b.Chapter((), (*lines, section), "c1")
    weighed = sum(chunks.weight(block, {}) for block in chunks._flat(chapter.blocks))
    monkeypatch.setattr(chunks, "LIMIT", limit)
    assert not chunks._is_short(chapter) or weighed <= limit
    assert chunks._is_short(chapter) == (limit == 20_000)
