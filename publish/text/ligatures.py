"""Ligatures that fonts make of letters, which text should have as letters."""

from __future__ import annotations

#: Latin ligatures of the block Alphabetic Presentation Forms (U+FB00-FB06) to their letters:
#: Unicode's compatibility decompositions.
LIGATURES: dict[str, str] = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
