"""The engines that can be had, and books opened in them.

Each runs as a process of its own: a script of Node, which drives the browser (session.mjs says
how).  A missing program is an error that names the command which brings it, never a skipped test.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ace import SETUP, _node

from readers import mupdf
from readers.reading import SIZES, View, views

#: What an engine is told in its environment: the programs it needs, by their names on Debian.
PROGRAMS = {
    "blink": {"READER_PROGRAM": ("chromium",)},
    "gecko": {"READER_PROGRAM": ("firefox-esr", "firefox")},
    "webkit": {
        "READER_PROGRAM": ("/usr/lib/*/webkit2gtk-4.*/MiniBrowser",),
        "READER_DRIVER": ("WebKitWebDriver",),
        "READER_SCREEN": ("Xvfb",),
    },
}
#: Those of ``make test``; the others take Debian packages of half a gigabyte.
QUICK = ("mupdf", "blink")
ALL = (*QUICK, "gecko", "webkit")
#: Seconds for the start of an engine, and for a book at all its sizes.
PATIENCE = (120, 180)


def _program(engine: str, names: Sequence[str]) -> str:
    for name in names:
        if "*" in name:
            found = sorted(Path("/").glob(name.lstrip("/")))
            if found:
                return str(found[-1])
        elif program := shutil.which(name):
            return program
    setup = SETUP if engine in QUICK else SETUP.replace("testing", "accepting")
    raise FileNotFoundError(f"{names[0]} is missing: {setup}")


def read(
    engine: str,
    books: Sequence[Path],
    folder: Path,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> list[View]:
    """The books in an engine, at each size, light and dark; the pictures go into the folder.

    Raises :class:`FileNotFoundError` where a program is missing, :class:`RuntimeError` where the
    engine ended badly or took too long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "mupdf":
        return mupdf.read(books, sizes, folder)
    script = Path(__file__).parent / f"{engine}.mjs"
    if not (script.parent.parent / "node_modules" / "foliate-js").is_dir():
        raise FileNotFoundError(f"foliate-js is missing: {SETUP}")
    plan = folder / "plan.json"
    content = {"books": [str(b.resolve()) for b in books], "sizes": sizes, "folder": str(folder)}
    plan.write_text(json.dumps(content), encoding="utf-8")
    # Browsers keep settings and caches in the user's home.
    env = {**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    env |= {key: _program(engine, names) for key, names in PROGRAMS[engine].items()}
    seconds = PATIENCE[0] + PATIENCE[1] * len(books)
    return views(json.loads(_run([str(_node()), str(script), str(plan)], env, seconds)))


def _run(command: list[str], env: dict[str, str], seconds: float) -> bytes:
    """What a program writes; it and all it started are ended when the time is over."""
    child = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = child.communicate(timeout=seconds)
    except BaseException as error:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise RuntimeError(f"{command[1]} took more than {seconds:.0f} s") from None
        raise
    if child.returncode:
        raise RuntimeError(f"{command[1]} ended with {child.returncode}: {err.decode()[-2000:]}")
    return out
