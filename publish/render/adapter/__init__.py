"""What publish changes in WeasyPrint while a book is set: lines of our own, and faster pages.

``guard`` swaps functions in and out and refuses where the engine is not the one expected;
``replaced`` is the one table of the names touched; ``pages`` and its neighbours make pages cheaper
without changing a byte of what is drawn.
"""
