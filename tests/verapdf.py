"""veraPDF over PDFs: the rules of a standard that a file breaks, as data."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from java_machine import machine


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a file breaks: clause and test of the standard, how often, the first place."""

    file: str
    flavour: str
    rule: str
    times: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.flavour} {self.rule} x{self.times}: {self.text}"


def faults(path: Path, *flavours: str) -> tuple[Fault, ...]:
    """What keeps a file from being of the flavours: ``2a`` and ``2b`` are PDF/A, ``ua1`` PDF/UA.

    Raises :class:`FileNotFoundError` where Java or the jar is missing, :class:`RuntimeError` where
    there is no report, or one of a file without anything in it.
    """
    found = []
    for flavour in flavours:
        count, *lines = machine().report(flavour, path).splitlines()
        if int(count) < 100:
            raise RuntimeError(f"{path.name}: veraPDF has made {count} checks only")
        for line in lines:
            rule, times, text = line.split("\t", 2)
            found.append(Fault(path.name, flavour, rule, int(times), text))
    return tuple(found)


if __name__ == "__main__":
    names, files = sys.argv[1].split(","), [Path(name) for name in sys.argv[2:]]
    problems = [fault for path in files for fault in faults(path, *names)]
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(1 if problems else 0)
