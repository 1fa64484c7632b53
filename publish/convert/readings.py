"""Characters of traditional text with more than one simplified form.

What: where a traditional book becomes simplified, and such a character stands alone or in a name,
so that no word
tells its form, it is asked about, once with what is beside it; nothing is changed.
Why: 著 is 着 after a verb and 著 where somebody wrote; 乾 is 干, and 乾 in names; 徵, 夥 and 於
stay as they are in a few words and names.
Before: ``老舍著``  After: ``老舍着``, and a query at ``著``
"""

from __future__ import annotations

from collections.abc import Iterator

from publish.convert.engine import to_traditional
from publish.convert.inquiry import Inquiry, words_line
from publish.diagnostics import Diagnostic
from publish.text.characters import is_han

CODE = "C-BACK"

#: A traditional character and the simplified form that it has besides itself.
_READINGS = dict(zip("著乾徵夥於", "着干征伙于", strict=True))
#: Parts of speech after which 着 is a particle.
_VERBS = ("v", "a", "d", "z", "u", "p")


def find(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """A query for each such character, at its first place."""
    if to_traditional(inquiry.how.route):
        return
    from publish.text.segmenter import tagged

    asked: set[str] = set()
    for passage in inquiry.passages:
        text = passage.text
        whole = inquiry.plain(text)
        if len(whole) != len(text) or _READINGS.keys().isdisjoint(text):
            continue
        settled = inquiry.settled(text)
        start, before = 0, ("", "")
        for word, tag in tagged(whole):
            for place in range(start, start + len(word)):
                own, printed = text[place], whole[place]
                doubtful = printed == _READINGS.get(own) and _is_open(own, word, tag, before)
                if doubtful and not settled[place]:
                    begin = start - len(before[0]) if before[0][-1:].isalpha() else start
                    end = start + len(word)
                    if end - begin == 1 and is_han(text[end : end + 1] or " "):
                        end += 1
                    if end - begin == 1:
                        # Alone it would be declared for the whole book.
                        begin = max(0, begin - 3)
                    phrase, spelling = text[begin:end], whole[begin:end]
                    other = spelling[: place - begin] + own + spelling[place - begin + 1 :]
                    if phrase not in asked:
                        asked.add(phrase)
                        yield Diagnostic(
                            CODE,
                            "query",
                            f"{own} is printed {printed} here, and may be {own}",
                            passage.span(place, place + 1),
                            settle=(words_line(phrase, other), words_line(phrase, spelling)),
                        )
            start, before = start + len(word), (word, tag)


def _is_open(own: str, word: str, tag: str, before: tuple[str, str]) -> bool:
    """Whether neither the word of a character nor the one before it tells its form."""
    if own == "著":
        return len(word) == 1 and not before[1].startswith(_VERBS)
    if own == "於":
        return tag.startswith("nr")
    from publish.text.segmenter import frequency

    return len(word) == 1 or tag.startswith("nr") or frequency(word) == 0
