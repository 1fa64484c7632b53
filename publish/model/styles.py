"""The styles folder: how books look.  An installed wheel carries it inside the package.

The tables are read once per process and are read-only.
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from publish.diagnostics import fail
from publish.model.edition import Region, Script


@functools.cache
def folder() -> Path:
    """The folder with templates, CSS and tables.

    ``publish/styles`` in an installed wheel, else ``styles`` beside the package
    in the repository.  Raises :class:`Failure` (``M-STYLES``) when neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "styles", package.parent / "styles"):
        if (candidate / "papers.toml").is_file():
            return candidate
    raise fail(
        "M-STYLES",
        "the styles folder of publish is missing",
        hints=("the installation is not whole: install publish-zh again",),
    )


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    """The TOML file ``name`` of the styles folder (``words`` is ``words.toml``), read-only."""
    return MappingProxyType(tomllib.loads((folder() / f"{name}.toml").read_text(encoding="utf-8")))


def words(script: Script, region: Region) -> dict[str, str]:
    """The fixed words of a script, with those of the region laid over them."""
    tables = table("words")
    return {**tables[script], **tables.get(f"{script}-{region}", {})}


@functools.cache
def papers() -> Mapping[str, str]:
    """Every trade name of a paper, aliases included, and the name of its table in papers.toml."""
    names: dict[str, str] = {}
    for name, paper in table("papers").items():
        for alias in (name, *paper.get("aliases", ())):
            names[alias] = name
    return MappingProxyType(names)


def starter(title: str) -> dict[str, str]:
    """The files of a small book to start from, by name, with this title put in."""
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((folder() / "starter").iterdir())
        if path.suffix in (".toml", ".md")
    }
    # A TOML basic string escapes what a JSON string does (TOML 1.0, "String").
    spelled = {".toml": json.dumps(title, ensure_ascii=False)[1:-1]}
    spelled[".md"] = re.sub(r"([\\`*\[\]<{])", r"\\\1", title)
    return {
        name: text.replace("{title}", spelled[Path(name).suffix]) for name, text in texts.items()
    }
