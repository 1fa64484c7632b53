"""Words in two spellings, and 的 where 地 or 得 is meant.

What: a word of variants.txt that stands in two spellings is asked about once, with how often
each stands; 登陆 is, where the book also has 登录 and an account or a site stands beside it.
In a book that mostly writes 地 before verbs, each 的 is that certainly should be 地, and each
after 变, 显 and 觉 that should be 得 (see ``particles``).
Why: one book, one spelling (第一批异形词整理表, GF 1001-2001); which one is the editor's choice.
Before: ``其他公司……其它公司``  After: the same, and a query at the first 其它
Measured: variants, each once a book: none in hello-algo (125,000 Han), 5 in rust-course
(383,000), 19 in 150 issues of a weekly (684,000), all true; particles: none in hello-algo, 80 in
rust-course and 3 in the weekly, of which 3 are false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from operator import itemgetter

from publish.diagnostics import Diagnostic
from publish.mend.detect.flow import Flow, flow
from publish.mend.detect.particles import Particle, particles
from publish.mend.detect.settle import spelling
from publish.mend.detect.words import crossing
from publish.model.book import Book
from publish.model.manifest import Manifest
from publish.model.settlements import ignored

CODE = "T-VAR"

#: What is logged in to, a few characters before or after 登陆.
_ACCOUNT = re.compile(
    "(?:系统|网站|账号|帐号|账户|帐户|页面|界面|后台|服务器|用户|邮箱|密码|网页|平台|微信|手机号|[A-Za-z]{2,})"
)
_NEAR = 6
_STOP = r"[，。、；：！？\n]"

#: A query, and where in the flow it is.
Found = tuple[int, Diagnostic]

_STANDARD = "第一批异形词整理表 (GF 1001-2001) prefers {}"


@cache
def _groups() -> tuple[tuple[tuple[str, ...], bool], ...]:
    """The lines of variants.txt: the spellings, and whether the standard chooses among them."""
    data = (files("publish.mend.detect") / "variants.txt").read_text(encoding="utf-8")
    groups = []
    standard = True
    for line in data.splitlines():
        if line.startswith("# Then"):
            standard = False
        elif not line.startswith("#"):
            groups.append((tuple(line.split()), standard))
    return tuple(groups)


def find(book: Book, manifest: Manifest) -> Iterable[Diagnostic]:
    """A query for each word in two spellings and for each 的, in the order of the book."""
    here = flow(book)
    found = [*_logins(here, manifest), *_particles(here)]
    for spellings, standard in _groups():
        places = {word: _places(here, word) for word in spellings if word in here.text}
        places = {word: at for word, at in places.items() if at}
        if len(places) > 1:
            found += _mixed(here, places, standard, manifest)
    return [diagnostic for _, diagnostic in sorted(found, key=itemgetter(0))]


def _places(here: Flow, word: str) -> list[int]:
    """Where the word stands, and is no part of others."""
    size = len(word)
    return [
        found.start()
        for found in re.finditer(word, here.text)
        if not crossing(here.words, found.start(), found.start() + size)
    ]


def _mixed(
    here: Flow, places: dict[str, list[int]], standard: bool, manifest: Manifest
) -> Iterator[Found]:
    # The first spelling of a line is the standard's, or breaks the tie.
    right = next(iter(places)) if standard else max(places, key=lambda word: len(places[word]))
    hints = (_STANDARD.format(right),) if standard else ()
    for wrong, found in places.items():
        if wrong != right and wrong not in manifest.terms:
            counts = f"{wrong} ({len(found)}), {right} ({len(places[right])})"
            yield (
                found[0],
                Diagnostic(
                    CODE,
                    "query",
                    f"one word, two spellings: {counts}",
                    here.span(found[0], found[0] + len(wrong)),
                    hints,
                    settle=(spelling("terms", right, wrong), ignored(CODE, wrong)),
                ),
            )


def _logins(here: Flow, manifest: Manifest) -> Iterator[Found]:
    """登陆 (to land) where 登录 (to log in) is meant."""
    text = here.text
    logged = text.count("登录")
    if not logged or "登陆" in manifest.terms:
        return
    for found in re.finditer("登陆", text):
        start, end = found.span()
        before = re.split(_STOP, text[max(0, start - _NEAR) : start])[-1]
        after = re.split(_STOP, text[end : end + _NEAR])[0]
        if _ACCOUNT.search(before) or _ACCOUNT.search(after):
            message = f"登陆 beside 登录 ({logged}): who logs in does not land"
            yield start, Diagnostic(CODE, "query", message, here.span(start, end + 2))


def _particles(here: Flow) -> Iterator[Found]:
    doubtful: list[tuple[int, Particle]] = []
    right = 0
    for passage, start in here.lines():
        found = particles(here.words[start : start + len(passage.text)])
        right += found.right
        doubtful += [(start, particle) for particle in found.doubtful]
    if right < len(doubtful):
        # The author writes 的 before verbs as well, as most did a century ago.
        return
    for start, particle in doubtful:
        message = f"的 where {particle.right} is meant"
        place = here.span(start + particle.start, start + particle.end)
        yield start + particle.start, Diagnostic(CODE, "query", message, place)
