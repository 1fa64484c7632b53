"""Fifty random documents through the composer, and proof that the checks see what they look for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fuzz
import pikepdf
import pytest
from fuzz import Box, Complaint, Document, Glyph, Layout, Node, Pages, Writer, Written

SEEDS = range(1, 51)
#: A measure of 20 em that begins 100 pt from the left.
LEFT, PLACES = 100.0, 20


# --- fifty documents ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Complaint]]:
    """What is wrong with each document; two processes set them."""
    folder = tmp_path_factory.mktemp("fuzz")
    return dict(fuzz.run_all(SEEDS, folder))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_document(seed: int, outcomes: dict[int, list[Complaint]]) -> None:
    told = "\n".join(f"{kind}: {message}" for kind, message in outcomes[seed])
    assert not outcomes[seed], f"python tests/fuzz.py --first {seed} --count 1 --shrink\n{told}"


# --- the generator ------------------------------------------------------------------------------


def test_a_seed_draws_the_same_document_everywhere() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import fuzz, hashlib;"
        "text = ''.join(fuzz.Writer(fuzz.document(seed)).write().html for seed in range(20));"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    folder = str(Path(fuzz.__file__).parent)
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, folder],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": salt},
        ).stdout
        for salt in ("1", "2")
    }
    assert len(printed) == 1
    assert Writer(fuzz.document(3)).write().html != Writer(fuzz.document(4)).write().html


def test_the_documents_hold_what_they_are_meant_to_hold() -> None:
    text = "".join(Writer(fuzz.document(seed)).write().html for seed in range(1, 301))
    for wanted in (
        "<b>", "<strong>", "<i>", "<code>", 'lang="en"', "<a href=", "<a id=", "<sup", "<sub",
        '<u class="name"', '<u class="work"', "adjoining", 'class="dots"', "<ruby", "<rt", "<br>",
        "image/png", "image/svg+xml", 'class="marker"', 'class="note"', "<del>", "<span></span>",
        'class="box"', 'class="narrow"', "columns", 'class="float left"', "<table", "<li", "<dl",
        "blockquote", 'class="pre"', "big-first", 'class="spaced"', 'class="last"', 'class="keep"',
        "⸺", "……", "·", "～", "\u200b", "\u2060", "\u00ad", "\u0301", "𠮷", "של", "العربية", "😀",
        "zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "<h2",
    ):  # fmt: skip
        assert wanted in text, wanted


# --- faults found and mended --------------------------------------------------------------------


def test_the_note_of_a_line_that_made_room_is_not_lost(tmp_path: Path) -> None:
    """The engine sends the note above to the next page so that the second line of the paragraph
    fits, and forgets the note that this line calls."""
    words = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏"
    source = tmp_path / "notes.html"
    source.write_text(
        '<html lang="zh-Hant"><style>'
        "@page { size: 200px 320px; margin: 10px }"
        'body { font: 16px/20px "Noto Serif CJK TC"; orphans: 2; widows: 2 }'
        "p { margin: 0; text-align: justify } .note { float: footnote }</style>"
        f'<p>甲<span class="note">注甲{words}</span>'
        + 8 * f"<p>{words[:6]}"
        + f'<p>{words[:14]}乙<span class="note">注乙</span>{words}{words}',
        "utf-8",
    )
    fuzz.lay_out(source, tmp_path / "notes.pdf", composer=True)
    text = "".join(glyph.char for glyph in fuzz.read(tmp_path / "notes.pdf").glyphs)
    assert "注甲" in text and "注乙" in text


# --- the checks see planted faults --------------------------------------------------------------


def book(*blocks: Node) -> Document:
    """A document of these blocks, without indents."""
    settings = {"language": "zh-Hans", "indent": 0, "align": "justify", "folio": False}
    return replace(fuzz.document(0), blocks=blocks, **settings)


def set_solid(written: Written) -> Pages:
    """One block set by hand: Han on a grid of :data:`PLACES`, one page."""
    block = written.blocks[0]
    glyphs = tuple(
        Glyph(0, char, LEFT + index % PLACES * fuzz.EM, 50 + index // PLACES * fuzz.LINE,
              fuzz.EM, fuzz.EM, 4 * block.number)
        for index, char in enumerate(block.text)
    )  # fmt: skip
    lines = -(-len(glyphs) // PLACES)
    right = LEFT + PLACES * fuzz.EM
    boxes = {block.number: [Box(0, LEFT, 36, right, 36 + lines * fuzz.LINE)]}
    return Pages(glyphs, boxes, (), (block.text,))


def faults(written: Written, pages: Pages, told: tuple[str, ...] = ()) -> set[str]:
    """The kinds of complaint about pages."""
    layout = Layout(written, pages)
    found = [
        *fuzz.lost_characters(written, pages, strict=True),
        *fuzz.wrong_order(layout),
        *fuzz.outside_the_measure(layout),
        *fuzz.ragged_edges(layout, told),
    ]
    return {complaint.kind for complaint in found}


PARAGRAPH = Writer(book(Node("p", (), ("的一是不了人我在有他" * 7,)))).write()


def test_a_well_set_page_is_left_alone() -> None:
    assert faults(PARAGRAPH, set_solid(PARAGRAPH)) == set()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (lambda glyphs: glyphs[:30] + glyphs[31:], "lost"),
        (lambda glyphs: glyphs[:30] + glyphs[29:], "added"),
        (lambda glyphs: (glyphs[1], glyphs[0], *glyphs[2:]), "order"),
        (lambda glyphs: moved(glyphs, 19, 0.8), "outside"),
        (lambda glyphs: moved(glyphs, 0, -0.8), "outside"),
        (lambda glyphs: moved(glyphs, 39, -0.05), "short"),
        (lambda glyphs: moved(glyphs, 39, 0.05), "overfull"),
        (lambda glyphs: moved(glyphs, 20, 0.05), "start"),
    ],
)
def test_a_planted_fault_is_seen(
    fault: Callable[[tuple[Glyph, ...]], tuple[Glyph, ...]], kind: str
) -> None:
    pages = set_solid(PARAGRAPH)
    assert kind in faults(PARAGRAPH, with_glyphs(pages, fault(pages.glyphs)))


def with_glyphs(pages: Pages, glyphs: tuple[Glyph, ...]) -> Pages:
    """The pages with other glyphs, and the text that is then read."""
    return replace(pages, glyphs=glyphs, texts=("".join(glyph.char for glyph in glyphs),))


def moved(glyphs: tuple[Glyph, ...], index: int, ems: float) -> tuple[Glyph, ...]:
    """The glyphs, one of them moved to the right by so many em."""
    glyph = glyphs[index]
    return (*glyphs[:index], glyph._replace(x=glyph.x + ems * fuzz.EM), *glyphs[index + 1 :])


def test_the_last_line_and_a_line_that_was_told_may_be_short() -> None:
    pages = set_solid(PARAGRAPH)
    short = with_glyphs(pages, moved(pages.glyphs, 39, -0.3))
    assert faults(PARAGRAPH, short) == {"short"}
    assert faults(PARAGRAPH, short, ("a short line on page 1: 的一是不了人我在有他",)) == set()
    last = with_glyphs(pages, moved(pages.glyphs, 69, -0.3))
    assert faults(PARAGRAPH, last) == set()


def test_a_sign_read_for_another_is_seen() -> None:
    written = Writer(book(Node("p", (), ("我们⸺他们",)))).write()
    pages = set_solid(written)
    glyphs = [glyph._replace(char="—") if glyph.char == "⸺" else glyph for glyph in pages.glyphs]
    assert "wrong sign" in faults(written, with_glyphs(pages, (*glyphs, glyphs[2])))


def test_a_glyph_on_a_float_is_seen() -> None:
    written = Writer(book(Node("p", (), ("的一是不了人我在有他" * 4,)),
                          Node("div", ("float", "right"), ("者",)))).write()  # fmt: skip
    pages = set_solid(written)
    mark = Glyph(0, "者", 280, 50, fuzz.EM, fuzz.EM, 8)
    boxes = {**pages.boxes, 2: [Box(0, 280, 36, 310, 90)]}
    assert "on a float" in faults(written, Pages((*pages.glyphs, mark), boxes, (), ()))


def test_one_long_word_may_stand_out() -> None:
    written = Writer(book(Node("p", (), ("AAAAAAAAAAAAAAAAAAAAAAAA",)))).write()
    pages = set_solid(written)
    glyphs = tuple(
        glyph._replace(x=LEFT + index * fuzz.EM, y=50) for index, glyph in enumerate(pages.glyphs)
    )
    assert faults(written, with_glyphs(pages, glyphs)) == set()


@pytest.mark.parametrize(
    ("operators", "fault"),
    [
        ("q BT Tm TJ ET Q", ""),
        ("BDC BT Tm TJ ET EMC", ""),
        ("BDC BT Tm TJ ET", "missing: 1 EMC"),
        ("BT Tm TJ ET EMC", "EMC closes nothing"),
        ("q q Q", "missing: 1 Q"),
        ("BT BT ET ET", "BT inside BT"),
        ("BT q ET Q", "q inside a text object"),
        ("BT ET TJ", "TJ outside a text object"),
    ],
)
def test_streams_that_do_not_balance(operators: str, fault: str) -> None:
    assert fuzz.stream_fault(operators.split()) == fault


def test_an_unbalanced_file_and_a_lost_tag_are_seen(tmp_path: Path) -> None:
    source, target = tmp_path / "book.html", tmp_path / "book.pdf"
    source.write_text(Writer(book(Node("p", (), ("我们<", Node("b", (), ("他们",)))))).write().html)
    fuzz.lay_out(source, target, composer=False, tagged=True)
    assert list(fuzz.unbalanced(target)) == []
    assert list(fuzz.wrong_tags(target, folio=False)) == []

    def rewritten(name: str, change: Callable[[bytes], bytes]) -> Path:
        with pikepdf.open(target) as pdf:
            page = pdf.pages[0]
            page.contents_coalesce()
            stream = page.Contents.read_bytes()
            changed = change(stream)
            assert changed != stream
            page.Contents = pdf.make_stream(changed)
            pdf.save(tmp_path / name)
        return tmp_path / name

    path = rewritten("unbalanced.pdf", lambda stream: stream.replace(b"EMC", b"", 1))
    assert {item.kind for item in fuzz.unbalanced(path)} == {"unbalanced"}
    path = rewritten("tags.pdf", lambda stream: stream.replace(b"/MCID 1", b"/MCID 0", 1))
    assert {item.kind for item in fuzz.wrong_tags(path, folio=False)} == {"tags"}


def test_an_exception_is_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> tuple[str, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "lay_out", broken)
    (complaint,) = fuzz.judge(fuzz.document(1), tmp_path)
    assert complaint.kind.startswith("exception ZeroDivisionError test_fuzz.py")


def test_a_hang_is_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> tuple[str, ...]:
        while True:
            pass

    monkeypatch.setattr(fuzz, "lay_out", endless)
    monkeypatch.setattr(fuzz, "PATIENCE", 0.2)
    (complaint,) = fuzz.judge(fuzz.document(1), tmp_path)
    assert complaint.kind == "hang"


def test_a_failing_document_is_made_small() -> None:
    def fails(candidate: Document) -> bool:
        return "𠮷" in Writer(candidate).write().html

    seed = next(seed for seed in range(1, 500) if fails(fuzz.document(seed)))
    small = fuzz.shrink(fuzz.document(seed), fails)
    assert fails(small)
    assert sum(len(block.text) for block in Writer(small).write().blocks) <= 3
    assert len(small.blocks) == 1
