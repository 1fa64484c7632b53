"""What the reader does to the text of a manuscript, as ``publish show rules`` lists it.

These are no rules that edit: the file stays as it is, and the book is read rightly from it.
"""

from __future__ import annotations

from publish.records import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One of them: ``safe`` changes no meaning, a ``query`` asks."""

    code: str
    kind: str
    summary: str
    documentation: str


RULES = (
    Rule(
        "B-ENC",
        "safe",
        "files in UTF-8, UTF-16, GB18030 or Big5, with any line end",
        """The encoding of a file, found out.

What: byte order marks, then UTF-8, then the likelier of GB18030 and Big5; every kind of line end
is one. ``fix --write`` writes the file in the encoding and with the line ends it had. A file whose
encoding is not certain is asked about; ``[source] encoding`` settles it.
Why: old manuscripts and text files of bulletin boards come in any of these.
Before: the bytes ``C9 BD``  After: ``山``""",
    ),
    Rule(
        "S-SOFT",
        "safe",
        "a line end between Chinese characters is no blank",
        """Line ends within a paragraph.

What: a line end with a Chinese character or mark on both sides is nothing; elsewhere it is a blank.
Verse, tables and code keep theirs.
Why: hard-wrapped files end a line in the middle of a sentence, and Markdown makes a blank of it.
Before: ``厚⏎德``  After: ``厚德``""",
    ),
    Rule(
        "S-LIST",
        "query",
        "numbered paragraphs that could be entries",
        """Paragraphs that open with ``1.``, ``2.`` and so on, three or more without a gap.

What: asked about once for each run; ``[structure] entries = "numbered"`` makes them entries, each
with its own number, anchor and line in the contents.
Why: exporters write numbered items as plain paragraphs; only an author knows whether the book is
made of them. The numbers stay as they are typed.""",
    ),
)
