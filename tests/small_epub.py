"""A small EPUB without a fault, for tests that put one into it.

It has everything that a check looks at: contents, landmarks, pages, an NCX, a note, a reading, a
formula, a picture, English, and the metadata that are true of all that.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from publish.model.edition import Edition, Geometry
from publish.model.text import Run, RunKind

EDITION = Edition("hans", "hans", "cn", Geometry("A5", 148, 210), {})

Members = dict[str, str | bytes]

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
 xml:lang="zh-Hans"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:0f0a7c1e-3b0a-4a53-9d0b-6a3c0d9f7a11</dc:identifier>
<dc:title>试验</dc:title>
<dc:language>zh-Hans</dc:language>
<dc:source>《试验》印本</dc:source>
<meta property="dcterms:modified">2026-01-02T03:04:05Z</meta>
<meta property="pageBreakSource">《试验》印本</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">displayTransformability</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">describedMath</meta>
<meta property="schema:accessibilityFeature">rubyAnnotations</meta>
<meta property="schema:accessibilityFeature">pageBreakMarkers</meta>
<meta property="schema:accessibilityFeature">pageNavigation</meta>
<meta property="schema:accessibilityFeature">ARIA</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">全书为可重排的文字。</meta>
<meta name="cover" content="cover"/></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="c1" href="c1.xhtml" media-type="application/xhtml+xml" properties="mathml"/>
<item id="c2" href="c2.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="book.css" media-type="text/css"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="pic" href="a.png" media-type="image/png"/>
<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/></manifest>
<spine toc="ncx" page-progression-direction="ltr"><itemref idref="nav"/><itemref idref="c1"/>
<itemref idref="c2"/></spine></package>"""


def xhtml(content: str, title: str = "章") -> str:
    """A document of the book with this body; each line of it is a line of the file."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="zh-Hans" xml:lang="zh-Hans"><head><title>{title}</title>'
        f'<link rel="stylesheet" href="book.css"/></head>\n<body>{content}</body></html>'
    )


NAV = xhtml(
    '<nav epub:type="toc" role="doc-toc" id="toc"><h1>目录</h1><ol>'
    '<li><a href="c1.xhtml">第一章</a><ol>\n'
    '<li><a href="c1.xhtml#e1">1</a></li></ol></li>\n'
    '<li><a href="c2.xhtml">第二章</a></li></ol></nav>\n'
    '<nav epub:type="landmarks" hidden="hidden"><h2>导览</h2><ol>\n'
    '<li><a epub:type="toc" href="#toc">目录</a></li>\n'
    '<li><a epub:type="bodymatter" href="c1.xhtml">正文</a></li></ol></nav>\n'
    '<nav epub:type="page-list" role="doc-pagelist" hidden="hidden" aria-label="印本页码"><ol>\n'
    '<li><a href="c1.xhtml#p5">5</a></li>\n'
    '<li><a href="c2.xhtml#p6">6</a></li></ol></nav>',
    "目录",
)
FIRST = xhtml(
    "<h1>第一章</h1>\n"
    '<p id="e1">他说<ruby>漢<rp>（</rp><rt>hàn</rt><rp>）</rp></ruby>字&#x2060;'
    '<sup><a epub:type="noteref" role="doc-noteref" href="#n1" id="r1">1</a></sup>，<b>重点</b>。'
    '<span epub:type="pagebreak" role="doc-pagebreak" id="p5" aria-label="5"></span></p>\n'
    '<p><img src="a.png" alt="一张图"/>'
    '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math></p>\n'
    '<aside epub:type="footnote" role="doc-footnote" id="n1"><p><a href="#r1" '
    'role="doc-backlink">①</a>注文。<a href="#r1" role="doc-backlink">返回正文</a></p></aside>\n',
    "第一章",
)
SECOND = xhtml(
    '<h1>第二章</h1>\n<p><span epub:type="pagebreak" role="doc-pagebreak" id="p6" '
    'aria-label="6"></span>完。</p>\n<p lang="en" xml:lang="en">and so it ends here</p>\n',
    "第二章",
)
NCX = """<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="zh-Hans"><head>
<meta name="dtb:uid" content="urn:uuid:0f0a7c1e-3b0a-4a53-9d0b-6a3c0d9f7a11"/>
<meta name="dtb:depth" content="2"/></head><docTitle><text>试验</text></docTitle><navMap>
<navPoint id="n1"><navLabel><text>第一章</text></navLabel><content src="c1.xhtml"/>
<navPoint id="n2"><navLabel><text>1</text></navLabel><content src="c1.xhtml#e1"/></navPoint>
</navPoint>
<navPoint id="n3"><navLabel><text>第二章</text></navLabel><content src="c2.xhtml"/></navPoint>
</navMap><pageList>
<pageTarget id="p5" type="normal" value="5"><navLabel><text>5</text></navLabel>
<content src="c1.xhtml#p5"/></pageTarget>
<pageTarget id="p6" type="normal" value="6"><navLabel><text>6</text></navLabel>
<content src="c2.xhtml#p6"/></pageTarget></pageList></ncx>"""
STYLE = """@charset "utf-8";
/* 正文 */
p { margin: 0; text-indent: 2em }
em { -epub-text-emphasis-style: filled dot; -webkit-text-emphasis: filled dot;
  text-emphasis: filled dot }
li { margin-left: 2em; margin-inline-start: 2em }
"""


@functools.cache
def picture(width: int = 4, height: int = 4, kind: str = "PNG") -> bytes:
    """A grey picture of this many pixels."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("L", (width, height), 128).save(data, kind)
    return data.getvalue()


def book(**changes: str | bytes | None) -> Members:
    """The members of the EPUB; ``changes`` replace or add them, None leaves one out."""
    members: Members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "EPUB/package.opf": PACKAGE,
        "EPUB/nav.xhtml": NAV,
        "EPUB/c1.xhtml": FIRST,
        "EPUB/c2.xhtml": SECOND,
        "EPUB/toc.ncx": NCX,
        "EPUB/book.css": STYLE,
        "EPUB/a.png": picture(),
        "EPUB/cover.jpg": picture(1600, 2560, "JPEG"),
    }
    for name, content in changes.items():
        if content is None:
            del members[name]
        else:
            members[name] = content
    return members


def edited(changes: Mapping[str, tuple[str, str]]) -> Members:
    """The EPUB with one string of each of some members replaced, everywhere in that member."""
    members = book()
    for name, (old, new) in changes.items():
        content = members[f"EPUB/{name}"]
        assert isinstance(content, str) and old in content, f"{name} has no {old}"
        members[f"EPUB/{name}"] = content.replace(old, new)
    return members


def packed(folder: Path, members: Members, stored: bool = True) -> Path:
    """The members as an EPUB, mimetype stored unless it is not to be."""
    path = folder / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            first = name == "mimetype" and stored
            archive.writestr(name, content, zipfile.ZIP_STORED if first else None)
    return path


def run(kind: RunKind, text: str, where: str = "c1") -> Run:
    """A run of the text of the edition."""
    return Run(kind, text, where)


#: The text of the EPUB.
RUNS: tuple[Run, ...] = (
    *(run("body", text) for text in ("目录", "第一章", "1", "第二章", "第一章", "他说漢")),
    *(run("reading", "hàn"), run("body", "字"), run("label", "1"), run("body", "，重点。")),
    *(run("label", "1"), run("note", "注文。"), run("body", "第二章"), run("body", "完。")),
    run("body", "and so it ends here"),
)
