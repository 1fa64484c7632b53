"""Where a sentence ends."""

from __future__ import annotations

#: Marks that end a sentence, or a clause that may stand as a paragraph.
_ENDS = frozenset("。！？…；：!?.:;")
#: Marks that close what began before: they stand behind the end; ``*`` closes emphasis.
_CLOSING = '”’」』）》】〉〕")]*'


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends where the text ends; closing marks and blanks may follow its end."""
    return text.rstrip().rstrip(_CLOSING).rstrip()[-1:] in _ENDS and bool(text.strip(" \t\n*"))
