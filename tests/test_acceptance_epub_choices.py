"""What an author decides about the EPUB, or gives to it (issue 5): ``[epub]``, pictures, length.

Each test builds a small book of its own, the EPUB alone.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance import (
    BOOKS,
    FIRST_BOOK,
    NAMESPACES,
    Document,
    Epub,
    bare,
    built,
    in_order,
    is_han,
    publish,
    put,
)
from acceptance_epub import (
    SAMPLE,
    SAMPLE_TOML,
    Cascade,
    Face,
    build,
    built_epub,
    epub_path,
    faces,
    font_files,
    pieces,
    rules,
    sample_book,
    sheets,
    write_book,
)
from conftest import Built
from PIL import Image, ImageOps
from test_acceptance_bad_input import refused
from test_validators import RESERVED

#: Whole builds, one after the other: more than a few seconds in all.
pytestmark = pytest.mark.slow

PNG = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
#: What an author declares, and how EPUB Accessibility 1.1, section 4.3, spells it.
CLAIM_TOML = 'accessibility = { conforms-to = "wcag-aa", certifier = "林一" }\n'
CLAIM = re.compile(r"EPUB Accessibility 1\.1 - WCAG 2\.[012] Level AA")
NO_PAGES = "[epub]\npage-list = false\n"


def sample(folder: Path, more: str, edition: str = "hans") -> Epub:
    """The book of the fast tests with more lines in its ``[epub]``, which is the last table."""
    sample_book(folder)
    put(folder / "book.toml", SAMPLE_TOML + more)
    return built_epub(folder, edition)


# --- words for pictures ----------------------------------------------------------------


@pytest.mark.parametrize(
    "image",
    ["![](x.png)", "河上![](x.png)有船。", "![ ](x.png)", '<img src="x.png">'],
    ids=["figure", "inline", "blank", "html"],
)
def test_a_picture_without_words_is_an_error(tmp_path: Path, image: str) -> None:
    write_book(tmp_path / "book", f"# 河\n\n正文。\n\n{image}\n", NO_PAGES, **{"x.png": PNG})
    error = refused(tmp_path, "build", "book", names="book.md", line=5)
    assert error["hints"], "how to give it words, or to declare it decorative"
    refused(tmp_path, "check", "book", names="book.md", line=5)


def test_a_picture_declared_decorative_needs_none(tmp_path: Path) -> None:
    text = "# 河\n\n正文，![](x.png){.decorative}再来一行。\n\n![](x.png){.decorative}\n"
    book = write_book(tmp_path / "book", text, NO_PAGES, **{"x.png": PNG})
    run = built(build(book, "--json"))
    assert not run.diagnostics(), "nothing is doubtful about it"
    epub = Epub(epub_path(book))
    images = [image for image in epub.find("//h:img") if image.get("role") != "doc-cover"]
    assert [(i.get("alt"), i.get("role") in ("presentation", "none")) for i in images] == [
        ("", True)
    ] * 2
    modes = epub.opf.xpath(
        "//opf:meta[@property='schema:accessMode']/text()", namespaces=NAMESPACES
    )
    assert modes == ["textual"], "nothing is said in pictures"


# --- the claim of accessibility -----------------------------------------------------------


def test_a_claim_is_made_as_declared(tmp_path: Path) -> None:
    epub = sample(tmp_path / "book", CLAIM_TOML)
    found = {
        name: epub.opf.xpath("//opf:meta[@property=$p]/text()", p=name, namespaces=NAMESPACES)
        for name in ("dcterms:conformsTo", "a11y:certifiedBy")
    }
    (conforms,) = found["dcterms:conformsTo"]
    assert CLAIM.fullmatch(conforms) and found["a11y:certifiedBy"] == ["林一"]


@pytest.mark.parametrize("claim", ['"yes"', '{ conforms-to = "best", certifier = "林一" }'])
def test_a_claim_that_means_nothing_is_an_error(tmp_path: Path, claim: str) -> None:
    write_book(tmp_path / "book", "# 河\n\n正文。\n", f"{NO_PAGES}accessibility = {claim}\n")
    refused(tmp_path, "build", "book", names="accessibility", line=3)


# --- page list ----------------------------------------------------------------------------


def test_the_page_list_can_be_left_out(tmp_path: Path) -> None:
    text = (BOOKS / "bare.md").read_text(encoding="utf-8")
    with_list = built_epub(write_book(tmp_path / "with", text))
    without = built_epub(write_book(tmp_path / "without", text, NO_PAGES))
    for epub, pages in ((with_list, True), (without, False)):
        (ncx,) = [p for p, kind, _ in epub.items.values() if kind == "application/x-dtbncx+xml"]
        package = epub.files[epub.opf_path].decode("utf-8")
        assert pages == bool(epub.nav_list("page-list"))
        assert pages == bool(epub.document(ncx).find("//ncx:pageList"))
        assert pages == bool(epub.find("//*[@role='doc-pagebreak']"))
        for word in ("pageBreakMarkers", "pageNavigation", "pageBreakSource", "pagination"):
            assert pages == (word in package), word
    assert bare(with_list.text()) == bare(without.text())


def test_the_print_edition_is_named_by_its_isbn(tmp_path: Path) -> None:
    """With an identifier of its own for the e-book, ``isbn`` can only be the printed book's."""
    toml = (
        '[book]\ntitle = "灯"\nisbn = "978-7-04-000000-9"\n'
        'identifier = "urn:uuid:5e0c4a1e-3b0a-4a53-9d0b-6a3c0d9f7a11"\n'
    )
    epub = built_epub(write_book(tmp_path / "book", "# 灯\n\n夜里停电。\n", toml))
    assert epub.metadata("identifier")[0] == "urn:uuid:5e0c4a1e-3b0a-4a53-9d0b-6a3c0d9f7a11"
    meta = "//opf:meta[@property='pageBreakSource']/text()"
    sources = [*epub.metadata("source"), *epub.opf.xpath(meta, namespaces=NAMESPACES)]
    assert any(re.sub(r"\D", "", source).endswith("9787040000009") for source in sources), sources


def test_the_pages_do_not_remember(tmp_path: Path) -> None:
    """A page map of an older text must not be used; the bytes never depend on history."""
    paragraph = "夜里停电，母亲点起一盏油灯，灯不亮，照得见一张桌子。\n\n"
    old, new = paragraph * 150, paragraph * 60 + "后来，灯也灭了。\n\n" * 30 + paragraph * 90
    book = write_book(tmp_path / "one" / "book", f"# 灯\n\n## 夜\n\n{old}")
    built(publish("build", "book", cwd=book.parent))
    put(book / "book.md", f"# 灯\n\n## 夜\n\n{new}")
    with_history = built_epub(book)
    fresh = write_book(tmp_path / "two" / "book", f"# 灯\n\n## 夜\n\n{new}")
    built(publish("build", "book", cwd=fresh.parent))
    assert len(with_history.nav_list("page-list")) > 4
    assert with_history.path.read_bytes() == epub_path(fresh).read_bytes()


# --- faces -----------------------------------------------------------------------------------


def texts_and_faces(epub: Epub) -> Iterator[tuple[Document, str, Any, list[Face]]]:
    """Every piece of Han text with the embedded faces of the families in force there."""
    found = faces(epub)
    for document in epub.spine:
        cascade = Cascade(epub, document)
        for text, element in pieces(document, ("math", "svg", "pre", "code")):
            if any(map(is_han, text)):
                names = cascade.families(element)
                same = [face for face in found if face.family in names]
                bold = [face for face in same if face.bold == cascade.bold(element)]
                yield document, text, element, bold or same


def check_coverage(epub: Epub) -> int:
    """Every character that is set in an embedded face is in it; how many pieces there are."""
    pieces_seen = 0
    for document, text, _, used in texts_and_faces(epub):
        if used:
            pieces_seen += 1
            missing = set(text) - set().union(*(face.characters for face in used))
            left = {c for c in missing if not c.isspace() and c != "\u2060"}
            assert not left, f"{document.path}: {''.join(left)} of {text!r}"
    return pieces_seen


def total(epub: Epub) -> int:
    return sum(map(len, font_files(epub).values()))


def test_no_face_is_embedded_if_none_is_wanted(tmp_path: Path) -> None:
    epub = sample(tmp_path / "book", 'fonts = "none"\n')
    assert not font_files(epub) and not faces(epub)
    assert not [name for name in epub.files if "ofl" in name.lower() or "font" in name.lower()]


def test_a_face_for_headings_is_the_default(tmp_path: Path) -> None:
    told = sample(tmp_path / "one" / "book", 'fonts = "headings"\n')
    default = sample(tmp_path / "two" / "book", "")
    assert told.path.read_bytes() == default.path.read_bytes()
    assert check_coverage(default) >= 5
    for document, text, element, used in texts_and_faces(default):
        heading = re.search(r"}h[1-4]$", element.tag)
        assert used or not heading, f"{document.path}: the heading {text} has no face"
    assert total(default) < 200_000, "a dozen headings do not need so much"


def test_full_sets_the_text_too(tmp_path: Path) -> None:
    """KDP: the main face is declared at the body, nowhere below it."""
    for edition in ("hans", "hant-tw"):
        epub = sample(tmp_path / edition, 'fonts = "full"\n', edition)
        assert check_coverage(epub) > 20
        for document, text, element, used in texts_and_faces(epub):
            assert used, f"{document.path}: {text} has no face"
            cascade = Cascade(epub, document)
            (body,) = document.find("h:body")
            assert {"font-family"} & set(cascade.declared(body)), document.path
            if element.tag.endswith("}strong"):
                assert any(face.bold for face in used) or not cascade.bold(element), text
        for document in epub.spine:
            cascade = Cascade(epub, document)
            for p in document.find("//h:section/h:p[not(@class)]"):
                assert "font-family" not in cascade.declared(p)


def test_only_characters_of_the_book_and_a_licence_are_embedded(tmp_path: Path) -> None:
    """The OFL goes with its faces, and reserved names are not used for what was changed."""
    epub = sample(tmp_path / "book", 'fonts = "full"\n')
    book = {c for name, data in epub.files.items() if name.endswith("html") for c in data.decode()}
    for face in faces(epub):
        extra = {c for c in face.characters - book if is_han(c)}
        # The words of generated pages may be in every subset, thousands of others in none.
        assert len(extra) < 64, f"{face.path}: {len(extra)} characters that the book does not have"
        names = {
            str(record).lower()
            for record in face.font["name"].names
            if record.nameID in (1, 4, 6, 16)
        }
        assert names and not [n for n in names if any(word in n for word in RESERVED)], names
    texts = [data.decode("utf-8", "replace") for data in epub.files.values()]
    assert any("SIL OPEN FONT LICENSE" in text.upper() for text in texts), "no licence"


def test_faces_are_regional_and_keep_their_features(tmp_path: Path) -> None:
    """骨 is drawn otherwise in Taiwan; marks keep half widths and their vertical forms."""
    book = write_book(tmp_path / "book", "# 书\n\n## 骨角，（直）\n\n正文。\n", NO_PAGES)
    outlines = []
    for edition in ("hans", "hant-tw"):
        used = [face for face in faces(built_epub(book, edition)) if "骨" in face.characters]
        assert used, f"{edition}: no face for the heading"
        outlines.append(used[0].outline("骨"))
        marks = next(face for face in used if "（" in face.characters)
        assert "vert" in marks.features("GSUB")
        assert {"chws", "halt"} & marks.features("GPOS")
    assert outlines[0] != outlines[1]


def test_an_edition_chooses_for_itself(tmp_path: Path) -> None:
    hans = '[[edition]]\nname = "hans"\nepub = { fonts = "none" }\n'
    toml = f'{NO_PAGES}\n{hans}\n[[edition]]\nname = "hant-tw"\n'
    book = write_book(tmp_path / "book", "# 书\n\n## 骨\n\n正文。\n", toml)
    assert not faces(built_epub(book, "hans"))
    assert faces(built_epub(book, "hant-tw"))


@pytest.mark.parametrize("fonts", ["headings", "full"])
def test_the_faces_of_the_first_book_are_under_a_megabyte(
    first_book: Built, tmp_path: Path, fonts: str
) -> None:
    if fonts == "headings":
        epubs = [first_book.epub(edition) for edition in ("hans", "hant-tw", "hant-hk")]
    else:
        shutil.copytree(FIRST_BOOK, tmp_path / "book")
        toml = (FIRST_BOOK / "book.toml").read_text(encoding="utf-8")
        put(tmp_path / "book" / "book.toml", f'{toml}\n{NO_PAGES}fonts = "full"\n')
        epubs = [built_epub(tmp_path / "book", edition) for edition in ("hans", "hant-tw")]
    for epub in epubs:
        assert 0 < total(epub) < 1_000_000, epub.path.name
        assert check_coverage(epub)


# --- pictures and cover -------------------------------------------------------------------------


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def photo(width: int, height: int) -> Image.Image:
    """Something like a photograph: noise on noise does not compress to nothing."""
    small = Image.effect_noise((width // 4, height // 4), 60)
    return small.resize((width, height)).convert("RGB")


def picture_of(book: Path) -> tuple[Any, Image.Image, bytes]:
    """The one picture of a built book: its element, the image, its bytes."""
    epub = built_epub(book)
    (found,) = [
        (image, epub.files[epub.target(document.path, image.get("src"))])
        for document in epub.spine
        for image in document.find("//h:img[not(@role='doc-cover')]")
    ]
    return found[0], Image.open(io.BytesIO(found[1])), found[1]


def test_a_photograph_is_made_smaller(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # orientation: to be turned by a quarter
    for name, exif, ratio in (("level", Image.Exif(), 4 / 3), ("turned", turned, 3 / 4)):
        content = encoded(photo(4000, 3000), "JPEG", quality=95, exif=exif)
        text = "# 河\n\n正文。\n\n![河上的船](x.jpg)\n"
        element, image, data = picture_of(
            write_book(tmp_path / name, text, NO_PAGES, **{"x.jpg": content})
        )
        assert element.get("alt") == "河上的船"
        assert image.format == "JPEG" and image.width * image.height <= 4_000_000
        assert len(data) < len(content) / 2
        width, height = ImageOps.exif_transpose(image).size
        assert width / height == pytest.approx(ratio, rel=0.01), name
        assert min(width, height) >= 1000, "it is still to be looked at"
        if element.get("width") and element.get("height"):
            shown = int(element.get("width")) / int(element.get("height"))
            assert shown == pytest.approx(ratio, rel=0.02), name


def test_a_large_drawing_stays_transparent(tmp_path: Path) -> None:
    drawing = Image.new("RGBA", (3000, 2400), (0, 0, 0, 0))
    drawing.paste((200, 30, 30, 255), (1000, 800, 2000, 1600))
    book = write_book(
        tmp_path / "book", "# 河\n\n![河](x.png)\n", NO_PAGES, **{"x.png": encoded(drawing, "PNG")}
    )
    _, image, _ = picture_of(book)
    assert image.format == "PNG" and image.width * image.height <= 4_000_000
    seen = image.convert("RGBA")
    corner = seen.getpixel((2, 2))
    middle = seen.getpixel((seen.width // 2, seen.height // 2))
    assert corner[3] == 0 or corner[:3] == (255, 255, 255), "the ground has become black"
    assert middle[0] > 150 and middle[1] < 80 and middle[3] == 255


def cover_of(epub: Epub) -> Image.Image:
    (path,) = [path for path, _, props in epub.items.values() if "cover-image" in props]
    image = Image.open(io.BytesIO(epub.files[path]))
    assert image.mode in ("RGB", "L", "P", "RGBA"), "a screen is no press"
    return image


def test_the_cover_is_laid_anew_for_the_screen(sample_epubs: list[Epub]) -> None:
    for epub in sample_epubs:
        cover = cover_of(epub)
        assert (cover.format, cover.size) == ("JPEG", (1600, 2560))
        assert len(set(cover.convert("L").resize((40, 64)).tobytes())) > 10, "it is empty"


def test_a_cover_can_be_given(tmp_path: Path) -> None:
    for name, size in (("small", (1000, 1500)), ("large", (3000, 4500))):
        image = encoded(Image.new("RGB", size, (20, 90, 160)), "PNG")
        toml = f'[book]\ncover = "封面.png"\n{NO_PAGES}'
        book = write_book(tmp_path / name, "# 河\n\n正文。\n", toml, **{"封面.png": image})
        cover = cover_of(built_epub(book)).convert("RGB")
        assert cover.width / cover.height == pytest.approx(2 / 3, rel=0.01)
        assert cover.height <= 2560 and cover.width <= 1600
        assert all(
            abs(got - want) < 8
            for got, want in zip(cover.resize((1, 1)).getpixel((0, 0)), (20, 90, 160), strict=True)
        )


# --- length -----------------------------------------------------------------------------------


def long_book(folder: Path, sections: int) -> Path:
    """One chapter of 120,000 characters, in sections with notes and links, or without any."""
    sentence = "河从西边来，到村口转了个弯，弯里水深，弯外水浅，牛可以过，孩子不许去。"
    parts = ["# 长河\n\n## 上游\n\n开头一段。\n"]
    if sections:
        for number in range(sections):
            parts.append(
                f"### 第{number + 1}弯 {{#bend-{number}}}\n\n{sentence}^[第{number}注。]\n"
            )
            parts.append(f"回头看[这里](#bend-{(number * 7) % sections})。\n")
            parts.extend(f"{n}：{sentence * 4}\n" for n in range(3000 // len(sentence * 4)))
    else:
        parts.extend(f"{n}：{sentence * 6}\n" for n in range(120_000 // len(sentence * 6)))
    return write_book(folder, "\n".join(parts), NO_PAGES)


@pytest.mark.parametrize("sections", [40, 0])
def test_a_long_chapter_is_parted(tmp_path: Path, sections: int) -> None:
    book = long_book(tmp_path / "book", sections)
    epub = built_epub(book)
    manuscript = (book / "book.md").read_text(encoding="utf-8")
    for document in epub.spine:
        assert len(epub.files[document.path]) < 240 * 1024, document.path
    markup = r"^#+ | \{#.*|\[|\]\(.*\)|\^\[.*\]"
    lines = [re.sub(markup, "", line) for line in manuscript.splitlines()[2:]]
    assert in_order(filter(None, lines), epub.text()) == []
    parts = [d for d in epub.spine if d.find("//h:p[contains(., '河从西边来')]")]
    assert len(parts) > 1
    for document in parts:
        assert len(document.find("//h:h1")) <= 1
        if sections and document is not parts[0]:
            first = next(e for text, e in pieces(document) if text.strip())
            assert first.xpath("ancestor-or-self::*[starts-with(local-name(), 'h')][. != '']")
            assert re.fullmatch(r"第\d+弯", "".join(first.itertext()).strip()), (
                "parted in a section"
            )
    check_references(epub)
    reached = [label for label, _ in epub.nav_list("toc") if "弯" in label]
    assert reached == [f"第{number + 1}弯" for number in range(sections)]


def check_references(epub: Epub) -> None:
    """Every link and every label of a section leads to something; notes are in their file."""
    ids = {document.path: document.ids for document in epub.spine}
    for document in [*epub.spine, epub.nav]:
        for link in document.find("//h:a"):
            path, _, anchor = epub.target(document.path, link.get("href")).partition("#")
            assert path in epub.files and (not anchor or anchor in ids[path]), link.get("href")
            if link.get("role") in ("doc-noteref", "doc-backlink"):
                assert path == document.path
            if "弯" in "".join(link.itertext()):
                (target,) = epub.document(path).find(f"//*[@id='{anchor}']")
                words = "".join(link.itertext()).strip()
                assert "".join(target.itertext()).strip().startswith(words)
        for names in document.find("//@aria-labelledby"):
            assert set(names.split()) <= document.ids, f"{document.path}: {names}"


# --- the same bytes -----------------------------------------------------------------------------


def test_the_bytes_depend_on_the_book_alone(tmp_path: Path) -> None:
    """Faces, made pictures and pages, from full caches and from none."""
    toml = SAMPLE_TOML.replace("page-list = false", 'fonts = "full"')
    text = SAMPLE + "\n![河](河.jpg)\n"
    content = encoded(photo(3000, 2400), "JPEG", quality=95)
    here, there = (sample_book(tmp_path / place / "书") for place in ("one", "别处 的/文件夹"))
    for book in (here, there):
        write_book(book, text, toml, **{"河.jpg": content})
    built(publish("build", "书", cwd=here.parent))
    env = {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "11",
        "LC_ALL": "C.UTF-8",
        "LANG": "C",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    built(build(there, env=env))
    assert epub_path(here).read_bytes() == epub_path(there).read_bytes()
    css = "".join(sheets(Epub(epub_path(here))).values())
    assert [rule for rule in rules(css) if rule.selector == "@font-face"]
