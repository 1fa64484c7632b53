"""Runs ``python -m publish`` many times without importing the libraries anew each time.

A server process imports the third-party libraries once and then forks for each run; the
program itself is started by :mod:`runpy` in the child, as ``python -m`` does.  It saves
about a second a build, which is most of a small one.  The test that needs another
environment, a limit or a signal starts a process of its own (see :mod:`acceptance`).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

LIBRARIES = (
    "click",
    "ebooklib.epub",
    "fontTools.subset",
    "fontTools.ttLib",
    "jinja2",
    "lxml.etree",
    "markdown_it",
    "opencc",
    "pikepdf",
    "PIL.Image",
    "pymupdf",
    "rich.console",
    "uharfbuzz",
    "weasyprint",
    "yaml",
)


class Server:
    """One server process; it ends when its standard input is closed."""

    def __init__(self, environment: dict[str, str]) -> None:
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(writing)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(writing,),
            text=True,
        )
        os.close(writing)
        self._replies = os.fdopen(reading, encoding="utf-8")

    def run(self, arguments: list[str], cwd: Path, timeout: float, out: Path, err: Path) -> int:
        """Run ``publish`` in a folder, its streams going to files; the exit code.

        Raises :class:`TimeoutError` when it was killed after ``timeout`` seconds.
        """
        request = {"arguments": arguments, "cwd": str(cwd), "timeout": timeout}
        request |= {"out": str(out), "err": str(err)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        reply = self._replies.readline()
        if not reply:
            raise RuntimeError("the server of the acceptance tests has died")
        code = json.loads(reply)
        if code is None:
            raise TimeoutError(f"publish {' '.join(arguments)}: more than {timeout} s")
        return int(code)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._replies.close()


def _child(request: dict[str, object]) -> None:
    """Become ``python -m publish …``; never returns."""
    os.chdir(str(request["cwd"]))
    streams = ((0, os.devnull, os.O_RDONLY),)
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path, flags in (
        *streams,
        (1, request["out"], writing),
        (2, request["err"], writing),
    ):
        opened = os.open(str(path), flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    arguments = request["arguments"]
    assert isinstance(arguments, list)
    sys.argv = ["publish", *arguments]
    sys.path[0] = str(request["cwd"])
    code = 0
    try:
        runpy.run_module("publish", run_name="__main__", alter_sys=True)
    except SystemExit as exit_:
        if isinstance(exit_.code, int) or exit_.code is None:
            code = exit_.code or 0
        else:
            print(exit_.code, file=sys.stderr)
            code = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(pid: int, timeout: float) -> int | None:
    """Exit code of a child, or None when it had to be killed."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.004)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _serve(replies: int) -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while line := sys.stdin.readline():
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            os.close(replies)
            _child(request)
        os.write(replies, (json.dumps(_wait(pid, request["timeout"])) + "\n").encode())


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
