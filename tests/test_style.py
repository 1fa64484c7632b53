"""Custom properties and sums of our style sheets, worked out before layout."""

from __future__ import annotations

import pytest

from publish.render.style import resolved


@pytest.mark.parametrize(
    ("sheet", "wanted"),
    [
        (":root { --line: 18pt }\np { height: calc(2 * var(--line)) }", "p { height: 36pt }"),
        (":root { --em: 10.5pt; --small: calc(.8 * var(--em)) }\np { top: var(--small) }", "8.4pt"),
        (":root { --line: 18pt }\np { top: calc(-.5 * var(--line)) }", "top: -9pt"),
        (":root { --a: 9pt; --b: 3pt }\np { top: calc(var(--a) - (2 * var(--b))) }", "top: 3pt"),
        (':root { --text: "Book Latin", "Book Song" }\np { font: 9pt var(--text) }', "Book Song"),
        ("p { top: var(--elsewhere) }", "top: var(--elsewhere)"),
        ("p { top: calc(2 * var(--elsewhere)) }", "top: calc(2 * var(--elsewhere))"),
    ],
)
def test_tokens_and_sums(sheet: str, wanted: str) -> None:
    assert wanted in resolved(sheet)


@pytest.mark.parametrize("text", ["2 *", "1em + 2pt", "__import__('os')", "[1pt]"])
def test_what_is_no_sum_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is no sum"):
        resolved(f"p {{ top: calc({text}) }}")
