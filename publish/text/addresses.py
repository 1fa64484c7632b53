"""Addresses in running text: never mended, never converted."""

from __future__ import annotations

import re

from publish.text.characters import HAN_CLASS

#: An address.  It goes on through Han only right after a sign that belongs to addresses,
#: since a sentence may follow without a blank.
ADDRESS = re.compile(
    rf"(?:(?:https?|ftp|file)://|mailto:|www\.)[!-~]+(?:(?<=[/=?&#_%-])[{HAN_CLASS}]+[!-~]*)*"
)
