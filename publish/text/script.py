"""Which script a text is written in, and which region's traditional forms it uses."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from publish.model.edition import Region, Script
from publish.text.surnames import surnames

#: Forms that the standards of Taiwan and of Hong Kong write differently, in the same order:
#: 國字標準字體 (教育部, Taiwan) and 常用字字形表 (香港教育局).
TAIWAN_FORMS = "裡著衛說脫閱銳溫群峰麵臥鉤兌稅敘"
HONG_KONG_FORMS = "裏着衞説脱閲鋭温羣峯麪卧鈎兑税敍"


@cache
def _pairs() -> tuple[str, ...]:
    """The pairs of script.txt, a simplified character and a traditional one."""
    data = (files("publish.text") / "script.txt").read_text(encoding="utf-8")
    return tuple(
        pair for line in data.splitlines() if not line.startswith("#") for pair in line.split()
    )


@cache
def _exclusive() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that only simplified, and that only traditional, text has (script.txt)."""
    return frozenset(pair[0] for pair in _pairs()), frozenset(pair[1] for pair in _pairs())


def script_of(text: str) -> Script:
    """The script of a text, by counting the characters that only one script has.

    Without any such character, or with as many of one as of the other, the answer
    is ``hans``.
    """
    simplified, traditional = _exclusive()
    balance = 0
    for character in text:
        if character in simplified:
            balance += 1
        elif character in traditional:
            balance -= 1
    return "hant" if balance < 0 else "hans"


def region_of(text: str) -> Region:
    """Whose forms a traditional text uses: ``hk``, or ``tw`` also where neither prevails."""
    taiwan = sum(text.count(character) for character in TAIWAN_FORMS)
    hong_kong = sum(text.count(character) for character in HONG_KONG_FORMS)
    return "hk" if hong_kong > taiwan else "tw"


@cache
def _simplified_forms() -> dict[int, str]:
    """Traditional characters, as code points, to simplified ones: script.txt and surnames."""
    forms = {ord(pair[1]): pair[0] for pair in _pairs()}
    for simplified, traditional in surnames().items():
        forms.update({ord(b): a for a, b in zip(simplified, traditional, strict=True) if a != b})
    return forms


def folded(text: str) -> str:
    """Traditional text as a dictionary of simplified words can read it, character by character.

    As long as it was.  Common characters alone are folded: this finds words and names, it
    converts nothing that anyone reads.
    """
    return text.translate(_simplified_forms())
