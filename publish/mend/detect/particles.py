"""的 where the words around it ask for 地 or 得.

An adverbial before a verb takes 地, what follows a verb as its complement 得 (现代汉语词典; 教育部,
语文课程标准).  Since 的 before a verb may also make a noun of it (更好的了解), only places are told
where what stands beside it leaves no choice.
"""

from __future__ import annotations

from publish.mend.detect.words import is_known
from publish.records import dataclass
from publish.text.segmenter import tagged


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Parts of speech of what may stand before 地: adjectives, adverbs, states.
_MANNER = _words("a ad an z d")
#: Words after which nothing but a verb (with its adverbial) can come.
_MODAL = _words(
    "能 能够 可以 可 会 必须 应该 应当 不能 无法 可能 将 将会 被 也 才 才能 就 就能 就可以 "
    "却 并 并且 从而 不断 来 去 要 想"
)
_PERSONAL = _words("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 大家 自己")
#: First characters of pronouns that begin an object.
_OBJECT = frozenset("这那其该各每")
#: Parts of speech of 了 着 过, which show that the word before them is a verb.
_ASPECT = _words("ul uz ug")
_SPEECH = _words("称 说 道 问 答 喊 叫 写道 说道 问道 答道 表示 指出 回答 宣布 强调 认为 提出")
_QUOTES = frozenset("“「『")
#: Verbs that no adverbial with 地 goes before, or that are nouns as often.
_NO_VERB = _words("是 有 为 使用 行为 需求 作用 做法 写法 看法 说法 用法")
#: Last characters of verbs that take a complement with 得, and what begins one.
_COMPLEMENT = frozenset("变显觉")
_DEGREE = _words("更 更加 很 非常 越来越 十分 特别 有些 有点 无比 格外 极其 比较 不再")


@dataclass(frozen=True, slots=True)
class Particle:
    """A 的 at ``offset`` that should be ``right``, and the words that show it (start and end),
    all in code points from the start of the text."""

    offset: int
    right: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Particles:
    """What a text has: the doubtful 的, and how often 地 and 得 stand where they should."""

    doubtful: tuple[Particle, ...]
    right: int


def particles(text: str) -> Particles:
    """Every 的 of a line of simplified text that is certainly another particle."""
    if "的" not in text and "地" not in text:
        return Particles((), 0)
    words = tagged(text)
    found: list[Particle] = []
    right = offset = 0
    for index, (word, tag) in enumerate(words):
        if word in ("的", "地") and 0 < index < len(words) - 2:
            if word == "地":
                right += tag == "uv"
            elif particle := _particle(words, index):
                before = len(words[index - 1][0])
                after = len(words[index + 1][0])
                found.append(Particle(offset, particle, offset - before, offset + 1 + after))
        elif word[0] == "地" and tag == "v" and not is_known(word):
            # 地 with the verb after it, as the segmenter sometimes cuts: 慢慢, 地说.
            right += 1
        offset += len(word)
    return Particles(tuple(found), right)


def _particle(words: list[tuple[str, str]], index: int) -> str:
    """What the 的 at this place should be; nothing if it may be right."""
    (before, kind), (verb, verb_kind) = words[index - 1], words[index + 1]
    if kind == "v" and before[-1] in _COMPLEMENT and not is_known(before):
        return "得" if verb in _DEGREE or verb_kind in ("a", "z") else ""
    is_manner = kind in _MANNER or (index > 1 and words[index - 2][0] in _DEGREE)
    if verb_kind != "v" or verb in _NO_VERB or not is_manner:
        return ""
    after, after_kind = words[index + 2]
    if after_kind in _ASPECT or (after_kind[0] == "r" and after[0] in _OBJECT):
        return "地"
    if verb in _SPEECH and (after in _QUOTES or after == "："):
        return "地"
    start = index - 1
    while start > 0 and words[start - 1][1] in ("d", "zg") and words[start - 1][0] not in _MODAL:
        start -= 1
    lead = words[start - 1][0] if start > 0 else ""
    if lead in _MODAL and (after_kind[0] in "nrmv" or after_kind == "eng"):
        return "地"
    if lead in _PERSONAL and after_kind == "eng":
        return "地"
    return ""
