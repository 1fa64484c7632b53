"""Two spellings of one name.

What: a name (a surname with one or two characters) that stands here and there with one
character that sounds or looks the same is asked about, with both spellings and how often each
is there.  The frequent one must be seen as a name by the segmenter; the rare one must not be
a word, nor parts of two.
Why: input by sound, and OCR, put 峰 for 锋; a reader takes it for another person, and a proof
by a spelling checker passes, since both are names.
Before: ``# 梁文峰60条思考`` where the text says 梁文锋 ten times
After: the same, and a query with the line ``names = { "梁文锋" = ["梁文峰"] }``
Measured: none in hello-algo, rust-course and a book about Git (520,000 Han); false alarms are 3
of 7 in a weekly (1,725,000 Han), 2 of 10 in 红楼梦 (683,000), none of 7 in 文明小史 (250,000), 7 of
29 in essays of Lu Xun with their notes (806,000): .4 for 100,000 Han.  Of slips put at random into
names of our own prose 1,139 of 1,140 are found, with 100 other names in their place 1,738 of
1,760 (98.8 %); names of two characters must stand five times.
"""

from __future__ import annotations

from collections.abc import Iterable

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import flow
from publish.mend.detect.settle import spelling
from publish.mend.detect.twins import twins
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.settlements import ignored
from publish.text.pinyin import readings

CODE = "X-NAME"


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each rare spelling, at its first place."""
    here = flow(book)
    declared = {*manifest.names, *manifest.convert_names}
    for twin in twins(here.words):
        size, place = len(twin.name), twin.places[0]
        # The words of a traditional book are folded: what is told is as the book has it.
        variant = here.text[place : place + size]
        first = here.words.index(twin.name)
        name = here.text[first : first + size]
        if variant in declared:
            continue
        pair = name[twin.position], variant[twin.position]
        sound = not readings(pair[0]).isdisjoint(readings(pair[1]))
        yield Diagnostic(
            CODE,
            "query",
            f"one name, two spellings: {variant} ({len(twin.places)}), {name} ({twin.count})",
            here.span(place, place + size),
            (f"{pair[0]} and {pair[1]} {'sound' if sound else 'look'} alike",),
            settle=(spelling("names", name, variant), ignored(CODE, variant)),
        )
