"""Printers and what they demand: the table is whole, names are found, spines and pages reckoned."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish.diagnostics import Failure
from publish.model.printers import DEFAULT, printer, printers

TABLE = Path(__file__).resolve().parent.parent / "styles" / "printers.toml"


@pytest.mark.parametrize("one", printers(), ids=lambda one: str(one.name))
def test_demands_are_possible(one) -> None:  # type: ignore[no-untyped-def]
    assert set(one.standards) <= {"x4", "x3", "x1a", "plain"} and one.standards
    assert set(one.interior) <= {"gray", "cmyk", "srgb"} and one.interior
    assert one.bleed_sides in ("all", "outer")
    assert 3 <= one.bleed <= 4 and 3 <= one.safe <= one.safe_bleed < 20
    assert list(one.gutter) == sorted(one.gutter)
    assert one.fewest >= 2 and (not one.most or one.most > one.fewest)
    assert one.fewest % one.multiple == 0 or one.fewest % 2 == 0


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("KDP", "KDP"), ("kdp", "KDP"), (" amazon ", "KDP"), ("ingram", "IngramSpark"),
        ("胶印", DEFAULT), ("Taiwan", "台湾"), ("臺灣", "台湾"), ("hong kong", "香港"),
        ("内地", "内地胶印"),
    ],
)  # fmt: skip
def test_names_and_aliases(name: str, found: str) -> None:
    assert printer(name).name == found


def test_the_default_is_the_first() -> None:
    assert printer() == printers()[0]


def test_no_name_stands_for_two_printers() -> None:
    names = [alias.casefold() for one in printers() for alias in (one.name, *one.aliases)]
    assert len(names) == len(set(names))


def test_an_unknown_printer_is_a_failure_with_a_guess() -> None:
    with pytest.raises(Failure) as caught:
        printer("IngramSpak")
    (found,) = caught.value.diagnostics
    assert (found.code, caught.value.exit_code) == ("M-PRINTER", 2)
    assert found.hints[0] == "did you mean 'IngramSpark'?"


def test_every_number_of_the_table_has_its_source() -> None:
    bare = [
        line
        for line in TABLE.read_text("utf-8").splitlines()
        if any(character.isdigit() for character in line.split("#")[0])
        and "#" not in line
        and line.split("=")[0].strip() not in {"most", "blanks", "multiple"}
        and not line.startswith(("spine-extra", "leaf-base", "    ["))
    ]
    assert bare == []


def test_spines() -> None:
    # 200 pages of 70 g/m² × 1.25 and a cover of 0.23 mm give 9.2 mm.
    assert printer().cover.spine(200, gsm=70, cover=0.225) == pytest.approx(9.2)
    assert printer("KDP").cover.spine(200, gsm=70) == pytest.approx(200 * 0.002252 * 25.4, abs=0.01)
    assert printer("KDP").cover.spine(200, gsm=70, paper="cream") == pytest.approx(12.7)
    # 80 g/m² is 9 條, a hundredth of a mm each; 100 leaves and 1 mm.
    assert printer("台灣").cover.spine(200, gsm=80) == pytest.approx(10.0)
    assert printer("台灣").cover.spine(200, gsm=80, bulk=1.5) == pytest.approx(13.0)


@pytest.mark.parametrize(
    ("name", "pages", "padded"),
    [("offset", 201, 202), ("offset", 1, 2), ("KDP", 20, 20), ("IngramSpark", 200, 202),
     ("Blurb", 201, 204), ("内地", 201, 204)],
)  # fmt: skip
def test_pages_are_padded(name: str, pages: int, padded: int) -> None:
    assert printer(name).padded(pages) == padded


@pytest.mark.parametrize(
    ("pages", "margin"), [(24, 9.525), (150, 9.525), (151, 12.7), (700, 19.05), (900, 22.225)]
)
def test_the_inner_margin_follows_the_number_of_pages(pages: int, margin: float) -> None:
    assert printer("KDP").inner_margin(pages) == margin
