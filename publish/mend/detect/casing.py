"""One term in several kinds of letters.

What: a word with capitals inside it (ChatGPT, GitHub, iPhone) that also stands with other
capitals is asked about, once for each other spelling, with how often each stands.  Code, file
names, addresses, names with signs in them, and text without Chinese are passed over.
Why: brands and technical words have a spelling of their own.  Nobody types a capital inside a
word by chance, so that one such spelling is enough to doubt the others.
Before: ``ChatGPT这波浪潮……Chatgpt出来时``
After: the same, and a query with the line ``terms = { "ChatGPT" = ["Chatgpt"] }``
Measured: none in hello-algo (125,000 Han), 8 in rust-course (383,000), 3 in a book about Git
(57,000), 72 in 150 issues of a weekly (684,000), of which 3 are false.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import Flow, flow
from publish.mend.detect.settle import spelling
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.settlements import ignored
from publish.text.characters import has_han
from publish.text.patterns import late

CODE = "X-TERM"

#: A word of three or more Latin letters and digits that begins with a letter, and no part of an
#: address, a path, a mail address, a file name, an option, a call or an identifier.
_WORD = late(
    r"(?<![0-9A-Za-z\u00c0-\u024f_./\\@#$%&=+:<-])(?<![A-Za-z]['’])"
    r"[A-Za-z][0-9A-Za-z]{2,}"
    r"(?![0-9A-Za-z\u00c0-\u024f_/\\@=<(\[-])(?![.:+#&][0-9A-Za-z_(:+#])(?!['’][A-Za-z])"
)
#: A capital after a small letter or a digit, or a small letter after two capitals.
_MIXED = late(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]")
#: The plural of an abbreviation: its s is small whatever the word.
_PLURAL = late(r"[A-Z0-9]+s")

#: A spelling this many times as frequent is the right one, capitals or not (Windows, not
#: WIndows); it must be for words that may be two things (IOS and iOS, GAN and GaN), up to this
#: many letters, or where the first letter alone differs (localStorage is a name in a program).
_FAR_MORE = 3
_CERTAIN, _SHORT = 5, 4

Spellings = dict[str, list[int]]


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each spelling but the right one, at its first place."""
    here = flow(book)
    for spellings in _families(here):
        right = _right(spellings)
        for wrong, places in spellings.items():
            if wrong not in manifest.terms and _is_doubtful(wrong, right, spellings):
                yield Diagnostic(
                    CODE,
                    "query",
                    f"one term, two spellings: {wrong} ({len(places)}), "
                    f"{right} ({len(spellings[right])})",
                    here.span(places[0], places[0] + len(wrong)),
                    settle=_answers(right, wrong, spellings),
                )


def _answers(right: str, wrong: str, spellings: Spellings) -> tuple[str, ...]:
    """The lines that settle it; where both stand as often, the other way round as well."""
    tie = len(spellings[right]) == len(spellings[wrong])
    reverse = (spelling("terms", wrong, right),) if tie else ()
    return (spelling("terms", right, wrong), *reverse, ignored(CODE, wrong))


def _families(here: Flow) -> list[Spellings]:
    """Words that differ in capitals alone, one of which has a capital inside: each spelling with
    its places in text that has Chinese."""
    families: dict[str, Spellings] = {}
    chinese = [has_han(passage.text) for passage in here.passages]
    for found in _WORD.finditer(here.text):
        word = found.group()
        if chinese[here.index(found.start())]:
            families.setdefault(word.lower(), {}).setdefault(word, []).append(found.start())
    return [
        spellings
        for spellings in families.values()
        if len(spellings) > 1 and any(map(_is_mixed, spellings))
    ]


def _is_mixed(word: str) -> bool:
    return _MIXED.search(word) is not None and _PLURAL.fullmatch(word) is None


def _right(spellings: Spellings) -> str:
    """The most frequent spelling with capitals inside, unless another is far more frequent."""
    most = max(spellings, key=lambda word: len(spellings[word]))
    mixed = max(filter(_is_mixed, spellings), key=lambda word: len(spellings[word]))
    return most if len(spellings[most]) >= _FAR_MORE * len(spellings[mixed]) else mixed


def _is_doubtful(wrong: str, right: str, spellings: Spellings) -> bool:
    if wrong == right or not (_is_mixed(right) or _is_mixed(wrong)):
        return False
    is_plain = wrong[1:] == right[1:]
    if len(wrong) > _SHORT and not is_plain:
        return True
    return len(spellings[right]) >= _CERTAIN * len(spellings[wrong])
