"""People whose surname is also a word, and who are not declared.

What: a name that the text shows (后小芹, 于海生) is printed with the form of the surname, and
asked about once; so is what a segmenter takes for a name and is printed as a word.
Why: as a word 于 is 於, 后 is 後, 钟 is 鐘; as a surname each has its own form.  Only an editor
knows who is a person.
Before: ``她把船交给于海生``  After: ``她把船交給于海生``, and a query at ``于海生``
Measured: on a month of a newspaper (1.8 million characters, its people tagged by hand) four in
five names with 于, and two in three with 钟, are found undeclared; 3 places are taken for names
and are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from publish.convert.dictionary import surname_form
from publish.convert.inquiry import Inquiry, Passage, names_line, words_line
from publish.diagnostics import Diagnostic

CODE = "C-NAME"


def find(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """A query for each name, at its first place."""
    places: dict[str, tuple[Passage, int]] = {}
    counts: Counter[str] = Counter()
    for passage, start, name in _found(inquiry):
        counts[name] += 1
        places.setdefault(name, (passage, start))
    for name, (passage, start) in places.items():
        spelling = inquiry.how.author(name)
        word = inquiry.word(name)
        printed = inquiry.plain(passage.text)[start : start + len(name)]
        times = "once" if counts[name] == 1 else f"{counts[name]} times"
        taken = "is taken for a person" if printed == spelling else "may be a person"
        yield Diagnostic(
            CODE,
            "query",
            f"{name} ({times}) {taken}, and is printed {printed}",
            passage.span(start, start + len(name)),
            settle=(names_line(name), words_line(name, word)),
        )


def _found(inquiry: Inquiry) -> Iterator[tuple[Passage, int, str]]:
    """Undeclared names: those that are printed as names, then those that are not."""
    declared = {*inquiry.how.names, *inquiry.how.words}
    for passage in inquiry.passages:
        for start, name in inquiry.how.people.find(passage.text):
            if name not in declared:
                yield passage, start, name
    for passage in inquiry.passages:
        for start, name in _missed(inquiry, passage):
            if name not in declared:
                yield passage, start, name


def _missed(inquiry: Inquiry, passage: Passage) -> Iterator[tuple[int, str]]:
    """What the segmenter tags as a person and conversion does not print as one."""
    from publish.text.segmenter import frequency, tagged

    text = passage.text
    whole = inquiry.plain(text)
    if len(whole) != len(text):
        return
    settled = inquiry.settled(text)
    start = 0
    for word, tag in tagged(text):
        end = start + len(word)
        form = surname_form(word[:1], inquiry.how.route) if tag.startswith("nr") else ""
        if (
            form
            and len(word) == 3
            and whole[start] != form
            and frequency(word[:2]) == 0
            and frequency(word[1:]) == 0
            and not any(settled[start:end])
        ):
            yield start, word
        start = end
