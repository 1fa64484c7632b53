"""YAML front matter as keys of [book]."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from typing import Any

from publish.diagnostics import Diagnostic, Span
from publish.model import checkers, files, schema
from publish.model.manifest import Manifest, meta_fields


def with_front_matter(
    manifest: Manifest, data: Mapping[Any, Any], span: Span | None
) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """The manifest with [book] filled from YAML front matter where book.toml is silent.

    Unknown keys are ignored, as other programs have theirs, but for one that is nearly spelt as
    one of ours (``M-YAML``, a warning); a value of the wrong type is a warning (``M-YAML``) and
    ignored; a cover outside the book folder is an error.  ``span`` is where the front matter is.
    """
    found: list[Diagnostic] = []
    values: dict[str, Any] = {}
    places: dict[str, Span] = {}
    words = {str(key).lower().replace("_", "-"): key for key in data}
    for word, yaml_key in words.items():
        key, value = schema.FRONT_MATTER.get(word), data[yaml_key]
        where = _place(span, str(yaml_key))
        if key is None:
            if near := _near(word, words):
                message = f"front matter: {yaml_key} says nothing about a book"
                hints = (f"did you mean {near!r}?",)
                found.append(Diagnostic("M-YAML", "warning", message, where, hints))
            continue
        if key in manifest.declared or key in values or value is None:
            continue
        try:
            values[key] = schema.SCHEMA["book"][key](value)
            if key == "cover":
                files.inside_folder(manifest.folder, values[key])
            if where is not None:
                places[key] = where
        except checkers.Wrong as wrong:
            values.pop(key, None)
            outside = wrong.code == "M-OUTSIDE"
            found.append(
                Diagnostic(
                    wrong.code if outside else "M-YAML",
                    "error" if outside else "warning",
                    f"front matter: {yaml_key} {wrong.reason}",
                    where,
                    wrong.hints if outside else (*wrong.hints, "it is left out"),
                )
            )
    filled = dataclasses.replace(
        manifest,
        meta=dataclasses.replace(manifest.meta, **meta_fields(values)),
        declared=manifest.declared | frozenset(values),
        front_places={**manifest.front_places, **places},
    )
    return filled, tuple(found)


def _near(word: str, given: Mapping[str, Any]) -> str:
    """The key that an unknown one is a slip for: of the same first letter, and not given itself."""
    known = [key for key in schema.FRONT_MATTER if key[0] == word[:1] and key not in given]
    return next(iter(difflib.get_close_matches(word, known, 1, 0.8)), "")


def _place(span: Span | None, key: str) -> Span | None:
    """The line of a key in the front matter, else all of the front matter."""
    if span is None:
        return None
    line = re.search(rf"^[\"']?{re.escape(key)}[\"']?[ \t]*:[^\n]*", span.text, re.MULTILINE)
    if line is None:
        return span
    return Span(span.source, span.start + line.start(), span.start + line.end())
