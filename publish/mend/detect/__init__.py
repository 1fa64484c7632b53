"""Detectors: queries that look at a whole book and ask, one file each; they never edit.

They run in ``publish check`` alone: some need words (publish.text.segmenter), some readings of
characters, and all of them time.  How many false alarms each gives is measured by
``tests/measure_detectors.py`` and told in its docstring, in alarms per 100,000 Han characters.

``flow``: the text of a book in one string; ``words``: what the segmenter says of a place.
"""
