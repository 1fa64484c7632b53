"""Conversion measured on the gold sets of tests/conversion/, as an edition converts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import conversion_sets as gold
import pytest
from cases import edition
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_convert import manifest, one_paragraph

from publish.convert import convert
from publish.model import book as b
from publish.model.manifest import Manifest
from publish.model.tree import plain_text, walk
from publish.text.characters import is_han

#: Least shares of items that must be right: those of the issue.  Old texts have none; theirs
#: holds what was reached, since no rule tells which 于 of the classics was never 於.
PHRASES, NAMES, CLASSICAL, BACK = 0.98, 0.95, 0.85, 0.99

Spellings = Callable[[gold.Item], tuple[str, ...]]


def converted(text: str, name: str, declared: Manifest | None = None) -> str:
    """The text of one paragraph in an edition; nothing else of a book tells about it."""
    book, _ = convert(one_paragraph(b.Text(text)), edition(name), declared or manifest())
    return next(plain_text(n.children) for n in walk(book) if isinstance(n, b.Paragraph))


def wrong(items: Iterable[gold.Item], name: str, right: Spellings) -> list[str]:
    """The items that the edition gets wrong, with what it makes of them."""
    return [
        f"{item}: {made}"
        for item in items
        if (made := converted(item.simplified, name)) not in right(item)
    ]


@pytest.mark.parametrize("name", ["hant-tw", "hant-hk"])
def test_phrases(name: str) -> None:
    items = gold.phrases()
    assert len(items) >= 300
    field = "taiwan" if name == "hant-tw" else "hong_kong"
    faults = wrong(items, name, lambda item: getattr(item, field))
    assert len(faults) <= (1 - PHRASES) * len(items), "\n".join(faults)


def test_names() -> None:
    """Of the sentences with a personal name, none of which is declared."""
    items = gold.names()
    assert len(items) >= 100
    faults = wrong(items, "hant-tw", lambda item: item.taiwan)
    assert len(faults) <= (1 - NAMES) * len(items), "\n".join(faults)


def test_declared_names_are_all_right() -> None:
    items = gold.names()
    blocks = tuple(b.Paragraph((b.Text(item.simplified),)) for item in items)
    book = b.Book(b.Meta("书"), (), (b.Chapter((), blocks, "c1"),))
    declared = manifest(convert_names=tuple(item.name for item in items))
    made, _ = convert(book, edition("hant-tw"), declared)
    texts = [plain_text(node.children) for node in walk(made) if isinstance(node, b.Paragraph)]
    faults = []
    for item, text in zip(items, texts, strict=True):
        start = item.simplified.index(item.name)
        end = start + len(item.name)
        if text[start:end] not in {spelling[start:end] for spelling in item.taiwan}:
            faults.append(f"{item}: {text[start:end]}")
    # What a given name is written with, and a rare second form, no surname tells.
    assert len(faults) <= 3, "\n".join(faults)


def test_old_texts() -> None:
    items = gold.classical()
    faults = wrong(items, "hant-tw", lambda item: item.taiwan)
    assert len(faults) <= (1 - CLASSICAL) * len(items), "\n".join(faults)


def test_technical_prose() -> None:
    """Every character of seven thousand; the quotation marks of the set are the manuscript's."""
    before, after = gold.technical()
    made = converted(before.replace("\n", "\r"), "hant-tw").replace("\r", "\n")
    made = made.translate(str.maketrans("「」『』", "“”‘’"))
    places = [i for i, (own, right) in enumerate(zip(made, after, strict=True)) if own != right]
    assert [after[i - 3 : i + 3] for i in places] == []


@pytest.mark.parametrize("name", ["hant-tw", "hant-hk"])
def test_the_way_back(name: str) -> None:
    """The sets as traditional manuscripts: a simplified edition has the simplified side again."""
    field = "taiwan" if name == "hant-tw" else "hong_kong"
    language = edition(name).language
    items = gold.phrases()
    blocks = tuple(b.Paragraph((b.Text(getattr(item, field)[0]),)) for item in items)
    book = b.Book(
        b.Meta("書", language=language), (), (b.Chapter((), blocks, "c1"),), script="hant"
    )
    made, _ = convert(book, edition("hans"), manifest())
    texts = [plain_text(node.children) for node in walk(made) if isinstance(node, b.Paragraph)]
    faults = [
        f"{item}: {text}"
        for item, text in zip(items, texts, strict=True)
        if text != item.simplified.replace("反覆", "反复").replace("答覆", "答复")
    ]
    assert len(faults) <= (1 - BACK) * len(items), "\n".join(faults)


# --- what is no Chinese word --------------------------------------------------------------

WORDS = [item.simplified for item in gold.phrases()]
ADDRESSES = ("https://a.cn/里面?q=后", "http://a.com/面/里")
FOREIGN = st.one_of(
    st.text(alphabet="abcXYZ0189 _-+%,.;:!?/@#$()[]{}<>|~=^&*", max_size=12),
    st.sampled_from(["C++11", "１２３", "π≈3.14", "①", "Ⅳ", "ｗｗｗ"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), FOREIGN), min_size=1, max_size=8))
@example(["3", "只支持", "100", "只鸡", "20", "余人"])
def test_all_but_han_is_identical(parts: list[str]) -> None:
    text = "".join(parts)
    made = converted(text, "hant-tw")
    assert len(made) == len(text)
    marked = text.translate(str.maketrans("“”", "「」"))
    assert [c for c in made if not is_han(c)] == [c for c in marked if not is_han(c)]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(WORDS), st.sampled_from(ADDRESSES), st.sampled_from(WORDS))
def test_addresses_are_identical(before: str, address: str, after: str) -> None:
    made = converted(f"{before} {address} {after}", "hant-tw")
    assert made.count(f" {address} ") == 1
