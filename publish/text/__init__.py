"""What mend, convert, typeset and check all know about Chinese text.

``characters``: what a character is; ``pairs``: pairing of quotation marks;
``script``: simplified or traditional; ``radicals``: radicals and the ideographs
they are mistaken for; ``surnames``; ``segmenter``: words.
"""
