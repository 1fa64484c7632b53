"""What a heading says: label and title, role, pattern, and the anchors that links may use."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from publish.model import book as b
from publish.model.tree import plain_text
from publish.read.pieces import cut

_LABEL = re.compile(
    r"([上中下][编編部卷篇册冊]|第\s*[0-9〇零一二两三四五六七八九十百千]+\s*[编編部卷篇章回节節講讲]|附录\s*[A-Z一二三四五六七八九十]?|附錄\s*[A-Z一二三四五六七八九十]?)"
    r"(?:[\s\u3000：:、．.]+|$)"
)
PART_LIKE = re.compile(r"第\s*[0-9〇零一二两三四五六七八九十百]+\s*[编編部卷篇]")
_ROLES = {
    b.ChapterRole.DEDICATION: ("献词", "獻詞", "献辞", "獻辭", "题献", "題獻"),
    b.ChapterRole.FOREWORD: ("序", "序言", "序一", "序二", "推荐序", "推薦序", "代序"),
    b.ChapterRole.PREFACE: ("前言", "自序"),
    b.ChapterRole.ACKNOWLEDGMENTS: ("致谢", "致謝", "鸣谢", "鳴謝", "谢辞", "謝辭"),
    b.ChapterRole.INTRODUCTION: ("导读", "导言", "引言", "導讀", "導言", "绪论", "緒論"),
    b.ChapterRole.PROLOGUE: ("楔子", "序章", "引子"),
    b.ChapterRole.EPILOGUE: ("尾声", "尾聲", "终章", "終章"),
    b.ChapterRole.CONCLUSION: ("结论", "結論", "结语", "結語"),
    b.ChapterRole.AFTERWORD: ("后记", "後記", "跋", "编后记", "編後記"),
    b.ChapterRole.GLOSSARY: ("术语表", "術語表", "词汇表", "詞彙表", "名词解释", "名詞解釋"),
    b.ChapterRole.BIBLIOGRAPHY: (
        *("参考文献", "參考文獻", "参考书目", "參考書目"),
        *("引用书目", "引用書目", "引用文献", "引用文獻"),
    ),
    b.ChapterRole.INDEX: ("索引",),
    b.ChapterRole.ERRATA: ("勘误", "勘誤", "勘误表", "勘誤表"),
}


def matches(patterns: Iterable[str], text: str) -> str | None:
    """The first pattern that is the whole text; ``…`` stands for any run."""
    return next((pattern for pattern in patterns if _fits(pattern, text.strip())), None)


def _fits(pattern: str, text: str) -> bool:
    """Whether a pattern is the whole of a text.  Each part is looked for once, as early as it can
    stand: a regular expression tries all places of one with all places of the next."""
    first, *between = pattern.split("…") if pattern != "……" else (pattern,)
    if not between:
        return pattern == text
    last, at = between.pop(), len(first)
    end = len(text) - len(last)
    if end < at or not text.startswith(first) or not text.endswith(last):
        return False
    runs = []
    for part in between:
        found = text.find(part, at, end)
        if found < 0:
            return False
        runs.append(text[at:found])
        at = found + len(part)
    # A run ends with its line.
    return not any("\n" in run for run in (*runs, text[at:end]))


def chapter_levels(headings: Sequence[tuple[int, bool]]) -> list[int]:
    """For each heading, given as its level and whether it is a part's, the level that chapters have
    where it stands: all that stands lower is a section.

    It is the highest of the book that is no part's.  Where chapters stand below parts, each part
    has a level of its own, so that a preface or an afterword beside the parts does not make
    sections of their chapters.
    """
    if not _nested(headings):
        top = min((level for level, is_part in headings if not is_part), default=1)
        return [top] * len(headings)
    found: list[int] = []
    start = 0
    while start < len(headings):
        first, opens_part = headings[start]
        end = start + 1
        while end < len(headings) and not headings[end][1]:
            if opens_part and headings[end][0] <= first:
                break
            end += 1
        inside = headings[start + opens_part : end]
        found += [min((level for level, _ in inside), default=first + 1)] * (end - start)
        start = end
    return found


def _nested(headings: Sequence[tuple[int, bool]]) -> bool:
    """Whether every part that has something has a heading of a lower level next."""
    after = [
        following > part
        for (part, is_part), (following, other) in itertools.pairwise(headings)
        if is_part and not other
    ]
    return bool(after) and all(after)


def split_label(children: tuple[b.Inline, ...]) -> tuple[str, tuple[b.Inline, ...]]:
    """第一章 起源 -> the label 第一章 and the title 起源."""
    first = children[0] if children else None
    if not isinstance(first, b.Text) or not (match := _LABEL.match(first.text)):
        return "", children
    label = re.sub(r"\s+", "", match[1])
    rest = cut(first, match.end())
    title = ((rest,) if rest.text else ()) + children[1:]
    # A call of a note alone is no title.
    return (label, title) if plain_text(title).strip() else ("", children)


def is_labelled(text: str) -> bool:
    """Whether a heading begins with the label of a chapter or a part, or is nothing else."""
    return bool(_LABEL.match(text.strip()))


def without_colon(children: tuple[b.Inline, ...]) -> tuple[b.Inline, ...]:
    """A declared heading without the colon that announced what follows."""
    last = children[-1] if children else None
    if isinstance(last, b.Text) and last.text.rstrip().endswith(("：", ":")):
        return (*children[:-1], cut(last, 0, len(last.text.rstrip()) - 1))
    return children


def role(label: str, title: str) -> b.ChapterRole:
    """What a chapter is, by the words that books use for it."""
    if label.startswith(("附录", "附錄")):
        return b.ChapterRole.APPENDIX
    text = title.strip()
    for role, words in _ROLES.items():
        if text in words:
            return role
    if text.startswith(("附录", "附錄")):
        return b.ChapterRole.APPENDIX
    return b.ChapterRole.CHAPTER


def slug(text: str) -> str:
    """The anchor that GitHub and most editors make of a heading."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.strip().lower()))
