"""The door to OpenCC: a conversion with our own words laid into its dictionaries.

OpenCC cuts a text into the longest phrases it knows (``segmentation``) and then
looks each one up in stages (``conversion_chain``): first simplified to traditional,
then the region's forms, or the other way round.  A word of ours has to be in the
segmentation, or it is never seen across phrases; in the first stage, where it is
converted; and, if its spelling is exact, as itself in every later stage, so that the
spelling wanted is the spelling printed.  The configuration is OpenCC's own of the same
name, read from the installed package, with our words put in and its dictionaries named
by full path (OpenCC finds them by no other way when a configuration lies elsewhere).

A converter costs 50 to 80 ms to load, one with all known faults 200 ms, and is kept for
the life of the process.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from publish.model.edition import Region, Script
from publish.records import dataclass

#: Script and region of a text.
Form = tuple[Script, Region]

#: From one form to another.
Route = tuple[Form, Form]

#: OpenCC's configurations that lead from one form to another, applied one after the other.
#: Plain ``s2t`` is in none of them: 爲, 裏, 羣 are not what readers in Taiwan print, and
#: those with regional vocabulary (``s2twp``) make 對象 into 物件 where no program is meant.
ROUTES: Mapping[Route, tuple[str, ...]] = {
    (("hans", "cn"), ("hant", "tw")): ("s2tw",),
    (("hans", "cn"), ("hant", "hk")): ("s2hk",),
    (("hant", "tw"), ("hans", "cn")): ("tw2s",),
    (("hant", "hk"), ("hans", "cn")): ("hk2s",),
    (("hant", "tw"), ("hant", "hk")): ("tw2t", "t2hk"),
    (("hant", "hk"), ("hant", "tw")): ("hk2t", "t2tw"),
}


def to_traditional(route: Route) -> bool:
    """Whether a route leads from simplified to traditional text, where one character stands for
    several."""
    return route[0][0] == "hans" and route[1][0] == "hant"


Pairs = tuple[tuple[str, str], ...]

#: Text to text.
Converter = Callable[[str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """What OpenCC gets wrong in its first stage, from simplified to traditional in its standard
    forms (爲, 裏): the stage of the region sees them as if they were OpenCC's own.

    ``characters`` are for what no phrase covers.
    """

    phrases: Mapping[str, str]
    characters: Mapping[str, str]


NO_FAULTS = Faults({}, {})


def _with_full_paths(value: Any, folder: Path) -> Any:
    """The configuration with every dictionary file named by its full path."""
    if isinstance(value, dict):
        return {
            key: str(folder / item) if key == "file" else _with_full_paths(item, folder)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_full_paths(item, folder) for item in value]
    return value


def _inline(entries: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "inline", "entries": dict(entries)}


def _union(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both dictionaries as one in which the longest match wins, ours where both know a phrase."""
    if other.get("type") == "group" and other.get("match_policy") == "union":
        return {**other, "dicts": [first, *other["dicts"]]}
    return {"type": "group", "match_policy": "union", "dicts": [first, other]}


def _written(entries: Mapping[str, str], path: Path) -> dict[str, Any]:
    """The entries as a dictionary in a file, which OpenCC reads twice as fast and only once."""
    lines = (f"{phrase}\t{spelling}\n" for phrase, spelling in sorted(entries.items()))
    path.write_text("".join(lines), encoding="utf-8")
    return {"type": "text", "file": str(path)}


def _lay_over(
    stage: dict[str, Any], phrases: Iterable[dict[str, Any]], characters: Mapping[str, str]
) -> None:
    """Put our phrases beside the stage's own, and our characters after those."""
    dictionary = stage["dict"]
    if dictionary.get("type") == "group" and dictionary.get("match_policy") == "short_circuit":
        head, *tail = dictionary["dicts"]
    else:
        head, tail = dictionary, []
    for ours in phrases:
        head = _union(ours, head)
    middle = [_inline(characters)] if characters else []
    stage["dict"] = {
        "type": "group",
        "match_policy": "short_circuit",
        "dicts": [head, *middle, *tail],
    }


def _configuration(
    names: tuple[str, ...],
    words: Mapping[str, str],
    faults: Faults,
    folder: Path,
    scratch: Path,
) -> dict[str, Any]:
    """OpenCC's configurations of these names, in ``folder``, as one, with our words laid in."""
    parts = [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in names]
    configuration: dict[str, Any] = _with_full_paths(parts[0], folder)
    for part in parts[1:]:
        configuration["conversion_chain"] += _with_full_paths(part["conversion_chain"], folder)
    # Ours win where both know a phrase, and what is declared wins over the known faults.
    phrases: list[dict[str, Any]] = []
    if faults.phrases:
        phrases.append(_written(faults.phrases, scratch / "faults.txt"))
    if words:
        phrases.append(_inline(words))
    segmentation = configuration.get("segmentation")
    if segmentation is not None:
        for ours in phrases:
            segmentation["dict"] = _union(ours, segmentation["dict"])
    wanted = {spelling: spelling for spelling in words.values()}
    for index, stage in enumerate(configuration["conversion_chain"]):
        if index == 0:
            _lay_over(stage, phrases, faults.characters)
        elif wanted:
            _lay_over(stage, (_inline(wanted),), {})
    return configuration


@lru_cache(maxsize=16)
def converter(names: tuple[str, ...], words: Pairs = (), faults: Faults = NO_FAULTS) -> Converter:
    """A function that converts text by these configurations of OpenCC.

    ``words`` are (phrase, exact spelling) and win over all phrases of the same length.  The
    function raises nothing on any text that UTF-8 can encode.
    """
    import opencc

    folder = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
    # OpenCC reads a configuration only from a file, and only while it is being made.  Rare
    # characters whose simplified form hardly any font has stay traditional (the last argument).
    with tempfile.TemporaryDirectory(prefix="publish-") as name:
        scratch = Path(name)
        configuration = _configuration(names, dict(words), faults, folder, scratch)
        path = scratch / "convert.json"
        path.write_text(json.dumps(configuration, ensure_ascii=False), encoding="utf-8")
        convert: Converter = opencc.OpenCC(str(path), include_tofu_risk_dictionaries=False).convert
    return convert
