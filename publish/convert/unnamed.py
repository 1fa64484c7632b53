"""People whose surname is also a word, and who are not declared.

What: a name that the text shows (后小芹, 于海生) is printed with the form of the surname, and
asked about once; so is what a segmenter takes for a name and is printed as a word.
Why: as a word 于 is 於, 后 is 後, 钟 is 鐘; as a surname each has its own form.  Only an editor
knows who is a person.
Before: ``她把船交给于海生``  After: ``她把船交給于海生``, and a query at ``于海生``
Measured: on a month of a newspaper (1.8 million characters, its people tagged by hand) four in
five names with 于, and two in three with 钟, are found undeclared; 3 places are taken for names
and are none.  于 before a subject's verb (于东来是) is asked about and not printed as a name: 3
such places in 7 million characters of essays and technical text were none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from publish.convert.dictionary import surname_form
from publish.convert.inquiry import Inquiry, Passage, names_line, words_line
from publish.convert.people import AT
from publish.diagnostics import Diagnostic
from publish.text.characters import HAN_CLASS, has_han, is_han
from publish.text.patterns import late
from publish.text.surnames import surnames

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
        for start, name in inquiry.how.naming.names(passage.text):
            if name not in declared:
                yield passage, start, name
    for passage in inquiry.passages:
        for start, name in _missed(inquiry, passage):
            if name not in declared:
                yield passage, start, name


#: Surnames that are a verb or a measure word as well: who has one is asked about.
_VERBS = frozenset("种干涂游占后云钟")
#: A given name by its tag, as it stands: a place (建国, 长河) only before a verb.
_GIVEN = frozenset({"nr", "nrt", "ns", "nz"})
#: A surname, 于 and a given name, where a person speaks or is listed: 郭于华说, 洪于飞、.
_MIDDLE = late(rf"(?<![{HAN_CLASS}])[{HAN_CLASS}]于[{HAN_CLASS}](?=[说道问笑是在和、，。])")
#: What follows a subject and hardly ever «at» such a place or time: 于东来是, 于海洋说.
_PREDICATES = frozenset("是说道问笑把被和跟")


def _missed(inquiry: Inquiry, passage: Passage) -> Iterator[tuple[int, str]]:
    """What may be a person by the segmenter's tags, or by the verb after it, and is not printed
    as one."""
    from publish.text.segmenter import tagged

    text = passage.text
    whole = inquiry.plain(text)
    if len(whole) != len(text):
        return
    settled = inquiry.settled(text)
    tokens = tagged(text)
    start = 0
    for index, (word, tag) in enumerate(tokens):
        name = word if tag.startswith("nr") and _is_new(word) else ""
        if not is_han(text[start - 1 : start] or " "):
            if word == "于":
                name = _subject([token for token, _ in tokens[index + 1 : index + 3]])
            elif word in _VERBS:
                name = _named(word, tokens[index + 1 : index + 3])
        end = start + len(name)
        form = surname_form(name[:1], inquiry.how.route) if name else ""
        if form and whole[start] != form and not any(settled[start:end]):
            yield start, name
        start += len(word)
    for found in _MIDDLE.finditer(text):
        surname = found.group()[0]
        start, end = found.span()
        is_surname = surname in surnames() and surname not in AT
        if is_surname and whole[start + 1] == "於" and not any(settled[start:end]):
            yield start, found.group()


def _named(surname: str, following: list[tuple[str, str]]) -> str:
    """The name that a surname at the start of a clause makes with the word after it."""
    (given, kind), (_, beyond) = [*following, ("", ""), ("", "")][:2]
    if len(given) != 2 or kind not in _GIVEN:
        return ""
    return surname + given if kind != "ns" or beyond[:1] in ("v", "u", "p") else ""


def _is_new(name: str) -> bool:
    """Whether no two characters of a name of three are a word."""
    from publish.text.segmenter import frequency

    return len(name) == 3 and frequency(name[:2]) == 0 and frequency(name[1:]) == 0


def _subject(following: list[str]) -> str:
    """The name that 于 at the start of a clause makes with the word after it, before a verb."""
    given, verb = [*following, "", ""][:2]
    is_name = len(given) == 2 and has_han(given) and verb in _PREDICATES
    return f"于{given}" if is_name else ""
