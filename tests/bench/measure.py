"""Run one command and print what it cost, as one line of JSON.

    python -I -S measure.py LIMIT_SECONDS FOLDER command argument...

It is a small process of its own because the peak memory that the kernel tells of a child begins
with that of the process that started it.  CPU seconds are user and system time of the command and
of all children it waited for; the peak is the largest resident set of any one of them, in MB.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    limit, folder, command = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.txt").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        late = False

        def stop(_signal: int, _frame: object) -> None:
            nonlocal late
            late = True
            os.killpg(process.pid, signal.SIGKILL)

        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, limit)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        signal.setitimer(signal.ITIMER_REAL, 0)
    result = {
        "exit": os.waitstatus_to_exitcode(status),
        "late": late,
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
