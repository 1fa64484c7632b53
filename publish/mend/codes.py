"""What book.toml says about rules that are none, or that cannot be switched.

Rules of reading and of conversion are no rules of mending, and what is told besides is no rule at
all; all of them have codes, which ``[mend] ignore`` may name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from publish.diagnostics import Diagnostic, did_you_mean
from publish.model.manifest import Manifest, place

#: Rules that are documented, but are not switched: code to what is done instead.
FIXED = {
    "B-ENC": "[source] encoding says what a file is encoded in",
    "S-SOFT": "it is how a manuscript is read",
    "S-LIST": '[structure] entries = "numbered" makes them entries',
    "C-ST": "it is what makes an edition in the other script; [convert] has its words and names",
    "C-QUOTE": "it is what makes an edition in the other script",
    "C-NUM": "[page] numbers says that",
    "C-NAME": 'ignore = ["C-NAME"] silences it',
    "C-RISK": 'ignore = ["C-RISK"] silences it',
    "C-ROUND": 'ignore = ["C-ROUND"] silences it',
    "C-BACK": 'ignore = ["C-BACK"] silences it',
    "C-TWP": "[convert] regional-vocabulary = false silences it",
}

#: What reading and declaring tell without being a rule.
_TOLD = (
    "M-EDITION M-KEY M-LATER M-OUTSIDE M-SOURCE M-TITLE M-TOML M-VALUE M-YAML R-ALT R-ATTR "
    "R-BINARY R-CHAR R-CLASS R-DEPTH R-EMPTY R-ENCODING R-FENCE R-FILE R-GROUP R-HEADING R-HTML "
    "R-IMAGE R-INDENT R-LEVEL R-LINK R-LIST R-MATH R-NOTE R-OUTSIDE R-PART R-REF R-REMOTE R-RUBY "
    "R-SIZE R-SVG R-STRUCTURE R-TABLE R-TITLE R-URL R-VERSE R-YAML "
)
TOLD = frozenset(_TOLD.split())

_LISTED = "`publish show rules` lists them"


def unknown_codes(manifest: Manifest, rules: Sequence[str]) -> Iterator[Diagnostic]:
    """An error for each key of ``[mend] rules`` that switches nothing, and for each entry of
    ``ignore`` that can silence nothing; ``rules`` are the codes of mending."""
    for code in manifest.rules:
        if code in FIXED:
            message = f"[mend] rules: {code} cannot be switched"
            yield _error(manifest, message, ("rules", code), (FIXED[code],))
        elif code not in rules:
            message = f"[mend] rules: there is no rule {code!r}"
            hints = (*did_you_mean(code, rules), _LISTED)
            yield _error(manifest, message, ("rules", code), hints)
    known = (*rules, *FIXED, *sorted(TOLD))
    for number, entry in enumerate(manifest.ignore):
        code = entry.partition(":")[0]
        if code not in known:
            message = f"[mend] ignore: nothing has the code {code!r}"
            hints = (*did_you_mean(code, known), _LISTED)
            yield _error(manifest, message, ("ignore", number), hints)


def _error(
    manifest: Manifest, message: str, path: tuple[str | int, ...], hints: Iterable[str]
) -> Diagnostic:
    return Diagnostic("M-RULE", "error", message, place(manifest, "mend", *path), tuple(hints))
