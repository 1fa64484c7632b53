"""What to do about a line of book.toml that is none of TOML, by what people type there."""

from __future__ import annotations

import re

from publish.model.settlements import merge_hints

#: A key, what stands for the equals sign, and the rest.
_LINE = re.compile(r"\s*(?P<key>[\w\"'.-]+)\s*(?P<sign>[=＝:：])?\s*(?P<value>[^\n]*)")
#: Values that are no text in TOML: numbers, true and false, lists, tables, dates, texts.
_VALUE = re.compile(r"[\[{\"'+-]|\d|true\b|false\b|inf\b|nan\b")


def syntax_hints(line: str, message: str) -> tuple[str, ...]:
    """Hints for a line and for what the parser says of it; none where nothing is known of it."""
    if merged := merge_hints(line, message):
        return merged
    if line.lstrip().startswith("["):
        return ("a section is its name in brackets on a line of its own: [book]",)
    found = _LINE.match(line)
    if found is None:
        return ()
    key, sign, value = found["key"], found["sign"], found["value"].strip()
    if sign != "=":
        return (f'a key, an equals sign and a value: {key} = "…"',)
    if "\\" in value and "'\\'" in message:
        return ("write \\\\ for a backslash, or the text between single quotes: '…'",)
    if value[:1] in tuple("“”‘’「『《"):
        bare = value.strip("“”‘’「」『』")
        return (f'a text stands between straight quotes: {key} = "{bare}"',)
    if value and not _VALUE.match(value):
        return (f'a text stands in quotes: {key} = "{value}"',)
    if value.startswith(('"', "'")):
        return (f"a text ends on its line with the quote it began with: {value[0]}",)
    return ()
