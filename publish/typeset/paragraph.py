"""A paragraph as it comes to composition: runs of text, and what is known of places in it.

Lengths are in the back end's unit.
"""

from __future__ import annotations

from collections.abc import Mapping

from publish.records import dataclass, field
from publish.typeset.faces import Face
from publish.typeset.rules import Rules


class Unsuitable(Exception):
    """The text has something that this composer does not set: the back end has to."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one face.  ``style`` is the back end's and comes back with what is to be painted;
    ``rise`` lifts it above the baseline, in its unit."""

    text: str
    face: Face
    style: object = None
    rise: float = 0.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Object:
    """A box in the line: its advance, and whether it counts as Western beside Han."""

    advance: float
    western: bool = False


@dataclass(slots=True, eq=False)
class Paragraph:
    """Text as runs, with what the back end knows about places in it.

    ``pads`` is extra space before and after a character (margins, ruby), ``shed`` what of
    the space before a character goes at the start of a line, ``glued`` the characters
    after which no line may end, ``shut`` those ends of runs after which it may not be opened
    either, ``objects`` the boxes, ``wanted`` the characters whose places the
    back end wants to know (marks below, links, boxes), ``annotations`` the numbers of runs that
    stand in two rows within the line (publish/typeset/jiazhu.py), ``apart`` the (begin, end) of
    text that is painted apart from what is around it, in their order; ``em`` is the size of the
    paragraph itself.
    """

    runs: tuple[Run, ...]
    em: float
    rules: Rules
    pads: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    shed: Mapping[int, float] = field(default_factory=dict)
    objects: Mapping[int, Object] = field(default_factory=dict)
    glued: frozenset[int] = frozenset()
    shut: frozenset[int] = frozenset()
    wanted: frozenset[int] = frozenset()
    annotations: frozenset[int] = frozenset()
    apart: tuple[tuple[int, int], ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        self.text = "".join([run.text for run in self.runs])
