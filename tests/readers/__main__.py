"""Open EPUBs in reading engines, write contact sheets, tell what is wrong.

    .venv/bin/python tests/readers                           every book of the tests, all engines
    .venv/bin/python tests/readers --engine blink FILE.epub  one file in one engine

Exit status 1 where anything is wrong.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run() -> int:
    """All that the command does."""
    sys.path.insert(0, str(ROOT / "tests"))
    from readers import books, engines, sheet
    from readers.faults import check

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=engines.ALL, action="append")
    parser.add_argument("--output", type=Path, default=ROOT / "output" / "readers")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE.epub")
    options = parser.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as name:
        files = options.files or books.build(Path(name) / "books")
        for engine in options.engine or engines.ALL:
            views = engines.read(engine, files, Path(name) / engine)
            for path in sheet.draw(views, options.output):
                print(f"wrote {path}")
            for fault in (fault for view in views for fault in check(view)):
                found += 1
                print(fault)
            sys.stdout.flush()
    print(f"{found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(run())
