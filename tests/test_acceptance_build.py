"""What a build must leave behind (issue 2, «Done when»): read from the files, as a reader would.

Nothing here knows the program's code.  The text that artefacts are compared with is
computed from the manuscript by :mod:`acceptance` on its own.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from acceptance import (
    BOOKS,
    DECLARED,
    EDITIONS,
    FIRST_BOOK,
    NAMESPACES,
    Epub,
    Pdf,
    bare,
    built,
    expected_first_book,
    expected_lines,
    files_in,
    in_order,
    in_script,
    is_han,
    make_book,
    publish,
    put,
    with_records,
)
from conftest import Built

#: Whole builds, one after the other: more than a few seconds in all.
pytestmark = pytest.mark.slow

SMALL_BOOKS = ("hans_small", "hant_small", "multi", "bare_file")
CONTENTS = {"hans": "目录", "hant-tw": "目錄", "hant-hk": "目錄"}
IMPRINT = {"hans": "版权页", "hant-tw": "版權頁", "hant-hk": "版權頁"}
ENTRY = {"hans": "条", "hant-tw": "條", "hant-hk": "條"}
LANGUAGE = {"hans": "zh-Hans", "hant-tw": "zh-Hant-TW", "hant-hk": "zh-Hant-HK"}


def every_epub(first_book: Built, request: pytest.FixtureRequest) -> list[Epub]:
    """The EPUBs of the first book and of the small ones."""
    found = [first_book.epub(edition) for edition in EDITIONS]
    for name in SMALL_BOOKS:
        book: Built = request.getfixturevalue(name)
        found.extend(Epub(path) for path in sorted(book.folder.glob("*.epub")))
    return found


@pytest.fixture(scope="session")
def epubs(first_book: Built, request: pytest.FixtureRequest) -> list[Epub]:
    return every_epub(first_book, request)


# --- the first book: names, second run, change -------------------------------


def test_eight_artefacts_with_their_names(first_book: Built) -> None:
    artefacts = [f"liang-wenfeng-60.{e}.{kind}" for e in DECLARED for kind in ("epub", "pdf")]
    assert files_in(first_book.cwd / "output") == sorted(
        f"liang-wenfeng-60/{name}" for name in with_records(*artefacts)
    )


def test_the_manuscript_is_as_received() -> None:
    digest = hashlib.sha256((FIRST_BOOK / "manuscript.md").read_bytes()).hexdigest()
    assert digest.startswith("198e46c4") and digest.endswith("69d7ab")


def test_a_build_leaves_the_book_folder_alone(first_book: Built, hans_small: Built) -> None:
    for book, origin in ((first_book, FIRST_BOOK), (hans_small, BOOKS / "hans-small")):
        assert files_in(book.source) == files_in(origin)
        for name in files_in(origin):
            assert (book.source / name).read_bytes() == (origin / name).read_bytes(), name


def copied(book: Built, folder: Path) -> Path:
    """A copy of a build and its source, with the times of the files, to go on from."""
    shutil.copytree(book.cwd, folder)
    return folder / "output" / book.name


def test_a_second_run_does_nothing(first_book: Built, tmp_path: Path) -> None:
    output = copied(first_book, tmp_path / "again")
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in output.iterdir()}
    runs = [built(publish("build", first_book.name, cwd=tmp_path / "again")) for _ in range(2)]
    after = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in output.iterdir()}
    for name in before:
        if name != "build.json":
            assert after[name] == before[name], f"{name} was written again"
    assert after.keys() == before.keys()
    assert "unchanged" in runs[0].said, str(runs[0])


@pytest.mark.slow
def test_force_builds_again_and_the_bytes_are_the_same(bare_file: Built, tmp_path: Path) -> None:
    output = copied(bare_file, tmp_path / "force")
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in output.glob("bare.*")}
    assert len(before) == 2
    built(publish("build", "bare.md", "--force", cwd=tmp_path / "force"))
    for name, (mtime, content) in before.items():
        assert (output / name).stat().st_mtime_ns > mtime, f"{name} was not built again"
        assert (output / name).read_bytes() == content, f"{name} has other bytes"


def test_a_changed_manuscript_is_built_again(bare_file: Built, tmp_path: Path) -> None:
    output = copied(bare_file, tmp_path / "changed")
    source = tmp_path / "changed" / "bare.md"
    put(source, source.read_text(encoding="utf-8") + "\n后来，灯也灭了。\n")
    built(publish("build", "bare.md", "--format", "epub", cwd=tmp_path / "changed"))
    assert "后来，灯也灭了。" in Epub(output / "bare.hans.epub").text()


def test_a_changed_decision_or_picture_is_built_again(hans_small: Built, tmp_path: Path) -> None:
    output = copied(hans_small, tmp_path / "changed")
    artefact = output / "hans-small.hans.epub"
    toml = tmp_path / "changed" / "hans-small" / "book.toml"
    put(toml, toml.read_text(encoding="utf-8").replace("木工甲", "木工丙"))
    built(publish("build", "hans-small", "--format", "epub", cwd=tmp_path / "changed"))
    assert Epub(artefact).metadata("creator") == ["木工丙"]
    picture = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
    put(tmp_path / "changed" / "hans-small" / "images" / "map.png", picture)
    built(publish("build", "hans-small", "--format", "epub", cwd=tmp_path / "changed"))
    assert picture in Epub(artefact).files.values()


def values(node: Any) -> list[Any]:
    """Every scalar in a JSON value."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in values(value)]
    if isinstance(node, list):
        return [found for value in node for found in values(value)]
    return [node]


def test_build_json_tells_what_was_built_from_what(first_book: Built) -> None:
    record = json.loads((first_book.folder / "build.json").read_text(encoding="utf-8"))
    told = values(record)
    for edition in DECLARED:
        for kind in ("epub", "pdf"):
            path = first_book.path(edition, kind)
            content = path.read_bytes()
            assert hashlib.sha256(content).hexdigest() in told, f"no sha256 of {path.name}"
            assert len(content) in told, f"no size of {path.name}"
        assert len(first_book.pdf(edition)) in told, f"no number of pages of {edition}"
    assert any(isinstance(value, float) for value in told), "no seconds"
    assert str(first_book.cwd) not in json.dumps(record, ensure_ascii=False), "a machine's path"


# --- the first book: text in = text out --------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_epub_text_is_the_manuscripts_text(first_book: Built, edition: str) -> None:
    expected = expected_first_book()
    introduction = bare(in_script("".join(expected.introduction), edition))
    opening = re.escape(bare(in_script(expected.opening, edition)))
    # The author's «1.» loses its point: the label is a bare integer before its entry.
    entries = bare("".join(f"{n}{text}" for n, text in enumerate(expected.entries, start=1)))
    entries = in_script(entries, edition)
    text = bare(first_book.epub(edition).text())
    start = text.index(introduction[:40])
    end = text.index(entries[-40:]) + 40
    body = text[start:end]
    assert body.startswith(introduction), first_difference(body, introduction)
    rest = body[len(introduction) :]
    match = re.match(f"{opening}：?", rest)
    assert match, f"after the introduction stands {rest[:60]!r}"
    assert rest[match.end() :] == entries, first_difference(rest[match.end() :], entries)
    assert not set(text[:start] + text[end:]) & set("\\�&")


@pytest.mark.parametrize("edition", EDITIONS)
def test_pdf_text_is_the_manuscripts_text(first_book: Built, edition: str) -> None:
    """Body text is what is set at 10.5 pt (look.md, section 1) from the introduction on; entry
    numbers are display figures of 15 pt beside it."""
    expected = expected_first_book()
    want = bare(in_script("".join([*expected.introduction, *expected.entries]), edition))
    pdf = first_book.pdf(edition)
    got = bare(pdf.body())
    start = got.index(want[:20])
    end = got.rindex(want[-20:]) + 20
    assert got[start:end] == want, first_difference(got[start:end], want)
    figures = [
        "".join(glyph.text for glyph in pdf.glyphs(page) if abs(glyph.size - 15) < 0.2)
        for page in range(1, len(pdf) + 1)
    ]
    assert "".join(bare(figure) for figure in figures) == "".join(map(str, range(1, 61)))
    titles = bare(
        "".join(g.text for n in range(1, len(pdf) + 1) for g in pdf.glyphs(n) if g.size > 12)
    )
    assert bare(in_script(expected.opening, edition)) in titles


def first_difference(got: str, want: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), -1)
    at = min(len(got), len(want)) if at < 0 else at
    start, end = max(0, at - 15), at + 25
    return f"at {at}: got …{got[start:end]!r}, want …{want[start:end]!r}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_residue_of_the_exporter(first_book: Built, edition: str) -> None:
    epub, pdf = first_book.epub(edition), first_book.pdf(edition)
    metadata = [value for value in (pdf.document.metadata or {}).values() if value]
    marks = "\n".join([*metadata, *(title for _, title, _ in pdf.bookmarks)])
    documents = "".join(
        content.decode("utf-8")
        for name, content in epub.files.items()
        if name.endswith((".xhtml", ".opf", ".ncx"))
    )
    for where, text in (("epub", documents), ("pdf", pdf.text() + marks)):
        for residue in ("\\", "&#x20;", "&amp;#x20;", "梁文峰", "\ufffd", "Chatgpt", "**", "# "):
            assert residue not in text, f"{edition}.{where} holds {residue!r}"


def words_of(epub: Epub) -> str:
    """All that a reading system shows or speaks: text, titles, labels and words for pictures."""
    spoken = "//h:*/text() | //h:*/@aria-label | //h:*/@alt | //h:*/@title"
    documents = [*epub.spine, epub.nav]
    return "".join(str(words) for document in documents for words in document.find(spoken))


@pytest.mark.parametrize("edition", ("hant-tw", "hant-hk"))
def test_traditional_editions_are_traditional(first_book: Built, edition: str) -> None:
    epub, pdf = first_book.epub(edition), first_book.pdf(edition)
    epub_text = bare(words_of(epub))
    pdf_text = bare(pdf.text() + "".join(title for _, title, _ in pdf.bookmarks))
    for text in (epub_text, pdf_text):
        for word in (
            "梁文鋒",
            "簽長協議",
            "「",
            "」",
            "目錄",
        ):
            assert word in text, word
        for word in ("梁文峰", "梁文峯", "籤長", "目录", "版权页", "“", "”", "导读", "简体"):
            assert word not in text, word
    body = set(in_script("".join(expected_first_book().entries), edition))
    body |= set(in_script("".join(expected_first_book().introduction), edition))
    left = {c for c in epub_text + pdf_text if c not in body and in_script(c, edition) != c}
    assert not left, f"simplified characters are left: {''.join(sorted(left))}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_fixed_words_follow_the_script(first_book: Built, edition: str) -> None:
    epub, pdf = first_book.epub(edition), first_book.pdf(edition)
    nav = bare("".join(epub.nav.tree.itertext()))
    assert CONTENTS[edition] in nav
    assert IMPRINT[edition] in words_of(epub)
    assert CONTENTS[edition] in bare(pdf.text())
    title = "梁文锋60条思考" if edition == "hans" else "梁文鋒60條思考"
    assert epub.metadata("title")[0] == title
    assert pdf.document.metadata is not None and pdf.document.metadata["title"] == title
    assert title in bare(pdf.text())
    assert title in bare(epub.text())


# --- the first book: navigation ----------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_sixty_entries_are_targets_in_nav(first_book: Built, edition: str) -> None:
    epub = first_book.epub(edition)
    places = {}
    for document in epub.spine:
        for entry in document.with_class("entry"):
            inside = {entry.get("id"), *entry.xpath(".//@id")} - {None}
            for anchor in inside:
                places[f"{document.path}#{anchor}"] = int(entry.get("data-n"))
    links = [(label, target) for label, target in epub.nav_list("toc") if "—" not in label]
    reached = [places[target] for _, target in links if target in places]
    assert reached == list(range(1, 61))
    labels = {places[target]: label for label, target in links if target in places}
    for number, label in labels.items():
        assert re.search(rf"(?<!\d){number}(?!\d)", label), f"entry {number} is called {label!r}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_sixty_entries_are_bookmarks(first_book: Built, edition: str) -> None:
    pdf = first_book.pdf(edition)
    entries = [in_script(text, edition) for text in expected_first_book().entries]
    numbered = [
        (int(match[1]), page)
        for _, title, page in pdf.bookmarks
        if (match := re.match(r"第?(\d+)(?![\d—])", bare(title)))
    ]
    assert [number for number, _ in numbered] == list(range(1, 61))
    for number, page in numbered:
        start = bare(entries[number - 1])[:6]
        assert start in bare(pdf.page_text(page)), f"bookmark {number} goes to page {page}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_printed_contents_list_entries_by_tens(first_book: Built, edition: str) -> None:
    pdf = first_book.pdf(edition)
    entries = [in_script(text, edition) for text in expected_first_book().entries]
    text = bare(pdf.page_text(pdf.page_with(CONTENTS[edition])))
    opening = pdf.page_with(entries[0][:12])
    for first in range(1, 60, 10):
        label = f"第{first}—{first + 9}{ENTRY[edition]}"
        assert label in text, f"the contents do not list {label}"
        after = text[text.index(label) + len(label) :]
        folio = re.match(r"[^\d第]*(\d+)", after)
        # The folio is the number that a PDF viewer shows for the page (look.md, section 2).
        page = pdf.document[pdf.page_with(entries[first - 1][:8], opening) - 1].get_label()
        assert folio and folio[1].startswith(page), f"{label}: {after[:20]!r}, page {page}"


def test_pages_of_the_first_book(first_book: Built) -> None:
    for edition in EDITIONS:
        pdf = first_book.pdf(edition)
        for page in pdf.document:
            assert abs(page.rect.width - 419.53) < 0.5, "A5 is 148 mm wide"
            assert abs(page.rect.height - 595.28) < 0.5, "A5 is 210 mm high"
        catalog = pdf.document.xref_object(pdf.document.pdf_catalog())
        assert re.search(rf"/Lang\s*\({LANGUAGE[edition]}\)", catalog), catalog
        fonts = {font[0]: font for page in pdf.document for font in page.get_fonts(full=True)}
        assert fonts
        for font in fonts.values():
            assert font[1] != "n/a" or font[2] == "Type3", f"font {font[3]} is not embedded"


def test_margins_are_mirrored(first_book: Built) -> None:
    """Inner 20 mm, outer 24.3 mm (look.md, section 1): left pages differ from right ones."""
    pdf = first_book.pdf("hans")
    expected = expected_first_book()
    page = pdf.page_with(expected.entries[0][:12])
    edges = {}
    for number in range(page, min(page + 6, len(pdf) + 1)):
        body = [g.x for g in pdf.glyphs(number) if abs(g.size - 10.5) < 0.2 and is_han(g.text)]
        edges.setdefault(number % 2, []).append(min(body))
    inner = min(edges[1])  # right-hand pages: the spine is at the left
    outer = min(edges[0])
    assert outer - inner == pytest.approx(4.3 * 72 / 25.4, abs=1.0)


# --- every EPUB ----------------------------------------------------------------


def test_epub_containers(epubs: list[Epub]) -> None:
    for epub in epubs:
        first = epub.infos[0]
        assert first.filename == "mimetype" and first.compress_type == 0 and not first.extra
        assert epub.files["mimetype"] == b"application/epub+zip"
        for info in epub.infos:
            assert info.filename.isascii() and not info.is_dir(), info.filename
        assert epub.opf.get("version") == "3.0"
        covers = [p for p, _, properties in epub.items.values() if "cover-image" in properties]
        assert len(covers) == 1 and epub.files[covers[0]]
        listed = {path for path, _, _ in epub.items.values()}
        for name in epub.files:
            if name not in ("mimetype", epub.opf_path) and not name.startswith("META-INF/"):
                assert name in listed, f"{epub.path.name}: {name} is not in the manifest"
        assert listed <= set(epub.files)


def test_epub_languages_agree(epubs: list[Epub]) -> None:
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for epub in epubs:
        edition = epub.path.name.split(".")[1]
        assert epub.metadata("language") == [LANGUAGE[edition]]
        assert epub.opf.get(xml_lang) == LANGUAGE[edition]
        for document in [*epub.spine, epub.nav]:
            assert document.tree.get("lang") == LANGUAGE[edition], document.path
            assert document.tree.get(xml_lang) == LANGUAGE[edition], document.path


def test_epub_links_and_pictures_resolve(epubs: list[Epub]) -> None:
    for epub in epubs:
        ids = {document.path: document.ids for document in [*epub.spine, epub.nav]}
        for document in [*epub.spine, epub.nav]:
            found = [str(value) for value in document.find("//h:*/@href | //h:*/@src")]
            for href in found:
                if re.match(r"[a-z][a-z0-9+.-]*:", href):
                    assert href.startswith(("http://", "https://", "mailto:")), href
                    continue
                path, _, fragment = epub.target(document.path, href).partition("#")
                assert path in epub.files, f"{document.path}: {href}"
                if fragment:
                    assert fragment in ids[path], f"{document.path}: {href}"


def test_ids_are_unique_in_each_document(epubs: list[Epub]) -> None:
    for epub in epubs:
        for document in [*epub.spine, epub.nav]:
            found = [str(value) for value in document.find("//@id")]
            assert len(found) == len(set(found)), document.path


def test_nav_runs_in_reading_order_and_ncx_equals_it(epubs: list[Epub]) -> None:
    for epub in epubs:
        nav = epub.nav_list("toc")
        assert nav, "no toc nav"
        order = {}
        for document in epub.spine:
            order[document.path] = len(order)
            for anchor in document.find("//@id"):
                order[f"{document.path}#{anchor}"] = len(order)
        positions = [order[target] for _, target in nav]
        assert positions == sorted(positions), epub.path.name
        landmarks = epub.nav.find("//h:nav[@epub:type='landmarks']//h:a/@epub:type")
        assert "toc" in landmarks and "bodymatter" in landmarks, landmarks
        for label, _ in [*nav, *epub.nav_list("landmarks")]:
            assert not re.search(r"(?i)cover|title page|contents|chapter|landmarks", label), label
        (ncx_path,) = [
            p for p, kind, _ in epub.items.values() if kind == "application/x-dtbncx+xml"
        ]
        ncx = epub.document(ncx_path)
        points = [
            (
                str(point.xpath("string(ncx:navLabel/ncx:text)", namespaces=NAMESPACES)),
                epub.target(
                    ncx_path, str(point.xpath("string(ncx:content/@src)", namespaces=NAMESPACES))
                ),
            )
            for point in ncx.find("//ncx:navPoint")
        ]
        assert points == nav


def test_no_blank_between_han_characters(epubs: list[Epub]) -> None:
    """epub.md, check 16: no white space between two Han characters, across inline tags too."""
    inline = re.findall(r"\w+", "a b bdi cite code del em i rp rt ruby s span strong sub sup u")
    for epub in epubs:
        for document in epub.spine:
            for block in document.find(
                "//h:body//h:p | //h:body//h:li | //h:body//h:h1 | //h:body//h:h2"
            ):
                if any(
                    child.tag.split("}")[1] not in inline for child in block.iterdescendants("*")
                ):
                    continue
                if block.xpath("ancestor-or-self::*[contains(@class, 'line')]"):
                    continue
                text = "".join(block.itertext()).strip()
                gap = re.search(r"[\u4e00-\u9fff，。、；：][ \t\n]+[\u4e00-\u9fff]", text)
                assert not gap, (
                    f"{document.path}: {gap and text[gap.start() - 5 : gap.end() + 5]!r}"
                )


def test_epub_styles_leave_the_reader_in_charge(epubs: list[Epub]) -> None:
    """look.md, section 7: no colour, ground, size, face or line height on html and body; no
    text-autospace (WebKit overlaps digits)."""
    for epub in epubs:
        for path, kind, _ in epub.items.values():
            if kind != "text/css":
                continue
            css = re.sub(r"/\*.*?\*/", "", epub.files[path].decode("utf-8"), flags=re.DOTALL)
            assert "text-autospace" not in css
            assert "device-cmyk" not in css
            for selector, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
                if {"html", "body", ":root"} & {part.strip() for part in selector.split(",")}:
                    found = re.findall(r"(?:^|;)\s*([a-z-]+)\s*:", rules)
                    for name in found:
                        assert name not in ("color", "line-height", "font-size", "font-family"), (
                            rules
                        )
                        assert not name.startswith("background"), rules


def test_every_picture_has_words(epubs: list[Epub]) -> None:
    for epub in epubs:
        for image in epub.find("//h:img"):
            decorative = image.get("role") in ("presentation", "none")
            assert image.get("alt") or (image.get("alt") == "" and decorative), image.attrib


def test_note_calls_and_notes_find_each_other(epubs: list[Epub]) -> None:
    seen = 0
    for epub in epubs:
        for document in epub.spine:
            notes = {n.get("id"): n for n in document.find("//*[@epub:type='footnote']")}
            for call in document.find("//h:a[@epub:type='noteref']"):
                path, _, fragment = epub.target(document.path, call.get("href")).partition("#")
                assert path == document.path and fragment in notes, "a note in another file"
                anchors = {call.get("id"), *call.xpath("ancestor::*/@id")} - {None}
                back = notes[fragment].xpath(".//h:a/@href", namespaces=NAMESPACES)
                assert any(href.partition("#")[2] in anchors for href in back), "no way back"
                assert notes[fragment].tag.endswith("}aside"), "a note is an aside"
                seen += 1
    assert seen == 3


# --- the small books: every construct ------------------------------------------


@pytest.mark.parametrize(
    ("name", "edition"), [("hans_small", "hans"), ("hant_small", "hant-tw")], ids=["hans", "hant"]
)
def test_small_books_say_all_and_in_order(
    name: str, edition: str, request: pytest.FixtureRequest
) -> None:
    book: Built = request.getfixturevalue(name)
    assert files_in(book.folder) == sorted(
        with_records(f"{book.name}.{edition}.epub", f"{book.name}.{edition}.pdf")
    )
    lines = expected_lines(book.name)
    text = book.epub(edition).text()
    assert in_order(lines, text) == []
    unordered = [line for line in lines if bare(line) not in bare(book.pdf(edition).text())]
    # In the PDF a line may be parted by a page or by a reading above it; single lines are short.
    short = [line for line in unordered if len(bare(line)) <= 12 and "磨坊" not in line]
    assert short == []
    for where in (text, book.pdf(edition).text()):
        for markup in ("**", ":::", "[^", "]{.", "{#", "~~h", "$$", "表：", "](", "###", "> "):
            assert markup not in where, f"{markup!r} is printed"


@pytest.mark.parametrize(
    ("name", "edition"), [("hans_small", "hans"), ("hant_small", "hant-tw")], ids=["hans", "hant"]
)
def test_small_pdfs_hold_every_character(
    name: str, edition: str, request: pytest.FixtureRequest
) -> None:
    """Every Han character of the text is in the PDF at least as often as in the text."""
    book: Built = request.getfixturevalue(name)
    got = book.pdf(edition).text()
    want = "".join(expected_lines(book.name))
    for character in sorted(set(filter(is_han, want))):
        assert got.count(character) >= want.count(character), f"{character} is missing in the PDF"


def texts(elements: list[Any]) -> list[str]:
    return [bare("".join(element.itertext())) for element in elements]


def test_parts_chapters_and_sections(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    assert texts(epub.find("//h:*[@epub:type='part']//h:header")) == ["上编看山", "下编过河"]
    assert texts(epub.with_class("chapter-label")) == ["第一章", "第二章", "第三章"]
    assert texts(epub.with_class("chapter-title"))[-3:] == ["远山", "近水", "桥"]
    assert texts(epub.with_class("section-title")) == ["看的次序", "雾", "木桥", "来信"]
    labels = [bare(label) for label, _ in epub.nav_list("toc")]
    wanted = ["上编看山", "第一章远山", "第二章近水", "下编过河", "第三章桥"]
    assert [label for label in labels if label in wanted] == wanted
    bookmarks = [bare(title) for _, title, _ in hans_small.pdf("hans").bookmarks]
    assert [title for title in bookmarks if title in wanted] == wanted


def test_a_single_first_heading_is_the_title(hant_small: Built, bare_file: Built) -> None:
    assert hant_small.epub("hant-tw").metadata("title")[0] == "渡口"
    epub = bare_file.epub("hans")
    assert epub.metadata("title")[0] == "灯"
    assert [bare(x) for x in texts(epub.with_class("chapter-title"))].count("渡口") == 0


def test_text_before_the_first_heading_is_the_introduction(hant_small: Built) -> None:
    labels = [bare(label) for label, _ in hant_small.epub("hant-tw").nav_list("toc")]
    assert "導讀" in labels and labels.index("導讀") < labels.index("第一章等船")


def test_strong_and_emphasis_beside_chinese_marks(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    strong = texts(epub.find("//h:strong"))
    assert strong == ["先看远处。", "“不要急”", "《山志》", "（慢）", "真，", "《河志》"]
    assert "慢慢地" in texts(epub.find("//h:em"))
    assert "慢慢地" in texts(epub.with_class("dots", "em")), "emphasis on Han is dots"


def test_marks_of_names_works_and_languages(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    assert texts(epub.with_class("name")) == ["王小川", "李白", "王维"]
    assert texts(epub.with_class("work")) == ["山志"]
    assert {"读", "书"} <= set("".join(texts(epub.with_class("dots"))))
    latin = epub.find("//h:*[@lang='la']")
    assert texts(latin) == ["festinalente"]
    assert "Made in Germany" in " ".join(epub.text().split()), "the blank between Latin words"
    assert texts(epub.find("//h:sup[not(.//h:a) and not(ancestor::h:a)]")) == ["-4"]
    assert texts(epub.find("//h:sub")) == ["2"]
    assert texts(epub.find("//h:del | //h:s")) == ["铁桥"]
    assert texts(epub.with_class("kai")) == ["每年秋天"]


def test_ruby(hans_small: Built, hant_small: Built) -> None:
    readings = texts(hans_small.epub("hans").find("//h:ruby/h:rt"))
    assert readings == ["mò", "fáng", "cūnzi", "hé"]
    assert texts(hant_small.epub("hant-tw").find("//h:ruby/h:rt")) == ["ㄉㄨˋ", "ㄎㄡˇ"]
    for reading in ("mò", "fáng", "cūnzi", "hé"):
        assert reading in hans_small.pdf("hans").text(), f"{reading} is not in the PDF"


def test_verse_keeps_its_lines(hans_small: Built, hant_small: Built) -> None:
    epub = hans_small.epub("hans")
    assert texts(epub.with_class("poem-title")) == ["鹿柴"]
    assert len(epub.with_class("stanza")) == 2
    lines = ["空山不见人，", "但闻人语响。", "返景入深林，", "复照青苔上。"]
    assert texts(epub.with_class("line")) == lines
    assert len(hant_small.epub("hant-tw").with_class("line")) == 4
    pdf = hans_small.pdf("hans")
    page = pdf.page_with("空山不见人")
    printed = [bare(line) for line in pdf.page_text(page).splitlines()]
    assert [line for line in printed if line in lines] == lines


def test_lists_and_definitions(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    nested = epub.find("//h:ul//h:ul/h:li")
    assert [text.lstrip("·•") for text in texts(nested)] == [
        "往上游走的要下雨，",
        "往下游走的是晴天；",
    ]
    assert len(epub.find("//h:ul[not(ancestor::h:ul)]/h:li")) == 3
    assert texts(epub.find("//h:dl[h:dt='河']/h:dt")) == ["河", "溪"]
    assert len(epub.find("//h:dl[h:dt='河']/h:dd")) == 3


def test_quotations_letters_dialogues_and_breaks(hans_small: Built, hant_small: Built) -> None:
    epub = hans_small.epub("hans")
    sources = "".join(texts(epub.with_class("source")))
    assert all(word in sources for word in ("王维", "父亲的话"))
    assert "渡口老話" in "".join(texts(hant_small.epub("hant-tw").with_class("source")))
    assert len(epub.with_class("epigraph")) == 1
    assert len(epub.with_class("letter")) == 1
    assert len(epub.with_class("qa")) >= 1
    assert len(epub.with_class("references")) == 1
    assert len(epub.with_class("scene", "hr")) == 1


def test_tables(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    (table,) = epub.find("//h:table")
    rows = [
        texts(row.xpath("h:td|h:th", namespaces=NAMESPACES))
        for row in table.iterdescendants(f"{{{NAMESPACES['h']}}}tr")
    ]
    assert rows[0] == ["年份", "雨日", "雨量（毫米）"]
    assert rows[1:] == [
        ["头一年", "112", "1305.5"],
        ["第二年", "98", "986.0"],
        ["第三年", "121", "1410.2"],
    ]
    right = table.xpath(".//h:td[contains(@class,'num')]", namespaces=NAMESPACES)
    assert len(right) == 6
    assert "表1三年的雨水" in bare(epub.text())
    assert "表1三年的雨水" in bare(hans_small.pdf("hans").text())


def test_figures(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    (captioned,) = epub.find("//h:figure[h:figcaption]")
    assert texts([captioned.find("h:figcaption", NAMESPACES)]) == ["图1村子在山的南面"]
    (image,) = captioned.iter(f"{{{NAMESPACES['h']}}}img")
    assert image.get("alt") == "山、河与村子的位置"
    png = (BOOKS / "hans-small" / "images" / "map.png").read_bytes()
    assert png in epub.files.values()
    pages = hans_small.pdf("hans").document
    assert any(page.get_images() for page in pages), "the picture is not in the PDF"
    assert epub.find("//h:figure//h:img[@alt='流水'] | //h:img[@alt='流水']")


def test_code_keeps_every_character(hans_small: Built, hant_small: Built) -> None:
    manuscript = (BOOKS / "hans-small" / "book.md").read_text(encoding="utf-8")
    match = re.search(r"```python\n(.*?)\n```", manuscript, re.DOTALL)
    assert match
    code = ["".join(x.itertext()).rstrip("\n") for x in hans_small.epub("hans").find("//h:pre")]
    assert code == [match[1]]
    assert 'print("河")' in [
        "".join(x.itertext()) for x in hans_small.epub("hans").find("//h:p//h:code")
    ]
    (verbatim,) = hant_small.epub("hant-tw").find("//h:pre")
    assert "“原樣”" in "".join(verbatim.itertext()), "quotation marks in code are left alone"


def test_formulas(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    drawn = epub.find("//m:math | //h:img[contains(@class, 'math')]")
    shown = epub.find("//*[contains(concat(' ', @class, ' '), ' formula ')]")
    assert len(shown) == 1
    assert len(drawn) >= 4, "three formulas in lines and one displayed"
    assert "(1)" in "".join(texts(shown)) or "（1）" in "".join(texts(shown))


def test_links_inside_the_book(hans_small: Built) -> None:
    epub = hans_small.epub("hans")
    places = {
        f"{document.path}#{anchor}": bare(
            "".join(document.tree.xpath("//*[@id=$i]", i=anchor)[0].itertext())
        )
        for document in epub.spine
        for anchor in document.find("//@id")
    }
    wanted = {"第二章": "近水", "桥的一节": "木桥", "远山": "远山"}
    for document in epub.spine:
        for link in document.find("//h:body//h:p//h:a[@href]"):
            words = bare("".join(link.itertext()))
            if words in wanted:
                reached = places[epub.target(document.path, link.get("href"))]
                assert wanted.pop(words) in reached[:40]
    assert not wanted


def test_one_anchor_in_two_files(multi: Built) -> None:
    epub = multi.epub("hant-hk")
    text_after = {"春": "春天的事", "夏": "夏天的事"}
    reached = []
    for document in epub.spine:
        for link in document.find("//h:body//h:p//h:a[@href]"):
            path, _, fragment = epub.target(document.path, link.get("href")).partition("#")
            (target,) = epub.document(path).find(f"//*[@id='{fragment}']")
            section = "".join(target.itertext()) + "".join(
                "".join(x.itertext()) for x in target.itersiblings()
            )
            section += "".join(target.getparent().itertext())
            paragraph = bare("".join(link.getparent().itertext()))
            season = "春" if paragraph.startswith("地") else "夏"
            assert text_after[season] in section
            other = text_after["夏" if season == "春" else "春"]
            assert other not in section
            reached.append(season)
    assert reached == ["春", "夏"]


def test_an_edition_on_demand(multi: Built) -> None:
    assert files_in(multi.folder) == with_records("multi.hant-hk.epub", "multi.hant-hk.pdf")
    assert (
        in_order(
            [
                "春",
                "地裏的雪化了，溝裏有水聲。種子放在窗台上，一天看三遍。",
                "夏",
                "給苗讓出地方。",
            ],
            multi.epub("hant-hk").text(),
        )
        == []
    )


def test_a_traditional_book_keeps_its_text_and_can_be_simplified(
    hant_small: Built, tmp_path: Path
) -> None:
    shutil.copytree(BOOKS / "hant-small", tmp_path / "hant-small")
    built(publish("build", "hant-small", "--edition", "hans", "--format", "epub", cwd=tmp_path))
    epub = Epub(tmp_path / "output" / "hant-small" / "hant-small.hans.epub")
    text = bare(epub.text())
    assert "渡口没有钟。来早了就坐在石头上" in text
    assert epub.metadata("language") == ["zh-Hans"]
    kept = bare(hant_small.epub("hant-tw").text())
    assert "「船老大講：『水急，人不要急。』我聽了一輩子。」" in kept


def test_front_matter_fills_what_is_not_declared(tmp_path: Path) -> None:
    shutil.copy(BOOKS / "front-matter.md", tmp_path)
    built(publish("build", "front-matter.md", cwd=tmp_path))
    folder = tmp_path / "output" / "front-matter"
    assert files_in(folder) == with_records("front-matter.hans.epub", "front-matter.hans.pdf")
    epub = Epub(folder / "front-matter.hans.epub")
    assert epub.metadata("title")[0] == "灯下"
    assert epub.metadata("creator") == ["林一"]
    assert epub.metadata("publisher") == ["自印"]
    assert epub.metadata("date")[0].startswith("2024-05-01")
    text = epub.text()
    assert "title:" not in text and "zh-Hans" not in text and "---" not in text
    assert Pdf(folder / "front-matter.hans.pdf").document.metadata["title"] == "灯下"


def test_book_toml_is_stronger_than_front_matter(tmp_path: Path) -> None:
    text = (BOOKS / "front-matter.md").read_text(encoding="utf-8")
    make_book(tmp_path / "book", text, '[book]\ntitle = "台灯"\n')
    built(publish("build", "book", "--format", "epub", cwd=tmp_path))
    epub = Epub(tmp_path / "output" / "book" / "book.hans.epub")
    assert epub.metadata("title")[0] == "台灯" and epub.metadata("creator") == ["林一"]


def test_a_bare_file_builds(bare_file: Built) -> None:
    assert files_in(bare_file.folder) == with_records("bare.hans.epub", "bare.hans.pdf")
    lines = [
        line
        for line in (BOOKS / "bare.md").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert in_order(lines, bare_file.epub("hans").text()) == []
    assert in_order(lines, bare_file.pdf("hans").body()) == []


@pytest.mark.slow
def test_all_books_under_seeds_without_a_source(tmp_path: Path) -> None:
    make_book(tmp_path / "seeds" / "one", "# 甲\n\n第一本。\n")
    make_book(tmp_path / "seeds" / "two", "# 乙\n\n第二本。\n")
    built(publish("build", "--format", "epub", cwd=tmp_path))
    found = [name for name in files_in(tmp_path / "output") if name.endswith(".epub")]
    assert found == ["one/one.hans.epub", "two/two.hans.epub"]


def test_names_in_chinese_with_blanks(tmp_path: Path) -> None:
    folder = make_book(
        tmp_path / "我 的 书",
        "# 书\n\n![图](<插 图/一.png>)\n\n正文。\n",
        '[source]\nfiles = ["正 文.md"]\n',
    )
    (folder / "book.md").rename(folder / "正 文.md")
    picture = (BOOKS / "hant-small" / "images" / "ferry.png").read_bytes()
    put(folder / "插 图" / "一.png", picture)
    run = publish("build", "我 的 书", "--output", "成 品", "--format", "epub", cwd=tmp_path)
    built(run)
    assert files_in(tmp_path / "成 品") == with_records("我 的 书/我 的 书.hans.epub")
    epub = Epub(tmp_path / "成 品" / "我 的 书" / "我 的 书.hans.epub")
    assert picture in epub.files.values()


# --- encodings -----------------------------------------------------------------

SIMPLIFIED = (BOOKS / "bare.md").read_text(encoding="utf-8")
TRADITIONAL = in_script(SIMPLIFIED, "hant-tw")


@pytest.mark.parametrize(
    ("content", "edition"),
    [
        (SIMPLIFIED.encode("utf-8-sig"), "hans"),
        (SIMPLIFIED.encode("utf-16"), "hans"),
        (b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), "hans"),
        (SIMPLIFIED.encode("utf-16-le"), "hans"),
        (SIMPLIFIED.encode("gb18030"), "hans"),
        (TRADITIONAL.encode("big5"), "hant-tw"),
        (SIMPLIFIED.replace("\n", "\r\n").encode("utf-8"), "hans"),
        (SIMPLIFIED.replace("\n", "\r").encode("utf-8"), "hans"),
    ],
    ids=["utf-8-bom", "utf-16-bom", "utf-16-be-bom", "utf-16-le", "gb18030", "big5", "crlf", "cr"],
)
def test_encodings(content: bytes, edition: str, tmp_path: Path) -> None:
    make_book(tmp_path / "book", content)
    built(publish("build", "book", "--format", "epub", cwd=tmp_path))
    text = Epub(tmp_path / "output" / "book" / f"book.{edition}.epub").text()
    lines = (SIMPLIFIED if edition == "hans" else TRADITIONAL).splitlines()
    assert in_order([line for line in lines if line and not line.startswith("#")], text) == []
    assert "\ufeff" not in text and "\ufffd" not in text


def test_a_declared_encoding_and_a_txt_file(tmp_path: Path) -> None:
    content = (BOOKS / "bare-gb18030.txt").read_bytes()
    put(tmp_path / "bare-gb18030.txt", content)
    built(publish("bare-gb18030.txt", "--format", "epub", cwd=tmp_path))
    make_book(tmp_path / "book", content, '[source]\nencoding = "gb18030"\n')
    built(publish("build", "book", "--format", "epub", cwd=tmp_path))
    lines = [line for line in content.decode("gb18030").splitlines() if line]
    for name in ("bare-gb18030", "book"):
        text = Epub(tmp_path / "output" / name / f"{name}.hans.epub").text()
        assert in_order(lines[1:], text) == [], name


# --- the same bytes --------------------------------------------------------------


def rebuilt_elsewhere(
    book: Built, tmp_path: Path, *options: str, cache: bool = True
) -> dict[str, bytes]:
    """The artefacts of another build: another folder, time zone, hash seed, language and user."""
    folder = tmp_path / "别处 的 文件夹" / "深 一 层"
    folder.mkdir(parents=True)
    if book.source.is_dir():
        shutil.copytree(book.source, folder / book.source.name)
    else:
        shutil.copy(book.source, folder)
    env = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "LANG": "C"}
    if not cache:
        env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    built(publish("build", book.source.name, *options, cwd=folder, env=env))
    output = folder / "output" / book.name
    return {p.name: p.read_bytes() for p in output.iterdir() if p.suffix in (".epub", ".pdf")}


def test_two_builds_give_the_same_bytes(hans_small: Built, tmp_path: Path) -> None:
    for artefact, content in rebuilt_elsewhere(hans_small, tmp_path).items():
        assert (hans_small.folder / artefact).read_bytes() == content, f"{artefact} differs"


@pytest.mark.slow
def test_the_first_book_gives_the_same_bytes_with_an_empty_cache(
    first_book: Built, tmp_path: Path
) -> None:
    other = rebuilt_elsewhere(first_book, tmp_path, cache=False)
    assert len(other) == 8
    for artefact, content in other.items():
        assert (first_book.folder / artefact).read_bytes() == content, f"{artefact} differs"


def test_the_epub_is_the_same_whether_the_pdf_is_asked_for_or_not(
    bare_file: Built, tmp_path: Path
) -> None:
    """house.md, Commands: the page list is an edition key, not an accident of the command."""
    shutil.copy(BOOKS / "bare.md", tmp_path)
    built(publish("build", "bare.md", "--format", "epub", cwd=tmp_path))
    epub = tmp_path / "output" / "bare" / "bare.hans.epub"
    assert epub.read_bytes() == bare_file.path("hans", "epub").read_bytes()
