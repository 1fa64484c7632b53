"""Nothing of the engine is replaced unless all of it is as expected, and everything comes back."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import weasyprint
import weasyprint.layout.block
import weasyprint.layout.page
import weasyprint.layout.percent

from publish.diagnostics import Diagnostic
from publish.render.adapter import guard, pages, replaced
from publish.render.adapter.guard import LeanedOn, Replacement

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = (*replaced.REPLACED, *replaced.LEANED_ON)

PERCENT = next(entry for entry in replaced.REPLACED if entry.name == "resolve_percentages")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The verdict about the engine is kept per process; here the engine changes."""
    guard._problems.cache_clear()
    yield
    guard._problems.cache_clear()


def engine() -> dict[tuple[str, str], int]:
    """The identity of every object that a module or class of the engine has a name for."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] not in guard.VERSIONS:
            continue
        for attribute, value in list(vars(module).items()):
            found[name, attribute] = id(value)
            if inspect.isclass(value) and value.__module__ == name:
                for key, member in list(vars(value).items()):
                    found[f"{name}.{attribute}", key] = id(member)
    return found


def book() -> bytes:
    html = "<!DOCTYPE html><html lang=zh><title>书</title><h1>题</h1><p>" + "我们看能力。" * 90
    data: bytes = weasyprint.HTML(string=html).write_pdf(uncompressed_pdf=True)
    return data


# --- the table ---------------------------------------------------------------------------------


def test_the_table_is_right() -> None:
    assert replaced.changes() == []
    assert guard.problems() == ()
    command = [sys.executable, "-m", "publish.render.adapter.replaced"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "everything is as the table says\n")


@pytest.mark.parametrize("table", [replaced.REPLACED, replaced.LEANED_ON])
def test_the_table_is_in_order(table: tuple[LeanedOn, ...]) -> None:
    places = [(entry.owner, entry.name) for entry in table]
    assert [owner for owner, _ in places] == sorted(owner for owner, _ in places)
    assert len(places) == len(set(places))
    assert all(entry.reason for entry in table)
    assert all(entry.source for entry in table if isinstance(entry, Replacement))


def test_the_pins_are_the_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = dict(pin.split("==") for pin in project["dependencies"] if "==" in pin)
    assert {name: pins[name] for name in guard.VERSIONS} == guard.VERSIONS


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.owner}.{entry.name}")
def test_source_is_what_inspect_reads(entry: LeanedOn) -> None:
    there = guard.stock(entry.owner, entry.name)
    if entry.source:
        functions = [getattr(there, "__func__", there)]
        if isinstance(there, property):
            functions = [each for each in (there.fget, there.fset) if each]
        assert guard.source_of(there) == "".join(map(inspect.getsource, functions))


def test_the_engine_is_not_imported_to_say_what_is_replaced() -> None:
    code = "import sys, publish.render.adapter.replaced\nprint('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n"


# --- refusing ----------------------------------------------------------------------------------


def refused(names: str) -> None:
    """Nothing is installed, one warning names what is wrong, and a book is set all the same."""
    before, stock = engine(), book()
    pairs = pages.pages_pairs() or [(PERCENT, lambda *_: 1 / 0)]
    with guard.installed(pairs) as told:
        assert engine() == before
        assert book() == stock
    assert engine() == before
    (warning,) = told
    assert isinstance(warning, Diagnostic)
    assert (warning.code, warning.severity) == ("P-GUARD", "warning")
    assert names in warning.message
    assert "ragged lines" in warning.message
    assert warning.hints == (
        "install the versions that publish was made for: weasyprint==70.0 pydyf==0.13.0",
    )


def test_a_changed_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    table = tuple(
        dataclasses.replace(entry, source="0" * 16) if entry is PERCENT else entry
        for entry in replaced.REPLACED
    )
    monkeypatch.setattr(replaced, "REPLACED", table)
    assert replaced.changes() == [
        f"weasyprint.layout.percent.resolve_percentages: is {PERCENT.source}, was {'0' * 16}"
    ]
    assert pages.pages_pairs() == []
    refused("weasyprint.layout.percent.resolve_percentages is not as expected")


def test_a_changed_function(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = weasyprint.layout.page.make_page

    def make_page(*arguments: Any) -> Any:
        return stock(*arguments)

    monkeypatch.setattr(weasyprint.layout.page, "make_page", make_page)
    refused("weasyprint.layout.page.make_page is not as expected")


def test_a_missing_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = LeanedOn("weasyprint.layout.block", "_gone_layout", "", "for the test")
    gone = LeanedOn("weasyprint.layout.nowhere", "anything", "", "for the test")
    monkeypatch.setattr(replaced, "LEANED_ON", (lost, gone))
    assert len(replaced.changes()) == 2
    refused("weasyprint.layout.block._gone_layout does not exist; weasyprint.layout.nowhere")


def test_a_name_without_source(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = LeanedOn("weasyprint", "VERSION", "0" * 16, "for the test")
    monkeypatch.setattr(replaced, "LEANED_ON", (entry,))
    refused("weasyprint.VERSION has no source text")
    present = dataclasses.replace(entry, source="")
    assert guard.problems((present,)) == ()


def test_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    refused("weasyprint is 71.0, not 70.0")


def test_many_problems_are_counted() -> None:
    told = guard.complaint([f"name {number} is gone" for number in range(5)])
    assert "name 2 is gone; and 2 more" in told.message
    assert "name 3" not in told.message


# --- swapping ----------------------------------------------------------------------------------


def test_everyone_who_imported_the_name_has_the_new_one() -> None:
    def new(*_: Any) -> None:
        raise AssertionError

    stock, before = weasyprint.layout.percent.resolve_percentages, engine()
    with guard.installed([(PERCENT, new)]) as told:
        assert told == ()
        assert weasyprint.layout.percent.resolve_percentages is new
        assert weasyprint.layout.block.resolve_percentages is new
        assert weasyprint.layout.page.resolve_percentages is new
        assert guard.stock(PERCENT.owner, PERCENT.name) is stock
        late = ModuleType("weasyprint.late")
        vars(late)["resolve_percentages"] = new
        sys.modules["weasyprint.late"] = late
    assert sys.modules.pop("weasyprint.late").resolve_percentages is stock
    assert engine() == before


def test_nothing_stays_after_an_exception() -> None:
    before = engine()
    with pytest.raises(ZeroDivisionError), guard.installed([(PERCENT, lambda *_: 1 / 0)]):
        book()
    assert engine() == before
    with guard.installed(pages.pages_pairs()) as told:
        assert told == ()
        assert engine() != before
    assert engine() == before


def test_an_inherited_method_is_inherited_again() -> None:
    boxes = weasyprint.layout.page.boxes
    name = "is_in_normal_flow"
    stock = guard.stock("weasyprint.formatting_structure.boxes.Box", name)
    entry = Replacement(
        *("weasyprint.formatting_structure.boxes.LineBox", name, guard.fingerprint(stock)),
        "for the test",
    )
    with guard.installed([(entry, lambda _: "new")]):
        assert boxes.LineBox.is_in_normal_flow(None) == "new"
        assert boxes.Box.is_in_normal_flow is stock
    assert name not in vars(boxes.LineBox)


def test_one_book_at_a_time() -> None:
    before = engine()
    with guard.installed([(PERCENT, lambda *_: None)]):
        with (
            pytest.raises(RuntimeError, match="another book of this process"),
            guard.installed([]),
        ):
            raise AssertionError
        assert engine() != before
    assert engine() == before
    with guard.installed([]) as told:
        assert told == ()


# --- rewriting ---------------------------------------------------------------------------------


def test_a_snippet_must_occur_once() -> None:
    for snippet in ("no such words", "resolve_one_percentage"):
        with pytest.raises(RuntimeError, match="exactly one"):
            guard.rewritten(PERCENT.owner, PERCENT.name, [(snippet, "")], {})


def test_a_rewritten_function_sees_what_else_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    line = "    collapse = box.style"
    snippets = [(line, f"    note('read')\n{line}")]
    new = guard.rewritten(PERCENT.owner, PERCENT.name, snippets, {"note": seen.append})
    with guard.installed([(PERCENT, new)]) as told:
        assert told == ()
        monkeypatch.setattr(
            weasyprint.layout.percent, "adjust_box_sizing", lambda _, axis: seen.append(axis)
        )
        book()
    assert seen[:3] == ["read", "width", "height"]
    assert "note" not in vars(weasyprint.layout.percent)
