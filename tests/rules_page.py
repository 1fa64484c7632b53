"""The page of documentation of all rules, made of the rules themselves.

python tests/rules_page.py      writes publish/mend/RULES.md
"""

from __future__ import annotations

import re
from pathlib import Path

from publish.build import RuleDoc, rules
from publish.mend.codes import FIXED

PAGE = Path(__file__).resolve().parent.parent / "publish" / "mend" / "RULES.md"

_CLASSES = {
    "safe": (
        "Safe",
        "Made on every build, and in the manuscript by `publish fix --write`. They change no word: "
        "letters and structure stay as they are, or the mend is taken back.",
    ),
    "declared": (
        "Declared",
        "Made where book.toml says so: by a table (`[mend] names`, `terms`), or by "
        '`[mend] rules = { "CODE" = "on" }`. With an empty book.toml they do nothing.',
    ),
    "query": (
        "Query",
        "Nothing is changed: `publish check` asks, with the line of book.toml that settles it.",
    ),
}
_AFTER = re.compile(r"\s+After:")
_FIELD = re.compile(r"^(What|Why|Before|After|Measured):", re.MULTILINE)


def page() -> str:
    """The page as Markdown: a table, then each rule by class."""
    found = rules()
    lines = [
        "# Rules of text",
        "",
        "Made by `python tests/rules_page.py` from the rules; their cases are in `tests/cases/`.",
        "Switch a rule with `[mend] rules`; where a rule cannot be switched, it says so. Keep it",
        'off one place with `[mend] ignore`: `"CODE:text"` with text of the line that holds the',
        'place, as `publish check` proposes it, or `"CODE:line"`; `"CODE"` keeps it off all.',
        "",
        "| rule | class | what |",
        "|---|---|---|",
        *(f"| [{one.code}](#{one.code.lower()}) | {one.kind} | {one.summary} |" for one in found),
    ]
    for kind, (title, words) in _CLASSES.items():
        lines += ["", f"## {title}", "", words]
        for one in found:
            if one.kind == kind:
                lines += ["", f"### {one.code}", "", _body(one)]
    return "\n".join(lines) + "\n"


def _body(rule: RuleDoc) -> str:
    """A docstring as Markdown: literals with one backtick, a line break before each field."""
    text = rule.documentation.replace("``", "`")
    text = _AFTER.sub(r"\nAfter:", text)
    text = _FIELD.sub(r"\n**\1:**", text).replace("\n\n\n", "\n\n")
    return text if rule.switched else f"{text}\n\n**Not switched:** {FIXED[rule.code]}."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
