"""Residue of WeChat articles: what stands around the article on the page.

What: at the end of a file, or of an article that a heading follows, the words of the page's
own bars (预览时标签不可点, 微信扫一扫, 轻触阅读原文, 赞, 在看, 分享 …) with the pictures and
the account's name among them go away; at the head of a file, its invitations to read
elsewhere and the style sheet of the page.
Why: programs that turn the whole page into Markdown (turndown) take them for text.  They are
text to Markdown as well, so that it is declared: ``rules = { "R-WECHAT" = "on" }``.
Before: ``……全文完。⏎⏎预览时标签不可点⏎⏎微信扫一扫⏎关注该公众号``  After: ``……全文完。⏎``
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from publish.diagnostics import Edit, Source, Span
from publish.mend.places import Places, places
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.text.patterns import late

CODE = "R-WECHAT"

_MARKER = late(r"^预览时标签不可点[ \t]*$", re.MULTILINE)
#: What stands on the buttons and bars of the page.
_WORDS = (
    "赞 点赞 在看 分享 留言 写留言 收藏 听过 推荐 转发 喜欢 不喜欢 视频 小程序 阅读原文 知道了 "
    "轻触阅读原文 微信扫一扫 关注该公众号 使用小程序 微信扫一扫可打开此内容 使用完整服务 取消 允许 "
    "继续滑动看下一个 向上滑动看下一个 分析 × 轻点两下取消赞 轻点两下取消在看 修改于 人划线 "
    "喜欢此内容的人还喜欢 预览时标签不可点 ： ， 。"
)
_WORD = "|".join(sorted(_WORDS.split(), key=len, reverse=True))
_BARS = late(rf"[ \t*]*+(?:\[?+(?:{_WORD})\]?+(?:\(javascript:[^\n ]*+)?+[ \t*]*+)++")
_PICTURES = late(r"[ \t*]*+(?:!\[[^\]\n]*+\]\([^)\n]*+\)[ \t*]*+)++")
#: Words of a bar that nobody writes: two lines of the others may be an author's list.
_SURE = late(r"轻点两下取消|预览时标签不可点|滑动看下一个|微信扫一扫|轻触阅读原文|javascript:")
_HEAD = late(r"(?:在小说阅读器读本章|去阅读|在(?:小说阅读器|公众号小说)中沉浸阅读|原创)[ \t]*")
_HEAD_SURE = late(r"在小说阅读器读本章|中沉浸阅读")
#: What CSS says of one selector, and how many of them on one line are a style sheet.
_DECLARATIONS = late(r"\{[^{}\n]*+\}")
_SHEET = 2
_HEADING = late(r"#{1,6}[ \t]")
#: Lines among those of a bar that may be none of its words (names, dates), and their length.
_STRANGE, _STRANGE_LENGTH = 4, 40
#: Lines of a file in which its head is looked for.
_HEAD_LINES = 40


def find(source: Source, book: Book, manifest: Manifest) -> Iterable[Edit]:
    """Delete the bars at the ends and the invitations at the head."""
    text = source.text
    here = places(source, book)
    if "在看" in text or "微信" in text or "阅读原文" in text:
        for start, end in _tails(text, here):
            yield Edit(Span(source, start, end), "", CODE, "declared")
    for start, end in _heads(text, here):
        yield Edit(Span(source, start, end), "", CODE, "declared")


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _lines_back(text: str, first: int) -> Iterator[tuple[int, int]]:
    """The lines of the text from its end back to a place."""
    stop = len(text)
    while stop > first:
        start = max(first, text.rfind("\n", first, stop) + 1)
        yield start, stop
        stop = start - 1


def _tails(text: str, here: Places) -> Iterator[tuple[int, int]]:
    """The bars of each article of the file: from the marker, or from the end back."""
    after = 0
    for found in _MARKER.finditer(text):
        if found.start() < after or here.is_closed(*found.span()):
            continue
        strange, after = 0, found.end()
        for start, stop in _lines(text, found.start(), len(text)):
            line = text[start:stop]
            if _HEADING.match(line):
                break
            if _is_bar(line):
                after = stop
            elif line.strip():
                strange += 1
                if strange > _STRANGE or len(line) > _STRANGE_LENGTH:
                    break
        yield found.start(), min(after + 1, len(text))
    begin, is_sure = len(text), False
    for start, stop in _lines_back(text, after):
        line = text[start:stop]
        if line.strip():
            if not _is_bar(line) or (line.lstrip()[:1] != "!" and here.is_closed(start, stop)):
                break
            begin, is_sure = start, is_sure or _SURE.search(line) is not None
    if is_sure:
        yield begin, len(text)


def _is_bar(line: str) -> bool:
    return _BARS.fullmatch(line) is not None or _PICTURES.fullmatch(line) is not None


def _heads(text: str, here: Places) -> Iterator[tuple[int, int]]:
    """Invitations and style sheets among the first lines."""
    lines = list(itertools.islice(_lines(text, 0, len(text)), _HEAD_LINES))
    is_sure = any(_HEAD_SURE.match(text, start) for start, _ in lines)
    for start, stop in lines:
        line = text[start:stop]
        is_picture = line.strip() == "![]()"
        if not is_picture and here.is_closed(start, max(stop, start + 1)):
            continue
        if is_sure and (is_picture or _HEAD.fullmatch(line)):
            yield start, min(stop + 1, len(text))
        elif (sheet := _sheet(line)) is not None:
            yield start + sheet[0], start + sheet[1]


def _sheet(line: str) -> tuple[int, int] | None:
    """Where a line has a style sheet: rules of CSS side by side, the first selector with them."""
    found = [
        match for match in _DECLARATIONS.finditer(line) if ":" in match[0] and match[0].isascii()
    ]
    if len(found) < _SHEET:
        return None
    between = line[found[0].end() : found[-1].start()]
    before = line[: found[0].start()].rstrip()
    if "。" in between or "，" in between:
        return None
    return max(0, before.rfind(" ")), found[-1].end()
