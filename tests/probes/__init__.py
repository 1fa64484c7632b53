"""The probe book: every requirement of clreq that a line composer can meet, measured.

Written from the requirements alone (clreq, GB/T 15834-2011, JLREQ where clreq is silent), without
a look at the composer.  ``marks`` says what each mark is, ``book`` makes the paragraphs, ``ours``
and ``theirs`` have them set, ``reading`` finds every glyph's place in the PDF, ``rules*`` judge,
``report`` writes CLREQ.md.  Run ``.venv/bin/python tests/probes`` for a new CLREQ.md.
"""
