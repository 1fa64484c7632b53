"""``.venv/bin/python tests/probes [N]``: write CLREQ.md, print up to N failures a requirement."""

import sys
from pathlib import Path


def run() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from probes import report

    report.main(failures=int(sys.argv[1]) if len(sys.argv) > 1 else 0)


run()
