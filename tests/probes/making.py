"""How probes are made: each construct slid along the line by the Han characters before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probes.marks import Region
from probes.probe import MEASURE, START, Part, Probe, filler, serial, text_of

N = MEASURE


class Maker:
    """Collects the probes of one book; each has the next serial."""

    def __init__(self) -> None:
        self.probes: list[Probe] = []

    @property
    def seed(self) -> int:
        """A number that differs from probe to probe."""
        return len(self.probes)

    @property
    def serial(self) -> str:
        """The serial of the next probe."""
        return serial(len(self.probes) + 1)

    def add(
        self,
        tags: str,
        *parts: Part,
        at: int = 0,
        length: int = 0,
        regions: Sequence[Region] = ("cn", "tw", "hk"),
        lead: str = "",
    ) -> None:
        """A probe of these parts, its serial before them (and ``lead`` before the serial); ``at``
        counts from behind the serial."""
        name = self.serial
        self.probes.append(
            Probe(
                name,
                frozenset(tags.split()),
                (lead + name, *parts),
                at + 3 + len(lead),
                length,
                tuple(regions),
            )
        )

    def slide(self, tags: str, *unit: Part, columns: Iterable[int], tail: int = 0) -> None:
        """The unit beginning at each of the columns of the first line (0 at the left edge), with
        one or two lines of Han behind it (or ``tail`` characters)."""
        for column in columns:
            before = column - START
            behind = tail or (N + 7 if self.seed % 3 == 0 else N - 8)
            self.add(
                tags,
                filler(before, self.seed),
                *unit,
                filler(behind - max(0, column - N), self.seed + 3),
                at=before,
                length=sum(len(text_of(part)) for part in unit),
            )

    def line(
        self,
        tags: str,
        *unit: Part,
        before: int = 3,
        after: int = 3,
        lead: int = 0,
        length: int = 0,
    ) -> None:
        """The unit in the middle of a paragraph of one line, where nothing is adjusted; the first
        ``lead`` characters of the unit are context (and all after ``length``)."""
        self.add(
            tags,
            filler(before, self.seed),
            *unit,
            filler(after, self.seed + 3),
            at=before + lead,
            length=length or sum(len(text_of(part)) for part in unit) - lead,
        )
