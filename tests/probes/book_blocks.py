"""Paragraphs, other blocks, and what stands between the lines."""

from __future__ import annotations

from probes.making import Maker, N
from probes.probe import START, Marked, Ruby, Turn, filler


def paragraphs(make: Maker) -> None:
    for over in range(4):
        for ending in ("", "。", "！", "。”"):
            opened = "“" if "”" in ending else ""
            length = N - START + N + over - len(opened)
            make.add("PA-08 PG-02", opened + filler(length, make.seed) + ending)
    for length in (N - START + 1, N + 4, 2 * N + 7, 3 * N - 8):
        make.add("PA-01 PG-09", filler(length, make.seed))
    # A page's foot must fall into some of them.
    for number in range(12):
        make.add("PG-03 PA-09 PG-09", filler((3 + number % 5) * N + number, make.seed))


def blocks(make: Maker) -> None:
    """Quotations, items, answers, headings, tables, pictures; a paragraph goes on behind each."""
    for number in range(2):
        make.add(
            "PA-04 PA-07 PA-10 TY-01",
            filler(6 + 3 * number, make.seed),
            Turn("quote"), filler(10 - 2 * number + 30 * number, make.seed + 1),
            Turn("source"), "——" + filler(3 - number, make.seed + 2),
            Turn("p"), filler(N + 6 + 3 * number, make.seed + 3),
        )  # fmt: skip
    for kinds in (("item",) * 3, ("bullet",) * 3, ("item", "more", "item"), ("answer",) * 2):
        for length in (2 * N, 2 * N + 7):
            parts = []
            for number, kind in enumerate(kinds):
                label = "山：" if kind == "answer" and number % 2 == 0 else "水："
                text = filler(length + number, make.seed + number)
                parts += [Turn(kind), label + text if kind == "answer" else text]
            make.add("PA-05 LI-01", filler(6, make.seed), *parts)
    # Ten items: the numbers become wider.
    parts = []
    for number in range(11):
        parts += [Turn("item"), filler(N + 4 + number % 3, make.seed + number)]
    make.add("PA-05 LI-01", filler(6, make.seed), *parts)
    for number in range(12):
        kind = "subsection" if number % 2 else "section"
        make.add(
            "PG-06 HD-01 HD-02 HD-04",
            filler(N + number, make.seed),
            Turn(kind), "山".join(make.serial) + filler(number % 3, make.seed + 1),
            Turn("p"), filler(2 * N + number, make.seed + 2),
        )  # fmt: skip
    for kind in ("figure", "middle", "end"):
        for length in (3, 4, 9):
            make.add(
                "PA-10 PG-06",
                filler(N + length, make.seed),
                Turn(kind), make.serial + filler(length, make.seed + 2),
                Turn("p"), filler(N + 3, make.seed + 1),
            )  # fmt: skip


def interlinear(make: Maker) -> None:
    make.slide("IL-01", Marked("dots", "山水木火"), columns=range(N - 4, N + 1))
    make.slide("IL-01", Marked("dots", "山水，木火。"), columns=(5, N - 7, N - 3))
    make.slide("IL-01", Marked("dots", "山ab水"), columns=(6, N - 3))
    for role, tag in (("name", "IL-02"), ("work", "IL-03")):
        make.slide(f"{tag} IL-06", Marked(role, "山水木火"), columns=range(N - 4, N + 1))
        make.slide(
            f"{tag} IL-02A", Marked(role, "山水"), Marked(role, "木火"), columns=(6, N - 5, N - 2)
        )
        # Names that hold a gap, and names that begin or end at one.
        for unit in (
            ("山", Marked(role, "水ab木"), "火"),
            ("山", Marked(role, "ab水"), "火"),
            ("山", Marked(role, "水木"), "ab火"),
            ("ab", Marked(role, "水木"), "火"),
        ):
            make.slide(f"{tag} IL-06", *unit, columns=(6, N - 3, N - 2))
    make.slide("IL-05", Marked("name", "山水木火", dotted=True), columns=(6, N - 4, N - 2))
    # Stretched lines: a dash behind goes to the next line.
    for role, tag in (("name", "IL-02"), ("work", "IL-03"), ("dots", "IL-01")):
        for text in ("山水木火土石", "山水，木火石", "山水木ab火"):
            for number in range(2):
                wide = 6 if "ab" not in text else 5
                make.add(
                    f"{tag} IL-06" if role != "dots" else tag,
                    filler(4, make.seed),
                    Marked(role, text),
                    filler(N - START - 5 - wide + number, make.seed) + "——",
                    filler(N, make.seed + 1),
                    at=4,
                    length=6,
                )


def readings(make: Maker) -> None:
    for column in range(N - 4, N + 1):
        make.slide("RB-01 RB-05", Ruby("山水", ("shān", "shuǐ")), columns=(column,))
    make.slide("RB-01 RB-02", Ruby("霜光狂", ("shuāng", "guāng", "kuáng")), columns=(6, 8, N - 4))
    make.slide("RB-01 RB-02", Ruby("大山", ("dà", "shān")), columns=(6, 9))
    make.slide("RB-04 RB-05", Ruby("山水", ("ㄕㄢ", "ㄕㄨㄟˇ")), columns=range(N - 3, N + 1))
    make.slide("RB-04", Ruby("天地", ("ㄊㄧㄢ", "ㄉㄧˋ")), columns=(6, 8))
    make.slide("RB-04", Ruby("石子", ("ㄕˊ", "ㄗ˙")), columns=(7,))
    # In a stretched line, and beside marks.
    make.add(
        "RB-01 RB-05", filler(4, make.seed), Ruby("山水", ("shān", "shuǐ")),
        filler(N - START - 7, make.seed) + "——", filler(N, make.seed),
    )  # fmt: skip
    make.slide("RB-01 RB-05", "“", Ruby("山", ("shān",)), "。”", columns=(6, N - 2, N - 1))
