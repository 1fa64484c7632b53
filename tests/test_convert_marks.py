"""Marks by region: titles within titles, the interpunct of an edition, and what stays."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from cases import edition
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convert import manifest, one_paragraph, text_of

from publish.convert import convert
from publish.convert.marks import marks_of, restyle
from publish.model import book as b
from publish.model.editions import editions
from publish.model.manifest import load

TITLES = st.text(alphabet="《》〈〉甲乙a “”‘’「」『』·‧—…", max_size=30)
NAMES = ("hans", "hant-tw", "hant-hk")


@settings(max_examples=300, deadline=None)
@given(TITLES, st.sampled_from(["hans", "hant"]), st.sampled_from(NAMES))
def test_marks_become_marks_once(text: str, script: str, name: str) -> None:
    marks = marks_of(script, edition(name))  # type: ignore[arg-type]
    (once,) = restyle([text], marks, ())
    assert restyle([once], marks, ()) == [once]
    assert len(once) == len(text)
    kinds = ("《〈", "》〉", "“‘「『", "”’」』", "·‧")
    for before, after in zip(text, once, strict=True):
        assert before == after or any(before in kind and after in kind for kind in kinds)


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.just("甲"), lambda inner: inner.map(lambda text: f"《{text}乙》")))
def test_titles_alternate_by_depth(text: str) -> None:
    (made,) = restyle([text], marks_of("hans", edition("hant-tw")), ())
    depth = 0
    for character in made:
        if character in "《〈":
            assert character == "《〈"[depth % 2]
            depth += 1
        elif character in "》〉":
            depth -= 1
            assert character == "》〉"[depth % 2]


def test_the_interpunct_is_the_editions() -> None:
    paragraph = one_paragraph(b.Text("卡尔·马克思，3·15，a·b，`·`"))
    chosen = dataclasses.replace(edition("hant-tw"), interpunct="‧")
    made, _ = convert(paragraph, chosen, manifest())
    assert text_of(made) == ["卡爾‧馬克思，3·15，a·b，`·`"]
    protected, _ = convert(paragraph, chosen, manifest(protect=("卡尔·马克思",)))
    assert text_of(protected) == ["卡尔·马克思，3·15，a·b，`·`"]


def test_interpunct_and_names_are_declared_for_an_edition(tmp_path: Path) -> None:
    (tmp_path / "manuscript.md").write_text("# 书\n\n卡尔·马克思，范建国。\n", encoding="utf-8")
    (tmp_path / "book.toml").write_text(
        '[convert]\nnames = ["范建国"]\n[[edition]]\nname = "hant-tw"\n'
        'convert = { interpunct = "‧" }\n[[edition]]\nname = "hant-hk"\n',
        encoding="utf-8",
    )
    declared, found = load(tmp_path)
    assert found == ()
    book = one_paragraph(b.Text("卡尔·马克思，范建国。"))
    taiwan, hong_kong = editions(declared, (), "hans")
    assert text_of(convert(book, taiwan, declared)[0]) == ["卡爾‧馬克思，范建國。"]
    assert text_of(convert(book, hong_kong, declared)[0]) == ["卡爾·馬克思，范建國。"]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_level_of_one_title_stays(name: str) -> None:
    made, _ = convert(one_paragraph(b.Text("《甲》，〈乙〉，《丙·丁》")), edition(name), manifest())
    assert text_of(made) == ["《甲》，〈乙〉，《丙·丁》"]
