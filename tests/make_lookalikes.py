"""Makes publish/text/lookalikes.txt: which characters look alike, measured on their glyphs.

Not a test; run it once to make the table anew (it needs NumPy, which nothing else here does):

    python tests/make_lookalikes.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Two characters look alike if the cosine of their glyphs, as 24 by 24 grey values, is at least
:data:`LEAST`.  Simplified characters are those of GB 2312, drawn as the mainland has them; one
of the two must be of its level 1.  Traditional ones are those of Big5's level 1, drawn as Taiwan
has them.  Nothing of the font gets into the table but which pairs are near.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFont

TABLE = Path(__file__).parent.parent / "publish" / "text" / "lookalikes.txt"

#: Chosen by reading pairs: at .82 most could be taken for one another in a hasty proof (锋峰 .85,
#: 土士 .97, 官宫 .83), at .79 few could.
LEAST = 0.82

#: Pixels of the em that is drawn, of the picture, and of what is compared.
EM, PICTURE, COMPARED = 32, 36, 24

#: Faces of the collection by region.
MAINLAND, TAIWAN = 2, 3

HEAD = """\
# Characters that look alike: each group is a character and those after it, in code order, that
# it may be taken for.  Made by tests/make_lookalikes.py from the glyphs of Noto Sans CJK; how and
# for which characters is told there.
"""


def charset(encoding: str, leads: range, trails: tuple[range, ...]) -> list[str]:
    """The characters of a block of a double-byte set, in its order."""
    return list(_decoded(encoding, leads, trails))


def _decoded(encoding: str, leads: range, trails: tuple[range, ...]) -> Iterator[str]:
    for lead in leads:
        for trail in (byte for block in trails for byte in block):
            text = bytes((lead, trail)).decode(encoding, "ignore")
            if len(text) == 1 and "\u4e00" <= text <= "\u9fff":
                yield text


def near(characters: list[str], font: ImageFont.FreeTypeFont) -> Iterator[tuple[int, int]]:
    """Which two of the characters look alike, by their places in the list."""
    pictures = numpy.array([_grey(character, font) for character in characters], numpy.float32)
    pictures /= numpy.linalg.norm(pictures, axis=1, keepdims=True)
    cosines = numpy.triu(pictures @ pictures.T, 1)
    for first, second in numpy.argwhere(cosines >= LEAST):
        yield int(first), int(second)


def _grey(character: str, font: ImageFont.FreeTypeFont) -> list[int]:
    image = Image.new("L", (PICTURE, PICTURE), 0)
    # The em box of this font begins about a fifth of an em below where Pillow puts its top.
    ImageDraw.Draw(image).text((2, -6), character, fill=255, font=font)
    return list(image.resize((COMPARED, COMPARED)).tobytes())


def main(path: str) -> None:
    """Measure and write."""
    trails = (range(0xA1, 0xFF),)
    common = charset("gb2312", range(0xB0, 0xD8), trails)
    simplified = common + charset("gb2312", range(0xD8, 0xF8), trails)
    both = (range(0x40, 0x7F), range(0xA1, 0xFF))
    traditional = charset("big5", range(0xA4, 0xC7), both)
    pairs: set[tuple[str, str]] = set()
    for first, second in near(simplified, ImageFont.truetype(path, EM, index=MAINLAND)):
        if first < len(common):
            pairs.add((simplified[first], simplified[second]))
    known = set(simplified)
    for first, second in near(traditional, ImageFont.truetype(path, EM, index=TAIWAN)):
        pair = traditional[first], traditional[second]
        if not known.issuperset(pair):
            pairs.add(pair)
    groups: dict[str, list[str]] = {}
    for first_character, second_character in sorted(map(sorted, pairs)):
        groups.setdefault(first_character, []).append(second_character)
    lines = [""]
    for group in (first + "".join(rest) for first, rest in groups.items()):
        if len(lines[-1]) + len(group) >= 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {group}".strip()
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(pairs)} pairs of {len(simplified)} and {len(traditional)} characters")


if __name__ == "__main__":
    main(sys.argv[1])
