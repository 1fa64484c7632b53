r"""Faces drawn with marks: ``:)`` ``:-(`` ``;D``.

Eyes are only ``:`` and ``;``; a letter is a mouth where no word goes on behind it, an opening
parenthesis where nothing closes it.
"""

from __future__ import annotations

#: What follows the eyes of a face; a lookahead is made of it.
MOUTH = r"-?(?:[DP](?![A-Za-z0-9])|\)|\((?![^()\n]{0,80}\)))"
#: A whole face.
SMILEY = rf"[:;]{MOUTH}"
