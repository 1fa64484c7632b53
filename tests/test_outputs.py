"""The output folder: what stands in build.json, what a failing write says, who waits for whom."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from publish.diagnostics import Failure
from publish.outputs import Outputs

KEY = "0" * 64


def built(folder: Path) -> None:
    """One artefact, installed as a build does it."""
    with Outputs(folder, "book") as outputs, outputs.temporary("hans", "epub") as path:
        path.write_bytes(b"an artefact")
        outputs.install(path, "hans", "epub", KEY, 0, 0.5)


def test_an_artefact_is_kept_while_it_is_what_would_be_made(tmp_path: Path) -> None:
    built(tmp_path)
    with Outputs(tmp_path, "book") as outputs:
        kept = outputs.kept("hans", "epub", KEY)
        assert kept is not None and kept.size == 11 and not kept.fresh
        assert outputs.kept("hans", "epub", "1" * 64) is None
        outputs.path("hans", "epub").write_bytes(b"another")
        assert outputs.kept("hans", "epub", KEY) is None


GOOD: dict[str, Any] = {
    "path": "book.hans.epub",
    "kind": "epub",
    "edition": "hans",
    "key": KEY,
    "sha256": KEY,
    "bytes": 1,
    "pages": 0,
    "seconds": 1,
}
BAD_ITEMS: list[object] = [
    5,
    {"path": 5},
    {"path": "book.hans.epub", "key": KEY},
    {**GOOD, "bytes": "1"},
    {**GOOD, "key": None},
    {**GOOD, "sha256": "short"},
    {**GOOD, "path": "../book.hans.epub"},
    {**GOOD, "edition": 1},
]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"",
        b"[" * 200_000,
        b"[]",
        b'{"artifacts": 5}',
        b'{"artifacts": {"path": 1}}',
        *(json.dumps({"artifacts": [item]}).encode() for item in BAD_ITEMS),
    ],
)
def test_a_damaged_record_is_no_record(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "build.json").write_bytes(data)
    with Outputs(tmp_path, "book") as outputs:
        assert outputs.records == {}
        assert outputs.kept("hans", "epub", KEY) is None
        outputs.record()
    assert json.loads((tmp_path / "build.json").read_bytes())["artifacts"] == []


def test_what_is_whole_in_a_damaged_record_is_kept(tmp_path: Path) -> None:
    built(tmp_path)
    record = tmp_path / "build.json"
    data = json.loads(record.read_bytes())
    data["artifacts"].insert(0, {"path": 5})
    record.write_text(json.dumps(data), encoding="utf-8")
    with Outputs(tmp_path, "book") as outputs:
        assert outputs.kept("hans", "epub", KEY) is not None


def test_an_unchanged_record_is_not_written_again(tmp_path: Path) -> None:
    built(tmp_path)
    before = (tmp_path / "build.json").stat().st_ino
    with Outputs(tmp_path, "book") as outputs:
        outputs.record()
    assert (tmp_path / "build.json").stat().st_ino == before


# --- errors ----------------------------------------------------------------------------------


def raising(tmp_path: Path, error: OSError) -> None:
    with Outputs(tmp_path, "book") as outputs, outputs.temporary("hans", "epub") as path:
        path.write_bytes(b"half")
        if error.filename == "here":
            error.filename = str(path)
        raise error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError(errno.EROFS, "Read-only file system"),
        PermissionError(errno.EACCES, "Permission denied", "here"),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "here"),
    ],
)
def test_trouble_with_writing_is_told(tmp_path: Path, error: OSError) -> None:
    with pytest.raises(Failure) as caught:
        raising(tmp_path, error)
    (told,) = caught.value.diagnostics
    assert told.code == "B-WRITE" and told.path == (tmp_path / "book.hans.epub").as_posix()
    assert told.message == f"cannot write: {error.strerror}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "/fonts/gone.otf"),
        PermissionError(errno.EACCES, "Permission denied", "/fonts/locked.otf"),
        OSError("cannot identify image file"),
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    ],
)
def test_other_trouble_is_not_called_writing(tmp_path: Path, error: OSError) -> None:
    with pytest.raises(OSError) as caught:
        raising(tmp_path, error)
    assert caught.value is error
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_an_artefact_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.hans.epub").mkdir()
    with pytest.raises(Failure) as caught:
        built(tmp_path)
    assert caught.value.diagnostics[0].code == "B-WRITE"
    assert [path.name for path in tmp_path.iterdir()] == ["book.hans.epub"]


def test_leavings_are_swept_and_a_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".tmp-1-book.hans.pdf").write_bytes(b"half a file")
    (tmp_path / ".tmp-2-link").symlink_to("nowhere")
    (tmp_path / ".tmp-x").mkdir()
    with Outputs(tmp_path, "book"):
        assert [path.name for path in tmp_path.iterdir()] == [".tmp-x"]


# --- two builds ------------------------------------------------------------------------------


def test_a_second_build_tells_that_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    told = threading.Event()
    entered = threading.Event()

    def second() -> None:
        with Outputs(tmp_path, "book", told.set):
            entered.set()

    other = threading.Thread(target=second)
    with Outputs(tmp_path, "book"):
        other.start()
        assert told.wait(10), "it waits without a word"
        assert not entered.wait(0.1), "both are in"
    other.join(10)
    assert entered.is_set()


def test_nobody_is_told_of_waiting_where_nobody_waits(tmp_path: Path) -> None:
    called: list[int] = []
    for _ in range(2):
        with Outputs(tmp_path, "book", lambda: called.append(1)):
            pass
    assert called == []


def test_interrupted_while_waiting_nothing_stays_open(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with Outputs(tmp_path, "book"):
        before = os.dup(0)
        os.close(before)
        with pytest.raises(KeyboardInterrupt), Outputs(tmp_path, "book", interrupt):
            raise AssertionError("it must not enter")
        # The lowest number that is free: the same one, if nothing stayed open.
        after = os.dup(0)
        os.close(after)
        assert after == before
