"""Personal names that a text shows by itself, where the surname is also a common word.

于, 云, 后 and the like are a preposition, a cloud, «after»; as a surname each keeps its own form.
What book.toml declares needs none of this; for the rest a segmenter's tags decide, on the clauses
that hold such a character.  A name of three characters or more that one place shows is one
wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from publish.convert.data import sections
from publish.text.characters import HAN_CLASS, is_han
from publish.text.patterns import late

#: (word, part of speech)
_Token = tuple[str, str]
#: Where a name begins in its text, and the name.
Found = tuple[int, str]

#: What follows 于 where it is «at»: 于本周, 于近日, 于北京.
_NO_GIVEN_START = frozenset("是此本今昨明前后上下同当近次其该各每某北南东西中这那一二两三年月日")
#: Ends of places and times: 于洪区, 于元朝.
_NO_ENDS = frozenset("区县市镇乡村州朝时")
#: Surnames that need no word for people before them, and what 于 makes another word with.
_ANYWHERE = "于钟"
AT = "由关对位属处基等至终善勇敢便利易难限低高大小多少忙急出用过甚在"
#: Surnames that may begin a name anywhere, if the segmenter has all of it as one, and what makes
#: other words with them.
_WHOLE = "涂游"
_NO_NAMES = "戏客泳行览荡玩牧离击说艺资乐标轮艇程走动人料层抹改写得过了着在到于不一"
#: Surnames that as a word begin no clause whose next word would be taken for a person.
_NO_VERBS = "党咸"
#: Surnames that stand before a title, and those that take 老 or 小.
_TITLED, _FAMILIAR = "于云占咸干涂游种钟", "于钟涂游"
_NOT_HAN = late(rf"[^{HAN_CLASS}]")


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(sections("people.txt")[section])


class People:
    """Finds names whose surname is one of ``surnames`` in the texts of one book.

    ``declared`` are names that need not show themselves; those of two characters are left to
    the dictionary, since 余华 may be a part of 剩余华丽.
    """

    def __init__(
        self, surnames: Iterable[str], texts: Iterable[str], declared: Iterable[str] = ()
    ) -> None:
        self._surnames = frozenset(surnames)
        self._place = _places(self._surnames)
        self._addressed = _addressed(self._surnames)
        self._found = {text: list(self._shown_in(text)) for text in texts}
        shown = {name for found in self._found.values() for _, name in found}
        long = {name for name in (*shown, *declared) if len(name) > 2}
        names = sorted(long, key=lambda name: (-len(name), name))
        self._known = re.compile("|".join(map(re.escape, names))) if names else None

    def find(self, text: str) -> list[Found]:
        """The names in a text of the book, in order, none over another."""
        found = self._found.get(text)
        if found is None:
            found = list(self._shown_in(text))
        # What people are called stands for itself: 等于老师 has nobody in it.
        found = [*found, *((m.start(), m.group()) for m in self._addressed.finditer(text))]
        if self._known is not None:
            found = [*found, *((m.start(), m.group()) for m in self._known.finditer(text))]
        result: list[Found] = []
        end = 0
        for start, name in sorted(found, key=lambda item: (item[0], -len(item[1]))):
            if start >= end:
                result.append((start, name))
                end = start + len(name)
        return result

    def _shown_in(self, text: str) -> Iterator[Found]:
        """The names that show by their tags and by what stands around them."""
        end = 0
        for place in self._place.finditer(text):
            if place.start() < end:
                continue
            start = place.start()
            while start > end and is_han(text[start - 1]):
                start -= 1
            stop = _NOT_HAN.search(text, place.start())
            end = stop.start() if stop else len(text)
            from publish.text.segmenter import tagged

            tokens = tagged(text[start:end])
            for index, (word, _) in enumerate(tokens):
                name = _name_at(tokens, index) if word[0] in self._surnames else ""
                if name:
                    yield start, name
                start += len(word)


def _places(surnames: frozenset[str]) -> re.Pattern[str]:
    """Where one of the surnames may begin a name.

    于 and 钟 may nearly anywhere, the others only at the start of a clause and after a word that
    goes before names: few clauses are left for the segmenter.
    """
    if not surnames:
        return re.compile("(?!)")
    before = "".join(sorted({word[-1] for word in _words("before") | _words("titles")}))
    # The surname first, and then what stands before it: so the search goes from one to the next.
    return re.compile(
        rf"[{''.join(sorted(surnames))}](?=[{HAN_CLASS}])(?:"
        rf"(?<=[{_ANYWHERE}])(?<![{AT}].)(?![是此])"
        rf"|(?<![{_ANYWHERE}])(?:(?<![{HAN_CLASS}].)|(?<=[{before}给].))"
        rf"|(?<=[{_WHOLE}])(?![{_NO_NAMES}])"
        r"|(?<=占)(?![领地有据用比]))"
    )


def _addressed(surnames: frozenset[str]) -> re.Pattern[str]:
    """What people are called at the start of a clause, or after a word that takes a person:
    于老师, 老钟.  小于 is also «less than», so that only who speaks or plays is one."""
    titled, familiar = ("".join(sorted(surnames & set(some))) for some in (_TITLED, _FAMILIAR))
    if not titled or not familiar:
        return re.compile("(?!)")
    longest_first = sorted(_words("titles"), key=lambda word: (-len(word), word))
    titles = "|".join(longest_first)
    person = "和跟把被让替问给找请叫见"
    speaks = "说道问笑喊哭叹听"
    return re.compile(
        rf"(?!干部)[{titled}](?:(?<![{HAN_CLASS}].)|(?<=[{person}].))(?:{titles})(?!们|而言|来说)"
        rf"|小[{familiar}](?:(?<![{HAN_CLASS}]..)|(?<=[{person}对给]..))(?=[{speaks}]|和[老小阿])"
        rf"|老[{familiar}](?:(?<![{HAN_CLASS}]..)|(?<=[{person}对给]..))"
        rf"(?=[{speaks}也就又正从点摇对和把没下，。！？”」]|$)"
    )


def _name_at(tokens: list[_Token], index: int) -> str:
    """The name that begins with the token of this index, or nothing."""
    word, tag = tokens[index]
    before = tokens[index - 1] if index else None
    if len(word) == 1:
        name = _given_apart(tokens, index, before)
    elif tag.startswith("nr") and (
        (len(word) == 3 and word[0] in _WHOLE)
        or (len(word) <= 4 and _may_stand_after(before, word[0]))
    ):
        name = word
    elif tag == "ns" and before is not None and before[0] in _words("titles"):
        # 演员于洋: after a title a person, though the dictionary has a place.
        return word
    else:
        return ""
    return "" if name in _words("no-names") or name[-1:] in _NO_ENDS or _is_word(name) else name


def _is_word(name: str) -> bool:
    """Whether the name begins with a word of the dictionary: 占领区, 党风廉, 钟声."""
    from publish.text.segmenter import frequency

    return frequency(name[:2]) > 0


def _may_stand_after(before: _Token | None, surname: str) -> bool:
    """Whether a name may follow this token, as far as its kind tells.

    于 after a verb is «at» (成长于), so that only verbs that take a person are let through; the
    other surnames are tagged as names too readily, and must follow a title or nothing.
    """
    if before is None or before[0] in _words("before") or before[0][-1] == "给":
        return True
    word, tag = before
    if surname in _ANYWHERE:
        return tag[0] not in "vad" and word[-1] != "将"
    return word in _words("titles") or (surname == "占" and tag[0] == "v")


def _given_apart(tokens: list[_Token], index: int, before: _Token | None) -> str:
    """A name whose surname the segmenter took for a word of its own."""
    word, tag = tokens[index]
    if before is None and word in _NO_VERBS:
        tag = "nr"
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is None or len(after[0]) > 2:
        return ""
    given, kind = after
    if word != "于":
        is_name = tag == "nr" and kind not in _words("no-given")
        return word + given if is_name and (word not in _NO_VERBS or kind == "nr") else ""
    beyond = tokens[index + 2] if index + 2 < len(tokens) else None
    if (
        len(given) == 1
        and beyond is not None
        and len(beyond[0]) == 1
        and beyond[1] in _words("given")
    ):
        given += beyond[0]
    if before is None or len(given) != 2:
        return ""
    if before[0] in _words("never-at"):
        return "" if given[0] in "是此" else word + given
    titled = before[0] in _words("titles") and kind not in _words("no-given")
    return word + given if titled and given[0] not in _NO_GIVEN_START else ""
