"""An end for what must not take for ever.

What is limited is the time of the processor, not that of the clock, and by far more than is ever
needed: a square law among tens of thousands of pieces is found, a busy machine is not blamed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TooLong(Exception):
    """The time is over."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLong` when this process has used so many seconds of its processor."""

    def stop(*_: object) -> None:
        raise TooLong(f"more than {seconds:g} s")

    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
