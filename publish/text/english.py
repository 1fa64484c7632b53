"""Which runs of a Chinese text are English, for what reads it aloud and hyphenates it.

WCAG 2.2 criterion 3.1.2 asks that phrases in another language say so, and leaves out proper names,
technical terms and what has become part of the language around it.  A voice that changes in the
middle of a sentence disturbs, so what a Chinese reader meets as a single name or sign (DeepSeek,
AGI, V2, 10 km) is left to the Chinese voice; words and phrases are given to the English one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from publish.text.addresses import ADDRESS
from publish.text.characters import WORD_CLASS
from publish.text.patterns import late

#: A word or a number, with letters beyond ASCII too (up to Latin Extended-B).
_TOKEN = rf"[{WORD_CLASS}]+(?:['’-][{WORD_CLASS}]+)*"
#: Tokens with blanks, and punctuation as English sets it, between them.
_RUN = late(rf"{_TOKEN}(?:[ ,;:.!?&/()\"–-]{{1,3}}{_TOKEN})*")
_TOKENS = late(_TOKEN)
_FOREIGN = late(r"[À-ɏ]")
_SMALL = late(r"[a-z]{2,}(?:['’-][a-z]+)*|[a-z](?:['’-][a-z]+)+")
_ROMAN = late(r"[ivx]+")
_WORD = late(r"[A-Za-z]{2,}(?:['’-][A-Za-z]+)*")
#: What every run holds: two small letters, or two words.
_ANY = late(r"[a-z]['’-]?[a-z]|[A-Za-z] [A-Za-z]")


@lru_cache(maxsize=32_768)
def english(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of the runs that are English, in their order.

    A run begins and ends with a word.  It holds a word in small letters only (two or more, no Roman
    number), as names and abbreviations are not, or several words of any letters.  A run behind a
    number is a unit, one with a letter beyond ASCII is another language, and addresses are none.
    """
    # Nearly every string of a Chinese book ends here.
    if not _ANY.search(text):
        return ()
    addresses = [match.span() for match in ADDRESS.finditer(text)]
    return tuple(
        (start, end)
        for start, end in _runs(text)
        if not any(start < last and first < end for first, last in addresses)
    )


def _runs(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        tokens = [(match[0], match.span()) for match in _TOKENS.finditer(text, *run.span())]
        if tokens[0][0].isdecimal() or _FOREIGN.search(run[0]):
            continue
        while tokens[-1][0].isdecimal():
            # It counts what follows in Chinese.
            tokens.pop()
        small = any(_SMALL.fullmatch(token) and not _ROMAN.fullmatch(token) for token, _ in tokens)
        if small or sum(_WORD.fullmatch(token) is not None for token, _ in tokens) > 1:
            yield tokens[0][1][0], tokens[-1][1][1]
