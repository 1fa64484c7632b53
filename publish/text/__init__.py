"""What mend, convert, typeset and check all know about Chinese text.

``characters``: what a character is; ``pairs``: pairing of quotation marks;
``script``: simplified or traditional; ``radicals``: radicals and the ideographs
they are mistaken for; ``brackets``: brackets without a partner; ``sentences``: where one ends;
``surnames``; ``lookalikes``; ``segmenter``: words; ``pinyin``: readings.
"""
