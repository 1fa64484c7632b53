"""Compatibility ideographs that may be part of a name.

What: such a character is asked about where a surname stands before it, or where it is part
of a name that book.toml declares; elsewhere U-NFC replaces it by the unified ideograph.
Those of Korean standards (U+F900-FA0B) have no shape of their own and are always replaced.
Why: a person may write the name with the old shape, and has a right to it; but half of all
programs fold it (Unicode Standard Annex 15: the canonical form is the unified ideograph),
and a search for the name then fails.  An ideographic variation sequence keeps the shape.
Before: ``陈[U+FA1A]``  After: the same, and a query
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from publish.diagnostics import Diagnostic, character_name
from publish.mend.passages import passages
from publish.model.book import Book
from publish.model.manifest import Manifest

CODE = "U-COMPAT"

#: Compatibility ideographs of a shape of their own.
_SHAPED = re.compile("[\ufa10-\ufad9\U0002f800-\U0002fa1d]")
#: The hundred surnames that four of five people in China have (2020 census: 公安部, 2021).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙"
    "黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤張劉陳楊黃趙吳孫馬羅鄭許韓鄧馮蕭葉魏蘇呂盧"
    "鍾譚陸韋賈鄒閻龍賀顧龔萬錢嚴湯"
)


def may_be_named(text: str, offset: int, manifest: Manifest) -> bool:
    """Whether the character at the offset is a compatibility ideograph that a name may have."""
    character = text[offset]
    if not _SHAPED.match(character) or unicodedata.is_normalized("NFC", character):
        return False
    if any(name in _SURNAMES for name in text[max(0, offset - 2) : offset]):
        return True
    declared = (*manifest.names, *manifest.convert_names, *manifest.protect)
    return any(
        text.startswith(name, offset - name.index(character))
        for name in declared
        if character in name
    )


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each of them."""
    for passage in passages(book):
        for found in _SHAPED.finditer(passage.text):
            if not may_be_named(passage.text, found.start(), manifest):
                continue
            unified = unicodedata.normalize("NFC", found[0])
            yield Diagnostic(
                CODE,
                "query",
                f"a name may be written with {character_name(found[0])}; the common form is "
                f"{unified}",
                passage.span(max(0, found.start() - 2), found.end()),
                (f"type {unified} where the shape does not matter",),
            )
